//! The counts that managers give for a campaign, taken in from a file.

use crate::calendar::quote;
use crate::completion::{ListPlan, known_person, past_day, with_import};
use crate::fact::{Body, FileKind, TallyAttested};
use crate::person::{PersonId, PersonIx};
use crate::sheet::{self, File, Layout};
use crate::{Day, Draft, Refusal, World};
use std::collections::BTreeMap;

const LAYOUT: Layout = Layout { required: &["manager_id", "campaign", "count", "on"], optional: &[] };

/// Nobody has more direct reports than this; a greater count is a slip of the pen.
const GREATEST_COUNT: u32 = 10_000;

/// The facts that a file of managers' counts gives in this world.
///
/// # Errors
/// All that is wrong with it, by line and column.
pub fn import(world: &World, file: File, today: Day) -> Result<(Vec<Draft>, ListPlan), Refusal> {
    let (mut drafts, mut plan) = (Vec::new(), ListPlan::default());
    let mut latest: BTreeMap<(PersonId, Box<str>, Day), u32> = BTreeMap::new();
    let reading = sheet::read(file, LAYOUT, |row| {
        let manager = known_person(world, row, "manager_id");
        let campaign = row.required("campaign").map(Box::<str>::from);
        let unknown = campaign.as_ref().and_then(|id| world.campaign(id).err());
        if let Some(message) = unknown {
            row.problem("campaign", message);
        }
        let on = past_day(row, "on", today);
        let count = row.required("count").and_then(|text| {
            let count = text.parse::<u32>().ok().filter(|count| *count <= GREATEST_COUNT);
            if count.is_none() {
                row.problem("count", format!("{} is no count of people; write a whole number from 0", quote(&text)));
            }
            count
        });
        let (Some(manager), Some(campaign), Some(on), Some(count)) = (manager, campaign, on, count) else { return };
        let recorded = world.people().by_id(manager).and_then(|ix| world.people().get(ix)).and_then(|person| {
            person
                .attestations
                .iter()
                .rev()
                .find(|given| given.campaign == campaign && given.on == on)
                .map(|given| given.count)
        });
        let key = (manager, campaign.clone(), on);
        if latest.get(&key).copied().or(recorded) == Some(count) {
            plan.known += 1;
            return;
        }
        latest.insert(key, count);
        drafts.push(Body::TallyAttested(TallyAttested { manager, campaign, on, count }).into());
    })?;
    plan.notices = reading.notices;
    plan.rows = reading.rows;
    plan.new = drafts.len() as u64;
    Ok((with_import(file, FileKind::Attestations, plan.rows, drafts), plan))
}

/// The fact that a manager's team has so many who have taken it; none where that stands already. `seen` is the count that
/// whoever answers saw as the latest: if another was given meanwhile, they are told instead of overwriting it.
///
/// # Errors
/// Where the count is more than the team has, the campaign is not open, or somebody else answered meanwhile.
pub fn attest(
    world: &World,
    manager: PersonIx,
    campaign: &str,
    count: u32,
    seen: Option<u32>,
    today: Day,
) -> Result<Vec<Draft>, Refusal> {
    let campaign = world.campaign(campaign).map_err(Refusal::request)?;
    if today < campaign.opens || today > campaign.closes {
        return Err(Refusal::request(format!("{} is not open today", campaign.title)));
    }
    let rows = crate::tally::table(world, campaign, today).map_err(Refusal::request)?;
    let row = rows.iter().find(|row| row.of == crate::tally::RowOf::Manager(manager));
    let row = row.ok_or_else(|| Refusal::request("nobody of this team is in scope today"))?;
    if row.attested != seen {
        let now = row.attested.map_or_else(|| "none".to_owned(), |count| count.to_string());
        return Err(Refusal::request(format!(
            "somebody answered for this team meanwhile; the count is {now} now. Yours stands below: send it again if it is right"
        )));
    }
    if count > row.engineers {
        return Err(Refusal::request(format!(
            "the team has {} engineers in scope today, so no more can have taken it",
            row.engineers
        )));
    }
    if row.attested == Some(count) {
        return Ok(Vec::new());
    }
    let manager = world.people().get(manager).ok_or_else(|| Refusal::request("nobody has that id"))?.id;
    Ok(vec![Body::TallyAttested(TallyAttested { manager, campaign: campaign.id.clone(), on: today, count }).into()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::{TODAY, file};

    #[test]
    fn a_count_is_a_whole_number_of_people_for_a_campaign_there_is_given_by_today() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,A,,Boss,,,"]);
        for (row, told) in [
            ("E1,K,-1,2024-02-01", "no count of people"),
            ("E1,K,2.5,2024-02-01", "no count of people"),
            ("E1,K,10001,2024-02-01", "no count of people"),
            ("E1,L,1,2024-02-01", "there is no campaign \"L\""),
            ("E1,K,1,2026-01-02", "has not come yet"),
            ("E7,K,1,2024-02-01", "no roster names \"E7\""),
        ] {
            let refusal = import(&world, file(&format!("manager_id,campaign,count,on\n{row}\n")), TODAY).unwrap_err();
            assert!(refusal.to_string().contains(told), "{refusal}");
        }
    }

    #[test]
    fn a_count_given_again_for_the_same_day_is_the_one_that_holds() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,A,,Boss,,,"]);
        for (count, facts) in [(3, 2), (3, 0), (5, 2), (3, 2), (3, 0)] {
            let list = format!("manager_id,campaign,count,on\nE1,K,{count},2024-02-01\n");
            let drafts = import(&world, file(&list), TODAY).unwrap().0;
            assert_eq!(drafts.len(), facts, "{count}");
            world.is_told(drafts);
            assert_eq!(world.person("E1").attestations.last().map(|given| given.count), Some(count));
        }
    }
}
