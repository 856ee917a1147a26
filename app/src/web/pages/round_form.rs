//! The form that defines a round: a new one, next year's from this year's, or a change of one that is not closed.

use super::programme::tabs;
use super::rounds::counted_by;
use crate::cli::as_file;
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble};
use crate::web::frame::{Answer, Answered, Frame, Link, page as written};
use crate::web::words;
use askama::Template;
use keepsharp_domain::calendar::{Quarter, add_days};
use keepsharp_domain::campaign::Campaign;
use keepsharp_domain::explain::shown;
use keepsharp_domain::fact::{CampaignDefined, CountedBy};
use keepsharp_domain::occasion::{Occasion, texts};
use keepsharp_domain::programme::{self, Programme};
use keepsharp_domain::{Refusal, World, round};
use keepsharp_store::fresh_id;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "round_form.html")]
struct FormPage {
    frame: Frame,
    tabs: Vec<Link>,
    heading: String,
    lead: String,
    action: String,
    is_new: bool,
    id: String,
    title: String,
    controls: Vec<(String, String, bool)>,
    opens: String,
    closes: String,
    counts_since: String,
    objective: String,
    objective_by: String,
    audience: String,
    counted_by: Vec<(&'static str, &'static str, bool)>,
    issue: String,
    texts: Vec<(String, String, String)>,
    quarters: Vec<String>,
    asked: String,
}

/// A new round, or next year's where `from` names one.
pub(crate) fn new(asked: &Asked, world: &World) -> Answered {
    let from = asked.query.text("from");
    if from.is_empty() {
        let Some(start) = fresh(asked, world) else {
            return Err(Trouble::refused("no control is defined yet, so there is nothing to ask for"));
        };
        let lead = "Everything can be changed until the round is closed.".to_owned();
        return form(asked, world, &start, true, "New round".to_owned(), lead);
    }
    let before = world.campaigns().get(from).ok_or(Trouble::NotFound)?;
    let lead =
        format!("Made from {}, a year later in everything. Nothing is recorded before you say so.", before.title);
    form(asked, world, &round::next(world, before), true, "Next year’s round".to_owned(), lead)
}

/// A change of a round.
pub(crate) fn edit(asked: &Asked, world: &World) -> Answered {
    let campaign = world.campaigns().get(asked.param("id")).ok_or(Trouble::NotFound)?;
    let lead = "A change is recorded beside what was before; what was sent stays sent.".to_owned();
    form(asked, world, &campaign.defined(), false, format!("Change {}", campaign.title), lead)
}

/// A round for the fiscal quarter that comes next.
fn fresh(asked: &Asked, world: &World) -> Option<CampaignDefined> {
    let control = world.controls().values().next()?;
    let years = world.fiscal_years();
    let quarter = Quarter::of(add_days(Quarter::of(asked.today, years).last_day(years), 1), years);
    Some(CampaignDefined {
        id: quarter.to_string().to_lowercase().into(),
        title: format!("Secure coding, {}", quarter.to_string().replace('-', " ")).into(),
        control: control.id.clone(),
        opens: quarter.first_day(years),
        closes: quarter.last_day(years),
        counts_since: quarter.first_day(years),
        objective: 9_000,
        objective_by: None,
        audience: None,
        counted_by: CountedBy::Both,
        about: BTreeMap::new(),
    })
}

