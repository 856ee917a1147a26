//! The pages asked from within: a small company, somebody for each role, and requests as a browser sends them.

mod access;
mod addresses;
mod badge;
mod certificate;
mod completeness;
mod content;
mod elsewhere;
mod evidence;
mod exercise;
mod issues;
mod learn;
mod learning;
mod lists;
mod my;
mod report;
mod rounds;
mod safety;
mod signing_in;

use super::sign_in::{Subject, begin_session, csrf_token};
use super::{App, Persona, serve};
use crate::installation::Installation;
use crate::settings::Settings;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use jiff::{Timestamp, ToSpan};
use keepsharp_domain::access::{Role, grant};
use keepsharp_domain::fact::{Asks, RequestMade};
use keepsharp_domain::person::Strength;
use keepsharp_domain::programme::{self, Programme};
use keepsharp_domain::roster::{self, ImportOptions, Roster};
use keepsharp_domain::sheet::File;
use keepsharp_domain::{Day, Draft, PersonId, Refusal, World, completion, objection, request, room};
use keepsharp_store::{Decision, Store, fresh_id};
use std::collections::BTreeMap;
use std::sync::Arc;
use tower_service::Service;

/// What the programme of the tests asks.
const PROGRAMME: &str = r#"
[organisation]
name = "Sample"
[[controls]]
id = "TRN"
title = "Training"
cadence = { every_months = 12 }
courses = { full = "full", refresher = "refresher" }
scope = 'title.contains("Developer")'
[[campaigns]]
id = "round"
title = "The round"
control = "TRN"
opens = "OPENS"
closes = "2100-12-31"
counts_since = "OPENS"
"#;

/// E1 leads E2, E3 and E4; the others hold one role each.
const ROSTER: &str = "\
employee_id,name,email,username,title,departments,manager_id,start_date
M1,Mara Lead,mara@sample.example,mara,Engineering Lead,Engineering,,2020-01-01
E1,Ana One,ana@sample.example,ana,Developer,Engineering,M1,2020-01-01
E2,Ben Two,ben@sample.example,ben,Developer,Engineering,M1,2020-01-01
E3,Cleo <Three>,cleo@sample.example,cleo,Developer,Engineering,M1,2020-01-01
O1,Olga Owner,olga@sample.example,olga,Compliance,Security,,2020-01-01
D1,Dan Delivery,dan@sample.example,dan,People Partner,People,,2020-01-01
C1,Cora Content,cora@sample.example,cora,Security Analyst,Security,,2020-01-01
G1,Gus General,gus@sample.example,gus,VP,Engineering,,2020-01-01
I1,Ina Install,ina@sample.example,ina,Administrator,IT,,2020-01-01
";

/// Who asks in a test.
pub(super) const CALLERS: [&str; 10] = [
    "nobody",
    "engineer",
    "manager",
    "owner",
    "delivery",
    "content",
    "management",
    "auditor",
    "administrator",
    "operator",
];

pub(super) struct TestApp {
    pub(super) app: Arc<App>,
    router: Router,
    tokens: BTreeMap<&'static str, String>,
    runtime: tokio::runtime::Runtime,
    /// Numbers of facts that pages speak of.
    pub(super) request: u64,
    pub(super) objection: u64,
    pub(super) completion: u64,
    folder: tempfile::TempDir,
}

/// What came back.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Reply {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

fn told<T: Send + 'static>(
    store: &Store,
    decide: impl FnOnce(&World) -> Result<(Vec<Draft>, T), Refusal> + Send + 'static,
) -> (T, u64) {
    let done = store.commit("operator:test", move |world| {
        let (drafts, value) = decide(world)?;
        Ok((Decision::from(drafts), value))
    });
    let done = done.unwrap();
    (done.told, done.size)
}

impl TestApp {
    pub(super) fn new() -> TestApp {
        TestApp::with(Settings::default(), false)
    }

