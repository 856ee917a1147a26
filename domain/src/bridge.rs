//! How the people in scope divide on a day, so that objective and control are explained from the same people.

use crate::calendar::add_days;
use crate::campaign::Campaign;
use crate::control::Control;
use crate::due::{Judged, Standings, Status};
use crate::person::{Person, PersonIx};
use crate::tally::{self, Score};
use crate::{Day, World};

/// The part of the company in which somebody stands on a day; everybody stands in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The control does not apply.
    OutOfScope,
    /// On leave.
    Away,
    /// Released by an exception.
    Excepted,
    /// Due, not trained since they entered scope, and still in the days that somebody new has.
    Grace,
    /// Due otherwise.
    Due,
    /// The due date has passed.
    Overdue,
    /// Trained, and not due again yet.
    Current,
}

impl Part {
    /// All of them.
    pub const ALL: [Part; 7] =
        [Part::OutOfScope, Part::Away, Part::Excepted, Part::Grace, Part::Due, Part::Overdue, Part::Current];

    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Part::OutOfScope => "out_of_scope",
            Part::Away => "away",
            Part::Excepted => "excepted",
            Part::Grace => "grace",
            Part::Due => "due",
            Part::Overdue => "overdue",
            Part::Current => "current",
        }
    }
}

/// Answers in which part people stand for one control on one day.
pub struct Parts<'w> {
    standings: Standings<'w>,
    control: &'w Control,
    day: Day,
}

impl<'w> Parts<'w> {
    /// For `control` on `day`.
    #[must_use]
    pub fn new(world: &'w World, control: &'w Control, day: Day) -> Parts<'w> {
        Parts { standings: Standings::new(world, control, day), control, day }
    }

    /// The part in which the person stands.
    #[must_use]
    pub fn of(&self, person: &Person) -> Part {
        let Some(judged) = self.standings.judge(person) else { return Part::OutOfScope };
        match judged.standing.status {
            Status::OutOfScope => Part::OutOfScope,
            Status::Excepted => Part::Excepted,
            Status::OnLeave => Part::Away,
            Status::Current => Part::Current,
            Status::Due if self.in_grace(&judged) => Part::Grace,
            Status::Due => Part::Due,
            Status::Overdue => Part::Overdue,
        }
    }

    /// Whether somebody is in their first days: what they completed before they entered scope does not end them.
    fn in_grace(&self, judged: &Judged) -> bool {
        let trained_since = judged.last.is_some_and(|last| last >= judged.entry);
        let version = self.control.version(self.day);
        let within = version.is_some_and(|version| self.day <= add_days(judged.entry, version.new_hire_days));
        !trained_since && within
    }
}

/// The part in which one person stands for `control` on `day`.
#[must_use]
pub fn part_of(world: &World, control: &Control, day: Day, person: &Person) -> Part {
    Parts::new(world, control, day).of(person)
}

/// Everybody listed who stands in this part, in the order of the ledger.
#[must_use]
pub fn people_in(world: &World, control: &Control, day: Day, part: Part) -> Vec<PersonIx> {
    let parts = Parts::new(world, control, day);
    world.people().listed().filter(|(_, person)| parts.of(person) == part).map(|(ix, _)| ix).collect()
}

/// How many people stand in each part; `in_scope` is the sum of all others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bridge {
    /// To whom the control applies.
    pub in_scope: u64,
    /// On leave.
    pub away: u64,
    /// Released by an exception.
    pub excepted: u64,
    /// In their first days and not trained in them yet.
    pub grace: u64,
    /// Due otherwise.
    pub due: u64,
    /// Overdue.
    pub overdue: u64,
    /// Current.
    pub current: u64,
}

impl Bridge {
    /// Of everybody listed, for `control` on `day`.
    #[must_use]
    pub fn of(world: &World, control: &Control, day: Day) -> Bridge {
        let parts = Parts::new(world, control, day);
        let mut bridge = Bridge::default();
        for (_, person) in world.people().listed() {
            bridge.add(parts.of(person));
        }
        bridge
    }

    /// The same for a campaign's control, and the campaign's score of the same day: its `engineers` are the population.
    ///
    /// # Errors
    /// Where the campaign's control is not defined.
    pub fn of_campaign(world: &World, campaign: &Campaign, day: Day) -> Result<(Bridge, Score), String> {
        let score = Score::of(&tally::table(world, campaign, day)?);
        Ok((Bridge::of(world, world.control(&campaign.control)?, day), score))
    }

    /// How many stand in this part; those out of scope are not counted.
    #[must_use]
    pub fn count(&self, part: Part) -> u64 {
        match part {
            Part::OutOfScope => 0,
            Part::Away => self.away,
            Part::Excepted => self.excepted,
            Part::Grace => self.grace,
            Part::Due => self.due,
            Part::Overdue => self.overdue,
            Part::Current => self.current,
        }
    }

    /// In scope, not excepted, not on leave: those of whom objective and control speak.
    #[must_use]
    pub fn population(&self) -> u64 {
        self.grace + self.due + self.overdue + self.current
    }

