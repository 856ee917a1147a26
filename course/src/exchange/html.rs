//! HTML of other systems as Markdown: words, code, lists and links; all else is left out.

use super::LONGEST_TEXT;

/// The attribute that an export of ours carries the Markdown in.
pub(super) const MARKDOWN: &str = "data-keepsharp-markdown";

/// HTML, or the inside of an XML element, as Markdown.
pub(super) fn to_markdown(html: &str) -> String {
    let mut writer = Writer::default();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        writer.text(text);
        // What is longer is refused anyway.
        if writer.out.len() > LONGEST_TEXT * 2 {
            break;
        }
        rest = writer.tag(tag);
    }
    if writer.out.len() <= LONGEST_TEXT * 2 {
        writer.text(rest);
    }
    writer.ended()
}

#[derive(Default)]
struct Writer {
    out: String,
    in_pre: bool,
    in_code: bool,
    links: Vec<String>,
}

impl Writer {
    /// Takes a tag in, and gives what follows it.
    fn tag<'a>(&mut self, text: &'a str) -> &'a str {
        if let Some(rest) = text.strip_prefix("<!--") {
            return rest.split_once("-->").map_or("", |(_, rest)| rest);
        }
        if let Some(rest) = text.strip_prefix("<![CDATA[") {
            let (raw, rest) = rest.split_once("]]>").unwrap_or((rest, ""));
            self.words(raw);
            return rest;
        }
        let Some(end) = text.find('>') else {
            self.text(text.get(1..).unwrap_or_default());
            return "";
        };
        let (inner, rest) = (text.get(1..end).unwrap_or_default(), text.get(end + 1..).unwrap_or_default());
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let name = inner.trim_start_matches('/').split(|c| !is_name(c)).next().unwrap_or_default().to_ascii_lowercase();
        if inner.starts_with('/') {
            self.close(&name);
        } else if ["script", "style"].contains(&name.as_str()) && !inner.ends_with('/') {
            return rest.split_once("</").map_or("", |(_, rest)| rest.split_once('>').map_or("", |(_, rest)| rest));
        } else {
            self.open(&name, inner);
        }
        rest
    }

    fn open(&mut self, name: &str, inner: &str) {
        match name {
            "pre" => {
                self.block();
                self.out.push_str("~~~");
                self.out.push_str(&language(inner));
                self.out.push('\n');
                self.in_pre = true;
            }
            "code" if self.in_pre => {
                let language = language(inner);
                // The language may stand at the code inside.
                if !language.is_empty() && self.out.ends_with("~~~\n") {
                    self.out.pop();
                    self.out.push_str(&language);
                    self.out.push('\n');
                }
            }
            "code" | "tt" | "kbd" => {
                self.out.push('`');
                self.in_code = true;
            }
            "b" | "strong" if !self.in_pre => self.out.push_str("**"),
            "i" | "em" if !self.in_pre => self.out.push('*'),
            "p" | "div" | "ul" | "ol" | "table" | "blockquote" | "h1" | "h2" | "h3" | "h4" => self.block(),
            "br" | "tr" => self.out.push('\n'),
            "li" => {
                self.out.truncate(self.out.trim_end_matches([' ', '\n']).len());
                self.out.push_str("\n- ");
            }
            "td" | "th" => self.out.push(' '),
            "img" => self.words(&attribute(inner, "alt")),
            "a" => {
                let address = attribute(inner, "href");
                let is_taken = (address.starts_with("https://") || address.starts_with("http://"))
                    && !address.contains(|c: char| c.is_whitespace() || c.is_control() || "()<>".contains(c));
                if is_taken {
                    self.out.push('[');
                }
                self.links.push(if is_taken { address } else { String::new() });
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "pre" if self.in_pre => {
                if !self.out.ends_with('\n') {
                    self.out.push('\n');
                }
                self.out.push_str("~~~\n\n");
                self.in_pre = false;
            }
            "code" | "tt" | "kbd" if self.in_code => {
                self.out.push('`');
                self.in_code = false;
            }
            "b" | "strong" if !self.in_pre => self.out.push_str("**"),
            "i" | "em" if !self.in_pre => self.out.push('*'),
            "p" | "div" | "ul" | "ol" | "table" | "blockquote" | "h1" | "h2" | "h3" | "h4" => self.block(),
            "a" => {
                if let Some(address) = self.links.pop().filter(|address| !address.is_empty()) {
                    self.out.push_str("](");
                    self.out.push_str(&address);
                    self.out.push(')');
                }
            }
            _ => {}
        }
    }

    fn block(&mut self) {
        if !self.in_pre {
            self.out.truncate(self.out.trim_end_matches([' ', '\n']).len());
            if !self.out.is_empty() {
                self.out.push_str("\n\n");
            }
        }
    }

    fn text(&mut self, text: &str) {
        let decoded = decoded(text);
        self.words(&decoded);
    }

    fn words(&mut self, words: &str) {
        if self.in_pre {
            return self.out.push_str(words);
        }
        let mut before = self.out.chars().next_back().unwrap_or('\n');
        for (ix, c) in words.char_indices() {
            let next = words.get(ix + c.len_utf8()..).and_then(|rest| rest.chars().next());
            if c.is_whitespace() {
                if !before.is_whitespace() {
                    self.out.push(' ');
                }
                before = ' ';
                continue;
            }
            let inside_word = before.is_alphanumeric() && next.is_some_and(char::is_alphanumeric);
            let is_mark = "\\`*<[]".contains(c) || (c == '_' && !inside_word) || (c == '#' && before == '\n');
            match c {
                '`' if self.in_code => self.out.push('\''),
                _ if is_mark && !self.in_code => {
                    self.out.push('\\');
                    self.out.push(c);
                }
                _ => self.out.push(c),
            }
            before = c;
        }
    }

    fn ended(mut self) -> String {
        if self.in_code {
            self.out.push('`');
        }
        let lines: Vec<&str> = self.out.lines().map(str::trim_end).collect();
        lines.join("\n").trim().to_owned()
    }
}

