//! `keepsharp people compare` and `people explain`: is the roster whole, and why does another list differ from it?

use super::lists::{Upload, read_file, refused_in_file};
use super::output::{FormatArgs, counted, grouped, progress, say};
use super::{Done, Failure, Session, parse_day};
use crate::clock;
use clap::{Args, ValueEnum};
use keepsharp_domain::comparison::{self, ComparisonPlan, Difference, Explaining, List, Side, Standing, Wanted};
use keepsharp_domain::fact::{Because, MatchedBy};
use keepsharp_domain::{Day, PersonId, Refusal, World};
use keepsharp_report::Table;
use keepsharp_store::{Decision, Error, Store, fresh_id};
use std::path::PathBuf;

/// Arguments of `people compare`.
#[derive(Args, Debug)]
#[command(after_help = "\
Columns: at least one of employee_id, email and username; optionally name. A row without the column by which rows are
matched is known by the next that it has.

Example: keepsharp people compare accounts.csv --list code-host --on 2026-11-01 --by email --dry-run")]
pub(super) struct CompareArgs {
    /// The CSV file, UTF-8; - for standard input
    file: PathBuf,
    /// Which list it is, in a short word: payroll, code-host, identity-provider
    #[arg(long, value_name = "NAME")]
    list: String,
    /// The day on which the list was made
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    on: Day,
    /// The column by which both are matched [default: the first of these that the file has]
    #[arg(long, value_enum)]
    by: Option<ByName>,
    /// Show who differs, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: FormatArgs,
}

