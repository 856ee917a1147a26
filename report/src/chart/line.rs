//! Which corners does a line have?

use super::Point;

/// What can't be seen: coordinates are written with one decimal.
const TOLERANCE: f64 = 0.1;

/// The line without the points that lie straight between those that are kept.
pub(super) fn simplified(points: &[Point]) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    let mut passed: Vec<Point> = Vec::new();
    for point in points {
        let Some(anchor) = kept.last().copied() else {
            kept.push(*point);
            continue;
        };
        if passed.iter().any(|between| distance(*between, anchor, *point) > TOLERANCE) {
            kept.extend(passed.last());
            passed.clear();
        }
        passed.push(*point);
    }
    kept.extend(passed.last());
    kept
}

/// How far a point lies from the line through two others.
fn distance(point: Point, from: Point, to: Point) -> f64 {
    let (along, down) = (to.x - from.x, to.y - from.y);
    let length = along.hypot(down);
    if length > 0.0 {
        ((point.x - from.x) * down - (point.y - from.y) * along).abs() / length
    } else {
        (point.x - from.x).hypot(point.y - from.y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(places: &[(f64, f64)]) -> Vec<Point> {
        places.iter().map(|(x, y)| Point { x: *x, y: *y }).collect()
    }

    #[test]
    fn only_corners_are_kept() {
        let line = points(&[(0.0, 9.0), (1.0, 8.0), (2.0, 7.0), (3.0, 7.0), (4.0, 7.0), (4.0, 2.0), (9.0, 2.0)]);
        assert_eq!(simplified(&line), points(&[(0.0, 9.0), (2.0, 7.0), (4.0, 7.0), (4.0, 2.0), (9.0, 2.0)]));
        assert_eq!(simplified(&points(&[(1.0, 1.0)])).len(), 1);
        assert_eq!(simplified(&[]).len(), 0);
    }

    #[test]
    fn a_slow_bend_is_not_taken_for_a_straight_line() {
        let bend: Vec<Point> = (0..400).map(f64::from).map(|x| Point { x, y: 100.0 - (x / 40.0).powi(2) }).collect();
        let kept = simplified(&bend);
        assert!(kept.len() < 60, "{}", kept.len());
        for point in &bend {
            let near = kept.windows(2).any(|pair| {
                (pair[0].x..=pair[1].x).contains(&point.x) && distance(*point, pair[0], pair[1]) <= TOLERANCE
            });
            assert!(near, "{point:?}");
        }
    }
}
