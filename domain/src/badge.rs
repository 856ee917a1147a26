//! For which completions may somebody show a badge, and until when does it speak for them?

use crate::control::{Control, ControlVersion};
use crate::due::{Accepted, CourseKind};
use crate::person::{Completion, Person, Strength};
use crate::{Day, World};

/// A completion that earned a badge, and what it was earned for.
#[derive(Clone, Copy, Debug)]
pub struct Earned<'w> {
    /// The completion.
    pub completion: &'w Completion,
    /// The control that it counted for.
    pub control: &'w Control,
    /// The version of the control that was in force on its day.
    pub version: &'w ControlVersion,
    /// Which of the control's courses it was.
    pub kind: CourseKind,
    /// The first day on which whoever took it is not current any more by it.
    pub until: Option<Day>,
}

/// What the person's completion that fact `seq` recorded earned; none where it is not theirs, no control accepted it, or it
/// is somebody's own word.
///
/// Of several controls that accepted it, the first by id: a course is one achievement, however many ask for it.
#[must_use]
pub fn earned<'w>(world: &'w World, person: &'w Person, seq: u64) -> Option<Earned<'w>> {
    let completion = person.completions.iter().find(|completion| u64::from(completion.seq) == seq)?;
    // What somebody said of themselves is no reason for us to sign it.
    if completion.strength < Strength::Completed {
        return None;
    }
    world.controls().values().find_map(|control| {
        let version = control.version(completion.on)?;
        let is_accepted = Accepted::until(person, version, completion.on).accepts(completion);
        is_accepted.then(|| Earned {
            completion,
            control,
            version,
            kind: if completion.course == version.full { CourseKind::Full } else { CourseKind::Refresher },
            until: version.cadence.first_day_after(completion.on, world.fiscal_years()),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::FiscalYearStart;
    use crate::completion;
    use crate::control::Cadence;
    use crate::world::tests::{TODAY, file, on};

    fn world_with(completions: &str) -> World {
        let mut world = World::sample();
        world.is_told_roster("2023-01-01", &["E1,A,,Developer,,2023-01-01,", "E2,B,,Developer,,2023-01-01,"]);
        let list = format!("employee_id,course,completed_on,strength\n{completions}");
        let drafts = completion::import(&world, file(&list), TODAY).unwrap().0;
        world.is_told(drafts);
        world
    }

    fn found(world: &World, employee_id: &str, which: usize) -> Option<(CourseKind, Option<Day>)> {
        let seq = world.person("E1").completions[which].seq;
        earned(world, world.person(employee_id), u64::from(seq)).map(|earned| (earned.kind, earned.until))
    }

    #[test]
    fn a_badge_is_earned_by_what_a_control_accepted_and_nobodys_own_word() {
        for (strength, is_earned) in
            [("attested", false), ("acknowledged", false), ("completed", true), ("assessed", true)]
        {
            let world = world_with(&format!("E1,full,2023-03-05,{strength}\n"));
            let expected = is_earned.then_some((CourseKind::Full, Some(on("2024-03-05"))));
            assert_eq!(found(&world, "E1", 0), expected, "{strength}");
            assert_eq!(found(&world, "E2", 0), None, "of somebody else");
        }
        assert_eq!(found(&world_with("E1,cooking,2023-03-05,assessed\n"), "E1", 0), None);
    }

    #[test]
    fn a_refresher_earns_one_only_after_a_full_course() {
        let alone = world_with("E1,refresher,2023-03-05,completed\n");
        assert_eq!(found(&alone, "E1", 0), None);
        let both = world_with("E1,full,2023-03-05,completed\nE1,refresher,2024-03-01,completed\n");
        assert_eq!(found(&both, "E1", 1), Some((CourseKind::Refresher, Some(on("2025-03-01")))));
    }

    #[test]
    fn a_badge_ends_with_the_first_day_on_which_its_holder_is_not_current_by_it() {
        let years = FiscalYearStart::JANUARY;
        for (cadence, last, ends) in [
            (Cadence::EveryMonths(12), "2024-02-29", "2025-02-28"),
            (Cadence::EveryMonths(6), "2025-08-31", "2026-02-28"),
            (Cadence::FiscalYear(true), "2025-01-01", "2026-01-01"),
            (Cadence::FiscalYear(true), "2025-12-31", "2026-01-01"),
        ] {
            let (last, ends) = (on(last), on(ends));
            assert_eq!(cadence.first_day_after(last, years), Some(ends), "{cadence:?}");
            assert!(cadence.is_current(last, crate::calendar::subtract_days(ends, 1), years));
            assert!(!cadence.is_current(last, ends, years));
        }
    }

    #[test]
    fn a_fact_that_is_no_completion_earns_nothing() {
        let world = world_with("E1,full,2023-03-05,completed\n");
        assert!(earned(&world, world.person("E1"), 0).is_none());
    }
}
