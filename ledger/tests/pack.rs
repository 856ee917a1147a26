//! Is every kind of tampering with a pack found and named?

mod pack_case;

use keepsharp_ledger::note::sign_note;
use keepsharp_ledger::pack::{Pack, PackWriter, WriteError};
use keepsharp_ledger::{Checkpoint, SigningKey};
use pack_case::{
    FACTS, ORIGIN, Odd, checkpoint, contents, entry, fields, files, findings, key, lines, list_again, log, other_key,
    pack, part, sign_again, verify, zip_of, zip_with,
};
use proptest::prelude::{ProptestConfig, any, prop, proptest};
use proptest::{prop_assert, prop_assume};
use serde_json::{Value, json};
use std::io::{Cursor, Read, Write};

type Files = Vec<(String, Vec<u8>)>;

/// The pack with some files changed by somebody who sees to the zip, and to nothing else.
fn changed(change: impl FnOnce(&mut Files)) -> Vec<u8> {
    let mut files = contents(&pack());
    change(&mut files);
    zip_of(&files)
}

/// The same by somebody who has the ledger's key: only facts and checkpoint can tell.
fn changed_within(change: impl FnOnce(&mut Files)) -> Vec<u8> {
    changed(|files| {
        change(files);
        list_again(files);
        sign_again(files, &key());
    })
}

#[track_caller]
fn assert_named(zip: &[u8], words: &[&str]) {
    let found = findings(zip);
    assert!(!found.is_empty(), "nothing was found; wanted {words:?}");
    for word in words {
        assert!(found.iter().any(|finding| finding.contains(word)), "{word:?} is not in {found:#?}");
    }
}

#[test]
fn a_pack_as_it_was_made_is_sound_and_gives_its_facts_on() {
    let zip = pack();
    assert_eq!(findings(&zip), [""; 0]);
    let pack = Pack::open(Cursor::new(&zip)).unwrap();
    let mut seen = Vec::new();
    let report = pack.verify(None, |recorded| seen.push((recorded.seq, recorded.private.is_some())));
    assert!(report.is_sound());
    assert_eq!(seen, (0..FACTS).map(|seq| (seq, seq > 0 && seq % 2 == 0 && seq != 6)).collect::<Vec<_>>());
    assert_eq!((report.facts, report.disclosures), (FACTS, 4));
    assert_eq!(report.brought, Some(key().verifier()));
    assert_eq!(report.head.unwrap().origin, ORIGIN);
    let mut table = String::new();
    pack.file("population.csv").unwrap().read_to_string(&mut table).unwrap();
    assert!(table.starts_with("k0,2026-03-01,on time\n"));
    // Another program reads the same files, in the order that is documented.
    let names: Vec<String> = contents(&zip).into_iter().map(|(name, _)| name).collect();
    let order = "README.txt public-key checkpoint facts.jsonl disclosures.jsonl population.csv report.pdf manifest.json manifest.sig";
    assert_eq!(names.join(" "), order);
    assert_eq!(zip_of(&contents(&zip)), zip, "the tests' own zip is not the pack's layout");
}

#[test]
fn the_same_files_give_the_same_bytes_however_they_are_written() {
    let whole = pack();
    for step in [1, 7, 100_000] {
        let mut writer = PackWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in contents(&whole).iter().filter(|(name, _)| !name.starts_with("manifest.")) {
            writer.begin(name).unwrap();
            for piece in bytes.chunks(step) {
                writer.write_all(piece).unwrap();
                writer.flush().unwrap();
            }
        }
        assert!(writer.finish(fields(), &key()).unwrap().into_inner() == whole, "in pieces of {step}");
    }
}

#[test]
fn long_files_are_written_alike_in_pieces_of_any_length() {
    let text: Vec<u8> =
        (0..400_000_u32).flat_map(|n| format!("{} ", n.wrapping_mul(2_654_435_761) >> 20).into_bytes()).collect();
    let packed = |step: usize| {
        let mut writer = PackWriter::new(Cursor::new(Vec::new()));
        writer.begin("facts.jsonl").unwrap();
        text.chunks(step).for_each(|piece| writer.write_all(piece).unwrap());
        writer.finish(fields(), &key()).unwrap().into_inner()
    };
    let whole = packed(text.len());
    assert!(whole.len() < text.len() / 2);
    for step in [1_000, 65_535, 65_537] {
        assert!(packed(step) == whole, "in pieces of {step}");
    }
}

