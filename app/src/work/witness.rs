//! Giving the ledger's signed head to those outside who keep it, so that nobody here can rewrite history unseen.

use super::{Workplace, after, stored};
use crate::connect::tracker::{Tracker, Trouble};
use crate::connect::{cosigner, time_stamp};
use crate::settings::{Settings, WitnessSettings};
use jiff::SignedDuration;
use keepsharp_ledger::Checkpoint;
use keepsharp_store::{Letter, Witnessed, fresh_word};
use std::io::Write;
use std::path::Path;

/// Somebody outside who keeps checkpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Witness {
    /// A file out of our reach.
    File,
    /// Whoever reads the mail of an address.
    Mail,
    /// An issue, which many people can read.
    Issue,
    /// A C2SP witness, by the name of its key.
    Cosigner(Box<str>),
    /// An authority that gives time stamps.
    TimeStamp,
}

/// The witnesses that the settings name.
pub(super) fn witnesses(settings: &Settings) -> Vec<Witness> {
    let Some(settings) = &settings.witness else { return Vec::new() };
    let single = [
        settings.file.is_some().then_some(Witness::File),
        settings.mail.is_some().then_some(Witness::Mail),
        settings.issue.is_some().then_some(Witness::Issue),
        settings.timestamp_authority.is_some().then_some(Witness::TimeStamp),
    ];
    let cosigners = settings.c2sp.iter().map(|witness| Witness::Cosigner(witness.key.name().into()));
    single.into_iter().flatten().chain(cosigners).collect()
}

impl Witness {
    /// As it is kept with what was given.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Witness::File => "file",
            Witness::Mail => "mail",
            Witness::Issue => "issue",
            Witness::Cosigner(_) => "c2sp",
            Witness::TimeStamp => "timestamp",
        }
    }

    /// By which its work is known.
    pub(super) fn key(&self) -> String {
        match self {
            Witness::Cosigner(name) => format!("witness c2sp {name}"),
            other => format!("witness {}", other.kind()),
        }
    }

    /// What people call it, by its key.
    pub(super) fn title_of(key: &str) -> String {
        match key {
            "file" => "The checkpoint for the witness' file".to_owned(),
            "mail" => "The checkpoint by mail".to_owned(),
            "issue" => "The checkpoint in the witness' issue".to_owned(),
            "timestamp" => "A time stamp on the checkpoint".to_owned(),
            other => format!("A cosignature by {}", other.strip_prefix("c2sp ").unwrap_or(other)),
        }
    }
}

/// Gives a witness the latest checkpoint, if the ledger grew since the last and that is long enough ago.
pub(super) fn give(place: &Workplace, witness: &Witness) -> Result<String, Trouble> {
    let settings = place.settings.witness.as_ref().ok_or_else(|| gone("[witness]"))?;
    let name = name(place, settings, witness)?;
    let (head, note) = place.store.signed_head().map_err(stored)?;
    let last = place.store.last_witnessed(witness.kind(), &name).map_err(stored)?;
    if let Some(last) = &last {
        if last.size > head.size {
            return Err(Trouble::refused(format!(
                "{name} was given a checkpoint of {} facts, and there are {}: facts are missing. Run keepsharp ledger verify",
                last.size, head.size
            )));
        }
        let next = after(last.at, SignedDuration::from_hours(i64::from(settings.every_hours)));
        if last.size == head.size || place.now < next {
            return Ok(String::new());
        }
    }
    let mut letters = Vec::new();
    let answer = match witness {
        Witness::File => append(Path::new(&name), &block(place, &head, &note))?,
        Witness::Mail => {
            letters.push(letter(&name, &head, &note));
            Vec::new()
        }
        Witness::Issue => comment(place, settings, &head, &note)?,
        Witness::TimeStamp => time_stamp::stamp(&name, note.as_bytes(), nonce()?)?,
        Witness::Cosigner(_) => cosigned(place, settings, &name, &head, &note, last.map_or(0, |last| last.size))?,
    };
    let (kind, size, at) = (witness.kind().to_owned(), head.size, place.now);
    let given = Witnessed { kind, name, size, at, checkpoint: note, answer };
    place.store.witnessed(&given, &letters).map_err(stored)?;
    Ok(format!("given, {size} facts"))
}

