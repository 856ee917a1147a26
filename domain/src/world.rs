//! What is known: the fold of the ledger's facts, held in memory and asked for every figure.
//!
//! A world is the fold of a beginning of the ledger, so "as known at" an instant is the world of the facts
//! recorded by then; "as of" a day is an argument of each question.

use crate::Day;
use crate::access::Grants;
use crate::assurance::Assurance;
use crate::campaign::Campaign;
use crate::comparison::Comparisons;
use crate::control::{Control, ControlVersion};
use crate::correction::Corrections;
use crate::course_publishing::PublishedCourses;
use crate::deputy::Deputies;
use crate::encouragement::Notes;
use crate::fact::{
    Body, ControlDefined, Fact, FileImported, FileKind, PersonChanged, PersonJoined, PersonLeft, PersonPostponed,
    PersonStayed, Private,
};
use crate::hand_over::HandOvers;
use crate::look::Looks;
use crate::message::Messages;
use crate::objection::Objections;
use crate::onboarding::Onboarding;
use crate::organisation::Organisation;
use crate::people::{People, Profiles};
use crate::person::{Person, PersonId, Record, Spell};
use crate::request::Requests;
use crate::room::Rooms;
use crate::round::Rounds;
use crate::rule::Rule;
use crate::scope::Verdicts;
use crate::track::Track;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

mod apply;
mod courses;
mod merge;

/// Everything that the facts up to [`World::size`] say.
#[derive(Clone, Debug, Default)]
pub struct World {
    size: u64,
    last_at: Option<Timestamp>,
    origin: Option<Box<str>>,
    key: Option<Box<str>>,
    organisation: Option<Organisation>,
    people: People,
    profiles: Profiles,
    courses: Vec<Box<str>>,
    versions: Vec<Box<str>>,
    published: PublishedCourses,
    proofs: BTreeMap<u32, Box<str>>,
    controls: BTreeMap<Box<str>, Control>,
    tracks: Vec<Track>,
    campaigns: BTreeMap<Box<str>, Campaign>,
    imports: Vec<Import>,
    corrections: Corrections,
    requests: Requests,
    objections: Objections,
    deputies: Deputies,
    notes: Notes,
    pub(crate) rounds: Rounds,
    messages: Messages,
    onboarding: Onboarding,
    grants: Grants,
    rooms: Rooms,
    looks: Looks,
    assurance: Assurance,
    hand_overs: HandOvers,
    comparisons: Comparisons,
    pub(crate) verdicts: Verdicts,
}

/// A file that was taken in.
#[derive(Clone, Debug)]
pub struct Import {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Box<str>,
    /// What the fact says.
    pub body: FileImported,
}

impl World {
    /// How many facts it is the fold of.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// When the last of its facts entered the ledger.
    #[must_use]
    pub fn last_at(&self) -> Option<Timestamp> {
        self.last_at
    }

    /// The ledger's name.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// The key that signs the ledger now, in C2SP verifier form.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// The organisation, if it was defined.
    #[must_use]
    pub fn organisation(&self) -> Option<&Organisation> {
        self.organisation.as_ref()
    }

    /// When fiscal years start.
    #[must_use]
    pub fn fiscal_years(&self) -> crate::calendar::FiscalYearStart {
        self.organisation
            .as_ref()
            .map_or(crate::calendar::FiscalYearStart::JANUARY, |organisation| organisation.fiscal_year_starts)
    }

    /// The people.
    #[must_use]
    pub fn people(&self) -> &People {
        &self.people
    }

    /// The profiles of their records.
    #[must_use]
    pub fn profiles(&self) -> &Profiles {
        &self.profiles
    }

    /// The controls by id.
    #[must_use]
    pub fn controls(&self) -> &BTreeMap<Box<str>, Control> {
        &self.controls
    }

    /// The control with this id.
    ///
    /// # Errors
    /// Names the controls there are.
    pub fn control(&self, id: &str) -> Result<&Control, String> {
        self.controls.get(id).ok_or_else(|| no_such("control", id, self.controls.keys()))
    }

    /// The tracks in order.
    #[must_use]
    pub fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    /// The campaigns by id.
    #[must_use]
    pub fn campaigns(&self) -> &BTreeMap<Box<str>, Campaign> {
        &self.campaigns
    }

    /// The campaign with this id.
    ///
    /// # Errors
    /// Names the campaigns there are.
    pub fn campaign(&self, id: &str) -> Result<&Campaign, String> {
        self.campaigns.get(id).ok_or_else(|| no_such("campaign", id, self.campaigns.keys()))
    }

