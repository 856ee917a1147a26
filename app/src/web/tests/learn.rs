//! The player asked as a browser asks it: a course taken to its end, twice, out of order, in two tabs, and by the hostile.

use super::{Reply, TestApp, applied, control};
use crate::{clock, course_shelf};
use axum::http::StatusCode;
use keepsharp_course::CourseFiles;
use keepsharp_domain::person::{Completion, Strength};
use std::fmt::Write;

/// Two modules of one lesson each with two objectives of two variants; the first choice is right. `text` stands in the lessons.
fn course(text: &str) -> CourseFiles {
    let mut files = CourseFiles::default();
    let head = "id = \"full\"\ntitle = \"The course\"\n[refresher]\nid = \"refresher\"\n[[tracks]]\nid = \"B\"\ntitle = \"Backend\"\n\
        [[modules]]\nid = \"aa\"\nfolder = \"aa\"\ntitle = \"Aa\"\n[[modules]]\nid = \"bb\"\nfolder = \"bb\"\ntitle = \"Bb\"\n";
    files.add("course.toml", head.into()).unwrap();
    for module in ["aa", "bb"] {
        let mut lesson = format!(
            "+++\nid = \"{module}.one\"\ntitle = \"One of {module}\"\nminutes = 5\ntracks = {{ B = \"required\" }}\n\
             [objectives]\n\"{module}.one.x\" = \"do x\"\n\"{module}.one.y\" = \"do y\"\n+++\n{text}\n"
        );
        for objective in ["x", "y"] {
            for variant in 1..=2 {
                let _ = write!(
                    lesson,
                    "\n::: item id=\"{module}.one.{objective}.q{variant}\" objective=\"{module}.one.{objective}\" kind=\"check\"\n\
                     What of {objective} {variant}?\n- [x] The right one\n  > So it is.\n- [ ] The other\n  > It is not, because.\n:::\n"
                );
            }
        }
        files.add(&format!("modules/{module}/1-one/lesson.md"), lesson.into_bytes()).unwrap();
    }
    files
}

fn publish(test: &TestApp, files: &CourseFiles) -> String {
    let today = clock::today(&test.app.store.world().unwrap());
    // Without the check: what was recorded by an older program, or is hostile, has to be safe as well.
    let course = keepsharp_course::read::course(files).0.unwrap();
    course_shelf::record(&test.app.store, files, course, "operator:test", (clock::now(), today)).unwrap().version
}

/// The company without the completion that other tests need, its course published.
fn school() -> TestApp {
    let test = TestApp::new();
    publish(&test, &course("Text."));
    test
}

/// Answers with the first choice, which is right, or with the second.
fn answer(test: &TestApp, who: &str, path: &str, item: &str, (round, is_right): (usize, bool)) -> Reply {
    let choice = if is_right { "1" } else { "2" };
    let fields = [("item", item), ("round", &*round.to_string()), ("choice", choice), ("sure", "yes"), ("shown", "0")];
    test.post(who, path, &fields)
}

fn take_lesson(test: &TestApp, who: &str, module: &str) {
    for objective in ["x", "y"] {
        let path = format!("/learn/full/{module}.one/answer");
        let reply = answer(test, who, &path, &format!("{module}.one.{objective}.q1"), (0, true));
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    }
}

fn completions(test: &TestApp, employee_id: &str) -> Vec<Completion> {
    let world = test.app.store.world().unwrap();
    world.people().find(employee_id).and_then(|ix| world.people().get(ix)).unwrap().completions.clone()
}

/// The items that a sitting asks for, answered right and sure until it ends.
fn sit_through(test: &TestApp, who: &str, is_right: bool) -> usize {
    for round in 0..40 {
        let page = test.get(who, "/learn/full/sitting").body;
        let Some((_, rest)) = page.split_once("name=\"item\" value=\"") else { return round };
        let item = rest.split('"').next().unwrap().to_owned();
        let reply = answer(test, who, "/learn/full/sitting", &item, (round, is_right));
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    }
    panic!("the sitting does not end");
}

#[test]
fn a_course_taken_to_its_end_is_recorded_with_its_version_and_nothing_is_filled_in() {
    let test = school();
    let version = publish(&test, &course("Text."));
    assert!(test.get("manager", "/learn").body.contains("The course"));
    assert!(test.get("manager", "/learn/full").body.contains("2 lessons, about 10 minutes"));
    take_lesson(&test, "manager", "aa");
    assert!(completions(&test, "M1").is_empty(), "half of it is not it");
    let page = test.get("manager", "/learn/full/aa.one").body;
    assert!(page.contains("You are done with this one") && page.contains("You can now"), "{page}");
    take_lesson(&test, "manager", "bb");
    let found = completions(&test, "M1");
    assert_eq!(found.len(), 1);
    let world = test.app.store.world().unwrap();
    assert_eq!((world.course(found[0].course), found[0].strength), ("full", Strength::Completed));
    assert_eq!(found[0].version.map(|ix| world.version(ix)), Some(version.as_str()));
    drop(world);
    let done = test.get("manager", "/learn/full/done").body;
    assert!(done.contains("It is recorded; there is nothing to fill in") && done.contains("do x"), "{done}");
}

