//! `keepsharp erase`.

use super::output::say;
use super::{Done, Session};
use crate::clock;
use clap::Args;
use keepsharp_domain::erasure;
use keepsharp_store::Decision;

/// Arguments of `erase`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: keepsharp erase E1077\n\nBackups and exports made before still hold what was erased; they are yours to expire."
)]
pub(super) struct EraseArgs {
    /// The person's employee id, or our own; of a stranger whom a list named, also the address or user name
    person: String,
}

pub(super) fn erase(session: &Session, args: &EraseArgs) -> Done {
    let store = session.open()?;
    let person = args.person.clone();
    let done = store.commit(&session.by, move |world| {
        let (drafts, erase) = erasure::erase(world, &person, clock::today(world))?;
        Ok((Decision { drafts, erase: erase.clone(), ..Decision::default() }, erase))
    })?;
    let id = done.told.first().map(ToString::to_string).unwrap_or_default();
    say(&format!(
        "erased; the ledger knows them as {id} only, and stays whole. Backups and exports made before are yours to expire"
    ));
    Ok(())
}
