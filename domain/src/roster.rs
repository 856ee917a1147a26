//! What a roster snapshot says: who joined, left or moved since the last one, as facts.

use crate::calendar::{add_days, quote};
use crate::fact::{
    Body, FileImported, FileKind, PersonChanged, PersonJoined, PersonLeft, PersonNamed, PersonPostponed, PersonStayed,
    Private,
};
use crate::person::{Identity, Person, PersonId, PersonIx, Profile, Spell};
use crate::sheet::{self, File, Layout, Reading};
use crate::{Day, Draft, Problem, Refusal, World};
use std::collections::{HashMap, HashSet};

const LAYOUT: Layout = Layout {
    required: &["employee_id", "name", "email", "username", "title", "departments", "manager_id", "start_date"],
    optional: &["end_date", "employment", "location", "labels"],
};

/// A roster file, read and found well-formed.
#[derive(Clone, Debug)]
pub struct Roster {
    rows: Vec<RosterRow>,
    sha256: Box<str>,
    reading: Reading,
}

#[derive(Clone, Debug)]
struct RosterRow {
    identity: Identity,
    profile: Profile,
    manager_id: Box<str>,
    start_date: Option<Day>,
    /// Last day employed.
    end_date: Option<Day>,
}

impl Roster {
    /// Reads a roster file.
    ///
    /// # Errors
    /// All that is wrong with it, by line and column.
    pub fn read(file: File) -> Result<Roster, Refusal> {
        let mut rows = Vec::new();
        let mut lines: HashMap<Box<str>, u64> = HashMap::new();
        let reading = sheet::read(file, LAYOUT, |row| {
            let (start_date, end_date) = (row.day("start_date"), row.day("end_date"));
            if let (Some(start), Some(end)) = (start_date, end_date)
                && end < start
            {
                row.problem("end_date", "the last day lies before start_date");
            }
            let Some(employee_id) = row.required("employee_id").map(Box::<str>::from) else { return };
            if let Some(first) = lines.insert(employee_id.clone(), row.line) {
                row.problem(
                    "employee_id",
                    format!("{} stands on line {first} already; an id names one person", quote(&employee_id)),
                );
            }
            let text = |column: &str| Box::from(row.get(column));
            rows.push(RosterRow {
                identity: Identity {
                    employee_id,
                    name: text("name"),
                    email: text("email"),
                    username: text("username"),
                },
                profile: Profile {
                    title: text("title"),
                    departments: sheet::items(row.get("departments")),
                    employment: text("employment"),
                    location: text("location"),
                    labels: sheet::items(row.get("labels")),
                },
                manager_id: text("manager_id"),
                start_date,
                end_date,
            });
        })?;
        if rows.is_empty() {
            return Err(Refusal::File(vec![Problem::file("the file names nobody; a roster is the whole company")]));
        }
        Ok(Roster { rows, sha256: file.sha256.into(), reading })
    }
}

/// How an import is asked for.
#[derive(Clone, Copy, Debug)]
pub struct ImportOptions {
    /// The day that the snapshot holds on.
    pub on: Day,
    /// Today.
    pub today: Day,
    /// Take a file in that ends more than a tenth of all current spells.
    pub allow_mass_end: bool,
}

/// Somebody whom an import concerns, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concerned {
    /// Who.
    pub person: PersonId,
    /// Employee id.
    pub employee_id: Box<str>,
    /// Name.
    pub name: Box<str>,
    /// What happened to them, in words.
    pub what: String,
}

/// What an import found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RosterPlan {
    /// Rows in the file.
    pub rows: u64,
    /// Who is employed anew.
    pub joiners: Vec<Concerned>,
    /// Who is no longer employed.
    pub leavers: Vec<Concerned>,
    /// Whose record changed.
    pub moves: Vec<Concerned>,
    /// Whose name, address or user name changed.
    pub renamed: Vec<Concerned>,
    /// What the user should know of.
    pub notices: Vec<String>,
}

