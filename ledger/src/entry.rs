//! What does one fact look like?
//!
//! Only the envelope is read here. What a `body` of some type must hold is for those who fold the facts to say.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::canonical::{CanonicalError, check_canonical, to_canonical, value_to_canonical};
use crate::instant::is_instant;

/// One fact. Its bytes, those of the JCS form (RFC 8785), are a leaf of the log.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Entry {
    /// Its place in the log, from 0.
    pub seq: u64,
    /// When it was recorded: UTC with milliseconds, as `2026-03-01T09:30:00.000Z`. Comparing the texts compares the instants.
    pub at: String,
    /// Who brought it about: `person:<id>`, `operator:<name>` or `system`.
    pub by: String,
    /// What happened, `noun.verb-in-the-past`; in JSON `type`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The version of that type, from 1.
    pub v: u32,
    /// What the type says happened, an object. Nothing private.
    pub body: Value,
    /// The digest of the private part, if there is one (see [`crate::seal`]).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed: Option<String>,
}

/// Why some bytes are not a fact, or an [`Entry`] cannot become one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EntryError {
    /// Not canonical JSON.
    Form(CanonicalError),
    /// JSON, but not an object.
    NotAnObject,
    /// A member is not there.
    Missing {
        /// Its name.
        member: &'static str,
    },
    /// There is a member that facts do not have.
    Unknown {
        /// Its name.
        member: String,
    },
    /// A member does not hold what it must.
    Wrong {
        /// Its name.
        member: &'static str,
        /// What it must be.
        wanted: &'static str,
    },
}

impl fmt::Display for EntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(error) => error.fmt(f),
            Self::NotAnObject => f.write_str("not an object: a fact is {\"at\": …, \"body\": …, …}"),
            Self::Missing { member } => write!(f, "\"{member}\" is missing: a fact has at, body, by, seq, type and v"),
            Self::Unknown { member } => {
                write!(
                    f,
                    "unknown member {member:?}: a fact has at, body, by, seq, type, v and sometimes sealed, nothing else"
                )
            }
            Self::Wrong { member, wanted } => write!(f, "\"{member}\" is not {wanted}"),
        }
    }
}

impl std::error::Error for EntryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Form(error) => Some(error),
            _ => None,
        }
    }
}

const AT: EntryError =
    EntryError::Wrong { member: "at", wanted: "a real UTC instant with milliseconds, as 2026-03-01T09:30:00.000Z" };
const BODY: EntryError = EntryError::Wrong { member: "body", wanted: "an object" };
const BY: EntryError = EntryError::Wrong { member: "by", wanted: "system, person:<id> or operator:<name>" };
const KIND: EntryError = EntryError::Wrong {
    member: "type",
    wanted: "noun.verb in lower-case words joined by hyphens, as person.moved-team",
};
const SEALED: EntryError =
    EntryError::Wrong { member: "sealed", wanted: "a SHA-256 digest, 43 characters of base64url" };
const SEQ: EntryError = EntryError::Wrong { member: "seq", wanted: "a whole number from 0" };
const VERSION: EntryError = EntryError::Wrong { member: "v", wanted: "a whole number from 1 to 4294967295" };

