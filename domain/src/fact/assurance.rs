//! Bodies of what is done about a control itself: its reviews, the checks for 100 %, and what is handed to auditors.
//!
//! Their words are about the control and stand in the open; nobody is named in them (`discretion`).

use crate::Day;
use crate::evidence::Query;
use serde::{Deserialize, Serialize};

/// What a review of a control came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It stands as it is.
    Stands,
    /// It is to be changed; the remark says what.
    ToBeChanged,
}

impl Verdict {
    /// The word in files and forms.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Stands => "stands",
            Verdict::ToBeChanged => "to_be_changed",
        }
    }

    /// Reads the word of a form.
    #[must_use]
    pub fn read(word: &str) -> Option<Verdict> {
        [Verdict::Stands, Verdict::ToBeChanged].into_iter().find(|verdict| verdict.word() == word)
    }
}

/// Body of `control.reviewed`: its owner looked at the control's file; the fact's `by` is the signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlReviewed {
    /// The control.
    pub control: Box<str>,
    /// The day.
    pub on: Day,
    /// The fact that defined the version that was looked at.
    pub version: u64,
    /// What the review came to.
    pub verdict: Verdict,
    /// In words, without names; may be empty.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub remark: Box<str>,
}

/// Body of `control.checked`: how many stood where on a day. The fact's `seq` is the check's number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlChecked {
    /// The control.
    pub control: Box<str>,
    /// The day that was looked at.
    pub as_of: Day,
    /// Status `current`.
    pub current: u64,
    /// Status `due`.
    pub due: u64,
    /// Status `overdue`: the control holds when this is 0.
    pub overdue: u64,
    /// Status `on_leave`.
    pub on_leave: u64,
    /// Status `excepted`.
    pub excepted: u64,
}

/// Body of `control.followed`: what was done after a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlFollowed {
    /// The check's number.
    pub check: u64,
    /// In words, without names.
    pub remark: Box<str>,
}

/// Body of `evidence.requested`: an auditor asks for something. The fact's `seq` is its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRequested {
    /// The auditor's room; none where the owner wrote the request down for somebody without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<u64>,
    /// The control it is about.
    pub control: Box<str>,
    /// First day of the period it is about.
    pub from: Day,
    /// Last day of that period.
    pub to: Day,
    /// The day it was asked.
    pub on: Day,
    /// By when an answer is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted_by: Option<Day>,
    /// What is asked for, in words, without names.
    pub words: Box<str>,
}

/// Body of `evidence.handed`: something was handed to an auditor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceHanded {
    /// The control it is about.
    pub control: Box<str>,
    /// The day.
    pub on: Day,
    /// The number of the request that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<u64>,
    /// The room that it was handed to; none where it went another way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<u64>,
    /// What was handed over besides the words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<HandedFile>,
    /// The query of an evidence pack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<Query>,
    /// The answer in words, without names; may be empty.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub words: Box<str>,
}

/// A file that was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandedFile {
    /// What it is called.
    pub name: Box<str>,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: Box<str>,
    /// How many bytes.
    pub bytes: u64,
}
