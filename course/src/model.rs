//! What a course consists of: tracks, modules, lessons, objectives and items, as their authors wrote them.

use crate::exercise::ExerciseFile;
use crate::files::Version;
use crate::finding::Place;
use crate::issues::IssueHistory;
use crate::taxonomy::Taxonomy;
use keepsharp_domain::Day;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A course in one version.
#[derive(Clone, Debug)]
pub struct Course {
    /// The version that its files are.
    pub version: Version,
    /// As a control names it.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Why it matters, in Markdown.
    pub about: String,
    /// The language it is written in (BCP 47).
    pub language: String,
    /// Under which licence others may use it.
    pub licence: String,
    /// Who answers for it.
    pub owner: String,
    /// What share of the final check must be right, in per cent.
    pub pass_mark: u32,
    /// How many items the final check asks.
    pub final_items: usize,
    /// The short form for those who took it.
    pub refresher: Option<Refresher>,
    /// For whom it is, by role.
    pub tracks: Vec<Track>,
    /// Its parts.
    pub modules: Vec<Module>,
    /// How the company groups its issues, and which modules are about each group.
    pub classes: Vec<IssueClass>,
    /// The company's own past issues; none where nobody brought them.
    pub issues: Option<IssueHistory>,
    /// Its exercises by id.
    pub exercises: BTreeMap<String, ExerciseFile>,
    /// Ids that were used once and are gone for good.
    pub retired: BTreeSet<String>,
    /// Which entries of other lists follow from a weakness.
    pub taxonomy: Taxonomy,
    /// Why rows of the lists that [`crate::coverage`] counts have no lesson, by their ids; none where the course says nothing of coverage.
    pub not_covered: Option<BTreeMap<String, String>>,
}

/// The short form of a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refresher {
    /// As a control names it.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How long a sitting takes at most, in minutes.
    pub minutes: u32,
}

/// A role that the course has a way of its own for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    /// As lessons name it.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Tracks of the programme whose people this is for.
    pub programme: Vec<String>,
    /// What its required lessons may take, in minutes.
    pub minutes: u32,
    /// Modules that a refresher always asks about.
    pub heaviest: Vec<String>,
}

/// A class of issues, as the company's file groups them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueClass {
    /// Its name in the file.
    pub name: String,
    /// The modules that are about it.
    pub modules: Vec<String>,
    /// What code with such an issue typically believes, in a sentence.
    pub believed: String,
}

/// A part of a course.
#[derive(Clone, Debug)]
pub struct Module {
    /// Its id.
    pub id: String,
    /// Its folder below `modules/`.
    pub folder: String,
    /// Its title.
    pub title: String,
    /// In order.
    pub lessons: Vec<Lesson>,
}

/// Whether a track asks for a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// It is there for whoever likes.
    Elective,
    /// It belongs to the track.
    Required,
}

/// A lesson: some minutes about one thing.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// Its file.
    pub place: Place,
    /// Never changes, is never used again.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How long it takes.
    pub minutes: u32,
    /// Which tracks ask for it.
    pub tracks: BTreeMap<String, Need>,
    /// What somebody can do afterwards: id and sentence, in the order of their items.
    pub objectives: Vec<Objective>,
    /// Weaknesses it is about (CWE).
    pub cwe: Vec<u32>,
    /// Rows of other lists that it is about and that follow from none of its weaknesses.
    pub also: Vec<String>,
    /// Languages of its code.
    pub languages: Vec<String>,
    /// Raised when the meaning changes.
    pub rev: u32,
    /// What changed in meaning with this revision.
    pub changed: String,
    /// When somebody last read it critically.
    pub reviewed: Option<Day>,
    /// By when somebody should again.
    pub review_by: Option<Day>,
    /// Who answers for it.
    pub owner: String,
    /// Whether it may be tested out of.
    pub skippable: bool,
    /// The rule that finds the weakness in code.
    pub sast_rule: String,
    /// Where what it says can be read up.
    pub sources: Vec<String>,
    /// A video or page elsewhere that belongs to it.
    pub external: Option<External>,
    /// Its text, in order.
    pub body: Vec<Block>,
    /// Its items, in the order of the text.
    pub items: Vec<Item>,
    /// The same in other languages.
    pub translations: BTreeMap<String, Lesson>,
}

/// What somebody can do after a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objective {
    /// Its id.
    pub id: String,
    /// Completes "You can …".
    pub says: String,
}

/// A video or page elsewhere that belongs to a lesson.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct External {
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// How long it takes.
    pub minutes: u32,
    /// What to take from it.
    pub take: String,
}

/// A part of a lesson's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Text in Markdown, and the line it begins on.
    Prose(usize, String),
    /// Weak and mended code, side by side.
    Pair(Vec<Code>),
    /// The item at this place of the lesson's items.
    Item(usize),
    /// The exercise with this id, and the line that names it.
    Exercise(usize, String),
    /// The company's own past issues. Where it brought none, this text in Markdown, which begins on this line.
    Issues(usize, String),
}

/// A piece of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The line it begins on.
    pub line: usize,
    /// In which language.
    pub language: String,
    /// What it is an example of.
    pub side: Option<Side>,
    /// Lines set off, counted from 1.
    pub marked: BTreeSet<usize>,
    /// Whether it is only a part and need not parse.
    pub is_fragment: bool,
    /// The code.
    pub text: String,
}

/// What a piece of code is an example of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It has the weakness.
    Weak,
    /// It is mended.
    Mended,
}

