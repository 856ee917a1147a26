//! Which facts speak of somebody, and do they stand in the log? A row for each, with the hashes that lead from it to the root.
//!
//! A fact speaks of somebody when their id stands in its bytes: what `grep` finds, so that a stranger can tell that none is left out.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;

use crate::entry::Entry;
use crate::proof::Proofs;
use crate::tree::{Hash, leaf_hash};

/// The file.
pub const SHEETS: &str = "sheets.csv";
/// The columns of its first line.
const HEAD: &str = "person,seq,at,by,type,leaf,proof,fact\n";
/// Longest fact that is written out, in bytes: one about many people stands in `facts.jsonl`.
const LONGEST_FACT: usize = 2_000;

/// Collects the facts about some people while a log goes by.
#[derive(Clone, Debug)]
pub struct Sheets {
    people: Vec<String>,
    /// Which person each id is.
    ids: HashMap<Vec<u8>, usize>,
    leaves: Vec<Hash>,
    /// The person, and the fact that speaks of them.
    rows: Vec<(usize, Arc<Told>)>,
}

/// A fact that speaks of one of them.
#[derive(Debug)]
struct Told {
    place: usize,
    at: String,
    by: String,
    kind: String,
    /// Its bytes as text, where they are written out.
    fact: String,
}

impl Told {
    fn of(place: usize, bytes: &[u8]) -> Told {
        // What can't be read is found elsewhere; here it is told by its bytes alone.
        let entry = Entry::read(bytes).ok();
        let (at, by, kind) = entry.map(|entry| (entry.at, entry.by, entry.kind)).unwrap_or_default();
        let is_short = bytes.len() <= LONGEST_FACT;
        let fact = if is_short { String::from_utf8_lossy(bytes).into_owned() } else { String::new() };
        Told { place, at, by, kind, fact }
    }
}

impl Sheets {
    /// For these people, each with all the ids that facts know them by; in this order.
    pub fn of<'a>(people: impl IntoIterator<Item = (&'a str, &'a [String])>) -> Sheets {
        let (mut names, mut ids) = (Vec::new(), HashMap::new());
        for (place, (person, of_person)) in people.into_iter().enumerate() {
            names.push(person.to_owned());
            ids.extend(of_person.iter().map(|id| (id.as_bytes().to_vec(), place)));
        }
        Sheets { people: names, ids, leaves: Vec::new(), rows: Vec::new() }
    }

    /// Takes the exact bytes of the next fact.
    pub fn push(&mut self, bytes: &[u8]) {
        let place = self.leaves.len();
        self.leaves.push(leaf_hash(bytes));
        let words = bytes.split(|byte| !byte.is_ascii_alphanumeric());
        let mut spoken_of: Vec<usize> = words.filter_map(|word| self.ids.get(word).copied()).collect();
        spoken_of.sort_unstable();
        spoken_of.dedup();
        if !spoken_of.is_empty() {
            let told = Arc::new(Told::of(place, bytes));
            self.rows.extend(spoken_of.into_iter().map(|person| (person, Arc::clone(&told))));
        }
    }

    /// The file: people in their order, each one's facts in the log's.
    #[must_use]
    pub fn text(mut self) -> String {
        self.rows.sort_by_key(|(person, told)| (*person, told.place));
        let proofs = Proofs::of(&self.leaves);
        let mut text = HEAD.to_owned();
        for (person, told) in &self.rows {
            let person = self.people.get(*person).map_or("", |person| person);
            let leaf = self.leaves.get(told.place).map(Hash::to_base64).unwrap_or_default();
            text.push_str(&row(person, told, &leaf, &proofs));
        }
        text
    }
}

fn row(person: &str, told: &Told, leaf: &str, proofs: &Proofs) -> String {
    let Told { place, at, by, kind, fact } = told;
    let proof = proofs.inclusion(*place).unwrap_or_default();
    let proof = proof.iter().map(Hash::to_base64).collect::<Vec<String>>().join(" ");
    let (person, by, fact) = (quoted(person), quoted(by), quoted(fact));
    let mut row = String::new();
    let _ = writeln!(row, "{person},{place},{at},{by},{kind},{leaf},{proof},{fact}");
    row
}

/// A field of CSV (RFC 4180).
fn quoted(field: &str) -> String {
    if field.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::Sheets;
    use crate::proof::verify_inclusion;
    use crate::tree::{Hash, leaf_hash, root_of};

    #[test]
    fn each_fact_that_names_somebody_has_a_row_whose_proof_leads_to_the_root() {
        let facts: Vec<String> = (0..13)
            .map(|seq| {
                let who = ["pa", "pb", "pab"][seq % 3];
                format!(
                    r#"{{"at":"2026-03-01T09:30:00.000Z","body":{{"people":["{who}"]}},"by":"person:pb","seq":{seq},"type":"a.b","v":1}}"#
                )
            })
            .collect();
        let ids = (["pa".to_owned(), "pz".to_owned()], ["pc".to_owned()]);
        let mut sheets = Sheets::of([("pz", &ids.0[..]), ("pc", &ids.1[..])]);
        for fact in &facts {
            sheets.push(fact.as_bytes());
        }
        let text = sheets.text();
        let leaves: Vec<Hash> = facts.iter().map(|fact| leaf_hash(fact.as_bytes())).collect();
        let rows: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(rows.len(), 5, "those of pa, under the name of the person: {text}");
        for row in rows {
            let cells: Vec<&str> = row.splitn(8, ',').collect();
            assert_eq!((cells[0], cells[3], cells[4]), ("pz", "person:pb", "a.b"));
            let seq: u64 = cells[1].parse().unwrap();
            let proof: Vec<Hash> = cells[6].split(' ').map(|hash| Hash::from_base64(hash).unwrap()).collect();
            let leaf = Hash::from_base64(cells[5]).unwrap();
            assert!(verify_inclusion(seq, 13, leaf, &proof, root_of(&leaves)), "{row}");
            assert_eq!(cells[7].trim_matches('"').replace("\"\"", "\""), facts[usize::try_from(seq).unwrap()]);
        }
    }
}
