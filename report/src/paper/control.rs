//! What was asked, of whom, and where that is known from: the control and its population.

use super::Particulars;
use super::block::{Block, Sheet, code, fixed, number, text, wide, word};
use super::summary::people;
use super::words::{counted, days, long, number as grouped, plain, share, short, stamp};
use crate::workbook::words::stratum_name;
use keepsharp_domain::evidence::{AssuranceRow, CourseRow, Evidence, ImportRow, Stratum, VersionRow};
use std::collections::BTreeMap;
use std::fmt::Write;

/// So many imports are listed.
const MOST_IMPORTS: usize = 120;
/// So many tracks are listed.
const MOST_TRACKS: usize = 60;

pub(super) fn write(evidence: &Evidence, particulars: &Particulars, blocks: &mut Vec<Block>) {
    control(evidence, particulars, blocks);
    population(evidence, blocks);
    imports(evidence, blocks);
    super::completeness::write(evidence, blocks);
}

fn control(evidence: &Evidence, particulars: &Particulars, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(1, "The control".to_owned()));
    for (title, words) in [("Statement", &particulars.statement), ("Context", &particulars.context)] {
        if !words.trim().is_empty() {
            blocks.push(Block::Heading(2, title.to_owned()));
            blocks.push(Block::Words(words.clone()));
        }
    }
    let mut owners = vec![("Control".to_owned(), or_dash(&particulars.owner))];
    owners.extend(particulars.process_owners.iter().map(|(part, owner)| (part.clone(), or_dash(owner))));
    blocks.push(Block::Heading(2, "Owners".to_owned()));
    blocks.push(Block::Facts(owners));
    blocks.push(Block::Heading(2, "Versions in force".to_owned()));
    blocks.push(Block::Prose(format!(
        "{} in force in the period. What was due is judged by the version that held on the day, never by a later one.",
        counted(evidence.versions.len(), "version was", "versions were"),
    )));
    for version in &evidence.versions {
        version_of(version, blocks);
    }
    courses(evidence, blocks);
    reviews(evidence, blocks);
}

/// So many versions of courses are listed.
const MOST_COURSES: usize = 30;

/// What was taught, where a course was published here; courses of others say nothing of their versions.
fn courses(evidence: &Evidence, blocks: &mut Vec<Block>) {
    if evidence.courses.is_empty() {
        return;
    }
    blocks.push(Block::Heading(2, "Versions of its courses".to_owned()));
    blocks.push(Block::Prose(
        "A version is known by the SHA-256 of the list of its files, so it can't change later. `completions.csv` says \
         with which version something was completed, and `courses.csv` has each version's whole hash."
            .to_owned(),
    ));
    let row = |row: &CourseRow| {
        let version = row.version.chars().take(16).collect();
        vec![short(Some(row.on)), row.title.clone(), row.lessons.to_string(), row.items.to_string(), version]
    };
    let skipped = evidence.courses.len().saturating_sub(MOST_COURSES);
    blocks.push(Block::Sheet(Sheet {
        caption: "Versions published, with the first 16 digits of each SHA-256".to_owned(),
        columns: vec![fixed("Published"), text("Course"), number("Lessons"), number("Items"), code("Version")],
        rows: evidence.courses.iter().skip(skipped).map(row).collect(),
        total: false,
    }));
    blocks.extend(rest(evidence.courses.len(), MOST_COURSES, "versions", "courses.csv"));
}

/// So many reviews and checks are listed.
const MOST_REVIEWS: usize = 60;

fn reviews(evidence: &Evidence, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(2, "Reviews by its owner, and checks for 100 %".to_owned()));
    let in_period = |row: &&AssuranceRow| row.day.is_some_and(|day| evidence.query.from <= day);
    let rows: Vec<&AssuranceRow> = evidence.assurance.iter().filter(in_period).collect();
    if rows.is_empty() {
        blocks.push(Block::Prose("No review and no check of a day in the period was recorded.".to_owned()));
        return;
    }
    blocks.push(Block::Prose(
        "A check says how many stood where on a day; the control holds when nobody is overdue. What was done after it stands below it. \
         Whoever is named by an id signed with it: the fact says so. Those of days before the period stand in `reviews.csv`."
            .to_owned(),
    ));
    blocks.push(Block::Sheet(Sheet {
        caption: "Reviews and checks, with what followed".to_owned(),
        columns: vec![fixed("Recorded"), word("What"), fixed("Of"), word("Result"), wide("In words"), code("By")],
        rows: rows.iter().take(MOST_REVIEWS).map(|row| review(row)).collect(),
        total: false,
    }));
    blocks.extend(rest(rows.len(), MOST_REVIEWS, "reviews and checks", "reviews.csv"));
}

