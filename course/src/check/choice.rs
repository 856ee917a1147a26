//! An item's choices: alike in length and form, unlike in what they say, each with its reason.

use super::item::is_english;
use super::source::Source;
use super::{Desk, wording};
use crate::model::{Choice, Item, Kind};

/// Words of a reason that somebody reads.
const MOST_REASON: usize = 60;

pub(super) fn check(desk: &mut Desk, item: &Item, choices: &[Choice], source: &Source, language: &str) {
    repeated(desk, item, choices);
    reasons(desk, item, choices, source);
    lengths(desk, item, choices);
    if !is_english(language) {
        return;
    }
    for choice in choices {
        let place = item.place.at(choice.line);
        let prose = wording::without_code(&choice.text);
        if wording::is_of_the_above(&prose) {
            desk.error(&place, "\"of the above\" asks for something else than the matter, and choices have no place; say what is meant");
        } else if wording::speaks_of_place(&prose) {
            desk.error(&place, "each learner has the choices in another order; say what is meant, not where it stands");
        }
    }
    beginnings(desk, item, choices);
}

pub(super) fn repeated(desk: &mut Desk, item: &Item, choices: &[Choice]) {
    let stem = wording::plain(&item.stem);
    for (ix, choice) in choices.iter().enumerate() {
        let earlier = choices.iter().take(ix);
        if earlier.clone().any(|other| wording::same(&other.text, &choice.text)) {
            desk.error(&item.place.at(choice.line), "this choice says the same as an earlier one");
        }
        if earlier.clone().any(|other| wording::same(&other.reason, &choice.reason)) {
            desk.warning(
                &item.place.at(choice.line),
                "its reason is an earlier one's; say what is wrong with this one",
            );
        }
        let said = wording::plain(&choice.text);
        let repeats = if wording::words(&said) >= 5 { stem.contains(&said) } else { stem == said };
        if repeats {
            desk.warning(&item.place.at(choice.line), "this choice stands in the question already, word for word");
        }
        if wording::same(&choice.text, &choice.reason) {
            desk.warning(&item.place.at(choice.line), "its reason repeats the choice; say why");
        }
    }
}

/// Reasons end like sentences and are short. A missing one the reader told already.
pub(super) fn reasons(desk: &mut Desk, item: &Item, choices: &[Choice], source: &Source) {
    for choice in choices {
        let piece = source.reason(choice);
        let end = piece.line + piece.text.lines().count().saturating_sub(1);
        if !wording::ends_well(piece.text) {
            desk.warning(&item.place.at(end), "this reason does not end like a sentence; write one or two whole ones");
        }
        let words = wording::words(piece.text);
        if words > MOST_REASON {
            desk.warning(
                &item.place.at(piece.line),
                format!("this reason has {words} words; one or two sentences are read"),
            );
        }
    }
}

/// What a choice weighs to the eye. A patch is told by its name; its code is as long as it is.
fn length(item: &Item, choice: &Choice) -> usize {
    let said = if item.kind == Kind::Patch { choice.text.lines().next().unwrap_or_default() } else { &choice.text };
    said.chars().filter(|c| !c.is_whitespace()).count()
}

fn lengths(desk: &mut Desk, item: &Item, choices: &[Choice]) {
    let right = choices.iter().find(|choice| choice.is_right);
    let longest = choices.iter().filter(|choice| !choice.is_right).map(|choice| length(item, choice)).max();
    let (Some(right), Some(longest)) = (right, longest) else { return };
    let chars = length(item, right);
    if chars * 10 > longest * 14 && chars > longest + 15 {
        let message = format!(
            "the right choice has {chars} characters, the longest wrong one {longest}: length gives it away; make them alike"
        );
        desk.warning(&item.place.at(right.line), message);
    }
}

/// Words that every choice begins with belong into the question.
fn beginnings(desk: &mut Desk, item: &Item, choices: &[Choice]) {
    const SHARED: usize = 4;
    let head = |choice: &Choice| choice.text.split_whitespace().take(SHARED).map(str::to_lowercase).collect::<Vec<_>>();
    let Some(first) = choices.first().map(head) else { return };
    let is_words = first.len() == SHARED && !first.iter().any(|word| word.contains('`'));
    if is_words && choices.len() > 2 && choices.iter().all(|choice| head(choice) == first) {
        let message = format!("every choice begins with \"{}\"; say it once, in the question", first.join(" "));
        desk.warning(&item.place, message);
    }
}
