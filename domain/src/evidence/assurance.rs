//! What was done about the control itself: reviews, checks for 100 % with what followed, and what auditors asked for and were handed.

use super::{Opened, Query};
use crate::assurance::{Check, Review};
use crate::hand_over::HandOver;
use crate::{Day, World};
use jiff::Timestamp;

/// A review of the control by its owner, a check of it, or what followed from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssuranceRow {
    /// The fact's number; of what followed, that of the check.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// By whom, as the ledger writes it.
    pub by: String,
    /// What it is: `review`, `check` or `followed`.
    pub kind: &'static str,
    /// The day of the review, or the day that was checked.
    pub day: Option<Day>,
    /// How the review ended, or whether the control held.
    pub result: &'static str,
    /// Of a check: in scope, current, due, overdue, on leave, excepted.
    pub counts: Option<[u64; 6]>,
    /// The remark, or what followed.
    pub words: String,
}

/// Reviews and checks recorded by the query's moment, those of days after the period apart; what followed stands after its check.
pub(super) fn rows(world: &World, query: &Query) -> Vec<AssuranceRow> {
    let reviews = world.assurance().reviews(&query.control).map(review);
    let checks = world.assurance().checks(&query.control).flat_map(check);
    let mut rows: Vec<AssuranceRow> =
        reviews.chain(checks).filter(|row| row.day.is_none_or(|day| day <= query.to)).collect();
    rows.sort_by_key(|row| (row.seq, row.kind));
    rows
}

fn review(review: &Review) -> AssuranceRow {
    AssuranceRow {
        seq: review.seq,
        at: review.at,
        by: review.by.to_string(),
        kind: "review",
        day: Some(review.body.on),
        result: review.body.verdict.word(),
        counts: None,
        words: review.body.remark.to_string(),
    }
}

fn check(check: &Check) -> Vec<AssuranceRow> {
    let body = &check.body;
    let row = |kind, at, by: &str, words: &str| AssuranceRow {
        seq: check.seq,
        at,
        by: by.to_owned(),
        kind,
        day: Some(body.as_of),
        result: "",
        counts: None,
        words: words.to_owned(),
    };
    let counts = [check.in_scope(), body.current, body.due, body.overdue, body.on_leave, body.excepted];
    let mut rows = vec![AssuranceRow {
        result: if check.holds() { "holds" } else { "does_not_hold" },
        counts: Some(counts),
        ..row("check", check.at, &check.by, "")
    }];
    rows.extend(check.followed.iter().map(|one| row("followed", one.at, &one.by, &one.remark)));
    rows
}

/// Something that an auditor asked for, or was handed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOverRow {
    /// The fact's number.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// By whom, as the ledger writes it.
    pub by: String,
    /// What it is: `requested` or `handed`.
    pub kind: &'static str,
    /// The request that it is, or answers.
    pub request: Option<u64>,
    /// The auditor's room, if there is one.
    pub room: Option<u64>,
    /// By when an answer was wanted.
    pub wanted_by: Option<Day>,
    /// In words; of a pack, its period and whose names it opens.
    pub words: String,
    /// The name of the file that was handed over.
    pub file: String,
    /// Its SHA-256.
    pub sha256: String,
}

/// What auditors asked for about the control, and what they were handed, recorded by the query's moment.
pub(super) fn hand_overs(world: &World, query: &Query) -> Vec<HandOverRow> {
    let requests = world.hand_overs().requests().filter(|one| one.body.control == query.control);
    let requests = requests.map(|one| HandOverRow {
        seq: one.seq,
        at: one.at,
        by: one.by.to_string(),
        kind: "requested",
        request: Some(one.seq),
        room: one.body.room,
        wanted_by: one.body.wanted_by,
        words: one.body.words.to_string(),
        file: String::new(),
        sha256: String::new(),
    });
    let handed = world.hand_overs().handed().filter(|one| one.body.control == query.control).map(handed);
    let mut rows: Vec<HandOverRow> = requests.chain(handed).collect();
    rows.sort_by_key(|row| row.seq);
    rows
}

fn handed(one: &HandOver) -> HandOverRow {
    let body = &one.body;
    let pack = body.query.as_ref().map(|query| {
        let opened = match query.opened {
            Opened::Nobody => "nobody",
            Opened::Sample => "the sample",
            Opened::Everybody => "everybody",
        };
        format!("evidence pack, {} to {}, names of {opened}", query.from, query.to)
    });
    HandOverRow {
        seq: one.seq,
        at: one.at,
        by: one.by.to_string(),
        kind: "handed",
        request: body.request,
        room: body.room,
        wanted_by: None,
        words: pack.unwrap_or_else(|| body.words.to_string()),
        file: body.file.as_ref().map(|file| file.name.to_string()).unwrap_or_default(),
        sha256: body.file.as_ref().map(|file| file.sha256.to_string()).unwrap_or_default(),
    }
}
