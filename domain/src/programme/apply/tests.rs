//! What is wrong with a programme, and what applying a right one gives.

use super::*;
use crate::world::tests::TODAY;

const CONTROL: &str = "[[controls]]\nid = \"C\"\ncadence = { every_months = 12 }\ncourses = { full = \"full\" }\n";

fn refusal(text: &str) -> String {
    let applied = Programme::read(text.as_bytes())
        .and_then(|programme| apply(&World::default(), &programme, TODAY, &mut || PersonId::from_random([1; 10])));
    applied.expect_err(text).to_string()
}

#[test]
fn what_is_wrong_with_a_programme_is_told() {
    let control = |rest: &str| format!("{CONTROL}{rest}");
    for (text, told) in [
        (control("scope = 'titel == \"x\"'\n"), "control \"C\": \"titel\" is not known"),
        (control("scope = 'true'\naccepts = \"attested\"\n"), "can't accept attested"),
        (control("scope = 'true'\nnew_hire_days = 9999\n"), "3660 are the most"),
        (control("scope = 'true'\nacepts = \"completed\"\n"), "did you mean accepts?"),
        (control("scope = 'true'\nowner = 0.5\n"), "can't be kept exactly"),
        (control("scope = 'true'\nfrom = 2024-02-30\n"), "line 6, column 8"),
        (control(&format!("scope = 'true'\n{CONTROL}scope = 'true'\n")), "defined twice"),
        ("[[controls]]\nid = \"C\"\ncadence = { every_months = 0 }\ncourses = { full = \"f\" }\nscope = 'true'\n".into(), "1 to 120"),
        ("[organisation]\nname = \"x\"\ntime_zone = \"Lisboa\"\n".into(), "no time zone"),
        ("[privacy]\nsmallest_group = 1\n".into(), "a group of one is a person"),
        ("[[campaigns]]\nid = \"K\"\ncontrol = \"C\"\nopens = \"2024-01-01\"\ncloses = \"2024-02-01\"\ncounts_since = \"2024-01-01\"\n".into(), "there is no control"),
    ] {
        let refusal = refusal(&text);
        assert!(refusal.contains(told), "{refusal} does not say {told}");
    }
}

#[test]
fn a_new_version_holds_from_today_where_no_day_is_given() {
    let mut world = World::default();
    world.is_told_programme(&format!("{CONTROL}from = \"2020-01-01\"\nscope = 'true'\n"));
    world.is_told_programme(&format!("{CONTROL}scope = 'false || true'\n"));
    let from: Vec<Option<Day>> = world.controls()["C"].versions().iter().map(|version| version.from).collect();
    assert_eq!(from, [None, Some(TODAY)], "the first version holds from the beginning");
}

#[test]
fn a_manager_in_a_rule_is_kept_by_our_random_id() {
    let mut world = World::default();
    world.is_told_programme(&format!("{CONTROL}scope = 'manager in [\"E1\", \"E2\"]'\n"));
    let rule = world.controls()["C"].versions()[0].rule.source().to_owned();
    assert!(!rule.contains("E1") && !rule.contains("E2"), "{rule}");
    assert_eq!(crate::explain::shown(&world, &rule), "manager in [\"E1\", \"E2\"]");
}
