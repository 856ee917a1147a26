//! All courses: what there is to learn, and how far one is.

use super::feedback::answers_lately;
use super::study::Study;
use crate::web::asked::Asked;
use crate::web::frame::{Answered, Frame, page as written};
use crate::web::pages::preview;
use crate::web::words;
use askama::Template;
use keepsharp_domain::World;

#[derive(Template)]
#[template(path = "courses.html")]
struct CoursesPage {
    frame: Frame,
    courses: Vec<CourseCard>,
}

struct CourseCard {
    address: String,
    title: String,
    about: std::sync::Arc<str>,
    progress: String,
    label: &'static str,
    onward: String,
    refresher: Option<(String, u32)>,
    /// How many answers to what they said came lately.
    answers: usize,
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    if asked.app.preview.is_some() {
        return preview::page(asked, world);
    }
    let ids: Vec<String> = world.published_courses().all().map(|(id, _)| id.to_owned()).collect();
    let mut courses = Vec::new();
    for id in ids {
        let study = Study::open(asked, world, &id, |learner, _| learner.version.clone())?;
        courses.push(card(&study, answers_lately(asked, study.person, &id)?));
    }
    written(&CoursesPage { frame: Frame::of(asked, world, "Courses"), courses })
}

fn card(study: &Study, answers: usize) -> CourseCard {
    let course = &study.opened.course;
    let (done, all) = study.progress();
    let base = study.base();
    let has_begun = study.learner.version.is_some();
    let (label, onward) = match (study.next_lesson(), has_begun) {
        (None, _) => ("See what you have", format!("{base}/done")),
        (Some(_), false) => ("Begin", base.clone()),
        (Some(lesson), true) => ("Go on", format!("{base}/{}", lesson.id)),
    };
    CourseCard {
        title: course.title.clone(),
        about: study.opened.markdown(&course.about),
        progress: format!("{done} of {}", words::counted(all as u64, "lesson", "lessons")),
        label,
        onward,
        refresher: course.refresher.as_ref().map(|refresher| (format!("{base}/refresher"), refresher.minutes)),
        answers,
        address: base,
    }
}
