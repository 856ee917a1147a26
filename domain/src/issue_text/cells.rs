//! Which numbers stand in the region's table now, and whose are they?

use super::answer::{self, Answer};
use super::{Region, escape};
use crate::person::PersonId;

/// A manager's cell as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Whose row.
    pub manager: PersonId,
    /// What was last written there.
    pub last: u32,
    /// What it says; none where that is no number.
    pub says: Option<Answer>,
    /// Its text, cut short.
    pub text: String,
}

/// The cells of the rows that were written, as they stand now. A row that was removed, or emptied, says nothing; a row that was
/// added is nobody's. `usernames` finds a row whose hidden id was lost.
#[must_use]
pub fn cells(region: &Region, usernames: &[(PersonId, String)]) -> Vec<Cell> {
    let rows: Vec<Vec<&str>> = region.text.lines().filter_map(row).collect();
    let is_header = |row: &&Vec<&str>| row.iter().any(|cell| plain(cell).eq_ignore_ascii_case("taken"));
    let header = rows.iter().find(is_header);
    let place =
        header.and_then(|row| row.iter().position(|cell| plain(cell).eq_ignore_ascii_case("taken"))).unwrap_or(2);
    let mut cells = Vec::new();
    for (manager, last) in &region.last {
        let hidden = format!("<!--{manager}-->");
        let has_id = |row: &&Vec<&str>| row.iter().any(|cell| cell.replace(' ', "").contains(&hidden));
        let mut theirs: Vec<&Vec<&str>> = rows.iter().filter(has_id).collect();
        if theirs.is_empty() {
            theirs = rows.iter().filter(|row| is_of(row, *manager, usernames)).collect();
        }
        // Of a row that was doubled, the copy that was changed is the one that says something.
        let texts = theirs.iter().filter_map(|row| row.get(place)).map(|cell| plain(cell));
        let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
        let changed = texts.iter().find(|text| answer::read(text) != Some(Answer::Count(*last, None)));
        if let Some(text) = changed.or_else(|| texts.first()) {
            let text: String = text.chars().take(40).collect();
            cells.push(Cell { manager: *manager, last: *last, says: answer::read(&text), text });
        }
    }
    cells
}

/// Whether a row without a hidden id is this manager's: its first cell ends with their user name, as we write it.
fn is_of(row: &[&str], manager: PersonId, usernames: &[(PersonId, String)]) -> bool {
    let Some((_, username)) = usernames.iter().find(|(id, _)| *id == manager).filter(|(_, name)| !name.is_empty())
    else {
        return false;
    };
    let written = format!("({})", escape::name(username));
    row.first().is_some_and(|cell| !cell.contains("<!--") && plain(cell).ends_with(&plain(&written)))
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
