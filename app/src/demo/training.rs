//! Who of the demo company took which course when: hardly anybody by name in the first year, hardly anybody not in the last.

use super::absences::{Absences, file};
use super::careers::Company;
use super::chance::Chance;
use super::staff::{Person, line};
use super::timeline::{LAST_MONTH, Timeline, days_after, days_between};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A course that somebody took.
pub(super) struct Completion {
    pub(super) person: usize,
    pub(super) on: Date,
    course: &'static str,
    strength: &'static str,
    source: &'static str,
    reference: String,
}

/// Unbroken days in scope, `[entry, until)`; nothing is known of them before `listed`.
#[derive(Clone, Copy)]
struct Stay {
    entry: Date,
    listed: Date,
    until: Date,
}

/// How somebody took the second round, the first one by name for most.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Habit {
    /// So early that it is due again by today.
    Early,
    /// A year before it, in the trial run by name; it comes round again in a few weeks.
    Trial,
    /// So late that it is not due again yet.
    Late,
    /// Only after the round had closed.
    Afterwards,
}

/// Everything that was completed by name, in order of its day.
pub(super) fn completions(company: &Company) -> Vec<Completion> {
    let timeline = company.timeline;
    let stays = stays(company);
    let (lapsed, idle) = overdue_today(company, &stays);
    let mut all = Vec::new();
    for (person, stays) in &stays {
        let mut chance = chance_of(*person);
        let habit = habit(&mut chance);
        let mut days =
            if idle.contains(person) { Vec::new() } else { days(timeline, &company.absences, *person, stays, habit) };
        if lapsed.contains(person) {
            // Took the second round early, and has not found the time since.
            let ago = i32::try_from(4 + person % 29).unwrap_or(4);
            days = vec![days_after(timeline.today.saturating_sub(1.year()), -ago)];
        }
        for (number, on) in days.into_iter().enumerate() {
            all.push(completion(&mut chance, timeline, *person, number, on));
        }
    }
    all.sort_by_key(|completion| (completion.on, completion.person));
    all
}

/// The files of completions, one a week, with the day on which each was taken in.
pub(super) fn weekly_files(people: &[Person], timeline: &Timeline, all: &[Completion]) -> Vec<(Date, String)> {
    let mut weeks: BTreeMap<Date, Vec<String>> = BTreeMap::new();
    for completion in all {
        weeks.entry(taken_in(timeline, completion.on)).or_default().push(line(&[
            people.get(completion.person).map_or("", |person| &person.employee_id),
            completion.course,
            &completion.on.to_string(),
            completion.strength,
            completion.source,
            &completion.reference,
        ]));
    }
    let head = "employee_id,course,completed_on,strength,source,reference\n";
    weeks.into_iter().filter_map(|(day, rows)| Some((day, file(head, rows.into_iter())?))).collect()
}

/// The day on which the list of the week that contains `on` was taken in.
pub(super) fn taken_in(timeline: &Timeline, on: Date) -> Date {
    let week = days_between(timeline.month(0), on) / 7;
    days_after(timeline.month(0), week * 7 + 6).min(timeline.today)
}

/// Chance of one person's own, so that nothing that happens to others changes it.
fn chance_of(person: usize) -> Chance {
    Chance::of(u64::try_from(person).unwrap_or(0).wrapping_mul(7_919))
}

fn habit(chance: &mut Chance) -> Habit {
    match chance.below(100) {
        0..50 => Habit::Early,
        50..57 => Habit::Trial,
        57..77 => Habit::Late,
        _ => Habit::Afterwards,
    }
}

/// When everybody was in scope, by person.
fn stays(company: &Company) -> BTreeMap<usize, Vec<Stay>> {
    let timeline = company.timeline;
    let tomorrow = days_after(timeline.today, 1);
    let mut stays: BTreeMap<usize, Vec<Stay>> = BTreeMap::new();
    let mut before: BTreeSet<usize> = BTreeSet::new();
    let mut employed: BTreeSet<usize> = BTreeSet::new();
    for (month, posts) in company.months.iter().enumerate() {
        let listed = timeline.month(month);
        let next = if month < LAST_MONTH { timeline.month(month + 1) } else { tomorrow };
        for post in posts.iter().filter(|post| post.in_scope) {
            let until = post.last_day.map_or(next, |last| next.min(days_after(last, 1)));
            let own = stays.entry(post.person).or_default();
            if let Some(stay) = own.last_mut().filter(|_| before.contains(&post.person)) {
                stay.until = until;
                // A first day that was put off.
                stay.entry = if stay.entry > listed { post.start.unwrap_or(stay.entry) } else { stay.entry };
            } else {
                let start = post.start.filter(|_| !employed.contains(&post.person));
                own.push(Stay { entry: start.unwrap_or(listed), listed, until });
            }
        }
        before = posts.iter().filter(|post| post.in_scope).map(|post| post.person).collect();
        employed = posts.iter().map(|post| post.person).collect();
    }
    stays
}

