//! What matters, on the title page and in the first section.

use super::block::{Block, Chart, Sheet, number, text};
use super::words::{OUTCOMES, counted, long, month_of, number as grouped, outcome, plain, share};
use crate::workbook::words::stratum_name;
use keepsharp_domain::PersonId;
use keepsharp_domain::calendar::month_in_words;
use keepsharp_domain::due::Status;
use keepsharp_domain::evidence::{Evidence, Opened, RequirementRow, Stratum};
use keepsharp_domain::requirement::Outcome;
use std::collections::{BTreeMap, BTreeSet};

/// The sentence for whoever reads no further.
pub(super) fn sentence(evidence: &Evidence) -> String {
    let due = evidence.requirements.len();
    if due == 0 {
        let people = people(evidence);
        return if people == 0 {
            "The control concerned nobody in this period, so nothing was due.".to_owned()
        } else {
            format!("The control concerned {} in this period; nothing was due.", counted(people, "person", "people"))
        };
    }
    let [on_time, late, missed] = OUTCOMES.map(|outcome| grouped(evidence.count(outcome)));
    format!(
        "{} due for {}: {on_time} on time, {late} late, {missed} missed.",
        counted(due, "requirement was", "requirements were"),
        counted(concerned(evidence), "person", "people"),
    )
}

/// What this document is and what it is not.
pub(super) fn about(evidence: &Evidence) -> Vec<Block> {
    let opened = match evidence.query.opened {
        Opened::Nobody => "No name is opened; people are told apart by random ids.",
        Opened::Sample => "Names are opened for the people of the sample only; others are told apart by random ids.",
        Opened::Everybody => "Names are opened for everybody; each person also has a random id, the same in all files.",
    };
    vec![
        Block::Prose(format!(
            "A program made this document from recorded facts and the query in appendix B. Nothing in it was written or \
             changed by hand, and the same facts and query give the same bytes again. {opened}"
        )),
        Block::Prose(
            "It tells the figures, every kind of deviation and the sample. The full lists lie beside it as `.csv` files, and \
             the facts themselves as `facts.jsonl`. The foot of each page names the state of the ledger that all of it was \
             made from; section 10 says how to check that without trusting us."
                .to_owned(),
        ),
    ]
}

/// How many people the control concerned.
pub(super) fn people(evidence: &Evidence) -> usize {
    evidence.population.iter().map(|row| row.person).collect::<BTreeSet<PersonId>>().len()
}

/// For how many people something was due.
fn concerned(evidence: &Evidence) -> usize {
    evidence.requirements.iter().map(|row| row.person).collect::<BTreeSet<PersonId>>().len()
}

/// How rows ended: on time, late, missed.
pub(super) fn counts<'r>(rows: impl Iterator<Item = &'r RequirementRow>) -> [usize; 3] {
    let mut counts = [0; 3];
    for row in rows {
        for (count, outcome) in counts.iter_mut().zip(OUTCOMES) {
            *count += usize::from(row.outcome == outcome);
        }
    }
    counts
}

/// What was due in each month of the period, months without any among them.
pub(super) fn months(evidence: &Evidence) -> Vec<((i16, i8), [usize; 3])> {
    let mut found: BTreeMap<(i16, i8), Vec<&RequirementRow>> = BTreeMap::new();
    for row in &evidence.requirements {
        found.entry(month_of(row.due)).or_default().push(row);
    }
    let last = month_of(evidence.query.to);
    let (mut year, mut month) = month_of(evidence.query.from);
    let mut months = Vec::new();
    while (year, month) <= last {
        let rows = found.remove(&(year, month)).unwrap_or_default();
        months.push(((year, month), counts(rows.into_iter())));
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
    months
}

pub(super) fn write(evidence: &Evidence, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(1, "Summary".to_owned()));
    blocks.push(Block::Prose(sentence(evidence)));
    if let Some(text) = followed(evidence) {
        blocks.push(Block::Prose(text));
    }
    blocks.push(Block::Sheet(figures(evidence)));
    blocks.push(Block::Sheet(standings(evidence)));
    if evidence.requirements.is_empty() {
        return;
    }
    let rows: Vec<(String, [usize; 3])> = Stratum::ALL
        .into_iter()
        .map(|one| {
            let rows = evidence.requirements.iter().filter(|row| row.stratum == one);
            (stratum_name(one).to_owned(), counts(rows))
        })
        .filter(|(_, counts)| counts.iter().sum::<usize>() > 0)
        .collect();
    blocks.push(Block::Bars(Chart {
        caption: "Outcome by stratum, as a share of the requirements due in each".to_owned(),
        told: told(&rows, "stratum"),
        rows,
    }));
    let rows: Vec<(String, [usize; 3])> = months(evidence)
        .into_iter()
        .map(|((year, number), counts)| (format!("{} {year}", month_in_words(number)), counts))
        .collect();
    blocks.push(Block::Columns(Chart {
        caption: "Requirements due by month, and how they ended".to_owned(),
        told: told(&rows, "month"),
        rows,
    }));
}

