//! What management may see of a control: twelve months in counts, by groups too large to know anybody in, without names.
//!
//! Groups are protected by their size, as in [`crate::tally::published`]. What two summaries of different days say
//! together is not looked at.

use crate::calendar::add_days;
use crate::control::{Control, ControlVersion};
use crate::due::{Accepted, Judged, Standings, Status};
use crate::organisation::SMALLEST_GROUP;
use crate::person::{Completion, Person, Strength};
use crate::scope::Scope;
use crate::tally::{self, Score};
use crate::{Day, World};
use jiff::ToSpan;
use std::collections::BTreeMap;

mod fold;

pub use fold::{Department, Group, Size};

/// A count about people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// None at all, or enough of them.
    Exactly(u64),
    /// At least one, and fewer than this.
    FewerThan(u32),
}

impl Count {
    /// A count as it may be shown where groups smaller than `smallest` may not.
    #[must_use]
    pub fn of(many: u64, smallest: u32) -> Count {
        if (1..u64::from(smallest)).contains(&many) { Count::FewerThan(smallest) } else { Count::Exactly(many) }
    }
}

/// The counts over everybody on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// In a summary a month's last day, or the day asked for.
    pub day: Day,
    /// In scope, not excepted, not on leave.
    pub population: Count,
    /// Of those, who is current.
    pub current: Count,
}

/// What was learned in some time, by everybody listed, in scope or not; in a summary in the twelve months up to its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Learned {
    /// Completions of the full course.
    pub full: Count,
    /// Completions of the refresher.
    pub refresher: Count,
    /// People whose first accepted full course it was.
    pub first_time: Count,
    /// Minutes spent, where the control says how long its courses take and both counts are exact.
    pub minutes: Option<u64>,
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// People who are overdue.
    Overdue(Count),
    /// People whose due date is today or in the thirty days that follow.
    DueWithin30Days(Count),
    /// Things in the roster that cannot be right.
    FindingsToMend(u64),
    /// A campaign of the control is open.
    RoundCloses {
        /// The campaign's id.
        campaign: Box<str>,
        /// Days from the day asked for to its last; 0 on the last.
        days_left: u32,
        /// How many more must take it to reach the objective.
        missing_to_objective: Count,
    },
}

/// What management may see of one control on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The day asked for.
    pub day: Day,
    /// Fewest people that a figure may speak of.
    pub smallest_group: u32,
    /// Everybody: the last days of the twelve months before that of `day`, then `day`.
    pub months: Vec<Month>,
    /// By department, on those of the days on which everybody together is no smaller than `smallest_group`.
    pub departments: Vec<Department>,
    /// What was learned.
    pub learned: Learned,
    /// What is to be done; what nobody needs to do is left out.
    pub next_steps: Vec<NextStep>,
}

impl Summary {
    /// Of `control` on `day`; `findings` is how many things in the roster wait to be mended.
    #[must_use]
    pub fn of(world: &World, control: &Control, day: Day, findings: usize) -> Summary {
        let smallest = world.organisation().map_or(SMALLEST_GROUP, |organisation| organisation.smallest_group);
        let walk = Walk::over(world, control, day);
        let month = |(day, size): (&Day, Size)| Month {
            day: *day,
            population: Count::of(size.population, smallest),
            current: Count::of(size.current, smallest),
        };
        let mut next_steps = walk.steps(smallest);
        next_steps.extend(u64::try_from(findings).ok().filter(|many| *many > 0).map(NextStep::FindingsToMend));
        next_steps.extend(rounds(world, control, day, smallest));
        Summary {
            day,
            smallest_group: smallest,
            months: walk.days.iter().zip(walk.everybody()).map(month).collect(),
            learned: walk.learned.shown(control.version(day), smallest),
            departments: fold::shown(&walk.days, &walk.groups, smallest),
            next_steps,
        }
    }
}

/// The last days of the twelve months before that of `day`, then `day`.
#[must_use]
pub fn shown_days(day: Day) -> Vec<Day> {
    let months = (1..=12i64).rev().map(|back| day.first_of_month().saturating_sub(back.months()).last_of_month());
    months.chain([day]).collect()
}

/// One walk over the people, and what it counts.
struct Walk {
    days: Vec<Day>,
    /// For each group its size on each of the days.
    groups: BTreeMap<Group, Vec<Size>>,
    overdue: u64,
    due_soon: u64,
    learned: Counted,
}

