//! `keepsharp course publish` and `course list`: what of a course stands in the ledger.

use super::output::{FormatArgs, counted, say};
use super::{Done, Failure, Session};
use crate::course_shelf::{self, OwnIssues};
use crate::{clock, course_folder};
use clap::Args;
use keepsharp_course::files::LARGEST_FILE;
use keepsharp_course::{CourseFiles, Weight, issues};
use keepsharp_report::Table;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Arguments of `course publish`.
#[derive(Args, Debug)]
pub(super) struct PublishArgs {
    /// The folder that course.toml lies in; without it, the course that comes with Keepsharp
    folder: Option<PathBuf>,
    /// The company's own past issues, a CSV file; without it those in the folder, or else those of the version before
    #[arg(long, value_name = "FILE")]
    issues: Option<PathBuf>,
    /// Publish it without any issues of the company's own
    #[arg(long, conflicts_with = "issues")]
    without_issues: bool,
}

/// Publishes the course in a folder, or the one that comes with the program.
pub(super) fn publish(session: &Session, args: &PublishArgs) -> Done {
    let files = match &args.folder {
        None => course_shelf::shipped(),
        Some(folder) => from_folder(folder)?,
    };
    let own = own_issues(args)?;
    let store = session.open()?;
    let (files, today) = {
        let world = store.world()?;
        (course_shelf::with_own_issues(&store, &world, files, own)?, clock::today(&world))
    };
    let done = course_shelf::publish(&store, &files, &session.by, clock::now(), today)?;
    let (lessons, items) = done.size;
    let own = if files.get(issues::FILE).is_some() { ", with issues of your own" } else { "" };
    let size = format!("{}, {}{own}", counted(lessons, "lesson", "lessons"), counted(items, "item", "items"));
    if done.is_new {
        say(&format!("{} is published as version {} ({size})", done.course, done.version));
    } else {
        say(&format!("nothing changed: {} is published in version {} already", done.course, done.version));
    }
    Ok(())
}

fn own_issues(args: &PublishArgs) -> Result<OwnIssues, Failure> {
    let Some(path) = &args.issues else {
        return Ok(if args.without_issues { OwnIssues::None } else { OwnIssues::Kept });
    };
    let told = |error: std::io::Error| Failure::Told(format!("{}: {error}", path.display()));
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(told)?;
    file.take(LARGEST_FILE as u64 + 1).read_to_end(&mut bytes).map_err(told)?;
    Ok(OwnIssues::These(bytes))
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
