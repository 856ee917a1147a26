//! An objective as Markdown, for where a company keeps its OKRs.

use keepsharp_domain::objective::Objective;
use keepsharp_domain::tally::{self, Score};
use std::fmt::Write;

/// Weeks of progress that are written.
const WEEKS: usize = 14;

/// The objective, its score, what is likely and its progress by week. `checkpoint` is the ledger's head, so that whoever
/// rewrites the past later contradicts what stands there.
#[must_use]
pub fn markdown(objective: &Objective, checkpoint: &str) -> String {
    let mut text = String::new();
    let percent = percent(u64::from(objective.target), 10_000);
    let _ = writeln!(text, "### {}: {percent} by {} ({})\n", plain(&objective.title), objective.by, objective.quarter);
    let _ = writeln!(text, "**{}** on {}. {}", score(objective.score), objective.day, stands(objective));
    if let Some(likely) = &objective.projection {
        let _ = writeln!(
            text,
            "\nLikely on {}: {} of {}; eight times of ten between {} and {}, if the coming weeks are as the last four.",
            likely.on, likely.likely, likely.engineers, likely.low, likely.high
        );
    }
    if let Some(now) = objective.as_known_now.filter(|now| *now != objective.score) {
        let _ = writeln!(
            text,
            "\nThe result stands as it was recorded. With what was recorded since for that day it would be {}.",
            score(now)
        );
    }
    let _ = writeln!(text, "\n| Day | Taken | Engineers | Share |\n| --- | ---: | ---: | ---: |");
    let mut weeks: Vec<_> = objective.by_day.iter().rev().step_by(7).take(WEEKS).collect();
    weeks.reverse();
    for (day, score) in weeks {
        let share = self::percent(score.taken, score.engineers);
        let _ = writeln!(text, "| {day} | {} | {} | {share} |", score.taken, score.engineers);
    }
    let _ = writeln!(text, "\nLedger:\n\n```\n{}\n```", checkpoint.trim_end());
    text
}

fn score(score: Score) -> String {
    format!("{} of {} ({})", score.taken, score.engineers, percent(score.taken, score.engineers))
}

fn stands(objective: &Objective) -> String {
    match (objective.is_reached(), objective.is_closed) {
        (true, _) => "The objective is reached.".to_owned(),
        (false, true) => "The objective was not reached.".to_owned(),
        (false, false) => format!("{} more reach the objective.", objective.missing()),
    }
}

fn percent(part: u64, whole: u64) -> String {
    tally::percent(part, whole).unwrap_or_else(|| "–".to_owned())
}

/// A title that can't be read as Markdown's own marks.
fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            safe.push(' ');
            continue;
        }
        if r"\`*_{}[]<>#|@~&".contains(character) {
            safe.push('\\');
        }
        safe.push(character);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use keepsharp_domain::Day;
    use keepsharp_domain::calendar::FiscalYearStart;
    use keepsharp_domain::projection::Projection;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn objective() -> Objective {
        let score = Score { engineers: 40, taken: 30 };
        Objective {
            title: "Refresher | FY27".into(),
            day: day("2026-06-01"),
            target: 9_000,
            by: day("2026-07-31"),
            quarter: keepsharp_domain::calendar::Quarter::of(day("2026-07-31"), FiscalYearStart::JANUARY),
            score,
            projection: Some(Projection { on: day("2026-07-31"), engineers: 40, likely: 36, low: 33, high: 38 }),
            by_day: vec![(day("2026-06-01"), score)],
            is_closed: false,
            as_known_now: None,
        }
    }

    #[test]
    fn an_objective_says_its_score_what_is_missing_and_what_is_likely() {
        let text = markdown(&objective(), "origin\n1\nroot\n");
        for told in [
            "### Refresher \\| FY27: 90 % by 2026-07-31 (FY26-Q3)",
            "**30 of 40 (75 %)** on 2026-06-01. 6 more reach the objective.",
            "36 of 40; eight times of ten between 33 and 38",
            "| 2026-06-01 | 30 | 40 | 75 % |",
            "```\norigin\n1\nroot\n```",
        ] {
            assert!(text.contains(told), "{told} is not in\n{text}");
        }
    }

    #[test]
    fn a_result_that_would_differ_today_says_so() {
        let closed = Objective {
            is_closed: true,
            projection: None,
            as_known_now: Some(Score { engineers: 40, taken: 37 }),
            ..objective()
        };
        let text = markdown(&closed, "");
        assert!(text.contains("was not reached") && text.contains("it would be 37 of 40 (92.5 %)"), "{text}");
    }
}
