//! Everything by keyboard: Tab, Enter, and a focus that one can see.

use super::company::COMPANY;
use super::visit::Visit;
use serde_json::Value;

/// The keys of WebDriver.
const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';
const SPACE: char = '\u{e00d}';

/// What has the focus: its words, and whether one can see that it has it.
const FOCUS: &str = "
const found = document.activeElement;
const style = getComputedStyle(found);
const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
const box = found.getBoundingClientRect();
const shown = box.width > 1 && box.bottom > 0 && box.top < innerHeight;
// The parts inside a field for a day have a ring of the browser's own.
const parts = found.type === 'date' || found.type === 'datetime-local';
return [(found.innerText || found.name || found.tagName).trim(), (outlined || parts) && shown, found.tagName];";

/// Presses Tab until something with these words has the focus; everything on the way must show that it has it.
fn tab_to(visit: &Visit, words: &str) {
    let mut passed = Vec::new();
    for _ in 0..300 {
        visit.browser.key(TAB);
        let focus = visit.browser.script(FOCUS, &[]);
        let said = focus[0].as_str().unwrap().to_owned();
        if focus[2] == "BODY" || focus[2] == "HTML" {
            continue;
        }
        assert_eq!(focus[1], Value::Bool(true), "the focus on {said:?} can't be seen, after {passed:?}");
        if said.starts_with(words) {
            return;
        }
        passed.push(said);
    }
    panic!("Tab does not reach {words:?}, only {passed:?}");
}

#[test]
fn an_engineer_signs_in_reads_and_answers_by_keyboard_alone() {
    let Some(visit) = Visit::begin(&COMPANY.address) else { return };
    visit.go("/sign-in");
    tab_to(&visit, "Skip to the content");
    tab_to(&visit, "Engineer");
    visit.leave(|| visit.browser.key(ENTER));
    visit.sees("My history");
    tab_to(&visit, "Skip to the content");
    visit.browser.key(ENTER);
    tab_to(&visit, "Why am I asked?");
    visit.browser.key(ENTER);
    visit.sees("You have been in scope since");
}

#[test]
fn the_first_button_of_whoever_is_asked_works_by_keyboard() {
    let Some(visit) = Visit::by_link(&COMPANY.overdue[4]) else { return };
    tab_to(&visit, "Skip to the content");
    visit.browser.key(ENTER);
    tab_to(&visit, "Open the");
    visit.leave(|| visit.browser.key(ENTER));
    visit.sees("lessons");
}

#[test]
fn a_lesson_is_taken_by_keyboard_alone_and_the_next_is_one_key_away() {
    let Some(visit) = Visit::by_link(&COMPANY.overdue[4]) else { return };
    visit.go("/learn/secure-coding/ac.scope");
    for _ in 0..8 {
        let open = visit.browser.script("return document.querySelectorAll('.question form').length", &[]);
        if open == 0 {
            break;
        }
        // Tab goes to the group of choices; the arrow takes one; the button is one Tab on, or two where a hint stands between.
        visit.browser.script("document.querySelector('.question form [type=radio], .question form [type=checkbox], .question form select').focus()", &[]);
        visit.browser.key(SPACE);
        tab_to(&visit, "I am sure");
        visit.leave(|| visit.browser.key(ENTER));
    }
    visit.sees("You can now");
    tab_to(&visit, "Next:");
    visit.leave(|| visit.browser.key(ENTER));
    assert!(!visit.path().ends_with("ac.scope"), "{}", visit.path());
}

#[test]
fn every_page_can_be_gone_through_by_tab() {
    let Some(visit) = Visit::of("owner") else { return };
    for path in ["/programme", "/programme/people", "/programme/requests", "/programme/definition"] {
        visit.go(path);
        tab_to(&visit, "Check it yourself");
    }
}
