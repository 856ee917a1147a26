//! What is told to management of a fiscal quarter or year? One control in counts, without names, beside earlier spans.
//!
//! No figure is computed here that another page has too: standings are [`Totals`], what was due is
//! [`requirement::requirements`], departments and next steps are the [`Summary`] of the span's last day, rounds are their
//! recorded results. So departments are folded as there, and two reports say no more than two summaries do.

use crate::calendar::{add_days, subtract_days};
use crate::campaign::{Campaign, State, state};
use crate::control::{Control, ControlVersion};
use crate::curve::totals_by_day;
use crate::due::{Status, Totals};
use crate::fact::FileKind;
use crate::finding::findings;
use crate::organisation::{Organisation, SMALLEST_GROUP};
use crate::requirement::{self, Outcome, Period};
use crate::span::Span;
use crate::summary::{self, Count, Department, Learned, Month, NextStep, Summary};
use crate::tally::{self, Score};
use crate::{Day, World};
use jiff::ToSpan;

#[cfg(test)]
mod tests;

/// What management is told of one control and span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Briefing {
    /// What the organisation is called.
    pub organisation: Box<str>,
    /// The control's id.
    pub control: Box<str>,
    /// Its title on the last day.
    pub title: Box<str>,
    /// Fewest people that a figure may speak of.
    pub smallest_group: u32,
    /// The first day of which the roster tells anything; none before the first roster.
    pub tracked_since: Option<Day>,
    /// The span itself.
    pub now: Told,
    /// The span before, and the same span a year earlier where that is another; none of which nothing is known.
    pub earlier: Vec<Told>,
    /// The share of those who are up to date, day by day.
    pub by_day: Vec<Month>,
    /// The departments of the last day's [`Summary`].
    pub departments: Vec<Department>,
    /// The control's rounds that ran in the span, the first to close first.
    pub rounds: Vec<RoundTold>,
    /// When the control's definition changed in the span.
    pub changes: Vec<Change>,
    /// What was to be done on the last day, rounds that had ended by then left out.
    pub next_steps: Vec<NextStep>,
    /// The next round that opens after the last day, as its title and that day.
    pub next_round: Option<(Box<str>, Day)>,
    /// Whether the control says how long its courses take.
    pub states_minutes: bool,
}

/// The figures of one span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Which span.
    pub span: Span,
    /// Its first day.
    pub from: Day,
    /// The last day that is told.
    pub to: Day,
    /// Whether the span goes on after that day.
    pub is_cut: bool,
    /// Where people stood on the last day.
    pub standing: Standing,
    /// What was due, and how it ended.
    pub due: Due,
    /// What was learned.
    pub learned: Learned,
}

/// Where people stood on a day. Of a company smaller than the smallest group nothing is told but that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// In scope, not excepted, not on leave.
    pub population: Count,
    /// Of those, who was up to date.
    pub current: Count,
    /// Of those, whose due date had passed.
    pub overdue: Count,
    /// In scope and on leave.
    pub on_leave: Count,
    /// In scope and excepted.
    pub excepted: Count,
    /// Whether the control held; none of nobody or too few.
    pub holds: Option<bool>,
}

/// The requirements of a span by how they ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// All of them; none where what is held back below could be worked out from it.
    pub all: Option<Count>,
    /// Trained by the due date.
    pub on_time: Count,
    /// Trained after it.
    pub late: Count,
    /// Not trained by the last day.
    pub missed: Count,
}

/// A round that ran in the span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundTold {
    /// Its id.
    pub id: Box<str>,
    /// Its title.
    pub title: Box<str>,
    /// First day.
    pub opens: Day,
    /// Last day.
    pub closes: Day,
    /// The target share, in ten-thousandths.
    pub objective: u32,
    /// Who was asked.
    pub engineers: Count,
    /// Who has taken it.
    pub taken: Count,
    /// What it did at the end of the span's last day; a closed one has the result that stands.
    pub state: State,
    /// Whether the objective was reached; none where that would speak of too few.
    pub is_reached: Option<bool>,
}

/// A day from which the control's definition differed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The first day of the new version.
    pub from: Day,
    /// In what it differed.
    pub parts: Vec<Part>,
}

/// A part of a control's definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// To whom it applies.
    Scope,
    /// How often.
    Cadence,
    /// Days that somebody new has.
    NewHireDays,
    /// Days that somebody back from leave has.
    ReturnDays,
    /// The weakest strength it accepts.
    Accepts,
    /// Which courses satisfy it.
    Courses,
    /// What it is called, or what describes it.
    Description,
}

impl Part {
    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Part::Scope => "scope",
            Part::Cadence => "cadence",
            Part::NewHireDays => "new_hire_days",
            Part::ReturnDays => "return_days",
            Part::Accepts => "accepts",
            Part::Courses => "courses",
            Part::Description => "description",
        }
    }
}

