//! Which pieces of work there are, which of them the world asks for, and how each is done.

use super::witness::{self, Witness};
use super::{Workplace, after, campaign_title, letters, onboarding, stored};
use crate::clock;
use crate::connect::round_issue;
use crate::connect::tracker::Trouble;
use crate::settings::Settings;
use jiff::SignedDuration;
use keepsharp_domain::campaign::{Campaign, State, state};
use keepsharp_domain::onboarding::{newcomers, to_be_ticked};
use keepsharp_domain::{Day, PersonId, World, assurance, erasure, round};
use keepsharp_store::Decision;

/// How often an issue is read for answers.
const ISSUE_EVERY: SignedDuration = SignedDuration::from_mins(5);
/// How often it is asked who is due a message.
const MESSAGES_EVERY: SignedDuration = SignedDuration::from_mins(10);
/// How long after a campaign ended its issue is still looked after, so that its result gets there after an outage.
const AFTERWARDS: i32 = 30;
/// How long a result waits, after the end of the last day, for the issue to be read once more.
const LAST_ANSWERS: SignedDuration = SignedDuration::from_hours(24);

/// A piece of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A campaign's last day has passed: its result is recorded.
    CloseRound(Box<str>),
    /// A stretch of the fiscal year is over: how a control stood on its last day is recorded.
    CheckControl(Box<str>, Day),
    /// Private parts of those who left long ago are erased.
    Forget,
    /// A campaign's issue and the ledger are brought into agreement.
    RoundIssue(Box<str>),
    /// Somebody new is given their task in an issue.
    GiveTask(PersonId, Box<str>),
    /// A task in an issue is ticked.
    TickTask(PersonId, Box<str>),
    /// Whoever is due a message is sent one.
    Messages,
    /// Somebody outside is given the ledger's signed head.
    Witness(Witness),
}

/// What the world asks for today, in the order in which it is done.
pub(crate) fn pieces(world: &World, settings: &Settings, has_tracker: bool, today: Day) -> Vec<Piece> {
    let mut found = Vec::new();
    if has_tracker {
        let wants_issue = |campaign: &&Campaign| match state(world, campaign, today) {
            State::Open | State::Paused | State::Over => true,
            State::Closed => {
                let closed = world.rounds().result(&campaign.id).map_or(campaign.closes, |result| result.on);
                world.rounds().issue(&campaign.id).is_some() && (today - closed).get_days() <= AFTERWARDS
            }
            State::Planned => false,
        };
        let shown = world.campaigns().values().filter(wants_issue).filter(|campaign| !wants_no_issue(campaign));
        found.extend(shown.map(|campaign| Piece::RoundIssue(campaign.id.clone())));
    }
    // What was said in an issue until the last day is read before the result is recorded.
    found.extend(round::to_be_closed(world, today).into_iter().map(Piece::CloseRound));
    found.extend(assurance::to_be_checked(world, today).into_iter().map(|(id, day)| Piece::CheckControl(id, day)));
    if !erasure::expire(world, today).0.is_empty() {
        found.push(Piece::Forget);
    }
    if has_tracker && settings.onboarding.is_some() {
        found.extend(tasks(world, today));
    }
    found.push(Piece::Messages);
    found.extend(witness::witnesses(settings).into_iter().map(Piece::Witness));
    found
}

/// issue = false in a campaign's file: no issue for this one.
fn wants_no_issue(campaign: &Campaign) -> bool {
    campaign.about.get("issue").is_some_and(|issue| issue.as_bool() == Some(false))
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
    found
}

impl Piece {
    /// By which it is known how it went. Says nothing of anybody but by our random id.
    pub(crate) fn key(&self) -> String {
        match self {
            Piece::CloseRound(id) => format!("close {id}"),
            Piece::CheckControl(id, day) => format!("check {day} {id}"),
            Piece::Forget => "forget".to_owned(),
            Piece::RoundIssue(id) => format!("issue {id}"),
            Piece::GiveTask(person, control) => format!("task {person} {control}"),
            Piece::TickTask(person, control) => format!("tick {person} {control}"),
            Piece::Messages => "messages".to_owned(),
            Piece::Witness(witness) => witness.key(),
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
            Piece::CheckControl(..) | Piece::Forget | Piece::Witness(_) => Piece::title_of_key(world, &self.key()),
        }
    }

