//! A fiscal quarter or year on one page: what management is told, to read, to print and to put into an issue.

use super::management::evidence;
use super::programme::{chosen_control, with_days};
use crate::evidence::{known_at, program};
use crate::web::asked::Asked;
use crate::web::fields::Trouble;
use crate::web::frame::{Answer, Answered, Frame, page as written};
use crate::web::words;
use askama::Template;
use keepsharp_domain::World;
use keepsharp_domain::briefing::{Briefing, tracked_since};
use keepsharp_domain::control::Control;
use keepsharp_domain::span::Span;
use keepsharp_report::briefing::{self, Sheet, Trend};
use keepsharp_report::chart::Frame as Size;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    frame: Frame,
    controls: Vec<Choice>,
    spans: Vec<Choice>,
    sheet: Option<Sheet>,
    /// The curve for wide pages and for phones.
    curves: [String; 2],
    /// Addresses of the files.
    pdf: String,
    markdown: String,
    summary: String,
    /// Why nothing is told.
    nothing: &'static str,
    /// How this page was computed, for paper.
    evidence: String,
}

/// Something to choose from a list.
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// The spans that may be chosen on the day asked for, the latest first: quarters, then years.
fn spans(asked: &Asked, world: &World) -> Vec<Span> {
    let since = tracked_since(world).unwrap_or(asked.as_of);
    Span::told_by(asked.as_of.min(asked.today), since, world.fiscal_years())
}

/// The span asked for, else the latest quarter that is over, else the one that runs.
fn chosen_span(asked: &Asked, world: &World) -> Result<Option<Span>, Trouble> {
    let wanted = asked.query.text("span");
    if !wanted.is_empty() {
        return wanted.parse().map(Some).map_err(Trouble::refused);
    }
    let (spans, years) = (spans(asked, world), world.fiscal_years());
    let is_over = |span: &&Span| matches!(span, Span::Quarter(_)) && span.last_day(years) < asked.as_of;
    Ok(spans.iter().find(is_over).or(spans.first()).copied())
}

/// What is told of a control and span; none where there is no span yet.
fn told(asked: &Asked, world: &World, control: &Control) -> Result<Option<Arc<Briefing>>, Trouble> {
    let Some(span) = chosen_span(asked, world)? else { return Ok(None) };
    let today = asked.as_of.min(asked.today);
    // By its days: a span's name tells the year with two digits.
    let detail = format!("{} {} {today}", control.id, span.last_day(world.fiscal_years()));
    let found = asked.remembered("briefing", world, detail, || Briefing::of(world, control, span, today).map(Arc::new));
    found.as_ref().clone().map(Some).map_err(|message| Trouble::refused(words::sentence_case(&words::prose(&message))))
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let control = chosen_control(asked, world)?;
    let told = control.map(|control| told(asked, world, control)).transpose()?.flatten();
    let sheet = told.as_ref().map(|told| briefing::sheet(told));
    let id = control.map(|control| control.id.to_string()).unwrap_or_default();
    let span = told.as_ref().map(|told| told.now.span.to_string()).unwrap_or_default();
    let address = |path| with_days(asked, path, &[("control", &id), ("span", &span)]);
    let curve =
        |size, id| sheet.as_ref().and_then(|sheet| sheet.trend.as_ref()).map(|trend: &Trend| trend.svg(size, id));
    let curves = [
        curve(Size { height: 200.0, ..Size::WIDE }, "trend").unwrap_or_default(),
        curve(Size::NARROW, "trend-narrow").unwrap_or_default(),
    ];
    let page = ReportPage {
        frame: Frame::of(asked, world, "Report to management").with_days(asked),
        controls: controls(asked, world, &id),
        spans: choices(asked, world, &span),
        curves,
        pdf: address("/management/report.pdf"),
        markdown: address("/management/report.md"),
        summary: with_days(asked, "/management", &[("control", &id)]),
        nothing: if control.is_none() {
            "No control is defined yet. Once the programme is, its quarters and years stand here."
        } else {
            "No day of a fiscal quarter has passed since the first roster. Come back tomorrow."
        },
        evidence: evidence(asked)?,
        sheet,
    };
    written(&page)
}

fn controls(asked: &Asked, world: &World, chosen: &str) -> Vec<Choice> {
    let title = |control: &Control| control.version(asked.as_of).map(|version| version.title.to_string());
    let choice = |control: &Control| Choice {
        value: control.id.to_string(),
        label: format!("{}, {}", control.id, title(control).unwrap_or_default()),
        chosen: *control.id == *chosen,
    };
    world.controls().values().map(choice).collect()
}

/// The spans of the list, and the one asked for where it is an older one.
fn choices(asked: &Asked, world: &World, chosen: &str) -> Vec<Choice> {
    let years = world.fiscal_years();
    let mut spans = spans(asked, world);
    spans.extend(chosen.parse().ok().filter(|span| !spans.contains(span)));
    let choice = |span: Span| {
        let days = format!("{} to {}", words::day(span.first_day(years)), words::day(span.last_day(years)));
        let value = span.to_string();
        Choice { chosen: value == chosen, label: format!("{value}, {days}"), value }
    };
    spans.into_iter().map(choice).collect()
}

/// What a file tells, or that there is nothing.
fn for_file(asked: &Asked, world: &World) -> Result<Arc<Briefing>, Trouble> {
    let control = chosen_control(asked, world)?.ok_or(Trouble::NotFound)?;
    told(asked, world, control)?.ok_or(Trouble::NotFound)
}

fn name(told: &Briefing, ending: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '-' };
    let control: String = told.control.chars().map(plain).collect();
    format!("keepsharp-report-{control}-{}.{ending}", told.now.span)
}

/// One page of A4.
pub(crate) fn pdf(asked: &Asked, world: &World) -> Answered {
    let told = for_file(asked, world)?;
    let checkpoint = asked.app.store.checkpoint()?;
    let known = asked.known_at.unwrap_or_else(|| known_at(world));
    let bytes = briefing::pdf(&briefing::sheet(&told), told.now.to, &checkpoint, known, &program());
    let bytes = bytes.map_err(Trouble::Internal)?;
    Ok(Answer::File { name: name(&told, "pdf"), kind: "application/pdf", bytes })
}

/// For an issue or an OKR.
pub(crate) fn markdown(asked: &Asked, world: &World) -> Answered {
    let told = for_file(asked, world)?;
    let text = briefing::markdown(&briefing::sheet(&told), &asked.app.store.checkpoint()?);
    Ok(Answer::File { name: name(&told, "md"), kind: "text/markdown; charset=utf-8", bytes: text.into_bytes() })
}
