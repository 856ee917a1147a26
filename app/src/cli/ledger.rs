//! `keepsharp ledger`: what makes every figure provable.

use super::output::{counted, grouped, progress, say, write};
use super::{Done, Failure, Session};
use clap::{Args, Subcommand};
use keepsharp_ledger::{Checkpoint, Frontier, Hash, VerifierKey, proof, seal, tree};
use keepsharp_store::{Error, Recorded, Store};
use std::fs::File;
use std::io::{BufWriter, Write};
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
    /// Example: keepsharp ledger prove --since checkpoint-2026-07.txt
    Prove(ProveArgs),
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
    /// File with the older checkpoint
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
    let cannot = |error: std::io::Error| Failure::Told(format!("{}: {error}", folder.display()));
    if folder.exists() {
        return Err(Failure::Told(format!(
            "{} is there already; name a new folder, so that nothing is mixed",
            folder.display()
        )));
    }
    // Written beside and then moved: who sees the folder sees all of it.
    let beside = folder.with_file_name(format!(
        "{}.part-{}",
        folder.file_name().unwrap_or_default().display(),
        std::process::id()
    ));
    std::fs::create_dir_all(&beside).map_err(cannot)?;
    let written =
        export_into(store, &beside).and_then(|facts| std::fs::rename(&beside, folder).map(|()| facts).map_err(cannot));
    if written.is_err() {
        let _ = std::fs::remove_dir_all(&beside);
    }
    say(&format!("{} written to {}", counted(written?, "fact", "facts"), folder.display()));
    Ok(())
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

fn prove(store: &Store, since: &Path) -> Done {
    let note = std::fs::read_to_string(since).map_err(|error| format!("{}: {error}", since.display()))?;
    let key = key(store)?;
    let named =
        |error: keepsharp_ledger::checkpoint::CheckpointError| Failure::Told(format!("{}: {error}", since.display()));
    let old = Checkpoint::open(&note, std::slice::from_ref(&key)).map_err(named)?;
    let (mut leaves, mut frontier): (Vec<Hash>, Frontier) = (Vec::new(), Frontier::new());
    let today = store.export(|recorded| {
        let leaf = tree::leaf_hash(recorded.bytes);
        leaves.push(leaf);
        frontier.push(leaf);
        Ok(())
    })?;
    let today = today.ok_or("the ledger is empty")?;
    let new = Checkpoint::open(&today, &[key]).map_err(|error| error.to_string())?;
    if old.origin != new.origin {
        return Err(Failure::Told(format!("{} is of another ledger, {}", since.display(), old.origin)));
    }
    let steps = proof::consistency_proof(&leaves, old.size).ok_or_else(|| {
        Failure::Told(format!(
            "{} speaks of {} facts, and there are {}: facts are missing",
            since.display(),
            old.size,
            new.size
        ))
    })?;
    if new.root != frontier.root() || !proof::verify_consistency(old.size, new.size, old.root, new.root, &steps) {
        return Err(Failure::Told(format!(
            "the ledger does not extend {}: its first {} facts are not those that were signed then. Run ledger verify",
            since.display(),
            old.size
        )));
    }
    let mut text = format!(
        "{today}\nConsistency proof from {} to {} facts (RFC 6962, 2.1.2), standard base64:\n",
        old.size, new.size
    );
    for step in &steps {
        text.push_str(&step.to_base64());
        text.push('\n');
    }
    write(text.as_bytes())?;
    say(&format!("today's {} facts extend the {} of {}", grouped(new.size), grouped(old.size), since.display()));
    Ok(())
}
