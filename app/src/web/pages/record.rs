//! What is kept about whoever asks, and who looked at it.

use super::learning::{self, Kept};
use super::my::own;
use crate::web::asked::Asked;
use crate::web::frame::{Answered, Frame, page as written};
use crate::web::words;
use askama::Template;
use keepsharp_domain::evidence::Opened;
use keepsharp_domain::fact::{MessageAbout, MessageSent};
use keepsharp_domain::hand_over::HandOver;
use keepsharp_domain::person::{Person, PersonIx};
use keepsharp_domain::{Day, World, calendar};

#[derive(Template)]
#[template(path = "my_record.html")]
struct RecordPage {
    frame: Frame,
    identity: Vec<(&'static str, String)>,
    records: Vec<(String, String, String, String)>,
    looks: Vec<(String, String)>,
    /// Evidence packs that opened everybody's names: day and words.
    handed: Vec<(String, String)>,
    learning: Kept,
    smallest: u32,
    messages: Vec<(String, String)>,
    /// Until when they hear nothing, in words; or empty.
    quiet: String,
    /// When they could be written to again: day and words.
    later: Vec<(String, &'static str)>,
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
    let quiet = world.messages().snoozed_until(world, ix).filter(|until| asked.today < *until);
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
        handed: world.hand_overs().handed().rev().filter_map(opens_everybody).take(20).collect(),
        learning: learning::kept(asked, world, ix)?,
        smallest: world
            .organisation()
            .map_or(keepsharp_domain::organisation::SMALLEST_GROUP, |organisation| organisation.smallest_group),
        messages: messages(world, ix),
        quiet: quiet.map(words::day).unwrap_or_default(),
        later: LATER.map(|(days, label)| (calendar::add_days(asked.today, days).to_string(), label)).to_vec(),
    };
    written(&page)
}

fn opens_everybody(handed: &HandOver) -> Option<(String, String)> {
    let query = handed.body.query.as_ref().filter(|query| query.opened == Opened::Everybody)?;
    let words = format!("Everybody’s names were opened in an evidence pack for {}", query.control);
    Some((words::day(handed.body.on), words))
}

/// For how many days somebody may ask for quiet here, in words.
const LATER: [(u32, &str); 3] = [(14, "Two weeks"), (30, "A month"), (90, "Three months")];

/// What somebody was sent, the latest first, a manager's note included: the day, and what it was about.
fn messages(world: &World, ix: PersonIx) -> Vec<(String, String)> {
    let about = |sent: &MessageSent| {
        let one = |about: &MessageAbout| {
            let campaign = about.campaign.as_deref().and_then(|id| world.campaigns().get(id));
            format!("{}, {}", campaign.map_or(&*about.control, |campaign| &campaign.title), about.occasion.title())
        };
        let all: Vec<String> = sent.about.iter().map(one).collect();
        format!("by {}: {}", sent.channel.word(), all.join("; "))
    };
    let sent = world.messages().to(world, ix).map(|sent| (sent.on, about(sent)));
    let notes = world.notes().to(world, ix).map(|note| (note.on, "a note from your manager".to_owned()));
    let mut all: Vec<(Day, String)> = sent.chain(notes).collect();
    all.sort_by_key(|(on, _)| std::cmp::Reverse(*on));
    all.into_iter().take(50).map(|(on, what)| (words::day(on), what)).collect()
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
