//! Whom a change not yet written concerns, by name: lists that stay short enough for a page, however large the company.

use crate::cli::sha256;
use crate::web::pages::people::path;
use crate::web::words;
use keepsharp_domain::World;
use keepsharp_domain::due::Status;
use keepsharp_domain::preview::ScopeChange;
use std::collections::BTreeMap;

/// How many names of one list a page shows.
const MOST: usize = 200;

/// People whom the same thing happens to.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) title: String,
    pub(crate) people: Vec<Concerned>,
    /// How many there are, those not shown included.
    pub(crate) count: usize,
    /// What is said of those not shown; empty where all are.
    pub(crate) more: String,
}

/// One of them.
#[derive(Clone, Debug)]
pub(crate) struct Concerned {
    /// What lists print for them.
    pub(crate) who: String,
    pub(crate) name: String,
    pub(crate) what: String,
    /// Their page; empty where they have none yet.
    pub(crate) href: String,
}

impl Group {
    pub(crate) fn new(title: impl Into<String>, people: Vec<Concerned>) -> Group {
        Group { title: title.into(), count: people.len(), people, more: String::new() }
    }

    /// How many there are, to be read.
    pub(crate) fn total(&self) -> String {
        words::grouped(self.count as u64)
    }

    /// The same, shortened to what a page shows.
    pub(crate) fn shortened(mut self) -> Group {
        self.people.truncate(MOST);
        let hidden = self.count - self.people.len();
        if hidden > 0 {
            self.more = format!("and {} more", words::grouped(hidden as u64));
        }
        self
    }
}

impl Concerned {
    /// Somebody by how lists print them; whom only the change makes known has no page yet.
    pub(crate) fn of(world: &World, who: &str, name: &str, what: impl Into<String>) -> Concerned {
        let known = world.people().find(who).and_then(|ix| world.people().get(ix));
        let href = known.map(path).unwrap_or_default();
        Concerned { who: who.to_owned(), name: name.to_owned(), what: what.into(), href }
    }
}

/// A text that differs where what is said of anybody differs: by it, whoever agrees to a change agrees to what they saw.
pub(crate) fn fingerprint(groups: &[Group], besides: &[String]) -> String {
    let mut text = besides.join("\n");
    for group in groups {
        text.push_str(&group.title);
        for person in &group.people {
            for part in [&person.who, &person.what] {
                text.push('\n');
                text.push_str(part);
            }
        }
    }
    sha256(text.as_bytes())
}

/// What becomes of scope, a sentence a control, and who comes in or drops out.
pub(crate) fn scope(world: &World, changes: &[ScopeChange], on: &str) -> (Vec<String>, Vec<Group>) {
    let mut by_control: BTreeMap<&str, (Vec<Concerned>, Vec<Concerned>)> = BTreeMap::new();
    for change in changes {
        let (added, dropped) = by_control.entry(&change.control).or_default();
        let line = |what| Concerned::of(world, &change.who, &change.name, what);
        match (change.then.status, change.then.due) {
            (Status::OutOfScope, _) => dropped.push(line("no longer asked".to_owned())),
            (Status::Current, _) => added.push(line("trained already".to_owned())),
            (_, Some(due)) => added.push(line(format!("by {}", words::day(due)))),
            (_, None) => added.push(line("no date while they are away".to_owned())),
        }
    }
    let (mut sentences, mut groups) = (Vec::new(), Vec::new());
    for (control, (added, dropped)) in by_control {
        let people = |list: &[Concerned]| words::counted(list.len(), "person", "people");
        sentences.push(match (added.is_empty(), dropped.is_empty()) {
            (false, true) => format!("On {on} this brings {} into scope of {control}.", people(&added)),
            (true, _) => format!("On {on} this takes {} out of scope of {control}.", people(&dropped)),
            (false, false) => {
                format!(
                    "On {on} this brings {} into scope of {control} and takes {} out.",
                    people(&added),
                    people(&dropped)
                )
            }
        });
        groups.push(Group::new(format!("Into scope of {control}"), added));
        groups.push(Group::new(format!("Out of scope of {control}"), dropped));
    }
    groups.retain(|group| group.count > 0);
    (sentences, groups)
}
