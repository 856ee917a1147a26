//! `keepsharp ledger`: what makes every figure provable.

use super::output::{counted, grouped, progress, say, write};
use super::witnesses::{self, WitnessesArgs};
use super::{Done, Failure, Session};
use clap::{Args, Subcommand};
use keepsharp_ledger::{Checkpoint, Frontier, Hash, VerifierKey, proof, quoted, seal, tree};
use keepsharp_store::{Error, Recorded, Store};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// Commands about the ledger.
#[derive(Debug, Subcommand)]
pub(super) enum LedgerCommand {
    /// Recompute everything from the stored bytes; names the first fact that is not as it was recorded
    ///
    /// Example: keepsharp ledger verify
    Verify,
    /// The signed head: a C2SP tlog-checkpoint, to be kept where we can't reach it
    ///
    /// Example: keepsharp ledger checkpoint > checkpoint-2026-11.txt
    Checkpoint,
    /// The public key that checks it, in C2SP verifier form
    ///
    /// Example: keepsharp ledger key
    Key,
    /// Write facts.jsonl, disclosures.jsonl, checkpoint and public-key into a new folder
    ///
    /// disclosures.jsonl holds names and addresses: hand it only to who may see them.
    ///
    /// Example: keepsharp ledger export ./ledger-2026-11
    Export(ExportArgs),
    /// Show that today's ledger extends an older one
    ///
    /// The checkpoint is found in whatever carried it: a saved mail, a page's text, quoted lines, a list of many.
    ///
    /// Example: keepsharp ledger prove --since checkpoint-2026-07.txt
    Prove(ProveArgs),
    /// Which checkpoints were given to whom outside, and what came back
    ///
    /// Example: keepsharp ledger witnesses --export ./witnesses-2026-11
    Witnesses(WitnessesArgs),
}

/// Arguments of `ledger export`.
#[derive(Args, Debug)]
pub(super) struct ExportArgs {
    /// The folder, which must not exist yet
    folder: PathBuf,
}

/// Arguments of `ledger prove`.
#[derive(Args, Debug)]
pub(super) struct ProveArgs {
    /// File with the older checkpoint, or with several; - for standard input
    #[arg(long, value_name = "CHECKPOINT")]
    since: PathBuf,
}

pub(super) fn run(session: &Session, command: LedgerCommand) -> Done {
    if matches!(command, LedgerCommand::Verify) && session.installation.is_untouched() {
        let data = session.installation.data.display();
        return Err(Failure::Told(format!("there is no ledger at {data}; name the right place with --data")));
    }
    let store = session.open()?;
    match command {
        LedgerCommand::Verify => verify(&store),
        LedgerCommand::Checkpoint => write(store.checkpoint()?.as_bytes()),
        LedgerCommand::Key => write(format!("{}\n", key(&store)?).as_bytes()),
        LedgerCommand::Export(args) => export(&store, &args.folder),
        LedgerCommand::Prove(args) => prove(&store, &args.since),
        LedgerCommand::Witnesses(args) => witnesses::run(session, &store, &args),
    }
}

fn verify(store: &Store) -> Done {
    let working = progress("recomputing the ledger");
    let verified = store.verify()?;
    drop(working);
    say(&format!(
        "the ledger is whole: {} with root {}, {} opened, {} erased, {} that fit",
        counted(usize::try_from(verified.facts).unwrap_or(usize::MAX), "fact", "facts"),
        verified.root.to_base64(),
        counted(usize::try_from(verified.private_parts).unwrap_or(usize::MAX), "private part", "private parts"),
        grouped(verified.erased),
        counted(usize::try_from(verified.checkpoints).unwrap_or(usize::MAX), "checkpoint", "checkpoints"),
    ));
    Ok(())
}

/// The ledger's public key.
pub(super) fn key(store: &Store) -> Result<VerifierKey, Failure> {
    let world = store.world()?;
    let text = world.key().ok_or_else(|| Failure::Told("the ledger is empty, so it has no key yet".to_owned()))?;
    Ok(text.parse().map_err(|error| format!("the ledger's key can't be read: {error}"))?)
}

