//! The managers' table: sortable, searchable, and folded as it may leave the programme team.

use super::programme::{chosen_campaign, missing, rows as all_rows, tabs, with_days};
use crate::cli::managers_table;
use crate::web::asked::Asked;
use crate::web::fields::Trouble;
use crate::web::frame::{Answer, Answered, Frame, Link, page as written};
use crate::web::paging::{Column, Pager, ROWS, columns, order, with_query};
use crate::web::words;
use askama::Template;
use keepsharp_domain::campaign::Campaign;
use keepsharp_domain::tally::{Row, RowOf, Score, published};
use keepsharp_domain::{World, organisation};
use keepsharp_report::chart::Share;
use keepsharp_report::table::Format;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "tally.html")]
struct TallyPage {
    frame: Frame,
    tabs: Vec<Link>,
    title: String,
    campaigns: Vec<(String, String, bool)>,
    lead: String,
    text: String,
    is_published: bool,
    /// Only teams whose manager counts other than what is recorded by name.
    differs: bool,
    smallest: u32,
    columns: Vec<Column>,
    rows: Vec<Line>,
    sum: Line,
    pager: Pager,
    csv: String,
    markdown: String,
}

struct Line {
    name: String,
    href: String,
    engineers: u64,
    away: u64,
    recorded: u64,
    attested: String,
    taken: u64,
    share: String,
}

const COLUMNS: [(&str, &str, bool); 6] = [
    ("name", "Manager", false),
    ("engineers", "Engineers", true),
    ("away", "Away", true),
    ("recorded", "Recorded", true),
    ("attested", "Counted", true),
    ("taken", "Taken", true),
];

/// The table.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let campaign = chosen_campaign(asked, world)?
        .ok_or_else(|| Trouble::refused("no round has begun by that day; define one on the page Definition"))?;
    let is_published = asked.query.ticked("published");
    let score = Score::of(&all_rows(asked, world, campaign));
    let found = found(asked, world, campaign);
    let pager = Pager::of(asked, found.len());
    let shown = found.iter().skip(pager.skip).take(ROWS);
    let mut campaigns: Vec<&Campaign> = world.campaigns().values().collect();
    campaigns.sort_by_key(|campaign| std::cmp::Reverse(campaign.opens));
    let csv = |format: &str| {
        with_query(asked, &[("page", ""), ("format", format)]).replacen("/programme/table", "/programme/table.csv", 1)
    };
    let page = TallyPage {
        frame: Frame::of(asked, world, "Managers’ table").with_days(asked),
        tabs: tabs(asked, world, "table"),
        title: campaign.title.to_string(),
        campaigns: campaigns
            .iter()
            .map(|one| (one.id.to_string(), one.title.to_string(), one.id == campaign.id))
            .collect(),
        lead: lead(score, campaign),
        text: asked.query.text("q").to_owned(),
        is_published,
        differs: asked.query.ticked("differs"),
        smallest: smallest(world),
        columns: columns(asked, &COLUMNS, "name"),
        rows: shown.map(|(name, row)| line(asked, world, campaign, name, row)).collect(),
        sum: sum(&found),
        pager,
        csv: csv(""),
        markdown: csv("md"),
    };
    written(&page)
}

fn smallest(world: &World) -> u32 {
    world.organisation().map_or(organisation::SMALLEST_GROUP, |organisation| organisation.smallest_group)
}

fn lead(score: Score, campaign: &Campaign) -> String {
    let taken = format!(
        "{} of {} have taken it, {} of an objective of {}",
        words::grouped(score.taken),
        words::counted(score.engineers, "engineer", "engineers"),
        words::percent(score.taken, score.engineers),
        words::objective(campaign.objective)
    );
    match missing(score, campaign.objective) {
        0 => format!("{taken}. The objective is reached."),
        needed => format!("{taken}; {} more reach it.", words::grouped(needed)),
    }
}

