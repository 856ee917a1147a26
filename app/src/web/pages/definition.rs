//! What the programme asks: the organisation, each control with all its versions, tracks and campaigns.

use crate::web::asked::Asked;
use crate::web::frame::{Answered, Frame, Link, page as written};
use crate::web::pages::programme;
use crate::web::words;
use askama::Template;
use keepsharp_domain::access::{Act, Role};
use keepsharp_domain::campaign::Campaign;
use keepsharp_domain::control::{Cadence, Control, ControlVersion};
use keepsharp_domain::explain::shown;
use keepsharp_domain::organisation::Organisation;
use keepsharp_domain::{World, calendar};
use serde_json::Value;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Template)]
#[template(path = "definition.html")]
struct DefinitionPage {
    frame: Frame,
    tabs: Vec<Link>,
    may_change: bool,
    is_back: bool,
    controls: Vec<ControlPart>,
    tracks: Vec<TrackLine>,
    campaigns: Vec<CampaignPart>,
    organisation: Vec<Described>,
}

/// A control with its versions, the newest first.
struct ControlPart {
    id: String,
    title: String,
    count: String,
    versions: Vec<VersionPart>,
}

/// One version.
struct VersionPart {
    title: String,
    /// How it stands on the day of the page.
    standing: &'static str,
    tone: &'static str,
    is_open: bool,
    /// What differs from the version before, where there is one.
    changes: Vec<Change>,
    before: String,
    parts: Vec<Described>,
    rule: String,
    about: Vec<Described>,
}

/// A part that differs from the version before.
struct Change {
    part: String,
    before: Vec<DiffLine>,
    after: Vec<DiffLine>,
}

/// A line of a part, and whether the other version has it too.
struct DiffLine {
    text: String,
    is_same: bool,
}

/// Something said of a control, in lines that may be links.
pub(super) struct Described {
    pub(super) label: String,
    pub(super) lines: Vec<(String, String)>,
}

/// A track.
struct TrackLine {
    id: String,
    title: String,
    rule: String,
}

/// A campaign.
struct CampaignPart {
    id: String,
    title: String,
    standing: &'static str,
    tone: &'static str,
    parts: Vec<Described>,
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let mut campaigns: Vec<&Campaign> = world.campaigns().values().collect();
    campaigns.sort_by_key(|campaign| std::cmp::Reverse(campaign.opens));
    let track = |track: &keepsharp_domain::track::Track| TrackLine {
        id: track.id.to_string(),
        title: track.title.to_string(),
        rule: shown(world, track.rule.source()),
    };
    written(&DefinitionPage {
        frame: Frame::of(asked, world, "Definition").with_days(asked).at("/programme/definition"),
        tabs: programme::tabs(asked, world, "definition"),
        may_change: asked.may(Act::Definition),
        is_back: asked.returned.sent.text("form") == "definition",
        controls: world.controls().values().map(|control| control_part(asked, world, control)).collect(),
        tracks: world.tracks().iter().map(track).collect(),
        campaigns: campaigns.into_iter().map(|campaign| campaign_part(asked, campaign)).collect(),
        organisation: world.organisation().map(organisation).unwrap_or_default(),
    })
}

fn said(label: &str, text: impl Into<String>) -> Described {
    Described { label: label.to_owned(), lines: vec![(text.into(), String::new())] }
}

fn organisation(organisation: &Organisation) -> Vec<Described> {
    let starts = String::from(organisation.fiscal_year_starts);
    // Any year will do to name the day.
    let starts = calendar::read_day(&format!("2023-{starts}")).map(|day| day.strftime("%-d %B").to_string());
    let mut parts = vec![
        said("Name", &*organisation.name),
        said("Fiscal years begin on", starts.unwrap_or_default()),
        said("Time zone", &*organisation.time_zone),
        said("Smallest group in anything published", format!("{} people", organisation.smallest_group)),
    ];
    let kept = organisation.keep_years.map_or_else(
        || "as long as the ledger".to_owned(),
        |years| format!("{} after somebody left", words::counted(years, "year", "years")),
    );
    parts.push(said("Names and other private words are kept", kept));
    parts.extend(about(&organisation.about));
    parts
}

fn control_part(asked: &Asked, world: &World, control: &Control) -> ControlPart {
    let in_force = control.version_index(asked.as_of);
    let versions = control.versions();
    let earlier = std::iter::once(None).chain(versions.iter().map(Some));
    let mut parts: Vec<VersionPart> = versions
        .iter()
        .zip(earlier)
        .enumerate()
        .map(|(place, (version, before))| version_part(world, version, before, place.cmp(&in_force)))
        .collect();
    parts.reverse();
    ControlPart {
        id: control.id.to_string(),
        title: control.version(asked.as_of).map(|version| version.title.to_string()).unwrap_or_default(),
        count: words::counted(versions.len(), "version", "versions"),
        versions: parts,
    }
}