/// The language that a class names: `language-ruby`.
fn language(tag: &str) -> String {
    let class = attribute(tag, "class");
    let named = class.split_whitespace().find_map(|class| class.strip_prefix("language-"));
    named.unwrap_or_default().chars().filter(|c| c.is_ascii_alphanumeric() || "+-_".contains(*c)).take(30).collect()
}

/// The value of a tag's attribute.
fn attribute(tag: &str, name: &str) -> String {
    let after = tag.match_indices(name).find_map(|(at, _)| {
        let is_whole = tag.get(..at).is_some_and(|before| before.ends_with(char::is_whitespace));
        tag.get(at + name.len()..)?.trim_start().strip_prefix('=').filter(|_| is_whole)
    });
    let after = after.unwrap_or_default().trim_start();
    let quote = after.chars().next().filter(|c| ['"', '\''].contains(c));
    let value = match quote {
        Some(quote) => after.get(1..).and_then(|rest| rest.split(quote).next()),
        None => after.split(char::is_whitespace).next(),
    };
    decoded(value.unwrap_or_default())
}

/// A text with its character references resolved.
pub(super) fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, reference) = rest.split_at(at);
        out.push_str(before);
        let end = reference.as_bytes().iter().take(12).position(|byte| *byte == b';');
        let resolved = end.and_then(|end| Some((character(reference.get(1..end)?)?, reference.get(end + 1..)?)));
        let (c, after) = resolved.unwrap_or_else(|| ('&', reference.get(1..).unwrap_or_default()));
        out.push(c);
        rest = after;
    }
    out + rest
}

fn character(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "mdash" => '—',
        "ndash" => '–',
        "hellip" => '…',
        "rsquo" => '’',
        "lsquo" => '‘',
        "ldquo" => '“',
        "rdquo" => '”',
        _ => {
            let number = name.strip_prefix('#')?;
            let hex = number.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16).ok());
            char::from_u32(hex.unwrap_or_else(|| number.parse().ok())?)?
        }
    })
}
