//! How a CSV file is read: strictly, with line and column of everything that is wrong, and nothing half-read.

use crate::calendar::{quote, read_day};
use crate::{Day, Problem, Refusal};
use std::collections::BTreeMap;

/// Largest file taken in, in bytes. A hundred thousand people are some twenty million.
pub const LARGEST_FILE: usize = 256 << 20;
/// Longest row, in bytes.
const LONGEST_ROW: usize = 64 << 10;
/// Longest field, in characters.
const LONGEST_FIELD: usize = 4_000;
/// How many problems are collected before reading on would only repeat them.
const MOST_PROBLEMS: usize = 1_000;

/// A file to be taken in: its bytes, what they hash to, and what its columns are called.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// Their SHA-256, lower-case hex.
    pub sha256: &'a str,
    /// Our column names to those of the file, where they differ.
    pub columns: &'a BTreeMap<String, String>,
}

/// Which columns a kind of file has.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Those it must have.
    pub required: &'static [&'static str],
    /// Those it may have.
    pub optional: &'static [&'static str],
}

/// One row, its fields trimmed.
pub struct Row<'s> {
    /// Line of the file on which it starts, from 1.
    pub line: u64,
    record: &'s csv::StringRecord,
    places: &'s [(&'static str, usize)],
    problems: &'s mut Vec<Problem>,
}

impl Row<'_> {
    /// The field of a column, empty where the file has no such column.
    #[must_use]
    pub fn get(&self, column: &str) -> &str {
        self.place(column).and_then(|place| self.record.get(place)).unwrap_or_default().trim()
    }

    /// Whether the file has such a column.
    #[must_use]
    pub fn has(&self, column: &str) -> bool {
        self.place(column).is_some()
    }

    fn place(&self, column: &str) -> Option<usize> {
        self.places.iter().find(|(name, _)| *name == column).map(|(_, place)| *place)
    }

    /// Notes what is wrong with the field of a column.
    pub fn problem(&mut self, column: &str, message: impl Into<String>) {
        if self.problems.len() < MOST_PROBLEMS {
            let place = self.place(column).unwrap_or(0);
            self.problems.push(Problem::field(self.line, place + 1, column, message));
        }
    }

    /// The field as a date, none where it is empty; notes what is no date.
    pub fn day(&mut self, column: &'static str) -> Option<Day> {
        let field = self.get(column);
        if field.is_empty() {
            return None;
        }
        match read_day(field) {
            Ok(day) => Some(day),
            Err(message) => {
                self.problem(column, message);
                None
            }
        }
    }

    /// The field as a date; notes where it is empty or no date.
    pub fn required_day(&mut self, column: &'static str) -> Option<Day> {
        self.required(column)?;
        self.day(column)
    }

    /// The field, none and noted where it is empty.
    pub fn required(&mut self, column: &'static str) -> Option<String> {
        let field = self.get(column);
        if field.is_empty() {
            self.problem(column, format!("{column} is empty; every row needs one"));
            return None;
        }
        Some(field.to_owned())
    }
}

/// What reading a file gave beside its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Rows, the head apart.
    pub rows: u64,
    /// What the user should know of, though it stops nothing.
    pub notices: Vec<String>,
}

/// Reads a file and hands over every row.
///
/// # Errors
/// All that is wrong with the file, by line and column; the rows handed over are then not to be used.
pub fn read(file: File, layout: Layout, mut each: impl FnMut(&mut Row)) -> Result<Reading, Refusal> {
    let refuse = |problem: Problem| Refusal::File(vec![problem]);
    let text = decode(file.bytes).map_err(refuse)?;
    let mut reader = csv::ReaderBuilder::new().has_headers(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| refuse(unreadable(&error)))?.clone();
    let (places, notices) = place_columns(&header, layout, file.columns)?;
    let mut reading = Reading { rows: 0, notices };
    let mut problems = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                problems.push(unreadable(&error));
                // Fields that do not fit the head say nothing, so what follows would only repeat it.
                break;
            }
        }
        reading.rows += 1;
        let line = record.position().map_or(0, csv::Position::line);
        check_fields(&record, line, &header, &mut problems);
        each(&mut Row { line, record: &record, places: &places, problems: &mut problems });
    }
    Refusal::unless_clean(reading, problems)
}

