//! The few files that pages load: one style sheet and an icon, inside the program.

use crate::cli::sha256;
use std::sync::OnceLock;

/// The style sheet.
pub(crate) const STYLE: &str = include_str!("../../assets/style.css");
/// The icon.
pub(crate) const ICON: &str = include_str!("../../assets/favicon.svg");

/// The style sheet's address, which changes with its content, so that browsers may keep it for good.
pub(crate) fn style_address() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| format!("/assets/style.css?{}", sha256(STYLE.as_bytes()).get(..12).unwrap_or_default()))
}