impl Walk {
    fn over(world: &World, control: &Control, day: Day) -> Walk {
        let days = shown_days(day);
        let scope = Scope::new(world, control);
        let year_from = add_days(day.saturating_sub(12.months()), 1);
        let standings: Vec<Standings> = days.iter().map(|day| Standings::new(world, control, *day)).collect();
        let mut walk = Walk { days, groups: BTreeMap::new(), overdue: 0, due_soon: 0, learned: Counted::default() };
        for (_, person) in world.people().listed() {
            if let Some(version) = control.version(day) {
                walk.learned.add(person, version, year_from, day);
            }
            let runs = scope.runs(person);
            let judged: Vec<Option<Judged>> =
                standings.iter().map(|standings| standings.judge_in(person, &runs)).collect();
            walk.add(world, person, &judged);
            if let Some(judged) = judged.last().copied().flatten() {
                walk.add_today(judged, day);
            }
        }
        walk
    }

    /// Counts the person in the group of each day.
    fn add(&mut self, world: &World, person: &Person, judged: &[Option<Judged>]) {
        for (place, (day, judged)) in self.days.iter().zip(judged).enumerate() {
            let Some(status) = judged.map(|judged| judged.standing.status).filter(|status| is_population(*status))
            else {
                continue;
            };
            let none = || vec![Size::default(); self.days.len()];
            let sizes = self.groups.entry(group_of(world, person, *day)).or_insert_with(none);
            if let Some(size) = sizes.get_mut(place) {
                size.population += 1;
                size.current += u64::from(status == Status::Current);
            }
        }
    }

    fn add_today(&mut self, judged: Judged, day: Day) {
        if !is_population(judged.standing.status) {
            return;
        }
        let soon = judged.standing.due.is_some_and(|due| day <= due && due <= add_days(day, 30));
        self.due_soon += u64::from(soon);
        self.overdue += u64::from(judged.standing.status == Status::Overdue);
    }

    fn everybody(&self) -> Vec<Size> {
        let sum = |place: usize| self.groups.values().filter_map(|sizes| sizes.get(place)).copied().sum();
        (0..self.days.len()).map(sum).collect()
    }

    fn steps(&self, smallest: u32) -> Vec<NextStep> {
        let mut steps = Vec::new();
        if self.overdue > 0 {
            steps.push(NextStep::Overdue(Count::of(self.overdue, smallest)));
        }
        if self.due_soon > 0 {
            steps.push(NextStep::DueWithin30Days(Count::of(self.due_soon, smallest)));
        }
        steps
    }
}

fn is_population(status: Status) -> bool {
    matches!(status, Status::Current | Status::Due | Status::Overdue)
}

/// The first department of the record in force.
fn group_of(world: &World, person: &Person, day: Day) -> Group {
    let profile = person.record(day).and_then(|record| world.profiles().get(record.profile));
    match profile.and_then(|profile| profile.departments.first()).filter(|department| !department.is_empty()) {
        Some(department) => Group::Department(department.clone()),
        None => Group::NoDepartment,
    }
}

/// The control's campaigns that are open on `day`, the first to close first.
fn rounds(world: &World, control: &Control, day: Day, smallest: u32) -> Vec<NextStep> {
    let open = |campaign: &&crate::campaign::Campaign| {
        campaign.control == control.id && campaign.opens <= day && day <= campaign.closes
    };
    let mut campaigns: Vec<_> = world.campaigns().values().filter(open).collect();
    campaigns.sort_by_key(|campaign| campaign.closes);
    let mut steps = Vec::new();
    for campaign in campaigns {
        let Ok(table) = tally::table(world, campaign, day) else { continue };
        let score = Score::of(&table);
        let needed = (score.engineers * u64::from(campaign.objective)).div_ceil(10_000);
        steps.push(NextStep::RoundCloses {
            campaign: campaign.id.clone(),
            days_left: day.until(campaign.closes).map_or(0, |span| span.get_days().unsigned_abs()),
            missing_to_objective: Count::of(needed.saturating_sub(score.taken), smallest),
        });
    }
    steps
}

/// What was learned from one day to the other, both included.
pub(crate) fn learned(world: &World, control: &Control, from: Day, to: Day, smallest: u32) -> Learned {
    let version = control.version(to);
    let mut counted = Counted::default();
    if let Some(version) = version {
        for (_, person) in world.people().listed() {
            counted.add(person, version, from, to);
        }
    }
    counted.shown(version, smallest)
}

/// What was learned, before it is decided what of it may be shown.
#[derive(Default)]
struct Counted {
    full: u64,
    refresher: u64,
    first_time: u64,
}

