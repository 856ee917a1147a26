//! Laws that hold for every company: random small ones are told to a world through the same files that people use.
//!
//! A test that is ignored shows a gap between docs/domain.md and the code by its smallest example.

#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use keepsharp_domain::calendar::{add_days, subtract_days};
use keepsharp_domain::due::{Standing, Standings, Status, Totals};
use keepsharp_domain::fact::{
    Body, CompletionRecorded, CoursePublished, ExceptionApproved, Fact, FileImported, FileKind, KeyAnnounced,
    LeaveRecorded, LedgerStarted, PersonChanged, PersonJoined, PersonLeft, PersonMerged, PersonNamed, PersonPostponed,
    Private, PublishedTrack, TallyAttested,
};
use keepsharp_domain::finding::{Finding, findings};
use keepsharp_domain::person::{Person, Profile, Strength};
use keepsharp_domain::programme::{self, Programme};
use keepsharp_domain::requirement::{Outcome, Period, Requirement, requirements};
use keepsharp_domain::roster::{self, ImportOptions, Roster};
use keepsharp_domain::rule::Rule;
use keepsharp_domain::scope::{Run, Scope};
use keepsharp_domain::sheet::File;
use keepsharp_domain::tally::{self, Row, RowOf, Score};
use keepsharp_domain::{
    Day, Draft, PersonId, World, attestation, completion, erasure, exception, explain, leave, merge,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const FIRST_DAY: Day = jiff::civil::date(2022, 1, 1);
const TODAY: Day = jiff::civil::date(2026, 1, 1);
const COURSES: [&str; 3] = ["secure-coding", "secure-coding-refresher", "first-aid"];
const STRENGTHS: [&str; 4] = ["attested", "acknowledged", "completed", "assessed"];
const TITLES: [&str; 5] = ["Backend Engineer", "Engineering Manager", "Developer", "Sales Lead", ""];
const DEPARTMENTS: [&str; 5] = ["Development", "Development;Platform", "Sales", "Platform;Development;Ops", ""];
const RULES: [&str; 5] = [
    r#""Development" in departments"#,
    r#"title.matches("(?i)\\b(engineer|developer)\\b") && !title.matches("(?i)\\bmanager\\b")"#,
    r#"departments[1] == "Platform" || title.startsWith("Dev")"#,
    "true",
    r#"manager in ["E101", "E102", "E999"] || manager == "" && title != """#,
];

/// For how many more days, and by whom it was approved.
type Released = (Option<i64>, Option<u8>);

#[derive(Clone, Debug)]
struct Company {
    controls: Vec<Vec<ControlOf>>,
    fiscal_year_starts: &'static str,
    snapshots: Vec<Snapshot>,
    completions: BTreeSet<(u8, i64, usize, usize)>,
    leaves: BTreeMap<(u8, i64), Option<i64>>,
    exceptions: BTreeMap<(u8, usize, i64), Released>,
    attestations: BTreeMap<(u8, usize, i64), u32>,
    asked: Vec<i64>,
}

#[derive(Clone, Debug)]
struct ControlOf {
    from: Option<i64>,
    months: Option<u32>,
    new_hire_days: u32,
    return_days: u32,
    accepts: usize,
    rule: usize,
}

#[derive(Clone, Debug)]
struct Snapshot {
    on: Day,
    rows: BTreeMap<u8, RowOfRoster>,
}

#[derive(Clone, Debug, PartialEq)]
struct RowOfRoster {
    name: u8,
    title: usize,
    departments: usize,
    manager: Option<u8>,
    start: Option<i64>,
    end: Option<i64>,
}

#[derive(Clone, Debug)]
enum News {
    None,
    Moved { title: usize, departments: usize, manager: Option<u8> },
    Renamed(u8),
    Starts(Option<i64>),
    Ends(Option<i64>),
    Absent,
}

fn day(offset: i64) -> Day {
    let days = u32::try_from(offset.unsigned_abs()).unwrap();
    if offset < 0 { subtract_days(FIRST_DAY, days) } else { add_days(FIRST_DAY, days) }
}

fn employee_id(who: u8) -> String {
    format!("E{}", 100 + u16::from(who))
}

fn some_row() -> impl Strategy<Value = RowOfRoster> {
    let manager = prop::option::weighted(0.9, prop_oneof![3 => 0u8..4, 1 => 0u8..40]);
    (
        any::<u8>(),
        0..TITLES.len(),
        0..DEPARTMENTS.len(),
        manager,
        prop::option::weighted(0.4, -300..900i64),
        prop::option::weighted(0.06, 0..1200i64),
    )
        .prop_map(|(name, title, departments, manager, start, end)| RowOfRoster {
            name,
            title,
            departments,
            manager,
            start,
            end,
        })
}

fn some_news() -> impl Strategy<Value = News> {
    prop_oneof![
        10 => Just(News::None),
        2 => (0..TITLES.len(), 0..DEPARTMENTS.len(), prop::option::of(0u8..5))
            .prop_map(|(title, departments, manager)| News::Moved { title, departments, manager }),
        1 => any::<u8>().prop_map(News::Renamed),
        1 => prop::option::of(-300..1200i64).prop_map(News::Starts),
        1 => prop::option::of(0..1200i64).prop_map(News::Ends),
        3 => Just(News::Absent),
    ]
}

/// What the ignored tests show is kept out: who comes back has no start date of old, who is yet to start no end.
fn snapshots() -> impl Strategy<Value = Vec<Snapshot>> {
    let life = (some_row(), prop::collection::vec(some_news(), 5)).prop_map(|(row, news)| Life {
        row,
        news,
        began: None,
        was_gone: false,
    });
    (prop::collection::vec(life, 3..25), prop::collection::vec(0..250i64, 2..=5)).prop_map(|(mut lives, gaps)| {
        let mut on = 0;
        let mut told = Vec::new();
        for (place, gap) in gaps.into_iter().enumerate() {
            on += gap;
            let rows = (0u8..).zip(&mut lives).filter_map(|(who, life)| Some((who, life.row_on(on, place, who == 0)?)));
            told.push(Snapshot { on: day(on), rows: rows.collect() });
        }
        told
    })
}

#[derive(Clone, Debug)]
struct Life {
    row: RowOfRoster,
    news: Vec<News>,
    began: Option<i64>,
    was_gone: bool,
}

impl Life {
    fn row_on(&mut self, on: i64, place: usize, is_always_there: bool) -> Option<RowOfRoster> {
        let row = &mut self.row;
        self.was_gone |= self.began.is_some() && row.end.is_some_and(|end| end < on);
        match &self.news[place] {
            News::None => {}
            News::Moved { title, departments, manager } => {
                (row.title, row.departments, row.manager) = (*title, *departments, *manager);
            }
            News::Renamed(name) => row.name = *name,
            News::Starts(start) => row.start = *start,
            News::Ends(end) => row.end = *end,
            News::Absent if is_always_there => {}
            News::Absent => {
                self.was_gone |= self.began.is_some();
                return None;
            }
        }
        if self.was_gone {
            (row.start, row.end) = (None, None);
        }
        // Whether a row without a date starts at once somebody who was to start later, docs/domain.md does not say.
        row.start = row.start.or(self.began.filter(|began| *began > on));
        if self.began.is_none_or(|began| began > on) {
            self.began = row.start.or(self.began).or(Some(on));
            let yet_to_start = self.began.is_some_and(|began| began > on);
            row.end = row.end.filter(|end| !yet_to_start && (row.start.is_some() || *end >= on));
        }
        row.end = row.end.map(|end| row.start.map_or(end, |start| end.max(start)));
        self.was_gone |= row.end.is_some_and(|end| end < on);
        Some(row.clone())
    }
}

fn some_control() -> impl Strategy<Value = Vec<ControlOf>> {
    let version = (
        prop::option::of(0..900i64),
        prop_oneof![Just(None), Just(Some(12)), Just(Some(6)), Just(Some(1))],
        0..60u32,
        0..60u32,
        1..STRENGTHS.len(),
        0..RULES.len(),
    )
        .prop_map(|(from, months, new_hire_days, return_days, accepts, rule)| ControlOf {
            from,
            months,
            new_hire_days,
            return_days,
            accepts,
            rule,
        });
    prop::collection::vec(version, 1..=2)
}

fn companies() -> impl Strategy<Value = Company> {
    let dated = -200..1300i64;
    let who = 0u8..25;
    (
        prop::collection::vec(some_control(), 2),
        prop_oneof![Just("01-01"), Just("02-01"), Just("12-31"), Just("03-01")],
        snapshots(),
        prop::collection::btree_set((who.clone(), dated.clone(), 0..COURSES.len(), 0..STRENGTHS.len()), 0..50),
        prop::collection::btree_map((who.clone(), dated.clone()), prop::option::weighted(0.8, 1..200i64), 0..10),
        prop::collection::btree_map(
            (who.clone(), 0..2usize, dated.clone()),
            (prop::option::weighted(0.8, 0..200i64), prop::option::of(who.clone())),
            0..8,
        ),
        prop::collection::btree_map((0u8..6, 0..2usize, dated.clone()), 0..12u32, 0..12),
        prop::collection::vec(-100..1400i64, 4),
    )
        .prop_map(
            |(controls, fiscal_year_starts, snapshots, completions, leaves, exceptions, attestations, asked)| Company {
                controls,
                fiscal_year_starts,
                snapshots,
                completions,
                leaves,
                exceptions,
                attestations,
                asked,
            },
        )
}

impl Company {
    fn programme(&self, versions: usize) -> String {
        let starts = self.fiscal_year_starts;
        let mut text = format!("[organisation]\nname = \"Sample\"\nfiscal_year_starts = \"{starts}\"\n");
        for (place, control) in self.controls.iter().enumerate() {
            let version = &control[versions.min(control.len()) - 1];
            let from = version.from.map_or(String::new(), |from| format!("from = \"{}\"\n", day(from)));
            let cadence =
                version.months.map_or("fiscal_year = true".to_owned(), |months| format!("every_months = {months}"));
            let (g, r, accepts) = (version.new_hire_days, version.return_days, STRENGTHS[version.accepts]);
            write!(
                text,
                "[[controls]]\nid = \"C{place}\"\n{from}cadence = {{ {cadence} }}\nnew_hire_days = {g}\nreturn_days = {r}\n\
                 accepts = \"{accepts}\"\ncourses = {{ full = \"secure-coding\", refresher = \"secure-coding-refresher\" }}\n\
                 scope = '''{}'''\n",
                RULES[version.rule]
            )
            .unwrap();
        }
        for place in 0..self.controls.len() {
            write!(
                text,
                "[[campaigns]]\nid = \"K{place}\"\ncontrol = \"C{place}\"\nopens = \"2022-06-01\"\ncloses = \"2025-01-01\"\n\
                 counts_since = \"2022-03-01\"\n"
            )
            .unwrap();
        }
        text
    }

    fn completions_of(&self, known: impl Fn(u8) -> bool) -> String {
        let mut text = "employee_id,course,completed_on,strength,source,reference\n".to_owned();
        for (who, on, course, strength) in self.completions.iter().filter(|row| known(row.0)) {
            let (id, on, course, strength) = (employee_id(*who), day(*on), COURSES[*course], STRENGTHS[*strength]);
            writeln!(text, "{id},{course},{on},{strength},lms,Refer-{id}").unwrap();
        }
        text
    }

    fn leaves_of(&self, known: impl Fn(u8) -> bool) -> String {
        let mut text = "employee_id,from,to\n".to_owned();
        for ((who, from), length) in self.leaves.iter().filter(|row| known(row.0.0)) {
            let to = length.map_or(String::new(), |length| day(from + length).to_string());
            writeln!(text, "{},{},{to}", employee_id(*who), day(*from)).unwrap();
        }
        text
    }

    fn exceptions_of(&self, known: impl Fn(u8) -> bool) -> String {
        let mut text = "employee_id,control,from,to,reason,approved_by\n".to_owned();
        for ((who, control, from), (length, approver)) in self.exceptions.iter().filter(|row| known(row.0.0)) {
            let to = length.map_or(String::new(), |length| day(from + length).to_string());
            let approver = approver.filter(|approver| known(*approver)).map_or("Aunt Approver".to_owned(), employee_id);
            writeln!(text, "{},C{control},{},{to},Because of {who},{approver}", employee_id(*who), day(*from)).unwrap();
        }
        text
    }

    fn attestations_of(&self, known: impl Fn(u8) -> bool) -> String {
        let mut text = "manager_id,campaign,count,on\n".to_owned();
        for ((who, campaign, on), count) in self.attestations.iter().filter(|row| known(row.0.0)) {
            writeln!(text, "{},K{campaign},{count},{}", employee_id(*who), day(*on)).unwrap();
        }
        text
    }

    fn asked_days(&self) -> Vec<Day> {
        let last = self.snapshots.last().map(|snapshot| snapshot.on);
        self.asked.iter().map(|offset| day(*offset)).chain(last).collect()
    }
}

impl Snapshot {
    fn text(&self) -> String {
        let mut text = "employee_id,name,email,username,title,departments,manager_id,start_date,end_date\n".to_owned();
        for (who, row) in &self.rows {
            let (id, name) = (employee_id(*who), row.name);
            let shown = |offset: Option<i64>| offset.map_or(String::new(), |offset| day(offset).to_string());
            let (title, departments) = (TITLES[row.title], DEPARTMENTS[row.departments]);
            let manager = row.manager.map(employee_id).unwrap_or_default();
            let (start, end) = (shown(row.start), shown(row.end));
            writeln!(
                text,
                "{id},Name{name} Of{id},Mail{name}{id}@example.com,User{name}{id},{title},{departments},{manager},{start},{end}"
            )
            .unwrap();
        }
        text
    }
}

fn file(text: &str) -> File<'_> {
    static NONE_RENAMED: BTreeMap<String, String> = BTreeMap::new();
    File { bytes: text.as_bytes(), sha256: "", columns: &NONE_RENAMED }
}

