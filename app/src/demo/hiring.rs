//! Whom the demo company hires, month by month, and for what work.

use super::careers::{Company, address};
use super::names::Name;
use super::org::{LOCATIONS, UNITS, Unit, unit_at};
use super::staff::{PRODUCT_CODE, Person};
use super::timeline::{LAST_MONTH, days_after};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Hires in one month at most: nobody could welcome more.
const MOST_HIRES: usize = 11;

impl Company<'_> {
    /// Hires for the units that are short of people.
    pub(super) fn hire_up(&mut self, month: usize) {
        let mut crews: BTreeMap<usize, usize> = BTreeMap::new();
        for person in self.people.iter().filter(|person| person.is_present() && !person.leads) {
            *crews.entry(person.unit).or_default() += 1;
        }
        loop {
            let wants = |(at, unit): &(usize, &Unit)| crews.get(at).copied().unwrap_or(0) < unit.target(month);
            let short: Vec<usize> = UNITS.iter().enumerate().filter(wants).map(|(at, _)| at).collect();
            let Some(at) = self.chance.pick(&short).copied().filter(|_| month == 0 || self.hires < MOST_HIRES) else {
                return;
            };
            let crew = crews.entry(at).or_default();
            let place = self.hire(month, at);
            self.assign(place, at, *crew);
            *crew += 1;
        }
    }

    /// Somebody new in a unit, as its lead unless told otherwise.
    pub(super) fn hire(&mut self, month: usize, unit: usize) -> usize {
        self.hires += 1;
        let name = self.register.newcomer(&mut self.chance);
        let person = Person {
            employee_id: self.next_id(),
            email: address(&name),
            username: self.username(&name),
            name,
            work: "",
            rank: 0,
            specialised: self.chance.happens(30),
            employment: if self.chance.happens(6) { "contractor" } else { "employee" },
            location: self.chance.pick(LOCATIONS).copied().unwrap_or_default(),
            labels: Vec::new(),
            unit,
            leads: false,
            leads_since: 0,
            since: month,
            start: self.first_day(month),
            last_day: None,
            gone: None,
            settled: false,
            away_until: 0,
        };
        self.people.push(person);
        self.people.len() - 1
    }

    /// Rosters tell of most new people a little late, of some in advance. Of whoever was there first, few first days are known.
    fn first_day(&mut self, month: usize) -> Option<Date> {
        let first_day = self.timeline.month(month);
        let kind = self.chance.below(100);
        let days = match (month, kind) {
            (0, 0..92) => return None,
            (0, 92..99) => self.chance.between(-150, -8),
            // So that whenever today lies in the last month, some have only just begun.
            (LAST_MONTH, _) => self.chance.between(-12, 24),
            (_, 0..55) => self.chance.between(-24, -1),
            (_, 55..72) => 0,
            (_, 72..97) => self.chance.between(2, 24),
            _ => self.chance.between(36, 44),
        };
        Some(days_after(first_day, days))
    }

    fn assign(&mut self, place: usize, at: usize, number: usize) {
        let Some(unit) = unit_at(at) else { return };
        let work = unit.crew.get(number % unit.crew.len().max(1)).copied().unwrap_or_default();
        let rank = if unit.has_parts() && unit.builds() { 2 + self.chance.below(2) } else { self.rank() };
        let labels = self.labels(work, unit);
        let Some(person) = self.people.get_mut(place) else { return };
        person.work = work;
        person.rank = rank.min(person.highest_rank());
        person.labels = labels;
    }

    fn rank(&mut self) -> usize {
        match self.chance.below(100) {
            0..48 => 0,
            48..86 => 1,
            86..97 => 2,
            _ => 3,
        }
    }

    fn labels(&mut self, work: &str, unit: &Unit) -> Vec<&'static str> {
        let writes_code = match work {
            "UX Engineer" => 100,
            "Data Engineer" => 60,
            "Security Engineer" if unit.name == "Product Security" => 40,
            _ => 0,
        };
        let (on_call, champion) = match unit.builds() {
            true if work.contains("Reliability") => (100, 10),
            true => (30, 10),
            false => (0, 0),
        };
        let likely =
            [("on-call", on_call), (PRODUCT_CODE, writes_code), ("security-champion", champion), ("first-aid", 3)];
        likely.into_iter().filter(|(_, percent)| self.chance.happens(*percent)).map(|(label, _)| label).collect()
    }

    /// The next employee number.
    pub(super) fn next_id(&mut self) -> String {
        self.last_number += 1 + self.chance.below(9);
        format!("LF{}", self.last_number)
    }

    fn username(&mut self, name: &Name) -> String {
        let (given, family) = name.plain.split_once('.').unwrap_or((&name.plain, ""));
        let short: String = given.chars().take(1).chain(family.chars().filter(char::is_ascii_alphabetic)).collect();
        let numbered = (2_u32..).map(|number| format!("{short}{number}"));
        let free = std::iter::once(short.clone()).chain(numbered).find(|username| !self.usernames.contains(username));
        let username = free.unwrap_or_default();
        self.usernames.insert(username.clone());
        username
    }
}
