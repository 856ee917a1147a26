//! Which days are named below a curve?

use super::label::width;
use keepsharp_domain::Day;
use keepsharp_domain::calendar::{add_days, add_months};

/// A day to be named, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) day: Day,
    pub(super) name: String,
    /// The year, where it is the first named day of its year.
    pub(super) year: String,
}

/// Up to so many days, days are named; beyond, months.
const FEW_DAYS: i32 = 62;
/// No named day takes more room.
pub(super) const WIDEST_NAME: &str = "28 May";
const DAY_STEPS: [u32; 6] = [1, 2, 7, 14, 28, 56];
/// Divisors and multiples of a year, so that every January in view is met.
const MONTH_STEPS: [u32; 13] = [1, 2, 3, 6, 12, 24, 60, 120, 300, 600, 1200, 6000, 12_000];

/// How many days lie between two.
pub(super) fn days_between(from: Day, to: Day) -> i32 {
    (to - from).get_days()
}

/// The days to be named between two, where their names have so much room and their text this size.
pub(super) fn named_days(from: Day, to: Day, room: f64, size: f64) -> Vec<Named> {
    let mut named = if days_between(from, to) <= FEW_DAYS {
        every_few_days(from, to, room, size)
    } else {
        every_few_months(from, to, room, size)
    };
    let mut told = String::new();
    for tick in &mut named {
        let year = tick.day.year().to_string();
        if year == told || tick.name == year {
            continue;
        }
        tick.year.clone_from(&year);
        told = year;
    }
    named
}

fn every_few_days(from: Day, to: Day, room: f64, size: f64) -> Vec<Named> {
    let days = f64::from(days_between(from, to).max(1));
    let needed = width(WIDEST_NAME, size) + size * 0.6;
    let step = DAY_STEPS.into_iter().find(|step| room / days * f64::from(*step) >= needed).unwrap_or(56);
    walk(from, to, |day| add_days(day, step), "%-d %b")
}

fn every_few_months(from: Day, to: Day, room: f64, size: f64) -> Vec<Named> {
    const DAYS_OF_A_MONTH: f64 = 30.4;
    let months = f64::from(days_between(from, to)) / DAYS_OF_A_MONTH;
    let needed = width("2026  ", size);
    let step = MONTH_STEPS.into_iter().find(|step| room / months * f64::from(*step) >= needed).unwrap_or(12_000);
    let mut first = if from.day() == 1 { from } else { add_months(from.first_of_month(), 1) };
    while first <= to && !meets(first, step) {
        first = add_months(first, 1);
    }
    walk(first, to, |day| add_months(day, step), if step < 12 { "%b" } else { "%-Y" })
}

/// Whether the month is one of those counted in steps from a January.
fn meets(month: Day, step: u32) -> bool {
    let months = i32::from(month.year()) * 12 + i32::from(month.month()) - 1;
    i32::try_from(step).is_ok_and(|step| months.rem_euclid(step) == 0)
}

fn walk(first: Day, to: Day, next: impl Fn(Day) -> Day, format: &str) -> Vec<Named> {
    let mut named = Vec::new();
    let mut day = first;
    while day <= to {
        named.push(Named { day, name: day.strftime(format).to_string(), year: String::new() });
        let following = next(day);
        // Steps stop at the last day there is.
        if following <= day {
            break;
        }
        day = following;
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(from: &str, to: &str, room: f64) -> Vec<String> {
        let named = named_days(from.parse().unwrap(), to.parse().unwrap(), room, 13.0);
        named.iter().map(|tick| format!("{} {}", tick.name, tick.year).trim().to_owned()).collect()
    }

    #[test]
    fn months_are_words_and_a_year_stands_where_it_begins() {
        assert_eq!(words("2025-11-12", "2026-03-31", 600.0), ["Dec 2025", "Jan 2026", "Feb", "Mar"]);
        assert_eq!(words("2026-02-01", "2027-01-31", 200.0), ["Apr 2026", "Jul", "Oct", "Jan 2027"]);
        assert_eq!(words("2016-02-01", "2026-01-31", 300.0), ["2018", "2020", "2022", "2024", "2026"]);
    }

    #[test]
    fn a_short_time_has_days_for_ticks_and_one_day_has_one() {
        assert_eq!(words("2026-11-02", "2026-11-30", 600.0), ["2 Nov 2026", "9 Nov", "16 Nov", "23 Nov", "30 Nov"]);
        assert_eq!(words("2026-11-02", "2026-11-02", 600.0), ["2 Nov 2026"]);
    }

    #[test]
    fn all_of_time_has_few_ticks() {
        for (from, to) in [("1900-01-01", "2199-12-31"), ("0001-01-01", "9999-12-31"), ("9999-12-01", "9999-12-31")] {
            assert!((1..=40).contains(&words(from, to, 200.0).len()), "{from}: {:?}", words(from, to, 200.0));
        }
    }
}
