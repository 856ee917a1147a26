//! A manager's friendly note to those of their team who have not taken it yet: to each alone, never often.

use crate::by_person::ByPerson;
use crate::fact::{Body, NoteSent};
use crate::person::PersonIx;
use crate::{Day, Draft, Refusal, World, calendar};

/// Days that pass before the same team is written to again in the same campaign: a reminder must not become a burden.
pub const QUIET_DAYS: u32 = 7;

/// All notes sent.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    /// By whom it was sent to.
    to: ByPerson<NoteSent>,
    /// By whose team it was.
    of: ByPerson<NoteSent>,
}

impl Notes {
    /// The notes to a manager's team, in order.
    pub fn of(&self, world: &World, manager: PersonIx) -> impl DoubleEndedIterator<Item = &NoteSent> {
        self.of.of(world, manager)
    }

    /// All notes, in order.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &NoteSent> {
        self.of.all()
    }

    /// The notes to somebody, in order.
    pub fn to(&self, world: &World, ix: PersonIx) -> impl Iterator<Item = &NoteSent> {
        self.to.of(world, ix)
    }

    pub(crate) fn sent(&mut self, note: NoteSent) {
        self.to.push(note.people.clone(), note.clone());
        self.of.push([note.manager], note);
    }
}

/// The fact that a note goes to these people.
///
/// # Errors
/// Where nobody is left to write to, or the team was written to a few days ago.
pub fn send(
    world: &World,
    manager: PersonIx,
    campaign: &str,
    people: &[PersonIx],
    today: Day,
) -> Result<Vec<Draft>, Refusal> {
    world.campaign(campaign).map_err(Refusal::request)?;
    if people.is_empty() {
        return Err(Refusal::request("everybody has taken it, so there is nobody to write to"));
    }
    let last = world.notes().of(world, manager).rev().find(|note| &*note.campaign == campaign).map(|note| note.on);
    if let Some(last) = last.filter(|last| today < calendar::add_days(*last, QUIET_DAYS)) {
        return Err(Refusal::request(format!(
            "your team was written to on {last}; leave them {QUIET_DAYS} days before the next note"
        )));
    }
    let id = |ix: &PersonIx| world.people().get(*ix).map(|person| person.id);
    let manager = id(&manager).ok_or_else(|| Refusal::request("nobody has that id"))?;
    let people = people.iter().filter_map(id).collect();
    Ok(vec![Body::NoteSent(NoteSent { manager, campaign: campaign.into(), on: today, people }).into()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::on;

    #[test]
    fn a_team_is_left_in_peace_for_a_week_after_a_note() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["M1,Mara,,Boss,,,", "E1,Ana,,Developer,M1,,"]);
        let (manager, engineer) = (world.people().find("M1").unwrap(), world.people().find("E1").unwrap());
        let send = |world: &World, day: &str| send(world, manager, "K", &[engineer], on(day));
        let drafts = send(&world, "2024-03-01").unwrap();
        world.is_told(drafts);
        assert!(send(&world, "2024-03-07").unwrap_err().to_string().contains("leave them 7 days"));
        assert!(send(&world, "2024-03-08").is_ok());
        assert!(super::send(&world, manager, "K", &[], on("2024-03-08")).is_err());
        assert_eq!(world.notes().to(&world, engineer).count(), 1);
    }
}
