//! How does evidence leave the house, and how does a stranger check it?
//!
//! A pack is a zip of a ledger, of the private parts that its reader may see, and of what was made of both; its manifest names every
//! file by hash, and the ledger's key signs the manifest. What the tables mean is not known here: `keepsharp-verifier` folds the facts
//! again and compares them. `README.txt` in each pack says all of this for somebody with common tools.

mod check;
mod container;
mod finding;
mod packing;
mod read;
mod readme;
mod sheets;
mod write;

pub use check::{Recorded, Report};
pub use finding::{Finding, Step, Wrong};
pub use read::{FilePart, Manifest, Pack};
pub use readme::Readme;
pub use sheets::{SHEETS, Sheets};
pub use write::{PackWriter, WriteError};

use crate::tree::Hash;
use sha2::{Digest, Sha256};

/// What a manifest says of its kind.
pub const FORMAT: &str = "keepsharp-evidence-pack/1";
/// The manifest.
pub const MANIFEST: &str = "manifest.json";
/// The signed note over its hash.
pub const SIGNATURE: &str = "manifest.sig";
/// How to check a pack by hand.
pub const README: &str = "README.txt";
/// The ledger's key in C2SP verifier form.
pub const PUBLIC_KEY: &str = "public-key";
/// The signed head.
pub const CHECKPOINT: &str = "checkpoint";
/// The facts, each a line.
pub const FACTS: &str = "facts.jsonl";
/// Private parts of facts, each a line.
pub const DISCLOSURES: &str = "disclosures.jsonl";

/// The files that every pack begins with, in their order. Behind them come the others by name, the manifest and its signature.
pub const FIRST: [&str; 5] = [README, PUBLIC_KEY, CHECKPOINT, FACTS, DISCLOSURES];

/// The first line of what is signed. No ledger is called so, as names have no spaces: the signature is good for nothing else.
const SIGNED: &str = "keepsharp evidence manifest";

/// The longest manifest that is read.
const LONGEST_MANIFEST: u64 = 1 << 20;
/// The longest of the files that are read as a whole: key, checkpoint, signature.
const LONGEST_NOTE: u64 = 1 << 20;
/// The longest line of facts and disclosures.
///
/// LIMIT: a fact about everybody has an id for each; this is enough for half a million people.
const LONGEST_LINE: u64 = 16 << 20;

/// The text that is signed for a manifest of these bytes.
fn manifest_text(manifest: &[u8]) -> String {
    format!("{SIGNED}\n{}\n", Hash(Sha256::digest(manifest).into()))
}

/// Whether one file comes before another in a pack.
fn is_before(name: &str, other: &str) -> bool {
    let place = |name| match name {
        MANIFEST => FIRST.len() + 1,
        SIGNATURE => FIRST.len() + 2,
        _ => FIRST.iter().position(|first| *first == name).unwrap_or(FIRST.len()),
    };
    (place(name), name) < (place(other), other)
}
