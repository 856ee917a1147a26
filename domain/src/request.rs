//! Asking for a leave, an exception or that a completion be recorded, and granting or declining it.

use crate::by_person::ByPerson;
use crate::fact::{Asks, Body, ExceptionApproved, LeaveRecorded, Private, RequestMade, RequestSettled};
use crate::person::{PersonId, PersonIx, Strength};
use crate::{Day, Draft, Refusal, World};
use jiff::Timestamp;
use std::collections::BTreeMap;

pub mod elsewhere;

/// A request as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its number.
    pub seq: u64,
    /// When it was made.
    pub at: Timestamp,
    /// By whom, as the ledger writes it.
    pub by: Box<str>,
    /// For whom, for what, and when.
    pub asked: RequestMade,
    /// Why, in their words; gone once erased.
    pub reason: Option<Box<str>>,
    /// How it ended.
    pub settled: Option<Settled>,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Whether it was granted.
    pub granted: bool,
    /// By whom, as the ledger writes it.
    pub by: Box<str>,
    /// When.
    pub at: Timestamp,
    /// The word to the one who asked.
    pub reason: Option<Box<str>>,
}

/// All requests, by number.
#[derive(Clone, Debug, Default)]
pub struct Requests {
    by_seq: BTreeMap<u64, Request>,
    /// The numbers of each person's.
    of_person: ByPerson<u64>,
}

impl Requests {
    /// All, in order.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Request> {
        self.by_seq.values()
    }

    /// Those not settled yet, in order.
    pub fn open(&self) -> impl Iterator<Item = &Request> {
        self.all().filter(|request| request.settled.is_none())
    }

    /// The request with this number.
    #[must_use]
    pub fn get(&self, seq: u64) -> Option<&Request> {
        self.by_seq.get(&seq)
    }

    /// Those for one person, those made under an id since merged included.
    pub fn of(&self, world: &World, ix: PersonIx) -> impl Iterator<Item = &Request> {
        self.of_person.of(world, ix).filter_map(|seq| self.by_seq.get(seq))
    }

    pub(crate) fn made(&mut self, request: Request) {
        self.of_person.push([request.asked.person], request.seq);
        self.by_seq.insert(request.seq, request);
    }

    pub(crate) fn settled(&mut self, seq: u64, settled: Settled) {
        if let Some(request) = self.by_seq.get_mut(&seq) {
            request.settled = Some(settled);
        }
    }

    /// Forgets the words about somebody.
    pub(crate) fn erased(&mut self, people: &[PersonId]) {
        for request in self.by_seq.values_mut().filter(|request| people.contains(&request.asked.person)) {
            request.reason = None;
            if let Some(settled) = &mut request.settled {
                settled.reason = None;
            }
        }
    }
}

/// The fact that somebody asks for a leave or an exception.
///
/// # Errors
/// Where the days make no sense, the control is unknown, no reason is given for an exception, or the same is asked already.
pub fn make(world: &World, asked: RequestMade, reason: &str) -> Result<Vec<Draft>, Refusal> {
    check_days(asked.asks, asked.from, asked.to)?;
    let reason = reason.trim();
    match (asked.asks, &asked.control) {
        (Asks::Exception, None) => return Err(Refusal::request("say from which control")),
        (Asks::Exception, Some(control)) => {
            world.control(control).map_err(Refusal::request)?;
            if reason.is_empty() {
                return Err(Refusal::request("say why; the owner decides by it, and an auditor will read it"));
            }
        }
        (Asks::Leave, _) => {}
        (Asks::Completion, _) => return Err(Refusal::request("say which course was taken where")),
    }
    if world.requests().open().any(|open| open.asked == asked) {
        return Err(Refusal::request("this is asked for already, and waits to be decided"));
    }
    let private = Private { reason: (!reason.is_empty()).then(|| reason.into()), ..Private::default() };
    Ok(vec![Draft { body: Body::RequestMade(asked), private: Some(private) }])
}

fn check_days(asks: Asks, from: Day, to: Option<Day>) -> Result<(), Refusal> {
    let Some(to) = to else { return Ok(()) };
    match asks {
        Asks::Leave if to <= from => {
            Err(Refusal::request(format!("the day back, {to}, must lie after the first day away, {from}")))
        }
        Asks::Exception if to < from => {
            Err(Refusal::request(format!("the last day, {to}, lies before the first, {from}")))
        }
        _ => Ok(()),
    }
}

