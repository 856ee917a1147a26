//! What is done about a control itself: its owner reviews it at a rhythm, and it is checked whether it holds for everybody,
//! with what followed.

use crate::calendar::{add_months, quote, subtract_days};
use crate::control::{Control, ControlVersion};
use crate::discretion::open_words;
use crate::due::{Status, Totals};
use crate::fact::{Body, ControlChecked, ControlFollowed, ControlReviewed, Verdict};
use crate::{Day, Draft, Refusal, World};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;

/// How often an owner reviews the control, in months, unless the programme says otherwise.
pub const REVIEW_EVERY: u32 = 12;
/// How often it is checked, in months of the fiscal year, unless the programme says otherwise.
pub const CHECK_EVERY: u32 = 3;
/// The names under which a control's description tells both.
pub const RHYTHMS: [&str; 2] = ["review_every_months", "check_every_months"];

/// A review as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The fact's number.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// By whom, as the ledger writes it: the signature.
    pub by: Box<str>,
    /// What the fact says.
    pub body: ControlReviewed,
}

/// A check as it was recorded, with what followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its number.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// By whom, as the ledger writes it.
    pub by: Box<str>,
    /// What the fact says.
    pub body: ControlChecked,
    /// What was done after it, in order.
    pub followed: Vec<Followed>,
}

/// What was done after a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// When it was recorded.
    pub at: Timestamp,
    /// By whom, as the ledger writes it.
    pub by: Box<str>,
    /// In words.
    pub remark: Box<str>,
}

impl Check {
    /// To whom the control applied.
    #[must_use]
    pub fn in_scope(&self) -> u64 {
        self.population() + self.body.on_leave + self.body.excepted
    }

    /// Those of them who were neither away nor excepted.
    #[must_use]
    pub fn population(&self) -> u64 {
        self.body.current + self.body.due + self.body.overdue
    }

    /// Whether nobody was overdue.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.body.overdue == 0
    }
}

/// All reviews and checks.
#[derive(Clone, Debug, Default)]
pub struct Assurance {
    reviews: Vec<Review>,
    checks: BTreeMap<u64, Check>,
}

impl Assurance {
    /// The reviews of a control, in the order of their recording.
    pub fn reviews(&self, control: &str) -> impl DoubleEndedIterator<Item = &Review> {
        self.reviews.iter().filter(move |review| &*review.body.control == control)
    }

    /// The checks of a control, in the order of their recording.
    pub fn checks(&self, control: &str) -> impl DoubleEndedIterator<Item = &Check> {
        self.checks.values().filter(move |check| &*check.body.control == control)
    }

    /// The check with this number.
    #[must_use]
    pub fn check(&self, seq: u64) -> Option<&Check> {
        self.checks.get(&seq)
    }

    pub(crate) fn reviewed(&mut self, seq: u64, at: Timestamp, by: Box<str>, body: ControlReviewed) {
        self.reviews.push(Review { seq, at, by, body });
    }

    pub(crate) fn checked(&mut self, seq: u64, at: Timestamp, by: Box<str>, body: ControlChecked) {
        self.checks.insert(seq, Check { seq, at, by, body, followed: Vec::new() });
    }

    pub(crate) fn followed(&mut self, at: Timestamp, by: Box<str>, body: ControlFollowed) {
        if let Some(check) = self.checks.get_mut(&body.check) {
            check.followed.push(Followed { at, by, remark: body.remark });
        }
    }
}

/// The fact that an owner reviewed the control as it stands today.
///
/// # Errors
/// Where there is no such control, a change is announced without saying which, or somebody is named.
pub fn review(world: &World, control: &str, verdict: Verdict, remark: &str, today: Day) -> Result<Vec<Draft>, Refusal> {
    let found = world.control(control).map_err(Refusal::request)?;
    let version = found.version(today).ok_or_else(|| Refusal::request("this control has no version yet"))?;
    let remark = open_words(world, remark)?;
    if verdict == Verdict::ToBeChanged && remark.is_empty() {
        return Err(Refusal::request("say what is to be changed"));
    }
    let body = ControlReviewed { control: control.into(), on: today, version: version.seq, verdict, remark };
    Ok(vec![Body::ControlReviewed(body).into()])
}

