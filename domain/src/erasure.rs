//! Erasing a person: who they were is forgotten, what happened stays provable.

use crate::calendar::add_months;
use crate::fact::{Body, PersonNamed};
use crate::person::{Person, PersonId, PersonIx};
use crate::room::Room;
use crate::{Day, Draft, Refusal, World};
use std::collections::BTreeSet;

/// The facts that somebody's private parts are erased, and the ids whose private parts go: theirs, those merged into them,
/// and those of strangers whom a list gave the same id, address or user name.
///
/// # Errors
/// Where nobody has that id, or they are still employed: the next roster would only bring them back.
pub fn erase(world: &World, id: &str, today: Day) -> Result<(Vec<Draft>, Vec<PersonId>), Refusal> {
    if let Some(room) = world.rooms().all().find(|room| room.guest.is_some() && room.email().eq_ignore_ascii_case(id)) {
        return erase_auditor(room, today);
    }
    let people = world.people();
    let unknown = || Refusal::request(format!("nobody has the id {}", crate::calendar::quote(id)));
    let Some(ix) = people.find(id) else {
        // Whom a list named and no roster knows is held by nothing.
        let stranger = world.comparisons().find(id).ok_or_else(unknown)?;
        return Ok((vec![erased(stranger)], vec![stranger]));
    };
    let person = people.get(ix).ok_or_else(unknown)?;
    if person.erased {
        return Err(Refusal::request(format!("{} is erased already", person.id)));
    }
    if person.spells.iter().any(|spell| spell.end.is_none_or(|end| end > today)) {
        return Err(Refusal::request(format!(
            "{id} is still employed, so the next roster would bring them back; erase after they left"
        )));
    }
    let strangers = strangers(world, ix);
    let drafts = std::iter::once(person.id).chain(strangers.iter().copied()).map(erased).collect();
    Ok((drafts, subjects(world, ix).into_iter().chain(strangers).collect()))
}

fn erased(person: PersonId) -> Draft {
    Body::PersonErased(PersonNamed { person }).into()
}

/// Strangers of other lists who are this person by all that the lists said.
fn strangers(world: &World, ix: PersonIx) -> Vec<PersonId> {
    let people = world.people();
    let those =
        people.all().filter(|(other, _)| people.resolve(*other) == people.resolve(ix)).map(|(_, person)| person);
    let alike = |person: &Person| person.identity.as_deref().map(|identity| world.comparisons().alike(identity));
    those.filter_map(alike).flatten().collect::<BTreeSet<_>>().into_iter().collect()
}

/// Forgets an auditor once their room is closed.
fn erase_auditor(room: &Room, today: Day) -> Result<(Vec<Draft>, Vec<PersonId>), Refusal> {
    if room.is_open(today) {
        return Err(Refusal::request("their room is still open; close it first"));
    }
    Ok((vec![erased(room.auditor)], vec![room.auditor]))
}

/// Most people whose time is up that are erased in one go.
const MOST_AT_ONCE: usize = 500;

/// The facts that forget everybody who left so long ago that the programme no longer keeps their private parts, auditors of
/// rooms among them, and the ids whose private parts go. Nothing where the programme keeps them for good.
#[must_use]
pub fn expire(world: &World, today: Day) -> (Vec<Draft>, Vec<PersonId>) {
    let Some(years) = world.organisation().and_then(|organisation| organisation.keep_years) else {
        return (Vec::new(), Vec::new());
    };
    let is_over = |since: Day| add_months(since, 12 * years) <= today;
    let people = world.people();
    let gone = people.listed().filter(|(_, person)| {
        let ends: Option<Vec<Day>> = person.spells.iter().map(|spell| spell.end).collect();
        let left = ends.and_then(|ends| ends.into_iter().max());
        !person.erased && person.identity.is_some() && left.is_some_and(is_over)
    });
    let auditors = world.rooms().all().filter(|room| room.guest.is_some() && is_over(room.closes));
    let auditors = auditors.map(|room| (room.auditor, vec![room.auditor]));
    let (mut drafts, mut subjects_of) = (Vec::new(), Vec::new());
    let gone = gone.map(|(ix, person)| (person.id, subjects(world, ix), strangers(world, ix)));
    let auditors = auditors.map(|(auditor, ids)| (auditor, ids, Vec::new()));
    for (person, ids, strangers) in gone.chain(auditors).take(MOST_AT_ONCE) {
        let named = std::iter::once(person).chain(strangers.iter().copied());
        drafts.extend(named.map(|person| Body::PersonErased(PersonNamed { person }).into()));
        subjects_of.extend(ids.into_iter().chain(strangers));
    }
    (drafts, subjects_of)
}

