//! Which fiscal quarter or year is told of? Written `FY27-Q2` or `FY27`.

use crate::Day;
use crate::calendar::{FiscalYearStart, Quarter, quote};
use std::fmt;
use std::str::FromStr;

/// A fiscal year, written `FY27`: named, as its quarters are, after the calendar year in which it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FiscalYear {
    first: Quarter,
}

impl FiscalYear {
    /// The fiscal year that contains `day`.
    #[must_use]
    pub fn of(day: Day, years: FiscalYearStart) -> FiscalYear {
        FiscalYear { first: Quarter::of(day, years).year().0 }
    }
}

impl fmt::Display for FiscalYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quarter = self.first.to_string();
        f.write_str(quarter.split('-').next().unwrap_or_default())
    }
}

impl FromStr for FiscalYear {
    type Err = String;

    fn from_str(text: &str) -> Result<FiscalYear, String> {
        let mend = |_| format!("{} is no fiscal year; write it as FY27", quote(text));
        format!("{text}-Q1").parse().map(|first| FiscalYear { first }).map_err(mend)
    }
}

/// A fiscal quarter or a fiscal year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Span {
    /// A quarter.
    Quarter(Quarter),
    /// A year.
    Year(FiscalYear),
}

impl Span {
    /// Its first day.
    #[must_use]
    pub fn first_day(self, years: FiscalYearStart) -> Day {
        match self {
            Span::Quarter(quarter) => quarter.first_day(years),
            Span::Year(year) => year.first.first_day(years),
        }
    }

    /// Its last day.
    #[must_use]
    pub fn last_day(self, years: FiscalYearStart) -> Day {
        match self {
            Span::Quarter(quarter) => quarter.last_day(years),
            Span::Year(year) => year.first.year().1.last_day(years),
        }
    }

    /// The span of the same length before this one.
    #[must_use]
    pub fn before(self) -> Span {
        match self {
            Span::Quarter(quarter) => Span::Quarter(quarter.before()),
            Span::Year(_) => self.year_before(),
        }
    }

    /// The same span a year earlier.
    #[must_use]
    pub fn year_before(self) -> Span {
        match self {
            Span::Quarter(quarter) => Span::Quarter(quarter.year_before()),
            Span::Year(year) => Span::Year(FiscalYear { first: year.first.year_before() }),
        }
    }

    /// The spans of which something can be told on `today`, the latest first: quarters, then years. They end on or after
    /// `since`, and some of their days have passed.
    #[must_use]
    pub fn told_by(today: Day, since: Day, years: FiscalYearStart) -> Vec<Span> {
        /// As many as one looks back at: two years of quarters, and the same of years.
        const MOST: [usize; 2] = [9, 3];
        let Ok(yesterday) = today.yesterday() else { return Vec::new() };
        let latest = [Span::Quarter(Quarter::of(yesterday, years)), Span::Year(FiscalYear::of(yesterday, years))];
        let back = |(span, most): (Span, usize)| {
            let spans = std::iter::successors(Some(span), |span| Some(span.before())).take(most);
            spans.take_while(move |span| span.last_day(years) >= since)
        };
        latest.into_iter().zip(MOST).flat_map(back).collect()
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Span::Quarter(quarter) => quarter.fmt(f),
            Span::Year(year) => year.fmt(f),
        }
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Span, String> {
        if text.contains('-') { text.parse().map(Span::Quarter) } else { text.parse().map(Span::Year) }
            .map_err(|_: String| format!("{} is no fiscal quarter or year; write it as FY27-Q2 or FY27", quote(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::on;

    fn starts(text: &str) -> FiscalYearStart {
        FiscalYearStart::try_from(text.to_owned()).unwrap()
    }

    fn days(span: Span, years: &str) -> (Day, Day) {
        (span.first_day(starts(years)), span.last_day(starts(years)))
    }

    #[test]
    fn spans_follow_the_fiscal_year_and_29_february_belongs_to_one() {
        for (years, span, first, last, before, year_before) in [
            ("02-01", "FY27-Q1", "2026-02-01", "2026-04-30", "FY26-Q4", "FY26-Q1"),
            ("02-01", "FY27", "2026-02-01", "2027-01-31", "FY26", "FY26"),
            ("01-01", "FY2024", "2024-01-01", "2024-12-31", "FY23", "FY23"),
            ("03-01", "FY24", "2023-03-01", "2024-02-29", "FY23", "FY23"),
            ("03-01", "FY24-Q4", "2023-12-01", "2024-02-29", "FY24-Q3", "FY23-Q4"),
            ("02-28", "FY24", "2023-02-28", "2024-02-27", "FY23", "FY23"),
            ("12-01", "FY28-Q1", "2027-12-01", "2028-02-29", "FY27-Q4", "FY27-Q1"),
        ] {
            let found: Span = span.parse().unwrap();
            assert_eq!(days(found, years), (on(first), on(last)), "{span} from {years}");
            assert_eq!((found.before().to_string(), found.year_before().to_string()), {
                (before.to_owned(), year_before.to_owned())
            });
            let eve = found.before().last_day(starts(years));
            assert_eq!(eve.tomorrow().unwrap(), on(first), "no day between {span} and the span before it");
        }
    }

    #[test]
    fn what_is_no_span_is_told_how_to_be_written() {
        for text in ["", "FY", "27", "FY27-", "FY27-Q5", "FY2-7", "fy27", "FY9999", "FY27-Q1-Q1", "FY27\n", "ＦＹ27"]
        {
            let told = text.parse::<Span>().unwrap_err();
            assert!(told.ends_with("write it as FY27-Q2 or FY27"), "{told}");
        }
        assert!("FY27-Q1".parse::<FiscalYear>().is_err());
    }

    #[test]
    fn spans_to_choose_from_have_a_day_that_passed_and_are_not_older_than_what_is_known() {
        let told = |today, since| {
            let spans = Span::told_by(on(today), on(since), starts("02-01"));
            spans.iter().map(Span::to_string).collect::<Vec<_>>()
        };
        assert_eq!(told("2026-02-02", "2025-12-24"), ["FY27-Q1", "FY26-Q4", "FY27", "FY26"]);
        assert_eq!(told("2026-02-01", "2025-12-24"), ["FY26-Q4", "FY26"]);
        assert_eq!(told("2026-02-01", "2026-02-01"), [""; 0]);
        assert_eq!(told("2026-11-22", "1990-01-01").len(), 12);
    }
}
