//! How is what was found said in words?

use crate::{Verdict, VerifierKey};
use keepsharp_ledger::pack::{Finding, Report, Step};
use std::fmt::Write;

/// Each step with its result, then the checkpoint and a word on the whole.
#[must_use]
pub fn tell(verdict: &Result<Verdict, Vec<Finding>>) -> String {
    let mut text = String::new();
    match verdict {
        Ok(verdict) => told(&mut text, verdict),
        Err(findings) => {
            for finding in findings {
                let _ = writeln!(text, "NOT OK  {finding}");
            }
            text.push_str("\nThis is not an evidence pack as it was made. Nothing in it is to be relied on.\n");
        }
    }
    text
}

fn told(text: &mut String, verdict: &Verdict) {
    for step in Step::ALL {
        let mut found = verdict.report.findings.iter().filter(|finding| finding.step == step).peekable();
        if found.peek().is_none() {
            let _ = writeln!(text, "ok      {}", is_fine(step, verdict));
        }
        for finding in found {
            let _ = writeln!(text, "NOT OK  {}", indented(&finding.to_string()));
        }
    }
    let tables = &verdict.tables;
    if !tables.same.is_empty() {
        let same: Vec<String> = tables.same.iter().map(|(name, lines)| format!("{name} ({lines} lines)")).collect();
        let _ = writeln!(text, "ok      computed again from the facts, and the same: {}", same.join(", "));
    }
    for wrong in &tables.wrong {
        let _ = writeln!(text, "NOT OK  {}", indented(&wrong.to_string()));
    }
    if !tables.not_computed.is_empty() {
        let _ = writeln!(text, "        signed, and not computed again: {}", tables.not_computed.join(", "));
    }
    if let Some(checkpoint) = &verdict.report.checkpoint {
        let _ = writeln!(text, "\nThe checkpoint of the pack:\n");
        for line in checkpoint.lines() {
            let _ = writeln!(text, "    {}", line.escape_debug());
        }
    }
    let _ = writeln!(text, "\n{}", on_the_whole(verdict));
}

fn is_fine(step: Step, verdict: &Verdict) -> String {
    let Report { head, facts, disclosures, .. } = &verdict.report;
    match step {
        Step::Zip => "the zip holds the files of a pack and nothing else".to_owned(),
        Step::Manifest => "the manifest can be read and is in its one form".to_owned(),
        Step::Key => match (&verdict.told, &verdict.report.brought) {
            (Some(told), Some(brought)) if told == brought => "the pack brings the key you gave".to_owned(),
            (Some(_), _) => "the key you gave is an older one of this ledger, and spoke for those after it".to_owned(),
            (None, _) => "the pack brings the key that its facts name; whose it is, nobody told".to_owned(),
        },
        Step::Files => {
            format!("{} files have the length and SHA-256 of the manifest", verdict.manifest.files.len())
        }
        Step::Signature => "the manifest is signed with the ledger's key".to_owned(),
        Step::Checkpoint => {
            let size = head.as_ref().map_or(0, |head| head.size);
            format!("the checkpoint over {size} facts is signed with the ledger's key")
        }
        Step::Facts => format!("{facts} facts, numbered and in order of time, have the root of the checkpoint"),
        Step::Disclosures => format!("{disclosures} private parts are those that were recorded"),
    }
}

fn on_the_whole(verdict: &Verdict) -> String {
    let brought = verdict.report.brought.as_ref().map(VerifierKey::to_string).unwrap_or_default();
    match (verdict.is_sound(), &verdict.told) {
        (true, Some(key)) => {
            format!("The pack is whole, true to its facts, and signed by the ledger of the key\n\n    {key}")
        }
        (true, None) => format!(
            "The pack is whole and true to its facts. Whose facts they are, only the key says. It brings this one:\n\n    {brought}\n\n\
             Compare it with what you were told on another way, or give that with --key."
        ),
        (false, _) => "Something is wrong: nothing in this pack is to be relied on.".to_owned(),
    }
}

fn indented(text: &str) -> String {
    text.replace('\n', "\n        ")
}
