//! Making an evidence pack: the facts are folded again with the private parts that its reader may see and no others, so that
//! nothing stands in a table that the pack itself does not show.

use crate::clock;
use jiff::Timestamp;
use keepsharp_domain::evidence::{Evidence, Log, Opened, Query, USUAL};
use keepsharp_domain::fact::Body;
use keepsharp_domain::{Fact, PersonId, World};
use keepsharp_ledger::pack::{CHECKPOINT, DISCLOSURES, FACTS, PUBLIC_KEY, PackWriter, README, Readme, SHEETS};
use keepsharp_ledger::{Checkpoint, VerifierKey, seal};
use keepsharp_report::{oscal, paper, workbook};
use keepsharp_store::{Error, Store};
use keepsharp_verifier::sheets_of;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Seek, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Facts that go from one thread to the next together.
const BATCH: usize = 2_000;
/// Batches that wait between two threads.
const WAITING: usize = 8;

/// What was put into a pack.
#[derive(Debug)]
pub(crate) struct Built {
    pub(crate) evidence: Evidence,
    pub(crate) checkpoint: Checkpoint,
}

/// Writes a pack to an empty place. `told` hears what is being done.
///
/// # Errors
/// Where the ledger can't be read or written about, or the query makes no sense. What was written then is no pack.
pub(crate) fn build<W: Write + Seek>(
    store: &Store,
    query: &Query,
    into: W,
    mut told: impl FnMut(&str),
) -> Result<(Built, W), String> {
    let note = store.checkpoint().map_err(|error| error.to_string())?;
    let checkpoint = Checkpoint::read_unverified(&note).map_err(|error| error.to_string())?;
    let (key, erased_before) = {
        let world = store.world().map_err(|error| error.to_string())?;
        let key: VerifierKey = world.key().and_then(|key| key.parse().ok()).ok_or("the ledger has no key")?;
        (key, erased(&world))
    };
    let mut writer = PackWriter::new(into);
    let wrong = |error: keepsharp_ledger::pack::WriteError| format!("the pack can't be written: {error}");
    writer.add(README, readme(query, &checkpoint, &key).as_bytes()).map_err(wrong)?;
    writer.add(PUBLIC_KEY, format!("{key}\n").as_bytes()).map_err(wrong)?;
    writer.add(CHECKPOINT, note.as_bytes()).map_err(wrong)?;

    told("writing and folding the facts");
    writer.begin(FACTS).map_err(wrong)?;
    let who = if query.opened == Opened::Everybody { Whose::Everybody } else { Whose::Nobody };
    let (world, log) = fold(store, checkpoint.size, query.known_at, &who, Some(&mut writer))?;
    let mut evidence = Evidence::of(&world, &log, query)?;
    let who =
        if query.opened == Opened::Sample { Whose::These(sampled(&evidence), query.control.clone()) } else { who };
    if let Whose::These(..) = &who {
        told("opening the names of the sample");
        let (world, log) = fold::<W>(store, checkpoint.size, query.known_at, &who, None)?;
        evidence = Evidence::of(&world, &log, query)?;
    }
    let particulars = particulars(&world, query, &note, &key);
    drop((world, log));
    writer.begin(DISCLOSURES).map_err(wrong)?;
    disclose(store, checkpoint.size, query.known_at, &who, &mut writer)?;
    let sheets = sheets(store, checkpoint.size, &evidence, &mut told)?;

    told("making tables, report and workbook");
    let particulars = paper::Particulars { sheets: sheet_rows(sheets.as_deref().unwrap_or_default()), ..particulars };
    let mut files = papers(&evidence, &checkpoint, &particulars)?;
    files.extend(sheets.map(|text| (SHEETS.to_owned(), text.into_bytes())));
    files.extend(evidence.tables().into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())));
    for (name, bytes) in &files {
        writer.add(name, bytes).map_err(wrong)?;
    }
    let manifest = manifest(&evidence, &checkpoint, &key)?;
    // What was opened at the beginning may be gone at the end: such a pack would not agree with itself.
    if erased(&*store.world().map_err(|error| error.to_string())?) != erased_before {
        return Err("somebody was erased while the pack was made; make it again".to_owned());
    }
    let into = store.sign_pack(writer, manifest).map_err(|error| error.to_string())?;
    Ok((Built { evidence, checkpoint }, into))
}

/// How many people were erased.
fn erased(world: &World) -> usize {
    world.people().all().filter(|(_, person)| person.erased).count()
}

