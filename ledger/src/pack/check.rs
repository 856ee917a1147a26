//! Is a pack what its ledger's key signed, and are its facts and private parts those that were recorded?

use std::io::{BufRead, BufReader, Read, Seek};

use serde_json::{Value, json};

use super::finding::{Finding, Step, Wrong};
use super::read::{Pack, Unpack, spoilt};
use super::{CHECKPOINT, DISCLOSURES, FACTS, LONGEST_LINE, PUBLIC_KEY, SIGNATURE, manifest_text};
use crate::canonical::{check_canonical, value_to_canonical};
use crate::checkpoint::Checkpoint;
use crate::entry::Entry;
use crate::envelope::Envelope;
use crate::key::VerifierKey;
use crate::note::{note_signers, open_note};
use crate::plain::Scan;
use crate::verify::{LogVerifier, check_sealed};

/// Findings about disclosures that are told one by one.
const MOST_TOLD: usize = 100;
const LINES_READ_AT_ONCE: usize = 256 * 1024;

/// A fact of a pack, checked on its own; the log as a whole is only checked at its end.
#[derive(Copy, Clone, Debug)]
pub struct Recorded<'a> {
    /// Its place.
    pub seq: u64,
    /// When it was recorded: of two, the text that sorts first is the earlier one.
    pub at: &'a str,
    /// Its exact bytes.
    pub bytes: &'a [u8],
    /// The bytes of its private part, if the pack shows it.
    pub private: Option<&'a [u8]>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// All that is wrong, step by step. A pack to be relied on has nothing here.
    pub findings: Vec<Finding>,
    /// The key that the pack brings, if it can be read.
    pub brought: Option<VerifierKey>,
    /// The keys that the ledger was signed with, the first first.
    pub keys: Vec<VerifierKey>,
    /// The checkpoint as it stands in the pack.
    pub checkpoint: Option<String>,
    /// What it says. Relied on only if nothing was found.
    pub head: Option<Checkpoint>,
    /// Facts that were read.
    pub facts: u64,
    /// Private parts that open what their facts sealed.
    pub disclosures: u64,
}

