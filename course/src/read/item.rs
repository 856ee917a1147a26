//! An item from the lines of its block.

use super::body::{Fences, Line, codes, joined, line_numbers};
use super::{is_id, no_id};
use crate::finding::{Finding, Place};
use crate::model::{Choice, Item, Kind, Level, Task};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const ATTRIBUTES: [&str; 9] = ["id", "objective", "kind", "level", "rev", "supersedes", "tracks", "answer", "lang"];

/// The item in a block; none where it can't be made out.
pub(super) fn read(
    place: &Place,
    attributes: &BTreeMap<&str, &str>,
    lines: &[Line],
    findings: &mut Vec<Finding>,
) -> Option<Item> {
    let mut wrong = |line: usize, message: String| {
        findings.push(Finding::error(&place.at(if line == 0 { place.line } else { line }), message));
    };
    for name in attributes.keys().filter(|name| !ATTRIBUTES.contains(name)) {
        wrong(0, format!("an item has no {name}; there are {}", ATTRIBUTES.join(", ")));
    }
    let text = |name: &str| attributes.get(name).copied().unwrap_or_default();
    for (name, id) in [("id", text("id")), ("objective", text("objective"))] {
        if !is_id(id) {
            wrong(0, format!("{name}: {}", no_id(id)));
        }
    }
    let Some(kind) = kind(text("kind")) else {
        wrong(0, format!("{:?} is no kind; there are check, predict, patch, spot and rank", text("kind")));
        return None;
    };
    let Some(level) = level(text("level")) else {
        wrong(0, format!("{:?} is no level; there are recall, apply and analyse", text("level")));
        return None;
    };
    let rev = if text("rev").is_empty() { Ok(1) } else { text("rev").parse() };
    let (lines, hint) = without_hint(lines);
    let (stem, task) = match task(kind, text("answer"), lines) {
        Ok(read) => read,
        Err((line, message)) => {
            wrong(line, message);
            return None;
        }
    };
    if rev.is_err() {
        wrong(0, "rev is a number".to_owned());
    }
    let tracks = text("tracks").split(',').map(str::trim).filter(|track| !track.is_empty());
    let mut item = Item {
        place: place.clone(),
        id: text("id").to_owned(),
        objective: text("objective").to_owned(),
        kind,
        level,
        rev: rev.unwrap_or(1),
        supersedes: text("supersedes").to_owned(),
        tracks: tracks.map(ToOwned::to_owned).collect(),
        stem,
        task,
        hint,
        fingerprint: String::new(),
    };
    item.fingerprint = fingerprint(&item);
    Some(item)
}

fn kind(text: &str) -> Option<Kind> {
    [Kind::Check, Kind::Predict, Kind::Patch, Kind::Spot, Kind::Rank].into_iter().find(|kind| kind.word() == text)
}

fn level(text: &str) -> Option<Level> {
    match text {
        "" | "apply" => Some(Level::Apply),
        "recall" => Some(Level::Recall),
        "analyse" => Some(Level::Analyse),
        _ => None,
    }
}

/// First eight hex digits of the hash of what the item says and how it is answered.
fn fingerprint(item: &Item) -> String {
    let said = format!("{:?}\n{}\n{}", item.kind, item.stem, key_and_texts(item));
    Sha256::digest(said).iter().take(4).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What an item says in its choices, and which of them is right: what may not change under the same id.
fn key_and_texts(item: &Item) -> String {
    match &item.task {
        Task::Choose(choices) | Task::Rank(choices) => choices.iter().fold(String::new(), |mut texts, choice| {
            let _ = writeln!(texts, "{} {}", choice.is_right, choice.text);
            texts
        }),
        Task::Spot { code, answer, .. } => format!("{answer:?}\n{}", code.text),
    }
}

fn without_hint<'a, 'b>(lines: &'b [Line<'a>]) -> (&'b [Line<'a>], String) {
    let last = lines.iter().rposition(|(_, line)| !line.trim().is_empty());
    let hint = last.and_then(|last| lines.get(last)).and_then(|(_, line)| line.strip_prefix("hint:"));
    match (last, hint) {
        (Some(last), Some(hint)) => (lines.get(..last).unwrap_or_default(), hint.trim().to_owned()),
        _ => (lines, String::new()),
    }
}

type Wrong = (usize, String);

fn task(kind: Kind, answer: &str, lines: &[Line]) -> Result<(String, Task), Wrong> {
    match kind {
        Kind::Check | Kind::Predict | Kind::Patch => {
            let (stem, choices) = split(lines, tick)?;
            let right = choices.iter().filter(|choice| choice.is_right).count();
            if right != 1 {
                return Err((0, format!("one choice is the right one, [x]; here {right} are")));
            }
            enough(choices.len(), 2..=6)?;
            Ok((stem, Task::Choose(choices)))
        }
        Kind::Rank => {
            let (stem, steps) = split(lines, step)?;
            enough(steps.len(), 3..=7)?;
            Ok((stem, Task::Rank(steps)))
        }
        Kind::Spot => spot(answer, lines),
    }
}

fn enough(found: usize, wanted: std::ops::RangeInclusive<usize>) -> Result<(), Wrong> {
    let (least, most) = (wanted.start(), wanted.end());
    if wanted.contains(&found) { Ok(()) } else { Err((0, format!("it has {found} choices; write {least} to {most}"))) }
}

/// `- [x] text`: whether it is right, and its text.
fn tick(line: &str) -> Option<(bool, &str)> {
    let right = line.strip_prefix("- [x] ").or_else(|| line.strip_prefix("- [X] "));
    right.map(|text| (true, text)).or_else(|| Some((false, line.strip_prefix("- [ ] ")?)))
}

