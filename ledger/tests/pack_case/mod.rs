//! A small pack, and a zip of any files in the layout of a pack: what somebody who tampers with care would make.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]
#![allow(dead_code, clippy::allow_attributes, reason = "each test file uses a part of it")]

use flate2::{Compression, Crc, write::DeflateEncoder};
use keepsharp_ledger::canonical::to_canonical;
use keepsharp_ledger::note::sign_note;
use keepsharp_ledger::pack::{Finding, Pack, PackWriter, Readme, Report};
use keepsharp_ledger::tree::{leaf_hash, root_of};
use keepsharp_ledger::{Checkpoint, Entry, SigningKey, VerifierKey, seal};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::io::{Cursor, Read, Write};

pub(crate) const ORIGIN: &str = "keepsharp.example/ledger/k7";
pub(crate) const FACTS: u64 = 11;

pub(crate) fn key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, [1; 32]).unwrap()
}

/// A key of the same name in other hands.
pub(crate) fn other_key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, [2; 32]).unwrap()
}

pub(crate) fn entry(seq: u64, kind: &str, body: Value) -> Entry {
    let at = format!("2026-03-01T09:30:{seq:02}.000Z");
    Entry { seq, at, by: "system".to_owned(), kind: kind.to_owned(), v: 1, body, sealed: None }
}

fn private(seq: u64) -> Value {
    json!({"name": format!("Ana {seq} Müller \u{1F600} \"\\\u{7f}\u{1}"), "email": "ana@example.com"})
}

/// The facts, and the disclosures of some of those with a private part.
pub(crate) fn log(started_by: &SigningKey) -> (Vec<Entry>, Vec<Value>) {
    let first = entry(0, "ledger.started", json!({"origin": ORIGIN, "key": started_by.verifier().to_string()}));
    let (mut facts, mut shown) = (vec![first], Vec::new());
    for seq in 1..FACTS {
        let mut fact = entry(seq, "person.joined", json!({"person": format!("k{seq}"), "labels": ["é", seq]}));
        if seq % 2 == 0 {
            let sealed = seal::seal([u8::try_from(seq).unwrap(); 16], &private(seq)).unwrap();
            let part = seal::read(&sealed.bytes).unwrap();
            if seq != 6 {
                shown.push(json!({"salt": part.salt, "seq": seq, "value": part.value}));
            }
            fact.sealed = Some(sealed.digest);
        }
        facts.push(fact);
    }
    (facts, shown)
}

pub(crate) fn lines<T: serde::Serialize>(values: &[T]) -> Vec<u8> {
    values.iter().flat_map(|value| [to_canonical(value).unwrap(), b"\n".to_vec()].concat()).collect()
}

pub(crate) fn checkpoint(facts: &[u8]) -> Checkpoint {
    let leaves: Vec<_> = facts.strip_suffix(b"\n").unwrap().split(|byte| *byte == b'\n').map(leaf_hash).collect();
    Checkpoint { origin: ORIGIN.to_owned(), size: leaves.len() as u64, root: root_of(&leaves) }
}

pub(crate) fn readme(checkpoint: &Checkpoint, key: &VerifierKey) -> String {
    let readme = Readme {
        subject: &[("control", "SEC-01"), ("period", "2025-02-01 to 2026-01-31")],
        checkpoint,
        key,
        files: &[("population.csv", "whom the control concerned")],
        disclosed: "those of some people.",
        sample: "By the SHA-256 of seed and id.",
    };
    readme.text()
}

/// All files of a pack but for the manifest and its signature, in order.
pub(crate) fn files(facts: &[u8], shown: &[u8], key: &SigningKey) -> Vec<(String, Vec<u8>)> {
    let checkpoint = checkpoint(facts);
    let table = (0..200).map(|row| format!("k{row},2026-03-01,on time\n")).collect::<Vec<_>>().concat();
    [
        ("README.txt", readme(&checkpoint, &key.verifier()).into_bytes()),
        ("public-key", format!("{}\n", key.verifier()).into_bytes()),
        ("checkpoint", checkpoint.sign(key).into_bytes()),
        ("facts.jsonl", facts.to_vec()),
        ("disclosures.jsonl", shown.to_vec()),
        ("population.csv", table.into_bytes()),
        ("report.pdf", (0..3_000_u32).map(|n| ((n * n) >> 3).to_le_bytes()[0]).collect()),
    ]
    .map(|(name, bytes)| (name.to_owned(), bytes))
    .to_vec()
}

pub(crate) fn fields() -> Map<String, Value> {
    json!({"query": {"control": "SEC-01", "known_at": "2026-03-01T10:00:00Z"}, "program": "keepsharp 0.1.0"})
        .as_object()
        .unwrap()
        .clone()
}

