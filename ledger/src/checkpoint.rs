//! What did the ledger say it held?
//!
//! Checkpoints as of C2SP tlog-checkpoint (c2sp.org/tlog-checkpoint). One that somebody else keeps, on paper too, binds the ledger
//! to all it held then.

use std::fmt;

use crate::key::{SigningKey, VerifierKey};
use crate::note::{NoteError, open_note, sign_note, text_unverified};
use crate::tree::Hash;

/// The head of a log: how many facts it holds and the root of their Merkle tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// The name of the log; one line, not empty.
    pub origin: String,
    /// How many facts it holds.
    pub size: u64,
    /// The root of the tree of them (see [`crate::tree`]).
    pub root: Hash,
}

/// Why a note is not a checkpoint to be relied on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CheckpointError {
    /// The note is malformed, or not signed as it should be.
    Note(NoteError),
    /// The note's text is not that of a checkpoint.
    Line {
        /// The line, counted from 1.
        line: usize,
        /// What it must be.
        wanted: &'static str,
    },
}

impl fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Note(error) => error.fmt(f),
            Self::Line { line, wanted } => {
                write!(f, "line {line} is not {wanted}: give a checkpoint as the ledger printed it")
            }
        }
    }
}

impl std::error::Error for CheckpointError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Note(error) => Some(error),
            Self::Line { .. } => None,
        }
    }
}

impl Checkpoint {
    /// The text that is signed: origin, size in decimal and root in base64, a line each.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root.to_base64())
    }

    /// The checkpoint as a signed note.
    ///
    /// The key's name should be the origin (tlog-checkpoint), so that a key found for a log is seen to be that log's.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> String {
        sign_note(&self.to_text(), key)
    }

    /// Reads a checkpoint that one of the keys signed. Whether it is of the log meant, by its origin, is for the caller to ask.
    pub fn open(note: &str, keys: &[VerifierKey]) -> Result<Checkpoint, CheckpointError> {
        Checkpoint::read(open_note(note, keys).map_err(CheckpointError::Note)?)
    }

    /// Reads a checkpoint whoever signed it: to show it, or to find the key to open it with. It proves nothing.
    pub fn read_unverified(note: &str) -> Result<Checkpoint, CheckpointError> {
        Checkpoint::read(text_unverified(note).map_err(CheckpointError::Note)?)
    }

    fn read(text: &str) -> Result<Checkpoint, CheckpointError> {
        let wrong = |line, wanted| CheckpointError::Line { line, wanted };
        let mut lines = text.strip_suffix('\n').unwrap_or(text).split('\n');
        let origin = lines.next().filter(|origin| !origin.is_empty()).ok_or_else(|| wrong(1, "the name of a log"))?;
        let size = lines.next().and_then(read_size).ok_or_else(|| wrong(2, "a size, decimal without leading zeros"))?;
        let root =
            lines.next().and_then(Hash::from_base64).ok_or_else(|| wrong(3, "a root hash, 32 bytes in base64"))?;
        // Extension lines may say what they like, but not nothing (tlog-checkpoint).
        if let Some(index) = lines.position(str::is_empty) {
            return Err(wrong(4 + index, "an extension line, which is never empty"));
        }
        Ok(Checkpoint { origin: origin.to_owned(), size, root })
    }
}

/// One spelling per number: neither leading zeros nor a sign, which the standard library would take.
fn read_size(text: &str) -> Option<u64> {
    text.parse().ok().filter(|size: &u64| size.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::{Checkpoint, CheckpointError};
    use crate::key::SigningKey;
    use crate::note::sign_note;
    use crate::tree::{Frontier, leaf_hash};

    const ORIGIN: &str = "keepsharp.example/ledger/k7";

    fn key() -> SigningKey {
        SigningKey::from_seed(ORIGIN, [1; 32]).unwrap()
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint { origin: ORIGIN.to_owned(), size: 17, root: leaf_hash(b"") }
    }

    #[test]
    fn a_signed_checkpoint_opens_as_it_was() {
        let note = checkpoint().sign(&key());
        assert!(note.starts_with(
            "keepsharp.example/ledger/k7\n17\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n\n— keepsharp"
        ));
        assert_eq!(Checkpoint::open(&note, &[key().verifier()]), Ok(checkpoint()));
        assert_eq!(Checkpoint::read_unverified(&note), Ok(checkpoint()));
    }

    #[test]
    fn the_empty_log_has_a_checkpoint_too() {
        let empty = Checkpoint { origin: ORIGIN.to_owned(), size: 0, root: Frontier::new().root() };
        assert_eq!(Checkpoint::open(&empty.sign(&key()), &[key().verifier()]), Ok(empty));
    }

    #[test]
    fn a_checkpoint_signed_by_another_key_is_read_only_unverified() {
        let note = checkpoint().sign(&SigningKey::from_seed(ORIGIN, [2; 32]).unwrap());
        assert!(matches!(Checkpoint::open(&note, &[key().verifier()]), Err(CheckpointError::Note(_))));
        assert_eq!(Checkpoint::read_unverified(&note), Ok(checkpoint()));
    }

    #[test]
    fn extension_lines_are_ignored() {
        let text = format!("{}extension\nanother one\n", checkpoint().to_text());
        assert_eq!(Checkpoint::open(&sign_note(&text, &key()), &[key().verifier()]), Ok(checkpoint()));
    }

    #[test]
    fn what_is_not_exactly_a_checkpoint_is_refused_though_signed() {
        const ROOT: &str = "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=";
        for (line, text) in [
            (1, format!("\n17\n{ROOT}\n")),
            (2, "log\n".to_owned()),
            (2, format!("log\n017\n{ROOT}\n")),
            (2, format!("log\n+17\n{ROOT}\n")),
            (2, format!("log\n-17\n{ROOT}\n")),
            (2, format!("log\n 17\n{ROOT}\n")),
            (2, format!("log\n0x11\n{ROOT}\n")),
            (2, format!("log\n18446744073709551616\n{ROOT}\n")),
            (2, format!("log\n\n{ROOT}\n")),
            (3, "log\n17\n".to_owned()),
            (3, "log\n17\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0\n".to_owned()),
            (3, "log\n17\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB1=\n".to_owned()),
            (3, "log\n17\nbjQLnP-zepicpUTmu3gKLHiQHT-zNzh2hRGjBhevoB0=\n".to_owned()),
            (3, format!("log\n17\n{ROOT} \n")),
            (3, "log\n17\nAAAA\n".to_owned()),
            (4, format!("log\n17\n{ROOT}\n\n")),
            (5, format!("log\n17\n{ROOT}\nextension\n\nanother\n")),
        ] {
            let error = Checkpoint::open(&sign_note(&text, &key()), &[key().verifier()]).unwrap_err();
            assert!(matches!(error, CheckpointError::Line { line: found, .. } if found == line), "{text:?}: {error}");
        }
    }
}
