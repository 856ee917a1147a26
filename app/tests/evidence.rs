//! An evidence pack as its users have it: built from the command line, checked by the command and by the stand-alone
//! verifier, and never the same once somebody touched it.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

mod common;

use common::Keepsharp;
use std::io::{Read, Write};

/// Three engineers, one trained in time, one late, one never.
fn company() -> Keepsharp {
    let keepsharp = Keepsharp::empty();
    keepsharp.write("programme.toml", common::PROGRAMME);
    keepsharp.ok(&["apply", "programme.toml"]);
    let rows = "E1,Ána Ñandú,ana@example.com,ana,Developer,,,\nE2,Bo Lind,bo@example.com,bo,Developer,,,\n\
        E3,Cy Obi,cy@example.com,cy,Developer,,,\n";
    keepsharp.write("roster.csv", format!("{}{rows}", common::ROSTER));
    keepsharp.ok(&["people", "import", "roster.csv", "--on", "2024-01-01"]);
    let head = "employee_id,course,completed_on,strength\n";
    keepsharp.write("done.csv", format!("{head}E1,course,2024-01-20,completed\nE2,course,2024-06-20,completed\n"));
    keepsharp.ok(&["completions", "import", "done.csv"]);
    keepsharp
}

const BUILD: [&str; 8] = ["evidence", "build", "--control", "TRN", "--from", "2024-01-01", "--to", "2024-12-31"];

fn build(keepsharp: &Keepsharp, more: &[&str]) {
    let arguments: Vec<&str> = BUILD.iter().chain(more).copied().collect();
    keepsharp.ok(&arguments);
}

fn files(keepsharp: &Keepsharp, pack: &str) -> Vec<(String, String)> {
    let file = std::fs::File::open(keepsharp.path(pack)).unwrap();
    let mut zip = zip::ZipArchive::new(file).unwrap();
    let mut found: Vec<(String, String)> = Vec::new();
    for place in 0..zip.len() {
        let mut file = zip.by_index(place).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        found.push((file.name().unwrap().into_owned(), String::from_utf8_lossy(&bytes).into_owned()));
    }
    found
}

fn text<'f>(files: &'f [(String, String)], name: &str) -> &'f str {
    &files.iter().find(|(other, _)| other == name).unwrap().1
}

#[test]
fn a_pack_is_built_and_verified_with_nothing_but_itself_and_the_key() {
    let keepsharp = company();
    build(&keepsharp, &["-o", "pack.zip"]);
    let key = keepsharp.ok(&["ledger", "key"]).stdout;
    // Elsewhere: no ledger, no settings.
    let elsewhere = Keepsharp::empty();
    std::fs::copy(keepsharp.path("pack.zip"), elsewhere.path("pack.zip")).unwrap();
    elsewhere.ok(&["evidence", "verify", "pack.zip", "--key", key.trim()]);
    elsewhere.ok(&["evidence", "verify", "pack.zip"]);
    let other = company().ok(&["ledger", "key"]).stdout;
    assert_eq!(
        elsewhere.run(&["evidence", "verify", "pack.zip", "--key", other.trim()]).code,
        Some(1),
        "another ledger's key"
    );
    let files = files(&keepsharp, "pack.zip");
    assert!(text(&files, "requirements.csv").contains(",late,2024-06-20,"));
    let manifest: serde_json::Value = serde_json::from_str(text(&files, "manifest.json")).unwrap();
    assert_eq!(manifest["rows"]["requirements.csv"], 3);
    assert_eq!(manifest["query"]["opened"], "nobody");
}

#[test]
fn two_builds_give_the_same_bytes_and_names_stand_in_only_as_chosen() {
    let keepsharp = company();
    for (names, more) in [("nobody", &[][..]), ("sample", &["--sample", "4711", "--sizes", "*=1"]), ("everybody", &[])]
    {
        let arguments: Vec<&str> = ["--names", names].iter().chain(more).copied().collect();
        for pack in ["a.zip", "b.zip"] {
            build(&keepsharp, &[&arguments[..], &["-o", pack]].concat());
        }
        let bytes = |pack: &str| std::fs::read(keepsharp.path(pack)).unwrap();
        assert!(bytes("a.zip") == bytes("b.zip"), "{names}");
        keepsharp.ok(&["evidence", "verify", "a.zip"]);
        let all: String = files(&keepsharp, "a.zip").into_iter().map(|(_, text)| text).collect();
        let named = ["Ána Ñandú", "Bo Lind", "Cy Obi"].into_iter().filter(|name| all.contains(name)).count();
        assert_eq!(
            named,
            match names {
                "nobody" => 0,
                "sample" => 1,
                _ => 3,
            },
            "{names}"
        );
    }
}