impl Briefing {
    /// Of `control` over `span`, as far as its days have passed on `today`.
    ///
    /// # Errors
    /// Where none of them has.
    pub fn of(world: &World, control: &Control, span: Span, today: Day) -> Result<Briefing, String> {
        let plain = Organisation::default();
        let organisation = world.organisation().unwrap_or(&plain);
        let telling = Telling { world, control, smallest: smallest(world) };
        let (from, to) = days(world, span, today)?;
        let summary = Summary::of(world, control, to, findings(world, to).len());
        let version = control.version(to);
        let rounds = telling.rounds(from, to)?;
        let is_over = |round: &RoundTold| matches!(round.state, State::Closed | State::Over);
        let has_ended = |id: &str| rounds.iter().any(|round| *round.id == *id && is_over(round));
        let mut next_steps = summary.next_steps;
        // A round whose last day is the last one told asks for nothing more.
        next_steps.retain(|step| !matches!(step, NextStep::RoundCloses { campaign, .. } if has_ended(campaign)));
        Ok(Briefing {
            organisation: organisation.name.clone(),
            control: control.id.clone(),
            title: version.map(|version| version.title.clone()).unwrap_or_default(),
            smallest_group: telling.smallest,
            tracked_since: tracked_since(world),
            now: telling.told(span, from, to),
            earlier: telling.earlier(span, to),
            by_day: telling.by_day(from, to)?,
            departments: summary.departments,
            rounds,
            changes: changes(control, from, to),
            next_steps,
            next_round: next_round(world, control, to),
            states_minutes: version.is_some_and(|version| version.about.contains_key("minutes")),
        })
    }

    /// The day whose figures stand beside a department's: the one of its summary that is nearest to the end of the span before.
    #[must_use]
    pub fn compared_day(&self) -> Option<Day> {
        let end = self.earlier.first()?.to;
        let apart = |day: &Day| end.until(*day).map_or(i32::MAX, |span| span.get_days().abs());
        let days = self.departments.first()?.days.iter().map(|(day, ..)| *day);
        days.filter(|day| *day < self.now.to && apart(day) <= 31).min_by_key(apart)
    }
}

/// Fewest people that a figure may speak of.
fn smallest(world: &World) -> u32 {
    world.organisation().map_or(SMALLEST_GROUP, |organisation| organisation.smallest_group)
}

/// The first day of which the roster tells anything.
#[must_use]
pub fn tracked_since(world: &World) -> Option<Day> {
    let rosters = world.imports().iter().filter(|import| import.body.file == FileKind::Roster);
    rosters.filter_map(|import| import.body.on).min()
}

/// The days of a span that have passed on `today`: a day is told once it is over.
///
/// # Errors
/// Where none has passed.
pub fn days(world: &World, span: Span, today: Day) -> Result<(Day, Day), String> {
    let years = world.fiscal_years();
    let (from, to) = (span.first_day(years), span.last_day(years));
    if from < today {
        return Ok((from, to.min(subtract_days(today, 1))));
    }
    Err(format!(
        "{span} begins on {from}, so nothing can be told of it on {today} yet; ask again from {} on, or for {}",
        add_days(from, 1),
        span.before()
    ))
}

/// What all figures are told from.
struct Telling<'w> {
    world: &'w World,
    control: &'w Control,
    smallest: u32,
}

