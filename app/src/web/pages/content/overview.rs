//! The content owner's first page: what is published, what needs to be read again, what learners said, and how long they learned.

use super::counts::{self, Basis};
use super::tabs;
use crate::course_shelf::{self, Opened};
use crate::web::asked::Asked;
use crate::web::fields::Trouble;
use crate::web::frame::{Answered, Frame, Link, page as written};
use crate::web::words;
use askama::Template;
use jiff::ToSpan;
use keepsharp_course::uptake::Spent;
use keepsharp_domain::access::Act;
use keepsharp_domain::calendar::{FiscalYearStart, Quarter};
use keepsharp_domain::{Day, World};

#[derive(Template)]
#[template(path = "content.html")]
struct ContentPage {
    frame: Frame,
    tabs: Vec<Link>,
    courses: Vec<CourseCard>,
    open: usize,
    spent: Vec<String>,
    /// Title and short version of what comes with the program, where it is newer.
    offer: Option<(String, String)>,
    publishes: bool,
    smallest: u32,
}

struct CourseCard {
    address: String,
    /// What is known of the company's own issues.
    issues: String,
    title: String,
    version: String,
    size: String,
    versions: Vec<VersionLine>,
    reviews: Vec<ReviewLine>,
    open: usize,
}

struct VersionLine {
    version: String,
    on: String,
    by: String,
    size: String,
}

/// A lesson that somebody should read again.
struct ReviewLine {
    title: String,
    address: String,
    words: String,
    is_late: bool,
}

/// A course as it stands in the ledger.
struct Shelved {
    id: String,
    latest: String,
    title: String,
    versions: Vec<VersionLine>,
}

/// How many days ahead a review is told of.
const AHEAD: i64 = 30;

/// The page.
pub(crate) fn page(asked: &Asked) -> Answered {
    let (basis, shelved, years, offer) = {
        let world = asked.app.store.world()?;
        let years =
            world.organisation().map_or(FiscalYearStart::JANUARY, |organisation| organisation.fiscal_year_starts);
        let offer = course_shelf::offered(&asked.app.shelf, &asked.app.store, &world).map_err(Trouble::Internal)?;
        (Basis::of(&world), shelved(&world), years, offer)
    };
    let ids: Vec<String> = shelved.iter().map(|course| course.id.clone()).collect();
    let spent = counts::spent(asked, &ids, &quarters(asked.today, years), basis)?;
    let courses = shelved.into_iter().map(|course| card(asked, course)).collect::<Result<Vec<_>, Trouble>>()?;
    let open = courses.iter().map(|course| course.open).sum();
    let world = asked.app.store.world()?;
    written(&ContentPage {
        frame: Frame::of(asked, &world, "Content"),
        tabs: tabs(asked, open),
        open,
        spent: ["This quarter", "Last quarter"]
            .iter()
            .zip(&*spent)
            .map(|(when, spent)| time(when, spent, basis))
            .collect(),
        offer: offer.map(|opened| (opened.course.title.clone(), opened.course.version.short().to_owned())),
        publishes: asked.may(Act::Teaching),
        smallest: basis.smallest,
        courses,
    })
}

/// This fiscal quarter and the one before.
fn quarters(today: Day, years: FiscalYearStart) -> [(Day, Day); 2] {
    let this = Quarter::of(today, years);
    [this, this.before()].map(|quarter| (quarter.first_day(years), quarter.last_day(years)))
}

/// "This quarter: about 1,230 minutes, by 41 people."
pub(crate) fn time(when: &str, spent: &Spent, basis: Basis) -> String {
    match (spent.minutes(basis.smallest), spent.people()) {
        (_, 0) => format!("{when}: nobody has learned here."),
        (Some(minutes), people) => format!(
            "{when}: about {}, by {}.",
            words::counted(minutes, "minute", "minutes"),
            words::counted(people, "person", "people")
        ),
        (None, _) => format!("{when}: fewer than {} people have learned here.", basis.smallest),
    }
}

fn shelved(world: &World) -> Vec<Shelved> {
    let of = |(id, versions): (&str, &[keepsharp_domain::course_publishing::PublishedVersion])| {
        let latest = versions.last()?;
        let line = |one: &keepsharp_domain::course_publishing::PublishedVersion| VersionLine {
            version: one.body.version.chars().take(12).collect(),
            on: words::day(one.body.on),
            by: words::author(world, &one.by),
            size: size(one.body.lessons, one.body.items),
        };
        Some(Shelved {
            id: id.to_owned(),
            latest: latest.body.version.to_string(),
            title: latest.body.title.to_string(),
            versions: versions.iter().rev().map(line).collect(),
        })
    };
    world.published_courses().all().filter_map(of).collect()
}

fn size(lessons: u32, items: u32) -> String {
    format!("{}, {}", words::counted(lessons, "lesson", "lessons"), words::counted(items, "question", "questions"))
}

fn card(asked: &Asked, course: Shelved) -> Result<CourseCard, Trouble> {
    let opened = asked.app.shelf.open(&asked.app.store, &course.latest).map_err(Trouble::Internal)?;
    let recent = opened.course.issues.as_ref().map_or(0, |history| history.recent().count());
    Ok(CourseCard {
        issues: match recent {
            0 => "Bring your own past issues".to_owned(),
            _ => format!("{} of your own from 24 months", words::counted(recent, "issue", "issues")),
        },
        address: format!("/content/{}", course.id),
        open: asked.app.store.open_feedback(&course.id)?.len(),
        title: course.title,
        version: opened.course.version.short().to_owned(),
        size: course.versions.first().map(|line| line.size.clone()).unwrap_or_default(),
        versions: course.versions,
        reviews: reviews(&opened, asked.today),
    })
}

/// The lessons whose review is overdue or comes within thirty days, the longest overdue first.
fn reviews(opened: &Opened, today: Day) -> Vec<ReviewLine> {
    let until = today.saturating_add(AHEAD.days());
    let due = opened.course.lessons().filter_map(|lesson| Some((lesson.review_by?, lesson)));
    let mut due: Vec<_> = due.filter(|(by, _)| *by <= until).collect();
    due.sort_by_key(|(by, lesson)| (*by, lesson.id.clone()));
    let line = |(by, lesson): (Day, &keepsharp_course::Lesson)| ReviewLine {
        title: lesson.title.clone(),
        address: format!("/learn/{}/{}", opened.course.id, lesson.id),
        words: format!("by {}, {}", words::day(by), words::distance(today, by)),
        is_late: by < today,
    };
    due.into_iter().map(line).collect()
}
