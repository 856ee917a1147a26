//! The company's own past issues in a course: what they say, and a newer file of them, looked at before it is published.

use super::tabs;
use crate::cli::sha256;
use crate::course_shelf::{self, Opened, OwnIssues, with_own_issues};
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble};
use crate::web::frame::{Answer, Answered, Frame, Link, page as written};
use crate::web::pages::learn::history::{PictureView, picture_view};
use crate::web::words;
use askama::Template;
use keepsharp_course::check::check;
use keepsharp_course::{CourseFiles, Finding, Weight, issues, read};
use keepsharp_domain::World;
use keepsharp_domain::access::Act;

/// How many problems of one file are told.
const MOST_PROBLEMS: usize = 50;

#[derive(Template)]
#[template(path = "content_issues.html")]
struct IssuesPage {
    frame: Frame,
    tabs: Vec<Link>,
    title: String,
    base: String,
    /// The version that is taught now.
    version: String,
    /// What is taught now.
    now: Option<PictureView>,
    waiting: Option<Waiting>,
    publishes: bool,
}

/// A file that was looked at and waits to be published.
struct Waiting {
    name: String,
    file: String,
    picture: Option<PictureView>,
    warnings: Vec<String>,
    /// "Access control 33 %": how often a refresher asks about a module.
    shares: Vec<String>,
}

/// The newest version of the course in the path.
fn latest(asked: &Asked, world: &World) -> Result<String, Trouble> {
    let course = asked.param("course");
    let latest = world.published_courses().latest(course).filter(|latest| &*latest.body.course == course);
    Ok(latest.ok_or(Trouble::NotFound)?.body.version.to_string())
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let version = latest(asked, world)?;
    let opened = asked.app.shelf.open(&asked.app.store, &version).map_err(Trouble::Internal)?;
    let file = asked.query.text("file");
    let waiting = if file.is_empty() { None } else { waiting(asked, world, file)? };
    let open = asked.app.store.open_feedback(&opened.course.id)?.len();
    written(&IssuesPage {
        frame: Frame::of(asked, world, "Your own past issues"),
        tabs: tabs(asked, open),
        title: opened.course.title.clone(),
        base: format!("/content/{}", opened.course.id),
        now: picture(&opened),
        version,
        waiting,
        publishes: asked.may(Act::Teaching),
    })
}

fn picture(opened: &Opened) -> Option<PictureView> {
    Some(picture_view(&opened.course.issues.as_ref()?.picture()?))
}

fn waiting(asked: &Asked, world: &World, file: &str) -> Result<Option<Waiting>, Trouble> {
    let Some((name, bytes)) = asked.app.store.upload(file, asked.now)? else { return Ok(None) };
    let files = files_with(asked, world, bytes)?;
    // Not by the shelf, which would keep it for good.
    let opened =
        Opened::of(&files).map_err(|_| Trouble::refused("this file can't be read as past issues; choose another"))?;
    let warnings = findings(asked, &files, Weight::Warning);
    Ok(Some(Waiting {
        name,
        file: file.to_owned(),
        picture: picture(&opened),
        warnings: shortened(&warnings),
        shares: shares(&opened),
    }))
}

/// The modules that the issues speak of, the most first.
fn shares(opened: &Opened) -> Vec<String> {
    let mut found: Vec<(u64, &str)> = opened
        .course
        .modules
        .iter()
        .filter_map(|module| Some((*opened.shares.get(&module.id)?, module.title.as_str())))
        .filter(|(share, _)| *share > 0)
        .collect();
    found.sort_by_key(|(share, _)| std::cmp::Reverse(*share));
    found.into_iter().map(|(share, title)| format!("{title}, {}\u{a0}%", share.div_ceil(10))).collect()
}

/// The course as it is taught, with other issues.
fn files_with(asked: &Asked, world: &World, bytes: Vec<u8>) -> Result<CourseFiles, Trouble> {
    let files = course_shelf::kept(&asked.app.store, &latest(asked, world)?).map_err(Trouble::Internal)?;
    with_own_issues(&asked.app.store, world, files, OwnIssues::These(bytes))
        .map_err(|message| Trouble::at("file", message))
}

/// What is found of this weight in the file of issues.
fn findings(asked: &Asked, files: &CourseFiles, weight: Weight) -> Vec<Finding> {
    let (course, mut found) = read::course(files);
    found.extend(course.iter().flat_map(|course| check(course, files, asked.today)));
    found.retain(|finding| finding.file == issues::FILE && finding.weight == weight);
    found.sort();
    found.dedup();
    found
}

fn shortened(findings: &[Finding]) -> Vec<String> {
    let told = |finding: &Finding| match (finding.line, finding.column) {
        (0, _) => words::prose(&finding.message),
        (line, 0) => format!("Line {line}: {}", finding.message),
        (line, column) => format!("Line {line}, column {column}: {}", finding.message),
    };
    let mut lines: Vec<String> = findings.iter().take(MOST_PROBLEMS).map(told).collect();
    if findings.len() > MOST_PROBLEMS {
        lines.push(format!("and {} more", words::grouped((findings.len() - MOST_PROBLEMS) as u64)));
    }
    lines
}

/// Reads a file; where nothing in it must be mended, keeps it for a day and goes to where it is looked at.
pub(crate) fn look(asked: &Asked, sent: &Fields) -> Answered {
    let sent = sent.file.as_ref().ok_or_else(|| Trouble::at("file", "choose a CSV file with something in it"))?;
    let files = files_with(asked, &*asked.app.store.world()?, sent.bytes.clone())?;
    let errors = findings(asked, &files, Weight::Error);
    if !errors.is_empty() {
        return Err(Trouble::at("file", shortened(&errors).join("\n")));
    }
    let id = sha256(&sent.bytes);
    asked.app.store.keep_upload(&id, &sent.name, &sent.bytes, asked.now)?;
    Ok(Answer::Go(format!("/content/{}/issues?file={id}", asked.param("course"))))
}

/// Publishes the course with the file that was looked at.
pub(crate) fn publish(asked: &Asked, sent: &Fields) -> Answered {
    let id = sent.text("file");
    let (author, files) = {
        let world = asked.app.store.world()?;
        let Some((_, bytes)) = asked.app.store.upload(id, asked.now)? else {
            return Err(Trouble::refused("this file does not wait here any more; choose it again"));
        };
        if latest(asked, &world)? != sent.text("version") {
            return Err(Trouble::refused(
                "another version of the course was published since you looked; look again, and press again",
            ));
        }
        (asked.author(&world)?, files_with(asked, &world, bytes)?)
    };
    let done = course_shelf::publish(&asked.app.store, &files, &author, asked.now, asked.today)?;
    asked.app.store.drop_upload(id)?;
    Ok(Answer::Go(format!("/content?done={}", if done.is_new { "published" } else { "nothing" })))
}
