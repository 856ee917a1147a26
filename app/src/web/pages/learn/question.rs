//! A question on a page: open, with its choices in an order of the learner's own, or answered, with the reason of each.

use crate::course_shelf::Opened;
use crate::web::fields::Fields;
use keepsharp_course::Item;
use keepsharp_course::learner::{Answer, salt, shuffled};
use keepsharp_course::model::{Choice, Code, Task};
use keepsharp_domain::person::PersonId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A question as the template shows it.
pub(crate) struct QuestionView {
    pub(crate) anchor: String,
    pub(crate) item: String,
    pub(crate) round: usize,
    pub(crate) label: String,
    pub(crate) stem: Arc<str>,
    /// `choose`, `spot` or `rank`.
    pub(crate) form: &'static str,
    pub(crate) ask: &'static str,
    pub(crate) choices: Vec<ChoiceView>,
    pub(crate) lines: Vec<LineView>,
    pub(crate) hint: Arc<str>,
    pub(crate) is_answered: bool,
    pub(crate) tone: &'static str,
    pub(crate) verdict: &'static str,
    /// Where the form goes.
    pub(crate) action: String,
    /// Where a problem with it is reported.
    pub(crate) report: String,
}

/// A choice, or a step of an order.
pub(crate) struct ChoiceView {
    /// Its place as the author wrote it, from 1.
    pub(crate) value: usize,
    pub(crate) label: Arc<str>,
    /// What stands below its first paragraph: code, mostly.
    pub(crate) more: Arc<str>,
    pub(crate) reason: Arc<str>,
    pub(crate) mark: &'static str,
    pub(crate) class: &'static str,
    /// In an order: the place it was given.
    pub(crate) place: usize,
}

/// A line of code that can be marked.
pub(crate) struct LineView {
    pub(crate) number: usize,
    pub(crate) html: String,
    pub(crate) mark: &'static str,
    pub(crate) class: &'static str,
    pub(crate) reason: Arc<str>,
    /// The code as words, for whoever hears it.
    pub(crate) words: String,
}

/// What a question is shown with.
#[derive(Clone, Copy)]
pub(crate) struct Showing<'a> {
    pub(crate) opened: &'a Opened,
    pub(crate) person: PersonId,
    pub(crate) round: usize,
    pub(crate) answer: Option<&'a Answer>,
    pub(crate) comes_back: bool,
}

/// A question; `label` says which.
pub(crate) fn view(showing: Showing, item: &Item, label: String, action: String) -> QuestionView {
    let Showing { opened, round, answer, .. } = showing;
    let (form, ask) = match &item.task {
        Task::Choose(_) => ("choose", "Choose the best answer"),
        Task::Spot { .. } => ("spot", "Mark the lines"),
        Task::Rank(_) => ("rank", "Give each a place"),
    };
    let (tone, verdict) = verdict(answer, showing.comes_back);
    let empty: Arc<str> = "".into();
    let mut question = QuestionView {
        anchor: format!("q-{}-{round}", item.id.replace('.', "-")),
        item: item.id.clone(),
        round,
        label,
        stem: opened.markdown(&item.stem),
        form,
        ask,
        choices: Vec::new(),
        lines: Vec::new(),
        hint: if item.hint.is_empty() { empty } else { opened.line(&item.hint) },
        is_answered: answer.is_some(),
        tone,
        verdict,
        action,
        report: format!("/learn/{}/report?item={}", opened.course.id, item.id),
    };
    match &item.task {
        Task::Choose(choices) | Task::Rank(choices) => question.choices = choice_views(showing, item, choices),
        Task::Spot { code, answer: right, reasons } => {
            question.lines = line_views(opened, code, right, reasons, answer.map(|answer| answer.chosen.as_slice()));
        }
    }
    question
}

fn verdict(answer: Option<&Answer>, comes_back: bool) -> (&'static str, &'static str) {
    match answer.map(|answer| (answer.is_right, answer.is_sure)) {
        None => ("", ""),
        Some((true, true)) => ("good", "Right."),
        Some((true, false)) => ("good", "Right, and now you can be sure of it."),
        Some((false, true)) if comes_back => (
            "soon",
            "Many people see it that way; here is what happens instead. It comes back once more below, in another form.",
        ),
        Some((false, true)) => ("soon", "Many people see it that way; here is what happens instead."),
        Some((false, false)) if comes_back => {
            ("soon", "Not quite; here is why. It comes back once more below, in another form.")
        }
        Some((false, false)) => ("soon", "Not quite; here is why."),
    }
}

