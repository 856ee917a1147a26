//! How are numbers, days and outcomes written on paper?

use crate::table::grouped;
use jiff::Timestamp;
use jiff::civil::Date;
use keepsharp_domain::PersonId;
use keepsharp_domain::calendar::day_in_words;
use keepsharp_domain::evidence::PersonText;
use keepsharp_domain::requirement::Outcome;

/// In the order in which they are told.
pub(super) const OUTCOMES: [Outcome; 3] = [Outcome::OnTime, Outcome::Late, Outcome::Missed];

/// An outcome in words.
pub(super) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::OnTime => "on time",
        Outcome::Late => "late",
        Outcome::Missed => "missed",
    }
}

/// A word of a file, for readers: `out_of_scope` as `out of scope`.
pub(super) fn plain(word: &str) -> String {
    word.replace('_', " ")
}

/// A number with its thousands apart.
pub(crate) fn number(number: usize) -> String {
    grouped(number as u64)
}

/// A number and what it counts: `1 person`, `1,200 people`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}

/// A share of a whole with its denominator left to the reader; a dash of nothing.
pub(super) fn share(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    // In thousandths and rounded down: 89.96 is not 90 where 90 is the objective.
    let thousandths = part * 1000 / whole;
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

/// A day in prose.
pub(super) fn long(day: Date) -> String {
    day_in_words(day)
}

/// A day in a table.
pub(super) fn short(day: Option<Date>) -> String {
    day.map_or_else(|| "–".to_owned(), |day| day.to_string())
}

/// A month in a table, `2026-03`.
pub(super) fn month_of(day: Date) -> (i16, i8) {
    (day.year(), day.month())
}

/// An instant in prose.
pub(crate) fn instant(at: Timestamp) -> String {
    let at = at.to_zoned(jiff::tz::TimeZone::UTC);
    let (hour, minute, second) = (at.hour(), at.minute(), at.second());
    format!("{}, {hour:02}:{minute:02}:{second:02} UTC", long(at.date()))
}

/// An instant in a table.
pub(super) fn stamp(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "–".to_owned(), |at| format!("{}", at.to_zoned(jiff::tz::TimeZone::UTC).date()))
}

/// Year, month, day, hour, minute, second.
pub(crate) fn instant_parts(at: Timestamp) -> [i64; 6] {
    let at = at.to_zoned(jiff::tz::TimeZone::UTC);
    [at.year().into(), at.month().into(), at.day().into(), at.hour().into(), at.minute().into(), at.second().into()]
}

/// Somebody in a table: their random id, by which all files name them, and their name where it is opened.
pub(super) fn person(id: PersonId, text: &PersonText) -> [String; 2] {
    [id.to_string(), text.name.clone()]
}

/// The days from one to another.
pub(super) fn days(from: Date, to: Date) -> usize {
    from.until(to).map_or(0, |span| usize::try_from(span.get_days()).unwrap_or(0))
}
