//! How a course's files are read, and what is told of those that can't be.

use super::*;
use crate::model::{Block, Kind, Need, Task};

const COURSE: &str = "id = \"c\"\ntitle = \"C\"\n[[tracks]]\nid = \"B\"\ntitle = \"Backend\"\nprogramme = [\"backend\"]\n\
    [[modules]]\nid = \"m\"\nfolder = \"01-m\"\ntitle = \"M\"\n";

const LESSON: &str = r#"+++
id = "m.one"
title = "One"
minutes = 5
tracks = { B = "required" }
review_by = 2027-01-01
[objectives]
"m.one.a" = "do it"
+++
Text before.

::: pair
~~~ruby weak mark=1
a
~~~
~~~ruby mended
b
~~~
:::

::: item id="m.one.a.q1" objective="m.one.a" kind="check"
Which?
~~~ruby
- [x] not a choice
~~~
- [ ] This `one`.
  > No.
- [x] That one,
  which goes on.
  > Yes,
  > indeed.

hint: look
:::

::: item id="m.one.a.q2" objective="m.one.a" kind="spot" answer="2"
Mark it.
~~~ruby
a
  b
~~~
- 2: this
- 1: tempting
:::

::: item id="m.one.a.q3" objective="m.one.a" kind="patch" tracks="B"
Which change?
- [x] Scope it
  ~~~diff
  - a
  +   b
  ~~~
  > Right.
- [ ] Rename it
  ~~~diff
  - a
  ~~~
  > Wrong.
:::

::: item id="m.one.a.q4" objective="m.one.a" kind="rank"
Order these.
1. One
   > a
2. Two
   > b
3. Three
   > c
:::

::: exercise id="m.one.lab"
:::

After.
"#;

fn read(lesson: &str) -> (Option<Course>, Vec<Finding>) {
    let mut files = CourseFiles::default();
    files.add("course.toml", COURSE.into()).unwrap();
    files.add("modules/01-m/1.1-one/lesson.md", lesson.into()).unwrap();
    course(&files)
}

#[test]
fn a_lesson_is_read_as_its_author_meant_it() {
    let (course, findings) = read(LESSON);
    assert_eq!(findings, []);
    let course = course.unwrap();
    let lesson = course.lesson("m.one").unwrap();
    assert_eq!(lesson.need(["B"]), Some(Need::Required));
    assert_eq!(lesson.review_by.unwrap().to_string(), "2027-01-01");
    let kinds: Vec<Kind> = lesson.items.iter().map(|item| item.kind).collect();
    assert_eq!(kinds, [Kind::Check, Kind::Spot, Kind::Patch, Kind::Rank]);
    let Task::Choose(choices) = &lesson.items[0].task else { panic!() };
    assert_eq!(choices.len(), 2);
    assert_eq!(choices[1].text, "That one,\nwhich goes on.");
    assert_eq!(choices[1].reason, "Yes,\nindeed.");
    assert!(lesson.items[0].stem.contains("not a choice"));
    assert_eq!(lesson.items[0].hint, "look");
    let Task::Spot { code, reasons, .. } = &lesson.items[1].task else { panic!() };
    assert_eq!((code.text.as_str(), reasons.len()), ("a\n  b\n", 2));
    let Task::Choose(patches) = &lesson.items[2].task else { panic!() };
    assert!(patches[0].text.contains("+   b"), "{}", patches[0].text);
    assert!(matches!(lesson.body[..], [Block::Prose(10, _), Block::Pair(_), Block::Item(0), .., Block::Prose(..)]));
    assert_eq!(lesson.items[0].place.line, 21);
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    for (from, to, line, told) in [
        ("kind=\"check\"", "kind=\"quiz\"", 21, "is no kind"),
        ("- [x] That one", "- [ ] That one", 21, "one choice is the right one"),
        ("  > No.\n", "", 26, "no reason"),
        ("answer=\"2\"", "answer=\"9\"", 36, "there is no line 9"),
        ("- 2: this\n", "", 36, "has no reason"),
        ("~~~ruby weak mark=1", "~~~ruby", 12, "a pair has"),
        ("mark=1", "marked", 13, "says nothing here"),
        ("minutes = 5", "minutes = \"5\"", 4, "invalid type"),
        ("minutes = 5", "minutes = 5\nminuets = 5", 5, "unknown field"),
        ("id = \"m.one\"", "id = \"M one\"", 1, "is no id"),
        ("hint: look\n:::", "hint: look", 21, ""),
        ("::: exercise id=\"m.one.lab\"", "::: exercise", 71, "named by id"),
        ("::: exercise id", "::: exercize id", 71, "is no block"),
        ("Which?\n~~~ruby\n- [x] not a choice\n~~~\n", "", 21, "no question"),
        ("2027-01-01", "07:00:00", 1, "is no day"),
    ] {
        assert!(LESSON.contains(from), "{from}");
        let (_, findings) = read(&LESSON.replacen(from, to, 1));
        let fits = |finding: &Finding| (finding.line == line || told.is_empty()) && finding.message.contains(told);
        assert!(findings.iter().any(fits), "{from} -> {to}: {findings:#?}");
    }
}

#[test]
fn lessons_stand_in_the_order_of_their_numbers() {
    let mut files = CourseFiles::default();
    files.add("course.toml", COURSE.into()).unwrap();
    for (folder, id) in [("1.10-j", "m.ten"), ("1.2-b", "m.two"), ("1.9-i", "m.nine")] {
        let lesson = format!("+++\nid = \"{id}\"\ntitle = \"x\"\nminutes = 1\n+++\ntext\n");
        files.add(&format!("modules/01-m/{folder}/lesson.md"), lesson.into()).unwrap();
    }
    let (course, _) = course(&files);
    let course = course.unwrap();
    assert_eq!(course.lessons().map(|lesson| lesson.id.as_str()).collect::<Vec<_>>(), ["m.two", "m.nine", "m.ten"]);
}

#[test]
fn a_translation_belongs_to_the_lesson_beside_it() {
    let mut files = CourseFiles::default();
    files.add("course.toml", COURSE.into()).unwrap();
    files.add("modules/01-m/1.1-one/lesson.md", LESSON.into()).unwrap();
    files.add("modules/01-m/1.1-one/lesson.de.md", LESSON.replace("\"One\"", "\"Eins\"").into()).unwrap();
    files.add("modules/01-m/1.2-two/lesson.de.md", LESSON.into()).unwrap();
    let (course, findings) = course(&files);
    assert_eq!(course.unwrap().lesson("m.one").unwrap().in_language("de").title, "Eins");
    assert!(findings.iter().any(|finding| finding.message.contains("translation of no lesson")));
}

#[test]
fn hostile_files_are_told_of_and_end_quickly() {
    for lesson in [
        "",
        "+++",
        "+++\n",
        "+++\n+++\n",
        "\u{feff}+++\nid=1\n+++",
        &"+++\n".repeat(10_000),
        &"::: item\n".repeat(10_000),
    ] {
        let (_, findings) = read(lesson);
        assert!(!findings.is_empty());
    }
    let mut files = CourseFiles::default();
    files.add("course.toml", vec![0xff, 0xfe]).unwrap();
    assert!(course(&files).0.is_none());
}
