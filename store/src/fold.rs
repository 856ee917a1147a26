//! From stored facts to a world: read, check and fold, the checking beside the folding.

use crate::Error;
use crate::engine::Engine;
use crate::log::{self, Head, Recorded};
use jiff::Timestamp;
use keepsharp_domain::{Fact, World};
use keepsharp_ledger::verify::Problem;
use keepsharp_ledger::{Frontier, seal, tree};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Facts handed on together, their bytes one after another.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    /// Where each fact ends and its private part, if it has one, ends.
    ends: Vec<(u64, usize, Option<usize>)>,
}

impl Batch {
    fn push(&mut self, recorded: Recorded) {
        self.bytes.extend_from_slice(recorded.bytes);
        let end = self.bytes.len();
        let private_end = recorded.private.map(|private| {
            self.bytes.extend_from_slice(private);
            self.bytes.len()
        });
        self.ends.push((recorded.seq, end, private_end));
    }

    fn facts(&self) -> impl Iterator<Item = (u64, &[u8], Option<&[u8]>)> {
        let mut start = 0;
        self.ends.iter().map(move |(seq, end, private_end)| {
            let bytes = self.bytes.get(start..*end).unwrap_or_default();
            let private = private_end.and_then(|private_end| self.bytes.get(*end..private_end));
            start = private_end.unwrap_or(*end);
            (*seq, bytes, private)
        })
    }
}

/// Facts in a batch: enough that handing it on costs nothing, few enough that memory stays small.
const BATCH: usize = 2_000;
/// Batches that wait between two stages.
const WAITING: usize = 4;

fn broken(seq: u64, message: impl Into<String>) -> Error {
    Error::Broken(Problem { seq: Some(seq), message: message.into() })
}

/// The world of all facts, which must give the stored head.
pub(crate) fn everything(engine: &mut Engine) -> Result<World, Error> {
    engine.begin_reading()?;
    let folded = log::head(engine, false).and_then(|head| until(engine, &head, None));
    engine.batch("COMMIT")?;
    folded
}

/// The world of the facts recorded by `known_at`, or of all.
pub(crate) fn until(engine: &mut Engine, head: &Head, known_at: Option<Timestamp>) -> Result<World, Error> {
    let (to_parse, parsing) = sync_channel::<Batch>(WAITING);
    let (to_fold, folding) = sync_channel::<Vec<Fact>>(WAITING);
    let (frontier, world) = std::thread::scope(|scope| {
        let parse = scope.spawn(move || parse(&parsing, &to_fold));
        let fold = scope.spawn(move || fold(&folding, known_at));
        let read = read_and_hash(engine, &to_parse);
        drop(to_parse);
        let parsed = parse.join().unwrap_or_else(|_| Err(Error::Engine("reading the ledger ended early".to_owned())));
        let world = fold.join().unwrap_or_else(|_| Err(Error::Engine("folding the ledger ended early".to_owned())));
        // What can't be read as it was recorded says more than what can't be parsed or folded.
        (read.and_then(|frontier| parsed.map(|()| frontier)), world)
    });
    let (frontier, mut world) = (frontier?, world?);
    if frontier != head.frontier {
        return Err(Error::Broken(Problem {
            seq: None,
            message: format!("its {} facts do not give the root that was recorded", frontier.size()),
        }));
    }
    world.settle();
    Ok(world)
}

fn read_and_hash(engine: &mut Engine, to_parse: &SyncSender<Batch>) -> Result<Frontier, Error> {
    let (mut frontier, mut batch) = (Frontier::new(), Batch::default());
    log::facts(engine, 0, |recorded| {
        if recorded.seq != frontier.size() {
            return Err(broken(frontier.size(), "it is missing"));
        }
        let hash = tree::leaf_hash(recorded.bytes);
        if recorded.hash != Some(hash) {
            return Err(broken(recorded.seq, "its bytes are not those that were recorded"));
        }
        frontier.push(hash);
        batch.push(recorded);
        if batch.ends.len() == BATCH {
            // A stage that ended early has said why.
            let _ = to_parse.send(std::mem::take(&mut batch));
        }
        Ok(())
    })?;
    let _ = to_parse.send(batch);
    Ok(frontier)
}

fn parse(batches: &Receiver<Batch>, to_fold: &SyncSender<Vec<Fact>>) -> Result<(), Error> {
    for batch in batches {
        let read = |(seq, bytes, private)| read_at(seq, bytes, private);
        let facts = batch.facts().map(read).collect::<Result<Vec<Fact>, Error>>()?;
        // A fold that ended early has said why, or knows enough.
        if to_fold.send(facts).is_err() {
            break;
        }
    }
    Ok(())
}

fn read_at(seq: u64, bytes: &[u8], private: Option<&[u8]>) -> Result<Fact, Error> {
    let fact = Fact::read(bytes, private).map_err(|message| broken(seq, message))?;
    if fact.seq != seq {
        return Err(broken(seq, format!("fact {} stands in its place", fact.seq)));
    }
    Ok(fact)
}

fn fold(batches: &Receiver<Vec<Fact>>, known_at: Option<Timestamp>) -> Result<World, Error> {
    let mut world = World::default();
    for fact in batches.iter().flatten() {
        if known_at.is_some_and(|known_at| fact.at > known_at) {
            break;
        }
        let seq = fact.seq;
        world.apply(fact).map_err(|message| broken(seq, message))?;
    }
    world.shrink();
    Ok(world)
}

/// Takes the facts behind `world` in, that other processes appended.
pub(crate) fn follow(engine: &mut Engine, world: &mut World) -> Result<(), Error> {
    let from = world.size();
    log::facts(engine, from, |recorded| {
        if recorded.seq != world.size() {
            return Err(broken(world.size(), "it is missing"));
        }
        if recorded.hash != Some(tree::leaf_hash(recorded.bytes)) {
            return Err(broken(recorded.seq, "its bytes are not those that were recorded"));
        }
        let fact = read_at(recorded.seq, recorded.bytes, recorded.private)?;
        world.apply(fact).map_err(|message| broken(recorded.seq, message))
    })?;
    world.settle();
    Ok(())
}

/// Whether a private part is the one that its fact sealed.
pub(crate) fn opens(sealed: &str, private: &[u8]) -> bool {
    seal::opens(sealed, private)
}
