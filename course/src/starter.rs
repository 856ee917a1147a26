//! A small course to start from: one lesson, an item of each kind, an exercise, and nothing that the check would find.

use crate::read::is_id;
use keepsharp_domain::{Day, calendar};

macro_rules! lesson {
    ($name:literal) => {
        (
            concat!("modules/01-start/1.1-send-people-back/", $name),
            include_str!(concat!("../starter/modules/01-start/1.1-send-people-back/", $name)),
        )
    };
}

const FILES: [(&str, &str); 10] = [
    ("course.toml", include_str!("../starter/course.toml")),
    ("taxonomy.csv", include_str!("../starter/taxonomy.csv")),
    lesson!("lesson.md"),
    lesson!("labs/back/exercise.toml"),
    lesson!("labs/back/starter/app.js"),
    lesson!("labs/back/solution/app.js"),
    lesson!("labs/back/tests/use.js"),
    lesson!("labs/back/exploit/attack.js"),
    lesson!("labs/back/wrong/begins-with-a-slash/app.js"),
    lesson!("labs/back/wrong/no-other-host/app.js"),
];

/// The files of a new course by path, read critically today. What can't be an id becomes `my-course`.
pub fn files(id: &str, today: Day) -> Vec<(&'static str, String)> {
    let id = if is_id(id) { id } else { "my-course" };
    let mut title = id.replace(['-', '.'], " ");
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let next_year = calendar::add_months(today, 12).to_string();
    let filled = |text: &str| {
        text.replace("TITLE", &title)
            .replace("\"ID", &format!("\"{id}"))
            .replace("NEXT_YEAR", &next_year)
            .replace("TODAY", &today.to_string())
    };
    FILES.iter().map(|(path, text)| (*path, filled(text))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CourseFiles, check, read};

    #[test]
    fn a_new_course_passes_the_check_without_any_finding() {
        let today = "2026-11-22".parse().unwrap();
        for (id, wanted) in [("payments", "payments"), ("My folder", "my-course")] {
            let mut course = CourseFiles::default();
            for (path, text) in files(id, today) {
                course.add(path, text.into_bytes()).unwrap();
            }
            let (read, findings) = read::course(&course);
            assert_eq!(findings, []);
            let read = read.unwrap();
            assert_eq!(read.id, wanted);
            assert_eq!(check::check(&read, &course, today), []);
            assert_eq!(check::Statistics::of(&read).items.values().sum::<usize>(), 5);
        }
    }
}
