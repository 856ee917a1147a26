//! Which bytes does a JSON value have?
//!
//! Those of the JSON Canonicalization Scheme (JCS, RFC 8785), and of it the part that every JSON library agrees on: whole numbers
//! beyond ±(2^53 - 1) are refused (RFC 7493 section 2.2), since many readers round them to a neighbour.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::plain::is_plain as is_plain_text;

/// The largest whole number that no other rounds to, 2^53 - 1 (RFC 7493 section 2.2).
pub const LARGEST_NUMBER: u64 = (1 << 53) - 1;

/// Why something is not canonical JSON, or cannot be written as such.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CanonicalError {
    /// The value holds something JSON cannot say, such as an infinite number.
    Unwritable {
        /// What the serializer said.
        reason: String,
    },
    /// The bytes are not UTF-8.
    NotUtf8 {
        /// The first offending byte, counted from 0.
        at: usize,
    },
    /// The bytes are not one JSON value, or it is nested deeper than 127 levels.
    NotJson {
        /// What the parser said.
        reason: String,
    },
    /// The JSON is valid but written in another way than JCS does; duplicate keys fall under this too.
    NotCanonical {
        /// The first byte that differs from the canonical form, counted from 0.
        at: usize,
    },
    /// A number is beyond ±(2^53 - 1).
    LargeNumber {
        /// Where it stands, as a JSON pointer (RFC 6901).
        pointer: String,
    },
    /// The JSON is canonical but not a private part.
    NotPrivatePart {
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl fmt::Display for CanonicalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unwritable { reason } => {
                write!(f, "the value cannot be written as JSON: {reason}")
            }
            Self::NotUtf8 { at } => write!(f, "byte {at} is not UTF-8: restore the bytes as they were recorded"),
            Self::NotJson { reason } => {
                write!(f, "not one JSON value: {reason}; restore the bytes as they were recorded")
            }
            Self::NotCanonical { at } => write!(
                f,
                "from byte {at} on, not the canonical form of RFC 8785 (sorted keys, each once, no white space, shortest numbers and \
                 escapes): restore the bytes as they were recorded"
            ),
            Self::LargeNumber { pointer } => {
                write!(
                    f,
                    "the number at \"{pointer}\" is beyond ±{LARGEST_NUMBER}, where readers round: write it as a string"
                )
            }
            Self::NotPrivatePart { reason } => write!(f, "not a private part: {reason}"),
        }
    }
}

impl std::error::Error for CanonicalError {}

/// The canonical bytes of a value. What this writes, [`check_canonical`] accepts.
///
/// LIMIT: keys of a map are to be strings. Integer keys are written as strings after rounding to what a double holds, so those
/// beyond 2^53 would be changed unseen.
///
/// ```
/// # use keepsharp_ledger::canonical::to_canonical;
/// let bytes = to_canonical(&serde_json::json!({"b": 1.0, "a": [true, null]}))?;
/// assert_eq!(bytes, br#"{"a":[true,null],"b":1}"#);
/// # Ok::<(), keepsharp_ledger::canonical::CanonicalError>(())
/// ```
pub fn to_canonical<T: Serialize>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    let bytes = write(value)?;
    // Read again rather than checked beforehand: the writer rounds large integers silently, and no type can escape this.
    check_canonical(&bytes)?;
    Ok(bytes)
}

/// The canonical bytes of a JSON value: as [`to_canonical`], but quick for the values that facts have.
pub fn value_to_canonical(value: &Value) -> Result<Vec<u8>, CanonicalError> {
    write_plain(value).map_or_else(|| to_canonical(value), Ok)
}

/// Reads bytes that are exactly the canonical form of a value, and refuses all others.
pub fn check_canonical(bytes: &[u8]) -> Result<Value, CanonicalError> {
    let text = str::from_utf8(bytes).map_err(|error| CanonicalError::NotUtf8 { at: error.valid_up_to() })?;
    if is_plain_text(text) { parse(text) } else { check_by_writing(text) }
}

/// Comparing with what we would have written finds every deviation at once: white space, order, escapes, spellings of numbers, and
/// duplicate keys, of which the parser keeps only one.
pub(crate) fn check_by_writing(text: &str) -> Result<Value, CanonicalError> {
    let value = parse(text)?;
    if let Some(pointer) = large_number(&value) {
        return Err(CanonicalError::LargeNumber { pointer });
    }
    let canonical = write(&value)?;
    if text.as_bytes() == canonical {
        Ok(value)
    } else {
        let same = text.bytes().zip(&canonical).take_while(|(ours, theirs)| ours == *theirs);
        Err(CanonicalError::NotCanonical { at: same.count() })
    }
}

