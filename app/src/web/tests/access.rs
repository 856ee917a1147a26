//! Every address, asked by everybody: who is let in, and who is not.

use super::{CALLERS, TestApp, taken_in};
use crate::web::routes::{ROUTES, Verb};
use axum::http::StatusCode;

/// Everybody, signed in or not.
const EVERYBODY: &str = "nobody engineer manager owner delivery content management auditor administrator operator";
/// Whoever is signed in.
const SIGNED_IN: &str = "engineer manager owner delivery content management auditor administrator operator";
/// Whoever the roster names.
const ROSTER: &str = "engineer manager owner delivery content management administrator";
const TEAM: &str = "manager";
const PROGRAMME: &str = "owner delivery operator";
const OWNER: &str = "owner operator";
const SUMMARY: &str = "management content owner delivery operator";
const CONTENT: &str = "content owner operator";
const TEACHING: &str = "content";
const AUDIT: &str = "auditor";
const ADMINISTRATION: &str = "administrator operator";

/// Who may, for each address. Written out, not computed: a route without a line here fails, and so does one that lets
/// in whom the line does not name.
const EXPECTED: &[(Verb, &str, &str)] = &[
    (Verb::Get, "/assets/style.css", EVERYBODY),
    (Verb::Get, "/favicon.svg", EVERYBODY),
    (Verb::Get, "/favicon.ico", EVERYBODY),
    (Verb::Get, "/robots.txt", EVERYBODY),
    (Verb::Get, "/health", EVERYBODY),
    (Verb::Get, "/exercise/{file}", EVERYBODY),
    (Verb::Get, "/runtime/{name}/{file}", EVERYBODY),
    (Verb::Get, "/sign-in", EVERYBODY),
    (Verb::Post, "/sign-in", EVERYBODY),
    (Verb::Get, "/sign-in/sent", EVERYBODY),
    (Verb::Get, "/m/{token}", EVERYBODY),
    (Verb::Post, "/m/{token}/taken", EVERYBODY),
    (Verb::Post, "/m/{token}/later", EVERYBODY),
    (Verb::Post, "/m/{token}/not-me", EVERYBODY),
    (Verb::Post, "/m/{token}/quiet", EVERYBODY),
    (Verb::Get, "/sign-in/{token}", EVERYBODY),
    (Verb::Post, "/sign-in/{token}", EVERYBODY),
    (Verb::Post, "/demo/become", EVERYBODY),
    (Verb::Post, "/sign-out", SIGNED_IN),
    (Verb::Get, "/ledger", SIGNED_IN),
    (Verb::Get, "/ledger/checkpoint", SIGNED_IN),
    (Verb::Get, "/", SIGNED_IN),
    (Verb::Get, "/my/record", ROSTER),
    (Verb::Get, "/my/learning.json", ROSTER),
    (Verb::Post, "/my/learning/forget", ROSTER),
    (Verb::Get, "/my/calendar.ics", ROSTER),
    (Verb::Get, "/my/proof/{seq}", ROSTER),
    (Verb::Get, "/my/badge/{seq}", ROSTER),
    (Verb::Get, "/my/badge/{seq}/picture", ROSTER),
    (Verb::Get, "/badge/{control}", SIGNED_IN),
    (Verb::Post, "/my/taken", ROSTER),
    (Verb::Post, "/my/request", ROSTER),
    (Verb::Post, "/my/elsewhere", ROSTER),
    (Verb::Get, "/my/proofs/{seq}", ROSTER),
    (Verb::Post, "/my/objection", ROSTER),
    (Verb::Post, "/my/quiet", ROSTER),
    (Verb::Get, "/preview/preview.js", EVERYBODY),
    (Verb::Get, "/preview/number", EVERYBODY),
    (Verb::Post, "/preview/anew", ROSTER),
    (Verb::Get, "/learn", ROSTER),
    (Verb::Get, "/learn/{course}", ROSTER),
    (Verb::Post, "/learn/{course}/tracks", ROSTER),
    (Verb::Post, "/learn/{course}/again", ROSTER),
    (Verb::Get, "/learn/{course}/done", ROSTER),
    (Verb::Get, "/learn/{course}/changed", ROSTER),
    (Verb::Get, "/learn/{course}/report", ROSTER),
    (Verb::Post, "/learn/{course}/report", ROSTER),
    (Verb::Post, "/learn/{course}/feedback", ROSTER),
    (Verb::Get, "/learn/{course}/refresher", ROSTER),
    (Verb::Post, "/learn/{course}/refresher", ROSTER),
    (Verb::Post, "/learn/{course}/final", ROSTER),
    (Verb::Post, "/learn/{course}/test-out", ROSTER),
    (Verb::Get, "/learn/{course}/sitting", ROSTER),
    (Verb::Post, "/learn/{course}/sitting", ROSTER),
    (Verb::Get, "/learn/{course}/exercise/{id}", ROSTER),
    (Verb::Get, "/learn/{course}/exercise/{id}/solution", ROSTER),
    (Verb::Post, "/learn/{course}/exercise/{id}/draft", ROSTER),
    (Verb::Get, "/learn/{course}/{lesson}", ROSTER),
    (Verb::Post, "/learn/{course}/{lesson}/answer", ROSTER),
    (Verb::Post, "/learn/{course}/{lesson}/read", ROSTER),
    (Verb::Post, "/learn/{course}/{lesson}/useful", ROSTER),
    (Verb::Post, "/learn/{course}/{lesson}/language", ROSTER),
    (Verb::Get, "/learn/{course}/certificate/{seq}", ROSTER),
    (Verb::Get, "/certificate/{code}", EVERYBODY),
    (Verb::Post, "/certificate/{code}", EVERYBODY),
    (Verb::Get, "/certificate/{code}/proof", EVERYBODY),
    (Verb::Get, "/team", TEAM),
    (Verb::Post, "/team/count", TEAM),
    (Verb::Post, "/team/note", TEAM),
    (Verb::Post, "/team/deputy", TEAM),
    (Verb::Post, "/team/deputy/end", TEAM),
    (Verb::Get, "/programme", PROGRAMME),
    (Verb::Get, "/programme/rounds", PROGRAMME),
    (Verb::Post, "/programme/rounds", PROGRAMME),
    (Verb::Get, "/programme/rounds/new", PROGRAMME),
    (Verb::Get, "/programme/rounds/{id}", PROGRAMME),
    (Verb::Post, "/programme/rounds/{id}", PROGRAMME),
    (Verb::Get, "/programme/rounds/{id}/edit", PROGRAMME),
    (Verb::Get, "/programme/rounds/{id}/campaign.toml", PROGRAMME),
    (Verb::Get, "/programme/rounds/{id}/objective.md", PROGRAMME),
    (Verb::Post, "/programme/rounds/{id}/pause", PROGRAMME),
    (Verb::Post, "/programme/rounds/{id}/resume", PROGRAMME),
    (Verb::Post, "/programme/rounds/{id}/close", PROGRAMME),
    (Verb::Get, "/programme/messages", PROGRAMME),
    (Verb::Get, "/programme/table", PROGRAMME),
    (Verb::Get, "/programme/table.csv", PROGRAMME),
    (Verb::Get, "/programme/people", PROGRAMME),
    (Verb::Get, "/programme/people.csv", PROGRAMME),
    (Verb::Post, "/programme/findings/merge", PROGRAMME),
    (Verb::Get, "/programme/people/{id}", PROGRAMME),
    (Verb::Post, "/programme/people/{id}/record", PROGRAMME),
    (Verb::Post, "/programme/people/{id}/withdraw", PROGRAMME),
    (Verb::Post, "/programme/people/{id}/join", PROGRAMME),
    (Verb::Post, "/programme/people/{id}/deputy", PROGRAMME),
    (Verb::Get, "/programme/requests", PROGRAMME),
    (Verb::Post, "/programme/requests", PROGRAMME),
    (Verb::Post, "/programme/requests/{seq}", PROGRAMME),
    (Verb::Get, "/programme/proofs/{seq}", PROGRAMME),
    (Verb::Get, "/programme/objections", PROGRAMME),
    (Verb::Post, "/programme/objections/{seq}", OWNER),
    (Verb::Get, "/programme/findings", PROGRAMME),
    (Verb::Get, "/programme/findings.csv", PROGRAMME),
    (Verb::Get, "/programme/completeness", PROGRAMME),
    (Verb::Get, "/programme/completeness.csv", PROGRAMME),
    (Verb::Post, "/programme/completeness", PROGRAMME),
    (Verb::Post, "/programme/completeness/explain", PROGRAMME),
    (Verb::Post, "/programme/completeness/take-back", PROGRAMME),
    (Verb::Get, "/programme/imports", PROGRAMME),
    (Verb::Post, "/programme/imports", PROGRAMME),
    (Verb::Get, "/programme/imports/{id}", PROGRAMME),
    (Verb::Post, "/programme/imports/{id}", PROGRAMME),
    (Verb::Get, "/programme/definition", PROGRAMME),
    (Verb::Post, "/programme/definition", OWNER),
    (Verb::Post, "/programme/definition/apply", OWNER),
    (Verb::Get, "/programme/control", PROGRAMME),
    (Verb::Post, "/programme/control/review", OWNER),
    (Verb::Post, "/programme/control/check", OWNER),
    (Verb::Post, "/programme/control/checks/{seq}", OWNER),
    (Verb::Get, "/programme/evidence", PROGRAMME),
    (Verb::Post, "/programme/evidence", OWNER),
    (Verb::Get, "/programme/evidence/packs/{id}", OWNER),
    (Verb::Get, "/programme/evidence/packs/{id}/file", OWNER),
    (Verb::Post, "/programme/evidence/packs/{id}/handed", OWNER),
    (Verb::Post, "/programme/evidence/requests", OWNER),
    (Verb::Post, "/programme/evidence/requests/{seq}", OWNER),
    (Verb::Get, "/programme/evidence/files/{seq}", PROGRAMME),
    (Verb::Get, "/programme/rooms", OWNER),
    (Verb::Post, "/programme/rooms", OWNER),
    (Verb::Post, "/programme/rooms/{seq}/close", OWNER),
    (Verb::Get, "/content", CONTENT),
    (Verb::Get, "/content/publish", TEACHING),
    (Verb::Post, "/content/publish", TEACHING),
    (Verb::Get, "/content/feedback", CONTENT),
    (Verb::Post, "/content/feedback/{id}", TEACHING),
    (Verb::Get, "/content/{course}", CONTENT),
    (Verb::Get, "/content/{course}/issues", CONTENT),
    (Verb::Post, "/content/{course}/issues", TEACHING),
    (Verb::Post, "/content/{course}/issues/publish", TEACHING),
    (Verb::Get, "/content/{course}/items.csv", CONTENT),
    (Verb::Get, "/content/{course}/item/{id}", CONTENT),
    (Verb::Get, "/management", SUMMARY),
    (Verb::Get, "/management.csv", SUMMARY),
    (Verb::Get, "/management/report", SUMMARY),
    (Verb::Get, "/management/report.pdf", SUMMARY),
    (Verb::Get, "/management/report.md", SUMMARY),
    (Verb::Get, "/audit", AUDIT),
    (Verb::Get, "/audit/requirements.csv", AUDIT),
    (Verb::Get, "/audit/absences", AUDIT),
    (Verb::Get, "/audit/person/{id}", AUDIT),
    (Verb::Get, "/audit/proof/{seq}", AUDIT),
    (Verb::Get, "/audit/control", AUDIT),
    (Verb::Get, "/audit/tables", AUDIT),
    (Verb::Get, "/audit/tables/{name}", AUDIT),
    (Verb::Get, "/audit/tables/{name}/file", AUDIT),
    (Verb::Get, "/audit/requests", AUDIT),
    (Verb::Post, "/audit/requests", AUDIT),
    (Verb::Get, "/audit/files/{seq}", AUDIT),
    (Verb::Get, "/audit/pack", AUDIT),
    (Verb::Post, "/audit/pack", AUDIT),
    (Verb::Get, "/audit/packs/{id}", AUDIT),
    (Verb::Post, "/audit/packs/{id}/file", AUDIT),
    (Verb::Get, "/admin", ADMINISTRATION),
    (Verb::Post, "/admin/roles", ADMINISTRATION),
    (Verb::Post, "/admin/roles/end", ADMINISTRATION),
    (Verb::Post, "/admin/sessions/end", ADMINISTRATION),
    (Verb::Get, "/admin/work", ADMINISTRATION),
    (Verb::Post, "/admin/work", ADMINISTRATION),
];

