//! Leaves, taken in from a file. A row with the same person and first day takes the place of the earlier one.

use crate::completion::{ListPlan, known_person, with_import};
use crate::fact::{Body, FileKind, LeaveRecorded};
use crate::person::PersonId;
use crate::sheet::{self, File, Layout};
use crate::{Day, Draft, Refusal, World};
use std::collections::BTreeMap;

const LAYOUT: Layout = Layout { required: &["employee_id", "from", "to"], optional: &[] };

/// The facts that a file of leaves gives in this world.
///
/// # Errors
/// All that is wrong with it, by line and column.
pub fn import(world: &World, file: File) -> Result<(Vec<Draft>, ListPlan), Refusal> {
    let (mut drafts, mut plan) = (Vec::new(), ListPlan::default());
    let mut latest: BTreeMap<(PersonId, Day), Option<Day>> = BTreeMap::new();
    let reading = sheet::read(file, LAYOUT, |row| {
        let person = known_person(world, row, "employee_id");
        let from = row.required_day("from");
        let to = row.day("to");
        if let (Some(from), Some(to)) = (from, to)
            && to <= from
        {
            row.problem("to", format!("the day back, {to}, must come after the first day away, {from}"));
        }
        let (Some(person), Some(from)) = (person, from) else { return };
        let recorded = world
            .people()
            .by_id(person)
            .and_then(|ix| world.people().get(ix))
            .and_then(|person| person.leaves.iter().find(|leave| leave.from == from));
        let known = latest.get(&(person, from)).copied().or_else(|| recorded.map(|leave| leave.to));
        if known == Some(to) {
            plan.known += 1;
            return;
        }
        latest.insert((person, from), to);
        drafts.push(Body::LeaveRecorded(LeaveRecorded { person, from, to }).into());
    })?;
    plan.notices = reading.notices;
    plan.rows = reading.rows;
    plan.new = drafts.len() as u64;
    Ok((with_import(file, FileKind::Leaves, plan.rows, drafts), plan))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::{file, on};

    fn import_of(world: &World, rows: &str) -> Result<Vec<Draft>, Refusal> {
        import(world, file(&format!("employee_id,from,to\n{rows}"))).map(|(drafts, _)| drafts)
    }

    #[test]
    fn a_row_with_the_same_first_day_takes_the_place_of_the_earlier_one() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,A,,Developer,,,"]);
        for rows in ["E1,2024-03-01,\n", "E1,2024-03-01,2024-05-01\n"] {
            let drafts = import_of(&world, rows).unwrap();
            world.is_told(drafts);
        }
        assert_eq!(world.person("E1").leaves.len(), 1);
        assert!(world.person("E1").on_leave(on("2024-04-30")));
        assert!(!world.person("E1").on_leave(on("2024-05-01")), "the day they are back is no leave");
    }

    #[test]
    fn a_leave_ends_after_it_began() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,A,,Developer,,,"]);
        let refusal = import_of(&world, "E1,2024-03-01,2024-03-01\n").unwrap_err().to_string();
        assert!(refusal.starts_with("line 2, column 3 (to): the day back"), "{refusal}");
    }
}
