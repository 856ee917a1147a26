//! What goes out comes back, and nothing that comes in breaks anything.

use super::*;
use crate::model::Level;
use crate::{CourseFiles, check, read, starter};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn today() -> keepsharp_domain::Day {
    "2026-11-22".parse().unwrap()
}

fn course() -> Course {
    let mut files = CourseFiles::default();
    for (path, text) in starter::files("demo", today()) {
        files.add(path, text.into_bytes()).unwrap();
    }
    read::course(&files).0.unwrap()
}

/// A course with one item that says these texts.
fn course_of(stem: &str, choices: &[(String, String)], right: usize) -> Course {
    let mut course = course();
    let lesson = &mut course.modules[0].lessons[0];
    let mut item = lesson.items.remove(0);
    item.stem = stem.to_owned();
    item.level = Level::Apply;
    item.hint = String::new();
    let choice = |(ix, (text, reason)): (usize, &(String, String))| Choice {
        line: 0,
        text: text.clone(),
        is_right: ix == right,
        reason: reason.clone(),
    };
    item.task = Task::Choose(choices.iter().enumerate().map(choice).collect());
    lesson.items = vec![item];
    course
}

/// What an item asks, apart from its name and kind.
fn asked(stem: &str, choices: &[Choice]) -> (String, Vec<DraftChoice>) {
    let choice = |choice: &Choice| DraftChoice {
        text: choice.text.clone(),
        is_right: choice.is_right,
        reason: choice.reason.clone(),
    };
    (stem.to_owned(), choices.iter().map(choice).collect())
}

fn to_choose(course: &Course) -> Vec<(String, Vec<DraftChoice>)> {
    let one = |portable: Portable| (portable.asks == Asks::One).then(|| asked(&portable.stem, &portable.choices));
    portable(course).filter_map(one).collect()
}

fn drafted(imported: &Imported) -> Vec<(String, Vec<DraftChoice>)> {
    imported.items.iter().map(|draft| (draft.stem.clone(), draft.choices.clone())).collect()
}

/// What comes back of a course through each format.
fn back(course: &Course, format: Format) -> Vec<Imported> {
    match format {
        Format::Gift => vec![import(format, gift::export(course).as_bytes()).unwrap()],
        Format::Csv => vec![import(format, csv::export(course).as_bytes()).unwrap()],
        Format::Qti => qti::export(course).iter().skip(1).map(|(_, bytes)| import(format, bytes).unwrap()).collect(),
        Format::MdbookQuiz => Vec::new(),
    }
}

/// The drafts as lessons of a course, and what the reader says of them.
fn as_lessons(imported: &Imported) -> (Course, Vec<crate::Finding>, CourseFiles) {
    let mut files = CourseFiles::default();
    let head = "id = \"c\"\ntitle = \"C\"\n[[modules]]\nid = \"m\"\nfolder = \"01-m\"\ntitle = \"M\"\n";
    files.add("course.toml", head.into()).unwrap();
    for (ix, (_, text)) in drafts("some file.gift", imported).into_iter().enumerate() {
        files.add(&format!("modules/01-m/1.{ix}-x/lesson.md"), text.into_bytes()).unwrap();
    }
    let (course, findings) = read::course(&files);
    (course.unwrap(), findings, files)
}

#[test]
fn the_items_of_a_course_come_back_as_they_went() {
    let course = course();
    for format in [Format::Gift, Format::Qti, Format::Csv] {
        let back = back(&course, format);
        let came: Vec<_> = back.iter().flat_map(drafted).collect();
        // A line to be marked is a choice among lines elsewhere; our own CSV knows better.
        let wanted = to_choose(&course).len() - usize::from(format == Format::Csv);
        assert_eq!(came, to_choose(&course)[..wanted], "{format:?}");
        let skipped: usize = back.iter().map(|imported| imported.skipped.len()).sum();
        assert_eq!(skipped, 5 - wanted, "{format:?}: {back:#?}");
        // As drafts they are read as they were written.
        for imported in &back {
            let (read, findings, _) = as_lessons(imported);
            if !imported.items.is_empty() {
                assert_eq!(findings, []);
                assert_eq!(to_choose(&read), drafted(imported), "{format:?}");
            }
        }
    }
}

