//! A lesson: its text, weak and mended code, its questions in place, and the way on.

use super::history::{self, HistoryView};
use super::practice;
use super::question::{QuestionView, Showing, view};
use super::study::{self, Study};
use crate::course_shelf::Opened;
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble};
use crate::web::frame::{Answer, Answered, Frame, practice as with_practice};
use crate::web::words;
use askama::Template;
use keepsharp_course::learner::{Event, How};
use keepsharp_course::lesson_plan::{LessonPlan, Question, lesson_plan};
use keepsharp_course::model::{Block, Code, Lesson, Side};
use keepsharp_course::sitting;
use keepsharp_domain::World;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "lesson.html")]
#[expect(clippy::struct_excessive_bools, reason = "each says whether a part of the page is shown")]
struct LessonPage {
    frame: Frame,
    shown: i64,
    base: String,
    course: String,
    module: String,
    place: String,
    id: String,
    title: String,
    minutes: u32,
    need: &'static str,
    stale: bool,
    languages: Vec<(String, String)>,
    blocks: Vec<BlockView>,
    scripts: Vec<String>,
    again: Vec<QuestionView>,
    external: Option<ExternalView>,
    sources: Vec<String>,
    test_out: bool,
    is_done: bool,
    was_shown: bool,
    asks_nothing: bool,
    open: usize,
    previous: Option<Step>,
    next: Option<Step>,
    progress: String,
    is_finished: bool,
    objectives: Vec<String>,
}

/// A part of the text.
enum BlockView {
    Prose(Arc<str>),
    Pairs(Vec<PairView>),
    Question(Box<QuestionView>),
    Exercise(practice::Panel),
    Issues(Box<HistoryView>),
}

/// Weak and mended code in one language.
struct PairView {
    language: String,
    weak: Arc<str>,
    mended: Arc<str>,
}

/// A video or page elsewhere.
struct ExternalView {
    url: String,
    title: String,
    minutes: u32,
    take: Arc<str>,
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let study = Study::of(asked, world)?;
    let lesson = study.lesson(asked)?;
    let worded = study.worded(lesson);
    let tracks = study.tracks();
    let plan = lesson_plan(worded, &study.learner, &tracks);
    let course = &study.opened.course;
    let is_done = study.learner.done.contains_key(&lesson.id);
    let (done, all) = study.progress();
    let module = course.module_of(&lesson.id);
    let way = way(&study, lesson);
    let base = study.base();
    let open = plan.first.iter().chain(&plan.again).filter(|question| question.answer.is_none()).count();
    let has_begun = plan.first.iter().any(|question| question.answer.is_some());
    let scope = sitting::test_out(course, &study.learner, &tracks, &lesson.id, 0);
    let blocks = blocks(asked, &study, worded, &plan);
    with_practice(&LessonPage {
        frame: Frame::of(asked, world, worded.title.clone()),
        shown: asked.now.as_second(),
        course: course.title.clone(),
        module: module.map(|module| module.title.clone()).unwrap_or_default(),
        place: place(module, lesson),
        id: lesson.id.clone(),
        title: worded.title.clone(),
        minutes: lesson.minutes,
        need: if study.is_required(lesson) { "part of your course" } else { "for whoever likes" },
        stale: worded.rev != lesson.rev,
        languages: languages(&study, lesson),
        scripts: scripts(&blocks),
        blocks,
        again: plan.again.iter().map(|question| question_view(&study, worded, &plan, question)).collect(),
        external: external(&study.opened, worded),
        sources: lesson.sources.clone(),
        test_out: !is_done && !has_begun && scope.is_some(),
        is_done,
        was_shown: study.learner.done.get(&lesson.id) == Some(&How::Shown),
        asks_nothing: plan.is_answered(),
        open,
        previous: way.0,
        next: way.1,
        progress: format!("{done} of {}", words::counted(all as u64, "lesson", "lessons")),
        is_finished: study.learner.is_finished,
        objectives: worded.objectives.iter().map(|objective| objective.says.clone()).collect(),
        base,
    })
}

/// The scripts that the page's exercises need, each once.
fn scripts(blocks: &[BlockView]) -> Vec<String> {
    let of = |block: &BlockView| match block {
        BlockView::Exercise(panel) => Some(panel.scripts.to_vec()),
        _ => None,
    };
    blocks.iter().find_map(of).unwrap_or_default()
}

/// "2 of 5 in Access control".
fn place(module: Option<&keepsharp_course::Module>, lesson: &Lesson) -> String {
    let Some(module) = module else { return String::new() };
    let at = module.lessons.iter().position(|known| known.id == lesson.id).unwrap_or(0) + 1;
    format!("{at} of {}", module.lessons.len())
}