/// Refuses more than 127 levels, so that neither this nor what walks the value later can overflow the stack.
fn parse(text: &str) -> Result<Value, CanonicalError> {
    serde_json::from_str(text).map_err(|error| CanonicalError::NotJson { reason: error.to_string() })
}

/// Deepest value that is written the short way.
const PLAIN_DEPTH: usize = 100;

/// The canonical bytes of a plain value, written five times as fast as in general; none where it is not plain.
///
/// Where names are ASCII and in order, and numbers are whole and exact, the canonical form differs in nothing from what
/// `serde_json` writes: its escapes are those of RFC 8785 section 3.2.2.2, and ASCII sorts by byte as by UTF-16 unit.
fn write_plain(value: &Value) -> Option<Vec<u8>> {
    is_plain(value, PLAIN_DEPTH).then(|| serde_json::to_vec(value).ok()).flatten()
}

fn is_plain(value: &Value, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => true,
        Value::Number(number) => number.as_i64().is_some_and(|whole| whole.unsigned_abs() <= LARGEST_NUMBER),
        Value::Array(items) => items.iter().all(|item| is_plain(item, depth)),
        Value::Object(members) => {
            members.keys().is_sorted() && members.iter().all(|(key, item)| key.is_ascii() && is_plain(item, depth))
        }
    }
}

fn write<T: Serialize>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    serde_json_canonicalizer::to_vec(value).map_err(|error| CanonicalError::Unwritable { reason: error.to_string() })
}

