//! What is said on the last day, who is mentioned when, and what stands in the issue that nobody sees.

use super::stand_in::Fault;
use super::{AT_ALL_HOURS, CAMPAIGN, KINDS, PEOPLE, PROGRAMME, Scene};
use crate::connect::round_issue::Synced;
use crate::connect::tracker::Trouble;
use keepsharp_domain::fact::TrackerKind;
use keepsharp_domain::issue_text::RowMarks;
use keepsharp_domain::{World, leave, round};
use sha2::{Digest, Sha256, Sha512};
use std::collections::BTreeMap;

fn each(check: impl Fn(&Scene)) {
    for kind in KINDS {
        check(&Scene::new(kind));
    }
}

/// What was counted for a team, and for which day.
fn given(scene: &Scene, manager: &str) -> Vec<(u32, String)> {
    let world = scene.store.world().unwrap();
    let person = world.people().find(manager).and_then(|ix| world.people().get(ix)).unwrap();
    person.attestations.iter().map(|given| (given.count, given.on.to_string())).collect()
}

#[test]
fn what_was_said_until_midnight_of_the_last_day_is_taken_in_after_it_and_what_came_later_is_not() {
    each(|scene| {
        scene.is_at("2026-12-30T12:00:00Z");
        scene.settle();
        scene.is_at("2026-12-31T23:50:00Z");
        scene.comment("mara", "3 of 4");
        scene.edit("bo.tan", " | 3 | 0 |", " | 3 | 2 |");
        scene.is_at("2027-01-01T00:01:00Z");
        scene.comment("cy", "1");
        scene.edit("olga", "Questions and answers", "Questions, answers");
        scene.is_at("2027-01-01T00:02:00Z");
        let counts = scene.sync().counts;
        assert_eq!(given(scene, "M1"), [(3, "2026-12-31".to_owned())], "{:?}", scene.kind);
        assert_eq!(given(scene, "M3"), []);
        // Where it is not told when a cell was changed, it was when it was read.
        let is_untold = scene.kind == TrackerKind::Forgejo;
        let of_bo = if is_untold { vec![] } else { vec![(2, "2026-12-31".to_owned())] };
        assert_eq!((given(scene, "M2"), counts), (of_bo, if is_untold { 1 } else { 2 }), "{:?}", scene.kind);
        let late = scene.replies().iter().filter(|reply| reply.contains("takes no numbers any more")).count();
        assert_eq!(late, if is_untold { 2 } else { 1 }, "{:?}", scene.replies());
        let today = scene.today();
        scene.is_told(move |world: &World| round::close(world, CAMPAIGN, today));
        scene.settle();
        let taken = if is_untold { 3 } else { 5 };
        assert!(scene.text().contains(&format!("**Result: {taken} of 10")), "{}", scene.text());
    });
}

#[test]
fn a_cell_that_was_changed_after_the_last_day_does_not_count_because_somebody_wrote_before() {
    each(|scene| {
        scene.is_at("2026-12-30T12:00:00Z");
        scene.settle();
        scene.is_at("2026-12-31T23:50:00Z");
        scene.edit("mara", "Questions and answers", "Questions, answers");
        scene.edit("bo.tan", "Questions, answers", "Answers");
        scene.is_at("2027-01-01T00:01:00Z");
        scene.edit("mara", " | 4 | 0 |", " | 4 | 4 |");
        assert_eq!(scene.sync().counts, 0, "{:?}", scene.kind);
        assert_eq!((scene.count("M1"), scene.replies().len()), (None, 1));
    });
}

#[test]
fn the_last_day_is_the_organisations() {
    for kind in KINDS {
        let programme = PROGRAMME.replace("name = \"Sample\"", "name = \"Sample\"\ntime_zone = \"America/New_York\"");
        let scene = Scene::told(kind, &programme.replace("MORE", ""));
        scene.settle();
        scene.is_at("2027-01-01T04:58:00Z");
        scene.comment("mara", "3 of 4");
        scene.is_at("2027-01-01T05:00:00Z");
        scene.comment("bo.tan", "3 of 3");
        scene.sync();
        assert_eq!(given(&scene, "M1"), [(3, "2026-12-31".to_owned())], "{kind:?}");
        assert_eq!((given(&scene, "M2"), scene.replies().len()), (vec![], 1));
    }
}

#[test]
fn a_result_waits_until_the_issue_was_read_after_the_last_day() {
    each(|scene| {
        let result = || {
            let world = scene.store.world().unwrap();
            world.rounds().result(CAMPAIGN).map(|result| (result.on.to_string(), result.taken))
        };
        scene.is_at("2026-12-31T23:58:00Z");
        assert_eq!(scene.work(), Vec::<String>::new());
        scene.is_at("2026-12-31T23:58:30Z");
        scene.comment("mara", "3 of 4");
        // The issue was read minutes ago and is not due yet.
        scene.is_at("2027-01-01T00:00:10Z");
        assert_eq!((scene.work(), result()), (vec![], None), "{:?}", scene.kind);
        scene.is_at("2027-01-01T00:04:00Z");
        scene.server.fails(0, Fault::BadGateway);
        assert_eq!((scene.work().len(), result()), (1, None));
        scene.is_at("2027-01-01T00:06:00Z");
        assert_eq!((scene.work(), scene.count("M1")), (vec![], Some(3)));
        scene.is_at("2027-01-01T00:12:00Z");
        assert_eq!((scene.work(), result()), (vec![], Some(("2026-12-31".to_owned(), 3))));
        scene.is_at("2027-01-01T00:18:00Z");
        assert_eq!(scene.work(), Vec::<String>::new());
        assert!(scene.text().contains("**Result: 3 of 10"), "{}", scene.text());
    });
}

