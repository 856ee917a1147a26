//! What people were sent, who asked to be left alone for a while, and whose address does not work.

use crate::by_person::ByPerson;
use crate::calendar::{Quarter, add_days};
use crate::fact::{
    AddressFailed, Body, Channel, MessageAbout, MessageKind, MessageSent, MessageSnoozed, Occasion, Private,
};
use crate::person::{PersonId, PersonIx};
use crate::{Day, Draft, Refusal, World};
use std::collections::HashMap;

/// Days after which an address from which mail came back is tried again: what failed may have been mended elsewhere.
const TRIED_AGAIN: u32 = 30;

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Messages {
    to: ByPerson<MessageSent>,
    /// Posts to everybody, in order.
    posts: Vec<MessageSent>,
    snoozes: HashMap<PersonId, Day>,
    failed: HashMap<PersonId, Failed>,
    count: u64,
}

/// Mail that came back.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Failed {
    on: Day,
    address: Option<Box<str>>,
    reason: Option<Box<str>>,
}

impl Messages {
    /// What somebody was sent, in order.
    pub fn to<'a>(&'a self, world: &'a World, ix: PersonIx) -> impl DoubleEndedIterator<Item = &'a MessageSent> {
        self.to.of(world, ix)
    }

    /// Everything sent to people, in order.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &MessageSent> {
        self.to.all()
    }

    /// What was posted for all to see, in order.
    #[must_use]
    pub fn posts(&self) -> &[MessageSent] {
        &self.posts
    }

    /// How many single messages there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The day until which somebody asked not to be written to.
    #[must_use]
    pub fn snoozed_until(&self, world: &World, ix: PersonIx) -> Option<Day> {
        world.people().ids_of(ix).filter_map(|id| self.snoozes.get(&id)).max().copied()
    }

    /// Since when mail to somebody's present address comes back, and why; none where it does not, the roster gave another
    /// address since, or it was so long ago that it is worth trying again.
    #[must_use]
    pub fn failing(&self, world: &World, ix: PersonIx, today: Day) -> Option<(Day, Option<&str>)> {
        let address = &world.people().get(ix)?.identity.as_ref()?.email;
        let failed = world.people().ids_of(ix).filter_map(|id| self.failed.get(&id)).max_by_key(|failed| failed.on)?;
        let is_same = failed.address.as_ref().is_some_and(|failed| failed.eq_ignore_ascii_case(address));
        let lasts = today < add_days(failed.on, TRIED_AGAIN);
        (is_same && lasts).then_some((failed.on, failed.reason.as_deref()))
    }

    pub(crate) fn sent(&mut self, body: MessageSent) {
        self.count += body.people.len() as u64;
        if body.people.is_empty() {
            self.posts.push(body);
        } else {
            self.to.push(body.people.clone(), body);
        }
    }

    pub(crate) fn snoozed(&mut self, body: &MessageSnoozed) {
        self.snoozes.insert(body.person, body.until);
    }

    pub(crate) fn failed(&mut self, body: &AddressFailed, private: Option<Private>) {
        let private = private.unwrap_or_default();
        self.failed.insert(body.person, Failed { on: body.on, address: private.email, reason: private.reason });
    }

    pub(crate) fn erased(&mut self, people: &[PersonId]) {
        for id in people {
            self.failed.remove(id);
        }
    }
}

/// What somebody was sent, as far as it decides whether they are sent more. A manager's own note counts as any other.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// How many messages in the fiscal quarter of the day asked.
    pub this_quarter: u32,
    /// The day of the last about something to take.
    pub last_encouragement: Option<Day>,
    /// The day of the last digest.
    pub last_digest: Option<Day>,
    about: Vec<(MessageKind, MessageAbout, Day)>,
}

impl Received {
    /// What somebody was sent, seen from `today`.
    #[must_use]
    pub fn by(world: &World, ix: PersonIx, today: Day) -> Received {
        let years = world.fiscal_years();
        let from = Quarter::of(today, years).first_day(years);
        let mut received = Received::default();
        let latest = |last: &mut Option<Day>, day: Day| *last = (*last).max(Some(day));
        // A message of a day to come was sent all the same: by a clock that was ahead. It must not be sent again.
        for sent in world.messages().to(world, ix) {
            received.this_quarter += u32::from(sent.on >= from);
            match sent.kind {
                MessageKind::Encouragement => latest(&mut received.last_encouragement, sent.on),
                MessageKind::Digest => latest(&mut received.last_digest, sent.on),
                MessageKind::Celebration => {}
            }
            received.about.extend(sent.about.iter().map(|about| (sent.kind, about.clone(), sent.on)));
        }
        for note in world.notes().to(world, ix) {
            received.this_quarter += u32::from(note.on >= from);
            latest(&mut received.last_encouragement, note.on);
        }
        received
    }

