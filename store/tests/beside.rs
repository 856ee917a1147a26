//! What is kept beside the ledger, on both engines: sessions, sign-in links, attempts, letters, files not taken in; and proofs.

#![expect(clippy::unwrap_used, reason = "a test's helpers may fail as its tests do")]

mod places;

use jiff::{SignedDuration, Timestamp};
use keepsharp_domain::fact::{Body, CompletionRecorded};
use keepsharp_domain::person::Strength;
use keepsharp_domain::{PersonId, World};
use keepsharp_ledger::tree::leaf_hash;
use keepsharp_ledger::{Checkpoint, Hash, proof};
use keepsharp_store::{
    Decision, FeedbackKind, Kept, Learned, LearnerRow, Letter, MOST_A_DAY, Place, Said, Session, Store, Way,
};
use places::{TestPlace, erases, joins};

on_both!(
    a_session_is_found_until_it_ends,
    every_session_of_somebody_ends_at_once,
    a_link_is_used_once_and_by_one_of_two,
    attempts_are_counted_within_their_window_and_no_further_than_the_most,
    a_letter_waits_until_it_is_sent_and_only_one_process_takes_it,
    a_file_waits_a_day,
    a_document_stays_under_its_hash,
    erasing_takes_what_stands_beside_the_ledger_along,
    erasing_takes_the_proofs_along_that_are_theirs_alone,
    nothing_of_what_a_learner_did_is_left_once_they_are_erased,
    what_learners_did_comes_back_from_a_backup_and_nothing_else_does,
    answers_are_forgotten_but_for_those_that_stay,
    a_fact_is_read_by_its_number,
    a_proof_leads_from_the_fact_to_the_signed_head,
    what_is_said_of_a_course_waits_for_one_answer_and_names_who_signed_only,
    a_press_counts_once_and_words_are_bounded_by_the_day,
    erasing_takes_what_somebody_said_and_learned_along,
    what_was_learned_is_handed_over_in_its_order_with_its_instant,
);

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn later(now: Timestamp, minutes: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_mins(minutes)).unwrap()
}

const NOON: &str = "2026-11-22T12:00:00Z";

fn session(token_hash: &str, subject: &str) -> Session {
    let now = at(NOON);
    Session {
        token_hash: token_hash.into(),
        subject: subject.into(),
        made_at: now,
        seen_at: now,
        ends_at: later(now, 60),
        browser: "test".into(),
    }
}

fn a_session_is_found_until_it_ends(place: &TestPlace) {
    let (store, now) = (place.open(), at(NOON));
    let begun = session("a", "person:x");
    store.begin_session(&begun).unwrap();
    assert_eq!(store.session("a", now).unwrap(), Some(begun.clone()));
    assert_eq!(store.session("b", now).unwrap(), None);
    assert_eq!(store.session("a", later(now, 60)).unwrap(), None);
    store.touch_session("a", later(now, 5)).unwrap();
    assert_eq!(place.open().session("a", now).unwrap().unwrap().seen_at, later(now, 5), "another process sees it too");
    store.end_session("a").unwrap();
    assert_eq!(store.session("a", now).unwrap(), None);
}

fn said(kind: FeedbackKind, words: &str, is_signed: bool) -> Said {
    Said {
        course: "c".into(),
        version: "v".into(),
        lesson: "l".into(),
        item: if kind == FeedbackKind::Report { "l.q1".into() } else { String::new() },
        kind,
        words: words.into(),
        is_signed,
    }
}

