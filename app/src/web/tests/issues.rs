//! The company's own past issues: brought by whoever owns content, looked at, published, and shown in the lesson about them.

use super::{Reply, TestApp};
use crate::clock;
use crate::course_shelf::{self, OwnIssues, with_own_issues};
use axum::http::StatusCode;
use keepsharp_course::issues;

const HERE: &str = "/content/secure-coding/issues";
const LESSON: &str = "/learn/secure-coding/think.history";
const HEAD: &str = "cve_id,fixed_on,weakness_group,area,title,severity,cwe_id,fixed_in,believed,where_else,teams\n";

fn taught() -> TestApp {
    let test = TestApp::new();
    let today = clock::today(&test.app.store.world().unwrap());
    course_shelf::publish(&test.app.store, &course_shelf::shipped(), "operator:test", clock::now(), today).unwrap();
    test
}

fn bring(test: &TestApp, caller: &str, rows: &str) -> Reply {
    let part = |name: &str, more: &str, value: &str| {
        format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n")
    };
    let file = part("file", "; filename=\"ours.csv\"", &format!("{HEAD}{rows}"));
    let body = [part("csrf", "", &test.csrf(caller)), part("form", "", "issues"), file, "--b--\r\n".to_owned()];
    let request = test.request(caller, "POST", HERE).header("content-type", "multipart/form-data; boundary=b");
    test.send(request.body(body.concat().into()).unwrap())
}

/// The version that is taught.
fn version(test: &TestApp) -> String {
    test.app.store.world().unwrap().published_courses().latest("secure-coding").unwrap().body.version.to_string()
}

/// Brings rows and publishes them.
fn published(test: &TestApp, rows: &str) {
    let looked = bring(test, "content", rows);
    let address = looked.header("location").to_owned();
    let (_, file) = address.split_once("?file=").unwrap_or_else(|| panic!("{}", looked.body));
    let done = test.post("content", &format!("{HERE}/publish"), &[("file", file), ("version", &version(test))]);
    assert_eq!(done.header("location"), "/content?done=published", "{}", done.body);
}

#[test]
fn a_lesson_shows_made_up_cards_until_the_company_brings_its_own() {
    let test = taught();
    let before = test.get("engineer", LESSON).body;
    assert!(before.contains("FW-131") && !before.contains("own-issues"), "{before}");
    published(
        &test,
        "CVE-2026-1,2026-10-01,Access control,Export,Exports leak <b>,High,CWE-639,7.1 7.2,Links stay private,Feeds: one,\n\
         OPEN-1,,Access control,Export,Nobody may know of this yet,Critical,,,,,\n",
    );
    let after = test.get("engineer", LESSON).body;
    assert!(!after.contains("FW-131") && !after.contains("Nobody may know"), "{after}");
    for seen in [
        "1 issue of our own was mended, 1 of them high or critical",
        "https://nvd.nist.gov/vuln/detail/CVE-2026-1",
        "Exports leak &#60;b&#62;",
        "“Links stay private”",
        "Where else: Feeds: one",
        "/learn/secure-coding/ac.scope",
    ] {
        assert!(after.contains(seen), "{seen}: {after}");
    }
    assert!(test.get("content", "/content").body.contains("1 issue of your own from 24 months"));
}

