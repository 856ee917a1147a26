//! What learners say of a course, and what was answered. Who said it is kept so that they can be answered, and handed out only where they signed.

use crate::engine::{Engine, Row, Value};
use crate::session::{instant, written};
use crate::{Error, Store};
use jiff::{SignedDuration, Timestamp};
use keepsharp_domain::PersonId;
use std::collections::{BTreeMap, HashMap};

/// How many words somebody may send within a day. A press without words replaces the one before, and counts for nothing.
pub const MOST_A_DAY: u64 = 20;

/// What somebody speaks of, or says by a press.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FeedbackKind {
    /// The lesson was useful.
    Useful,
    /// It was in part.
    PartlyUseful,
    /// It was not.
    NotUseful,
    /// Something is wrong with an item.
    Report,
    /// The course as a whole.
    Course,
}

/// What somebody says of a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Of which course.
    pub course: String,
    /// In which version.
    pub version: String,
    /// Of which lesson; empty where none is meant.
    pub lesson: String,
    /// Of which item; empty where none is meant.
    pub item: String,
    /// What they speak of.
    pub kind: FeedbackKind,
    /// In their words; empty where a press said it all.
    pub words: String,
    /// Whether whoever keeps the course may know who it was.
    pub is_signed: bool,
}

/// What was said of a course, and what was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feedback {
    /// Its number.
    pub id: u64,
    /// What was said.
    pub said: Said,
    /// When.
    pub at: Timestamp,
    /// Who said it, as their id; empty where they did not sign.
    pub by: String,
    /// What was answered, and when.
    pub answered: Option<(String, Timestamp)>,
}

/// How many people found a lesson useful, partly useful, and not.
pub type Usefulness = [u64; 3];

impl FeedbackKind {
    const ALL: [FeedbackKind; 5] = [
        FeedbackKind::Useful,
        FeedbackKind::PartlyUseful,
        FeedbackKind::NotUseful,
        FeedbackKind::Report,
        FeedbackKind::Course,
    ];

    fn word(self) -> &'static str {
        match self {
            FeedbackKind::Useful => "useful",
            FeedbackKind::PartlyUseful => "partly-useful",
            FeedbackKind::NotUseful => "not-useful",
            FeedbackKind::Report => "report",
            FeedbackKind::Course => "course",
        }
    }

    fn read(word: &str) -> Result<FeedbackKind, Error> {
        let found = FeedbackKind::ALL.into_iter().find(|kind| kind.word() == word);
        found.ok_or_else(|| Error::Engine(format!("{word} is no kind of feedback")))
    }

    /// The place among the three answers to "was it useful?"; none for what answers something else.
    fn place(self) -> Option<usize> {
        match self {
            FeedbackKind::Useful => Some(0),
            FeedbackKind::PartlyUseful => Some(1),
            FeedbackKind::NotUseful => Some(2),
            FeedbackKind::Report | FeedbackKind::Course => None,
        }
    }
}

const COLUMNS: &str =
    "SELECT id, course, version, lesson, item, kind, words, is_signed, at, person, answer, answered_at FROM feedback";

/// A row, without its author where they did not sign.
fn read(row: &Row) -> Result<Feedback, Error> {
    let is_signed = row.int(7)? == 1;
    let answered_at = row.text(11)?;
    Ok(Feedback {
        id: row.int(0)?,
        said: Said {
            course: row.text(1)?,
            version: row.text(2)?,
            lesson: row.text(3)?,
            item: row.text(4)?,
            kind: FeedbackKind::read(&row.text(5)?)?,
            words: row.text(6)?,
            is_signed,
        },
        at: instant(row, 8)?,
        by: if is_signed { row.text(9)? } else { String::new() },
        answered: if answered_at.is_empty() { None } else { Some((row.text(10)?, instant(row, 11)?)) },
    })
}

