//! The counts that managers give for a campaign: on their page, in a file, or in the campaign's issue.

use crate::access::{Act, Caller};
use crate::calendar::quote;
use crate::campaign::{Campaign, state};
use crate::completion::{ListPlan, known_person, past_day, with_import};
use crate::fact::{Body, CountSource, CountedBy, FileKind, TallyAttested};
use crate::person::{Attestation, Person, PersonId, PersonIx};
use crate::sheet::{self, File, Layout};
use crate::team::Teams;
use crate::{Day, Draft, Refusal, World};
use std::collections::{BTreeMap, HashMap};

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
        drafts.push(Body::TallyAttested(TallyAttested { manager, campaign, on, count, source: None }).into());
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
    if !state(world, campaign, today).takes_answers() {
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
    let campaign = campaign.id.clone();
    Ok(vec![Body::TallyAttested(TallyAttested { manager, campaign, on: today, count, source: None }).into()])
}

/// Why a number in an issue does not count. Told there in words that give no size of a team away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotCounted {
    /// It is more than the team has.
    TooMany,
    /// The campaign has not begun, or has ended.
    NotOpen,
    /// The campaign counts what people say themselves.
    NotAsked,
    /// Nobody of the team is in scope, today or on the campaign's last day.
    NoTeam,
}

/// The fact that a number in a campaign's issue gives, which was said there on the day `said`. The last word holds, so nobody
/// is asked what they saw. None where that stands already: because its source was read before, or because the same was said
/// since by another way. What was said until the campaign's last day counts until its result is recorded.
///
/// # Errors
/// Why it does not count.
pub fn attest_from_issue(
    world: &World,
    manager: PersonIx,
    campaign: &Campaign,
    count: u32,
    source: CountSource,
    said: Day,
    today: Day,
) -> Result<Vec<Draft>, NotCounted> {
    let person = world.people().get(manager).ok_or(NotCounted::NoTeam)?;
    if was_read(person, &campaign.id, &source.reference) {
        return Ok(Vec::new());
    }
    let has_result = world.rounds().result(&campaign.id).is_some();
    if has_result || said > today || !state(world, campaign, said).takes_answers() {
        return Err(NotCounted::NotOpen);
    }
    if campaign.counted_by == CountedBy::People {
        return Err(NotCounted::NotAsked);
    }
    let day = today.min(campaign.closes);
    let rows = crate::tally::table(world, campaign, day).map_err(|_| NotCounted::NoTeam)?;
    let is_theirs = |row: &&crate::tally::Row| row.of == crate::tally::RowOf::Manager(world.people().resolve(manager));
    let row = rows.iter().find(is_theirs).ok_or(NotCounted::NoTeam)?;
    if count > row.engineers {
        return Err(NotCounted::TooMany);
    }
    if row.attested == Some(count) {
        return Ok(Vec::new());
    }
    let campaign = campaign.id.clone();
    let body = TallyAttested { manager: person.id, campaign, on: said, count, source: Some(source) };
    Ok(vec![Body::TallyAttested(body).into()])
}

/// Whether a count was taken in from this source before.
fn was_read(manager: &Person, campaign: &str, reference: &str) -> bool {
    from_issue(manager, campaign).any(|(_, source)| &*source.reference == reference)
}

/// The counts for a manager's team that were said in a campaign's issue, in the order of their recording.
pub fn from_issue<'a>(
    manager: &'a Person,
    campaign: &'a str,
) -> impl Iterator<Item = (&'a Attestation, &'a CountSource)> {
    let given = manager.attestations.iter().filter(move |given| &*given.campaign == campaign);
    given.filter_map(|given| Some((given, given.source.as_deref()?)))
}

/// Who has which user name on a day, capitals apart.
#[derive(Clone, Debug, Default)]
pub struct Usernames {
    /// None where several have it.
    holders: HashMap<String, Option<PersonIx>>,
}

impl Usernames {
    /// Of everybody employed on `day`.
    #[must_use]
    pub fn on(world: &World, day: Day) -> Usernames {
        let mut holders = HashMap::new();
        for (ix, person) in world.people().listed().filter(|(_, person)| person.employed(day)) {
            let username = person.identity.as_ref().map_or("", |identity| &identity.username);
            if !username.is_empty() {
                let holder = holders.entry(username.to_lowercase()).or_insert(Some(ix));
                *holder = holder.filter(|other| *other == ix);
            }
        }
        Usernames { holders }
    }

    /// Who has this one; nobody where several have it.
    #[must_use]
    pub fn holder(&self, username: &str) -> Option<PersonIx> {
        *self.holders.get(&username.to_lowercase())?
    }
}

