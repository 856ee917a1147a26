//! The evidence of a control as a workbook: a sheet for each table of the pack, typed, and one that says what they are.
//!
//! Sheets are made of the pack's CSV files, so that both say the same. Whole in memory: the library's mode for constant memory
//! puts cells into temporary files, and names have no business there.

#[cfg(test)]
pub(crate) mod made_up;
mod read_me;
#[cfg(test)]
mod tests;
pub(crate) mod words;

use jiff::tz::TimeZone;
use keepsharp_domain::Day;
use keepsharp_domain::evidence::Evidence;
use rust_xlsxwriter::{Color, DocProperties, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

/// Rows of a sheet, its head among them.
const MOST_ROWS: u32 = 1_048_576;
/// UTF-16 units of a cell's text; Excel holds 32,767, and a word about what was cut has to go in as well.
const LONGEST_TEXT: usize = 32_600;
/// The first day that every program counts alike: Excel knows a 29 February 1900.
const FIRST_DAY: Day = jiff::civil::date(1900, 3, 1);

/// The evidence as the bytes of an `.xlsx` file. The same evidence and checkpoint give the same bytes.
///
/// # Errors
/// Where the library refuses to write it.
pub fn workbook(evidence: &Evidence, checkpoint: &str) -> Result<Vec<u8>, String> {
    of_rows(evidence, checkpoint, MOST_ROWS)
}

fn of_rows(evidence: &Evidence, checkpoint: &str, most_rows: u32) -> Result<Vec<u8>, String> {
    write(evidence, checkpoint, most_rows).map_err(|error| format!("the workbook can't be written: {error}"))
}

fn write(evidence: &Evidence, checkpoint: &str, most_rows: u32) -> Result<Vec<u8>, XlsxError> {
    let (mut book, look) = (Workbook::new(), Look::new());
    book.set_properties(&properties(evidence));
    book.add_worksheet().set_name(read_me::NAME)?;
    let mut told = Vec::new();
    for (file, csv) in evidence.tables() {
        let sheet = book.add_worksheet();
        let name = heading(file.trim_end_matches(".csv"));
        sheet.set_name(&name)?;
        let (rows, written) = table(sheet, &look, file, &csv, most_rows)?;
        told.push(Told { name, file, rows, written });
    }
    read_me::write(book.worksheet_from_index(0)?, &look, evidence, &told, checkpoint)?;
    book.save_to_buffer()
}

/// A sheet that was written, for the sheet that tells of all.
struct Told {
    name: String,
    file: &'static str,
    rows: u32,
    written: u32,
}

/// How cells look.
struct Look {
    title: Format,
    head: Format,
    text: Format,
    quoted: Format,
    wrapped: Format,
    day: Format,
    number: Format,
    share: Format,
    marked: Format,
}

impl Look {
    fn new() -> Look {
        let plain = Format::new().set_align(FormatAlign::Top);
        Look {
            title: Format::new().set_bold().set_font_size(16),
            head: Format::new()
                .set_bold()
                .set_align(FormatAlign::Top)
                .set_background_color(Color::RGB(0x00DD_EEF0))
                .set_border_bottom(FormatBorder::Thin)
                .set_border_bottom_color(Color::RGB(0x000B_5A63)),
            text: plain.clone(),
            quoted: plain.clone().set_quote_prefix(),
            wrapped: plain.clone().set_text_wrap(),
            day: plain.clone().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
            number: plain.clone().set_num_format("0"),
            share: plain.clone().set_num_format("0.0 %").set_align(FormatAlign::Left),
            // The word says it; the colour only helps to find it, and blames nobody.
            marked: plain.set_background_color(Color::RGB(0x00FF_F1CC)),
        }
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    /// Text of more than a line's length.
    Prose,
    /// How a requirement ended.
    Outcome,
    Day,
    Number,
}

/// Ids stay text, even those of digits only: 0012 is not 12.
fn kind(column: &str) -> Kind {
    match column {
        "in_scope_from" | "in_scope_until" | "due" | "opened" | "completed_on" | "last_reminded" | "from" | "to"
        | "sent_on" | "holds_on" | "day" | "wanted_by" | "published_on" => Kind::Day,
        "seq"
        | "reminded"
        | "number"
        | "stratum_size"
        | "rows"
        | "facts"
        | "new_hire_days"
        | "return_days"
        | "matched"
        | "only_in_list"
        | "only_in_roster"
        | "only_in_roster_in_scope"
        | "unexplained"
        | "request"
        | "room"
        | "in_scope_count"
        | "current"
        | "due_count"
        | "overdue"
        | "on_leave"
        | "excepted"
        | "lessons"
        | "items" => Kind::Number,
        "asks" | "answered_by" | "scope" | "reason" | "words" => Kind::Prose,
        "outcome" => Kind::Outcome,
        _ => Kind::Text,
    }
}

/// Writes a table; how many rows it has, and how many of them the sheet holds.
fn table(
    sheet: &mut Worksheet,
    look: &Look,
    file: &'static str,
    csv: &str,
    most_rows: u32,
) -> Result<(u32, u32), XlsxError> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let columns: Vec<(String, Kind)> = reader
        .headers()
        .map(|head| head.iter().map(|column| (heading(column), kind(column))).collect())
        .unwrap_or_default();
    // A filter's arrow covers three characters of a head.
    let mut widths: Vec<usize> = columns.iter().map(|(name, _)| name.chars().count() + 3).collect();
    for ((column, _), at) in columns.iter().zip(0..) {
        sheet.write_string_with_format(0, at, column, &look.head)?;
    }
    let rows = u32::try_from(reader.records().count()).unwrap_or(u32::MAX);
    // A table that does not fit gives its last row to a word about it.
    let room = if rows < most_rows { rows } else { most_rows.saturating_sub(2) };
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    for (record, row) in reader.records().flatten().zip(1..=room) {
        for (((text, (_, kind)), at), width) in record.iter().zip(&columns).zip(0..).zip(&mut widths) {
            if !text.is_empty() {
                *width = (*width).max(text.chars().count());
                cell(sheet, look, (row, at), *kind, text, file)?;
            }
        }
    }
    if room < rows {
        let word = format!("{} more rows do not fit into a sheet; {file} has all {rows}", rows - room);
        sheet.write_string_with_format(room + 1, 0, word, &look.marked)?;
    }
    for (((_, kind), width), at) in columns.iter().zip(&widths).zip(0..) {
        sheet.set_column_width(at, column_width(*kind, *width))?;
    }
    sheet.set_freeze_panes(1, 0)?;
    if let Ok(last) = u16::try_from(columns.len().saturating_sub(1)) {
        sheet.autofilter(0, 0, room, last)?;
    }
    // On paper: A4 across, as wide as the page, the head on every page.
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    Ok((rows, room))
}

/// Writes a cell as what its column holds, or as text where it is something else.
fn cell(
    sheet: &mut Worksheet,
    look: &Look,
    (row, at): (u32, u16),
    kind: Kind,
    text: &str,
    file: &str,
) -> Result<(), XlsxError> {
    match kind {
        Kind::Day => {
            if let Some(day) = text.parse::<Day>().ok().filter(|day| *day >= FIRST_DAY) {
                sheet.write_datetime_with_format(row, at, day, &look.day)?;
                return Ok(());
            }
        }
        Kind::Number => {
            if let Ok(number) = text.parse::<u32>() {
                sheet.write_number_with_format(row, at, number, &look.number)?;
                return Ok(());
            }
        }
        Kind::Text | Kind::Prose | Kind::Outcome => {}
    }
    let format = match kind {
        // Text is never read as a formula here; the mark keeps it text when somebody edits the cell.
        _ if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => &look.quoted,
        Kind::Prose => &look.wrapped,
        Kind::Outcome if text != "on_time" => &look.marked,
        _ => &look.text,
    };
    sheet.write_string_with_format(row, at, fitting(text, file), format)?;
    Ok(())
}

/// Text that a cell holds; of longer text its beginning, and where all of it stands.
fn fitting(text: &str, file: &str) -> String {
    let mut units = 0;
    let is_over = |(_, character): &(usize, char)| {
        units += character.len_utf16();
        units > LONGEST_TEXT
    };
    match text.char_indices().find(is_over) {
        Some((cut, _)) => format!("{} … (cut here; whole in {file})", text.get(..cut).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn column_width(kind: Kind, longest: usize) -> f64 {
    let (least, most) = match kind {
        Kind::Prose => (30, 70),
        Kind::Day => (12, 18),
        Kind::Number => (8, 18),
        Kind::Text | Kind::Outcome => (8, 42),
    };
    // At most 70, which every number type holds.
    f64::from(u32::try_from(longest.clamp(least, most)).unwrap_or(8)) + 2.0
}

/// `in_scope_from` as a person reads it: In scope from.
fn heading(column: &str) -> String {
    let mut heading = column.replace('_', " ");
    if let Some(first) = heading.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    heading
}

/// What a file manager shows. Nothing of the machine, and no moment but that of the question.
fn properties(evidence: &Evidence) -> DocProperties {
    DocProperties::new()
        .set_title(format!("Evidence for {}", evidence.query.control))
        .set_company(&evidence.organisation)
        .set_author("Keepsharp")
        .set_creation_datetime(&evidence.query.known_at.to_zoned(TimeZone::UTC).datetime())
}
