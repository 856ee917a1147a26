//! Timed work: what the world asks to be done now, done once however many processes run, and how it went.
//!
//! Nothing is planned ahead and kept: what is due is decided from the world and the day each time, so that a process
//! that slept or a clock that jumped leave nothing undone and nothing done twice.

mod answer;
pub(crate) mod inbox;
mod incoming;
mod letters;
mod onboarding;
mod outbox;
mod piece;
mod plain_text;
#[cfg(test)]
mod tests;
mod webhook;
mod witness;
#[cfg(test)]
mod witness_tests;

pub(crate) use answer::{Meant, act, found as link_found};
pub(crate) use letters::ways;
pub(crate) use outbox::MOST_ATTEMPTS;
pub(crate) use piece::{Piece, pieces};
pub(crate) use witness::Witness;

use crate::connect::tracker::{Tracker, Trouble};
use crate::settings::Settings;
use crate::web::App;
use crate::{connect, packs};
use jiff::{SignedDuration, Timestamp};
use keepsharp_domain::{Day, World};
use keepsharp_store::{Error, Store, Worked, fresh_word};
use std::time::Duration;

/// How often the outbox is looked into.
const EVERY: Duration = Duration::from_secs(2);
/// How often it is asked what the world wants done.
const LOOKED_EVERY: Duration = Duration::from_secs(30);
/// Looks after which what nobody came back for is cleared away: half an hour.
const CLEARED_EVERY: u64 = 60;
/// How long one process is the one that works, unless it says so again with each piece.
const LEASE: SignedDuration = SignedDuration::from_mins(10);
const LEASE_NAME: &str = "work";
/// How long it stays known how a piece of work went.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(90 * 24);
/// The longest pause after failures.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(6);

/// Most tasks given or ticked in one go: a large intake must not use up what a tracker allows.
const MOST_TASKS: usize = 25;

/// What a piece of work is done with.
pub(crate) struct Workplace<'a> {
    pub(crate) store: &'a Store,
    pub(crate) settings: &'a Settings,
    /// The address that links begin with.
    pub(crate) address: &'a str,
    pub(crate) tracker: Option<&'a dyn Tracker>,
    /// Who works, so that nobody else does meanwhile.
    pub(crate) holder: &'a str,
    pub(crate) now: Timestamp,
    pub(crate) today: Day,
}

/// How a piece of work went.
#[derive(Debug)]
pub(crate) struct Went {
    /// Which.
    pub(crate) title: String,
    /// What was done, or what went wrong.
    pub(crate) result: Result<String, Trouble>,
}

/// Works for ever: sends what waits, does what is due, clears away what nobody came back for. A mail server that sleeps keeps
/// nothing else waiting.
pub(crate) fn keep_house(app: &App) {
    let holder = fresh_word().unwrap_or_else(|_| std::process::id().to_string());
    let tracker = connect::tracker(&app.settings).unwrap_or_else(|problem| {
        crate::cli::log(&format!("the settings of the tracker: {problem}"));
        None
    });
    let tracker = tracker.as_deref();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            loop {
                outbox::send(app, tracker);
                std::thread::sleep(EVERY);
            }
        });
        scope.spawn(|| packs::keep_making(app));
        for round in 0_u64.. {
            if let Err(problem) = work(app, tracker, &holder) {
                crate::cli::log(&format!("timed work: {problem}"));
            }
            if round.is_multiple_of(CLEARED_EVERY)
                && let Err(error) = clear(app)
            {
                crate::cli::log(&format!("clearing away: {error}"));
            }
            std::thread::sleep(LOOKED_EVERY);
        }
    });
}

fn clear(app: &App) -> Result<(), Error> {
    let now = (app.clock)();
    app.packs.clear(now);
    app.store.clear_uploads(now)?;
    app.store.clear_message_links(now)?;
    app.store.forget_work(now.saturating_sub(REMEMBERED).unwrap_or(now))
}

/// Does what is due, if this process is the one that works now.
fn work(app: &App, tracker: Option<&dyn Tracker>, holder: &str) -> Result<(), Error> {
    // The made-up company writes to nobody.
    if app.is_demo() {
        return Ok(());
    }
    let now = (app.clock)();
    let today = crate::clock::day_of(&*app.store.world()?, now);
    let place =
        Workplace { store: &app.store, settings: &app.settings, address: &app.address, tracker, holder, now, today };
    for went in do_due(&place, false, |_| true)?.unwrap_or_default() {
        match went.result {
            Ok(told) if told.is_empty() => {}
            Ok(told) => crate::cli::log(&format!("{}: {told}", went.title)),
            Err(trouble) => crate::cli::log(&format!("{}: {trouble}", went.title)),
        }
    }
    Ok(())
}

