//! `course check --run`: does every exercise do what it says? The starter works and is exploited, the solution works and holds, each wrong mend fails what it
//! names, all in a quarter of the time; and do the lessons' code examples parse? All of it in a headless Chromium, in the very frame that learners get.

mod bench;
#[cfg(test)]
mod browser;
mod chromium;
mod judge;

pub use bench::Bench;
pub use chromium::find_chromium;

use crate::runtime::runtime;
use chromium::Chromium;
use judge::{Outcome, Purpose, judge};
use keepsharp_course::exercise::{ExerciseFile, TextFile};
use keepsharp_course::finding::{Finding, Place};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a single run may take, a runtime of tens of megabytes included.
const PATIENCE: Duration = Duration::from_secs(150);
/// How often is looked whether Chromium is still there.
const LOOK: Duration = Duration::from_millis(500);
/// How many code examples are looked at in one run.
const AT_ONCE: usize = 40;

/// A code example of a lesson that is meant to parse by itself.
#[derive(Clone, Debug)]
pub struct Example {
    /// Where it stands.
    pub place: Place,
    /// Its language, as it stands behind the fence.
    pub language: String,
    /// The code.
    pub text: String,
}

/// Runs exercises and looks at code examples; gives what is wrong with them. `packs` is where runtime packs are kept, `tell` says what the person at the terminal
/// should know meanwhile.
///
/// # Errors
/// Where Chromium can't be started or does not answer.
pub fn run(
    exercises: &[ExerciseFile],
    examples: &[Example],
    packs: &Path,
    chromium: &Path,
    tell: &mut dyn FnMut(&str),
) -> Result<Vec<Finding>, String> {
    let mut findings = Vec::new();
    let mut plan = Plan::default();
    for exercise in exercises {
        match runtime(&exercise.runner).filter(|runtime| !runtime.is_ready(packs)) {
            Some(missing) => {
                let message =
                    format!("not run, since {} is not added here: keepsharp runtime add {}", missing.title, missing.id);
                findings.push(Finding::warning(&exercise.place("exercise.toml"), message));
            }
            None => plan.exercise(exercise),
        }
    }
    plan.examples(examples);
    let outcomes = if plan.jobs.is_empty() { Vec::new() } else { outcomes(&plan, packs, chromium, tell)? };
    findings.extend(judge(&plan.purposes, &outcomes));
    findings.sort();
    Ok(findings)
}

/// What is run, and why.
#[derive(Default)]
struct Plan<'a> {
    exercises: Vec<Value>,
    jobs: Vec<Value>,
    purposes: Vec<Purpose<'a>>,
}

impl<'a> Plan<'a> {
    fn exercise(&mut self, exercise: &'a ExerciseFile) {
        let number = self.exercises.len();
        self.exercises.push(exercise.learner_json());
        let mut add = |edited: &[TextFile], purpose| {
            let edited: serde_json::Map<String, Value> =
                edited.iter().map(|file| (file.name.clone(), Value::from(file.text.as_str()))).collect();
            self.jobs.push(json!({ "exercise": number, "edited": edited }));
            self.purposes.push(purpose);
        };
        add(&[], Purpose::Starter(exercise));
        add(&exercise.solution, Purpose::Solution(exercise));
        for (index, wrong) in exercise.wrong.iter().enumerate() {
            add(&wrong.files, Purpose::Wrong(exercise, index));
        }
    }

    /// Examples of one language go through the frame as an exercise whose tests are that they parse.
    fn examples(&mut self, examples: &'a [Example]) {
        for (languages, runner, end, test) in LANGUAGES {
            let ours: Vec<&Example> =
                examples.iter().filter(|example| languages.contains(&example.language.as_str())).collect();
            for some in ours.chunks(AT_ONCE) {
                let name = |at: usize| format!("{at}.{end}");
                let starter =
                    some.iter().enumerate().map(|(at, example)| json!({ "name": name(at), "text": example.text }));
                let tests = (0..some.len()).fold(String::new(), |mut tests, at| {
                    // Writing into a text does not fail.
                    let _ = writeln!(tests, "test(\"{at}\", () => {test}(\"{}\"));", name(at));
                    tests
                });
                let number = self.exercises.len();
                self.exercises.push(json!({
                    "runner": runner, "time_ms": 10_000, "memory_mb": 64, "edit": [], "wrong": [], "exploit": [],
                    "starter": starter.collect::<Vec<_>>(), "tests": [{ "name": "parses.js", "text": tests }],
                }));
                self.jobs.push(json!({ "exercise": number, "edited": {} }));
                self.purposes.push(Purpose::Examples(some.to_vec()));
            }
        }
    }
}

/// Which languages are looked at, by which runner, under which ending, and how. The others are left alone.
const LANGUAGES: [(&[&str], &str, &str, &str); 5] = [
    (&["js", "javascript", "mjs", "cjs"], "js", "js", "parses"),
    (&["json"], "js", "json", "parses"),
    (&["yaml", "yml", "k8s", "gitlab-ci"], "yaml", "yaml", "tree"),
    (&["dockerfile", "docker"], "dockerfile", "dockerfile", "tree"),
    (&["hcl", "terraform", "tf"], "hcl", "hcl", "tree"),
];

/// Lets a Chromium run the plan; what came of each job, in their order.
fn outcomes(plan: &Plan, packs: &Path, program: &Path, tell: &mut dyn FnMut(&str)) -> Result<Vec<Outcome>, String> {
    let jobs = json!({ "exercises": plan.exercises, "jobs": plan.jobs });
    let bench =
        Bench::start(Vec::new(), &jobs, packs).map_err(|error| format!("no server for the exercises: {error}"))?;
    let mut chromium = Chromium::open(program, &bench.address, tell)?;
    let mut outcomes: Vec<Outcome> = plan.jobs.iter().map(|_| Outcome::default()).collect();
    let mut since = Instant::now();
    loop {
        let Some(message) = bench.next(LOOK) else {
            if chromium.has_ended() {
                return Err(format!(
                    "{} ended before the exercises did; start it by hand to see why",
                    program.display()
                ));
            }
            if since.elapsed() > PATIENCE {
                return Err(format!("{} told nothing for {} seconds", program.display(), PATIENCE.as_secs()));
            }
            continue;
        };
        since = Instant::now();
        if let Some(why) = message.get("unable").and_then(Value::as_str).filter(|_| message.get("at").is_none()) {
            return Err(format!("the exercises could not be run: {why}"));
        }
        if message.get("done").is_some() {
            return Ok(outcomes);
        }
        let at = message.get("at").and_then(Value::as_u64).and_then(|at| usize::try_from(at).ok());
        if let Some(place) = at.and_then(|at| outcomes.get_mut(at)) {
            *place = serde_json::from_value(message).map_err(|error| format!("a result can't be read: {error}"))?;
        }
    }
}
