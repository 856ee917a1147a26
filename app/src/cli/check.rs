//! `keepsharp check`: does a control stand as a pipeline wants it to?

use super::output::{counted, say};
use super::status::in_words;
use super::{AskArgs, Done, Failure, Session};
use clap::{ArgGroup, Args};
use keepsharp_domain::Day;
use keepsharp_domain::due::{Status, Totals};
use keepsharp_domain::tally::Score;
use keepsharp_report::Table;

/// Arguments of `check`.
#[derive(Args, Debug)]
#[command(group(ArgGroup::new("limit").required(true).multiple(true).args(["max_overdue", "min_trained"])))]
#[command(after_help = "\
Example: keepsharp check --control TRN.2.01 --max-overdue 0
         keepsharp check --control TRN.2.01 --min-trained 95 --as-of 2026-07-31 --format json

The figures and what is missing go to standard error; with --format, one row goes to standard output.
Exit status: 0 it stands so, 1 it does not or the question was refused, 2 wrong usage.")]
pub(super) struct CheckArgs {
    /// The control's id
    #[arg(long, value_name = "ID")]
    control: String,
    /// How many may be overdue
    #[arg(long, value_name = "N")]
    max_overdue: Option<u64>,
    /// What share of those in scope, neither excepted nor on leave, must be trained and not due again: 0 to 100, with up to
    /// two decimals
    #[arg(long, value_name = "PERCENT", value_parser = parse_percent)]
    min_trained: Option<Percent>,
    #[command(flatten)]
    ask: AskArgs,
}

/// A share in ten-thousandths, so that nothing is lost where shares are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Percent(u32);

impl std::fmt::Display for Percent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.0 / 100, self.0 % 100) {
            (whole, 0) => write!(f, "{whole} %"),
            (whole, rest) => write!(f, "{whole}.{rest:02} %"),
        }
    }
}

fn parse_percent(text: &str) -> Result<Percent, String> {
    let wrong = || "write a share from 0 to 100, as 95 or 92.5".to_owned();
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let is_number =
        |digits: &str, most| (1..=most).contains(&digits.len()) && digits.chars().all(|digit| digit.is_ascii_digit());
    if !is_number(whole, 3) || !is_number(decimals, 2) {
        return Err(wrong());
    }
    let number = |digits: &str| digits.parse::<u32>().map_err(|_| wrong());
    let share = number(whole)? * 100 + number(&format!("{decimals:0<2}"))?;
    if share <= 10_000 { Ok(Percent(share)) } else { Err(wrong()) }
}

/// The share of those who are trained, rounded down; none of nobody.
fn trained(totals: &Totals) -> Option<Percent> {
    let share = (totals.count(Status::Current) * 10_000).checked_div(totals.population())?;
    u32::try_from(share).ok().map(Percent)
}

pub(super) fn check(session: &Session, args: &CheckArgs) -> Done {
    let store = session.open()?;
    let world = args.ask.world(&store)?;
    let (control, day) = (world.control(&args.control)?, args.ask.day(&world));
    let totals = Totals::of(&world, control, day);
    say(&format!("{} on {day}: {}", control.id, in_words(&totals)));
    if totals.in_scope() == 0 {
        say("nobody is in scope, so nobody can be overdue; see that the scope rule is the one you mean");
    }
    let missing: Vec<String> =
        [too_many_overdue(&totals, args.max_overdue), too_few_trained(&totals, args.min_trained)]
            .into_iter()
            .flatten()
            .collect();
    if args.ask.format.is_chosen() {
        args.ask.format.print(&row(&control.id, day, &totals, missing.is_empty()))?;
    }
    for line in &missing {
        say(line);
    }
    if missing.is_empty() { Ok(()) } else { Err(Failure::CheckFailed) }
}

fn too_many_overdue(totals: &Totals, most: Option<u64>) -> Option<String> {
    let (overdue, most) = (totals.count(Status::Overdue), most?);
    if overdue <= most {
        return None;
    }
    let people = counted(usize::try_from(overdue).unwrap_or(usize::MAX), "person is", "people are");
    Some(format!("{people} overdue, where {most} may be"))
}

fn too_few_trained(totals: &Totals, least: Option<Percent>) -> Option<String> {
    let least = least?;
    let score = Score { engineers: totals.population(), taken: totals.count(Status::Current) };
    if score.reaches(least.0) {
        return None;
    }
    Some(format!("{} are trained, where {least} must be", trained(totals)?))
}

fn row(control: &str, day: Day, totals: &Totals, passed: bool) -> Table {
    let mut table = Table::new(&[
        "as_of",
        "control",
        "population",
        "current",
        "due",
        "overdue",
        "on_leave",
        "excepted",
        "trained",
        "result",
    ]);
    let count = |status| totals.count(status).into();
    table.push(vec![
        day.into(),
        control.into(),
        totals.population().into(),
        count(Status::Current),
        count(Status::Due),
        count(Status::Overdue),
        count(Status::OnLeave),
        count(Status::Excepted),
        trained(totals).map(|share| share.to_string()).into(),
        if passed { "passed" } else { "failed" }.into(),
    ]);
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(current: u64, overdue: u64) -> Totals {
        let mut totals = Totals::default();
        (0..current).for_each(|_| totals.add(Status::Current));
        (0..overdue).for_each(|_| totals.add(Status::Overdue));
        totals
    }

    #[test]
    fn a_share_is_read_to_the_hundredth_of_a_percent() {
        for (text, share) in [("0", 0), ("95", 9_500), ("92.5", 9_250), ("92.05", 9_205), ("100.00", 10_000)] {
            assert_eq!(parse_percent(text), Ok(Percent(share)), "{text}");
        }
        for text in ["", "95%", "-1", "+1", "100.01", "101", ".5", "5.", "92.505", "1e2", "NaN", "٩", "0095"] {
            assert!(parse_percent(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_share_is_compared_exactly_and_told_rounded_down() {
        let least = Some(Percent(6_667));
        assert_eq!(too_few_trained(&totals(2, 1), Some(Percent(6_666))), None);
        assert_eq!(too_few_trained(&totals(2, 1), least).unwrap(), "66.66 % are trained, where 66.67 % must be");
        assert_eq!(too_few_trained(&totals(1, 0), Some(Percent(10_000))), None);
        assert_eq!(too_few_trained(&totals(0, 0), Some(Percent(10_000))), None, "of nobody nothing is missing");
    }
}
