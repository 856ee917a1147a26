//! How many are trained, as a small picture for a project's page: "secure coding | 96 % trained".
//!
//! It may be seen by everybody, so a group too small to be spoken of has no share on it.

use crate::chart::escaped;
use unicode_width::UnicodeWidthChar;

/// A badge of a group's share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Badge<'a> {
    /// What it is about, on the left.
    pub label: &'a str,
    /// How many are trained and not due again.
    pub trained: u64,
    /// Of how many.
    pub population: u64,
    /// Fewest people that a share may speak of.
    pub smallest_group: u64,
}

/// Tenths of a pixel: whole numbers, so that the same badge has the same bytes on every machine.
type Tenths = u64;

const PADDING: Tenths = 60;
const LABEL_COLOUR: &str = "#44525a";
const SHARE_COLOUR: &str = "#0b5a63";
const FEW_COLOUR: &str = "#5f6b70";

impl Badge<'_> {
    /// What it says of the group. Rounded down, so that 100 % means everybody.
    #[must_use]
    pub fn message(&self) -> String {
        match self.percent() {
            Some(percent) => format!("{percent} % trained"),
            None => "few people".to_owned(),
        }
    }

    fn percent(&self) -> Option<u128> {
        if self.population < self.smallest_group {
            return None;
        }
        (u128::from(self.trained) * 100).checked_div(u128::from(self.population))
    }

    /// The badge as SVG: as wide as its text, one calm colour, whatever the share is.
    #[must_use]
    pub fn svg(&self) -> String {
        let message = self.message();
        let colour = if self.percent().is_some() { SHARE_COLOUR } else { FEW_COLOUR };
        let (left, right) = (width(self.label), width(&message));
        let (label_room, room) = (left + 2 * PADDING, left + right + 4 * PADDING);
        let spoken = escaped(&format!("{}: {message}", self.label));
        [
            format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"20\" ", pixels(room)),
            format!("viewBox=\"0 0 {} 20\" role=\"img\"><title>{spoken}</title>", pixels(room)),
            format!("<rect width=\"{}\" height=\"20\" rx=\"3\" fill=\"{LABEL_COLOUR}\"/>", pixels(room)),
            // Square on its left side, where it meets the label.
            format!(
                "<path fill=\"{colour}\" d=\"M{} 0H{}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H{0}z\"/>",
                pixels(label_room),
                pixels(room - 30)
            ),
            "<g fill=\"#fff\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">".to_owned(),
            text(PADDING, left, self.label),
            text(label_room + PADDING, right, &message),
            "</g></svg>\n".to_owned(),
        ]
        .concat()
    }
}

/// Whatever font a reader has, the text is made to fill its room.
fn text(from: Tenths, width: Tenths, text: &str) -> String {
    format!(
        "<text x=\"{}\" y=\"14\" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\">{}</text>",
        pixels(from),
        pixels(width),
        escaped(text)
    )
}

fn pixels(tenths: Tenths) -> String {
    match (tenths / 10, tenths % 10) {
        (whole, 0) => whole.to_string(),
        (whole, tenth) => format!("{whole}.{tenth}"),
    }
}

/// About as wide as Verdana of 11 pixels sets it.
fn width(text: &str) -> Tenths {
    text.chars().map(letter_width).sum()
}

fn letter_width(letter: char) -> Tenths {
    match letter {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 35,
        ' ' | '\u{a0}' => 39,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '/' => 48,
        'm' | 'w' | 'M' | 'W' | '@' => 101,
        '%' => 118,
        letter if letter.is_ascii_uppercase() => 78,
        letter => 66 * letter.width().unwrap_or(0) as Tenths,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn badge(trained: u64, population: u64) -> Badge<'static> {
        Badge { label: "secure coding", trained, population, smallest_group: 3 }
    }

    #[test]
    fn a_share_is_rounded_down_and_a_small_group_has_none() {
        for (trained, population, message) in [
            (96, 100, "96 % trained"),
            (999, 1_000, "99 % trained"),
            (2, 3, "66 % trained"),
            (0, 3, "0 % trained"),
            (3, 3, "100 % trained"),
            (2, 2, "few people"),
            (0, 0, "few people"),
            (u64::MAX, u64::MAX, "100 % trained"),
        ] {
            assert_eq!(badge(trained, population).message(), message, "{trained} of {population}");
        }
        let nobody = Badge { smallest_group: 0, ..badge(0, 0) };
        assert_eq!(nobody.message(), "few people", "of nobody there is no share");
    }

    #[test]
    fn a_badge_of_a_small_group_does_not_tell_who_is_trained() {
        assert_eq!(badge(0, 2).svg(), badge(2, 2).svg());
        assert_eq!(badge(1, 1).svg(), badge(0, 0).svg());
    }

    #[test]
    fn a_badge_is_read_out_and_as_wide_as_its_text() {
        let svg = badge(96, 100).svg();
        assert!(svg.contains(" role=\"img\"><title>secure coding: 96 % trained</title>"), "{svg}");
        let width = |svg: &str| -> f64 { svg.split('"').nth(3).unwrap().parse().unwrap() };
        assert!(width(&svg) > width(&badge(6, 100).svg()) && width(&svg) < 220.0, "{svg}");
        assert!(svg.contains(&format!("viewBox=\"0 0 {} 20\"", width(&svg))), "{svg}");
    }

    #[test]
    fn a_label_is_text_and_no_markup_and_no_colour_alarms() {
        let svg = Badge { label: "<a> & \"b\"", ..badge(0, 100) }.svg();
        assert!(svg.contains("&lt;a&gt; &amp; &quot;b&quot;") && !svg.contains("<a>"), "{svg}");
        for colour in svg.split("fill=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            let red = u8::from_str_radix(&colour[..colour.len() / 3], 16).unwrap();
            let green = u8::from_str_radix(&colour[colour.len() / 3..2 * colour.len() / 3], 16).unwrap();
            assert!(red <= green, "{colour} is red");
        }
        assert!(!svg.contains("style=") && !svg.contains("<script"), "{svg}");
    }
}
