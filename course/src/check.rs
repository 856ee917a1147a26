//! What an editor and a security reviewer would say of a course, with file, line and mend.

use crate::files::{CourseFiles, is_taught};
use crate::finding::{Finding, Place};
use crate::lock::{self, Lock};
use crate::model::{Course, Lesson};
use keepsharp_domain::Day;

mod choice;
mod coverage;
mod exercise;
mod head;
mod ids;
mod issues;
mod item;
mod lesson;
mod raw;
mod source;
mod statistics;
mod text;
mod translation;
mod wording;

pub use statistics::{LessonSize, Statistics, TrackLoad};

use source::Source;

/// All that is found in a course on a day. What its reading found is not told again here.
pub fn check(course: &Course, files: &CourseFiles, today: Day) -> Vec<Finding> {
    let mut desk = Desk { course, files, today, findings: Vec::new() };
    for (path, bytes) in files.iter().filter(|(path, _)| is_taught(path)) {
        raw::check(&mut desk, path, bytes);
    }
    head::check(&mut desk);
    ids::check(&mut desk);
    for lesson in course.lessons() {
        let source = Source::of(files, &lesson.place.file);
        lesson::check(&mut desk, lesson, &source);
        written(&mut desk, lesson, &source, &course.language);
        for (language, translation) in &lesson.translations {
            let source = Source::of(files, &translation.place.file);
            translation::check(&mut desk, lesson, language, translation, &source);
            written(&mut desk, translation, &source, language);
        }
    }
    exercise::check(&mut desk);
    issues::check(&mut desk);
    coverage::check(&mut desk);
    locked(&mut desk);
    statistics::check(&mut desk);
    let mut findings = desk.findings;
    findings.sort();
    findings.dedup();
    findings
}

/// What `ids.lock` remembers, where the author keeps one.
fn locked(desk: &mut Desk) {
    let text = desk.files.get(lock::FILE).map(std::str::from_utf8);
    match text.map(|text| Lock::read(text.unwrap_or("not UTF-8"))) {
        None => {}
        Some(Ok(lock)) => desk.findings.extend(lock::compare(&lock, desk.course)),
        Some(Err(finding)) => desk.findings.push(finding),
    }
}

/// What is looked at in a lesson and in each of its translations alike.
fn written(desk: &mut Desk, lesson: &Lesson, source: &Source, language: &str) {
    text::check(desk, lesson, source);
    for item in &lesson.items {
        item::check(desk, lesson, item, source, language);
    }
}

/// What is checked, and what was found so far.
struct Desk<'a> {
    course: &'a Course,
    files: &'a CourseFiles,
    today: Day,
    findings: Vec<Finding>,
}

impl Desk<'_> {
    fn error(&mut self, place: &Place, message: impl Into<String>) {
        self.findings.push(Finding::error(place, message));
    }

    fn warning(&mut self, place: &Place, message: impl Into<String>) {
        self.findings.push(Finding::warning(place, message));
    }
}

#[cfg(test)]
mod tests;
