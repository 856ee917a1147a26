//! A course from its files, with all that is wrong in them told at once.

use crate::exercise::ExerciseFile;
use crate::files::CourseFiles;
use crate::finding::{Finding, Place};
use crate::model::{Course, IssueClass, Lesson, Module, Refresher, Track};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

mod attributes;
mod body;
mod coverage;
mod front;
mod item;
mod lesson;

pub(crate) use body::Fences;

/// What the final check asks to be right, in per cent, where the course does not say.
const PASS_MARK: u32 = 80;
/// How many items the final check asks, where the course does not say.
const FINAL_ITEMS: usize = 15;
/// What a track's required lessons may take, in minutes, where the course does not say.
const TRACK_MINUTES: u32 = 240;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CourseFile {
    id: String,
    title: String,
    #[serde(default)]
    about: String,
    #[serde(default = "english")]
    language: String,
    #[serde(default)]
    licence: String,
    #[serde(default)]
    owner: String,
    pass_mark: Option<u32>,
    final_items: Option<usize>,
    #[serde(default)]
    retired: BTreeSet<String>,
    refresher: Option<RefresherFile>,
    #[serde(default)]
    tracks: Vec<TrackFile>,
    #[serde(default)]
    modules: Vec<ModuleFile>,
    #[serde(default)]
    classes: Vec<ClassFile>,
}