/// A lesson to go to: title and address.
type Step = (String, String);

/// The lessons before and after: those of the learner's tracks, and this one's neighbours where it is none of them.
fn way(study: &Study, lesson: &Lesson) -> (Option<Step>, Option<Step>) {
    let all: Vec<&Lesson> =
        study.opened.course.lessons().filter(|one| one.id == lesson.id || study.is_required(one)).collect();
    let at = all.iter().position(|known| known.id == lesson.id).unwrap_or(0);
    let link = |lesson: &&Lesson| (study.worded(lesson).title.clone(), format!("{}/{}", study.base(), lesson.id));
    let is_open = |one: &&&Lesson| !study.learner.done.contains_key(&one.id);
    let later = all.get(at + 1..).unwrap_or_default();
    let next = later
        .iter()
        .find(is_open)
        .or_else(|| all.get(..at).and_then(|before| before.iter().find(is_open)))
        .or(later.first());
    (at.checked_sub(1).and_then(|before| all.get(before)).map(link), next.map(link))
}

fn languages(study: &Study, lesson: &Lesson) -> Vec<(String, String)> {
    if lesson.translations.is_empty() {
        return Vec::new();
    }
    let chosen = study.learner.language.as_deref().unwrap_or(&study.opened.course.language);
    let all =
        std::iter::once(study.opened.course.language.as_str()).chain(lesson.translations.keys().map(String::as_str));
    all.map(|language| (language.to_owned(), if language == chosen { "true" } else { "false" }.to_owned())).collect()
}

fn external(opened: &Opened, lesson: &Lesson) -> Option<ExternalView> {
    let external = lesson.external.as_ref()?;
    let url = words::web_address(&external.url);
    (!url.is_empty()).then(|| ExternalView {
        url,
        title: external.title.clone(),
        minutes: external.minutes,
        take: opened.line(&external.take),
    })
}

fn blocks(asked: &Asked, study: &Study, lesson: &Lesson, plan: &LessonPlan) -> Vec<BlockView> {
    let mut views: Vec<BlockView> = Vec::new();
    for block in &lesson.body {
        match block {
            Block::Prose(_, text) => views.push(BlockView::Prose(study.opened.markdown(text))),
            Block::Pair(codes) => {
                let pairs = pairs(&study.opened, codes);
                match views.last_mut() {
                    Some(BlockView::Pairs(before)) => before.extend(pairs),
                    _ => views.push(BlockView::Pairs(pairs)),
                }
            }
            Block::Issues(_, otherwise) => views.push(match history::view(asked, study) {
                Some(view) => BlockView::Issues(Box::new(view)),
                None => BlockView::Prose(study.opened.markdown(otherwise)),
            }),
            Block::Exercise(_, id) => views.extend(practice::panel(asked, study, id).map(BlockView::Exercise)),
            Block::Item(at) => {
                // An objective is asked about where its first item stands, whichever variant it is.
                let Some(item) = lesson.items.get(*at) else { continue };
                let is_first = lesson.items_of(&item.objective).next().is_some_and(|first| first.id == item.id);
                let first = plan.first.iter().find(|question| question.item.objective == item.objective);
                if let (true, Some(question)) = (is_first, first) {
                    views.push(BlockView::Question(Box::new(question_view(study, lesson, plan, question))));
                }
            }
        }
    }
    views
}

fn question_view(study: &Study, lesson: &Lesson, plan: &LessonPlan, question: &Question) -> QuestionView {
    let all = || plan.first.iter().chain(&plan.again);
    let number = 1 + all().position(|one| std::ptr::eq(one, question)).unwrap_or(0);
    let comes_back = all().any(|one| one.item.objective == question.item.objective && one.round > question.round);
    let showing = Showing {
        opened: &study.opened,
        person: study.person,
        round: question.round,
        answer: question.answer,
        comes_back,
    };
    let label = format!("Question {number}{}", if question.round > 0 { ", once more" } else { "" });
    view(showing, question.item, label, format!("{}/{}/answer", study.base(), lesson.id))
}

fn pairs(opened: &Opened, codes: &[Code]) -> Vec<PairView> {
    let html = |code: &Code| opened.code(code);
    let pair = |pair: &[Code]| match pair {
        [weak, mended] => {
            debug_assert!(weak.side == Some(Side::Weak));
            Some(PairView { language: language(&weak.language), weak: html(weak), mended: html(mended) })
        }
        _ => None,
    };
    codes.chunks(2).filter_map(pair).collect()
}

