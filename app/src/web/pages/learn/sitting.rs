//! Rows of questions one after another: to show that something is known, the final check, and the refresher.

use super::changed;
use super::question::{QuestionView, Showing, view};
use super::study::{self, Study};
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble};
use crate::web::frame::{Answer, Answered, Frame, page as written};
use askama::Template;
use keepsharp_course::learner::{Event, How, Learner, Outcome, SittingKind, salt};
use keepsharp_course::sitting::{self, RefresherRequest};
use keepsharp_domain::World;
use keepsharp_domain::person::Strength;
use std::collections::BTreeSet;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "sitting.html")]
struct SittingPage {
    frame: Frame,
    shown: i64,
    base: String,
    course: String,
    title: String,
    lead: &'static str,
    answered: Option<QuestionView>,
    question: Option<QuestionView>,
    outcome: Option<OutcomeView>,
}

/// How a sitting ended.
struct OutcomeView {
    tone: &'static str,
    lead: &'static str,
    note: &'static str,
    /// Lessons to look at: title and address.
    lessons: Vec<(String, String)>,
    next: (&'static str, String),
    /// An exercise to end with: title and address.
    exercise: Option<(String, String)>,
    once_more: bool,
}

#[derive(Template)]
#[template(path = "refresher.html")]
struct RefresherPage {
    frame: Frame,
    base: String,
    course: String,
    minutes: u32,
    changes: Vec<changed::ChangeLine>,
    is_open: bool,
    never_took: bool,
}

fn open_study(asked: &Asked, world: &World) -> Result<Study, Trouble> {
    let of_sitting = |learner: &Learner, latest: &str| match &learner.sitting {
        Some(sitting) if sitting.kind == SittingKind::Refresher => Some(latest.to_owned()),
        _ => learner.version.clone(),
    };
    Study::open(asked, world, asked.param("course"), of_sitting)
}

/// Where the sitting is: the answer given last with its reasons, and the next question.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let study = open_study(asked, world)?;
    let base = study.base();
    let Some(current) = &study.learner.sitting else { return Ok(Answer::Go(base)) };
    let course = &study.opened.course;
    let (title, lead) = match &current.kind {
        SittingKind::TestOut { scope } => {
            let named = course.module(scope).map(|module| module.title.clone());
            let named = named.or_else(|| course.lesson(scope).map(|lesson| lesson.title.clone()));
            (
                format!("Show it: {}", named.unwrap_or_default()),
                "Two questions. Both right and sure, and you are done with it.",
            )
        }
        SittingKind::Final => {
            ("Final check".to_owned(), "Situations from all over the course. You may try as often as you like.")
        }
        SittingKind::Refresher => ("Refresher".to_owned(), "It ends as soon as it knows enough."),
    };
    let address = format!("{base}/sitting");
    let next = current.outcome.is_none().then(|| sitting::next_item(course, &study.learner, current)).flatten();
    let number = current.answers.len();
    let showing =
        |answer, round| Showing { opened: &study.opened, person: study.person, round, answer, comes_back: false };
    let last = study.learner.sitting_answers(current).last();
    let answered = last.and_then(|answer| {
        let (_, item) = course.item(&answer.item)?;
        Some(view(showing(Some(answer), number.saturating_sub(1)), item, format!("Question {number}"), address.clone()))
    });
    written(&SittingPage {
        frame: Frame::of(asked, world, title.clone()),
        shown: asked.now.as_second(),
        course: course.title.clone(),
        title,
        lead,
        answered,
        question: next.map(|item| view(showing(None, number), item, format!("Question {}", number + 1), address)),
        outcome: current.outcome.map(|outcome| outcome_view(&study, &current.kind, outcome)),
        base,
    })
}

fn outcome_view(study: &Study, kind: &SittingKind, outcome: Outcome) -> OutcomeView {
    let base = study.base();
    let onward = || {
        study
            .next_lesson()
            .map_or(("See what you have", format!("{base}/done")), |lesson| ("Go on", format!("{base}/{}", lesson.id)))
    };
    let view = |tone, lead, note, next| OutcomeView {
        tone,
        lead,
        note,
        lessons: Vec::new(),
        next,
        exercise: None,
        once_more: false,
    };
    match (kind, outcome) {
        (SittingKind::TestOut { .. }, Outcome::Passed) => {
            view("good", "You know it, and showed it.", "It counts as shown, not as attended.", onward())
        }
        (SittingKind::TestOut { scope }, Outcome::NotYet) => {
            let course = &study.opened.course;
            let first = sitting::to_be_shown(course, &study.learner, scope).first().map(|lesson| lesson.id.clone());
            let next = ("Take the lesson", format!("{base}/{}", first.unwrap_or_default()));
            view("soon", "Not all of it this time.", "The lesson takes a few minutes and says why.", next)
        }
        (SittingKind::Final, Outcome::Passed) => view(
            "good",
            "You passed the final check.",
            "It is recorded; there is nothing to fill in.",
            ("See what you have", format!("{base}/done")),
        ),
        (SittingKind::Final, Outcome::NotYet) => OutcomeView {
            lessons: missed(study),
            once_more: true,
            ..view(
                "soon",
                "Not yet, and no harm done.",
                "Look at these again if you like; the next try asks in other forms.",
                ("All lessons", base.clone()),
            )
        },
        (SittingKind::Refresher, _) => OutcomeView {
            lessons: missed(study),
            exercise: exercise(study),
            ..view(
                "good",
                "Refreshed. It is recorded; there is nothing to fill in.",
                "",
                ("See what you have", format!("{base}/done")),
            )
        },
    }
}

