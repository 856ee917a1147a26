//! What stands in the document, held against what NIST's schema asks.

use super::*;
use crate::workbook::made_up::{CHECKPOINT, Company, company, day, query};
use keepsharp_domain::evidence::Stratum;
use keepsharp_domain::requirement::Outcome;
use serde_json::Value;
use std::collections::BTreeSet;

const PARTICULARS: OscalParticulars =
    OscalParticulars { program_version: "0.1.0", ledger_origin: "keepsharp.example/made-up", checkpoint: CHECKPOINT };

/// A title that is all marks, blanks and controls.
const HOSTILE: &str =
    "\u{feff} <script>alert(1)</script> [x](javascript:y) {{ insert: param, p }}\u{7}\u{2028}\"\\ **名** ";

fn read(evidence: &Evidence) -> Value {
    let text = assessment_results(evidence, &PARTICULARS).unwrap();
    assert_eq!(text, assessment_results(evidence, &PARTICULARS).unwrap());
    serde_json::from_str(&text).unwrap()
}

fn of_company(id: &str, seed: Option<&str>) -> Evidence {
    company("Made Up", id, "Secure coding").evidence(&query(id, seed))
}

/// A company of one person, trained in time.
fn faultless() -> Evidence {
    let mut company = Company::new("Faultless", "TRN.2.01", "Secure coding");
    company.roster("2024-01-01", &[["E1", "A", "Developer", "2020-01-01"]]);
    company.completions("E1,full,2023-06-01,assessed\nE1,refresher,2024-05-01,assessed\n");
    company.evidence(&query("TRN.2.01", None))
}

/// Calls with each member of each object, below its name.
fn walk(value: &Value, see: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                see(name, value);
                walk(value, see);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| walk(value, see)),
        _ => {}
    }
}

fn is_token(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(|one| one.is_ascii_alphanumeric() || ".-_".contains(one))
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.as_bytes()[14] == b'5' && b"89ab".contains(&text.as_bytes()[19])
}

/// What the schema asks of every document.
fn check(document: &Value) {
    let (mut defined, mut named) = (BTreeSet::new(), BTreeSet::new());
    walk(document, &mut |name, value| {
        assert_ne!(value, &serde_json::json!([]), "{name} is empty");
        assert_ne!(value, &serde_json::json!(""), "{name} is empty");
        let Some(text) = value.as_str() else { return };
        match name {
            "uuid" => assert!(is_uuid(text) && defined.insert(text.to_owned()), "{text}"),
            "actor-uuid" | "component-uuid" | "observation-uuid" => {
                named.insert(text.to_owned());
            }
            "href" if text.starts_with('#') => {
                named.insert(text[1..].to_owned());
            }
            "id" | "control-id" | "objective-id" | "target-id" | "role-id" => assert!(is_token(text), "{name}: {text}"),
            "name" | "value" | "version" | "state" => {
                assert!(text.trim() == text && !text.contains(char::is_control), "{name}: {text:?}");
            }
            "title" => assert!(!text.contains(char::is_control), "{text:?}"),
            _ => {}
        }
    });
    assert!(named.is_subset(&defined), "{:?}", named.difference(&defined));
}

fn result(document: &Value) -> &Value {
    &document["assessment-results"]["results"][0]
}

#[test]
fn documents_hold_to_the_schema_whatever_stands_in_names() {
    let company = company(HOSTILE, "6.2.2", HOSTILE);
    for evidence in
        [company.evidence(&query("6.2.2", Some("*seed*  of \u{1f980}"))), of_company("TRN.2.01", None), faultless()]
    {
        check(&read(&evidence));
    }
    let document = read(&company.evidence(&query("6.2.2", None)));
    assert_eq!(
        result(&document)["reviewed-controls"]["control-selections"][0]["include-controls"][0]["control-id"],
        "_6.2.2"
    );
    let title = document["assessment-results"]["metadata"]["title"].as_str().unwrap();
    assert!(title.contains(r"\<script\>alert(1)\</script\> \[x\](javascript:y) \{\{ insert: param, p \}\}"), "{title}");
}

