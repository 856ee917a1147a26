//! Counting what everybody did in a course, up to the end of yesterday: once a day, and without holding the world meanwhile.

use crate::course_shelf::Opened;
use crate::web::App;
use crate::web::asked::Asked;
use crate::web::fields::Trouble;
use jiff::tz::TimeZone;
use keepsharp_course::learner::Event;
use keepsharp_course::statistics::{Answers, ItemStatistics};
use keepsharp_course::uptake::{Spent, Uptake};
use keepsharp_domain::organisation::SMALLEST_GROUP;
use keepsharp_domain::{Day, World};
use keepsharp_store::Usefulness;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What of the world a count depends on.
#[derive(Clone, Copy)]
pub(crate) struct Basis {
    /// How many facts: whoever is erased is in no count any more.
    pub(crate) size: u64,
    /// Fewest people that may be told of.
    pub(crate) smallest: u32,
}

impl Basis {
    pub(crate) fn of(world: &World) -> Basis {
        let smallest = world.organisation().map_or(SMALLEST_GROUP, |organisation| organisation.smallest_group);
        Basis { size: world.size(), smallest }
    }
}

/// What was counted of a course.
pub(crate) struct Counts {
    /// How each item holds up.
    pub(crate) items: BTreeMap<String, ItemStatistics>,
    /// Which lessons were taken.
    pub(crate) uptake: Uptake,
    /// Which lessons were found useful.
    pub(crate) useful: BTreeMap<String, Usefulness>,
}

/// The counts of a course in a version.
pub(crate) fn of_course(asked: &Asked, opened: &Opened, basis: Basis) -> Result<Arc<Counts>, Trouble> {
    let detail = format!("{} {} {} {}", opened.course.id, opened.course.version, asked.today, basis.smallest);
    let counted =
        asked.app.memo.of("course counts", basis.size, detail, || counted(asked, opened, basis).map(Arc::new));
    (*counted).clone().map_err(Trouble::Internal)
}

fn counted(asked: &Asked, opened: &Opened, basis: Basis) -> Result<Counts, String> {
    let told = |error: keepsharp_store::Error| error.to_string();
    let (mut answers, mut uptake) = (Answers::default(), Uptake::default());
    each(asked.app, &opened.course.id, (&asked.zone, asked.today), |person, on, event| {
        if let Event::Answered(answer) = event {
            answers.add(person, answer);
        }
        uptake.add(person, on, event);
    })?;
    let midnight = asked.today.to_zoned(asked.zone.clone()).map_err(|error| error.to_string())?.timestamp();
    let useful = asked.app.store.usefulness(&opened.course.id, midnight).map_err(told)?;
    Ok(Counts { items: answers.statistics(&opened.course, basis.smallest), uptake, useful })
}

/// Time spent on courses within these spans, of everybody together.
pub(crate) fn spent(
    asked: &Asked,
    courses: &[String],
    spans: &[(Day, Day)],
    basis: Basis,
) -> Result<Arc<Vec<Spent>>, Trouble> {
    let detail = format!("{courses:?} {spans:?} {}", asked.today);
    let found = asked.app.memo.of("time spent", basis.size, detail, || {
        let mut uptake = Uptake::of(spans);
        let mut people = HashMap::new();
        for course in courses {
            each_of(asked.app, course, (&asked.zone, asked.today), &mut people, |person, on, event| {
                uptake.add(person, on, event);
            })?;
        }
        Ok::<_, String>(Arc::new(uptake.spent))
    });
    (*found).clone().map_err(Trouble::Internal)
}

fn each(app: &App, course: &str, until: (&TimeZone, Day), take: impl FnMut(usize, Day, &Event)) -> Result<(), String> {
    each_of(app, course, until, &mut HashMap::new(), take)
}

/// Hands over what everybody did before a day, each person as a number that stands for them in this count alone.
fn each_of(
    app: &App,
    course: &str,
    (zone, before): (&TimeZone, Day),
    people: &mut HashMap<String, usize>,
    mut take: impl FnMut(usize, Day, &Event),
) -> Result<(), String> {
    let found = app.store.learned_in(course, |who, at, body| {
        let on = at.to_zoned(zone.clone()).date();
        // What an older program can't read of a newer one's is left out.
        if let (true, Ok(event)) = (on < before, serde_json::from_str::<Event>(body)) {
            let next = people.len();
            let person = if let Some(known) = people.get(who) {
                *known
            } else {
                people.insert(who.to_owned(), next);
                next
            };
            take(person, on, &event);
        }
        Ok(())
    });
    found.map_err(|error| error.to_string())
}
