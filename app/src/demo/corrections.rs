//! What was recorded of people of the demo company by mistake, and taken back.

use super::absences::file;
use super::cast::{Cast, working_day, written};
use super::company::{Author, Event, LEARNING, Step};
use super::desk::Desk;
use super::roles::Roles;
use super::staff::{Person, line};
use super::timeline::{LAST_MONTH, days_after};
use jiff::civil::Date;
use keepsharp_domain::access::Role;

/// Two completions and an exception that do not stand; `called_off` is whose exception, and its first day.
pub(super) fn steps(cast: &mut Cast, roles: &Roles, called_off: Option<(usize, Date)>) -> Vec<Step> {
    let namesake = "Recorded for a namesake: the provider has two customers with the same name, and this certificate \
                    belongs to somebody at another company.";
    let (first, second) = (cast.ago(382), cast.ago(149));
    let trial = format!(
        "The provider's import of {} counted a trial run of the new edition, in which nobody was to be credited.",
        written(working_day(days_after(second, 3)))
    );
    let mut steps = mistaken(cast, roles, (first, "TP-90341"), namesake.to_owned());
    steps.extend(mistaken(cast, roles, (second, "TP-92077"), trial));
    if let Some((place, from)) = called_off {
        let on = cast.ago(44);
        let reason = "The secondment was called off before it began, so the release has no ground any more. Agreed with the engineer.";
        let taken_back = Desk::ExceptionWithdrawn { who: cast.employee_id(place), from, reason: reason.to_owned() };
        steps.push(Step::new(on, (10, 5), roles.author(cast, Role::Owner, on), Event::Desk(taken_back)));
    }
    steps
}

fn mistaken(cast: &mut Cast, roles: &Roles, (on, reference): (Date, &str), reason: String) -> Vec<Step> {
    let chosen = cast.pick(|cast, place, person: &Person| {
        !person.leads
            && person.in_scope(LAST_MONTH)
            && cast.is_steady(place)
            && cast.is_known(place, days_after(on, -60))
            && cast.is_quiet(place, days_after(on, -40), days_after(on, 40))
    });
    let Some(place) = chosen else { return Vec::new() };
    let who = cast.employee_id(place);
    let row = line(&[&who, "secure-coding", &on.to_string(), "completed", "training-provider", reference]);
    let csv = file("employee_id,course,completed_on,strength,source,reference\n", std::iter::once(row));
    let (recorded, taken_back) = (working_day(days_after(on, 3)), working_day(days_after(on, 11)));
    let withdrawn = Desk::CompletionWithdrawn { who, on, reason };
    let by = roles.author(cast, Role::Delivery, taken_back);
    let record = csv.map(|csv| Step::new(recorded, (10, 30), Author::Operator(LEARNING), Event::Completions(csv)));
    record.into_iter().chain([Step::new(taken_back, (10, 45), by, Event::Desk(withdrawn))]).collect()
}
