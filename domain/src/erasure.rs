//! Erasing a person: who they were is forgotten, what happened stays provable.

use crate::fact::{Body, PersonNamed};
use crate::person::{PersonId, PersonIx};
use crate::{Day, Draft, Refusal, World};

/// The fact that somebody's private parts are erased, and the ids whose private parts go: theirs, and those merged into them.
///
/// # Errors
/// Where nobody has that id, or they are still employed: the next roster would only bring them back.
pub fn erase(world: &World, id: &str, today: Day) -> Result<(Vec<Draft>, Vec<PersonId>), Refusal> {
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