fn what_is_said_of_a_course_waits_for_one_answer_and_names_who_signed_only(place: &TestPlace) {
    let (store, now) = (place.open(), at(NOON));
    let [ana, ben] = [keepsharp_store::fresh_id(), keepsharp_store::fresh_id()];
    let report = said(FeedbackKind::Report, "Line 3 is wrong: '; DROP TABLE feedback; -- \u{1f642}", false);
    assert!(store.add_feedback(ana, &report, now).unwrap());
    assert!(store.add_feedback(ana, &report, later(now, 1)).unwrap(), "sent twice");
    assert!(store.add_feedback(ben, &said(FeedbackKind::Course, "Good.", true), later(now, 2)).unwrap());
    let open = place.open().open_feedback("c").unwrap();
    assert_eq!(open.iter().map(|one| one.by.clone()).collect::<Vec<_>>(), [String::new(), ben.to_string()]);
    assert_eq!((&open[0].said, open[0].at, &open[0].answered), (&report, now, &None));
    assert!(store.open_feedback("other").unwrap().is_empty());
    let id = open[0].id;
    assert!(store.answer_feedback(id, "Mended.", later(now, 5)).unwrap());
    for (id, why) in [(id, "answered already"), (id + 77, "there is none"), (u64::MAX, "no number of ours")] {
        assert!(!store.answer_feedback(id, "again", later(now, 6)).unwrap(), "{why}");
    }
    let answer = Some(("Mended.".to_owned(), later(now, 5)));
    let own = store.feedback_by(ana, "c", 10).unwrap();
    assert_eq!(own.iter().map(|one| &one.answered).collect::<Vec<_>>(), [&answer]);
    assert!(own[0].by.is_empty(), "not even to oneself: the list is the same for all");
    assert_eq!(store.answered_feedback("c", 10).unwrap().len(), 1);
    assert_eq!(store.open_feedback("c").unwrap().len(), 1);
}

fn a_press_counts_once_and_words_are_bounded_by_the_day(place: &TestPlace) {
    let (store, now) = (place.open(), at(NOON));
    let ana = keepsharp_store::fresh_id();
    for kind in [FeedbackKind::Useful, FeedbackKind::NotUseful, FeedbackKind::PartlyUseful] {
        assert!(store.add_feedback(ana, &said(kind, "", false), now).unwrap());
    }
    let useful = |until| store.usefulness("c", until).unwrap().get("l").copied();
    assert_eq!(useful(later(now, 1)), Some([0, 1, 0]));
    assert_eq!(useful(now), None, "what is said later than asked for is left out");
    assert!(store.open_feedback("c").unwrap().is_empty(), "a press asks for no answer");
    for number in 0..MOST_A_DAY {
        assert!(store.add_feedback(ana, &said(FeedbackKind::Course, &number.to_string(), false), now).unwrap());
    }
    let one_more = said(FeedbackKind::Course, "one more", false);
    assert!(!store.add_feedback(ana, &one_more, later(now, 60)).unwrap());
    assert!(store.add_feedback(keepsharp_store::fresh_id(), &one_more, now).unwrap(), "others are counted apart");
    assert!(store.add_feedback(ana, &said(FeedbackKind::Useful, "", false), now).unwrap(), "a press is no word");
    assert!(store.add_feedback(ana, &one_more, later(now, 24 * 60 + 1)).unwrap());
    let useful_in_words = said(FeedbackKind::Useful, "Line 3 helped", false);
    assert!(store.add_feedback(ana, &useful_in_words, later(now, 24 * 60 + 2)).unwrap());
    assert_eq!(useful(later(now, 48 * 60)), Some([1, 0, 0]), "one person counts once, with words or without");
}

fn erasing_takes_what_somebody_said_and_learned_along(place: &TestPlace) {
    let (store, now) = (place.open(), at(NOON));
    let person = store.commit("system", joins("E1")).unwrap().told;
    store.add_feedback(person, &said(FeedbackKind::Course, "I am Zacharias", true), now).unwrap();
    store.add_feedback(person, &said(FeedbackKind::Useful, "", true), now).unwrap();
    store.learn(vec![learned(person, "1", now)]).unwrap();
    store.commit("system", erases(person)).unwrap();
    assert!(store.open_feedback("c").unwrap().is_empty());
    assert!(store.usefulness("c", later(now, 1)).unwrap().is_empty());
    assert!(store.learned_by(person).unwrap().is_empty());
}

fn learned(person: keepsharp_domain::PersonId, body: &str, at: Timestamp) -> Learned {
    Learned { person, course: "c".into(), at, item: String::new(), body: body.into() }
}

fn what_was_learned_is_handed_over_in_its_order_with_its_instant(place: &TestPlace) {
    let (store, now) = (place.open(), at(NOON));
    let [ana, ben] = [keepsharp_store::fresh_id(), keepsharp_store::fresh_id()];
    store.learn(vec![learned(ana, "1", now), learned(ben, "2", later(now, 3)), learned(ana, "3", now)]).unwrap();
    let mut found = Vec::new();
    let mut each = |who: &str, at: Timestamp, body: &str| {
        found.push((who.to_owned(), at, body.to_owned()));
        Ok(())
    };
    store.learned_in("c", &mut each).unwrap();
    store.learned_in("other", &mut each).unwrap();
    let row = |who: keepsharp_domain::PersonId, at, body: &str| (who.to_string(), at, body.to_owned());
    assert_eq!(found, [row(ana, now, "1"), row(ben, later(now, 3), "2"), row(ana, now, "3")]);
}

