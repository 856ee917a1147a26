//! What learners do, on both engines: many at once, none lost though the process is killed, all gone with their person.

#![expect(clippy::unwrap_used, reason = "a test's helpers may fail as its tests do")]

mod places;

use jiff::Timestamp;
use keepsharp_domain::PersonId;
use keepsharp_store::{Learned, Place, fresh_id};
use places::TestPlace;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

on_both!(
    what_somebody_did_is_found_in_the_order_of_doing,
    two_hundred_learners_at_once_lose_nothing,
    a_draft_is_the_newest_one_and_ones_own,
    a_certificate_has_one_code,
    what_is_answered_as_kept_is_there_though_the_process_is_killed,
);

/// Names the place and the person for the child; only a child has it.
const CHILD: &str = "KEEPSHARP_LEARNING_CHILD";

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn event(person: PersonId, body: &str) -> Learned {
    Learned { person, course: "c".to_owned(), at: now(), item: "a.b.q1".to_owned(), body: body.to_owned() }
}

fn what_somebody_did_is_found_in_the_order_of_doing(place: &TestPlace) {
    let store = place.open();
    let (ana, ben) = (fresh_id(), fresh_id());
    store.learn(vec![event(ana, "1"), event(ana, "2"), event(ben, "x")]).unwrap();
    store.learn(vec![Learned { course: "other".to_owned(), ..event(ana, "y") }]).unwrap();
    store.learn(vec![event(ana, "3")]).unwrap();
    store.learn(Vec::new()).unwrap();
    let other = place.open();
    assert_eq!(other.learned(ana, "c").unwrap(), ["1", "2", "3"]);
    assert_eq!(other.learned(ben, "c").unwrap(), ["x"]);
    assert_eq!(other.learned_by(ana).unwrap().len(), 4);
    let mut all = Vec::new();
    other
        .learned_in("c", |person, _, body| {
            all.push((person.to_owned(), body.to_owned()));
            Ok(())
        })
        .unwrap();
    assert_eq!(all.len(), 4);
}

fn two_hundred_learners_at_once_lose_nothing(place: &TestPlace) {
    let store = place.open();
    let people: Vec<PersonId> = (0..200).map(|_| fresh_id()).collect();
    std::thread::scope(|scope| {
        for person in &people {
            let store = &store;
            scope.spawn(move || {
                for round in 0..3 {
                    store.learn(vec![event(*person, &round.to_string())]).unwrap();
                }
            });
        }
    });
    for person in people {
        assert_eq!(store.learned(person, "c").unwrap(), ["0", "1", "2"]);
    }
}

fn a_draft_is_the_newest_one_and_ones_own(place: &TestPlace) {
    let store = place.open();
    let (ana, ben) = (fresh_id(), fresh_id());
    store.keep_draft(ana, "x.lab", "one", now()).unwrap();
    store.keep_draft(ana, "x.lab", "two", now()).unwrap();
    assert_eq!(place.open().draft(ana, "x.lab").unwrap().as_deref(), Some("two"));
    assert_eq!(store.draft(ben, "x.lab").unwrap(), None);
    assert_eq!(store.draft(ana, "y.lab").unwrap(), None);
}

fn a_certificate_has_one_code(place: &TestPlace) {
    let store = place.open();
    let ana = fresh_id();
    assert_eq!(store.certificate_code(ana, 7, "first").unwrap(), "first");
    assert_eq!(store.certificate_code(ana, 7, "second").unwrap(), "first");
    assert_eq!(store.certified("first").unwrap(), Some((ana.to_string(), 7)));
    assert_eq!(store.certified("second").unwrap(), None);
}

fn what_is_answered_as_kept_is_there_though_the_process_is_killed(place: &TestPlace) {
    let shown = match &place.place {
        Place::Sqlite(path) => path.display().to_string(),
        Place::Postgres(url) => url.clone(),
    };
    drop(place.open());
    let person = fresh_id();
    let mut told: BTreeSet<String> = BTreeSet::new();
    for time in 0..30 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--nocapture", "--test-threads=1"])
            .env(CHILD, format!("{person} {time} {shown}"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().unwrap();
        let patience = Duration::from_micros(20_000 + time * 7_919 % 60_000);
        let killer = std::thread::spawn(move || {
            std::thread::sleep(patience);
            child.kill().unwrap();
            child.wait().unwrap();
        });
        let lines = BufReader::new(stdout).lines().map_while(Result::ok);
        told.extend(lines.filter_map(|line| Some(line.strip_prefix("kept ")?.to_owned())));
        killer.join().unwrap();
    }
    let kept: BTreeSet<String> = place.open().learned(person, "c").unwrap().into_iter().collect();
    assert!(!told.is_empty(), "no child ever came to keep anything");
    assert!(told.is_subset(&kept), "lost: {:?}", told.difference(&kept).collect::<Vec<_>>());
}

/// Not a test of its own: what the killed process does.
#[test]
fn child() {
    let Ok(told) = std::env::var(CHILD) else { return };
    let mut parts = told.splitn(3, ' ');
    let (person, time, shown) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let place = if shown.contains("://") { Place::Postgres(shown.into()) } else { Place::Sqlite(shown.into()) };
    let store = places::open(&place).unwrap();
    let person: PersonId = person.parse().unwrap();
    for number in 0.. {
        let body = format!("{time}-{number}");
        store.learn(vec![event(person, &body)]).unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "kept {body}").unwrap();
        out.flush().unwrap();
    }
}
