//! A course's files as bytes, and the version that they are: the hash of their list.

use crate::finding::{Finding, Place};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// What one file of a course may weigh, in bytes.
pub const LARGEST_FILE: usize = 1 << 20;
/// How many files a course may have.
pub const MOST_FILES: usize = 20_000;

/// The files of a course by their path from its folder, with `/` between names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CourseFiles {
    files: BTreeMap<String, Vec<u8>>,
}

impl CourseFiles {
    /// Takes a file in.
    ///
    /// # Errors
    /// Where the path leads elsewhere, or the file or the course grows too large.
    pub fn add(&mut self, path: &str, bytes: Vec<u8>) -> Result<(), Finding> {
        let place = Place::file(path);
        let is_plain = |name: &str| {
            !name.is_empty()
                && !name.starts_with('.')
                && name.chars().all(|c| c.is_alphanumeric() || "._- +".contains(c))
        };
        if path.len() > 300 || !path.split('/').all(is_plain) {
            return Err(Finding::error(
                &place,
                "a path has names of letters, digits, dots, dashes and underscores, none beginning with a dot",
            ));
        }
        if bytes.len() > LARGEST_FILE {
            return Err(Finding::error(
                &place,
                "a file of a course has at most 1 MiB; put large matter elsewhere and link it",
            ));
        }
        if self.files.len() >= MOST_FILES {
            return Err(Finding::error(&place, format!("a course has at most {MOST_FILES} files")));
        }
        self.files.insert(path.to_owned(), bytes);
        Ok(())
    }

    /// Takes a file out; whether there was one.
    pub fn remove(&mut self, path: &str) -> bool {
        self.files.remove(path).is_some()
    }

    /// The bytes of a file.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// All of them, in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// The files below a folder, their paths told from there.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        let within = move |path: &'a str| path.strip_prefix(folder)?.strip_prefix('/');
        self.iter().filter_map(move |(path, bytes)| Some((within(path)?, bytes)))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The list of the files that make a version: one line each, the SHA-256 of its bytes, two blanks, its path, ordered by path.
    /// It is what `sha256sum` prints, so anybody can make it. Drafts and the author's lock of ids are no part of what is taught.
    pub fn list(&self) -> String {
        let mut list = String::new();
        for (path, bytes) in self.iter().filter(|(path, _)| is_taught(path)) {
            let _ = writeln!(list, "{}  {path}", hex(&Sha256::digest(bytes)));
        }
        list
    }

    /// The version that these files are.
    pub fn version(&self) -> Version {
        Version(hex(&Sha256::digest(self.list().as_bytes())))
    }
}

/// Whether a file is part of what is taught, and so of a version.
pub fn is_taught(path: &str) -> bool {
    path != "ids.lock" && !path.starts_with("drafts/")
}

/// The lines of a version's list: hash and path.
///
/// # Errors
/// Names the first line that is none.
pub fn read_list(list: &str) -> Result<Vec<(&str, &str)>, String> {
    let entry = |line| {
        let (hash, path): (&str, &str) = str::split_once(line, "  ")?;
        (hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit())).then_some((hash, path))
    };
    list.lines().map(|line| entry(line).ok_or_else(|| format!("{line:?} is no line of a list of files"))).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A version of a course: the SHA-256 of the list of its files, in lower-case hex.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(String);

impl Version {
    /// The version with this name; none where it is no name of a version.
    pub fn read(text: &str) -> Option<Version> {
        let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (text.len() == 64 && text.bytes().all(is_hex)).then(|| Version(text.to_owned()))
    }

    /// Its whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first twelve characters, for people to read.
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(given: &[(&str, &str)]) -> CourseFiles {
        let mut files = CourseFiles::default();
        for (path, text) in given {
            files.add(path, text.as_bytes().to_vec()).unwrap();
        }
        files
    }

    #[test]
    fn a_version_is_the_hash_of_what_sha256sum_prints() {
        let files = files(&[("b.md", "two\n"), ("a.md", "one\n")]);
        // printf 'one\n' | sha256sum, and so on.
        let list = "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806  a.md\n\
                    27dd8ed44a83ff94d557f9fd0412ed5a8cbca69ea04922d88c01184a07300a5a  b.md\n";
        assert_eq!(files.list(), list);
        assert_eq!(read_list(list).unwrap().len(), 2);
        assert_eq!(files.version().as_str(), hex(&Sha256::digest(list)));
    }

    #[test]
    fn what_is_not_taught_makes_no_new_version() {
        let before = files(&[("course.toml", "id = 1")]);
        let after = files(&[("course.toml", "id = 1"), ("ids.lock", "x"), ("drafts/a.md", "y")]);
        assert_eq!(before.version(), after.version());
    }

    #[test]
    fn a_path_that_leads_elsewhere_is_refused() {
        for path in ["../a", "/a", "a//b", ".git/config", "a/.b", "a\\b", "", "a/", "a\nb"] {
            assert!(CourseFiles::default().add(path, Vec::new()).is_err(), "{path:?}");
        }
        assert!(CourseFiles::default().add("a", vec![0; LARGEST_FILE + 1]).is_err());
    }
}
