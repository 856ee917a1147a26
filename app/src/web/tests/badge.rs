//! Badges: who gets one, what stands in it, and whether a stranger can check it.

use super::{TestApp, told};
use crate::settings::Settings;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use keepsharp_domain::completion::{ByHand, record};
use keepsharp_domain::person::Strength;
use keepsharp_ledger::canonical::to_canonical;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Base58 with Bitcoin's letters, after multibase's `z`.
fn from_multibase(text: &str) -> Option<Vec<u8>> {
    const LETTERS: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut bytes: Vec<u8> = Vec::new();
    for letter in text.strip_prefix('z')?.chars() {
        let mut carried = LETTERS.find(letter)?;
        for byte in bytes.iter_mut().rev() {
            carried += usize::from(*byte) * 58;
            *byte = u8::try_from(carried % 256).unwrap();
            carried /= 256;
        }
        while carried > 0 {
            bytes.insert(0, u8::try_from(carried % 256).unwrap());
            carried /= 256;
        }
    }
    Some(bytes)
}

/// Whether the credential's proof holds: a verifier as W3C Data Integrity describes one, written apart from what signs.
fn verifies(credential: &Value) -> bool {
    let checked = || {
        let mut document = credential.as_object()?.clone();
        let [proof] = <[Value; 1]>::try_from(document.remove("proof")?.as_array()?.clone()).ok()?;
        let mut options = proof.as_object()?.clone();
        let signature = from_multibase(options.remove("proofValue")?.as_str()?)?;
        if options.get("@context")? != document.get("@context")? || options.get("cryptosuite")? != "eddsa-jcs-2022" {
            return None;
        }
        let (did, fragment) = options.get("verificationMethod")?.as_str()?.split_once('#')?;
        if credential["issuer"]["id"] != did || did != format!("did:key:{fragment}") {
            return None;
        }
        let key = from_multibase(fragment)?;
        let key = VerifyingKey::from_bytes(key.strip_prefix(&[0xed, 0x01])?.try_into().ok()?).ok()?;
        let hash = |value: &Value| Sha256::digest(to_canonical(value).unwrap()).to_vec();
        let signed = [hash(&options.into()), hash(&document.into())].concat();
        key.verify_strict(&signed, &Signature::from_slice(&signature).ok()?).ok()
    };
    checked().is_some()
}

fn badge_of(test: &TestApp) -> String {
    let reply = test.get("engineer", &format!("/my/badge/{}", test.completion));
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    assert!(reply.header("content-disposition").starts_with("attachment; filename=\"badge-full-20"));
    assert_eq!(reply.header("cache-control"), "no-store");
    reply.body
}

#[test]
fn a_badge_verifies_and_no_byte_of_it_can_be_changed() {
    let test = TestApp::new();
    let text = badge_of(&test);
    let badge: Value = serde_json::from_str(&text).unwrap();
    assert!(verifies(&badge), "{badge:#}");
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        let changed = String::from_utf8(bytes).ok().and_then(|text| serde_json::from_str::<Value>(&text).ok());
        assert!(!changed.is_some_and(|changed| verifies(&changed)), "byte {at} of {text}");
    }
}

#[test]
fn a_badge_is_what_the_standard_says_and_signed_by_the_ledgers_key() {
    let test = TestApp::new();
    let badge: Value = serde_json::from_str(&badge_of(&test)).unwrap();
    assert_eq!(badge["type"], json!(["VerifiableCredential", "OpenBadgeCredential"]));
    assert_eq!(
        badge["@context"],
        json!(["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"])
    );
    assert_eq!(badge["issuer"]["name"], "Sample");
    let issuer = badge["issuer"]["id"].as_str().unwrap();
    assert!(issuer.starts_with("did:key:z6Mk"), "{issuer}");
    let world = test.app.store.world().unwrap();
    let vkey = STANDARD.decode(world.key().unwrap().splitn(3, '+').nth(2).unwrap()).unwrap();
    assert_eq!(from_multibase(issuer.strip_prefix("did:key:").unwrap()).unwrap()[2..], vkey[1..]);
    let today = crate::clock::today(&world);
    assert_eq!(badge["validFrom"], format!("{today}T00:00:00+00:00"));
    let next = keepsharp_domain::calendar::add_months(today, 12);
    assert_eq!(badge["validUntil"], format!("{next}T00:00:00+00:00"));
    assert_eq!(badge["credentialSubject"]["achievement"]["name"], "Training");
}

