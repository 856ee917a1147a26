//! What stands in the text of a rule. Managers above all: people write employee ids, the ledger keeps our random ids, since employee ids are private.
//!
//! Only the text literals that are compared with `manager` are exchanged; the rest of the rule stays as it was written.

use std::ops::Range;

#[derive(Debug, PartialEq)]
enum Token<'s> {
    Word(&'s str),
    /// A plain text literal, without escapes: what stands between its quotation marks.
    Text(Range<usize>),
    /// Anything else, texts with escapes included.
    Other(&'s str),
}

/// The rule with every text that is compared with `manager` exchanged by `exchange`, which gives none to leave it.
#[must_use]
pub fn exchanged(source: &str, mut exchange: impl FnMut(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(source.len());
    let mut done = 0;
    for range in compared_with_manager(&tokens(source)) {
        let new = source.get(range.clone()).and_then(&mut exchange);
        if let (Some(new), Some(before)) = (new, source.get(done..range.start)) {
            out.push_str(before);
            out.push_str(&new);
            done = range.end;
        }
    }
    out.push_str(source.get(done..).unwrap_or_default());
    out
}

fn compared_with_manager(tokens: &[Token]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        if *token != Token::Word("manager") {
            continue;
        }
        let after = tokens.get(place + 1..).unwrap_or_default();
        match after {
            [Token::Other("==" | "!="), Token::Text(range), ..] => found.push(range.clone()),
            [Token::Word("in"), Token::Other("["), items @ ..] => {
                let until = items.iter().take_while(|item| **item != Token::Other("]"));
                found.extend(until.filter_map(|item| match item {
                    Token::Text(range) => Some(range.clone()),
                    _ => None,
                }));
            }
            _ => {}
        }
        if let Some([.., Token::Text(range), Token::Other("==" | "!=")]) = tokens.get(..place) {
            found.push(range.clone());
        }
    }
    found.sort_by_key(|range| range.start);
    found.dedup();
    found
}

fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
        let text = text_or_comment(rest);
        let length = text.unwrap_or_else(|| word_or_sign(rest));
        let piece = rest.get(..length).unwrap_or_default();
        if text.is_some() {
            let inner = piece.get(1..length.saturating_sub(1)).unwrap_or_default();
            let plain = piece.starts_with(['"', '\'']) && !inner.is_empty() && !inner.contains(['\\', '"', '\'']);
            if plain {
                found.push(Token::Text(at + 1..at + length - 1));
            } else if !piece.starts_with('/') {
                found.push(Token::Other("text"));
            }
        } else if piece.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
            found.push(Token::Word(piece));
        } else if !piece.trim().is_empty() {
            found.push(Token::Other(piece));
        }
        at += length;
    }
    found
}

fn word_or_sign(rest: &str) -> usize {
    let word = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    if word > 0 {
        return word;
    }
    let sign = ["==", "!=", "&&", "||", "<=", ">="].iter().find(|sign| rest.starts_with(**sign));
    sign.map_or_else(|| rest.chars().next().map_or(1, char::len_utf8), |sign| sign.len())
}

/// Bytes of the text literal or the comment at the beginning of `rest`; none where there is none, or it is not closed.
fn text_or_comment(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    let prefix = rest.bytes().take_while(|byte| matches!(byte, b'r' | b'R' | b'b' | b'B')).count();
    if prefix > 2 {
        return None;
    }
    let raw = rest.get(..prefix)?.contains(['r', 'R']);
    let quoted = rest.get(prefix..)?;
    let mark = quoted.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
    let triple = mark.to_string().repeat(3);
    let end = if quoted.starts_with(&triple) { triple.as_str() } else { triple.get(..1)? };
    let mut at = end.len();
    loop {
        let inside = quoted.get(at..)?;
        if inside.starts_with(end) {
            return Some(prefix + at + end.len());
        }
        let next = inside.chars().next()?;
        if next == '\n' && end.len() == 1 {
            return None;
        }
        at += next.len_utf8();
        if next == '\\' && !raw {
            at += quoted.get(at..)?.chars().next()?.len_utf8();
        }
    }
}

/// Walks the bytes outside of texts and comments for as long as `each` says so; whether it came to the end.
pub(crate) fn outside_texts(source: &str, mut each: impl FnMut(usize, u8) -> bool) -> bool {
    let mut at = 0;
    while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
        let length = text_or_comment(rest).unwrap_or_else(|| {
            // A word is passed over whole, so that its last letter is not taken for the mark of a raw text.
            word_or_sign(rest)
        });
        if text_or_comment(rest).is_none() && !rest.bytes().take(length).zip(at..).all(|(byte, at)| each(at, byte)) {
            return false;
        }
        at += length;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_texts_compared_with_manager_are_exchanged() {
        let upper = |id: &str| (id != "x").then(|| id.to_uppercase());
        for (source, expected) in [
            (r#"manager == "e1""#, r#"manager == "E1""#),
            (r#""e1" != manager && title == "e1""#, r#""E1" != manager && title == "e1""#),
            (
                r#"manager in ['e1', "e2", "x"] || "e1" in departments"#,
                r#"manager in ['E1', "E2", "x"] || "e1" in departments"#,
            ),
            (r#"title == "manager == \"e1\"""#, r#"title == "manager == \"e1\"""#),
            (r#"manager != """#, r#"manager != """#),
        ] {
            assert_eq!(exchanged(source, upper), expected);
        }
    }

    #[test]
    fn exchanging_never_panics_and_nothing_exchanged_leaves_the_rule_as_it_was() {
        for source in [
            "manager == \"",
            "manager in [",
            "'\\",
            "\"\"\"",
            "é == manager",
            "manager == 'é'",
            "'''a\\",
            "r\"",
            "rb'",
            "// x",
            "a//b\n\"c",
        ] {
            assert_eq!(exchanged(source, |_| None), source);
        }
    }
}