impl<R: Read + Seek> Pack<R> {
    /// Checks all that can be checked without knowing what a fact means, and gives the facts on as they are read.
    ///
    /// Without a key the one that the pack brings is used: then the pack is sound in itself, and whose it is says that key, which is to be
    /// compared with what one was told. An older key of the same ledger will do, as it spoke for those after it.
    pub fn verify(&self, key: Option<&VerifierKey>, take: impl FnMut(Recorded<'_>)) -> Report {
        let mut report = Report { findings: self.early.clone(), ..Report::default() };
        match self.note(PUBLIC_KEY).map(|text| text.parse::<VerifierKey>()) {
            Ok(Ok(brought)) => report.brought = Some(brought),
            Ok(Err(error)) => report.add(Finding::new(Step::Key, Wrong::Key(error)).of(PUBLIC_KEY)),
            Err(finding) => report.add_unless_missing(finding),
        }
        self.check_files(&mut report);
        let log = self.check_facts(&mut report, take);
        report.facts = log.verifier.size();
        let signers = report.signers(&log, key);
        self.check_signature(&mut report, &signers);
        self.check_checkpoint(&mut report, &signers, &log);
        report.keys = log.keys;
        report.findings.sort_by_key(|finding| finding.step);
        report
    }

    /// Length and hash of each file but those that are read line by line.
    fn check_files(&self, report: &mut Report) {
        for name in self.manifest().files.keys().filter(|name| ![FACTS, DISCLOSURES].contains(&name.as_str())) {
            match self.unpack(name).and_then(Unpack::finish) {
                Ok(part) => self.compare(report, name, &part.sha256, part.bytes),
                Err(finding) => report.add_unless_missing(finding),
            }
        }
    }

    fn compare(&self, report: &mut Report, name: &str, sha256: &str, bytes: u64) {
        let Some(told) = self.manifest().files.get(name) else { return };
        // Another length was found with the names.
        if told.bytes == bytes && told.sha256 != sha256 {
            let wrong = Wrong::Hash { manifest: told.sha256.clone(), found: sha256.to_owned() };
            report.add(Finding::new(Step::Files, wrong).of(name));
        }
    }

    /// Facts and disclosures side by side, so that neither has to fit into memory.
    fn check_facts(&self, report: &mut Report, mut take: impl FnMut(Recorded<'_>)) -> Log {
        let mut log = Log::default();
        let Ok(mut facts) = Lines::open(self, FACTS) else { return log };
        let mut shown = Lines::open(self, DISCLOSURES).ok().map(Shown::new);
        loop {
            let line = match facts.read() {
                Ok(Some(line)) => line,
                Ok(None) => break,
                Err(finding) => {
                    log.is_broken = true;
                    report.add(finding);
                    break;
                }
            };
            match log.push(line) {
                Ok(envelope) => {
                    let private = shown.as_mut().and_then(|shown| shown.of(&envelope, report));
                    take(Recorded { seq: envelope.seq, at: &envelope.at, bytes: line, private: private.as_deref() });
                }
                Err(finding) => {
                    log.is_broken = true;
                    report.add(finding);
                    break;
                }
            }
        }
        if let Some(shown) = shown.as_mut().filter(|_| !log.is_broken) {
            shown.without_facts(report);
        }
        for lines in [Some(facts), shown.map(|shown| shown.lines)].into_iter().flatten() {
            let name = lines.name;
            match lines.reader.into_inner().finish() {
                Ok(part) => self.compare(report, name, &part.sha256, part.bytes),
                Err(finding) => report.add_once(finding),
            }
        }
        log
    }

    fn check_signature(&self, report: &mut Report, signers: &[VerifierKey]) {
        let wrong = |wrong| Finding::new(Step::Signature, wrong).of(SIGNATURE);
        let note = match self.note(SIGNATURE) {
            Ok(note) => note,
            Err(finding) => return report.add_unless_missing(finding),
        };
        match open_note(&note, signers) {
            Ok(text) if text != manifest_text(&self.manifest().bytes) => report.add(wrong(Wrong::OtherManifest)),
            // Nothing else vouches for this file, so it must have no byte that says nothing.
            Ok(_) if note_signers(&note).is_ok_and(|signers| signers.len() == 1) => {}
            Ok(_) => report.add(wrong(Wrong::Signatures)),
            Err(error) => report.add(wrong(Wrong::Note(error))),
        }
    }

    fn check_checkpoint(&self, report: &mut Report, signers: &[VerifierKey], log: &Log) {
        let wrong = |wrong| Finding::new(Step::Checkpoint, wrong).of(CHECKPOINT);
        let note = match self.note(CHECKPOINT) {
            Ok(note) => note,
            Err(finding) => return report.add_unless_missing(finding),
        };
        let opened = Checkpoint::open(&note, signers).map_err(|error| report.add(wrong(Wrong::Checkpoint(error))));
        // Whoever signed it: that it is of other facts is worth knowing too.
        let head = opened.ok().or_else(|| Checkpoint::read_unverified(&note).ok());
        if let Some(head) = &head {
            if let Some(facts) = log.origin.as_ref().filter(|origin| **origin != head.origin) {
                let origins = Wrong::Origin { checkpoint: head.origin.clone(), facts: facts.clone() };
                report.add(wrong(origins));
            }
            if let Some(problem) = log.verifier.finish(head).err().filter(|_| !log.is_broken) {
                report.add(Finding::new(Step::Facts, Wrong::Log { message: problem.message }).of(FACTS));
            }
        }
        report.checkpoint = Some(note);
        report.head = head;
    }
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }

    fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// What is missing was found with the names already.
    fn add_unless_missing(&mut self, finding: Finding) {
        if finding.wrong != Wrong::Missing {
            self.add_once(finding);
        }
    }

    fn add_once(&mut self, finding: Finding) {
        if !self.findings.contains(&finding) {
            self.add(finding);
        }
    }

    /// The keys that may have signed: the last and, as a new key is announced under the old one, that before it; but none that is older
    /// than the key one relies on.
    fn signers(&mut self, log: &Log, given: Option<&VerifierKey>) -> Vec<VerifierKey> {
        let of = |wrong| Finding::new(Step::Key, wrong).of(PUBLIC_KEY);
        if let Some(brought) = &self.brought
            && !log.is_broken
            && log.keys.last().is_some_and(|last| last != brought)
        {
            self.findings.push(of(Wrong::NotTheLastKey));
        }
        let Some(trusted) = given.or(self.brought.as_ref()) else { return Vec::new() };
        let Some(place) = log.keys.iter().position(|key| key == trusted) else {
            if given.is_some() && !log.keys.is_empty() {
                let known = log.keys.iter().map(ToString::to_string).collect();
                self.findings.push(Finding::new(Step::Key, Wrong::OtherLedgersKey { known }));
            }
            return vec![trusted.clone()];
        };
        let from = place.max(log.keys.len().saturating_sub(2));
        log.keys.get(from..).unwrap_or_default().to_vec()
    }
}

/// The log as it is read.
#[derive(Default)]
struct Log {
    verifier: LogVerifier,
    /// What its first fact calls it.
    origin: Option<String>,
    /// The keys that its facts name, each but the first announced under the one before.
    keys: Vec<VerifierKey>,
    is_broken: bool,
}

impl Log {
    fn push<'a>(&mut self, line: &'a [u8]) -> Result<Envelope<'a>, Finding> {
        let seq = self.verifier.size();
        let read = self.verifier.follow(line).map_err(|problem| Wrong::Log { message: problem.message });
        let read = read.and_then(|envelope| self.learn_key(&envelope, line).map(|()| envelope));
        read.map_err(|wrong| Finding::new(Step::Facts, wrong).of(FACTS).line(seq + 1).fact(seq))
    }

    /// The bodies of two kinds of fact concern us; those of all others are for who folds them.
    fn learn_key(&mut self, envelope: &Envelope<'_>, line: &[u8]) -> Result<(), Wrong> {
        let is_start = envelope.kind == "ledger.started";
        if is_start != (envelope.seq == 0) {
            return Err(Wrong::Start);
        }
        if !is_start && envelope.kind != "key.announced" {
            return Ok(());
        }
        let body = Entry::read(line).map_err(|error| Wrong::Log { message: error.to_string() })?.body;
        let text = |member: &str| body.get(member).and_then(Value::as_str).unwrap_or_default();
        if is_start {
            self.origin = Some(text("origin").to_owned());
        } else {
            // Only the key in force speaks for the next; that a key was once in force is no reason to believe it.
            let last = self.keys.last().map(std::slice::from_ref).unwrap_or_default();
            let signed =
                open_note(text("note"), last).map_err(|error| Wrong::KeyChange { reason: error.to_string() })?;
            if signed.strip_suffix('\n') != Some(text("key")) {
                return Err(Wrong::KeyChange { reason: "it speaks for another key than the one announced".to_owned() });
            }
        }
        self.keys.push(text("key").parse().map_err(Wrong::Key)?);
        Ok(())
    }
}