fn review(row: &AssuranceRow) -> Vec<String> {
    let words = row.counts.map_or_else(
        || row.words.clone(),
        |[in_scope, current, due, overdue, on_leave, excepted]| {
            format!(
                "{in_scope} in scope: {current} current, {due} due, {overdue} overdue, {on_leave} on leave, {excepted} excepted"
            )
        },
    );
    let result = if row.result.is_empty() { "–".to_owned() } else { plain(row.result) };
    let by = row.by.strip_prefix("person:").unwrap_or(&row.by).to_owned();
    vec![stamp(Some(row.at)), row.kind.to_owned(), short(row.day), result, words, by]
}

fn or_dash(text: &str) -> String {
    if text.trim().is_empty() { "–".to_owned() } else { text.to_owned() }
}

fn version_of(version: &VersionRow, blocks: &mut Vec<Block>) {
    let since = version.from.map_or_else(|| "From the beginning".to_owned(), |from| format!("From {}", long(from)));
    blocks.push(Block::Heading(3, since));
    let mut facts = vec![
        ("Title".to_owned(), version.title.clone()),
        ("Cadence".to_owned(), format!("Everybody in scope trains {}", version.cadence)),
        ("New in scope".to_owned(), counted(version.new_hire_days as usize, "day to train", "days to train")),
        ("Back from leave".to_owned(), counted(version.return_days as usize, "day to train", "days to train")),
        ("Least evidence".to_owned(), plain(version.accepts.word())),
        ("Full course".to_owned(), version.full.clone()),
    ];
    if !version.refresher.is_empty() {
        facts.push(("Refresher".to_owned(), version.refresher.clone()));
    }
    let by = if version.recorded_by.is_empty() { "–" } else { &version.recorded_by };
    facts.push(("Recorded".to_owned(), format!("{} by {by}, fact {}", stamp(version.recorded_at), version.seq)));
    blocks.push(Block::Facts(facts));
    blocks
        .push(Block::Prose("It concerns everybody for whom this rule (Common Expression Language) holds:".to_owned()));
    blocks.push(Block::Code(version.scope.clone()));
}

fn population(evidence: &Evidence, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(1, "Population".to_owned()));
    let times = evidence.population.len();
    blocks.push(Block::Prose(format!(
        "The control concerned {} at some time in the period, in {}. Each of these times is a row of `population.csv`. \
         Strata are tried in the order of the table; somebody belongs to the first that applies.",
        counted(people(evidence), "person", "people"),
        counted(times, "unbroken time in scope", "unbroken times in scope"),
    )));
    let mut rows: Vec<Vec<String>> = Stratum::ALL
        .into_iter()
        .map(|one| {
            let count = evidence.population.iter().filter(|row| row.stratum == one).count();
            vec![stratum_name(one).to_owned(), meaning(one).to_owned(), grouped(count), share(count, times)]
        })
        .collect();
    rows.push(vec!["All".to_owned(), String::new(), grouped(times), share(times, times)]);
    blocks.push(Block::Sheet(Sheet {
        caption: "Times in scope by stratum".to_owned(),
        columns: vec![word("Stratum"), text("Who that is"), number("Times"), number("Share")],
        rows,
        total: true,
    }));
    tracks(evidence, blocks);
}

fn meaning(stratum: Stratum) -> &'static str {
    match stratum {
        Stratum::Leaver => "employment ended in the period",
        Stratum::Joiner => "employment began in the period",
        Stratum::Mover => "came into scope or left it, employed all the while",
        Stratum::Leave => "was on leave in the period",
        Stratum::Steady => "none of these",
    }
}

fn tracks(evidence: &Evidence, blocks: &mut Vec<Block>) {
    let mut tracks: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &evidence.population {
        *tracks.entry(&row.track).or_default() += 1;
    }
    if tracks.is_empty() {
        return;
    }
    let all = tracks.len();
    let times = evidence.population.len();
    let mut tracks: Vec<(&str, usize)> = tracks.into_iter().collect();
    tracks.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let mut rows: Vec<Vec<String>> = tracks
        .into_iter()
        .take(MOST_TRACKS)
        .map(|(track, count)| {
            let name = if track.is_empty() { "no track" } else { track };
            vec![name.to_owned(), grouped(count), share(count, times)]
        })
        .collect();
    rows.push(vec!["All".to_owned(), grouped(times), share(times, times)]);
    blocks.push(Block::Sheet(Sheet {
        caption: "Times in scope by track".to_owned(),
        columns: vec![text("Track"), number("Times"), number("Share")],
        rows,
        total: true,
    }));
    blocks.extend(rest(all, MOST_TRACKS, "tracks", "population.csv"));
}

