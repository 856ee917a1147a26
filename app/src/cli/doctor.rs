//! `keepsharp doctor`: is this installation well?

use super::output::{FormatArgs, grouped};
use super::{Done, Failure, Session};
use crate::clock;
use crate::installation::Installation;
use keepsharp_domain::finding::findings;
use keepsharp_report::Table;
use keepsharp_store::{Error, Place, Store};
use std::path::Path;

/// How a check came out.
enum State {
    Well(String),
    Mind(String),
    Ill(String),
}

pub(super) fn run(session: &Session, format: &FormatArgs) -> Done {
    let installation = &session.installation;
    let mut checks = vec![("place", place(installation))];
    if installation.is_untouched() {
        let nothing =
            "nothing is kept here yet; apply a programme or import a roster, or name the right place with --data";
        checks.push(("ledger", State::Ill(nothing.to_owned())));
        return report(checks, format);
    }
    match installation.open() {
        Ok(store) => {
            checks.push(("signing key", key(installation)));
            checks.extend(about_store(&store));
        }
        Err(error) => checks.push(("ledger", State::Ill(error.to_string()))),
    }
    report(checks, format)
}

fn report(checks: Vec<(&'static str, State)>, format: &FormatArgs) -> Done {
    let mut table = Table::new(&["check", "state", "detail"]);
    let mut ill = false;
    for (what, state) in checks {
        let (word, detail) = match state {
            State::Well(detail) => ("well", detail),
            State::Mind(detail) => ("mind", detail),
            State::Ill(detail) => ("ill", detail),
        };
        ill |= word == "ill";
        table.push(vec![what.into(), word.into(), detail.into()]);
    }
    format.print(&table)?;
    if ill { Err(Failure::CheckFailed) } else { Ok(()) }
}

fn place(installation: &Installation) -> State {
    match &installation.place {
        Place::Sqlite(path) if path.exists() && others_may_read(path) && others_may_read(&installation.data) => {
            State::Ill(format!("others can read {}, which holds names; chmod 600 it", path.display()))
        }
        Place::Sqlite(path) => State::Well(format!("SQLite at {}", path.display())),
        Place::Postgres(_) => State::Well("PostgreSQL".to_owned()),
    }
}

fn key(installation: &Installation) -> State {
    let path = &installation.key_file;
    if !path.exists() {
        return State::Ill(format!(
            "{} is not there, so nothing can be written; put the ledger's key back",
            path.display()
        ));
    }
    if others_may_read(path) {
        return State::Ill(format!("others can read {}; chmod 600 it", path.display()));
    }
    State::Well(format!("{}; keep a copy of it apart from the backups", path.display()))
}

#[cfg(unix)]
fn others_may_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn others_may_read(_: &Path) -> bool {
    false
}

fn about_store(store: &Store) -> Vec<(&'static str, State)> {
    let ledger = match store.verify() {
        Ok(verified) => State::Well(format!("{} facts, whole", grouped(verified.facts))),
        Err(error @ Error::Broken(_)) => State::Ill(error.to_string()),
        Err(error) => State::Mind(error.to_string()),
    };
    let mut checks = vec![("ledger", ledger)];
    let Ok(world) = store.world() else { return checks };
    let today = clock::today(&world);
    checks.push((
        "programme",
        match world.controls().len() {
            0 => State::Mind("no control is defined; keepsharp apply programme.toml".to_owned()),
            controls => State::Well(format!("{controls} controls, {} campaigns", world.campaigns().len())),
        },
    ));
    checks.push((
        "roster",
        match world.latest_roster() {
            None => State::Mind("no roster was imported; keepsharp people import".to_owned()),
            Some(day) if keepsharp_domain::calendar::add_days(day, 45) < today => {
                State::Mind(format!("the latest is of {day}; import a newer one, or joiners are missed"))
            }
            Some(day) => State::Well(format!("the latest is of {day}")),
        },
    ));
    checks.push((
        "findings",
        match findings(&world, today).len() {
            0 => State::Well("none".to_owned()),
            open => State::Mind(format!("{} to mend; keepsharp people findings", grouped(open as u64))),
        },
    ));
    checks
}
