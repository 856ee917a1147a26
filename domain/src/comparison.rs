//! Is the roster whole? Other lists of people, such as payroll or the accounts of a code host, that it was compared with:
//! who stands in one of the two only, and how that is explained.

mod compare;
mod difference;
#[cfg(test)]
mod tests;

pub use compare::{ComparisonPlan, List, Wanted, compare};
pub use difference::{Difference, Side, Standing, differences};

use crate::fact::{Because, Body, DifferenceExplained, ExplanationWithdrawn, ListCompared, MatchedBy, Private};
use crate::person::{Identity, PersonId, PersonIx};
use crate::{Draft, Refusal, World};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Longest reason for a difference, in characters.
const LONGEST_REASON: usize = 1_000;

/// A comparison as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The fact's place in the ledger.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// By whom, as the ledger writes it.
    pub by: Box<str>,
    /// What the fact says.
    pub body: ListCompared,
}

impl Comparison {
    /// Everybody in whom the two differ.
    pub fn people(&self) -> impl Iterator<Item = PersonId> + '_ {
        self.body.only_in_list.iter().chain(&self.body.only_in_roster).copied()
    }
}

/// Why a list and the roster differ in somebody, as somebody said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// When.
    pub at: Timestamp,
    /// By whom, as the ledger writes it.
    pub by: Box<str>,
    /// The id under which it was said.
    pub person: PersonId,
    /// Why.
    pub because: Because,
    /// In words; gone once erased.
    pub reason: Option<Box<str>>,
}

/// What somebody is found by: a column and its text, capitals apart where they mean nothing.
pub(crate) type Mark = (MatchedBy, Box<str>);

/// What an identity says in a column, to be compared; none where it says nothing.
pub(crate) fn mark(identity: &Identity, by: MatchedBy) -> Option<Mark> {
    let text = match by {
        MatchedBy::EmployeeId => identity.employee_id.trim().into(),
        MatchedBy::Email => identity.email.trim().to_lowercase(),
        MatchedBy::Username => identity.username.trim().to_lowercase(),
    };
    (!text.is_empty()).then(|| (by, text.into()))
}

/// All comparisons, the strangers they met, and what explains their differences.
#[derive(Clone, Debug, Default)]
pub struct Comparisons {
    /// In the order of the ledger.
    list: Vec<Comparison>,
    /// Everybody whom a list names and no roster did; none where that was erased.
    strangers: BTreeMap<PersonId, Option<Box<Identity>>>,
    /// Strangers by all that they are found by; of several with the same, the first.
    by_mark: BTreeMap<Mark, PersonId>,
    explained: BTreeMap<(Box<str>, PersonId), Explanation>,
}

impl Comparisons {
    /// All, in the order of the ledger.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Comparison> {
        self.list.iter()
    }

    /// The newest of each list: of the latest day, and of several of that day the one recorded last. By the list's name.
    #[must_use]
    pub fn newest(&self) -> Vec<&Comparison> {
        let mut newest: BTreeMap<&str, &Comparison> = BTreeMap::new();
        for one in &self.list {
            let place = newest.entry(&one.body.list).or_insert(one);
            if place.body.on <= one.body.on {
                *place = one;
            }
        }
        newest.into_values().collect()
    }

    /// Who a stranger is; none for somebody who is none, or was erased.
    #[must_use]
    pub fn stranger(&self, id: PersonId) -> Option<&Identity> {
        self.strangers.get(&id)?.as_deref()
    }

    /// The stranger with this random id, employee id, address or user name.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<PersonId> {
        let same = |by| {
            let text = text.trim();
            let identity =
                Identity { employee_id: text.into(), name: Box::default(), email: text.into(), username: text.into() };
            self.by_mark.get(&mark(&identity, by)?).copied()
        };
        let by_id = || text.trim().parse().ok().filter(|id| self.strangers.contains_key(id));
        MatchedBy::ALL.into_iter().find_map(same).or_else(by_id)
    }

    /// Strangers who share an employee id, address or user name with somebody.
    pub(crate) fn alike(&self, identity: &Identity) -> Vec<PersonId> {
        let theirs: Vec<Mark> = MatchedBy::ALL.into_iter().filter_map(|by| mark(identity, by)).collect();
        let is_alike = |other: &Identity| {
            MatchedBy::ALL.into_iter().filter_map(|by| mark(other, by)).any(|mark| theirs.contains(&mark))
        };
        let held = self.strangers.iter().filter_map(|(id, identity)| Some((*id, identity.as_deref()?)));
        held.filter(|(_, identity)| is_alike(identity)).map(|(id, _)| id).collect()
    }

    /// What explains that a list and the roster differ in somebody, said under whichever id of theirs.
    #[must_use]
    pub fn explanation(&self, world: &World, list: &str, person: PersonId) -> Option<&Explanation> {
        let said = ids(world, person).into_iter().filter_map(|id| self.explained.get(&(list.into(), id)));
        said.max_by_key(|said| (said.at, said.person))
    }

    pub(crate) fn told(&mut self, seq: u64, at: Timestamp, by: Box<str>, body: Body, private: Option<Private>) {
        match body {
            Body::StrangerMet(body) => {
                let identity = private.map(|private| {
                    let text = |text: Option<Box<str>>| text.unwrap_or_default();
                    Box::new(Identity {
                        employee_id: text(private.employee_id),
                        name: text(private.name),
                        email: text(private.email),
                        username: text(private.username),
                    })
                });
                if let Some(identity) = &identity {
                    self.remember(body.person, identity);
                }
                self.strangers.insert(body.person, identity);
            }
            Body::ListCompared(body) => self.list.push(Comparison { seq, at, by, body }),
            Body::DifferenceExplained(body) => {
                let DifferenceExplained { list, person, because } = body;
                let reason = private.and_then(|private| private.reason);
                self.explained.insert((list, person), Explanation { at, by, person, because, reason });
            }
            Body::ExplanationWithdrawn(body) => drop(self.explained.remove(&(body.list, body.person))),
            _ => {}
        }
    }

    fn remember(&mut self, id: PersonId, identity: &Identity) {
        for mark in MatchedBy::ALL.into_iter().filter_map(|by| mark(identity, by)) {
            self.by_mark.entry(mark).or_insert(id);
        }
    }

    /// Forgets who these people were, and the words about them.
    pub(crate) fn erased(&mut self, people: &[PersonId]) {
        for id in people {
            if let Some(identity) = self.strangers.get_mut(id) {
                *identity = None;
            }
        }
        if people.iter().any(|id| self.strangers.contains_key(id)) {
            self.by_mark.retain(|_, id| !people.contains(id));
        }
        for said in self.explained.values_mut().filter(|said| people.contains(&said.person)) {
            said.reason = None;
        }
    }
}

