//! Why something was refused, in words that say what, where and how to mend it.

use std::fmt;

/// One thing that is wrong in a file, where it stands, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line of the file, counted from 1; none where the whole file is meant.
    pub line: Option<u64>,
    /// Column, counted from 1 (in a CSV file the field, elsewhere the character), and its name where it has one.
    pub column: Option<(usize, String)>,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl Problem {
    /// A problem of the file as a whole.
    pub fn file(message: impl Into<String>) -> Problem {
        Problem { line: None, column: None, message: message.into() }
    }

    /// A problem of one line.
    pub fn line(line: u64, message: impl Into<String>) -> Problem {
        Problem { line: Some(line), column: None, message: message.into() }
    }

    /// A problem of one field of one line.
    pub fn field(line: u64, column: usize, name: &str, message: impl Into<String>) -> Problem {
        Problem { line: Some(line), column: Some((column, name.to_owned())), message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}")?;
            if let Some((column, name)) = &self.column {
                write!(f, ", column {column}")?;
                if !name.is_empty() {
                    write!(f, " ({name})")?;
                }
            }
            write!(f, ": ")?;
        }
        f.write_str(&self.message)
    }
}

/// A request that was refused; nothing is written for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The file has these problems.
    File(Vec<Problem>),
    /// The request as a whole breaks a rule.
    Request(String),
}

impl Refusal {
    /// A refusal of the request as a whole.
    pub fn request(message: impl Into<String>) -> Refusal {
        Refusal::Request(message.into())
    }

    /// The problems of a file as a refusal, or the value where there are none.
    pub fn unless_clean<T>(value: T, problems: Vec<Problem>) -> Result<T, Refusal> {
        if problems.is_empty() { Ok(value) } else { Err(Refusal::File(problems)) }
    }
}

/// How many problems of one file are told before the rest is only counted.
const TOLD: usize = 20;

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Request(message) => f.write_str(message),
            Refusal::File(problems) => {
                for (index, problem) in problems.iter().take(TOLD).enumerate() {
                    if index > 0 {
                        writeln!(f)?;
                    }
                    write!(f, "{problem}")?;
                }
                if problems.len() > TOLD {
                    write!(f, "\nand {} more like these", problems.len() - TOLD)?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for Refusal {}
