//! Signing in and staying signed in. Links are one way in; another, as a company's own sign-in service, would end in
//! [`begin_session`] too.

use super::App;
use crate::cli::sha256;
use jiff::{SignedDuration, Timestamp};
use keepsharp_domain::access::{Caller, Role};
use keepsharp_domain::{Day, PersonId, World};
use keepsharp_store::{Error, Letter, Session, fresh_token};
use std::fmt;
use std::str::FromStr;

/// Whom a session or a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Somebody of the roster.
    Person(PersonId),
    /// An auditor with a room.
    Auditor(PersonId),
    /// Whoever holds the machine.
    Operator,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Person(id) => write!(f, "person:{id}"),
            Subject::Auditor(id) => write!(f, "auditor:{id}"),
            Subject::Operator => f.write_str("operator"),
        }
    }
}

impl FromStr for Subject {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("person", id)) => Ok(Subject::Person(id.parse()?)),
            Some(("auditor", id)) => Ok(Subject::Auditor(id.parse()?)),
            _ if text == "operator" => Ok(Subject::Operator),
            _ => Err("this is nobody".to_owned()),
        }
    }
}

impl Subject {
    /// What they may see and do today; none where they may not be here at all.
    pub(crate) fn caller(self, app: &App, world: &World, today: Day) -> Option<Caller> {
        match self {
            Subject::Person(id) => Caller::person(world, &super::asked::teams(app, world, today), id, today),
            Subject::Auditor(id) => Caller::auditor(world, id, today),
            Subject::Operator => Some(Caller::operator()),
        }
    }

    /// How long a session lasts: engineers come by once in a while, whoever holds the machine for a working day.
    fn lasts(self) -> SignedDuration {
        match self {
            Subject::Operator => SignedDuration::from_hours(8),
            Subject::Person(_) | Subject::Auditor(_) => SignedDuration::from_hours(14 * 24),
        }
    }
}

/// How long a link by mail may be used.
const LINK_LASTS: SignedDuration = SignedDuration::from_mins(15);
/// How long the link that a server prints for its first administrator may be used.
const ADMIN_LINK_LASTS: SignedDuration = SignedDuration::from_hours(24);
/// A session that nobody used for so long has ended.
const IDLE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The same for whoever holds the machine.
const OPERATOR_IDLE: SignedDuration = SignedDuration::from_hours(1);
/// The same for auditors, and for whoever has a role that sees others.
const ROLE_IDLE: SignedDuration = SignedDuration::from_hours(12);
/// How often a session's last use is noted.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// The time window in which attempts are counted.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// Links that may be asked for by one address in that time.
const LINKS_AN_ADDRESS: u64 = 5;
/// Attempts of all kinds by one sender in that time.
const ATTEMPTS_A_SENDER: u64 = 40;

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_add(by).unwrap_or(now)
}

fn earlier(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_sub(by).unwrap_or(now)
}

/// A fresh one-time link, as an address to open.
///
/// # Errors
/// Where the database can't be written.
pub(crate) fn fresh_link(app: &App, subject: Subject, now: Timestamp) -> Result<String, Error> {
    let token = fresh_token()?;
    let lasts = if subject == Subject::Operator { ADMIN_LINK_LASTS } else { LINK_LASTS };
    app.store.keep_link(&sha256(token.as_bytes()), &subject.to_string(), now, later(now, lasts))?;
    Ok(format!("{}/sign-in/{token}", app.address))
}

/// Whether this sender tried too often; counts the attempt otherwise.
///
/// # Errors
/// Where the database can't be written.
pub(crate) fn too_often(app: &App, sender: &str, now: Timestamp) -> Result<bool, Error> {
    let key = sha256(format!("sender {sender}").as_bytes());
    let is_refused = !app.store.attempt(&key, ATTEMPTS_A_SENDER, now, earlier(now, WINDOW))?;
    if is_refused {
        crate::cli::log(&format!("sender {} tries to sign in too often", key.get(..12).unwrap_or_default()));
    }
    Ok(is_refused)
}

