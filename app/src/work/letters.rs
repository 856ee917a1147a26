//! The words of messages: friendly, short, with minutes needed and one link, as plain text and as a page.

use super::{Workplace, stored};
use crate::cli::sha256;
use crate::connect::tracker::Trouble;
use crate::settings::Settings;
use crate::web::words;
use askama::Template;
use jiff::{SignedDuration, Timestamp};
use keepsharp_domain::campaign::Campaign;
use keepsharp_domain::due::CourseKind;
use keepsharp_domain::fact::{Channel, MessageKind, Occasion};
use keepsharp_domain::person::{Person, Strength};
use keepsharp_domain::reminder::{self, Item, Message, Plan, Post, Ways};
use keepsharp_domain::tally::{self, Score};
use keepsharp_domain::{Day, World, occasion};
use keepsharp_store::{Decision, Letter, MessageLink, Way, fresh_token};

/// How long the link of a message leads somewhere.
pub(super) const LINK_LASTS: SignedDuration = SignedDuration::from_hours(60 * 24);
/// After so long a message that could not be sent is not worth sending any more: from a Friday afternoon to the Tuesday after.
const WORTH: SignedDuration = SignedDuration::from_hours(4 * 24);

#[derive(Template)]
#[template(path = "mail/message.html")]
struct MessagePage<'a> {
    subject: &'a str,
    greeting: &'a str,
    paragraphs: &'a [String],
    items: &'a [String],
    link: &'a str,
    button: &'a str,
    note: &'a [String],
    small: &'a [String],
}

/// The ways that the settings give.
pub(crate) fn ways(settings: &Settings, has_tracker: bool) -> Ways {
    Ways {
        mail: settings.mail.is_some(),
        issue: has_tracker,
        slack: settings.slack.is_some(),
        teams: settings.teams.is_some(),
    }
}

/// Records who is sent what, and puts the letters into the outbox: both or neither.
pub(super) fn send(place: &Workplace) -> Result<String, Trouble> {
    let ways = ways(place.settings, place.tracker.is_some());
    if ways == Ways::default() {
        return Ok(String::new());
    }
    let (now, today, address) = (place.now, place.today, place.address.to_owned());
    let nothing = {
        let world = place.store.world().map_err(stored)?;
        let plan = reminder::plan(&world, ways, now, today).map_err(Trouble::refused)?;
        plan.messages.is_empty() && plan.posts.is_empty()
    };
    // A look that finds nothing must not hold up those who write.
    if nothing {
        return Ok(String::new());
    }
    let committed = place.store.commit("system", move |world| {
        let plan = reminder::plan(world, ways, now, today).map_err(keepsharp_domain::Refusal::request)?;
        let drafts = reminder::sent(world, &plan, today);
        let (letters, links) = write(world, &plan, &address, now, today)
            .map_err(|error| keepsharp_domain::Refusal::request(error.to_string()))?;
        let told = (plan.messages.len(), plan.posts.len());
        Ok((Decision { drafts, letters, links, ..Decision::default() }, told))
    });
    let (messages, posts) = committed.map_err(stored)?.told;
    Ok(match (messages, posts) {
        (0, posts) => words::counted(posts as u64, "post", "posts"),
        (messages, 0) => words::counted(messages as u64, "message", "messages"),
        (messages, posts) => format!(
            "{}, {}",
            words::counted(messages as u64, "message", "messages"),
            words::counted(posts as u64, "post", "posts")
        ),
    })
}

/// The letters of a plan, and what their links lead to.
///
/// # Errors
/// Where the system gives no randomness.
fn write(
    world: &World,
    plan: &Plan,
    address: &str,
    now: Timestamp,
    today: Day,
) -> Result<(Vec<Letter>, Vec<MessageLink>), keepsharp_store::Error> {
    let (mut letters, mut links) = (Vec::new(), Vec::new());
    for message in &plan.messages {
        let Some(person) = world.people().get(message.to) else { continue };
        let token = fresh_token()?;
        let Some(letter) = letter(world, message, person, address, &token, (now, today)) else { continue };
        if message.kind == MessageKind::Encouragement {
            let controls: Vec<&str> = message.items.iter().map(|item| &*item.about.control).collect();
            links.push(MessageLink {
                token_hash: sha256(token.as_bytes()),
                person: person.id.to_string(),
                controls: controls.join("\n"),
                ends_at: super::after(now, LINK_LASTS),
            });
        }
        letters.push(letter);
    }
    letters.extend(plan.posts.iter().filter_map(|post| posted(world, post, address, now, today)));
    Ok((letters, links))
}

