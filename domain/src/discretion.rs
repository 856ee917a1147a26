//! May these words stand in the open? What goes into a fact's body stays for good, so nobody may be named in it.

use crate::calendar::quote;
use crate::person::Person;
use crate::{Refusal, World};

/// Longest text, in characters.
pub const LONGEST: usize = 1_000;
/// Names and ids that are shorter stand in too many words that mean nobody.
const SHORTEST: usize = 4;

/// The words as they may be recorded, blanks around them taken off.
///
/// # Errors
/// Where they are too long, hold control characters, or name somebody whom the roster knows.
pub fn open_words(world: &World, text: &str) -> Result<Box<str>, Refusal> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return Err(Refusal::request(format!("write at most {LONGEST} characters")));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Refusal::request("the words hold a control character; write them anew"));
    }
    if let Some(address) = text.split_whitespace().find(|word| is_address(word)) {
        return Err(named_somebody(address));
    }
    let words = tokens(text);
    match world.people().listed().find_map(|(_, person)| named(person, &words)) {
        Some(name) => Err(named_somebody(&name)),
        None => Ok(text.into()),
    }
}

fn named_somebody(name: &str) -> Refusal {
    Refusal::request(format!(
        "{} names somebody. These words go into the ledger for good and into what auditors are handed: say it without names",
        quote(name)
    ))
}

/// Whether a word is an e-mail address or a user name as people write them to call somebody.
fn is_address(word: &str) -> bool {
    word.split_once('@').is_some_and(|(_, after)| after.starts_with(char::is_alphanumeric))
}

/// The words of a text in lower case, punctuation around them taken off, a blank before and after each.
fn tokens(text: &str) -> String {
    let mut words = String::from(" ");
    for word in text.split_whitespace() {
        let word = word.trim_matches(|c: char| c.is_ascii_punctuation() && c != '_');
        let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
        words.push_str(&word.to_lowercase());
        words.push(' ');
    }
    words
}

/// How a person is named in the words, if they are.
fn named(person: &Person, words: &str) -> Option<String> {
    let identity = person.identity.as_deref()?;
    // A first name or a word may be a user name too; one with a digit, a dot or a hyphen is nothing else.
    let id_like = |text: &str| text.chars().any(|c| !c.is_alphabetic());
    let full_name = identity.name.split_whitespace().count() > 1;
    let candidates = [
        (&*identity.name, full_name),
        (&*identity.username, id_like(&identity.username)),
        (&*identity.employee_id, id_like(&identity.employee_id)),
    ];
    let stands = |text: &str| text.chars().count() >= SHORTEST && words.contains(&format!(" {} ", tokens(text).trim()));
    candidates.into_iter().find(|(text, is_telling)| *is_telling && stands(text)).map(|(text, _)| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_name_somebody_are_refused_and_plain_words_are_kept() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1042,Ana Lima,ana@example.com,Developer,,,", "E2,May,,Boss,,,"]);
        for wrong in [
            "Ana Lima was reminded",
            "(see ana lima)",
            "asked ANA@example.com.",
            "E1042, twice",
            "Ana Lima's leave",
            "cc @may",
        ] {
            assert!(open_words(&world, wrong).unwrap_err().to_string().contains("names somebody"), "{wrong}");
        }
        for fine in ["Two teams were reminded.", "It may change in May", "the rule E2 stands", "banana limas"] {
            assert_eq!(&*open_words(&world, &format!("  {fine}\r\n")).unwrap(), fine);
        }
        assert!(open_words(&world, &"x".repeat(LONGEST + 1)).is_err());
        assert!(open_words(&world, "a\u{7}b").is_err());
    }
}
