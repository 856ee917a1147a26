//! What is only seen when a whole course is counted.

use super::*;
use std::fmt::Write;

#[test]
fn figures_tell_where_right_answers_stand() {
    let mut files = CourseFiles::default();
    for (path, text) in texts() {
        files.add(&path, text.into_bytes()).unwrap();
    }
    let statistics = Statistics::of(&read::course(&files).0.unwrap());
    assert_eq!((statistics.chosen, statistics.right_at), (3, [1, 2, 0, 0, 0, 0]));
    assert_eq!(statistics.tracks[0].required, (1, 2));
    assert_eq!(statistics.objectives, BTreeMap::from([(5, 1)]));
    let shown = statistics.to_string();
    assert!(shown.contains("1 at 1, 2 at 2, 0 at 3, 0 at 4"), "{shown}");
}

#[test]
fn a_word_that_tells_right_from_wrong_choices_is_told() {
    let mut texts = texts();
    let lesson = texts.get_mut(LESSON).unwrap();
    let objective = lesson.split("objective=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for number in 0..30 {
        let choices = format!(
            "- [x] It lets go {number}.\n  > So.\n- [ ] Nothing goes {number}.\n  > No.\n- [ ] It stays {number}.\n  > No."
        );
        let _ = write!(
            lesson,
            "\n::: item id=\"{objective}.t{number}\" objective=\"{objective}\" kind=\"check\"\nWhich of {number}?\n{choices}\n\nhint: Think of {number}.\n:::\n"
        );
    }
    let told: Vec<String> = findings_of(&texts)
        .into_iter()
        .filter(|finding| finding.file == "course.toml" && finding.message.starts_with("the word"))
        .map(|finding| finding.message.split(',').next().unwrap().to_owned())
        .collect();
    for word in
        ["\"nothing\" stands in 30 choices and is right in 0", "\"lets\" stands in 30 choices and is right in 30"]
    {
        assert!(told.iter().any(|line| line.ends_with(word)), "{word}: {told:#?}");
    }
    assert!(!told.iter().any(|line| line.contains("\"it\"")), "{told:#?}");
}