impl Store {
    /// Keeps what somebody says; whether it was taken: of words at most [`MOST_A_DAY`] are within a day. The same words again are kept once.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn add_feedback(&self, person: PersonId, said: &Said, now: Timestamp) -> Result<bool, Error> {
        let person = person.to_string();
        self.aside(|engine| {
            if said.words.is_empty() {
                forget_press(engine, &person, said)?;
            } else if is_said(engine, &person, said)? {
                return Ok(true);
            } else if said_lately(engine, &person, now)? >= MOST_A_DAY {
                return Ok(false);
            }
            insert(engine, &person, said, now)?;
            Ok(true)
        })
    }

    /// What was said in words of a course and waits for an answer, oldest first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn open_feedback(&self, course: &str) -> Result<Vec<Feedback>, Error> {
        let sql = format!("{COLUMNS} WHERE course = $1 AND words <> '' AND answered_at = '' ORDER BY id");
        self.beside(|engine| engine.all(&sql, &[Value::Text(course)], read))
    }

    /// What was answered of it, the latest answer first, at most so many.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn answered_feedback(&self, course: &str, most: u64) -> Result<Vec<Feedback>, Error> {
        let sql = format!(
            "{COLUMNS} WHERE course = $1 AND answered_at <> '' ORDER BY answered_at DESC, id DESC LIMIT {most}"
        );
        self.beside(|engine| engine.all(&sql, &[Value::Text(course)], read))
    }

    /// Answers what somebody said; whether it waited for an answer.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub fn answer_feedback(&self, id: u64, words: &str, now: Timestamp) -> Result<bool, Error> {
        // What no column can hold is no number of ours.
        if i32::try_from(id).is_err() {
            return Ok(false);
        }
        let sql =
            "UPDATE feedback SET answer = $1, answered_at = $2 WHERE id = $3 AND words <> '' AND answered_at = ''";
        let values = [Value::Text(words), Value::Text(&written(now)), Value::Int(id)];
        Ok(self.aside(|engine| engine.execute(sql, &values))? == 1)
    }

    /// What somebody said in words of a course, the latest first, at most so many, each with its answer.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn feedback_by(&self, person: PersonId, course: &str, most: u64) -> Result<Vec<Feedback>, Error> {
        let sql = format!("{COLUMNS} WHERE person = $1 AND course = $2 AND words <> '' ORDER BY id DESC LIMIT {most}");
        let person = person.to_string();
        self.beside(|engine| engine.all(&sql, &[&person, course].map(Value::Text), read))
    }

    /// How many people found each lesson of a course useful, each person's latest word counted, up to an instant.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn usefulness(&self, course: &str, until: Timestamp) -> Result<BTreeMap<String, Usefulness>, Error> {
        let sql = "SELECT person, lesson, kind FROM feedback WHERE course = $1 AND at < $2 ORDER BY id";
        let mut latest: HashMap<(String, String), usize> = HashMap::new();
        self.with_reader(|engine| {
            engine.query(sql, &[course, &written(until)].map(Value::Text), |row| {
                if let Some(place) = FeedbackKind::read(&row.text(2)?)?.place() {
                    latest.insert((row.text(0)?, row.text(1)?), place);
                }
                Ok(())
            })
        })?;
        let mut found: BTreeMap<String, Usefulness> = BTreeMap::new();
        for ((_, lesson), place) in latest {
            if let Some(count) = found.entry(lesson).or_default().get_mut(place) {
                *count += 1;
            }
        }
        Ok(found)
    }
}

/// Takes back somebody's earlier press on the same lesson, so that one person counts once.
fn forget_press(engine: &mut Engine, person: &str, said: &Said) -> Result<(), Error> {
    let sql = "DELETE FROM feedback WHERE person = $1 AND course = $2 AND lesson = $3 AND words = '' AND item = $4";
    engine.execute(sql, &[person, &said.course, &said.lesson, &said.item].map(Value::Text))?;
    Ok(())
}

/// Whether somebody said the very same and waits for an answer.
fn is_said(engine: &mut Engine, person: &str, said: &Said) -> Result<bool, Error> {
    let sql = "SELECT kind FROM feedback WHERE person = $1 AND course = $2 AND lesson = $3 AND item = $4 AND kind = $5
               AND words = $6 AND answered_at = ''";
    let Said { course, lesson, item, words, .. } = said;
    let values = [person, course, lesson, item, said.kind.word(), words].map(Value::Text);
    Ok(!engine.all(sql, &values, |row| row.text(0))?.is_empty())
}

/// How often somebody said something in words within a day.
fn said_lately(engine: &mut Engine, person: &str, now: Timestamp) -> Result<u64, Error> {
    let since = now.checked_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
    let sql = "SELECT kind FROM feedback WHERE person = $1 AND words <> '' AND at > $2";
    Ok(engine.all(sql, &[person, &written(since)].map(Value::Text), |row| row.text(0))?.len() as u64)
}

fn insert(engine: &mut Engine, person: &str, said: &Said, now: Timestamp) -> Result<(), Error> {
    let sql =
        "INSERT INTO feedback (course, version, lesson, item, kind, words, person, is_signed, at, answer, answered_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '')";
    let Said { course, version, lesson, item, words, .. } = said;
    let at = written(now);
    let texts = [course, version, lesson, item, said.kind.word(), words, person].map(Value::Text);
    let mut values = texts.to_vec();
    values.extend([Value::Int(u64::from(said.is_signed)), Value::Text(&at)]);
    engine.execute(sql, &values)?;
    Ok(())
}
