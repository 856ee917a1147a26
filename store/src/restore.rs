//! Filling an empty place with the facts of another ledger.

use crate::engine::{Engine, Place};
use crate::log::{self, Encoded};
use crate::{Error, Store, schema};

impl Store {
    /// Fills an empty place with the facts of another ledger, as they are.
    ///
    /// # Errors
    /// Where the place is not empty, or the facts do not fit together.
    pub fn restore(place: &Place, facts: &[(Vec<u8>, Option<Vec<u8>>)], checkpoint: &str) -> Result<(), Error> {
        let mut engine = Engine::open(place)?;
        schema::migrate(&mut engine)?;
        engine.begin()?;
        let restored = restore_within(&mut engine, facts, checkpoint);
        engine.batch(if restored.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        restored
    }
}

fn restore_within(engine: &mut Engine, facts: &[(Vec<u8>, Option<Vec<u8>>)], checkpoint: &str) -> Result<(), Error> {
    let mut head = log::head(engine, true)?;
    if head.size > 0 {
        return Err(Error::Key(format!(
            "there is a ledger of {} facts already; restore into an empty place",
            head.size
        )));
    }
    let encoded: Vec<Encoded> = (0..)
        .zip(facts)
        .map(|(seq, (bytes, private))| Encoded { seq, bytes: bytes.clone(), private: private.clone() })
        .collect();
    log::append(engine, &mut head, &encoded)?;
    log::keep_checkpoint(engine, head.size, checkpoint)
}
