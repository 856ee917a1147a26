//! Who holds which role in the demo company, which auditors were let in, and who looked at whose record.

use super::careers::Company;
use super::cast::Cast;
use super::company::{Author, COMPLIANCE, Event, Step};
use super::desk::{CONTROL, person};
use super::org::unit_called;
use super::staff::Person;
use super::timeline::{days_after, days_between};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use keepsharp_domain::access::{self, Role};
use keepsharp_domain::{Day, Draft, PersonId, Refusal, World, look, room};

/// Something about who may see what. People are named by employee id.
#[derive(Debug)]
pub(super) enum Access {
    /// Somebody is given a role.
    Granted {
        /// Who.
        who: String,
        /// Which.
        role: Role,
    },
    /// Somebody has handed a role over.
    Ended {
        /// Who.
        who: String,
        /// Which.
        role: Role,
    },
    /// An auditor is let in.
    RoomOpened {
        /// The auditor.
        guest: &'static Guest,
        /// First and last day of the period.
        period: (Day, Day),
        /// Last day on which the room is open.
        closes: Day,
    },
    /// An auditor is done before the time.
    RoomClosed(&'static Guest),
    /// Somebody looks at a person's record.
    Looked {
        /// Whose.
        at: String,
        /// In which capacity.
        role: Role,
    },
}

/// An auditor.
#[derive(Debug)]
pub(super) struct Guest {
    pub(super) name: &'static str,
    email: &'static str,
}

/// Last year's auditor.
static FORMER: Guest = Guest { name: "Ida Holmgren", email: "ida.holmgren@norden-audit.example" };
/// The auditor whose room is open today.
pub(super) static PRESENT: Guest = Guest { name: "Helena Marsh", email: "helena.marsh@norden-audit.example" };

impl Access {
    /// The facts it gives in this world; `mint` makes fresh ids.
    pub(super) fn decide(
        &self,
        world: &World,
        by: &Author,
        today: Day,
        mint: &mut dyn FnMut() -> PersonId,
    ) -> Result<Vec<Draft>, Refusal> {
        match self {
            Access::Granted { who, role } => access::grant(world, who, *role, today),
            Access::Ended { who, role } => access::end(world, person(world, who)?.1.id, *role, today),
            Access::RoomOpened { guest, period, closes } => {
                let (name, email) = (guest.name, guest.email);
                let wanted = room::Wanted { control: CONTROL, period: *period, closes: *closes, name, email };
                room::open(world, &wanted, today, mint())
            }
            Access::RoomClosed(guest) => {
                let room = world.rooms().all().find(|room| room.name() == guest.name && room.is_open(today));
                let seq = room.map(|room| room.seq).ok_or_else(|| Refusal::request("this auditor has no room"))?;
                room::close(world, seq, today)
            }
            Access::Looked { at, role } => {
                let by = by.in_ledger(world)?;
                Ok(look::open(world, &by, person(world, at)?.0, *role, (today, &TimeZone::UTC)))
            }
        }
    }
}

/// A role, who holds it, and how long.
struct Held {
    person: usize,
    role: Role,
    from: Date,
    until: Option<Date>,
    /// When they were gone, where they are: before the next had come, for some.
    gone: Option<Date>,
}

/// Who held which role when.
pub(super) struct Roles {
    held: Vec<Held>,
}

impl Roles {
    /// Whoever leads the units that the programme needs, and two who work in them.
    pub(super) fn of(company: &Company) -> Roles {
        let mut held = Vec::new();
        for (unit, role) in [
            ("Security Operations", Role::Administrator),
            ("Security Compliance", Role::Owner),
            ("Product Security", Role::Content),
            ("Engineering", Role::Management),
            ("Infrastructure", Role::Management),
        ] {
            held.extend(handed_on(company, unit, role));
        }
        let works = [
            ("Security Compliance", "Security Compliance Analyst", Role::Owner),
            ("People", "Learning Specialist", Role::Delivery),
        ];
        held.extend(works.into_iter().filter_map(|(unit, work, role)| {
            let is = |person: &Person| {
                Some(person.unit) == unit_called(unit)
                    && person.work == work
                    && !person.leads
                    && person.last_day.is_none()
            };
            let those = company.those(|person| person.is_present() && is(person));
            let here = those.into_iter().filter(|place| !company.absences.covers(*place, company.timeline.today));
            let (since, person) = here.filter_map(|place| Some((company.people.get(place)?.since, place))).min()?;
            Some(Held { person, role, from: begins(company, person, since)?, until: None, gone: None })
        }));
        Roles { held }
    }

    /// Who speaks for a role on a day: the one who was given it first, or whoever runs the programme's machine meanwhile.
    pub(super) fn author(&self, cast: &Cast, role: Role, day: Date) -> Author {
        self.all(role, day).next().map_or(Author::Operator(COMPLIANCE), |held| cast.author(held.person))
    }

    /// The other who speaks for it, where there is one.
    pub(super) fn second(&self, cast: &Cast, role: Role, day: Date) -> Author {
        self.all(role, day).nth(1).map_or_else(|| self.author(cast, role, day), |held| cast.author(held.person))
    }

