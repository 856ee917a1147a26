//! Which checkpoint was given to whom outside, and what came back. Kept beside the ledger: it speaks of the ledger, and is no part of it.

use crate::engine::{Engine, Row, Value};
use crate::session::{instant, written};
use crate::{Error, Letter, Store, log, outbox};
use jiff::Timestamp;
use keepsharp_ledger::proof::consistency_proof;
use keepsharp_ledger::{Checkpoint, Hash};

/// A checkpoint that was given to a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnessed {
    /// Which kind of witness.
    pub kind: String,
    /// Which of its kind: a path, an address, an issue, the name of a key.
    pub name: String,
    /// How many facts the checkpoint speaks of.
    pub size: u64,
    /// When it was given.
    pub at: Timestamp,
    /// The signed note, as it was given.
    pub checkpoint: String,
    /// What came back, or empty.
    pub answer: Vec<u8>,
}

const COLUMNS: &str = "SELECT kind, name, size, given_at, checkpoint, answer FROM witnessed";

fn read(row: &Row) -> Result<Witnessed, Error> {
    let (at, answer) = (instant(row, 3)?, row.bytes(5)?.unwrap_or_default().to_vec());
    Ok(Witnessed { kind: row.text(0)?, name: row.text(1)?, size: row.int(2)?, at, checkpoint: row.text(4)?, answer })
}

/// Keeps what was given, over a connection that may hold a transaction; whether it was not there before.
pub(crate) fn keep(engine: &mut Engine, given: &Witnessed) -> Result<bool, Error> {
    let at = written(given.at);
    let values = [
        Value::Text(&given.kind),
        Value::Text(&given.name),
        Value::Int(given.size),
        Value::Text(&at),
        Value::Text(&given.checkpoint),
        Value::Bytes(&given.answer),
    ];
    let sql = "INSERT INTO witnessed (kind, name, size, given_at, checkpoint, answer) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (kind, name, size) DO NOTHING";
    Ok(engine.execute(sql, &values)? == 1)
}

impl Store {
    /// Keeps what was given, and posts the letters by which it goes: both or neither. What the same witness was given of the
    /// same size before stays as it is, and nothing is posted again.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn witnessed(&self, given: &Witnessed, letters: &[Letter]) -> Result<(), Error> {
        self.aside(|engine| {
            engine.begin()?;
            if keep(engine, given)? {
                outbox::post_within(engine, letters, given.at)?;
            }
            engine.batch("COMMIT")
        })
    }

    /// What a witness was given last.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn last_witnessed(&self, kind: &str, name: &str) -> Result<Option<Witnessed>, Error> {
        let sql = format!("{COLUMNS} WHERE kind = $1 AND name = $2 ORDER BY size DESC LIMIT 1");
        self.aside(|engine| Ok(engine.all(&sql, &[kind, name].map(Value::Text), read)?.pop()))
    }

    /// All that was given to anybody, in the order of the ledger's growth.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn all_witnessed(&self) -> Result<Vec<Witnessed>, Error> {
        let sql = format!("{COLUMNS} ORDER BY size, kind, name");
        self.aside(|engine| engine.all(&sql, &[], read))
    }

    /// Shows that the first `old` of the first `size` facts are their beginning (RFC 6962 section 2.1.2); none where there are
    /// not so many.
    ///
    /// # Errors
    /// Where the database can't be read.
    // LIMIT: reads every leaf hash, so a proof from 1.5 million facts takes about a second.
    pub fn prove_growth(&self, old: u64, size: u64) -> Result<Option<Vec<Hash>>, Error> {
        self.aside(|engine| {
            // More than there are could not be asked of PostgreSQL's INTEGER.
            if size > log::size(engine)? {
                return Ok(None);
            }
            Ok(consistency_proof(&leaves(engine, size)?, old))
        })
    }

    /// The signed head and its note, as the ledger stands now.
    ///
    /// # Errors
    /// Where the database can't be read or nothing was written yet.
    pub fn signed_head(&self) -> Result<(Checkpoint, String), Error> {
        let note = self.checkpoint()?;
        let head = Checkpoint::read_unverified(&note).map_err(|error| Error::Key(error.to_string()))?;
        Ok((head, note))
    }
}

fn leaves(engine: &mut Engine, size: u64) -> Result<Vec<Hash>, Error> {
    let mut leaves = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    engine.query("SELECT hash FROM fact WHERE seq < $1 ORDER BY seq", &[Value::Int(size)], |row| {
        leaves.extend(row.bytes(0)?.and_then(Hash::from_slice));
        Ok(())
    })?;
    Ok(leaves)
}