/// The pack as the program writes it.
pub(crate) fn pack() -> Vec<u8> {
    let (facts, shown) = log(&key());
    let mut writer = PackWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files(&lines(&facts), &lines(&shown), &key()) {
        writer.add(&name, &bytes).unwrap();
    }
    writer.finish(fields(), &key()).unwrap().into_inner()
}

/// All files of the pack, in order.
pub(crate) fn contents(pack: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(pack)).unwrap();
    let names: Vec<String> =
        (0..archive.len()).map(|at| archive.by_index(at).unwrap().name().unwrap().into_owned()).collect();
    names
        .into_iter()
        .map(|name| {
            let mut bytes = Vec::new();
            archive.by_name(&name).unwrap().read_to_end(&mut bytes).unwrap();
            (name, bytes)
        })
        .collect()
}

/// What may be tampered with in a zip beside its files.
#[derive(Clone, Copy, Default)]
pub(crate) struct Odd {
    pub(crate) flags: u16,
    pub(crate) attributes: Option<u32>,
    pub(crate) method: Option<u16>,
    pub(crate) extra: bool,
    pub(crate) length: Option<u32>,
}

/// A zip in the layout of a pack, of any files.
pub(crate) fn zip_of(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    zip_with(files, |_| Odd::default())
}

pub(crate) fn zip_with(files: &[(String, Vec<u8>)], odd: impl Fn(&str) -> Odd) -> Vec<u8> {
    let (mut zip, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let odd = odd(name);
        let mut packing = DeflateEncoder::new(Vec::new(), Compression::new(2));
        packing.write_all(bytes).unwrap();
        let packed = packing.finish().unwrap();
        let mut crc = Crc::new();
        crc.update(bytes);
        let at = u32::try_from(zip.len()).unwrap();
        let extra = if odd.extra { b"KS\x02\0no".as_slice() } else { b"" };
        let mut common = Vec::new();
        for word in [odd.flags, odd.method.unwrap_or(8), 0, 33] {
            common.extend(word.to_le_bytes());
        }
        let length = odd.length.unwrap_or(u32::try_from(bytes.len()).unwrap());
        for word in [crc.sum(), u32::try_from(packed.len()).unwrap(), length] {
            common.extend(word.to_le_bytes());
        }
        common.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        common.extend(u16::try_from(extra.len()).unwrap().to_le_bytes());
        zip.extend(b"PK\x03\x04\x14\0");
        zip.extend(&common);
        zip.extend(name.as_bytes());
        zip.extend(extra);
        zip.extend(packed);
        directory.extend(b"PK\x01\x02\x14\x03\x14\0");
        directory.extend(&common);
        directory.extend([0; 6]);
        directory.extend(odd.attributes.unwrap_or(0o100_644 << 16).to_le_bytes());
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
        directory.extend(extra);
    }
    let (count, at) = (u16::try_from(files.len()).unwrap(), u32::try_from(zip.len()).unwrap());
    let length = u32::try_from(directory.len()).unwrap();
    zip.extend(directory);
    zip.extend(b"PK\x05\x06\0\0\0\0");
    zip.extend(count.to_le_bytes());
    zip.extend(count.to_le_bytes());
    zip.extend(length.to_le_bytes());
    zip.extend(at.to_le_bytes());
    zip.extend([0; 2]);
    zip
}

pub(crate) fn part<'f>(files: &'f mut [(String, Vec<u8>)], name: &str) -> &'f mut Vec<u8> {
    &mut files.iter_mut().find(|(other, _)| other == name).unwrap().1
}

/// Makes the manifest name the files as they now are. Its signature stays.
pub(crate) fn list_again(files: &mut [(String, Vec<u8>)]) {
    let listed: Map<String, Value> = files
        .iter()
        .filter(|(name, _)| !name.starts_with("manifest."))
        .map(|(name, bytes)| (name.clone(), json!({"bytes": bytes.len(), "sha256": hex(&Sha256::digest(bytes))})))
        .collect();
    let manifest = part(files, "manifest.json");
    let mut value: Value = serde_json::from_slice(manifest).unwrap();
    value["files"] = Value::Object(listed);
    *manifest = to_canonical(&value).unwrap();
}

/// Signs the manifest as it now is.
pub(crate) fn sign_again(files: &mut [(String, Vec<u8>)], key: &SigningKey) {
    let hash = hex(&Sha256::digest(&*part(files, "manifest.json")));
    *part(files, "manifest.sig") = sign_note(&format!("keepsharp evidence manifest\n{hash}\n"), key).into_bytes();
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

pub(crate) fn verify(zip: &[u8], key: Option<&VerifierKey>) -> Result<Report, Vec<Finding>> {
    Ok(Pack::open(Cursor::new(zip))?.verify(key, |_| ()))
}

/// What is found with the ledger's key.
pub(crate) fn findings(zip: &[u8]) -> Vec<String> {
    let found = match verify(zip, Some(&key().verifier())) {
        Ok(report) => report.findings,
        Err(findings) => findings,
    };
    found.iter().map(ToString::to_string).collect()
}
