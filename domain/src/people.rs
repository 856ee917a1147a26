//! The people whom facts speak of, and the profiles that their records share.

use crate::fact::Private;
use crate::person::{Identity, Person, PersonId, PersonIx, Profile, ProfileIx};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// Random ids are their own hash. A ledger made to have many ids with one beginning would only be slow, not wrong.
#[derive(Clone, Debug, Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        // The table takes its place from the low bits and its mark from the high ones; both must see all bits.
        (self.0 ^ (self.0 >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().take(8).fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }
}

/// The people, in the order in which the ledger first names them.
#[derive(Clone, Debug, Default)]
pub struct People {
    list: Vec<Person>,
    by_id: HashMap<PersonId, PersonIx, BuildHasherDefault<IdHasher>>,
    /// Those merged into others: few.
    merged: Vec<PersonIx>,
    /// Every employee id ever used, those of merged people included. Only looked up, never walked: its order is no order.
    by_employee_id: HashMap<Box<str>, PersonIx>,
}

impl People {
    /// The person at a place; that of somebody merged is the person they turned out to be.
    #[must_use]
    pub fn get(&self, ix: PersonIx) -> Option<&Person> {
        self.list.get(self.resolve(ix).0 as usize)
    }

    /// Follows merges to the person who has the history.
    #[must_use]
    pub fn resolve(&self, ix: PersonIx) -> PersonIx {
        let mut ix = ix;
        // A merge always points to somebody not merged at that time, so this ends.
        while let Some(into) = self.list.get(ix.0 as usize).and_then(|person| person.merged_into) {
            ix = into;
        }
        ix
    }

    /// The random ids under which facts speak of a person: their own, and those merged into it.
    pub fn ids_of(&self, ix: PersonIx) -> impl Iterator<Item = PersonId> + '_ {
        let merged = self.merged.iter().copied().filter(move |old| self.resolve(*old) == ix);
        std::iter::once(ix).chain(merged).filter_map(|ix| self.list.get(ix.0 as usize)).map(|person| person.id)
    }

    /// Notes that a person turned out to be another.
    pub(crate) fn merge(&mut self, old: PersonIx, into: PersonIx) {
        if let Some(person) = self.get_mut(old) {
            person.merged_into = Some(into);
            self.merged.push(old);
        }
    }

    /// Who has this employee id, now or before a merge.
    #[must_use]
    pub fn by_employee_id(&self, employee_id: &str) -> Option<PersonIx> {
        self.by_employee_id.get(employee_id).map(|ix| self.resolve(*ix))
    }

    /// Who has this random id.
    #[must_use]
    pub fn by_id(&self, id: PersonId) -> Option<PersonIx> {
        self.by_id.get(&id).map(|ix| self.resolve(*ix))
    }

    /// Who is meant by an employee id or by our random id.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<PersonIx> {
        self.by_employee_id(text).or_else(|| self.by_id(text.parse().ok()?))
    }

    /// Who has this e-mail address, capitals apart; of several, whoever the ledger named last.
    #[must_use]
    pub fn by_email(&self, email: &str) -> Option<PersonIx> {
        if email.is_empty() {
            return None;
        }
        let is = |person: &Person| {
            person.identity.as_ref().is_some_and(|identity| identity.email.eq_ignore_ascii_case(email))
        };
        self.listed().filter(|(_, person)| is(person)).map(|(ix, _)| ix).last()
    }

    /// Who has this user name, capitals apart; of several, whoever the ledger named last.
    #[must_use]
    pub fn by_username(&self, username: &str) -> Option<PersonIx> {
        if username.is_empty() {
            return None;
        }
        let is = |person: &Person| {
            person.identity.as_ref().is_some_and(|identity| identity.username.eq_ignore_ascii_case(username))
        };
        self.listed().filter(|(_, person)| is(person)).map(|(ix, _)| ix).last()
    }

    /// Everybody who ever stood in a roster, in the order of the ledger.
    pub fn listed(&self) -> impl Iterator<Item = (PersonIx, &Person)> {
        self.all().filter(|(_, person)| person.is_listed())
    }

    /// Everybody ever named, those merged into others included.
    pub fn all(&self) -> impl Iterator<Item = (PersonIx, &Person)> {
        (0u32..).map(PersonIx).zip(&self.list)
    }

    /// How many were ever named.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether nobody was ever named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Forgets who a person was, and those who turned out to be them. Gives everybody concerned.
    pub(crate) fn forget(&mut self, id: PersonId) -> Vec<PersonId> {
        let ix = self.intern(id);
        let merged = self.merged.iter().copied().filter(|old| self.resolve(*old) == ix && *old != ix);
        let erased: Vec<PersonIx> = std::iter::once(ix).chain(merged).collect();
        for ix in &erased {
            if let Some(person) = self.get_mut(*ix) {
                person.identity = None;
                person.erased = true;
                for exception in &mut person.exceptions {
                    exception.private = None;
                }
            }
        }
        let list = &self.list;
        self.by_employee_id.retain(|_, place| list.get(place.0 as usize).is_some_and(|person| !person.erased));
        erased.iter().filter_map(|ix| self.list.get(ix.0 as usize)).map(|person| person.id).collect()
    }

    /// Gives back memory that growing left over.
    pub(crate) fn shrink(&mut self) {
        for person in &mut self.list {
            person.spells.shrink_to_fit();
            person.records.shrink_to_fit();
            person.completions.shrink_to_fit();
            person.leaves.shrink_to_fit();
            person.exceptions.shrink_to_fit();
            person.attestations.shrink_to_fit();
        }
    }

    pub(crate) fn intern(&mut self, id: PersonId) -> PersonIx {
        let next = PersonIx(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        let ix = *self.by_id.entry(id).or_insert(next);
        if ix == next {
            self.list.push(Person::new(id));
        }
        self.resolve(ix)
    }

    pub(crate) fn get_mut(&mut self, ix: PersonIx) -> Option<&mut Person> {
        self.list.get_mut(ix.0 as usize)
    }

    pub(crate) fn identify(&mut self, ix: PersonIx, private: Private) {
        let Some(employee_id) = private.employee_id else { return };
        self.by_employee_id.insert(employee_id.clone(), ix);
        if let Some(person) = self.get_mut(ix) {
            person.identity = Some(Box::new(Identity {
                employee_id,
                name: private.name.unwrap_or_default(),
                email: private.email.unwrap_or_default(),
                username: private.username.unwrap_or_default(),
            }));
        }
    }
}

/// The different profiles that records have, each kept once.
#[derive(Clone, Debug, Default)]
pub struct Profiles {
    list: Vec<Arc<Profile>>,
    places: HashMap<Arc<Profile>, ProfileIx>,
}

impl Profiles {
    /// The profile at a place.
    #[must_use]
    pub fn get(&self, ix: ProfileIx) -> Option<&Profile> {
        self.list.get(ix.0 as usize).map(|profile| &**profile)
    }

    /// How many different ones there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(crate) fn intern(&mut self, profile: &Profile) -> ProfileIx {
        if let Some(ix) = self.places.get(profile) {
            return *ix;
        }
        let ix = ProfileIx(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        let profile = Arc::new(profile.clone());
        self.list.push(Arc::clone(&profile));
        self.places.insert(profile, ix);
        ix
    }
}
