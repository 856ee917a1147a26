//! Erasing private parts so that nothing of them is left in the files, free pages and write-ahead log included.

use crate::Error;
use crate::engine::{Engine, Value};
use crate::log;
use keepsharp_domain::{Fact, PersonId};

/// Deletes the private parts of the facts about these people, within the transaction that records the erasure.
pub(crate) fn within(engine: &mut Engine, people: &[PersonId]) -> Result<(), Error> {
    if people.is_empty() {
        return Ok(());
    }
    let mut doomed = Vec::new();
    log::facts(engine, 0, |recorded| {
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
    for seq in doomed {
        engine.execute("DELETE FROM private_part WHERE seq = $1", &[Value::Int(seq)])?;
    }
    Ok(())
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
            for table in ["private_part", "mail", "learned", "draft", "feedback", "certificate"] {
                engine.batch(&format!("VACUUM (FULL) {table}"))?;
            }
            Ok(())
        }
    }
}
