//! Reports to management: a page, a PDF and Markdown of one quarter or year, the same figures in each.

use super::TestApp;
use axum::http::StatusCode;
use jiff::ToSpan;
use keepsharp_domain::calendar::Quarter;

/// The fiscal quarter of yesterday, which runs or has just ended.
fn quarter(test: &TestApp) -> String {
    let world = test.app.store.world().unwrap();
    let yesterday = crate::clock::today(&world).saturating_sub(1.days());
    Quarter::of(yesterday, world.fiscal_years()).to_string()
}

#[test]
fn a_quarter_is_a_page_with_its_files_and_names_nobody() {
    let test = TestApp::new();
    let span = quarter(&test);
    let page = test.get("management", &format!("/management/report?span={span}"));
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains(&format!("Training, {span}")) && page.body.contains("report.pdf?"), "{}", page.body);
    let main = page.body.split("<main").nth(1).unwrap();
    for name in ["Ana One", "Ben Two", "Cleo", "Mara Lead"] {
        assert!(!main.contains(name), "{name} in {main}");
    }
    let pdf = test.get("management", &format!("/management/report.pdf?span={span}"));
    assert!(pdf.status == StatusCode::OK && pdf.body.starts_with("%PDF-1.7"), "{}", pdf.status);
    assert_eq!(pdf.header("content-disposition"), format!("attachment; filename=\"keepsharp-report-TRN-{span}.pdf\""));
    let markdown = test.get("management", &format!("/management/report.md?span={span}"));
    assert!(markdown.body.starts_with(&format!("## `TRN`, Training: {span}\n")), "{}", markdown.body);
    assert!(markdown.body.contains(test.app.store.checkpoint().unwrap().trim_end()));
}

#[test]
fn what_is_no_span_or_has_not_begun_is_answered_with_words() {
    let test = TestApp::new();
    for path in ["/management/report", "/management/report.pdf", "/management/report.md"] {
        for (query, told) in [
            ("span=FY2150-Q1", "FY50-Q1 begins on"),
            ("span=%3Cb%3E", "&#60;b&#62;"),
            ("span=FY27-Q9", "write it as FY27-Q2 or FY27"),
        ] {
            let reply = test.get("management", &format!("{path}?{query}"));
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}?{query}");
            assert!(reply.body.contains(told), "{path}?{query}: {}", reply.body);
        }
        assert_eq!(test.get("management", &format!("{path}?control=none")).status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn the_summary_leads_to_the_report() {
    let test = TestApp::new();
    assert!(test.get("management", "/management").body.contains("href=\"/management/report?control=TRN\""));
}
