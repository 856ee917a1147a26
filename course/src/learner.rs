//! What somebody did in a course, folded from their learning events: personal data, erasable, never evidence.
//!
//! Events are only added, so two tabs or two devices lose nothing: each adds its own, and the fold takes them together.

use crate::model::{Course, Item};
use keepsharp_domain::Day;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Something that a learner did in a course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "did", rename_all = "snake_case")]
pub enum Event {
    /// Began the course, in this version. Two tabs may both begin it: the second time counts for nothing unless it is anew.
    Began {
        /// The version.
        version: String,
        /// Whether they want to take it again: what was done before belongs to an earlier time through it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        anew: bool,
    },
    /// Works in these tracks of the course too, beside those that the roster gives.
    AlsoIn {
        /// Ids of tracks.
        tracks: BTreeSet<String>,
    },
    /// Reads the course in this language where it is translated.
    Reads {
        /// The language (BCP 47).
        language: String,
    },
    /// Answered an item.
    Answered(Answer),
    /// Is done with a lesson.
    Done {
        /// The lesson.
        lesson: String,
        /// Its revision then.
        rev: u32,
        /// By attending it or by showing that it is known.
        how: How,
    },
    /// Began a sitting: a row of items one after another.
    Sat {
        /// What for.
        sitting: SittingKind,
        /// The items planned.
        items: Vec<String>,
    },
    /// Ended the sitting begun last.
    Rose {
        /// How it ended.
        outcome: Outcome,
    },
    /// Ran an exercise that then held: practice, never evidence.
    Solved {
        /// The exercise.
        exercise: String,
    },
    /// Time spent reading, beside answers.
    Read {
        /// In seconds, without what was idle.
        seconds: u32,
    },
    /// A completion was recorded.
    Finished {
        /// Of the refresher, or of the full course.
        is_refresher: bool,
        /// The version.
        version: String,
    },
}

/// How somebody came to be done with a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// They took it.
    Attended,
    /// They showed in a test beforehand that they know it.
    Shown,
}

/// What a sitting is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum SittingKind {
    /// To show that a lesson or module is known.
    TestOut {
        /// Id of the lesson or module.
        scope: String,
    },
    /// The final check.
    Final,
    /// The refresher.
    Refresher,
}

/// How a sitting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It showed what it should.
    Passed,
    /// Not this time.
    NotYet,
}

/// One answer to one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The item, one variant of its objective.
    pub item: String,
    /// What it asks about.
    pub objective: String,
    /// The lesson it belongs to.
    pub lesson: String,
    /// Which wording of the item was seen.
    pub fingerprint: String,
    /// What was chosen: places of choices or lines as the author wrote them, counted from 1.
    pub chosen: Vec<usize>,
    /// Whether it was right.
    pub is_right: bool,
    /// Whether they were sure.
    pub is_sure: bool,
    /// How long it took, in seconds, without what was idle.
    pub seconds: u32,
    /// On which day.
    pub on: Day,
    /// In a sitting, or in the lesson itself.
    pub in_sitting: bool,
}

/// A sitting that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sitting {
    /// What for.
    pub kind: SittingKind,
    /// The items planned.
    pub items: Vec<String>,
    /// Answers given in it so far: places in the learner's answers.
    pub answers: Vec<usize>,
    /// How it ended; none while it goes on.
    pub outcome: Option<Outcome>,
}

/// Somebody's way through a course so far.
#[derive(Clone, Debug, Default)]
pub struct Learner {
    /// The version they are in; none before they begin.
    pub version: Option<String>,
    /// Tracks they said they work in too.
    pub also_in: BTreeSet<String>,
    /// The language they read in.
    pub language: Option<String>,
    /// Every answer they ever gave in this course, oldest first.
    pub answers: Vec<Answer>,
    /// Place of the first answer of this time through the course.
    pub since: usize,
    /// Lessons they are done with, this time through.
    pub done: BTreeMap<String, How>,
    /// Lessons they were ever done with, and the latest revision.
    pub known: BTreeMap<String, u32>,
    /// The sitting begun last.
    pub sitting: Option<Sitting>,
    /// How many final checks they have ended.
    pub finals: usize,
    /// How many refreshers they have ended.
    pub refreshers: usize,
    /// Exercises that they solved.
    pub solved: BTreeSet<String>,
    /// Seconds of learning, this time through.
    pub seconds: u64,
    /// Whether the full course was completed, this time through.
    pub is_finished: bool,
    /// Whether the final check was passed, this time through.
    pub is_assessed: bool,
    /// Whether what was finished last is a refresher.
    pub finished_refresher: bool,
    /// The version in which something was finished last.
    pub finished_version: Option<String>,
}

