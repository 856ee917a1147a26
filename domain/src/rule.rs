//! To whom something applies: CEL expressions over one person's record, compiled once and judged often.
//!
//! A rule sees `title`, `departments`, `manager`, `employment`, `location` and `labels`, and nothing else.
//! What could run long is refused when the rule is compiled, so that judging is always short.

use crate::person::{PersonId, Profile};
use cel::common::ast::{Expr, LiteralValue};
use cel::common::types::{CelList, CelString};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::extractors::This;
use cel::{Context, Env, ExecutionError, IdedExpr, Program, Value};
use regex::Regex;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Longest rule, in bytes.
const LONGEST: usize = 8_000;
/// Deepest nesting of a rule's expressions.
const DEEPEST: usize = 150;
/// Most steps that judging one record may need, by the estimate of [`cost`].
const MOST_STEPS: u64 = 100_000;
/// How long the estimate takes a record's lists to be.
const LIST_LENGTH: u64 = 50;

const VARIABLES: [&str; 6] = ["title", "departments", "manager", "employment", "location", "labels"];

/// Functions that a rule may call, operators apart.
const FUNCTIONS: [&str; 11] = [
    "matches",
    "contains",
    "startsWith",
    "endsWith",
    "size",
    "string",
    "int",
    "bool",
    "has",
    "@in",
    "@not_strictly_false",
];

/// Whether a rule applies to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The rule is true of the record.
    In,
    /// The rule is false of the record.
    Out,
    /// The rule has no answer for the record, for example the second of one department. Counts as out, and is a finding.
    Failed,
}

/// What a rule judges: a profile, and the manager's random id or nothing.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The record.
    pub profile: &'a Profile,
    /// The manager.
    pub manager: Option<PersonId>,
}

/// A compiled rule.
pub struct Rule {
    source: Box<str>,
    program: Program,
    context: Context<'static, 'static>,
    sees_manager: bool,
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rule").field(&self.source).finish()
    }
}

impl Rule {
    /// Compiles a rule.
    ///
    /// # Errors
    /// Says what is wrong with it and, where known, at which character.
    pub fn compile(source: &str) -> Result<Rule, String> {
        if source.len() > LONGEST {
            return Err(format!("the rule has {} bytes; {LONGEST} are the most", source.len()));
        }
        if source.trim().is_empty() {
            return Err("the rule is empty; write true for everybody".to_owned());
        }
        let program = parse(source)?;
        let mut found = Found::default();
        inspect(program.expression(), &mut found)?;
        let steps = cost(program.expression()).steps;
        if steps > MOST_STEPS {
            return Err(format!(
                "judging one person could take more than {MOST_STEPS} steps; nest fewer loops (all, exists, map, filter) or shorter lists"
            ));
        }
        let sees_manager = found.sees_manager;
        let rule = Rule { source: source.into(), context: context(found.patterns)?, program, sees_manager };
        rule.try_on_samples()?;
        Ok(rule)
    }

    /// The rule as written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether its verdict can depend on the manager.
    #[must_use]
    pub fn sees_manager(&self) -> bool {
        self.sees_manager
    }

    /// Whether the rule applies to this record.
    #[must_use]
    pub fn judge(&self, subject: Subject) -> Verdict {
        match self.evaluate(subject) {
            Ok(true) => Verdict::In,
            Ok(false) => Verdict::Out,
            Err(_) => Verdict::Failed,
        }
    }

    /// The rule's value for this record.
    ///
    /// # Errors
    /// Why it has none.
    pub fn evaluate(&self, subject: Subject) -> Result<bool, String> {
        let resolver = Resolver(subject);
        match evaluate(&self.program, &self.context, &resolver) {
            Ok(Value::Bool(value)) => Ok(value),
            Ok(other) => Err(format!("gives {}, where true or false is needed", kind_of(&other))),
            Err(error) => Err(error.to_string()),
        }
    }

    /// A rule that has no answer for any ordinary record is a mistake of whoever wrote it, better told at once.
    fn try_on_samples(&self) -> Result<(), String> {
        let words = |list: &[&str]| list.iter().map(|word| Box::from(*word)).collect::<Box<[Box<str>]>>();
        let sample = Profile {
            title: "Senior Backend Engineer".into(),
            departments: words(&["Engineering", "Development", "Platform"]),
            employment: "employee".into(),
            location: "Lisbon".into(),
            labels: words(&["on-call", "reviewer"]),
        };
        let manager = Some(PersonId::from_random([7; 10]));
        let empty = Profile::default();
        let first = self.evaluate(Subject { profile: &sample, manager });
        let second = self.evaluate(Subject { profile: &empty, manager: None });
        match (first, second) {
            (Err(problem), Err(_)) => Err(format!("the rule has no answer: {problem}")),
            _ => Ok(()),
        }
    }
}

