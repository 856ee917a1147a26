//! One person as the programme sees them: where they stand and why, their history, and corrections to it.

use super::my::{HistoryItem, PartLine, history, part_line};
use super::people::path;
use super::programme::tabs;
use super::record::record_rows;
use super::team::{DeputyLine, deputy_lines};
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble, at};
use crate::web::frame::{Answer, Answered, Frame, Link, rendered};
use crate::web::words;
use askama::Template;
use keepsharp_domain::access::{Act, Role};
use keepsharp_domain::completion::{self, ByHand};
use keepsharp_domain::control::Control;
use keepsharp_domain::due::{Accepted, Standings, Status};
use keepsharp_domain::explain::explain;
use keepsharp_domain::person::{Person, PersonIx, Strength};
use keepsharp_domain::requirement::Period;
use keepsharp_domain::track::track_of;
use keepsharp_domain::{Refusal, World, calendar, correction, deputy as deputies, merge};

#[derive(Template)]
#[template(path = "person.html")]
struct PersonPage {
    frame: Frame,
    tabs: Vec<Link>,
    name: String,
    path: String,
    facts: Vec<(&'static str, String)>,
    controls: Vec<ControlLine>,
    history: Vec<HistoryItem>,
    records: Vec<(String, String, String, String)>,
    completions: Vec<(u64, String)>,
    leaves: Vec<(String, String)>,
    exceptions: Vec<(String, String)>,
    courses: Vec<String>,
    today: String,
    corrects: bool,
    /// Whether anybody reports to them, so that somebody may have to act for them.
    leads: bool,
    deputies: Vec<DeputyLine>,
}

struct ControlLine {
    id: String,
    tag: &'static str,
    status: &'static str,
    sentence: String,
    reasons: Vec<String>,
    parts: Vec<PartLine>,
    requirements: Vec<(String, &'static str, String)>,
}

/// Who is meant by the path: an employee id, or one of ours.
fn named(asked: &Asked, world: &World) -> Result<PersonIx, Trouble> {
    let ix = world.people().find(asked.param("id")).ok_or(Trouble::NotFound)?;
    world.people().get(ix).filter(|person| person.is_listed()).map(|_| ix).ok_or(Trouble::NotFound)
}

/// The page. That somebody looked is recorded, and shown to the person.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let ix = named(asked, world)?;
    let person = world.people().get(ix).ok_or(Trouble::NotFound)?;
    let role = asked.caller()?.looks_as(world, ix, asked.today).ok_or(Trouble::Forbidden)?;
    let page = PersonPage {
        // Whoever came by an employee id goes on by ours.
        frame: Frame::of(asked, world, words::name(person)).with_days(asked).at(&path(person)),
        tabs: tabs(asked, world, "people"),
        name: words::name(person),
        path: path(person),
        facts: facts(asked, world, person),
        controls: world.controls().values().map(|control| control_line(asked, world, control, ix, person)).collect(),
        history: without_proofs(history(asked, world, ix, person), asked.may(Act::Records)),
        records: record_rows(world, person),
        completions: person
            .completions
            .iter()
            .rev()
            .map(|one| (u64::from(one.seq), format!("{}, {}", world.course(one.course), words::day(one.on))))
            .collect(),
        leaves: person.leaves.iter().map(|one| (one.from.to_string(), leave_words(one))).collect(),
        exceptions: person.exceptions.iter().map(exception_words).collect(),
        courses: courses(world),
        today: asked.today.to_string(),
        corrects: asked.may(Act::Records),
        leads: asked.teams(world, asked.today).leads(ix),
        deputies: deputy_lines(asked, world, ix),
    };
    let text = rendered(&page)?;
    // Looking at one's own record needs no telling.
    Ok(if role == Role::Engineer { Answer::Page(text) } else { Answer::Looked { page: text, at: ix, role } })
}

/// A proof from the ledger belongs to the person; others see the history without it. What was handed in to prove
/// something, whoever keeps records may open.
fn without_proofs(items: Vec<HistoryItem>, opens_files: bool) -> Vec<HistoryItem> {
    let without = |item: HistoryItem| {
        let file = if opens_files { item.file.replace("/my/", "/programme/") } else { String::new() };
        HistoryItem { proof: String::new(), badge: String::new(), file, ..item }
    };
    items.into_iter().map(without).collect()
}

fn facts(asked: &Asked, world: &World, person: &Person) -> Vec<(&'static str, String)> {
    let record = person.record(asked.as_of).or(person.records.first());
    let profile = record.and_then(|record| world.profiles().get(record.profile));
    let manager = record.and_then(|record| record.manager).and_then(|ix| world.people().get(ix));
    let subject =
        profile.map(|profile| keepsharp_domain::rule::Subject { profile, manager: manager.map(|manager| manager.id) });
    let track = subject.and_then(|subject| track_of(world.tracks(), subject));
    let identity = person.identity.as_deref();
    let all = [
        ("Title", profile.map(|profile| profile.title.to_string())),
        ("Departments", profile.map(|profile| profile.departments.join(", "))),
        ("Manager", manager.map(words::name)),
        ("Employment", profile.map(|profile| profile.employment.to_string())),
        ("Location", profile.map(|profile| profile.location.to_string())),
        ("Labels", profile.map(|profile| profile.labels.join(", "))),
        ("Track", track.map(|track| track.title.to_string())),
        ("Employee id", identity.map(|identity| identity.employee_id.to_string())),
        ("E-mail address", identity.map(|identity| identity.email.to_string())),
        ("Id in the ledger", Some(person.id.to_string())),
    ];
    all.into_iter().filter_map(|(term, value)| Some((term, value.filter(|value| !value.is_empty())?))).collect()
}

fn control_line(asked: &Asked, world: &World, control: &Control, ix: PersonIx, person: &Person) -> ControlLine {
    let standing = Standings::new(world, control, asked.as_of).of(person);
    let explained = explain(world, control, person, asked.as_of);
    let period = Period { from: calendar::subtract_days(asked.as_of, 3 * 366), to: asked.as_of };
    let due = standing.due.map_or_else(|| "no date".to_owned(), words::day);
    let course = standing.course.map(words::course).unwrap_or_default();
    let sentence = match standing.course {
        Some(_) if standing.status == Status::Current => format!("Up to date until {due}; then the {course}."),
        Some(_) => format!("The {course} by {due}."),
        None => "The control does not apply on this day.".to_owned(),
    };
    let requirements = keepsharp_domain::requirement::of_person(world, control, ix, period);
    ControlLine {
        id: control
            .version(asked.as_of)
            .map_or_else(|| control.id.to_string(), |version| format!("{}, {}", control.id, version.title)),
        tag: standing.status.word(),
        status: words::status(standing.status),
        sentence,
        reasons: reasons(asked, world, control, person),
        parts: explained.map(|explained| explained.parts.into_iter().map(part_line).collect()).unwrap_or_default(),
        requirements: requirements
            .iter()
            .map(|one| (words::day(one.due), outcome(one.outcome), words::day_or_dash(one.completed_on)))
            .collect(),
    }
}

fn outcome(outcome: keepsharp_domain::requirement::Outcome) -> &'static str {
    match outcome {
        keepsharp_domain::requirement::Outcome::OnTime => "on time",
        keepsharp_domain::requirement::Outcome::Late => "late",
        keepsharp_domain::requirement::Outcome::Missed => "not taken",
    }
}

