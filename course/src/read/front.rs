//! TOML in a course's files: strict, and told with its line.

use crate::finding::{Finding, Place, Weight};
use serde::de::DeserializeOwned;

/// A file as text.
pub(super) fn text<'a>(file: &str, bytes: &'a [u8], findings: &mut Vec<Finding>) -> Option<&'a str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => {
            let line = 1 + bytes.iter().take(error.valid_up_to()).filter(|b| **b == b'\n').count();
            findings.push(Finding::error(&Place::file(file).at(line), "the file is not UTF-8; save it as UTF-8"));
            None
        }
    }
}

/// What a text in TOML says, `above` being the lines of the file before it.
pub(super) fn read<T: DeserializeOwned>(
    file: &str,
    text: &str,
    above: usize,
    findings: &mut Vec<Finding>,
) -> Option<T> {
    let error = match toml::from_str(text) {
        Ok(value) => return Some(value),
        Err(error) => error,
    };
    let before = error.span().and_then(|span| text.get(..span.start));
    findings.push(Finding {
        file: file.to_owned(),
        line: before.map_or(0, |before| above + 1 + before.matches('\n').count()),
        column: before.map_or(0, |before| before.rsplit('\n').next().unwrap_or_default().chars().count() + 1),
        weight: Weight::Error,
        message: error.message().to_owned(),
    });
    None
}
