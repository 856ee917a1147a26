//! What becomes of a campaign: it rests, goes on, ends with a result that stands, and the next one is made from it.

use crate::calendar::{Quarter, add_months};
use crate::campaign::{Campaign, State, state};
use crate::fact::{Body, CampaignClosed, CampaignDefined, CampaignMoved, IssueLinked, ResultRow};
use crate::person::{Person, PersonIx};
use crate::tally::{self, RowOf, Score};
use crate::{Day, Draft, Refusal, World};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What became of all campaigns, by id.
#[derive(Clone, Debug, Default)]
pub struct Rounds {
    by_campaign: BTreeMap<Box<str>, Round>,
}

#[derive(Clone, Debug, Default)]
struct Round {
    moves: Vec<Move>,
    closed: Option<Closed>,
    issue: Option<IssueLinked>,
    /// When it was defined last.
    defined: Option<Timestamp>,
}

/// That a campaign was paused or went on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// From this day.
    pub on: Day,
    /// Whether it rests since.
    pub is_paused: bool,
    /// When that was recorded.
    pub at: Timestamp,
    /// By whom.
    pub by: Box<str>,
}

/// How a campaign ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// The fact's place in the ledger.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// By whom; `system` where its last day had passed.
    pub by: Box<str>,
    /// The result.
    pub result: CampaignClosed,
}

impl Rounds {
    /// Whether a campaign rests on `day`.
    #[must_use]
    pub fn is_paused(&self, campaign: &str, day: Day) -> bool {
        self.moves(campaign).iter().rev().find(|step| step.on <= day).is_some_and(|step| step.is_paused)
    }

    /// When a campaign was paused and went on, in order.
    #[must_use]
    pub fn moves(&self, campaign: &str) -> &[Move] {
        self.by_campaign.get(campaign).map_or(&[], |round| &round.moves)
    }

    /// How a campaign ended.
    #[must_use]
    pub fn closed(&self, campaign: &str) -> Option<&Closed> {
        self.by_campaign.get(campaign)?.closed.as_ref()
    }

    /// The result of a campaign that ended.
    #[must_use]
    pub fn result(&self, campaign: &str) -> Option<&CampaignClosed> {
        Some(&self.closed(campaign)?.result)
    }

    /// The issue that shows a campaign's table.
    #[must_use]
    pub fn issue(&self, campaign: &str) -> Option<&IssueLinked> {
        self.by_campaign.get(campaign)?.issue.as_ref()
    }

    fn of(&mut self, campaign: &str) -> &mut Round {
        self.by_campaign.entry(campaign.into()).or_default()
    }

    pub(crate) fn defined(&mut self, campaign: &str, at: Timestamp) {
        self.of(campaign).defined = Some(at);
    }

    /// Whether a campaign was defined as it is on or before its last day. A round of the past that is taken in later waits
    /// for its counts: only somebody can say when all of it is there.
    fn ran(&self, campaign: &Campaign) -> bool {
        let defined = self.by_campaign.get(&campaign.id).and_then(|round| round.defined);
        defined.is_some_and(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date() <= campaign.closes)
    }

    pub(crate) fn moved(&mut self, body: &CampaignMoved, is_paused: bool, at: Timestamp, by: Box<str>) {
        self.of(&body.campaign).moves.push(Move { on: body.on, is_paused, at, by });
    }

    /// The first result stands, whatever else is said.
    pub(crate) fn ended(&mut self, seq: u64, at: Timestamp, by: Box<str>, result: CampaignClosed) {
        let campaign = result.campaign.clone();
        self.of(&campaign).closed.get_or_insert(Closed { seq, at, by, result });
    }

    pub(crate) fn linked(&mut self, body: IssueLinked) {
        let campaign = body.campaign.clone();
        self.of(&campaign).issue = Some(body);
    }
}

/// The fact that a campaign rests from today, or goes on.
///
/// # Errors
/// Where it is not open, or does so already.
pub fn pause(world: &World, id: &str, rests: bool, today: Day) -> Result<Vec<Draft>, Refusal> {
    let campaign = world.campaign(id).map_err(Refusal::request)?;
    let body = CampaignMoved { campaign: id.into(), on: today };
    match (state(world, campaign, today), rests) {
        (State::Open, true) => Ok(vec![Body::CampaignPaused(body).into()]),
        (State::Paused, false) => Ok(vec![Body::CampaignResumed(body).into()]),
        (now, _) => Err(Refusal::request(format!("{} is {} today", campaign.title, now.word()))),
    }
}

