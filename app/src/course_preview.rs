//! A course that is being written, served as a learner would have it: its folder read again whenever a file changes, the last good version kept.

use crate::web::App;
use crate::{clock, course_folder, course_shelf};
use keepsharp_course::check::{Statistics, check};
use keepsharp_course::finding::Place;
use keepsharp_course::{Course, Finding, Weight, read};
use keepsharp_domain::World;
use keepsharp_store::Store;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

/// How often the folder is looked at.
const EVERY: Duration = Duration::from_secs(1);
/// For how long it must have stood still before it is read: editors write several files, and some of them twice.
const STILL: Duration = Duration::from_millis(200);
/// How often it is waited for that.
const MOST_WAITS: usize = 20;
/// Files and folders looked at, at most.
const MOST_ENTRIES: usize = 20_000;
/// Folders within folders, at most.
const DEEPEST: usize = 13;

/// A preview: the folder, whom it is shown to, and what is shown.
pub(crate) struct Preview {
    folder: PathBuf,
    /// The session of the made-up learner, in which every visitor is.
    pub(crate) token: String,
    /// What the folder looked like when it was read last.
    seen: Mutex<u64>,
    shown: RwLock<Arc<Shown>>,
}

/// What is shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shown {
    /// Another one for each change of what is shown, also where the preview was begun anew.
    pub(crate) number: i64,
    /// Id, title and version of the course as it could be read last; none where it never could.
    pub(crate) course: Option<ShownCourse>,
    /// What the check says of the files as they are now.
    pub(crate) findings: Vec<Finding>,
    /// Whether the files as they are now can't be read, so that an older version is shown.
    pub(crate) is_behind: bool,
    /// The course's figures, as the check prints them.
    pub(crate) figures: String,
}

/// A version that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShownCourse {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) version: String,
}

impl Shown {
    /// How many findings have a weight.
    pub(crate) fn count(&self, weight: Weight) -> usize {
        self.findings.iter().filter(|finding| finding.weight == weight).count()
    }
}

impl Preview {
    /// A preview of a folder, read once.
    pub(crate) fn of(folder: PathBuf, token: String, store: &Store) -> Preview {
        let seen = Mutex::new(stamp(&folder));
        let preview = Preview { folder, token, seen, shown: RwLock::default() };
        preview.read_again(store);
        preview
    }

    /// What is shown now.
    pub(crate) fn shown(&self) -> Arc<Shown> {
        Arc::clone(&self.shown.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The version of a course that is shown; none where it is none of ours.
    pub(crate) fn version(&self, course: &str) -> Option<String> {
        self.shown().course.as_ref().filter(|shown| shown.id == course).map(|shown| shown.version.clone())
    }

    /// Reads the folder again if it looks otherwise than before, once it stands still; says whether it did.
    pub(crate) fn look(&self, store: &Store) -> bool {
        let mut now = stamp(&self.folder);
        if now == *self.seen.lock().unwrap_or_else(PoisonError::into_inner) {
            return false;
        }
        for _ in 0..MOST_WAITS {
            std::thread::sleep(STILL);
            let later = stamp(&self.folder);
            if later == now {
                break;
            }
            now = later;
        }
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = now;
        self.read_again(store);
        true
    }

    fn read_again(&self, store: &Store) {
        let before = self.shown();
        let mut shown = read_now(&self.folder, store);
        shown.is_behind = shown.course.is_none();
        shown.course = shown.course.or_else(|| before.course.clone());
        let is_same =
            (&shown.course, &shown.findings, shown.is_behind) == (&before.course, &before.findings, before.is_behind);
        let now = clock::now().as_millisecond();
        shown.number = if is_same { before.number } else { now.max(before.number + 1) };
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(shown);
    }
}

/// What the folder gives now; no course where it can't be read as a whole.
fn read_now(folder: &Path, store: &Store) -> Shown {
    let nothing = |message: &str| Shown {
        findings: vec![Finding::error(&Place::file("course.toml"), message)],
        ..Shown::default()
    };
    let (files, mut findings) = match course_folder::read(folder) {
        Ok(read) => read,
        Err(message) => return nothing(&message),
    };
    let now = clock::now();
    let today = clock::today(&World::default());
    let (course, told) = read::course(&files);
    findings.extend(told);
    let is_whole = course.is_some() && findings.iter().all(|finding| finding.weight != Weight::Error);
    let mut shown = Shown::default();
    if let Some(course) = &course {
        findings.extend(check(course, &files, today));
        shown.figures = Statistics::of(course).to_string();
    }
    if let Some(course) = course.filter(|_| is_whole) {
        let seen = shown_course(&course);
        match course_shelf::record(store, &files, course, "operator:preview", (now, today)) {
            Ok(_) => shown.course = Some(seen),
            Err(error) => findings.push(Finding::error(&Place::file("course.toml"), error.to_string())),
        }
    }
    findings.sort();
    findings.dedup();
    Shown { findings, ..shown }
}

fn shown_course(course: &Course) -> ShownCourse {
    ShownCourse { version: course.version.to_string(), id: course.id.clone(), title: course.title.clone() }
}

/// Looks at the folder once a second, for as long as the program runs.
pub(crate) fn watch(app: &Arc<App>, said: impl Fn(&Shown) + Send + 'static) {
    let app = Arc::clone(app);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(EVERY);
            let Some(preview) = &app.preview else { return };
            if preview.look(&app.store) {
                said(&preview.shown());
            }
        }
    });
}

/// A number that is another one once a file came, went, grew or was written. Names that begin with a dot are left out, as the reader does.
fn stamp(folder: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut left = MOST_ENTRIES;
    stamp_folder(folder, 0, &mut left, &mut hasher);
    hasher.finish()
}

fn stamp_folder(folder: &Path, depth: usize, left: &mut usize, hasher: &mut DefaultHasher) {
    let Ok(entries) = std::fs::read_dir(folder) else { return folder.hash(hasher) };
    let mut names: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.file_name())).take(*left).collect();
    names.sort();
    for name in names {
        if name.to_string_lossy().starts_with('.') || *left == 0 {
            continue;
        }
        *left -= 1;
        let path = folder.join(&name);
        name.hash(hasher);
        let Ok(is) = std::fs::symlink_metadata(&path) else { continue };
        (is.is_file(), is.is_dir()).hash(hasher);
        if is.is_dir() && depth < DEEPEST {
            stamp_folder(&path, depth + 1, left, hasher);
        } else {
            (is.len(), is.modified().ok()).hash(hasher);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_looks_otherwise_once_a_file_came_changed_or_went_and_not_by_what_begins_with_a_dot() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("modules/a/lesson.md");
        let empty = stamp(folder.path());
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, "one").unwrap();
        let one = stamp(folder.path());
        std::fs::write(folder.path().join("modules/a/.lesson.md.swp"), "x").unwrap();
        assert_eq!(stamp(folder.path()), one);
        std::fs::write(&file, "three").unwrap();
        let three = stamp(folder.path());
        std::fs::remove_file(&file).unwrap();
        let gone = stamp(folder.path());
        let all = [empty, one, three, gone];
        assert_eq!(std::collections::BTreeSet::from(all).len(), 4, "{all:?}");
        assert_ne!(stamp(&folder.path().join("nowhere")), empty);
    }
}
