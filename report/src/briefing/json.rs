//! How does a program read it? The same figures as JSON; a count that may not be told is `{"fewer_than": 3}`.

use super::table::chosen;
use keepsharp_domain::briefing::{Briefing, Change, RoundTold, Told};
use keepsharp_domain::summary::{Count, Department, Month, NextStep};
use serde_json::{Value, json};

/// The briefing with the ledger's checkpoint.
#[must_use]
pub fn json(briefing: &Briefing, checkpoint: &str) -> String {
    let value = json!({
        "organisation": briefing.organisation,
        "control": briefing.control,
        "title": briefing.title,
        "smallest_group": briefing.smallest_group,
        "tracked_since": briefing.tracked_since,
        "now": told(&briefing.now),
        "earlier": briefing.earlier.iter().map(told).collect::<Vec<_>>(),
        "days": chosen(&briefing.by_day).map(day).collect::<Vec<_>>(),
        "departments": briefing.departments.iter().map(department).collect::<Vec<_>>(),
        "rounds": briefing.rounds.iter().map(round).collect::<Vec<_>>(),
        "changes": briefing.changes.iter().map(change).collect::<Vec<_>>(),
        "next_steps": briefing.next_steps.iter().map(step).collect::<Vec<_>>(),
        "next_round": briefing.next_round.as_ref().map(|(title, opens)| json!({ "title": title, "opens": opens })),
        "checkpoint": checkpoint,
    });
    format!("{value:#}\n")
}

fn count(count: Count) -> Value {
    match count {
        Count::Exactly(many) => many.into(),
        Count::FewerThan(limit) => json!({ "fewer_than": limit }),
    }
}

fn told(told: &Told) -> Value {
    let (standing, due, learned) = (&told.standing, &told.due, &told.learned);
    json!({
        "span": told.span.to_string(),
        "from": told.from,
        "to": told.to,
        "is_cut": told.is_cut,
        "population": count(standing.population),
        "current": count(standing.current),
        "overdue": count(standing.overdue),
        "on_leave": count(standing.on_leave),
        "excepted": count(standing.excepted),
        "holds": standing.holds,
        "requirements": {
            "all": due.all.map(count),
            "on_time": count(due.on_time),
            "late": count(due.late),
            "missed": count(due.missed),
        },
        "learned": {
            "full": count(learned.full),
            "refresher": count(learned.refresher),
            "first_time": count(learned.first_time),
            "minutes": learned.minutes,
        },
    })
}

fn day(day: &Month) -> Value {
    json!({ "day": day.day, "population": count(day.population), "current": count(day.current) })
}

fn department(department: &Department) -> Value {
    let day = |(day, population, current): &(keepsharp_domain::Day, u64, Count)| json!({ "day": day, "population": population, "current": count(*current) });
    json!({ "department": department.group.label(), "days": department.days.iter().map(day).collect::<Vec<_>>() })
}

fn round(round: &RoundTold) -> Value {
    json!({
        "campaign": round.id,
        "title": round.title,
        "opens": round.opens,
        "closes": round.closes,
        "objective": f64::from(round.objective) / 10_000.0,
        "engineers": count(round.engineers),
        "taken": count(round.taken),
        "state": round.state.word(),
        "is_reached": round.is_reached,
    })
}

fn change(change: &Change) -> Value {
    json!({ "from": change.from, "parts": change.parts.iter().map(|part| part.word()).collect::<Vec<_>>() })
}

fn step(step: &NextStep) -> Value {
    match step {
        NextStep::Overdue(many) => json!({ "overdue": count(*many) }),
        NextStep::DueWithin30Days(many) => json!({ "due_within_30_days": count(*many) }),
        NextStep::FindingsToMend(many) => json!({ "findings_to_mend": many }),
        NextStep::RoundCloses { campaign, days_left, missing_to_objective } => json!({
            "round": campaign,
            "closes_in_days": days_left,
            "missing_to_objective": count(*missing_to_objective),
        }),
    }
}
