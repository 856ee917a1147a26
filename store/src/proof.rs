//! Proof that facts stand in the ledger: their bytes, the way from each leaf to the root, and the signed head.

use crate::engine::{Engine, Value};
use crate::{Error, Store, log};
use keepsharp_ledger::proof::{inclusion_proof, tlog_proof};
use keepsharp_ledger::{Checkpoint, Hash};

/// One fact and its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Its place.
    pub seq: u64,
    /// Its exact bytes.
    pub bytes: Vec<u8>,
    /// Its private part's exact bytes, where it was not erased.
    pub private: Option<Vec<u8>>,
    /// The way to the signed head, as a C2SP `tlog-proof`.
    pub proof: String,
}

impl Store {
    /// The exact bytes of a fact; none where there is no such fact.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn fact(&self, seq: u64) -> Result<Option<Vec<u8>>, Error> {
        let read = |row: &crate::engine::Row| Ok(row.bytes(0)?.unwrap_or_default().to_vec());
        Ok(self.beside(|engine| engine.all("SELECT bytes FROM fact WHERE seq = $1", &[Value::Int(seq)], read))?.pop())
    }

    /// Proves that a fact stands in the ledger, by the latest signed head.
    ///
    /// # Errors
    /// Where there is no such fact, or the database can't be read.
    // LIMIT: reads every leaf hash, so a proof from 1.5 million facts takes about a second.
    pub fn prove(&self, seq: u64) -> Result<Proof, Error> {
        self.aside(|engine| {
            engine.begin_reading()?;
            let proven = prove(engine, seq);
            engine.batch("COMMIT")?;
            proven
        })
    }
}

fn prove(engine: &mut Engine, seq: u64) -> Result<Proof, Error> {
    let none = || Error::Engine(format!("there is no fact {seq}"));
    let note = log::latest_checkpoint(engine)?.ok_or_else(none)?;
    let head = Checkpoint::read_unverified(&note).map_err(|error| Error::Key(error.to_string()))?;
    let mut leaves: Vec<Hash> = Vec::with_capacity(usize::try_from(head.size).unwrap_or(0));
    engine.query("SELECT hash FROM fact WHERE seq < $1 ORDER BY seq", &[Value::Int(head.size)], |row| {
        leaves.extend(row.bytes(0)?.and_then(Hash::from_slice));
        Ok(())
    })?;
    let way = inclusion_proof(&leaves, seq).ok_or_else(none)?;
    let mut found = None;
    let sql = "SELECT fact.bytes, private_part.bytes FROM fact \
               LEFT JOIN private_part ON private_part.seq = fact.seq WHERE fact.seq = $1";
    engine.query(sql, &[Value::Int(seq)], |row| {
        found = Some((row.bytes(0)?.unwrap_or_default().to_vec(), row.bytes(1)?.map(<[u8]>::to_vec)));
        Ok(())
    })?;
    let (bytes, private) = found.ok_or_else(none)?;
    Ok(Proof { seq, bytes, private, proof: tlog_proof(seq, &way, &note) })
}
