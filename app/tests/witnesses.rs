//! What an auditor does with an old checkpoint, whatever carried it to them, and what stands in the list of witnesses.

mod common;

use common::{COMPLETIONS, Keepsharp, Output, command};
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

const PROVE: [&str; 4] = ["ledger", "prove", "--since", "old.txt"];

fn grow(keepsharp: &Keepsharp, day: &str) {
    keepsharp.write("more.csv", format!("{COMPLETIONS}E1,course,{day},completed\n"));
    keepsharp.ok(&["completions", "import", "more.csv"]);
}

#[test]
fn an_old_checkpoint_proves_the_same_whatever_carried_it() {
    let keepsharp = Keepsharp::with_company();
    let old = keepsharp.checkpoint();
    grow(&keepsharp, "2024-01-02");
    keepsharp.write("old.txt", &old);
    let proof = keepsharp.ok(&PROVE).stdout;
    let crlf = old.replace('\n', "\r\n");
    let utf_16: Vec<u8> = std::iter::once(0xfeff).chain(crlf.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let windows: Vec<u8> = crlf.chars().map(|c| u8::try_from(c).unwrap_or(0x97)).collect();
    let quoted = old.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n");
    let printable = old.replace('=', "=3D").replace('—', "=E2=80=94").replace("\n\n", "\n \n");
    let mail = format!(
        "From: k@x.example\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\nKeep this.\n\n{printable}\nThanks\n"
    );
    for carried in [
        crlf.clone().into_bytes(),
        utf_16,
        windows,
        quoted.into_bytes(),
        format!("# Checkpoint\n\n```text\n{old}```\n").into_bytes(),
        old.trim_end().as_bytes().to_vec(),
        mail.into_bytes(),
    ] {
        keepsharp.write("old.txt", &carried);
        assert_eq!(keepsharp.ok(&PROVE).stdout, proof, "{}", String::from_utf8_lossy(&carried));
    }
    let mut child = command(Path::new(env!("CARGO_BIN_EXE_keepsharp")))
        .args(["ledger", "prove", "--since", "-"])
        .current_dir(keepsharp.folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(crlf.as_bytes()).unwrap();
    assert_eq!(Output::of(&child.wait_with_output().unwrap()).stdout, proof);
}

#[test]
fn what_is_wrong_with_an_old_checkpoint_is_said() {
    let keepsharp = Keepsharp::with_company();
    let old = keepsharp.checkpoint();
    let size = old.lines().nth(1).unwrap();
    let cut = old.lines().take(3).collect::<Vec<_>>().join("\n");
    let other = Keepsharp::with_company().checkpoint();
    for (carried, told) in [
        (String::new(), "no whole checkpoint"),
        (cut, "no whole checkpoint"),
        (other.clone(), "of another ledger"),
        (old.replacen(&format!("\n{size}\n"), "\n1\n", 1), "the signature of"),
    ] {
        keepsharp.write("old.txt", carried);
        keepsharp.refused(&PROVE, told);
    }
    keepsharp.write("old.txt", format!("{other}\n{old}"));
    assert!(keepsharp.ok(&PROVE).stderr.contains("left out what is of another ledger"));
}

#[test]
fn a_file_out_of_reach_collects_checkpoints_and_all_are_proven_at_once() {
    let keepsharp = Keepsharp::with_company();
    let listed = || keepsharp.ok(&["ledger", "witnesses", "--format", "csv"]);
    assert!(listed().stderr.contains("nobody was given a checkpoint yet"));
    keepsharp.write(
        "keepsharp.toml",
        "public_url = \"https://k.example\"\n[witness]\nevery_hours = 0\nfile = \"old.txt\"\n",
    );
    for day in ["2024-01-02", "2024-01-03", "2024-01-04"] {
        grow(&keepsharp, day);
        // Who works is noted to the second.
        std::thread::sleep(std::time::Duration::from_millis(1100));
        let said = keepsharp.ok(&["sync"]).stderr;
        assert!(said.contains("The checkpoint for the witness' file: given"), "{said}");
    }
    let rows = listed().columns(["kind", "name", "witnessed_at"]);
    assert_eq!(rows, vec![["file".to_owned(), "old.txt".to_owned(), String::new()]; 3]);
    let proven = keepsharp.ok(&PROVE);
    assert!(proven.stderr.contains("extend each of the 3 checkpoints of old.txt"), "{}", proven.stderr);
    assert_eq!(proven.stdout.matches("Consistency proof from").count(), 3);
    keepsharp.ok(&["ledger", "witnesses", "--export", "out"]);
    assert_eq!(std::fs::read_dir(keepsharp.path("out")).unwrap().count(), 5);
    assert_eq!(
        std::fs::read_to_string(keepsharp.path("out/public-key")).unwrap(),
        keepsharp.ok(&["ledger", "key"]).stdout
    );
}
