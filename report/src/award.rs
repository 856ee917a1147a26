//! How does a badge that somebody earned look, with its credential inside the picture (Open Badges 3.0, "Baked Badge")?

use crate::chart::escaped;
use unicode_width::UnicodeWidthStr;

/// What stands on the picture of a badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Award<'a> {
    /// What it was earned for.
    pub title: &'a str,
    /// Which course, and when.
    pub detail: &'a str,
    /// Who awards it.
    pub organisation: &'a str,
}

/// Columns of a line, and most lines, of a title; more of it can't be read on a small picture.
const TITLE: (usize, usize) = (20, 4);
/// The same of what stands below it.
const DETAIL: (usize, usize) = (34, 2);

impl Award<'_> {
    /// The picture as SVG, with the credential's JSON baked in. It has no name on it, as the credential has none.
    #[must_use]
    pub fn svg(&self, credential: &str) -> String {
        let title = lines(self.title, TITLE);
        let detail = lines(self.detail, DETAIL);
        let organisation = lines(self.organisation, DETAIL);
        let spoken = escaped(&format!("{}, {}, awarded by {}", self.title, self.detail, self.organisation));
        [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:openbadges=\"https://purl.imsglobal.org/ob/v3p0\" ",
            "viewBox=\"0 0 480 480\" width=\"480\" height=\"480\" role=\"img\">",
            // The standard wants it directly after the first tag.
            "<openbadges:credential><![CDATA[",
            &in_cdata(credential),
            "]]></openbadges:credential>",
            &format!("<title>{spoken}</title>"),
            "<rect x=\"4\" y=\"4\" width=\"472\" height=\"472\" rx=\"56\" fill=\"#0b5a63\"/>",
            "<rect x=\"20\" y=\"20\" width=\"440\" height=\"440\" rx=\"42\" fill=\"none\" stroke=\"#a9e3e6\" stroke-width=\"3\"/>",
            "<g transform=\"translate(184 62) scale(3.5)\"><path fill=\"#fff\" d=\"M6 5l5.5-4v22H6z\"/>",
            "<path fill=\"#a9e3e6\" d=\"M13.5 10.6L28 0l-8 12.4L27.6 23h-7.2l-6.9-8.8z\"/></g>",
            "<g fill=\"#fff\" text-anchor=\"middle\" font-family=\"Verdana,DejaVu Sans,sans-serif\">",
            &text(&title, 34, 236 - 21 * (i32::try_from(title.len()).unwrap_or(1) - 2)),
            &text(&detail, 20, 352),
            &text(&organisation, 20, 416),
            "</g></svg>\n",
        ]
        .concat()
    }
}

/// Lines below one another, the first on the base line `top`.
fn text(lines: &[String], size: i32, top: i32) -> String {
    let line = |(number, line): (i32, &String)| {
        let place = top + number * (size + size / 4);
        format!("<text x=\"240\" y=\"{place}\" font-size=\"{size}\">{}</text>", escaped(line))
    };
    (0..).zip(lines).map(line).collect()
}

/// The words in lines of so many columns. What does not fit is cut, and says so.
fn lines(text: &str, (columns, most): (usize, usize)) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let word = cut(word, columns);
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= columns => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = cut(&format!("{last} …"), columns);
        }
    }
    lines
}

fn cut(word: &str, columns: usize) -> String {
    if word.width() <= columns {
        return word.to_owned();
    }
    let mut kept = String::new();
    for character in word.chars() {
        kept.push(character);
        if kept.width() >= columns {
            kept.pop();
            break;
        }
    }
    kept + "…"
}

/// JSON as a CDATA section takes it. Its end and what XML has no place for can stand in a JSON text only, where an escape
/// is the same text.
fn in_cdata(json: &str) -> String {
    json.replace("]]>", "]]\\u003e").replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const AWARD: Award =
        Award { title: "Developer <Security> Training", detail: "refresher, 2026", organisation: "Example & Sons" };

    fn baked(svg: &str) -> Value {
        let (_, rest) = svg.split_once("<openbadges:credential><![CDATA[").unwrap();
        let (json, rest) = rest.split_once("]]>").unwrap();
        assert!(rest.starts_with("</openbadges:credential>"), "{rest}");
        assert!(!rest.contains("openbadges:credential><!"), "one credential, no more");
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_credential_is_taken_out_as_it_was_put_in() {
        let credential = json!({"name": "a]]>b <c> & \u{ffff}\u{fffe}\u{1} \"d\"", "list": [[1], [2]]});
        assert_eq!(baked(&AWARD.svg(&credential.to_string())), credential);
    }

    #[test]
    fn the_picture_is_read_out_and_its_text_is_no_markup() {
        let svg = AWARD.svg("{}");
        assert!(svg.contains("role=\"img\"><openbadges:credential>"), "{svg}");
        let spoken = "Developer &lt;Security&gt; Training, refresher, 2026, awarded by Example &amp; Sons";
        assert!(svg.contains(&format!("<title>{spoken}</title>")), "{svg}");
        assert!(!svg.contains("<Security>") && !svg.contains("style="), "{svg}");
    }

    #[test]
    fn text_that_is_too_long_is_cut_and_says_so() {
        assert_eq!(lines("one two three", (7, 4)), ["one two", "three"]);
        assert_eq!(lines("one two three four five", (7, 2)), ["one two", "three …"]);
        assert_eq!(lines("Sicherheitsgrundlagen", (8, 2)), ["Sicherh…"]);
        assert_eq!(lines(" ", (8, 2)), Vec::<String>::new());
    }
}
