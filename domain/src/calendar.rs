//! Which day is meant: strict dates, steps in days and months, and fiscal years.

use crate::Day;
use jiff::ToSpan;
use serde::{Deserialize, Serialize};

/// First year that a date in a file may have. Earlier ones are slips of the pen, not dates of a training programme.
pub const FIRST_YEAR: i16 = 1900;
/// Last year that a date in a file may have.
pub const LAST_YEAR: i16 = 2199;

/// Reads `YYYY-MM-DD`, nothing looser.
///
/// # Errors
/// Says how to write it where the text is no such date.
pub fn read_day(text: &str) -> Result<Day, String> {
    let well_formed = text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    let day = well_formed.then(|| text.parse::<Day>().ok()).flatten();
    match day {
        Some(day) if (FIRST_YEAR..=LAST_YEAR).contains(&day.year()) => Ok(day),
        Some(_) => Err(format!("{} lies outside {FIRST_YEAR} to {LAST_YEAR}", quote(text))),
        None => Err(format!("{} is no date; write it as YYYY-MM-DD, for example 2026-02-28", quote(text))),
    }
}

/// The text in quotation marks, cut where it is long, with nothing in it that a terminal would obey.
#[must_use]
pub fn quote(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String = text.chars().take(LONGEST).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

/// "3 March 2026".
#[must_use]
pub fn day_in_words(day: Day) -> String {
    format!("{} {} {}", day.day(), month_in_words(day.month()), day.year())
}

/// "March" for 3; empty where there is no such month.
#[must_use]
pub fn month_in_words(month: i8) -> &'static str {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let place = usize::try_from(month).ok().and_then(|month| month.checked_sub(1));
    place.and_then(|place| MONTHS.get(place)).copied().unwrap_or_default()
}

/// The day `days` later. Stops at the last day there is.
#[must_use]
pub fn add_days(day: Day, days: u32) -> Day {
    day.saturating_add(i64::from(days).days())
}

/// The day `days` earlier. Stops at the first day there is.
#[must_use]
pub fn subtract_days(day: Day, days: u32) -> Day {
    day.saturating_sub(i64::from(days).days())
}

/// The same day `months` later, or the last day of that month where it has no such day.
#[must_use]
pub fn add_months(day: Day, months: u32) -> Day {
    day.saturating_add(i64::from(months).months())
}

/// The month and day on which fiscal years start, a day that every year has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FiscalYearStart {
    month: i8,
    day: i8,
}

impl FiscalYearStart {
    /// The calendar year: fiscal years start on 1 January.
    pub const JANUARY: FiscalYearStart = FiscalYearStart { month: 1, day: 1 };

    /// The first day of the fiscal year that contains `day`.
    #[must_use]
    pub fn first_day(self, day: Day) -> Day {
        let this = self.in_year(day.year());
        if day >= this { this } else { self.in_year(day.year() - 1) }
    }

    /// The last day of the fiscal year that contains `day`.
    #[must_use]
    pub fn last_day(self, day: Day) -> Day {
        let first = self.first_day(day);
        subtract_days(self.in_year(first.year() + 1), 1)
    }

    /// The last day of the fiscal year that follows the one containing `day`.
    #[must_use]
    pub fn last_day_of_next(self, day: Day) -> Day {
        let first = self.first_day(day);
        subtract_days(self.in_year(first.year() + 2), 1)
    }

    fn in_year(self, year: i16) -> Day {
        // Every year has this month and day (checked when it was read), so only the range of years can end.
        Day::new(year, self.month, self.day).unwrap_or(if year < 0 { Day::MIN } else { Day::MAX })
    }
}

/// A quarter of a fiscal year, written `FY27-Q2`. A fiscal year is named after the calendar year in which it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Quarter {
    year: i16,
    /// 1 to 4.
    number: u8,
}

impl Quarter {
    /// The quarter that contains `day`.
    #[must_use]
    pub fn of(day: Day, years: FiscalYearStart) -> Quarter {
        let year = years.last_day(day).year();
        let holds = |number: &u8| Quarter { year, number: *number }.last_day(years) >= day;
        Quarter { year, number: (1..=3).find(holds).unwrap_or(4) }
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self, years: FiscalYearStart) -> Day {
        // The year that ends in `year` began in it only where fiscal years are calendar years.
        let began = if years == FiscalYearStart::JANUARY { self.year } else { self.year - 1 };
        add_months(years.in_year(began), 3 * u32::from(self.number - 1))
    }

    /// Its last day.
    #[must_use]
    pub fn last_day(self, years: FiscalYearStart) -> Day {
        let next = if self.number == 4 {
            Quarter { year: self.year + 1, number: 1 }
        } else {
            Quarter { number: self.number + 1, ..self }
        };
        subtract_days(next.first_day(years), 1)
    }

    /// The same quarter of the year after.
    #[must_use]
    pub fn next_year(self) -> Quarter {
        Quarter { year: self.year + 1, ..self }
    }

    /// The same quarter of the year before.
    #[must_use]
    pub fn year_before(self) -> Quarter {
        Quarter { year: self.year - 1, ..self }
    }

    /// The quarter before.
    #[must_use]
    pub fn before(self) -> Quarter {
        match self.number {
            1 => Quarter { year: self.year - 1, number: 4 },
            number => Quarter { number: number - 1, ..self },
        }
    }

    /// This quarter's year: its first and its last quarter.
    #[must_use]
    pub fn year(self) -> (Quarter, Quarter) {
        (Quarter { number: 1, ..self }, Quarter { number: 4, ..self })
    }
}

impl std::fmt::Display for Quarter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FY{:02}-Q{}", self.year % 100, self.number)
    }
}

