//! Ids: each is used once in a course, for ever, and what one names is there.

use super::Desk;
use super::source::Source;
use crate::finding::Place;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(desk: &mut Desk) {
    let course = desk.course;
    let mut known: BTreeMap<&str, (&'static str, Place)> = BTreeMap::new();
    for lesson in course.lessons() {
        let source = Source::of(desk.files, &lesson.place.file);
        claim(desk, &mut known, &lesson.id, "lesson", source.key("id"));
        for objective in &lesson.objectives {
            let place = source.key(&objective.id);
            below(desk, &lesson.id, &objective.id, &place);
            claim(desk, &mut known, &objective.id, "objective", place);
        }
        for item in &lesson.items {
            below(desk, &lesson.id, &item.id, &item.place);
            claim(desk, &mut known, &item.id, "item", item.place.clone());
            if !lesson.objectives.iter().any(|objective| objective.id == item.objective) {
                let message = format!(
                    "objective {} is none of this lesson's; name one of its [objectives], or add it there",
                    item.objective
                );
                desk.error(&item.place, message);
            }
        }
        for (line, id) in lesson.exercises() {
            below(desk, &lesson.id, id, &lesson.place.at(line));
            claim(desk, &mut known, id, "exercise", lesson.place.at(line));
        }
    }
    superseded(desk, &known);
    for id in &course.retired {
        if let Some((what, place)) = known.get(id.as_str()) {
            let message = format!("{id} is retired in course.toml and can't be used again; give this {what} a new id");
            desk.error(place, message);
        }
    }
}

fn claim<'a>(
    desk: &mut Desk,
    known: &mut BTreeMap<&'a str, (&'static str, Place)>,
    id: &'a str,
    what: &'static str,
    place: Place,
) {
    if let Some((other, first)) = known.get(id) {
        let message = format!(
            "{id} is the id of the {other} at {}:{} already; ids are used once in a course",
            first.file, first.line
        );
        desk.error(&place, message);
    } else {
        known.insert(id, (what, place));
    }
}

/// What belongs to a lesson says so in its id: whoever meets it in a report finds the lesson.
fn below(desk: &mut Desk, lesson: &str, id: &str, place: &Place) {
    if id.strip_prefix(lesson).is_none_or(|rest| !rest.starts_with('.')) {
        desk.warning(place, format!("{id} belongs to lesson {lesson}; let its id begin with {lesson}."));
    }
}

fn superseded(desk: &mut Desk, known: &BTreeMap<&str, (&'static str, Place)>) {
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for item in desk.course.lessons().flat_map(|lesson| &lesson.items).filter(|item| !item.supersedes.is_empty()) {
        let old = item.supersedes.as_str();
        if known.contains_key(old) {
            let message = format!("it supersedes {old}, which is still here; take that item out");
            desk.error(&item.place, message);
        }
        if !taken.insert(old) {
            desk.error(&item.place, format!("two items supersede {old}; one of them takes its place"));
        }
    }
}