/// The ids under which facts speak of somebody, whether the roster knows them or not.
fn ids(world: &World, person: PersonId) -> Vec<PersonId> {
    match world.people().by_id(person) {
        Some(ix) => world.people().ids_of(ix).collect(),
        None => vec![person],
    }
}

/// Why somebody stands in a list or in the roster only, as somebody wants to record it.
#[derive(Clone, Copy, Debug)]
pub struct Explaining<'a> {
    /// The list.
    pub list: &'a str,
    /// Who.
    pub person: PersonId,
    /// Why.
    pub because: Because,
    /// In words; needed where it is something else.
    pub reason: &'a str,
}

/// The fact that explains a difference; none where the same was said already. `by` is who says it, where the roster knows them.
///
/// # Errors
/// Where the list and the roster never differed in them, words are missing, or somebody speaks of themselves.
pub fn explain(world: &World, said: Explaining, by: Option<PersonIx>) -> Result<Vec<Draft>, Refusal> {
    let Explaining { list, person, because, reason } = said;
    let reason = reason.trim();
    check_differs(world, list, person)?;
    if by.is_some() && by == world.people().by_id(person) {
        return Err(Refusal::request("nobody explains what is about themselves; ask somebody else to"));
    }
    if because == Because::Other && reason.is_empty() {
        return Err(Refusal::request("say in a few words what it is; an auditor will ask"));
    }
    if reason.chars().count() > LONGEST_REASON {
        return Err(Refusal::request(format!("a reason has at most {LONGEST_REASON} characters")));
    }
    let held = world.comparisons().explanation(world, list, person);
    if held.is_some_and(|held| held.because == because && held.reason.as_deref().unwrap_or_default() == reason) {
        return Ok(Vec::new());
    }
    let body = Body::DifferenceExplained(DifferenceExplained { list: list.into(), person, because });
    let private = (!reason.is_empty()).then(|| Private { reason: Some(reason.into()), ..Private::default() });
    Ok(vec![Draft { body, private }])
}

/// The fact that takes an explanation back.
///
/// # Errors
/// Where there is none.
pub fn withdraw(world: &World, list: &str, person: PersonId) -> Result<Vec<Draft>, Refusal> {
    let held = world.comparisons().explanation(world, list, person);
    let held = held.ok_or_else(|| Refusal::request("there is no explanation to take back any more"))?;
    Ok(vec![Body::ExplanationWithdrawn(ExplanationWithdrawn { list: list.into(), person: held.person }).into()])
}

fn check_differs(world: &World, list: &str, person: PersonId) -> Result<(), Refusal> {
    let mut of_list = world.comparisons().all().filter(|one| *one.body.list == *list).peekable();
    if of_list.peek().is_none() {
        return Err(Refusal::request(format!("no list {} was compared yet", crate::calendar::quote(list))));
    }
    let theirs = ids(world, person);
    if of_list.any(|one| one.people().any(|id| theirs.contains(&id))) {
        return Ok(());
    }
    Err(Refusal::request(format!(
        "the list {} and the roster never differed in {person}, so there is nothing to explain",
        crate::calendar::quote(list)
    )))
}
