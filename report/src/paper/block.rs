//! What is a page made of? Blocks, handed to the template as JSON values: it knows how each kind looks and nothing of what it says.

use serde_json::{Value, json};

/// A piece of the report.
#[derive(Clone, Debug)]
pub(super) enum Block {
    /// A heading: its depth from 1, what it says.
    Heading(u8, String),
    /// The heading of an appendix, with its letter.
    Appendix(char, String),
    /// A paragraph of ours; what stands between backquotes is a name of a file or command.
    Prose(String),
    /// What somebody wrote, in paragraphs.
    Words(String),
    /// Steps to follow, written as [`Block::Prose`].
    Steps(Vec<String>),
    /// Names and what they stand for.
    Facts(Vec<(String, String)>),
    /// Lines in a typewriter's letters that wrap.
    Code(String),
    /// A table.
    Sheet(Sheet),
    /// Outcomes as bars of a hundred percent each.
    Bars(Chart),
    /// Outcomes as columns that can be compared.
    Columns(Chart),
}

/// A table.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheet {
    pub(super) caption: String,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<String>>,
    /// Whether the last row adds the others up.
    pub(super) total: bool,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub(super) struct Column {
    title: &'static str,
    kind: &'static str,
}

/// A column of words, which takes the room that is left.
pub(super) fn text(title: &'static str) -> Column {
    Column { title, kind: "text" }
}

/// A column of sentences.
pub(super) fn wide(title: &'static str) -> Column {
    Column { title, kind: "wide" }
}

/// A column of words that name what the others speak of, narrower than theirs.
pub(super) fn label(title: &'static str) -> Column {
    Column { title, kind: "label" }
}

/// A column of a word or two, as wide as they are.
pub(super) fn word(title: &'static str) -> Column {
    Column { title, kind: "word" }
}

/// A column of numbers.
pub(super) fn number(title: &'static str) -> Column {
    Column { title, kind: "number" }
}

/// A column of days or other things that all have the same form.
pub(super) fn fixed(title: &'static str) -> Column {
    Column { title, kind: "fixed" }
}

/// A column of ids and hashes.
pub(super) fn code(title: &'static str) -> Column {
    Column { title, kind: "code" }
}

/// How many requirements ended on time, late and missed, for each of several things.
#[derive(Clone, Debug, Default)]
pub(super) struct Chart {
    pub(super) caption: String,
    /// What is to be seen, for those who do not see it.
    pub(super) told: String,
    /// What each is called, with its three counts.
    pub(super) rows: Vec<(String, [usize; 3])>,
}

impl Block {
    /// As the template takes it.
    pub(super) fn value(self) -> Value {
        match self {
            Block::Heading(depth, text) => json!({ "kind": "heading", "depth": depth, "text": clean(&text) }),
            Block::Appendix(letter, text) => json!({ "kind": "appendix", "letter": letter, "text": clean(&text) }),
            Block::Prose(text) => json!({ "kind": "prose", "spans": spans(&text) }),
            Block::Words(text) => json!({ "kind": "words", "paragraphs": paragraphs(&text) }),
            Block::Steps(steps) => {
                json!({ "kind": "steps", "steps": steps.iter().map(|step| spans(step)).collect::<Vec<Value>>() })
            }
            Block::Facts(facts) => {
                let facts: Vec<[String; 2]> = facts.iter().map(|(name, text)| [clean(name), clean(text)]).collect();
                json!({ "kind": "facts", "facts": facts })
            }
            Block::Code(text) => json!({ "kind": "code", "text": clean_lines(&text) }),
            Block::Sheet(sheet) => sheet.value(),
            Block::Bars(chart) => chart.value("bars"),
            Block::Columns(chart) => chart.value("columns"),
        }
    }
}

impl Sheet {
    /// Without a column that has nothing in it, as that of names where none is opened.
    pub(super) fn without_empty(mut self, title: &str) -> Sheet {
        let Some(place) = self.columns.iter().position(|column| column.title == title) else { return self };
        if self.rows.iter().all(|row| row.get(place).is_none_or(String::is_empty)) {
            self.columns.remove(place);
            for row in self.rows.iter_mut().filter(|row| place < row.len()) {
                row.remove(place);
            }
        }
        self
    }

    fn value(self) -> Value {
        let columns: Vec<Value> =
            self.columns.iter().map(|column| json!({ "title": column.title, "kind": column.kind })).collect();
        let rows: Vec<Vec<String>> = self.rows.iter().map(|row| row.iter().map(|cell| clean(cell)).collect()).collect();
        json!({ "kind": "sheet", "caption": clean(&self.caption), "columns": columns, "rows": rows, "total": self.total })
    }
}

impl Chart {
    fn value(self, kind: &str) -> Value {
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|(label, parts)| json!({ "label": clean(label), "parts": parts, "of": super::words::number(parts.iter().sum()) }))
            .collect();
        json!({ "kind": kind, "caption": clean(&self.caption), "told": clean(&self.told), "rows": rows })
    }
}

/// Ours, with names of files and commands between backquotes.
fn spans(text: &str) -> Value {
    text.split('`').enumerate().map(|(place, text)| json!({ "code": place % 2 == 1, "text": clean(text) })).collect()
}

fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in text.lines() {
        match paragraphs.last_mut() {
            _ if line.trim().is_empty() => paragraphs.push(String::new()),
            Some(last) => {
                if !last.is_empty() {
                    last.push(' ');
                }
                last.push_str(line.trim());
            }
            None => {}
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs.iter().map(|paragraph| clean(paragraph)).collect()
}

/// So many letters without a space are given places to break.
const LONGEST_WORD: usize = 24;

/// A text on one line that any reader of PDF may be given: without control characters, private letters, and marks that turn
/// the direction of what follows them; with places to break long words.
pub(crate) fn clean(text: &str) -> String {
    cleaned(text, ' ', LONGEST_WORD)
}

/// The same, its lines kept.
pub(super) fn clean_lines(text: &str) -> String {
    cleaned(text.trim_end(), '\n', 60)
}

fn cleaned(text: &str, line_feed: char, longest: usize) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut run = 0;
    for c in text.chars() {
        let c = match c {
            '\n' => line_feed,
            '\t' => ' ',
            '\r' | '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => continue,
            c if c.is_control() || is_private(c) || is_none(c) => '\u{fffd}',
            c => c,
        };
        run = if c.is_whitespace() { 0 } else { run + 1 };
        if run > longest {
            cleaned.push('\u{200b}');
            run = 1;
        }
        cleaned.push(c);
    }
    cleaned
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
}

/// Whether Unicode says that this will never be a character.
fn is_none(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe
}
