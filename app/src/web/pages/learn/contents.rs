//! A course's contents: one's own lessons first, everything open to everybody.

use super::feedback::{self, SaidLine};
use super::study::{self, Study};
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble};
use crate::web::frame::{Answer, Answered, Frame, page as written};
use crate::web::words;
use askama::Template;
use keepsharp_course::learner::{Event, How};
use keepsharp_course::model::{Lesson, Module};
use keepsharp_course::sitting;
use keepsharp_domain::World;
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "course.html")]
#[expect(clippy::struct_excessive_bools, reason = "each says whether a part of the page is shown")]
struct CoursePage {
    frame: Frame,
    base: String,
    title: String,
    about: std::sync::Arc<str>,
    done: usize,
    all: usize,
    minutes_left: u32,
    learned: String,
    next: Option<(String, String)>,
    is_begun: bool,
    is_finished: bool,
    tracks: Vec<TrackBox>,
    has_track: bool,
    modules: Vec<ModuleView>,
    version: String,
    newer: bool,
    refresher: Option<u32>,
    said: Vec<SaidLine>,
}

struct TrackBox {
    id: String,
    title: String,
    is_on: bool,
    is_given: bool,
}

struct ModuleView {
    id: String,
    title: String,
    minutes: u32,
    lessons: Vec<LessonLine>,
    rest: Vec<LessonLine>,
    test_out: bool,
}

struct LessonLine {
    address: String,
    title: String,
    minutes: u32,
    state: &'static str,
    tone: &'static str,
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let study = Study::of(asked, world)?;
    let course = &study.opened.course;
    let (done, all) = study.progress();
    let left = study.required().filter(|lesson| !study.learner.done.contains_key(&lesson.id));
    let minutes_left = left.map(|lesson| lesson.minutes).sum();
    let base = study.base();
    written(&CoursePage {
        frame: Frame::of(asked, world, course.title.clone()),
        title: course.title.clone(),
        about: study.opened.markdown(&course.about),
        done,
        all,
        minutes_left,
        learned: learned(study.learner.seconds),
        next: study.next_lesson().map(|lesson| (study.worded(lesson).title.clone(), format!("{base}/{}", lesson.id))),
        is_begun: study.learner.version.is_some(),
        is_finished: study.learner.is_finished,
        tracks: tracks(&study),
        has_track: !study.tracks.is_empty(),
        modules: course.modules.iter().map(|module| module_view(&study, module)).collect(),
        version: course.version.short().to_owned(),
        newer: course.version.as_str() != study.latest,
        refresher: course.refresher.as_ref().map(|refresher| refresher.minutes),
        said: feedback::own(asked, study.person, &study.opened)?,
        base,
    })
}

/// "1 hour 20 minutes".
pub(super) fn learned(seconds: u64) -> String {
    let minutes = seconds.div_ceil(60);
    let part = |count: u64, one: &str, many: &str| (count > 0).then(|| words::counted(count, one, many));
    let parts = [part(minutes / 60, "hour", "hours"), part(minutes % 60, "minute", "minutes")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn tracks(study: &Study) -> Vec<TrackBox> {
    let boxed = |track: &keepsharp_course::model::Track| TrackBox {
        id: track.id.clone(),
        title: track.title.clone(),
        is_on: study.tracks.contains(&track.id),
        is_given: study.tracks.contains(&track.id) && !study.learner.also_in.contains(&track.id),
    };
    study.opened.course.tracks.iter().map(boxed).collect()
}

fn module_view(study: &Study, module: &Module) -> ModuleView {
    let (lessons, rest): (Vec<&Lesson>, Vec<&Lesson>) =
        module.lessons.iter().partition(|lesson| study.is_required(lesson));
    let line = |lesson: &&Lesson| line(study, lesson);
    let open = sitting::to_be_shown(&study.opened.course, &study.learner, &module.id).len();
    ModuleView {
        id: module.id.clone(),
        title: module.title.clone(),
        minutes: lessons.iter().map(|lesson| lesson.minutes).sum(),
        test_out: !lessons.is_empty()
            && open > 1
            && sitting::test_out(&study.opened.course, &study.learner, &study.tracks(), &module.id, 0).is_some(),
        lessons: lessons.iter().map(line).collect(),
        rest: rest.iter().map(line).collect(),
    }
}

fn line(study: &Study, lesson: &Lesson) -> LessonLine {
    let has_begun =
        || study.learner.recent_answers().iter().any(|answer| answer.lesson == lesson.id && !answer.in_sitting);
    let (state, tone) = match study.learner.done.get(&lesson.id) {
        Some(How::Attended) => ("done", "good"),
        Some(How::Shown) => ("shown", "good"),
        None if has_begun() => ("begun", "soon"),
        None => ("", ""),
    };
    LessonLine {
        address: format!("{}/{}", study.base(), lesson.id),
        title: study.worded(lesson).title.clone(),
        minutes: lesson.minutes,
        state,
        tone,
    }
}

/// Says in which tracks somebody works beside the one that the roster gives.
pub(crate) fn choose_tracks(asked: &Asked, sent: &Fields) -> Answered {
    let _turn = study::turn(asked)?;
    let mut study = Study::of(asked, &*asked.app.store.world()?)?;
    let known: BTreeSet<&str> = study.opened.course.tracks.iter().map(|track| track.id.as_str()).collect();
    let chosen = sent.values.iter().filter(|(name, value)| name == "track" && known.contains(value.as_str()));
    let tracks: BTreeSet<String> = chosen.map(|(_, value)| value.clone()).collect();
    let base = study.base();
    study.record(asked, vec![Event::AlsoIn { tracks }])?;
    Ok(Answer::Go(format!("{base}?done=tracks")))
}

/// Begins the course anew, in its newest version.
pub(crate) fn again(asked: &Asked, _: &Fields) -> Answered {
    let _turn = study::turn(asked)?;
    let mut study = Study::newest(asked, &*asked.app.store.world()?)?;
    if !study.learner.is_finished && study.learner.version.as_ref() == Some(&study.latest) {
        return Err(Trouble::refused("you are in the newest version already; go on with it"));
    }
    let base = study.base();
    study.record(asked, vec![Event::Began { version: study.latest.clone(), anew: true }])?;
    Ok(Answer::Go(base))
}
