//! What comes back from courses: what learners say and are answered, and what the content owner sees of it.

use super::{CALLERS, TestApp};
use crate::course_shelf;
use axum::http::StatusCode;
use jiff::ToSpan;
use keepsharp_course::learner::{Answer, Event, How};
use keepsharp_course::model::Task;
use keepsharp_course::{Course, Item, Lesson, read};
use keepsharp_store::{Learned, fresh_id};

const COURSE: &str = "secure-coding";

/// A company that teaches the course that comes with the program.
fn taught() -> (TestApp, Course) {
    let test = TestApp::new();
    let today = crate::clock::today(&test.app.store.world().unwrap());
    course_shelf::publish(&test.app.store, &course_shelf::shipped(), "operator:test", (test.app.clock)(), today)
        .unwrap();
    let course = read::course(&course_shelf::shipped()).0.unwrap();
    (test, course)
}

fn item(course: &Course) -> (&Lesson, &Item) {
    let all = course.lessons().flat_map(|lesson| lesson.items.iter().map(move |item| (lesson, item)));
    all.into_iter().find(|(_, item)| matches!(item.task, Task::Choose(_))).unwrap()
}

/// So many people answer the item, take its lesson and spend ten minutes, all of it yesterday.
fn learned(test: &TestApp, course: &Course, people: usize, wrong: usize) {
    let (lesson, item) = item(course);
    let Task::Choose(choices) = &item.task else { panic!() };
    let right = 1 + choices.iter().position(|choice| choice.is_right).unwrap();
    let at = (test.app.clock)().saturating_sub(24.hours()).unwrap();
    let on = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let events = (0..people).flat_map(|number| {
        let is_right = number >= wrong;
        let answer = Answer {
            item: item.id.clone(),
            objective: item.objective.clone(),
            lesson: lesson.id.clone(),
            fingerprint: item.fingerprint.clone(),
            chosen: vec![if is_right { right } else { right % choices.len() + 1 }],
            is_right,
            is_sure: true,
            seconds: 600,
            on,
            in_sitting: false,
        };
        let done = Event::Done { lesson: lesson.id.clone(), rev: 1, how: How::Attended };
        let person = fresh_id();
        [Event::Answered(answer), done].map(move |event| (person, event))
    });
    let event = |(person, event): (_, Event)| Learned {
        person,
        course: COURSE.into(),
        at,
        item: String::new(),
        body: serde_json::to_string(&event).unwrap(),
    };
    test.app.store.learn(events.map(event).collect()).unwrap();
}

