//! How is management told of a quarter or a year? One sheet of words and figures, written as text, Markdown, JSON and PDF.
//!
//! Every face shows this one sheet, so that page, paper and file never say different things. No names stand in it.

mod json;
mod markdown;
mod print;
mod table;
#[cfg(test)]
mod tests;
mod words;

pub use json::json;
pub use markdown::{markdown, text};
pub use print::pdf;

use crate::chart::{Caption, Curve, Frame, Hue, Series};
use keepsharp_domain::Day;
use keepsharp_domain::briefing::Briefing;
use keepsharp_domain::summary::{Count, Month};

/// All that is told, in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// What the organisation is called, or nothing.
    pub organisation: String,
    /// The control's id.
    pub control: String,
    /// The control's title, or nothing.
    pub name: String,
    /// The span, `FY27-Q2`.
    pub span: String,
    /// Its days as far as they are told.
    pub period: String,
    /// How it stands, in sentences.
    pub lead: Vec<String>,
    /// What each column of figures is about: the span, and its last day.
    pub columns: Vec<[String; 2]>,
    /// The figures, each with a cell for every column.
    pub figures: Vec<Figure>,
    /// The share of those who are up to date; none where there is nothing to draw.
    pub trend: Option<Trend>,
    /// Departments: the name, then a cell for each of `department_days`.
    pub departments: Vec<(String, Vec<String>)>,
    /// The days of which departments are told, the span's last first.
    pub department_days: Vec<String>,
    /// What was learned, in sentences.
    pub learned: String,
    /// The rounds of the span.
    pub rounds: Vec<Round>,
    /// Changes of the control's definition, in sentences.
    pub changes: Vec<String>,
    /// What is next.
    pub next: Vec<Step>,
    /// What to know when reading the figures.
    pub notes: Vec<String>,
}

/// A row of figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figure {
    /// What is counted.
    pub label: &'static str,
    /// A cell for each column.
    pub cells: Vec<String>,
    /// What this figure and those below it tell of; empty where that is as above.
    pub group: &'static str,
}

/// A round of the span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Its title.
    pub title: String,
    /// Its days.
    pub days: String,
    /// Its last day.
    pub closes: String,
    /// Who has taken it, of how many.
    pub taken: String,
    /// Its objective.
    pub objective: String,
    /// How it ended, or stands.
    pub outcome: String,
}

/// Something that is next: a sentence that begins with a round's title, where it is about one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// The round's title, as somebody wrote it.
    pub title: String,
    /// The rest of the sentence.
    pub rest: String,
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.title, self.rest)
    }
}

impl Sheet {
    /// The control's id and title.
    #[must_use]
    pub fn title(&self) -> String {
        if self.name.is_empty() { self.control.clone() } else { format!("{}, {}", self.control, self.name) }
    }

    /// Whose report it is.
    #[must_use]
    pub fn eyebrow(&self) -> String {
        let of = if self.organisation.is_empty() { String::new() } else { format!("{}: ", self.organisation) };
        format!("{of}report to management")
    }
}

/// The curve over the span.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// What is to be seen, in a sentence.
    pub finding: String,
    /// Days, latest last, with counts and share.
    pub rows: Vec<[String; 3]>,
    curve: Curve,
}

impl Trend {
    /// As SVG for a page.
    #[must_use]
    pub fn svg(&self, frame: Frame, id: &str) -> String {
        self.curve.svg(frame, &Caption { id, title: "Share of engineers up to date", description: &self.finding })
    }
}

/// The sheet of a briefing.
#[must_use]
pub fn sheet(briefing: &Briefing) -> Sheet {
    let compared = briefing.compared_day();
    let days: Vec<Day> = [Some(briefing.now.to), compared].into_iter().flatten().collect();
    Sheet {
        organisation: briefing.organisation.to_string(),
        control: briefing.control.to_string(),
        name: if briefing.title == briefing.control { String::new() } else { briefing.title.to_string() },
        span: briefing.now.span.to_string(),
        period: format!("{} to {}", words::day(briefing.now.from), words::day(briefing.now.to)),
        lead: words::lead(briefing),
        columns: table::columns(briefing),
        figures: table::figures(briefing),
        trend: trend(briefing),
        departments: table::departments(briefing, &days),
        department_days: if briefing.departments.is_empty() {
            Vec::new()
        } else {
            days.into_iter().map(words::day).collect()
        },
        learned: words::learned(briefing),
        rounds: briefing.rounds.iter().map(words::round).collect(),
        changes: briefing.changes.iter().map(words::change).collect(),
        next: words::next(briefing),
        notes: words::notes(briefing),
    }
}

fn trend(briefing: &Briefing) -> Option<Trend> {
    let days = &briefing.by_day;
    let point = |day: &Month| Some((day.day, drawn(day.current, day.population)?));
    let points: Vec<(Day, f64)> = days.iter().filter_map(point).collect();
    let (begun, last) = (points.first()?.0, points.last()?.0);
    let told = |wanted: Day| days.iter().find(|day| day.day == wanted);
    let share = |day: &Month| words::share(day.current, day.population).unwrap_or_default();
    let (first, end) = (told(begun)?, told(last)?);
    let finding = if begun == last {
        format!("{} were up to date on {}.", share(end), words::day(last))
    } else {
        format!("From {} on {} to {} on {}.", share(first), words::day(begun), share(end), words::day(last))
    };
    let row = |day: &Month| {
        [words::day(day.day), words::of(day.current, day.population), {
            words::share(day.current, day.population).unwrap_or_else(|| "–".to_owned())
        }]
    };
    let series = vec![Series { label: "up to date".to_owned(), hue: Hue::A, points }];
    Some(Trend {
        finding,
        rows: table::chosen(days).map(row).collect(),
        curve: Curve { from: briefing.now.from, to: briefing.now.to, series, target: None, today: None },
    })
}

/// A share in percent as it is drawn; none where it may not be told, or of nobody.
fn drawn(part: Count, whole: Count) -> Option<f64> {
    match (part, whole) {
        #[expect(clippy::cast_precision_loss, reason = "a share is drawn, not counted with")]
        (Count::Exactly(part), Count::Exactly(whole)) if whole > 0 => Some(100.0 * part as f64 / whole as f64),
        _ => None,
    }
}