fn export(store: &Store, folder: &Path) -> Done {
    let facts = into_new_folder(folder, |beside| export_into(store, beside))?;
    say(&format!("{} written to {}", counted(facts, "fact", "facts"), folder.display()));
    Ok(())
}

/// Has a new folder filled. It is written beside and then moved: who sees the folder sees all of it.
pub(super) fn into_new_folder<T>(folder: &Path, fill: impl FnOnce(&Path) -> Result<T, Failure>) -> Result<T, Failure> {
    let cannot = |error: std::io::Error| Failure::Told(format!("{}: {error}", folder.display()));
    if folder.exists() {
        return Err(Failure::Told(format!(
            "{} is there already; name a new folder, so that nothing is mixed",
            folder.display()
        )));
    }
    let beside = folder.with_file_name(format!(
        "{}.part-{}",
        folder.file_name().unwrap_or_default().display(),
        std::process::id()
    ));
    std::fs::create_dir_all(&beside).map_err(cannot)?;
    let filled = fill(&beside).and_then(|told| std::fs::rename(&beside, folder).map(|()| told).map_err(cannot));
    if filled.is_err() {
        let _ = std::fs::remove_dir_all(&beside);
    }
    filled
}

fn export_into(store: &Store, folder: &Path) -> Result<usize, Failure> {
    let create = |name: &str| {
        let path = folder.join(name);
        File::create(&path).map(BufWriter::new).map_err(|error| Failure::Told(format!("{}: {error}", path.display())))
    };
    let (mut facts, mut disclosures) = (create("facts.jsonl")?, create("disclosures.jsonl")?);
    let mut count = 0;
    let checkpoint = store.export(|recorded| {
        count += 1;
        write_fact(&mut facts, &mut disclosures, recorded)
    })?;
    facts.flush().and_then(|()| disclosures.flush())?;
    let checkpoint = checkpoint.ok_or("the ledger is empty")?;
    create("checkpoint")?.write_all(checkpoint.as_bytes())?;
    create("public-key")?.write_all(format!("{}\n", key(store)?).as_bytes())?;
    Ok(count)
}

/// Writes a fact's exact bytes as a line, and its private part as `{"salt", "seq", "value"}`.
pub(super) fn write_fact(
    facts: &mut impl Write,
    disclosures: &mut impl Write,
    recorded: Recorded,
) -> Result<(), Error> {
    let cannot = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::StorageFull => Error::Full(error.to_string()),
        _ => Error::Engine(error.to_string()),
    };
    facts.write_all(recorded.bytes).and_then(|()| facts.write_all(b"\n")).map_err(cannot)?;
    if let Some(private) = recorded.private {
        let part = seal::read(private).map_err(|error| {
            Error::Engine(format!("the private part of fact {} can't be read: {error}", recorded.seq))
        })?;
        let line = serde_json::json!({ "salt": part.salt, "seq": recorded.seq, "value": part.value });
        let line =
            keepsharp_ledger::canonical::to_canonical(&line).map_err(|error| Error::Engine(error.to_string()))?;
        disclosures.write_all(&line).and_then(|()| disclosures.write_all(b"\n")).map_err(cannot)?;
    }
    Ok(())
}

/// Most proofs that are printed; whether the ledger extends a checkpoint is found out of all.
const MOST_PROOFS: usize = 20;

