//! `keepsharp demo`: the two-minute look.

use super::output::{FormatArgs, progress, say};
use super::status::{in_words, score_in_words};
use super::{Done, Failure};
use crate::installation::Installation;
use crate::settings::Settings;
use crate::web::{App, Bound, serve};
use crate::{clock, demo};
use clap::Args;
use keepsharp_domain::due::Totals;
use keepsharp_domain::finding::findings;
use keepsharp_domain::person::Person;
use keepsharp_domain::tally::{self, RowOf, Score};
use keepsharp_domain::{Day, World};
use keepsharp_report::Table;
use keepsharp_store::Store;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Arguments of `demo`.
#[derive(Args, Debug)]
#[command(after_help = "Example: keepsharp demo --listen 127.0.0.1:8080")]
pub(super) struct DemoArgs {
    /// Folder to write the company into, which must not exist yet [default: a new temporary folder]
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Address and port to serve the pages on
    #[arg(long, value_name = "ADDRESS", default_value = super::serve::DEFAULT_LISTEN)]
    listen: SocketAddr,
    /// Write the company, tell of it, and end
    #[arg(long)]
    only_write: bool,
    #[command(flatten)]
    format: FormatArgs,
}

pub(super) fn run(args: &DemoArgs) -> Done {
    let today = clock::today(&World::default());
    let folder = match &args.into {
        Some(folder) if folder.exists() => {
            return Err(Failure::Told(format!("{} is there already; name a new folder", folder.display())));
        }
        Some(folder) => folder.clone(),
        None => std::env::temp_dir().join(format!("keepsharp-demo-{today}-{}", std::process::id())),
    };
    let bound = if args.only_write { None } else { Some(super::serve::bound(args.listen)?) };
    let working = progress("making up a company");
    let store = demo::write(&folder, today)?;
    drop(working);
    match bound {
        Some(bound) => served(&folder, bound),
        None => told(&store, args, today, &folder),
    }
}

/// Serves the company, and lets every visitor be any of its people.
fn served(folder: &Path, bound: Bound) -> Done {
    let installation = Installation::find(Some(folder.to_owned()), None, Settings::default());
    let store = installation.open()?;
    let today = clock::today(&*store.world()?);
    let personas = demo::personas(&*store.world()?, today);
    let address = format!("http://{}", bound.address);
    say(&format!(
        "Larkfield, a made-up company, is at {address} (Ctrl-C ends it)\nIts data is in {}",
        folder.display()
    ));
    let app = App::new(store, Settings::default(), personas, address);
    Ok(serve(Arc::new(app), bound)?)
}

fn told(store: &Store, args: &DemoArgs, today: Day, folder: &Path) -> Done {
    let world = store.world()?;
    let name = world.organisation().map(|organisation| organisation.name.to_string()).unwrap_or_default();
    say(&format!(
        "{name}, a made-up company of {} people, with three years of history.\n",
        world.people().listed().filter(|(_, person)| person.employed(today)).count()
    ));
    let campaign =
        world.campaigns().values().max_by_key(|campaign| campaign.opens).ok_or("the demo has no campaign")?;
    let rows = tally::table(&world, campaign, today)?;
    args.format.print(&managers(&world, &rows))?;
    say(&format!("\n{}: {}.", campaign.title, score_in_words(&Score::of(&rows), campaign.objective)));
    for control in world.controls().values() {
        say(&format!("{} today: {}", control.id, in_words(&Totals::of(&world, control, today))));
    }
    say(&format!("{} findings in the roster need somebody's eye.", findings(&world, today).len()));
    next(&folder.display().to_string(), &campaign.id, &world, today);
    Ok(())
}

fn managers(world: &World, rows: &[tally::Row]) -> Table {
    let mut table = Table::new(&["manager", "engineers", "away", "recorded", "attested", "taken"]);
    for row in rows {
        let manager = match row.of {
            RowOf::Manager(ix) => world.people().get(ix).map(Person::name).unwrap_or_default().to_owned(),
            RowOf::NoManager => "(no manager)".to_owned(),
            RowOf::OtherTeams => row.label.clone(),
        };
        table.push(vec![
            manager.into(),
            row.engineers.into(),
            row.away.into(),
            row.recorded.into(),
            row.attested.into(),
            row.taken.into(),
        ]);
    }
    table
}

fn next(folder: &str, campaign: &str, world: &World, today: Day) {
    let control = world.controls().keys().next().map(ToString::to_string).unwrap_or_default();
    let someone = world
        .people()
        .listed()
        .find(|(_, person)| person.employed(today))
        .map(|(_, person)| person.label())
        .unwrap_or_default();
    let year_ago = keepsharp_domain::calendar::subtract_days(today, 365);
    // However it was called, so that the lines can be pasted.
    let keepsharp = std::env::args().next().unwrap_or_else(|| "keepsharp".to_owned());
    say(&format!(
        "
What to try next:
  {keepsharp} --data {folder} status --control {control} --only due,overdue
  {keepsharp} --data {folder} table --campaign {campaign} --published --format md
  {keepsharp} --data {folder} requirements --control {control} --from {year_ago} --to {today}
  {keepsharp} --data {folder} scope explain {someone} --control {control}
  {keepsharp} --data {folder} people findings
  {keepsharp} --data {folder} ledger verify"
    ));
}