impl Counted {
    /// Counts what a person completed from one day to the other. Which courses are the control's is for the version in
    /// force on the last day to say; as in a campaign's table any individual strength counts.
    fn add(&mut self, person: &Person, version: &ControlVersion, from: Day, to: Day) {
        let within = |on: Day| from <= on && on <= to;
        for (place, completion) in person.completions.iter().enumerate().filter(|(_, completion)| within(completion.on))
        {
            // The same course on the same day is one training, told twice.
            let earlier = person.completions.get(..place).unwrap_or_default().iter().rev();
            let mut same_day = earlier.take_while(|other| other.on == completion.on);
            let told = |other: &Completion| other.strength > Strength::Attested && other.course == completion.course;
            if !told(completion) || same_day.any(told) {
                continue;
            }
            self.full += u64::from(completion.course == version.full);
            self.refresher +=
                u64::from(completion.course != version.full && Some(completion.course) == version.refresher);
        }
        self.first_time += u64::from(Accepted::until(person, version, to).first_full().is_some_and(within));
    }

    fn shown(&self, version: Option<&ControlVersion>, smallest: u32) -> Learned {
        let (full, refresher) = (Count::of(self.full, smallest), Count::of(self.refresher, smallest));
        let minutes = version.and_then(|version| minutes(version, full, refresher));
        Learned { full, refresher, first_time: Count::of(self.first_time, smallest), minutes }
    }
}