/// What a query gives over so many facts, as rows and without a pack; only nobody's or everybody's names can be opened so.
///
/// # Errors
/// Where the ledger can't be read, or the query makes no sense.
pub(crate) fn of(store: &Store, size: u64, query: &Query) -> Result<Evidence, String> {
    let who = if query.opened == Opened::Everybody { Whose::Everybody } else { Whose::Nobody };
    let (world, log) = fold::<std::io::Cursor<Vec<u8>>>(store, size, query.known_at, &who, None)?;
    Evidence::of(&world, &log, query)
}

/// The moment of the last fact: what a query knows unless it says otherwise, so that the same ledger gives the same pack.
pub(crate) fn known_at(world: &World) -> Timestamp {
    world.last_at().unwrap_or_else(clock::now)
}

/// Whose private parts are opened.
enum Whose {
    Nobody,
    /// Those of these people that tell who they are, or concern this control.
    These(BTreeSet<PersonId>, Box<str>),
    Everybody,
}

impl Whose {
    fn opens(&self, fact: &Fact) -> bool {
        match self {
            Whose::Nobody => false,
            Whose::Everybody => true,
            Whose::These(people, control) => {
                let is_theirs = fact.body.subject().is_some_and(|subject| people.contains(&subject));
                is_theirs && is_told_of_a_sample(&fact.body, control)
            }
        }
    }
}

/// Whether a sampled person's fact is opened: who they are, what they completed, what released them from this control. What they
/// asked for, objected to or were said to be elsewhere is no matter of the sample.
fn is_told_of_a_sample(body: &Body, control: &str) -> bool {
    match body {
        Body::PersonJoined(_)
        | Body::PersonChanged(_)
        | Body::PersonIdentified(_)
        | Body::CompletionRecorded(_)
        | Body::CompletionWithdrawn(_) => true,
        Body::ExceptionApproved(body) => *body.control == *control,
        Body::ExceptionWithdrawn(body) => *body.control == *control,
        _ => false,
    }
}

/// The sampled people, under every id that facts know them by.
fn sampled(evidence: &Evidence) -> BTreeSet<PersonId> {
    evidence.sampled.iter().flat_map(|(_, ids)| ids.iter().copied()).collect()
}

type Batch = Vec<(Vec<u8>, Option<Vec<u8>>)>;

/// Folds the facts up to the checkpoint and the moment of knowledge, writing their bytes on the way where there is a pack.
fn fold<W: Write + Seek>(
    store: &Store,
    size: u64,
    known_at: Timestamp,
    who: &Whose,
    mut into: Option<&mut PackWriter<W>>,
) -> Result<(World, Log), String> {
    let (to_parse, parsing) = sync_channel::<Batch>(WAITING);
    let (to_fold, folding) = sync_channel::<Vec<Fact>>(WAITING);
    std::thread::scope(|scope| {
        let parse = scope.spawn(move || parse(&parsing, &to_fold, who));
        let fold = scope.spawn(move || fold_all(&folding, known_at));
        let mut batch: Batch = Vec::with_capacity(BATCH);
        let exported = store.export(|recorded| {
            if recorded.seq >= size {
                return Ok(());
            }
            if let Some(writer) = into.as_deref_mut() {
                let written = writer.write_all(recorded.bytes).and_then(|()| writer.write_all(b"\n"));
                written.map_err(|error| Error::Engine(format!("the pack can't be written: {error}")))?;
            }
            batch.push((recorded.bytes.to_vec(), recorded.private.map(<[u8]>::to_vec)));
            if batch.len() == BATCH {
                // A thread that ended early says why itself.
                let _ = to_parse.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)));
            }
            Ok(())
        });
        let _ = to_parse.send(batch);
        drop(to_parse);
        let parsed = parse.join().unwrap_or_else(|_| Err("reading the facts ended early".to_owned()));
        let folded = fold.join().unwrap_or_else(|_| Err("folding the facts ended early".to_owned()));
        exported.map_err(|error| error.to_string())?;
        parsed?;
        folded
    })
}

fn parse(batches: &Receiver<Batch>, to_fold: &SyncSender<Vec<Fact>>, who: &Whose) -> Result<(), String> {
    for batch in batches {
        let read = |(bytes, private): (Vec<u8>, Option<Vec<u8>>)| {
            let fact = Fact::read(&bytes, None)?;
            match private.filter(|_| who.opens(&fact)) {
                Some(private) => Fact::read(&bytes, Some(&private)),
                None => Ok(fact),
            }
        };
        let facts = batch.into_iter().map(read).collect::<Result<Vec<Fact>, String>>()?;
        if to_fold.send(facts).is_err() {
            break;
        }
    }
    Ok(())
}

