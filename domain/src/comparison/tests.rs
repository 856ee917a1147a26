//! What a list of people beside the roster gives, over a small company.

use super::*;
use crate::control::Control;
use crate::evidence::{Evidence, Log, Opened, Query};
use crate::world::tests::{TODAY, file, on};
use crate::{Day, erasure};

/// A and B develop, C has no address, M leads, L left in March.
fn company() -> World {
    let mut world = World::sample();
    let rows = [
        "M,Mara,mara@x.example,Boss,,,",
        "A,Ana,Ana@x.example,Developer,M,,",
        "B,Ben,ben@x.example,Developer,M,,",
        "C,Cy,,Developer,M,,",
        "L,Lou,lou@x.example,Developer,M,,",
    ];
    world.is_told_roster("2024-01-01", &rows);
    world.is_told_roster("2024-03-01", &rows[..4]);
    world
}

const DAY: &str = "2024-04-01";

fn tried(
    world: &World,
    name: &str,
    text: &str,
    by: Option<MatchedBy>,
) -> Result<(Vec<Draft>, ComparisonPlan), Refusal> {
    let mut next = world.size() << 8;
    let mut mint = move || {
        next += 1;
        let mut bytes = [2; 10];
        bytes[2..].copy_from_slice(&next.to_be_bytes());
        PersonId::from_random(bytes)
    };
    compare(world, &List::read(file(text), by)?, Wanted { list: name, on: on(DAY), today: TODAY }, &mut mint)
}

/// Takes the comparison in; who stands on which side, and what we know of them.
fn compared(world: &mut World, name: &str, text: &str) -> Vec<String> {
    let (drafts, plan) = tried(world, name, text, None).unwrap();
    world.is_told(drafts);
    told(&plan.differences)
}

fn told(differences: &[Difference]) -> Vec<String> {
    let one = |one: &Difference| {
        let identity = &one.identity;
        let texts = [&identity.employee_id, &identity.email, &identity.username];
        let text = texts.into_iter().find(|text| !text.is_empty()).map_or("-", |text| text);
        format!("{} {text}: {} {}", one.side.word(), one.standing.words(), one.controls.join(" "))
    };
    differences.iter().map(|difference| one(difference).trim().to_owned()).collect()
}

fn newest(world: &World) -> Vec<Difference> {
    let controls: Vec<&Control> = world.controls().values().collect();
    differences(world, world.comparisons().newest()[0], &controls)
}

fn refusal(text: &str) -> String {
    tried(&company(), "payroll", text, None).unwrap_err().to_string()
}

const LIST: &str = "email,name\nANA@x.example ,Ana R\nmara@X.example,M\nlou@x.example,Lou\nbot@x.example,Bot\n";

#[test]
fn each_side_is_told_with_what_we_know_of_them_and_those_in_scope_first() {
    let mut world = company();
    let found = compared(&mut world, "code-host", LIST);
    assert_eq!(
        found,
        [
            "list bot@x.example: in no roster",
            "list L: no longer employed from 2024-03-01",
            "roster B: not in the list C",
            "roster C: no e-mail address in the roster, so can't be matched C",
        ]
    );
    let body = &world.comparisons().newest()[0].body;
    assert_eq!((body.rows, body.matched, body.by, body.without_key), (4, 2, MatchedBy::Email, 0));
    assert_eq!(world.people().listed().count(), 5, "a stranger is nobody of the roster");
    let text = Body::ListCompared(body.clone()).to_value().unwrap().to_string();
    assert!(!text.contains("x.example"), "{text}");
}

#[test]
fn the_order_of_rows_and_columns_says_nothing() {
    let mut lines: Vec<&str> = LIST.lines().skip(1).collect();
    let (mut forward, mut backward) = (company(), company());
    let first = compared(&mut forward, "code-host", LIST);
    lines.reverse();
    assert_eq!(compared(&mut backward, "code-host", &format!("email,name\n{}\n", lines.join("\n"))), first);
    assert_eq!(forward.comparisons().newest()[0].body, backward.comparisons().newest()[0].body);
}

