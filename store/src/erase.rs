//! Erasing private parts so that nothing of them is left in the files, free pages and write-ahead log included.

use crate::Error;
use crate::engine::{Engine, Value};
use crate::log;
use keepsharp_domain::fact::Body;
use keepsharp_domain::{Fact, PersonId};
use std::collections::BTreeSet;

/// Deletes the private parts of the facts about these people, within the transaction that records the erasure.
pub(crate) fn within(engine: &mut Engine, people: &[PersonId]) -> Result<(), Error> {
    if people.is_empty() {
        return Ok(());
    }
    let mut doomed = Vec::new();
    let (mut files, mut erased) = (Vec::new(), BTreeSet::new());
    log::facts(engine, 0, |recorded| {
        if names_a_file(recorded.bytes) {
            let body = Fact::read(recorded.bytes, None).map_err(Error::Engine)?.body;
            if let Body::PersonErased(body) = &body {
                erased.insert(body.person);
            }
            files.extend(file_of(&body).map(|sha256| (body.subject(), Box::from(sha256))));
        }
        if recorded.private.is_some() {
            let fact = Fact::read(recorded.bytes, None).map_err(Error::Engine)?;
            if fact.body.subject().is_some_and(|subject| people.contains(&subject)) {
                doomed.push(recorded.seq);
            }
        }
        Ok(())
    })?;
    // What is kept beside the ledger may name them too: files not taken in yet, and their ways in.
    engine.execute("DELETE FROM upload", &[])?;
    for person in people {
        for subject in [format!("person:{person}"), format!("auditor:{person}")] {
            engine.execute("DELETE FROM session WHERE subject = $1", &[Value::Text(&subject)])?;
            engine.execute("DELETE FROM sign_in_link WHERE subject = $1", &[Value::Text(&subject)])?;
        }
        let id = person.to_string();
        engine.execute("DELETE FROM mail WHERE person = $1", &[Value::Text(&id)])?;
        engine.execute("DELETE FROM message_link WHERE person = $1", &[Value::Text(&id)])?;
        for sql in [
            "DELETE FROM learned WHERE person = $1",
            "DELETE FROM draft WHERE person = $1",
            "DELETE FROM feedback WHERE person = $1",
            "DELETE FROM certificate WHERE person = $1",
        ] {
            engine.execute(sql, &[Value::Text(&id)])?;
        }
    }
    for sha256 in theirs_alone(&files, |person| people.contains(&person) || erased.contains(&person)) {
        engine.execute("DELETE FROM document WHERE sha256 = $1", &[Value::Text(sha256)])?;
    }
    for seq in doomed {
        engine.execute("DELETE FROM private_part WHERE seq = $1", &[Value::Int(seq)])?;
    }
    Ok(())
}

/// The files that only those who are forgotten handed in: a proof that somebody else handed in too, or that an auditor
/// was handed, stays.
fn theirs_alone(files: &[(Option<PersonId>, Box<str>)], is_forgotten: impl Fn(PersonId) -> bool) -> BTreeSet<&str> {
    let is_theirs = |subject: &Option<PersonId>| subject.is_some_and(&is_forgotten);
    let of = |wanted: bool| -> BTreeSet<&str> {
        files.iter().filter(|(subject, _)| is_theirs(subject) == wanted).map(|(_, sha256)| &**sha256).collect()
    };
    of(true).difference(&of(false)).copied().collect()
}

/// Whether a fact may name a file that is kept beside the ledger, or says that somebody was erased, without reading it whole.
fn names_a_file(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let kinds = ["\"type\":\"evidence.handed\"", "\"type\":\"person.erased\""];
    text.contains("\"proof\":\"") || kinds.iter().any(|kind| text.contains(kind))
}

/// The SHA-256 of the file that a fact names: a proof of somebody's, or what was handed to an auditor.
fn file_of(body: &Body) -> Option<&str> {
    match body {
        Body::CompletionRecorded(body) => body.proof.as_deref(),
        Body::RequestMade(body) => body.completion.as_ref()?.proof.as_deref(),
        Body::EvidenceHanded(body) => body.file.as_ref().map(|file| &*file.sha256),
        _ => None,
    }
}

/// Empties what the database keeps beside its tables. A deleted row is overwritten at once (`secure_delete`), but its old
/// page may still stand in the write-ahead log.
pub(crate) fn afterwards(engine: &mut Engine) -> Result<(), Error> {
    match engine {
        Engine::Sqlite(connection) => {
            let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
            if busy != 0 {
                return Err(Error::Engine(
                    "the person is erased, but another process still reads an older state, so the write-ahead log keeps a copy until it ends; run doctor afterwards".to_owned(),
                ));
            }
            Ok(())
        }
        // LIMIT: PostgreSQL's own write-ahead log and its archives are the database administrator's to expire.
        Engine::Postgres { .. } => {
            for table in ["private_part", "document", "mail", "learned", "draft", "feedback", "certificate"] {
                engine.batch(&format!("VACUUM (FULL) {table}"))?;
            }
            Ok(())
        }
    }
}
