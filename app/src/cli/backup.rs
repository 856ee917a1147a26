//! `keepsharp backup` and `restore`: the ledger, and what is kept beside it for good.

use super::ledger::{key, write_fact};
use super::output::{counted, progress, say};
use super::{Done, Failure, Session};
use crate::clock;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use jiff::Timestamp;
use keepsharp_ledger::verify::check_opening;
use keepsharp_ledger::{Checkpoint, LogVerifier, VerifierKey, canonical};
use keepsharp_store::{Kept, LearnerRow, Store, Witnessed};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;

/// What witnesses were given.
const WITNESSED: &str = "witnessed.jsonl";
/// What learners did, wrote and said, and the links on their certificates.
const LEARNERS: &str = "learners.jsonl";
/// The folder of files that were handed to auditors.
const DOCUMENTS: &str = "documents/";

/// Arguments of `backup`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: keepsharp backup keepsharp-2026-11-22.zip\n\nThe signing key is not in it: keep a copy of it apart, where only few can read it."
)]
pub(super) struct BackupArgs {
    /// The file to write, which must not exist yet
    file: PathBuf,
}

/// Arguments of `restore`.
#[derive(Args, Debug)]
#[command(after_help = "Example: keepsharp --data ./restored restore keepsharp-2026-11-22.zip")]
pub(super) struct RestoreArgs {
    /// The backup
    file: PathBuf,
}

pub(super) fn backup(session: &Session, args: &BackupArgs) -> Done {
    if args.file.exists() {
        return Err(Failure::Told(format!("{} is there already; name a new file", args.file.display())));
    }
    let store = session.open()?;
    let working = progress("writing the backup");
    let beside = args.file.with_file_name(format!(
        "{}.part-{}",
        args.file.file_name().unwrap_or_default().display(),
        std::process::id()
    ));
    let written = write_backup(&store, &beside, &args.file)
        .and_then(|facts| std::fs::rename(&beside, &args.file).map(|()| facts).map_err(Failure::from));
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    drop(working);
    say(&format!("{} written to {}", counted(written?, "fact", "facts"), args.file.display()));
    say(&format!("the signing key is not in it; keep a copy of {} apart", session.installation.key_file.display()));
    Ok(())
}

fn write_backup(store: &Store, path: &Path, told: &Path) -> Result<usize, Failure> {
    let mut zip = zip::ZipWriter::new(File::create_new(path).map_err(|error| format!("{}: {error}", told.display()))?);
    let options = SimpleFileOptions::default().large_file(true);
    zip.start_file("facts.jsonl", options)?;
    let (mut disclosures, mut count) = (Vec::new(), 0);
    let checkpoint = store.export(|recorded| {
        count += 1;
        write_fact(&mut zip, &mut disclosures, recorded)
    })?;
    let rest = [
        ("disclosures.jsonl", disclosures),
        ("checkpoint", checkpoint.ok_or("the ledger is empty, so there is nothing to keep")?.into_bytes()),
        ("public-key", format!("{}\n", key(store)?).into_bytes()),
    ];
    for (name, bytes) in rest {
        zip.start_file(name, options)?;
        zip.write_all(&bytes)?;
    }
    write_beside(store, &mut zip, options)?;
    zip.finish()?.sync_all()?;
    Ok(count)
}

/// What a witness was given, as a line of the backup.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WitnessLine {
    kind: String,
    name: String,
    size: u64,
    at: Timestamp,
    checkpoint: String,
    /// Base64.
    answer: String,
}

/// A row of what is kept for a learner, as a line of the backup.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct LearnerLine {
    table: String,
    values: BTreeMap<String, String>,
}

