//! Leaves, exceptions and courses taken elsewhere: what is asked for, to be granted or declined, what holds now, and recording one directly.

use super::people::href;
use super::programme::tabs;
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble, at};
use crate::web::frame::{Answered, Frame, Link, page as written};
use crate::web::paging::{Pager, ROWS, back};
use crate::web::words;
use askama::Template;
use keepsharp_domain::access::Act;
use keepsharp_domain::fact::{Asks, RequestMade};
use keepsharp_domain::person::{Person, Strength};
use keepsharp_domain::{Refusal, World, calendar, request};

#[derive(Template)]
#[template(path = "requests.html")]
struct RequestsPage {
    frame: Frame,
    tabs: Vec<Link>,
    /// How many wait, those on other pages included.
    waiting: usize,
    open: Vec<OpenRequest>,
    pager: Pager,
    settled: Vec<SettledRequest>,
    leaves: Vec<Holding>,
    exceptions: Vec<Holding>,
    controls: Vec<String>,
    records: bool,
    grants_exceptions: bool,
}

struct OpenRequest {
    seq: u64,
    form: String,
    href: String,
    name: String,
    what: String,
    reason: String,
    asked_on: String,
    by: String,
    decides: bool,
    /// Whether a completion is asked for, of which whoever decides says how much it proves.
    is_completion: bool,
    /// Where the file that proves it is; empty where there is none, or they may not open it.
    proof: String,
}

struct SettledRequest {
    name: String,
    what: String,
    tag: &'static str,
    how: &'static str,
    by: String,
    on: String,
    reason: String,
}

/// A leave or exception that holds on the day.
struct Holding {
    href: String,
    name: String,
    from: String,
    to: String,
    more: String,
}

const HERE: &str = "/programme/requests";

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let waiting = world.requests().open().count();
    let pager = Pager::at(asked, HERE, waiting);
    let shown = world.requests().open().skip(pager.skip).take(ROWS);
    let page = RequestsPage {
        frame: Frame::of(asked, world, "Requests").with_days(asked).at(HERE),
        tabs: tabs(asked, world, "requests"),
        open: shown.filter_map(|request| open(asked, world, request)).collect(),
        waiting,
        pager,
        settled: world.requests().all().rev().filter_map(|request| settled(asked, world, request)).take(20).collect(),
        leaves: holding(asked, world, leaves_of),
        exceptions: holding(asked, world, exceptions_of),
        controls: world.controls().keys().map(ToString::to_string).collect(),
        records: asked.may(Act::Records),
        grants_exceptions: asked.may(Act::Definition),
    };
    written(&page)
}

fn person_of<'w>(world: &'w World, request: &request::Request) -> Option<&'w Person> {
    world.people().by_id(request.asked.person).and_then(|ix| world.people().get(ix))
}

/// "Leave from 3 March 2026, back on 1 June 2026".
fn what(asked: &RequestMade) -> String {
    let from = words::day(asked.from);
    match (asked.asks, asked.to) {
        (Asks::Leave, Some(to)) => format!("Leave from {from}, back on {}", words::day(to)),
        (Asks::Leave, None) => format!("Leave from {from}, return not known yet"),
        (Asks::Exception, to) => {
            let until = to.map_or_else(|| "without an end".to_owned(), |to| format!("to {}", words::day(to)));
            format!("Exception from {}, {from} {until}", asked.control.as_deref().unwrap_or_default())
        }
        (Asks::Completion, _) => match &asked.completion {
            Some(taken) => format!("“{}” taken on {from}, {}", taken.course, taken.source),
            None => format!("A course taken on {from}"),
        },
    }
}

/// Leaves and completions are settled by whoever keeps records, exceptions by the control's owner.
fn decides(asked: &Asked, asks: Asks) -> bool {
    asked.may(match asks {
        Asks::Leave | Asks::Completion => Act::Records,
        Asks::Exception => Act::Definition,
    })
}

fn open(asked: &Asked, world: &World, request: &request::Request) -> Option<OpenRequest> {
    let person = person_of(world, request)?;
    let own = world.people().by_id(request.asked.person)
        == asked.caller.as_ref().and_then(keepsharp_domain::access::Caller::person_ix);
    Some(OpenRequest {
        seq: request.seq,
        form: format!("request-{}", request.seq),
        href: href(asked, person),
        name: words::name(person),
        what: what(&request.asked),
        reason: request.reason.as_ref().map(ToString::to_string).unwrap_or_default(),
        asked_on: words::day(request.at.to_zoned(asked.zone.clone()).date()),
        by: words::author(world, &request.by),
        decides: decides(asked, request.asked.asks) && !own,
        is_completion: request.asked.asks == Asks::Completion,
        proof: proof(asked, request),
    })
}

/// Where the file that proves it is, for whoever may open it.
fn proof(asked: &Asked, request: &request::Request) -> String {
    let has_proof = request.asked.completion.as_ref().is_some_and(|taken| taken.proof.is_some());
    if has_proof && asked.may(Act::Records) { format!("/programme/proofs/{}", request.seq) } else { String::new() }
}

