//! Changing the programme: a rule, a leave; and the page for management, which names nobody.

use super::company::{COMPANY, CONTROL};
use super::visit::Visit;

#[test]
fn an_owner_sees_whom_a_changed_rule_would_concern_before_it_is_recorded() {
    let Some(visit) = Visit::of("owner") else { return };
    visit.press_in("nav.tabs", "Definition");
    let facts = visit.text("footer");
    let text = format!(
        "[[controls]]\nid = \"{CONTROL}\"\ncadence = {{ every_months = 12 }}\n\
         courses = {{ full = \"secure-coding\", refresher = \"secure-coding-refresher\" }}\n\
         scope = 'title.contains(\"Staff\"'\n"
    );
    visit.fill("The text", &text);
    visit.press("Look at what would change");
    visit.sees("This was not done yet");
    visit.is_for_everybody();
    visit.fill("The text", &text.replace("\"Staff\"", "\"Staff\")"));
    visit.press("Look at what would change");
    assert_eq!(visit.text("h1"), "What this would change", "{}", visit.all());
    visit.sees("Whom it concerns, by name");
    visit.is_for_everybody();
    visit.press("Not now");
    assert_eq!(visit.text("footer"), facts);
}

#[test]
fn delivery_grants_a_leave() {
    let Some(visit) = Visit::of("delivery") else { return };
    visit.press_in("nav.tabs", "Requests");
    let waiting = visit.texts("form[action^='/programme/requests/']").len();
    visit.press_beside("Leave from", "Grant");
    visit.sees("Granted.");
    assert_eq!(visit.texts("form[action^='/programme/requests/']").len(), waiting - 1, "{}", visit.all());
}

#[test]
fn the_page_for_management_names_nobody() {
    let Some(visit) = Visit::of("management") else { return };
    assert_eq!(visit.path(), "/management");
    visit.unfold();
    let said = visit.texts("main").concat() + &visit.fetch("/management.csv").text();
    assert!(said.len() > 500, "{said}");
    for person in COMPANY.people() {
        for word in ["name", "email", "employee_id", "id"] {
            let is_said = !person[word].is_empty() && said.contains(&person[word]);
            assert!(!is_said, "{}: {said}", person[word]);
        }
    }
}
