//! How is the sheet written for an issue, an OKR or a terminal?

use super::{Sheet, Step};
use crate::table::{Cell, Format, Table};
use keepsharp_domain::issue_text::escaped;
use std::fmt::Write;

/// As Markdown. What people wrote does nothing in it but be read.
#[must_use]
pub fn markdown(sheet: &Sheet, checkpoint: &str) -> String {
    let mut text = format!("## {}: {}\n\n", title(sheet), sheet.span);
    let of = if sheet.organisation.is_empty() { String::new() } else { format!("{}: ", escaped(&sheet.organisation)) };
    let _ = writeln!(text, "{of}report to management, {}\n", sheet.period);
    let _ = writeln!(text, "**{}**\n", sheet.lead.join(" "));
    table(&mut text, &head("", sheet.columns.iter().map(|[span, to]| format!("{span}, {to}"))), figures(sheet));
    if !sheet.departments.is_empty() {
        let _ = writeln!(text, "\n### Departments, up to date\n");
        let rows = sheet.departments.iter().map(|(name, cells)| row(escaped(name), cells));
        table(&mut text, &head("Department", sheet.department_days.iter().cloned()), rows);
    }
    let _ = writeln!(text, "\n### Learned\n\n{}", sheet.learned);
    rounds(&mut text, sheet);
    list(&mut text, "Changes of the control", sheet.changes.iter().cloned());
    list(&mut text, "Next", sheet.next.iter().map(step));
    if let Some(trend) = &sheet.trend {
        let _ = writeln!(text, "\n### Share up to date\n\n{}\n", trend.finding);
        let columns = ["Day", "Up to date", "Share"].map(str::to_owned);
        table(&mut text, &columns, trend.rows.iter().map(|row| row.to_vec()));
    }
    let _ = writeln!(text, "\n{}", sheet.notes.join(" "));
    let _ = writeln!(text, "\nLedger:\n\n```\n{}\n```", checkpoint.trim_end());
    with_plain_spaces(&text)
}

/// Spaces that keep a number with its sign do so on a page; here they would be found by nobody who looks for a space.
fn with_plain_spaces(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

/// The id as code, where it is one, so that whoever looks for it finds it.
fn title(sheet: &Sheet) -> String {
    let is_plain = sheet.control.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    let id = if is_plain { format!("`{}`", sheet.control) } else { escaped(&sheet.control) };
    if sheet.name.is_empty() { id } else { format!("{id}, {}", escaped(&sheet.name)) }
}

fn step(step: &Step) -> String {
    let title = if step.title.is_empty() { String::new() } else { escaped(&step.title) };
    format!("{title}{}", step.rest)
}

fn head(first: &str, columns: impl Iterator<Item = String>) -> Vec<String> {
    std::iter::once(first.to_owned()).chain(columns).collect()
}

fn row(label: String, cells: &[String]) -> Vec<String> {
    std::iter::once(label).chain(cells.iter().cloned()).collect()
}

fn figures(sheet: &Sheet) -> impl Iterator<Item = Vec<String>> {
    sheet.figures.iter().map(|figure| row(figure.label.to_owned(), &figure.cells))
}

/// A table of a first column of words and others of numbers.
fn table(text: &mut String, columns: &[String], rows: impl Iterator<Item = Vec<String>>) {
    table_with(text, columns, &"| ---: ".repeat(columns.len().saturating_sub(1)), rows);
}

fn table_with(text: &mut String, columns: &[String], marks: &str, rows: impl Iterator<Item = Vec<String>>) {
    let _ = writeln!(text, "| {} |", columns.join(" | "));
    let _ = writeln!(text, "| --- {marks}|");
    for cells in rows {
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
}

fn rounds(text: &mut String, sheet: &Sheet) {
    if sheet.rounds.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n### Rounds\n");
    let columns = ["Round", "Days", "Taken", "Objective", "Result"].map(str::to_owned);
    let rows = sheet.rounds.iter().map(|round| {
        vec![
            escaped(&round.title),
            round.days.clone(),
            round.taken.clone(),
            round.objective.clone(),
            round.outcome.clone(),
        ]
    });
    table_with(text, &columns, "| --- | ---: | ---: | --- ", rows);
}

fn list(text: &mut String, head: &str, lines: impl ExactSizeIterator<Item = String>) {
    if lines.len() == 0 {
        return;
    }
    let _ = writeln!(text, "\n### {head}\n");
    for line in lines {
        let _ = writeln!(text, "- {line}");
    }
}

/// As text for a terminal of so many columns.
#[must_use]
pub fn text(sheet: &Sheet, width: usize) -> String {
    let plain = |text: &str| text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect::<String>();
    let mut text =
        format!("{}\n{}: {}, {}\n\n", plain(&sheet.eyebrow()), plain(&sheet.title()), sheet.span, sheet.period);
    for line in &sheet.lead {
        let _ = writeln!(text, "{line}");
    }
    let written = |columns: &[&'static str], rows: Vec<Vec<String>>| {
        let mut table = Table::new(columns);
        for row in rows {
            table.push(row.into_iter().map(Cell::from).collect());
        }
        table.write(Format::Text(width))
    };
    let heads: Vec<String> = sheet.columns.iter().map(|[span, to]| format!("{span} {to}")).collect();
    let rows = std::iter::once(row(String::new(), &heads)).chain(figures(sheet)).collect();
    let columns = ["", "this span", "the span before", "a year earlier"];
    let _ = write!(text, "\n{}", written(columns.get(..=sheet.columns.len()).unwrap_or(&columns), rows));
    if !sheet.departments.is_empty() {
        let mut rows = vec![row(String::new(), &sheet.department_days)];
        rows.extend(sheet.departments.iter().map(|(name, cells)| row(name.clone(), cells)));
        let columns = ["department", "up to date", "before"];
        let _ = write!(text, "\n{}", written(columns.get(..=sheet.department_days.len()).unwrap_or(&columns), rows));
    }
    let _ = writeln!(text, "\n{}", sheet.learned);
    for round in &sheet.rounds {
        let title = plain(&round.title);
        let _ = writeln!(text, "{title}, {}: {} ({}, {})", round.days, round.taken, round.objective, round.outcome);
    }
    let next: Vec<String> = sheet.next.iter().map(Step::to_string).collect();
    for line in sheet.changes.iter().chain(&next).chain(&sheet.notes) {
        let _ = writeln!(text, "{}", plain(line));
    }
    with_plain_spaces(&text)
}
