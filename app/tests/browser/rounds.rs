//! What delivery comes for: running a round, preparing the next, and seeing who hears what.

use super::visit::Visit;

/// The round that is open: other tests prepare further ones meanwhile.
const OPEN: &str = "table.list tbody tr:has(.tag.good)";

#[test]
fn delivery_prepares_next_years_round_and_changes_its_objective() {
    let Some(visit) = Visit::of("delivery") else { return };
    visit.press_in("nav.tabs", "Rounds");
    visit.press_in(OPEN, &visit.text(&format!("{OPEN} th a")));
    visit.press("Prepare next year’s");
    visit.sees("it would ask");
    visit.fill("Objective, in percent", "95");
    visit.press("Record this round");
    visit.sees("The round is recorded.");
    visit.sees("It opens in");
    visit.press("Change it");
    visit.fill("Objective, in percent", "none");
    visit.press("Record the change");
    visit.sees("write a percentage between 0 and 100");
    visit.is_for_everybody();
    visit.fill("Objective, in percent", "92,5 %");
    visit.press("Record the change");
    assert!(visit.texts("dl.figures dd").contains(&"92.5 %".to_owned()), "{:?}", visit.texts("dl.figures dd"));
}

#[test]
fn delivery_pauses_a_round_and_lets_it_go_on() {
    let Some(visit) = Visit::of("delivery") else { return };
    visit.press_in("nav.tabs", "Rounds");
    visit.press_in(OPEN, &visit.text(&format!("{OPEN} th a")));
    visit.press("Pause it");
    visit.sees("It is paused: nobody is written to.");
    visit.press("Go on");
    visit.sees("It goes on.");
    visit.press("Who hears next, and why");
    visit.sees("Nobody gets more than 6 in a fiscal quarter");
}

#[test]
fn an_engineer_sees_what_they_were_sent_and_asks_for_quiet() {
    let Some(visit) = Visit::of("engineer") else { return };
    visit.go("/my/record");
    visit.press("A month");
    visit.sees("You hear nothing before");
    visit.is_for_everybody();
}
