//! Bodies of what people completed, when they were away, what they are released from, and what managers counted.

use crate::Day;
use crate::person::{PersonId, Strength};
use serde::{Deserialize, Serialize};

/// Body of `completion.recorded`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompletionRecorded {
    /// Who.
    pub person: PersonId,
    /// Which course.
    pub course: Box<str>,
    /// When.
    pub on: Day,
    /// How much it proves.
    pub strength: Strength,
    /// The system that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Box<str>>,
    /// Which version of the course, where that is known: SHA-256 of the list of its files, lower-case hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Box<str>>,
    /// How many of the required lessons were shown by a test instead of attended, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<u32>,
    /// SHA-256 of a file that proves it, kept beside the ledger, lower-case hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Box<str>>,
}

impl CompletionRecorded {
    /// One of which no more is known.
    #[must_use]
    pub fn of(person: PersonId, course: &str, on: Day, strength: Strength) -> CompletionRecorded {
        let course = course.into();
        CompletionRecorded { person, course, on, strength, source: None, version: None, shown: None, proof: None }
    }
}

/// Body of `leave.recorded`. A later one with the same person and first day takes the place of the earlier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveRecorded {
    /// Who.
    pub person: PersonId,
    /// First day away.
    pub from: Day,
    /// The day they are back, or none while that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
}

/// Body of `exception.approved`. A later one with the same person, control and first day takes the place of the earlier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExceptionApproved {
    /// Who.
    pub person: PersonId,
    /// From which control.
    pub control: Box<str>,
    /// First day released.
    pub from: Day,
    /// Last day released, or none while open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
    /// Who approved it, where the roster knows them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<PersonId>,
}

/// Body of `tally.attested`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TallyAttested {
    /// Whose direct reports.
    pub manager: PersonId,
    /// In which campaign.
    pub campaign: Box<str>,
    /// The day it was given.
    pub on: Day,
    /// How many have taken it.
    pub count: u32,
    /// Where it was said, where that was not one of our own pages or a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<CountSource>,
}

/// Where a manager's count was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountSource {
    /// In which place of the issue.
    pub via: CountVia,
    /// What it was read from: the comment's id and when it was last changed, or when the table was read.
    pub reference: Box<str>,
    /// Who may have said it, of those the roster knows. One: it was them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub editors: Vec<PersonId>,
    /// Whether others, or nobody we know, may have said it: the history does not tell them apart.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub untold: bool,
}

/// The places of an issue in which a count can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CountVia {
    /// The table was changed by hand.
    Table,
    /// A comment.
    Comment,
}
