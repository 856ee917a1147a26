//! `keepsharp course` as an author has it: started, checked, exported and imported, without a ledger.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

mod common;

use common::Keepsharp;
use serde_json::Value;
use std::path::Path;

const LESSON: &str = "pay/modules/01-start/1.1-send-people-back/lesson.md";

fn with_course() -> Keepsharp {
    let keepsharp = Keepsharp::empty();
    keepsharp.ok(&["course", "new", "pay"]);
    keepsharp
}

fn mend(keepsharp: &Keepsharp, file: &str, from: &str, to: &str) {
    let text = std::fs::read_to_string(keepsharp.path(file)).unwrap();
    assert!(text.contains(from), "{from}");
    keepsharp.write(file, text.replacen(from, to, 1));
}

#[test]
fn a_new_course_has_no_findings_and_no_ledger_is_made() {
    let keepsharp = with_course();
    let output = keepsharp.ok(&["course", "check", "pay"]);
    assert_eq!(output.stderr, "0 errors, 0 warnings\n");
    assert!(output.stdout.starts_with("lesson ") && output.stdout.contains("start.back"), "{}", output.stdout);
    keepsharp.ok(&["course", "export", "pay", "-o", "items.gift"]);
    keepsharp.ok(&["course", "import", "items.gift", "pay"]);
    assert!(!keepsharp.data().exists());
}

#[test]
fn a_folder_that_is_not_empty_is_left_alone() {
    let keepsharp = Keepsharp::empty();
    std::fs::create_dir(keepsharp.path("old")).unwrap();
    keepsharp.write("old/mine.txt", "mine");
    keepsharp.refused(&["course", "new", "old"], "not empty");
    assert_eq!(std::fs::read_dir(keepsharp.path("old")).unwrap().count(), 1);
}

#[test]
fn what_is_found_is_told_with_file_and_line_and_errors_fail() {
    let keepsharp = with_course();
    mend(&keepsharp, LESSON, "Where does the browser go?", "Where does the browser NOT go? \u{202e}");
    let output = keepsharp.run(&["course", "check", "pay"]);
    assert_eq!(output.code, Some(1));
    let file = LESSON.strip_prefix("pay/").unwrap();
    assert!(output.stdout.starts_with(&format!("{file}:43: error: a question turned round")), "{}", output.stdout);
    assert!(output.stdout.contains("Trojan Source") && !output.stdout.contains('\u{202e}'), "{}", output.stdout);
    assert_eq!(output.stderr, "2 errors, 0 warnings\n");
    let json = keepsharp.run(&["course", "check", "pay", "--format", "json"]).stdout;
    let rows: Vec<Value> = serde_json::from_str(&json).unwrap();
    assert_eq!((rows.len(), &rows[0]["weight"], &rows[0]["file"]), (2, &Value::from("error"), &Value::from(file)));
}

#[test]
fn warnings_alone_do_not_fail() {
    let keepsharp = with_course();
    mend(&keepsharp, LESSON, "owner = \"appsec\"\n", "");
    mend(&keepsharp, "pay/course.toml", "owner = \"appsec\"\n", "");
    let output = keepsharp.ok(&["course", "check", "pay"]);
    assert_eq!(output.stderr, "0 errors, 2 warnings\n");
}

#[test]
fn a_lock_remembers_what_was_asked_and_is_not_written_over_errors() {
    let keepsharp = with_course();
    keepsharp.ok(&["course", "check", "pay", "--lock"]);
    let lock = std::fs::read_to_string(keepsharp.path("pay/ids.lock")).unwrap();
    assert!(lock.contains("\nstart.back.target.q1 item 1 "), "{lock}");
    mend(&keepsharp, LESSON, "answer=\"7\"", "answer=\"5\"");
    let output = keepsharp.run(&["course", "check", "pay", "--lock"]);
    assert_eq!(output.code, Some(1));
    assert!(output.stdout.contains("has another right answer than before"), "{}", output.stdout);
    assert_eq!(std::fs::read_to_string(keepsharp.path("pay/ids.lock")).unwrap(), lock);
}