/// Sends a sign-in link to an address, if somebody has it who may sign in. Nobody is told which.
///
/// # Errors
/// Where the database can't be read or written.
pub(crate) fn send_link(app: &App, email: &str, next: &str, now: Timestamp) -> Result<(), Error> {
    if app.settings.mail.is_none() {
        // A letter that nobody sends would only keep a key lying about.
        return Ok(());
    }
    let found = {
        let world = app.store.world()?;
        let today = crate::clock::day_of(&world, now);
        owner_of(&world, email, today).filter(|(subject, _)| subject.caller(app, &world, today).is_some())
    };
    // An address gets a few letters at most. Whoever has it can use those, so nobody is shut out by a stranger's asking.
    let key = sha256(format!("address {}", email.to_lowercase()).as_bytes());
    let may_send = app.store.attempt(&key, LINKS_AN_ADDRESS, now, earlier(now, WINDOW))?;
    let (Some((subject, address)), true) = (found, may_send) else {
        // As much work as for somebody known, so that the time it takes tells nothing.
        return app.store.keep_link(&sha256(fresh_token()?.as_bytes()), "nobody", now, later(now, LINK_LASTS));
    };
    let mut link = fresh_link(app, subject, now)?;
    if !next.is_empty() {
        link = format!("{link}?next={}", super::words::in_query(next));
    }
    let words = format!(
        "Hello,\n\nthis link signs you in to Keepsharp, once, within the next 15 minutes:\n\n{link}\n\nIf you did not ask for it, do nothing: without the link nobody gets in.\n"
    );
    let letter = Letter {
        recipient: address,
        subject: "Your sign-in link for Keepsharp".into(),
        words,
        good_until: Some(later(now, LINK_LASTS)),
        ..Letter::default()
    };
    app.store.post(&[letter], now)
}

/// Who signs in with an address: somebody of the roster, or an auditor. The mail goes to the address as we know it.
fn owner_of(world: &World, email: &str, today: Day) -> Option<(Subject, String)> {
    if let Some(person) = world.people().by_email(email).and_then(|ix| world.people().get(ix)) {
        let address = person.identity.as_ref().map(|identity| identity.email.to_string())?;
        return Some((Subject::Person(person.id), address));
    }
    let room = world.rooms().all().find(|room| room.is_open(today) && room.email().eq_ignore_ascii_case(email))?;
    Some((Subject::Auditor(room.auditor), room.email().to_owned()))
}

/// Begins a session and gives the token for the browser.
///
/// # Errors
/// Where the database can't be written.
pub(crate) fn begin_session(app: &App, subject: Subject, browser: &str, now: Timestamp) -> Result<String, Error> {
    let token = fresh_token()?;
    app.store.begin_session(&Session {
        token_hash: sha256(token.as_bytes()),
        subject: subject.to_string(),
        made_at: now,
        seen_at: now,
        ends_at: later(now, subject.lasts()),
        browser: browser.chars().filter(|c| !c.is_control()).take(120).collect(),
    })?;
    Ok(token)
}

/// The session of a token and whom it is for, if it has neither ended nor been forgotten about.
///
/// # Errors
/// Where the database can't be read.
pub(crate) fn session(app: &App, token: &str, now: Timestamp) -> Result<Option<(Session, Subject)>, Error> {
    if token.len() != 64 {
        return Ok(None);
    }
    let hash = sha256(token.as_bytes());
    let Some(session) = app.store.session(&hash, now)? else { return Ok(None) };
    let Ok(subject) = session.subject.parse::<Subject>() else { return Ok(None) };
    let idle = if subject == Subject::Operator { OPERATOR_IDLE } else { IDLE };
    if session.seen_at < earlier(now, idle) {
        end_left_alone(app, &hash);
        return Ok(None);
    }
    if session.seen_at < earlier(now, NOTED_EVERY)
        && let Err(error) = app.store.touch_session(&hash, now)
    {
        crate::cli::log(&format!("that somebody was here could not be noted: {error}"));
    }
    Ok(Some((session, subject)))
}

/// Ends a session that nobody used. A disk that is full or can only be read keeps nobody from reading: the session counts
/// as ended all the same, and is ended when it is met again.
pub(crate) fn end_left_alone(app: &App, token_hash: &str) {
    if let Err(error) = app.store.end_session(token_hash) {
        crate::cli::log(&format!("a session that nobody used could not be ended: {error}"));
    }
}

/// Whether a session of somebody who sees others was left alone for too long.
pub(crate) fn is_idle(caller: &Caller, session: &Session, now: Timestamp) -> bool {
    let sees_others = caller.is(Role::Auditor) || Role::GRANTED.into_iter().any(|role| caller.is(role));
    sees_others && session.seen_at < earlier(now, ROLE_IDLE)
}

/// The token that forms of a session send back: known to whoever has the session's own token, and to nobody else.
pub(crate) fn csrf_token(token: &str) -> String {
    sha256(format!("form {token}").as_bytes())
}
