//! `keepsharp badge`: the share of those who are trained, as a picture for a project's page.

use super::output::write;
use super::{Done, Failure, Session, parse_day};
use crate::clock;
use crate::web::badge_of;
use clap::Args;
use keepsharp_domain::Day;
use keepsharp_domain::due::Totals;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Arguments of `badge`.
#[derive(Args, Debug)]
#[command(after_help = "\
Example: keepsharp badge --control TRN.2.01 -o badge.svg

Where fewer people are in scope than smallest_group, it says \"few people\" instead of a share.")]
pub(super) struct BadgeArgs {
    /// The control's id
    #[arg(long, value_name = "ID")]
    control: String,
    /// The day that it speaks of [default: today]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    as_of: Option<Day>,
    /// The file to write; what was there is replaced [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(session: &Session, args: &BadgeArgs) -> Done {
    let store = session.open()?;
    let world = store.world()?;
    let control = world.control(&args.control)?;
    let day = args.as_of.unwrap_or_else(|| clock::today(&world));
    let svg = badge_of(&world, &Totals::of(&world, control, day)).svg();
    match &args.output {
        Some(path) => {
            replace(path, svg.as_bytes()).map_err(|error| Failure::Told(format!("{}: {error}", path.display())))
        }
        None => write(svg.as_bytes()),
    }
}

/// Puts a file in the place of what was there: whole, or not at all. Whoever reads meanwhile has the old one.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let name = path.file_name().unwrap_or_default().display();
    let beside = path.with_file_name(format!(".{name}.part-{}", std::process::id()));
    let written = File::create_new(&beside)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written
}
