//! Which checkpoints stand in a text that a mail program, an issue or a list made of them?
//!
//! What travels loses its line ends, gains `> ` and spaces before its lines, or has long lines broken. A signature proves the text
//! it is on, so a note that is put together again is as good as the one that was sent, or its signature does not fit.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::tree::Hash;

/// Most lines that one signature is put together from.
const BROKEN_INTO: usize = 4;

/// The signed notes in a text that look like checkpoints, each as it was before it travelled, in their order and each once.
///
/// Nothing is verified: [`crate::Checkpoint::open`] does that.
#[must_use]
pub fn checkpoints_in(text: &str) -> Vec<String> {
    // Blank lines say nothing here: some programs put one between any two lines.
    let lines: Vec<&str> = text.lines().map(bare).filter(|line| !line.is_empty()).collect();
    let mut found: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(rest) = lines.get(at..).filter(|rest| !rest.is_empty()) {
        match note_at(rest) {
            Some((note, used)) => {
                if !found.contains(&note) {
                    found.push(note);
                }
                at += used;
            }
            None => at += 1,
        }
    }
    found
}

/// A line without what programs put around it.
fn bare(line: &str) -> &str {
    let mut line = line.trim_matches(is_around);
    while let Some(rest) = line.strip_prefix('>') {
        line = rest.trim_start_matches(is_around);
    }
    line
}

fn is_around(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}'
}

/// A note that begins with the first of the lines, and how many lines it takes.
fn note_at(lines: &[&str]) -> Option<(String, usize)> {
    let [origin, size, root, rest @ ..] = lines else { return None };
    let is_size = size.parse::<u64>().is_ok_and(|number| number.to_string() == **size);
    if !is_size || Hash::from_base64(root).is_none() {
        return None;
    }
    let mut used = 3;
    let mut signatures = String::new();
    let mut rest = rest;
    while let Some((line, taken)) = signature_at(rest) {
        signatures.push_str(&line);
        used += taken;
        rest = rest.get(taken..).unwrap_or_default();
    }
    (!signatures.is_empty()).then(|| (format!("{origin}\n{size}\n{root}\n\n{signatures}"), used))
}

/// A signature line that begins with the first of the lines, and of how many lines it was put together.
fn signature_at(lines: &[&str]) -> Option<(String, usize)> {
    let first = lines.first()?;
    // A dash of another length is what programs make of one; signatures do not cover it.
    let rest = ["—", "–", "--", "-", "&mdash;", "\u{fffd}"].iter().find_map(|dash| first.strip_prefix(dash))?;
    let mut words = rest.split_whitespace();
    let name = words.next()?;
    let mut base64: String = words.collect();
    for taken in 1..=BROKEN_INTO {
        // An Ed25519 signature and the id of its key; a cosignature is longer by its time.
        let is_whole = STANDARD.decode(&base64).is_ok_and(|bytes| bytes.len() == 68 || bytes.len() == 76);
        if is_whole {
            return Some((format!("— {name} {base64}\n"), taken));
        }
        let more = lines.get(taken)?;
        if more.contains(|c: char| !(c.is_ascii_alphanumeric() || "+/=".contains(c))) {
            return None;
        }
        base64.push_str(more);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::checkpoints_in;
    use crate::key::SigningKey;
    use crate::tree::leaf_hash;
    use crate::{Checkpoint, quoted};

    fn note(size: u64) -> String {
        let key = SigningKey::from_seed("keepsharp.example/ledger/k7", [1; 32]).unwrap();
        Checkpoint { origin: "keepsharp.example/ledger/k7".to_owned(), size, root: leaf_hash(b"x") }.sign(&key)
    }

    #[test]
    fn a_checkpoint_is_found_whatever_carried_it() {
        let note = note(17);
        let each = |change: fn(&str) -> String| note.lines().map(change).collect::<Vec<_>>().join("\n");
        for carried in [
            note.clone(),
            note.trim_end().to_owned(),
            note.replace('\n', "\r\n"),
            format!("\u{feff}{note}"),
            format!("Dear auditor,\r\n\r\n{}\r\nRegards\r\n", note.replace('\n', "\r\n")),
            format!("**Checkpoint**\n\n```text\n{note}```\n<!-- mark -->\n"),
            each(|line| format!("> {line}")),
            each(|line| format!("> > {line}  ")),
            each(|line| format!("    {line}")),
            each(|line| format!("{line}\n")),
            note.replace("\n\n", "\n"),
            note.replace("— ", "- "),
            note.replace("— ", "\u{2013}\u{a0}"),
            note.replacen("ledger/k7 ", "ledger/k7\n", 2),
            format!("{}\n{}", &note[..note.len() - 40], &note[note.len() - 40..]),
        ] {
            assert_eq!(checkpoints_in(&carried), std::slice::from_ref(&note), "{carried}");
        }
    }

    #[test]
    fn all_of_a_list_are_found_in_their_order_and_each_once() {
        let list = format!("# one\n{}\n# two\n{}\n# two again\n{}", note(1), note(2), note(2));
        assert_eq!(checkpoints_in(&list), [note(1), note(2)]);
    }

    #[test]
    fn further_signatures_stay_with_their_note() {
        let signed = note(3);
        let twice = format!("{signed}{}", signed.lines().last().unwrap()) + "\n";
        assert_eq!(checkpoints_in(&twice), std::slice::from_ref(&twice));
    }

    #[test]
    fn what_is_no_checkpoint_is_passed_over() {
        for text in
            ["", "\n\n", "a\n1\n", "a\n017\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n\n— a AAAA\n", "— a b\n— a"]
        {
            assert!(quoted::checkpoints_in(text).is_empty(), "{text:?}");
        }
        let unsigned = note(5).split_once("\n\n").unwrap().0.to_owned();
        assert!(checkpoints_in(&unsigned).is_empty());
    }
}
