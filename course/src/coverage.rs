//! Which rows of the public lists do lessons cover, and why not the others? From CWE ids by the taxonomy, and from what lessons name.

use crate::model::{Course, Lesson, Need};
use crate::standards::{Row, STANDARDS, Standard};
use std::collections::{BTreeMap, BTreeSet};

/// The file that says why rows have no lesson.
pub const FILE: &str = "coverage.toml";

/// A course held against a list.
#[derive(Debug)]
pub struct Held<'c> {
    /// The list.
    pub standard: &'static Standard,
    /// Its rows, in its order. Of a list that is not whole, only those that the course speaks of.
    pub rows: Vec<Covered<'c>>,
}

/// A row of a list, and what of the course covers it.
#[derive(Debug)]
pub struct Covered<'c> {
    /// The row.
    pub row: &'static Row,
    /// The lessons that cover it, in the course's order.
    pub lessons: Vec<&'c Lesson>,
    /// Why there are none.
    pub reason: Option<&'c str>,
}

impl Covered<'_> {
    /// Whether any lesson covers it.
    pub fn is_covered(&self) -> bool {
        !self.lessons.is_empty()
    }

    /// How many items its lessons have.
    pub fn items(&self) -> usize {
        self.lessons.iter().map(|lesson| lesson.items.len()).sum()
    }
}

impl Held<'_> {
    /// How many rows are covered.
    pub fn covered(&self) -> usize {
        self.rows.iter().filter(|row| row.is_covered()).count()
    }

    /// How many are not, and the course says why.
    pub fn explained(&self) -> usize {
        self.rows.iter().filter(|row| !row.is_covered() && row.reason.is_some()).count()
    }
}

/// The course beside each list.
pub fn coverage(course: &Course) -> Vec<Held<'_>> {
    let mut by_row: BTreeMap<String, Vec<&Lesson>> = BTreeMap::new();
    for lesson in course.lessons() {
        let mut rows: BTreeSet<String> = lesson.also.iter().cloned().collect();
        rows.extend(follows(course, lesson).map(|(_, row)| row));
        for row in rows {
            by_row.entry(row).or_default().push(lesson);
        }
    }
    let reasons = course.not_covered.as_ref();
    let held = |standard: &'static Standard| {
        let rows = standard.rows.iter().map(|row| Covered {
            row,
            lessons: by_row.get(row.id).cloned().unwrap_or_default(),
            reason: reasons.and_then(|reasons| reasons.get(row.id)).map(String::as_str),
        });
        Held {
            standard,
            rows: rows.filter(|row| standard.is_whole || row.is_covered() || row.reason.is_some()).collect(),
        }
    };
    STANDARDS.iter().map(held).collect()
}

/// The rows that follow from a lesson's weaknesses, each with the weakness.
pub(crate) fn follows<'c>(course: &'c Course, lesson: &'c Lesson) -> impl Iterator<Item = (u32, String)> {
    lesson.cwe.iter().flat_map(|cwe| {
        let others = course.taxonomy.of(*cwe).into_iter().flat_map(crate::taxonomy::Entry::rows);
        std::iter::once(format!("CWE-{cwe}")).chain(others).map(|row| (*cwe, row))
    })
}

/// The tracks that need a lesson so, as the course orders them.
pub fn tracks_that<'c>(course: &'c Course, lesson: &'c Lesson, need: Need) -> impl Iterator<Item = &'c str> {
    let ids = course.tracks.iter().map(|track| track.id.as_str());
    ids.filter(move |id| lesson.tracks.get(*id) == Some(&need))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CourseFiles, read, starter};

    /// The starter's one lesson, about CWE-601, with other words.
    fn course(change: impl Fn(&str, String) -> String, more: &[(&str, &str)]) -> Course {
        let mut files = CourseFiles::default();
        for (path, text) in starter::files("demo", "2026-11-22".parse().unwrap()) {
            files.add(path, change(path, text).into_bytes()).unwrap();
        }
        for (path, text) in more {
            files.add(path, text.as_bytes().to_vec()).unwrap();
        }
        read::course(&files).0.unwrap()
    }

    fn row<'c>(held: &'c [Held<'c>], id: &str) -> Option<&'c Covered<'c>> {
        held.iter().flat_map(|held| &held.rows).find(|covered| covered.row.id == id)
    }

    #[test]
    fn a_lesson_covers_what_follows_from_its_weaknesses_and_what_it_names() {
        let named = "cwe = [601, 79, 639]\nalso = [\"LLM05\", \"SSDF PW.1\", \"A01\"]";
        let also = |path: &str, text: String| {
            if path.ends_with("lesson.md") { text.replacen("cwe = [601]", named, 1) } else { text }
        };
        let taxonomy =
            "cwe,owasp_2025,api_2023,asvs_5,pci_624,proactive_2024\n639,A01,API1,V8 V4,e d,C1\n601,A01,,,d,\n";
        let course = course(also, &[("taxonomy.csv", taxonomy)]);
        let held = coverage(&course);
        let covered: Vec<&str> = held
            .iter()
            .flat_map(|held| &held.rows)
            .filter(|row| row.is_covered())
            .inspect(|row| assert_eq!((row.lessons.len(), row.items()), (1, 5), "{}", row.row.id))
            .map(|row| row.row.id)
            .collect();
        let by_weakness = ["A01", "CWE-79", "CWE-639", "API1", "LLM05", "PCI 6.2.4d", "PCI 6.2.4e", "V4", "V8", "C1"];
        assert_eq!(covered, [&by_weakness[..], &["SSDF PW.1"]].concat());
    }

    #[test]
    fn rows_of_a_list_that_is_not_whole_are_told_only_where_a_lesson_covers_them() {
        let course = course(|_, text| text, &[]);
        let held = coverage(&course);
        assert!(row(&held, "SSDF PW.1").is_none());
        assert!(row(&held, "LLM04").is_some_and(|row| !row.is_covered() && row.reason.is_none()));
    }

    #[test]
    fn a_row_without_lessons_has_the_reason_that_the_course_gives() {
        let reasons = "[not_covered]\nLLM04 = \"We train no models.\"\n";
        let course = course(|_, text| text, &[(FILE, reasons)]);
        let held = coverage(&course);
        assert_eq!(row(&held, "LLM04").unwrap().reason, Some("We train no models."));
        assert_eq!(held.iter().map(Held::explained).sum::<usize>(), 1);
    }

    #[test]
    fn tracks_stand_in_the_order_of_the_course() {
        let course = course(|_, text| text, &[]);
        let lesson = course.lessons().next().unwrap();
        assert_eq!(tracks_that(&course, lesson, Need::Elective).count(), 0);
        let required: Vec<&str> = tracks_that(&course, lesson, Need::Required).collect();
        assert_eq!(required, course.tracks.iter().map(|track| track.id.as_str()).collect::<Vec<_>>());
    }
}
