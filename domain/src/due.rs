//! When training is due, and where somebody stands on a day.

use crate::calendar::{FiscalYearStart, add_days, subtract_days};
use crate::control::{Control, ControlVersion};
use crate::person::{Completion, Leave, Person, Strength};
use crate::scope::{Run, Scope};
use crate::{Day, World};

/// Where somebody stands; the first that applies, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// The control does not apply.
    OutOfScope,
    /// An exception covers the day.
    Excepted,
    /// A leave covers the day.
    OnLeave,
    /// Trained, and not due again yet.
    Current,
    /// To be trained by the due date, which has not passed.
    Due,
    /// The due date has passed.
    Overdue,
}

impl Status {
    /// All of them.
    pub const ALL: [Status; 6] =
        [Status::OutOfScope, Status::Excepted, Status::OnLeave, Status::Current, Status::Due, Status::Overdue];

    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Status::OutOfScope => "out_of_scope",
            Status::Excepted => "excepted",
            Status::OnLeave => "on_leave",
            Status::Current => "current",
            Status::Due => "due",
            Status::Overdue => "overdue",
        }
    }
}

/// Which of a control's courses somebody is to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CourseKind {
    /// The full course.
    Full,
    /// The refresher.
    Refresher,
}

impl CourseKind {
    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            CourseKind::Full => "full",
            CourseKind::Refresher => "refresher",
        }
    }
}

/// Where somebody stands, by when they are to train, and with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Where they stand.
    pub status: Status,
    /// By when; none out of scope, and where an open leave leaves no date.
    pub due: Option<Day>,
    /// With what; none out of scope.
    pub course: Option<CourseKind>,
}

const OUT: Standing = Standing { status: Status::OutOfScope, due: None, course: None };

/// The completions of a person that a control version accepts, up to a day.
#[derive(Clone, Copy, Debug)]
pub struct Accepted<'p> {
    completions: &'p [Completion],
    version: &'p ControlVersion,
    first_full: Option<Day>,
}

impl<'p> Accepted<'p> {
    /// The accepted completions dated up to and including `day`.
    #[must_use]
    pub fn until(person: &'p Person, version: &'p ControlVersion, day: Day) -> Accepted<'p> {
        let count = person.completions.partition_point(|completion| completion.on <= day);
        let completions = person.completions.get(..count).unwrap_or_default();
        let first_full = completions
            .iter()
            .find(|completion| completion.course == version.full && strong_enough(completion, version))
            .map(|completion| completion.on);
        Accepted { completions, version, first_full }
    }

    /// The day of the first accepted full course.
    #[must_use]
    pub fn first_full(&self) -> Option<Day> {
        self.first_full
    }

    /// The days of the accepted completions, in order.
    pub fn days(self) -> impl DoubleEndedIterator<Item = Day> + 'p {
        self.completions.iter().filter(move |completion| self.accepts(completion)).map(|completion| completion.on)
    }

    /// The day of the latest.
    #[must_use]
    pub fn last(&self) -> Option<Day> {
        self.days().next_back()
    }

    /// Whether the completion counts. A refresher does only from somebody whose full course was accepted on or before its date.
    #[must_use]
    pub fn accepts(&self, completion: &Completion) -> bool {
        strong_enough(completion, self.version)
            && (completion.course == self.version.full
                || Some(completion.course) == self.version.refresher
                    && self.first_full.is_some_and(|first| first <= completion.on))
    }
}

/// A manager's count is never one person's training, whatever a control says that it accepts.
fn strong_enough(completion: &Completion, version: &ControlVersion) -> bool {
    completion.strength >= version.accepts && completion.strength != Strength::Attested
}

/// The due date of somebody who entered scope on `entry` and trained last on `last`, moved by their leaves.
/// None where an open leave leaves no date while it lasts.
#[must_use]
pub fn due_date(
    version: &ControlVersion,
    years: FiscalYearStart,
    entry: Day,
    last: Option<Day>,
    leaves: &[Leave],
) -> Option<Day> {
    let floor = add_days(entry, version.new_hire_days);
    let base = last.map_or(floor, |last| version.cadence.next(last, years).max(floor));
    moved_by_leave(version, base, leaves)
}

/// A due date moved by leaves, taken in the order of their start.
#[must_use]
pub fn moved_by_leave(version: &ControlVersion, due: Day, leaves: &[Leave]) -> Option<Day> {
    let mut due = due;
    for leave in leaves {
        if leave.from > due {
            continue;
        }
        let to = leave.to?;
        if to > subtract_days(due, version.return_days) {
            due = due.max(add_days(to, version.return_days));
        }
    }
    Some(due)
}

