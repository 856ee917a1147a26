//! What learners said, by lesson, question and version, and the answers: by name only where they signed.

use super::tabs;
use crate::course_shelf::Opened;
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble};
use crate::web::frame::{Answer, Answered, Frame, Link, page as written};
use crate::web::pages::learn::feedback::{about, words_of};
use crate::web::words;
use askama::Template;
use keepsharp_domain::World;
use keepsharp_domain::access::Act;
use keepsharp_store::Feedback;
use std::sync::Arc;

/// How many answered ones are shown.
const ANSWERED: u64 = 50;
/// How many open ones are shown at once; the others come when these are answered.
const OPEN: usize = 50;

#[derive(Template)]
#[template(path = "content_feedback.html")]
struct InboxPage {
    frame: Frame,
    tabs: Vec<Link>,
    waiting: usize,
    open: Vec<InboxLine>,
    answered: Vec<InboxLine>,
    answers: bool,
}

/// Something that was said.
pub(super) struct InboxLine {
    pub(super) id: u64,
    pub(super) form: String,
    pub(super) course: String,
    pub(super) about: String,
    /// Where the question stands; empty where none is meant or it is gone.
    pub(super) address: String,
    pub(super) version: String,
    pub(super) by: String,
    pub(super) on: String,
    pub(super) words: String,
    pub(super) answer: String,
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let (mut open, mut answered) = (Vec::new(), Vec::new());
    for opened in courses(asked, world)? {
        let id = &opened.course.id;
        open.extend(asked.app.store.open_feedback(id)?.into_iter().map(|one| (Arc::clone(&opened), one)));
        answered
            .extend(asked.app.store.answered_feedback(id, ANSWERED)?.into_iter().map(|one| (Arc::clone(&opened), one)));
    }
    open.sort_by_key(|(_, one)| one.id);
    answered.sort_by_key(|(_, one)| std::cmp::Reverse((one.answered.as_ref().map(|(_, at)| *at), one.id)));
    let line = |(opened, one): &(Arc<Opened>, Feedback)| line(asked, world, opened, one);
    written(&InboxPage {
        frame: Frame::of(asked, world, "Feedback"),
        tabs: tabs(asked, open.len()),
        waiting: open.len(),
        open: open.iter().take(OPEN).map(line).collect(),
        answered: answered.iter().take(30).map(line).collect(),
        answers: asked.may(Act::Teaching),
    })
}

fn courses(asked: &Asked, world: &World) -> Result<Vec<Arc<Opened>>, Trouble> {
    let latest = world.published_courses().all().filter_map(|(_, versions)| versions.last());
    let open = |version: &str| asked.app.shelf.open(&asked.app.store, version).map_err(Trouble::Internal);
    latest.map(|latest| open(&latest.body.version)).collect()
}

/// What was said of a question, the latest first.
pub(super) fn of_item(asked: &Asked, world: &World, opened: &Opened, item: &str) -> Result<Vec<InboxLine>, Trouble> {
    let mut found = asked.app.store.open_feedback(&opened.course.id)?;
    found.extend(asked.app.store.answered_feedback(&opened.course.id, ANSWERED)?);
    found.retain(|one| one.said.item == item);
    found.sort_by_key(|one| std::cmp::Reverse(one.id));
    Ok(found.iter().map(|one| line(asked, world, opened, one)).collect())
}

fn line(asked: &Asked, world: &World, opened: &Opened, one: &Feedback) -> InboxLine {
    let is_there = opened.course.item(&one.said.item).is_some();
    InboxLine {
        id: one.id,
        form: format!("answer-{}", one.id),
        course: opened.course.title.clone(),
        about: about(opened, &one.said),
        address: if is_there { format!("/content/{}/item/{}", opened.course.id, one.said.item) } else { String::new() },
        version: one.said.version.chars().take(12).collect(),
        by: if one.by.is_empty() { "Somebody".to_owned() } else { words::author(world, &format!("person:{}", one.by)) },
        on: words::day(one.at.to_zoned(asked.zone.clone()).date()),
        words: one.said.words.clone(),
        answer: one.answered.as_ref().map(|(answer, _)| answer.clone()).unwrap_or_default(),
    }
}

/// Answers one.
pub(crate) fn answer(asked: &Asked, sent: &Fields) -> Answered {
    let words = words_of(sent)?;
    if words.is_empty() {
        return Err(Trouble::at("words", "say what you changed, or why it stays as it is"));
    }
    if !asked.app.store.answer_feedback(asked.number("id")?, &words, asked.now)? {
        return Err(Trouble::refused("this has an answer already, or is gone; what waits is below"));
    }
    Ok(Answer::Go("/content/feedback?done=replied".to_owned()))
}
