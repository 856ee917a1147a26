//! How did shares go over time? A curve, and where each piece of it stands.

use super::label::{Anchor, Label, isolated, shorten, width};
use super::line::simplified;
use super::placing::spread;
use super::ticks::{Named, WIDEST_NAME, days_between, named_days};
use super::{Area, Frame, Hue, Point, percent_text};
use keepsharp_domain::Day;
use std::collections::{BTreeMap, BTreeSet};

/// How many columns of a series' label are shown.
pub(super) const LABEL_COLUMNS: usize = 16;
/// How many places of a curve tell their day and shares when pointed at.
const HOVERS: usize = 30;
/// Between a line's end and its label.
const GAP: f64 = 9.0;

/// Shares over time: percent from 0 to 100, by day.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// What is drawn, up to three.
    pub series: Vec<Series>,
    /// What is to be reached.
    pub target: Option<Target>,
    /// The day to be marked as today.
    pub today: Option<Day>,
}

/// One line of a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What its end is labelled with.
    pub label: String,
    /// Its colour. The second series of a colour is dashed.
    pub hue: Hue,
    /// Percent by day, in any order. What is no number, or lies outside the curve's days, is absent.
    pub points: Vec<(Day, f64)>,
}

/// A share that is to be reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// For example "objective 90 %".
    pub label: String,
    /// The share.
    pub percent: f64,
}

/// Where each piece of a curve stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// The room that it was made for.
    pub frame: Frame,
    /// Where lines can be.
    pub area: Area,
    /// The days named below, by their place from the left.
    pub days: Vec<Tick>,
    /// The shares named at the left, by their place from the top.
    pub shares: Vec<Tick>,
    /// A line for each series that has a point.
    pub lines: Vec<Line>,
    /// What is to be reached, by its place from the top.
    pub target: Option<Mark>,
    /// Today, by its place from the left.
    pub today: Option<Mark>,
    /// What is told where one points, from left to right.
    pub hovers: Vec<Hover>,
    /// What stands there instead of lines.
    pub remark: Option<Label>,
}

/// A place on an axis, with its words.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where on the axis.
    pub at: f64,
    /// What it says, a line each.
    pub labels: Vec<Label>,
}

/// A line across the drawing, with its words.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Where on the axis that it crosses.
    pub at: f64,
    /// What it says.
    pub label: Label,
    /// From where to where it is drawn: it gives way to labels.
    pub pieces: Vec<(f64, f64)>,
}

/// A series as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its colour.
    pub hue: Hue,
    /// Whether an earlier line has this colour.
    pub repeated: bool,
    /// Its corners, from left to right.
    pub path: Vec<Point>,
    /// Where it ends.
    pub end: Point,
    /// Its last share.
    pub value: Label,
    /// Its name.
    pub name: Label,
}

/// A stretch of days that tells something when pointed at.
#[derive(Clone, Debug, PartialEq)]
pub struct Hover {
    /// Where it begins.
    pub left: f64,
    /// Where it ends.
    pub right: f64,
    /// What it tells.
    pub text: String,
}

/// A series without what is absent; of two figures for a day the later holds.
struct Known<'a> {
    series: &'a Series,
    points: BTreeMap<Day, f64>,
}

/// From days and shares to places.
pub(super) struct Scale {
    from: Day,
    days: f64,
    pub(super) area: Area,
}

impl Scale {
    fn x(&self, day: Day) -> f64 {
        self.area.left + self.area.width() * part_of(self.from, day, self.days)
    }

    pub(super) fn y(&self, percent: f64) -> f64 {
        self.area.bottom - self.area.height() * percent / 100.0
    }
}

/// Which part of the days lies before this one. A single day stands in the middle.
fn part_of(from: Day, day: Day, days: f64) -> f64 {
    if days > 0.0 { f64::from(days_between(from, day)) / days } else { 0.5 }
}

impl Curve {
    /// Where each piece stands in a frame.
    #[must_use]
    pub fn plot(&self, frame: Frame) -> Plot {
        let (from, to) = (self.from.min(self.to), self.from.max(self.to));
        let known: Vec<Known> = self.series.iter().filter_map(|series| Known::new(series, from, to)).collect();
        let days = f64::from(days_between(from, to));
        let scale = Scale { from, days, area: area(&frame, &known, from, days) };
        let lines = lines(&frame, &scale, &known);
        let today =
            self.today.filter(|day| (from..=to).contains(day)).map(|day| today(&frame, &scale.area, scale.x(day)));
        Plot {
            frame,
            area: scale.area,
            days: day_ticks(&frame, &scale, to),
            shares: share_ticks(&frame, &scale),
            target: self.target.as_ref().and_then(|target| target.mark(&frame, &scale, &lines, today.as_ref())),
            today,
            hovers: hovers(&scale, &known),
            remark: lines.is_empty().then(|| remark(&scale.area)),
            lines,
        }
    }
}

impl Known<'_> {
    fn new(series: &Series, from: Day, to: Day) -> Option<Known<'_>> {
        let known = series.points.iter().filter(|(day, percent)| percent.is_finite() && (from..=to).contains(day));
        let points: BTreeMap<Day, f64> = known.map(|(day, percent)| (*day, percent.clamp(0.0, 100.0))).collect();
        (!points.is_empty()).then_some(Known { series, points })
    }

    fn name(&self) -> String {
        shorten(&self.series.label, LABEL_COLUMNS)
    }

    /// The share that holds on a day, from the first point to the last.
    fn on(&self, day: Day) -> Option<f64> {
        let (last, _) = self.points.last_key_value()?;
        let (_, percent) = self.points.range(..=day).next_back()?;
        (day <= *last).then_some(*percent)
    }

    /// From one day to the next the line goes straight. Over a longer gap nothing is known of the days between, so the
    /// share holds and changes on the day of the next point.
    fn path(&self, scale: &Scale) -> Vec<Point> {
        let mut path = Vec::with_capacity(self.points.len());
        let mut before: Option<(Day, f64)> = None;
        for (day, percent) in &self.points {
            let point = Point { x: scale.x(*day), y: scale.y(*percent) };
            if let Some((last, y)) = before
                && days_between(last, *day) > 1
            {
                path.push(Point { x: point.x, y });
            }
            path.push(point);
            before = Some((*day, point.y));
        }
        simplified(&path)
    }
}