#[test]
fn each_sampled_person_has_a_sheet_that_a_stranger_checks_by_the_readme() {
    let keepsharp = company();
    build(&keepsharp, &["--sample", "4711", "-o", "pack.zip"]);
    let files = files(&keepsharp, "pack.zip");
    let sheets = text(&files, "sheets.csv");
    let people: std::collections::BTreeSet<&str> =
        sheets.lines().skip(1).filter_map(|row| row.split(',').next()).collect();
    assert_eq!(people.len(), 3, "{sheets}");
    assert_eq!(sheets.matches(",completion.recorded,").count(), 2);
    let script = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/stranger/verify.py");
    let stranger = std::process::Command::new("python3").arg(script).arg(keepsharp.path("pack.zip")).output();
    if let Ok(done) = stranger {
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(done.status.success() && said.contains("facts on the sheets stand in the ledger"), "{said}");
    }
    let steps = text(&files, "README.txt").split("9. THE SHEETS").nth(1).unwrap().split("~~~\n").nth(1).unwrap();
    let folder = keepsharp.path("unzipped");
    std::fs::create_dir(&folder).unwrap();
    for (name, content) in &files {
        std::fs::write(folder.join(name), content).unwrap();
    }
    if let Ok(done) = std::process::Command::new("bash").args(["-c", steps]).current_dir(&folder).output() {
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(done.status.success() && said.contains("and none is left out"), "{said} {done:?}");
    }
}

#[test]
fn a_pack_of_before_an_erasure_still_verifies_and_one_of_after_has_the_same_counts_without_the_name() {
    let keepsharp = company();
    build(&keepsharp, &["--names", "everybody", "-o", "before.zip"]);
    keepsharp.write(
        "roster2.csv",
        format!(
            "{}E1,Ána Ñandú,ana@example.com,ana,Developer,,,\nE3,Cy Obi,cy@example.com,cy,Developer,,,\n",
            common::ROSTER
        ),
    );
    keepsharp.ok(&["people", "import", "roster2.csv", "--on", "2025-01-10", "--allow-mass-end"]);
    keepsharp.ok(&["erase", "E2"]);
    build(&keepsharp, &["--names", "everybody", "-o", "after.zip"]);
    keepsharp.ok(&["evidence", "verify", "before.zip"]);
    keepsharp.ok(&["evidence", "verify", "after.zip"]);
    let rows = |pack: &str| text(&files(&keepsharp, pack), "requirements.csv").lines().count();
    assert_eq!(rows("before.zip"), rows("after.zip"));
    assert!(text(&files(&keepsharp, "before.zip"), "population.csv").contains("Bo Lind"));
    let after: String = files(&keepsharp, "after.zip").into_iter().map(|(_, text)| text).collect();
    assert!(!after.contains("Bo Lind") && after.contains("Cy Obi"));
}

#[test]
fn a_touched_pack_is_refused_and_a_half_written_one_never_takes_its_name() {
    let keepsharp = company();
    build(&keepsharp, &["-o", "pack.zip"]);
    let whole = std::fs::read(keepsharp.path("pack.zip")).unwrap();
    let (mut found, places) = (0, (0..whole.len()).step_by(whole.len() / 37));
    let tried = places.clone().count();
    for place in places {
        let mut touched = whole.clone();
        touched[place] ^= 1;
        std::fs::File::create(keepsharp.path("touched.zip")).unwrap().write_all(&touched).unwrap();
        found += keepsharp.run(&["evidence", "verify", "touched.zip"]).code.unwrap();
    }
    // A flip in a compressed stream may change no content; hardly ever.
    assert!(usize::try_from(found).unwrap() + 1 >= tried, "{found} of {tried} were found");
    let refused = [
        (&["--from", "2024-12-31", "--to", "2024-01-01"][..], "before it begins"),
        (&["--from", "2024-01-01", "--to", "2024-12-31", "--names", "sample"], "needs --sample"),
    ];
    for (arguments, told) in refused {
        let all: Vec<&str> = ["evidence", "build", "--control", "TRN"]
            .iter()
            .chain(arguments)
            .chain(&["-o", "no.zip"])
            .copied()
            .collect();
        keepsharp.refused(&all, told);
        assert!(!keepsharp.path("no.zip").exists());
    }
}
