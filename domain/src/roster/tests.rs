//! What a roster changes, and which rosters are refused.

use super::*;
use crate::world::tests::{TODAY, file, on};

const FIVE: [&str; 5] = ["E1,A,,Boss,,,", "E2,B,,Dev,E1,,", "E3,C,,Dev,E1,,", "E4,D,,Dev,E1,,", "E5,E,,Dev,E1,,"];

fn refusal(world: &World, day: &str, rows: &[&str]) -> String {
    world.try_roster(day, rows).unwrap_err().to_string()
}

#[test]
fn a_roster_older_than_the_latest_or_of_a_day_to_come_is_refused() {
    let mut world = World::sample();
    world.is_told_roster("2024-02-01", &FIVE);
    assert!(refusal(&world, "2024-01-31", &FIVE).contains("comes too late"));
    assert!(refusal(&world, "2026-01-02", &FIVE).contains("has not come yet"));
}

#[test]
fn a_file_that_ends_more_than_a_tenth_is_refused_unless_told_otherwise() {
    let mut world = World::sample();
    world.is_told_roster("2024-02-01", &FIVE);
    let import = |allow_mass_end| {
        let text = "employee_id,name,email,username,title,departments,manager_id,start_date\nE1,A,,,Boss,,,\n";
        let options = ImportOptions { on: on("2024-03-01"), today: TODAY, allow_mass_end };
        let mut mint = || PersonId::from_random([9; 10]);
        super::import(&world, &Roster::read(file(text)).unwrap(), options, &mut mint)
    };
    assert!(import(false).unwrap_err().to_string().contains("4 of 5 people"));
    assert_eq!(import(true).unwrap().1.leavers.len(), 4);
}

#[test]
fn an_id_twice_or_none_or_a_day_that_is_none_refuses_the_whole_file() {
    let world = World::sample();
    for (rows, told) in [
        (["E1,A,,Boss,,,", "E1,B,,Dev,,,"], "line 3, column 1 (employee_id): \"E1\" stands on line 2 already"),
        (["E1,A,,Boss,,,", ",B,,Dev,,,"], "line 3, column 1 (employee_id): employee_id is empty"),
        (["E1,A,,Boss,,,", "E2,B,,Dev,,2024-02-30,"], "line 3, column 6 (start_date)"),
        (["E1,A,,Boss,,,", "E2,B,,Dev,,2024-02-02,2024-02-01"], "line 3, column 7 (end_date)"),
    ] {
        let refusal = refusal(&world, "2024-01-01", &rows);
        assert!(refusal.starts_with(told), "{refusal}");
    }
}

#[test]
fn the_last_day_of_employment_is_still_one() {
    let mut world = World::sample();
    world.is_told_roster("2024-01-01", &["E1,A,,Dev,,,2024-03-31"]);
    assert!(world.person("E1").employed(on("2024-03-31")));
    assert!(!world.person("E1").employed(on("2024-04-01")));
    world.is_told_roster("2024-02-01", &["E1,A,,Dev,,,"]);
    assert!(world.person("E1").employed(on("2024-04-01")), "an announced end was taken back");
}
