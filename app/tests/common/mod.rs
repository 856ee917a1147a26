//! The `keepsharp` command as whoever types it has it: a folder of its own, files in it, what comes out.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "shared by several test binaries, none of which uses all of it; a failed test is what a panic is for"
)]

pub(crate) mod serving;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The first line of a roster.
pub(crate) const ROSTER: &str = "employee_id,name,email,username,title,departments,manager_id,start_date\n";
/// The first line of a list of completions.
pub(crate) const COMPLETIONS: &str = "employee_id,course,completed_on,strength\n";
/// One control, for developers, once a year, and a round of asking.
pub(crate) const PROGRAMME: &str = r#"
[organisation]
name = "Example"
fiscal_year_starts = "01-01"
time_zone = "UTC"

[[controls]]
id = "TRN"
title = "Training"
cadence = { every_months = 12 }
courses = { full = "course", refresher = "refresher" }
scope = 'title.contains("Developer")'

[[campaigns]]
id = "round"
title = "Round"
control = "TRN"
opens = "2024-01-01"
closes = "2024-12-31"
counts_since = "2024-01-01"
objective = 0.9
"#;

/// One installation in a temporary folder, which is also where the commands run.
pub(crate) struct Keepsharp {
    pub(crate) folder: tempfile::TempDir,
}

/// What a command gave.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// Exit status; none where the process was killed.
    pub(crate) code: Option<i32>,
}

impl Output {
    pub(crate) fn of(output: &std::process::Output) -> Output {
        Output {
            stdout: String::from_utf8(output.stdout.clone()).unwrap(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
            code: output.status.code(),
        }
    }

    /// The rows of a CSV answer, each by column.
    pub(crate) fn rows(&self) -> Vec<BTreeMap<String, String>> {
        rows(self.stdout.as_bytes())
    }

    /// The given columns of a CSV answer.
    pub(crate) fn columns<const N: usize>(&self, names: [&str; N]) -> Vec<[String; N]> {
        self.rows().iter().map(|row| names.map(|name| row[name].clone())).collect()
    }
}

/// The rows of a CSV text, each by column.
pub(crate) fn rows(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(bytes).deserialize().map(|row| row.unwrap()).collect()
}

/// The command, in no environment but an author's name.
pub(crate) fn command(binary: &Path) -> Command {
    let mut command = Command::new(binary);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("KEEPSHARP_") {
            command.env_remove(name);
        }
    }
    command.env("USER", "tester").stdin(Stdio::null());
    command
}

impl Keepsharp {
    /// A place where nothing is yet.
    pub(crate) fn empty() -> Keepsharp {
        Keepsharp { folder: tempfile::tempdir().unwrap() }
    }

    /// A place that knows [`PROGRAMME`] and, since 1 January 2024, a manager M1 with developers E1 to E11.
    pub(crate) fn with_company() -> Keepsharp {
        let keepsharp = Keepsharp::empty();
        keepsharp.write("programme.toml", PROGRAMME);
        keepsharp.ok(&["apply", "programme.toml"]);
        keepsharp.write("roster.csv", company());
        keepsharp.ok(&["people", "import", "roster.csv", "--on", "2024-01-01"]);
        keepsharp
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where the ledger is kept.
    pub(crate) fn data(&self) -> PathBuf {
        self.path("keepsharp-data")
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = command(Path::new(env!("CARGO_BIN_EXE_keepsharp")));
        command.current_dir(self.folder.path()).args(args);
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        Output::of(&self.command(args).output().unwrap())
    }

    /// Runs a command that reads `input` from standard input.
    pub(crate) fn fed(&self, args: &[&str], input: &str) -> Output {
        let mut child =
            self.command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Output::of(&child.wait_with_output().unwrap())
    }

    /// Runs a command that must succeed.
    pub(crate) fn ok(&self, args: &[&str]) -> Output {
        let output = self.run(args);
        assert_eq!(output.code, Some(0), "keepsharp {args:?}: {output:#?}");
        output
    }

    /// Runs a command that must be refused, saying `told` and nothing on standard output.
    pub(crate) fn refused(&self, args: &[&str], told: &str) -> Output {
        let output = self.run(args);
        assert_eq!((output.code, &*output.stdout), (Some(1), ""), "keepsharp {args:?}: {output:#?}");
        assert!(output.stderr.contains(told), "keepsharp {args:?} does not say {told:?}: {}", output.stderr);
        assert!(!output.stderr.contains("panicked"), "keepsharp {args:?}: {}", output.stderr);
        output
    }

    /// The signed head, which changes with every fact.
    pub(crate) fn checkpoint(&self) -> String {
        self.ok(&["ledger", "checkpoint"]).stdout
    }

    /// The facts, exported into a new folder of this name.
    pub(crate) fn facts(&self, name: &str) -> Vec<serde_json::Value> {
        self.ok(&["ledger", "export", name]);
        let text = std::fs::read_to_string(self.path(name).join("facts.jsonl")).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// A roster: the manager M1 and developers E1 to E11.
pub(crate) fn company() -> String {
    let mut text = format!("{ROSTER}M1,Mira Chen,mira@example.com,mira,Manager,Development,,\n");
    for number in 1..=11 {
        text.push_str(&developer(&format!("E{number}"), "M1"));
    }
    text
}

/// A row of a roster.
pub(crate) fn developer(id: &str, manager: &str) -> String {
    let login = id.to_lowercase();
    format!("{id},Person {id},{login}@example.com,{login},Developer,Development,{manager},\n")
}

/// The commands that a help text lists, in order.
pub(crate) fn commands_in(help: &str) -> Vec<String> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}