/// The lines of a file, each bounded.
struct Lines<'p, R: Read + Seek> {
    name: &'static str,
    reader: BufReader<Unpack<'p, R>>,
    line: Vec<u8>,
    number: u64,
}

impl<'p, R: Read + Seek> Lines<'p, R> {
    fn open(pack: &'p Pack<R>, name: &'static str) -> Result<Lines<'p, R>, Finding> {
        let reader = BufReader::with_capacity(LINES_READ_AT_ONCE, pack.unpack(name)?);
        Ok(Lines { name, reader, line: Vec::new(), number: 0 })
    }

    /// The next line without its end.
    fn read(&mut self) -> Result<Option<&[u8]>, Finding> {
        self.line.clear();
        let read = (&mut self.reader).take(LONGEST_LINE + 1).read_until(b'\n', &mut self.line);
        let read = read.map_err(|error| spoilt(self.name, &error))?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        match self.line.strip_suffix(b"\n") {
            Some(_) => {
                self.line.pop();
                Ok(Some(&self.line))
            }
            None if read as u64 > LONGEST_LINE => Err(self.wrong(Wrong::LongLine { limit: LONGEST_LINE })),
            None => Err(self.wrong(Wrong::NoNewline)),
        }
    }

    /// Something wrong with the line that was read last.
    fn wrong(&self, wrong: Wrong) -> Finding {
        let step = if self.name == FACTS { Step::Facts } else { Step::Disclosures };
        Finding::new(step, wrong).of(self.name).line(self.number)
    }
}

/// The disclosures, each waiting for its fact.
struct Shown<'p, R: Read + Seek> {
    lines: Lines<'p, R>,
    /// The next one: the fact it is of, and its private part.
    next: Option<(u64, Vec<u8>)>,
    /// The fact of the one before.
    after: Option<u64>,
    is_at_end: bool,
    told: usize,
}

