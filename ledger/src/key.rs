//! Whose key is it?
//!
//! Ed25519 keys with a name, in the text forms of C2SP signed-note (c2sp.org/signed-note) and, for the secret one, of Go's
//! `golang.org/x/mod/sumdb/note`.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer};
use sha2::{Digest, Sha256};

/// The number by which signed-note tells an Ed25519 key from others.
const ED25519: u8 = 0x01;
/// The number of a witness' Ed25519 key (C2SP tlog-cosignature).
const COSIGNER: u8 = 0x04;

/// The short number by which a signature names its key: the first four bytes of SHA-256 over name, newline, kind and public key.
///
/// It tells keys apart, no more: only the signature proves anything. Printed as 8 hexadecimal digits.
#[derive(Copy, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct KeyId(pub [u8; 4]);

impl KeyId {
    fn of(name: &str, kind: u8, public: &[u8; 32]) -> KeyId {
        let hash = Sha256::new().chain_update(name).chain_update([b'\n', kind]).chain_update(public).finalize();
        let [a, b, c, d, ..] = <[u8; 32]>::from(hash);
        KeyId([a, b, c, d])
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Why a text is not a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyError {
    /// The name cannot stand in a signature line.
    Name {
        /// The name given.
        name: String,
    },
    /// The text has not the parts of a key.
    Form {
        /// What a key looks like.
        wanted: &'static str,
    },
    /// The key is of another kind than is used here.
    Algorithm {
        /// The number that names its kind.
        number: u8,
        /// The number of the kind that is used.
        wanted: u8,
    },
    /// The bytes are no point that is safe as a public key.
    Point,
    /// The key id is not that of the name and key beside it.
    Id {
        /// The id written.
        written: String,
        /// The id computed.
        computed: KeyId,
    },
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name { name } => {
                write!(
                    f,
                    "{name:?} cannot name a key: use at least one character, and no space, control character or plus sign"
                )
            }
            Self::Form { wanted } => write!(f, "not a key: copy the whole line {wanted}"),
            Self::Algorithm { number, wanted: COSIGNER } => {
                write!(f, "a key of kind {number} is not a witness' key that is known here: use an Ed25519 one, kind 4")
            }
            Self::Algorithm { number, .. } => {
                write!(f, "a key of kind {number} is not known here: use an Ed25519 key, kind 1")
            }
            Self::Point => f.write_str("the bytes are not a usable Ed25519 public key: copy the key again"),
            Self::Id { written, computed } => {
                write!(
                    f,
                    "the key says its id is {written:?} but name and bytes give {computed}: it was mistyped, copy it again"
                )
            }
        }
    }
}

impl std::error::Error for KeyError {}

/// A key that signs, with its name. Overwritten in memory when dropped.
pub struct SigningKey {
    secret: ed25519_dalek::SigningKey,
    verifier: VerifierKey,
}

impl SigningKey {
    /// The key made of 32 random bytes (the private key of RFC 8032). The name is by custom that of the log.
    pub fn from_seed(name: &str, seed: [u8; 32]) -> Result<SigningKey, KeyError> {
        if !is_name(name) {
            return Err(KeyError::Name { name: name.to_owned() });
        }
        let secret = ed25519_dalek::SigningKey::from_bytes(&seed);
        let public = secret.verifying_key();
        Ok(SigningKey { secret, verifier: VerifierKey::new(name, public) })
    }

    /// The name under which it signs.
    #[must_use]
    pub fn name(&self) -> &str {
        self.verifier.name()
    }

