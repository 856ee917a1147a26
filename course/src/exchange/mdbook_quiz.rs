//! The TOML of mdBook-quiz: questions with `type = "MultipleChoice"`; others are told as skipped.

use super::{Draft, DraftChoice, Imported};
use crate::model::Kind;
use toml::{Table, Value};

/// The multiple-choice questions with one answer in a quiz.
///
/// # Errors
/// Where it is no TOML.
pub(super) fn import(text: &str) -> Result<Imported, String> {
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let line =
            error.span().and_then(|span| text.get(..span.start)).map_or(1, |before| 1 + before.matches('\n').count());
        format!("line {line}: {}", error.message())
    })?;
    let questions = table
        .get("questions")
        .and_then(Value::as_array)
        .ok_or("there are no [[questions]]; is it a quiz of mdBook-quiz?")?;
    let lines: Vec<usize> =
        (1..).zip(text.lines()).filter(|(_, line)| line.trim() == "[[questions]]").map(|(at, _)| at).collect();
    let mut imported = Imported::default();
    for (number, question) in questions.iter().enumerate() {
        let line = lines.get(number).copied().unwrap_or(0);
        let said = |key: &str| question.get(key).and_then(Value::as_str).unwrap_or_default();
        let name = if said("id").is_empty() { format!("question {}", number + 1) } else { said("id").to_owned() };
        match draft(&name, question, said("context")) {
            Ok(draft) => imported.put(line, draft),
            Err(why) => imported.skip(line, &name, why),
        }
    }
    Ok(imported)
}

fn draft(name: &str, question: &Value, context: &str) -> Result<Draft, String> {
    let within = |table: &str, key: &str| question.get(table).and_then(|table| table.get(key));
    match question.get("type").and_then(Value::as_str) {
        Some("MultipleChoice") => {}
        Some(other) => {
            return Err(format!(
                "it is of type {}; only MultipleChoice is taken",
                keepsharp_domain::calendar::quote(other)
            ));
        }
        None => return Err("it has no type".to_owned()),
    }
    let stem = within("prompt", "prompt").and_then(Value::as_str).ok_or("it has no prompt.prompt")?;
    let right = within("answer", "answer").ok_or("it has no answer.answer")?;
    let right = right.as_str().ok_or("several of its answers are right, or the answer is no text")?;
    let wrong = within("prompt", "distractors").and_then(Value::as_array).ok_or("it has no prompt.distractors")?;
    let choice = |text: &str, is_right, reason: &str| DraftChoice {
        text: text.trim().to_owned(),
        is_right,
        reason: reason.trim().to_owned(),
    };
    let mut choices = vec![choice(right, true, context)];
    for text in wrong {
        choices.push(choice(text.as_str().ok_or("one of its distractors is no text")?, false, ""));
    }
    Ok(Draft { name: name.to_owned(), kind: Kind::Check, stem: stem.trim().to_owned(), choices, hint: String::new() })
}
