//! Which days matter to the demo company: its months, and three yearly rounds of which the last is open today.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

/// Number of the last month; the first is 0.
pub(super) const LAST_MONTH: usize = 36;

/// Days that a round has been open for at least when the demo looks at it: fewer would leave nothing to see.
const OPEN_FOR: i32 = 45;

/// One yearly round.
pub(super) struct Round {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) opens: Date,
    pub(super) closes: Date,
    pub(super) counts_since: Date,
}

/// The three years up to today.
pub(super) struct Timeline {
    pub(super) today: Date,
    pub(super) rounds: [Round; 3],
}

impl Timeline {
    /// The three years up to `today`.
    pub(super) fn until(today: Date) -> Timeline {
        let opens = round_open_on(today);
        let round = |years: i64| Round::opening(opens.saturating_sub(years.years()));
        Timeline { today, rounds: [round(2), round(1), round(0)] }
    }

    /// The first day of a month, counted from the first roster.
    pub(super) fn month(&self, number: usize) -> Date {
        let ago = LAST_MONTH.saturating_sub(number);
        self.today.first_of_month().saturating_sub(i64::try_from(ago).unwrap_or(0).months())
    }

    /// The month that contains a day of these three years.
    pub(super) fn month_of(&self, day: Date) -> usize {
        (0..=LAST_MONTH).rev().find(|number| self.month(*number) <= day).unwrap_or(0)
    }

    /// How many days the open round has been open.
    pub(super) fn days_open(&self) -> i32 {
        let [_, _, round] = &self.rounds;
        days_between(round.opens, self.today)
    }
}

impl Round {
    /// The round of two fiscal quarters that opens on this day. It has the name of the second, whose objective it is.
    fn opening(opens: Date) -> Round {
        let closes = opens.saturating_add(6.months()).saturating_sub(1.day());
        // Fiscal years start in February and are called after the year in which they end.
        let fiscal_year = if closes.month() >= 2 { closes.year() + 1 } else { closes.year() } % 100;
        let quarter = match closes.month() {
            4 => 1,
            7 => 2,
            10 => 3,
            _ => 4,
        };
        Round {
            id: format!("fy{fiscal_year:02}-q{quarter}"),
            title: format!("Secure coding, FY{fiscal_year:02} Q{quarter}"),
            opens,
            closes,
            // Since the round before closed, so that who came in between and trained at once isn't asked again.
            counts_since: opens.saturating_sub(6.months()),
        }
    }
}

/// The first day of the latest fiscal quarter that began long enough ago.
fn round_open_on(today: Date) -> Date {
    let months = (0..12_i64).map(|ago| today.first_of_month().saturating_sub(ago.months()));
    let mut quarters = months.filter(|day| matches!(day.month(), 2 | 5 | 8 | 11));
    quarters.find(|day| days_between(*day, today) >= OPEN_FOR).unwrap_or(today)
}

/// Days from one day to another.
pub(super) fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// The day so many days later, or earlier where negative.
pub(super) fn days_after(day: Date, days: i32) -> Date {
    day.saturating_add(i64::from(days).days())
}

/// An instant of a day, in UTC.
pub(super) fn instant(day: Date, hour: i8) -> Timestamp {
    // Only a day at the end of time has no such instant.
    jiff::tz::Offset::UTC.to_timestamp(day.at(hour, 0, 0, 0)).unwrap_or(Timestamp::MAX)
}
