//! Bodies of what the programme asks: organisation, controls, tracks, campaigns.

use crate::Day;
use crate::control::Cadence;
use crate::person::Strength;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Body of `organisation.defined`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationDefined {
    /// What it is called.
    pub name: Box<str>,
    /// When fiscal years start, `MM-DD`.
    pub fiscal_year_starts: crate::calendar::FiscalYearStart,
    /// IANA name of its time zone.
    pub time_zone: Box<str>,
    /// Fewest people that a published figure may speak of.
    pub smallest_group: u32,
    /// For how many years after somebody left their private parts are kept; for good where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_years: Option<u32>,
    /// What describes the programme and has no part in a figure.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub about: BTreeMap<String, serde_json::Value>,
}

/// Body of `control.defined`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlDefined {
    /// The control's id, for example TRN.2.01.
    pub id: Box<str>,
    /// First day of this version; none for the first version, which holds from the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// Its title.
    pub title: Box<str>,
    /// How often.
    pub cadence: Cadence,
    /// Days that somebody new in scope has.
    pub new_hire_days: u32,
    /// Days that somebody back from leave has.
    pub return_days: u32,
    /// The weakest strength it accepts.
    pub accepts: Strength,
    /// The courses that satisfy it.
    pub courses: Courses,
    /// The scope rule; employee ids compared with `manager` are written as our random ids.
    pub scope: Box<str>,
    /// What describes the control and has no part in a figure: statement, owner, mappings, links.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub about: BTreeMap<String, serde_json::Value>,
}

/// The courses that satisfy a control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Courses {
    /// The full course.
    pub full: Box<str>,
    /// The refresher for those who took the full course, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresher: Option<Box<str>>,
}

/// Body of `tracks.defined`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TracksDefined {
    /// The tracks in order; the first whose rule is true wins.
    pub tracks: Vec<TrackDefined>,
}

/// One track of `tracks.defined`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrackDefined {
    /// Its id, for example backend.
    pub id: Box<str>,
    /// Its title.
    pub title: Box<str>,
    /// The rule, as a scope rule.
    pub rule: Box<str>,
}

/// Body of `campaign.defined`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignDefined {
    /// The campaign's id.
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
    /// The target share in ten-thousandths (9000 is 90 %): facts carry no fractions, which JSON does not keep exactly.
    pub objective: u32,
    /// The day by which the objective is to be reached, where that is not the last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objective_by: Option<Day>,
    /// Whom of those in scope it asks, a rule as a scope rule; everybody where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<Box<str>>,
    /// Whose word it asks for.
    #[serde(default, skip_serializing_if = "CountedBy::is_both")]
    pub counted_by: CountedBy,
    /// What describes the campaign and has no part in a figure.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub about: BTreeMap<String, serde_json::Value>,
}

/// Whose word a campaign asks for. What is known by other ways counts all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CountedBy {
    /// Everybody's own, and their manager's count.
    #[default]
    Both,
    /// Everybody's own: managers are not asked.
    People,
    /// Managers give a count; nobody else is asked to say anything.
    Managers,
}

impl CountedBy {
    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            CountedBy::Both => "both",
            CountedBy::People => "people",
            CountedBy::Managers => "managers",
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
    fn is_both(&self) -> bool {
        *self == CountedBy::Both
    }
}
