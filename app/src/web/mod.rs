//! The pages: what `keepsharp serve` and `keepsharp demo` answer to a browser.

mod asked;
mod assets;
mod dispatch;
mod fields;
mod form_body;
mod frame;
mod memo;
mod pages;
mod paging;
mod routes;
mod serve;
mod sign_in;
#[cfg(test)]
mod tests;
pub(crate) mod words;

pub(crate) use dispatch::{Reply, guarded, part_reply, practice_reply as exercise_policy};
pub(crate) use frame::Part;
pub(crate) use pages::badge::of_totals as badge_of;
pub(crate) use pages::exercise::{of_runtime as runtime_part, script_or_frame as exercise_part};
pub(crate) use serve::{Bound, serve};
pub(crate) use sign_in::{Subject, begin_session, fresh_link};

use crate::course_preview::Preview;
use crate::course_shelf::{CourseShelf, Turns};
use crate::packs::PackDesk;
use crate::settings::Settings;
use jiff::Timestamp;
use keepsharp_course::exercise::ExerciseFile;
use keepsharp_domain::access::Role;
use keepsharp_store::Store;
use memo::Memo;
use std::path::{Path, PathBuf};

/// How many figures of the company are remembered: each can be as large as a list of everybody.
const FIGURES: usize = 48;
/// How many lists of everybody are remembered.
const LISTS: usize = 8;
/// How many people's own pages are remembered: some 10 kB each.
const OWN_PAGES: usize = 1_024;
/// How many worlds of other moments are remembered.
const PASTS: usize = 3;
/// How many rooms' tables are remembered.
const EVIDENCE: usize = 2;
/// How many forms are worked on at once.
const FORMS: usize = 32;
/// How many files may be read at once.
const UPLOADS: usize = 2;
/// How many proofs of their own people may be sending at once.
const OWN_UPLOADS: usize = 8;
/// How many proofs are remembered.
const PROOFS: usize = 64;
/// How many people's explanations are remembered.
const PERSONAL: usize = 8_192;

/// The style sheet, for a server of our pages that is no installation.
pub(crate) fn asset_reply() -> Reply {
    let bytes = std::borrow::Cow::Borrowed(assets::STYLE.as_bytes());
    part_reply(Part::Bytes { kind: "text/css; charset=utf-8", bytes, is_lasting: false })
}

/// A page with nothing but an exercise, whose addresses begin with `start`.
pub(crate) fn panel_page(exercise: &ExerciseFile, start: &str, number: usize, packs: &Path) -> Option<String> {
    let task = askama::filters::escape(&exercise.task, askama::filters::Html).ok()?.to_string();
    let mut panel = pages::exercise::ExercisePanel::of(exercise, format!("<p>{task}</p>"), packs);
    panel.json_address = format!("{start}/exercise/{number}.json");
    panel.solution_address = format!("{start}/solution/{number}.json");
    panel.draft_address = format!("{start}/draft/{number}");
    let (style, runner, player) = (assets::style_address(), panel.runner_script.clone(), panel.player_script.clone());
    let panel = frame::rendered(&panel).ok()?;
    Some(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Exercise</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><link rel=\"stylesheet\" href=\"{style}\">\
         <script src=\"{runner}\" defer></script><script src=\"{player}\" defer></script></head>\
         <body><main id=\"main\"><h1>An exercise</h1><h2>Try it</h2>{panel}</main></body></html>"
    ))
}

/// What all requests share.
pub(crate) struct App {
    /// The ledger and what is kept beside it.
    pub(crate) store: Store,
    /// The installation's settings.
    pub(crate) settings: Settings,
    /// Whom anybody may become in the made-up company; nobody elsewhere.
    pub(crate) personas: Vec<Persona>,
    /// Where the time comes from.
    pub(crate) clock: fn() -> Timestamp,
    /// The address that links begin with, without a slash at its end.
    pub(crate) address: String,
    /// Where runtime packs are kept.
    pub(crate) runtimes: PathBuf,
    /// Figures of the whole company.
    memo: Memo,
    /// Worlds as they were known at other moments: few, since each can be as large as the present one.
    pasts: Memo,
    /// The tables of auditors' rooms: few, since each can be as large as a pack.
    evidence: Memo,
    /// Courses that were published.
    pub(crate) shelf: CourseShelf,
    /// Whose answers are being taken.
    pub(crate) turns: Turns,
    /// The course that is being written and previewed; none where people learn.
    pub(crate) preview: Option<Preview>,
    /// Evidence packs that are being made.
    pub(crate) packs: PackDesk,
    /// Files that may be read at once.
    uploads: tokio::sync::Semaphore,
    /// Files of people's own that may be read at once. They are small, and keep no roster waiting.
    own_uploads: tokio::sync::Semaphore,
    /// Forms that are worked on at once. Each holds a thread while its write is made durable together with others'; more threads than that
    /// cost more than they help.
    forms: tokio::sync::Semaphore,
    /// Lists of everybody, in an order: few, since each is large.
    lists: Memo,
    /// Whole pages of whoever comes by again while nothing is written.
    own_pages: Memo,
    /// What is asked again and again about one person.
    personal: Memo,
    /// Proofs of certificates that strangers fetched: each reads the whole tree.
    proofs: Memo,
}

/// Somebody of the made-up company whom a visitor may become.
#[derive(Clone, Debug)]
pub(crate) struct Persona {
    /// What the form sends.
    pub(crate) key: &'static str,
    /// In which capacity.
    pub(crate) role: Role,
    /// Their name.
    pub(crate) name: String,
    /// Whom the session is for.
    pub(crate) subject: Subject,
}

impl App {
    /// An application over an open ledger, reached at `address`.
    pub(crate) fn new(store: Store, settings: Settings, personas: Vec<Persona>, address: String) -> App {
        let address = settings.public_url.clone().unwrap_or(address).trim_end_matches('/').to_owned();
        let data = settings.data.clone().unwrap_or_else(|| crate::installation::DEFAULT_DATA.into());
        App {
            runtimes: crate::runtime::folder(&data),
            store,
            settings,
            personas,
            clock: crate::clock::now,
            address,
            memo: Memo::with_capacity(FIGURES),
            pasts: Memo::with_capacity(PASTS),
            lists: Memo::with_capacity(LISTS),
            own_pages: Memo::with_capacity(OWN_PAGES),
            evidence: Memo::with_capacity(EVIDENCE),
            shelf: CourseShelf::default(),
            turns: Turns::default(),
            preview: None,
            packs: PackDesk::default(),
            uploads: tokio::sync::Semaphore::new(UPLOADS),
            own_uploads: tokio::sync::Semaphore::new(OWN_UPLOADS),
            forms: tokio::sync::Semaphore::new(FORMS),
            personal: Memo::with_capacity(PERSONAL),
            proofs: Memo::with_capacity(PROOFS),
        }
    }

    /// The same with what is kept in files in another folder than the settings say.
    #[must_use]
    pub(crate) fn with_data(mut self, data: &Path) -> App {
        self.runtimes = crate::runtime::folder(data);
        self
    }

    /// Whether this is the made-up company.
    pub(crate) fn is_demo(&self) -> bool {
        !self.personas.is_empty()
    }
}