#[test]
fn items_go_out_in_each_format_and_come_back_as_drafts() {
    let keepsharp = with_course();
    for (end, taken) in [("gift", 4), ("zip", 4), ("csv", 3)] {
        let file = format!("items-{end}.{end}");
        keepsharp.ok(&["course", "export", "pay", "-o", &file]);
        keepsharp.refused(&["course", "export", "pay", "-o", &file], "exists");
        let output = keepsharp.ok(&["course", "import", &file, "pay"]);
        assert!(output.stderr.contains(&format!("{taken} items taken in as drafts")), "{}", output.stderr);
        keepsharp.refused(&["course", "import", &file, "pay"], "is there already");
    }
    // Drafts are no part of the course.
    assert_eq!(keepsharp.ok(&["course", "check", "pay"]).stderr, "0 errors, 0 warnings\n");
}

#[test]
fn what_the_check_finds_wrong_is_not_published() {
    let keepsharp = with_course();
    mend(&keepsharp, LESSON, "Where does the browser go?", "Where does the browser NOT go?");
    keepsharp.refused(&["course", "publish", "pay"], "a question turned round");
    mend(&keepsharp, LESSON, "Where does the browser NOT go?", "Where does the browser go?");
    assert!(keepsharp.ok(&["course", "publish", "pay"]).stderr.contains("is published as version"));
}

#[test]
fn a_companys_own_issues_become_part_of_a_version_and_stay_in_the_next() {
    let keepsharp = with_course();
    keepsharp.write("ours.csv", "cve_id,fixed_on,weakness_group,area,title\nA,2026-10-01,Access control,Export,t\n");
    keepsharp.write("cut.csv", "cve_id,fixed_on,weakness_group,area,title\nA,2026-10-01\n");
    let publish = |more: &[&str]| keepsharp.ok(&[&["course", "publish", "pay"], more].concat()).stderr;
    assert!(publish(&["--issues", "ours.csv"]).contains("with issues of your own"));
    assert!(publish(&[]).starts_with("nothing changed"), "the issues of the version before stay");
    mend(&keepsharp, "pay/course.toml", "title = \"", "title = \"New: ");
    assert!(publish(&[]).contains("with issues of your own"));
    assert!(!publish(&["--without-issues"]).contains("with issues of your own"));
    keepsharp
        .refused(&["course", "publish", "pay", "--issues", "cut.csv"], "issues.csv:2: error: this row has 2 fields");
    keepsharp.refused(&["course", "publish", "pay", "--issues", "none.csv"], "none.csv");
    keepsharp.write("pay/issues.csv", "cve_id,fixed_on,weakness_group,area,title\nB,2099-01-01,x,y,t\n");
    keepsharp.refused(&["course", "publish", "pay"], "issues.csv:2: error: fixed_on is 2099-01-01");
}

#[test]
fn what_can_not_be_read_is_refused_with_the_reason() {
    let keepsharp = with_course();
    keepsharp.write("x.doc", "x");
    keepsharp.write("x.zip", "no zip");
    keepsharp.write("bomb.xml", "<!DOCTYPE a [<!ENTITY a \"aa\">]><assessmentItem>&a;</assessmentItem>");
    keepsharp.write("x.toml", "a = ");
    for (args, told) in [
        (&["course", "import", "x.doc", "pay"][..], "ends in .gift"),
        (&["course", "import", "x.zip", "pay"], "no zip file"),
        (&["course", "import", "bomb.xml", "pay"], "line 1"),
        (&["course", "import", "x.toml", "pay"], "line 1"),
        (&["course", "import", "none.gift", "pay"], "none.gift"),
        (&["course", "export", "pay", "-o", "x.pdf"], "ends in .gift"),
        (&["course", "check", "nowhere"], "nowhere"),
        (&["course", "check", "x.doc"], "no folder"),
    ] {
        keepsharp.refused(args, told);
    }
    keepsharp.write("y.gift", "::a::Which? {=a ~b ~c}");
    std::fs::create_dir(keepsharp.path("none")).unwrap();
    keepsharp.refused(&["course", "import", "y.gift", "none"], "no course.toml");
    mend(&keepsharp, "pay/course.toml", "title", "titel");
    keepsharp.refused(&["course", "export", "pay", "-o", "z.csv"], "can't be read as a whole");
}

