//! A company's past issues from their file.

use super::{FILE, Issue, IssueHistory, Severity, UNSTATED};
use crate::files::CourseFiles;
use crate::finding::Finding;
use keepsharp_domain::Refusal;
use keepsharp_domain::calendar::quote;
use keepsharp_domain::sheet::{self, File, Layout, Row};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

const LAYOUT: Layout = Layout {
    required: &["cve_id", "fixed_on", "weakness_group", "area", "title"],
    optional: &[
        "published",
        "fixed_in",
        "introduced_in",
        "cwe_id",
        "severity",
        "url",
        "believed",
        "where_else",
        "teams",
        "published_from",
        "product",
        "cwe_from",
        "cvss_score",
        "cvss_vector",
        "group_from",
    ],
};

/// The history among a course's files, and what is wrong with it. None where there is no such file, or it can't be read.
pub fn read(files: &CourseFiles, findings: &mut Vec<Finding>) -> Option<IssueHistory> {
    let bytes = files.get(FILE)?;
    let mut history = IssueHistory::default();
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let file = File { bytes, sha256: "", columns: &BTreeMap::new() };
    let reading = sheet::read(file, LAYOUT, |row| {
        let line = row.line;
        if let Some(first) = seen.insert(row.get("cve_id").to_owned(), line) {
            row.problem("cve_id", format!("the issue of line {first} has this id too"));
        }
        if is_open(row) {
            history.open.push(usize::try_from(line).unwrap_or(0));
        } else {
            history.issues.extend(issue(row));
        }
    });
    match reading {
        Ok(reading) => history.notices = reading.notices,
        Err(Refusal::File(problems)) => {
            findings.extend(problems.iter().map(|problem| Finding::problem(FILE, problem)));
            return None;
        }
        Err(refusal) => {
            findings.push(Finding::error(&crate::finding::Place::file(FILE), refusal.to_string()));
            return None;
        }
    }
    history.issues.sort_by(|a, b| (Reverse(a.on), &a.id).cmp(&(Reverse(b.on), &b.id)));
    Some(history)
}

/// Whether nothing says that an issue is mended: neither a day nor a version.
fn is_open(row: &Row) -> bool {
    row.get("fixed_on").is_empty() && (row.get("fixed_in").is_empty() || row.get("published").is_empty())
}

fn issue(row: &mut Row) -> Option<Issue> {
    let on = if row.get("fixed_on").is_empty() { row.day("published") } else { row.day("fixed_on") };
    let (severity, cwe, url) = (severity(row), cwe(row), url(row));
    let text = |row: &Row, column| row.get(column).to_owned();
    let class = if row.get("weakness_group").is_empty() { UNSTATED } else { row.get("weakness_group") }.to_owned();
    let area = if row.get("area") == super::NO_AREA { String::new() } else { text(row, "area") };
    Some(Issue {
        line: usize::try_from(row.line).unwrap_or(0),
        id: row.required("cve_id")?,
        title: row.required("title")?,
        on: on?,
        severity,
        cwe,
        url,
        class,
        area,
        introduced_in: text(row, "introduced_in"),
        fixed_in: text(row, "fixed_in"),
        believed: text(row, "believed"),
        where_else: text(row, "where_else"),
        teams: sheet::items(row.get("teams")).iter().map(|team| team.to_lowercase()).collect::<BTreeSet<_>>(),
    })
}

fn severity(row: &mut Row) -> Severity {
    match row.get("severity").to_ascii_lowercase().as_str() {
        "critical" => Severity::Critical,
        "high" => Severity::High,
        "medium" => Severity::Medium,
        "low" => Severity::Low,
        "" | "none" => Severity::Unstated,
        other => {
            let message = format!("{} is no severity; write Critical, High, Medium or Low, or nothing", quote(other));
            row.problem("severity", message);
            Severity::Unstated
        }
    }
}

fn cwe(row: &mut Row) -> Option<u32> {
    let field = row.get("cwe_id").to_owned();
    if field.is_empty() {
        return None;
    }
    let number = field.get(..4).filter(|head| head.eq_ignore_ascii_case("CWE-")).and_then(|_| field.get(4..));
    let read = number.unwrap_or(&field).parse().ok();
    if read.is_none() {
        row.problem("cwe_id", format!("{} is no weakness; write CWE-639, or nothing", quote(&field)));
    }
    read
}

fn url(row: &mut Row) -> String {
    let field = row.get("url").to_owned();
    let is_address = ["https://", "http://"].iter().any(|scheme| field.starts_with(scheme));
    if field.is_empty() || is_address && !field.contains(char::is_whitespace) {
        return field;
    }
    row.problem("url", format!("{} is no address; begin it with https://", quote(&field)));
    String::new()
}
