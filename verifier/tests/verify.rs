//! Is what the facts do not give found, even where it was signed with the right key?
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

mod made;

use keepsharp_ledger::SigningKey;
use keepsharp_verifier::{Verdict, VerifierKey, tell, verify};
use made::{Made, key};
use std::io::Cursor;
use std::process::Command;

fn zip(made: &Made) -> Vec<u8> {
    made.write(Cursor::new(Vec::new())).into_inner()
}

fn verdict(zip: &[u8]) -> Verdict {
    verify(Cursor::new(zip), Some(&key().verifier())).unwrap()
}

/// What is told of a pack that somebody who holds the key has changed something in.
fn told(change: impl FnOnce(&mut Made)) -> (bool, String) {
    let mut made = Made::of(60);
    change(&mut made);
    let verdict = verdict(&zip(&made));
    (verdict.is_sound(), tell(&Ok(verdict)))
}

#[track_caller]
fn assert_named(change: impl FnOnce(&mut Made), words: &[&str]) {
    let (is_sound, told) = told(change);
    assert!(!is_sound, "nothing was found; wanted {words:?}");
    for word in words {
        assert!(told.contains(word), "{word:?} is not in\n{told}");
    }
}

fn table<'m>(made: &'m mut Made, name: &str) -> &'m mut String {
    &mut made.tables.iter_mut().find(|(other, _)| other == name).unwrap().1
}

#[test]
fn a_true_pack_is_told_to_be_true_step_by_step() {
    let made = Made::of(60);
    let verdict = verdict(&zip(&made));
    let is_sound = verdict.is_sound();
    let tables: Vec<&String> = verdict.tables.same.keys().collect();
    assert_eq!(tables.len(), made.tables.len());
    assert!(verdict.tables.same["population.csv"] > 10, "{:?}", verdict.tables.same);
    assert!(verdict.tables.same["requirements.csv"] > 10, "{:?}", verdict.tables.same);
    let text = tell(&Ok(verdict));
    assert!(is_sound, "{text}");
    assert!(!text.contains("NOT OK"));
    for words in [
        "the pack brings the key you gave",
        "computed again from the facts, and the same: comparisons.csv (",
        "signed, and not computed again: report.pdf",
        "    keepsharp.example/ledger/measured\n",
        "signed by the ledger of the key",
    ] {
        assert!(text.contains(words), "{words:?} is not in\n{text}");
    }
}

#[test]
fn without_a_key_it_is_told_whose_key_the_pack_brings() {
    let text = tell(&verify(Cursor::new(zip(&Made::of(9))), None));
    assert!(text.contains("whose it is, nobody told"), "{text}");
    assert!(text.contains(&format!("It brings this one:\n\n    {}", key().verifier())), "{text}");
}

#[test]
fn another_key_is_told_as_such() {
    let other = SigningKey::from_seed(key().name(), [2; 32]).unwrap().verifier();
    let verdict = verify(Cursor::new(zip(&Made::of(9))), Some(&other)).unwrap();
    assert!(!verdict.is_sound());
    let text = tell(&Ok(verdict));
    assert!(text.contains("NOT OK  the zip: another key than the ledger was ever signed with"), "{text}");
}

#[test]
fn a_table_that_the_facts_do_not_give_is_shown_line_by_line() {
    let changed = |made: &mut Made| {
        let table = table(made, "requirements.csv");
        let line = table.lines().nth(3).unwrap().to_owned();
        *table = table.replacen(&line, &line.replace("2026", "2025"), 1);
        assert!(line.contains("2026"));
    };
    assert_named(
        changed,
        &["NOT OK  requirements.csv, line 4: not what the facts give", "in the pack:  ", "by the facts: "],
    );
    assert_named(
        |made| {
            let text = table(made, "population.csv");
            let last = text.trim_end().rfind('\n').unwrap();
            text.truncate(last + 1);
        },
        &["population.csv, line", "(nothing: the table has ended)"],
    );
    assert_named(
        |made| table(made, "population.csv").push_str("more\n"),
        &["in the pack:  more", "(nothing: the table has ended)"],
    );
    assert_named(
        |made| made.tables.retain(|(name, _)| name != "sample.csv"),
        &["sample.csv: it is missing, and the facts give it"],
    );
    assert_named(
        |made| made.tables.push(("invented.csv".to_owned(), "a\n".to_owned())),
        &["invented.csv: a table that the facts do not give"],
    );
}