fn settled(asked: &Asked, world: &World, request: &request::Request) -> Option<SettledRequest> {
    let settled = request.settled.as_ref()?;
    let (tag, how) = if settled.granted { ("yes", "Granted") } else { ("no", "Declined") };
    Some(SettledRequest {
        name: words::name(person_of(world, request)?),
        what: what(&request.asked),
        tag,
        how,
        by: words::author(world, &settled.by),
        on: words::day(settled.at.to_zoned(asked.zone.clone()).date()),
        reason: settled.reason.as_ref().map(ToString::to_string).unwrap_or_default(),
    })
}

type Held = Vec<(keepsharp_domain::Day, Option<keepsharp_domain::Day>, String)>;

fn leaves_of(asked: &Asked, _: &World, person: &Person) -> Held {
    let covers = person.leaves.iter().filter(|leave| leave.covers(asked.as_of));
    covers.map(|leave| (leave.from, leave.to, String::new())).collect()
}

fn exceptions_of(asked: &Asked, world: &World, person: &Person) -> Held {
    let covers = person.exceptions.iter().filter(|exception| exception.covers(asked.as_of));
    let more = |exception: &keepsharp_domain::person::Exception| {
        let reason = exception.private.as_ref().map(|text| text.reason.to_string()).unwrap_or_default();
        let known = exception.approved_by.and_then(|ix| world.people().get(ix)).map(words::name);
        let by = known.or_else(|| exception.private.as_ref().map(|text| text.approved_by.to_string()));
        format!("{}: {reason} (approved by {})", exception.control, by.unwrap_or_else(|| "somebody erased".to_owned()))
    };
    covers.map(|exception| (exception.from, exception.to, more(exception))).collect()
}

/// At most so many are listed; the page People finds the others.
const MOST_LISTED: usize = 300;

fn holding(asked: &Asked, world: &World, of: fn(&Asked, &World, &Person) -> Held) -> Vec<Holding> {
    let employed = world.people().listed().map(|(_, person)| person).filter(|person| person.employed(asked.as_of));
    let mut list: Vec<Holding> = employed
        .flat_map(|person| of(asked, world, person).into_iter().map(move |held| (person, held)))
        .take(MOST_LISTED)
        .map(|(person, (from, to, more))| Holding {
            href: href(asked, person),
            name: words::name(person),
            from: words::day(from),
            to: words::day_or_dash(to),
            more,
        })
        .collect();
    list.sort_by(|a, b| a.name.cmp(&b.name));
    list
}

/// Grants or declines.
pub(crate) fn settle(asked: &Asked, sent: &Fields) -> Answered {
    let seq = asked.number("seq")?;
    let granted = match sent.text("answer") {
        "grant" => true,
        "decline" => false,
        _ => return Err(Trouble::refused("choose to grant or to decline")),
    };
    let asks =
        asked.app.store.world()?.requests().get(seq).map(|request| request.asked.asks).ok_or(Trouble::NotFound)?;
    if !decides(asked, asks) {
        return Err(Trouble::Forbidden);
    }
    let (reason, by) = (sent.text("reason").to_owned(), asked.caller()?.person_ix());
    let strength = match sent.text("strength") {
        "" => Strength::Completed,
        word => Strength::read(word).map_err(Trouble::refused)?,
    };
    let decide = move |world: &World| {
        let drafts = if granted {
            request::approve(world, seq, strength, &reason, by)?
        } else {
            request::settle(world, seq, false, &reason, by)?
        };
        Ok((drafts, ()))
    };
    asked.commit(decide).map_err(at("reason"))?;
    let word = if granted { "granted" } else { "declined" };
    Ok(back(asked, HERE, word))
}

/// Records a leave or an exception at once: asked for and granted in one breath, so that the same rules hold.
pub(crate) fn record(asked: &Asked, sent: &Fields) -> Answered {
    let asks = if sent.text("asks") == "exception" { Asks::Exception } else { Asks::Leave };
    if !decides(asked, asks) {
        return Err(Trouble::Forbidden);
    }
    let who = sent.text("who").to_owned();
    let (from, to) = (sent.required_day("from")?, sent.day("to")?);
    let control = (asks == Asks::Exception).then(|| sent.text("control").into());
    let (reason, by) = (sent.text("reason").to_owned(), asked.caller()?.person_ix());
    if asks == Asks::Exception && reason.is_empty() {
        return Err(Trouble::at("reason", "say why; an auditor will read it"));
    }
    {
        let world = asked.app.store.world()?;
        let found = world.people().find(&who).or_else(|| world.people().by_email(&who));
        found.ok_or_else(|| Trouble::at("who", format!("nobody has the id or address {}", calendar::quote(&who))))?;
    }
    let decide = move |world: &World| {
        let found = world.people().find(&who).or_else(|| world.people().by_email(&who));
        let person = found.and_then(|ix| world.people().get(ix)).filter(|person| person.is_listed());
        let person = person.ok_or_else(|| Refusal::request("nobody has that id or address"))?.id;
        Ok((
            request::record(world, &RequestMade { person, asks, control, from, to, completion: None }, &reason, by)?,
            (),
        ))
    };
    asked.commit(decide).map_err(at("to"))?;
    Ok(back(asked, HERE, "recorded"))
}
