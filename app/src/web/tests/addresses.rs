//! What stands in addresses: they are kept in histories and in logs of proxies, so that no employee id may be in one.

use super::{ROSTER, TestApp, control, taken_in};
use axum::http::StatusCode;

/// Where a page's links and forms lead.
fn addresses(body: &str) -> Vec<String> {
    let after = |name: &str| body.split(name).skip(1).filter_map(|rest| rest.split('"').next()).collect::<Vec<_>>();
    [after(" href=\""), after(" action=\"")].concat().into_iter().map(str::to_owned).collect()
}

fn name_nobody(addresses: &[String]) {
    let ids: Vec<&str> = ROSTER.lines().skip(1).filter_map(|row| row.split(',').next()).collect();
    for address in addresses {
        let named = address.split(|c: char| !c.is_ascii_alphanumeric()).find(|word| ids.contains(word));
        assert_eq!(named, None, "{address}");
    }
}

/// E3 without an address, which is a finding.
fn with_a_finding(test: &TestApp) {
    taken_in(test, ROSTER.replace("cleo@sample.example", ""));
}

#[test]
fn no_link_and_no_form_has_an_employee_id_in_its_address() {
    let test = TestApp::new();
    with_a_finding(&test);
    let manager = test.id("M1");
    for (caller, path, least) in [
        ("owner", "/programme".to_owned(), 1),
        ("owner", "/programme/table".to_owned(), 1),
        ("owner", "/programme/people".to_owned(), 3),
        ("owner", format!("/programme/people?manager={manager}"), 3),
        ("owner", format!("/programme/people/{manager}"), 1),
        ("owner", "/programme/people/E2".to_owned(), 1),
        ("owner", "/programme/requests".to_owned(), 1),
        ("owner", "/programme/objections".to_owned(), 1),
        ("owner", "/programme/findings".to_owned(), 1),
        ("manager", "/team".to_owned(), 0),
    ] {
        let reply = test.get(caller, &path);
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        let found = addresses(&reply.body);
        let of_people = found.iter().filter(|address| address.contains("/people/p") || address.contains("manager=p"));
        assert!(of_people.count() >= least || path == "/programme", "{path}: {found:?}");
        name_nobody(&found);
    }
}

#[test]
fn whom_a_changed_rule_would_concern_is_linked_without_their_employee_id() {
    let test = TestApp::new();
    let text = control().replace("Developer", "Lead");
    let reply = test.post("owner", "/programme/definition", &[("form", "definition"), ("text", &text)]);
    let found = addresses(&reply.body);
    let link = format!("/programme/people/{}", test.id("M1"));
    assert!(found.contains(&link), "{} {}", reply.status, reply.body);
    name_nobody(&found);
}

#[test]
fn what_was_sent_leads_back_to_an_address_without_an_employee_id() {
    let test = TestApp::new();
    let count = [("form", "count"), ("of", "M1"), ("campaign", "round"), ("seen", ""), ("count", "2")];
    let reply = test.post("manager", "/team/count", &count);
    assert_eq!(reply.header("location"), format!("/team?of={}&done=counted", test.id("M1")));
    let join = [("form", "join"), ("new", "E2"), ("reason", "a second account")];
    let reply = test.post("owner", &format!("/programme/people/{}/join", test.id("E3")), &join);
    assert_eq!(reply.header("location"), format!("/programme/people/{}?done=merged", test.id("E2")));
}
