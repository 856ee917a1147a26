//! What must hold of what management is told: the right days, the same figures as elsewhere, and nobody singled out.

use super::*;
use crate::person::Person;
use crate::requirement::requirements;
use crate::world::tests::{TODAY, file, on};
use crate::{completion, exception, leave, round};

const FEBRUARY: &str = "[organisation]\nname = \"Sample\"\nfiscal_year_starts = \"02-01\"\n";

/// So many developers and their boss since 1 January 2023.
fn developers(many: usize) -> World {
    let mut world = World::sample();
    world.is_told_programme(FEBRUARY);
    let rows: Vec<String> = (1..=many).map(|who| format!("E{who},A,,Developer,E99,,")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).chain(["E99,Boss,,Boss,,2020-01-01,"]).collect();
    world.is_told_roster("2023-01-01", &rows);
    world
}

fn train(world: &mut World, people: std::ops::RangeInclusive<usize>, course: &str, day: &str) {
    let rows: Vec<String> = people.map(|who| format!("E{who},{course},{day},completed\n")).collect();
    let list = format!("employee_id,course,completed_on,strength\n{}", rows.concat());
    let drafts = completion::import(world, file(&list), TODAY).unwrap().0;
    world.is_told(drafts);
}

fn told(world: &World, span: &str, today: &str) -> Briefing {
    Briefing::of(world, world.control("C").unwrap(), span.parse().unwrap(), on(today)).unwrap()
}

fn refused(world: &World, span: &str, today: &str) -> String {
    Briefing::of(world, world.control("C").unwrap(), span.parse().unwrap(), on(today)).unwrap_err()
}

#[test]
fn a_span_that_is_over_is_told_to_its_end_and_one_that_runs_to_the_day_before() {
    let world = developers(5);
    let days = |span, today| {
        let found = told(&world, span, today);
        let earlier: Vec<_> = found.earlier.iter().map(|one| (one.span.to_string(), one.to)).collect();
        (found.now.from, found.now.to, found.now.is_cut, earlier)
    };
    let one = |span: &str, to| (span.to_owned(), on(to));
    let quarter = vec![one("FY25-Q1", "2024-04-30"), one("FY24-Q2", "2023-07-31")];
    assert_eq!(days("FY25-Q2", "2025-01-01"), (on("2024-05-01"), on("2024-07-31"), false, quarter.clone()));
    assert_eq!(days("FY25-Q2", "2024-08-01"), (on("2024-05-01"), on("2024-07-31"), false, quarter));
    let running = vec![one("FY25-Q1", "2024-04-30"), one("FY24-Q2", "2023-07-30")];
    assert_eq!(days("FY25-Q2", "2024-07-31"), (on("2024-05-01"), on("2024-07-30"), true, running));
    assert_eq!(
        days("FY25", "2025-06-01"),
        (on("2024-02-01"), on("2025-01-31"), false, vec![one("FY24", "2024-01-31")])
    );
    let leap = vec![one("FY24", "2024-01-31"), one("FY24", "2023-02-28")];
    assert_eq!(days("FY25", "2024-03-01"), (on("2024-02-01"), on("2024-02-29"), true, leap));
}

#[test]
fn a_span_that_has_no_day_behind_it_is_refused_with_words() {
    let world = developers(5);
    let ahead = [("FY25-Q2", "2024-05-01"), ("FY25-Q2", "2024-04-30"), ("FY25", "2024-02-01"), ("FY99", "2024-02-01")];
    for (span, today) in ahead {
        let message = refused(&world, span, today);
        assert!(message.starts_with(&format!("{span} begins on ")) && message.contains("ask again from"), "{message}");
    }
    assert_eq!(told(&world, "FY25-Q2", "2024-05-02").now.to, on("2024-05-01"));
}

