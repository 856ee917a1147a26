//! How it goes, on one sheet of paper and without names: for whoever answers for the programme.

use super::content::counts::{self, Basis};
use super::content::overview::time as spent_here;
use super::programme::{chosen_control, days_query, with_days};
use crate::web::asked::Asked;
use crate::web::fields::Trouble;
use crate::web::frame::{Answer, Answered, Frame, page as written};
use crate::web::words;
use askama::Template;
use jiff::ToSpan;
use keepsharp_domain::campaign::Campaign;
use keepsharp_domain::control::{Control, ControlVersion};
use keepsharp_domain::finding::findings;
use keepsharp_domain::summary::{Count, Department, Learned, Month, NextStep, Summary};
use keepsharp_domain::{Day, World};
use keepsharp_report::chart::{Caption, Column, Columns, Curve, Frame as Size, Hue, Series, Share};
use keepsharp_report::{Cell, Format, Table};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "management.html")]
struct ManagementPage {
    frame: Frame,
    sheet: Option<Sheet>,
    controls: Vec<(String, String, bool)>,
    /// How this page was computed, for paper.
    evidence: String,
}

/// All that stands on the sheet.
struct Sheet {
    eyebrow: String,
    title: String,
    lead: String,
    figures: Vec<Figure>,
    trend: Option<Trend>,
    departments: Vec<DepartmentRow>,
    /// The day of the first column.
    before: String,
    learned: String,
    /// Time on the courses that are taken here; empty where there are none.
    time: String,
    steps: Vec<String>,
    smallest: u32,
    csv: String,
    report: String,
}

/// A figure with its denominator.
struct Figure {
    term: &'static str,
    value: String,
    rest: String,
}

/// The curve over the months, and the table behind it.
struct Trend {
    wide: String,
    narrow: String,
    finding: String,
    rows: Vec<(String, String, String)>,
}

/// A department: its name, now, and how it went.
struct DepartmentRow {
    label: String,
    bar: String,
    now: String,
    before: String,
    spark: String,
}

/// The summary of a control on the day asked for.
fn summary(asked: &Asked, world: &World, control: &Control) -> Arc<Summary> {
    let found = asked.remembered("findings", world, asked.as_of, || findings(world, asked.as_of)).len();
    let detail = format!("{} {}", control.id, asked.as_of);
    asked.remembered("summary", world, detail, || Summary::of(world, control, asked.as_of, found))
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let control = chosen_control(asked, world)?;
    let sheet = match control {
        Some(control) => Some(sheet(asked, world, control, &summary(asked, world, control))?),
        None => None,
    };
    let chosen = |id: &str| control.is_some_and(|control| &*control.id == id);
    let title = |control: &Control| control.version(asked.as_of).map(|version| version.title.to_string());
    let controls = world.controls().values();
    let page = ManagementPage {
        frame: Frame::of(asked, world, "Summary for management").with_days(asked),
        sheet,
        controls: controls.map(|one| (one.id.to_string(), title(one).unwrap_or_default(), chosen(&one.id))).collect(),
        evidence: evidence(asked)?,
    };
    written(&page)
}

/// The ledger's head in a line: whoever rewrites the past later contradicts the paper.
pub(super) fn evidence(asked: &Asked) -> Result<String, Trouble> {
    let checkpoint = asked.app.store.checkpoint()?;
    let mut lines = checkpoint.lines().skip(1);
    let (size, root) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let size = size.parse().map_or_else(|_| size.to_owned(), words::grouped);
    let known = asked.known_at.map(|at| format!(" As known on {}.", words::moment(at, &asked.zone)));
    Ok(format!(
        "Printed from Keepsharp on {}.{} Ledger of {size} facts, root {root}",
        words::moment(asked.now, &asked.zone),
        known.unwrap_or_default()
    ))
}