#[test]
fn every_table_is_compared_to_its_last_byte() {
    let made = Made::of(60);
    for number in 0..made.tables.len() {
        for place in [0, made.tables[number].1.len() / 2, made.tables[number].1.len() - 1] {
            let mut made = Made {
                facts: made.facts.clone(),
                disclosures: made.disclosures.clone(),
                tables: made.tables.clone(),
                query: made.query.clone(),
                evidence: None,
            };
            let (name, text) = &mut made.tables[number];
            let place = text.floor_char_boundary(place);
            let other = if text[place..].starts_with('~') { "!" } else { "~" };
            let end = text.ceil_char_boundary(place + 1);
            text.replace_range(place..end, other);
            let name = name.clone();
            let verdict = verdict(&zip(&made));
            assert!(verdict.report.is_sound());
            assert_eq!(verdict.tables.wrong.len(), 1);
            assert!(verdict.tables.wrong[0].to_string().starts_with(&name), "{name}, byte {place}");
        }
    }
}

#[test]
fn facts_or_names_that_would_give_other_tables_are_found_by_the_tables() {
    // The whole ledger written anew with the key, a month's completions later, and the tables left as they were.
    let (from, to) = (
        "\"course\":\"secure-coding-refresher\",\"on\":\"2026-01-01\"",
        "\"course\":\"secure-coding-refresher\",\"on\":\"2026-02-01\"",
    );
    let rewrite = |made: &mut Made| {
        let text = String::from_utf8(made.facts.clone()).unwrap();
        assert!(text.contains(from));
        made.facts = text.replace(from, to).into_bytes();
    };
    assert_named(rewrite, &["completions.csv, line"]);
    assert_named(|made| made.disclosures.clear(), &["population.csv, line 2: not what the facts give"]);
    assert_named(|made| made.query.known_at = "2025-12-31T00:00:00Z".parse().unwrap(), &["not what the facts give"]);
    assert_named(|made| made.query.control = "nothing".into(), &["the facts give no tables: "]);
}

#[test]
fn facts_recorded_later_are_checked_and_not_folded() {
    // The last fact is of a kind that nobody knows, and came after the moment of knowledge.
    let unknown = |made: &mut Made| {
        let text = String::from_utf8(made.facts.clone()).unwrap();
        let line = text.trim_end().rfind('\n').unwrap() + 1;
        let last = &text[line..];
        let kind = last.split("\"type\":\"").nth(1).unwrap().split('"').next().unwrap();
        let changed = last.replace(&format!("\"type\":\"{kind}\""), "\"type\":\"person.flew\"");
        made.facts = [&text[..line], &changed].concat().into_bytes();
        made.make_sheets();
    };
    let (is_sound, text) = told(unknown);
    assert!(is_sound, "{text}");
    assert_named(
        |made| {
            unknown(made);
            made.query.known_at = "2027-01-01T00:00:00Z".parse().unwrap();
        },
        &["it is of a kind this program does not know (person.flew"],
    );
}

#[test]
fn the_command_says_so_by_its_exit_status() {
    let folder = std::env::temp_dir().join(format!("keepsharp-verify-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("pack.zip");
    let mut zip = zip(&Made::of(9));
    std::fs::write(&path, &zip).unwrap();
    let run = |arguments: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_keepsharp-verify")).args(arguments).output().unwrap();
        (
            done.status.code().unwrap(),
            String::from_utf8(done.stdout).unwrap() + &String::from_utf8(done.stderr).unwrap(),
        )
    };
    let path = path.to_str().unwrap();
    let key: VerifierKey = key().verifier();
    let (status, text) = run(&[path, "--key", &key.to_string()]);
    assert_eq!(status, 0, "{text}");
    assert!(text.contains("The pack is whole, true to its facts, and signed by the ledger of the key"), "{text}");
    assert_eq!(run(&[path]).0, 0);
    assert_eq!(run(&[&format!("--key={key}"), path]).0, 0);
    assert_eq!(run(&["--help"]).0, 0);
    for wrong in
        [&[][..], &[path, path], &[path, "--key"], &[path, "--key", "x"], &[path, "--kee", "x"], &["no/such/file"]]
    {
        assert_eq!(run(wrong).0, 2, "{wrong:?}");
    }
    let middle = zip.len() / 2;
    zip[middle] ^= 1;
    std::fs::write(path, &zip).unwrap();
    let (status, text) = run(&[path, "--key", &key.to_string()]);
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("NOT OK  "), "{text}");
    std::fs::remove_dir_all(folder).unwrap();
}
