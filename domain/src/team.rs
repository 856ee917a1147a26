//! Who reports to whom on a day.

use crate::person::PersonIx;
use crate::tally::manager_of;
use crate::{Day, World};
use std::collections::BTreeMap;

/// The direct reports of every manager on one day.
#[derive(Clone, Debug, Default)]
pub struct Teams {
    reports: BTreeMap<PersonIx, Vec<PersonIx>>,
}

impl Teams {
    /// Of everybody employed on `day`.
    #[must_use]
    pub fn on(world: &World, day: Day) -> Teams {
        let mut reports: BTreeMap<PersonIx, Vec<PersonIx>> = BTreeMap::new();
        for (ix, person) in world.people().listed().filter(|(_, person)| person.employed(day)) {
            if let Some(manager) = manager_of(world, person, day) {
                reports.entry(manager).or_default().push(ix);
            }
        }
        Teams { reports }
    }

    /// Whether anybody reports to them.
    #[must_use]
    pub fn leads(&self, manager: PersonIx) -> bool {
        self.reports.contains_key(&manager)
    }

    /// Who reports to them, in the order of the ledger.
    #[must_use]
    pub fn of(&self, manager: PersonIx) -> &[PersonIx] {
        self.reports.get(&manager).map(Vec::as_slice).unwrap_or_default()
    }

    /// Every manager, in the order of the ledger.
    pub fn managers(&self) -> impl Iterator<Item = PersonIx> + '_ {
        self.reports.keys().copied()
    }
}
