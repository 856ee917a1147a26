//! A lesson's file: front matter between two lines of `+++`, then its text.

use super::{body, front, is_id, no_id};
use crate::finding::{Finding, Place};
use crate::model::{External, Lesson, Need, Objective};
use keepsharp_domain::Day;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    id: String,
    title: String,
    minutes: u32,
    #[serde(default)]
    tracks: BTreeMap<String, Need>,
    #[serde(default)]
    cwe: Vec<u32>,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default)]
    languages: Vec<String>,
    #[serde(default = "one")]
    rev: u32,
    #[serde(default)]
    changed: String,
    reviewed: Option<toml::value::Datetime>,
    review_by: Option<toml::value::Datetime>,
    #[serde(default)]
    owner: String,
    #[serde(default = "yes")]
    skippable: bool,
    #[serde(default)]
    sast_rule: String,
    #[serde(default)]
    sources: Vec<String>,
    #[serde(default)]
    objectives: toml::Table,
    external: Option<External>,
}

fn one() -> u32 {
    1
}

fn yes() -> bool {
    true
}

/// The lesson in a file; none where its front matter can't be read.
pub(super) fn read(file: &str, bytes: &[u8], findings: &mut Vec<Finding>) -> Option<Lesson> {
    let text = front::text(file, bytes, findings)?;
    let place = Place::file(file);
    let Some((above, below)) = split(text) else {
        let message = "a lesson begins with a line +++, its front matter in TOML, and another line +++";
        findings.push(Finding::error(&place.at(1), message));
        return None;
    };
    let first_line = 3 + above.lines().count();
    let matter: FrontMatter = front::read(file, above, 1, findings)?;
    if !is_id(&matter.id) {
        findings.push(Finding::error(&place.at(1), no_id(&matter.id)));
    }
    if !matter.id.contains('.') {
        let message = "a lesson's id has a dot, for example access.scope, so that it is never taken for a page's name";
        findings.push(Finding::error(&place.at(1), message));
    }
    let read = body::read(&place, below, first_line, findings);
    let objectives = objectives(&place, &matter.objectives, findings);
    let mut day = |name, value: Option<toml::value::Datetime>| {
        let value = value?;
        let day = value.to_string().parse::<Day>().ok();
        if day.is_none() {
            findings.push(Finding::error(&place.at(1), format!("{name}: {value} is no day; write 2026-11-20")));
        }
        day
    };
    Some(Lesson {
        reviewed: day("reviewed", matter.reviewed),
        review_by: day("review_by", matter.review_by),
        place,
        id: matter.id,
        title: matter.title,
        minutes: matter.minutes,
        tracks: matter.tracks,
        objectives,
        cwe: matter.cwe,
        also: matter.also,
        languages: matter.languages,
        rev: matter.rev,
        changed: matter.changed,
        owner: matter.owner,
        skippable: matter.skippable,
        sast_rule: matter.sast_rule,
        sources: matter.sources,
        external: matter.external,
        body: read.blocks,
        items: read.items,
        translations: BTreeMap::new(),
    })
}

/// The front matter, and what follows it.
fn split(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("+++")?.trim_start_matches([' ', '\t', '\r']).strip_prefix('\n')?;
    if let Some(below) = rest.strip_prefix("+++") {
        return Some(("", after_line(below)));
    }
    let end = rest.find("\n+++")?;
    Some((rest.get(..end)?, after_line(rest.get(end + 4..)?)))
}

fn after_line(text: &str) -> &str {
    text.split_once('\n').map_or("", |(_, below)| below)
}

/// The objectives in the order of the file, which TOML's table keeps only by name: their ids are ordered as they are found in it.
fn objectives(place: &Place, table: &toml::Table, findings: &mut Vec<Finding>) -> Vec<Objective> {
    let read = |(id, says): (&String, &toml::Value)| {
        let says = says.as_str();
        if says.is_none() || !is_id(id) {
            let message =
                format!("objectives: write {id:?} = \"…\", the id in dotted words, the rest of \"You can …\"");
            findings.push(Finding::error(&place.at(1), message));
        }
        Some(Objective { id: id.clone(), says: says?.to_owned() })
    };
    table.iter().filter_map(read).collect()
}