    pub(super) fn with(settings: Settings, is_demo: bool) -> TestApp {
        let folder = tempfile::tempdir().unwrap();
        let installation = Installation::find(Some(folder.path().join("data")), None, settings.clone());
        let store = installation.open().unwrap();
        let today = crate::clock::today(&store.world().unwrap());
        tell_company(&store, today);
        let ((), size) = told(&store, move |world| {
            let ix = world.people().find("E1").unwrap();
            let told = completion::ByHand {
                course: "full",
                on: today,
                strength: Strength::Completed,
                source: "",
                reference: "",
            };
            Ok((completion::record(world, ix, told, today)?, ()))
        });
        let completion = size - 1;
        let ((), size) = told(&store, move |world| {
            let person = world.people().find("E2").and_then(|ix| world.people().get(ix)).unwrap().id;
            let asked =
                RequestMade { person, asks: Asks::Leave, control: None, from: today, to: None, completion: None };
            Ok((request::make(world, asked, "")?, ()))
        });
        let request = size - 1;
        let ((), size) = told(&store, |world| {
            Ok((objection::raise(world, world.people().find("E2").unwrap(), "TRN", "I left the team")?, ()))
        });
        let objection = size - 1;
        let auditor = fresh_id();
        told(&store, move |world| {
            let wanted = room::Wanted {
                control: "TRN",
                period: (today.saturating_sub(365.days()), today),
                closes: today.saturating_add(20.days()),
                name: "Aud Itor",
                email: "aud@audit.example",
            };
            Ok((room::open(world, &wanted, today, auditor)?, ()))
        });
        let personas = if is_demo { personas(&store) } else { Vec::new() };
        let app = Arc::new(App::new(store, settings, personas, "http://127.0.0.1:8080".to_owned()));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let router = serve::router(&app);
        let mut test =
            TestApp { app, router, tokens: BTreeMap::new(), runtime, request, objection, completion, folder };
        test.sign_everybody_in(auditor);
        test
    }

    /// The same with another clock.
    pub(super) fn at(mut self, clock: fn() -> Timestamp) -> TestApp {
        self.router = Router::new();
        if let Some(app) = Arc::get_mut(&mut self.app) {
            app.clock = clock;
        }
        self.router = serve::router(&self.app);
        self
    }

    fn sign_everybody_in(&mut self, auditor: PersonId) {
        let id = |employee_id| Subject::Person(self.id(employee_id));
        let subjects = [
            ("engineer", id("E1")),
            ("manager", id("M1")),
            ("owner", id("O1")),
            ("delivery", id("D1")),
            ("content", id("C1")),
            ("management", id("G1")),
            ("administrator", id("I1")),
            ("auditor", Subject::Auditor(auditor)),
            ("operator", Subject::Operator),
        ];
        for (caller, subject) in subjects {
            let token = begin_session(&self.app, subject, "test", (self.app.clock)()).unwrap();
            self.tokens.insert(caller, token);
        }
    }

    pub(super) fn csrf(&self, caller: &str) -> String {
        self.tokens.get(caller).map(|token| csrf_token(token)).unwrap_or_default()
    }

    pub(super) fn cookie(&self, caller: &str) -> String {
        self.tokens.get(caller).map(|token| format!("keepsharp={token}")).unwrap_or_default()
    }

    pub(super) fn get(&self, caller: &str, path: &str) -> Reply {
        self.send(self.request(caller, "GET", path).body(Body::empty()).unwrap())
    }

    /// A page as somebody sees it who is none of the callers.
    pub(super) fn get_as(&self, employee_id: &str, path: &str) -> Reply {
        let subject = Subject::Person(self.id(employee_id));
        let token = begin_session(&self.app, subject, "test", (self.app.clock)()).unwrap();
        let request = self.request("nobody", "GET", path).header("cookie", format!("keepsharp={token}"));
        self.send(request.body(Body::empty()).unwrap())
    }