#[test]
fn a_file_is_looked_at_before_it_is_published_and_what_is_wrong_is_told_by_line() {
    let test = taught();
    let wrong = bring(&test, "content", "A,2026-13-01,x,y,t,,,,,,\nB,2099-01-01,x,y,t,,,,,,\n");
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Line 2, column 2"), "{}", wrong.body);
    let ahead = bring(&test, "content", "B,2099-01-01,x,y,t,,,,,,\n");
    assert!(ahead.body.contains("which is yet to come"), "{}", ahead.body);
    let looked = bring(&test, "content", "A,2026-10-01,Access control,y,t,,,,,,\nB,,Access control,y,t,,,,,,\n");
    let page = test.get("content", looked.header("location")).body;
    for seen in ["ours.csv", "Access control, 100\u{a0}%", "no fixed_on", "Publish the course with these issues"] {
        assert!(page.contains(seen), "{seen}: {page}");
    }
    assert!(test.get("engineer", LESSON).body.contains("FW-131"), "nothing is published yet");
    let gone = test.post("content", &format!("{HERE}/publish"), &[("file", "00")]);
    assert!(gone.status == StatusCode::UNPROCESSABLE_ENTITY && gone.body.contains("does not wait here"));
    assert_eq!(test.get("content", &format!("{HERE}?file=00")).status, StatusCode::OK);
    assert_eq!(test.get("content", "/content/none/issues").status, StatusCode::NOT_FOUND);
    assert_eq!(bring(&test, "owner", "A,2026-10-01,x,y,t,,,,,,\n").status, StatusCode::FORBIDDEN);
    assert!(!test.get("owner", HERE).body.contains("multipart"));
}

#[test]
fn cards_are_chosen_by_area_and_a_hostile_area_shows_nothing_of_itself() {
    let test = taught();
    published(
        &test,
        "A,2026-10-01,Access control,Export,one,Low,,,,,\nB,2026-10-02,Denial of service,Search,two,High,,,,,\n",
    );
    let shown = |query: &str| test.get("engineer", &format!("{LESSON}{query}")).body;
    let all = shown("");
    assert!(all.contains("Cards from all of us") && all.contains("<b>one</b>") && all.contains("<b>two</b>"), "{all}");
    let some = shown("?area=Export");
    assert!(
        some.contains("Cards from Export") && some.contains("<b>one</b>") && !some.contains("<b>two</b>"),
        "{some}"
    );
    assert!(shown("?area=%3Cscript%3Ehostile").contains("Cards from all of us"));
    assert!(!shown("?area=%3Cscript%3Ehostile").contains("hostile"));
}

#[test]
fn a_newer_course_keeps_the_companys_own_issues_and_is_not_offered_because_of_them() {
    let test = taught();
    published(&test, "A,2026-10-01,Access control,Export,one,Low,,,,,\n");
    let store = &test.app.store;
    let world = store.world().unwrap();
    assert!(!test.get("content", "/content").body.contains("/content/publish"), "only the issues are others");
    let files = |own| with_own_issues(store, &world, course_shelf::shipped(), own).unwrap();
    assert!(
        files(OwnIssues::Kept)
            .get(issues::FILE)
            .unwrap()
            .ends_with(b"A,2026-10-01,Access control,Export,one,Low,,,,,\n")
    );
    assert_eq!(files(OwnIssues::None).get(issues::FILE), None);
    assert_eq!(files(OwnIssues::These(b"x".to_vec())).get(issues::FILE), Some(&b"x"[..]));
    assert!(with_own_issues(store, &world, course_shelf::shipped(), OwnIssues::These(vec![0; 2 << 20])).is_err());
}

#[test]
fn issues_are_not_published_over_a_course_that_came_meanwhile() {
    let test = taught();
    let before = version(&test);
    let looked =
        bring(&test, "content", "A,2026-10-01,Access control,Export,one,Low,,,,,\n").header("location").to_owned();
    let (_, file) = looked.split_once("?file=").unwrap();
    published(&test, "B,2026-10-01,Access control,Export,two,Low,,,,,\n");
    let after = version(&test);
    let late = test.post("content", &format!("{HERE}/publish"), &[("file", file), ("version", &before)]);
    assert!(late.status == StatusCode::UNPROCESSABLE_ENTITY && late.body.contains("since you looked"), "{}", late.body);
    assert_eq!(version(&test), after);
}

#[test]
fn a_file_with_thousands_of_classes_and_areas_makes_no_endless_page() {
    let test = taught();
    let row = |number: usize| format!("I{number},2026-10-01,Class {number},Area {number},t,Low,CWE-639,,,,\n");
    published(&test, &(0..5_000).map(row).collect::<String>());
    let page = test.get("engineer", LESSON);
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.len() < 120_000 && page.body.contains("And 4,900 more classes"), "{}", page.body.len());
}
