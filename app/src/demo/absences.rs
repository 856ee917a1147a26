//! Who of the demo company is on leave, and who is released from the control for a while.

use super::careers::Company;
use super::org::parent_of;
use super::staff::{Person, line, shown};
use super::timeline::{LAST_MONTH, days_after};
use jiff::civil::Date;

/// Somebody's leave, and when Keepsharp was told of it.
struct Leave {
    person: usize,
    from: Date,
    to: Date,
    told: usize,
    /// The month in which the day back was told; before that it was open.
    closed: usize,
}

struct Exception {
    person: usize,
    from: Date,
    to: Option<Date>,
    reason: &'static str,
    approver: usize,
    told: usize,
}

/// Everybody's absences.
#[derive(Default)]
pub(super) struct Absences {
    leaves: Vec<Leave>,
    exceptions: Vec<Exception>,
}

/// When exceptions are granted, for how many days, and why. The last are in force today, one of them without an end.
const GRANTED: [(usize, Option<i32>, &str); 9] = [
    (15, Some(60), "Recovering from an eye operation; will take the course in large print afterwards"),
    (17, Some(90), "Seconded to the customs authority pilot, no access to our code until the end of it"),
    (
        20,
        Some(45),
        "Took the secure coding week of her previous employer last month; certificate seen, entered at renewal",
    ),
    (22, Some(75), "Lent to Finance for the audit, writes no product code meanwhile"),
    (25, Some(60), "The course was not accessible with a screen reader; mended in the next version"),
    (28, Some(45), "Teaches the course this quarter; the taught sessions are entered as completion afterwards"),
    (33, Some(160), "Works on the hardware of the scanners until the roll-out is done, writes no product code"),
    (34, Some(120), "Lent to Sales Engineering for the trade fair season, no commit rights"),
    (35, None, "Leads the works council full time; no access to repositories"),
];

impl Absences {
    /// What a month brings, once its roster is known.
    pub(super) fn of_month(company: &mut Company, month: usize) {
        let leaves = if month == 0 { 11 } else { 2 + company.chance.below(3) };
        for _ in 0..leaves {
            begin_leave(company, month);
        }
        for (_, days, reason) in GRANTED.iter().filter(|(told, ..)| *told == month) {
            grant(company, month, *days, reason);
        }
    }

    /// The file of leaves that are told in a month; none where there is no news.
    pub(super) fn leaves_told(&self, people: &[Person], month: usize) -> Option<String> {
        let rows = self.leaves.iter().filter(|leave| leave.told == month || leave.closed == month).map(|leave| {
            let to = (leave.closed <= month).then_some(leave.to);
            line(&[employee_id(people, leave.person), &leave.from.to_string(), &shown(to)])
        });
        file("employee_id,from,to\n", rows)
    }

    /// The file of exceptions that are granted in a month; none where there is none.
    pub(super) fn exceptions_told(&self, people: &[Person], month: usize) -> Option<String> {
        let rows = self.exceptions.iter().filter(|exception| exception.told == month).map(|exception| {
            line(&[
                employee_id(people, exception.person),
                "TRN.2.01",
                &exception.from.to_string(),
                &shown(exception.to),
                exception.reason,
                employee_id(people, exception.approver),
            ])
        });
        file("employee_id,control,from,to,reason,approved_by\n", rows)
    }

    /// The day on which somebody who is away on `day` is back; `day` itself where they are not away. None where nobody knows.
    pub(super) fn back(&self, person: usize, day: Date) -> Option<Date> {
        let leaves = self.leaves.iter().filter(|leave| leave.person == person).map(|leave| {
            // Of what is told only after today, today knows nothing.
            (leave.from, (leave.closed <= LAST_MONTH).then_some(leave.to))
        });
        let exceptions = self.exceptions.iter().filter(|exception| exception.person == person);
        let exceptions = exceptions.map(|exception| (exception.from, exception.to.map(|last| days_after(last, 1))));
        let mut away = leaves.chain(exceptions).filter(|(from, to)| *from <= day && to.is_none_or(|to| day < to));
        away.next().map_or(Some(day), |(_, to)| to)
    }

    /// Leaves whose last day is known and past on a day: who, from when, and the day they were back.
    pub(super) fn ended(&self, day: Date) -> impl Iterator<Item = (usize, Date, Date)> {
        let ended = self.leaves.iter().filter(move |leave| leave.closed <= LAST_MONTH && leave.to <= day);
        ended.map(|leave| (leave.person, leave.from, leave.to))
    }

    /// Whether somebody is away on any day from one to another.
    pub(super) fn touch(&self, person: usize, from: Date, to: Date) -> bool {
        let leaves = self.leaves.iter().filter(|leave| leave.person == person);
        let exceptions = self.exceptions.iter().filter(|exception| exception.person == person);
        leaves.into_iter().any(|leave| leave.from <= to && (leave.closed > LAST_MONTH || from < leave.to))
            || exceptions
                .into_iter()
                .any(|exception| exception.from <= to && exception.to.is_none_or(|last| from <= last))
    }

    /// Whether somebody is away on a day.
    pub(super) fn covers(&self, person: usize, day: Date) -> bool {
        self.back(person, day) != Some(day)
    }
}

fn begin_leave(company: &mut Company, month: usize) {
    let engineers_only = company.chance.happens(45);
    // Who was there before tracking began may have been away when it did.
    let eligible = |person: &Person| person.is_free(month) && (month > 0 || person.start.is_none());
    let chosen =
        company.somebody(|person| eligible(person) && !person.leads && (!engineers_only || person.is_engineer()));
    let Some(place) = chosen else { return };
    let first_day = company.timeline.month(month);
    let days = if month == 0 { company.chance.between(-50, 20) } else { company.chance.between(2, 24) };
    let (from, length) = (days_after(first_day, days), company.chance.between(65, 230));
    let to = days_after(from, length);
    let open = company.chance.happens(35);
    // The month whose roster comes last before the return.
    let months = usize::try_from((days + length).max(0) / 31).unwrap_or(0);
    let closed = if open { month + months } else { month };
    if let Some(person) = company.people.get_mut(place) {
        person.away_until = month + months + 5;
    }
    company.absences.leaves.push(Leave { person: place, from, to, told: month, closed });
}

fn grant(company: &mut Company, month: usize, days: Option<i32>, reason: &'static str) {
    let eligible = |person: &Person| person.is_free(month) && person.in_scope(month) && month > person.since + 6;
    let Some(place) = company.somebody(eligible) else { return };
    let Some(approver) = director_of(company, place) else { return };
    let from = days_after(company.timeline.month(month), company.chance.between(3, 9));
    let to = days.map(|days| days_after(from, days));
    if let Some(person) = company.people.get_mut(place) {
        person.settled = true;
    }
    company.absences.exceptions.push(Exception { person: place, from, to, reason, approver, told: month });
}

/// The lead above somebody's own: whoever approves is at one remove from whom it releases.
fn director_of(company: &Company, place: usize) -> Option<usize> {
    let mut unit = parent_of(company.people.get(place)?.unit);
    while let Some(at) = unit {
        if let Some(lead) = company.leads.get(at).copied().flatten() {
            return Some(lead);
        }
        unit = parent_of(at);
    }
    None
}

fn employee_id(people: &[Person], place: usize) -> &str {
    people.get(place).map_or("", |person| &person.employee_id)
}

/// A file of these rows; none where there is no row.
pub(super) fn file(head: &str, rows: impl Iterator<Item = String>) -> Option<String> {
    let rows: String = rows.collect();
    (!rows.is_empty()).then(|| format!("{head}{rows}"))
}
