//! What is asked for many days or parts at once is what asking for each singly gives, over random histories.

#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

mod history;

use history::{histories, some_day};
use keepsharp_domain::bridge::{Bridge, Part, part_of, people_in};
use keepsharp_domain::curve::{DayTotals, LONGEST, score_by_day, totals_by_day};
use keepsharp_domain::due::{Status, Totals};
use keepsharp_domain::requirement::Period;
use keepsharp_domain::summary::{Count, Group, Summary};
use keepsharp_domain::tally::{self, Score};
use keepsharp_domain::{Day, World};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn later(day: Day, days: usize) -> Day {
    keepsharp_domain::calendar::add_days(day, u32::try_from(days).unwrap())
}

fn each_day(from: Day, to: Day) -> impl Iterator<Item = Day> {
    from.series(jiff::Span::new().days(1)).take_while(move |day| *day <= to)
}

/// A range of days about the histories, sometimes of one day or one that nothing was told of.
fn some_range() -> impl Strategy<Value = (Day, Day)> {
    let length = prop_oneof![1 => 0..3usize, 6 => 0..400usize, 1 => 400..1_200usize];
    (some_day(), 0..200usize, length)
        .prop_map(|(day, back, length)| {
            (later(day, 0).saturating_sub(jiff::Span::new().days(i64::try_from(back).unwrap())), length)
        })
        .prop_map(|(from, length)| (from, later(from, length)))
}

fn cases(many: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig { cases: many.min(default.cases.saturating_mul(2)), max_shrink_iters: 4_000, ..default }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn totals_by_day_are_what_asking_each_day_gives(history in histories(), (from, to) in some_range()) {
        let world = history.world();
        let control = world.control("C").unwrap();
        let curve = totals_by_day(&world, control, from, to).unwrap();
        let singly: Vec<DayTotals> =
            each_day(from, to).map(|day| DayTotals { day, totals: Totals::of(&world, control, day) }).collect();
        prop_assert_eq!(curve, singly);
    }

    #[test]
    fn scores_by_day_are_what_asking_each_day_gives(history in histories(), (from, to) in some_range()) {
        let world = history.world();
        let campaign = world.campaign("K").unwrap();
        let curve = score_by_day(&world, campaign, from, to).unwrap();
        let score = |day| Score::of(&tally::table(&world, campaign, day).unwrap());
        let singly: Vec<(Day, Score)> = each_day(from, to).map(|day| (day, score(day))).collect();
        prop_assert_eq!(curve, singly);
    }

    #[test]
    fn a_bridge_is_the_sum_of_its_parts_and_says_what_totals_and_score_say(history in histories(), day in some_day()) {
        let world = history.world();
        let (control, campaign) = (world.control("C").unwrap(), world.campaign("K").unwrap());
        let (bridge, score) = Bridge::of_campaign(&world, campaign, day).unwrap();
        let totals = Totals::of(&world, control, day);
        prop_assert_eq!(
            bridge.in_scope,
            bridge.away + bridge.excepted + bridge.grace + bridge.due + bridge.overdue + bridge.current
        );
        prop_assert_eq!((bridge.in_scope, bridge.population()), (totals.in_scope(), totals.population()));
        prop_assert_eq!(score.engineers, bridge.population());
        prop_assert_eq!(bridge.grace + bridge.due, totals.count(Status::Due));
        prop_assert_eq!(bridge, Bridge::of(&world, control, day));
        for part in Part::ALL.into_iter().filter(|part| *part != Part::OutOfScope) {
            let people = people_in(&world, control, day, part);
            prop_assert_eq!(u64::try_from(people.len()).unwrap(), bridge.count(part), "{:?}", part);
            for ix in people {
                prop_assert_eq!(part_of(&world, control, day, world.people().get(ix).unwrap()), part);
            }
        }
    }

    #[test]
    fn no_summary_shows_a_small_group_or_lets_one_be_worked_out(history in histories(), day in some_day()) {
        let world = history.world();
        let control = world.control("C").unwrap();
        let summary = Summary::of(&world, control, day, 0);
        tells_only_what_it_may(&world, &summary)?;
        let shown: Vec<Count> = summary.months.iter().map(|month| month.population).collect();
        let asked = summary.months.iter().map(|month| Totals::of(&world, control, month.day).population());
        prop_assert_eq!(shown, asked.map(|many| Count::of(many, summary.smallest_group)).collect::<Vec<_>>());
    }
}

/// The groups of each day are large enough, are everybody together, and hide no department between two that are known.
fn tells_only_what_it_may(world: &World, summary: &Summary) -> Result<(), TestCaseError> {
    let smallest = u64::from(summary.smallest_group);
    let control = world.control("C").unwrap();
    let mut by_day: BTreeMap<Day, (u64, u64, Vec<Count>)> = BTreeMap::new();
    for department in &summary.departments {
        for (day, population, current) in &department.days {
            prop_assert!(*population >= smallest, "{:?} on {}", department, day);
            let sums = by_day.entry(*day).or_default();
            sums.0 += population;
            sums.2.push(*current);
            if let Count::Exactly(many) = current {
                prop_assert!(*many == 0 || *many >= smallest, "{:?} on {}", department, day);
                sums.1 += many;
            }
        }
    }
    let others = summary.departments.iter().filter(|department| department.group == Group::OtherDepartments);
    prop_assert!(others.count() <= 1);
    for (day, (population, told, current)) in &by_day {
        let totals = Totals::of(world, control, *day);
        prop_assert_eq!(*population, totals.population());
        let held_back = current.iter().filter(|count| matches!(count, Count::FewerThan(_))).count();
        let rest = totals.count(Status::Current) - told;
        // What the sum leaves for those held back is one person's group only where the sum is not told either.
        prop_assert!(
            held_back != 1 || totals.count(Status::Current) < smallest,
            "{:?} on {} leave {}",
            current,
            day,
            rest
        );
    }
    let left_out = summary.months.iter().filter(|month| !by_day.contains_key(&month.day));
    for month in left_out {
        prop_assert!(matches!(month.population, Count::Exactly(0) | Count::FewerThan(_)), "{:?}", month);
    }
    Ok(())
}

#[test]
fn a_range_is_asked_for_from_its_first_day_and_no_longer_than_four_years() {
    let world = World::default();
    let days = Period { from: jiff::civil::date(2022, 1, 1), to: later(jiff::civil::date(2022, 1, 1), LONGEST - 1) };
    let campaign = keepsharp_domain::campaign::Campaign {
        id: "K".into(),
        title: "".into(),
        control: "C".into(),
        opens: days.from,
        closes: days.to,
        counts_since: days.from,
        objective: 0,
        objective_by: None,
        audience: None,
        counted_by: keepsharp_domain::fact::CountedBy::Both,
        about: BTreeMap::new(),
    };
    let ask = |to| score_by_day(&world, &campaign, days.from, to);
    assert!(ask(later(days.to, 1)).unwrap_err().contains("1500 days"));
    assert!(ask(days.from.yesterday().unwrap()).unwrap_err().contains("comes before"));
    assert!(ask(days.to).unwrap_err().contains("no control"));
}
