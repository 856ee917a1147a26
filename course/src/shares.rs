//! How much each module matters to this company: which share of its own past issues the module is about.

use crate::issues::{Issue, IssueHistory};
use crate::model::{Course, Module};
use crate::sitting::IssueShares;

/// The shares of the modules in the issues of the months that are counted, in thousandths; none where the course has no such issues.
/// An issue counts for the modules that its class names in `course.toml`; where the course does not know the class, for those whose
/// lessons name its weakness. One that neither tells of counts for no module.
pub fn shares(course: &Course) -> IssueShares {
    let issues: Vec<&Issue> = course.issues.iter().flat_map(IssueHistory::recent).collect();
    let total = issues.len() as u64;
    if total == 0 {
        return IssueShares::new();
    }
    let share = |module: &Module| {
        let hit = issues.iter().filter(|issue| is_about(course, module, issue)).count() as u64;
        (module.id.clone(), hit * 1_000 / total)
    };
    course.modules.iter().map(share).collect()
}

fn is_about(course: &Course, module: &Module, issue: &Issue) -> bool {
    match course.modules_of_class(&issue.class) {
        [] => issue.cwe.is_some_and(|cwe| module.lessons.iter().any(|lesson| lesson.cwe.contains(&cwe))),
        modules => modules.contains(&module.id),
    }
}
