//! A campaign's table: a row for each manager, and what of it may be published.

use crate::Day;
use crate::campaign::Campaign;
use crate::control::Control;
use crate::person::{Person, PersonIx, Strength};
use crate::scope::Scope;
use crate::world::World;
use std::collections::BTreeMap;

/// Whose row it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowOf {
    /// Reports whose manager is missing, unknown or no longer employed.
    NoManager,
    /// A manager's direct reports.
    Manager(PersonIx),
    /// Rows too small to be published, together.
    OtherTeams,
}

/// A row of a campaign's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Whose row it is.
    pub of: RowOf,
    /// What lists print for it: the manager's id, nothing, or "Other teams".
    pub label: String,
    /// Direct reports in scope, not excepted, not on leave.
    pub engineers: u32,
    /// Direct reports in scope, excepted or on leave.
    pub away: u32,
    /// Of `engineers`, those with a completion that counts.
    pub recorded: u32,
    /// The count that the manager gave last.
    pub attested: Option<u32>,
    /// The greater of the two, never above `engineers`.
    pub taken: u32,
}

/// A share as "78.7 %", rounded down so that 100 % means everybody; none of nobody.
#[must_use]
pub fn percent(part: u64, whole: u64) -> Option<String> {
    let tenths = (part * 1_000).checked_div(whole)?;
    Some(match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} %"),
        (whole, tenth) => format!("{whole}.{tenth} %"),
    })
}

/// What the folded row is called.
pub const OTHER_TEAMS: &str = "Other teams";

/// The sums over a table's rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Sum of `engineers`.
    pub engineers: u64,
    /// Sum of `taken`.
    pub taken: u64,
}

impl Score {
    /// Over these rows.
    #[must_use]
    pub fn of(rows: &[Row]) -> Score {
        rows.iter().fold(Score::default(), |score, row| Score {
            engineers: score.engineers + u64::from(row.engineers),
            taken: score.taken + u64::from(row.taken),
        })
    }

    /// Whether `taken / engineers` reaches a share in ten-thousandths. Without engineers there is nothing left to reach.
    #[must_use]
    pub fn reaches(&self, objective: u32) -> bool {
        self.taken * 10_000 >= self.engineers * u64::from(objective)
    }
}

#[derive(Default)]
struct Count {
    engineers: u32,
    away: u32,
    recorded: u32,
}

/// The campaign's table on `day`: one row a manager, by label, the row without a manager first.
///
/// # Errors
/// Where the campaign's control is not defined.
pub fn table(world: &World, campaign: &Campaign, day: Day) -> Result<Vec<Row>, String> {
    let control = world.control(&campaign.control)?;
    let scope = Scope::new(world, control);
    let mut counts: BTreeMap<Option<PersonIx>, Count> = BTreeMap::new();
    for (_, person) in world.people().listed() {
        if !scope.contains(person, day) || !campaign.asks(world, person, day) {
            continue;
        }
        let count = counts.entry(manager_of(world, person, day)).or_default();
        if person.excepted(&control.id, day) || person.on_leave(day) {
            count.away += 1;
        } else {
            count.engineers += 1;
            count.recorded += u32::from(has_counting_completion(control, campaign, person, day));
        }
    }
    let mut rows: Vec<Row> = counts
        .into_iter()
        .filter(|(_, count)| count.engineers > 0)
        .map(|(manager, count)| row(world, campaign, day, manager, &count))
        .collect();
    rows.sort_by(|a, b| a.label.cmp(&b.label));
    Ok(rows)
}

/// The manager that a person reports to on `day`: named by the record in force, known and employed then.
#[must_use]
pub fn manager_of(world: &World, person: &Person, day: Day) -> Option<PersonIx> {
    let manager = world.people().resolve(person.record(day)?.manager?);
    world.people().get(manager)?.employed(day).then_some(manager)
}

/// Whether the person has a completion that counts in the campaign by `day`, of the version in force on `day`.
pub(crate) fn has_counting_completion(control: &Control, campaign: &Campaign, person: &Person, day: Day) -> bool {
    let Some(version) = control.version(day) else { return false };
    person.completions.iter().any(|completion| {
        campaign.counts_since <= completion.on
            && completion.on <= day
            && completion.strength > Strength::Attested
            && (completion.course == version.full || Some(completion.course) == version.refresher)
    })
}

