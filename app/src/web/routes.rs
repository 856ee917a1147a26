//! Every address there is, who may use it, and what answers: one table. Nothing is reachable that does not stand here.

use super::asked::Asked;
use super::fields::{Fields, Page};
use super::frame::Answered;
use super::pages::{
    administration, answer, asset, audit, audit_file, audit_person, audit_table, badge, calendar, certificate,
    completeness, content, control_file, definition, definition_change, elsewhere, exercise, findings, hand_over,
    import_preview, learn, learning, ledger, management, message, my, objection, pack, people, person, preview,
    programme, proof, record, report, request, room, roster_import, round_form, rounds, sign_in, tally, team, work,
};
use axum::http::Method;
use keepsharp_domain::access::Act;

/// An address and what it does.
#[derive(Clone, Copy)]
pub(crate) struct Route {
    pub(crate) method: Verb,
    pub(crate) path: &'static str,
    pub(crate) gate: Gate,
    pub(crate) handler: Handler,
    /// Whether it is answered from memory in well under a millisecond, so that no other thread need take the worker's place.
    pub(crate) is_quick: bool,
    /// Whether its form carries a file.
    pub(crate) takes_file: bool,
    /// Whether it does the same whatever is sent.
    pub(crate) takes_anything: bool,
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
    /// Shows something that takes long to make, and holds the world itself only while it needs it: nobody waits meanwhile.
    Take(fn(&Asked) -> Answered),
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
    Route {
        method: Verb::Get,
        path,
        gate,
        handler: Handler::See(page),
        is_quick: false,
        takes_file: false,
        takes_anything: false,
    }
}

const fn slow(path: &'static str, gate: Gate, page: fn(&Asked) -> Answered) -> Route {
    Route {
        method: Verb::Get,
        path,
        gate,
        handler: Handler::Take(page),
        is_quick: false,
        takes_file: false,
        takes_anything: false,
    }
}

const fn post(path: &'static str, gate: Gate, work: Work, page: Page) -> Route {
    Route {
        method: Verb::Post,
        path,
        gate,
        handler: Handler::Do { work, page },
        is_quick: false,
        takes_file: false,
        takes_anything: false,
    }
}

const fn quick(path: &'static str, gate: Gate, page: Page) -> Route {
    Route { is_quick: true, ..get(path, gate, page) }
}

const fn press(path: &'static str, gate: Gate, work: Work, page: Page) -> Route {
    Route { takes_anything: true, ..post(path, gate, work, page) }
}

const fn upload(path: &'static str, gate: Gate, work: Work, page: Page) -> Route {
    Route { takes_file: true, ..post(path, gate, work, page) }
}

const OPEN: Gate = Gate::Everybody;
const IN: Gate = Gate::SignedIn;
const OWN: Gate = Gate::May(Act::OwnRecord);
const CONTENT: Gate = Gate::May(Act::Content);
const TEACHING: Gate = Gate::May(Act::Teaching);
const SUMMARY: Gate = Gate::May(Act::Summary);
const TEAM: Gate = Gate::May(Act::Team);
const DEFINITION: Gate = Gate::May(Act::Definition);
const ADMINISTRATION: Gate = Gate::May(Act::Administration);
const AUDIT: Gate = Gate::May(Act::Audit);
const PROGRAMME: Gate = Gate::May(Act::Programme);
const RECORDS: Gate = Gate::May(Act::Records);

