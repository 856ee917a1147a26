//! One request, with all that a page needs to know of it: who asks, of which day, as known when.

use super::App;
use super::fields::{Fields, Returned, Trouble};
use super::memo::Memo;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use keepsharp_domain::access::{Act, Caller, Who};
use keepsharp_domain::team::Teams;
use keepsharp_domain::{Day, Draft, Refusal, World};
use keepsharp_store::{Decision, Session};
use std::sync::Arc;

/// A request, its sender known.
pub(crate) struct Asked<'a> {
    pub(crate) app: &'a App,
    /// Path without query.
    pub(crate) path: String,
    /// The parts of the path that a route leaves open.
    pub(crate) params: Vec<(String, String)>,
    pub(crate) query: Fields,
    pub(crate) session: Option<Session>,
    pub(crate) caller: Option<Caller>,
    /// The token that a form of this session must send back.
    pub(crate) csrf: String,
    pub(crate) now: Timestamp,
    pub(crate) zone: TimeZone,
    pub(crate) today: Day,
    /// The day that the page is about.
    pub(crate) as_of: Day,
    /// The moment of knowledge, where another than now was asked for.
    pub(crate) known_at: Option<Timestamp>,
    /// The form that comes back with a problem, if one does.
    pub(crate) returned: Returned,
    /// A hash of the sender's address, to count attempts by.
    pub(crate) sender: String,
    /// Whether the browser speaks to us over TLS.
    pub(crate) is_secure: bool,
    /// What the browser calls itself.
    pub(crate) browser: String,
}

impl<'a> Asked<'a> {
    /// The same request, with a form that comes back.
    pub(crate) fn with_returned(&self, returned: Returned) -> Asked<'a> {
        Asked {
            app: self.app,
            path: self.path.clone(),
            params: self.params.clone(),
            query: self.query.clone(),
            session: self.session.clone(),
            caller: self.caller.clone(),
            csrf: self.csrf.clone(),
            now: self.now,
            zone: self.zone.clone(),
            today: self.today,
            as_of: self.as_of,
            known_at: self.known_at,
            returned,
            sender: self.sender.clone(),
            is_secure: self.is_secure,
            browser: self.browser.clone(),
        }
    }

    /// Who asks; only pages for those signed in may ask it.
    pub(crate) fn caller(&self) -> Result<&Caller, Trouble> {
        self.caller.as_ref().ok_or(Trouble::SignIn)
    }

    /// Whether the caller may.
    pub(crate) fn may(&self, act: Act) -> bool {
        self.caller.as_ref().is_some_and(|caller| caller.may(act))
    }

    /// A part of the path.
    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value)
    }

    /// A number in the path.
    pub(crate) fn number(&self, name: &str) -> Result<u64, Trouble> {
        self.param(name).parse().map_err(|_| Trouble::NotFound)
    }

    /// The author of what this caller writes.
    pub(crate) fn author(&self, world: &World) -> Result<String, Trouble> {
        Ok(match self.caller()?.who {
            Who::Person(ix) => {
                format!("person:{}", world.people().get(ix).map(|person| person.id).ok_or(Trouble::NotFound)?)
            }
            Who::Auditor(seq) => {
                format!("person:{}", world.rooms().get(seq).map(|room| room.auditor).ok_or(Trouble::NotFound)?)
            }
            Who::Operator => "operator:administrator".to_owned(),
        })
    }

    /// Who reports to whom on a day.
    pub(crate) fn teams(&self, world: &World, day: Day) -> Arc<Teams> {
        teams(self.app, world, day)
    }

    /// Remembers a figure of this world until the ledger grows.
    pub(crate) fn remembered<T: Send + Sync + 'static>(
        &self,
        what: &'static str,
        world: &World,
        detail: impl std::fmt::Display,
        make: impl FnOnce() -> T,
    ) -> Arc<T> {
        self.kept_in(&self.app.memo, what, world, detail, make)
    }

    /// Remembers a list of everybody until the ledger grows.
    pub(crate) fn listed<T: Send + Sync + 'static>(
        &self,
        what: &'static str,
        world: &World,
        detail: impl std::fmt::Display,
        make: impl FnOnce() -> T,
    ) -> Arc<T> {
        self.kept_in(&self.app.lists, what, world, detail, make)
    }

    /// Keeps what was computed of this world apart from what is computed of another moment of knowledge.
    fn kept_in<T: Send + Sync + 'static>(
        &self,
        memo: &Memo,
        what: &'static str,
        world: &World,
        detail: impl std::fmt::Display,
        make: impl FnOnce() -> T,
    ) -> Arc<T> {
        let known = self.known_at.map(Timestamp::as_millisecond);
        memo.of(what, world.size(), format!("{detail} {known:?}"), make)
    }

    /// Decides and writes in the caller's name. Must not be called while the world is held.
    pub(crate) fn commit<T: Send + 'static>(
        &self,
        decide: impl FnOnce(&World) -> Result<(Vec<Draft>, T), Refusal> + Send + 'static,
    ) -> Result<T, keepsharp_store::Error> {
        self.decide(move |world: &World| {
            let (drafts, told) = decide(world)?;
            Ok((Decision::from(drafts), told))
        })
    }

    /// The same for a decision that is more than facts.
    pub(crate) fn decide<T: Send + 'static>(
        &self,
        decide: impl FnOnce(&World) -> Result<(Decision, T), Refusal> + Send + 'static,
    ) -> Result<T, keepsharp_store::Error> {
        let by = {
            let world = self.app.store.world()?;
            self.author(&world).map_err(|_| Refusal::request("sign in again"))?
        };
        Ok(self.app.store.commit(&by, decide)?.told)
    }
}

/// Who reports to whom on a day.
pub(crate) fn teams(app: &App, world: &World, day: Day) -> Arc<Teams> {
    app.memo.of("teams", world.size(), day.to_string(), || Teams::on(world, day))
}