fn decode(bytes: &[u8]) -> Result<&str, Problem> {
    if bytes.len() > LARGEST_FILE {
        return Err(Problem::file(format!(
            "the file has {} MB; {} are the most, split it",
            bytes.len() >> 20,
            LARGEST_FILE >> 20
        )));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Problem::file("the file is UTF-16; save it as CSV in UTF-8"));
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Problem::file("the file is empty; its first line names the columns"));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count() as u64;
        let column = 1 + before.iter().rev().take_while(|byte| **byte != b'\n').count();
        Problem {
            line: Some(line),
            column: Some((column, String::new())),
            message: "this is not UTF-8; save the file as CSV in UTF-8".to_owned(),
        }
    })?;
    if let Some(place) = bytes.iter().position(|byte| *byte == 0) {
        let line = 1 + bytes.iter().take(place).filter(|byte| **byte == b'\n').count() as u64;
        return Err(Problem::line(line, "there is a zero byte; the file is no text or was damaged"));
    }
    if bytes.iter().filter(|byte| **byte == b'"').count() % 2 == 1 {
        return Err(Problem::file(
            "a quotation mark is opened and never closed; the file was cut off or a mark must be written twice",
        ));
    }
    for (line, row) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        if row.len() > LONGEST_ROW {
            return Err(Problem::line(line, format!("this line has {} bytes; {LONGEST_ROW} are the most", row.len())));
        }
    }
    Ok(text)
}