/// How the due date comes about, step by step.
fn reasons(asked: &Asked, world: &World, control: &Control, person: &Person) -> Vec<String> {
    let mut list = Vec::new();
    let Some(version) = control.version(asked.as_of) else { return list };
    let scope = keepsharp_domain::scope::Scope::new(world, control);
    let Some(entry) = scope.entry(person, asked.as_of) else { return list };
    let accepted = Accepted::until(person, version, asked.as_of);
    list.push(format!("In scope without a break since {}.", words::day(entry)));
    match accepted.last() {
        Some(last) => {
            let next = version.cadence.next(last, world.fiscal_years());
            list.push(format!(
                "Last training that counts: {}. It comes round on {}.",
                words::day(last),
                words::day(next)
            ));
        }
        None => list
            .push(format!("No training that counts yet: {} days from the first day in scope.", version.new_hire_days)),
    }
    let floor = calendar::add_days(entry, version.new_hire_days);
    if accepted.last().is_some_and(|last| version.cadence.next(last, world.fiscal_years()) < floor) {
        list.push(format!(
            "Never before {}, {} days after coming into scope.",
            words::day(floor),
            version.new_hire_days
        ));
    }
    if !person.leaves.is_empty() {
        let days = version.return_days;
        list.push(format!("A leave that touches the date, or ends less than {days} days before it, moves it to {days} days after the return."));
    }
    list
}

fn leave_words(leave: &keepsharp_domain::person::Leave) -> String {
    let until = leave.to.map_or_else(|| "open".to_owned(), |to| format!("back on {}", words::day(to)));
    format!("Leave from {}, {until}", words::day(leave.from))
}

fn exception_words(exception: &keepsharp_domain::person::Exception) -> (String, String) {
    let until = exception.to.map_or_else(|| "open".to_owned(), |to| format!("to {}", words::day(to)));
    let reason = exception.private.as_ref().map(|text| format!(": {}", text.reason)).unwrap_or_default();
    let key = format!("{} {}", exception.from, exception.control);
    (key, format!("Exception from {}, {} {until}{reason}", exception.control, words::day(exception.from)))
}

fn courses(world: &World) -> Vec<String> {
    let mut names = Vec::new();
    for version in world.controls().values().filter_map(|control| control.versions().last()) {
        names.push(version.courses.full.to_string());
        names.extend(version.courses.refresher.as_ref().map(ToString::to_string));
    }
    names.dedup();
    names
}

