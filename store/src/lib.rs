//! Where it is kept: the ledger and the world folded from it, on SQLite or PostgreSQL. The only crate with SQL.

mod commit;
mod engine;
mod erase;
mod error;
mod fold;
mod log;
mod random;
mod schema;
mod verify;

pub use commit::{Clock, Committed, Decision, Store};
pub use engine::Place;
pub use error::Error;
pub use log::{Head, Recorded};
pub use random::{fresh_id, fresh_seed, fresh_word};
pub use verify::Verified;
