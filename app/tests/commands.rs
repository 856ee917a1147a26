//! What every command answers, where it answers, and with which exit status.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

mod common;

use common::{COMPLETIONS, Keepsharp, PROGRAMME, ROSTER, commands_in, company, developer};
use keepsharp_ledger::verify::check_opening;
use keepsharp_ledger::{Checkpoint, LogVerifier, canonical, seal};
use serde_json::Value;
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

const STATUS: [&str; 5] = ["status", "--control", "TRN", "--as-of", "2024-02-15"];

/// Words that stand in a roster about people, and so in no fact's open part.
const PRIVATE: [&str; 5] = ["Quillhammer", "ada.q@example.com", "adaquill", "worker-4711", "worker-4712"];

/// A company of two with conspicuous names: worker-4711, who manages, and worker-4712, who left on 1 February 2024.
fn with_people_to_forget() -> Keepsharp {
    let keepsharp = Keepsharp::empty();
    keepsharp.write("programme.toml", PROGRAMME);
    keepsharp.ok(&["apply", "programme.toml"]);
    let stays = "worker-4711,Bo Stays,bo@example.com,bo,Developer,,,\n";
    let leaves = "worker-4712,Ada Quillhammer,ada.q@example.com,adaquill,Developer,,worker-4711,\n";
    keepsharp.write("january.csv", format!("{ROSTER}{stays}{leaves}"));
    keepsharp.write("february.csv", format!("{ROSTER}{stays}"));
    keepsharp.ok(&["people", "import", "january.csv", "--on", "2024-01-01"]);
    keepsharp.ok(&["people", "import", "february.csv", "--on", "2024-02-01", "--allow-mass-end"]);
    keepsharp
}

fn import_completions(keepsharp: &Keepsharp, rows: &str) {
    keepsharp.write("completions.csv", format!("{COMPLETIONS}{rows}"));
    keepsharp.ok(&["completions", "import", "completions.csv"]);
}

#[test]
fn the_exit_status_tells_done_from_refused_from_wrong_usage() {
    let keepsharp = Keepsharp::with_company();
    for (code, args) in [
        (0, &["--version"][..]),
        (0, &["--help"]),
        (0, &STATUS),
        (1, &["status", "--control", "none"]),
        (1, &["ledger", "export", "."]),
        (2, &[]),
        (2, &["status"]),
        (2, &["dance"]),
        (2, &["status", "--control", "TRN", "--as-of", "yesterday"]),
        (2, &["status", "--control", "TRN", "--known-at", "yesterday"]),
        (2, &["status", "--control", "TRN", "--format", "pdf"]),
        (2, &["status", "--control", "TRN", "--only", "sleepy"]),
        (2, &["people", "import", "roster.csv"]),
    ] {
        let output = keepsharp.run(args);
        assert_eq!(output.code, Some(code), "{args:?}: {output:#?}");
        assert_eq!(output.stdout.is_empty(), code != 0, "{args:?}: {output:#?}");
        assert_eq!(output.stderr.is_empty(), code == 0, "{args:?}: {output:#?}");
    }
}

#[test]
fn answers_go_to_standard_output_and_messages_to_standard_error() {
    let keepsharp = Keepsharp::with_company();
    let table = keepsharp.ok(&[&STATUS[..], &["--format", "table"]].concat());
    assert!(table.stdout.starts_with("as_of ") && !table.stdout.contains("in scope:"), "{}", table.stdout);
    assert_eq!(
        table.stderr,
        "11 in scope: 0 of 11 current, 0 due, 11 overdue, 0 on leave, 0 excepted. The control does not hold.\n"
    );
    import_completions(&keepsharp, "E1,course,2024-01-02,completed\n");
    let import = keepsharp.ok(&["completions", "import", "completions.csv"]);
    assert_eq!((&*import.stdout, &*import.stderr), ("", "completions: 1 row, 0 new, 1 recorded before\n"));
}

