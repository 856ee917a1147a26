//! The programme at a glance: the round's curve against its objective, and the bridge from scope to trained.

use crate::web::asked::Asked;
use crate::web::fields::Trouble;
use crate::web::frame::{Answered, Frame, Link, page as written};
use crate::web::pages::completeness;
use crate::web::words;
use askama::Template;
use keepsharp_domain::access::Act;
use keepsharp_domain::bridge::{Bridge, Part};
use keepsharp_domain::campaign::Campaign;
use keepsharp_domain::control::Control;
use keepsharp_domain::curve::{DayTotals, score_by_day, totals_by_day};
use keepsharp_domain::due::Status;
use keepsharp_domain::finding::findings;
use keepsharp_domain::tally::{self, Row, RowOf, Score};
use keepsharp_domain::{Day, World, calendar};
use keepsharp_report::chart::{Caption, Curve, Frame as Size, Hue, Series, Target};
use std::sync::Arc;

/// The pages of the programme: a key for each, its address, its name, and who may see it.
const TABS: [(&str, &str, &str, Act); 12] = [
    ("overview", "/programme", "Overview", Act::Programme),
    ("rounds", "/programme/rounds", "Rounds", Act::Programme),
    ("table", "/programme/table", "Managers’ table", Act::Programme),
    ("people", "/programme/people", "People", Act::Programme),
    ("messages", "/programme/messages", "Messages", Act::Programme),
    ("requests", "/programme/requests", "Requests", Act::Programme),
    ("objections", "/programme/objections", "Questions", Act::Programme),
    ("findings", "/programme/findings", "Findings", Act::Programme),
    ("imports", "/programme/imports", "Imports", Act::Records),
    ("definition", "/programme/definition", "Definition", Act::Programme),
    ("control", "/programme/control", "Control’s file", Act::Programme),
    ("evidence", "/programme/evidence", "Evidence", Act::Programme),
];

/// The programme's second row of links.
pub(crate) fn tabs(asked: &Asked, world: &World, here: &str) -> Vec<Link> {
    let waiting = |key| match key {
        "requests" => world.requests().open().count(),
        "objections" => world.objections().open().count(),
        "evidence" => world.hand_overs().open().count(),
        _ => 0,
    };
    let shown = TABS.into_iter().filter(|(_, _, _, act)| asked.may(*act));
    let link = |(key, href, label, _): (&'static str, &str, &'static str, Act)| Link {
        href: format!("{href}{}", days_query(asked)),
        label,
        current: key == here,
        waiting: waiting(key),
    };
    shown.map(link).collect()
}

/// The query that keeps a link on the chosen day: empty, or with its question mark.
pub(crate) fn days_query(asked: &Asked) -> String {
    let mut query = Vec::new();
    if asked.as_of != asked.today {
        query.push(format!("as_of={}", asked.as_of));
    }
    if asked.known_at.is_some() {
        let text = asked.query.text("known_at");
        query.push(format!("known_at={}", crate::web::words::in_query(text)));
    }
    if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) }
}

/// An address with these fields in its query, on the chosen day.
pub(crate) fn with_days(asked: &Asked, path: &str, fields: &[(&str, &str)]) -> String {
    let given: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", words::in_query(value))).collect();
    let days = days_query(asked);
    format!("{path}{days}{}{}", if days.is_empty() { "?" } else { "&" }, given.join("&"))
}

#[derive(Template)]
#[template(path = "programme.html")]
struct ProgrammePage {
    frame: Frame,
    tabs: Vec<Link>,
    lead: String,
    control: String,
    steps: Vec<BridgeStep>,
    in_scope: u64,
    /// Width of the bars, never 0.
    scale: u64,
    population: u64,
    round: Option<Round>,
    campaigns: Vec<(String, String, bool)>,
    curve: Option<CurveFigure>,
    waiting: Vec<(String, String)>,
}

/// One part of the bridge.
struct BridgeStep {
    class: &'static str,
    count: u64,
    words: String,
    href: String,
}

/// How the chosen round stands.
struct Round {
    title: String,
    /// The address of the managers' table.
    table: String,
    taken: u64,
    engineers: u64,
    share: String,
    objective: String,
    sentence: String,
    away: u64,
}

/// The curve and the table behind it.
pub(super) struct CurveFigure {
    pub(super) wide: String,
    pub(super) narrow: String,
    pub(super) finding: String,
    pub(super) rows: Vec<(String, String, String)>,
}

/// The round that a page speaks of: the one asked for, else the one that is open, else the latest that began.
pub(crate) fn chosen_campaign<'w>(asked: &Asked, world: &'w World) -> Result<Option<&'w Campaign>, Trouble> {
    let wanted = asked.query.text("campaign");
    if !wanted.is_empty() {
        return world.campaigns().get(wanted).map(Some).ok_or(Trouble::NotFound);
    }
    let begun = || world.campaigns().values().filter(|campaign| campaign.opens <= asked.as_of);
    let open = begun().filter(|campaign| asked.as_of <= campaign.closes).max_by_key(|campaign| campaign.opens);
    Ok(open.or_else(|| begun().max_by_key(|campaign| campaign.opens)))
}

