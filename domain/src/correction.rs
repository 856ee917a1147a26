//! Taking back what should not have been recorded: another fact, with its reason. The mistake stays to be seen.

use crate::by_person::ByPerson;
use crate::fact::{Body, CompletionWithdrawn, ExceptionWithdrawn, LeaveWithdrawn, Private};
use crate::person::{CourseIx, Person, PersonId, PersonIx};
use crate::{Day, Draft, Refusal, World};
use jiff::Timestamp;

/// What was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Withdrawn {
    /// A completion: which course, and the day it was said to be of.
    Completion(CourseIx, Day),
    /// The leave that began on a day.
    Leave(Day),
    /// The exception from a control that began on a day.
    Exception(Box<str>, Day),
}

/// Something that was taken back: it counts for nothing any more, and stays to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// When.
    pub at: Timestamp,
    /// By whom, as the ledger writes it.
    pub by: Box<str>,
    /// Whose record.
    pub person: PersonId,
    /// What.
    pub withdrawn: Withdrawn,
    /// Why; gone once erased.
    pub reason: Option<Box<str>>,
}

/// All corrections, in order.
#[derive(Clone, Debug, Default)]
pub struct Corrections {
    list: ByPerson<Correction>,
}

impl Corrections {
    /// Those to one person's record, those under an id since merged included.
    pub fn of(&self, world: &World, ix: PersonIx) -> impl Iterator<Item = &Correction> {
        self.list.of(world, ix)
    }

    pub(crate) fn made(&mut self, correction: Correction) {
        self.list.push([correction.person], correction);
    }

    /// Forgets the words about somebody.
    pub(crate) fn erased(&mut self, people: &[PersonId]) {
        self.list.change(people, |correction| correction.reason = None);
    }
}

fn who(world: &World, ix: PersonIx) -> Result<&Person, Refusal> {
    world.people().get(ix).ok_or_else(|| Refusal::request("nobody has that id"))
}

fn because(body: Body, reason: &str) -> Result<Vec<Draft>, Refusal> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::request("say why it is taken back; an auditor will ask"));
    }
    Ok(vec![Draft { body, private: Some(Private { reason: Some(reason.into()), ..Private::default() }) }])
}

fn gone(what: &str) -> Refusal {
    Refusal::request(format!("there is no such {what}; somebody may have taken it back a moment ago"))
}

/// Takes back the completion that the fact `seq` recorded.
///
/// # Errors
/// Where it does not stand, or no reason is given.
pub fn withdraw_completion(world: &World, ix: PersonIx, seq: u64, reason: &str) -> Result<Vec<Draft>, Refusal> {
    let person = who(world, ix)?;
    let stands = person.completions.iter().any(|completion| u64::from(completion.seq) == seq);
    if !stands {
        return Err(gone("completion"));
    }
    because(Body::CompletionWithdrawn(CompletionWithdrawn { person: person.id, completion: seq }), reason)
}

/// Takes back the leave that begins on `from`.
///
/// # Errors
/// Where it does not stand, or no reason is given.
pub fn withdraw_leave(world: &World, ix: PersonIx, from: Day, reason: &str) -> Result<Vec<Draft>, Refusal> {
    let person = who(world, ix)?;
    if !person.leaves.iter().any(|leave| leave.from == from) {
        return Err(gone("leave"));
    }
    because(Body::LeaveWithdrawn(LeaveWithdrawn { person: person.id, from }), reason)
}

/// Takes back the exception from a control that begins on `from`.
///
/// # Errors
/// Where it does not stand, or no reason is given.
pub fn withdraw_exception(
    world: &World,
    ix: PersonIx,
    control: &str,
    from: Day,
    reason: &str,
) -> Result<Vec<Draft>, Refusal> {
    let person = who(world, ix)?;
    if !person.exceptions.iter().any(|exception| exception.from == from && &*exception.control == control) {
        return Err(gone("exception"));
    }
    let body = ExceptionWithdrawn { person: person.id, control: control.into(), from };
    because(Body::ExceptionWithdrawn(body), reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::Asks;
    use crate::fact::RequestMade;
    use crate::person::Strength;
    use crate::world::tests::{TODAY, on};
    use crate::{completion, request};

    #[test]
    fn what_is_taken_back_holds_no_more_and_needs_a_reason() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,Ana,,Developer,,,"]);
        let ix = world.people().find("E1").unwrap();
        let (id, from) = (world.person("E1").id, on("2024-03-01"));
        let told =
            completion::ByHand { course: "full", on: from, strength: Strength::Completed, source: "", reference: "" };
        let drafts = completion::record(&world, ix, told, TODAY).unwrap();
        world.is_told(drafts);
        let seq = world.size() - 1;
        for asks in [Asks::Leave, Asks::Exception] {
            let control = (asks == Asks::Exception).then(|| "C".into());
            let drafts = request::record(
                &world,
                &RequestMade { person: id, asks, control, from, to: None, completion: None },
                "why",
                None,
            );
            world.is_told(drafts.unwrap());
        }
        assert!(withdraw_completion(&world, ix, seq, " ").unwrap_err().to_string().contains("say why"));
        let drafts = [
            withdraw_completion(&world, ix, seq, "a namesake's").unwrap(),
            withdraw_leave(&world, ix, from, "never went").unwrap(),
            withdraw_exception(&world, ix, "C", from, "a mistake").unwrap(),
        ];
        world.is_told(drafts.concat());
        let person = world.person("E1");
        assert!(person.completions.is_empty() && person.leaves.is_empty() && person.exceptions.is_empty());
        let told: Vec<&str> =
            world.corrections().of(&world, ix).filter_map(|correction| correction.reason.as_deref()).collect();
        assert_eq!(told, ["a namesake's", "never went", "a mistake"], "what was taken back stays to be seen");
        assert!(withdraw_completion(&world, ix, seq, "again").unwrap_err().to_string().contains("no such completion"));
    }
}
