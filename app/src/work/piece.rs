//! Which pieces of work there are, which of them the world asks for, and how each is done.

use super::{Workplace, campaign_title, letters, onboarding, stored};
use crate::connect::round_issue;
use crate::connect::tracker::Trouble;
use crate::settings::Settings;
use jiff::SignedDuration;
use keepsharp_domain::campaign::{State, state};
use keepsharp_domain::onboarding::{newcomers, to_be_ticked};
use keepsharp_domain::{Day, PersonId, World, round};
use keepsharp_store::Decision;

/// How often an issue is read for answers.
const ISSUE_EVERY: SignedDuration = SignedDuration::from_mins(5);
/// How often it is asked who is due a message.
const MESSAGES_EVERY: SignedDuration = SignedDuration::from_mins(10);
/// How long after a campaign ended its issue is still looked after, so that its result gets there after an outage.
const AFTERWARDS: i32 = 30;
/// Most tasks given or ticked in one go: a large intake must not use up what a tracker allows.
const MOST_TASKS: usize = 25;

/// A piece of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A campaign's last day has passed: its result is recorded.
    CloseRound(Box<str>),
    /// A campaign's issue and the ledger are brought into agreement.
    RoundIssue(Box<str>),
    /// Somebody new is given their task in an issue.
    GiveTask(PersonId, Box<str>),
    /// A task in an issue is ticked.
    TickTask(PersonId, Box<str>),
    /// Whoever is due a message is sent one.
    Messages,
}

/// What the world asks for today, in the order in which it is done.
pub(crate) fn pieces(world: &World, settings: &Settings, has_tracker: bool, today: Day) -> Vec<Piece> {
    let mut found: Vec<Piece> = round::to_be_closed(world, today).into_iter().map(Piece::CloseRound).collect();
    if has_tracker {
        let wants_issue = |campaign: &&keepsharp_domain::campaign::Campaign| match state(world, campaign, today) {
            State::Open | State::Paused | State::Over => true,
            State::Closed => {
                let closed = world.rounds().result(&campaign.id).map_or(campaign.closes, |result| result.on);
                world.rounds().issue(&campaign.id).is_some() && (today - closed).get_days() <= AFTERWARDS
            }
            State::Planned => false,
        };
        // issue = false in a campaign's file: no issue for this one.
        let has_none = |campaign: &&keepsharp_domain::campaign::Campaign| {
            campaign.about.get("issue").is_some_and(|issue| issue.as_bool() == Some(false))
        };
        let shown = world.campaigns().values().filter(wants_issue).filter(|campaign| !has_none(campaign));
        found.extend(shown.map(|campaign| Piece::RoundIssue(campaign.id.clone())));
        if settings.onboarding.is_some() {
            found.extend(tasks(world, today));
        }
    }
    found.push(Piece::Messages);
    found
}

fn tasks(world: &World, today: Day) -> Vec<Piece> {
    let id = |ix| world.people().get(ix).map(|person| person.id);
    let mut found = Vec::new();
    for control in world.controls().values() {
        let ticks = to_be_ticked(world, control, today).into_iter();
        found.extend(ticks.filter_map(|(ix, _)| Some(Piece::TickTask(id(ix)?, control.id.clone()))));
        let new = newcomers(world, control, today).into_iter();
        found.extend(new.filter_map(|new| Some(Piece::GiveTask(id(new.person)?, control.id.clone()))));
    }
    found.truncate(MOST_TASKS);
    found
}

impl Piece {
    /// By which it is known how it went. Says nothing of anybody but by our random id.
    pub(crate) fn key(&self) -> String {
        match self {
            Piece::CloseRound(id) => format!("close {id}"),
            Piece::RoundIssue(id) => format!("issue {id}"),
            Piece::GiveTask(person, control) => format!("task {person} {control}"),
            Piece::TickTask(person, control) => format!("tick {person} {control}"),
            Piece::Messages => "messages".to_owned(),
        }
    }

    /// What people call it.
    pub(crate) fn title(&self, world: &World) -> String {
        match self {
            Piece::CloseRound(id) => format!("Record the result of {}", campaign_title(world, id)),
            Piece::RoundIssue(id) => format!("The issue of {}", campaign_title(world, id)),
            Piece::GiveTask(_, control) => format!("An onboarding task for {control}"),
            Piece::TickTask(_, control) => format!("Ticking an onboarding task for {control}"),
            Piece::Messages => "Messages that are due".to_owned(),
        }
    }

    /// What is called for by a key of work that may be done already.
    pub(crate) fn title_of_key(world: &World, key: &str) -> String {
        match key.split_once(' ') {
            Some(("close", id)) => format!("Record the result of {}", campaign_title(world, id)),
            Some(("issue", id)) => format!("The issue of {}", campaign_title(world, id)),
            Some(("task", _)) => "An onboarding task".to_owned(),
            Some(("tick", _)) => "Ticking an onboarding task".to_owned(),
            _ => "Messages that are due".to_owned(),
        }
    }

    /// Whether it asks anything of the tracker.
    pub(super) fn needs_tracker(&self) -> bool {
        matches!(self, Piece::RoundIssue(_) | Piece::GiveTask(..) | Piece::TickTask(..))
    }

    /// How long until it is looked at again, once it went well.
    pub(super) fn every(&self) -> SignedDuration {
        match self {
            Piece::RoundIssue(_) => ISSUE_EVERY,
            Piece::Messages => MESSAGES_EVERY,
            Piece::CloseRound(_) | Piece::GiveTask(..) | Piece::TickTask(..) => SignedDuration::from_mins(30),
        }
    }

    /// Does it, and says what was done; nothing where there was nothing to do.
    pub(super) fn work(&self, place: &Workplace) -> Result<String, Trouble> {
        let no_tracker = || Trouble::Refused { why: "the settings name no tracker".to_owned() };
        match self {
            Piece::CloseRound(id) => close(place, id),
            Piece::RoundIssue(id) => {
                let tracker = place.tracker.ok_or_else(no_tracker)?;
                let synced = round_issue::sync(place.store, tracker, place.address, id, place.now, place.today)?;
                Ok(told(synced))
            }
            Piece::GiveTask(person, control) => {
                onboarding::give(place, place.tracker.ok_or_else(no_tracker)?, *person, control)
            }
            Piece::TickTask(person, control) => {
                onboarding::tick(place, place.tracker.ok_or_else(no_tracker)?, *person, control)
            }
            Piece::Messages => letters::send(place),
        }
    }
}

fn close(place: &Workplace, id: &str) -> Result<String, Trouble> {
    let (campaign, today) = (id.to_owned(), place.today);
    let closed = place.store.commit("system", move |world| {
        let due = round::to_be_closed(world, today).iter().any(|other| **other == *campaign);
        let drafts = if due { round::close(world, &campaign, today)? } else { Vec::new() };
        Ok((Decision::from(drafts), ()))
    });
    let closed = closed.map_err(stored)?;
    Ok(if closed.facts > 0 { "recorded".to_owned() } else { String::new() })
}

fn told(synced: round_issue::Synced) -> String {
    let counted = |count: u32, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let done = [
        synced.linked.then(|| "linked".to_owned()),
        synced.written.then(|| "table written".to_owned()),
        counted(synced.counts, "counts taken in"),
        counted(synced.comments, "comments made"),
    ];
    done.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
