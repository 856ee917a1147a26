//! How is a course read from a folder, bounded, with nothing from outside of it?

use keepsharp_course::files::{LARGEST_FILE, MOST_FILES};
use keepsharp_course::finding::Place;
use keepsharp_course::{CourseFiles, Finding};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Folders within folders, at most.
const DEEPEST: usize = 12;
/// What a course may weigh altogether, in bytes.
const HEAVIEST: usize = 64 << 20;

/// The files of a course in a folder, and what was found that can't belong to one. Names that begin with a dot are left out.
///
/// # Errors
/// Where the folder can't be read at all.
pub(crate) fn read(folder: &Path) -> Result<(CourseFiles, Vec<Finding>), String> {
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    if !std::fs::metadata(folder).map_err(told)?.is_dir() {
        return Err(format!("{} is no folder; name the folder that course.toml lies in", folder.display()));
    }
    let mut reading = Reading::default();
    reading.folder(folder, "", 0);
    Ok((reading.files, reading.findings))
}

#[derive(Default)]
struct Reading {
    files: CourseFiles,
    findings: Vec<Finding>,
    weight: usize,
    entries: usize,
}

impl Reading {
    fn folder(&mut self, folder: &Path, within: &str, depth: usize) {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.wrong(within, &error.to_string()),
        };
        let mut names: Vec<_> =
            entries.filter_map(|entry| Some(entry.ok()?.file_name())).take(MOST_FILES + 1).collect();
        names.sort();
        for name in names {
            let path = folder.join(&name);
            let shown = name.to_string_lossy();
            if shown.starts_with('.') {
                continue;
            }
            self.entries += 1;
            if self.entries > MOST_FILES * 2 {
                return;
            }
            let within = if within.is_empty() { shown.clone().into_owned() } else { format!("{within}/{shown}") };
            if name.to_str().is_none() {
                self.wrong(&within, "its name is not UTF-8; rename it");
                continue;
            }
            match std::fs::symlink_metadata(&path) {
                Ok(is) if is.is_dir() && depth >= DEEPEST => {
                    self.wrong(&within, &format!("folders lie in one another {DEEPEST} deep at most"));
                }
                Ok(is) if is.is_dir() => self.folder(&path, &within, depth + 1),
                Ok(is) if is.is_file() => self.file(&path, &within),
                Ok(is) if is.is_symlink() => {
                    self.wrong(&within, "this is a link; a course brings its files along, so put the file itself here");
                }
                Ok(_) => self.wrong(&within, "this is neither a file nor a folder; take it out"),
                Err(error) => self.wrong(&within, &error.to_string()),
            }
        }
    }

    fn file(&mut self, path: &Path, within: &str) {
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(LARGEST_FILE as u64 + 1).read_to_end(&mut bytes));
        if let Err(error) = read {
            return self.wrong(within, &error.to_string());
        }
        if self.weight > HEAVIEST {
            return;
        }
        self.weight += bytes.len();
        if self.weight > HEAVIEST {
            return self.wrong(
                within,
                "with this file the course weighs more than 64 MiB; put large matter elsewhere and link it",
            );
        }
        if let Err(finding) = self.files.add(within, bytes) {
            self.findings.push(finding);
        }
    }

    fn wrong(&mut self, within: &str, message: &str) {
        self.findings.push(Finding::error(&Place::file(within), message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        folder
    }

    #[test]
    fn a_folder_is_read_without_what_begins_with_a_dot() {
        let folder =
            folder(&[("course.toml", b"x"), (".git/config", b"y"), ("modules/a/.swp", b"z"), ("modules/a/l.md", b"l")]);
        let (files, findings) = read(folder.path()).unwrap();
        assert_eq!(findings, []);
        assert_eq!(files.iter().map(|(path, _)| path).collect::<Vec<_>>(), ["course.toml", "modules/a/l.md"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_folder_are_told_and_not_followed() {
        let elsewhere = folder(&[("secret", b"hidden")]);
        let folder = folder(&[("course.toml", b"x")]);
        std::os::unix::fs::symlink(elsewhere.path().join("secret"), folder.path().join("a")).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("b")).unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("c")).unwrap();
        let (files, findings) = read(folder.path()).unwrap();
        assert_eq!((files.len(), findings.len()), (1, 3), "{findings:#?}");
    }

    #[test]
    fn what_is_too_large_or_too_deep_is_told_and_left_out() {
        let large = vec![b'x'; LARGEST_FILE + 1];
        let deep = format!("{}f", "d/".repeat(20));
        let folder = folder(&[("large", &large), (&deep, b"x"), ("odd\nname", b"x")]);
        let (files, findings) = read(folder.path()).unwrap();
        assert_eq!((files.len(), findings.len()), (0, 3), "{findings:#?}");
        assert!(read(&folder.path().join("none")).is_err());
        assert!(read(&folder.path().join("large")).is_err());
    }
}
