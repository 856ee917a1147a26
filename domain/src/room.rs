//! An auditor's room: one control and period, read only, for a time.

use crate::fact::{Body, Private, RoomClosed, RoomOpened};
use crate::person::PersonId;
use crate::{Day, Draft, Refusal, World};
use std::collections::BTreeMap;

/// A room as it was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// Its number.
    pub seq: u64,
    /// The auditor's random id.
    pub auditor: PersonId,
    /// The control it shows.
    pub control: Box<str>,
    /// First day of the period it shows.
    pub from: Day,
    /// Last day of that period.
    pub to: Day,
    /// Last day on which it is open.
    pub closes: Day,
    /// The auditor's name and address; gone once erased.
    pub guest: Option<(Box<str>, Box<str>)>,
    /// Whether it was closed before its time.
    pub closed: bool,
}

impl Room {
    /// Whether the auditor may look in.
    #[must_use]
    pub fn is_open(&self, today: Day) -> bool {
        !self.closed && today <= self.closes && self.guest.is_some()
    }

    /// The auditor's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.guest.as_ref().map_or("", |(name, _)| name)
    }

    /// The auditor's address.
    #[must_use]
    pub fn email(&self) -> &str {
        self.guest.as_ref().map_or("", |(_, email)| email)
    }
}

/// All rooms, by number.
#[derive(Clone, Debug, Default)]
pub struct Rooms {
    by_seq: BTreeMap<u64, Room>,
}

impl Rooms {
    /// All, in order.
    pub fn all(&self) -> impl Iterator<Item = &Room> {
        self.by_seq.values()
    }

    /// The room with this number.
    #[must_use]
    pub fn get(&self, seq: u64) -> Option<&Room> {
        self.by_seq.get(&seq)
    }

    /// The room of an auditor.
    #[must_use]
    pub fn of_auditor(&self, auditor: PersonId) -> Option<&Room> {
        self.all().find(|room| room.auditor == auditor)
    }

    pub(crate) fn opened(&mut self, seq: u64, body: RoomOpened, private: Option<Private>) {
        let guest = private.map(|private| (private.name.unwrap_or_default(), private.email.unwrap_or_default()));
        let RoomOpened { auditor, control, from, to, closes } = body;
        self.by_seq.insert(seq, Room { seq, auditor, control, from, to, closes, guest, closed: false });
    }

    pub(crate) fn closed(&mut self, seq: u64) {
        if let Some(room) = self.by_seq.get_mut(&seq) {
            room.closed = true;
        }
    }

    pub(crate) fn erased(&mut self, auditor: PersonId) {
        for room in self.by_seq.values_mut().filter(|room| room.auditor == auditor) {
            room.guest = None;
        }
    }
}

/// A room somebody asks to open.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// The control to show.
    pub control: &'a str,
    /// First and last day of the period.
    pub period: (Day, Day),
    /// Last day on which it is open.
    pub closes: Day,
    /// The auditor's name.
    pub name: &'a str,
    /// The auditor's address, by which they sign in.
    pub email: &'a str,
}

/// Longest time that a room stays open, in days.
pub const LONGEST: i32 = 120;

/// The fact that opens a room.
///
/// # Errors
/// Where the control is unknown, the dates make no sense, or the address belongs to somebody already.
pub fn open(world: &World, wanted: &Wanted, today: Day, auditor: PersonId) -> Result<Vec<Draft>, Refusal> {
    world.control(wanted.control).map_err(Refusal::request)?;
    let (from, to) = wanted.period;
    if to < from {
        return Err(Refusal::request(format!("the period's last day, {to}, lies before its first, {from}")));
    }
    if wanted.closes < today {
        return Err(Refusal::request("the room would be closed already; give a day to come"));
    }
    if wanted.closes > crate::calendar::add_days(today, LONGEST.unsigned_abs()) {
        return Err(Refusal::request(format!("a room stays open for {LONGEST} days at most; open another one later")));
    }
    if wanted.name.chars().count() > 100 || wanted.email.len() > 254 {
        return Err(Refusal::request("a name has at most 100 characters, an address 254"));
    }
    if wanted.name.trim().is_empty() || !wanted.email.contains('@') {
        return Err(Refusal::request("give the auditor's name and e-mail address"));
    }
    let taken = |room: &&Room| room.is_open(today) && room.email().eq_ignore_ascii_case(wanted.email.trim());
    if world.rooms().all().find(taken).is_some() || world.people().by_email(wanted.email.trim()).is_some() {
        return Err(Refusal::request("that address signs somebody in already; an auditor needs one of their own"));
    }
    let body = RoomOpened { auditor, control: wanted.control.into(), from, to, closes: wanted.closes };
    let private = Private {
        name: Some(wanted.name.trim().into()),
        email: Some(wanted.email.trim().into()),
        ..Private::default()
    };
    Ok(vec![Draft { body: Body::RoomOpened(body), private: Some(private) }])
}

/// The fact that closes a room before its time.
///
/// # Errors
/// Where there is no such room, or it is closed.
pub fn close(world: &World, seq: u64, today: Day) -> Result<Vec<Draft>, Refusal> {
    let room = world.rooms().get(seq).filter(|room| room.is_open(today));
    room.ok_or_else(|| Refusal::request("this room is closed already"))?;
    Ok(vec![Body::RoomClosed(RoomClosed { room: seq }).into()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Caller;
    use crate::world::tests::{TODAY, on};

    fn wanted() -> Wanted<'static> {
        let period = (on("2024-01-01"), on("2024-12-31"));
        Wanted {
            control: "C",
            period,
            closes: crate::calendar::add_days(TODAY, 10),
            name: "Aud",
            email: "a@audit.example",
        }
    }

    #[test]
    fn a_room_is_open_to_its_auditor_until_it_closes() {
        let mut world = World::sample();
        let auditor = PersonId::from_random([9; 10]);
        let drafts = open(&world, &wanted(), TODAY, auditor).unwrap();
        world.is_told(drafts);
        let closes = wanted().closes;
        assert!(Caller::auditor(&world, auditor, closes).is_some());
        assert!(Caller::auditor(&world, auditor, crate::calendar::add_days(closes, 1)).is_none());
        let seq = world.rooms().all().next().unwrap().seq;
        let drafts = close(&world, seq, TODAY).unwrap();
        world.is_told(drafts);
        assert!(Caller::auditor(&world, auditor, TODAY).is_none() && close(&world, seq, TODAY).is_err());
        assert_eq!(world.people().listed().count(), 0, "an auditor is nobody of the roster");
        let drafts = crate::erasure::erase(&world, "a@audit.example", TODAY).unwrap().0;
        world.is_told(drafts);
        assert_eq!(world.rooms().all().next().unwrap().name(), "");
    }

    #[test]
    fn a_room_needs_a_control_a_period_an_end_and_an_address_of_its_own() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,Ana,ana@example.com,Developer,,,"]);
        let id = PersonId::from_random([9; 10]);
        let far = crate::calendar::add_days(TODAY, 200);
        for wrong in [
            Wanted { control: "X", ..wanted() },
            Wanted { period: (on("2024-12-31"), on("2024-01-01")), ..wanted() },
            Wanted { closes: on("2025-12-31"), ..wanted() },
            Wanted { closes: far, ..wanted() },
            Wanted { name: " ", ..wanted() },
            Wanted { email: "ANA@example.com", ..wanted() },
        ] {
            assert!(open(&world, &wrong, TODAY, id).is_err(), "{wrong:?}");
        }
    }
}
