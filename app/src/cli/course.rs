//! `keepsharp course`: starting, checking, importing and exporting a course, without any ledger.

use super::output::{FormatArgs, counted, say, write};
use super::{Done, Failure, Session, course_publish};
use crate::{clock, course_folder, course_run};
use clap::{Args, Subcommand};
use keepsharp_course::check::{Statistics, check};
use keepsharp_course::lock::{self, Lock};
use keepsharp_course::{Course, Finding, Weight, examples, read, starter};
use keepsharp_domain::World;
use keepsharp_report::Table;
use std::fmt::Write;
use std::path::{Path, PathBuf};

mod coverage;
mod exchange;
mod preview;

/// Commands about courses.
#[derive(Debug, Subcommand)]
pub(super) enum CourseCommand {
    /// Start a course that passes the check, in a folder that is empty or not yet there
    ///
    /// Example: keepsharp course new courses/payments
    New {
        /// The folder; its name is the course's id
        folder: PathBuf,
    },
    /// Say what an editor and a security reviewer would, with file, line and mend
    ///
    /// Example: keepsharp course check courses/secure-coding
    Check(CheckArgs),
    /// Serve it to be read and answered as a learner would; it is read again when a file changes
    ///
    /// Example: keepsharp course preview courses/secure-coding
    Preview(preview::PreviewArgs),
    /// Take items of another system in, as drafts
    ///
    /// Example: keepsharp course import quiz.gift courses/payments
    Import(exchange::ImportArgs),
    /// Write all items for another system
    ///
    /// Example: keepsharp course export courses/payments -o items.gift
    Export(exchange::ExportArgs),
    /// Say which rows of OWASP, CWE, ASVS, PCI DSS and other lists the lessons cover, and why not the others
    ///
    /// Example: keepsharp course coverage --format md
    Coverage(coverage::CoverageArgs),
    /// Make a version of a course, or of the one that comes with Keepsharp: from then on it is what learners take
    ///
    /// Example: keepsharp course publish --issues past-issues.csv
    Publish(course_publish::PublishArgs),
    /// What is published, the newest version of each course last
    ///
    /// Example: keepsharp course list
    List(FormatArgs),
}

/// Arguments of `course check`.
#[derive(Args, Debug)]
pub(super) struct CheckArgs {
    /// The folder that course.toml lies in
    folder: PathBuf,
    /// Write ids.lock, so that a later check notices an id that vanished and a key that changed
    #[arg(long)]
    lock: bool,
    /// Also run every exercise in a headless Chromium, in the frame that learners get
    #[arg(long)]
    run: bool,
    #[command(flatten)]
    format: FormatArgs,
}

pub(super) fn run(session: &Session, command: &CourseCommand) -> Done {
    match command {
        CourseCommand::Publish(args) => course_publish::publish(session, args),
        CourseCommand::List(format) => course_publish::list(session, format),
        CourseCommand::New { folder } => new(folder),
        CourseCommand::Check(args) => checking(session, args),
        CourseCommand::Preview(args) => preview::run(session, args),
        CourseCommand::Import(args) => exchange::import(args),
        CourseCommand::Export(args) => exchange::export(args),
        CourseCommand::Coverage(args) => coverage::run(args),
    }
}

fn new(folder: &Path) -> Done {
    let told = |path: &Path, error: &std::io::Error| Failure::Told(format!("{}: {error}", path.display()));
    std::fs::create_dir_all(folder).map_err(|error| told(folder, &error))?;
    if std::fs::read_dir(folder).map_err(|error| told(folder, &error))?.next().is_some() {
        return Err(Failure::Told(format!("{} is not empty; name a new folder", folder.display())));
    }
    let full = std::fs::canonicalize(folder).map_err(|error| told(folder, &error))?;
    let name = full.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    for (path, text) in starter::files(name, clock::today(&World::default())) {
        let path = folder.join(path);
        if let Some(above) = path.parent() {
            std::fs::create_dir_all(above).map_err(|error| told(above, &error))?;
        }
        std::fs::write(&path, text).map_err(|error| told(&path, &error))?;
    }
    let shown = folder.display();
    say(&format!("{shown} has a course of one lesson; keepsharp course check {shown} says what is wrong with it"));
    Ok(())
}

