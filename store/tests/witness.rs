//! What was given to witnesses, on both engines: kept once, posted with it or not at all, and the growth since shown.

#![expect(clippy::unwrap_used, reason = "a test's helpers may fail as its tests do")]

mod places;

use jiff::Timestamp;
use keepsharp_ledger::{Checkpoint, proof};
use keepsharp_store::{Letter, Witnessed};
use places::{TestPlace, joins};

on_both!(
    what_was_given_is_kept_once_and_the_latest_is_found,
    a_checkpoint_that_goes_by_mail_is_posted_once,
    growth_is_shown_from_any_size_to_any_later_one,
    a_database_of_before_gets_the_table,
);

fn given(name: &str, size: u64) -> Witnessed {
    let at: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    let (kind, checkpoint) = ("c2sp".to_owned(), format!("log\n{size}\n"));
    Witnessed { kind, name: name.to_owned(), size, at, checkpoint, answer: vec![0, 255, 10] }
}

fn what_was_given_is_kept_once_and_the_latest_is_found(place: &TestPlace) {
    let store = place.open();
    assert_eq!(store.last_witnessed("c2sp", "a").unwrap(), None);
    for one in [given("a", 2), given("a", 9), given("b", 4), given("a", 5)] {
        store.witnessed(&one, &[]).unwrap();
    }
    store.witnessed(&Witnessed { answer: vec![], ..given("a", 9) }, &[]).unwrap();
    assert_eq!(place.open().last_witnessed("c2sp", "a").unwrap(), Some(given("a", 9)), "and as it was kept first");
    assert_eq!(store.last_witnessed("mail", "a").unwrap(), None);
    let sizes: Vec<u64> = store.all_witnessed().unwrap().into_iter().map(|one| one.size).collect();
    assert_eq!(sizes, [2, 4, 5, 9]);
    let empty = Witnessed { answer: vec![], ..given("c", 1) };
    store.witnessed(&empty, &[]).unwrap();
    assert_eq!(store.last_witnessed("c2sp", "c").unwrap(), Some(empty));
}

fn a_checkpoint_that_goes_by_mail_is_posted_once(place: &TestPlace) {
    let store = place.open();
    let letter = Letter { recipient: "a@x.example".into(), ..Letter::default() };
    for _ in 0..2 {
        store.witnessed(&given("a@x.example", 3), std::slice::from_ref(&letter)).unwrap();
    }
    assert_eq!(store.letters().unwrap().len(), 1);
}

fn growth_is_shown_from_any_size_to_any_later_one(place: &TestPlace) {
    let store = place.open();
    let mut heads: Vec<Checkpoint> = Vec::new();
    for name in ["E1", "E2", "E3", "E4", "E5", "E6"] {
        store.commit("system", joins(name)).unwrap();
        heads.push(store.signed_head().unwrap().0);
    }
    for (index, old) in heads.iter().enumerate() {
        for new in heads.iter().skip(index) {
            let steps = store.prove_growth(old.size, new.size).unwrap().unwrap();
            assert!(proof::verify_consistency(old.size, new.size, old.root, new.root, &steps));
        }
    }
    let size = heads.last().unwrap().size;
    assert_eq!(store.prove_growth(size + 1, size).unwrap(), None);
    assert_eq!(store.prove_growth(0, u64::MAX).unwrap(), None);
    assert_eq!(store.prove_growth(0, size).unwrap(), Some(vec![]));
}

fn a_database_of_before_gets_the_table(place: &TestPlace) {
    drop(place.open());
    place.meddle("DROP TABLE witnessed; DROP TABLE document; DROP TABLE learned; DROP TABLE draft; DROP TABLE feedback; DROP TABLE certificate; UPDATE schema_version SET version = 4;");
    place.open().witnessed(&given("a", 2), &[]).unwrap();
}
