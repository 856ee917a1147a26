//! QTI, the neutral standard: items of 2.1 and 3.0 with one choice come in, a package of 3.0 goes out.

use super::html::{self, MARKDOWN};
use super::{Asks, Draft, DraftChoice, Imported, Portable, portable};
use crate::model::{Course, Kind};
use crate::render;
use roxmltree::{Document, Node, ParsingOptions};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

/// Elements and texts that a file may have.
const MOST_NODES: u32 = 500_000;
/// Elements within elements.
const DEEPEST: usize = 100;
/// Choices that are looked at.
const MOST_CHOICES: usize = 20;

/// A package: its files by path, `imsmanifest.xml` first. Somebody else zips them.
pub fn export(course: &Course) -> Vec<(String, Vec<u8>)> {
    let items: Vec<Portable> = portable(course).collect();
    let mut files = vec![("imsmanifest.xml".to_owned(), manifest(course, &items).into_bytes())];
    for portable in &items {
        files.push((path(portable), item(course, portable).into_bytes()));
    }
    files
}

fn path(portable: &Portable) -> String {
    format!("items/{}.xml", portable.item.id)
}

fn manifest(course: &Course, items: &[Portable]) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<manifest xmlns=\"http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1\" identifier=\"keepsharp-{}\">\n\
         \x20 <metadata>\n    <schema>QTI Package</schema>\n    <schemaversion>3.0.0</schemaversion>\n  </metadata>\n  <organizations/>\n  <resources>\n",
        escaped(&course.id)
    );
    for portable in items {
        let (id, path) = (escaped(&portable.item.id), escaped(&path(portable)));
        let _ = write!(
            xml,
            "    <resource identifier=\"item-{id}\" type=\"imsqti_item_xmlv3p0\" href=\"{path}\">\n      <file href=\"{path}\"/>\n    </resource>\n"
        );
    }
    xml + "  </resources>\n</manifest>\n"
}

fn item(course: &Course, portable: &Portable) -> String {
    let (cardinality, interaction, most) = match portable.asks {
        Asks::One => ("single", "qti-choice-interaction", " max-choices=\"1\""),
        Asks::Several => ("multiple", "qti-choice-interaction", " max-choices=\"0\""),
        Asks::Order => ("ordered", "qti-order-interaction", ""),
    };
    let id = escaped(&portable.item.id);
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"{id}\" \
         title=\"{}\" adaptive=\"false\" time-dependent=\"false\" xml:lang=\"{}\">\n\
         \x20 <qti-response-declaration identifier=\"RESPONSE\" cardinality=\"{cardinality}\" base-type=\"identifier\">\n    <qti-correct-response>\n",
        escaped(&format!("{}: {}", portable.lesson.title, portable.item.id)),
        escaped(&course.language),
    );
    for (number, _) in (1..).zip(&portable.choices).filter(|(_, choice)| choice.is_right) {
        let _ = writeln!(xml, "      <qti-value>C{number}</qti-value>");
    }
    let feedback = if portable.asks == Asks::One { "single" } else { "multiple" };
    let _ = write!(
        xml,
        "    </qti-correct-response>\n  </qti-response-declaration>\n\
         \x20 <qti-outcome-declaration identifier=\"SCORE\" cardinality=\"single\" base-type=\"float\">\n    <qti-default-value><qti-value>0</qti-value></qti-default-value>\n  </qti-outcome-declaration>\n\
         \x20 <qti-outcome-declaration identifier=\"FEEDBACK\" cardinality=\"{feedback}\" base-type=\"identifier\"/>\n  <qti-item-body>\n    {}\n    <{interaction} response-identifier=\"RESPONSE\" shuffle=\"true\"{most}>\n",
        body(&portable.stem)
    );
    for (number, choice) in (1..).zip(&portable.choices) {
        let _ = writeln!(
            xml,
            "      <qti-simple-choice identifier=\"C{number}\">{}</qti-simple-choice>",
            body(&choice.text)
        );
    }
    let _ = write!(xml, "    </{interaction}>\n  </qti-item-body>\n{}", processing(portable.asks));
    for (number, choice) in (1..).zip(&portable.choices) {
        let _ = writeln!(
            xml,
            "  <qti-modal-feedback outcome-identifier=\"FEEDBACK\" identifier=\"C{number}\" show-hide=\"show\"><qti-content-body>{}</qti-content-body></qti-modal-feedback>",
            body(&choice.reason)
        );
    }
    xml + "</qti-assessment-item>\n"
}

