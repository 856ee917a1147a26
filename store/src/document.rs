//! Files that stay, by content hash: what was handed to auditors, and what proves that something was completed elsewhere. A fact names the hash; the bytes stand beside the ledger.

use crate::engine::{Engine, Value};
use crate::session::written;
use crate::{Error, Store};
use jiff::Timestamp;

impl Store {
    /// Keeps a file under its hash (SHA-256, lower-case hex). One that is kept already stays as it is.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn keep_document(&self, sha256: &str, bytes: &[u8], now: Timestamp) -> Result<(), Error> {
        self.aside(|engine| keep(engine, sha256, bytes, now))
    }

    /// Keeps several files under their hashes, all or none.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn keep_documents(&self, files: &[(String, Vec<u8>)], now: Timestamp) -> Result<(), Error> {
        self.aside(|engine| {
            engine.begin()?;
            let kept = files.iter().try_for_each(|(sha256, bytes)| keep(engine, sha256, bytes, now));
            engine.batch(if kept.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
            kept
        })
    }

    /// The hashes of all files that are kept, in order.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn documents(&self) -> Result<Vec<String>, Error> {
        self.aside(|engine| engine.all("SELECT sha256 FROM document ORDER BY sha256", &[], |row| row.text(0)))
    }

    /// The bytes of several files, in the order of their hashes; those that are not kept are left out.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn documents_of(&self, hashes: &[&str]) -> Result<Vec<(String, Vec<u8>)>, Error> {
        let sql = "SELECT sha256, bytes FROM document WHERE sha256 = $1";
        let read = |row: &crate::engine::Row| Ok((row.text(0)?, row.bytes(1)?.unwrap_or_default().to_vec()));
        self.aside(|engine| {
            let mut found = Vec::new();
            for hash in hashes {
                found.extend(engine.all(sql, &[Value::Text(hash)], read)?);
            }
            Ok(found)
        })
    }

    /// The bytes of a file that is kept.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn document(&self, sha256: &str) -> Result<Option<Vec<u8>>, Error> {
        let read = |row: &crate::engine::Row| Ok(row.bytes(0)?.unwrap_or_default().to_vec());
        let sql = "SELECT bytes FROM document WHERE sha256 = $1";
        Ok(self.aside(|engine| engine.all(sql, &[Value::Text(sha256)], read))?.pop())
    }
}

/// Keeps a file, over a connection that may hold a transaction.
pub(crate) fn keep(engine: &mut Engine, sha256: &str, bytes: &[u8], now: Timestamp) -> Result<(), Error> {
    let at = written(now);
    let sql = "INSERT INTO document (sha256, kept_at, bytes) VALUES ($1, $2, $3) ON CONFLICT (sha256) DO NOTHING";
    engine.execute(sql, &[Value::Text(sha256), Value::Text(&at), Value::Bytes(bytes)])?;
    Ok(())
}
