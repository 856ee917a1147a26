//! What can go wrong in keeping, in words for whoever has to mend it.

use keepsharp_domain::Refusal;
use keepsharp_ledger::verify::Problem;
use std::fmt;

/// Why something was not done. Unless it says otherwise, the ledger is as it was.
#[derive(Debug)]
pub enum Error {
    /// A rule forbids it.
    Refused(Refusal),
    /// The database could not do it.
    Engine(String),
    /// There is no room left.
    Full(String),
    /// The place can't be written to.
    ReadOnly(String),
    /// The database was made by a newer program.
    Newer {
        /// Version of the database's tables.
        found: i64,
        /// Latest version that this program knows.
        known: i64,
    },
    /// The ledger does not fit together.
    Broken(Problem),
    /// There is no key to sign with, or another than the ledger's.
    Key(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Refused(refusal) => refusal.fmt(f),
            Error::Engine(what) => write!(f, "the database could not do it: {what}"),
            Error::Full(what) => {
                write!(f, "there is no room left on the disk ({what}); nothing was written. Make room and try again")
            }
            Error::ReadOnly(what) => write!(
                f,
                "the database can't be written to ({what}); give this user the right to write there, or choose another place with --data"
            ),
            Error::Newer { found, known } => write!(
                f,
                "the database was made by a newer Keepsharp (tables of version {found}, this program knows {known}); use that program, this one would lose what it does not know"
            ),
            Error::Broken(problem) => {
                write!(f, "the ledger does not fit together at {problem}. Run ledger verify, and restore a backup")
            }
            Error::Key(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for Error {}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        Error::Refused(refusal)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        let told = error.to_string();
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Error::Full(told),
            Some(
                rusqlite::ErrorCode::ReadOnly | rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::PermissionDenied,
            ) => Error::ReadOnly(told),
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
                Error::Engine(format!("another process has held the database for too long ({told}); try again"))
            }
            Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
                Error::Engine(format!("the file is damaged or is no Keepsharp database ({told}); restore a backup"))
            }
            _ => Error::Engine(told),
        }
    }
}

impl From<postgres::Error> for Error {
    fn from(error: postgres::Error) -> Error {
        let told = error.as_db_error().map_or_else(
            || {
                let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
                format!("{error}{cause}")
            },
            |error| error.message().to_owned(),
        );
        match error.code() {
            Some(code) if *code == postgres::error::SqlState::DISK_FULL => Error::Full(told),
            Some(code) if *code == postgres::error::SqlState::READ_ONLY_SQL_TRANSACTION => Error::ReadOnly(told),
            _ => Error::Engine(told),
        }
    }
}