/// A word on what a table leaves out, where it does.
pub(super) fn rest(all: usize, most: usize, what: &str, file: &str) -> Option<Block> {
    (all > most).then(|| {
        Block::Prose(format!(
            "This table shows {} of {} {what}; the other {} are in `{file}`, which lists all.",
            grouped(most),
            grouped(all),
            grouped(all - most),
        ))
    })
}

fn imports(evidence: &Evidence, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(2, "Where the population comes from".to_owned()));
    if evidence.imports.is_empty() {
        blocks.push(Block::Prose("No file had been taken in by then.".to_owned()));
        return;
    }
    let mut rosters: Vec<&ImportRow> = evidence.imports.iter().filter(|row| row.file == "roster").collect();
    rosters.sort_by_key(|row| (row.on, row.at));
    blocks.push(Block::Prose(
        "A roster is a full list of employees as the personnel system gave it. Whoever stands in one is judged by the rule \
         above, so the population is as complete as the rosters are. The hash of each file as it was taken in is in \
         `imports.csv`; compare it with the file kept where it came from."
            .to_owned(),
    ));
    if let Some(text) = told(evidence, &rosters) {
        blocks.push(Block::Prose(text));
    }
    blocks.push(Block::Sheet(by_kind(evidence)));
    if rosters.is_empty() {
        return;
    }
    let skipped = rosters.len().saturating_sub(MOST_IMPORTS);
    let rows = rosters
        .iter()
        .skip(skipped)
        .map(|row| {
            vec![
                short(row.on),
                stamp(Some(row.at)),
                row.by.clone(),
                grouped(count(row.rows)),
                grouped(count(row.facts)),
                row.sha256.chars().take(16).collect(),
            ]
        })
        .collect();
    let caption = if skipped == 0 { "Rosters taken in" } else { "The last rosters taken in" };
    blocks.push(Block::Sheet(Sheet {
        caption: format!("{caption}, with the first 16 digits of each SHA-256"),
        columns: vec![
            fixed("Holds on"),
            fixed("Taken in"),
            text("By"),
            number("Rows"),
            number("Facts"),
            code("SHA-256"),
        ],
        rows,
        total: false,
    }));
    blocks.extend(rest(rosters.len(), MOST_IMPORTS, "rosters", "imports.csv"));
}

fn count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// How many rosters, from when to when, and how far apart at most.
fn told(evidence: &Evidence, rosters: &[&ImportRow]) -> Option<String> {
    let (first, last) = (rosters.first()?.on?, rosters.last()?.on?);
    let held: Vec<jiff::civil::Date> = rosters.iter().filter_map(|row| row.on).collect();
    let gap = held
        .windows(2)
        .filter_map(|pair| match pair {
            [earlier, later] => Some((days(*earlier, *later), *earlier, *later)),
            _ => None,
        })
        .max_by_key(|(days, ..)| *days);
    let within = held.iter().filter(|on| evidence.query.from <= **on).count();
    let mut text = format!(
        "{} taken in, the first for {}, the last for {}; {} for days of the period.",
        counted(rosters.len(), "roster was", "rosters were"),
        long(first),
        long(last),
        grouped(within),
    );
    if let Some((days, earlier, later)) = gap.filter(|(days, ..)| *days > 0) {
        let between = counted(days, "day", "days");
        let _ = write!(text, " The longest time between two was {between}, from {} to {}.", long(earlier), long(later));
    }
    Some(text)
}

fn by_kind(evidence: &Evidence) -> Sheet {
    let mut kinds: BTreeMap<&str, Vec<&ImportRow>> = BTreeMap::new();
    for row in &evidence.imports {
        kinds.entry(row.file).or_default().push(row);
    }
    let sum = |rows: &[&ImportRow], of: fn(&ImportRow) -> u64| {
        grouped(count(rows.iter().fold(0u64, |sum, row| sum.saturating_add(of(row)))))
    };
    let rows = kinds
        .into_iter()
        .map(|(kind, rows)| {
            vec![
                kind.to_owned(),
                grouped(rows.len()),
                stamp(rows.iter().map(|row| row.at).min()),
                stamp(rows.iter().map(|row| row.at).max()),
                sum(&rows, |row| row.rows),
                sum(&rows, |row| row.facts),
            ]
        })
        .collect();
    Sheet {
        caption: "Files taken in, by kind".to_owned(),
        columns: vec![text("Kind"), number("Files"), fixed("First"), fixed("Last"), number("Rows"), number("Facts")],
        rows,
        total: false,
    }
}