#[test]
fn a_package_names_each_of_its_files_and_all_of_it_is_xml() {
    let package = qti::export(&course());
    let manifest = String::from_utf8(package[0].1.clone()).unwrap();
    assert_eq!((package.len(), package[0].0.as_str()), (6, "imsmanifest.xml"));
    for (path, bytes) in &package {
        roxmltree::Document::parse(std::str::from_utf8(bytes).unwrap()).unwrap();
        assert!(path == "imsmanifest.xml" || manifest.contains(&format!("href=\"{path}\"")), "{path}");
    }
}

#[test]
fn no_cell_of_a_spreadsheet_is_a_formula_and_what_was_defused_comes_back() {
    let choices = [
        ("=1+1".to_owned(), "@SUM(A1)".to_owned()),
        ("-2".to_owned(), "'=x".to_owned()),
        ("'y".to_owned(), "+1".to_owned()),
    ];
    let course = course_of("=HYPERLINK(\"https://evil.example\")", &choices, 1);
    let text = csv::export(&course);
    for record in ::csv::Reader::from_reader(text.as_bytes()).records() {
        for cell in &record.unwrap() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
    }
    assert_eq!(drafted(&back(&course, Format::Csv)[0]), to_choose(&course));
}

#[test]
fn gift_as_teachers_write_it_is_read() {
    let text = "// a comment\n$CATEGORY: top/x\n\n::Q1:: Who is\\: asked? {\n  ~%0%nobody # no\n  =the owner # yes\n  ~everybody\n}\n\n\
        Two plus {=4 ~5 ~6} is what.\n\n::tf::Is it so? {T#wrong#right}\n\n::num::How many? {#5:1}\n\n::essay::Say. {}\n\n\
        ::short::Word? {=yes =yep}\n\n::pairs::Match {=a -> b =c -> d =e -> f}\n\n::part::Which? {~%50%a ~%50%b ~c}\n\n\
        ::html::[html]<p>See <code>a&lt;b</code> <b>now</b></p><pre><code class=\"language-js\">x &lt; 1\\n\\ny()</code></pre><script>z</script>{=a ~b ~c####why}\n\n::open::What {=a ~b\n\n::next::Which? {=a ~b ~c}\n";
    let imported = import(Format::Gift, text.as_bytes()).unwrap();
    let names: Vec<&str> = imported.items.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(names, ["Q1", "", "tf", "html", "next"], "{imported:#?}");
    let first = &imported.items[0];
    assert_eq!(first.stem, "Who is: asked?");
    assert_eq!(
        first.choices.iter().map(|c| (c.text.as_str(), c.is_right, c.reason.as_str())).collect::<Vec<_>>(),
        [("nobody", false, "no"), ("the owner", true, "yes"), ("everybody", false, "")]
    );
    assert_eq!(imported.items[1].stem, "Two plus ____ is what.");
    assert_eq!(imported.items[3].stem, "See `a<b` **now**\n\n~~~js\nx < 1\n\ny()\n~~~");
    assert_eq!(imported.items[3].choices[0].reason, "why");
    let skipped: Vec<(&str, usize)> =
        imported.skipped.iter().map(|skipped| (skipped.name.as_str(), skipped.line)).collect();
    assert_eq!(skipped, [("num", 14), ("essay", 16), ("short", 18), ("pairs", 20), ("part", 22), ("open", 26)]);
}

