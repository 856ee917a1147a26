//! A made-up company with three years of history: what happened in it, and when each thing was told to Keepsharp.
//!
//! Nothing here reads a clock. The same day gives the same history, and another day the same story on other dates.

use super::careers::Company;
use super::staff::SECOND_RULE;
use super::timeline::{LAST_MONTH, Timeline, days_after, instant};
use super::{answers, papers, training};
use jiff::Timestamp;
use keepsharp_domain::Day;

/// Who runs the programme.
const COMPLIANCE: &str = "operator:security-compliance";
/// Who knows the people.
const PEOPLE: &str = "operator:people-ops";
/// Who delivers the course.
const LEARNING: &str = "operator:learning";

/// A thing that happened in the company, and when it was told to Keepsharp.
pub struct Step {
    /// When it was told.
    pub at: Timestamp,
    /// By whom.
    pub by: &'static str,
    /// What was told.
    pub event: Event,
}

/// What may be told: the files that people write, as text.
pub enum Event {
    /// A programme or campaign.
    Apply(String),
    /// A roster of the whole company.
    Roster {
        /// The day that it holds on.
        on: Day,
        /// The file.
        csv: String,
    },
    /// Completions by name.
    Completions(String),
    /// Leaves, begun or closed.
    Leaves(String),
    /// Exceptions granted.
    Exceptions(String),
    /// Managers' counts.
    Attestations(String),
}

/// Three years of the company, up to noon (UTC) of `today`, in the order in which they were told.
#[must_use]
pub fn history(today: Day) -> Vec<Step> {
    let timeline = Timeline::until(today);
    let company = Company::told(&timeline);
    let completions = training::completions(&company);
    let mut steps = programme(&timeline);
    steps.extend(monthly(&company));
    let step = |day, hour, by, event| Step { at: instant(day, hour), by, event };
    for (day, csv) in training::weekly_files(&company.people, &timeline, &completions) {
        steps.push(step(day, 11, LEARNING, Event::Completions(csv)));
    }
    for (day, csv) in answers::files(&company, &completions) {
        steps.push(step(day, 10, COMPLIANCE, Event::Attestations(csv)));
    }
    steps.sort_by_key(|step| step.at);
    steps
}

fn programme(timeline: &Timeline) -> Vec<Step> {
    let apply = |day, text| Step { at: instant(day, 5), by: COMPLIANCE, event: Event::Apply(text) };
    let second = papers::second_programme(timeline, SECOND_RULE);
    let mut steps = vec![
        apply(timeline.month(0), papers::first_programme()),
        apply(days_after(timeline.month(SECOND_RULE), -4), second),
    ];
    steps.extend(timeline.rounds.iter().map(|round| apply(days_after(round.opens, -8), papers::campaign(round))));
    steps
}

