//! Random histories told as bare facts, in any order and as odd as the fold takes them: spells that overlap or end before
//! they start, leaves of no days, records that go back, merges in between.

use keepsharp_domain::control::Cadence;
use keepsharp_domain::fact::{
    Body, CampaignDefined, CompletionRecorded, ControlDefined, Courses, ExceptionApproved, Fact, LeaveRecorded,
    OrganisationDefined, PersonChanged, PersonJoined, PersonLeft, PersonMerged, PersonNamed, PersonPostponed,
    PersonStayed, TallyAttested,
};
use keepsharp_domain::person::{Profile, Strength};
use keepsharp_domain::{Day, PersonId, World};
use proptest::prelude::*;
use std::collections::BTreeMap;

const PEOPLE: u8 = 14;
const COURSES: [&str; 3] = ["full", "refresher", "first-aid"];
const STRENGTHS: [Strength; 4] = [Strength::Attested, Strength::Acknowledged, Strength::Completed, Strength::Assessed];

/// What somebody told, one fact after the other.
#[derive(Clone, Debug)]
pub(crate) struct History {
    organisation: OrganisationDefined,
    control: ControlDefined,
    campaign: CampaignDefined,
    told: Vec<Told>,
}

#[derive(Clone, Debug)]
enum Told {
    Fact(Body),
    Merged(u8, u8),
    /// Settling in between changes no answer, but which verdicts are at hand.
    Settled,
}

/// A day about the years that the histories tell of.
pub(crate) fn some_day() -> impl Strategy<Value = Day> {
    (0..1_100i64).prop_map(|offset| jiff::civil::date(2022, 1, 1).saturating_add(jiff::Span::new().days(offset)))
}

pub(crate) fn histories() -> impl Strategy<Value = History> {
    (some_organisation(), some_control(Just(None)), some_campaign(), prop::collection::vec(some_told(), 20..110))
        .prop_map(|(organisation, control, campaign, told)| History { organisation, control, campaign, told })
}

impl History {
    pub(crate) fn world(&self) -> World {
        let mut world = World::default();
        let tell = |world: &mut World, body: Body| {
            let fact =
                Fact { seq: world.size(), at: jiff::Timestamp::UNIX_EPOCH, by: "system".into(), body, private: None };
            world.apply(fact).unwrap();
        };
        for who in 0..PEOPLE {
            tell(&mut world, Body::PersonIdentified(PersonNamed { person: id(who) }));
        }
        tell(&mut world, Body::OrganisationDefined(self.organisation.clone()));
        tell(&mut world, Body::ControlDefined(self.control.clone()));
        tell(&mut world, Body::CampaignDefined(self.campaign.clone()));
        for told in &self.told {
            match told {
                Told::Fact(body) => tell(&mut world, body.clone()),
                Told::Merged(old, new) if world.people().by_id(id(*old)) != world.people().by_id(id(*new)) => {
                    tell(&mut world, Body::PersonMerged(PersonMerged { old: id(*old), new: id(*new) }));
                }
                Told::Merged(..) => {}
                Told::Settled => world.settle(),
            }
        }
        world.settle();
        world
    }
}

fn id(who: u8) -> PersonId {
    PersonId::from_random([who; 10])
}

fn who() -> impl Strategy<Value = PersonId> {
    (0..PEOPLE).prop_map(id)
}

/// A last day or the like, mostly after the first.
fn some_end(from: Day, length: Option<i64>) -> Option<Day> {
    length.map(|length| from.saturating_add(jiff::Span::new().days(length)))
}

fn some_organisation() -> impl Strategy<Value = OrganisationDefined> {
    let starts = prop_oneof![Just("01-01"), Just("02-01"), Just("12-31"), Just("03-01"), Just("06-17")];
    (starts, 0..5u32).prop_map(|(starts, smallest_group)| OrganisationDefined {
        name: "Sample".into(),
        fiscal_year_starts: starts.to_owned().try_into().unwrap(),
        time_zone: "UTC".into(),
        smallest_group,
        keep_years: None,
        about: BTreeMap::new(),
    })
}