#[test]
fn quizzes_of_mdbook_are_read_and_other_types_told() {
    let text = r#"
[[questions]]
type = "MultipleChoice"
id = "abc"
prompt.prompt = "Does this compile?"
prompt.distractors = ["Yes", "Only in tests"]
answer.answer = "No"
context = "It moves twice."

[[questions]]
type = "Tracing"
prompt.program = "x"

[[questions]]
type = "MultipleChoice"
prompt.prompt = "Which?"
prompt.distractors = ["a"]
answer.answer = ["b", "c"]
"#;
    let imported = import(Format::MdbookQuiz, text.as_bytes()).unwrap();
    assert_eq!(imported.items.len(), 1);
    assert_eq!(imported.items[0].choices[0].reason, "It moves twice.");
    assert_eq!(imported.skipped.iter().map(|skipped| skipped.line).collect::<Vec<_>>(), [10, 14]);
    for wrong in ["x", "a = 1", "[[questions]"] {
        assert!(import(Format::MdbookQuiz, wrong.as_bytes()).is_err(), "{wrong}");
    }
}

#[test]
fn qti_2_1_is_read_as_3_0_is() {
    let text = r#"<?xml version="1.0"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="choice" title="Unattended" adaptive="false">
  <responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier"><correctResponse><value>B</value></correctResponse></responseDeclaration>
  <itemBody><p>Look at the <em>sign</em>.</p>
    <div><choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="1"><prompt>What does it say?</prompt>
      <simpleChoice identifier="A">You must stay.<feedbackInline outcomeIdentifier="F" identifier="A">No, not that.</feedbackInline></simpleChoice>
      <simpleChoice identifier="B">Your luggage &lt;b&gt; must.</simpleChoice>
      <simpleChoice identifier="C">Nobody <![CDATA[*knows*]]>.</simpleChoice>
    </choiceInteraction></div></itemBody>
  <modalFeedback outcomeIdentifier="F" identifier="B" showHide="show">Yes, <code>that</code>.</modalFeedback>
</assessmentItem>"#;
    let imported = import(Format::Qti, text.as_bytes()).unwrap();
    let draft = &imported.items[0];
    assert_eq!(draft.stem, "Look at the *sign*.\n\nWhat does it say?");
    assert_eq!(
        draft.choices.iter().map(|c| (c.text.as_str(), c.is_right, c.reason.as_str())).collect::<Vec<_>>(),
        [
            ("You must stay.", false, "No, not that."),
            ("Your luggage \\<b> must.", true, "Yes, `that`."),
            ("Nobody \\*knows\\*.", false, "")
        ]
    );
    let order = text.replace("choiceInteraction", "orderInteraction");
    assert_eq!(import(Format::Qti, order.as_bytes()).unwrap().skipped.len(), 1);
}

#[test]
fn what_is_missing_is_marked_and_refused_by_the_check() {
    let imported = import(Format::Gift, b"::a::Which? {=one ~two ~three}").unwrap();
    let (course, findings, files) = as_lessons(&imported);
    assert_eq!(findings, []);
    let found = check::check(&course, &files, today());
    let todo: BTreeSet<usize> =
        found.iter().filter(|finding| finding.message.starts_with("TODO")).map(|finding| finding.line).collect();
    assert_eq!(todo.len(), 5, "{found:#?}");
    assert_eq!(drafts("x/../Über Quiz.gift", &imported)[0].0, "drafts/x-ber-quiz-gift.md");
    assert_eq!(drafts("…", &imported)[0].0, "drafts/import.md");
}

