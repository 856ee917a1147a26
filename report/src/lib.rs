//! What it looks like on paper. Pure: it gives text and bytes, somebody else writes them.

pub mod chart;
pub mod table;

pub use table::{Cell, Format, Table};
