//! What was due and how it ended, what was completed, what excused it, and what people were told.

use super::population::{PersonText, PopulationRow, Stratum};
use super::{Log, Query, courses};
use crate::control::Control;
use crate::due::{Accepted, CourseKind, Status};
use crate::fact::{MessageKind, Occasion};
use crate::person::{Person, PersonId, PersonIx, Strength};
use crate::requirement::{self, Outcome, Period};
use crate::{Day, World};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// One instance of "this person had to be trained by that date", and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequirementRow {
    /// Who.
    pub person: PersonId,
    /// Who that is, where it is opened.
    pub text: PersonText,
    /// Where an auditor looks for them.
    pub stratum: Stratum,
    /// The day it opened.
    pub opened: Day,
    /// By when.
    pub due: Day,
    /// How it ended.
    pub outcome: Outcome,
    /// The day of the completion that closed it.
    pub completed_on: Option<Day>,
    /// With what.
    pub course: CourseKind,
    /// How many messages about the control they were sent from its opening to the end of the period.
    pub reminded: u32,
    /// The day of the last of them.
    pub last_reminded: Option<Day>,
    /// Where they stand on the query's day: what followed.
    pub now: Status,
}

/// A completion as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletionRow {
    /// The fact's place in the ledger.
    pub seq: u64,
    /// Who.
    pub person: PersonId,
    /// Who that is, where it is opened.
    pub text: PersonText,
    /// Which course.
    pub course: String,
    /// When.
    pub on: Day,
    /// How much it proves.
    pub strength: Strength,
    /// Whether the control accepts it by the version in force on its day.
    pub accepted: bool,
    /// When it was recorded.
    pub recorded_at: Option<Timestamp>,
    /// By whom.
    pub recorded_by: String,
    /// Which version of the course; empty where that is not known.
    pub version: String,
    /// SHA-256 of the file that proves it; empty where there is none.
    pub proof: String,
}

/// A release from the control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionRow {
    /// The fact's place in the ledger.
    pub seq: u64,
    /// Who.
    pub person: PersonId,
    /// Who that is, where it is opened.
    pub text: PersonText,
    /// First day released.
    pub from: Day,
    /// Last day released, or none while open.
    pub to: Option<Day>,
    /// Who approved it, where the roster knows them.
    pub approved_by: Option<PersonId>,
    /// Who approved it as written, where that is opened.
    pub approver: String,
    /// Why, where that is opened.
    pub reason: String,
    /// When it was recorded.
    pub recorded_at: Option<Timestamp>,
    /// By whom.
    pub recorded_by: String,
}

/// An absence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaveRow {
    /// Who.
    pub person: PersonId,
    /// Who that is, where it is opened.
    pub text: PersonText,
    /// First day away.
    pub from: Day,
    /// The day they are back, or none while that is not known.
    pub to: Option<Day>,
}

/// A message to one person about the control.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReminderRow {
    /// The day.
    pub on: Day,
    /// Who.
    pub person: PersonId,
    /// encouragement, digest, celebration or note.
    pub kind: &'static str,
    /// By which way.
    pub channel: &'static str,
    /// In which campaign, or none.
    pub campaign: String,
    /// On which occasion, or none.
    pub occasion: &'static str,
}

/// The requirements that count in the period, by random id and due date.
pub(super) fn requirements(
    world: &World,
    control: &Control,
    query: &Query,
    population: &[PopulationRow],
) -> Vec<RequirementRow> {
    let period = Period { from: query.from, to: query.to };
    // Somebody may have been in scope twice: the row of the time in which it was due is theirs.
    let mut of: BTreeMap<PersonIx, Vec<&PopulationRow>> = BTreeMap::new();
    for row in population {
        of.entry(row.ix).or_default().push(row);
    }
    let told = told(world, control);
    let row = |found: &requirement::Requirement| {
        let rows = of.get(&found.person)?;
        let holds = |row: &&&PopulationRow| row.from <= found.due && row.until.is_none_or(|until| found.due < until);
        let of = rows.iter().find(holds).or(rows.first())?;
        let person = world.people().get(found.person)?;
        let days: Vec<Day> = world
            .people()
            .ids_of(found.person)
            .filter_map(|id| told.get(&id))
            .flatten()
            .copied()
            .filter(|on| found.opened <= *on && *on <= query.to)
            .collect();
        Some(RequirementRow {
            person: person.id,
            text: of.text.clone(),
            stratum: of.stratum,
            opened: found.opened,
            due: found.due,
            outcome: found.outcome,
            completed_on: found.completed_on,
            course: found.course,
            reminded: u32::try_from(days.len()).unwrap_or(u32::MAX),
            last_reminded: days.into_iter().max(),
            now: of.status,
        })
    };
    let mut rows: Vec<RequirementRow> =
        requirement::requirements(world, control, period).iter().filter_map(row).collect();
    rows.sort_by_key(|row| (row.person, row.due));
    rows
}

