//! What a learner can rely on: what is asked, what comes back, what counts, in a course made up for it.

#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use keepsharp_course::learner::{Answer, Event, How, Learner, Outcome, SittingKind, salt, shuffled};
use keepsharp_course::lesson_plan::lesson_plan;
use keepsharp_course::sitting::{self, IssueShares, RefresherRequest};
use keepsharp_course::{Course, CourseFiles, grade, read};
use keepsharp_domain::Day;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fmt::Write;

const MODULES: [&str; 5] = ["aa", "bb", "cc", "dd", "ee"];

/// Five modules of three lessons with two objectives of four variants each; the first choice of every item is right.
fn course() -> Course {
    let mut files = CourseFiles::default();
    let mut head = String::from(
        "id = \"c\"\ntitle = \"C\"\n[refresher]\nid = \"c-refresher\"\nminutes = 20\n[[tracks]]\nid = \"B\"\ntitle = \"B\"\n\
         programme = [\"backend\"]\nheaviest = [\"aa\", \"bb\", \"cc\"]\n[[tracks]]\nid = \"F\"\ntitle = \"F\"\nprogramme = [\"frontend\"]\n",
    );
    for module in MODULES {
        let _ = write!(head, "[[modules]]\nid = \"{module}\"\nfolder = \"{module}\"\ntitle = \"{module}\"\n");
        for lesson in 1..=3 {
            files.add(&format!("modules/{module}/{lesson}-l/lesson.md"), text(module, lesson).into_bytes()).unwrap();
        }
    }
    files.add("course.toml", head.into_bytes()).unwrap();
    let (course, findings) = read::course(&files);
    assert_eq!(findings, []);
    course.unwrap()
}

