//! Which sentences go with the figures? Plain, friendly, about nobody in particular.

use super::{Round, Step};
use crate::table::grouped;
use keepsharp_domain::briefing::{Briefing, Change, Part, RoundTold, Told};
use keepsharp_domain::calendar::{add_days, day_in_words};
use keepsharp_domain::campaign::State;
use keepsharp_domain::summary::{Count, NextStep};
use keepsharp_domain::{Day, tally};

/// "3 March 2026", the day never on another line than its month.
pub(super) fn day(day: Day) -> String {
    day_in_words(day).replacen(' ', "\u{a0}", 1)
}

/// "78.7 %", on one line.
fn percent(part: u64, whole: u64) -> Option<String> {
    Some(tally::percent(part, whole)?.replace(' ', "\u{a0}"))
}

/// "1,031", or "fewer than 3".
pub(super) fn count(count: Count) -> String {
    match count {
        Count::Exactly(many) => grouped(many),
        Count::FewerThan(limit) => format!("fewer than {}", grouped(limit.into())),
    }
}

/// The same with its noun: "1 engineer", "fewer than 3 engineers".
fn counted(many: Count, one: &str, several: &str) -> String {
    format!("{} {}", count(many), if many == Count::Exactly(1) { one } else { several })
}

fn with_capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// "86.1 %", rounded down so that 100 % means everybody; none where it may not be told.
pub(super) fn share(part: Count, whole: Count) -> Option<String> {
    match (part, whole) {
        (Count::Exactly(part), Count::Exactly(whole)) => percent(part, whole),
        _ => None,
    }
}

/// "31 of 36".
pub(super) fn of(part: Count, whole: Count) -> String {
    format!("{} of {}", count(part), count(whole))
}

fn objective(ten_thousandths: u32) -> String {
    percent(u64::from(ten_thousandths), 10_000).unwrap_or_default()
}

/// How it stands: the share, what it was, whether the control held.
pub(super) fn lead(briefing: &Briefing) -> Vec<String> {
    let now = &briefing.now;
    let on = day(now.to);
    let standing = &now.standing;
    let mut lead = match (standing.current, standing.population) {
        (_, Count::Exactly(0)) => vec![format!("Nobody was in scope of this control on {on}.")],
        (_, Count::FewerThan(limit)) => {
            vec![format!(
                "Fewer than {limit} engineers are in scope, too few to speak of without singling anybody out."
            )]
        }
        (current, population) => {
            let share = share(current, population).map(|share| format!(", {share}")).unwrap_or_default();
            let people = counted(population, "engineer", "engineers");
            let mut lead =
                vec![format!("{} of {people} were up to date on {on}{share}.", with_capital(&count(current)))];
            lead.extend(compared(briefing));
            lead.extend(control(standing.holds, standing.overdue));
            lead
        }
    };
    if now.is_cut {
        lead.push(format!("{} still runs: everything here is told up to {on}.", now.span));
    }
    lead
}

/// "It was 80.1 % at the end of FY27-Q1 and 71 % on 31 July 2025."
fn compared(briefing: &Briefing) -> Option<String> {
    let was = |one: &Told| {
        let share = share(one.standing.current, one.standing.population)?;
        let end = if one.is_cut { format!("on {}", day(one.to)) } else { format!("at the end of {}", one.span) };
        Some(format!("{share} {end}"))
    };
    let shares: Vec<String> = briefing.earlier.iter().filter_map(was).collect();
    (!shares.is_empty()).then(|| format!("It was {}.", shares.join(", and ")))
}

fn control(holds: Option<bool>, overdue: Count) -> Option<String> {
    if holds? {
        return Some("The control held: nobody was past their date.".to_owned());
    }
    let people = counted(overdue, "engineer was", "engineers were");
    Some(format!("The control does not hold yet: {people} past their date."))
}

/// What was learned, and what it took.
pub(super) fn learned(briefing: &Briefing) -> String {
    let learned = &briefing.now.learned;
    if (learned.full, learned.refresher) == (Count::Exactly(0), Count::Exactly(0)) {
        return "No course was completed in this time.".to_owned();
    }
    let done = format!(
        "{} and {} were completed, by people in scope or not, {} for the first time.",
        with_capital(&counted(learned.full, "full course", "full courses")),
        counted(learned.refresher, "refresher", "refreshers"),
        count(learned.first_time),
    );
    let took = match learned.minutes {
        Some(minutes) => {
            let hours = counted(Count::Exactly((minutes + 30) / 60), "hour", "hours");
            let days = counted(Count::Exactly((minutes + 240) / 480), "working day", "working days");
            format!("By the minutes that the programme states this took {hours}, or {days}, of everybody together.")
        }
        None if briefing.states_minutes => {
            "What it took is not shown, as too few people would be counted by it.".to_owned()
        }
        None => "The programme does not state how many minutes a course takes.".to_owned(),
    };
    format!("{done} {took}")
}

