//! Exercises: what a lesson names lies in its `labs`, and what lies there is named.

use super::Desk;
use crate::finding::Place;
use std::collections::BTreeMap;

pub(super) fn check(desk: &mut Desk) {
    let course = desk.course;
    for lesson in course.lessons() {
        let folder = lesson.place.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let labs = format!("{folder}/labs");
        let mut there: BTreeMap<String, String> = BTreeMap::new();
        for (path, bytes) in desk.files.below(&labs).filter(|(path, _)| path.ends_with("/exercise.toml")) {
            let file = format!("{labs}/{path}");
            if let Some((other, id)) = id_of(bytes).and_then(|id| Some((there.insert(id.clone(), file.clone())?, id))) {
                desk.findings
                    .push(crate::Finding::error(&Place::file(&file), format!("{id} is the id of {other} already")));
            }
        }
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

/// The id that an exercise says it has, as far as the file can be read.
fn id_of(bytes: &[u8]) -> Option<String> {
    let table: toml::Table = std::str::from_utf8(bytes).ok()?.parse().ok()?;
    Some(table.get("id")?.as_str()?.to_owned())
}
