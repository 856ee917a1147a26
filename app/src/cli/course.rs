//! `keepsharp course`: starting, checking, importing and exporting a course, without any ledger.

use super::output::{FormatArgs, counted, say, write};
use super::{Done, Failure};
use crate::{clock, course_folder};
use clap::{Args, Subcommand};
use keepsharp_course::check::{Statistics, check};
use keepsharp_course::{Course, CourseFiles, Finding, Weight, read};
use keepsharp_domain::World;
use keepsharp_report::Table;
use std::fmt::Write;
use std::path::PathBuf;

/// Commands about courses.
#[derive(Debug, Subcommand)]
pub(super) enum CourseCommand {
    /// Say what an editor and a security reviewer would, with file, line and mend
    ///
    /// Example: keepsharp course check courses/secure-coding
    Check(CheckArgs),
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

pub(super) fn run(command: &CourseCommand) -> Done {
    match command {
        CourseCommand::Check(args) => checking(args),
    }
}

fn checking(args: &CheckArgs) -> Done {
    let (files, mut findings) = course_folder::read(&args.folder)?;
    let (course, told) = read::course(&files);
    findings.extend(told);
    if let Some(course) = &course {
        findings.extend(check(course, &files, clock::today(&World::default())));
    }
    if args.run {
        run_exercises(&files, &mut findings)?;
    }
    findings.sort();
    findings.dedup();
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

/// Runs every exercise and tells what did not go as its author said.
fn run_exercises(_files: &CourseFiles, _findings: &mut Vec<Finding>) -> Done {
    Err(Failure::Told("--run comes with the exercise runner, which is not built in yet; check without it".to_owned()))
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
