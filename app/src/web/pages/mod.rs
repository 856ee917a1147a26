//! The pages, one subject a file.

pub(crate) mod asset;
pub(crate) mod calendar;
pub(crate) mod concerned;
pub(crate) mod import_preview;
pub(crate) mod ledger;
pub(crate) mod management;
pub(crate) mod my;
pub(crate) mod objection;
pub(crate) mod people;
pub(crate) mod person;
pub(crate) mod programme;
pub(crate) mod proof;
pub(crate) mod request;
pub(crate) mod roster_import;
pub(crate) mod sign_in;
pub(crate) mod tally;
pub(crate) mod team;
pub(crate) mod trouble;
