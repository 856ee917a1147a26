//! `keepsharp apply`: what is asked of whom, from when.

use super::lists::{in_file, refused_in_file};
use super::output::{counted, say};
use super::{Done, Failure, Session};
use crate::clock;
use clap::Args;
use keepsharp_domain::due::Status;
use keepsharp_domain::preview::scope_changes;
use keepsharp_domain::programme::{self, Programme};
use keepsharp_domain::{Refusal, World};
use keepsharp_store::{Decision, fresh_id};
use std::path::{Path, PathBuf};

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
        let named = |refusal: Refusal| Failure::Told(in_file(path, &refusal));
        programme = programme.join(Programme::read(&bytes).map_err(named)?).map_err(named)?;
    }
    let store = session.open()?;
    let files: Vec<String> = args.files.iter().map(|path| path.display().to_string()).collect();
    let files = PathBuf::from(files.join(", "));
    show(&*store.world()?, &programme, &files)?;
    if args.dry_run {
        say("nothing was written (--dry-run)");
        return Ok(());
    }
    let decide = move |world: &World| {
        let (drafts, _) = programme::apply(world, &programme, clock::today(world), &mut fresh_id)?;
        Ok((Decision::from(drafts), ()))
    };
    let done = store.commit(&session.by, decide).map_err(|error| refused_in_file(&files, &error))?;
    match done.facts {
        0 => say("nothing changed"),
        facts => say(&format!("{} written", counted(usize::try_from(facts).unwrap_or(usize::MAX), "fact", "facts"))),
    }
    Ok(())
}

/// Shows what applying would change, before anything is written.
fn show(world: &World, programme: &Programme, files: &Path) -> Done {
    let today = clock::today(world);
    let applied = programme::apply(world, programme, today, &mut fresh_id);
    let (drafts, plan) = applied.map_err(|refusal| Failure::Told(in_file(files, &refusal)))?;
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