/// A world that is told its facts, with the ledger of them.
#[derive(Clone, Default)]
struct Chronicle {
    world: World,
    facts: Vec<Fact>,
    minted: u64,
}

impl Chronicle {
    fn tell(&mut self, drafts: Vec<Draft>) {
        for draft in drafts {
            let seq = self.world.size();
            let at = jiff::Timestamp::from_second(1_700_000_000 + i64::try_from(seq).unwrap()).unwrap();
            let fact = Fact { seq, at, by: "system".into(), body: draft.body, private: draft.private };
            self.world.apply(fact.clone()).unwrap();
            self.facts.push(fact);
        }
    }

    fn mint(minted: &mut u64) -> impl FnMut() -> PersonId + '_ {
        move || {
            *minted += 1;
            let mut bytes = [7; 10];
            bytes[1..9].copy_from_slice(&minted.to_le_bytes());
            PersonId::from_random(bytes)
        }
    }

    fn programme(&mut self, text: &str) -> Vec<Draft> {
        let programme = Programme::read(text.as_bytes()).unwrap();
        programme::apply(&self.world, &programme, TODAY, &mut Chronicle::mint(&mut self.minted)).unwrap().0
    }

    fn roster(&mut self, on: Day, text: &str) -> Vec<Draft> {
        let read = Roster::read(File { sha256: text, ..file(text) }).unwrap();
        let options = ImportOptions { on, today: TODAY, allow_mass_end: true };
        roster::import(&self.world, &read, options, &mut Chronicle::mint(&mut self.minted)).unwrap().0
    }

    fn lists(&self, company: &Company) -> Vec<Draft> {
        let known = |who: u8| self.knows(&employee_id(who));
        let (completions, leaves) = (company.completions_of(known), company.leaves_of(known));
        let (exceptions, attestations) = (company.exceptions_of(known), company.attestations_of(known));
        let mut drafts = completion::import(&self.world, file(&completions), TODAY).unwrap().0;
        drafts.extend(leave::import(&self.world, file(&leaves)).unwrap().0);
        drafts.extend(exception::import(&self.world, file(&exceptions)).unwrap().0);
        drafts.extend(attestation::import(&self.world, file(&attestations), TODAY).unwrap().0);
        drafts
    }

    fn knows(&self, id: &str) -> bool {
        let people = self.world.people();
        people.by_employee_id(id).and_then(|ix| people.get(ix)).is_some_and(Person::is_listed)
    }
}

