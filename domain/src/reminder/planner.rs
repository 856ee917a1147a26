//! How the plan is made: everybody and every control in turn, and what holds each back.

use super::{AGAIN, DIGEST_GAP, GAP, GAP_OF_CONTROL, Held, Item, KEPT, Message, Plan, Post, Ways, Why};
use crate::calendar::{add_days, subtract_days};
use crate::campaign::{Campaign, State, state};
use crate::control::Control;
use crate::due::{CourseKind, Standings, Status};
use crate::fact::{Channel, CountedBy, MessageAbout, MessageKind, MessageSent, Occasion};
use crate::habit::Habits;
use crate::message::Received;
use crate::occasion::{self, Window};
use crate::person::{Person, PersonIx};
use crate::tally::{self, Row, RowOf};
use crate::{Day, World};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A campaign that asks today, and its table.
struct Round<'w> {
    campaign: &'w Campaign,
    planned: Vec<Occasion>,
    rows: Vec<Row>,
    /// Managers who say that their whole team has taken it: nobody of it is asked again.
    done: HashSet<PersonIx>,
}

impl Round<'_> {
    fn window(&self) -> Window {
        Window { opens: self.campaign.opens, last: self.campaign.closes }
    }

    /// The latest occasion that has come. After its last day a campaign is over and says nothing more.
    fn now(&self, habits: &Habits, opens: Day, today: Day) -> Option<(Day, Occasion)> {
        let window = Window { opens, ..self.window() };
        window.now(&self.planned, &habits.free, today).filter(|(_, occasion)| *occasion != Occasion::After)
    }

    fn about(&self, occasion: Occasion) -> MessageAbout {
        MessageAbout { control: self.campaign.control.clone(), campaign: Some(self.campaign.id.clone()), occasion }
    }
}

/// A control that people are held to, asked for everybody.
struct Asking<'w> {
    control: &'w Control,
    standings: Standings<'w>,
    planned: Vec<Occasion>,
}

pub(super) struct Planner<'w> {
    world: &'w World,
    habits: Habits,
    ways: Ways,
    now: Timestamp,
    today: Day,
    rounds: Vec<Round<'w>>,
    plan: Plan,
    /// What the plan sends to whom, for those who get more than one. Only looked up, never walked.
    planned: HashMap<PersonIx, Vec<MessageKind>>,
}

