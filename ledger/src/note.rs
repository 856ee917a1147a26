//! Did this key sign this text?
//!
//! Signed notes as of C2SP signed-note (c2sp.org/signed-note): a text, an empty line, and one line per signature.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::key::{KeyId, SigningKey, VerifierKey, is_name};

/// The longest note that is read, in bytes, and the most signatures on it: the limits of Go's `golang.org/x/mod/sumdb/note`.
const LONGEST: usize = 1_000_000;
const MOST_SIGNATURES: usize = 100;

/// Why a note is not accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NoteError {
    /// It is longer than a note may be.
    TooLong,
    /// It has a control character other than newline, which a terminal may hide.
    ControlCharacter {
        /// The line, counted from 1.
        line: usize,
    },
    /// There is no empty line with signatures below it, or the last line does not end.
    NotANote,
    /// There are more signatures than are read.
    TooManySignatures,
    /// A signature line has not the form of one.
    SignatureLine {
        /// Which of them, counted from 1.
        number: usize,
    },
    /// A signature that names a given key is not by it.
    WrongSignature {
        /// The name of the key.
        name: String,
        /// Its id.
        id: KeyId,
    },
    /// No signature names a given key.
    NoKnownKey {
        /// The keys that are named, as `<name>+<id>`.
        signers: Vec<String>,
    },
}

impl fmt::Display for NoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "longer than the {LONGEST} bytes of a note: give the signed note alone"),
            Self::ControlCharacter { line } => {
                write!(f, "line {line} has a control character: restore the note as it was signed")
            }
            Self::NotANote => {
                f.write_str("not a signed note: give text, an empty line and signature lines, down to the last newline")
            }
            Self::TooManySignatures => {
                write!(f, "more than {MOST_SIGNATURES} signatures: leave out those not asked for")
            }
            Self::SignatureLine { number } => {
                write!(
                    f,
                    "signature {number} is not of the form \"— <name> <base64>\": restore the note as it was signed"
                )
            }
            Self::WrongSignature { name, id } => {
                write!(
                    f,
                    "the signature of {name}+{id} is wrong: the text is not what that key signed, do not rely on it"
                )
            }
            Self::NoKnownKey { signers } => write!(
                f,
                "signed by {} and by none of the keys given: give the verifier key you were told",
                signers.join(", ")
            ),
        }
    }
}

impl std::error::Error for NoteError {}

/// Signs a text and returns the note.
///
/// The text is to end in a newline, and one is added if it does not; it is to hold no control characters else, or [`open_note`]
/// refuses the note.
#[must_use]
pub fn sign_note(text: &str, key: &SigningKey) -> String {
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    let text = format!("{text}{newline}");
    let verifier = key.verifier();
    let mut bytes = verifier.id().0.to_vec();
    bytes.extend(key.sign(text.as_bytes()));
    format!("{text}\n— {} {}\n", key.name(), STANDARD.encode(bytes))
}

/// The text of a note, if one of the keys signed it.
///
/// Signatures that name none of the keys are ignored, as signed-note asks. Each that names one must be right.
pub fn open_note<'a>(note: &'a str, keys: &[VerifierKey]) -> Result<&'a str, NoteError> {
    let note = Note::read(note)?;
    let mut is_signed = false;
    for signature in &note.signatures {
        let mut named = keys.iter().filter(|key| key.id() == signature.id && key.name() == signature.name).peekable();
        if named.peek().is_none() {
            continue;
        }
        // Ids are short: two of the keys may share name and id, and either may have signed.
        if !named.any(|key| key.verifies(note.text.as_bytes(), &signature.bytes)) {
            return Err(NoteError::WrongSignature { name: signature.name.to_owned(), id: signature.id });
        }
        is_signed = true;
    }
    if is_signed {
        Ok(note.text)
    } else {
        let signers = note.signatures.iter().map(|signature| format!("{}+{}", signature.name, signature.id)).collect();
        Err(NoteError::NoKnownKey { signers })
    }
}

