//! Witnesses: given what they are due, once, and believed only as far as what they answer can be checked.

mod stand_in;

use super::witness::{Witness, give};
use super::{Workplace, do_due};
use crate::connect::time_stamp;
use crate::connect::tracker::{History, Issue, NewIssue, Note, Tracker, Trouble};
use crate::installation::Installation;
use crate::settings::{MailSecurity, MailSettings, Settings, WitnessSettings};
use jiff::{SignedDuration, Timestamp};
use keepsharp_domain::fact::TrackerKind;
use keepsharp_domain::programme::{self, Programme};
use keepsharp_ledger::cosignature::cosignatures;
use keepsharp_ledger::{Checkpoint, VerifierKey, quoted};
use keepsharp_store::{Decision, Store, fresh_id};
use stand_in::{Cosigner, Reply, authority, cosignature, openssl, reply, serve, witness_key};
use std::path::Path;
use std::sync::{Arc, Mutex};

const NOW: &str = "2026-11-22T12:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn later(hours: i64) -> Timestamp {
    now().checked_add(SignedDuration::from_hours(hours)).unwrap()
}

struct House {
    store: Store,
    folder: tempfile::TempDir,
}

impl House {
    fn new() -> House {
        let folder = tempfile::tempdir().unwrap();
        let installation = Installation::find(Some(folder.path().join("data")), None, Settings::default());
        let house = House { store: installation.open_at(Box::new(now)).unwrap(), folder };
        house.grow("One");
        house
    }

    fn grow(&self, name: &str) {
        let text = format!("[organisation]\nname = \"{name}\"\n");
        let decide = move |world: &keepsharp_domain::World| {
            let read = Programme::read(text.as_bytes())?;
            let today = "2026-11-22".parse().unwrap();
            Ok((Decision::from(programme::apply(world, &read, today, &mut fresh_id)?.0), ()))
        };
        self.store.commit("operator:test", decide).unwrap();
    }

    fn key(&self) -> VerifierKey {
        self.store.world().unwrap().key().unwrap().parse().unwrap()
    }

    fn size(&self) -> u64 {
        self.store.signed_head().unwrap().0.size
    }

    fn at(&self, now: Timestamp, settings: &Settings, witness: &Witness) -> Result<String, Trouble> {
        give(&self.place(now, settings, None), witness)
    }

    fn place<'a>(&'a self, now: Timestamp, settings: &'a Settings, tracker: Option<&'a dyn Tracker>) -> Workplace<'a> {
        let (store, address, holder) = (&self.store, "https://k.example", "test");
        Workplace { store, settings, address, tracker, holder, now, today: "2026-11-22".parse().unwrap() }
    }
}

/// Settings as somebody writes them.
fn settings(witness: &str) -> Settings {
    let witness: WitnessSettings = toml::from_str(witness).unwrap();
    Settings { witness: Some(witness), ..Settings::default() }
}

fn c2sp(url: &str, seed: u8) -> Settings {
    settings(&format!("[[c2sp]]\nurl = \"{url}\"\nkey = \"{}\"\n", witness_key(seed)))
}

fn cosigner() -> Witness {
    Witness::Cosigner(stand_in::NAME.into())
}

#[test]
fn a_witness_is_given_a_checkpoint_when_the_ledger_grew_and_its_hours_have_passed() {
    let house = House::new();
    let path = house.folder.path().join("checkpoints");
    let settings = settings(&format!("file = \"{}\"\n", path.display()));
    let sizes = || {
        let text = std::fs::read_to_string(&path).unwrap();
        let found = quoted::checkpoints_in(&text);
        found.iter().map(|note| Checkpoint::open(note, &[house.key()]).unwrap().size).collect::<Vec<_>>()
    };
    let first = house.size();
    assert!(house.at(now(), &settings, &Witness::File).unwrap().starts_with("given"));
    assert_eq!(house.at(later(48), &settings, &Witness::File).unwrap(), "", "nothing grew");
    house.grow("Two");
    assert_eq!(house.at(later(23), &settings, &Witness::File).unwrap(), "", "a day has not passed");
    assert_eq!(sizes(), [first]);
    assert!(house.at(later(24), &settings, &Witness::File).unwrap().starts_with("given"));
    assert_eq!(sizes(), [first, house.size()]);
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("\n# 2026-11-22T12:00:00Z, "));
    assert_eq!(house.store.all_witnessed().unwrap().len(), 2);
}

#[test]
fn a_witness_that_fails_shows_in_timed_work_and_waits_longer_each_time() {
    let house = House::new();
    let settings = settings("file = \"/nowhere/at/all\"\n");
    for attempts in 1..=2 {
        let went = do_due(&house.place(now(), &settings, None), true, |title| title.contains("witness")).unwrap();
        assert!(went.unwrap()[0].result.is_err());
        let worked = house.store.works().unwrap().into_iter().find(|worked| worked.key == "witness file").unwrap();
        assert_eq!(worked.attempts, attempts);
        assert!(worked.problem.contains("/nowhere/at/all"), "{}", worked.problem);
        assert!(worked.next_at > now());
    }
    assert!(house.store.all_witnessed().unwrap().is_empty());
}

