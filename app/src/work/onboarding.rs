//! The task of somebody new: a line in their onboarding issue, or an issue of their own; ticked when it is done.
//!
//! What is written carries a hidden mark, so that a task whose answer was lost on the way is found again, not made twice.

use super::{Workplace, stored};
use crate::connect::round_issue::secret;
use crate::connect::tracker::{Issue, NewIssue, Tracker, Trouble};
use crate::settings::OnboardingSettings;
use crate::web::words;
use jiff::SignedDuration;
use keepsharp_domain::calendar::add_days;
use keepsharp_domain::habit::Habits;
use keepsharp_domain::issue_text::RowMarks;
use keepsharp_domain::onboarding::{self, Newcomer};
use keepsharp_domain::organisation::Organisation;
use keepsharp_domain::person::Identity;
use keepsharp_domain::{PersonId, World};
use keepsharp_store::Decision;

/// Days after which somebody without an onboarding issue gets one of their own.
const PATIENCE: u32 = 7;
/// How far back is looked for an issue of ours whose making was not answered.
const LOOKED_BACK: SignedDuration = SignedDuration::from_hours(45 * 24);

/// What is written for somebody.
struct Task {
    newcomer: Newcomer,
    identity: Identity,
    /// What the control is called.
    title: String,
    /// Hidden in what we write.
    mark: String,
    link: String,
}

/// Gives somebody their task; says nothing where their onboarding issue is still to come.
pub(super) fn give(
    place: &Workplace,
    tracker: &dyn Tracker,
    person: PersonId,
    control: &str,
) -> Result<String, Trouble> {
    let Some(settings) = &place.settings.onboarding else { return Ok(String::new()) };
    let secret = secret(place.store)?;
    let task = {
        let world = place.store.world().map_err(stored)?;
        task(&world, place, person, control, &secret)
    };
    // Who is assigned something is told of it at once: not at night.
    let Some(task) = task.filter(|_| is_working_time(place)) else { return Ok(String::new()) };
    let onboarding_issue = match &settings.title {
        Some(pattern) => the_one(tracker.titled(&settings.project, &filled(pattern, &task))?, &task),
        None => None,
    };
    let is_time = place.today >= add_days(task.newcomer.entry, PATIENCE);
    let (number, own_issue) = match onboarding_issue {
        Some(issue) => (add_line(tracker, &settings.project, &issue, &task)?, false),
        None if settings.title.is_none() || is_time => (own_issue(place, tracker, settings, &task)?, true),
        None => return Ok(String::new()),
    };
    let (at, control, today) = (format!("{}#{number}", settings.project), control.to_owned(), place.today);
    let ix = task.newcomer.person;
    let given = place.store.commit("system", move |world| {
        Ok((Decision::from(onboarding::give(world, ix, &control, &at, own_issue, today)?), ()))
    });
    given.map_err(stored)?;
    Ok("given".to_owned())
}

fn task(world: &World, place: &Workplace, person: PersonId, control: &str, secret: &[u8; 32]) -> Option<Task> {
    let ix = world.people().by_id(person)?;
    let control = world.controls().get(control)?;
    let newcomer = onboarding::newcomers(world, control, place.today).into_iter().find(|new| new.person == ix)?;
    let identity = world.people().get(ix)?.identity.as_deref()?.clone();
    let version = control.version(place.today)?;
    let takes = words::minutes(version, newcomer.course).map(|minutes| format!(", about {minutes} minutes"));
    Some(Task {
        newcomer,
        identity,
        title: format!("{} ({}{})", version.title, words::course(newcomer.course), takes.unwrap_or_default()),
        mark: mark(secret, person, &control.id),
        link: format!("{}/", place.address),
    })
}

/// The hidden mark of somebody's task. It stands beside their name, so it must not be the id by which the ledger knows them.
fn mark(secret: &[u8; 32], person: PersonId, control: &str) -> String {
    format!("<!-- keepsharp:task:{} -->", RowMarks::new(secret, control).of(person))
}

fn is_working_time(place: &Workplace) -> bool {
    let Ok(world) = place.store.world() else { return false };
    let none = Organisation::default();
    let habits = Habits::of(world.organisation().unwrap_or(&none));
    habits.is_ok_and(|habits| habits.is_working_time(&habits.zone(None), place.now))
}

/// The one open issue of this title. Where there are several, or it has another's task, two people have one name: then each
/// gets an issue of their own.
fn the_one(issues: Vec<Issue>, task: &Task) -> Option<Issue> {
    let mut open = issues.into_iter().filter(|issue| issue.is_open);
    let (first, second) = (open.next(), open.next());
    let is_anothers = |issue: &Issue| issue.text.contains("<!-- keepsharp:task:") && !issue.text.contains(&task.mark);
    first.filter(|issue| second.is_none() && !is_anothers(issue))
}

