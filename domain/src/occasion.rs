//! When somebody may be written to about one thing, and which words a campaign has of its own for that.

use crate::Day;
use crate::calendar::{add_days, quote, subtract_days};
pub use crate::fact::Occasion;
use jiff::civil::Weekday;
use std::collections::BTreeMap;

/// Days before a due date from which it can be written about.
pub const BEFORE: u32 = 30;
/// A time shorter than this has no half-time: its messages would crowd.
const WORTH_HALVING: i32 = 21;
/// Days after the last one on which a word is worth saying again.
const AFTER: u32 = 7;
/// Longest text of its own that a campaign may have for an occasion, in characters: a message is short.
const LONGEST_TEXT: usize = 600;

impl Occasion {
    /// All of them, in order.
    pub const ALL: [Occasion; 5] =
        [Occasion::Opening, Occasion::HalfTime, Occasion::WeekBefore, Occasion::TheDay, Occasion::After];

    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Occasion::Opening => "opening",
            Occasion::HalfTime => "half-time",
            Occasion::WeekBefore => "week-before",
            Occasion::TheDay => "the-day",
            Occasion::After => "after",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Occasion::Opening => "opening",
            Occasion::HalfTime => "half-time",
            Occasion::WeekBefore => "a week before",
            Occasion::TheDay => "the day",
            Occasion::After => "after",
        }
    }

    /// Reads the word of a file.
    #[must_use]
    pub fn read(word: &str) -> Option<Occasion> {
        Occasion::ALL.into_iter().find(|occasion| occasion.word() == word)
    }

    /// Whether it is one that must not fall to the limit of messages: nobody is to be surprised by a date.
    #[must_use]
    pub fn is_kept_for(self) -> bool {
        matches!(self, Occasion::WeekBefore | Occasion::TheDay)
    }
}

/// A time in which something is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First day.
    pub opens: Day,
    /// Last day, which is on time.
    pub last: Day,
}

impl Window {
    /// The days of the occasions, in order, only those planned; each on a working day, before the day itself where that is none.
    #[must_use]
    pub fn occasions(self, planned: &[Occasion], free: &[Weekday]) -> Vec<(Day, Occasion)> {
        let length = (self.last - self.opens).get_days();
        let day = |occasion: &Occasion| match occasion {
            Occasion::Opening => Some(self.opens),
            Occasion::HalfTime => (length >= WORTH_HALVING).then(|| add_days(self.opens, length.unsigned_abs() / 2)),
            Occasion::WeekBefore => Some(subtract_days(self.last, 7)).filter(|day| *day > self.opens),
            Occasion::TheDay => Some(self.last),
            Occasion::After => Some(add_days(self.last, AFTER)),
        };
        let mut days: Vec<(Day, Occasion)> = Vec::new();
        for occasion in Occasion::ALL.into_iter().filter(|occasion| planned.contains(occasion)) {
            let Some(day) = day(&occasion) else { continue };
            let day = match occasion {
                Occasion::Opening | Occasion::After => working_day_from(day, free),
                _ => working_day_until(day, free).max(self.opens),
            };
            // Of two that fall together the later says what counts.
            days.retain(|(other, _)| *other < day);
            days.push((day, occasion));
        }
        days
    }

    /// The latest occasion that has come by `today`. Once the last day has passed, what was to be said before it is not
    /// said any more.
    #[must_use]
    pub fn now(self, planned: &[Occasion], free: &[Weekday], today: Day) -> Option<(Day, Occasion)> {
        let now = self.occasions(planned, free).into_iter().rfind(|(day, _)| *day <= today);
        now.filter(|(_, occasion)| *occasion == Occasion::After || today <= self.last)
    }
}

/// The first day from `day` on that is not free.
fn working_day_from(day: Day, free: &[Weekday]) -> Day {
    (0..7).map(|days| add_days(day, days)).find(|day| !free.contains(&day.weekday())).unwrap_or(day)
}

