//! Whatever request goes wrong, in whichever way: in the end the issue and the ledger agree, and nothing is there twice.

use super::stand_in::{Fault, Model};
use super::{CAMPAIGN, KINDS, Scene};
use keepsharp_domain::fact::TrackerKind;
use std::collections::BTreeSet;

type MakeFault = fn() -> Fault;

/// Nothing was made twice, and the table says what the ledger says.
fn agrees(scene: &Scene, what: &str) {
    let model = scene.server.model();
    assert_eq!(model.issues.len(), 1, "{what}");
    let ours = model.ours(1);
    let different: BTreeSet<&String> = ours.iter().collect();
    assert_eq!(ours.len(), different.len(), "{what}: a comment stands there twice: {ours:#?}");
    assert!(model.asked.len() < 400, "{what}: {} requests", model.asked.len());
    drop(model);
    assert_eq!(scene.mentions().len(), 1, "{what}");
    let (mara, bo) = (scene.count("M1").unwrap_or_default(), scene.count("M2").unwrap_or_default());
    assert_eq!(scene.row("Mara Lind"), format!("4 | {mara}"), "{what}");
    assert_eq!(scene.row("Bo"), format!("3 | {bo}"), "{what}");
}

/// A round's course: made, answered by a changed cell and two comments, one of them wrong, and written the next day.
fn course(scene: &Scene, is_done: impl Fn(&Scene)) {
    is_done(scene);
    scene.edit("mara", " | 4 | 0 |", " | 4 | 2 |");
    scene.comment("bo.tan", "3 of 3");
    scene.comment("mara", "8");
    scene.next_day();
    is_done(scene);
}

/// Each request of a whole course fails once, in each way that can be told apart.
fn fails_anywhere(kind: TrackerKind) {
    let faults: [(&str, MakeFault, bool); 4] = [
        ("too many", || Fault::TooMany, false),
        ("502", || Fault::BadGateway, false),
        ("502 after the write", || Fault::BadGatewayAfter, true),
        ("no answer after the write", || Fault::LostAnswer, true),
    ];
    let whole = Scene::new(kind);
    course(&whole, Scene::settle);
    agrees(&whole, "nothing went wrong");
    let asked = whole.server.model().asked.clone();
    assert!(asked.len() > 15, "{asked:#?}");
    for (name, fault, is_of_writes) in faults {
        // After a request that only reads, both kinds of fault are the same.
        for after in (0..asked.len()).filter(|after| !is_of_writes || !asked[*after].starts_with("GET")) {
            let scene = Scene::new(kind);
            scene.server.fails(after, fault());
            course(&scene, Scene::settle);
            let what = format!("{kind:?}, {name} at request {after}");
            assert!(scene.server.had_all_faults(), "{what}");
            agrees(&scene, &what);
            assert_eq!((scene.count("M1"), scene.count("M2")), (Some(2), Some(3)), "{what}");
            assert_eq!((scene.counts("M1").len(), scene.counts("M2").len()), (1, 1), "{what}");
            assert_eq!(scene.replies().len(), 1, "{what}");
        }
    }
}

#[test]
fn after_a_fault_at_any_request_to_gitlab_the_issue_and_the_ledger_agree() {
    fails_anywhere(TrackerKind::Gitlab);
}

#[test]
fn after_a_fault_at_any_request_to_github_the_issue_and_the_ledger_agree() {
    fails_anywhere(TrackerKind::Github);
}

#[test]
fn after_a_fault_at_any_request_to_forgejo_the_issue_and_the_ledger_agree() {
    fails_anywhere(TrackerKind::Forgejo);
}

#[test]
fn an_outage_of_several_requests_is_waited_out() {
    for kind in KINDS {
        let scene = Scene::new(kind);
        course(&scene, |scene| {
            for after in 0..8 {
                scene.server.fails(after, if after % 2 == 0 { Fault::BadGatewayAfter } else { Fault::LostAnswer });
            }
            scene.settle();
        });
        agrees(&scene, &format!("{kind:?}"));
        assert_eq!(scene.count("M1"), Some(2));
    }
}