fn programme_and_rosters_and_lists(company: &Company) -> Chronicle {
    let mut chronicle = Chronicle::default();
    let drafts = chronicle.programme(&company.programme(1));
    chronicle.tell(drafts);
    for (place, snapshot) in company.snapshots.iter().enumerate() {
        let drafts = chronicle.roster(snapshot.on, &snapshot.text());
        chronicle.tell(drafts);
        if place == 0 {
            let drafts = chronicle.lists(company);
            chronicle.tell(drafts);
        }
    }
    let drafts = chronicle.programme(&company.programme(2));
    chronicle.tell(drafts);
    let drafts = chronicle.lists(company);
    chronicle.tell(drafts);
    chronicle
}

fn told(company: &Company) -> Chronicle {
    let mut chronicle = programme_and_rosters_and_lists(company);
    chronicle.world.settle();
    chronicle
}

fn folded(facts: &[Fact]) -> World {
    let mut world = World::default();
    for fact in facts {
        world.apply(fact.clone()).unwrap();
    }
    world
}

/// All that a world can be asked, over some days.
#[derive(Debug, PartialEq)]
struct Answers {
    standings: Vec<(PersonId, Day, Standing)>,
    runs: Vec<(PersonId, Vec<Run>)>,
    tables: Vec<Vec<Row>>,
    published: Vec<Vec<Row>>,
    requirements: Vec<Requirement>,
    findings: Vec<Finding>,
}

fn whole_period() -> Period {
    Period { from: day(-400), to: TODAY }
}

fn answers(world: &World, days: &[Day]) -> Answers {
    let mut all = Answers {
        standings: Vec::new(),
        runs: Vec::new(),
        tables: Vec::new(),
        published: Vec::new(),
        requirements: Vec::new(),
        findings: Vec::new(),
    };
    for control in world.controls().values() {
        let scope = Scope::new(world, control);
        all.runs.extend(world.people().listed().map(|(_, person)| (person.id, scope.runs(person))));
        all.requirements.extend(requirements(world, control, whole_period()));
        for on in days {
            let standings = Standings::new(world, control, *on);
            all.standings.extend(world.people().listed().map(|(_, person)| (person.id, *on, standings.of(person))));
        }
    }
    for campaign in world.campaigns().values() {
        for on in days {
            let table = tally::table(world, campaign, *on).unwrap();
            all.published.push(tally::published(table.clone(), 3));
            all.tables.push(table);
        }
    }
    all.findings.extend(days.iter().flat_map(|on| findings(world, *on)));
    all
}

fn with_each_day<'w, T>(things: impl Iterator<Item = &'w T>, company: &Company) -> Vec<(&'w T, Day)> {
    things.flat_map(|thing| company.asked_days().into_iter().map(move |on| (thing, on))).collect()
}

fn proportionate(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 2_000, ..ProptestConfig::default() }
}

/// Whom a snapshot says to be employed on its day, given whom the world before it held to be employed then.
fn employed_by(snapshot: &Snapshot, row: &RowOfRoster, already: bool) -> bool {
    let (start, end) = (row.start.map(day), row.end.map(day));
    end.is_none_or(|last| last >= snapshot.on) && (already || start.is_none_or(|start| start <= snapshot.on))
}

fn engineers(rows: &[Row]) -> [u64; 4] {
    let sum = |value: fn(&Row) -> u32| rows.iter().map(|row| u64::from(value(row))).sum();
    [sum(|row| row.engineers), sum(|row| row.away), sum(|row| row.recorded), sum(|row| row.taken)]
}

fn reveals_no_small_group(private: &[Row], smallest: u32) -> Result<(), TestCaseError> {
    let published = tally::published(private.to_vec(), smallest);
    if published.is_empty() {
        prop_assert!(Score::of(private).engineers < u64::from(smallest), "all is hidden though there are enough");
        return Ok(());
    }
    prop_assert!(published.iter().all(|row| row.engineers >= smallest), "{published:?}");
    prop_assert_eq!(engineers(&published), engineers(private));
    let standing: Vec<&Row> = published.iter().filter(|row| row.of != RowOf::OtherTeams).collect();
    for row in &standing {
        prop_assert!(private.contains(row), "{row:?} was made up");
    }
    let folded: Vec<&Row> = private.iter().filter(|row| !standing.contains(row)).collect();
    prop_assert_eq!(published.len() - standing.len(), usize::from(!folded.is_empty()));
    let enough = folded.iter().map(|row| row.engineers).sum::<u32>() >= smallest;
    prop_assert!(folded.is_empty() || folded.len() >= 2 && enough || folded[0].engineers >= smallest);
    Ok(())
}

