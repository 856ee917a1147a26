//! A list of people, read from a file and laid beside the roster: the facts that this gives.

use super::difference::{Difference, differences_with};
use super::{Comparison, Mark, mark};
use crate::calendar::quote;
use crate::control::Control;
use crate::fact::{Body, ListCompared, MatchedBy, Private, StrangerMet};
use crate::person::{Identity, PersonId, PersonIx};
use crate::sheet::{self, File, Layout, Reading, Row};
use crate::{Day, Draft, Problem, Refusal, World};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap};

const LAYOUT: Layout = Layout { required: &[], optional: &["employee_id", "email", "username", "name"] };

/// Longest name of a list, in characters.
const LONGEST_NAME: usize = 40;

/// In so many people a list and a roster may differ: one fact lists them all, and has to fit into an evidence pack.
const MOST_DIFFERENCES: usize = 200_000;

/// Days after which a roster is told to be old for a comparison.
const OLD: i32 = 31;

/// A list of people that is not the roster, read and found well-formed.
#[derive(Clone, Debug)]
pub struct List {
    by: MatchedBy,
    /// By their marks, so that the order in the file says nothing.
    rows: BTreeMap<Mark, Identity>,
    sha256: Box<str>,
    reading: Reading,
}

impl List {
    /// Reads a list, to be matched by a column or else by the strongest that it has. A row without that column is
    /// known by the next that it has.
    ///
    /// # Errors
    /// All that is wrong with it, by line and column.
    pub fn read(file: File, by: Option<MatchedBy>) -> Result<List, Refusal> {
        let mut rows = BTreeMap::new();
        let mut lines: HashMap<Mark, u64> = HashMap::new();
        let mut chosen = None;
        let reading = sheet::read(file, LAYOUT, |row| {
            let strongest = || MatchedBy::ALL.into_iter().find(|one| row.has(one.word()));
            chosen = by.or_else(strongest).filter(|by| row.has(by.word()));
            let Some(by) = chosen else { return };
            let identity = identity(row);
            let Some(mark) = columns(by).find_map(|by| mark(&identity, by)) else {
                row.problem(
                    by.word(),
                    "the row has no employee_id, email or username, so nobody can tell whom it means",
                );
                return;
            };
            if let Some(first) = lines.insert(mark.clone(), row.line) {
                let (column, text) = &mark;
                row.problem(
                    column.word(),
                    format!("{} stands on line {first} already; remove one, or match by another column", quote(text)),
                );
            }
            rows.insert(mark, identity);
        })?;
        if reading.rows == 0 {
            return Err(Refusal::File(vec![Problem::file("the file names nobody; there is nothing to compare")]));
        }
        let by = chosen.ok_or_else(|| {
            let missing = by.map_or("employee_id, email or username", MatchedBy::word);
            Refusal::File(vec![Problem::line(
                1,
                format!("there is no column {missing} by which people could be matched"),
            )])
        })?;
        Ok(List { by, rows, sha256: file.sha256.into(), reading })
    }
}

fn identity(row: &Row) -> Identity {
    let text = |column: &str| Box::from(row.get(column));
    Identity { employee_id: text("employee_id"), name: text("name"), email: text("email"), username: text("username") }
}

/// The column by which rows are matched, then the others from strongest to weakest.
fn columns(by: MatchedBy) -> impl Iterator<Item = MatchedBy> {
    std::iter::once(by).chain(MatchedBy::ALL.into_iter().filter(move |other| *other != by))
}

/// What a comparison is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Which list it is, in a short word.
    pub list: &'a str,
    /// The day on which both hold.
    pub on: Day,
    /// Today.
    pub today: Day,
}

/// What a comparison found.
#[derive(Clone, Debug)]
pub struct ComparisonPlan {
    /// What is recorded of it.
    pub compared: ListCompared,
    /// Everybody in whom the two differ: what needs somebody's eye first.
    pub differences: Vec<Difference>,
    /// Those of them whom no list named before.
    pub met: BTreeSet<PersonId>,
    /// What the user should know of.
    pub notices: Vec<String>,
}