/// The settings by which a control judges on a day: one version of it, and the fiscal years.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings<'w> {
    control: &'w Control,
    pub(crate) version: &'w ControlVersion,
    pub(crate) years: FiscalYearStart,
}

/// Where somebody stands, and the two days from which it follows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judged {
    pub(crate) standing: Standing,
    /// The first day of the run of in-scope days.
    pub(crate) entry: Day,
    /// The latest accepted completion.
    pub(crate) last: Option<Day>,
}

impl<'w> Settings<'w> {
    /// Those in force on `day`.
    pub(crate) fn on(world: &World, control: &'w Control, day: Day) -> Option<Settings<'w>> {
        Some(Settings { control, version: control.version(day)?, years: world.fiscal_years() })
    }

    /// Decides where somebody stands on `day`, which lies in the run of in-scope days that began on `entry`.
    /// The only place that does: whoever asks day by day or for years at once asks here.
    pub(crate) fn judge(&self, person: &Person, entry: Day, day: Day) -> Judged {
        let accepted = Accepted::until(person, self.version, day);
        let last = accepted.last();
        let due = due_date(self.version, self.years, entry, last, &person.leaves);
        let course = if accepted.first_full().is_some() { CourseKind::Refresher } else { CourseKind::Full };
        let status = if person.excepted(&self.control.id, day) {
            Status::Excepted
        } else if person.on_leave(day) {
            Status::OnLeave
        } else if last.is_some_and(|last| self.version.cadence.is_current(last, day, self.years)) {
            Status::Current
        } else if due.is_none_or(|due| day <= due) {
            Status::Due
        } else {
            Status::Overdue
        };
        Judged { standing: Standing { status, due, course: Some(course) }, entry, last }
    }
}

/// Answers where people stand for one control on one day.
pub struct Standings<'w> {
    scope: Scope<'w>,
    settings: Option<Settings<'w>>,
    day: Day,
}

impl<'w> Standings<'w> {
    /// For `control` on `day`.
    #[must_use]
    pub fn new(world: &'w World, control: &'w Control, day: Day) -> Standings<'w> {
        Standings { scope: Scope::new(world, control), settings: Settings::on(world, control, day), day }
    }

    /// The scope that they are judged by.
    #[must_use]
    pub fn scope(&self) -> &Scope<'w> {
        &self.scope
    }

    /// Where the person stands.
    #[must_use]
    pub fn of(&self, person: &Person) -> Standing {
        self.judge(person).map_or(OUT, |judged| judged.standing)
    }

    /// Where the person stands, and why; none out of scope.
    pub(crate) fn judge(&self, person: &Person) -> Option<Judged> {
        Some(self.settings?.judge(person, self.scope.entry(person, self.day)?, self.day))
    }

    /// The same, of a person whose runs of in-scope days are at hand.
    pub(crate) fn judge_in(&self, person: &Person, runs: &[Run]) -> Option<Judged> {
        let run = runs.iter().find(|run| run.contains(self.day))?;
        Some(self.settings?.judge(person, run.from, self.day))
    }
}

/// How many people stand where, and what follows for the control.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    counts: [u64; 6],
}

impl Totals {
    /// Of everybody listed, for `control` on `day`.
    #[must_use]
    pub fn of(world: &World, control: &Control, day: Day) -> Totals {
        let standings = Standings::new(world, control, day);
        let mut totals = Totals::default();
        for (_, person) in world.people().listed() {
            totals.add(standings.of(person).status);
        }
        totals
    }

    /// Counts one more.
    pub fn add(&mut self, status: Status) {
        self.add_many(status, 1);
    }

    /// Counts so many more.
    pub(crate) fn add_many(&mut self, status: Status, many: u64) {
        if let Some(count) = self.counts.get_mut(status as usize) {
            *count += many;
        }
    }

    /// How many have this status.
    #[must_use]
    pub fn count(&self, status: Status) -> u64 {
        self.counts.get(status as usize).copied().unwrap_or(0)
    }

    /// In scope, not excepted, not on leave.
    #[must_use]
    pub fn population(&self) -> u64 {
        self.count(Status::Current) + self.count(Status::Due) + self.count(Status::Overdue)
    }

    /// In scope at all.
    #[must_use]
    pub fn in_scope(&self) -> u64 {
        self.population() + self.count(Status::Excepted) + self.count(Status::OnLeave)
    }

    /// The control holds when nobody in the population is overdue.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.count(Status::Overdue) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::completion;
    use crate::world::tests::{TODAY, file, on};

