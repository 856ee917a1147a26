//! What an auditor is handed for one control and period: who it concerned, what was due, how it ended, and what was done.
//!
//! All of it follows from the facts, a [`Query`] and nothing else, so that anybody who holds the facts gets the same rows and
//! the same bytes. Names stand in it only where the world holds them: whoever builds a pack folds the facts with the private
//! parts that its reader may see, and no others.

mod assurance;
mod completeness;
mod frameworks;
mod history;
mod population;
mod sample;
#[cfg(test)]
mod tests;
mod text;
mod training;

pub use assurance::{AssuranceRow, HandOverRow};
pub use completeness::{ComparisonRow, DifferenceRow};
pub use frameworks::{Answer, FRAMEWORKS, Requirement as FrameworkRequirement, frameworks};
pub use history::{CourseRow, ImportRow, RoleRow, VersionRow};
pub use population::{PersonText, PopulationRow, Stratum};
pub use sample::{SampleQuery, SampleRow, Sizes, USUAL, rank};
pub use training::{CompletionRow, ExceptionRow, LeaveRow, ReminderRow, RequirementRow};

use crate::control::Control;
use crate::requirement::{Outcome, Period};
use crate::{Day, PersonId, World};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What is asked for. Stands in a pack's manifest as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// The control's id.
    pub control: Box<str>,
    /// First day of the period.
    pub from: Day,
    /// Last day of the period; what is completed after it is not looked at.
    pub to: Day,
    /// The day on which people's standing is told.
    pub as_of: Day,
    /// Facts recorded after this are not looked at.
    pub known_at: Timestamp,
    /// Whose names the pack opens.
    pub opened: Opened,
    /// How the sample is drawn, where one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<SampleQuery>,
}

/// Whose private parts a pack opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Opened {
    /// Nobody's.
    Nobody,
    /// Those of the sampled people.
    Sample,
    /// Everybody's.
    Everybody,
}

/// When each fact was recorded, and by whom: what the world does not keep.
#[derive(Clone, Debug, Default)]
pub struct Log {
    at: Vec<Timestamp>,
    by: Vec<u32>,
    authors: Vec<Box<str>>,
}

impl Log {
    /// Takes in the next fact.
    pub fn push(&mut self, at: Timestamp, by: &str) {
        let known = self.authors.iter().rposition(|author| **author == *by);
        let place = known.unwrap_or_else(|| {
            self.authors.push(by.into());
            self.authors.len() - 1
        });
        self.at.push(at);
        self.by.push(u32::try_from(place).unwrap_or(u32::MAX));
    }

    /// When a fact was recorded and by whom; none for one that was not taken in.
    #[must_use]
    pub fn recorded(&self, seq: u64) -> Option<(Timestamp, &str)> {
        let place = usize::try_from(seq).ok()?;
        let author = *self.by.get(place)? as usize;
        Some((*self.at.get(place)?, self.authors.get(author)?))
    }
}

/// All that stands in a pack, as rows.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// What was asked for.
    pub query: Query,
    /// What the organisation is called.
    pub organisation: String,
    /// What the control is called, on the last day of the period.
    pub title: String,
    /// Everybody whom the control concerned in the period, one row for each unbroken time in scope.
    pub population: Vec<PopulationRow>,
    /// What was due in the period and how it ended.
    pub requirements: Vec<RequirementRow>,
    /// Completions of the control's courses by those people, up to the period's end.
    pub completions: Vec<CompletionRow>,
    /// Releases from the control that touch the period.
    pub exceptions: Vec<ExceptionRow>,
    /// Their leaves that touch the period.
    pub leaves: Vec<LeaveRow>,
    /// What people were sent about the control in the period.
    pub reminders: Vec<ReminderRow>,
    /// Files taken in up to the period's end.
    pub imports: Vec<ImportRow>,
    /// The control's versions that were in force in the period.
    pub versions: Vec<VersionRow>,
    /// Who held a role, and when.
    pub roles: Vec<RoleRow>,
    /// The owner's reviews of the control, the checks for 100 %, and what followed.
    pub assurance: Vec<AssuranceRow>,
    /// What auditors asked for, and what they were handed.
    pub hand_overs: Vec<HandOverRow>,
    /// The sample; empty where none was asked for.
    pub sample: Vec<SampleRow>,
    /// The sampled people in the order in which they were drawn first, each with all the ids that facts know them by.
    pub sampled: Vec<(PersonId, Vec<PersonId>)>,
    /// Other lists that the roster was compared with: those of the period, and of each the newest up to its end.
    pub comparisons: Vec<ComparisonRow>,
    /// Everybody in whom they differ.
    pub differences: Vec<DifferenceRow>,
    /// The versions of the control's courses that were published up to the period's end.
    pub courses: Vec<CourseRow>,
    /// What each framework asks, and which part of this answers it.
    pub frameworks: Vec<Answer>,
}

impl Evidence {
    /// What a query gives.
    ///
    /// # Errors
    /// Where the control is not defined, or the period makes no sense.
    pub fn of(world: &World, log: &Log, query: &Query) -> Result<Evidence, String> {
        let control = world.control(&query.control)?;
        if query.to < query.from {
            return Err(format!("the period ends on {}, before it begins on {}", query.to, query.from));
        }
        let period = Period { from: query.from, to: query.to };
        let population = population::rows(world, control, query);
        let requirements = training::requirements(world, control, query, &population);
        let sample = match &query.sample {
            Some(asked) => sample::draw(asked, &requirements)?,
            None => Vec::new(),
        };
        let (comparisons, differences) = completeness::rows(world, control, log, query);
        Ok(Evidence {
            sampled: sampled(world, &sample),
            organisation: world.organisation().map(|one| one.name.to_string()).unwrap_or_default(),
            title: control.version(query.to).map(|version| version.title.to_string()).unwrap_or_default(),
            completions: training::completions(world, control, log, period, &population),
            exceptions: training::exceptions(world, control, log, period),
            leaves: training::leaves(world, period, &population),
            reminders: training::reminders(world, control, period),
            imports: history::imports(world, query),
            versions: history::versions(control, log, period),
            roles: history::roles(world),
            assurance: assurance::rows(world, query),
            hand_overs: assurance::hand_overs(world, query),
            comparisons,
            differences,
            courses: history::courses(world, control, query),
            frameworks: frameworks(control, query.to),
            query: query.clone(),
            population,
            requirements,
            sample,
        })
    }

    /// The requirements that were not met in time.
    pub fn deviations(&self) -> impl Iterator<Item = &RequirementRow> {
        self.requirements.iter().filter(|row| row.outcome != Outcome::OnTime)
    }

    /// How many requirements ended so.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> usize {
        self.requirements.iter().filter(|row| row.outcome == outcome).count()
    }

    /// Its tables, by file name, as CSV (RFC 4180 with line feeds).
    #[must_use]
    pub fn tables(&self) -> Vec<(&'static str, String)> {
        text::tables(self)
    }
}

fn sampled(world: &World, sample: &[SampleRow]) -> Vec<(PersonId, Vec<PersonId>)> {
    let mut seen = BTreeSet::new();
    let once = sample.iter().filter(|row| seen.insert(row.person));
    let ids = |person| world.people().by_id(person).map(|ix| world.people().ids_of(ix).collect());
    once.map(|row| (row.person, ids(row.person).unwrap_or_default())).collect()
}

/// The courses of all its versions.
fn courses(control: &Control) -> impl Iterator<Item = &str> {
    control
        .versions()
        .iter()
        .flat_map(|version| std::iter::once(&*version.courses.full).chain(version.courses.refresher.as_deref()))
}