/// Which of its kind, as it is kept with what was given.
fn name(place: &Workplace, settings: &WitnessSettings, witness: &Witness) -> Result<String, Trouble> {
    let name = match witness {
        Witness::File => settings.file.as_ref().map(|path| path.display().to_string()),
        Witness::Mail if settings.mail.is_some() && place.settings.mail.is_none() => {
            return Err(Trouble::refused("[witness] of the settings has mail, and there is no [mail] to send it by"));
        }
        Witness::Mail => settings.mail.clone(),
        Witness::Issue => {
            let project = tracker(place)?.project();
            settings.issue.map(|number| format!("{project}#{number}"))
        }
        Witness::Cosigner(name) => Some(name.to_string()),
        Witness::TimeStamp => settings.timestamp_authority.clone(),
    };
    name.ok_or_else(|| gone(witness.kind()))
}

fn gone(what: &str) -> Trouble {
    Trouble::refused(format!("{what} is not in the settings any more"))
}

fn tracker<'p>(place: &Workplace<'p>) -> Result<&'p dyn Tracker, Trouble> {
    place.tracker.ok_or_else(|| Trouble::refused("[witness] of the settings has an issue, and they name no tracker"))
}

/// A blank line first: what a power cut left of an earlier block is not made part of this one.
fn block(place: &Workplace, head: &Checkpoint, note: &str) -> String {
    format!("\n# {:.0}, {} facts\n{note}", place.now, head.size)
}

fn append(path: &Path, block: &str) -> Result<Vec<u8>, Trouble> {
    let append = || {
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path)?;
        file.write_all(block.as_bytes())?;
        file.sync_all()
    };
    append().map(|()| Vec::new()).map_err(|error| Trouble::later(format!("{}: {error}", path.display())))
}

fn letter(recipient: &str, head: &Checkpoint, note: &str) -> Letter {
    Letter {
        recipient: recipient.to_owned(),
        subject: format!("Checkpoint of the Keepsharp ledger, {} facts", head.size),
        words: format!(
            "This is the signed head of the ledger {}.\n\n\
             Please keep this mail where those who run Keepsharp can't change it. Whoever holds it can have shown later,\n\
             with \"keepsharp ledger prove --since\", that nothing recorded until now was changed or taken out.\n\n\
             {note}\n\
             Nothing in it is about a person. There is nothing to answer.\n",
            head.origin
        ),
        ..Letter::default()
    }
}

/// A comment of the same size is not made twice: its mark tells whether it stands there already.
fn comment(place: &Workplace, settings: &WitnessSettings, head: &Checkpoint, note: &str) -> Result<Vec<u8>, Trouble> {
    let (tracker, number) = (tracker(place)?, settings.issue.ok_or_else(|| gone("issue"))?);
    let mark = format!("<!-- keepsharp:checkpoint:{} -->", head.size);
    let me = tracker.me()?;
    let notes = tracker.notes(tracker.project(), number)?;
    if !notes.iter().any(|note| note.author.eq_ignore_ascii_case(&me) && note.text.contains(&mark)) {
        let text = format!("The ledger's signed head, {} facts:\n\n```text\n{note}```\n\n{mark}", head.size);
        tracker.comment(tracker.project(), number, &text)?;
    }
    Ok(Vec::new())
}

fn cosigned(
    place: &Workplace,
    settings: &WitnessSettings,
    name: &str,
    head: &Checkpoint,
    note: &str,
    known: u64,
) -> Result<Vec<u8>, Trouble> {
    let witness = settings.c2sp.iter().find(|witness| witness.key.name() == name).ok_or_else(|| gone(name))?;
    let proof = |old| place.store.prove_growth(old, head.size).map_err(stored);
    let cosignatures = cosigner::cosign(witness, head, note, known, &proof)?;
    Ok(cosignatures.into_iter().map(|cosignature| cosignature.line).collect::<String>().into_bytes())
}

fn nonce() -> Result<u64, Trouble> {
    let word = fresh_word().map_err(stored)?;
    u64::from_str_radix(&word, 16).map_err(|error| Trouble::later(error.to_string()))
}