fn form(
    asked: &Asked,
    world: &World,
    start: &CampaignDefined,
    is_new: bool,
    heading: String,
    lead: String,
) -> Answered {
    let control = asked.returned.value("round", "control", &start.control).to_owned();
    let named = |id: &str| {
        let version = world.controls().get(id).and_then(|control| control.version(asked.today));
        version.map(|version| format!("{id}, {}", version.title)).unwrap_or_default()
    };
    let whose = asked.returned.value("round", "counted_by", start.counted_by.word()).to_owned();
    let own = texts(&start.about).unwrap_or_default();
    let text = |occasion: Occasion| {
        let text = own.get(&occasion).map(|text| (*text).to_owned()).unwrap_or_default();
        (occasion.word().to_owned(), occasion.title().to_owned(), text)
    };
    let page = FormPage {
        frame: Frame::of(asked, world, heading.clone()),
        tabs: tabs(asked, world, "rounds"),
        heading,
        lead,
        action: if is_new {
            "/programme/rounds".to_owned()
        } else {
            format!("/programme/rounds/{}", words::in_query(&start.id))
        },
        is_new,
        id: start.id.to_string(),
        title: start.title.to_string(),
        controls: world.controls().keys().map(|id| (id.to_string(), named(id), **id == *control)).collect(),
        opens: start.opens.to_string(),
        closes: start.closes.to_string(),
        counts_since: start.counts_since.to_string(),
        objective: objective(start.objective),
        objective_by: start.objective_by.map(|by| by.to_string()).unwrap_or_default(),
        audience: start.audience.as_ref().map(|rule| shown(world, rule)).unwrap_or_default(),
        counted_by: [CountedBy::Both, CountedBy::People, CountedBy::Managers]
            .map(|one| (one.word(), counted_by(one), one.word() == whose))
            .to_vec(),
        issue: issue(start.about.get("issue")),
        texts: Occasion::ALL.iter().filter(|one| **one != Occasion::After).map(|one| text(*one)).collect(),
        quarters: quarters(asked, world),
        asked: whom(asked, world, start),
    };
    written(&page)
}

