//! Another list of people beside the roster, as whoever types the command has it: what is answered, written, refused and
//! handed to an auditor.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

mod common;

use common::Keepsharp;
use std::io::Read;

const COMPARE: [&str; 7] = ["people", "compare", "list.csv", "--list", "code-host", "--on", "2024-02-01"];

/// E1 to E9 as the code host has them, two bots, and a name that a spreadsheet would take for a formula.
fn list() -> String {
    let rows = (1..=9).map(|number| format!("E{number}@Example.COM , e{number},Person E{number}\n"));
    let rows = rows.collect::<Vec<_>>().concat();
    format!(
        "email,username,name\n{rows}bot@example.com,bot,=cmd()\n,deploy,\"Deploy, \"\"prod\"\"\"\nmira@example.com,,\n"
    )
}

fn with_list(text: &str) -> Keepsharp {
    let keepsharp = Keepsharp::with_company();
    keepsharp.write("list.csv", text);
    keepsharp
}

#[test]
fn a_comparison_answers_with_who_differs_and_says_what_it_wrote() {
    let keepsharp = with_list(&list());
    let before = keepsharp.checkpoint();
    let tried = keepsharp.ok(&[&COMPARE[..], &["--dry-run"]].concat());
    assert_eq!(keepsharp.checkpoint(), before);
    assert!(tried.stderr.contains("nothing was written (--dry-run)"), "{}", tried.stderr);
    let done = keepsharp.ok(&COMPARE);
    for told in [
        "12 rows, 10 of them employed; 2 only in the list, 2 only in the roster",
        "2 in scope of a control",
        "3 facts written",
        "4 differences to explain",
    ] {
        assert!(done.stderr.contains(told), "{told}: {}", done.stderr);
    }
    let columns = ["only_in", "employee_id", "username", "name", "controls"];
    let found = done.columns(columns);
    assert_eq!(found, tried.columns(columns));
    assert_eq!(found[0], ["list", "", "deploy", "Deploy, \"prod\"", ""]);
    // A spreadsheet is not to take a name for a formula.
    assert_eq!(found[1], ["list", "", "bot", "'=cmd()", ""]);
    assert_eq!(found[2], ["roster", "E10", "e10", "Person E10", "TRN"]);
    // The same in another order of rows, and again: the same answer.
    let mut rows: Vec<String> = list().lines().map(str::to_owned).collect();
    rows[1..].reverse();
    keepsharp.write("list.csv", rows.join("\n"));
    assert_eq!(keepsharp.ok(&COMPARE).stdout, done.stdout);
    let again = keepsharp.ok(&COMPARE);
    assert!(again.stderr.contains("compared before and says the same") && again.stdout == done.stdout);
    let facts = keepsharp.facts("export");
    let kinds: Vec<&str> = facts.iter().rev().take(4).map(|fact| fact["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["list.compared", "list.compared", "stranger.met", "stranger.met"], "met once");
    let text = std::fs::read_to_string(keepsharp.path("export/facts.jsonl")).unwrap();
    for private in ["bot@", "deploy", "=cmd", "Person"] {
        assert!(!text.contains(private), "{private} stands in a fact");
    }
}

#[test]
fn a_list_with_a_mistake_is_refused_with_its_place_and_changes_nothing() {
    let keepsharp = with_list(&list());
    let before = keepsharp.checkpoint();
    let refused = |text: &str, more: &[&str], told: &str| {
        keepsharp.write("list.csv", text);
        let output = keepsharp.refused(&[&COMPARE[..], more].concat(), told);
        assert!(output.stderr.contains("nothing was written"), "{}", output.stderr);
        assert_eq!(keepsharp.checkpoint(), before);
    };
    for (text, told) in [
        (
            "email\ne1@example.com\nE1@example.com\n",
            "list.csv: line 3, column 1 (email): \"e1@example.com\" stands on line 2 already",
        ),
        (
            "email,name\ne1@example.com,\n,Nobody\n",
            "line 3, column 1 (email): the row has no employee_id, email or username",
        ),
        ("address\ne1@example.com\n", "line 1: there is no column employee_id, email or username"),
        ("email;name\ne1@example.com;x\n", "there is no column"),
        ("email\nnobody@example.com\n", "nobody of the list was employed on 2024-02-01 by its email"),
        ("email\n", "the file names nobody"),
        ("", "the file is empty"),
        ("email\ne1@example.com\0\n", "zero byte"),
    ] {
        refused(text, &[], told);
    }
    refused(&format!("email,name\ne1@example.com,{}\n", "x".repeat(5_000)), &[], "longer than 4000 characters");
    refused(&format!("email,name\ne1@example.com,{}\n", "x".repeat(10 << 20)), &[], "line 2: this line has");
    refused(&list(), &["--by", "employee_id"], "there is no column employee_id by which people could be matched");
    keepsharp.write("list.csv", list());
    for (name, on, told) in [
        ("Code Host", "2024-02-01", "is no name for a list"),
        ("code-host", "2023-12-31", "no roster holds on 2023-12-31"),
        ("code-host", "2199-01-01", "has not come yet"),
    ] {
        keepsharp.refused(&["people", "compare", "list.csv", "--list", name, "--on", on], told);
    }
    assert_eq!(keepsharp.checkpoint(), before);
}

#[test]
fn the_columns_of_the_settings_are_those_of_a_list_too() {
    let keepsharp = with_list("Mail,Login\ne1@example.com,e1\n");
    keepsharp.write("keepsharp.toml", "[columns]\nemail = \"Mail\"\n");
    let done = keepsharp.ok(&COMPARE);
    assert!(done.stderr.contains("column 2 (\"Login\") is not known and was ignored"), "{}", done.stderr);
    assert!(done.stderr.contains("by email: 1 row, 1 of them employed"), "{}", done.stderr);
}

#[test]
fn a_difference_is_explained_and_taken_back_by_command() {
    let keepsharp = with_list(&list());
    keepsharp.ok(&COMPARE);
    let explain = |who: &'static str, more: &[&'static str]| {
        [&["people", "explain", who, "--list", "code-host"][..], more].concat()
    };
    keepsharp.refused(&explain("bot", &["--because", "other"]), "say in a few words");
    keepsharp.refused(&explain("nobody", &["--because", "left"]), "neither the roster nor a list names \"nobody\"");
    keepsharp.refused(&explain("E1", &["--because", "left"]), "never differed");
    assert_eq!(keepsharp.run(&explain("bot", &[])).code, Some(2));
    keepsharp.ok(&explain("bot", &["--because", "not_a_person", "--reason", "tags releases"]));
    assert!(
        keepsharp
            .ok(&explain("BOT@example.com", &["--because", "not_a_person", "--reason", "tags releases"]))
            .stderr
            .contains("nothing changed")
    );
    keepsharp.ok(&explain("e10@example.com", &["--because", "no_account"]));
    let explained = || keepsharp.ok(&COMPARE).columns(["username", "explained"]);
    let found = explained();
    assert!(found.contains(&["bot".to_owned(), "not_a_person".to_owned()]), "{found:?}");
    assert!(found.contains(&["e10".to_owned(), "no_account".to_owned()]), "{found:?}");
    keepsharp.ok(&explain("bot", &["--take-back"]));
    keepsharp.refused(&explain("bot", &["--take-back"]), "no explanation to take back");
    assert!(explained().contains(&["bot".to_owned(), String::new()]));
}

const BUILD: [&str; 8] = ["evidence", "build", "--control", "TRN", "--from", "2024-01-01", "--to", "2024-12-31"];

fn file_of(keepsharp: &Keepsharp, pack: &str, name: &str) -> String {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(keepsharp.path(pack)).unwrap()).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_pack_has_both_tables_and_verifies_before_and_after_a_stranger_is_erased() {
    let keepsharp = with_list(&list());
    keepsharp.ok(&COMPARE);
    keepsharp.ok(&[
        "people",
        "explain",
        "bot",
        "--list",
        "code-host",
        "--because",
        "not_a_person",
        "--reason",
        "Ana keeps it",
    ]);
    let build = |names: &str, pack: &str| {
        keepsharp.ok(&[&BUILD[..], &["--names", names, "-o", pack]].concat());
        keepsharp.ok(&["evidence", "verify", pack]);
    };
    build("everybody", "named.zip");
    build("nobody", "unnamed.zip");
    let comparisons = file_of(&keepsharp, "named.zip", "comparisons.csv");
    assert_eq!(comparisons, file_of(&keepsharp, "unnamed.zip", "comparisons.csv"));
    assert!(comparisons.lines().nth(1).unwrap().ends_with(",12,10,2,2,2,3"), "{comparisons}");
    let named = file_of(&keepsharp, "named.zip", "differences.csv");
    let unnamed = file_of(&keepsharp, "unnamed.zip", "differences.csv");
    assert!(named.contains("bot@example.com,bot,,not_a_person,") && named.contains(",Ana keeps it"), "{named}");
    assert!(!unnamed.contains("bot@") && unnamed.contains("not_a_person") && !unnamed.contains("Ana"), "{unnamed}");
    assert_eq!(named.lines().count(), unnamed.lines().count());
    keepsharp.ok(&["erase", "bot@example.com"]);
    keepsharp.refused(&["erase", "bot@example.com"], "nobody has the id");
    build("everybody", "after.zip");
    keepsharp.ok(&["evidence", "verify", "named.zip"]);
    let after = file_of(&keepsharp, "after.zip", "differences.csv");
    assert!(
        !after.contains("bot@") && !after.contains("Ana keeps it") && after.lines().count() == named.lines().count()
    );
    keepsharp.ok(&["ledger", "verify"]);
    // Nothing of it is left in what is kept.
    for entry in std::fs::read_dir(keepsharp.data()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for secret in [&b"bot@example.com"[..], b"Ana keeps it"] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret));
        }
    }
}
