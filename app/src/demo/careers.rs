//! Who joins, moves, leads, marries and leaves the demo company, month by month.

use super::absences::Absences;
use super::chance::Chance;
use super::names::{Name, Register};
use super::org::{UNITS, Unit, parent_of, unit_at, unit_called};
use super::slips::Slips;
use super::staff::{Person, Post, ROSTER_HEAD};
use super::timeline::{LAST_MONTH, Timeline, days_after};
use std::collections::BTreeSet;

/// Months in which somebody who left comes back under their old number.
const RETURNS: [usize; 2] = [19, 29];

/// The month in which somebody comes back under a new number, which makes two people of one.
const RETURN_AS_SOMEBODY_ELSE: usize = 33;

/// The company, as far as its story has been told.
pub(super) struct Company<'t> {
    pub(super) timeline: &'t Timeline,
    pub(super) people: Vec<Person>,
    /// Months from the first, each with the posts of its roster.
    pub(super) months: Vec<Vec<Post>>,
    pub(super) rosters: Vec<String>,
    pub(super) absences: Absences,
    pub(super) chance: Chance,
    /// Who leads each unit.
    pub(super) leads: Vec<Option<usize>>,
    slips: Slips,
    pub(super) register: Register,
    pub(super) usernames: BTreeSet<String>,
    pub(super) last_number: usize,
    pub(super) hires: usize,
}