#[test]
fn figures_are_those_of_status_requirements_summary_and_rounds() {
    let mut world = developers(9);
    train(&mut world, 1..=6, "full", "2023-03-01");
    train(&mut world, 1..=3, "refresher", "2024-02-20");
    train(&mut world, 4..=7, "full", "2024-03-15");
    let drafts = round::close(&world, "K", on("2024-04-10")).unwrap();
    world.is_told(drafts);
    let control = world.control("C").unwrap();
    for (span, today) in
        [("FY25-Q1", "2024-06-01"), ("FY25", "2024-04-16"), ("FY24", "2024-02-01"), ("FY25-Q1", "2024-03-01")]
    {
        let found = told(&world, span, today);
        for one in found.earlier.iter().chain([&found.now]) {
            let totals = Totals::of(&world, control, one.to);
            let shown = |many| Count::of(many, 3);
            assert_eq!(one.standing.population, shown(totals.population()), "{span}");
            assert_eq!(one.standing.current, shown(totals.count(Status::Current)));
            assert_eq!(one.standing.overdue, shown(totals.count(Status::Overdue)));
            assert_eq!(one.standing.holds, (totals.population() > 0).then(|| totals.holds()));
            let due = requirements(&world, control, Period { from: one.from, to: one.to });
            let count = |outcome| shown(due.iter().filter(|one| one.outcome == outcome).count() as u64);
            let outcomes = [Outcome::OnTime, Outcome::Late, Outcome::Missed].map(count);
            assert_eq!([one.due.on_time, one.due.late, one.due.missed], outcomes, "{span}");
            let summary = Summary::of(&world, control, one.to, 0);
            let month = summary.months.last().unwrap();
            assert_eq!((month.population, month.current), (one.standing.population, one.standing.current));
        }
        let summary = Summary::of(&world, control, found.now.to, findings(&world, found.now.to).len());
        assert_eq!(found.departments, summary.departments);
        let asks = |step: &&NextStep| !matches!(step, NextStep::RoundCloses { .. }) || found.now.to < on("2024-04-10");
        let expected: Vec<_> = summary.next_steps.iter().filter(asks).cloned().collect();
        assert_eq!(found.next_steps, expected);
        let last = found.by_day.last().unwrap();
        assert_eq!((last.day, last.current), (found.now.to, found.now.standing.current));
    }
    // A fiscal year that is over is the summary's twelve months.
    let year = told(&world, "FY24", "2024-02-01");
    assert_eq!(year.now.learned, Summary::of(&world, control, on("2024-01-31"), 0).learned);
    let round = &told(&world, "FY25-Q1", "2024-06-01").rounds[0];
    let result = world.rounds().result("K").unwrap();
    assert_eq!((round.taken, round.engineers), (Count::of(result.taken, 3), Count::of(result.engineers, 3)));
    assert_eq!((round.state, round.closes, round.is_reached), (State::Closed, on("2024-04-10"), Some(false)));
    assert_eq!(told(&world, "FY25-Q2", "2025-06-01").rounds, [], "it ended before");
    let closes = |found: &Briefing| found.next_steps.iter().any(|step| matches!(step, NextStep::RoundCloses { .. }));
    assert!(closes(&told(&world, "FY25-Q1", "2024-04-10")) && !closes(&told(&world, "FY25-Q1", "2024-04-11")));
}

#[test]
fn a_round_that_ended_on_the_spans_last_day_is_over_though_nobody_recorded_its_result() {
    let mut world = World::sample();
    world.is_told_roster("2024-01-01", &["E1,A,,Developer,,,", "E2,B,,Developer,,,", "E3,C,,Developer,,,"]);
    let found = told(&world, "FY24-Q4", "2025-01-01");
    assert_eq!(found.rounds[0].state, State::Over);
    assert!(!found.next_steps.iter().any(|step| matches!(step, NextStep::RoundCloses { .. })));
    // On the last day itself it still asks.
    assert_eq!(told(&world, "FY24-Q4", "2024-12-31").rounds[0].state, State::Open);
}

#[test]
fn what_was_learned_is_of_the_span_and_29_february_counts_once() {
    let mut world = developers(6);
    world.is_told_programme("[organisation]\nname = \"Sample\"\nfiscal_year_starts = \"03-01\"\n");
    train(&mut world, 1..=3, "full", "2024-02-29");
    train(&mut world, 4..=6, "full", "2024-03-01");
    let learned = |span| told(&world, span, "2025-12-01").now.learned.full;
    assert_eq!([learned("FY24"), learned("FY24-Q4"), learned("FY25"), learned("FY25-Q1")], [Count::Exactly(3); 4]);
    assert_eq!(learned("FY25-Q2"), Count::Exactly(0));
}

#[test]
fn before_tracking_there_is_nothing_and_nothing_to_compare_with() {
    let world = developers(5);
    let before = told(&world, "FY22", "2024-01-01");
    assert_eq!((before.now.standing.population, before.now.standing.holds), (Count::Exactly(0), None));
    assert_eq!((before.earlier, before.departments, before.tracked_since), (vec![], vec![], Some(on("2023-01-01"))));
    let first = told(&world, "FY23-Q4", "2024-01-01");
    assert_eq!((first.now.standing.population, first.earlier.len()), (Count::Exactly(5), 0));
    let second = told(&world, "FY24-Q1", "2024-01-01");
    assert_eq!(second.earlier.iter().map(|one| one.span.to_string()).collect::<Vec<_>>(), ["FY23-Q4"]);
}