fn choice_views(showing: Showing, item: &Item, choices: &[Choice]) -> Vec<ChoiceView> {
    let person = showing.person.to_string();
    let seed = salt(&[&person, &item.id, &showing.round.to_string()]);
    let is_rank = matches!(item.task, Task::Rank(_));
    let chosen = showing.answer.map(|answer| answer.chosen.as_slice());
    let view = |place: usize| {
        let choice = choices.get(place)?;
        let value = place + 1;
        let (label, more) = parts(&choice.text);
        let was_chosen = chosen.is_some_and(|chosen| chosen.contains(&value));
        let given = chosen.and_then(|chosen| chosen.iter().position(|one| *one == value)).map_or(0, |at| at + 1);
        let (mark, class) = match (chosen.is_some(), is_rank) {
            (false, _) => ("", ""),
            (true, true) if given == value => ("in its place", "right"),
            (true, true) => ("belongs elsewhere", "chosen"),
            (true, false) => match (was_chosen, choice.is_right) {
                (true, true) => ("your answer, right", "right"),
                (true, false) => ("your answer", "chosen"),
                (false, true) => ("right", "right"),
                (false, false) => ("", ""),
            },
        };
        Some(ChoiceView {
            value,
            label: showing.opened.line(label),
            more: if more.is_empty() { "".into() } else { showing.opened.markdown(more) },
            reason: showing.opened.line(&choice.reason),
            mark,
            class,
            place: given,
        })
    };
    let mut views: Vec<ChoiceView> = shuffled(choices.len(), seed).into_iter().filter_map(view).collect();
    if is_rank && chosen.is_some() {
        // Once answered the steps stand in their right order.
        views.sort_by_key(|view| view.value);
    }
    views
}

/// A choice's first paragraph, which names it, and what follows.
fn parts(text: &str) -> (&str, &str) {
    let fence = [text.find("\n```"), text.find("\n~~~"), text.find("\n\n")].into_iter().flatten().min();
    fence.and_then(|at| text.split_at_checked(at)).map_or((text, ""), |(label, more)| (label.trim(), more.trim()))
}

fn line_views(
    opened: &Opened,
    code: &Code,
    right: &BTreeSet<usize>,
    reasons: &BTreeMap<usize, String>,
    chosen: Option<&[usize]>,
) -> Vec<LineView> {
    let html = opened.code_lines(code);
    let line = |(number, (html, words)): (usize, (String, &str))| {
        let marked = chosen.is_some_and(|chosen| chosen.contains(&number));
        let (mark, class) = match (chosen.is_some(), right.contains(&number), marked) {
            (false, ..) | (true, false, false) => ("", ""),
            (true, true, true) => ("marked, right", "right"),
            (true, true, false) => ("this one", "right"),
            (true, false, true) => ("marked", "chosen"),
        };
        let reason = chosen.and_then(|_| reasons.get(&number)).map_or_else(|| "".into(), |reason| opened.line(reason));
        LineView { number, html, mark, class, reason, words: words.trim().to_owned() }
    };
    (1..).zip(html.into_iter().zip(code.text.lines())).map(line).collect()
}

/// What a form chose: places of choices or lines as the author wrote them, counted from 1.
pub(crate) fn chosen(sent: &Fields, item: &Item) -> Vec<usize> {
    match &item.task {
        Task::Choose(_) => sent.text("choice").parse().into_iter().collect(),
        Task::Spot { .. } => {
            let lines = sent.values.iter().filter(|(name, _)| name == "line");
            let lines: BTreeSet<usize> = lines.filter_map(|(_, value)| value.parse().ok()).collect();
            lines.into_iter().collect()
        }
        Task::Rank(steps) => {
            let place = |value: usize| Some((sent.text(&format!("place-{value}")).parse::<usize>().ok()?, value));
            let mut places: Vec<(usize, usize)> = (1..=steps.len()).filter_map(place).collect();
            places.sort_unstable();
            let all_differ = places.windows(2).all(|pair| matches!(pair, [(a, _), (b, _)] if a != b));
            if all_differ { places.into_iter().map(|(_, value)| value).collect() } else { Vec::new() }
        }
    }
}
