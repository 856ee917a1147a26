//! "This is not right": what somebody says against what a control asks of them, and the answer.

use crate::by_person::ByPerson;
use crate::fact::{Body, ObjectionAnswered, ObjectionRaised, Private};
use crate::person::{PersonId, PersonIx};
use crate::{Draft, Refusal, World};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// An objection as it was raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// Its number.
    pub seq: u64,
    /// When it was raised.
    pub at: Timestamp,
    /// By whom.
    pub person: PersonId,
    /// Against which control.
    pub control: Box<str>,
    /// In their words; gone once erased.
    pub words: Option<Box<str>>,
    /// The answer.
    pub answered: Option<Answered>,
}

/// The answer to an objection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// By whom, as the ledger writes it.
    pub by: Box<str>,
    /// When.
    pub at: Timestamp,
    /// In their words; gone once erased.
    pub words: Option<Box<str>>,
}

/// All objections, by number.
#[derive(Clone, Debug, Default)]
pub struct Objections {
    by_seq: BTreeMap<u64, Objection>,
    /// The numbers of each person's.
    of_person: ByPerson<u64>,
}

impl Objections {
    /// All, in order.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Objection> {
        self.by_seq.values()
    }

    /// Those not answered yet, in order.
    pub fn open(&self) -> impl Iterator<Item = &Objection> {
        self.all().filter(|objection| objection.answered.is_none())
    }

    /// Those of one person, those raised under an id since merged included.
    pub fn of(&self, world: &World, ix: PersonIx) -> impl Iterator<Item = &Objection> {
        self.of_person.of(world, ix).filter_map(|seq| self.by_seq.get(seq))
    }

    pub(crate) fn raised(&mut self, objection: Objection) {
        self.of_person.push([objection.person], objection.seq);
        self.by_seq.insert(objection.seq, objection);
    }

    pub(crate) fn answered(&mut self, seq: u64, answered: Answered) {
        if let Some(objection) = self.by_seq.get_mut(&seq) {
            objection.answered = Some(answered);
        }
    }

    /// Forgets the words about somebody.
    pub(crate) fn erased(&mut self, people: &[PersonId]) {
        for objection in self.by_seq.values_mut().filter(|objection| people.contains(&objection.person)) {
            objection.words = None;
            if let Some(answered) = &mut objection.answered {
                answered.words = None;
            }
        }
    }
}

fn words(text: &str, missing: &str) -> Result<Private, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::request(missing));
    }
    Ok(Private { reason: Some(text.into()), ..Private::default() })
}

/// The fact that somebody objects.
///
/// # Errors
/// Where the control is unknown, nothing is said, or an earlier objection of theirs still waits.
pub fn raise(world: &World, person: PersonIx, control: &str, text: &str) -> Result<Vec<Draft>, Refusal> {
    world.control(control).map_err(Refusal::request)?;
    let private = words(text, "say in a sentence what is not right")?;
    let waits = world
        .objections()
        .of(world, person)
        .any(|objection| objection.answered.is_none() && &*objection.control == control);
    if waits {
        return Err(Refusal::request("what you wrote before still waits for an answer; it has not been forgotten"));
    }
    let person = world.people().get(person).ok_or_else(|| Refusal::request("nobody has that id"))?.id;
    let body = ObjectionRaised { person, control: control.into() };
    Ok(vec![Draft { body: Body::ObjectionRaised(body), private: Some(private) }])
}

/// The fact that answers an objection.
///
/// # Errors
/// Where there is no such open objection, or nothing is said.
pub fn answer(world: &World, seq: u64, text: &str) -> Result<Vec<Draft>, Refusal> {
    let objection =
        world.objections().by_seq.get(&seq).ok_or_else(|| Refusal::request("there is no such objection"))?;
    if objection.answered.is_some() {
        return Err(Refusal::request("somebody answered this already"));
    }
    let private = words(text, "write an answer; whoever asked reads it on their page")?;
    let body = ObjectionAnswered { objection: seq, person: objection.person };
    Ok(vec![Draft { body: Body::ObjectionAnswered(body), private: Some(private) }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::TODAY;

    #[test]
    fn an_objection_waits_until_it_is_answered_once() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,Ana,,Developer,,,"]);
        let ix = world.people().find("E1").unwrap();
        assert!(raise(&world, ix, "C", "  ").is_err() && raise(&world, ix, "X", "words").is_err());
        let drafts = raise(&world, ix, "C", "I write no code").unwrap();
        world.is_told(drafts);
        let seq = world.size() - 1;
        assert!(raise(&world, ix, "C", "still waiting").unwrap_err().to_string().contains("waits for an answer"));
        let drafts = answer(&world, seq, "You are right").unwrap();
        world.is_told(drafts);
        assert!(answer(&world, seq, "again").is_err());
        let told = world.objections().of(&world, ix).next().unwrap();
        assert_eq!(told.answered.as_ref().and_then(|answered| answered.words.as_deref()), Some("You are right"));
        assert!(world.objections().open().next().is_none() && raise(&world, ix, "C", "once more").is_ok());
        assert!(TODAY.year() > 2024);
    }
}
