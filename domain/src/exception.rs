//! Exceptions, taken in from a file. A row with the same person, control and first day takes the place of the earlier one.

use crate::completion::{ListPlan, known_person, with_import};
use crate::fact::{Body, ExceptionApproved, FileKind, Private};
use crate::person::{Exception, PersonId};
use crate::sheet::{self, File, Layout, Row};
use crate::{Day, Draft, Refusal, World};
use std::collections::BTreeMap;

const LAYOUT: Layout =
    Layout { required: &["employee_id", "control", "from", "to", "reason", "approved_by"], optional: &[] };

type Key = (PersonId, Box<str>, Day);

/// The facts that a file of exceptions gives in this world.
///
/// # Errors
/// All that is wrong with it, by line and column.
pub fn import(world: &World, file: File) -> Result<(Vec<Draft>, ListPlan), Refusal> {
    let (mut drafts, mut plan) = (Vec::new(), ListPlan::default());
    let mut latest: BTreeMap<Key, Draft> = BTreeMap::new();
    let reading = sheet::read(file, LAYOUT, |row| {
        let Some((key, draft)) = read_row(world, row) else { return };
        let known = latest.get(&key).cloned().or_else(|| recorded(world, &key));
        if known.as_ref() == Some(&draft) || approver_was_erased(world, &key, &draft) {
            plan.known += 1;
            return;
        }
        latest.insert(key, draft.clone());
        drafts.push(draft);
    })?;
    plan.notices = reading.notices;
    plan.rows = reading.rows;
    plan.new = drafts.len() as u64;
    Ok((with_import(file, FileKind::Exceptions, plan.rows, drafts), plan))
}

fn read_row(world: &World, row: &mut Row) -> Option<(Key, Draft)> {
    let person = known_person(world, row, "employee_id");
    let control = row.required("control").map(Box::<str>::from);
    if let Some(Err(message)) = control.as_ref().map(|id| world.control(id).map(|_| ())) {
        row.problem("control", message);
        return None;
    }
    let (from, to) = (row.required_day("from"), row.day("to"));
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        row.problem("to", format!("the last day, {to}, lies before the first, {from}"));
    }
    let (reason, approver) = (row.required("reason"), row.required("approved_by"));
    let (person, control, from, approver) = (person?, control?, from?, approver?);
    let approved_by = world.people().find(&approver).and_then(|ix| world.people().get(ix)).map(|person| person.id);
    let private = Private {
        reason: reason.map(Into::into),
        approved_by: approved_by.is_none().then(|| approver.into()),
        ..Private::default()
    };
    let body = Body::ExceptionApproved(ExceptionApproved { person, control: control.clone(), from, to, approved_by });
    Some(((person, control, from), Draft { body, private: Some(private) }))
}

/// Whether the draft is what stands, but that its approver has been erased since: their id is not to come back.
fn approver_was_erased(world: &World, key: &Key, draft: &Draft) -> bool {
    let Some(Draft { body: Body::ExceptionApproved(mut told), private: Some(words) }) = recorded(world, key) else {
        return false;
    };
    let Body::ExceptionApproved(body) = &draft.body else { return false };
    let approver =
        told.approved_by.take().and_then(|id| world.people().by_id(id)).and_then(|ix| world.people().get(ix));
    approver.is_some_and(|approver| approver.erased)
        && told == *body
        && draft.private.as_ref().is_some_and(|private| private.reason == words.reason)
}

/// The exception that stands for this person, control and first day, as the draft that would record it.
fn recorded(world: &World, (id, control, from): &Key) -> Option<Draft> {
    let person = world.people().by_id(*id).and_then(|ix| world.people().get(ix))?;
    let same = |exception: &&Exception| exception.control == *control && exception.from == *from;
    let exception = person.exceptions.iter().find(same)?;
    let approved_by = exception.approved_by.and_then(|ix| world.people().get(ix)).map(|person| person.id);
    let body = Body::ExceptionApproved(ExceptionApproved {
        person: *id,
        control: control.clone(),
        from: *from,
        to: exception.to,
        approved_by,
    });
    let private = exception.private.as_ref().map(|text| {
        let some = |text: &str| (!text.is_empty()).then(|| Box::from(text));
        Private { reason: some(&text.reason), approved_by: some(&text.approved_by), ..Private::default() }
    });
    Some(Draft { body, private })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::{file, on};

    fn import_of(world: &World, rows: &str) -> Result<Vec<Draft>, Refusal> {
        import(world, file(&format!("employee_id,control,from,to,reason,approved_by\n{rows}")))
            .map(|(drafts, _)| drafts)
    }

    fn two() -> World {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,A,,Developer,,,", "E2,B,,Boss,,,"]);
        world
    }

    #[test]
    fn an_exception_covers_its_first_and_its_last_day() {
        let mut world = two();
        let drafts = import_of(&world, "E1,C,2024-03-01,2024-03-31,a sabbatical,E2\n").unwrap();
        world.is_told(drafts);
        let covered = ["2024-02-29", "2024-03-01", "2024-03-31", "2024-04-01"]
            .map(|day| world.person("E1").excepted("C", on(day)));
        assert_eq!(covered, [false, true, true, false]);
        assert!(!world.person("E1").excepted("D", on("2024-03-01")));
    }

    #[test]
    fn words_about_a_person_stay_out_of_the_body_and_a_known_approver_is_kept_by_id() {
        for (approver, is_known) in [("E2", true), ("Bo of the board", false)] {
            let drafts = import_of(&two(), &format!("E1,C,2024-03-01,,a sabbatical,{approver}\n")).unwrap();
            let body = drafts[1].body.to_value().unwrap();
            assert!(!body.to_string().contains("sabbatical") && !body.to_string().contains(approver), "{body}");
            assert_eq!(body.get("approved_by").is_some(), is_known);
        }
    }

    #[test]
    fn a_later_word_takes_the_place_of_the_earlier_one_and_one_without_reason_is_refused() {
        let mut world = two();
        for rows in ["E1,C,2024-03-01,,a sabbatical,E2\n", "E1,C,2024-03-01,2024-03-02,a short one,E2\n"] {
            let drafts = import_of(&world, rows).unwrap();
            world.is_told(drafts);
        }
        assert_eq!(world.person("E1").exceptions.len(), 1);
        assert_eq!(world.person("E1").exceptions[0].to, Some(on("2024-03-02")));
        for (row, told) in [
            ("E1,C,2024-03-01,,,E2", "reason is empty"),
            ("E1,C,2024-03-01,,x,", "approved_by is empty"),
            ("E1,D,2024-03-01,,x,E2", "there is no control \"D\""),
            ("E1,C,2024-03-02,2024-03-01,x,E2", "lies before the first"),
        ] {
            let refusal = import_of(&world, row).unwrap_err().to_string();
            assert!(refusal.contains(told), "{refusal}");
        }
    }
}
