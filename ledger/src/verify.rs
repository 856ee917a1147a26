//! Is this log whole?
//!
//! Nothing is trusted but the bytes of the facts and a checkpoint whose signature was checked. What each fact means is not looked at.

use std::fmt;

use crate::checkpoint::Checkpoint;
use crate::entry::Entry;
use crate::envelope::Envelope;
use crate::seal;
use crate::tree::{Frontier, Hash, leaf_hash};

/// Something that is not as it should be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The fact it was found at, if it is one fact's: the place in the log, whatever the fact there says of itself.
    pub seq: Option<u64>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.seq {
            Some(seq) => write!(f, "fact {seq}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Problem {}

/// Reads a log from its first fact to its last, and compares it with checkpoints on the way.
///
/// It keeps a few hashes, however long the log. After a [`Problem`] it is as it was before the fact was pushed.
#[derive(Clone, Default, Debug)]
pub struct LogVerifier {
    frontier: Frontier,
    last_at: String,
}

impl LogVerifier {
    /// Begins before the first fact.
    #[must_use]
    pub fn new() -> LogVerifier {
        LogVerifier::default()
    }

    /// Takes the exact bytes of the next fact: a well-formed one, numbered next, not earlier than the one before.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Entry, Problem> {
        self.push_leaf(bytes, leaf_hash(bytes))
    }

    /// As [`LogVerifier::push`], and compares with the leaf hash that was recorded beside the fact.
    ///
    /// Facts can be changed so that only the root shows it; a recorded hash then tells at which fact. It is not trusted: changed
    /// along with its fact, it makes the root differ still.
    pub fn push_recorded(&mut self, bytes: &[u8], recorded: &Hash) -> Result<Entry, Problem> {
        let leaf = self.recorded_leaf(bytes, recorded)?;
        self.push_leaf(bytes, leaf)
    }

    /// As [`LogVerifier::push`], with the same problems, for whoever has no use for the body: several times as fast.
    pub fn follow<'a>(&mut self, bytes: &'a [u8]) -> Result<Envelope<'a>, Problem> {
        self.follow_leaf(bytes, leaf_hash(bytes))
    }

    /// As [`LogVerifier::push_recorded`], without the body.
    pub fn follow_recorded<'a>(&mut self, bytes: &'a [u8], recorded: &Hash) -> Result<Envelope<'a>, Problem> {
        let leaf = self.recorded_leaf(bytes, recorded)?;
        self.follow_leaf(bytes, leaf)
    }

    /// How many facts were read.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The root of the facts read.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// Compares what was read with a checkpoint, which the caller opened with a key it trusts and whose origin it knows.
    ///
    /// More facts can be read afterwards: comparing with every checkpoint at hand, each at its size, narrows down where a log was
    /// rewritten.
    pub fn finish(&self, checkpoint: &Checkpoint) -> Result<(), Problem> {
        let Checkpoint { size, root, .. } = checkpoint;
        let read = self.size();
        let message = if read < *size {
            format!(
                "facts {read} to {} are missing: the checkpoint was signed over {size} facts and there are {read}",
                size - 1
            )
        } else if read > *size {
            format!(
                "the checkpoint was signed over {size} facts and there are {read}: compare a later checkpoint, or these {size} only"
            )
        } else if self.root() != *root {
            format!(
                "the {size} facts have the root {} and the checkpoint was signed over {}: one or more facts were changed, look for the \
                 last checkpoint that still agrees",
                self.root().to_base64(),
                root.to_base64()
            )
        } else {
            return Ok(());
        };
        Err(Problem { seq: None, message })
    }

    fn push_leaf(&mut self, bytes: &[u8], leaf: Hash) -> Result<Entry, Problem> {
        let entry = Entry::read(bytes).map_err(|error| self.problem(&error.to_string()))?;
        self.take(entry.seq, &entry.at, leaf)?;
        Ok(entry)
    }

    fn follow_leaf<'a>(&mut self, bytes: &'a [u8], leaf: Hash) -> Result<Envelope<'a>, Problem> {
        let envelope = Envelope::read(bytes).map_err(|error| self.problem(&error.to_string()))?;
        self.take(envelope.seq, &envelope.at, leaf)?;
        Ok(envelope)
    }

    fn recorded_leaf(&self, bytes: &[u8], recorded: &Hash) -> Result<Hash, Problem> {
        let leaf = leaf_hash(bytes);
        if leaf == *recorded {
            Ok(leaf)
        } else {
            Err(self.problem("its bytes are not those whose hash was recorded: restore them from a backup"))
        }
    }

    fn take(&mut self, seq: u64, at: &str, leaf: Hash) -> Result<(), Problem> {
        if seq != self.size() {
            let message =
                format!("here stands a fact that says it is {seq}: facts are missing, repeated or out of order");
            return Err(self.problem(&message));
        }
        if at < self.last_at.as_str() {
            let message = format!("recorded at {at}, before the fact that precedes it at {}", self.last_at);
            return Err(self.problem(&message));
        }
        at.clone_into(&mut self.last_at);
        self.frontier.push(leaf);
        Ok(())
    }

    fn problem(&self, message: &str) -> Problem {
        Problem { seq: Some(self.size()), message: message.to_owned() }
    }
}

/// Whether these bytes are the private part that the fact was recorded with.
pub fn check_opening(entry: &Entry, private: &[u8]) -> Result<(), Problem> {
    check_sealed(entry.seq, entry.sealed.as_deref(), private)
}

