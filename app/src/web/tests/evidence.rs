//! The control's file, packs by a button, an auditor's tables and requests.

use super::TestApp;
use crate::packs;
use axum::body::{Body, to_bytes};
use axum::http::StatusCode;
use keepsharp_domain::Day;
use keepsharp_domain::evidence::Opened;
use std::io::Cursor;
use tower_service::Service;

fn today(test: &TestApp) -> Day {
    crate::clock::today(&test.app.store.world().unwrap())
}

/// Asks for a pack and has it made: its address.
fn made(test: &TestApp, caller: &str, path: &str, fields: &[(&str, &str)]) -> String {
    let reply = test.post(caller, path, fields);
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    let at = reply.header("location").to_owned();
    let waiting = test.get(caller, &at).body;
    assert!(waiting.contains("It is being made") && waiting.contains("http-equiv=\"refresh\""), "{waiting}");
    packs::make_next(&test.app);
    at
}

/// The bytes of a file that a form gives.
fn fetched(test: &TestApp, caller: &str, path: &str, method: &str) -> Vec<u8> {
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("csrf", &test.csrf(caller)).finish();
    let request = test
        .request(caller, method, path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    let mut router = test.router.clone();
    test.runtime.block_on(async move {
        let reply = tokio::spawn(async move { router.call(request).await.unwrap() }).await.unwrap();
        assert_eq!(reply.status(), StatusCode::OK);
        to_bytes(reply.into_body(), 64 << 20).await.unwrap().to_vec()
    })
}

#[test]
fn the_owner_has_a_pack_made_and_records_to_whom_it_was_handed() {
    let test = TestApp::new();
    let day = today(&test).to_string();
    let unfinished = [("form", "pack"), ("control", "TRN"), ("from", "2025-01-01"), ("to", day.as_str())];
    let unfinished = test.post("owner", "/programme/evidence", &unfinished);
    assert!(unfinished.status == StatusCode::UNPROCESSABLE_ENTITY && unfinished.body.contains("pack-to-error"));
    let day = keepsharp_domain::calendar::subtract_days(today(&test), 1).to_string();
    let asked = [("control", "TRN"), ("from", "2025-01-01"), ("to", day.as_str()), ("names", "everybody")];
    let at = made(&test, "owner", "/programme/evidence", &asked);
    let page = test.get("owner", &at).body;
    assert!(page.contains("It is ready") && page.contains("It opens everybody’s names"), "{page}");
    assert_eq!(test.get("operator", &at).status, StatusCode::NOT_FOUND, "another session's pack");
    let bytes = fetched(&test, "owner", &format!("{at}/file"), "GET");
    let verdict = keepsharp_verifier::verify(Cursor::new(bytes), None);
    assert!(verdict.unwrap().is_sound());
    assert_eq!(test.app.store.world().unwrap().hand_overs().handed().count(), 0, "looking is no handing over");
    for _ in 0..2 {
        let reply = test.post("owner", &format!("{at}/handed"), &[("room", "")]);
        assert_eq!(reply.header("location"), "/programme/evidence?done=handed#handed");
    }
    let world = test.app.store.world().unwrap();
    let handed: Vec<_> = world.hand_overs().handed().collect();
    assert_eq!(handed.len(), 1, "once");
    assert_eq!(handed[0].body.query.as_ref().unwrap().opened, Opened::Everybody);
    drop(world);
    assert!(test.get("engineer", "/my/record").body.contains("Everybody’s names were opened in an evidence pack"));
}

#[test]
fn an_auditor_fetches_a_pack_of_their_room_and_whom_it_opens_sees_it() {
    let test = TestApp::new();
    let refused = test.post("auditor", "/audit/pack", &[("form", "pack"), ("names", "everybody")]);
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.body.contains("ask the owner for more"));
    let refused = test.post("auditor", "/audit/pack", &[("form", "pack"), ("names", "sample")]);
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.body.contains("pack-seed-error"));
    let at = made(&test, "auditor", "/audit/pack", &[("names", "sample"), ("seed", "4711"), ("sizes", "*=2")]);
    let looks = |test: &TestApp| {
        let world = test.app.store.world().unwrap();
        world.people().listed().map(|(ix, _)| world.looks().at(&world, ix).count()).sum::<usize>()
    };
    assert_eq!(looks(&test), 0);
    let bytes = fetched(&test, "auditor", &format!("{at}/file"), "POST");
    let sampled = {
        let orders = test.app.packs.find(at.rsplit('/').next().unwrap(), &subject(&test), crate::clock::now()).unwrap();
        match orders.progress {
            packs::Progress::Ready(ready) => ready.sampled.len(),
            _ => 0,
        }
    };
    assert!(keepsharp_verifier::verify(Cursor::new(bytes), None).unwrap().is_sound());
    assert_eq!(looks(&test), sampled);
    let world = test.app.store.world().unwrap();
    let handed = world.hand_overs().handed().next().unwrap();
    let room = world.rooms().all().next().unwrap();
    assert_eq!((handed.body.room, &*handed.by), (Some(room.seq), &*format!("person:{}", room.auditor)));
}

fn subject(test: &TestApp) -> String {
    let world = test.app.store.world().unwrap();
    let auditor = world.rooms().all().next().unwrap().auditor;
    crate::web::Subject::Auditor(auditor).to_string()
}