    pub(super) fn post(&self, caller: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
        let csrf = self.csrf(caller);
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("csrf", &csrf).extend_pairs(fields);
        let request = self.request(caller, "POST", path).header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.finish())).unwrap())
    }

    pub(super) fn request(&self, caller: &str, method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header("host", "127.0.0.1:8080")
            .header("cookie", self.cookie(caller))
    }

    pub(super) fn send(&self, request: Request<Body>) -> Reply {
        let mut router = self.router.clone();
        self.runtime.block_on(async move {
            // On a worker thread, as the server runs it.
            let answered = tokio::spawn(async move {
                let reply = router.call(request).await.unwrap();
                let (parts, body) = reply.into_parts();
                (parts, to_bytes(body, 8 << 20).await.unwrap())
            });
            let (parts, body) = answered.await.unwrap();
            let body = String::from_utf8_lossy(&body).into_owned();
            Reply { status: parts.status, headers: parts.headers, body }
        })
    }

    /// The bytes of all facts, one a line.
    pub(super) fn facts(&self) -> String {
        let mut facts = String::new();
        let each = |recorded: keepsharp_store::Recorded| {
            facts.push_str(&String::from_utf8_lossy(recorded.bytes));
            facts.push('\n');
            Ok(())
        };
        self.app.store.export(each).unwrap();
        facts
    }

    /// Our random id of somebody.
    pub(super) fn id(&self, employee_id: &str) -> PersonId {
        let world = self.app.store.world().unwrap();
        world.people().find(employee_id).and_then(|ix| world.people().get(ix)).unwrap().id
    }

    /// A path with the numbers and ids of this company where a route leaves them open.
    pub(super) fn filled(&self, path: &str) -> String {
        let seq = match path {
            path if path.contains("requests") => self.request,
            path if path.contains("objections") => self.objection,
            _ => self.completion,
        };
        let id = if path.contains("rounds") { "round" } else { "E1" };
        path.replace("{seq}", &seq.to_string())
            .replace("{id}", id)
            .replace("{control}", "TRN")
            .replace("{token}", &"0".repeat(64))
    }
}

fn tell_company(store: &Store, today: Day) {
    let opens = today.saturating_sub(30.days());
    let text = PROGRAMME.replace("OPENS", &opens.to_string());
    told(store, move |world| {
        Ok((programme::apply(world, &Programme::read(text.as_bytes())?, today, &mut fresh_id)?.0, ()))
    });
    tell_roster(store, ROSTER.to_owned(), today);
    let roles = [
        ("O1", Role::Owner),
        ("D1", Role::Delivery),
        ("C1", Role::Content),
        ("G1", Role::Management),
        ("I1", Role::Administrator),
    ];
    for (id, role) in roles {
        told(store, move |world| Ok((grant(world, id, role, today)?, ())));
    }
}

fn tell_roster(store: &Store, csv: String, today: Day) {
    told(store, move |world| {
        let columns = BTreeMap::new();
        let file = File { bytes: csv.as_bytes(), sha256: "", columns: &columns };
        let options = ImportOptions { on: today, today, allow_mass_end: true };
        Ok((roster::import(world, &Roster::read(file)?, options, &mut fresh_id)?.0, ()))
    });
}

/// Takes a roster of today in.
fn taken_in(test: &TestApp, csv: String) {
    let today = crate::clock::today(&test.app.store.world().unwrap());
    tell_roster(&test.app.store, csv, today);
}

/// The control of [`PROGRAMME`], to which a test may add.
fn control() -> &'static str {
    PROGRAMME.split("[[campaigns]]").next().unwrap()
}

/// Records another text of the programme, from today on.
fn applied(test: &TestApp, text: &str) {
    let (text, today) = (text.to_owned(), crate::clock::today(&test.app.store.world().unwrap()));
    told(&test.app.store, move |world| {
        Ok((programme::apply(world, &Programme::read(text.as_bytes())?, today, &mut fresh_id)?.0, ()))
    });
}

fn personas(store: &Store) -> Vec<Persona> {
    let world = store.world().unwrap();
    let person = world.people().find("E1").and_then(|ix| world.people().get(ix)).unwrap();
    vec![Persona { key: "engineer", role: Role::Engineer, name: "Ana One".into(), subject: Subject::Person(person.id) }]
}

/// A clock that a test may set by choosing another function.
pub(super) fn in_an_hour() -> Timestamp {
    crate::clock::now().saturating_add(1.hour()).unwrap()
}
