//! How a campaign is likely to end: what the last four weeks say of the days that are left, and how sure that is.
//!
//! Each engineer who has not taken it yet is held to take it on any day with the same chance, as those did in the days looked
//! at. Of that chance, a gamma distribution says how well so many takings in so many person-days know it (Jeffreys' prior),
//! and a binomial one how many of those left take it by the end. It knows nothing of what is to come: a last week that
//! wakes everybody up ends above it.

use crate::Day;
use crate::tally::Score;

/// How many days the chance is read from: whole weeks, so that weekends weigh as they do.
pub const LOOKED_AT: usize = 28;

/// Where a campaign is likely to end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Projection {
    /// The day it is for.
    pub on: Day,
    /// Of so many engineers, as there are now.
    pub engineers: u64,
    /// The middle of what is likely.
    pub likely: u64,
    /// Eight times of ten it is at least this.
    pub low: u64,
    /// Eight times of ten it is at most this.
    pub high: u64,
}

/// The 90th percentile of the normal distribution: a tenth of what may come lies beyond it on either side.
const TENTH: f64 = 1.281_551_565_544_600_4;

/// Where a campaign is likely to stand on `on`, from its scores by day up to today; none where fewer than seven days
/// are known, nobody is asked, or the day has come.
#[must_use]
pub fn project(scores: &[(Day, Score)], on: Day) -> Option<Projection> {
    let (today, now) = scores.last()?;
    let left = u32::try_from((on - *today).get_days()).ok().filter(|days| *days > 0)?;
    let looked_at = scores.get(scores.len().saturating_sub(LOOKED_AT + 1)..)?;
    if looked_at.len() < 8 || now.engineers == 0 {
        return None;
    }
    // Whole weeks only.
    let days = (looked_at.len() - 1) / 7 * 7;
    let looked_at = looked_at.get(looked_at.len() - 1 - days..)?;
    let open = |score: &Score| as_number(score.engineers.saturating_sub(score.taken));
    let exposed: f64 = looked_at.iter().rev().skip(1).map(|(_, score)| open(score)).sum();
    let takings: u64 = looked_at.windows(2).map(gained).sum();
    let waiting = open(now);
    let (shape, rate) = (as_number(takings) + 0.5, exposed + 0.5);
    let days = f64::from(left);
    let chance = |daily: f64| 1.0 - (-daily * days).exp();
    let middle = chance(gamma_at(shape, 0.0) / rate);
    let edge = |sign: f64| {
        // The two uncertainties are independent: their squares add.
        let by_chance = waiting * (chance(gamma_at(shape, sign * TENTH) / rate) - middle);
        let by_luck = TENTH * (waiting * middle * (1.0 - middle)).sqrt();
        waiting * middle + sign * by_chance.hypot(by_luck)
    };
    let ends = |more: f64| now.taken + whole(more.clamp(0.0, waiting));
    Some(Projection {
        on,
        engineers: now.engineers,
        likely: ends(waiting * middle),
        low: ends(edge(-1.0)),
        high: ends(edge(1.0)),
    })
}

/// How many more had taken it on the second day than on the first; people who leave or a count that is mended take nobody's back.
fn gained(pair: &[(Day, Score)]) -> u64 {
    match pair {
        [(_, before), (_, after)] => after.taken.saturating_sub(before.taken),
        _ => 0,
    }
}

/// A quantile of the gamma distribution with rate 1, by its normal deviate (Wilson and Hilferty, 1931).
fn gamma_at(shape: f64, deviate: f64) -> f64 {
    let spread = 1.0 / (9.0 * shape);
    shape * (1.0 - spread + deviate * spread.sqrt()).max(0.0).powi(3)
}

#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
fn as_number(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of people, not below zero")]
fn whole(number: f64) -> u64 {
    number.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::add_days;
    use crate::world::tests::on;

    fn scores(days: u32, each_day: u64) -> Vec<(Day, Score)> {
        let score = |day: u32| Score { engineers: 300, taken: (u64::from(day) * each_day).min(300) };
        (0..=days).map(|day| (add_days(on("2026-05-01"), day), score(day))).collect()
    }

    #[test]
    fn what_went_on_is_held_to_go_on_and_the_edges_lie_around_it() {
        let projection = project(&scores(28, 3), on("2026-06-26")).unwrap();
        assert_eq!(projection.engineers, 300);
        assert!(projection.low < projection.likely && projection.likely < projection.high, "{projection:?}");
        // 84 of 300 in four weeks: of the 216 left, the same share again, which is 60.
        assert!((142..=146).contains(&projection.likely), "{projection:?}");
        assert!(projection.high <= 300 && projection.low >= 84);
    }

    #[test]
    fn nothing_is_foretold_of_a_week_not_over_of_nobody_or_of_a_day_that_has_come() {
        assert_eq!(project(&scores(6, 3), on("2026-06-26")), None);
        assert_eq!(project(&scores(28, 3), on("2026-05-29")), None);
        assert_eq!(project(&[], on("2026-06-26")), None);
    }

    #[test]
    fn where_nobody_took_it_few_are_likely_and_where_all_did_all_have() {
        let still = project(&scores(28, 0), on("2026-06-26")).unwrap();
        assert!(still.low == 0 && still.high < 10, "{still:?}");
        let done = project(&scores(28, 30), on("2026-06-26")).unwrap();
        assert_eq!((done.low, done.likely, done.high), (300, 300, 300));
    }
}
