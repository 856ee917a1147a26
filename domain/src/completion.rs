//! Completions from elsewhere, taken in from a file.

use crate::calendar::quote;
use crate::fact::{Body, CompletionRecorded, FileKind, Private};
use crate::person::{PersonId, PersonIx, Strength};
use crate::proof_file::ProofFiles;
use crate::sheet::{self, File, Layout};
use crate::world::World;
use crate::{Day, Draft, Refusal};
use std::collections::BTreeSet;

const LAYOUT: Layout = Layout {
    required: &["employee_id", "course", "completed_on", "strength"],
    optional: &["source", "reference", "proof"],
};

/// Longest name of a course or a source, in characters.
const LONGEST_NAME: usize = 100;

/// What taking a list in gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListPlan {
    /// Rows in the file.
    pub rows: u64,
    /// Of them, new.
    pub new: u64,
    /// Of them, recorded before.
    pub known: u64,
    /// What the user should know of.
    pub notices: Vec<String>,
}

/// The files that a list of completions names as proofs, each once. Whatever else is wrong with it, [`import`] tells.
#[must_use]
pub fn proofs_named(file: File) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let _ = sheet::read(file, Layout { required: &[], optional: &["proof"] }, |row| {
        names.insert(row.get("proof").to_owned());
    });
    names.remove("");
    names
}

/// The facts that a file of completions gives in this world, where no other file lies beside it.
///
/// # Errors
/// All that is wrong with it, by line and column.
pub fn import(world: &World, file: File, today: Day) -> Result<(Vec<Draft>, ListPlan), Refusal> {
    import_with_proofs(world, file, &ProofFiles::new(), today)
}

/// The facts that a file of completions gives in this world; `proofs` are the files that lie beside it, by name.
///
/// # Errors
/// All that is wrong with it, by line and column.
pub fn import_with_proofs(
    world: &World,
    file: File,
    proofs: &ProofFiles,
    today: Day,
) -> Result<(Vec<Draft>, ListPlan), Refusal> {
    let (mut unproved, mut drafts, mut seen, mut plan) = (0_u64, Vec::new(), BTreeSet::new(), ListPlan::default());
    let mut strange: BTreeSet<String> = BTreeSet::new();
    let reading = sheet::read(file, LAYOUT, |row| {
        let person = known_person(world, row, "employee_id");
        let on = past_day(row, "completed_on", today);
        let course = row.required("course");
        if course.as_ref().is_some_and(|course| course.chars().count() > LONGEST_NAME) {
            row.problem("course", format!("a course's name has at most {LONGEST_NAME} characters"));
        }
        let strength = row.required("strength").map(|text| Strength::read(&text));
        if let Some(Err(message)) = &strength {
            row.problem("strength", message.clone());
        }
        let source = row.get("source").to_owned();
        if source.contains('@') || source.chars().count() > LONGEST_NAME {
            row.problem("source", format!("a source names a system in at most {LONGEST_NAME} characters, not a person; put an address into reference"));
        }
        let proof = proof(row, proofs);
        let (Some(person), Some(on), Some(course), Some(Ok(strength))) = (person, on, course, strength) else { return };
        let recorded = world.people().by_id(person).and_then(|ix| world.people().get(ix)).is_some_and(|known| {
            let same = |completion: &crate::person::Completion| {
                completion.on == on && completion.strength == strength && world.course(completion.course) == course
            };
            known.completions.iter().any(same)
        });
        if recorded || !seen.insert((person, on, strength, course.clone())) {
            plan.known += 1;
            unproved += u64::from(recorded && proof.is_some());
            return;
        }
        if !satisfies_something(world, &course) {
            strange.insert(course.clone());
        }
        let reference = Some(row.get("reference")).filter(|reference| !reference.is_empty());
        let private = reference.map(|reference| Private { reference: Some(reference.into()), ..Private::default() });
        let source = Some(source).filter(|source| !source.is_empty()).map(Into::into);
        drafts.push(Draft {
            body: Body::CompletionRecorded(CompletionRecorded {
                source,
                proof,
                ..CompletionRecorded::of(person, &course, on, strength)
            }),
            private,
        });
    })?;
    plan.notices = reading.notices;
    plan.notices.extend(
        strange.iter().map(|course| format!("no control asks for the course {}; check its name", quote(course))),
    );
    if unproved > 0 {
        plan.notices.push(format!(
            "{unproved} with a proof were recorded before, and stay as they are; to record one anew with its proof, take it back first"
        ));
    }
    plan.rows = reading.rows;
    plan.new = drafts.len() as u64;
    Ok((with_import(file, FileKind::Completions, plan.rows, drafts), plan))
}

