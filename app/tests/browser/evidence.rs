//! What somebody comes for who needs evidence: one button, one file, and that it can be checked elsewhere.

use super::visit::Visit;
use std::io::Cursor;
use std::time::{Duration, Instant};

/// Longest time that a pack of the demo's company takes, in a build without optimisation on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

#[test]
fn an_owner_presses_one_button_and_holds_a_pack_that_verifies() {
    let Some(visit) = Visit::of("owner") else { return };
    visit.go("/programme/evidence");
    visit.fill("Seed of the sample", "4711");
    visit.press("Make the pack");
    let began = Instant::now();
    // The page looks again by itself.
    while !visit.texts("main h2").iter().any(|heading| heading == "It is ready") {
        assert!(began.elapsed() < PATIENCE, "{:?}", visit.texts("main"));
        std::thread::sleep(Duration::from_millis(200));
    }
    visit.is_for_everybody();
    let file = visit.fetch(&format!("{}/file", visit.path()));
    assert_eq!(file.header("content-type"), "application/zip");
    let verdict = keepsharp_verifier::verify(Cursor::new(&file.body), None).unwrap();
    assert!(verdict.is_sound(), "{}", keepsharp_verifier::tell(&Ok(verdict)));
    visit.press("Record it");
    visit.sees("What was handed over is recorded.");
    visit.sees("no names");
}

#[test]
fn an_owner_says_what_followed_from_a_check() {
    let Some(visit) = Visit::of("owner") else { return };
    visit.go("/programme/control");
    visit.press("Record how it stood");
    visit.sees("How it stood is recorded.");
    visit.sees("Add what followed");
}
