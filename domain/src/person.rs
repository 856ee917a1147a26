//! Who somebody is to us: a random id, an identity that can be erased, and what was recorded over time.

use crate::Day;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::num::NonZeroU16;
use std::str::FromStr;

/// A person's random id: `p` and 16 letters and digits, the only thing by which facts refer to people.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "&str", into = "String")]
pub struct PersonId([u8; 10]);

impl Hash for PersonId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(&self.0);
    }
}

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

impl PersonId {
    /// The id made of these random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; 10]) -> PersonId {
        PersonId(bytes)
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [b'p'; 17];
        let mut bits = self.0.iter().fold(0u128, |bits, byte| (bits << 8) | u128::from(*byte));
        for place in text.iter_mut().skip(1).rev() {
            *place = ALPHABET.get((bits & 31) as usize).copied().unwrap_or(b'a');
            bits >>= 5;
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for PersonId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("{} is no person's id (p and 16 letters or digits)", crate::calendar::quote(text));
        let places = text.strip_prefix('p').filter(|rest| rest.len() == 16).ok_or_else(wrong)?;
        let mut bits = 0u128;
        for byte in places.bytes() {
            let value = match byte {
                b'a'..=b'z' => byte - b'a',
                b'2'..=b'7' => byte - b'2' + 26,
                _ => return Err(wrong()),
            };
            bits = (bits << 5) | u128::from(value);
        }
        let bytes = bits.to_be_bytes();
        let mut id = [0; 10];
        id.iter_mut().zip(bytes.iter().skip(6)).for_each(|(to, from)| *to = *from);
        Ok(PersonId(id))
    }
}

impl TryFrom<&str> for PersonId {
    type Error = String;
    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PersonId> for String {
    fn from(id: PersonId) -> String {
        id.to_string()
    }
}

/// Place of a person in [`crate::people::People`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonIx(pub(crate) u32);

/// Place of a profile in [`crate::people::Profiles`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProfileIx(pub(crate) u32);

/// What the roster says of who somebody is. Private: kept beside the ledger, erasable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The company's own id, stable over imports.
    pub employee_id: Box<str>,
    /// Full name.
    pub name: Box<str>,
    /// E-mail address, or empty.
    pub email: Box<str>,
    /// User name, or empty.
    pub username: Box<str>,
}

/// What a scope rule may see of a person, the manager apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Job title.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub title: Box<str>,
    /// Departments, in the roster's order.
    #[serde(skip_serializing_if = "no_items")]
    pub departments: Box<[Box<str>]>,
    /// Kind of employment, as the roster calls it.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub employment: Box<str>,
    /// Where they work, as the roster calls it.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub location: Box<str>,
    /// Labels, in the roster's order.
    #[serde(skip_serializing_if = "no_items")]
    pub labels: Box<[Box<str>]>,
}

#[expect(clippy::borrowed_box, reason = "serde hands the field's own type")]
fn no_items(list: &Box<[Box<str>]>) -> bool {
    list.is_empty()
}

/// An unbroken time of employment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// First day that counts. Where employment began before the first import, the day of that import (docs/domain.md, "before E").
    pub start: Day,
    /// First day no longer employed, or none while it lasts.
    pub end: Option<Day>,
    /// Whether employment began before tracking did.
    pub before_tracking: bool,
}

impl Spell {
    /// Whether somebody with this spell is employed on `day`.
    #[must_use]
    pub fn covers(&self, day: Day) -> bool {
        self.start <= day && self.end.is_none_or(|end| day < end)
    }
}

/// What the roster said of somebody from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// First day it holds.
    pub from: Day,
    /// Title, departments and the rest.
    pub profile: ProfileIx,
    /// Their manager, if the roster named one.
    pub manager: Option<PersonIx>,
    /// The fact that recorded it.
    pub seq: u32,
}

/// An extended absence `[from, to)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leave {
    /// First day away.
    pub from: Day,
    /// The day they are back, or none while that is not known.
    pub to: Option<Day>,
}

impl Leave {
    /// Whether somebody on this leave is away on `day`.
    #[must_use]
    pub fn covers(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }
}

/// How much a completion proves. Declared from weakest to strongest, so that they compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// A manager gave a count, no names.
    Attested,
    /// The person said so.
    Acknowledged,
    /// Every required lesson was finished here, or a provider's record says so.
    Completed,
    /// Completed, and the final check was passed.
    Assessed,
}

impl Strength {
    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Strength::Attested => "attested",
            Strength::Acknowledged => "acknowledged",
            Strength::Completed => "completed",
            Strength::Assessed => "assessed",
        }
    }

    /// Reads the word of a file.
    ///
    /// # Errors
    /// Lists the words there are.
    pub fn read(text: &str) -> Result<Strength, String> {
        match text {
            "attested" => Ok(Strength::Attested),
            "acknowledged" => Ok(Strength::Acknowledged),
            "completed" => Ok(Strength::Completed),
            "assessed" => Ok(Strength::Assessed),
            _ => Err(format!(
                "{} is no strength; write attested, acknowledged, completed or assessed",
                crate::calendar::quote(text)
            )),
        }
    }
}