/// The control that a page speaks of: the one asked for, else the chosen round's, else the first.
pub(crate) fn chosen_control<'w>(asked: &Asked, world: &'w World) -> Result<Option<&'w Control>, Trouble> {
    let wanted = asked.query.text("control");
    if !wanted.is_empty() {
        return world.controls().get(wanted).map(Some).ok_or(Trouble::NotFound);
    }
    let of_round = chosen_campaign(asked, world)?.and_then(|campaign| world.controls().get(&campaign.control));
    Ok(of_round.or_else(|| world.controls().values().next()))
}

/// A campaign's table on the day asked for.
pub(crate) fn rows(asked: &Asked, world: &World, campaign: &Campaign) -> Arc<Vec<Row>> {
    let detail = format!("{} {}", campaign.id, asked.as_of);
    asked.remembered("table", world, detail, || tally::table(world, campaign, asked.as_of).unwrap_or_default())
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let frame = Frame::of(asked, world, "The programme").with_days(asked);
    let tabs = tabs(asked, world, "overview");
    let Some(control) = chosen_control(asked, world)? else {
        return written(&NothingYet { frame, tabs });
    };
    let campaign = chosen_campaign(asked, world)?.filter(|campaign| campaign.control == control.id);
    let bridge = *asked.remembered("bridge", world, format!("{} {}", control.id, asked.as_of), || {
        Bridge::of(world, control, asked.as_of)
    });
    let round = campaign.map(|campaign| round(asked, world, campaign));
    let page = ProgrammePage {
        lead: lead(&bridge, round.as_ref()),
        control: control
            .version(asked.as_of)
            .map(|version| format!("{}, {}", control.id, version.title))
            .unwrap_or_default(),
        steps: steps(asked, control, &bridge),
        in_scope: bridge.in_scope,
        scale: bridge.in_scope.max(1),
        population: bridge.population(),
        campaigns: campaigns(world, campaign),
        curve: campaign.map(|campaign| curve(asked, world, control, campaign)).transpose()?.flatten(),
        waiting: waiting(asked, world, campaign),
        round,
        frame,
        tabs,
    };
    written(&page)
}

#[derive(Template)]
#[template(path = "programme_empty.html")]
struct NothingYet {
    frame: Frame,
    tabs: Vec<Link>,
}

fn lead(bridge: &Bridge, round: Option<&Round>) -> String {
    let trained = format!(
        "{} of {} in scope are up to date",
        words::grouped(bridge.current),
        words::counted(bridge.in_scope, "person", "people")
    );
    match round {
        Some(round) => format!("{trained}. {}", round.sentence),
        None => format!("{trained}."),
    }
}

fn round(asked: &Asked, world: &World, campaign: &Campaign) -> Round {
    let rows = rows(asked, world, campaign);
    let score = Score::of(&rows);
    let share = words::percent(score.taken, score.engineers);
    let objective = words::objective(campaign.objective);
    let needed = missing(score, campaign.objective);
    let closes = words::day(campaign.closes);
    let sentence = match (score.reaches(campaign.objective), asked.as_of > campaign.closes) {
        (true, _) => format!("The round has reached its objective: {share} of {objective}."),
        (false, true) => format!("The round closed on {closes} at {share} of {objective}."),
        (false, false) => {
            format!("The round stands at {share} of {objective}; {} more by {closes} reach it.", words::grouped(needed))
        }
    };
    Round {
        title: campaign.title.to_string(),
        table: with_days(asked, "/programme/table", &[("campaign", &campaign.id)]),
        taken: score.taken,
        engineers: score.engineers,
        share,
        objective,
        sentence,
        away: rows.iter().map(|row| u64::from(row.away)).sum(),
    }
}

/// How many more have to take it until the objective is reached.
pub(crate) fn missing(score: Score, objective: u32) -> u64 {
    (score.engineers * u64::from(objective)).div_ceil(10_000).saturating_sub(score.taken)
}

fn steps(asked: &Asked, control: &Control, bridge: &Bridge) -> Vec<BridgeStep> {
    let grace = control.version(asked.as_of).map_or(30, |version| version.new_hire_days);
    let words = |part| match part {
        Part::Away => "on leave".to_owned(),
        Part::Excepted => "excepted".to_owned(),
        Part::Grace => format!("in their first {grace} days"),
        Part::Due => "due".to_owned(),
        Part::Overdue => "overdue".to_owned(),
        Part::Current => "up to date".to_owned(),
        Part::OutOfScope => "not in scope".to_owned(),
    };
    let class = |part| match part {
        Part::Away | Part::Excepted => "away",
        Part::Grace => "grace",
        Part::Due => "due",
        Part::Overdue => "overdue",
        Part::Current | Part::OutOfScope => "current",
    };
    [Part::Away, Part::Excepted, Part::Grace, Part::Due, Part::Overdue, Part::Current]
        .into_iter()
        .map(|part| BridgeStep {
            class: class(part),
            count: bridge.count(part),
            words: words(part),
            href: with_days(asked, "/programme/people", &[("control", &control.id), ("part", part.word())]),
        })
        .collect()
}

