//! The code of a course that is meant to parse by itself.

use crate::finding::Place;
use crate::model::{Block, Code, Course, Lesson, Task};
use crate::render;

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
    let stems = lesson.items.iter().map(|item| (item.place.line + 1, item.stem.as_str()));
    for (line, text) in prose.chain(stems) {
        let blocks = render::code_blocks(text).into_iter().filter(|block| !block.is_fragment);
        found.extend(blocks.map(|block| (lesson.place.at(line + block.line - 1), block.language, block.text)));
    }
    found
}
