//! `keepsharp people`: the roster, what is wrong in it, and who turned out to be one person.

use super::compare::{CompareArgs, ExplainArgs};
use super::lists::{Upload, read_file, refused_in_file};
use super::output::{FormatArgs, counted, grouped, progress, say};
use super::{AskArgs, Done, Failure, Session, parse_day};
use crate::clock;
use clap::{Args, Subcommand};
use keepsharp_domain::due::Status;
use keepsharp_domain::finding::findings;
use keepsharp_domain::person::Person;
use keepsharp_domain::preview::{ScopeChange, scope_changes};
use keepsharp_domain::roster::{self, ImportOptions, Roster, RosterPlan};
use keepsharp_domain::rule::Subject;
use keepsharp_domain::track::track_of;
use keepsharp_domain::{Day, World, merge};
use keepsharp_report::{Cell, Table};
use keepsharp_store::{Decision, Store, fresh_id};
use std::path::PathBuf;

/// Commands about people.
#[derive(Debug, Subcommand)]
pub(super) enum PeopleCommand {
    /// Take a roster in: the whole company on a day
    Import(ImportArgs),
    /// Who is employed on a day
    List(ListArgs),
    /// What can't be right in the roster, to be mended
    ///
    /// Example: keepsharp people findings --format md
    Findings(AskArgs),
    /// Join two ids of one person: a rehire under a new number, a second account
    Merge(MergeArgs),
    /// Lay another list of people beside the roster: who stands in one of the two only
    Compare(CompareArgs),
    /// Record why somebody stands in a list or in the roster only
    Explain(ExplainArgs),
}

/// Arguments of `people import`.
#[derive(Args, Debug)]
#[command(after_help = "\
Columns: employee_id,name,email,username,title,departments,manager_id,start_date
and optionally end_date (last day employed),employment,location,labels; several departments or labels with ; between them.

Example: keepsharp people import roster-2026-11.csv --on 2026-11-01 --dry-run")]
pub(super) struct ImportArgs {
    /// The CSV file, UTF-8; - for standard input
    file: PathBuf,
    /// The day that the roster holds on
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    on: Day,
    /// Show joiners, leavers, moves and what would become due, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Take a file in that ends the employment of more than a tenth
    #[arg(long)]
    allow_mass_end: bool,
    #[command(flatten)]
    format: FormatArgs,
}

/// Arguments of `people list`.
#[derive(Args, Debug)]
#[command(after_help = "Example: keepsharp people list --as-of 2026-07-31 --format csv > people.csv")]
pub(super) struct ListArgs {
    /// Those who left or are yet to come, too
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    ask: AskArgs,
}

/// Arguments of `people merge`.
#[derive(Args, Debug)]
#[command(after_help = "Example: keepsharp people merge E1077 E2201 --reason \"hired again under a new number\"")]
pub(super) struct MergeArgs {
    /// The id that is no more
    old: String,
    /// The id that has the whole history from now on
    new: String,
    /// Why they are one person
    #[arg(long)]
    reason: String,
}

pub(super) fn run(session: &Session, command: PeopleCommand) -> Done {
    match command {
        PeopleCommand::Import(args) => import(session, &args),
        PeopleCommand::List(args) => list(session, &args),
        PeopleCommand::Findings(args) => list_findings(session, &args),
        PeopleCommand::Merge(args) => merge(session, args),
        PeopleCommand::Compare(args) => super::compare::compare(session, &args),
        PeopleCommand::Explain(args) => super::compare::explain(session, args),
    }
}

fn import(session: &Session, args: &ImportArgs) -> Done {
    let bytes = read_file(&args.file)?;
    let store = session.open()?;
    let working = progress("taking the roster in");
    let upload = Upload::new(bytes, session.installation.settings.columns.clone());
    let plan =
        if args.dry_run { try_import(&store, &upload, args)? } else { write_import(session, &store, upload, args)? };
    drop(working);
    tell(&store, args, &plan)
}

fn options(args: &ImportArgs, world: &World) -> ImportOptions {
    ImportOptions { on: args.on, today: clock::today(world), allow_mass_end: args.allow_mass_end }
}

fn write_import(session: &Session, store: &Store, upload: Upload, args: &ImportArgs) -> Result<RosterPlan, Failure> {
    let (on, allow_mass_end) = (args.on, args.allow_mass_end);
    let decide = move |world: &World| {
        let roster = Roster::read(upload.file())?;
        let options = ImportOptions { on, today: clock::today(world), allow_mass_end };
        let (drafts, plan) = roster::import(world, &roster, options, &mut fresh_id)?;
        Ok((Decision::from(drafts), plan))
    };
    let done = store.commit(&session.by, decide).map_err(|error| refused_in_file(&args.file, &error))?;
    if done.facts == 0 {
        say("this roster was taken in before; nothing changed");
    }
    Ok(done.told)
}

