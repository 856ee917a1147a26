//! Who is signed in, by which links they may sign in, and how often somebody tried. Kept beside the ledger, never evidence.

use crate::engine::{Engine, Row, Value};
use crate::{Error, Store};
use jiff::Timestamp;

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Hash of the token that the browser holds.
    pub token_hash: String,
    /// Who: `person:<id>`, `auditor:<id>` or `operator`.
    pub subject: String,
    /// Since when.
    pub made_at: Timestamp,
    /// When they were last here, to the minute.
    pub seen_at: Timestamp,
    /// When it ends, if it is not ended before.
    pub ends_at: Timestamp,
    /// What the browser calls itself, shortened.
    pub browser: String,
}

/// To the second, so that texts compare as instants do.
pub(crate) fn written(at: Timestamp) -> String {
    format!("{at:.0}")
}

pub(crate) fn instant(row: &Row, column: usize) -> Result<Timestamp, Error> {
    let text = row.text(column)?;
    text.parse().map_err(|_| Error::Engine(format!("{text} is no instant")))
}

/// Sessions remembered at once.
const MOST_KNOWN: usize = 10_000;

const COLUMNS: &str = "SELECT token_hash, subject, made_at, seen_at, ends_at, browser FROM session";

fn read(row: &Row) -> Result<Session, Error> {
    Ok(Session {
        token_hash: row.text(0)?,
        subject: row.text(1)?,
        made_at: instant(row, 2)?,
        seen_at: instant(row, 3)?,
        ends_at: instant(row, 4)?,
        browser: row.text(5)?,
    })
}

impl Store {
    /// Begins a session, and clears away those that have ended.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn begin_session(&self, session: &Session) -> Result<(), Error> {
        let Session { token_hash, subject, made_at, seen_at, ends_at, browser } = session;
        let (made, seen, ends) = (written(*made_at), written(*seen_at), written(*ends_at));
        self.aside(|engine| {
            engine.execute("DELETE FROM session WHERE ends_at < $1", &[Value::Text(&made)])?;
            engine.execute(
                "INSERT INTO session (token_hash, subject, made_at, seen_at, ends_at, browser) VALUES ($1, $2, $3, $4, $5, $6)",
                &[token_hash, subject, &made, &seen, &ends, browser].map(|text| Value::Text(text)),
            )?;
            Ok(())
        })
    }

    /// The session of a token, if it has not ended by `now`. Where the engine tells of changes, it is as it was when
    /// [`Store::world`] was asked last, which whoever answers a request does first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn session(&self, token_hash: &str, now: Timestamp) -> Result<Option<Session>, Error> {
        if let Some(known) = self.known().sessions.get(token_hash) {
            return Ok(Some(known.clone()).filter(|session| session.ends_at > now));
        }
        let sql = format!("{COLUMNS} WHERE token_hash = $1");
        let found = self.aside(|engine| engine.all(&sql, &[Value::Text(token_hash)], read))?.pop();
        if let Some(found) = &found
            && self.is_versioned()
        {
            let sessions = &mut self.known().sessions;
            if sessions.len() < MOST_KNOWN {
                sessions.insert(token_hash.to_owned(), found.clone());
            }
        }
        Ok(found.filter(|session| session.ends_at > now))
    }

    /// All sessions that have not ended by `now`, the latest first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn sessions(&self, now: Timestamp) -> Result<Vec<Session>, Error> {
        let sql = format!("{COLUMNS} WHERE ends_at > $1 ORDER BY seen_at DESC, token_hash");
        self.aside(|engine| engine.all(&sql, &[Value::Text(&written(now))], read))
    }

    /// Notes that somebody was here.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn touch_session(&self, token_hash: &str, now: Timestamp) -> Result<(), Error> {
        let sql = "UPDATE session SET seen_at = $1 WHERE token_hash = $2";
        self.aside(|engine| engine.execute(sql, &[Value::Text(&written(now)), Value::Text(token_hash)]))?;
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn end_session(&self, token_hash: &str) -> Result<(), Error> {
        let sql = "DELETE FROM session WHERE token_hash = $1";
        self.aside(|engine| engine.execute(sql, &[Value::Text(token_hash)]))?;
        Ok(())
    }

    /// Ends every session of somebody.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn end_sessions_of(&self, subject: &str) -> Result<(), Error> {
        let sql = "DELETE FROM session WHERE subject = $1";
        self.aside(|engine| engine.execute(sql, &[Value::Text(subject)]))?;
        Ok(())
    }

    /// Keeps a sign-in link until it is used or its time is over.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn keep_link(&self, token_hash: &str, subject: &str, now: Timestamp, ends_at: Timestamp) -> Result<(), Error> {
        let ends = written(ends_at);
        self.aside(|engine| {
            engine.execute("DELETE FROM sign_in_link WHERE ends_at < $1", &[Value::Text(&written(now))])?;
            engine.execute(
                "INSERT INTO sign_in_link (token_hash, subject, ends_at) VALUES ($1, $2, $3)",
                &[token_hash, subject, &ends].map(Value::Text),
            )?;
            Ok(())
        })
    }

    /// Whom a sign-in link would sign in; it stays usable.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn link(&self, token_hash: &str, now: Timestamp) -> Result<Option<String>, Error> {
        self.aside(|engine| link(engine, token_hash, now))
    }

    /// Uses a sign-in link up. Of two who use it at once, one is told whom it signs in.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn use_link(&self, token_hash: &str, now: Timestamp) -> Result<Option<String>, Error> {
        self.aside(|engine| {
            let subject = link(engine, token_hash, now)?;
            let sql = "DELETE FROM sign_in_link WHERE token_hash = $1";
            let used = engine.execute(sql, &[Value::Text(token_hash)])?;
            Ok(subject.filter(|_| used == 1))
        })
    }

    /// Counts one more attempt under a key, unless there were `most` since `since` already: then it is false, and not counted,
    /// so that trying on keeps nobody out for longer.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn attempt(&self, key: &str, most: u64, now: Timestamp, since: Timestamp) -> Result<bool, Error> {
        let (now, since) = (written(now), written(since));
        self.aside(|engine| {
            let sql = "SELECT CAST(count(*) AS INTEGER) FROM attempt WHERE key = $1 AND made_at >= $2";
            let counts = engine.all(sql, &[Value::Text(key), Value::Text(&since)], |row| row.int(0))?;
            if counts.into_iter().sum::<u64>() >= most {
                return Ok(false);
            }
            engine.execute("DELETE FROM attempt WHERE made_at < $1", &[Value::Text(&since)])?;
            let values = [Value::Text(key), Value::Text(&now)];
            engine.execute("INSERT INTO attempt (key, made_at) VALUES ($1, $2)", &values)?;
            Ok(true)
        })
    }
}

fn link(engine: &mut Engine, token_hash: &str, now: Timestamp) -> Result<Option<String>, Error> {
    let sql = "SELECT subject FROM sign_in_link WHERE token_hash = $1 AND ends_at > $2";
    let values = [Value::Text(token_hash), Value::Text(&written(now))];
    Ok(engine.all(sql, &values, |row| row.text(0))?.pop())
}
