//! The words and figures that the pack's summaries share: what each table is, who a stratum is, how its requirements ended.

use keepsharp_domain::evidence::{Evidence, RequirementRow, Stratum};
use keepsharp_domain::requirement::Outcome;

/// How requirements ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ended {
    /// Met on or before their day.
    pub(crate) on_time: usize,
    /// Met after it.
    pub(crate) late: usize,
    /// Not met.
    pub(crate) missed: usize,
}

impl Ended {
    /// Of all of them.
    pub(crate) fn of(evidence: &Evidence) -> Ended {
        Ended::count(&evidence.requirements)
    }

    /// Of one stratum.
    pub(crate) fn of_stratum(evidence: &Evidence, stratum: Stratum) -> Ended {
        Ended::count(evidence.requirements.iter().filter(|row| row.stratum == stratum))
    }

    fn count<'a>(rows: impl IntoIterator<Item = &'a RequirementRow>) -> Ended {
        rows.into_iter().fold(Ended::default(), |mut ended, row| {
            match row.outcome {
                Outcome::OnTime => ended.on_time += 1,
                Outcome::Late => ended.late += 1,
                Outcome::Missed => ended.missed += 1,
            }
            ended
        })
    }

    /// All of them.
    pub(crate) fn all(self) -> usize {
        self.on_time + self.deviations()
    }

    /// Those not met in time.
    pub(crate) fn deviations(self) -> usize {
        self.late + self.missed
    }
}

/// Who is in a stratum.
pub(crate) fn stratum(stratum: Stratum) -> &'static str {
    match stratum {
        Stratum::Leaver => "people whose employment ended in the period",
        Stratum::Joiner => "people whose employment began in the period",
        Stratum::Mover => "people who came into scope or left it in the period",
        Stratum::Leave => "people who were on leave in the period",
        Stratum::Steady => "people for whom nothing of the kind changed",
    }
}

/// How a stratum is called where a person reads it.
pub(crate) fn stratum_name(stratum: Stratum) -> &'static str {
    match stratum {
        Stratum::Leaver => "Leavers",
        Stratum::Joiner => "Joiners",
        Stratum::Mover => "Movers",
        Stratum::Leave => "On leave",
        Stratum::Steady => "Steady",
    }
}

/// What stands in a table of the pack.
pub(crate) fn table(file: &str) -> &'static str {
    match file {
        "population.csv" => {
            "Everybody whom the control concerned in the period, one row for each unbroken time in scope."
        }
        "requirements.csv" => "What was due in the period, for whom, by when, how it ended, and what followed.",
        "completions.csv" => {
            "Completions of the control's courses by those people up to the end of the period, as recorded."
        }
        "exceptions.csv" => "Releases from the control that touch the period.",
        "leaves.csv" => "Leaves that touch the period; \"to\" is the day somebody is back.",
        "reminders.csv" => "What people were sent about the control in the period.",
        "sample.csv" => "The sample, drawn by a hash of the auditor's seed; empty where none was asked for.",
        "imports.csv" => "Files that were taken in: where the population and the completions come from.",
        "versions.csv" => "The control's versions that were in force in the period: scope, cadence, courses.",
        "roles.csv" => "Who held a role in the program, from when to when, and so could record or change what.",
        "reviews.csv" => "The owner's reviews of the control, the checks for 100 %, and what followed.",
        "requests.csv" => "What auditors asked for, and what they were handed.",
        "frameworks.csv" => "What frameworks ask of such a control, in our words, and which part of this answers it.",
        "comparisons.csv" => {
            "Other lists that the roster was compared with, to see whether the population is whole: those of the period, and of each list the newest up to its end."
        }
        "differences.csv" => "Everybody in whom those lists and the roster differ, and what was said to explain it.",
        "courses.csv" => {
            "Versions of the control's courses that were published up to the end of the period; each is the SHA-256 of the list of its files."
        }
        _ => "",
    }
}