/// What is left of a change that a person made to the text around the table and to a number in it.
#[test]
fn a_change_between_any_two_requests_is_taken_in_or_its_author_is_told() {
    for kind in KINDS {
        let (mut was_told, mut was_lost) = (false, 0);
        for after in 0.. {
            let scene = Scene::new(kind);
            scene.settle();
            scene.comment("bo.tan", "1 of 3");
            scene.next_day();
            let changes = |model: &mut Model| {
                let cell = model.issues[&1].text.lines().find(|line| line.starts_with("| Mara")).unwrap().to_owned();
                model.edit("mara", 1, &cell, &cell.replace(" | 4 | 0 |", " | 4 | 2 |"));
                let text = model.issues[&1].text.clone() + "\n\nWritten by hand.";
                model.issues.get_mut(&1).unwrap().text = text;
            };
            scene.server.fails(after, Fault::Before(Box::new(changes)));
            scene.settle();
            if !scene.server.had_all_faults() {
                break;
            }
            scene.next_day();
            scene.settle();
            let what = format!("{kind:?}, before request {after}: {:#?}", scene.server.model().asked);
            let is_whole = scene.text().ends_with("Written by hand.");
            let replies = scene.replies();
            agrees(&scene, &what);
            if is_whole {
                assert_eq!((scene.count("M1"), replies.len()), (Some(2), 0), "{what}");
                let source = scene.counts("M1").pop().unwrap().1.unwrap();
                assert_eq!(source.untold, kind == TrackerKind::Forgejo, "{what}");
            } else {
                was_lost += 1;
                assert!(kind == TrackerKind::Forgejo || replies.len() == 1, "{what}");
                was_told |=
                    replies.iter().any(|reply| reply.starts_with("@mara: your change of the text came in the same"));
            }
        }
        // Between the last reading and the writing there are no more requests than the text's own.
        assert!(was_lost <= 3, "{kind:?}: {was_lost}");
        assert_eq!(was_told, kind != TrackerKind::Forgejo, "{kind:?}");
    }
}

#[test]
fn whose_change_was_overwritten_is_told_even_if_the_sync_broke_off_after_writing() {
    for kind in [TrackerKind::Gitlab, TrackerKind::Github] {
        let scene = Scene::new(kind);
        scene.settle();
        scene.comment("bo.tan", "1 of 3");
        scene.next_day();
        let before = scene.server.model().asked.len();
        let counted = Scene::new(kind);
        counted.settle();
        counted.comment("bo.tan", "1 of 3");
        counted.next_day();
        let start = counted.server.model().asked.len();
        counted.settle();
        let write = counted
            .server
            .model()
            .asked
            .iter()
            .skip(start)
            .position(|line| line.starts_with("PUT") || line.starts_with("PATCH"));
        let write = write.unwrap();
        assert_eq!(before, scene.server.model().asked.len());
        let changes = |model: &mut Model| {
            let text = model.issues[&1].text.clone() + "\n\nWritten by hand.";
            model.write("mara", 1, &text);
        };
        scene.server.fails(write, Fault::Before(Box::new(changes)));
        scene.server.fails(write + 1, Fault::BadGateway);
        assert!(scene.try_sync().is_err());
        assert_eq!(scene.replies(), Vec::<String>::new());
        scene.settle();
        assert_eq!(scene.replies().len(), 1, "{kind:?}");
        assert!(scene.replies()[0].starts_with("@mara: your change"), "{:?}", scene.replies());
    }
}

#[test]
fn an_issue_whose_making_was_never_answered_is_found_among_many() {
    for kind in KINDS {
        let scene = Scene::new(kind);
        for number in 0..7 {
            scene.server.model().create("mara", &format!("Other {number}"), "text");
        }
        // Who we are, four pages of the list, and then the making.
        scene.server.fails(5, Fault::LostAnswer);
        assert!(scene.try_sync().is_err());
        assert_eq!(scene.server.model().issues.len(), 8, "{kind:?}: it was made");
        scene.settle();
        assert_eq!(scene.server.model().issues.len(), 8, "{kind:?}");
        assert_eq!(scene.store.world().unwrap().rounds().issue(CAMPAIGN).unwrap().number, 8);
    }
}