impl<'w> Planner<'w> {
    pub(super) fn new(world: &'w World, ways: Ways, now: Timestamp, today: Day) -> Result<Planner<'w>, String> {
        let none = crate::organisation::Organisation::default();
        let habits = Habits::of(world.organisation().unwrap_or(&none))?;
        let (rounds, plan, planned) = (Vec::new(), Plan::default(), HashMap::new());
        Ok(Planner { world, habits, ways, now, today, rounds, plan, planned })
    }

    /// The whole plan.
    pub(super) fn planned(mut self) -> Result<Plan, String> {
        self.rounds = self.open_rounds()?;
        self.people()?;
        self.managers();
        self.posts();
        Ok(self.plan)
    }

    fn open_rounds(&self) -> Result<Vec<Round<'w>>, String> {
        let world = self.world;
        let open = world.campaigns().values().filter(|campaign| state(world, campaign, self.today) == State::Open);
        let round = |campaign: &'w Campaign| {
            let control = world.control(&campaign.control)?;
            let about = control.version(self.today).map(|version| &version.about);
            let rows = tally::table(world, campaign, self.today)?;
            let done = rows.iter().filter(|row| row.attested.is_some_and(|count| count >= row.engineers));
            let done = done.filter_map(|row| match row.of {
                RowOf::Manager(ix) => Some(ix),
                _ => None,
            });
            let done = done.collect();
            Ok(Round { campaign, planned: about.map_or(Ok(Vec::new()), occasion::plan)?, rows, done })
        };
        open.map(round).collect()
    }

    fn people(&mut self) -> Result<(), String> {
        let asking = |control: &'w Control| -> Result<Option<Asking<'w>>, String> {
            let Some(version) = control.version(self.today) else { return Ok(None) };
            let (planned, standings) =
                (occasion::plan(&version.about)?, Standings::new(self.world, control, self.today));
            Ok(Some(Asking { control, standings, planned }))
        };
        let asking: Vec<Asking> = self
            .world
            .controls()
            .values()
            .filter_map(|control| asking(control).transpose())
            .collect::<Result<_, _>>()?;
        for (ix, person) in self.world.people().listed() {
            if person.erased || !person.employed(self.today) {
                continue;
            }
            let received = OnceCell::new();
            let get = || received.get_or_init(|| Received::by(self.world, ix, self.today));
            let items: Vec<Item> = asking.iter().filter_map(|asks| self.item(asks, person, get)).collect();
            if !items.is_empty() {
                let received = received.into_inner().unwrap_or_default();
                self.encourage(ix, person, items, &received);
            }
        }
        Ok(())
    }

    /// What somebody is to hear of a control now, if anything.
    fn item<'r>(&self, asks: &Asking, person: &Person, received: impl FnOnce() -> &'r Received) -> Option<Item> {
        let standing = asks.standings.of(person);
        let course = standing.course.filter(|_| standing.status != Status::Excepted)?;
        let mut windows: Vec<(Day, Occasion, Day, Option<&Round>)> = Vec::new();
        // An occasion comes with the day where somebody works: the organisation's Friday has no working hour beyond the date line.
        let here = self.there(person).date();
        let entry = asks.standings.scope().entry(person, self.today)?;
        for round in self.rounds.iter().filter(|round| *round.campaign.control == *asks.control.id) {
            if self.is_asked(round, asks.control, person) {
                let now = round.now(&self.habits, round.campaign.opens.max(entry).min(round.campaign.closes), here);
                windows.extend(now.map(|(day, occasion)| (day, occasion, round.campaign.closes, Some(round))));
            }
        }
        if let Some(due) = standing.due {
            let window = Window { opens: subtract_days(due, occasion::BEFORE).max(entry), last: due };
            let now = window.now(&asks.planned, &self.habits.free, here);
            // A manager's word for the whole team ends the asking of a round, not what the control needs.
            windows.extend(now.map(|(day, occasion)| (day, occasion, due, None)));
        }
        if windows.is_empty() {
            return None;
        }
        let received = received();
        windows.retain(|(day, occasion, _, _)| !self.has_heard(received, &asks.control.id, *day, *occasion));
        // The most pressing, and of those the one that ends first.
        windows.sort_by_key(|(_, occasion, last, _)| (std::cmp::Reverse(*occasion), *last));
        let (_, occasion, last, round) = windows.first()?;
        let crowded = received.last_of(&asks.control.id).is_some_and(|on| self.today < add_days(on, GAP_OF_CONTROL));
        if crowded && !occasion.is_kept_for() {
            return None;
        }
        let campaign = round.map(|round| round.campaign.id.clone());
        let about = MessageAbout { control: asks.control.id.clone(), campaign, occasion: *occasion };
        Some(Item { about, course, last: *last, team: None })
    }

    /// Whether a round still waits for a person's own word.
    fn is_asked(&self, round: &Round, control: &Control, person: &Person) -> bool {
        round.campaign.counted_by != CountedBy::Managers
            && round.campaign.asks(self.world, person, self.today)
            && !tally::has_counting_completion(control, round.campaign, person, self.today)
            && !tally::manager_of(self.world, person, self.today).is_some_and(|manager| round.done.contains(&manager))
    }

    fn has_heard(&self, received: &Received, control: &str, day: Day, occasion: Occasion) -> bool {
        let again = occasion == Occasion::After
            && received.last_of(control).is_some_and(|last| add_days(last, AGAIN) <= self.today);
        // Beyond the date line an occasion may have come a day earlier than the organisation's calendar says.
        received.heard(control, occasion, subtract_days(day, 1)) && !again
    }

    fn encourage(&mut self, ix: PersonIx, person: &Person, items: Vec<Item>, received: &Received) {
        let kind = MessageKind::Encouragement;
        let objects = |item: &Item| {
            let mut of = self.world.objections().of(self.world, ix);
            of.any(|objection| objection.answered.is_none() && objection.control == item.about.control)
        };
        let (objected, items): (Vec<Item>, Vec<Item>) = items.into_iter().partition(objects);
        if !objected.is_empty() {
            self.plan.held.push(Held { person: ix, kind, items: objected, why: Why::Objected });
        }
        if items.is_empty() {
            return;
        }
        let soon = received.last_encouragement.map(|last| add_days(last, GAP)).filter(|from| self.today < *from);
        let why = self.why_not(person, ix, &items, received).or(soon.map(Why::TooSoon));
        self.put(ix, kind, items, why);
    }

    /// Why somebody may not be written to now, whatever it is about.
    pub(super) fn why_not(&self, person: &Person, ix: PersonIx, items: &[Item], received: &Received) -> Option<Why> {
        if person.on_leave(self.today) {
            return Some(Why::OnLeave);
        }
        if let Some(until) = self.world.messages().snoozed_until(self.world, ix).filter(|until| self.today < *until) {
            return Some(Why::Snoozed(until));
        }
        let is_kept_for = items.iter().any(|item| item.about.occasion.is_kept_for());
        let kept = if is_kept_for { 0 } else { KEPT };
        if received.this_quarter + kept.min(self.habits.per_quarter) >= self.habits.per_quarter {
            return Some(Why::Limit);
        }
        let zone = self.zone(person);
        (!self.habits.is_working_time(&zone, self.now)).then_some(Why::FreeTime)
    }

    fn zone(&self, person: &Person) -> TimeZone {
        let profile = person.record(self.today).and_then(|record| self.world.profiles().get(record.profile));
        self.habits.zone(profile)
    }

    fn there(&self, person: &Person) -> jiff::Zoned {
        self.now.to_zoned(self.zone(person))
    }

    fn put(&mut self, to: PersonIx, kind: MessageKind, items: Vec<Item>, why: Option<Why>) {
        match why.map_or_else(|| self.way_to(to), Err) {
            Ok(channel) => {
                self.planned.entry(to).or_default().push(kind);
                self.plan.messages.push(Message { to, kind, channel, items });
            }
            Err(why) => self.plan.held.push(Held { person: to, kind, items, why }),
        }
    }

    /// The first of the programme's ways that reaches somebody.
    fn way_to(&self, ix: PersonIx) -> Result<Channel, Why> {
        let identity = self.world.people().get(ix).and_then(|person| person.identity.as_ref()).ok_or(Why::NoWay)?;
        let mail_fails = self.world.messages().failing(self.world, ix, self.today).is_some();
        let reaches = |channel: &&Channel| match channel {
            Channel::Mail => self.ways.mail && !identity.email.is_empty() && !mail_fails,
            Channel::Issue => {
                self.ways.issue
                    && !identity.username.is_empty()
                    && self.world.onboarding().place(self.world, ix).is_some()
            }
            Channel::Slack | Channel::Teams => false,
        };
        let found = self.habits.channels.iter().find(reaches).copied();
        found.ok_or(if mail_fails { Why::AddressFails } else { Why::NoWay })
    }

    /// Digests, at most one a week for a manager, and a word of joy once where all have taken it.
    fn managers(&mut self) {
        let mut digests: BTreeMap<PersonIx, Vec<Item>> = BTreeMap::new();
        let mut complete: BTreeMap<PersonIx, Vec<Item>> = BTreeMap::new();
        for round in self.rounds.iter().filter(|round| round.campaign.counted_by != CountedBy::People) {
            let now = round.now(&self.habits, round.campaign.opens, self.today);
            for row in &round.rows {
                let RowOf::Manager(manager) = row.of else { continue };
                let item = |occasion| Item {
                    about: round.about(occasion),
                    course: CourseKind::Refresher,
                    last: round.campaign.closes,
                    team: Some((manager, row.taken, row.engineers)),
                };
                if row.taken == row.engineers {
                    let occasion = now.map_or(Occasion::Opening, |(_, occasion)| occasion);
                    complete.entry(manager).or_default().push(item(occasion));
                } else if let Some((_, occasion)) = now {
                    digests.entry(manager).or_default().push(item(occasion));
                }
            }
        }
        for (manager, items) in complete {
            self.celebrate(manager, items);
        }
        // Whoever answers for several teams gets one digest of them all.
        let mut of_recipient: BTreeMap<PersonIx, Vec<Item>> = BTreeMap::new();
        for (manager, items) in digests {
            match self.acting_for(manager) {
                Some(to) => of_recipient.entry(to).or_default().extend(items),
                None => {
                    self.plan.held.push(Held { person: manager, kind: MessageKind::Digest, items, why: Why::OnLeave });
                }
            }
        }
        for (to, items) in of_recipient {
            self.digest(to, items);
        }
    }

    fn celebrate(&mut self, manager: PersonIx, items: Vec<Item>) {
        let kind = MessageKind::Celebration;
        let Some(person) = self.world.people().get(manager) else { return };
        let received = self.received_with_plan(manager);
        let fresh = |item: &Item| {
            let campaign = item.about.campaign.as_deref().unwrap_or_default();
            !received.has_had(kind, campaign, None)
        };
        let items: Vec<Item> = items.into_iter().filter(fresh).collect();
        if !items.is_empty() {
            let why = self.why_not(person, manager, &items, &received);
            self.put(manager, kind, items, why);
        }
    }

    fn digest(&mut self, to: PersonIx, items: Vec<Item>) {
        let kind = MessageKind::Digest;
        let Some(person) = self.world.people().get(to) else { return };
        let received = self.received_with_plan(to);
        let fresh = |item: &Item| {
            let campaign = item.about.campaign.as_deref().unwrap_or_default();
            !received.has_had(kind, campaign, Some(item.about.occasion))
        };
        let items: Vec<Item> = items.into_iter().filter(fresh).collect();
        if items.is_empty() {
            return;
        }
        let soon = received.last_digest.map(|last| add_days(last, DIGEST_GAP)).filter(|from| self.today < *from);
        let why = self.why_not(person, to, &items, &received).or(soon.map(Why::TooSoon));
        self.put(to, kind, items, why);
    }

    /// Whoever answers for a team today: its manager, or who acts for them while they are on leave.
    fn acting_for(&self, manager: PersonIx) -> Option<PersonIx> {
        let person = self.world.people().get(manager)?;
        if !person.on_leave(self.today) {
            return Some(manager);
        }
        let deputies = self.world.deputies().of(self.world, manager);
        let today = deputies.filter(|named| named.from <= self.today && self.today <= named.to);
        let is_there = |ix: &PersonIx| {
            let person = self.world.people().get(*ix);
            person.is_some_and(|person| person.employed(self.today) && !person.on_leave(self.today) && !person.erased)
        };
        today.filter_map(|named| self.world.people().by_id(named.deputy)).filter(is_there).last()
    }

    /// What somebody was sent, what this plan sends them included.
    fn received_with_plan(&self, ix: PersonIx) -> Received {
        let mut received = Received::by(self.world, ix, self.today);
        for kind in self.planned.get(&ix).into_iter().flatten() {
            received.this_quarter += 1;
            if *kind == MessageKind::Digest {
                received.last_digest = Some(self.today);
            }
        }
        received
    }

    fn posts(&mut self) {
        let channels = [(self.ways.slack, Channel::Slack), (self.ways.teams, Channel::Teams)];
        let here = self.habits.zone(None);
        if !self.habits.is_working_time(&here, self.now) {
            return;
        }
        for channel in channels.into_iter().filter(|(has, _)| *has).map(|(_, channel)| channel) {
            for round in &self.rounds {
                let Some((_, occasion)) = round.now(&self.habits, round.campaign.opens, self.today) else { continue };
                let about = round.about(occasion);
                let was = |post: &MessageSent| post.channel == channel && post.about.contains(&about);
                if !self.world.messages().posts().iter().any(was) {
                    self.plan.posts.push(Post { channel, about });
                }
            }
        }
    }
}