fn text(module: &str, lesson: usize) -> String {
    let id = format!("{module}.l{lesson}");
    let tracks = if lesson == 3 { "{ B = \"elective\", F = \"required\" }" } else { "{ B = \"required\" }" };
    let mut text = format!(
        "+++\nid = \"{id}\"\ntitle = \"{id}\"\nminutes = 5\ntracks = {tracks}\nskippable = {}\n[objectives]\n\"{id}.x\" = \"do x\"\n\"{id}.y\" = \"do y\"\n+++\nText.\n",
        lesson != 2
    );
    for objective in ["x", "y"] {
        for variant in 1..=4 {
            let _ = write!(
                text,
                "\n::: item id=\"{id}.{objective}.q{variant}\" objective=\"{id}.{objective}\" kind=\"check\"\nWhich?\n- [x] right {variant}\n  > yes\n- [ ] wrong {variant}\n  > no\n:::\n"
            );
        }
    }
    text
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn answer(course: &Course, item: &str, (is_right, is_sure): (bool, bool), in_sitting: bool) -> Event {
    let (lesson, item) = course.item(item).unwrap();
    let chosen = vec![if is_right { 1 } else { 2 }];
    assert_eq!(grade::is_right(item, &chosen), Ok(is_right));
    Event::Answered(Answer {
        item: item.id.clone(),
        objective: item.objective.clone(),
        lesson: lesson.id.clone(),
        fingerprint: item.fingerprint.clone(),
        chosen,
        is_right,
        is_sure,
        seconds: 10,
        on: day("2026-03-01"),
        in_sitting,
    })
}

fn begun(course: &Course) -> Learner {
    Learner::of([Event::Began { version: course.version.to_string(), anew: false }])
}

/// Answers a sitting to its end, each answer as `answers` says in turn; gives the items asked.
fn sit(
    course: &Course,
    learner: &mut Learner,
    kind: SittingKind,
    items: Vec<String>,
    answers: &[(bool, bool)],
) -> (Vec<String>, Outcome) {
    learner.apply(Event::Sat { sitting: kind, items });
    let mut asked = Vec::new();
    let mut turns = answers.iter().cycle();
    loop {
        let sitting = learner.open_sitting().unwrap().clone();
        let Some(item) = sitting::next_item(course, learner, &sitting) else {
            let outcome = sitting::outcome(course, learner, &sitting).unwrap();
            learner.apply(Event::Rose { outcome });
            return (asked, outcome);
        };
        asked.push(item.id.clone());
        learner.apply(answer(course, &item.id.clone(), *turns.next().unwrap(), true));
        assert!(asked.len() < 100, "a sitting ends");
    }
}

fn refresher(course: &Course, learner: &Learner, changed: &BTreeSet<String>, seed: u64) -> Vec<String> {
    sitting::refresher(RefresherRequest {
        course,
        learner,
        tracks: &["B"],
        shares: &IssueShares::from([("aa".to_owned(), 300), ("dd".to_owned(), 500)]),
        changed,
        has_exercise: true,
        today: day("2026-03-01"),
        salt: seed,
    })
}

#[test]
fn a_lesson_asks_one_item_of_each_objective() {
    let course = course();
    let learner = begun(&course);
    let plan = lesson_plan(course.lesson("aa.l1").unwrap(), &learner, &["B"]);
    let asked: Vec<&str> = plan.first.iter().map(|question| question.item.id.as_str()).collect();
    assert_eq!(asked, ["aa.l1.x.q1", "aa.l1.y.q1"]);
    assert!(plan.again.is_empty() && !plan.is_answered());
}

#[test]
fn a_wrong_answer_comes_back_in_another_form_until_it_is_right_and_at_most_three_times() {
    let course = course();
    let lesson = course.lesson("aa.l1").unwrap();
    let mut learner = begun(&course);
    learner.apply(answer(&course, "aa.l1.y.q1", (true, true), false));
    for (round, wrong) in ["aa.l1.x.q1", "aa.l1.x.q2", "aa.l1.x.q3"].iter().enumerate() {
        let plan = lesson_plan(lesson, &learner, &["B"]);
        let open: Vec<&str> = plan
            .first
            .iter()
            .chain(&plan.again)
            .filter(|question| question.answer.is_none())
            .map(|question| question.item.id.as_str())
            .collect();
        assert_eq!(open, [*wrong], "round {round}");
        learner.apply(answer(&course, wrong, (false, true), false));
    }
    assert!(lesson_plan(lesson, &learner, &["B"]).is_answered(), "the lesson lets go");
    let mut other = begun(&course);
    other.apply(answer(&course, "aa.l1.y.q1", (true, true), false));
    other.apply(answer(&course, "aa.l1.x.q1", (false, false), false));
    other.apply(answer(&course, "aa.l1.x.q2", (true, false), false));
    assert!(lesson_plan(lesson, &other, &["B"]).is_answered());
}

#[test]
fn beginning_anew_asks_again_and_in_forms_not_met_before() {
    let course = course();
    let mut learner = begun(&course);
    learner.apply(answer(&course, "aa.l1.x.q1", (true, true), false));
    learner.apply(Event::Done { lesson: "aa.l1".to_owned(), rev: 1, how: How::Attended });
    learner.apply(Event::Began { version: "next".to_owned(), anew: true });
    assert!(learner.done.is_empty());
    let plan = lesson_plan(course.lesson("aa.l1").unwrap(), &learner, &["B"]);
    assert_eq!(plan.first[0].item.id, "aa.l1.x.q2");
}

#[test]
fn two_tabs_that_both_begin_lose_no_answer() {
    let course = course();
    let mut learner = begun(&course);
    learner.apply(answer(&course, "aa.l1.x.q1", (true, true), false));
    learner.apply(Event::Began { version: course.version.to_string(), anew: false });
    learner.apply(answer(&course, "aa.l1.y.q1", (true, true), false));
    assert!(lesson_plan(course.lesson("aa.l1").unwrap(), &learner, &["B"]).is_answered());
}

#[test]
fn a_module_is_tested_out_of_with_two_answers_right_and_sure_and_with_nothing_less() {
    let course = course();
    for (answers, outcome, asked) in [
        ([(true, true), (true, true)], Outcome::Passed, 2),
        ([(true, true), (true, false)], Outcome::NotYet, 2),
        ([(true, false), (true, true)], Outcome::NotYet, 1),
        ([(false, true), (true, true)], Outcome::NotYet, 1),
    ] {
        let mut learner = begun(&course);
        let items = sitting::test_out(&course, &learner, &["B"], "aa", 7).unwrap();
        let kind = SittingKind::TestOut { scope: "aa".to_owned() };
        let (found, how) = sit(&course, &mut learner, kind, items, &answers);
        assert_eq!((how, found.len()), (outcome, asked));
    }
}

#[test]
fn what_may_not_be_skipped_what_is_done_and_what_changed_is_not_tested_out_of() {
    let mut course = course();
    let mut learner = begun(&course);
    let ids = |learner: &Learner, course: &Course| -> Vec<String> {
        sitting::to_be_shown(course, learner, "aa").iter().map(|lesson| lesson.id.clone()).collect()
    };
    assert_eq!(ids(&learner, &course), ["aa.l1", "aa.l3"]);
    learner.apply(Event::Done { lesson: "aa.l3".to_owned(), rev: 1, how: How::Attended });
    assert_eq!(ids(&learner, &course), ["aa.l1"]);
    learner.apply(Event::Began { version: "next".to_owned(), anew: true });
    course.modules[0].lessons[2].rev = 2;
    assert_eq!(ids(&learner, &course), ["aa.l1"], "aa.l3 says something else than when it was taken");
}

#[test]
fn the_final_check_is_spread_over_the_modules_and_asks_in_other_forms_the_next_time() {
    let course = course();
    let mut learner = begun(&course);
    let first = sitting::final_check(&course, &learner, &["B"], 1);
    assert_eq!(first.len(), 15);
    for module in MODULES {
        assert_eq!(first.iter().filter(|item| item.starts_with(module)).count(), 3, "{module}");
    }
    assert!(first.iter().all(|item| !item.contains(".l3.")), "only what the track asks for");
    let (_, outcome) = sit(&course, &mut learner, SittingKind::Final, first.clone(), &[(false, true)]);
    assert_eq!(outcome, Outcome::NotYet);
    let second = sitting::final_check(&course, &learner, &["B"], 2);
    assert!(second.iter().all(|item| !first.contains(item)), "{second:?}");
}

#[test]
fn twelve_of_fifteen_pass_the_final_check_and_eleven_do_not() {
    let course = course();
    for (right, outcome) in [(15, Outcome::Passed), (12, Outcome::Passed), (11, Outcome::NotYet), (0, Outcome::NotYet)]
    {
        let mut learner = begun(&course);
        let items = sitting::final_check(&course, &learner, &["B"], 1);
        let answers: Vec<(bool, bool)> = (0..15).map(|at| (at < right, false)).collect();
        let (asked, found) = sit(&course, &mut learner, SittingKind::Final, items, &answers);
        assert_eq!((asked.len(), found), (15, outcome), "{right} right");
        assert_eq!(learner.is_assessed, outcome == Outcome::Passed);
    }
}

#[test]
fn a_refresher_asks_about_the_heaviest_modules_what_changed_and_what_bit_the_company() {
    let course = course();
    let learner = begun(&course);
    let items = refresher(&course, &learner, &BTreeSet::from(["ee.l1".to_owned()]), 3);
    for module in ["aa", "bb", "cc"] {
        assert!(items.iter().any(|item| item.starts_with(module)), "{module}: {items:?}");
    }
    assert!(items.iter().any(|item| item.starts_with("ee.l1")), "{items:?}");
    assert!(items.iter().filter(|item| item.starts_with("dd")).count() >= 3, "half of the issues are dd's: {items:?}");
    assert!(items.len() <= 12);
}

#[test]
fn what_was_answered_wrong_is_asked_before_what_was_right_and_sure() {
    let course = course();
    let mut learner = begun(&course);
    for module in MODULES {
        for lesson in ["l1", "l2"] {
            for objective in ["x", "y"] {
                let is_wrong = module == "ee" && lesson == "l2";
                learner.apply(answer(&course, &format!("{module}.{lesson}.{objective}.q1"), (!is_wrong, true), false));
            }
        }
    }
    let items = refresher(&course, &learner, &BTreeSet::new(), 3);
    let place = items.iter().position(|item| item.starts_with("ee.l2")).unwrap();
    assert!(
        items.iter().skip(3).position(|item| item.starts_with("bb")).is_none_or(|other| place < other + 3),
        "{items:?}"
    );
    assert!(!items.contains(&"ee.l2.x.q1".to_owned()), "in another form");
}

#[test]
fn a_refresher_ends_as_soon_as_it_knows_enough_and_brings_back_once_what_was_wrong() {
    let course = course();
    let mut sure = begun(&course);
    let items = refresher(&course, &sure, &BTreeSet::new(), 3);
    let (asked, _) = sit(&course, &mut sure, SittingKind::Refresher, items.clone(), &[(true, true)]);
    assert_eq!(asked.len(), 5);
    let mut wrong = begun(&course);
    let (asked, outcome) = sit(&course, &mut wrong, SittingKind::Refresher, items.clone(), &[(false, true)]);
    assert_eq!((asked.len(), outcome), (items.len() * 2, Outcome::Passed));
    assert_eq!(asked.iter().collect::<BTreeSet<_>>().len(), asked.len(), "each time in another form");
}

#[test]
fn three_years_of_refreshers_differ() {
    let course = course();
    let mut learner = begun(&course);
    let mut seen = BTreeSet::new();
    for year in 0..3 {
        let items = refresher(&course, &learner, &BTreeSet::new(), year);
        let (asked, _) = sit(&course, &mut learner, SittingKind::Refresher, items, &[(true, false)]);
        for item in asked {
            assert!(seen.insert(item.clone()), "{item} was asked before");
        }
    }
}

#[test]
fn two_roles_take_the_union_of_their_tracks() {
    let course = course();
    let mut learner = begun(&course);
    assert_eq!(learner.tracks(&course, &["backend"]), ["B"]);
    learner.apply(Event::AlsoIn { tracks: BTreeSet::from(["F".to_owned()]) });
    assert_eq!(learner.tracks(&course, &["backend"]), ["B", "F"]);
    assert_eq!(learner.tracks(&course, &[]), ["F"]);
}

#[test]
fn an_event_of_today_is_read_tomorrow() {
    let written = r#"{"did":"answered","item":"a.b.q1","objective":"a.b","lesson":"a","fingerprint":"00","chosen":[2],"is_right":false,"is_sure":true,"seconds":9,"on":"2026-03-01","in_sitting":true}"#;
    let event: Event = serde_json::from_str(written).unwrap();
    assert_eq!(serde_json::to_string(&event).unwrap(), written);
    let sat = r#"{"did":"sat","sitting":{"for":"test_out","scope":"aa"},"items":["x"]}"#;
    assert_eq!(serde_json::to_string(&serde_json::from_str::<Event>(sat).unwrap()).unwrap(), sat);
}

proptest! {
    #[test]
    fn a_shuffle_has_everything_once(count in 0usize..40, seed: u64) {
        let order = shuffled(count, seed);
        prop_assert_eq!(order.iter().copied().collect::<BTreeSet<_>>(), (0..count).collect::<BTreeSet<_>>());
        prop_assert_eq!(order.len(), count);
    }

    #[test]
    fn whatever_is_answered_a_sitting_ends_and_no_answer_is_lost(
        answers in prop::collection::vec((any::<bool>(), any::<bool>()), 1..30), seed: u64,
    ) {
        let course = course();
        let mut learner = begun(&course);
        let items = refresher(&course, &learner, &BTreeSet::new(), seed);
        let (asked, _) = sit(&course, &mut learner, SittingKind::Refresher, items, &answers);
        prop_assert_eq!(learner.answers.len(), asked.len());
        let final_items = sitting::final_check(&course, &learner, &["B"], seed);
        let (_, outcome) = sit(&course, &mut learner, SittingKind::Final, final_items, &answers);
        let right = learner.answers.iter().rev().take(15).filter(|answer| answer.is_right).count();
        prop_assert_eq!(outcome == Outcome::Passed, right >= 12);
    }

    #[test]
    fn two_people_do_not_share_the_order_of_choices(a in "[a-z]{8}", b in "[a-z]{8}") {
        prop_assume!(a != b);
        let differs = (0..8).any(|item| shuffled(4, salt(&[&a, &item.to_string()])) != shuffled(4, salt(&[&b, &item.to_string()])));
        prop_assert!(differs);
    }
}
