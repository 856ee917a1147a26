//! Where is it going, department by department? A tiny curve for each, on a scale that all of them share.

use super::label::{isolated, shorten};
use super::line::simplified;
use super::svg::{Drawing, number, path};
use super::{Hue, Point, percent_text};

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 28.0;
/// So that a line at the edge is not cut.
const MARGIN: f64 = 5.0;
/// The scale spans so many percent at least: the noise of small teams is not to look like a landslide.
const LEAST_SPAN: f64 = 20.0;

/// A department's shares.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What the department is called.
    pub label: String,
    /// Percent from 0 to 100, equally far apart. What is no number is absent, and leaves a gap.
    pub values: Vec<f64>,
}

/// Departments that are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Columns {
    /// The departments.
    pub columns: Vec<Column>,
    /// Their colour.
    pub hue: Hue,
}

impl Columns {
    /// Each department's lines, in pieces where figures are absent, in a box of 120 by 28.
    #[must_use]
    pub fn lines(&self) -> Vec<Vec<Vec<Point>>> {
        let scale = self.scale();
        self.columns.iter().map(|column| column.pieces(scale)).collect()
    }

    /// Each department's curve as SVG, in their order.
    #[must_use]
    pub fn svgs(&self) -> Vec<String> {
        self.columns.iter().zip(self.lines()).map(|(column, pieces)| self.svg(column, &pieces)).collect()
    }

    fn svg(&self, column: &Column, pieces: &[Vec<Point>]) -> String {
        let mut drawing = Drawing::titled("spark", (WIDTH, HEIGHT), &column.told());
        let hue = self.hue.class();
        let line: String = pieces.iter().map(|piece| path(piece)).collect();
        if !line.is_empty() {
            drawing.put(format_args!(
                "<path class=\"line {hue}\" fill=\"none\" stroke-linecap=\"round\" vector-effect=\"non-scaling-stroke\" d=\"{line}\"/>"
            ));
        }
        if let Some(end) = pieces.last().and_then(|piece| piece.last()) {
            let (x, y) = (number(end.x), number(end.y));
            drawing.put(format_args!("<circle class=\"dot {hue}\" cx=\"{x}\" cy=\"{y}\" r=\"3.5\"/>"));
        }
        drawing.close()
    }

    /// The lowest and the highest percent shown.
    fn scale(&self) -> (f64, f64) {
        let known = || self.columns.iter().flat_map(Column::known);
        let low = known().fold(100.0, f64::min);
        let high = known().fold(0.0, f64::max).max(low);
        let widened = f64::midpoint(low, high) - LEAST_SPAN / 2.0;
        let low = low.min(widened.clamp(0.0, 100.0 - LEAST_SPAN));
        (low, high.max(low + LEAST_SPAN))
    }
}

impl Column {
    fn known(&self) -> impl Iterator<Item = f64> {
        self.values.iter().filter(|value| value.is_finite()).map(|value| value.clamp(0.0, 100.0))
    }

    fn pieces(&self, (low, high): (f64, f64)) -> Vec<Vec<Point>> {
        let steps = f64::from(u32::try_from(self.values.len()).unwrap_or(u32::MAX)) - 1.0;
        let mut pieces: Vec<Vec<Point>> = vec![Vec::new()];
        for (place, value) in (0_u32..).zip(&self.values) {
            if !value.is_finite() {
                pieces.push(Vec::new());
                continue;
            }
            let part = if steps > 0.0 { f64::from(place) / steps } else { 1.0 };
            let x = MARGIN + (WIDTH - 2.0 * MARGIN) * part;
            let y = MARGIN + (HEIGHT - 2.0 * MARGIN) * (high - value.clamp(0.0, 100.0)) / (high - low);
            pieces.last_mut().into_iter().for_each(|piece| piece.push(Point { x, y }));
        }
        pieces.into_iter().filter(|piece| !piece.is_empty()).map(|piece| simplified(&piece)).collect()
    }

    fn told(&self) -> String {
        let label = isolated(&shorten(&self.label, 40));
        match (self.known().next(), self.known().last()) {
            (Some(first), Some(last)) if self.known().count() > 1 => {
                format!("{label}: {} to {}", percent_text(first), percent_text(last))
            }
            (Some(only), _) => format!("{label}: {}", percent_text(only)),
            _ => format!("{label}: no figures"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::testing::check;

    fn columns(values: &[&[f64]]) -> Columns {
        let column = |values: &&[f64]| Column { label: "R & D".to_owned(), values: values.to_vec() };
        Columns { columns: values.iter().map(column).collect(), hue: Hue::A }
    }

    #[test]
    fn every_curve_stays_in_its_box() {
        let odd: [&[f64]; 7] =
            [&[], &[f64::NAN], &[50.0], &[100.0, 100.0], &[0.0, 0.0, 0.0], &[-5.0, f64::INFINITY, 400.0], &[3.0, 97.0]];
        for values in odd.iter().map(|values| columns(&[*values])).chain([columns(&odd)]) {
            for svg in values.svgs() {
                check(&svg);
            }
            for point in values.lines().iter().flatten().flatten() {
                assert!((0.0..=WIDTH).contains(&point.x) && (0.0..=HEIGHT).contains(&point.y), "{point:?}");
            }
        }
    }

    #[test]
    fn departments_share_a_scale_and_gaps_stay_gaps() {
        let lines = columns(&[&[10.0, 90.0], &[90.0, 10.0], &[50.0, f64::NAN, 50.0, 60.0]]).lines();
        assert!((lines[0][0][0].y - lines[1][0][1].y).abs() < 1e-9);
        assert_eq!(lines[2].len(), 2);
        let flat = columns(&[&[81.0, 82.0, 80.5]]).lines();
        assert!(flat[0][0].iter().all(|point| (10.0..18.0).contains(&point.y)), "{flat:?}");
    }

    #[test]
    fn a_curve_tells_where_it_began_and_ended() {
        let svgs = columns(&[&[71.0, f64::NAN, 84.25], &[]]).svgs();
        assert!(svgs[0].contains("<title>R &amp; D: 71 % to 84.2 %</title>"), "{}", svgs[0]);
        assert!(svgs[1].contains("no figures"), "{}", svgs[1]);
    }
}