#[test]
fn an_auditor_asks_is_answered_with_a_file_and_gets_the_very_bytes() {
    let test = TestApp::new();
    let asked = test.post("auditor", "/audit/requests", &[("words", "The course’s outline, please")]);
    assert_eq!(asked.header("location"), "/audit/requests?done=requested");
    let seq = test.app.store.world().unwrap().hand_overs().open().next().unwrap().seq;
    assert!(test.get("delivery", "/programme").body.contains("Evidence (1)"));
    let named = test.post("auditor", "/audit/requests", &[("words", "What about Ana One?")]);
    assert!(named.status == StatusCode::UNPROCESSABLE_ENTITY && named.body.contains("names somebody"));
    let reply = sent_file(
        &test,
        "owner",
        &format!("/programme/evidence/requests/{seq}"),
        "Here it is.",
        "outline.pdf",
        b"%PDF-\xff\x00",
    );
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    let page = test.get("auditor", "/audit/requests").body;
    assert!(page.contains("Here it is.") && page.contains("outline.pdf, 7 bytes"), "{page}");
    let handed = test.app.store.world().unwrap().hand_overs().answers(seq).next().unwrap().seq;
    assert_eq!(fetched(&test, "auditor", &format!("/audit/files/{handed}"), "GET"), b"%PDF-\xff\x00");
    assert_eq!(fetched(&test, "delivery", &format!("/programme/evidence/files/{handed}"), "GET"), b"%PDF-\xff\x00");
    assert_eq!(test.get("auditor", &format!("/audit/files/{seq}")).status, StatusCode::NOT_FOUND);
    // Handed to somebody else, it is not theirs.
    let other = [("words", "For another"), ("control", "TRN"), ("from", "2025-01-01"), ("to", "2025-12-31")];
    test.post("owner", "/programme/evidence/requests", &other);
    let seq = test.app.store.world().unwrap().hand_overs().open().next().unwrap().seq;
    sent_file(&test, "owner", &format!("/programme/evidence/requests/{seq}"), "", "other.txt", b"x");
    let handed = test.app.store.world().unwrap().hand_overs().answers(seq).next().unwrap().seq;
    assert_eq!(test.get("auditor", &format!("/audit/files/{handed}")).status, StatusCode::NOT_FOUND);
}

fn sent_file(test: &TestApp, caller: &str, path: &str, words: &str, name: &str, bytes: &[u8]) -> super::Reply {
    let csrf = test.csrf(caller);
    let mut body = format!(
        "--b\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--b\r\ncontent-disposition: form-data; name=\"words\"\r\n\r\n{words}\r\n--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let request = test.request(caller, "POST", path).header("content-type", "multipart/form-data; boundary=b");
    test.send(request.body(Body::from(body)).unwrap())
}

#[test]
fn the_tables_of_a_room_name_nobody_and_are_those_of_a_pack() {
    let test = TestApp::new();
    let list = test.get("auditor", "/audit/tables").body;
    assert!(list.contains("population.csv") && !list.contains("sample.csv"), "{list}");
    for name in ["population.csv", "requirements.csv", "completions.csv", "imports.csv", "roles.csv"] {
        let page = test.get("auditor", &format!("/audit/tables/{name}"));
        let file = test.get("auditor", &format!("/audit/tables/{name}/file"));
        assert!(page.status == StatusCode::OK && file.status == StatusCode::OK, "{name}");
        for text in [&page.body, &file.body] {
            assert!(!text.contains("Ana One") && !text.contains("ana@sample.example"), "{name}: {text}");
        }
    }
    assert_eq!(test.get("auditor", "/audit/tables/sample.csv").status, StatusCode::NOT_FOUND);
    assert_eq!(test.get("auditor", "/audit/tables/x").status, StatusCode::NOT_FOUND);
}

#[test]
fn a_review_is_signed_a_day_is_checked_and_what_followed_stands_beside_it() {
    let test = TestApp::new();
    let day = today(&test).to_string();
    let signed = [("form", "review"), ("control", "TRN"), ("verdict", "stands"), ("remark", "Read line by line.")];
    assert!(test.post("owner", "/programme/control/review", &signed).header("location").ends_with("done=reviewed"));
    let named = [("form", "review"), ("control", "TRN"), ("verdict", "stands"), ("remark", "With Dan Delivery")];
    let named = test.post("owner", "/programme/control/review", &named);
    assert!(named.status == StatusCode::UNPROCESSABLE_ENTITY && named.body.contains("review-remark-error"));
    let checked = [("form", "check"), ("control", "TRN"), ("on", day.as_str())];
    assert!(test.post("owner", "/programme/control/check", &checked).header("location").ends_with("done=checked"));
    let again = test.post("owner", "/programme/control/check", &checked);
    assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.body.contains("checked already"));
    let seq = test.app.store.world().unwrap().assurance().checks("TRN").next().unwrap().seq;
    let followed =
        test.post("owner", &format!("/programme/control/checks/{seq}"), &[("remark", "An hour was set aside.")]);
    assert!(followed.header("location").ends_with("done=followed"));
    for (caller, path) in [("delivery", "/programme/control"), ("auditor", "/audit/control")] {
        let page = test.get(caller, path).body;
        for said in ["Read line by line.", "An hour was set aside.", "SOC 2 CC1.4"] {
            assert!(page.contains(said), "{caller}: {said}: {page}");
        }
        assert_eq!(
            page.contains("Signed by Olga Owner"),
            caller == "delivery",
            "a room names nobody by itself: {page}"
        );
    }
}