#[test]
fn a_badge_says_whose_it_is_by_a_salted_hash_alone() {
    let test = TestApp::new();
    let text = badge_of(&test);
    let badge: Value = serde_json::from_str(&text).unwrap();
    let identity = &badge["credentialSubject"]["identifier"][0];
    let salt = identity["salt"].as_str().unwrap();
    assert_eq!(salt.len(), 32);
    let hash = crate::cli::sha256(format!("ana@sample.example{salt}").as_bytes());
    assert_eq!(identity["identityHash"], format!("sha256${hash}"));
    for private in ["Ana One", "ana@", "\"E1\"", &test.id("E1").to_string()] {
        assert!(!text.contains(private), "{private} stands in {text}");
    }
}

#[test]
fn the_same_completion_is_the_same_badge_and_another_ledger_has_another_salt() {
    let (test, other) = (TestApp::new(), TestApp::new());
    assert_eq!(badge_of(&test), badge_of(&test));
    let salt = |test: &TestApp| {
        serde_json::from_str::<Value>(&badge_of(test)).unwrap()["credentialSubject"]["identifier"][0]["salt"].clone()
    };
    assert_ne!(salt(&test), salt(&other));
}

#[test]
fn the_picture_carries_the_same_credential() {
    let test = TestApp::new();
    let reply = test.get("engineer", &format!("/my/badge/{}/picture", test.completion));
    assert_eq!((reply.status, reply.header("content-type")), (StatusCode::OK, "image/svg+xml"));
    let inside = reply.body.split_once("<![CDATA[").and_then(|(_, rest)| rest.split_once("]]>")).unwrap().0;
    assert_eq!(inside, badge_of(&test));
}

#[test]
fn a_badge_is_given_to_its_person_only() {
    let test = TestApp::new();
    for end in ["", "/picture"] {
        let path = format!("/my/badge/{}{end}", test.completion);
        for caller in ["manager", "owner", "delivery", "management", "administrator"] {
            assert_eq!(test.get(caller, &path).status, StatusCode::NOT_FOUND, "{caller}");
        }
        assert_eq!(test.get("auditor", &path).status, StatusCode::FORBIDDEN);
        assert_eq!(test.get("nobody", &path).status, StatusCode::SEE_OTHER);
        assert_eq!(test.get("engineer", &format!("/my/badge/0{end}")).status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn ones_own_word_earns_no_badge_and_the_page_says_so() {
    let test = TestApp::new();
    let ((), size) = told(&test.app.store, |world| {
        let today = crate::clock::today(world);
        let ix = world.people().find("E2").unwrap();
        let said = ByHand { course: "full", on: today, strength: Strength::Acknowledged, source: "", reference: "" };
        Ok((record(world, ix, said, today)?, ()))
    });
    let page = test.get_as("E2", "/").body;
    assert!(page.contains("your own word alone does not") && !page.contains("/my/badge/"), "{page}");
    assert_eq!(test.get_as("E2", &format!("/my/badge/{}", size - 1)).status, StatusCode::NOT_FOUND);
    let link = format!("<a href=\"/my/badge/{}\" download>Badge (Open Badges 3.0)", test.completion);
    assert!(test.get("engineer", "/").body.contains(&link));
    assert!(!test.get("owner", "/programme/people/E1").body.contains("/my/badge/"));
}

#[test]
fn the_share_is_for_whoever_is_signed_in_unless_the_settings_show_it_to_everybody() {
    let test = TestApp::new();
    assert_eq!(test.get("nobody", "/badge/TRN").header("location"), "/sign-in?next=%2Fbadge%2FTRN");
    let own = test.get("engineer", "/badge/TRN");
    assert_eq!((own.status, own.header("content-type")), (StatusCode::OK, "image/svg+xml"));
    assert!(own.body.contains("<title>secure coding: 33 % trained</title>"), "{}", own.body);
    assert_eq!(own.header("cache-control"), "private, max-age=300");
    assert_eq!(own.header("cross-origin-resource-policy"), "same-origin");
    let open = TestApp::with(Settings { public_badge: true, ..Settings::default() }, false);
    let shown = open.get("nobody", "/badge/TRN");
    assert_eq!((shown.status, shown.body), (StatusCode::OK, own.body));
    assert_eq!(shown.headers["cache-control"], "public, max-age=300");
    assert_eq!(shown.headers["cross-origin-resource-policy"], "cross-origin");
    assert_eq!(open.get("nobody", "/badge/TRM").status, StatusCode::NOT_FOUND);
    assert_eq!(open.get("nobody", "/my/badge/1").status, StatusCode::SEE_OTHER, "nothing else is open by it");
}
