//! What every reply and every change has to hold to.

use super::TestApp;
use crate::settings::Settings;
use axum::body::Body;
use axum::http::StatusCode;

#[test]
fn every_reply_says_what_a_browser_may_do_with_it() {
    let test = TestApp::new();
    for (caller, path) in [
        ("nobody", "/sign-in"),
        ("engineer", "/"),
        ("owner", "/programme"),
        ("nobody", "/nowhere"),
        ("engineer", "/my/calendar.ics"),
    ] {
        let reply = test.get(caller, path);
        let policy = reply.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe") && !policy.contains("script-src"),
            "{path}: {policy}"
        );
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        assert_eq!(reply.header("strict-transport-security"), "", "{path} is not behind TLS");
    }
    assert!(test.get("nobody", "/assets/style.css").header("cache-control").contains("immutable"));
}

#[test]
fn behind_tls_the_cookie_is_tied_to_the_host_and_the_browser_stays_with_tls() {
    let settings = Settings { public_url: Some("https://keepsharp.sample.example/".into()), ..Settings::default() };
    let test = TestApp::with(settings, true);
    let request =
        test.request("nobody", "POST", "/demo/become").header("content-type", "application/x-www-form-urlencoded");
    let reply = test.send(request.body(Body::from("as=engineer")).unwrap());
    let cookie = reply.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-keepsharp=")
            && cookie.ends_with("; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax; Secure"),
        "{cookie}"
    );
    assert!(reply.header("strict-transport-security").starts_with("max-age="));
}

#[test]
fn a_change_from_another_site_or_without_the_sessions_token_is_refused() {
    let test = TestApp::new();
    let form = |csrf: &str| Body::from(format!("csrf={csrf}&course=full&on=2026-01-01&form=x"));
    let post = |headers: &[(&str, &str)], csrf: &str| {
        let mut request =
            test.request("engineer", "POST", "/my/taken").header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        test.send(request.body(form(csrf)).unwrap()).status
    };
    let (good, size) = (test.csrf("engineer"), test.app.store.world().unwrap().size());
    assert_eq!(post(&[], ""), StatusCode::BAD_REQUEST);
    assert_eq!(post(&[], &test.csrf("manager")), StatusCode::BAD_REQUEST);
    assert_eq!(post(&[("sec-fetch-site", "cross-site")], &good), StatusCode::BAD_REQUEST);
    assert_eq!(post(&[("sec-fetch-site", "same-site")], &good), StatusCode::BAD_REQUEST);
    assert_eq!(post(&[("origin", "https://evil.example")], &good), StatusCode::BAD_REQUEST);
    assert_eq!(post(&[("origin", "null")], &good), StatusCode::BAD_REQUEST);
    assert_eq!(test.app.store.world().unwrap().size(), size, "nothing was written");
    assert_eq!(post(&[("origin", "http://127.0.0.1:8080")], &good), StatusCode::SEE_OTHER);
}

#[test]
fn what_people_are_called_never_becomes_markup() {
    let test = TestApp::new();
    for (caller, path) in [("manager", "/team"), ("owner", "/programme/people"), ("owner", "/programme/people/E3")] {
        let body = test.get(caller, path).body;
        assert!(body.contains("&#60;Three&#62;") && !body.contains("<Three>"), "{path}");
    }
    let body = test.get("owner", "/programme/people?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").body;
    assert!(!body.contains("<script"), "{body}");
}

#[test]
fn no_page_carries_a_script_or_an_inline_style() {
    let test = TestApp::new();
    for (caller, path) in [
        ("engineer", "/"),
        ("manager", "/team"),
        ("owner", "/programme"),
        ("owner", "/programme/table"),
        ("management", "/management"),
        ("auditor", "/audit"),
        ("administrator", "/admin"),
    ] {
        let body = test.get(caller, path).body;
        assert!(!body.contains("<script") && !body.contains(" style=") && !body.contains(" onclick"), "{path}");
        assert!(!body.contains("http://") || !body.contains("src=\"http"), "{path} loads from elsewhere");
    }
}