/// How long it all took. From minutes one can count, so there are none where a count may not be told.
fn minutes(version: &ControlVersion, full: Count, refresher: Count) -> Option<u64> {
    let stated = version.about.get("minutes")?;
    let spent = |count: Count, course: &str| match count {
        Count::Exactly(0) => Some(0),
        Count::Exactly(many) => many.checked_mul(stated.get(course)?.as_u64()?),
        Count::FewerThan(_) => None,
    };
    spent(full, "full")?.checked_add(spent(refresher, "refresher")?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::completion;
    use crate::world::tests::{TODAY, file, on};

    fn developers(many: u32, rest: &str) -> World {
        let mut world = World::sample();
        let rows: Vec<String> = (1..=many).map(|who| format!("E{who},A,,Developer,E99,{rest}")).collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).chain(["E99,Boss,,Boss,,2020-01-01,"]).collect();
        world.is_told_roster("2023-01-01", &rows);
        world
    }

    fn trains(world: &mut World, rows: &[&str]) {
        let list = format!("employee_id,course,completed_on,strength\n{}\n", rows.join("\n"));
        let drafts = completion::import(world, file(&list), TODAY).unwrap().0;
        world.is_told(drafts);
    }

    fn summary(world: &World, day: &str) -> Summary {
        Summary::of(world, world.control("C").unwrap(), on(day), 0)
    }

    #[test]
    fn the_days_shown_are_twelve_month_ends_and_the_day_itself() {
        let days = shown_days(on("2024-03-31"));
        assert_eq!((days.len(), days[0], days[10], days[11], days[12]), {
            (13, on("2023-03-31"), on("2024-01-31"), on("2024-02-29"), on("2024-03-31"))
        });
        assert_eq!(shown_days(on("2024-03-01"))[11..], [on("2024-02-29"), on("2024-03-01")]);
    }

    #[test]
    fn zero_is_told_and_a_few_are_fewer() {
        assert_eq!([0, 1, 2, 3].map(|many| Count::of(many, 3)), {
            [Count::Exactly(0), Count::FewerThan(3), Count::FewerThan(3), Count::Exactly(3)]
        });
        assert_eq!(Count::of(1, 0), Count::Exactly(1));
    }

    #[test]
    fn months_count_everybody_and_those_who_are_current() {
        let mut world = developers(4, "2023-06-15,");
        trains(
            &mut world,
            &["E1,full,2023-06-20,completed", "E2,full,2023-07-02,completed", "E3,full,2023-08-01,completed"],
        );
        let months = summary(&world, "2023-08-01").months;
        let expected = [
            ("2023-05-31", Count::Exactly(0), Count::Exactly(0)),
            ("2023-06-30", Count::Exactly(4), Count::FewerThan(3)),
            ("2023-07-31", Count::Exactly(4), Count::FewerThan(3)),
            ("2023-08-01", Count::Exactly(4), Count::Exactly(3)),
        ];
        let expected = expected.map(|(day, population, current)| Month { day: on(day), population, current });
        assert_eq!(months[9..], expected);
    }

    #[test]
    fn without_departments_everybody_is_shown_in_one_group() {
        let world = developers(4, "2023-01-01,");
        let shown = summary(&world, "2023-02-10").departments;
        let none = Count::Exactly(0);
        let days = vec![(on("2023-01-31"), 4, none), (on("2023-02-10"), 4, none)];
        assert_eq!(shown, [Department { group: Group::NoDepartment, days }]);
        assert_eq!(summary(&developers(2, "2023-01-01,"), "2023-02-10").departments, []);
    }

    #[test]
    fn a_year_of_completions_begins_on_the_day_after_the_same_day_a_year_before() {
        let mut world = developers(3, "2022-01-01,");
        let full: Vec<String> = (1..=3).map(|who| format!("E{who},full,2023-03-01,completed")).collect();
        trains(&mut world, &full.iter().map(String::as_str).collect::<Vec<_>>());
        trains(
            &mut world,
            &["E1,full,2023-03-01,assessed", "E2,refresher,2023-03-05,attested", "E2,first-aid,2023-03-05,assessed"],
        );
        trains(
            &mut world,
            &["E1,full,2024-01-05,completed", "E2,full,2024-01-05,completed", "E3,full,2024-01-05,completed"],
        );
        let learned = |day| {
            let learned = summary(&world, day).learned;
            (learned.full, learned.refresher, learned.first_time)
        };
        let none = Count::Exactly(0);
        assert_eq!(learned("2023-02-28"), (none, none, none));
        assert_eq!(learned("2023-03-05"), (Count::Exactly(3), none, Count::Exactly(3)));
        assert_eq!(learned("2024-02-29"), (Count::Exactly(6), none, Count::Exactly(3)));
        assert_eq!(learned("2024-03-01"), (Count::Exactly(3), none, none));
    }

    #[test]
    fn minutes_are_told_where_the_control_says_how_long_and_nobody_can_be_counted_from_them() {
        let minutes = |stated: &str, rows: &[&str]| {
            let mut world = developers(4, "2023-01-01,");
            world.is_told_programme(&format!(
                "[[controls]]\nid = \"C\"\nfrom = \"2022-01-01\"\ncadence = {{ every_months = 12 }}\nscope = 'true'\n{stated}\n\
                 courses = {{ full = \"full\", refresher = \"refresher\" }}\n"
            ));
            trains(&mut world, rows);
            summary(&world, "2023-12-31").learned.minutes
        };
        let full = ["E1,full,2023-02-01,completed", "E2,full,2023-02-01,completed", "E3,full,2023-02-01,completed"];
        let refresher = full.map(|row| row.replace("full", "refresher").replace("02-01", "03-01"));
        let both: Vec<&str> = full.into_iter().chain(refresher.iter().map(String::as_str)).collect();
        let stated = "minutes = { full = 90, refresher = 20 }";
        assert_eq!(minutes(stated, &both), Some(330));
        assert_eq!(minutes(stated, &both[..5]), None, "two refreshers");
        assert_eq!(minutes(stated, &full), Some(270));
        assert_eq!(minutes("", &full), None);
        assert_eq!(minutes("minutes = { full = 90 }", &full), Some(270));
        assert_eq!(minutes("minutes = { full = 90 }", &both), None);
        assert_eq!(minutes("minutes = \"long\"", &full), None);
    }

    #[test]
    fn next_steps_say_who_is_overdue_or_soon_due_what_to_mend_and_which_round_closes() {
        let mut world = developers(8, "2023-01-01,");
        let trained: Vec<String> = (1..=4).map(|who| format!("E{who},full,2023-12-31,completed")).collect();
        trains(&mut world, &trained.iter().map(String::as_str).collect::<Vec<_>>());
        trains(&mut world, &["E5,full,2024-01-02,completed"]);
        let steps = |day, findings| Summary::of(&world, world.control("C").unwrap(), on(day), findings).next_steps;
        let round = |days_left, missing| NextStep::RoundCloses {
            campaign: "K".into(),
            days_left,
            missing_to_objective: Count::of(missing, 3),
        };
        let overdue = NextStep::Overdue(Count::Exactly(3));
        assert_eq!(steps("2023-11-30", 2), [NextStep::Overdue(Count::Exactly(8)), NextStep::FindingsToMend(2)]);
        assert_eq!(steps("2024-11-30", 0), [overdue.clone(), round(31, 7)]);
        let soon = |many| NextStep::DueWithin30Days(Count::of(many, 3));
        assert_eq!(steps("2024-12-01", 0), [overdue.clone(), soon(4), round(30, 7)]);
        assert_eq!(steps("2024-12-31", 1), [overdue, soon(5), NextStep::FindingsToMend(1), round(0, 7)]);
        assert_eq!(steps("2025-01-01", 0), [NextStep::Overdue(Count::Exactly(7)), soon(1)]);
        assert_eq!(summary(&developers(2, "2023-01-01,"), "2022-12-31").next_steps, []);
    }
}