/// What a message says, before it is set as text or as a page.
struct Said {
    subject: String,
    paragraphs: Vec<String>,
    items: Vec<String>,
    link: String,
    button: &'static str,
    note: Vec<String>,
    small: Vec<String>,
}

impl Said {
    fn text(&self, greeting: &str) -> String {
        let mut parts = vec![greeting.to_owned()];
        parts.extend(self.paragraphs.iter().cloned());
        if !self.items.is_empty() {
            parts.push(self.items.iter().map(|item| format!("- {item}")).collect::<Vec<_>>().join("\n"));
        }
        parts.push(format!("{}:\n{}", self.button, self.link));
        if !self.note.is_empty() {
            let quoted: Vec<String> =
                self.note.iter().map(|line| format!("    {line}").trim_end().to_owned()).collect();
            parts.push(format!("A note that you can send on, as it is:\n\n{}", quoted.join("\n")));
        }
        parts.push(format!("-- \n{}", self.small.join("\n")));
        // A day stays on one line by a blank that plain text readers show oddly.
        parts.join("\n\n").replace('\u{a0}', " ") + "\n"
    }

    fn page(&self, greeting: &str) -> String {
        let page = MessagePage {
            subject: &self.subject,
            greeting,
            paragraphs: &self.paragraphs,
            items: &self.items,
            link: &self.link,
            button: self.button,
            note: &self.note,
            small: &self.small,
        };
        // A template that can't be written leaves the plain text, which says the same.
        page.render().unwrap_or_default()
    }
}

fn letter(
    world: &World,
    message: &Message,
    person: &Person,
    address: &str,
    token: &str,
    (now, today): (Timestamp, Day),
) -> Option<Letter> {
    let identity = person.identity.as_ref()?;
    let said = match message.kind {
        MessageKind::Encouragement => encouragement(world, message, address, token),
        MessageKind::Digest => digest(world, message, address),
        MessageKind::Celebration => celebration(world, message, address),
    };
    let greeting = format!("Hello {},", words::name(person));
    let (way, recipient, words, html) = match message.channel {
        Channel::Issue => {
            let place = world.onboarding().place(world, message.to)?;
            // The address of the page is for its reader alone, and others may read the issue: it leads to the sign-in.
            let text = in_issue(&said, &identity.username, address);
            (Way::Issue, place.to_owned(), text, String::new())
        }
        _ => (Way::Mail, identity.email.to_string(), said.text(&greeting), said.page(&greeting)),
    };
    Some(Letter {
        recipient,
        subject: said.subject,
        words,
        good_until: Some(worth_until(message, now, today)),
        way,
        html,
        token: token.to_owned(),
        person: person.id.to_string(),
        ..Letter::default()
    })
}

/// Until when a message is worth sending: what says "today" is not said tomorrow.
fn worth_until(message: &Message, now: Timestamp, today: Day) -> Timestamp {
    let speaks_of_the_day = message.items.iter().any(|item| item.about.occasion == Occasion::TheDay);
    let last = message.items.iter().map(|item| item.last).min().filter(|_| speaks_of_the_day);
    let days = last.map_or(i64::MAX, |last| i64::from((last - today).get_days()) + 1);
    super::after(now, SignedDuration::from_hours(days.saturating_mul(24).clamp(1, WORTH.as_hours())))
}

fn in_issue(said: &Said, username: &str, address: &str) -> String {
    let plain = username.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    let to = if plain { format!("@{username} ") } else { String::new() };
    let items = said.items.join("; ");
    let (words, button) = (said.paragraphs.join(" "), said.button);
    let quiet = format!("Not now? {address}/my/record#messages. Not for you? Say so on your page.");
    format!("{to}{words} {items}\n\n{button}: {address}/\n\n{quiet}").replace('\u{a0}', " ")
}