fn sheet(asked: &Asked, world: &World, control: &Control, summary: &Summary) -> Result<Sheet, Trouble> {
    let version = control.version(summary.day);
    let days = days_query(asked);
    let joined = if days.is_empty() { "?" } else { "&" };
    Ok(Sheet {
        eyebrow: eyebrow(world, summary.day),
        title: version.map(|version| format!("{}, {}", control.id, version.title)).unwrap_or_default(),
        lead: lead(summary),
        figures: figures(summary),
        trend: trend(summary),
        departments: departments(&summary.departments),
        before: summary
            .departments
            .first()
            .and_then(|one| one.days.first())
            .map(|(day, ..)| words::day(*day))
            .unwrap_or_default(),
        learned: learned(version, &summary.learned),
        time: time(asked, world, summary.day)?,
        steps: summary.next_steps.iter().map(|step| step_in_words(world, step, summary.day)).collect(),
        smallest: summary.smallest_group,
        csv: format!("/management.csv{days}{joined}control={}", words::in_query(&control.id)),
        report: with_days(asked, "/management/report", &[("control", &control.id)]),
    })
}

/// Time on the courses that are taken here, in the twelve months to a day.
fn time(asked: &Asked, world: &World, day: Day) -> Result<String, Trouble> {
    let courses: Vec<String> = world.published_courses().all().map(|(id, _)| id.to_owned()).collect();
    let from = day.saturating_sub(12.months()).saturating_add(1.day());
    let basis = Basis::of(world);
    let spent = counts::spent(asked, &courses, &[(from, day)], basis)?;
    Ok(spent
        .first()
        .map(|spent| spent_here("On the courses here, in the same months", spent, basis))
        .filter(|_| !courses.is_empty())
        .unwrap_or_default())
}

fn eyebrow(world: &World, day: Day) -> String {
    let of = world.organisation().map(|organisation| format!("{}: ", organisation.name)).unwrap_or_default();
    format!("{of}summary for management, {}", words::day(day))
}

/// "31", or "fewer than 3".
fn count(count: Count) -> String {
    match count {
        Count::Exactly(many) => words::grouped(many),
        Count::FewerThan(limit) => format!("fewer than {}", words::grouped(limit.into())),
    }
}

/// The same with its noun: "1 engineer", "fewer than 3 engineers".
fn counted(many: Count, one: &str, several: &str) -> String {
    format!("{} {}", count(many), if many == Count::Exactly(1) { one } else { several })
}

/// A share in percent as it is drawn: no number where it may not be told.
fn share(part: Count, whole: Count) -> f64 {
    match (part, whole) {
        #[expect(clippy::cast_precision_loss, reason = "a share is drawn, not counted with")]
        (Count::Exactly(part), Count::Exactly(whole)) if whole > 0 => 100.0 * part as f64 / whole as f64,
        _ => f64::NAN,
    }
}

/// A share as it is written, or a dash.
fn share_in_words(part: Count, whole: Count) -> String {
    match (part, whole) {
        (Count::Exactly(part), Count::Exactly(whole)) => words::percent(part, whole),
        _ => "–".to_owned(),
    }
}

fn with_capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// How it stands, in a sentence.
fn lead(summary: &Summary) -> String {
    let Some(now) = summary.months.last() else { return String::new() };
    let stands = match (now.current, now.population) {
        (_, Count::Exactly(0)) => return "Nobody is in scope of this control yet.".to_owned(),
        (_, Count::FewerThan(limit)) => {
            return format!("Fewer than {limit} engineers are in scope, too few to speak of without naming anybody.");
        }
        (current, population) => {
            let current = with_capital(&count(current));
            format!("{current} of {} are up to date", counted(population, "engineer", "engineers"))
        }
    };
    let round = summary.next_steps.iter().find_map(|step| match step {
        NextStep::RoundCloses { days_left, missing_to_objective, .. } => Some((*days_left, *missing_to_objective)),
        _ => None,
    });
    match round {
        None => format!("{stands}."),
        Some((left, Count::Exactly(0))) => {
            format!("{stands}; the round closes {} and has reached its objective.", in_days(left))
        }
        Some((left, missing)) => {
            format!("{stands}; the round closes {} and needs {} more for its objective.", in_days(left), count(missing))
        }
    }
}