/// The SHA-256 of the file that a row names as its proof; noted where it can't be taken.
fn proof(row: &mut sheet::Row, proofs: &ProofFiles) -> Option<Box<str>> {
    let name = row.get("proof").to_owned();
    if name.is_empty() {
        return None;
    }
    match proofs.get(&name) {
        Some(Ok(sha256)) => Some(sha256.as_str().into()),
        Some(Err(problem)) => {
            row.problem("proof", format!("{}: {problem}", quote(&name)));
            None
        }
        None => {
            row.problem(
                "proof",
                format!("{} does not lie beside this file; take both in at the command line", quote(&name)),
            );
            None
        }
    }
}

fn satisfies_something(world: &World, course: &str) -> bool {
    let asked = |version: &crate::control::ControlVersion| {
        &*version.courses.full == course || version.courses.refresher.as_deref() == Some(course)
    };
    world.controls().values().any(|control| control.versions().iter().any(asked))
}

/// A completion that somebody records by hand.
#[derive(Clone, Copy, Debug)]
pub struct ByHand<'a> {
    /// Which course.
    pub course: &'a str,
    /// When.
    pub on: Day,
    /// How much it proves.
    pub strength: Strength,
    /// The system that it comes from.
    pub source: &'a str,
    /// Where the proof is to be found.
    pub reference: &'a str,
}

/// The fact that somebody completed a course, recorded by hand; none where it is recorded already.
///
/// # Errors
/// Where the day has not come yet, the course is none of a control's, or the person is not known.
pub fn record(world: &World, ix: PersonIx, told: ByHand, today: Day) -> Result<Vec<Draft>, Refusal> {
    let person = world.people().get(ix).filter(|person| person.is_listed());
    let person = person.ok_or_else(|| Refusal::request("no roster names this person"))?;
    if told.on > today {
        return Err(Refusal::request(format!("{} has not come yet", told.on)));
    }
    if told.strength == Strength::Attested {
        return Err(Refusal::request("a manager's count is given for the team, not for a person"));
    }
    let is_ours = |course: &str| {
        let mut versions = world.controls().values().flat_map(crate::control::Control::versions);
        versions.any(|version| &*version.courses.full == course || version.courses.refresher.as_deref() == Some(course))
    };
    if !is_ours(told.course) {
        return Err(Refusal::request(format!("no control asks for the course {}", quote(told.course))));
    }
    let same = |known: &crate::person::Completion| {
        known.on == told.on && known.strength == told.strength && world.course(known.course) == told.course
    };
    if person.completions.iter().any(same) {
        return Ok(Vec::new());
    }
    let some = |text: &str| (!text.trim().is_empty()).then(|| Box::from(text.trim()));
    let private = some(told.reference).map(|reference| Private { reference: Some(reference), ..Private::default() });
    let body = CompletionRecorded {
        source: some(told.source),
        ..CompletionRecorded::of(person.id, told.course, told.on, told.strength)
    };
    Ok(vec![Draft { body: Body::CompletionRecorded(body), private }])
}

/// What somebody finished in Keepsharp itself.
#[derive(Clone, Copy, Debug)]
pub struct Earned<'a> {
    /// Which course, by its own id or its refresher's.
    pub course: &'a str,
    /// Which version of it.
    pub version: &'a str,
    /// When.
    pub on: Day,
    /// How much it proves.
    pub strength: Strength,
    /// How many of the required lessons were shown by a test instead of attended.
    pub shown: u32,
}

/// The source of what was finished in Keepsharp itself.
pub const OURS: &str = "Keepsharp";