/// All of them.
pub(crate) const ROUTES: &[Route] = &[
    quick("/assets/style.css", OPEN, asset::style),
    quick("/favicon.svg", OPEN, asset::icon),
    quick("/favicon.ico", OPEN, asset::icon),
    quick("/robots.txt", OPEN, asset::robots),
    quick("/health", OPEN, asset::health),
    quick("/exercise/{file}", OPEN, exercise::file),
    // A runtime pack's files are read from the disk.
    slow("/runtime/{name}/{file}", OPEN, exercise::runtime),
    quick("/sign-in", OPEN, sign_in::page),
    post("/sign-in", OPEN, sign_in::ask_link, sign_in::page),
    quick("/sign-in/sent", OPEN, sign_in::sent),
    get("/sign-in/{token}", OPEN, sign_in::confirm),
    post("/sign-in/{token}", OPEN, sign_in::use_link, sign_in::confirm),
    post("/sign-out", IN, sign_in::sign_out, my::page),
    post("/demo/become", OPEN, sign_in::become_persona, sign_in::page),
    get("/ledger", IN, ledger::page),
    get("/ledger/checkpoint", IN, ledger::checkpoint),
    quick("/", IN, my::page),
    get("/my/record", OWN, record::page),
    slow("/my/learning.json", OWN, learning::file),
    post("/my/learning/forget", OWN, learning::forget, record::page),
    get("/my/calendar.ics", OWN, calendar::file),
    get("/my/proof/{seq}", OWN, proof::own),
    get("/my/badge/{seq}", OWN, badge::file),
    get("/my/badge/{seq}/picture", OWN, badge::picture),
    // Whether everybody may see it, the settings say.
    get("/badge/{control}", OPEN, badge::share),
    post("/my/taken", OWN, my::taken, my::page),
    post("/my/request", OWN, my::request, my::page),
    upload("/my/elsewhere", OWN, elsewhere::ask, my::page),
    get("/my/proofs/{seq}", OWN, elsewhere::own),
    post("/my/objection", OWN, my::object, my::page),
    post("/my/quiet", OWN, answer::quiet_on_my_page, record::page),
    get("/m/{token}", OPEN, answer::page),
    post("/m/{token}/taken", OPEN, answer::taken, answer::page),
    post("/m/{token}/later", OPEN, answer::later, answer::page),
    post("/m/{token}/not-me", OPEN, answer::not_me, answer::page),
    press("/m/{token}/quiet", OPEN, answer::quiet, answer::page),
    get("/certificate/{code}", OPEN, certificate::page),
    post("/certificate/{code}", OPEN, certificate::compare, certificate::page),
    slow("/certificate/{code}/proof", OPEN, certificate::proof_file),
    // Only while a course is previewed.
    quick("/preview/preview.js", OPEN, preview::script),
    quick("/preview/number", OPEN, preview::number),
    post("/preview/anew", OWN, preview::anew, preview::page),
    get("/learn", OWN, learn::shelf::page),
    get("/learn/{course}", OWN, learn::contents::page),
    post("/learn/{course}/tracks", OWN, learn::contents::choose_tracks, learn::contents::page),
    post("/learn/{course}/again", OWN, learn::contents::again, learn::contents::page),
    get("/learn/{course}/done", OWN, learn::finished::page),
    get("/learn/{course}/changed", OWN, learn::changed::page),
    get("/learn/{course}/report", OWN, learn::feedback::report_page),
    post("/learn/{course}/report", OWN, learn::feedback::report, learn::feedback::report_page),
    post("/learn/{course}/feedback", OWN, learn::feedback::of_course, learn::finished::page),
    get("/learn/{course}/refresher", OWN, learn::sitting::refresher),
    post("/learn/{course}/refresher", OWN, learn::sitting::begin_refresher, learn::sitting::refresher),
    post("/learn/{course}/final", OWN, learn::sitting::final_check, learn::finished::page),
    post("/learn/{course}/test-out", OWN, learn::sitting::test_out, learn::contents::page),
    get("/learn/{course}/sitting", OWN, learn::sitting::page),
    post("/learn/{course}/sitting", OWN, learn::sitting::answer, learn::sitting::page),
    get("/learn/{course}/exercise/{id}", OWN, learn::practice::exercise),
    get("/learn/{course}/exercise/{id}/solution", OWN, learn::practice::solution),
    // What is written in an exercise is longer than other fields may be.
    upload("/learn/{course}/exercise/{id}/draft", OWN, learn::practice::keep, learn::contents::page),
    slow("/learn/{course}/certificate/{seq}", OWN, learn::certificate::file),
    get("/learn/{course}/{lesson}", OWN, learn::lesson::page),
    post("/learn/{course}/{lesson}/answer", OWN, learn::lesson::answer, learn::lesson::page),
    post("/learn/{course}/{lesson}/read", OWN, learn::lesson::read, learn::lesson::page),
    post("/learn/{course}/{lesson}/useful", OWN, learn::feedback::useful, learn::lesson::page),
    post("/learn/{course}/{lesson}/language", OWN, learn::lesson::language_chosen, learn::lesson::page),
    get("/team", TEAM, team::page),
    post("/team/count", TEAM, team::count, team::page),
    post("/team/note", TEAM, team::note, team::page),
    post("/team/deputy", TEAM, team::deputy, team::page),
    post("/team/deputy/end", TEAM, team::end_deputy, team::page),
    get("/programme", PROGRAMME, programme::page),
    get("/programme/rounds", PROGRAMME, rounds::page),
    post("/programme/rounds", RECORDS, round_form::create, round_form::new),
    get("/programme/rounds/new", RECORDS, round_form::new),
    get("/programme/rounds/{id}", PROGRAMME, rounds::one),
    post("/programme/rounds/{id}", RECORDS, round_form::change, round_form::edit),
    get("/programme/rounds/{id}/edit", RECORDS, round_form::edit),
    get("/programme/rounds/{id}/campaign.toml", PROGRAMME, round_form::download),
    get("/programme/rounds/{id}/objective.md", PROGRAMME, rounds::file),
    post("/programme/rounds/{id}/pause", RECORDS, rounds::pause, rounds::one),
    post("/programme/rounds/{id}/resume", RECORDS, rounds::resume, rounds::one),
    post("/programme/rounds/{id}/close", RECORDS, rounds::close, rounds::one),
    get("/programme/messages", PROGRAMME, message::page),
    get("/programme/table", PROGRAMME, tally::page),
    get("/programme/table.csv", PROGRAMME, tally::file),
    get("/programme/people", PROGRAMME, people::page),
    get("/programme/people.csv", PROGRAMME, people::csv),
    get("/programme/people/{id}", PROGRAMME, person::page),
    post("/programme/people/{id}/record", RECORDS, person::record, person::page),
    post("/programme/people/{id}/withdraw", RECORDS, person::withdraw, person::page),
    post("/programme/people/{id}/join", RECORDS, person::join, person::page),
    post("/programme/people/{id}/deputy", RECORDS, person::deputy, person::page),
    get("/programme/requests", PROGRAMME, request::page),
    post("/programme/requests", RECORDS, request::record, request::page),
    post("/programme/requests/{seq}", RECORDS, request::settle, request::page),
    slow("/programme/proofs/{seq}", RECORDS, elsewhere::one),
    get("/programme/objections", PROGRAMME, objection::page),
    post("/programme/objections/{seq}", DEFINITION, objection::answer, objection::page),
    get("/management", SUMMARY, management::page),
    get("/management.csv", SUMMARY, management::file),
    get("/management/report", SUMMARY, report::page),
    get("/management/report.pdf", SUMMARY, report::pdf),
    get("/management/report.md", SUMMARY, report::markdown),
    get("/programme/findings", PROGRAMME, findings::page),
    get("/programme/findings.csv", PROGRAMME, findings::csv),
    post("/programme/findings/merge", RECORDS, findings::merge, findings::page),
    get("/programme/completeness", PROGRAMME, completeness::page),
    get("/programme/completeness.csv", PROGRAMME, completeness::csv),
    upload("/programme/completeness", RECORDS, completeness::compare, completeness::page),
    post("/programme/completeness/explain", RECORDS, completeness::explain, completeness::page),
    post("/programme/completeness/take-back", RECORDS, completeness::take_back, completeness::page),
    get("/programme/definition", PROGRAMME, definition::page),
    upload("/programme/definition", DEFINITION, definition_change::look, definition::page),
    upload("/programme/definition/apply", DEFINITION, definition_change::apply, definition::page),
    get("/programme/imports", RECORDS, roster_import::page),
    upload("/programme/imports", RECORDS, roster_import::look, roster_import::page),
    get("/programme/imports/{id}", RECORDS, import_preview::page),
    post("/programme/imports/{id}", RECORDS, roster_import::take_in, import_preview::page),
    get("/programme/control", PROGRAMME, control_file::page),
    post("/programme/control/review", DEFINITION, control_file::review, control_file::page),
    post("/programme/control/check", DEFINITION, control_file::check, control_file::page),
    post("/programme/control/checks/{seq}", DEFINITION, control_file::follow, control_file::page),
    get("/programme/evidence", PROGRAMME, hand_over::page),
    post("/programme/evidence", DEFINITION, pack::order, hand_over::page),
    get("/programme/evidence/packs/{id}", DEFINITION, pack::page),
    get("/programme/evidence/packs/{id}/file", DEFINITION, pack::file),
    post("/programme/evidence/packs/{id}/handed", DEFINITION, pack::hand_over, pack::page),
    post("/programme/evidence/requests", DEFINITION, hand_over::note, hand_over::page),
    upload("/programme/evidence/requests/{seq}", DEFINITION, hand_over::answer, hand_over::page),
    get("/programme/evidence/files/{seq}", PROGRAMME, hand_over::file),
    get("/programme/rooms", DEFINITION, room::page),
    post("/programme/rooms", DEFINITION, room::open, room::page),
    post("/programme/rooms/{seq}/close", DEFINITION, room::close, room::page),
    // Counting what everybody did takes a while in a large company.
    slow("/content", CONTENT, content::overview::page),
    get("/content/publish", TEACHING, content::publish::page),
    post("/content/publish", TEACHING, content::publish::publish, content::publish::page),
    get("/content/feedback", CONTENT, content::inbox::page),
    post("/content/feedback/{id}", TEACHING, content::inbox::answer, content::inbox::page),
    slow("/content/{course}", CONTENT, content::course::page),
    get("/content/{course}/issues", CONTENT, content::issues::page),
    upload("/content/{course}/issues", TEACHING, content::issues::look, content::issues::page),
    post("/content/{course}/issues/publish", TEACHING, content::issues::publish, content::issues::page),
    slow("/content/{course}/items.csv", CONTENT, content::course::file),
    slow("/content/{course}/item/{id}", CONTENT, content::item::page),
    get("/admin", ADMINISTRATION, administration::page),
    post("/admin/roles", ADMINISTRATION, administration::grant, administration::page),
    post("/admin/roles/end", ADMINISTRATION, administration::end, administration::page),
    post("/admin/sessions/end", ADMINISTRATION, administration::end_session, administration::page),
    get("/admin/work", ADMINISTRATION, work::page),
    post("/admin/work", ADMINISTRATION, work::at_once, work::page),
    get("/audit", AUDIT, audit::page),
    get("/audit/requirements.csv", AUDIT, audit::file),
    get("/audit/absences", AUDIT, audit::absences),
    get("/audit/person/{id}", AUDIT, audit_person::page),
    get("/audit/control", AUDIT, audit_file::control),
    slow("/audit/tables", AUDIT, audit_table::list),
    slow("/audit/tables/{name}", AUDIT, audit_table::page),
    slow("/audit/tables/{name}/file", AUDIT, audit_table::file),
    get("/audit/requests", AUDIT, audit_file::requests),
    post("/audit/requests", AUDIT, audit_file::ask, audit_file::requests),
    get("/audit/files/{seq}", AUDIT, audit_file::file),
    get("/audit/pack", AUDIT, audit_file::pack),
    post("/audit/pack", AUDIT, pack::order_in_room, audit_file::pack),
    get("/audit/packs/{id}", AUDIT, pack::page_in_room),
    post("/audit/packs/{id}/file", AUDIT, pack::fetch_in_room, pack::page_in_room),
    get("/audit/proof/{seq}", AUDIT, audit_person::proof),
];
