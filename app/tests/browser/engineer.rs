//! What an engineer comes for: what is asked, why, and proof.

use super::company::COMPANY;
use super::visit::Visit;

#[test]
fn an_engineer_reads_in_one_sentence_what_is_asked_and_can_open_why() {
    let Some(visit) = Visit::of("engineer") else { return };
    assert_eq!(visit.path(), "/");
    let answers = visit.texts(".answer .lead");
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert!(answers[0].ends_with('.') && answers[0].len() < 100, "{answers:?}");
    visit.sees_not("You have been in scope since");
    visit.press("Why am I asked?");
    visit.sees("You have been in scope since");
    assert!(visit.texts(".parts code").len() > 3, "{}", visit.all());
    visit.press("The rule as written");
    visit.sees("in departments");
}

#[test]
fn an_engineer_says_this_is_not_right_and_the_owner_answers_on_their_page() {
    let Some(visit) = Visit::of("engineer") else { return };
    visit.press("Why am I asked?");
    visit.fill("This is not right", "I lead the archive now and write no code.");
    visit.press_in("details.why", "Send it");
    visit.sees("It has reached the control's owner");
    visit.press("Why am I asked?");
    visit.sees("I lead the archive now and write no code.");
    visit.sees("It waits for the control’s owner.");
    visit.become_persona("owner");
    visit.press_in("nav.tabs", "Questions");
    visit.fill_beside("I lead the archive now", "Your answer", "Thank you; your title changes with the next roster.");
    visit.press_beside("I lead the archive now", "Answer");
    visit.sees("Your answer is on their page.");
    visit.become_persona("engineer");
    visit.press("Why am I asked?");
    visit.sees("Thank you; your title changes with the next roster.");
    visit.sees_not("It waits for the control’s owner.");
}

#[test]
fn whoever_says_that_they_have_taken_it_is_up_to_date() {
    let Some(visit) = Visit::by_link(&COMPANY.overdue[0]) else { return };
    assert!(!visit.text(".answer .lead").contains("up to date"), "{}", visit.all());
    // The course itself comes first; who took it elsewhere unfolds the rest.
    visit.unfold();
    visit.press_in(".answer", "I have taken the");
    visit.sees("Thank you. It is recorded");
    assert!(visit.text(".answer .lead").contains("You are up to date."), "{}", visit.all());
    assert!(visit.text("ol.history li").contains("Proof"), "{}", visit.all());
}

#[test]
fn an_engineer_takes_a_proof_and_the_date_home() {
    let Some(visit) = Visit::of("engineer") else { return };
    let proof = visit.fetch(&visit.target("ol.history a[download]"));
    assert_eq!(proof.status, 200);
    assert!(proof.header("content-disposition").starts_with("attachment; filename="), "{proof:?}");
    let bytes = visit.fetch("/ledger/checkpoint").body;
    let head = String::from_utf8(bytes).unwrap();
    let root = head.lines().nth(2).unwrap().as_bytes();
    assert!(!root.is_empty() && proof.body.len() > root.len(), "{head}");
    let calendar = visit.fetch(&visit.target("a[href$='.ics']"));
    assert!(calendar.header("content-type").starts_with("text/calendar"), "{calendar:?}");
    assert!(calendar.text().contains("BEGIN:VEVENT"), "{}", calendar.text());
}

#[test]
fn an_engineer_sees_who_looked_at_their_record() {
    let Some(visit) = Visit::of("owner") else { return };
    let owner = visit.text(".who b");
    let id = &COMPANY.overdue[1];
    visit.go(&format!("/programme/people/{id}"));
    visit.sees("That you opened this record is written into the ledger");
    visit.browser.forget();
    visit.browser.go(&COMPANY.link(id));
    visit.press("Sign in");
    visit.press("What is kept about me, and who looked at it");
    let looks = visit.texts("ol.history li");
    assert!(looks.iter().any(|look| look.contains(&owner)), "{owner}: {looks:?}");
}
