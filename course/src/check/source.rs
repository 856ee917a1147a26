//! Where in a file something stands that the model knows without its line.

use crate::files::CourseFiles;
use crate::finding::Place;
use crate::model::{Choice, Item, Task};

/// The lines of a file.
pub(super) struct Source<'a> {
    place: Place,
    lines: Vec<&'a str>,
}

/// A piece of Markdown, and the line of the file that it begins on.
pub(super) struct Piece<'a> {
    pub(super) line: usize,
    pub(super) text: &'a str,
}

impl<'a> Source<'a> {
    pub(super) fn of(files: &'a CourseFiles, file: &str) -> Source<'a> {
        let text = files.get(file).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
        Source { place: Place::file(file), lines: text.lines().collect() }
    }

    /// The line of a file in TOML, or of a front matter, that sets this key; the first line where none does.
    pub(super) fn key(&self, key: &str) -> Place {
        let sets = |line: &str| {
            let rest = line.trim_start().strip_prefix('"').unwrap_or(line.trim_start());
            let rest = rest.strip_prefix(key).or_else(|| line.trim().strip_prefix('[')?.strip_prefix(key));
            rest.is_some_and(|rest| rest.trim_start_matches('"').trim_start().starts_with(['=', ']']))
        };
        let end =
            self.lines.iter().skip(1).position(|line| line.starts_with("+++")).map_or(self.lines.len(), |at| at + 1);
        let found = self.lines.iter().take(end).position(|line| sets(line));
        self.place.at(found.map_or(1, |at| at + 1))
    }

    /// The first line at or after `from` that holds the first line of a text; `from` where none does.
    pub(super) fn line_of(&self, from: usize, text: &str) -> usize {
        const FAR: usize = 400;
        let first = text.lines().next().unwrap_or_default().trim();
        let lines = self.lines.iter().skip(from.saturating_sub(1)).take(FAR);
        lines.into_iter().position(|line| line.contains(first)).map_or(from, |at| from + at)
    }

    /// The first line that begins with a text; the first line of all where none does.
    pub(super) fn beginning(&self, text: &str) -> Place {
        self.place.at(self.lines.iter().position(|line| line.starts_with(text)).map_or(1, |at| at + 1))
    }

    /// The pieces of Markdown that an item says, with their lines.
    pub(super) fn pieces<'i>(&self, item: &'i Item) -> Vec<Piece<'i>> {
        let stem = self.line_of(item.place.line + 1, &item.stem);
        let mut pieces = vec![Piece { line: stem, text: &item.stem }];
        let end = match &item.task {
            Task::Choose(choices) | Task::Rank(choices) => {
                pieces.extend(
                    choices
                        .iter()
                        .flat_map(|choice| [Piece { line: choice.line, text: &choice.text }, self.reason(choice)]),
                );
                choices.last().map_or(stem, |choice| choice.line)
            }
            Task::Spot { code, reasons, .. } => {
                let from = code.line + code.text.lines().count();
                pieces.extend(
                    reasons.iter().map(|(at, text)| Piece { line: self.line_of(from, &format!("- {at}:")), text }),
                );
                from
            }
        };
        if !item.hint.is_empty() {
            pieces.push(Piece { line: self.line_of(end, &item.hint), text: &item.hint });
        }
        pieces
    }

    /// A choice's reason: the first quotation below its text.
    pub(super) fn reason<'c>(&self, choice: &'c Choice) -> Piece<'c> {
        let from = choice.line + choice.text.lines().count();
        Piece { line: self.line_of(from, &choice.reason), text: &choice.reason }
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }
}
