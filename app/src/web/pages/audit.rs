//! An auditor's room: one control and one period, read only, under random ids. Nothing outside of both is to be found here.

use crate::web::asked::Asked;
use crate::web::fields::Trouble;
use crate::web::frame::{Answer, Answered, Frame, page as written};
use crate::web::paging::{Column, Pager, ROWS, columns, order};
use crate::web::words;
use askama::Template;
use keepsharp_domain::control::{Cadence, Control, ControlVersion};
use keepsharp_domain::person::{Exception, Person, PersonIx};
use keepsharp_domain::requirement::{Outcome, Period, Requirement, requirements};
use keepsharp_domain::room::Room;
use keepsharp_domain::scope::Scope;
use keepsharp_domain::{Day, PersonId, World, calendar};
use keepsharp_report::{Format, Table};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What the caller may look at.
pub(crate) struct View<'w> {
    pub(crate) room: &'w Room,
    pub(crate) control: &'w Control,
    /// The room's period, as far as it has passed: of what is due today nobody knows yet how it ends.
    pub(crate) period: Period,
}

impl View<'_> {
    /// The room of the caller. It speaks of its period as it is known now, and of no other day or knowledge.
    pub(crate) fn of<'w>(asked: &Asked, world: &'w World) -> Result<View<'w>, Trouble> {
        if asked.as_of != asked.today || asked.known_at.is_some() {
            return Err(Trouble::refused(
                "A room shows its own period, as it is known today. Take the day out of the address.",
            ));
        }
        let room = asked.caller()?.room(world).ok_or(Trouble::NotFound)?;
        let control = world.controls().get(&room.control).ok_or(Trouble::NotFound)?;
        let to = room.to.min(calendar::subtract_days(asked.today, 1));
        Ok(View { room, control, period: Period { from: room.from, to } })
    }

    /// The trainings that were due in the period, by due date and random id.
    fn requirements(&self, asked: &Asked, world: &World) -> Arc<Vec<Requirement>> {
        let Period { from, to } = self.period;
        asked.remembered("audit", world, format!("{} {from} {to}", self.control.id), || {
            let mut found = requirements(world, self.control, self.period);
            // Not by employee id, which would tell something of the names behind the random ones.
            found.sort_by_cached_key(|one| (one.due, id(world, one.person)));
            found
        })
    }

    /// The days of the period, in words.
    pub(crate) fn period_in_words(&self) -> String {
        format!("{} to {}", words::day(self.room.from), words::day(self.room.to))
    }
}

/// The random id under which the ledger speaks of somebody.
fn id(world: &World, ix: PersonIx) -> Option<PersonId> {
    world.people().get(ix).map(|person| person.id)
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    frame: Frame,
    control: String,
    statement: String,
    period: String,
    unfinished: String,
    closes: String,
    figures: Vec<Figure>,
    away: String,
    versions: Vec<VersionCard>,
    outcomes: Vec<(&'static str, &'static str, bool)>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    pager: Pager,
    sort: String,
}

/// A figure with its denominator.
struct Figure {
    term: &'static str,
    many: String,
    of: String,
}

/// A version of the control that was in force in the period.
struct VersionCard {
    title: String,
    terms: Vec<(&'static str, String)>,
    rule: String,
}

/// A training that was due.
struct Row {
    id: String,
    opened: String,
    due: String,
    tag: &'static str,
    outcome: &'static str,
    completed: String,
    course: &'static str,
}

/// What the table can be narrowed to: word and what people call it.
const OUTCOMES: [(&str, &str); 5] = [
    ("", "All of them"),
    ("deviations", "Deviations: late or not taken"),
    ("missed", "Not taken"),
    ("late", "Late"),
    ("on_time", "On time"),
];

const COLUMNS: [(&str, &str, bool); 2] = [("due", "Due by", false), ("outcome", "How it ended", false)];

/// What people call an outcome, and the class of its tag.
pub(crate) fn told(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::OnTime => ("current", "On time"),
        Outcome::Late => ("late", "Late"),
        Outcome::Missed => ("overdue", "Not taken"),
    }
}

/// The room: the control, the figures, and the trainings that were due.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let view = View::of(asked, world)?;
    let all = view.requirements(asked, world);
    let wanted = asked.query.text("outcome");
    let mut found: Vec<Requirement> = all.iter().filter(|one| fits(one.outcome, wanted)).copied().collect();
    let (key, descending) = order(asked, "-outcome");
    match (key.as_str(), descending) {
        ("due", false) => {}
        ("due", true) => found.sort_by_key(|one| Reverse(one.due)),
        (_, false) => found.sort_by_key(|one| gravity(one.outcome)),
        (_, true) => found.sort_by_key(|one| Reverse(gravity(one.outcome))),
    }
    let pager = Pager::of(asked, found.len());
    let version = view.control.version(view.period.to);
    let page = AuditPage {
        frame: Frame::of(asked, world, "Audit"),
        control: version.map(|version| format!("{}, {}", view.control.id, version.title)).unwrap_or_default(),
        statement: version.map(|version| about(version, "statement")).unwrap_or_default(),
        period: view.period_in_words(),
        unfinished: unfinished(&view),
        closes: format!("{}, {}", words::day(view.room.closes), words::distance(asked.today, view.room.closes)),
        figures: figures(&all),
        away: away_in_words(&away(asked, world, &view)),
        versions: versions(&view),
        outcomes: OUTCOMES.into_iter().map(|(word, label)| (word, label, word == wanted)).collect(),
        columns: columns(asked, &COLUMNS, "-outcome"),
        rows: found.iter().skip(pager.skip).take(ROWS).map(|one| row(world, one)).collect(),
        sort: asked.query.text("sort").to_owned(),
        pager,
    };
    written(&page)
}

