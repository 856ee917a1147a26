//! Bodies of whether the roster is whole: other lists of people it was compared with, and what explains the differences.

use crate::Day;
use crate::person::PersonId;
use serde::{Deserialize, Serialize};

/// By which of their columns a list and the roster were matched. Declared from strongest to weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchedBy {
    /// The company's own id.
    EmployeeId,
    /// The e-mail address.
    Email,
    /// The user name.
    Username,
}

impl MatchedBy {
    /// All of them, from strongest to weakest.
    pub const ALL: [MatchedBy; 3] = [MatchedBy::EmployeeId, MatchedBy::Email, MatchedBy::Username];

    /// The column's name.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            MatchedBy::EmployeeId => "employee_id",
            MatchedBy::Email => "email",
            MatchedBy::Username => "username",
        }
    }

    /// Reads the column's name.
    #[must_use]
    pub fn read(word: &str) -> Option<MatchedBy> {
        MatchedBy::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// Why a list and the roster differ in somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// A bot or a shared account.
    NotAPerson,
    /// They have not started yet.
    NotYetStarted,
    /// They have left.
    Left,
    /// They work for another company.
    OtherCompany,
    /// They need no account there.
    NoAccount,
    /// The list is wrong.
    MistakeInList,
    /// Something else, told in words.
    Other,
}

impl Because {
    /// All of them.
    pub const ALL: [Because; 7] = [
        Because::NotAPerson,
        Because::NotYetStarted,
        Because::Left,
        Because::OtherCompany,
        Because::NoAccount,
        Because::MistakeInList,
        Because::Other,
    ];

    /// The word in facts, forms and files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Because::NotAPerson => "not_a_person",
            Because::NotYetStarted => "not_yet_started",
            Because::Left => "left",
            Because::OtherCompany => "other_company",
            Because::NoAccount => "no_account",
            Because::MistakeInList => "mistake_in_list",
            Because::Other => "other",
        }
    }

    /// Reads the word of a form.
    #[must_use]
    pub fn read(word: &str) -> Option<Because> {
        Because::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// Body of `stranger.met`: a list names somebody whom no roster ever named. By which name, is private.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StrangerMet {
    /// The stranger's random id, not somebody of the roster.
    pub person: PersonId,
}

/// Body of `list.compared`: one list against the roster that holds on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListCompared {
    /// Which list, in a short word.
    pub list: Box<str>,
    /// The column by which both were matched.
    pub by: MatchedBy,
    /// The day.
    pub on: Day,
    /// SHA-256 of the file's bytes, lower-case hex.
    pub sha256: Box<str>,
    /// Rows in it, the head apart.
    pub rows: u64,
    /// Rows that stand for somebody employed on the day.
    pub matched: u64,
    /// Rows without that column, which were matched by the next that they have.
    #[serde(default, skip_serializing_if = "is_none")]
    pub without_key: u64,
    /// Whom the list names and the roster does not employ on the day: strangers, and people not employed then.
    pub only_in_list: Vec<PersonId>,
    /// Who is employed on the day and stands in no row.
    pub only_in_roster: Vec<PersonId>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

/// Body of `difference.explained`. Holds for this list and person until another one, or until it is withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DifferenceExplained {
    /// In which list.
    pub list: Box<str>,
    /// Who stands in one of the two only.
    pub person: PersonId,
    /// Why.
    pub because: Because,
}

/// Body of `explanation.withdrawn`: it does not hold any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExplanationWithdrawn {
    /// In which list.
    pub list: Box<str>,
    /// Whose.
    pub person: PersonId,
}