#[test]
fn every_format_has_the_same_rows_and_a_pipe_gets_csv() {
    let keepsharp = Keepsharp::with_company();
    import_completions(&keepsharp, "E1,course,2024-01-02,completed\n");
    let asked = |format: &str| keepsharp.ok(&[&STATUS[..], &["--format", format]].concat());
    let csv = asked("csv");
    assert_eq!(csv.stdout, keepsharp.ok(&STATUS).stdout);
    assert!(csv.stdout.starts_with("as_of,employee_id,status,due,course\n"), "{}", csv.stdout);
    let rows = csv.rows();
    assert_eq!(rows.len(), 12);
    let json: Vec<BTreeMap<String, Value>> = serde_json::from_str(&asked("json").stdout).unwrap();
    let shown = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let from_json: Vec<BTreeMap<String, String>> =
        json.iter().map(|row| row.iter().map(|(name, value)| (name.clone(), shown(value))).collect()).collect();
    assert_eq!(from_json, rows);
    let markdown = asked("md").stdout;
    assert!(
        markdown.starts_with("| as_of | employee_id | status | due | course |\n| --- | --- | --- | --- | --- |\n"),
        "{markdown}"
    );
    assert!(markdown.contains("| 2024-02-15 | E1 | current | 2025-01-02 | refresher |"), "{markdown}");
    assert_eq!(markdown.lines().count(), 14);
    assert_eq!(asked("table").stdout.lines().count(), 14);
}

#[test]
fn taking_anything_in_twice_writes_nothing_the_second_time() {
    let keepsharp = Keepsharp::with_company();
    let lists = [
        ("completions", "employee_id,course,completed_on,strength\nE1,course,2024-01-02,completed\n"),
        ("leaves", "employee_id,from,to\nE2,2024-02-01,2024-03-01\nE3,2024-02-01,\n"),
        ("exceptions", "employee_id,control,from,to,reason,approved_by\nE4,TRN,2024-02-01,,sabbatical,Board\n"),
        ("attestations", "manager_id,campaign,count,on\nM1,round,3,2024-02-01\n"),
    ];
    for (list, text) in lists {
        let name = format!("{list}.csv");
        keepsharp.write(&name, text);
        keepsharp.ok(&[list, "import", &name]);
    }
    let before = keepsharp.checkpoint();
    for (list, _) in lists {
        let output = keepsharp.ok(&[list, "import", &format!("{list}.csv")]);
        assert!(output.stderr.contains(" 0 new, "), "{}", output.stderr);
    }
    let roster = keepsharp.ok(&["people", "import", "roster.csv", "--on", "2024-01-01"]);
    assert!(roster.stderr.contains("this roster was taken in before; nothing changed"), "{}", roster.stderr);
    assert_eq!(keepsharp.ok(&["apply", "programme.toml"]).stderr, "nothing changed\n");
    assert_eq!(keepsharp.checkpoint(), before);
}

#[test]
fn a_dry_run_shows_what_would_happen_and_writes_nothing() {
    let keepsharp = Keepsharp::with_company();
    let before = keepsharp.checkpoint();
    let changed = company()
        .replace(&developer("E1", "M1"), "")
        .replace("E2,Person E2,e2@example.com,e2,Developer", "E2,Person E2,e2@example.com,e2,Clerk");
    keepsharp.write("next.csv", changed + &developer("E12", "M1"));
    let output = keepsharp.ok(&["people", "import", "next.csv", "--on", "2024-02-01", "--dry-run"]);
    let found = output.columns(["change", "employee_id", "detail"]);
    let row = |change: &str, id: &str, detail: &str| [change, id, detail].map(str::to_owned);
    for expected in [
        row("joiner", "E12", "from 2024-02-01"),
        row("leaver", "E1", "no longer employed from 2024-02-01"),
        row("move", "E2", "\"Developer\" -> \"Clerk\""),
        row("becomes_due", "E12", "TRN by 2024-03-02"),
        row("out_of_scope", "E1", "TRN no longer applies"),
        row("out_of_scope", "E2", "TRN no longer applies"),
    ] {
        assert!(found.contains(&expected), "{expected:?} is not in {found:#?}");
    }
    assert_eq!(found.len(), 6, "{found:#?}");
    assert!(output.stderr.contains("nothing was written (--dry-run)"), "{}", output.stderr);
    keepsharp.write("completions.csv", format!("{COMPLETIONS}E1,course,2024-01-02,completed\n"));
    let list = keepsharp.ok(&["completions", "import", "completions.csv", "--dry-run"]);
    assert_eq!(list.stderr, "completions: 1 row, 1 new; nothing was written (--dry-run)\n");
    keepsharp.write("programme.toml", PROGRAMME.replace("title.contains(\"Developer\")", "true"));
    let applied = keepsharp.ok(&["apply", "programme.toml", "--dry-run"]);
    assert!(
        applied.stderr.contains("today this brings 1 person into scope and takes 0 people out"),
        "{}",
        applied.stderr
    );
    assert_eq!(keepsharp.checkpoint(), before);
}