fn back(asked: &Asked, word: &str) -> Answered {
    let path = asked.path.rsplit_once('/').map_or("/programme/people", |(path, _)| path);
    Ok(Answer::Go(format!("{path}?done={word}")))
}

/// Who is meant by a POST's path, found again in the world that decides.
fn decided(id: &str, world: &World) -> Result<PersonIx, Refusal> {
    world.people().find(id).ok_or_else(|| Refusal::request("nobody has that id any more"))
}

/// Nobody puts their own record right: a colleague does.
fn not_ones_own(asked: &Asked, world: &World) -> Result<(), Trouble> {
    if world.people().find(asked.param("id")) == asked.caller()?.person_ix() {
        return Err(Trouble::refused("this is your own record; ask a colleague to put it right"));
    }
    Ok(())
}

/// Takes something back, with its reason.
pub(crate) fn withdraw(asked: &Asked, sent: &Fields) -> Answered {
    not_ones_own(asked, &asked.app.store.seen())?;
    let (id, what, reason) =
        (asked.param("id").to_owned(), sent.text("what").to_owned(), sent.text("reason").to_owned());
    let unknown = || Trouble::at("what", "choose what is to be taken back");
    let (kind, key) = what.split_once(' ').ok_or_else(unknown)?;
    let (kind, key) = (kind.to_owned(), key.to_owned());
    if reason.is_empty() {
        return Err(Trouble::at("reason", "say why it is taken back; an auditor will ask"));
    }
    let decide = move |world: &World| {
        let ix = decided(&id, world)?;
        let no_day = |message| Refusal::request(message);
        let drafts = match kind.as_str() {
            "completion" => correction::withdraw_completion(world, ix, key.parse().unwrap_or(u64::MAX), &reason)?,
            "leave" => correction::withdraw_leave(world, ix, calendar::read_day(&key).map_err(no_day)?, &reason)?,
            _ => {
                let (from, control) = key.split_once(' ').unwrap_or((&key, ""));
                let from = calendar::read_day(from).map_err(no_day)?;
                correction::withdraw_exception(world, ix, control, from, &reason)?
            }
        };
        Ok((drafts, ()))
    };
    asked.commit(decide).map_err(at("what"))?;
    back(asked, "withdrawn")
}

/// Records a completion by hand.
pub(crate) fn record(asked: &Asked, sent: &Fields) -> Answered {
    not_ones_own(asked, &asked.app.store.seen())?;
    let on = sent.required_day("on")?;
    let strength = Strength::read(sent.text("strength")).map_err(|message| Trouble::at("strength", message))?;
    let text = |name: &str| sent.text(name).to_owned();
    let (id, course, source, reference) =
        (asked.param("id").to_owned(), text("course"), text("source"), text("reference"));
    if reference.is_empty() {
        return Err(Trouble::at("reference", "say where the proof is to be found; an auditor will ask"));
    }
    if source.contains('@') || source.chars().count() > 100 {
        let message =
            "a source names a system in at most 100 characters, not a person; put an address into the reference";
        return Err(Trouble::at("source", message));
    }
    let today = asked.today;
    let decide = move |world: &World| {
        let told = ByHand { course: &course, on, strength, source: &source, reference: &reference };
        Ok((completion::record(world, decided(&id, world)?, told, today)?, ()))
    };
    asked.commit(decide).map_err(at("on"))?;
    back(asked, "recorded")
}

/// Joins this person to another id.
pub(crate) fn join(asked: &Asked, sent: &Fields) -> Answered {
    not_ones_own(asked, &asked.app.store.seen())?;
    let (old, new, reason) =
        (asked.param("id").to_owned(), sent.text("new").to_owned(), sent.text("reason").to_owned());
    if reason.is_empty() {
        return Err(Trouble::at("reason", "say why they are one person; an auditor will ask"));
    }
    let decide = move |world: &World| {
        let drafts = merge::merge(world, &old, &new, &reason)?;
        Ok((drafts, world.people().get(decided(&new, world)?).map(path)))
    };
    let target = asked.commit(decide).map_err(at("new"))?.ok_or(Trouble::NotFound)?;
    Ok(Answer::Go(format!("{target}?done=merged")))
}

/// Names somebody who acts for a manager who can't name one, being away.
pub(crate) fn deputy(asked: &Asked, sent: &Fields) -> Answered {
    let manager = {
        let world = asked.app.store.world()?;
        let ix = named(asked, &world)?;
        if !asked.teams(&world, asked.today).leads(ix) {
            return Err(Trouble::at("who", "nobody reports to them today, so there is no team to act for"));
        }
        ix
    };
    let who = sent.text("who").to_owned();
    let (period, today) = ((sent.required_day("from")?, sent.required_day("to")?), asked.today);
    asked.commit(move |world| Ok((deputies::name(world, manager, &who, period, today)?, ()))).map_err(at("who"))?;
    back(asked, "deputy")
}
