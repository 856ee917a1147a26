//! What a learner says of a course: useful or not, a problem with a question, the course as a whole; and what was answered.

use super::study::Study;
use crate::course_shelf::Opened;
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble};
use crate::web::frame::{Answer, Answered, Frame, page as written};
use crate::web::words;
use askama::Template;
use jiff::ToSpan;
use keepsharp_domain::World;
use keepsharp_domain::person::PersonId;
use keepsharp_store::{Feedback, FeedbackKind, MOST_A_DAY, Said};
use std::sync::Arc;

/// Longest words, in characters.
const LONGEST: usize = 2_000;
/// How many of one's own words are shown.
const SHOWN: u64 = 20;

#[derive(Template)]
#[template(path = "report_item.html")]
struct ReportPage {
    frame: Frame,
    base: String,
    course: String,
    item: String,
    lesson: String,
    lesson_address: String,
    stem: Arc<str>,
}

/// Something that somebody said, and the answer.
pub(crate) struct SaidLine {
    pub(crate) on: String,
    pub(crate) about: String,
    pub(crate) words: String,
    pub(crate) answer: String,
    pub(crate) answered_on: String,
}

/// Where a problem with a question is told.
pub(crate) fn report_page(asked: &Asked, world: &World) -> Answered {
    let study = Study::of(asked, world)?;
    // A form that comes back is at an address without a query.
    let sent = asked.returned.sent.text("item");
    let id = if sent.is_empty() { asked.query.text("item") } else { sent };
    let (lesson, item) = study.opened.course.item(id).ok_or(Trouble::NotFound)?;
    let base = study.base();
    written(&ReportPage {
        frame: Frame::of(asked, world, "Report a problem"),
        course: study.opened.course.title.clone(),
        item: item.id.clone(),
        lesson: study.worded(lesson).title.clone(),
        lesson_address: format!("{base}/{}", lesson.id),
        stem: study.opened.markdown(&item.stem),
        base,
    })
}

/// Takes a problem with a question.
pub(crate) fn report(asked: &Asked, sent: &Fields) -> Answered {
    let study = Study::of(asked, &*asked.app.store.world()?)?;
    let (lesson, item) = study.opened.course.item(sent.text("item")).ok_or(Trouble::NotFound)?;
    let words = needed_words(sent, "say in a sentence what is wrong, or what you did not understand")?;
    let said = said(&study, &lesson.id, &item.id, FeedbackKind::Report, words, sent.text("signed") == "yes");
    keep(asked, &study, &said)?;
    Ok(Answer::Go(format!("{}/{}?done=told-content", study.base(), lesson.id)))
}

/// Takes whether a lesson was useful.
pub(crate) fn useful(asked: &Asked, sent: &Fields) -> Answered {
    let study = Study::of(asked, &*asked.app.store.world()?)?;
    let lesson = study.lesson(asked)?.id.clone();
    let kind = match sent.text("useful") {
        "yes" => FeedbackKind::Useful,
        "partly" => FeedbackKind::PartlyUseful,
        "no" => FeedbackKind::NotUseful,
        _ => return Err(Trouble::refused("press Yes, Partly or No")),
    };
    let words = words_of(sent)?;
    let done = if words.is_empty() { "useful" } else { "told-content" };
    keep(asked, &study, &said(&study, &lesson, "", kind, words, false))?;
    Ok(Answer::Go(format!("{}/{lesson}?done={done}", study.base())))
}

/// Takes what somebody thinks of the course.
pub(crate) fn of_course(asked: &Asked, sent: &Fields) -> Answered {
    let study = Study::of(asked, &*asked.app.store.world()?)?;
    let words = needed_words(sent, "write a line, or leave it: nothing is asked of you")?;
    keep(asked, &study, &said(&study, "", "", FeedbackKind::Course, words, sent.text("signed") == "yes"))?;
    Ok(Answer::Go(format!("{}/done?done=told-content", study.base())))
}

fn said(study: &Study, lesson: &str, item: &str, kind: FeedbackKind, words: String, is_signed: bool) -> Said {
    Said {
        course: study.opened.course.id.clone(),
        version: study.opened.course.version.to_string(),
        lesson: lesson.to_owned(),
        item: item.to_owned(),
        kind,
        words,
        is_signed,
    }
}

fn keep(asked: &Asked, study: &Study, said: &Said) -> Result<(), Trouble> {
    if asked.app.store.add_feedback(study.person, said, asked.now)? {
        return Ok(());
    }
    Err(Trouble::at(
        "words",
        format!(
            "You have written {MOST_A_DAY} times today, and all of it is kept. Somebody has to read it: go on tomorrow."
        ),
    ))
}

fn needed_words(sent: &Fields, otherwise: &'static str) -> Result<String, Trouble> {
    let words = words_of(sent)?;
    if words.is_empty() { Err(Trouble::at("words", otherwise)) } else { Ok(words) }
}

/// The words of a form, without what no keyboard writes.
pub(crate) fn words_of(sent: &Fields) -> Result<String, Trouble> {
    let words: String = sent.text("words").chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    let words = words.trim();
    if words.chars().count() > LONGEST {
        return Err(Trouble::at("words", "write at most 2,000 characters"));
    }
    Ok(words.to_owned())
}

/// What somebody said of a course, the latest first.
pub(crate) fn own(asked: &Asked, person: PersonId, opened: &Opened) -> Result<Vec<SaidLine>, Trouble> {
    let found = asked.app.store.feedback_by(person, &opened.course.id, SHOWN)?;
    Ok(found.iter().map(|one| said_line(asked, opened, one)).collect())
}

fn said_line(asked: &Asked, opened: &Opened, one: &Feedback) -> SaidLine {
    let on = |at: jiff::Timestamp| words::day(at.to_zoned(asked.zone.clone()).date());
    let (answer, answered_on) = one.answered.as_ref().map(|(answer, at)| (answer.clone(), on(*at))).unwrap_or_default();
    SaidLine { on: on(one.at), about: about(opened, &one.said), words: one.said.words.clone(), answer, answered_on }
}

/// What somebody speaks of, in words.
pub(crate) fn about(opened: &Opened, said: &Said) -> String {
    let lesson = opened.course.lesson(&said.lesson).map_or(said.lesson.as_str(), |lesson| lesson.title.as_str());
    match said.kind {
        FeedbackKind::Report => format!("a question of “{lesson}”"),
        FeedbackKind::Course => "the course".to_owned(),
        FeedbackKind::Useful => format!("“{lesson}”, useful"),
        FeedbackKind::PartlyUseful => format!("“{lesson}”, partly useful"),
        FeedbackKind::NotUseful => format!("“{lesson}”, not useful"),
    }
}

/// How many answers somebody got within thirty days.
pub(crate) fn answers_lately(asked: &Asked, person: PersonId, course: &str) -> Result<usize, Trouble> {
    let since = asked.now.checked_sub((30 * 24).hours()).unwrap_or(asked.now);
    let found = asked.app.store.feedback_by(person, course, SHOWN)?;
    let is_new = |one: &&Feedback| one.answered.as_ref().is_some_and(|(_, at)| *at > since);
    Ok(found.iter().filter(is_new).count())
}
