//! Drafts as files in our format, whatever was in their texts.

use super::{Draft, DraftChoice, Imported};
use crate::read::Fences;
use std::fmt::Write;

/// As many items stand in one file of drafts.
const MOST_IN_FILE: usize = 50;
/// Stands where a reason is missing; the check refuses it.
const TODO_REASON: &str = "TODO: say why somebody would choose this, and what is so instead.";

/// Files of drafts by path: `drafts/NAME.md`, then `drafts/NAME-2.md`.
pub fn drafts(name: &str, imported: &Imported) -> Vec<(String, String)> {
    let name = plain_name(name);
    let parts = imported.items.chunks(MOST_IN_FILE);
    let several = parts.len() > 1;
    (1..)
        .zip(parts)
        .map(|(part, items)| {
            let id = if several && part > 1 { format!("{name}-{part}") } else { name.clone() };
            (format!("drafts/{id}.md"), draft(&id, items))
        })
        .collect()
}

/// A name that can be part of an id.
fn plain_name(name: &str) -> String {
    let plain: String =
        name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(40).collect();
    let plain = plain.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    if plain.is_empty() { "import".to_owned() } else { plain }
}

fn draft(id: &str, items: &[Draft]) -> String {
    let mut text = format!(
        "+++\nid = \"draft.{id}\"\ntitle = \"TODO: {id}\"\nminutes = 5\n\n[objectives]\n\"draft.{id}.todo\" = \"TODO: what somebody can do afterwards\"\n+++\n\n\
         Imported items. Give each its lasting id and an objective, write what is marked TODO, and move it into a lesson.\n"
    );
    for (number, item) in (1..).zip(items) {
        put(&mut text, id, number, item);
    }
    text
}

fn put(text: &mut String, id: &str, number: usize, item: &Draft) {
    let kind = item.kind.word();
    let _ = writeln!(
        text,
        "\n::: item id=\"draft.{id}.q{number}\" objective=\"draft.{id}.todo\" kind=\"{kind}\" level=\"apply\""
    );
    text.push_str(&stem(&item.stem));
    text.push('\n');
    for choice in &item.choices {
        put_choice(text, choice);
    }
    if !item.hint.is_empty() {
        let _ = writeln!(text, "\nhint: {}", cleaned(&item.hint).replace('\n', " "));
    }
    text.push_str(":::\n");
}

/// A question whose lines begin no block and no choice.
fn stem(said: &str) -> String {
    let begins = |line: &str| {
        line.starts_with(":::") || ["- [x] ", "- [X] ", "- [ ] "].iter().any(|tick| line.starts_with(tick))
    };
    lines(said)
        .into_iter()
        .fold(String::new(), |text, (line, is_code)| {
            let guard = if !is_code && begins(&line) { "\\" } else { "" };
            text + guard + &line + "\n"
        })
        .trim_end()
        .to_owned()
}

fn put_choice(text: &mut String, choice: &DraftChoice) {
    let mut lines = lines(&choice.text).into_iter().peekable();
    // A choice's first line stands behind its mark, where no code can begin.
    let head = if lines.peek().is_some_and(|(_, is_code)| *is_code) { None } else { lines.next() };
    let head = head.map_or_else(|| "This:".to_owned(), |(line, _)| line);
    let _ = writeln!(text, "- [{}] {}", if choice.is_right { "x" } else { " " }, head.trim_start());
    for (line, is_code) in lines {
        let set_in = match (is_code, line.trim_start().starts_with('>')) {
            _ if line.is_empty() => "",
            (true, _) => "  ",
            (false, true) => "   \\",
            (false, false) => "   ",
        };
        let line = if set_in.ends_with('\\') { line.trim_start() } else { &line };
        let _ = writeln!(text, "{set_in}{line}");
    }
    let reason = cleaned(&choice.reason);
    let reason = if reason.is_empty() { TODO_REASON.to_owned() } else { reason };
    for line in reason.lines() {
        let _ = writeln!(text, "{}", format!("  > {line}").trim_end());
    }
}

/// The lines of a text and whether each is code; code that is begun is ended.
fn lines(said: &str) -> Vec<(String, bool)> {
    let mut fences = Fences::default();
    let text = cleaned(said);
    let mut lines: Vec<(String, bool)> = text.lines().map(|line| (line.to_owned(), fences.is_code(line))).collect();
    lines.extend(fences.closing().map(|fence| (fence, true)));
    lines
}

/// A text without characters that hide or turn round what is read.
fn cleaned(text: &str) -> String {
    let is_kept = |c: &char| {
        let is_hidden = matches!(
            c,
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{ad}' | '\u{61c}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
        );
        *c == '\n' || *c == '\t' || !(c.is_control() || is_hidden)
    };
    text.replace("\r\n", "\n").replace('\r', "\n").chars().filter(is_kept).collect::<String>().trim().to_owned()
}
