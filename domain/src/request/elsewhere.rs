//! A course that somebody took elsewhere: asking that it be recorded, and recording it.

use super::Request;
use crate::calendar::quote;
use crate::discretion::open_words;
use crate::fact::{Asks, Body, CompletionAsked, CompletionRecorded, Private, RequestMade};
use crate::person::{Completion, PersonIx, Strength};
use crate::{Day, Draft, Refusal, World, course_publishing};

/// Longest name of where it was taken, in characters.
const LONGEST_SOURCE: usize = 100;
/// Longest word on it, in characters.
pub const LONGEST_REFERENCE: usize = 1_000;
/// Most requests of one person that wait at once: more is a mistake, or somebody who fills the ledger.
const MOST_OPEN: usize = 10;

/// What somebody says of a course that they took elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Elsewhere<'a> {
    /// Which of our courses it stands for.
    pub course: &'a str,
    /// When.
    pub on: Day,
    /// Where: the name of a system or provider.
    pub source: &'a str,
    /// Whatever else says what it was; private.
    pub reference: &'a str,
    /// SHA-256 of a file that proves it, lower-case hex; empty where there is none.
    pub proof: &'a str,
}

/// The courses that somebody may name: those that a control asks for, and those published here.
#[must_use]
pub fn courses(world: &World) -> Vec<String> {
    let versions = world.controls().values().flat_map(crate::control::Control::versions);
    let asked = versions.flat_map(|version| std::iter::once(&version.courses.full).chain(&version.courses.refresher));
    let published = world.published_courses().all().flat_map(|(id, versions)| {
        let refreshers = versions.iter().filter_map(|version| version.body.refresher.as_deref());
        std::iter::once(id).chain(refreshers)
    });
    let mut courses: Vec<String> = asked.map(|id| &**id).chain(published).map(str::to_owned).collect();
    courses.sort();
    courses.dedup();
    courses
}

/// The fact that somebody asks that a course taken elsewhere be recorded.
///
/// # Errors
/// Where the day is to come, the course is none of ours, the source names somebody, or the same is asked or recorded already.
pub fn ask(world: &World, ix: PersonIx, told: Elsewhere, today: Day) -> Result<Vec<Draft>, Refusal> {
    let person = world.people().get(ix).filter(|person| person.is_listed() && !person.erased);
    let person = person.ok_or_else(|| Refusal::request("no roster names this person"))?;
    if told.on > today {
        return Err(Refusal::request(format!("{} has not come yet", told.on)));
    }
    if !courses(world).iter().any(|course| *course == *told.course) {
        return Err(Refusal::request(format!("there is no course {}", quote(told.course))));
    }
    let source = source(world, told.source)?;
    let reference = told.reference.replace("\r\n", "\n");
    let reference = reference.trim();
    if reference.chars().count() > LONGEST_REFERENCE || reference.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Refusal::request(format!(
            "write at most {LONGEST_REFERENCE} characters, without control characters"
        )));
    }
    if !told.proof.is_empty() && !course_publishing::is_content_hash(told.proof) {
        return Err(Refusal::request("the proof is no SHA-256"));
    }
    let is_it = |one: &&Completion| one.on == told.on && world.course(one.course) == told.course;
    if person.completions.iter().filter(is_it).any(|one| one.strength >= Strength::Completed) {
        return Err(Refusal::request("this is recorded already; it stands in your history"));
    }
    let open: Vec<&Request> = world.requests().of(world, ix).filter(|request| is_open(request)).collect();
    let same = |request: &&Request| {
        request.asked.from == told.on
            && request.asked.completion.as_ref().is_some_and(|one| *one.course == *told.course)
    };
    if open.iter().any(same) {
        return Err(Refusal::request("this is asked for already, and waits to be decided"));
    }
    if open.len() >= MOST_OPEN {
        return Err(Refusal::request(format!("{MOST_OPEN} of yours wait to be decided; wait for the first answers")));
    }
    let proof = (!told.proof.is_empty()).then(|| told.proof.into());
    let asked = RequestMade {
        person: person.id,
        asks: Asks::Completion,
        control: None,
        from: told.on,
        to: None,
        completion: Some(CompletionAsked { course: told.course.into(), source, proof }),
    };
    let private = Private { reference: (!reference.is_empty()).then(|| reference.into()), ..Private::default() };
    Ok(vec![Draft { body: Body::RequestMade(asked), private: Some(private) }])
}

fn is_open(request: &Request) -> bool {
    request.settled.is_none() && request.asked.asks == Asks::Completion
}

/// Where something was taken, as it may stand in the open.
fn source(world: &World, text: &str) -> Result<Box<str>, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::request("say where you took it: the name of a system or provider"));
    }
    if text.chars().count() > LONGEST_SOURCE || text.chars().any(char::is_control) || text.contains('@') {
        return Err(Refusal::request(format!(
            "where you took it is the name of a system or provider, at most {LONGEST_SOURCE} characters; whom you write about belongs into the details"
        )));
    }
    open_words(world, text)
}

