//! How is all of this checked without trusting us: sample, frameworks, steps, key and checkpoint, roles, the query.

use super::block::{Block, Sheet, code, fixed, label, number, text, word};
use super::control::rest;
use super::words::{counted, number as grouped, outcome, short, stamp};
use super::{Particulars, SheetRow};
use crate::workbook::words::stratum_name;
use keepsharp_domain::PersonId;
use keepsharp_domain::access::{Act, Role};
use keepsharp_domain::evidence::{Evidence, PersonText, RequirementRow, SampleQuery, Stratum};
use std::collections::BTreeMap;

/// So many sampled requirements are listed.
const MOST_SAMPLED: usize = 400;
/// So many people with a role are listed.
const MOST_ROLES: usize = 150;
/// The longest line of a key or note; longer ones are broken.
const LONGEST_LINE: usize = 92;

pub(super) fn write(evidence: &Evidence, particulars: &Particulars, blocks: &mut Vec<Block>) {
    sample(evidence, blocks);
    frameworks(evidence, blocks);
    steps(particulars, blocks);
    roles(evidence, blocks);
    blocks.push(Block::Appendix('B', "The query".to_owned()));
    blocks.push(Block::Prose(
        "All of this follows from the facts and this query. It stands in `manifest.json` as it is here.".to_owned(),
    ));
    let query = serde_json::to_string_pretty(&evidence.query).unwrap_or_default();
    blocks.push(Block::Code(query));
    sheets(evidence, particulars, blocks);
}

/// So many facts are listed on sheets.
const MOST_ON_SHEETS: usize = 1_500;

/// What the ledger knows of each sampled person.
fn sheets(evidence: &Evidence, particulars: &Particulars, blocks: &mut Vec<Block>) {
    if particulars.sheets.is_empty() {
        return;
    }
    blocks.push(Block::Appendix('C', "Sheets of the sampled people".to_owned()));
    blocks.push(Block::Prose(
        "Every fact in which the person\u{2019}s id stands. The hash is the beginning of the fact\u{2019}s leaf; `sheets.csv` has it \
         in full, with the hashes that lead from it to the root of the checkpoint, and the facts themselves."
            .to_owned(),
    ));
    let shown = particulars.sheets.get(..MOST_ON_SHEETS.min(particulars.sheets.len())).unwrap_or_default();
    for (number, rows) in shown.chunk_by(|one, next| one.person == next.person).enumerate() {
        sheet_of(evidence, number + 1, rows, blocks);
    }
    blocks.extend(rest(particulars.sheets.len(), MOST_ON_SHEETS, "facts", "sheets.csv"));
}

fn sheet_of(evidence: &Evidence, place: usize, rows: &[SheetRow], blocks: &mut Vec<Block>) {
    let Some(first) = rows.first() else { return };
    let due: Vec<&RequirementRow> =
        evidence.requirements.iter().filter(|row| row.person.to_string() == first.person).collect();
    let name = due.iter().map(|row| row.text.name.as_str()).find(|name| !name.is_empty());
    let who = name.map_or_else(|| first.person.clone(), |name| format!("{name} ({})", first.person));
    let ended: Vec<String> = due
        .iter()
        .map(|row| format!("due {}: {}, completed {}", row.due, outcome(row.outcome), short(row.completed_on)))
        .collect();
    let row = |row: &SheetRow| {
        let hash: String = row.leaf.chars().take(12).collect();
        vec![row.seq.clone(), row.at.replace('T', " ").replace('Z', ""), row.kind.clone(), row.by.clone(), hash]
    };
    blocks.push(Block::Sheet(Sheet {
        caption: format!("Sheet {place}, {who}: {}", ended.join("; ")),
        columns: vec![number("Fact"), fixed("Recorded (UTC)"), text("What"), code("By"), code("Hash")],
        rows: rows.iter().map(row).collect(),
        total: false,
    }));
}

/// The state of the ledger, for the foot of each page.
pub(crate) fn foot(checkpoint: &str) -> String {
    let mut lines = checkpoint.lines().skip(1);
    let (size, root) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    match size.parse::<usize>() {
        Ok(size) if !root.is_empty() => {
            let shortened: String = root.chars().take(16).collect();
            super::block::clean(&format!("Ledger of {}, root {shortened}\u{2026}", counted(size, "fact", "facts")))
        }
        _ => "Ledger without a checkpoint".to_owned(),
    }
}

