//! What the demo company's rounds do by themselves: they write to people, and their results are recorded.

use super::company::{Author, Event, Step};
use super::timeline::{Timeline, days_after};
use jiff::{Timestamp, ToSpan};
use keepsharp_domain::reminder::{self, Ways};
use keepsharp_domain::{Day, Draft, Refusal, World, round};

/// Who does what nobody does by hand.
const ITSELF: &str = "system";
/// Days between two looks for who is due a message: more often would change little and take long.
const LOOKED_EVERY: i64 = 7;

/// A thing that happens by itself.
#[derive(Debug)]
pub(super) enum ByItself {
    /// Whoever is due a message at this instant is sent one.
    Messages(Timestamp),
    /// A round's last day has passed.
    Closed(String),
}

impl ByItself {
    /// The facts of it.
    pub(super) fn decide(&self, world: &World, day: Day) -> Result<Vec<Draft>, Refusal> {
        match self {
            ByItself::Messages(now) => {
                let ways = Ways { mail: true, slack: true, ..Ways::default() };
                let plan = reminder::plan(world, ways, *now, day).map_err(Refusal::request)?;
                Ok(reminder::sent(world, &plan, day))
            }
            ByItself::Closed(id) => round::close(world, id, day),
        }
    }
}

/// The results of the rounds that are over, and the messages of the round that is open.
pub(super) fn steps(timeline: &Timeline) -> Vec<Step> {
    let step = |day, time, event| Step::new(day, time, Author::Operator(ITSELF), Event::ByItself(event));
    let over = timeline.rounds.iter().filter(|round| round.closes < timeline.today);
    let mut steps: Vec<Step> =
        over.map(|round| step(days_after(round.closes, 1), (3, 0), ByItself::Closed(round.id.clone()))).collect();
    let [.., open] = &timeline.rounds;
    // Noon on working days, from the first of the round on. Today's are left for the visitor to see.
    let days = open.opens.series(LOOKED_EVERY.days()).take_while(|day| *day < timeline.today);
    for day in days.map(working_day).filter(|day| *day < timeline.today) {
        let told = step(day, (12, 30), ByItself::Closed(String::new()));
        steps.push(Step { event: Event::ByItself(ByItself::Messages(told.at)), ..told });
    }
    steps
}

/// The day, or the Monday after where it is none to work on.
fn working_day(day: Day) -> Day {
    let free = i32::from(day.weekday().to_monday_one_offset()) - 5;
    if free > 0 { days_after(day, 3 - free) } else { day }
}
