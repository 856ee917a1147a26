//! A lesson's front matter, length and time.

use super::source::Source;
use super::{Desk, wording};
use crate::finding::Place;
use crate::model::{Block, Lesson, Need};

/// Words of prose from which on a lesson is long, and too long.
const MANY_WORDS: usize = 900;
const MOST_WORDS: usize = 1_100;
/// Variants of an objective that somebody is required to reach.
const VARIANTS: usize = 4;

pub(super) fn check(desk: &mut Desk, lesson: &Lesson, source: &Source) {
    names(desk, lesson, source);
    days(desk, lesson, source);
    sources(desk, lesson, source);
    objectives(desk, lesson, source);
    time(desk, lesson, source);
    if lesson.rev > 1 && lesson.changed.trim().is_empty() {
        let message =
            format!("rev is {} and `changed` does not say what changed in meaning; people are shown it", lesson.rev);
        desk.error(&source.key("rev"), message);
    }
}

fn names(desk: &mut Desk, lesson: &Lesson, source: &Source) {
    let course = desk.course;
    let is_track = |id: &str| course.tracks.iter().any(|track| track.id == id);
    if lesson.title.trim().is_empty() {
        desk.error(&source.key("title"), "the title is empty");
    }
    if lesson.title.contains("TODO") {
        desk.error(&source.key("title"), "TODO: give the lesson its title");
    }
    for id in lesson.tracks.keys().filter(|id| !is_track(id)) {
        desk.error(&source.key("tracks"), format!("track {id} is none of course.toml's [[tracks]]"));
    }
    for item in &lesson.items {
        for id in item.tracks.iter().filter(|id| !is_track(id)) {
            desk.error(&item.place, format!("track {id} is none of course.toml's [[tracks]]"));
        }
    }
    if lesson.tracks.is_empty() && !course.tracks.is_empty() {
        let message = "no track asks for this lesson; write tracks = { B = \"required\" } or \"elective\"";
        desk.warning(&source.key("tracks"), message);
    }
    if !course.taxonomy.is_empty() {
        for cwe in lesson.cwe.iter().filter(|cwe| course.taxonomy.of(**cwe).is_none()) {
            let message =
                format!("CWE-{cwe} is not in {}; add its row, so that it counts for the lists", crate::taxonomy::FILE);
            desk.error(&source.key("cwe"), message);
        }
    }
    for language in lesson.languages.iter().filter(|language| !crate::render::code::is_known(language)) {
        desk.warning(&source.key("languages"), format!("{language} is no language that can be coloured"));
    }
    if lesson.owner.trim().is_empty() && course.owner.trim().is_empty() {
        desk.warning(&source.key("owner"), "nobody answers for this lesson; name an owner");
    }
}

fn days(desk: &mut Desk, lesson: &Lesson, source: &Source) {
    let today = desk.today;
    match lesson.reviewed {
        None => {
            desk.warning(&source.key("reviewed"), "reviewed is missing: the day when somebody last read it critically");
        }
        Some(day) if day > today => {
            desk.warning(&source.key("reviewed"), format!("reviewed on {day}, which is yet to come"));
        }
        Some(_) => {}
    }
    match lesson.review_by {
        None => desk.warning(
            &source.key("review_by"),
            "review_by is missing: the day by when somebody should read it critically again",
        ),
        Some(day) if day < today => {
            desk.warning(
                &source.key("review_by"),
                format!("its review was due by {day}; read it critically, then set reviewed and review_by"),
            );
        }
        Some(day) if lesson.reviewed.is_some_and(|reviewed| reviewed > day) => {
            desk.error(&source.key("review_by"), "review_by lies before reviewed");
        }
        Some(_) => {}
    }
}

fn sources(desk: &mut Desk, lesson: &Lesson, source: &Source) {
    if lesson.sources.is_empty() {
        desk.warning(&source.key("sources"), "no sources; name where what it says can be read up");
    }
    let from = source.key("sources").line;
    for address in lesson.sources.iter().filter(|address| !is_address(address)) {
        let place = lesson.place.at(source.line_of(from, address));
        desk.error(&place, format!("{} is no address; write https://…", keepsharp_domain::calendar::quote(address)));
    }
    if let Some(external) = &lesson.external {
        let place = source.key("external");
        if !is_address(&external.url) {
            desk.error(&place, "external.url is no address; write https://…");
        }
        if external.title.trim().is_empty() || external.take.trim().is_empty() {
            desk.error(&place, "external needs a title, and in `take` what to take from it");
        }
    }
}