/// Does every piece that is due and wanted by its title; with `at_once`, also those that only wait for their next time.
/// None where another process is at work.
///
/// # Errors
/// Where the database can't be read or written. What goes wrong with one piece stands in its own result.
pub(crate) fn do_due(place: &Workplace, at_once: bool, wanted: fn(&str) -> bool) -> Result<Option<Vec<Went>>, Error> {
    if !place.store.take_lease(LEASE_NAME, place.holder, place.now, after(place.now, LEASE))? {
        return Ok(None);
    }
    let done = do_each(place, at_once, wanted);
    // Whoever waits may begin; if this can't be written, the lease ends by itself.
    let _ = place.store.take_lease(LEASE_NAME, place.holder, place.now, place.now);
    done.map(Some)
}

fn do_each(place: &Workplace, at_once: bool, wanted: fn(&str) -> bool) -> Result<Vec<Went>, Error> {
    let known = place.store.works()?;
    let found: Vec<(Piece, String)> = {
        let world = place.store.world()?;
        let found = pieces(&world, place.settings, place.tracker.is_some(), place.today);
        found.into_iter().map(|piece| (piece.title(&world), piece)).map(|(title, piece)| (piece, title)).collect()
    };
    let mut done = Vec::new();
    // Whoever says "later" means all that we would ask of them now.
    let mut tracker_rests = false;
    let mut tried = 0;
    for (piece, title) in found {
        let before = known.iter().find(|worked| worked.key == piece.key());
        // What was done at a time that has not come was done by a clock that was ahead, and so was its next time.
        let waits = before.is_some_and(|worked| worked.at <= place.now && place.now < worked.next_at);
        if piece.is_task() && tried == MOST_TASKS {
            continue;
        }
        if !wanted(&title) || (waits && !at_once) || (tracker_rests && piece.needs_tracker()) {
            continue;
        }
        tried += usize::from(piece.is_task());
        let now = crate::clock::now();
        if !place.store.take_lease(LEASE_NAME, place.holder, now, after(now, LEASE))? {
            break;
        }
        let result = piece.work(place);
        tracker_rests |= piece.needs_tracker() && matches!(result, Err(Trouble::Later { .. } | Trouble::Unsure { .. }));
        note(place, &piece, before, &result)?;
        done.push(Went { title, result });
    }
    Ok(done)
}

fn note(
    place: &Workplace,
    piece: &Piece,
    before: Option<&Worked>,
    result: &Result<String, Trouble>,
) -> Result<(), Error> {
    let attempts = before.map_or(0, |worked| worked.attempts);
    let worked = match result {
        Ok(told) => {
            let told = match before {
                // A look that found nothing to do leaves what was done last to be seen.
                Some(before) if told.is_empty() => before.told.clone(),
                _ => told.clone(),
            };
            let next_at = after(place.now, piece.every());
            Worked { key: piece.key(), at: place.now, next_at, attempts: 0, told, problem: String::new() }
        }
        Err(trouble) => {
            let told = before.map(|worked| worked.told.clone()).unwrap_or_default();
            let next_at = after(place.now, pause(trouble, attempts));
            let problem = trouble.to_string();
            Worked { key: piece.key(), at: place.now, next_at, attempts: attempts + 1, told, problem }
        }
    };
    place.store.worked(&worked)
}

/// How long to wait after a failure: twice as long each time, and at least as long as we were told.
fn pause(trouble: &Trouble, attempts: u64) -> SignedDuration {
    let doubled = SignedDuration::from_secs(30 << attempts.min(10)).min(LONGEST_PAUSE);
    let told = match trouble {
        Trouble::Later { after: Some(after), .. } => SignedDuration::try_from(*after).unwrap_or(LONGEST_PAUSE),
        _ => SignedDuration::ZERO,
    };
    doubled.max(told)
}

fn after(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_add(by).unwrap_or(now)
}

/// What went wrong with the database, as trouble with a piece of work: it is tried again.
fn stored(error: Error) -> Trouble {
    match error {
        Error::Refused(refusal) => Trouble::Refused { why: refusal.to_string() },
        other => Trouble::Later { why: other.to_string(), after: None },
    }
}

/// The campaign's title, or its id where it is gone.
fn campaign_title(world: &World, id: &str) -> String {
    world.campaigns().get(id).map_or(id, |campaign| &campaign.title).to_owned()
}
