//! A lesson's Markdown and code: nothing that is not taken, links that lead somewhere, code that can be shown.

use super::Desk;
use super::source::Source;
use crate::finding::Place;
use crate::model::{Block, Code, Lesson, Task};
use crate::read::Fences;
use crate::render;

/// Columns of code that a page shows without being pushed aside.
const WIDEST: usize = 120;
/// Languages in which a tab is how one sets in.
const TABBED: [&str; 6] = ["go", "make", "makefile", "tsv", "text", "diff"];

pub(super) fn check(desk: &mut Desk, lesson: &Lesson, source: &Source) {
    for block in &lesson.body {
        match block {
            Block::Prose(line, text) | Block::Issues(line, text) => {
                markup(desk, &lesson.place, *line, text);
                tabs(desk, &lesson.place, *line, text);
            }
            Block::Pair(codes) => codes.iter().for_each(|code| shown(desk, &lesson.place, code)),
            Block::Item(_) | Block::Exercise(..) => {}
        }
    }
    for item in &lesson.items {
        for piece in source.pieces(item) {
            markup(desk, &lesson.place, piece.line, piece.text);
            tabs(desk, &lesson.place, piece.line, piece.text);
        }
        if let Task::Spot { code, .. } = &item.task {
            shown(desk, &lesson.place, code);
        }
    }
}

/// A text in Markdown that begins at a line of a file.
pub(super) fn markup(desk: &mut Desk, place: &Place, line: usize, text: &str) {
    // Plain words have nothing to find, and most texts are plain words.
    if text.contains(['<', '[', '#', '=']) || text.contains("://") || text.contains('&') {
        desk.findings.extend(render::findings(place, line, text));
        for (at, id) in render::lesson_links(text) {
            if desk.course.lesson(&id).is_none() {
                let told = keepsharp_domain::calendar::quote(&id);
                desk.error(&place.at(line + at - 1), format!("lesson:{id} leads nowhere; there is no lesson {told}"));
            }
        }
    }
    for fence in fences(text) {
        code(desk, place, line + fence.line, &fence.language, &fence.lines);
    }
}

fn shown(desk: &mut Desk, place: &Place, shown: &Code) {
    let lines: Vec<&str> = shown.text.lines().collect();
    code(desk, place, shown.line, &shown.language, &lines);
    if let Some(mark) = shown.marked.iter().find(|mark| **mark > lines.len()) {
        desk.error(
            &place.at(shown.line),
            format!("mark={mark} sets off a line that is not there; the code has {}", lines.len()),
        );
    }
}

/// Code whose fence stands on a line of a file.
fn code(desk: &mut Desk, place: &Place, line: usize, language: &str, lines: &[&str]) {
    if language.is_empty() {
        desk.warning(&place.at(line), "say the code's language behind its fence, or `text`");
    } else if !render::code::is_known(language) {
        let told = keepsharp_domain::calendar::quote(language);
        desk.warning(
            &place.at(line),
            format!("{told} is no language that can be coloured; write one that is, or `text`"),
        );
    }
    let wide = (1..).zip(lines).find(|(_, line)| line.len() > WIDEST && line.chars().count() > WIDEST);
    if let Some((at, wide)) = wide {
        let message = format!("a line of code has {} characters; break it before {WIDEST}", wide.chars().count());
        desk.warning(&place.at(line + at), message);
    }
    let tab = (1..).zip(lines).find(|(_, line)| line.contains('\t') && !TABBED.contains(&language));
    if let Some((at, _)) = tab {
        desk.warning(&place.at(line + at), "a tab is as wide as each reader's settings say; set in with blanks");
    }
}

/// Tabs outside of code.
fn tabs(desk: &mut Desk, place: &Place, line: usize, text: &str) {
    if !text.contains('\t') {
        return;
    }
    let mut inside = Fences::default();
    let found = (line..).zip(text.lines()).find(|(_, line)| !inside.is_code(line) && line.contains('\t'));
    if let Some((at, _)) = found {
        desk.warning(&place.at(at), "a tab stands here; Markdown reads it as code or as blanks, so write blanks");
    }
}

/// Fenced code within a text.
pub(super) struct Fence<'a> {
    /// The line of its fence, counted from 0.
    line: usize,
    pub(super) language: String,
    lines: Vec<&'a str>,
}

pub(super) fn fences(text: &str) -> Vec<Fence<'_>> {
    if !text.contains("~~~") && !text.contains("```") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut inside = Fences::default();
    let mut open: Option<Fence> = None;
    for (line, content) in text.lines().enumerate() {
        let is_code = inside.is_code(content);
        match open.take() {
            None if is_code => {
                let info = content.trim_start().trim_start_matches(['`', '~']);
                let language = info.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
                open = Some(Fence { line, language, lines: Vec::new() });
            }
            None => {}
            Some(fence) if !inside.is_open() => found.push(fence),
            Some(mut fence) => {
                fence.lines.push(content);
                open = Some(fence);
            }
        }
    }
    found.extend(open);
    found
}