/// "secure coding refresher", as the control calls it where it has a title.
fn thing(world: &World, item: &Item) -> String {
    let title = world.controls().get(&item.about.control).and_then(|control| control.latest());
    let title = title.map_or(&*item.about.control, |version| &version.title);
    format!("{title}: {}", words::course(item.course))
}

fn minutes(world: &World, item: &Item) -> String {
    let version = world.controls().get(&item.about.control).and_then(|control| control.latest());
    let minutes = version.and_then(|version| words::minutes(version, item.course));
    minutes.map(|minutes| format!(", about {minutes} minutes")).unwrap_or_default()
}

fn encouragement(world: &World, message: &Message, address: &str, token: &str) -> Said {
    let first = message.items.iter().min_by_key(|item| item.last);
    let pressing = message.items.iter().map(|item| item.about.occasion).max().unwrap_or(Occasion::Opening);
    let what = match first.map(|item| item.course) {
        Some(CourseKind::Refresher) => "secure coding refresher",
        _ => "secure coding course",
    };
    let by = first.map(|item| words::day(item.last)).unwrap_or_default();
    let (subject, opening) = match pressing {
        Occasion::Opening => {
            (format!("Your {what}, by {by}"), "There is something short for you, whenever it suits you.".to_owned())
        }
        Occasion::HalfTime => (
            format!("Half-way to {by}: your {what}"),
            format!("Half of the time until {by} has gone. If you have a quiet moment, this is a good one."),
        ),
        Occasion::WeekBefore => (
            format!("A week left for your {what}"),
            format!("It can be taken until {by}. A short sitting is enough, or two."),
        ),
        Occasion::TheDay => (
            format!("Today, if you can: your {what}"),
            "Today is the day it was planned for. If today is too full, that is all right too.".to_owned(),
        ),
        Occasion::After => (
            format!("Still there for you: your {what}"),
            "The day it was planned for has passed, and that is all right: it counts whenever you take it.".to_owned(),
        ),
    };
    let own = first.and_then(|item| own_words(world, item));
    let takes_word = message.items.iter().any(|item| takes_own_word(world, item));
    let item = |item: &Item| format!("{}{}, by {}", thing(world, item), minutes(world, item), words::day(item.last));
    let taken = if takes_word { "\"taken\" if you have taken it, " } else { "" };
    let small = vec![
        format!(
            "You can answer this mail: {taken}\"later\" for two weeks of quiet, or \"not me\" if it is not for you."
        ),
        "Only you get this. Nobody is told whether you read it.".to_owned(),
    ];
    Said {
        subject: subject.replace('\u{a0}', " "),
        paragraphs: vec![own.unwrap_or(opening)],
        items: message.items.iter().map(item).collect(),
        link: format!("{address}/m/{token}"),
        button: "Start, or go on where you were",
        note: Vec::new(),
        small,
    }
}

/// The words that the item's campaign has of its own for the occasion.
fn own_words(world: &World, item: &Item) -> Option<String> {
    let campaign = world.campaigns().get(item.about.campaign.as_deref()?)?;
    let texts = occasion::texts(&campaign.about).ok()?;
    texts.get(&item.about.occasion).map(|text| (*text).to_owned()).filter(|text| !text.trim().is_empty())
}

fn takes_own_word(world: &World, item: &Item) -> bool {
    let latest = world.controls().get(&item.about.control).and_then(|control| control.latest());
    latest.is_some_and(|version| version.accepts <= Strength::Acknowledged)
}

fn campaign<'w>(world: &'w World, item: &Item) -> Option<&'w Campaign> {
    world.campaigns().get(item.about.campaign.as_deref()?)
}

