//! The tables of an evidence pack, live, in an auditor's room: the same rows, under random ids.

use super::audit::View;
use crate::evidence;
use crate::web::asked::Asked;
use crate::web::fields::Trouble;
use crate::web::frame::{Answer, Answered, Frame, page as written};
use crate::web::paging::{Pager, ROWS};
use crate::web::words;
use askama::Template;
use keepsharp_domain::evidence::{Opened, Query};
use std::sync::Arc;

/// A table: its file's name, what it holds, and the address of its page.
type Tables = Vec<(&'static str, String)>;

#[derive(Template)]
#[template(path = "audit_tables.html")]
struct TablesPage {
    frame: Frame,
    period: String,
    tables: Vec<TableLine>,
}

struct TableLine {
    name: &'static str,
    holds: &'static str,
    rows: String,
}

#[derive(Template)]
#[template(path = "audit_table.html")]
struct TablePage {
    frame: Frame,
    period: String,
    name: &'static str,
    holds: &'static str,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    pager: Pager,
}

/// The tables of the room's control and period, as known now, nobody's name opened; and the period in words. The whole ledger is
/// folded for them, so the world is let go of first. What auditors asked for is not among them: other rooms' words stand there.
fn tables(asked: &Asked) -> Result<(Arc<Result<Tables, String>>, String), Trouble> {
    let (query, size, period) = {
        let world = asked.app.store.world()?;
        let view = View::of(asked, &world)?;
        let query = Query {
            control: view.control.id.clone(),
            from: view.period.from,
            to: view.period.to,
            as_of: view.period.to,
            known_at: evidence::known_at(&world),
            opened: Opened::Nobody,
            sample: None,
        };
        (query, world.size(), view.period_in_words())
    };
    let detail = format!("{} {} {}", query.control, query.from, query.to);
    let made = asked.app.evidence.of("evidence", size, detail, || {
        let evidence = evidence::of(&asked.app.store, size, &query)?;
        Ok(evidence.tables().into_iter().filter(|(name, _)| !["sample.csv", "requests.csv"].contains(name)).collect())
    });
    Ok((made, period))
}

fn found(made: &Result<Tables, String>) -> Result<&Tables, Trouble> {
    made.as_ref().map_err(|problem| Trouble::Internal(problem.clone()))
}

/// What a table holds.
fn holds(name: &str) -> &'static str {
    evidence::FILES.iter().find(|(file, _)| *file == name).map_or("", |(_, holds)| holds)
}

/// All tables.
pub(crate) fn list(asked: &Asked) -> Answered {
    let (made, period) = tables(asked)?;
    let line = |(name, text): &(&'static str, String)| TableLine {
        name,
        holds: holds(name),
        rows: words::counted(rows(text).count().saturating_sub(1), "row", "rows"),
    };
    written(&TablesPage {
        frame: Frame::of(asked, &asked.app.store.seen(), "Tables"),
        period,
        tables: found(&made)?.iter().map(line).collect(),
    })
}

/// The rows of a table that we wrote, its head first.
fn rows(text: &str) -> impl Iterator<Item = Vec<String>> {
    keepsharp_report::rows_of(text)
}

/// One table, a page at a time.
pub(crate) fn page(asked: &Asked) -> Answered {
    let (made, period) = tables(asked)?;
    let wanted = asked.param("name");
    let (name, text) = found(&made)?.iter().find(|(name, _)| *name == wanted).ok_or(Trouble::NotFound)?;
    let mut all = rows(text);
    let head = all.next().unwrap_or_default();
    let all: Vec<Vec<String>> = all.collect();
    let (head, all) = without_empty(&head, all);
    let pager = Pager::of(asked, all.len());
    written(&TablePage {
        frame: Frame::of(asked, &asked.app.store.seen(), *name),
        period,
        name,
        holds: holds(name),
        head: head.iter().map(|column| words::sentence_case(&column.replace('_', " "))).collect(),
        rows: all.into_iter().skip(pager.skip).take(ROWS).collect(),
        pager,
    })
}

/// Without the columns that say nothing in any row, as those of names that nobody opened.
fn without_empty(head: &[String], rows: Vec<Vec<String>>) -> (Vec<String>, Vec<Vec<String>>) {
    let says = |place: usize| rows.iter().any(|row| row.get(place).is_some_and(|cell| !cell.is_empty()));
    let kept: Vec<bool> = (0..head.len()).map(says).collect();
    let of = |row: Vec<String>| row.into_iter().zip(&kept).filter(|(_, kept)| **kept).map(|(cell, _)| cell).collect();
    (of(head.to_vec()), rows.into_iter().map(of).collect())
}

/// One table as a file.
pub(crate) fn file(asked: &Asked) -> Answered {
    let (made, _) = tables(asked)?;
    let wanted = asked.param("name");
    let (name, text) = found(&made)?.iter().find(|(name, _)| *name == wanted).ok_or(Trouble::NotFound)?;
    let bytes = text.clone().into_bytes();
    Ok(Answer::File { name: (*name).to_owned(), kind: "text/csv; charset=utf-8", bytes })
}
