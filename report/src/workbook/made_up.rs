//! A made-up company for the tests of workbook and OSCAL: every table of the evidence has a row, some of them hostile.

use jiff::{SignedDuration, Timestamp};
use keepsharp_domain::comparison::{self, Explaining, List, Wanted};
use keepsharp_domain::evidence::{Evidence, Log, Opened, Query, SampleQuery, Sizes};
use keepsharp_domain::fact::{
    Because, Body, ControlReviewed, CoursePublished, EvidenceRequested, NoteSent, RoleHeld, Verdict,
};
use keepsharp_domain::person::PersonId;
use keepsharp_domain::programme::{self, Programme};
use keepsharp_domain::roster::{self, ImportOptions, Roster};
use keepsharp_domain::sheet::File;
use keepsharp_domain::{
    Day, Draft, Fact, World, access::Role, assurance, completion, course_publishing, exception, leave,
};
use std::collections::BTreeMap;

pub(crate) const CHECKPOINT: &str = "keepsharp.example/made-up\n42\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— keepsharp.example/made-up AAAAAAAA\n";

/// A company that is told things, and asked for evidence.
pub(crate) struct Company {
    pub(crate) world: World,
    pub(crate) log: Log,
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

impl Company {
    pub(crate) fn new(organisation: &str, id: &str, title: &str) -> Company {
        let mut company = Company { world: World::default(), log: Log::default() };
        // TOML's basic strings are escaped as JSON's are.
        let quoted = |text: &str| serde_json::to_string(text).unwrap();
        let (organisation, id, title) = (quoted(organisation), quoted(id), quoted(title));
        company.programme(&format!(
            r#"
[organisation]
name = {organisation}
fiscal_year_starts = "02-01"
[[controls]]
id = {id}
title = {title}
cadence = {{ every_months = 12 }}
courses = {{ full = "full", refresher = "refresher" }}
scope = 'title.contains("Developer")'
mappings = {{ "PCI DSS" = ["6.2.2"] }}
[[campaigns]]
id = "K"
title = "Round"
control = {id}
opens = "2024-03-04"
closes = "2024-04-30"
counts_since = "2024-02-01"
"#
        ));
        company
    }

