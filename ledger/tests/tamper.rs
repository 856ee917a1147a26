//! Is every change to a log found, and does nothing one may be handed make the verifier panic?
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use keepsharp_ledger::canonical::{check_canonical, to_canonical};
use keepsharp_ledger::checkpoint::Checkpoint;
use keepsharp_ledger::entry::Entry;
use keepsharp_ledger::key::{SigningKey, VerifierKey};
use keepsharp_ledger::note::{note_signers, open_note};
use keepsharp_ledger::seal;
use keepsharp_ledger::tree::{Frontier, Hash, leaf_hash, root_of};
use keepsharp_ledger::verify::{LogVerifier, Problem, check_opening};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_oneof, proptest};
use proptest::{prop_assert, prop_assert_eq, prop_assume};
use serde_json::{Value, json};

const FACTS: u64 = 7;

/// A small log, all of it valid, and its checkpoint.
fn log() -> (Vec<Vec<u8>>, Checkpoint) {
    let facts: Vec<Vec<u8>> = (0..FACTS)
        .map(|seq| {
            let sealed = seal::seal([7; 16], &json!({"name": format!("Ana {seq}")})).unwrap();
            let entry = Entry {
                seq,
                at: format!("2026-03-01T09:30:{seq:02}.000Z"),
                by: if seq == 0 { "system".to_owned() } else { format!("person:k{seq}") },
                kind: "course.was-passed".to_owned(),
                v: 1,
                body: json!({"person": "k7", "score": 0.75, "late": false, "notes": ["é", null]}),
                sealed: (seq % 2 == 0).then_some(sealed.digest),
            };
            entry.to_bytes().unwrap()
        })
        .collect();
    let leaves: Vec<Hash> = facts.iter().map(|bytes| leaf_hash(bytes)).collect();
    (facts, Checkpoint { origin: "log".to_owned(), size: FACTS, root: root_of(&leaves) })
}

fn verify(facts: &[Vec<u8>], checkpoint: &Checkpoint) -> Result<(), Problem> {
    let mut verifier = LogVerifier::new();
    for bytes in facts {
        verifier.push(bytes)?;
    }
    verifier.finish(checkpoint)
}

#[test]
fn every_flipped_bit_of_every_fact_is_found() {
    let (facts, checkpoint) = log();
    verify(&facts, &checkpoint).unwrap();
    let mut before = LogVerifier::new();
    for (number, original) in facts.iter().enumerate() {
        for at in 0..original.len() {
            for bit in 0..8 {
                let mut changed = original.clone();
                changed[at] ^= 1 << bit;
                let mut verifier = before.clone();
                // A change that leaves a well-formed fact shows in the root; recorded hashes name it at once.
                let found = verifier
                    .push(&changed)
                    .map(drop)
                    .and_then(|()| facts[number + 1..].iter().try_for_each(|bytes| verifier.push(bytes).map(drop)))
                    .and_then(|()| verifier.finish(&checkpoint));
                assert!(found.is_err(), "fact {number}, byte {at}, bit {bit}");
                let named = before.clone().push_recorded(&changed, &leaf_hash(original));
                assert_eq!(named.unwrap_err().seq, Some(number as u64));
            }
        }
        before.push(original).unwrap();
    }
}