/// A chart in words.
fn told(rows: &[(String, [usize; 3])], each: &str) -> String {
    let rows: Vec<String> = rows
        .iter()
        .map(|(label, [on_time, late, missed])| {
            format!("{label}: {} due, {on_time} on time, {late} late, {missed} missed", on_time + late + missed)
        })
        .collect();
    format!("Requirements by {each}. {}.", rows.join("; "))
}

/// What became of the deviations.
fn followed(evidence: &Evidence) -> Option<String> {
    let deviations = evidence.deviations().count();
    if deviations == 0 {
        return (!evidence.requirements.is_empty()).then(|| "There were no deviations.".to_owned());
    }
    let reminded = evidence.deviations().filter(|row| row.reminded > 0).count();
    let current = evidence.deviations().filter(|row| row.now == Status::Current).count();
    let gone = evidence.deviations().filter(|row| row.now == Status::OutOfScope).count();
    Some(format!(
        "Of the {} not met in time, {} had at least one message about it. On {}, {} stood with people whose training is \
         current and {} with people no longer in scope. Section 5 lists them.",
        counted(deviations, "requirement", "requirements"),
        grouped(reminded),
        long(evidence.query.as_of),
        grouped(current),
        grouped(gone),
    ))
}

fn figures(evidence: &Evidence) -> Sheet {
    let due = evidence.requirements.len();
    let mut rows = vec![
        vec!["People in scope at any time in the period".to_owned(), grouped(people(evidence)), String::new()],
        vec!["People for whom something was due".to_owned(), grouped(concerned(evidence)), String::new()],
        vec!["Requirements due".to_owned(), grouped(due), share(due, due)],
    ];
    for one in OUTCOMES {
        let count = evidence.count(one);
        let label = match one {
            Outcome::OnTime => "of these, met on time",
            Outcome::Late => "of these, met late",
            Outcome::Missed => "of these, missed",
        };
        rows.push(vec![format!("\u{2003}{label}"), grouped(count), share(count, due)]);
    }
    for (label, count) in [
        ("Exceptions that touch the period", evidence.exceptions.len()),
        ("Leaves that touch the period", evidence.leaves.len()),
        ("Messages sent to people about the control", evidence.reminders.len()),
        ("Completions recorded up to the period\u{2019}s end", evidence.completions.len()),
        ("Requirements in the sample", evidence.sample.len()),
    ] {
        rows.push(vec![label.to_owned(), grouped(count), String::new()]);
    }
    Sheet {
        caption: "The period in figures".to_owned(),
        columns: vec![text("Figure"), number("Count"), number("Of requirements due")],
        rows,
        total: false,
    }
}

/// Where people stand, each once: with their last time in scope.
fn standings(evidence: &Evidence) -> Sheet {
    let last: BTreeMap<PersonId, Status> = evidence.population.iter().map(|row| (row.person, row.status)).collect();
    let rows: Vec<Vec<String>> = Status::ALL
        .into_iter()
        .map(|status| (status, last.values().filter(|one| **one == status).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(status, count)| vec![sentence_case(&plain(status.word())), grouped(count), share(count, last.len())])
        .chain([vec!["All".to_owned(), grouped(last.len()), share(last.len(), last.len())]])
        .collect();
    Sheet {
        caption: format!("Where these people stand on {}", long(evidence.query.as_of)),
        columns: vec![text("Standing"), number("People"), number("Share")],
        rows,
        total: true,
    }
}

/// With a capital at its start.
pub(super) fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Requirements by something, with a row that adds them up.
pub(super) fn crossed(caption: &str, head: &'static str, rows: Vec<(String, [usize; 3])>) -> Sheet {
    let mut total = [0; 3];
    let line = |label: String, counts: [usize; 3]| {
        let due: usize = counts.iter().sum();
        let mut cells = vec![label, grouped(due)];
        cells.extend(counts.map(grouped));
        cells.push(share(counts.first().copied().unwrap_or_default(), due));
        cells
    };
    let mut lines: Vec<Vec<String>> = Vec::new();
    for (label, counts) in rows {
        for (sum, count) in total.iter_mut().zip(counts) {
            *sum += count;
        }
        lines.push(line(label, counts));
    }
    lines.push(line("All".to_owned(), total));
    let mut columns = vec![text(head), number("Due")];
    columns.extend(OUTCOMES.map(|one| {
        number(match outcome(one) {
            "on time" => "On time",
            "late" => "Late",
            _ => "Missed",
        })
    }));
    columns.push(number("On time, share"));
    Sheet { caption: caption.to_owned(), columns, rows: lines, total: true }
}
