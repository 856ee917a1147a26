//! `coverage.toml`: why rows of the lists have no lesson.

use super::front;
use crate::coverage::FILE;
use crate::files::CourseFiles;
use crate::finding::Finding;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CoverageFile {
    #[serde(default)]
    not_covered: BTreeMap<String, String>,
}

/// The reasons by the rows' ids; none where the file is not there or can't be read.
pub(super) fn read(files: &CourseFiles, findings: &mut Vec<Finding>) -> Option<BTreeMap<String, String>> {
    let text = front::text(FILE, files.get(FILE)?, findings)?;
    Some(front::read::<CoverageFile>(FILE, text, 0, findings)?.not_covered)
}