#[test]
fn the_same_list_of_the_same_day_again_writes_nothing_unless_it_says_something_else() {
    let mut world = company();
    compared(&mut world, "code-host", LIST);
    assert_eq!(tried(&world, "code-host", LIST, None).unwrap().0, []);
    // Another list that names the same stranger meets nobody anew.
    let drafts = tried(&world, "payroll", LIST, None).unwrap().0;
    assert!(matches!(drafts[..], [Draft { body: Body::ListCompared(_), private: None }]), "{drafts:?}");
    // A roster that came late says something else of the same day.
    let rows = [
        "M,Mara,mara@x.example,Boss,,,",
        "A,Ana,Ana@x.example,Developer,M,,",
        "T,Bot,bot@x.example,Developer,M,2024-03-15,",
    ];
    world.is_told_roster("2024-05-01", &rows);
    let found = compared(&mut world, "code-host", LIST);
    assert!(!found.iter().any(|one| one.contains("bot@x.example")), "{found:?}");
    assert_eq!(world.comparisons().all().count(), 2);
}

#[test]
fn a_row_without_the_column_is_known_by_the_next_that_it_has() {
    let mut world = company();
    let list = "employee_id,email,username\nA,,\n,BEN@x.example,\n,,deploy-bot\nZ9,z@x.example,\nM,,\nC,,\n";
    let found = compared(&mut world, "identity", list);
    assert_eq!(found, ["list deploy-bot: in no roster", "list Z9: in no roster"]);
    let body = &world.comparisons().newest()[0].body;
    assert_eq!((body.by, body.rows, body.matched, body.without_key), (MatchedBy::EmployeeId, 6, 4, 2));
    // Met by an employee id, known again by an address.
    let drafts = tried(&world, "code-host", "email\nZ@x.example\nana@x.example\n", None).unwrap().0;
    assert_eq!(drafts.len(), 1, "{drafts:?}");
    let by_name = tried(&world, "identity", list, Some(MatchedBy::Username)).unwrap().1;
    assert_eq!((by_name.compared.matched, by_name.compared.without_key), (4, 5));
}

#[test]
fn a_list_that_cannot_be_one_is_refused_with_line_and_column() {
    for (text, told) in [
        (
            "email\nana@x.example\nANA@x.example\n",
            "line 3, column 1 (email): \"ana@x.example\" stands on line 2 already",
        ),
        (
            "email,name\nana@x.example,A\n,Nobody\n",
            "line 3, column 1 (email): the row has no employee_id, email or username",
        ),
        (
            "employee_id,email\n,ben@x.example\n,Ben@x.example\n",
            "line 3, column 2 (email): \"ben@x.example\" stands on line 2",
        ),
        ("name\nAna\n", "line 1: there is no column employee_id, email or username"),
        ("email\n", "the file names nobody"),
        ("email\nstranger@x.example\n", "nobody of the list was employed on 2024-04-01 by its email"),
        ("email\nana@x.example,twice\n", "line 2: this row has 2 fields"),
    ] {
        let refusal = refusal(text);
        assert!(refusal.contains(told), "{refusal} does not say {told}");
    }
    let long = format!("email,name\nana@x.example,{}\n", "x".repeat(5_000));
    assert!(refusal(&long).contains("longer than 4000 characters"));
    let world = company();
    assert!(
        tried(&world, "payroll", LIST, Some(MatchedBy::Username))
            .unwrap_err()
            .to_string()
            .contains("no column username")
    );
    for name in ["", "Payroll", "pay roll", "-x", "x-", "=cmd", &"x".repeat(41), "ana@x"] {
        assert!(tried(&world, name, LIST, None).unwrap_err().to_string().contains("is no name for a list"), "{name}");
    }
}

