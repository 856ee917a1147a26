//! The demo company's own past issues, made up, so that the lesson about them and the refresher have something to say.

use crate::course_shelf;
use jiff::Span;
use keepsharp_course::CourseFiles;
use keepsharp_course::issues::FILE;
use keepsharp_domain::Day;
use keepsharp_domain::calendar::read_day;

/// As they were written down, the last of them mended on [`NEWEST`].
const WRITTEN: &str = include_str!("issues.csv");
const NEWEST: &str = "2026-10-14";

/// The course that comes with the program, with the company's issues as they are known on a day: the newest was mended some days before.
pub(super) fn taught(on: Day) -> CourseFiles {
    let mut files = course_shelf::shipped();
    // What we ship can't be too large; a test opens the demo's lesson.
    let _ = files.add(FILE, as_known(on).into_bytes());
    files
}

/// Every day of the file moved by the same number of whole weeks, so that a Wednesday stays one.
fn as_known(on: Day) -> String {
    let newest = read_day(NEWEST).unwrap_or(on);
    let days = newest.until(on).map_or(0, |span| span.get_days());
    let weeks = Span::new().days(days.div_euclid(7) * 7 - 7);
    let moved = |field: &str| match read_day(field) {
        Ok(day) => day.saturating_add(weeks).to_string(),
        Err(_) => field.to_owned(),
    };
    // Fields that are quoted hold no day, and a comma in one parts no day from its neighbours.
    let line = |line: &str| line.split(',').map(moved).collect::<Vec<_>>().join(",") + "\n";
    WRITTEN.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use keepsharp_course::check::check;
    use keepsharp_course::{Weight, read};

    #[test]
    fn on_any_day_the_demo_company_has_two_years_of_issues_behind_it() {
        for on in ["2026-07-25", "2026-11-22", "2028-02-29", "2024-01-01"] {
            let on = read_day(on).unwrap();
            let files = taught(on);
            let (course, mut findings) = read::course(&files);
            let course = course.unwrap();
            findings.extend(check(&course, &files, on));
            findings.retain(|finding| finding.weight == Weight::Error || finding.file == FILE);
            assert_eq!(findings, [], "{on}");
            let history = course.issues.unwrap();
            assert!(history.recent().count() > 60 && history.all().iter().all(|issue| issue.on < on), "{on}");
        }
    }
}
