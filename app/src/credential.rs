//! Which bytes is a badge? An Open Badges 3.0 credential, signed as W3C Data Integrity says (`eddsa-jcs-2022`).
//!
//! It follows from the completion and the ledger alone: the same one has the same bytes, whenever it is asked for.

use jiff::tz::TimeZone;
use keepsharp_domain::Day;
use keepsharp_domain::badge::Earned;
use keepsharp_domain::due::CourseKind;
use keepsharp_domain::person::Strength;
use keepsharp_ledger::canonical::{CanonicalError, value_to_canonical};
use keepsharp_store::Error;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// All that a badge is made of.
pub(crate) struct Badge<'a> {
    /// The ledger's name.
    pub(crate) origin: &'a str,
    /// The public key that checks it.
    pub(crate) key: [u8; 32],
    /// Who awards it; empty where the organisation has no name.
    pub(crate) organisation: &'a str,
    /// The organisation's time zone, in which its days begin.
    pub(crate) zone: &'a TimeZone,
    /// What was earned.
    pub(crate) earned: Earned<'a>,
    /// The name of the course.
    pub(crate) course: &'a str,
    /// By whom. Only its salted hash stands in the badge.
    pub(crate) email: &'a str,
}

/// Signs two hashes side by side, with the ledger's key.
pub(crate) type Sign<'s> = &'s dyn Fn(&[u8; 64]) -> Result<[u8; 64], Error>;

impl Badge<'_> {
    /// The signed credential, in the one form that RFC 8785 gives it.
    pub(crate) fn signed(&self, sign: Sign) -> Result<String, Error> {
        let salt = self.salt(sign)?;
        let key = did_key_fragment(self.key);
        let mut credential = self.unsigned(&format!("did:key:{key}"), &salt);
        // No `created`: it would be the moment of the download, and each download another file.
        let mut proof = json!({
            "@context": credential["@context"],
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022",
            "proofPurpose": "assertionMethod",
            "verificationMethod": format!("did:key:{key}#{key}"),
        });
        let unwritable = |error: CanonicalError| Error::Engine(format!("a badge can't be written: {error}"));
        let signature = sign(&hash_data(&credential, &proof).map_err(unwritable)?)?;
        proof["proofValue"] = multibase(&signature).into();
        credential["proof"] = json!([proof]);
        let bytes = value_to_canonical(&credential).map_err(unwritable)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn unsigned(&self, issuer: &str, salt: &str) -> Value {
        let Earned { completion, control, version, .. } = self.earned;
        let name = self.name();
        let achievement = [&control.id, &*version.seq.to_string(), self.course, strength(completion.strength)];
        let mut profile = json!({ "id": issuer, "type": ["Profile"] });
        if !self.organisation.is_empty() {
            profile["name"] = self.organisation.into();
        }
        let mut credential = json!({
            "@context": [
                "https://www.w3.org/ns/credentials/v2",
                "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
            ],
            "id": urn(&["completion", self.origin, &completion.seq.to_string()]),
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": name,
            "issuer": profile,
            "validFrom": instant(completion.on, self.zone),
            "credentialSubject": {
                "type": ["AchievementSubject"],
                "identifier": [{
                    "type": "IdentityObject",
                    "identityType": "emailAddress",
                    "hashed": true,
                    "identityHash": format!("sha256${}", hex(&sha256(&[self.email.as_bytes(), salt.as_bytes()]))),
                    "salt": salt,
                }],
                "achievement": {
                    "id": urn(&[&["achievement", self.origin][..], &achievement].concat()),
                    "type": ["Achievement"],
                    "achievementType": "CertificateOfCompletion",
                    "name": name,
                    "description": format!("The course “{}”, which the control {} accepts.", self.course, control.id),
                    "criteria": { "narrative": criteria(self.course, completion.strength) },
                },
            },
        });
        if let Some(until) = self.earned.until {
            credential["validUntil"] = instant(until, self.zone).into();
        }
        credential
    }

    /// What the badge is called: the control's title, and which course it was.
    pub(crate) fn name(&self) -> String {
        match self.earned.kind {
            CourseKind::Full => self.earned.version.title.to_string(),
            CourseKind::Refresher => format!("{}, refresher", self.earned.version.title),
        }
    }

    /// What keeps anybody without the badge from comparing hashes of addresses they guess. Only the ledger's key makes it, so
    /// nothing that others may know of the ledger gives it away; and the salts beside the ledger stay where they are.
    fn salt(&self, sign: Sign) -> Result<String, Error> {
        let seq = self.earned.completion.seq.to_string();
        // The first hash of a proof is that of a JSON text, so this is none.
        let what = sha256(&[b"keepsharp: salt of a badge"]);
        let signature = sign(&side_by_side(what, sha256(&[&list(&[self.origin, &seq])])))?;
        Ok(hex(sha256(&[&signature]).get(..16).unwrap_or_default()))
    }
}

/// The file's name, without its ending: the course and the year, in letters that every system takes.
pub(crate) fn file_name(course: &str, on: Day) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    let course: String = course.chars().map(plain).collect();
    format!("badge-{}-{}", course.trim_matches('-'), on.year())
}

fn strength(strength: Strength) -> &'static str {
    if strength == Strength::Assessed { "assessed" } else { "completed" }
}

fn criteria(course: &str, strength: Strength) -> String {
    let finished = format!(
        "Every required lesson of the course “{course}” was finished, or the record of the training's provider says so"
    );
    match strength {
        Strength::Assessed => format!("{finished}, and the final check was passed."),
        _ => format!("{finished}."),
    }
}

/// The bytes that are signed: the hash of the proof's options, then the hash of the document without its proof.
fn hash_data(document: &Value, options: &Value) -> Result<[u8; 64], CanonicalError> {
    Ok(side_by_side(sha256(&[&value_to_canonical(options)?]), sha256(&[&value_to_canonical(document)?])))
}

