//! The task that somebody new is given in an issue, and that it is ticked when done.

use crate::calendar::subtract_days;
use crate::control::Control;
use crate::due::{CourseKind, Standings, Status};
use crate::fact::{Body, OnboardingDone, OnboardingGiven, Private};
use crate::person::{PersonId, PersonIx};
use crate::{Day, Draft, Refusal, World};
use std::collections::BTreeMap;

/// Who was given which task, and what became of it.
#[derive(Clone, Debug, Default)]
pub struct Onboarding {
    tasks: BTreeMap<(PersonId, Box<str>), Task>,
}

/// A task in an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// What the fact says.
    pub given: OnboardingGiven,
    /// Where it stands: project, `#` and number; none where that was erased.
    pub place: Option<Box<str>>,
    /// When it was ticked.
    pub done: Option<Day>,
}

impl Onboarding {
    /// The task of somebody for a control.
    #[must_use]
    pub fn task(&self, world: &World, ix: PersonIx, control: &str) -> Option<&Task> {
        world.people().ids_of(ix).find_map(|id| self.tasks.get(&(id, control.into())))
    }

    /// Where somebody has an issue of their own, for whichever control: the latest. An onboarding issue is read by others, who
    /// must not learn from it how somebody stands.
    #[must_use]
    pub fn place(&self, world: &World, ix: PersonIx) -> Option<&str> {
        let of = |id: PersonId| self.tasks.range((id, Box::from(""))..).take_while(move |((other, _), _)| *other == id);
        let tasks = world.people().ids_of(ix).flat_map(of).map(|(_, task)| task);
        tasks
            .filter(|task| task.place.is_some() && task.given.own_issue)
            .max_by_key(|task| task.given.on)?
            .place
            .as_deref()
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Task> {
        self.tasks.values()
    }

    pub(crate) fn given(&mut self, given: OnboardingGiven, private: Option<Private>) {
        let place = private.and_then(|private| private.reference);
        self.tasks.insert((given.person, given.control.clone()), Task { given, place, done: None });
    }

    pub(crate) fn done(&mut self, body: OnboardingDone) {
        if let Some(task) = self.tasks.get_mut(&(body.person, body.control)) {
            task.done = Some(body.on);
        }
    }

    pub(crate) fn erased(&mut self, people: &[PersonId]) {
        for (_, task) in self.tasks.iter_mut().filter(|((id, _), _)| people.contains(id)) {
            task.place = None;
        }
    }
}

/// Somebody who is to be given a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newcomer {
    /// Who.
    pub person: PersonIx,
    /// Since when they are in scope.
    pub entry: Day,
    /// By when the training is due.
    pub due: Option<Day>,
    /// Which course.
    pub course: CourseKind,
}

/// Who came into scope of a control within the days that a new hire has, has something to take, and has no task yet.
/// Those who came before are not new any more: switching this on floods nobody's issues.
#[must_use]
pub fn newcomers(world: &World, control: &Control, today: Day) -> Vec<Newcomer> {
    let Some(version) = control.version(today) else { return Vec::new() };
    let since = subtract_days(today, version.new_hire_days);
    let standings = Standings::new(world, control, today);
    let mut found = Vec::new();
    for (ix, person) in world.people().listed() {
        if person.erased || !person.employed(today) {
            continue;
        }
        let Some(entry) = standings.scope().entry(person, today) else { continue };
        if has_task(world, ix, &control.id, entry) {
            continue;
        }
        // Whoever was there when tracking began is not new, nor is who is back from another team with training that holds.
        let was_before = person.spells.iter().any(|spell| spell.before_tracking && spell.start == entry);
        let standing = standings.of(person);
        let Some(course) = standing.course.filter(|_| matches!(standing.status, Status::Due | Status::Overdue)) else {
            continue;
        };
        if entry >= since && !was_before {
            found.push(Newcomer { person: ix, entry, due: standing.due, course });
        }
    }
    found
}