    fn world_with(completions: &str) -> World {
        let mut world = World::sample();
        world.is_told_roster("2023-01-01", &["E1,A,,Developer,,2023-01-01,"]);
        let list = format!("employee_id,course,completed_on,strength\n{completions}");
        let drafts = completion::import(&world, file(&list), TODAY).unwrap().0;
        world.is_told(drafts);
        world
    }

    fn check(world: &World, day: &str, status: Status, due: &str, course: CourseKind) {
        let standing = Standings::new(world, world.control("C").unwrap(), on(day)).of(world.person("E1"));
        assert_eq!(standing, Standing { status, due: Some(on(due)), course: Some(course) }, "on {day}");
    }

    fn moved(due: &str, leaves: &[(&str, Option<&str>)]) -> Option<Day> {
        let world = World::sample();
        let leaves: Vec<Leave> = leaves.iter().map(|(from, to)| Leave { from: on(from), to: to.map(on) }).collect();
        moved_by_leave(world.control("C").unwrap().latest().unwrap(), on(due), &leaves)
    }

    #[test]
    fn the_due_day_itself_is_on_time() {
        let world = world_with("");
        check(&world, "2023-01-31", Status::Due, "2023-01-31", CourseKind::Full);
        check(&world, "2023-02-01", Status::Overdue, "2023-01-31", CourseKind::Full);
    }

    #[test]
    fn who_trained_is_current_until_the_day_it_comes_round_and_due_on_it() {
        let world = world_with("E1,full,2023-03-05,completed\n");
        check(&world, "2023-03-04", Status::Overdue, "2023-01-31", CourseKind::Full);
        check(&world, "2023-03-05", Status::Current, "2024-03-05", CourseKind::Refresher);
        check(&world, "2024-03-04", Status::Current, "2024-03-05", CourseKind::Refresher);
        check(&world, "2024-03-05", Status::Due, "2024-03-05", CourseKind::Refresher);
        check(&world, "2024-03-06", Status::Overdue, "2024-03-05", CourseKind::Refresher);
    }

    #[test]
    fn a_refresher_counts_only_on_or_after_the_full_course() {
        check(
            &world_with("E1,refresher,2023-01-05,completed\n"),
            "2023-01-10",
            Status::Due,
            "2023-01-31",
            CourseKind::Full,
        );
        let both = world_with("E1,refresher,2023-01-05,completed\nE1,full,2023-01-05,completed\n");
        check(&both, "2023-01-10", Status::Current, "2024-01-05", CourseKind::Refresher);
    }

    #[test]
    fn a_managers_count_is_nobodys_training() {
        check(&world_with("E1,full,2023-01-05,attested\n"), "2023-01-10", Status::Due, "2023-01-31", CourseKind::Full);
    }

    #[test]
    fn a_leave_moves_a_due_date_that_it_touches_or_nearly_touches() {
        for (due, leaves, expected) in [
            ("2024-05-31", &[("2024-06-01", Some("2024-07-01"))][..], Some("2024-05-31")),
            ("2024-06-01", &[("2024-06-01", Some("2024-07-01"))], Some("2024-07-31")),
            ("2024-07-30", &[("2024-06-01", Some("2024-07-01"))], Some("2024-07-31")),
            ("2024-07-31", &[("2024-06-01", Some("2024-07-01"))], Some("2024-07-31")),
            ("2024-06-01", &[("2024-05-01", Some("2024-05-03"))], Some("2024-06-02")),
            ("2024-06-02", &[("2024-05-01", Some("2024-05-03"))], Some("2024-06-02")),
            (
                "2024-06-01",
                &[("2024-05-01", Some("2024-06-01")), ("2024-06-20", Some("2024-08-01"))],
                Some("2024-08-31"),
            ),
            ("2024-06-01", &[("2024-06-01", None)], None),
            ("2024-06-01", &[("2024-06-02", None)], Some("2024-06-01")),
        ] {
            assert_eq!(moved(due, leaves), expected.map(on), "{due} {leaves:?}");
        }
    }

    #[test]
    fn the_control_holds_when_nobody_is_overdue() {
        let mut totals = Totals::default();
        for status in Status::ALL.into_iter().filter(|status| *status != Status::Overdue) {
            totals.add(status);
        }
        assert_eq!((totals.population(), totals.in_scope(), totals.holds()), (2, 4, true));
        totals.add(Status::Overdue);
        assert_eq!((totals.population(), totals.in_scope(), totals.holds()), (3, 5, false));
    }
}
