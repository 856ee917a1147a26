//! What the store promises, on both engines.

#![expect(clippy::unwrap_used, reason = "a test's helpers may fail as its tests do")]

mod places;

use keepsharp_domain::{Refusal, World};
use keepsharp_store::{Decision, Error, Place, Store};
use places::{TestPlace, erases, joins};
use std::collections::BTreeSet;

on_both!(
    what_was_done_is_there_after_reopening,
    processes_on_one_place_see_what_the_others_wrote,
    writers_at_once_lose_nothing_and_order_everything,
    a_refused_request_writes_nothing_and_stops_no_other,
    a_request_that_decides_nothing_writes_nothing,
    a_request_sees_what_was_decided_just_before_it,
    a_changed_fact_is_found_and_named,
    a_missing_fact_is_found_and_named,
    exchanged_facts_are_found_and_named,
    a_fact_exchanged_together_with_its_hash_is_found,
    facts_cut_off_at_the_end_are_found,
    a_changed_private_part_is_found_and_named,
    a_changed_checkpoint_is_found,
    a_rewritten_history_without_the_key_is_found,
    an_honest_hand_can_t_change_a_fact,
    an_erased_person_is_forgotten_and_the_ledger_stays_whole,
    a_database_of_a_newer_version_is_refused,
    another_key_is_refused_and_no_key_only_reads,
    the_past_is_as_it_was_known,
);

fn names(store: &Store) -> BTreeSet<String> {
    store.world().unwrap().people().listed().map(|(_, person)| person.label()).collect()
}

fn what_was_done_is_there_after_reopening(place: &TestPlace) {
    let store = place.open();
    for name in ["E1", "E2", "E3"] {
        store.commit("system", joins(name)).unwrap();
    }
    drop(store);
    let store = place.open();
    assert_eq!(names(&store), ["E1", "E2", "E3"].map(str::to_owned).into());
    let verified = store.verify().unwrap();
    assert_eq!((verified.facts, verified.private_parts, verified.checkpoints), (4, 3, 4));
}

fn processes_on_one_place_see_what_the_others_wrote(place: &TestPlace) {
    let (here, there) = (place.open(), place.open());
    here.commit("system", joins("E1")).unwrap();
    assert!(names(&there).contains("E1"));
    let seen = there
        .commit("system", |world: &World| {
            let seen = world.people().by_employee_id("E1").is_some();
            Ok((Decision::default(), seen))
        })
        .unwrap();
    assert!(seen.told);
    there.commit("system", joins("E2")).unwrap();
    assert!(names(&here).contains("E2"));
}

fn writers_at_once_lose_nothing_and_order_everything(place: &TestPlace) {
    let stores = [place.open(), place.open()];
    std::thread::scope(|scope| {
        for writer in 0..16 {
            let store = &stores[writer % 2];
            scope.spawn(move || {
                for round in 0..10 {
                    store.commit("system", joins(&format!("E{writer}-{round}"))).unwrap();
                }
            });
        }
    });
    assert_eq!(names(&stores[0]).len(), 160);
    assert_eq!(names(&stores[0]), names(&stores[1]));
    assert_eq!(place.open().verify().unwrap().facts, 161);
}

fn a_refused_request_writes_nothing_and_stops_no_other(place: &TestPlace) {
    let store = place.open();
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let store = &store;
            scope.spawn(move || {
                if writer % 2 == 0 {
                    let refused = store.commit::<(), _>("system", |_| Err(Refusal::request("no")));
                    assert!(matches!(refused, Err(Error::Refused(_))));
                } else {
                    store.commit("system", joins(&format!("E{writer}"))).unwrap();
                }
            });
        }
    });
    assert_eq!(names(&store).len(), 4);
    assert_eq!(store.verify().unwrap().facts, 5);
}

fn a_request_that_decides_nothing_writes_nothing(place: &TestPlace) {
    let store = place.open();
    let done = store.commit("system", |_| Ok((Decision::default(), "nothing to do"))).unwrap();
    assert_eq!((done.told, done.facts, done.size), ("nothing to do", 0, 1));
    assert_eq!(store.verify().unwrap().checkpoints, 1);
}

