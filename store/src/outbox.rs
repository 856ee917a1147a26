//! Mail that waits to be sent: kept until it is, so that a restart or a mail server that sleeps loses none.

use crate::engine::{Engine, Row, Value};
use crate::session::{instant, written};
use crate::{Error, Store, fresh_word};
use jiff::{SignedDuration, Timestamp};

/// How long a letter is tried.
const PATIENCE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A letter to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// By which way it goes.
    pub way: Way,
    /// The same as a page, for those whose mail shows pages; or empty.
    pub html: String,
    /// What its links and its answers are known by; or empty.
    pub token: String,
    /// The random id of whom it is for, who is told of where it comes back; or empty.
    pub person: String,
}

/// By which way a letter goes; what its recipient is depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// To an e-mail address.
    #[default]
    Mail,
    /// Into an issue: project, `#` and number.
    Issue,
    /// Into the channel of Slack that the settings name; the recipient is where its button leads.
    Slack,
    /// Into the channel of Teams that the settings name; the recipient is where its button leads.
    Teams,
}

impl Way {
    const ALL: [Way; 4] = [Way::Mail, Way::Issue, Way::Slack, Way::Teams];

    fn word(self) -> &'static str {
        match self {
            Way::Mail => "mail",
            Way::Issue => "issue",
            Way::Slack => "slack",
            Way::Teams => "teams",
        }
    }

    fn read(word: &str) -> Way {
        Way::ALL.into_iter().find(|way| way.word() == word).unwrap_or_default()
    }
}

/// What the links of a letter lead to: somebody's answer, without signing in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageLink {
    /// Hash of the token in the link.
    pub token_hash: String,
    /// Random id of whom it is for.
    pub person: String,
    /// The controls that the letter is about, one a line.
    pub controls: String,
    /// After this it leads nowhere.
    pub ends_at: Timestamp,
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

const COLUMNS: &str = "SELECT id, made_at, recipient, reply_to, subject, words, attempts, problem, ends_at, channel, html, token, person FROM mail";

fn read(row: &Row) -> Result<Waiting, Error> {
    let letter = Letter {
        recipient: row.text(2)?,
        reply_to: row.text(3)?,
        subject: row.text(4)?,
        words: row.text(5)?,
        good_until: Some(instant(row, 8)?),
        way: Way::read(&row.text(9)?),
        html: row.text(10)?,
        token: row.text(11)?,
        person: row.text(12)?,
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
        self.aside(|engine| {
            engine.begin()?;
            post_within(engine, letters, now)?;
            engine.batch("COMMIT")
        })
    }

    /// What the link of a letter leads to; none where there is no such link, or its time is over.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn message_link(&self, token_hash: &str, now: Timestamp) -> Result<Option<MessageLink>, Error> {
        let sql =
            "SELECT token_hash, person, controls, ends_at FROM message_link WHERE token_hash = $1 AND ends_at > $2";
        let values = [Value::Text(token_hash), Value::Text(&written(now))];
        let read = |row: &Row| {
            let (token_hash, person) = (row.text(0)?, row.text(1)?);
            Ok(MessageLink { token_hash, person, controls: row.text(2)?, ends_at: instant(row, 3)? })
        };
        self.aside(|engine| Ok(engine.all(sql, &values, read)?.pop()))
    }

    /// Forgets links whose time is over.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn clear_message_links(&self, now: Timestamp) -> Result<(), Error> {
        let sql = "DELETE FROM message_link WHERE ends_at < $1";
        self.aside(|engine| engine.execute(sql, &[Value::Text(&written(now))]))?;
        Ok(())
    }

    /// The letters to be tried by `now` that go one of these ways, the oldest first, at most 100, those tried too often left
    /// out. Those whose time is over are thrown away.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn outbox(&self, now: Timestamp, ways: &[Way], most_attempts: u64) -> Result<Vec<Waiting>, Error> {
        // What can't go must not stand before what can. The four places hold the ways there are, some of them twice.
        let sql = format!(
            "{COLUMNS} WHERE next_at <= $1 AND attempts < $2 AND channel IN ($3, $4, $5, $6) ORDER BY made_at, id LIMIT 100"
        );
        let way = |place: usize| ways.get(place).or(ways.first()).map_or("", |way| way.word());
        let now = written(now);
        let values = [Value::Text(&now), Value::Int(most_attempts)];
        let values = values.into_iter().chain((0..4).map(|place| Value::Text(way(place))));
        let values: Vec<Value> = values.collect();
        self.aside(|engine| {
            engine.execute("DELETE FROM mail WHERE ends_at < $1", &[Value::Text(&now)])?;
            engine.all(&sql, &values, read)
        })
    }

    /// Lets a letter wait that may not go out now. It is no attempt.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn put_off(&self, id: &str, next_at: Timestamp) -> Result<(), Error> {
        let sql = "UPDATE mail SET next_at = $1 WHERE id = $2";
        let next_at = written(next_at);
        self.aside(|engine| engine.execute(sql, &[&*next_at, id].map(Value::Text)))?;
        Ok(())
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

/// Puts letters into the outbox within a transaction of the caller's.
pub(crate) fn post_within(engine: &mut Engine, letters: &[Letter], now: Timestamp) -> Result<(), Error> {
    let week_on = now.saturating_add(PATIENCE).unwrap_or(now);
    let now = written(now);
    for letter in letters {
        let Letter { recipient, reply_to, subject, words, good_until, way, html, token, person } = letter;
        let (id, ends, way) = (fresh_word()?, written(good_until.unwrap_or(week_on)), way.word());
        let values = [&*id, &*now, &*ends, recipient, reply_to, subject, words, way, html, token, person];
        engine.execute(
            "INSERT INTO mail (id, made_at, next_at, ends_at, recipient, reply_to, subject, words, attempts, problem, \
             channel, html, token, person) VALUES ($1, $2, $2, $3, $4, $5, $6, $7, 0, '', $8, $9, $10, $11)",
            &values.map(Value::Text),
        )?;
    }
    Ok(())
}

/// Keeps the links of letters within a transaction of the caller's.
pub(crate) fn link_within(engine: &mut Engine, links: &[MessageLink]) -> Result<(), Error> {
    for link in links {
        let ends = written(link.ends_at);
        let values = [&*link.token_hash, &*link.person, &*link.controls, &*ends].map(Value::Text);
        engine.execute(
            "INSERT INTO message_link (token_hash, person, controls, ends_at) VALUES ($1, $2, $3, $4)",
            &values,
        )?;
    }
    Ok(())
}
