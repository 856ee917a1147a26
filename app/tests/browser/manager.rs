//! What a manager comes for: one press, and back to work.

use super::company::COMPANY;
use super::visit::Visit;

#[test]
fn a_manager_confirms_the_count_with_one_press() {
    let Some(visit) = Visit::of("manager") else { return };
    assert_eq!(visit.path(), "/team");
    visit.sees("Is that right?");
    visit.press("Confirm ");
    visit.sees("Your count is recorded.");
    visit.sees("Thank you.");
    assert!(visit.texts(".answer button").iter().all(|button| !button.starts_with("Confirm")), "{}", visit.all());
}

#[test]
fn a_manager_sends_a_note_and_is_not_asked_to_send_another() {
    let Some(visit) = Visit::of("manager") else { return };
    visit.fill("Your words", "Hello, an hour this week would be well spent on the course.");
    visit.press("Send it to ");
    visit.sees("Recorded. A made-up company sends no mail");
    assert_eq!(visit.texts("form[action='/team/note']").len(), 0, "{}", visit.all());
}

#[test]
fn a_manager_lets_somebody_act_for_them_and_ends_it() {
    let Some(visit) = Visit::of("manager") else { return };
    let manager = visit.text(".who b");
    let deputy = COMPANY.people().into_iter().find(|person| person["name"] != manager).unwrap();
    visit.press("Let somebody act for you");
    visit.fill("Their employee id or e-mail address", &deputy["employee_id"]);
    visit.fill("Last day", &visit.value("First day"));
    visit.press_beside("Last day", "Save");
    visit.sees("Recorded: they see this team and may answer for it.");
    visit.sees(&format!("{} acts for you", deputy["name"]));
    visit.press("End it");
    visit.sees("Recorded: this has ended.");
    visit.sees_not("acts for you");
}
