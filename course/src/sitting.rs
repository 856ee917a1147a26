//! Rows of items asked one after another: to test out of a lesson or module, the final check, and the refresher.
//!
//! The choice for a refresher goes through [`refresher`] alone, so that a model of forgetting can take its place.

use crate::learner::{Learner, Outcome, Sitting, SittingKind};
use crate::model::{Course, Item, Kind, Lesson, Level, Module, Need};
use keepsharp_domain::Day;
use std::collections::{BTreeMap, BTreeSet};

/// How many items show that a lesson or module is known.
const TO_SHOW: usize = 2;
/// What an item takes, in seconds, where a sitting is planned.
const SECONDS_AN_ITEM: u32 = 60;
/// What an exercise takes, in minutes.
const EXERCISE_MINUTES: u32 = 5;
/// What reading what changed takes, in minutes.
const CHANGED_MINUTES: u32 = 2;
/// Before so many answers a refresher does not know enough to stop.
const ENOUGH: usize = 5;
/// So that what bites most does not push out what somebody got wrong elsewhere, a refresher asks at most so often about one module.
const MOST_OF_A_MODULE: usize = 3;
/// After so many days an item counts as new to whoever answered it: three years of refreshers ask nothing twice.
const NEW_AGAIN_DAYS: i32 = 3 * 366;
/// As many variants should be new to somebody who is asked about an objective.
const NEW_AT_LEAST: usize = 2;
/// How much more an objective weighs that has them: more than the largest share of issues against the least.
const FRESH: u64 = 50;
/// The need of an objective that somebody was never asked about: more than what was right and sure a year ago, less than what was wrong then.
const NEVER_ASKED: u64 = 130;
/// The least share of issues that a module counts for, in thousandths.
const LEAST_SHARE: u64 = 20;

/// Which share of the company's own issues each module's weaknesses have, in thousandths.
pub type IssueShares = BTreeMap<String, u64>;

/// Lessons of a scope (a lesson or a module) that somebody may show to know: skippable, not done, and not changed in meaning since they took it.
pub fn to_be_shown<'c>(course: &'c Course, learner: &Learner, scope: &str) -> Vec<&'c Lesson> {
    let lessons: Vec<&Lesson> = match course.module(scope) {
        Some(module) => module.lessons.iter().collect(),
        None => course.lesson(scope).into_iter().collect(),
    };
    let is_changed = |lesson: &Lesson| learner.known.get(&lesson.id).is_some_and(|rev| *rev < lesson.rev);
    let may_be = |lesson: &&Lesson| lesson.skippable && !learner.done.contains_key(&lesson.id) && !is_changed(lesson);
    lessons.into_iter().filter(may_be).collect()
}

/// The two items that show that a lesson or module is known; none where it has not two objectives, or two variants, to ask about.
pub fn test_out(course: &Course, learner: &Learner, tracks: &[&str], scope: &str, salt: u64) -> Option<Vec<String>> {
    let lessons = to_be_shown(course, learner, scope);
    let mut asked: Vec<&Item> = Vec::new();
    for deepest in [true, false] {
        for lesson in &lessons {
            for objective in &lesson.objectives {
                let is_wanted = |item: &&Item| {
                    item.is_for(tracks.iter().copied())
                        && (!deepest || item.level != Level::Recall)
                        && asked
                            .iter()
                            .all(|known| known.id != item.id && (!deepest || known.objective != item.objective))
                };
                let variants: Vec<&Item> = lesson.items_of(&objective.id).filter(is_wanted).collect();
                asked.extend(learner.next_variant(&variants, salt));
            }
        }
        if asked.len() >= TO_SHOW {
            break;
        }
    }
    // Of a module with many objectives those are asked that the salt says, so that two people do not share the questions.
    let order = crate::learner::shuffled(asked.len(), salt);
    let chosen: Vec<String> =
        order.into_iter().take(TO_SHOW).filter_map(|place| Some(asked.get(place)?.id.clone())).collect();
    (chosen.len() == TO_SHOW).then_some(chosen)
}

/// The items of a final check: spread over the modules of the learner's required lessons, variants not met so far first.
pub fn final_check(course: &Course, learner: &Learner, tracks: &[&str], salt: u64) -> Vec<String> {
    let mut by_module: Vec<Vec<String>> = course
        .modules
        .iter()
        .map(|module| module_items(module, learner, tracks, salt))
        .filter(|items| !items.is_empty())
        .collect();
    let mut chosen = Vec::new();
    while chosen.len() < course.final_items && by_module.iter().any(|items| !items.is_empty()) {
        for items in &mut by_module {
            if let Some(item) = items.pop().filter(|_| chosen.len() < course.final_items) {
                chosen.push(item);
            }
        }
    }
    chosen
}