/// The facts that settle a request; one that is granted writes the leave or exception with it.
/// `settled_by` is who decides, where the roster names them.
///
/// # Errors
/// Where there is no such open request, a declined one gives no reason, or somebody would release themselves.
pub fn settle(
    world: &World,
    seq: u64,
    granted: bool,
    reason: &str,
    settled_by: Option<PersonIx>,
) -> Result<Vec<Draft>, Refusal> {
    settle_as(world, seq, granted.then_some(Strength::Completed), reason, settled_by)
}

/// The facts that grant a request; a completion is then recorded as strong as `strength` says.
///
/// # Errors
/// As [`settle`], and where nobody grants such a strength.
pub fn approve(
    world: &World,
    seq: u64,
    strength: Strength,
    reason: &str,
    settled_by: Option<PersonIx>,
) -> Result<Vec<Draft>, Refusal> {
    if strength == Strength::Attested {
        return Err(Refusal::request("a manager's count is given for the team, not for a person"));
    }
    settle_as(world, seq, Some(strength), reason, settled_by)
}

/// Settles; none declines.
fn settle_as(
    world: &World,
    seq: u64,
    granted: Option<Strength>,
    reason: &str,
    settled_by: Option<PersonIx>,
) -> Result<Vec<Draft>, Refusal> {
    let request = world.requests().get(seq).ok_or_else(|| Refusal::request("there is no such request"))?;
    if let Some(settled) = &request.settled {
        let how = if settled.granted { "granted" } else { "declined" };
        return Err(Refusal::request(format!("this request was {how} already, a moment ago or by somebody else")));
    }
    let reason = reason.trim();
    if granted.is_none() && reason.is_empty() {
        return Err(Refusal::request("say why not; it is shown to whoever asked"));
    }
    let asked = &request.asked;
    if settled_by.is_some() && world.people().by_id(asked.person) == settled_by {
        return Err(Refusal::request("nobody decides on their own request; ask a colleague to"));
    }
    let body = RequestSettled { request: seq, person: asked.person, granted: granted.is_some() };
    let private = Private { reason: (!reason.is_empty()).then(|| reason.into()), ..Private::default() };
    let mut drafts = vec![Draft { body: Body::RequestSettled(body), private: Some(private) }];
    if let Some(strength) = granted {
        match &asked.completion {
            Some(taken) => drafts.extend(elsewhere::grant(world, request, taken, strength)?),
            None => drafts.extend(grant(world, asked, request.reason.clone(), settled_by)),
        }
    }
    Ok(drafts)
}

/// The fact of a leave or exception that whoever may grant it records at once, by the rules of a request.
///
/// # Errors
/// As [`make`] and [`settle`], and where the same stands already.
pub fn record(world: &World, asked: &RequestMade, reason: &str, by: Option<PersonIx>) -> Result<Vec<Draft>, Refusal> {
    make(world, asked.clone(), reason)?;
    let ix = world.people().by_id(asked.person);
    if by.is_some() && ix == by && asked.asks == Asks::Exception {
        return Err(Refusal::request("nobody releases themselves; ask a colleague to"));
    }
    let stands = ix.and_then(|ix| world.people().get(ix)).is_some_and(|person| match asked.asks {
        Asks::Leave => person.leaves.iter().any(|leave| leave.from == asked.from && leave.to == asked.to),
        Asks::Exception => person
            .exceptions
            .iter()
            .any(|one| one.from == asked.from && one.to == asked.to && Some(&one.control) == asked.control.as_ref()),
        Asks::Completion => false,
    });
    if stands {
        return Err(Refusal::request("this is recorded already"));
    }
    let reason = reason.trim();
    Ok(grant(world, asked, (!reason.is_empty()).then(|| reason.into()), by).into_iter().collect())
}