#[test]
fn what_could_not_be_read_is_not_written() {
    let mut writer = PackWriter::new(Cursor::new(Vec::new()));
    writer.add("checkpoint", b"").unwrap();
    for name in ["manifest.json", "manifest.sig", "checkpoint", "README.txt", "a/b", "..", ".a", "a..b", "", "ä", "a b"]
    {
        assert!(matches!(writer.begin(name), Err(WriteError::Name { .. })), "{name}");
    }
    writer.add("a.csv", b"").unwrap();
    for name in ["format", "files"] {
        let mut writer = PackWriter::new(Cursor::new(Vec::new()));
        writer.add("a.csv", b"").unwrap();
        let ours = json!({ name: 1 }).as_object().unwrap().clone();
        assert!(matches!(writer.finish(ours, &key()), Err(WriteError::Manifest { .. })));
    }
}

#[test]
fn every_changed_byte_of_the_zip_is_found_or_changes_no_file() {
    let zip = pack();
    let whole = contents(&zip);
    let mut harmless = 0;
    for at in 0..zip.len() {
        let mut bytes = zip.clone();
        bytes[at] ^= 1 << (at % 8);
        if findings(&bytes).is_empty() {
            // Deflate can say the same in several ways, and has bits that say nothing. No record of the zip has.
            assert!(contents(&bytes) == whole, "byte {at}");
            harmless += 1;
        }
    }
    assert!(harmless < 100, "{harmless} of {}", zip.len());
}

#[test]
fn every_changed_byte_of_every_file_is_found_and_the_file_named() {
    let whole = contents(&pack());
    for number in 0..whole.len() {
        let name = whole[number].0.clone();
        let step = (whole[number].1.len() / 150).max(1);
        for at in (0..whole[number].1.len()).step_by(step) {
            let mut files = whole.clone();
            files[number].1[at] ^= 1 << (at % 7);
            let found = findings(&zip_of(&files));
            // A changed manifest is first seen by its signature, where it can still be read.
            let named = found.iter().any(|finding| {
                finding.starts_with(&name) || (name == "manifest.json" && finding.starts_with("manifest.sig"))
            });
            assert!(named, "{name}, byte {at}: {found:?}");

            if !name.starts_with("manifest.") {
                list_again(&mut files);
                assert_named(&zip_of(&files), &["manifest.sig: signed, but over another manifest.json than this one"]);
            }
        }
    }
}

#[test]
fn a_pack_made_anew_with_another_key_is_another_key_s() {
    let (facts, shown) = log(&other_key());
    let mut forged = files(&lines(&facts), &lines(&shown), &other_key());
    forged.extend(contents(&pack()).into_iter().skip(forged.len()));
    list_again(&mut forged);
    sign_again(&mut forged, &other_key());
    let zip = zip_of(&forged);
    let told = format!("another key than the ledger was ever signed with; its facts name {}", other_key().verifier());
    assert_named(&zip, &[&told, "manifest.sig: signed by", "checkpoint: signed by"]);
    // Without a key it is sound in itself, and says whose key that is.
    let report = verify(&zip, None).unwrap();
    assert!(report.is_sound());
    assert_eq!(report.brought, Some(other_key().verifier()));

    // The true facts signed by another key: found without any key too, as the first fact names the ledger's.
    let swapped = changed(|files| {
        let signed = checkpoint(part(files, "facts.jsonl")).sign(&other_key());
        *part(files, "checkpoint") = signed.into_bytes();
        *part(files, "public-key") = format!("{}\n", other_key().verifier()).into_bytes();
        list_again(files);
        sign_again(files, &other_key());
    });
    assert_named(&swapped, &["manifest.sig: signed by", "public-key: not the key that the facts name last"]);
    assert!(!verify(&swapped, None).unwrap().is_sound());
}

