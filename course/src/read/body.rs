//! A lesson's text, taken apart into prose, pairs of code, items, exercises and the place of the company's own issues.

use super::{attributes, item};
use crate::finding::{Finding, Place};
use crate::model::{Block, Code, Item, Side};
use std::collections::BTreeSet;

/// What was read of a lesson's text.
#[derive(Default)]
pub(super) struct Body {
    pub(super) blocks: Vec<Block>,
    pub(super) items: Vec<Item>,
}

/// A line of a file and its number.
pub(super) type Line<'a> = (usize, &'a str);

/// Follows a text line by line and knows whether a line stands inside of fenced code.
#[derive(Default)]
pub(crate) struct Fences {
    open: Option<(char, usize)>,
}

impl Fences {
    /// Whether this line is part of fenced code, its fences included.
    pub(crate) fn is_code(&mut self, line: &str) -> bool {
        let indented = line.trim_start();
        let mark = indented.chars().next().filter(|c| ['`', '~'].contains(c));
        let length = mark.map_or(0, |mark| indented.chars().take_while(|c| *c == mark).count());
        match (self.open, mark) {
            (None, Some(mark)) if length >= 3 => {
                self.open = Some((mark, length));
                true
            }
            (None, _) => false,
            (Some((open, least)), Some(mark)) if open == mark && length >= least => {
                let closes = indented.trim_end().chars().all(|c| c == mark);
                if closes {
                    self.open = None;
                }
                true
            }
            (Some(_), _) => true,
        }
    }

    /// The line that ends the code that was begun.
    pub(crate) fn closing(&self) -> Option<String> {
        self.open.map(|(mark, length)| mark.to_string().repeat(length))
    }

    /// Whether code was begun and not ended.
    pub(crate) fn is_open(&self) -> bool {
        self.open.is_some()
    }
}

/// The text below the front matter; `first` is the number of its first line.
pub(super) fn read(place: &Place, text: &str, first: usize, findings: &mut Vec<Finding>) -> Body {
    let mut body = Body::default();
    let mut fences = Fences::default();
    let mut prose: Vec<Line> = Vec::new();
    let mut block: Option<(Line, Vec<Line>)> = None;
    for (number, line) in (first..).zip(text.lines()) {
        let is_code = fences.is_code(line);
        let colons = line.strip_prefix(":::").map(str::trim).filter(|_| !is_code);
        match (&mut block, colons) {
            (None, Some("")) => {
                findings.push(Finding::error(&place.at(number), "::: ends a block, and none was begun"));
            }
            (None, Some(head)) => {
                put_prose(&mut body, &mut prose);
                block = Some(((number, head), Vec::new()));
            }
            (None, None) => prose.push((number, line)),
            (Some((head, lines)), Some("")) => {
                put_block(place, *head, lines, &mut body, findings);
                block = None;
            }
            (Some(_), Some(_)) => {
                findings
                    .push(Finding::error(&place.at(number), "a block stands inside another; end the first with :::"));
            }
            (Some((_, lines)), None) => lines.push((number, line)),
        }
    }
    if let Some(((number, _), _)) = block {
        findings.push(Finding::error(&place.at(number), "this block is not ended; write ::: on a line of its own"));
    } else if fences.is_open() {
        findings.push(Finding::error(place, "a block of code is begun and not ended"));
    }
    put_prose(&mut body, &mut prose);
    body
}

fn put_prose(body: &mut Body, lines: &mut Vec<Line>) {
    let begin = lines.iter().find(|(_, line)| !line.trim().is_empty()).map(|(number, _)| *number);
    if let Some(begin) = begin {
        let text = joined(lines.iter().skip_while(|(number, _)| *number < begin).copied());
        body.blocks.push(Block::Prose(begin, text.trim_end().to_owned()));
    }
    lines.clear();
}