/// A dated fact about one person and one course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The day it was completed.
    pub on: Day,
    /// Which course.
    pub course: CourseIx,
    /// How much it proves.
    pub strength: Strength,
    /// Which version of the course, where that is known.
    pub version: Option<VersionIx>,
    /// How many of the required lessons were shown by a test instead of attended.
    pub shown: u16,
    /// The fact that recorded it.
    pub seq: u32,
}

/// Place of a version's name in the world, from 1, so that a completion without one needs no more room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VersionIx(NonZeroU16);

impl VersionIx {
    pub(crate) fn of(place: usize) -> Option<VersionIx> {
        u16::try_from(place + 1).ok().and_then(NonZeroU16::new).map(VersionIx)
    }

    pub(crate) fn place(self) -> usize {
        usize::from(self.0.get()) - 1
    }
}

/// Place of a course's name in the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CourseIx(pub(crate) u16);

/// An approved release of one person from one control, first to last day, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The control's id.
    pub control: Box<str>,
    /// First day released.
    pub from: Day,
    /// Last day released, or none while open.
    pub to: Option<Day>,
    /// Who approved it, where that is somebody the roster knows.
    pub approved_by: Option<PersonIx>,
    /// Why, and who approved it where the roster does not know them; gone once erased.
    pub private: Option<Box<ExceptionText>>,
    /// The fact that recorded it.
    pub seq: u32,
}

/// The private words of an exception.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExceptionText {
    /// Why it was granted.
    pub reason: Box<str>,
    /// Who approved it, as written.
    pub approved_by: Box<str>,
}

impl Exception {
    /// Whether it releases on `day`.
    #[must_use]
    pub fn covers(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// A count that a manager gave for a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// The campaign's id.
    pub campaign: Box<str>,
    /// The day it was given.
    pub on: Day,
    /// How many direct reports have taken it.
    pub count: u32,
    /// When it was recorded.
    pub at: jiff::Timestamp,
    /// Where it was said, where that was an issue.
    pub source: Option<Box<crate::fact::CountSource>>,
    /// The fact that recorded it.
    pub seq: u32,
}

/// Everything known about one person. Lists are in order of their first day, then of their recording.
#[derive(Clone, Debug)]
pub struct Person {
    /// Our random id.
    pub id: PersonId,
    /// Who it is; none where nothing was disclosed or it was erased.
    pub identity: Option<Box<Identity>>,
    /// Times of employment; none for somebody only named as a manager.
    pub spells: Vec<Spell>,
    /// What the roster said, from when, in the order of its recording.
    pub records: Vec<Record>,
    /// What they completed.
    pub completions: Vec<Completion>,
    /// When they were away.
    pub leaves: Vec<Leave>,
    /// What they are released from.
    pub exceptions: Vec<Exception>,
    /// What they said of their team.
    pub attestations: Vec<Attestation>,
    /// The person they turned out to be.
    pub merged_into: Option<PersonIx>,
    /// Whether the private parts were erased.
    pub erased: bool,
}

impl Person {
    pub(crate) fn new(id: PersonId) -> Person {
        Person {
            id,
            identity: None,
            spells: Vec::new(),
            records: Vec::new(),
            completions: Vec::new(),
            leaves: Vec::new(),
            exceptions: Vec::new(),
            attestations: Vec::new(),
            merged_into: None,
            erased: false,
        }
    }

    /// What lists print for them: the employee id, or our random one where that is not to be had.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.identity {
            Some(identity) => identity.employee_id.to_string(),
            None => self.id.to_string(),
        }
    }

    /// Their name, or nothing where that is not to be had.
    #[must_use]
    pub fn name(&self) -> &str {
        self.identity.as_ref().map_or("", |identity| &identity.name)
    }

    /// Whether they are employed on `day`.
    #[must_use]
    pub fn employed(&self, day: Day) -> bool {
        self.spells.iter().any(|spell| spell.covers(day))
    }

    /// The record in force on `day`: of those that began by then, the one recorded last.
    #[must_use]
    pub fn record(&self, day: Day) -> Option<&Record> {
        self.records.iter().rev().find(|record| record.from <= day)
    }

    /// Whether a leave covers `day`.
    #[must_use]
    pub fn on_leave(&self, day: Day) -> bool {
        self.leaves.iter().any(|leave| leave.covers(day))
    }

    /// Whether an exception releases them from the control on `day`.
    #[must_use]
    pub fn excepted(&self, control: &str, day: Day) -> bool {
        self.exceptions.iter().any(|exception| &*exception.control == control && exception.covers(day))
    }

    /// Whether they ever stood in a roster, and were not found to be somebody else.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        !self.spells.is_empty() && self.merged_into.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_id_reads_back_as_it_was_written() {
        for bytes in [[0; 10], [255; 10], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]] {
            let id = PersonId::from_random(bytes);
            assert_eq!(id.to_string().len(), 17);
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        for wrong in ["", "p", "E1", "pAAAAAAAAAAAAAAAA", "paaaaaaaaaaaaaaa1", "xaaaaaaaaaaaaaaaa"] {
            assert!(wrong.parse::<PersonId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn strengths_compare_from_a_managers_count_to_a_passed_check() {
        assert!(Strength::Attested < Strength::Acknowledged);
        assert!(Strength::Acknowledged < Strength::Completed);
        assert!(Strength::Completed < Strength::Assessed);
    }
}