impl Learner {
    /// The fold of somebody's events, oldest first.
    pub fn of(events: impl IntoIterator<Item = Event>) -> Learner {
        let mut learner = Learner::default();
        for event in events {
            learner.apply(event);
        }
        learner
    }

    /// Takes one more event in.
    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Began { version, anew } if anew || self.version.is_none() => self.begin(version),
            Event::Began { .. } => {}
            Event::AlsoIn { tracks } => self.also_in = tracks,
            Event::Reads { language } => self.language = Some(language),
            Event::Answered(answer) => self.answer(answer),
            Event::Done { lesson, rev, how } => {
                let known = self.known.entry(lesson.clone()).or_default();
                *known = rev.max(*known);
                self.done.entry(lesson).or_insert(how);
            }
            Event::Sat { sitting, items } => {
                self.sitting = Some(Sitting { kind: sitting, items, answers: Vec::new(), outcome: None });
            }
            Event::Rose { outcome } => self.rise(outcome),
            Event::Solved { exercise } => {
                self.solved.insert(exercise);
            }
            Event::Read { seconds } => self.seconds += u64::from(seconds),
            Event::Finished { is_refresher, version } => {
                self.is_finished |= !is_refresher;
                self.refreshers += usize::from(is_refresher);
                self.finished_refresher = is_refresher;
                self.finished_version = Some(version);
            }
        }
    }

    fn begin(&mut self, version: String) {
        self.version = Some(version);
        self.since = self.answers.len();
        self.done.clear();
        self.sitting = None;
        self.seconds = 0;
        self.is_finished = false;
        self.is_assessed = false;
    }

    fn answer(&mut self, answer: Answer) {
        self.seconds += u64::from(answer.seconds);
        if let (true, Some(sitting)) = (answer.in_sitting, &mut self.sitting) {
            sitting.answers.push(self.answers.len());
        }
        self.answers.push(answer);
    }

    fn rise(&mut self, outcome: Outcome) {
        let Some(sitting) = self.sitting.as_mut().filter(|sitting| sitting.outcome.is_none()) else { return };
        sitting.outcome = Some(outcome);
        if sitting.kind == SittingKind::Final {
            self.finals += 1;
            self.is_assessed |= outcome == Outcome::Passed;
        }
    }

    /// The sitting that is not ended.
    pub fn open_sitting(&self) -> Option<&Sitting> {
        self.sitting.as_ref().filter(|sitting| sitting.outcome.is_none())
    }

    /// The answers of a sitting, oldest first.
    pub fn sitting_answers<'a>(&'a self, sitting: &'a Sitting) -> impl Iterator<Item = &'a Answer> {
        sitting.answers.iter().filter_map(|at| self.answers.get(*at))
    }

    /// The answers of this time through the course, oldest first.
    pub fn recent_answers(&self) -> &[Answer] {
        self.answers.get(self.since..).unwrap_or_default()
    }

    /// When an item was answered last, as a place in all answers; none where it never was.
    pub fn last_answer(&self, item: &str) -> Option<usize> {
        self.answers.iter().rposition(|answer| answer.item == item)
    }

    /// Of these variants the one to be asked next: one never met, otherwise the one met longest ago. `salt` turns the order of those never met,
    /// so that people do not all begin with the same one; 0 keeps the author's.
    pub fn next_variant<'c>(&self, variants: &[&'c Item], salt: u64) -> Option<&'c Item> {
        let turned = |place: usize| (place as u64).wrapping_add(salt) % variants.len().max(1) as u64;
        let order = |(place, item): &(usize, &&Item)| (self.last_answer(&item.id), turned(*place));
        variants.iter().enumerate().min_by_key(order).map(|(_, item)| *item)
    }

    /// The tracks of a course that somebody is in: those for their tracks of the programme, and those they added.
    pub fn tracks<'c>(&self, course: &'c Course, programme: &[&str]) -> Vec<&'c str> {
        let is_theirs = |track: &&crate::model::Track| {
            self.also_in.contains(&track.id) || track.programme.iter().any(|id| programme.contains(&id.as_str()))
        };
        course.tracks.iter().filter(is_theirs).map(|track| track.id.as_str()).collect()
    }
}

/// A number that is the same for the same words, to shuffle by: FNV-1a, so that it does not depend on a library's whim.
pub fn salt(words: &[&str]) -> u64 {
    let bytes = words.iter().flat_map(|word| word.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The numbers from 0 to `count` in an order that follows from `salt`.
pub fn shuffled(count: usize, salt: u64) -> Vec<usize> {
    let mut order: Vec<(u64, usize)> = (0..count).map(|place| (mixed(salt ^ (place as u64 + 1)), place)).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, place)| place).collect()
}

/// A round of `SplitMix64`: neighbouring numbers end far apart.
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
