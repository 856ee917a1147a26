//! `keepsharp erase`, `backup` and `restore`.

use super::ledger::{key, write_fact};
use super::output::{counted, progress, say};
use super::{Done, Failure, Session};
use crate::clock;
use clap::Args;
use keepsharp_domain::erasure;
use keepsharp_ledger::verify::check_opening;
use keepsharp_ledger::{Checkpoint, LogVerifier, VerifierKey, canonical};
use keepsharp_store::{Decision, Store};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;

/// Arguments of `erase`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: keepsharp erase E1077\n\nBackups and exports made before still hold what was erased; they are yours to expire."
)]
pub(super) struct EraseArgs {
    /// The person's employee id, or our own; of a stranger whom a list named, also the address or user name
    person: String,
}

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

pub(super) fn erase(session: &Session, args: &EraseArgs) -> Done {
    let store = session.open()?;
    let person = args.person.clone();
    let done = store.commit(&session.by, move |world| {
        let (drafts, erase) = erasure::erase(world, &person, clock::today(world))?;
        Ok((Decision { drafts, erase: erase.clone(), ..Decision::default() }, erase))
    })?;
    let id = done.told.first().map(ToString::to_string).unwrap_or_default();
    say(&format!(
        "erased; the ledger knows them as {id} only, and stays whole. Backups and exports made before are yours to expire"
    ));
    Ok(())
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
    zip.finish()?.sync_all()?;
    Ok(count)
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
    Store::restore(&session.installation.place, &backup.facts, &backup.checkpoint)?;
    say(&format!("{} restored", counted(backup.facts.len(), "fact", "facts")));
    if !key_file.exists() {
        say(&format!("put the signing key back at {}; until then the ledger can only be read", key_file.display()));
    }
    Ok(())
}

struct Backup {
    facts: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    checkpoint: String,
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
    match disclosed.next() {
        Some((seq, _)) => Err(format!("disclosures.jsonl: fact {seq} is not there, or the lines are out of order")),
        None => Ok(Backup { facts, checkpoint, key }),
    }
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
