//! Do the facts give these tables?
//!
//! Hashing and checking run on the caller's thread, parsing on a second and folding on a third, as facts come; what waits between them is bounded.

use jiff::Timestamp;
use keepsharp_domain::evidence::{self, Evidence, Query};
use keepsharp_domain::{Fact, PersonId, World};
use keepsharp_ledger::VerifierKey;
use keepsharp_ledger::pack::{FACTS, FIRST, Pack, Recorded, Report, SHEETS, Sheets, Step};
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufRead, Read, Seek};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Bytes of facts handed on together.
const BATCH: usize = 1 << 20;
/// Batches that wait between two stages.
const WAITING: usize = 4;
/// How much of a line is shown where two differ.
const SHOWN: usize = 400;

/// What came of computing the tables again.
#[derive(Debug, Default)]
pub struct Tables {
    /// Those that are as computed, and how many lines each has.
    pub same: BTreeMap<String, usize>,
    /// What is wrong.
    pub wrong: Vec<TablesWrong>,
    /// Files of the pack that are signed and not computed again.
    pub not_computed: Vec<String>,
}

/// Where a table first differs from what the facts give.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// The table.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What the pack says there; none if it has ended.
    pub pack: Option<String>,
    /// What the facts give there; none if that has ended.
    pub computed: Option<String>,
}

/// What is wrong with the tables, or keeps them from being computed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TablesWrong {
    /// The manifest does not say what the pack is about.
    Query(String),
    /// The facts are not whole, so nothing is said of the tables.
    FactsNotWhole,
    /// A fact means nothing, or can't be true of those before it.
    Fact {
        /// Which.
        seq: u64,
        /// Why.
        message: String,
    },
    /// The facts give no tables for what the manifest asks.
    Refused(String),
    /// A stage ended before its time.
    Ended,
    /// A table is not in the pack.
    Missing(String),
    /// A table that the facts do not give.
    Unknown(String),
    /// A table that can't be read.
    Unreadable {
        /// Which.
        file: String,
        /// Why.
        reason: String,
    },
    /// A table that is not what the facts give.
    Differs(Difference),
}

impl fmt::Display for TablesWrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Query(reason) => write!(f, "manifest.json: its \"query\" can't be read: {}", reason.escape_debug()),
            Self::FactsNotWhole => f.write_str("nothing can be said of the tables, as the facts are not whole"),
            Self::Fact { seq, message } => write!(f, "facts.jsonl, line {} (fact {seq}): {message}", seq + 1),
            Self::Refused(reason) => write!(f, "the facts give no tables: {reason}"),
            Self::Ended => f.write_str("folding the facts ended early: one of them is none that this program can read"),
            Self::Missing(file) => write!(f, "{file}: it is missing, and the facts give it"),
            Self::Unknown(file) => write!(f, "{}: a table that the facts do not give", file.escape_debug()),
            Self::Unreadable { file, reason } => write!(f, "{file}: it can't be read: {reason}"),
            Self::Differs(Difference { file, line, pack, computed }) => {
                let ended = "(nothing: the table has ended)";
                write!(
                    f,
                    "{file}, line {line}: not what the facts give\n  in the pack:  {}\n  by the facts: {}",
                    pack.as_deref().unwrap_or(ended),
                    computed.as_deref().unwrap_or(ended)
                )
            }
        }
    }
}

/// Checks the bytes of the pack, and its tables.
pub(crate) fn check<R: Read + Seek>(pack: &Pack<R>, key: Option<&VerifierKey>) -> (Report, Tables) {
    let asked = pack.manifest().fields.get("query").cloned().unwrap_or_default();
    match serde_json::from_value::<Query>(asked) {
        Ok(query) => {
            let (report, folded) = fold_while_checking(pack, key, query.known_at);
            let facts_are_whole = report.findings.iter().all(|finding| finding.step != Step::Facts);
            let computed = match folded {
                Err(wrong) => Err(wrong),
                Ok(_) if !facts_are_whole => Err(TablesWrong::FactsNotWhole),
                Ok((world, log)) => match Evidence::of(&world, &log, &query) {
                    Ok(evidence) => {
                        drop((world, log));
                        tables(pack, &evidence)
                    }
                    Err(refused) => Err(TablesWrong::Refused(refused)),
                },
            };
            (report, computed.map_or_else(Tables::none, |computed| compare_all(pack, &computed)))
        }
        Err(error) => (pack.verify(key, |_| ()), Tables::none(TablesWrong::Query(error.to_string()))),
    }
}