    fn add(&mut self, part: Part) {
        let place = match part {
            Part::OutOfScope => return,
            Part::Away => &mut self.away,
            Part::Excepted => &mut self.excepted,
            Part::Grace => &mut self.grace,
            Part::Due => &mut self.due,
            Part::Overdue => &mut self.overdue,
            Part::Current => &mut self.current,
        };
        *place += 1;
        self.in_scope += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::{TODAY, file, on};
    use crate::{completion, exception, leave};

    fn developer(start: &str) -> World {
        let mut world = World::sample();
        world.is_told_roster(start, &[&format!("E1,A,,Developer,,{start},")]);
        world
    }

    fn trains(world: &mut World, rows: &str) {
        let list = format!("employee_id,course,completed_on,strength\n{rows}");
        let drafts = completion::import(world, file(&list), TODAY).unwrap().0;
        world.is_told(drafts);
    }

    fn check(world: &World, parts: &[(&str, Part)]) {
        for (day, part) in parts {
            let found = part_of(world, world.control("C").unwrap(), on(day), world.person("E1"));
            assert_eq!(found, *part, "on {day}");
        }
    }

    #[test]
    fn who_is_new_is_in_grace_up_to_the_last_of_their_first_days() {
        check(
            &developer("2023-01-01"),
            &[
                ("2022-12-31", Part::OutOfScope),
                ("2023-01-01", Part::Grace),
                ("2023-01-31", Part::Grace),
                ("2023-02-01", Part::Overdue),
            ],
        );
    }

    #[test]
    fn training_that_is_weak_or_of_another_course_or_before_entry_ends_no_grace() {
        let mut world = developer("2023-01-01");
        trains(
            &mut world,
            "E1,full,2021-05-01,completed\nE1,full,2023-01-02,attested\nE1,refresher,2020-01-02,completed\n",
        );
        check(&world, &[("2023-01-20", Part::Grace), ("2023-02-01", Part::Overdue)]);
    }

    #[test]
    fn who_trained_before_they_came_and_is_current_is_not_in_grace() {
        let mut world = developer("2023-01-01");
        trains(&mut world, "E1,full,2022-01-10,completed\n");
        check(&world, &[("2023-01-09", Part::Current), ("2023-01-10", Part::Grace), ("2023-02-01", Part::Overdue)]);
    }

    #[test]
    fn a_return_from_leave_gives_days_that_are_no_grace() {
        let mut world = developer("2023-01-01");
        let list = "employee_id,from,to\nE1,2023-01-20,2023-03-01\n";
        let drafts = leave::import(&world, file(list)).unwrap().0;
        world.is_told(drafts);
        check(
            &world,
            &[
                ("2023-01-19", Part::Grace),
                ("2023-01-20", Part::Away),
                ("2023-03-01", Part::Due),
                ("2023-03-31", Part::Due),
                ("2023-04-01", Part::Overdue),
            ],
        );
    }

    #[test]
    fn who_trained_in_their_first_days_and_is_due_again_is_due() {
        let mut world = developer("2023-01-01");
        world.is_told_programme(
            "[[controls]]\nid = \"C\"\nfrom = \"2022-01-01\"\ncadence = { every_months = 1 }\nnew_hire_days = 60\n\
             courses = { full = \"full\" }\nscope = 'true'\n",
        );
        trains(&mut world, "E1,full,2023-01-01,completed\n");
        check(&world, &[("2023-01-31", Part::Current), ("2023-02-01", Part::Due), ("2023-03-03", Part::Overdue)]);
    }

    #[test]
    fn people_are_listed_by_the_part_that_counts_them() {
        let mut world = World::sample();
        let developers: Vec<String> = (1..=6).map(|who| format!("E{who},A,,Developer,E9,2023-01-01,")).collect();
        let mut rows: Vec<&str> = developers.iter().map(String::as_str).collect();
        rows.extend(["E7,New,,Developer,E9,2024-05-20,", "E9,Boss,,Boss,,2023-01-01,"]);
        world.is_told_roster("2023-01-01", &rows);
        trains(&mut world, "E1,full,2024-03-01,completed\nE2,full,2023-06-01,completed\n");
        let drafts = leave::import(&world, file("employee_id,from,to\nE3,2024-05-01,\n")).unwrap().0;
        world.is_told(drafts);
        let list = "employee_id,control,from,to,reason,approved_by\nE4,C,2024-05-01,,Because,Aunt\n";
        let drafts = exception::import(&world, file(list)).unwrap().0;
        world.is_told(drafts);

        let campaign = world.campaign("K").unwrap();
        let (bridge, score) = Bridge::of_campaign(&world, campaign, on("2024-06-01")).unwrap();
        let expected = Bridge { in_scope: 7, away: 1, excepted: 1, grace: 1, due: 1, overdue: 2, current: 1 };
        assert_eq!(bridge, expected);
        assert_eq!((score, bridge.population()), (Score { engineers: 5, taken: 1 }, 5));
        let listed = |part| -> Vec<String> {
            let found = people_in(&world, world.control("C").unwrap(), on("2024-06-01"), part);
            found.into_iter().filter_map(|ix| world.people().get(ix)).map(Person::label).collect()
        };
        assert_eq!(Part::ALL.map(listed), [&["E9"][..], &["E3"], &["E4"], &["E7"], &["E2"], &["E5", "E6"], &["E1"]]);
    }
}
