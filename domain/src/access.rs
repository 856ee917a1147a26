//! Who may see and do what: one table, asked for every page and call.

use crate::fact::{Body, RoleHeld};
use crate::person::{PersonId, PersonIx};
use crate::room::Room;
use crate::tally::manager_of;
use crate::team::Teams;
use crate::{Day, Draft, Refusal, World};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// In which capacity somebody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everybody whom the roster names.
    Engineer,
    /// Whoever has direct reports, or acts for somebody who has.
    Manager,
    /// Owns the control: Security Compliance.
    Owner,
    /// Delivers the training: People Ops.
    Delivery,
    /// Owns what is taught: `SecOps`.
    Content,
    /// Reads how it goes, without names.
    Management,
    /// Looks at one control and period for a time.
    Auditor,
    /// Runs the installation: roles and sessions.
    Administrator,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 8] = [
        Role::Engineer,
        Role::Manager,
        Role::Owner,
        Role::Delivery,
        Role::Content,
        Role::Management,
        Role::Auditor,
        Role::Administrator,
    ];

    /// Those that an administrator grants; the others follow from the roster or from a room.
    pub const GRANTED: [Role; 5] = [Role::Owner, Role::Delivery, Role::Content, Role::Management, Role::Administrator];

    /// The word in facts and forms.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Role::Engineer => "engineer",
            Role::Manager => "manager",
            Role::Owner => "owner",
            Role::Delivery => "delivery",
            Role::Content => "content",
            Role::Management => "management",
            Role::Auditor => "auditor",
            Role::Administrator => "administrator",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Role::Engineer => "Engineer",
            Role::Manager => "Manager",
            Role::Owner => "Control owner",
            Role::Delivery => "Delivery",
            Role::Content => "Content",
            Role::Management => "Management",
            Role::Auditor => "Auditor",
            Role::Administrator => "Administrator",
        }
    }

    /// The page where their work begins.
    #[must_use]
    pub fn first_page(self) -> &'static str {
        match self {
            Role::Engineer => "/",
            Role::Manager => "/team",
            Role::Owner | Role::Delivery => "/programme",
            Role::Content => "/content",
            Role::Management => "/management",
            Role::Auditor => "/audit",
            Role::Administrator => "/admin",
        }
    }

    /// Reads the word of a form.
    #[must_use]
    pub fn read(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// What may be asked for. Each page and call names one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// One's own record, what is kept about one and who looked; asking for a leave, objecting.
    OwnRecord,
    /// One's direct reports: taken or not yet, the count, a note, a deputy.
    Team,
    /// Who stands where for the control, by name.
    Programme,
    /// Taking in rosters and lists, recording leaves, correcting what was recorded.
    Records,
    /// What the programme asks: definition, exceptions, objections, auditors' rooms.
    Definition,
    /// How it goes, without names.
    Summary,
    /// How courses and their items hold up, and what learners say of them: never by person.
    Content,
    /// Publishing courses, and answering what learners say of them.
    Teaching,
    /// One control and period, read only.
    Audit,
    /// Roles, sessions and sign-in links.
    Administration,
}

impl Act {
    /// All of them.
    pub const ALL: [Act; 10] = [
        Act::OwnRecord,
        Act::Team,
        Act::Programme,
        Act::Records,
        Act::Definition,
        Act::Summary,
        Act::Content,
        Act::Teaching,
        Act::Audit,
        Act::Administration,
    ];

    /// Who may.
    #[must_use]
    pub fn roles(self) -> &'static [Role] {
        match self {
            Act::OwnRecord => &[Role::Engineer],
            Act::Team => &[Role::Manager],
            Act::Programme | Act::Records => &[Role::Owner, Role::Delivery],
            Act::Definition => &[Role::Owner],
            Act::Summary => &[Role::Management, Role::Content, Role::Owner, Role::Delivery],
            Act::Content => &[Role::Content, Role::Owner],
            Act::Teaching => &[Role::Content],
            Act::Audit => &[Role::Auditor],
            Act::Administration => &[Role::Administrator],
        }
    }
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Somebody of the roster.
    Person(PersonIx),
    /// An auditor, by the number of their room.
    Auditor(u64),
    /// Whoever holds the machine, by the one-time link that it prints. What they may do here they could do by command.
    Operator,
}

/// Who asks and in which capacities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub who: Who,
    roles: BTreeSet<Role>,
    /// The managers whose teams they see on the day: themselves, and those they act for.
    pub teams: Vec<PersonIx>,
}

impl Caller {
    /// Somebody of the roster, given who reports to whom on `today`; none where they are not employed then.
    #[must_use]
    pub fn person(world: &World, teams_today: &Teams, id: PersonId, today: Day) -> Option<Caller> {
        let ix = world.people().by_id(id)?;
        world.people().get(ix).filter(|person| person.employed(today) && !person.erased)?;
        let mut roles: BTreeSet<Role> = world.grants().of(world, ix).collect();
        roles.insert(Role::Engineer);
        let mut teams: Vec<PersonIx> = world.deputies().acting(world, ix, today).collect();
        if teams_today.leads(ix) {
            teams.insert(0, ix);
        }
        if !teams.is_empty() {
            roles.insert(Role::Manager);
        }
        Some(Caller { who: Who::Person(ix), roles, teams })
    }

