//! What must hold of the sheet in every form, whatever somebody called a round or a department.

use super::*;
use crate::chart::testing;
use jiff::Timestamp;
use keepsharp_domain::briefing::{Change, Due, Part, RoundTold, Standing, Told};
use keepsharp_domain::calendar::{FiscalYearStart, add_days};
use keepsharp_domain::campaign::State;
use keepsharp_domain::summary::{Department, Group, Learned, NextStep};

const HOSTILE: &str = "|<script>alert(1)</script> @all #set page() [x](https://evil.example)";
const CHECKPOINT: &str = "larkfield.example/ledger\n12345\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n— larkfield.example/ledger AAEC\n";

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn known_at() -> Timestamp {
    "2026-08-03T09:00:00Z".parse().unwrap()
}

fn told(span: &str, current: u64) -> Told {
    let years = FiscalYearStart::try_from("02-01".to_owned()).unwrap();
    let span: keepsharp_domain::span::Span = span.parse().unwrap();
    let exactly = Count::Exactly;
    Told {
        span,
        from: span.first_day(years),
        to: span.last_day(years),
        is_cut: false,
        standing: Standing {
            population: exactly(1_320),
            current: exactly(current),
            overdue: Count::FewerThan(3),
            on_leave: exactly(31),
            excepted: exactly(0),
            holds: Some(false),
        },
        due: Due { all: None, on_time: exactly(300), late: exactly(12), missed: Count::FewerThan(3) },
        learned: Learned { full: exactly(40), refresher: exactly(270), first_time: exactly(38), minutes: Some(9_000) },
    }
}

fn department(name: &str) -> Department {
    let days = vec![(day("2026-04-30"), 90, Count::Exactly(70)), (day("2026-07-31"), 88, Count::Exactly(80))];
    Department { group: Group::Department(name.into()), days }
}

fn round(title: &str, state: State) -> RoundTold {
    RoundTold {
        id: "k".into(),
        title: title.into(),
        opens: day("2026-05-01"),
        closes: day("2026-07-31"),
        objective: 9_000,
        engineers: Count::Exactly(1_300),
        taken: Count::Exactly(1_180),
        state,
        is_reached: Some(true),
    }
}

/// A company of so many departments and rounds.
fn briefing(departments: usize, rounds: usize) -> Briefing {
    let now = told("FY27-Q2", 1_180);
    let by_day = (0..92).map(|back| Month {
        day: add_days(now.from, back),
        population: Count::Exactly(1_320),
        current: Count::Exactly(1_080 + u64::from(back)),
    });
    let names = (0..departments).map(|place| format!("Department {place} of Many Words"));
    let mut rounds: Vec<RoundTold> = (0..rounds).map(|place| round(&format!("Round {place}"), State::Closed)).collect();
    if let Some(last) = rounds.last_mut() {
        last.title = HOSTILE.into();
        last.state = State::Open;
    }
    Briefing {
        organisation: "Larkfield #set Ltd".into(),
        control: "TRN.2.01".into(),
        title: "Developer Security Training".into(),
        smallest_group: 3,
        tracked_since: Some(day("2023-01-01")),
        now,
        earlier: vec![told("FY27-Q1", 1_070), told("FY26-Q2", 990)],
        by_day: by_day.collect(),
        departments: names.map(|name| department(&name)).collect(),
        rounds,
        changes: vec![Change { from: day("2026-06-01"), parts: vec![Part::Scope, Part::Cadence] }],
        next_steps: vec![
            NextStep::Overdue(Count::FewerThan(3)),
            NextStep::DueWithin30Days(Count::Exactly(54)),
            NextStep::FindingsToMend(4),
            NextStep::RoundCloses { campaign: "k".into(), days_left: 3, missing_to_objective: Count::Exactly(9) },
        ],
        next_round: Some((HOSTILE.into(), day("2026-10-01"))),
        states_minutes: true,
    }
}

fn nobody() -> Briefing {
    let mut empty = briefing(0, 0);
    let none = Count::Exactly(0);
    empty.now.standing =
        Standing { population: none, current: none, overdue: none, on_leave: none, excepted: none, holds: None };
    empty.now.due = Due { all: Some(none), on_time: none, late: none, missed: none };
    empty.by_day.iter_mut().for_each(|day| (day.population, day.current) = (none, none));
    Briefing { earlier: vec![], changes: vec![], next_steps: vec![], next_round: None, tracked_since: None, ..empty }
}

fn print(briefing: &Briefing) -> (crate::paper::press::Printed, serde_json::Value) {
    print::on_one_page(&sheet(briefing), briefing.now.to, CHECKPOINT, known_at(), "Keepsharp 0.1.0").unwrap()
}

/// With spaces that may be found.
fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

fn holds(pdf: &[u8], what: &[u8]) -> bool {
    pdf.windows(what.len()).any(|bytes| bytes == what)
}

#[test]
fn the_sheet_says_how_it_stands_beside_earlier_spans() {
    let sheet = sheet(&briefing(2, 1));
    assert_eq!(
        plain(&sheet.lead.join(" ")),
        "1,180 of 1,320 engineers were up to date on 31 July 2026, 89.3 %. It was 81 % at the end of FY27-Q1, and 75 % \
         at the end of FY26-Q2. The control does not hold yet: fewer than 3 engineers were past their date."
    );
    assert_eq!(sheet.columns[1], ["FY27-Q1", "to 30\u{a0}April 2026"]);
    let figure = |label: &str| &sheet.figures.iter().find(|figure| figure.label == label).unwrap().cells;
    assert_eq!(plain(&figure("Up to date").join("; ")), "1,180, 89.3 %; 1,070, 81 %; 990, 75 %");
    assert_eq!((&*figure("Trainings that came due")[0], &*figure("Missed")[0]), ("–", "fewer than 3"));
    assert_eq!(sheet.departments[0].1, ["80 of 88", "70 of 90"]);
    assert_eq!(
        sheet.changes.iter().map(|line| plain(line)).collect::<Vec<_>>(),
        ["From 1 June 2026 on the control differs in to whom it applies and how often it is asked."]
    );
    assert_eq!(sheet.trend.unwrap().rows.len(), 14, "a quarter by weeks");
}