/// The lessons of what was not right in the sitting.
fn missed(study: &Study) -> Vec<(String, String)> {
    let Some(current) = &study.learner.sitting else { return Vec::new() };
    let wrong = study.learner.sitting_answers(current).filter(|answer| !answer.is_right);
    let lessons: BTreeSet<&str> = wrong.map(|answer| answer.lesson.as_str()).collect();
    let link = |id: &str| {
        Some((study.worded(study.opened.course.lesson(id)?).title.clone(), format!("{}/{id}", study.base())))
    };
    lessons.into_iter().filter_map(link).collect()
}

/// An exercise of somebody's lessons to end with, one that they did not solve first.
fn exercise(study: &Study) -> Option<(String, String)> {
    let all: Vec<_> = study
        .required()
        .flat_map(|lesson| {
            lesson.body.iter().filter_map(move |block| match block {
                keepsharp_course::model::Block::Exercise(_, id) => Some((lesson, id)),
                _ => None,
            })
        })
        .filter_map(|(lesson, id)| Some((lesson, study.opened.course.exercises.get(id)?)))
        .collect();
    let unsolved = all.iter().find(|(_, exercise)| !study.learner.solved.contains(&exercise.id));
    let turn = study.learner.refreshers.checked_rem(all.len()).unwrap_or(0);
    let (lesson, exercise) = unsolved.or_else(|| all.get(turn))?;
    Some((exercise.title.clone(), format!("{}/{}#{}", study.base(), lesson.id, exercise.id.replace('.', "-"))))
}

/// Begins to show that a lesson or module is known.
pub(crate) fn test_out(asked: &Asked, sent: &Fields) -> Answered {
    let _turn = study::turn(asked)?;
    let mut study = Study::of(asked, &*asked.app.store.world()?)?;
    let scope = sent.text("scope").to_owned();
    let seed = salt(&[&study.person.to_string(), &scope]);
    let tracks = study.tracks.clone();
    let tracks: Vec<&str> = tracks.iter().map(String::as_str).collect();
    let items = sitting::test_out(&study.opened.course, &study.learner, &tracks, &scope, seed);
    let items =
        items.ok_or_else(|| Trouble::refused("there is nothing left to show here; take the lesson, it is short"))?;
    begin(asked, &mut study, SittingKind::TestOut { scope }, items)
}

/// Begins the final check.
pub(crate) fn final_check(asked: &Asked, _: &Fields) -> Answered {
    let _turn = study::turn(asked)?;
    let mut study = Study::of(asked, &*asked.app.store.world()?)?;
    if !study.learner.is_finished && study.learner.refreshers == 0 {
        return Err(Trouble::refused("the final check comes after the lessons; go on with the next one"));
    }
    let seed = salt(&[&study.person.to_string(), "final", &study.learner.finals.to_string()]);
    let tracks = study.tracks.clone();
    let tracks: Vec<&str> = tracks.iter().map(String::as_str).collect();
    let items = sitting::final_check(&study.opened.course, &study.learner, &tracks, seed);
    begin(asked, &mut study, SittingKind::Final, items)
}

/// What a refresher is, what changed meanwhile, and the button that begins it.
pub(crate) fn refresher(asked: &Asked, world: &World) -> Answered {
    let study = Study::newest(asked, world)?;
    let refresher = study.opened.course.refresher.as_ref().ok_or(Trouble::NotFound)?;
    let open = study.learner.open_sitting().is_some_and(|sitting| sitting.kind == SittingKind::Refresher);
    written(&RefresherPage {
        frame: Frame::of(asked, world, refresher.title.clone()),
        course: study.opened.course.title.clone(),
        minutes: refresher.minutes,
        changes: changed::lines(asked, &study),
        is_open: open,
        never_took: study.learner.finished_version.is_none() && !has_completed(world, &study),
        base: study.base(),
    })
}

