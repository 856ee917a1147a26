//! Is the population whole? Other lists that the roster was compared with, and everybody in whom they differ.

use super::population::PersonText;
use super::{Log, Query};
use crate::comparison::{Comparison, Difference, Side, differences};
use crate::control::Control;
use crate::fact::{Because, MatchedBy};
use crate::person::PersonId;
use crate::{Day, World};
use jiff::Timestamp;

/// A comparison of another list with the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparisonRow {
    /// The fact's place in the ledger.
    pub seq: u64,
    /// When it was recorded.
    pub recorded_at: Option<Timestamp>,
    /// By whom.
    pub recorded_by: String,
    /// Which list.
    pub list: String,
    /// The day on which both hold.
    pub on: Day,
    /// The column by which they were matched.
    pub by: MatchedBy,
    /// SHA-256 of the list's bytes, lower-case hex.
    pub sha256: String,
    /// Rows in it, the head apart.
    pub rows: u64,
    /// Rows that stand for somebody employed on the day.
    pub matched: u64,
    /// How many stand in the list only.
    pub only_in_list: usize,
    /// How many stand in the roster only.
    pub only_in_roster: usize,
    /// To how many of them the control applied on the day.
    pub concerned: usize,
    /// Of those in the list only and of those concerned, how many nobody explained.
    pub unexplained: usize,
}

/// Somebody in whom a list and the roster differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DifferenceRow {
    /// The comparison's place in the ledger.
    pub seq: u64,
    /// Which list.
    pub list: String,
    /// In which of the two they stand.
    pub side: Side,
    /// Who.
    pub person: PersonId,
    /// Who that is, where it is opened.
    pub text: PersonText,
    /// Their user name, where it is opened: often all that a list gives of an account.
    pub username: String,
    /// Whether the control applied to them on the day; none for whom the roster did not employ then.
    pub in_scope: Option<bool>,
    /// Why it is so.
    pub explained: Option<Because>,
    /// When that was said.
    pub explained_at: Option<Timestamp>,
    /// By whom.
    pub explained_by: String,
    /// In words, where they are opened.
    pub reason: String,
}

/// Comparisons of the period, and of each list the newest up to its end; in the order of the ledger.
fn looked_at<'w>(world: &'w World, query: &Query) -> Vec<&'w Comparison> {
    let by_then = || world.comparisons().all().filter(|one| one.body.on <= query.to);
    let newest = |one: &Comparison| {
        let of_list = by_then().filter(|other| other.body.list == one.body.list);
        of_list.max_by_key(|other| (other.body.on, other.seq)).is_some_and(|newest| newest.seq == one.seq)
    };
    by_then().filter(|one| query.from <= one.body.on || newest(one)).collect()
}

/// Both tables: comparisons in the order of the ledger; differences by comparison, side and random id.
pub(super) fn rows(
    world: &World,
    control: &Control,
    log: &Log,
    query: &Query,
) -> (Vec<ComparisonRow>, Vec<DifferenceRow>) {
    let (mut comparisons, mut all) = (Vec::new(), Vec::new());
    for one in looked_at(world, query) {
        let mut found = differences(world, one, &[control]);
        // Names decide nothing here: whoever reads the pack without them has the same order.
        found.sort_by_key(|difference| (difference.side, difference.person));
        comparisons.push(comparison(one, log, &found));
        all.extend(found.iter().map(|difference| row(one, difference)));
    }
    (comparisons, all)
}

fn comparison(one: &Comparison, log: &Log, found: &[Difference]) -> ComparisonRow {
    let (recorded_at, recorded_by) =
        log.recorded(one.seq).map_or((None, String::new()), |(at, by)| (Some(at), by.to_owned()));
    let body = &one.body;
    let people = |side: Side| found.iter().filter(move |difference| difference.side == side);
    ComparisonRow {
        seq: one.seq,
        recorded_at,
        recorded_by,
        list: body.list.to_string(),
        on: body.on,
        by: body.by,
        sha256: body.sha256.to_string(),
        rows: body.rows,
        matched: body.matched,
        only_in_list: people(Side::List).count(),
        only_in_roster: people(Side::Roster).count(),
        concerned: people(Side::Roster).filter(|difference| !difference.controls.is_empty()).count(),
        unexplained: found.iter().filter(|difference| difference.is_open()).count(),
    }
}

fn row(one: &Comparison, difference: &Difference) -> DifferenceRow {
    let identity = &difference.identity;
    let said = difference.explanation.as_ref();
    DifferenceRow {
        seq: one.seq,
        list: one.body.list.to_string(),
        side: difference.side,
        person: difference.person,
        text: PersonText {
            employee_id: identity.employee_id.to_string(),
            name: identity.name.to_string(),
            email: identity.email.to_string(),
        },
        username: identity.username.to_string(),
        in_scope: (difference.side == Side::Roster).then_some(!difference.controls.is_empty()),
        explained: said.map(|said| said.because),
        explained_at: said.map(|said| said.at),
        explained_by: said.map(|said| said.by.to_string()).unwrap_or_default(),
        reason: said.and_then(|said| said.reason.as_deref()).unwrap_or_default().to_owned(),
    }
}