/// By when a control is to be reviewed again: so many months after the last review, or after tracking
/// began. None where the programme asks for no reviews.
#[must_use]
pub fn review_due(world: &World, control: &Control, today: Day) -> Option<Day> {
    let months = rhythm(control.version(today)?, "review_every_months", REVIEW_EVERY);
    let last = world.assurance().reviews(&control.id).map(|review| review.body.on).max();
    let since = last.or_else(|| tracked_since(world))?;
    (months > 0).then(|| add_months(since, months))
}

/// The day of the first roster: before it nothing is known of anybody.
fn tracked_since(world: &World) -> Option<Day> {
    world.imports().iter().filter_map(|import| import.body.on).min()
}

/// The fact that says how the control stood on a day.
///
/// # Errors
/// Where there is no such control, the day is still to come, or the same was recorded already.
pub fn check(world: &World, control: &str, as_of: Day, today: Day) -> Result<Vec<Draft>, Refusal> {
    let found = world.control(control).map_err(Refusal::request)?;
    if as_of > today {
        return Err(Refusal::request(format!("{as_of} is still to come; check a day that has passed, or today")));
    }
    let totals = Totals::of(world, found, as_of);
    let body = ControlChecked {
        control: control.into(),
        as_of,
        current: totals.count(Status::Current),
        due: totals.count(Status::Due),
        overdue: totals.count(Status::Overdue),
        on_leave: totals.count(Status::OnLeave),
        excepted: totals.count(Status::Excepted),
    };
    if world.assurance().checks(control).any(|check| check.body == body) {
        return Err(Refusal::request(format!("{as_of} was checked already, with the same figures")));
    }
    Ok(vec![Body::ControlChecked(body).into()])
}

/// The fact that says what followed from a check.
///
/// # Errors
/// Where there is no such check, nothing is said, or somebody is named.
pub fn follow(world: &World, check: u64, remark: &str) -> Result<Vec<Draft>, Refusal> {
    let found = world.assurance().check(check).ok_or_else(|| Refusal::request("there is no such check"))?;
    let remark = open_words(world, remark)?;
    if remark.is_empty() {
        return Err(Refusal::request("say what was done"));
    }
    if found.followed.iter().any(|old| old.remark == remark) {
        return Err(Refusal::request("this is recorded already"));
    }
    Ok(vec![Body::ControlFollowed(ControlFollowed { check, remark }).into()])
}

/// The controls whose last period of checks is over and was not looked at, with the day to look at.
#[must_use]
pub fn to_be_checked(world: &World, today: Day) -> Vec<(Box<str>, Day)> {
    let Some(since) = tracked_since(world) else { return Vec::new() };
    let due = |control: &Control| {
        let months = rhythm(control.version(today)?, "check_every_months", CHECK_EVERY);
        let day = last_check_day(world, months, today)?;
        let is_done = world.assurance().checks(&control.id).any(|check| check.body.as_of == day);
        (day >= since && !is_done).then(|| (control.id.clone(), day))
    };
    world.controls().values().filter_map(due).collect()
}

/// The last day of the latest stretch of so many months of the fiscal year that is over.
fn last_check_day(world: &World, months: u32, today: Day) -> Option<Day> {
    if months == 0 {
        return None;
    }
    let first = world.fiscal_years().first_day(today);
    let starts = (0..12 / months).map(|stretch| add_months(first, stretch * months));
    starts.filter(|start| *start <= today).max().map(|start| subtract_days(start, 1))
}

fn rhythm(version: &ControlVersion, name: &str, usual: u32) -> u32 {
    let told = version.about.get(name).and_then(Value::as_u64);
    told.and_then(|months| u32::try_from(months).ok()).unwrap_or(usual)
}

