//! GIFT, the text format of Moodle: `::name::question{=right#why ~wrong#why}`.

use super::{Asks, Draft, DraftChoice, Imported, Portable, html, portable};
use crate::model::{Course, Kind};
use std::fmt::Write;

/// All items of a course. What marks lines has several right answers, what orders is matched with places.
pub fn export(course: &Course) -> String {
    let mut text = format!("// {}\n", one_line(&course.title));
    let mut lesson = "";
    for portable in portable(course) {
        if portable.lesson.id != lesson {
            lesson = &portable.lesson.id;
            let _ = write!(text, "\n$CATEGORY: {}/{}\n", one_line(&course.id), one_line(lesson));
        }
        let _ = write!(text, "\n::{}::[markdown]{} {{\n", escaped(&portable.item.id), escaped(&portable.stem));
        choices(&mut text, &portable);
        text.push_str("}\n");
    }
    text
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn choices(text: &mut String, portable: &Portable) {
    let right = portable.choices.iter().filter(|choice| choice.is_right).count().max(1);
    for (place, choice) in (1..).zip(&portable.choices) {
        let said = answer(&choice.text);
        let why = answer(&choice.reason);
        let _ = match (portable.asks, choice.is_right) {
            (Asks::Order, _) => writeln!(text, "={said} -> {place}"),
            (Asks::One, true) => writeln!(text, "={}{said}#{why}", weight(&said, "%100%")),
            (Asks::One, false) => writeln!(text, "~{}{said}#{why}", weight(&said, "%0%")),
            (Asks::Several, true) => writeln!(text, "~%{}%{said}#{why}", share(right)),
            (Asks::Several, false) => writeln!(text, "~%-{}%{said}#{why}", share(right)),
        };
    }
}

/// A text that begins like a weight needs one before it.
fn weight<'a>(said: &str, weight: &'a str) -> &'a str {
    if said.starts_with('%') { weight } else { "" }
}

/// Moodle knows shares by five places.
fn share(of: usize) -> String {
    let ten_thousandths = 10_000_000 / of;
    let text = format!("{}.{:05}", ten_thousandths / 100_000, ten_thousandths % 100_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A choice or a reason; one that begins like the name of a format says its own.
fn answer(text: &str) -> String {
    format!("{}{}", if text.starts_with('[') { "[markdown]" } else { "" }, escaped(text))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\\' | '~' | '=' | '#' | '{' | '}' | ':' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '\n' => escaped.push_str("\\n"),
            // An arrow between blanks would match.
            _ => escaped.push(c),
        }
    }
    escaped
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, false) => out.push(c),
            _ => match chars.next() {
                Some('n') => out.push('\n'),
                Some(next) if "\\~=#{}:".contains(next) => out.push(next),
                Some(next) => out.extend(['\\', next]),
                None => out.push('\\'),
            },
        }
    }
    out.trim().to_owned()
}

/// The questions with one right choice in a text of GIFT.
pub(super) fn import(text: &str) -> Imported {
    let mut imported = Imported::default();
    for (line, question) in questions(text) {
        let (name, rest) = named(&question);
        match draft(&name, rest) {
            Ok(draft) => imported.put(line, draft),
            Err(why) => imported.skip(line, &name, why),
        }
    }
    imported
}

/// The questions, each with its first line: parted by empty lines, but not within braces.
fn questions(text: &str) -> Vec<(usize, String)> {
    let mut questions: Vec<(usize, String)> = Vec::new();
    let mut current: Option<(usize, String)> = None;
    let mut is_open = false;
    for (number, line) in (1..).zip(text.lines()) {
        let trimmed = line.trim();
        // What was never closed ends where the next question has its name.
        let is_next = trimmed.starts_with("::") && current.as_ref().is_some_and(|(_, text)| text.ends_with("\n\n"));
        if trimmed.starts_with("//") || trimmed.starts_with("$CATEGORY:") {
            continue;
        }
        if (trimmed.is_empty() && !is_open) || (is_next && is_open) {
            questions.extend(current.take());
            is_open = false;
        }
        if trimmed.is_empty() && current.is_none() {
            continue;
        }
        let (_, text) = current.get_or_insert_with(|| (number, String::new()));
        text.push_str(line);
        text.push('\n');
        for c in marks(line, "{}") {
            is_open = line.as_bytes().get(c) == Some(&b'{');
        }
    }
    questions.extend(current);
    questions
}

/// Where one of these characters stands without a backslash before it.
fn marks<'a>(text: &'a str, wanted: &'a str) -> impl Iterator<Item = usize> + 'a {
    let mut is_escaped = false;
    text.char_indices().filter_map(move |(at, c)| {
        let found = !is_escaped && wanted.contains(c);
        is_escaped = c == '\\' && !is_escaped;
        found.then_some(at)
    })
}

/// The name of a question, and what follows it.
fn named(question: &str) -> (String, &str) {
    let rest = question.trim();
    let after = rest.strip_prefix("::");
    let end = after.and_then(|after| {
        marks(after, ":").find(|at| after.get(*at..).is_some_and(|rest| rest.starts_with("::"))).map(|at| (after, at))
    });
    match end {
        Some((after, at)) => (unescaped(after.get(..at).unwrap_or_default()), after.get(at + 2..).unwrap_or_default()),
        None => (String::new(), rest),
    }
}

