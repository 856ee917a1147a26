//! What a pipeline asks: `check` by exit status and row, `badge` as a picture.

mod common;

use common::{COMPLETIONS, Keepsharp, PROGRAMME, ROSTER, developer};

/// The company of eleven developers, of whom E1 to E8 took the course on 2 January 2024.
fn trained() -> Keepsharp {
    let keepsharp = Keepsharp::with_company();
    let rows = ["E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8"].map(|id| format!("{id},course,2024-01-02,completed\n"));
    keepsharp.write("completions.csv", format!("{COMPLETIONS}{}", rows.concat()));
    keepsharp.ok(&["completions", "import", "completions.csv"]);
    keepsharp
}

const DAY: [&str; 4] = ["--control", "TRN", "--as-of", "2024-02-15"];

#[test]
fn check_fails_where_fewer_are_trained_than_asked_for_to_the_hundredth_of_a_percent() {
    let keepsharp = trained();
    let check = |limits: &[&str]| {
        let output = keepsharp.run(&[&["check"][..], &DAY, limits].concat());
        assert_eq!(output.stdout, "");
        (output.code, output.stderr)
    };
    // 8 of 11 are 72.7272… %.
    assert_eq!(check(&["--min-trained", "72.72"]).0, Some(0));
    let (code, told) = check(&["--min-trained", "72.73"]);
    assert_eq!(code, Some(1));
    assert!(told.starts_with("TRN on 2024-02-15: 11 in scope: 8 of 11 current"), "{told}");
    assert!(told.ends_with("\n72.72 % are trained, where 72.73 % must be\n"), "{told}");
    let (code, told) = check(&["--min-trained", "90", "--max-overdue", "2"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("3 people are overdue, where 2 may be\n72.72 % are trained, where 90 %"), "{told}");
    assert_eq!(check(&["--min-trained", "70", "--max-overdue", "3"]).0, Some(0));
}

#[test]
fn check_without_a_limit_or_with_one_that_is_none_is_wrong_usage() {
    let keepsharp = trained();
    for limits in [&[][..], &["--min-trained", "101"], &["--min-trained", "95%"], &["--max-overdue", "-1"]] {
        let output = keepsharp.run(&[&["check"][..], &DAY, limits].concat());
        assert_eq!((output.code, &*output.stdout), (Some(2), ""), "{limits:?}: {output:#?}");
    }
}

#[test]
fn check_answers_a_program_with_one_row_whatever_the_result() {
    let keepsharp = trained();
    for (least, code, result) in [("70", 0, "passed"), ("80", 1, "failed")] {
        let output = keepsharp.run(&[&["check"][..], &DAY, &["--min-trained", least, "--format", "json"]].concat());
        assert_eq!(output.code, Some(code), "{output:#?}");
        let rows: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
        assert_eq!(rows[0]["result"], result);
        assert_eq!(
            (&rows[0]["population"], &rows[0]["current"], &rows[0]["trained"]),
            (&11.into(), &8.into(), &"72.72 %".into())
        );
    }
}

#[test]
fn check_of_nobody_passes_and_says_that_there_is_nobody() {
    let keepsharp = trained();
    let output = keepsharp.ok(&["check", "--control", "TRN", "--as-of", "2020-01-01", "--min-trained", "100"]);
    assert!(output.stderr.contains("nobody is in scope"), "{}", output.stderr);
}

#[test]
fn badge_draws_the_share_and_puts_it_in_the_place_of_the_old_one() {
    let keepsharp = trained();
    let drawn = keepsharp.ok(&[&["badge"][..], &DAY].concat());
    assert!(drawn.stdout.contains("<title>secure coding: 72 % trained</title>"), "{}", drawn.stdout);
    assert_eq!(drawn.stderr, "");
    keepsharp.write("badge.svg", "an old one");
    let written = keepsharp.ok(&[&["badge"][..], &DAY, &["-o", "badge.svg"]].concat());
    assert_eq!((&*written.stdout, &*written.stderr), ("", ""));
    assert_eq!(std::fs::read_to_string(keepsharp.path("badge.svg")).unwrap(), drawn.stdout);
    let left: Vec<String> = std::fs::read_dir(keepsharp.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("part"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    keepsharp.refused(&[&["badge"][..], &DAY, &["-o", "none/badge.svg"]].concat(), "none/badge.svg: ");
    keepsharp.refused(&["badge", "--control", "TRM"], "there is no control \"TRM\": there is TRN");
    assert_eq!(keepsharp.run(&["badge"]).code, Some(2));
}

#[test]
fn a_badge_of_few_people_has_no_share() {
    let keepsharp = Keepsharp::empty();
    keepsharp.write("programme.toml", PROGRAMME);
    keepsharp.ok(&["apply", "programme.toml"]);
    keepsharp.write("roster.csv", format!("{ROSTER}{}{}", developer("E1", ""), developer("E2", "")));
    keepsharp.ok(&["people", "import", "roster.csv", "--on", "2024-01-01"]);
    let drawn = keepsharp.ok(&[&["badge"][..], &DAY].concat()).stdout;
    assert!(drawn.contains("<title>secure coding: few people</title>") && !drawn.contains('%'), "{drawn}");
}