    /// What was taken back.
    #[must_use]
    pub fn corrections(&self) -> &Corrections {
        &self.corrections
    }

    /// What people asked for.
    #[must_use]
    pub fn requests(&self) -> &Requests {
        &self.requests
    }

    /// What people object to.
    #[must_use]
    pub fn objections(&self) -> &Objections {
        &self.objections
    }

    /// Who acts for whom.
    #[must_use]
    pub fn deputies(&self) -> &Deputies {
        &self.deputies
    }

    /// What managers wrote to their teams.
    #[must_use]
    pub fn notes(&self) -> &Notes {
        &self.notes
    }

    /// What became of the campaigns.
    #[must_use]
    pub fn rounds(&self) -> &Rounds {
        &self.rounds
    }

    /// What people were sent, and who asked to be left alone for a while.
    #[must_use]
    pub fn messages(&self) -> &Messages {
        &self.messages
    }

    /// Who was given the task when they came.
    #[must_use]
    pub fn onboarding(&self) -> &Onboarding {
        &self.onboarding
    }

    /// The roles that were granted.
    #[must_use]
    pub fn grants(&self) -> &Grants {
        &self.grants
    }

    /// The auditors' rooms.
    #[must_use]
    pub fn rooms(&self) -> &Rooms {
        &self.rooms
    }

    /// Who looked at whose record.
    #[must_use]
    pub fn looks(&self) -> &Looks {
        &self.looks
    }

    /// Reviews and checks of the controls.
    #[must_use]
    pub fn assurance(&self) -> &Assurance {
        &self.assurance
    }

    /// What auditors asked for, and what they were handed.
    #[must_use]
    pub fn hand_overs(&self) -> &HandOvers {
        &self.hand_overs
    }

    /// Other lists that the roster was compared with.
    #[must_use]
    pub fn comparisons(&self) -> &Comparisons {
        &self.comparisons
    }

    /// Files taken in, in order.
    #[must_use]
    pub fn imports(&self) -> &[Import] {
        &self.imports
    }

    /// The day that the latest roster holds on.
    #[must_use]
    pub fn latest_roster(&self) -> Option<Day> {
        self.imports
            .iter()
            .filter(|import| import.body.file == FileKind::Roster)
            .filter_map(|import| import.body.on)
            .max()
    }

    /// Takes in the next fact.
    ///
    /// # Errors
    /// Says why the fact can't be true of this world; the world is then not to be used.
    pub fn apply(&mut self, fact: Fact) -> Result<(), String> {
        if fact.seq != self.size {
            return Err(format!("fact {} came where fact {} was due", fact.seq, self.size));
        }
        let seq = u32::try_from(fact.seq).map_err(|_| "the ledger is full".to_owned())?;
        let private = fact.private;
        match fact.body {
            Body::LedgerStarted(body) => {
                self.origin = Some(body.origin);
                self.key = Some(body.key);
            }
            Body::KeyAnnounced(body) => self.key = Some(body.key),
            Body::OrganisationDefined(body) => {
                self.organisation = Some(Organisation {
                    name: body.name,
                    fiscal_year_starts: body.fiscal_year_starts,
                    time_zone: body.time_zone,
                    smallest_group: body.smallest_group,
                    keep_years: body.keep_years,
                    about: body.about,
                });
            }
            Body::ControlDefined(body) => self.define_control(body, fact.seq)?,
            Body::TracksDefined(body) => {
                let compile = |track: crate::fact::TrackDefined| {
                    let rule = Arc::new(Rule::compile(&track.rule)?);
                    Ok(Track { id: track.id, title: track.title, rule })
                };
                self.tracks = body.tracks.into_iter().map(compile).collect::<Result<_, String>>()?;
            }
            Body::CampaignDefined(body) => {
                self.rounds.defined(&body.id, fact.at);
                self.campaigns.insert(body.id.clone(), Campaign::new(body)?);
            }
            Body::FileImported(body) => self.imports.push(Import { at: fact.at, by: fact.by, body }),
            Body::PersonJoined(body) => self.join(&body, private, seq),
            Body::PersonChanged(body) => self.change(&body, private, seq),
            Body::PersonIdentified(body) => {
                let ix = self.people.intern(body.person);
                self.people.identify(ix, private.unwrap_or_default());
            }
            Body::PersonPostponed(body) => self.postpone(&body),
            Body::PersonLeft(body) => self.leave_company(&body),
            Body::PersonStayed(body) => self.stay(&body),
            Body::PersonMerged(body) => self.merge(body.old, body.new)?,
            Body::PersonErased(body) => self.erase(body.person),
            body => self.apply_training(fact.seq, fact.at, fact.by, body, private)?,
        }
        self.size += 1;
        self.last_at = Some(fact.at);
        Ok(())
    }

