//! Everybody, with where they stand: filtered, searched, put in order, a page at a time.

use super::programme::{chosen_control, days_query, tabs};
use crate::web::asked::Asked;
use crate::web::fields::Trouble;
use crate::web::frame::{Answer, Answered, Frame, Link, page as written};
use crate::web::paging::{Column, Pager, ROWS, columns, order, with_query};
use crate::web::words;
use askama::Template;
use keepsharp_domain::bridge::{Part, Parts};
use keepsharp_domain::control::Control;
use keepsharp_domain::due::{CourseKind, Standing, Standings};
use keepsharp_domain::person::{Person, PersonIx, Profile};
use keepsharp_domain::rule::Subject;
use keepsharp_domain::tally::manager_of;
use keepsharp_domain::track::{Track, track_of};
use keepsharp_domain::{Day, World};
use keepsharp_report::Table;
use keepsharp_report::table::Format;
use std::collections::BTreeSet;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage {
    frame: Frame,
    tabs: Vec<Link>,
    control: String,
    controls: Vec<(String, bool)>,
    filter: Filter,
    parts: Vec<(&'static str, &'static str, bool)>,
    departments: Vec<(String, bool)>,
    tracks: Vec<(String, String, bool)>,
    courses: Vec<(&'static str, String, bool)>,
    due_by: String,
    /// Whose reports are listed: id and name; nothing where everybody's are.
    manager: Option<(String, String)>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    pager: Pager,
    csv: String,
}

struct Row {
    href: String,
    name: String,
    title: String,
    department: String,
    manager: String,
    tag: &'static str,
    status: &'static str,
    course: &'static str,
    due: String,
}

/// What the list is narrowed to.
struct Filter {
    text: String,
    part: String,
    department: String,
    manager: String,
    track: String,
    course: String,
    due_by: Option<Day>,
}

/// Somebody of the list, judged.
#[derive(Clone, Copy)]
struct Entry {
    ix: PersonIx,
    standing: Standing,
    part: Part,
}

/// Whom a filter can ask for: word, what people call it.
const PARTS: [(&str, &str); 9] = [
    ("in_scope", "In scope"),
    ("overdue", "Overdue"),
    ("due", "Due"),
    ("grace", "In their first days"),
    ("current", "Up to date"),
    ("away", "On leave"),
    ("excepted", "Excepted"),
    ("out_of_scope", "Not in scope"),
    ("everybody", "Everybody employed"),
];

const COLUMNS: [(&str, &str, bool); 6] = [
    ("name", "Name", false),
    ("title", "Title", false),
    ("department", "Department", false),
    ("manager", "Manager", false),
    ("status", "Where they stand", false),
    ("due", "By", false),
];

/// The list.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let control = chosen_control(asked, world)?.ok_or_else(|| Trouble::refused("define a control first"))?;
    let filter = filter(asked)?;
    let found = found(asked, world, control, &filter);
    let pager = Pager::of(asked, found.len());
    let shown = found.iter().skip(pager.skip).take(ROWS);
    let page = PeoplePage {
        frame: Frame::of(asked, world, "People").with_days(asked),
        tabs: tabs(asked, world, "people"),
        control: control.id.to_string(),
        controls: world.controls().keys().map(|id| (id.to_string(), *id == control.id)).collect(),
        parts: PARTS.into_iter().map(|(word, label)| (word, label, word == filter.part)).collect(),
        departments: departments(asked, world).iter().map(|name| (name.clone(), *name == filter.department)).collect(),
        tracks: tracks(world, &filter.track),
        courses: courses(&filter.course),
        due_by: filter.due_by.map(|day| day.to_string()).unwrap_or_default(),
        manager: manager(world, &filter.manager),
        columns: columns(asked, &COLUMNS, "name"),
        rows: shown.filter_map(|entry| row(asked, world, entry)).collect(),
        csv: with_query(asked, &[("page", "")]).replacen("/programme/people", "/programme/people.csv", 1),
        filter,
        pager,
    };
    written(&page)
}

fn filter(asked: &Asked) -> Result<Filter, Trouble> {
    let text = |name| asked.query.text(name).to_owned();
    let part = asked.query.text("part");
    Ok(Filter {
        text: text("q"),
        part: if part.is_empty() { "in_scope" } else { part }.to_owned(),
        department: text("department"),
        manager: text("manager"),
        track: text("track"),
        course: text("course"),
        due_by: asked.query.day("due_by")?,
    })
}

fn tracks(world: &World, chosen: &str) -> Vec<(String, String, bool)> {
    let track = |track: &Track| (track.id.to_string(), track.title.to_string(), *track.id == *chosen);
    world.tracks().iter().map(track).collect()
}

fn courses(chosen: &str) -> Vec<(&'static str, String, bool)> {
    let course = |kind: CourseKind| (kind.word(), words::sentence_case(words::course(kind)), kind.word() == chosen);
    [CourseKind::Full, CourseKind::Refresher].map(course).to_vec()
}