impl Tables {
    fn none(why: TablesWrong) -> Tables {
        Tables { wrong: vec![why], ..Tables::default() }
    }
}

/// The tables that the facts give, the sheets of the sampled people among them.
fn tables<R: Read + Seek>(pack: &Pack<R>, evidence: &Evidence) -> Result<Vec<(String, String)>, TablesWrong> {
    let mut tables: Vec<(String, String)> =
        evidence.tables().into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
    if evidence.sampled.is_empty() {
        return Ok(tables);
    }
    let unreadable = |reason: String| TablesWrong::Unreadable { file: FACTS.to_owned(), reason };
    let mut facts = pack.file(FACTS).map_err(|finding| unreadable(finding.to_string()))?;
    let (mut sheets, mut line) = (sheets_of(evidence), Vec::new());
    loop {
        line.clear();
        // The facts are whole, as was found before, so each line is one and ends.
        if facts.read_until(b'\n', &mut line).map_err(|error| unreadable(error.to_string()))? == 0 {
            break;
        }
        sheets.push(line.strip_suffix(b"\n").unwrap_or(&line));
    }
    tables.push((SHEETS.to_owned(), sheets.text()));
    Ok(tables)
}

/// Collects the sheets of the people whom the evidence sampled.
#[must_use]
pub fn sheets_of(evidence: &Evidence) -> Sheets {
    let text = |(person, ids): &(PersonId, Vec<PersonId>)| {
        (person.to_string(), ids.iter().map(ToString::to_string).collect::<Vec<String>>())
    };
    let people: Vec<(String, Vec<String>)> = evidence.sampled.iter().map(text).collect();
    Sheets::of(people.iter().map(|(person, ids)| (person.as_str(), ids.as_slice())))
}

type Folded = Result<(World, evidence::Log), TablesWrong>;

fn fold_while_checking<R: Read + Seek>(
    pack: &Pack<R>,
    key: Option<&VerifierKey>,
    known_at: Timestamp,
) -> (Report, Folded) {
    let (to_parse, parsing) = sync_channel::<Batch>(WAITING);
    let (to_fold, folding) = sync_channel::<Vec<Fact>>(WAITING);
    std::thread::scope(|scope| {
        let parse = scope.spawn(move || parse(&parsing, &to_fold));
        let fold = scope.spawn(move || fold(&folding));
        let (mut batch, mut known) = (Batch::default(), Known::by(known_at));
        let report = pack.verify(key, |recorded| {
            // What came later is not even read: it may be of a kind that whoever made the pack did not know.
            if !known.includes(recorded.at) {
                return;
            }
            batch.push(recorded);
            if batch.bytes.len() >= BATCH {
                // A stage that ended early has said why.
                let _ = to_parse.send(std::mem::take(&mut batch));
            }
        });
        let _ = to_parse.send(batch);
        drop(to_parse);
        let parsed = parse.join().unwrap_or(Err(TablesWrong::Ended));
        let folded = fold.join().unwrap_or(Err(TablesWrong::Ended));
        // What can't be folded came before what can't be parsed.
        (report, folded.and_then(|folded| parsed.map(|()| folded)))
    })
}

/// Facts handed on together, their bytes one after another.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    /// The place of each fact, where it ends, and where its private part ends, if it has one.
    ends: Vec<(u64, usize, Option<usize>)>,
}

impl Batch {
    fn push(&mut self, recorded: Recorded<'_>) {
        self.bytes.extend_from_slice(recorded.bytes);
        let end = self.bytes.len();
        let private_end = recorded.private.map(|private| {
            self.bytes.extend_from_slice(private);
            self.bytes.len()
        });
        self.ends.push((recorded.seq, end, private_end));
    }

    fn facts(&self) -> impl Iterator<Item = Result<Fact, TablesWrong>> {
        let mut start = 0;
        self.ends.iter().map(move |(seq, end, private_end)| {
            let bytes = self.bytes.get(start..*end).unwrap_or_default();
            let private = private_end.and_then(|private_end| self.bytes.get(*end..private_end));
            start = private_end.unwrap_or(*end);
            Fact::read(bytes, private).map_err(|message| TablesWrong::Fact { seq: *seq, message })
        })
    }
}

