//! Markdown as HTML that can neither run nor load anything, whoever wrote it.

use crate::finding::Finding;
use ammonia::{Builder, UrlRelative};
use comrak::adapters::SyntaxHighlighterAdapter;
use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, options::Plugins, parse_document};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::LazyLock;

pub mod code;

/// Where links of a course lead to, for example `/learn/secure-coding`.
#[derive(Clone, Copy, Debug)]
pub struct Base<'a>(pub &'a str);

/// Markdown as HTML.
pub fn markdown(text: &str, base: Base) -> String {
    cleaned(&raw(text, base))
}

/// Markdown of a single paragraph as HTML without the paragraph around it; several stay as they are.
pub fn line(text: &str, base: Base) -> String {
    let html = markdown(text, base);
    let inner = html.trim_end().strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>"));
    match inner.filter(|inner| !inner.contains("<p>")) {
        Some(inner) => inner.to_owned(),
        None => html,
    }
}

/// Markdown as words without any mark, for titles, mail and spreadsheets.
pub fn plain(text: &str) -> String {
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options());
    let mut words = String::new();
    for node in root.descendants() {
        match &node.data.borrow().value {
            NodeValue::Text(text) => words.push_str(text),
            NodeValue::Code(code) => words.push_str(&code.literal),
            NodeValue::CodeBlock(block) => {
                words.push('\n');
                words.push_str(&block.literal);
            }
            NodeValue::SoftBreak | NodeValue::LineBreak => words.push(' '),
            NodeValue::Paragraph if !words.is_empty() => words.push('\n'),
            _ => {}
        }
    }
    words.trim().to_owned()
}

/// What a text has that is not taken: raw HTML, pictures, and links to elsewhere than http(s) and lessons. Told by line of the text.
pub fn not_taken(text: &str) -> Vec<(usize, String)> {
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options());
    let found = root.descendants().filter_map(|node| {
        let data = node.data.borrow();
        let message = match &data.value {
            NodeValue::HtmlBlock(_) | NodeValue::HtmlInline(_) => {
                "raw HTML is not taken; write Markdown, or code between backticks".to_owned()
            }
            NodeValue::Image(_) => "pictures are not taken; say it in words, code or a table".to_owned(),
            NodeValue::Link(link) if !is_link(&link.url) => {
                format!(
                    "{} is no address to link to; link http(s) addresses, or lessons as lesson:ID",
                    keepsharp_domain::calendar::quote(&link.url)
                )
            }
            NodeValue::Heading(heading) if heading.level == 1 => {
                "headings begin at ##; the title is the only one above".to_owned()
            }
            _ => return None,
        };
        Some((data.sourcepos.start.line, message))
    });
    found.collect()
}

/// The lessons that a text links to, by line of the text.
pub fn lesson_links(text: &str) -> Vec<(usize, String)> {
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options());
    let link = |node: &AstNode| match &node.data.borrow().value {
        NodeValue::Link(link) => {
            Some((node.data.borrow().sourcepos.start.line, link.url.strip_prefix("lesson:")?.to_owned()))
        }
        _ => None,
    };
    root.descendants().filter_map(link).collect()
}

/// A block of code in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeBlock {
    /// The line of the text that it begins on, counted from 1.
    pub line: usize,
    /// Its language.
    pub language: String,
    /// Whether it is said to be only a part.
    pub is_fragment: bool,
    /// The code.
    pub text: String,
}

/// The blocks of code in a text.
pub fn code_blocks(text: &str) -> Vec<CodeBlock> {
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options());
    let block = |node: &AstNode| {
        let data = node.data.borrow();
        let NodeValue::CodeBlock(block) = &data.value else { return None };
        let mut words = block.info.split_whitespace();
        Some(CodeBlock {
            line: data.sourcepos.start.line,
            language: words.next().unwrap_or_default().to_owned(),
            is_fragment: words.any(|word| word == "fragment"),
            text: block.literal.clone(),
        })
    };
    root.descendants().filter_map(block).collect()
}

fn is_link(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://") || url.starts_with("lesson:")
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options
}

fn raw(text: &str, base: Base) -> String {
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options());
    for node in root.descendants() {
        let mut data = node.data.borrow_mut();
        match &mut data.value {
            NodeValue::Link(link) => {
                if let Some(lesson) = link.url.strip_prefix("lesson:") {
                    link.url = format!("{}/{lesson}", base.0);
                } else if !is_link(&link.url) {
                    link.url.clear();
                }
            }
            // A picture becomes the words that stand for it.
            value @ NodeValue::Image(_) => *value = NodeValue::Emph,
            NodeValue::Heading(heading) => heading.level = heading.level.max(2),
            _ => {}
        }
    }
    let mut plugins = Plugins::default();
    plugins.render.codefence_syntax_highlighter = Some(&Highlighter);
    let mut html = String::new();
    // Writing to a text can't fail.
    let _ = comrak::format_html_with_plugins(root, &options(), &mut html, &plugins);
    html
}