/// One item of each objective of a module's required lessons, in an order of the learner's own; situations before definitions.
fn module_items(module: &Module, learner: &Learner, tracks: &[&str], salt: u64) -> Vec<String> {
    let required = module.lessons.iter().filter(|lesson| asks_for(lesson, tracks));
    let mut items: Vec<&Item> = Vec::new();
    for lesson in required {
        for objective in &lesson.objectives {
            let all: Vec<&Item> =
                lesson.items_of(&objective.id).filter(|item| item.is_for(tracks.iter().copied())).collect();
            let applied: Vec<&Item> = all.iter().copied().filter(|item| item.level != Level::Recall).collect();
            let variants = if applied.is_empty() { &all } else { &applied };
            items.extend(learner.next_variant(variants, salt));
        }
    }
    let order = crate::learner::shuffled(items.len(), salt);
    order.into_iter().filter_map(|place| Some(items.get(place)?.id.clone())).collect()
}

fn asks_for(lesson: &Lesson, tracks: &[&str]) -> bool {
    if tracks.is_empty() { lesson.is_required() } else { lesson.need(tracks.iter().copied()) == Some(Need::Required) }
}

/// What a refresher is made from.
#[derive(Clone, Copy, Debug)]
pub struct RefresherRequest<'a> {
    /// The course in its newest version.
    pub course: &'a Course,
    /// Who takes it.
    pub learner: &'a Learner,
    /// Their tracks of the course.
    pub tracks: &'a [&'a str],
    /// How much each module matters to this company.
    pub shares: &'a IssueShares,
    /// Lessons whose meaning changed since they last finished.
    pub changed: &'a BTreeSet<String>,
    /// Whether an exercise is part of the sitting.
    pub has_exercise: bool,
    /// Today.
    pub today: Day,
    /// What makes this sitting differ from another's.
    pub salt: u64,
}

/// The items of a refresher, the most needed first: one from each of the tracks' heaviest modules, one for each lesson whose meaning
/// changed, then by role weight x issue weight x need. It fits into the refresher's minutes.
pub fn refresher(request: RefresherRequest) -> Vec<String> {
    let most = room(request);
    let mut ranked = ranked(request);
    let mut chosen: Vec<&Item> = Vec::new();
    let heaviest = request.course.tracks.iter().filter(|track| request.tracks.contains(&track.id.as_str()));
    let heaviest: Vec<&String> = heaviest.flat_map(|track| track.heaviest.iter().take(3)).collect();
    for module in heaviest.iter().collect::<BTreeSet<_>>() {
        take(&mut chosen, &mut ranked, most, |candidate| candidate.module == module.as_str());
    }
    for lesson in request.changed {
        take(&mut chosen, &mut ranked, most, |candidate| candidate.lesson == lesson);
    }
    if !request.has_exercise {
        take(&mut chosen, &mut ranked, most, |candidate| candidate.item.kind == Kind::Patch);
    }
    for candidate in ranked {
        let of_module = |item: &&&Item| {
            request.course.item(&item.id).is_some_and(|(lesson, _)| {
                request.course.module_of(&lesson.id).is_some_and(|module| module.id == candidate.module)
            })
        };
        if chosen.len() < most && chosen.iter().filter(of_module).count() < MOST_OF_A_MODULE {
            chosen.push(candidate.item);
        }
    }
    chosen.into_iter().map(|item| item.id.clone()).collect()
}

/// Takes the most needed of those that fit, where there is room.
fn take<'c>(
    chosen: &mut Vec<&'c Item>,
    ranked: &mut Vec<Candidate<'c>>,
    most: usize,
    fits: impl Fn(&Candidate) -> bool,
) {
    if chosen.len() < most
        && let Some(place) = ranked.iter().position(fits)
    {
        chosen.push(ranked.remove(place).item);
    }
}

/// How many items fit.
fn room(request: RefresherRequest) -> usize {
    let minutes = request.course.refresher.as_ref().map_or(20, |refresher| refresher.minutes);
    let apart = if request.changed.is_empty() { 0 } else { CHANGED_MINUTES }
        + if request.has_exercise { EXERCISE_MINUTES } else { 0 };
    let left = minutes.saturating_sub(apart).max(1);
    // Wrong answers come back once, so a part of the time is kept for them.
    ((left * 60 / SECONDS_AN_ITEM) as usize).saturating_sub(1).clamp(1, 12)
}

/// An objective that could be asked about, by one of its variants.
struct Candidate<'c> {
    module: &'c str,
    lesson: &'c str,
    item: &'c Item,
    score: u64,
}

