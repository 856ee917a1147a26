//! How does it look on one sheet of A4? What does not fit is left out, with a word on how much.

use super::{Sheet, Step, Trend};
use crate::chart::{Frame, Label, Point, Tick};
use crate::paper::block::clean;
use crate::paper::checking::foot;
use crate::paper::press::{Printed, Template, printed};
use crate::paper::words::{instant, instant_parts};
use jiff::Timestamp;
use keepsharp_domain::Day;
use serde_json::{Value, json};

const TEMPLATE: Template =
    Template { name: "briefing.typ", text: include_str!("briefing.typ"), ident: "keepsharp management report" };

/// The room that the curve has, in points.
const CURVE: Frame = Frame { class: "paper", width: 482.0, height: 94.0, text: 7.5 };

/// How much is told; what comes first is tried first, until all stands on one page.
const FITS: [Fit; 10] = [
    Fit::of(30, 6, 6, 90),
    Fit::of(24, 5, 6, 70),
    Fit::of(20, 4, 6, 60),
    Fit::of(16, 4, 5, 60),
    Fit::of(14, 4, 5, 50),
    Fit::of(12, 3, 4, 50),
    Fit::of(8, 3, 4, 50),
    Fit::of(6, 2, 3, 40),
    Fit::of(4, 1, 2, 40),
    Fit::of(0, 1, 1, 30),
];

struct Fit {
    departments: usize,
    rounds: usize,
    /// Of what is next, and of changes.
    lines: usize,
    /// Of what somebody wrote.
    letters: usize,
}

impl Fit {
    const fn of(departments: usize, rounds: usize, lines: usize, letters: usize) -> Fit {
        Fit { departments, rounds, lines, letters }
    }
}

/// The sheet as PDF, one page of A4, tagged for PDF/UA-1 and PDF/A-2a. `checkpoint` is the ledger's head, `known_at` the
/// moment of knowledge and `program` what made this; the same gives the same bytes.
///
/// # Errors
/// Where the typesetter does not know how to go on; that is a mistake of ours.
pub fn pdf(sheet: &Sheet, to: Day, checkpoint: &str, known_at: Timestamp, program: &str) -> Result<Vec<u8>, String> {
    Ok(on_one_page(sheet, to, checkpoint, known_at, program)?.0.pdf)
}

/// The page, and what stands on it.
pub(super) fn on_one_page(
    sheet: &Sheet,
    to: Day,
    checkpoint: &str,
    known_at: Timestamp,
    program: &str,
) -> Result<(Printed, Value), String> {
    let mut last = Err("nothing was printed".to_owned());
    for fit in &FITS {
        let mut paper = paper(sheet, fit);
        paper["known_at"] = json!(instant_parts(known_at));
        paper["foot"] = json!([
            full_foot(checkpoint),
            clean(&format!("As known at {}. Computed by {program}.", instant(known_at))),
        ]);
        let page = printed(&TEMPLATE, &paper, to, known_at)?;
        if page.pages <= 1 {
            return Ok((page, paper));
        }
        last = Ok((page, paper));
    }
    last
}

/// The ledger's size and its whole root: whoever rewrites the past later contradicts the paper.
fn full_foot(checkpoint: &str) -> String {
    let short = foot(checkpoint);
    match (short.split_once(", root "), checkpoint.lines().nth(2)) {
        (Some((facts, _)), Some(root)) => format!("{facts}, root {root}"),
        _ => short,
    }
}

/// All that the template prints, as values.
fn paper(sheet: &Sheet, fit: &Fit) -> Value {
    let written = |text: &str| clean(&cut(text, fit.letters));
    let rest = |all: usize, shown: usize, one: &str| match all.saturating_sub(shown) {
        0 => String::new(),
        1 => format!("1 more {one} stands on the page of this report."),
        more => format!("{more} more {one}s stand on the page of this report."),
    };
    let step = |step: &Step| format!("{}{}", written(&step.title), step.rest);
    let heading = if sheet.name.is_empty() { &sheet.control } else { &sheet.name };
    json!({
        "name": clean(&format!("Report to management: {}, {}", sheet.control, sheet.span)),
        "organisation": written(&sheet.organisation),
        "control": written(&sheet.control),
        "heading": written(heading),
        "span": sheet.span,
        "period": sheet.period,
        "lead": sheet.lead,
        "columns": sheet.columns,
        "figures": sheet.figures.iter()
            .map(|figure| json!({ "label": figure.label, "cells": figure.cells, "group": figure.group }))
            .collect::<Vec<_>>(),
        "curve": sheet.trend.as_ref().map(curve),
        "departments": sheet.departments.iter().take(fit.departments)
            .map(|(name, cells)| json!([written(&cut(name, 40)), cells]))
            .collect::<Vec<_>>(),
        "department_days": sheet.department_days,
        "more_departments": rest(sheet.departments.len(), fit.departments, "department"),
        "learned": sheet.learned,
        "rounds": sheet.rounds.iter().rev().take(fit.rounds).rev()
            .map(|round| json!([written(&round.title), round.closes, round.taken, round.objective, round.outcome]))
            .collect::<Vec<_>>(),
        "more_rounds": rest(sheet.rounds.len(), fit.rounds, "round"),
        "changes": sheet.changes.iter().take(fit.lines).collect::<Vec<_>>(),
        "more_changes": rest(sheet.changes.len(), fit.lines, "change"),
        "next": sheet.next.iter().take(fit.lines).map(step).collect::<Vec<_>>(),
        "more_next": rest(sheet.next.len(), fit.lines, "step"),
        "notes": sheet.notes,
    })
}

/// So many letters of it.
fn cut(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    text.chars().take(letters.saturating_sub(1)).chain(['…']).collect()
}

/// Where each piece of the curve stands, in points from the left and from the top.
fn curve(trend: &Trend) -> Value {
    let plot = trend.curve.plot(CURVE);
    let label = |label: &Label| json!({ "x": label.x, "y": label.y, "text": label.text });
    let tick = |tick: &Tick| json!({ "at": tick.at, "labels": tick.labels.iter().map(label).collect::<Vec<_>>() });
    let point = |point: &Point| [point.x, point.y];
    let line = |line: &crate::chart::Line| {
        json!({
            "path": line.path.iter().map(point).collect::<Vec<_>>(),
            "end": point(&line.end),
            "value": label(&line.value),
            "name": label(&line.name),
        })
    };
    json!({
        "width": CURVE.width,
        "height": CURVE.height,
        "left": plot.area.left,
        "right": plot.area.right,
        "bottom": plot.area.bottom,
        "shares": plot.shares.iter().map(tick).collect::<Vec<_>>(),
        "days": plot.days.iter().map(tick).collect::<Vec<_>>(),
        "lines": plot.lines.iter().map(line).collect::<Vec<_>>(),
        "told": trend.finding,
    })
}
