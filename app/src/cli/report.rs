//! `keepsharp report`: a fiscal quarter or year of a control, on one page for management.

use super::badge::replace;
use super::output::{Asked, say, write};
use super::{Done, Failure, Session, parse_day, parse_instant};
use crate::clock;
use crate::evidence::{known_at, program};
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use keepsharp_domain::Day;
use keepsharp_domain::briefing::Briefing;
use keepsharp_domain::calendar::Quarter;
use keepsharp_domain::span::{FiscalYear, Span};
use keepsharp_report::briefing;
use std::io::IsTerminal;
use std::path::PathBuf;

/// Arguments of `report`.
#[derive(Args, Debug)]
#[command(after_help = "\
Example: keepsharp report --control TRN.2.01 --quarter FY27-Q2 -o report.pdf
         keepsharp report --control TRN.2.01 --year FY27 --format md

No names stand in it, and groups smaller than smallest_group stand together. A span that still runs is told to the day
before today. The same ledger and arguments give the same bytes.")]
pub(super) struct ReportArgs {
    /// The control's id
    #[arg(long, value_name = "ID")]
    control: String,
    /// The fiscal quarter, for example FY27-Q2
    #[arg(long, value_name = "QUARTER", required_unless_present = "year", conflicts_with = "year")]
    quarter: Option<Quarter>,
    /// The fiscal year, for example FY27
    #[arg(long, value_name = "YEAR")]
    year: Option<FiscalYear>,
    /// The day on which the report is made: days before it are told [default: today]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    as_of: Option<Day>,
    /// Tell what was known at this instant, for example 2026-08-05T17:00:00Z [default: now]
    #[arg(long, value_name = "INSTANT", value_parser = parse_instant)]
    known_at: Option<Timestamp>,
    /// How it is written [default: as the file's name ends, else text]
    #[arg(long, value_enum)]
    format: Option<FormatName>,
    /// The file to write; what was there is replaced [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatName {
    /// For reading
    Text,
    /// Markdown, for an issue or an OKR
    Md,
    /// For a program
    Json,
    /// One page of A4, tagged and archivable
    Pdf,
}

impl ReportArgs {
    fn span(&self) -> Result<Span, Failure> {
        let quarter = self.quarter.map(Span::Quarter).or(self.year.map(Span::Year));
        quarter.ok_or_else(|| Failure::Told("say which span: --quarter FY27-Q2 or --year FY27".to_owned()))
    }

    fn format(&self) -> FormatName {
        let ending = self.output.as_ref().and_then(|path| path.extension()).and_then(|ending| ending.to_str());
        self.format.unwrap_or(match ending {
            Some("pdf") => FormatName::Pdf,
            Some("md") => FormatName::Md,
            Some("json") => FormatName::Json,
            _ => FormatName::Text,
        })
    }
}

pub(super) fn run(session: &Session, args: &ReportArgs) -> Done {
    let (span, format) = (args.span()?, args.format());
    if format == FormatName::Pdf && args.output.is_none() && std::io::stdout().is_terminal() {
        return Err(Failure::Told("a PDF can't be read on a terminal; name a file with -o report.pdf".to_owned()));
    }
    let store = session.open()?;
    let world = match args.known_at {
        Some(known_at) => Asked::Then(Box::new(store.world_known_at(known_at)?)),
        None => Asked::Now(store.world()?),
    };
    let today = clock::today(&world);
    let made_on = args.as_of.unwrap_or(today);
    if made_on > today {
        return Err(Failure::Told(format!("--as-of {made_on} has not come yet; today is {today}")));
    }
    let told = Briefing::of(&world, world.control(&args.control)?, span, made_on)?;
    let known = args.known_at.unwrap_or_else(|| known_at(&world));
    let checkpoint = store.checkpoint()?;
    let sheet = briefing::sheet(&told);
    let bytes = match format {
        FormatName::Text => briefing::text(&sheet, super::output::width()).into_bytes(),
        FormatName::Md => briefing::markdown(&sheet, &checkpoint).into_bytes(),
        FormatName::Json => briefing::json(&told, &checkpoint).into_bytes(),
        FormatName::Pdf => briefing::pdf(&sheet, told.now.to, &checkpoint, known, &program())?,
    };
    match &args.output {
        None => write(&bytes),
        Some(path) => {
            replace(path, &bytes).map_err(|error| Failure::Told(format!("{}: {error}", path.display())))?;
            say(&format!("{} written: {span}, {}", path.display(), sheet.period));
            Ok(())
        }
    }
}
