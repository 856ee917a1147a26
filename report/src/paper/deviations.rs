//! How did it end, what was not met, what excused it, and what were people told?

use super::block::{Block, Sheet, code, fixed, number, text, wide, word};
use super::control::rest;
use super::summary::{counts, crossed, months, sentence_case};
use super::words::{counted, days, month_of, number as grouped, outcome, person, plain, share, short, stamp};
use crate::workbook::words::stratum_name;
use keepsharp_domain::PersonId;
use keepsharp_domain::calendar::month_in_words;
use keepsharp_domain::due::CourseKind;
use keepsharp_domain::evidence::{Evidence, RequirementRow, Stratum};
use keepsharp_domain::requirement::Outcome;
use std::collections::{BTreeMap, BTreeSet};

/// So many deviations are listed.
pub(super) const MOST_DEVIATIONS: usize = 400;
/// So many exceptions are listed.
const MOST_EXCEPTIONS: usize = 150;
/// So many leaves are listed.
const MOST_LEAVES: usize = 100;

pub(super) fn write(evidence: &Evidence, blocks: &mut Vec<Block>) {
    requirements(evidence, blocks);
    deviations(evidence, blocks);
    released(evidence, blocks);
    reminders(evidence, blocks);
}

fn requirements(evidence: &Evidence, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(1, "Requirements".to_owned()));
    blocks.push(Block::Prose(
        "A requirement is one instance of \u{201c}this person had to be trained by that day\u{201d}. It counts in the period in \
         which it was due. It was met on time when an accepted completion lies on or before that day; met late when it lies \
         after it, within the period and before the training was due again; and missed otherwise. Each is a row of \
         `requirements.csv`."
            .to_owned(),
    ));
    if evidence.requirements.is_empty() {
        blocks.push(Block::Prose("No requirement was due in the period.".to_owned()));
        return;
    }
    let by = |one: Stratum| counts(evidence.requirements.iter().filter(|row| row.stratum == one));
    let rows = Stratum::ALL.into_iter().map(|one| (stratum_name(one).to_owned(), by(one))).collect();
    blocks.push(Block::Sheet(crossed("Requirements by stratum and outcome", "Stratum", rows)));
    let by = |one: CourseKind| counts(evidence.requirements.iter().filter(|row| row.course == one));
    let rows =
        [CourseKind::Full, CourseKind::Refresher].into_iter().map(|one| (sentence_case(one.word()), by(one))).collect();
    blocks.push(Block::Sheet(crossed("Requirements by course and outcome", "Course", rows)));
    let rows = months(evidence)
        .into_iter()
        .map(|((year, number), counts)| (format!("{} {year}", month_in_words(number)), counts))
        .collect();
    blocks.push(Block::Sheet(crossed("Requirements by month and outcome", "Due in", rows)));
}

fn deviations(evidence: &Evidence, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(1, "Deviations".to_owned()));
    let due = evidence.requirements.len();
    let mut rows: Vec<&RequirementRow> = evidence.deviations().collect();
    if rows.is_empty() {
        let text = if due == 0 {
            "Nothing was due in the period."
        } else {
            "Every requirement of the period was met on time."
        };
        blocks.push(Block::Prose(text.to_owned()));
        return;
    }
    blocks.push(Block::Prose(format!(
        "{} of {} not met on time ({}). For each the table says what followed: how often the person was written to about it up \
         to the period\u{2019}s end and when last, and where they stand on the day named on the title page.",
        grouped(rows.len()),
        counted(due, "requirement was", "requirements were"),
        share(rows.len(), due),
    )));
    blocks.push(Block::Sheet(lateness(&rows)));
    // What was never met comes first, so that it is never what is left out.
    let rank = |row: &RequirementRow| (u8::from(row.outcome != Outcome::Missed), row.due, row.person);
    rows.sort_by_key(|row| rank(row));
    let lines = rows.iter().take(MOST_DEVIATIONS).map(|row| deviation(row)).collect();
    let sheet = Sheet {
        caption: "Requirements not met on time: missed ones first, then by due date".to_owned(),
        columns: vec![
            code("Person"),
            text("Name"),
            word("Stratum"),
            fixed("Due"),
            word("Outcome"),
            fixed("Completed"),
            number("Days late"),
            number("Told"),
            fixed("Last told"),
            word("Stands now"),
        ],
        rows: lines,
        total: false,
    };
    blocks.push(Block::Sheet(sheet.without_empty("Name")));
    blocks.extend(rest(rows.len(), MOST_DEVIATIONS, "deviations", "requirements.csv"));
}

fn deviation(row: &RequirementRow) -> Vec<String> {
    let [id, name] = person(row.person, &row.text);
    vec![
        id,
        name,
        row.stratum.word().to_owned(),
        row.due.to_string(),
        outcome(row.outcome).to_owned(),
        short(row.completed_on),
        row.completed_on.map_or_else(|| "–".to_owned(), |on| grouped(days(row.due, on))),
        row.reminded.to_string(),
        short(row.last_reminded),
        plain(row.now.word()),
    ]
}

