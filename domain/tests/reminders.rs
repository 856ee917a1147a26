//! Who is written to: the rules one by one, and a month of a company with 2,000 people.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};
use keepsharp_domain::calendar::{Quarter, add_days, subtract_days};
use keepsharp_domain::due::{Standings, Status};
use keepsharp_domain::fact::{
    Body, Channel, CompletionRecorded, LeaveRecorded, MessageKind, NoteSent, Occasion, TallyAttested,
};
use keepsharp_domain::message::{self, Received};
use keepsharp_domain::person::{PersonId, PersonIx, Strength};
use keepsharp_domain::programme::{self, Programme};
use keepsharp_domain::reminder::{self, Message, Plan, Ways, Why};
use keepsharp_domain::roster::{self, ImportOptions, Roster};
use keepsharp_domain::sheet::File;
use keepsharp_domain::{Day, Draft, Fact, World, objection, onboarding, round};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

const MAIL: Ways = Ways { mail: true, issue: false, slack: false, teams: false };

/// A company that is told things, and asked who is written to.
struct Company {
    world: World,
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Noon in London, a working hour there.
fn noon(text: &str) -> Timestamp {
    format!("{text}T12:00:00Z").parse().unwrap()
}

const PROGRAMME: &str = r#"
[organisation]
name = "Written to"
fiscal_year_starts = "02-01"
[messages]
time_zones = { "Auckland" = "Pacific/Auckland", "Denver" = "America/Denver" }
[[controls]]
id = "C"
cadence = { every_months = 12 }
courses = { full = "full", refresher = "refresher" }
scope = 'title.contains("Developer")'
[[controls]]
id = "D"
cadence = { every_months = 12 }
courses = { full = "other" }
scope = 'title.contains("Lead Developer")'
"#;

const ROUND: &str = r#"
[[campaigns]]
id = "K"
title = "Round"
control = "C"
opens = "2024-03-04"
closes = "2024-04-30"
counts_since = "2024-02-01"
"#;

impl Company {
    fn new(programme: &str, rows: &str) -> Company {
        let mut company = Company { world: World::default() };
        company.programme(programme);
        company.roster("2024-01-01", rows);
        company
    }

    fn tell(&mut self, drafts: Vec<Draft>) {
        for draft in drafts {
            let seq = self.world.size();
            let at = Timestamp::UNIX_EPOCH;
            let fact = Fact { seq, at, by: "system".into(), body: draft.body, private: draft.private };
            self.world.apply(fact).unwrap();
        }
        self.world.settle();
    }

    fn mint(&self) -> impl FnMut() -> PersonId + use<> {
        let mut next = self.world.size() << 20;
        move || {
            next += 1;
            let mut bytes = [7; 10];
            bytes[2..].copy_from_slice(&next.to_be_bytes());
            PersonId::from_random(bytes)
        }
    }

    fn programme(&mut self, text: &str) {
        let read = Programme::read(text.as_bytes()).unwrap();
        let mut mint = self.mint();
        let drafts = programme::apply(&self.world, &read, day("2024-01-01"), &mut mint).unwrap().0;
        self.tell(drafts);
    }

    fn roster(&mut self, on: &str, rows: &str) {
        let text = format!("employee_id,name,email,username,title,departments,manager_id,start_date,location\n{rows}");
        let columns = BTreeMap::new();
        let file = File { bytes: text.as_bytes(), sha256: "", columns: &columns };
        let options = ImportOptions { on: day(on), today: day("2026-01-01"), allow_mass_end: true };
        let mut mint = self.mint();
        let drafts = roster::import(&self.world, &Roster::read(file).unwrap(), options, &mut mint).unwrap().0;
        self.tell(drafts);
    }

    fn ix(&self, id: &str) -> PersonIx {
        self.world.people().find(id).unwrap()
    }

    fn id(&self, id: &str) -> PersonId {
        self.world.people().get(self.ix(id)).unwrap().id
    }