fn draft(name: &str, rest: &str) -> Result<Draft, String> {
    let open = marks(rest, "{").next().ok_or("it has no answers in braces")?;
    let (stem, after) = rest.split_at(open);
    let after = after.get(1..).unwrap_or_default();
    let close = marks(after, "}").next().ok_or("its brace is not closed")?;
    let (body, tail) = (after.get(..close).unwrap_or_default(), after.get(close + 1..).unwrap_or_default());
    let (format, stem) = format_of(stem, "moodle");
    let stem = match tail.trim() {
        "" => stem.to_owned(),
        tail => format!("{} ____ {tail}", stem.trim_end()),
    };
    let (body, general) = match general_feedback(body) {
        Some(at) => (body.get(..at).unwrap_or_default(), body.get(at + 4..).unwrap_or_default()),
        None => (body, ""),
    };
    let mut choices = answers(body.trim(), format)?;
    for choice in choices.iter_mut().filter(|choice| choice.is_right && choice.reason.is_empty()) {
        choice.reason = said(general, format);
    }
    Ok(Draft {
        name: name.to_owned(),
        kind: Kind::Check,
        stem: as_markdown(&stem, format),
        choices,
        hint: String::new(),
    })
}

/// Where `####` stands.
fn general_feedback(body: &str) -> Option<usize> {
    marks(body, "#").find(|at| body.get(*at..).is_some_and(|rest| rest.starts_with("####")))
}

/// The format that a text says it has, and the text.
fn format_of<'a>(text: &'a str, usual: &'a str) -> (&'a str, &'a str) {
    let trimmed = text.trim_start();
    let named = ["html", "moodle", "plain", "markdown"].into_iter().find_map(|format| {
        let rest = trimmed.strip_prefix('[')?.strip_prefix(format)?.strip_prefix(']')?;
        Some((format, rest))
    });
    named.unwrap_or((usual, trimmed))
}

/// A text as Markdown.
fn said(text: &str, usual: &str) -> String {
    let (format, text) = format_of(text, usual);
    as_markdown(text, format)
}

fn as_markdown(text: &str, format: &str) -> String {
    let text = unescaped(text);
    let is_html = format == "html" || (format == "moodle" && text.contains('<') && text.contains('>'));
    if is_html { html::to_markdown(&text) } else { text }
}

fn answers(body: &str, format: &str) -> Result<Vec<DraftChoice>, String> {
    let starts: Vec<usize> = marks(body, "=~").collect();
    let first = starts.first().copied().unwrap_or(body.len());
    let before = body.get(..first).unwrap_or_default().trim();
    let word = before.split('#').next().unwrap_or_default().trim().to_ascii_uppercase();
    match word.as_str() {
        "T" | "TRUE" => return Ok(true_or_false(before, true, format)),
        "F" | "FALSE" => return Ok(true_or_false(before, false, format)),
        "" if before.starts_with('#') => return Err("it asks for a number".to_owned()),
        "" if starts.is_empty() => return Err("it asks for an essay".to_owned()),
        "" => {}
        _ => return Err("its answers begin neither with = nor with ~".to_owned()),
    }
    let ends = starts.iter().skip(1).copied().chain([body.len()]);
    let parts: Vec<&str> = starts.iter().zip(ends).filter_map(|(from, to)| body.get(*from..to)).collect();
    if parts.iter().all(|part| part.starts_with('=')) {
        let matches = parts.iter().any(|part| part.contains("->"));
        return Err(if matches { "it asks for pairs" } else { "it asks for words to be typed" }.to_owned());
    }
    parts.into_iter().map(|part| choice(part, format)).collect()
}

fn choice(part: &str, format: &str) -> Result<DraftChoice, String> {
    let mut is_right = part.starts_with('=');
    let mut rest = part.get(1..).unwrap_or_default().trim_start();
    let weighed = rest.strip_prefix('%').and_then(|after| after.split_once('%'));
    if let Some((weight, after)) = weighed.and_then(|(weight, after)| Some((weight.trim().parse::<f64>().ok()?, after)))
    {
        if weight > 0.0 && weight < 100.0 {
            return Err("it has answers that are right in part".to_owned());
        }
        is_right = is_right || weight >= 100.0;
        rest = after;
    }
    let why = marks(rest, "#").next();
    let (text, reason) = match why {
        Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at + 1..).unwrap_or_default()),
        None => (rest, ""),
    };
    Ok(DraftChoice { text: said(text, format), is_right, reason: said(reason, format) })
}

/// `{T#why wrong#why right}`.
fn true_or_false(body: &str, truth: bool, format: &str) -> Vec<DraftChoice> {
    let mut parts = body.split('#').skip(1).map(|part| said(part, format));
    let (wrong, right) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let choice = |text: &str, is_right: bool| DraftChoice {
        text: text.to_owned(),
        is_right,
        reason: if is_right { right.clone() } else { wrong.clone() },
    };
    vec![choice("True", truth), choice("False", !truth)]
}