/// Arguments of `people explain`.
#[derive(Args, Debug)]
#[command(after_help = "\
Example: keepsharp people explain release-bot --list code-host --because not_a_person --reason \"tags our releases\"")]
pub(super) struct ExplainArgs {
    /// Whom it is about: an employee id, an address or a user name as the list or the roster has it, or our own id
    person: String,
    /// Which list
    #[arg(long, value_name = "NAME")]
    list: String,
    /// Why they stand in one of the two only
    #[arg(long, value_enum, required_unless_present = "take_back")]
    because: Option<BecauseName>,
    /// In a few words; needed for other
    #[arg(long, default_value = "")]
    reason: String,
    /// Take the explanation back
    #[arg(long, conflicts_with_all = ["because", "reason"])]
    take_back: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum ByName {
    EmployeeId,
    Email,
    Username,
}

impl From<ByName> for MatchedBy {
    fn from(name: ByName) -> MatchedBy {
        match name {
            ByName::EmployeeId => MatchedBy::EmployeeId,
            ByName::Email => MatchedBy::Email,
            ByName::Username => MatchedBy::Username,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum BecauseName {
    /// A bot or a shared account
    NotAPerson,
    /// They have not started yet
    NotYetStarted,
    /// They have left
    Left,
    /// They work for another company
    OtherCompany,
    /// They need no account there
    NoAccount,
    /// The list is wrong
    MistakeInList,
    /// Something else, told with --reason
    Other,
}

impl From<BecauseName> for Because {
    fn from(name: BecauseName) -> Because {
        match name {
            BecauseName::NotAPerson => Because::NotAPerson,
            BecauseName::NotYetStarted => Because::NotYetStarted,
            BecauseName::Left => Because::Left,
            BecauseName::OtherCompany => Because::OtherCompany,
            BecauseName::NoAccount => Because::NoAccount,
            BecauseName::MistakeInList => Because::MistakeInList,
            BecauseName::Other => Because::Other,
        }
    }
}

pub(super) fn compare(session: &Session, args: &CompareArgs) -> Done {
    let bytes = read_file(&args.file)?;
    let store = session.open()?;
    let working = progress("comparing the list with the roster");
    let upload = Upload::new(bytes, session.installation.settings.columns.clone());
    let (plan, facts) = if args.dry_run {
        let found = decide(&*store.world()?, &upload, &args.list, args.on, args.by);
        (found.map_err(|refusal| refused_in_file(&args.file, &Error::Refused(refusal)))?.1, 0)
    } else {
        write_comparison(session, &store, upload, args)?
    };
    drop(working);
    args.format.print(&table(&plan, args.dry_run))?;
    tell(args, &plan, facts);
    Ok(())
}

fn decide(
    world: &World,
    upload: &Upload,
    list: &str,
    on: Day,
    by: Option<ByName>,
) -> Result<(Decision, ComparisonPlan), Refusal> {
    let read = List::read(upload.file(), by.map(MatchedBy::from))?;
    let wanted = Wanted { list, on, today: clock::today(world) };
    let (drafts, plan) = comparison::compare(world, &read, wanted, &mut fresh_id)?;
    Ok((Decision::from(drafts), plan))
}

fn write_comparison(
    session: &Session,
    store: &Store,
    upload: Upload,
    args: &CompareArgs,
) -> Result<(ComparisonPlan, u64), Failure> {
    let (list, on, by) = (args.list.clone(), args.on, args.by);
    let done = store.commit(&session.by, move |world| decide(world, &upload, &list, on, by));
    let done = done.map_err(|error| refused_in_file(&args.file, &error))?;
    Ok((done.told, done.facts))
}

fn table(plan: &ComparisonPlan, is_tried: bool) -> Table {
    let columns = ["only_in", "employee_id", "name", "email", "username", "controls", "explained", "detail", "id"];
    let mut table = Table::new(&columns);
    for one in &plan.differences {
        // Whom nobody recorded has no id yet.
        let id = if is_tried && plan.met.contains(&one.person) { String::new() } else { one.person.to_string() };
        table.push(vec![
            one.side.word().into(),
            (&*one.identity.employee_id).into(),
            (&*one.identity.name).into(),
            (&*one.identity.email).into(),
            (&*one.identity.username).into(),
            one.controls.join(" ").into(),
            one.explanation.as_ref().map(|said| said.because.word().to_owned()).into(),
            one.standing.words().into(),
            id.into(),
        ]);
    }
    table
}

fn tell(args: &CompareArgs, plan: &ComparisonPlan, facts: u64) {
    for notice in &plan.notices {
        say(&format!("note: {notice}"));
    }
    let (found, body) = (&plan.differences, &plan.compared);
    let of = |side: Side| found.iter().filter(move |one| one.side == side);
    say(&format!(
        "{} of {} beside the roster, by {}: {}, {} of them employed; {} only in the list, {} only in the roster",
        body.list,
        body.on,
        body.by.word(),
        counted(usize::try_from(body.rows).unwrap_or(usize::MAX), "row", "rows"),
        grouped(body.matched),
        grouped(of(Side::List).count() as u64),
        grouped(of(Side::Roster).count() as u64)
    ));
    let is_lost = |one: &&Difference| matches!(one.standing, Standing::Unmatchable(_));
    let lost = of(Side::Roster).filter(is_lost).count() as u64;
    let unmatched = match lost {
        0 => String::new(),
        _ => format!("; {} without {} in the roster, so nobody can match them", grouped(lost), body.by.word()),
    };
    if of(Side::Roster).count() > 0 {
        say(&format!(
            "of those only in the roster, {} in scope of a control{unmatched}",
            grouped(of(Side::Roster).filter(|one| !one.controls.is_empty()).count() as u64)
        ));
    }
    if args.dry_run {
        say("nothing was written (--dry-run)");
    } else if facts == 0 {
        say("this list was compared before and says the same; nothing changed");
    } else {
        say(&format!("{} written", counted(usize::try_from(facts).unwrap_or(usize::MAX), "fact", "facts")));
    }
    let open = found.iter().filter(|one| one.is_open()).count();
    if open > 0 {
        say(&format!(
            "{} to explain or to mend; keepsharp people explain records why",
            counted(open, "difference", "differences")
        ));
    }
}

pub(super) fn explain(session: &Session, args: ExplainArgs) -> Done {
    let store = session.open()?;
    let (list, person) = (args.list.clone(), args.person.clone());
    let done = store.commit(&session.by, move |world| {
        let person = find(world, &args.person)?;
        let drafts = match args.because {
            Some(because) => {
                let said = Explaining { list: &args.list, person, because: because.into(), reason: &args.reason };
                comparison::explain(world, said, None)?
            }
            None => comparison::withdraw(world, &args.list, person)?,
        };
        Ok((Decision::from(drafts), ()))
    })?;
    say(&if done.facts == 0 {
        "this was said already; nothing changed".to_owned()
    } else if args.take_back {
        format!("what was said of {person} in {list} does not hold any more")
    } else {
        format!("it is recorded why {person} stands in one of {list} and the roster only")
    });
    Ok(())
}

/// Whom a text means: somebody of the roster before a stranger.
fn find(world: &World, text: &str) -> Result<PersonId, Refusal> {
    let (people, text) = (world.people(), text.trim());
    let known = people.find(text).or_else(|| people.by_email(text)).or_else(|| people.by_username(text));
    let known = known.and_then(|ix| people.get(ix)).map(|person| person.id);
    known.or_else(|| world.comparisons().find(text)).ok_or_else(|| {
        Refusal::request(format!("neither the roster nor a list names {}", keepsharp_domain::calendar::quote(text)))
    })
}