fn in_days(days: u32) -> String {
    match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        days => format!("in {days} days"),
    }
}

fn figures(summary: &Summary) -> Vec<Figure> {
    let Some(now) = summary.months.last() else { return Vec::new() };
    let of_month = |term, month: &Month| Figure {
        term,
        value: count(month.current),
        rest: format!("of {}, {}", count(month.population), share_in_words(month.current, month.population)),
    };
    let of_now = |term, many: Option<Count>| Figure {
        term,
        value: count(many.unwrap_or(Count::Exactly(0))),
        rest: format!("of {}", count(now.population)),
    };
    let overdue = summary.next_steps.iter().find_map(|step| match step {
        NextStep::Overdue(many) => Some(*many),
        _ => None,
    });
    let soon = summary.next_steps.iter().find_map(|step| match step {
        NextStep::DueWithin30Days(many) => Some(*many),
        _ => None,
    });
    let year_ago = summary.months.first().filter(|month| share(month.current, month.population).is_finite());
    [of_month("Up to date", now)]
        .into_iter()
        .chain(year_ago.map(|month| of_month("A year ago", month)))
        .chain([of_now("Past their date", overdue), of_now("Due within 30 days", soon)])
        .collect()
}

/// The share of everybody over the months; none while there is nothing to draw.
fn trend(summary: &Summary) -> Option<Trend> {
    let (first, last) = (summary.months.first()?, summary.months.last()?);
    let point = |month: &Month| (month.day, share(month.current, month.population));
    let points: Vec<(Day, f64)> = summary.months.iter().map(point).filter(|(_, share)| share.is_finite()).collect();
    let begun = points.first()?.0;
    let began = summary.months.iter().find(|month| month.day == begun)?;
    let finding = if began.day == last.day {
        format!("{} are up to date.", share_in_words(last.current, last.population))
    } else {
        format!(
            "From {} on {} to {} on {}.",
            share_in_words(began.current, began.population),
            words::day(began.day),
            share_in_words(last.current, last.population),
            words::day(last.day)
        )
    };
    let series = vec![Series { label: "up to date".to_owned(), hue: Hue::A, points }];
    let curve = Curve { from: first.day, to: last.day, series, target: None, today: None };
    let caption = |id| Caption { id, title: "Share of engineers up to date", description: &finding };
    let row = |month: &Month| {
        let share = share_in_words(month.current, month.population);
        (words::day(month.day), format!("{} of {}", count(month.current), count(month.population)), share)
    };
    Some(Trend {
        wide: curve.svg(Size { height: 220.0, ..Size::WIDE }, &caption("trend")),
        narrow: curve.svg(Size::NARROW, &caption("trend-narrow")),
        rows: summary.months.iter().rev().map(row).collect(),
        finding,
    })
}

fn departments(departments: &[Department]) -> Vec<DepartmentRow> {
    let of = |(_, population, current): &(Day, u64, Count)| (*current, Count::Exactly(*population));
    let column = |department: &Department| Column {
        label: department.group.label().to_owned(),
        values: department.days.iter().map(of).map(|(current, population)| share(current, population)).collect(),
    };
    let columns = Columns { columns: departments.iter().map(column).collect(), hue: Hue::A };
    let row = |(department, spark): (&Department, String)| {
        let (current, population) = department.days.last().map(of)?;
        let (before, whole) = department.days.first().map(of)?;
        Some(DepartmentRow {
            label: department.group.label().to_owned(),
            bar: bar(current, population),
            now: format!("{} of {}", count(current), count(population)),
            before: format!("{} of {}", count(before), count(whole)),
            spark,
        })
    };
    departments.iter().zip(columns.svgs()).filter_map(row).collect()
}