impl Entry {
    /// The bytes of the fact. What this writes, [`Entry::read`] reads as the same fact.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EntryError> {
        self.check()?;
        to_canonical(self).map_err(EntryError::Form)
    }

    /// The fact's bytes, without the checks of [`Entry::to_bytes`]: for whoever makes many facts and knows them to be right.
    pub fn into_bytes(self) -> Result<Vec<u8>, EntryError> {
        let Entry { seq, at, by, kind, v, body, sealed } = self;
        let mut members = Map::new();
        members.insert("at".to_owned(), at.into());
        members.insert("body".to_owned(), body);
        members.insert("by".to_owned(), by.into());
        members.extend(sealed.map(|sealed| ("sealed".to_owned(), sealed.into())));
        members.insert("seq".to_owned(), seq.into());
        members.insert("type".to_owned(), kind.into());
        members.insert("v".to_owned(), v.into());
        value_to_canonical(&Value::Object(members)).map_err(EntryError::Form)
    }

    /// Reads a fact from its exact bytes.
    pub fn read(bytes: &[u8]) -> Result<Entry, EntryError> {
        let Value::Object(mut members) = check_canonical(bytes).map_err(EntryError::Form)? else {
            return Err(EntryError::NotAnObject);
        };
        let entry = Entry {
            seq: take(&mut members, "seq")?.as_u64().ok_or(SEQ)?,
            at: text(take(&mut members, "at")?).ok_or(AT)?,
            by: text(take(&mut members, "by")?).ok_or(BY)?,
            kind: text(take(&mut members, "type")?).ok_or(KIND)?,
            v: take(&mut members, "v")?.as_u64().and_then(|v| v.try_into().ok()).ok_or(VERSION)?,
            body: take(&mut members, "body")?,
            // `"sealed": null` is refused: leaving it out is the one way to say that there is no private part.
            sealed: members.remove("sealed").map(|sealed| text(sealed).ok_or(SEALED)).transpose()?,
        };
        if let Some((member, _)) = members.into_iter().next() {
            return Err(EntryError::Unknown { member });
        }
        entry.check()?;
        Ok(entry)
    }

    fn check(&self) -> Result<(), EntryError> {
        let rules = [
            (is_instant(&self.at), AT),
            (is_actor(&self.by), BY),
            (is_kind(&self.kind), KIND),
            (self.v >= 1, VERSION),
            (self.body.is_object(), BODY),
            (self.sealed.as_deref().is_none_or(is_digest), SEALED),
        ];
        rules.into_iter().find(|(kept, _)| !kept).map_or(Ok(()), |(_, error)| Err(error))
    }
}

fn take(members: &mut Map<String, Value>, member: &'static str) -> Result<Value, EntryError> {
    members.remove(member).ok_or(EntryError::Missing { member })
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

pub(crate) fn is_actor(by: &str) -> bool {
    match by.split_once(':') {
        Some(("person" | "operator", rest)) => !rest.is_empty(),
        _ => by == "system",
    }
}

pub(crate) fn is_kind(kind: &str) -> bool {
    let words =
        |text: &str| text.split('-').all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()));
    kind.split_once('.').is_some_and(|(noun, verb)| words(noun) && words(verb))
}