/// How far an outcome is from what was asked.
fn gravity(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::OnTime => 0,
        Outcome::Late => 1,
        Outcome::Missed => 2,
    }
}

fn fits(outcome: Outcome, wanted: &str) -> bool {
    match wanted {
        "" => true,
        "deviations" => outcome != Outcome::OnTime,
        word => outcome.word() == word,
    }
}

/// What is said of a period that has not passed yet.
fn unfinished(view: &View) -> String {
    if view.period.to == view.room.to {
        return String::new();
    }
    format!("The period has not passed yet: what was due by yesterday, {}, is shown.", words::day(view.period.to))
}

fn figures(all: &[Requirement]) -> Vec<Figure> {
    let of = format!("of {}", words::grouped(all.len() as u64));
    let figure = |term, wanted| {
        let many = all.iter().filter(|one| fits(one.outcome, wanted)).count();
        Figure { term, many: words::grouped(many as u64), of: of.clone() }
    };
    vec![
        figure("Deviations", "deviations"),
        figure("Not taken", "missed"),
        figure("Late", "late"),
        figure("On time", "on_time"),
    ]
}

/// A text that describes a version, for example its statement.
fn about(version: &ControlVersion, name: &str) -> String {
    version.about.get(name).and_then(|value| value.as_str()).unwrap_or_default().trim().to_owned()
}

/// The versions that were in force on some day of the period, in order.
fn versions(view: &View) -> Vec<VersionCard> {
    let Period { from, to } = view.period;
    let control = view.control;
    let places = control.version_index(from)..=control.version_index(to.max(from));
    let in_force = |place: &usize| {
        // A version that begins on the day on which a later one does was never in force.
        let version = control.versions().get(*place)?;
        let first = version.from.unwrap_or(from).max(from);
        (control.version_index(first) == *place).then_some(version)
    };
    places.filter_map(|place| in_force(&place)).map(version_card).collect()
}

fn version_card(version: &ControlVersion) -> VersionCard {
    let since =
        version.from.map_or_else(|| "from the beginning".to_owned(), |from| format!("since {}", words::day(from)));
    let days = |days| words::counted(days, "day", "days");
    let comes_round = match version.cadence {
        Cadence::EveryMonths(months) => format!("every {}", words::counted(months, "month", "months")),
        Cadence::FiscalYear(_) => "once in each fiscal year".to_owned(),
    };
    let courses = match &version.courses.refresher {
        Some(refresher) => format!("{}, then {refresher}", version.courses.full),
        None => version.courses.full.to_string(),
    };
    VersionCard {
        title: format!("In force {since}"),
        terms: vec![
            ("Comes round", comes_round),
            ("New in scope", format!("{} to take it", days(version.new_hire_days))),
            ("Back from leave", format!("{} to take it", days(version.return_days))),
            ("Courses", courses),
            ("Least evidence", words::strength(version.accepts).to_owned()),
            ("Recorded as", format!("fact {} of the ledger", words::grouped(version.seq))),
        ],
        // Managers stand in it by random id, as in the ledger.
        rule: version.rule.source().trim().to_owned(),
    }
}

fn row(world: &World, one: &Requirement) -> Row {
    let (tag, outcome) = told(one.outcome);
    Row {
        id: id(world, one.person).map(|id| id.to_string()).unwrap_or_default(),
        opened: words::day(one.opened),
        due: words::day(one.due),
        tag,
        outcome,
        completed: words::day_or_dash(one.completed_on),
        course: words::course(one.course),
    }
}

/// The trainings that were due in the period, as a file.
pub(crate) fn file(asked: &Asked, world: &World) -> Answered {
    let view = View::of(asked, world)?;
    let mut table = Table::new(&["person_id", "due", "outcome", "completed_on", "course"]);
    for one in view.requirements(asked, world).iter() {
        table.push(vec![
            id(world, one.person).map(|id| id.to_string()).into(),
            one.due.into(),
            one.outcome.word().into(),
            one.completed_on.into(),
            one.course.word().into(),
        ]);
    }
    let name = format!("requirements-{}-{}.csv", view.period.from, view.period.to);
    Ok(Answer::File { name, kind: "text/csv; charset=utf-8", bytes: table.write(Format::Csv).into_bytes() })
}

