//! Test places for a ledger: a fresh one on each engine, PostgreSQL where the environment names a server.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "shared by several test binaries, none of which uses all of it"
)]

use jiff::Timestamp;
use keepsharp_domain::fact::{Body, PersonJoined, PersonNamed, Private};
use keepsharp_domain::person::Profile;
use keepsharp_domain::{Draft, PersonId, Refusal, World};
use keepsharp_ledger::SigningKey;
use keepsharp_store::{Decision, Place, Store};

/// The environment variable that names a PostgreSQL server on which databases may be made.
const SERVER: &str = "KEEPSHARP_TEST_POSTGRES";

pub(crate) struct TestPlace {
    pub(crate) place: Place,
    folder: tempfile::TempDir,
    drop_database: Option<(String, String)>,
}

impl TestPlace {
    pub(crate) fn sqlite() -> TestPlace {
        let folder = tempfile::tempdir().unwrap();
        TestPlace { place: Place::Sqlite(folder.path().join("keepsharp.db")), folder, drop_database: None }
    }

    /// A fresh database; none where no server is named and none is demanded.
    pub(crate) fn postgres() -> Option<TestPlace> {
        let Ok(server) = std::env::var(SERVER) else {
            assert!(std::env::var_os("REQUIRE_POSTGRES").is_none(), "{SERVER} must name a server");
            println!("skipped: {SERVER} names no server");
            return None;
        };
        let name = format!("keepsharp_{}", keepsharp_store::fresh_word().unwrap());
        let mut client = postgres::Client::connect(&format!("{server}/postgres"), postgres::NoTls).unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let place = Place::Postgres(format!("{server}/{name}"));
        Some(TestPlace { place, folder, drop_database: Some((server, name)) })
    }

    pub(crate) fn open(&self) -> Store {
        open(&self.place).unwrap()
    }

    /// Runs SQL as somebody with a database shell would.
    pub(crate) fn meddle(&self, sql: &str) {
        match &self.place {
            Place::Sqlite(path) => rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap(),
            Place::Postgres(url) => {
                postgres::Client::connect(url, postgres::NoTls).unwrap().batch_execute(sql).unwrap();
            }
        }
    }

    /// Takes the triggers away that keep an honest hand from slipping.
    pub(crate) fn disarm(&self) {
        self.meddle(match &self.place {
            Place::Sqlite(_) => "DROP TRIGGER fact_is_never_changed; DROP TRIGGER fact_is_never_deleted;",
            Place::Postgres(_) => "DROP TRIGGER fact_is_never_changed ON fact;",
        });
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

impl Drop for TestPlace {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.drop_database
            && let Ok(mut client) = postgres::Client::connect(&format!("{server}/postgres"), postgres::NoTls)
        {
            let _ = client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

/// Opens a place as the program does, with the test's key.
pub(crate) fn open(place: &Place) -> Result<Store, keepsharp_store::Error> {
    Store::open(place.clone(), |_| Ok(Some(key())), Box::new(Timestamp::now))
}

pub(crate) fn key() -> SigningKey {
    SigningKey::from_seed("keepsharp.example/ledger/test", [7; 32]).unwrap()
}

/// A decision that somebody with this name joins.
pub(crate) fn joins(name: &str) -> impl FnOnce(&World) -> Result<(Decision, PersonId), Refusal> + Send + use<> {
    let name = name.to_owned();
    move |_| {
        let person = keepsharp_store::fresh_id();
        let body = PersonJoined {
            person,
            start: jiff::civil::date(2024, 1, 1),
            before_tracking: false,
            profile: Profile::default(),
            manager: None,
        };
        let private = Private {
            employee_id: Some(name.as_str().into()),
            name: Some(format!("Name of {name}").into()),
            ..Private::default()
        };
        Ok((Decision::from(vec![Draft { body: Body::PersonJoined(body), private: Some(private) }]), person))
    }
}

/// A decision that erases somebody.
pub(crate) fn erases(person: PersonId) -> impl FnOnce(&World) -> Result<(Decision, ()), Refusal> + Send {
    move |_| {
        let drafts = vec![Body::PersonErased(PersonNamed { person }).into()];
        Ok((Decision { drafts, erase: vec![person], ..Decision::default() }, ()))
    }
}

/// Makes of each function a test on SQLite and one on PostgreSQL.
#[macro_export]
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite { $(#[test] fn $name() { super::$name(&super::places::TestPlace::sqlite()); })* }
        mod postgresql { $(#[test] fn $name() {
            if let Some(place) = super::places::TestPlace::postgres() { super::$name(&place); }
        })* }
    };
}
