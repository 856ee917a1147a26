//! May these words stand in the open? What goes into a fact's body stays for good, so nobody may be named in it.

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
    let is_formula = text.starts_with(['=', '+', '@']) || text.starts_with('-') && !text.starts_with("- ");
    if is_formula {
        return Err(Refusal::request("begin with a word: a spreadsheet would take this for a formula"));
    }
    let words = tokens(text);
    let names_somebody = text.split_whitespace().any(is_address)
        || world.people().listed().any(|(_, person)| is_named(person, &words))
        || world.rooms().all().any(|room| stands(room.name(), &words));
    if names_somebody {
        // Which words it are is not said: whoever writes need not learn who is in the roster.
        return Err(Refusal::request(
            "this names somebody. It goes into the ledger for good and into what auditors are handed: say it without names and addresses",
        ));
    }
    Ok(text.into())
}

/// Whether a word is an e-mail address or a user name as people write them to call somebody.
fn is_address(word: &str) -> bool {
    word.split_once('@').is_some_and(|(_, after)| after.starts_with(char::is_alphanumeric))
}

/// The words of a text in lower case: what stands between other characters than letters and digits.
fn tokens(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Whether the words of a name stand beside one another, in any order.
fn stands(name: &str, words: &[String]) -> bool {
    let mut wanted = tokens(name);
    if wanted.is_empty() || name.chars().count() < SHORTEST {
        return false;
    }
    wanted.sort_unstable();
    words.windows(wanted.len()).any(|window| {
        let mut found = window.to_vec();
        found.sort_unstable();
        found == wanted
    })
}

/// Whether a person is named in the words.
fn is_named(person: &Person, words: &[String]) -> bool {
    let Some(identity) = person.identity.as_deref() else { return false };
    // A first name or a word may be a user name too; one with a digit, a dot or a hyphen is nothing else.
    let id_like = |text: &str| text.chars().any(|c| !c.is_alphabetic());
    let full_name = identity.name.split_whitespace().count() > 1;
    let candidates = [
        (&*identity.name, full_name),
        (&*identity.username, id_like(&identity.username)),
        (&*identity.employee_id, id_like(&identity.employee_id)),
    ];
    candidates.into_iter().any(|(text, is_telling)| is_telling && stands(text, words))
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
            "Lima, Ana",
            "Ana_Lima.pdf",
            "Ana Lima/Ben Roe",
            "asked ANA@example.com.",
            "E1042/E1043, twice",
            "Ana Lima's leave",
            "cc @may",
        ] {
            assert!(open_words(&world, wrong).unwrap_err().to_string().contains("names somebody"), "{wrong}");
        }
        for fine in
            ["Two teams were reminded.", "It may change in May", "the rule E2 stands", "banana limas", "- a list"]
        {
            assert_eq!(&*open_words(&world, &format!("  {fine}\r\n")).unwrap(), fine);
        }
        for formula in ["=HYPERLINK(1)", "+1", "@x", "-1+1"] {
            assert!(open_words(&world, formula).is_err(), "{formula}");
        }
        assert!(open_words(&world, &"x".repeat(LONGEST + 1)).is_err());
        assert!(open_words(&world, "a\u{7}b").is_err());
    }
}
