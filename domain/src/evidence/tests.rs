//! What an auditor is handed, over a small company with one of each kind.

use super::*;
use crate::due::Status;
use crate::world::tests::{TODAY, file, on};
use crate::{Draft, completion, exception, leave};

/// M1 leads. S is steady and trained, L left, J joined, V moved into scope, A was on leave, X is excepted, N never trained.
fn company() -> World {
    let mut world = World::sample();
    let rows = |moved: &str, with_leaver: bool, with_joiner: bool| {
        let mut rows = vec![
            "M1,Mara,mara@x.example,Boss,,,".to_owned(),
            "S,Sam,s@x.example,Developer,M1,,".to_owned(),
            "A,Abi,a@x.example,Developer,M1,,".to_owned(),
            "X,Xen,x@x.example,Developer,M1,,".to_owned(),
            "N,Nel,n@x.example,Developer,M1,,".to_owned(),
            format!("V,Vic,v@x.example,{moved},M1,,"),
        ];
        if with_leaver {
            rows.push("L,Lou,l@x.example,Developer,M1,,".to_owned());
        }
        if with_joiner {
            rows.push("J,Joe,j@x.example,Developer,M1,2024-05-01,".to_owned());
        }
        rows
    };
    let told = |world: &mut World, day: &str, rows: Vec<String>| {
        world.is_told_roster(day, &rows.iter().map(String::as_str).collect::<Vec<_>>());
    };
    told(&mut world, "2024-01-01", rows("Tester", true, false));
    told(&mut world, "2024-05-01", rows("Developer", true, true));
    told(&mut world, "2024-09-01", rows("Developer", false, true));
    let list = "employee_id,course,completed_on,strength\nS,full,2024-01-20,completed\nS,first-aid,2024-02-01,completed\n\
        L,full,2024-01-25,completed\nA,full,2024-04-01,completed\nJ,full,2024-06-20,completed\nV,full,2024-05-20,completed\n";
    let drafts = completion::import(&world, file(list), TODAY).unwrap().0;
    world.is_told(drafts);
    let drafts = leave::import(&world, file("employee_id,from,to\nA,2024-01-10,2024-03-15\n")).unwrap().0;
    world.is_told(drafts);
    let list = "employee_id,control,from,to,reason,approved_by\nX,C,2024-01-01,,Contract ends,M1\n";
    let drafts: Vec<Draft> = exception::import(&world, file(list)).unwrap().0;
    world.is_told(drafts);
    world
}

fn query() -> Query {
    Query {
        control: "C".into(),
        from: on("2024-01-01"),
        to: on("2024-12-31"),
        as_of: on("2024-12-31"),
        known_at: Timestamp::UNIX_EPOCH,
        opened: Opened::Everybody,
        sample: None,
    }
}

fn evidence(query: &Query) -> Evidence {
    Evidence::of(&company(), &Log::default(), query).unwrap()
}

#[test]
fn everybody_whom_the_control_concerned_stands_in_one_stratum() {
    let found = evidence(&query());
    let of = |id: &str| {
        let row = found.population.iter().find(|row| row.text.employee_id == id);
        row.map(|row| (row.stratum, row.from.to_string(), row.until.map(|until| until.to_string())))
    };
    let day = |text: &str| text.to_owned();
    assert_eq!(of("S"), Some((Stratum::Steady, day("2024-01-01"), None)));
    assert_eq!(of("L"), Some((Stratum::Leaver, day("2024-01-01"), Some(day("2024-09-01")))));
    assert_eq!(of("J"), Some((Stratum::Joiner, day("2024-05-01"), None)));
    assert_eq!(of("V"), Some((Stratum::Mover, day("2024-05-01"), None)));
    assert_eq!(of("A"), Some((Stratum::Leave, day("2024-01-01"), None)));
    assert_eq!(of("M1"), None, "never in scope");
    assert_eq!(found.population.len(), 7);
}

#[test]
fn requirements_are_those_of_the_rules_with_what_followed() {
    let found = evidence(&query());
    let of = |id: &str| {
        let rows = found.requirements.iter().filter(|row| row.text.employee_id == id);
        rows.map(|row| (row.due.to_string(), row.outcome, row.now)).collect::<Vec<_>>()
    };
    assert_eq!(of("S"), [("2024-01-31".to_owned(), Outcome::OnTime, Status::Current)]);
    assert_eq!(of("J"), [("2024-05-31".to_owned(), Outcome::Late, Status::Current)]);
    assert_eq!(of("N"), [("2024-01-31".to_owned(), Outcome::Missed, Status::Overdue)]);
    assert_eq!(of("A"), [("2024-04-14".to_owned(), Outcome::OnTime, Status::Current)], "leave moved it");
    assert_eq!(of("X"), [], "an exception covered the due date");
    assert_eq!((found.count(Outcome::OnTime), found.count(Outcome::Late), found.count(Outcome::Missed)), (4, 1, 1));
    assert_eq!(found.deviations().count(), 2);
    assert_eq!(found.exceptions.len(), 1);
    assert_eq!((&*found.exceptions[0].reason, found.leaves.len()), ("Contract ends", 1));
    assert!(found.completions.iter().all(|row| row.course == "full"), "no other course is of this control");
}