#[test]
fn an_empty_company_has_a_briefing_without_figures() {
    let world = World::sample();
    let found = told(&world, "FY24", "2025-01-02");
    assert_eq!((found.now.standing.population, found.now.due.all), (Count::Exactly(0), Some(Count::Exactly(0))));
    assert_eq!((found.tracked_since, found.compared_day(), found.rounds.len()), (None, None, 1));
    assert_eq!(found.rounds[0].is_reached, None);
}

#[test]
fn of_a_company_smaller_than_the_smallest_group_nothing_is_told_but_that() {
    let mut world = developers(2);
    train(&mut world, 1..=1, "full", "2024-01-05");
    let found = told(&world, "FY25-Q1", "2024-06-01");
    let few = Count::FewerThan(3);
    let standing = found.now.standing;
    assert_eq!([standing.population, standing.current, standing.overdue], [few; 3]);
    assert_eq!((standing.holds, found.departments.len()), (None, 0));
    assert!(found.by_day.iter().all(|day| (day.population, day.current) == (few, few)));
    assert_eq!((found.rounds[0].taken, found.rounds[0].is_reached), (few, None));
    // Both missed it on 31 January 2023; "0 on time" would say so.
    let due = told(&world, "FY23", "2024-06-01").now.due;
    assert_eq!((due.all, due.on_time, due.late, due.missed), (Some(few), few, few, few));
}

#[test]
fn a_sum_that_would_give_a_small_count_away_is_held_back() {
    let mut world = developers(8);
    train(&mut world, 1..=7, "full", "2023-01-20");
    let due = told(&world, "FY23", "2023-06-01").now.due;
    let (on_time, missed) = (Count::Exactly(7), Count::FewerThan(3));
    assert_eq!((due.all, due.on_time, due.late, due.missed), (None, on_time, Count::Exactly(0), missed));
}

#[test]
fn who_is_away_or_excepted_is_counted_at_the_end_and_not_in_the_population() {
    let mut world = developers(12);
    let leaves =
        "employee_id,from,to\nE1,2023-04-01,\nE2,2023-04-01,\nE3,2023-04-01,2023-04-30\nE4,2023-04-01,2023-05-01\n";
    let drafts = leave::import(&world, file(leaves)).unwrap().0;
    world.is_told(drafts);
    let rows = (5..=8).map(|who| format!("E{who},C,2023-04-01,,writing,E99\n")).collect::<Vec<_>>();
    let list = format!("employee_id,control,from,to,reason,approved_by\n{}", rows.concat());
    let drafts = exception::import(&world, file(&list)).unwrap().0;
    world.is_told(drafts);
    let standing = told(&world, "FY24-Q1", "2023-06-01").now.standing;
    assert_eq!((standing.on_leave, standing.excepted), (Count::Exactly(3), Count::Exactly(4)));
    assert_eq!(standing.population, Count::Exactly(5));
}

#[test]
fn a_version_that_began_in_the_span_is_a_change_and_says_in_what() {
    let mut world = developers(5);
    world.is_told_programme(
        "[[controls]]\nid = \"C\"\nfrom = \"2024-05-01\"\ncadence = { every_months = 6 }\nscope = 'true'\n\
         courses = { full = \"full\", refresher = \"refresher\" }\n",
    );
    let changes = |span| told(&world, span, "2025-12-01").changes;
    assert_eq!(changes("FY25-Q2"), [Change { from: on("2024-05-01"), parts: vec![Part::Scope, Part::Cadence] }]);
    assert_eq!((changes("FY25").len(), changes("FY25-Q1").len(), changes("FY23").len()), (1, 0, 0));
}

#[test]
fn a_department_is_compared_with_its_day_nearest_to_the_end_of_the_span_before() {
    let mut world = developers(5);
    assert_eq!(told(&world, "FY25-Q2", "2025-01-01").compared_day(), Some(on("2024-04-30")));
    assert_eq!(told(&world, "FY25", "2025-02-01").compared_day(), Some(on("2024-01-31")));
    assert_eq!(told(&world, "FY23-Q4", "2025-02-01").compared_day(), None);
    world.is_told_programme("[organisation]\nname = \"Sample\"\nfiscal_year_starts = \"07-15\"\n");
    assert_eq!(told(&world, "FY25", "2025-12-01").compared_day(), Some(on("2024-07-31")));
}

#[test]
fn nobody_is_named() {
    let mut world = developers(5);
    world.is_told_roster("2024-01-01", &["E1,Ana Unmistakable,ana@x.example,Developer,,,"]);
    let text = format!("{:?}", told(&world, "FY25-Q2", "2025-01-01"));
    let ids: Vec<String> = world.people().listed().map(|(_, person)| person.id.to_string()).collect();
    assert!(world.people().listed().any(|(_, person): (_, &Person)| person.name() == "Ana Unmistakable"));
    assert!(!text.contains("Unmistakable") && !ids.iter().any(|id| text.contains(id)), "{text}");
}
