//! Mail that waits to be sent: kept until it is, so that a restart or a mail server that sleeps loses none.

use crate::engine::{Row, Value};
use crate::session::{instant, written};
use crate::{Error, Store, fresh_word};
use jiff::{SignedDuration, Timestamp};

/// How long a letter is tried.
const PATIENCE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A letter to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Address of whom it is for.
    pub recipient: String,
    /// Where an answer goes, or empty.
    pub reply_to: String,
    /// Subject line.
    pub subject: String,
    /// What it says, plain text.
    pub words: String,
    /// After this it need not be sent any more; none where it is worth a week's patience.
    pub good_until: Option<Timestamp>,
}

/// A letter in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its id.
    pub id: String,
    /// Since when it waits.
    pub made_at: Timestamp,
    /// The letter.
    pub letter: Letter,
    /// How often it was tried.
    pub attempts: u64,
    /// What went wrong the last time, or empty.
    pub problem: String,
}

const COLUMNS: &str = "SELECT id, made_at, recipient, reply_to, subject, words, attempts, problem, ends_at FROM mail";

fn read(row: &Row) -> Result<Waiting, Error> {
    let letter = Letter {
        recipient: row.text(2)?,
        reply_to: row.text(3)?,
        subject: row.text(4)?,
        words: row.text(5)?,
        good_until: Some(instant(row, 8)?),
    };
    let (attempts, problem) = (row.int(6)?, row.text(7)?);
    Ok(Waiting { id: row.text(0)?, made_at: instant(row, 1)?, letter, attempts, problem })
}

impl Store {
    /// Puts letters into the outbox, all or none.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn post(&self, letters: &[Letter], now: Timestamp) -> Result<(), Error> {
        let week_on = now.saturating_add(PATIENCE).unwrap_or(now);
        let now = written(now);
        let ids = letters.iter().map(|_| fresh_word()).collect::<Result<Vec<_>, _>>()?;
        self.aside(|engine| {
            engine.begin()?;
            for (id, letter) in ids.iter().zip(letters) {
                let Letter { recipient, reply_to, subject, words, good_until } = letter;
                let ends = written(good_until.unwrap_or(week_on));
                engine.execute(
                    "INSERT INTO mail (id, made_at, next_at, ends_at, recipient, reply_to, subject, words, attempts, problem) \
                     VALUES ($1, $2, $2, $3, $4, $5, $6, $7, 0, '')",
                    &[id, &now, &ends, recipient, reply_to, subject, words].map(|text| Value::Text(text)),
                )?;
            }
            engine.batch("COMMIT")
        })
    }

    /// The letters to be tried by `now`, the oldest first, at most 100. Those whose time is over are thrown away.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn outbox(&self, now: Timestamp) -> Result<Vec<Waiting>, Error> {
        let sql = format!("{COLUMNS} WHERE next_at <= $1 ORDER BY made_at, id LIMIT 100");
        self.aside(|engine| {
            engine.execute("DELETE FROM mail WHERE ends_at < $1", &[Value::Text(&written(now))])?;
            engine.all(&sql, &[Value::Text(&written(now))], read)
        })
    }

    /// All letters that wait, whenever they are to be tried: the oldest first, at most 100.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn letters(&self) -> Result<Vec<Waiting>, Error> {
        let sql = format!("{COLUMNS} ORDER BY made_at, id LIMIT 100");
        self.aside(|engine| engine.all(&sql, &[], read))
    }

    /// Takes a letter into one's hands until `until`, so that no other process sends it too. False where another did.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn take_letter(&self, waiting: &Waiting, until: Timestamp) -> Result<bool, Error> {
        let sql = "UPDATE mail SET next_at = $1, attempts = attempts + 1 WHERE id = $2 AND attempts = $3";
        let values = [Value::Text(&written(until)), Value::Text(&waiting.id), Value::Int(waiting.attempts)];
        self.aside(|engine| Ok(engine.execute(sql, &values)? == 1))
    }

    /// A letter was sent: nothing of it stays.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn sent(&self, id: &str) -> Result<(), Error> {
        self.aside(|engine| engine.execute("DELETE FROM mail WHERE id = $1", &[Value::Text(id)]))?;
        Ok(())
    }

    /// A letter could not be sent: it is tried again at `next_at`.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn not_sent(&self, id: &str, problem: &str, next_at: Timestamp) -> Result<(), Error> {
        let sql = "UPDATE mail SET problem = $1, next_at = $2 WHERE id = $3";
        let next_at = written(next_at);
        let values = [problem, &next_at, id].map(Value::Text);
        self.aside(|engine| engine.execute(sql, &values))?;
        Ok(())
    }
}