#[test]
fn as_known_at_an_instant_the_answer_is_the_old_one_for_ever() {
    let keepsharp = Keepsharp::with_company();
    let old = keepsharp.ok(&STATUS).stdout;
    let known_at = keepsharp.facts("export").last().unwrap()["at"].as_str().unwrap().to_owned();
    std::thread::sleep(Duration::from_millis(20));
    import_completions(&keepsharp, "E1,course,2024-01-02,completed\n");
    keepsharp.write("leaves.csv", "employee_id,from,to\nE2,2024-01-15,\n");
    keepsharp.ok(&["leaves", "import", "leaves.csv"]);
    assert_ne!(keepsharp.ok(&STATUS).stdout, old);
    assert_eq!(keepsharp.ok(&[&STATUS[..], &["--known-at", &known_at]].concat()).stdout, old);
    let before_all = keepsharp.refused(&[&STATUS[..], &["--known-at", "2001-01-01T00:00:00Z"]].concat(), "no control");
    assert!(before_all.stderr.contains("\"TRN\""), "{}", before_all.stderr);
}

#[test]
fn scope_explain_says_what_each_part_of_the_rule_gave() {
    let keepsharp = Keepsharp::with_company();
    let explain = |id: &str| keepsharp.ok(&["scope", "explain", id, "--control", "TRN", "--as-of", "2024-02-15"]);
    let developer = explain("E1");
    assert_eq!(
        developer.columns(["part", "gave"]),
        [["employed on 2024-02-15", "true"], ["title.contains(\"Developer\")", "true"]]
            .map(|row| row.map(str::to_owned))
    );
    assert!(developer.stderr.contains("title \"Developer\""), "{}", developer.stderr);
    assert_eq!(explain("M1").columns(["gave"]), [["true".to_owned()], ["false".to_owned()]]);
    keepsharp.refused(&["scope", "explain", "E99", "--control", "TRN"], "nobody has the id \"E99\"");
}

#[test]
fn a_name_that_nothing_has_is_answered_with_those_there_are() {
    let keepsharp = Keepsharp::with_company();
    for command in [
        &["status", "--control", "TRM"][..],
        &["requirements", "--control", "TRM", "--from", "2024-01-01", "--to", "2024-12-31"],
        &["check", "--control", "TRM", "--max-overdue", "0"],
        &["scope", "explain", "E1", "--control", "TRM"],
    ] {
        keepsharp.refused(command, "there is no control \"TRM\": there is TRN");
    }
    keepsharp.refused(&["table", "--campaign", "square"], "there is no campaign \"square\": there is round");
    Keepsharp::empty().refused(&["status", "--control", "TRN"], "none is defined; apply a programme first");
}

#[test]
fn people_merged_are_one_with_the_history_of_both() {
    let keepsharp = Keepsharp::with_company();
    import_completions(&keepsharp, "E1,course,2024-01-02,completed\n");
    keepsharp.refused(&["people", "merge", "E1", "E99", "--reason", "one"], "no roster names \"E99\"");
    keepsharp.refused(&["people", "merge", "E1", "E2", "--reason", " "], "say why they are one person");
    let output = keepsharp.ok(&["people", "merge", "E1", "E2", "--reason", "a second account"]);
    assert_eq!(output.stderr, "E1 is E2 from now on, with the history of both\n");
    let status = keepsharp.ok(&STATUS).columns(["employee_id", "status"]);
    assert!(status.contains(&["E2", "current"].map(str::to_owned)), "{status:?}");
    assert!(!status.iter().any(|row| row[0] == "E1"), "{status:?}");
    keepsharp.refused(&["people", "merge", "E1", "E2", "--reason", "again"], "are one person already");
}

