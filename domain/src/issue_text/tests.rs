//! Claims about regions: made, placed and read back, whatever people did to them.

use super::*;
use crate::world::tests::on;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn id(number: u8) -> PersonId {
    PersonId::from_random([number; 10])
}

fn row_mark(number: u8) -> RowMark {
    RowMarks::new(&[1; 32], "fy27--q2>").of(id(number))
}

fn mark() -> Mark {
    Mark::new("keepsharp.example/ledger/0123", "fy27--q2>")
}

fn written() -> Written {
    Written { at: "2026-11-22T10:00:00Z".parse().unwrap(), before: Before::Changes(3) }
}

fn open(rows: Vec<ShownRow>) -> Shown {
    Shown {
        state: State::Open,
        as_of: on("2026-11-22"),
        closes: on("2026-12-31"),
        objective: (9_000, on("2026-12-31")),
        asks: true,
        rows,
    }
}

fn row(number: u8, name: &str, engineers: u32, taken: u32) -> ShownRow {
    let (manager, mark) = (Some(id(number)), Some(row_mark(number)));
    ShownRow { manager, mark, title: escaped(name), username: name.to_owned(), engineers, taken }
}

fn rendered(shown: &Shown) -> String {
    render(shown, &mark(), written(), "https://keepsharp.example/team", "origin\n7\nhash=\n\n— origin sig\n")
}

/// The cells that differ from what was last written, as somebody changed the text.
fn changed(text: &str) -> Vec<(RowMark, Option<Answer>)> {
    let region = read(text, &mark()).unwrap().unwrap();
    let usernames = BTreeMap::from([(row_mark(1), "Mara".to_owned()), (row_mark(2), "Bo|n".to_owned())]);
    let cells = cells(&region, &usernames);
    let differs = |cell: &Cell| cell.says != Some(Answer::Count(cell.last, None));
    cells.into_iter().filter(differs).map(|cell| (cell.row, cell.says)).collect()
}

fn sample() -> String {
    let mut rows = vec![row(1, "Mara", 7, 5), row(2, "Bo|n", 4, 0)];
    let title = "Other teams".to_owned();
    rows.push(ShownRow { manager: None, mark: None, title, username: String::new(), engineers: 3, taken: 1 });
    rendered(&open(rows))
}

#[test]
fn a_region_says_what_is_to_be_said_and_nothing_that_could_end_a_comment() {
    let text = sample();
    assert!(text.contains("**6 of 14 (42.8 %)** have taken it. The goal is 90 % by 31 December 2026."), "{text}");
    assert!(text.contains(&format!("| Mara (Mara) <!--{}-->", row_mark(1))), "{text}");
    assert!(text.contains(r"| Bo\|n (Bo\|n) <!--"), "{text}");
    assert!(text.contains("| Other teams | 3 | 1 |\n"), "{text}");
    assert!(
        !text.contains(&id(1).to_string()),
        "a manager's id in the ledger stands nowhere beside their name: {text}"
    );
    assert!(text.contains("```\norigin\n7\nhash=\n\n— origin sig\n```\n"), "{text}");
    assert!(
        text.starts_with("<!-- keepsharp:campaign:keepsharp.example/ledger/0123/fy27-%2Dq2%3E:begin -->\n"),
        "{text}"
    );
    for comment in text.split("<!--").skip(1) {
        assert!(!comment.split_once("-->").unwrap().0.contains("--"), "{comment}");
    }
}

#[test]
fn a_region_reads_back_as_it_was_written() {
    let region = read(&sample(), &mark()).unwrap().unwrap();
    assert_eq!(region.written, Some(written()));
    assert_eq!((region.day, region.is_closed), (Some(on("2026-11-22")), false));
    assert_eq!(region.last, [(row_mark(1), 5), (row_mark(2), 0)]);
    assert_eq!(changed(&sample()), []);
    assert_eq!(changed(&sample().replace('\n', "\r\n")), []);
}