proptest! {
    #![proptest_config(proportionate(48))]

    #[test]
    fn after_a_roster_those_in_it_are_employed_as_it_says_and_nobody_else_is(snapshots in snapshots()) {
        let mut chronicle = Chronicle::default();
        for snapshot in &snapshots {
            let before = chronicle.world.clone();
            let drafts = chronicle.roster(snapshot.on, &snapshot.text());
            chronicle.tell(drafts);
            let (people, profiles) = (chronicle.world.people(), chronicle.world.profiles());
            let mut expected = BTreeSet::new();
            for (who, row) in &snapshot.rows {
                let id = employee_id(*who);
                let known = before.people().by_employee_id(&id).and_then(|ix| before.people().get(ix));
                if !employed_by(snapshot, row, known.is_some_and(|person| person.employed(snapshot.on))) {
                    continue;
                }
                expected.insert(id.clone());
                let person = people.get(people.by_employee_id(&id).unwrap()).unwrap();
                prop_assert!(person.employed(snapshot.on), "{id} on {}", snapshot.on);
                let record = person.record(snapshot.on).unwrap();
                let profile = profiles.get(record.profile).unwrap();
                let manager = record.manager.and_then(|ix| people.get(ix)).map(Person::label);
                prop_assert_eq!(&*profile.title, TITLES[row.title], "{} on {}", &id, snapshot.on);
                prop_assert_eq!(profile.departments.join(";"), DEPARTMENTS[row.departments]);
                prop_assert_eq!(manager, row.manager.map(employee_id), "{} on {}", &id, snapshot.on);
                prop_assert_eq!(person.name(), format!("Name{} Of{id}", row.name));
            }
            let employed: BTreeSet<String> = people
                .listed()
                .filter(|(_, person)| person.employed(snapshot.on))
                .map(|(_, person)| person.label())
                .collect();
            prop_assert_eq!(employed, expected, "on {}", snapshot.on);
        }
    }

    #[test]
    fn the_same_file_twice_says_nothing_new(company in companies()) {
        let mut chronicle = Chronicle::default();
        for versions in [1, 2] {
            let drafts = chronicle.programme(&company.programme(versions));
            chronicle.tell(drafts);
            prop_assert_eq!(chronicle.programme(&company.programme(versions)), [], "programme");
        }
        for snapshot in &company.snapshots {
            let text = snapshot.text();
            let drafts = chronicle.roster(snapshot.on, &text);
            chronicle.tell(drafts);
            prop_assert_eq!(chronicle.roster(snapshot.on, &text), [], "roster of {}", snapshot.on);
            let drafts = chronicle.lists(&company);
            chronicle.tell(drafts);
            prop_assert_eq!(chronicle.lists(&company), [], "lists");
            prop_assert_eq!(chronicle.roster(snapshot.on, &text), [], "roster of {} after lists", snapshot.on);
        }
        prop_assert_eq!(chronicle.lists(&company), [], "lists after rosters");
        prop_assert_eq!(chronicle.programme(&company.programme(2)), [], "programme after rosters");
    }

    #[test]
    fn everybody_listed_has_one_status_and_it_fits_their_days(company in companies()) {
        let chronicle = told(&company);
        let world = &chronicle.world;
        for (control, on) in with_each_day(world.controls().values(), &company) {
            let (scope, standings) = (Scope::new(world, control), Standings::new(world, control, on));
            let totals = Totals::of(world, control, on);
            let (mut listed, mut in_scope, mut population, mut overdue) = (0, 0, 0, 0);
            for (_, person) in world.people().listed() {
                let standing = standings.of(person);
                let (excepted, away) = (person.excepted(&control.id, on), person.on_leave(on));
                let inside = scope.contains(person, on);
                listed += 1;
                in_scope += u64::from(inside);
                population += u64::from(inside && !excepted && !away);
                overdue += u64::from(standing.status == Status::Overdue);
                prop_assert_eq!(standing.status == Status::OutOfScope, !inside);
                prop_assert_eq!(standing.status == Status::Excepted, inside && excepted);
                prop_assert_eq!(standing.status == Status::OnLeave, inside && !excepted && away);
                prop_assert_eq!(standing.course.is_some(), inside);
                match standing.status {
                    Status::Overdue => prop_assert!(standing.due.unwrap() < on),
                    Status::Due => prop_assert!(standing.due.is_none_or(|due| due >= on)),
                    Status::OutOfScope => prop_assert_eq!(standing.due, None),
                    _ => {}
                }
                if standing.due.is_none() && inside {
                    let has_open_leave = person.leaves.iter().any(|leave| leave.to.is_none());
                    prop_assert!(has_open_leave, "only an open leave leaves no date");
                }
            }
            prop_assert_eq!(Status::ALL.map(|status| totals.count(status)).iter().sum::<u64>(), listed);
            prop_assert_eq!((totals.in_scope(), totals.population()), (in_scope, population));
            prop_assert_eq!(totals.count(Status::Overdue), overdue);
            prop_assert_eq!(totals.holds(), overdue == 0);
        }
    }

    #[test]
    fn the_rows_of_a_table_sum_to_the_totals_and_each_person_stands_in_one(company in companies()) {
        let chronicle = told(&company);
        let world = &chronicle.world;
        for (campaign, on) in with_each_day(world.campaigns().values(), &company) {
            let control = world.control(&campaign.control).unwrap();
            let table = tally::table(world, campaign, on).unwrap();
            let totals = Totals::of(world, control, on);
            prop_assert_eq!(Score::of(&table).engineers, totals.population());
            let standings = Standings::new(world, control, on);
            let mut groups: BTreeMap<RowOf, (u32, u32)> = BTreeMap::new();
            for (_, person) in world.people().listed() {
                let of = tally::manager_of(world, person, on).map_or(RowOf::NoManager, RowOf::Manager);
                let status = standings.of(person).status;
                if status == Status::OutOfScope {
                    continue;
                }
                let (engineers, away) = groups.entry(of).or_default();
                if matches!(status, Status::Excepted | Status::OnLeave) { *away += 1 } else { *engineers += 1 }
            }
            groups.retain(|_, (engineers, _)| *engineers > 0);
            let rows: BTreeMap<RowOf, (u32, u32)> =
                table.iter().map(|row| (row.of.clone(), (row.engineers, row.away))).collect();
            prop_assert_eq!(rows.len(), table.len(), "a manager has one row");
            prop_assert_eq!(rows, groups);
            for row in &table {
                prop_assert!(row.recorded <= row.taken && row.taken <= row.engineers);
                prop_assert_eq!(row.taken, row.recorded.max(row.attested.unwrap_or(0).min(row.engineers)));
            }
            prop_assert!(table.is_sorted_by_key(|row| row.label.clone()));
            reveals_no_small_group(&table, 3)?;
        }
    }

    #[test]
    fn what_was_answered_at_a_moment_stays_the_answer_for_that_moment(
        company in companies(),
        cut in any::<prop::sample::Index>(),
    ) {
        let chronicle = told(&company);
        let place = cut.index(chronicle.facts.len());
        let days = company.asked_days();
        let mut known = folded(&chronicle.facts[..place]);
        let then = answers(&known, &days);
        let mut grown = known.clone();
        for fact in &chronicle.facts[place..] {
            grown.apply(fact.clone()).unwrap();
        }
        prop_assert_eq!(&answers(&known, &days), &then);
        prop_assert_eq!(&answers(&folded(&chronicle.facts[..place]), &days), &then);
        prop_assert_eq!(answers(&grown, &days), answers(&chronicle.world, &days));
        known.settle();
        prop_assert_eq!(answers(&known, &days), then);
    }

    #[test]
    fn what_is_said_of_others_changes_nobodys_standing(company in companies(), who in 0u8..25) {
        let mut chronicle = Chronicle::default();
        let programme = chronicle.programme(&company.programme(1));
        chronicle.tell(programme);
        let first = &company.snapshots[0];
        let drafts = chronicle.roster(first.on, &first.text());
        chronicle.tell(drafts);
        if !chronicle.knows(&employee_id(who)) {
            return Ok(());
        }
        let id = chronicle.person(&employee_id(who)).id;
        let standings = |world: &World| -> Vec<Standing> {
            let person = world.people().get(world.people().by_id(id).unwrap()).unwrap();
            let asked = with_each_day(world.controls().values(), &company);
            asked.into_iter().map(|(control, on)| Standings::new(world, control, on).of(person)).collect()
        };
        let before = standings(&chronicle.world);
        for snapshot in &company.snapshots {
            for draft in chronicle.lists(&company) {
                if draft.body.subject() != Some(id) {
                    chronicle.tell(vec![draft]);
                }
            }
            for draft in chronicle.roster(snapshot.on, &snapshot.text()) {
                if draft.body.subject() != Some(id) {
                    chronicle.tell(vec![draft]);
                }
            }
        }
        prop_assert_eq!(standings(&chronicle.world), before);
    }

    #[test]
    fn settling_changes_no_answer(company in companies(), pair in (0u8..25, 0u8..25)) {
        let days = company.asked_days();
        let mut unsettled = programme_and_rosters_and_lists(&company);
        let mut settled = World::default();
        for (place, fact) in unsettled.facts.iter().enumerate() {
            settled.apply(fact.clone()).unwrap();
            if place % 5 == 0 {
                settled.settle();
            }
        }
        prop_assert_eq!(answers(&settled, &days), answers(&unsettled.world, &days));
        settled.settle();
        prop_assert_eq!(answers(&settled, &days), answers(&unsettled.world, &days));
        if let Ok(drafts) = merge::merge(&unsettled.world, &employee_id(pair.0), &employee_id(pair.1), "one person") {
            unsettled.tell(drafts);
            settled.apply(unsettled.facts.last().unwrap().clone()).unwrap();
            prop_assert_eq!(answers(&settled, &days), answers(&unsettled.world, &days));
            settled.settle();
            prop_assert_eq!(answers(&settled, &days), answers(&unsettled.world, &days));
        }
    }

    #[test]
    fn giving_back_memory_changes_no_answer(company in companies()) {
        let mut chronicle = told(&company);
        let days = company.asked_days();
        let before = answers(&chronicle.world, &days);
        chronicle.world.shrink();
        prop_assert_eq!(answers(&chronicle.world, &days), before);
    }

    #[test]
    fn requirements_increase_lie_in_their_period_and_say_when_they_were_met(
        company in companies(),
        from in -100..600i64,
        earlier in 0..500i64,
    ) {
        let chronicle = told(&company);
        let world = &chronicle.world;
        let to = day(company.asked[0].max(from));
        let (short, long) = (Period { from: day(from), to }, Period { from: day(from - earlier), to });
        for control in world.controls().values() {
            let scope = Scope::new(world, control);
            let found = requirements(world, control, short);
            let mut latest: BTreeMap<_, Day> = BTreeMap::new();
            for requirement in &found {
                let person = world.people().get(requirement.person).unwrap();
                let due = requirement.due;
                let before = latest.insert(requirement.person, due);
                prop_assert!(before.is_none_or(|before| before < due), "{requirement:?}");
                prop_assert!(short.from <= due && due <= short.to);
                prop_assert!(requirement.opened <= due);
                prop_assert!(scope.contains(person, due));
                let both = |run: &Run| run.contains(due) && run.contains(requirement.opened);
                prop_assert!(scope.runs(person).iter().any(both));
                prop_assert!(!person.excepted(&control.id, due));
                match (requirement.outcome, requirement.completed_on) {
                    (Outcome::OnTime, Some(on)) => prop_assert!(on <= due),
                    (Outcome::Late, Some(on)) => prop_assert!(due < on && on <= to),
                    (Outcome::Missed, None) => {}
                    _ => prop_assert!(false, "{requirement:?}"),
                }
            }
            let mut longer = requirements(world, control, long);
            longer.retain(|requirement| requirement.due >= short.from);
            prop_assert_eq!(longer, found);
        }
    }

    #[test]
    fn merging_loses_nothing_and_the_old_id_finds_the_new_person(company in companies(), pair in (0u8..12, 0u8..12)) {
        let mut chronicle = told(&company);
        let (old_id, new_id) = (employee_id(pair.0), employee_id(pair.1));
        if pair.0 == pair.1 || !chronicle.knows(&old_id) || !chronicle.knows(&new_id) {
            return Ok(());
        }
        let before = chronicle.world.clone();
        let (old, new) = (chronicle.person(&old_id).clone(), chronicle.person(&new_id).clone());
        let drafts = merge::merge(&chronicle.world, &old_id, &new_id, "a second account").unwrap();
        chronicle.tell(drafts);
        chronicle.world.settle();
        let people = chronicle.world.people();
        let now = chronicle.person(&old_id);
        prop_assert_eq!(now.id, new.id);
        prop_assert_eq!(chronicle.person(&new_id).id, new.id);
        prop_assert_eq!(people.by_id(old.id), people.by_id(new.id));
        prop_assert_eq!(people.listed().count() + 1, before.people().listed().count());
        prop_assert!(people.listed().all(|(_, person)| person.id != old.id));
        prop_assert_eq!(now.spells.len(), old.spells.len() + new.spells.len());
        prop_assert_eq!(now.records.len(), old.records.len() + new.records.len());
        prop_assert_eq!(now.completions.len(), old.completions.len() + new.completions.len());
        prop_assert_eq!(now.leaves.len(), old.leaves.len() + new.leaves.len());
        prop_assert_eq!(now.exceptions.len(), old.exceptions.len() + new.exceptions.len());
        prop_assert_eq!(now.attestations.len(), old.attestations.len() + new.attestations.len());
        prop_assert!(now.completions.is_sorted_by_key(|completion| (completion.on, completion.seq)));
        prop_assert!(now.leaves.is_sorted_by_key(|leave| leave.from));
        for on in company.asked_days() {
            prop_assert_eq!(now.employed(on), old.employed(on) || new.employed(on));
            prop_assert_eq!(now.on_leave(on), old.on_leave(on) || new.on_leave(on));
        }
        prop_assert!(merge::merge(&chronicle.world, &old_id, &new_id, "again").is_err());
    }

    #[test]
    fn erasing_forgets_the_words_and_keeps_the_figures(company in companies(), who in 0u8..25) {
        let mut chronicle = told(&company);
        let id = employee_id(who);
        let Ok((drafts, subjects)) = erasure::erase(&chronicle.world, &id, TODAY) else { return Ok(()) };
        let days = company.asked_days();
        let mut before = answers(&chronicle.world, &days);
        chronicle.tell(drafts);
        let mut after = answers(&chronicle.world, &days);
        let people = chronicle.world.people();
        prop_assert_eq!(people.by_employee_id(&id), None);
        for subject in &subjects {
            let person = people.get(people.by_id(*subject).unwrap()).unwrap();
            prop_assert!(person.erased && person.identity.is_none() && person.name().is_empty());
            prop_assert!(person.exceptions.iter().all(|exception| exception.private.is_none()));
        }
        for answers in [&mut before, &mut after] {
            without_labels(answers);
        }
        prop_assert_eq!(after, before);
        let again = erasure::erase(&chronicle.world, &subjects[0].to_string(), TODAY);
        prop_assert!(again.is_err());
        // The ledger gives out no private part of an erased person, and the world folded without them is the same.
        let mut without = chronicle.facts.clone();
        for fact in without.iter_mut().filter(|fact| fact.body.subject().is_some_and(|id| subjects.contains(&id))) {
            fact.private = None;
        }
        let refolded = folded(&without);
        prop_assert_eq!(answers(&refolded, &days), answers(&chronicle.world, &days));
        prop_assert_eq!(refolded.people().by_employee_id(&id), None);
    }

    #[test]
    fn every_body_that_a_company_gives_reads_back_and_tells_no_private_word(company in companies()) {
        let chronicle = told(&company);
        let mut private = BTreeSet::new();
        for fact in &chronicle.facts {
            let words = fact.private.clone().unwrap_or_default();
            let who = [words.employee_id, words.name, words.email, words.username];
            private.extend(who.into_iter().chain([words.reason, words.approved_by, words.reference]).flatten());
        }
        for fact in &chronicle.facts {
            reads_back(fact)?;
            if let Body::FileImported(_) = &fact.body {
                continue;
            }
            let told = fact.body.to_value().unwrap().to_string();
            for word in &private {
                prop_assert!(!told.contains(&**word), "{word} stands in {told}");
            }
        }
    }
}