/// Shows everybody concerned and what would become due.
fn try_import(store: &Store, upload: &Upload, args: &ImportArgs) -> Result<RosterPlan, Failure> {
    let world = store.world()?;
    let refused = |refusal| refused_in_file(&args.file, &keepsharp_store::Error::Refused(refusal));
    let roster = Roster::read(upload.file()).map_err(refused)?;
    let (drafts, plan) = roster::import(&world, &roster, options(args, &world), &mut fresh_id).map_err(refused)?;
    let changes = scope_changes(&world, &drafts, args.on)?;
    args.format.print(&preview(&plan, &changes))?;
    Ok(plan)
}

fn preview(plan: &RosterPlan, changes: &[ScopeChange]) -> Table {
    let mut table = Table::new(&["change", "employee_id", "name", "detail"]);
    for (change, list) in
        [("joiner", &plan.joiners), ("leaver", &plan.leavers), ("move", &plan.moves), ("renamed", &plan.renamed)]
    {
        for concerned in list {
            table.push(vec![
                change.into(),
                (&*concerned.employee_id).into(),
                (&*concerned.name).into(),
                concerned.what.as_str().into(),
            ]);
        }
    }
    for change in changes {
        let (word, detail) = match (change.then.status, change.then.due) {
            (Status::OutOfScope, _) => ("out_of_scope", format!("{} no longer applies", change.control)),
            (Status::Current, _) => ("in_scope", format!("{} applies; trained already", change.control)),
            (_, Some(due)) => ("becomes_due", format!("{} by {due}", change.control)),
            (_, None) => ("in_scope", format!("{} applies; no due date while on leave", change.control)),
        };
        table.push(vec![word.into(), change.who.as_str().into(), change.name.as_str().into(), detail.into()]);
    }
    table
}

fn tell(store: &Store, args: &ImportArgs, plan: &RosterPlan) -> Done {
    for notice in &plan.notices {
        say(&format!("note: {notice}"));
    }
    say(&format!(
        "roster of {}: {} rows; {} joined, {} left, {} changed, {} with another name or address",
        args.on,
        grouped(plan.rows),
        grouped(plan.joiners.len() as u64),
        grouped(plan.leavers.len() as u64),
        grouped(plan.moves.len() as u64),
        grouped(plan.renamed.len() as u64)
    ));
    if args.dry_run {
        say("nothing was written (--dry-run)");
        return Ok(());
    }
    let open = findings(&*store.world()?, args.on).len();
    if open > 0 {
        say(&format!("{} to mend; keepsharp people findings lists them", counted(open, "finding", "findings")));
    }
    Ok(())
}

fn list(session: &Session, args: &ListArgs) -> Done {
    let store = session.open()?;
    let world = args.ask.world(&store)?;
    let day = args.ask.day(&world);
    let mut people: Vec<(String, &Person)> = world
        .people()
        .listed()
        .filter(|(_, person)| args.all || person.employed(day))
        .map(|(_, person)| (person.label(), person))
        .collect();
    people.sort_by(|a, b| a.0.cmp(&b.0));
    let columns = [
        "employee_id",
        "name",
        "email",
        "title",
        "departments",
        "manager_id",
        "employed_from",
        "employed_until",
        "track",
        "id",
    ];
    let mut table = Table::new(&columns);
    for (label, person) in people {
        table.push(row(&world, label, person, day));
    }
    args.ask.format.print(&table)
}

fn row(world: &World, label: String, person: &Person, day: Day) -> Vec<Cell> {
    let record = person.record(day).or(person.records.first());
    let profile = record.and_then(|record| world.profiles().get(record.profile));
    let manager = record.and_then(|record| record.manager).and_then(|ix| world.people().get(ix));
    let spell = person.spells.iter().rev().find(|spell| spell.covers(day)).or(person.spells.last());
    let track = profile
        .and_then(|profile| track_of(world.tracks(), Subject { profile, manager: manager.map(|manager| manager.id) }));
    vec![
        label.into(),
        person.name().into(),
        person.identity.as_ref().map(|identity| identity.email.to_string()).into(),
        profile.map(|profile| profile.title.to_string()).into(),
        profile.map(|profile| profile.departments.join("; ")).into(),
        manager.map(Person::label).into(),
        spell.filter(|spell| !spell.before_tracking).map(|spell| spell.start).into(),
        spell.and_then(|spell| spell.end).into(),
        track.map(|track| track.id.to_string()).into(),
        person.id.to_string().into(),
    ]
}

fn list_findings(session: &Session, ask: &AskArgs) -> Done {
    let store = session.open()?;
    let world = ask.world(&store)?;
    let found = findings(&world, ask.day(&world));
    let mut table = Table::new(&["finding", "employee_id", "detail"]);
    for finding in &found {
        table.push(vec![finding.kind.word().into(), finding.who.as_str().into(), finding.message.as_str().into()]);
    }
    ask.format.print(&table)?;
    if ask.format.is_for_reading() {
        say(&counted(found.len(), "finding", "findings"));
    }
    Ok(())
}

fn merge(session: &Session, args: MergeArgs) -> Done {
    let store = session.open()?;
    let (old, new) = (args.old.clone(), args.new.clone());
    store.commit(&session.by, move |world| {
        Ok((Decision::from(merge::merge(world, &args.old, &args.new, &args.reason)?), ()))
    })?;
    say(&format!("{old} is {new} from now on, with the history of both"));
    Ok(())
}