/// Where the first number beyond the limit stands, as a JSON pointer.
fn large_number(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => {
            let small = match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => whole.unsigned_abs() <= LARGEST_NUMBER,
                // Every double from 2^53 on is a whole number. 2^53 itself is what 2^53 + 1 rounds to.
                (None, Some(double)) => double.abs() < 9_007_199_254_740_992.0,
                (None, None) => false,
            };
            (!small).then(String::new)
        }
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| large_number(item).map(|rest| format!("/{index}{rest}")))
        }
        Value::Object(members) => members.iter().find_map(|(key, item)| {
            large_number(item).map(|rest| format!("/{}{rest}", key.replace('~', "~0").replace('/', "~1")))
        }),
        Value::Null | Value::Bool(_) | Value::String(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::{CanonicalError, check_canonical, to_canonical, write};

    proptest::proptest! {
        #[test]
        fn a_plain_value_is_written_the_short_way_as_in_general(text in ".*", key in "[ -~]{0,8}", number: i64, flag: bool) {
            let value = json!({ key.clone(): [text, number, flag, null_or(flag)], "nested": { key: { "": number } } });
            if let Some(bytes) = super::write_plain(&value) {
                proptest::prop_assert_eq!(bytes, write(&value).unwrap());
            }
        }
    }

    fn null_or(flag: bool) -> Value {
        if flag { Value::Null } else { json!("\u{0}\u{8}\u{1f}\u{7f}\u{2028}\\\"/é😀") }
    }

    fn canonical_of(json: &str) -> String {
        let value: Value = serde_json::from_str(json).unwrap();
        String::from_utf8(write(&value).unwrap()).unwrap()
    }

    #[test]
    fn the_example_of_rfc_8785_section_3_2_2_comes_out_as_printed() {
        let input = r#"{
            "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
            "literals": [null, true, false]
        }"#;
        let expected = r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
        assert_eq!(canonical_of(input), expected);
        // 1e+30 is JCS but not for us: it is a whole number that others round to.
        assert_eq!(
            check_canonical(expected.as_bytes()),
            Err(CanonicalError::LargeNumber { pointer: "/numbers/1".into() })
        );
        check_canonical(expected.replace("1e+30,", "").as_bytes()).unwrap();
    }

    #[test]
    fn keys_are_sorted_as_rfc_8785_section_3_2_3_prints_them() {
        let input = r#"{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
            "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}"#;
        let canonical = canonical_of(input);
        let order = [
            "Carriage Return",
            "One",
            "Control",
            "Latin Small Letter O With Diaeresis",
            "Euro Sign",
            "Emoji: Grinning Face",
            "Hebrew",
        ];
        let places: Vec<usize> = order.iter().map(|name| canonical.find(name).unwrap()).collect();
        assert!(places.is_sorted(), "{canonical}");
        check_canonical(canonical.as_bytes()).unwrap();
    }

    #[test]
    fn numbers_are_written_as_rfc_8785_appendix_b_lists_them() {
        for (bits, expected) in [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
        ] {
            assert_eq!(String::from_utf8(to_canonical(&f64::from_bits(bits)).unwrap()).unwrap(), expected, "{bits:x}");
            check_canonical(expected.as_bytes()).unwrap();
        }
        // The rest of the list is beyond what we take.
        for bits in [
            0x7fef_ffff_ffff_ffff_u64,
            0xffef_ffff_ffff_ffff,
            0x4340_0000_0000_0000,
            0xc340_0000_0000_0000,
            0x4430_0000_0000_0000,
        ] {
            assert!(matches!(to_canonical(&f64::from_bits(bits)), Err(CanonicalError::LargeNumber { .. })), "{bits:x}");
        }
        for bits in [0x7fff_ffff_ffff_ffff_u64, 0x7ff0_0000_0000_0000] {
            assert!(matches!(to_canonical(&f64::from_bits(bits)), Err(CanonicalError::Unwritable { .. })), "{bits:x}");
        }
    }

    #[test]
    fn whole_numbers_that_others_would_round_are_refused_in_writing_and_in_reading() {
        const LAST: u64 = 9_007_199_254_740_991;
        assert_eq!(to_canonical(&LAST).unwrap(), b"9007199254740991");
        assert_eq!(to_canonical(&-9_007_199_254_740_991_i64).unwrap(), b"-9007199254740991");
        assert!(to_canonical(&(LAST + 1)).is_err());
        assert!(to_canonical(&(LAST + 2)).is_err());
        assert!(to_canonical(&u64::MAX).is_err());
        assert!(to_canonical(&i64::MIN).is_err());
        assert!(to_canonical(&u128::MAX).is_err());
        for text in
            ["9007199254740992", "9007199254740993", "-9007199254740992", "18446744073709552000", "1e+21", "1e400"]
        {
            assert!(check_canonical(text.as_bytes()).is_err(), "{text}");
        }
        let error = to_canonical(&json!({"a/b": [0, {"c": u64::MAX}]})).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the number at \"/a~1b/1/c\" is beyond ±9007199254740991, where readers round: write it as a string"
        );
    }

    #[test]
    fn any_other_spelling_of_a_value_is_refused() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"a":2}"#,
            r#"{"b":1,"a":2}"#,
            r#"{"a": 1}"#,
            "{\"a\":1}\n",
            " 1",
            "1.0",
            "1e0",
            "-0",
            "01",
            "1E-7",
            "0.10",
            "0.1000000000000000055",
            r#""\u0041""#,
            r#""\/""#,
            r#""\u000A""#,
            r#""\u001F""#,
            r#""\ud800""#,
            "\u{feff}1",
            "",
            "1 2",
            "[1,]",
            "NaN",
            "'a'",
        ] {
            assert!(check_canonical(text.as_bytes()).is_err(), "{text}");
        }
        assert_eq!(check_canonical(b"\"a\xff\""), Err(CanonicalError::NotUtf8 { at: 2 }));
        assert_eq!(check_canonical(br#"{"a":1,"a":1}"#), Err(CanonicalError::NotCanonical { at: 6 }));
    }

    #[test]
    fn strings_are_escaped_no_more_than_needed() {
        let text = "\u{7f}\u{2028}é😀/\u{0}\u{8}\t";
        let bytes = to_canonical(&text).unwrap();
        assert_eq!(bytes, "\"\u{7f}\u{2028}é😀/\\u0000\\b\\t\"".as_bytes());
        assert_eq!(check_canonical(&bytes).unwrap(), Value::from(text));
    }

    #[test]
    fn nesting_that_would_overflow_the_stack_is_refused() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        check_canonical(nested(127).as_bytes()).unwrap();
        for depth in [128, 1_000_000] {
            assert!(
                matches!(check_canonical(nested(depth).as_bytes()), Err(CanonicalError::NotJson { .. })),
                "{depth}"
            );
        }
        let unclosed = r#"{"a":"#.repeat(1_000_000);
        assert!(matches!(check_canonical(unclosed.as_bytes()), Err(CanonicalError::NotJson { .. })));
    }

    #[test]
    fn small_integer_keys_are_written_as_strings() {
        assert_eq!(to_canonical(&BTreeMap::from([(10, 'a'), (9, 'b')])).unwrap(), br#"{"10":"a","9":"b"}"#);
    }
}