fn checking(session: &Session, args: &CheckArgs) -> Done {
    let (files, mut findings) = course_folder::read(&args.folder)?;
    let (course, told) = read::course(&files);
    findings.extend(told);
    if let Some(course) = &course {
        findings.extend(check(course, &files, clock::today(&World::default())));
    }
    if let Some(course) = course.as_ref().filter(|_| args.run) {
        run_exercises(session, course, &mut findings)?;
    }
    findings.sort();
    findings.dedup();
    if let Some(course) = course.as_ref().filter(|_| args.lock) {
        write_lock(&args.folder, course, &findings)?;
    }
    let answer = args.format.clone();
    if answer.is_chosen() && !answer.is_for_reading() {
        answer.print(&table(&findings))?;
    } else {
        write(text(&findings, course.as_ref()).as_bytes())?;
    }
    let count = |weight| findings.iter().filter(|finding| finding.weight == weight).count();
    let (errors, warnings) = (count(Weight::Error), count(Weight::Warning));
    say(&format!("{}, {}", counted(errors, "error", "errors"), counted(warnings, "warning", "warnings")));
    if errors > 0 { Err(Failure::CheckFailed) } else { Ok(()) }
}

/// Writes what each id says now, unless something must be mended before.
fn write_lock(folder: &Path, course: &Course, findings: &[Finding]) -> Done {
    if findings.iter().any(|finding| finding.weight == Weight::Error) {
        say(&format!("{} is not written before the errors are mended", lock::FILE));
        return Ok(());
    }
    let path = folder.join(lock::FILE);
    // A link would lead the writing elsewhere.
    if std::fs::symlink_metadata(&path).is_ok_and(|is| !is.is_file()) {
        return Err(Failure::Told(format!("{} is no plain file; take it away", path.display())));
    }
    std::fs::write(&path, Lock::of(course).write()).map_err(|error| format!("{}: {error}", path.display()))?;
    say(&format!("{} written; commit it", path.display()));
    Ok(())
}

/// Runs every exercise and tells what did not go as its author said; looks whether the code examples parse.
fn run_exercises(session: &Session, course: &Course, findings: &mut Vec<Finding>) -> Done {
    let chromium = course_run::find_chromium()?;
    let exercises: Vec<_> = course.exercises.values().cloned().collect();
    let examples: Vec<course_run::Example> = examples::examples(course)
        .into_iter()
        .map(|(place, language, text)| course_run::Example { place, language, text })
        .collect();
    let packs = crate::runtime::folder(&session.installation.data);
    findings.extend(course_run::run(&exercises, &examples, &packs, &chromium, &mut say)?);
    Ok(())
}

/// The findings as compilers write them, then the figures.
fn text(findings: &[Finding], course: Option<&Course>) -> String {
    let mut text = String::new();
    for finding in findings {
        let _ = writeln!(text, "{}", harmless(&finding.to_string()));
    }
    if let Some(course) = course {
        let gap = if findings.is_empty() { "" } else { "\n" };
        let _ = write!(text, "{gap}{}", Statistics::of(course));
    }
    text
}

/// A text with nothing in it that a terminal would obey.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn table(findings: &[Finding]) -> Table {
    let mut table = Table::new(&["file", "line", "column", "weight", "message"]);
    for finding in findings {
        let place = |number: usize| if number == 0 { String::new() } else { number.to_string() };
        table.push(vec![
            (&*finding.file).into(),
            place(finding.line).into(),
            place(finding.column).into(),
            if finding.weight == Weight::Error { "error" } else { "warning" }.into(),
            (&*finding.message).into(),
        ]);
    }
    table
}