fn fold_all(batches: &Receiver<Vec<Fact>>, known_at: Timestamp) -> Result<(World, Log), String> {
    let (mut world, mut log) = (World::default(), Log::default());
    for fact in batches.iter().flatten() {
        if fact.at > known_at {
            continue;
        }
        let seq = fact.seq;
        log.push(fact.at, &fact.by);
        world.apply(fact).map_err(|message| format!("fact {seq}: {message}"))?;
    }
    world.shrink();
    world.settle();
    Ok((world, log))
}

/// Writes the private parts that are opened, each a line: what a fact's `sealed` is the hash of, taken apart.
fn disclose<W: Write + Seek>(
    store: &Store,
    size: u64,
    known_at: Timestamp,
    who: &Whose,
    writer: &mut PackWriter<W>,
) -> Result<(), String> {
    if matches!(who, Whose::Nobody) {
        return Ok(());
    }
    let exported = store.export(|recorded| {
        let Some(private) = recorded.private.filter(|_| recorded.seq < size) else { return Ok(()) };
        let fact = Fact::read(recorded.bytes, None).map_err(Error::Engine)?;
        if fact.at > known_at || !who.opens(&fact) {
            return Ok(());
        }
        let line = seal::read(private)
            .and_then(|part| {
                let line = json!({ "salt": part.salt, "seq": recorded.seq, "value": part.value });
                keepsharp_ledger::canonical::value_to_canonical(&line)
            })
            .map_err(|error| Error::Engine(format!("the private part of fact {}: {error}", recorded.seq)))?;
        let written = writer.write_all(&line).and_then(|()| writer.write_all(b"\n"));
        written.map_err(|error| Error::Engine(format!("the pack can't be written: {error}")))
    });
    exported.map(|_| ()).map_err(|error| error.to_string())
}

/// A sheet for each sampled person: all facts about them, and that these stand in the ledger. None where none was sampled.
fn sheets(
    store: &Store,
    size: u64,
    evidence: &Evidence,
    told: &mut impl FnMut(&str),
) -> Result<Option<String>, String> {
    if evidence.sampled.is_empty() {
        return Ok(None);
    }
    told("making a sheet for each sampled person");
    let mut sheets = sheets_of(evidence);
    let exported = store.export(|recorded| {
        if recorded.seq < size {
            sheets.push(recorded.bytes);
        }
        Ok(())
    });
    exported.map_err(|error| error.to_string())?;
    Ok(Some(sheets.text()))
}

/// The rows of `sheets.csv` as the report lists them.
fn sheet_rows(sheets: &str) -> Vec<paper::SheetRow> {
    let row = |row: Vec<String>| {
        let mut cells = row.into_iter();
        let mut next = || cells.next().unwrap_or_default();
        paper::SheetRow { person: next(), seq: next(), at: next(), by: next(), kind: next(), leaf: next() }
    };
    keepsharp_report::rows_of(sheets).skip(1).map(row).collect()
}

/// What stands in the report beside the evidence: what the control's owner wrote about it.
fn particulars(world: &World, query: &Query, note: &str, key: &VerifierKey) -> paper::Particulars {
    let version = world.controls().get(&query.control).and_then(|control| control.version(query.to));
    let about = |name: &str| version.and_then(|version| version.about.get(name));
    let text = |name: &str| about(name).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let owners = about("process_owners").and_then(Value::as_object);
    paper::Particulars {
        checkpoint: note.to_owned(),
        public_key: key.to_string(),
        program: program(),
        statement: text("statement"),
        context: text("context"),
        owner: text("owner"),
        process_owners: owners
            .into_iter()
            .flatten()
            .map(|(part, owner)| (part.clone(), owner.as_str().unwrap_or_default().to_owned()))
            .collect(),
        sheets: Vec::new(),
    }
}

pub(crate) fn program() -> String {
    format!("keepsharp {}", env!("CARGO_PKG_VERSION"))
}

/// What is read rather than computed with.
fn papers(
    evidence: &Evidence,
    checkpoint: &Checkpoint,
    particulars: &paper::Particulars,
) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let note = &particulars.checkpoint;
    let results = oscal::OscalParticulars {
        program_version: env!("CARGO_PKG_VERSION"),
        ledger_origin: &checkpoint.origin,
        checkpoint: note,
    };
    Ok(BTreeMap::from([
        ("assessment-results.json".to_owned(), oscal::assessment_results(evidence, &results)?.into_bytes()),
        ("report.pdf".to_owned(), paper::report(evidence, particulars)?),
        ("workbook.xlsx".to_owned(), workbook::workbook(evidence, note)?),
    ]))
}

