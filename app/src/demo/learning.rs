//! What the demo company's people did in the course, and what they said of it: some hundreds of answers, made up anew the same way each time.

use super::chance::Chance;
use super::personas::personas;
use crate::web::Subject;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use keepsharp_course::learner::{Answer, Event, How};
use keepsharp_course::model::{Item, Lesson, Task};
use keepsharp_course::{Course, CourseFiles, grade, read};
use keepsharp_domain::{Day, PersonId, World};
use keepsharp_store::{Error, FeedbackKind, Learned, Said, Store};
use std::collections::BTreeSet;

const SEED: u64 = 0x1ea2_2026;
/// How many people learned, and how many lessons each at most.
const PEOPLE: usize = 56;
const LESSONS: usize = 7;

/// Writes what people did from `since` to the day before `today`, and what they said.
pub(super) fn write(store: &Store, files: &CourseFiles, since: Day, today: Day) -> Result<(), Error> {
    let (Some(course), _) = read::course(files) else { return Ok(()) };
    let people = learners(&*store.world()?, today);
    let mut chance = Chance::of(SEED);
    let mut all = Vec::new();
    for person in &people {
        learn(&course, *person, (since, today), &mut chance, &mut all);
    }
    all.sort_by_key(|one: &Learned| one.at);
    store.learn(all)?;
    say(store, &course, &people, today)
}

/// Some people who are there all the time, but nobody whom a visitor may become: these begin for themselves.
fn learners(world: &World, today: Day) -> Vec<PersonId> {
    let stars: BTreeSet<String> = personas(world, today)
        .iter()
        .filter_map(|one| if let Subject::Person(id) = one.subject { Some(id.to_string()) } else { None })
        .collect();
    let engineers = world.people().listed().map(|(_, person)| person).filter(|person| {
        let profile = person.record(today).and_then(|record| world.profiles().get(record.profile));
        person.employed(today) && profile.is_some_and(|profile| profile.title.contains("Engineer"))
    });
    let mut found: Vec<_> = engineers.filter(|person| !stars.contains(&person.id.to_string())).collect();
    // By what the roster calls them, since ids are made anew each time.
    found.sort_by_cached_key(|person| person.label().clone());
    let step = (found.len() / PEOPLE).max(1);
    found.into_iter().step_by(step).take(PEOPLE).map(|person| person.id).collect()
}

/// One person's way through some lessons, a few days apart.
fn learn(course: &Course, person: PersonId, (since, today): (Day, Day), chance: &mut Chance, all: &mut Vec<Learned>) {
    let strength = chance.below(40);
    let lessons = 2 + chance.below(LESSONS - 1);
    let days = since.until(today).map_or(0, |span| span.get_days());
    let mut day = since.saturating_add(Span::new().days(chance.between(1, (days - 30).max(2))));
    let mut put = |at: Timestamp, item: &str, event: &Event| {
        if let Ok(body) = serde_json::to_string(event) {
            all.push(Learned { person, course: course.id.clone(), at, item: item.to_owned(), body });
        }
    };
    let mut has_begun = false;
    let asked = course.lessons().filter(|lesson| lesson.is_required() && !lesson.items.is_empty());
    for lesson in asked.take(lessons) {
        day = day.saturating_add(Span::new().days(chance.between(0, 4)));
        if day >= today {
            break;
        }
        let mut at = moment(day, chance.between(8 * 60, 17 * 60));
        if !has_begun {
            put(at, "", &Event::Began { version: course.version.to_string(), anew: false });
            has_begun = true;
        }
        for item in firsts(lesson) {
            let answer = answer(lesson, item, day, strength, chance);
            at = at.checked_add(Span::new().seconds(i64::from(answer.seconds))).unwrap_or(at);
            put(at, &item.id, &Event::Answered(answer));
        }
        put(at, "", &Event::Done { lesson: lesson.id.clone(), rev: lesson.rev, how: How::Attended });
    }
}

fn moment(day: Day, minute: i32) -> Timestamp {
    let noon = day.at(0, 0, 0, 0).checked_add(Span::new().minutes(minute));
    noon.and_then(|at| at.to_zoned(TimeZone::UTC)).map(|at| at.timestamp()).unwrap_or_default()
}