#[test]
fn a_table_changed_together_with_its_hash_is_found_by_the_signature() {
    let change = |files: &mut Files| {
        let table = String::from_utf8(part(files, "population.csv").clone()).unwrap();
        *part(files, "population.csv") = table.replace("k7,2026-03-01", "k7,2026-02-01").into_bytes();
    };
    assert_named(&changed(change), &["population.csv: its bytes were changed"]);
    let listed = changed(|files| {
        change(files);
        list_again(files);
    });
    assert_eq!(findings(&listed), ["manifest.sig: signed, but over another manifest.json than this one"]);
}

#[test]
fn a_fact_left_out_doubled_swapped_or_added_is_named_though_all_else_was_signed_anew() {
    let with = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        changed_within(|files| {
            let text = part(files, "facts.jsonl");
            let mut facts: Vec<Vec<u8>> = text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
            change(&mut facts);
            *text = facts.concat();
        })
    };
    for at in 0..usize::try_from(FACTS).unwrap() {
        let named = format!("facts.jsonl, line {} (fact {at}): ", at + 1);
        let is_last = at as u64 + 1 == FACTS;
        let missing = "facts 10 to 10 are missing".to_owned();
        assert_named(&with(&|facts| drop(facts.remove(at))), &[if is_last { &missing } else { &named }]);
        let twice = format!("facts.jsonl, line {} (fact {}): here stands a fact that says it is {at}", at + 2, at + 1);
        assert_named(&with(&|facts| facts.insert(at, facts[at].clone())), &[&twice]);
        for other in at + 1..usize::try_from(FACTS).unwrap() {
            assert_named(&with(&|facts| facts.swap(at, other)), &[&named]);
        }
    }
    let another = lines(&[entry(FACTS, "person.joined", json!({"person": "k99"}))]);
    assert_named(&with(&|facts| facts.push(another.clone())), &["signed over 11 facts and there are 12"]);
    assert_named(&with(&|facts| facts.clear()), &["facts 0 to 10 are missing"]);
    assert_named(&with(&|facts| facts[10].truncate(40)), &["facts.jsonl, line 11: the last line does not end"]);
    assert_named(&with(&|facts| facts[3] = b"\n".to_vec()), &["facts.jsonl, line 4 (fact 3): not one JSON value"]);
    assert_named(
        &with(&|facts| facts[3].insert(0, b' ')),
        &["facts.jsonl, line 4 (fact 3): from byte 0 on, not the canon"],
    );
}

#[test]
fn a_fact_rewritten_with_care_is_found_by_the_root() {
    for seq in 1..FACTS {
        let zip = changed_within(|files| {
            let text = String::from_utf8(part(files, "facts.jsonl").clone()).unwrap();
            *part(files, "facts.jsonl") = text.replace(&format!("\"k{seq}\""), "\"k0\"").into_bytes();
        });
        assert_named(&zip, &["facts.jsonl: the 11 facts have the root"]);
    }
}

#[test]
fn a_checkpoint_of_another_size_ledger_or_key_is_found() {
    let with = |checkpoint: Checkpoint, key: &SigningKey| {
        changed_within(|files| *part(files, "checkpoint") = checkpoint.sign(key).into_bytes())
    };
    let right = checkpoint(part(&mut contents(&pack()), "facts.jsonl"));
    assert_eq!(findings(&with(right.clone(), &key())), [""; 0]);
    assert_named(&with(right.clone(), &other_key()), &["checkpoint: signed by keepsharp.example/ledger/k7+"]);
    let renamed = Checkpoint { origin: "keepsharp.example/ledger/k8".to_owned(), ..right.clone() };
    assert_named(
        &with(renamed, &key()),
        &["checkpoint: of the ledger \"keepsharp.example/ledger/k8\", and the facts are of"],
    );
    let (mut facts, _) = log(&key());
    facts[4].body = json!({"person": "k44"});
    assert_named(&with(checkpoint(&lines(&facts)), &key()), &["facts.jsonl: the 11 facts have the root"]);
    assert_named(&with(checkpoint(&lines(&facts[..5])), &key()), &["signed over 5 facts and there are 11"]);
    let junk = changed_within(|files| *part(files, "checkpoint") = sign_note("a\nb\nc\n", &key()).into_bytes());
    assert_named(&junk, &["checkpoint: line 2 is not a size"]);
}

