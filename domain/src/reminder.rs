//! Who is due a message now, about what, by which way, and why others are not.
//!
//! Encourage, never punish: at most so many a quarter for one person over all ways; none on leave, on free days, outside
//! the working hours of their time zone, once it is done, while they asked to be left alone or say that it is not for
//! them. Several things make one message. Nobody's manager is ever told of a person.

mod planner;

use crate::calendar::add_days;
use crate::due::CourseKind;
use crate::fact::{Body, Channel, MessageAbout, MessageKind, MessageSent};
use crate::message::Received;
use crate::person::PersonIx;
use crate::{Day, Draft, World};
use jiff::Timestamp;
use planner::Planner;
use std::collections::BTreeMap;

/// Days between two messages to one person about what they are to take.
pub const GAP: u32 = 3;
/// Days between two messages about one control, unless it is the last week.
const GAP_OF_CONTROL: u32 = 6;
/// Days between two digests to one manager.
pub const DIGEST_GAP: u32 = 7;
/// Days after which somebody still overdue hears of it again.
const AGAIN: u32 = 90;
/// Messages of the limit that are kept for the last week of something, so that no date comes as a surprise.
const KEPT: u32 = 2;

/// The ways that this installation has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each way is there or not, whatever the others are")]
pub struct Ways {
    /// It sends mail.
    pub mail: bool,
    /// It writes issues.
    pub issue: bool,
    /// It posts in a channel of Slack.
    pub slack: bool,
    /// It posts in a channel of Teams.
    pub teams: bool,
}

/// One thing that a message is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What is recorded of it.
    pub about: MessageAbout,
    /// Which course.
    pub course: CourseKind,
    /// The last day that is on time.
    pub last: Day,
    /// For a manager: whose team it is, and of how many engineers how many have taken it.
    pub team: Option<(PersonIx, u32, u32)>,
}

/// A message that is due now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// To whom.
    pub to: PersonIx,
    /// What it is.
    pub kind: MessageKind,
    /// By which way.
    pub channel: Channel,
    /// What it is about.
    pub items: Vec<Item>,
}

/// A word to everybody in a channel, without names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Which channel.
    pub channel: Channel,
    /// What it is about.
    pub about: MessageAbout,
}

/// Why somebody who has something to take is not written to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// They are on leave.
    OnLeave,
    /// It is no working time where they are.
    FreeTime,
    /// They asked to be left alone until a day.
    Snoozed(Day),
    /// They say that it is not for them, and wait for an answer.
    Objected,
    /// They have had as many as the programme allows in this quarter.
    Limit,
    /// They were written to a short while ago; from this day on they may be again.
    TooSoon(Day),
    /// No way leads to them: no address, or no issue of their own.
    NoWay,
    /// Mail to their address comes back.
    AddressFails,
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Why::OnLeave => f.write_str("on leave"),
            Why::FreeTime => f.write_str("outside working hours where they are"),
            Why::Snoozed(until) => write!(f, "asked not to hear before {until}"),
            Why::Objected => f.write_str("says it is not for them, and waits for an answer"),
            Why::Limit => f.write_str("has had as many as the programme allows this quarter"),
            Why::TooSoon(from) => write!(f, "heard a short while ago; not before {from}"),
            Why::NoWay => f.write_str("no way to reach them: no address"),
            Why::AddressFails => f.write_str("mail to their address comes back"),
        }
    }
}

/// Somebody who is not written to now, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Who.
    pub person: PersonIx,
    /// What it would have been.
    pub kind: MessageKind,
    /// What it would have been about.
    pub items: Vec<Item>,
    /// Why not.
    pub why: Why,
}

/// What is to be sent now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// To people, each alone.
    pub messages: Vec<Message>,
    /// To channels.
    pub posts: Vec<Post>,
    /// What waits, and why.
    pub held: Vec<Held>,
}

/// What is to be sent at an instant, `today` being the organisation's day then.
///
/// # Errors
/// What is wrong with the programme's `messages`.
pub fn plan(world: &World, ways: Ways, now: Timestamp, today: Day) -> Result<Plan, String> {
    Planner::new(world, ways, now, today)?.planned()
}

/// The facts that a plan's messages and posts were sent: one for all who got the same.
#[must_use]
pub fn sent(world: &World, plan: &Plan, today: Day) -> Vec<Draft> {
    let mut same: BTreeMap<(MessageKind, Channel, Vec<MessageAbout>), Vec<crate::PersonId>> = BTreeMap::new();
    for message in &plan.messages {
        let about = message.items.iter().map(|item| item.about.clone()).collect();
        let Some(person) = world.people().get(message.to) else { continue };
        same.entry((message.kind, message.channel, about)).or_default().push(person.id);
    }
    let to_people = same.into_iter().map(|((kind, channel, about), people)| {
        Body::MessageSent(MessageSent { on: today, kind, channel, about, people }).into()
    });
    let posted = plan.posts.iter().map(|post| {
        let (kind, channel, about) = (MessageKind::Encouragement, post.channel, vec![post.about.clone()]);
        Body::MessageSent(MessageSent { on: today, kind, channel, about, people: Vec::new() }).into()
    });
    to_people.chain(posted).collect()
}

/// Why somebody may not be written to about what they are to take, in somebody's own words as little as in ours; none where
/// they may. For a manager's note, which counts as any other message.
///
/// # Errors
/// What is wrong with the programme's `messages`.
pub fn why_no_note(
    world: &World,
    ix: PersonIx,
    control: &str,
    now: Timestamp,
    today: Day,
) -> Result<Option<Why>, String> {
    let planner = Planner::new(world, Ways::default(), now, today)?;
    let Some(person) = world.people().get(ix).filter(|person| person.employed(today) && !person.erased) else {
        return Ok(Some(Why::NoWay));
    };
    let mut of = world.objections().of(world, ix);
    if of.any(|objection| objection.answered.is_none() && &*objection.control == control) {
        return Ok(Some(Why::Objected));
    }
    let received = Received::by(world, ix, today);
    let soon = received.last_encouragement.map(|last| add_days(last, GAP)).filter(|from| today < *from);
    Ok(soon.map(Why::TooSoon).or_else(|| planner.why_not(person, ix, &[], &received)))
}

/// Why a message that was planned must not go out at this moment; none where it may. Between planning and sending somebody may
/// have left, gone on leave, asked for quiet, or the working day may have ended.
///
/// # Errors
/// What is wrong with the programme's `messages`.
pub fn why_not_now(world: &World, ix: PersonIx, now: Timestamp, today: Day) -> Result<Option<Why>, String> {
    let planner = Planner::new(world, Ways::default(), now, today)?;
    let Some(person) = world.people().get(ix).filter(|person| person.employed(today) && !person.erased) else {
        return Ok(Some(Why::NoWay));
    };
    Ok(planner.why_not(person, ix, &[], &Received::default()).filter(|why| *why != Why::Limit))
}