fn has_completed(world: &World, study: &Study) -> bool {
    let person = world.people().get(study.ix);
    let course = study.opened.course.id.as_str();
    person.is_some_and(|person| person.completions.iter().any(|completion| world.course(completion.course) == course))
}

/// Begins a refresher, or goes on with the one begun.
pub(crate) fn begin_refresher(asked: &Asked, _: &Fields) -> Answered {
    let _turn = study::turn(asked)?;
    let mut study = Study::newest(asked, &*asked.app.store.world()?)?;
    let open = study.learner.open_sitting().is_some_and(|sitting| sitting.kind == SittingKind::Refresher);
    if open {
        return Ok(Answer::Go(format!("{}/sitting", study.base())));
    }
    let changed: BTreeSet<String> = changed::lessons(asked, &study);
    let seed = salt(&[&study.person.to_string(), "refresher", &study.learner.refreshers.to_string()]);
    let items = sitting::refresher(RefresherRequest {
        course: &study.opened.course,
        learner: &study.learner,
        tracks: &study.tracks(),
        shares: &study.opened.shares,
        changed: &changed,
        has_exercise: exercise(&study).is_some(),
        today: asked.today,
        salt: seed,
    });
    begin(asked, &mut study, SittingKind::Refresher, items)
}

fn begin(asked: &Asked, study: &mut Study, sitting: SittingKind, items: Vec<String>) -> Answered {
    if items.is_empty() {
        return Err(Trouble::refused("the course has no questions for your tracks yet"));
    }
    study.record(asked, vec![Event::Sat { sitting, items }])?;
    Ok(Answer::Go(format!("{}/sitting", study.base())))
}

/// Takes an answer of a sitting. One that was given meanwhile, in another tab or by a second press, stays as it was.
pub(crate) fn answer(asked: &Asked, sent: &Fields) -> Answered {
    let _turn = study::turn(asked)?;
    let mut study = open_study(asked, &*asked.app.store.world()?)?;
    let back = format!("{}/sitting", study.base());
    let opened = Arc::clone(&study.opened);
    let Some(current) = study.learner.open_sitting() else { return Ok(Answer::Go(back)) };
    let next = sitting::next_item(&opened.course, &study.learner, current);
    let is_next = |item: &&keepsharp_course::Item| {
        item.id == sent.text("item") && current.answers.len().to_string() == sent.text("round")
    };
    let Some(item) = next.filter(is_next) else { return Ok(Answer::Go(back)) };
    let (lesson, _) = opened.course.item(&item.id).ok_or(Trouble::NotFound)?;
    let timing = (study::seconds_since(asked, sent, None), asked.today);
    let given = study::answer(sent, item, lesson, timing, true)?;
    let mut events = vec![Event::Answered(given.clone())];
    let mut after = study.learner.clone();
    after.apply(Event::Answered(given));
    let ended = after
        .open_sitting()
        .and_then(|current| Some((current.kind.clone(), sitting::outcome(&study.opened.course, &after, current)?)));
    if let Some((kind, outcome)) = &ended {
        if let (SittingKind::TestOut { scope }, Outcome::Passed) = (kind, outcome) {
            let shown = sitting::to_be_shown(&study.opened.course, &study.learner, scope);
            let done = |lesson: &&keepsharp_course::Lesson| Event::Done {
                lesson: lesson.id.clone(),
                rev: lesson.rev,
                how: How::Shown,
            };
            events.extend(shown.iter().map(done));
        }
        earn(asked, &study, kind, *outcome)?;
        events.push(Event::Rose { outcome: *outcome });
        if *kind == SittingKind::Refresher {
            events.push(Event::Finished { is_refresher: true, version: study.opened.course.version.to_string() });
        }
    }
    study.record(asked, events)?;
    study.finish_where_done(asked)?;
    Ok(Answer::Go(format!("{back}#answered")))
}

/// Records what a sitting earned.
fn earn(asked: &Asked, study: &Study, kind: &SittingKind, outcome: Outcome) -> Result<(), Trouble> {
    let course = &study.opened.course;
    let refresher = course.refresher.as_ref().map(|refresher| refresher.id.clone());
    match (kind, outcome) {
        (SittingKind::Final, Outcome::Passed) => {
            // The check belongs to what was finished last: the course this time through, or a refresher.
            let is_refresher = !study.learner.is_finished || study.learner.finished_refresher;
            let id = refresher.filter(|_| is_refresher).unwrap_or_else(|| course.id.clone());
            study.earn(asked, id, Strength::Assessed, 0)
        }
        (SittingKind::Refresher, _) => match refresher {
            Some(id) => study.earn(asked, id, Strength::Completed, 0),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}