/// A leave or an exception that touched the period.
#[derive(Clone, Copy)]
pub(crate) struct Away {
    person: PersonIx,
    is_exception: bool,
    pub(crate) from: Day,
    /// The last day of an exception, the day back from a leave; none while open.
    pub(crate) to: Option<Day>,
    approved_by: Option<PersonIx>,
}

/// Those of people who were in scope in the period, by first day.
fn away(asked: &Asked, world: &World, view: &View) -> Arc<Vec<Away>> {
    let Period { from, to } = view.period;
    asked.remembered("audit_away", world, format!("{} {from} {to}", view.control.id), || {
        let scope = Scope::new(world, view.control);
        let mut found: Vec<Away> = Vec::new();
        for (ix, person) in world.people().listed() {
            let runs = scope.runs(person);
            if runs.iter().any(|run| run.from <= to && run.until.is_none_or(|until| from < until)) {
                found.extend(away_of(view, ix, person, from));
            }
        }
        found.sort_by_cached_key(|one| (one.from, id(world, one.person)));
        found
    })
}

/// Those of one person that touched the days from `from` to the end of the period.
pub(crate) fn away_of(view: &View, ix: PersonIx, person: &Person, from: Day) -> Vec<Away> {
    let to = view.period.to;
    let exceptions = person.exceptions.iter().filter(|one| one.control == view.control.id);
    let exceptions = exceptions
        .filter(|one| one.from <= to && one.to.is_none_or(|last| from <= last))
        .map(|one| Away { person: ix, is_exception: true, from: one.from, to: one.to, approved_by: one.approved_by });
    let leaves = person.leaves.iter().filter(|one| one.from <= to && one.to.is_none_or(|back| from < back));
    let leaves =
        leaves.map(|one| Away { person: ix, is_exception: false, from: one.from, to: one.to, approved_by: None });
    exceptions.chain(leaves).collect()
}

impl Away {
    /// "to 3 March 2026": how it ended, as far as the period tells.
    pub(crate) fn ended(&self, view: &View) -> String {
        match self.to {
            Some(to) if to > view.period.to => "after the period".to_owned(),
            Some(to) => words::day(to),
            None => "open".to_owned(),
        }
    }

    /// The exception that this is, of the person that it belongs to.
    pub(crate) fn exception_of<'p>(&self, view: &View, person: &'p Person) -> Option<&'p Exception> {
        let same = |one: &&Exception| one.control == view.control.id && one.from == self.from;
        person.exceptions.iter().find(same).filter(|_| self.is_exception)
    }

    /// What people call it.
    pub(crate) fn kind(&self) -> &'static str {
        if self.is_exception { "Exception" } else { "Leave" }
    }
}

fn away_in_words(all: &[Away]) -> String {
    let exceptions = all.iter().filter(|one| one.is_exception).count();
    let exceptions_in_words = words::counted(exceptions, "exception", "exceptions");
    format!(
        "{exceptions_in_words} and {} touched the period",
        words::counted(all.len() - exceptions, "leave", "leaves")
    )
}

#[derive(Template)]
#[template(path = "audit_away.html")]
struct AwayPage {
    frame: Frame,
    period: String,
    lead: String,
    kinds: Vec<(&'static str, &'static str, bool)>,
    rows: Vec<AwayRow>,
    pager: Pager,
}

struct AwayRow {
    id: String,
    /// Whether a training of theirs was due in the period, so that the auditor may open their name.
    opens: bool,
    kind: &'static str,
    from: String,
    to: String,
    approved_by: String,
}

/// The leaves and exceptions that touched the period, a page at a time.
pub(crate) fn absences(asked: &Asked, world: &World) -> Answered {
    let view = View::of(asked, world)?;
    let all = away(asked, world, &view);
    let wanted = asked.query.text("kind");
    let fits = |one: &&Away| wanted.is_empty() || (wanted == "exception") == one.is_exception;
    let found: Vec<&Away> = all.iter().filter(fits).collect();
    let asked_of: BTreeSet<PersonIx> = view.requirements(asked, world).iter().map(|one| one.person).collect();
    let pager = Pager::of(asked, found.len());
    let row = |one: &&Away| AwayRow {
        id: id(world, one.person).map(|id| id.to_string()).unwrap_or_default(),
        opens: asked_of.contains(&one.person),
        kind: one.kind(),
        from: words::day(one.from),
        to: one.ended(&view),
        approved_by: one.approved_by.and_then(|ix| id(world, ix)).map(|id| id.to_string()).unwrap_or_default(),
    };
    let kinds = [("", "Both"), ("exception", "Exceptions"), ("leave", "Leaves")];
    let page = AwayPage {
        frame: Frame::of(asked, world, "Exceptions and leaves"),
        period: view.period_in_words(),
        lead: away_in_words(&all),
        kinds: kinds.map(|(word, label)| (word, label, word == wanted)).to_vec(),
        rows: found.iter().skip(pager.skip).take(ROWS).map(row).collect(),
        pager,
    };
    written(&page)
}