/// Evaluates in a scope of its own below the shared context: a fresh context would cost more than the rule.
fn evaluate<'a>(
    program: &Program,
    shared: &'a Context<'a, 'a>,
    resolver: &'a Resolver<'a>,
) -> Result<Value, ExecutionError> {
    let mut scope = shared.new_inner_scope();
    scope.set_variable_resolver(resolver);
    program.execute(&scope)
}

struct Resolver<'a>(Subject<'a>);

impl VariableResolver for Resolver<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let profile = self.0.profile;
        let text = |text: &'b str| Some(CowVal::owned(CelString::from(text)));
        let list = |items: &'b [Box<str>]| {
            let items: Vec<Box<dyn Val + 'b>> =
                items.iter().map(|item| Box::new(CelString::from(&**item)) as Box<dyn Val + 'b>).collect();
            Some(CowVal::owned(CelList::from(items)))
        };
        match variable {
            "title" => text(&profile.title),
            "departments" => list(&profile.departments),
            "manager" => {
                let manager = self.0.manager.map(|id| id.to_string()).unwrap_or_default();
                Some(CowVal::owned(CelString::from(manager)))
            }
            "employment" => text(&profile.employment),
            "location" => text(&profile.location),
            "labels" => list(&profile.labels),
            _ => None,
        }
    }
}

fn environment() -> &'static Arc<Env> {
    static ENVIRONMENT: OnceLock<Arc<Env>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| Arc::new(Env::stdlib()))
}

/// The context that all judgements of a rule share, with `matches` over patterns compiled once.
/// The crate's own `matches` compiles its pattern at every call, about 0.3 ms each.
fn context(patterns: HashMap<String, Regex>) -> Result<Context<'static, 'static>, String> {
    let mut context = Context::with_env(Arc::clone(environment()));
    let matches = move |This(text): This<Arc<String>>, pattern: Arc<String>| -> Result<bool, ExecutionError> {
        patterns
            .get(pattern.as_str())
            .map(|regex| regex.is_match(&text))
            .ok_or_else(|| ExecutionError::function_error("matches", "its pattern must be written out"))
    };
    context.add_function("matches", matches).map_err(|error| error.to_string())?;
    Ok(context)
}

#[derive(Default)]
struct Found {
    patterns: HashMap<String, Regex>,
    sees_manager: bool,
    /// Names that loops bind.
    bound: Vec<String>,
}

fn inspect(expression: &IdedExpr, found: &mut Found) -> Result<(), String> {
    match &expression.expr {
        Expr::Ident(name) => {
            if name == "manager" {
                return Err(MANAGER_USE.to_owned());
            }
            if VARIABLES.contains(&name.as_str()) || found.bound.contains(name) {
                return Ok(());
            }
            Err(format!("{} is not known; a rule sees {}", crate::calendar::quote(name), VARIABLES.join(", ")))
        }
        Expr::Call(call) => {
            let operator = call.func_name.contains('_') || call.func_name == "!";
            if !operator && !FUNCTIONS.contains(&call.func_name.as_str()) {
                return Err(format!(
                    "the function {} is not known; a rule may call matches, contains, startsWith, endsWith, size, string, int, bool, has, all, exists, exists_one, map and filter",
                    crate::calendar::quote(&call.func_name)
                ));
            }
            if compares_manager(call) {
                found.sees_manager = true;
                return Ok(());
            }
            if call.func_name == "matches" {
                note_pattern(call.args.last(), found)?;
            }
            call.target.iter().map(|target| &**target).chain(&call.args).try_for_each(|part| inspect(part, found))
        }
        Expr::List(list) => list.elements.iter().try_for_each(|part| inspect(part, found)),
        Expr::Select(select) => inspect(&select.operand, found),
        Expr::Comprehension(inner) => {
            inspect(&inner.iter_range, found)?;
            let before = found.bound.len();
            found.bound.extend([inner.iter_var.clone(), inner.accu_var.clone()]);
            found.bound.extend(inner.iter_var2.clone());
            let parts = [&inner.accu_init, &inner.loop_cond, &inner.loop_step, &inner.result];
            let inspected = parts.into_iter().try_for_each(|part| inspect(part, found));
            found.bound.truncate(before);
            inspected
        }
        Expr::Literal(_) => Ok(()),
        Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => {
            Err("maps and messages have no place in a rule; write lists and texts".to_owned())
        }
    }
}

/// Employee ids are private, so a rule keeps them as our random ids, and only a comparison keeps its meaning in that.
/// A text that is no random id by now was written in a way that could not be exchanged.
const MANAGER_USE: &str = "manager can only be compared with employee ids, plainly written: manager == \"E1\", manager != \"E1\" or manager in [\"E1\", \"E2\"]";

