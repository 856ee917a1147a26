//! Did a witness see this checkpoint, and when?
//!
//! Timestamped Ed25519 cosignatures as of C2SP tlog-cosignature (c2sp.org/tlog-cosignature). Those by ML-DSA-44 are not read.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::key::WitnessKey;
use crate::note::{Note, NoteError};

/// What a witness says: that at this time the checkpoint was the largest it had seen of the log, and consistent with all before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cosignature {
    /// When it was made, by the witness' own clock: seconds since 1970.
    pub at: u64,
    /// The signature line, as it stands in a note, with its newline.
    pub line: String,
}

/// The cosignatures by this key on a checkpoint, in their order: at least one.
///
/// `note` is the checkpoint with its signatures and the witness' lines below. Lines by other keys are ignored, as tlog-witness
/// asks; each that names this key must be right.
pub fn cosignatures(note: &str, key: &WitnessKey) -> Result<Vec<Cosignature>, NoteError> {
    let note = Note::read(note)?;
    let mut found = Vec::new();
    for signature in note.signatures.iter().filter(|line| line.name == key.name() && line.id == key.id()) {
        let wrong = || NoteError::WrongSignature { name: key.name().to_owned(), id: key.id() };
        let (at, bytes) = signature.bytes.split_first_chunk().ok_or_else(wrong)?;
        let at = u64::from_be_bytes(*at);
        let message = format!("cosignature/v1\ntime {at}\n{}", note.text);
        // tlog-cosignature: a time is at most 2^63 - 1.
        if i64::try_from(at).is_err() || !key.verifies(message.as_bytes(), bytes) {
            return Err(wrong());
        }
        let bytes: Vec<u8> = signature.id.0.into_iter().chain(signature.bytes.iter().copied()).collect();
        found.push(Cosignature { at, line: format!("— {} {}\n", key.name(), STANDARD.encode(bytes)) });
    }
    if found.is_empty() {
        let signers = note.signatures.iter().map(|signature| format!("{}+{}", signature.name, signature.id)).collect();
        return Err(NoteError::NoKnownKey { signers });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{Cosignature, cosignatures};
    use crate::key::{KeyError, SigningKey, WitnessKey};
    use crate::note::NoteError;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use ed25519_dalek::Signer;
    use sha2::{Digest, Sha256};

    const NAME: &str = "witness.example/w1";
    const TEXT: &str = "log\n5\nroot\n";

    /// A witness by the letter of the specification, beside the code that is tested.
    struct Witness(ed25519_dalek::SigningKey);

    impl Witness {
        fn new(seed: u8) -> Witness {
            Witness(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]))
        }

        fn id(&self) -> [u8; 4] {
            let mut bytes = format!("{NAME}\n\u{4}").into_bytes();
            bytes.extend(self.0.verifying_key().as_bytes());
            Sha256::digest(bytes)[..4].try_into().unwrap()
        }

        fn key(&self) -> WitnessKey {
            let mut bytes = vec![4];
            bytes.extend(self.0.verifying_key().as_bytes());
            let id = crate::key::KeyId(self.id());
            format!("{NAME}+{id}+{}", STANDARD.encode(bytes)).parse().unwrap()
        }

        fn line(&self, text: &str, at: u64, written: u64) -> String {
            let message = format!("cosignature/v1\ntime {at}\n{text}");
            let mut bytes = self.id().to_vec();
            bytes.extend(written.to_be_bytes());
            bytes.extend(self.0.sign(message.as_bytes()).to_bytes());
            format!("— {NAME} {}\n", STANDARD.encode(bytes))
        }
    }

    fn note() -> String {
        crate::note::sign_note(TEXT, &SigningKey::from_seed("log", [1; 32]).unwrap())
    }

    #[test]
    fn a_cosignature_says_when_the_witness_saw_the_checkpoint() {
        let witness = Witness::new(2);
        let line = witness.line(TEXT, 1_679_315_147, 1_679_315_147);
        let other = Witness::new(3).line(TEXT, 1, 1);
        let note = format!("{}{other}{line}", note());
        assert_eq!(cosignatures(&note, &witness.key()), Ok(vec![Cosignature { at: 1_679_315_147, line }]));
    }

    #[test]
    fn a_cosignature_of_another_text_time_or_key_is_refused() {
        let witness = Witness::new(2);
        let too_late = u64::MAX;
        for line in [
            witness.line("log\n6\nroot\n", 7, 7),
            witness.line(TEXT, 7, 8),
            witness.line(TEXT, too_late, too_late),
            format!("— {NAME} {}\n", STANDARD.encode([&witness.id()[..], &[0; 72]].concat())),
            format!("— {NAME} {}\n", STANDARD.encode([&witness.id()[..], &[0; 3]].concat())),
        ] {
            let refused = cosignatures(&format!("{}{line}", note()), &witness.key());
            assert!(matches!(refused, Err(NoteError::WrongSignature { .. })), "{line}");
        }
        for line in [String::new(), Witness::new(3).line(TEXT, 7, 7)] {
            let refused = cosignatures(&format!("{}{line}", note()), &witness.key());
            assert!(matches!(refused, Err(NoteError::NoKnownKey { .. })), "{line}");
        }
        assert!(cosignatures(&format!("{}<html>\n", note()), &witness.key()).is_err());
    }

    #[test]
    fn a_log_s_key_is_no_witness_key_and_the_other_way_round() {
        let log = SigningKey::from_seed("log", [1; 32]).unwrap().verifier().to_string();
        let refused = log.parse::<WitnessKey>().unwrap_err();
        assert_eq!(refused, KeyError::Algorithm { number: 1, wanted: 4 });
        assert!(refused.to_string().contains("kind 4"), "{refused}");
        let key = Witness::new(2).key();
        assert_eq!(key.to_string().parse::<WitnessKey>(), Ok(key.clone()));
        assert!(key.to_string().parse::<crate::VerifierKey>().is_err());
        let mistyped = key.to_string().replacen("w1+", "w2+", 1);
        assert!(matches!(mistyped.parse::<WitnessKey>(), Err(KeyError::Id { .. })));
    }
}
