//! How long reading and checking a course takes: 100 lessons with 1,000 items.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark is a tool of ours")]

use divan::Bencher;
use keepsharp_course::{CourseFiles, check, read, starter};
use std::sync::OnceLock;

const LESSONS: usize = 100;
const ITEMS: usize = 10;

fn main() {
    divan::main();
}

fn today() -> keepsharp_domain::Day {
    "2026-11-22".parse().unwrap()
}

/// The lesson of a new course, a hundred times, each with its items twice.
fn files() -> &'static CourseFiles {
    static FILES: OnceLock<CourseFiles> = OnceLock::new();
    FILES.get_or_init(|| {
        let mut files = CourseFiles::default();
        for (path, text) in starter::files("large", today()) {
            if !path.starts_with("modules/") {
                files.add(path, text.into_bytes()).unwrap();
            } else if path.ends_with("lesson.md") {
                let items = text.find("::: item").unwrap();
                let (above, rest) = text.split_at(items);
                let (items, below) = rest.split_at(rest.find("## Now").unwrap());
                let again = items.replace("target.q", "target.r");
                let text = format!("{above}{items}{again}{below}");
                for number in 0..LESSONS {
                    let text = text.replace("start.back", &format!("start.l{number}"));
                    files.add(&format!("modules/01-start/1.{number}-l/lesson.md"), text.into_bytes()).unwrap();
                }
            }
        }
        let course = read::course(&files).0.unwrap();
        let items: usize = course.lessons().map(|lesson| lesson.items.len()).sum();
        assert_eq!((course.lessons().count(), items), (LESSONS, LESSONS * ITEMS));
        println!(
            "{LESSONS} lessons, {items} items, {} bytes",
            files.iter().map(|(_, bytes)| bytes.len()).sum::<usize>()
        );
        files
    })
}

#[divan::bench(sample_count = 10)]
fn reading(bencher: Bencher) {
    let files = files();
    bencher.bench(|| read::course(files));
}

#[divan::bench(sample_count = 10)]
fn checking(bencher: Bencher) {
    let files = files();
    let course = read::course(files).0.unwrap();
    bencher.bench(|| check::check(&course, files, today()));
}