#[test]
fn each_address_lets_in_whom_the_table_names_and_nobody_else() {
    for route in ROUTES {
        let line = EXPECTED.iter().find(|(verb, path, _)| *verb == route.method && *path == route.path);
        let Some((verb, path, who)) = line else {
            panic!("{:?} {} has no line in EXPECTED: say who may", route.method, route.path);
        };
        // A company of its own for each address, so that what one caller changes does not shut out the next.
        let test = TestApp::new();
        for caller in CALLERS {
            let at = test.filled(path);
            let reply = match verb {
                Verb::Get => test.get(caller, &at),
                Verb::Post => test.post(caller, &at, &[]),
            };
            let may = who.split(' ').any(|name| name == caller);
            check(may, caller, &format!("{verb:?} {at}"), &reply);
        }
    }
    let gone = EXPECTED
        .iter()
        .find(|(verb, path, _)| !ROUTES.iter().any(|route| route.method == *verb && route.path == *path));
    assert_eq!(gone, None, "this address is in the table and nowhere else");
}

fn check(may: bool, caller: &str, what: &str, reply: &super::Reply) {
    let to_sign_in = reply.status == StatusCode::SEE_OTHER && reply.header("location").starts_with("/sign-in");
    // Signing out is what leads there by itself.
    let turned_away = to_sign_in && !what.contains("sign-in") && !what.contains("sign-out");
    if may {
        assert!(reply.status != StatusCode::FORBIDDEN && !turned_away, "{caller} may {what}, but got {}", reply.status);
        assert!(!reply.status.is_server_error(), "{what} for {caller}: {} {}", reply.status, reply.body);
    } else if caller == "nobody" {
        assert!(to_sign_in, "nobody got {} for {what}", reply.status);
    } else {
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{caller} may not {what}");
    }
}

