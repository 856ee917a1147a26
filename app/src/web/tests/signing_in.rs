//! Links that work once, sessions that end, and answers that do not tell who is known.

use super::{TestApp, in_an_hour};
use crate::settings::{MailSecurity, MailSettings, Settings};
use crate::web::sign_in::{Subject, fresh_link, session};
use axum::http::StatusCode;

fn with_mail() -> TestApp {
    let mail = MailSettings {
        server: "127.0.0.1".into(),
        port: Some(9),
        security: MailSecurity::None,
        username: None,
        password_file: None,
        from: "Keepsharp <keepsharp@sample.example>".into(),
    };
    TestApp::with(Settings { mail: Some(mail), ..Settings::default() }, false)
}

#[test]
fn a_link_signs_in_once() {
    let test = TestApp::new();
    let link = fresh_link(&test.app, Subject::Operator, (test.app.clock)()).unwrap();
    let path = link.strip_prefix("http://127.0.0.1:8080").unwrap();
    // Programs that look into mail open links; that must not use one up.
    for _ in 0..3 {
        assert!(test.get("nobody", path).body.contains("Sign in</button>"));
    }
    let first = test.post("nobody", path, &[]);
    assert!(
        first.status == StatusCode::SEE_OTHER && first.header("set-cookie").starts_with("keepsharp="),
        "{}",
        first.body
    );
    let second = test.post("nobody", path, &[]);
    assert!(second.status == StatusCode::UNPROCESSABLE_ENTITY && second.headers.get("set-cookie").is_none());
    assert!(test.get("nobody", path).body.contains("does not work any more"));
}