/// What a round's `issue` says, as the field shows it.
fn issue(value: Option<&serde_json::Value>) -> String {
    match value {
        Some(serde_json::Value::Bool(false)) => NO_ISSUE.to_owned(),
        Some(serde_json::Value::String(address)) => address.clone(),
        Some(serde_json::Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// What the field says for a round without an issue.
const NO_ISSUE: &str = "none";

/// The fiscal quarters around today, which a day's field takes as well.
fn quarters(asked: &Asked, world: &World) -> Vec<String> {
    let years = world.fiscal_years();
    let mut quarter = Quarter::of(asked.today, years);
    let mut found = Vec::new();
    for _ in 0..6 {
        found.push(quarter.to_string());
        quarter = Quarter::of(add_days(quarter.last_day(years), 1), years);
    }
    found
}

/// Whom it would ask if it opened today.
fn whom(asked: &Asked, world: &World, start: &CampaignDefined) -> String {
    let Ok(campaign) = Campaign::new(start.clone()) else { return String::new() };
    let before = round::before(world, &campaign);
    let Ok(whom) = round::asked(world, &campaign, before, asked.today) else { return String::new() };
    let kinds = format!("{} for the full course and {} for the refresher", whom.full, whom.refresher);
    let all = words::counted(whom.all, "person", "people");
    match before {
        Some(before) => format!(
            "As of today it would ask {all}: {kinds}; {} are new since {}, and {} did not take that one.",
            whom.new, before.title, whom.missed
        ),
        None => format!("As of today it would ask {all}: {kinds}."),
    }
}

fn objective(ten_thousandths: u32) -> String {
    let text = format!("{}.{:02}", ten_thousandths / 100, ten_thousandths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Records a new round.
pub(crate) fn create(asked: &Asked, sent: &Fields) -> Answered {
    let id = sent.text("id").to_owned();
    if asked.app.store.world()?.campaigns().contains_key(&*id) {
        return Err(Trouble::at("id", "there is a round with this id; choose another"));
    }
    record(asked, sent, &id, BTreeMap::new())
}

/// Records a change of a round.
pub(crate) fn change(asked: &Asked, sent: &Fields) -> Answered {
    let id = asked.param("id").to_owned();
    let about = {
        let world = asked.app.store.world()?;
        world.campaigns().get(&*id).ok_or(Trouble::NotFound)?.about.clone()
    };
    record(asked, sent, &id, about)
}

/// What the form says goes the way of a file, so that both are checked by the same rules. What describes the round and
/// has no field here stays as it was.
fn record(asked: &Asked, sent: &Fields, id: &str, about: BTreeMap<String, serde_json::Value>) -> Answered {
    let text = file(sent, id, about)?;
    let programme = Programme::read(text.as_bytes()).map_err(|refusal| at_its_field(&refusal))?;
    let today = asked.today;
    let changed = asked.commit(move |world| {
        let drafts = programme::apply(world, &programme, today, &mut fresh_id)?.0;
        let changed = !drafts.is_empty();
        Ok((drafts, changed))
    });
    let changed = changed.map_err(|error| match error {
        keepsharp_store::Error::Refused(refusal) => at_its_field(&refusal),
        other => other.into(),
    })?;
    let done = if changed { "round" } else { "nothing" };
    Ok(Answer::Go(format!("/programme/rounds/{}?done={done}", words::in_query(id))))
}

fn file(sent: &Fields, id: &str, about: BTreeMap<String, serde_json::Value>) -> Result<String, Trouble> {
    let mut table = toml::Table::new();
    for (name, value) in about {
        let value = toml::Value::try_from(value).map_err(|error| Trouble::refused(error.to_string()))?;
        table.insert(name, value);
    }
    let mut put = |name: &str, value: toml::Value| drop(table.insert(name.to_owned(), value));
    put("id", id.into());
    for name in ["title", "control", "counted_by"] {
        put(name, sent.text(name).into());
    }
    for name in ["opens", "closes", "counts_since", "objective_by", "audience"] {
        if !sent.text(name).is_empty() {
            put(name, sent.text(name).into());
        }
    }
    put("objective", share(sent.text("objective"))?.into());
    let texts = Occasion::ALL.iter().filter_map(|occasion| {
        let text = sent.text(&format!("text-{}", occasion.word()));
        (!text.is_empty()).then(|| (occasion.word().to_owned(), toml::Value::from(text)))
    });
    let mut texts: toml::Table = texts.collect();
    // The form has no field for what a round never says, but a file may have had words for it.
    let before = table.remove("texts").and_then(|before| before.as_table()?.get(Occasion::After.word()).cloned());
    if let Some(after) = before {
        texts.insert(Occasion::After.word().to_owned(), after);
    }
    if !texts.is_empty() {
        table.insert("texts".to_owned(), texts.into());
    }
    match sent.text("issue") {
        "" => drop(table.remove("issue")),
        NO_ISSUE => drop(table.insert("issue".to_owned(), false.into())),
        address if address.starts_with("https://") => drop(table.insert("issue".to_owned(), address.into())),
        number => {
            let number: i64 = number.trim_start_matches('#').parse().map_err(|_| {
                Trouble::at(
                    "issue",
                    "write the issue’s number, as 6406, its address, or none; leave it empty for a new one",
                )
            })?;
            table.insert("issue".to_owned(), number.into());
        }
    }
    let mut file = toml::Table::new();
    file.insert("campaigns".to_owned(), toml::Value::Array(vec![toml::Value::Table(table)]));
    toml::to_string(&file).map_err(|error| Trouble::refused(error.to_string()))
}

/// "90", "92.5" or "90 %", as a share.
fn share(text: &str) -> Result<f64, Trouble> {
    let mend = || Trouble::at("objective", "write a percentage between 0 and 100, as 90");
    let number = text.trim().trim_end_matches('%').trim_end();
    let percent: f64 = number.replace(',', ".").parse().map_err(|_| mend())?;
    if (0.0..=100.0).contains(&percent) { Ok(percent / 100.0) } else { Err(mend()) }
}

/// The refusal at the field that it speaks of, as far as can be seen.
fn at_its_field(refusal: &Refusal) -> Trouble {
    let text = refusal.to_string();
    let names = ["audience", "objective", "opens", "closes", "counts_since", "texts", "id"];
    let is_about = |name: &&str| match *name {
        "audience" => text.contains("is not known") || text.contains("rule") || text.contains("audience"),
        "closes" => text.contains("it closes on") || text.contains("closes"),
        "texts" => text.contains("the text for"),
        name => text.contains(name),
    };
    Trouble::at(names.into_iter().find(is_about).unwrap_or(""), text)
}

/// A round as a file, for whoever keeps the programme in a repository.
pub(crate) fn download(asked: &Asked, world: &World) -> Answered {
    let campaign = world.campaigns().get(asked.param("id")).ok_or(Trouble::NotFound)?;
    let text = as_file(world, &campaign.defined()).map_err(Trouble::Internal)?;
    let name = format!("campaign-{}.toml", super::tally::file_name(&campaign.id));
    Ok(Answer::File { name, kind: "application/toml", bytes: text.into_bytes() })
}
