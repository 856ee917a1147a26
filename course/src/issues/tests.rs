//! A small company's past issues: which of them are counted, which are shown to whom, and what is refused.

use super::*;
use crate::finding::Finding;
use crate::model::Course;
use crate::{CourseFiles, read as whole, shares};
use std::fmt::Write;

const HEAD: &str = "cve_id,fixed_on,weakness_group,area,title,severity,cwe_id,fixed_in,published,teams,believed\n";

/// A course with two modules, of which the first is about access control, and these rows of issues.
fn course(rows: &str) -> (Course, Vec<Finding>) {
    let lesson = |id: &str, tracks: &str, cwe: u32| {
        format!(
            "+++\nid = \"{id}\"\ntitle = \"{id}\"\nminutes = 5\ntracks = {{ {tracks} = \"required\" }}\ncwe = [{cwe}]\n\
             [objectives]\n\"{id}.x\" = \"do x\"\n+++\nText.\n\n::: issues\nNo issues of our own yet.\n:::\n"
        )
    };
    let head = "id = \"c\"\ntitle = \"C\"\n\
        [[modules]]\nid = \"access\"\nfolder = \"a\"\ntitle = \"A\"\n[[modules]]\nid = \"input\"\nfolder = \"b\"\ntitle = \"B\"\n\
        [[classes]]\nname = \"Access control\"\nmodules = [\"access\"]\nbelieved = \"Whoever can name it may have it.\"\n";
    let mut files = CourseFiles::default();
    for (path, text) in [
        ("course.toml", head.to_owned()),
        ("modules/a/1-scope/lesson.md", lesson("a.scope", "B", 639)),
        ("modules/a/2-roles/lesson.md", lesson("a.roles", "F", 863)),
        ("modules/b/1-sql/lesson.md", lesson("b.sql", "B", 89)),
        ("issues.csv", format!("{HEAD}{rows}")),
    ] {
        files.add(path, text.into_bytes()).unwrap();
    }
    let (course, findings) = whole::course(&files);
    (course.unwrap(), findings)
}

fn history(rows: &str) -> IssueHistory {
    let (course, findings) = course(rows);
    assert_eq!(findings, []);
    course.issues.unwrap()
}

fn ids<'a>(issues: impl IntoIterator<Item = &'a Issue>) -> Vec<&'a str> {
    issues.into_iter().map(|issue| issue.id.as_str()).collect()
}

#[test]
fn the_months_that_are_counted_end_with_the_newest_issue() {
    let history = history(
        "A,2026-10-14,Access control,X,a,High,,,,,\nB,2024-10-15,Access control,X,b,Low,,,,,\nC,2024-10-14,Access control,X,c,Low,,,,,\n",
    );
    assert_eq!((history.from(), history.until()), ("2024-10-15".parse().ok(), "2026-10-14".parse().ok()));
    assert_eq!(ids(history.recent()), ["A", "B"]);
    assert_eq!(ids(history.all()), ["A", "B", "C"]);
}

#[test]
fn two_years_before_the_29th_of_february_begin_on_the_1st_of_march() {
    let rows = "A,2028-02-29,Access control,X,a,,,,,,\nB,2027-03-01,Access control,X,b,,,,,,\nC,2027-02-28,Access control,X,c,,,,,,\n\
        D,2026-03-01,Access control,X,d,,,,,,\nE,2026-02-28,Access control,X,e,,,,,,\n";
    let history = history(rows);
    assert_eq!(history.from(), "2026-03-01".parse().ok());
    let picture = history.picture().unwrap();
    assert_eq!((picture.count, picture.classes[0].before, picture.classes[0].last), (4, 2, 2));
}

#[test]
fn what_is_not_mended_is_neither_counted_nor_shown() {
    let (course, findings) =
        course("OPEN,,Access control,X,still open,Critical,,,2026-10-01,,\nDONE,,,X,mended,High,,1.2.3,2026-10-02,,\n");
    assert_eq!(findings, []);
    let history = course.issues.as_ref().unwrap();
    assert_eq!((ids(history.all()), history.open.clone()), (vec!["DONE"], vec![2]));
    let shown = cards(&course, history, &Asker::default(), 3);
    assert_eq!(ids(shown.iter().map(|card| card.issue)), ["DONE"]);
}