/// The ids whose private parts belong to a person: their own, and those of everybody merged into them.
#[must_use]
pub fn subjects(world: &World, ix: PersonIx) -> Vec<PersonId> {
    let people = world.people();
    people
        .all()
        .filter(|(other, _)| people.resolve(*other) == people.resolve(ix))
        .map(|(_, person)| person.id)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::{TODAY, on};

    #[test]
    fn erasing_takes_whoever_was_merged_into_them_along() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,A,,Developer,,,", "E2,A,,Developer,,,", "E3,B,,Boss,,,"]);
        let drafts = crate::merge::merge(&world, "E1", "E2", "a second account").unwrap();
        world.is_told(drafts);
        world.is_told_roster("2024-02-01", &["E3,B,,Boss,,,"]);
        let (drafts, subjects) = erase(&world, "E1", TODAY).unwrap();
        assert_eq!(subjects.len(), 2);
        world.is_told(drafts);
        assert_eq!((world.people().find("E1"), world.people().find("E2")), (None, None));
        let id = subjects[1].to_string();
        assert_eq!(world.person(&id).name(), "");
        assert!(world.person(&id).employed(on("2024-01-31")));
        assert!(erase(&world, &id, TODAY).unwrap_err().to_string().contains("erased already"));
    }

    #[test]
    fn whoever_left_longer_ago_than_the_programme_keeps_them_is_forgotten_and_nobody_else() {
        let mut world = World::sample();
        world.is_told_roster("2020-01-01", &["E1,A,,Developer,,,", "E2,B,,Developer,,,", "E3,C,,Boss,,,"]);
        world.is_told_roster("2023-01-01", &["E2,B,,Developer,,,", "E3,C,,Boss,,,"]);
        world.is_told_roster("2024-01-01", &["E3,C,,Boss,,,"]);
        let forgotten = |world: &World, day| expire(world, on(day)).1;
        assert_eq!(forgotten(&world, "2099-01-01"), [], "kept for good unless the programme says otherwise");
        world.is_told_programme("[organisation]\nname = \"Sample\"\n[privacy]\nkeep_years = 3\n");
        let [first, second] = ["E1", "E2"].map(|id| world.person(id).id);
        assert_eq!(forgotten(&world, "2025-12-31"), []);
        assert_eq!(forgotten(&world, "2026-01-01"), [first]);
        assert_eq!(forgotten(&world, "2027-01-01"), [first, second], "who is employed stays");
        let (drafts, _) = expire(&world, on("2026-01-01"));
        world.is_told(drafts);
        assert_eq!(forgotten(&world, "2026-01-01"), [], "once");
        assert_eq!(world.organisation().unwrap().smallest_group, 3);
    }

    #[test]
    fn who_is_employed_or_yet_to_leave_is_not_erased() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,A,,Developer,,,", "E2,A,,Developer,,,2024-06-30"]);
        assert!(erase(&world, "E1", TODAY).unwrap_err().to_string().contains("still employed"));
        assert!(erase(&world, "E2", on("2024-06-30")).unwrap_err().to_string().contains("still employed"));
        assert!(erase(&world, "E2", on("2024-07-01")).is_ok());
        assert!(erase(&world, "E7", TODAY).unwrap_err().to_string().contains("nobody has the id"));
    }
}