#[test]
fn an_answer_sent_twice_or_late_changes_nothing() {
    let test = school();
    let path = "/learn/full/aa.one/answer";
    answer(&test, "engineer", path, "aa.one.x.q1", (0, false));
    // The other tab still shows the first question open, and answers it otherwise.
    let late = answer(&test, "engineer", path, "aa.one.x.q1", (0, true));
    assert_eq!(late.header("location"), "/learn/full/aa.one#q-aa-one-x-q1-0");
    let kept = test.app.store.learned(test.id("E1"), "full").unwrap();
    assert_eq!(kept.len(), 2, "begun, and one answer: {kept:?}");
    let page = test.get("engineer", "/learn/full/aa.one").body;
    assert!(page.contains("It comes back once more below") && page.contains("It is not, because."), "{page}");
    assert!(page.contains("value=\"aa.one.x.q2\""), "in another form");
}

#[test]
fn answers_in_two_tabs_both_count() {
    let test = school();
    std::thread::scope(|scope| {
        for objective in ["x", "y"] {
            let test = &test;
            scope.spawn(move || {
                answer(test, "engineer", "/learn/full/aa.one/answer", &format!("aa.one.{objective}.q1"), (0, true))
            });
        }
    });
    let kept = test.app.store.learned(test.id("E1"), "full").unwrap();
    assert_eq!(kept.iter().filter(|event| event.contains("answered")).count(), 2, "{kept:?}");
    assert!(!test.get("engineer", "/learn/full/aa.one").body.contains("name=\"item\""), "nothing is open");
}

#[test]
fn two_tabs_that_both_end_a_lesson_leave_it_done_and_the_course_recorded_once() {
    let test = school();
    take_lesson(&test, "manager", "aa");
    answer(&test, "manager", "/learn/full/bb.one/answer", "bb.one.x.q1", (0, true));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let test = &test;
            scope.spawn(move || answer(test, "manager", "/learn/full/bb.one/answer", "bb.one.y.q1", (0, true)));
        }
    });
    assert_eq!(completions(&test, "M1").len(), 1);
    assert!(test.get("manager", "/learn/full/done").body.contains("You have taken"));
}

