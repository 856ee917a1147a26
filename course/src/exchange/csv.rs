//! Items as rows of a spreadsheet, which runs nothing of them, and such rows as drafts.

use super::{Draft, DraftChoice, Imported, portable};
use crate::model::{Course, Item, Kind, Task};
use std::collections::BTreeSet;

/// Choices that a row has columns for.
const MOST_CHOICES: usize = 8;
const FIRST: [&str; 9] = ["id", "lesson", "objective", "kind", "level", "rev", "tracks", "stem", "answer"];

/// All items of a course. `answer` is the number of the right choice, or the right lines; what orders has its choices in order.
pub fn export(course: &Course) -> String {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let numbered = (1..=MOST_CHOICES).flat_map(|number| [format!("choice_{number}"), format!("reason_{number}")]);
    let header: Vec<String> =
        FIRST.iter().map(ToString::to_string).chain(numbered).chain(["hint".to_owned()]).collect();
    // Writing to memory can't fail, and every row is as long as the first.
    let _ = writer.write_record(&header);
    for portable in portable(course) {
        let item = portable.item;
        let tracks: Vec<&str> = item.tracks.iter().map(String::as_str).collect();
        let mut row =
            vec![item.id.clone(), portable.lesson.id.clone(), item.objective.clone(), item.kind.word().to_owned()];
        row.extend([
            item.level.word().to_owned(),
            item.rev.to_string(),
            tracks.join(" "),
            portable.stem.clone(),
            answer(item),
        ]);
        let choices = portable.choices.iter().take(MOST_CHOICES);
        row.extend(choices.flat_map(|choice| [choice.text.clone(), choice.reason.clone()]));
        row.resize(header.len() - 1, String::new());
        row.push(item.hint.clone());
        let _ = writer.write_record(row.iter().map(|cell| defused(cell)));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

fn answer(item: &Item) -> String {
    match &item.task {
        Task::Choose(choices) => {
            choices.iter().position(|choice| choice.is_right).map_or(String::new(), |at| (at + 1).to_string())
        }
        Task::Rank(_) => String::new(),
        Task::Spot { answer, .. } => answer.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
    }
}

/// What a spreadsheet takes for a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A cell that no spreadsheet computes. An apostrophe says that text follows; one that is there already gets another, so that it is kept.
fn defused(cell: &str) -> String {
    let bare = cell.trim_start_matches('\'');
    if bare.starts_with(FORMULA) { format!("'{cell}") } else { cell.to_owned() }
}

fn fused(cell: &str) -> &str {
    let rest = cell.strip_prefix('\'');
    rest.filter(|rest| rest.trim_start_matches('\'').starts_with(FORMULA)).unwrap_or(cell)
}

/// The rows with one right choice: `stem`, `answer` (1 or A), `choice_1`, `reason_1` and so on; `id`, `kind` and `hint` where they are there.
///
/// # Errors
/// Where the columns are not there.
pub(super) fn import(text: &str) -> Result<Imported, String> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header: Vec<String> =
        reader.headers().map_err(|error| error.to_string())?.iter().map(|name| name.trim().to_lowercase()).collect();
    let missing: Vec<&str> = ["stem", "answer", "choice_1", "choice_2"]
        .into_iter()
        .filter(|name| !header.iter().any(|known| known == name))
        .collect();
    if !missing.is_empty() {
        return Err(format!(
            "line 1: there is no column {}; the columns are those of `course export`",
            missing.join(", ")
        ));
    }
    if header.iter().collect::<BTreeSet<_>>().len() < header.len() {
        return Err("line 1: a column stands there twice".to_owned());
    }
    let mut imported = Imported::default();
    for record in reader.records() {
        let line = |position: Option<&csv::Position>| {
            position.map_or(0, |position| usize::try_from(position.line()).unwrap_or(0))
        };
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                imported.skip(line(error.position()), "", "the row can't be read");
                continue;
            }
        };
        let line = line(record.position());
        let cell = |name: &str| {
            let at = header.iter().position(|known| known == name);
            fused(at.and_then(|at| record.get(at)).unwrap_or_default()).trim()
        };
        let name = cell("id").to_owned();
        match draft(&name, cell) {
            Ok(draft) => imported.put(line, draft),
            Err(why) => imported.skip(line, &name, why),
        }
    }
    Ok(imported)
}

fn draft<'a>(name: &str, cell: impl Fn(&str) -> &'a str) -> Result<Draft, String> {
    let kind = match cell("kind") {
        "" | "check" => Kind::Check,
        "predict" => Kind::Predict,
        "patch" => Kind::Patch,
        other => {
            return Err(format!(
                "its kind is {}; check, predict and patch are taken",
                keepsharp_domain::calendar::quote(other)
            ));
        }
    };
    let answer = cell("answer");
    let letter = answer.bytes().next().filter(|byte| answer.len() == 1 && byte.is_ascii_alphabetic());
    let letter = letter.map(|byte| usize::from(byte.to_ascii_lowercase() - b'a') + 1);
    let right = letter.or_else(|| answer.parse().ok()).ok_or("answer is the number of the right choice")?;
    let mut choices = Vec::new();
    for number in 1..=MOST_CHOICES {
        let text = cell(&format!("choice_{number}"));
        if !text.is_empty() {
            let reason = cell(&format!("reason_{number}")).to_owned();
            choices.push(DraftChoice { text: text.to_owned(), is_right: number == right, reason });
        }
    }
    Ok(Draft { name: name.to_owned(), kind, stem: cell("stem").to_owned(), choices, hint: cell("hint").to_owned() })
}
