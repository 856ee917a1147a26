//! Does somebody with the pack's README, Python and openssl come to the same verdict, without anything of ours?
//!
//! Two strangers: the commands of README.txt, run by bash as they stand in the pack; and `tests/stranger/verify.py`, which follows its steps.
//! Skipped, and said so, where the tools are missing; `REQUIRE_STRANGER=1` makes that a failure.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]
#![expect(clippy::disallowed_methods, clippy::print_stderr, reason = "a test runs programs and says what it skips")]

mod pack_case;

use keepsharp_ledger::SigningKey;
use keepsharp_ledger::note::sign_note;
use keepsharp_ledger::pack::PackWriter;
use pack_case::{
    ORIGIN, contents, entry, fields, files, findings, key, lines, list_again, log, other_key, pack, part, sign_again,
    zip_of,
};
use serde_json::json;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn is_there(tools: &[&str]) -> bool {
    let missing: Vec<&&str> = tools
        .iter()
        .filter(|tool| !Command::new(tool).arg(version_of(tool)).output().is_ok_and(|done| done.status.success()))
        .collect();
    if missing.is_empty() {
        return true;
    }
    assert!(std::env::var("REQUIRE_STRANGER").as_deref() != Ok("1"), "{missing:?} are missing, and REQUIRE_STRANGER=1");
    eprintln!("skipped: {missing:?} are missing");
    false
}

fn version_of(tool: &str) -> &'static str {
    match tool {
        "openssl" => "version",
        "unzip" => "-v",
        _ => "--version",
    }
}

/// A program by others needs a file.
fn on_disk(zip: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pack.zip");
    std::fs::write(&path, zip).unwrap();
    (folder, path)
}

fn script(zip: &[u8], key: Option<&str>) -> Output {
    let (_folder, path) = on_disk(zip);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/stranger/verify.py");
    Command::new("python3").arg("-B").arg(script).arg(path).args(key).output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// What stands between lines of `~~~` in the README.
fn commands(readme: &str) -> String {
    let blocks: Vec<&str> = readme.split("~~~\n").skip(1).step_by(2).collect();
    assert!(blocks.len() >= 6, "{readme}");
    format!("set -euo pipefail\n{}", blocks.concat())
}

/// Unzips the pack with `unzip` and runs the commands of its README in it. The README itself is not trusted more than the rest: it is ours.
fn by_hand(zip: &[u8]) -> Output {
    let (folder, path) = on_disk(zip);
    let pack = folder.path().join("pack");
    let unzipped = Command::new("unzip").arg("-q").arg(&path).arg("-d").arg(&pack).output().unwrap();
    if !unzipped.status.success() {
        return unzipped;
    }
    let readme = String::from_utf8(contents(&crate::pack())[0].1.clone()).unwrap();
    Command::new("bash")
        .arg("-c")
        .arg(commands(&readme))
        .current_dir(&pack)
        .env("TMPDIR", folder.path())
        .output()
        .unwrap()
}

type Files = Vec<(String, Vec<u8>)>;

fn changed(change: impl FnOnce(&mut Files)) -> Vec<u8> {
    let mut files = contents(&pack());
    change(&mut files);
    zip_of(&files)
}

/// One of each kind of tampering, and the words by which a stranger names it.
fn tampered() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let replace = |files: &mut Files, name: &str, from: &str, to: &str| {
        let text = String::from_utf8(part(files, name).clone()).unwrap();
        assert!(text.contains(from), "{from}");
        *part(files, name) = text.replacen(from, to, 1).into_bytes();
    };
    // By somebody who has the ledger's key.
    let within = |change: &dyn Fn(&mut Files)| {
        changed(|files| {
            change(files);
            list_again(files);
            sign_again(files, &key());
        })
    };
    let lines_of = |files: &mut Files, change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let text = part(files, "facts.jsonl");
        let mut facts: Vec<Vec<u8>> = text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        change(&mut facts);
        *text = facts.concat();
    };
    vec![
        ("a table", changed(|files| replace(files, "population.csv", "k7,", "k8,")), "population.csv"),
        (
            "a table with its hash",
            changed(|files| {
                replace(files, "population.csv", "k7,", "k8,");
                list_again(files);
            }),
            "manifest.sig: signed over another manifest",
        ),
        ("the README", changed(|files| replace(files, "README.txt", "EVIDENCE", "evidence")), "README.txt"),
        ("a file more", changed(|files| files.insert(6, ("q.csv".to_owned(), Vec::new()))), "does not name: q.csv"),
        ("a file less", changed(|files| drop(files.remove(6))), "report.pdf is missing"),
        (
            "a fact's words",
            within(&|files| replace(files, "facts.jsonl", "\"k3\"", "\"k0\"")),
            "other facts than those of the checkpoint",
        ),
        (
            "a fact left out",
            within(&|files| lines_of(files, &|facts| drop(facts.remove(4)))),
            "fact 5 stands where fact 4 is due",
        ),
        (
            "two facts swapped",
            within(&|files| lines_of(files, &|facts| facts.swap(2, 7))),
            "fact 7 stands where fact 2 is due",
        ),
        (
            "the last fact left out",
            within(&|files| lines_of(files, &|facts| drop(facts.pop()))),
            "over 11 facts, and there are 10",
        ),
        (
            "a disclosure",
            within(&|files| replace(files, "disclosures.jsonl", "Ana 4", "Bea 4")),
            "fact 4 was recorded with another private part",
        ),
        (
            "a disclosure twice",
            within(&|files| {
                let line =
                    part(files, "disclosures.jsonl").split_inclusive(|b| *b == b'\n').next_back().unwrap().to_vec();
                part(files, "disclosures.jsonl").extend(line);
            }),
            "that of fact 10 is not in its place",
        ),
        (
            "a foreign checkpoint",
            within(&|files| {
                let signed = pack_case::checkpoint(part(files, "facts.jsonl")).sign(&other_key());
                *part(files, "checkpoint") = signed.into_bytes();
            }),
            "checkpoint: not signed by",
        ),
        (
            "a manifest signed by another",
            changed(|files| sign_again(files, &other_key())),
            "manifest.sig: not signed by",
        ),
    ]
}

