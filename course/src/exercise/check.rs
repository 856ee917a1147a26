//! Does what an exercise says of itself fit together, as far as reading it tells?

use super::read::SHEET;
use super::{ExerciseFile, RUNNERS, TestKind, TextFile, Wrong};
use crate::finding::{Finding, Place};
use regex::Regex;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

/// Longest pattern of a wrong mend, in characters.
const LONGEST_PATTERN: usize = 200;
/// Longest text of a task, in characters.
const LONGEST_TASK: usize = 4_000;
/// Longest hint or explanation, in characters.
const LONGEST_SAYING: usize = 600;

/// Looks at all of it; gives the warnings.
pub(super) fn check(exercise: &ExerciseFile, sheet: &str, findings: &mut Vec<Finding>) -> Vec<Finding> {
    let mut look = Look { exercise, sheet, findings, warnings: Vec::new() };
    look.words();
    look.bounds();
    look.folders();
    for wrong in &exercise.wrong {
        look.wrong(wrong);
    }
    look.told_apart();
    look.warnings
}

/// The names of tests and attacks as they are written.
pub(super) fn names(tests: &[TextFile], exploit: &[TextFile]) -> Vec<(TestKind, String)> {
    static WRITTEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?m)\b(test|exploit)\(\s*(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`([^`$]*)`)"#).ok()
    });
    let of = |file: &TextFile, word: &str, kind| {
        let all = WRITTEN.iter().flat_map(|pattern| pattern.captures_iter(&file.text));
        let ours = all.filter(|found| found.get(1).is_some_and(|found| found.as_str() == word));
        let name =
            |found: regex::Captures| (2..=4).find_map(|group| found.get(group)).map(|name| unescaped(name.as_str()));
        ours.filter_map(name).map(|name| (kind, name)).collect::<Vec<_>>()
    };
    let uses = tests.iter().flat_map(|file| of(file, "test", TestKind::Use));
    uses.chain(exploit.iter().flat_map(|file| of(file, "exploit", TestKind::Exploit))).collect()
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        plain.push(if sign == '\\' { signs.next().unwrap_or('\\') } else { sign });
    }
    plain
}

struct Look<'a> {
    exercise: &'a ExerciseFile,
    sheet: &'a str,
    findings: &'a mut Vec<Finding>,
    warnings: Vec<Finding>,
}

impl Look<'_> {
    /// Where a key of the sheet stands.
    fn at(&self, key: &str) -> Place {
        let is_key =
            |line: &str| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
        let line = self.sheet.lines().position(is_key).map_or(0, |line| line + 1);
        self.exercise.place(SHEET).at(line)
    }

    fn tell(&mut self, place: &Place, message: impl Into<String>) {
        self.findings.push(Finding::error(place, message));
    }

    fn words(&mut self) {
        let exercise = self.exercise;
        let is_id = exercise.id.len() <= 80
            && exercise.id.starts_with(|c: char| c.is_ascii_lowercase())
            && exercise.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c));
        if !is_id {
            self.tell(
                &self.at("id"),
                "an id begins with a small letter and has small letters, digits, dots and dashes, as \"ac.scope.lab\"",
            );
        }
        if !RUNNERS.iter().any(|(runner, _)| *runner == exercise.runner) {
            let all: Vec<&str> = RUNNERS.iter().map(|(runner, _)| *runner).collect();
            self.tell(
                &self.at("runner"),
                format!("{:?} runs nothing; write one of {}", exercise.runner, all.join(", ")),
            );
        }
        let long = |text: &str, most| text.trim().is_empty() || text.chars().count() > most;
        if long(&exercise.title, 120) {
            self.tell(&self.at("title"), "a title has 1 to 120 characters");
        }
        if long(&exercise.task, LONGEST_TASK) {
            self.tell(&self.at("task"), format!("the task says what to do, in 1 to {LONGEST_TASK} characters"));
        }
        if exercise.hints.len() > 5 || exercise.hints.iter().any(|hint| long(hint, LONGEST_SAYING)) {
            self.tell(
                &self.at("hints"),
                format!("there are at most 5 hints of 1 to {LONGEST_SAYING} characters; three are a good number"),
            );
        }
        if exercise.hints.is_empty() {
            self.warnings.push(Finding::warning(
                &self.at("hints"),
                "there is no hint; write three, each saying more than the one before",
            ));
        }
    }

    fn bounds(&mut self) {
        let exercise = self.exercise;
        let bounds: [(&str, u32, RangeInclusive<u32>); 4] = [
            ("minutes", exercise.minutes, 1..=60),
            ("rev", exercise.rev, 1..=10_000),
            ("time_ms", exercise.time_ms, 100..=10_000),
            ("memory_mb", exercise.memory_mb, 16..=256),
        ];
        for (key, value, bounds) in bounds {
            if !bounds.contains(&value) {
                self.tell(&self.at(key), format!("{key} is {value}; it can be {} to {}", bounds.start(), bounds.end()));
            }
        }
    }

    fn folders(&mut self) {
        let exercise = self.exercise;
        let parts = [
            ("starter", &exercise.starter),
            ("tests", &exercise.tests),
            ("exploit", &exercise.exploit),
            ("solution", &exercise.solution),
        ];
        for (folder, files) in parts {
            if files.is_empty() {
                self.tell(&exercise.place(folder), format!("{folder}/ has no file"));
            }
        }
        if exercise.edit.is_empty() {
            self.tell(&self.at("edit"), "edit names at least one file of starter/ that the learner changes");
        }
        let mut seen = BTreeSet::new();
        for name in &exercise.edit {
            if !exercise.starter.iter().any(|file| file.name == *name) {
                self.tell(&self.at("edit"), format!("starter/{name} is not there"));
            } else if !seen.insert(name) {
                self.tell(&self.at("edit"), format!("{name} stands here twice"));
            }
        }
        let end = RUNNERS.iter().find(|(runner, _)| *runner == exercise.runner).map_or("", |(_, end)| *end);
        for (folder, files) in [("tests", &exercise.tests), ("exploit", &exercise.exploit)] {
            for file in files.iter().filter(|file| !end.is_empty() && !file.name.ends_with(&format!(".{end}"))) {
                self.tell(
                    &exercise.place(&format!("{folder}/{}", file.name)),
                    format!("tests of {} are files that end in .{end}", exercise.runner),
                );
            }
        }
        self.mends("solution", &exercise.solution);
        self.names();
    }

    /// What changes files changes those that the learner can change, and really does.
    fn mends(&mut self, folder: &str, files: &[TextFile]) {
        for file in files {
            let place = self.exercise.place(&format!("{folder}/{}", file.name));
            if !self.exercise.edit.contains(&file.name) {
                self.tell(&place, "a learner can't change this file; name it in edit, or leave it out here");
            } else if self.exercise.starter.contains(file) {
                self.tell(&place, "this is the starter's, unchanged; leave it out here, or change it");
            }
        }
    }

    fn names(&mut self) {
        let mut seen = BTreeSet::new();
        let exercise = self.exercise;
        let names = exercise.names();
        for (kind, name) in &names {
            let folder = if *kind == TestKind::Use { "tests" } else { "exploit" };
            if !seen.insert((*kind, name.clone())) {
                self.tell(&exercise.place(folder), format!("two are called {name:?}; give each a name of its own"));
            }
        }
        let named = |kind| names.iter().any(|(found, _)| *found == kind);
        for (kind, folder, call) in [(TestKind::Use, "tests", "test"), (TestKind::Exploit, "exploit", "exploit")] {
            let files = if kind == TestKind::Use { &exercise.tests } else { &exercise.exploit };
            if !files.is_empty() && !named(kind) {
                self.tell(&exercise.place(folder), format!("nothing in it begins with {call}(\"a name in quotes\""));
            }
        }
    }

    fn wrong(&mut self, wrong: &Wrong) {
        let place = self.exercise.place(SHEET).at(wrong.line);
        if wrong.files.is_empty() {
            self.tell(&place, format!("{}/ has no file", wrong.dir));
        }
        self.mends(&wrong.dir, &wrong.files);
        if wrong.says.trim().is_empty() || wrong.says.chars().count() > LONGEST_SAYING {
            self.tell(&place, format!("says tells why it is wrong, in 1 to {LONGEST_SAYING} characters"));
        }
        if wrong.fails.is_empty() {
            self.tell(&place, "a wrong mend fails at least one test; name it in fails");
        }
        let written: BTreeSet<String> =
            self.exercise.names().iter().map(|(kind, name)| format!("{}: {name}", kind.word())).collect();
        for name in wrong.fails.difference(&written) {
            self.tell(
                &place,
                format!(
                    "{name:?} is no test; write \"use: NAME\" or \"exploit: NAME\" with the name in tests/ or exploit/"
                ),
            );
        }
        if let Some(pattern) = &wrong.matches {
            self.pattern(wrong, pattern, &place);
        }
    }

    /// A pattern is read by browsers too, so it keeps to what both understand.
    fn pattern(&mut self, wrong: &Wrong, pattern: &str, place: &Place) {
        if pattern.chars().count() > LONGEST_PATTERN {
            return self.tell(place, format!("a pattern has at most {LONGEST_PATTERN} characters"));
        }
        if pattern.contains("(?") && pattern.matches("(?").count() != pattern.matches("(?:").count()
            || ["\\A", "\\z", "[[:", "&&"].iter().any(|only_here| pattern.contains(only_here))
        {
            return self.tell(place, "matches keeps to what every browser reads: of groups that begin with (? only (?:…), no \\A, \\z or [[:…:]]");
        }
        if let Some(escaped) = escaped_for_nothing(pattern) {
            let message = format!("browsers take no \\{escaped} in a pattern; write {escaped} alone");
            return self.tell(place, message);
        }
        match Regex::new(&format!("(?m){pattern}")) {
            Err(error) => {
                let why = error.to_string();
                let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                self.tell(place, format!("matches is no pattern: {why}"));
            }
            Ok(found) if !found.is_match(&self.exercise.edited_with(&wrong.files)) => {
                self.tell(place, format!("matches is not found in {}", wrong.dir));
            }
            Ok(_) => {}
        }
    }

    /// Each wrong mend can be told from the others by what fails, or by a pattern.
    fn told_apart(&mut self) {
        let exercise = self.exercise;
        if exercise.wrong.len() < 2 {
            self.tell(
                &self.at("edit").at(0),
                "there are at least two [[wrong]]: mends that people really try, and why they are none",
            );
        }
        for (index, wrong) in exercise.wrong.iter().enumerate() {
            let place = exercise.place(SHEET).at(wrong.line);
            let others: Vec<&Wrong> =
                exercise.wrong.iter().skip(index + 1).filter(|other| other.fails == wrong.fails).collect();
            for other in others {
                if exercise.wrong.iter().filter(|one| one.dir == other.dir).count() > 1 {
                    self.tell(&place, format!("{} stands here twice", wrong.dir));
                } else if wrong.matches.is_none() || other.matches.is_none() {
                    let message = format!(
                        "{} and {} fail the same tests; tell them apart by matches in both, or by a further test",
                        wrong.dir, other.dir
                    );
                    self.tell(&place, message);
                }
            }
        }
    }
}

/// A character behind a backslash that needs none: Rust's `regex` lets it pass, browsers refuse the whole pattern (ECMA-262, `IdentityEscape` with the
/// flag `u`).
fn escaped_for_nothing(pattern: &str) -> Option<char> {
    let mut characters = pattern.chars();
    let mut is_class = false;
    while let Some(character) = characters.next() {
        match character {
            '[' => is_class = true,
            ']' => is_class = false,
            '\\' => {
                let escaped = characters.next()?;
                let has_meaning = "^$\\.*+?()[]{}|/dDwWsSbBntrfv0xupP".contains(escaped) || is_class && escaped == '-';
                if !has_meaning {
                    return Some(escaped);
                }
            }
            _ => {}
        }
    }
    None
}
