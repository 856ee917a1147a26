//! The pages, one subject a file.
#![expect(clippy::unnecessary_wraps, reason = "all pages have one type, those too that are never refused")]

pub(crate) mod administration;
pub(crate) mod answer;
pub(crate) mod asset;
pub(crate) mod audit;
pub(crate) mod audit_person;
pub(crate) mod badge;
pub(crate) mod calendar;
pub(crate) mod concerned;
pub(crate) mod definition;
pub(crate) mod definition_change;
pub(crate) mod findings;
pub(crate) mod import_preview;
pub(crate) mod ledger;
pub(crate) mod management;
pub(crate) mod message;
pub(crate) mod my;
pub(crate) mod objection;
pub(crate) mod people;
pub(crate) mod person;
pub(crate) mod programme;
pub(crate) mod proof;
pub(crate) mod record;
pub(crate) mod request;
pub(crate) mod room;
pub(crate) mod roster_import;
pub(crate) mod round_form;
pub(crate) mod rounds;
pub(crate) mod sign_in;
pub(crate) mod tally;
pub(crate) mod team;
pub(crate) mod trouble;
pub(crate) mod work;
