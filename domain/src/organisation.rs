//! Whose programme it is: name, fiscal years, time zone, and how small a group may be published.

use crate::calendar::FiscalYearStart;
use std::collections::BTreeMap;

/// The organisation as last defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// What it is called.
    pub name: Box<str>,
    /// When its fiscal years start.
    pub fiscal_year_starts: FiscalYearStart,
    /// IANA name of its time zone.
    pub time_zone: Box<str>,
    /// Fewest people that a published figure may speak of.
    pub smallest_group: u32,
    /// For how many years after somebody left their private parts are kept; for good where there is none.
    pub keep_years: Option<u32>,
    /// What describes the programme and has no part in a figure.
    pub about: BTreeMap<String, serde_json::Value>,
}

/// Fewest people that a published figure may speak of, unless the programme says otherwise.
pub const SMALLEST_GROUP: u32 = 3;

impl Default for Organisation {
    fn default() -> Organisation {
        Organisation {
            name: "".into(),
            fiscal_year_starts: FiscalYearStart::JANUARY,
            time_zone: "UTC".into(),
            smallest_group: SMALLEST_GROUP,
            keep_years: None,
            about: BTreeMap::new(),
        }
    }
}