#[test]
fn a_checkpoint_by_mail_is_posted_once_and_can_be_read_back() {
    let house = House::new();
    let mut settings = settings("mail = \"audit@x.example\"\n");
    let refused = house.at(now(), &settings, &Witness::Mail).unwrap_err().to_string();
    assert!(refused.contains("no [mail]"), "{refused}");
    settings.mail = Some(MailSettings {
        server: "localhost".to_owned(),
        port: None,
        security: MailSecurity::None,
        username: None,
        password_file: None,
        from: "k@x.example".to_owned(),
    });
    for _ in 0..2 {
        house.at(now(), &settings, &Witness::Mail).unwrap();
    }
    let letters = house.store.letters().unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].letter.recipient, "audit@x.example");
    assert_eq!(quoted::checkpoints_in(&letters[0].letter.words), [house.store.checkpoint().unwrap()]);
}

/// One issue whose comments are kept; a comment may be made and its answer lost.
#[derive(Default)]
struct Board {
    notes: Mutex<Vec<Note>>,
    loses_answer: Mutex<bool>,
}

#[expect(clippy::unnecessary_literal_bound, reason = "as the trait has it")]
impl Tracker for Board {
    fn kind(&self) -> TrackerKind {
        TrackerKind::Gitlab
    }
    fn project(&self) -> &str {
        "security/rounds"
    }
    fn me(&self) -> Result<String, Trouble> {
        Ok("Keepsharp".to_owned())
    }
    fn issue(&self, _: &str, _: u64) -> Result<Issue, Trouble> {
        Err(Trouble::refused("not asked for"))
    }
    fn recent(&self, _: &str, _: Timestamp) -> Result<Vec<Issue>, Trouble> {
        Ok(Vec::new())
    }
    fn titled(&self, _: &str, _: &str) -> Result<Vec<Issue>, Trouble> {
        Ok(Vec::new())
    }
    fn create(&self, _: &str, _: &NewIssue) -> Result<Issue, Trouble> {
        Err(Trouble::refused("not asked for"))
    }
    fn write(&self, _: &str, _: u64, _: &str) -> Result<(), Trouble> {
        Err(Trouble::refused("not asked for"))
    }
    fn notes(&self, project: &str, number: u64) -> Result<Vec<Note>, Trouble> {
        assert_eq!((project, number), ("security/rounds", 17));
        Ok(self.notes.lock().unwrap().clone())
    }
    fn comment(&self, _: &str, _: u64, text: &str) -> Result<(), Trouble> {
        let note = Note { id: 1, author: "keepsharp".to_owned(), text: text.to_owned(), at: now() };
        self.notes.lock().unwrap().push(note);
        let lost = std::mem::take(&mut *self.loses_answer.lock().unwrap());
        if lost { Err(Trouble::Unsure { why: "no answer".to_owned() }) } else { Ok(()) }
    }
    fn edits(&self, _: &str, _: u64) -> Result<History, Trouble> {
        Ok(History::Untold)
    }
    fn close(&self, _: &str, _: u64) -> Result<(), Trouble> {
        Err(Trouble::refused("not asked for"))
    }
}

#[test]
fn a_checkpoint_in_an_issue_is_not_written_twice_for_one_size() {
    let house = House::new();
    let settings = settings("issue = 17\n");
    let refused = house.at(now(), &settings, &Witness::Issue).unwrap_err().to_string();
    assert!(refused.contains("no tracker"), "{refused}");
    let board = Board { loses_answer: Mutex::new(true), ..Board::default() };
    assert!(give(&house.place(now(), &settings, Some(&board)), &Witness::Issue).is_err());
    give(&house.place(now(), &settings, Some(&board)), &Witness::Issue).unwrap();
    let notes = board.notes.lock().unwrap().clone();
    assert_eq!(notes.len(), 1);
    assert_eq!(quoted::checkpoints_in(&notes[0].text), [house.store.checkpoint().unwrap()]);
    assert_eq!(house.store.all_witnessed().unwrap()[0].name, "security/rounds#17");
}