fn compares_manager(call: &cel::common::ast::CallExpr) -> bool {
    let is_manager = |part: &IdedExpr| matches!(&part.expr, Expr::Ident(name) if name == "manager");
    let is_text = |part: &IdedExpr| match &part.expr {
        Expr::Literal(LiteralValue::String(text)) => {
            text.inner().is_empty() || text.inner().parse::<PersonId>().is_ok()
        }
        _ => false,
    };
    match (call.func_name.as_str(), call.args.as_slice()) {
        ("_==_" | "_!=_", [a, b]) => is_manager(a) && is_text(b) || is_text(a) && is_manager(b),
        ("@in", [a, b]) => is_manager(a) && matches!(&b.expr, Expr::List(list) if list.elements.iter().all(is_text)),
        _ => false,
    }
}

fn note_pattern(pattern: Option<&IdedExpr>, found: &mut Found) -> Result<(), String> {
    let Some(Expr::Literal(LiteralValue::String(pattern))) = pattern.map(|pattern| &pattern.expr) else {
        return Err("the pattern of matches must be written out as a text, so that it can be checked now".to_owned());
    };
    let pattern = pattern.inner();
    if !found.patterns.contains_key(pattern) {
        let regex = regex::RegexBuilder::new(pattern)
            .size_limit(1 << 20)
            .dfa_size_limit(1 << 20)
            .build()
            .map_err(|error| format!("the pattern {} can't be used: {error}", crate::calendar::quote(pattern)))?;
        found.patterns.insert(pattern.to_owned(), regex);
    }
    Ok(())
}

/// An upper estimate of what evaluating takes, and of how long a list comes out.
struct Cost {
    steps: u64,
    length: u64,
}

fn cost(expression: &IdedExpr) -> Cost {
    match &expression.expr {
        Expr::Ident(_) | Expr::Literal(_) | Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => {
            Cost { steps: 1, length: LIST_LENGTH }
        }
        Expr::Select(select) => Cost { steps: 1 + cost(&select.operand).steps, length: LIST_LENGTH },
        Expr::List(list) => {
            let steps = list.elements.iter().map(|part| cost(part).steps).fold(1, u64::saturating_add);
            Cost { steps, length: list.elements.len() as u64 }
        }
        Expr::Call(call) => {
            let parts: Vec<Cost> = call.target.iter().map(|target| &**target).chain(&call.args).map(cost).collect();
            let steps = parts.iter().fold(1u64, |steps, part| steps.saturating_add(part.steps));
            let lengths = parts.iter().fold(0u64, |length, part| length.saturating_add(part.length));
            Cost {
                steps: steps.saturating_add(if call.func_name == "@in" { lengths } else { 0 }),
                length: lengths.max(1),
            }
        }
        Expr::Comprehension(inner) => {
            let range = cost(&inner.iter_range);
            let body = cost(&inner.loop_cond).steps.saturating_add(cost(&inner.loop_step).steps);
            let steps = range.steps.saturating_add(range.length.max(1).saturating_mul(body));
            Cost { steps: steps.saturating_add(cost(&inner.result).steps), length: range.length }
        }
    }
}

/// Stack of the thread that parses: the parser goes one level deeper for each operator of a chain.
const PARSER_STACK: usize = 256 << 20;

/// Parses a rule where even the longest chain finds room, and refuses what nests too deep to be judged elsewhere.
fn parse(source: &str) -> Result<Program, String> {
    let parse = || {
        let program = environment().compile(source).map_err(|errors| parse_message(source, &errors))?;
        if deepest_expression(program.expression()) > DEEPEST {
            return Err(format!(
                "the rule nests more than {DEEPEST} expressions or chains as many operators; break it up with && and ||, or lists"
            ));
        }
        Ok(program)
    };
    std::thread::scope(|scope| {
        let parser = std::thread::Builder::new().stack_size(PARSER_STACK).spawn_scoped(scope, parse);
        let parser = parser.map_err(|error| format!("the rule can't be read for want of memory: {error}"))?;
        parser.join().unwrap_or_else(|_| Err("the rule can't be read: the parser gave up on it".to_owned()))
    })
}

/// How deep an expression nests, found without recursion.
fn deepest_expression(expression: &IdedExpr) -> usize {
    let (mut deepest, mut open) = (0, vec![(expression, 1)]);
    while let Some((expression, depth)) = open.pop() {
        deepest = deepest.max(depth);
        let parts: Vec<&IdedExpr> = match &expression.expr {
            Expr::Call(call) => call.target.iter().map(|target| &**target).chain(&call.args).collect(),
            Expr::List(list) => list.elements.iter().collect(),
            Expr::Select(select) => vec![&*select.operand],
            Expr::Comprehension(inner) => {
                vec![&inner.iter_range, &inner.accu_init, &inner.loop_cond, &inner.loop_step, &inner.result]
            }
            Expr::Ident(_) | Expr::Literal(_) | Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => Vec::new(),
        };
        open.extend(parts.into_iter().map(|part| (part, depth + 1)));
    }
    deepest
}