fn parse(batches: &Receiver<Batch>, to_fold: &SyncSender<Vec<Fact>>) -> Result<(), TablesWrong> {
    for batch in batches {
        let mut facts = Vec::with_capacity(batch.ends.len());
        for fact in batch.facts() {
            facts.push(fact?);
        }
        // A fold that ended early has said why, or knows enough.
        if to_fold.send(facts).is_err() {
            break;
        }
    }
    Ok(())
}

/// Which facts were recorded by a moment. Many have the instant of the one before, which is then not read again.
struct Known {
    by: Timestamp,
    last: String,
    counts: bool,
}

impl Known {
    fn by(by: Timestamp) -> Known {
        Known { by, last: String::new(), counts: false }
    }

    fn includes(&mut self, at: &str) -> bool {
        if self.last != at {
            at.clone_into(&mut self.last);
            self.counts = at.parse::<Timestamp>().is_ok_and(|at| at <= self.by);
        }
        self.counts
    }
}

fn fold(batches: &Receiver<Vec<Fact>>) -> Folded {
    let (mut world, mut log) = (World::default(), evidence::Log::default());
    for fact in batches.iter().flatten() {
        let seq = fact.seq;
        log.push(fact.at, &fact.by);
        world.apply(fact).map_err(|message| TablesWrong::Fact { seq, message })?;
    }
    world.shrink();
    world.settle();
    Ok((world, log))
}

fn compare_all<R: Read + Seek>(pack: &Pack<R>, computed: &[(String, String)]) -> Tables {
    let mut tables = Tables::default();
    for (name, text) in computed {
        let Ok(file) = pack.file(name) else {
            tables.wrong.push(TablesWrong::Missing(name.clone()));
            continue;
        };
        match first_difference(file, text) {
            Ok(None) => drop(tables.same.insert(name.clone(), text.lines().count())),
            Ok(Some((line, pack, computed))) => {
                tables.wrong.push(TablesWrong::Differs(Difference { file: name.clone(), line, pack, computed }));
            }
            Err(error) => {
                tables.wrong.push(TablesWrong::Unreadable { file: name.clone(), reason: error.to_string() });
            }
        }
    }
    let is_other = |name: &&String| !FIRST.contains(&name.as_str()) && computed.iter().all(|(table, _)| table != *name);
    for name in pack.manifest().files.keys().filter(is_other) {
        // Whatever else lies there says of itself what it is; a table looks as if it had been compared.
        if std::path::Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv")) {
            tables.wrong.push(TablesWrong::Unknown(name.clone()));
        } else {
            tables.not_computed.push(name.clone());
        }
    }
    tables
}

/// A line, and what stands there in the file and in the text.
type Differing = (usize, Option<String>, Option<String>);

/// The first line in which they differ, and what stands there in the file and in the text.
fn first_difference(mut file: impl BufRead, text: &str) -> io::Result<Option<Differing>> {
    let shown = |bytes: &[u8]| {
        let text: String =
            String::from_utf8_lossy(bytes.strip_suffix(b"\n").unwrap_or(bytes)).chars().take(SHOWN).collect();
        (!bytes.is_empty()).then(|| text.escape_debug().to_string())
    };
    let mut found = Vec::new();
    // After the last line comes an empty one: there the file, too, must have ended.
    for (line, computed) in (1..).zip(text.split_inclusive('\n').chain([""])) {
        found.clear();
        (&mut file).take((computed.len() + SHOWN) as u64).read_until(b'\n', &mut found)?;
        if found != computed.as_bytes() {
            return Ok(Some((line, shown(&found), shown(computed.as_bytes()))));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn the_first_difference_is_named_by_its_line_whichever_ends_first() {
        let differ = |file: &str, text| first_difference(file.as_bytes(), text).unwrap();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(differ("", ""), None);
        assert_eq!(differ("a\nb\n", "a\nb\n"), None);
        assert_eq!(differ("a\nc\n", "a\nb\n"), Some((2, some("c"), some("b"))));
        assert_eq!(differ("a\n", "a\nb\n"), Some((2, None, some("b"))));
        assert_eq!(differ("a\nb\nc\n", "a\nb\n"), Some((3, some("c"), None)));
        assert_eq!(differ("a\nb", "a\nb\n"), Some((2, some("b"), some("b"))));
        assert_eq!(differ("a\r\n", "a\n"), Some((1, some("a\\r"), some("a"))));
    }
}