#[test]
fn what_cannot_be_right_in_a_roster_is_listed_until_it_is_mended() {
    let keepsharp = Keepsharp::with_company();
    let wrong = company()
        .replace(&developer("E1", "M1"), &developer("E1", "X404"))
        .replace(&developer("E2", "M1"), &developer("E2", "E3"))
        .replace(&developer("E3", "M1"), &developer("E3", "E2"))
        .replace("e4@example.com", "")
        .replace("e5@example.com", "e6@example.com");
    keepsharp.write("wrong.csv", wrong);
    keepsharp.ok(&["people", "import", "wrong.csv", "--on", "2024-02-01"]);
    let findings =
        |day: &str| keepsharp.ok(&["people", "findings", "--as-of", day]).columns(["finding", "employee_id"]);
    assert_eq!(
        findings("2024-02-01"),
        [["unknown_manager", "E1"], ["manager_cycle", "E2"], ["no_email", "E4"], ["likely_duplicate", "E5"]]
            .map(|row| row.map(str::to_owned))
    );
    keepsharp.ok(&["people", "import", "roster.csv", "--on", "2024-03-01"]);
    assert!(findings("2024-03-01").is_empty());
}

#[test]
fn check_fails_where_more_are_overdue_than_allowed() {
    let keepsharp = Keepsharp::with_company();
    import_completions(&keepsharp, "E1,course,2024-01-02,completed\nE2,course,2024-01-02,completed\n");
    let check = |day: &str, most: &str| {
        let output = keepsharp.run(&["check", "--control", "TRN", "--as-of", day, "--max-overdue", most]);
        assert_eq!(output.stdout, "");
        (output.code, output.stderr)
    };
    assert_eq!(check("2024-01-31", "0").0, Some(0), "the due day itself is on time");
    assert_eq!(check("2024-02-15", "9").0, Some(0));
    let (code, told) = check("2024-02-15", "8");
    assert_eq!(code, Some(1));
    assert!(told.contains("2 of 11 current") && told.contains("9 people are overdue, where 8 may be"), "{told}");
}

#[test]
fn settings_give_the_columns_their_own_names() {
    let keepsharp = Keepsharp::with_company();
    keepsharp.write("ours.toml", "[columns]\nemployee_id = \"Worker ID\"\ncompleted_on = \"Done\"\n");
    keepsharp.write("theirs.csv", "Done,Worker ID,course,strength\n2024-01-02,E1,course,completed\n");
    let told = "theirs.csv: line 1: there is no column employee_id";
    keepsharp.refused(&["completions", "import", "theirs.csv"], told);
    keepsharp.ok(&["--config", "ours.toml", "completions", "import", "theirs.csv"]);
    assert_eq!(
        keepsharp.ok(&[&STATUS[..], &["--only", "current"]].concat()).columns(["employee_id"]),
        [["E1".to_owned()]]
    );
    let told = "there is no column Worker ID (for employee_id)";
    keepsharp.write("ours.csv", format!("{COMPLETIONS}E1,course,2024-01-03,completed\n"));
    keepsharp.refused(&["--config", "ours.toml", "completions", "import", "ours.csv"], told);
    keepsharp.refused(&["--config", "none.toml", "ledger", "verify"], "none.toml: ");
}

#[test]
fn a_dash_reads_standard_input() {
    let keepsharp = Keepsharp::empty();
    assert_eq!(keepsharp.fed(&["apply", "-"], PROGRAMME).code, Some(0));
    assert_eq!(keepsharp.fed(&["people", "import", "-", "--on", "2024-01-01"], &company()).code, Some(0));
    let output =
        keepsharp.fed(&["completions", "import", "-"], &format!("{COMPLETIONS}E1,course,2024-01-02,completed\n"));
    assert_eq!((output.code, &*output.stderr), (Some(0), "completions: 1 row, 1 new\n"));
    let output =
        keepsharp.fed(&["completions", "import", "-"], &format!("{COMPLETIONS}E99,course,2024-01-02,completed\n"));
    assert_eq!(output.code, Some(1));
    assert!(output.stderr.contains("line 2, column 1"), "{}", output.stderr);
}

