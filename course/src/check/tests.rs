//! Each rule of the check, by a course that keeps all of them but one.

use super::*;
use crate::finding::Weight;
use crate::{CourseFiles, read, starter};
use std::collections::BTreeMap;

mod figures;

const LESSON: &str = "modules/01-start/1.1-send-people-back/lesson.md";
const GERMAN: &str = "modules/01-start/1.1-send-people-back/lesson.de.md";

fn today() -> Day {
    "2026-11-22".parse().unwrap()
}

/// The files of a new course, which has no findings.
fn texts() -> BTreeMap<String, String> {
    starter::files("demo", today()).into_iter().map(|(path, text)| (path.to_owned(), text)).collect()
}

fn findings_of(texts: &BTreeMap<String, String>) -> Vec<Finding> {
    let mut files = CourseFiles::default();
    for (path, text) in texts {
        files.add(path, text.clone().into_bytes()).unwrap();
    }
    let (course, mut findings) = read::course(&files);
    findings.extend(check(&course.unwrap(), &files, today()));
    findings
}

/// What is found when one thing in a file is written otherwise.
fn found(file: &str, from: &str, to: &str) -> Vec<Finding> {
    let mut texts = texts();
    let text = texts.get_mut(file).unwrap();
    assert!(text.contains(from), "{from} is not in {file}");
    *text = text.replacen(from, to, 1);
    findings_of(&texts)
}

fn line_of(file: &str, text: &str) -> usize {
    1 + texts()[file].lines().position(|line| line.contains(text)).unwrap()
}

/// Each change is told by a finding of this weight that says so, on the line that holds the given text.
fn told(file: &str, cases: &[(&str, &str, &str, Weight, &str)]) {
    for (from, to, at, weight, said) in cases {
        let findings = found(file, from, to);
        let line = if at.is_empty() { 0 } else { line_of(file, at) };
        let fits = |finding: &Finding| {
            finding.file == file && finding.line == line && finding.weight == *weight && finding.message.contains(said)
        };
        assert!(findings.iter().any(fits), "{from:?} -> {to:?}: line {line} {weight:?} {said:?}, but {findings:#?}");
    }
}

use Weight::{Error, Warning};

#[test]
fn ids_are_used_once_and_what_they_name_is_there() {
    told(
        LESSON,
        &[
            ("target.q2\"", "target.q1\"", "target.q2\"", Error, "is the id of the item at"),
            (
                "id=\"start.back.lab\"",
                "id=\"start.back.target\"",
                "id=\"start.back.lab\"",
                Error,
                "is the id of the objective",
            ),
            (
                "objective=\"start.back.target\"",
                "objective=\"start.back.other\"",
                "target.q1\"",
                Error,
                "none of this lesson's",
            ),
            ("id=\"start.back.target.q1\"", "id=\"elsewhere.q1\"", "target.q1\"", Warning, "begin with start.back."),
            (
                "id=\"start.back.lab\"",
                "id=\"start.back.lob\"",
                "id=\"start.back.lab\"",
                Error,
                "there is no exercise start.back.lob",
            ),
            ("target.q1\" ", "target.q1\" supersedes=\"start.back.target.q2\" ", "target.q1\"", Error, "still here"),
        ],
    );
    let unasked = found(LESSON, "[objectives]\n", "[objectives]\n\"start.back.more\" = \"do more\"\n");
    assert!(unasked.iter().any(|f| f.message.contains("nothing asks about objective start.back.more")), "{unasked:#?}");
    let unnamed = found(LESSON, "::: exercise id=\"start.back.lab\"\n:::\n", "");
    assert!(unnamed.iter().any(|f| f.message.contains("no lesson shows exercise start.back.lab")), "{unnamed:#?}");
    let retired = found("course.toml", "final_items = 5", "final_items = 5\nretired = [\"start.back.target.q3\"]");
    let message = "start.back.target.q3 is retired";
    assert!(
        retired.iter().any(|f| f.line == line_of(LESSON, "target.q3") && f.message.contains(message)),
        "{retired:#?}"
    );
}