fn prove(store: &Store, since: &Path) -> Done {
    let key = key(store)?;
    let named = if since == Path::new("-") { "standard input".to_owned() } else { since.display().to_string() };
    let olds = held(since, &named, &key)?;
    let (mut leaves, mut frontier, mut roots) = (Vec::<Hash>::new(), Frontier::new(), BTreeMap::new());
    let mut sizes: Vec<u64> = olds.iter().map(|old| old.size).collect();
    sizes.sort_unstable();
    if sizes.first() == Some(&0) {
        roots.insert(0, frontier.root());
    }
    let today = store.export(|recorded| {
        let leaf = tree::leaf_hash(recorded.bytes);
        leaves.push(leaf);
        frontier.push(leaf);
        if sizes.binary_search(&frontier.size()).is_ok() {
            roots.insert(frontier.size(), frontier.root());
        }
        Ok(())
    })?;
    let today = today.ok_or("the ledger is empty")?;
    let new = Checkpoint::open(&today, &[key]).map_err(|error| error.to_string())?;
    for old in &olds {
        match roots.get(&old.size) {
            None => {
                return Err(Failure::Told(format!(
                    "{named} speaks of {} facts, and there are {}: facts are missing, or it is newer than this copy of the ledger",
                    grouped(old.size),
                    grouped(new.size)
                )));
            }
            Some(root) if *root == old.root => {}
            Some(_) => {
                return Err(Failure::Told(format!(
                    "the ledger does not extend {named}: its first {} facts are not those that were signed then. Run ledger verify",
                    grouped(old.size)
                )));
            }
        }
    }
    let mut text = today;
    let printed = olds.len().saturating_sub(MOST_PROOFS);
    for old in olds.iter().skip(printed) {
        let steps = proof::consistency_proof(&leaves, old.size).unwrap_or_default();
        if new.root != frontier.root() || !proof::verify_consistency(old.size, new.size, old.root, new.root, &steps) {
            return Err(Failure::Told("the facts are not those of the signed head. Run ledger verify".to_owned()));
        }
        let head = "Consistency proof from";
        let lines = [format!("\n{head} {} to {} facts (RFC 6962, 2.1.2), standard base64:", old.size, new.size)];
        for line in lines.into_iter().chain(steps.iter().map(Hash::to_base64)) {
            text.push_str(&line);
            text.push('\n');
        }
    }
    write(text.as_bytes())?;
    let which = match olds.as_slice() {
        [old] => format!("the {}", grouped(old.size)),
        olds => format!("each of the {} checkpoints", grouped(olds.len() as u64)),
    };
    say(&format!("today's {} facts extend {which} of {named}", grouped(new.size)));
    Ok(())
}

/// The older checkpoints that somebody holds, in their order, each signed by this ledger.
fn held(since: &Path, named: &str, key: &VerifierKey) -> Result<Vec<Checkpoint>, Failure> {
    let told = |why: String| Failure::Told(format!("{named}: {why}"));
    let mut bytes = Vec::new();
    let read = if since == Path::new("-") {
        std::io::stdin().read_to_end(&mut bytes)
    } else {
        File::open(since).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    read.map_err(|error| told(error.to_string()))?;
    let notes = quoted::checkpoints_in(&text_of(&bytes));
    let (mut ours, mut others) = (Vec::new(), Vec::new());
    for note in &notes {
        let said = Checkpoint::read_unverified(note).map_err(|error| told(error.to_string()))?;
        if said.origin == key.name() {
            let size = grouped(said.size);
            let opened = Checkpoint::open(note, std::slice::from_ref(key));
            ours.push(opened.map_err(|error| told(format!("the checkpoint of {size} facts: {error}")))?);
        } else {
            others.push(said.origin);
        }
    }
    match (ours.is_empty(), others.first()) {
        (true, Some(other)) => Err(told(format!("this checkpoint is of another ledger, {other}; this one is {}", key.name()))),
        (true, None) => Err(told(
            "there is no whole checkpoint in it: copy all of its lines, from the ledger's name, the number and the hash down to \
             the line that begins with a dash"
                .to_owned(),
        )),
        (false, Some(other)) => {
            say(&format!("{named}: left out what is of another ledger, {other}"));
            Ok(ours)
        }
        (false, None) => Ok(ours),
    }
}

/// Bytes as text, whatever program saved them: a mail with its parts decoded, UTF-16 as some programs write it, or as it is.
fn text_of(bytes: &[u8]) -> String {
    let utf_16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        String::from_utf16_lossy(&bytes.as_chunks().0.iter().map(|pair| unit(*pair)).collect::<Vec<u16>>())
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        _ => {
            let mut text = String::from_utf8_lossy(bytes).into_owned();
            if let Ok(mail) = mailparse::parse_mail(bytes)
                && mail.headers.iter().any(|header| header.get_key_ref().eq_ignore_ascii_case("mime-version"))
            {
                for part in mail.parts() {
                    text.push('\n');
                    text.push_str(&part.get_body().unwrap_or_default());
                }
            }
            text
        }
    }
}
