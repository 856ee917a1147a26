//! Who acts for a manager who is away.

use crate::fact::{Body, DeputyNamed};
use crate::person::{PersonId, PersonIx};
use crate::{Day, Draft, Refusal, World};

/// All deputies ever named, the later in place of the earlier.
#[derive(Clone, Debug, Default)]
pub struct Deputies {
    list: Vec<DeputyNamed>,
}

impl Deputies {
    /// Those named for a manager, in order.
    pub fn of<'a>(&'a self, world: &'a World, manager: PersonIx) -> impl Iterator<Item = &'a DeputyNamed> {
        self.list.iter().filter(move |named| world.people().by_id(named.manager) == Some(manager))
    }

    /// The managers for whom somebody acts on `day`.
    pub fn acting<'a>(&'a self, world: &'a World, deputy: PersonIx, day: Day) -> impl Iterator<Item = PersonIx> + 'a {
        self.list
            .iter()
            .filter(move |named| named.from <= day && day <= named.to)
            .filter(move |named| world.people().by_id(named.deputy) == Some(deputy))
            .filter_map(|named| world.people().by_id(named.manager))
    }

    pub(crate) fn named(&mut self, body: DeputyNamed) {
        let same =
            |old: &&mut DeputyNamed| old.manager == body.manager && old.deputy == body.deputy && old.from == body.from;
        match self.list.iter_mut().find(same) {
            Some(old) => *old = body,
            None => self.list.push(body),
        }
    }
}

/// Longest time that somebody acts for a manager, in days; after that the roster should say who leads the team.
pub const LONGEST: u32 = 366;

/// The fact that names a deputy.
///
/// # Errors
/// Where somebody is not employed, the days make no sense, or a manager would stand in for themselves.
pub fn name(
    world: &World,
    manager: PersonIx,
    deputy: &str,
    (from, to): (Day, Day),
    today: Day,
) -> Result<Vec<Draft>, Refusal> {
    let employed = |ix: PersonIx| world.people().get(ix).filter(|person| person.employed(today));
    let id = |ix| employed(ix).map(|person| person.id);
    let found = world.people().find(deputy).or_else(|| world.people().by_email(deputy));
    let deputy: PersonId =
        found.and_then(id).ok_or_else(|| Refusal::request("nobody employed has that employee id or e-mail address"))?;
    let manager = id(manager).ok_or_else(|| Refusal::request("this manager is not employed"))?;
    if manager == deputy {
        return Err(Refusal::request("somebody else has to act for a manager"));
    }
    if to < from || to < today {
        return Err(Refusal::request("the last day must not lie before the first, nor before today"));
    }
    if to > crate::calendar::add_days(from, LONGEST) {
        return Err(Refusal::request(format!(
            "a deputy acts for {LONGEST} days at most; then the roster should say it"
        )));
    }
    Ok(vec![Body::DeputyNamed(DeputyNamed { manager, deputy, from, to }).into()])
}

/// The fact that ends a deputy's time today.
///
/// # Errors
/// Where nobody acts so.
pub fn end(world: &World, manager: PersonIx, deputy: PersonId, from: Day, today: Day) -> Result<Vec<Draft>, Refusal> {
    let named = world.deputies().of(world, manager).find(|named| named.deputy == deputy && named.from == from);
    let named = named.filter(|named| named.to >= today).ok_or_else(|| Refusal::request("this has ended already"))?;
    let to = crate::calendar::subtract_days(today, 1);
    Ok(vec![Body::DeputyNamed(DeputyNamed { to, ..named.clone() }).into()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::on;

    #[test]
    fn a_deputy_acts_from_the_first_to_the_last_day_and_can_be_ended_earlier() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["M1,Mara,m@example.com,Boss,,,", "E1,Ana,,Developer,M1,,"]);
        let (manager, deputy) = (world.people().find("M1").unwrap(), world.people().find("E1").unwrap());
        let days = (on("2024-03-01"), on("2024-03-10"));
        let drafts = name(&world, manager, "E1", days, on("2024-02-01")).unwrap();
        world.is_told(drafts);
        let acts =
            |world: &World, day: &str| world.deputies().acting(world, deputy, on(day)).collect::<Vec<_>>() == [manager];
        let days = ["2024-02-29", "2024-03-01", "2024-03-10", "2024-03-11"];
        assert_eq!(days.map(|day| acts(&world, day)), [false, true, true, false]);
        let id = world.person("E1").id;
        let drafts = end(&world, manager, id, on("2024-03-01"), on("2024-03-05")).unwrap();
        world.is_told(drafts);
        assert!(acts(&world, "2024-03-04") && !acts(&world, "2024-03-05"));
        assert!(end(&world, manager, id, on("2024-03-01"), on("2024-03-06")).is_err());
    }

    #[test]
    fn nobody_acts_for_themselves_for_ever_or_backwards() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["M1,Mara,,Boss,,,", "E1,Ana,,Developer,M1,,"]);
        let manager = world.people().find("M1").unwrap();
        for (who, from, to) in [
            ("M1", "2024-03-01", "2024-03-02"),
            ("E1", "2024-03-02", "2024-03-01"),
            ("E1", "2024-01-01", "2024-01-31"),
            ("E1", "2024-03-01", "2026-03-01"),
            ("E9", "2024-03-01", "2024-03-02"),
        ] {
            assert!(name(&world, manager, who, (on(from), on(to)), on("2024-02-01")).is_err(), "{who} {from} {to}");
        }
    }
}