    /// The key that checks what this one signs.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        self.verifier.clone()
    }

    /// The secret key as `PRIVATE+KEY+<name>+<id>+<base64(0x01 || seed)>`. For its file only.
    ///
    /// LIMIT: this text and the bytes it is made of are not overwritten in memory.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("PRIVATE+KEY+{}", line(self.name(), self.verifier.id(), ED25519, self.secret.as_bytes()))
    }

    /// Reads what [`SigningKey::to_text`] writes; white space around it, such as a file's last newline, is left out.
    pub fn from_text(text: &str) -> Result<SigningKey, KeyError> {
        const WANTED: KeyError = KeyError::Form { wanted: "PRIVATE+KEY+<name>+<id>+<base64>" };
        let rest = text.trim().strip_prefix("PRIVATE+KEY+").ok_or(WANTED)?;
        let (name, id, seed) = parts(rest, ED25519, WANTED)?;
        let key = SigningKey::from_seed(name, seed)?;
        check_id(id, key.verifier.id())?;
        Ok(key)
    }

    /// The Ed25519 signature of two SHA-256 hashes side by side, as W3C Data Integrity signs them (`eddsa-jcs-2022`).
    ///
    /// No checkpoint can be signed this way: its first line is the ledger's name, and nobody finds a text whose hash spells it.
    #[must_use]
    pub fn sign_hashes(&self, hashes: &[u8; 64]) -> [u8; 64] {
        self.sign(hashes)
    }

    /// The Ed25519 signature of the message (RFC 8032).
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.secret.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The secret stays out of logs.
        write!(f, "SigningKey({}+{})", self.name(), self.verifier.id())
    }
}

/// A key that checks signatures, with its name: what an auditor is told.
///
/// Its text is the C2SP vkey `<name>+<id>+<base64(0x01 || public key)>`. Reading one leaves out white space around it.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: KeyId,
    public: ed25519_dalek::VerifyingKey,
}

impl VerifierKey {
    fn new(name: &str, public: ed25519_dalek::VerifyingKey) -> VerifierKey {
        VerifierKey { name: name.to_owned(), id: KeyId::of(name, ED25519, public.as_bytes()), public }
    }

    /// The name under which signatures are to stand.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id that signatures are to carry.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The 32 bytes of the public key.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        self.public.to_bytes()
    }

    /// Whether the signature of the message is by this key.
    ///
    /// Strict: of the encodings that RFC 8032 leaves to the reader, only those are taken that every reader takes.
    #[must_use]
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.public.verify_strict(message, &signature).is_ok())
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&line(&self.name, self.id, ED25519, self.public.as_bytes()))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<VerifierKey, KeyError> {
        let (name, id, public) = read_public(text, ED25519)?;
        let key = VerifierKey::new(name, public);
        check_id(id, key.id)?;
        Ok(key)
    }
}

/// A witness' key, by which its cosignatures are checked: the name and an Ed25519 public key.
///
/// Its text is a C2SP vkey as [`VerifierKey`]'s, of kind 0x04 (C2SP tlog-cosignature).
#[derive(Clone, PartialEq, Eq)]
pub struct WitnessKey {
    name: String,
    id: KeyId,
    public: ed25519_dalek::VerifyingKey,
}

impl WitnessKey {
    /// The name under which its cosignatures stand.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id that its cosignatures carry.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Whether the signature of the message is by this key; as strict as [`VerifierKey::verifies`].
    #[must_use]
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.public.verify_strict(message, &signature).is_ok())
    }
}

impl fmt::Display for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&line(&self.name, self.id, COSIGNER, self.public.as_bytes()))
    }
}

impl fmt::Debug for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for WitnessKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<WitnessKey, KeyError> {
        let (name, id, public) = read_public(text, COSIGNER)?;
        let key = WitnessKey { name: name.to_owned(), id: KeyId::of(name, COSIGNER, public.as_bytes()), public };
        check_id(id, key.id)?;
        Ok(key)
    }
}

/// Name, written id and public key of a vkey of the kind.
fn read_public(text: &str, kind: u8) -> Result<(&str, &str, ed25519_dalek::VerifyingKey), KeyError> {
    let (name, id, public) = parts(text.trim(), kind, KeyError::Form { wanted: "<name>+<id>+<base64>" })?;
    if !is_name(name) {
        return Err(KeyError::Name { name: name.to_owned() });
    }
    let public = ed25519_dalek::VerifyingKey::from_bytes(&public).map_err(|_| KeyError::Point)?;
    // A few points verify signatures that nobody made.
    if public.is_weak() { Err(KeyError::Point) } else { Ok((name, id, public)) }
}

/// Whether the name can stand in a signature line (C2SP signed-note: not empty, no Unicode spaces, no plus); control characters
/// cannot stand in a note at all.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

