//! All rounds, and one of them: how it stands, what is likely, who is asked, and its end.

use super::programme::{CurveFigure, curve, days_query, tabs, with_days};
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble};
use crate::web::frame::{Answer, Answered, Frame, Link, page as written};
use crate::web::words;
use askama::Template;
use keepsharp_domain::access::Act;
use keepsharp_domain::campaign::{Campaign, State, state};
use keepsharp_domain::fact::{CountedBy, MessageKind, MessageSent};
use keepsharp_domain::objective::{Objective, objective};
use keepsharp_domain::occasion::Occasion;
use keepsharp_domain::round::{self, Asked as Whom};
use keepsharp_domain::tally::Score;
use keepsharp_domain::{Day, Draft, Refusal, World};
use keepsharp_report::chart::Share;
use keepsharp_report::objective::markdown;

#[derive(Template)]
#[template(path = "rounds.html")]
struct RoundsPage {
    frame: Frame,
    tabs: Vec<Link>,
    rows: Vec<RoundRow>,
    may_run: bool,
}

/// A round as a row of the list.
struct RoundRow {
    href: String,
    title: String,
    control: String,
    state: &'static str,
    class: &'static str,
    days: String,
    share: String,
    taken: u64,
    engineers: u64,
    objective: String,
}

/// The list, the latest first.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let mut campaigns: Vec<&Campaign> = world.campaigns().values().collect();
    campaigns.sort_by_key(|campaign| (std::cmp::Reverse(campaign.opens), campaign.id.clone()));
    let page = RoundsPage {
        frame: Frame::of(asked, world, "Rounds").with_days(asked),
        tabs: tabs(asked, world, "rounds"),
        rows: campaigns.into_iter().map(|campaign| row(asked, world, campaign)).collect(),
        may_run: asked.may(Act::Records),
    };
    written(&page)
}

fn row(asked: &Asked, world: &World, campaign: &Campaign) -> RoundRow {
    let score = score(asked, world, campaign);
    let small = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    let objective = Some(f64::from(campaign.objective) / 100.0);
    let (state, class) = named(state(world, campaign, asked.as_of));
    RoundRow {
        href: href(asked, &campaign.id),
        title: campaign.title.to_string(),
        control: campaign.control.to_string(),
        state,
        class,
        days: format!("{} to {}", words::day(campaign.opens), words::day(campaign.closes)),
        share: Share { taken: small(score.taken), engineers: small(score.engineers), objective }.svg(),
        taken: score.taken,
        engineers: score.engineers,
        objective: words::objective(campaign.objective),
    }
}

/// The address of a round's page.
pub(crate) fn href(asked: &Asked, id: &str) -> String {
    format!("/programme/rounds/{}{}", words::in_query(id), days_query(asked))
}

fn named(state: State) -> (&'static str, &'static str) {
    match state {
        State::Planned => ("Planned", "quiet"),
        State::Open => ("Open", "good"),
        State::Paused => ("Paused", "wait"),
        State::Over => ("Over", "wait"),
        State::Closed => ("Closed", "quiet"),
    }
}

fn score(asked: &Asked, world: &World, campaign: &Campaign) -> Score {
    match world.rounds().result(&campaign.id).filter(|result| result.on <= asked.as_of) {
        Some(result) => Score { engineers: result.engineers, taken: result.taken },
        None => Score::of(&super::programme::rows(asked, world, campaign)),
    }
}