/// The rows with their names, narrowed and in the order asked for.
fn found(asked: &Asked, world: &World, campaign: &Campaign) -> Arc<Vec<(String, Row)>> {
    let text = asked.query.text("q").to_lowercase();
    let all = ordered(asked, world, campaign);
    let only_differing = asked.query.ticked("differs");
    if text.is_empty() && !only_differing {
        return all;
    }
    let differs = |row: &Row| row.attested.is_some_and(|count| count.min(row.engineers) != row.recorded);
    let fits = |(name, row): &&(String, Row)| {
        (name.to_lowercase().contains(&text) || row.label.to_lowercase().contains(&text))
            && (!only_differing || differs(row))
    };
    Arc::new(all.iter().filter(fits).cloned().collect())
}

/// All rows with their names in the order asked for; a large company has ten thousand, so they are remembered.
fn ordered(asked: &Asked, world: &World, campaign: &Campaign) -> Arc<Vec<(String, Row)>> {
    let is_published = asked.query.ticked("published");
    let (key, descending) = order(asked, "name");
    let detail = format!("{} {} {is_published} {key} {descending}", campaign.id, asked.as_of);
    asked.listed("managers", world, detail, || {
        let rows = all_rows(asked, world, campaign).to_vec();
        let rows = if is_published { published(rows, smallest(world)) } else { rows };
        let mut named: Vec<(String, Row)> = rows.into_iter().map(|row| (name(world, &row), row)).collect();
        named.sort_by_cached_key(|(name, _)| name.to_lowercase());
        match key.as_str() {
            "engineers" => named.sort_by_key(|(_, row)| row.engineers),
            "away" => named.sort_by_key(|(_, row)| row.away),
            "recorded" => named.sort_by_key(|(_, row)| row.recorded),
            "attested" => named.sort_by_key(|(_, row)| row.attested),
            // By share: a/b before c/d where ad < cb.
            "taken" => named.sort_by(|(_, a), (_, b)| {
                (u64::from(a.taken) * u64::from(b.engineers)).cmp(&(u64::from(b.taken) * u64::from(a.engineers)))
            }),
            _ => {}
        }
        if descending {
            named.reverse();
        }
        named
    })
}

fn name(world: &World, row: &Row) -> String {
    match row.of {
        RowOf::Manager(ix) => world.people().get(ix).map(words::name).unwrap_or_default(),
        RowOf::NoManager => "No manager known".to_owned(),
        RowOf::OtherTeams => row.label.clone(),
    }
}

fn line(asked: &Asked, world: &World, campaign: &Campaign, name: &str, row: &Row) -> Line {
    let objective = Some(f64::from(campaign.objective) / 100.0);
    let href = match row.of {
        RowOf::Manager(ix) => world
            .people()
            .get(ix)
            .map(|manager| with_days(asked, "/programme/people", &[("manager", &manager.id.to_string())])),
        _ => None,
    };
    Line {
        name: name.to_owned(),
        href: href.unwrap_or_default(),
        engineers: row.engineers.into(),
        away: row.away.into(),
        recorded: row.recorded.into(),
        attested: row.attested.map(|count| count.to_string()).unwrap_or_default(),
        taken: row.taken.into(),
        share: Share { taken: row.taken, engineers: row.engineers, objective }.svg(),
    }
}

fn sum(rows: &[(String, Row)]) -> Line {
    let sum = |value: fn(&Row) -> u32| rows.iter().map(|(_, row)| u64::from(value(row))).sum();
    Line {
        name: "All of these".to_owned(),
        href: String::new(),
        engineers: sum(|row| row.engineers),
        away: sum(|row| row.away),
        recorded: sum(|row| row.recorded),
        attested: String::new(),
        taken: sum(|row| row.taken),
        share: String::new(),
    }
}

/// The table as a file, with the columns of the command `table`.
pub(crate) fn file(asked: &Asked, world: &World) -> Answered {
    let campaign = chosen_campaign(asked, world)?.ok_or(Trouble::NotFound)?;
    let found = found(asked, world, campaign);
    let table = managers_table(asked.as_of, found.iter().map(|(_, row)| row));
    let (format, kind, ending) = match asked.query.text("format") {
        "md" => (Format::Markdown, "text/markdown; charset=utf-8", "md"),
        _ => (Format::Csv, "text/csv; charset=utf-8", "csv"),
    };
    let name = format!("table-{}-{}.{ending}", file_name(&campaign.id), asked.as_of);
    Ok(Answer::File { name, kind, bytes: table.write(format).into_bytes() })
}

/// An id as part of a file's name.
pub(crate) fn file_name(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect()
}