/// What is told on the first of each month. The roster comes first, since the rest speaks of people whom it names.
fn monthly(company: &Company) -> Vec<Step> {
    let mut steps = Vec::new();
    for month in 0..=LAST_MONTH {
        let on = company.timeline.month(month);
        let mut tell = |hour, by, event: Option<Event>| {
            steps.extend(event.map(|event| Step { at: instant(on, hour), by, event }));
        };
        let roster = company.rosters.get(month).map(|csv| Event::Roster { on, csv: csv.clone() });
        tell(6, PEOPLE, roster);
        tell(7, PEOPLE, company.absences.leaves_told(&company.people, month).map(Event::Leaves));
        tell(8, COMPLIANCE, company.absences.exceptions_told(&company.people, month).map(Event::Exceptions));
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use keepsharp_domain::due::{Status, Totals};
    use keepsharp_domain::fact::Fact;
    use keepsharp_domain::finding::{FindingKind, findings};
    use keepsharp_domain::programme::{self, Programme};
    use keepsharp_domain::roster::{self, ImportOptions, Roster};
    use keepsharp_domain::sheet::File;
    use keepsharp_domain::tally::{RowOf, Score, table};
    use keepsharp_domain::{Draft, PersonId, World, attestation, completion, exception, leave};
    use std::collections::BTreeMap;
    use std::sync::OnceLock;

    const DAYS: [&str; 4] = ["2026-11-22", "2027-02-01", "2028-02-29", "2028-03-31"];

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn file<'a>(text: &'a str, columns: &'a BTreeMap<String, String>) -> File<'a> {
        File { bytes: text.as_bytes(), sha256: "", columns }
    }

    fn drafts(world: &World, event: &Event, on: Day, mint: &mut dyn FnMut() -> PersonId) -> Vec<Draft> {
        let columns = BTreeMap::new();
        match event {
            Event::Apply(text) => {
                let (drafts, plan) =
                    programme::apply(world, &Programme::read(text.as_bytes()).unwrap(), on, mint).unwrap();
                assert_eq!(plan.notices, Vec::<String>::new(), "{on}");
                drafts
            }
            Event::Roster { on: holds_on, csv } => {
                let options = ImportOptions { on: *holds_on, today: on, allow_mass_end: false };
                let (drafts, plan) =
                    roster::import(world, &Roster::read(file(csv, &columns)).unwrap(), options, mint).unwrap();
                assert_eq!(plan.notices, Vec::<String>::new(), "{on}");
                drafts
            }
            Event::Completions(csv) => {
                let (drafts, plan) = completion::import(world, file(csv, &columns), on).unwrap();
                assert_eq!((plan.known, plan.notices), (0, Vec::new()), "{on}");
                drafts
            }
            Event::Leaves(csv) => leave::import(world, file(csv, &columns)).unwrap().0,
            Event::Exceptions(csv) => exception::import(world, file(csv, &columns)).unwrap().0,
            Event::Attestations(csv) => attestation::import(world, file(csv, &columns), on).unwrap().0,
        }
    }

    /// The world that the history gives; every import is taken in by its own rules, and none is refused.
    fn world_of(steps: &[Step]) -> World {
        let (mut world, mut told, mut minted) = (World::default(), 0, 0_u64);
        let mut mint = || {
            minted += 1;
            let mut bytes = [1; 10];
            bytes.iter_mut().zip(minted.to_be_bytes()).for_each(|(to, from)| *to = from);
            PersonId::from_random(bytes)
        };
        for step in steps {
            let on = step.at.to_zoned(jiff::tz::TimeZone::UTC).date();
            for draft in drafts(&world, &step.event, on, &mut mint) {
                world
                    .apply(Fact {
                        seq: told,
                        at: step.at,
                        by: step.by.into(),
                        body: draft.body,
                        private: draft.private,
                    })
                    .unwrap();
                told += 1;
            }
            world.settle();
        }
        world
    }

    fn employed(world: &World, on: Day) -> usize {
        world.people().listed().filter(|(_, person)| person.employed(on)).count()
    }

    fn totals(world: &World, on: Day) -> Totals {
        Totals::of(world, world.control("TRN.2.01").unwrap(), on)
    }

    fn score(world: &World, id: &str, on: Day) -> f64 {
        let score = Score::of(&table(world, world.campaign(id).unwrap(), on).unwrap());
        #[expect(clippy::cast_precision_loss, reason = "a few hundred people")]
        let share = score.taken as f64 / score.engineers as f64;
        share
    }

    /// The world of each day, told once for all tests.
    fn worlds() -> &'static [(Day, Timeline, World)] {
        static WORLDS: OnceLock<Vec<(Day, Timeline, World)>> = OnceLock::new();
        let tell = |today| (today, Timeline::until(today), world_of(&history(today)));
        WORLDS.get_or_init(|| DAYS.map(day).map(tell).into())
    }

    fn text(event: &Event) -> &str {
        match event {
            Event::Apply(text)
            | Event::Roster { csv: text, .. }
            | Event::Completions(text)
            | Event::Leaves(text)
            | Event::Exceptions(text)
            | Event::Attestations(text) => text,
        }
    }

    #[test]
    fn the_same_day_gives_the_same_history() {
        let (first, second) = (history(day("2026-11-22")), history(day("2026-11-22")));
        assert_eq!(first.len(), second.len());
        for (first, second) in first.iter().zip(&second) {
            assert_eq!((first.at, first.by, text(&first.event)), (second.at, second.by, text(&second.event)));
        }
    }

    #[test]
    fn everything_is_told_in_order_and_by_noon_of_today() {
        for today in DAYS.map(day) {
            let steps = history(today);
            assert!(steps.is_sorted_by_key(|step| step.at));
            let rosters = steps.iter().filter(|step| matches!(step.event, Event::Roster { .. })).count();
            assert_eq!(rosters, LAST_MONTH + 1);
            assert!(steps.last().is_some_and(|step| step.at <= instant(today, 12)));
        }
    }

    #[test]
    fn the_company_is_one_that_a_demo_can_show() {
        for (today, timeline, world) in worlds() {
            let totals = totals(world, *today);
            let people = employed(world, *today);
            let [first, second, third] = &timeline.rounds;
            let shares = [
                score(world, &first.id, first.closes),
                score(world, &second.id, second.closes),
                score(world, &third.id, *today),
            ];
            let on_leave = world.people().listed().filter(|(_, person)| person.on_leave(*today)).count();
            assert!((570..=630).contains(&people), "{people} people on {today}");
            assert!((280..=400).contains(&totals.in_scope()), "{} in scope on {today}", totals.in_scope());
            assert!((1..=12).contains(&totals.count(Status::Overdue)), "{} overdue", totals.count(Status::Overdue));
            assert!((0.54..=0.66).contains(&shares[0]), "{shares:?} on {today}");
            assert!((0.75..=0.86).contains(&shares[1]), "{shares:?} on {today}");
            assert!((0.70..=0.90).contains(&shares[2]), "{shares:?} on {today}");
            assert!((8..=18).contains(&on_leave), "{on_leave} on leave on {today}");
        }
    }

    #[test]
    fn there_is_something_to_mend_of_every_kind_that_the_demo_shows() {
        for (today, _, world) in worlds() {
            let mut found: BTreeMap<FindingKind, usize> = BTreeMap::new();
            for finding in findings(world, *today) {
                *found.entry(finding.kind).or_default() += 1;
            }
            let expected = [
                (FindingKind::UnknownManager, 2),
                (FindingKind::ManagerLeft, 2),
                (FindingKind::ManagerCycle, 1),
                (FindingKind::NoEmail, 1),
                (FindingKind::BadEmail, 1),
                (FindingKind::LikelyDuplicate, 1),
            ];
            assert_eq!(found, BTreeMap::from(expected), "{today}");
        }
    }

    #[test]
    fn the_story_has_those_in_scope_whom_the_rule_has() {
        for (_, timeline, world) in worlds() {
            let company = Company::told(timeline);
            for (month, posts) in company.months.iter().enumerate() {
                let on = timeline.month(month);
                let here = posts.iter().filter(|post| post.start.is_none_or(|start| start <= on));
                let in_scope = here.filter(|post| post.in_scope).count();
                // A roster may tell of somebody who began before the roster that came first.
                let late = company.months.get(month + 1).into_iter().flatten().filter(|post| {
                    let known = posts.iter().any(|before| before.person == post.person);
                    post.in_scope && !known && post.start.is_some_and(|start| start <= on)
                });
                let told = u64::try_from(in_scope + late.count()).unwrap();
                assert_eq!(totals(world, on).in_scope(), told, "{on}");
            }
        }
    }

    #[test]
    fn some_teams_are_too_small_to_be_published_alone() {
        for (today, timeline, world) in worlds() {
            let rows = table(world, world.campaign(&timeline.rounds[2].id).unwrap(), *today).unwrap();
            let teams: Vec<_> = rows.iter().filter(|row| matches!(row.of, RowOf::Manager(_))).collect();
            let small = teams.iter().filter(|row| row.engineers < 3).count();
            let attested = teams.iter().filter(|row| row.attested.is_some()).count();
            assert!((2..16).contains(&small), "{small} small teams on {today}");
            assert!(attested > 5 && attested < teams.len() - 5, "{attested} of {} on {today}", teams.len());
        }
    }

    #[test]
    fn nobody_completes_anything_before_they_join_or_after_they_leave() {
        for (_, _, world) in worlds() {
            for (_, person) in world.people().listed() {
                for completion in &person.completions {
                    assert!(person.employed(completion.on), "{} on {}", person.label(), completion.on);
                    assert!(!person.on_leave(completion.on), "{} on {}", person.label(), completion.on);
                }
                for leave in &person.leaves {
                    assert!(person.spells.iter().any(|spell| spell.before_tracking || spell.start <= leave.from));
                }
            }
        }
    }
}
