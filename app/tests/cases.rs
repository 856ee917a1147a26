//! Folders of files and what must come out of them, through the commands: the worked cases where they are at hand, and
//! the kept histories of the domain.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

mod common;

use common::{Keepsharp, rows};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Days and periods asked for in one history. Each is a process, and the domain's own tests ask for all of them.
const MOST_QUESTIONS: usize = 6;

fn files_of(folder: &Path, start: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> =
        files.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(start)).collect();
    found.sort();
    found
}

fn take_in(folder: &Path) -> Keepsharp {
    let keepsharp = Keepsharp::empty();
    for path in files_of(folder, "programme").iter().chain(&files_of(folder, "campaign")) {
        keepsharp.ok(&["apply", path.to_str().unwrap()]);
    }
    for path in files_of(folder, "roster-") {
        let on = path.file_stem().unwrap().to_str().unwrap().strip_prefix("roster-").unwrap();
        keepsharp.ok(&["people", "import", path.to_str().unwrap(), "--on", on, "--allow-mass-end"]);
    }
    for list in ["completions", "leaves", "exceptions", "attestations"] {
        let path = folder.join(format!("{list}.csv"));
        if path.exists() {
            keepsharp.ok(&[list, "import", path.to_str().unwrap()]);
        }
    }
    keepsharp
}

/// What is to be asked of a folder: the control, the campaign, and all that `queries.json` names beside the expected rows.
struct Questions {
    control: String,
    campaign: Option<String>,
    days: Vec<String>,
    periods: Vec<(String, String)>,
    most: usize,
}

fn questions(folder: &Path) -> Questions {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    if let Ok(queries) = std::fs::read_to_string(folder.join("queries.json")) {
        let queries: serde_json::Value = serde_json::from_str(&queries).unwrap();
        let periods = queries["periods"].as_array().unwrap();
        return Questions {
            control: text(&queries["control"]),
            campaign: Some(text(&queries["campaign"])),
            days: queries["as_of"].as_array().unwrap().iter().map(text).collect(),
            periods: periods.iter().map(|period| (text(&period[0]), text(&period[1]))).collect(),
            most: MOST_QUESTIONS,
        };
    }
    let first = |start: &str, list: &str| {
        let files = files_of(folder, start);
        let text = std::fs::read_to_string(files.first()?).unwrap();
        let table: toml::Table = text.parse().unwrap();
        Some(table.get(list)?[0]["id"].as_str().unwrap().to_owned())
    };
    Questions {
        control: first("programme", "controls").unwrap(),
        campaign: first("campaign", "campaigns"),
        days: Vec::new(),
        periods: Vec::new(),
        most: usize::MAX,
    }
}

fn expected(folder: &Path, name: &str) -> Option<Vec<BTreeMap<String, String>>> {
    std::fs::read(folder.join(name)).ok().map(|bytes| rows(&bytes))
}

fn check_status(folder: &Path, keepsharp: &Keepsharp, questions: &Questions) {
    let mut by_day: BTreeMap<String, Vec<BTreeMap<String, String>>> = BTreeMap::new();
    for row in expected(folder, "expected-status.csv").unwrap_or_default() {
        by_day.entry(row["as_of"].clone()).or_default().push(row);
    }
    for (day, expected) in by_day.into_iter().take(questions.most) {
        let status = ["status", "--control", &questions.control, "--as-of", &day, "--format", "csv"];
        let found: BTreeMap<String, BTreeMap<String, String>> =
            keepsharp.ok(&status).rows().into_iter().map(|row| (row["employee_id"].clone(), row)).collect();
        for row in expected {
            assert_eq!(found.get(&row["employee_id"]), Some(&row), "{} {day}", folder.display());
        }
    }
}

fn check_requirements(folder: &Path, keepsharp: &Keepsharp, questions: &Questions) {
    let Some(rows) = expected(folder, "expected-requirements.csv") else { return };
    let mut periods: BTreeMap<(String, String), Vec<[String; 5]>> = BTreeMap::new();
    periods.extend(questions.periods.iter().map(|period| (period.clone(), Vec::new())));
    let names = ["employee_id", "due", "outcome", "completed_on", "course"];
    for row in rows {
        let period = (row["from"].clone(), row["to"].clone());
        periods.entry(period).or_default().push(names.map(|name| row[name].clone()));
    }
    for ((from, to), expected) in periods.into_iter().take(questions.most) {
        let found = keepsharp.ok(&[
            "requirements",
            "--control",
            &questions.control,
            "--from",
            &from,
            "--to",
            &to,
            "--format",
            "csv",
        ]);
        assert_eq!(found.columns(names), expected, "{} {from} to {to}", folder.display());
    }
}

fn check_table(folder: &Path, keepsharp: &Keepsharp, questions: &Questions, name: &str, published: &[&str]) {
    let Some(rows) = expected(folder, name) else { return };
    let campaign = questions.campaign.as_ref().unwrap();
    let mut days: BTreeMap<String, Vec<[String; 7]>> = BTreeMap::new();
    days.extend(questions.days.iter().map(|day| (day.clone(), Vec::new())));
    let names = ["as_of", "manager_id", "engineers", "away", "recorded", "attested", "taken"];
    for row in rows {
        days.entry(row["as_of"].clone()).or_default().push(names.map(|name| row[name].clone()));
    }
    for (day, expected) in days.into_iter().take(questions.most) {
        let args = ["table", "--campaign", campaign, "--as-of", &day, "--format", "csv"];
        let found = keepsharp.ok(&[&args, published].concat());
        assert_eq!(found.columns(names), expected, "{} {name} {day}", folder.display());
    }
}

fn check(folder: &Path) {
    let keepsharp = take_in(folder);
    let questions = questions(folder);
    check_status(folder, &keepsharp, &questions);
    check_requirements(folder, &keepsharp, &questions);
    check_table(folder, &keepsharp, &questions, "expected-table.csv", &[]);
    check_table(folder, &keepsharp, &questions, "expected-published.csv", &["--published"]);
    keepsharp.ok(&["ledger", "verify"]);
}

fn check_all(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    for folder in &folders {
        check(folder);
    }
    folders.len()
}

#[test]
fn the_worked_cases_come_out_of_the_commands_as_they_say() {
    check_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/cases"));
}

#[test]
fn kept_histories_come_out_of_the_commands_as_the_second_implementation_says() {
    let histories = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/tests/histories");
    assert!(check_all(&histories) > 0, "no kept history was found");
}
