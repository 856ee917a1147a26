//! What was recorded, and how can a stranger check it?
//!
//! A log of facts, each one canonical JSON, hashed into a Merkle tree whose root is signed. This crate knows only bytes: it reads
//! no file, no clock and no randomness, so what it says of a log depends on nothing but the log. It is all that a stand-alone
//! verifier needs.
//!
//! | question | module |
//! |---|---|
//! | which bytes does a JSON value have? | [`canonical`] |
//! | what does one fact look like? | [`entry`], [`envelope`] |
//! | how is something private recorded without being shown? | [`seal`] |
//! | which hash stands for a whole log? | [`tree`] |
//! | is this fact in that log, is that log the beginning of this one? | [`proof`] |
//! | whose key is it, and did it sign this text? | [`key`], [`note`] |
//! | what did the ledger say it held, and when? | [`checkpoint`] |
//! | did a witness see this checkpoint, and when? | [`cosignature`] |
//! | which checkpoints stand in a text that came by mail or out of an issue? | [`quoted`] |
//! | is this log whole? | [`verify`] |
//! | how does evidence leave the house, and how is it checked? | [`pack`] |

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod canonical;
pub mod checkpoint;
pub mod cosignature;
pub mod entry;
pub mod envelope;
mod instant;
pub mod key;
pub mod note;
pub mod pack;
mod plain;
pub mod proof;
pub mod quoted;
pub mod seal;
pub mod tree;
pub mod verify;

pub use checkpoint::Checkpoint;
pub use entry::Entry;
pub use envelope::Envelope;
pub use key::{SigningKey, VerifierKey, WitnessKey};
pub use tree::{Frontier, Hash};
pub use verify::{LogVerifier, Problem};
