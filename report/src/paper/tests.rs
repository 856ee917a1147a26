//! What must hold of every report, whoever is in it.

use super::*;
use jiff::Timestamp;
use jiff::civil::Date;
use keepsharp_domain::comparison::{self, List, Wanted};
use keepsharp_domain::course_publishing::publish;
use keepsharp_domain::evidence::{Log, Opened, Query, SampleQuery, Sizes};
use keepsharp_domain::fact::{Body, CompletionRecorded, CoursePublished};
use keepsharp_domain::person::{PersonId, Strength};
use keepsharp_domain::programme::{self, Programme};
use keepsharp_domain::requirement::Outcome;
use keepsharp_domain::roster::{self, ImportOptions, Roster};
use keepsharp_domain::sheet::File;
use keepsharp_domain::{Draft, Fact, World};
use std::collections::BTreeMap;
use std::fmt::Write;

const PROGRAMME: &str = r#"
[organisation]
name = "Larkfield #set page(width: 1pt) Ltd"
[[controls]]
id = "C"
title = "Training *for* _developers_ $x$ @you <me>"
cadence = { every_months = 12 }
courses = { full = "full", refresher = "refresher" }
scope = 'title.contains("Developer")'
"#;

/// Names that a typesetter might take for something else, and scripts that our fonts have and lack.
const NAMES: [&str; 16] = [
    "#let x = 1",
    "*bold* _it_ `code` $x^2$",
    "#panic(1) \\ // /* -- ~",
    "<label> @reference #[",
    "= Heading",
    "محمد بن سلمان",
    "דוד לוי",
    "अनिल शर्मा",
    "สมชาย ใจดี",
    "王小明",
    "김민수",
    "Žofia Nguyễn Thị Ánh",
    "Иван Γιώργος Արամ გიორგი",
    "Turned \u{202e}around\u{2066}\u{feff}\u{e000}\u{fdd0}",
    "👩\u{200d}💻 Emoji",
    "A-name-without-any-space-that-is-far-too-long-for-its-column-and-goes-on-and-on-and-on-and-on",
];

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn known_at() -> Timestamp {
    "2026-01-15T09:00:00Z".parse().unwrap()
}

#[derive(Default)]
struct Company {
    world: World,
    log: Log,
}

impl Company {
    fn tell(&mut self, drafts: Vec<Draft>) {
        for draft in drafts {
            self.log.push(known_at(), "system");
            let (body, private) = (draft.body, draft.private);
            let fact = Fact { seq: self.world.size(), at: known_at(), by: "system".into(), body, private };
            self.world.apply(fact).unwrap();
        }
        self.world.settle();
    }

    fn mint(&self) -> impl FnMut() -> PersonId + use<> {
        let mut next = self.world.size() << 20;
        move || {
            next += 1;
            let mut bytes = [7; 10];
            bytes[2..].copy_from_slice(&next.to_be_bytes());
            PersonId::from_random(bytes)
        }
    }

    /// So many developers, every third of whom trained in time, every third late, and every third never.
    fn of(people: usize) -> Company {
        let mut company = Company::default();
        let read = Programme::read(PROGRAMME.as_bytes()).unwrap();
        let drafts = programme::apply(&company.world, &read, day("2024-12-01"), &mut company.mint()).unwrap().0;
        company.tell(drafts);
        if people == 0 {
            return company;
        }
        let mut rows = "employee_id,name,email,username,title,departments,manager_id,start_date,location\n".to_owned();
        for place in 0..people {
            let name = NAMES[place % NAMES.len()].replace('"', "");
            let _ = writeln!(rows, "E{place},\"{name}\",e{place}@example.com,u{place},Developer,,,2020-01-01,");
        }
        let columns = BTreeMap::new();
        let file = File { bytes: rows.as_bytes(), sha256: "00112233", columns: &columns };
        let options = ImportOptions { on: day("2025-01-01"), today: day("2026-01-01"), allow_mass_end: true };
        let drafts =
            roster::import(&company.world, &Roster::read(file).unwrap(), options, &mut company.mint()).unwrap().0;
        company.tell(drafts);
        let ids: Vec<PersonId> = company.world.people().listed().map(|(_, person)| person.id).collect();
        let took = |person: PersonId, on: &str| {
            Body::CompletionRecorded(CompletionRecorded::of(person, "full", day(on), Strength::Completed))
        };
        let drafts = ids.iter().enumerate().filter_map(|(place, id)| match place % 3 {
            0 => Some(took(*id, "2025-01-10").into()),
            1 => Some(took(*id, "2025-09-10").into()),
            _ => None,
        });
        let drafts = drafts.collect();
        company.tell(drafts);
        company
    }