/// A bar for a share that may be told, else nothing.
fn bar(current: Count, population: Count) -> String {
    let (Count::Exactly(taken), Count::Exactly(engineers)) = (current, population) else { return String::new() };
    match (u32::try_from(taken), u32::try_from(engineers)) {
        (Ok(taken), Ok(engineers)) => Share { taken, engineers, objective: None }.svg(),
        _ => String::new(),
    }
}

/// What was learned in twelve months, and what it took.
fn learned(version: Option<&ControlVersion>, learned: &Learned) -> String {
    if (learned.full, learned.refresher) == (Count::Exactly(0), Count::Exactly(0)) {
        return "Nobody has completed a course in the past twelve months.".to_owned();
    }
    let done = format!(
        "In the past twelve months {} and {} were completed, by people in scope or not, {} for the first time.",
        counted(learned.full, "full course", "full courses"),
        counted(learned.refresher, "refresher", "refreshers"),
        count(learned.first_time),
    );
    let states = version.is_some_and(|version| version.about.contains_key("minutes"));
    let took = match learned.minutes {
        Some(minutes) => took(minutes),
        None if states => "What it took is not shown, as too few people would be counted by it.".to_owned(),
        None => "The programme does not state how many minutes a course takes, so the time is not counted.".to_owned(),
    };
    format!("{done} {took}")
}

fn took(minutes: u64) -> String {
    let days = (minutes + 240) / 480;
    let hours = words::counted((minutes + 30) / 60, "hour", "hours");
    let days = words::counted(days, "working day", "working days");
    format!(
        "By the minutes that the programme states this took {hours}, or {days} of eight hours, of everybody together."
    )
}

/// What is to be done, and who can.
fn step_in_words(world: &World, step: &NextStep, day: Day) -> String {
    let name = |id: &str| world.campaigns().get(id).map_or_else(|| id.to_owned(), |round| round.title.to_string());
    match step {
        NextStep::Overdue(many) => format!(
            "{} past their date. Managers see who of their team has not taken it yet; a friendly word helps most.",
            with_capital(&counted(*many, "engineer is", "engineers are"))
        ),
        NextStep::DueWithin30Days(many) => {
            let until = day.saturating_add(30.days());
            let due = with_capital(&counted(*many, "engineer comes", "engineers come"));
            format!("{due} due by {}. Time for it in the plans of these weeks is all they need.", words::day(until))
        }
        NextStep::FindingsToMend(many) => format!(
            "{} in the roster can’t be right. Whoever keeps the roster sees them on the programme’s pages.",
            words::counted(*many, "entry", "entries")
        ),
        NextStep::RoundCloses { campaign, days_left, missing_to_objective } => {
            let closes = format!("{} closes {}", name(campaign), in_days(*days_left));
            let objective = world.campaigns().get(campaign).map(objective).unwrap_or_default();
            match missing_to_objective {
                Count::Exactly(0) => format!("{closes}. Its objective{objective} is reached."),
                missing => format!("{closes}. It needs {} more for its objective{objective}.", count(*missing)),
            }
        }
    }
}

fn objective(campaign: &Campaign) -> String {
    format!(" of {}", words::objective(campaign.objective))
}

/// The table of departments over the months, for a spreadsheet.
pub(crate) fn file(asked: &Asked, world: &World) -> Answered {
    let control = chosen_control(asked, world)?.ok_or(Trouble::NotFound)?;
    let summary = summary(asked, world, control);
    let mut table = Table::new(&["control", "day", "department", "engineers", "up_to_date"]);
    for department in &summary.departments {
        for (day, population, current) in &department.days {
            let current = match current {
                Count::Exactly(many) => Cell::Count(*many),
                Count::FewerThan(_) => Cell::Text(count(*current)),
            };
            let label = department.group.label();
            table.push(vec![(&*control.id).into(), (*day).into(), label.into(), (*population).into(), current]);
        }
    }
    let name = format!("keepsharp-summary-{}.csv", asked.as_of);
    Ok(Answer::File { name, kind: "text/csv; charset=utf-8", bytes: table.write(Format::Csv).into_bytes() })
}