/// The facts that a list gives in this world: whom it is the first to name, and how it differs from the roster. None where
/// the same was recorded of the same file.
///
/// # Errors
/// Where the list's name is none, no roster holds on the day, or the list has nobody of the roster.
pub fn compare(
    world: &World,
    list: &List,
    wanted: Wanted,
    mint: &mut dyn FnMut() -> PersonId,
) -> Result<(Vec<Draft>, ComparisonPlan), Refusal> {
    check_name(wanted.list)?;
    let roster = roster_of(world, wanted)?;
    let mut sorting = Sorting::of(world, wanted.on);
    for (mark, identity) in &list.rows {
        sorting.row(mark, identity, mint);
    }
    if sorting.matched == 0 {
        return Err(Refusal::request(format!(
            "nobody of the list was employed on {} by its {}; see whether the column holds what the roster has there, or match by another one",
            wanted.on,
            list.by.word()
        )));
    }
    let without_key = list.rows.keys().filter(|(column, _)| *column != list.by).count() as u64;
    let compared = ListCompared {
        list: wanted.list.into(),
        by: list.by,
        on: wanted.on,
        sha256: list.sha256.clone(),
        rows: list.reading.rows,
        matched: sorting.matched,
        without_key,
        only_in_roster: sorting.only_in_roster(),
        only_in_list: sorting.only_in_list.iter().copied().collect(),
    };
    let differ = compared.only_in_list.len() + compared.only_in_roster.len();
    if differ > MOST_DIFFERENCES {
        return Err(Refusal::request(format!(
            "the two differ in {differ} people, and {MOST_DIFFERENCES} are the most; leave out of the list who can't be in the roster"
        )));
    }
    let mut notices = list.reading.notices.clone();
    notices.extend(told(world, &sorting, &compared, roster));
    let latest = world.comparisons().all().rev().find(|one| *one.body.list == *wanted.list && one.body.on == wanted.on);
    let is_known = latest.is_some_and(|latest| latest.body == compared);
    let comparison = Comparison { seq: world.size(), at: Timestamp::UNIX_EPOCH, by: Box::default(), body: compared };
    let controls: Vec<&Control> = world.controls().values().collect();
    let differences = differences_with(world, &comparison, &controls, &sorting.met);
    let plan = ComparisonPlan {
        differences,
        met: sorting.met.keys().copied().collect(),
        notices,
        compared: comparison.body.clone(),
    };
    let mut drafts = sorting.drafts;
    if !is_known {
        drafts.push(Body::ListCompared(comparison.body).into());
    }
    Ok((drafts, plan))
}

fn check_name(list: &str) -> Result<(), Refusal> {
    let is_one = !list.is_empty()
        && list.len() <= LONGEST_NAME
        && list.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !list.starts_with('-')
        && !list.ends_with('-');
    if is_one {
        return Ok(());
    }
    Err(Refusal::request(format!(
        "{} is no name for a list; write a short word of small letters, digits and hyphens that says what it is, such as payroll or code-host",
        quote(list)
    )))
}

/// The day of the roster that holds on the day asked for.
fn roster_of(world: &World, wanted: Wanted) -> Result<Day, Refusal> {
    if wanted.on > wanted.today {
        return Err(Refusal::request(format!(
            "{} has not come yet (today is {}); give the day on which the list was made",
            wanted.on, wanted.today
        )));
    }
    let days = world.imports().iter().filter_map(|import| import.body.on).filter(|day| *day <= wanted.on);
    days.max().ok_or_else(|| {
        Refusal::request(format!("no roster holds on {}; take one in first, with people import", wanted.on))
    })
}

/// What the user should know of a comparison, though it stops nothing.
fn told(world: &World, sorting: &Sorting, compared: &ListCompared, roster: Day) -> Vec<String> {
    let mut notices = Vec::new();
    let by = compared.by.word();
    if compared.without_key > 0 {
        notices.push(format!(
            "rows without {by}, matched by the next column that they have: {} of {}",
            compared.without_key, compared.rows
        ));
    }
    if sorting.shared > 0 {
        notices.push(format!(
            "rows that stand for several people each, because the roster gives them the same address or user name: {}",
            sorting.shared
        ));
    }
    let erased = world.people().listed().filter(|(_, person)| person.erased && person.employed(compared.on)).count();
    if erased > 0 {
        notices
            .push(format!("people employed on {} who were erased since and can't be compared: {erased}", compared.on));
    }
    if let Ok(age) = roster.until(compared.on)
        && age.get_days() > OLD
    {
        notices.push(format!(
            "the roster that holds on {} is of {roster}, {} days before; whoever came or went since makes a difference",
            compared.on,
            age.get_days()
        ));
    }
    notices
}