/// A few people who are overdue today: those who let it lapse, and those who joined and never began.
fn overdue_today(company: &Company, stays: &BTreeMap<usize, Vec<Stay>>) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let timeline = company.timeline;
    let [_, second, _] = &timeline.rounds;
    let here = |person: &usize, stay: &Stay| {
        let was_away = (0..=70).any(|ago| company.absences.covers(*person, days_after(timeline.today, -ago)));
        stay.until > timeline.today && !was_away
    };
    let last = |from: Date, to: Date| {
        let entered = move |stay: &Stay| from <= stay.entry && stay.entry <= to;
        stays.iter().filter_map(move |(person, own)| Some((*person, *own.last().filter(|stay| entered(stay))?)))
    };
    let ago = |days: i32| days_after(timeline.today, -days);
    let old: Vec<usize> = last(timeline.month(0), days_after(second.opens, -1))
        .filter(|(person, stay)| here(person, stay) && habit(&mut chance_of(*person)) == Habit::Early)
        .map(|(person, _)| person)
        .collect();
    let new = last(ago(75), ago(33))
        .filter(|(person, stay)| here(person, stay) && stays.get(person).is_some_and(|own| own.len() == 1));
    let lapsed = old.iter().step_by((old.len() / 4).max(1)).take(4).copied().collect();
    (lapsed, new.map(|(person, _)| person).take(3).collect())
}

/// The days on which somebody completed a course.
fn days(timeline: &Timeline, absences: &Absences, person: usize, stays: &[Stay], habit: Habit) -> Vec<Date> {
    let mut chance = chance_of(person + 100_003);
    let mut days: Vec<Date> = Vec::new();
    for stay in stays {
        let mut next = match days.last() {
            // Trained already, and not due again as soon as they are in scope again.
            Some(last) if last.saturating_add(1.year()) > days_after(stay.entry, 25) => renewal(&mut chance, *last),
            _ => first_time(timeline, &mut chance, stay, habit),
        };
        while let Some(back) = absences.back(person, next) {
            let on = if back == next { next } else { days_after(back, chance.between(2, 21)) };
            if on >= stay.until || on > timeline.today {
                break;
            }
            if !absences.covers(person, on) {
                days.push(on.max(stay.listed));
            }
            next = renewal(&mut chance, on.max(stay.listed));
        }
    }
    days
}

/// Within the year, most of the time with a few weeks to spare: the reminder comes a month before.
fn renewal(chance: &mut Chance, last: Date) -> Date {
    let spare = chance.between(2, 28);
    days_after(last.saturating_add(1.year()), -spare)
}

/// When somebody took part in the trial run, if they were there then. Two renewals later it is due again soon.
fn trial(timeline: &Timeline, chance: &mut Chance, stay: &Stay) -> Option<Date> {
    let on = days_after(timeline.today.saturating_sub(2.years()), chance.between(38, 58));
    (stay.entry < on && stay.listed < on).then_some(on)
}

fn first_time(timeline: &Timeline, chance: &mut Chance, stay: &Stay, habit: Habit) -> Date {
    let [_, second, _] = &timeline.rounds;
    if habit == Habit::Trial
        && let Some(on) = trial(timeline, chance, stay)
    {
        return on;
    }
    let days = if stay.entry < second.opens {
        // Nobody was asked by name before.
        let due_again = days_between(second.opens, timeline.today.saturating_sub(1.year()));
        let whole = days_between(second.opens, second.closes);
        let from_opening = match habit {
            Habit::Early => chance.between(2, due_again - 3),
            Habit::Trial | Habit::Late => chance.between(due_again + 4, whole),
            Habit::Afterwards => chance.between(whole + 3, whole + 100),
        };
        return days_after(second.opens, from_opening).max(days_after(stay.entry, 2));
    } else if chance.happens(8) && days_after(stay.entry, 120) < timeline.today {
        chance.between(31, 52)
    } else if days_after(stay.entry, 30) > timeline.today {
        // Of those who have only just begun, some have still to begin with this.
        chance.between(17, 29)
    } else {
        // The later of two draws: training waits while a desk is still being set up.
        chance.between(5, 29).max(chance.between(5, 29))
    };
    days_after(stay.entry, days).max(stay.listed)
}

fn completion(chance: &mut Chance, timeline: &Timeline, person: usize, number: usize, on: Date) -> Completion {
    let [_, second, _] = &timeline.rounds;
    let (acknowledged, elsewhere) = if on <= second.closes { (35, 75) } else { (8, 34) };
    let roll = chance.below(100);
    let mark = chance.below(90_000) + 10_000;
    let (strength, source, reference) = if roll < acknowledged {
        ("acknowledged", "acknowledgement-form", format!("response {mark}"))
    } else if roll < elsewhere {
        ("completed", "training-provider", format!("TP-{}-{mark}", on.year()))
    } else if roll.is_multiple_of(4) {
        ("completed", "keepsharp", format!("attempt {mark:x}"))
    } else {
        ("assessed", "keepsharp", format!("attempt {mark:x}"))
    };
    let again = number > 0 && chance.happens(85);
    let course = if again { "secure-coding-refresher" } else { "secure-coding" };
    Completion { person, on, course, strength, source, reference }
}
