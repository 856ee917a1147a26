//! In whom a list and the roster differ: who that is, what we know of them, whether a control concerns them, and why it is so.

use super::{Comparison, Explanation, Mark, mark};
use crate::control::Control;
use crate::fact::MatchedBy;
use crate::person::{Identity, Person, PersonId};
use crate::scope::Scope;
use crate::{Day, World};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// In which of the two somebody stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// In the list only.
    List,
    /// In the roster only.
    Roster,
}

impl Side {
    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Side::List => "list",
            Side::Roster => "roster",
        }
    }
}

/// What we know of somebody in whom the two differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No roster ever named them.
    Stranger,
    /// No roster had named them then; one does now.
    InRosterNow,
    /// Named as a manager only.
    NamedOnly,
    /// Their employment ended on this day.
    Left(Day),
    /// Their employment begins on this day.
    Starts(Day),
    /// Employed, and not in the list.
    Employed,
    /// Employed, and the roster gives nothing of theirs by which they could be found in the list.
    Unmatchable(MatchedBy),
}

impl Standing {
    /// As a sentence without its full stop.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Standing::Stranger => "in no roster".to_owned(),
            Standing::InRosterNow => "in no roster then, in one since".to_owned(),
            Standing::NamedOnly => "named as a manager, in no roster".to_owned(),
            Standing::Left(day) => format!("no longer employed from {day}"),
            Standing::Starts(day) => format!("starts on {day}"),
            Standing::Employed => "not in the list".to_owned(),
            Standing::Unmatchable(by) => {
                let missing = match by {
                    MatchedBy::EmployeeId => "employee id",
                    MatchedBy::Email => "e-mail address",
                    MatchedBy::Username => "user name",
                };
                format!("no {missing} in the roster, so can't be matched")
            }
        }
    }
}

/// Somebody in whom a list and the roster differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where they stand.
    pub side: Side,
    /// Who: of several ids since merged the one that has the history.
    pub person: PersonId,
    /// Who that is; empty where it is not held.
    pub identity: Identity,
    /// What we know of them.
    pub standing: Standing,
    /// The controls that apply to them on the day; none for whom the roster does not employ then.
    pub controls: Vec<Box<str>>,
    /// Why it is so, where somebody said.
    pub explanation: Option<Explanation>,
}

impl Difference {
    /// Whether it waits for an explanation. Somebody whom no control concerns may well stand in no other list.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.explanation.is_none() && (self.side == Side::List || !self.controls.is_empty())
    }
}

/// In whom they differ: first who waits for an explanation, then who has one, then whom no control concerns.
#[must_use]
pub fn differences(world: &World, comparison: &Comparison, controls: &[&Control]) -> Vec<Difference> {
    differences_with(world, comparison, controls, &BTreeMap::new())
}

/// The same, with strangers whom the world does not know yet.
pub(super) fn differences_with(
    world: &World,
    comparison: &Comparison,
    controls: &[&Control],
    met: &BTreeMap<PersonId, Identity>,
) -> Vec<Difference> {
    let scopes: Vec<Scope> = controls.iter().map(|control| Scope::new(world, control)).collect();
    let body = &comparison.body;
    // Only looked up, never walked.
    let roster: HashSet<Mark> =
        world.people().listed().filter_map(|(_, person)| person.identity.as_deref()).flat_map(marks).collect();
    let listed = body.only_in_list.iter().map(|id| (Side::List, *id));
    let sides = listed.chain(body.only_in_roster.iter().map(|id| (Side::Roster, *id)));
    // Two of them may have turned out to be one person.
    let resolved: BTreeSet<(Side, PersonId)> = sides.map(|(side, id)| (side, resolve(world, id))).collect();
    let mut found: Vec<Difference> = resolved
        .into_iter()
        .map(|(side, id)| {
            let person = world.people().by_id(id).and_then(|ix| world.people().get(ix));
            let stranger = || world.comparisons().stranger(id).or_else(|| met.get(&id));
            let identity = person.and_then(|person| person.identity.as_deref()).or_else(stranger);
            let applies = |scope: &&Scope| person.is_some_and(|person| scope.contains(person, body.on));
            let concerned = scopes.iter().filter(|_| side == Side::Roster).filter(applies);
            Difference {
                side,
                person: id,
                standing: standing(world, comparison, &roster, side, person, identity),
                identity: identity.cloned().unwrap_or_default(),
                controls: concerned.map(|scope| scope.control.id.clone()).collect(),
                explanation: world.comparisons().explanation(world, &body.list, id).cloned(),
            }
        })
        .collect();
    found.sort_by_cached_key(|one| {
        let of_none = one.side == Side::Roster && one.controls.is_empty();
        let identity = &one.identity;
        let text = [&identity.employee_id, &identity.email, &identity.username].map(|text| text.to_lowercase());
        (of_none, one.explanation.is_some(), one.side, text, one.person)
    });
    found
}

fn marks(identity: &Identity) -> impl Iterator<Item = Mark> + '_ {
    MatchedBy::ALL.into_iter().filter_map(|by| mark(identity, by))
}

fn resolve(world: &World, id: PersonId) -> PersonId {
    world.people().by_id(id).and_then(|ix| world.people().get(ix)).map_or(id, |person| person.id)
}

fn standing(
    world: &World,
    comparison: &Comparison,
    roster: &HashSet<Mark>,
    side: Side,
    person: Option<&Person>,
    identity: Option<&Identity>,
) -> Standing {
    let (by, on) = (comparison.body.by, comparison.body.on);
    if side == Side::Roster {
        let is_found = identity.is_none_or(|identity| mark(identity, by).is_some());
        return if is_found { Standing::Employed } else { Standing::Unmatchable(by) };
    }
    let Some(person) = person else {
        let is_known = |identity: &Identity| marks(identity).any(|mark| roster.contains(&mark));
        return if identity.is_some_and(is_known) { Standing::InRosterNow } else { Standing::Stranger };
    };
    let ended = person.spells.iter().filter_map(|spell| spell.end).filter(|end| *end <= on).max();
    let begins = person.spells.iter().map(|spell| spell.start).filter(|start| *start > on).min();
    match (ended, begins) {
        _ if world.comparisons().strangers.contains_key(&person.id) => Standing::Stranger,
        (_, Some(start)) => Standing::Starts(start),
        (Some(end), None) => Standing::Left(end),
        (None, None) if person.spells.is_empty() => Standing::NamedOnly,
        (None, None) => Standing::InRosterNow,
    }
}
