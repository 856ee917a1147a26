//! What an administrator comes for: who may do what, and ending a session.

use super::company::COMPANY;
use super::visit::Visit;
use super::wire::send;

#[test]
fn an_administrator_grants_a_role_and_ends_it() {
    let Some(visit) = Visit::of("administrator") else { return };
    assert_eq!(visit.path(), "/admin");
    let person = COMPANY.people().pop().unwrap();
    visit.fill("Employee id or e-mail address", "nobody at all");
    visit.press("Grant it");
    visit.sees("This was not done yet");
    visit.is_for_everybody();
    visit.fill("Employee id or e-mail address", &person["employee_id"]);
    visit.choose("Role", "Content");
    visit.press("Grant it");
    visit.sees("The role is granted.");
    let held = format!("End it: {}, Content", person["name"]);
    visit.press(&held);
    visit.sees("The role has ended.");
    visit.sees_not(&held);
}

#[test]
fn an_administrator_ends_a_session_and_it_opens_nothing_more() {
    let Some(visit) = Visit::of("administrator") else { return };
    let person = &COMPANY.overdue[3];
    let name = COMPANY.people().into_iter().find(|row| row["employee_id"] == *person).unwrap().remove("name").unwrap();
    let link = COMPANY.link(person);
    let path = link.strip_prefix(&COMPANY.url("")).unwrap();
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    let signed_in = send(&COMPANY.address, "POST", path, &[form], b"");
    let cookie = signed_in.header("set-cookie").split(';').next().unwrap();
    let opens = || send(&COMPANY.address, "GET", "/", &[("Cookie", cookie)], b"").status;
    assert_eq!(opens(), 200);
    visit.go("/admin");
    visit.press(&format!("End it for {name}"));
    visit.sees("The session has ended.");
    assert_eq!(opens(), 303);
}