#[test]
fn what_is_no_form_of_ours_is_told_so_and_nothing_is_written() {
    let test = TestApp::new();
    let send = |kind: &str, body: Vec<u8>| {
        let request = test.request("engineer", "POST", "/my/taken").header("content-type", kind);
        test.send(request.body(Body::from(body)).unwrap()).status
    };
    assert_eq!(send("application/json", b"{}".to_vec()), StatusCode::BAD_REQUEST);
    assert_eq!(send("text/plain", b"csrf=x".to_vec()), StatusCode::BAD_REQUEST);
    assert_eq!(send("application/x-www-form-urlencoded", vec![b'a'; 300 << 10]), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(send("multipart/form-data; boundary=x", b"--x\r\nbroken".to_vec()), StatusCode::BAD_REQUEST);
    assert_eq!(send("multipart/form-data", b"".to_vec()), StatusCode::BAD_REQUEST);
    assert_eq!(
        test.send(test.request("engineer", "DELETE", "/").body(Body::empty()).unwrap()).status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[test]
fn a_form_that_is_refused_comes_back_filled_in_with_the_reason_at_the_field() {
    let test = TestApp::new();
    let fields =
        [("form", "request"), ("asks", "exception"), ("from", "2026-05-01"), ("to", "2026-05-09"), ("reason", "")];
    let reply = test.post("engineer", "/my/request", &fields);
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        reply.body.contains("value=\"2026-05-01\"") && reply.body.contains("id=\"request-reason-error\""),
        "{}",
        reply.body
    );
    assert!(reply.body.contains("aria-invalid=\"true\""));
}

#[test]
fn two_who_count_at_once_lose_nothing_and_are_told() {
    let test = TestApp::new();
    let fields = [("form", "count"), ("of", "M1"), ("campaign", "round"), ("seen", ""), ("count", "2")];
    assert_eq!(test.post("manager", "/team/count", &fields).status, StatusCode::SEE_OTHER);
    let second = [("form", "count"), ("of", "M1"), ("campaign", "round"), ("seen", ""), ("count", "3")];
    let reply = test.post("manager", "/team/count", &second);
    assert!(
        reply.status == StatusCode::UNPROCESSABLE_ENTITY
            && reply.body.contains("somebody answered for this team meanwhile"),
        "{}",
        reply.body
    );
    assert!(reply.body.contains("value=\"3\""), "what was typed is kept");
}

#[test]
fn a_day_that_is_none_and_a_moment_before_all_are_told() {
    let test = TestApp::new();
    for query in ["as_of=2026-02-30", "as_of=x", "known_at=x", "known_at=1999-01-01T00:00"] {
        let reply = test.get("owner", &format!("/programme?{query}"));
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
    assert_eq!(test.get("owner", "/programme?as_of=2020-01-01").status, StatusCode::OK);
    assert_eq!(test.get("owner", "/programme?page=999999999999999999999&sort=-zzz").status, StatusCode::OK);
}

#[test]
fn a_body_from_whoever_may_not_send_it_is_not_read() {
    let test = TestApp::new();
    let huge = || Body::from(vec![b'a'; 4 << 20]);
    let send = |caller: &str, path: &str| {
        let request = test.request(caller, "POST", path).header("content-type", "multipart/form-data; boundary=b");
        test.send(request.body(huge()).unwrap())
    };
    assert_eq!(send("nobody", "/programme/imports").header("location"), "/sign-in?next=%2Fprogramme%2Fimports");
    assert_eq!(send("engineer", "/programme/imports").status, StatusCode::FORBIDDEN);
    // Where no file is expected, none is read.
    assert_eq!(send("engineer", "/my/taken").status, StatusCode::BAD_REQUEST);
}

#[test]
fn pages_that_are_about_today_take_no_other_day() {
    let test = TestApp::new();
    for (caller, path) in [("nobody", "/health"), ("nobody", "/sign-in"), ("engineer", "/"), ("manager", "/team")] {
        let reply = test.get(caller, &format!("{path}?known_at=1999-01-01T00:00:00Z&as_of=x"));
        assert_eq!(reply.status, StatusCode::OK, "{path}");
    }
}

#[test]
fn what_the_router_refuses_by_itself_is_guarded_too() {
    let test = TestApp::new();
    let reply = test.send(test.request("engineer", "DELETE", "/").body(Body::empty()).unwrap());
    assert!(reply.status == StatusCode::METHOD_NOT_ALLOWED && reply.header("x-content-type-options") == "nosniff");
}

#[test]
fn a_text_without_end_is_refused() {
    let test = TestApp::new();
    let long = "x".repeat(4_001);
    let reply =
        test.post("engineer", "/my/objection", &[("form", "objection-TRN"), ("control", "TRN"), ("words", &long)]);
    assert!(reply.status == StatusCode::UNPROCESSABLE_ENTITY && reply.body.contains("at most 4,000 characters"));
}