fn side_by_side(first: [u8; 32], second: [u8; 32]) -> [u8; 64] {
    let mut both = [0; 64];
    both.iter_mut().zip(first.into_iter().chain(second)).for_each(|(to, from)| *to = from);
    both
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    parts.iter().fold(Sha256::new(), Digest::chain_update).finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a text does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The parts in a form that no other parts have.
fn list(parts: &[&str]) -> Vec<u8> {
    json!(parts).to_string().into_bytes()
}

/// A name of our own making: a UUID of version 8 (RFC 9562) from a hash.
fn urn(parts: &[&str]) -> String {
    let mut uuid = [0; 16];
    uuid.iter_mut().zip(sha256(&[b"keepsharp: ", &list(parts)])).for_each(|(to, from)| *to = from);
    uuid[6] = uuid[6] & 0x0f | 0x80;
    uuid[8] = uuid[8] & 0x3f | 0x80;
    let text = hex(&uuid);
    let group = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    format!("urn:uuid:{}-{}-{}-{}-{}", group(0, 8), group(8, 12), group(12, 16), group(16, 20), group(20, 32))
}

/// The beginning of a day where the organisation is, with its distance from UTC.
fn instant(day: Day, zone: &TimeZone) -> String {
    match day.to_zoned(zone.clone()) {
        Ok(begins) => begins.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        Err(_) => format!("{day}T00:00:00Z"),
    }
}

/// A public key as `did:key` writes it: `z6Mk…`.
fn did_key_fragment(key: [u8; 32]) -> String {
    // 0xed 0x01 says Ed25519 (multicodec).
    multibase(&[&[0xed, 0x01][..], &key].concat())
}

/// Bytes in base58 with the letters of Bitcoin, which multibase calls `z`.
fn multibase(bytes: &[u8]) -> String {
    const LETTERS: [char; 58] = [
        '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N',
        'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k',
        'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
    ];
    // The number that the bytes are, in digits of base 58, the last first.
    let mut digits: Vec<u32> = Vec::new();
    for byte in bytes {
        let mut carried = u32::from(*byte);
        for digit in &mut digits {
            carried += *digit * 256;
            *digit = carried % 58;
            carried /= 58;
        }
        while carried > 0 {
            digits.push(carried % 58);
            carried /= 58;
        }
    }
    let zeros = bytes.iter().take_while(|byte| **byte == 0).map(|_| '1');
    let letters = digits.iter().rev().filter_map(|digit| LETTERS.get(*digit as usize).copied());
    std::iter::once('z').chain(zeros).chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use keepsharp_ledger::SigningKey;

    /// The vector of W3C's “Data Integrity `EdDSA` Cryptosuites” 1.0 for `eddsa-jcs-2022`, its secret key taken out of base58.
    const SEED: &str = "c96ef9ea10c5e414c471723aff9de72c35fa5b70fae97e8832ecac7d2e2b8ed6";
    const KEY: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
    const HASHES: &str = "66ab154f5c2890a140cb8388a22a160454f80575f6eae09e5a097cabe539a1db\
                          59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19";
    const PROOF: &str = "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX";

    fn context() -> Value {
        json!(["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"])
    }

    fn seed() -> [u8; 32] {
        let pair = |at: usize| u8::from_str_radix(&SEED[2 * at..2 * at + 2], 16).unwrap();
        std::array::from_fn(pair)
    }

    #[test]
    fn the_vector_of_the_standard_is_reproduced() {
        let document = json!({
            "@context": context(),
            "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
            "type": ["VerifiableCredential", "AlumniCredential"],
            "name": "Alumni Credential",
            "description": "A minimum viable example of an Alumni Credential.",
            "issuer": "https://vc.example/issuers/5678",
            "validFrom": "2023-01-01T00:00:00Z",
            "credentialSubject": { "id": "did:example:abcdefgh", "alumniOf": "The School of Examples" }
        });
        let options = json!({
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022",
            "created": "2023-02-24T23:36:38Z",
            "verificationMethod": format!("did:key:{KEY}#{KEY}"),
            "proofPurpose": "assertionMethod",
            "@context": context()
        });
        let key = SigningKey::from_seed("vector", seed()).unwrap();
        let hashes = hash_data(&document, &options).unwrap();
        assert_eq!(did_key_fragment(key.verifier().to_bytes()), KEY);
        assert_eq!(hex(&hashes), HASHES);
        assert_eq!(multibase(&key.sign_hashes(&hashes)), PROOF);
    }

    #[test]
    fn base58_is_that_of_its_draft() {
        // draft-msporny-base58-03, section 5.
        assert_eq!(multibase(b"Hello World!"), "z2NEpo7TZRRrLZSi2U");
        assert_eq!(multibase(&[0, 0, 0x28, 0x7f, 0xb4, 0xcd]), "z11233QC4");
        assert_eq!(multibase(&[]), "z");
    }

    #[test]
    fn a_days_beginning_is_that_of_the_organisation() {
        let day = Day::constant(2026, 7, 1);
        assert_eq!(instant(day, &TimeZone::UTC), "2026-07-01T00:00:00+00:00");
        assert_eq!(instant(day, &TimeZone::get("Europe/Lisbon").unwrap()), "2026-07-01T00:00:00+01:00");
    }

    #[test]
    fn a_file_is_called_by_its_course_in_plain_letters() {
        let day = Day::constant(2026, 7, 1);
        assert_eq!(file_name("secure-coding", day), "badge-secure-coding-2026");
        assert_eq!(file_name("a\"; b\r\n/../Ü", day), "badge-a---b-2026");
    }
}
