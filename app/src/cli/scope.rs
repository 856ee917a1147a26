//! `keepsharp scope explain`: why somebody is in scope or not, part by part.

use super::output::say;
use super::{AskArgs, Done, Failure, Session};
use clap::{Args, Subcommand};
use keepsharp_domain::explain::explain as explain_scope;
use keepsharp_report::Table;

/// Commands about scope.
#[derive(Debug, Subcommand)]
pub(super) enum ScopeCommand {
    /// What each part of a control's rule gave for one person
    Explain(ExplainArgs),
}

/// Arguments of `scope explain`.
#[derive(Args, Debug)]
#[command(after_help = "Example: keepsharp scope explain E1077 --control TRN.2.01 --as-of 2026-07-31")]
pub(super) struct ExplainArgs {
    /// The person's employee id, or our own
    person: String,
    /// The control's id
    #[arg(long, value_name = "ID")]
    control: String,
    #[command(flatten)]
    ask: AskArgs,
}

pub(super) fn explain(session: &Session, args: &ExplainArgs) -> Done {
    let store = session.open()?;
    let world = args.ask.world(&store)?;
    let (control, day) = (world.control(&args.control)?, args.ask.day(&world));
    let unknown = || {
        Failure::Told(format!(
            "nobody has the id {}; keepsharp people list shows the ids there are",
            keepsharp_domain::calendar::quote(&args.person)
        ))
    };
    let person = world.people().find(&args.person).and_then(|ix| world.people().get(ix)).ok_or_else(unknown)?;
    let why = explain_scope(&world, control, person, day).ok_or_else(unknown)?;
    let mut table = Table::new(&["part", "gave"]);
    let employed = if why.employed { "true" } else { "false" };
    table.push(vec![format!("employed on {day}").into(), employed.into()]);
    for part in &why.parts {
        let gave = match &part.gave {
            Ok(value) => value.to_string(),
            Err(reason) => format!("no answer: {reason}"),
        };
        let text = part.text.split_whitespace().collect::<Vec<_>>().join(" ");
        table.push(vec![format!("{}{text}", "  ".repeat(part.depth)).into(), gave.into()]);
    }
    args.ask.format.print(&table)?;
    let version = why.version.from.map_or_else(|| "from the beginning".to_owned(), |from| format!("from {from}"));
    say(&format!("rule of {} in force {version}", control.id));
    if let Some(profile) = why.profile {
        say(&format!(
            "record{}: title {:?}, departments {:?}, manager {:?}, employment {:?}, location {:?}, labels {:?}",
            why.record_from.map(|from| format!(" from {from}")).unwrap_or_default(),
            profile.title,
            profile.departments.join("; "),
            why.manager,
            profile.employment,
            profile.location,
            profile.labels.join("; ")
        ));
    }
    match why.run {
        Some(run) => say(&format!("in scope on {day}, without a break since {}", run.from)),
        None => say(&format!("not in scope on {day}")),
    }
    Ok(())
}
