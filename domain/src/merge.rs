//! Two ids that turned out to be one person: a rehire under a new number, a second account.

use crate::fact::{Body, PersonMerged, Private};
use crate::{Draft, Refusal, World};

/// The fact that joins `old` to `new`, both given as employee id or random id. All history is `new`'s from then on.
///
/// # Errors
/// Where one is not known, both are one already, or no reason is given.
pub fn merge(world: &World, old: &str, new: &str, reason: &str) -> Result<Vec<Draft>, Refusal> {
    let people = world.people();
    let find = |id: &str| {
        let person = people.find(id).and_then(|ix| people.get(ix)).filter(|person| person.is_listed());
        person.ok_or_else(|| {
            Refusal::request(format!(
                "no roster names {}; people list shows the ids there are",
                crate::calendar::quote(id)
            ))
        })
    };
    let (from, into) = (find(old)?, find(new)?);
    if from.id == into.id {
        return Err(Refusal::request(format!("{old} and {new} are one person already")));
    }
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::request("say why they are one person with --reason; an auditor will ask"));
    }
    let body = Body::PersonMerged(PersonMerged { old: from.id, new: into.id });
    Ok(vec![Draft { body, private: Some(Private { reason: Some(reason.into()), ..Private::default() }) }])
}
