//! What learners do in courses: kept beside the ledger, erasable, never evidence. Many learners' answers are written together.

use crate::engine::{Engine, Place, Value};
use crate::session::{instant, written};
use crate::{Error, Store};
use jiff::Timestamp;
use keepsharp_domain::PersonId;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Something that somebody did in a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learned {
    /// Who.
    pub person: PersonId,
    /// In which course.
    pub course: String,
    /// When.
    pub at: Timestamp,
    /// The item that was answered; empty where none was.
    pub item: String,
    /// What, as JSON.
    pub body: String,
}

type Answer = Arc<Mutex<Option<Result<(), Error>>>>;

/// The queue of what is to be written, and the connection that writes it.
#[derive(Default)]
pub(crate) struct Lessons {
    queue: Mutex<Queue>,
    written: Condvar,
    writer: Mutex<Option<Engine>>,
    reader: Mutex<Option<Engine>>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<(Vec<Learned>, Answer)>,
    is_writing: bool,
}

/// A lock is only poisoned by a panic, which ends the program in a release build; in tests the value is still whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lessons {
    /// Returns when these are on the disk. Whoever comes while somebody writes waits for the group after it.
    fn write(&self, place: &Place, events: Vec<Learned>) -> Result<(), Error> {
        let answer = Answer::default();
        let mut queue = locked(&self.queue);
        queue.waiting.push((events, Arc::clone(&answer)));
        while locked(&answer).is_none() {
            if queue.is_writing {
                queue = self.written.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            queue.is_writing = true;
            let group = std::mem::take(&mut queue.waiting);
            drop(queue);
            self.write_group(place, group);
            queue = locked(&self.queue);
            queue.is_writing = false;
            self.written.notify_all();
        }
        drop(queue);
        locked(&answer).take().unwrap_or_else(|| Err(Error::Engine("nothing was answered".to_owned())))
    }

    fn write_group(&self, place: &Place, group: Vec<(Vec<Learned>, Answer)>) {
        let mut writer = locked(&self.writer);
        let result = insert(&mut writer, place, group.iter().flat_map(|(events, _)| events));
        if result.is_err() {
            if let Some(engine) = writer.as_mut() {
                // The connection may be what is broken; then there is nothing left to roll back.
                let _ = engine.batch("ROLLBACK");
            }
            *writer = None;
        }
        let told = result.map_err(|error| error.to_string());
        for (_, answer) in group {
            *locked(&answer) = Some(told.clone().map_err(Error::Engine));
        }
    }
}

fn insert<'a>(
    writer: &mut Option<Engine>,
    place: &Place,
    events: impl Iterator<Item = &'a Learned>,
) -> Result<(), Error> {
    let engine = match writer {
        Some(engine) => engine,
        None => writer.insert(Engine::open(place)?),
    };
    engine.begin()?;
    let sql = "INSERT INTO learned (person, course, at, item, body) VALUES ($1, $2, $3, $4, $5)";
    for event in events {
        let (person, at) = (event.person.to_string(), written(event.at));
        let texts = [&person, &event.course, &at, &event.item, &event.body];
        engine.execute(sql, &texts.map(|text| Value::Text(text)))?;
    }
    engine.batch("COMMIT")
}

impl Store {
    /// Writes what somebody did. When this returns, it is on the disk.
    ///
    /// # Errors
    /// Where the database can't be written; nothing of it is written then.
    pub fn learn(&self, events: Vec<Learned>) -> Result<(), Error> {
        if events.is_empty() {
            return Ok(());
        }
        self.lessons.write(self.place(), events)
    }

