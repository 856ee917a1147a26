//! Whom a control concerned in a period, and in which stratum an auditor looks for them.

use super::Query;
use crate::control::Control;
use crate::due::{CourseKind, Standings, Status};
use crate::person::{Person, PersonId, PersonIx};
use crate::rule::Subject;
use crate::scope::{Run, Scope};
use crate::track::track_of;
use crate::{Day, World};

/// Where in the population an auditor looks for somebody. The first that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stratum {
    /// Employment ended in the period.
    Leaver,
    /// Employment began in the period.
    Joiner,
    /// Came into scope or left it in the period, employed all the while.
    Mover,
    /// Was on leave in the period.
    Leave,
    /// None of these.
    Steady,
}

impl Stratum {
    /// All of them, in the order in which they are tried.
    pub const ALL: [Stratum; 5] = [Stratum::Leaver, Stratum::Joiner, Stratum::Mover, Stratum::Leave, Stratum::Steady];

    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Stratum::Leaver => "leaver",
            Stratum::Joiner => "joiner",
            Stratum::Mover => "mover",
            Stratum::Leave => "leave",
            Stratum::Steady => "steady",
        }
    }
}

/// Who somebody is, where the pack opens it; empty otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonText {
    /// The company's own id.
    pub employee_id: String,
    /// Full name.
    pub name: String,
    /// E-mail address.
    pub email: String,
}

impl PersonText {
    pub(super) fn of(person: &Person) -> PersonText {
        person.identity.as_deref().map_or_else(PersonText::default, |identity| PersonText {
            employee_id: identity.employee_id.to_string(),
            name: identity.name.to_string(),
            email: identity.email.to_string(),
        })
    }
}

/// An unbroken time in scope that touches the period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PopulationRow {
    /// Who.
    pub person: PersonId,
    /// Their place in the world.
    pub ix: PersonIx,
    /// Who that is, where it is opened.
    pub text: PersonText,
    /// Title in force on the last day of this time that lies in the period.
    pub title: String,
    /// Departments then.
    pub departments: String,
    /// Manager then.
    pub manager: Option<PersonId>,
    /// Kind of employment then.
    pub employment: String,
    /// Location then.
    pub location: String,
    /// Track then.
    pub track: String,
    /// First day in scope.
    pub from: Day,
    /// First day no longer in scope, or none while it lasts.
    pub until: Option<Day>,
    /// Where an auditor looks for them.
    pub stratum: Stratum,
    /// Where they stand on the query's day.
    pub status: Status,
    /// By when they are to train, on that day.
    pub due: Option<Day>,
    /// With what.
    pub course: Option<CourseKind>,
}

/// The rows, by random id and first day.
pub(super) fn rows(world: &World, control: &Control, query: &Query) -> Vec<PopulationRow> {
    let scope = Scope::new(world, control);
    let standings = Standings::new(world, control, query.as_of);
    let mut rows = Vec::new();
    for (ix, person) in world.people().listed() {
        for run in scope.runs(person).into_iter().filter(|run| touches(*run, query)) {
            rows.push(row(world, &standings, query, (ix, person), run));
        }
    }
    rows.sort_by_key(|row| (row.person, row.from));
    rows
}

fn touches(run: Run, query: &Query) -> bool {
    run.from <= query.to && run.until.is_none_or(|until| until > query.from)
}

fn row(
    world: &World,
    standings: &Standings,
    query: &Query,
    (ix, person): (PersonIx, &Person),
    run: Run,
) -> PopulationRow {
    let last = run.until.and_then(|until| until.yesterday().ok()).map_or(query.to, |last| last.min(query.to));
    let record = person.record(last);
    let profile = record.and_then(|record| world.profiles().get(record.profile));
    let manager = record.and_then(|record| record.manager).and_then(|ix| world.people().get(ix)).map(|one| one.id);
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let track = profile.and_then(|profile| track_of(world.tracks(), Subject { profile, manager }));
    let standing = standings.of(person);
    PopulationRow {
        person: person.id,
        ix,
        text: PersonText::of(person),
        title: text(profile.map(|profile| &*profile.title)),
        departments: profile.map(|profile| profile.departments.join("; ")).unwrap_or_default(),
        manager,
        employment: text(profile.map(|profile| &*profile.employment)),
        location: text(profile.map(|profile| &*profile.location)),
        track: track.map(|track| track.id.to_string()).unwrap_or_default(),
        from: run.from,
        until: run.until,
        stratum: stratum(person, run, query),
        status: standing.status,
        due: standing.due,
        course: standing.course,
    }
}

fn stratum(person: &Person, run: Run, query: &Query) -> Stratum {
    let within = |day: Day| query.from <= day && day <= query.to;
    let left = person.spells.iter().any(|spell| spell.end.is_some_and(within)) && !person.employed(query.to);
    let joined = person.spells.iter().any(|spell| !spell.before_tracking && within(spell.start));
    // A run that begins where tracking began says nothing of a move.
    let began = person.spells.iter().any(|spell| spell.start == run.from);
    let moved = !began && within(run.from) || run.until.is_some_and(within);
    let away = person.leaves.iter().any(|leave| leave.from <= query.to && leave.to.is_none_or(|to| to > query.from));
    if left {
        Stratum::Leaver
    } else if joined {
        Stratum::Joiner
    } else if moved {
        Stratum::Mover
    } else if away {
        Stratum::Leave
    } else {
        Stratum::Steady
    }
}
