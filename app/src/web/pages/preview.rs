//! What `course preview` shows beside the course: all findings, those of the lesson on its page, and a number that a page looks for.

use crate::cli::sha256;
use crate::course_preview::Shown;
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble};
use crate::web::frame::{Answer, Answered, Frame, page as written};
use crate::web::pages::my::own;
use crate::web::words;
use askama::Template;
use keepsharp_course::model::Block;
use keepsharp_course::{Finding, Weight};
use keepsharp_domain::World;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

const SCRIPT: &str = include_str!("../../../assets/preview/preview.js");
/// Findings shown above a lesson, at most.
const MOST_ABOVE: usize = 20;

#[derive(Template)]
#[template(path = "preview.html")]
struct PreviewPage {
    frame: Frame,
    course: Option<(String, String)>,
    version: String,
    is_behind: bool,
    summary: String,
    files: Vec<FileFindings>,
    figures: String,
}

struct FileFindings {
    file: String,
    /// Where its lesson is to be seen; empty where it is none.
    address: String,
    findings: Vec<FindingLine>,
}

/// What is found, in words.
pub(crate) struct FindingLine {
    pub(crate) is_error: bool,
    /// "line 12", or nothing.
    pub(crate) place: String,
    pub(crate) message: String,
}

/// What stands above every page of a preview.
pub(crate) struct PreviewBar {
    pub(crate) number: i64,
    pub(crate) script: String,
    pub(crate) is_behind: bool,
    pub(crate) summary: String,
    pub(crate) findings: Vec<FindingLine>,
    pub(crate) more: usize,
}

/// The bar above a page; none where this is no preview.
pub(crate) fn bar(asked: &Asked) -> Option<PreviewBar> {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    let shown = asked.app.preview.as_ref()?.shown();
    let hash = || sha256(SCRIPT.as_bytes()).get(..12).unwrap_or_default().to_owned();
    let here = folders_of_lesson(asked, &shown);
    let is_here = |finding: &&Finding| {
        let is_within = |folder: &String| finding.file.starts_with(&format!("{folder}/"));
        (shown.is_behind && finding.weight == Weight::Error) || here.iter().any(is_within)
    };
    // The page of all findings says it all.
    let found: Vec<&Finding> = shown.findings.iter().filter(|_| asked.path != "/learn").filter(is_here).collect();
    Some(PreviewBar {
        number: shown.number,
        script: ADDRESS.get_or_init(|| format!("/preview/preview.js?{}", hash())).clone(),
        is_behind: shown.is_behind,
        summary: summary(&shown),
        more: found.len().saturating_sub(MOST_ABOVE),
        findings: found.into_iter().take(MOST_ABOVE).map(|finding| line(finding, true)).collect(),
    })
}

/// The folders of the lesson in the path and of its exercises.
fn folders_of_lesson(asked: &Asked, shown: &Shown) -> BTreeSet<String> {
    let opened = shown.course.as_ref().and_then(|course| asked.app.shelf.open(&asked.app.store, &course.version).ok());
    let Some(opened) = opened else { return BTreeSet::new() };
    let Some(lesson) = opened.course.lesson(asked.param("lesson")) else { return BTreeSet::new() };
    let exercise = |block: &Block| match block {
        Block::Exercise(_, id) => opened.course.exercises.get(id).map(|exercise| exercise.folder.clone()),
        _ => None,
    };
    let own = lesson.place.file.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    own.into_iter().chain(lesson.body.iter().filter_map(exercise)).collect()
}

fn summary(shown: &Shown) -> String {
    let (errors, warnings) = (shown.count(Weight::Error), shown.count(Weight::Warning));
    if errors + warnings == 0 {
        return "The check finds nothing".to_owned();
    }
    format!("{}, {}", words::counted(errors, "error", "errors"), words::counted(warnings, "warning", "warnings"))
}

fn line(finding: &Finding, with_file: bool) -> FindingLine {
    let file = if with_file { finding.file.as_str() } else { "" };
    let line = if finding.line > 0 { format!("line {}", finding.line) } else { String::new() };
    let parts: Vec<&str> = [file, line.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    FindingLine { is_error: finding.weight == Weight::Error, place: parts.join(", "), message: finding.message.clone() }
}

/// All findings, file by file.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let shown = asked.app.preview.as_ref().ok_or(Trouble::NotFound)?.shown();
    let opened = shown.course.as_ref().and_then(|course| asked.app.shelf.open(&asked.app.store, &course.version).ok());
    let address = |file: &str| {
        let opened = opened.as_ref()?;
        let folder = file.rsplit_once('/')?.0;
        let is_it = |lesson: &&keepsharp_course::Lesson| {
            lesson.place.file.rsplit_once('/').is_some_and(|(own, _)| own == folder)
        };
        let lesson = opened.course.lessons().find(is_it)?;
        Some(format!("/learn/{}/{}", opened.course.id, lesson.id))
    };
    let mut files: BTreeMap<&str, Vec<FindingLine>> = BTreeMap::new();
    for finding in &shown.findings {
        files.entry(&finding.file).or_default().push(line(finding, false));
    }
    let of_file = |(file, findings): (&str, Vec<FindingLine>)| FileFindings {
        file: file.to_owned(),
        address: address(file).unwrap_or_default(),
        findings,
    };
    written(&PreviewPage {
        frame: Frame::of(asked, world, "Preview"),
        course: shown.course.as_ref().map(|course| (course.title.clone(), format!("/learn/{}", course.id))),
        version: shown.course.as_ref().map(|course| course.version.chars().take(12).collect()).unwrap_or_default(),
        is_behind: shown.is_behind,
        summary: summary(&shown),
        files: files.into_iter().map(of_file).collect(),
        figures: shown.figures.clone(),
    })
}

/// The number of what is shown now.
pub(crate) fn number(asked: &Asked, _: &World) -> Answered {
    let preview = asked.app.preview.as_ref().ok_or(Trouble::NotFound)?;
    Ok(Answer::Text(format!("{}\n", preview.shown().number)))
}

/// The script that looks for it.
pub(crate) fn script(asked: &Asked, _: &World) -> Answered {
    asked.app.preview.as_ref().ok_or(Trouble::NotFound)?;
    Ok(Answer::Asset { kind: "text/javascript; charset=utf-8", text: SCRIPT })
}

/// Forgets what the made-up learner did, so that the course can be taken from its beginning.
pub(crate) fn anew(asked: &Asked, _: &Fields) -> Answered {
    asked.app.preview.as_ref().ok_or(Trouble::NotFound)?;
    let person = own(asked, &*asked.app.store.world()?)?.1.id;
    asked.app.store.forget_learned(person, |events| vec![false; events.len()])?;
    Ok(Answer::Go("/learn".to_owned()))
}