impl Telling<'_> {
    fn told(&self, span: Span, from: Day, to: Day) -> Told {
        Told {
            span,
            from,
            to,
            is_cut: to < span.last_day(self.world.fiscal_years()),
            standing: self.standing(&Totals::of(self.world, self.control, to)),
            due: self.due(from, to),
            learned: summary::learned(self.world, self.control, from, to, self.smallest),
        }
    }

    /// The span before in full, and the same span a year earlier: in full, or to the same day where this one goes on.
    fn earlier(&self, span: Span, to: Day) -> Vec<Told> {
        let years = self.world.fiscal_years();
        let is_cut = to < span.last_day(years);
        let (before, year_before) = (span.before(), span.year_before());
        let same_day = to.saturating_sub(12.months()).min(year_before.last_day(years));
        let year_to = if is_cut { same_day } else { year_before.last_day(years) };
        let mut wanted = vec![(before, before.last_day(years)), (year_before, year_to)];
        wanted.dedup();
        let known = wanted.into_iter().filter(|(_, to)| tracked_since(self.world).is_some_and(|since| since <= *to));
        known.map(|(span, to)| self.told(span, span.first_day(years), to)).collect()
    }

    fn standing(&self, totals: &Totals) -> Standing {
        let population = Count::of(totals.population(), self.smallest);
        let is_told = matches!(population, Count::Exactly(_));
        let count = |many| if is_told { Count::of(many, self.smallest) } else { Count::FewerThan(self.smallest) };
        Standing {
            population,
            current: count(totals.count(Status::Current)),
            overdue: count(totals.count(Status::Overdue)),
            on_leave: Count::of(totals.count(Status::OnLeave), self.smallest),
            excepted: Count::of(totals.count(Status::Excepted), self.smallest),
            holds: (is_told && totals.population() > 0).then(|| totals.holds()),
        }
    }

    fn due(&self, from: Day, to: Day) -> Due {
        let found = requirement::requirements(self.world, self.control, Period { from, to });
        let many = |outcome| found.iter().filter(|one| one.outcome == outcome).count() as u64;
        let all = Count::of(found.len() as u64, self.smallest);
        let few = matches!(all, Count::FewerThan(_));
        let count = |outcome| if few { all } else { Count::of(many(outcome), self.smallest) };
        let [on_time, late, missed] = [Outcome::OnTime, Outcome::Late, Outcome::Missed].map(count);
        let is_told = few || [on_time, late, missed].iter().all(|count| matches!(count, Count::Exactly(_)));
        Due { all: is_told.then_some(all), on_time, late, missed }
    }

    fn by_day(&self, from: Day, to: Day) -> Result<Vec<Month>, String> {
        let days = totals_by_day(self.world, self.control, from, to)?;
        let month = |day: &crate::curve::DayTotals| {
            let Standing { population, current, .. } = self.standing(&day.totals);
            Month { day: day.day, population, current }
        };
        Ok(days.iter().map(month).collect())
    }

    fn rounds(&self, from: Day, to: Day) -> Result<Vec<RoundTold>, String> {
        let ended =
            |campaign: &Campaign| self.world.rounds().result(&campaign.id).map_or(campaign.closes, |one| one.on);
        let ran = |campaign: &&Campaign| campaign.opens <= to && from <= ended(campaign);
        let mut campaigns: Vec<&Campaign> = self.world.campaigns().values().filter(ran).collect();
        campaigns.retain(|campaign| campaign.control == self.control.id);
        campaigns.sort_by(|a, b| (a.closes, &a.id).cmp(&(b.closes, &b.id)));
        campaigns.into_iter().map(|campaign| self.round(campaign, to)).collect()
    }

    /// A round as `campaigns list` has it: its recorded result, else its table's score on the day.
    fn round(&self, campaign: &Campaign, day: Day) -> Result<RoundTold, String> {
        let result = self.world.rounds().result(&campaign.id).filter(|result| result.on <= day);
        let objective = result.map_or(campaign.objective, |result| result.objective);
        let score = match result {
            Some(result) => Score { engineers: result.engineers, taken: result.taken },
            None => Score::of(&tally::table(self.world, campaign, day.min(campaign.closes))?),
        };
        let engineers = Count::of(score.engineers, self.smallest);
        let is_told = matches!(engineers, Count::Exactly(_));
        let taken = if is_told { Count::of(score.taken, self.smallest) } else { engineers };
        Ok(RoundTold {
            id: campaign.id.clone(),
            title: campaign.title.clone(),
            opens: campaign.opens,
            closes: result.map_or(campaign.closes, |result| result.on),
            objective,
            engineers,
            taken,
            // The last day that is told has passed, so a round that ended on it is over.
            state: if result.is_none() && campaign.closes <= day {
                State::Over
            } else {
                state(self.world, campaign, day)
            },
            is_reached: (is_told && score.engineers > 0).then(|| score.reaches(objective)),
        })
    }
}

/// The days from `from` to `to` on which another version of the control came into force. The first version holds from the
/// beginning, so it is no change.
fn changes(control: &Control, from: Day, to: Day) -> Vec<Change> {
    let mut days: Vec<Day> = control.versions().iter().filter_map(|version| version.from).collect();
    days.retain(|day| from <= *day && *day <= to);
    days.dedup();
    let change = |day: Day| {
        let parts = changed(control.version(subtract_days(day, 1))?, control.version(day)?);
        (!parts.is_empty()).then_some(Change { from: day, parts })
    };
    days.into_iter().filter_map(change).collect()
}

fn changed(before: &ControlVersion, after: &ControlVersion) -> Vec<Part> {
    let differs = [
        (Part::Scope, before.rule.source() != after.rule.source()),
        (Part::Cadence, before.cadence != after.cadence),
        (Part::NewHireDays, before.new_hire_days != after.new_hire_days),
        (Part::ReturnDays, before.return_days != after.return_days),
        (Part::Accepts, before.accepts != after.accepts),
        (Part::Courses, before.courses != after.courses),
        (Part::Description, before.title != after.title || before.about != after.about),
    ];
    differs.into_iter().filter(|(_, differs)| *differs).map(|(part, _)| part).collect()
}

fn next_round(world: &World, control: &Control, day: Day) -> Option<(Box<str>, Day)> {
    let planned = world.campaigns().values().filter(|one| one.control == control.id && day < one.opens);
    let next = planned.min_by(|a, b| (a.opens, &a.id).cmp(&(b.opens, &b.id)))?;
    Some((next.title.clone(), next.opens))
}
