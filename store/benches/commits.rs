//! How many durable commits a second: one writer, sixteen at once, and beside them the limit, a bare SQLite insert with
//! `synchronous=FULL` on the same disk in the same run.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark is a tool of ours")]

use jiff::Timestamp;
use keepsharp_domain::fact::{Body, CompletionRecorded};
use keepsharp_domain::person::Strength;
use keepsharp_domain::{Draft, PersonId, Refusal, World};
use keepsharp_ledger::SigningKey;
use keepsharp_store::{Decision, Place, Store};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long each is measured.
const TIME: Duration = Duration::from_secs(3);
const WRITERS: usize = 16;

fn main() {
    // `cargo test` runs benches too, to see that they run; it does not measure.
    let time = if std::env::args().any(|argument| argument == "--bench") { TIME } else { Duration::from_millis(50) };
    // On the disk of the build, not in memory as a temporary folder may be.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    for round in 1..=3 {
        let bare = bare_inserts(&folder.path().join(format!("bare-{round}.db")), time);
        let store = open(&folder.path().join(format!("ledger-{round}.db")));
        let one = commits(&store, 1, time);
        let many = commits(&store, WRITERS, time);
        println!(
            "round {round}: bare insert {bare:.0}/s; one writer {one:.0}/s ({:.2} times as long); {WRITERS} writers {many:.0}/s ({:.1} times as many)",
            bare / one,
            many / one
        );
    }
}

fn bare_inserts(path: &Path, time: Duration) -> f64 {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE fact (seq INTEGER PRIMARY KEY, bytes BLOB)")
        .unwrap();
    let bytes = [b'x'; 300];
    let (start, mut count) = (Instant::now(), 0u32);
    while start.elapsed() < time {
        connection.prepare_cached("INSERT INTO fact (bytes) VALUES (?1)").unwrap().execute([&bytes[..]]).unwrap();
        count += 1;
    }
    f64::from(count) / start.elapsed().as_secs_f64()
}

fn open(path: &Path) -> Store {
    let key = SigningKey::from_seed("keepsharp.example/ledger/measured", [1; 32]).unwrap();
    let store = Store::open(Place::Sqlite(path.to_owned()), |_| Ok(Some(key)), Box::new(Timestamp::now)).unwrap();
    let join = |_: &World| {
        let body = keepsharp_domain::fact::PersonJoined {
            person: PersonId::from_random([1; 10]),
            start: jiff::civil::date(2024, 1, 1),
            before_tracking: false,
            profile: keepsharp_domain::person::Profile::default(),
            manager: None,
        };
        Ok((Decision::from(vec![Body::PersonJoined(body).into()]), ()))
    };
    store.commit("system", join).unwrap();
    store
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a decision")]
fn completes(_: &World) -> Result<(Decision, ()), Refusal> {
    let (person, on) = (PersonId::from_random([1; 10]), jiff::civil::date(2024, 2, 1));
    let body = CompletionRecorded {
        source: Some("keepsharp".into()),
        ..CompletionRecorded::of(person, "secure-coding", on, Strength::Completed)
    };
    Ok((Decision::from(vec![Draft::from(Body::CompletionRecorded(body))]), ()))
}

fn commits(store: &Store, writers: usize, time: Duration) -> f64 {
    let start = Instant::now();
    let counts: Vec<u32> = std::thread::scope(|scope| {
        let write = || {
            let mut count = 0;
            while start.elapsed() < time {
                store.commit("system", completes).unwrap();
                count += 1;
            }
            count
        };
        let writers: Vec<_> = (0..writers).map(|_| scope.spawn(write)).collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    f64::from(counts.iter().sum::<u32>()) / start.elapsed().as_secs_f64()
}
