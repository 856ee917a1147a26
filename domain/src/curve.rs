//! How totals and scores went over a range of days: what asking each day singly gives, in one walk over the people.
//!
//! Nobody's status changes but on a few days, so each person is judged once for each stretch without a change,
//! by the same functions that judge a single day.

use crate::calendar::add_days;
use crate::campaign::Campaign;
use crate::control::{Cadence, Control};
use crate::due::{Judged, Settings, Status, Totals};
use crate::person::{Person, PersonIx};
use crate::scope::{Run, Scope};
use crate::tally::{Score, attested, has_counting_completion, manager_of, taken};
use crate::{Day, World};

/// The most days that may be asked for at once: four years and a little.
pub const LONGEST: usize = 1_500;

/// How many stood where on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayTotals {
    /// The day.
    pub day: Day,
    /// What [`Totals::of`] says of it.
    pub totals: Totals,
}

/// The totals of each day from `from` to `to`, both included, as [`Totals::of`] gives them.
///
/// # Errors
/// Where the last day comes before the first, or there are more than [`LONGEST`].
pub fn totals_by_day(world: &World, control: &Control, from: Day, to: Day) -> Result<Vec<DayTotals>, String> {
    let days = Days::between(from, to)?;
    let scope = Scope::new(world, control);
    let mut edges = Edges { days: &days, found: Vec::new() };
    let mut curves = Curves { world, control, days: &days, steps: Status::ALL.map(|_| Steps::over(&days)) };
    let mut listed = 0;
    for (_, person) in world.people().listed() {
        listed += 1;
        for run in scope.runs(person) {
            edges.find(control, person);
            for (first, end) in edges.stretches(run) {
                curves.count(person, run, first, end);
            }
        }
    }
    Ok(curves.totals(listed))
}

/// The score of each day from `from` to `to`, both included, as [`Score::of`] the campaign's table gives it.
///
/// # Errors
/// Where the campaign's control is not defined, the last day comes before the first, or there are more than [`LONGEST`].
pub fn score_by_day(world: &World, campaign: &Campaign, from: Day, to: Day) -> Result<Vec<(Day, Score)>, String> {
    let days = Days::between(from, to)?;
    let control = world.control(&campaign.control)?;
    let scope = Scope::new(world, control);
    let mut edges = Edges { days: &days, found: Vec::new() };
    let mut moves: Vec<Move> = Vec::new();
    for (_, person) in world.people().listed() {
        for run in scope.runs(person) {
            edges.find(control, person);
            edges.find_managers(world, person);
            let place = |day| seat(world, control, campaign, person, day);
            sit(&days, edges.stretches(run), place, &mut moves);
        }
    }
    moves.sort_unstable_by_key(|step| (step.manager, step.at));
    let mut sums = ScoreSteps { engineers: Steps::over(&days), taken: Steps::over(&days) };
    for row in moves.chunk_by(|a, b| a.manager == b.manager) {
        sums.add_row(world, campaign, &days, row);
    }
    let scores = sums.engineers.sums().zip(sums.taken.sums()).map(|(engineers, taken)| Score { engineers, taken });
    Ok(days.list.iter().copied().zip(scores).collect())
}

/// The days asked for, in order; a place among them is written as a number, their end as how many there are.
struct Days {
    list: Vec<Day>,
}

impl Days {
    fn between(from: Day, to: Day) -> Result<Days, String> {
        if to < from {
            return Err(format!("the last day, {to}, comes before the first, {from}"));
        }
        let longest = u32::try_from(LONGEST).unwrap_or(u32::MAX);
        if to >= add_days(from, longest) {
            return Err(format!("from {from} to {to} are more than {LONGEST} days; ask for fewer"));
        }
        Ok(Days { list: from.series(jiff::ToSpan::days(1)).take_while(|day| *day <= to).collect() })
    }

    /// Place of the first that is not before `day`.
    fn not_before(&self, day: Day) -> usize {
        self.list.partition_point(|other| *other < day)
    }

    /// Place of the first after `day`.
    fn after(&self, day: Day) -> usize {
        self.list.partition_point(|other| *other <= day)
    }
}

