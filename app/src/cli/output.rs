//! Where answers and messages go: answers to standard output, messages to standard error.

pub(super) use keepsharp_report::grouped;

use super::{AskArgs, Done, Failure, FormatName, Session};
use crate::clock;
use clap::Args;
use indicatif::ProgressBar;
use keepsharp_domain::{Day, World};
use keepsharp_report::{Format, Table};
use keepsharp_store::Store;
use std::io::{ErrorKind, IsTerminal, Write};
use std::ops::Deref;
use std::sync::RwLockReadGuard;
use std::time::Duration;

/// How an answer is written.
#[derive(Args, Clone, Debug)]
pub(super) struct FormatArgs {
    /// How the answer is written [default: table to a terminal, csv to a pipe]
    #[arg(long, value_enum)]
    format: Option<FormatName>,
}

/// Columns of a terminal whose width is not known.
const USUAL_WIDTH: usize = 120;

impl FormatArgs {
    fn chosen(&self) -> Format {
        let terminal = std::io::stdout().is_terminal();
        match self.format {
            Some(FormatName::Csv) => Format::Csv,
            Some(FormatName::Json) => Format::Json,
            Some(FormatName::Md) => Format::Markdown,
            None if !terminal => Format::Csv,
            Some(FormatName::Table) | None => Format::Text(width()),
        }
    }

    /// Whether somebody chose a format, for commands that answer with nothing but their exit status otherwise.
    pub(super) fn is_chosen(&self) -> bool {
        self.format.is_some()
    }

    /// Whether the answer is for reading, so that a sum below it helps.
    pub(super) fn is_for_reading(&self) -> bool {
        matches!(self.chosen(), Format::Text(_))
    }

    /// Whether the answer is to be a page of Markdown.
    pub(super) fn is_markdown(&self) -> bool {
        self.chosen() == Format::Markdown
    }

    /// Writes an answer.
    pub(super) fn print(&self, table: &Table) -> Done {
        write(table.write(self.chosen()).as_bytes())
    }
}

/// Columns of the terminal that the answer goes to.
pub(super) fn width() -> usize {
    let width = std::io::stdout().is_terminal().then(terminal_size::terminal_size).flatten();
    width.map_or(USUAL_WIDTH, |(width, _)| usize::from(width.0))
}

/// Writes bytes to standard output. Who stops reading early (`| head`) has what they wanted.
pub(super) fn write(bytes: &[u8]) -> Done {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::NobodyReads),
        Err(error) => Err(Failure::Told(format!("the answer can't be written: {error}"))),
    }
}

/// Says something to whoever runs the command.
pub(super) fn say(message: &str) {
    // There is nobody left to tell where standard error is gone.
    let _ = writeln!(std::io::stderr(), "{message}");
}

/// Shows that something goes on, where there is a terminal to show it on, until it is dropped.
pub(super) fn progress(what: &str) -> Progress {
    let bar = ProgressBar::new_spinner();
    bar.set_message(what.to_owned());
    bar.enable_steady_tick(Duration::from_millis(100));
    Progress(bar)
}

/// What [`progress`] shows.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Shows something else.
    pub(super) fn say(&self, what: &str) {
        self.0.set_message(what.to_owned());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// The world that a question is asked of.
pub(super) enum Asked<'s> {
    Now(RwLockReadGuard<'s, World>),
    Then(Box<World>),
}

impl Deref for Asked<'_> {
    type Target = World;
    fn deref(&self) -> &World {
        match self {
            Asked::Now(world) => world,
            Asked::Then(world) => world,
        }
    }
}

impl AskArgs {
    /// The world as it is known, or was at the instant asked for.
    pub(super) fn world<'s>(&self, store: &'s Store) -> Result<Asked<'s>, Failure> {
        Ok(match self.known_at {
            Some(known_at) => Asked::Then(Box::new(store.world_known_at(known_at)?)),
            None => Asked::Now(store.world()?),
        })
    }

    /// The day asked for.
    pub(super) fn day(&self, world: &World) -> Day {
        self.as_of.unwrap_or_else(|| clock::today(world))
    }
}

impl Session {
    /// Opens the installation's ledger, for as long as the command runs.
    pub(super) fn open(&self) -> Result<Opened, Failure> {
        let _progress = progress("reading the ledger");
        Ok(Opened(self.installation.open()?))
    }
}

/// The ledger that a command works on; the process ends with the command.
pub(super) struct Opened(Store);

impl Deref for Opened {
    type Target = Store;
    fn deref(&self) -> &Store {
        &self.0
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.0.let_go();
    }
}

/// A count and what is counted, in the singular or plural.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count as u64), if count == 1 { one } else { many })
}

/// Writes a line to the log: standard error, with the time.
pub(crate) fn log(message: &str) {
    // One line a message, whatever somebody put into it.
    let line: String = message.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    say(&format!("{:.3} keepsharp: {line}", crate::clock::now()));
}
