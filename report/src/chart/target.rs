//! Where does a target stand among the lines that are to reach it?

use super::curve::{LABEL_COLUMNS, Line, Mark, Scale, Target};
use super::label::{Anchor, Label, shorten, width};
use super::placing::clearance;
use super::{Area, Frame, Point};

impl Target {
    /// The target's label stands on its line, at the first place where nothing else is near, or else where most room is.
    pub(super) fn mark(&self, frame: &Frame, scale: &Scale, lines: &[Line], today: Option<&Mark>) -> Option<Mark> {
        const ENOUGH: f64 = 5.0;
        let percent = Some(self.percent).filter(|percent| percent.is_finite())?;
        let at = scale.y(percent.clamp(0.0, 100.0));
        let text = shorten(&self.label, LABEL_COLUMNS + 8);
        let obstacles = obstacles(frame, scale, lines, today);
        let mut best: Option<(f64, Label)> = None;
        for (part, anchor) in [(0.0, Anchor::Start), (1.0, Anchor::End), (0.5, Anchor::Middle)] {
            let inward = 6.0 * (1.0 - 2.0 * part);
            let x = scale.area.left + scale.area.width() * part + inward;
            let left = x - width(&text, frame.text) * part;
            for (top, bottom) in [(at - frame.text * 1.4, at - 3.0), (at + 3.0, at + frame.text * 1.4)] {
                let taken = Area { left, top, right: left + width(&text, frame.text), bottom };
                let inside = top >= scale.area.top && bottom <= scale.area.bottom;
                let room = obstacles.iter().map(|line| clearance(&taken, line)).fold(f64::INFINITY, f64::min);
                let room = if inside { room.min(ENOUGH) } else { -1.0 };
                if best.as_ref().is_none_or(|(most, _)| room > *most) {
                    best = Some((room, Label { x, y: bottom - frame.text * 0.2, anchor, text: text.clone() }));
                }
            }
        }
        best.map(|(_, label)| Mark { at, label, pieces: pieces(frame, &scale.area, at, lines) })
    }
}

/// The target's line without the stretches where labels stand on it.
fn pieces(frame: &Frame, area: &Area, at: f64, lines: &[Line]) -> Vec<(f64, f64)> {
    let mut labels: Vec<Area> = lines.iter().map(|line| line.labels(frame)).collect();
    labels.retain(|label| label.top < at && at < label.bottom);
    labels.sort_by(|one, other| one.left.total_cmp(&other.left));
    let mut pieces = Vec::new();
    let mut left = area.left;
    for label in labels {
        pieces.push((left, label.left - 3.0));
        left = left.max(label.right + 3.0);
    }
    pieces.push((left, area.right));
    pieces.retain_mut(|(left, right)| {
        *right = right.min(area.right);
        left < right
    });
    pieces
}

impl Line {
    /// Where its labels stand.
    fn labels(&self, frame: &Frame) -> Area {
        let wide = width(&self.name.text, frame.text).max(width(&self.value.text, frame.text));
        let (top, bottom) = (self.value.y - frame.text, self.name.y + frame.text * 0.3);
        Area { left: self.name.x, top, right: self.name.x + wide, bottom }
    }
}

/// What a label is not to cross: lines, their labels, and the line of today.
fn obstacles(frame: &Frame, scale: &Scale, lines: &[Line], today: Option<&Mark>) -> Vec<Vec<Point>> {
    let mut obstacles: Vec<Vec<Point>> = lines.iter().map(|line| line.path.clone()).collect();
    for line in lines {
        let Area { left, top, right, bottom } = line.labels(frame);
        // Both sides and what lies between them.
        let corners = [(left, top), (left, bottom), (right, top), (right, bottom)];
        obstacles.push(corners.map(|(x, y)| Point { x, y }).to_vec());
    }
    obstacles.extend(today.map(|mark| [scale.area.top, scale.area.bottom].map(|y| Point { x: mark.at, y }).to_vec()));
    obstacles
}