#[test]
fn a_disclosure_changed_moved_doubled_or_made_up_is_named() {
    let with = |change: &dyn Fn(&mut Vec<Value>)| {
        changed_within(|files| {
            let mut shown: Vec<Value> = part(files, "disclosures.jsonl")
                .split(|b| *b == b'\n')
                .filter_map(|line| serde_json::from_slice(line).ok())
                .collect();
            change(&mut shown);
            *part(files, "disclosures.jsonl") = lines(&shown);
        })
    };
    assert_eq!(findings(&with(&|_| ())), [""; 0]);
    // That one is left out is for the one who is shown less to notice: whom a pack shows is its maker's choice.
    assert_eq!(findings(&with(&|shown| drop(shown.remove(1)))), [""; 0]);
    let named = "disclosures.jsonl, line 2 (fact 4): the private part is not the one it was recorded with";
    assert_named(&with(&|shown| shown[1]["value"]["name"] = json!("Bea")), &[named]);
    assert_named(&with(&|shown| shown[1]["salt"] = json!("BwcHBwcHBwcHBwcHBwcHBw")), &[named]);
    assert_named(
        &with(&|shown| shown[1]["seq"] = json!(6)),
        &["disclosures.jsonl, line 2 (fact 6): the private part is not"],
    );
    assert_named(
        &with(&|shown| shown[1]["seq"] = json!(5)),
        &["line 2 (fact 5): it was recorded without a private part"],
    );
    assert_named(
        &with(&|shown| shown[3]["seq"] = json!(99)),
        &["disclosures.jsonl, line 4 (fact 99): there is no such fact"],
    );
    assert_named(&with(&|shown| shown[1]["seq"] = json!("4")), &["disclosures.jsonl, line 2: its \"seq\" is not"]);
    assert_named(&with(&|shown| shown[1]["more"] = json!(4)), &["disclosures.jsonl, line 2: its \"more\" is not"]);
    let below = "disclosures.jsonl, line 3 (fact 4): it stands below the disclosure of fact";
    assert_named(&with(&|shown| shown.insert(1, shown[1].clone())), &[below]);
    assert_named(&with(&|shown| shown.swap(1, 2)), &[below]);
    // Exchanged between two people.
    let exchanged = with(&|shown| {
        let other = shown[2]["seq"].clone();
        shown[2]["seq"] = shown[1]["seq"].clone();
        shown[1]["seq"] = other;
        shown.swap(1, 2);
    });
    assert_named(&exchanged, &["line 2 (fact 4): the private part is not", "line 3 (fact 8): the private part is not"]);
}

