//! What is true: facts, the world folded from them, and every rule of the programme.
//!
//! Pure: no I/O, no clock, no randomness. "Today" and fresh ids are always arguments.

pub mod access;
pub mod acknowledgement;
pub mod assurance;
pub mod attestation;
pub mod badge;
pub mod bridge;
pub mod briefing;
pub mod calendar;
pub mod campaign;
pub mod comparison;
pub mod completion;
pub mod control;
pub mod correction;
pub mod course_publishing;
pub mod curve;
pub mod deputy;
pub mod discretion;
pub mod due;
pub mod encouragement;
pub mod erasure;
pub mod evidence;
pub mod exception;
pub mod explain;
pub mod fact;
pub mod finding;
pub mod habit;
pub mod hand_over;
pub mod issue_text;
pub mod leave;
pub mod look;
pub mod merge;
pub mod message;
pub mod objection;
pub mod objective;
pub mod occasion;
pub mod onboarding;
pub mod organisation;
pub mod people;
pub mod person;
pub mod preview;
pub mod programme;
pub mod projection;
pub mod proof_file;
pub mod reminder;
pub mod request;
pub mod requirement;
pub mod room;
pub mod roster;
pub mod round;
pub mod rule;
pub mod rule_text;
pub mod scope;
pub mod sheet;
pub mod span;
pub mod summary;
pub mod tally;
pub mod team;
pub mod track;
pub mod world;

mod by_person;
mod refusal;

pub use fact::{Draft, Fact};
pub use person::PersonId;
pub use refusal::{Problem, Refusal};
pub use world::World;

/// A calendar day in the organisation's time zone.
pub type Day = jiff::civil::Date;