/// `1. text`, any number.
fn step(line: &str) -> Option<(bool, &str)> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| line.get(digits..)?.strip_prefix(". ")).flatten().map(|text| (true, text))
}

/// The stem, and the choices that follow it.
fn split(lines: &[Line], begins: fn(&str) -> Option<(bool, &str)>) -> Result<(String, Vec<Choice>), Wrong> {
    let mut fences = Fences::default();
    let starts: Vec<usize> = (0..)
        .zip(lines)
        .filter(|(_, (_, line))| !fences.is_code(line) && begins(line).is_some())
        .map(|(ix, _)| ix)
        .collect();
    let Some(first) = starts.first() else {
        return Err((0, "there are no choices; write them as a list, the right one as - [x]".to_owned()));
    };
    let stem = joined(lines.iter().take(*first).copied()).trim().to_owned();
    if stem.is_empty() {
        return Err((0, "there is no question before the choices".to_owned()));
    }
    let ends = starts.iter().skip(1).copied().chain([lines.len()]);
    let choice = |(from, to): (&usize, usize)| choice(lines.get(*from..to).unwrap_or_default(), begins);
    Ok((stem, starts.iter().zip(ends).map(choice).collect::<Result<_, _>>()?))
}

fn choice(lines: &[Line], begins: fn(&str) -> Option<(bool, &str)>) -> Result<Choice, Wrong> {
    let Some(((number, head), rest)) = lines.split_first() else { return Err((0, "a choice is missing".to_owned())) };
    let (is_right, head) = begins(head).unwrap_or((false, head));
    let (mut text, mut reason) = (format!("{head}\n"), String::new());
    let mut fences = Fences::default();
    for (number, line) in rest.iter().copied() {
        let inner = line.strip_prefix("  ").map(|inner| inner.strip_prefix(' ').unwrap_or(inner));
        if inner.is_none() && !line.trim().is_empty() {
            return Err((number, "what belongs to a choice is set in by two blanks".to_owned()));
        }
        let inner = inner.unwrap_or_default();
        if fences.is_code(inner) {
            // Inside of code a third blank is the code's own.
            text.push_str(line.strip_prefix("  ").unwrap_or_default());
            text.push('\n');
        } else if let Some(said) = inner.trim_start().strip_prefix('>') {
            reason.push_str(said.strip_prefix(' ').unwrap_or(said));
            reason.push('\n');
        } else if reason.is_empty() {
            text.push_str(inner);
            text.push('\n');
        } else if !inner.trim().is_empty() {
            return Err((number, "a choice's reason comes last; begin each of its lines with >".to_owned()));
        }
    }
    let (text, reason) = (text.trim().to_owned(), reason.trim().to_owned());
    if text.is_empty() || reason.is_empty() {
        let lacks = if text.is_empty() { "text" } else { "reason; write it below, beginning with >" };
        return Err((*number, format!("this choice has no {lacks}")));
    }
    Ok(Choice { line: *number, text, is_right, reason })
}

fn spot(answer: &str, lines: &[Line]) -> Result<(String, Task), Wrong> {
    let mut fences = Fences::default();
    let is_code: Vec<bool> = lines.iter().map(|(_, line)| fences.is_code(line)).collect();
    let from = is_code.iter().position(|code| *code);
    let Some(from) = from else { return Err((0, "there is no block of code to mark lines in".to_owned())) };
    let to = is_code.iter().skip(from).position(|code| !code).map_or(lines.len(), |length| from + length);
    let stem = joined(lines.iter().take(from).copied()).trim().to_owned();
    let mut found = codes(lines.get(from..to).unwrap_or_default())?;
    let (Some(code), true) = (found.pop(), found.is_empty()) else {
        return Err((0, "one block of code is there to be marked".to_owned()));
    };
    let Some(answer) = line_numbers(answer) else {
        return Err((0, "answer names the right lines, for example answer=\"4\" or answer=\"2,5\"".to_owned()));
    };
    let reasons = reasons(lines.get(to..).unwrap_or_default())?;
    let length = code.text.lines().count();
    let named: BTreeSet<usize> = answer.iter().chain(reasons.keys()).copied().collect();
    if let Some(line) = named.iter().find(|line| **line > length) {
        return Err((0, format!("the code has {length} lines; there is no line {line}")));
    }
    if let Some(line) = answer.iter().find(|line| !reasons.contains_key(line)) {
        return Err((0, format!("line {line} is right and has no reason; write - {line}: … below the code")));
    }
    if stem.is_empty() {
        return Err((0, "there is no question before the code".to_owned()));
    }
    Ok((stem, Task::Spot { code, answer, reasons }))
}

/// `- 4: why`, one line each.
fn reasons(lines: &[Line]) -> Result<BTreeMap<usize, String>, Wrong> {
    let mut reasons = BTreeMap::new();
    let mut last: Option<usize> = None;
    for (number, line) in lines.iter().filter(|(_, line)| !line.trim().is_empty()).copied() {
        let named = line.strip_prefix("- ").and_then(|rest| rest.split_once(':'));
        let named = named.and_then(|(at, why)| Some((at.trim().parse::<usize>().ok()?, why.trim())));
        match (named, last) {
            (Some((at, why)), _) => {
                reasons.insert(at, why.to_owned());
                last = Some(at);
            }
            (None, Some(at)) if line.starts_with("  ") => {
                let reason = reasons.entry(at).or_default();
                reason.push(' ');
                reason.push_str(line.trim());
            }
            _ => {
                return Err((
                    number,
                    "reasons are written - 4: why, one for each line of the code that needs it".to_owned(),
                ));
            }
        }
    }
    Ok(reasons)
}
