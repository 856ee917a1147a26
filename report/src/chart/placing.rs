//! Where is there room for a label?

use super::{Area, Point};

/// Places of equal height, as near as can be to those wanted, without overlapping, between top and bottom.
///
/// They keep their order; those that would overlap share the shift, as in an isotonic regression.
pub(super) fn spread(wanted: &[f64], height: f64, top: f64, bottom: f64) -> Vec<f64> {
    let mut order: Vec<(usize, f64)> = wanted.iter().copied().enumerate().collect();
    order.sort_by(|one, other| one.1.total_cmp(&other.1));
    // Each place less the heights above it may then equal its neighbour's, never lie before it.
    let above = |rank: usize| f64::from(u32::try_from(rank).unwrap_or(u32::MAX)) * height;
    let mut pools: Vec<(f64, u32)> = Vec::new();
    for (rank, (_, place)) in order.iter().enumerate() {
        let mut pool = (place - above(rank), 1);
        while let Some(last) = pools.pop_if(|last| mean(*last) > mean(pool)) {
            pool = (pool.0 + last.0, pool.1 + last.1);
        }
        pools.push(pool);
    }
    let highest = top + height / 2.0;
    let lowest = bottom - height / 2.0 - above(wanted.len().saturating_sub(1));
    let places = pools.iter().flat_map(|pool| (0..pool.1).map(|_| mean(*pool).min(lowest).max(highest)));
    let mut spread: Vec<(usize, f64)> =
        order.iter().zip(places).enumerate().map(|(rank, ((index, _), place))| (*index, place + above(rank))).collect();
    spread.sort_by_key(|(index, _)| *index);
    spread.into_iter().map(|(_, place)| place).collect()
}

fn mean((sum, count): (f64, u32)) -> f64 {
    sum / f64::from(count)
}

/// How far an area lies from a line, measured up and down; nothing where the line runs through it.
pub(super) fn clearance(area: &Area, line: &[Point]) -> f64 {
    let pairs = line.iter().zip(line.iter().skip(1));
    pairs.filter_map(|(from, to)| gap(area, *from, *to)).fold(f64::INFINITY, f64::min)
}

/// The same for a piece of a line, if it lies above or below the area at all.
fn gap(area: &Area, from: Point, to: Point) -> Option<f64> {
    let (from, to) = if from.x <= to.x { (from, to) } else { (to, from) };
    let (left, right) = (area.left.max(from.x), area.right.min(to.x));
    if left > right {
        return None;
    }
    let at = |x: f64| if to.x > from.x { from.y + (to.y - from.y) * (x - from.x) / (to.x - from.x) } else { from.y };
    let (one, other) = if to.x > from.x { (at(left), at(right)) } else { (from.y, to.y) };
    Some((one.min(other) - area.bottom).max(area.top - one.max(other)).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_share_the_shift_keep_their_order_and_stay_inside() {
        let near = |one: &[f64], other: &[f64]| one.iter().zip(other).all(|(a, b)| (a - b).abs() < 1e-9);
        assert!(near(&spread(&[50.0, 50.0], 20.0, 0.0, 200.0), &[40.0, 60.0]));
        assert!(near(&spread(&[120.0, 20.0, 125.0], 20.0, 0.0, 200.0), &[112.5, 20.0, 132.5]));
        assert!(near(&spread(&[0.0, 1.0, 2.0], 20.0, 0.0, 200.0), &[10.0, 30.0, 50.0]));
        assert!(near(&spread(&[200.0, 200.0, 200.0], 20.0, 0.0, 200.0), &[150.0, 170.0, 190.0]));
        assert!(spread(&[], 20.0, 0.0, 200.0).is_empty());
    }

    #[test]
    fn a_line_through_an_area_leaves_it_no_room() {
        let area = Area { left: 10.0, top: 10.0, right: 20.0, bottom: 20.0 };
        let line = |places: [(f64, f64); 2]| clearance(&area, &places.map(|(x, y)| Point { x, y }));
        assert!(line([(0.0, 0.0), (30.0, 30.0)]) <= 0.0);
        assert!((line([(0.0, 25.0), (30.0, 25.0)]) - 5.0).abs() < 1e-9);
        assert!(line([(15.0, 0.0), (15.0, 90.0)]) <= 0.0);
        assert!(line([(30.0, 0.0), (40.0, 90.0)]).is_infinite());
    }
}
