//! Why somebody is in scope or not: what each part of the rule gave for their record.

use crate::control::{Control, ControlVersion};
use crate::person::{Person, Profile};
use crate::rule::{Rule, Subject};
use crate::rule_text::{exchanged, outside_texts};
use crate::scope::{Run, Scope};
use crate::{Day, World};

/// A part of a rule and what it gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// How deep it stands in the rule, from 0.
    pub depth: usize,
    /// The part as written.
    pub text: String,
    /// How the parts that stand in it are joined: "any of" or "all of"; none for a part that is not taken apart further.
    pub joined: Option<&'static str>,
    /// What it gave, or why it has no answer.
    pub gave: Result<bool, String>,
}

/// Why somebody is in scope of a control on a day, or not.
#[derive(Clone, Debug)]
pub struct Explanation<'w> {
    /// Whether they are employed that day.
    pub employed: bool,
    /// The rule version in force.
    pub version: &'w ControlVersion,
    /// The rule with managers by employee id.
    pub rule: String,
    /// The record in force, if there is one.
    pub profile: Option<&'w Profile>,
    /// The day from which that record holds.
    pub record_from: Option<Day>,
    /// Their manager, as lists print it.
    pub manager: String,
    /// The parts of the rule, outermost first.
    pub parts: Vec<Part>,
    /// The run of in-scope days that contains the day, if it is in scope.
    pub run: Option<Run>,
}

/// Explains for one person and day. None only for a control without versions.
#[must_use]
pub fn explain<'w>(world: &'w World, control: &'w Control, person: &'w Person, day: Day) -> Option<Explanation<'w>> {
    let version = control.version(day)?;
    let scope = Scope::new(world, control);
    let record = person.record(day);
    let manager = record.and_then(|record| record.manager).and_then(|ix| world.people().get(ix));
    let profile = record.and_then(|record| world.profiles().get(record.profile));
    let mut parts = Vec::new();
    if let Some(profile) = profile {
        take_apart(
            version.rule.source(),
            0,
            Subject { profile, manager: manager.map(|manager| manager.id) },
            &mut parts,
        );
    }
    for part in &mut parts {
        part.text = shown(world, &part.text);
    }
    Some(Explanation {
        employed: person.employed(day),
        version,
        rule: shown(world, version.rule.source()),
        profile,
        record_from: record.map(|record| record.from),
        manager: manager.map(Person::label).unwrap_or_default(),
        parts,
        run: scope.runs(person).into_iter().find(|run| run.contains(day)),
    })
}

/// A rule with managers by employee id, where we still know it.
#[must_use]
pub fn shown(world: &World, rule: &str) -> String {
    exchanged(rule, |id| {
        world.people().by_id(id.parse().ok()?).and_then(|ix| world.people().get(ix)).map(Person::label)
    })
}

fn take_apart(source: &str, depth: usize, subject: Subject, parts: &mut Vec<Part>) {
    let source = source.trim();
    let gave = Rule::compile(source).and_then(|rule| rule.evaluate(subject));
    let place = parts.len();
    parts.push(Part { depth, text: source.to_owned(), joined: None, gave });
    let mut inner = source;
    // What stands in brackets or behind "not" is taken apart like the rest.
    while let Some(next) = inner.strip_prefix('!').or_else(|| bracketed(inner)) {
        inner = next.trim();
    }
    // Behind a "not", the parts are those of what is denied.
    let denied = source.starts_with('!');
    for (operator, plain, negated) in [("||", "any of", "none of"), ("&&", "all of", "not all of")] {
        let pieces = split(inner, operator);
        if pieces.len() > 1 {
            if let Some(whole) = parts.get_mut(place) {
                whole.joined = Some(if denied { negated } else { plain });
            }
            for piece in pieces {
                take_apart(piece, depth + 1, subject, parts);
            }
            return;
        }
    }
}

/// What one pair of brackets around all of the text encloses.
fn bracketed(source: &str) -> Option<&str> {
    let inner = source.strip_prefix('(')?.strip_suffix(')')?;
    let mut depth = 0i32;
    outside_texts(inner, |_, byte| {
        depth += i32::from(byte == b'(') - i32::from(byte == b')');
        depth >= 0
    })
    .then_some(inner)
}

/// The text split where the operator stands outside brackets and texts. Ternaries are left whole.
fn split<'s>(source: &'s str, operator: &str) -> Vec<&'s str> {
    let (mut depth, mut from, mut pieces, mut ternary) = (0i32, 0, Vec::new(), false);
    outside_texts(source, |at, byte| {
        depth += i32::from(matches!(byte, b'(' | b'[' | b'{')) - i32::from(matches!(byte, b')' | b']' | b'}'));
        ternary |= depth == 0 && byte == b'?';
        if depth == 0 && at >= from && source.get(at..).is_some_and(|rest| rest.starts_with(operator)) {
            pieces.push(source.get(from..at).unwrap_or_default());
            from = at + operator.len();
        }
        true
    });
    pieces.push(source.get(from..).unwrap_or_default());
    if ternary { vec![source] } else { pieces }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_taken_apart_at_its_ands_and_ors() {
        let profile = Profile { title: "Engineer".into(), ..Profile::default() };
        let mut parts = Vec::new();
        let rule = r#"title == "Engineer" && !(title.contains("a || b") || location == "(")"#;
        take_apart(rule, 0, Subject { profile: &profile, manager: None }, &mut parts);
        let told: Vec<_> = parts.iter().map(|part| (part.depth, part.text.as_str(), part.gave.clone())).collect();
        assert_eq!(
            told,
            [
                (0, rule, Ok(true)),
                (1, r#"title == "Engineer""#, Ok(true)),
                (1, r#"!(title.contains("a || b") || location == "(")"#, Ok(true)),
                (2, r#"title.contains("a || b")"#, Ok(false)),
                (2, r#"location == "(""#, Ok(false)),
            ]
        );
    }
}