type Placed = (Vec<(&'static str, usize)>, Vec<String>);

fn place_columns(
    header: &csv::StringRecord,
    layout: Layout,
    renamed: &BTreeMap<String, String>,
) -> Result<Placed, Refusal> {
    let known: Vec<&'static str> = layout.required.iter().chain(layout.optional).copied().collect();
    let mut places: Vec<(&'static str, usize)> = Vec::new();
    let (mut notices, mut problems) = (Vec::new(), Vec::new());
    for (place, field) in header.iter().enumerate() {
        let field = field.trim();
        let ours = known.iter().copied().find(|name| match renamed.get(*name) {
            Some(theirs) => theirs.trim().eq_ignore_ascii_case(field),
            None => name.eq_ignore_ascii_case(field),
        });
        match ours {
            None => notices.push(format!("column {} ({}) is not known and was ignored", place + 1, quote(field))),
            Some(name) if places.iter().any(|(placed, _)| *placed == name) => {
                problems.push(Problem::field(1, place + 1, field, "this column stands there twice; remove one"));
            }
            Some(name) => places.push((name, place)),
        }
    }
    for name in layout.required {
        if !places.iter().any(|(placed, _)| placed == name) {
            let column =
                renamed.get(*name).map_or_else(|| (*name).to_owned(), |theirs| format!("{theirs} (for {name})"));
            problems.push(Problem::line(
                1,
                format!("there is no column {column}; the columns are {}{}", known.join(","), separators(header)),
            ));
        }
    }
    Refusal::unless_clean((places, notices), problems)
}

fn separators(header: &csv::StringRecord) -> &'static str {
    let only = header.get(0).unwrap_or_default();
    if header.len() == 1 && (only.contains(';') || only.contains('\t')) { ", separated by commas" } else { "" }
}

fn check_fields(record: &csv::StringRecord, line: u64, header: &csv::StringRecord, problems: &mut Vec<Problem>) {
    for (place, field) in record.iter().enumerate() {
        let name = header.get(place).unwrap_or_default();
        let message = if field.chars().nth(LONGEST_FIELD).is_some() {
            format!("this field is longer than {LONGEST_FIELD} characters")
        } else if field.trim().chars().any(|character| character.is_control() && character != '\t') {
            format!("{} has a line break or another control character in it; remove it", quote(field.trim()))
        } else {
            continue;
        };
        if problems.len() < MOST_PROBLEMS {
            problems.push(Problem::field(line, place + 1, name.trim(), message));
        }
    }
}

fn unreadable(error: &csv::Error) -> Problem {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => Problem {
            line: pos.as_ref().map(csv::Position::line),
            column: None,
            message: format!(
                "this row has {len} fields where the head has {expected_len}; it was cut off, or a field with a comma needs quotation marks"
            ),
        },
        _ => Problem {
            line: error.position().map(csv::Position::line),
            column: None,
            message: format!("this can't be read as CSV: {error}"),
        },
    }
}

/// The items of a field that lists several, separated by semicolons.
#[must_use]
pub fn items(field: &str) -> Box<[Box<str>]> {
    field.split(';').map(str::trim).filter(|item| !item.is_empty()).map(Box::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYOUT: Layout = Layout { required: &["employee_id", "on"], optional: &["name"] };

    fn try_read(bytes: &[u8]) -> Result<(Reading, Vec<String>), String> {
        let mut ids = Vec::new();
        let reading = read(File { bytes, sha256: "", columns: &BTreeMap::new() }, LAYOUT, |row| {
            row.required_day("on");
            ids.extend(row.required("employee_id"));
        });
        reading.map(|reading| (reading, ids)).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn columns_may_come_in_any_order_with_or_without_a_byte_order_mark() {
        let plain = try_read(b"on,employee_id\n2024-01-01,E1\n").unwrap();
        let marked = try_read(b"\xef\xbb\xbfemployee_id,ON,shoe size\nE1,2024-01-01,42\n").unwrap();
        assert_eq!(plain.1, marked.1);
        assert_eq!(marked.0.notices, ["column 3 (\"shoe size\") is not known and was ignored"]);
    }

    #[test]
    fn what_is_wrong_is_told_with_line_and_column() {
        for (bytes, told) in [
            (&b"employee_id,on\nE1,2024-13-01\n"[..], "line 2, column 2 (on): \"2024-13-01\" is no date"),
            (b"employee_id,on\n,2024-01-01\n", "line 2, column 1 (employee_id): employee_id is empty"),
            (b"employee_id,on\nE1,2024-01-01\nE2", "line 3: this row has 1 fields"),
            (b"employee_id\nE1\n", "line 1: there is no column on"),
            (b"employee_id;on\nE1;2024-01-01\n", "separated by commas"),
            (b"employee_id,on,on\nE1,2024-01-01,\n", "line 1, column 3 (on): this column stands there twice"),
            (b"employee_id,on\nE1,2024-01-01\nE\xff,2024-01-01\n", "line 3, column 2: this is not UTF-8"),
            (b"employee_id,on\nE1,\"2024-01-01\nE2,2024-01-01\n", "never closed"),
            (b"\xff\xfee\0", "UTF-16"),
            (b"", "empty"),
            (b"employee_id,on\nE\x00,2024-01-01\n", "zero byte"),
            (b"employee_id,on,name\nE1,2024-01-01,\"a\nb\"\n", "control character"),
        ] {
            let error = try_read(bytes).expect_err(told);
            assert!(error.contains(told), "{error} does not say {told}");
        }
        let long = format!("employee_id,on\nE1,2024-01-01\n{},2024-01-01\n", "x".repeat(10 << 20));
        assert!(try_read(long.as_bytes()).expect_err("too long").starts_with("line 3: this line has"));
    }

    #[test]
    fn a_renamed_column_is_found_by_the_name_the_settings_give() {
        let columns = BTreeMap::from([("employee_id".to_owned(), "Worker ID".to_owned())]);
        let file = File { bytes: b"Worker ID,on\nE1,2024-01-01\n", sha256: "", columns: &columns };
        let mut ids = Vec::new();
        read(file, LAYOUT, |row| ids.push(row.get("employee_id").to_owned())).unwrap();
        assert_eq!(ids, ["E1"]);
    }
}