fn lateness(rows: &[&RequirementRow]) -> Sheet {
    const STEPS: [(usize, &str); 4] = [
        (7, "Met 1 to 7 days late"),
        (30, "Met 8 to 30 days late"),
        (90, "Met 31 to 90 days late"),
        (usize::MAX, "Met later"),
    ];
    let late: Vec<usize> = rows
        .iter()
        .filter(|row| row.outcome == Outcome::Late)
        .filter_map(|row| row.completed_on.map(|on| days(row.due, on)))
        .collect();
    let mut from = 0;
    let mut lines = Vec::new();
    for (to, label) in STEPS {
        let count = late.iter().filter(|days| from < **days && **days <= to).count();
        lines.push(vec![label.to_owned(), grouped(count), share(count, rows.len())]);
        from = to;
    }
    let missed = rows.iter().filter(|row| row.outcome == Outcome::Missed).count();
    lines.push(vec!["Missed".to_owned(), grouped(missed), share(missed, rows.len())]);
    lines.push(vec!["All".to_owned(), grouped(rows.len()), share(rows.len(), rows.len())]);
    Sheet {
        caption: "How late the deviations were met".to_owned(),
        columns: vec![text("How it ended"), number("Requirements"), number("Share")],
        rows: lines,
        total: true,
    }
}

fn released(evidence: &Evidence, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(1, "Exceptions and leaves".to_owned()));
    blocks.push(Block::Prose(
        "Nothing is due from somebody while an exception from the control or a leave covers the day; after a leave they have \
         the days that the control gives them."
            .to_owned(),
    ));
    blocks.push(Block::Heading(2, "Exceptions".to_owned()));
    if evidence.exceptions.is_empty() {
        blocks.push(Block::Prose("No exception touches the period.".to_owned()));
    } else {
        let rows = evidence.exceptions.iter().take(MOST_EXCEPTIONS).map(|row| {
            let [id, name] = person(row.person, &row.text);
            let approver = match (&row.approver, row.approved_by) {
                (text, _) if !text.is_empty() => text.clone(),
                (_, Some(id)) => id.to_string(),
                _ => String::new(),
            };
            let recorded = stamp(row.recorded_at);
            vec![id, name, row.from.to_string(), short(row.to), approver, row.reason.clone(), recorded]
        });
        let sheet = Sheet {
            caption: "Exceptions that touch the period".to_owned(),
            columns: vec![
                code("Person"),
                text("Name"),
                fixed("From"),
                fixed("To"),
                word("Approved by"),
                wide("Reason"),
                fixed("Recorded"),
            ],
            rows: rows.collect(),
            total: false,
        };
        let sheet = sheet.without_empty("Name").without_empty("Approved by").without_empty("Reason");
        blocks.push(Block::Sheet(sheet));
        blocks.extend(rest(evidence.exceptions.len(), MOST_EXCEPTIONS, "exceptions", "exceptions.csv"));
    }
    leaves(evidence, blocks);
}

fn leaves(evidence: &Evidence, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(2, "Leaves".to_owned()));
    if evidence.leaves.is_empty() {
        blocks.push(Block::Prose("No leave touches the period.".to_owned()));
        return;
    }
    let rows = evidence.leaves.iter().take(MOST_LEAVES).map(|row| {
        let [id, name] = person(row.person, &row.text);
        vec![id, name, row.from.to_string(), short(row.to)]
    });
    let sheet = Sheet {
        caption: "Leaves of people in scope that touch the period".to_owned(),
        columns: vec![code("Person"), text("Name"), fixed("First day away"), fixed("First day back")],
        rows: rows.collect(),
        total: false,
    };
    blocks.push(Block::Sheet(sheet.without_empty("Name")));
    blocks.extend(rest(evidence.leaves.len(), MOST_LEAVES, "leaves", "leaves.csv"));
}

fn reminders(evidence: &Evidence, blocks: &mut Vec<Block>) {
    const KINDS: [(&str, &str); 4] = [
        ("encouragement", "Encouragements"),
        ("digest", "Digests"),
        ("celebration", "Thanks"),
        ("note", "Managers\u{2019} notes"),
    ];
    blocks.push(Block::Heading(1, "What people were told".to_owned()));
    if evidence.reminders.is_empty() {
        blocks.push(Block::Prose("No message about the control was sent in the period.".to_owned()));
        return;
    }
    let people: BTreeSet<PersonId> = evidence.reminders.iter().map(|row| row.person).collect();
    blocks.push(Block::Prose(format!(
        "{} about the control went to {} in the period. Each is a row of `reminders.csv`, with its day, way and occasion.",
        counted(evidence.reminders.len(), "message", "messages"),
        counted(people.len(), "person", "people"),
    )));
    let mut found: BTreeMap<(i16, i8), ([usize; 4], BTreeSet<PersonId>)> = BTreeMap::new();
    for row in &evidence.reminders {
        let (kinds, people) = found.entry(month_of(row.on)).or_default();
        for (count, (kind, _)) in kinds.iter_mut().zip(KINDS) {
            *count += usize::from(row.kind == kind);
        }
        people.insert(row.person);
    }
    let mut sums = [0; 4];
    let mut rows = Vec::new();
    for ((year, number), (kinds, people)) in &found {
        let mut row = vec![format!("{} {year}", month_in_words(*number))];
        for (sum, count) in sums.iter_mut().zip(kinds) {
            *sum += count;
            row.push(grouped(*count));
        }
        row.push(grouped(kinds.iter().sum()));
        row.push(grouped(people.len()));
        rows.push(row);
    }
    let mut all = vec!["All".to_owned()];
    all.extend(sums.map(grouped));
    all.extend([grouped(sums.iter().sum()), grouped(people.len())]);
    rows.push(all);
    let mut columns = vec![text("Month")];
    columns.extend(KINDS.map(|(_, title)| number(title)));
    columns.extend([number("Messages"), number("People")]);
    blocks.push(Block::Sheet(Sheet {
        caption: "Messages by month and kind; each person counted once in a row".to_owned(),
        columns,
        rows,
        total: true,
    }));
}