#[test]
fn hostile_files_end_quickly_and_bring_nothing_that_breaks_out() {
    let bomb = "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;\">]><assessmentItem>&c;</assessmentItem>";
    assert!(import(Format::Qti, bomb.as_bytes()).is_err());
    assert!(import(Format::Qti, b"<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><assessmentItem/>").is_err());
    assert!(import(Format::Qti, "<a>".repeat(500_000).as_bytes()).unwrap_err().contains("deep"));
    assert!(import(Format::Qti, format!("<q>{}</q>", "<a/>".repeat(600_000)).as_bytes()).is_err());
    assert!(import(Format::Gift, &vec![b'x'; LARGEST_IMPORT + 1]).is_err());
    assert!(import(Format::Gift, &[0xff]).is_err());
    for text in [
        "{".repeat(1_000_000),
        "\\".repeat(1_000_001),
        "::".repeat(500_000),
        "=~#".repeat(300_000),
        "a {=b ~c}\n\n".repeat(100_000),
        "[html]<".repeat(200_000),
    ] {
        let imported = import(Format::Gift, text.as_bytes()).unwrap();
        assert!(imported.items.len() <= MOST_ITEMS && imported.skipped.len() <= 1_000);
    }
    let breaks = "::a::[markdown]Which?\\n\\:\\:\\:\\n\\:\\:\\: item id\\=\"x\"\\n- [x] mine\\n```js\\nopen {=~~~js\\ncode\\n~~~\\n> not a reason\\n  deep#\\:\\:\\: ~b\\n\u{202e}c#\u{7}```}";
    let breaks = breaks.replace("=~~~js", "=\\~\\~\\~js").replace("\\n~~~\\n", "\\n\\~\\~\\~\\n");
    let imported = import(Format::Gift, breaks.as_bytes()).unwrap();
    assert_eq!(imported.items.len(), 1, "{imported:#?}");
    let (course, findings, files) = as_lessons(&imported);
    assert_eq!(findings, [], "{:?}", drafts("x", &imported));
    assert_eq!(course.lessons().next().unwrap().items.len(), 1);
    let found = check::check(&course, &files, today());
    assert!(found.iter().all(|finding| !finding.message.contains("U+")), "{found:#?}");
}

/// A text as somebody might write one, with all that the formats have a meaning for.
fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[a-zA-Z0-9 ]{1,8}",
        3 => "[~=#{}:%>\\\\\\[\\]*_<&\"'`+@/|!-]{1,3}",
        1 => Just("\n".to_owned()),
        1 => Just("\n\n".to_owned()),
        1 => Just("->".to_owned()),
        1 => Just("%50%".to_owned()),
        1 => Just("[html]".to_owned()),
        1 => Just("\n~~~ruby\n  x = {1}\n\n~~~\n".to_owned()),
        1 => Just("&amp;ü…\u{1f600}".to_owned()),
        1 => Just("\n:::\n".to_owned()),
        1 => Just("\n- [x] a".to_owned()),
        1 => Just("$CATEGORY: //".to_owned()),
    ];
    prop::collection::vec(part, 1..8)
        .prop_map(|parts| parts.concat().trim().to_owned())
        .prop_filter("not empty", |text| !text.is_empty())
}

proptest! {
    #[test]
    fn any_texts_come_back_through_gift_qti_and_csv(
        stem in text(),
        choices in prop::collection::vec((text(), text()), 3..=4),
        right in 0_usize..3,
    ) {
        let course = course_of(&stem, &choices, right);
        for format in [Format::Gift, Format::Qti, Format::Csv] {
            let back = back(&course, format);
            prop_assert_eq!(drafted(&back[0]), to_choose(&course), "{:?}", format);
            let (read, findings, _) = as_lessons(&back[0]);
            prop_assert_eq!(findings, Vec::new());
            let items = &read.lessons().next().unwrap().items;
            prop_assert_eq!(items.len(), 1);
            let Task::Choose(read) = &items[0].task else { panic!() };
            prop_assert_eq!(read.iter().position(|choice| choice.is_right), Some(right));
            prop_assert_eq!(read.len(), choices.len());
        }
    }

    #[test]
    fn no_bytes_break_an_import(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "[<>/a-z=~{}#:\"\\[\\]\n ,!&;-]{0,200}") {
        for format in [Format::Gift, Format::Qti, Format::Csv, Format::MdbookQuiz] {
            let _ = import(format, &bytes);
            if let Ok(imported) = import(format, text.as_bytes()) {
                prop_assert!(as_lessons(&imported).0.lessons().count() <= 1);
            }
            let item = format!("<assessmentItem>{text}</assessmentItem>");
            let _ = import(format, item.as_bytes());
        }
    }
}
