//! What somebody answers to a message without signing in: by its link, or by mail.

use crate::cli::sha256;
use jiff::{SignedDuration, Timestamp};
use keepsharp_domain::acknowledgement::acknowledge;
use keepsharp_domain::person::PersonIx;
use keepsharp_domain::{Day, Draft, Refusal, World, message, objection};
use keepsharp_store::{Error, MessageLink, Store};

/// What is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meant {
    /// They took what this control asks, on that day.
    Taken(String, Day),
    /// They want to hear of nothing before that day.
    Later(Day),
    /// This control is not for them, and why.
    NotMe(String, String),
}

/// Whom a link is for and which controls its message was about; none where it leads nowhere, or they have left.
///
/// # Errors
/// Where the database can't be read.
pub(crate) fn found(
    store: &Store,
    world: &World,
    token: &str,
    now: Timestamp,
    today: Day,
) -> Result<Option<(PersonIx, Vec<String>)>, Error> {
    Ok(store.message_link(&sha256(token.as_bytes()), now)?.and_then(|link| whose(world, &link, today)))
}

/// Whom a link is for, while they are employed.
pub(super) fn whose(world: &World, link: &MessageLink, today: Day) -> Option<(PersonIx, Vec<String>)> {
    let ix = world.people().by_id(link.person.parse().ok()?)?;
    world.people().get(ix).filter(|person| person.employed(today) && !person.erased)?;
    Some((ix, link.controls.lines().map(str::to_owned).collect()))
}

/// The facts of an answer.
///
/// # Errors
/// Where the rules refuse it.
pub(crate) fn act(world: &World, ix: PersonIx, meant: &Meant, today: Day) -> Result<Vec<Draft>, Refusal> {
    match meant {
        Meant::Taken(control, on) => acknowledge(world, ix, control, *on, today),
        Meant::Later(until) => message::snooze(world, ix, *until, today),
        Meant::NotMe(control, why) => {
            let why = if why.trim().is_empty() { "Not for me (answered to a message)" } else { why };
            objection::raise(world, ix, control, why)
        }
    }
}

/// How long "later" is where no day is given.
pub(super) const LATER: SignedDuration = SignedDuration::from_hours(14 * 24);
