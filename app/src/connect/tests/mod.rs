//! Campaigns' issues against stand-ins of the three trackers, which behave as their descriptions say and fail on request.

mod dialects;
mod faults;
mod last_day;
mod rounds;
mod stand_in;
mod trackers;

use super::round_issue::{Synced, sync};
use super::tracker::{Tracker, Trouble};
use crate::installation::Installation;
use crate::settings::{Settings, TrackerSettings};
use crate::work::{Workplace, do_due};
use jiff::Timestamp;
use keepsharp_domain::fact::{CountSource, TrackerKind};
use keepsharp_domain::programme::{self, Programme};
use keepsharp_domain::roster::{self, ImportOptions, Roster};
use keepsharp_domain::sheet::File;
use keepsharp_domain::{Day, Draft, PersonId, Refusal, World};
use keepsharp_store::{Decision, Store, fresh_id};
use stand_in::{StandIn, TOKEN};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const KINDS: [TrackerKind; 3] = [TrackerKind::Gitlab, TrackerKind::Github, TrackerKind::Forgejo];

const PROGRAMME: &str = r#"
[organisation]
name = "Sample"
[messages]
hours = ["00:00", "23:59"]
free_days = []
[[controls]]
id = "TRN"
cadence = { every_months = 12 }
courses = { full = "full", refresher = "refresher" }
scope = 'title == "Developer"'
[[campaigns]]
id = "fy27--q4"
title = "Secure coding, FY27-Q4"
control = "TRN"
opens = "2026-11-01"
closes = "2026-12-31"
counts_since = "2026-11-01"
objective = 0.9
MORE
"#;

/// Managers are mentioned on each day at each hour; without it, in the hours that hold unless the programme says otherwise.
const AT_ALL_HOURS: &str = "[messages]\nhours = [\"00:00\", \"23:59\"]\nfree_days = []\n";

/// Mara leads four, Bo three, Cy one, Di two. Dora stands in for whom a test says; Olga keeps the records where it says so.
const PEOPLE: [(&str, &str, &str, &str, &str); 16] = [
    ("M1", "Mara Lind", "mara", "Lead", ""),
    ("M2", "Bo | <b>@all</b> <!-- x", "Bo.Tan", "Lead", ""),
    ("M3", "Cy Small", "cy", "Lead", ""),
    ("M4", "Di Small", "di.small", "Lead", ""),
    ("D1", "Dora Deputy", "dora", "Lead", ""),
    ("O1", "Olga Owner", "olga", "Compliance", ""),
    ("E1", "Engineer One", "eng-one", "Developer", "M1"),
    ("E2", "Engineer Two", "eng-two", "Developer", "M1"),
    ("E3", "Engineer Three", "eng-three", "Developer", "M1"),
    ("E4", "Engineer Four", "eng-four", "Developer", "M1"),
    ("E5", "Engineer Five", "eng-five", "Developer", "M2"),
    ("E6", "Engineer Six", "eng-six", "Developer", "M2"),
    ("E7", "Engineer Seven", "eng-seven", "Developer", "M2"),
    ("E8", "Engineer Eight", "eng-eight", "Developer", "M3"),
    ("E9", "Engineer Nine", "eng-nine", "Developer", "M4"),
    ("E10", "Engineer Ten", "eng-ten", "Developer", "M4"),
];

const CAMPAIGN: &str = "fy27--q4";

/// A company, its ledger, and a tracker.
struct Scene {
    kind: TrackerKind,
    store: Store,
    server: StandIn,
    tracker: Box<dyn Tracker>,
    clock: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

impl Scene {
    fn new(kind: TrackerKind) -> Scene {
        Scene::with(kind, "")
    }

    /// `more` is said of the campaign beside the rest.
    fn with(kind: TrackerKind, more: &str) -> Scene {
        Scene::told(kind, &PROGRAMME.replace("MORE", more))
    }

    fn told(kind: TrackerKind, programme: &str) -> Scene {
        let folder = tempfile::tempdir().unwrap();
        let start: Timestamp = "2026-11-20T09:00:00Z".parse().unwrap();
        let clock = Arc::new(AtomicI64::new(start.as_second()));
        let installation = Installation::find(Some(folder.path().join("data")), None, Settings::default());
        let told = Arc::clone(&clock);
        let now = move || Timestamp::from_second(told.load(Ordering::Relaxed)).unwrap();
        let store = installation.open_at(Box::new(now)).unwrap();
        let users: Vec<&str> = PEOPLE.iter().map(|(_, _, username, ..)| *username).collect();
        let server = StandIn::start(kind, Arc::clone(&clock), &users);
        let token_file = folder.path().join("token");
        std::fs::write(&token_file, format!("{TOKEN}\n")).unwrap();
        let (url, project) = (Some(format!("{}/", server.address)), "group/project".to_owned());
        let named = Some(TrackerSettings { url, project, token_file: Some(token_file) });
        let mut settings = Settings::default();
        match kind {
            TrackerKind::Gitlab => settings.gitlab = named,
            TrackerKind::Github => settings.github = named,
            TrackerKind::Forgejo => settings.forgejo = named,
        }
        let tracker = super::tracker(&settings).unwrap().unwrap();
        let scene = Scene { kind, store, server, tracker, clock, _folder: folder };
        scene.is_told_company(programme);
        scene
    }

