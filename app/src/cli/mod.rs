//! The command line: what can be asked, and who answers it.
#![expect(clippy::doc_markdown, reason = "what documents an argument is its help text, read on a terminal")]

mod apply;
mod backup;
mod badge;
mod campaigns;
mod check;
mod compare;
mod course;
mod course_publish;
mod demo;
mod doctor;
mod evidence;
mod keeping;
mod ledger;
mod lists;
mod mail;
mod output;
mod people;
mod report;
mod runtime;
mod scope;
mod serve;
mod status;
mod witnesses;

use crate::installation::Installation;
use crate::settings::Settings;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use keepsharp_domain::{Day, calendar};
use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

/// Keeps a software company's secure-coding knowledge fresh, and proves it.
#[derive(Debug, Parser)]
#[command(name = "keepsharp", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    place: PlaceArgs,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Start here:
  keepsharp demo                                           a made-up company, to look around in
  keepsharp serve                                          the pages, for your own
  keepsharp apply programme.toml                           what is asked of whom
  keepsharp people import roster.csv --on 2026-11-01       the whole company on a day
  keepsharp completions import completions.csv             what was completed
  keepsharp status --control TRN.2.01                      who is current, due or overdue

Exit status: 0 done, 1 refused or a check failed, 2 wrong usage.";

#[derive(Args, Debug)]
struct PlaceArgs {
    /// Folder of the database and the signing key, made at first use [default: ./keepsharp-data]
    #[arg(long, global = true, value_name = "DIR", env = "KEEPSHARP_DATA")]
    data: Option<PathBuf>,
    /// PostgreSQL database to use instead of SQLite in the folder
    #[arg(long, global = true, value_name = "URL", env = "KEEPSHARP_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// Settings of this installation [default: ./keepsharp.toml where there is one]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Who writes, for the facts' author [default: the name of the user]
    #[arg(long, global = true, value_name = "NAME")]
    operator: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// A made-up company with three years of history, served
    Demo(demo::DemoArgs),
    /// Serve the pages; the first start prints a link that signs in the first administrator
    Serve(serve::ServeArgs),
    /// Make a one-time sign-in link, for whom no mail reaches
    Link(serve::LinkArgs),
    /// Apply programme.toml or campaign.toml: what is asked of whom, from when
    Apply(apply::ApplyArgs),
    /// The roster: import, list, findings, merge, compare, explain
    #[command(subcommand)]
    People(people::PeopleCommand),
    /// Completions of courses
    #[command(subcommand)]
    Completions(lists::CompletionsCommand),
    /// Extended absences
    #[command(subcommand)]
    Leaves(lists::LeavesCommand),
    /// Approved releases from a control
    #[command(subcommand)]
    Exceptions(lists::ExceptionsCommand),
    /// Counts that managers gave for a campaign
    #[command(subcommand)]
    Attestations(lists::AttestationsCommand),
    /// Who is current, due or overdue for a control
    Status(status::StatusArgs),
    /// What was due in a period and how it ended: the audit's population
    Requirements(status::RequirementsArgs),
    /// A campaign's table of managers
    Table(status::TableArgs),
    /// Campaigns: list, pause, resume, close, next, objective
    #[command(subcommand)]
    Campaigns(campaigns::CampaignsCommand),
    /// Send the messages that are due, or show who would get what, and why
    Remind(campaigns::RemindArgs),
    /// Do now what the server would do next: issues, onboarding tasks, results, messages
    ///
    /// Example: keepsharp sync
    Sync,
    /// Why somebody is in scope or not
    #[command(subcommand)]
    Scope(scope::ScopeCommand),
    /// Fail where more are overdue, or fewer are trained, than allowed; for pipelines
    Check(check::CheckArgs),
    /// Draw a badge with the share of those who are trained, as SVG
    Badge(badge::BadgeArgs),
    /// Courses: new, check, publish, list, preview, import, export
    #[command(subcommand)]
    Course(course::CourseCommand),
    /// A fiscal quarter or year on one page for management, without names
    Report(report::ReportArgs),
    /// What browsers need to run exercises: add, list
    #[command(subcommand)]
    Runtime(runtime::RuntimeCommand),
    /// Evidence packs: build, verify
    #[command(subcommand)]
    Evidence(evidence::EvidenceCommand),
    /// The ledger: verify, checkpoint, key, export, prove
    #[command(subcommand)]
    Ledger(ledger::LedgerCommand),
    /// Forget who somebody was; the ledger stays whole and provable
    Erase(keeping::EraseArgs),
    /// Write everything but the signing key into one file
    Backup(backup::BackupArgs),
    /// Fill an empty place from a backup
    Restore(backup::RestoreArgs),
    /// Answers and bounces that come by mail: take
    #[command(subcommand)]
    Mail(mail::MailCommand),
    /// Look whether this installation is well
    ///
    /// Example: keepsharp doctor --format table
    Doctor(output::FormatArgs),
    /// Completions for a shell: bash, zsh, fish, elvish, powershell
    ///
    /// Example: keepsharp shell bash > /etc/bash_completion.d/keepsharp
    Shell {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

pub(crate) use campaigns::as_file;
pub(crate) use lists::{hex, sha256, take_in};
pub(crate) use output::log;
pub(crate) use status::managers_table;

/// What every question takes.
#[derive(Args, Debug)]
struct AskArgs {
    /// The day that the answer holds for [default: today]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    as_of: Option<Day>,
    /// Answer with what was known at this instant, for example 2026-08-05T17:00:00Z [default: now]
    #[arg(long, value_name = "INSTANT", value_parser = parse_instant)]
    known_at: Option<Timestamp>,
    #[command(flatten)]
    format: output::FormatArgs,
}

/// The formats of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatName {
    /// For reading
    Table,
    /// Comma-separated values
    Csv,
    /// An array of objects
    Json,
    /// A Markdown table
    Md,
}

fn parse_day(text: &str) -> Result<Day, String> {
    calendar::read_day(text)
}

fn parse_instant(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| format!("{} is no instant; write it as 2026-08-05T17:00:00Z", calendar::quote(text)))
}