    /// An auditor; none where their room is not open on `today`.
    #[must_use]
    pub fn auditor(world: &World, auditor: PersonId, today: Day) -> Option<Caller> {
        let room = world.rooms().of_auditor(auditor).filter(|room| room.is_open(today))?;
        Some(Caller { who: Who::Auditor(room.seq), roles: BTreeSet::from([Role::Auditor]), teams: Vec::new() })
    }

    /// Whoever holds the machine.
    #[must_use]
    pub fn operator() -> Caller {
        let roles = BTreeSet::from([Role::Owner, Role::Delivery, Role::Administrator]);
        Caller { who: Who::Operator, roles, teams: Vec::new() }
    }

    /// Whether they may.
    #[must_use]
    pub fn may(&self, act: Act) -> bool {
        act.roles().iter().any(|role| self.roles.contains(role))
    }

    /// Whether they have this role.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Their roles.
    pub fn roles(&self) -> impl Iterator<Item = Role> + '_ {
        self.roles.iter().copied()
    }

    /// The person they are, where the roster names them.
    #[must_use]
    pub fn person_ix(&self) -> Option<PersonIx> {
        match self.who {
            Who::Person(ix) => Some(ix),
            _ => None,
        }
    }

    /// Whether they see the team of this manager.
    #[must_use]
    pub fn sees_team_of(&self, manager: PersonIx) -> bool {
        self.teams.contains(&manager)
    }

    /// The room they look into, where they are an auditor.
    #[must_use]
    pub fn room<'w>(&self, world: &'w World) -> Option<&'w Room> {
        match self.who {
            Who::Auditor(seq) => world.rooms().get(seq),
            _ => None,
        }
    }

    /// As which of their roles they look at somebody's record; none where they may not.
    #[must_use]
    pub fn looks_as(&self, world: &World, at: PersonIx, today: Day) -> Option<Role> {
        if self.person_ix() == Some(world.people().resolve(at)) {
            return Some(Role::Engineer);
        }
        [Role::Owner, Role::Delivery].into_iter().find(|role| self.is(*role)).or_else(|| {
            let manager = world.people().get(at).and_then(|person| manager_of(world, person, today))?;
            self.sees_team_of(manager).then_some(Role::Manager)
        })
    }
}

/// The roles that were granted and have not ended.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    held: BTreeSet<(PersonId, Role)>,
    history: Vec<Grant>,
}

/// A role that somebody was given, and when it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Who.
    pub person: PersonId,
    /// Which role.
    pub role: Role,
    /// When it was given, and by whom as the ledger writes it.
    pub granted: (Timestamp, Box<str>),
    /// When it ended, and by whom.
    pub ended: Option<(Timestamp, Box<str>)>,
}

impl Grants {
    pub(crate) fn grant(&mut self, person: PersonId, role: Role, at: Timestamp, by: Box<str>) {
        if self.held.insert((person, role)) {
            self.history.push(Grant { person, role, granted: (at, by), ended: None });
        }
    }

    pub(crate) fn end(&mut self, person: PersonId, role: Role, at: Timestamp, by: Box<str>) {
        self.held.remove(&(person, role));
        let mut open = self.history.iter_mut().rev().filter(|grant| grant.ended.is_none());
        if let Some(grant) = open.find(|grant| (grant.person, grant.role) == (person, role)) {
            grant.ended = Some((at, by));
        }
    }

    /// Every role that was ever given, in the order of the ledger.
    pub fn history(&self) -> impl Iterator<Item = &Grant> {
        self.history.iter()
    }

    /// Everybody who holds a granted role.
    pub fn all(&self) -> impl Iterator<Item = (PersonId, Role)> + '_ {
        self.held.iter().copied()
    }

    /// The granted roles of a person, those given under an id since merged included.
    pub fn of<'a>(&'a self, world: &'a World, ix: PersonIx) -> impl Iterator<Item = Role> + 'a {
        self.all().filter(move |(id, _)| world.people().by_id(*id) == Some(ix)).map(|(_, role)| role)
    }

    /// Whether somebody employed on `today` is an administrator.
    #[must_use]
    pub fn has_administrator(&self, world: &World, today: Day) -> bool {
        self.all().filter(|(_, role)| *role == Role::Administrator).any(|(id, _)| {
            let person = world.people().by_id(id).and_then(|ix| world.people().get(ix));
            person.is_some_and(|person| person.employed(today))
        })
    }
}

/// The fact that gives somebody a role.
///
/// # Errors
/// Where nobody employed has that id or address, or the role is not one that is granted.
pub fn grant(world: &World, who: &str, role: Role, today: Day) -> Result<Vec<Draft>, Refusal> {
    if !Role::GRANTED.contains(&role) {
        return Err(Refusal::request(format!("{} is not granted: it follows from the roster or a room", role.title())));
    }
    let people = world.people();
    let found = people.find(who.trim()).or_else(|| people.by_email(who.trim()));
    let person = found.and_then(|ix| Some((ix, people.get(ix)?))).filter(|(_, person)| person.employed(today));
    let (ix, person) =
        person.ok_or_else(|| Refusal::request("nobody employed has that employee id or e-mail address"))?;
    if world.grants().of(world, ix).any(|held| held == role) {
        return Err(Refusal::request(format!("they are {} already", role.title().to_lowercase())));
    }
    Ok(vec![Body::RoleGranted(RoleHeld { person: person.id, role }).into()])
}

