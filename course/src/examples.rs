//! The code of a course that is meant to parse by itself: examples, and what each change that a question offers makes of one.

use crate::finding::Place;
use crate::model::{Block, Code, Course, Item, Lesson, Task};
use crate::render::{self, CodeBlock};

/// Every block of code that is not called a fragment: where it stands, its language, and its text.
pub fn examples(course: &Course) -> Vec<(Place, String, String)> {
    course.lessons().flat_map(of_lesson).collect()
}

fn of_lesson(lesson: &Lesson) -> Vec<(Place, String, String)> {
    let mut found = Vec::new();
    let mut code = |code: &Code| {
        if !code.is_fragment {
            found.push((lesson.place.at(code.line), code.language.clone(), code.text.clone()));
        }
    };
    for block in &lesson.body {
        if let Block::Pair(codes) = block {
            codes.iter().for_each(&mut code);
        }
    }
    for item in &lesson.items {
        if let Task::Spot { code: spot, .. } = &item.task {
            code(spot);
        }
    }
    let prose = lesson.body.iter().filter_map(|block| match block {
        Block::Prose(line, text) | Block::Issues(line, text) => Some((*line, text.as_str())),
        _ => None,
    });
    found.extend(lesson.items.iter().flat_map(|item| changed(lesson, item)));
    let stems = lesson.items.iter().map(|item| (item.place.line + 1, item.stem.as_str()));
    for (line, text) in prose.chain(stems) {
        let blocks = render::code_blocks(text).into_iter().filter(|block| !block.is_fragment && !is_diff(block));
        found.extend(blocks.map(|block| (lesson.place.at(line + block.line - 1), block.language, block.text)));
    }
    found
}

fn is_diff(block: &CodeBlock) -> bool {
    block.language == "diff"
}

/// What the code of a question becomes with each of the changes that are offered.
fn changed(lesson: &Lesson, item: &Item) -> Vec<(Place, String, String)> {
    let Task::Choose(choices) = &item.task else { return Vec::new() };
    let shown: Vec<CodeBlock> = render::code_blocks(&item.stem).into_iter().filter(|block| !is_diff(block)).collect();
    let of_choice = |choice: &crate::model::Choice| {
        let diffs = render::code_blocks(&choice.text).into_iter().filter(is_diff);
        let place = lesson.place.at(choice.line);
        diffs.filter_map(|diff| with_change(&shown, &diff.text)).map(|(of, text)| (place.clone(), of, text)).collect()
    };
    choices.iter().flat_map(|choice| -> Vec<_> { of_choice(choice) }).collect()
}

/// The language and text of the first block that has the lines of all parts of a change, with it; a line that begins with `@@` stands
/// between two parts. A change of what is not shown, such as the caller, stands for no whole that could parse.
fn with_change(shown: &[CodeBlock], diff: &str) -> Option<(String, String)> {
    let lines: Vec<&str> = diff.lines().collect();
    let parts: Vec<&[&str]> = lines.split(|line| line.starts_with("@@")).filter(|part| !part.is_empty()).collect();
    shown.iter().filter(|block| !block.is_fragment).find_map(|block| {
        let whole: Vec<&str> = block.text.lines().collect();
        let changed = parts.iter().try_fold(whole, |lines, part| with_part(&lines, part))?;
        Some((block.language.clone(), changed.into_iter().flat_map(|line| [line, "\n"]).collect()))
    })
}

/// These lines with one part of a change, wherever its lines stand, whatever their spaces.
fn with_part<'t>(lines: &[&'t str], part: &[&'t str]) -> Option<Vec<&'t str>> {
    let words = |line: &str| line.split_whitespace().map(ToOwned::to_owned).collect::<Vec<String>>();
    let rest = |line: &&'t str| line.get(1..).unwrap_or_default();
    let kept: Vec<Vec<String>> =
        part.iter().filter(|line| !line.starts_with('+')).map(|line| words(rest(line))).collect();
    if kept.is_empty() {
        return None;
    }
    let known: Vec<Vec<String>> = lines.iter().map(|line| words(line)).collect();
    let start = known.windows(kept.len()).position(|window| window == kept)?;
    let after = part.iter().filter(|line| !line.starts_with('-')).map(rest);
    let behind = lines.get(start + kept.len()..)?;
    Some(lines.get(..start)?.iter().copied().chain(after).chain(behind.iter().copied()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str) -> CodeBlock {
        CodeBlock { line: 1, language: "js".to_owned(), is_fragment: false, text: text.to_owned() }
    }

    #[test]
    fn a_change_is_made_where_its_lines_stand_whatever_their_spaces() {
        let shown = [block("other();\n"), block("a();\n  b();\nc();\n")];
        let told = with_change(&shown, " a();\n-b();\n+  d();\n c();\n");
        assert_eq!(told, Some(("js".to_owned(), "a();\n  d();\nc();\n".to_owned())));
        let twice = with_change(&shown, "-a();\n@@\n c();\n+d();\n").unwrap().1;
        assert_eq!(twice, "  b();\nc();\nd();\n", "in two parts");
        assert_eq!(with_change(&shown, "-a();\n@@\n-x();\n"), None, "one part is of what is not shown");
        assert_eq!(with_change(&shown, "-x();\n+y();\n"), None, "of what is not shown");
        assert_eq!(with_change(&shown, "+y();\n"), None, "added to nothing");
        assert_eq!(with_change(&[CodeBlock { is_fragment: true, ..block("a();\n") }], "-a();\n+b();\n"), None);
        assert_eq!(with_change(&shown, "-é\n"), None);
    }
}