#[test]
fn what_is_wrong_with_the_zip_itself_is_named() {
    let zip = pack();
    let whole = contents(&zip);
    let odd =
        |name: &'static str, odd: Odd| zip_with(&whole, move |other| if other == name { odd } else { Odd::default() });
    let renamed = |from: &str, to: &str| {
        changed(|files| files.iter_mut().filter(|file| file.0 == from).for_each(|file| file.0 = to.to_owned()))
    };
    let table = "population.csv";
    let mut commented = zip.clone();
    let at = commented.len() - 2;
    commented[at] = 5;
    commented.extend(b"hello");
    for (zip, named) in [
        (commented, "the zip: it has a comment"),
        ([&zip[..], b"hello"].concat(), "the zip: 5 bytes stand behind its end"),
        ([b"hello", &zip[..]].concat(), "the zip: at byte "),
        (Vec::new(), "the zip: no zip, or cut short"),
        (b"hello".to_vec(), "the zip: no zip, or cut short"),
        (odd(table, Odd { flags: 1, ..Odd::default() }), "population.csv: it is encrypted"),
        (
            odd(table, Odd { attributes: Some(0o120_777 << 16), ..Odd::default() }),
            "population.csv: it is a symbolic link",
        ),
        (odd(table, Odd { attributes: Some(0o100_777 << 16), ..Odd::default() }), "population.csv: byte "),
        (odd(table, Odd { method: Some(0), ..Odd::default() }), "population.csv: packed with method 0"),
        (odd(table, Odd { extra: true, ..Odd::default() }), "population.csv: it has an extra field"),
        (
            odd(table, Odd { length: Some(17), ..Odd::default() }),
            "population.csv: 17 bytes long, and the manifest says",
        ),
        (
            odd("manifest.json", Odd { length: Some(u32::MAX), ..Odd::default() }),
            "manifest.json: longer than the 1048576 bytes",
        ),
        (renamed(table, "checkpoint"), "checkpoint: there are two of that name"),
        (renamed(table, "../population.csv"), "../population.csv: no file of a pack is called so"),
        (renamed(table, "a/population.csv"), "a/population.csv: no file of a pack is called so"),
        (renamed(table, "/population.csv"), "/population.csv: no file of a pack is called so"),
        (renamed(table, "a\\b.csv"), "a\\\\b.csv: no file of a pack is called so"),
        (renamed(table, ".."), "..: no file of a pack is called so"),
        (renamed(table, "popülation.csv"), "no file of a pack is called so"),
        (renamed(table, "q.csv"), "q.csv: the manifest does not name it"),
        (renamed(table, "q.csv"), "population.csv: it is missing"),
        (
            changed(|files| files.insert(6, ("r.csv".to_owned(), b"a".to_vec()))),
            "r.csv: the manifest does not name it: it was added",
        ),
        (changed(|files| files.swap(5, 6)), "population.csv: not in its place"),
        (changed(|files| files.swap(0, 1)), "README.txt: not in its place"),
        (
            changed(|files| (0..60).for_each(|n| files.push((format!("z{n}"), Vec::new())))),
            "the zip: more than 64 files",
        ),
    ] {
        assert_named(&zip, &[named]);
    }
    for (name, _) in &whole {
        let without = changed(|files| files.retain(|(other, _)| other != name));
        assert_named(&without, &[&format!("{name}: it is missing")]);
        let emptied = changed(|files| part(files, name).clear());
        assert_named(&emptied, &[name]);
    }
    for length in 0..zip.len() {
        assert!(!findings(&zip[..length]).is_empty(), "cut to {length}");
    }
    // A part put between two files, with every offset behind it mended.
    let mut hidden = zip_of(&whole[..3]);
    hidden.truncate(hidden.windows(4).position(|window| window == b"PK\x01\x02").unwrap());
    assert!(!findings(&[&hidden[..], &zip[..]].concat()).is_empty());
}

#[test]
fn a_file_that_unpacks_to_more_than_the_manifest_says_is_read_no_further() {
    let zip = changed(|files| *part(files, "facts.jsonl") = vec![b'x'; 200_000_000]);
    assert!(zip.len() < 400_000);
    assert_named(
        &zip,
        &[
            "facts.jsonl: 200000000 bytes long, and the manifest says",
            "facts.jsonl, line 1: longer than the 16777216 bytes",
        ],
    );
    // The same, and the zip does not say so.
    let whole = contents(&pack());
    let length = u32::try_from(whole[3].1.len()).unwrap();
    let mut files = whole.clone();
    files[3].1 = vec![b'\n'; 200_000_000];
    let zip = zip_with(&files, |name| Odd { length: (name == "facts.jsonl").then_some(length), ..Odd::default() });
    assert_named(&zip, &["facts.jsonl"]);
}

#[test]
fn a_manifest_of_another_form_is_named() {
    let with = |change: &dyn Fn(&mut Value)| {
        changed(|files| {
            let mut manifest: Value = serde_json::from_slice(part(files, "manifest.json")).unwrap();
            change(&mut manifest);
            *part(files, "manifest.json") = serde_json::to_vec(&manifest).unwrap();
            sign_again(files, &key());
        })
    };
    assert_eq!(findings(&with(&|_| ())), [""; 0]);
    assert_named(
        &with(&|manifest| manifest["format"] = json!("keepsharp-evidence-pack/2")),
        &["manifest.json: a pack of the kind"],
    );
    assert_named(&with(&|manifest| manifest["format"] = json!(1)), &["manifest.json: its \"format\" is not"]);
    assert_named(&with(&|manifest| manifest["files"] = json!([])), &["manifest.json: its \"files\" is not"]);
    assert_named(
        &with(&|manifest| manifest["files"]["a.csv"] = json!({"bytes": 1})),
        &["manifest.json: its \"a.csv\" is not"],
    );
    assert_named(
        &with(&|manifest| manifest["files"]["checkpoint"]["bytes"] = json!(1)),
        &["checkpoint: 202 bytes long, and the manifest says 1"],
    );
    let spaced = changed(|files| part(files, "manifest.json").insert(1, b' '));
    assert_named(&spaced, &["manifest.json: from byte 1 on, not the canonical form"]);
    let witnessed = changed(|files| part(files, "manifest.sig").extend("— other AAAAAAA=\n".as_bytes()));
    assert_named(&witnessed, &["manifest.sig: there is more than the one signature"]);
}