/// A list being laid beside the roster.
struct Sorting<'w> {
    world: &'w World,
    on: Day,
    /// Everybody of the roster by address and user name. Only looked up, never walked.
    roster: HashMap<Mark, Vec<PersonIx>>,
    present: BTreeSet<PersonIx>,
    matched: u64,
    /// Rows that stand for several people each.
    shared: u64,
    only_in_list: BTreeSet<PersonId>,
    met: BTreeMap<PersonId, Identity>,
    /// Those met now, by all that they are found by.
    met_by: HashMap<Mark, PersonId>,
    drafts: Vec<Draft>,
}

impl<'w> Sorting<'w> {
    fn of(world: &'w World, on: Day) -> Sorting<'w> {
        let mut roster: HashMap<Mark, Vec<PersonIx>> = HashMap::new();
        for (ix, person) in world.people().listed() {
            let identity = person.identity.as_deref();
            for mark in [MatchedBy::Email, MatchedBy::Username].into_iter().filter_map(|by| mark(identity?, by)) {
                roster.entry(mark).or_default().push(ix);
            }
        }
        Sorting {
            world,
            on,
            roster,
            present: BTreeSet::new(),
            matched: 0,
            shared: 0,
            only_in_list: BTreeSet::new(),
            met: BTreeMap::new(),
            met_by: HashMap::new(),
            drafts: Vec::new(),
        }
    }

    /// Everybody of the roster whom a mark means, whenever they were employed.
    fn known(&self, mark: &Mark) -> Vec<PersonIx> {
        match mark {
            (MatchedBy::EmployeeId, id) => self.world.people().by_employee_id(id).into_iter().collect(),
            _ => self.roster.get(mark).cloned().unwrap_or_default(),
        }
    }

    fn row(&mut self, mark: &Mark, identity: &Identity, mint: &mut dyn FnMut() -> PersonId) {
        let people = self.world.people();
        let known = self.known(mark);
        let is_employed = |ix: &&PersonIx| people.get(**ix).is_some_and(|person| person.employed(self.on));
        let employed: Vec<PersonIx> = known.iter().filter(is_employed).copied().collect();
        if !employed.is_empty() {
            self.matched += 1;
            self.shared += u64::from(employed.len() > 1);
            self.present.extend(employed);
            return;
        }
        // Of several who are not employed, whoever the ledger named last.
        let person = match known.last().and_then(|ix| people.get(*ix)) {
            Some(person) => person.id,
            None => self.stranger(mark, identity, mint),
        };
        self.only_in_list.insert(person);
    }

    /// The id of somebody whom no roster names, made at the first time that a list does.
    fn stranger(&mut self, mark: &Mark, identity: &Identity, mint: &mut dyn FnMut() -> PersonId) -> PersonId {
        let before = self.world.comparisons().by_mark.get(mark).or_else(|| self.met_by.get(mark));
        if let Some(id) = before {
            return *id;
        }
        let id = mint();
        for mark in MatchedBy::ALL.into_iter().filter_map(|by| super::mark(identity, by)) {
            self.met_by.entry(mark).or_insert(id);
        }
        let body = Body::StrangerMet(StrangerMet { person: id });
        self.drafts.push(Draft { body, private: Some(private_of(identity)) });
        self.met.insert(id, identity.clone());
        id
    }

    /// Who is employed on the day and stands in no row. Of whom was erased nobody can tell.
    fn only_in_roster(&self) -> Vec<PersonId> {
        let is_missing = |ix: PersonIx, person: &crate::person::Person| {
            person.employed(self.on) && !person.erased && !self.present.contains(&ix)
        };
        let missing = self.world.people().listed().filter(|(ix, person)| is_missing(*ix, person));
        missing.map(|(_, person)| person.id).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

fn private_of(identity: &Identity) -> Private {
    let some = |text: &str| (!text.is_empty()).then(|| Box::from(text));
    Private {
        employee_id: some(&identity.employee_id),
        name: some(&identity.name),
        email: some(&identity.email),
        username: some(&identity.username),
        ..Private::default()
    }
}
