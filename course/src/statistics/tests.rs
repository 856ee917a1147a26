//! Figures of items over random answers: what is told, what is flagged, and that nobody can be worked out.

use super::*;
use crate::{CourseFiles, read, starter};
use proptest::prelude::*;

/// The course that `course new` makes, and an item of it with choices.
fn course() -> (Course, Item) {
    let mut files = CourseFiles::default();
    for (path, text) in starter::files("demo", "2026-11-22".parse().unwrap()) {
        files.add(path, text.into_bytes()).unwrap();
    }
    let course = read::course(&files).0.unwrap();
    let item = course.lessons().flat_map(|lesson| &lesson.items).find(|item| matches!(item.task, Task::Choose(_)));
    let item = item.unwrap().clone();
    (course, item)
}

fn key(item: &Item) -> usize {
    let Task::Choose(choices) = &item.task else { panic!("{item:?}") };
    1 + choices.iter().position(|choice| choice.is_right).unwrap()
}

fn answer(item: &str, fingerprint: &str, chosen: usize, is_right: bool, is_sure: bool) -> Answer {
    Answer {
        item: item.into(),
        objective: "o".into(),
        lesson: "l".into(),
        fingerprint: fingerprint.into(),
        chosen: vec![chosen],
        is_right,
        is_sure,
        seconds: 42,
        on: "2026-11-22".parse().unwrap(),
        in_sitting: false,
    }
}

/// Each person's first answer to the item, as the place of a choice, and how many of four other items they get right.
fn told_of(people: &[(usize, usize)]) -> ItemStatistics {
    let (course, item) = course();
    let mut answers = Answers::default();
    for (person, (chosen, others)) in people.iter().enumerate() {
        for other in 0..4 {
            answers.add(person, &answer(&format!("other-{other}"), "", 1, other < *others, false));
        }
        let is_right = *chosen == key(&item);
        answers.add(person, &answer(&item.id, &item.fingerprint, *chosen, is_right, true));
        answers.add(person, &answer(&item.id, &item.fingerprint, key(&item), true, true));
    }
    answers.statistics(&course, 3).remove(&item.id).unwrap()
}

fn flags(people: &[(usize, usize)]) -> Vec<Flag> {
    told_of(people).flags
}

#[test]
fn of_fewer_people_than_may_be_told_of_there_are_no_figures() {
    let found = told_of(&[(1, 4), (2, 1)]);
    assert_eq!((found.people, found.figures), (Count::FewerThan(3), None));
    assert_eq!(found.flags, [Flag::FewAnswers]);
    assert_eq!(told_of(&[]).people, Count::Exactly(0));
}

#[test]
fn the_first_answer_counts_and_no_later_one() {
    let (_, item) = course();
    let wrong = if key(&item) == 1 { 2 } else { 1 };
    let found = told_of(&[(wrong, 2); 40]).figures.unwrap();
    assert_eq!((found.people, found.right.least, found.sure_but_wrong.most), (40, 0, 40), "{found:?}");
    assert_eq!(found.median_seconds, 45);
}

#[test]
fn an_answer_to_an_earlier_wording_counts_for_nothing_and_hides_the_later_one() {
    let (course, item) = course();
    let mut answers = Answers::default();
    for person in 0..9 {
        answers.add(person, &answer(&item.id, "earlier", 1, true, true));
        answers.add(person, &answer(&item.id, &item.fingerprint, 1, true, true));
    }
    assert_eq!(answers.statistics(&course, 3)[&item.id].people, Count::Exactly(0));
}

#[test]
fn an_item_that_nearly_everybody_gets_right_and_a_choice_that_nobody_takes_are_flagged() {
    let (_, item) = course();
    let (key, wrong) = (key(&item), if key(&item) == 1 { 2 } else { 1 });
    let many = |wrongs: usize| (0..100).map(|at| (if at < wrongs { wrong } else { key }, at % 5)).collect::<Vec<_>>();
    let easy = flags(&many(4));
    assert!(easy.contains(&Flag::TooEasy) && !easy.contains(&Flag::Unchosen(wrong)), "{easy:?}");
    assert!(easy.iter().any(|flag| matches!(flag, Flag::Unchosen(_))), "{easy:?}");
    assert!(!flags(&many(5)).contains(&Flag::TooEasy));
    assert!(flags(&many(2)).contains(&Flag::Unchosen(wrong)));
    assert!(!flags(&many(4)[..49]).iter().any(|flag| matches!(flag, Flag::Unchosen(_))));
    assert!(flags(&many(4)[..29]).contains(&Flag::FewAnswers));
}

#[test]
fn a_key_that_the_strong_pass_over_is_flagged_and_one_that_they_find_is_not() {
    let (_, item) = course();
    let (key, wrong) = (key(&item), if key(&item) == 1 { 2 } else { 1 });
    let halves = |strong: usize, weak: usize| {
        let strong = (0..25).map(move |at| (if at < strong { key } else { wrong }, 4));
        let weak = (0..25).map(move |at| (if at < weak { key } else { wrong }, 0));
        strong.chain([(key, 2)]).chain(weak).collect::<Vec<_>>()
    };
    assert_eq!(flags(&halves(8, 20)).first(), Some(&Flag::StrongMissIt));
    assert!(!flags(&halves(20, 8)).contains(&Flag::StrongMissIt));
    assert!(!flags(&halves(14, 15)).contains(&Flag::StrongMissIt), "that is chance");
    assert!(!flags(&halves(0, 0)).contains(&Flag::StrongMissIt));
}

#[test]
fn every_item_of_the_course_has_its_line_and_what_is_none_of_it_has_not() {
    let (course, _) = course();
    let mut answers = Answers::default();
    answers.add(0, &answer("gone", "", 1, true, true));
    let found = answers.statistics(&course, 3);
    assert_eq!(found.len(), course.lessons().map(|lesson| lesson.items.len()).sum::<usize>());
    assert!(!found.contains_key("gone"));
}

proptest! {
    #[test]
    fn figures_do_not_depend_on_who_is_who_and_leave_each_person_in_doubt(
        people in prop::collection::vec((0usize..6, 0usize..5), 3..70), turn in 0usize..70,
    ) {
        let found = told_of(&people);
        let mut turned = people.clone();
        turned.rotate_left(turn % people.len());
        prop_assert_eq!(&found, &told_of(&turned));
        let figures = found.figures.unwrap();
        for range in figures.choices.iter().chain([&figures.right, &figures.sure, &figures.sure_but_wrong]) {
            prop_assert!(range.most - range.least >= 2 && range.most <= figures.people, "{:?}", figures);
        }
        // One answer more or less hardly ever shows, and never as the difference of one.
        let less = told_of(&people[1..]);
        if let Some(less) = less.figures {
            prop_assert!(less.right.most - less.right.least >= 2);
        }
    }
}
