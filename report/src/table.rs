//! A table, as text for a terminal, CSV, JSON or Markdown.

use keepsharp_domain::Day;
use std::fmt;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A value of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A count.
    Count(u64),
    /// A day.
    Day(Day),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Cell {
        Cell::Count(count)
    }
}

impl From<u32> for Cell {
    fn from(count: u32) -> Cell {
        Cell::Count(u64::from(count))
    }
}

impl From<Day> for Cell {
    fn from(day: Day) -> Cell {
        Cell::Day(day)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Cell {
        value.map_or(Cell::Empty, Into::into)
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cell::Empty => Ok(()),
            Cell::Text(text) => f.write_str(text),
            Cell::Count(count) => write!(f, "{count}"),
            Cell::Day(day) => write!(f, "{day}"),
        }
    }
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a terminal of so many columns.
    Text(usize),
    /// Comma-separated values, RFC 4180 with line feeds.
    Csv,
    /// An array of objects, one a row.
    Json,
    /// A Markdown table.
    Markdown,
}

/// A table with named columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    columns: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table with these columns and no row.
    #[must_use]
    pub fn new(columns: &[&'static str]) -> Table {
        Table { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row, a cell for each column.
    pub fn push(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table in a format, ending in a line feed.
    #[must_use]
    pub fn write(&self, format: Format) -> String {
        match format {
            Format::Text(width) => self.text(width),
            Format::Csv => self.csv(),
            Format::Json => self.json(),
            Format::Markdown => self.markdown(),
        }
    }

    fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        // Writing into memory does not fail.
        let _ = writer.write_record(&self.columns);
        for row in &self.rows {
            let _ = writer.write_record(row.iter().map(|cell| match cell {
                Cell::Text(text) => neutral(text),
                other => other.to_string(),
            }));
        }
        writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }

    fn json(&self) -> String {
        let object = |row: &Vec<Cell>| {
            let entries = self.columns.iter().zip(row).map(|(column, cell)| {
                let value = match cell {
                    Cell::Empty => serde_json::Value::Null,
                    Cell::Count(count) => (*count).into(),
                    other => other.to_string().into(),
                };
                format!("{}: {value}", serde_json::Value::from(*column))
            });
            format!("  {{{}}}", entries.collect::<Vec<_>>().join(", "))
        };
        if self.rows.is_empty() {
            return "[]\n".to_owned();
        }
        format!("[\n{}\n]\n", self.rows.iter().map(object).collect::<Vec<_>>().join(",\n"))
    }

    fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut text = line(self.columns.iter().map(|column| (*column).to_owned()).collect());
        let numeric = self.numeric();
        text.push_str(&line(numeric.iter().map(|numeric| if *numeric { "---:" } else { "---" }.to_owned()).collect()));
        for row in &self.rows {
            text.push_str(&line(row.iter().map(|cell| markdown_cell(&cell.to_string())).collect()));
        }
        text
    }

    fn text(&self, width: usize) -> String {
        let numeric = self.numeric();
        let shown: Vec<Vec<String>> =
            self.rows.iter().map(|row| row.iter().map(|cell| one_line(&cell.to_string())).collect()).collect();
        let widths = self.widths(&shown, width);
        let mut text = String::new();
        let mut line = |cells: &mut dyn Iterator<Item = &str>| {
            let mut line = String::new();
            for ((cell, width), numeric) in cells.zip(&widths).zip(&numeric) {
                let cut = cut(cell, *width);
                let blank = " ".repeat(width.saturating_sub(cut.width()));
                let (first, second) = if *numeric { (&blank, &cut) } else { (&cut, &blank) };
                line.extend([first.as_str(), second.as_str(), "  "]);
            }
            text.push_str(line.trim_end());
            text.push('\n');
        };
        line(&mut self.columns.iter().copied());
        let rules: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        line(&mut rules.iter().map(String::as_str));
        for row in &shown {
            line(&mut row.iter().map(String::as_str));
        }
        text
    }

    /// Widths that fit: the widest column gives way first, never below what a word needs.
    fn widths(&self, shown: &[Vec<String>], width: usize) -> Vec<usize> {
        const LEAST: usize = 8;
        let mut widths: Vec<usize> = self.columns.iter().map(|column| column.width()).collect();
        for row in shown {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        let room = width.saturating_sub(2 * widths.len().saturating_sub(1));
        while widths.iter().sum::<usize>() > room {
            let Some(widest) = widths.iter_mut().max().filter(|widest| **widest > LEAST) else { break };
            *widest -= 1;
        }
        widths
    }

    fn numeric(&self) -> Vec<bool> {
        let column = |place: usize| {
            let mut cells =
                self.rows.iter().filter_map(|row| row.get(place)).filter(|cell| **cell != Cell::Empty).peekable();
            cells.peek().is_some() && cells.all(|cell| matches!(cell, Cell::Count(_)))
        };
        (0..self.columns.len()).map(column).collect()
    }
}

/// The text as a spreadsheet takes it for a text: what it would take for a formula gets a quotation mark before it
/// (OWASP, "CSV Injection").
#[must_use]
pub fn neutral(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if formula { format!("'{text}") } else { text.to_owned() }
}

fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}

fn markdown_cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    for character in one_line(text).chars() {
        match character {
            '<' => cell.push_str("&lt;"),
            '&' => cell.push_str("&amp;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '@' | '#' | '~' => {
                cell.push('\\');
                cell.push(character);
            }
            other => cell.push(other),
        }
    }
    cell
}

pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut room = width.saturating_sub(1);
    let fits = |character: &char| {
        let wide = character.width().unwrap_or(0);
        let fits = wide <= room;
        room = room.saturating_sub(wide);
        fits
    };
    let mut cut: String = text.chars().take_while(fits).collect();
    cut.push('…');
    cut
}

/// A number with its thousands apart: "1,338".
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The rows of a CSV file of ours, its head first.
pub fn rows_of(text: &str) -> impl Iterator<Item = Vec<String>> + '_ {
    let reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.into_records().map_while(Result::ok).map(|row| row.iter().map(ToOwned::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Table {
        let mut table = Table::new(&["manager_id", "engineers", "attested"]);
        table.push(vec!["".into(), 3u32.into(), Cell::Empty]);
        table.push(vec!["=cmd|' /C calc'!A0".into(), 12u32.into(), 5u32.into()]);
        table
    }

    #[test]
    fn csv_is_what_a_spreadsheet_takes_without_running_anything() {
        assert_eq!(sample().write(Format::Csv), "manager_id,engineers,attested\n,3,\n'=cmd|' /C calc'!A0,12,5\n");
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"] {
            assert!(neutral(formula).starts_with('\''), "{formula}");
        }
        assert_eq!(neutral("E-1=2"), "E-1=2");
    }

    #[test]
    fn json_keeps_counts_as_numbers_and_nothing_as_null() {
        let value: serde_json::Value = serde_json::from_str(&sample().write(Format::Json)).unwrap();
        assert_eq!(value[0]["engineers"], 3);
        assert_eq!(value[0]["attested"], serde_json::Value::Null);
        assert_eq!(Table::new(&["a"]).write(Format::Json), "[]\n");
    }

    #[test]
    fn markdown_shows_cells_as_they_are_and_mentions_nobody() {
        let mut table = Table::new(&["name"]);
        table.push(vec!["@all | <img> *x*".into()]);
        assert_eq!(table.write(Format::Markdown), "| name |\n| --- |\n| \\@all \\| &lt;img> \\*x\\* |\n");
    }

    #[test]
    fn a_text_table_fits_its_terminal_in_any_script() {
        let mut table = Table::new(&["name", "count"]);
        table.push(vec!["直樹 Gulbrandsen with a very long name indeed".into(), 7u32.into()]);
        let text = table.write(Format::Text(30));
        assert!(text.lines().all(|line| line.width() <= 30), "{text}");
        assert!(text.contains("直樹") && text.contains('…') && text.contains('7'));
    }
}
