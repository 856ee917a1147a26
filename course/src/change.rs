//! What changed in meaning between two versions of a course: for who learned the older one, and for who publishes the newer.

use crate::model::{Course, Lesson};
use std::collections::{BTreeMap, BTreeSet};

/// Something that changed in meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The lesson's id.
    pub lesson: String,
    /// Its title; the older one where the lesson is gone.
    pub title: String,
    /// What happened to it.
    pub what: What,
}

/// What happened to a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It was not there before.
    New,
    /// It is not there any more.
    Gone,
    /// It says something else.
    Meaning {
        /// The older revision.
        from: u32,
        /// The newer one.
        to: u32,
        /// What its author says about it.
        says: String,
    },
    /// It teaches something that nothing taught before.
    Objective {
        /// The objective's id.
        id: String,
        /// Completes "You can …".
        says: String,
    },
    /// A question was replaced, as its idea or key did not hold.
    Superseded {
        /// The older item.
        old: String,
        /// The newer one.
        new: String,
    },
}

/// What changed in meaning from one version to another: lessons in the order of the newer, then those that are gone.
pub fn changes(old: &Course, new: &Course) -> Vec<Change> {
    let before: BTreeMap<&str, &Lesson> = old.lessons().map(|lesson| (lesson.id.as_str(), lesson)).collect();
    let taught: BTreeSet<&str> =
        old.lessons().flat_map(|lesson| &lesson.objectives).map(|objective| objective.id.as_str()).collect();
    let asked: BTreeSet<&str> = old.lessons().flat_map(|lesson| &lesson.items).map(|item| item.id.as_str()).collect();
    let mut changes = Vec::new();
    for lesson in new.lessons() {
        let mut put = |what| changes.push(Change { lesson: lesson.id.clone(), title: lesson.title.clone(), what });
        let Some(known) = before.get(lesson.id.as_str()) else {
            put(What::New);
            continue;
        };
        if lesson.rev > known.rev {
            put(What::Meaning { from: known.rev, to: lesson.rev, says: lesson.changed.clone() });
        }
        for objective in lesson.objectives.iter().filter(|objective| !taught.contains(objective.id.as_str())) {
            put(What::Objective { id: objective.id.clone(), says: objective.says.clone() });
        }
        let superseding =
            |item: &&crate::Item| asked.contains(item.supersedes.as_str()) && !asked.contains(item.id.as_str());
        for item in lesson.items.iter().filter(superseding) {
            put(What::Superseded { old: item.supersedes.clone(), new: item.id.clone() });
        }
    }
    let after: BTreeSet<&str> = new.lessons().map(|lesson| lesson.id.as_str()).collect();
    for lesson in old.lessons().filter(|lesson| !after.contains(lesson.id.as_str())) {
        changes.push(Change { lesson: lesson.id.clone(), title: lesson.title.clone(), what: What::Gone });
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CourseFiles, read, starter};

    const LESSON: &str = "modules/01-start/1.1-send-people-back/lesson.md";

    fn course(changes: &[(&str, &str)], more: Option<&str>) -> Course {
        let mut files = CourseFiles::default();
        for (path, mut text) in starter::files("demo", "2026-11-22".parse().unwrap()) {
            if path == LESSON {
                for (from, to) in changes {
                    assert!(text.contains(from), "{from}");
                    text = text.replacen(from, to, 1);
                }
            }
            files.add(path, text.into_bytes()).unwrap();
        }
        if let Some(id) = more {
            let text = format!("+++\nid = \"{id}\"\ntitle = \"More\"\nminutes = 1\n+++\ntext\n");
            files.add("modules/01-start/1.2-more/lesson.md", text.into_bytes()).unwrap();
        }
        read::course(&files).0.unwrap()
    }

    fn what(old: &Course, new: &Course) -> Vec<What> {
        changes(old, new).into_iter().map(|change| change.what).collect()
    }

    #[test]
    fn the_same_course_has_not_changed_and_mended_commas_are_no_change() {
        let old = course(&[], None);
        assert_eq!(changes(&old, &old), []);
        assert_eq!(changes(&old, &course(&[("One redirect later", "One redirect, later")], None)), []);
    }

    #[test]
    fn lessons_come_go_and_change_in_meaning() {
        let (old, more) = (course(&[], None), course(&[], Some("start.more")));
        assert_eq!(what(&old, &more), [What::New]);
        assert_eq!(what(&more, &old), [What::Gone]);
        let raised = course(&[("rev = 1", "rev = 3\nchanged = \"Hosts too.\"")], None);
        assert_eq!(what(&old, &raised), [What::Meaning { from: 1, to: 3, says: "Hosts too.".into() }]);
        assert_eq!(what(&raised, &old), []);
    }

    #[test]
    fn new_objectives_and_superseded_items_are_changes() {
        let old = course(&[], None);
        let new = course(
            &[
                ("[objectives]", "[objectives]\n\"start.back.more\" = \"do more\""),
                ("\"start.back.target.q1\"", "\"start.back.target.q9\" supersedes=\"start.back.target.q1\""),
            ],
            None,
        );
        let superseded = What::Superseded { old: "start.back.target.q1".into(), new: "start.back.target.q9".into() };
        assert_eq!(
            what(&old, &new),
            [What::Objective { id: "start.back.more".into(), says: "do more".into() }, superseded]
        );
        // Superseded long ago: who comes from a version that never had it is not told.
        assert_eq!(what(&new, &new), []);
    }
}