#[test]
fn shell_prints_a_script_that_completes_the_commands() {
    let keepsharp = Keepsharp::empty();
    for shell in ["bash", "zsh", "fish"] {
        let script = keepsharp.ok(&["shell", shell]).stdout;
        assert!(script.contains("keepsharp") && script.contains("requirements"), "{shell}");
    }
    assert!(!keepsharp.data().exists(), "a script needs no ledger");
}

/// The help of every command that does something, by its words.
fn helps(keepsharp: &Keepsharp, words: &[String]) -> Vec<(String, String)> {
    let args: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
    let help = keepsharp.ok(&args).stdout;
    let commands = commands_in(&help);
    if commands.is_empty() {
        return vec![(words.join(" "), help)];
    }
    commands.into_iter().flat_map(|command| helps(keepsharp, &[words, &[command]].concat())).collect()
}

#[test]
fn every_command_has_help_with_an_example() {
    let helps = helps(&Keepsharp::empty(), &[]);
    assert!(helps.len() > 20, "{helps:?}");
    // The help of doctor has a test of its own below.
    for (command, help) in helps.iter().filter(|(command, _)| command != "doctor") {
        assert!(help.contains("Example: keepsharp"), "no example in the help of {command}:\n{help}");
        let named = help.contains(&format!("Example: keepsharp {command}")) || help.contains(&format!(" {command} "));
        assert!(named, "the example of {command} shows another command:\n{help}");
    }
}

#[test]
fn doctor_has_help_with_an_example() {
    let help = Keepsharp::empty().ok(&["doctor", "--help"]).stdout;
    assert!(help.contains("Example: keepsharp doctor"), "{help}");
}

#[test]
fn a_name_that_a_spreadsheet_would_run_is_neutral_in_csv_and_exact_in_json() {
    let keepsharp = Keepsharp::empty();
    let formula = "=HYPERLINK(\"http://example.com\")";
    keepsharp.write("roster.csv", format!("{ROSTER}E1,\"{}\",,,Developer,,,\n", formula.replace('"', "\"\"")));
    keepsharp.ok(&["people", "import", "roster.csv", "--on", "2024-01-01"]);
    let csv = keepsharp.ok(&["people", "list", "--format", "csv"]).columns(["name"]);
    assert_eq!(csv, [[format!("'{formula}")]]);
    let json: Value = serde_json::from_str(&keepsharp.ok(&["people", "list", "--format", "json"]).stdout).unwrap();
    assert_eq!(json[0]["name"], formula);
}

fn lines(path: &Path) -> Vec<String> {
    std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn an_export_is_checked_with_nothing_but_itself_and_tells_no_name_in_its_facts() {
    let keepsharp = with_people_to_forget();
    keepsharp.ok(&["ledger", "export", "export"]);
    let export = keepsharp.path("export");
    let mut names: Vec<_> =
        std::fs::read_dir(&export).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["checkpoint", "disclosures.jsonl", "facts.jsonl", "public-key"]);
    let key = std::fs::read_to_string(export.join("public-key")).unwrap();
    assert_eq!(key, keepsharp.ok(&["ledger", "key"]).stdout);
    let note = std::fs::read_to_string(export.join("checkpoint")).unwrap();
    assert_eq!(note, keepsharp.checkpoint());
    let mut log = LogVerifier::new();
    let facts = lines(&export.join("facts.jsonl"));
    let entries: Vec<_> = facts.iter().map(|line| log.push(line.as_bytes()).unwrap()).collect();
    log.finish(&Checkpoint::open(&note, &[key.trim().parse().unwrap()]).unwrap()).unwrap();
    let disclosures = lines(&export.join("disclosures.jsonl"));
    for line in &disclosures {
        let told: Value = serde_json::from_str(line).unwrap();
        let part = serde_json::json!({ "salt": told["salt"], "value": told["value"] });
        let private = canonical::to_canonical(&part).unwrap();
        let entry = &entries[usize::try_from(told["seq"].as_u64().unwrap()).unwrap()];
        check_opening(entry, &private).unwrap();
        assert_eq!(entry.sealed.as_deref(), Some(&*seal::digest(&private)));
    }
    assert_eq!(disclosures.len(), entries.iter().filter(|entry| entry.sealed.is_some()).count());
    for word in PRIVATE {
        assert!(disclosures.iter().any(|line| line.contains(word)), "{word} is not disclosed");
        assert!(!facts.iter().any(|line| line.contains(word)), "{word} stands in a fact");
    }
    keepsharp.refused(&["ledger", "export", "export"], "export is there already; name a new folder");
}