/// How somebody stands in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Member {
    /// Took it, by a completion that counts.
    Taken,
    /// Not yet.
    NotYet,
    /// On leave, or excepted.
    Away,
}

/// Those of some people whom a campaign concerns on `day`, and how each stands: what their manager's row counts.
///
/// # Errors
/// Where the campaign's control is not defined.
pub fn members(
    world: &World,
    campaign: &Campaign,
    people: &[PersonIx],
    day: Day,
) -> Result<Vec<(PersonIx, Member)>, String> {
    let control = world.control(&campaign.control)?;
    let scope = Scope::new(world, control);
    let known = people.iter().filter_map(|ix| Some((*ix, world.people().get(*ix)?)));
    let member = |person: &Person| {
        if person.excepted(&control.id, day) || person.on_leave(day) {
            Member::Away
        } else if has_counting_completion(control, campaign, person, day) {
            Member::Taken
        } else {
            Member::NotYet
        }
    };
    let asked = |(_, person): &(PersonIx, &Person)| scope.contains(person, day) && campaign.asks(world, person, day);
    Ok(known.filter(asked).map(|(ix, person)| (ix, member(person))).collect())
}

/// The count that a manager gave last by `day`.
pub(crate) fn attested(campaign: &Campaign, manager: &Person, day: Day) -> Option<u32> {
    let given = manager.attestations.iter().rev();
    given.into_iter().find(|given| given.campaign == campaign.id && given.on <= day).map(|given| given.count)
}

/// How many of a row have taken it.
pub(crate) fn taken(recorded: u32, attested: Option<u32>, engineers: u32) -> u32 {
    recorded.max(attested.unwrap_or(0).min(engineers))
}

fn row(world: &World, campaign: &Campaign, day: Day, manager: Option<PersonIx>, count: &Count) -> Row {
    let person = manager.and_then(|manager| world.people().get(manager));
    let attested = person.and_then(|person| attested(campaign, person, day));
    Row {
        of: manager.map_or(RowOf::NoManager, RowOf::Manager),
        label: person.map(Person::label).unwrap_or_default(),
        engineers: count.engineers,
        away: count.away,
        recorded: count.recorded,
        attested,
        taken: taken(count.recorded, attested, count.engineers),
    }
}

/// The table as it may leave the programme team: rows of fewer than `smallest` engineers folded into one, which takes the
/// next smallest row in while it holds fewer itself. Where everybody together is fewer, nothing may be published.
#[must_use]
pub fn published(rows: Vec<Row>, smallest: u32) -> Vec<Row> {
    let mut rows = rows;
    rows.sort_by(|a, b| a.engineers.cmp(&b.engineers).then_with(|| a.label.cmp(&b.label)));
    let small = rows.partition_point(|row| row.engineers < smallest);
    if small == 0 {
        rows.sort_by(|a, b| a.label.cmp(&b.label));
        return rows;
    }
    let mut kept = rows.split_off(small);
    let mut folded = rows;
    while Score::of(&folded).engineers < u64::from(smallest) {
        if kept.is_empty() {
            return Vec::new();
        }
        folded.push(kept.remove(0));
    }
    kept.sort_by(|a, b| a.label.cmp(&b.label));
    kept.push(fold(&folded));
    kept
}