proptest! {
    #![proptest_config(proportionate(12))]

    #[test]
    fn a_run_begins_on_the_entry_day_and_not_a_day_before_or_after(company in companies()) {
        let chronicle = told(&company);
        let world = &chronicle.world;
        for control in world.controls().values() {
            let scope = Scope::new(world, control);
            for (_, person) in world.people().listed().take(6) {
                let runs = scope.runs(person);
                for run in &runs {
                    prop_assert!(run.until.is_none_or(|until| run.from < until), "{run:?} has no day");
                    prop_assert!(!scope.contains(person, subtract_days(run.from, 1)), "{run:?} could begin earlier");
                    let ended = run.until.is_none_or(|until| !scope.contains(person, until));
                    prop_assert!(ended, "{run:?} could end later");
                }
                for pair in runs.windows(2) {
                    prop_assert!(pair[0].until.is_some_and(|until| until < pair[1].from), "{pair:?} touch");
                }
                // The walk begins before anybody can have started, so that it sees every entry.
                let mut entry = None;
                for on in (-320..1250).map(day) {
                    let inside = scope.contains(person, on);
                    prop_assert_eq!(runs.iter().filter(|run| run.contains(on)).count(), usize::from(inside));
                    entry = if inside { entry.or(Some(on)) } else { None };
                    prop_assert_eq!(scope.entry(person, on), entry);
                }
            }
        }
    }

    #[test]
    fn after_a_merge_a_roster_says_everything_once(company in companies(), pair in (0u8..12, 0u8..12)) {
        let mut chronicle = told(&company);
        let Ok(drafts) = merge::merge(&chronicle.world, &employee_id(pair.0), &employee_id(pair.1), "a rehire") else {
            return Ok(());
        };
        chronicle.tell(drafts);
        let last = company.snapshots.last().unwrap();
        let drafts = chronicle.roster(last.on, &last.text());
        chronicle.tell(drafts);
        prop_assert_eq!(chronicle.roster(last.on, &last.text()), []);
    }
}