#[test]
fn a_changed_byte_of_an_export_is_found() {
    let keepsharp = with_people_to_forget();
    keepsharp.ok(&["ledger", "export", "export"]);
    let facts = lines(&keepsharp.path("export/facts.jsonl"));
    let key = keepsharp.ok(&["ledger", "key"]).stdout;
    let checkpoint = Checkpoint::open(&keepsharp.checkpoint(), &[key.trim().parse().unwrap()]).unwrap();
    let mut log = LogVerifier::new();
    let whole =
        facts.iter().try_for_each(|line| log.push(line.replace("2024-02-01", "2024-02-02").as_bytes()).map(drop));
    assert!(whole.is_err() || log.finish(&checkpoint).is_err());
}

#[test]
fn the_ledger_of_today_is_shown_to_extend_an_older_one_and_no_other() {
    let keepsharp = Keepsharp::with_company();
    keepsharp.write("old.txt", keepsharp.checkpoint());
    import_completions(&keepsharp, "E1,course,2024-01-02,completed\n");
    let proof = keepsharp.ok(&["ledger", "prove", "--since", "old.txt"]);
    assert!(proof.stdout.starts_with(&keepsharp.checkpoint()), "{}", proof.stdout);
    assert!(proof.stdout.contains("Consistency proof from ") && proof.stderr.contains(" extend the "), "{proof:#?}");
    keepsharp.write("other.txt", Keepsharp::with_company().checkpoint());
    keepsharp.refused(&["ledger", "prove", "--since", "other.txt"], "other.txt: ");
    keepsharp.write("nonsense.txt", "nonsense");
    keepsharp.refused(&["ledger", "prove", "--since", "nonsense.txt"], "nonsense.txt: ");
    let verified = keepsharp.ok(&["ledger", "verify"]).stderr;
    assert!(verified.starts_with("the ledger is whole: "), "{verified}");
}

#[test]
fn the_signing_key_is_for_its_owner_only() {
    let keepsharp = Keepsharp::with_company();
    let metadata = std::fs::metadata(keepsharp.data().join("signing-key")).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    let mut files: Vec<String> = files_under(&keepsharp.data())
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .filter(|name| !name.starts_with("keepsharp.db-"))
        .collect();
    files.sort();
    assert_eq!(files, ["keepsharp.db", "signing-key"]);
}

