//! Long lists: found by any word, a page at a time, in any order, and as files.

use super::{ROSTER, TestApp, applied, control, taken_in, told};
use axum::http::StatusCode;
use jiff::ToSpan;
use keepsharp_domain::fact::{Asks, RequestMade};
use keepsharp_domain::{objection, request};
use std::fmt::Write;

fn names(body: &str) -> Vec<String> {
    let rows = body.split("<tbody>").nth(1).unwrap_or_default();
    let links = rows.split("<th scope=\"row\"><a href=\"").skip(1);
    links.filter_map(|rest| Some(rest.split('>').nth(1)?.split('<').next()?.to_owned())).collect()
}

#[test]
fn people_are_found_by_name_id_address_and_title_in_any_capitals() {
    let test = TestApp::new();
    for (text, expected) in [
        ("ANA O", vec!["Ana One"]),
        ("e2", vec!["Ben Two"]),
        ("cleo@SAMPLE", vec!["Cleo &#60;Three&#62;"]),
        ("lead", vec!["Mara Lead"]),
        ("developer", vec!["Ana One", "Ben Two", "Cleo &#60;Three&#62;"]),
        ("one%09e1", vec!["Ana One"]),
        ("nobody at all", vec![]),
        ("%0A", vec!["all"]),
    ] {
        let body = test.get("owner", &format!("/programme/people?part=everybody&q={}", text.replace(' ', "+"))).body;
        let found = names(&body);
        if expected == ["all"] {
            assert_eq!(found.len(), 9, "blanks find everybody");
        } else {
            assert_eq!(found, expected, "{text}");
        }
    }
}

#[test]
fn a_list_is_narrowed_put_in_order_and_taken_home() {
    let test = TestApp::new();
    let people = |query: &str| names(&test.get("owner", &format!("/programme/people?{query}")).body);
    assert_eq!(people(""), ["Ana One", "Ben Two", "Cleo &#60;Three&#62;"]);
    assert_eq!(people("sort=-name"), ["Cleo &#60;Three&#62;", "Ben Two", "Ana One"]);
    assert_eq!(people("part=current"), ["Ana One"]);
    assert_eq!(people("manager=M1&part=everybody"), ["Ana One", "Ben Two", "Cleo &#60;Three&#62;"]);
    assert_eq!(people("department=Security&part=everybody"), ["Cora Content", "Olga Owner"]);
    assert_eq!(people("page=99"), people(""));
    let csv = test.get("owner", "/programme/people.csv?part=current");
    assert!(csv.status == StatusCode::OK && csv.body.lines().count() == 2, "{}", csv.body);
    let table = test.get("owner", "/programme/table.csv").body;
    assert!(
        table.starts_with("as_of,manager_id,engineers,away,recorded,attested,taken") && table.contains(",M1,3,0,1,,1"),
        "{table}"
    );
}

const TRACKS: &str = r#"
[[tracks]]
id = "lead"
title = "Leads"
rule = 'title.contains("Lead")'
[[tracks]]
id = "code"
title = "Coders"
rule = 'title.contains("Developer")'
"#;