/// The first item of each objective.
fn firsts(lesson: &Lesson) -> impl Iterator<Item = &Item> {
    let mut met = BTreeSet::new();
    lesson.items.iter().filter(move |item| met.insert(item.objective.as_str()))
}

fn answer(lesson: &Lesson, item: &Item, on: Day, strength: usize, chance: &mut Chance) -> Answer {
    // How hard an item is, is its own, so that shares differ from item to item.
    let hard = usize::from(item.fingerprint.bytes().fold(0u8, u8::wrapping_add)) % 45;
    let knows = chance.happens((92 + strength / 2).saturating_sub(hard + 12).min(98));
    let chosen = chosen(item, knows, chance);
    Answer {
        item: item.id.clone(),
        objective: item.objective.clone(),
        lesson: lesson.id.clone(),
        fingerprint: item.fingerprint.clone(),
        is_right: grade::is_right(item, &chosen).unwrap_or(false),
        chosen,
        is_sure: chance.happens(if knows { 75 } else { 35 }),
        seconds: u32::try_from(chance.between(20, 110)).unwrap_or(60),
        on,
        in_sitting: false,
    }
}

fn chosen(item: &Item, knows: bool, chance: &mut Chance) -> Vec<usize> {
    match &item.task {
        Task::Choose(choices) => {
            let right = choices.iter().position(|choice| choice.is_right).unwrap_or(0) + 1;
            let other = 1 + chance.below(choices.len());
            vec![if knows { right } else { other }]
        }
        Task::Spot { code, answer, .. } => {
            if knows {
                answer.iter().copied().collect()
            } else {
                vec![1 + chance.below(code.text.lines().count())]
            }
        }
        Task::Rank(steps) => {
            let mut order: Vec<usize> = (1..=steps.len()).collect();
            if !knows && order.len() > 1 {
                order.swap(0, 1);
            }
            order
        }
    }
}

/// What some of them said: presses, a few words, and one that was answered.
fn say(store: &Store, course: &Course, people: &[PersonId], today: Day) -> Result<(), Error> {
    let said = |lesson: &str, item: &str, kind, words: &str, is_signed| Said {
        course: course.id.clone(),
        version: course.version.to_string(),
        lesson: lesson.to_owned(),
        item: item.to_owned(),
        kind,
        words: words.to_owned(),
        is_signed,
    };
    let lessons: Vec<&Lesson> =
        course.lessons().filter(|lesson| lesson.is_required() && !lesson.items.is_empty()).take(2).collect();
    let ago = |days: i32| moment(today.saturating_sub(Span::new().days(days)), 11 * 60);
    let mut chance = Chance::of(SEED + 1);
    for (lesson, person) in lessons.iter().flat_map(|lesson| people.iter().take(14).map(move |person| (lesson, person)))
    {
        let kinds = [FeedbackKind::Useful, FeedbackKind::Useful, FeedbackKind::Useful, FeedbackKind::PartlyUseful];
        let kind = if chance.happens(8) { FeedbackKind::NotUseful } else { *chance.pick(&kinds).unwrap_or(&kinds[0]) };
        store.add_feedback(*person, &said(&lesson.id, "", kind, "", false), ago(20))?;
    }
    let [Some(first), Some(second), Some(third)] = [0, 1, 2].map(|at| people.get(at)) else { return Ok(()) };
    let Some((lesson, item)) = lessons.first().and_then(|lesson| Some((lesson, lesson.items.first()?))) else {
        return Ok(());
    };
    let about_item = |words: &str, is_signed| said(&lesson.id, &item.id, FeedbackKind::Report, words, is_signed);
    store.add_feedback(
        *first,
        &about_item("Two of the answers could be right if the proxy strips the header.", true),
        ago(40),
    )?;
    if let Some(one) = store.open_feedback(&course.id)?.first() {
        store.answer_feedback(
            one.id,
            "You are right. The question now says that nothing stands before the application.",
            ago(33),
        )?;
    }
    store.add_feedback(
        *second,
        &about_item("I read it three times: which of these systems is ours?", false),
        ago(9),
    )?;
    let words = "The examples are close to what we review. More of them in Go would help.";
    store.add_feedback(*third, &said("", "", FeedbackKind::Course, words, true), ago(5))?;
    store.add_feedback(
        *third,
        &said(&lesson.id, "", FeedbackKind::PartlyUseful, "The last paragraph came too fast.", false),
        ago(4),
    )?;
    Ok(())
}