/// Whether somebody was given a task since they came into scope. One of an earlier time is not theirs any more.
fn has_task(world: &World, ix: PersonIx, control: &str, entry: Day) -> bool {
    world.onboarding().task(world, ix, control).is_some_and(|task| task.given.on >= entry)
}

/// The tasks that are done but not ticked: of people who are current now.
#[must_use]
pub fn to_be_ticked<'w>(world: &'w World, control: &Control, today: Day) -> Vec<(PersonIx, &'w Task)> {
    let standings = Standings::new(world, control, today);
    let open = world.onboarding().all().filter(|task| task.done.is_none() && *task.given.control == *control.id);
    let open = open.filter_map(|task| Some((world.people().by_id(task.given.person)?, task)));
    let is_done =
        |ix: PersonIx| world.people().get(ix).is_some_and(|person| standings.of(person).status == Status::Current);
    open.filter(|(ix, task)| task.place.is_some() && is_done(*ix)).collect()
}

/// The fact that somebody was given a task at a place.
///
/// # Errors
/// Where nobody has that id.
pub fn give(
    world: &World,
    person: PersonIx,
    control: &str,
    place: &str,
    own_issue: bool,
    today: Day,
) -> Result<Vec<Draft>, Refusal> {
    let entry = world.people().get(person).and_then(|found| {
        let control = world.controls().get(control)?;
        Standings::new(world, control, today).scope().entry(found, today)
    });
    if has_task(world, person, control, entry.unwrap_or(today)) {
        return Ok(Vec::new());
    }
    let person = world.people().get(person).ok_or_else(|| Refusal::request("nobody has that id"))?.id;
    let body = OnboardingGiven { person, control: control.into(), on: today, own_issue };
    let private = Private { reference: Some(place.into()), ..Private::default() };
    Ok(vec![Draft { body: Body::OnboardingGiven(body), private: Some(private) }])
}

/// The fact that somebody's task was ticked.
///
/// # Errors
/// Where they have none.
pub fn tick(world: &World, person: PersonIx, control: &str, today: Day) -> Result<Vec<Draft>, Refusal> {
    let task = world.onboarding().task(world, person, control);
    let task = task.ok_or_else(|| Refusal::request("they were given no task"))?;
    if task.done.is_some() {
        return Ok(Vec::new());
    }
    let body = OnboardingDone { person: task.given.person, control: control.into(), on: today };
    Ok(vec![Body::OnboardingDone(body).into()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::{TODAY, file, on};

    #[test]
    fn who_comes_into_scope_gets_a_task_once_and_it_is_ticked_when_they_are_trained() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,Old,,Developer,,,"]);
        world.is_told_roster("2024-02-01", &["E1,Old,,Developer,,,", "E2,New,,Developer,,,"]);
        let control = world.control("C").unwrap().clone();
        let new = newcomers(&world, &control, on("2024-02-01"));
        let ix = world.people().find("E2").unwrap();
        assert_eq!(new.iter().map(|new| (new.person, new.due)).collect::<Vec<_>>(), [(ix, Some(on("2024-03-02")))]);
        assert!(newcomers(&world, &control, on("2024-06-01")).is_empty(), "not new any more");
        let drafts = give(&world, ix, "C", "people/onboarding#7", false, on("2024-02-01")).unwrap();
        world.is_told(drafts);
        assert!(newcomers(&world, &control, on("2024-02-02")).is_empty());
        assert!(to_be_ticked(&world, &control, on("2024-02-02")).is_empty());
        let list = "employee_id,course,completed_on,strength\nE2,full,2024-02-10,completed\n";
        let drafts = crate::completion::import(&world, file(list), TODAY).unwrap().0;
        world.is_told(drafts);
        assert_eq!(to_be_ticked(&world, &control, on("2024-02-10")).len(), 1);
        let drafts = tick(&world, ix, "C", on("2024-02-10")).unwrap();
        world.is_told(drafts);
        assert!(to_be_ticked(&world, &control, on("2024-02-11")).is_empty());
        assert!(tick(&world, ix, "C", on("2024-02-11")).unwrap().is_empty());
    }
}