#[test]
fn the_control_is_satisfied_only_if_nothing_was_late_or_missed() {
    let state = |document: &Value| {
        let status = &result(document)["findings"][0]["target"]["status"];
        (status["state"].as_str().unwrap().to_owned(), status["reason"].as_str().unwrap().to_owned())
    };
    let told = |state: &str, reason: &str| (state.to_owned(), reason.to_owned());
    let mut evidence = faultless();
    assert_eq!(evidence.requirements.len(), 1);
    assert_eq!(state(&read(&evidence)), told("satisfied", "pass"));
    for outcome in [Outcome::Late, Outcome::Missed] {
        evidence.requirements[0].outcome = outcome;
        assert_eq!(state(&read(&evidence)), told("not-satisfied", "fail"));
    }
    evidence.requirements.clear();
    assert_eq!(state(&read(&evidence)), told("satisfied", "other"));
}

#[test]
fn there_is_an_observation_for_each_stratum_with_deviations_and_for_the_sample() {
    let titles = |evidence: &Evidence| -> Vec<String> {
        let document = read(evidence);
        let observations = result(&document)["observations"].as_array().unwrap();
        assert_eq!(
            observations.len(),
            result(&document)["findings"][0]["related-observations"].as_array().unwrap().len()
        );
        observations.iter().map(|one| one["title"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(titles(&faultless()), ["The population", "How the requirements of the period ended"]);
    let evidence = of_company("TRN.2.01", Some("seed"));
    let strata = Stratum::ALL.into_iter().filter(|one| evidence.deviations().any(|row| row.stratum == *one)).count();
    let titles = titles(&evidence);
    assert!(strata > 0);
    assert_eq!(titles.iter().filter(|title| title.starts_with("Not met in time: ")).count(), strata);
    assert_eq!(titles.last().unwrap(), "The sample");
}

#[test]
fn nobody_stands_in_the_document() {
    let company = company("Made Up", "TRN.2.01", "Secure coding");
    let evidence = company.evidence(&query("TRN.2.01", Some("seed")));
    let text = assessment_results(&evidence, &PARTICULARS).unwrap();
    for row in &evidence.population {
        assert!(!row.text.name.is_empty());
        for about in [row.person.to_string(), row.text.name.clone(), row.text.email.clone()] {
            assert!(!text.contains(&about), "{about}");
        }
    }
}

#[test]
fn a_subject_keeps_its_uuid_when_more_is_known_and_the_document_gets_another() {
    let (mut later, company) = (query("TRN.2.01", None), company("Made Up", "TRN.2.01", "Secure coding"));
    let first = read(&company.evidence(&later));
    later.known_at = "2025-03-01T00:00:00Z".parse().unwrap();
    let second = read(&company.evidence(&later));
    assert_eq!(result(&first)["uuid"], result(&second)["uuid"]);
    assert_eq!(result(&first)["findings"][0]["uuid"], result(&second)["findings"][0]["uuid"]);
    assert_ne!(first["assessment-results"]["uuid"], second["assessment-results"]["uuid"]);
    later.to = day("2025-01-30");
    let other = read(&company.evidence(&later));
    assert_ne!(result(&first)["uuid"], result(&other)["uuid"]);
}

#[test]
fn days_that_oscal_can_t_write_are_refused() {
    let mut evidence = faultless();
    evidence.query.from = day("1899-12-31");
    let refusal = assessment_results(&evidence, &PARTICULARS).unwrap_err();
    assert_eq!(refusal, "OSCAL knows the years 1900 to 2999 only, not 1899-12-31");
}

#[test]
fn tables_are_named_with_the_hashes_of_their_bytes() {
    let evidence = faultless();
    let document = read(&evidence);
    let resources = document["assessment-results"]["back-matter"]["resources"].as_array().unwrap();
    for (file, csv) in evidence.tables() {
        let resource = resources.iter().find(|one| one["title"] == file).unwrap();
        assert_eq!(resource["rlinks"][0]["hashes"][0]["value"], sha256(csv.as_bytes()));
    }
    // As sha256sum tells of no bytes at all.
    assert_eq!(sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
