//! A translation beside its lesson: the same ids in the same order, and not out of date.

use super::Desk;
use super::source::Source;
use crate::model::{Block, Item, Lesson, Task};

pub(super) fn check(desk: &mut Desk, lesson: &Lesson, language: &str, translation: &Lesson, source: &Source) {
    if !is_language(language) {
        desk.error(
            &translation.place,
            format!("{language:?} is no language; name the file lesson.de.md or lesson.pt-BR.md"),
        );
    }
    if language == desk.course.language {
        desk.error(&translation.place, format!("the course is written in {language}; this translates it into itself"));
    }
    if translation.id != lesson.id {
        desk.error(&source.key("id"), format!("the lesson's id is {}; a translation has the same", lesson.id));
    }
    if translation.rev != lesson.rev {
        let message = format!(
            "this translates rev {}, the lesson is at rev {}; bring it up to date, then set rev",
            translation.rev, lesson.rev
        );
        desk.warning(&source.key("rev"), message);
    }
    let objectives =
        |lesson: &Lesson| lesson.objectives.iter().map(|objective| objective.id.clone()).collect::<Vec<_>>();
    if objectives(lesson) != objectives(translation) {
        desk.error(&source.key("objectives"), "its [objectives] have other ids than the lesson's");
    }
    let labs = |lesson: &Lesson| lesson.exercises().map(|(_, id)| id.to_owned()).collect::<Vec<_>>();
    if labs(lesson) != labs(translation) {
        desk.error(&translation.place, "its exercises are others than the lesson's, or in another order");
    }
    items(desk, lesson, translation);
}

/// Whether a text is the tag of a language: `de`, `pt-BR`.
pub(super) fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_lowercase())
        && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn items(desk: &mut Desk, lesson: &Lesson, translation: &Lesson) {
    let there = |lesson: &Lesson| lesson.body.iter().filter(|block| matches!(block, Block::Item(_))).count();
    let (wanted, found) = (there(lesson), there(translation));
    if wanted != found {
        desk.error(
            &translation.place,
            format!("it has {found} items, the lesson {wanted}; translate each, in the same order"),
        );
    }
    for (item, translated) in lesson.items.iter().zip(&translation.items) {
        if item.id != translated.id {
            let message = format!("{} stands where the lesson has {}; keep the order", translated.id, item.id);
            // One that is missing would have all that follow told of.
            return desk.error(&translated.place, message);
        }
        if let Some(differs) = difference(item, translated) {
            desk.error(&translated.place, format!("{}: {differs}", item.id));
        }
    }
}

fn difference(item: &Item, translated: &Item) -> Option<String> {
    if (&item.objective, item.kind, &item.tracks) != (&translated.objective, translated.kind, &translated.tracks) {
        return Some("its objective, kind or tracks are others than the lesson's".to_owned());
    }
    match (&item.task, &translated.task) {
        (Task::Choose(ours), Task::Choose(theirs)) | (Task::Rank(ours), Task::Rank(theirs)) => {
            if ours.len() != theirs.len() {
                return Some(format!("it has {} choices, the lesson's {}", theirs.len(), ours.len()));
            }
            let differs = ours.iter().zip(theirs).position(|(ours, theirs)| ours.is_right != theirs.is_right);
            differs.map(|_| "another choice is the right one; keep the choices in the lesson's order".to_owned())
        }
        (Task::Spot { answer: ours, .. }, Task::Spot { answer: theirs, .. }) => {
            (ours != theirs).then(|| "other lines are right than in the lesson".to_owned())
        }
        _ => Some("it is of another kind".to_owned()),
    }
}
