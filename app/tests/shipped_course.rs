//! What the course that we ship promises beyond the check: refreshers of three years running that differ, and questions for everybody.

#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use keepsharp_course::learner::{Answer, Event, Learner, SittingKind};
use keepsharp_course::model::{Kind, Need};
use keepsharp_course::sitting::{self, IssueShares, RefresherRequest};
use keepsharp_course::{Course, CourseFiles, issues, read};
use keepsharp_domain::Day;
use std::collections::BTreeSet;
use std::path::Path;

fn shipped() -> Course {
    fn add(folder: &Path, within: &str, files: &mut CourseFiles) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{within}{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                add(&entry.path(), &format!("{path}/"), files);
            } else {
                files.add(&path, std::fs::read(entry.path()).unwrap()).unwrap();
            }
        }
    }
    let mut files = CourseFiles::default();
    add(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../courses/secure-coding")), "", &mut files);
    read::course(&files).0.unwrap()
}

/// A sitting on a day, taken to its end; `is_right` says how the answers come out, one after another. Gives the items that were asked.
fn sit(
    course: &Course,
    learner: &mut Learner,
    track: &str,
    on: Day,
    is_right: &mut impl FnMut() -> bool,
) -> Vec<String> {
    let request = RefresherRequest {
        course,
        learner,
        tracks: &[track],
        shares: &IssueShares::from([("access".to_owned(), 330), ("availability".to_owned(), 260)]),
        changed: &BTreeSet::new(),
        has_exercise: track != "P",
        today: on,
        salt: 7,
    };
    let items = sitting::refresher(request);
    learner.apply(Event::Sat { sitting: SittingKind::Refresher, items });
    let mut asked = Vec::new();
    loop {
        let open = learner.open_sitting().unwrap().clone();
        let Some(item) = sitting::next_item(course, learner, &open) else {
            let outcome = sitting::outcome(course, learner, &open).unwrap();
            learner.apply(Event::Rose { outcome });
            return asked;
        };
        asked.push(item.id.clone());
        let (lesson, item) = course.item(&item.id).unwrap();
        learner.apply(Event::Answered(Answer {
            item: item.id.clone(),
            objective: item.objective.clone(),
            lesson: lesson.id.clone(),
            fingerprint: item.fingerprint.clone(),
            chosen: vec![1],
            is_right: is_right(),
            is_sure: true,
            seconds: 40,
            on,
            in_sitting: true,
        }));
        assert!(asked.len() < 40, "a sitting ends");
    }
}

/// All that is asked in sittings on these days, one after another.
fn asked(course: &Course, track: &str, days: &[&str], wrong_every: usize) -> Vec<String> {
    let mut learner = Learner::of([Event::Began { version: course.version.to_string(), anew: false }]);
    let mut count = 0;
    let mut is_right = || {
        count += 1;
        wrong_every == 0 || count % wrong_every != 0
    };
    let sitting = |day: &&str| sit(course, &mut learner, track, day.parse().unwrap(), &mut is_right);
    let sittings: Vec<Vec<String>> = days.iter().map(sitting).collect();
    assert!(sittings.iter().all(|asked| asked.len() >= 4), "{track}: {sittings:?}");
    sittings.concat()
}

#[test]
fn refreshers_of_three_years_running_ask_nothing_twice() {
    let course = shipped();
    for track in ["F", "B", "S", "P"] {
        for wrong_every in [0, 5, 3] {
            let asked = asked(&course, track, &["2027-03-15", "2028-03-15", "2029-03-15"], wrong_every);
            let mut met = BTreeSet::new();
            let again: Vec<_> = asked.iter().filter(|item| !met.insert(*item)).collect();
            assert!(again.is_empty(), "{track}, every {wrong_every}th wrong: {again:?}");
        }
    }
}

#[test]
fn however_often_somebody_sits_a_question_comes_back_only_after_all_others_of_its_objective() {
    let course = shipped();
    let days: Vec<String> =
        (2027..2030).flat_map(|year| (1..10).map(move |month| format!("{year}-0{month}-15"))).collect();
    let days: Vec<&str> = days.iter().map(String::as_str).collect();
    for track in ["F", "B", "S", "P"] {
        let asked = asked(&course, track, &days, 2);
        for (place, item) in asked.iter().enumerate() {
            let (lesson, found) = course.item(item).unwrap();
            let Some(before) = asked[..place].iter().rposition(|other| other == item) else { continue };
            let between: BTreeSet<&String> = asked[before + 1..place].iter().collect();
            let others = lesson.items_of(&found.objective).filter(|one| one.is_for([track]) && one.id != *item);
            let skipped: Vec<&str> =
                others.filter(|one| !between.contains(&one.id)).map(|one| one.id.as_str()).collect();
            assert!(skipped.is_empty(), "{track}: {item} came again before {skipped:?}");
        }
    }
}

#[test]
fn there_are_enough_questions_for_a_year_of_three_a_week_and_of_two_for_security_product_managers() {
    let course = shipped();
    for (track, a_week) in [("F", 3), ("B", 3), ("S", 3), ("P", 2)] {
        let lessons = course.lessons().filter(|lesson| lesson.need([track]).is_some());
        let items = lessons.flat_map(|lesson| &lesson.items).filter(|item| item.is_for([track])).count();
        assert!(items >= a_week * 52, "{track}: {items}");
    }
}

#[test]
fn whoever_is_asked_for_a_lesson_finds_four_variants_of_each_objective() {
    let course = shipped();
    for lesson in course.lessons() {
        let asked_for = lesson.tracks.keys().filter(|track| lesson.need([track.as_str()]) == Some(Need::Required));
        for (track, objective) in asked_for.flat_map(|track| lesson.objectives.iter().map(move |one| (track, one))) {
            let variants = lesson.items_of(&objective.id).filter(|item| item.is_for([track.as_str()])).count();
            assert!(variants >= 4, "{}: {variants} for {track}", objective.id);
        }
    }
}

#[test]
fn nobody_who_writes_no_code_is_asked_to_read_it() {
    let course = shipped();
    let is_code = |text: &str| {
        // What a settings page or a message looks like, anybody can read.
        let plain = ["", "text", "csv", "http", "log", "json", "yaml"];
        keepsharp_course::render::code_blocks(text).iter().any(|block| !plain.contains(&block.language.as_str()))
    };
    let code: Vec<&str> = course
        .lessons()
        .filter(|lesson| lesson.need(["P"]).is_some())
        .flat_map(|lesson| &lesson.items)
        .filter(|item| item.is_for(["P"]) && (item.kind == Kind::Patch || is_code(&item.stem)))
        .map(|item| item.id.as_str())
        .collect();
    assert!(code.is_empty(), "{code:?}");
}

/// Access control is a third, denial of service a quarter, cross-site scripting an eighth. Only where the real file lies beside the repository.
#[test]
fn the_classes_of_the_model_company_come_out_as_counted_by_hand() {
    let Ok(bytes) = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/gitlab-cves.csv")) else {
        return;
    };
    let mut files = CourseFiles::default();
    files.add(issues::FILE, bytes).unwrap();
    let mut findings = Vec::new();
    let history = issues::read(&files, &mut findings).unwrap();
    assert_eq!(findings, []);
    let picture = history.picture().unwrap();
    let share =
        |name: &str| picture.classes.iter().find(|class| class.class == name).unwrap().count * 100 / picture.count;
    assert!((28..=38).contains(&share("Access control")), "{picture:#?}");
    assert!((22..=32).contains(&share("Denial of service")), "{picture:#?}");
    assert!((9..=16).contains(&share("Cross-site scripting & output handling")), "{picture:#?}");
}