/// The room for lines: as wide as leaves each label its place beside the end of its line.
fn area(frame: &Frame, known: &[Known], from: Day, days: f64) -> Area {
    let left = width("100 %", frame.text) + 8.0;
    let mut right = frame.width - width(WIDEST_NAME, frame.text) / 2.0;
    for series in known {
        let Some((day, percent)) = series.points.last_key_value() else { continue };
        let label = width(&series.name(), frame.text).max(width(&percent_text(*percent), frame.text));
        let part = part_of(from, *day, days).max(0.01);
        right = right.min(left + (frame.width - left - label - GAP) / part);
    }
    Area { left, top: frame.text * 1.8, right, bottom: frame.height - frame.text * 3.2 }
}

fn lines(frame: &Frame, scale: &Scale, known: &[Known]) -> Vec<Line> {
    let ends: Vec<(Point, f64)> = known
        .iter()
        .filter_map(|series| series.points.last_key_value())
        .map(|(day, percent)| (Point { x: scale.x(*day), y: scale.y(*percent) }, *percent))
        .collect();
    let wanted: Vec<f64> = ends.iter().map(|(end, _)| end.y).collect();
    let places = spread(&wanted, frame.text * 2.7, scale.area.top, scale.area.bottom + frame.text);
    let mut lines: Vec<Line> = Vec::new();
    for ((series, (end, percent)), place) in known.iter().zip(ends).zip(places) {
        let label =
            |down: f64, text| Label { x: end.x + GAP, y: place + frame.text * down, anchor: Anchor::Start, text };
        lines.push(Line {
            hue: series.series.hue,
            repeated: lines.iter().any(|line| line.hue == series.series.hue),
            path: series.path(scale),
            end,
            value: label(-0.25, percent_text(percent)),
            name: label(0.95, series.name()),
        });
    }
    lines
}

fn day_ticks(frame: &Frame, scale: &Scale, to: Day) -> Vec<Tick> {
    let tick = |named: Named| {
        let at = scale.x(named.day);
        let label =
            |down: f64, text| Label { x: at, y: scale.area.bottom + frame.text * down, anchor: Anchor::Middle, text };
        let labels = [label(1.5, named.name), label(2.75, named.year)];
        Tick { at, labels: labels.into_iter().filter(|label| !label.text.is_empty()).collect() }
    };
    named_days(scale.from, to, scale.area.width(), frame.text).into_iter().map(tick).collect()
}

fn share_ticks(frame: &Frame, scale: &Scale) -> Vec<Tick> {
    let tick = |percent: f64| {
        let at = scale.y(percent);
        let text = percent_text(percent);
        let label = Label { x: scale.area.left - 8.0, y: at + frame.text * 0.35, anchor: Anchor::End, text };
        Tick { at, labels: vec![label] }
    };
    [0.0, 25.0, 50.0, 75.0, 100.0].map(tick).to_vec()
}

fn today(frame: &Frame, area: &Area, at: f64) -> Mark {
    let text = "today".to_owned();
    Mark {
        at,
        label: Label { x: at, y: frame.text, anchor: Anchor::Middle, text },
        pieces: vec![(area.top, area.bottom)],
    }
}

fn remark(area: &Area) -> Label {
    // In the middle, but between two lines of the grid.
    let (x, y) = (f64::midpoint(area.left, area.right), area.top + area.height() * 0.4);
    Label { x, y, anchor: Anchor::Middle, text: "no figures yet".to_owned() }
}

/// Evenly chosen days, each with the stretch that lies nearer to it than to the next.
fn hovers(scale: &Scale, known: &[Known]) -> Vec<Hover> {
    let days: BTreeSet<Day> = known.iter().flat_map(|series| series.points.keys().copied()).collect();
    let last = days.len().saturating_sub(1);
    let few = HOVERS.min(days.len());
    let chosen: BTreeSet<usize> = (0..few).map(|step| step * last / few.saturating_sub(1).max(1)).collect();
    let days: Vec<Day> =
        days.into_iter().enumerate().filter(|(place, _)| chosen.contains(place)).map(|(_, day)| day).collect();
    let mut left = scale.area.left;
    let following = days.iter().skip(1).map(Some).chain([None]);
    let hover = |(day, next): (&Day, Option<&Day>)| {
        let right = next.map_or(scale.area.right, |next| f64::midpoint(scale.x(*day), scale.x(*next)));
        let hover = Hover { left, right, text: told(*day, known) };
        left = right;
        hover
    };
    days.iter().zip(following).map(hover).collect()
}

/// "3 March 2026: 82.4 %", or a line for each series.
fn told(day: Day, known: &[Known]) -> String {
    let named = day.strftime("%-d %B %Y");
    if let [series] = known {
        return series.on(day).map_or_else(String::new, |percent| format!("{named}: {}", percent_text(percent)));
    }
    let of = |series: &Known| {
        let percent = series.on(day)?;
        Some(format!("\n{}: {}", isolated(&shorten(&series.series.label, 40)), percent_text(percent)))
    };
    format!("{named}{}", known.iter().filter_map(of).collect::<String>())
}

#[cfg(test)]
#[path = "curve_tests.rs"]
mod tests;
