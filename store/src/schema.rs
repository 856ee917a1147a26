//! Which tables there are, and how an older database gets them. Forward only; the way back is the backup.

use crate::Error;
use crate::engine::{Engine, Value};

/// A step from one version of the tables to the next. Where the engines differ, each has its own text.
struct Migration {
    sqlite: &'static str,
    postgres: &'static str,
}

const MIGRATIONS: [Migration; 7] = [
    Migration {
        sqlite: include_str!("../migrations/0001_ledger.sql"),
        postgres: include_str!("../migrations/0001_ledger.sql"),
    },
    Migration {
        sqlite: include_str!("../migrations/0002_append_only.sqlite.sql"),
        postgres: include_str!("../migrations/0002_append_only.postgres.sql"),
    },
    Migration {
        sqlite: include_str!("../migrations/0003_application.sql"),
        postgres: include_str!("../migrations/0003_application.sql"),
    },
    Migration {
        sqlite: include_str!("../migrations/0004_rounds.sql"),
        postgres: include_str!("../migrations/0004_rounds.sql"),
    },
    Migration {
        sqlite: include_str!("../migrations/0005_witnessed.sql"),
        postgres: include_str!("../migrations/0005_witnessed.sql"),
    },
    Migration {
        sqlite: include_str!("../migrations/0006_document.sql"),
        postgres: include_str!("../migrations/0006_document.sql"),
    },
    Migration {
        sqlite: include_str!("../migrations/0007_learning.sqlite.sql"),
        postgres: include_str!("../migrations/0007_learning.postgres.sql"),
    },
];

/// Keeps two processes from bringing one PostgreSQL database up to date at once; any number serves that all agree on.
const LOCK: &str = "SELECT pg_advisory_xact_lock(5150718)";

/// Brings the tables up to date, making them where there are none.
pub(crate) fn migrate(engine: &mut Engine) -> Result<(), Error> {
    let known = MIGRATIONS.len() as u64;
    if version(engine)? == Some(known) {
        return Ok(());
    }
    engine.begin()?;
    let migrated = migrate_within(engine, known);
    engine.batch(if migrated.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    migrated
}

fn migrate_within(engine: &mut Engine, known: u64) -> Result<(), Error> {
    if engine.is_postgres() {
        engine.batch(LOCK)?;
    }
    engine.batch(
        "CREATE TABLE IF NOT EXISTS schema_version (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL)",
    )?;
    let found = version(engine)?.unwrap_or(0);
    if found > known {
        return Err(Error::Newer { found: found.cast_signed(), known: known.cast_signed() });
    }
    for migration in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(usize::MAX)) {
        engine.batch(if engine.is_postgres() { migration.postgres } else { migration.sqlite })?;
    }
    engine.execute("DELETE FROM schema_version", &[])?;
    engine.execute("INSERT INTO schema_version (id, version) VALUES (1, $1)", &[Value::Int(known)])?;
    Ok(())
}

/// Version of the tables; none where there are none of ours.
fn version(engine: &mut Engine) -> Result<Option<u64>, Error> {
    let exists = if engine.is_postgres() {
        "SELECT 1 FROM pg_tables WHERE tablename = 'schema_version' AND schemaname = ANY (current_schemas(false))"
    } else {
        "SELECT 1 FROM sqlite_master WHERE name = 'schema_version'"
    };
    let mut there = false;
    engine.query(exists, &[], |_| {
        there = true;
        Ok(())
    })?;
    let mut version = None;
    if there {
        engine.query("SELECT version FROM schema_version", &[], |row| {
            version = Some(row.int(0)?);
            Ok(())
        })?;
    }
    Ok(version)
}