#[test]
fn a_c2sp_witness_cosigns_what_extends_what_it_saw() {
    let house = House::new();
    let (witness, url) = Cosigner::serve(house.key());
    let settings = c2sp(&url, 9);
    house.at(now(), &settings, &cosigner()).unwrap();
    house.grow("Two");
    house.grow("Three");
    house.at(later(24), &settings, &cosigner()).unwrap();
    assert_eq!(witness.lock().unwrap().answered, [200, 200]);
    for given in house.store.all_witnessed().unwrap() {
        let note = format!("{}{}", given.checkpoint, String::from_utf8(given.answer).unwrap());
        assert_eq!(cosignatures(&note, &witness_key(9)).unwrap()[0].at, 1_700_000_000);
        assert!(cosignatures(&note, &witness_key(8)).is_err(), "a line by another key is not kept");
        assert_eq!(Checkpoint::open(&note, &[house.key()]).unwrap().size, given.size);
    }
}

#[test]
fn a_witness_that_knows_more_or_less_than_we_think_is_asked_from_there() {
    let house = House::new();
    let first = house.store.signed_head().unwrap().0;
    let (witness, url) = Cosigner::serve(house.key());
    // As after a restored backup: what was given is forgotten here, and known there.
    witness.lock().unwrap().seen = Some((first.size, first.root));
    house.grow("Two");
    house.at(now(), &c2sp(&url, 9), &cosigner()).unwrap();
    // And a witness that began anew.
    witness.lock().unwrap().seen = None;
    house.grow("Three");
    house.at(later(24), &c2sp(&url, 9), &cosigner()).unwrap();
    assert_eq!(witness.lock().unwrap().answered, [409, 200, 409, 200]);
}

#[test]
fn a_history_that_was_changed_or_cut_is_told_by_the_witness() {
    let house = House::new();
    let head = house.store.signed_head().unwrap().0;
    for (seen, told) in [
        ((head.size, keepsharp_ledger::tree::leaf_hash(b"other")), "history was changed"),
        ((head.size - 1, keepsharp_ledger::tree::leaf_hash(b"other")), "history was changed"),
        ((head.size + 5, head.root), "facts are missing"),
    ] {
        let (witness, url) = Cosigner::serve(house.key());
        witness.lock().unwrap().seen = Some(seen);
        let refused = house.at(now(), &c2sp(&url, 9), &cosigner()).unwrap_err();
        assert!(matches!(&refused, Trouble::Refused { why } if why.contains(told)), "{refused}");
    }
    assert!(house.store.all_witnessed().unwrap().is_empty());
}

#[test]
fn an_answer_that_is_no_cosignature_by_the_key_in_the_settings_is_not_kept() {
    let house = House::new();
    let note = house.store.checkpoint().unwrap();
    let forged = cosignature(9, &note.replace("ledger", "other"), 7);
    let answers: [(Reply, &str); 12] = [
        ((200, cosignature(8, &note, 7).into_bytes()), "no cosignature"),
        ((200, forged.into_bytes()), "no cosignature"),
        ((200, Vec::new()), "no cosignature"),
        ((200, b"<html>welcome</html>\n".to_vec()), "no cosignature"),
        ((200, vec![0xff; 40]), "no text"),
        ((200, vec![b'x'; 1 << 20]), "limit"),
        ((403, Vec::new()), "ledger key"),
        ((404, Vec::new()), "ledger key"),
        ((409, b"many\n".to_vec()), "names no size"),
        ((409, b"99999999999999999999999\n".to_vec()), "names no size"),
        ((302, Vec::new()), "answers 302"),
        ((503, b"busy".to_vec()), "answers 503"),
    ];
    for (answer, told) in answers {
        let status = answer.0;
        let url = serve(move |_, _| answer.clone());
        let refused = house.at(now(), &c2sp(&url, 9), &cosigner()).unwrap_err();
        assert!(refused.to_string().contains(told), "{status}: {refused}");
        assert_eq!(matches!(refused, Trouble::Later { .. }), status == 503 || told == "limit", "{refused}");
    }
    // One that names another size each time is not asked for ever.
    let asked = Arc::new(Mutex::new(0));
    let counted = asked.clone();
    let url = serve(move |_, _| {
        let mut asked = counted.lock().unwrap();
        *asked += 1;
        (409, format!("{}\n", *asked % 2).into_bytes())
    });
    assert!(house.at(now(), &c2sp(&url, 9), &cosigner()).is_err());
    assert_eq!(*asked.lock().unwrap(), 3);
    assert!(house.store.all_witnessed().unwrap().is_empty());
}

#[test]
fn settings_of_a_witness_with_another_kind_of_key_are_refused_with_the_reason() {
    let key = House::new().key();
    let text = format!("[[witness.c2sp]]\nurl = \"https://w.example\"\nkey = \"{key}\"\n");
    let refused = toml::from_str::<Settings>(&text).unwrap_err().to_string();
    assert!(refused.contains("kind 4") && refused.contains("line 3"), "{refused}");
    assert_eq!(settings("").witness.unwrap().every_hours, 24);
}

fn stamping(url: &str) -> Settings {
    settings(&format!("timestamp_authority = \"{url}/tsr\"\n"))
}

