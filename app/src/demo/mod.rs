//! A made-up company with three years of history, to look around in and to test with.

mod absences;
mod answers;
mod assurance;
mod careers;
mod cast;
mod chance;
mod company;
mod completeness;
mod corrections;
mod deputies;
mod desk;
mod hiring;
mod issues;
mod learning;
mod names;
mod objections;
mod org;
mod papers;
mod personas;
mod requests;
mod roles;
mod rounds;
mod slips;
mod staff;
mod timeline;
mod training;

use crate::cli;
use crate::course_shelf;
use crate::installation::Installation;
use crate::settings::Settings;
pub(crate) use personas::personas;

use company::{Event, Step};
use jiff::{Span, Timestamp};
use keepsharp_domain::programme::{self, Programme};
use keepsharp_domain::roster::{self, ImportOptions, Roster};
use keepsharp_domain::sheet::File;
use keepsharp_domain::{Day, Draft, Refusal, World, attestation, completion, exception, leave};
use keepsharp_store::{Decision, Error, Store, fresh_id};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Writes the company's history into a folder, each step with the instant at which it would have been told.
///
/// # Errors
/// Where the folder can't be written to.
pub fn write(folder: &Path, today: Day) -> Result<Store, Error> {
    let told_at = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&told_at);
    let at = move || Timestamp::from_millisecond(clock.load(Ordering::SeqCst)).unwrap_or_default();
    let steps = company::history(today);
    if let Some(first) = steps.first() {
        told_at.store(first.at.as_millisecond(), Ordering::SeqCst);
    }
    let installation = Installation::find(Some(folder.to_owned()), None, Settings::default());
    let store = installation.open_at(Box::new(at))?;
    let taught_from = today.saturating_sub(Span::new().days(COURSE_IS_THERE_SINCE_DAYS));
    let mut taught = None;
    for step in steps {
        told_at.store(step.at.as_millisecond(), Ordering::SeqCst);
        let day = step.at.to_zoned(jiff::tz::TimeZone::UTC).date();
        if taught.is_none() && day >= taught_from {
            let files = issues::taught(day);
            course_shelf::publish(&store, &files, "operator:secops", step.at, day)?;
            taught = Some(files);
        }
        tell(&store, step)?;
    }
    if let Some(files) = taught {
        learning::write(&store, &files, taught_from, today)?;
    }
    Ok(store)
}

/// How long ago, in days, the company began to teach the course that comes with Keepsharp; before, it had another.
const COURSE_IS_THERE_SINCE_DAYS: i32 = 120;

fn tell(store: &Store, step: Step) -> Result<(), Error> {
    let day = step.at.to_zoned(jiff::tz::TimeZone::UTC).date();
    // Nobody else writes to a demo that is not finished, so who it is can't change before the commit.
    let by = step.by.in_ledger(&*store.world()?)?;
    store.commit(&by, move |world| Ok((Decision::from(decide(world, &step, day)?), ())))?;
    Ok(())
}

fn decide(world: &World, step: &Step, day: Day) -> Result<Vec<Draft>, Refusal> {
    match &step.event {
        Event::Desk(told) => told.decide(world, &step.by, day),
        Event::Access(told) => told.decide(world, &step.by, day, &mut fresh_id),
        Event::ByItself(told) => told.decide(world, day),
        Event::Care(told) => told.decide(world, day),
        Event::Completeness(told) => told.decide(world, day, &mut fresh_id),
        Event::Apply(text)
        | Event::Roster { csv: text, .. }
        | Event::Completions(text)
        | Event::Leaves(text)
        | Event::Exceptions(text)
        | Event::Attestations(text) => take_in(world, &step.event, text, day),
    }
}

fn take_in(world: &World, event: &Event, text: &str, day: Day) -> Result<Vec<Draft>, Refusal> {
    let columns = BTreeMap::new();
    let sha256 = cli::sha256(text.as_bytes());
    let file = File { bytes: text.as_bytes(), sha256: &sha256, columns: &columns };
    Ok(match event {
        Event::Apply(_) => programme::apply(world, &Programme::read(file.bytes)?, day, &mut fresh_id)?.0,
        Event::Roster { on, .. } => {
            let options = ImportOptions { on: *on, today: day, allow_mass_end: false };
            roster::import(world, &Roster::read(file)?, options, &mut fresh_id)?.0
        }
        Event::Completions(_) => completion::import(world, file, day)?.0,
        Event::Leaves(_) => leave::import(world, file)?.0,
        Event::Exceptions(_) => exception::import(world, file)?.0,
        Event::Attestations(_) => attestation::import(world, file, day)?.0,
        Event::Desk(_) | Event::Access(_) | Event::ByItself(_) | Event::Care(_) | Event::Completeness(_) => Vec::new(),
    })
}