    /// What is called for by a key of work that may be done already.
    pub(crate) fn title_of_key(world: &World, key: &str) -> String {
        match key.split_once(' ') {
            Some(("close", id)) => format!("Record the result of {}", campaign_title(world, id)),
            Some(("issue", id)) => format!("The issue of {}", campaign_title(world, id)),
            Some(("check", rest)) => {
                let (day, control) = rest.split_once(' ').unwrap_or((rest, ""));
                format!("Record how {control} stood on {day}")
            }
            Some(("task", _)) => "An onboarding task".to_owned(),
            Some(("tick", _)) => "Ticking an onboarding task".to_owned(),
            Some(("witness", key)) => Witness::title_of(key),
            _ if key == "forget" => "Erase what is kept no longer".to_owned(),
            _ => "Messages that are due".to_owned(),
        }
    }

    /// Whether it is one person's task.
    pub(super) fn is_task(&self) -> bool {
        matches!(self, Piece::GiveTask(..) | Piece::TickTask(..))
    }

    /// Whether it asks anything of the tracker.
    pub(super) fn needs_tracker(&self) -> bool {
        matches!(
            self,
            Piece::RoundIssue(_) | Piece::GiveTask(..) | Piece::TickTask(..) | Piece::Witness(Witness::Issue)
        )
    }

    /// How long until it is looked at again, once it went well.
    pub(super) fn every(&self) -> SignedDuration {
        match self {
            // A result that waits for its issue is recorded as soon as that was read.
            Piece::RoundIssue(_) | Piece::CloseRound(_) => ISSUE_EVERY,
            Piece::Messages | Piece::CheckControl(..) | Piece::Forget => MESSAGES_EVERY,
            // When a witness is due depends on what it was given last, which is looked up each time.
            Piece::GiveTask(..) | Piece::TickTask(..) | Piece::Witness(_) => SignedDuration::from_mins(30),
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
            Piece::CheckControl(id, day) => check(place, id, *day),
            Piece::Forget => forget(place),
            Piece::Messages => letters::send(place),
            Piece::Witness(witness) => witness::give(place, witness),
        }
    }
}

/// Whether the campaign's issue was not read yet since the last day ended, and may still be.
fn waits_for_issue(place: &Workplace, id: &str) -> Result<bool, Trouble> {
    let ended = {
        let world = place.store.world().map_err(stored)?;
        let Ok(campaign) = world.campaign(id) else { return Ok(false) };
        if place.tracker.is_none() || wants_no_issue(campaign) || world.rounds().issue(id).is_none() {
            return Ok(false);
        }
        let midnight = campaign.closes.tomorrow().and_then(|next| next.to_zoned(clock::zone(&world)));
        let Ok(midnight) = midnight else { return Ok(false) };
        midnight.timestamp()
    };
    if place.now >= after(ended, LAST_ANSWERS) {
        return Ok(false);
    }
    let key = Piece::RoundIssue(id.into()).key();
    let works = place.store.works().map_err(stored)?;
    let mut looks = works.iter().filter(|worked| worked.key == key && worked.problem.is_empty());
    Ok(!looks.any(|worked| ended <= worked.at && worked.at <= place.now))
}

fn close(place: &Workplace, id: &str) -> Result<String, Trouble> {
    if waits_for_issue(place, id)? {
        return Ok(String::new());
    }
    let (campaign, today) = (id.to_owned(), place.today);
    let closed = place.store.commit("system", move |world| {
        let due = round::to_be_closed(world, today).iter().any(|other| **other == *campaign);
        let drafts = if due { round::close(world, &campaign, today)? } else { Vec::new() };
        Ok((Decision::from(drafts), ()))
    });
    let closed = closed.map_err(stored)?;
    Ok(if closed.facts > 0 { "recorded".to_owned() } else { String::new() })
}

fn check(place: &Workplace, control: &str, day: Day) -> Result<String, Trouble> {
    let (control, today) = (control.to_owned(), place.today);
    let checked = place.store.commit("system", move |world| {
        let is_due = assurance::to_be_checked(world, today).iter().any(|(id, due)| **id == *control && *due == day);
        let drafts = if is_due { assurance::check(world, &control, day, today)? } else { Vec::new() };
        Ok((Decision::from(drafts), ()))
    });
    let checked = checked.map_err(stored)?;
    Ok(if checked.facts > 0 { "recorded".to_owned() } else { String::new() })
}

fn forget(place: &Workplace) -> Result<String, Trouble> {
    let today = place.today;
    let forgotten = place.store.commit("system", move |world| {
        let (drafts, erase) = erasure::expire(world, today);
        let many = drafts.len();
        Ok((Decision { drafts, erase, ..Decision::default() }, many))
    });
    let many = forgotten.map_err(stored)?.told;
    Ok(if many == 0 { String::new() } else { format!("the private parts of {many} who left long ago") })
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