fn parse_message(source: &str, errors: &cel::ParseErrors) -> String {
    let Some(first) = errors.errors.first() else {
        return "the rule can't be read".to_owned();
    };
    let (line, column) = first.pos;
    let shown = usize::try_from(line - 1).ok().and_then(|line| source.lines().nth(line)).unwrap_or_default();
    format!(
        "the rule can't be read at line {line}, character {column}: {} in {}",
        first.msg.trim(),
        crate::calendar::quote(shown.trim())
    )
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::List(_) => "a list",
        Value::Int(_) | Value::UInt(_) | Value::Float(_) => "a number",
        _ => "something else",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGINEERS: &str = r#""Development" in departments && title.matches("(?i)\\b(engineer|developer)\\b") && !title.matches("(?i)\\b(manager|director)\\b")"#;

    fn profile(title: &str, departments: &[&str]) -> Profile {
        Profile {
            title: title.into(),
            departments: departments.iter().map(|word| Box::from(*word)).collect(),
            ..Profile::default()
        }
    }

    fn judge(rule: &str, profile: &Profile) -> Verdict {
        Rule::compile(rule).unwrap().judge(Subject { profile, manager: None })
    }

    #[test]
    fn a_rule_is_judged_over_title_and_departments() {
        let rule = Rule::compile(ENGINEERS).unwrap();
        let judge = |profile: &Profile| rule.judge(Subject { profile, manager: None });
        assert_eq!(judge(&profile("Senior Backend Engineer", &["Development"])), Verdict::In);
        assert_eq!(judge(&profile("Engineering Manager", &["Development"])), Verdict::Out);
        assert_eq!(judge(&profile("Backend Engineer", &["Sales"])), Verdict::Out);
        assert_eq!(judge(&profile("Manager, Backend Engineer", &["Development"])), Verdict::Out);
    }

    #[test]
    fn a_rule_sees_every_field_of_the_record() {
        let manager = PersonId::from_random([9; 10]);
        let profile = Profile {
            employment: "contractor".into(),
            location: "Kraków".into(),
            labels: Box::new(["a".into(), "b".into()]),
            ..profile("SRE", &[])
        };
        let rule = format!(
            r#"employment == "contractor" && location.startsWith("Krak") && labels.exists(l, l == "b") && size(departments) == 0 && manager == "{manager}""#
        );
        assert_eq!(
            Rule::compile(&rule).unwrap().judge(Subject { profile: &profile, manager: Some(manager) }),
            Verdict::In
        );
    }

    #[test]
    fn a_rule_without_an_answer_for_one_record_fails_for_that_record_only() {
        assert_eq!(judge(r#"departments[1] == "B""#, &profile("", &["A"])), Verdict::Failed);
        assert_eq!(judge(r#"departments[1] == "B""#, &profile("", &["A", "B"])), Verdict::In);
    }

    #[test]
    fn a_rule_that_can_t_work_is_refused_with_a_reason() {
        let deep = format!("{}true{}", "(".repeat(3000), ")".repeat(3000));
        let nots = format!("{}true", "!".repeat(7000));
        let sum = format!("size(title){} > 0", "+1".repeat(3900));
        let ors = format!("true{}", "||true".repeat(1300));
        let ternary = format!("{}true", "true ? true : ".repeat(560));
        let list = format!("[{}]", vec!["1"; 60].join(","));
        let endless = format!("{list}.all(a, {list}.all(b, {list}.all(c, {list}.all(d, a + b + c + d > 0))))");
        let long = format!("title == \"{}\"", "x".repeat(9000));
        for (rule, reason) in [
            ("title ==", "can't be read"),
            ("", "empty"),
            ("titel == \"x\"", "not known"),
            ("title.lower() == \"x\"", "not known"),
            ("title", "true or false"),
            ("title > 3", "no answer"),
            ("title.matches(\"(\")", "can't be used"),
            ("title.matches(location)", "written out"),
            ("{\"a\": 1}.a == 1", "maps"),
            (deep.as_str(), "can't be read"),
            (sum.as_str(), "nests"),
            (endless.as_str(), "steps"),
            (long.as_str(), "bytes"),
        ] {
            let error = Rule::compile(rule).expect_err(reason);
            assert!(error.contains(reason), "{error} does not say {reason}");
        }
        // A long row of "not" or "if" is folded up or refused by the parser; either way it ends.
        for rule in [nots, ternary] {
            if let Ok(rule) = Rule::compile(&rule) {
                let _ = rule.judge(Subject { profile: &Profile::default(), manager: None });
            }
        }
        assert_eq!(judge(&ors, &Profile::default()), Verdict::In, "a long list of alternatives is no chain");
    }
}
