//! How is an exercise's folder read, and what is wrong with it where?

use super::check::check;
use super::{Bytes, ExerciseFile, LARGEST_EXERCISE, LARGEST_FILE, MOST_FILES, TextFile, Wrong};
use crate::finding::{Finding, Place};
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::Spanned;

/// `exercise.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    id: String,
    title: String,
    runner: String,
    minutes: u32,
    #[serde(default = "first")]
    rev: u32,
    task: String,
    edit: Vec<String>,
    #[serde(default = "three_seconds")]
    time_ms: u32,
    #[serde(default = "sixty_four")]
    memory_mb: u32,
    #[serde(default)]
    hints: Vec<String>,
    #[serde(default)]
    wrong: Vec<Spanned<WrongSheet>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrongSheet {
    dir: String,
    fails: Vec<String>,
    says: String,
    matches: Option<String>,
}

fn first() -> u32 {
    1
}

fn three_seconds() -> u32 {
    3_000
}

fn sixty_four() -> u32 {
    64
}

/// The sheet's file.
pub(super) const SHEET: &str = "exercise.toml";

pub(super) fn read(folder: &str, files: &Bytes) -> Result<ExerciseFile, Vec<Finding>> {
    let mut reader = Reader { folder, files, findings: Vec::new() };
    reader.weigh();
    let Some((text, sheet)) = reader.sheet() else { return Err(reader.findings) };
    let lines =
        sheet.wrong.iter().map(|wrong| 1 + text.get(..wrong.span().start).unwrap_or_default().matches('\n').count());
    let lines: Vec<usize> = lines.collect();
    let wrong = sheet.wrong.into_iter().map(Spanned::into_inner).zip(lines);
    let wrong: Vec<Wrong> = wrong.map(|(wrong, line)| reader.wrong(wrong, line)).collect();
    reader.stray(&wrong);
    let mut exercise = ExerciseFile {
        folder: folder.to_owned(),
        id: sheet.id,
        title: sheet.title,
        runner: sheet.runner,
        minutes: sheet.minutes,
        rev: sheet.rev,
        task: sheet.task,
        edit: sheet.edit,
        time_ms: sheet.time_ms,
        memory_mb: sheet.memory_mb,
        hints: sheet.hints,
        wrong,
        starter: reader.texts("starter"),
        tests: reader.texts("tests"),
        exploit: reader.texts("exploit"),
        solution: reader.texts("solution"),
        warnings: Vec::new(),
    };
    let mut findings = reader.findings;
    exercise.warnings = check(&exercise, &text, &mut findings);
    findings.sort();
    if findings.is_empty() { Ok(exercise) } else { Err(findings) }
}

struct Reader<'a> {
    folder: &'a str,
    files: &'a Bytes<'a>,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn place(&self, file: &str) -> Place {
        Place::file(format!("{}/{file}", self.folder))
    }

    fn tell(&mut self, file: &str, message: impl Into<String>) {
        let place = self.place(file);
        self.findings.push(Finding::error(&place, message));
    }

    /// Whether all of it is small enough to be carried to a browser.
    fn weigh(&mut self) {
        let all: usize = self.files.values().map(|bytes| bytes.len()).sum();
        if all > LARGEST_EXERCISE || self.files.len() > MOST_FILES {
            let message =
                format!("an exercise has at most {MOST_FILES} files and 512 KiB; leave out what nobody looks at");
            self.tell(SHEET, message);
        }
        let large: Vec<&str> =
            self.files.iter().filter(|(_, bytes)| bytes.len() > LARGEST_FILE).map(|(path, _)| *path).collect();
        for path in large {
            self.tell(path, "a file of an exercise has at most 64 KiB; leave out what nobody looks at");
        }
    }

    fn text(&mut self, path: &str) -> Option<String> {
        let bytes = *self.files.get(path)?;
        // What is too large was told, and need not be looked at.
        let bytes = if bytes.len() > LARGEST_FILE { &[] } else { bytes };
        let text = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok();
        let text = text.filter(|text| !text.contains('\0')).map(|text| text.replace("\r\n", "\n"));
        if text.is_none() {
            self.tell(path, "the file is not text in UTF-8; save it as UTF-8");
        }
        text
    }

    fn sheet(&mut self) -> Option<(String, Sheet)> {
        if !self.files.contains_key(SHEET) {
            self.tell(SHEET, "the exercise has no exercise.toml; docs/courses.md shows one");
        }
        let text = self.text(SHEET)?;
        match toml::from_str(&text) {
            Ok(sheet) => Some((text, sheet)),
            Err(error) => {
                let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
                let place = self.place(SHEET).at(1 + before.matches('\n').count());
                self.findings.push(Finding::error(&place, error.message()));
                None
            }
        }
    }

    /// The texts of a folder, in the order of their names.
    fn texts(&mut self, folder: &str) -> Vec<TextFile> {
        let below = |path: &&str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let paths: Vec<&str> = self.files.keys().copied().filter(below).collect();
        let mut texts = Vec::new();
        for path in paths {
            let name = path.get(folder.len() + 1..).unwrap_or_default();
            if !is_plain(name) {
                self.tell(
                    path,
                    "a path has names of letters, digits, dots, dashes and underscores, none beginning with a dot",
                );
            } else if let Some(text) = self.text(path) {
                texts.push(TextFile { name: name.to_owned(), text });
            }
        }
        texts
    }

    fn wrong(&mut self, wrong: WrongSheet, line: usize) -> Wrong {
        let name = wrong.dir.strip_prefix("wrong/").unwrap_or_default();
        let files = if is_plain(name) && !name.contains('/') {
            self.texts(&wrong.dir)
        } else {
            let place = self.place(SHEET).at(line);
            self.findings.push(Finding::error(
                &place,
                format!("{:?} is no folder of wrong mends; write dir = \"wrong/NAME\"", wrong.dir),
            ));
            Vec::new()
        };
        let fails: BTreeSet<String> = wrong.fails.iter().cloned().collect();
        Wrong { dir: wrong.dir, fails, says: wrong.says, matches: wrong.matches, files, line }
    }

    /// Files that stand where nobody looks for them: mostly a slip in a folder's name.
    fn stray(&mut self, wrong: &[Wrong]) {
        let known = ["starter/", "tests/", "exploit/", "solution/"];
        let paths: Vec<&str> = self.files.keys().copied().collect();
        for path in paths {
            let is_wrong =
                || wrong.iter().any(|wrong| path.strip_prefix(&wrong.dir).is_some_and(|rest| rest.starts_with('/')));
            if path == SHEET || known.iter().any(|folder| path.starts_with(folder)) || is_wrong() {
                continue;
            }
            let mend = if path.starts_with("wrong/") {
                "no [[wrong]] of exercise.toml names its folder"
            } else {
                "it is no part of an exercise"
            };
            self.tell(
                path,
                format!("{mend}; there are starter/, tests/, exploit/, solution/ and the folders that [[wrong]] names"),
            );
        }
    }
}

/// Whether a path leads nowhere else.
fn is_plain(path: &str) -> bool {
    let name = |name: &str| {
        !name.is_empty() && !name.starts_with('.') && name.chars().all(|c| c.is_alphanumeric() || "._-".contains(c))
    };
    path.len() <= 200 && path.split('/').all(name)
}