fn fold(rows: &[Row]) -> Row {
    let sum = |value: fn(&Row) -> u32| rows.iter().map(value).sum();
    let given: Vec<u32> = rows.iter().filter_map(|row| row.attested).collect();
    Row {
        of: RowOf::OtherTeams,
        label: OTHER_TEAMS.to_owned(),
        engineers: sum(|row| row.engineers),
        away: sum(|row| row.away),
        recorded: sum(|row| row.recorded),
        attested: (!given.is_empty()).then(|| given.iter().fold(0, |sum: u32, count| sum.saturating_add(*count))),
        taken: sum(|row| row.taken),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::{TODAY, file, on};
    use crate::{attestation, completion, leave};

    fn rows(sizes: &[(&str, u32)]) -> Vec<Row> {
        let row = |(label, engineers): &(&str, u32)| Row {
            of: RowOf::NoManager,
            label: (*label).to_owned(),
            engineers: *engineers,
            away: 0,
            recorded: 0,
            attested: None,
            taken: 0,
        };
        sizes.iter().map(row).collect()
    }

    fn told(rows: &[Row]) -> Vec<(&str, u32)> {
        rows.iter().map(|row| (row.label.as_str(), row.engineers)).collect()
    }

    #[test]
    fn small_rows_are_folded_and_take_the_next_smallest_in_while_they_are_too_few() {
        for (private, expected) in [
            (&[("b", 3), ("a", 5)][..], &[("a", 5), ("b", 3)][..]),
            (&[("a", 5), ("b", 1), ("c", 2)], &[("a", 5), (OTHER_TEAMS, 3)]),
            (&[("a", 5), ("b", 1), ("c", 4), ("d", 4)], &[("a", 5), ("d", 4), (OTHER_TEAMS, 5)]),
            (&[("a", 2), ("b", 3)], &[(OTHER_TEAMS, 5)]),
            (&[("a", 1), ("b", 1)], &[]),
            (&[], &[]),
        ] {
            assert_eq!(told(&published(rows(private), 3)), expected, "{private:?}");
        }
    }

    #[test]
    fn a_managers_count_is_taken_up_to_the_size_of_the_team_and_never_below_what_is_recorded() {
        let mut world = World::sample();
        let team = ["E1,Boss,,Boss,,,", "E2,A,,Developer,E1,,", "E3,B,,Developer,E1,,", "E4,C,,Developer,E1,,"];
        world.is_told_roster("2024-01-01", &team);
        let completions = "employee_id,course,completed_on,strength\nE2,full,2024-02-01,acknowledged\n\
            E3,full,2023-12-31,completed\nE3,first-aid,2024-02-01,completed\nE4,full,2024-02-01,attested\n";
        let drafts = completion::import(&world, file(completions), TODAY).unwrap().0;
        world.is_told(drafts);
        let counts = "manager_id,campaign,count,on\nE1,K,0,2024-03-01\nE1,K,2,2024-04-01\nE1,K,9,2024-05-01\n";
        let drafts = attestation::import(&world, file(counts), TODAY).unwrap().0;
        world.is_told(drafts);
        for (day, attested, taken) in [
            ("2024-02-28", None, 1),
            ("2024-03-31", Some(0), 1),
            ("2024-04-01", Some(2), 2),
            ("2024-05-01", Some(9), 3),
        ] {
            let table = table(&world, world.campaign("K").unwrap(), on(day)).unwrap();
            assert_eq!(told(&table), [("E1", 3)]);
            assert_eq!((table[0].recorded, table[0].attested, table[0].taken), (1, attested, taken), "on {day}");
        }
    }

    #[test]
    fn reports_of_nobody_known_or_employed_stand_in_one_row_and_teams_that_are_all_away_in_none() {
        let mut world = World::sample();
        world.is_told_roster(
            "2024-01-01",
            &[
                "E1,A,,Developer,,,",
                "E2,B,,Developer,E99,,",
                "E3,C,,Developer,E4,,",
                "E4,Gone,,Boss,,,2024-01-31",
                "E5,D,,Developer,E1,,",
            ],
        );
        let drafts = leave::import(&world, file("employee_id,from,to\nE5,2024-01-01,\n")).unwrap().0;
        world.is_told(drafts);
        let on_day = |day| table(&world, world.campaign("K").unwrap(), on(day)).unwrap();
        assert_eq!(told(&on_day("2024-01-31")), [("", 2), ("E4", 1)]);
        assert_eq!(told(&on_day("2024-02-01")), [("", 3)]);
    }

    #[test]
    fn an_objective_is_reached_at_its_share_and_by_nobody_at_all() {
        assert!(Score { engineers: 10, taken: 9 }.reaches(9_000));
        assert!(!Score { engineers: 10, taken: 8 }.reaches(9_000));
        assert!(Score::default().reaches(9_000));
    }
}
