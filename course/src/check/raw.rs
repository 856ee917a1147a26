//! What the bytes of any file of a course must not have: characters that hide or turn round what is read, and secrets.

use super::Desk;
use crate::finding::Place;
use regex::RegexSet;
use std::sync::LazyLock;

/// A longer line is no text that somebody reviewed, in characters.
const LONGEST_LINE: usize = 2_000;
/// As many are told of one file; the rest is the same again.
const MOST_TOLD: usize = 10;

pub(super) fn check(desk: &mut Desk, path: &str, bytes: &[u8]) {
    let place = Place::file(path);
    let Ok(text) = std::str::from_utf8(bytes) else {
        // What the course's own readers can't read they told already.
        if !is_read_elsewhere(path) {
            desk.error(&place, "the file is not UTF-8; a course has text files only");
        }
        return;
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut told = 0;
    for (number, line) in (1..).zip(text.split('\n')) {
        if told < MOST_TOLD {
            told += usize::from(hidden(desk, &place.at(number), line));
            told += usize::from(long(desk, &place.at(number), line));
        }
    }
    if SECRETS.is_match(text) {
        for (number, _) in (1..).zip(text.lines()).filter(|(_, line)| is_secret(line)).take(MOST_TOLD) {
            let message = "this looks like a real key; write one that nobody could take for one, with EXAMPLE in it";
            desk.warning(&place.at(number), message);
        }
    }
}

fn is_read_elsewhere(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    path == "course.toml" || (name.starts_with("lesson.") && name.rsplit('.').next() == Some("md"))
}

fn hidden(desk: &mut Desk, place: &Place, line: &str) -> bool {
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.bytes().all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte)) {
        return false;
    }
    let mut before = ' ';
    for (column, c) in (1..).zip(line.chars()) {
        let message = match c {
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{061c}' => {
                "turns the direction of reading round, so that code reads otherwise than it runs (Trojan Source); take it out"
            }
            // Some scripts need a joiner between their letters; between others it only hides.
            '\u{200c}' | '\u{200d}' if !before.is_ascii() => "",
            '\u{200b}'..='\u{200d}'
            | '\u{2060}'..='\u{2064}'
            | '\u{00ad}'
            | '\u{feff}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{e0000}'..='\u{e007f}' => "can't be seen and splits or hides what is read; take it out",
            '\t' => "",
            c if c.is_control() => "is no character to print; take it out",
            _ => "",
        };
        if !message.is_empty() {
            let mut finding = crate::finding::Finding::error(place, format!("U+{:04X} {message}", u32::from(c)));
            finding.column = column;
            desk.findings.push(finding);
            return true;
        }
        before = c;
    }
    false
}

fn long(desk: &mut Desk, place: &Place, line: &str) -> bool {
    let is_long = line.len() > LONGEST_LINE && line.chars().count() > LONGEST_LINE;
    if is_long {
        desk.warning(
            place,
            format!("this line is longer than {LONGEST_LINE} characters; nobody reviews such a line, so break it"),
        );
    }
    is_long
}

/// Keys as the great services make them.
static SECRETS: LazyLock<RegexSet> = LazyLock::new(|| {
    let patterns = [
        r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
        r"\bgl(?:pat|dt|ptt|rt|soat|cbt)-[0-9A-Za-z_-]{20,}",
        r"\bgh[pousr]_[0-9A-Za-z]{36,}",
        r"\bgithub_pat_[0-9A-Za-z_]{40,}",
        r"\bxox[abprs]-[0-9A-Za-z-]{20,}",
        r"\bAIza[0-9A-Za-z_-]{35}",
        r"\b[sr]k_live_[0-9A-Za-z]{20,}",
        r"\bnpm_[0-9A-Za-z]{36}\b",
        r"\bSG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}",
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    ];
    // A pattern that can't be compiled would find nothing, and the test of each kind of key would fail.
    RegexSet::new(patterns).unwrap_or_else(|_| RegexSet::empty())
});

fn is_secret(line: &str) -> bool {
    SECRETS.is_match(line) && !line.contains("EXAMPLE")
}