#[test]
fn names_and_addresses_are_for_their_owner_only() {
    let keepsharp = Keepsharp::with_company();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o077;
    let open: Vec<PathBuf> = files_under(&keepsharp.data()).into_iter().filter(|path| mode(path) != 0).collect();
    assert!(mode(&keepsharp.data()) == 0 || open.is_empty(), "others can read {open:?}");
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// The files of the ledger that hold a word.
fn files_with(keepsharp: &Keepsharp, word: &str) -> Vec<PathBuf> {
    let holds = |path: &PathBuf| std::fs::read(path).unwrap().windows(word.len()).any(|bytes| bytes == word.as_bytes());
    files_under(&keepsharp.data()).into_iter().filter(holds).collect()
}

#[test]
fn who_is_erased_is_in_no_file_any_more_and_the_ledger_is_whole() {
    let keepsharp = with_people_to_forget();
    import_completions(&keepsharp, "worker-4712,course,2024-01-02,completed\n");
    let gone = ["Quillhammer", "ada.q@example.com", "adaquill", "worker-4712"];
    for word in gone {
        assert!(!files_with(&keepsharp, word).is_empty(), "{word} was never there");
    }
    let status = ["status", "--control", "TRN", "--as-of", "2024-01-15"];
    let before = keepsharp.ok(&status).columns(["status"]);
    keepsharp.refused(&["erase", "worker-4711"], "worker-4711 is still employed");
    keepsharp.refused(&["erase", "worker-9999"], "nobody has the id \"worker-9999\"");
    let output = keepsharp.ok(&["erase", "worker-4712"]);
    for word in gone {
        assert_eq!(files_with(&keepsharp, word), Vec::<PathBuf>::new(), "{word} is still there");
    }
    let id = output.stderr.split("knows them as ").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    let verified = keepsharp.ok(&["ledger", "verify"]).stderr;
    assert!(verified.contains("the ledger is whole") && !verified.contains(", 0 erased"), "{verified}");
    let after = keepsharp.ok(&status);
    assert!(after.columns(["employee_id", "status"]).contains(&[id.clone(), "current".to_owned()]), "{}", after.stdout);
    let sorted = |mut rows: Vec<[String; 1]>| {
        rows.sort();
        rows
    };
    assert_eq!(sorted(after.columns(["status"])), sorted(before), "a figure changed");
    let people = keepsharp.ok(&["people", "list", "--all"]).columns(["name", "id"]);
    assert!(people.contains(&[String::new(), id.clone()]), "{people:?}");
    keepsharp.refused(&["erase", "worker-4712"], "nobody has the id");
    keepsharp.refused(&["erase", &id], "erased already");
}

#[test]
fn a_backup_restored_elsewhere_gives_the_same_answers() {
    let keepsharp = Keepsharp::with_company();
    import_completions(&keepsharp, "E1,course,2024-01-02,completed\n");
    let output = keepsharp.ok(&["backup", "backup.zip"]);
    assert!(output.stderr.contains("the signing key is not in it"), "{}", output.stderr);
    keepsharp.refused(&["backup", "backup.zip"], "backup.zip is there already; name a new file");
    let restored = |args: &[&'static str]| [&["--data", "restored"], args].concat();
    let output = keepsharp.ok(&restored(&["restore", "backup.zip"]));
    assert!(output.stderr.contains("put the signing key back at restored/signing-key"), "{}", output.stderr);
    assert_eq!(keepsharp.ok(&restored(&STATUS)).stdout, keepsharp.ok(&STATUS).stdout);
    assert_eq!(keepsharp.ok(&restored(&["ledger", "checkpoint"])).stdout, keepsharp.checkpoint());
    keepsharp.ok(&restored(&["ledger", "verify"]));
    let told = "there is no signing key, so nothing can be written";
    keepsharp.write("more.csv", format!("{COMPLETIONS}E2,course,2024-01-02,completed\n"));
    keepsharp.refused(&restored(&["completions", "import", "more.csv"]), told);
    std::fs::copy(keepsharp.data().join("signing-key"), keepsharp.path("restored/signing-key")).unwrap();
    keepsharp.ok(&restored(&["completions", "import", "more.csv"]));
    keepsharp.ok(&restored(&["ledger", "verify"]));
    let before = keepsharp.checkpoint();
    keepsharp.refused(&["restore", "backup.zip"], "restore into an empty place");
    assert_eq!(keepsharp.checkpoint(), before);
}

#[test]
fn a_backup_that_cannot_be_written_names_its_file() {
    Keepsharp::with_company().refused(&["backup", "nowhere/backup.zip"], "nowhere/backup.zip: ");
}

#[test]
fn a_damaged_backup_is_refused_and_nothing_is_written() {
    let keepsharp = Keepsharp::with_company();
    keepsharp.ok(&["backup", "backup.zip"]);
    let whole = std::fs::read(keepsharp.path("backup.zip")).unwrap();
    let mut damaged: Vec<Vec<u8>> = vec![Vec::new(), b"no zip".to_vec(), whole[..whole.len() / 2].to_vec()];
    // All within the facts, which come first and are the most.
    for place in [whole.len() / 10, whole.len() / 7, whole.len() / 5] {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x55;
        damaged.push(bytes);
    }
    for bytes in damaged {
        keepsharp.write("damaged.zip", bytes);
        keepsharp.refused(&["--data", "new", "restore", "damaged.zip"], "keepsharp: damaged.zip: ");
        assert!(!keepsharp.path("new/keepsharp.db").exists());
    }
    keepsharp.ok(&["--data", "new", "restore", "backup.zip"]);
}

#[test]
fn a_ledger_that_lost_its_key_can_be_read_and_not_written() {
    let keepsharp = Keepsharp::with_company();
    let before = keepsharp.ok(&STATUS).stdout;
    let key = keepsharp.data().join("signing-key");
    std::fs::remove_file(&key).unwrap();
    assert_eq!(keepsharp.ok(&STATUS).stdout, before);
    keepsharp.ok(&["ledger", "verify"]);
    let checkpoint = keepsharp.checkpoint();
    keepsharp.write("more.csv", format!("{COMPLETIONS}E2,course,2024-01-02,completed\n"));
    let told = "there is no signing key, so nothing can be written. Put the ledger's key back";
    keepsharp.refused(&["completions", "import", "more.csv"], told);
    assert_eq!(keepsharp.checkpoint(), checkpoint);
    assert!(!key.exists(), "a second key was made");
}

#[test]
fn doctor_tells_well_from_ill() {
    let keepsharp = Keepsharp::with_company();
    let doctor = |code: i32| {
        let output = keepsharp.run(&["doctor"]);
        assert_eq!(output.code, Some(code), "{output:#?}");
        output.rows().into_iter().map(|row| (row["check"].clone(), row["state"].clone())).collect::<BTreeMap<_, _>>()
    };
    let well = doctor(0);
    assert!(!well.values().any(|state| state == "ill"), "{well:?}");
    assert_eq!((&*well["ledger"], &*well["signing key"], &*well["findings"]), ("well", "well", "well"));
    let key = keepsharp.data().join("signing-key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(doctor(1)["signing key"], "ill");
    std::fs::remove_file(&key).unwrap();
    assert_eq!(doctor(1)["signing key"], "ill");
    for file in files_under(&keepsharp.data()) {
        std::fs::write(file, "garbage").unwrap();
    }
    assert_eq!(doctor(1)["ledger"], "ill");
}

#[test]
fn the_demo_is_a_company_of_its_own_with_a_whole_ledger() {
    let keepsharp = Keepsharp::empty();
    let output = keepsharp.ok(&["demo", "--only-write", "--into", "demo"]);
    assert!(output.stdout.starts_with("manager,engineers,"), "{}", output.stdout);
    assert!(output.rows().len() > 5 && output.stderr.contains("a made-up company"), "{output:#?}");
    keepsharp.ok(&["--data", "demo", "ledger", "verify"]);
    keepsharp.refused(&["demo", "--only-write", "--into", "demo"], "demo is there already; name a new folder");
    assert!(!keepsharp.data().exists(), "the demo touched the installation");
}

#[test]
fn a_database_that_does_not_answer_is_told_of_without_its_password() {
    let keepsharp = Keepsharp::empty();
    let url = "postgres://keepsharp:hunter2@127.0.0.1:1/keepsharp";
    let output = keepsharp.refused(&["--database", url, "ledger", "verify"], "the database could not do it: ");
    assert!(!output.stderr.contains("hunter2"), "{}", output.stderr);
}

#[test]
fn who_writes_is_named_in_the_facts_and_an_address_is_no_name() {
    let keepsharp = Keepsharp::with_company();
    keepsharp.write("more.csv", format!("{COMPLETIONS}E2,course,2024-01-02,completed\n"));
    let told = "can't be an operator's name";
    for name in ["ada@example.com", "ada lovelace", ""] {
        keepsharp.refused(&["--operator", name, "completions", "import", "more.csv"], told);
    }
    keepsharp.ok(&["--operator", "ada", "completions", "import", "more.csv"]);
    let facts = keepsharp.facts("export");
    assert_eq!((&facts[1]["by"], &facts.last().unwrap()["by"]), (&"operator:tester".into(), &"operator:ada".into()));
}
