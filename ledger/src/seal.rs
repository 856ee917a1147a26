//! How is something private recorded without being shown?
//!
//! A fact carries only the SHA-256 of its private part. The salt keeps anyone from guessing a name and comparing hashes; deleting
//! the private part, salt included, leaves a hash that says nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::canonical::{CanonicalError, check_canonical, value_to_canonical};
use crate::plain::Scan;

/// A private part ready to be kept beside the ledger, and the digest that goes into the fact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sealed {
    /// The canonical bytes of the private part.
    pub bytes: Vec<u8>,
    /// Their [`digest`].
    pub digest: String,
}

/// What a private part says.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivatePart {
    /// 16 random bytes in base64url without padding.
    pub salt: String,
    /// What is private.
    pub value: Value,
}

/// Seals a value with 16 random bytes, fresh for each private part.
///
/// The bytes are the JCS form (RFC 8785) of `{"salt": …, "value": …}`.
pub fn seal(salt: [u8; 16], value: &Value) -> Result<Sealed, CanonicalError> {
    let part = serde_json::json!({ "salt": URL_SAFE_NO_PAD.encode(salt), "value": value });
    let bytes = value_to_canonical(&part)?;
    let digest = digest(&bytes);
    Ok(Sealed { bytes, digest })
}

/// The SHA-256 of the bytes in base64url without padding: 43 characters.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}

/// Whether the bytes are what the digest was made of.
#[must_use]
pub fn opens(digest: &str, bytes: &[u8]) -> bool {
    digest == self::digest(bytes)
}

/// Reads a private part from its bytes, refusing any other than the canonical ones.
pub fn read(bytes: &[u8]) -> Result<PrivatePart, CanonicalError> {
    let value = check_canonical(bytes)?;
    if !value.is_object() {
        // The derived reader would take `["salt", "value"]` too.
        return Err(CanonicalError::NotPrivatePart {
            reason: "it is not an object: write {\"salt\": …, \"value\": …}",
        });
    }
    // The reason given by the derived reader is dropped: it may quote what is private.
    let part: PrivatePart = serde_json::from_value(value).map_err(|_| CanonicalError::NotPrivatePart {
        reason: "its members are not exactly \"salt\", a string, and \"value\"",
    })?;
    if !is_salt(&part.salt) {
        return Err(CanonicalError::NotPrivatePart { reason: "its salt is not 16 bytes in base64url without padding" });
    }
    Ok(part)
}

/// Whether the bytes are a private part: refuses what [`read`] refuses, and mostly copies nothing.
pub(crate) fn check(bytes: &[u8]) -> Result<(), CanonicalError> {
    match str::from_utf8(bytes).ok().and_then(at_first_sight) {
        Some(()) => Ok(()),
        None => read(bytes).map(drop),
    }
}

fn at_first_sight(text: &str) -> Option<()> {
    let mut scan = Scan::new(text);
    scan.exactly("{\"salt\":")?;
    let salt = scan.words()?;
    scan.exactly(",\"value\":")?;
    scan.value()?;
    scan.exactly("}")?;
    (scan.is_at_end() && is_salt(salt)).then_some(())
}

fn is_salt(text: &str) -> bool {
    URL_SAFE_NO_PAD.decode(text).is_ok_and(|salt| salt.len() == 16)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{PrivatePart, check, digest, opens, read, seal};

    #[test]
    fn a_sealed_value_is_read_back_as_it_was() {
        let sealed = seal([7; 16], &json!({"name": "Ana Müller", "email": "ana@example.com"})).unwrap();
        assert_eq!(
            String::from_utf8(sealed.bytes.clone()).unwrap(),
            r#"{"salt":"BwcHBwcHBwcHBwcHBwcHBw","value":{"email":"ana@example.com","name":"Ana Müller"}}"#
        );
        assert!(opens(&sealed.digest, &sealed.bytes));
        let PrivatePart { salt, value } = read(&sealed.bytes).unwrap();
        assert_eq!(salt, "BwcHBwcHBwcHBwcHBwcHBw");
        assert_eq!(value["name"], "Ana Müller");
    }

    #[test]
    fn the_digest_is_sha_256_in_base64url() {
        // `printf '' | openssl dgst -sha256 -binary | basenc --base64url`, without its padding.
        assert_eq!(digest(b""), "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
    }

    #[test]
    fn the_same_value_under_another_salt_has_another_digest() {
        assert_ne!(seal([0; 16], &json!("ana")).unwrap().digest, seal([1; 16], &json!("ana")).unwrap().digest);
    }

    #[test]
    fn other_bytes_do_not_open_a_digest() {
        let sealed = seal([0; 16], &json!("ana")).unwrap();
        for at in 0..sealed.bytes.len() {
            for bit in 0..8 {
                let mut bytes = sealed.bytes.clone();
                bytes[at] ^= 1 << bit;
                assert!(!opens(&sealed.digest, &bytes));
            }
        }
        assert!(!opens("", &sealed.bytes));
        assert!(!opens(&format!("{}=", sealed.digest), &sealed.bytes));
    }

    #[test]
    fn what_is_not_exactly_a_private_part_is_refused_without_quoting_it() {
        for text in [
            "null",
            r#"["BwcHBwcHBwcHBwcHBwcHBw","Ana"]"#,
            r#"{"salt":"BwcHBwcHBwcHBwcHBwcHBw"}"#,
            r#"{"value":"Ana"}"#,
            r#"{"salt":7,"value":"Ana"}"#,
            r#"{"salt":"Ana","value":"Ana"}"#,
            r#"{"salt":"BwcHBwcHBwcHBwcHBwcH","value":"Ana"}"#,
            r#"{"salt":"","value":"Ana"}"#,
            r#"{"salt":"BwcHBwcHBwcHBwcHBwcHBw==","value":"Ana"}"#,
            r#"{"salt":"BwcHBwcHBwcHBwcHBwcHBx","value":"Ana"}"#,
            r#"{"Ana":1,"salt":"BwcHBwcHBwcHBwcHBwcHBw","value":"Ana"}"#,
            r#"{"value":"Ana","salt":"BwcHBwcHBwcHBwcHBwcHBw"}"#,
        ] {
            let error = read(text.as_bytes()).unwrap_err();
            assert_eq!(check(text.as_bytes()), Err(error.clone()));
            assert!(!error.to_string().contains("Ana"), "{error}");
        }
        for value in ["null", "1.5", r#"{"é":1}"#, r#"{"name":"Ana"}"#] {
            let text = format!(r#"{{"salt":"BwcHBwcHBwcHBwcHBwcHBw","value":{value}}}"#);
            assert!(read(text.as_bytes()).is_ok() && check(text.as_bytes()).is_ok(), "{text}");
        }
    }
}
