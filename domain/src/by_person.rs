//! What facts said about people, in order, and found by person without looking at everybody's.

use crate::World;
use crate::person::{PersonId, PersonIx};
use std::collections::HashMap;

/// A list in the order of the ledger, with the places that concern each person.
#[derive(Clone, Debug)]
pub(crate) struct ByPerson<T> {
    list: Vec<T>,
    /// Only looked up, never walked: its order is no order.
    places: HashMap<PersonId, Vec<u32>>,
}

impl<T> Default for ByPerson<T> {
    fn default() -> ByPerson<T> {
        ByPerson { list: Vec::new(), places: HashMap::new() }
    }
}

impl<T> ByPerson<T> {
    /// Adds what concerns these people.
    pub(crate) fn push(&mut self, people: impl IntoIterator<Item = PersonId>, item: T) {
        let place = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        for person in people {
            self.places.entry(person).or_default().push(place);
        }
        self.list.push(item);
    }

    /// All of it, in order.
    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.list.iter()
    }

    /// What concerns a person, in order, told under whichever id.
    pub(crate) fn of(&self, world: &World, ix: PersonIx) -> impl DoubleEndedIterator<Item = &T> {
        let mut places: Vec<u32> =
            world.people().ids_of(ix).filter_map(|id| self.places.get(&id)).flatten().copied().collect();
        places.sort_unstable();
        places.into_iter().filter_map(|place| self.list.get(place as usize))
    }

    /// Changes what concerns these people.
    pub(crate) fn change(&mut self, people: &[PersonId], mut change: impl FnMut(&mut T)) {
        for place in people.iter().filter_map(|id| self.places.get(id)).flatten() {
            if let Some(item) = self.list.get_mut(*place as usize) {
                change(item);
            }
        }
    }
}
