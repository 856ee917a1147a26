//! What is found in a course: where, how grave, and how to mend it.

use keepsharp_domain::Problem;
use std::fmt;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// The course can't be published with it.
    Error,
    /// It can, and would be better without.
    Warning,
}

/// Something found in a course.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, from the course's folder.
    pub file: String,
    /// The line, counted from 1; 0 where the whole file is meant.
    pub line: usize,
    /// The character, counted from 1; 0 where the whole line is meant.
    pub column: usize,
    /// How grave it is.
    pub weight: Weight,
    /// What it is and how to mend it.
    pub message: String,
}

impl Finding {
    /// Something for which the course can't be published.
    pub fn error(place: &Place, message: impl Into<String>) -> Finding {
        Finding {
            file: place.file.clone(),
            line: place.line,
            column: 0,
            weight: Weight::Error,
            message: message.into(),
        }
    }

    /// Something that would be better otherwise.
    pub fn warning(place: &Place, message: impl Into<String>) -> Finding {
        Finding { weight: Weight::Warning, ..Finding::error(place, message) }
    }

    /// A problem of a file, as the readers of `domain` tell it.
    pub fn problem(file: &str, problem: &Problem) -> Finding {
        Finding {
            file: file.to_owned(),
            line: problem.line.and_then(|line| usize::try_from(line).ok()).unwrap_or(0),
            column: problem.column.as_ref().map_or(0, |(column, _)| *column),
            weight: Weight::Error,
            message: problem.message.clone(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        let weight = if self.weight == Weight::Error { "error" } else { "warning" };
        write!(f, ": {weight}: {}", self.message)
    }
}

/// Where something stands in a course's files.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, from the course's folder.
    pub file: String,
    /// The line, counted from 1; 0 where the whole file is meant.
    pub line: usize,
}

impl Place {
    /// A file as a whole.
    pub fn file(file: impl Into<String>) -> Place {
        Place { file: file.into(), line: 0 }
    }

    /// A line of the same file.
    #[must_use]
    pub fn at(&self, line: usize) -> Place {
        Place { file: self.file.clone(), line }
    }
}
