//! What it looks like on paper. Pure: it gives text and bytes, somebody else writes them.

pub mod award;
pub mod badge;
pub mod briefing;
pub mod certificate;
pub mod chart;
pub mod objective;
pub mod oscal;
pub mod paper;
pub mod table;
pub mod workbook;

pub use award::Award;
pub use badge::Badge;
pub use certificate::Certificate;
pub use table::{Cell, Format, Table, grouped, rows_of};