#[derive(Template)]
#[template(path = "round.html")]
#[expect(clippy::struct_excessive_bools, reason = "each says whether a part of the page is shown")]
struct RoundPage {
    frame: Frame,
    tabs: Vec<Link>,
    path: String,
    title: String,
    eyebrow: String,
    state: &'static str,
    class: &'static str,
    lead: String,
    figures: Vec<(&'static str, String)>,
    likely: Option<String>,
    curve: Option<CurveFigure>,
    result: Option<ResultNote>,
    asked: Option<WhomNote>,
    differences: Option<(String, String)>,
    table: String,
    issue: Option<(String, String)>,
    sent: Vec<SentRow>,
    markdown: String,
    may_run: bool,
    may_pause: bool,
    may_resume: bool,
    may_close: bool,
    may_edit: bool,
    next: String,
    moves: Vec<String>,
}

/// A result that stands, and why it may differ from what is known now.
struct ResultNote {
    text: String,
    late: String,
    proof: String,
}

/// Whom a round asks, in words.
struct WhomNote {
    lines: Vec<(u32, String)>,
    rule: String,
}

/// What was sent for a round on one occasion.
struct SentRow {
    occasion: &'static str,
    people: u64,
    managers: u64,
    posts: u64,
    last: String,
}

fn campaign<'w>(asked: &Asked, world: &'w World) -> Result<&'w Campaign, Trouble> {
    world.campaigns().get(asked.param("id")).ok_or(Trouble::NotFound)
}

/// One round.
pub(crate) fn one(asked: &Asked, world: &World) -> Answered {
    let campaign = campaign(asked, world)?;
    let control = world.controls().get(&campaign.control).ok_or(Trouble::NotFound)?;
    let state = state(world, campaign, asked.as_of);
    let found = found(asked, world, campaign)?;
    let may_run = asked.may(Act::Records) && asked.as_of == asked.today && asked.known_at.is_none();
    let path = format!("/programme/rounds/{}", words::in_query(&campaign.id));
    let drawn = if campaign.opens <= asked.as_of { curve(asked, world, control, campaign)? } else { None };
    let (named, class) = named(state);
    let page = RoundPage {
        frame: Frame::of(asked, world, campaign.title.to_string()).with_days(asked).at(&path),
        tabs: tabs(asked, world, "rounds"),
        title: campaign.title.to_string(),
        eyebrow: eyebrow(campaign, &found),
        state: named,
        class,
        lead: lead(asked, campaign, state, &found),
        figures: figures(&found),
        likely: likely(&found),
        curve: drawn,
        result: result(asked, world, campaign, &found),
        asked: whom(asked, world, campaign),
        differences: differences(asked, world, campaign),
        table: with_days(asked, "/programme/table", &[("campaign", &campaign.id)]),
        issue: world
            .rounds()
            .issue(&campaign.id)
            .map(|issue| (issue.url.to_string(), format!("{}#{}", issue.project, issue.number))),
        sent: sent(world, campaign, asked.as_of),
        markdown: format!("{path}/objective.md{}", days_query(asked)),
        may_run,
        may_pause: may_run && state == State::Open,
        may_resume: may_run && state == State::Paused,
        may_close: may_run && matches!(state, State::Open | State::Paused | State::Over),
        may_edit: may_run && state != State::Closed,
        next: format!("/programme/rounds/new?from={}", words::in_query(&campaign.id)),
        moves: moves(asked, world, campaign),
        path,
    };
    written(&page)
}

fn found(asked: &Asked, world: &World, campaign: &Campaign) -> Result<std::sync::Arc<Objective>, Trouble> {
    let detail = format!("{} {}", campaign.id, asked.as_of);
    let kept = asked
        .remembered("objective", world, detail, || objective(world, campaign, asked.as_of).map(std::sync::Arc::new));
    match kept.as_ref() {
        Ok(found) => Ok(std::sync::Arc::clone(found)),
        Err(message) => Err(Trouble::Internal(message.clone())),
    }
}

fn eyebrow(campaign: &Campaign, found: &Objective) -> String {
    format!(
        "{}, {} to {}, {}",
        campaign.control,
        words::day(campaign.opens),
        words::day(campaign.closes),
        found.quarter
    )
}