/// Files that were handed to auditors, what witnesses were given, and what learners did.
fn write_beside(store: &Store, zip: &mut zip::ZipWriter<File>, options: SimpleFileOptions) -> Result<(), Failure> {
    zip.start_file(WITNESSED, options)?;
    for given in store.all_witnessed()? {
        let Witnessed { kind, name, size, at, checkpoint, answer } = given;
        let line = WitnessLine { kind, name, size, at, checkpoint, answer: STANDARD.encode(answer) };
        zip.write_all(serde_json::to_string(&line).map_err(|error| error.to_string())?.as_bytes())?;
        zip.write_all(b"\n")?;
    }
    zip.start_file(LEARNERS, options)?;
    store.learner_rows(None, |LearnerRow { table, values }| {
        let line = LearnerLine { table, values: values.into_iter().collect() };
        let told = |error: &dyn std::fmt::Display| keepsharp_store::Error::Engine(format!("{LEARNERS}: {error}"));
        serde_json::to_writer(&mut *zip, &line).map_err(|error| told(&error))?;
        zip.write_all(b"\n").map_err(|error| told(&error))
    })?;
    for sha256 in store.documents()? {
        zip.start_file(format!("{DOCUMENTS}{sha256}"), options)?;
        zip.write_all(&store.document(&sha256)?.unwrap_or_default())?;
    }
    Ok(())
}

pub(super) fn restore(session: &Session, args: &RestoreArgs) -> Done {
    let named = |error: String| Failure::Told(format!("{}: {error}", args.file.display()));
    let key_file = &session.installation.key_file;
    let working = progress("checking the backup");
    let backup = read_backup(&args.file).map_err(named)?;
    drop(working);
    if let Ok(text) = std::fs::read_to_string(key_file) {
        let found = keepsharp_ledger::SigningKey::from_text(&text).map(|key| key.verifier());
        if found.as_ref() != Ok(&backup.key) {
            return Err(Failure::Told(format!(
                "{} is not the key of this backup, which was signed with {}; nothing was written",
                key_file.display(),
                backup.key
            )));
        }
    }
    session.installation.prepare()?;
    Store::restore(&session.installation.place, &backup.kept, clock::now())?;
    say(&format!("{} restored", counted(backup.kept.facts.len(), "fact", "facts")));
    if !key_file.exists() {
        say(&format!("put the signing key back at {}; until then the ledger can only be read", key_file.display()));
    }
    Ok(())
}

struct Backup {
    kept: Kept,
    key: VerifierKey,
}

/// Reads a backup and checks all of it, before anything is written.
fn read_backup(path: &Path) -> Result<Backup, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut zip = zip::ZipArchive::new(BufReader::new(file)).map_err(|error| format!("this is no backup: {error}"))?;
    let key = read_text(&mut zip, "public-key")?;
    let key: VerifierKey = key.parse().map_err(|error| format!("public-key: {error}"))?;
    let checkpoint = read_text(&mut zip, "checkpoint")?;
    let told =
        Checkpoint::open(&checkpoint, std::slice::from_ref(&key)).map_err(|error| format!("checkpoint: {error}"))?;
    let mut disclosed = read_disclosures(&mut zip)?.into_iter().peekable();
    let mut log = LogVerifier::new();
    let mut facts = Vec::new();
    let entry = zip.by_name("facts.jsonl").map_err(|error| format!("facts.jsonl: {error}"))?;
    for line in BufReader::new(entry).split(b'\n') {
        let bytes = line.map_err(|error| format!("facts.jsonl: {error}"))?;
        let entry = log.push(&bytes).map_err(|problem| problem.to_string())?;
        let private = disclosed.next_if(|(seq, _)| *seq == entry.seq).map(|(_, private)| private);
        if let Some(private) = &private {
            check_opening(&entry, private).map_err(|problem| problem.to_string())?;
        }
        facts.push((bytes, private));
    }
    log.finish(&told).map_err(|problem| problem.to_string())?;
    if let Some((seq, _)) = disclosed.next() {
        return Err(format!("disclosures.jsonl: fact {seq} is not there, or the lines are out of order"));
    }
    let (documents, witnessed) = (read_documents(&mut zip)?, read_witnessed(&mut zip)?);
    let learners = read_learners(&mut zip)?;
    Ok(Backup { kept: Kept { facts, checkpoint, documents, witnessed, learners }, key })
}

/// Longest file that was handed to an auditor, and some room.
const LONGEST_DOCUMENT: u64 = 64 << 20;