#[test]
fn a_result_waits_for_its_issue_a_day_at_most() {
    let scene = Scene::new(TrackerKind::Gitlab);
    scene.settle();
    let number = scene.number();
    scene.server.model().issues.remove(&number);
    let has_result = || scene.store.world().unwrap().rounds().result(CAMPAIGN).is_some();
    scene.is_at("2027-01-01T00:01:00Z");
    assert_eq!((scene.work().len(), has_result()), (1, false));
    scene.is_at("2027-01-01T23:59:59Z");
    scene.work();
    assert!(!has_result());
    scene.is_at("2027-01-02T00:10:00Z");
    scene.work();
    assert!(has_result());
}

#[test]
fn managers_are_mentioned_in_working_time() {
    for kind in KINDS {
        let scene = Scene::told(kind, &PROGRAMME.replace(AT_ALL_HOURS, "").replace("MORE", ""));
        scene.is_at("2026-11-22T12:00:00Z");
        assert_eq!(scene.sync(), Synced { linked: true, written: true, counts: 0, comments: 0 }, "{kind:?}: a Sunday");
        scene.is_at("2026-11-23T08:55:00Z");
        assert_eq!(scene.sync(), Synced::default(), "before work");
        scene.is_at("2026-11-23T09:00:00Z");
        assert_eq!(scene.sync(), Synced { comments: 1, ..Synced::default() });
        assert!(scene.mentions()[0].contains("@mara") && scene.mentions()[0].contains("@Bo.Tan"));
        assert_eq!(scene.sync(), Synced::default());
    }
}

fn is_told_leaves(scene: &Scene, rows: &str) {
    let list = format!("employee_id,from,to\n{rows}");
    scene.is_told(move |world: &World| {
        let columns = BTreeMap::new();
        let file = keepsharp_domain::sheet::File { bytes: list.as_bytes(), sha256: "", columns: &columns };
        Ok(leave::import(world, file)?.0)
    });
}

#[test]
fn who_is_on_leave_is_mentioned_when_they_are_back() {
    each(|scene| {
        is_told_leaves(scene, "M1,2026-11-16,2026-11-21\n");
        scene.settle();
        assert_eq!(scene.mentions().len(), 1, "{:?}", scene.kind);
        assert!(scene.mentions()[0].starts_with("@Bo.Tan: "), "{:?}", scene.mentions());
        scene.next_day();
        scene.settle();
        assert!(scene.mentions()[1].starts_with("@mara: ") && scene.mentions().len() == 2, "{:?}", scene.mentions());
    });
}

#[test]
fn no_id_of_the_ledger_stands_in_the_issue() {
    each(|scene| {
        scene.settle();
        scene.edit("mara", " | 4 | 0 |", " | 4 | lots |");
        scene.settle();
        assert_eq!((scene.mentions().len(), scene.replies().len()), (1, 1));
        let said = scene.text() + &scene.server.model().ours(1).join("\n");
        for (person, ..) in PEOPLE {
            assert!(!said.contains(&scene.id(person).to_string()), "{person}: {said}");
        }
        let row = scene.text().lines().find(|line| line.starts_with("| Mara")).unwrap().to_owned();
        let mark = row.split_once("<!--").and_then(|(_, rest)| rest.split_once("-->")).unwrap().0.to_owned();
        assert!(mark.len() == 16 && scene.mentions()[0].contains(&mark), "{mark}: {said}");
        // Whoever has not the ledger's key can't make the mark of an id.
        let signature = scene.store.sign_credential(&Sha512::digest(b"keepsharp issue marks").into()).unwrap();
        let marks = RowMarks::new(&Sha256::digest(signature).into(), CAMPAIGN);
        assert_eq!(mark, marks.of(scene.id("M1")).to_string());
    });
}

#[test]
fn a_row_is_known_again_after_its_manager_has_left_the_table() {
    each(|scene| {
        scene.settle();
        scene.edit("bo.tan", " | 3 | 0 |", " | 3 | 1 |");
        is_told_leaves(scene, "E5,2026-11-20,\nE6,2026-11-20,\nE7,2026-11-20,\n");
        scene.sync();
        assert_eq!((scene.count("M2"), scene.replies().len()), (None, 1), "{:?}", scene.kind);
        assert!(scene.replies()[0].contains("nobody of this team is in scope"), "{:?}", scene.replies());
    });
}

#[test]
fn an_address_of_another_project_is_refused_and_the_issue_with_its_number_stays_as_it_is() {
    for kind in KINDS {
        for has_issue in [false, true] {
            let scene = Scene::new(kind);
            if has_issue {
                scene.settle();
            } else {
                scene.server.model().create("mara", "A stranger's", "Words.");
            }
            let text = scene.server.model().issues[&1].text.clone();
            let address = format!("{}/other/project/-/issues/1", scene.server.address);
            scene.is_told_programme(&PROGRAMME.replace("MORE", &format!("issue = \"{address}\"")));
            scene.server.model().comment("bo.tan", 1, "2 of 3");
            scene.next_day();
            let comments = scene.server.model().ours(1).len();
            let trouble = scene.try_sync().unwrap_err();
            assert!(matches!(&trouble, Trouble::Refused { why } if why.contains(&address)), "{kind:?}: {trouble}");
            let model = scene.server.model();
            assert_eq!((&model.issues[&1].text, model.ours(1).len(), model.issues.len()), (&text, comments, 1));
            drop(model);
            assert_eq!(scene.store.world().unwrap().rounds().issue(CAMPAIGN).is_some(), has_issue);
        }
    }
}
