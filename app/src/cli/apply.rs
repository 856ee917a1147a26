//! `keepsharp apply`: what is asked of whom, from when.

use super::output::{counted, say};
use super::{Done, Failure, Session};
use crate::clock;
use clap::Args;
use keepsharp_domain::due::Status;
use keepsharp_domain::preview::scope_changes;
use keepsharp_domain::programme::{self, Programme};
use keepsharp_domain::{Refusal, World};
use keepsharp_store::{Decision, fresh_id};
use std::path::PathBuf;

/// Arguments of `apply`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: keepsharp apply programme.toml campaigns/*.toml\n\nApplying the same file twice changes nothing."
)]
pub(super) struct ApplyArgs {
    /// programme.toml, campaign.toml or several of them, taken together
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Show what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(session: &Session, args: &ApplyArgs) -> Done {
    let mut programme = Programme::default();
    for path in &args.files {
        let bytes = super::lists::read_file(path)?;
        let named = |refusal: Refusal| Failure::Told(format!("{}: {refusal}", path.display()));
        programme = programme.join(Programme::read(&bytes).map_err(named)?).map_err(named)?;
    }
    let store = session.open()?;
    show(&*store.world()?, &programme)?;
    if args.dry_run {
        say("nothing was written (--dry-run)");
        return Ok(());
    }
    let done = store.commit(&session.by, move |world| {
        let (drafts, _) = programme::apply(world, &programme, clock::today(world), &mut fresh_id)?;
        Ok((Decision::from(drafts), ()))
    })?;
    match done.facts {
        0 => say("nothing changed"),
        facts => say(&format!("{} written", counted(usize::try_from(facts).unwrap_or(usize::MAX), "fact", "facts"))),
    }
    Ok(())
}

/// Shows what applying would change, before anything is written.
fn show(world: &World, programme: &Programme) -> Done {
    let today = clock::today(world);
    let (drafts, plan) = programme::apply(world, programme, today, &mut fresh_id)?;
    for notice in &plan.notices {
        say(&format!("note: {notice}"));
    }
    for change in &plan.changes {
        say(change);
    }
    if world.people().is_empty() || drafts.is_empty() {
        return Ok(());
    }
    let changes = scope_changes(world, &drafts, today)?;
    let dropped = changes.iter().filter(|change| change.then.status == Status::OutOfScope).count();
    if !changes.is_empty() {
        let added = changes.len() - dropped;
        say(&format!(
            "today this brings {} into scope and takes {} out",
            counted(added, "person", "people"),
            counted(dropped, "person", "people")
        ));
    }
    Ok(())
}
