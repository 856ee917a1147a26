//! A course taken elsewhere: telling of it with a proof, deciding on it, and who may open the proof.

use super::{Reply, TestApp};
use axum::body::Body;
use axum::http::StatusCode;
use keepsharp_domain::person::Strength;

const PDF: &[u8] = b"%PDF-1.7\nAna One passed";

fn tells(test: &TestApp, caller: &str, fields: &[(&str, &str)], file: &[u8]) -> Reply {
    let csrf = test.csrf(caller);
    let mut all = vec![("csrf", csrf.as_str()), ("form", "elsewhere"), ("course", "full"), ("on", "2026-01-05")];
    all.extend([("source", "Some Academy"), ("reference", "Certificate 77 of Ana")]);
    all.retain(|(name, _)| !fields.iter().any(|(other, _)| other == name));
    all.extend(fields);
    let part = |(name, value): &(&str, &str)| {
        format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let mut body: Vec<u8> = all.iter().map(part).collect::<String>().into_bytes();
    body.extend(b"--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"../../evil.html\"\r\n\r\n");
    body.extend(file);
    body.extend(b"\r\n--b--\r\n");
    let request =
        test.request(caller, "POST", "/my/elsewhere").header("content-type", "multipart/form-data; boundary=b");
    test.send(request.body(Body::from(body)).unwrap())
}

fn newest(test: &TestApp) -> u64 {
    test.app.store.world().unwrap().size() - 1
}

#[test]
fn what_is_told_with_a_proof_is_decided_by_delivery_and_stands_in_the_history() {
    let test = TestApp::new();
    let told = tells(&test, "engineer", &[], PDF);
    assert_eq!(
        (told.status, told.header("location")),
        (StatusCode::SEE_OTHER, "/?done=asked#elsewhere"),
        "{}",
        told.body
    );
    let seq = newest(&test);
    let mine = test.get("engineer", "/").body;
    assert!(mine.contains(", Some Academy, waits to be decided."), "{mine}");
    let page = test.get("delivery", "/programme/requests").body;
    assert!(page.contains("“Certificate 77 of Ana”") && page.contains(&format!("/programme/proofs/{seq}")), "{page}");
    let file = test.get("delivery", &format!("/programme/proofs/{seq}"));
    assert_eq!(file.body.as_bytes(), PDF);
    assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"proof-{seq}.pdf\""));
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert!(test.get("engineer", "/my/record").body.contains("Dan Delivery"), "whoever opens it is told to its person");
    let fields = [("answer", "grant"), ("strength", "assessed")];
    assert_eq!(test.post("delivery", &format!("/programme/requests/{seq}"), &fields).status, StatusCode::SEE_OTHER);
    let again = test.post("delivery", &format!("/programme/requests/{seq}"), &fields);
    assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.body.contains("already"));
    let completion = {
        let world = test.app.store.world().unwrap();
        let ix = world.people().find("E1").unwrap();
        let found = world.people().get(ix).unwrap().completions.iter().find(|one| world.proof(one.seq).is_some());
        *found.unwrap()
    };
    assert_eq!(completion.strength, Strength::Assessed);
    let mine = test.get("engineer", "/").body;
    assert!(mine.contains("Some Academy, is recorded.") && mine.contains(&format!("/my/proofs/{}", completion.seq)));
    assert_eq!(test.get("engineer", &format!("/my/proofs/{}", completion.seq)).body.as_bytes(), PDF);
    assert!(test.get("owner", "/programme/people/E1").body.contains(&format!("/programme/proofs/{}", completion.seq)));
}

#[test]
fn a_proof_is_opened_by_its_person_and_by_whoever_keeps_records_and_by_nobody_else() {
    let test = TestApp::new();
    tells(&test, "engineer", &[], PDF);
    let seq = newest(&test);
    let of = |caller, from: &str| test.get(caller, &format!("{from}/proofs/{seq}")).status;
    assert_eq!(of("engineer", "/my"), StatusCode::OK);
    assert_eq!(of("owner", "/programme"), StatusCode::OK);
    for caller in ["manager", "delivery", "content", "management"] {
        assert_eq!(of(caller, "/my"), StatusCode::NOT_FOUND, "{caller}");
    }
    for caller in ["engineer", "manager", "content", "management", "auditor"] {
        assert_eq!(of(caller, "/programme"), StatusCode::FORBIDDEN, "{caller}");
    }
    for seq in ["0", "99999999", "18446744073709551615"] {
        assert_eq!(test.get("delivery", &format!("/programme/proofs/{seq}")).status, StatusCode::NOT_FOUND, "{seq}");
    }
}

#[test]
fn what_is_no_proof_or_makes_no_sense_comes_back_and_writes_nothing() {
    let test = TestApp::new();
    let before = (newest(&test), test.app.store.documents().unwrap());
    for (fields, file, told) in [
        (&[][..], &b"MZ\x90\x00program"[..], "no PDF, PNG, JPEG or plain text"),
        (&[("on", "2199-01-01")], PDF, "has not come yet"),
        (&[("on", "yesterday")], PDF, "is no date"),
        (&[("course", "other")], PDF, "there is no course"),
        (&[("source", "")], PDF, "say where you took it"),
        (&[("source", "Ben Two")], PDF, "names somebody"),
    ] {
        let reply = tells(&test, "engineer", fields, file);
        assert!(
            reply.status == StatusCode::UNPROCESSABLE_ENTITY && reply.body.contains(told),
            "{told}: {}",
            reply.body
        );
    }
    let long = "x".repeat(1_001);
    assert_eq!(tells(&test, "engineer", &[("reference", &long)], b"").status, StatusCode::UNPROCESSABLE_ENTITY);
    let huge = vec![b'a'; (10 << 20) + 2];
    assert_eq!(tells(&test, "engineer", &[], &huge).status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!((newest(&test), test.app.store.documents().unwrap()), before);
}

#[test]
fn the_same_sent_twice_is_one_request_and_a_file_is_not_needed() {
    let test = TestApp::new();
    assert_eq!(tells(&test, "engineer", &[], b"").status, StatusCode::SEE_OTHER);
    let seq = newest(&test);
    let again = tells(&test, "engineer", &[], PDF);
    assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.body.contains("asked for already"));
    assert_eq!(newest(&test), seq);
    assert_eq!(test.get("delivery", &format!("/programme/proofs/{seq}")).status, StatusCode::NOT_FOUND);
    let fields = [("answer", "decline"), ("reason", "It is another course.")];
    assert_eq!(test.post("delivery", &format!("/programme/requests/{seq}"), &fields).status, StatusCode::SEE_OTHER);
    assert!(test.get("engineer", "/").body.contains("was declined: It is another course."));
}

#[test]
fn nobody_decides_on_a_course_of_their_own() {
    let test = TestApp::new();
    tells(&test, "delivery", &[], PDF);
    let path = format!("/programme/requests/{}", newest(&test));
    assert!(
        test.get("delivery", "/programme/requests").body.contains("Nobody decides on their own; a colleague will.")
    );
    assert_eq!(test.post("delivery", &path, &[("answer", "grant")]).status, StatusCode::UNPROCESSABLE_ENTITY);
    let counted = test.post("owner", &path, &[("answer", "grant"), ("strength", "attested")]);
    assert_eq!(counted.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(test.post("owner", &path, &[("answer", "grant")]).status, StatusCode::SEE_OTHER);
}
