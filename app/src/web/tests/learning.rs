//! What is kept of somebody from courses: shown, handed over, forgotten.

use super::TestApp;
use crate::course_shelf;
use axum::http::StatusCode;
use keepsharp_store::Learned;
use serde_json::Value;

const COURSE: &str = "secure-coding";

/// A company in which the shipped course is taught, E1 has done these things in it, and E2 the same.
fn after(events: &[&str]) -> TestApp {
    let test = TestApp::new();
    let now = (test.app.clock)();
    let today = crate::clock::today(&test.app.store.world().unwrap());
    course_shelf::publish(&test.app.store, &course_shelf::shipped(), "operator:test", now, today).unwrap();
    for person in [test.id("E1"), test.id("E2")] {
        let learned = |body: &&str| Learned {
            person,
            course: COURSE.into(),
            at: now,
            item: if body.contains("answered") { "an.item".into() } else { String::new() },
            body: (*body).into(),
        };
        test.app.store.learn(events.iter().map(learned).collect()).unwrap();
        test.app.store.keep_draft(person, "an-exercise", "{\"a.js\":\"mine\"}", now).unwrap();
    }
    test
}

const BEGAN: &str = r#"{"did":"began","version":"v"}"#;
const ANSWERED: &str = r#"{"did":"answered","item":"an.item","objective":"an","lesson":"l","fingerprint":"","chosen":[1],"is_right":true,"is_sure":false,"seconds":3,"on":"2026-11-20","in_sitting":false}"#;
const FINISHED: &str = r#"{"did":"finished","is_refresher":false,"version":"v"}"#;

#[test]
fn what_somebody_did_in_courses_stands_on_their_record_and_is_theirs_to_take_along() {
    let test = after(&[BEGAN, ANSWERED, ANSWERED]);
    let page = test.get("engineer", "/my/record").body;
    assert!(page.contains(": 2 answers, since ") && page.contains("1 draft of an exercise"), "{page}");
    let file: Value = serde_json::from_str(&test.get("engineer", "/my/learning.json").body).unwrap();
    assert_eq!(
        (file["learned"].as_array().unwrap().len(), &file["learned"][1]["body"]["did"]),
        (3, &"answered".into())
    );
    assert_eq!(file["drafts"][0]["body"]["a.js"], "mine");
    let other: Value = serde_json::from_str(&test.get("manager", "/my/learning.json").body).unwrap();
    assert_eq!(other["learned"], Value::Array(Vec::new()));
}

#[test]
fn answers_are_forgotten_once_somebody_is_sure_and_nobody_elses_are() {
    let test = after(&[BEGAN, ANSWERED, FINISHED, ANSWERED]);
    let kept = |id: &str| test.app.store.learned(test.id(id), COURSE).unwrap();
    let unsure = test.post("engineer", "/my/learning/forget", &[("form", "forget")]);
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unsure.body.contains("<details open>") && unsure.body.contains("forget-sure-error"), "{}", unsure.body);
    assert_eq!(kept("E1").len(), 4);
    let sure = [("form", "forget"), ("sure", "yes")];
    for _ in 0..2 {
        assert_eq!(test.post("engineer", "/my/learning/forget", &sure).status, StatusCode::SEE_OTHER);
        assert_eq!(kept("E1"), [BEGAN, FINISHED], "what the completion rests on stays");
        assert_eq!(test.app.store.draft(test.id("E1"), "an-exercise").unwrap(), None);
    }
    assert_eq!(kept("E2").len(), 4);
    assert!(test.app.store.draft(test.id("E2"), "an-exercise").unwrap().is_some());
    let proof = format!("/my/proof/{}", test.completion);
    assert_eq!(test.get("engineer", &proof).status, StatusCode::OK, "a completion is a fact and stays");
}
