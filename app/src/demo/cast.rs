//! Whom of the demo company a part of its story falls to: people to whom it can have happened.

use super::answers::{self, Answers, Team};
use super::careers::Company;
use super::chance::Chance;
use super::company::Author;
use super::staff::Person;
use super::timeline::{LAST_MONTH, days_after, days_between};
use super::training::Completion;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use std::collections::{BTreeMap, BTreeSet};

/// The company, and who of it has a part already.
pub(super) struct Cast<'s> {
    pub(super) company: &'s Company<'s>,
    pub(super) completions: &'s [Completion],
    /// Today's teams.
    pub(super) teams: BTreeMap<usize, Team>,
    /// Whom a visitor becomes as engineer, and their manager; nobody else's part falls to them.
    pub(super) engineer: Option<usize>,
    pub(super) manager: Option<usize>,
    /// When each completed a course.
    days: BTreeMap<usize, Vec<Date>>,
    chance: Chance,
    taken: BTreeSet<usize>,
}

impl<'s> Cast<'s> {
    /// With the two whom a visitor becomes first.
    pub(super) fn of(company: &'s Company<'s>, completions: &'s [Completion], answers: &Answers) -> Cast<'s> {
        let [_, _, round] = &company.timeline.rounds;
        let teams = answers::teams(company, completions, round, company.timeline.today);
        let mut cast = Cast {
            company,
            completions,
            teams,
            engineer: None,
            manager: None,
            days: BTreeMap::new(),
            chance: Chance::of(4_711),
            taken: BTreeSet::new(),
        };
        for done in completions {
            cast.days.entry(done.person).or_default().push(done.on);
        }
        if let Some((manager, engineer)) = cast.stars(answers) {
            (cast.manager, cast.engineer) = (Some(manager), Some(engineer));
            cast.taken.extend([manager, engineer]);
        }
        cast
    }

    /// An engineer whose refresher comes round soon, of a manager with a team to encourage and nothing answered yet.
    fn stars(&self, answers: &Answers) -> Option<(usize, usize)> {
        let asked = |(manager, team): &(&usize, &Team)| {
            let silent = answers.given.get(manager).is_none_or(|count| *count < team.recorded);
            (6..=9).contains(&team.engineers.len())
                && team.recorded > 1
                && team.recorded + 1 < team.engineers.len()
                && silent
        };
        let members = self.teams.iter().filter(asked);
        let pairs = members.flat_map(|(manager, team)| team.engineers.iter().map(|engineer| (*manager, *engineer)));
        let due = pairs.filter_map(|(manager, engineer)| Some((self.due_in(engineer)?, manager, engineer)));
        let soon = due.filter(|(days, _, engineer)| (10..=40).contains(days) && self.is_steady(*engineer));
        soon.min_by_key(|(days, _, engineer)| ((days - 21).abs(), *engineer))
            .map(|(_, manager, engineer)| (manager, engineer))
    }

    /// In how many days somebody with two completions or more is due again.
    fn due_in(&self, place: usize) -> Option<i32> {
        let days = self.days(place);
        let last = days.last().filter(|_| days.len() > 1)?;
        Some(days_between(self.today(), last.saturating_add(1.year())))
    }

    /// The days on which somebody completed a course.
    pub(super) fn days(&self, place: usize) -> &[Date] {
        self.days.get(&place).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn today(&self) -> Date {
        self.company.timeline.today
    }

    /// The working day so many days ago, or the last one before it.
    pub(super) fn ago(&self, days: i32) -> Date {
        let day = days_after(self.today(), -days);
        match day.weekday() {
            Weekday::Saturday => days_after(day, -1),
            Weekday::Sunday => days_after(day, -2),
            _ => day,
        }
    }

    pub(super) fn person(&self, place: usize) -> Option<&'s Person> {
        self.company.people.get(place)
    }

    pub(super) fn employee_id(&self, place: usize) -> String {
        self.person(place).map(|person| person.employee_id.clone()).unwrap_or_default()
    }

    /// Somebody, as the author of what they tell.
    pub(super) fn author(&self, place: usize) -> Author {
        Author::Employee(self.employee_id(place))
    }

    /// Whether somebody is here today and stays, and has for some months been asked what they are asked now.
    pub(super) fn is_steady(&self, place: usize) -> bool {
        self.person(place).is_some_and(|person| {
            person.is_present() && person.last_day.is_none() && person.leads_since.max(person.since) + 3 < LAST_MONTH
        }) && !self.company.absences.covers(place, self.today())
    }

    /// Whether the roster had somebody on a day.
    pub(super) fn is_known(&self, place: usize, day: Date) -> bool {
        self.person(place).is_some_and(|person| {
            self.company.timeline.month(person.since) <= day && person.start.is_none_or(|start| start <= day)
        })
    }

    /// Whether nothing happened to somebody between two days that being away for them would make untrue.
    pub(super) fn is_quiet(&self, place: usize, from: Date, to: Date) -> bool {
        let completed = self.days(place).iter().any(|on| (from..=to).contains(on));
        let away = self.company.absences.touch(place, from, to);
        !completed && !away
    }

    /// One of those who have no part yet and for whom a condition holds; they have one then.
    pub(super) fn pick(&mut self, condition: impl Fn(&Cast, usize, &Person) -> bool) -> Option<usize> {
        let free = self.company.people.iter().enumerate().filter(|(place, _)| !self.taken.contains(place));
        let those: Vec<usize> =
            free.filter(|(place, person)| condition(self, *place, person)).map(|(place, _)| place).collect();
        let chosen = self.chance.pick(&those).copied()?;
        self.take(chosen)
    }

    /// An engineer in scope, steady and known since a day.
    pub(super) fn engineer_known(&mut self, day: Date) -> Option<usize> {
        self.pick(|cast, place, person| {
            !person.leads && person.in_scope(LAST_MONTH) && cast.is_steady(place) && cast.is_known(place, day)
        })
    }

    /// A manager with a team in scope, some of whom have still to be trained in the open round.
    pub(super) fn manager_with_some_left(&mut self, left: usize) -> Option<usize> {
        self.pick(|cast, place, person| {
            let team = cast.teams.get(&place);
            let is_left =
                team.is_some_and(|team| team.engineers.len() > 3 && team.recorded + left <= team.engineers.len());
            person.leads && person.work.starts_with("Engineering Manager") && is_left && cast.is_steady(place)
        })
    }

    /// Gives somebody a part, if they have none.
    pub(super) fn take(&mut self, place: usize) -> Option<usize> {
        self.taken.insert(place).then_some(place)
    }
}

/// A working day, the next one where it is none.
pub(super) fn working_day(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday => days_after(day, 2),
        Weekday::Sunday => days_after(day, 1),
        _ => day,
    }
}

/// A day as people write it.
pub(super) fn written(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

/// Its month, as people say it.
pub(super) fn month_name(day: Date) -> String {
    day.strftime("%B").to_string()
}
