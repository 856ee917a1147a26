//! How pages say things: days in words, counts with their noun, states as people call them.

pub(crate) use keepsharp_report::grouped;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use keepsharp_domain::control::ControlVersion;
use keepsharp_domain::due::{CourseKind, Status};
use keepsharp_domain::person::{Person, Strength};
use keepsharp_domain::{Day, World, calendar, tally};

/// "3 March 2026", the day never on another line than its month.
pub(crate) fn day(day: Day) -> String {
    calendar::day_in_words(day).replacen(' ', "\u{a0}", 1)
}

/// "3 March 2026", or a dash.
pub(crate) fn day_or_dash(found: Option<Day>) -> String {
    found.map_or_else(|| "–".to_owned(), day)
}

/// "3 March 2026, 14:05" in the organisation's time zone.
pub(crate) fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%-d\u{a0}%B %Y, %H:%M").to_string()
}

/// "in 12 days", "today", "3 days ago".
pub(crate) fn distance(from: Day, to: Day) -> String {
    let days = days_between(from, to);
    match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        2..=59 => format!("in {days} days"),
        60.. => format!("in {} months", days / 30),
        -59..=-2 => format!("{} days ago", -days),
        _ => format!("{} months ago", -days / 30),
    }
}

/// Days from one to the other.
pub(crate) fn days_between(from: Day, to: Day) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// "1 engineer", "1,338 engineers".
pub(crate) fn counted(count: impl TryInto<u64>, one: &str, many: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// "86.1 %" on one line, rounded down so that 100 % means everybody; a dash for none of none.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    tally::percent(part, whole).map_or_else(|| "–".to_owned(), |percent| percent.replace(' ', "\u{a0}"))
}

/// An objective in ten-thousandths: "90 %", "92.5 %".
pub(crate) fn objective(ten_thousandths: u32) -> String {
    percent(u64::from(ten_thousandths), 10_000)
}

/// What people call a state.
pub(crate) fn status(status: Status) -> &'static str {
    match status {
        Status::OutOfScope => "Not in scope",
        Status::Excepted => "Excepted",
        Status::OnLeave => "On leave",
        Status::Current => "Up to date",
        Status::Due => "Due",
        Status::Overdue => "Overdue",
    }
}

/// What people call a course.
pub(crate) fn course(kind: CourseKind) -> &'static str {
    match kind {
        CourseKind::Full => "full course",
        CourseKind::Refresher => "refresher",
    }
}

/// What people call a strength.
pub(crate) fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Attested => "counted by a manager",
        Strength::Acknowledged => "said so themselves",
        Strength::Completed => "completed",
        Strength::Assessed => "completed and checked",
    }
}

/// A person's name, or how lists print them.
pub(crate) fn name(person: &Person) -> String {
    if person.name().is_empty() { person.label() } else { person.name().to_owned() }
}

/// How long a course takes, in minutes, where the control says so.
pub(crate) fn minutes(version: &ControlVersion, kind: CourseKind) -> Option<u64> {
    version.about.get("minutes")?.get(kind.word())?.as_u64()
}

/// Who wrote something, from the ledger's `by`.
pub(crate) fn author(world: &World, by: &str) -> String {
    let Some(id) = by.strip_prefix("person:") else {
        return by.strip_prefix("operator:").map_or("Keepsharp itself", |name| name).replace('-', " ");
    };
    let Ok(id) = id.parse() else { return by.to_owned() };
    if let Some(person) = world.people().by_id(id).and_then(|ix| world.people().get(ix)) {
        return name(person);
    }
    match world.rooms().of_auditor(id) {
        Some(room) if !room.name().is_empty() => format!("{} (auditor)", room.name()),
        _ => id.to_string(),
    }
}

/// A text as part of an address.
pub(crate) fn in_query(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// An address of the web, or nothing: whatever else stood in a link could be made to do something.
pub(crate) fn web_address(text: &str) -> String {
    let is_one = text.starts_with("https://") || text.starts_with("http://");
    if is_one && !text.contains(char::is_whitespace) { text.to_owned() } else { String::new() }
}

/// What the rules say of a file or a change, as a page says it: days in words, and arrows as arrows.
pub(crate) fn prose(message: &str) -> String {
    let mut text = String::with_capacity(message.len());
    let mut rest = message;
    let mut before = ' ';
    while let Some(next) = rest.chars().next() {
        let date = rest.get(..10).filter(|_| next.is_ascii_digit() && !before.is_alphanumeric() && before != '-');
        let follows = rest.get(10..).and_then(|after| after.chars().next()).unwrap_or(' ');
        if let Some(found) = date.and_then(|date| date.parse::<Day>().ok())
            && !follows.is_alphanumeric()
            && follows != '-'
        {
            text.push_str(&day(found));
            rest = rest.get(10..).unwrap_or_default();
            before = '0';
        } else {
            text.push(next);
            rest = rest.get(next.len_utf8()..).unwrap_or_default();
            before = next;
        }
    }
    text.replace(" -> ", " → ")
}

/// The text with a capital at its beginning.
pub(crate) fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_a_message_are_put_into_words() {
        for (message, told) in [
            ("from 2026-03-01, \"A\" -> \"B\"", "from 1\u{a0}March 2026, \"A\" → \"B\""),
            ("2026-03-01", "1\u{a0}March 2026"),
            ("id 2026-03-01-7 of X2026-03-01 and 12", "id 2026-03-01-7 of X2026-03-01 and 12"),
            ("Żółć 2024-02-30", "Żółć 2024-02-30"),
        ] {
            assert_eq!(prose(message), told);
        }
    }
}