#[test]
fn a_picture_counts_by_class_and_by_place_and_takes_chance_for_chance() {
    let mut rows = String::new();
    for number in 0..20 {
        let class = if number < 14 { "Access control" } else { "" };
        let day = if number < 2 { "2025-03-01" } else { "2026-06-01" };
        let area = if number % 2 == 0 { "Export" } else { "Unspecified" };
        let severity = if number < 3 { "Critical" } else { "" };
        let _ = writeln!(rows, "I{number},{day},{class},{area},t,{severity},,,,,");
    }
    let picture = history(&rows).picture().unwrap();
    assert_eq!((picture.count, picture.grave, picture.areas), (20, 3, vec!["Export".to_owned()]));
    let told: Vec<_> =
        picture.classes.iter().map(|class| (&*class.class, class.count, class.before, class.last)).collect();
    assert_eq!(told, [("Access control", 14, 2, 12), (UNSTATED, 6, 0, 6)]);
    assert_eq!(picture.classes[0].direction(), Direction::More);
    assert_eq!(picture.places, [IssuePlace { class: "Access control".into(), area: "Export".into(), count: 7 }]);
    let few = ClassCount { class: String::new(), count: 5, grave: 0, before: 2, last: 3 };
    assert_eq!(few.direction(), Direction::Same);
    assert_eq!(ClassCount { before: 20, last: 5, ..few }.direction(), Direction::Fewer);
}

#[test]
fn cards_come_from_where_somebody_works_and_are_of_different_classes() {
    let (course, _) = course(
        "A1,2026-10-01,Access control,Export,a,Critical,CWE-639,,,Billing; Ledger,\n\
         A2,2026-10-02,Access control,Export,b,High,639,,,billing,\n\
         S1,2026-10-03,Injection,Search,c,Low,CWE-89,,,Search,Names are never markup.\n",
    );
    let history = course.issues.as_ref().unwrap();
    let shown =
        |asker: &Asker| cards(&course, history, asker, 2).iter().map(|card| card.issue.id.clone()).collect::<Vec<_>>();
    let team = |name: &str| Asker { teams: BTreeSet::from([name.to_owned()]), ..Asker::default() };
    assert_eq!(shown(&Asker::default()), ["A1", "S1"]);
    assert_eq!(shown(&team("billing")), ["A1", "A2"]);
    assert_eq!(shown(&team("nobody")), ["A1", "S1"]);
    assert_eq!(shown(&Asker { area: "Search", ..team("billing") }), ["S1"]);
    assert_eq!(shown(&Asker { area: "Elsewhere", ..Asker::default() }), Vec::<String>::new());
    // Frontend's track asks for roles alone, which no card is about; scope is of the same class.
    let asker = Asker { tracks: vec!["B"], ..Asker::default() };
    let found = cards(&course, history, &asker, 3);
    let told: Vec<_> =
        found.iter().map(|card| (card.lesson.unwrap().id.as_str(), card.believed, card.is_typical)).collect();
    let typical = ("a.scope", "Whoever can name it may have it.", true);
    assert_eq!(told, [typical, ("b.sql", "Names are never markup.", false), typical]);
}

#[test]
fn an_issue_counts_for_the_modules_of_its_class_and_by_its_weakness_where_the_class_is_unknown() {
    let (course, _) = course(
        "A,2026-10-01,Access control,X,a,,CWE-89,,,,\nB,2026-10-01,Injection,X,b,,89,,,,\nC,2026-10-01,Other,X,c,,,,,,\n\
         D,2020-01-01,Injection,X,too old,,89,,,,\n",
    );
    let found: Vec<_> = shares::shares(&course).into_iter().collect();
    assert_eq!(found, [("access".to_owned(), 333), ("input".to_owned(), 333)]);
    let none = Course { issues: None, ..course };
    assert!(shares::shares(&none).is_empty());
}

#[test]
fn a_file_that_is_wrong_is_told_by_line_and_column_and_nothing_of_it_is_used() {
    let rows = "A,2026-13-01,X,Y,t,High,,,,,\nA,2026-10-01,X,Y,,Awful,CWE-x,,,,\n";
    let (course, findings) = course(rows);
    assert_eq!(course.issues, None);
    let told: Vec<_> = findings.iter().map(|finding| (finding.line, finding.column)).collect();
    assert_eq!(told, [(2, 2), (3, 1), (3, 5), (3, 6), (3, 7)], "{findings:#?}");
    for hostile in
        ["", "\u{feff}", "\0", "cve_id\nA", "a;b\n1;2", "\"", "cve_id,fixed_on,weakness_group,area,title\nA,2026-10-01"]
    {
        let mut files = CourseFiles::default();
        files.add(FILE, hostile.as_bytes().to_vec()).unwrap();
        let mut findings = Vec::new();
        assert_eq!(read(&files, &mut findings), None, "{hostile:?}");
        assert!(!findings.is_empty(), "{hostile:?}");
    }
}

#[test]
fn an_empty_history_shows_nothing() {
    let history = history("");
    assert_eq!((history.picture(), history.from(), history.recent().count()), (None, None, 0));
}
