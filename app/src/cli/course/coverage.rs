//! `keepsharp course coverage`: which rows of the public lists a course covers, by which lessons, and why not the others.

use super::super::output::{FormatArgs, say, write as print};
use super::super::{Done, Failure};
use super::harmless;
use crate::{course_folder, course_shelf};
use clap::Args;
use keepsharp_course::coverage::{Covered, Held, coverage, tracks_that};
use keepsharp_course::model::Need;
use keepsharp_course::{Course, Weight, read};
use keepsharp_report::{Cell, Format, Table};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Arguments of `course coverage`.
#[derive(Args, Debug)]
pub(in super::super) struct CoverageArgs {
    /// The folder that course.toml lies in; without it, the course that comes with Keepsharp
    folder: Option<PathBuf>,
    #[command(flatten)]
    format: FormatArgs,
}

pub(super) fn run(args: &CoverageArgs) -> Done {
    let course = open(args.folder.as_deref())?;
    let held = coverage(&course);
    if args.format.is_markdown() {
        print(markdown(&course, &held).as_bytes())?;
    } else {
        args.format.print(&table(&course, &held))?;
    }
    let rows: usize = held.iter().map(|held| held.rows.len()).sum();
    let covered: usize = held.iter().map(Held::covered).sum();
    let explained: usize = held.iter().map(Held::explained).sum();
    let neither = rows - covered - explained;
    say(&format!(
        "{covered} of {rows} rows are covered, {explained} are not and have a reason, {neither} have neither"
    ));
    Ok(())
}

/// The course in a folder, or the one that comes with the program, where nothing hinders its reading: a lesson left out would be missing in the table.
fn open(folder: Option<&Path>) -> Result<Course, Failure> {
    let (files, mut findings) = match folder {
        None => (course_shelf::shipped(), Vec::new()),
        Some(folder) => course_folder::read(folder)?,
    };
    let (course, told) = read::course(&files);
    findings.extend(told);
    let mut errors = findings.iter().filter(|finding| finding.weight == Weight::Error);
    match (course, errors.next()) {
        (Some(course), None) => Ok(course),
        (_, first) => {
            let first = first.map(|finding| harmless(&finding.to_string())).unwrap_or_default();
            Err(Failure::Told(format!("{first}\nthe course can't be read whole; `keepsharp course check` tells all")))
        }
    }
}

/// The lessons of a row that some track needs so: `ac.scope (F, B)`. Lessons that no track names stand with the elective ones.
fn lessons(course: &Course, covered: &Covered, need: Need) -> String {
    let told = covered.lessons.iter().filter_map(|lesson| {
        let tracks: Vec<&str> = tracks_that(course, lesson, need).collect();
        let is_nobodys = need == Need::Elective && lesson.tracks.is_empty();
        if tracks.is_empty() {
            is_nobodys.then(|| lesson.id.clone())
        } else {
            Some(format!("{} ({})", lesson.id, tracks.join(", ")))
        }
    });
    told.collect::<Vec<_>>().join("; ")
}

/// What is told of a row: id, title, lessons, items, reason.
fn cells(course: &Course, covered: &Covered) -> Vec<Cell> {
    vec![
        covered.row.id.into(),
        covered.row.title.into(),
        lessons(course, covered, Need::Required).into(),
        lessons(course, covered, Need::Elective).into(),
        (covered.items() as u64).into(),
        covered.reason.filter(|_| !covered.is_covered()).map(str::to_owned).into(),
    ]
}

fn table(course: &Course, held: &[Held]) -> Table {
    let mut table = Table::new(&["list", "id", "title", "required", "elective", "items", "reason"]);
    for held in held {
        for covered in &held.rows {
            let mut row = vec![Cell::from(held.standard.title)];
            row.extend(cells(course, covered));
            table.push(row);
        }
    }
    table
}

/// A page of its own: who the tracks are, then a table for each list.
fn markdown(course: &Course, held: &[Held]) -> String {
    let mut tracks = Table::new(&["track", "title"]);
    for track in &course.tracks {
        tracks.push(vec![track.id.as_str().into(), track.title.as_str().into()]);
    }
    let mut text = format!(
        "# Which lists the course covers\n\n\
         Made by `keepsharp course coverage --format md` from the files of the course `{}`: a lesson covers a row where one of its CWE ids is the row or\n\
         leads there by `taxonomy.csv`, or where the lesson names it under `also`; `items` counts the questions of these lessons, and a reason is one of\n\
         `coverage.toml`. A row that is covered is taught somewhere, which is not to say that nothing of it is left out.\n\n{}",
        course.id,
        tracks.write(Format::Markdown)
    );
    for held in held.iter().filter(|held| !held.rows.is_empty()) {
        let has_reasons = held.rows.iter().any(|row| !row.is_covered());
        let columns = ["id", "title", "required", "elective", "items", "not covered, because"];
        let shown = if has_reasons { &columns[..] } else { &columns[..5] };
        let mut table = Table::new(shown);
        for covered in &held.rows {
            table.push(cells(course, covered).into_iter().take(shown.len()).collect());
        }
        let (covered, rows) = (held.covered(), held.rows.len());
        let title = held.standard.title;
        let _ = write!(text, "\n## {title}\n\n{covered} of {rows} covered.\n\n{}", table.write(Format::Markdown));
    }
    let _ = write!(text, "\n## Lessons\n\n{}", lessons_told(course).write(Format::Markdown));
    text
}

/// What each lesson says of itself, from which the tables follow.
fn lessons_told(course: &Course) -> Table {
    let mut table = Table::new(&["lesson", "number", "title", "CWE", "also"]);
    for lesson in course.lessons() {
        let folder = lesson.place.file.rsplit('/').nth(1).unwrap_or_default();
        let number = folder.split('-').next().filter(|number| number.starts_with(|c: char| c.is_ascii_digit()));
        let cwe: Vec<String> = lesson.cwe.iter().map(u32::to_string).collect();
        table.push(vec![
            lesson.id.as_str().into(),
            number.map(str::to_owned).into(),
            lesson.title.as_str().into(),
            cwe.join(", ").into(),
            lesson.also.join(", ").into(),
        ]);
    }
    table
}