/// Places at which something about a person may change. One too many costs time and changes no answer.
struct Edges<'d> {
    days: &'d Days,
    found: Vec<usize>,
}

impl Edges<'_> {
    /// Forgets the last person and finds the places at which this one's status may change within a run, but for
    /// those that come of the due date and of training growing old.
    fn find(&mut self, control: &Control, person: &Person) {
        self.found.clear();
        for from in control.versions().iter().filter_map(|version| version.from) {
            self.begins(from);
        }
        for completion in &person.completions {
            self.begins(completion.on);
        }
        for leave in &person.leaves {
            self.begins(leave.from);
            leave.to.into_iter().for_each(|to| self.begins(to));
        }
        for exception in person.exceptions.iter().filter(|exception| exception.control == control.id) {
            self.begins(exception.from);
            exception.to.into_iter().for_each(|to| self.found.push(self.days.after(to)));
        }
    }

    /// Finds the places at which the person may come to report to somebody else.
    fn find_managers(&mut self, world: &World, person: &Person) {
        for record in &person.records {
            self.begins(record.from);
            let manager = record.manager.and_then(|manager| world.people().get(manager));
            for spell in manager.iter().flat_map(|manager| &manager.spells) {
                self.begins(spell.start);
                spell.end.into_iter().for_each(|end| self.begins(end));
            }
        }
    }

    fn begins(&mut self, day: Day) {
        // Most of a history lies before the days asked for.
        if self.days.list.first().is_some_and(|first| *first < day) {
            self.found.push(self.days.not_before(day));
        }
    }

    /// The stretches of the run that no place found divides, as first place and end.
    fn stretches(&mut self, run: Run) -> impl Iterator<Item = (usize, usize)> {
        let first = self.days.not_before(run.from);
        let end = run.until.map_or(self.days.list.len(), |until| self.days.not_before(until));
        self.found.retain(|place| first < *place && *place < end);
        if first < end {
            self.found.extend([first, end]);
        }
        self.found.sort_unstable();
        self.found.dedup();
        self.found.iter().copied().zip(self.found.iter().copied().skip(1))
    }
}

/// A sum by day, kept as what is added and taken off at each place, so that a stretch costs the same however long.
struct Steps {
    by: Vec<i64>,
}

impl Steps {
    fn over(days: &Days) -> Steps {
        Steps { by: vec![0; days.list.len() + 1] }
    }

    fn add(&mut self, first: usize, end: usize, many: u32) {
        for (place, many) in [(first, i64::from(many)), (end, -i64::from(many))] {
            if let Some(step) = self.by.get_mut(place) {
                *step += many;
            }
        }
    }

    fn sums(&self) -> impl Iterator<Item = u64> {
        self.by.iter().scan(0, |sum, step| {
            *sum += step;
            u64::try_from(*sum).ok()
        })
    }
}

/// A curve for each status, that of people out of scope apart: it is what the others leave.
struct Curves<'w> {
    world: &'w World,
    control: &'w Control,
    days: &'w Days,
    steps: [Steps; 6],
}

impl Curves<'_> {
    /// Counts one person over a stretch of a run on which nothing but the day's own number changes.
    fn count(&mut self, person: &Person, run: Run, first: usize, end: usize) {
        let mut first = first;
        while let Some(day) = self.days.list.get(first).copied().filter(|_| first < end) {
            let Some(settings) = Settings::on(self.world, self.control, day) else { return };
            let judged = settings.judge(person, run.from, day);
            let until = self.holds_until(settings, judged, first).map_or(end, |place| place.min(end));
            if let Some(steps) = self.steps.get_mut(judged.standing.status as usize) {
                steps.add(first, until, 1);
            }
            first = until;
        }
    }

    /// The next place at which the passing of days alone may change the status: training grows old, or the due date passes.
    fn holds_until(&self, settings: Settings, judged: Judged, first: usize) -> Option<usize> {
        let old = judged.last.map(|last| match settings.version.cadence {
            Cadence::EveryMonths(_) => self.days.not_before(settings.version.cadence.next(last, settings.years)),
            Cadence::FiscalYear(_) => self.days.after(settings.years.last_day(last)),
        });
        let passed = judged.standing.due.map(|due| self.days.after(due));
        [old, passed].into_iter().flatten().filter(|place| first < *place).min()
    }

    fn totals(&self, listed: u64) -> Vec<DayTotals> {
        let none = |day: &Day| DayTotals { day: *day, totals: Totals::default() };
        let mut found: Vec<DayTotals> = self.days.list.iter().map(none).collect();
        for (status, steps) in Status::ALL.into_iter().zip(&self.steps) {
            for (of_day, many) in found.iter_mut().zip(steps.sums()) {
                of_day.totals.add_many(status, many);
            }
        }
        for of_day in &mut found {
            of_day.totals.add_many(Status::OutOfScope, listed - of_day.totals.in_scope());
        }
        found
    }
}

