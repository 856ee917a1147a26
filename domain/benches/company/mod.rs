//! A company of any size with five years of history, as drafts, for measuring: about fifteen facts a person.

use keepsharp_domain::calendar::FiscalYearStart;
use keepsharp_domain::control::Cadence;
use keepsharp_domain::fact::{
    Body, CampaignDefined, CompletionRecorded, ControlDefined, CoursePublished, Courses, FileImported, FileKind,
    LeaveRecorded, OrganisationDefined, PersonChanged, PersonJoined, PersonLeft, Private, TallyAttested,
};
use keepsharp_domain::person::{Profile, Strength};
use keepsharp_domain::{Day, Draft, PersonId};
use std::collections::BTreeMap;

/// The last month of the history.
pub(crate) const LAST: Day = jiff::civil::date(2026, 11, 1);
const FIRST: Day = jiff::civil::date(2021, 11, 1);
const MONTHS: u32 = 60;
/// One in so many changes each month.
const CHANGES: u32 = 50;

const TITLES: [&str; 8] = [
    "Senior Backend Engineer",
    "Frontend Engineer",
    "Site Reliability Engineer",
    "Account Executive",
    "Engineering Manager",
    "Staff Fullstack Engineer",
    "Product Manager, Security",
    "Recruiter",
];

/// A rule with three patterns, two of them over the title and one over the departments.
pub(crate) const RULE: &str = r#"departments.exists(d, d.matches("(?i)^(development|infrastructure)\\b")) && title.matches("(?i)\\b(engineer|developer)\\b") && !title.matches("(?i)\\b(manager|director)\\b")"#;

/// The id of the person with a number, as random as a real one.
pub(crate) fn id(number: u32) -> PersonId {
    let mut bits = u64::from(number).wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let mut bytes = [0; 10];
    for (place, byte) in bytes.iter_mut().zip((bits ^ (bits >> 31)).to_be_bytes()) {
        *place = byte;
    }
    PersonId::from_random(bytes)
}

/// A profile that no other number and month has.
pub(crate) fn profile(number: u32, month: u32) -> Profile {
    let title = TITLES[(number + month) as usize % TITLES.len()];
    let department = if number.is_multiple_of(2) { "Development Department" } else { "Sales" };
    Profile {
        title: format!("{title}, Group {number}:{month}").into(),
        departments: Box::new([
            "Engineering Function".into(),
            department.into(),
            format!("Team {}", number / 9).into(),
        ]),
        ..Profile::default()
    }
}

fn manager(number: u32) -> Option<PersonId> {
    (number > 0).then(|| id(number / 9))
}

fn private(number: u32) -> Private {
    Private {
        employee_id: Some(format!("E{number:06}").into()),
        name: Some(format!("Person Number {number}").into()),
        email: Some(format!("person.{number}@example.com").into()),
        username: Some(format!("person{number}").into()),
        ..Private::default()
    }
}

fn joined(number: u32, start: Day, before_tracking: bool, month: u32) -> Draft {
    let body = PersonJoined {
        person: id(number),
        start,
        before_tracking,
        profile: profile(number, month),
        manager: manager(number),
    };
    Draft { body: Body::PersonJoined(body), private: Some(private(number)) }
}

fn programme() -> Vec<Draft> {
    let organisation = OrganisationDefined {
        name: "Measured".into(),
        fiscal_year_starts: FiscalYearStart::JANUARY,
        time_zone: "UTC".into(),
        smallest_group: 3,
        keep_years: None,
        about: BTreeMap::new(),
    };
    let control = ControlDefined {
        id: "TRN.2.01".into(),
        from: None,
        title: "Developer Security Training".into(),
        cadence: Cadence::EveryMonths(12),
        new_hire_days: 30,
        return_days: 30,
        accepts: Strength::Acknowledged,
        courses: Courses { full: "secure-coding".into(), refresher: Some("secure-coding-refresher".into()) },
        scope: RULE.into(),
        about: BTreeMap::new(),
    };
    let campaign = CampaignDefined {
        id: "round".into(),
        title: "Round".into(),
        control: "TRN.2.01".into(),
        opens: LAST,
        closes: LAST.last_of_year(),
        counts_since: LAST.first_of_year(),
        objective: 9_000,
        objective_by: None,
        audience: None,
        counted_by: keepsharp_domain::fact::CountedBy::Both,
        about: BTreeMap::new(),
    };
    vec![
        Body::OrganisationDefined(organisation).into(),
        Body::ControlDefined(control).into(),
        Body::CampaignDefined(campaign).into(),
    ]
}

/// The whole history of a company of `people`, a batch for each month.
pub(crate) fn history(people: u32) -> impl Iterator<Item = Vec<Draft>> {
    (0..=MONTHS).map(move |month| {
        let on = keepsharp_domain::calendar::add_months(FIRST, month);
        if month == 0 { beginning(people, on) } else { month_of(people, month, on) }
    })
}

fn beginning(people: u32, on: Day) -> Vec<Draft> {
    let mut drafts = programme();
    drafts.push(imported(on, people));
    drafts.extend((0..people).map(|number| joined(number, on, true, 0)));
    drafts
}

fn imported(on: Day, people: u32) -> Draft {
    let body = FileImported {
        file: FileKind::Roster,
        on: Some(on),
        sha256: "0".repeat(64).into(),
        rows: u64::from(people),
        facts: 0,
    };
    Body::FileImported(body).into()
}

/// The version that was the newest in a month: a new one comes twice a year.
fn version(month: u32) -> String {
    format!("{:064x}", month / 6)
}

fn published(month: u32, on: Day) -> Draft {
    let body = CoursePublished {
        course: "secure-coding".into(),
        refresher: Some("secure-coding-refresher".into()),
        version: version(month).into(),
        on,
        title: "Secure coding".into(),
        language: Some("en".into()),
        tracks: Vec::new(),
        lessons: 25,
        items: 250,
    };
    Body::CoursePublished(body).into()
}

fn month_of(people: u32, month: u32, on: Day) -> Vec<Draft> {
    let mut drafts = vec![imported(on, people)];
    if month.is_multiple_of(6) {
        drafts.push(published(month, on));
    }
    let in_turn = |every: u32| (0..people).filter(move |number| number % every == month % every);
    for number in in_turn(CHANGES) {
        let body =
            PersonChanged { person: id(number), from: on, profile: profile(number, month), manager: manager(number) };
        drafts.push(Body::PersonChanged(body).into());
    }
    for number in in_turn(200).filter(|number| number / 200 % 5 == 3) {
        drafts.push(Body::PersonLeft(PersonLeft { person: id(number), on }).into());
        drafts.push(joined(people * (month + 1) + number, on, false, month));
    }
    for number in in_turn(6) {
        let course = if month < 12 { "secure-coding" } else { "secure-coding-refresher" };
        let strength = if number % 3 == 0 { Strength::Assessed } else { Strength::Completed };
        let body = CompletionRecorded {
            source: Some("provider".into()),
            version: Some(version(month).into()),
            ..CompletionRecorded::of(id(number), course, on, strength)
        };
        drafts.push(Body::CompletionRecorded(body).into());
    }
    for number in in_turn(60) {
        let to = Some(keepsharp_domain::calendar::add_months(on, 4));
        drafts.push(Body::LeaveRecorded(LeaveRecorded { person: id(number), from: on, to }).into());
    }
    for number in (0..people / 9).filter(|_| month.is_multiple_of(6)) {
        let body = TallyAttested { manager: id(number), campaign: "round".into(), on, count: number % 9, source: None };
        drafts.push(Body::TallyAttested(body).into());
    }
    drafts
}