#[test]
fn a_span_that_runs_says_so_and_so_does_a_company_of_nobody_or_of_few() {
    let mut running = briefing(2, 1);
    running.now.is_cut = true;
    assert!(
        sheet(&running)
            .lead
            .iter()
            .any(|line| plain(line) == "FY27-Q2 still runs: everything here is told up to 31 July 2026.")
    );
    let nobody = sheet(&nobody());
    assert_eq!(plain(&nobody.lead.concat()), "Nobody was in scope of this control on 31 July 2026.");
    assert_eq!(nobody.trend, None);
    let mut few = briefing(0, 0);
    let fewer = Count::FewerThan(3);
    (few.now.standing.population, few.now.standing.current, few.now.standing.holds) = (fewer, fewer, None);
    assert!(sheet(&few).lead[0].starts_with("Fewer than 3 engineers are in scope"));
    assert_eq!(sheet(&few).lead.len(), 1);
}

#[test]
fn markdown_shows_titles_as_they_are_and_lets_them_do_nothing() {
    let text = markdown(&sheet(&briefing(2, 2)), CHECKPOINT);
    assert!(text.contains("## `TRN.2.01`, Developer Security Training: FY27-Q2"), "{text}");
    let unescaped = text.replace("\\<", "").replace("\\[", "");
    for bad in ["<", "@all", "[x", "https://evil", "#set"] {
        assert!(!unescaped.contains(bad), "{bad} in {text}");
    }
    // Each line of a table has as many cells as its head, so no title broke out of its cell.
    let bars = |line: &str| line.replace("\\|", "").matches('|').count();
    let mut columns = 0;
    for line in text.lines() {
        match (line.starts_with('|'), columns) {
            (true, 0) => columns = bars(line),
            (true, _) => assert_eq!(bars(line), columns, "{line}"),
            (false, _) => columns = 0,
        }
    }
    assert!(
        text.contains("\\|\\<script\\>") && text.ends_with(&format!("```\n{}\n```\n", CHECKPOINT.trim_end())),
        "{text}"
    );
}

#[test]
fn text_fits_its_terminal_and_obeys_nobody() {
    let mut briefing = briefing(3, 1);
    briefing.rounds[0].title = "Red \u{1b}[31m round".into();
    let text = text(&sheet(&briefing), 100);
    assert!(!text.contains('\u{1b}') && text.contains("1,180, 89.3 %"), "{text}");
    assert!(!super::text(&sheet(&nobody()), 80).is_empty());
}

#[test]
fn json_keeps_counts_as_numbers_and_says_what_is_held_back() {
    let value: serde_json::Value = serde_json::from_str(&json(&briefing(2, 2), CHECKPOINT)).unwrap();
    assert_eq!(value["now"]["current"], 1_180);
    assert_eq!(value["now"]["overdue"]["fewer_than"], 3);
    assert_eq!(value["now"]["requirements"]["all"], serde_json::Value::Null);
    assert_eq!((&value["rounds"][1]["title"], &value["checkpoint"]), (&HOSTILE.into(), &CHECKPOINT.into()));
}

#[test]
fn the_curve_is_well_formed() {
    let trend = sheet(&briefing(2, 2)).trend.unwrap();
    testing::check(&trend.svg(Frame::WIDE, "trend"));
}

#[test]
fn the_paper_is_one_page_tagged_archivable_and_the_same_each_time() {
    let company = briefing(15, 4);
    let (printed, paper) = print(&company);
    assert_eq!(printed.pages, 1);
    for rest in ["more_departments", "more_rounds", "more_next", "more_changes"] {
        assert_eq!(paper[rest], "", "fifteen departments and four rounds are all there");
    }
    let pdf = &printed.pdf;
    assert!(pdf.starts_with(b"%PDF-1.7") && holds(pdf, b"/StructTreeRoot"));
    assert!(holds(pdf, b"pdfuaid:part>1<") && holds(pdf, b"pdfaid:part>2<"));
    assert_eq!(*pdf, print(&company).0.pdf);
    let other =
        print::on_one_page(&sheet(&company), company.now.to, "x\n7\nAAAA\n", known_at(), "Keepsharp 0.1.0").unwrap();
    assert_ne!(*pdf, other.0.pdf, "another ledger, another foot");
}

#[test]
fn what_does_not_fit_on_one_page_is_left_out_and_said_to_be() {
    assert_eq!(print(&nobody()).0.pages, 1);
    let mut large = briefing(80, 40);
    for department in &mut large.departments {
        department.group = Group::Department("A department with a name that goes on and on ".repeat(9).into());
    }
    large.changes = vec![large.changes[0].clone(); 30];
    large.title = "Training ".repeat(60).into();
    large.organisation = "Larkfield".repeat(60).into();
    let (printed, paper) = print(&large);
    assert_eq!(printed.pages, 1);
    let shown = paper["departments"].as_array().unwrap().len();
    assert!(shown > 0, "some are shown");
    assert_eq!(paper["more_departments"], format!("{} more departments stand on the page of this report.", 80 - shown));
}