#[test]
fn the_tables_are_the_same_whoever_is_opened_but_for_the_names() {
    let mut blind = company();
    for id in ["M1", "S", "A", "X", "N", "V", "L", "J"] {
        let person = blind.person(id).id;
        let body = crate::fact::PersonNamed { person };
        blind.is_told(vec![crate::fact::Body::PersonErased(body).into()]);
    }
    let named = evidence(&query()).tables();
    let unnamed = Evidence::of(&blind, &Log::default(), &query()).unwrap().tables();
    for ((name, with), (other, without)) in named.iter().zip(&unnamed) {
        assert_eq!((name, with.lines().count()), (other, without.lines().count()));
        for secret in ["Sam", "s@x.example", "Contract ends", "Nel"] {
            assert!(!without.contains(secret), "{name} tells {secret}");
        }
    }
    let strip = |text: &str| -> Vec<String> {
        text.lines()
            .map(|line| line.split(',').take(1).chain(line.split(',').skip(5)).collect::<Vec<_>>().join(","))
            .collect()
    };
    let population = |tables: &[(&str, String)]| strip(&tables[0].1);
    assert_eq!(population(&named), population(&unnamed));
}

#[test]
fn anybody_draws_the_same_sample_again_and_another_seed_draws_another() {
    let mut asked = query();
    asked.sample = Some(SampleQuery { seed: "Ernst 4711".into(), sizes: Sizes::try_from("*=1".to_owned()).unwrap() });
    let world = company();
    let draw = |query: &Query| Evidence::of(&world, &Log::default(), query).unwrap();
    let found = draw(&asked);
    assert_eq!(found.sample, draw(&asked).sample);
    let strata: Vec<Stratum> = found.sample.iter().map(|row| row.stratum).collect();
    assert_eq!(strata, [Stratum::Leaver, Stratum::Joiner, Stratum::Mover, Stratum::Leave, Stratum::Steady]);
    for row in &found.sample {
        assert_eq!(row.rank, rank("Ernst 4711", row.stratum, row.person, row.due));
        let smaller = found.requirements.iter().filter(|other| other.stratum == row.stratum);
        assert!(
            smaller.into_iter().all(|other| { rank("Ernst 4711", other.stratum, other.person, other.due) >= row.rank })
        );
    }
    for seed in ["", " ", "two\nlines"] {
        let mut wrong = asked.clone();
        wrong.sample = Some(SampleQuery { seed: seed.into(), sizes: Sizes::default() });
        assert!(Evidence::of(&world, &Log::default(), &wrong).unwrap_err().contains("a seed is"));
    }
}

#[test]
fn a_query_reads_back_from_a_manifest_as_it_was_written() {
    let mut asked = query();
    asked.sample = Some(SampleQuery { seed: "s".into(), sizes: Sizes::default() });
    let text = serde_json::to_string(&asked).unwrap();
    assert!(text.contains("\"sizes\":\"5=all,50=5,250=10%,*=25\""), "{text}");
    assert_eq!(serde_json::from_str::<Query>(&text).unwrap(), asked);
    let mut backwards = asked;
    backwards.to = on("2023-01-01");
    assert!(Evidence::of(&company(), &Log::default(), &backwards).unwrap_err().contains("before it begins"));
}

#[test]
fn versions_of_the_courses_stand_up_to_the_periods_end_and_completions_say_of_which_they_are() {
    let mut world = company();
    let published = |world: &mut World, digit, day: &str, course: &str| {
        let version = crate::course_publishing::tests::version(digit);
        let body = crate::fact::CoursePublished { on: on(day), course: course.into(), refresher: None, ..version };
        let drafts = crate::course_publishing::publish(world, body).unwrap();
        world.is_told(drafts);
    };
    published(&mut world, 'a', "2024-02-01", "full");
    published(&mut world, 'b', "2024-03-01", "first-aid");
    published(&mut world, 'c', "2025-01-01", "full");
    let (ix, version) = (world.people().find("N").unwrap(), "a".repeat(64));
    let strength = crate::person::Strength::Assessed;
    let finished = completion::Earned { course: "full", version: &version, on: on("2024-10-01"), strength, shown: 0 };
    let drafts = completion::earned(&world, ix, finished).unwrap();
    world.is_told(drafts);
    let found = Evidence::of(&world, &Log::default(), &query()).unwrap();
    let of = |row: &CourseRow| (row.course.clone(), row.version.clone(), row.on);
    assert_eq!(found.courses.iter().map(of).collect::<Vec<_>>(), [("full".into(), version.clone(), on("2024-02-01"))]);
    let versions: Vec<&str> =
        found.completions.iter().map(|row| &*row.version).filter(|text| !text.is_empty()).collect();
    assert_eq!(versions, [&*version], "of the others nobody knows the version");
    let tables = found.tables();
    let of = |name: &str| &tables.iter().find(|(table, _)| *table == name).unwrap().1;
    assert!(of("completions.csv").lines().next().unwrap().ends_with("recorded_by,version,proof"));
    let head = "course,refresher,version,published_on,title,lessons,items,seq\n";
    let line = format!("full,,{version},2024-02-01,Secure coding,5,44,{}\n", found.courses[0].seq);
    assert_eq!(*of("courses.csv"), format!("{head}{line}"));
}