/// The facts that a roster gives in this world.
///
/// # Errors
/// Where the roster is older than the latest, lies in the future, or would end more than a tenth of all spells.
pub fn import(
    world: &World,
    roster: &Roster,
    options: ImportOptions,
    mint: &mut dyn FnMut() -> PersonId,
) -> Result<(Vec<Draft>, RosterPlan), Refusal> {
    check_day(world, options)?;
    let mut import = Import {
        world,
        options,
        first: world.latest_roster().is_none(),
        minted: HashMap::new(),
        managers: roster.rows.iter().map(|row| row.manager_id.clone()).collect(),
        drafts: Vec::new(),
        plan: RosterPlan {
            rows: roster.reading.rows,
            notices: roster.reading.notices.clone(),
            ..RosterPlan::default()
        },
        ended: 0,
    };
    let rows = import.one_row_each(&roster.rows);
    import.mint_ids(&rows, mint);
    let present: HashSet<PersonIx> =
        rows.iter().filter_map(|row| world.people().by_employee_id(&row.identity.employee_id)).collect();
    for row in &rows {
        import.row(row);
    }
    let current = import.end_absent(&present);
    import.check_mass_end(current)?;
    Ok(import.finish(&roster.sha256))
}

fn check_day(world: &World, options: ImportOptions) -> Result<(), Refusal> {
    if let Some(latest) = world.latest_roster().filter(|latest| options.on < *latest) {
        return Err(Refusal::request(format!(
            "a roster of {latest} was imported already, so one of {} comes too late; rosters are taken in the order of their days",
            options.on
        )));
    }
    if options.on > options.today {
        return Err(Refusal::request(format!(
            "{} has not come yet (today is {}); a roster holds on a day that has; people who start later are given their start_date in it",
            options.on, options.today
        )));
    }
    Ok(())
}

struct Import<'w> {
    world: &'w World,
    options: ImportOptions,
    first: bool,
    /// Ids made for employee ids that no earlier fact names.
    minted: HashMap<Box<str>, PersonId>,
    /// Employee ids that the file names as managers.
    managers: HashSet<Box<str>>,
    drafts: Vec<Draft>,
    plan: RosterPlan,
    ended: usize,
}

/// The spell that lasts on `day` or is yet to begin.
fn current_spell(person: &Person, day: Day) -> Option<&Spell> {
    person.spells.iter().rev().find(|spell| spell.end.is_none_or(|end| end > day))
}

