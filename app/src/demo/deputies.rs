//! Who acted for which manager of the demo company, and which managers wrote to their teams in the open round.

use super::cast::Cast;
use super::company::{Event, Step};
use super::desk::Desk;
use super::org::{parent_of, unit_at};
use super::staff::Person;
use super::timeline::days_after;
use jiff::civil::Date;

/// Everything that managers see to for their teams; `away` is the manager who is on leave now.
pub(super) fn steps(cast: &mut Cast, away: Option<(usize, Date, Date)>) -> Vec<Step> {
    let mut steps = Vec::new();
    if let Some((manager, from, back)) = away {
        steps.extend(deputised(cast, manager, cast.ago(31), (from, days_after(back, -1))));
    }
    for (told, lasts) in [(206, 24), (94, 12)] {
        if let Some(manager) = cast.manager_with_some_left(0) {
            let from = cast.ago(told - 6);
            steps.extend(deputised(cast, manager, cast.ago(told), (from, days_after(from, lasts))));
        }
    }
    let wrote = [(11, 36), (29, 8), (18, 52), (5, 21)];
    for (number, (ago, minute)) in wrote.into_iter().enumerate() {
        let own = cast.manager.filter(|_| number == 0);
        let Some(manager) = own.or_else(|| cast.manager_with_some_left(3)) else { continue };
        let [_, _, round] = &cast.company.timeline.rounds;
        let note = Desk::Encouraged { manager: cast.employee_id(manager), round: round.id.clone() };
        steps.push(Step::new(cast.ago(ago), (10, minute), cast.author(manager), Event::Desk(note)));
    }
    steps
}

/// A manager names another lead beside them, or somebody of their team where there is none.
fn deputised(cast: &mut Cast, manager: usize, told: Date, (from, to): (Date, Date)) -> Option<Step> {
    let unit = cast.person(manager)?.unit;
    let beside = |person: &Person| {
        person.leads
            && person.unit != unit
            && parent_of(person.unit) == parent_of(unit)
            && unit_at(person.unit).is_some_and(|unit| !unit.has_parts())
    };
    let deputy = cast
        .pick(|cast, place, person| beside(person) && cast.is_steady(place) && cast.is_known(place, told))
        .or_else(|| {
            cast.pick(|cast, place, person| person.unit == unit && cast.is_steady(place) && cast.is_known(place, told))
        })?;
    let named = Desk::Deputised { manager: cast.employee_id(manager), deputy: cast.employee_id(deputy), from, to };
    Some(Step::new(told, (10, 14), cast.author(manager), Event::Desk(named)))
}
