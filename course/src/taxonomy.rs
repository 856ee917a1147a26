//! Which entries of OWASP, ASVS, PCI DSS and other lists follow from a weakness: one table, so that lessons name CWE ids only.

use crate::files::CourseFiles;
use crate::finding::{Finding, Place};
use std::collections::{BTreeMap, BTreeSet};

/// The file that says so.
pub const FILE: &str = "taxonomy.csv";

/// What follows from each weakness.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taxonomy {
    entries: BTreeMap<u32, Entry>,
}

/// A weakness, and where the lists speak of it. Several entries of a list are parted by blanks in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// What it is called.
    pub name: String,
    /// OWASP Top 10 of 2025.
    pub owasp: BTreeSet<String>,
    /// OWASP API Security Top 10 of 2023.
    pub api: BTreeSet<String>,
    /// Chapters of OWASP ASVS 5.
    pub asvs: BTreeSet<String>,
    /// Letters of PCI DSS 6.2.4.
    pub pci: BTreeSet<String>,
    /// OWASP Proactive Controls of 2024.
    pub proactive: BTreeSet<String>,
}

impl Entry {
    /// The rows of the lists that it speaks of, by the ids of [`crate::standards`].
    pub fn rows(&self) -> impl Iterator<Item = String> {
        let whole = [&self.owasp, &self.api, &self.asvs, &self.proactive].into_iter().flatten().cloned();
        whole.chain(self.pci.iter().map(|letter| format!("PCI 6.2.4{letter}")))
    }
}

impl Taxonomy {
    /// What follows from a weakness.
    pub fn of(&self, cwe: u32) -> Option<&Entry> {
        self.entries.get(&cwe)
    }

    /// Whether nothing is known, for example because the course has no such file.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All weaknesses, by number.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Entry)> {
        self.entries.iter().map(|(cwe, entry)| (*cwe, entry))
    }
}

/// The table among a course's files, and what is wrong with it. Empty where there is none.
pub fn read(files: &CourseFiles, findings: &mut Vec<Finding>) -> Taxonomy {
    let mut taxonomy = Taxonomy::default();
    let Some(bytes) = files.get(FILE) else { return taxonomy };
    let place = Place::file(FILE);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let header: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect(),
        Err(error) => {
            findings.push(Finding::error(&place.at(1), error.to_string()));
            return taxonomy;
        }
    };
    if !header.iter().any(|name| name == "cwe") {
        let message = "the first line names the columns: cwe,name,owasp_2025,api_2023,asvs_5,pci_624,proactive_2024";
        findings.push(Finding::error(&place.at(1), message));
        return taxonomy;
    }
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                let line = usize::try_from(line).unwrap_or(0);
                findings.push(Finding::error(&place.at(line), format!("this row can't be read: {error}")));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let place = place.at(usize::try_from(line).unwrap_or(0));
        put(&mut taxonomy, &header, &record, &place, findings);
    }
    taxonomy
}

fn put(
    taxonomy: &mut Taxonomy,
    header: &[String],
    record: &csv::StringRecord,
    place: &Place,
    findings: &mut Vec<Finding>,
) {
    let cell = |name: &str| header.iter().position(|known| known == name).and_then(|ix| record.get(ix)).unwrap_or("");
    let list = |name: &str| cell(name).split([' ', ';']).filter(|id| !id.is_empty()).map(str::to_owned).collect();
    let number = cell("cwe");
    let Ok(cwe) = number.strip_prefix("CWE-").unwrap_or(number).parse::<u32>() else {
        let told = keepsharp_domain::calendar::quote(number);
        return findings.push(Finding::error(place, format!("cwe: {told} is no number; write 639")));
    };
    let entry = Entry {
        name: cell("name").to_owned(),
        owasp: list("owasp_2025"),
        api: list("api_2023"),
        asvs: list("asvs_5"),
        pci: list("pci_624"),
        proactive: list("proactive_2024"),
    };
    if taxonomy.entries.insert(cwe, entry).is_some() {
        findings.push(Finding::error(place, format!("CWE-{cwe} stands in this file twice; keep one row")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taxonomy(text: &str) -> (Taxonomy, Vec<Finding>) {
        let mut files = CourseFiles::default();
        files.add(FILE, text.into()).unwrap();
        let mut findings = Vec::new();
        (read(&files, &mut findings), findings)
    }

    #[test]
    fn what_follows_from_a_weakness_is_read_by_the_names_of_the_columns() {
        let (taxonomy, findings) = taxonomy("pci_624,cwe,ours,asvs_5,name\na,639,x,V1 V8,Own key\n,CWE-79,,,XSS\n");
        assert_eq!(findings, []);
        let entry = taxonomy.of(639).unwrap();
        assert_eq!((entry.name.as_str(), entry.asvs.len(), entry.owasp.len()), ("Own key", 2, 0));
        assert!(taxonomy.of(79).is_some() && taxonomy.of(1).is_none());
        assert_eq!(taxonomy.iter().count(), 2);
    }

    #[test]
    fn rows_that_say_nothing_are_told_with_their_line() {
        for (text, line) in [
            ("cwe,name\n1,a\nx,b\n", 3),
            ("cwe,name\n1,a\n1,b\n", 3),
            ("cwe,name\n1\n", 2),
            ("number\n1\n", 1),
            ("", 1),
        ] {
            let (_, findings) = taxonomy(text);
            assert_eq!(findings.iter().map(|finding| finding.line).collect::<Vec<_>>(), [line], "{text:?}");
        }
    }

    #[test]
    fn a_course_without_the_file_knows_nothing_and_is_not_blamed() {
        let mut findings = Vec::new();
        assert!(read(&CourseFiles::default(), &mut findings).is_empty());
        assert_eq!(findings, []);
    }
}