#[test]
fn front_matter_that_is_missing_or_out_of_date_is_told() {
    told(
        LESSON,
        &[
            ("{ B = ", "{ Z = ", "tracks =", Error, "track Z is none"),
            ("tracks = { B = \"required\" }\n", "", "+++", Warning, "no track asks"),
            ("cwe = [601]", "cwe = [601, 7]", "cwe =", Error, "CWE-7 is not in taxonomy.csv"),
            ("[\"javascript\"]", "[\"klingon\"]", "languages =", Warning, "klingon"),
            ("rev = 1", "rev = 2", "rev =", Error, "`changed` does not say"),
            ("reviewed = 2026-11-22\n", "", "+++", Warning, "reviewed is missing"),
            ("reviewed = 2026", "reviewed = 2027", "reviewed =", Warning, "yet to come"),
            ("review_by = 2027-11-22\n", "", "+++", Warning, "review_by is missing"),
            ("review_by = 2027", "review_by = 2025", "review_by =", Warning, "was due by 2025-11-22"),
            (
                "reviewed = 2026-11-22\nreview_by = 2027",
                "reviewed = 2028-11-22\nreview_by = 2027",
                "review_by =",
                Error,
                "lies before",
            ),
            ("[\"https://cwe.mitre.org/data/definitions/601.html\"]", "[]", "sources =", Warning, "no sources"),
            ("https://cwe.mitre.org", "cwe mitre org", "sources =", Error, "is no address"),
            ("minutes = 2", "minutes = 20", "minutes =", Warning, "it says 20 minutes"),
            ("title = \"Send", "title = \"TODO Send", "title =", Error, "TODO"),
            ("\"decide where", "\"TODO where", "\"start.back.target\" =", Error, "TODO"),
            ("minutes = 2", "minutes = 0", "minutes =", Error, "1 to 60"),
            ("\"decide where", "\"You can decide where", "\"start.back.target\" =", Warning, "begin with the verb"),
            ("\"decide where", "\"understand where", "\"start.back.target\" =", Warning, "can't be seen"),
        ],
    );
    let external = found(
        LESSON,
        "\n[objectives]",
        "[external]\nurl = \"ftp://x.example\"\ntitle = \"T\"\nminutes = 1\ntake = \"\"\n[objectives]",
    );
    assert_eq!(external.iter().filter(|f| f.message.contains("external")).count(), 2, "{external:#?}");
    let fewer = found(LESSON, "kind=\"rank\" level=\"analyse\"", "kind=\"rank\" level=\"analyse\" tracks=\"X\"");
    assert!(fewer.iter().any(|f| f.message.contains("track X is none")), "{fewer:#?}");
}

#[test]
fn a_course_file_that_lacks_something_is_told() {
    told(
        "course.toml",
        &[
            ("owner = \"appsec\"\n", "", "id = \"demo\"", Warning, "owner is missing"),
            ("licence = \"CC-BY-4.0\"\n", "", "id = \"demo\"", Warning, "licence is missing"),
            ("language = \"en\"", "language = \"English\"", "language =", Error, "tag such as"),
            ("final_items = 5", "final_items = 50", "final_items", Warning, "the course has 5"),
            ("[\"start\"]", "[\"start\", \"end\"]", "id = \"B\"", Warning, "heaviest names end"),
            ("programme = [\"backend\"]", "programme = []", "id = \"B\"", Warning, "is for nobody"),
            ("minutes = 240", "minutes = 1", "", Warning, "1 more than its 1"),
            ("about = \"What", "about = \"<b>What", "about =", Error, "raw HTML"),
        ],
    );
}

#[test]
fn questions_that_are_hard_to_read_are_told() {
    let asks = "Where does the browser go?";
    told(
        LESSON,
        &[
            (asks, "Where does the browser NOT go?", asks, Error, "NOT or EXCEPT"),
            (asks, "Which pages does it not show?", asks, Warning, "asks for what is not so"),
            (asks, "The browser goes.", asks, Warning, "asks nothing"),
            (asks, "Where to go? It is a", asks, Warning, "before the choices"),
            (asks, "Do all of the above happen?", asks, Error, "of the above"),
            (
                "To the sign-in page, for another try.",
                "None of the above.",
                "To the sign-in page",
                Error,
                "of the above",
            ),
            ("To the sign-in page, for another try.", "None of these.", "To the sign-in page", Error, "of the above"),
            ("To the sign-in page, for another try.", "A and B.", "To the sign-in page", Error, "another order"),
            (
                "To the sign-in page, for another try.",
                "What the first choice says.",
                "To the sign-in page",
                Error,
                "another order",
            ),
            (
                "To the sign-in page, for another try.",
                "To the start page of `sale.example`!",
                "To the sign-in page",
                Error,
                "the same as an earlier",
            ),
            (
                "To the sign-in page, for another try.",
                "after the password was right",
                "To the sign-in page",
                Warning,
                "word for word",
            ),
            (
                "with the scheme of the page. The first of them passes the check.",
                "with the scheme of the page",
                "begin an address of another host",
                Warning,
                "end like a sentence",
            ),
            (
                "To the start page of `sale.example`.",
                "To the start page of `sale.example`, which is a site of somebody whom nobody here knows.",
                "To the start page of `sale.example`",
                Warning,
                "length gives it away",
            ),
            ("hint: How does", "hint: TODO How does", "hint: How does", Error, "TODO"),
            ("> It looks like a path", "> TODO It looks like a path", "> It looks like a path", Error, "TODO"),
        ],
    );
}