#[test]
fn a_list_needs_a_roster_of_its_day_and_a_day_that_has_come() {
    let world = company();
    let list = List::read(file(LIST), None).unwrap();
    let tried = |day: Day| {
        let wanted = Wanted { list: "payroll", on: day, today: TODAY };
        compare(&world, &list, wanted, &mut || PersonId::from_random([3; 10])).map(|(_, plan)| plan.notices)
    };
    assert!(tried(on("2023-12-31")).unwrap_err().to_string().contains("no roster holds on 2023-12-31"));
    assert!(tried(on("2026-01-02")).unwrap_err().to_string().contains("has not come yet"));
    assert!(tried(on("2024-04-01")).unwrap().is_empty());
    assert!(tried(on("2024-04-02")).unwrap()[0].contains("32 days before"));
}

#[test]
fn an_explanation_holds_until_another_or_until_it_is_taken_back() {
    let mut world = company();
    compared(&mut world, "code-host", LIST);
    let bot = world.comparisons().find("BOT@x.example").unwrap();
    let say = |world: &World, because, reason: &str| {
        explain(world, Explaining { list: "code-host", person: bot, because, reason }, None)
    };
    assert!(newest(&world)[0].is_open());
    assert!(say(&world, Because::Other, " ").unwrap_err().to_string().contains("say in a few words"));
    assert!(say(&world, Because::Left, &"x".repeat(1_001)).is_err());
    let drafts = say(&world, Because::NotAPerson, "tags releases").unwrap();
    assert_eq!(drafts[0].private.as_ref().and_then(|private| private.reason.as_deref()), Some("tags releases"));
    world.is_told(drafts);
    assert_eq!(say(&world, Because::NotAPerson, "tags releases").unwrap(), []);
    let explained = |world: &World| {
        let said = world.comparisons().explanation(world, "code-host", bot);
        said.map(|said| (said.because, said.reason.clone().unwrap_or_default().to_string()))
    };
    assert_eq!(explained(&world), Some((Because::NotAPerson, "tags releases".to_owned())));
    assert_eq!(world.comparisons().explanation(&world, "payroll", bot), None, "of another list nothing was said");
    let drafts = say(&world, Because::OtherCompany, "").unwrap();
    world.is_told(drafts);
    assert_eq!(explained(&world), Some((Because::OtherCompany, String::new())));
    let drafts = withdraw(&world, "code-host", bot).unwrap();
    world.is_told(drafts);
    assert_eq!(explained(&world), None);
    assert!(withdraw(&world, "code-host", bot).is_err());
}

#[test]
fn only_what_differs_is_explained_and_nobody_explains_themselves() {
    let mut world = company();
    compared(&mut world, "code-host", LIST);
    let ix = |world: &World, id: &str| world.people().find(id).unwrap();
    let say = |world: &World, list, id: &str, by| {
        let said = Explaining { list, person: world.person(id).id, because: Because::NoAccount, reason: "" };
        explain(world, said, by).map_err(|refusal| refusal.to_string())
    };
    assert!(say(&world, "code-host", "A", None).unwrap_err().contains("never differed"));
    assert!(say(&world, "payroll", "B", None).unwrap_err().contains("no list \"payroll\" was compared yet"));
    assert!(say(&world, "code-host", "B", Some(ix(&world, "B"))).unwrap_err().contains("about themselves"));
    let drafts = say(&world, "code-host", "B", Some(ix(&world, "A"))).unwrap();
    world.is_told(drafts);
    // Under another id they are the same person.
    let drafts = crate::merge::merge(&world, "B", "A", "a second account").unwrap();
    world.is_told(drafts);
    let person = world.person("A").id;
    assert!(world.comparisons().explanation(&world, "code-host", person).is_some());
    assert!(withdraw(&world, "code-host", person).is_ok());
}

