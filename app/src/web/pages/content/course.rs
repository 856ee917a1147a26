//! A course as its owner sees it come back: what was taken and found useful, lesson by lesson, and the questions, the doubtful ones first.

use super::counts::{self, Basis, Counts};
use super::{beginning, flag, people, share, tabs};
use crate::course_shelf::Opened;
use crate::web::asked::Asked;
use crate::web::fields::Trouble;
use crate::web::frame::{Answer, Answered, Frame, Link, page as written};
use crate::web::paging::{Pager, ROWS};
use askama::Template;
use keepsharp_course::model::{Item, Lesson, Module};
use keepsharp_course::statistics::{Figures, Flag, ItemStatistics};
use keepsharp_course::told::{Range, told_together};
use keepsharp_domain::summary::Count;
use keepsharp_report::{Cell, Format, Table};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "content_course.html")]
struct CoursePage {
    frame: Frame,
    tabs: Vec<Link>,
    title: String,
    version: String,
    base: String,
    modules: Vec<ModuleRow>,
    items: Vec<ItemRow>,
    pager: Pager,
    smallest: u32,
}

struct ModuleRow {
    title: String,
    took: String,
    lessons: Vec<LessonRow>,
}

struct LessonRow {
    title: String,
    address: String,
    took: String,
    useful: String,
    partly: String,
    not: String,
}

/// A question and how it holds up.
pub(super) struct ItemRow {
    pub(super) address: String,
    pub(super) id: String,
    pub(super) words: String,
    pub(super) lesson: String,
    pub(super) kind: &'static str,
    pub(super) people: String,
    pub(super) right: String,
    pub(super) sure_but_wrong: String,
    pub(super) seconds: String,
    pub(super) flags: Vec<String>,
}

/// A course in its newest version, and what a count of it needs.
pub(super) fn opened(asked: &Asked) -> Result<(Arc<Opened>, Basis), Trouble> {
    let world = asked.app.store.world()?;
    let course = asked.param("course");
    let latest = world.published_courses().latest(course).filter(|latest| &*latest.body.course == course);
    let version = latest.ok_or(Trouble::NotFound)?.body.version.to_string();
    let basis = Basis::of(&world);
    drop(world);
    Ok((asked.app.shelf.open(&asked.app.store, &version).map_err(Trouble::Internal)?, basis))
}

/// The page.
pub(crate) fn page(asked: &Asked) -> Answered {
    let (opened, basis) = opened(asked)?;
    let counts = counts::of_course(asked, &opened, basis)?;
    let course = &opened.course;
    let open = asked.app.store.open_feedback(&course.id)?.len();
    let items = worst_first(&opened, &counts);
    let pager = Pager::of(asked, items.len());
    let base = format!("/content/{}", course.id);
    let world = asked.app.store.world()?;
    written(&CoursePage {
        frame: Frame::of(asked, &world, course.title.clone()),
        tabs: tabs(asked, open),
        title: course.title.clone(),
        version: course.version.short().to_owned(),
        modules: course.modules.iter().map(|module| module_row(&opened, module, &counts, basis.smallest)).collect(),
        items: items
            .into_iter()
            .skip(pager.skip)
            .take(ROWS)
            .map(|(lesson, item, found)| item_row(&base, lesson, item, found))
            .collect(),
        pager,
        smallest: basis.smallest,
        base,
    })
}

fn module_row(opened: &Opened, module: &Module, counts: &Counts, smallest: u32) -> ModuleRow {
    let told = |many: u64| people(Count::of(many, smallest));
    let lesson = |lesson: &Lesson| {
        let [useful, partly, not] = useful(counts, &lesson.id, smallest);
        LessonRow {
            title: lesson.title.clone(),
            address: format!("/learn/{}/{}", opened.course.id, lesson.id),
            took: told(counts.uptake.took(&lesson.id)),
            useful,
            partly,
            not,
        }
    };
    ModuleRow {
        title: module.title.clone(),
        took: told(counts.uptake.took_any(module.lessons.iter().map(|lesson| lesson.id.as_str()))),
        lessons: module.lessons.iter().map(lesson).collect(),
    }
}

