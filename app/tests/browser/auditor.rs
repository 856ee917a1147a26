//! What an auditor comes for: the population, one name, and that opening it left a trace.

use super::company::COMPANY;
use super::visit::Visit;

#[test]
fn an_auditor_opens_a_name_and_its_owner_sees_that() {
    let Some(visit) = Visit::of("auditor") else { return };
    assert_eq!(visit.path(), "/audit");
    let auditor = visit.text(".who b");
    let employed = COMPANY.people();
    let ids = visit.texts("#requirements tbody th");
    let person = employed.iter().find(|person| ids.contains(&person["id"])).unwrap();
    let said = visit.texts("main").concat();
    assert!(employed.iter().all(|person| !said.contains(&person["name"])), "{said}");
    visit.press_in("#requirements tbody", &person["id"]);
    assert_eq!(visit.text("h1"), person["name"]);
    visit.sees("is recorded in the ledger");
    visit.browser.forget();
    visit.browser.go(&COMPANY.link(&person["employee_id"]));
    visit.press("Sign in");
    visit.press("What is kept about me, and who looked at it");
    let looks = visit.texts("ol.history li");
    assert!(looks.iter().any(|look| look.contains(&auditor)), "{auditor}: {looks:?}");
}

#[test]
fn an_auditor_takes_the_population_home_without_names() {
    let Some(visit) = Visit::of("auditor") else { return };
    let file = visit.fetch("/audit/requirements.csv");
    assert!(file.header("content-type").starts_with("text/csv"), "{file:?}");
    let rows = crate::common::rows(&file.body);
    assert!(rows.len() > 100, "{}", rows.len());
    let text = file.text();
    assert!(COMPANY.people().iter().all(|person| !text.contains(&person["name"])));
    // Nothing else is theirs to see.
    assert_eq!(visit.fetch("/programme/people").status, 403);
}