fn read_documents(zip: &mut Archive) -> Result<Vec<(String, Vec<u8>)>, String> {
    let names = zip.file_names().filter_map(|name| Some(name.ok()?.into_owned()));
    let names: Vec<String> = names.filter(|name| name.starts_with(DOCUMENTS)).collect();
    let mut found = Vec::new();
    for name in names {
        let entry = zip.by_name(&name).map_err(|error| format!("{name}: {error}"))?;
        let mut bytes = Vec::new();
        entry.take(LONGEST_DOCUMENT).read_to_end(&mut bytes).map_err(|error| format!("{name}: {error}"))?;
        let sha256 = name.trim_start_matches(DOCUMENTS).to_owned();
        if super::sha256(&bytes) != sha256 {
            return Err(format!("{name}: these are other bytes than those with this SHA-256"));
        }
        found.push((sha256, bytes));
    }
    Ok(found)
}

/// None in a backup of before there were any.
fn read_witnessed(zip: &mut Archive) -> Result<Vec<Witnessed>, String> {
    read_lines(zip, WITNESSED, |line: WitnessLine| {
        let answer = STANDARD.decode(line.answer).map_err(|error| error.to_string())?;
        let WitnessLine { kind, name, size, at, checkpoint, .. } = line;
        Ok(Witnessed { kind, name, size, at, checkpoint, answer })
    })
}

/// None in a backup of before courses were taken here.
fn read_learners(zip: &mut Archive) -> Result<Vec<LearnerRow>, String> {
    read_lines(zip, LEARNERS, |LearnerLine { table, values }| {
        Ok(LearnerRow { table, values: values.into_iter().collect() })
    })
}

/// The lines of a file, each read; none where there is no such file.
fn read_lines<L: serde::de::DeserializeOwned, T>(
    zip: &mut Archive,
    name: &str,
    read: impl Fn(L) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    if zip.index_for_name(name).is_none() {
        return Ok(Vec::new());
    }
    let entry = zip.by_name(name).map_err(|error| format!("{name}: {error}"))?;
    let mut found = Vec::new();
    for (number, line) in (1..).zip(BufReader::new(entry).split(b'\n')) {
        let told = |error: &dyn std::fmt::Display| format!("{name}: line {number}: {error}");
        let line: L = serde_json::from_slice(&line.map_err(|error| told(&error))?).map_err(|error| told(&error))?;
        found.push(read(line).map_err(|error| told(&error))?);
    }
    Ok(found)
}

type Archive = zip::ZipArchive<BufReader<File>>;