#[test]
fn each_kind_of_item_has_rules_of_its_own() {
    told(
        LESSON,
        &[
            ("  ~~~diff\n  +  return", "  ~~~ruby\n  +  return", "Refuse other schemes", Error, "language diff"),
            ("answer=\"7\"", "answer=\"2-5\"", "target.q4", Error, "has no reason"),
            (
                "- 5: a fixed path leads nowhere else\n- 3: the cookie holds one of our own languages\n",
                "",
                "target.q4",
                Warning,
                "no wrong line",
            ),
            (
                "- [ ] To the start page of the shop itself.\n  > Only what does not begin with a slash is sent there. This address begins with two.\n- [ ] To the sign-in page, for another try.\n  > Nothing here looks at where the redirect leads, so nothing can ask again.\n",
                "",
                "target.q1",
                Error,
                "it has 2 choices",
            ),
            ("4. A whole", "4. One\n   > x.\n5. Two\n   > y.\n6. A whole", "target.q5", Error, "it has 6 choices"),
        ],
    );
    let many = found(LESSON, "answer=\"7\"", "answer=\"3,5,7-8\"");
    assert!(many.iter().any(|f| f.message.contains("has no reason")), "{many:#?}");
}

#[test]
fn text_and_code_are_looked_at_line_by_line() {
    told(
        LESSON,
        &[
            ("read as a slash.\n\nWhere", "read as a slash. <b>\n\nWhere", "read as a slash.", Error, "raw HTML"),
            (
                "Then there is nothing",
                "[Then](javascript:x) there is nothing",
                "Then there is nothing",
                Error,
                "no address",
            ),
            (
                "Then there is nothing",
                "[Then](lesson:none) there is nothing",
                "Then there is nothing",
                Error,
                "leads nowhere",
            ),
            ("  > Two slashes begin", "  > <img src=x> Two slashes begin", "  > Two slashes begin", Error, "raw HTML"),
            ("- 5: a fixed", "- 5: ![a](b) fixed", "- 5: a fixed", Error, "pictures"),
            ("~~~python", "~~~klingon", "~~~python", Warning, "klingon"),
            ("~~~ruby\ndef paid", "~~~\ndef paid", "~~~ruby", Warning, "say the code's language"),
            ("if target.startswith", "\tif target.startswith", "if target.startswith", Warning, "a tab"),
            ("mark=2", "mark=9", "~~~javascript weak", Error, "not there"),
            ("Then there", "\u{202e}Then there", "Then there is", Error, "Trojan Source"),
            ("app.post", "app.po\u{200b}st", "app.post", Error, "can't be seen"),
            ("app.post", "app.\u{7}post", "app.post", Error, "no character to print"),
            ("app.post", "AKIAABCDEFGHIJKLMNOP; app.post", "app.post", Warning, "real key"),
            ("app.post", &format!("{}; app.post", "x".repeat(120)), "app.post", Warning, "break it"),
            ("Then there", &format!("{} there", "Then ".repeat(500)), "Then there", Warning, "nobody reviews"),
        ],
    );
}

#[test]
fn real_looking_keys_are_told_and_made_up_ones_are_not() {
    let (a, b) = ("glpat", "ghp");
    for (text, is_told) in [
        (format!("{a}-abcdefghij0123456789"), true),
        (format!("{b}_abcdefghij0123456789abcdefghij012345"), true),
        ("-----BEGIN RSA PRIVATE KEY-----".to_owned(), true),
        ("AKIAIOSFODNN7EXAMPLE".to_owned(), false),
        ("glpat-short and AKIA alone".to_owned(), false),
    ] {
        let findings = found(LESSON, "app.post", &format!("{text} app.post"));
        assert_eq!(findings.iter().any(|f| f.message.contains("real key")), is_told, "{text}");
    }
}

