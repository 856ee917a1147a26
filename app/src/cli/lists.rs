//! `keepsharp completions|leaves|exceptions|attestations import`: lists taken in from files.

use super::output::{counted, grouped, progress, say};
use super::{Done, Failure, Session};
use crate::clock;
use clap::{Args, Subcommand};
use keepsharp_domain::completion::ListPlan;
use keepsharp_domain::fact::{Body, FileKind};
use keepsharp_domain::proof_file::{self, ProofFiles};
use keepsharp_domain::sheet::{File, LARGEST_FILE};
use keepsharp_domain::{Day, Draft, Refusal, World, attestation, completion, exception, leave};
use keepsharp_store::{Decision, Error, Store};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Commands about completions.
#[derive(Debug, Subcommand)]
pub(super) enum CompletionsCommand {
    /// Take a file in: employee_id,course,completed_on,strength and optionally source,reference,proof
    ///
    /// A proof is the name of a file that lies beside the CSV file: PDF, PNG, JPEG or text, at most 10 MB.
    ///
    /// Example: keepsharp completions import completions.csv
    Import(ListArgs),
}

/// Commands about leaves.
#[derive(Debug, Subcommand)]
pub(super) enum LeavesCommand {
    /// Take a file in: employee_id,from,to (the day they are back, empty while not known)
    ///
    /// Example: keepsharp leaves import leaves.csv
    Import(ListArgs),
}

/// Commands about exceptions.
#[derive(Debug, Subcommand)]
pub(super) enum ExceptionsCommand {
    /// Take a file in: employee_id,control,from,to,reason,approved_by (first and last day, both included)
    ///
    /// Example: keepsharp exceptions import exceptions.csv
    Import(ListArgs),
}

/// Commands about managers' counts.
#[derive(Debug, Subcommand)]
pub(super) enum AttestationsCommand {
    /// Take a file in: manager_id,campaign,count,on
    ///
    /// Example: keepsharp attestations import attestations.csv
    Import(ListArgs),
}