fn a_document_stays_under_its_hash(place: &TestPlace) {
    let store = place.open();
    store.keep_document("00ff", b"a\0b", at(NOON)).unwrap();
    store.keep_document("00ff", b"other", at(NOON)).unwrap();
    assert_eq!(place.open().document("00ff").unwrap().as_deref(), Some(&b"a\0b"[..]));
    assert_eq!(store.document("ff").unwrap(), None);
}

fn every_session_of_somebody_ends_at_once(place: &TestPlace) {
    let (store, now) = (place.open(), at(NOON));
    for (hash, subject) in [("a", "person:x"), ("b", "person:x"), ("c", "person:y")] {
        store.begin_session(&session(hash, subject)).unwrap();
    }
    store.end_sessions_of("person:x").unwrap();
    let left: Vec<String> = store.sessions(now).unwrap().into_iter().map(|session| session.token_hash).collect();
    assert_eq!(left, ["c"]);
}

fn a_link_is_used_once_and_by_one_of_two(place: &TestPlace) {
    let (store, now) = (place.open(), at(NOON));
    store.keep_link("a", "operator", now, later(now, 15)).unwrap();
    store.keep_link("old", "operator", now, later(now, 15)).unwrap();
    assert_eq!(store.link("a", now).unwrap().as_deref(), Some("operator"));
    let used: Vec<Option<String>> = std::thread::scope(|scope| {
        let (one, two) = (place.open(), place.open());
        let threads = [one, two].map(|store| scope.spawn(move || store.use_link("a", now).unwrap()));
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(used.iter().flatten().count(), 1);
    assert_eq!(store.use_link("old", later(now, 15)).unwrap(), None);
}

fn attempts_are_counted_within_their_window_and_no_further_than_the_most(place: &TestPlace) {
    let (store, now) = (place.open(), at(NOON));
    let try_at = |key: &str, minute: i64| store.attempt(key, 3, later(now, minute), later(now, minute - 15)).unwrap();
    assert_eq!([0, 1, 2, 3, 4].map(|minute| try_at("a", minute)), [true, true, true, false, false]);
    assert!(try_at("b", 4), "others are counted apart");
    // What was refused did not count, so the first place is free again when the first attempt is a quarter of an hour old.
    assert!(try_at("a", 16));
}

fn a_letter_waits_until_it_is_sent_and_only_one_process_takes_it(place: &TestPlace) {
    let (store, now) = (place.open(), at(NOON));
    let letter = |recipient: &str, good_until| Letter {
        recipient: recipient.into(),
        subject: "s".into(),
        words: "Grüße".into(),
        good_until,
        ..Letter::default()
    };
    store.post(&[letter("a@x.example", None), letter("b@x.example", Some(later(now, 15)))], now).unwrap();
    let waiting = store.outbox(now, &[Way::Mail], 12).unwrap();
    assert_eq!(waiting.len(), 2);
    let first = waiting.iter().find(|one| one.letter.recipient == "a@x.example").unwrap();
    assert_eq!(first.letter.words, "Grüße");
    assert!(store.take_letter(first, later(now, 2)).unwrap());
    assert!(!place.open().take_letter(first, later(now, 2)).unwrap(), "another process had read the same row");
    assert_eq!(
        store.outbox(now, &[Way::Mail], 12).unwrap().len(),
        1,
        "what is in somebody's hands is not offered again"
    );
    store.not_sent(&first.id, "no answer", later(now, 1)).unwrap();
    let again = store.outbox(later(now, 1), &[Way::Mail], 12).unwrap();
    assert!(again.iter().any(|one| one.problem == "no answer" && one.attempts == 1));
    store.sent(&first.id).unwrap();
    assert_eq!(store.outbox(later(now, 1), &[Way::Mail], 12).unwrap().len(), 1);
    assert!(
        store.outbox(later(now, 16), &[Way::Mail], 12).unwrap().is_empty(),
        "what is good for nothing any more is thrown away"
    );
}

fn a_file_waits_a_day(place: &TestPlace) {
    let (store, now) = (place.open(), at(NOON));
    store.keep_upload("id", "roster.csv", b"\x00\xff bytes", now).unwrap();
    store.keep_upload("id", "again.csv", b"\x00\xff bytes", now).unwrap();
    assert_eq!(store.upload("id", now).unwrap(), Some(("again.csv".to_owned(), b"\x00\xff bytes".to_vec())));
    let tomorrow = later(now, 24 * 60 + 1);
    assert_eq!(store.upload("id", tomorrow).unwrap(), None);
    store.clear_uploads(tomorrow).unwrap();
    assert_eq!(store.upload("id", now).unwrap(), None);
}

fn erasing_takes_what_stands_beside_the_ledger_along(place: &TestPlace) {
    let (store, now) = (place.open(), at(NOON));
    let person = store.commit("system", joins("E1")).unwrap().told;
    let subject = format!("person:{person}");
    store.begin_session(&session("a", &subject)).unwrap();
    store.keep_link("l", &subject, now, later(now, 15)).unwrap();
    store.keep_upload("id", "roster.csv", b"E1", now).unwrap();
    store.commit("system", erases(person)).unwrap();
    assert_eq!(store.session("a", now).unwrap(), None);
    assert_eq!((store.link("l", now).unwrap(), store.upload("id", now).unwrap()), (None, None));
}

fn erasing_takes_the_proofs_along_that_are_theirs_alone(place: &TestPlace) {
    let (store, now) = (place.open(), at(NOON));
    let [first, second] = ["E1", "E2"].map(|id| store.commit("system", joins(id)).unwrap().told);
    let [own, shared] = ["a", "b"].map(|digit| digit.repeat(64));
    let on = jiff::civil::date(2024, 2, 1);
    let took = |person, proof: &str| {
        let body = CompletionRecorded {
            proof: Some(proof.into()),
            ..CompletionRecorded::of(person, "full", on, Strength::Completed)
        };
        store.commit("system", move |_: &World| Ok((Decision::from(vec![Body::CompletionRecorded(body).into()]), ())))
    };
    for (person, proof) in [(first, &own), (first, &shared), (second, &shared)] {
        store.keep_document(proof, b"a certificate of Zacharias", now).unwrap();
        took(person, proof).unwrap();
    }
    store.commit("system", erases(first)).unwrap();
    assert_eq!(store.documents().unwrap(), std::slice::from_ref(&shared), "the other one's stays");
    store.commit("system", erases(second)).unwrap();
    assert_eq!(store.documents().unwrap(), [] as [String; 0]);
}

/// One row of each table about somebody, with a word in each that stands nowhere else.
fn learns(place: &TestPlace, store: &Store, person: PersonId, word: &str) {
    let now = at(NOON);
    let learned = |body: &str| Learned {
        person,
        course: "full".into(),
        at: now,
        item: format!("{word}.q1"),
        body: format!("{{\"did\":\"{body}\",\"of\":\"{word}\"}}"),
    };
    store.learn(vec![learned("one"), learned("two")]).unwrap();
    store.keep_draft(person, "exercise", &format!("{{\"a.js\":\"{word}\"}}"), now).unwrap();
    store.certificate_code(person, 7, &format!("code-{word}")).unwrap();
    place.meddle(&format!(
        "INSERT INTO feedback (course, version, lesson, item, kind, words, person, is_signed, at, answer, answered_at)
         VALUES ('full', 'v', 'l', '', 'useful', '{word} says so', '{person}', 1, '{NOON}', '', '')"
    ));
}

fn rows(store: &Store, of: Option<PersonId>) -> Vec<LearnerRow> {
    let mut rows = Vec::new();
    store
        .learner_rows(of, |row| {
            rows.push(row);
            Ok(())
        })
        .unwrap();
    rows
}

fn nothing_of_what_a_learner_did_is_left_once_they_are_erased(place: &TestPlace) {
    let store = place.open();
    let [gone, stays] = ["E1", "E2"].map(|id| store.commit("system", joins(id)).unwrap().told);
    learns(place, &store, gone, "Quillhammer");
    learns(place, &store, stays, "Featherstone");
    assert_eq!((rows(&store, Some(gone)).len(), rows(&store, None).len()), (5, 10));
    store.commit("system", erases(gone)).unwrap();
    assert_eq!((rows(&store, Some(gone)).len(), rows(&store, None).len()), (0, 5));
    assert_eq!(store.certified("code-Quillhammer").unwrap(), None);
    if let Place::Sqlite(_) = place.place {
        let holds = |word: &str| {
            let files = std::fs::read_dir(place.folder()).unwrap();
            let bytes = files.map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
            bytes.into_iter().any(|bytes| bytes.windows(word.len()).any(|window| window == word.as_bytes()))
        };
        assert!(holds("Featherstone"), "the other one's stay");
        assert!(!holds("Quillhammer"), "free pages and the write-ahead log included");
    }
}

fn what_learners_did_comes_back_from_a_backup_and_nothing_else_does(place: &TestPlace) {
    let store = place.open();
    let person = store.commit("system", joins("E1")).unwrap().told;
    learns(place, &store, person, "Quillhammer");
    let learners = rows(&store, None);
    let mut facts = Vec::new();
    let checkpoint = store.export(|recorded| {
        facts.push((recorded.bytes.to_vec(), recorded.private.map(<[u8]>::to_vec)));
        Ok(())
    });
    let checkpoint = checkpoint.unwrap().unwrap();
    let kept = |learners| Kept { facts: facts.clone(), checkpoint: checkpoint.clone(), learners, ..Kept::default() };
    let other = TestPlace::sqlite();
    let wrong = |table: &str, values: &[(&str, &str)]| LearnerRow {
        table: table.into(),
        values: values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    };
    let id = person.to_string();
    for row in [
        wrong("session", &[("person", &id)]),
        wrong("draft", &[("person", &id), ("exercise", "e")]),
        wrong("certificate", &[("code", "c"), ("person", &id), ("seq", "many")]),
        wrong("certificate", &[("code", "c"), ("person", "nobody"), ("seq", "1")]),
        wrong("certificate", &[("code", "c"), ("person); --", &id), ("seq", "1")]),
    ] {
        assert!(Store::restore(&other.place, &kept(vec![row.clone()]), at(NOON)).is_err(), "{row:?}");
    }
    Store::restore(&other.place, &kept(learners.clone()), at(NOON)).unwrap();
    let restored = other.open();
    assert_eq!(rows(&restored, None), learners);
    assert_eq!(restored.learned(person, "full").unwrap().len(), 2);
    assert_eq!(restored.certified("code-Quillhammer").unwrap(), Some((id, 7)));
}

fn answers_are_forgotten_but_for_those_that_stay(place: &TestPlace) {
    let store = place.open();
    let [first, second] = ["E1", "E2"].map(|id| store.commit("system", joins(id)).unwrap().told);
    for person in [first, second] {
        learns(place, &store, person, &format!("w{person}"));
    }
    let gone = store.forget_learned(first, |events| events.iter().map(|event| event.contains("two")).collect());
    assert_eq!(gone.unwrap(), 2, "an answer and a draft");
    assert_eq!(store.learned(first, "full").unwrap(), [format!("{{\"did\":\"two\",\"of\":\"w{first}\"}}")]);
    assert_eq!((store.draft(first, "exercise").unwrap(), rows(&store, Some(first)).len()), (None, 3));
    assert_eq!(rows(&store, Some(second)).len(), 5);
    // Whoever says nothing of an event lets it go.
    assert_eq!(store.forget_learned(first, |_| Vec::new()).unwrap(), 1);
}

fn a_fact_is_read_by_its_number(place: &TestPlace) {
    let store = place.open();
    store.commit("system", joins("E1")).unwrap();
    assert_eq!(store.fact(1).unwrap(), Some(store.prove(1).unwrap().bytes));
    assert_eq!(store.fact(2).unwrap(), None);
}

fn a_proof_leads_from_the_fact_to_the_signed_head(place: &TestPlace) {
    let store = place.open();
    for name in ["E1", "E2", "E3", "E4", "E5"] {
        store.commit("system", joins(name)).unwrap();
    }
    for seq in 0..6 {
        let proven = store.prove(seq).unwrap();
        let (head, note) = proven.proof.split_once("\n\n").unwrap();
        let mut lines = head.lines();
        assert_eq!(lines.next(), Some("c2sp.org/tlog-proof@v1"));
        assert_eq!(lines.next(), Some(format!("index {seq}").as_str()));
        let way: Vec<Hash> = lines.map(|line| Hash::from_base64(line).unwrap()).collect();
        let key = places::key().verifier().clone();
        let checkpoint = Checkpoint::open(note, &[key]).unwrap();
        assert!(proof::verify_inclusion(seq, checkpoint.size, leaf_hash(&proven.bytes), &way, checkpoint.root));
        assert_eq!(proven.private.is_some(), seq > 0);
    }
    assert!(store.prove(6).is_err());
}