/// A mark where it matches, and the reason of each choice that was picked; an order has all of its reasons.
fn processing(asks: Asks) -> String {
    let shown = if asks == Asks::Order {
        "<qti-correct identifier=\"RESPONSE\"/>"
    } else {
        "<qti-variable identifier=\"RESPONSE\"/>"
    };
    // An order is a list of another cardinality than what is shown, so it can't be taken over as it is.
    let feedback = if asks == Asks::Order {
        String::new()
    } else {
        format!("    <qti-set-outcome-value identifier=\"FEEDBACK\">{shown}</qti-set-outcome-value>\n")
    };
    format!(
        "  <qti-response-processing>\n    <qti-response-condition>\n      <qti-response-if>\n        <qti-match><qti-variable identifier=\"RESPONSE\"/><qti-correct identifier=\"RESPONSE\"/></qti-match>\n\
         \x20       <qti-set-outcome-value identifier=\"SCORE\"><qti-base-value base-type=\"float\">1</qti-base-value></qti-set-outcome-value>\n      </qti-response-if>\n    </qti-response-condition>\n{feedback}  </qti-response-processing>\n"
    )
}

/// Markdown as HTML for other systems, which carries its Markdown along so that nothing is lost on the way back.
fn body(text: &str) -> String {
    format!("<div {MARKDOWN}=\"{}\">{}</div>", escaped(text), printable(&render::portable(text)))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in printable(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' | '\r' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out
}

/// A text without the characters that XML can't hold.
fn printable(text: &str) -> String {
    text.chars()
        .filter(|c| ['\n', '\t', '\r'].contains(c) || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}')))
        .collect()
}

/// The items with one choice in a file of XML.
///
/// # Errors
/// Where it is no XML, or XML with definitions of its own, which could grow without end.
pub(super) fn import(text: &str) -> Result<Imported, String> {
    if let Some(line) = too_deep(text) {
        return Err(format!("line {line}: elements stand in one another {DEEPEST} deep at most"));
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document =
        Document::parse_with_options(text, options).map_err(|error| format!("line {}: {error}", error.pos().row))?;
    let mut imported = Imported::default();
    let items: Vec<Node> = document.descendants().filter(|node| is(*node, "assessmentitem")).collect();
    if items.is_empty() {
        return Err("there is no assessmentItem; is it a QTI item?".to_owned());
    }
    for item in items {
        let line = usize::try_from(document.text_pos_at(item.range().start).row).unwrap_or(0);
        let name = item.attribute("identifier").unwrap_or_default();
        match draft(text, name, item) {
            Ok(draft) => imported.put(line, draft),
            Err(why) => imported.skip(line, name, why),
        }
    }
    Ok(imported)
}

/// The line where elements stand too deep in one another for any item. Readers of XML call themselves once for each.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut lines = 1;
    for (ix, part) in text.split('<').enumerate() {
        if ix > 0 {
            let tag = part.split('>').next().unwrap_or_default();
            match part.bytes().next() {
                Some(b'/') => depth = depth.saturating_sub(1),
                Some(b'!' | b'?') | None => {}
                Some(_) if tag.ends_with('/') => {}
                Some(_) => depth += 1,
            }
        }
        if depth > DEEPEST {
            return Some(lines);
        }
        lines += part.matches('\n').count();
    }
    None
}

/// Whether an element is called so, in the words of 2.1 (`simpleChoice`) or of 3.0 (`qti-simple-choice`).
fn is(node: Node, name: &str) -> bool {
    let called = if node.is_element() { node.tag_name().name() } else { return false };
    let plain = called.strip_prefix("qti-").unwrap_or(called).bytes().filter(|byte| *byte != b'-');
    plain.map(|byte| byte.to_ascii_lowercase()).eq(name.bytes())
}

fn find<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.descendants().find(|node| is(*node, name))
}

