//! The two databases, spoken to with one SQL text: `$1` for parameters, whole numbers, texts and bytes.

use crate::Error;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

/// Where a ledger is kept.
#[derive(Clone, Debug)]
pub enum Place {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL database, by URL.
    Postgres(String),
}

/// A connection to one of the two.
pub(crate) enum Engine {
    Sqlite(rusqlite::Connection),
    Postgres { client: Box<postgres::Client>, statements: HashMap<String, postgres::Statement> },
}

/// A parameter of a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Int(u64),
    Bytes(&'a [u8]),
    Text(&'a str),
}

/// A row of an answer.
pub(crate) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

/// How long to wait for another process that writes to the same file.
const PATIENCE: Duration = Duration::from_mins(1);

impl Engine {
    pub(crate) fn open(place: &Place) -> Result<Engine, Error> {
        match place {
            Place::Sqlite(path) => {
                let connection = rusqlite::Connection::open(path)?;
                connection.busy_timeout(PATIENCE)?;
                // FULL: whoever was answered "done" finds it after a power cut. secure_delete: what is erased is overwritten.
                connection.execute_batch(
                    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = OFF;",
                )?;
                connection.set_prepared_statement_cache_capacity(32);
                Ok(Engine::Sqlite(connection))
            }
            Place::Postgres(url) => {
                let client = postgres::Client::connect(url, postgres::NoTls)?;
                Ok(Engine::Postgres { client: Box::new(client), statements: HashMap::new() })
            }
        }
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self, Engine::Postgres { .. })
    }

    /// A number that changes whenever any other connection has changed the database; none where the engine has no such number.
    pub(crate) fn version(&mut self) -> Result<Option<u64>, Error> {
        match self {
            Engine::Sqlite(_) => Ok(self.all("PRAGMA data_version", &[], |row| row.int(0))?.pop()),
            Engine::Postgres { .. } => Ok(None),
        }
    }

    /// Runs statements that take no parameters.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), Error> {
        match self {
            Engine::Sqlite(connection) => Ok(connection.execute_batch(sql)?),
            Engine::Postgres { client, .. } => Ok(client.batch_execute(sql)?),
        }
    }

    /// Begins a transaction that no other may write beside.
    pub(crate) fn begin(&mut self) -> Result<(), Error> {
        self.batch(match self {
            Engine::Sqlite(_) => "BEGIN IMMEDIATE",
            Engine::Postgres { .. } => "BEGIN",
        })
    }

    /// Begins a transaction that reads one state of the database, whatever others write meanwhile.
    pub(crate) fn begin_reading(&mut self) -> Result<(), Error> {
        self.batch(match self {
            Engine::Sqlite(_) => "BEGIN",
            Engine::Postgres { .. } => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        })
    }

    pub(crate) fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, Error> {
        match self {
            Engine::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                Ok(statement.execute(rusqlite::params_from_iter(values))? as u64)
            }
            Engine::Postgres { client, statements } => {
                let statement = prepared(client, statements, sql)?;
                let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
                Ok(client.execute(&statement, &values)?)
            }
        }
    }

    /// Hands over every row of an answer, until one is refused.
    pub(crate) fn query(
        &mut self,
        sql: &str,
        values: &[Value],
        mut each: impl FnMut(&Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match self {
            Engine::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                let mut rows = statement.query(rusqlite::params_from_iter(values))?;
                while let Some(row) = rows.next()? {
                    each(&Row::Sqlite(row))?;
                }
                Ok(())
            }
            Engine::Postgres { client, statements } => {
                let statement = prepared(client, statements, sql)?;
                let mut rows = client.query_raw(&statement, values)?;
                while let Some(row) = rows.next()? {
                    each(&Row::Postgres(&row))?;
                }
                Ok(())
            }
        }
    }

    /// Every row of an answer, read.
    pub(crate) fn all<T>(
        &mut self,
        sql: &str,
        values: &[Value],
        read: impl Fn(&Row) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let mut found = Vec::new();
        self.query(sql, values, |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }
}

fn prepared(
    client: &mut postgres::Client,
    statements: &mut HashMap<String, postgres::Statement>,
    sql: &str,
) -> Result<postgres::Statement, Error> {
    if let Some(statement) = statements.get(sql) {
        return Ok(statement.clone());
    }
    let statement = client.prepare(sql)?;
    statements.insert(sql.to_owned(), statement.clone());
    Ok(statement)
}

impl Row<'_> {
    pub(crate) fn int(&self, column: usize) -> Result<u64, Error> {
        let number = match self {
            Row::Sqlite(row) => row.get::<_, i64>(column)?,
            Row::Postgres(row) => i64::from(row.try_get::<_, i32>(column)?),
        };
        u64::try_from(number).map_err(|_| Error::Engine(format!("a number below zero where none can be: {number}")))
    }

    pub(crate) fn text(&self, column: usize) -> Result<String, Error> {
        match self {
            Row::Sqlite(row) => Ok(row.get(column)?),
            Row::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// The bytes of a column, none where it is empty. The SQL shell may have left a text where bytes belong; its bytes are taken.
    pub(crate) fn bytes(&self, column: usize) -> Result<Option<&[u8]>, Error> {
        match self {
            Row::Sqlite(row) => match row.get_ref(column)? {
                rusqlite::types::ValueRef::Blob(bytes) | rusqlite::types::ValueRef::Text(bytes) => Ok(Some(bytes)),
                _ => Ok(None),
            },
            Row::Postgres(row) => Ok(row.try_get(column)?),
        }
    }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Int(number) => ValueRef::Integer(i64::try_from(*number).unwrap_or(i64::MAX)),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Int(number) => i32::try_from(*number)?.to_sql(ty, out),
            Value::Bytes(bytes) => bytes.to_sql(ty, out),
            Value::Text(text) => text.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT4, Type::BYTEA, Type::TEXT].contains(ty)
    }

    to_sql_checked!();
}