/// Decoded rather than counted, as only one of four last characters leaves no bits over.
pub(crate) fn is_digest(sealed: &str) -> bool {
    URL_SAFE_NO_PAD.decode(sealed).is_ok_and(|bytes| bytes.len() == 32)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_quick_way_to_bytes_gives_the_same() {
        for sealed in [None, Some("A".repeat(43))] {
            let entry = super::Entry {
                seq: 7,
                at: "2026-03-01T09:30:00.000Z".to_owned(),
                by: "operator:CORP\\ana".to_owned(),
                kind: "person.joined".to_owned(),
                v: 1,
                body: serde_json::json!({"b": "é\n\u{1}", "a": [1, null, true, {"c": {}}]}),
                sealed,
            };
            assert_eq!(entry.clone().into_bytes(), entry.to_bytes());
        }
    }

    use serde_json::{Value, json};

    use super::{Entry, EntryError};
    use crate::canonical::to_canonical;

    fn fact() -> Value {
        json!({
            "seq": 17, "at": "2026-03-01T09:30:00.000Z", "by": "person:k7", "type": "person.moved-team", "v": 1,
            "body": {"person": "k7"}, "sealed": "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
        })
    }

    fn read(value: &Value) -> Result<Entry, EntryError> {
        Entry::read(&to_canonical(value).unwrap())
    }

    /// A fact with one member changed, or left out.
    fn with(member: &str, value: Option<Value>) -> Result<Entry, EntryError> {
        let mut fact = fact();
        match value {
            Some(value) => fact[member] = value,
            None => drop(fact.as_object_mut().unwrap().remove(member)),
        }
        read(&fact)
    }

    #[test]
    fn a_fact_is_read_and_written_back_to_the_same_bytes() {
        let bytes = to_canonical(&fact()).unwrap();
        assert_eq!(
            String::from_utf8(bytes.clone()).unwrap(),
            r#"{"at":"2026-03-01T09:30:00.000Z","body":{"person":"k7"},"by":"person:k7","sealed":"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU","seq":17,"type":"person.moved-team","v":1}"#
        );
        let entry = Entry::read(&bytes).unwrap();
        assert_eq!(entry.seq, 17);
        assert_eq!(entry.kind, "person.moved-team");
        assert_eq!(entry.to_bytes().unwrap(), bytes);
    }

    #[test]
    fn a_fact_without_a_private_part_has_no_member_for_it() {
        let entry = with("sealed", None).unwrap();
        assert_eq!(entry.sealed, None);
        assert_eq!(Entry::read(&entry.to_bytes().unwrap()).unwrap(), entry);
        assert!(with("sealed", Some(Value::Null)).is_err());
    }

    #[test]
    fn a_fact_has_exactly_its_members() {
        for member in ["seq", "at", "by", "type", "v", "body"] {
            assert_eq!(with(member, None), Err(EntryError::Missing { member }));
            assert!(with(member, Some(Value::Null)).is_err(), "{member}");
        }
        assert_eq!(with("note", Some(json!("hello"))), Err(EntryError::Unknown { member: "note".to_owned() }));
        assert_eq!(read(&json!([])), Err(EntryError::NotAnObject));
        assert!(Entry::read(b"").is_err());
    }

    #[test]
    fn who_is_the_system_or_a_named_person_or_operator() {
        for by in ["system", "person:k7", "operator:root", "operator:a:b"] {
            assert!(with("by", Some(json!(by))).is_ok(), "{by}");
        }
        for by in ["", "person", "person:", "operator:", "system:", "system:x", "robot:1", "Person:k7", " person:k7"] {
            assert!(with("by", Some(json!(by))).is_err(), "{by}");
        }
    }

    #[test]
    fn a_type_is_noun_dot_verb() {
        for kind in ["a.b", "person.joined", "course-version.was-published"] {
            assert!(with("type", Some(json!(kind))).is_ok(), "{kind}");
        }
        for kind in [
            "",
            ".",
            "person",
            "person.",
            ".joined",
            "person.joined.twice",
            "Person.joined",
            "person.-joined",
            "per--son.joined",
            "p1.joined",
            "pérson.joined",
        ] {
            assert!(with("type", Some(json!(kind))).is_err(), "{kind}");
        }
    }

    #[test]
    fn numbers_are_whole_and_in_range() {
        for v in [json!(0), json!(-1), json!(1.5), json!("1"), json!(4_294_967_296_u64)] {
            assert!(with("v", Some(v.clone())).is_err(), "{v}");
        }
        for seq in [json!(-1), json!(0.5), json!("0")] {
            assert!(with("seq", Some(seq.clone())).is_err(), "{seq}");
        }
        assert!(with("seq", Some(json!(9_007_199_254_740_991_u64))).is_ok());
    }

    #[test]
    fn a_body_is_an_object_and_sealed_is_a_digest() {
        for body in [json!([]), json!("x"), json!(1)] {
            assert!(with("body", Some(body)).is_err());
        }
        for sealed in [
            "",
            "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuF",
            "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFV",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
            "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=",
        ] {
            assert!(with("sealed", Some(json!(sealed))).is_err(), "{sealed}");
        }
    }

    #[test]
    fn a_fact_that_could_not_be_read_is_not_written() {
        let good = with("sealed", None).unwrap();
        for bad in [
            Entry { at: "2026-03-01".to_owned(), ..good.clone() },
            Entry { by: "ana".to_owned(), ..good.clone() },
            Entry { kind: "Joined".to_owned(), ..good.clone() },
            Entry { v: 0, ..good.clone() },
            Entry { body: Value::Null, ..good.clone() },
            Entry { sealed: Some(String::new()), ..good.clone() },
            Entry { seq: u64::MAX, ..good.clone() },
            Entry { body: json!({"n": u64::MAX}), ..good },
        ] {
            assert!(bad.to_bytes().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_is_wrong_says_how_to_mend_it() {
        assert_eq!(
            with("at", Some(json!("yesterday"))).unwrap_err().to_string(),
            "\"at\" is not a real UTC instant with milliseconds, as 2026-03-01T09:30:00.000Z"
        );
    }
}