#[test]
fn a_stranger_is_erased_by_what_the_list_said_and_with_the_person_they_turned_out_to_be() {
    let mut world = company();
    compared(&mut world, "code-host", "email,username\nana@x.example,ana\nlou2@x.example,lou\nbot@x.example,bot\n");
    let (bot, lou) = (world.comparisons().find("bot").unwrap(), world.comparisons().find("lou2@x.example").unwrap());
    let said = Explaining { list: "code-host", person: bot, because: Because::NotAPerson, reason: "Lou's bot" };
    let drafts = explain(&world, said, None).unwrap();
    world.is_told(drafts);
    let (drafts, subjects) = erasure::erase(&world, "BOT@x.example", TODAY).unwrap();
    assert_eq!(subjects, [bot]);
    world.is_told(drafts);
    assert_eq!((world.comparisons().find("bot"), world.comparisons().stranger(bot)), (None, None));
    assert_eq!(world.comparisons().explanation(&world, "code-host", bot).unwrap().reason, None);
    assert!(erasure::erase(&world, &bot.to_string(), TODAY).unwrap_err().to_string().contains("erased already"));
    assert_eq!(told(&newest(&world)).iter().filter(|one| one.starts_with("list -: in no roster")).count(), 1);
    // A roster has the same user name later; whoever it is leaves and is erased, as is the stranger.
    let row = |rows: &[&str]| {
        let head = "employee_id,name,email,username,title,departments,manager_id,start_date";
        format!("{head}\nM,Mara,mara@x.example,,Boss,,,\nA,Ana,Ana@x.example,,Developer,,M,\n{}", rows.join("\n"))
    };
    for (day, text) in
        [("2024-05-01", row(&["N1,Lou Again,lou3@x.example,LOU,Developer,,M,"])), ("2024-06-01", row(&[]))]
    {
        let options = crate::roster::ImportOptions { on: on(day), today: TODAY, allow_mass_end: true };
        let mut mint = || PersonId::from_random([9; 10]);
        let roster = crate::roster::Roster::read(file(&text)).unwrap();
        let drafts = crate::roster::import(&world, &roster, options, &mut mint).unwrap().0;
        world.is_told(drafts);
    }
    let (drafts, subjects) = erasure::erase(&world, "N1", TODAY).unwrap();
    assert!(subjects.len() == 2 && subjects.contains(&lou), "{subjects:?}");
    world.is_told(drafts);
    assert_eq!(world.comparisons().stranger(lou), None);
}

#[test]
fn evidence_has_the_comparisons_of_the_period_and_the_newest_before_it() {
    let mut world = company();
    compared(&mut world, "code-host", LIST);
    let query = |from: &str, to: &str| Query {
        control: "C".into(),
        from: on(from),
        to: on(to),
        as_of: on(to),
        known_at: Timestamp::UNIX_EPOCH,
        opened: Opened::Everybody,
        sample: None,
    };
    let of = |from, to| Evidence::of(&world, &Log::default(), &query(from, to)).unwrap();
    let found = of("2024-01-01", "2024-12-31");
    let row = &found.comparisons[0];
    assert_eq!((row.only_in_list, row.only_in_roster, row.concerned, row.unexplained), (2, 2, 2, 4));
    let sides: Vec<_> = found.differences.iter().map(|row| (row.side, row.in_scope)).collect();
    assert_eq!(sides, [(Side::List, None), (Side::List, None), (Side::Roster, Some(true)), (Side::Roster, Some(true))]);
    assert_eq!(of("2025-01-01", "2025-12-31").comparisons.len(), 1, "the newest of each list by the period's end");
    assert_eq!(of("2024-01-01", "2024-03-31").comparisons.len(), 0, "what came after is not looked at");
    let tables = found.tables();
    let differences = &tables.iter().find(|(name, _)| *name == "differences.csv").unwrap().1;
    assert!(differences.contains(",bot@x.example,"), "{differences}");
}