#[test]
fn every_file_is_looked_at_but_drafts_are_not() {
    let mut texts = texts();
    texts.insert("drafts/a.md".to_owned(), "\u{202e}".to_owned());
    assert_eq!(findings_of(&texts), []);
    texts.insert("notes/a.txt".to_owned(), "one\n\u{2066}two".to_owned());
    let findings = findings_of(&texts);
    assert_eq!((findings.len(), findings[0].line, findings[0].column), (1, 2, 1));
}

#[test]
fn code_may_say_todo() {
    assert_eq!(found(LESSON, "const next = req.query.next;", "const next = req.query.next; // TODO check"), []);
    assert_eq!(found(LESSON, "Then there is nothing", "Look for `TODO`. Then there is nothing"), []);
}

#[test]
fn a_lesson_that_is_too_long_is_told() {
    for (words, weight) in [(950, Warning), (1_200, Error)] {
        let findings = found(
            LESSON,
            "Where there are few",
            &format!("{}Where there are few", "and so on\n".repeat(words / 3 - 60)),
        );
        let fits = |finding: &&Finding| finding.message.contains("words; ") && finding.weight == weight;
        assert_eq!(findings.iter().filter(fits).count(), 1, "{words}: {findings:#?}");
    }
}

#[test]
fn a_translation_has_the_same_ids_in_the_same_order() {
    let original = texts()[LESSON].clone();
    let translated = |from: &str, to: &str| {
        assert!(original.contains(from), "{from}");
        let mut texts = texts();
        texts.insert(GERMAN.to_owned(), original.replacen(from, to, 1));
        findings_of(&texts)
    };
    assert_eq!(translated("Somebody opens a page", "Jemand öffnet eine Seite"), []);
    for (from, to, weight, said) in [
        ("rev = 1", "rev = 2", Warning, "translates rev 2"),
        ("id = \"start.back\"", "id = \"start.bock\"", Error, "the lesson's id is"),
        ("\"start.back.target\" =", "\"start.back.targets\" =", Error, "other ids"),
        ("target.q1\"", "target.q9\"", Error, "keep the order"),
        ("level=\"analyse\" answer=\"7\"", "level=\"analyse\" answer=\"5\"", Error, "other lines"),
        ("- [x] To the start page", "- [ ] To the start page", Error, "one choice is the right one"),
        ("::: exercise id=\"start.back.lab\"\n:::\n", "", Error, "exercises are others"),
        ("kind=\"predict\"", "kind=\"check\"", Error, "its objective, kind or tracks"),
    ] {
        let findings = translated(from, to);
        let fits =
            |finding: &Finding| finding.file == GERMAN && finding.weight == weight && finding.message.contains(said);
        assert!(findings.iter().any(fits), "{from} -> {to}: {findings:#?}");
    }
    // Questions in other languages are asked in words that we do not know.
    assert_eq!(translated("Where does the browser go?", "Wohin geht der Browser? NOT"), []);
}

#[test]
fn what_a_lesson_names_beside_its_weaknesses_is_in_a_list_and_said_once() {
    let line = line_of(LESSON, "cwe = [601]") + 1;
    for (also, weight, said) in [
        ("\"LLM11\"", Error, "none of the lists; their ids are such as"),
        ("\"llm01\"", Error, "none of the lists"),
        ("\"\"", Error, "none of the lists"),
        ("\"LLM01\\u001b[2J\"", Error, "none of the lists"),
        ("\"CWE-79\"", Error, "write its number into cwe"),
        ("\"LLM01\", \"LLM01\"", Warning, "stands here twice"),
        ("\"A01\"", Warning, "follows from CWE-601"),
    ] {
        let findings = found(LESSON, "cwe = [601]", &format!("cwe = [601]\nalso = [{also}]"));
        let [finding] = &findings[..] else { panic!("{also}: {findings:#?}") };
        assert_eq!((finding.line, finding.weight), (line, weight), "{also}");
        assert!(finding.message.contains(said) && !finding.message.contains('\u{1b}'), "{also}: {finding}");
    }
    assert_eq!(found(LESSON, "cwe = [601]", "cwe = [601]\nalso = [\"LLM01\", \"SSDF PW.1\"]"), []);
    let no_list = found(LESSON, "cwe = [601]", "cwe = [601]\nalso = \"LLM01\"");
    assert!(no_list.iter().any(|f| f.line == line && f.weight == Error), "{no_list:#?}");
}

#[test]
fn an_id_in_the_taxonomy_that_no_list_has_is_told() {
    let mut texts = texts();
    texts.insert("taxonomy.csv".to_owned(), "cwe,name,owasp_2025,pci_624\n601,Redirect,A01,d g\n".to_owned());
    let findings = findings_of(&texts);
    let told: Vec<_> = findings.iter().map(|f| (f.file.as_str(), f.line, f.weight)).collect();
    assert_eq!(told, [("taxonomy.csv", 2, Warning)], "{findings:#?}");
}

