//! The seven people of the demo company whom a visitor may become.

use crate::web::{Persona, Subject};
use keepsharp_domain::access::Role;
use keepsharp_domain::person::Person;
use keepsharp_domain::{Day, World};

/// The seven, in the order of the bar. Whoever can't be found is left out.
pub(crate) fn personas(world: &World, today: Day) -> Vec<Persona> {
    let with_title = |text: &str| {
        let is = |person: &Person| {
            let profile = person.record(today).and_then(|record| world.profiles().get(record.profile));
            person.employed(today) && profile.is_some_and(|profile| profile.title.contains(text))
        };
        world.people().listed().map(|(_, person)| person).find(|person| is(person))
    };
    let persona = |key, role, person: &Person| Persona {
        key,
        role,
        name: person.name().to_owned(),
        subject: Subject::Person(person.id),
    };
    [
        ("engineer", Role::Engineer, "Backend Engineer"),
        ("manager", Role::Manager, "Engineering Manager"),
        ("owner", Role::Owner, "Director of Security Compliance"),
        ("delivery", Role::Delivery, "People"),
        ("management", Role::Management, "VP of Engineering"),
        ("administrator", Role::Administrator, "Security Operations Manager"),
    ]
    .into_iter()
    .filter_map(|(key, role, title)| Some(persona(key, role, with_title(title)?)))
    .collect()
}