fn version_part(
    world: &World,
    version: &ControlVersion,
    before: Option<&ControlVersion>,
    place: Ordering,
) -> VersionPart {
    let (standing, tone) = match place {
        Ordering::Less => ("Held before", "closed"),
        Ordering::Equal => ("In force", "current"),
        Ordering::Greater => ("Still to come", "wait"),
    };
    let from = |version: &ControlVersion| {
        version.from.map_or_else(|| "From the beginning".to_owned(), |from| format!("From {}", words::day(from)))
    };
    VersionPart {
        title: from(version),
        standing,
        tone,
        is_open: place.is_eq(),
        changes: before.map(|before| changes(world, before, version)).unwrap_or_default(),
        before: before.map(from).unwrap_or_default(),
        parts: parts(version).into_iter().map(|(label, text)| said(label, text)).collect(),
        rule: shown(world, version.rule.source()),
        about: about(&version.about),
    }
}

/// What has a part in a figure, the rule apart, in words.
fn parts(version: &ControlVersion) -> Vec<(&'static str, String)> {
    let cadence = match version.cadence {
        Cadence::EveryMonths(1) => "Every month".to_owned(),
        Cadence::EveryMonths(months) => format!("Every {months} months"),
        Cadence::FiscalYear(_) => "Once in each fiscal year".to_owned(),
    };
    let days = |days: u32| words::counted(days, "day", "days");
    let refresher = version.courses.refresher.as_deref().unwrap_or("none; the full course each time");
    vec![
        ("Title", version.title.to_string()),
        ("How often", cadence),
        ("Time for whoever is new", days(version.new_hire_days)),
        ("Time after a leave", days(version.return_days)),
        ("Counts if", format!("{}, or more", words::strength(version.accepts))),
        ("Full course", version.courses.full.to_string()),
        ("Refresher", refresher.to_owned()),
    ]
}

/// What differs between two versions, part by part.
fn changes(world: &World, before: &ControlVersion, after: &ControlVersion) -> Vec<Change> {
    let change = |part: &str, before: String, after: String| {
        (before != after).then(|| {
            let (before, after) = marked(&before, &after);
            Change { part: part.to_owned(), before, after }
        })
    };
    let mut list: Vec<Change> = parts(before)
        .into_iter()
        .zip(parts(after))
        .filter_map(|((part, before), (_, after))| change(part, before, after))
        .collect();
    let rule = |version: &ControlVersion| shown(world, version.rule.source());
    list.extend(change("Scope rule", rule(before), rule(after)));
    let keys: BTreeSet<&String> = before.about.keys().chain(after.about.keys()).collect();
    let text = |value: Option<&Value>| {
        let lines = value.map(lines).unwrap_or_default();
        lines.into_iter().map(|(text, _)| text).collect::<Vec<_>>().join("\n")
    };
    let about = |key: &String| change(&label(key), text(before.about.get(key)), text(after.about.get(key)));
    list.extend(keys.into_iter().filter_map(about));
    list
}

/// The lines of two texts, each marked where the other text does not have it.
fn marked(before: &str, after: &str) -> (Vec<DiffLine>, Vec<DiffLine>) {
    let has = |text: &str, line: &str| text.lines().any(|other| other.trim() == line.trim());
    let lines = |text: &str, other: &str| -> Vec<DiffLine> {
        text.lines().map(|line| DiffLine { text: line.to_owned(), is_same: has(other, line) }).collect()
    };
    let (mut before, mut after) = (lines(before, after), lines(after, before));
    // The same lines in another order: then all of it is another text.
    if before.iter().chain(&after).all(|line| line.is_same) {
        before.iter_mut().chain(&mut after).for_each(|line| line.is_same = false);
    }
    (before, after)
}

/// What is told first of a control; the rest follows by its name.
const FIRST: [&str; 8] =
    ["statement", "context", "guidance", "owner", "process_owners", "frameworks", "mappings", "links"];

/// What describes something, each entry under its name.
fn about(entries: &BTreeMap<String, Value>) -> Vec<Described> {
    let mut keys: Vec<&String> = entries.keys().collect();
    keys.sort_by_key(|key| (FIRST.iter().position(|first| first == *key).unwrap_or(FIRST.len()), *key));
    let entry = |key: &String| Some(Described { label: label(key), lines: lines(entries.get(key)?) });
    keys.into_iter().filter_map(entry).collect()
}

