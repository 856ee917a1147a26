//! How far a campaign is from its objective: the score by day, what is likely, and how it ended.

use crate::calendar::{Quarter, subtract_days};
use crate::campaign::Campaign;
use crate::curve::score_by_day;
use crate::projection::{Projection, project};
use crate::tally::{self, Score};
use crate::{Day, World};

/// A campaign's objective on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// What the campaign is called.
    pub title: Box<str>,
    /// The day it was asked for; once the campaign is closed, the day of its result.
    pub day: Day,
    /// The target share, in ten-thousandths.
    pub target: u32,
    /// The day by which it is to be reached.
    pub by: Day,
    /// The fiscal quarter of that day.
    pub quarter: Quarter,
    /// The score: the frozen one once the campaign is closed.
    pub score: Score,
    /// Where it is likely to stand on that day; none where it has come, or too little is known.
    pub projection: Option<Projection>,
    /// The score of each day from the opening on, at most of the last [`LONGEST`] days.
    pub by_day: Vec<(Day, Score)>,
    /// Whether the result stands.
    pub is_closed: bool,
    /// Once closed: what the same day's table gives with what is known now. It differs where something was recorded late.
    pub as_known_now: Option<Score>,
}

/// The most days whose scores are told.
pub const LONGEST: u32 = 400;

impl Objective {
    /// How many more have to take it until it is reached.
    #[must_use]
    pub fn missing(&self) -> u64 {
        (self.score.engineers * u64::from(self.target)).div_ceil(10_000).saturating_sub(self.score.taken)
    }

    /// Whether it is reached.
    #[must_use]
    pub fn is_reached(&self) -> bool {
        self.score.reaches(self.target)
    }
}

/// A campaign's objective on `day`.
///
/// # Errors
/// Where the campaign's control is not defined.
pub fn objective(world: &World, campaign: &Campaign, day: Day) -> Result<Objective, String> {
    let result = world.rounds().result(&campaign.id).filter(|result| result.on <= day);
    let day = result.map_or(day, |result| result.on);
    let from = campaign.opens.max(subtract_days(day, LONGEST)).min(day);
    let by_day = score_by_day(world, campaign, from, day)?;
    let on_the_day = match by_day.last() {
        Some((_, score)) => *score,
        None => Score::of(&tally::table(world, campaign, day)?),
    };
    let by = campaign.objective_day();
    let projection = if result.is_some() { None } else { project(&by_day, by) };
    Ok(Objective {
        title: campaign.title.clone(),
        day,
        target: result.map_or(campaign.objective, |result| result.objective),
        by,
        quarter: Quarter::of(by, world.fiscal_years()),
        score: result.map_or(on_the_day, |result| Score { engineers: result.engineers, taken: result.taken }),
        projection,
        by_day,
        is_closed: result.is_some(),
        as_known_now: result.is_some().then_some(on_the_day),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::{TODAY, file, on};
    use crate::{completion, round};

    #[test]
    fn a_result_stands_and_what_was_recorded_late_is_told_beside_it() {
        let mut world = World::sample();
        let team = ["M1,Mara,,Boss,,,", "E1,Ana,,Developer,M1,,", "E2,Bo,,Developer,M1,,"];
        world.is_told_roster("2024-01-01", &team);
        let drafts = round::close(&world, "K", on("2024-06-30")).unwrap();
        world.is_told(drafts);
        let late = "employee_id,course,completed_on,strength\nE1,full,2024-06-01,completed\n";
        let drafts = completion::import(&world, file(late), TODAY).unwrap().0;
        world.is_told(drafts);
        let found = objective(&world, world.campaign("K").unwrap(), on("2024-12-24")).unwrap();
        assert_eq!((found.day, found.score), (on("2024-06-30"), Score { engineers: 2, taken: 0 }));
        assert_eq!(found.as_known_now, Some(Score { engineers: 2, taken: 1 }));
        assert_eq!((found.missing(), found.is_reached(), found.quarter.to_string()), (2, false, "FY24-Q4".to_owned()));
        let before = objective(&world, world.campaign("K").unwrap(), on("2024-06-20")).unwrap();
        assert_eq!((before.is_closed, before.score.taken, before.by_day.len()), (false, 1, 172));
        assert!(before.projection.is_some());
    }
}