/// The last day up to `day` that is not free.
fn working_day_until(day: Day, free: &[Weekday]) -> Day {
    (0..7).map(|days| subtract_days(day, days)).find(|day| !free.contains(&day.weekday())).unwrap_or(day)
}

/// The occasions that a control's `nudges` plans; all where it says nothing.
///
/// # Errors
/// Where one of them is none.
pub fn plan(about: &BTreeMap<String, serde_json::Value>) -> Result<Vec<Occasion>, String> {
    let Some(planned) = about.get("nudges") else { return Ok(Occasion::ALL.to_vec()) };
    let mend = || {
        let words: Vec<&str> = Occasion::ALL.into_iter().map(Occasion::word).collect();
        format!("nudges is a list of occasions out of {}", words.join(", "))
    };
    let words = planned.as_array().ok_or_else(mend)?;
    words.iter().map(|word| word.as_str().and_then(Occasion::read).ok_or_else(mend)).collect()
}

/// The words that a campaign has of its own, by occasion.
///
/// # Errors
/// Where a text is for no occasion, or too long.
pub fn texts(about: &BTreeMap<String, serde_json::Value>) -> Result<BTreeMap<Occasion, &str>, String> {
    let Some(texts) = about.get("texts") else { return Ok(BTreeMap::new()) };
    let texts = texts.as_object().ok_or("texts is a table of occasions and their words")?;
    let read = |(word, text): (&String, &'_ serde_json::Value)| {
        let occasion = Occasion::read(word).ok_or_else(|| {
            let words: Vec<&str> = Occasion::ALL.into_iter().map(Occasion::word).collect();
            format!("texts has words for {}; there is {}", quote(word), words.join(", "))
        })?;
        let fits = text.as_str().is_some_and(|text| text.chars().count() <= LONGEST_TEXT);
        if fits { Ok(occasion) } else { Err(format!("the text for {word} has more than {LONGEST_TEXT} characters")) }
    };
    texts.iter().map(|entry| Ok((read(entry)?, entry.1.as_str().unwrap_or_default()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::on;

    const WEEKEND: [Weekday; 2] = [Weekday::Saturday, Weekday::Sunday];

    #[test]
    fn occasions_fall_on_working_days_and_the_last_word_comes_before_the_end() {
        // 1 March 2024 is a Friday, 31 March a Sunday.
        let window = Window { opens: on("2024-03-01"), last: on("2024-03-31") };
        let days = window.occasions(&Occasion::ALL, &WEEKEND);
        let expected = [
            ("2024-03-01", Occasion::Opening),
            ("2024-03-15", Occasion::HalfTime),
            ("2024-03-22", Occasion::WeekBefore),
            ("2024-03-29", Occasion::TheDay),
            ("2024-04-08", Occasion::After),
        ];
        assert_eq!(days, expected.map(|(day, occasion)| (on(day), occasion)));
        assert_eq!(window.now(&Occasion::ALL, &WEEKEND, on("2024-03-28")).unwrap().1, Occasion::WeekBefore);
        assert_eq!(window.now(&Occasion::ALL, &WEEKEND, on("2024-02-29")), None);
        assert_eq!(window.now(&Occasion::ALL, &WEEKEND, on("2024-04-01")), None, "the day has passed");
    }

    #[test]
    fn a_short_time_has_fewer_occasions_and_none_twice_on_a_day() {
        let window = Window { opens: on("2024-03-04"), last: on("2024-03-08") };
        let found: Vec<Occasion> = window.occasions(&Occasion::ALL, &WEEKEND).into_iter().map(|(_, o)| o).collect();
        assert_eq!(found, [Occasion::Opening, Occasion::TheDay, Occasion::After]);
        let window = Window { opens: on("2024-03-08"), last: on("2024-03-10") };
        let found = window.occasions(&Occasion::ALL, &WEEKEND);
        assert_eq!(found.first(), Some(&(on("2024-03-08"), Occasion::TheDay)), "opening and end on one day");
    }
}
