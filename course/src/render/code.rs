//! Code with its words coloured, line by line: made once on the server, so that no script is needed to read it.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::LazyLock;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

/// The classes that coloured code uses: comment, string, number, keyword, function, type, variable, inserted, deleted; a line, and one set off.
pub const CLASSES: [&str; 11] = ["c", "s", "n", "k", "f", "t", "v", "ins", "del", "line", "on"];

/// Longer code is shown without colours, in bytes.
const LONGEST: usize = 20_000;
/// A longer line is, too: the patterns are not linear.
const LONGEST_LINE: usize = 400;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// Which class a scope has, the more exact ones first.
static SCOPES: LazyLock<Vec<(Scope, &'static str)>> = LazyLock::new(|| {
    let scopes = [
        ("comment", "c"),
        ("markup.inserted", "ins"),
        ("markup.deleted", "del"),
        ("string", "s"),
        ("constant.character.escape", "n"),
        ("constant.numeric", "n"),
        ("constant.language", "k"),
        ("constant.other.symbol", "s"),
        ("keyword.operator", ""),
        ("keyword", "k"),
        ("storage", "k"),
        ("entity.name.function", "f"),
        ("support.function", "f"),
        ("variable.function", "f"),
        ("entity.name.tag", "k"),
        ("entity.name", "t"),
        ("entity.other.attribute-name", "f"),
        ("support.type", "t"),
        ("support.class", "t"),
        ("variable.parameter", "v"),
        ("variable.other", "v"),
    ];
    scopes.into_iter().filter_map(|(scope, class)| Some((Scope::new(scope).ok()?, class))).collect()
});

/// Reads the grammars, some ten milliseconds of work that the first reader should not wait for.
pub fn warm_up() {
    LazyLock::force(&SYNTAXES);
    LazyLock::force(&SCOPES);
}

/// Code as HTML, each line in a span of its own; `marked` lines, counted from 1, are set off.
pub fn html(language: &str, code: &str, marked: &BTreeSet<usize>) -> String {
    let mut html = String::with_capacity(code.len() * 2);
    for (number, line) in (1..).zip(lines(language, code)) {
        let class = if marked.contains(&number) { "line on" } else { "line" };
        let _ = writeln!(html, "<span class=\"{class}\">{line}</span>");
    }
    html
}

/// The lines of code as HTML.
pub fn lines(language: &str, code: &str) -> Vec<String> {
    let fits = code.len() <= LONGEST && code.lines().all(|line| line.len() <= LONGEST_LINE);
    match syntax(language).filter(|_| fits).and_then(|syntax| coloured(syntax, code)) {
        Some(lines) => lines,
        None => code.lines().map(escaped).collect(),
    }
}

/// Whether code of this language can be coloured, or is meant to stay as it is.
pub fn is_known(language: &str) -> bool {
    ["", "text", "txt", "console"].contains(&language) || syntax(language).is_some()
}

fn syntax(language: &str) -> Option<&'static SyntaxReference> {
    let token = match language {
        "" | "text" | "txt" | "console" => return None,
        "js" | "mjs" | "node" => "JavaScript",
        "ts" => "TypeScript",
        "hcl" | "tf" => "terraform",
        "sh" | "shell" => "bash",
        "dockerfile" | "containerfile" => "Dockerfile",
        "haml" | "erb" => "HTML (Rails)",
        "vue" => "Vue Component",
        "k8s" | "gitlab-ci" => "yaml",
        other => other,
    };
    SYNTAXES.find_syntax_by_token(token).or_else(|| SYNTAXES.find_syntax_by_name(token))
}

fn coloured(syntax: &SyntaxReference, code: &str) -> Option<Vec<String>> {
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut lines = Vec::new();
    for line in code.split_inclusive('\n') {
        let begun = if line.ends_with('\n') { line.to_owned() } else { format!("{line}\n") };
        let operations = state.parse_line(&begun, &SYNTAXES).ok()?;
        let mut html = Line::default();
        let mut from = 0;
        for (at, operation) in operations {
            html.push(begun.get(from..at)?, class(&stack));
            stack.apply(&operation).ok()?;
            from = at;
        }
        html.push(begun.get(from..)?, class(&stack));
        lines.push(html.ended());
    }
    Some(lines)
}

/// A line in the making; neighbours of one class share a span.
#[derive(Default)]
struct Line {
    html: String,
    open: &'static str,
}

impl Line {
    fn push(&mut self, text: &str, class: &'static str) {
        let text = text.trim_end_matches('\n');
        if text.is_empty() {
            return;
        }
        let class = if text.trim().is_empty() { self.open } else { class };
        if class != self.open {
            self.close();
            if !class.is_empty() {
                let _ = write!(self.html, "<span class=\"{class}\">");
            }
            self.open = class;
        }
        self.html.push_str(&escaped(text));
    }

    fn close(&mut self) {
        if !self.open.is_empty() {
            self.html.push_str("</span>");
        }
        self.open = "";
    }

    fn ended(mut self) -> String {
        self.close();
        self.html
    }
}

fn class(stack: &ScopeStack) -> &'static str {
    let class_of =
        |scope: &Scope| SCOPES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, class)| *class);
    stack.as_slice().iter().rev().find_map(class_of).unwrap_or_default()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_of_the_course_has_colours() {
        for language in [
            "ruby",
            "go",
            "python",
            "js",
            "javascript",
            "ts",
            "vue",
            "sql",
            "sh",
            "shell",
            "hcl",
            "terraform",
            "dockerfile",
            "yaml",
            "json",
            "html",
            "haml",
            "diff",
            "rust",
            "toml",
            "java",
            "nginx",
            "graphql",
            "http",
        ] {
            assert!(syntax(language).is_some(), "{language}");
        }
    }

    #[test]
    fn code_stays_what_it_was_apart_from_its_colours() {
        let code = "def show\n  render json: \"<b>\" # 1\nend\n";
        let html = html("ruby", code, &BTreeSet::from([2]));
        assert!(html.contains("<span class=\"line on\">"), "{html}");
        assert!(html.contains("class=\"c\""), "{html}");
        let mut text = html.clone();
        while let (Some(from), true) = (text.find('<'), text.contains('>')) {
            let to = text.find('>').unwrap();
            text.replace_range(from..=to, "");
        }
        assert_eq!(text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\""), code);
    }

    #[test]
    fn a_line_of_great_length_is_shown_without_colours() {
        let long = "a ".repeat(500);
        assert_eq!(lines("ruby", &long), [long]);
    }
}