/// The days on which each person was sent something about a control.
fn told(world: &World, control: &Control) -> BTreeMap<PersonId, Vec<Day>> {
    let mut told: BTreeMap<PersonId, Vec<Day>> = BTreeMap::new();
    let sent = world.messages().all().filter(|sent| sent.kind == MessageKind::Encouragement);
    for sent in sent.filter(|sent| sent.about.iter().any(|about| *about.control == *control.id)) {
        for person in &sent.people {
            told.entry(*person).or_default().push(sent.on);
        }
    }
    for note in world.notes().all() {
        if world.campaigns().get(&note.campaign).is_some_and(|campaign| campaign.control == control.id) {
            for person in &note.people {
                told.entry(*person).or_default().push(note.on);
            }
        }
    }
    told
}

/// The people of the population, each once, in its order.
fn people<'w>(world: &'w World, population: &[PopulationRow]) -> impl Iterator<Item = &'w Person> {
    let places: BTreeSet<(PersonId, PersonIx)> = population.iter().map(|row| (row.person, row.ix)).collect();
    places.into_iter().filter_map(|(_, ix)| world.people().get(ix))
}

fn recorded(log: &Log, seq: u64) -> (Option<Timestamp>, String) {
    log.recorded(seq).map_or((None, String::new()), |(at, by)| (Some(at), by.to_owned()))
}

/// Completions of the control's courses by the population, up to the period's end, by random id and day.
pub(super) fn completions(
    world: &World,
    control: &Control,
    log: &Log,
    period: Period,
    population: &[PopulationRow],
) -> Vec<CompletionRow> {
    let ours: BTreeSet<&str> = courses(control).collect();
    let mut rows = Vec::new();
    for person in people(world, population) {
        let theirs = person.completions.iter().filter(|one| one.on <= period.to);
        for one in theirs.filter(|one| ours.contains(world.course(one.course))) {
            let accepted =
                control.version(one.on).is_some_and(|version| Accepted::until(person, version, one.on).accepts(one));
            let (recorded_at, recorded_by) = recorded(log, u64::from(one.seq));
            rows.push(CompletionRow {
                seq: u64::from(one.seq),
                person: person.id,
                text: PersonText::of(person),
                course: world.course(one.course).to_owned(),
                on: one.on,
                strength: one.strength,
                accepted,
                recorded_at,
                recorded_by,
                version: one.version.map(|version| world.version(version).to_owned()).unwrap_or_default(),
                proof: world.proof(one.seq).unwrap_or_default().to_owned(),
            });
        }
    }
    rows
}

/// Releases from the control that touch the period, of everybody, by random id and first day.
pub(super) fn exceptions(world: &World, control: &Control, log: &Log, period: Period) -> Vec<ExceptionRow> {
    let mut rows = Vec::new();
    for (_, person) in world.people().listed() {
        let ours = person.exceptions.iter().filter(|one| one.control == control.id);
        for one in ours.filter(|one| one.from <= period.to && one.to.is_none_or(|to| to >= period.from)) {
            let (recorded_at, recorded_by) = recorded(log, u64::from(one.seq));
            let words = one.private.as_deref();
            rows.push(ExceptionRow {
                seq: u64::from(one.seq),
                person: person.id,
                text: PersonText::of(person),
                from: one.from,
                to: one.to,
                approved_by: one.approved_by.and_then(|ix| world.people().get(ix)).map(|approver| approver.id),
                approver: words.map(|words| words.approved_by.to_string()).unwrap_or_default(),
                reason: words.map(|words| words.reason.to_string()).unwrap_or_default(),
                recorded_at,
                recorded_by,
            });
        }
    }
    rows.sort_by_key(|row| (row.person, row.from, row.seq));
    rows
}

/// Leaves of the population that touch the period, by random id and first day.
pub(super) fn leaves(world: &World, period: Period, population: &[PopulationRow]) -> Vec<LeaveRow> {
    let mut rows = Vec::new();
    for person in people(world, population) {
        for leave in &person.leaves {
            if leave.from <= period.to && leave.to.is_none_or(|to| to > period.from) {
                let text = PersonText::of(person);
                rows.push(LeaveRow { person: person.id, text, from: leave.from, to: leave.to });
            }
        }
    }
    rows
}

/// What people were sent about the control in the period, managers' notes included, by day and random id.
pub(super) fn reminders(world: &World, control: &Control, period: Period) -> Vec<ReminderRow> {
    let within = |on: Day| period.from <= on && on <= period.to;
    let mut rows = Vec::new();
    for sent in world.messages().all().filter(|sent| within(sent.on)) {
        for about in sent.about.iter().filter(|about| *about.control == *control.id) {
            rows.extend(sent.people.iter().map(|person| ReminderRow {
                on: sent.on,
                person: *person,
                kind: sent.kind.word(),
                channel: sent.channel.word(),
                campaign: about.campaign.as_deref().unwrap_or_default().to_owned(),
                occasion: Occasion::word(about.occasion),
            }));
        }
    }
    for note in world.notes().all().filter(|note| within(note.on)) {
        if world.campaigns().get(&note.campaign).is_some_and(|campaign| campaign.control == control.id) {
            rows.extend(note.people.iter().map(|person| ReminderRow {
                on: note.on,
                person: *person,
                kind: "note",
                channel: "mail",
                campaign: note.campaign.to_string(),
                occasion: "",
            }));
        }
    }
    rows.sort();
    rows
}
