//! OSCAL's datatypes: tokens, lines, Markdown, moments, and UUIDs that the same subject always has.

use jiff::Timestamp;
use keepsharp_domain::Day;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// A token: a letter or `_`, then letters, digits, `.`, `-`, `_`. What may stand there stays; any other character, and any letter
/// that is not ASCII (readers differ on them), becomes its number between underscores.
pub(super) fn token(text: &str) -> String {
    let mut token = String::with_capacity(text.len());
    if !text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
        token.push('_');
    }
    for character in text.chars() {
        if character.is_ascii_alphanumeric() || ".-_".contains(character) {
            token.push(character);
        } else {
            let _ = write!(token, "_{:x}_", u32::from(character));
        }
    }
    token
}

/// A string: one line that neither begins nor ends with a blank, never empty.
pub(super) fn line(text: &str) -> String {
    // U+FEFF is a blank to JavaScript, and to nobody else.
    let spaced = text.replace(|one: char| one.is_control() || one == '\u{feff}', " ");
    let line = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() { "(not named)".to_owned() } else { line }
}

/// A line of Markdown that shows a text, whatever marks stand in it.
pub(super) fn markup(text: &str) -> String {
    let line = line(text);
    let mut markup = String::with_capacity(line.len());
    for character in line.chars() {
        if r"\`*_{}[]<>#|@~^$&".contains(character) {
            markup.push('\\');
        }
        markup.push(character);
    }
    markup
}

/// A moment.
pub(super) fn moment(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// The first moment of a day. The organisation's days are told in UTC: their length does not hang on a clock.
pub(super) fn first_moment(day: Day) -> String {
    format!("{day}T00:00:00Z")
}

/// The last moment of a day.
pub(super) fn last_moment(day: Day) -> String {
    format!("{day}T23:59:59Z")
}

/// SHA-256, lower-case hex.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The UUID of a subject in the namespace of a ledger. Made as version 5 is, but with SHA-256: OSCAL allows versions 4 and 5.
pub(super) fn uuid(origin: &str, subject: &str) -> String {
    let mut hash = Sha256::new();
    // Its length first, so that no origin and subject read as another pair.
    hash.update(format!("keepsharp oscal\n{}\n{origin}\n{subject}", origin.len()));
    let digest = hash.finalize();
    let mut hex = String::with_capacity(36);
    for (place, byte) in digest.iter().take(16).enumerate() {
        let byte = match place {
            6 => byte & 0x0f | 0x50,
            8 => byte & 0x3f | 0x80,
            _ => *byte,
        };
        if [4, 6, 8, 10].contains(&place) {
            hex.push('-');
        }
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
