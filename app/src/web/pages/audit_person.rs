//! One person of an auditor's room, with their name. That it was opened is a fact of the ledger, and the person sees it.

use super::audit::{View, away_of, told};
use super::my::{PartLine, part_line};
use super::proof;
use crate::web::asked::Asked;
use crate::web::fields::Trouble;
use crate::web::frame::{Answer, Answered, Frame, rendered};
use crate::web::words;
use askama::Template;
use keepsharp_domain::access::Role;
use keepsharp_domain::explain::explain;
use keepsharp_domain::person::{Completion, Exception, Person, PersonIx};
use keepsharp_domain::requirement::{Requirement, of_person};
use keepsharp_domain::tally::manager_of;
use keepsharp_domain::{PersonId, World};

#[derive(Template)]
#[template(path = "audit_person.html")]
struct PersonPage {
    frame: Frame,
    name: String,
    facts: Vec<(&'static str, String)>,
    requirements: Vec<RequirementCard>,
    completions: Vec<CompletionRow>,
    away: Vec<AwayLine>,
}

/// A training that was due, and why it was.
struct RequirementCard {
    due: String,
    tag: &'static str,
    outcome: &'static str,
    terms: Vec<(&'static str, String)>,
    why: String,
    rule: String,
    parts: Vec<PartLine>,
}

struct CompletionRow {
    on: String,
    course: String,
    strength: &'static str,
    seq: u32,
    fact: String,
}

struct AwayLine {
    kind: &'static str,
    from: String,
    to: String,
    reason: String,
}

/// Somebody of whom a training was due in the room's period, and those trainings. Everybody else is not found.
fn found<'w>(world: &'w World, view: &View, ix: PersonIx) -> Result<(&'w Person, Vec<Requirement>), Trouble> {
    let person = world.people().get(ix).filter(|person| person.is_listed()).ok_or(Trouble::NotFound)?;
    let requirements = of_person(world, view.control, ix, view.period);
    if requirements.is_empty() { Err(Trouble::NotFound) } else { Ok((person, requirements)) }
}

/// The completions that may have opened or closed one of the requirements: of the control's courses, none from before the
/// first of them opened, none from after the period.
fn completions<'p>(view: &View, person: &'p Person, requirements: &[Requirement]) -> Vec<&'p Completion> {
    let Some(since) = requirements.iter().map(|one| one.opened).min() else { return Vec::new() };
    let versions = view.control.versions();
    let counts = |one: &&Completion| {
        let is_course =
            versions.iter().any(|version| one.course == version.full || Some(one.course) == version.refresher);
        is_course && since <= one.on && one.on <= view.period.to
    };
    person.completions.iter().filter(counts).collect()
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let view = View::of(asked, world)?;
    let id: PersonId = asked.param("id").parse().map_err(|_| Trouble::NotFound)?;
    let ix = world.people().by_id(id).ok_or(Trouble::NotFound)?;
    let (person, requirements) = found(world, &view, ix)?;
    let since = requirements.iter().map(|one| one.opened).min().unwrap_or(view.period.from);
    let completion = |one: &&Completion| CompletionRow {
        on: words::day(one.on),
        course: world.course(one.course).to_owned(),
        strength: words::strength(one.strength),
        seq: one.seq,
        fact: words::grouped(u64::from(one.seq)),
    };
    let away = away_of(&view, ix, person, since);
    let page = PersonPage {
        frame: Frame::of(asked, world, words::name(person)),
        name: words::name(person),
        facts: vec![("Employee id", person.label()), ("Id in the ledger", person.id.to_string())],
        completions: completions(&view, person, &requirements).iter().map(completion).collect(),
        requirements: requirements.iter().map(|one| card(world, &view, person, one)).collect(),
        away: away
            .iter()
            .map(|one| AwayLine {
                kind: one.kind(),
                from: words::day(one.from),
                to: one.ended(&view),
                reason: one.exception_of(&view, person).map(|exception| reason(world, exception)).unwrap_or_default(),
            })
            .collect(),
    };
    Ok(Answer::Looked { page: rendered(&page)?, at: ix, role: Role::Auditor })
}

/// Why an exception was granted, and by whom.
fn reason(world: &World, exception: &Exception) -> String {
    // Whose name the auditor did not open stays without one.
    let known = exception.approved_by.and_then(|ix| world.people().get(ix)).map(|person| person.id.to_string());
    let Some(words) = &exception.private else { return "The words were erased.".to_owned() };
    let by = known.unwrap_or_else(|| words.approved_by.to_string());
    format!("{} (approved by {by})", words.reason)
}

fn card(world: &World, view: &View, person: &Person, one: &Requirement) -> RequirementCard {
    let explained = explain(world, view.control, person, one.due);
    let profile = explained.as_ref().and_then(|explained| explained.profile);
    // Whose name the auditor did not open stays without one.
    let manager =
        manager_of(world, person, one.due).and_then(|ix| world.people().get(ix)).map(|person| person.id.to_string());
    let (tag, outcome) = told(one.outcome);
    let why = explained.as_ref().map(|explained| {
        let since = explained.run.map(|run| format!(" In scope without a break since {}.", words::day(run.from)));
        let record = explained.record_from.map_or_else(String::new, |from| format!(" of {}", words::day(from)));
        format!("The rule in force on that day, asked of the roster record{record}.{}", since.unwrap_or_default())
    });
    RequirementCard {
        due: words::day(one.due),
        tag,
        outcome,
        terms: vec![
            ("Opened", words::day(one.opened)),
            ("Asked for", format!("the {}", words::course(one.course))),
            ("Taken on", words::day_or_dash(one.completed_on)),
            ("Title then", profile.map(|profile| profile.title.to_string()).unwrap_or_default()),
            ("Departments then", profile.map(|profile| profile.departments.join(", ")).unwrap_or_default()),
            ("Manager then", manager.unwrap_or_else(|| "–".to_owned())),
        ],
        why: why.unwrap_or_default(),
        rule: explained.as_ref().map(|explained| explained.rule.trim().to_owned()).unwrap_or_default(),
        parts: explained.map(|explained| explained.parts.into_iter().map(part_line).collect()).unwrap_or_default(),
    }
}

/// The proof of a completion that stands on a page which this auditor opened: it may carry words about the person.
pub(crate) fn proof(asked: &Asked, world: &World) -> Answered {
    let view = View::of(asked, world)?;
    let seq = asked.number("seq")?;
    let by = asked.author(world)?;
    let holder =
        world.people().listed().find(|(_, person)| person.completions.iter().any(|one| u64::from(one.seq) == seq));
    let (ix, _) = holder.ok_or(Trouble::NotFound)?;
    let (person, requirements) = found(world, &view, ix)?;
    let is_shown = completions(&view, person, &requirements).iter().any(|one| u64::from(one.seq) == seq);
    let was_opened = world.looks().at(world, ix).any(|look| *look.by == *by);
    if is_shown && was_opened { proof::file(asked, world, seq) } else { Err(Trouble::NotFound) }
}