fn attribute<'a>(node: Node<'a, '_>, names: [&str; 2]) -> Option<&'a str> {
    names.into_iter().find_map(|name| node.attribute(name))
}

fn draft(text: &str, name: &str, item: Node) -> Result<Draft, String> {
    let body = find(item, "itembody").ok_or("it has no body")?;
    let asked = |node: &Node| node.is_element() && node.tag_name().name().to_ascii_lowercase().ends_with("interaction");
    let mut interactions = body.descendants().filter(asked);
    let (interaction, other) = (interactions.next().ok_or("it asks nothing")?, interactions.next());
    if other.is_some() || !is(interaction, "choiceinteraction") {
        let what = if other.is_some() { "several things are" } else { "something else than a choice is" };
        return Err(format!("{what} asked in it; items with one choice are taken"));
    }
    let right = right(item, interaction)?;
    let prompt = find(interaction, "prompt").map(|prompt| markdown(text, prompt, &[])).unwrap_or_default();
    let choices: Vec<Node> = interaction.descendants().filter(|node| is(*node, "simplechoice")).collect();
    if choices.len() > MOST_CHOICES {
        return Err(format!("it has {} choices; an item has three or four", choices.len()));
    }
    let choice = |node: &Node| {
        let id = node.attribute("identifier").unwrap_or_default();
        let reason = node.descendants().find(|inner| is(*inner, "feedbackinline"));
        let inline: Vec<_> = reason.iter().map(Node::range).collect();
        let modal =
            || item.descendants().find(|node| is(*node, "modalfeedback") && node.attribute("identifier") == Some(id));
        let reason = reason.or_else(modal).map(|reason| markdown(text, reason, &[]));
        DraftChoice {
            text: markdown(text, *node, &inline),
            is_right: right.contains(&id),
            reason: reason.unwrap_or_default(),
        }
    };
    let stem = format!("{}\n\n{prompt}", markdown(text, body, &[interaction.range()]));
    Ok(Draft {
        name: name.to_owned(),
        kind: Kind::Check,
        stem: stem.trim().to_owned(),
        choices: choices.iter().map(choice).collect(),
        hint: String::new(),
    })
}

/// The ids of the right choices.
fn right<'a>(item: Node<'a, '_>, interaction: Node) -> Result<BTreeSet<&'a str>, String> {
    let response = attribute(interaction, ["response-identifier", "responseIdentifier"]).unwrap_or("RESPONSE");
    let declares = |node: &Node| is(*node, "responsedeclaration") && node.attribute("identifier") == Some(response);
    let declaration = item.descendants().find(declares).ok_or("it declares no response")?;
    let correct = find(declaration, "correctresponse").ok_or("it does not say which choice is right")?;
    Ok(correct.descendants().filter(|node| is(*node, "value")).filter_map(|node| node.text()).map(str::trim).collect())
}

/// What an element says, without the elements at these places of the text, which are in order.
fn markdown(text: &str, node: Node, without: &[Range<usize>]) -> String {
    let is_left_out = |inner: &Node| without.iter().any(|cut| cut.contains(&inner.range().start));
    let carrying = node.descendants().filter(|inner| inner.is_element() && !is_left_out(inner));
    let carried: Vec<&str> = carrying.filter_map(|inner| inner.attribute(MARKDOWN)).collect();
    if !carried.is_empty() {
        return carried.join("\n\n").trim().to_owned();
    }
    // The source, as the reader of XML joins texts and raw sections and forgets where they ended.
    let (mut html, mut from) = (String::new(), node.range().start);
    for cut in without.iter().filter(|cut| cut.start >= node.range().start) {
        html.push_str(text.get(from..cut.start).unwrap_or_default());
        from = from.max(cut.end);
    }
    html.push_str(text.get(from..node.range().end).unwrap_or_default());
    html::to_markdown(&html)
}