#[test]
fn a_time_stamp_is_kept_that_openssl_verifies() {
    let (house, folder) = (House::new(), tempfile::tempdir().unwrap());
    if !authority(folder.path()) {
        return;
    }
    let at = folder.path().to_owned();
    let url = serve(move |path, request| {
        assert_eq!(path, "/tsr");
        (200, reply(&at, request))
    });
    house.at(now(), &stamping(&url), &Witness::TimeStamp).unwrap();
    let given = house.store.all_witnessed().unwrap().remove(0);
    let stamp = time_stamp::read(&given.answer).unwrap();
    let age = crate::clock::now().duration_since(stamp.at);
    assert!(age.abs() < SignedDuration::from_mins(2), "{stamp:?}");
    std::fs::write(folder.path().join("it.checkpoint"), &given.checkpoint).unwrap();
    std::fs::write(folder.path().join("it.tsr"), &given.answer).unwrap();
    let verify = "ts -verify -data it.checkpoint -in it.tsr -CAfile ca.pem";
    let (is_well, said) = openssl(folder.path(), verify);
    assert!(is_well && said.contains("Verification: OK"), "{said}");
    std::fs::write(folder.path().join("it.checkpoint"), given.checkpoint.replace('1', "2")).unwrap();
    assert!(!openssl(folder.path(), verify).0, "of another checkpoint it is no proof");
    damaged_answers_are_refused(&given.answer);
    replayed_and_foreign_stamps_are_refused(&house, folder.path());
}

/// Nothing that a network or a hostile authority makes of an answer ends the program.
fn damaged_answers_are_refused(answer: &[u8]) {
    for end in 0..answer.len() {
        assert!(time_stamp::read(&answer[..end]).is_err(), "{end}");
    }
    for at in 0..answer.len() {
        for bit in 0..8 {
            let mut bytes = answer.to_vec();
            bytes[at] ^= 1 << bit;
            let _ = time_stamp::read(&bytes);
        }
    }
}

fn replayed_and_foreign_stamps_are_refused(house: &House, folder: &Path) {
    let before = house.store.all_witnessed().unwrap().len();
    house.grow("Two");
    // The hash stands behind its tag and length, the nonce before the last three bytes, which ask for certificates.
    let of_another_hash = |request: &mut Vec<u8>| {
        let hash = request.windows(2).position(|two| two == [0x04, 0x20]).unwrap() + 2;
        request[hash] ^= 1;
    };
    let with_another_nonce = |request: &mut Vec<u8>| {
        let last = request.len() - 4;
        request[last] ^= 1;
    };
    let changes: [fn(&mut Vec<u8>); 2] = [of_another_hash, with_another_nonce];
    for (change, told) in changes.into_iter().zip(["something else", "number that was sent along"]) {
        let at = folder.to_owned();
        let url = serve(move |_, request| {
            let mut request = request.to_vec();
            change(&mut request);
            (200, reply(&at, &request))
        });
        let refused = house.at(later(48), &stamping(&url), &Witness::TimeStamp).unwrap_err().to_string();
        assert!(refused.contains(told), "{refused}");
    }
    assert_eq!(house.store.all_witnessed().unwrap().len(), before);
}

#[test]
fn an_answer_that_is_no_time_stamp_is_refused() {
    let house = House::new();
    // TimeStampResp with status 2 (rejection) and a text, and with status 0 and no token.
    let rejected = b"\x30\x0c\x30\x0a\x02\x01\x02\x30\x05\x0c\x03bad".to_vec();
    let answers: [(Reply, &str); 9] = [
        ((200, rejected), "refused (status [2]: bad)"),
        ((200, b"\x30\x05\x30\x03\x02\x01\x00".to_vec()), "no time stamp"),
        ((200, Vec::new()), "no time stamp"),
        ((200, b"<html>".to_vec()), "no time stamp"),
        ((200, [b"\x30\x80".as_slice(), &[0x30, 0x80].repeat(20_000)].concat()), "no time stamp"),
        ((200, b"\x30\x84\xff\xff\xff\xff".to_vec()), "no time stamp"),
        ((200, vec![0x30; 2 << 20]), "limit"),
        ((404, Vec::new()), "answers 404"),
        ((500, Vec::new()), "answers 500"),
    ];
    for (answer, told) in answers {
        let url = serve(move |_, _| answer.clone());
        let refused = house.at(now(), &stamping(&url), &Witness::TimeStamp).unwrap_err().to_string();
        assert!(refused.contains(told), "{refused}");
    }
    let nowhere = house.at(now(), &stamping("ftp://x"), &Witness::TimeStamp).unwrap_err().to_string();
    assert!(nowhere.contains("is no address"), "{nowhere}");
    assert!(house.store.all_witnessed().unwrap().is_empty());
}