fn a_request_sees_what_was_decided_just_before_it(place: &TestPlace) {
    let store = place.open();
    // Each joins only if nobody has joined: whatever is grouped, only one may.
    let joined: Vec<bool> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..16)
            .map(|writer| {
                let store = &store;
                scope.spawn(move || {
                    let join = joins(&format!("E{writer}"));
                    let first = move |world: &World| {
                        if world.people().is_empty() {
                            join(world).map(|(decision, _)| (decision, true))
                        } else {
                            Ok((Decision::default(), false))
                        }
                    };
                    store.commit("system", first).unwrap().told
                })
            })
            .collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    assert_eq!(joined.iter().filter(|joined| **joined).count(), 1);
    assert_eq!(names(&store).len(), 1);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn with_five(place: &TestPlace) {
    let store = place.open();
    for name in ["E1", "E2", "E3", "E4"] {
        store.commit("system", joins(name)).unwrap();
    }
    drop(store);
    place.disarm();
}

/// What verifying says is wrong; opening must find it too where it reads the facts.
fn told(place: &TestPlace) -> String {
    match places::open(&place.place) {
        Ok(store) => store.verify().unwrap_err().to_string(),
        Err(error) => error.to_string(),
    }
}

fn a_changed_fact_is_found_and_named(place: &TestPlace) {
    with_five(place);
    place.meddle(match place.place {
        Place::Sqlite(_) => "UPDATE fact SET bytes = CAST(replace(CAST(bytes AS TEXT), '2024-01-01', '2023-01-01') AS BLOB) WHERE seq = 2",
        Place::Postgres(_) => "UPDATE fact SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '2024-01-01', '2023-01-01'), 'UTF8') WHERE seq = 2",
    });
    assert!(told(place).contains("fact 2: its bytes are not those"), "{}", told(place));
}

fn a_missing_fact_is_found_and_named(place: &TestPlace) {
    with_five(place);
    place.meddle("DELETE FROM private_part WHERE seq = 3; DELETE FROM fact WHERE seq = 3");
    assert!(told(place).contains("fact 3: it is missing"), "{}", told(place));
}

fn exchanged_facts_are_found_and_named(place: &TestPlace) {
    with_five(place);
    place.meddle("DELETE FROM private_part; UPDATE fact SET seq = 99 WHERE seq = 1; UPDATE fact SET seq = 1 WHERE seq = 2; UPDATE fact SET seq = 2 WHERE seq = 99");
    assert!(told(place).contains("fact 1:"), "{}", told(place));
}

fn a_fact_exchanged_together_with_its_hash_is_found(place: &TestPlace) {
    with_five(place);
    let mut facts = Vec::new();
    place
        .open()
        .export(|recorded| {
            facts.push(recorded.bytes.to_vec());
            Ok(())
        })
        .unwrap();
    let forged = String::from_utf8(facts[2].clone()).unwrap().replace("2024-01-01", "2023-01-01");
    let hash = keepsharp_ledger::tree::leaf_hash(forged.as_bytes());
    let hex = hex(forged.as_bytes());
    place.meddle(&match place.place {
        Place::Sqlite(_) => format!("UPDATE fact SET bytes = x'{hex}', hash = x'{hash}' WHERE seq = 2"),
        Place::Postgres(_) => format!("UPDATE fact SET bytes = '\\x{hex}', hash = '\\x{hash}' WHERE seq = 2"),
    });
    assert!(told(place).contains("do not give the root"), "{}", told(place));
}

fn facts_cut_off_at_the_end_are_found(place: &TestPlace) {
    with_five(place);
    place.meddle("DELETE FROM private_part WHERE seq = 4; DELETE FROM fact WHERE seq = 4");
    assert!(told(place).contains("do not give the root") || told(place).contains("missing"), "{}", told(place));
}

fn a_changed_private_part_is_found_and_named(place: &TestPlace) {
    with_five(place);
    place.meddle(match place.place {
        Place::Sqlite(_) => "UPDATE private_part SET bytes = CAST(replace(CAST(bytes AS TEXT), 'E3', 'E9') AS BLOB) WHERE seq = 3",
        Place::Postgres(_) => "UPDATE private_part SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), 'E3', 'E9'), 'UTF8') WHERE seq = 3",
    });
    assert!(told(place).contains("fact 3: its private part is not the one"), "{}", told(place));
}

fn a_changed_checkpoint_is_found(place: &TestPlace) {
    with_five(place);
    place.meddle("UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 2) WHERE size = 3");
    assert!(told(place).contains("fact 2:"), "{}", told(place));
}

