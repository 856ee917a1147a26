//! Is what came of a run what the exercise says?

use super::Example;
use keepsharp_course::exercise::ExerciseFile;
use keepsharp_course::finding::{Finding, Place};
use serde::Deserialize;
use std::collections::BTreeSet;

/// Why something was run.
pub(super) enum Purpose<'a> {
    /// It works and is exploited.
    Starter(&'a ExerciseFile),
    /// It works and holds.
    Solution(&'a ExerciseFile),
    /// It fails what it says, by its number.
    Wrong(&'a ExerciseFile, usize),
    /// They parse.
    Examples(Vec<&'a Example>),
}

/// What came of a run.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Outcome {
    result: Option<Ran>,
    unable: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Ran {
    tests: Vec<Tested>,
    stopped: Option<String>,
    #[serde(default)]
    message: String,
    milliseconds: f64,
    #[serde(default)]
    matched: Vec<bool>,
}

#[derive(Debug, Deserialize)]
struct Tested {
    kind: String,
    name: String,
    holds: bool,
    says: String,
}

impl Tested {
    fn full_name(&self) -> String {
        format!("{}: {}", self.kind, self.name)
    }
}

impl Ran {
    fn failed(&self) -> BTreeSet<String> {
        self.tests.iter().filter(|test| !test.holds).map(Tested::full_name).collect()
    }
}

/// All that is wrong, run by run.
pub(super) fn judge(purposes: &[Purpose], outcomes: &[Outcome]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut starter_failed = BTreeSet::new();
    for (purpose, outcome) in purposes.iter().zip(outcomes) {
        let (place, what) = about(purpose);
        let ran = match (&outcome.result, &outcome.unable) {
            (Some(ran), _) => ran,
            (None, why) => {
                let why = why.as_deref().unwrap_or("nothing came back");
                findings.push(Finding::error(&place, format!("{what} could not be run: {why}")));
                continue;
            }
        };
        match purpose {
            Purpose::Examples(examples) => findings.extend(of_examples(examples, ran)),
            _ if ran.stopped.is_some() => findings.push(Finding::error(&place, format!("{what} {}", stopped(ran)))),
            Purpose::Starter(exercise) => {
                starter_failed = ran.failed();
                findings.extend(of_starter(exercise, ran));
                findings.extend(slow(exercise, ran, &what, &place));
            }
            Purpose::Solution(exercise) => {
                let open = ran.tests.iter().filter(|test| !test.holds);
                findings.extend(open.map(|test| {
                    Finding::error(&place, format!("the solution fails {:?}: {}", test.full_name(), test.says))
                }));
                findings.extend(slow(exercise, ran, &what, &place));
            }
            Purpose::Wrong(exercise, index) => {
                findings.extend(of_wrong(exercise, *index, ran, &starter_failed));
                findings.extend(slow(exercise, ran, &what, &place));
            }
        }
    }
    findings
}

/// Where something is told, and what it is called.
fn about(purpose: &Purpose) -> (Place, String) {
    match purpose {
        Purpose::Starter(exercise) => (exercise.place("starter"), "the starter".to_owned()),
        Purpose::Solution(exercise) => (exercise.place("solution"), "the solution".to_owned()),
        Purpose::Wrong(exercise, index) => {
            let wrong = exercise.wrong.get(*index);
            let place = exercise.place("exercise.toml").at(wrong.map_or(0, |wrong| wrong.line));
            (place, wrong.map_or_else(String::new, |wrong| wrong.dir.clone()))
        }
        Purpose::Examples(examples) => {
            (examples.first().map(|example| example.place.clone()).unwrap_or_default(), "the code examples".to_owned())
        }
    }
}

fn stopped(ran: &Ran) -> String {
    match ran.stopped.as_deref() {
        Some("time") => "was stopped when time was up: raise time_ms, or look for a loop without an end".to_owned(),
        Some("memory") => "was stopped when memory was full: raise memory_mb, or keep less".to_owned(),
        Some("output") => "was stopped when it had printed 64 KiB".to_owned(),
        _ => format!("can't be run: {}", ran.message),
    }
}

fn of_starter(exercise: &ExerciseFile, ran: &Ran) -> Vec<Finding> {
    let place = exercise.place("starter");
    let mut findings = Vec::new();
    for test in &ran.tests {
        match (test.kind.as_str(), test.holds) {
            ("use", false) => {
                findings
                    .push(Finding::error(&place, format!("the starter fails {:?}: {}", test.full_name(), test.says)));
            }
            ("exploit", true) => findings.push(Finding::error(
                &place,
                format!(
                    "the attack {:?} does not get through with the starter; there is nothing to mend. {}",
                    test.name, test.says
                ),
            )),
            _ => {}
        }
    }
    for kind in ["use", "exploit"] {
        if !ran.tests.iter().any(|test| test.kind == kind) {
            findings.push(Finding::error(&place, format!("no {kind} test ran")));
        }
    }
    findings
}

fn of_wrong(exercise: &ExerciseFile, index: usize, ran: &Ran, starter_failed: &BTreeSet<String>) -> Vec<Finding> {
    let Some(wrong) = exercise.wrong.get(index) else { return Vec::new() };
    let place = exercise.place("exercise.toml").at(wrong.line);
    let mut findings = Vec::new();
    let failed = ran.failed();
    if failed != wrong.fails {
        let list = |names: &BTreeSet<String>| {
            if names.is_empty() {
                "nothing".to_owned()
            } else {
                names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
            }
        };
        findings.push(Finding::error(
            &place,
            format!("{} fails {}; its fails says {}", wrong.dir, list(&failed), list(&wrong.fails)),
        ));
        return findings;
    }
    // The first one that fits is what a learner is told.
    let fits = |other: usize| {
        exercise.wrong.get(other).is_some_and(|one| {
            one.fails == failed && (one.matches.is_none() || ran.matched.get(other).copied().unwrap_or(false))
        })
    };
    if let Some(first) = (0..exercise.wrong.len()).find(|other| fits(*other)).filter(|first| *first != index) {
        let other = exercise.wrong.get(first).map_or("another", |one| one.dir.as_str());
        findings.push(Finding::error(
            &place,
            format!("{} is taken for {other}; make the matches of both tell them apart", wrong.dir),
        ));
    }
    if wrong.fails == *starter_failed && wrong.matches.is_none() {
        findings.push(Finding::error(
            &place,
            format!("{} fails what the untouched starter fails, so that says would be told to whoever changed nothing; give it matches, or add a test", wrong.dir),
        ));
    }
    findings
}

/// A learner's machine may be four times as slow as the author's.
fn slow(exercise: &ExerciseFile, ran: &Ran, what: &str, place: &Place) -> Option<Finding> {
    let quarter = f64::from(exercise.time_ms) / 4.0;
    (ran.milliseconds > quarter).then(|| {
        Finding::warning(
            place,
            format!(
                "{what} took {:.0} ms, more than a quarter of time_ms; slower machines may not finish",
                ran.milliseconds
            ),
        )
    })
}

fn of_examples(examples: &[&Example], ran: &Ran) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, example) in examples.iter().enumerate() {
        let name = at.to_string();
        match ran.tests.iter().find(|test| test.name == name) {
            Some(test) if test.holds => {}
            Some(test) => findings.push(Finding::error(
                &example.place,
                format!(
                    "this {} does not parse: {}. Mend it, or write fragment after its language",
                    example.language, test.says
                ),
            )),
            None => findings.push(Finding::warning(
                &example.place,
                format!("this {} was not looked at: {}", example.language, stopped(ran)),
            )),
        }
    }
    findings
}
