//! What is taught.

pub mod exercise;
pub mod finding;
