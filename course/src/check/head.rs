//! What `course.toml` says of the course, its tracks and modules.

use super::source::Source;
use super::{Desk, text};
use std::collections::BTreeSet;

const FILE: &str = "course.toml";

pub(super) fn check(desk: &mut Desk) {
    let course = desk.course;
    let source = Source::of(desk.files, FILE);
    for (key, said, mend) in [
        ("title", &course.title, "say what the course is called"),
        ("about", &course.about, "say why it matters and what people will be able to do"),
        ("owner", &course.owner, "name who answers for the course; reports of problems go there"),
        ("licence", &course.licence, "say under which licence others may use it, for example CC-BY-4.0"),
    ] {
        if said.trim().is_empty() {
            desk.warning(&source.key(key), format!("{key} is missing; {mend}"));
        }
    }
    if !super::translation::is_language(&course.language) {
        desk.error(&source.key("language"), "language is a tag such as en, de or pt-BR");
    }
    let about = source.key("about");
    text::markup(desk, &about, about.line, &course.about);
    let items = course.lessons().map(|lesson| lesson.items.len()).sum::<usize>();
    if items < course.final_items {
        let message = format!(
            "the final check asks {} items and the course has {items}; write more or set final_items",
            course.final_items
        );
        desk.warning(&source.key("final_items"), message);
    }
    tracks(desk, &source);
    modules(desk, &source);
}

fn tracks(desk: &mut Desk, source: &Source) {
    let course = desk.course;
    if course.tracks.is_empty() {
        desk.warning(&source.key("tracks"), "there are no [[tracks]]; nobody is asked for any lesson");
    }
    let mut known = BTreeSet::new();
    for track in &course.tracks {
        let place = source.place().at(source.line_of(1, &format!("id = \"{}\"", track.id)));
        if !known.insert(&track.id) {
            desk.error(&place, format!("track {} stands here twice", track.id));
        }
        if track.programme.is_empty() {
            let message = format!("track {} is for nobody; name tracks of programme.toml in `programme`", track.id);
            desk.warning(&place, message);
        }
        if track.heaviest.len() > 3 {
            let message = format!(
                "track {} names {} heaviest modules; a refresher has time for three",
                track.id,
                track.heaviest.len()
            );
            desk.warning(&place, message);
        }
        let missing = track.heaviest.iter().filter(|module| course.module(module).is_none());
        let missing: Vec<&str> = missing.map(String::as_str).collect();
        if !missing.is_empty() {
            let message = format!(
                "track {}: heaviest names {}, and this course has no such module",
                track.id,
                missing.join(", ")
            );
            desk.warning(&place, message);
        }
    }
}

fn modules(desk: &mut Desk, source: &Source) {
    let (mut ids, mut folders) = (BTreeSet::new(), BTreeSet::new());
    for module in &desk.course.modules {
        let place = source.place().at(source.line_of(1, &format!("id = \"{}\"", module.id)));
        if !ids.insert(&module.id) || !folders.insert(&module.folder) {
            desk.error(&place, format!("module {} or its folder {} stands here twice", module.id, module.folder));
        }
    }
}