impl std::str::FromStr for Quarter {
    type Err = String;

    fn from_str(text: &str) -> Result<Quarter, String> {
        let mend = || format!("{} is no fiscal quarter; write it as FY27-Q2", quote(text));
        let (year, number) = text.strip_prefix("FY").and_then(|rest| rest.split_once("-Q")).ok_or_else(mend)?;
        if ![2, 4].contains(&year.len()) || !year.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(mend());
        }
        let given: i16 = year.parse().map_err(|_| mend())?;
        let year = if year.len() == 2 { 2000 + given } else { given };
        let number = number.parse().ok().filter(|number| (1..=4).contains(number)).ok_or_else(mend)?;
        // One more year on either side: a quarter's days must lie in the range of dates that files may have.
        let in_range = (FIRST_YEAR + 1..LAST_YEAR).contains(&year);
        in_range.then_some(Quarter { year, number }).ok_or_else(mend)
    }
}

impl TryFrom<String> for Quarter {
    type Error = String;

    fn try_from(text: String) -> Result<Quarter, String> {
        text.parse()
    }
}

impl TryFrom<String> for FiscalYearStart {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mend = || format!("{} is no day of the year; write it as MM-DD, for example 02-01", quote(&text));
        let (month, day) = text.split_once('-').ok_or_else(mend)?;
        if [month, day].iter().any(|part| part.len() != 2 || !part.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err(mend());
        }
        let (month, day): (i8, i8) = (month.parse().map_err(|_| mend())?, day.parse().map_err(|_| mend())?);
        if (month, day) == (2, 29) {
            return Err(
                "a fiscal year can't start on 29 February, which most years do not have; use 02-28 or 03-01".to_owned()
            );
        }
        Day::new(2000, month, day).map_err(|_| mend())?;
        Ok(FiscalYearStart { month, day })
    }
}

impl From<FiscalYearStart> for String {
    fn from(start: FiscalYearStart) -> String {
        format!("{:02}-{:02}", start.month, start.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn only_a_full_iso_date_is_a_date() {
        assert_eq!(read_day("2024-02-29"), Ok(date(2024, 2, 29)));
        for text in [
            "2023-02-29",
            "2024-2-9",
            "24-02-29",
            "2024/02/29",
            "20240229",
            "",
            "2024-02-29T00:00:00",
            "1066-10-14",
            "９９９９-01-01",
        ] {
            assert!(read_day(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_month_without_that_day_gives_its_last() {
        assert_eq!(add_months(date(2024, 2, 29), 12), date(2025, 2, 28));
        assert_eq!(add_months(date(2024, 1, 31), 1), date(2024, 2, 29));
        assert_eq!(add_months(date(2024, 8, 31), 6), date(2025, 2, 28));
    }

    #[test]
    fn a_fiscal_year_runs_from_its_first_day_to_the_eve_of_the_next() {
        let february = FiscalYearStart::try_from("02-01".to_owned()).unwrap();
        assert_eq!(february.first_day(date(2021, 1, 31)), date(2020, 2, 1));
        assert_eq!(february.first_day(date(2021, 2, 1)), date(2021, 2, 1));
        assert_eq!(february.last_day(date(2020, 2, 1)), date(2021, 1, 31));
        assert_eq!(february.last_day_of_next(date(2021, 1, 31)), date(2022, 1, 31));
        let march = FiscalYearStart::try_from("03-01".to_owned()).unwrap();
        assert_eq!(march.last_day(date(2023, 6, 1)), date(2024, 2, 29));
    }

    #[test]
    fn a_fiscal_year_starts_on_a_day_that_every_year_has() {
        for text in ["02-29", "13-01", "00-10", "2-1", "02-30", "feb"] {
            assert!(FiscalYearStart::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_fiscal_quarter_is_called_after_the_year_in_which_its_year_ends() {
        let start = |text: &str| FiscalYearStart::try_from(text.to_owned()).unwrap();
        for (years, quarter, first, last) in [
            ("02-01", "FY27-Q2", "2026-05-01", "2026-07-31"),
            ("02-01", "FY27-Q4", "2026-11-01", "2027-01-31"),
            ("01-01", "FY2026-Q1", "2026-01-01", "2026-03-31"),
            ("12-01", "FY28-Q1", "2027-12-01", "2028-02-29"),
            ("07-15", "FY26-Q1", "2025-07-15", "2025-10-14"),
        ] {
            let found: Quarter = quarter.parse().unwrap();
            let days = (found.first_day(start(years)), found.last_day(start(years)));
            assert_eq!((days.0.to_string(), days.1.to_string()), (first.to_owned(), last.to_owned()), "{quarter}");
        }
        for wrong in ["FY27-Q0", "FY27-Q5", "FY7-Q1", "FY27Q1", "27-Q1", "FY27-Q", "FY+7-Q1", "FY1900-Q1"] {
            assert!(wrong.parse::<Quarter>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_day_lies_in_the_quarter_that_it_is_said_to_lie_in() {
        for years in ["01-01", "02-01", "03-01", "07-15", "10-31", "12-01", "12-31"] {
            let years = FiscalYearStart::try_from(years.to_owned()).unwrap();
            let mut day: Day = "2023-11-20".parse().unwrap();
            while day.year() < 2029 {
                let quarter = Quarter::of(day, years);
                let (first, last) = (quarter.first_day(years), quarter.last_day(years));
                assert!(first <= day && day <= last, "{day} in {quarter}: {first} to {last}");
                assert_eq!(quarter.to_string().parse(), Ok(quarter));
                day = add_days(day, 1);
            }
        }
    }
}
