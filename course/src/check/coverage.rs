//! What lessons name beside their weaknesses, and why rows of the lists have no lesson.

use super::Desk;
use super::source::Source;
use crate::coverage::{FILE, coverage, follows};
use crate::model::Lesson;
use crate::{standards, taxonomy};
use keepsharp_domain::calendar::quote;
use std::collections::BTreeSet;

pub(super) fn check(desk: &mut Desk) {
    let course = desk.course;
    for lesson in course.lessons() {
        also(desk, lesson);
    }
    rows_that_follow(desk);
    reasons(desk);
}

fn also(desk: &mut Desk, lesson: &Lesson) {
    let place = Source::of(desk.files, &lesson.place.file).key("also");
    let mut known = BTreeSet::new();
    for id in &lesson.also {
        if id.starts_with("CWE-") {
            desk.error(&place, format!("{} is a weakness; write its number into cwe", quote(id)));
        } else if standards::row(id).is_none() {
            desk.error(&place, format!("{} is in none of the lists; {EXAMPLES}", quote(id)));
        } else if !known.insert(id) {
            desk.warning(&place, format!("{id} stands here twice"));
        } else if let Some((cwe, _)) = follows(desk.course, lesson).find(|(_, row)| row == id) {
            desk.warning(&place, format!("{id} follows from CWE-{cwe} by {}; leave it out here", taxonomy::FILE));
        }
    }
}

const EXAMPLES: &str = "their ids are such as A01, API9, LLM01, ASI02, PCI 6.2.4f, V10 and C5";

/// How many unknown ids of a file are told at once: the line of each is looked for, and a hostile file has very many.
const MOST_TOLD: usize = 50;

/// Ids of the taxonomy that no list has: a lesson would seem to count for something and does not.
fn rows_that_follow(desk: &mut Desk) {
    let course = desk.course;
    let source = Source::of(desk.files, taxonomy::FILE);
    let all = course.taxonomy.iter().flat_map(|(cwe, entry)| entry.rows().map(move |id| (cwe, id)));
    for (cwe, id) in all.filter(|(_, id)| standards::row(id).is_none()).take(MOST_TOLD) {
        let message = format!("CWE-{cwe}: {} is in none of the lists; {EXAMPLES}", quote(&id));
        desk.warning(&source.beginning(&format!("{cwe},")), message);
    }
}

fn reasons(desk: &mut Desk) {
    let course = desk.course;
    // A course that says nothing of the lists is not asked about them.
    let Some(reasons) = &course.not_covered else { return };
    let source = Source::of(desk.files, FILE);
    for id in reasons.keys().filter(|id| standards::row(id).is_none()).take(MOST_TOLD) {
        desk.error(&source.key(id), format!("{} is in none of the lists; {EXAMPLES}", quote(id)));
    }
    let known = reasons.iter().filter(|(id, _)| standards::row(id).is_some());
    for (id, _) in known.filter(|(_, reason)| reason.trim().is_empty() || reason.contains("TODO")) {
        desk.error(&source.key(id), format!("{id}: say in a sentence why no lesson covers it"));
    }
    for covered in coverage(course).iter().flat_map(|held| &held.rows) {
        let id = covered.row.id;
        match (covered.lessons.first(), covered.reason) {
            (Some(lesson), Some(_)) => {
                let message = format!("{id} has a reason and is covered, by {}; take the reason out", lesson.id);
                desk.error(&source.key(id), message);
            }
            (None, None) => {
                let message = format!(
                    "{id} ({}) has no lesson; say why under [not_covered], or name it in a lesson's also",
                    covered.row.title
                );
                desk.warning(&source.key("not_covered"), message);
            }
            _ => {}
        }
    }
}
