//! Exercises: what a lesson names lies in its `labs` and is well-formed, and what lies there is named.

use super::source::Source;
use super::{Desk, text};
use crate::exercise::ExerciseFile;
use crate::finding::{Finding, Place};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(desk: &mut Desk) {
    let course = desk.course;
    for lesson in course.lessons() {
        let folder = lesson.place.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let labs = format!("{folder}/labs");
        let mut there = there(desk, &labs);
        for (line, id) in lesson.exercises() {
            if there.remove(id).is_none() {
                let message = format!("there is no exercise {id}; make {labs}/NAME/exercise.toml with this id");
                desk.error(&lesson.place.at(line), message);
            }
        }
        for (id, file) in there {
            let message = format!("no lesson shows exercise {id}; write ::: exercise id=\"{id}\" into lesson.md");
            desk.warning(&Place::file(file), message);
        }
    }
}

/// The exercises in a lesson's `labs`: their ids and files. What is wrong with each is told.
fn there(desk: &mut Desk, labs: &str) -> BTreeMap<String, String> {
    let files = desk.files;
    let names: BTreeSet<&str> = files.below(labs).filter_map(|(path, _)| Some(path.split_once('/')?.0)).collect();
    let mut there = BTreeMap::new();
    for name in names {
        let folder = format!("{labs}/{name}");
        let file = format!("{folder}/exercise.toml");
        let id = match ExerciseFile::read(&folder, files.below(&folder)) {
            Ok(exercise) => {
                let task = Source::of(files, &file).key("task");
                text::markup(desk, &task, task.line, &exercise.task);
                desk.findings.extend(exercise.warnings);
                Some(exercise.id)
            }
            Err(findings) => {
                desk.findings.extend(findings);
                files.get(&file).and_then(id_of)
            }
        };
        let Some(id) = id else { continue };
        if let Some(other) = there.insert(id.clone(), file.clone()) {
            desk.findings.push(Finding::error(&Place::file(file), format!("{id} is the id of {other} already")));
        }
    }
    there
}

/// The id that an exercise says it has, where the rest of it can't be read.
fn id_of(bytes: &[u8]) -> Option<String> {
    let table: toml::Table = std::str::from_utf8(bytes).ok()?.parse().ok()?;
    Some(table.get("id")?.as_str()?.to_owned())
}
