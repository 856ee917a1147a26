//! What a course is made of, counted: where right answers stand, how long they are, and what each track is asked to read.

use super::lesson::prose_words;
use super::{Desk, wording};
use crate::finding::Place;
use crate::model::{Choice, Course, Item, Kind, Lesson, Level, Need, Task};
use std::collections::BTreeMap;
use std::fmt;

/// How many telling words are told.
const MOST_WORDS: usize = 10;
/// From so many items on, shares say something.
const ENOUGH: usize = 20;

/// A course, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Items with one right choice.
    pub chosen: usize,
    /// How many of them have the right one at the first place, the second and so on.
    pub right_at: [usize; 6],
    /// How many of them have no longer choice than the right one.
    pub right_longest: usize,
    /// How many of them have no shorter choice than the right one.
    pub right_shortest: usize,
    /// Words of choices that give away whether they are right, the most telling first.
    pub telling: Vec<TellingWord>,
    /// Items by kind and level.
    pub items: BTreeMap<(Kind, Level), usize>,
    /// How many objectives have so many items.
    pub objectives: BTreeMap<usize, usize>,
    /// What each track is asked.
    pub tracks: Vec<TrackLoad>,
    /// How long each lesson is.
    pub lessons: Vec<LessonSize>,
}

/// A word of choices that is right, or wrong, much more often than chance has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TellingWord {
    /// The word, in lower case.
    pub word: String,
    /// How many choices have it.
    pub choices: u64,
    /// How many of those are right.
    pub right: u64,
}

/// What a track is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackLoad {
    /// Its id.
    pub track: String,
    /// What its required lessons may take, in minutes.
    pub budget: u32,
    /// Its required lessons, and what they take together in minutes.
    pub required: (usize, u32),
    /// The others it is shown, and what they take together in minutes.
    pub elective: (usize, u32),
}

/// How long a lesson is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LessonSize {
    /// Its id.
    pub lesson: String,
    /// Words of its text, code and items apart.
    pub words: usize,
    /// What it says it takes.
    pub minutes: u32,
    /// Its items.
    pub items: usize,
}

impl Statistics {
    /// The figures of a course.
    pub fn of(course: &Course) -> Statistics {
        let mut statistics = Statistics::default();
        for lesson in course.lessons() {
            statistics.lessons.push(LessonSize {
                lesson: lesson.id.clone(),
                words: prose_words(lesson),
                minutes: lesson.minutes,
                items: lesson.items.len(),
            });
            for item in &lesson.items {
                *statistics.items.entry((item.kind, item.level)).or_default() += 1;
                statistics.count(item);
            }
            for objective in &lesson.objectives {
                *statistics.objectives.entry(lesson.items_of(&objective.id).count()).or_default() += 1;
            }
        }
        statistics.telling = telling_words(course);
        statistics.tracks = course.tracks.iter().map(|track| load(course, &track.id, track.minutes)).collect();
        statistics
    }

    fn count(&mut self, item: &Item) {
        let Task::Choose(choices) = &item.task else { return };
        let Some(at) = choices.iter().position(|choice| choice.is_right) else { return };
        self.chosen += 1;
        if let Some(count) = self.right_at.get_mut(at) {
            *count += 1;
        }
        let length = |choice: &Choice| choice.text.chars().count();
        let right = choices.get(at).map_or(0, length);
        let others = || choices.iter().filter(|choice| !choice.is_right).map(length);
        self.right_longest += usize::from(others().all(|other| other < right));
        self.right_shortest += usize::from(others().all(|other| other > right));
    }
}

/// Fewer choices with a word say nothing about it.
const FEWEST_CHOICES: u64 = 20;
/// The square of 3.5 standard deviations: of a thousand words chance gives less than one.
const TELLING: u64 = 12;

/// The words by which right choices can be told from wrong ones: a learner finds out that "nothing" is never right.
fn telling_words(course: &Course) -> Vec<TellingWord> {
    let mut words: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let (mut all, mut right) = (0, 0);
    for item in course.lessons().flat_map(|lesson| &lesson.items) {
        let Task::Choose(choices) = &item.task else { continue };
        for choice in choices {
            let is_right = u64::from(choice.is_right);
            (all, right) = (all + 1, right + is_right);
            for word in wording::vocabulary(&wording::without_code(&choice.text)) {
                let count = words.entry(word).or_default();
                *count = (count.0 + 1, count.1 + is_right);
            }
        }
    }
    // The square of how many standard deviations a count is from what chance gives: (r·T - n·R)² / (n·R·(T - R)).
    let square = |n: u64, r: u64| {
        let difference = u128::from((r * all).abs_diff(n * right));
        difference * difference / u128::from((n * right * (all - right)).max(1))
    };
    let mut found: Vec<(u128, TellingWord)> = words
        .into_iter()
        .filter(|(_, (choices, _))| *choices >= FEWEST_CHOICES)
        .map(|(word, (choices, right))| (square(choices, right), TellingWord { word, choices, right }))
        .filter(|(square, _)| *square >= u128::from(TELLING))
        .collect();
    found.sort_by(|a, b| (std::cmp::Reverse(a.0), &a.1.word).cmp(&(std::cmp::Reverse(b.0), &b.1.word)));
    found.into_iter().map(|(_, word)| word).collect()
}