fn manager(world: &World, chosen: &str) -> Option<(String, String)> {
    let found = world.people().find(chosen).and_then(|ix| world.people().get(ix));
    let unknown = || (chosen.to_owned(), "somebody who is not known".to_owned());
    let named = found.map_or_else(unknown, |manager| (manager.id.to_string(), words::name(manager)));
    (!chosen.is_empty()).then_some(named)
}

/// Everybody employed on the day in an order, and the words by which each is found.
struct Ordered {
    entries: Vec<Entry>,
    /// A line for each entry, in lower case, so that one pass over one text searches everybody.
    words: String,
    /// Where each entry's line begins.
    lines: Vec<usize>,
}

/// Everybody in the order asked for. Putting 100,000 people in order takes long, so it is remembered.
fn ordered(asked: &Asked, world: &World, control: &Control) -> Arc<Ordered> {
    let (key, _) = order(asked, "name");
    let detail = format!("{} {} {key}", control.id, asked.as_of);
    asked.listed("people", world, detail, || {
        let standings = Standings::new(world, control, asked.as_of);
        let parts = Parts::new(world, control, asked.as_of);
        let mut list: Vec<Entry> = world
            .people()
            .listed()
            .filter(|(_, person)| person.employed(asked.as_of))
            .map(|(ix, person)| Entry { ix, standing: standings.of(person), part: parts.of(person) })
            .collect();
        match key.as_str() {
            "due" => list.sort_by_cached_key(|entry| (entry.standing.due.unwrap_or(Day::MAX), name_key(world, entry))),
            "status" => {
                list.sort_by_cached_key(|entry| (std::cmp::Reverse(entry.standing.status), name_key(world, entry)));
            }
            "title" | "department" | "manager" => {
                list.sort_by_cached_key(|entry| (text_key(asked, world, entry, &key), name_key(world, entry)));
            }
            _ => list.sort_by_cached_key(|entry| name_key(world, entry)),
        }
        let (mut words, mut lines) = (String::new(), Vec::with_capacity(list.len()));
        for entry in &list {
            lines.push(words.len());
            add_words(asked, world, entry, &mut words);
            words.push('\n');
        }
        Ordered { entries: list, words, lines }
    })
}

fn name_key(world: &World, entry: &Entry) -> String {
    world.people().get(entry.ix).map(|person| words::name(person).to_lowercase()).unwrap_or_default()
}

fn text_key(asked: &Asked, world: &World, entry: &Entry, key: &str) -> String {
    let Some(person) = world.people().get(entry.ix) else { return String::new() };
    let profile = profile(world, person, asked.as_of);
    match key {
        "title" => profile.map(|profile| profile.title.to_string()),
        "department" => profile.map(|profile| profile.departments.join(", ")),
        _ => manager_of(world, person, asked.as_of).and_then(|ix| world.people().get(ix)).map(words::name),
    }
    .unwrap_or_default()
}

fn found(asked: &Asked, world: &World, control: &Control, filter: &Filter) -> Vec<Entry> {
    let all = ordered(asked, world, control);
    let on_track = (!filter.track.is_empty()).then(|| on_track(asked, world, &filter.track));
    let fits_track = |entry: &&Entry| on_track.as_ref().is_none_or(|found| found.contains(&entry.ix));
    let manager = world.people().find(&filter.manager);
    let fits_place = |entry: &&Entry| {
        filter.department.is_empty() && filter.manager.is_empty()
            || world.people().get(entry.ix).is_some_and(|person| {
                let profile = profile(world, person, asked.as_of);
                let is_in = |profile: &Profile| profile.departments.iter().any(|name| **name == *filter.department);
                let of_manager =
                    filter.manager.is_empty() || manager.is_some() && manager_of(world, person, asked.as_of) == manager;
                (filter.department.is_empty() || profile.is_some_and(is_in)) && of_manager
            })
    };
    let text = filter.text.to_lowercase();
    let named: Vec<&Entry> = if text.is_empty() { all.entries.iter().collect() } else { with_words(&all, &text) };
    let fitting = named.into_iter().filter(|entry| fits_standing(filter, entry)).filter(fits_track).filter(fits_place);
    let mut found: Vec<Entry> = fitting.copied().collect();
    if order(asked, "name").1 {
        found.reverse();
    }
    found
}

/// Whether somebody stands where the filter asks, with the course and by the day that it names.
fn fits_standing(filter: &Filter, entry: &Entry) -> bool {
    let fits_part = match filter.part.as_str() {
        "everybody" => true,
        "in_scope" => entry.part != Part::OutOfScope,
        word => entry.part.word() == word,
    };
    let Standing { course, due, .. } = entry.standing;
    fits_part
        && (filter.course.is_empty() || course.is_some_and(|course| course.word() == filter.course))
        && filter.due_by.is_none_or(|last| due.is_some_and(|due| due <= last))
}