#[test]
fn a_changed_cell_is_recognised_whatever_else_was_changed() {
    let text = sample();
    let line = |name: &str| text.lines().find(|line| line.starts_with(&format!("| {name}"))).unwrap().to_owned();
    let (mara, bo) = (line("Mara"), line("Bo"));
    let with = |new: &str| text.replace(&mara, new);
    let six = |of| Some(Answer::Count(6, of));
    let tag = format!("<!--{}-->", row_mark(1));
    for (new, expected) in [
        (mara.replace("| 5 |", "| 6 |"), vec![(row_mark(1), six(None))]),
        (mara.replace("| 5 |", "|  **6/7**|"), vec![(row_mark(1), six(Some(7)))]),
        (mara.replace("| 5 |", "| 6 of 7 |"), vec![(row_mark(1), six(Some(7)))]),
        (mara.replace("| 5 |", "| all |"), vec![(row_mark(1), Some(Answer::All))]),
        (mara.replace("| 5 |", "| six |"), vec![(row_mark(1), None)]),
        (mara.replace("| 5 |", "| |"), vec![]),
        (mara.replace("| 5 |", "| 5"), vec![]),
        (format!("| M. Lind {tag} | 7 | 6 |"), vec![(row_mark(1), six(None))]),
        (format!("M. Lind {tag} | 7 | 6"), vec![(row_mark(1), six(None))]),
        ("| Mara (Mara) | 7 | 6 |".to_owned(), vec![(row_mark(1), six(None))]),
        ("| Mara L. | 7 | 6 |".to_owned(), vec![]),
        (String::new(), vec![]),
        (format!("{mara}\n{}", mara.replace("| 5 |", "| 6 |")), vec![(row_mark(1), six(None))]),
        (format!("{mara}\n| Somebody new | 3 | 3 |"), vec![]),
        (format!("{bo}\n{}", mara.replace("| 5 |", "| 6 |")), vec![(row_mark(1), six(None))]),
    ] {
        assert_eq!(changed(&with(&new)), expected, "{new}");
    }
    let wider = text.replace(" | Engineers", " | Note | Engineers").replace(" | 7 | 5 |", " | on leave | 7 | 6 |");
    assert_eq!(changed(&wider), [(row_mark(1), six(None))]);
}

#[test]
fn broken_markers_are_told_and_nothing_is_guessed() {
    let text = sample();
    let (begin, end) = (mark().begin(), mark().end());
    for (text, expected) in [
        (text.replace(&begin, ""), Broken::OneMissing),
        (text.replace(&end, ""), Broken::OneMissing),
        (format!("{text}{end}"), Broken::Twice),
        (format!("{text}\n{text}"), Broken::Twice),
        (format!("{end}{begin}"), Broken::WrongOrder),
    ] {
        assert_eq!(place(&text, &mark(), "new"), Err(expected));
        assert_eq!(read(&text, &mark()), Err(expected));
    }
    assert_eq!(read("anything", &mark()), Ok(None));
    let other = Mark::new("keepsharp.example/ledger/0123", "other");
    assert_eq!(read(&text, &other), Ok(None), "another campaign's region is no region of this one");
}

#[test]
fn the_figures_are_compared_and_not_the_day() {
    let mut shown = open(vec![row(1, "Mara", 7, 5)]);
    let region = read(&rendered(&shown), &mark()).unwrap().unwrap();
    shown.as_of = on("2026-11-25");
    assert!(region.says(&body(&shown, "https://keepsharp.example/team")));
    shown.rows[0].taken = 6;
    assert!(!region.says(&body(&shown, "https://keepsharp.example/team")));
}

proptest! {
    #[test]
    fn the_region_is_replaced_and_no_other_byte_is(before in "(?s).{0,60}", after in "(?s).{0,60}", taken in 0..9u32) {
        let old = rendered(&open(vec![row(1, "Mara", 9, 3)]));
        let new = rendered(&open(vec![row(1, "Mara", 9, taken)]));
        let text = format!("{before}{old}{after}");
        prop_assert_eq!(place(&text, &mark(), &new).unwrap(), format!("{before}{new}{after}"));
        let adopted = place(&before, &mark(), &new).unwrap();
        prop_assert!(adopted.starts_with(&before) && adopted.ends_with(&new));
    }

    #[test]
    fn what_was_written_reads_back_as_no_change_whatever_people_are_called(
        names in proptest::collection::vec("\\PC{0,30}", 1..6),
        hostile in prop::sample::select(vec!["<!-- x", "a|b", "x --> y", "\n| z | 1 | 9 |", "`", "@all", "Taken", "\\", "\\|"]),
    ) {
        let names = names.into_iter().chain([hostile.to_owned()]);
        let rows: Vec<ShownRow> = (1..).zip(names).map(|(number, name)| row(number, &name, 9, u32::from(number))).collect();
        let text = rendered(&open(rows.clone()));
        let region = read(&text, &mark()).unwrap().unwrap();
        let found = cells(&region, &BTreeMap::new());
        prop_assert_eq!(found.len(), rows.len());
        for cell in found {
            prop_assert_eq!(cell.says, Some(Answer::Count(cell.last, None)), "{}", text);
        }
    }
}