fn sample(evidence: &Evidence, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(1, "Sample".to_owned()));
    let Some(asked) = &evidence.query.sample else {
        blocks.push(Block::Prose("No sample was asked for.".to_owned()));
        return;
    };
    blocks.push(Block::Prose(format!(
        "{} drawn from {}, from each stratum as many as its size asks for.",
        counted(evidence.sample.len(), "requirement was", "requirements were"),
        grouped(evidence.requirements.len()),
    )));
    blocks.push(Block::Facts(vec![
        ("Seed, as the auditor typed it".to_owned(), asked.seed.to_string()),
        ("Sizes".to_owned(), String::from(asked.sizes.clone())),
    ]));
    blocks.push(Block::Sheet(sizes(evidence, asked)));
    blocks.push(Block::Heading(2, "How it is drawn again".to_owned()));
    blocks.push(Block::Steps(vec![
        "Take the requirements of a stratum from `requirements.csv`.".to_owned(),
        "For each, compute the SHA-256 of four lines: the seed, the stratum\u{2019}s word, the person\u{2019}s id and the due date, \
         with a line feed between each and none at the end. Written as lower-case hexadecimal digits, this is its rank."
            .to_owned(),
        "Sort by rank and keep as many from the top as the size says.".to_owned(),
        "Compare with `sample.csv`, which holds the ranks in full.".to_owned(),
    ]));
    blocks.push(Block::Heading(2, "What was drawn".to_owned()));
    if evidence.sample.is_empty() {
        blocks.push(Block::Prose("Nothing was due, so nothing was drawn.".to_owned()));
        return;
    }
    blocks.push(Block::Sheet(drawn(evidence).without_empty("Name")));
    blocks.extend(rest(evidence.sample.len(), MOST_SAMPLED, "sampled requirements", "sample.csv"));
}

fn sizes(evidence: &Evidence, asked: &SampleQuery) -> Sheet {
    let mut sums = [0, 0];
    let mut rows: Vec<Vec<String>> = Vec::new();
    for one in Stratum::ALL {
        let all = evidence.requirements.iter().filter(|row| row.stratum == one).count();
        let asked = asked.sizes.of(u32::try_from(all).unwrap_or(u32::MAX)) as usize;
        sums = [sums[0] + all, sums[1] + asked];
        rows.push(vec![stratum_name(one).to_owned(), one.word().to_owned(), grouped(all), grouped(asked)]);
    }
    rows.push(vec!["All".to_owned(), String::new(), grouped(sums[0]), grouped(sums[1])]);
    Sheet {
        caption: "Sample sizes by stratum".to_owned(),
        columns: vec![text("Stratum"), code("Its word"), number("Requirements"), number("Sampled")],
        rows,
        total: true,
    }
}

fn drawn(evidence: &Evidence) -> Sheet {
    let texts: BTreeMap<PersonId, &PersonText> =
        evidence.requirements.iter().map(|row| (row.person, &row.text)).collect();
    let rows = evidence.sample.iter().take(MOST_SAMPLED).map(|row| {
        vec![
            row.number.to_string(),
            row.stratum.word().to_owned(),
            row.person.to_string(),
            texts.get(&row.person).map(|text| text.name.clone()).unwrap_or_default(),
            row.due.to_string(),
            outcome(row.outcome).to_owned(),
            short(row.completed_on),
            row.rank.chars().take(8).collect(),
        ]
    });
    Sheet {
        caption: "Sampled requirements, with the first 8 digits of each rank".to_owned(),
        columns: vec![
            number("No."),
            word("Stratum"),
            code("Person"),
            text("Name"),
            fixed("Due"),
            word("Outcome"),
            fixed("Completed"),
            code("Rank"),
        ],
        rows: rows.collect(),
        total: false,
    }
}

fn frameworks(evidence: &Evidence, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(1, "Frameworks".to_owned()));
    blocks.push(Block::Prose(
        "What frameworks ask of such a control, in our words, and which part of this evidence answers it. Claimed are the \
         clauses that the control\u{2019}s own mapping names; whether a clause is met is for the auditor to say."
            .to_owned(),
    ));
    let rows = evidence.frameworks.iter().map(|answer| {
        let asked = answer.requirement;
        vec![
            format!("{} {}", asked.framework, asked.clause),
            asked.asks.to_owned(),
            asked.answered_by.to_owned(),
            if answer.is_claimed { "yes" } else { "no" }.to_owned(),
        ]
    });
    blocks.push(Block::Sheet(Sheet {
        caption: "What frameworks ask, and what answers it".to_owned(),
        columns: vec![label("Clause"), text("Asks"), text("Answered by"), fixed("Claimed")],
        rows: rows.collect(),
        total: false,
    }));
}