/// The fact that a campaign ended, with the table of its last day: today where it is open, `closes` where that has passed.
///
/// # Errors
/// Where it ended before or has not begun.
pub fn close(world: &World, id: &str, today: Day) -> Result<Vec<Draft>, Refusal> {
    let campaign = world.campaign(id).map_err(Refusal::request)?;
    match state(world, campaign, today) {
        State::Closed => return Err(Refusal::request(format!("{} is closed, and its result stands", campaign.title))),
        State::Planned => return Err(Refusal::request(format!("{} has not begun", campaign.title))),
        State::Open | State::Paused | State::Over => {}
    }
    let on = today.min(campaign.closes);
    let rows = tally::table(world, campaign, on).map_err(Refusal::request)?;
    let score = Score::of(&rows);
    let manager = |of: &RowOf| match of {
        RowOf::Manager(ix) => world.people().get(*ix).map(|person| person.id),
        RowOf::NoManager | RowOf::OtherTeams => None,
    };
    let rows = rows.iter().map(|row| ResultRow {
        manager: manager(&row.of),
        engineers: row.engineers,
        away: row.away,
        recorded: row.recorded,
        attested: row.attested,
        taken: row.taken,
    });
    let result = CampaignClosed {
        campaign: id.into(),
        on,
        engineers: score.engineers,
        taken: score.taken,
        objective: campaign.objective,
        rows: rows.collect(),
    };
    Ok(vec![Body::CampaignClosed(result).into()])
}

/// The campaigns that ran until their last day, which has passed, and have no result yet.
#[must_use]
pub fn to_be_closed(world: &World, today: Day) -> Vec<Box<str>> {
    let over = world.campaigns().values().filter(|campaign| state(world, campaign, today) == State::Over);
    let over = over.filter(|campaign| world.rounds().ran(campaign));
    over.filter(|campaign| world.control(&campaign.control).is_ok()).map(|campaign| campaign.id.clone()).collect()
}

/// The rows of a result as a table's rows.
#[must_use]
pub fn rows(world: &World, result: &CampaignClosed) -> Vec<tally::Row> {
    let row = |row: &ResultRow| {
        let manager = row.manager.and_then(|id| world.people().by_id(id));
        tally::Row {
            of: manager.map_or(RowOf::NoManager, RowOf::Manager),
            label: manager.and_then(|ix| world.people().get(ix)).map(Person::label).unwrap_or_default(),
            engineers: row.engineers,
            away: row.away,
            recorded: row.recorded,
            attested: row.attested,
            taken: row.taken,
        }
    };
    result.rows.iter().map(row).collect()
}

/// Next year's campaign, made from this one: a year later in everything, counting from the day it opens. Years in its id
/// and title are counted on.
#[must_use]
pub fn next(world: &World, campaign: &Campaign) -> CampaignDefined {
    let years = world.fiscal_years();
    let later = |day: Day| add_months(day, 12);
    let opens = later(campaign.opens);
    // The last day of a quarter stays the last day of one, which a year added to 28 February need not be.
    let last = |day: Day| {
        let quarter = Quarter::of(day, years);
        if quarter.last_day(years) == day { quarter.next_year().last_day(years) } else { later(day) }
    };
    let mut about = campaign.about.clone();
    // This year's issue is not next year's; that there is to be none is.
    if about.get("issue").is_some_and(|issue| issue.as_bool() != Some(false)) {
        about.remove("issue");
    }
    let mut id = counted_on(&campaign.id);
    while world.campaigns().contains_key(&*id) {
        id.push_str("-next");
    }
    CampaignDefined {
        id: id.into(),
        title: counted_on(&campaign.title).into(),
        opens,
        closes: last(campaign.closes),
        counts_since: opens,
        objective_by: campaign.objective_by.map(last),
        about,
        ..campaign.defined()
    }
}

/// The text with each year in it counted on by one: four digits from 1990 to 2198, or two after "FY".
fn counted_on(text: &str) -> String {
    let mut counted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|character: char| character.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|character: char| !character.is_ascii_digit()).unwrap_or(from.len());
        let (digits, after) = from.split_at(end);
        counted.push_str(before);
        let is_short = digits.len() == 2 && before.to_ascii_uppercase().ends_with("FY");
        let number: u32 = digits.parse().unwrap_or_default();
        if is_short {
            counted.extend(format!("{:02}", (number + 1) % 100).chars());
        } else if digits.len() == 4 && (1990..2199).contains(&number) {
            counted.push_str(&(number + 1).to_string());
        } else {
            counted.push_str(digits);
        }
        rest = after;
    }
    counted + rest
}

/// Whom a campaign asks on a day, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// All of them, those away apart.
    pub all: u32,
    /// Who came into scope since the campaign before opened.
    pub new: u32,
    /// Who was asked by the campaign before and did not take it.
    pub missed: u32,
    /// Who is to take the full course.
    pub full: u32,
    /// Who is to take the refresher.
    pub refresher: u32,
    /// Who is on leave or excepted.
    pub away: u32,
}