/// A language's name as people write it.
fn language(code: &str) -> String {
    let known = [
        ("js", "JavaScript"),
        ("javascript", "JavaScript"),
        ("ts", "TypeScript"),
        ("typescript", "TypeScript"),
        ("sql", "SQL"),
        ("yaml", "YAML"),
        ("hcl", "Terraform"),
        ("html", "HTML"),
        ("http", "HTTP"),
        ("sh", "Shell"),
        ("json", "JSON"),
        ("toml", "TOML"),
        ("graphql", "GraphQL"),
        ("haml", "HAML"),
    ];
    let found = known.iter().find(|(short, _)| *short == code).map(|(_, name)| (*name).to_owned());
    found.unwrap_or_else(|| words::sentence_case(code))
}

/// Takes an answer. One that was given meanwhile, in another tab or by a second press, stays as it was.
pub(crate) fn answer(asked: &Asked, sent: &Fields) -> Answered {
    let _turn = study::turn(asked)?;
    let mut study = Study::of(asked, &*asked.app.store.world()?)?;
    let opened = Arc::clone(&study.opened);
    let lesson = opened.course.lesson(asked.param("lesson")).ok_or(Trouble::NotFound)?;
    let language = study.learner.language.clone();
    let worded = language.as_deref().map_or(lesson, |language| lesson.in_language(language));
    let back = format!("{}/{}", study.base(), lesson.id);
    let tracks: Vec<String> = study.tracks.clone();
    let tracks: Vec<&str> = tracks.iter().map(String::as_str).collect();
    let is_first = !study.learner.recent_answers().iter().any(|answer| answer.lesson == lesson.id);
    let most = is_first.then(|| lesson.minutes.saturating_mul(60) + 60);
    let given = {
        let plan = lesson_plan(worded, &study.learner, &tracks);
        let is_asked = |question: &&Question| {
            question.item.id == sent.text("item") && question.round.to_string() == sent.text("round")
        };
        let Some(question) = plan.first.iter().chain(&plan.again).find(is_asked) else { return Ok(Answer::Go(back)) };
        let anchor = format!("{back}#q-{}-{}", question.item.id.replace('.', "-"), question.round);
        if question.answer.is_some() {
            return Ok(Answer::Go(anchor));
        }
        let timing = (study::seconds_since(asked, sent, most), asked.today);
        (study::answer(sent, question.item, lesson, timing, false)?, anchor)
    };
    let (answer, given) = given;
    let is_right = answer.is_right;
    let mut events = vec![Event::Answered(answer)];
    let mut after = study.learner.clone();
    events.iter().cloned().for_each(|event| after.apply(event));
    if lesson_plan(worded, &after, &tracks).is_answered() {
        events.push(Event::Done { lesson: lesson.id.clone(), rev: lesson.rev, how: How::Attended });
    }
    let is_done = events.len() > 1;
    study.record(asked, events)?;
    study.finish_where_done(asked)?;
    // Where the last answer was right, the page opens at the way on, one key away; otherwise at the reasons.
    Ok(Answer::Go(if is_done && is_right { back } else { given }))
}

/// A lesson was read in which nothing is left to be answered.
pub(crate) fn read(asked: &Asked, sent: &Fields) -> Answered {
    let _turn = study::turn(asked)?;
    let mut study = Study::of(asked, &*asked.app.store.world()?)?;
    let lesson = study.lesson(asked)?.clone();
    let tracks = study.tracks();
    let next = way(&study, &lesson).1.map_or_else(|| study.base(), |(_, address)| address);
    if !lesson_plan(study.worded(&lesson), &study.learner, &tracks).is_answered() {
        return Err(Trouble::refused("answer the questions of this lesson; then it is done"));
    }
    let most = Some(lesson.minutes.saturating_mul(60) + 60);
    let seconds = study::seconds_since(asked, sent, most);
    let done = Event::Done { lesson: lesson.id.clone(), rev: lesson.rev, how: How::Attended };
    study.record(asked, vec![Event::Read { seconds }, done])?;
    if study.finish_where_done(asked)? {
        return Ok(Answer::Go(format!("{}/done", study.base())));
    }
    Ok(Answer::Go(next))
}

/// Chooses the language to read in.
pub(crate) fn language_chosen(asked: &Asked, sent: &Fields) -> Answered {
    let _turn = study::turn(asked)?;
    let mut study = Study::of(asked, &*asked.app.store.world()?)?;
    let lesson = study.lesson(asked)?.clone();
    let language = sent.text("language").to_owned();
    if language != study.opened.course.language && !lesson.translations.contains_key(&language) {
        return Err(Trouble::refused("the lesson is not there in this language"));
    }
    study.record(asked, vec![Event::Reads { language }])?;
    Ok(Answer::Go(format!("{}/{}", study.base(), lesson.id)))
}