    pub(crate) fn tell(&mut self, drafts: Vec<Draft>) {
        let start: Timestamp = "2024-01-01T09:00:00Z".parse().unwrap();
        for draft in drafts {
            let seq = self.world.size();
            let at = start + SignedDuration::from_secs(i64::try_from(seq).unwrap());
            self.log.push(at, "system");
            self.world.apply(Fact { seq, at, by: "system".into(), body: draft.body, private: draft.private }).unwrap();
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
        let drafts = programme::apply(&self.world, &read, day("2024-01-01"), &mut self.mint()).unwrap().0;
        self.tell(drafts);
    }

    /// Rows of employee id, name, title, start date.
    pub(crate) fn roster(&mut self, on: &str, rows: &[[&str; 4]]) {
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record([
            "employee_id",
            "name",
            "email",
            "username",
            "title",
            "departments",
            "manager_id",
            "start_date",
        ])
        .unwrap();
        for [id, name, title, start] in rows {
            let email = format!("u{id}@made-up.example");
            csv.write_record([*id, name, &email, &format!("u{id}"), title, "Engineering", "", start]).unwrap();
        }
        let bytes = csv.into_inner().unwrap();
        let options = ImportOptions { on: day(on), today: day("2026-01-01"), allow_mass_end: true };
        let roster = Roster::read(file(&bytes, &BTreeMap::new())).unwrap();
        let drafts = roster::import(&self.world, &roster, options, &mut self.mint()).unwrap().0;
        self.tell(drafts);
    }

    /// Rows as `E1,full,2024-02-01,assessed`.
    pub(crate) fn completions(&mut self, rows: &str) {
        let text = format!("employee_id,course,completed_on,strength\n{rows}");
        let drafts =
            completion::import(&self.world, file(text.as_bytes(), &BTreeMap::new()), day("2026-01-01")).unwrap().0;
        self.tell(drafts);
    }

    fn publishes(&mut self, title: &str) {
        let body = CoursePublished {
            course: "full".into(),
            refresher: Some("refresher".into()),
            version: "5".repeat(64).into(),
            on: day("2024-01-10"),
            title: title.into(),
            language: None,
            tracks: Vec::new(),
            lessons: 25,
            items: 250,
        };
        let drafts = course_publishing::publish(&self.world, body).unwrap();
        self.tell(drafts);
    }

    fn leaves(&mut self, rows: &str) {
        let text = format!("employee_id,from,to\n{rows}");
        let drafts = leave::import(&self.world, file(text.as_bytes(), &BTreeMap::new())).unwrap().0;
        self.tell(drafts);
    }

    fn exceptions(&mut self, rows: &str) {
        let text = format!("employee_id,control,from,to,reason,approved_by\n{rows}");
        let drafts = exception::import(&self.world, file(text.as_bytes(), &BTreeMap::new())).unwrap().0;
        self.tell(drafts);
    }

    /// Lays a list beside the roster, and says of a stranger in it what they are.
    fn compared(&mut self, on: &str, rows: &str, stranger: &str) {
        let text = format!("employee_id,username,name\n{rows}");
        let list = List::read(file(text.as_bytes(), &BTreeMap::new()), None).unwrap();
        let wanted = Wanted { list: "code-host", on: day(on), today: day("2026-01-01") };
        let drafts = comparison::compare(&self.world, &list, wanted, &mut self.mint()).unwrap().0;
        self.tell(drafts);
        let person = self.world.comparisons().find(stranger).unwrap();
        let said =
            Explaining { list: "code-host", person, because: Because::NotAPerson, reason: "=1+1 tags, \"releases\"" };
        let drafts = comparison::explain(&self.world, said, None).unwrap();
        self.tell(drafts);
    }

    fn id(&self, employee: &str) -> PersonId {
        let people = self.world.people();
        people.get(people.find(employee).unwrap()).unwrap().id
    }

    pub(crate) fn evidence(&self, query: &Query) -> Evidence {
        Evidence::of(&self.world, &self.log, query).unwrap()
    }
}

fn file<'a>(bytes: &'a [u8], columns: &'a BTreeMap<String, String>) -> File<'a> {
    File { bytes, sha256: "e3b0c4", columns }
}

pub(crate) fn query(control: &str, sample: Option<&str>) -> Query {
    Query {
        control: control.into(),
        from: day("2024-02-01"),
        to: day("2025-01-31"),
        as_of: day("2025-02-15"),
        known_at: "2025-02-20T10:11:12.345Z".parse().unwrap(),
        opened: Opened::Everybody,
        sample: sample.map(|seed| SampleQuery { seed: seed.into(), sizes: Sizes::default() }),
    }
}

/// People of each stratum who were trained in time, late and not at all.
pub(crate) fn company(organisation: &str, id: &str, title: &str) -> Company {
    let mut company = Company::new(organisation, id, title);
    let first = [
        ["0012", "=HYPERLINK(\"https://evil.example\")", "Developer", "2020-01-01"],
        ["E2", "+49 Plus", "Senior Developer", "2020-01-01"],
        ["E3", "-Minus", "Developer", "1999-12-31"],
        ["E4", "@at Ünïcode 名前 🦀 <b>&amp;</b> _x0041_", "Developer", "2020-01-01"],
        ["E5", "Evelyn Left", "Developer", "2020-01-01"],
        ["E6", "Manager", "Manager", "2020-01-01"],
    ];
    company.roster("2024-01-01", &first);
    let mut second = first.to_vec();
    second.remove(4);
    second.push(["E7", "Joiner", "Developer", "2024-06-03"]);
    company.roster("2024-06-10", &second);
    company.completions(
        "0012,full,2024-02-10,assessed\nE2,full,2024-01-15,assessed\nE2,refresher,2025-01-20,assessed\nE3,full,2024-12-01,attested\n",
    );
    company.leaves("E3,2024-05-01,2024-06-01\n");
    let row = ["E4", id, "2024-09-01", "2024-12-31", "=1+1 a reason, of two parts", "E6"];
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(row).unwrap();
    company.exceptions(&String::from_utf8(csv.into_inner().unwrap()).unwrap());
    company.compared("2024-07-01", "0012,,\nE2,,\nE5,,Gone\n,+bot,=cmd()\n", "+bot");
    let (first, manager) = (company.id("0012"), company.id("E6"));
    let checked = assurance::check(&company.world, id, day("2024-09-30"), day("2025-02-15")).unwrap();
    company.tell(checked);
    company.publishes("=SUM(1,1) of secure coding");
    company.tell(vec![
        Body::RoleGranted(RoleHeld { person: manager, role: Role::Owner }).into(),
        Body::ControlReviewed(ControlReviewed {
            control: id.into(),
            on: day("2024-06-03"),
            version: 1,
            verdict: Verdict::ToBeChanged,
            remark: "=1+1, the cadence <b>".into(),
        })
        .into(),
        Body::EvidenceRequested(EvidenceRequested {
            room: None,
            control: id.into(),
            from: day("2024-02-01"),
            to: day("2025-01-31"),
            on: day("2024-06-03"),
            wanted_by: Some(day("2024-06-10")),
            words: "-the outline".into(),
        })
        .into(),
        Body::NoteSent(NoteSent { manager, campaign: "K".into(), on: day("2024-03-10"), people: vec![first] }).into(),
    ]);
    company
}
