//! Which numbers stand in the region's table now, and whose are they?

use super::answer::{self, Answer};
use super::{Region, RowMark, escape};
use std::collections::BTreeMap;

/// A manager's cell as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// In which row.
    pub row: RowMark,
    /// What was last written there.
    pub last: u32,
    /// What it says; none where that is no number.
    pub says: Option<Answer>,
    /// Its text, cut short.
    pub text: String,
}

/// The cells of the rows that were written, as they stand now. A row that was removed, or emptied, says nothing; a row that was
/// added is nobody's. `usernames` finds a row whose hidden mark was lost.
#[must_use]
pub fn cells(region: &Region, usernames: &BTreeMap<RowMark, String>) -> Vec<Cell> {
    let rows: Vec<Vec<&str>> = region.text.lines().filter_map(row).collect();
    let is_taken = |cell: &&str| plain(cell).eq_ignore_ascii_case("taken");
    let header = rows.iter().find_map(|row| row.iter().position(&is_taken));
    let place = header.unwrap_or(2);
    let (mut by_mark, mut by_name) = (BTreeMap::<RowMark, Vec<String>>::new(), BTreeMap::<String, Vec<String>>::new());
    for row in &rows {
        let text = row.get(place).map(|cell| plain(cell)).unwrap_or_default();
        // Who empties a cell says nothing.
        if text.is_empty() {
            continue;
        }
        match row.iter().find_map(|cell| hidden_mark(cell)) {
            Some(mark) => by_mark.entry(mark).or_default().push(text),
            None => by_name.entry(username_in(row)).or_default().push(text),
        }
    }
    let mut cells = Vec::new();
    for (mark, last) in &region.last {
        let username = usernames.get(mark).filter(|username| !username.is_empty());
        let written = username.map(|username| plain(&escape::name(username)));
        let Some(texts) = by_mark.get(mark).or_else(|| by_name.get(written.as_ref()?)) else { continue };
        // Of a row that was doubled, the copy that was changed is the one that says something.
        let changed = texts.iter().find(|text| answer::read(text) != Some(Answer::Count(*last, None)));
        if let Some(text) = changed.or_else(|| texts.first()) {
            let text: String = text.chars().take(40).collect();
            cells.push(Cell { row: *mark, last: *last, says: answer::read(&text), text });
        }
    }
    cells
}

/// The mark that is hidden in a cell.
fn hidden_mark(cell: &str) -> Option<RowMark> {
    let (_, rest) = cell.split_once("<!--")?;
    rest.split_once("-->")?.0.trim().parse().ok()
}

/// The user name at the end of a row's first cell, as we write it; nothing where there is none.
fn username_in(row: &[&str]) -> String {
    let first = row.first().map(|cell| plain(cell)).unwrap_or_default();
    let username = first.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    username.map(|(_, username)| username.to_owned()).unwrap_or_default()
}

/// The cells of a table's row; none where the line is none. An escaped bar is part of its cell.
fn row(line: &str) -> Option<Vec<&str>> {
    let line = line.trim();
    if !line.contains('|') {
        return None;
    }
    let (mut cells, mut start, mut is_escaped) = (Vec::new(), 0, false);
    for (at, character) in line.char_indices() {
        if character == '|' && !is_escaped {
            cells.push(line.get(start..at).unwrap_or_default());
            start = at + 1;
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    cells.push(line.get(start..).unwrap_or_default());
    if line.starts_with('|') {
        cells.remove(0);
    }
    Some(cells)
}

/// A cell's text without hidden parts, emphasis and escapes.
fn plain(cell: &str) -> String {
    let mut seen = String::new();
    let mut rest = cell;
    while let Some((before, after)) = rest.split_once("<!--") {
        seen.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    seen.push_str(rest);
    seen.retain(|character| !"*_`~\\\u{200b}".contains(character));
    seen.trim().to_owned()
}
