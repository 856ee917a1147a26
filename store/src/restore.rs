//! Filling an empty place with the facts of another ledger.

use crate::engine::{Engine, Place};
use crate::log::{self, Encoded};
use crate::{Error, LearnerRow, Store, Witnessed, document, learner_rows, schema, witness};
use jiff::Timestamp;

/// What is brought back.
#[derive(Debug, Default)]
pub struct Kept {
    /// The facts in order, each with its private part where that is still kept.
    pub facts: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    /// The latest signed head.
    pub checkpoint: String,
    /// Files that were handed to auditors: their hashes (SHA-256, lower-case hex) and bytes.
    pub documents: Vec<(String, Vec<u8>)>,
    /// What witnesses outside were given, and what they answered.
    pub witnessed: Vec<Witnessed>,
    /// What learners did, wrote and said, and the links on their certificates.
    pub learners: Vec<LearnerRow>,
}

impl Store {
    /// Fills an empty place with the facts of another ledger, as they are, and with what was kept beside them.
    ///
    /// # Errors
    /// Where the place is not empty, or the facts do not fit together.
    pub fn restore(place: &Place, kept: &Kept, now: Timestamp) -> Result<(), Error> {
        let mut engine = Engine::open(place)?;
        schema::migrate(&mut engine)?;
        engine.begin()?;
        let restored = restore_within(&mut engine, kept, now);
        engine.batch(if restored.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        restored
    }
}

fn restore_within(engine: &mut Engine, kept: &Kept, now: Timestamp) -> Result<(), Error> {
    let mut head = log::head(engine, true)?;
    if head.size > 0 {
        return Err(Error::Key(format!(
            "there is a ledger of {} facts already; restore into an empty place",
            head.size
        )));
    }
    let encoded: Vec<Encoded> = (0..)
        .zip(&kept.facts)
        .map(|(seq, (bytes, private))| Encoded { seq, bytes: bytes.clone(), private: private.clone() })
        .collect();
    log::append(engine, &mut head, &encoded)?;
    log::keep_checkpoint(engine, head.size, &kept.checkpoint)?;
    for (sha256, bytes) in &kept.documents {
        document::keep(engine, sha256, bytes, now)?;
    }
    for given in &kept.witnessed {
        witness::keep(engine, given)?;
    }
    for row in &kept.learners {
        learner_rows::keep(engine, row)?;
    }
    Ok(())
}
