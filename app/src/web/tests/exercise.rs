//! What an exercise is made of: who may load it, and what the browser is told of it.

use super::TestApp;
use axum::http::StatusCode;

#[test]
fn the_frame_has_a_policy_of_its_own_and_a_page_has_none_of_it() {
    let test = TestApp::new();
    let frame = test.get("engineer", "/exercise/frame");
    let policy = frame.header("content-security-policy");
    assert!(policy.starts_with("sandbox allow-scripts; default-src 'none'; script-src 'sha256-"), "{policy}");
    assert!(policy.contains("connect-src 'none'") && policy.contains("frame-ancestors 'self'"), "{policy}");
    for loose in ["'unsafe-inline'", "'unsafe-eval'", "http:", "https:", "*", "allow-same-origin", "data:"] {
        assert!(!policy.contains(loose), "{loose}: {policy}");
    }
    assert_eq!(frame.header("x-frame-options"), "SAMEORIGIN");
    assert_eq!(frame.body.matches("<script").count(), 1);
    let page = test.get("engineer", "/");
    assert!(!page.header("content-security-policy").contains("script-src"));
    assert_eq!(page.header("x-frame-options"), "DENY");
}

#[test]
fn a_runtime_lists_its_files_and_each_is_there_for_good() {
    let test = TestApp::new();
    for runner in ["js", "sql", "yaml", "dockerfile", "hcl"] {
        let told = test.get("engineer", &format!("/runtime/{runner}/runtime.json"));
        assert_eq!(told.header("content-type"), "application/json");
        let told: serde_json::Value = serde_json::from_str(&told.body).unwrap();
        let files = told["files"].as_array().unwrap();
        assert_eq!(files[0]["name"], "quickjs.wasm");
        assert_eq!(files.last().unwrap()["name"], "worker.js", "the harness comes last");
        for file in files.iter().filter(|file| file["role"] != "wasm") {
            let reply = test.get("engineer", file["address"].as_str().unwrap());
            assert!(reply.status == StatusCode::OK && !reply.body.is_empty(), "{file}");
            assert!(reply.header("cache-control").contains("immutable"), "{file}");
        }
    }
}

#[test]
fn nothing_else_is_reached_by_these_addresses() {
    let test = TestApp::new();
    for path in [
        "/runtime/ruby/ruby.wasm",
        "/runtime/python/pyodide.asm.wasm",
        "/runtime/js/runtime.toml",
        "/runtime/js/..%2fquickjs%2fquickjs.wasm",
        "/runtime/..%2f..%2fetc/passwd",
        "/runtime/sql/..%2f..%2f..%2fsigning-key",
        "/runtime/lua/runtime.json",
        "/exercise/frame.html",
        "/exercise/..%2fstyle.css",
        "/exercise/check.js",
    ] {
        assert_eq!(test.get("engineer", path).status, StatusCode::NOT_FOUND, "{path}");
    }
}
