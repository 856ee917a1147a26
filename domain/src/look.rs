//! Who looked at whose record: told to everybody on their own page.

use crate::access::Role;
use crate::by_person::ByPerson;
use crate::fact::{Body, RecordOpened};
use crate::person::{PersonId, PersonIx};
use crate::{Day, Draft, World};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Somebody looked at somebody else's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub at: Timestamp,
    /// Who, as the ledger writes it.
    pub by: Box<str>,
    /// At whose record.
    pub person: PersonId,
    /// In which capacity.
    pub role: Role,
}

/// All looks, in order.
#[derive(Clone, Debug, Default)]
pub struct Looks {
    list: ByPerson<Look>,
}

impl Looks {
    /// At one person's record, those at an id since merged included.
    pub fn at(&self, world: &World, ix: PersonIx) -> impl DoubleEndedIterator<Item = &Look> {
        self.list.of(world, ix)
    }

    pub(crate) fn opened(&mut self, look: Look) {
        self.list.push([look.person], look);
    }
}

/// The fact that somebody looks at a record; none where the same look stands in the ledger for that day.
#[must_use]
pub fn open(world: &World, by: &str, at: PersonIx, role: Role, now: (Day, &TimeZone)) -> Vec<Draft> {
    let Some(person) = world.people().get(at).map(|person| person.id) else { return Vec::new() };
    let (today, zone) = now;
    let known = world.looks().at(world, at).rev().take_while(|look| look.at.to_zoned(zone.clone()).date() >= today);
    let told = known.into_iter().any(|look| &*look.by == by && look.person == person && look.role == role);
    if told { Vec::new() } else { vec![Body::RecordOpened(RecordOpened { person, role }).into()] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::on;

    #[test]
    fn a_look_is_recorded_once_a_day_for_each_who_looks() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,Ana,,Developer,,,"]);
        let ix = world.people().find("E1").unwrap();
        // Facts of tests are told on 1 January 2026, by the system.
        let open = |world: &World, by: &str, day: &str| open(world, by, ix, Role::Owner, (on(day), &TimeZone::UTC));
        let drafts = open(&world, "system", "2026-01-01");
        assert_eq!(drafts.len(), 1);
        world.is_told(drafts);
        assert_eq!(open(&world, "system", "2026-01-01").len(), 0);
        assert_eq!(open(&world, "operator:other", "2026-01-01").len(), 1);
        assert_eq!(open(&world, "system", "2026-01-02").len(), 1);
        assert_eq!(world.looks().at(&world, ix).count(), 1);
    }
}
