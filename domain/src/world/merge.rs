//! What merging two people and erasing one change in the world.

use super::World;
use crate::person::{Person, PersonId};
use crate::rule::Rule;
use crate::rule_text::exchanged;
use std::sync::Arc;

impl World {
    pub(super) fn merge(&mut self, old_id: PersonId, new_id: PersonId) -> Result<(), String> {
        let (old, new) = (self.people.intern(old_id), self.people.intern(new_id));
        if old == new {
            return Err("it joins a person with themselves".to_owned());
        }
        self.rename_in_rules(old_id, new_id)?;
        let Some(from) = self.people.get_mut(old) else { return Ok(()) };
        let mut moved = Person::new(from.id);
        moved.spells = std::mem::take(&mut from.spells);
        moved.records = std::mem::take(&mut from.records);
        moved.completions = std::mem::take(&mut from.completions);
        moved.leaves = std::mem::take(&mut from.leaves);
        moved.exceptions = std::mem::take(&mut from.exceptions);
        moved.attestations = std::mem::take(&mut from.attestations);
        self.people.merge(old, new);
        if let Some(into) = self.people.get_mut(new) {
            into.spells.extend(moved.spells);
            into.spells.sort_by_key(|spell| spell.start);
            into.records.extend(moved.records);
            into.records.sort_by_key(|record| record.seq);
            into.completions.extend(moved.completions);
            into.completions.sort_by_key(|completion| (completion.on, completion.seq));
            into.leaves.extend(moved.leaves);
            into.leaves.sort_by_key(|leave| leave.from);
            into.exceptions.extend(moved.exceptions);
            into.exceptions.sort_by_key(|exception| (exception.from, exception.seq));
            into.attestations.extend(moved.attestations);
            into.attestations.sort_by_key(|attestation| (attestation.on, attestation.seq));
        }
        Ok(())
    }

    /// Rules that name a manager mean the person, under whatever id.
    fn rename_in_rules(&mut self, old: PersonId, new: PersonId) -> Result<(), String> {
        let (old, new) = (old.to_string(), new.to_string());
        let renamed = |rule: &Rule| exchanged(rule.source(), |id| (id == old).then(|| new.clone()));
        let versions =
            self.controls.values_mut().flat_map(|control| &mut control.versions).map(|version| &mut version.rule);
        let tracks = self.tracks.iter_mut().map(|track| &mut track.rule);
        let audiences = self.campaigns.values_mut().filter_map(|campaign| campaign.audience.as_mut());
        let rules = versions.chain(tracks).chain(audiences);
        for rule in rules.filter(|rule| rule.sees_manager()) {
            *rule = Arc::new(Rule::compile(&renamed(rule))?);
        }
        self.verdicts.forget_managers();
        Ok(())
    }

    /// Forgets who somebody was, wherever words about them stand.
    pub(super) fn erase(&mut self, id: PersonId) {
        let erased = self.people.forget(id);
        self.corrections.erased(&erased);
        self.requests.erased(&erased);
        self.objections.erased(&erased);
        self.messages.erased(&erased);
        self.onboarding.erased(&erased);
        self.rooms.erased(id);
        self.comparisons.erased(&erased);
    }
}