fn load(course: &Course, track: &str, budget: u32) -> TrackLoad {
    let sum = |wanted: Need| {
        let lessons = course.lessons().filter(|lesson: &&Lesson| lesson.tracks.get(track) == Some(&wanted));
        lessons.fold((0, 0_u32), |(count, minutes), lesson| (count + 1, minutes.saturating_add(lesson.minutes)))
    };
    TrackLoad { track: track.to_owned(), budget, required: sum(Need::Required), elective: sum(Need::Elective) }
}

/// What the figures show that no single item does.
pub(super) fn check(desk: &mut Desk) {
    let statistics = Statistics::of(desk.course);
    let place = Place::file("course.toml");
    for track in statistics.tracks.iter().filter(|track| track.required.1 > track.budget) {
        let message = format!(
            "the required lessons of track {} take {} minutes, {} more than its {}; make some elective or shorter",
            track.track,
            track.required.1,
            track.required.1 - track.budget,
            track.budget
        );
        desk.warning(&place, message);
    }
    for word in statistics.telling.iter().take(MOST_WORDS) {
        let message = format!(
            "the word \"{}\" stands in {} choices and is right in {}, so right and wrong can be told by it; use it in both, or less",
            word.word, word.choices, word.right
        );
        desk.warning(&place, message);
    }
    // One of four is the longest by chance, one of three at most; almost half is a habit that learners find out.
    for (count, what) in [(statistics.right_longest, "longest"), (statistics.right_shortest, "shortest")] {
        if statistics.chosen >= ENOUGH && count * 100 > statistics.chosen * 45 {
            let message = format!(
                "the right choice is the {what} in {count} of {} items, so length can be guessed by; make choices alike",
                statistics.chosen
            );
            desk.warning(&place, message);
        }
    }
}

impl fmt::Display for Statistics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<28} {:>6} {:>8} {:>6}", "lesson", "words", "minutes", "items")?;
        for lesson in &self.lessons {
            writeln!(f, "{:<28} {:>6} {:>8} {:>6}", lesson.lesson, lesson.words, lesson.minutes, lesson.items)?;
        }
        writeln!(f, "\n{:<28} {:>17} {:>17} {:>8}", "track", "required", "elective", "budget")?;
        for track in &self.tracks {
            let sum = |(lessons, minutes): (usize, u32)| format!("{lessons} in {minutes} min");
            writeln!(
                f,
                "{:<28} {:>17} {:>17} {:>8}",
                track.track,
                sum(track.required),
                sum(track.elective),
                format!("{} min", track.budget)
            )?;
        }
        writeln!(f, "\n{:<28} {:>6} {:>8} {:>8}", "items", "recall", "apply", "analyse")?;
        for kind in [Kind::Check, Kind::Predict, Kind::Patch, Kind::Spot, Kind::Rank] {
            let count = |level| self.items.get(&(kind, level)).copied().unwrap_or(0);
            let (recall, apply, analyse) = (count(Level::Recall), count(Level::Apply), count(Level::Analyse));
            writeln!(f, "{:<28} {recall:>6} {apply:>8} {analyse:>8}", kind.word())?;
        }
        let per = self.objectives.iter().map(|(items, objectives)| format!("{objectives} with {items}"));
        writeln!(f, "\nobjectives by their items:   {}", joined(per))?;
        let last = self.right_at.iter().rposition(|count| *count > 0).map_or(0, |at| at + 1);
        let places = (1..).zip(&self.right_at).take(last.max(4)).map(|(at, count)| format!("{count} at {at}"));
        writeln!(f, "the right choice stands:     {}", joined(places))?;
        let (chosen, longest, shortest) = (self.chosen, self.right_longest, self.right_shortest);
        writeln!(f, "it is the longest in {longest} and the shortest in {shortest} of {chosen} items")?;
        let telling = self.telling.iter().take(MOST_WORDS);
        let told = telling.map(|word| format!("{} (right in {} of {})", word.word, word.right, word.choices));
        writeln!(f, "words that tell it:          {}", joined(told))
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}
