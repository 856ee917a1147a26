//! Timed work: who does it now, and how each piece of it went.

use crate::engine::Value;
use crate::session::{instant, written};
use crate::{Error, Store};
use jiff::Timestamp;

/// How a piece of work went the last time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worked {
    /// Which piece.
    pub key: String,
    /// When it was tried last.
    pub at: Timestamp,
    /// Before this it is not tried again.
    pub next_at: Timestamp,
    /// How often it failed since it last went well.
    pub attempts: u64,
    /// What was done, or empty.
    pub told: String,
    /// What went wrong the last time, or empty.
    pub problem: String,
}

impl Store {
    /// Takes a lease for a while, or lengthens one's own. False while another holder has it.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn take_lease(&self, name: &str, holder: &str, now: Timestamp, until: Timestamp) -> Result<bool, Error> {
        let sql = "INSERT INTO lease (name, holder, ends_at) VALUES ($1, $2, $3) ON CONFLICT (name) \
            DO UPDATE SET holder = $2, ends_at = $3 WHERE lease.holder = $2 OR lease.ends_at <= $4 OR lease.ends_at > $5";
        // A lease that ends later than any taken now could was taken by a clock that was ahead.
        let ahead = until.saturating_add(jiff::SignedDuration::from_mins(1)).unwrap_or(until);
        let (until, now, ahead) = (written(until), written(now), written(ahead));
        let values = [name, holder, &*until, &*now, &*ahead].map(Value::Text);
        self.aside(|engine| Ok(engine.execute(sql, &values)? == 1))
    }

    /// Notes how a piece of work went, in place of the time before.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn worked(&self, worked: &Worked) -> Result<(), Error> {
        let (at, next_at) = (written(worked.at), written(worked.next_at));
        let values = [
            Value::Text(&worked.key),
            Value::Text(&at),
            Value::Text(&next_at),
            Value::Int(worked.attempts),
            Value::Text(&worked.told),
            Value::Text(&worked.problem),
        ];
        let sql = "INSERT INTO work (key, done_at, next_at, attempts, told, problem) VALUES ($1, $2, $3, $4, $5, $6) \
            ON CONFLICT (key) DO UPDATE SET done_at = $2, next_at = $3, attempts = $4, told = $5, problem = $6";
        self.aside(|engine| engine.execute(sql, &values))?;
        Ok(())
    }

    /// How all work went, the latest first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn works(&self) -> Result<Vec<Worked>, Error> {
        let sql = "SELECT key, done_at, next_at, attempts, told, problem FROM work ORDER BY done_at DESC, key";
        self.aside(|engine| {
            engine.all(sql, &[], |row| {
                let (at, next_at) = (instant(row, 1)?, instant(row, 2)?);
                let (told, problem) = (row.text(4)?, row.text(5)?);
                Ok(Worked { key: row.text(0)?, at, next_at, attempts: row.int(3)?, told, problem })
            })
        })
    }

    /// Lets everything be done at the next look, whatever it waits for.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn work_at_once(&self, now: Timestamp) -> Result<(), Error> {
        self.aside(|engine| engine.execute("UPDATE work SET next_at = $1", &[Value::Text(&written(now))]))?;
        Ok(())
    }

    /// Forgets how work went that was last done before an instant.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn forget_work(&self, before: Timestamp) -> Result<(), Error> {
        let sql = "DELETE FROM work WHERE done_at < $1";
        self.aside(|engine| engine.execute(sql, &[Value::Text(&written(before))]))?;
        Ok(())
    }
}
