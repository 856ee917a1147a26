//! Which picture shows the figures? Curves, bars and sparklines, as SVG for pages whose policy forbids inline styles
//! and scripts: colours are left to a style sheet, by class.
//!
//! Where things stand (`plot`, `bars`) is computed apart from how that is written as SVG, so that paper has the same picture.

mod bridge;
mod columns;
mod curve;
mod label;
mod line;
mod placing;
mod share;
mod svg;
mod target;
mod ticks;

pub use bridge::{Bar, Bridge, Part, Standing};
pub use columns::{Column, Columns};
pub use curve::{Curve, Hover, Line, Mark, Plot, Series, Target, Tick};
pub use label::{Anchor, Label};
pub use share::Share;
pub(crate) use svg::escaped;

/// A place in a drawing: to the right, and down from the top.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// From the left edge.
    pub x: f64,
    /// From the top edge.
    pub y: f64,
}

/// A rectangle in a drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Its left edge.
    pub left: f64,
    /// Its top edge.
    pub top: f64,
    /// Its right edge.
    pub right: f64,
    /// Its bottom edge.
    pub bottom: f64,
}

impl Area {
    /// From left to right.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// From top to bottom.
    #[must_use]
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }
}

/// How much room a drawing has, and how large its text is.
///
/// Text grows and shrinks with a drawing, so one drawing can't be read both on a wide page and on a phone. A page carries
/// one of each, and its style sheet hides the one (`.wide`, `.narrow`) that does not fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The class that the drawing gets.
    pub class: &'static str,
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
    /// The size of its text.
    pub text: f64,
}

impl Frame {
    /// For pages of some 560 pixels and more.
    pub const WIDE: Frame = Frame { class: "wide", width: 720.0, height: 300.0, text: 13.0 };
    /// For phones.
    pub const NARROW: Frame = Frame { class: "narrow", width: 360.0, height: 260.0, text: 13.0 };
}

/// What a drawing is called by those who do not see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caption<'a> {
    /// An id that the page has only once; the drawing's title and description get `…-title` and `…-description`.
    pub id: &'a str,
    /// What it shows, in a few words.
    pub title: &'a str,
    /// What is to be seen in it, in a sentence.
    pub description: &'a str,
}

/// Which of two colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hue {
    /// The first, class `a`.
    A,
    /// The second, class `b`.
    B,
}

impl Hue {
    /// The class of a style sheet.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Hue::A => "a",
            Hue::B => "b",
        }
    }
}

/// A share in percent as text, `82.4 %`. It is rounded down: 89.96 is not 90 where 90 is the objective.
pub(crate) fn percent_text(percent: f64) -> String {
    // What was computed as 82.3999999999 was meant as 82.4.
    const SLACK: f64 = 1e-6;
    format!("{} %", svg::number((percent * 10.0 + SLACK).floor() / 10.0))
}

#[cfg(test)]
pub(crate) mod testing;