/// The fact that what was asked for is recorded; none where it stands already, as strong or stronger.
pub(super) fn grant(
    world: &World,
    request: &Request,
    taken: &CompletionAsked,
    strength: Strength,
) -> Result<Option<Draft>, Refusal> {
    let person = world.people().by_id(request.asked.person).and_then(|ix| world.people().get(ix));
    let Some(person) = person.filter(|person| person.is_listed() && !person.erased) else {
        return Err(Refusal::request("whoever asked is not known any more; decline it"));
    };
    let stands = |one: &Completion| {
        one.on == request.asked.from && one.strength >= strength && world.course(one.course) == &*taken.course
    };
    if person.completions.iter().any(stands) {
        return Ok(None);
    }
    let body = CompletionRecorded {
        source: Some(taken.source.clone()),
        proof: taken.proof.clone(),
        ..CompletionRecorded::of(person.id, &taken.course, request.asked.from, strength)
    };
    let private = request.reason.clone().map(|words| Private { reference: Some(words), ..Private::default() });
    Ok(Some(Draft { body: Body::CompletionRecorded(body), private }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::{approve, settle};
    use crate::world::tests::{TODAY, on};

    fn company() -> World {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["D1,Dora,,Boss,,,", "E1,Ana Ruiz,,Developer,D1,,"]);
        world
    }

    const HASH: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    fn taken() -> Elsewhere<'static> {
        let on = jiff::civil::date(2025, 5, 5);
        Elsewhere { course: "full", on, source: "Some Academy", reference: "Certificate 77 of Ana Ruiz", proof: HASH }
    }

    fn asks(world: &World, told: Elsewhere) -> Result<Vec<Draft>, Refusal> {
        ask(world, world.people().find("E1").unwrap(), told, TODAY)
    }

    #[test]
    fn what_is_approved_is_recorded_with_its_source_its_proof_and_the_strength_that_was_chosen() {
        let mut world = company();
        let drafts = asks(&world, taken()).unwrap();
        assert!(!drafts[0].body.to_value().unwrap().to_string().contains("Ana"), "her words are private");
        world.is_told(drafts);
        let (seq, delivery) = (world.size() - 1, world.people().find("D1"));
        assert_eq!(world.requests().get(seq).unwrap().reason.as_deref(), Some("Certificate 77 of Ana Ruiz"));
        assert_eq!(crate::proof_file::of_fact(&world, seq).unwrap().1, HASH);
        let drafts = approve(&world, seq, Strength::Assessed, "", delivery).unwrap();
        let private = drafts[1].private.as_ref().unwrap();
        assert_eq!(private.reference.as_deref(), Some("Certificate 77 of Ana Ruiz"));
        world.is_told(drafts);
        let one = *world.person("E1").completions.last().unwrap();
        assert_eq!((one.strength, one.on, world.proof(one.seq)), (Strength::Assessed, on("2025-05-05"), Some(HASH)));
        assert_eq!(crate::proof_file::of_fact(&world, one.seq.into()).unwrap().1, HASH);
        assert!(approve(&world, seq, Strength::Assessed, "", delivery).unwrap_err().to_string().contains("already"));
        assert!(asks(&world, taken()).unwrap_err().to_string().contains("recorded already"));
    }

    #[test]
    fn what_is_declined_records_nothing_and_nobody_decides_on_their_own() {
        let mut world = company();
        let drafts = asks(&world, taken()).unwrap();
        world.is_told(drafts);
        let (seq, own) = (world.size() - 1, world.people().find("E1"));
        assert!(approve(&world, seq, Strength::Completed, "", own).is_err());
        assert!(approve(&world, seq, Strength::Attested, "", None).is_err());
        assert!(settle(&world, seq, false, " ", None).is_err(), "a reason is needed");
        let drafts = settle(&world, seq, false, "the file can't be read", None).unwrap();
        world.is_told(drafts);
        assert!(world.person("E1").completions.is_empty());
    }

    #[test]
    fn what_is_sent_twice_names_somebody_or_makes_no_sense_is_refused() {
        let mut world = company();
        let refused = |world: &World, told: Elsewhere<'_>| asks(world, told).unwrap_err().to_string();
        assert!(refused(&world, Elsewhere { course: "other", ..taken() }).contains("no course"));
        assert!(refused(&world, Elsewhere { source: " ", ..taken() }).contains("where you took it"));
        assert!(refused(&world, Elsewhere { source: "ana@x.example", ..taken() }).contains("name of a system"));
        assert!(refused(&world, Elsewhere { source: "Ruiz, Ana", ..taken() }).contains("names somebody"));
        assert!(refused(&world, Elsewhere { on: on("2026-01-02"), ..taken() }).contains("not come yet"));
        assert!(refused(&world, Elsewhere { proof: "../x", ..taken() }).contains("no SHA-256"));
        assert!(refused(&world, Elsewhere { reference: &"x".repeat(1_001), ..taken() }).contains("at most"));
        let drafts = asks(&world, taken()).unwrap();
        world.is_told(drafts);
        assert!(refused(&world, Elsewhere { source: "Another", ..taken() }).contains("asked for already"));
        for day in 1..10 {
            let drafts = asks(&world, Elsewhere { on: on(&format!("2024-05-{day:02}")), ..taken() }).unwrap();
            world.is_told(drafts);
        }
        assert!(refused(&world, Elsewhere { on: on("2024-06-01"), ..taken() }).contains("10 of yours wait"));
    }

    #[test]
    fn who_was_erased_is_given_no_completion_and_their_words_are_gone() {
        let mut world = company();
        let drafts = asks(&world, taken()).unwrap();
        world.is_told(drafts);
        let seq = world.size() - 1;
        world.is_told_roster("2024-02-01", &["D1,Dora,,Boss,,,"]);
        let drafts = crate::erasure::erase(&world, "E1", TODAY).unwrap().0;
        world.is_told(drafts);
        assert_eq!(world.requests().get(seq).unwrap().reason, None);
        assert!(approve(&world, seq, Strength::Completed, "", None).unwrap_err().to_string().contains("decline it"));
        assert!(settle(&world, seq, false, "left", None).is_ok());
    }
}
