//! What does a comment, or a changed cell, say of a team? Only what can be nothing else is an answer; the rest is conversation.

/// What somebody answered for a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// So many, and of how many where they said it.
    Count(u32, Option<u32>),
    /// Everybody.
    All,
}

/// Words that open a comment without saying anything. Longer ones first: in "hi all", "all" is no answer.
const GREETINGS: [&[&str]; 19] = [
    &["good", "morning", "all"],
    &["good", "morning", "everyone"],
    &["good", "morning"],
    &["good", "afternoon"],
    &["thank", "you", "all"],
    &["thank", "you"],
    &["thanks", "all"],
    &["thanks", "everyone"],
    &["thanks"],
    &["hi", "all"],
    &["hi", "everyone"],
    &["hi", "everybody"],
    &["hello", "all"],
    &["hello", "everyone"],
    &["hey", "all"],
    &["hey", "everyone"],
    &["hi"],
    &["hello"],
    &["hey"],
];

/// What may stand before a number.
const LEADS: [&[&str]; 9] = [
    &["for", "my", "team"],
    &["in", "my", "team"],
    &["my", "team"],
    &["we", "are", "at"],
    &["we're", "at"],
    &["now", "at"],
    &["it", "is"],
    &["it's"],
    &["now"],
];

/// What may stand after one.
const TAILS: [&[&str]; 19] = [
    &["have", "taken", "it"],
    &["have", "done", "it"],
    &["have", "it"],
    &["are", "done"],
    &["for", "my", "team"],
    &["in", "my", "team"],
    &["on", "my", "team"],
    &["of", "my", "team"],
    &["engineers"],
    &["people"],
    &["so", "far"],
    &["done"],
    &["taken"],
    &["finished"],
    &["completed"],
    &["yet"],
    &["now"],
    &["thanks"],
    &["please"],
];

/// The answer that a comment gives; none where it is ordinary conversation. Lines that quote an earlier comment are not read.
#[must_use]
pub fn read(comment: &str) -> Option<Answer> {
    let comment = without_hidden(comment);
    let lines: Vec<Vec<String>> = comment
        .lines()
        .filter(|line| !line.trim_start().starts_with('>'))
        .map(words)
        .filter(|words| !words.is_empty())
        .collect();
    let all: Vec<&str> = lines.iter().flatten().map(String::as_str).collect();
    if comment.contains("```") {
        return None;
    }
    // A line that can be nothing else is an answer, whatever the lines after it tell.
    let is_plain = |answer: &Answer| matches!(answer, Answer::Count(_, Some(_)));
    whole(&all).or_else(|| {
        let first = lines.iter().map(|line| line.iter().map(String::as_str).collect::<Vec<_>>());
        first.filter(|line| !stripped(line).is_empty()).map(|line| whole(&line)).next()?.filter(is_plain)
    })
}

fn without_hidden(comment: &str) -> String {
    let mut seen = String::new();
    let mut rest = comment;
    while let Some((before, after)) = rest.split_once("<!--") {
        seen.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    seen + rest
}

/// A line's words in small letters, without what surrounds them. A word that mentions somebody is none.
fn words(line: &str) -> Vec<String> {
    let line = line.replace('\u{200b}', "").replace(['*', '_', '`', '~', '\\', '"', '“', '”', '„'], "");
    let line = line.replace('/', " / ").replace('’', "'");
    line.split_whitespace()
        .filter(|word| !word.starts_with('@'))
        .map(|word| word.trim_matches(['.', ',', '!', ';', '(', ')', '\'']).trim_end_matches(':').to_lowercase())
        .filter(|word| !word.is_empty() && !["-", "–", "—"].contains(&word.as_str()))
        .collect()
}

/// Without greeting, lead and tail.
fn stripped<'a>(words: &'a [&'a str]) -> &'a [&'a str] {
    let mut words = words;
    for openings in [&GREETINGS[..], &LEADS[..]] {
        if let Some(rest) = openings.iter().find_map(|opening| words.strip_prefix(*opening)) {
            words = rest;
        }
    }
    while let Some(rest) = TAILS.iter().find_map(|tail| words.strip_suffix(*tail)) {
        words = rest;
    }
    words
}

fn whole(words: &[&str]) -> Option<Answer> {
    const DONE: [&[&str]; 7] = [
        &["done", "for", "my", "team"],
        &["all", "done", "for", "my", "team"],
        &["my", "team", "is", "done"],
        &["my", "whole", "team", "is", "done"],
        &["my", "team", "has", "taken", "it"],
        &["my", "team", "has", "done", "it"],
        &["we", "are", "all", "done"],
    ];
    let openings = GREETINGS.iter().find_map(|opening| words.strip_prefix(*opening)).unwrap_or(words);
    if DONE.contains(&openings) {
        return Some(Answer::All);
    }
    let number =
        |word: &str| (word.len() <= 5 && word.bytes().all(|byte| byte.is_ascii_digit())).then(|| word.parse().ok())?;
    match stripped(words) {
        ["all" | "everyone" | "everybody"] | ["all" | "everyone" | "everybody", "of", "them" | "us"] => {
            Some(Answer::All)
        }
        ["none" | "nobody" | "zero"] | ["none", "of", "them"] => Some(Answer::Count(0, None)),
        [count] => number(count).map(|count| Answer::Count(count, None)),
        [count, "of" | "/", of] | [count, "out", "of", of] => Some(Answer::Count(number(count)?, Some(number(of)?))),
        ["all", of] => number(of).map(|of| Answer::Count(of, Some(of))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_in_the_words_that_people_use() {
        for (text, expected) in [
            ("5 of 7", Answer::Count(5, Some(7))),
            ("5/7", Answer::Count(5, Some(7))),
            ("5 / 7.", Answer::Count(5, Some(7))),
            ("**5** out of **7**", Answer::Count(5, Some(7))),
            ("5", Answer::Count(5, None)),
            ("5 so far", Answer::Count(5, None)),
            ("Hi! We are at 5 of 7 now, thanks.", Answer::Count(5, Some(7))),
            ("@keepsharp 6", Answer::Count(6, None)),
            ("5 of 7\n\nBo is away until Monday.", Answer::Count(5, Some(7))),
            ("Hello,\n5 of 7\nBest wishes", Answer::Count(5, Some(7))),
            ("> 3 of 7\n\n4 of 7", Answer::Count(4, Some(7))),
            ("All!", Answer::All),
            ("all of them", Answer::All),
            ("Hi all, all done", Answer::All),
            ("Everyone", Answer::All),
            ("“Done for my team”", Answer::All),
            ("my team is done.", Answer::All),
            ("all 7", Answer::Count(7, Some(7))),
            ("none yet", Answer::Count(0, None)),
            ("0", Answer::Count(0, None)),
        ] {
            assert_eq!(read(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn everything_else_is_conversation() {
        for text in [
            "",
            "hi all",
            "Thanks everyone!",
            "+1",
            "-1",
            ":+1:",
            "#5",
            "5?",
            "5%",
            "5.5",
            "done",
            "5 people are on holiday",
            "Is 5 of 7 right?",
            "5 of 7 or 6 of 7",
            "what does all of them mean",
            "> 5 of 7",
            "```\n5 of 7\n```",
            "123456 of 7",
            "10:30",
            "<!-- 5 of 7 -->",
            "all good here",
            "5 of",
            "It all works now",
            "all\n\nbut Bo",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
