//! What the company's own issues say, how `course.toml` groups them, and whether a lesson shows them.

use super::Desk;
use super::source::Source;
use crate::finding::Place;
use crate::issues::{FILE, IssueHistory, UNSTATED};
use crate::model::Block;
use keepsharp_domain::calendar::quote;
use std::collections::{BTreeMap, BTreeSet};

/// How many rows or classes are told of one by one.
const MOST_TOLD: usize = 50;

pub(super) fn check(desk: &mut Desk) {
    let course = desk.course;
    classes(desk);
    let Some(history) = &course.issues else { return };
    let place = Place::file(FILE);
    for notice in &history.notices {
        desk.warning(&place.at(1), notice.clone());
    }
    rows(desk, history);
    unknown_classes(desk, history);
    let shows = |block: &Block| matches!(block, Block::Issues(..));
    if !course.lessons().any(|lesson| lesson.body.iter().any(shows)) {
        desk.warning(&place, "no lesson shows these issues; write ::: issues and ::: where one should");
    }
}

fn classes(desk: &mut Desk) {
    let course = desk.course;
    let source = Source::of(desk.files, "course.toml");
    let mut known = BTreeSet::new();
    for class in &course.classes {
        let place = source.place().at(source.line_of(1, &format!("name = \"{}\"", class.name)));
        if !known.insert(&class.name) {
            desk.error(&place, format!("class {} stands here twice", quote(&class.name)));
        }
        for module in class.modules.iter().filter(|module| course.module(module).is_none()) {
            let message = format!("class {}: this course has no module {}", quote(&class.name), quote(module));
            desk.error(&place, message);
        }
    }
}

fn rows(desk: &mut Desk, history: &IssueHistory) {
    let place = Place::file(FILE);
    for line in history.open.iter().take(MOST_TOLD) {
        let message =
            "this issue has no fixed_on, so it counts as not mended: it is counted nowhere and shown to nobody";
        desk.warning(&place.at(*line), message);
    }
    let today = desk.today;
    for issue in history.all().iter().filter(|issue| issue.on > today).take(MOST_TOLD) {
        let message = format!("fixed_on is {}, which is yet to come; leave out what is not mended", issue.on);
        desk.error(&place.at(issue.line), message);
    }
}

/// Classes that `course.toml` does not know: what they have in common with a module is then guessed from their weaknesses alone.
fn unknown_classes(desk: &mut Desk, history: &IssueHistory) {
    let course = desk.course;
    if course.classes.is_empty() {
        return;
    }
    let mut unknown: BTreeMap<&str, usize> = BTreeMap::new();
    let is_known = |name: &str| name == UNSTATED || course.classes.iter().any(|class| class.name == name);
    for issue in history.all().iter().rev().filter(|issue| !is_known(&issue.class)) {
        unknown.entry(&issue.class).or_insert(issue.line);
    }
    for (class, line) in unknown.into_iter().take(MOST_TOLD) {
        let message = format!(
            "class {} is not among the [[classes]] of course.toml; say there which modules are about it",
            quote(class)
        );
        desk.warning(&Place::file(FILE).at(line), message);
    }
}
