//! Where the population comes from and by which rules it was judged: files taken in, versions of the control, roles.

use super::{Log, Query};
use crate::access::{Grant, Role};
use crate::control::{Cadence, Control};
use crate::course_publishing::PublishedVersion;
use crate::fact::FileKind;
use crate::person::PersonId;
use crate::requirement::Period;
use crate::{Day, World};
use jiff::Timestamp;

/// A file that was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// What it was.
    pub file: &'static str,
    /// The day a roster holds on.
    pub on: Option<Day>,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
    /// Rows in it, the head apart.
    pub rows: u64,
    /// Facts it gave.
    pub facts: u64,
}

/// A version of the control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRow {
    /// The fact's place in the ledger.
    pub seq: u64,
    /// First day; none for the first version, which holds from the beginning.
    pub from: Option<Day>,
    /// Its title.
    pub title: String,
    /// How often, in words.
    pub cadence: String,
    /// Days that somebody new in scope has.
    pub new_hire_days: u32,
    /// Days that somebody back from leave has.
    pub return_days: u32,
    /// The weakest strength it accepts.
    pub accepts: crate::person::Strength,
    /// The full course.
    pub full: String,
    /// The refresher, or empty.
    pub refresher: String,
    /// The scope rule; employee ids compared with `manager` are our random ids.
    pub scope: String,
    /// When it was recorded.
    pub recorded_at: Option<Timestamp>,
    /// By whom.
    pub recorded_by: String,
}

/// A version of one of the control's courses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourseRow {
    /// The fact's place in the ledger.
    pub seq: u64,
    /// The course.
    pub course: String,
    /// Its refresher, or empty.
    pub refresher: String,
    /// SHA-256 of the list of its files.
    pub version: String,
    /// The day it was published.
    pub on: Day,
    /// What it is called.
    pub title: String,
    /// How many lessons it has.
    pub lessons: u32,
    /// How many items it has.
    pub items: u32,
}

/// Somebody's role: who could change what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRow {
    /// Which role.
    pub role: Role,
    /// Who.
    pub person: PersonId,
    /// When it was given.
    pub granted_at: Timestamp,
    /// By whom, as the ledger writes it.
    pub granted_by: String,
    /// When it ended, if it did.
    pub ended_at: Option<Timestamp>,
    /// By whom.
    pub ended_by: String,
}

/// Files taken in by the query's moment, those of rosters that hold after the period's end apart.
pub(super) fn imports(world: &World, query: &Query) -> Vec<ImportRow> {
    let counts = |import: &&crate::world::Import| import.body.on.is_none_or(|on| on <= query.to);
    let row = |import: &crate::world::Import| ImportRow {
        at: import.at,
        by: import.by.to_string(),
        file: match import.body.file {
            FileKind::Roster => "roster",
            FileKind::Completions => "completions",
            FileKind::Leaves => "leaves",
            FileKind::Exceptions => "exceptions",
            FileKind::Attestations => "attestations",
        },
        on: import.body.on,
        sha256: import.body.sha256.to_string(),
        rows: import.body.rows,
        facts: import.body.facts,
    };
    world.imports().iter().filter(counts).map(row).collect()
}

/// The versions that were in force on a day of the period.
pub(super) fn versions(control: &Control, log: &Log, period: Period) -> Vec<VersionRow> {
    let (first, last) = (control.version_index(period.from), control.version_index(period.to));
    let row = |version: &crate::control::ControlVersion| {
        let (recorded_at, recorded_by) =
            log.recorded(version.seq).map_or((None, String::new()), |(at, by)| (Some(at), by.to_owned()));
        VersionRow {
            seq: version.seq,
            from: version.from,
            title: version.title.to_string(),
            cadence: match version.cadence {
                Cadence::EveryMonths(months) => format!("every {months} months"),
                Cadence::FiscalYear(_) => "once a fiscal year".to_owned(),
            },
            new_hire_days: version.new_hire_days,
            return_days: version.return_days,
            accepts: version.accepts,
            full: version.courses.full.to_string(),
            refresher: version.courses.refresher.as_deref().unwrap_or_default().to_owned(),
            scope: version.rule.source().to_owned(),
            recorded_at,
            recorded_by,
        }
    };
    control.versions().get(first..=last).unwrap_or_default().iter().map(row).collect()
}

/// The versions of the control's courses that were published up to the period's end, in the order of the ledger.
pub(super) fn courses(world: &World, control: &Control, query: &Query) -> Vec<CourseRow> {
    let row = |version: &PublishedVersion| CourseRow {
        seq: version.seq,
        course: version.body.course.to_string(),
        refresher: version.body.refresher.as_deref().unwrap_or_default().to_owned(),
        version: version.body.version.to_string(),
        on: version.body.on,
        title: version.body.title.to_string(),
        lessons: version.body.lessons,
        items: version.body.items,
    };
    let ours = super::courses(control).flat_map(|id| world.course_versions(id));
    let mut rows: Vec<CourseRow> = ours.filter(|version| version.body.on <= query.to).map(row).collect();
    rows.sort_by_key(|row| row.seq);
    rows.dedup_by_key(|row| row.seq);
    rows
}

/// Who held a role that may change or see what others recorded, and when: by role, then by when it was given.
pub(super) fn roles(world: &World) -> Vec<RoleRow> {
    let row = |grant: &Grant| RoleRow {
        role: grant.role,
        person: grant.person,
        granted_at: grant.granted.0,
        granted_by: grant.granted.1.to_string(),
        ended_at: grant.ended.as_ref().map(|(at, _)| *at),
        ended_by: grant.ended.as_ref().map(|(_, by)| by.to_string()).unwrap_or_default(),
    };
    let mut rows: Vec<RoleRow> = world.grants().history().map(row).collect();
    rows.sort_by_key(|row| (row.role, row.granted_at, row.person));
    rows
}
