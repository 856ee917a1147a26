//! An exercise as its author writes it: a folder with `exercise.toml`, what the learner begins with, tests, attacks, and what mends it.
//!
//! Nothing is run here. What a learner's browser is handed comes from [`ExerciseFile::learner_json`].

use crate::finding::{Finding, Place};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

mod check;
mod read;
#[cfg(test)]
mod tests;

/// What an exercise can be written in, and how its tests' files end.
pub const RUNNERS: [(&str, &str); 7] = [
    ("js", "js"),
    ("sql", "js"),
    ("yaml", "js"),
    ("dockerfile", "js"),
    ("hcl", "js"),
    ("ruby", "rb"),
    ("python", "py"),
];

/// What one file of an exercise may weigh, in bytes.
pub const LARGEST_FILE: usize = 64 << 10;
/// What all of an exercise may weigh, in bytes: its learner's page carries most of it.
pub const LARGEST_EXERCISE: usize = 512 << 10;
/// How many files an exercise may have.
pub const MOST_FILES: usize = 60;

/// A file of text, by its path from `starter/`, `tests/` and so on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TextFile {
    /// Its path from there.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

/// A mend that people really try, and why it is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Its folder, as `wrong/NAME`.
    pub dir: String,
    /// Exactly the tests that fail with it, as `use: NAME` and `exploit: NAME`.
    pub fails: BTreeSet<String>,
    /// Why it mends nothing, or breaks something.
    pub says: String,
    /// A pattern found in what was edited, where two wrong mends fail the same tests.
    pub matches: Option<String>,
    /// The files that differ from `starter/`.
    pub files: Vec<TextFile>,
    /// The line of `exercise.toml` that names it.
    pub line: usize,
}

/// Whether a test says that something works or that an attack fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TestKind {
    /// Something works.
    Use,
    /// An attack fails.
    Exploit,
}

impl TestKind {
    /// As it stands before a test's name in `fails`.
    pub fn word(self) -> &'static str {
        match self {
            TestKind::Use => "use",
            TestKind::Exploit => "exploit",
        }
    }
}

/// An exercise, read and found well-formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExerciseFile {
    /// Its folder, from the course's.
    pub folder: String,
    /// Its id, as lessons name it.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What runs it, one of [`RUNNERS`].
    pub runner: String,
    /// How long it takes.
    pub minutes: u32,
    /// Raised when its meaning changes.
    pub rev: u32,
    /// What is to be done, in Markdown.
    pub task: String,
    /// What the learner changes, of `starter`.
    pub edit: Vec<String>,
    /// How long a run may take, in milliseconds.
    pub time_ms: u32,
    /// How much memory it may take, in MB.
    pub memory_mb: u32,
    /// Hints, each saying more than the one before.
    pub hints: Vec<String>,
    /// Mends that people really try.
    pub wrong: Vec<Wrong>,
    /// What the learner begins with.
    pub starter: Vec<TextFile>,
    /// What must work.
    pub tests: Vec<TextFile>,
    /// What must fail.
    pub exploit: Vec<TextFile>,
    /// The files of `starter` that a mend changes, mended.
    pub solution: Vec<TextFile>,
    /// What is better otherwise, though it can be published so.
    pub warnings: Vec<Finding>,
}

impl ExerciseFile {
    /// Reads an exercise. `folder` is its path from the course's, for what is told; `files` its files by their path from `folder`.
    ///
    /// # Errors
    /// All that is wrong with it, by file and line.
    pub fn read<'a>(
        folder: &str,
        files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<ExerciseFile, Vec<Finding>> {
        read::read(folder, &files.into_iter().collect())
    }

    /// What stands in a file of its folder, for telling something about it.
    pub fn place(&self, file: &str) -> Place {
        Place::file(format!("{}/{file}", self.folder))
    }

    /// The names of its tests and attacks as they are written, for reading them where nothing runs.
    pub fn names(&self) -> Vec<(TestKind, String)> {
        check::names(&self.tests, &self.exploit)
    }

    /// What a learner's browser is handed: all but the solution and the wrong mends' text.
    pub fn learner_json(&self) -> Value {
        let wrong = |wrong: &Wrong| {
            let Wrong { fails, says, matches, .. } = wrong;
            json!({ "fails": fails, "says": says, "matches": matches })
        };
        json!({
            "id": self.id,
            "title": self.title,
            "runner": self.runner,
            "rev": self.rev,
            "edit": self.edit,
            "time_ms": self.time_ms,
            "memory_mb": self.memory_mb,
            "hints": self.hints,
            "starter": self.starter,
            "tests": self.tests,
            "exploit": self.exploit,
            "wrong": self.wrong.iter().map(wrong).collect::<Vec<_>>(),
        })
    }

    /// The solution, which is asked for by itself after two tries.
    pub fn solution_json(&self) -> Value {
        json!({ "solution": self.solution })
    }

    /// The texts of the edited files with `changed` in place of the starter's, one after another: where `matches` is looked for.
    pub fn edited_with(&self, changed: &[TextFile]) -> String {
        let of =
            |files: &[TextFile], name: &str| files.iter().find(|file| file.name == name).map(|file| file.text.clone());
        let text = |name: &String| of(changed, name).or_else(|| of(&self.starter, name)).unwrap_or_default();
        self.edit.iter().map(text).collect::<Vec<_>>().join("\n")
    }
}

/// Files by their path from the exercise's folder.
type Bytes<'a> = BTreeMap<&'a str, &'a [u8]>;