/// How useful a lesson was found, in shares; dashes where too few said so.
fn useful(counts: &Counts, lesson: &str, smallest: u32) -> [String; 3] {
    let said = counts.useful.get(lesson).copied().unwrap_or_default();
    let all: u64 = said.iter().sum();
    if all < u64::from(smallest.max(2)) {
        return ["–", "–", "–"].map(ToOwned::to_owned);
    }
    let ranges = told_together(&said, smallest);
    let at = |place: usize| ranges.get(place).map(|range| share(*range, all)).unwrap_or_default();
    [at(0), at(1), at(2)]
}

/// All items with how they hold up: those with the gravest doubt first, then those that fewest get right.
fn worst_first<'a>(opened: &'a Opened, counts: &'a Counts) -> Vec<(&'a Lesson, &'a Item, &'a ItemStatistics)> {
    let lessons = opened.course.lessons();
    let all = lessons.flat_map(|lesson| lesson.items.iter().map(move |item| (lesson, item)));
    let mut found: Vec<_> =
        all.filter_map(|(lesson, item)| Some((lesson, item, counts.items.get(&item.id)?))).collect();
    found.sort_by_key(|(_, item, found)| {
        let right =
            found.figures.as_ref().map_or(u64::MAX, |figures| figures.right.least * 1_000 / figures.people.max(1));
        (
            found.flags.first().copied().filter(|flag| *flag != Flag::FewAnswers).map_or(9, weight),
            right,
            item.id.clone(),
        )
    });
    found
}

fn weight(flag: Flag) -> u8 {
    match flag {
        Flag::StrongMissIt => 0,
        Flag::Unchosen(_) => 1,
        Flag::TooEasy => 2,
        Flag::FewAnswers => 9,
    }
}

/// A line of the list of items.
pub(super) fn item_row(base: &str, lesson: &Lesson, item: &Item, found: &ItemStatistics) -> ItemRow {
    let of = |pick: fn(&Figures) -> Range| {
        found.figures.as_ref().map_or_else(|| "–".to_owned(), |figures| share(pick(figures), figures.people))
    };
    ItemRow {
        address: format!("{base}/item/{}", item.id),
        id: item.id.clone(),
        words: beginning(&item.stem),
        lesson: lesson.title.clone(),
        kind: item.kind.word(),
        people: people(found.people),
        right: of(|figures| figures.right),
        sure_but_wrong: of(|figures| figures.sure_but_wrong),
        seconds: found.figures.as_ref().map_or_else(|| "–".to_owned(), |figures| figures.median_seconds.to_string()),
        flags: found.flags.iter().copied().map(flag).collect(),
    }
}

/// The items as a table for a spreadsheet: each share as how many people it is at least and at most.
pub(crate) fn file(asked: &Asked) -> Answered {
    let (opened, basis) = opened(asked)?;
    let counts = counts::of_course(asked, &opened, basis)?;
    let mut table = Table::new(&[
        "course",
        "version",
        "lesson",
        "item",
        "objective",
        "kind",
        "people",
        "right_least",
        "right_most",
        "sure_least",
        "sure_most",
        "sure_but_wrong_least",
        "sure_but_wrong_most",
        "median_seconds",
        "flags",
    ]);
    let course = &opened.course;
    for (lesson, item, found) in worst_first(&opened, &counts) {
        let texts = [&course.id, course.version.as_str(), &lesson.id, &item.id, &item.objective, item.kind.word()];
        let mut row: Vec<Cell> = texts.into_iter().map(Cell::from).collect();
        row.push(match found.people {
            Count::Exactly(many) => many.into(),
            Count::FewerThan(_) => people(found.people).into(),
        });
        let ranges = found.figures.as_ref().map(|figures| [figures.right, figures.sure, figures.sure_but_wrong]);
        for range in ranges.map_or([None; 3], |ranges| ranges.map(Some)) {
            row.extend([range.map(|range| range.least).into(), range.map(|range| range.most).into()]);
        }
        row.push(found.figures.as_ref().map(|figures| figures.median_seconds).into());
        row.push(found.flags.iter().copied().map(flag).collect::<Vec<_>>().join("; ").into());
        table.push(row);
    }
    let name = format!("keepsharp-items-{}.csv", asked.today);
    Ok(Answer::File { name, kind: "text/csv; charset=utf-8", bytes: table.write(Format::Csv).into_bytes() })
}
