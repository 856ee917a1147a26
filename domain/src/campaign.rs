//! One round of asking: opens, closes, a target share, and from when a completion counts.

use crate::Day;
use std::collections::BTreeMap;

/// A campaign as last defined.
#[derive(Clone, Debug, PartialEq)]
pub struct Campaign {
    /// Its id.
    pub id: Box<str>,
    /// Its title.
    pub title: Box<str>,
    /// The control it is about.
    pub control: Box<str>,
    /// First day.
    pub opens: Day,
    /// Last day.
    pub closes: Day,
    /// From when a completion counts.
    pub counts_since: Day,
    /// The target share, in ten-thousandths.
    pub objective: u32,
    /// What describes it and has no part in a figure.
    pub about: BTreeMap<String, serde_json::Value>,
}