#[test]
fn what_is_no_answer_comes_back_with_the_reason_and_keeps_nothing() {
    let test = school();
    for fields in [
        &[("item", "aa.one.x.q1"), ("round", "0"), ("sure", "yes")][..],
        &[("item", "aa.one.x.q1"), ("round", "0"), ("choice", "9"), ("sure", "yes")],
        &[("item", "aa.one.x.q1"), ("round", "0"), ("choice", "-1")],
        &[("item", "aa.one.x.q1"), ("round", "0"), ("choice", "99999999999999999999")],
    ] {
        let reply = test.post("engineer", "/learn/full/aa.one/answer", fields);
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
    }
    for fields in [
        &[("item", "zz"), ("round", "0"), ("choice", "1")][..],
        &[("item", "aa.one.x.q1"), ("round", "7"), ("choice", "1")],
        &[],
    ] {
        let reply = test.post("engineer", "/learn/full/aa.one/answer", fields);
        assert_eq!(reply.header("location"), "/learn/full/aa.one", "{fields:?}");
    }
    assert!(test.app.store.learned(test.id("E1"), "full").unwrap().is_empty());
    for path in ["/learn/none", "/learn/full/none.one", "/learn/refresher", "/learn/full/exercise/none"] {
        assert_eq!(test.get("engineer", path).status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(test.get("engineer", "/learn/full/sitting").header("location"), "/learn/full");
    assert_eq!(test.post("engineer", "/learn/full/final", &[]).status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        test.post("engineer", "/learn/full/test-out", &[("scope", "zz")]).status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[test]
fn what_is_shown_in_a_test_counts_as_shown_and_not_as_attended() {
    let test = school();
    assert!(test.get("manager", "/learn/full/aa.one").body.contains("Two questions, both right and sure"));
    test.post("manager", "/learn/full/test-out", &[("scope", "aa.one")]);
    assert_eq!(sit_through(&test, "manager", true), 2);
    assert!(test.get("manager", "/learn/full/sitting").body.contains("You know it, and showed it"));
    assert!(test.get("manager", "/learn/full/aa.one").body.contains("You showed that you know this one"));
    take_lesson(&test, "manager", "bb");
    assert_eq!(completions(&test, "M1").len(), 1);
    assert!(test.facts().contains("\"shown\":1"), "how many were shown stands in the fact");
    let other = school();
    other.post("manager", "/learn/full/test-out", &[("scope", "aa.one")]);
    assert_eq!(sit_through(&other, "manager", false), 1, "one that is wrong ends it");
    let page = other.get("manager", "/learn/full/sitting").body;
    assert!(page.contains("Not all of it this time") && page.contains("/learn/full/aa.one"), "{page}");
}

#[test]
fn a_refresher_is_recorded_as_one_and_ends_when_it_knows_enough() {
    let test = school();
    assert!(test.get("engineer", "/learn/full/refresher").body.contains("at most 20 minutes"));
    test.post("engineer", "/learn/full/refresher", &[]);
    let asked = sit_through(&test, "engineer", true);
    assert!(asked <= 5, "{asked}");
    let world = test.app.store.world().unwrap();
    let found = completions(&test, "E1");
    let newest = found.iter().max_by_key(|completion| completion.seq).unwrap();
    assert_eq!((world.course(newest.course), newest.strength), ("refresher", Strength::Completed));
    drop(world);
    assert!(test.get("engineer", "/learn/full/sitting").body.contains("Refreshed"));
}

#[test]
fn a_control_that_asks_for_it_gets_the_final_check_and_as_many_tries_as_one_likes() {
    let test = school();
    applied(&test, &control().replace("cadence =", "accepts = \"assessed\"\ncadence ="));
    take_lesson(&test, "manager", "aa");
    take_lesson(&test, "manager", "bb");
    assert!(test.get("manager", "/learn/full/done").body.contains("Take the final check"));
    test.post("manager", "/learn/full/final", &[]);
    assert_eq!(sit_through(&test, "manager", false), 4);
    let page = test.get("manager", "/learn/full/sitting").body;
    assert!(page.contains("Not yet, and no harm done") && page.contains("Worth another look"), "{page}");
    assert!(!page.contains('%') && !page.contains("of 4"), "no marks: {page}");
    test.post("manager", "/learn/full/final", &[]);
    sit_through(&test, "manager", true);
    assert!(completions(&test, "M1").iter().any(|completion| completion.strength == Strength::Assessed));
    assert!(!test.get("manager", "/learn/full/done").body.contains("Take the final check"));
}

#[test]
fn whoever_began_a_version_finishes_it_though_a_newer_one_is_published() {
    let test = school();
    let first = publish(&test, &course("Text."));
    take_lesson(&test, "manager", "aa");
    let second = publish(&test, &course("Other text."));
    assert_ne!(first, second);
    let page = test.get("manager", "/learn/full").body;
    assert!(page.contains("There is a newer version") && page.contains("1 of 2"), "{page}");
    take_lesson(&test, "manager", "bb");
    {
        let world = test.app.store.world().unwrap();
        assert_eq!(completions(&test, "M1")[0].version.map(|ix| world.version(ix).to_owned()), Some(first));
    }
    assert!(test.get("owner", "/learn/full/aa.one").body.contains("Other text."), "whoever begins now has the newest");
    test.post("manager", "/learn/full/again", &[]);
    assert!(test.get("manager", "/learn/full").body.contains("0 of 2 lessons done"), "begun anew");
}

#[test]
fn a_hostile_course_runs_and_loads_nothing() {
    let test = TestApp::new();
    publish(
        &test,
        &course(
            "<script>alert(1)</script> ![x](https://evil.example/p.png) [a](javascript:alert(1)) <img src=x onerror=alert(1)>",
        ),
    );
    for path in ["/learn", "/learn/full", "/learn/full/aa.one"] {
        let reply = test.get("engineer", path);
        let page = reply.body.to_lowercase();
        assert!(
            !page.contains("<script")
                && !page.contains("onerror")
                && !page.contains("javascript:")
                && !page.contains("evil.example"),
            "{page}"
        );
        assert!(reply.header("content-security-policy").contains("default-src 'none'"));
    }
}

#[test]
fn what_somebody_learned_goes_with_them() {
    let test = school();
    take_lesson(&test, "engineer", "aa");
    let id = test.id("E1");
    test.app.store.keep_draft(id, "x.lab", "{}", clock::now()).unwrap();
    assert!(!test.app.store.learned(id, "full").unwrap().is_empty());
    let gone = super::ROSTER.lines().filter(|line| !line.starts_with("E1,")).map(|line| format!("{line}\n"));
    super::taken_in(&test, gone.collect());
    test.app
        .store
        .commit("operator:test", move |world| {
            let (drafts, erase) = keepsharp_domain::erasure::erase(world, "E1", clock::today(world))?;
            Ok((keepsharp_store::Decision { drafts, erase, ..Default::default() }, ()))
        })
        .unwrap();
    assert!(test.app.store.learned(id, "full").unwrap().is_empty());
    assert_eq!(test.app.store.draft(id, "x.lab").unwrap(), None);
}

#[test]
fn a_lesson_that_we_ship_weighs_less_than_60_kilobytes_and_is_open_to_everybody() {
    let test = TestApp::new();
    publish(&test, &course_shelf::shipped());
    for path in ["/learn/secure-coding", "/learn/secure-coding/ac.scope", "/learn/secure-coding/refresher"] {
        for caller in ["engineer", "content", "management"] {
            let reply = test.get(caller, path);
            assert_eq!(reply.status, StatusCode::OK, "{caller} {path}");
            assert!(reply.body.len() < 60_000, "{path} weighs {}", reply.body.len());
        }
    }
}