    /// Whether they were encouraged on this occasion of a control on or after a day.
    #[must_use]
    pub fn heard(&self, control: &str, occasion: Occasion, since: Day) -> bool {
        self.encouraged(control).any(|(about, on)| about.occasion == occasion && on >= since)
    }

    /// The day on which they were last encouraged for a control.
    #[must_use]
    pub fn last_of(&self, control: &str) -> Option<Day> {
        self.encouraged(control).map(|(_, on)| on).max()
    }

    fn encouraged<'a>(&'a self, control: &'a str) -> impl Iterator<Item = (&'a MessageAbout, Day)> {
        let told = self
            .about
            .iter()
            .filter(move |(kind, about, _)| *kind == MessageKind::Encouragement && &*about.control == control);
        told.map(|(_, about, on)| (about, *on))
    }

    /// Whether they were sent a message of a kind about a campaign, on this occasion where one is asked for.
    #[must_use]
    pub fn has_had(&self, kind: MessageKind, campaign: &str, occasion: Option<Occasion>) -> bool {
        self.about.iter().any(|(of_kind, about, _)| {
            *of_kind == kind
                && about.campaign.as_deref() == Some(campaign)
                && occasion.is_none_or(|occasion| about.occasion == occasion)
        })
    }
}

/// Longest time for which somebody may ask to be left alone, in days.
pub const LONGEST_SNOOZE: u32 = 120;

/// The fact that somebody is not to be written to before `until`.
///
/// # Errors
/// Where that day does not lie ahead, or too far.
pub fn snooze(world: &World, person: PersonIx, until: Day, today: Day) -> Result<Vec<Draft>, Refusal> {
    if until <= today || until > add_days(today, LONGEST_SNOOZE) {
        return Err(Refusal::request(format!("choose a day after today, within {LONGEST_SNOOZE} days")));
    }
    if world.messages().snoozed_until(world, person) == Some(until) {
        return Ok(Vec::new());
    }
    let person = world.people().get(person).ok_or_else(|| Refusal::request("nobody has that id"))?.id;
    Ok(vec![Body::MessageSnoozed(MessageSnoozed { person, until }).into()])
}

/// The fact that mail to somebody came back; none where that is known of this address.
#[must_use]
pub fn came_back(world: &World, person: PersonIx, address: &str, reason: &str, today: Day) -> Vec<Draft> {
    let Some(found) = world.people().get(person) else { return Vec::new() };
    let has_it = found.identity.as_ref().is_some_and(|identity| identity.email.eq_ignore_ascii_case(address));
    if !has_it || world.messages().failing(world, person, today).is_some() {
        return Vec::new();
    }
    let reason: String = reason.chars().filter(|character| !character.is_control()).take(300).collect();
    let private = Private { email: Some(address.into()), reason: Some(reason.into()), ..Private::default() };
    let body = AddressFailed { person: found.id, on: today };
    vec![Draft { body: Body::AddressFailed(body), private: Some(private) }]
}

impl Channel {
    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Channel::Mail => "mail",
            Channel::Issue => "issue",
            Channel::Slack => "slack",
            Channel::Teams => "teams",
        }
    }
}

impl MessageKind {
    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            MessageKind::Encouragement => "encouragement",
            MessageKind::Digest => "digest",
            MessageKind::Celebration => "celebration",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::on;

    #[test]
    fn an_address_fails_until_the_roster_gives_another() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,Ana,ana@old.example,Developer,,,"]);
        let ix = world.people().find("E1").unwrap();
        assert!(came_back(&world, ix, "other@x.example", "550", on("2024-02-01")).is_empty());
        let drafts = came_back(&world, ix, "Ana@old.example", "550 no such user\r\n", on("2024-02-01"));
        world.is_told(drafts);
        assert_eq!(
            world.messages().failing(&world, ix, on("2024-02-03")),
            Some((on("2024-02-01"), Some("550 no such user")))
        );
        assert!(came_back(&world, ix, "ana@old.example", "550", on("2024-02-02")).is_empty(), "known");
        assert_eq!(world.messages().failing(&world, ix, on("2024-03-02")), None, "it is tried again");
        world.is_told_roster("2024-02-20", &["E1,Ana,ana@new.example,Developer,,,"]);
        assert_eq!(world.messages().failing(&world, ix, on("2024-02-21")), None);
    }

    #[test]
    fn a_snooze_ends_and_may_not_be_for_ever() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,Ana,,Developer,,,"]);
        let ix = world.people().find("E1").unwrap();
        let today = on("2024-02-01");
        assert!(snooze(&world, ix, today, today).is_err());
        assert!(snooze(&world, ix, add_days(today, LONGEST_SNOOZE + 1), today).is_err());
        let drafts = snooze(&world, ix, on("2024-02-15"), today).unwrap();
        world.is_told(drafts);
        assert_eq!(world.messages().snoozed_until(&world, ix), Some(on("2024-02-15")));
        assert!(snooze(&world, ix, on("2024-02-15"), today).unwrap().is_empty());
    }
}
