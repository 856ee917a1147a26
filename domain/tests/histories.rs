//! Folders of files and what must come out of them: the worked cases where they are at hand, and the histories
//! under `tests/histories` that a second implementation (`tests/referee`, in another language) worked out.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::items_after_statements,
    clippy::disallowed_methods,
    reason = "a test's helpers may fail, tell and read files as its tests do"
)]

use keepsharp_domain::due::Standings;
use keepsharp_domain::fact::{Body, Fact};
use keepsharp_domain::programme::{self, Programme};
use keepsharp_domain::requirement::{Period, requirements};
use keepsharp_domain::roster::{self, ImportOptions, Roster};
use keepsharp_domain::sheet::File;
use keepsharp_domain::{Day, Draft, PersonId, World, attestation, calendar, completion, exception, leave, tally};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const TODAY: &str = "2026-01-01";

struct Teller {
    world: World,
    minted: u8,
    told: u64,
}

impl Teller {
    fn tell(&mut self, drafts: Vec<Draft>) {
        for draft in drafts {
            let at = "2026-01-01T00:00:00Z".parse().unwrap();
            self.world
                .apply(Fact { seq: self.told, at, by: "system".into(), body: draft.body, private: draft.private })
                .unwrap();
            self.told += 1;
        }
        self.world.settle();
    }

    fn mint(&mut self) -> impl FnMut() -> PersonId + 'static {
        self.minted += 1;
        let (batch, mut next) = (self.minted, 0u64);
        move || {
            next += 1;
            let mut bytes = [batch; 10];
            bytes[2..].copy_from_slice(&next.to_be_bytes());
            PersonId::from_random(bytes)
        }
    }
}

fn day(text: &str) -> Day {
    calendar::read_day(text).unwrap()
}

fn starting(folder: &Path, start: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> =
        files.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(start)).collect();
    found.sort();
    found
}

fn tell(folder: &Path) -> World {
    let mut teller = Teller { world: World::default(), minted: 0, told: 0 };
    let columns = BTreeMap::new();
    for path in starting(folder, "programme").into_iter().chain(starting(folder, "campaign")) {
        let programme = Programme::read(&std::fs::read(path).unwrap()).unwrap();
        let mut mint = teller.mint();
        let (drafts, _) = programme::apply(&teller.world, &programme, day(TODAY), &mut mint).unwrap();
        teller.tell(drafts);
        let (again, _) = programme::apply(&teller.world, &programme, day(TODAY), &mut mint).unwrap();
        assert_eq!(again, [], "applied twice");
    }
    for path in starting(folder, "roster-") {
        let bytes = std::fs::read(&path).unwrap();
        let on = day(path.file_stem().unwrap().to_str().unwrap().strip_prefix("roster-").unwrap());
        let options = ImportOptions { on, today: day(TODAY), allow_mass_end: true };
        let read = || Roster::read(File { bytes: &bytes, sha256: "same", columns: &columns }).unwrap();
        let mut mint = teller.mint();
        let (drafts, _) = roster::import(&teller.world, &read(), options, &mut mint).unwrap();
        teller.tell(drafts);
        let (again, _) = roster::import(&teller.world, &read(), options, &mut mint).unwrap();
        assert_eq!(again, [], "{} imported twice", path.display());
    }
    type Import = fn(&World, File, Day) -> Vec<Draft>;
    let lists: [(&str, Import); 4] = [
        ("completions.csv", |world, file, today| completion::import(world, file, today).unwrap().0),
        ("leaves.csv", |world, file, _| leave::import(world, file).unwrap().0),
        ("exceptions.csv", |world, file, _| exception::import(world, file).unwrap().0),
        ("attestations.csv", |world, file, today| attestation::import(world, file, today).unwrap().0),
    ];
    for (name, import) in lists {
        let Ok(bytes) = std::fs::read(folder.join(name)) else { continue };
        let file = File { bytes: &bytes, sha256: "same", columns: &columns };
        let drafts = import(&teller.world, file, day(TODAY));
        teller.tell(drafts);
        // A list with two words on the same thing changes it every time it is read; all others say nothing new twice.
        if name == "completions.csv" {
            assert!(import(&teller.world, file, day(TODAY)).is_empty(), "{name} imported twice");
        }
    }
    teller.world
}

fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn shown(day: Option<Day>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn check_status(folder: &Path, world: &World) {
    let path = folder.join("expected-status.csv");
    if !path.exists() {
        return;
    }
    let control = world.controls().values().next().unwrap();
    for row in rows(&path) {
        let standings = Standings::new(world, control, day(&row["as_of"]));
        let person = world.people().by_employee_id(&row["employee_id"]).and_then(|ix| world.people().get(ix)).unwrap();
        let standing = standings.of(person);
        let got = (standing.status.word(), shown(standing.due), standing.course.map_or("", |course| course.word()));
        assert_eq!(
            got,
            (row["status"].as_str(), row["due"].clone(), row["course"].as_str()),
            "{} {row:?}",
            folder.display()
        );
    }
}

fn check_requirements(folder: &Path, world: &World) {
    let path = folder.join("expected-requirements.csv");
    if !path.exists() {
        return;
    }
    let mut periods: BTreeMap<(String, String), Vec<[String; 5]>> = BTreeMap::new();
    if let Ok(queries) = std::fs::read_to_string(folder.join("queries.json")) {
        let queries: serde_json::Value = serde_json::from_str(&queries).unwrap();
        for period in queries["periods"].as_array().unwrap() {
            periods.insert((period[0].as_str().unwrap().into(), period[1].as_str().unwrap().into()), Vec::new());
        }
    }
    for row in rows(&path) {
        let columns = ["employee_id", "due", "outcome", "completed_on", "course"].map(|name| row[name].clone());
        periods.entry((row["from"].clone(), row["to"].clone())).or_default().push(columns);
    }
    let control = world.controls().values().next().unwrap();
    for ((from, to), expected) in periods {
        let found: Vec<[String; 5]> = requirements(world, control, Period { from: day(&from), to: day(&to) })
            .iter()
            .map(|found| {
                let who = world.people().get(found.person).unwrap().label();
                [
                    who,
                    found.due.to_string(),
                    found.outcome.word().into(),
                    shown(found.completed_on),
                    found.course.word().into(),
                ]
            })
            .collect();
        assert_eq!(found, expected, "{} {from} to {to}", folder.display());
    }
}

fn check_table(folder: &Path, world: &World, name: &str, publish: bool) {
    let path = folder.join(name);
    if !path.exists() {
        return;
    }
    let mut days: BTreeMap<String, Vec<[String; 6]>> = BTreeMap::new();
    if let Ok(queries) = std::fs::read_to_string(folder.join("queries.json")) {
        let queries: serde_json::Value = serde_json::from_str(&queries).unwrap();
        days.extend(
            queries["as_of"].as_array().unwrap().iter().map(|day| (day.as_str().unwrap().to_owned(), Vec::new())),
        );
    }
    for row in rows(&path) {
        let columns =
            ["manager_id", "engineers", "away", "recorded", "attested", "taken"].map(|name| row[name].clone());
        days.entry(row["as_of"].clone()).or_default().push(columns);
    }
    let campaign = world.campaigns().values().next().unwrap();
    for (on, expected) in days {
        let mut table = tally::table(world, campaign, day(&on)).unwrap();
        if publish {
            table = tally::published(table, 3);
        }
        let found: Vec<[String; 6]> = table
            .iter()
            .map(|row| {
                let attested = row.attested.map(|count| count.to_string()).unwrap_or_default();
                [
                    row.label.clone(),
                    row.engineers.to_string(),
                    row.away.to_string(),
                    row.recorded.to_string(),
                    attested,
                    row.taken.to_string(),
                ]
            })
            .collect();
        assert_eq!(found, expected, "{} {name} {on}", folder.display());
    }
}

fn check(folder: &Path) {
    let world = tell(folder);
    check_status(folder, &world);
    check_requirements(folder, &world);
    check_table(folder, &world, "expected-table.csv", false);
    check_table(folder, &world, "expected-published.csv", true);
}

fn check_all(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    for folder in &folders {
        check(folder);
    }
    folders.len()
}

#[test]
fn the_worked_cases_come_out_as_they_say() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/cases");
    let checked = check_all(&cases);
    println!("{checked} worked cases at {}", cases.display());
}

#[test]
fn kept_histories_come_out_as_the_second_implementation_says() {
    let checked = check_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/histories"));
    assert!(checked > 0, "no kept history was found");
}

/// Random histories, made when `KEEPSHARP_HISTORIES` names a folder of them (scripts/test does).
#[test]
fn random_histories_come_out_as_the_second_implementation_says() {
    if let Some(folder) = std::env::var_os("KEEPSHARP_HISTORIES") {
        let checked = check_all(Path::new(&folder));
        assert!(checked > 0, "no history was found in {}", Path::new(&folder).display());
    }
}

#[test]
fn a_history_tells_no_name_in_the_open() {
    let mut teller = Teller { world: World::default(), minted: 0, told: 0 };
    let bytes = b"employee_id,name,email,username,title,departments,manager_id,start_date\nE77,Ada Lovelace,ada@example.com,ada,Engineer,Dev,E78,\n";
    let columns = BTreeMap::new();
    let read = Roster::read(File { bytes, sha256: "", columns: &columns }).unwrap();
    let options = ImportOptions { on: day("2024-01-01"), today: day(TODAY), allow_mass_end: false };
    let mut mint = teller.mint();
    let (drafts, _) = roster::import(&teller.world, &read, options, &mut mint).unwrap();
    for draft in &drafts {
        let body = draft.body.to_value().unwrap().to_string();
        for private in ["E77", "E78", "Ada", "ada"] {
            assert!(!body.contains(private), "{body}");
        }
    }
    assert!(drafts.iter().any(|draft| matches!(draft.body, Body::PersonJoined(_))));
    teller.tell(drafts);
}
