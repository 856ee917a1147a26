//! `keepsharp report` from outside: one page of a quarter or a year, the figures of `status` and `requirements`, no names.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

mod common;

use common::{COMPLETIONS, Keepsharp, PROGRAMME};
use serde_json::Value;

/// The company of eleven developers, of whom E1 to E8 took the course on 2 January 2024.
fn trained() -> Keepsharp {
    let keepsharp = Keepsharp::with_company();
    let rows = ["E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8"].map(|id| format!("{id},course,2024-01-02,completed\n"));
    keepsharp.write("completions.csv", format!("{COMPLETIONS}{}", rows.concat()));
    keepsharp.ok(&["completions", "import", "completions.csv"]);
    keepsharp
}

const REPORT: [&str; 3] = ["report", "--control", "TRN"];

fn json(keepsharp: &Keepsharp, more: &[&str]) -> Value {
    serde_json::from_str(&keepsharp.ok(&[&REPORT[..], more, &["--format", "json"]].concat()).stdout).unwrap()
}

#[test]
fn figures_are_those_that_status_and_requirements_give() {
    let keepsharp = trained();
    for (span, from, to) in [
        (["--quarter", "FY24-Q1"], "2024-01-01", "2024-03-31"),
        (["--year", "FY24"], "2024-01-01", "2024-12-31"),
        (["--quarter", "FY25-Q1"], "2025-01-01", "2025-03-31"),
    ] {
        let told = &json(&keepsharp, &span)["now"];
        let rows = keepsharp.ok(&["status", "--control", "TRN", "--as-of", to]).columns(["status"]);
        let count = |word: &str| rows.iter().filter(|[status]| status == word).count();
        let shown =
            |many: usize| if (1..3).contains(&many) { serde_json::json!({ "fewer_than": 3 }) } else { many.into() };
        assert_eq!(told["current"], shown(count("current")), "{span:?}");
        assert_eq!(told["overdue"], shown(count("overdue")), "{span:?}");
        assert_eq!(told["population"], shown(count("current") + count("due") + count("overdue")));
        let found =
            keepsharp.ok(&["requirements", "--control", "TRN", "--from", from, "--to", to]).columns(["outcome"]);
        for word in ["on_time", "late", "missed"] {
            let many = found.iter().filter(|[outcome]| outcome == word).count();
            assert_eq!(told["requirements"][word], shown(many), "{word} in {span:?}");
        }
    }
}

#[test]
fn one_report_is_text_markdown_and_a_pdf_that_is_the_same_each_time() {
    let keepsharp = trained();
    let quarter = [&REPORT[..], &["--quarter", "FY24-Q1"]].concat();
    let text = keepsharp.ok(&quarter).stdout;
    assert!(text.contains("8 of 11 engineers were up to date on 31 March 2024, 72.7 %."), "{text}");
    let pdf = |name: &str| {
        let output = keepsharp.ok(&[&quarter[..], &["-o", name]].concat());
        assert!(output.stdout.is_empty() && output.stderr.contains("FY24-Q1"), "{output:?}");
        std::fs::read(keepsharp.path(name)).unwrap()
    };
    let first = pdf("report.pdf");
    assert!(first.starts_with(b"%PDF-1.7"));
    assert_eq!(first, pdf("again.pdf"));
    let markdown = keepsharp.ok(&[&quarter[..], &["--format", "md"]].concat()).stdout;
    assert!(markdown.starts_with("## `TRN`, Training: FY24-Q1\n"), "{markdown}");
    assert!(markdown.contains(keepsharp.checkpoint().trim_end()), "{markdown}");
    for told in [&text, &markdown] {
        assert!(!told.contains("Person E") && !told.contains("Mira"), "{told}");
    }
}

#[test]
fn a_span_that_runs_is_told_to_the_day_before_and_one_to_come_is_refused() {
    let keepsharp = trained();
    let told = json(&keepsharp, &["--quarter", "FY24-Q1", "--as-of", "2024-02-15"]);
    assert_eq!((&told["now"]["to"], &told["now"]["is_cut"]), (&"2024-02-14".into(), &true.into()));
    let refused = |more: &[&str], told: &str| keepsharp.refused(&[&REPORT[..], more].concat(), told);
    refused(&["--quarter", "FY24-Q2", "--as-of", "2024-04-01"], "FY24-Q2 begins on 2024-04-01");
    refused(&["--year", "FY2150"], "begins on 2150-01-01");
    refused(&["--year", "FY24", "--as-of", "2150-01-01"], "has not come yet");
    refused(&["--year", "FY24", "-o", "none/report.pdf"], "none/report.pdf: ");
    keepsharp.refused(&["report", "--control", "TRM", "--year", "FY24"], "there is no control \"TRM\": there is TRN");
}

#[test]
fn without_a_span_or_with_one_that_is_none_or_two_it_is_wrong_usage() {
    let keepsharp = trained();
    for span in [
        &[][..],
        &["--quarter", "FY24"],
        &["--quarter", "FY24-Q5"],
        &["--year", "2024"],
        &["--year", "FY24-Q1"],
        &["--quarter", "FY24-Q1", "--year", "FY24"],
        &["--year", "FY24", "--format", "csv"],
    ] {
        let output = keepsharp.run(&[&REPORT[..], span].concat());
        assert_eq!((output.code, &*output.stdout), (Some(2), ""), "{span:?}: {output:#?}");
    }
}

#[test]
fn a_round_with_a_hostile_title_is_a_title_and_nothing_else() {
    let keepsharp = trained();
    keepsharp.write("hostile.toml", PROGRAMME.replace("title = \"Round\"", "title = \"|<script> @all\""));
    keepsharp.ok(&["apply", "hostile.toml"]);
    let markdown = keepsharp.ok(&[&REPORT[..], &["--quarter", "FY24-Q1", "--format", "md"]].concat()).stdout;
    assert!(markdown.contains("\\|\\<script\\>"), "{markdown}");
    assert!(!markdown.replace("\\<", "").contains('<') && !markdown.contains("@all"), "{markdown}");
}

#[test]
fn an_empty_company_has_a_report_that_says_so() {
    let keepsharp = Keepsharp::empty();
    keepsharp.write("programme.toml", PROGRAMME);
    keepsharp.ok(&["apply", "programme.toml"]);
    let text = keepsharp.ok(&[&REPORT[..], &["--year", "FY24"]].concat()).stdout;
    assert!(text.contains("Nobody was in scope of this control on 31 December 2024."), "{text}");
    keepsharp.ok(&[&REPORT[..], &["--year", "FY24", "-o", "report.pdf"]].concat());
}
