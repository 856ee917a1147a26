//! What is kept about whoever asks, and who looked at it.

use super::my::own;
use crate::web::asked::Asked;
use crate::web::frame::{Answered, Frame, page as written};
use crate::web::words;
use askama::Template;
use keepsharp_domain::World;
use keepsharp_domain::person::Person;

#[derive(Template)]
#[template(path = "my_record.html")]
struct RecordPage {
    frame: Frame,
    identity: Vec<(&'static str, String)>,
    records: Vec<(String, String, String, String)>,
    looks: Vec<(String, String)>,
    smallest: u32,
}

/// What is kept about the caller, and who looked.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let (ix, person) = own(asked, world)?;
    let identity = person.identity.as_deref();
    let text = |value: Option<&str>| value.filter(|text| !text.is_empty()).unwrap_or("–").to_owned();
    let look = |look: &keepsharp_domain::look::Look| {
        let who = format!("{}, as {}", words::author(world, &look.by), look.role.title().to_lowercase());
        (words::moment(look.at, &asked.zone), who)
    };
    let page = RecordPage {
        frame: Frame::of(asked, world, "What is kept about me"),
        identity: vec![
            ("Name", text(identity.map(|identity| &*identity.name))),
            ("Employee id", text(identity.map(|identity| &*identity.employee_id))),
            ("E-mail address", text(identity.map(|identity| &*identity.email))),
            ("User name", text(identity.map(|identity| &*identity.username))),
            ("Our id for you in the ledger", person.id.to_string()),
        ],
        records: record_rows(world, person),
        looks: world.looks().at(world, ix).rev().take(100).map(look).collect(),
        smallest: world
            .organisation()
            .map_or(keepsharp_domain::organisation::SMALLEST_GROUP, |organisation| organisation.smallest_group),
    };
    written(&page)
}

/// What the roster said of somebody, the latest first: from when, title, departments, manager.
pub(crate) fn record_rows(world: &World, person: &Person) -> Vec<(String, String, String, String)> {
    let row = |record: &keepsharp_domain::person::Record| {
        let profile = world.profiles().get(record.profile);
        let manager = record.manager.and_then(|ix| world.people().get(ix));
        (
            words::day(record.from),
            profile.map(|profile| profile.title.to_string()).unwrap_or_default(),
            profile.map(|profile| profile.departments.join(", ")).unwrap_or_default(),
            manager.map(words::name).unwrap_or_default(),
        )
    };
    person.records.iter().rev().map(row).collect()
}
