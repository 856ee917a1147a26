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
    let bytes = source.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let rest = source.get(at..).unwrap_or_default();
        let length = match byte {
            b'"' | b'\'' => {
                let length = text_length(rest);
                let inner = rest.get(1..length.saturating_sub(1)).unwrap_or_default();
                let plain = !inner.is_empty() && !inner.contains('\\') && !inner.contains(char::from(byte));
                found.push(if plain { Token::Text(at + 1..at + length - 1) } else { Token::Other("text") });
                length
            }
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => {
                let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
                found.push(Token::Word(rest.get(..length).unwrap_or_default()));
                length
            }
            byte if byte.is_ascii_whitespace() => 1,
            _ => {
                let length = ["==", "!=", "&&", "||", "<=", ">="]
                    .iter()
                    .find(|operator| rest.starts_with(**operator))
                    .map_or_else(|| rest.chars().next().map_or(1, char::len_utf8), |operator| operator.len());
                found.push(Token::Other(rest.get(..length).unwrap_or_default()));
                length
            }
        };
        at += length.max(1);
    }
    found
}

/// Bytes of the text literal at the beginning of `rest`, marks included; to the end where it is not closed.
fn text_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mark = bytes.first().copied().unwrap_or(b'"');
    let triple = [mark; 3];
    if bytes.starts_with(&triple) {
        let mut at = 3;
        while at < bytes.len() {
            match bytes.get(at) {
                Some(b'\\') => at += 2,
                _ if bytes.get(at..).is_some_and(|rest| rest.starts_with(&triple)) => return at + 3,
                _ => at += 1,
            }
        }
        return bytes.len();
    }
    let mut at = 1;
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            b'\\' => at += 2,
            byte if byte == mark => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Walks the bytes outside of texts for as long as `each` says so; whether it came to the end.
pub(crate) fn outside_texts(source: &str, mut each: impl FnMut(usize, u8) -> bool) -> bool {
    let bytes = source.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        if matches!(byte, b'"' | b'\'') {
            at += text_length(source.get(at..).unwrap_or_default()).max(1);
            continue;
        }
        if !each(at, byte) {
            return false;
        }
        at += 1;
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
        for source in ["manager == \"", "manager in [", "'\\", "\"\"\"", "é == manager", "manager == 'é'", "'''a\\"] {
            assert_eq!(exchanged(source, |_| None), source);
        }
    }
}
