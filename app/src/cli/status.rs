//! `keepsharp status`, `requirements` and `table`: the figures.

use super::output::{grouped, say};
use super::{AskArgs, Done, Failure, Session, parse_day};
use clap::Args;
use keepsharp_domain::due::{CourseKind, Standings, Status, Totals};
use keepsharp_domain::person::Person;
use keepsharp_domain::requirement::{self, Outcome, Period};
use keepsharp_domain::tally::{self, Score};
use keepsharp_domain::{Day, organisation};
use keepsharp_report::Table;

/// Arguments of `status`.
#[derive(Args, Debug)]
#[command(after_help = "\
Example: keepsharp status --control TRN.2.01 --as-of 2026-07-31 --known-at 2026-08-05T17:00:00Z
         keepsharp status --control TRN.2.01 --only due,overdue")]
pub(super) struct StatusArgs {
    /// The control's id
    #[arg(long, value_name = "ID")]
    control: String,
    /// Only these: out_of_scope, excepted, on_leave, current, due, overdue
    #[arg(long, value_delimiter = ',', value_parser = parse_status, value_name = "STATUS,…")]
    only: Vec<Status>,
    #[command(flatten)]
    ask: AskArgs,
}

/// Arguments of `requirements`.
#[derive(Args, Debug)]
#[command(after_help = "Example: keepsharp requirements --control TRN.2.01 --from 2026-02-01 --to 2027-01-31")]
pub(super) struct RequirementsArgs {
    /// The control's id
    #[arg(long, value_name = "ID")]
    control: String,
    /// First day of the period
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    from: Day,
    /// Last day of the period; completions after it are not looked at
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    to: Day,
    #[command(flatten)]
    ask: AskArgs,
}

/// Arguments of `table`.
#[derive(Args, Debug)]
#[command(after_help = "Example: keepsharp table --campaign fy27-q2 --published --format md")]
pub(super) struct TableArgs {
    /// The campaign's id
    #[arg(long, value_name = "ID")]
    campaign: String,
    /// Fold small groups, as the table may leave the programme team
    #[arg(long)]
    published: bool,
    #[command(flatten)]
    ask: AskArgs,
}

fn parse_status(text: &str) -> Result<Status, String> {
    let words: Vec<&str> = Status::ALL.iter().map(|status| status.word()).collect();
    Status::ALL.into_iter().find(|status| status.word() == text).ok_or_else(|| format!("there is {}", words.join(", ")))
}

pub(super) fn status(session: &Session, args: &StatusArgs) -> Done {
    let store = session.open()?;
    let world = args.ask.world(&store)?;
    let (control, day) = (world.control(&args.control)?, args.ask.day(&world));
    let standings = Standings::new(&world, control, day);
    let mut people: Vec<(String, &Person)> =
        world.people().listed().map(|(_, person)| (person.label(), person)).collect();
    people.sort_by(|a, b| a.0.cmp(&b.0));
    let mut table = Table::new(&["as_of", "employee_id", "status", "due", "course"]);
    let mut totals = Totals::default();
    for (label, person) in people {
        let standing = standings.of(person);
        totals.add(standing.status);
        if args.only.is_empty() || args.only.contains(&standing.status) {
            table.push(vec![
                day.into(),
                label.into(),
                standing.status.word().into(),
                standing.due.into(),
                standing.course.map(CourseKind::word).into(),
            ]);
        }
    }
    args.ask.format.print(&table)?;
    if args.ask.format.is_for_reading() {
        say(&in_words(&totals));
    }
    Ok(())
}

/// The totals with the bridge between those in scope and those who are trained.
pub(super) fn in_words(totals: &Totals) -> String {
    let count = |status| grouped(totals.count(status));
    format!(
        "{} in scope: {} of {} current, {} due, {} overdue, {} on leave, {} excepted. The control {}.",
        grouped(totals.in_scope()),
        count(Status::Current),
        grouped(totals.population()),
        count(Status::Due),
        count(Status::Overdue),
        count(Status::OnLeave),
        count(Status::Excepted),
        if totals.holds() { "holds" } else { "does not hold" }
    )
}

pub(super) fn requirements(session: &Session, args: &RequirementsArgs) -> Done {
    if args.to < args.from {
        return Err(Failure::Told(format!("the period ends on {}, before it begins on {}", args.to, args.from)));
    }
    let store = session.open()?;
    let world = args.ask.world(&store)?;
    let found =
        requirement::requirements(&world, world.control(&args.control)?, Period { from: args.from, to: args.to });
    let mut table = Table::new(&["employee_id", "due", "outcome", "completed_on", "course"]);
    for requirement in &found {
        let who = world.people().get(requirement.person).map(Person::label).unwrap_or_default();
        table.push(vec![
            who.into(),
            requirement.due.into(),
            requirement.outcome.word().into(),
            requirement.completed_on.into(),
            requirement.course.word().into(),
        ]);
    }
    args.ask.format.print(&table)?;
    if args.ask.format.is_for_reading() {
        let count = |outcome| found.iter().filter(|requirement| requirement.outcome == outcome).count() as u64;
        say(&format!(
            "{} due from {} to {}: {} on time, {} late, {} missed",
            grouped(found.len() as u64),
            args.from,
            args.to,
            grouped(count(Outcome::OnTime)),
            grouped(count(Outcome::Late)),
            grouped(count(Outcome::Missed))
        ));
    }
    Ok(())
}

pub(super) fn table(session: &Session, args: &TableArgs) -> Done {
    let store = session.open()?;
    let world = args.ask.world(&store)?;
    let (campaign, day) = (world.campaign(&args.campaign)?, args.ask.day(&world));
    let mut rows = tally::table(&world, campaign, day)?;
    if args.published {
        let smallest =
            world.organisation().map_or(organisation::SMALLEST_GROUP, |organisation| organisation.smallest_group);
        rows = tally::published(rows, smallest);
        if rows.is_empty() {
            say(&format!("fewer than {smallest} engineers in all, so nothing may be published"));
        }
    }
    args.ask.format.print(&managers_table(day, &rows))?;
    if args.ask.format.is_for_reading() {
        say(&score_in_words(&Score::of(&rows), campaign.objective));
    }
    Ok(())
}

/// A campaign's table as files have it.
pub(crate) fn managers_table<'r>(day: Day, rows: impl IntoIterator<Item = &'r tally::Row>) -> Table {
    let mut table = Table::new(&["as_of", "manager_id", "engineers", "away", "recorded", "attested", "taken"]);
    for row in rows {
        table.push(vec![
            day.into(),
            row.label.as_str().into(),
            row.engineers.into(),
            row.away.into(),
            row.recorded.into(),
            row.attested.into(),
            row.taken.into(),
        ]);
    }
    table
}

/// The objective's score, with its denominator.
pub(super) fn score_in_words(score: &Score, objective: u32) -> String {
    let target = format!("{}.{:02} %", objective / 100, objective % 100);
    let reached = if score.reaches(objective) { "reached" } else { "not reached yet" };
    format!(
        "{} of {} engineers have taken it; the objective of {target} is {reached}",
        grouped(score.taken),
        grouped(score.engineers)
    )
}