#[test]
fn a_fact_dropped_doubled_or_moved_is_found_where_it_happened() {
    let (facts, checkpoint) = log();
    let count = facts.len();
    for at in 0..count {
        let mut dropped = facts.clone();
        dropped.remove(at);
        let problem = verify(&dropped, &checkpoint).unwrap_err();
        assert_eq!(problem.seq, (at + 1 < count).then_some(at as u64), "{problem}");

        let mut doubled = facts.clone();
        doubled.insert(at, facts[at].clone());
        assert_eq!(verify(&doubled, &checkpoint).unwrap_err().seq, Some(at as u64 + 1));

        for to in 0..count {
            let mut swapped = facts.clone();
            swapped.swap(at, to);
            let found = verify(&swapped, &checkpoint).err().map(|problem| problem.seq);
            assert_eq!(found, (at != to).then_some(Some(at.min(to) as u64)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_other_bytes_in_place_of_a_fact_are_found(
        number in 0..FACTS, from in any::<prop::sample::Index>(), length in 0_usize..6, with in prop::collection::vec(any::<u8>(), 0..6),
    ) {
        let (mut facts, checkpoint) = log();
        let fact = &mut facts[usize::try_from(number).unwrap()];
        let original = fact.clone();
        let from = from.index(original.len());
        fact.splice(from..(from + length).min(original.len()), with);
        prop_assume!(*fact != original);
        prop_assert!(verify(&facts, &checkpoint).is_err());
    }

    #[test]
    fn a_fact_rewritten_with_care_is_found(number in 0..FACTS, body in json_value()) {
        let (mut facts, checkpoint) = log();
        let fact = &mut facts[usize::try_from(number).unwrap()];
        let mut entry = Entry::read(fact).unwrap();
        entry.body = json!({"person": body});
        *fact = entry.to_bytes().unwrap();
        prop_assert!(verify(&facts, &checkpoint).is_err());
    }

    #[test]
    fn what_is_written_is_read_as_the_same_value(value in json_value(), salt in any::<[u8; 16]>()) {
        let bytes = to_canonical(&value).unwrap();
        // Compared as bytes: 1 and 1.0 are one number in JSON and two in the value type.
        let read = check_canonical(&bytes).unwrap();
        prop_assert_eq!(to_canonical(&read).unwrap(), bytes);

        let sealed = seal::seal(salt, &value).unwrap();
        let entry = Entry {
            seq: 0, at: "2026-03-01T09:30:00.000Z".to_owned(), by: "system".to_owned(), kind: "a.b".to_owned(), v: 1,
            body: json!({"value": value}), sealed: Some(sealed.digest),
        };
        let bytes = entry.to_bytes().unwrap();
        let read = Entry::read(&bytes).unwrap();
        prop_assert_eq!(read.to_bytes().unwrap(), bytes);
        prop_assert_eq!(check_opening(&read, &sealed.bytes), Ok(()));
        prop_assert_eq!(to_canonical(&seal::read(&sealed.bytes).unwrap()).unwrap(), sealed.bytes);
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), size in any::<u64>()) {
        read_everything(&bytes, size);
    }

    #[test]
    fn no_text_near_the_real_one_makes_a_reader_panic(
        text in near(), cut in any::<prop::sample::Index>(), other in any::<char>(), size in any::<u64>(),
    ) {
        let at = text.floor_char_boundary(cut.index(text.len()));
        let changed = format!("{}{other}{}", &text[..at], text[at..].chars().skip(1).collect::<String>());
        read_everything(changed.as_bytes(), size);
        read_everything(&text.as_bytes()[cut.index(text.len())..], size);
    }
}

/// Gives the bytes to all that reads; what it says of them is not the matter here, but what is accepted must be written back alike.
fn read_everything(bytes: &[u8], size: u64) {
    if let Ok(value) = check_canonical(bytes) {
        assert_eq!(to_canonical(&value).unwrap(), bytes);
    }
    if let Ok(entry) = Entry::read(bytes) {
        assert_eq!(entry.to_bytes().unwrap(), bytes);
        assert!(check_opening(&entry, bytes).is_err());
    }
    if let Ok(part) = seal::read(bytes) {
        assert_eq!(to_canonical(&part).unwrap(), bytes);
    }
    for size in [size, 0, 1, size >> (size % 64)] {
        if let Some(mut frontier) = Frontier::from_parts(size, bytes) {
            assert_eq!(frontier.to_bytes(), bytes);
            frontier.push(frontier.root());
        }
    }
    drop(LogVerifier::new().push(bytes));
    let text = String::from_utf8_lossy(bytes);
    let keys = [key().verifier()];
    drop(open_note(&text, &keys));
    drop(note_signers(&text));
    drop(Checkpoint::open(&text, &keys));
    drop(Checkpoint::read_unverified(&text));
    drop(SigningKey::from_text(&text));
    if let Ok(key) = text.parse::<VerifierKey>() {
        assert_eq!(key.to_string(), text.trim());
    }
    let _ = Hash::from_base64(&text);
}

fn key() -> SigningKey {
    SigningKey::from_seed("log", [1; 32]).unwrap()
}

/// Texts that are what one of the readers expects.
fn near() -> impl Strategy<Value = String> {
    let (facts, checkpoint) = log();
    let fact = String::from_utf8(facts[0].clone()).unwrap();
    let private = String::from_utf8(seal::seal([7; 16], &json!({"name": "Ana"})).unwrap().bytes).unwrap();
    prop_oneof![
        Just(fact),
        Just(private),
        Just(checkpoint.sign(&key())),
        Just(key().to_text()),
        Just(key().verifier().to_string()),
    ]
}

/// JSON values of all kinds whose numbers the ledger takes.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from),
        any::<f64>().prop_filter("within reach", |f| f.abs() < 9e15).prop_map(Value::from),
        (-1e6..1e6).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}