impl<'t> Company<'t> {
    /// The whole story up to today.
    pub(super) fn told(timeline: &'t Timeline) -> Company<'t> {
        let mut company = Company {
            timeline,
            people: Vec::new(),
            months: Vec::new(),
            rosters: Vec::new(),
            absences: Absences::default(),
            chance: Chance::of(2_020),
            leads: vec![None; UNITS.len()],
            slips: Slips::default(),
            register: Register::default(),
            usernames: BTreeSet::new(),
            last_number: 10_003,
            hires: 0,
        };
        for month in 0..=LAST_MONTH {
            company.live(month);
            company.record(month);
            Absences::of_month(&mut company, month);
        }
        company
    }

    fn live(&mut self, month: usize) {
        self.hires = 0;
        if month > 0 {
            self.part(month);
            self.come_back(month);
            self.transfer(month);
            self.promote(month);
            self.marry(month);
            self.postpone(month);
        }
        self.fill_leads(month);
        self.hire_up(month);
        if month + 1 == LAST_MONTH {
            self.slips = Slips::chosen(self, month);
        }
    }

    fn record(&mut self, month: usize) {
        let present: Vec<usize> = (0..self.people.len()).filter(|place| self.is_present(*place)).collect();
        let (mut roster, mut posts) = (ROSTER_HEAD.to_owned(), Vec::new());
        for place in present {
            let manager = self.manager_of(place);
            let slip = self.slips.of(self, place, month, manager);
            if let Some(person) = self.people.get(place) {
                roster.push_str(&slip.person.as_ref().unwrap_or(person).row(&slip.manager_id));
                posts.push(Post {
                    person: place,
                    manager: slip.manager,
                    in_scope: person.in_scope(month),
                    start: person.start,
                    last_day: person.last_day,
                });
            }
        }
        self.rosters.push(roster);
        self.months.push(posts);
    }

    fn is_present(&self, place: usize) -> bool {
        self.people.get(place).is_some_and(Person::is_present)
    }

    /// Whom somebody reports to: the lead of their unit, or of the next unit above that has one.
    pub(super) fn manager_of(&self, place: usize) -> Option<usize> {
        let person = self.people.get(place)?;
        let mut unit = if person.leads { parent_of(person.unit) } else { Some(person.unit) };
        while let Some(at) = unit {
            if let Some(lead) = self.leads.get(at).copied().flatten() {
                return Some(lead);
            }
            unit = parent_of(at);
        }
        None
    }

    /// Everybody for whom a condition holds.
    pub(super) fn those(&self, condition: impl Fn(&Person) -> bool) -> Vec<usize> {
        self.people.iter().enumerate().filter(|(_, person)| condition(person)).map(|(place, _)| place).collect()
    }

    /// One of those for whom a condition holds.
    pub(super) fn somebody(&mut self, condition: impl Fn(&Person) -> bool) -> Option<usize> {
        let those = self.those(condition);
        self.chance.pick(&those).copied()
    }

    fn part(&mut self, month: usize) {
        let first_day = self.timeline.month(month);
        for place in self.those(|person| person.is_present() && person.last_day.is_some_and(|last| last < first_day)) {
            self.leave(place, month);
        }
        let present = self.those(Person::is_present).len();
        let leavers = present * 9 / 1_000 + self.chance.below(2);
        for _ in 0..leavers {
            // The last months are quiet at the top, so that today's findings are those that are meant.
            let may_lead = month + 2 < LAST_MONTH;
            let top = |person: &Person| {
                person.leads && unit_at(person.unit).is_some_and(|unit| ["", "Larkfield"].contains(&unit.parent))
            };
            let may_go = |person: &Person| {
                person.is_free(month) && (may_lead || !person.leads) && (month % 12 == 7 || !top(person))
            };
            let Some(place) = self.somebody(may_go) else { continue };
            let announced = self.chance.happens(40);
            let last_day = days_after(first_day, self.chance.between(2, 26));
            match self.people.get_mut(place).filter(|person| announced && !person.leads) {
                Some(person) => person.last_day = Some(last_day),
                None => self.leave(place, month),
            }
        }
    }

    fn leave(&mut self, place: usize, month: usize) {
        let Some(person) = self.people.get_mut(place) else { return };
        person.gone = Some(month);
        let unit = person.unit;
        if let Some(lead) = self.leads.get_mut(unit).filter(|lead| **lead == Some(place)) {
            *lead = None;
        }
    }

    fn come_back(&mut self, month: usize) {
        let first_day = self.timeline.month(month);
        let gone_for_long = |person: &Person| {
            !person.is_present()
                && !person.leads
                && person.gone.is_some_and(|gone| gone + 5 < month && gone > 8)
                && person.in_scope(0)
        };
        if RETURNS.contains(&month)
            && let Some(place) = self.somebody(gone_for_long)
            && let Some(person) = self.people.get_mut(place)
        {
            person.since = month;
            person.start = Some(first_day);
            (person.last_day, person.gone) = (None, None);
        }
        if month == RETURN_AS_SOMEBODY_ELSE
            && let Some(place) = self.somebody(gone_for_long)
            && let Some(mut person) = self.people.get(place).cloned()
        {
            person.employee_id = self.next_id();
            (person.settled, person.since) = (true, month);
            person.start = Some(days_after(first_day, -6));
            (person.last_day, person.gone) = (None, None);
            self.people.push(person);
        }
    }

    fn transfer(&mut self, month: usize) {
        for _ in 0..=self.chance.below(2) {
            let Some(place) = self.somebody(|person| person.is_free(month) && person.is_engineer()) else { continue };
            self.move_to_sibling(place, month);
        }
        // Into product engineering from support, and out of it into the field: both cross the border of the scope.
        if month % 3 == 1 {
            self.change_work(month, "Support Engineer", "Backend Engineer", "Integrations");
        }
        if month % 5 == 2 {
            self.change_work(month, "Backend Engineer", "Solutions Architect", "Solutions");
        }
        if month % 7 == 3 {
            self.change_work(month, "Frontend Engineer", "Product Manager", "Product, Commerce");
        }
    }

    fn move_to_sibling(&mut self, place: usize, month: usize) {
        let Some(from) = self.people.get(place).map(|person| person.unit) else { return };
        let departments = unit_at(from).map(|unit| unit.departments);
        let open = |(to, unit): &(usize, &Unit)| {
            *to != from
                && Some(unit.departments) == departments
                && !unit.has_parts()
                && unit.founded <= month
                && unit.size.1 > 3
        };
        let siblings: Vec<usize> = UNITS.iter().enumerate().filter(open).map(|(to, _)| to).collect();
        if let Some(to) = self.chance.pick(&siblings).copied()
            && let Some(person) = self.people.get_mut(place)
        {
            person.unit = to;
        }
    }

    fn change_work(&mut self, month: usize, from: &str, to: &'static str, unit: &str) {
        let Some(unit) = unit_called(unit) else { return };
        let mover = self.somebody(|person| person.is_free(month) && person.work == from && !person.leads);
        if let Some(person) = mover.and_then(|place| self.people.get_mut(place)) {
            (person.work, person.unit, person.specialised) = (to, unit, false);
            person.rank = person.rank.min(person.highest_rank());
        }
    }

    fn promote(&mut self, month: usize) {
        for _ in 0..2 + self.chance.below(4) {
            let may_rise = |person: &Person| {
                person.is_free(month)
                    && !person.leads
                    && month > person.since + 9
                    && person.rank < person.highest_rank()
            };
            let chosen = self.somebody(may_rise);
            // The higher, the rarer.
            let steep = chosen.and_then(|place| self.people.get(place)).map_or(0, |person| person.rank * 35);
            if self.chance.happens(100 - steep)
                && let Some(person) = chosen.and_then(|place| self.people.get_mut(place))
            {
                person.rank += 1;
            }
        }
    }

    fn marry(&mut self, month: usize) {
        if month.is_multiple_of(2)
            && let Some(place) = self.somebody(|person| person.is_free(month))
            && let Some(before) = self.people.get(place).map(|person| person.name.clone())
        {
            let name = self.register.married(&mut self.chance, &before);
            if let Some(person) = self.people.get_mut(place) {
                person.email = address(&name);
                person.name = name;
            }
        }
    }

    fn postpone(&mut self, month: usize) {
        let first_day = self.timeline.month(month);
        if let Some(place) =
            self.somebody(|person| person.is_present() && person.start.is_some_and(|start| start > first_day))
            && let Some(person) = self.people.get_mut(place)
        {
            person.start = Some(days_after(first_day, 24));
        }
    }

    /// Gives a lead to every unit that has none: one of its own, or somebody from outside. A place that fell vacant this
    /// month stays so for now; the people report one level up meanwhile.
    fn fill_leads(&mut self, month: usize) {
        let vacant: Vec<usize> =
            self.leads.iter().enumerate().filter(|(_, lead)| lead.is_none()).map(|(at, _)| at).collect();
        for at in vacant {
            let Some(unit) = unit_at(at).filter(|unit| unit.founded <= month) else { continue };
            let just_left =
                self.people.iter().any(|person| person.leads && person.unit == at && person.gone == Some(month));
            if just_left {
                continue;
            }
            let kin = |person: &Person| {
                person.unit == at || (unit.founded == month && parent_of(person.unit) == parent_of(at))
            };
            let ready = |person: &Person| person.is_free(month) && !person.leads && person.rank > 0 && kin(person);
            let risen = if month > 0 && (unit.founded == month || self.chance.happens(60)) {
                self.somebody(ready)
            } else {
                None
            };
            let lead = risen.unwrap_or_else(|| self.hire(month, at));
            if let Some(person) = self.people.get_mut(lead) {
                (person.work, person.unit, person.leads) = (unit.lead, at, true);
                person.leads_since = month;
                person.employment = "employee";
                person.labels.clear();
            }
            if let Some(place) = self.leads.get_mut(at) {
                *place = Some(lead);
            }
        }
    }
}

pub(super) fn address(name: &Name) -> String {
    format!("{}@larkfield.example", name.plain)
}