/// The leave or exception that was asked for.
fn grant(world: &World, asked: &RequestMade, reason: Option<Box<str>>, settled_by: Option<PersonIx>) -> Option<Draft> {
    let RequestMade { person, asks, control, from, to, .. } = asked.clone();
    match asks {
        Asks::Completion => None,
        Asks::Leave => Some(Body::LeaveRecorded(LeaveRecorded { person, from, to }).into()),
        Asks::Exception => {
            let approved_by = settled_by.and_then(|ix| world.people().get(ix)).map(|person| person.id);
            let private = Private {
                reason,
                approved_by: approved_by.is_none().then(|| "the programme's operator".into()),
                ..Private::default()
            };
            let control = control.unwrap_or_default();
            let body = ExceptionApproved { person, control, from, to, approved_by };
            Some(Draft { body: Body::ExceptionApproved(body), private: Some(private) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::{TODAY, on};

    fn asked(world: &World, asks: Asks) -> RequestMade {
        let control = (asks == Asks::Exception).then(|| "C".into());
        let (person, to) = (world.person("E1").id, Some(on("2024-04-01")));
        RequestMade { person, asks, control, from: on("2024-03-01"), to, completion: None }
    }

    fn company() -> World {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["O1,Olga,,Boss,,,", "E1,Ana,,Developer,O1,,"]);
        world
    }

    #[test]
    fn what_is_granted_holds_and_what_is_declined_does_not() {
        for (asks, granted) in
            [(Asks::Leave, true), (Asks::Leave, false), (Asks::Exception, true), (Asks::Exception, false)]
        {
            let mut world = company();
            let drafts = make(&world, asked(&world, asks), "in another team until April").unwrap();
            world.is_told(drafts);
            let (seq, owner) = (world.size() - 1, world.people().find("O1"));
            let drafts = settle(&world, seq, granted, "because", owner).unwrap();
            world.is_told(drafts);
            let person = world.person("E1");
            let holds = match asks {
                Asks::Leave => person.on_leave(on("2024-03-31")) && !person.on_leave(on("2024-04-01")),
                Asks::Exception => person.excepted("C", on("2024-04-01")) && !person.excepted("C", on("2024-04-02")),
                Asks::Completion => unreachable!("it has tests of its own"),
            };
            assert_eq!(holds, granted, "{asks:?}");
            assert!(settle(&world, seq, true, "", owner).unwrap_err().to_string().contains("already"));
        }
    }

    #[test]
    fn who_approved_an_exception_is_known() {
        let mut world = company();
        let drafts = make(&world, asked(&world, Asks::Exception), "writing").unwrap();
        world.is_told(drafts);
        let (seq, owner) = (world.size() - 1, world.people().find("O1"));
        let drafts = settle(&world, seq, true, "", owner).unwrap();
        world.is_told(drafts);
        let exception = world.person("E1").exceptions.first().unwrap();
        assert_eq!(exception.approved_by, owner);
        assert_eq!(exception.private.as_ref().map(|text| &*text.reason), Some("writing"));
    }

    #[test]
    fn nobody_decides_on_their_own_and_no_refusal_is_without_a_reason() {
        let mut world = company();
        let drafts = make(&world, asked(&world, Asks::Exception), "tired").unwrap();
        world.is_told(drafts);
        let seq = world.size() - 1;
        assert!(settle(&world, seq, true, "", world.people().find("E1")).is_err());
        assert!(settle(&world, seq, false, " ", world.people().find("O1")).is_err());
        assert!(
            record(
                &world,
                &RequestMade { to: None, ..asked(&world, Asks::Exception) },
                "tired",
                world.people().find("E1")
            )
            .is_err()
        );
    }

    #[test]
    fn what_makes_no_sense_or_was_asked_before_is_not_asked() {
        let mut world = company();
        let leave = asked(&world, Asks::Leave);
        assert!(make(&world, RequestMade { to: Some(leave.from), ..leave.clone() }, "").is_err());
        assert!(make(&world, asked(&world, Asks::Exception), "").is_err());
        assert!(
            make(&world, RequestMade { control: Some("X".into()), ..asked(&world, Asks::Exception) }, "why").is_err()
        );
        let drafts = make(&world, leave.clone(), "").unwrap();
        world.is_told(drafts);
        assert!(make(&world, leave, "").unwrap_err().to_string().contains("already"));
    }

    #[test]
    fn words_go_when_the_person_is_erased() {
        let mut world = company();
        let drafts = make(&world, asked(&world, Asks::Exception), "my own words").unwrap();
        world.is_told(drafts);
        world.is_told_roster("2024-02-01", &["O1,Olga,,Boss,,,"]);
        let drafts = crate::erasure::erase(&world, "E1", TODAY).unwrap().0;
        world.is_told(drafts);
        assert_eq!(world.requests().open().next().unwrap().reason, None);
    }
}
