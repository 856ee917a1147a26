//! Bodies of what people ask of one another: requests, objections, deputies, notes, and corrections.

use crate::Day;
use crate::person::PersonId;
use serde::{Deserialize, Serialize};

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Asks {
    /// To be away for a while.
    Leave,
    /// To be released from a control.
    Exception,
    /// That a course taken elsewhere be recorded.
    Completion,
}

/// A course taken elsewhere, of which somebody asks that it be recorded. What they say of it stands in the private part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompletionAsked {
    /// Which course it stands for.
    pub course: Box<str>,
    /// Where it was taken: the name of a system or provider.
    pub source: Box<str>,
    /// SHA-256 of a file that proves it, kept beside the ledger, lower-case hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Box<str>>,
}

/// Body of `request.made`. The fact's `seq` is the request's number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestMade {
    /// For whom.
    pub person: PersonId,
    /// What for.
    pub asks: Asks,
    /// From which control, for an exception.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<Box<str>>,
    /// First day; of a completion its day.
    pub from: Day,
    /// For a leave the day they are back, for an exception the last day; none while open, and for a completion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
    /// Which course, for a completion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion: Option<CompletionAsked>,
}

/// Body of `request.settled`. What was granted stands in a fact of its own, written with this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestSettled {
    /// The request's number.
    pub request: u64,
    /// Whom it was for.
    pub person: PersonId,
    /// Whether it was granted.
    pub granted: bool,
}

/// Body of `objection.raised`. The fact's `seq` is the objection's number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionRaised {
    /// Who says that something about them is not right.
    pub person: PersonId,
    /// The control it is about.
    pub control: Box<str>,
}

/// Body of `objection.answered`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionAnswered {
    /// The objection's number.
    pub objection: u64,
    /// Who raised it.
    pub person: PersonId,
}

/// Body of `deputy.named`. A later one with the same manager, deputy and first day takes the place of the earlier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeputyNamed {
    /// Who is away.
    pub manager: PersonId,
    /// Who acts for them.
    pub deputy: PersonId,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

/// Body of `note.sent`: a manager's friendly word to their reports, of which only the fact is kept, not the words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteSent {
    /// Whose direct reports.
    pub manager: PersonId,
    /// In which campaign.
    pub campaign: Box<str>,
    /// The day.
    pub on: Day,
    /// To whom.
    pub people: Vec<PersonId>,
}

/// Body of `completion.withdrawn`: it should not have been recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompletionWithdrawn {
    /// Who.
    pub person: PersonId,
    /// The `seq` of the fact that recorded it.
    pub completion: u64,
}

/// Body of `leave.withdrawn`: it should not have been recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveWithdrawn {
    /// Who.
    pub person: PersonId,
    /// The leave's first day.
    pub from: Day,
}

/// Body of `exception.withdrawn`: it should not have been approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExceptionWithdrawn {
    /// Who.
    pub person: PersonId,
    /// From which control.
    pub control: Box<str>,
    /// The exception's first day.
    pub from: Day,
}