fn lead(asked: &Asked, campaign: &Campaign, state: State, found: &Objective) -> String {
    let taken = format!(
        "{} of {} have taken it",
        words::grouped(found.score.taken),
        words::counted(found.score.engineers, "engineer", "engineers")
    );
    let target = words::objective(found.target);
    match state {
        State::Planned => format!("It opens {}.", words::distance(asked.as_of, campaign.opens)),
        State::Closed if found.is_reached() => format!("Closed: {taken}. The objective of {target} was reached."),
        State::Closed => format!("Closed: {taken}. The objective was {target}."),
        _ if found.is_reached() => format!("{taken}. The objective of {target} is reached."),
        _ => format!("{taken}; {} more by {} reach {target}.", words::grouped(found.missing()), words::day(found.by)),
    }
}

fn figures(found: &Objective) -> Vec<(&'static str, String)> {
    vec![
        ("Taken", format!("{} of {}", words::grouped(found.score.taken), words::grouped(found.score.engineers))),
        ("Share", words::percent(found.score.taken, found.score.engineers)),
        ("Objective", words::objective(found.target)),
        ("By the end of", found.quarter.to_string()),
    ]
}

fn likely(found: &Objective) -> Option<String> {
    let likely = found.projection.as_ref()?;
    let target = Score { engineers: likely.engineers, taken: likely.likely }.reaches(found.target);
    Some(format!(
        "If the coming weeks are as the last four, it stands at about {} of {} on {} (eight times of ten between {} and {}){}.",
        words::grouped(likely.likely),
        words::grouped(likely.engineers),
        words::day(likely.on),
        words::grouped(likely.low),
        words::grouped(likely.high),
        if target { ", which reaches the objective" } else { "" }
    ))
}

fn result(asked: &Asked, world: &World, campaign: &Campaign, found: &Objective) -> Option<ResultNote> {
    let closed = world.rounds().closed(&campaign.id).filter(|closed| closed.result.on <= asked.as_of)?;
    let score = |score: Score| {
        format!("{} of {} ({})", score.taken, score.engineers, words::percent(score.taken, score.engineers))
    };
    let late = match found.as_known_now.filter(|now| *now != found.score) {
        Some(now) => format!(
            "With what was recorded since for that day it would be {}. The result stays as it was written.",
            score(now)
        ),
        None => "What is known now for that day gives the same.".to_owned(),
    };
    Some(ResultNote {
        text: format!(
            "{} on {}, recorded on {} by {}.",
            score(found.score),
            words::day(closed.result.on),
            words::moment(closed.at, &asked.zone),
            words::author(world, &closed.by)
        ),
        late,
        proof: format!("Fact {} of the ledger", words::grouped(closed.seq)),
    })
}

fn whom(asked: &Asked, world: &World, campaign: &Campaign) -> Option<WhomNote> {
    let day = asked.as_of.max(campaign.opens).min(campaign.closes);
    let before = round::before(world, campaign);
    let detail = format!("{} {day}", campaign.id);
    let whom =
        *asked.remembered("asked", world, detail, || round::asked(world, campaign, before, day).unwrap_or_default());
    if whom == Whom::default() {
        return None;
    }
    let mut lines = vec![
        (whom.all, "are asked".to_owned()),
        (whom.full, "of them are to take the full course".to_owned()),
        (whom.refresher, "the refresher".to_owned()),
    ];
    if let Some(before) = before {
        lines.push((whom.new, format!("are new since {} opened", before.title)));
        lines.push((whom.missed, format!("were asked by {} and did not take it then", before.title)));
    }
    lines.push((whom.away, "more are on leave or excepted".to_owned()));
    let rule = campaign.audience.as_ref().map(|rule| keepsharp_domain::explain::shown(world, rule.source()));
    Some(WhomNote { lines, rule: rule.unwrap_or_default() })
}

/// Teams whose manager counts other than what is recorded by name.
fn differences(asked: &Asked, world: &World, campaign: &Campaign) -> Option<(String, String)> {
    let rows = super::programme::rows(asked, world, campaign);
    let more =
        rows.iter().filter(|row| row.attested.is_some_and(|count| count.min(row.engineers) > row.recorded)).count();
    let fewer = rows.iter().filter(|row| row.attested.is_some_and(|count| count < row.recorded)).count();
    if more + fewer == 0 {
        return None;
    }
    let text = format!(
        "{} more than is recorded by name, {} fewer. The greater of the two is what counts.",
        words::counted(more as u64, "manager counts", "managers count"),
        words::counted(fewer as u64, "counts", "count")
    );
    Some((text, with_days(asked, "/programme/table", &[("campaign", &campaign.id), ("differs", "1")])))
}

