//! Is the population whole? Other lists that the roster was compared with, and how much of what differs was explained.

use super::block::{Block, Sheet, code, fixed, number, text};
use super::control::rest;
use super::words::{counted, number as grouped};
use keepsharp_domain::evidence::{ComparisonRow, DifferenceRow, Evidence};
use std::collections::BTreeSet;

/// So many comparisons are listed.
const MOST: usize = 60;

pub(super) fn write(evidence: &Evidence, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(2, "Completeness".to_owned()));
    let rows = &evidence.comparisons;
    if rows.is_empty() {
        blocks.push(Block::Prose(
            "No other list of people, such as payroll or the accounts of a code host, had been compared with the rosters by the \
             end of the period. Whether they name everybody is to be seen where they come from."
                .to_owned(),
        ));
        return;
    }
    blocks.push(Block::Prose(told(evidence)));
    let skipped = rows.len().saturating_sub(MOST);
    let caption =
        if skipped == 0 { "Lists compared with the roster" } else { "The last lists compared with the roster" };
    blocks.push(Block::Sheet(Sheet {
        caption: format!("{caption}, with the first 16 digits of each SHA-256"),
        columns: vec![
            fixed("Of"),
            text("List"),
            text("Matched by"),
            number("Rows"),
            number("Matched"),
            number("List only"),
            number("Roster only"),
            number("In scope"),
            number("Open"),
            code("SHA-256"),
        ],
        rows: rows.iter().skip(skipped).map(row).collect(),
        total: false,
    }));
    blocks.extend(rest(rows.len(), MOST, "comparisons", "comparisons.csv"));
}

fn told(evidence: &Evidence) -> String {
    let query = &evidence.query;
    let rows = &evidence.comparisons;
    let within = rows.iter().filter(|row| query.from <= row.on).count();
    // The same person in each month's comparison is one thing to explain.
    let is_open = |row: &&DifferenceRow| row.explained.is_none() && row.in_scope != Some(false);
    let differences = evidence.differences.iter();
    let open = differences.filter(is_open).map(|row| (&row.list, row.person)).collect::<BTreeSet<_>>().len();
    let period = match within {
        0 => "None of them is of a day in the period; the newest of each list before it is shown.".to_owned(),
        _ => format!("{} of a day in the period.", counted(within, "is", "are")),
    };
    let open = match open {
        0 => "Each such difference has an explanation.".to_owned(),
        _ => format!("{} no explanation yet.", counted(open, "such difference has", "such differences have")),
    };
    format!(
        "{}, each with the roster that holds on its day. {period} Whom a list names and the roster does not employ, and who \
         is in scope of the control and stands in no row, is a difference to be explained. {open} `differences.csv` has one row \
         for each, those too who are in the roster only and not in scope.",
        counted(rows.len(), "comparison was made", "comparisons were made"),
    )
}

fn row(row: &ComparisonRow) -> Vec<String> {
    let count = |number: u64| grouped(usize::try_from(number).unwrap_or(usize::MAX));
    vec![
        row.on.to_string(),
        row.list.clone(),
        super::words::plain(row.by.word()),
        count(row.rows),
        count(row.matched),
        grouped(row.only_in_list),
        grouped(row.only_in_roster),
        grouped(row.concerned),
        grouped(row.unexplained),
        row.sha256.chars().take(16).collect(),
    ]
}
