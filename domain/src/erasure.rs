//! Erasing a person: who they were is forgotten, what happened stays provable.

use crate::fact::{Body, PersonNamed};
use crate::person::{PersonId, PersonIx};
use crate::room::Room;
use crate::{Day, Draft, Refusal, World};

/// The fact that somebody's private parts are erased, and the ids whose private parts go: theirs, and those merged into them.
///
/// # Errors
/// Where nobody has that id, or they are still employed: the next roster would only bring them back.
pub fn erase(world: &World, id: &str, today: Day) -> Result<(Vec<Draft>, Vec<PersonId>), Refusal> {
    if let Some(room) = world.rooms().all().find(|room| room.guest.is_some() && room.email().eq_ignore_ascii_case(id)) {
        return erase_auditor(room, today);
    }
    let people = world.people();
    let unknown = || Refusal::request(format!("nobody has the id {}", crate::calendar::quote(id)));
    let ix = people.find(id).ok_or_else(unknown)?;
    let person = people.get(ix).ok_or_else(unknown)?;
    if person.erased {
        return Err(Refusal::request(format!("{} is erased already", person.id)));
    }
    if person.spells.iter().any(|spell| spell.end.is_none_or(|end| end > today)) {
        return Err(Refusal::request(format!(
            "{id} is still employed, so the next roster would bring them back; erase after they left"
        )));
    }
    Ok((vec![Body::PersonErased(PersonNamed { person: person.id }).into()], subjects(world, ix)))
}

/// Forgets an auditor once their room is closed.
fn erase_auditor(room: &Room, today: Day) -> Result<(Vec<Draft>, Vec<PersonId>), Refusal> {
    if room.is_open(today) {
        return Err(Refusal::request("their room is still open; close it first"));
    }
    Ok((vec![Body::PersonErased(PersonNamed { person: room.auditor }).into()], vec![room.auditor]))
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
    fn who_is_employed_or_yet_to_leave_is_not_erased() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,A,,Developer,,,", "E2,A,,Developer,,,2024-06-30"]);
        assert!(erase(&world, "E1", TODAY).unwrap_err().to_string().contains("still employed"));
        assert!(erase(&world, "E2", on("2024-06-30")).unwrap_err().to_string().contains("still employed"));
        assert!(erase(&world, "E2", on("2024-07-01")).is_ok());
        assert!(erase(&world, "E7", TODAY).unwrap_err().to_string().contains("nobody has the id"));
    }
}