pub(super) fn joined<'a>(lines: impl IntoIterator<Item = Line<'a>>) -> String {
    let mut text = String::new();
    for (_, line) in lines {
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn put_block(place: &Place, head: Line, lines: &[Line], body: &mut Body, findings: &mut Vec<Finding>) {
    let (number, head) = head;
    let place = place.at(number);
    let (word, rest) = head.split_once(char::is_whitespace).unwrap_or((head, ""));
    let attributes = match attributes::read(rest) {
        Ok(attributes) => attributes,
        Err(message) => return findings.push(Finding::error(&place, message)),
    };
    match word {
        "pair" => match pair(lines) {
            Ok(codes) => body.blocks.push(Block::Pair(codes)),
            Err((line, message)) => findings.push(Finding::error(&place.at(line.max(number)), message)),
        },
        "item" => {
            if let Some(item) = item::read(&place, &attributes, lines, findings) {
                body.blocks.push(Block::Item(body.items.len()));
                body.items.push(item);
            }
        }
        "exercise" => match attributes.get("id") {
            Some(id) => body.blocks.push(Block::Exercise(number, (*id).to_owned())),
            None => findings.push(Finding::error(&place, "an exercise is named by id=\"…\"")),
        },
        "issues" => body.blocks.push(Block::Issues(number + 1, joined(lines.iter().copied()).trim_end().to_owned())),
        _ => {
            let message = format!("{word:?} is no block; there are item, pair, exercise and issues");
            findings.push(Finding::error(&place, message));
        }
    }
}

type Wrong = (usize, String);

fn pair(lines: &[Line]) -> Result<Vec<Code>, Wrong> {
    let codes = codes(lines)?;
    let sides: Vec<Option<Side>> = codes.iter().map(|code| code.side).collect();
    let is_pairs =
        !sides.is_empty() && sides.chunks(2).all(|pair| matches!(pair, [Some(Side::Weak), Some(Side::Mended)]));
    if !is_pairs {
        let message =
            "a pair has a block of code said to be `weak` and then one said to be `mended`, for example ~~~ruby weak";
        return Err((0, message.to_owned()));
    }
    Ok(codes)
}

/// The blocks of code in these lines, which hold nothing else.
pub(super) fn codes(lines: &[Line]) -> Result<Vec<Code>, Wrong> {
    let mut codes: Vec<Code> = Vec::new();
    let mut fences = Fences::default();
    let mut open: Option<Code> = None;
    for (number, line) in lines.iter().copied() {
        let is_code = fences.is_code(line);
        match open.take() {
            None if !is_code && line.trim().is_empty() => {}
            None if !is_code => return Err((number, "only blocks of code stand here".to_owned())),
            None => open = Some(code_head(number, line)?),
            Some(code) if !fences.is_open() => codes.push(code),
            Some(mut code) => {
                code.text.push_str(line);
                code.text.push('\n');
                open = Some(code);
            }
        }
    }
    match open {
        Some(code) => Err((code.line, "this block of code is not ended".to_owned())),
        None => Ok(codes),
    }
}

/// A block of code from its first line: language, `weak` or `mended`, `fragment`, `mark=2,4-6`.
fn code_head(line: usize, text: &str) -> Result<Code, Wrong> {
    let info = text.trim_start().trim_start_matches(['`', '~']);
    let mut words = info.split_whitespace();
    let language = words.next().unwrap_or_default().to_ascii_lowercase();
    let mut code =
        Code { line, language, side: None, marked: BTreeSet::new(), is_fragment: false, text: String::new() };
    for word in words {
        match word {
            "weak" => code.side = Some(Side::Weak),
            "mended" => code.side = Some(Side::Mended),
            "fragment" => code.is_fragment = true,
            _ => match word.strip_prefix("mark=").and_then(line_numbers) {
                Some(lines) => code.marked = lines,
                None => {
                    return Err((
                        line,
                        format!("{word:?} says nothing here; there are weak, mended, fragment and mark=2,4-6"),
                    ));
                }
            },
        }
    }
    Ok(code)
}

/// `2,4-6` as numbers of lines.
pub(super) fn line_numbers(text: &str) -> Option<BTreeSet<usize>> {
    let mut lines = BTreeSet::new();
    for part in text.split(',') {
        let (from, to) = part.trim().split_once('-').unwrap_or((part.trim(), part.trim()));
        let (from, to): (usize, usize) = (from.parse().ok()?, to.parse().ok()?);
        if from == 0 || to < from || to > 2_000 {
            return None;
        }
        lines.extend(from..=to);
    }
    Some(lines)
}