/// Whether somebody may say how many of a manager's team have taken it: the manager, their deputy, and who keeps the records.
#[must_use]
pub fn may_speak_for(world: &World, teams_today: &Teams, speaker: PersonIx, manager: PersonIx, today: Day) -> bool {
    let caller = world.people().get(speaker).and_then(|person| Caller::person(world, teams_today, person.id, today));
    caller.is_some_and(|caller| caller.sees_team_of(manager) || caller.may(Act::Records))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::CountVia;
    use crate::world::tests::{TODAY, file, on};

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

    /// As said on one day and read on another.
    fn said(world: &mut World, count: u32, reference: &str, (day, read): (&str, &str)) -> Result<usize, NotCounted> {
        let (manager, campaign) = (world.people().find("M1").unwrap(), world.campaign("K").unwrap());
        let source =
            CountSource { via: CountVia::Comment, reference: reference.into(), editors: Vec::new(), untold: false };
        let drafts = attest_from_issue(world, manager, campaign, count, source, on(day), on(read))?;
        let facts = drafts.len();
        world.is_told(drafts);
        Ok(facts)
    }

    #[test]
    fn a_number_in_an_issue_is_the_last_word_once_and_never_more_than_the_team_has() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["M1,Mara,,Boss,,,", "E1,Ana,,Developer,M1,,", "E2,Bo,,Developer,M1,,"]);
        for (count, reference, day, expected) in [
            (3, "1", "2024-02-01", Err(NotCounted::TooMany)),
            (1, "2", "2025-02-01", Err(NotCounted::NotOpen)),
            (1, "3", "2024-02-01", Ok(1)),
            (2, "4", "2024-02-02", Ok(1)),
            (1, "3", "2024-02-03", Ok(0)),
            (2, "5", "2024-02-03", Ok(0)),
            (0, "6", "2024-02-03", Ok(1)),
        ] {
            assert_eq!(said(&mut world, count, reference, (day, day)), expected, "{reference}");
        }
        let given: Vec<u32> = from_issue(world.person("M1"), "K").map(|(given, _)| given.count).collect();
        assert_eq!(given, [1, 2, 0]);
    }

    #[test]
    fn what_was_said_until_the_last_day_counts_for_its_day_until_the_result_is_recorded() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["M1,Mara,,Boss,,,", "E1,Ana,,Developer,M1,,", "E2,Bo,,Developer,M1,,"]);
        // A team is as large as it was on the last day, whoever came since.
        world.is_told_roster(
            "2025-01-01",
            &["M1,Mara,,Boss,,,", "E1,Ana,,Developer,M1,,", "E2,Bo,,Developer,M1,,", "E3,Cy,,Developer,M1,,"],
        );
        for (count, reference, days, expected) in [
            (3, "1", ("2024-12-31", "2025-01-01"), Err(NotCounted::TooMany)),
            (1, "2", ("2024-12-31", "2025-01-01"), Ok(1)),
            (2, "3", ("2025-01-01", "2025-01-01"), Err(NotCounted::NotOpen)),
            (2, "4", ("2024-12-31", "2024-12-30"), Err(NotCounted::NotOpen)),
        ] {
            assert_eq!(said(&mut world, count, reference, days), expected, "{reference}");
        }
        let drafts = crate::round::close(&world, "K", on("2025-01-02")).unwrap();
        world.is_told(drafts);
        assert_eq!(world.rounds().result("K").map(|result| (result.on, result.taken)), Some((on("2024-12-31"), 1)));
        assert_eq!(world.person("M1").attestations.last().map(|given| given.on), Some(on("2024-12-31")));
        let late = said(&mut world, 2, "5", ("2024-12-30", "2025-01-02"));
        assert_eq!(late, Err(NotCounted::NotOpen), "the result stands");
    }

    #[test]
    fn a_user_name_that_two_employed_people_have_is_nobodys() {
        let mut world = World::sample();
        let options = crate::roster::ImportOptions { on: on("2024-01-01"), today: TODAY, allow_mass_end: true };
        let list = "employee_id,name,email,username,title,departments,manager_id,start_date,end_date\n\
            E1,Ana,,Ana,Developer,,,2020-01-01,\nE2,Bo,,bo,Developer,,,2020-01-01,\nE3,Bob,,BO,Developer,,,2020-01-01,\n\
            E4,Cy,,cy,Developer,,,2020-01-01,2024-03-01\nE5,Cyd,,cy,Developer,,,2020-01-01,\nE6,Di,,,Developer,,,2020-01-01,\n";
        let (mut next, roster) = (0, crate::roster::Roster::read(file(list)).unwrap());
        let mut mint = || {
            next += 1;
            PersonId::from_random([next; 10])
        };
        let drafts = crate::roster::import(&world, &roster, options, &mut mint).unwrap().0;
        world.is_told(drafts);
        let holder = |name: &str, day: &str| {
            let ix = Usernames::on(&world, on(day)).holder(name)?;
            world.people().get(ix).map(Person::label)
        };
        assert_eq!(holder("ana", "2024-02-01").as_deref(), Some("E1"));
        assert_eq!((holder("bo", "2024-02-01"), holder("", "2024-02-01")), (None, None));
        assert_eq!((holder("cy", "2024-02-01"), holder("cy", "2024-03-02").as_deref()), (None, Some("E5")));
    }

    #[test]
    fn the_manager_their_deputy_and_who_keeps_the_records_speak_for_a_team_and_nobody_else() {
        let mut world = World::sample();
        let people = ["M1", "E1", "E2", "E3", "E4"];
        let manager = |id| if id == "M1" { "" } else { "M1" };
        let rows: Vec<String> = people.iter().map(|id| format!("{id},{id},,Developer,{},,", manager(*id))).collect();
        world.is_told_roster("2024-01-01", &rows.iter().map(String::as_str).collect::<Vec<_>>());
        let ix = |id: &str| world.people().find(id).unwrap();
        let mut drafts =
            crate::deputy::name(&world, ix("M1"), "E1", (on("2024-03-01"), on("2024-03-02")), on("2024-03-01"))
                .unwrap();
        drafts.extend(crate::access::grant(&world, "E2", crate::access::Role::Delivery, on("2024-03-01")).unwrap());
        drafts.extend(crate::access::grant(&world, "E3", crate::access::Role::Management, on("2024-03-01")).unwrap());
        let manager = ix("M1");
        world.is_told(drafts);
        let may = |day: &str| {
            let teams = Teams::on(&world, on(day));
            let ix = |id: &str| world.people().find(id).unwrap();
            people.map(|id| may_speak_for(&world, &teams, ix(id), manager, on(day)))
        };
        assert_eq!(may("2024-03-02"), [true, true, true, false, false]);
        assert_eq!(may("2024-03-03"), [true, false, true, false, false]);
    }
}