    fn is_told_company(&self, programme: &str) {
        self.is_told_programme(programme);
        self.is_told_roster(&PEOPLE);
    }

    fn is_told_programme(&self, programme: &str) {
        let programme = programme.to_owned();
        let today = self.today();
        self.is_told(move |world| {
            let programme = Programme::read(programme.as_bytes()).unwrap();
            Ok(programme::apply(world, &programme, today, &mut fresh_id)?.0)
        });
    }

    fn is_told_roster(&self, people: &[(&str, &str, &str, &str, &str)]) {
        let today = self.today();
        let rows = people.iter().map(|(id, name, username, title, manager)| {
            format!("{id},{name},{id}@sample.example,{username},{title},Engineering,{manager},2020-01-01\n")
        });
        let head = "employee_id,name,email,username,title,departments,manager_id,start_date\n";
        let text: String = std::iter::once(head.to_owned()).chain(rows).collect();
        self.is_told(move |world| {
            let columns = BTreeMap::new();
            let file = File { bytes: text.as_bytes(), sha256: "", columns: &columns };
            let options = ImportOptions { on: today, today, allow_mass_end: true };
            Ok(roster::import(world, &Roster::read(file)?, options, &mut fresh_id)?.0)
        });
    }

    fn is_told(&self, decide: impl FnOnce(&World) -> Result<Vec<Draft>, Refusal> + Send + 'static) {
        self.store.commit("operator:test", move |world| Ok((Decision::from(decide(world)?), ()))).unwrap();
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.clock.load(Ordering::Relaxed)).unwrap()
    }

    fn today(&self) -> Day {
        crate::clock::day_of(&self.store.world().unwrap(), self.now())
    }

    /// Lets it be an instant.
    fn is_at(&self, instant: &str) {
        let instant: Timestamp = instant.parse().unwrap();
        self.clock.store(instant.as_second(), Ordering::Relaxed);
    }

    /// Does the timed work that is due, all but the messages; what went wrong is told.
    fn work(&self) -> Vec<String> {
        let settings = Settings::default();
        let place = Workplace {
            store: &self.store,
            settings: &settings,
            address: "https://keepsharp.example",
            tracker: Some(&*self.tracker),
            holder: "test",
            now: self.now(),
            today: self.today(),
        };
        let went = do_due(&place, false, |title| !title.starts_with("Messages")).unwrap().unwrap();
        went.into_iter().filter_map(|went| went.result.err()).map(|trouble| trouble.to_string()).collect()
    }

    fn next_day(&self) {
        self.clock.fetch_add(86_400, Ordering::Relaxed);
    }

    fn later(&self) {
        self.clock.fetch_add(60, Ordering::Relaxed);
    }

    fn try_sync(&self) -> Result<Synced, Trouble> {
        self.later();
        sync(&self.store, &*self.tracker, "https://keepsharp.example/", CAMPAIGN, self.now(), self.today())
    }

    fn sync(&self) -> Synced {
        self.try_sync().unwrap()
    }

    /// Syncs until one goes to its end without having anything left to do.
    fn settle(&self) {
        for _ in 0..12 {
            if self.try_sync() == Ok(Synced::default()) {
                return;
            }
        }
        panic!("{:?}: there is always something left to do: {:#?}", self.kind, self.server.model().asked);
    }

    /// The text of the campaign's issue.
    fn text(&self) -> String {
        self.server.model().issues[&self.number()].text.clone()
    }

    fn number(&self) -> u64 {
        self.store.world().unwrap().rounds().issue(CAMPAIGN).unwrap().number
    }

    fn edit(&self, author: &str, from: &str, to: &str) {
        self.later();
        let number = self.number();
        self.server.model().edit(author, number, from, to);
    }

    fn comment(&self, author: &str, text: &str) -> u64 {
        self.later();
        let number = self.number();
        self.server.model().comment(author, number, text)
    }

    /// Our comments but those that only mention managers.
    fn replies(&self) -> Vec<String> {
        let ours = self.server.model().ours(self.number());
        ours.into_iter().filter(|text| !text.contains("how many of your team")).collect()
    }

    fn mentions(&self) -> Vec<String> {
        let ours = self.server.model().ours(self.number());
        ours.into_iter().filter(|text| text.contains("how many of your team")).collect()
    }

    /// A manager's row as it stands in the issue: the cells after the name.
    fn row(&self, of: &str) -> String {
        let text = self.text();
        let line = text.lines().find(|line| line.starts_with(&format!("| {of}")));
        let (_, cells) = line.unwrap_or_else(|| panic!("no row of {of} in {text}")).split_once(" |").unwrap();
        cells.trim().trim_end_matches('|').trim().to_owned()
    }

    /// The counts given for a manager's team: who entered it, the count, and where it was said.
    fn counts(&self, manager: &str) -> Vec<(u32, Option<CountSource>)> {
        let world = self.store.world().unwrap();
        let person = world.people().find(manager).and_then(|ix| world.people().get(ix)).unwrap();
        person.attestations.iter().map(|given| (given.count, given.source.as_deref().cloned())).collect()
    }

    fn count(&self, manager: &str) -> Option<u32> {
        self.counts(manager).last().map(|(count, _)| *count)
    }

    fn id(&self, person: &str) -> PersonId {
        let world = self.store.world().unwrap();
        world.people().find(person).and_then(|ix| world.people().get(ix)).unwrap().id
    }
}