/// What is wrong with the rhythms that a control's description tells.
#[must_use]
pub fn wrong_rhythms(about: &BTreeMap<String, Value>) -> Vec<String> {
    let wrong = |name: &&str| {
        let value = about.get(*name)?;
        let months = value.as_u64().filter(|months| *months <= 12 && (*months == 0 || 12 % months == 0));
        let mend = "a number of months that divides the year, as 1, 3, 6 or 12, or 0 for never";
        months.is_none().then(|| format!("{name} is {}; write {mend}", quote(&value.to_string())))
    };
    RHYTHMS.iter().filter_map(wrong).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::{TODAY, on};

    fn company() -> World {
        let mut world = World::sample();
        world.is_told_roster("2025-03-01", &["E1,Ana Lima,,Developer,,,", "E2,Ben Roe,,Developer,,,"]);
        world
    }

    #[test]
    fn a_check_tells_how_many_stood_where_and_the_same_is_recorded_once() {
        let mut world = company();
        let drafts = check(&world, "C", on("2025-12-31"), TODAY).unwrap();
        world.is_told(drafts);
        let found = world.assurance().checks("C").next().unwrap().clone();
        assert_eq!((found.in_scope(), found.population(), found.body.overdue, found.holds()), (2, 2, 2, false));
        assert!(check(&world, "C", on("2025-12-31"), TODAY).unwrap_err().to_string().contains("already"));
        assert!(check(&world, "C", on("2026-01-02"), TODAY).unwrap_err().to_string().contains("still to come"));
        assert!(check(&world, "X", TODAY, TODAY).is_err());
    }

    #[test]
    fn what_followed_stands_beside_its_check_and_names_nobody() {
        let mut world = company();
        let drafts = check(&world, "C", on("2025-12-31"), TODAY).unwrap();
        world.is_told(drafts);
        let seq = world.assurance().checks("C").next().unwrap().seq;
        assert!(follow(&world, seq, "Ana Lima was asked").unwrap_err().to_string().contains("names somebody"));
        assert!(follow(&world, seq, " ").is_err() && follow(&world, seq + 1, "x").is_err());
        let drafts = follow(&world, seq, "Two teams got an hour for it.").unwrap();
        world.is_told(drafts);
        assert_eq!(&*world.assurance().check(seq).unwrap().followed[0].remark, "Two teams got an hour for it.");
        assert!(follow(&world, seq, "Two teams got an hour for it.").is_err());
    }

    #[test]
    fn the_last_stretch_of_the_fiscal_year_that_is_over_is_checked_once() {
        let mut world = company();
        let due = |world: &World, day| to_be_checked(world, on(day)).first().map(|(_, day)| day.to_string());
        assert_eq!(due(&world, "2025-03-31"), None, "nothing was known at the end of the quarter before");
        assert_eq!(due(&world, "2025-04-01").as_deref(), Some("2025-03-31"));
        assert_eq!(due(&world, "2025-06-30").as_deref(), Some("2025-03-31"));
        assert_eq!(due(&world, "2026-01-01").as_deref(), Some("2025-12-31"));
        let drafts = check(&world, "C", on("2025-12-31"), TODAY).unwrap();
        world.is_told(drafts);
        assert_eq!(due(&world, "2026-03-31"), None);
        assert_eq!(due(&world, "2026-04-01").as_deref(), Some("2026-03-31"));
    }

    #[test]
    fn a_review_is_due_a_year_after_the_last_and_says_what_is_to_change() {
        let mut world = company();
        let due = |world: &World| review_due(world, &world.controls()["C"], TODAY).map(|day| day.to_string());
        assert_eq!(due(&world).as_deref(), Some("2026-03-01"));
        assert!(review(&world, "C", Verdict::ToBeChanged, "", TODAY).unwrap_err().to_string().contains("what"));
        let drafts = review(&world, "C", Verdict::Stands, "", TODAY).unwrap();
        world.is_told(drafts);
        assert_eq!(due(&world).as_deref(), Some("2027-01-01"));
    }

    #[test]
    fn a_rhythm_is_a_number_of_months_that_divides_the_year() {
        for (json, is_right) in [("3", true), ("0", true), ("12", true), ("5", false), ("\"3\"", false), ("24", false)]
        {
            let value = serde_json::from_str(json).unwrap();
            let about = BTreeMap::from([("check_every_months".to_owned(), value)]);
            assert_eq!(wrong_rhythms(&about).is_empty(), is_right, "{json}");
        }
    }
}
