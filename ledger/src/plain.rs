//! Is a text canonical at first sight?
//!
//! One pass that keeps nothing and knows the plain part of the canonical form: keys in ASCII without escapes, strictly ascending;
//! strings with the escapes of RFC 8785 section 3.2.2.2 and no others; whole numbers within ±(2^53 - 1); no white space. All that it
//! takes is canonical. What it does not take may still be: then [`crate::canonical`] decides by writing the value again.

use crate::canonical::LARGEST_NUMBER;

/// The deepest nesting that is followed; less than the 127 levels of the parser.
const DEEPEST: usize = 100;
/// The most digits that a number within ±(2^53 - 1) has.
const MOST_DIGITS: usize = 16;

/// Whether the text is one plain value and nothing else.
pub(crate) fn is_plain(text: &str) -> bool {
    let mut scan = Scan::new(text);
    scan.value().is_some() && scan.is_at_end()
}

/// A text that is read from left to right. Each step takes what it is called after, or is `None` and leaves the scan of no more use.
pub(crate) struct Scan<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Scan<'t> {
    pub(crate) fn new(text: &'t str) -> Scan<'t> {
        Scan { text, at: 0, depth: 0 }
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// Exactly these ASCII characters.
    pub(crate) fn exactly(&mut self, expected: &str) -> Option<()> {
        self.rest().starts_with(expected.as_bytes()).then(|| self.at += expected.len())
    }

    /// A string in which nothing is escaped; what is between its quotes.
    pub(crate) fn words(&mut self) -> Option<&'t str> {
        self.exactly("\"")?;
        let start = self.at;
        (self.next_special()? == b'"').then_some(())?;
        self.text.get(start..self.at - 1)
    }

    /// A whole number that is not negative.
    pub(crate) fn count(&mut self) -> Option<u64> {
        let digits = self.rest();
        let length = digits.iter().take(MOST_DIGITS + 1).take_while(|byte| byte.is_ascii_digit()).count();
        let digits = digits.get(..length).filter(|_| length <= MOST_DIGITS)?;
        let starts_well = digits.first().is_some_and(|first| *first != b'0' || length == 1);
        let number = digits.iter().fold(0, |sum: u64, digit| sum * 10 + u64::from(*digit - b'0'));
        (starts_well && number <= LARGEST_NUMBER).then(|| self.at += length)?;
        Some(number)
    }

    /// Any value; its text.
    pub(crate) fn value(&mut self) -> Option<&'t str> {
        let start = self.at;
        match self.peek()? {
            b'"' => self.string()?,
            b'{' => self.nested(Self::members)?,
            b'[' => self.nested(Self::items)?,
            b't' => self.exactly("true")?,
            b'f' => self.exactly("false")?,
            b'n' => self.exactly("null")?,
            b'-' => {
                self.at += 1;
                // Zero has no sign.
                self.count().filter(|number| *number != 0).map(drop)?;
            }
            _ => self.count().map(drop)?,
        }
        self.text.get(start..self.at)
    }

    fn nested(&mut self, inside: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        self.depth += 1;
        (self.depth <= DEEPEST).then_some(())?;
        inside(self)?;
        self.depth -= 1;
        Some(())
    }

    fn members(&mut self) -> Option<()> {
        if self.exactly("}").is_some() {
            return Some(());
        }
        let mut last = None;
        loop {
            let key = self.words().filter(|key| key.is_ascii())?;
            // Of ASCII alone, the order of bytes is that of UTF-16 units, which the canonical form asks for.
            (last < Some(key)).then_some(())?;
            last = Some(key);
            self.exactly(":")?;
            self.value()?;
            match self.next()? {
                b',' => {}
                b'}' => return Some(()),
                _ => return None,
            }
        }
    }

    fn items(&mut self) -> Option<()> {
        if self.exactly("]").is_some() {
            return Some(());
        }
        loop {
            self.value()?;
            match self.next()? {
                b',' => {}
                b']' => return Some(()),
                _ => return None,
            }
        }
    }

    fn string(&mut self) -> Option<()> {
        self.at += 1;
        while self.next_special()? == b'\\' {
            self.escape()?;
        }
        // A control character that is not escaped ends the loop as a quote does.
        (self.text.as_bytes().get(self.at - 1) == Some(&b'"')).then_some(())
    }

    /// What stands behind a backslash: the short form where there is one, four lower-case digits for other control characters.
    fn escape(&mut self) -> Option<()> {
        match self.next()? {
            b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't' => Some(()),
            b'u' => {
                self.exactly("00")?;
                match (self.next()?, self.next()?) {
                    (b'0', b'0'..=b'7' | b'b' | b'e' | b'f') | (b'1', b'0'..=b'9' | b'a'..=b'f') => Some(()),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Goes past the next quote, backslash or control character, and says which it was.
    fn next_special(&mut self) -> Option<u8> {
        let rest = self.rest();
        let length = rest.iter().position(|byte| SPECIAL[usize::from(*byte)])?;
        self.at += length + 1;
        rest.get(length).copied()
    }

    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }
}

/// Bytes that can't stand in a string as they are.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        special[byte] = true;
        byte += 1;
    }
    special[b'"' as usize] = true;
    special[b'\\' as usize] = true;
    special
};

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_oneof, proptest};
    use proptest::{prop_assert, prop_assert_eq};
    use serde_json::{Map, Value, json};

    use super::is_plain;
    use crate::canonical::{check_by_writing, check_canonical, to_canonical};
    use crate::entry::Entry;
    use crate::envelope::Envelope;

    const LAST: i64 = 9_007_199_254_740_991;

    /// Values with all that the canonical form has rules for.
    fn value() -> impl Strategy<Value = Value> {
        let number =
            prop_oneof![any::<i8>().prop_map(i64::from), any::<i64>(), LAST - 1..=LAST + 1, -LAST - 1..=1 - LAST];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            number.prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            words().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(words(), inner, 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    fn words() -> impl Strategy<Value = String> {
        prop_oneof!["[a-c]{0,3}", "[\\x00-\\x7f]{0,6}", "\\PC{0,4}", "[\u{7f}\u{2028}\u{fb33}é😀\"\\\\/]{0,3}"]
    }

    /// Something done to a text at a place: taken out, doubled, or another character put there or in its stead.
    fn change() -> impl Strategy<Value = (prop::sample::Index, u8, String)> {
        let character = prop_oneof!["[\\[\\]{}:,\"\\\\0-9a-fu.+eE \\-]", "\\\\u00[0-9a-fA-F]{2}", "[\\x00-\\x1fé/tn]"];
        (any::<prop::sample::Index>(), 0..4_u8, character)
    }

    fn changed(text: &str, changes: &[(prop::sample::Index, u8, String)]) -> String {
        changes.iter().fold(text.to_owned(), |text, (place, how, character)| {
            let characters: Vec<char> = text.chars().collect();
            if characters.is_empty() {
                return character.clone();
            }
            let (before, rest) = characters.split_at(place.index(characters.len()));
            let (this, after) = rest.split_at(1);
            let text = |characters: &[char]| characters.iter().collect::<String>();
            let between = match how {
                0 => String::new(),
                1 => text(this).repeat(2),
                2 => character.clone(),
                _ => text(this) + character,
            };
            text(before) + &between + &text(after)
        })
    }

    /// The two ways say the same of a text; where the quick one can say it at all, it is that the text is canonical.
    fn agree(text: &str) -> Result<(), proptest::test_runner::TestCaseError> {
        let slowly = check_by_writing(text);
        prop_assert!(!is_plain(text) || slowly.is_ok(), "{text:?}: {slowly:?}");
        prop_assert_eq!(check_canonical(text.as_bytes()), slowly);
        let (envelope, entry) = (Envelope::read(text.as_bytes()), Entry::read(text.as_bytes()));
        prop_assert_eq!(envelope, entry.map(Envelope::from));
        Ok(())
    }

    fn fact(seq: u64, by: &str, body: &Value, is_sealed: bool) -> Option<String> {
        let mut members = Map::new();
        members.insert("at".to_owned(), json!("2026-03-01T09:30:00.000Z"));
        members.insert("body".to_owned(), json!({ "a": body }));
        members.insert("by".to_owned(), json!(format!("person:{by}")));
        members.insert("seq".to_owned(), json!(seq));
        members.insert("type".to_owned(), json!("person.moved-team"));
        members.insert("v".to_owned(), json!(1));
        if is_sealed {
            members.insert("sealed".to_owned(), json!("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"));
        }
        String::from_utf8(to_canonical(&members).ok()?).ok()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn a_canonical_text_changed_anyhow_is_taken_and_refused_as_by_writing_it_again(
            value in value(), changes in prop::collection::vec(change(), 0..4),
        ) {
            if let Ok(bytes) = to_canonical(&value) {
                agree(&changed(str::from_utf8(&bytes).unwrap(), &changes))?;
            }
        }

        #[test]
        fn a_fact_changed_anyhow_is_taken_and_refused_as_with_its_body(
            seq in prop_oneof![0..20_u64, any::<u64>()], by in words(), body in value(), is_sealed: bool,
            changes in prop::collection::vec(change(), 0..3),
        ) {
            if let Some(text) = fact(seq, &by, &body, is_sealed) {
                agree(&changed(&text, &changes))?;
            }
        }

        #[test]
        fn any_text_of_what_json_is_made_of_is_taken_and_refused_as_by_writing_it_again(
            text in "[\\[\\]{}:,\"\\\\ab0-9u.eE+ \\-\\x00\\x1fé]{0,12}",
        ) {
            agree(&text)?;
            agree(&format!("{{\"a\":{text}}}"))?;
            agree(&format!("\"{text}\""))?;
        }
    }

    #[test]
    fn every_bit_of_a_fact_flipped_is_taken_and_refused_as_with_its_body() {
        let body = json!({"list": [0, -7, LAST, true, false, null, {}], "text": "é\u{0}\n\"\\\u{1f}😀"});
        let text = fact(17, "k7", &body, true).unwrap();
        assert!(is_plain(&text));
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                let told = |error: &dyn std::fmt::Display| error.to_string();
                let entry = Entry::read(&bytes).map(Envelope::from).map_err(|error| told(&error));
                assert_eq!(Envelope::read(&bytes).map_err(|error| told(&error)), entry, "byte {at}, bit {bit}");
                if let Ok(text) = str::from_utf8(&bytes) {
                    assert_eq!(check_canonical(&bytes), check_by_writing(text), "byte {at}, bit {bit}");
                }
            }
        }
    }

    #[test]
    fn the_facts_that_we_write_are_plain() {
        for text in [
            "null",
            "-1",
            "0",
            "9007199254740991",
            "-9007199254740991",
            "[]",
            "{}",
            r#"{"":"","A":[[],{}],"a":"\u0000\u0007\b\t\n\u000b\f\r\u000e\u001f\"\\/é"}"#,
            "\"\u{7f}\u{2028}\"",
        ] {
            assert!(is_plain(text), "{text}");
            assert!(check_by_writing(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_slow_way() {
        for text in [
            "",
            " 1",
            "1 ",
            "-0",
            "-",
            "01",
            "-01",
            "1.5",
            "1e0",
            "9007199254740992",
            "-9007199254740992",
            "99999999999999999",
            "tru",
            "truex",
            "[1,]",
            "[,1]",
            "[1 ,2]",
            "[",
            "]",
            "{",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            r#"{"b":1,"a":1}"#,
            r#"{"a":1,"a":1}"#,
            r#"{"\u0001":1}"#,
            r#"{"é":1}"#,
            "\"",
            "\"\\",
            "\"\\\"",
            "\"a\n\"",
            "\"\u{0}\"",
            r#""\/""#,
            r#""\u0008""#,
            r#""\u0009""#,
            r#""\u000a""#,
            r#""\u000c""#,
            r#""\u000d""#,
            r#""\u001F""#,
            r#""\u0020""#,
            r#""\u0022""#,
            r#""\u007f""#,
            r#""\u00e9""#,
            r#""\ud83d\ude00""#,
            r#""\x""#,
            r#""\u001""#,
            r#""a"b"#,
        ] {
            assert!(!is_plain(text), "{text}");
        }
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(is_plain(&nested(100)));
        for depth in [101, 127, 128, 1_000_000] {
            assert!(!is_plain(&nested(depth)), "{depth}");
        }
        assert!(!is_plain(&r#"{"a":"#.repeat(1_000_000)));
        assert!(check_canonical(nested(127).as_bytes()).is_ok());
    }
}
