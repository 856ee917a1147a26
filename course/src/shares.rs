//! How much each module matters to this company: which share of its own past issues has a weakness that the module is about.

use crate::files::CourseFiles;
use crate::model::Course;
use crate::sitting::IssueShares;
use std::collections::BTreeSet;

/// The shares of the modules, in thousandths, from the course's `issues.csv`; none where it has no such file. Rows without a CWE id count for no module.
pub fn shares(course: &Course, files: &CourseFiles) -> IssueShares {
    let cwes = files.get("issues.csv").map(read).unwrap_or_default();
    let total = cwes.len() as u64;
    if total == 0 {
        return IssueShares::new();
    }
    let share = |module: &crate::model::Module| {
        let about: BTreeSet<u32> = module.lessons.iter().flat_map(|lesson| lesson.cwe.iter().copied()).collect();
        let hit = cwes.iter().filter(|cwe| about.contains(cwe)).count() as u64;
        (module.id.clone(), hit * 1_000 / total)
    };
    course.modules.iter().map(share).collect()
}

/// The numbers in the column `cwe_id`.
fn read(bytes: &[u8]) -> Vec<u32> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let place = reader.headers().ok().and_then(|head| head.iter().position(|name| name.trim() == "cwe_id"));
    let Some(place) = place else { return Vec::new() };
    let number = |row: csv::StringRecord| row.get(place)?.trim().trim_start_matches("CWE-").parse().ok();
    reader.into_records().filter_map(|row| number(row.ok()?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_without_a_weakness_count_for_nothing() {
        let csv = "cve_id,title,cwe_id\nA,\"one, two\",CWE-639\nB,x,\nC,y,862\nD\n";
        assert_eq!(read(csv.as_bytes()), [639, 862]);
        assert!(read(b"a,b\n1,2\n").is_empty());
    }
}
