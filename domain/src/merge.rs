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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::on;

    fn two() -> World {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,A,,Developer,E9,,", "E2,A,,Developer,,,"]);
        world
    }

    #[test]
    fn who_was_merged_is_found_by_the_old_id_and_has_both_histories() {
        let mut world = two();
        let (old, new) = (world.person("E1").id, world.person("E2").id);
        let drafts = merge(&world, "E1", "E2", "a second account").unwrap();
        world.is_told(drafts);
        for id in ["E1".to_owned(), "E2".to_owned(), old.to_string(), new.to_string()] {
            assert_eq!(world.person(&id).id, new, "{id}");
        }
        assert_eq!((world.person("E1").spells.len(), world.people().listed().count()), (2, 1));
        assert!(world.person("E1").employed(on("2024-01-01")));
    }

    #[test]
    fn a_merge_without_a_reason_of_strangers_or_of_one_person_is_refused() {
        let world = two();
        for (old, new, reason, told) in [
            ("E1", "E2", " ", "--reason"),
            ("E1", "E1", "x", "one person already"),
            ("E1", "E7", "x", "no roster names \"E7\""),
            ("E9", "E2", "x", "no roster names \"E9\""),
        ] {
            let refusal = merge(&world, old, new, reason).unwrap_err().to_string();
            assert!(refusal.contains(told), "{refusal}");
        }
    }

    #[test]
    fn the_reason_stands_beside_the_fact_and_not_in_it() {
        let drafts = merge(&two(), "E1", "E2", " Ada married ").unwrap();
        assert!(!drafts[0].body.to_value().unwrap().to_string().contains("Ada"));
        assert_eq!(drafts[0].private.as_ref().unwrap().reason.as_deref(), Some("Ada married"));
    }
}