/// The fact that somebody finished a course here; none where that day's is recorded already, as strong or stronger.
/// Whether a refresher counts for them is for the control's rules to say, so it is recorded in any case.
///
/// # Errors
/// Where no roster names the person, the course was not published in that version, or nobody can earn such a strength.
pub fn earned(world: &World, ix: PersonIx, earned: Earned) -> Result<Vec<Draft>, Refusal> {
    let person = world.people().get(ix).filter(|person| person.is_listed() && !person.erased);
    let person = person.ok_or_else(|| Refusal::request("no roster names this person"))?;
    if earned.strength == Strength::Attested {
        return Err(Refusal::request("a manager's count is given for the team, not for a person"));
    }
    let Some(published) = world.published_courses().version(earned.course, earned.version) else {
        return Err(Refusal::request(format!(
            "the course {} was not published in the version {}; publish it first",
            quote(earned.course),
            quote(earned.version)
        )));
    };
    let shown = earned.shown.min(published.body.lessons);
    let same = |known: &crate::person::Completion| {
        known.on == earned.on
            && known.strength >= earned.strength
            && world.course(known.course) == earned.course
            && known.version.is_some_and(|version| world.version(version) == earned.version)
    };
    if person.completions.iter().any(same) {
        return Ok(Vec::new());
    }
    let body = CompletionRecorded {
        source: Some(OURS.into()),
        version: Some(earned.version.into()),
        shown: (shown > 0).then_some(shown),
        ..CompletionRecorded::of(person.id, earned.course, earned.on, earned.strength)
    };
    Ok(vec![Body::CompletionRecorded(body).into()])
}

/// The person that a field names; noted where no roster names them.
pub(crate) fn known_person(world: &World, row: &mut sheet::Row, column: &'static str) -> Option<PersonId> {
    let text = row.required(column)?;
    let person = world.people().find(&text).and_then(|ix| world.people().get(ix));
    match person {
        Some(person) if person.is_listed() => Some(person.id),
        _ => {
            row.problem(column, format!("no roster names {}; import the roster first, or mend the id", quote(&text)));
            None
        }
    }
}

/// The day in a field; noted where it is missing, no day, or yet to come.
pub(crate) fn past_day(row: &mut sheet::Row, column: &'static str, today: Day) -> Option<Day> {
    let day = row.required_day(column)?;
    if day > today {
        row.problem(column, format!("{day} has not come yet; today is {today}"));
        return None;
    }
    Some(day)
}

