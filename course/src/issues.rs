//! What has bitten this company: its own past issues, as its file tells them, and which of them are shown to whom.

mod picture;
mod reading;
mod teaching;

pub use picture::{ClassCount, Direction, Picture, Place as IssuePlace};
pub use reading::read;
pub use teaching::{Asker, Card, cards};

use jiff::ToSpan;
use keepsharp_domain::Day;
use std::collections::BTreeSet;

/// The file among a course's files.
pub const FILE: &str = "issues.csv";
/// How far back issues are counted, in months: older code, other people.
pub const MONTHS: i32 = 24;
/// The class of an issue that names none.
pub const UNSTATED: &str = "Other / unstated";
/// What the file of columns calls an area that nobody knows.
const NO_AREA: &str = "Unspecified";

/// The past issues of a company: those that are mended, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssueHistory {
    issues: Vec<Issue>,
    /// Lines of the file with an issue that is not mended yet: it is counted nowhere and shown to nobody.
    pub open: Vec<usize>,
    /// Columns of the file that nothing is made of.
    pub notices: Vec<String>,
}

/// A weakness that was found in the company's own product, and mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The line of the file it stands on.
    pub line: usize,
    /// Its id: a CVE or the tracker's own.
    pub id: String,
    /// The day it was mended.
    pub on: Day,
    /// The versions it came with; empty where nobody says so.
    pub introduced_in: String,
    /// The versions that mended it; empty where nobody says so.
    pub fixed_in: String,
    /// Its weakness (CWE).
    pub cwe: Option<u32>,
    /// How grave it is.
    pub severity: Severity,
    /// The part of the product; empty where nobody says so.
    pub area: String,
    /// Its class, as the company groups them.
    pub class: String,
    /// What happened, in a sentence.
    pub title: String,
    /// Where more is said of it; empty where nowhere.
    pub url: String,
    /// What the code believed that was untrue; empty where nobody wrote it down.
    pub believed: String,
    /// Where else the same was believed; empty where nobody wrote it down.
    pub where_else: String,
    /// Departments or labels, as the roster calls them, whose people work on it.
    pub teams: BTreeSet<String>,
}

/// How grave an issue is, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// CVSS 9.0 and more.
    Critical,
    /// CVSS 7.0 to 8.9.
    High,
    /// CVSS 4.0 to 6.9.
    Medium,
    /// CVSS below 4.0.
    Low,
    /// Nobody says so.
    Unstated,
}

impl Severity {
    /// As people write it; empty where nobody says so.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Critical => "Critical",
            Severity::High => "High",
            Severity::Medium => "Medium",
            Severity::Low => "Low",
            Severity::Unstated => "",
        }
    }

    /// Whether it is critical or high.
    pub fn is_grave(self) -> bool {
        self <= Severity::High
    }
}

impl IssueHistory {
    /// The day of the newest issue; none where there are none.
    pub fn until(&self) -> Option<Day> {
        self.issues.first().map(|issue| issue.on)
    }

    /// The first of the months that are counted, up to the newest issue.
    pub fn from(&self) -> Option<Day> {
        self.until()?.checked_sub(MONTHS.months()).ok()?.tomorrow().ok()
    }

    /// The issues of the months that are counted, the newest first. No clock is asked: the months end with the newest issue.
    pub fn recent(&self) -> impl Iterator<Item = &Issue> {
        let from = self.from();
        self.issues.iter().filter(move |issue| from.is_some_and(|from| issue.on >= from))
    }

    /// All of them, the newest first.
    pub fn all(&self) -> &[Issue] {
        &self.issues
    }
}

#[cfg(test)]
mod tests;