fn some_rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (1..9u32, 0..3u32, 0..9u32, prop::option::of(0..12u32));
    prop::collection::vec(row, 0..9).prop_map(|rows| {
        let mut table = Vec::new();
        for (place, (engineers, away, recorded, attested)) in rows.into_iter().enumerate() {
            let recorded = recorded.min(engineers);
            let taken = recorded.max(attested.unwrap_or(0).min(engineers));
            let label = if place == 0 { String::new() } else { format!("E{place}") };
            // Whose row it is makes no difference to what may be published.
            table.push(Row { of: RowOf::NoManager, label, engineers, away, recorded, attested, taken });
        }
        table
    })
}

fn near(valid: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![any::<u8>(), prop::sample::select(&b"\"',;[]{}()=-0129\n\\."[..])];
    prop::collection::vec((any::<prop::sample::Index>(), 0..4u8, byte), 0..6).prop_map(move |edits| {
        let mut bytes = valid.as_bytes().to_vec();
        for (place, what, byte) in edits {
            let at = place.index(bytes.len());
            match what {
                0 => bytes.insert(at, byte),
                1 => bytes[at] = byte,
                2 => drop(bytes.remove(at)),
                _ => {
                    let copied: Vec<u8> = bytes.iter().skip(at).take(12).copied().collect();
                    bytes.extend(copied);
                }
            }
        }
        bytes
    })
}

fn any_bytes_or_near(valid: &'static str) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![1 => prop::collection::vec(any::<u8>(), 0..200), 4 => near(valid)]
}

const ROSTER: &str = "\
employee_id,name,email,username,title,departments,manager_id,start_date,end_date
E100,\"Ada, L.\",ada@example.com,ada,Engineer,Development;Ops,E101,2020-02-29,2024-12-31
E101,Bo,bo@example.com,bo,Engineering Manager,Development,,,
";
const PROGRAMME: &str = r#"
[organisation]
name = "Sample"
fiscal_year_starts = "02-01"
[privacy]
smallest_group = 3
[[controls]]
id = "C0"
cadence = { every_months = 12 }
courses = { full = "secure-coding" }
from = 2024-02-29
scope = '''manager == "E101" || title.matches("(?i)engineer")'''
owner = { name = "Us", since = 7 }
[[tracks]]
id = "all"
rule = 'true'
[[campaigns]]
id = "K0"
control = "C0"
opens = 2024-01-01
closes = "2024-12-31"
counts_since = "2024-01-01"
objective = 0.9
"#;
const RULE: &str = r#"("Development" in departments && !title.matches("(?i)\\bmanager\\b")) || labels.exists(l, l == 'on-call') ? size(departments) > 1 : manager in ["p", "E1"]"#;
const FACT: &str = r#"{"at":"2026-01-01T00:00:00Z","body":{"person":"paaaaaaaaaaaaaaaa","profile":{"title":"x"},"start":"2024-02-29"},"by":"system","seq":0,"type":"person.joined","v":1}"#;
const COMPLETIONS: &str =
    "employee_id,course,completed_on,strength,source,reference\nE100,secure-coding,2023-01-01,completed,lms,R\n";
const LEAVES: &str = "employee_id,from,to\nE100,2023-01-01,2023-03-01\nE101,2023-05-05,\n";
const EXCEPTIONS: &str = "employee_id,control,from,to,reason,approved_by\nE100,C0,2023-01-01,,x,E101\n";
const ATTESTATIONS: &str = "manager_id,campaign,count,on\nE101,K0,3,2024-02-01\n";

fn small_company() -> Chronicle {
    let mut chronicle = Chronicle::default();
    let programme = chronicle.programme(PROGRAMME);
    chronicle.tell(programme);
    let drafts = chronicle.roster(FIRST_DAY, ROSTER);
    chronicle.tell(drafts);
    chronicle
}