/// What is found with this `coverage.toml`, its findings only.
fn with_reasons(reasons: &str) -> Vec<Finding> {
    let mut texts = texts();
    texts.insert("coverage.toml".to_owned(), reasons.to_owned());
    findings_of(&texts)
}

#[test]
fn a_row_has_a_lesson_or_a_reason_and_never_both() {
    let empty = with_reasons("");
    assert!(empty.iter().all(|f| f.weight == Warning && f.message.contains("has no lesson; say why")), "{empty:#?}");
    assert!(!empty.iter().any(|f| f.message.starts_with("A01 ")));
    let one_less = with_reasons("[not_covered]\nLLM04 = \"We train no models.\"\n");
    assert_eq!(one_less.len() + 1, empty.len());
    for (reasons, line, said) in [
        ("[not_covered]\nA01 = \"No time.\"\n", 2, "A01 has a reason and is covered, by start.back"),
        ("[not_covered]\nLLM04 = \"x\"\nLLM4 = \"We train no models.\"\n", 3, "none of the lists"),
        ("[not_covered]\nLLM04 = \" \"\n", 2, "say in a sentence why"),
        ("[not_covered]\nLLM04 = \"TODO\"\n", 2, "say in a sentence why"),
        ("[not_covered]\nLLM04 = \"x\"\nLLM04 = \"y\"\n", 3, "duplicate key"),
        ("[not_covered]\nLLM04 = 4\n", 2, "expected a string"),
        ("[uncovered]\nLLM04 = \"x\"\n", 1, "unknown field"),
        ("not_covered\n", 1, ""),
    ] {
        let findings = with_reasons(reasons);
        let fits = |f: &Finding| f.file == "coverage.toml" && f.line == line && f.weight == Error;
        assert!(findings.iter().any(|f| fits(f) && f.message.contains(said)), "{reasons:?}: {findings:#?}");
    }
}

#[test]
fn a_course_that_says_nothing_of_the_lists_is_not_asked_about_them() {
    assert_eq!(findings_of(&texts()), []);
}

#[test]
fn hostile_lists_end_quickly_and_few_of_their_ids_are_told() {
    let reasons = (0..60_000).fold("[not_covered]\n".to_owned(), |text, number| format!("{text}a{number} = 'x'\n"));
    assert_eq!(with_reasons(&reasons).iter().filter(|f| f.weight == Error).count(), 50);
    let rows = (1..60_000).fold("cwe,owasp_2025\n".to_owned(), |text, number| format!("{text}{number},A99\n"));
    let mut texts = texts();
    texts.insert("taxonomy.csv".to_owned(), rows);
    assert_eq!(findings_of(&texts).iter().filter(|f| f.file == "taxonomy.csv").count(), 50);
    let also = "\"LLM01\", ".repeat(60_000);
    let twice = found(LESSON, "cwe = [601]", &format!("cwe = [601]\nalso = [{also}]"));
    assert_eq!(twice.iter().filter(|f| f.message == "LLM01 stands here twice").count(), 1, "{twice:#?}");
}

#[test]
fn reasons_for_all_rows_make_the_warnings_end() {
    let of = |message: &str| message.split(" (").next().unwrap().to_owned();
    let lines: Vec<String> =
        with_reasons("").iter().map(|f| format!("{:?} = \"Somebody else teaches it.\"\n", of(&f.message))).collect();
    assert!(lines.len() > 80, "{}", lines.len());
    assert_eq!(with_reasons(&format!("[not_covered]\n{}", lines.concat())), []);
}

#[test]
fn hostile_courses_end_quickly() {
    let item = "::: item id=\"a\" objective=\"b\" kind=\"check\"\nx?\n- [x] a\n  > b\n- [ ] c\n  > d\n:::\n";
    for lesson in [
        item.repeat(2_000),
        "[".repeat(50_000),
        "> ".repeat(20_000),
        "which ".repeat(50_000),
        format!(
            "::: item id=\"a\" objective=\"b\" kind=\"check\"\n{}?\n- [x] a\n  > b\n- [ ] c\n  > d\n:::\n",
            "which not ".repeat(20_000)
        ),
    ] {
        let mut texts = texts();
        texts.get_mut(LESSON).unwrap().push_str(&lesson);
        assert!(!findings_of(&texts).is_empty());
    }
}
