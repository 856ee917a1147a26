//! Certificates: who gets one, and what a stranger with its link is told.

use super::{TestApp, told};
use axum::http::StatusCode;
use keepsharp_domain::{correction, erasure};
use keepsharp_ledger::tree::leaf_hash;
use keepsharp_ledger::{Checkpoint, Hash, proof};

/// The certificate of E1, fetched, and the path to which its link leads.
fn fetched(test: &TestApp) -> String {
    let reply = test.get("engineer", &format!("/learn/full/certificate/{}", test.completion));
    assert_eq!((reply.status, reply.header("content-type")), (StatusCode::OK, "application/pdf"), "{}", reply.body);
    let code = test.app.store.certificate_code(test.id("E1"), test.completion, "another").unwrap();
    assert!(code.len() == 32 && code.bytes().all(|byte| byte.is_ascii_hexdigit()), "{code}");
    format!("/certificate/{code}")
}

#[test]
fn a_certificate_is_given_to_its_person_only_and_names_the_course_in_its_address() {
    let test = TestApp::new();
    fetched(&test);
    let path = |course: &str, seq: u64| format!("/learn/{course}/certificate/{seq}");
    for (caller, path) in [
        ("manager", path("full", test.completion)),
        ("engineer", path("refresher", test.completion)),
        ("engineer", path("full", 0)),
        ("engineer", path("full", test.request)),
        ("engineer", path("full", 999_999)),
        ("engineer", "/learn/full/certificate/x".to_owned()),
    ] {
        assert_eq!(test.get(caller, &path).status, StatusCode::NOT_FOUND, "{caller} {path}");
    }
    assert_eq!(fetched(&test), fetched(&test), "the link stays the same");
}

#[test]
fn whoever_has_the_link_is_told_what_is_recorded_and_no_name() {
    let test = TestApp::new();
    let path = fetched(&test);
    let page = test.get("nobody", &path);
    assert_eq!(page.status, StatusCode::OK);
    for told in ["has not been taken back", "The full course. All of it was completed.", "noindex", "Leaf hash"] {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    // Marked off, since a hash may have these letters.
    for hidden in ["Ana ", "ana@", ">E1<", " E1 ", "(E1)"] {
        assert!(!page.body.contains(hidden), "{hidden}: {}", page.body);
    }
    assert!(!page.body.contains(&test.id("E1").to_string()), "{}", page.body);
}

#[test]
fn the_proof_of_a_certificate_leads_from_the_leaf_on_its_page_to_a_signed_head() {
    let test = TestApp::new();
    let path = fetched(&test);
    let file = test.get("nobody", &format!("{path}/proof"));
    let file: serde_json::Value = serde_json::from_str(&file.body).unwrap();
    assert_eq!(file["private"], serde_json::Value::Null);
    let leaf = leaf_hash(file["fact"].as_str().unwrap().as_bytes());
    assert!(test.get("nobody", &path).body.contains(&askama_escaped(&leaf.to_base64())));
    let (head, note) = file["proof"].as_str().unwrap().split_once("\n\n").unwrap();
    let way: Vec<Hash> = head.lines().skip(2).map(|line| Hash::from_base64(line).unwrap()).collect();
    let checkpoint = Checkpoint::open(note, &[file["key"].as_str().unwrap().parse().unwrap()]).unwrap();
    assert!(proof::verify_inclusion(test.completion, checkpoint.size, leaf, &way, checkpoint.root));
}

/// As a template writes a text.
fn askama_escaped(text: &str) -> String {
    askama::filters::escape(text, askama::filters::Html).unwrap().to_string()
}

#[test]
fn a_wrong_code_is_not_found_whatever_it_looks_like() {
    let test = TestApp::new();
    let path = fetched(&test);
    let last = if path.ends_with('0') { '1' } else { '0' };
    let near = format!("{}{last}", &path[..path.len() - 1]);
    let long = format!("/certificate/{}", "a".repeat(4_000));
    for wrong in [near.as_str(), &path.to_uppercase().replace("/CERTIFICATE", "/certificate"), "/certificate/x", &long]
    {
        if wrong == path {
            continue;
        }
        assert_eq!(test.get("nobody", wrong).status, StatusCode::NOT_FOUND, "{wrong}");
        assert_eq!(test.get("nobody", &format!("{wrong}/proof")).status, StatusCode::NOT_FOUND, "{wrong}");
        assert_eq!(test.post("nobody", wrong, &[("name", "Ana One")]).status, StatusCode::NOT_FOUND, "{wrong}");
    }
}

#[test]
fn a_name_is_compared_and_not_told_and_not_tried_for_ever() {
    let test = TestApp::new();
    let path = fetched(&test);
    let tried = |name: &str| test.post("nobody", &path, &[("form", "name"), ("name", name)]);
    assert!(tried(" ana  ONE ").body.contains("Yes: this is the name"));
    let other = tried("Ben Two");
    assert!(other.body.contains("No: the name that is recorded is another one"), "{}", other.body);
    assert!(!other.body.contains("Ana"), "{}", other.body);
    assert_eq!(tried("").status, StatusCode::UNPROCESSABLE_ENTITY);
    let refused = (0..40).map(|_| tried("Ana One")).find(|reply| reply.status == StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.is_some_and(|reply| !reply.body.contains("Yes")));
}

#[test]
fn what_was_taken_back_is_said_to_be() {
    let test = TestApp::new();
    let path = fetched(&test);
    let seq = test.completion;
    told(&test.app.store, move |world| {
        let ix = world.people().find("E1").unwrap();
        Ok((correction::withdraw_completion(world, ix, seq, "another Ana")?, ()))
    });
    let page = test.get("nobody", &path).body;
    assert!(page.contains("This was recorded, and taken back on ") && !page.contains("has not been"), "{page}");
    assert!(!page.contains("another Ana"), "{page}");
    // There is no certificate for it any more.
    let file = test.get("engineer", &format!("/learn/full/certificate/{seq}"));
    assert_eq!(file.status, StatusCode::NOT_FOUND);
}

#[test]
fn the_link_of_whoever_was_erased_leads_nowhere() {
    let test = TestApp::new();
    let path = fetched(&test);
    let without = super::ROSTER.lines().filter(|line| !line.starts_with("E1,")).collect::<Vec<_>>().join("\n");
    super::taken_in(&test, without);
    let today = crate::clock::today(&test.app.store.world().unwrap());
    let person = test.id("E1");
    test.app
        .store
        .commit("operator:test", move |world| {
            let (drafts, erase) = erasure::erase(world, &person.to_string(), today)?;
            Ok((keepsharp_store::Decision { drafts, erase, ..keepsharp_store::Decision::default() }, ()))
        })
        .unwrap();
    assert_eq!(test.get("nobody", &path).status, StatusCode::NOT_FOUND);
    assert_eq!(test.get("nobody", &format!("{path}/proof")).status, StatusCode::NOT_FOUND);
    assert_eq!(test.post("nobody", &path, &[("name", "Ana One")]).status, StatusCode::NOT_FOUND);
}