proptest! {
    #![proptest_config(proportionate(256))]

    #[test]
    fn a_published_table_reveals_no_small_group(rows in some_rows(), smallest in 2..7u32) {
        reveals_no_small_group(&rows, smallest)?;
    }

    #[test]
    fn no_list_makes_its_reader_panic(
        completions in any_bytes_or_near(COMPLETIONS),
        leaves in any_bytes_or_near(LEAVES),
        exceptions in any_bytes_or_near(EXCEPTIONS),
        attestations in any_bytes_or_near(ATTESTATIONS),
    ) {
        let mut chronicle = small_company();
        let of = |bytes| File { bytes, ..file("") };
        let read = [
            completion::import(&chronicle.world, of(&completions), TODAY),
            leave::import(&chronicle.world, of(&leaves)),
            exception::import(&chronicle.world, of(&exceptions)),
            attestation::import(&chronicle.world, of(&attestations), TODAY),
        ];
        for read in read {
            match read {
                Ok((drafts, _)) => chronicle.tell(drafts),
                Err(refusal) => prop_assert!(!refusal.to_string().is_empty()),
            }
        }
        drop(answers(&chronicle.world, &[TODAY]));
    }

    #[test]
    fn no_roster_makes_its_reader_panic(bytes in any_bytes_or_near(ROSTER)) {
        let mut chronicle = small_company();
        let Ok(roster) = Roster::read(File { bytes: &bytes, ..file("") }) else { return Ok(()) };
        let options = ImportOptions { on: TODAY, today: TODAY, allow_mass_end: true };
        let mut mint = Chronicle::mint(&mut chronicle.minted);
        let (drafts, _) = roster::import(&chronicle.world, &roster, options, &mut mint).unwrap();
        drop(mint);
        chronicle.tell(drafts);
        drop(answers(&chronicle.world, &[TODAY]));
    }

    #[test]
    fn no_programme_makes_its_reader_panic(bytes in any_bytes_or_near(PROGRAMME)) {
        let mut chronicle = small_company();
        let Ok(programme) = Programme::read(&bytes) else { return Ok(()) };
        let mut mint = Chronicle::mint(&mut chronicle.minted);
        let applied = programme::apply(&chronicle.world, &programme, TODAY, &mut mint);
        drop(mint);
        if let Ok((drafts, _)) = applied {
            chronicle.tell(drafts);
            drop(answers(&chronicle.world, &[TODAY]));
        }
    }

    #[test]
    fn no_rule_makes_its_compiler_panic_and_each_that_works_is_explained(bytes in near(RULE)) {
        let rule = String::from_utf8_lossy(&bytes);
        if Rule::compile(&rule).is_err() || rule.contains("'''") {
            return Ok(());
        }
        let mut chronicle = small_company();
        let Ok(programme) = Programme::read(control_for(&rule).as_bytes()) else { return Ok(()) };
        let mut mint = Chronicle::mint(&mut chronicle.minted);
        let applied = programme::apply(&chronicle.world, &programme, TODAY, &mut mint);
        drop(mint);
        chronicle.tell(applied.unwrap().0);
        let control = chronicle.world.control("C0").unwrap();
        for (_, person) in chronicle.world.people().listed() {
            let explanation = explain::explain(&chronicle.world, control, person, TODAY).unwrap();
            let standing = Standings::new(&chronicle.world, control, TODAY).of(person);
            let said = explanation.employed && explanation.parts.first().is_some_and(|part| part.gave == Ok(true));
            prop_assert_eq!(said, standing.status != Status::OutOfScope);
        }
    }

    #[test]
    fn no_text_makes_the_compiler_of_rules_panic(rule in any::<String>(), soup in r#"[a-z"'\\\[\](){}!?:&|=. /\n]{0,60}"#) {
        drop(Rule::compile(&rule));
        drop(Rule::compile(&soup));
    }

    #[test]
    fn no_bytes_make_the_reader_of_facts_panic(
        bytes in any_bytes_or_near(FACT),
        private in any_bytes_or_near(r#"{"salt":"s","value":{"name":"Ada"}}"#),
    ) {
        if let Ok(fact) = Fact::read(&bytes, Some(&private)) {
            drop(World::default().apply(fact));
        }
    }

    #[test]
    fn every_body_reads_back_as_it_was_written(fact in some_fact()) {
        reads_back(&fact)?;
    }
}

fn some_fact() -> impl Strategy<Value = Fact> {
    let person = || any::<[u8; 10]>().prop_map(PersonId::from_random);
    let text = || any::<String>().prop_map(Box::<str>::from);
    let texts = || prop::collection::vec(text(), 0..3).prop_map(Vec::into_boxed_slice);
    let on = || (-9_000..60_000i64).prop_map(day);
    let profile =
        (text(), texts(), text(), text(), texts()).prop_map(|(title, departments, employment, location, labels)| {
            Profile { title, departments, employment, location, labels }
        });
    let times = (on(), prop::option::of(on()), any::<bool>());
    let people = (person(), person(), prop::option::of(person()));
    let words = (text(), text(), prop::option::of(text()));
    let numbers = (any::<u64>(), any::<u64>(), any::<u32>(), 0..STRENGTHS.len());
    let drawn = (0..14u8, people, times, words, numbers, profile);
    let private = prop::option::of((prop::option::of(text()), prop::option::of(text())));
    (any::<u64>(), 0..4_000_000_000i64, drawn, private).prop_map(|(seq, at, drawn, private)| {
        let (kind, (person, other, manager), (from, to, flag), (first, second, third), numbers, profile) = drawn;
        let (rows, facts, count, strength) = numbers;
        let body = match kind {
            0 => Body::LedgerStarted(LedgerStarted { origin: first, key: second }),
            1 => Body::KeyAnnounced(KeyAnnounced { key: first, note: second }),
            2 => Body::PersonJoined(PersonJoined { person, start: from, before_tracking: flag, profile, manager }),
            3 => Body::PersonChanged(PersonChanged { person, from, profile, manager }),
            4 => Body::PersonIdentified(PersonNamed { person }),
            5 => Body::PersonErased(PersonNamed { person }),
            6 => Body::PersonPostponed(PersonPostponed { person, from, start: from }),
            7 => Body::PersonLeft(PersonLeft { person, on: from }),
            8 => Body::PersonMerged(PersonMerged { old: person, new: other }),
            9 => {
                let strength = Strength::read(STRENGTHS[strength]).unwrap();
                Body::CompletionRecorded(CompletionRecorded {
                    person,
                    course: first,
                    on: from,
                    strength,
                    source: third,
                    version: flag.then(|| second.clone()),
                    shown: flag.then_some(count),
                    proof: to.map(|_| second),
                })
            }
            12 if flag => Body::CoursePublished(CoursePublished {
                course: first,
                refresher: third.clone(),
                version: second.clone(),
                on: from,
                title: second,
                tracks: third.iter().map(|id| PublishedTrack { id: id.clone(), programme: vec![id.clone()] }).collect(),
                language: third,
                lessons: count,
                items: count,
            }),
            10 => Body::LeaveRecorded(LeaveRecorded { person, from, to }),
            11 => Body::ExceptionApproved(ExceptionApproved { person, control: first, from, to, approved_by: manager }),
            12 => {
                Body::TallyAttested(TallyAttested { manager: person, campaign: first, on: from, count, source: None })
            }
            _ => Body::FileImported(FileImported { file: FileKind::Roster, on: to, sha256: first, rows, facts }),
        };
        let private = private.map(|(name, reason)| Private { name, reason, ..Private::default() });
        let at = jiff::Timestamp::from_second(at).unwrap();
        Fact { seq, at, by: "operator:Ana Ruiz".into(), body, private }
    })
}

fn without_labels(answers: &mut Answers) {
    for table in &mut answers.tables {
        for row in table.iter_mut() {
            row.label.clear();
        }
        table.sort_by_key(|row| row.of.clone());
    }
    // Which of several rows of one size is folded goes by their labels, and so do the findings.
    answers.published.clear();
    answers.findings.clear();
    answers.requirements.sort_by_key(|requirement| (requirement.person, requirement.due, requirement.opened));
}

fn envelope(fact: &Fact) -> serde_json::Value {
    let mut told = serde_json::json!({
        "seq": fact.seq,
        "at": fact.at.to_string(),
        "by": &*fact.by,
        "type": fact.body.kind(),
        "v": 1,
        "body": fact.body.to_value().unwrap(),
    });
    if fact.private.is_some() {
        told["sealed"] = "sealed".into();
    }
    told
}

fn reads_back(fact: &Fact) -> Result<(), TestCaseError> {
    let private = fact.private.as_ref().map(|private| serde_json::json!({ "salt": "s", "value": private }).to_string());
    let read = Fact::read(envelope(fact).to_string().as_bytes(), private.as_deref().map(str::as_bytes));
    prop_assert_eq!(read.as_ref(), Ok(fact));
    Ok(())
}

fn on(text: &str) -> Day {
    text.parse().unwrap()
}

fn control_for(rule: &str) -> String {
    format!(
        "[organisation]\nname = \"Sample\"\n[[controls]]\nid = \"C0\"\ncadence = {{ every_months = 12 }}\n\
         courses = {{ full = \"secure-coding\" }}\nscope = '''{rule}'''\n"
    )
}

impl Chronicle {
    /// Takes a roster in; gives the facts that the same roster would give once more.
    fn takes_in(&mut self, day: &str, rows: &str) -> Vec<Draft> {
        let text = format!("employee_id,name,email,username,title,departments,manager_id,start_date,end_date\n{rows}");
        let drafts = self.roster(on(day), &text);
        self.tell(drafts);
        self.roster(on(day), &text)
    }

    fn applies(&mut self, programme: &str) {
        let drafts = self.programme(programme);
        self.tell(drafts);
    }

    fn person(&self, id: &str) -> &Person {
        self.world.people().get(self.world.people().by_employee_id(id).unwrap()).unwrap()
    }

    fn title(&self, id: &str, day: &str) -> Option<&str> {
        let record = self.person(id).record(on(day))?;
        Some(&self.world.profiles().get(record.profile)?.title)
    }

    fn status(&self, id: &str, day: &str) -> &'static str {
        Standings::new(&self.world, self.world.control("C0").unwrap(), on(day)).of(self.person(id)).status.word()
    }
}