impl<'p, R: Read + Seek> Shown<'p, R> {
    fn new(lines: Lines<'p, R>) -> Shown<'p, R> {
        Shown { lines, next: None, after: None, is_at_end: false, told: 0 }
    }

    /// The private part that is shown of a fact, if it is the one that was sealed. As places count up from 0 and disclosures are in order,
    /// none is ever of a fact before this one.
    fn of(&mut self, envelope: &Envelope<'_>, report: &mut Report) -> Option<Vec<u8>> {
        self.advance(report);
        let (seq, private) = self.next.take_if(|(seq, _)| *seq == envelope.seq)?;
        match check_sealed(seq, envelope.sealed.as_deref(), &private) {
            Ok(()) => {
                report.disclosures += 1;
                Some(private)
            }
            Err(problem) => {
                let finding = self.lines.wrong(Wrong::Opening { message: problem.message }).fact(seq);
                self.tell(report, finding);
                None
            }
        }
    }

    /// Those that are left when there are no more facts.
    fn without_facts(&mut self, report: &mut Report) {
        loop {
            self.advance(report);
            let Some((seq, _)) = self.next.take() else { break };
            let finding = self.lines.wrong(Wrong::NoSuchFact).fact(seq);
            self.tell(report, finding);
        }
    }

    /// Reads on to the next disclosure that is one and in order, unless one waits.
    fn advance(&mut self, report: &mut Report) {
        while self.next.is_none() && !self.is_at_end {
            let read = self.lines.read().map(|line| line.map(disclosure));
            let finding = match read {
                Ok(Some(Ok((seq, _)))) if self.after.is_some_and(|after| seq <= after) => {
                    let after = self.after.unwrap_or_default();
                    self.lines.wrong(Wrong::DisclosureOrder { after }).fact(seq)
                }
                Ok(Some(Ok((seq, private)))) => {
                    self.after = Some(seq);
                    self.next = Some((seq, private));
                    continue;
                }
                Ok(Some(Err(wrong))) => self.lines.wrong(wrong),
                Ok(None) => {
                    self.is_at_end = true;
                    continue;
                }
                Err(finding) => {
                    self.is_at_end = true;
                    finding
                }
            };
            self.tell(report, finding);
        }
    }

    /// Tells the first of them one by one: a file of another ledger would else fill memory with what is wrong.
    fn tell(&mut self, report: &mut Report, finding: Finding) {
        self.told += 1;
        if self.told <= MOST_TOLD {
            report.add(finding);
        }
    }
}

/// The fact that a disclosure is of, and the bytes of the private part.
fn disclosure(line: &[u8]) -> Result<(u64, Vec<u8>), Wrong> {
    match str::from_utf8(line).ok().and_then(plain_disclosure) {
        Some(disclosure) => Ok(disclosure),
        None => any_disclosure(line),
    }
}

/// Where the line is canonical at first sight, its parts are too, and need only be put together.
fn plain_disclosure(line: &str) -> Option<(u64, Vec<u8>)> {
    let mut scan = Scan::new(line);
    scan.exactly("{\"salt\":")?;
    let salt = scan.value()?;
    scan.exactly(",\"seq\":")?;
    let seq = scan.count()?;
    scan.exactly(",\"value\":")?;
    let value = scan.value()?;
    scan.exactly("}")?;
    scan.is_at_end().then(|| (seq, format!("{{\"salt\":{salt},\"value\":{value}}}").into_bytes()))
}

fn any_disclosure(line: &[u8]) -> Result<(u64, Vec<u8>), Wrong> {
    let wanted = |member: &str, wanted| Wrong::Member { member: member.to_owned(), wanted };
    let Value::Object(mut members) = check_canonical(line).map_err(Wrong::Canonical)? else {
        return Err(wanted("", "{\"salt\": …, \"seq\": …, \"value\": …}"));
    };
    let seq = members.remove("seq").and_then(|seq| seq.as_u64()).ok_or_else(|| wanted("seq", "the place of a fact"))?;
    let salt = members.remove("salt").ok_or_else(|| wanted("salt", "there"))?;
    let value = members.remove("value").ok_or_else(|| wanted("value", "there"))?;
    if let Some((other, _)) = members.into_iter().next() {
        return Err(wanted(&other, "a member of a disclosure: those are salt, seq and value"));
    }
    let private = value_to_canonical(&json!({ "salt": salt, "value": value })).map_err(Wrong::Canonical)?;
    Ok((seq, private))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, proptest};
    use proptest::prop_assert_eq;
    use serde_json::json;

    use super::{any_disclosure, disclosure};
    use crate::canonical::to_canonical;

    proptest! {
        #[test]
        fn a_disclosure_changed_anyhow_is_read_as_by_parsing_it(
            seq in 0..=crate::canonical::LARGEST_NUMBER + 1, salt in "\\PC{0,22}", name in "[\\x00-\\x7f]{0,8}", key in "\\PC{0,3}",
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
        ) {
            let line = to_canonical(&json!({"salt": salt, "seq": seq, "value": {key: [name, 1.5, seq % 7]}}));
            let mut line = line.unwrap_or_else(|_| br#"{"salt":"","seq":9007199254740992,"value":{}}"#.to_vec());
            for (at, byte) in &changes {
                let at = at.index(line.len());
                line[at] = *byte;
            }
            prop_assert_eq!(disclosure(&line), any_disclosure(&line));
        }
    }
}
