//! `keepsharp course publish` and `course list`: what of a course stands in the ledger.

use super::output::{FormatArgs, counted, say};
use super::{Done, Failure, Session};
use crate::{clock, course_folder, course_shelf};
use keepsharp_course::{CourseFiles, Weight};
use keepsharp_report::Table;
use std::path::Path;

/// Publishes the course in a folder, or the one that comes with the program.
pub(super) fn publish(session: &Session, folder: Option<&Path>) -> Done {
    let files = match folder {
        None => course_shelf::shipped(),
        Some(folder) => from_folder(folder)?,
    };
    let store = session.open()?;
    let today = clock::today(&*store.world()?);
    let done = course_shelf::publish(&store, &files, &session.by, clock::now(), today)?;
    let (lessons, items) = done.size;
    let size = format!("{}, {}", counted(lessons, "lesson", "lessons"), counted(items, "item", "items"));
    if done.is_new {
        say(&format!("{} is published as version {} ({size})", done.course, done.version));
    } else {
        say(&format!("nothing changed: {} is published in version {} already", done.course, done.version));
    }
    Ok(())
}

fn from_folder(folder: &Path) -> Result<CourseFiles, Failure> {
    let (files, findings) = course_folder::read(folder)?;
    let mut errors = findings.iter().filter(|finding| finding.weight == Weight::Error);
    match errors.next() {
        Some(finding) => Err(Failure::Told(format!("{finding}\n{} errors; nothing was published", 1 + errors.count()))),
        None => Ok(files),
    }
}

/// What is published, each version of each course.
pub(super) fn list(session: &Session, format: &FormatArgs) -> Done {
    let store = session.open()?;
    let world = store.world()?;
    let mut table = Table::new(&["course", "version", "published_on", "title", "lessons", "items"]);
    for (course, versions) in world.published_courses().all() {
        for version in versions {
            let body = &version.body;
            table.push(vec![
                course.into(),
                (&*body.version).into(),
                body.on.to_string().into(),
                (&*body.title).into(),
                u64::from(body.lessons).into(),
                u64::from(body.items).into(),
            ]);
        }
    }
    format.print(&table)
}