/// A round's line.
pub(super) fn round(round: &RoundTold) -> Round {
    let share = share(round.taken, round.engineers).map(|share| format!(", {share}")).unwrap_or_default();
    let outcome = match (round.state, round.is_reached) {
        (State::Closed, Some(true)) => "reached".to_owned(),
        (State::Closed, Some(false)) => "not reached".to_owned(),
        (State::Closed, None) => "closed".to_owned(),
        (State::Over, _) => "ended, result not recorded yet".to_owned(),
        (State::Open | State::Paused | State::Planned, Some(true)) => "reached, still open".to_owned(),
        (State::Paused, _) => "paused".to_owned(),
        (State::Open | State::Planned, _) => "still open".to_owned(),
    };
    Round {
        title: round.title.to_string(),
        days: format!("{} to {}", day(round.opens), day(round.closes)),
        closes: day(round.closes),
        taken: format!("{}{share}", of(round.taken, round.engineers)),
        objective: objective(round.objective),
        outcome,
    }
}

/// "From 1 May 2026 another scope and another cadence hold."
pub(super) fn change(change: &Change) -> String {
    let part = |part: &Part| match part {
        Part::Scope => "to whom it applies",
        Part::Cadence => "how often it is asked",
        Part::NewHireDays => "how many days somebody new has",
        Part::ReturnDays => "how many days somebody back from leave has",
        Part::Accepts => "what counts as proof",
        Part::Courses => "which courses satisfy it",
        Part::Description => "its description",
    };
    let parts: Vec<&str> = change.parts.iter().map(part).collect();
    format!("From {} on the control differs in {}.", day(change.from), listed(&parts))
}

/// "a", "a and b", "a, b and c".
fn listed(parts: &[&str]) -> String {
    match parts.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => parts.concat(),
    }
}

/// What was to be done on the last day, and which round comes next.
pub(super) fn next(briefing: &Briefing) -> Vec<Step> {
    let mut next: Vec<Step> = briefing.next_steps.iter().map(|step| next_step(briefing, step)).collect();
    let opens = |(title, opens): &(Box<str>, Day)| about(title, format!(" opens on {}.", day(*opens)));
    next.extend(briefing.next_round.iter().map(opens));
    next
}

fn about(title: &str, rest: String) -> Step {
    Step { title: title.to_owned(), rest }
}

fn next_step(briefing: &Briefing, step: &NextStep) -> Step {
    match step {
        NextStep::Overdue(many) => {
            let people = with_capital(&counted(*many, "engineer is", "engineers are"));
            let help = "Managers see who of their team has not taken it yet; a friendly word helps most.";
            about("", format!("{people} past their date. {help}"))
        }
        NextStep::DueWithin30Days(many) => {
            let due = with_capital(&counted(*many, "engineer comes", "engineers come"));
            let until = day(add_days(briefing.now.to, 30));
            about("", format!("{due} due by {until}. Time for it in the plans of these weeks is all they need."))
        }
        NextStep::FindingsToMend(many) => {
            let entries = counted(Count::Exactly(*many), "entry", "entries");
            about("", format!("{entries} in the roster can’t be right; whoever keeps the roster sees them."))
        }
        NextStep::RoundCloses { campaign, days_left, missing_to_objective } => {
            let round = briefing.rounds.iter().find(|round| round.id == *campaign);
            let closes = format!(" closes on {}", day(add_days(briefing.now.to, *days_left)));
            let objective = round.map(|round| format!(" of {}", objective(round.objective))).unwrap_or_default();
            let rest = match missing_to_objective {
                Count::Exactly(0) => format!("{closes}. Its objective{objective} is reached."),
                missing => format!("{closes}. It needs {} more for its objective{objective}.", count(*missing)),
            };
            about(round.map_or(&**campaign, |round| &round.title), rest)
        }
    }
}

/// What to know when reading the figures.
pub(super) fn notes(briefing: &Briefing) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(since) = briefing.tracked_since.filter(|since| briefing.now.from < *since) {
        notes.push(format!("The roster is kept since {}; of earlier days only some is known.", day(since)));
    }
    if briefing.earlier.is_empty() && briefing.tracked_since.is_some() {
        notes.push("There is no earlier span with a roster to compare with.".to_owned());
    }
    notes.push(
        "Engineers in scope leaves out those on leave and excepted. What came due is told as of each span’s last day."
            .to_owned(),
    );
    notes.push(format!(
        "Groups of fewer than {} people are never shown; those too small stand together. Nobody is named, and nobody is ranked.",
        briefing.smallest_group
    ));
    notes
}