/// The facts of a file, after the one that says that it was taken in; none where it gave nothing.
pub(crate) fn with_import(file: File, kind: FileKind, rows: u64, drafts: Vec<Draft>) -> Vec<Draft> {
    if drafts.is_empty() {
        return drafts;
    }
    let imported = crate::fact::FileImported {
        file: kind,
        on: None,
        sha256: file.sha256.into(),
        rows,
        facts: drafts.len() as u64,
    };
    std::iter::once(Body::FileImported(imported).into()).chain(drafts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course_publishing::publish;
    use crate::course_publishing::tests::version;
    use crate::world::tests::{TODAY, file, on};

    fn import_of(rows: &str) -> Result<(Vec<Draft>, ListPlan), Refusal> {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,A,,Developer,,,"]);
        let text = format!("employee_id,course,completed_on,strength,source,reference\n{rows}");
        import(&world, file(&text), TODAY)
    }

    #[test]
    fn a_proof_is_one_of_the_files_beside_and_its_hash_stands_in_the_fact() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,A,,Developer,,,"]);
        let text = "employee_id,course,completed_on,strength,proof\nE1,full,2024-01-01,completed,a.pdf\nE1,full,2024-02-01,completed,\n";
        assert_eq!(proofs_named(file(text)), BTreeSet::from(["a.pdf".to_owned()]));
        let proofs = |found: Result<&str, &str>| {
            ProofFiles::from([("a.pdf".to_owned(), found.map(str::to_owned).map_err(str::to_owned))])
        };
        let refused = |proofs| import_with_proofs(&world, file(text), &proofs, TODAY).unwrap_err().to_string();
        assert!(refused(ProofFiles::new()).starts_with("line 2, column 5 (proof): \"a.pdf\" does not lie beside"));
        assert!(refused(proofs(Err("there is no such file"))).ends_with("\"a.pdf\": there is no such file"));
        let drafts = import_with_proofs(&world, file(text), &proofs(Ok("aa")), TODAY).unwrap().0;
        world.is_told(drafts);
        let hashes: Vec<_> = world.person("E1").completions.iter().map(|one| world.proof(one.seq)).collect();
        assert_eq!(hashes, [Some("aa"), None]);
        let plan = import_with_proofs(&world, file(text), &proofs(Ok("bb")), TODAY).unwrap().1;
        assert!((plan.new, plan.known) == (0, 2) && plan.notices[0].starts_with("1 with a proof"), "{plan:?}");
    }

    #[test]
    fn what_is_wrong_with_a_completion_is_told() {
        for (row, told) in [
            ("E7,full,2024-01-01,completed,,", "no roster names \"E7\""),
            ("E1,full,2026-01-02,completed,,", "has not come yet"),
            ("E1,full,2024-01-01,passed,,", "\"passed\" is no strength"),
            ("E1,,2024-01-01,completed,,", "course is empty"),
            ("E1,full,2024-01-01,completed,ada@example.com,", "put an address into reference"),
        ] {
            let refusal = import_of(row).unwrap_err().to_string();
            assert!(refusal.starts_with("line 2, column ") && refusal.contains(told), "{refusal}");
        }
    }

    #[test]
    fn the_same_completion_twice_in_a_file_is_one_and_its_reference_stays_private() {
        let row = "E1,full,2024-01-01,completed,lms,Ticket of Ada\n";
        let (drafts, plan) = import_of(&format!("{row}{row}")).unwrap();
        assert_eq!((drafts.len(), plan.rows, plan.new, plan.known), (2, 2, 1, 1));
        assert!(!drafts[1].body.to_value().unwrap().to_string().contains("Ada"));
    }

    fn taught() -> World {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,A,,Developer,,,"]);
        for digit in ['a', 'b'] {
            let drafts = publish(&world, version(digit)).unwrap();
            world.is_told(drafts);
        }
        world
    }

    fn finish(world: &mut World, digit: &str, strength: Strength) -> Result<usize, Refusal> {
        let (ix, version) = (world.people().find("E1").unwrap(), digit.repeat(64));
        let finished = Earned { course: "full", version: &version, on: on("2025-04-01"), strength, shown: 2 };
        let drafts = earned(world, ix, finished)?;
        let count = drafts.len();
        world.is_told(drafts);
        Ok(count)
    }

    #[test]
    fn what_is_finished_here_carries_its_version_and_what_was_shown() {
        let mut world = taught();
        assert_eq!(finish(&mut world, "a", Strength::Completed), Ok(1));
        let completion = *world.person("E1").completions.last().unwrap();
        assert_eq!(completion.version.map(|version| world.version(version).to_owned()), Some("a".repeat(64)));
        assert_eq!((completion.shown, world.proof(completion.seq)), (2, None));
    }

    #[test]
    fn the_same_day_gives_a_second_fact_only_to_what_is_stronger_or_another_version() {
        let mut world = taught();
        let mut finish = |digit, strength| finish(&mut world, digit, strength).unwrap();
        assert_eq!([finish("a", Strength::Completed), finish("a", Strength::Completed)], [1, 0]);
        assert_eq!([finish("a", Strength::Assessed), finish("a", Strength::Completed)], [1, 0]);
        assert_eq!(finish("b", Strength::Acknowledged), 1);
    }

    #[test]
    fn a_version_that_was_never_published_or_a_mere_count_is_not_finished() {
        let mut world = taught();
        let refused = finish(&mut world, "c", Strength::Completed).unwrap_err().to_string();
        assert!(refused.contains("was not published in the version"), "{refused}");
        assert!(finish(&mut world, "a", Strength::Attested).is_err());
    }

    #[test]
    fn a_completion_without_more_has_the_bytes_it_always_had_and_grows_by_four_in_memory() {
        let body =
            CompletionRecorded::of(PersonId::from_random([1; 10]), "full", on("2024-01-01"), Strength::Completed);
        let value = Body::CompletionRecorded(body).to_value().unwrap();
        let keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["course", "on", "person", "strength"]);
        assert_eq!(size_of::<crate::person::Completion>(), 16);
    }

    #[test]
    fn a_course_that_no_control_asks_for_is_taken_in_and_told() {
        let (_, plan) = import_of("E1,fulll,2024-01-01,completed,,\n").unwrap();
        assert_eq!(plan.notices, ["no control asks for the course \"fulll\"; check its name"]);
    }
}
