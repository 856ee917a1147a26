//! One's due dates as a calendar file (RFC 5545).

use super::my::own_due_dates;
use crate::web::asked::Asked;
use crate::web::frame::{Answer, Answered};
use keepsharp_domain::{Day, World, calendar};

/// The file: an all-day entry for each due date, with a reminder two weeks before.
pub(crate) fn file(asked: &Asked, world: &World) -> Answered {
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Keepsharp//Keepsharp//EN".to_owned(),
        "METHOD:PUBLISH".to_owned(),
    ];
    for (control, title, due) in own_due_dates(asked, world)? {
        lines.extend(entry(asked, &control, &title, due));
    }
    lines.push("END:VCALENDAR".to_owned());
    let bytes = lines.iter().map(|line| folded(line) + "\r\n").collect::<String>().into_bytes();
    Ok(Answer::File { name: "keepsharp.ics".to_owned(), kind: "text/calendar; charset=utf-8", bytes })
}

fn entry(asked: &Asked, control: &str, title: &str, due: Day) -> Vec<String> {
    let date = |day: Day| day.strftime("%Y%m%d").to_string();
    let host = asked.app.address.split("://").last().unwrap_or("keepsharp");
    vec![
        "BEGIN:VEVENT".to_owned(),
        // The same for each year's date, so that a newer file moves the entry instead of adding one.
        format!("UID:{}@{host}", escaped(control)),
        format!("DTSTAMP:{}", asked.now.strftime("%Y%m%dT%H%M%SZ")),
        format!("DTSTART;VALUE=DATE:{}", date(due)),
        format!("DTEND;VALUE=DATE:{}", date(calendar::add_days(due, 1))),
        format!("SUMMARY:{}", escaped(&format!("{title}: last day"))),
        format!("DESCRIPTION:{}", escaped(&format!("Where you stand and what to do: {}/", asked.app.address))),
        format!("URL:{}/", asked.app.address),
        "TRANSP:TRANSPARENT".to_owned(),
        "BEGIN:VALARM".to_owned(),
        "ACTION:DISPLAY".to_owned(),
        format!("DESCRIPTION:{}", escaped(title)),
        "TRIGGER:-P14D".to_owned(),
        "END:VALARM".to_owned(),
        "END:VEVENT".to_owned(),
    ]
}

/// A text as RFC 5545, 3.3.11 wants it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_control() || *c == '\n') {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out
}

/// A line of at most 75 bytes, the rest on lines that begin with a blank (RFC 5545, 3.1).
fn folded(line: &str) -> String {
    let (mut out, mut length) = (String::with_capacity(line.len() + 8), 0);
    for c in line.chars() {
        if length + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_folded_between_letters_and_a_text_is_escaped() {
        let line = "ä".repeat(60);
        let text = folded(&line);
        assert!(text.split("\r\n").all(|line| line.len() <= 75));
        assert_eq!(text.replace("\r\n ", ""), line);
        assert_eq!(escaped("a,b;c\\d\ne\u{7}"), "a\\,b\\;c\\\\d\\ne");
    }
}
