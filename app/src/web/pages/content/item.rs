//! A question as it is written, how it holds up choice by choice, its variants, and what was said of it.

use super::counts::{self, Counts};
use super::course::{ItemRow, item_row, opened};
use super::inbox::{self, InboxLine};
use super::{beginning, share};
use crate::course_shelf::Opened;
use crate::web::asked::Asked;
use crate::web::fields::Trouble;
use crate::web::frame::{Answered, Frame, page as written};
use askama::Template;
use keepsharp_course::Item;
use keepsharp_course::model::{Lesson, Task};
use keepsharp_course::statistics::{Figures, ItemStatistics};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "content_item.html")]
struct ItemPage {
    frame: Frame,
    base: String,
    course: String,
    title: String,
    lesson: String,
    lesson_address: String,
    objective: String,
    level: &'static str,
    row: ItemRow,
    sure: String,
    stem: Arc<str>,
    code: String,
    column: &'static str,
    choices: Vec<ChoiceRow>,
    variants: Vec<ItemRow>,
    said: Vec<InboxLine>,
}

/// A choice, a line of code or a step, and how many took it.
struct ChoiceRow {
    place: usize,
    text: Arc<str>,
    reason: Arc<str>,
    is_right: bool,
    share: String,
}

/// The page.
pub(crate) fn page(asked: &Asked) -> Answered {
    let (opened, basis) = opened(asked)?;
    let counts = counts::of_course(asked, &opened, basis)?;
    let (lesson, item) = opened.course.item(asked.param("id")).ok_or(Trouble::NotFound)?;
    let found = counts.items.get(&item.id).ok_or(Trouble::NotFound)?;
    let base = format!("/content/{}", opened.course.id);
    let figures = found.figures.as_ref();
    let world = asked.app.store.world()?;
    let said = inbox::of_item(asked, &world, &opened, &item.id)?;
    written(&ItemPage {
        frame: Frame::of(asked, &world, beginning(&item.stem)),
        course: opened.course.title.clone(),
        title: beginning(&item.stem),
        lesson: lesson.title.clone(),
        lesson_address: format!("/learn/{}/{}", opened.course.id, lesson.id),
        objective: says(lesson, item),
        level: item.level.word(),
        row: item_row(&base, lesson, item, found),
        sure: figures.map_or_else(|| "–".to_owned(), |figures| share(figures.sure, figures.people)),
        stem: opened.markdown(&item.stem),
        code: code(item),
        column: match item.task {
            Task::Choose(_) => "Took it",
            Task::Spot { .. } => "Marked it",
            Task::Rank(_) => "Gave it its place",
        },
        choices: choices(&opened, item, found),
        variants: variants(&opened, lesson, item, &counts, &base),
        said,
        base,
    })
}

fn says(lesson: &Lesson, item: &Item) -> String {
    let objective = lesson.objectives.iter().find(|objective| objective.id == item.objective);
    objective.map(|objective| objective.says.clone()).unwrap_or_default()
}

/// The code in which lines are marked.
fn code(item: &Item) -> String {
    match &item.task {
        Task::Spot { code, .. } => keepsharp_course::render::code::html(&code.language, &code.text, &code.marked),
        Task::Choose(_) | Task::Rank(_) => String::new(),
    }
}

fn choices(opened: &Opened, item: &Item, found: &ItemStatistics) -> Vec<ChoiceRow> {
    let of = |figures: &Figures, place: usize| figures.choices.get(place).map(|range| share(*range, figures.people));
    let told =
        |place: usize| found.figures.as_ref().and_then(|figures| of(figures, place)).unwrap_or_else(|| "–".to_owned());
    match &item.task {
        Task::Choose(choices) | Task::Rank(choices) => {
            let is_rank = matches!(item.task, Task::Rank(_));
            let row = |(place, choice): (usize, &keepsharp_course::model::Choice)| ChoiceRow {
                place: place + 1,
                text: opened.markdown(&choice.text),
                reason: opened.line(&choice.reason),
                is_right: choice.is_right && !is_rank,
                share: told(place),
            };
            choices.iter().enumerate().map(row).collect()
        }
        Task::Spot { code, answer, reasons } => {
            let is_told = |(line, _): &(usize, &str)| answer.contains(line) || reasons.contains_key(line);
            let row = |(line, text): (usize, &str)| ChoiceRow {
                place: line,
                text: opened.markdown(&format!("~~~\n{text}\n~~~")),
                reason: reasons.get(&line).map_or_else(|| "".into(), |reason| opened.line(reason)),
                is_right: answer.contains(&line),
                share: told(line - 1),
            };
            (1..).zip(code.text.lines()).filter(is_told).map(row).collect()
        }
    }
}

/// The other items of the same objective.
fn variants(opened: &Opened, lesson: &Lesson, item: &Item, counts: &Counts, base: &str) -> Vec<ItemRow> {
    let all = opened.course.lessons().flat_map(|lesson| &lesson.items);
    let others = all.filter(|other| other.objective == item.objective && other.id != item.id);
    others.filter_map(|other| Some(item_row(base, lesson, other, counts.items.get(&other.id)?))).collect()
}
