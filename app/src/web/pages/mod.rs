//! The pages, one subject a file.

pub(crate) mod asset;
pub(crate) mod calendar;
pub(crate) mod ledger;
pub(crate) mod my;
pub(crate) mod proof;
pub(crate) mod sign_in;
pub(crate) mod trouble;