/// Why a command did not do what was asked.
#[derive(Debug)]
enum Failure {
    /// It was refused or went wrong; told in words.
    Told(String),
    /// A check failed, and the answer already says so.
    CheckFailed,
    /// Whoever read the answer has stopped reading.
    NobodyReads,
}

impl<T: fmt::Display> From<T> for Failure {
    fn from(error: T) -> Failure {
        Failure::Told(error.to_string())
    }
}

type Done = Result<(), Failure>;

/// Runs the command line.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let failed = match cli.command {
        Command::Mail(_) => ExitCode::from(mail::TRY_AGAIN),
        _ => ExitCode::FAILURE,
    };
    match run(cli) {
        Ok(()) | Err(Failure::NobodyReads) => ExitCode::SUCCESS,
        Err(Failure::CheckFailed) => failed,
        Err(Failure::Told(message)) => {
            output::say(&format!("keepsharp: {message}"));
            failed
        }
    }
}

fn run(cli: Cli) -> Done {
    let settings = Settings::read(cli.place.config.as_deref())?;
    let session = Session {
        installation: Installation::find(cli.place.data, cli.place.database, settings),
        by: author(cli.place.operator)?,
    };
    match cli.command {
        Command::Demo(args) => demo::run(&args),
        Command::Serve(args) => serve::serving(&session, &args),
        Command::Link(args) => serve::link(&session, &args),
        Command::Apply(args) => apply::run(&session, &args),
        Command::People(command) => people::run(&session, command),
        Command::Completions(lists::CompletionsCommand::Import(args)) => lists::completions(&session, &args),
        Command::Leaves(lists::LeavesCommand::Import(args)) => lists::leaves(&session, &args),
        Command::Exceptions(lists::ExceptionsCommand::Import(args)) => lists::exceptions(&session, &args),
        Command::Attestations(lists::AttestationsCommand::Import(args)) => lists::attestations(&session, &args),
        Command::Status(args) => status::status(&session, &args),
        Command::Requirements(args) => status::requirements(&session, &args),
        Command::Table(args) => status::table(&session, &args),
        Command::Campaigns(command) => campaigns::run(&session, command),
        Command::Remind(args) => campaigns::remind(&session, &args),
        Command::Sync => campaigns::sync(&session),
        Command::Scope(scope::ScopeCommand::Explain(args)) => scope::explain(&session, &args),
        Command::Check(args) => check::check(&session, &args),
        Command::Course(command) => course::run(&session, &command),
        Command::Badge(args) => badge::run(&session, &args),
        Command::Report(args) => report::run(&session, &args),
        Command::Runtime(command) => runtime::run(&session, command),
        Command::Evidence(command) => evidence::run(&session, command),
        Command::Ledger(command) => ledger::run(&session, command),
        Command::Erase(args) => keeping::erase(&session, &args),
        Command::Backup(args) => backup::backup(&session, &args),
        Command::Restore(args) => backup::restore(&session, &args),
        Command::Mail(mail::MailCommand::Take) => mail::take(&session),
        Command::Doctor(format) => doctor::run(&session, &format),
        Command::Shell { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "keepsharp", &mut script);
            output::write(&script)
        }
    }
}

/// What a command works on, and in whose name.
struct Session {
    installation: Installation,
    by: String,
}

/// The author of what is written: `operator:` and a name.
fn author(named: Option<String>) -> Result<String, Failure> {
    let user = || ["USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok());
    let name = named.or_else(user).unwrap_or_else(|| "unknown".to_owned());
    let fits = !name.is_empty()
        && name.len() <= 64
        && !name.contains('@')
        && !name.chars().any(|c| c.is_control() || c.is_whitespace());
    if fits {
        Ok(format!("operator:{name}"))
    } else {
        Err(Failure::Told(format!(
            "{} can't be an operator's name: up to 64 characters, no blanks, no address",
            calendar::quote(&name)
        )))
    }
}