impl Import<'_> {
    /// Of several rows that turned out to be one person (a merge, a second account), the one under the id they have now.
    fn one_row_each<'r>(&mut self, rows: &'r [RosterRow]) -> Vec<&'r RosterRow> {
        let mut chosen: HashMap<PersonIx, usize> = HashMap::new();
        let mut kept: Vec<&RosterRow> = Vec::with_capacity(rows.len());
        for row in rows {
            let Some(ix) = self.world.people().by_employee_id(&row.identity.employee_id) else {
                kept.push(row);
                continue;
            };
            match chosen.get(&ix).copied() {
                None => {
                    chosen.insert(ix, kept.len());
                    kept.push(row);
                }
                Some(place) => {
                    let primary = self.world.people().get(ix).map(Person::label);
                    if primary.as_deref() == Some(&*row.identity.employee_id)
                        && let Some(slot) = kept.get_mut(place)
                    {
                        *slot = row;
                    }
                    self.plan.notices.push(format!(
                        "{} is one person with two rows; the row of {} was taken",
                        row.identity.employee_id,
                        primary.unwrap_or_default()
                    ));
                }
            }
        }
        kept
    }

    /// Makes ids for everybody whom no earlier fact names, those named only as managers included.
    fn mint_ids(&mut self, rows: &[&RosterRow], mint: &mut dyn FnMut() -> PersonId) {
        for row in rows {
            if self.world.people().by_employee_id(&row.identity.employee_id).is_none() {
                self.minted.insert(row.identity.employee_id.clone(), mint());
            }
        }
        for row in rows.iter().filter(|row| !row.manager_id.is_empty()) {
            if self.world.people().by_employee_id(&row.manager_id).is_none()
                && !self.minted.contains_key(&row.manager_id)
            {
                let person = mint();
                self.minted.insert(row.manager_id.clone(), person);
                let private = Private { employee_id: Some(row.manager_id.clone()), ..Private::default() };
                self.drafts
                    .push(Draft { body: Body::PersonIdentified(PersonNamed { person }), private: Some(private) });
            }
        }
    }

    fn id_of(&self, employee_id: &str) -> Option<PersonId> {
        match self.world.people().by_employee_id(employee_id) {
            Some(ix) => self.world.people().get(ix).map(|person| person.id),
            None => self.minted.get(employee_id).copied(),
        }
    }

    fn row(&mut self, row: &RosterRow) {
        let Some(id) = self.id_of(&row.identity.employee_id) else { return };
        let manager = if row.manager_id.is_empty() { None } else { self.id_of(&row.manager_id) };
        let world = self.world;
        let known = world.people().by_id(id).and_then(|ix| world.people().get(ix));
        match known.and_then(|person| current_spell(person, self.options.on).map(|spell| (person, *spell))) {
            Some((person, spell)) => self.stays(row, id, manager, person, spell),
            None => self.joins(row, id, manager, known),
        }
    }

    fn joins(&mut self, row: &RosterRow, id: PersonId, manager: Option<PersonId>, known: Option<&Person>) {
        let on = self.options.on;
        let end = row.end_date.map(|last| add_days(last, 1));
        let before_tracking = self.first && row.start_date.is_none();
        let start = row.start_date.unwrap_or(on);
        if let Some(end) = end.filter(|end| *end <= on) {
            let told_before = known.is_some_and(|person| {
                person.spells.iter().any(|spell| spell.end.is_some_and(|told| told <= end) || spell.start == start)
            });
            if told_before || row.start_date.is_none() {
                self.plan.notices.push(format!(
                    "{} left on {end}, before the roster's day; the row was ignored",
                    row.identity.employee_id
                ));
                if self.managers.contains(&row.identity.employee_id) && known.is_none() {
                    // Somebody's manager still needs an id that the next import finds again.
                    let private = Some(private_of(&row.identity));
                    self.drafts.push(Draft { body: Body::PersonIdentified(PersonNamed { person: id }), private });
                }
                return;
            }
        }
        let body = PersonJoined { person: id, start, before_tracking, profile: row.profile.clone(), manager };
        let same_identity = known.and_then(|person| person.identity.as_deref()) == Some(&row.identity);
        let private = (!same_identity).then(|| private_of(&row.identity));
        self.drafts.push(Draft { body: Body::PersonJoined(body), private });
        let back = known.is_some_and(Person::is_listed);
        let what = match (back, before_tracking) {
            (true, _) => format!("back from {start}"),
            (false, true) => format!("employed since before {on}"),
            (false, false) => format!("from {start}"),
        };
        self.plan.joiners.push(concerned(id, &row.identity, what));
        if let Some(end) = end {
            self.end(id, &row.identity, end);
        }
    }

    fn stays(&mut self, row: &RosterRow, id: PersonId, manager: Option<PersonId>, person: &Person, spell: Spell) {
        let on = self.options.on;
        let mut start = spell.start;
        if let Some(moved) = row.start_date.filter(|moved| spell.start > on && *moved != spell.start) {
            self.drafts
                .push(Body::PersonPostponed(PersonPostponed { person: id, from: spell.start, start: moved }).into());
            self.plan.moves.push(concerned(id, &row.identity, format!("starts on {moved} instead of {}", spell.start)));
            start = moved;
        }
        let same_identity = person.identity.as_deref() == Some(&row.identity);
        let private = (!same_identity).then(|| private_of(&row.identity));
        // For somebody yet to start, the news holds from their first day.
        let from = on.max(start);
        match self.difference(row, manager, person, on.max(spell.start)) {
            Some(what) => {
                let body = PersonChanged { person: id, from, profile: row.profile.clone(), manager };
                self.drafts.push(Draft { body: Body::PersonChanged(body), private });
                self.plan.moves.push(concerned(id, &row.identity, what));
            }
            None if !same_identity => {
                self.drafts.push(Draft { body: Body::PersonIdentified(PersonNamed { person: id }), private });
                self.plan.renamed.push(concerned(id, &row.identity, "name, address or user name".to_owned()));
            }
            None => {}
        }
        let end = row.end_date.map(|last| add_days(last, 1));
        if end != spell.end {
            if spell.end.is_some() {
                self.drafts.push(Body::PersonStayed(PersonStayed { person: id, start }).into());
            }
            if let Some(end) = end {
                self.end(id, &row.identity, end);
            }
        }
    }

    /// What differs between the row and the record in force, in words; none where nothing does.
    fn difference(&self, row: &RosterRow, manager: Option<PersonId>, person: &Person, day: Day) -> Option<String> {
        let people = self.world.people();
        let Some(record) = person.record(day) else {
            return Some(format!("{} was not recorded", quote(&row.profile.title)));
        };
        let old = self.world.profiles().get(record.profile)?;
        let old_manager = record.manager.and_then(|ix| people.get(ix));
        let mut told = Vec::new();
        if old.title != row.profile.title {
            told.push(format!("{} -> {}", quote(&old.title), quote(&row.profile.title)));
        }
        if old.departments != row.profile.departments {
            told.push(format!(
                "departments {} -> {}",
                quote(&old.departments.join("; ")),
                quote(&row.profile.departments.join("; "))
            ));
        }
        if old_manager.map(|manager| manager.id) != manager {
            let shown = |id: &str| if id.is_empty() { "nobody".to_owned() } else { id.to_owned() };
            told.push(format!(
                "manager {} -> {}",
                shown(&old_manager.map(Person::label).unwrap_or_default()),
                shown(&row.manager_id)
            ));
        }
        for (name, old, new) in [
            ("employment", &old.employment, &row.profile.employment),
            ("location", &old.location, &row.profile.location),
        ] {
            if old != new {
                told.push(format!("{name} {} -> {}", quote(old), quote(new)));
            }
        }
        if old.labels != row.profile.labels {
            told.push(format!("labels {} -> {}", quote(&old.labels.join("; ")), quote(&row.profile.labels.join("; "))));
        }
        (!told.is_empty()).then(|| told.join(", "))
    }

    fn end(&mut self, id: PersonId, identity: &Identity, end: Day) {
        self.drafts.push(Body::PersonLeft(PersonLeft { person: id, on: end }).into());
        self.plan.leavers.push(concerned(id, identity, format!("no longer employed from {end}")));
        self.ended += usize::from(end <= self.options.on);
    }

    /// Ends the spells of those the file does not name. Gives how many spells were current before.
    fn end_absent(&mut self, present: &HashSet<PersonIx>) -> usize {
        let (world, on) = (self.world, self.options.on);
        let mut current = 0;
        for (ix, person) in world.people().listed() {
            if current_spell(person, on).is_none() {
                continue;
            }
            current += 1;
            if !present.contains(&ix) {
                let identity = person.identity.as_deref().cloned().unwrap_or_default();
                self.end(person.id, &identity, on);
            }
        }
        current
    }

    fn check_mass_end(&self, current: usize) -> Result<(), Refusal> {
        if self.ended * 10 > current && current > 0 && !self.options.allow_mass_end {
            return Err(Refusal::request(format!(
                "the file would end the employment of {} of {current} people, more than a tenth; it may be a part of the roster only. If so many really left, say --allow-mass-end",
                self.ended
            )));
        }
        Ok(())
    }

    fn finish(self, sha256: &str) -> (Vec<Draft>, RosterPlan) {
        let on = Some(self.options.on);
        let seen = |import: &crate::world::Import| {
            import.body.file == FileKind::Roster && import.body.on == on && &*import.body.sha256 == sha256
        };
        if self.drafts.is_empty() && self.world.imports().iter().any(seen) {
            return (Vec::new(), self.plan);
        }
        let imported = FileImported {
            file: FileKind::Roster,
            on,
            sha256: sha256.into(),
            rows: self.plan.rows,
            facts: self.drafts.len() as u64,
        };
        let mut drafts = vec![Body::FileImported(imported).into()];
        drafts.extend(self.drafts);
        (drafts, self.plan)
    }
}

fn private_of(identity: &Identity) -> Private {
    let some = |text: &str| (!text.is_empty()).then(|| Box::from(text));
    Private {
        employee_id: Some(identity.employee_id.clone()),
        name: some(&identity.name),
        email: some(&identity.email),
        username: some(&identity.username),
        ..Private::default()
    }
}

fn concerned(person: PersonId, identity: &Identity, what: String) -> Concerned {
    Concerned { person, employee_id: identity.employee_id.clone(), name: identity.name.clone(), what }
}

#[cfg(test)]
mod tests;