/// The manifest's fields, those apart that the pack writer adds.
fn manifest(evidence: &Evidence, checkpoint: &Checkpoint, key: &VerifierKey) -> Result<Map<String, Value>, String> {
    let query = &evidence.query;
    let versions: Vec<Value> = evidence
        .versions
        .iter()
        .map(|version| json!({ "seq": version.seq, "from": version.from.map(|from| from.to_string()) }))
        .collect();
    let rows: Map<String, Value> = evidence
        .tables()
        .into_iter()
        .map(|(name, text)| (name.to_owned(), Value::from(keepsharp_report::rows_of(&text).count().saturating_sub(1))))
        .collect();
    let fields = json!({
        "control": query.control,
        "period": { "from": query.from, "to": query.to },
        "as_of": query.as_of,
        "known_at": query.known_at.to_string(),
        "query": serde_json::to_value(query).map_err(|error| error.to_string())?,
        "rule_versions": versions,
        "rows": rows,
        "ledger": { "origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.to_base64() },
        "key": key.to_string(),
        "program": program(),
    });
    match fields {
        Value::Object(fields) => Ok(fields),
        _ => Err("the manifest is no object".to_owned()),
    }
}

/// What each file is, in a sentence.
pub(crate) const FILES: [(&str, &str); 20] = [
    ("assessment-results.json", "The same in OSCAL, for programs of governance."),
    (
        "comparisons.csv",
        "Other lists that the roster was compared with: is the population whole? Those of the period, and of each the newest up to its end.",
    ),
    ("completions.csv", "Every completion of the control's courses by the population, with who recorded it and when."),
    (
        "courses.csv",
        "The versions of the control's courses that were published up to the period's end; a version is the SHA-256 of the list of its files.",
    ),
    ("differences.csv", "Everybody in whom those lists and the roster differ, and what was said to explain it."),
    ("exceptions.csv", "Releases from the control that touch the period."),
    ("frameworks.csv", "What frameworks ask, in our words, and which file answers it."),
    ("imports.csv", "Files taken in: when, by whom, hash and rows. Rosters are where the population comes from."),
    ("leaves.csv", "Absences that touch the period."),
    ("population.csv", "Everybody whom the control concerned in the period, a row for each unbroken time in scope."),
    ("reminders.csv", "What people were sent about the control."),
    ("report.pdf", "What all of it says, to be read: summary, control, deviations, sample, and how it is checked."),
    ("requests.csv", "What auditors asked for, and what they were handed, with days and hashes."),
    ("requirements.csv", "What was due in the period and how it ended: the population to sample from."),
    ("reviews.csv", "The owner's reviews of the control, the checks for 100 %, and what followed."),
    ("roles.csv", "Who could change what."),
    ("sample.csv", "The sample, if one was drawn."),
    (
        "sheets.csv",
        "For each sampled person every fact about them, with the proof that it stands in the ledger. Only where a sample was drawn.",
    ),
    ("versions.csv", "The control's versions in force, with their rules as code."),
    ("workbook.xlsx", "All tables as a workbook."),
];

fn readme(query: &Query, checkpoint: &Checkpoint, key: &VerifierKey) -> String {
    let period = format!("{} to {}", query.from, query.to);
    let (as_of, known_at) = (query.as_of.to_string(), query.known_at.to_string());
    let subject = [("control", &*query.control), ("period", &*period), ("as of", &*as_of), ("known at", &*known_at)];
    let disclosed = match query.opened {
        Opened::Nobody => "Nobody's names are in this pack: people stand under random ids.",
        Opened::Sample => "The names of the sampled people are in this pack, and no others.",
        Opened::Everybody => "Everybody's names are in this pack, but for those that were erased.",
    };
    let sample = match &query.sample {
        None => "No sample was drawn.".to_owned(),
        Some(sample) => format!(
            "The sample was drawn from requirements.csv with the seed \"{}\" and the sizes {}. For each row, hash with \
             SHA-256 the seed, the stratum, the person's random id and the due date, a line feed between each and none at \
             the end. Of each stratum the rows with the smallest hashes (as hex) are drawn; how many follows from how many \
             rows the stratum has: the sizes name the largest count that each step is for, all the rest being *. Usual \
             sizes are {USUAL}.",
            sample.seed,
            String::from(sample.sizes.clone())
        ),
    };
    Readme { subject: &subject, checkpoint, key, files: &FILES, disclosed, sample: &sample }.text()
}
