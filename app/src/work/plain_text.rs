//! What a page of HTML says as plain text, and where in a reply its own words begin. Enough for a line or two; no browser.

/// Elements whose words are not somebody's own: what is quoted, or not shown.
const HIDDEN: [&str; 5] = ["blockquote", "head", "script", "style", "title"];
/// Elements that stay on their line.
const IN_LINE: [&str; 12] = ["a", "abbr", "b", "code", "em", "font", "i", "img", "span", "strong", "sub", "u"];
/// Longest text that is looked at: the answer stands on its first line.
const LONGEST: usize = 64 * 1024;

/// The words of a page, a line for each block; what it quotes is a line with `>`.
pub(super) fn of_html(html: &str) -> String {
    let mut text = String::new();
    let (mut rest, mut hidden) = (start_of(html), 0_u32);
    while let Some((before, after)) = rest.split_once('<') {
        show(&mut text, before, hidden);
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let (tag, after) = after.split_once('>').unwrap_or((after, ""));
        let (tag, is_end) = tag.strip_prefix('/').map_or((tag, false), |tag| (tag, true));
        let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        if HIDDEN.contains(&&*name) {
            hidden = if is_end { hidden.saturating_sub(1) } else { hidden.saturating_add(1) };
            text.push_str(if name == "blockquote" { "\n>\n" } else { "\n" });
        } else if !IN_LINE.contains(&&*name) {
            text.push('\n');
        }
        rest = after;
    }
    show(&mut text, rest, hidden);
    text
}

/// A reply without the line by which mail programs introduce what they quote: "On 3 May 2026 Keepsharp wrote:". Such a line
/// has a date or an address in it; any other is somebody's own, and stays.
pub(super) fn without_introduction(text: &str) -> String {
    let lines: Vec<&str> = start_of(text).lines().map(str::trim).collect();
    let end = lines.iter().position(|line| line.starts_with('>')).unwrap_or_default();
    let last = lines.iter().take(end).rposition(|line| !line.is_empty()).unwrap_or_default();
    // Programs break it in two where it is long; then it stands alone, between blank lines.
    let blank = lines.iter().take(last).rposition(|line| line.is_empty());
    let begins = blank.map_or(0, |blank| blank + 1);
    let is_introduction = |from: usize| {
        let said = lines.iter().take(last + 1).skip(from).copied().collect::<String>();
        said.ends_with(':') && said.contains(|c: char| c.is_ascii_digit() || c == '@')
    };
    let from =
        if last == begins + 1 && lines.get(begins).is_some_and(|line| line.starts_with("On ")) { begins } else { last };
    if end == 0 || !is_introduction(from) {
        return lines.join("\n");
    }
    lines.iter().take(from).chain(lines.iter().skip(end)).copied().collect::<Vec<_>>().join("\n")
}

fn start_of(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

fn show(text: &mut String, words: &str, hidden: u32) {
    if hidden > 0 {
        return;
    }
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('&') {
        push(text, before);
        let named = after.split_once(';').and_then(|(name, after)| Some((meant(name)?, after)));
        let (character, after) = named.unwrap_or(('&', after));
        text.push(character);
        rest = after;
    }
    push(text, rest);
}

/// A line's end in HTML is a blank.
fn push(text: &mut String, words: &str) {
    text.extend(words.chars().map(|c| if c.is_ascii_whitespace() { ' ' } else { c }));
}

/// The character of a reference such as `nbsp` or `#39`.
fn meant(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']);
        let code = hex.map_or_else(|| number.parse(), |hex| u32::from_str_radix(hex, 16)).ok()?;
        return char::from_u32(code).filter(|c| !c.is_control());
    }
    Some(match name {
        "nbsp" => ' ',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "rsquo" => '’',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use keepsharp_domain::acknowledgement::Answer;

    fn answer(html: &str) -> Option<Answer> {
        Answer::read(&without_introduction(&of_html(html)))
    }

    #[test]
    fn the_own_line_of_a_page_is_read_and_what_it_quotes_is_not() {
        for (html, meant) in [
            (
                "<html><head><title>Re</title><style>p{}</style></head><body><p>I&nbsp;took <b>it</b></p></body></html>",
                true,
            ),
            ("<div dir=\"ltr\">I&#8217;ve taken it</div><div>On 3 May wrote:<blockquote>x</blockquote></div>", true),
            ("<!-- later --><br>Done!<br>", true),
            (
                "<div>On 3 May, Keepsharp wrote:</div><blockquote>not<blockquote>me</blockquote></blockquote><p>taken</p>",
                true,
            ),
            ("<blockquote>taken</blockquote>", false),
            ("<blockquote>taken", false),
            ("&gt; taken", false),
            ("<p>I have n<b>ot</b> taken it</p>", false),
            ("<p", false),
            ("&#x110000; &#0; &unknown; &", false),
        ] {
            assert_eq!(answer(html) == Some(Answer::Taken), meant, "{html}");
        }
    }

    #[test]
    fn an_introduction_is_left_out_and_own_words_never() {
        for (text, left) in [
            ("taken\n\nOn 3 May Keepsharp wrote:\n> Hello", "taken\n\n> Hello"),
            ("On Monday, Keepsharp\n<k@example.com> wrote:\n\n> Hello\n\ntaken", "> Hello\n\ntaken"),
            ("taken\nOn 3 May Keepsharp wrote:\n> Hello", "taken\n> Hello"),
            ("I have not done this:\n> Hello\ntaken", "I have not done this:\n> Hello\ntaken"),
            ("taken", "taken"),
            ("", ""),
        ] {
            assert_eq!(without_introduction(text), left);
        }
    }
}