fn sent(world: &World, campaign: &Campaign, by: Day) -> Vec<SentRow> {
    let mut rows = Vec::new();
    let concerns = |sent: &&MessageSent, occasion: Occasion| {
        let is_about = sent
            .about
            .iter()
            .any(|about| about.campaign.as_deref() == Some(&*campaign.id) && about.occasion == occasion);
        is_about && sent.on <= by
    };
    for occasion in Occasion::ALL {
        let (mut people, mut managers, mut last) = (0, 0, None);
        for sent in world.messages().all().filter(|sent| concerns(sent, occasion)) {
            let count = sent.people.len() as u64;
            if sent.kind == MessageKind::Encouragement {
                people += count;
            } else {
                managers += count;
            }
            last = last.max(Some(sent.on));
        }
        let posts: Vec<&MessageSent> =
            world.messages().posts().iter().filter(|sent| concerns(sent, occasion)).collect();
        last = posts.iter().map(|sent| Some(sent.on)).fold(last, Option::max);
        if let Some(last) = last {
            let posts = posts.len() as u64;
            rows.push(SentRow { occasion: occasion.title(), people, managers, posts, last: words::day(last) });
        }
    }
    rows
}

fn moves(asked: &Asked, world: &World, campaign: &Campaign) -> Vec<String> {
    let told = |step: &round::Move| {
        let what = if step.is_paused { "Paused" } else { "Resumed" };
        format!("{what} on {} by {}", words::day(step.on), words::author(world, &step.by))
    };
    world.rounds().moves(&campaign.id).iter().filter(|step| step.on <= asked.as_of).map(told).collect()
}

/// The objective as a file for where OKRs are kept.
pub(crate) fn file(asked: &Asked, world: &World) -> Answered {
    let campaign = campaign(asked, world)?;
    let text = markdown(&*found(asked, world, campaign)?, &asked.app.store.checkpoint()?);
    let name = format!("objective-{}-{}.md", super::tally::file_name(&campaign.id), asked.as_of);
    Ok(Answer::File { name, kind: "text/markdown; charset=utf-8", bytes: text.into_bytes() })
}

type Decide = fn(&World, &str, Day) -> Result<Vec<Draft>, Refusal>;

/// Pauses, resumes or closes.
fn change(asked: &Asked, decide: Decide, done: &str) -> Answered {
    let (id, today) = (asked.param("id").to_owned(), asked.today);
    let path = format!("/programme/rounds/{}?done={done}", words::in_query(&id));
    asked.commit(move |world| Ok((decide(world, &id, today)?, ())))?;
    Ok(Answer::Go(path))
}

/// Nobody is written to until it is resumed.
pub(crate) fn pause(asked: &Asked, _: &Fields) -> Answered {
    change(asked, |world, id, today| round::pause(world, id, true, today), "paused")
}

/// It goes on.
pub(crate) fn resume(asked: &Asked, _: &Fields) -> Answered {
    change(asked, |world, id, today| round::pause(world, id, false, today), "resumed")
}

/// It ends today.
pub(crate) fn close(asked: &Asked, sent: &Fields) -> Answered {
    if !sent.ticked("sure") {
        return Err(Trouble::at("sure", "tick the box: a result that is written stays as it is"));
    }
    change(asked, round::close, "closed")
}

/// What people call whose word a round asks for.
pub(crate) fn counted_by(counted_by: CountedBy) -> &'static str {
    match counted_by {
        CountedBy::Both => "Both: everybody’s own word, and their manager’s count",
        CountedBy::People => "Everybody’s own word; managers are not asked",
        CountedBy::Managers => "Managers’ counts; nobody else is asked to say anything",
    }
}
