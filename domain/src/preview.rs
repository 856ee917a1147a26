//! What facts not yet written would change: who comes into scope or drops out, and by when they would be due.

use crate::due::{Standing, Standings, Status};
use crate::fact::Fact;
use crate::person::PersonId;
use crate::{Day, Draft, World};
use std::collections::BTreeMap;

/// Somebody whom a control would concern anew, or no longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeChange {
    /// The control's id.
    pub control: Box<str>,
    /// Who.
    pub person: PersonId,
    /// What lists print for them.
    pub who: String,
    /// Their name.
    pub name: String,
    /// Where they would stand; out of scope for those who drop out.
    pub then: Standing,
}

/// Who would come into scope of a control on `day`, or drop out, if the drafts were written.
///
/// # Errors
/// Where the drafts can't be true of this world.
pub fn scope_changes(world: &World, drafts: &[Draft], day: Day) -> Result<Vec<ScopeChange>, String> {
    let mut then = world.clone();
    let at = world.last_at().unwrap_or_default();
    for draft in drafts {
        let fact = Fact {
            seq: then.size(),
            at,
            by: "system".into(),
            body: draft.body.clone(),
            private: draft.private.clone(),
        };
        then.apply(fact)?;
    }
    then.settle();
    let mut changes = Vec::new();
    for control in then.controls().values() {
        let after = Standings::new(&then, control, day);
        let before = world.controls().get(&control.id).map(|control| Standings::new(world, control, day));
        let stood: BTreeMap<PersonId, Status> = match &before {
            Some(before) => world.people().listed().map(|(_, person)| (person.id, before.of(person).status)).collect(),
            None => BTreeMap::new(),
        };
        for (_, person) in then.people().listed() {
            let standing = after.of(person);
            let was_in = stood.get(&person.id).is_some_and(|status| *status != Status::OutOfScope);
            if was_in != (standing.status != Status::OutOfScope) {
                changes.push(ScopeChange {
                    control: control.id.clone(),
                    person: person.id,
                    who: person.label(),
                    name: person.name().to_owned(),
                    then: standing,
                });
            }
        }
    }
    changes.sort_by(|a, b| a.control.cmp(&b.control).then_with(|| a.who.cmp(&b.who)));
    Ok(changes)
}