fn some_rule() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just("true".to_owned()),
        3 => Just(r#"title == "Engineer""#.to_owned()),
        2 => Just(r#"departments[0] == "Development""#.to_owned()),
        1 => who().prop_map(|manager| format!(r#"manager in ["{}", "{manager}"] || manager == """#, id(0))),
    ]
}

fn some_control(from: impl Strategy<Value = Option<Day>>) -> impl Strategy<Value = ControlDefined> {
    let cadence = prop_oneof![
        3 => Just(Cadence::FiscalYear(true)),
        2 => prop_oneof![1..5u32, Just(12)].prop_map(Cadence::EveryMonths),
    ];
    let courses = prop_oneof![
        4 => Just(("full", Some("refresher"))),
        1 => Just(("full", None)),
        1 => Just(("first-aid", Some("full"))),
        1 => Just(("refresher", Some("refresher"))),
    ];
    (from, cadence, (0..70u32, 0..70u32), 0..STRENGTHS.len(), courses, some_rule()).prop_map(
        |(from, cadence, (new_hire_days, return_days), accepts, (full, refresher), scope)| ControlDefined {
            id: "C".into(),
            from,
            title: "Control".into(),
            cadence,
            new_hire_days,
            return_days,
            accepts: STRENGTHS[accepts],
            courses: Courses { full: full.into(), refresher: refresher.map(Into::into) },
            scope: scope.into(),
            about: BTreeMap::new(),
        },
    )
}

fn some_campaign() -> impl Strategy<Value = CampaignDefined> {
    (some_day(), some_day(), some_day(), 0..=10_000u32).prop_map(|(opens, closes, counts_since, objective)| {
        CampaignDefined {
            id: "K".into(),
            title: "Campaign".into(),
            control: "C".into(),
            opens,
            closes,
            counts_since,
            objective,
            objective_by: None,
            audience: None,
            counted_by: keepsharp_domain::fact::CountedBy::Both,
            about: BTreeMap::new(),
        }
    })
}

fn some_profile() -> impl Strategy<Value = Profile> {
    let departments = prop_oneof![
        4 => Just(&["Development", "Platform"][..]),
        2 => Just(&["Platform"][..]),
        1 => Just(&["Sales"][..]),
        1 => Just(&[][..]),
    ];
    (prop_oneof![4 => Just("Engineer"), 1 => Just("Boss")], departments).prop_map(|(title, departments)| Profile {
        title: title.into(),
        departments: departments.iter().map(|department| Box::from(*department)).collect(),
        ..Profile::default()
    })
}

fn some_manager() -> impl Strategy<Value = Option<PersonId>> {
    prop::option::weighted(0.9, prop_oneof![3 => (0..3u8).prop_map(id), 1 => who()])
}

fn some_told() -> impl Strategy<Value = Told> {
    prop_oneof![
        1 => (0..PEOPLE, 0..PEOPLE).prop_map(|(old, new)| Told::Merged(old, new)),
        1 => Just(Told::Settled),
        24 => some_roster_fact().prop_map(Told::Fact),
        26 => some_list_fact().prop_map(Told::Fact),
        2 => some_control(some_day().prop_map(Some)).prop_map(|control| Told::Fact(Body::ControlDefined(control))),
        1 => some_control(Just(None)).prop_map(|control| Told::Fact(Body::ControlDefined(control))),
    ]
}

fn some_roster_fact() -> impl Strategy<Value = Body> {
    prop_oneof![
        14 => (who(), some_day(), some_profile(), some_manager()).prop_map(|(person, start, profile, manager)| {
            Body::PersonJoined(PersonJoined { person, start, before_tracking: false, profile, manager })
        }),
        6 => (who(), some_day(), some_profile(), some_manager()).prop_map(|(person, from, profile, manager)| {
            Body::PersonChanged(PersonChanged { person, from, profile, manager })
        }),
        3 => (who(), some_day()).prop_map(|(person, on)| Body::PersonLeft(PersonLeft { person, on })),
        1 => (who(), some_day(), some_day()).prop_map(|(person, from, start)| {
            Body::PersonPostponed(PersonPostponed { person, from, start })
        }),
        1 => (who(), some_day()).prop_map(|(person, start)| Body::PersonStayed(PersonStayed { person, start })),
    ]
}

fn some_list_fact() -> impl Strategy<Value = Body> {
    let lasting = || prop::option::weighted(0.8, -5..150i64);
    prop_oneof![
        12 => (who(), some_day(), prop_oneof![4 => Just(0usize), 4 => Just(1), 1 => Just(2)], 0..STRENGTHS.len()).prop_map(
            |(person, on, course, strength)| Body::CompletionRecorded(CompletionRecorded::of(person, COURSES[course], on, STRENGTHS[strength]))
        ),
        4 => (who(), some_day(), lasting())
            .prop_map(|(person, from, length)| Body::LeaveRecorded(LeaveRecorded { person, from, to: some_end(from, length) })),
        4 => (who(), some_day(), lasting(), prop_oneof![4 => Just("C"), 1 => Just("D")]).prop_map(
            |(person, from, length, control)| Body::ExceptionApproved(ExceptionApproved {
                person,
                control: control.into(),
                from,
                to: some_end(from, length),
                approved_by: None,
            })
        ),
        5 => ((0..4u8).prop_map(id), some_day(), 0..9u32, prop_oneof![4 => Just("K"), 1 => Just("L")]).prop_map(
            |(manager, on, count, campaign)| Body::TallyAttested(TallyAttested { manager, campaign: campaign.into(), on, count, source: None })
        ),
    ]
}