/// As [`check_opening`], of the fact of that place and digest.
pub fn check_sealed(seq: u64, sealed: Option<&str>, private: &[u8]) -> Result<(), Problem> {
    let problem = |message: String| Problem { seq: Some(seq), message };
    let Some(sealed) = sealed else {
        return Err(problem("it was recorded without a private part: one was made up".to_owned()));
    };
    if !seal::opens(sealed, private) {
        return Err(problem(
            "the private part is not the one it was recorded with: it was changed, or is another fact's".to_owned(),
        ));
    }
    seal::check(private).map_err(|error| problem(error.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{LogVerifier, check_opening};
    use crate::checkpoint::Checkpoint;
    use crate::entry::Entry;
    use crate::seal::{digest, seal};
    use crate::tree::{leaf_hash, root_of};

    fn fact(seq: u64) -> Entry {
        Entry {
            seq,
            at: format!("2026-03-01T09:30:{seq:02}.000Z"),
            by: "system".to_owned(),
            kind: "person.joined".to_owned(),
            v: 1,
            body: json!({"person": "k7"}),
            sealed: None,
        }
    }

    fn log(size: u64) -> (Vec<Vec<u8>>, Checkpoint) {
        let facts: Vec<Vec<u8>> = (0..size).map(|seq| fact(seq).to_bytes().unwrap()).collect();
        let leaves: Vec<_> = facts.iter().map(|bytes| leaf_hash(bytes)).collect();
        (facts, Checkpoint { origin: "log".to_owned(), size, root: root_of(&leaves) })
    }

    fn read(facts: &[Vec<u8>]) -> LogVerifier {
        let mut verifier = LogVerifier::new();
        for bytes in facts {
            verifier.push(bytes).unwrap();
        }
        verifier
    }

    #[test]
    fn a_whole_log_agrees_with_its_checkpoint() {
        for size in [0, 1, 7, 8] {
            let (facts, checkpoint) = log(size);
            let verifier = read(&facts);
            assert_eq!(verifier.size(), size);
            assert_eq!(verifier.root(), checkpoint.root);
            assert_eq!(verifier.finish(&checkpoint), Ok(()));
        }
    }

    #[test]
    fn a_missing_end_and_an_added_end_are_told_apart() {
        let (facts, checkpoint) = log(7);
        let short = read(&facts[..5]).finish(&checkpoint).unwrap_err();
        assert_eq!(
            short.to_string(),
            "facts 5 to 6 are missing: the checkpoint was signed over 7 facts and there are 5"
        );
        let long = read(&log(8).0).finish(&checkpoint).unwrap_err();
        assert!(long.to_string().starts_with("the checkpoint was signed over 7 facts and there are 8"), "{long}");
    }

    #[test]
    fn a_fact_rewritten_well_shows_in_the_root_or_in_its_recorded_hash() {
        let (mut facts, checkpoint) = log(7);
        let recorded: Vec<_> = facts.iter().map(|bytes| leaf_hash(bytes)).collect();
        facts[3] = Entry { body: json!({"person": "k8"}), ..fact(3) }.to_bytes().unwrap();
        assert!(read(&facts).finish(&checkpoint).unwrap_err().message.contains("were changed"));

        let mut verifier = LogVerifier::new();
        let problem =
            facts.iter().zip(&recorded).find_map(|(bytes, leaf)| verifier.push_recorded(bytes, leaf).err()).unwrap();
        assert_eq!(problem.seq, Some(3));
    }

    #[test]
    fn a_fact_out_of_place_is_named_by_the_place() {
        let (facts, _) = log(7);
        let mut verifier = read(&facts[..3]);
        for other in [0, 2, 4, 6] {
            let problem = verifier.push(&facts[other]).unwrap_err();
            assert_eq!(
                problem.to_string(),
                format!(
                    "fact 3: here stands a fact that says it is {other}: facts are missing, repeated or out of order"
                )
            );
        }
        // A refused fact leaves no trace.
        verifier.push(&facts[3]).unwrap();
    }

    #[test]
    fn time_does_not_run_backwards_in_a_log() {
        let mut verifier = read(&log(3).0);
        let same = Entry { at: fact(2).at, ..fact(3) };
        let earlier = Entry { at: "2026-03-01T09:30:01.999Z".to_owned(), ..fact(3) };
        assert_eq!(verifier.push(&earlier.to_bytes().unwrap()).unwrap_err().seq, Some(3));
        verifier.push(&same.to_bytes().unwrap()).unwrap();
    }

    #[test]
    fn a_private_part_is_checked_against_its_fact() {
        let sealed = seal([7; 16], &json!({"name": "Ana"})).unwrap();
        let entry = Entry { sealed: Some(sealed.digest), ..fact(17) };
        assert_eq!(check_opening(&entry, &sealed.bytes), Ok(()));
        let other = seal([8; 16], &json!({"name": "Ana"})).unwrap();
        assert!(
            check_opening(&entry, &other.bytes)
                .unwrap_err()
                .to_string()
                .starts_with("fact 17: the private part is not")
        );
        assert!(check_opening(&fact(17), &sealed.bytes).unwrap_err().to_string().contains("without a private part"));
        // Sealed as recorded, but never a private part.
        let junk = Entry { sealed: Some(digest(b"junk")), ..fact(17) };
        assert!(check_opening(&junk, b"junk").is_err());
    }
}