/// Whose engineer somebody is, and whether they have a completion that counts.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Seat {
    manager: Option<PersonIx>,
    recorded: bool,
}

/// Where the table of `day` counts somebody in scope; nowhere while they are away.
fn seat(world: &World, control: &Control, campaign: &Campaign, person: &Person, day: Day) -> Option<Seat> {
    if person.excepted(&control.id, day) || person.on_leave(day) || !campaign.asks(world, person, day) {
        return None;
    }
    let recorded = has_counting_completion(control, campaign, person, day);
    Some(Seat { manager: manager_of(world, person, day), recorded })
}

/// What changes in a manager's row at a place.
struct Move {
    manager: Option<PersonIx>,
    at: usize,
    engineers: i32,
    recorded: i32,
}

impl Seat {
    fn taken_or_left(self, at: usize, many: i32) -> Move {
        Move { manager: self.manager, at, engineers: many, recorded: if self.recorded { many } else { 0 } }
    }
}

/// Tells where a person sits in one run, stretch by stretch.
fn sit(
    days: &Days,
    stretches: impl Iterator<Item = (usize, usize)>,
    place: impl Fn(Day) -> Option<Seat>,
    moves: &mut Vec<Move>,
) {
    let mut before: Option<Seat> = None;
    let mut ends = 0;
    for (first, end) in stretches {
        let now = days.list.get(first).and_then(|day| place(*day));
        if now != before {
            moves.extend(before.map(|seat| seat.taken_or_left(first, -1)));
            moves.extend(now.map(|seat| seat.taken_or_left(first, 1)));
        }
        (before, ends) = (now, end);
    }
    moves.extend(before.map(|seat| seat.taken_or_left(ends, -1)));
}

/// The two sums of a score by day.
struct ScoreSteps {
    engineers: Steps,
    taken: Steps,
}

impl ScoreSteps {
    /// Adds one manager's row, given what changes in it in the order of places.
    fn add_row(&mut self, world: &World, campaign: &Campaign, days: &Days, row: &[Move]) {
        let manager = row.first().and_then(|step| step.manager).and_then(|manager| world.people().get(manager));
        let given = manager.iter().flat_map(|manager| &manager.attestations);
        let given = given.filter(|given| given.campaign == campaign.id).map(|given| days.not_before(given.on));
        let mut places: Vec<usize> = row.iter().map(|step| step.at).chain(given).chain([days.list.len()]).collect();
        places.sort_unstable();
        places.dedup();
        let mut steps = row.iter().peekable();
        let (mut engineers, mut recorded) = (0, 0);
        for (first, end) in places.iter().copied().zip(places.iter().copied().skip(1)) {
            while let Some(step) = steps.next_if(|step| step.at <= first) {
                engineers += step.engineers;
                recorded += step.recorded;
            }
            let Some(day) = days.list.get(first) else { return };
            let attested = manager.and_then(|manager| attested(campaign, manager, *day));
            let (engineers, recorded) = (engineers.unsigned_abs(), recorded.unsigned_abs());
            self.engineers.add(first, end, engineers);
            self.taken.add(first, end, taken(recorded, attested, engineers));
        }
    }
}
