//! Which of the company's issues somebody is shown, and which lesson is about each of them.

use super::{Issue, IssueHistory};
use crate::model::{Course, Lesson, Module, Need};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Whom cards are chosen for.
#[derive(Clone, Debug, Default)]
pub struct Asker<'a> {
    /// Their tracks of the course.
    pub tracks: Vec<&'a str>,
    /// Their departments and labels in the roster, in lower case.
    pub teams: BTreeSet<String>,
    /// The part of the product that they chose; empty where they chose none.
    pub area: &'a str,
}

/// An issue as it is shown.
#[derive(Clone, Debug)]
pub struct Card<'a> {
    /// The issue.
    pub issue: &'a Issue,
    /// What the code believed: of this issue where somebody wrote it down, otherwise what is typical of its class; empty where neither is known.
    pub believed: &'a str,
    /// Whether that is what is typical of its class.
    pub is_typical: bool,
    /// The lesson that is about it, or about its class.
    pub lesson: Option<&'a Lesson>,
    /// Whether the lesson names its very weakness.
    pub is_named: bool,
}

/// At most so many cards from the months that are counted: of the area that was chosen, or else of the asker's own teams, or else of all;
/// what their track teaches first, of each class one before a second, the gravest and then the newest first.
pub fn cards<'a>(course: &'a Course, history: &'a IssueHistory, asker: &Asker, most: usize) -> Vec<Card<'a>> {
    let is_theirs = |issue: &&Issue| !issue.teams.is_disjoint(&asker.teams);
    let has_theirs = history.recent().any(|issue| is_theirs(&issue));
    let is_shown = |issue: &&Issue| match asker.area {
        "" => is_theirs(issue) || !has_theirs,
        area => issue.area == area,
    };
    let mut left: Vec<Card> =
        history.recent().filter(is_shown).map(|issue| card(course, issue, &asker.tracks)).collect();
    left.sort_by_key(|card| (!is_taught(card.lesson, &asker.tracks), card.issue.severity, Reverse(card.issue.on)));
    let mut chosen: Vec<Card> = Vec::new();
    while chosen.len() < most && !left.is_empty() {
        let is_new = |card: &Card| chosen.iter().all(|known| known.issue.class != card.issue.class);
        let place = left.iter().position(is_new).unwrap_or(0);
        chosen.push(left.remove(place));
    }
    chosen
}

fn is_taught(lesson: Option<&Lesson>, tracks: &[&str]) -> bool {
    lesson.is_some_and(|lesson| match lesson.need(tracks.iter().copied()) {
        None => tracks.is_empty() && lesson.is_required(),
        Some(need) => need == Need::Required,
    })
}

fn card<'a>(course: &'a Course, issue: &'a Issue, tracks: &[&str]) -> Card<'a> {
    let class = course.classes.iter().find(|class| class.name == issue.class);
    let typical = class.map_or("", |class| class.believed.as_str());
    let is_typical = issue.believed.is_empty();
    let believed = if is_typical { typical } else { &issue.believed };
    let lesson = lesson_of(course, issue, tracks);
    let is_named = lesson.is_some_and(|lesson| names(lesson, issue));
    Card { issue, believed, is_typical, lesson, is_named }
}

/// The lesson about an issue: in the modules of its class one that names its weakness, or else one anywhere that does, or else the
/// first of its class; one that the tracks ask for before others.
fn lesson_of<'a>(course: &'a Course, issue: &Issue, tracks: &[&str]) -> Option<&'a Lesson> {
    let wanted = course.modules_of_class(&issue.class);
    let fitness = |module: &Module, lesson: &Lesson| {
        let fit = match (wanted.contains(&module.id), names(lesson, issue)) {
            (true, true) => 3,
            (false, true) if wanted.is_empty() => 2,
            (true, false) => 1,
            _ => 0,
        };
        (fit, is_taught(Some(lesson), tracks))
    };
    let all = course.modules.iter().flat_map(|module| module.lessons.iter().map(move |lesson| (module, lesson)));
    let rated = all.map(|(module, lesson)| (fitness(module, lesson), lesson)).filter(|((fit, _), _)| *fit > 0);
    // The first of the fittest; `max_by_key` would give the last.
    rated.min_by_key(|(fitness, _)| Reverse(*fitness)).map(|(_, lesson)| lesson)
}

fn names(lesson: &Lesson, issue: &Issue) -> bool {
    issue.cwe.is_some_and(|cwe| lesson.cwe.contains(&cwe))
}
