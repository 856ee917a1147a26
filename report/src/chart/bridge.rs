//! Of how many parts is a whole made up? One bar, from one end to the other.

use super::label::{isolated, shorten};
use super::svg::{Drawing, escaped, number, tenths};
use super::{Caption, percent_text};

/// How wide the bar is.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 24.0;
/// No part is narrower, however few it counts.
const LEAST: f64 = 2.0;
/// Between two parts.
const GAP: f64 = 1.0;

/// What the counted have in common; it is the part's colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Trained, and not due again yet.
    Current,
    /// To be trained by a date that has not passed.
    Due,
    /// The due date has passed.
    Overdue,
    /// Excepted or on leave.
    Away,
    /// New, and given time.
    Grace,
}

impl Standing {
    /// The class of a style sheet.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Standing::Current => "current",
            Standing::Due => "due",
            Standing::Overdue => "overdue",
            Standing::Away => "away",
            Standing::Grace => "grace",
        }
    }

    /// A square of this colour, for a key beside the bar.
    #[must_use]
    pub fn swatch(self) -> String {
        let class = self.class();
        format!(
            "<svg viewBox=\"0 0 1 1\" aria-hidden=\"true\"><rect class=\"bar {class}\" width=\"1\" height=\"1\"/></svg>"
        )
    }
}

/// A part of a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is called.
    pub label: String,
    /// Its colour.
    pub standing: Standing,
    /// How many it counts.
    pub count: u32,
}

/// A whole and its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bridge {
    /// The parts, from left to right.
    pub parts: Vec<Part>,
}

/// A part as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Where it begins.
    pub left: f64,
    /// How wide it is.
    pub width: f64,
    /// Its colour.
    pub standing: Standing,
    /// What it tells when pointed at.
    pub text: String,
}

impl Bridge {
    /// Where each part stands that counts anybody, in a bar of 720 by 24.
    #[must_use]
    pub fn bars(&self) -> Vec<Bar> {
        let parts: Vec<&Part> = self.parts.iter().filter(|part| part.count > 0).collect();
        let whole: f64 = parts.iter().map(|part| f64::from(part.count)).sum();
        let mut left = 0.0;
        let bar = |(part, width): (&&Part, f64)| {
            let bar = Bar { left, width, standing: part.standing, text: told(part, whole) };
            left += width + GAP;
            bar
        };
        parts.iter().zip(widths(&parts)).map(bar).collect()
    }

    /// The bar as SVG.
    #[must_use]
    pub fn svg(&self, caption: &Caption) -> String {
        let mut drawing = Drawing::captioned("stack", (WIDTH, HEIGHT), caption);
        let bars = self.bars();
        if bars.is_empty() {
            drawing.track(WIDTH, HEIGHT);
        }
        for bar in &bars {
            let (class, left) = (bar.standing.class(), number(bar.left));
            // From rounded edge to rounded edge: a width rounded by itself could reach into the next part.
            let width = number(tenths(bar.left + bar.width) - tenths(bar.left));
            drawing
                .put(format_args!("<rect class=\"bar {class}\" x=\"{left}\" width=\"{width}\" height=\"{HEIGHT}\">"));
            drawing.put(format_args!("<title>{}</title></rect>", escaped(&bar.text)));
        }
        drawing.close()
    }
}

/// Widths by count. What would be too narrow is widened first, and the others share what is left.
fn widths(parts: &[&Part]) -> Vec<f64> {
    let number = f64::from(u32::try_from(parts.len()).unwrap_or(u32::MAX));
    let mut room = WIDTH - GAP * (number - 1.0);
    if room < LEAST * number {
        return parts.iter().map(|_| (WIDTH / number - GAP).max(0.0)).collect();
    }
    let mut whole: f64 = parts.iter().map(|part| f64::from(part.count)).sum();
    let mut ascending: Vec<u32> = parts.iter().map(|part| part.count).collect();
    ascending.sort_unstable();
    for count in ascending {
        if room * f64::from(count) / whole >= LEAST {
            break;
        }
        room -= LEAST;
        whole -= f64::from(count);
    }
    parts.iter().map(|part| (room * f64::from(part.count) / whole).max(LEAST)).collect()
}

fn told(part: &Part, whole: f64) -> String {
    let share = percent_text(100.0 * f64::from(part.count) / whole);
    format!("{}: {} of {} ({share})", isolated(&shorten(&part.label, 40)), part.count, number(whole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::testing::{CAPTION, check};

    fn bridge(counts: &[u32]) -> Bridge {
        let standings = [Standing::Current, Standing::Due, Standing::Overdue, Standing::Away, Standing::Grace];
        let part = |(count, standing): (&u32, Standing)| Part { label: "<b> & co".to_owned(), standing, count: *count };
        Bridge { parts: counts.iter().zip(standings.into_iter().cycle()).map(part).collect() }
    }

    #[test]
    fn parts_fill_the_bar_and_the_smallest_can_be_seen() {
        for counts in [vec![1], vec![100_000, 1, 1, 0, 3], vec![1, 1, 1], vec![0, 7, 4_000_000_000], vec![9; 400]] {
            let bars = bridge(&counts).bars();
            assert_eq!(bars.len(), counts.iter().filter(|count| **count > 0).count());
            for pair in bars.windows(2) {
                assert!(pair[1].left >= pair[0].left + pair[0].width, "{pair:?}");
            }
            let end = bars.last().map_or(0.0, |bar| bar.left + bar.width);
            assert!((end - WIDTH).abs() < 1.01, "{counts:?} end at {end}");
            assert!(counts.len() > 100 || bars.iter().all(|bar| bar.width >= LEAST), "{bars:?}");
        }
    }

    #[test]
    fn a_bar_tells_its_parts_and_needs_nobody() {
        let svg = bridge(&[3, 0, 1]).svg(&CAPTION);
        check(&svg);
        assert!(svg.contains("&lt;b&gt; &amp; co: 3 of 4 (75 %)") && !svg.contains("bar due"), "{svg}");
        check(&bridge(&[]).svg(&CAPTION));
        check(&bridge(&[0, 0]).svg(&CAPTION));
        check(&Standing::Due.swatch());
    }
}