/// A question: one variant of an objective.
#[derive(Clone, Debug)]
pub struct Item {
    /// Where it begins.
    pub place: Place,
    /// Never changes, is never used again.
    pub id: String,
    /// What it asks about.
    pub objective: String,
    /// In which form.
    pub kind: Kind,
    /// How deep.
    pub level: Level,
    /// Raised when its text changes, but not its key.
    pub rev: u32,
    /// The item whose idea or key it changes.
    pub supersedes: String,
    /// Asked of these tracks only; of everybody where there are none.
    pub tracks: BTreeSet<String>,
    /// The situation and the question, in Markdown.
    pub stem: String,
    /// What is to be done.
    pub task: Task,
    /// A nudge.
    pub hint: String,
    /// First eight hex digits of the hash of all that it says, so that an old answer's question can be found again.
    pub fingerprint: String,
}

/// The form of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Picks the one best answer.
    Check,
    /// Says what happens.
    Predict,
    /// Picks the change that mends it.
    Patch,
    /// Marks the lines.
    Spot,
    /// Puts into order.
    Rank,
}

impl Kind {
    /// As files write it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Check => "check",
            Kind::Predict => "predict",
            Kind::Patch => "patch",
            Kind::Spot => "spot",
            Kind::Rank => "rank",
        }
    }
}

/// What an item asks of somebody's mind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// To know it again.
    Recall,
    /// To use it.
    #[default]
    Apply,
    /// To take a situation apart.
    Analyse,
}

impl Level {
    /// As files write it.
    pub fn word(self) -> &'static str {
        match self {
            Level::Recall => "recall",
            Level::Apply => "apply",
            Level::Analyse => "analyse",
        }
    }
}

/// What is to be done in an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// One of these is right.
    Choose(Vec<Choice>),
    /// Lines of this code are to be marked.
    Spot {
        /// The code.
        code: Code,
        /// The right ones, counted from 1.
        answer: BTreeSet<usize>,
        /// Why a line is right, or tempting and wrong.
        reasons: BTreeMap<usize, String>,
    },
    /// These are in the right order.
    Rank(Vec<Choice>),
}

/// A choice, or a step of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The line it begins on.
    pub line: usize,
    /// In Markdown.
    pub text: String,
    /// Whether it is the right one.
    pub is_right: bool,
    /// Why it is right or wrong, in Markdown.
    pub reason: String,
}

impl Course {
    /// All lessons, in order.
    pub fn lessons(&self) -> impl Iterator<Item = &Lesson> {
        self.modules.iter().flat_map(|module| &module.lessons)
    }

    /// The lesson with this id.
    pub fn lesson(&self, id: &str) -> Option<&Lesson> {
        self.lessons().find(|lesson| lesson.id == id)
    }

    /// The module that a lesson belongs to.
    pub fn module_of(&self, lesson: &str) -> Option<&Module> {
        self.modules.iter().find(|module| module.lessons.iter().any(|known| known.id == lesson))
    }

    /// The module with this id.
    pub fn module(&self, id: &str) -> Option<&Module> {
        self.modules.iter().find(|module| module.id == id)
    }

    /// The item with this id, and its lesson.
    pub fn item(&self, id: &str) -> Option<(&Lesson, &Item)> {
        self.lessons().find_map(|lesson| Some((lesson, lesson.items.iter().find(|item| item.id == id)?)))
    }

    /// The modules that are about a class of issues; none where the course does not know it.
    pub fn modules_of_class(&self, name: &str) -> &[String] {
        self.classes.iter().find(|class| class.name == name).map_or(&[], |class| &class.modules)
    }

    /// The tracks for people of these tracks of the programme.
    pub fn tracks_for<'a>(&'a self, programme: &'a [&str]) -> impl Iterator<Item = &'a Track> {
        let is_for = |track: &&Track| track.programme.iter().any(|id| programme.contains(&id.as_str()));
        self.tracks.iter().filter(is_for)
    }
}

impl Lesson {
    /// The strongest need of any of these tracks; none where no track names it.
    pub fn need<'a>(&self, tracks: impl IntoIterator<Item = &'a str>) -> Option<Need> {
        tracks.into_iter().filter_map(|track| self.tracks.get(track)).max().copied()
    }

    /// Whether any track asks for it.
    pub fn is_required(&self) -> bool {
        self.tracks.values().any(|need| *need == Need::Required)
    }

    /// The items of an objective, in the order of the text.
    pub fn items_of<'a>(&'a self, objective: &'a str) -> impl Iterator<Item = &'a Item> {
        self.items.iter().filter(move |item| item.objective == objective)
    }

    /// The exercises that its text names, and the line of each.
    pub fn exercises(&self) -> impl Iterator<Item = (usize, &str)> {
        self.body.iter().filter_map(|block| match block {
            Block::Exercise(line, id) => Some((*line, id.as_str())),
            _ => None,
        })
    }

    /// The same in another language, where somebody wrote it; otherwise as it is.
    pub fn in_language(&self, language: &str) -> &Lesson {
        self.translations.get(language).unwrap_or(self)
    }
}

impl Item {
    /// Whether it is asked of people of these tracks. Whoever is in none is asked everything.
    pub fn is_for<'a>(&self, tracks: impl IntoIterator<Item = &'a str>) -> bool {
        let mut tracks = tracks.into_iter().peekable();
        self.tracks.is_empty() || tracks.peek().is_none() || tracks.any(|track| self.tracks.contains(track))
    }
}
