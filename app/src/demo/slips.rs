//! What nobody meant to write into the latest rosters of the demo company, so that there is something to mend today.

use super::careers::Company;
use super::org::{UNITS, unit_called};
use super::staff::Person;
use super::timeline::LAST_MONTH;

/// An id that stands in no roster.
const NOBODY: &str = "LF00713";

/// Whose rows are wrong, and how.
#[derive(Default)]
pub(super) struct Slips {
    unknown_manager: Vec<usize>,
    manager_left: Vec<usize>,
    /// The manager who left.
    left: Option<usize>,
    no_address: Option<usize>,
    wrong_address: Option<usize>,
    /// Two who are each other's manager.
    circle: Vec<usize>,
}

/// Somebody's row as it was written.
pub(super) struct Written {
    /// The person, where something about them is wrong.
    pub(super) person: Option<Person>,
    pub(super) manager_id: String,
    /// The manager whom the row names, where the roster has them.
    pub(super) manager: Option<usize>,
}

impl Slips {
    /// Chooses whose rows will be wrong; they stay where they are from then on.
    pub(super) fn chosen(company: &mut Company, month: usize) -> Slips {
        let left = company.somebody(|person| person.leads && person.gone.is_some_and(|gone| gone + 10 > month));
        let circle = ["Sales, Europe", "Sales, Americas"].map(unit_called);
        let slips = Slips {
            unknown_manager: engineers(company, month, 2),
            manager_left: engineers(company, month, 2),
            left,
            no_address: engineers(company, month, 1).first().copied(),
            wrong_address: settle(company, |person| person.is_free(month) && person.work == "Account Executive"),
            circle: circle
                .iter()
                .filter_map(|unit| unit.and_then(|at| company.leads.get(at).copied().flatten()))
                .collect(),
        };
        for place in &slips.circle {
            if let Some(person) = company.people.get_mut(*place) {
                person.settled = true;
            }
        }
        slips
    }

    /// Somebody's row in a month's roster.
    pub(super) fn of(&self, company: &Company, place: usize, month: usize, manager: Option<usize>) -> Written {
        let id_of = |at: Option<usize>| {
            at.and_then(|at| company.people.get(at)).map(|person| person.employee_id.clone()).unwrap_or_default()
        };
        let mut written = Written { person: None, manager_id: id_of(manager), manager };
        if month < LAST_MONTH {
            return written;
        }
        if self.unknown_manager.contains(&place) {
            (written.manager, written.manager_id) = (None, NOBODY.to_owned());
        } else if self.manager_left.contains(&place) {
            (written.manager, written.manager_id) = (None, id_of(self.left));
        } else if self.circle.contains(&place) {
            let other = self.circle.iter().copied().find(|other| *other != place);
            (written.manager, written.manager_id) = (other, id_of(other));
        }
        written.person = self.person(company, place);
        written
    }

    fn person(&self, company: &Company, place: usize) -> Option<Person> {
        let person = company.people.get(place)?;
        if self.no_address == Some(place) {
            return Some(Person { email: String::new(), ..person.clone() });
        }
        // The dot was forgotten, as fingers do.
        let wrong = || Some(Person { email: person.email.replace(".example", ""), ..person.clone() });
        if self.wrong_address == Some(place) { wrong() } else { None }
    }
}

/// Some in-scope engineers of teams large enough to spare them.
fn engineers(company: &mut Company, month: usize, count: usize) -> Vec<usize> {
    let large = |person: &Person| UNITS.get(person.unit).is_some_and(|unit| unit.size.1 > 5);
    (0..count)
        .filter_map(|_| settle(company, |person| person.is_free(month) && person.in_scope(month) && large(person)))
        .collect()
}

fn settle(company: &mut Company, condition: impl Fn(&Person) -> bool) -> Option<usize> {
    let place = company.somebody(condition)?;
    company.people.get_mut(place)?.settled = true;
    Some(place)
}
