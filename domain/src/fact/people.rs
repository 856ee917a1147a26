//! Bodies of who is employed, as what, and who they are.

use crate::Day;
use crate::person::{PersonId, Profile};
use serde::{Deserialize, Serialize};

/// Body of `person.joined`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonJoined {
    /// Who.
    pub person: PersonId,
    /// First day that counts.
    pub start: Day,
    /// Whether employment began before tracking did, so that the start is the day of the first import.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub before_tracking: bool,
    /// What the roster says.
    pub profile: Profile,
    /// Their manager.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<PersonId>,
}

/// Body of `person.changed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonChanged {
    /// Who.
    pub person: PersonId,
    /// First day that it holds.
    pub from: Day,
    /// What the roster says.
    pub profile: Profile,
    /// Their manager.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<PersonId>,
}

/// Body of facts that say nothing in the open but whom they are about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonNamed {
    /// Who.
    pub person: PersonId,
}

/// Body of `person.postponed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonPostponed {
    /// Who.
    pub person: PersonId,
    /// The first day that was announced.
    pub from: Day,
    /// Their new first day.
    pub start: Day,
}

/// Body of `person.left`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonLeft {
    /// Who.
    pub person: PersonId,
    /// First day no longer employed.
    pub on: Day,
}

/// Body of `person.stayed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonStayed {
    /// Who.
    pub person: PersonId,
    /// First day of the spell that lasts after all.
    pub start: Day,
}

/// Body of `person.merged`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonMerged {
    /// The id that is no more.
    pub old: PersonId,
    /// The id that has the whole history from now on.
    pub new: PersonId,
}