    fn took(&mut self, id: &str, course: &str, on: &str) {
        let person = self.id(id);
        let body = CompletionRecorded::of(person, course, day(on), Strength::Completed);
        self.tell(vec![Body::CompletionRecorded(body).into()]);
    }

    fn plan(&self, on: &str) -> Plan {
        reminder::plan(&self.world, MAIL, noon(on), day(on)).unwrap()
    }

    /// Sends what is due at noon of each day in turn.
    fn live(&mut self, from: &str, to: &str) -> Vec<(Day, Message)> {
        let mut sent = Vec::new();
        for on in day(from).series(1.day()).take_while(|on| *on <= day(to)) {
            let plan = self.plan(&on.to_string());
            let drafts = reminder::sent(&self.world, &plan, on);
            self.tell(drafts);
            sent.extend(plan.messages.into_iter().map(|message| (on, message)));
        }
        sent
    }

    fn told(&self, plan: &Plan) -> Vec<(String, MessageKind, Vec<Occasion>)> {
        let told = |message: &Message| {
            let name = self.world.people().get(message.to).unwrap().label();
            (name, message.kind, message.items.iter().map(|item| item.about.occasion).collect())
        };
        plan.messages.iter().map(told).collect()
    }

    fn why(&self, plan: &Plan, id: &str) -> Option<Why> {
        plan.held.iter().find(|held| held.person == self.ix(id)).map(|held| held.why)
    }
}

const ONE: &str = "E1,Ana,ana@x.example,ana,Developer,,,,\n";

#[test]
fn somebody_hears_at_each_occasion_once_and_nothing_once_it_is_done() {
    // Ana is in scope from 1 January, so her full course is due on 31 January, a Wednesday.
    let mut company = Company::new(PROGRAMME, ONE);
    let sent = company.live("2024-01-01", "2024-03-31");
    let heard: Vec<(String, Occasion)> =
        sent.iter().map(|(on, message)| (on.to_string(), message.items[0].about.occasion)).collect();
    let expected = [
        ("2024-01-01", Occasion::Opening),
        ("2024-01-16", Occasion::HalfTime),
        ("2024-01-24", Occasion::WeekBefore),
        ("2024-01-31", Occasion::TheDay),
        ("2024-02-07", Occasion::After),
    ];
    assert_eq!(heard, expected.map(|(on, occasion)| (on.to_owned(), occasion)));

    let mut company = Company::new(PROGRAMME, ONE);
    company.took("E1", "full", "2024-01-10");
    assert!(company.live("2024-01-11", "2024-12-09").is_empty(), "a training that holds is not asked for again");
    assert!(!company.live("2024-12-10", "2024-12-20").is_empty(), "a month before it grows old it is");
}

#[test]
fn somebody_long_overdue_hears_of_it_again_each_quarter_and_no_oftener() {
    let mut company = Company::new(PROGRAMME, ONE);
    let sent = company.live("2024-06-01", "2025-01-31");
    assert_eq!(sent.len(), 3, "{sent:?}");
    assert!(sent.iter().all(|(_, message)| message.items[0].about.occasion == Occasion::After));
}

#[test]
fn two_controls_make_one_message() {
    let company = Company::new(PROGRAMME, "E1,Ana,ana@x.example,ana,Lead Developer,,,,\n");
    let plan = company.plan("2024-01-02");
    assert_eq!(
        company.told(&plan),
        [("E1".to_owned(), MessageKind::Encouragement, vec![Occasion::Opening, Occasion::Opening])]
    );
}

#[test]
fn nobody_is_written_to_in_their_free_time_or_where_they_are_away() {
    let rows = "E1,Ana,ana@x.example,ana,Developer,,,,\nE2,Bo,bo@x.example,bo,Developer,,,,Auckland\n\
        E3,Cy,cy@x.example,cy,Developer,,,,Denver\nE4,Di,,di,Developer,,,,\nE5,Ed,ed@x.example,ed,Developer,,,,\n";
    let mut company = Company::new(PROGRAMME, rows);
    let person = company.id("E5");
    company.tell(vec![Body::LeaveRecorded(LeaveRecorded { person, from: day("2024-01-01"), to: None }).into()]);
    let plan = company.plan("2024-01-02");
    let names = |plan: &Plan| company.told(plan).into_iter().map(|(name, _, _)| name).collect::<Vec<_>>();
    assert_eq!(names(&plan), ["E1"]);
    assert_eq!(company.why(&plan, "E2"), Some(Why::FreeTime));
    assert_eq!(company.why(&plan, "E3"), Some(Why::FreeTime));
    assert_eq!(company.why(&plan, "E4"), Some(Why::NoWay));
    assert_eq!(company.why(&plan, "E5"), None, "an open leave leaves no due date, so nothing waits");
    let evening = "2024-01-02T21:00:00Z".parse().unwrap();
    let plan = reminder::plan(&company.world, MAIL, evening, day("2024-01-02")).unwrap();
    assert_eq!(names(&plan), ["E2", "E3"], "morning in Auckland, afternoon in Denver");
    assert!(company.plan("2024-01-06").messages.is_empty(), "a Saturday");
}

#[test]
fn whoever_asked_for_quiet_objected_or_lost_their_address_is_left_alone() {
    let mut company = Company::new(PROGRAMME, ONE);
    let ix = company.ix("E1");
    let drafts = message::snooze(&company.world, ix, day("2024-01-15"), day("2024-01-01")).unwrap();
    company.tell(drafts);
    assert_eq!(company.why(&company.plan("2024-01-12"), "E1"), Some(Why::Snoozed(day("2024-01-15"))));
    assert_eq!(company.plan("2024-01-15").messages.len(), 1);
    let drafts = objection::raise(&company.world, ix, "C", "I left that team").unwrap();
    company.tell(drafts);
    assert_eq!(company.why(&company.plan("2024-01-15"), "E1"), Some(Why::Objected));

    let mut company = Company::new(PROGRAMME, ONE);
    let drafts = message::came_back(&company.world, ix, "ana@x.example", "550", day("2024-01-02"));
    company.tell(drafts);
    assert_eq!(company.why(&company.plan("2024-01-03"), "E1"), Some(Why::AddressFails));
}

#[test]
fn the_last_of_the_limit_is_kept_for_the_last_week() {
    let mut company = Company::new(&PROGRAMME.replace("[messages]", "[messages]\nper_quarter = 2"), ONE);
    let sent = company.live("2024-01-01", "2024-01-31");
    let heard: Vec<Occasion> = sent.iter().map(|(_, message)| message.items[0].about.occasion).collect();
    assert_eq!(heard, [Occasion::WeekBefore, Occasion::TheDay]);
    assert_eq!(company.live("2024-02-01", "2024-04-30").len(), 0, "After is not worth one of two");
}

#[test]
fn a_managers_own_note_counts_as_a_message() {
    let mut company = Company::new(&format!("{PROGRAMME}{ROUND}"), ONE);
    let (manager, person) = (company.id("E1"), company.id("E1"));
    let note = NoteSent { manager, campaign: "K".into(), on: day("2024-01-02"), people: vec![person] };
    company.tell(vec![Body::NoteSent(note).into()]);
    assert_eq!(company.why(&company.plan("2024-01-03"), "E1"), Some(Why::TooSoon(day("2024-01-05"))));
    let received = Received::by(&company.world, company.ix("E1"), day("2024-01-03"));
    assert_eq!(received.this_quarter, 1);
}

/// Three trained in 2023, so that only the round asks them, and their manager.
fn team(counted_by: &str) -> Company {
    let rows = "M1,Mara,mara@x.example,mara,Boss,,,,\nE1,Ana,ana@x.example,ana,Developer,,M1,,\n\
        E2,Bo,bo@x.example,bo,Developer,,M1,,\nE3,Cy,cy@x.example,cy,Developer,,M1,,\n";
    let round = format!("{ROUND}counted_by = \"{counted_by}\"\n");
    let mut company = Company::new(&format!("{PROGRAMME}{round}"), rows);
    for id in ["E1", "E2", "E3"] {
        company.took(id, "full", "2023-12-20");
    }
    company
}

#[test]
fn a_round_asks_those_who_have_not_taken_it_and_tells_their_manager_counts_once_a_week() {
    let mut company = team("both");
    let sent = company.live("2024-03-01", "2024-04-30");
    let of = |id: &str| {
        let to = sent.iter().filter(|(_, message)| message.to == company.ix(id));
        to.map(|(on, message)| (on.to_string(), message.items[0].about.occasion)).collect::<Vec<_>>()
    };
    let engineer = of("E1");
    assert_eq!(engineer.first().unwrap().0, "2024-03-04");
    assert_eq!(engineer.iter().map(|(_, occasion)| *occasion).collect::<Vec<_>>(), Occasion::ALL[..4]);
    let manager = of("M1");
    assert_eq!(manager.iter().map(|(_, occasion)| *occasion).collect::<Vec<_>>(), Occasion::ALL[..4]);
    let digest = &sent.iter().find(|(_, message)| message.kind == MessageKind::Digest).unwrap().1;
    assert_eq!(digest.items[0].team.map(|(_, taken, engineers)| (taken, engineers)), Some((0, 3)));
}

#[test]
fn a_managers_word_for_the_whole_team_ends_the_asking_and_is_celebrated_once() {
    let mut company = team("both");
    company.live("2024-03-01", "2024-03-10");
    let (manager, on) = (company.id("M1"), day("2024-03-11"));
    let count = TallyAttested { manager, campaign: "K".into(), on, count: 3, source: None };
    company.tell(vec![Body::TallyAttested(count).into()]);
    let sent = company.live("2024-03-11", "2024-04-30");
    let kinds: Vec<MessageKind> = sent.iter().map(|(_, message)| message.kind).collect();
    assert_eq!(kinds, [MessageKind::Celebration]);
}

#[test]
fn a_programme_may_choose_whose_word_is_asked_for() {
    let kinds = |counted_by: &str| {
        let company = team(counted_by);
        let plan = company.plan("2024-03-04");
        let mut kinds: Vec<MessageKind> = plan.messages.iter().map(|message| message.kind).collect();
        kinds.dedup();
        kinds
    };
    assert_eq!(kinds("managers"), [MessageKind::Digest]);
    assert_eq!(kinds("people"), [MessageKind::Encouragement]);
    assert_eq!(kinds("both"), [MessageKind::Encouragement, MessageKind::Digest]);
}

#[test]
fn a_deputy_hears_of_both_teams_in_one_digest_and_nobody_who_left_does() {
    let rows = "M1,Mara,mara@x.example,mara,Boss,,,,\nM2,Mo,mo@x.example,mo,Boss,,,,\nM3,Max,max@x.example,max,Boss,,,,\n\
        E1,Ana,ana@x.example,ana,Developer,,M1,,\nE2,Bo,bo@x.example,bo,Developer,,M2,,\n";
    let mut company = Company::new(&format!("{PROGRAMME}{ROUND}"), rows);
    company.took("E1", "full", "2023-12-20");
    company.took("E2", "full", "2023-12-20");
    let (manager, from) = (company.id("M1"), day("2024-03-01"));
    company.tell(vec![Body::LeaveRecorded(LeaveRecorded { person: manager, from, to: None }).into()]);
    for deputy in ["M2", "M3"] {
        let ix = company.ix("M1");
        let period = (from, day("2024-04-30"));
        let drafts = keepsharp_domain::deputy::name(&company.world, ix, deputy, period, day("2024-02-28")).unwrap();
        company.tell(drafts);
    }
    company.roster("2024-03-02", &rows.replace("M3,Max,max@x.example,max,Boss,,,,\n", ""));
    let plan = company.plan("2024-03-04");
    let digests: Vec<&Message> = plan.messages.iter().filter(|one| one.kind == MessageKind::Digest).collect();
    assert_eq!(digests.len(), 1, "{digests:?}");
    assert_eq!((digests[0].to, digests[0].items.len()), (company.ix("M2"), 2));
}

#[test]
fn the_last_day_comes_beyond_the_date_line_too() {
    // The organisation is in Los Angeles, where the last day, 15 March 2024, is a Friday.
    let programme = PROGRAMME.replace("fiscal_year_starts", "time_zone = \"America/Los_Angeles\"\nfiscal_year_starts");
    let round = ROUND.replace("2024-04-30", "2024-03-15");
    let mut company = Company::new(&format!("{programme}{round}"), "E1,Ana,ana@x.example,ana,Developer,,,,Auckland\n");
    company.took("E1", "full", "2023-12-20");
    let start: Timestamp = "2024-03-04T00:00:00Z".parse().unwrap();
    let mut heard = Vec::new();
    for hour in 0..(14 * 24) {
        let now = start.saturating_add(Span::new().hours(hour)).unwrap();
        let today = now.to_zoned(TimeZone::get("America/Los_Angeles").unwrap()).date();
        let plan = reminder::plan(&company.world, MAIL, now, today).unwrap();
        heard.extend(plan.messages.iter().map(|message| message.items[0].about.occasion));
        let drafts = reminder::sent(&company.world, &plan, today);
        company.tell(drafts);
    }
    assert_eq!(heard, [Occasion::Opening, Occasion::WeekBefore, Occasion::TheDay]);
}

#[test]
fn what_a_clock_that_was_ahead_has_sent_is_not_sent_again() {
    let mut company = Company::new(PROGRAMME, ONE);
    assert_eq!(company.live("2024-01-02", "2024-01-02").len(), 1);
    assert!(company.plan("2024-01-01").messages.is_empty(), "the clock was set back");
}

#[test]
fn a_round_that_rests_writes_to_nobody() {
    let mut company = team("both");
    let drafts = round::pause(&company.world, "K", true, day("2024-03-04")).unwrap();
    company.tell(drafts);
    assert!(company.live("2024-03-04", "2024-04-30").is_empty());
}

#[test]
fn a_channel_gets_each_occasion_once_and_no_names() {
    let mut company = team("both");
    let ways = Ways { slack: true, ..Ways::default() };
    let mut posts = Vec::new();
    for on in day("2024-03-01").series(1.day()).take_while(|on| *on <= day("2024-05-31")) {
        let plan = reminder::plan(&company.world, ways, noon(&on.to_string()), on).unwrap();
        assert!(plan.messages.is_empty(), "without mail nobody is reached alone");
        let drafts = reminder::sent(&company.world, &plan, on);
        assert!(drafts.iter().all(|draft| matches!(&draft.body, Body::MessageSent(sent) if sent.people.is_empty())));
        company.tell(drafts);
        posts.extend(plan.posts.into_iter().map(|post| (post.channel, post.about.occasion)));
    }
    assert_eq!(posts, Occasion::ALL[..4].iter().map(|occasion| (Channel::Slack, *occasion)).collect::<Vec<_>>());
}

/// A random number that is the same in each run.
fn dice(seed: &mut u64, faces: u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % faces
}

/// 2,000 people: teams of nine, three time zones, training spread over the year before, some never trained, some away.
fn large() -> Company {
    let mut rows = String::new();
    for number in 0..2_000 {
        let title = ["Developer", "Developer", "Lead Developer", "Boss"][number % 4];
        let place = ["", "Auckland", "Denver"][number % 3];
        let manager = if number > 0 { format!("E{}", (number - 1) / 9) } else { String::new() };
        writeln!(rows, "E{number},Name {number},e{number}@x.example,e{number},{title},,{manager},,{place}").unwrap();
    }
    let mut company = Company::new(&format!("{PROGRAMME}{ROUND}"), &rows);
    let mut seed = 7;
    let mut drafts = Vec::new();
    for number in 0..2_000 {
        let person = company.id(&format!("E{number}"));
        let on = subtract_days(day("2024-03-04"), u32::try_from(dice(&mut seed, 400)).unwrap());
        if dice(&mut seed, 10) > 0 {
            for course in ["full", "other"] {
                let strength = Strength::Completed;
                let body = CompletionRecorded::of(person, course, on, strength);
                drafts.push(Body::CompletionRecorded(body).into());
            }
        }
        if dice(&mut seed, 20) == 0 {
            let from = add_days(day("2024-02-20"), u32::try_from(dice(&mut seed, 40)).unwrap());
            let body = LeaveRecorded { person, from, to: Some(add_days(from, 21)) };
            drafts.push(Body::LeaveRecorded(body).into());
        }
    }
    company.tell(drafts);
    company
}

#[test]
fn in_a_month_of_2000_people_nobody_is_over_the_limit_and_nobody_forgotten() {
    let mut company = large();
    let mut seed = 11;
    let mut heard: HashMap<PersonIx, Vec<(Day, MessageKind)>> = HashMap::new();
    let (first, last) = (day("2024-03-01"), day("2024-04-05"));
    let start = noon("2024-03-01");
    let hours = |hours: i64| -> Timestamp { start.saturating_add(Span::new().hours(hours)).unwrap() };
    for tick in 0..=(i64::from((last - first).get_days()) * 6) {
        let now = hours(tick * 4);
        let today = now.to_zoned(TimeZone::UTC).date();
        let plan = reminder::plan(&company.world, MAIL, now, today).unwrap();
        for message in &plan.messages {
            let person = company.world.people().get(message.to).unwrap();
            assert!(!person.on_leave(today), "{} was written to on leave", person.label());
            let profile = company.world.profiles().get(person.record(today).unwrap().profile).unwrap();
            let zone = match &*profile.location {
                "Auckland" => "Pacific/Auckland",
                "Denver" => "America/Denver",
                _ => "UTC",
            };
            let there = now.to_zoned(TimeZone::get(zone).unwrap());
            assert!((9..17).contains(&there.hour()), "{} at {there}", person.label());
            assert!(there.weekday().to_monday_one_offset() < 6, "{} at {there}", person.label());
            heard.entry(message.to).or_default().push((today, message.kind));
        }
        let mut drafts = reminder::sent(&company.world, &plan, today);
        for message in plan.messages.iter().filter(|message| message.kind == MessageKind::Encouragement) {
            if dice(&mut seed, 4) == 0 {
                let person = company.world.people().get(message.to).unwrap().id;
                let body = CompletionRecorded::of(person, "full", today, Strength::Completed);
                drafts.push(Body::CompletionRecorded(body).into());
            }
        }
        company.tell(drafts);
    }
    for (ix, messages) in &heard {
        let quarter = messages.iter().filter(|(on, _)| {
            *on >= Quarter::of(last, company.world.fiscal_years()).first_day(company.world.fiscal_years())
        });
        assert!(quarter.count() <= 6, "{ix:?}: {messages:?}");
        let digests: Vec<Day> =
            messages.iter().filter(|(_, kind)| *kind == MessageKind::Digest).map(|(on, _)| *on).collect();
        assert!(digests.windows(2).all(|pair| add_days(pair[0], 7) <= pair[1]), "{ix:?}: {digests:?}");
    }
    assert_nobody_forgotten(&company, &heard, last);
}

fn assert_nobody_forgotten(company: &Company, heard: &HashMap<PersonIx, Vec<(Day, MessageKind)>>, last: Day) {
    let control = company.world.control("C").unwrap();
    let standings = Standings::new(&company.world, control, last);
    let mut waiting = 0;
    for (ix, person) in company.world.people().listed() {
        let standing = standings.of(person);
        let is_due = matches!(standing.status, Status::Due | Status::Overdue);
        // Who came back from leave in the last days may be told tomorrow.
        if is_due && !person.leaves.iter().any(|leave| leave.to.is_none_or(|to| add_days(to, 3) > last)) {
            waiting += 1;
            assert!(heard.get(&ix).is_some_and(|messages| !messages.is_empty()), "{} was forgotten", person.label());
        }
    }
    assert!(waiting > 50, "{waiting}");
    assert!(onboarding::newcomers(&company.world, control, last).is_empty(), "everybody was there before");
    assert!(heard.len() > 1_000, "{}", heard.len());
}