/// Which keys a note says it is signed by. Nothing is verified: to ask for the right key, not to trust it.
pub fn note_signers(note: &str) -> Result<Vec<(String, KeyId)>, NoteError> {
    let signatures = Note::read(note)?.signatures;
    Ok(signatures.into_iter().map(|signature| (signature.name.to_owned(), signature.id)).collect())
}

/// The text of a note. Nothing is verified.
pub(crate) fn text_unverified(note: &str) -> Result<&str, NoteError> {
    Note::read(note).map(|note| note.text)
}

pub(crate) struct Note<'a> {
    /// Ends in a newline.
    pub(crate) text: &'a str,
    /// At least one.
    pub(crate) signatures: Vec<SignatureLine<'a>>,
}

pub(crate) struct SignatureLine<'a> {
    pub(crate) name: &'a str,
    pub(crate) id: KeyId,
    pub(crate) bytes: Vec<u8>,
}

impl<'a> Note<'a> {
    pub(crate) fn read(note: &'a str) -> Result<Note<'a>, NoteError> {
        if note.len() > LONGEST {
            return Err(NoteError::TooLong);
        }
        let hidden = |line: &str| line.chars().any(|c| c < ' ');
        if let Some(index) = note.split('\n').position(hidden) {
            return Err(NoteError::ControlCharacter { line: index + 1 });
        }
        // The last empty line: the text may have empty lines of its own.
        let (before, after) = note.rsplit_once("\n\n").ok_or(NoteError::NotANote)?;
        let text = note.get(..=before.len()).ok_or(NoteError::NotANote)?;
        let lines: Vec<&str> = after.strip_suffix('\n').ok_or(NoteError::NotANote)?.split('\n').collect();
        if lines.len() > MOST_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        let signatures = lines
            .into_iter()
            .enumerate()
            .map(|(index, line)| SignatureLine::read(line).ok_or(NoteError::SignatureLine { number: index + 1 }))
            .collect::<Result<_, _>>()?;
        Ok(Note { text, signatures })
    }
}

impl<'a> SignatureLine<'a> {
    pub(crate) fn read(line: &'a str) -> Option<SignatureLine<'a>> {
        let (name, base64) = line.strip_prefix("— ")?.split_once(' ')?;
        let bytes = STANDARD.decode(base64).ok()?;
        let (id, bytes) = bytes.split_first_chunk()?;
        // Of what length a signature is depends on the key's kind, which only the key tells.
        let is_line = is_name(name) && !bytes.is_empty();
        is_line.then(|| SignatureLine { name, id: KeyId(*id), bytes: bytes.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::{NoteError, note_signers, open_note, sign_note};
    use crate::key::{SigningKey, VerifierKey};

    fn key(name: &str, seed: u8) -> SigningKey {
        SigningKey::from_seed(name, [seed; 32]).unwrap()
    }

    #[test]
    fn the_example_note_of_the_go_library_opens_and_is_signed_alike() {
        let secret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
        let text =
            "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
        let note = format!(
            "{text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
        );
        let key = SigningKey::from_text(secret).unwrap();
        assert_eq!(open_note(&note, &[key.verifier()]), Ok(text));
        assert_eq!(sign_note(text, &key), note);
    }

    #[test]
    fn a_text_may_have_empty_lines_and_even_look_like_a_note() {
        let key = key("log", 1);
        for text in ["\n", "a\n\nb\n", "a\n\n\n", "a\n\n— log AAAAAAA=\n"] {
            assert_eq!(open_note(&sign_note(text, &key), &[key.verifier()]), Ok(text), "{text:?}");
        }
    }

    #[test]
    fn a_text_that_does_not_end_its_last_line_gets_an_end() {
        let key = key("log", 1);
        assert_eq!(open_note(&sign_note("a", &key), &[key.verifier()]), Ok("a\n"));
    }

    #[test]
    fn signatures_by_unknown_keys_are_ignored_but_do_not_suffice() {
        let (ours, theirs) = (key("log", 1), key("witness", 2));
        let note = sign_note("text\n", &ours);
        let (_, line) = note.split_once("\n\n").unwrap();
        let both = format!("{}{line}", sign_note("text\n", &theirs));
        for keys in [vec![ours.verifier()], vec![theirs.verifier()], vec![ours.verifier(), theirs.verifier()]] {
            assert_eq!(open_note(&both, &keys), Ok("text\n"));
        }
        // The same name with another key, and the same key under another name, are other keys.
        for other in [key("log", 2), key("gol", 1)] {
            assert_eq!(
                open_note(&note, &[other.verifier()]).unwrap_err().to_string(),
                format!(
                    "signed by log+{} and by none of the keys given: give the verifier key you were told",
                    ours.verifier().id()
                )
            );
        }
        assert!(matches!(open_note(&note, &[]), Err(NoteError::NoKnownKey { .. })));
        assert_eq!(
            note_signers(&both).unwrap(),
            [("witness".to_owned(), theirs.verifier().id()), ("log".to_owned(), ours.verifier().id())]
        );
    }

    #[test]
    fn one_wrong_signature_by_a_known_key_spoils_the_note() {
        let (ours, theirs) = (key("log", 1), key("witness", 2));
        let (_, line) =
            sign_note("other text\n", &theirs).split_once("\n\n").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let note = format!("{}{line}", sign_note("text\n", &ours));
        assert_eq!(open_note(&note, &[ours.verifier()]), Ok("text\n"));
        assert!(matches!(
            open_note(&note, &[ours.verifier(), theirs.verifier()]),
            Err(NoteError::WrongSignature { .. })
        ));
    }

    #[test]
    fn any_flipped_bit_of_a_note_is_found() {
        let key = key("log", 1);
        let keys = [key.verifier()];
        let note = sign_note("log\n5\nroot\n", &key);
        for at in 0..note.len() {
            for bit in 0..8 {
                let mut bytes = note.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                if let Ok(changed) = String::from_utf8(bytes) {
                    assert!(open_note(&changed, &keys).is_err(), "{changed:?}");
                }
            }
            if let Some(cut) = note.get(..at) {
                assert!(open_note(cut, &keys).is_err(), "{cut:?}");
            }
        }
        assert!(open_note(&format!("{note}\n"), &keys).is_err());
        assert!(open_note(&format!("{note} "), &keys).is_err());
        assert!(open_note(&note.replace('\n', "\r\n"), &keys).is_err());
        assert!(open_note(&note.replace('—', "-"), &keys).is_err());
    }

    #[test]
    fn a_malformed_signature_line_spoils_the_note_whoever_it_is_by() {
        let key = key("log", 1);
        let note = sign_note("text\n", &key);
        for line in [
            "",
            "— other",
            "— other ",
            "—  AAAAAAA=",
            "— a+b AAAAAAA=",
            "— a\u{2003}b AAAAAAA=",
            "— other AAAAAA==",
            "— other AAAAAAA",
            "— other AAAAAAB=",
            "— other AAAAAAA= ",
            "- other AAAAAAA=",
            "other AAAAAAA=",
        ] {
            let spoilt = open_note(&format!("{note}{line}\n"), &[key.verifier()]).map(str::to_owned);
            assert!(spoilt.is_err(), "{line:?}");
        }
        assert!(open_note(&format!("{note}— other AAAAAAA=\n"), &[key.verifier()]).is_ok());
    }

    #[test]
    fn notes_too_large_to_be_honest_are_refused() {
        let key = key("log", 1);
        let keys: [VerifierKey; 1] = [key.verifier()];
        let note = sign_note("text\n", &key);
        let line = note.rsplit_once("\n\n").unwrap().1;
        assert_eq!(open_note(&format!("text\n\n{}", line.repeat(100)), &keys), Ok("text\n"));
        assert_eq!(open_note(&format!("text\n\n{}", line.repeat(101)), &keys), Err(NoteError::TooManySignatures));
        assert_eq!(open_note(&sign_note(&"x".repeat(1_000_000), &key), &keys), Err(NoteError::TooLong));
        assert_eq!(open_note("text\n", &keys), Err(NoteError::NotANote));
        assert_eq!(open_note("a\u{7}\n\n— log AAAAAAA=\n", &keys), Err(NoteError::ControlCharacter { line: 1 }));
    }
}
