//! A pack about a made-up company of any size, and the same with something in it changed by somebody who holds the key.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

#[path = "../../../domain/benches/company/mod.rs"]
mod company;

use jiff::Timestamp;
use keepsharp_domain::evidence::{self, Evidence, Query};
use keepsharp_domain::fact::{Body, LedgerStarted};
use keepsharp_domain::{Draft, Fact, World};
use keepsharp_ledger::canonical::to_canonical;
use keepsharp_ledger::pack::{PackWriter, Readme, SHEETS};
use keepsharp_ledger::tree::leaf_hash;
use keepsharp_ledger::{Checkpoint, Entry, Frontier, SigningKey, seal};
use serde_json::json;
use std::io::{Seek, Write};

const ORIGIN: &str = "keepsharp.example/ledger/measured";
/// Seconds between two months' facts, and when the first came.
const MONTH: i64 = 2_630_000;
const BEGAN: i64 = 1_635_768_000;

pub(crate) fn key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, [1; 32]).unwrap()
}

/// What goes into a pack.
pub(crate) struct Made {
    pub(crate) facts: Vec<u8>,
    pub(crate) disclosures: Vec<u8>,
    pub(crate) tables: Vec<(String, String)>,
    pub(crate) query: Query,
    pub(crate) evidence: Option<Evidence>,
}

impl Made {
    /// A pack of what a company's ledger gives for a year, known two months before the last of its facts.
    pub(crate) fn of(people: u32) -> Made {
        let query = json!({
            "control": "TRN.2.01", "from": "2025-11-01", "to": "2026-09-30", "as_of": "2026-09-30",
            "known_at": Timestamp::from_second(BEGAN + 58 * MONTH + 1).unwrap().to_string(), "opened": "everybody",
            "sample": {"seed": "12345", "sizes": "5=all,50=5,250=10%,*=25"},
        });
        let query: Query = serde_json::from_value(query).unwrap();
        let started = LedgerStarted { origin: ORIGIN.into(), key: key().verifier().to_string().into() };
        let first: Vec<Draft> = vec![Body::LedgerStarted(started).into()];
        let mut made = Made { facts: Vec::new(), disclosures: Vec::new(), tables: Vec::new(), query, evidence: None };
        let (mut world, mut log) = (World::default(), evidence::Log::default());
        let mut seq = 0;
        for (month, drafts) in (0..).zip(std::iter::once(first).chain(company::history(people))) {
            let at = Timestamp::from_second(BEGAN + month * MONTH).unwrap();
            for draft in drafts {
                made.record(seq, at, &draft);
                seq += 1;
                if at <= made.query.known_at {
                    let (body, private) = (draft.body, draft.private);
                    log.push(at, "system");
                    world.apply(Fact { seq: seq - 1, at, by: "system".into(), body, private }).unwrap();
                }
            }
        }
        world.shrink();
        world.settle();
        let evidence = Evidence::of(&world, &log, &made.query).unwrap();
        made.tables = evidence.tables().into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
        made.evidence = Some(evidence);
        made.make_sheets();
        made
    }

    /// Makes the sheets of the sampled people, of the facts as they are now.
    pub(crate) fn make_sheets(&mut self) {
        let mut sheets = keepsharp_verifier::sheets_of(self.evidence.as_ref().unwrap());
        self.facts.strip_suffix(b"\n").unwrap().split(|byte| *byte == b'\n').for_each(|fact| sheets.push(fact));
        self.tables.retain(|(name, _)| name != SHEETS);
        self.tables.push((SHEETS.to_owned(), sheets.text()));
    }

    fn record(&mut self, seq: u64, at: Timestamp, draft: &Draft) {
        let mut salt = [7; 16];
        salt[..8].copy_from_slice(&seq.to_le_bytes());
        let sealed =
            draft.private.as_ref().map(|private| seal::seal(salt, &serde_json::to_value(private).unwrap()).unwrap());
        if let Some(sealed) = &sealed {
            let part = seal::read(&sealed.bytes).unwrap();
            self.disclosures
                .extend(to_canonical(&json!({"salt": part.salt, "seq": seq, "value": part.value})).unwrap());
            self.disclosures.push(b'\n');
        }
        let entry = Entry {
            seq,
            at: format!("{at:.3}"),
            by: "system".to_owned(),
            kind: draft.body.kind().to_owned(),
            v: 1,
            body: draft.body.to_value().unwrap(),
            sealed: sealed.map(|sealed| sealed.digest),
        };
        self.facts.extend(entry.into_bytes().unwrap());
        self.facts.push(b'\n');
    }

    /// Writes it as a pack: whatever it says, the key signs it.
    pub(crate) fn write<W: Write + Seek>(&self, zip: W) -> W {
        let mut frontier = Frontier::new();
        let facts = self.facts.strip_suffix(b"\n").unwrap();
        facts.split(|byte| *byte == b'\n').for_each(|line| frontier.push(leaf_hash(line)));
        let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: frontier.size(), root: frontier.root() };
        let readme = Readme {
            subject: &[("control", &self.query.control)],
            checkpoint: &checkpoint,
            key: &key().verifier(),
            files: &[],
            disclosed: "everybody's.",
            sample: "As the rules say.",
        };
        let mut pack = PackWriter::new(zip);
        pack.add("README.txt", readme.text().as_bytes()).unwrap();
        pack.add("public-key", format!("{}\n", key().verifier()).as_bytes()).unwrap();
        pack.add("checkpoint", checkpoint.sign(&key()).as_bytes()).unwrap();
        pack.add("facts.jsonl", &self.facts).unwrap();
        pack.add("disclosures.jsonl", &self.disclosures).unwrap();
        let mut others: Vec<(&str, &[u8])> =
            self.tables.iter().map(|(name, text)| (&**name, text.as_bytes())).collect();
        others.push(("report.pdf", b"%PDF"));
        others.sort_unstable();
        for (name, bytes) in others {
            pack.add(name, bytes).unwrap();
        }
        let fields = json!({ "query": self.query });
        pack.finish(fields.as_object().unwrap().clone(), &key()).unwrap()
    }
}