/// Somebody with the database, but without the key, makes everything fit again.
fn a_rewritten_history_without_the_key_is_found(place: &TestPlace) {
    with_five(place);
    let mut facts = Vec::new();
    place
        .open()
        .export(|recorded| {
            facts.push(recorded.bytes.to_vec());
            Ok(())
        })
        .unwrap();
    facts[2] = String::from_utf8(facts[2].clone()).unwrap().replace("2024-01-01", "2023-01-01").into_bytes();
    let mut frontier = keepsharp_ledger::Frontier::new();
    let forger = keepsharp_ledger::SigningKey::from_seed("keepsharp.example/ledger/test", [9; 32]).unwrap();
    let literal = |bytes: &[u8]| match place.place {
        Place::Sqlite(_) => format!("x'{}'", hex(bytes)),
        Place::Postgres(_) => format!("'\\x{}'", hex(bytes)),
    };
    for (seq, bytes) in facts.iter().enumerate() {
        let hash = keepsharp_ledger::tree::leaf_hash(bytes);
        frontier.push(hash);
        let origin = "keepsharp.example/ledger/test".to_owned();
        let checkpoint = keepsharp_ledger::Checkpoint { origin, size: frontier.size(), root: frontier.root() };
        let note = checkpoint.sign(&forger);
        place.meddle(&format!(
            "UPDATE fact SET bytes = {}, hash = {} WHERE seq = {seq}; UPDATE checkpoint SET note = '{note}' WHERE size = {}",
            literal(bytes),
            literal(&hash.0),
            frontier.size()
        ));
    }
    place.meddle(&format!("UPDATE head SET frontier = {}", literal(&frontier.to_bytes())));
    assert!(told(place).contains("its signature does not fit"), "{}", told(place));
    place.meddle("DELETE FROM checkpoint");
    assert!(told(place).contains("no signed checkpoint"), "{}", told(place));
}

fn an_honest_hand_can_t_change_a_fact(place: &TestPlace) {
    place.open().commit("system", joins("E1")).unwrap();
    for sql in ["UPDATE fact SET bytes = bytes", "DELETE FROM fact"] {
        let refused = match &place.place {
            Place::Sqlite(path) => rusqlite::Connection::open(path).unwrap().execute_batch(sql).is_err(),
            Place::Postgres(url) => {
                postgres::Client::connect(url, postgres::NoTls).unwrap().batch_execute(sql).is_err()
            }
        };
        assert!(refused, "{sql}");
    }
}

fn an_erased_person_is_forgotten_and_the_ledger_stays_whole(place: &TestPlace) {
    let store = place.open();
    let person = store.commit("system", joins("Zacharias")).unwrap().told;
    store.commit("system", joins("E2")).unwrap();
    let before = store.checkpoint().unwrap();
    store.commit("system", erases(person)).unwrap();
    assert!(store.world().unwrap().people().by_employee_id("Zacharias").is_none());
    let verified = store.verify().unwrap();
    assert_eq!((verified.facts, verified.private_parts, verified.erased), (4, 1, 1));
    assert_ne!(before, store.checkpoint().unwrap());
    // While the store is still open: nothing may wait for a clean end to be gone.
    if let Place::Sqlite(_) = place.place {
        for entry in std::fs::read_dir(place.folder()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(9).any(|window| window == b"Zacharias"), "{} remembers", path.display());
        }
    }
    drop(store);
    assert_eq!(names(&place.open()), [person.to_string(), "E2".to_owned()].into());
}

fn a_database_of_a_newer_version_is_refused(place: &TestPlace) {
    drop(place.open());
    place.meddle("UPDATE schema_version SET version = 99");
    let refused = places::open(&place.place);
    assert!(matches!(refused, Err(Error::Newer { found: 99, .. })));
}

fn another_key_is_refused_and_no_key_only_reads(place: &TestPlace) {
    place.open().commit("system", joins("E1")).unwrap();
    let other = keepsharp_ledger::SigningKey::from_seed("keepsharp.example/ledger/test", [8; 32]).unwrap();
    let opened = Store::open(place.place.clone(), |_| Ok(Some(other)), Box::new(jiff::Timestamp::now));
    assert!(matches!(opened, Err(Error::Key(_))));
    let reading = Store::open(place.place.clone(), |_| Ok(None), Box::new(jiff::Timestamp::now)).unwrap();
    assert_eq!(names(&reading).len(), 1);
    assert!(matches!(reading.commit("system", joins("E2")), Err(Error::Key(_))));
    assert_eq!(place.open().verify().unwrap().facts, 2);
}

fn the_past_is_as_it_was_known(place: &TestPlace) {
    let store = place.open();
    store.commit("system", joins("E1")).unwrap();
    let then = store.world().unwrap().last_at().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(5));
    store.commit("system", joins("E2")).unwrap();
    assert_eq!(store.world_known_at(then).unwrap().people().listed().count(), 1);
    assert_eq!(store.world_known_at(jiff::Timestamp::now()).unwrap().people().listed().count(), 2);
    assert_eq!(store.world_known_at(jiff::Timestamp::UNIX_EPOCH).unwrap().size(), 0);
}
