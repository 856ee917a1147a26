//! What changed in meaning since somebody last took the course: shown before a refresher, and a lesson of its own for whoever asks.

use super::study::Study;
use crate::web::asked::Asked;
use crate::web::frame::{Answered, Frame, page as written};
use askama::Template;
use keepsharp_course::model::Lesson;
use keepsharp_domain::World;
use std::collections::BTreeSet;

/// A lesson that is new or says something else than before.
pub(crate) struct ChangeLine {
    pub(crate) title: String,
    pub(crate) address: String,
    pub(crate) minutes: u32,
    pub(crate) words: String,
}

#[derive(Template)]
#[template(path = "changed.html")]
struct ChangedPage {
    frame: Frame,
    base: String,
    course: String,
    changes: Vec<ChangeLine>,
    has_before: bool,
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let study = Study::newest(asked, world)?;
    written(&ChangedPage {
        frame: Frame::of(asked, world, "What changed"),
        course: study.opened.course.title.clone(),
        changes: lines(asked, &study),
        has_before: before(&study).is_some(),
        base: study.base(),
    })
}

/// The version that somebody knows: the one they finished last, or the one they are in.
fn before(study: &Study) -> Option<&str> {
    study.learner.finished_version.as_deref().or(study.learner.version.as_deref())
}

/// The lessons that changed for somebody, of their tracks.
pub(crate) fn lines(asked: &Asked, study: &Study) -> Vec<ChangeLine> {
    let changed = lessons(asked, study);
    let line = |lesson: &Lesson| ChangeLine {
        title: study.worded(lesson).title.clone(),
        address: format!("{}/{}", study.base(), lesson.id),
        minutes: lesson.minutes,
        words: if lesson.rev == 1 || lesson.changed.is_empty() {
            "This lesson is new.".to_owned()
        } else {
            lesson.changed.clone()
        },
    };
    study.opened.course.lessons().filter(|lesson| changed.contains(&lesson.id)).map(line).collect()
}

/// The ids of these lessons.
pub(crate) fn lessons(asked: &Asked, study: &Study) -> BTreeSet<String> {
    let Some(version) = before(study) else { return BTreeSet::new() };
    let Ok(old) = asked.app.shelf.open(&asked.app.store, version) else { return BTreeSet::new() };
    let is_changed = |lesson: &&Lesson| old.course.lesson(&lesson.id).is_none_or(|known| known.rev < lesson.rev);
    let theirs = |lesson: &&Lesson| study.is_required(lesson);
    study.opened.course.lessons().filter(theirs).filter(is_changed).map(|lesson| lesson.id.clone()).collect()
}