    fn evidence(&self) -> Evidence {
        let query = Query {
            control: "C".into(),
            from: day("2025-01-01"),
            to: day("2025-12-31"),
            as_of: day("2025-12-31"),
            known_at: known_at(),
            opened: Opened::Everybody,
            sample: Some(SampleQuery { seed: "#strong[seed]".into(), sizes: Sizes::default() }),
        };
        Evidence::of(&self.world, &self.log, &query).unwrap()
    }
}

fn particulars() -> Particulars {
    Particulars {
        checkpoint: "larkfield.example/ledger\n12345\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n— larkfield.example/ledger \
                     AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0BBQkM=\n"
            .to_owned(),
        public_key: "larkfield.example/ledger+0a1b2c3d+AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gIQ==".to_owned(),
        program: "Keepsharp 0.1.0".to_owned(),
        statement: "#include \"/etc/passwd\"\n\n#read(\"paper.json\") = *everybody* trains.".to_owned(),
        context: "Because ]] } #quit \u{0}\u{1}".to_owned(),
        owner: "#owner".to_owned(),
        process_owners: vec![("= Content".to_owned(), "$security$".to_owned())],
        sheets: vec![SheetRow { person: "p#1".into(), seq: "7".into(), at: "2024-01-01T00:00:00.000Z".into(), by: "operator:#x".into(), kind: "a.b".into(), leaf: "AAAA".into() }],
    }
}

/// Every text in the values, in any depth.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
        Value::Object(values) => values.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

fn is_tagged_and_archived(pdf: &[u8]) -> bool {
    let holds = |what: &[u8]| pdf.windows(what.len()).any(|bytes| bytes == what);
    pdf.starts_with(b"%PDF-1.7") && holds(b"/StructTreeRoot") && holds(b"pdfuaid:part>1<") && holds(b"pdfaid:part>2<")
}

#[test]
fn the_same_evidence_gives_the_same_bytes_and_any_text_may_stand_in_it() {
    let evidence = Company::of(NAMES.len() * 3).evidence();
    assert!(evidence.count(Outcome::Missed) > 0 && !evidence.sample.is_empty());
    let pdf = report(&evidence, &particulars()).unwrap();
    assert!(is_tagged_and_archived(&pdf));
    assert_eq!(pdf, report(&evidence, &particulars()).unwrap());
}

#[test]
fn texts_reach_the_template_whole_as_values_and_without_what_no_reader_may_be_told() {
    let evidence = Company::of(NAMES.len() * 3).evidence();
    let mut found = Vec::new();
    texts(&paper(&evidence, &particulars()), &mut found);
    for name in NAMES.iter().take(5) {
        assert!(found.iter().any(|text| text == name), "{name}");
    }
    assert!(found.iter().any(|text| text == "Turned around\u{fffd}\u{fffd}"));
    let refused =
        |c: char| matches!(c, '\u{0}'..='\u{9}' | '\u{202a}'..='\u{202e}' | '\u{e000}'..='\u{f8ff}' | '\u{feff}');
    assert!(!found.iter().any(|text| text.contains(refused)));
}

#[test]
fn a_control_that_concerned_nobody_has_a_report_that_says_so() {
    let evidence = Company::of(0).evidence();
    assert_eq!(summary::sentence(&evidence), "The control concerned nobody in this period, so nothing was due.");
    assert!(is_tagged_and_archived(&report(&evidence, &Particulars::default()).unwrap()));
}

