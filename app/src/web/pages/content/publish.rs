//! Publishing the course that comes with the program: first what changes in meaning, then the button.

use crate::course_shelf::{self, Opened, OwnIssues};
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble};
use crate::web::frame::{Answer, Answered, Frame, page as written};
use crate::web::words;
use askama::Template;
use keepsharp_course::change::{Change, What, changes};
use keepsharp_domain::World;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "content_publish.html")]
struct PublishPage {
    frame: Frame,
    title: String,
    version: String,
    short: String,
    size: String,
    /// The version before; empty where this is the first.
    before: String,
    changes: Vec<(String, String)>,
}

/// What would be published, and what changes by it.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let offer = course_shelf::offered(&asked.app.shelf, &asked.app.store, world).map_err(Trouble::Internal)?;
    let Some(offer) = offer else { return Ok(Answer::Go("/content".to_owned())) };
    let old = older(asked, world, &offer)?;
    let course = &offer.course;
    let (lessons, items): (usize, usize) =
        (course.lessons().count(), course.lessons().map(|lesson| lesson.items.len()).sum());
    let found = old.as_ref().map(|old| changes(&old.course, course)).unwrap_or_default();
    written(&PublishPage {
        frame: Frame::of(asked, world, "Publish a course"),
        title: course.title.clone(),
        version: course.version.to_string(),
        short: course.version.short().to_owned(),
        size: format!(
            "{}, {}",
            words::counted(lessons as u64, "lesson", "lessons"),
            words::counted(items as u64, "question", "questions")
        ),
        before: old.map(|old| old.course.version.short().to_owned()).unwrap_or_default(),
        changes: found.into_iter().map(in_words).collect(),
    })
}

/// The version that is taught until then.
fn older(asked: &Asked, world: &World, offer: &Opened) -> Result<Option<Arc<Opened>>, Trouble> {
    let latest = world.published_courses().latest(&offer.course.id);
    let open = |version: &str| asked.app.shelf.open(&asked.app.store, version).map_err(Trouble::Internal);
    latest.map(|latest| open(&latest.body.version)).transpose()
}

fn in_words(change: Change) -> (String, String) {
    let words = match change.what {
        What::New => "A new lesson.".to_owned(),
        What::Gone => "It is not taught any more.".to_owned(),
        What::Meaning { says, .. } if says.is_empty() => "It says something else than before.".to_owned(),
        What::Meaning { says, .. } => says,
        What::Objective { says, .. } => format!("It teaches more: you can {says}."),
        What::Superseded { old, new } => format!("The question {new} takes the place of {old}."),
    };
    (change.title, words)
}

/// Publishes it.
pub(crate) fn publish(asked: &Asked, sent: &Fields) -> Answered {
    let (author, files) = {
        let world = asked.app.store.world()?;
        let store = &asked.app.store;
        let offer = course_shelf::offered(&asked.app.shelf, store, &world).map_err(Trouble::Internal)?;
        let Some(offer) = offer else { return Ok(Answer::Go("/content?done=nothing".to_owned())) };
        if offer.course.version.as_str() != sent.text("version") {
            return Err(Trouble::refused("another version is offered by now; look at what changes, and press again"));
        }
        let files = course_shelf::with_own_issues(store, &world, course_shelf::shipped(), OwnIssues::Kept);
        (asked.author(&world)?, files.map_err(Trouble::Internal)?)
    };
    let done = course_shelf::publish(&asked.app.store, &files, &author, asked.now, asked.today)?;
    Ok(Answer::Go(format!("/content?done={}", if done.is_new { "published" } else { "nothing" })))
}