    fn person_mut(&mut self, id: PersonId) -> Result<&mut Person, String> {
        let unknown = || format!("it speaks of {id}, whom no earlier fact names");
        let ix = self.people.by_id(id).ok_or_else(unknown)?;
        self.people.get_mut(ix).ok_or_else(unknown)
    }

    fn define_control(&mut self, body: ControlDefined, seq: u64) -> Result<(), String> {
        let full = self.intern_course(&body.courses.full)?;
        let refresher = body.courses.refresher.as_ref().map(|name| self.intern_course(name)).transpose()?;
        let version = ControlVersion {
            from: body.from,
            title: body.title,
            cadence: body.cadence,
            new_hire_days: body.new_hire_days,
            return_days: body.return_days,
            accepts: body.accepts,
            courses: body.courses,
            full,
            refresher,
            rule: Arc::new(Rule::compile(&body.scope)?),
            about: body.about,
            seq,
        };
        let control =
            self.controls.entry(body.id.clone()).or_insert_with(|| Control { id: body.id, versions: Vec::new() });
        insert_by(&mut control.versions, version, |version| (version.from, version.seq));
        Ok(())
    }

    fn join(&mut self, body: &PersonJoined, private: Option<Private>, seq: u32) {
        let ix = self.people.intern(body.person);
        let manager = body.manager.map(|id| self.people.intern(id));
        let record = Record { from: body.start, profile: self.profiles.intern(&body.profile), manager, seq };
        if let Some(person) = self.people.get_mut(ix) {
            let spell = Spell { start: body.start, end: None, before_tracking: body.before_tracking };
            insert_by(&mut person.spells, spell, |spell| spell.start);
            person.records.push(record);
        }
        self.people.identify(ix, private.unwrap_or_default());
    }

    fn change(&mut self, body: &PersonChanged, private: Option<Private>, seq: u32) {
        let ix = self.people.intern(body.person);
        let manager = body.manager.map(|id| self.people.intern(id));
        let record = Record { from: body.from, profile: self.profiles.intern(&body.profile), manager, seq };
        if let Some(person) = self.people.get_mut(ix) {
            person.records.push(record);
        }
        self.people.identify(ix, private.unwrap_or_default());
    }

    /// Moves the start of a spell that had not begun, and the record that would have begun with it.
    fn postpone(&mut self, body: &PersonPostponed) {
        let ix = self.people.intern(body.person);
        let Some(person) = self.people.get_mut(ix) else { return };
        for spell in person.spells.iter_mut().filter(|spell| spell.start == body.from) {
            spell.start = body.start;
        }
        for record in person.records.iter_mut().filter(|record| record.from == body.from) {
            record.from = body.start;
        }
        person.spells.sort_by_key(|spell| spell.start);
    }

    /// Ends the spells that last beyond the day.
    fn leave_company(&mut self, body: &PersonLeft) {
        let ix = self.people.intern(body.person);
        let Some(person) = self.people.get_mut(ix) else { return };
        for spell in person.spells.iter_mut().filter(|spell| spell.end.is_none_or(|end| end > body.on)) {
            spell.end = Some(body.on);
        }
        // What the roster announced for a time that will not come is not to hold for a later spell.
        person.records.retain(|record| record.from < body.on);
    }

    fn stay(&mut self, body: &PersonStayed) {
        let ix = self.people.intern(body.person);
        let Some(person) = self.people.get_mut(ix) else { return };
        if let Some(spell) = person.spells.iter_mut().rev().find(|spell| spell.start == body.start) {
            spell.end = None;
        }
    }

    /// Gives back memory that growing left over; for a world that was just folded from the whole ledger.
    pub fn shrink(&mut self) {
        self.people.shrink();
    }
}

/// Inserts where the key belongs, after its equals. Facts mostly come in order, so this is mostly a push.
fn insert_by<T, K: Ord>(list: &mut Vec<T>, item: T, key: impl Fn(&T) -> K) {
    let place = list.partition_point(|other| key(other) <= key(&item));
    list.insert(place, item);
}

fn no_such<'a>(what: &str, id: &str, known: impl Iterator<Item = &'a Box<str>>) -> String {
    let known: Vec<&str> = known.map(|id| &**id).take(12).collect();
    let known = if known.is_empty() {
        "none is defined; apply a programme first".to_owned()
    } else {
        format!("there is {}", known.join(", "))
    };
    format!("there is no {what} {}: {known}", crate::calendar::quote(id))
}

#[cfg(test)]
pub(crate) mod tests;