/// Arguments of an import.
#[derive(Args, Debug)]
pub(super) struct ListArgs {
    /// The CSV file, UTF-8; - for standard input
    file: PathBuf,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn completions(session: &Session, args: &ListArgs) -> Done {
    import(session, args, "completions", FileKind::Completions)
}

/// The files that a list of completions names, from beside it: the SHA-256 of each, or why it can't be taken.
fn proofs_beside(list: &Path, upload: &Upload) -> ProofFiles {
    let named = completion::proofs_named(upload.file()).into_iter();
    named.map(|name| (name.clone(), proof_beside(list, &name).map(|bytes| sha256(&bytes)))).collect()
}

/// A file that lies beside a list and may be kept.
fn proof_beside(list: &Path, name: &str) -> Result<Vec<u8>, String> {
    if list == Path::new("-") {
        return Err("standard input has no files beside it; give the list as a file".to_owned());
    }
    if !proof_file::is_plain_name(name) {
        return Err("a proof is the plain name of a file beside this one, without a folder".to_owned());
    }
    let path = list.parent().unwrap_or(Path::new("")).join(name);
    // Not followed: a link could lead to a file that nobody meant to hand in.
    let found = std::fs::symlink_metadata(&path).map_err(|_| "there is no such file beside this one".to_owned())?;
    if !found.is_file() {
        return Err("it is no file; links and folders are not taken".to_owned());
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(&path).map_err(|error| error.to_string())?;
    file.take(proof_file::LARGEST as u64 + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    proof_file::check(&bytes).map_err(|refusal| refusal.to_string())?;
    Ok(bytes)
}

/// Keeps the files that these facts name as proofs. Before they are recorded: a fact never names a file that is not there.
fn keep_proofs(store: &Store, list: &Path, proofs: &ProofFiles, drafts: &[Draft]) -> Result<(), Failure> {
    let named: BTreeSet<&str> = drafts.iter().filter_map(|draft| proof_of(&draft.body)).collect();
    for (name, wanted) in proofs.iter().filter_map(|(name, sha256)| Some((name, sha256.as_deref().ok()?))) {
        if named.contains(wanted) {
            let told = |problem: String| Failure::Told(in_file(list, &format!("{name}: {problem}")));
            let bytes = proof_beside(list, name).map_err(told)?;
            if sha256(&bytes) != wanted {
                return Err(told("it was changed while the list was taken in; try again".to_owned()));
            }
            store.keep_document(wanted, &bytes, clock::now()).map_err(|error| Failure::Told(error.to_string()))?;
        }
    }
    Ok(())
}

fn proof_of(body: &Body) -> Option<&str> {
    match body {
        Body::CompletionRecorded(body) => body.proof.as_deref(),
        _ => None,
    }
}

pub(super) fn leaves(session: &Session, args: &ListArgs) -> Done {
    import(session, args, "leaves", FileKind::Leaves)
}

pub(super) fn exceptions(session: &Session, args: &ListArgs) -> Done {
    import(session, args, "exceptions", FileKind::Exceptions)
}

pub(super) fn attestations(session: &Session, args: &ListArgs) -> Done {
    import(session, args, "attestations", FileKind::Attestations)
}

/// The facts that a list of this kind gives in this world. A roster is none: it holds on a day.
pub(crate) fn take_in(
    world: &World,
    kind: FileKind,
    file: File,
    today: Day,
) -> Result<(Vec<Draft>, ListPlan), Refusal> {
    match kind {
        FileKind::Completions => completion::import(world, file, today),
        FileKind::Leaves => leave::import(world, file),
        FileKind::Exceptions => exception::import(world, file),
        FileKind::Attestations => attestation::import(world, file, today),
        FileKind::Roster => Err(Refusal::request("a roster is taken in with the day that it holds on")),
    }
}

fn import(session: &Session, args: &ListArgs, what: &str, kind: FileKind) -> Done {
    let bytes = read_file(&args.file)?;
    let named = |error: &dyn std::fmt::Display| Failure::Told(in_file(&args.file, error));
    let store = session.open()?;
    let working = progress(&format!("taking the {what} in"));
    let upload = Upload::new(bytes, session.installation.settings.columns.clone());
    let proofs = if kind == FileKind::Completions { proofs_beside(&args.file, &upload) } else { ProofFiles::default() };
    let plan = if args.dry_run {
        try_list(&*store.world()?, kind, &upload, &proofs).map_err(|refusal| named(&refusal))?.1
    } else {
        if !proofs.is_empty() {
            let (drafts, _) = try_list(&*store.world()?, kind, &upload, &proofs).map_err(|refusal| named(&refusal))?;
            keep_proofs(&store, &args.file, &proofs, &drafts)?;
        }
        let decide = move |world: &World| {
            let (drafts, plan) = try_list(world, kind, &upload, &proofs)?;
            Ok((Decision::from(drafts), plan))
        };
        store.commit(&session.by, decide).map_err(|error| refused_in_file(&args.file, &error))?.told
    };
    drop(working);
    for notice in &plan.notices {
        say(&format!("note: {notice}"));
    }
    let known = if plan.known > 0 { format!(", {} recorded before", grouped(plan.known)) } else { String::new() };
    let not_written = if args.dry_run { "; nothing was written (--dry-run)" } else { "" };
    say(&format!(
        "{what}: {}, {} new{known}{not_written}",
        counted(usize::try_from(plan.rows).unwrap_or(usize::MAX), "row", "rows"),
        grouped(plan.new)
    ));
    Ok(())
}

fn try_list(
    world: &World,
    kind: FileKind,
    upload: &Upload,
    proofs: &ProofFiles,
) -> Result<(Vec<Draft>, ListPlan), Refusal> {
    let today = clock::today(world);
    if kind == FileKind::Completions {
        return completion::import_with_proofs(world, upload.file(), proofs, today);
    }
    take_in(world, kind, upload.file(), today)
}

/// SHA-256, lower-case hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing into a text does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// A file's bytes with what an import needs to know of them.
pub(super) struct Upload {
    bytes: Vec<u8>,
    sha256: String,
    columns: BTreeMap<String, String>,
}

impl Upload {
    pub(super) fn new(bytes: Vec<u8>, columns: BTreeMap<String, String>) -> Upload {
        let sha256 = sha256(&bytes);
        Upload { bytes, sha256, columns }
    }

    pub(super) fn file(&self) -> File<'_> {
        File { bytes: &self.bytes, sha256: &self.sha256, columns: &self.columns }
    }
}

/// Reads a file of bounded size, or standard input.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    let cannot = |error: std::io::Error| Failure::Told(in_file(path, &error));
    let source: Box<dyn Read> = if path == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(path).map_err(cannot)?)
    };
    let mut bytes = Vec::new();
    source.take(LARGEST_FILE as u64 + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() > LARGEST_FILE {
        return Err(Failure::Told(in_file(
            path,
            &format!("the file is larger than {} MB; split it", LARGEST_FILE >> 20),
        )));
    }
    Ok(bytes)
}

/// A message with the file's name before each problem's place.
pub(super) fn in_file(path: &Path, error: &dyn std::fmt::Display) -> String {
    let lines: Vec<String> = error.to_string().lines().map(|line| format!("{}: {line}", path.display())).collect();
    format!("{}\nnothing was written", lines.join("\n"))
}

/// What a commit refused, with the file's name where the file is to blame.
pub(super) fn refused_in_file(path: &Path, error: &Error) -> Failure {
    match error {
        Error::Refused(refusal) => Failure::Told(in_file(path, refusal)),
        other => Failure::Told(other.to_string()),
    }
}
