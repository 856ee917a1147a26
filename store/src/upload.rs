//! Files that somebody looks at before they are taken in: kept for a day, by content hash.

use crate::engine::Value;
use crate::session::written;
use crate::{Error, Store};
use jiff::{SignedDuration, Timestamp};

/// How long a file waits to be taken in.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

impl Store {
    /// Keeps a file under its hash, and clears away those that nobody took in.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn keep_upload(&self, id: &str, name: &str, bytes: &[u8], now: Timestamp) -> Result<(), Error> {
        let (made, old) = (written(now), written(now.saturating_sub(PATIENCE).unwrap_or(now)));
        self.aside(|engine| {
            engine
                .execute("DELETE FROM upload WHERE made_at < $1 OR id = $2", &[Value::Text(&old), Value::Text(id)])?;
            let sql = "INSERT INTO upload (id, name, made_at, bytes) VALUES ($1, $2, $3, $4)";
            engine.execute(sql, &[Value::Text(id), Value::Text(name), Value::Text(&made), Value::Bytes(bytes)])?;
            Ok(())
        })
    }

    /// A file that was kept, if its day is not over: its name and bytes.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn upload(&self, id: &str, now: Timestamp) -> Result<Option<(String, Vec<u8>)>, Error> {
        let old = written(now.saturating_sub(PATIENCE).unwrap_or(now));
        let read = |row: &crate::engine::Row| Ok((row.text(0)?, row.bytes(1)?.unwrap_or_default().to_vec()));
        let sql = "SELECT name, bytes FROM upload WHERE id = $1 AND made_at >= $2";
        Ok(self.aside(|engine| engine.all(sql, &[Value::Text(id), Value::Text(&old)], read))?.pop())
    }

    /// Clears away the files that nobody took in for a day.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn clear_uploads(&self, now: Timestamp) -> Result<(), Error> {
        let old = written(now.saturating_sub(PATIENCE).unwrap_or(now));
        self.aside(|engine| engine.execute("DELETE FROM upload WHERE made_at < $1", &[Value::Text(&old)]))?;
        Ok(())
    }

    /// A file was taken in, so nothing of it is kept here.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn drop_upload(&self, id: &str) -> Result<(), Error> {
        self.aside(|engine| engine.execute("DELETE FROM upload WHERE id = $1", &[Value::Text(id)]))?;
        Ok(())
    }
}