fn filled(pattern: &str, task: &Task) -> String {
    let due = task.newcomer.due.map(words::day).unwrap_or_default();
    pattern
        .replace("{name}", &task.identity.name)
        .replace("{username}", &task.identity.username)
        .replace("{employee_id}", &task.identity.employee_id)
        .replace("{title}", &task.title)
        .replace("{due}", &due)
        .replace("{link}", &task.link)
        .replace('\u{a0}', " ")
}

/// The line as a list item that can be ticked.
fn line(task: &Task) -> String {
    let by = task.newcomer.due.map(|due| format!(", by {}", words::day(due))).unwrap_or_default();
    format!("- [ ] {}{by}: {} {}", task.title, task.link, task.mark).replace('\u{a0}', " ")
}

/// Adds the line to somebody's onboarding issue, leaving everything else as it is.
fn add_line(tracker: &dyn Tracker, project: &str, issue: &Issue, task: &Task) -> Result<u64, Trouble> {
    if !issue.text.contains(&task.mark) {
        // Read again just before writing, so that what somebody ticked meanwhile is not undone.
        let now = tracker.issue(project, issue.number)?;
        let gap = if now.text.is_empty() || now.text.ends_with('\n') { "" } else { "\n" };
        tracker.write(project, issue.number, &format!("{}{gap}{}\n", now.text, line(task)))?;
    }
    Ok(issue.number)
}

fn own_issue(
    place: &Workplace,
    tracker: &dyn Tracker,
    settings: &OnboardingSettings,
    task: &Task,
) -> Result<u64, Trouble> {
    let since = place.now.saturating_sub(LOOKED_BACK).unwrap_or(place.now);
    let me = tracker.me()?;
    let is_ours = |issue: &Issue| issue.text.contains(&task.mark) && issue.author.eq_ignore_ascii_case(&me);
    if let Some(issue) = tracker.recent(&settings.project, since)?.into_iter().find(is_ours) {
        return Ok(issue.number);
    }
    let text = match &settings.template_file {
        Some(path) => {
            let template = std::fs::read_to_string(path)
                .map_err(|error| Trouble::refused(format!("{}: {error}", path.display())))?;
            filled(&template, task)
        }
        None => "Welcome! There is one short thing about security for you. It is open to you at any time, \
             and can be taken in one sitting or ten."
            .to_owned(),
    };
    let new = NewIssue {
        title: filled("{title}: welcome, {name}", task),
        text: format!("{}\n\n{}\n", text.trim_end(), line(task)),
        assignee: Some(task.identity.username.to_string()).filter(|username| !username.is_empty()),
        is_confidential: true,
    };
    Ok(tracker.create(&settings.project, &new)?.number)
}

/// Ticks somebody's task, and closes the issue if it is there for this alone.
pub(super) fn tick(
    place: &Workplace,
    tracker: &dyn Tracker,
    person: PersonId,
    control: &str,
) -> Result<String, Trouble> {
    let secret = secret(place.store)?;
    let found = {
        let world = place.store.world().map_err(stored)?;
        let ix = world.people().by_id(person);
        let task = ix.and_then(|ix| Some((ix, world.onboarding().task(&world, ix, control)?)));
        task.and_then(|(ix, task)| {
            let (project, number) = task.place.as_deref()?.rsplit_once('#')?;
            let mark = mark(&secret, task.given.person, control);
            Some((ix, project.to_owned(), number.parse::<u64>().ok()?, mark, task.given.own_issue))
        })
    };
    let Some((ix, project, number, mark, own_issue)) = found else { return Ok(String::new()) };
    let issue = tracker.issue(&project, number)?;
    if let Some(text) = ticked(&issue.text, &mark) {
        tracker.write(&project, number, &text)?;
    }
    if own_issue && issue.is_open {
        tracker.close(&project, number)?;
    }
    let (control, today) = (control.to_owned(), place.today);
    let done = place
        .store
        .commit("system", move |world: &World| Ok((Decision::from(onboarding::tick(world, ix, &control, today)?), ())));
    done.map_err(stored)?;
    Ok("ticked".to_owned())
}

/// The text with the marked line's box ticked; none where there is no such line with an open box.
fn ticked(text: &str, mark: &str) -> Option<String> {
    let start = text.lines().find(|line| line.contains(mark) && line.contains("[ ]"))?;
    Some(text.replacen(start, &start.replacen("[ ]", "[x]", 1), 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_marked_line_is_ticked() {
        let text = "- [ ] Laptop\n* [ ] Training <!-- m -->\n- [ ] Coffee\n";
        assert_eq!(ticked(text, "<!-- m -->").unwrap(), "- [ ] Laptop\n* [x] Training <!-- m -->\n- [ ] Coffee\n");
        assert_eq!(ticked("- [x] Training <!-- m -->", "<!-- m -->"), None, "somebody ticked it already");
        assert_eq!(ticked("nothing of ours", "<!-- m -->"), None);
    }
}
