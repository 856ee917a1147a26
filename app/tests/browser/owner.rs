//! What the control's owner comes for: where it stands, and putting one person's record right.

use super::company::COMPANY;
use super::visit::Visit;

#[test]
fn an_owner_goes_from_the_overview_to_whoever_is_overdue() {
    let Some(visit) = Visit::of("owner") else { return };
    assert_eq!(visit.path(), "/programme");
    visit.press_in(".bridge", "overdue");
    let statuses = visit.texts("table.list .tag");
    assert!(!statuses.is_empty() && statuses.iter().all(|status| status == "Overdue"), "{statuses:?}");
    let name = visit.text("table.list tbody th a");
    visit.press_in("table.list tbody", &name);
    assert_eq!(visit.text("h1"), name);
}

#[test]
fn an_owner_records_a_completion_and_takes_it_back() {
    let Some(visit) = Visit::of("owner") else { return };
    visit.go(&format!("/programme/people/{}", COMPANY.overdue[2]));
    visit.fill("Where the proof is", "certificate 4711 in the archive");
    visit.press("Record it");
    visit.sees("Recorded.");
    visit.sees("Up to date until");
    visit.fill_beside("What should not have been recorded", "Why", "It was the certificate of a namesake.");
    visit.press("Take it back");
    visit.sees("Taken back. The mistake and the correction both stay in the ledger.");
    visit.sees("Overdue");
}

#[test]
fn what_was_taken_back_stays_in_the_history_with_its_reason() {
    let Some(visit) = Visit::of("owner") else { return };
    visit.go(&format!("/programme/people/{}", COMPANY.overdue[5]));
    visit.fill("Where the proof is", "certificate 4712 in the archive");
    visit.press("Record it");
    visit.fill_beside("What should not have been recorded", "Why", "It was the certificate of a namesake.");
    visit.press("Take it back");
    let history = visit.texts("ol.history li").join("\n");
    assert!(history.contains("It was the certificate of a namesake."), "{history}");
}

#[test]
fn an_owner_looks_at_the_programme_as_it_was_on_another_day() {
    let Some(visit) = Visit::of("owner") else { return };
    let today = visit.text("main .lead");
    visit.fill("As of", "2025-06-30");
    visit.press_in("form.asof", "Show");
    assert!(visit.text("form.asof").contains("This page speaks of 30 June 2025"), "{}", visit.path());
    assert_ne!(visit.text("main .lead"), today);
    visit.press_in("nav.tabs", "People");
    visit.press("Back to today");
    assert!(!visit.text("form.asof").contains("This page speaks of"), "{}", visit.path());
}