fn read_text(zip: &mut Archive, name: &str) -> Result<String, String> {
    const LONGEST: u64 = 1 << 20;
    let entry = zip.by_name(name).map_err(|error| format!("{name}: {error}"))?;
    let mut text = String::new();
    entry.take(LONGEST).read_to_string(&mut text).map_err(|error| format!("{name}: {error}"))?;
    Ok(text)
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Disclosure {
    salt: String,
    seq: u64,
    value: serde_json::Value,
}

fn read_disclosures(zip: &mut Archive) -> Result<Vec<(u64, Vec<u8>)>, String> {
    const NAME: &str = "disclosures.jsonl";
    let entry = zip.by_name(NAME).map_err(|error| format!("{NAME}: {error}"))?;
    let mut found = Vec::new();
    for (number, line) in (1..).zip(BufReader::new(entry).split(b'\n')) {
        let told = |error: &dyn std::fmt::Display| format!("{NAME}: line {number}: {error}");
        let line = line.map_err(|error| told(&error))?;
        let disclosure: Disclosure = serde_json::from_slice(&line).map_err(|error| told(&error))?;
        let part = keepsharp_ledger::seal::PrivatePart { salt: disclosure.salt, value: disclosure.value };
        found.push((disclosure.seq, canonical::to_canonical(&part).map_err(|error| told(&error))?));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::installation::Installation;
    use crate::settings::Settings;

    /// The backup without one of its files, as an older program wrote it.
    fn without(path: &Path, gone: &str, to: &Path) {
        let mut from = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
        let mut written = zip::ZipWriter::new(File::create(to).unwrap());
        for at in 0..from.len() {
            let entry = from.by_index_raw(at).unwrap();
            if entry.name().unwrap() != gone {
                written.raw_copy_file(entry).unwrap();
            }
        }
        written.finish().unwrap();
    }

    #[test]
    fn a_backup_of_before_courses_were_taken_here_still_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let installation = |name: &str| Installation::find(Some(folder.path().join(name)), None, Settings::default());
        let store = installation("first").open().unwrap();
        let person = keepsharp_store::fresh_id();
        store.keep_draft(person, "exercise", "{}", Timestamp::UNIX_EPOCH).unwrap();
        store.commit("system", |_| Ok((keepsharp_store::Decision::default(), ()))).unwrap();
        let (path, older) = (folder.path().join("backup.zip"), folder.path().join("older.zip"));
        write_backup(&store, &path, &path).map_err(|_| "the backup").unwrap();
        without(&path, LEARNERS, &older);
        assert_eq!(
            (read_backup(&path).unwrap().kept.learners.len(), read_backup(&older).unwrap().kept.learners.len()),
            (1, 0)
        );
        let second = installation("second");
        second.prepare().unwrap();
        Store::restore(&second.place, &read_backup(&older).unwrap().kept, Timestamp::UNIX_EPOCH).unwrap();
        std::fs::copy(installation("first").key_file, &second.key_file).unwrap();
        assert_eq!(second.open().unwrap().draft(person, "exercise").unwrap(), None);
    }

    #[test]
    fn what_was_handed_over_and_what_witnesses_were_given_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let open = |name: &str| Installation::find(Some(folder.path().join(name)), None, Settings::default());
        let store = open("first").open().unwrap();
        let (bytes, at) = (b"%PDF\0\xff".to_vec(), "2026-11-22T12:00:00Z".parse().unwrap());
        let sha256 = crate::cli::sha256(&bytes);
        store.keep_document(&sha256, &bytes, at).unwrap();
        let given = Witnessed {
            kind: "c2sp".into(),
            name: "w".into(),
            size: 1,
            at,
            checkpoint: "a\n1\n".into(),
            answer: vec![0, 255],
        };
        store.witnessed(&given, &[]).unwrap();
        let person = keepsharp_store::fresh_id();
        let (course, item, body) = ("c".to_owned(), String::new(), "{\"did\":\"one\"}\n".to_owned());
        store.learn(vec![keepsharp_store::Learned { person, course, at, item, body: body.clone() }]).unwrap();
        store.keep_draft(person, "exercise", "{}", at).unwrap();
        let code = store.certificate_code(person, 0, "code").unwrap();
        store.commit("system", |_| Ok((keepsharp_store::Decision::default(), ()))).unwrap();
        let path = folder.path().join("backup.zip");
        write_backup(&store, &path, &path).map_err(|_| "the backup").unwrap();
        let kept = read_backup(&path).unwrap().kept;
        let second = open("second");
        second.prepare().unwrap();
        Store::restore(&second.place, &kept, at).unwrap();
        std::fs::copy(open("first").key_file, &second.key_file).unwrap();
        let restored = second.open().unwrap();
        assert_eq!(restored.document(&sha256).unwrap(), Some(bytes));
        assert_eq!(restored.all_witnessed().unwrap(), [given]);
        assert_eq!(restored.learned(person, "c").unwrap(), [body]);
        assert_eq!(restored.draft(person, "exercise").unwrap(), Some("{}".to_owned()));
        assert_eq!(restored.certified(&code).unwrap(), Some((person.to_string(), 0)));
        // A file under another's hash is none of it.
        let whole = std::fs::read(&path).unwrap();
        let other = format!("{}{}", &sha256[1..], &sha256[..1]);
        let mut touched = whole.clone();
        for place in 0..whole.len() - sha256.len() {
            if whole[place..].starts_with(sha256.as_bytes()) {
                touched[place..place + other.len()].copy_from_slice(other.as_bytes());
            }
        }
        assert_ne!(touched, whole);
        std::fs::write(&path, touched).unwrap();
        assert!(read_backup(&path).is_err());
    }
}
