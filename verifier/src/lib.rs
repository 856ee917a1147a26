//! Is an evidence pack true?
//!
//! [`verify`] checks everything that `keepsharp-ledger` can check of the bytes, folds the facts again by `keepsharp-domain` and compares each table
//! with what the pack says, byte for byte. It needs the pack and the public key, and nothing else: no database, no settings, no clock.
//!
//! | question | module |
//! |---|---|
//! | do the facts give these tables? | `tables` |
//! | how is what was found said in words? | `tell` |

mod tables;
mod tell;

pub use keepsharp_ledger::VerifierKey;
pub use keepsharp_ledger::pack::{Finding, Manifest, Report, Step};
pub use tables::{Difference, Tables, TablesWrong, sheets_of};
pub use tell::tell;

use keepsharp_ledger::pack::Pack;
use std::io::{Read, Seek};

/// What was found of a pack that could be opened.
#[derive(Debug)]
pub struct Verdict {
    /// What the bytes say.
    pub report: Report,
    /// What the pack says that it is about.
    pub manifest: Manifest,
    /// What the facts say.
    pub tables: Tables,
    /// The key one was told, if one was.
    pub told: Option<VerifierKey>,
}

impl Verdict {
    /// Whether nothing is wrong. Without a key that one was told, this says that the pack is whole and not whose it is.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.report.is_sound() && self.tables.wrong.is_empty()
    }
}

/// Checks a pack.
///
/// # Errors
/// What is wrong with it so that it can't be read at all.
pub fn verify(pack: impl Read + Seek, key: Option<&VerifierKey>) -> Result<Verdict, Vec<Finding>> {
    let pack = Pack::open(pack)?;
    let (report, tables) = tables::check(&pack, key);
    Ok(Verdict { report, tables, manifest: pack.manifest().clone(), told: key.cloned() })
}