/// Everybody employed whose track this is. Each track's rule may be asked of each of them, so it is remembered.
fn on_track(asked: &Asked, world: &World, track: &str) -> Arc<BTreeSet<PersonIx>> {
    if !world.tracks().iter().any(|known| *known.id == *track) {
        return Arc::default();
    }
    let is_on = |person: &Person| {
        let found = person.record(asked.as_of).and_then(|record| {
            let manager = record.manager.and_then(|ix| world.people().get(ix)).map(|manager| manager.id);
            track_of(world.tracks(), Subject { profile: world.profiles().get(record.profile)?, manager })
        });
        found.is_some_and(|found| *found.id == *track)
    };
    asked.remembered("on track", world, format!("{track} {}", asked.as_of), || {
        let employed = world.people().listed().filter(|(_, person)| person.employed(asked.as_of));
        employed.filter(|(_, person)| is_on(person)).map(|(ix, _)| ix).collect()
    })
}

/// Those in whose line a text stands, in order.
fn with_words<'o>(all: &'o Ordered, text: &str) -> Vec<&'o Entry> {
    let mut found: Vec<&Entry> = Vec::new();
    let mut from = 0;
    let finder = memchr::memmem::Finder::new(text.as_bytes());
    while let Some(at) = all.words.as_bytes().get(from..).and_then(|rest| finder.find(rest)) {
        let next = all.lines.partition_point(|start| *start <= from + at);
        found.extend(next.checked_sub(1).and_then(|place| all.entries.get(place)));
        // On with the line after it: once is enough.
        match all.lines.get(next) {
            Some(start) => from = *start,
            None => break,
        }
    }
    found
}

/// Name, ids, address and title, by which somebody is found.
fn add_words(asked: &Asked, world: &World, entry: &Entry, words: &mut String) {
    let Some(person) = world.people().get(entry.ix) else { return };
    let identity = person.identity.as_deref();
    let parts = identity.into_iter().flat_map(|identity| [&identity.name, &identity.employee_id, &identity.email]);
    for part in parts.chain(profile(world, person, asked.as_of).map(|profile| &profile.title)) {
        words.extend(part.chars().filter(|c| *c != '\n').flat_map(char::to_lowercase));
        words.push('\t');
    }
}

fn profile<'w>(world: &'w World, person: &Person, day: Day) -> Option<&'w Profile> {
    person.record(day).and_then(|record| world.profiles().get(record.profile))
}

fn departments(asked: &Asked, world: &World) -> Arc<Vec<String>> {
    asked.remembered("departments", world, asked.as_of, || {
        let mut names: BTreeSet<String> = BTreeSet::new();
        for (_, person) in world.people().listed().filter(|(_, person)| person.employed(asked.as_of)) {
            let profile = profile(world, person, asked.as_of);
            for name in profile.into_iter().flat_map(|profile| &profile.departments).filter(|name| !name.is_empty()) {
                if !names.contains(&**name) {
                    names.insert(name.to_string());
                }
            }
        }
        // A select of more than this would be heavier than the list; the search finds the rest.
        names.into_iter().take(400).collect()
    })
}

/// The address of somebody's page. It has our random id: addresses are kept in browsers' histories and in logs of proxies,
/// where an employee id would tell who is meant.
pub(crate) fn href(asked: &Asked, person: &Person) -> String {
    format!("{}{}", path(person), days_query(asked))
}

/// The same, of today.
pub(crate) fn path(person: &Person) -> String {
    format!("/programme/people/{}", person.id)
}

fn row(asked: &Asked, world: &World, entry: &Entry) -> Option<Row> {
    let person = world.people().get(entry.ix)?;
    let profile = profile(world, person, asked.as_of);
    Some(Row {
        href: href(asked, person),
        name: words::name(person),
        title: profile.map(|profile| profile.title.to_string()).unwrap_or_default(),
        department: profile.and_then(|profile| profile.departments.last()).map(ToString::to_string).unwrap_or_default(),
        manager: manager_of(world, person, asked.as_of)
            .and_then(|ix| world.people().get(ix))
            .map(words::name)
            .unwrap_or_default(),
        tag: entry.standing.status.word(),
        status: words::status(entry.standing.status),
        course: entry.standing.course.map(words::course).unwrap_or_default(),
        due: entry.standing.due.map(words::day).unwrap_or_default(),
    })
}

/// The same list as a file.
pub(crate) fn csv(asked: &Asked, world: &World) -> Answered {
    let control = chosen_control(asked, world)?.ok_or(Trouble::NotFound)?;
    let mut table = Table::new(&["as_of", "employee_id", "name", "title", "manager_id", "status", "due", "course"]);
    for entry in found(asked, world, control, &filter(asked)?) {
        let Some(person) = world.people().get(entry.ix) else { continue };
        let manager = manager_of(world, person, asked.as_of).and_then(|ix| world.people().get(ix));
        table.push(vec![
            asked.as_of.into(),
            person.label().into(),
            person.name().into(),
            profile(world, person, asked.as_of).map(|profile| profile.title.to_string()).into(),
            manager.map(Person::label).into(),
            entry.standing.status.word().into(),
            entry.standing.due.into(),
            entry.standing.course.map(|course| course.word().to_owned()).into(),
        ]);
    }
    let bytes = table.write(Format::Csv).into_bytes();
    Ok(Answer::File { name: format!("people-{}.csv", asked.as_of), kind: "text/csv; charset=utf-8", bytes })
}
