//! A made-up company with three years of history: what happened in it, and when each thing was told to Keepsharp.
//!
//! Nothing here reads a clock. The same day gives the same history, and another day the same story on other dates.

use super::assurance::Care;
use super::careers::Company;
use super::cast::Cast;
use super::completeness::{self, Completeness};
use super::desk::Desk;
use super::roles::{Access, Roles};
use super::rounds::ByItself;
use super::staff::SECOND_RULE;
use super::timeline::{LAST_MONTH, Timeline, days_after, instant};
use super::{answers, assurance, corrections, deputies, objections, papers, requests, rounds, training};
use jiff::{SignedDuration, Timestamp};
use keepsharp_domain::person::PersonIx;
use keepsharp_domain::{Day, Refusal, World};

/// Who runs the programme.
pub(super) const COMPLIANCE: &str = "operator:security-compliance";
/// Who knows the people.
const PEOPLE: &str = "operator:people-ops";
/// Who delivers the course.
pub(super) const LEARNING: &str = "operator:learning";

/// A thing that happened in the company, and when it was told to Keepsharp.
pub(super) struct Step {
    /// When it was told.
    pub(super) at: Timestamp,
    /// By whom.
    pub(super) by: Author,
    /// What was told.
    pub(super) event: Event,
}

impl Step {
    /// Something told on a day at an hour and minute (UTC).
    pub(super) fn new(day: Day, (hour, minute): (i8, i8), by: Author, event: Event) -> Step {
        let at = instant(day, hour);
        Step { at: at.saturating_add(SignedDuration::from_mins(minute.into())).unwrap_or(at), by, event }
    }
}

/// Who tells something. The random id of a person is known only once it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Author {
    /// Whoever holds the machine, or a job of theirs.
    Operator(&'static str),
    /// Somebody of the roster, by employee id.
    Employee(String),
    /// An auditor, by name.
    Auditor(&'static str),
}

impl Author {
    /// As the ledger writes it.
    pub(super) fn in_ledger(&self, world: &World) -> Result<String, Refusal> {
        let id = match self {
            Author::Operator(name) => return Ok((*name).to_owned()),
            Author::Employee(id) => super::desk::person(world, id)?.1.id,
            Author::Auditor(name) => {
                let room = world.rooms().all().find(|room| room.name() == *name);
                room.ok_or_else(|| Refusal::request("this auditor has no room"))?.auditor
            }
        };
        Ok(format!("person:{id}"))
    }

    /// The person they are, where the roster names them.
    pub(super) fn person(&self, world: &World) -> Option<PersonIx> {
        match self {
            Author::Employee(id) => world.people().by_employee_id(id),
            _ => None,
        }
    }
}

/// What may be told: the files that people write, as text, and what they do on the pages.
#[derive(Debug)]
pub(super) enum Event {
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
    /// What people ask of one another.
    Desk(Desk),
    /// Who may see what, and who looked.
    Access(Access),
    /// What happens by itself.
    ByItself(ByItself),
    /// What is done about the control itself.
    Care(Care),
    /// Another list laid beside the roster.
    Completeness(Completeness),
}

/// Three years of the company, up to noon (UTC) of `today`, in the order in which they were told.
pub(super) fn history(today: Day) -> Vec<Step> {
    let timeline = Timeline::until(today);
    let company = Company::told(&timeline);
    let completions = training::completions(&company);
    let mut steps = programme(&timeline);
    steps.extend(monthly(&company));
    let answers = answers::given(&company, &completions);
    steps.extend(told_by_people(&mut Cast::of(&company, &completions, &answers)));
    let step = |day, hour, by, event| Step::new(day, (hour, 0), Author::Operator(by), event);
    for (day, csv) in training::weekly_files(&company.people, &timeline, &completions) {
        steps.push(step(day, 11, LEARNING, Event::Completions(csv)));
    }
    for (day, csv) in answers.files {
        steps.push(step(day, 10, COMPLIANCE, Event::Attestations(csv)));
    }
    steps.extend(rounds::steps(&timeline));
    steps.extend(completeness::steps(&company));
    steps.sort_by_key(|step| step.at);
    steps
}

/// What people do on the pages.
fn told_by_people(cast: &mut Cast) -> Vec<Step> {
    let roles = Roles::of(cast.company);
    let requested = requests::requests(cast, &roles);
    let (mut steps, mut concerned) = objections::objections(cast, &roles);
    steps.extend(requested.steps);
    steps.extend(deputies::steps(cast, requested.manager));
    steps.extend(corrections::steps(cast, &roles, requested.called_off));
    concerned.extend(requested.waiting);
    steps.extend(roles.steps(cast, &concerned));
    steps.extend(assurance::steps(cast, &roles));
    steps
}

fn programme(timeline: &Timeline) -> Vec<Step> {
    let apply = |day, text| Step::new(day, (5, 0), Author::Operator(COMPLIANCE), Event::Apply(text));
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
            steps.extend(event.map(|event| Step::new(on, (hour, 0), Author::Operator(by), event)));
        };
        let roster = company.rosters.get(month).map(|csv| Event::Roster { on, csv: csv.clone() });
        tell(6, PEOPLE, roster);
        tell(7, PEOPLE, company.absences.leaves_told(&company.people, month).map(Event::Leaves));
        tell(8, COMPLIANCE, company.absences.exceptions_told(&company.people, month).map(Event::Exceptions));
    }
    steps
}

#[cfg(test)]
pub(super) mod tests {
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

    fn drafts(world: &World, step: &Step, on: Day, mint: &mut dyn FnMut() -> PersonId) -> Vec<Draft> {
        let columns = BTreeMap::new();
        match &step.event {
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
            Event::Desk(told) => told.decide(world, &step.by, on).unwrap(),
            Event::Access(told) => told.decide(world, &step.by, on, mint).unwrap(),
            Event::ByItself(told) => told.decide(world, on).unwrap(),
            Event::Care(told) => told.decide(world, on).unwrap(),
            Event::Completeness(told) => told.decide(world, on, mint).unwrap(),
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
            let by = step.by.in_ledger(&world).unwrap();
            for draft in drafts(&world, step, on, &mut mint) {
                world
                    .apply(Fact {
                        seq: told,
                        at: step.at,
                        by: by.as_str().into(),
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
    pub(in crate::demo) fn worlds() -> &'static [(Day, Timeline, World)] {
        static WORLDS: OnceLock<Vec<(Day, Timeline, World)>> = OnceLock::new();
        let tell = |today| (today, Timeline::until(today), world_of(&history(today)));
        WORLDS.get_or_init(|| DAYS.map(day).map(tell).into())
    }

    #[test]
    fn the_same_day_gives_the_same_history() {
        let (first, second) = (history(day("2026-11-22")), history(day("2026-11-22")));
        assert_eq!(first.len(), second.len());
        for (first, second) in first.iter().zip(&second) {
            assert_eq!((first.at, &first.by), (second.at, &second.by));
            assert_eq!(format!("{:?}", first.event), format!("{:?}", second.event));
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
