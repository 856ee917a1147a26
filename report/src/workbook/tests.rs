//! What a workbook holds, read from the XML inside it.

use super::made_up::{CHECKPOINT, company, day, query};
use super::*;
use keepsharp_domain::person::PersonId;
use keepsharp_domain::requirement::Outcome;
use std::io::Read;

const CONTROL: &str = "TRN.2.01";

fn evidence() -> Evidence {
    company("Made Up \"&\" <Sons>", CONTROL, "Secure coding").evidence(&query(CONTROL, Some("seed")))
}

/// A file inside the workbook.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// The sheet of a table; "Read me" is the first.
fn sheet(bytes: &[u8], evidence: &Evidence, file: &str) -> String {
    let place = evidence.tables().iter().position(|(name, _)| *name == file).unwrap();
    part(bytes, &format!("xl/worksheets/sheet{}.xml", place + 2))
}

/// How often a mark stands in a text.
fn count(text: &str, mark: &str) -> usize {
    text.matches(mark).count()
}

#[test]
fn the_same_evidence_gives_the_same_bytes() {
    let first = workbook(&evidence(), CHECKPOINT).unwrap();
    for _ in 0..3 {
        assert!(workbook(&evidence(), CHECKPOINT).unwrap() == first);
    }
    let core = part(&first, "docProps/core.xml");
    assert_eq!(count(&core, "2025-02-20T10:11:12Z"), 2, "{core}");
    assert!(workbook(&evidence(), "another").unwrap() != first);
}

#[test]
fn every_table_of_the_pack_has_its_sheet_with_filter_and_frozen_head() {
    let evidence = evidence();
    let bytes = workbook(&evidence, CHECKPOINT).unwrap();
    let book = part(&bytes, "xl/workbook.xml");
    assert!(book.contains("<sheet name=\"Read me\" sheetId=\"1\""));
    for (file, csv) in evidence.tables() {
        let rows = csv::Reader::from_reader(csv.as_bytes()).records().count();
        assert!(rows > 0, "the made-up company has nothing for {file}");
        assert!(book.contains(&format!("<sheet name=\"{}\"", heading(file.trim_end_matches(".csv")))));
        let sheet = sheet(&bytes, &evidence, file);
        assert_eq!(count(&sheet, "<row "), rows + 1, "{file}");
        assert!(sheet.contains("<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>"));
        assert!(sheet.contains("<autoFilter ref=\"A1:"));
        assert!(!words::table(file).is_empty(), "{file} is not told of");
    }
}

#[test]
fn a_column_of_days_holds_dates_and_a_column_of_numbers_numbers() {
    let evidence = evidence();
    for (file, csv) in evidence.tables() {
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let heads = reader.headers().unwrap().clone();
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        for (column, at) in heads.iter().zip(0..) {
            let mut cells = records.iter().map(|record| &record[at]).filter(|cell| !cell.is_empty()).peekable();
            if cells.peek().is_none() {
                continue;
            }
            let is_day = cells.clone().all(|cell| cell.parse::<Day>().is_ok());
            assert_eq!(is_day, kind(column) == Kind::Day, "{file}: {column}");
            let is_number = cells.all(|cell| cell.parse::<u32>().is_ok());
            assert_eq!(is_number, kind(column) == Kind::Number, "{file}: {column}");
        }
    }
    let bytes = workbook(&evidence, CHECKPOINT).unwrap();
    let completions = sheet(&bytes, &evidence, "completions.csv");
    // 2024-02-10 is the day 45,332 of Excel.
    assert_eq!(count(&completions, "<v>45332</v>"), 1);
    assert!(part(&bytes, "xl/styles.xml").contains("formatCode=\"yyyy-mm-dd\""));
}

#[test]
fn text_that_looks_like_a_formula_or_a_number_stays_text() {
    let evidence = evidence();
    let bytes = workbook(&evidence, CHECKPOINT).unwrap();
    let strings = part(&bytes, "xl/sharedStrings.xml");
    for text in ["=HYPERLINK(\"https://evil.example\")", "+49 Plus", "-Minus", "0012", "=1+1 a reason, of two parts"] {
        assert!(strings.contains(&format!("<t>{text}</t>")), "{text}");
    }
    assert!(strings.contains("<t>@at Ünïcode 名前 🦀 &lt;b&gt;&amp;amp;&lt;/b&gt; _x005F_x0041_</t>"));
    for (file, _) in evidence.tables() {
        assert!(!sheet(&bytes, &evidence, file).contains("<f>"), "{file}");
    }
    assert!(part(&bytes, "xl/styles.xml").contains("quotePrefix=\"1\""));
}

#[test]
fn what_does_not_fit_is_told() {
    let mut evidence = evidence();
    let row = evidence.requirements[0].clone();
    evidence.requirements = vec![row; 100];
    let bytes = of_rows(&evidence, CHECKPOINT, 50).unwrap();
    let strings = part(&bytes, "xl/sharedStrings.xml");
    assert!(strings.contains("52 more rows do not fit into a sheet; requirements.csv has all 100"));
    assert!(strings.contains("This sheet holds the first 48 rows; the file holds all."));
    assert_eq!(count(&sheet(&bytes, &evidence, "requirements.csv"), "<row "), 50);
    // As many rows as there is room for are all there.
    let bytes = of_rows(&evidence, CHECKPOINT, 101).unwrap();
    assert_eq!(count(&sheet(&bytes, &evidence, "requirements.csv"), "<row "), 101);
    assert!(!part(&bytes, "xl/sharedStrings.xml").contains("do not fit"));
}

#[test]
fn text_longer_than_a_cell_is_cut_and_days_before_excels_time_are_text() {
    let mut evidence = evidence();
    evidence.exceptions[0].reason = "🦀".repeat(40_000);
    evidence.leaves[0].from = day("1899-05-01");
    let bytes = workbook(&evidence, CHECKPOINT).unwrap();
    let strings = part(&bytes, "xl/sharedStrings.xml");
    assert!(strings.contains("🦀 … (cut here; whole in exceptions.csv)"));
    assert_eq!(count(&strings, "🦀"), LONGEST_TEXT / 2 + 1);
    assert!(strings.contains("<t>1899-05-01</t>"));
}

#[test]
fn figures_stand_beside_what_they_are_parts_of() {
    let mut evidence = evidence();
    let person = |number: u8| PersonId::from_random([number; 10]);
    let row = evidence.requirements[0].clone();
    let rows = [Outcome::OnTime, Outcome::OnTime, Outcome::Late].into_iter().zip(1..);
    evidence.requirements = rows
        .map(|(outcome, number)| {
            let mut row = row.clone();
            (row.outcome, row.person) = (outcome, person(number));
            row
        })
        .collect();
    let read_me = part(&workbook(&evidence, CHECKPOINT).unwrap(), "xl/worksheets/sheet1.xml");
    let values: Vec<&str> = read_me.split("<v>").skip(1).filter_map(|rest| rest.split("</v>").next()).collect();
    assert!(values.windows(3).any(|three| three == ["2", "3", "0.666"]), "{values:?}");
}