/// Whom a campaign would ask on `day`, seen from the campaign before it, where there is one.
///
/// # Errors
/// Where its control is not defined.
pub fn asked(world: &World, campaign: &Campaign, before: Option<&Campaign>, day: Day) -> Result<Asked, String> {
    let control = world.control(&campaign.control)?;
    let standings = crate::due::Standings::new(world, control, day);
    let everybody: Vec<PersonIx> = world.people().listed().map(|(ix, _)| ix).collect();
    let mut asked = Asked::default();
    for (ix, member) in tally::members(world, campaign, &everybody, day)? {
        let Some(person) = world.people().get(ix) else { continue };
        if member == tally::Member::Away {
            asked.away += 1;
            continue;
        }
        asked.all += 1;
        match standings.of(person).course {
            Some(crate::due::CourseKind::Full) => asked.full += 1,
            Some(crate::due::CourseKind::Refresher) => asked.refresher += 1,
            None => {}
        }
        let Some(before) = before else { continue };
        let entry = standings.scope().entry(person, day);
        if entry.is_some_and(|entry| entry > before.opens) {
            asked.new += 1;
        } else if !tally::has_counting_completion(control, before, person, day.min(before.closes)) {
            asked.missed += 1;
        }
    }
    Ok(asked)
}

/// The latest campaign of the same control that opened before this one.
#[must_use]
pub fn before<'w>(world: &'w World, campaign: &Campaign) -> Option<&'w Campaign> {
    let earlier = |other: &&Campaign| other.control == campaign.control && other.opens < campaign.opens;
    world.campaigns().values().filter(earlier).max_by_key(|other| other.opens)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::on;

    fn team() -> World {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["M1,Mara,,Boss,,,", "E1,Ana,,Developer,M1,,", "E2,Bo,,Developer,M1,,"]);
        world
    }

    #[test]
    fn a_campaign_rests_and_goes_on_and_ends_once_with_the_table_of_its_last_day() {
        let mut world = team();
        let now = |world: &World, day: &str| state(world, world.campaign("K").unwrap(), on(day));
        assert_eq!(now(&world, "2023-12-31"), State::Planned);
        assert!(pause(&world, "K", false, on("2024-02-01")).is_err(), "it does not rest");
        let drafts = pause(&world, "K", true, on("2024-02-01")).unwrap();
        world.is_told(drafts);
        assert_eq!((now(&world, "2024-01-31"), now(&world, "2024-02-01")), (State::Open, State::Paused));
        let drafts = pause(&world, "K", false, on("2024-03-01")).unwrap();
        world.is_told(drafts);
        assert_eq!((now(&world, "2024-03-01"), now(&world, "2025-01-01")), (State::Open, State::Over));
        assert_eq!(to_be_closed(&world, on("2025-01-05")), [], "it was taken in after its end, and waits for somebody");
        world.rounds.defined("K", "2023-12-01T00:00:00Z".parse().unwrap());
        assert_eq!(to_be_closed(&world, on("2024-12-31")), []);
        assert_eq!(to_be_closed(&world, on("2025-01-05")), ["K".into()]);
        let drafts = close(&world, "K", on("2025-01-05")).unwrap();
        world.is_told(drafts);
        let result = world.rounds().result("K").unwrap();
        assert_eq!((result.on, result.engineers, result.taken, result.rows.len()), (on("2024-12-31"), 2, 0, 1));
        assert!(close(&world, "K", on("2025-01-06")).unwrap_err().to_string().contains("its result stands"));
        assert_eq!(to_be_closed(&world, on("2025-01-06")), []);
    }

    #[test]
    fn years_in_names_are_counted_on_and_other_numbers_stay() {
        for (text, expected) in [
            ("fy27-q2", "fy28-q2"),
            ("Refresher 2026", "Refresher 2027"),
            ("FY99", "FY00"),
            ("round 12, part 2", "round 12, part 2"),
            ("", ""),
        ] {
            assert_eq!(counted_on(text), expected);
        }
    }

    #[test]
    fn the_next_campaign_is_a_year_later_and_asks_those_who_are_new_and_those_who_missed_the_last() {
        let mut world = team();
        let next = next(&world, world.campaign("K").unwrap());
        assert_eq!(
            (next.opens, next.closes, next.counts_since),
            (on("2025-01-01"), on("2025-12-31"), on("2025-01-01"))
        );
        assert_eq!(&*next.id, "K-next", "an id without a year");
        world.is_told_roster(
            "2024-06-01",
            &["M1,Mara,,Boss,,,", "E1,Ana,,Developer,M1,,", "E2,Bo,,Developer,M1,,", "E3,Cy,,Developer,M1,,"],
        );
        let list = "employee_id,course,completed_on,strength\nE1,full,2024-05-01,completed\n";
        let file = crate::world::tests::file(list);
        let drafts = crate::completion::import(&world, file, on("2026-01-01")).unwrap().0;
        world.is_told(drafts);
        let next = Campaign::new(next).unwrap();
        let counted = asked(&world, &next, world.campaigns().get("K"), on("2025-01-01")).unwrap();
        assert_eq!(counted, Asked { all: 3, new: 1, missed: 1, full: 2, refresher: 1, away: 0 });
    }
}