#[test]
fn the_page_on_coverage_is_what_the_command_prints_and_no_row_is_empty_without_a_reason() {
    let keepsharp = Keepsharp::empty();
    let output = keepsharp.ok(&["course", "coverage", "--format", "md"]);
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = std::fs::read_to_string(repository.join("docs/coverage.md")).unwrap();
    let mend = "make it again: keepsharp course coverage --format md > docs/coverage.md";
    assert!(output.stdout == page, "docs/coverage.md is not of this course; {mend}");
    assert!(output.stderr.ends_with(" have a reason, 0 have neither\n"), "{}", output.stderr);
    let course = repository.join("courses/secure-coding");
    let course = course.to_str().unwrap();
    assert_eq!(keepsharp.ok(&["course", "coverage", course, "--format", "md"]).stdout, page);
    let found = keepsharp.run(&["course", "check", course]).stdout;
    for said in ["coverage.toml:", "taxonomy.csv:", "none of the lists", "leave it out here"] {
        assert!(!found.contains(said), "{found}");
    }
    assert!(!keepsharp.data().exists());
}

#[test]
fn a_course_of_ones_own_is_held_against_the_lists() {
    let keepsharp = with_course();
    let one_row = |id: &str| {
        let rows = keepsharp.ok(&["course", "coverage", "pay", "--format", "csv"]).rows();
        rows.into_iter().find(|row| row["id"] == id).unwrap()
    };
    let redirect = one_row("A01");
    assert_eq!((&*redirect["list"], &*redirect["items"]), ("OWASP Top 10:2025", "5"));
    assert!(redirect["required"].starts_with("start.back ("), "{redirect:?}");
    assert_eq!((&*one_row("LLM04")["items"], &*one_row("LLM04")["required"]), ("0", ""));
    keepsharp.write("pay/coverage.toml", "[not_covered]\nLLM04 = \"We train | no \\u001b[2J models.\"\n");
    let shown = keepsharp.ok(&["course", "coverage", "pay", "--format", "md"]).stdout;
    assert!(shown.contains("We train \\| no \u{fffd}\\[2J models."), "{shown}");
    mend(&keepsharp, LESSON, "cwe = [601]", "also = [\"LLM04\", \"SSDF PW.1\"]");
    assert!(one_row("A01")["required"].is_empty());
    assert_eq!((&*one_row("LLM04")["items"], &*one_row("LLM04")["reason"]), ("5", ""));
    let text = std::fs::read_to_string(keepsharp.path(LESSON)).unwrap();
    let of_no_track: Vec<&str> = text.lines().filter(|line| !line.starts_with("tracks =")).collect();
    keepsharp.write(LESSON, of_no_track.join("\n"));
    assert_eq!((&*one_row("LLM04")["required"], &*one_row("LLM04")["elective"]), ("", "start.back"));
    let json = keepsharp.ok(&["course", "coverage", "pay", "--format", "json"]).stdout;
    let rows: Vec<Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(rows.last().unwrap()["id"], Value::from("SSDF PW.1"));
}

#[test]
fn a_course_that_can_not_be_read_whole_has_no_coverage() {
    let keepsharp = with_course();
    keepsharp.refused(&["course", "coverage", "nowhere"], "nowhere");
    keepsharp.write("pay/coverage.toml", [0xff, 0xfe]);
    keepsharp.refused(&["course", "coverage", "pay"], "coverage.toml:1: error: the file is not UTF-8");
    keepsharp.write("pay/coverage.toml", "");
    mend(&keepsharp, LESSON, "cwe = [601]", "also = \"LLM04\"");
    keepsharp.refused(&["course", "coverage", "pay"], "`keepsharp course check` tells all");
}