#[test]
fn a_script_in_another_language_comes_to_the_same_verdict() {
    if !is_there(&["python3", "openssl"]) {
        return;
    }
    let key_text = key().verifier().to_string();
    for told_key in [None, Some(key_text.as_str())] {
        let output = script(&pack(), told_key);
        assert!(output.status.success(), "{}", told(&output));
        assert!(told(&output).contains("6 the 4 private parts are those that were recorded"), "{}", told(&output));
    }
    let other = script(&pack(), Some(&other_key().verifier().to_string()));
    assert_eq!(other.status.code(), Some(1));
    assert!(told(&other).contains("not one that this ledger was signed with"), "{}", told(&other));
    for (what, zip, words) in tampered() {
        assert!(!findings(&zip).is_empty(), "{what}: we ourselves found nothing");
        let output = script(&zip, Some(&key_text));
        assert_eq!(output.status.code(), Some(1), "{what}: {}", told(&output));
        assert!(told(&output).contains(words), "{what}: wanted {words:?} in {}", told(&output));
    }
}

#[test]
fn the_script_follows_announced_keys_too() {
    if !is_there(&["python3", "openssl"]) {
        return;
    }
    let made = |by: &SigningKey| {
        let (mut facts, shown) = log(&key());
        let new = other_key().verifier().to_string();
        let note = sign_note(&format!("{new}\n"), by);
        facts.push(entry(facts.len() as u64, "key.announced", json!({"key": new, "note": note})));
        let mut writer = PackWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files(&lines(&facts), &lines(&shown), &other_key()) {
            writer.add(&name, &bytes).unwrap();
        }
        writer.finish(fields(), &other_key()).unwrap().into_inner()
    };
    for told_key in [key(), other_key()] {
        let output = script(&made(&key()), Some(&told_key.verifier().to_string()));
        assert!(output.status.success(), "{}", told(&output));
    }
    let nobody = SigningKey::from_seed(ORIGIN, [9; 32]).unwrap();
    let output = script(&made(&nobody), Some(&key().verifier().to_string()));
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
}

#[test]
fn the_commands_of_the_readme_do_what_it_says() {
    if !is_there(&["python3", "openssl", "bash", "unzip", "sha256sum"]) {
        return;
    }
    let output = by_hand(&pack());
    let words = told(&output);
    assert!(output.status.success(), "{words}");
    for sign in [
        "Signature Verified Successfully",
        "and it is this manifest",
        "population.csv: OK",
        "and no other file",
        "11 facts, and the root is that of the checkpoint",
        "the private parts are those that were recorded",
    ] {
        assert!(words.contains(sign), "{sign:?} is not in {words}");
    }
    for (what, zip, _) in tampered() {
        let output = by_hand(&zip);
        assert!(!output.status.success(), "{what} was not found: {}", told(&output));
    }
}