#[test]
fn somebody_hired_again_with_their_first_start_date_has_what_the_new_row_says() {
    let mut chronicle = Chronicle::default();
    chronicle.takes_in("2024-01-01", "E1,A,,,Developer,,,2020-01-01,\nE2,B,,,Boss,,,,\n");
    chronicle.takes_in("2024-02-01", "E1,A,,,Sales Lead,,,2020-01-01,\nE2,B,,,Boss,,,,\n");
    chronicle.takes_in("2024-03-01", "E2,B,,,Boss,,,,\n");
    let again = chronicle.takes_in("2024-04-01", "E1,A,,,Developer,,,2020-01-01,\nE2,B,,,Boss,,,,\n");
    assert_eq!(chronicle.title("E1", "2024-04-01"), Some("Developer"));
    assert_eq!(again, []);
}

#[test]
fn a_start_is_moved_for_a_fixed_term_too() {
    let mut chronicle = Chronicle::default();
    chronicle.takes_in("2024-01-01", "E1,A,,,Developer,,,2024-06-01,2024-12-31\n");
    let again = chronicle.takes_in("2024-02-01", "E1,A,,,Developer,,,2024-07-01,2024-12-31\n");
    assert_eq!(chronicle.person("E1").spells[0].start, on("2024-07-01"));
    assert_eq!(again, []);
}

#[test]
fn a_manager_whose_row_was_ignored_has_one_id_for_ever() {
    let mut chronicle = Chronicle::default();
    let again = chronicle.takes_in("2024-01-01", "E1,A,,,Developer,,E2,,\nE2,B,,,Boss,,,,2023-12-01\n");
    assert_eq!(again, []);
    assert!(chronicle.world.people().by_employee_id("E2").is_some());
}

#[test]
fn an_announced_end_is_taken_back_from_the_spell_it_was_given_to() {
    let mut chronicle = Chronicle::default();
    chronicle.takes_in("2024-01-01", "E1,A,,,Developer,,,2025-06-01,\nE2,B,,,Boss,,,,\n");
    chronicle.takes_in("2024-02-01", "E2,B,,,Boss,,,,\n");
    chronicle.takes_in("2024-03-01", "E1,A,,,Developer,,,2024-03-01,2024-12-31\nE2,B,,,Boss,,,,\n");
    let again = chronicle.takes_in("2024-04-01", "E1,A,,,Developer,,,2024-03-01,\nE2,B,,,Boss,,,,\n");
    assert!(chronicle.person("E1").employed(on("2025-03-01")), "{:?}", chronicle.person("E1").spells);
    assert_eq!(again, []);
}

#[test]
fn somebody_whose_early_end_was_taken_back_has_a_record() {
    let mut chronicle = Chronicle::default();
    chronicle.takes_in("2024-01-01", "E1,A,,,Developer,,,2024-06-01,\n");
    chronicle.takes_in("2024-01-15", "E1,A,,,Developer,,,,2024-03-01\n");
    chronicle.takes_in("2024-02-01", "E1,A,,,Developer,,,2024-06-01,\n");
    assert!(chronicle.person("E1").employed(on("2024-07-01")));
    assert_eq!(chronicle.title("E1", "2024-07-01"), Some("Developer"));
}

#[test]
fn a_rule_tells_no_employee_id_however_it_is_written() {
    for rule in [
        r#"manager == ("E1")"#,
        r#"(manager) == "E1""#,
        r#"manager == r"E1""#,
        r#"manager == """E1""""#,
        "manager == // the boss\n\"E1\"",
        r#"manager == "E\u0031""#,
    ] {
        let programme = Programme::read(control_for(rule).as_bytes()).unwrap();
        let mut minted = 0;
        let applied = programme::apply(&World::default(), &programme, TODAY, &mut Chronicle::mint(&mut minted));
        for draft in applied.map(|(drafts, _)| drafts).unwrap_or_default() {
            let told = draft.body.to_value().unwrap().to_string();
            assert!(!told.contains("E1") && !told.contains("u0031"), "{told}");
        }
    }
}

#[test]
fn a_rule_that_would_exhaust_the_stack_is_refused() {
    let chain = "+1".repeat(3_900);
    assert!(Rule::compile(&format!(r#"title == r"\" || size(title){chain} > 0"#)).is_err());
    assert!(Rule::compile(&format!("true // \"\n || size(title){chain} > 0")).is_err());
}

#[test]
fn a_number_that_cannot_be_kept_exactly_is_refused_however_small() {
    let text = format!("{}owner = -9223372036854775808\n", control_for("true"));
    let programme = Programme::read(text.as_bytes()).unwrap();
    let mut minted = 0;
    assert!(programme::apply(&World::default(), &programme, TODAY, &mut Chronicle::mint(&mut minted)).is_err());
}

#[test]
fn a_fact_reads_back_whoever_entered_it() {
    for by in [r"operator:CORP\ana", r#"operator:Ana "Boss" Ruiz"#] {
        let body = Body::LedgerStarted(LedgerStarted { origin: "o".into(), key: "k".into() });
        let at = "2026-01-01T00:00:00Z".parse().unwrap();
        let fact = Fact { seq: 0, at, by: by.into(), body, private: None };
        assert_eq!(Fact::read(envelope(&fact).to_string().as_bytes(), None), Ok(fact));
    }
}

#[test]
fn merging_a_manager_whom_a_rule_names_leaves_their_reports_in_scope() {
    let mut chronicle = Chronicle::default();
    chronicle.applies(&control_for(r#"manager == "E1""#));
    chronicle.takes_in("2024-01-01", "E1,A,,,Boss,,,,\nE2,B,,,Developer,,E1,,\nE3,A,,,Boss,,,,\n");
    assert_eq!(chronicle.status("E2", "2024-01-01"), "due");
    let drafts = merge::merge(&chronicle.world, "E1", "E3", "a second account").unwrap();
    chronicle.tell(drafts);
    assert_eq!(chronicle.status("E2", "2024-01-01"), "due");
}

#[test]
fn an_exception_taken_in_again_does_not_bring_an_erased_approver_back() {
    let mut chronicle = Chronicle::default();
    chronicle.applies(&control_for("true"));
    chronicle.takes_in("2024-01-01", "E1,A,,,Boss,,,,\nE2,B,,,Developer,,,,\n");
    let list = "employee_id,control,from,to,reason,approved_by\nE2,C0,2024-01-01,,sabbatical,E1\n";
    let drafts = exception::import(&chronicle.world, file(list)).unwrap().0;
    chronicle.tell(drafts);
    chronicle.takes_in("2024-02-01", "E2,B,,,Developer,,,,\n");
    let (drafts, _) = erasure::erase(&chronicle.world, "E1", TODAY).unwrap();
    chronicle.tell(drafts);
    assert_eq!(exception::import(&chronicle.world, file(list)).unwrap().0, []);
}

#[test]
fn a_programme_applied_again_does_not_bring_an_erased_manager_back() {
    let mut chronicle = Chronicle::default();
    let text = control_for(r#"manager == "E1""#);
    chronicle.applies(&text);
    chronicle.takes_in("2024-01-01", "E1,A,,,Boss,,,,\nE2,B,,,Developer,,E1,,\n");
    chronicle.takes_in("2024-02-01", "E2,B,,,Developer,,,,\n");
    let (drafts, _) = erasure::erase(&chronicle.world, "E1", TODAY).unwrap();
    chronicle.tell(drafts);
    assert_eq!(chronicle.programme(&text), []);
}