#[test]
fn what_a_learner_says_reaches_the_content_owner_without_a_name_and_the_answer_comes_back() {
    let (test, course) = taught();
    let (lesson, item) = item(&course);
    let form = test.get("engineer", &format!("/learn/{COURSE}/report?item={}", item.id));
    assert!(form.status == StatusCode::OK && form.body.contains(&item.id), "{}", form.body);
    let words = "<script>alert(1)</script> is wrong";
    let report = format!("/learn/{COURSE}/report");
    let sent = test.post("engineer", &report, &[("form", "report"), ("item", &item.id), ("words", words)]);
    assert_eq!(sent.header("location"), format!("/learn/{COURSE}/{}?done=told-content", lesson.id));
    assert!(test.get("engineer", sent.header("location")).body.contains("Thank you. It has reached"));
    let inbox = test.get("content", "/content/feedback").body;
    assert!(inbox.contains("alert(1)") && !inbox.contains("<script>alert"), "{inbox}");
    assert!(inbox.contains("Somebody, on") && !inbox.contains("Ana One"), "{inbox}");
    assert!(inbox.contains(&format!("/content/{COURSE}/item/{}", item.id)));
    let own = || test.get("engineer", &format!("/learn/{COURSE}")).body;
    assert!(own().contains("It waits for whoever keeps the course."));
    let id = test.app.store.open_feedback(COURSE).unwrap()[0].id;
    let path = format!("/content/feedback/{id}");
    assert_eq!(test.post("content", &path, &[("words", " \u{7} ")]).status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(test.post("content", &path, &[("words", "Mended in the next version.")]).status, StatusCode::SEE_OTHER);
    let twice = test.post("content", &path, &[("words", "Again.")]);
    assert!(twice.status == StatusCode::UNPROCESSABLE_ENTITY && twice.body.contains("has an answer already"));
    assert!(own().contains("Mended in the next version."));
    assert!(test.get("engineer", "/learn").body.contains("What you told us has an answer"));
    assert!(!test.get("manager", &format!("/learn/{COURSE}")).body.contains("Mended"), "others do not see it");
    let item_page = test.get("content", &format!("/content/{COURSE}/item/{}", item.id)).body;
    assert!(item_page.contains("Mended in the next version.") && !item_page.contains("Ana One"));
}

#[test]
fn a_name_stands_there_only_where_it_was_signed() {
    let (test, _) = taught();
    let path = format!("/learn/{COURSE}/feedback");
    let fields = [("form", "feedback"), ("words", "Good examples."), ("signed", "yes")];
    assert_eq!(
        test.post("engineer", &path, &fields).header("location"),
        format!("/learn/{COURSE}/done?done=told-content")
    );
    assert_eq!(test.post("manager", &path, &[("words", "Too long.")]).status, StatusCode::SEE_OTHER);
    let inbox = test.get("owner", "/content/feedback").body;
    assert!(inbox.contains("Ana One, on") && !inbox.contains("Mara Lead"), "{inbox}");
    assert!(!inbox.contains("<textarea"), "an owner looks, and does not answer");
}

#[test]
fn hostile_empty_and_too_many_words_are_refused_kindly() {
    let (test, course) = taught();
    let lesson = item(&course).0;
    let feedback = format!("/learn/{COURSE}/feedback");
    let report = format!("/learn/{COURSE}/report");
    for (path, fields) in [
        (&feedback, vec![("form", "feedback"), ("words", "  ")]),
        (&feedback, vec![("form", "feedback"), ("words", &*"x".repeat(2_001))]),
        (&report, vec![("form", "report"), ("item", &item(&course).1.id), ("words", "")]),
        (&format!("/learn/{COURSE}/{}/useful", lesson.id), vec![("form", "useful"), ("useful", "perhaps")]),
    ] {
        assert_eq!(test.post("engineer", path, &fields).status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {fields:?}");
    }
    for (path, fields) in [
        (&report, vec![("item", "no.such.item"), ("words", "x")]),
        (&"/learn/none/feedback".to_owned(), vec![("words", "x")]),
    ] {
        assert_eq!(test.post("engineer", path, &fields).status, StatusCode::NOT_FOUND, "{path} {fields:?}");
    }
    assert!(test.app.store.open_feedback(COURSE).unwrap().is_empty());
    for number in 0..keepsharp_store::MOST_A_DAY {
        test.post("engineer", &feedback, &[("form", "feedback"), ("words", &format!("word {number}"))]);
    }
    let much = test.post("engineer", &feedback, &[("form", "feedback"), ("words", "one more")]);
    assert!(much.status == StatusCode::UNPROCESSABLE_ENTITY && much.body.contains("go on tomorrow"), "{}", much.body);
    assert!(much.body.contains("one more"), "what was written is not lost");
    let press = test.post("engineer", &format!("/learn/{COURSE}/{}/useful", lesson.id), &[("useful", "yes")]);
    assert_eq!(press.header("location"), format!("/learn/{COURSE}/{}?done=useful", lesson.id));
}

#[test]
fn figures_are_shown_from_the_smallest_group_on_and_name_nobody() {
    let (test, course) = taught();
    let (_, item) = item(&course);
    let pages = ["/content".to_owned(), format!("/content/{COURSE}"), format!("/content/{COURSE}/item/{}", item.id)];
    for path in &pages {
        assert_eq!(test.get("content", path).status, StatusCode::OK, "{path} before anybody learned");
    }
    let (few, course) = taught();
    learned(&few, &course, 2, 1);
    let overview = few.get("content", "/content").body;
    assert!(overview.contains("fewer than 3 people have learned here"), "{overview}");
    let of_item = few.get("content", pages.last().unwrap()).body;
    assert!(of_item.contains("fewer than 3") && !of_item.contains("50\u{a0}%"), "{of_item}");
    let (many, course) = taught();
    learned(&many, &course, 40, 10);
    let of_item = many.get("content", pages.last().unwrap()).body;
    assert!(of_item.contains("<b>40</b>") && of_item.contains("\u{a0}%") && of_item.contains("600"), "{of_item}");
    let csv = many.get("content", &format!("/content/{COURSE}/items.csv"));
    let head = csv.body.lines().next().unwrap();
    assert!(head.starts_with("course,version,lesson,item,objective,kind,people,right_least"), "{head}");
    assert!(
        csv.body.lines().any(|line| line.contains(&format!(",{},", item.id)) && line.contains(",40,")),
        "{}",
        csv.body
    );
    assert_eq!(csv.body.lines().count() - 1, course.lessons().map(|lesson| lesson.items.len()).sum::<usize>());
    assert!(many.get("content", "/content").body.contains("about 400 minutes, by 40 people"));
    assert!(many.get("management", "/management").body.contains("about 400 minutes, by 40 people"));
    assert!(few.get("management", "/management").body.contains("fewer than 3 people have learned here"));
}

#[test]
fn a_published_course_is_not_offered_again_and_only_content_publishes() {
    let test = TestApp::new();
    let overview = test.get("content", "/content");
    assert!(overview.status == StatusCode::OK && overview.body.contains("/content/publish"), "{}", overview.body);
    assert!(!test.get("owner", "/content").body.contains("/content/publish"));
    let page = test.get("content", "/content/publish").body;
    let version = course_shelf::shipped().version();
    assert!(page.contains(version.as_str()) && page.contains("first version"), "{page}");
    let other = test.post("content", "/content/publish", &[("version", "00")]);
    assert!(other.status == StatusCode::UNPROCESSABLE_ENTITY && other.body.contains("another version is offered"));
    let fields = [("version", version.as_str())];
    assert_eq!(test.post("content", "/content/publish", &fields).header("location"), "/content?done=published");
    assert_eq!(test.post("content", "/content/publish", &fields).header("location"), "/content?done=nothing");
    assert_eq!(test.get("content", "/content/publish").header("location"), "/content");
    let overview = test.get("content", "/content").body;
    assert!(overview.contains("Cora Content") && !overview.contains("/content/publish"), "{overview}");
}

#[test]
fn what_is_no_course_or_question_is_not_found() {
    let (test, _) = taught();
    for path in [
        "/content/none",
        "/content/none/items.csv",
        "/content/secure-coding/item/none",
        "/content/secure-coding-refresher",
    ] {
        assert_eq!(test.get("content", path).status, StatusCode::NOT_FOUND, "{path}");
    }
    for caller in CALLERS.into_iter().filter(|caller| !["content", "owner", "operator"].contains(caller)) {
        assert_ne!(test.get(caller, "/content/secure-coding/items.csv").status, StatusCode::OK, "{caller}");
    }
}
