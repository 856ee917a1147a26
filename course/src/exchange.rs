//! Items that come from other systems as drafts, and go to them.

use crate::model::{Choice, Course, Item, Kind, Lesson, Task};

pub mod csv;
pub mod gift;
mod html;
pub mod mdbook_quiz;
pub mod qti;
mod writing;

pub use writing::drafts;

/// What a file to be imported may weigh, in bytes.
pub const LARGEST_IMPORT: usize = 8 << 20;
/// As many items are taken from one file.
pub const MOST_ITEMS: usize = 5_000;
/// What one text may have, in bytes; longer ones are no question.
const LONGEST_TEXT: usize = 20_000;

/// The formats that items are imported from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Moodle's GIFT.
    Gift,
    /// The TOML of mdBook-quiz.
    MdbookQuiz,
    /// An item of QTI 2.1 or 3.0.
    Qti,
    /// The columns that [`csv::export`] writes.
    Csv,
}

/// What was found in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Items with one right choice.
    pub items: Vec<Draft>,
    /// What was left out.
    pub skipped: Vec<Skipped>,
}

/// An item to be, as far as another system knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What it was called there.
    pub name: String,
    /// `check`, unless the file says `predict` or `patch`.
    pub kind: Kind,
    /// The question, in Markdown.
    pub stem: String,
    /// Its choices, one of them right.
    pub choices: Vec<DraftChoice>,
    /// A nudge.
    pub hint: String,
}

impl Draft {
    fn texts(&self) -> impl Iterator<Item = &String> {
        let choices = self.choices.iter().flat_map(|choice| [&choice.text, &choice.reason]);
        choices.chain([&self.stem, &self.hint])
    }
}

/// A choice of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftChoice {
    /// In Markdown.
    pub text: String,
    /// Whether it is the right one.
    pub is_right: bool,
    /// Why; empty where the other system does not say.
    pub reason: String,
}

/// Something that was left out of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The line it begins on; 0 where that is not known.
    pub line: usize,
    /// What it was called.
    pub name: String,
    /// Why.
    pub why: String,
}

/// The items in a file of another system.
///
/// # Errors
/// Says why the file can't be read at all.
pub fn import(format: Format, bytes: &[u8]) -> Result<Imported, String> {
    if bytes.len() > LARGEST_IMPORT {
        return Err(format!("the file has more than {} MiB; divide it", LARGEST_IMPORT >> 20));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count();
        format!("line {line}: the file is not UTF-8; save it as UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match format {
        Format::Gift => Ok(gift::import(text)),
        Format::MdbookQuiz => mdbook_quiz::import(text),
        Format::Qti => qti::import(text),
        Format::Csv => csv::import(text),
    }
}

impl Imported {
    /// Takes an item in, or says why it can't be one of ours.
    fn put(&mut self, line: usize, draft: Draft) {
        let right = draft.choices.iter().filter(|choice| choice.is_right).count();
        let is_long = draft.texts().any(|text| text.len() > LONGEST_TEXT);
        let why = if self.items.len() >= MOST_ITEMS {
            format!("one file brings {MOST_ITEMS} items at most; divide it")
        } else if draft.stem.trim().is_empty() {
            "it asks nothing".to_owned()
        } else if !(2..=6).contains(&draft.choices.len()) {
            format!("it has {} choices; an item has three or four", draft.choices.len())
        } else if draft.choices.iter().any(|choice| choice.text.trim().is_empty()) {
            "one of its choices is empty".to_owned()
        } else if right != 1 {
            format!("{right} of its choices are right; an item has one best answer, or is written as `spot`")
        } else if is_long {
            format!("one of its texts has more than {LONGEST_TEXT} bytes")
        } else {
            return self.items.push(draft);
        };
        self.skip(line, &draft.name, why);
    }

    fn skip(&mut self, line: usize, name: &str, why: impl Into<String>) {
        // A file of nothing else says the same as its first thousand.
        if self.skipped.len() < 1_000 {
            let name = name.chars().filter(|c| !c.is_control()).take(80).collect();
            self.skipped.push(Skipped { line, name, why: why.into() });
        }
    }
}

/// An item as other systems know it: something to choose, or to put into order.
struct Portable<'a> {
    lesson: &'a Lesson,
    item: &'a Item,
    /// The question, with the code that a `spot` marks.
    stem: String,
    choices: Vec<Choice>,
    asks: Asks,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    One,
    Several,
    Order,
}

/// All items of a course.
fn portable(course: &Course) -> impl Iterator<Item = Portable<'_>> {
    course.lessons().flat_map(|lesson| lesson.items.iter().map(move |item| of(lesson, item)))
}

fn of<'a>(lesson: &'a Lesson, item: &'a Item) -> Portable<'a> {
    let (choices, asks) = match &item.task {
        Task::Choose(choices) => (choices.clone(), Asks::One),
        Task::Rank(steps) => (steps.clone(), Asks::Order),
        Task::Spot { code, answer, reasons } => {
            let line = |at: usize| code.text.lines().nth(at - 1).unwrap_or_default().trim().replace('`', "'");
            let choice = |(at, reason): (&usize, &String)| Choice {
                line: 0,
                text: format!("Line {at}: `{}`", line(*at)),
                is_right: answer.contains(at),
                reason: reason.clone(),
            };
            (reasons.iter().map(choice).collect(), if answer.len() == 1 { Asks::One } else { Asks::Several })
        }
    };
    let stem = match &item.task {
        Task::Spot { code, .. } => format!("{}\n\n~~~{}\n{}~~~", item.stem, code.language, code.text),
        _ => item.stem.clone(),
    };
    Portable { lesson, item, stem, choices, asks }
}

#[cfg(test)]
mod tests;
