//! Which trainings were due in a period and how each ended: the audit's population.

use crate::calendar::FiscalYearStart;
use crate::control::{Control, ControlVersion};
use crate::due::{Accepted, CourseKind, due_date, moved_by_leave};
use crate::person::{Person, PersonIx};
use crate::scope::{Run, Scope};
use crate::{Day, World};

/// How a requirement ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Trained on or before the due date.
    OnTime,
    /// Trained after it, before the obligation came round again.
    Late,
    /// Not trained before it came round again, as far as the period's end knows.
    Missed,
}

impl Outcome {
    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Outcome::OnTime => "on_time",
            Outcome::Late => "late",
            Outcome::Missed => "missed",
        }
    }
}

/// One instance of "this person had to be trained by that date".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Who.
    pub person: PersonIx,
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
}

/// A period, first to last day, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: Day,
    /// Last day. Completions after it are not looked at.
    pub to: Day,
}

/// The requirements of everybody that count in the period, by employee id and due date.
#[must_use]
pub fn requirements(world: &World, control: &Control, period: Period) -> Vec<Requirement> {
    let scope = Scope::new(world, control);
    let mut found: Vec<(String, Requirement)> = Vec::new();
    for (ix, person) in world.people().listed() {
        let walk = Walk { ix, person, control, years: world.fiscal_years(), period };
        for run in scope.runs(person) {
            walk.run(run, &mut |requirement| found.push((person.label(), requirement)));
        }
    }
    found.sort_by(|(a, first), (b, second)| a.cmp(b).then(first.due.cmp(&second.due)));
    found.into_iter().map(|(_, requirement)| requirement).collect()
}

/// The requirements of one person that count in the period, by due date.
#[must_use]
pub fn of_person(world: &World, control: &Control, ix: PersonIx, period: Period) -> Vec<Requirement> {
    let Some(person) = world.people().get(ix) else { return Vec::new() };
    let mut found = Vec::new();
    let walk = Walk { ix, person, control, years: world.fiscal_years(), period };
    for run in Scope::new(world, control).runs(person) {
        walk.run(run, &mut |requirement| found.push(requirement));
    }
    found.sort_by_key(|requirement| requirement.due);
    found
}

struct Walk<'w> {
    ix: PersonIx,
    person: &'w Person,
    control: &'w Control,
    years: FiscalYearStart,
    period: Period,
}

/// How the walk goes on from a requirement.
enum Step {
    /// A completion closed it; it opened the next one.
    Closed { on: Day, next: Option<Day>, outcome: Outcome },
    /// It was missed and comes round again.
    Missed { again: Option<Day> },
}

impl Walk<'_> {
    /// Walks one run (docs/domain.md, "Requirements in a period") and hands over what counts.
    fn run(&self, run: Run, counted: &mut impl FnMut(Requirement)) {
        let completions = self.completions();
        let last = self.version(run.from).and_then(|version| Accepted::until(self.person, version, run.from).last());
        let mut opened = run.from;
        let mut open = self.due(run, run.from, last);
        while let Some(due) = open {
            if due > self.period.to || run.until.is_some_and(|until| due >= until) {
                return;
            }
            let step = self.step(run, opened, due, &completions);
            let (outcome, completed_on) = match step {
                Step::Closed { on, outcome, .. } => (outcome, Some(on)),
                Step::Missed { .. } => (Outcome::Missed, None),
            };
            if due >= self.period.from && !self.person.excepted(&self.control.id, due) {
                let course = if self.full_by(opened) { CourseKind::Refresher } else { CourseKind::Full };
                counted(Requirement { person: self.ix, opened, due, outcome, completed_on, course });
            }
            (opened, open) = match step {
                Step::Closed { on, next, .. } => (on, next),
                Step::Missed { again } => (due, again),
            };
        }
    }

    /// How the requirement opened on `opened` and due by `due` ends.
    fn step(&self, run: Run, opened: Day, due: Day, completions: &[Day]) -> Step {
        for on in completions.iter().copied().filter(|on| opened < *on && *on <= due) {
            let next = self.due(run, on, Some(on));
            // A completion that moves the due date no further changes nothing. An open leave is later than any date.
            if next.is_none_or(|next| next > due) {
                return Step::Closed { on, next, outcome: Outcome::OnTime };
            }
        }
        let again = self.again(due);
        let late = completions
            .iter()
            .copied()
            .find(|on| due < *on && again.is_none_or(|again| *on <= again) && run.contains(*on));
        match late {
            Some(on) => Step::Closed { on, next: self.due(run, on, Some(on)), outcome: Outcome::Late },
            None => Step::Missed { again },
        }
    }

    /// The due date that the status rules give on `day`.
    fn due(&self, run: Run, day: Day, last: Option<Day>) -> Option<Day> {
        due_date(self.version(day)?, self.years, run.from, last, &self.person.leaves)
    }

    /// When an obligation that nobody met comes round again.
    fn again(&self, due: Day) -> Option<Day> {
        let version = self.version(due)?;
        let again = moved_by_leave(version, version.cadence.next(due, self.years), &self.person.leaves)?;
        // A cadence is at least a month, so this only guards the end of the calendar.
        (again > due).then_some(again)
    }

    fn version(&self, day: Day) -> Option<&ControlVersion> {
        self.control.version(day)
    }

    /// Days of the completions up to the period's end, each accepted by the version in force on its own day.
    fn completions(&self) -> Vec<Day> {
        let mut days: Vec<Day> = Vec::new();
        for completion in self.person.completions.iter().filter(|completion| completion.on <= self.period.to) {
            let Some(version) = self.version(completion.on) else { continue };
            if Accepted::until(self.person, version, completion.on).last() == Some(completion.on)
                && days.last() != Some(&completion.on)
            {
                days.push(completion.on);
            }
        }
        days
    }

    fn full_by(&self, day: Day) -> bool {
        self.version(day).is_some_and(|version| Accepted::until(self.person, version, day).first_full().is_some())
    }
}