fn campaigns(world: &World, chosen: Option<&Campaign>) -> Vec<(String, String, bool)> {
    let mut list: Vec<&Campaign> = world.campaigns().values().collect();
    list.sort_by_key(|campaign| std::cmp::Reverse(campaign.opens));
    let is_chosen = |campaign: &Campaign| chosen.is_some_and(|chosen| chosen.id == campaign.id);
    list.into_iter().map(|one| (one.id.to_string(), one.title.to_string(), is_chosen(one))).collect()
}

/// The curve of a round up to the day asked for; none where it had not begun by then.
pub(super) fn curve(
    asked: &Asked,
    world: &World,
    control: &Control,
    campaign: &Campaign,
) -> Result<Option<CurveFigure>, Trouble> {
    let until = asked.as_of.min(campaign.closes);
    // A round of several years would be drawn from its last year only.
    let from = campaign.opens.max(calendar::subtract_days(until, 400));
    if until < from {
        return Ok(None);
    }
    let detail = format!("{} {from} {until}", campaign.id);
    let found = asked.remembered("curve", world, detail, || {
        Ok::<_, String>((score_by_day(world, campaign, from, until)?, totals_by_day(world, control, from, until)?))
    });
    let (scores, totals) = found.as_ref().as_ref().map_err(|message| Trouble::Internal(message.clone()))?;
    let share = |part: u64, whole: u64| {
        #[expect(clippy::cast_precision_loss, reason = "a share is drawn, not counted with")]
        let share = if whole == 0 { f64::NAN } else { 100.0 * part as f64 / whole as f64 };
        share
    };
    let taken = |(day, score): &(Day, Score)| (*day, share(score.taken, score.engineers));
    let trained = |of: &DayTotals| (of.day, share(of.totals.count(Status::Current), of.totals.population()));
    let drawn = Curve {
        from,
        to: campaign.closes,
        series: vec![
            Series { label: "taken".into(), hue: Hue::A, points: scores.iter().map(taken).collect() },
            Series { label: "up to date".into(), hue: Hue::B, points: totals.iter().map(trained).collect() },
        ],
        target: Some(Target {
            label: format!("objective {}", words::objective(campaign.objective)),
            percent: f64::from(campaign.objective) / 100.0,
        }),
        today: (until < campaign.closes).then_some(until),
    };
    let finding = format!("{} from {} to {}.", campaign.title, words::day(from), words::day(until));
    let caption = |id| Caption { id, title: &campaign.title, description: &finding };
    let weekly = scores.iter().zip(totals).rev().step_by(7);
    let row = |((day, score), of): (&(Day, Score), &DayTotals)| {
        let of = &of.totals;
        (
            words::day(*day),
            format!("{} of {}", score.taken, score.engineers),
            format!("{} of {}", of.count(Status::Current), of.population()),
        )
    };
    Ok(Some(CurveFigure {
        wide: drawn.svg(Size::WIDE, &caption("curve")),
        narrow: drawn.svg(Size::NARROW, &caption("curve-narrow")),
        rows: weekly.map(row).collect(),
        finding,
    }))
}

/// What waits for somebody: words and where to go.
fn waiting(asked: &Asked, world: &World, campaign: Option<&Campaign>) -> Vec<(String, String)> {
    let mut list = Vec::new();
    let mut add = |count: usize, one: &str, many: &str, href: &str| {
        if count > 0 {
            list.push((words::counted(count as u64, one, many), format!("{href}{}", days_query(asked))));
        }
    };
    add(world.requests().open().count(), "request to decide on", "requests to decide on", "/programme/requests");
    add(world.objections().open().count(), "question to answer", "questions to answer", "/programme/objections");
    let found = asked.remembered("findings", world, asked.as_of, || findings(world, asked.as_of));
    add(found.len(), "finding in the roster to mend", "findings in the roster to mend", "/programme/findings");
    let differences = completeness::waiting(asked, world);
    add(
        differences,
        "difference from another list to explain",
        "differences from other lists to explain",
        completeness::HERE,
    );
    if let Some(campaign) = campaign.filter(|campaign| campaign.opens <= asked.as_of && asked.as_of <= campaign.closes)
    {
        let rows = rows(asked, world, campaign);
        let silent = rows.iter().filter(|row| matches!(row.of, RowOf::Manager(_)) && row.attested.is_none());
        let below = silent.filter(|row| row.taken < row.engineers).count();
        add(below, "manager has not given a count yet", "managers have not given a count yet", "/programme/table");
    }
    list
}