fn ranked(request: RefresherRequest<'_>) -> Vec<Candidate<'_>> {
    let mut candidates = Vec::new();
    for module in &request.course.modules {
        for lesson in &module.lessons {
            for objective in &lesson.objectives {
                candidates.extend(candidate(request, module, lesson, &objective.id));
            }
        }
    }
    let tie = |candidate: &Candidate| crate::learner::salt(&[&candidate.item.objective]) ^ request.salt;
    candidates.sort_by_key(|candidate| (std::cmp::Reverse(candidate.score), tie(candidate)));
    candidates
}

fn candidate<'c>(
    request: RefresherRequest<'c>,
    module: &'c Module,
    lesson: &'c Lesson,
    objective: &str,
) -> Option<Candidate<'c>> {
    let tracks = request.tracks.iter().copied();
    let role = match lesson.need(tracks.clone()) {
        Some(Need::Required) => 10,
        Some(Need::Elective) => 4,
        None if request.tracks.is_empty() && lesson.is_required() => 10,
        None => return None,
    };
    let variants: Vec<&Item> =
        lesson.items.iter().filter(|item| item.objective == objective && item.is_for(tracks.clone())).collect();
    let item = request.learner.next_variant(&variants, request.salt)?;
    let share = request.shares.get(&module.id).copied().unwrap_or(LEAST_SHARE).max(LEAST_SHARE);
    let need = need(request, lesson, objective);
    // One to be asked and one to come back with: where they are not new any more, something else first, even if it bites less.
    let new = variants.iter().filter(|item| !is_familiar(request, item)).count();
    let freshness = if new < NEW_AT_LEAST { 1 } else { FRESH };
    Some(Candidate { module: &module.id, lesson: &lesson.id, item, score: role * share * need * freshness })
}

/// Whether somebody answered an item within the time after which it counts as new.
fn is_familiar(request: RefresherRequest, item: &Item) -> bool {
    let mut answers = request.learner.answers.iter().filter(|answer| answer.item == item.id);
    answers.any(|answer| (request.today - answer.on).get_days() < NEW_AGAIN_DAYS)
}

/// How much an objective needs to be asked about, from what was answered before: what was wrong or changed most, what was right and sure
/// least, and each of it more the longer ago it was, so that the next refresher asks about something else.
fn need(request: RefresherRequest, lesson: &Lesson, objective: &str) -> u64 {
    let last = request.learner.answers.iter().rfind(|answer| answer.objective == objective);
    let remembered = match last {
        None => NEVER_ASKED,
        Some(answer) => {
            let days = (request.today - answer.on).get_days().clamp(0, NEW_AGAIN_DAYS);
            let faded = u64::try_from(days).unwrap_or(0) / 6;
            faded
                + match (answer.is_right, answer.is_sure) {
                    (false, _) => 100,
                    (true, false) => 35,
                    (true, true) => 10,
                }
        }
    };
    if request.changed.contains(&lesson.id) { remembered.max(50) * 2 } else { remembered }
}

/// The item that a sitting asks next; none when it is over.
pub fn next_item<'c>(course: &'c Course, learner: &Learner, sitting: &Sitting) -> Option<&'c Item> {
    if is_decided(course, learner, sitting) {
        return None;
    }
    let answered: BTreeSet<&str> = learner.sitting_answers(sitting).map(|answer| answer.item.as_str()).collect();
    let planned = sitting.items.iter().filter(|id| !answered.contains(id.as_str()));
    let planned = planned.filter_map(|id| course.item(id)).map(|(_, item)| item).next();
    planned.or_else(|| once_more(course, learner, sitting))
}

/// Whether what is not asked yet can't change anything, or is not needed.
fn is_decided(course: &Course, learner: &Learner, sitting: &Sitting) -> bool {
    let known = |answer: &crate::learner::Answer| answer.is_right && answer.is_sure;
    let mut answers = learner.sitting_answers(sitting);
    match sitting.kind {
        SittingKind::TestOut { .. } => answers.any(|answer| !known(answer)),
        SittingKind::Final => false,
        SittingKind::Refresher => {
            let count = sitting.answers.len();
            let heaviest = course.tracks.iter().map(|track| track.heaviest.len()).max().unwrap_or(0);
            count >= ENOUGH.max(heaviest + 1) && answers.all(known)
        }
    }
}

/// In a refresher what was wrong comes back once, in another variant where there is one.
fn once_more<'c>(course: &'c Course, learner: &Learner, sitting: &Sitting) -> Option<&'c Item> {
    if sitting.kind != SittingKind::Refresher {
        return None;
    }
    let answers: Vec<_> = learner.sitting_answers(sitting).collect();
    let tries = |objective: &str| answers.iter().filter(|answer| answer.objective == objective).count();
    let wrong = answers.iter().find(|answer| !answer.is_right && tries(&answer.objective) == 1)?;
    let (lesson, _) = course.item(&wrong.item)?;
    let variants: Vec<&'c Item> = lesson.items.iter().filter(|item| item.objective == wrong.objective).collect();
    learner.next_variant(&variants, 0)
}

/// How a sitting ends; none while it asks on.
pub fn outcome(course: &Course, learner: &Learner, sitting: &Sitting) -> Option<Outcome> {
    if next_item(course, learner, sitting).is_some() {
        return None;
    }
    let right = learner.sitting_answers(sitting).filter(|answer| answer.is_right).count();
    let passed = match sitting.kind {
        SittingKind::TestOut { .. } => {
            let mut answers = learner.sitting_answers(sitting);
            sitting.answers.len() >= TO_SHOW && answers.all(|answer| answer.is_right && answer.is_sure)
        }
        SittingKind::Final => right * 100 >= course.pass_mark as usize * sitting.answers.len().max(1),
        SittingKind::Refresher => true,
    };
    Some(if passed { Outcome::Passed } else { Outcome::NotYet })
}
