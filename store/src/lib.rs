//! Where it is kept: the ledger and the world folded from it, on SQLite or PostgreSQL. The only crate with SQL.

mod commit;
mod credential;
mod document;
mod encode;
mod engine;
mod erase;
mod error;
mod fold;
mod learner_rows;
mod learning;
mod log;
mod outbox;
mod pack;
mod proof;
mod random;
mod restore;
mod schema;
mod session;
mod upload;
mod verify;
mod witness;
mod work;

pub use commit::{Clock, Committed, Decision, Store};
pub use engine::Place;
pub use error::Error;
pub use learner_rows::LearnerRow;
pub use learning::Learned;
pub use log::{Head, Recorded};
pub use outbox::{Letter, MessageLink, Waiting, Way};
pub use proof::Proof;
pub use random::{fresh_code, fresh_id, fresh_seed, fresh_token, fresh_word};
pub use restore::Kept;
pub use session::Session;
pub use verify::Verified;
pub use witness::Witnessed;
pub use work::Worked;