fn english() -> String {
    "en".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RefresherFile {
    id: String,
    title: Option<String>,
    #[serde(default = "twenty")]
    minutes: u32,
}

fn twenty() -> u32 {
    20
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrackFile {
    id: String,
    title: String,
    #[serde(default)]
    programme: Vec<String>,
    minutes: Option<u32>,
    #[serde(default)]
    heaviest: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ModuleFile {
    id: String,
    folder: String,
    title: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassFile {
    name: String,
    modules: Vec<String>,
    #[serde(default)]
    believed: String,
}

/// The id of the course that these files are; none where its first page can't be read.
pub fn id(files: &CourseFiles) -> Option<String> {
    let bytes = files.get("course.toml")?;
    let text = front::text("course.toml", bytes, &mut Vec::new())?;
    Some(front::read::<CourseFile>("course.toml", text, 0, &mut Vec::new())?.id)
}

/// The course that these files are, as far as they can be read, and what is wrong with them. No course where `course.toml` can't be
/// read at all.
pub fn course(files: &CourseFiles) -> (Option<Course>, Vec<Finding>) {
    const FILE: &str = "course.toml";
    let mut findings = Vec::new();
    let Some(bytes) = files.get(FILE) else {
        let place = Place::file(FILE);
        return (None, vec![Finding::error(&place, "there is no course.toml; `keepsharp course new` starts a course")]);
    };
    let Some(read) = front::text(FILE, bytes, &mut findings)
        .and_then(|text| front::read::<CourseFile>(FILE, text, 0, &mut findings))
    else {
        return (None, findings);
    };
    let mut course = head(files, read, &mut findings);
    for module in &mut course.modules {
        module.lessons = lessons(files, &module.folder, &mut findings);
        if module.lessons.is_empty() {
            let message = format!("module {} has no lesson in modules/{}", module.id, module.folder);
            findings.push(Finding::error(&Place::file(FILE), message));
        }
    }
    course.exercises = exercises(files, &mut findings);
    stray_modules(files, &course, &mut findings);
    findings.sort();
    (Some(course), findings)
}

fn head(files: &CourseFiles, read: CourseFile, findings: &mut Vec<Finding>) -> Course {
    let place = Place::file("course.toml");
    for (what, id) in [("id", Some(&read.id)), ("refresher.id", read.refresher.as_ref().map(|refresher| &refresher.id))]
    {
        if let Some(id) = id.filter(|id| !is_id(id)) {
            findings.push(Finding::error(&place, format!("{what}: {}", no_id(id))));
        }
    }
    let folder_is_plain = |module: &ModuleFile| !module.folder.is_empty() && !module.folder.contains(['/', '\\']);
    for module in read.modules.iter().filter(|module| !is_id(&module.id) || !folder_is_plain(module)) {
        findings.push(Finding::error(
            &place,
            format!("module {:?} needs an id of words and a folder below modules/", module.id),
        ));
    }
    let modules = read.modules.into_iter();
    let tracks = read.tracks.into_iter();
    Course {
        version: files.version(),
        refresher: read.refresher.map(|refresher| Refresher {
            title: refresher.title.unwrap_or_else(|| format!("{}, refresher", read.title)),
            id: refresher.id,
            minutes: refresher.minutes.clamp(1, 240),
        }),
        id: read.id,
        title: read.title,
        about: read.about,
        language: read.language,
        licence: read.licence,
        owner: read.owner,
        pass_mark: read.pass_mark.unwrap_or(PASS_MARK).min(100),
        final_items: read.final_items.unwrap_or(FINAL_ITEMS).clamp(1, 100),
        tracks: tracks
            .map(|track| Track {
                id: track.id,
                title: track.title,
                programme: track.programme,
                minutes: track.minutes.unwrap_or(TRACK_MINUTES),
                heaviest: track.heaviest,
            })
            .collect(),
        modules: modules
            .map(|module| Module { id: module.id, folder: module.folder, title: module.title, lessons: Vec::new() })
            .collect(),
        classes: read
            .classes
            .into_iter()
            .map(|class| IssueClass { name: class.name, modules: class.modules, believed: class.believed })
            .collect(),
        issues: crate::issues::read(files, findings),
        exercises: BTreeMap::new(),
        retired: read.retired,
        taxonomy: crate::taxonomy::read(files, findings),
        not_covered: coverage::read(files, findings),
    }
}

/// Whether a text is an id: dotted words of lower-case letters, digits and dashes.
pub(crate) fn is_id(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    text.len() <= 80 && text.split('.').all(is_word)
}

pub(crate) fn no_id(text: &str) -> String {
    format!(
        "{} is no id; write words of lower-case letters, digits and dashes, joined by dots",
        keepsharp_domain::calendar::quote(text)
    )
}

fn lessons(files: &CourseFiles, folder: &str, findings: &mut Vec<Finding>) -> Vec<Lesson> {
    let root = format!("modules/{folder}");
    let mut found: BTreeMap<(Vec<u64>, String), Lesson> = BTreeMap::new();
    let mut translated: Vec<(String, String, Lesson)> = Vec::new();
    for (path, bytes) in files.below(&root) {
        let Some((lesson_folder, name)) = path.rsplit_once('/') else { continue };
        let Some(language) = name.strip_prefix("lesson").and_then(|rest| rest.strip_suffix(".md")) else { continue };
        let file = format!("{root}/{path}");
        let Some(lesson) = lesson::read(&file, bytes, findings) else { continue };
        match language.strip_prefix('.') {
            None => {
                found.insert(order_of(lesson_folder), lesson);
            }
            Some(language) => translated.push((lesson_folder.to_owned(), language.to_owned(), lesson)),
        }
    }
    for (lesson_folder, language, translation) in translated {
        match found.get_mut(&order_of(&lesson_folder)) {
            Some(lesson) => {
                lesson.translations.insert(language, translation);
            }
            None => {
                findings.push(Finding::error(&translation.place, "this is a translation of no lesson.md beside it"));
            }
        }
    }
    found.into_values().collect()
}

/// The exercises below the lessons' folders.
fn exercises(files: &CourseFiles, findings: &mut Vec<Finding>) -> BTreeMap<String, ExerciseFile> {
    let mut exercises: BTreeMap<String, ExerciseFile> = BTreeMap::new();
    let folders = files.iter().filter_map(|(path, _)| path.strip_suffix("/exercise.toml"));
    for folder in folders.filter(|folder| folder.starts_with("modules/")) {
        match ExerciseFile::read(folder, files.below(folder)) {
            Ok(exercise) => {
                findings.extend(exercise.warnings.iter().cloned());
                if let Some(other) = exercises.get(&exercise.id) {
                    let message = format!("the exercise in {} has the id {} too", other.folder, exercise.id);
                    findings.push(Finding::error(&exercise.place("exercise.toml"), message));
                }
                exercises.insert(exercise.id.clone(), exercise);
            }
            Err(found) => findings.extend(found),
        }
    }
    exercises
}

/// Folders in the order of the numbers they begin with, 2.10 after 2.9, then of their names.
fn order_of(folder: &str) -> (Vec<u64>, String) {
    let numbers = folder.split(['-', '/']).next().unwrap_or_default().split('.').map_while(|part| part.parse().ok());
    (numbers.collect(), folder.to_owned())
}

fn stray_modules(files: &CourseFiles, course: &Course, findings: &mut Vec<Finding>) {
    let known: BTreeSet<&str> = course.modules.iter().map(|module| module.folder.as_str()).collect();
    let folders = files.below("modules").filter_map(|(path, _)| Some(path.split_once('/')?.0));
    let stray: BTreeSet<&str> = folders.filter(|folder| !known.contains(folder)).collect();
    for folder in stray {
        let place = Place::file(format!("modules/{folder}"));
        findings.push(Finding::error(&place, "no [[modules]] in course.toml names this folder"));
    }
}

#[cfg(test)]
mod tests;
