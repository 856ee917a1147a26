//! What does an auditor hold in hand? `report.pdf`: summaries, deviations and the sample of one control and period.
//!
//! The same evidence and particulars give the same bytes: no clock, no file, no network, fonts built in. What people wrote reaches
//! the typesetter as values and never as markup. Long lists are cut, with a word on where the rest stands.

pub(crate) mod block;
pub(crate) mod checking;
mod completeness;
mod control;
mod deviations;
pub(crate) mod press;
mod summary;
#[cfg(test)]
mod tests;
pub(crate) mod words;

use block::Block;
use keepsharp_domain::evidence::Evidence;
use press::Template;
use serde_json::{Value, json};

const TEMPLATE: Template =
    Template { name: "paper.typ", text: include_str!("paper/paper.typ"), ident: "keepsharp evidence report" };

/// What stands in a report beside the evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Particulars {
    /// The checkpoint of the ledger, a signed note.
    pub checkpoint: String,
    /// The ledger's key in C2SP verifier form.
    pub public_key: String,
    /// Which program made this, with its version.
    pub program: String,
    /// What the control asks, as its owner wrote it.
    pub statement: String,
    /// Why, as its owner wrote it.
    pub context: String,
    /// Who owns the control.
    pub owner: String,
    /// Who owns which part of it: the part, then the owner.
    pub process_owners: Vec<(String, String)>,
    /// The facts about each sampled person, people one after another.
    pub sheets: Vec<SheetRow>,
}

/// A fact about a sampled person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetRow {
    /// The person's random id.
    pub person: String,
    /// The fact's number.
    pub seq: String,
    /// When it was recorded.
    pub at: String,
    /// By whom, as the ledger writes it.
    pub by: String,
    /// What it is.
    pub kind: String,
    /// The hash of its leaf, base64.
    pub leaf: String,
}

/// The report as PDF: tagged for PDF/UA-1, and PDF/A-2a.
///
/// # Errors
/// Where the typesetter does not know how to go on; that is a mistake of ours.
pub fn report(evidence: &Evidence, particulars: &Particulars) -> Result<Vec<u8>, String> {
    let paper = paper(evidence, particulars);
    Ok(press::printed(&TEMPLATE, &paper, evidence.query.as_of, evidence.query.known_at)?.pdf)
}

/// All that the template prints, as values.
fn paper(evidence: &Evidence, particulars: &Particulars) -> Value {
    let query = &evidence.query;
    let mut blocks = Vec::new();
    summary::write(evidence, &mut blocks);
    control::write(evidence, particulars, &mut blocks);
    deviations::write(evidence, &mut blocks);
    checking::write(evidence, particulars, &mut blocks);
    let period = format!("{} to {}", words::long(query.from), words::long(query.to));
    let title = format!("{} {}", query.control, evidence.title);
    json!({
        "organisation": block::clean(&evidence.organisation),
        "control": block::clean(&query.control),
        "title": block::clean(&evidence.title),
        "name": block::clean(&format!("Evidence report: {title}, {period}")),
        "head": block::clean(&title),
        "period": period,
        "facts": [
            ["Control", block::clean(&title)],
            ["Period", period],
            ["Standing told as of", words::long(query.as_of)],
            ["Known at", words::instant(query.known_at)],
            ["Made by", block::clean(&particulars.program)],
        ],
        "known_at": words::instant_parts(query.known_at),
        "sentence": summary::sentence(evidence),
        "about": summary::about(evidence).into_iter().map(Block::value).collect::<Vec<Value>>(),
        "foot": checking::foot(&particulars.checkpoint),
        "blocks": blocks.into_iter().map(Block::value).collect::<Vec<Value>>(),
    })
}