/// The fact that ends somebody's role.
///
/// # Errors
/// Where they do not hold it, or the last administrator would go.
pub fn end(world: &World, person: PersonId, role: Role, today: Day) -> Result<Vec<Draft>, Refusal> {
    if !world.grants().held.contains(&(person, role)) {
        return Err(Refusal::request("they do not hold this role any more"));
    }
    let mut left = world.grants().clone();
    left.held.remove(&(person, role));
    if role == Role::Administrator && !left.has_administrator(world, today) {
        return Err(Refusal::request("somebody has to be administrator: grant the role to another person first"));
    }
    Ok(vec![Body::RoleEnded(RoleHeld { person, role }).into()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::{TODAY, on};

    fn company() -> World {
        let mut world = World::sample();
        world.is_told_roster(
            "2024-01-01",
            &[
                "M1,Mara,m@example.com,Boss,,,",
                "E1,Ana,a@example.com,Developer,M1,,",
                "E2,Ben,b@example.com,Developer,M1,,",
            ],
        );
        world
    }

    fn caller(world: &World, id: &str) -> Option<Caller> {
        Caller::person(world, &Teams::on(world, TODAY), world.person(id).id, TODAY)
    }

    #[test]
    fn each_act_is_somebodys_and_only_those_with_the_role_may() {
        for act in Act::ALL {
            assert!(!act.roles().is_empty(), "{act:?}");
        }
        let world = company();
        let (engineer, manager) = (caller(&world, "E1").unwrap(), caller(&world, "M1").unwrap());
        let may = |caller: &Caller| Act::ALL.into_iter().filter(|act| caller.may(*act)).collect::<Vec<_>>();
        assert_eq!(may(&engineer), [Act::OwnRecord]);
        assert_eq!(may(&manager), [Act::OwnRecord, Act::Team]);
    }

    #[test]
    fn a_role_is_held_from_its_grant_to_its_end_and_by_whom_the_roster_employs() {
        let mut world = company();
        let drafts = grant(&world, "a@example.com", Role::Owner, TODAY).unwrap();
        world.is_told(drafts);
        assert!(caller(&world, "E1").unwrap().is(Role::Owner));
        assert!(grant(&world, "E1", Role::Owner, TODAY).unwrap_err().to_string().contains("already"));
        assert!(grant(&world, "E1", Role::Manager, TODAY).unwrap_err().to_string().contains("follows from the roster"));
        assert!(grant(&world, "E9", Role::Owner, TODAY).is_err());
        let id = world.person("E1").id;
        let drafts = end(&world, id, Role::Owner, TODAY).unwrap();
        world.is_told(drafts);
        assert!(!caller(&world, "E1").unwrap().is(Role::Owner));
        world.is_told_roster("2024-02-01", &["M1,Mara,m@example.com,Boss,,,", "E2,Ben,b@example.com,Developer,M1,,"]);
        assert_eq!(caller(&world, "E1"), None);
    }

    #[test]
    fn the_last_administrator_stays() {
        let mut world = company();
        let drafts = grant(&world, "E1", Role::Administrator, TODAY).unwrap();
        world.is_told(drafts);
        let id = world.person("E1").id;
        assert!(end(&world, id, Role::Administrator, TODAY).unwrap_err().to_string().contains("somebody has to be"));
        let drafts = grant(&world, "E2", Role::Administrator, TODAY).unwrap();
        world.is_told(drafts);
        assert!(end(&world, id, Role::Administrator, TODAY).is_ok());
    }

    #[test]
    fn a_role_goes_with_a_person_who_got_another_id() {
        let mut world = company();
        let drafts = grant(&world, "E1", Role::Owner, TODAY).unwrap();
        world.is_told(drafts);
        let drafts = crate::merge::merge(&world, "E1", "E2", "a second account").unwrap();
        world.is_told(drafts);
        assert!(caller(&world, "E2").unwrap().is(Role::Owner));
    }

    #[test]
    fn somebody_looks_as_what_they_are_to_the_person() {
        let world = company();
        let ix = |id| world.people().find(id).unwrap();
        let looks = |caller: &Caller, at| caller.looks_as(&world, ix(at), TODAY);
        let (engineer, manager) = (caller(&world, "E1").unwrap(), caller(&world, "M1").unwrap());
        assert_eq!(looks(&engineer, "E1"), Some(Role::Engineer));
        assert_eq!(looks(&engineer, "E2"), None);
        assert_eq!(looks(&manager, "E2"), Some(Role::Manager));
        assert_eq!(looks(&Caller::operator(), "E2"), Some(Role::Owner));
        assert!(on("2024-01-01") < TODAY);
    }
}
