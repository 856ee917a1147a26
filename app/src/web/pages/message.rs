//! Who hears next and why, who does not and why not, and what was sent.

use super::programme::tabs;
use crate::web::asked::Asked;
use crate::web::fields::Trouble;
use crate::web::frame::{Answered, Frame, Link, page as written};
use crate::web::paging::{Pager, ROWS};
use crate::web::words;
use crate::work::ways;
use askama::Template;
use keepsharp_domain::World;
use keepsharp_domain::fact::{MessageKind, MessageSent};
use keepsharp_domain::habit::Habits;
use keepsharp_domain::organisation::Organisation;
use keepsharp_domain::reminder::{self, Item, Plan, Ways};
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "messages.html")]
struct MessagesPage {
    frame: Frame,
    tabs: Vec<Link>,
    lead: String,
    limits: String,
    has_ways: bool,
    reasons: Vec<(String, u64)>,
    rows: Vec<MessageRow>,
    pager: Pager,
    log: Vec<LogRow>,
    total: String,
}

/// Somebody who is written to now, or is not.
struct MessageRow {
    name: String,
    href: String,
    what: String,
    when: String,
    class: &'static str,
}

/// What was sent on a day.
struct LogRow {
    day: String,
    what: String,
    about: String,
    count: String,
}

/// Days of the log that are shown.
const LOGGED: usize = 30;

/// The page. What is planned holds for this very minute, so it knows no other day.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let configured = ways(&asked.app.settings, has_tracker(asked));
    let has_ways = configured != Ways::default();
    let used = if has_ways { configured } else { Ways { mail: true, ..configured } };
    // The plan of an instant is good for a minute: working hours begin and end by the clock.
    let minute = asked.now.as_second() / 60;
    let plan = asked
        .remembered("messages", world, minute, || reminder::plan(world, used, asked.now, asked.today).map(Arc::new));
    let plan = match plan.as_ref() {
        Ok(plan) => Arc::clone(plan),
        Err(message) => return Err(Trouble::refused(message.clone())),
    };
    let pager = Pager::of(asked, plan.messages.len() + plan.held.len());
    let page = MessagesPage {
        frame: Frame::of(asked, world, "Messages"),
        tabs: tabs(asked, world, "messages"),
        lead: lead(&plan),
        limits: limits(world),
        has_ways,
        reasons: reasons(&plan),
        rows: rows(asked, world, &plan).skip(pager.skip).take(ROWS).collect(),
        pager,
        log: log(world),
        total: words::counted(world.messages().count(), "message", "messages"),
    };
    written(&page)
}

/// Whether the settings name a tracker; whether it can be reached is another question.
pub(crate) fn has_tracker(asked: &Asked) -> bool {
    let settings = &asked.app.settings;
    settings.gitlab.is_some() || settings.github.is_some() || settings.forgejo.is_some()
}

fn lead(plan: &Plan) -> String {
    let now = match plan.messages.len() {
        0 => "Nobody is written to at this moment".to_owned(),
        count => format!("{} out now", words::counted(count as u64, "message goes", "messages go")),
    };
    match plan.held.len() {
        0 => format!("{now}."),
        held => format!("{now}; {} for a better one.", words::counted(held as u64, "waits", "wait")),
    }
}

fn limits(world: &World) -> String {
    let none = Organisation::default();
    let habits = Habits::of(world.organisation().unwrap_or(&none));
    let most = habits.map_or(keepsharp_domain::habit::PER_QUARTER, |habits| habits.per_quarter);
    format!(
        "Nobody gets more than {most} in a fiscal quarter, over all ways; none on leave, on free days or outside their working hours; none once it is done. Nobody’s manager hears of a person."
    )
}

fn reasons(plan: &Plan) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for held in &plan.held {
        *counts.entry(held.why.to_string()).or_default() += 1;
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|(why, count)| (std::cmp::Reverse(*count), why.clone()));
    counts
}

fn rows<'p>(asked: &'p Asked, world: &'p World, plan: &'p Plan) -> impl Iterator<Item = MessageRow> + 'p {
    let row = move |ix, kind: MessageKind, items: &[Item], when: String, class| {
        let person = world.people().get(ix);
        MessageRow {
            name: person.map(words::name).unwrap_or_default(),
            href: person.map(|person| super::people::href(asked, person)).unwrap_or_default(),
            what: what(world, kind, items),
            when,
            class,
        }
    };
    let now = plan.messages.iter().map(move |message| {
        row(message.to, message.kind, &message.items, format!("now, by {}", message.channel.word()), "good")
    });
    now.chain(plan.held.iter().map(move |held| row(held.person, held.kind, &held.items, held.why.to_string(), "quiet")))
}

fn what(world: &World, kind: MessageKind, items: &[Item]) -> String {
    let about = |item: &Item| {
        let campaign = item.about.campaign.as_deref().and_then(|id| world.campaigns().get(id));
        let title = campaign.map_or(&*item.about.control, |campaign| &campaign.title);
        format!("{title}, {}", item.about.occasion.title())
    };
    let all: Vec<String> = items.iter().map(about).collect();
    let kind = match kind {
        MessageKind::Encouragement => "",
        MessageKind::Digest => "Digest: ",
        MessageKind::Celebration => "Whole team: ",
    };
    format!("{kind}{}", all.join("; "))
}

/// What was sent lately, the latest first: counts, not names.
fn log(world: &World) -> Vec<LogRow> {
    let about = |sent: &MessageSent| {
        let one = |about: &keepsharp_domain::fact::MessageAbout| {
            let campaign = about.campaign.as_deref().and_then(|id| world.campaigns().get(id));
            format!("{}, {}", campaign.map_or(&*about.control, |campaign| &campaign.title), about.occasion.title())
        };
        sent.about.iter().map(one).collect::<Vec<_>>().join("; ")
    };
    let row = |sent: &MessageSent| LogRow {
        day: words::day(sent.on),
        what: match sent.kind {
            MessageKind::Encouragement if sent.people.is_empty() => format!("Post in {}", sent.channel.word()),
            MessageKind::Encouragement => format!("To people, by {}", sent.channel.word()),
            MessageKind::Digest => format!("To managers, by {}", sent.channel.word()),
            MessageKind::Celebration => format!("To managers whose team is done, by {}", sent.channel.word()),
        },
        about: about(sent),
        count: if sent.people.is_empty() { String::new() } else { words::grouped(sent.people.len() as u64) },
    };
    let mut all: Vec<&MessageSent> = world.messages().all().chain(world.messages().posts()).collect();
    all.sort_by_key(|sent| std::cmp::Reverse(sent.on));
    all.into_iter().take(LOGGED).map(row).collect()
}