#[test]
fn a_manager_sees_their_own_team_and_no_other() {
    let test = TestApp::new();
    let own = test.get("manager", "/team").body;
    assert!(own.contains("Ana One") && own.contains("Cleo &#60;Three&#62;"), "{own}");
    assert_eq!(test.get("manager", "/team?of=M1").status, StatusCode::OK);
    assert_eq!(test.get("manager", "/team?of=E1").status, StatusCode::NOT_FOUND);
    assert_eq!(
        test.post("manager", "/team/count", &[("of", "G1"), ("count", "1"), ("campaign", "round")]).status,
        StatusCode::NOT_FOUND
    );
}

#[test]
fn a_deputy_sees_the_team_for_as_long_as_they_act() {
    let test = TestApp::new();
    assert_eq!(test.get("management", "/team").status, StatusCode::FORBIDDEN);
    let today = crate::clock::today(&test.app.store.world().unwrap()).to_string();
    let fields = [("of", "M1"), ("who", "G1"), ("from", &today), ("to", &today)];
    assert_eq!(test.post("manager", "/team/deputy", &fields).status, StatusCode::SEE_OTHER);
    let page = test.get("management", "/team");
    assert!(page.status == StatusCode::OK && page.body.contains("You act for Mara Lead"));
    // Acting for somebody does not make them able to name a further deputy.
    assert_eq!(test.post("management", "/team/deputy", &fields).status, StatusCode::UNPROCESSABLE_ENTITY);
    // Nor to end anybody's time.
    let end =
        |caller, id: &str| test.post(caller, "/team/deputy/end", &[("of", "M1"), ("deputy", id), ("from", &today)]);
    let id = {
        let world = test.app.store.world().unwrap();
        world.people().find("G1").and_then(|ix| world.people().get(ix)).unwrap().id.to_string()
    };
    assert_eq!(end("management", &id).status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(end("manager", &id).status, StatusCode::SEE_OTHER);
    assert_eq!(test.get("management", "/team").status, StatusCode::FORBIDDEN);
}

#[test]
fn whoever_keeps_records_names_a_deputy_for_a_manager_who_is_away() {
    let test = TestApp::new();
    let today = crate::clock::today(&test.app.store.world().unwrap()).to_string();
    let path = format!("/programme/people/{}", test.id("M1"));
    assert!(test.get("delivery", &path).body.contains("Let somebody act for them"));
    let named = |who| {
        let fields = [("form", "deputy"), ("who", who), ("from", today.as_str()), ("to", today.as_str())];
        test.post("delivery", &format!("{path}/deputy"), &fields)
    };
    let unknown = named("E9");
    assert!(unknown.status == StatusCode::UNPROCESSABLE_ENTITY && unknown.body.contains("deputy-who-error"));
    assert_eq!(test.get("management", "/team").status, StatusCode::FORBIDDEN);
    assert_eq!(named("G1").header("location"), format!("{path}?done=deputy"));
    assert!(test.get("management", "/team").body.contains("You act for Mara Lead"));
    assert!(test.get("manager", "/team").body.contains("Gus General acts for you"));
    assert!(test.get("owner", &path).body.contains("Gus General acts for Mara Lead"));
}

#[test]
fn nobody_acts_for_whom_nobody_reports_to() {
    let test = TestApp::new();
    let today = crate::clock::today(&test.app.store.world().unwrap()).to_string();
    assert!(!test.get("owner", "/programme/people/E1").body.contains("Let somebody act for them"));
    let fields = [("form", "deputy"), ("who", "G1"), ("from", &today), ("to", &today)];
    let reply = test.post("owner", "/programme/people/E1/deputy", &fields);
    assert!(reply.status == StatusCode::UNPROCESSABLE_ENTITY && reply.body.contains("nobody reports to them today"));
    assert_eq!(test.get("management", "/team").status, StatusCode::FORBIDDEN);
}

#[test]
fn a_proof_is_given_to_its_person_only() {
    let test = TestApp::new();
    let path = format!("/my/proof/{}", test.completion);
    assert_eq!(test.get("engineer", &path).status, StatusCode::OK);
    assert_eq!(test.get("manager", &path).status, StatusCode::NOT_FOUND);
    assert_eq!(test.get("engineer", "/my/proof/0").status, StatusCode::NOT_FOUND);
}

#[test]
fn whoever_opens_a_record_is_told_to_its_person_once_a_day() {
    let test = TestApp::new();
    for _ in 0..3 {
        assert_eq!(test.get("owner", "/programme/people/E1").status, StatusCode::OK);
    }
    let mine = test.get("engineer", "/my/record").body;
    assert_eq!(mine.matches("Olga Owner, as control owner").count(), 1, "{mine}");
}

#[test]
fn an_exception_is_the_owners_to_grant_and_nobody_decides_on_their_own() {
    let test = TestApp::new();
    let today = crate::clock::today(&test.app.store.world().unwrap()).to_string();
    let asked = [("asks", "exception"), ("control", "TRN"), ("from", today.as_str()), ("reason", "moved to writing")];
    assert_eq!(test.post("owner", "/my/request", &asked).status, StatusCode::SEE_OTHER);
    let seq = test.app.store.world().unwrap().size() - 1;
    let path = format!("/programme/requests/{seq}");
    assert_eq!(test.post("delivery", &path, &[("answer", "grant")]).status, StatusCode::FORBIDDEN);
    let own = test.post("owner", &path, &[("answer", "grant")]);
    assert!(own.status == StatusCode::UNPROCESSABLE_ENTITY && own.body.contains("nobody decides on their own request"));
    assert_eq!(test.post("operator", &path, &[("answer", "grant")]).status, StatusCode::SEE_OTHER);
}

#[test]
fn who_has_left_is_not_let_in_any_more() {
    let test = TestApp::new();
    assert_eq!(test.get("engineer", "/").status, StatusCode::OK);
    let csv = super::ROSTER.lines().filter(|line| !line.starts_with("E1,")).collect::<Vec<_>>().join("\n");
    taken_in(&test, csv);
    assert_eq!(test.get("engineer", "/").header("location"), "/sign-in");
}

#[test]
fn nobody_puts_their_own_record_right() {
    let test = TestApp::new();
    let fields = [
        ("form", "record"),
        ("course", "full"),
        ("on", "2026-01-05"),
        ("strength", "assessed"),
        ("reference", "a file"),
    ];
    assert_eq!(test.post("delivery", "/programme/people/D1/record", &fields).status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(test.post("delivery", "/programme/people/E2/record", &fields).status, StatusCode::SEE_OTHER);
}

#[test]
fn exceptions_are_the_owners_to_take_in_from_a_file_too() {
    let test = TestApp::new();
    let upload = |caller: &str| {
        let csv = "employee_id,control,from,to,reason,approved_by\nE2,TRN,2026-01-01,,writing,O1\n";
        let part = |name: &str, more: &str, value: &str| {
            format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n")
        };
        let body = [
            part("csrf", "", &test.csrf(caller)),
            part("kind", "", "exceptions"),
            part("file", "; filename=\"e.csv\"", csv),
            "--b--\r\n".to_owned(),
        ];
        let request = test
            .request(caller, "POST", "/programme/imports")
            .header("content-type", "multipart/form-data; boundary=b");
        test.send(request.body(body.concat().into()).unwrap())
    };
    assert_eq!(upload("delivery").status, StatusCode::UNPROCESSABLE_ENTITY);
    let owner = upload("owner");
    assert!(
        owner.status == StatusCode::SEE_OTHER && owner.header("location").contains("kind=exceptions"),
        "{}",
        owner.body
    );
}
