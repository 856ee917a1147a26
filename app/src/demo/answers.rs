//! What the managers of the demo company answered when they were asked how many of their team had taken the course.

use super::careers::Company;
use super::chance::Chance;
use super::staff::{Post, line};
use super::timeline::{Round, days_after, days_between};
use super::training::Completion;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A manager's team on a day.
pub(super) struct Team {
    /// Reports in scope who are not away.
    pub(super) engineers: Vec<usize>,
    /// Of them, those with a completion that counts for the round.
    pub(super) recorded: usize,
}

/// What was answered.
pub(super) struct Answers {
    /// The files of managers' counts, each with the day it was given on.
    pub(super) files: Vec<(Date, String)>,
    /// The latest count of each manager in the round that is open today.
    pub(super) given: BTreeMap<usize, usize>,
}

/// What the managers answered in all rounds.
pub(super) fn given(company: &Company, completions: &[Completion]) -> Answers {
    let [first, second, third] = &company.timeline.rounds;
    let open = company.timeline.days_open();
    let whole = |round: &Round| days_between(round.opens, round.closes);
    let asked = [
        (first, vec![18, whole(first) / 2, whole(first) - 4]),
        (second, vec![whole(second) / 3, whole(second) - 5]),
        (third, vec![open * 4 / 10, open * 8 / 10]),
    ];
    let (mut files, mut given) = (Vec::new(), BTreeMap::<usize, usize>::new());
    for (number, (round, moments)) in asked.iter().enumerate() {
        given.clear();
        for (moment, days) in moments.iter().enumerate() {
            let on = days_after(round.opens, *days);
            let last = moment + 1 == moments.len();
            let rows = teams(company, completions, round, on).into_iter().filter_map(|(manager, team)| {
                let count = answer(manager, &team, Asked { round: number, moment, last })?;
                let before = given.get(&manager).copied();
                // Counts only rise. Who has nothing new to say says nothing.
                if before.is_some_and(|before| count <= before) {
                    return None;
                }
                given.insert(manager, count);
                let employee_id = &company.people.get(manager)?.employee_id;
                Some(line(&[employee_id, &round.id, &count.to_string(), &on.to_string()]))
            });
            if let Some(file) = super::absences::file("manager_id,campaign,count,on\n", rows) {
                files.push((on, file));
            }
        }
    }
    Answers { files, given }
}

/// The teams that are asked on a day, by manager, as the latest roster has them.
pub(super) fn teams(company: &Company, completions: &[Completion], round: &Round, on: Date) -> BTreeMap<usize, Team> {
    let month = company.timeline.month_of(on);
    let posts = company.months.get(month).map(Vec::as_slice).unwrap_or_default();
    let works =
        |post: &&Post| post.start.is_none_or(|start| start <= on) && post.last_day.is_none_or(|last| on <= last);
    let mut teams: BTreeMap<usize, Team> = BTreeMap::new();
    for post in posts.iter().filter(works).filter(|post| post.in_scope && !company.absences.covers(post.person, on)) {
        let Some(manager) = post.manager else { continue };
        teams.entry(manager).or_insert_with(|| Team { engineers: Vec::new(), recorded: 0 }).engineers.push(post.person);
    }
    for team in teams.values_mut() {
        let counts = |person: &&usize| {
            completions.iter().any(|done| done.person == **person && round.counts_since <= done.on && done.on <= on)
        };
        team.recorded = team.engineers.iter().filter(counts).count();
    }
    teams
}

/// Which round is asked about, and how often it was asked already.
#[derive(Clone, Copy)]
struct Asked {
    round: usize,
    moment: usize,
    last: bool,
}

/// What a manager answers; none where they don't.
fn answer(manager: usize, team: &Team, asked: Asked) -> Option<usize> {
    let mut chance = Chance::of(u64::try_from(manager * 31 + asked.round).unwrap_or(0));
    // All are drawn whatever is asked, so that a manager stays who they are from one moment to the next.
    let (diligence, forgets, zeal) = (chance.below(100), chance.happens(5), chance.between(48, 80));
    let heard_of_more = usize::from(chance.happens(45));
    let answers = match asked.round {
        0 => diligence < 76 || (asked.last && diligence < 92),
        1 => diligence < 55,
        _ => diligence < 30 || (asked.last && diligence < 48),
    };
    let engineers = team.engineers.len();
    if answers && asked.last && forgets {
        // Somebody always counts those who have moved on.
        return Some(engineers + 2);
    }
    let count = if asked.round == 0 {
        let share = [50, 84, 100].get(asked.moment).copied().unwrap_or(100);
        (engineers * usize::try_from(zeal).unwrap_or(0) * share + 5_000) / 10_000
    } else {
        team.recorded + heard_of_more
    };
    answers.then_some(count.min(engineers))
}