fn steps(particulars: &Particulars, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(1, "How to check this".to_owned()));
    blocks.push(Block::Prose(
        "This document is one file of a pack. Nobody has to believe the program that made it: the pack holds the facts, and \
         a second program, `keepsharp-verifier`, which needs no network and no account, checks them and makes the tables anew."
            .to_owned(),
    ));
    blocks.push(Block::Steps(vec![
        "Get the ledger\u{2019}s public key from the organisation by a way of its own, not from this pack, and compare it with \
         the key below."
            .to_owned(),
        "Check the signature of `manifest.json` in `manifest.sig` with that key, and the SHA-256 of each file, this one among \
         them, against the manifest."
            .to_owned(),
        "Compute the Merkle root (RFC 6962) of the facts in `facts.jsonl` and compare it with the root in `checkpoint`, which the \
         same key signed. The foot of each page shows its beginning."
            .to_owned(),
        "Fold the facts again and compare the tables, byte for byte. `keepsharp-verifier` does this and the three steps before it; \
         `README.txt` says how to do them with common tools."
            .to_owned(),
        "Compare a checkpoint that you received earlier: the first lines of `facts.jsonl`, as many as it names, must have its \
         root, so that nothing recorded by then was changed or taken out."
            .to_owned(),
        "Inspect the sample: for each row of section 8, ask for the record of the training itself."
            .to_owned(),
    ]));
    for (title, lines) in [("Public key", &particulars.public_key), ("Checkpoint", &particulars.checkpoint)] {
        blocks.push(Block::Heading(2, title.to_owned()));
        if lines.trim().is_empty() {
            blocks.push(Block::Prose("None was given.".to_owned()));
        } else {
            blocks.push(Block::Code(broken(lines)));
        }
    }
    blocks.push(Block::Prose(
        "Long lines are broken here to fit the page; the files `public-key` and `checkpoint` hold them as they were signed.".to_owned(),
    ));
}

/// With lines short enough for the page: what is copied from it has line feeds, and no signs that can't be seen.
fn broken(text: &str) -> String {
    let mut broken = String::new();
    for line in text.trim_end().lines() {
        for (place, c) in line.chars().enumerate() {
            if place > 0 && place % LONGEST_LINE == 0 {
                broken.push('\n');
            }
            broken.push(c);
        }
        broken.push('\n');
    }
    broken
}

fn roles(evidence: &Evidence, blocks: &mut Vec<Block>) {
    blocks.push(Block::Appendix('A', "Who could change what".to_owned()));
    blocks.push(Block::Prose(
        "A fact is never changed or taken out; these are the people who could have facts added, or see them, at the moment of \
         knowledge. Managers and engineers act for their teams and themselves, by the roster, and are not listed. Whoever holds the machine on \
         which the ledger lies can add facts by command; each fact says who did."
            .to_owned(),
    ));
    if evidence.roles.is_empty() {
        blocks.push(Block::Prose("Nobody had been granted a role.".to_owned()));
        return;
    }
    let rows = evidence.roles.iter().take(MOST_ROLES).map(|row| {
        let (since, until) = (stamp(Some(row.granted_at)), row.ended_at.map_or("–".to_owned(), |at| stamp(Some(at))));
        vec![row.role.title().to_owned(), could(row.role), row.person.to_string(), since, until]
    });
    blocks.push(Block::Sheet(Sheet {
        caption: "Who held a role".to_owned(),
        columns: vec![word("Role"), text("What it can do"), code("Person"), fixed("From"), fixed("To")],
        rows: rows.collect(),
        total: false,
    }));
    blocks.extend(rest(evidence.roles.len(), MOST_ROLES, "grants of a role", "roles.csv"));
}

/// What a role can do, from the table that every page and call asks.
fn could(role: Role) -> String {
    let acts = Act::ALL.into_iter().filter(|act| act.roles().contains(&role)).map(|act| match act {
        Act::OwnRecord => "say of themselves that they trained",
        Act::Team => "answer for their team",
        Act::Programme => "see who stands where, by name",
        Act::Records => "take in files, record leaves, correct records",
        Act::Definition => "change the control, grant exceptions, open auditors\u{2019} rooms",
        Act::Summary => "read figures without names",
        Act::Content => "read how courses hold up, without names",
        Act::Teaching => "publish courses, answer learners",
        Act::Audit => "read one control and period",
        Act::Administration => "grant roles, end sessions",
    });
    acts.collect::<Vec<&str>>().join("; ")
}
