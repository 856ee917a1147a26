//! The last page: what somebody can do now, when they are asked again, and what there is to show for it.

use super::contents::learned;
use super::study::Study;
use crate::web::asked::Asked;
use crate::web::frame::{Answered, Frame, page as written};
use crate::web::words;
use askama::Template;
use keepsharp_domain::World;
use keepsharp_domain::due::Standings;
use keepsharp_domain::person::Strength;

#[derive(Template)]
#[template(path = "finished.html")]
struct FinishedPage {
    frame: Frame,
    base: String,
    course: String,
    is_finished: bool,
    left: usize,
    objectives: Vec<ModuleObjectives>,
    minutes: String,
    completions: Vec<CompletionLine>,
    next: Vec<String>,
    final_check: bool,
    is_assessed: bool,
}

struct ModuleObjectives {
    title: String,
    says: Vec<String>,
}

struct CompletionLine {
    words: String,
    seq: u64,
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let study = Study::of(asked, world)?;
    let course = &study.opened.course;
    let (done, all) = study.progress();
    written(&FinishedPage {
        frame: Frame::of(asked, world, format!("{}: what you have", course.title)),
        course: course.title.clone(),
        is_finished: study.learner.is_finished,
        left: all - done,
        objectives: objectives(&study),
        minutes: learned(study.learner.seconds),
        completions: completions(world, &study),
        next: next(asked, world, &study),
        final_check: asks_for_check(asked, world, &study)
            && (study.learner.is_finished || study.learner.refreshers > 0),
        is_assessed: study.learner.is_assessed,
        base: study.base(),
    })
}

fn objectives(study: &Study) -> Vec<ModuleObjectives> {
    let is_done = |id: &str| study.learner.done.contains_key(id);
    let of_module = |module: &keepsharp_course::Module| {
        let lessons = module.lessons.iter().filter(|lesson| is_done(&lesson.id)).map(|lesson| study.worded(lesson));
        let says = lessons.flat_map(|lesson| lesson.objectives.iter().map(|objective| objective.says.clone()));
        ModuleObjectives { title: module.title.clone(), says: says.collect() }
    };
    study.opened.course.modules.iter().map(of_module).filter(|module| !module.says.is_empty()).collect()
}

/// What is recorded of the course and its refresher, the latest first.
fn completions(world: &World, study: &Study) -> Vec<CompletionLine> {
    let course = &study.opened.course;
    let ids = [Some(course.id.as_str()), course.refresher.as_ref().map(|refresher| refresher.id.as_str())];
    let Some(person) = world.people().get(study.ix) else { return Vec::new() };
    let ours = person.completions.iter().filter(|completion| ids.contains(&Some(world.course(completion.course))));
    let line = |completion: &keepsharp_domain::person::Completion| CompletionLine {
        words: format!(
            "“{}”, {}, {}",
            world.course(completion.course),
            words::strength(completion.strength),
            words::day(completion.on)
        ),
        seq: u64::from(completion.seq),
    };
    let mut lines: Vec<CompletionLine> = ours.map(line).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.seq));
    lines
}

/// When somebody is asked again, by control.
fn next(asked: &Asked, world: &World, study: &Study) -> Vec<String> {
    let Some(person) = world.people().get(study.ix) else { return Vec::new() };
    let controls = world.controls().values().filter(|control| concerns(asked, control, study));
    let told = |control: &keepsharp_domain::control::Control| {
        let standing = Standings::new(world, control, asked.today).of(person);
        let title = control.version(asked.today).map(|version| version.title.to_string()).unwrap_or_default();
        standing.due.map(|due| format!("{title}: until {} nothing is asked of you.", words::day(due)))
    };
    controls.filter_map(told).collect()
}

fn concerns(asked: &Asked, control: &keepsharp_domain::control::Control, study: &Study) -> bool {
    control.version(asked.today).is_some_and(|version| *version.courses.full == *study.opened.course.id)
}

/// Whether a control asks for the final check.
fn asks_for_check(asked: &Asked, world: &World, study: &Study) -> bool {
    let asks = |control: &keepsharp_domain::control::Control| {
        concerns(asked, control, study)
            && control.version(asked.today).is_some_and(|version| version.accepts == Strength::Assessed)
    };
    world.controls().values().any(asks)
}