#[test]
fn people_are_narrowed_by_track_course_and_day_in_the_file_as_on_the_page() {
    let test = TestApp::new();
    applied(&test, &format!("{}{TRACKS}", control()));
    let soon = crate::clock::today(&test.app.store.world().unwrap()).saturating_add(60.days());
    let (ana, ben, cleo) = ("Ana One", "Ben Two", "Cleo &#60;Three&#62;");
    for (query, expected) in [
        ("part=everybody&track=lead".to_owned(), vec!["Mara Lead"]),
        ("track=code".to_owned(), vec![ana, ben, cleo]),
        ("track=no+such+track".to_owned(), vec![]),
        ("course=full".to_owned(), vec![ben, cleo]),
        ("course=refresher".to_owned(), vec![ana]),
        (format!("due_by={soon}"), vec![ben, cleo]),
        ("due_by=2099-12-31".to_owned(), vec![ana, ben, cleo]),
        (format!("track=code&course=refresher&due_by={soon}"), vec![]),
    ] {
        let page = test.get("owner", &format!("/programme/people?{query}")).body;
        assert_eq!(names(&page), expected, "{query}");
        let link = page.split("href=\"").find(|rest| rest.starts_with("/programme/people.csv")).unwrap();
        let link = link.split('"').next().unwrap().replace("&#38;", "&");
        let csv = test.get("owner", &link).body;
        assert_eq!(csv.lines().count(), expected.len() + 1, "{link}: {csv}");
    }
    let page = test.get("owner", &format!("/programme/people?track=code&course=full&due_by={soon}")).body;
    for kept in ["value=\"code\" selected", "value=\"full\" selected", &format!("value=\"{soon}\"")] {
        assert!(page.contains(kept), "{kept}: {page}");
    }
    assert_eq!(test.get("owner", "/programme/people?due_by=x").status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[test]
fn the_managers_table_is_linked_of_the_day_that_the_page_speaks_of() {
    let test = TestApp::new();
    let today = crate::clock::today(&test.app.store.world().unwrap());
    assert!(test.get("owner", "/programme").body.contains("href=\"/programme/table?campaign=round\""));
    let past = today.saturating_sub(2.days());
    let page = test.get("owner", &format!("/programme?as_of={past}&known_at={today}T23%3A59")).body;
    let link = format!("href=\"/programme/table?as_of={past}&#38;known_at={today}T23%3A59&#38;campaign=round\"");
    assert!(page.replace("%2D", "-").contains(&link), "{page}");
}

/// Sixty more who each ask for a leave and say that something is not right, beside the one who does already.
fn with_sixty_more(test: &TestApp) {
    let mut csv = ROSTER.to_owned();
    for number in 1..=60 {
        writeln!(csv, "X{number},Xenia {number},,,Developer,Engineering,M1,2020-01-01").unwrap();
    }
    taken_in(test, csv);
    let today = crate::clock::today(&test.app.store.world().unwrap());
    told(&test.app.store, move |world| {
        let mut drafts = Vec::new();
        for number in 1..=60 {
            let ix = world.people().find(&format!("X{number}")).unwrap();
            let person = world.people().get(ix).unwrap().id;
            let asked =
                RequestMade { person, asks: Asks::Leave, control: None, from: today, to: None, completion: None };
            drafts.extend(request::make(world, asked, "")?);
            drafts.extend(objection::raise(world, ix, "TRN", "I left the team")?);
        }
        Ok((drafts, ()))
    });
}

#[test]
fn requests_and_questions_are_listed_fifty_at_a_time() {
    let test = TestApp::new();
    with_sixty_more(&test);
    for (path, told) in [
        ("/programme/requests", "61 requests wait to be decided."),
        ("/programme/objections", "61 people wait for an answer."),
    ] {
        let listed = |page: &str| page.matches(&format!("action=\"{path}/")).count();
        let first = test.get("owner", path).body;
        assert!(listed(&first) == 50 && first.contains(told), "{path}: {first}");
        assert!(first.contains(&format!("rel=\"next\" href=\"{path}?page=2\"")), "{path}: {first}");
        let second = test.get("owner", &format!("{path}?page=2")).body;
        assert!(listed(&second) == 11 && second.contains(told) && second.contains("51–61 of 61"), "{path}: {second}");
    }
}

#[test]
fn a_form_of_a_list_comes_back_on_the_page_where_it_stood() {
    let test = TestApp::new();
    with_sixty_more(&test);
    for (path, field, words, refused, sent) in [
        ("/programme/requests", "reason", "declined", ("answer", "decline"), ("reason", "Not this year.")),
        ("/programme/objections", "words", "answered", ("words", ""), ("words", "Thank you.")),
    ] {
        let page = test.get("owner", &format!("{path}?page=2")).body;
        let form = page.split(&format!("action=\"{path}/")).nth(1).unwrap();
        let action = format!("{path}/{}", form.split('"').next().unwrap());
        let name = form.split("name=\"form\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let reply = test.post("owner", &action, &[("form", name), refused]);
        assert!(reply.body.contains(&format!("id=\"{name}-{field}-error\"")), "{action}: {}", reply.body);
        assert!(reply.body.contains(&format!("rel=\"prev\" href=\"{path}?page=1\"")), "{action}: {}", reply.body);
        let reply = test.post("owner", &action, &[("form", name), refused, sent]);
        let reply = if path.ends_with("objections") { test.post("owner", &action, &[sent]) } else { reply };
        assert_eq!(reply.header("location"), format!("{path}?page=2&done={words}"));
    }
}