#[test]
fn long_lists_are_cut_and_say_where_the_rest_stands() {
    let evidence = Company::of(900).evidence();
    let deviations = evidence.deviations().count();
    assert!(deviations > deviations::MOST_DEVIATIONS);
    let paper = paper(&evidence, &particulars());
    for sheet in paper["blocks"].as_array().unwrap().iter().filter(|block| block["kind"] == "sheet") {
        assert!(sheet["rows"].as_array().unwrap().len() <= deviations::MOST_DEVIATIONS + 1);
    }
    let mut found = Vec::new();
    texts(&paper, &mut found);
    let rest = format!(
        "This table shows 400 of {} deviations; the other {} are in ",
        words::number(deviations),
        deviations - 400
    );
    assert!(found.contains(&rest), "{rest}");
    assert!(is_tagged_and_archived(&report(&evidence, &particulars()).unwrap()));
}

#[test]
fn the_report_says_with_which_lists_the_roster_was_compared_or_that_there_was_none() {
    let mut company = Company::of(3);
    let said = |company: &Company| {
        let mut found = Vec::new();
        texts(&paper(&company.evidence(), &particulars()), &mut found);
        found.concat()
    };
    assert!(said(&company).contains("No other list of people, such as payroll"));
    for (on, sha256) in [("2025-03-01", "1122334455667788ff"), ("2025-06-01", "99")] {
        let columns = BTreeMap::new();
        let file = File { bytes: b"username\nu0\n#let\n", sha256, columns: &columns };
        let wanted = Wanted { list: "code-host", on: day(on), today: day("2026-01-01") };
        let list = List::read(file, None).unwrap();
        let drafts = comparison::compare(&company.world, &list, wanted, &mut company.mint()).unwrap().0;
        company.tell(drafts);
    }
    let said = said(&company);
    assert!(
        said.contains(
            "2 comparisons were made, each with the roster that holds on its day. 2 are of a day in the period."
        ),
        "{said}"
    );
    // u1 and u2 in the roster, one account in the list; in both comparisons they are the same three.
    assert!(
        said.contains("3 such differences have no explanation yet.") && said.contains("1122334455667788"),
        "{said}"
    );
    assert!(!said.contains("1122334455667788ff"), "the first sixteen digits");
    assert!(is_tagged_and_archived(&report(&company.evidence(), &particulars()).unwrap()));
}

#[test]
fn the_report_lists_the_versions_of_the_courses_where_there_are_any() {
    let mut company = Company::of(3);
    let said = |company: &Company| {
        let mut found = Vec::new();
        texts(&paper(&company.evidence(), &particulars()), &mut found);
        found.concat()
    };
    assert!(!said(&company).contains("Versions of its courses"));
    let published = CoursePublished {
        course: "full".into(),
        refresher: None,
        version: "5".repeat(64).into(),
        on: day("2025-03-01"),
        title: "Secure #coding".into(),
        language: None,
        tracks: Vec::new(),
        lessons: 25,
        items: 250,
    };
    let drafts = publish(&company.world, published).unwrap();
    company.tell(drafts);
    let said = said(&company);
    assert!(said.contains("Secure #coding") && said.contains(&"5".repeat(16)) && !said.contains(&"5".repeat(17)));
    assert!(is_tagged_and_archived(&report(&company.evidence(), &particulars()).unwrap()));
}

#[test]
fn the_foot_names_the_state_of_the_ledger_or_that_there_is_none() {
    assert_eq!(checking::foot(&particulars().checkpoint), "Ledger of 12,345 facts, root AAECAwQFBgcICQoL…");
    assert_eq!(checking::foot("nonsense"), "Ledger without a checkpoint");
}

#[test]
fn shares_are_rounded_down_and_numbers_keep_their_thousands_apart() {
    assert_eq!([words::share(8996, 10_000), words::share(0, 0), words::share(3, 3)], ["89.9 %", "–", "100.0 %"]);
    assert_eq!([0, 999, 1000, 1_234_567].map(words::number), ["0", "999", "1,000", "1,234,567"]);
}
