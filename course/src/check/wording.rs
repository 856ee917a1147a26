//! How something is worded: the turns of English that make a question harder to read and no harder to know.

use crate::read::Fences;
use regex::{Regex, RegexSet};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// A text without its code: fenced blocks are left out, code between backticks becomes one word.
pub(super) fn without_code(text: &str) -> String {
    let mut fences = Fences::default();
    let mut prose = String::with_capacity(text.len());
    for line in text.lines().filter(|line| !fences.is_code(line)) {
        for (ix, part) in line.split('`').enumerate() {
            prose.push_str(if ix % 2 == 0 { part } else { "code" });
        }
        prose.push('\n');
    }
    prose
}

/// How many words somebody reads in a text: marks alone are none.
pub(super) fn words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

/// The different words of a text, in lower case.
pub(super) fn vocabulary(text: &str) -> BTreeSet<String> {
    let split = text.split(|c: char| !c.is_alphabetic() && c != '\'' && c != '\u{2019}');
    split.map(str::to_lowercase).filter(|word| !word.is_empty()).collect()
}

/// Whether a text ends as a sentence does, or with code.
pub(super) fn ends_well(text: &str) -> bool {
    let end = text.trim_end();
    let bare = end.trim_end_matches(['*', '_', '`', '"', '\'', ')', '”', '’', '»', '“']);
    bare.ends_with(['.', '!', '?', '…', '。', '！', '？']) || end.ends_with("~~~") || end.ends_with("```")
}

/// A set of patterns, each matched without regard to case unless it says otherwise.
fn patterns(patterns: &[&str]) -> RegexSet {
    let bounded = patterns.iter().map(|pattern| format!("(?i){pattern}"));
    // One that can't be compiled would match nothing, and its test would fail.
    RegexSet::new(bounded).unwrap_or_else(|_| RegexSet::empty())
}

/// "All of the above" and its like, which ask for something else than the matter.
pub(super) fn is_of_the_above(text: &str) -> bool {
    static OF_THE_ABOVE: LazyLock<RegexSet> = LazyLock::new(|| {
        patterns(&[
            r"\b(all|none|both|any|either|neither|two|some) of the (above|below|others|other (choices|answers|options))\b",
            r"^\W*(all|none|both|any|either|neither) of (these|them)( answers| choices| options)?\W*$",
            r"^\W*(all|none|both) (choices|answers|options)\W*$",
        ])
    });
    OF_THE_ABOVE.is_match(text)
}

/// A question turned round by one word that is set off: NOT, EXCEPT, **not**.
pub(super) fn is_loudly_negated(stem: &str) -> bool {
    static LOUD: LazyLock<RegexSet> = LazyLock::new(|| {
        patterns(&[r"(?-i:\b(NOT|EXCEPT|LEAST|FALSE|INCORRECT)\b)", r"[*_](not|except|never|least)[*_]"])
    });
    LOUD.is_match(stem)
}

/// A question for what is not so: "Which of them does not …?"
pub(super) fn is_negated(stem: &str) -> bool {
    static NEGATED: LazyLock<RegexSet> = LazyLock::new(|| {
        patterns(&[
            r"\b(which|what|who)(\s+[^\s?.,;:]+){0,4}\s+(not|never|cannot|isn't|aren't|doesn't|don't|won't|can't)\b[^.?!]*\?",
            r"\b(which|what|who|all)\b[^.?!]*\bexcept\b",
            r"\bwhich is not\b",
            r"\bwhich (of|statement|sentence|claim)\b[^.?!]*\b(false|untrue|incorrect)\b[^.?!]*\?",
        ])
    });
    NEGATED.is_match(stem)
}

/// A choice that speaks of another's place, which differs from one learner to the next.
pub(super) fn speaks_of_place(choice: &str) -> bool {
    static PLACE: LazyLock<RegexSet> = LazyLock::new(|| {
        patterns(&[
            r"\b(first|second|third|fourth|last|previous|next|other|preceding|following) (choice|answer|option)s?\b",
            r"\b(choice|answer|option)s? ([a-d]|[1-4]|above|below)\b",
            r"\b(the|as|see|stated|mentioned|named) above\b",
            r"^\W*(both |either )?(?-i:[A-D]) (and|or) (?-i:[A-D])\b(, (?-i:[A-D]))?( are (right|correct|true))?\W*$",
            r"^\W*(both )?the (first|second|third|last)( one)?( (and|or) (the )?(first|second|third|last)( one)?)?\W*$",
        ])
    });
    PLACE.is_match(choice)
}

/// Whether a stem asks or orders anything.
pub(super) fn requests(stem: &str) -> bool {
    static ORDERS: LazyLock<RegexSet> = LazyLock::new(|| {
        patterns(&[
            r"\?",
            r"(^|[.!:;]\s+|\n\s*)(mark|pick|choose|put|order|select|find|say|name|sort|rank|arrange|bring|decide|tell|complete)\b",
        ])
    });
    ORDERS.is_match(stem)
}

/// "… is a" or "… is an" before the choices, which gives away how the right one begins.
pub(super) fn ends_in_article(stem: &str) -> bool {
    let bare = stem.trim_end().trim_end_matches([':', '…', '.', '_', ' ', '*']);
    [" a", " an", " a/an", " a(n)"].iter().any(|end| bare.to_lowercase().ends_with(end))
}

/// "You can …" said twice, or in words that nobody could watch.
pub(super) fn unwatchable(objective: &str) -> Option<&'static str> {
    static VAGUE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)^(understand|know|be aware|learn|appreciate|be familiar)\b").ok());
    if objective.to_lowercase().starts_with("you can") {
        return Some("is shown after \"You can\" already; begin with the verb");
    }
    if VAGUE.as_ref().is_some_and(|vague| vague.is_match(objective)) {
        return Some(
            "can't be seen in what somebody does; write what they can do, such as \"load a record through …\"",
        );
    }
    objective.trim_end().ends_with('.').then_some("goes on within a sentence; leave its full stop out")
}

/// Whether two texts say the same apart from marks, blanks and case.
pub(super) fn same(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

/// A text without marks, in lower case, one blank between words. What is only marks stays, so that `==` and `!=` differ.
pub(super) fn plain(text: &str) -> String {
    let text = text.trim().trim_end_matches(['.', '!']).to_lowercase();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