#[test]
fn an_older_key_of_the_ledger_vouches_for_those_after_it_and_a_newer_for_none_before() {
    let newest = SigningKey::from_seed(ORIGIN, [3; 32]).unwrap();
    let announce = |seq, old: &SigningKey, new: &SigningKey| {
        let new = new.verifier().to_string();
        entry(seq, "key.announced", json!({"key": new, "note": sign_note(&format!("{new}\n"), old)}))
    };
    let made = |changes: &[(u64, &SigningKey, &SigningKey)], signer: &SigningKey| {
        let (mut facts, shown) = log(&key());
        facts.extend(changes.iter().map(|(seq, old, new)| announce(*seq, old, new)));
        let mut writer = PackWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files(&lines(&facts), &lines(&shown), signer) {
            writer.add(&name, &bytes).unwrap();
        }
        writer.finish(fields(), signer).unwrap().into_inner()
    };
    let sound = |zip: &[u8], key: &SigningKey| verify(zip, Some(&key.verifier())).unwrap().is_sound();
    let (first, second) = (key(), other_key());
    let twice = made(&[(11, &first, &second), (12, &second, &newest)], &newest);
    for key in [&first, &second, &newest] {
        assert!(sound(&twice, key));
    }
    assert!(!sound(&twice, &SigningKey::from_seed(ORIGIN, [4; 32]).unwrap()));
    // Signed by a key that is no longer in force, and that the newest does not vouch for.
    let stale = made(&[(11, &first, &second), (12, &second, &newest)], &first);
    for key in [&first, &second, &newest] {
        assert!(!sound(&stale, key));
    }
    // A key that nobody, or a key no longer in force, spoke for.
    assert_named(
        &made(&[(11, &second, &newest)], &newest),
        &["line 12 (fact 11): the old key does not speak for the new one"],
    );
    assert_named(
        &made(&[(11, &first, &second), (12, &first, &newest)], &newest),
        &["line 13 (fact 12): the old key does not"],
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_other_bytes_are_found_or_change_no_file(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..8, prop::collection::vec(any::<u8>(), 0..8)), 1..4),
    ) {
        let zip = pack();
        let mut bytes = zip.clone();
        for (from, length, with) in edits {
            let from = from.index(bytes.len());
            bytes.splice(from..(from + length).min(bytes.len()), with);
        }
        prop_assume!(bytes != zip);
        prop_assert!(!findings(&bytes).is_empty() || contents(&bytes) == contents(&zip));
    }

    #[test]
    fn any_other_bytes_in_a_file_are_found(
        number in 0_usize..9, from in any::<prop::sample::Index>(), length in 0_usize..8, with in prop::collection::vec(any::<u8>(), 0..8),
        listed in any::<bool>(),
    ) {
        let whole = contents(&pack());
        let mut files = whole.clone();
        let from = from.index(files[number].1.len());
        let end = (from + length).min(files[number].1.len());
        files[number].1.splice(from..end, with);
        prop_assume!(files != whole);
        if listed && number < 7 {
            list_again(&mut files);
        }
        prop_assert!(!findings(&zip_of(&files)).is_empty());
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(!findings(&bytes).is_empty());
        let end = [&bytes[..], b"PK\x05\x06\0\0\0\0\x01\0\x01\0", &bytes[..]].concat();
        prop_assert!(!findings(&end).is_empty());
    }
}