fn line(name: &str, id: KeyId, kind: u8, key: &[u8; 32]) -> String {
    let mut bytes = vec![kind];
    bytes.extend(key);
    format!("{name}+{id}+{}", STANDARD.encode(bytes))
}

/// The name, the id and the 32 bytes of a [`line`].
fn parts(line: &str, kind: u8, wanted: KeyError) -> Result<(&str, &str, [u8; 32]), KeyError> {
    // Three parts and no more: base64 has plus signs of its own.
    let mut parts = line.splitn(3, '+');
    let (Some(name), Some(id), Some(base64)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(wanted);
    };
    let Ok(bytes) = STANDARD.decode(base64) else {
        return Err(wanted);
    };
    match bytes.split_first() {
        Some((&number, key)) if number == kind => key.try_into().map(|key| (name, id, key)).map_err(|_| wanted),
        Some((&number, _)) => Err(KeyError::Algorithm { number, wanted: kind }),
        None => Err(wanted),
    }
}

fn check_id(written: &str, computed: KeyId) -> Result<(), KeyError> {
    if written == computed.to_string() { Ok(()) } else { Err(KeyError::Id { written: written.to_owned(), computed }) }
}

#[cfg(test)]
mod tests {
    use super::{KeyError, SigningKey, VerifierKey};

    /// The example in the documentation of Go's `golang.org/x/mod/sumdb/note`.
    const GO_SECRET: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const GO_PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    #[test]
    fn the_example_key_of_the_go_library_is_read_and_written() {
        let key = SigningKey::from_text(GO_SECRET).unwrap();
        assert_eq!(key.name(), "PeterNeumann");
        assert_eq!(key.to_text(), GO_SECRET);
        assert_eq!(key.verifier().to_string(), GO_PUBLIC);
        assert_eq!(GO_PUBLIC.parse::<VerifierKey>().unwrap(), key.verifier());
    }

    #[test]
    fn a_key_from_a_file_may_end_in_a_newline() {
        assert!(format!("{GO_PUBLIC}\n").parse::<VerifierKey>().is_ok());
        assert!(SigningKey::from_text(&format!("{GO_SECRET}\r\n")).is_ok());
    }

    #[test]
    fn a_secret_is_not_shown_in_debug_output() {
        assert_eq!(format!("{:?}", SigningKey::from_text(GO_SECRET).unwrap()), "SigningKey(PeterNeumann+c74f20a3)");
    }

    #[test]
    fn names_that_cannot_stand_in_a_signature_are_refused() {
        for name in ["", "a b", "a+b", "a\nb", "a\u{2003}b", "a\u{0}b"] {
            assert_eq!(SigningKey::from_seed(name, [1; 32]).unwrap_err(), KeyError::Name { name: name.to_owned() });
        }
        assert!(SigningKey::from_seed("keepsharp.example/ledger/k7", [1; 32]).is_ok());
    }

    #[test]
    fn any_changed_character_of_a_key_is_refused() {
        for (text, is_key) in [
            (GO_PUBLIC, (|text| text.parse::<VerifierKey>().is_ok()) as fn(&str) -> bool),
            (GO_SECRET, |text| SigningKey::from_text(text).is_ok()),
        ] {
            for at in 0..text.len() {
                for other in *b"A+b/0 =." {
                    let mut bytes = text.as_bytes().to_vec();
                    if bytes[at] != other {
                        bytes[at] = other;
                        assert!(!is_key(str::from_utf8(&bytes).unwrap()), "{at} {}", char::from(other));
                    }
                }
                assert!(!is_key(&text[..at]), "cut at {at}");
            }
        }
    }

    #[test]
    fn other_kinds_of_keys_and_points_that_prove_nothing_are_refused() {
        // Kind 4, a cosignature key.
        let cosigner = "example+00000000+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        assert_eq!(cosigner.parse::<VerifierKey>(), Err(KeyError::Algorithm { number: 4, wanted: 1 }));
        // The neutral element, under which anybody can sign.
        let weak = "example+00000000+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        assert_eq!(weak.parse::<VerifierKey>(), Err(KeyError::Point));
    }
}
