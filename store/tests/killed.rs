//! A process that is killed at any instant: what it was answered "done" is there, nothing is there by half, and the
//! next start needs no repair.

#![expect(clippy::unwrap_used, reason = "a test's helpers may fail as its tests do")]

mod places;

use keepsharp_store::Place;
use places::{TestPlace, joins};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Names the place for the child; only a child has it.
const CHILD: &str = "KEEPSHARP_KILLED_CHILD";

#[test]
fn sqlite() {
    kill_often(&TestPlace::sqlite(), 200);
}

#[test]
fn postgresql() {
    if let Some(place) = TestPlace::postgres() {
        kill_often(&place, 40);
    }
}

fn kill_often(place: &TestPlace, times: u64) {
    let shown = match &place.place {
        Place::Sqlite(path) => path.display().to_string(),
        Place::Postgres(url) => url.clone(),
    };
    drop(place.open());
    let mut facts = 1;
    let mut kept = 0;
    for time in 0..times {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--nocapture", "--test-threads=1"])
            .env(CHILD, &shown)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().unwrap();
        // From before the first commit to the middle of a later one, spread over the times.
        let patience = Duration::from_micros(3_000 + time * 7_919 % 40_000);
        let killer = std::thread::spawn(move || {
            std::thread::sleep(patience);
            child.kill().unwrap();
            child.wait().unwrap();
        });
        let done = BufReader::new(stdout).lines().map_while(Result::ok).filter(|line| line.starts_with("done")).count();
        killer.join().unwrap();
        let verified = place.open().verify().unwrap();
        // At most one commit of three facts was written without its answer having been read.
        let new = verified.facts - facts;
        assert!(new >= 3 * done as u64, "{done} commits were answered, and only {new} facts are there");
        assert_eq!(new % 3, 0, "a commit is there by half");
        facts = verified.facts;
        kept += done;
    }
    assert!(kept > 0, "no child ever came to commit");
}

/// Not a test of its own: what the killed process does.
#[test]
fn child() {
    let Ok(shown) = std::env::var(CHILD) else { return };
    let place = if shown.contains("://") { Place::Postgres(shown) } else { Place::Sqlite(shown.into()) };
    let store = places::open(&place).unwrap();
    for number in 0.. {
        let three = move |world: &keepsharp_domain::World| {
            let mut decision = keepsharp_store::Decision::default();
            for part in 0..3 {
                decision.drafts.extend(joins(&format!("E{}-{number}-{part}", std::process::id()))(world)?.0.drafts);
            }
            Ok((decision, ()))
        };
        store.commit("system", three).unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "\ndone {number}").unwrap();
        out.flush().unwrap();
    }
}