fn digest(world: &World, message: &Message, address: &str) -> Said {
    let (taken, engineers) = message
        .items
        .iter()
        .filter_map(|item| item.team)
        .fold((0, 0), |sum, (_, taken, engineers)| (sum.0 + taken, sum.1 + engineers));
    let acts_for = |item: &Item| {
        let team = item.team.map(|(team, _, _)| team).filter(|team| *team != message.to)?;
        world.people().get(team).map(words::name)
    };
    let line = |item: &Item| {
        let (_, taken, engineers) = item.team.unwrap_or((message.to, 0, 0));
        let title = campaign(world, item).map_or("the round", |campaign| &campaign.title);
        let whose = acts_for(item).map(|name| format!("{name}’s team, ")).unwrap_or_default();
        format!("{whose}{title}: {taken} of {engineers} have taken it; open until {}", words::day(item.last))
    };
    let first = message.items.first();
    let title = first.and_then(|item| campaign(world, item)).map_or("secure coding", |campaign| &campaign.title);
    let until = first.map(|item| words::day(item.last)).unwrap_or_default();
    let note = vec![
        "Hello all,".to_owned(),
        String::new(),
        format!("a friendly word for {title}: it is open until {until}, in one sitting or several."),
        format!("Start here, or go on where you were: {address}/"),
        String::new(),
        "Thank you to everybody who has taken it already.".to_owned(),
    ];
    let whose = match message.items.iter().find_map(acts_for) {
        Some(name) => format!("This is how your team stands, and those you act for: {name} is away."),
        None => "This is how your team stands.".to_owned(),
    };
    Said {
        subject: format!("Your team and secure coding: {taken} of {engineers}"),
        paragraphs: vec![whose],
        items: message.items.iter().map(line).collect(),
        link: format!("{address}/team"),
        button: "Confirm or correct the count",
        note,
        small: vec!["At most one such mail a week, and none once everybody has taken it.".to_owned()],
    }
}

fn celebration(world: &World, message: &Message, address: &str) -> Said {
    let (_, engineers) = message
        .items
        .first()
        .and_then(|item| item.team)
        .map(|(_, taken, engineers)| (taken, engineers))
        .unwrap_or_default();
    let title = message.items.first().and_then(|item| campaign(world, item));
    let title = title.map_or("the round", |campaign| &campaign.title);
    let all =
        if engineers == 1 { "Your whole team has".to_owned() } else { format!("All {engineers} of your team have") };
    Said {
        subject: format!("{all} taken it"),
        paragraphs: vec![format!("{all} taken {title}. Thank you, and please pass that on.")],
        items: Vec::new(),
        link: format!("{address}/team"),
        button: "Your team's page",
        note: Vec::new(),
        small: vec!["You hear no more of this round while that is so.".to_owned()],
    }
}

/// A word for a channel: sums only, and only where they speak of enough people.
fn posted(world: &World, post: &Post, address: &str, now: Timestamp, today: Day) -> Option<Letter> {
    let campaign = world.campaigns().get(post.about.campaign.as_deref()?)?;
    let score = Score::of(&tally::table(world, campaign, today).ok()?);
    let smallest = world.organisation().map_or(keepsharp_domain::organisation::SMALLEST_GROUP, |o| o.smallest_group);
    let texts = occasion::texts(&campaign.about).ok()?;
    let until = words::day(campaign.closes);
    let opening = match post.about.occasion {
        Occasion::Opening => format!("{} is open until {until}.", campaign.title),
        Occasion::HalfTime => format!("{}: half-time. It is open until {until}.", campaign.title),
        Occasion::WeekBefore => format!("{}: a week left, until {until}.", campaign.title),
        Occasion::TheDay | Occasion::After => format!("{}: the last day is {until}.", campaign.title),
    };
    let opening = texts.get(&post.about.occasion).map_or(opening, |text| (*text).to_owned());
    let so_far = if score.engineers >= u64::from(smallest) && score.taken > 0 {
        format!(" {} of {} have taken it so far.", words::grouped(score.taken), words::grouped(score.engineers))
    } else {
        String::new()
    };
    let words = format!("{opening}{so_far}").replace('\u{a0}', " ");
    let way = if post.channel == Channel::Teams { Way::Teams } else { Way::Slack };
    let good_until = Some(super::after(now, WORTH));
    // A channel shows the link as a button.
    Some(Letter { words, way, good_until, recipient: format!("{address}/"), ..Letter::default() })
}