    fn all(&self, role: Role, day: Date) -> impl Iterator<Item = &Held> {
        let before = move |end: Option<Date>| end.is_none_or(|end| day < end);
        self.held
            .iter()
            .filter(move |held| held.role == role && held.from < day && before(held.until) && before(held.gone))
    }

    /// Everything that is told of roles, rooms and looks.
    pub(super) fn steps(&self, cast: &mut Cast, concerned: &[usize]) -> Vec<Step> {
        let mut steps = self.granted(cast);
        steps.extend(self.rooms(cast));
        steps.extend(self.looks(cast, concerned));
        steps
    }

    fn granted(&self, cast: &Cast) -> Vec<Step> {
        let mut steps = Vec::new();
        for (held, minute) in self.held.iter().zip(0..) {
            let who = cast.employee_id(held.person);
            let by = |day| match self.all(Role::Administrator, day).next() {
                Some(held) => cast.author(held.person),
                None => Author::Operator("operator:administrator"),
            };
            let granted = Event::Access(Access::Granted { who: who.clone(), role: held.role });
            steps.push(Step::new(held.from, (9, minute), by(held.from), granted));
            if let Some(until) = held.until {
                steps.push(Step::new(
                    until,
                    (10, minute),
                    by(until),
                    Event::Access(Access::Ended { who, role: held.role }),
                ));
            }
        }
        steps
    }

    fn rooms(&self, cast: &Cast) -> Vec<Step> {
        let period = |day: Date| {
            let end = day.first_of_month();
            (end.saturating_sub(1.year()), days_after(end, -1))
        };
        let step =
            |day: Date, time, access| Step::new(day, time, self.author(cast, Role::Owner, day), Event::Access(access));
        let (former, done, present) = (cast.ago(385), cast.ago(366), cast.ago(10));
        let open = |guest, day, closes| Access::RoomOpened { guest, period: period(day), closes };
        vec![
            step(former, (8, 25), open(&FORMER, former, days_after(former, 30))),
            step(done, (10, 40), Access::RoomClosed(&FORMER)),
            step(present, (8, 20), open(&PRESENT, present, days_after(cast.today(), 20))),
        ]
    }

    /// Auditors draw a sample; owner and delivery look where somebody asked something.
    fn looks(&self, cast: &mut Cast, concerned: &[usize]) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut look = |cast: &Cast, at: usize, by, role, ago, time| {
            let event = Event::Access(Access::Looked { at: cast.employee_id(at), role });
            steps.push(Step::new(cast.ago(ago), time, by, event));
        };
        let auditor = |guest: &'static Guest| Author::Auditor(guest.name);
        for (ago, minute) in [(382, 12), (382, 31), (381, 5)] {
            if let Some(at) = cast.engineer_known(cast.ago(ago)) {
                look(cast, at, auditor(&FORMER), Role::Auditor, ago, (10, minute));
            }
        }
        let sample = cast.engineer.into_iter().chain(concerned.iter().copied().take(1)).collect::<Vec<_>>();
        for (index, (ago, minute)) in
            (0..).zip([(9, 4), (9, 17), (9, 32), (6, 8), (6, 26), (5, 11), (5, 47), (4, 21), (3, 14)])
        {
            let at = sample.get(index).copied().or_else(|| cast.engineer_known(cast.ago(200)));
            if let Some(at) = at {
                look(cast, at, auditor(&PRESENT), Role::Auditor, ago, (9, minute));
            }
        }
        for ((at, ago), minute) in concerned.iter().rev().zip([1, 1, 2, 1, 3]).zip([5, 16, 28, 33, 41]) {
            look(cast, *at, self.author(cast, Role::Owner, cast.ago(ago)), Role::Owner, ago, (11, minute));
        }
        if let Some(engineer) = cast.engineer {
            let ago = days_between(cast.company.timeline.rounds[1].opens, cast.today()) - 10;
            look(cast, engineer, self.author(cast, Role::Owner, cast.ago(ago)), Role::Owner, ago, (9, 50));
        }
        steps
    }
}

/// Everybody who ever led a unit, each until the next has come.
fn handed_on(company: &Company, unit: &str, role: Role) -> Vec<Held> {
    let led = company.those(|person| person.leads && Some(person.unit) == unit_called(unit));
    let begun = led.into_iter().filter_map(|place| {
        let person = company.people.get(place)?;
        let from = begins(company, place, person.leads_since)?;
        let gone = person.gone.map(|gone| company.timeline.month(gone));
        let stayed = gone.is_none_or(|gone| from < gone);
        stayed.then_some(Held { person: place, role, from, until: None, gone })
    });
    let mut held: Vec<Held> = begun.collect();
    held.sort_by_key(|held| held.from);
    let next: Vec<Date> = held.iter().skip(1).map(|held| held.from).collect();
    for (held, next) in held.iter_mut().zip(next) {
        held.until = Some(next);
    }
    held
}

/// The day on which somebody is given a role that their work brings: when the programme begins, or a little after they do.
fn begins(company: &Company, place: usize, month: usize) -> Option<Date> {
    let timeline = company.timeline;
    let start = company.people.get(place)?.start.map(|start| days_after(start, 3));
    let day = days_after(timeline.month(month), 1).max(days_after(timeline.month(0), 9));
    Some(start.map_or(day, |start| start.max(day))).filter(|day| *day < timeline.today)
}