/// Markdown as plain HTML that is XML too, for systems with a look of their own. Links to lessons lead nowhere there, so they become words.
pub(crate) fn portable(text: &str) -> String {
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options());
    for node in root.descendants() {
        let mut data = node.data.borrow_mut();
        match &mut data.value {
            NodeValue::Link(link) if link.url.starts_with("https://") || link.url.starts_with("http://") => {}
            value @ (NodeValue::Image(_) | NodeValue::Link(_)) => *value = NodeValue::Emph,
            _ => {}
        }
    }
    let mut html = String::new();
    // Writing to a text can't fail.
    let _ = comrak::format_html(root, &options(), &mut html);
    html
}

struct Highlighter;

impl SyntaxHighlighterAdapter for Highlighter {
    fn write_highlighted(&self, output: &mut dyn fmt::Write, lang: Option<&str>, code: &str) -> fmt::Result {
        let language = lang.and_then(|info| info.split_whitespace().next()).unwrap_or_default();
        output.write_str(&code::html(language, code, &std::collections::BTreeSet::new()))
    }

    fn write_pre_tag(&self, output: &mut dyn fmt::Write, _: HashMap<&'static str, Cow<'_, str>>) -> fmt::Result {
        output.write_str("<pre>")
    }

    fn write_code_tag(&self, output: &mut dyn fmt::Write, _: HashMap<&'static str, Cow<'_, str>>) -> fmt::Result {
        output.write_str("<code>")
    }
}

/// What may stand in a page of a course; all else goes, whatever the Markdown above let through.
static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from([
            "p",
            "ul",
            "ol",
            "li",
            "em",
            "strong",
            "del",
            "code",
            "pre",
            "span",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "blockquote",
            "h2",
            "h3",
            "h4",
            "a",
            "br",
            "hr",
        ]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("ol", HashSet::from(["start"])),
            ("th", HashSet::from(["align"])),
            ("td", HashSet::from(["align"])),
        ]))
        .allowed_classes(HashMap::from([("span", code::CLASSES.into_iter().collect::<HashSet<_>>())]))
        .url_schemes(HashSet::from(["http", "https"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer nofollow"));
    builder
});

fn cleaned(html: &str) -> String {
    let clean = CLEANER.clean(html).to_string();
    // A column without a name has no header: a cell that is empty says so to whoever hears the table.
    let nameless = ["<th></th>", "<th align=\"left\"></th>", "<th align=\"center\"></th>", "<th align=\"right\"></th>"];
    nameless.iter().fold(clean, |html, header| html.replace(header, "<td></td>"))
}

/// Findings of a text that begins at `line` of a file.
pub fn findings(place: &crate::finding::Place, line: usize, text: &str) -> Vec<Finding> {
    let finding = |(at, message): (usize, String)| Finding::error(&place.at(line + at - 1), message);
    not_taken(text).into_iter().map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: Base = Base("/learn/c");

    #[test]
    fn text_becomes_plain_html_and_links_to_lessons_lead_there() {
        let html = markdown("## Why\n\nSee *this* [lesson](lesson:ac.roles) or <https://example.com/a>.", BASE);
        assert!(html.contains("<h2>Why</h2>"), "{html}");
        assert!(html.contains("href=\"/learn/c/ac.roles\""), "{html}");
        assert!(html.contains("rel=\"noopener noreferrer nofollow\""), "{html}");
    }

    #[test]
    fn nothing_that_a_hostile_course_writes_runs_or_loads() {
        let hostile = [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "![a](https://evil.example/pixel.png)",
            "[a](javascript:alert(1))",
            "[a](data:text/html,<script>1</script>)",
            "<a href='javascript:alert(1)'>a</a>",
            "<style>@import 'https://evil.example'</style>",
            "<iframe src=https://evil.example></iframe>",
            "<form action=https://evil.example><button>x</button></form>",
            "<span class='nav' style='position:fixed'>x</span>",
            "```<script>\nx\n```",
            "```js\n</code></pre><script>alert(1)</script>\n```",
            "<svg/onload=alert(1)>",
            "[a]( \tjava\nscript:alert(1))",
            "| a |\n|---|\n| <b onclick=x> |",
            "<base href=//evil.example>",
            "[x]: javascript:alert(1)\n\n[x]",
            "[a](//evil.example/x)",
        ];
        for text in hostile {
            let html = markdown(text, BASE).to_lowercase();
            for bad in [
                "<script",
                "<img",
                "href=\"javascript",
                "href=\"data",
                "<style",
                "<iframe",
                "<form",
                "style=",
                "<svg",
                "<base",
                "href=\"//",
                "class=\"nav",
                "<b ",
            ] {
                assert!(!html.contains(bad), "{text:?} gave {html}");
            }
        }
    }

    #[test]
    fn what_is_not_taken_is_told_with_its_line() {
        let found = not_taken("Fine.\n\n# Big\n\n<b>x</b>\n\n![p](a.png)\n\n[l](ftp://x)");
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 5, 5, 7, 9]);
    }

    #[test]
    fn a_single_paragraph_stands_without_its_tag() {
        assert_eq!(line("one `two`", BASE), "one <code>two</code>");
        assert_eq!(plain("one `two` **three**"), "one two three");
    }
}
