//! The eight people of the demo company whom a visitor may become.

use crate::web::{Persona, Subject};
use jiff::Span;
use keepsharp_domain::access::Role;
use keepsharp_domain::campaign::Campaign;
use keepsharp_domain::control::Control;
use keepsharp_domain::due::{Standings, Status};
use keepsharp_domain::person::{Person, PersonIx};
use keepsharp_domain::tally::{self, RowOf};
use keepsharp_domain::{Day, World, tally::manager_of};
use std::collections::BTreeSet;

/// The eight, in the order of the bar. Whoever can't be found is left out.
pub(crate) fn personas(world: &World, today: Day) -> Vec<Persona> {
    let stars = stars(world, today);
    let star = |key, role, ix: Option<PersonIx>| Some(of_roster(key, role, world.people().get(ix?)?));
    let granted = |key, role, title| {
        Some(of_roster(key, role, holder(world, role, title, today).or_else(|| holder(world, role, "", today))?))
    };
    let room = world.rooms().all().find(|room| room.is_open(today));
    let auditor = room.map(|room| Persona {
        key: "auditor",
        role: Role::Auditor,
        name: room.name().to_owned(),
        subject: Subject::Auditor(room.auditor),
    });
    [
        star("engineer", Role::Engineer, stars.map(|(engineer, _)| engineer)),
        star("manager", Role::Manager, stars.map(|(_, manager)| manager)),
        granted("owner", Role::Owner, "Director of Security Compliance"),
        granted("delivery", Role::Delivery, ""),
        granted("content", Role::Content, ""),
        granted("management", Role::Management, "VP of Engineering"),
        auditor,
        granted("administrator", Role::Administrator, ""),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn of_roster(key: &'static str, role: Role, person: &Person) -> Persona {
    Persona { key, role, name: person.name().to_owned(), subject: Subject::Person(person.id) }
}

/// Somebody employed who holds a granted role and whose title contains these words.
fn holder<'w>(world: &'w World, role: Role, title: &str, today: Day) -> Option<&'w Person> {
    let holds = world.grants().all().filter(|(_, held)| *held == role);
    let people = holds.filter_map(|(id, _)| world.people().get(world.people().by_id(id)?));
    let titled = |person: &&Person| {
        let profile = person.record(today).and_then(|record| world.profiles().get(record.profile));
        person.employed(today) && profile.is_some_and(|profile| profile.title.contains(title))
    };
    people.filter(titled).min_by_key(|person| person.label())
}

/// An engineer and a manager, that engineer's own if there is one with a team worth seeing.
fn stars(world: &World, today: Day) -> Option<(PersonIx, PersonIx)> {
    let is_open = |campaign: &&Campaign| campaign.opens <= today && today <= campaign.closes;
    let campaign = world.campaigns().values().filter(is_open).max_by_key(|campaign| campaign.opens)?;
    let control = world.control(&campaign.control).ok()?;
    let managers = managers(world, campaign, today);
    let engineers = world.people().listed().filter_map(|(ix, person)| {
        let manager = manager_of(world, person, today)?;
        Some((interest(world, control, (ix, person), managers.contains(&manager), today)?, ix, manager))
    });
    let (_, engineer, manager) = engineers.max_by_key(|(interest, ix, _)| (*interest, *ix))?;
    let other = || managers.iter().copied().next();
    Some((engineer, Some(manager).filter(|own| managers.contains(own)).or_else(other)?))
}

/// Managers with a team of a good size, some of whom have taken it and some not, whose count says less than is recorded.
fn managers(world: &World, campaign: &Campaign, today: Day) -> BTreeSet<PersonIx> {
    let rows = tally::table(world, campaign, today).unwrap_or_default();
    let shows = |row: &tally::Row| {
        (6..=9).contains(&row.engineers)
            && (1..row.engineers).contains(&row.recorded)
            && row.attested.is_none_or(|count| count < row.recorded)
    };
    let alone = |manager: &PersonIx| {
        let deputies = world.deputies();
        let acted_for = deputies.of(world, *manager).any(|named| named.from <= today && today <= named.to);
        let away = world.people().get(*manager).is_none_or(|person| person.on_leave(today));
        !acted_for && !away && deputies.acting(world, *manager, today).next().is_none()
    };
    let of = |row: &tally::Row| match row.of {
        RowOf::Manager(ix) => Some(ix),
        RowOf::NoManager | RowOf::OtherTeams => None,
    };
    rows.iter().filter(|row| shows(row)).filter_map(of).filter(alone).collect()
}

/// How much an engineer's own page has to show: none where their training does not come round in some weeks.
fn interest(
    world: &World,
    control: &Control,
    (ix, person): (PersonIx, &Person),
    of_manager: bool,
    today: Day,
) -> Option<(bool, bool, usize)> {
    let standing = Standings::new(world, control, today).of(person);
    let soon = |days: i64| today.checked_add(Span::new().days(days)).unwrap_or(today);
    let is_soon = standing.due.is_some_and(|due| (soon(10)..=soon(40)).contains(&due));
    let steady = is_soon && standing.status == Status::Current && person.completions.len() > 1;
    let answered = world.objections().of(world, ix).any(|objection| objection.answered.is_some());
    steady.then_some((answered, of_manager, person.completions.len()))
}

#[cfg(test)]
mod tests {
    use super::super::company::tests::worlds;
    use super::*;
    use keepsharp_domain::access::Caller;
    use keepsharp_domain::team::Teams;

    #[test]
    fn all_eight_are_found_and_may_do_what_they_are_shown_for() {
        for (today, _, world) in worlds() {
            let teams = Teams::on(world, *today);
            let found = personas(world, *today);
            let keys: Vec<&str> = found.iter().map(|persona| persona.key).collect();
            let all = ["engineer", "manager", "owner", "delivery", "content", "management", "auditor", "administrator"];
            assert_eq!(keys, all, "{today}");
            for persona in found {
                let caller = match persona.subject {
                    Subject::Person(id) => Caller::person(world, &teams, id, *today),
                    Subject::Auditor(id) => Caller::auditor(world, id, *today),
                    Subject::Operator => None,
                };
                assert!(caller.is_some_and(|caller| caller.is(persona.role)), "{} on {today}", persona.key);
                assert!(!persona.name.is_empty());
            }
        }
    }

    #[test]
    fn the_engineer_has_a_history_to_show_and_reports_to_the_manager() {
        for (today, timeline, world) in worlds() {
            let (engineer, manager) = stars(world, *today).unwrap();
            let person = world.people().get(engineer).unwrap();
            assert_eq!(manager_of(world, person, *today), Some(manager), "{today}");
            assert!(person.completions.len() > 1, "{today}");
            assert!(world.objections().of(world, engineer).any(|objection| objection.answered.is_some()), "{today}");
            assert!(world.notes().of(world, manager).any(|note| *note.campaign == *timeline.rounds[2].id), "{today}");
        }
    }
}
