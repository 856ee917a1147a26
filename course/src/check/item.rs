//! An item's question, and the rules of its kind.

use super::source::Source;
use super::{Desk, choice, wording};
use crate::finding::Place;
use crate::model::{Item, Kind, Lesson, Task};
use crate::read::Fences;

/// Lines of code that somebody reads for one question.
const MOST_CODE: usize = 25;
/// Words of a situation.
const MOST_WORDS: usize = 150;

pub(super) fn check(desk: &mut Desk, lesson: &Lesson, item: &Item, source: &Source, language: &str) {
    let pieces = source.pieces(item);
    for piece in &pieces {
        // Code may well say TODO.
        if wording::without_code(piece.text).contains("TODO") {
            let place = lesson.place.at(source.line_of(piece.line, "TODO"));
            desk.error(&place, "TODO: somebody has to write this before it is taught");
        }
    }
    let place = lesson.place.at(pieces.first().map_or(item.place.line, |piece| piece.line));
    stem(desk, item, &place, language);
    kind(desk, item);
    match &item.task {
        Task::Choose(choices) => choice::check(desk, item, choices, source, language),
        Task::Rank(steps) => {
            choice::repeated(desk, item, steps);
            choice::reasons(desk, item, steps, source);
        }
        Task::Spot { .. } => {}
    }
}

fn stem(desk: &mut Desk, item: &Item, place: &Place, language: &str) {
    let mut fences = Fences::default();
    let code = item.stem.lines().filter(|line| fences.is_code(line)).count().saturating_sub(2);
    if code > MOST_CODE {
        desk.warning(
            place,
            format!("the question shows {code} lines of code; {MOST_CODE} are the most that one reads for a question"),
        );
    }
    let prose = wording::without_code(&item.stem);
    let words = wording::words(&prose);
    if words > MOST_WORDS {
        desk.warning(place, format!("the question has {words} words; {MOST_WORDS} are plenty for a situation"));
    }
    if !is_english(language) {
        return;
    }
    if wording::is_of_the_above(&prose) {
        desk.error(
            place,
            "\"of the above\" asks for something else than the matter, and choices have no place; say it in one choice",
        );
    } else if wording::is_loudly_negated(&prose) {
        desk.error(place, "a question turned round by NOT or EXCEPT is misread by those who know; ask for what is so");
    } else if wording::is_negated(&prose) {
        desk.warning(place, "this asks for what is not so; ask for what is, which is read right more often");
    }
    if !wording::requests(&prose) {
        desk.warning(place, "this asks nothing; end it with a question, or say what to do");
    }
    if wording::ends_in_article(&prose) {
        desk.warning(
            place,
            "\"a\" or \"an\" before the choices gives away how the right one begins; put it into each choice",
        );
    }
}

/// Whether our patterns of English fit.
pub(super) fn is_english(language: &str) -> bool {
    language == "en" || language.starts_with("en-")
}

fn kind(desk: &mut Desk, item: &Item) {
    let place = &item.place;
    match (&item.task, item.kind) {
        (Task::Choose(choices), Kind::Patch) => {
            enough(desk, place, choices.len(), 3, 4);
            for choice in choices.iter().filter(|choice| !has_diff(&choice.text)) {
                desk.error(
                    &place.at(choice.line),
                    "a choice of a patch has a short name and a block of code of language diff",
                );
            }
        }
        (Task::Choose(choices), _) => enough(desk, place, choices.len(), 3, 4),
        (Task::Rank(steps), _) => enough(desk, place, steps.len(), 3, 5),
        (Task::Spot { code, answer, reasons }, _) => {
            let lines = code.text.lines().filter(|line| !line.trim().is_empty()).count();
            if lines > MOST_CODE {
                desk.warning(
                    &place.at(code.line),
                    format!("{lines} lines of code; {MOST_CODE} are the most that one reads for a question"),
                );
            }
            if answer.len() * 3 > lines {
                desk.warning(
                    place,
                    format!(
                        "{} of {lines} lines are right; where more than a third is, marking is guessing",
                        answer.len()
                    ),
                );
            }
            if reasons.len() == answer.len() {
                desk.warning(place, "no wrong line has a reason; say of the most tempting one why it is none");
            }
        }
    }
}

fn enough(desk: &mut Desk, place: &Place, found: usize, least: usize, most: usize) {
    if !(least..=most).contains(&found) {
        desk.error(place, format!("it has {found} choices; write {least} to {most}"));
    }
}

fn has_diff(text: &str) -> bool {
    super::text::fences(text).iter().any(|fence| fence.language == "diff")
}