/// The same for whoever has these roles: a link may say in `for` whom it is for.
pub(super) fn about_of(entries: &BTreeMap<String, Value>, roles: &[Role]) -> Vec<Described> {
    let is_for_them = |entry: &Value| {
        let Some(whom) = entry.get("for") else { return true };
        let words = whom.as_array().map_or_else(|| vec![whom], |list| list.iter().collect());
        words.into_iter().filter_map(Value::as_str).any(|word| roles.iter().any(|role| role.word() == word))
    };
    let narrowed = |value: &Value| match value {
        Value::Array(items) => Value::Array(items.iter().filter(|item| is_for_them(item)).cloned().collect()),
        other => other.clone(),
    };
    let narrowed = entries.iter().map(|(name, value)| (name.clone(), narrowed(value))).collect();
    about(&narrowed).into_iter().filter(|part| !part.lines.is_empty()).collect()
}

/// `process_owners` as "Process owners".
fn label(key: &str) -> String {
    words::sentence_case(&key.replace('_', " "))
}

/// A description as lines of text, each with its address where it is a link.
fn lines(value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![(text.trim().to_owned(), words::web_address(text.trim()))],
        Value::Array(items) => {
            let inner: Vec<(String, String)> = items.iter().flat_map(lines).collect();
            let is_short = items.iter().all(Value::is_string) && inner.iter().all(|(_, href)| href.is_empty());
            if is_short { vec![(texts(inner, ", "), String::new())] } else { inner }
        }
        Value::Object(entries) => {
            if let (Some(Value::String(title)), Some(Value::String(url))) = (entries.get("title"), entries.get("url")) {
                return vec![(title.clone(), words::web_address(url))];
            }
            let line = |(key, value): (&String, &Value)| {
                let inner = lines(value);
                let href = inner.first().map(|(_, href)| href.clone()).unwrap_or_default();
                (format!("{}: {}", key.replace('_', " "), texts(inner, "; ")), href)
            };
            entries.iter().map(line).collect()
        }
        other => vec![(other.to_string(), String::new())],
    }
}

fn texts(lines: Vec<(String, String)>, between: &str) -> String {
    lines.into_iter().map(|(text, _)| text).collect::<Vec<_>>().join(between)
}

fn campaign_part(asked: &Asked, campaign: &Campaign) -> CampaignPart {
    let (standing, tone) = if asked.as_of < campaign.opens {
        ("Still to open", "wait")
    } else if asked.as_of > campaign.closes {
        ("Closed", "closed")
    } else {
        ("Open", "current")
    };
    let mut parts = vec![
        said("Control", &*campaign.control),
        said("Open", format!("{} to {}", words::day(campaign.opens), words::day(campaign.closes))),
        said("Completions count since", words::day(campaign.counts_since)),
        said("Objective", words::objective(campaign.objective)),
    ];
    parts.extend(about(&campaign.about));
    CampaignPart { id: campaign.id.to_string(), title: campaign.title.to_string(), standing, tone, parts }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_both_versions_have_is_not_marked() {
        let (before, after) = marked("a\n  && b", "a\n&& b\n|| c");
        let marks = |lines: Vec<DiffLine>| lines.into_iter().map(|line| line.is_same).collect::<Vec<_>>();
        assert_eq!((marks(before), marks(after)), (vec![true, true], vec![true, true, false]));
        let (before, after) = marked("a\nb", "b\na");
        assert!(before.iter().chain(&after).all(|line| !line.is_same), "only the order differs");
    }

    #[test]
    fn a_link_that_is_for_some_is_shown_to_them_alone() {
        let json = r#"{"links": [{"title": "All", "url": "https://a.example"}, {"title": "Work", "url": "https://b.example", "for": ["owner"]}]}"#;
        let entries: BTreeMap<String, Value> = serde_json::from_str(json).unwrap();
        let titles = |roles: &[Role]| {
            let parts = about_of(&entries, roles);
            parts.into_iter().flat_map(|part| part.lines).map(|(text, _)| text).collect::<Vec<_>>()
        };
        assert_eq!(titles(&[Role::Engineer, Role::Owner]), ["All", "Work"]);
        assert_eq!(titles(&[Role::Auditor]), ["All"]);
    }

    #[test]
    fn a_description_is_told_in_lines_and_only_the_web_is_linked() {
        for (json, told) in [
            (r#""text""#, vec![("text", "")]),
            (r#"["a", "b"]"#, vec![("a, b", "")]),
            (r#"{"SOC 2": ["CC1.4", "CC1.5"]}"#, vec![("SOC 2: CC1.4, CC1.5", "")]),
            (r#"[{"title": "Book", "url": "https://b.example"}]"#, vec![("Book", "https://b.example")]),
            (r#"[{"title": "Book", "url": "javascript:x"}]"#, vec![("Book", "")]),
            (r#"{"full": 90}"#, vec![("full: 90", "")]),
        ] {
            let found = lines(&serde_json::from_str(json).unwrap());
            let found: Vec<(&str, &str)> = found.iter().map(|(text, href)| (text.as_str(), href.as_str())).collect();
            assert_eq!(found, told, "{json}");
        }
    }
}