#[test]
fn a_link_that_is_too_old_does_not_sign_in() {
    let mut test = TestApp::new();
    let link = {
        let world = test.app.store.world().unwrap();
        let id = world.people().find("E1").and_then(|ix| world.people().get(ix)).unwrap().id;
        fresh_link(&test.app, Subject::Person(id), (test.app.clock)()).unwrap()
    };
    test = test.at(in_an_hour);
    let path = link.strip_prefix("http://127.0.0.1:8080").unwrap();
    assert_eq!(test.post("nobody", path, &[]).status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[test]
fn the_answer_does_not_tell_whether_an_address_is_known() {
    let test = with_mail();
    let answer = |email| {
        let reply = test.post("nobody", "/sign-in", &[("form", "sign-in"), ("email", email)]);
        (reply.status, reply.header("location").to_owned(), reply.body)
    };
    assert_eq!(answer("ana@sample.example"), answer("stranger@sample.example"));
    let waiting = test.app.store.outbox((test.app.clock)(), &[keepsharp_store::Way::Mail], 12).unwrap();
    assert_eq!(waiting.len(), 1, "one of the two is known");
    assert_eq!(waiting.first().unwrap().letter.recipient, "ana@sample.example");
}

#[test]
fn a_link_is_sent_to_the_address_as_the_roster_has_it_whatever_was_typed() {
    let test = with_mail();
    test.post("nobody", "/sign-in", &[("email", "ANA@Sample.Example")]);
    let waiting = test.app.store.outbox((test.app.clock)(), &[keepsharp_store::Way::Mail], 12).unwrap();
    assert_eq!(waiting.first().unwrap().letter.recipient, "ana@sample.example");
    assert!(waiting.first().unwrap().letter.words.contains("http://127.0.0.1:8080/sign-in/"));
}

#[test]
fn who_asks_too_often_is_asked_to_wait() {
    let test = with_mail();
    let ask = |email: &str| test.post("nobody", "/sign-in", &[("email", email)]).status;
    let answers: Vec<StatusCode> = (0..9).map(|_| ask("ana@sample.example")).collect();
    assert!(answers.iter().all(|status| *status == StatusCode::SEE_OTHER), "the answer is the same for every address");
    let sent = test.app.store.outbox((test.app.clock)(), &[keepsharp_store::Way::Mail], 12).unwrap().len();
    assert_eq!(sent, 5, "nobody's mailbox is filled, and who has it can use what is there");
    let guesses: Vec<StatusCode> =
        (0..50).map(|guess| test.post("nobody", &format!("/sign-in/{guess:064}"), &[]).status).collect();
    assert_eq!(guesses.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
}

#[test]
fn signing_out_ends_the_session_at_the_server() {
    let test = TestApp::new();
    assert_eq!(test.get("engineer", "/").status, StatusCode::OK);
    let reply = test.post("engineer", "/sign-out", &[]);
    assert!(reply.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(test.get("engineer", "/").header("location"), "/sign-in");
}

#[test]
fn a_session_ends_when_nobody_used_it() {
    let mut test = TestApp::new();
    assert_eq!(test.get("operator", "/admin").status, StatusCode::OK);
    test = test.at(|| crate::clock::now().saturating_add(jiff::SignedDuration::from_hours(2)).unwrap());
    assert_eq!(test.get("operator", "/admin").header("location"), "/sign-in?next=%2Fadmin");
    assert_eq!(test.get("engineer", "/").status, StatusCode::OK, "engineers come by rarely; theirs lasts");
}

#[test]
fn what_can_not_be_written_of_a_session_keeps_nobody_from_reading() {
    let mut test = TestApp::new();
    assert_eq!(test.get("engineer", "/").status, StatusCode::OK);
    assert!(test.get("operator", "/admin").status == StatusCode::OK);
    // A session twice is refused, so that the connection is made anew; and where nothing can be opened, nothing is written.
    let known = test.app.store.sessions((test.app.clock)()).unwrap();
    assert!(test.app.store.begin_session(known.first().unwrap()).is_err());
    let data = test.folder.path().join("data");
    std::fs::rename(&data, data.with_extension("elsewhere")).unwrap();
    assert!(test.app.store.sessions((test.app.clock)()).is_err(), "the database must be out of reach for this test");
    test = test.at(|| crate::clock::now().saturating_add(jiff::SignedDuration::from_hours(2)).unwrap());
    let page = test.get("engineer", "/");
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert_eq!(test.get("operator", "/admin").header("location"), "/sign-in?next=%2Fadmin", "left alone, it has ended");
}

#[test]
fn a_token_that_nobody_has_opens_nothing() {
    let test = TestApp::new();
    for token in ["", "x", &"0".repeat(64), &"f".repeat(63), "'; DROP TABLE session; --"] {
        assert_eq!(session(&test.app, token, (test.app.clock)()).unwrap(), None);
    }
}

#[test]
fn nobody_becomes_anybody_outside_the_made_up_company() {
    let test = TestApp::new();
    let reply = test.post("nobody", "/demo/become", &[("as", "engineer")]);
    assert!(reply.status == StatusCode::NOT_FOUND && reply.headers.get("set-cookie").is_none());
}

#[test]
fn a_link_leads_back_to_the_page_that_was_wanted_and_to_no_other_site() {
    let test = with_mail();
    test.post("nobody", "/sign-in", &[("email", "mara@sample.example"), ("next", "/team")]);
    test.post("nobody", "/sign-in", &[("email", "ben@sample.example"), ("next", "//evil.example")]);
    let waiting = test.app.store.outbox((test.app.clock)(), &[keepsharp_store::Way::Mail], 12).unwrap();
    let words = |name: &str| &waiting.iter().find(|one| one.letter.recipient.starts_with(name)).unwrap().letter.words;
    assert!(words("mara").contains("?next=%2Fteam") && !words("ben").contains("evil"));
    let link = fresh_link(&test.app, Subject::Operator, (test.app.clock)()).unwrap();
    let path = link.strip_prefix("http://127.0.0.1:8080").unwrap();
    assert_eq!(test.post("nobody", path, &[("next", "/admin")]).header("location"), "/admin");
    for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example", "/a b"] {
        let link = fresh_link(&test.app, Subject::Operator, (test.app.clock)()).unwrap();
        let path = link.strip_prefix("http://127.0.0.1:8080").unwrap();
        assert_eq!(test.post("nobody", path, &[("next", elsewhere)]).header("location"), "/", "{elsewhere}");
    }
}

#[test]
fn without_mail_no_letter_with_a_key_in_it_is_kept() {
    let test = TestApp::new();
    test.post("nobody", "/sign-in", &[("email", "ana@sample.example")]);
    assert!(test.app.store.outbox((test.app.clock)(), &[keepsharp_store::Way::Mail], 12).unwrap().is_empty());
}

#[test]
fn looking_into_the_outbox_throws_nothing_away() {
    let test = with_mail();
    test.post("nobody", "/sign-in", &[("email", "ana@sample.example")]);
    let page = test.get("administrator", "/admin").body;
    assert!(page.contains("Your sign-in link for Keepsharp") || page.contains("1 letter"), "{page}");
    assert_eq!(test.app.store.outbox((test.app.clock)(), &[keepsharp_store::Way::Mail], 12).unwrap().len(), 1);
}

#[test]
fn who_sees_others_is_signed_out_after_half_a_day_without_use() {
    let mut test = TestApp::new();
    test = test.at(|| crate::clock::now().saturating_add(jiff::SignedDuration::from_hours(13)).unwrap());
    for caller in ["owner", "delivery", "management", "auditor", "administrator"] {
        assert!(test.get(caller, "/ledger").header("location").starts_with("/sign-in"), "{caller}");
    }
    for caller in ["engineer", "manager"] {
        assert_eq!(test.get(caller, "/ledger").status, StatusCode::OK, "{caller}");
    }
}

#[test]
fn a_proxy_that_is_trusted_says_who_sends_and_a_stranger_does_not() {
    let test = TestApp::new();
    let guess = |forwarded: &str| {
        let path = format!("/sign-in/{:064}", 7);
        let request = test.request("nobody", "POST", &path).header("content-type", "application/x-www-form-urlencoded");
        test.send(request.header("x-forwarded-for", forwarded).body("a=b".into()).unwrap()).status
    };
    // The test's peer is no proxy of ours, so whatever it claims, it is one sender.
    let answers: Vec<StatusCode> = (0..45).map(|count| guess(&format!("198.51.100.{count}"))).collect();
    assert_eq!(answers.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
}

#[test]
fn a_letter_whose_link_has_run_out_is_not_sent_any_more() {
    let test = with_mail();
    test.post("nobody", "/sign-in", &[("email", "ana@sample.example")]);
    assert!(test.app.store.outbox(in_an_hour(), &[keepsharp_store::Way::Mail], 12).unwrap().is_empty());
}

#[test]
fn signing_out_everywhere_ends_every_session() {
    let test = TestApp::new();
    assert_eq!(test.post("engineer", "/sign-out", &[("everywhere", "1")]).status, StatusCode::SEE_OTHER);
    assert_eq!(test.get("engineer", "/").header("location"), "/sign-in");
    assert_eq!(test.get("manager", "/team").status, StatusCode::OK, "others stay signed in");
}
