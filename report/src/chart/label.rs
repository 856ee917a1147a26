//! Where does a text stand, and how much room does it take?

use crate::table::cut;
use unicode_width::UnicodeWidthStr;

/// Which end of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its left end.
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}

/// A text in a drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Where its anchor is.
    pub x: f64,
    /// Where its baseline is.
    pub y: f64,
    /// Which end is there.
    pub anchor: Anchor,
    /// The text.
    pub text: String,
}

/// How wide a text of this size will be, at most: fonts are the reader's, and the widest common ones take so much.
pub(super) fn width(text: &str, size: f64) -> f64 {
    const WIDEST: f64 = 0.6;
    f64::from(u32::try_from(text.width()).unwrap_or(u32::MAX)) * size * WIDEST
}

/// The text on one line, at most so many columns wide, without what would turn its neighbours round.
pub(super) fn shorten(text: &str, columns: usize) -> String {
    let clean: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !turns(*c)).collect();
    let clean = clean.trim();
    let short = cut(clean, columns);
    if short == clean {
        return short;
    }
    // A joiner whose second half was cut away would join the ellipsis.
    format!("{}…", short.trim_end_matches(['…', '\u{200d}', ' ']))
}

/// The text beside other text. What is not plain Latin is isolated, or a Hebrew label would carry off the figure after it.
pub(super) fn isolated(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { format!("\u{2068}{text}\u{2069}") }
}

fn turns(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_label_ends_in_an_ellipsis_and_never_in_half_a_character() {
        assert_eq!(shorten("Engineers", 18), "Engineers");
        assert_eq!(shorten("Everyone who builds, runs or reviews software", 18), "Everyone who buil…");
        assert_eq!(shorten("Platform engineering of the south", 10), "Platform…");
        let family = "👩\u{200d}👩\u{200d}👧".repeat(9);
        assert!(!shorten(&family, 4).contains("\u{200d}…"), "{}", shorten(&family, 4));
        assert!(shorten(&"מהנדסים ".repeat(9), 18).width() <= 18);
    }

    #[test]
    fn a_label_can_not_turn_round_what_follows_it() {
        assert_eq!(shorten("a\u{202e}b\nc", 18), "ab c");
        assert_eq!(isolated("תוכנה"), "\u{2068}תוכנה\u{2069}");
    }
}