    /// What somebody did in a course, oldest first, as JSON.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn learned(&self, person: PersonId, course: &str) -> Result<Vec<String>, Error> {
        let sql = "SELECT body FROM learned WHERE person = $1 AND course = $2 ORDER BY id";
        self.beside(|engine| {
            engine.all(sql, &[Value::Text(&person.to_string()), Value::Text(course)], |row| row.text(0))
        })
    }

    /// All that somebody ever did in any course, oldest first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn learned_by(&self, person: PersonId) -> Result<Vec<Learned>, Error> {
        let sql = "SELECT course, at, item, body FROM learned WHERE person = $1 ORDER BY id";
        self.beside(|engine| {
            engine.all(sql, &[Value::Text(&person.to_string())], |row| {
                Ok(Learned {
                    person,
                    course: row.text(0)?,
                    at: instant(row, 1)?,
                    item: row.text(2)?,
                    body: row.text(3)?,
                })
            })
        })
    }

    /// Hands over what everybody did in a course, oldest first: who, as a word that says nothing else, when, and the event. Over a connection of its own.
    ///
    /// # Errors
    /// Where the database can't be read, or `each` refuses.
    pub fn learned_in(
        &self,
        course: &str,
        mut each: impl FnMut(&str, Timestamp, &str) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let sql = "SELECT person, at, body FROM learned WHERE course = $1 ORDER BY id";
        self.with_reader(|engine| {
            engine.query(sql, &[Value::Text(course)], |row| each(&row.text(0)?, instant(row, 1)?, &row.text(2)?))
        })
    }

    /// Keeps what somebody wrote in an exercise.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn keep_draft(&self, person: PersonId, exercise: &str, body: &str, now: Timestamp) -> Result<(), Error> {
        let (person, at) = (person.to_string(), written(now));
        let sql = "INSERT INTO draft (person, exercise, at, body) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (person, exercise) DO UPDATE SET at = excluded.at, body = excluded.body";
        self.aside(|engine| engine.execute(sql, &[&person, exercise, &at, body].map(Value::Text)))?;
        Ok(())
    }

    /// What somebody wrote in an exercise.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn draft(&self, person: PersonId, exercise: &str) -> Result<Option<String>, Error> {
        let sql = "SELECT body FROM draft WHERE person = $1 AND exercise = $2";
        let person = person.to_string();
        Ok(self.beside(|engine| engine.all(sql, &[&person, exercise].map(Value::Text), |row| row.text(0)))?.pop())
    }

    /// The code on the certificate for a completion, made where there is none yet.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn certificate_code(&self, person: PersonId, seq: u64, fresh: &str) -> Result<String, Error> {
        let person = person.to_string();
        self.aside(|engine| {
            let sql =
                "INSERT INTO certificate (code, person, seq) VALUES ($1, $2, CAST($3 AS INTEGER)) ON CONFLICT (person, seq) DO NOTHING";
            engine.execute(sql, &[Value::Text(fresh), Value::Text(&person), Value::Int(seq)])?;
            let sql = "SELECT code FROM certificate WHERE person = $1 AND seq = CAST($2 AS INTEGER)";
            let found = engine.all(sql, &[Value::Text(&person), Value::Int(seq)], |row| row.text(0))?.pop();
            found.ok_or_else(|| Error::Engine("a certificate's code was not kept".to_owned()))
        })
    }

    /// The completion that a certificate's code stands for: whose, and the number of the fact.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn certified(&self, code: &str) -> Result<Option<(String, u64)>, Error> {
        let sql = "SELECT person, CAST(seq AS INTEGER) FROM certificate WHERE code = $1";
        let read = |row: &crate::engine::Row| Ok((row.text(0)?, row.int(1)?));
        Ok(self.beside(|engine| engine.all(sql, &[Value::Text(code)], read))?.pop())
    }

    /// Reads what is kept beside the ledger for learners, without waiting for whoever writes there.
    pub(crate) fn beside<T>(&self, look: impl FnOnce(&mut Engine) -> Result<T, Error>) -> Result<T, Error> {
        let mut reader = locked(&self.lessons.reader);
        let engine = match reader.as_mut() {
            Some(engine) => engine,
            None => reader.insert(Engine::open(self.place())?),
        };
        let found = look(engine);
        if found.is_err() {
            *reader = None;
        }
        found
    }
}