/// Whether a text is an address on the web, whole and without blanks.
pub(super) fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let is_host = |host: &str| {
        host.len() > 3
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !host.contains(['@', '\\'])
    };
    host.is_some_and(is_host) && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\"{}".contains(c))
}

fn objectives(desk: &mut Desk, lesson: &Lesson, source: &Source) {
    if lesson.objectives.is_empty() {
        desk.warning(&source.key("objectives"), "it has no [objectives]; say what somebody can do afterwards");
    }
    for objective in &lesson.objectives {
        let place = source.key(&objective.id);
        if let Some(wrong) = wording::unwatchable(&objective.says) {
            desk.warning(&place, format!("objective {} {wrong}", objective.id));
        }
        if objective.says.contains("TODO") {
            desk.error(&place, format!("TODO: say what objective {} is", objective.id));
        }
        let items = lesson.items_of(&objective.id).count();
        if items == 0 {
            desk.error(&place, format!("nothing asks about objective {}; write an item, or take it out", objective.id));
        } else {
            variants(desk, lesson, &objective.id, &place);
        }
    }
}

fn variants(desk: &mut Desk, lesson: &Lesson, objective: &str, place: &Place) {
    let required = lesson.tracks.iter().filter(|(_, need)| **need == Need::Required).map(|(track, _)| track.as_str());
    let counted = required.map(|track| (lesson.items_of(objective).filter(|item| item.is_for([track])).count(), track));
    if let Some((count, track)) = counted.min().filter(|(count, _)| *count < VARIANTS) {
        let message = format!(
            "objective {objective} is required of track {track} and has {count} of the {VARIANTS} variants it needs"
        );
        desk.warning(place, message);
    }
}

fn time(desk: &mut Desk, lesson: &Lesson, source: &Source) {
    let words = prose_words(lesson);
    if words > MOST_WORDS {
        desk.error(&lesson.place, format!("{words} words; a lesson has at most {MANY_WORDS}, so divide it"));
    } else if words > MANY_WORDS {
        desk.warning(
            &lesson.place,
            format!("{words} words; people stay with a lesson of up to {MANY_WORDS}, so cut or divide it"),
        );
    }
    if !(1..=60).contains(&lesson.minutes) {
        return desk.error(&source.key("minutes"), "a lesson takes 1 to 60 minutes");
    }
    let (said, taken) = (f64::from(lesson.minutes), minutes(lesson));
    // Off by half, or twice as long; a minute more or less is no matter.
    if (said - taken).abs() > 1.0 && (said > taken * 2.0 || said * 2.0 < taken) {
        let message = format!(
            "it says {said} minutes; reading takes about {taken:.0} (200 words a minute, half a minute an item)"
        );
        desk.warning(&source.key("minutes"), message);
    }
}

/// Words of a lesson's text, code and items apart.
pub(super) fn prose_words(lesson: &Lesson) -> usize {
    let words = |block: &Block| match block {
        Block::Prose(_, text) | Block::Issues(_, text) => wording::words(&wording::without_code(text)),
        _ => 0,
    };
    lesson.body.iter().map(words).sum()
}

/// How long a lesson takes, exercises apart: its words, its code in one language, and one item of each objective.
fn minutes(lesson: &Lesson) -> f64 {
    let mut words = 0;
    let mut is_other_language = false;
    for block in &lesson.body {
        match block {
            Block::Prose(_, text) | Block::Issues(_, text) => words += wording::words(text),
            Block::Pair(codes) if !is_other_language => {
                words += codes.iter().take(2).map(|code| wording::words(&code.text)).sum::<usize>();
            }
            _ => {}
        }
        is_other_language = matches!(block, Block::Pair(_));
    }
    let asked = lesson.objectives.iter().filter(|objective| lesson.items_of(&objective.id).next().is_some()).count();
    // Words of one lesson are few enough for any number.
    #[expect(clippy::cast_precision_loss, reason = "a file has at most a million words")]
    let minutes = words as f64 / 200.0 + asked as f64 / 2.0;
    minutes
}
