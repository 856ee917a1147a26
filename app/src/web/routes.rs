//! Every address there is, who may use it, and what answers: one table. Nothing is reachable that does not stand here.

use super::asked::Asked;
use super::fields::{Fields, Page};
use super::frame::Answered;
use super::pages::{asset, calendar, ledger, my, proof, sign_in};
use axum::http::Method;
use keepsharp_domain::access::Act;

/// An address and what it does.
#[derive(Clone, Copy)]
pub(crate) struct Route {
    pub(crate) method: Verb,
    pub(crate) path: &'static str,
    pub(crate) gate: Gate,
    pub(crate) handler: Handler,
}

/// Who may use an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Everybody, signed in or not.
    Everybody,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever may do this.
    May(Act),
}

/// What an address does.
#[derive(Clone, Copy)]
pub(crate) enum Handler {
    /// Shows something.
    See(Page),
    /// Changes something; `page` shows the form again where it is refused.
    Do { work: Work, page: Page },
}

/// Changes something.
pub(crate) type Work = fn(&Asked, &Fields) -> Answered;

/// The two methods that forms and links use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Post,
}

impl PartialEq<Method> for Verb {
    fn eq(&self, other: &Method) -> bool {
        match self {
            Verb::Get => other == Method::GET,
            Verb::Post => other == Method::POST,
        }
    }
}

const fn get(path: &'static str, gate: Gate, page: Page) -> Route {
    Route { method: Verb::Get, path, gate, handler: Handler::See(page) }
}

const fn post(path: &'static str, gate: Gate, work: Work, page: Page) -> Route {
    Route { method: Verb::Post, path, gate, handler: Handler::Do { work, page } }
}

const OPEN: Gate = Gate::Everybody;
const IN: Gate = Gate::SignedIn;
const OWN: Gate = Gate::May(Act::OwnRecord);

/// All of them.
pub(crate) const ROUTES: &[Route] = &[
    get("/assets/style.css", OPEN, asset::style),
    get("/favicon.svg", OPEN, asset::icon),
    get("/favicon.ico", OPEN, asset::icon),
    get("/robots.txt", OPEN, asset::robots),
    get("/health", OPEN, asset::health),
    get("/sign-in", OPEN, sign_in::page),
    post("/sign-in", OPEN, sign_in::ask_link, sign_in::page),
    get("/sign-in/sent", OPEN, sign_in::sent),
    get("/sign-in/{token}", OPEN, sign_in::confirm),
    post("/sign-in/{token}", OPEN, sign_in::use_link, sign_in::confirm),
    post("/sign-out", IN, sign_in::sign_out, my::page),
    post("/demo/become", OPEN, sign_in::become_persona, sign_in::page),
    get("/ledger", IN, ledger::page),
    get("/ledger/checkpoint", IN, ledger::checkpoint),
    get("/", IN, my::page),
    get("/my/record", OWN, my::record),
    get("/my/calendar.ics", OWN, calendar::file),
    get("/my/proof/{seq}", OWN, proof::own),
    post("/my/taken", OWN, my::taken, my::page),
    post("/my/request", OWN, my::request, my::page),
    post("/my/objection", OWN, my::object, my::page),
];
