//! Exercises: what a lesson names lies in its `labs` and is well-formed, and what lies there is named.

use super::source::Source;
use super::{Desk, text};
use crate::finding::Place;
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

/// The exercises in a lesson's `labs`: their ids and files. Whether they are well-formed their reading told.
fn there(desk: &mut Desk, labs: &str) -> BTreeMap<String, String> {
    let files = desk.files;
    let names: BTreeSet<&str> = files.below(labs).filter_map(|(path, _)| Some(path.split_once('/')?.0)).collect();
    let mut there = BTreeMap::new();
    for name in names {
        let file = format!("{labs}/{name}/exercise.toml");
        let Some(bytes) = files.get(&file) else {
            desk.error(
                &Place::file(format!("{labs}/{name}")),
                "there is no exercise.toml in this folder; each folder of labs is an exercise",
            );
            continue;
        };
        if let Some(id) = id_of(bytes) {
            if let Some(exercise) = desk.course.exercises.get(&id) {
                let task = Source::of(files, &file).key("task");
                text::markup(desk, &task, task.line, &exercise.task);
            }
            there.insert(id, file);
        }
    }
    there
}

/// The id that an exercise says it has, whether the rest of it can be read or not.
fn id_of(bytes: &[u8]) -> Option<String> {
    let table: toml::Table = std::str::from_utf8(bytes).ok()?.parse().ok()?;
    Some(table.get("id")?.as_str()?.to_owned())
}
