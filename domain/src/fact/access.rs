//! Bodies of who may see what, and who looked.

use crate::Day;
use crate::access::Role;
use crate::person::PersonId;
use serde::{Deserialize, Serialize};

/// Body of `role.granted` and `role.ended`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleHeld {
    /// Who.
    pub person: PersonId,
    /// Which role.
    pub role: Role,
}

/// Body of `room.opened`: an auditor's read-only view. The fact's `seq` is the room's number; name and address are private.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoomOpened {
    /// The auditor's random id, not somebody of the roster.
    pub auditor: PersonId,
    /// The control it shows.
    pub control: Box<str>,
    /// First day of the period it shows.
    pub from: Day,
    /// Last day of that period.
    pub to: Day,
    /// Last day on which the room is open.
    pub closes: Day,
}

/// Body of `room.closed`: before its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoomClosed {
    /// The room's number.
    pub room: u64,
}

/// Body of `record.opened`: somebody other than themselves looked at a person's record. Written once a day for each
/// who looked; the fact's `by` says who.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordOpened {
    /// Whose record.
    pub person: PersonId,
    /// In which capacity.
    pub role: Role,
}
