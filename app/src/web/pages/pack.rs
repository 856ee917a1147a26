//! One button for an evidence pack: asking for it, watching it being made, fetching it. For the owner and in an auditor's room.

use super::audit::View;
use super::programme::tabs;
use crate::clock;
use crate::evidence;
use crate::packs::{Order, Progress, Ready, Wanted};
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble};
use crate::web::frame::{Answer, Answered, Frame, Link, page as written};
use crate::web::words;
use askama::Template;
use jiff::ToSpan;
use keepsharp_domain::access::Role;
use keepsharp_domain::evidence::{Opened, Query, SampleQuery, Sizes};
use keepsharp_domain::room::Room;
use keepsharp_domain::{Day, Draft, PersonId, World, calendar, hand_over, look};
use keepsharp_store::fresh_word;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "pack.html")]
struct PackPage {
    frame: Frame,
    tabs: Vec<Link>,
    path: String,
    title: String,
    lead: String,
    /// How far it is, while it is being made.
    doing: String,
    problem: String,
    ready: Option<ReadyPart>,
    back: &'static str,
    /// The requests that it may answer, where the caller hands it over.
    rooms: Vec<(u64, String)>,
    may_hand_over: bool,
}

/// What is told of a pack that was made.
struct ReadyPart {
    name: String,
    size: String,
    sha256: String,
    told: String,
    checkpoint: String,
    opens: String,
}

/// What a form says of whose names are opened, by the sample and its sizes.
fn choice(sent: &Fields) -> Result<(Opened, Option<SampleQuery>), Trouble> {
    let seed = sent.text("seed");
    let sizes = match sent.text("sizes") {
        "" => Sizes::default(),
        text => Sizes::try_from(text.to_owned()).map_err(|problem| Trouble::at("sizes", problem))?,
    };
    let sample = (!seed.is_empty()).then(|| SampleQuery { seed: seed.into(), sizes });
    let opened = match sent.text("names") {
        "sample" if sample.is_none() => {
            return Err(Trouble::at("seed", "without a seed there is no sample whose names could be opened"));
        }
        "sample" => Opened::Sample,
        "everybody" => Opened::Everybody,
        _ => Opened::Nobody,
    };
    Ok((opened, sample))
}

/// How many names a room's pack opens at most: more than any sample that is looked through by hand.
const MOST_OPENED: usize = 150;

fn ask(asked: &Asked, query: Query, most_opened: Option<usize>) -> Result<String, Trouble> {
    let id = fresh_word()?;
    let subject = asked.session.as_ref().map(|session| session.subject.clone()).ok_or(Trouble::SignIn)?;
    let wanted = Wanted { subject, query, most_opened };
    asked.app.packs.ask(id.clone(), wanted, asked.now).map_err(Trouble::refused)?;
    Ok(id)
}

/// The moment of the last fact that is known now.
fn known_at(asked: &Asked) -> Result<jiff::Timestamp, Trouble> {
    Ok(evidence::known_at(&*asked.app.store.world()?))
}

/// Asks for a pack, as its owner.
pub(crate) fn order(asked: &Asked, sent: &Fields) -> Answered {
    let (from, to) = (sent.required_day("from")?, sent.required_day("to")?);
    if to < from {
        return Err(Trouble::at("to", format!("it lies before the first day, {from}")));
    }
    if to >= asked.today {
        let yesterday = calendar::subtract_days(asked.today, 1);
        return Err(Trouble::at(
            "to",
            format!("what is due later can’t have ended yet; give {yesterday} or an earlier day"),
        ));
    }
    let control = sent.text("control");
    asked.app.store.world()?.control(control).map_err(|problem| Trouble::at("control", problem))?;
    let (opened, sample) = choice(sent)?;
    let known_at = known_at(asked)?;
    let id = ask(asked, Query { control: control.into(), from, to, as_of: to, known_at, opened, sample }, None)?;
    Ok(Answer::Go(format!("/programme/evidence/packs/{id}")))
}

/// Asks for a pack of the room's control and period.
pub(crate) fn order_in_room(asked: &Asked, sent: &Fields) -> Answered {
    let (opened, sample) = choice(sent)?;
    if opened == Opened::Everybody {
        return Err(Trouble::at("names", "a room opens the names of a sample; ask the owner for more"));
    }
    let known_at = known_at(asked)?;
    let query = {
        let world = asked.app.store.world()?;
        let view = View::of(asked, &world)?;
        let to = view.period.to;
        if to < view.period.from {
            return Err(Trouble::refused("the room's period has not begun yet"));
        }
        Query { control: view.control.id.clone(), from: view.period.from, to, as_of: to, known_at, opened, sample }
    };
    Ok(Answer::Go(format!("/audit/packs/{}", ask(asked, query, Some(MOST_OPENED))?)))
}

fn found(asked: &Asked) -> Result<Order, Trouble> {
    let subject = asked.session.as_ref().map(|session| session.subject.as_str()).unwrap_or_default();
    asked.app.packs.find(asked.param("id"), subject, asked.now).ok_or(Trouble::NotFound)
}

/// The pack that the owner asked for.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let order = found(asked)?;
    let rooms = world.rooms().all().filter(|room| room.is_open(asked.today) && room.control == order.query.control);
    let told = |room: &Room| format!("{}, room of {} to {}", room.name(), words::day(room.from), words::day(room.to));
    let rooms = rooms.map(|room| (room.seq, told(room))).collect();
    let path = format!("/programme/evidence/packs/{}", asked.param("id"));
    written(&shown(asked, world, &order, (path, "/programme/evidence"), (true, rooms)))
}

/// The pack that an auditor asked for.
pub(crate) fn page_in_room(asked: &Asked, world: &World) -> Answered {
    View::of(asked, world)?;
    let path = format!("/audit/packs/{}", asked.param("id"));
    written(&shown(asked, world, &found(asked)?, (path, "/audit"), (false, Vec::new())))
}

fn shown(
    asked: &Asked,
    world: &World,
    order: &Order,
    (path, back): (String, &'static str),
    (may_hand_over, rooms): (bool, Vec<(u64, String)>),
) -> PackPage {
    let query = &order.query;
    let (doing, problem, ready) = match &order.progress {
        Progress::Waiting => ("waiting for its turn".to_owned(), String::new(), None),
        Progress::Working(doing) => (doing.clone(), String::new(), None),
        Progress::Failed(problem) => (String::new(), words::sentence_case(problem), None),
        Progress::Ready(ready) => (String::new(), String::new(), Some(ready_part(query, ready))),
    };
    let frame = Frame::of(asked, world, "Evidence pack");
    PackPage {
        frame: if doing.is_empty() { frame } else { frame.again_in(2) },
        tabs: if may_hand_over { tabs(asked, world, "evidence") } else { Vec::new() },
        title: format!("Evidence pack, {}", query.control),
        lead: format!(
            "{} to {}, as known on {}.",
            words::day(query.from),
            words::day(query.to),
            words::moment(query.known_at, &asked.zone)
        ),
        path,
        doing,
        problem,
        ready,
        back,
        rooms,
        may_hand_over,
    }
}

fn ready_part(query: &Query, ready: &Ready) -> ReadyPart {
    let opens = match query.opened {
        Opened::Nobody => "It opens nobody’s name.".to_owned(),
        Opened::Sample => {
            let people = words::counted(ready.sampled.len(), "person", "people");
            format!(
                "It opens the names of {people}, those of the sample. Each of them sees it on their own page once it is recorded that it was handed over."
            )
        }
        Opened::Everybody => "It opens everybody’s names.".to_owned(),
    };
    let sample = match &query.sample {
        Some(sample) => {
            format!(" {} are in the sample by the seed “{}”.", words::grouped(ready.in_sample as u64), sample.seed)
        }
        None => String::new(),
    };
    ReadyPart {
        name: ready.handed.name.to_string(),
        size: size_in_words(ready.handed.bytes),
        sha256: ready.handed.sha256.to_string(),
        told: format!(
            "{} due in the period, of which {} not met in time.{sample}",
            words::counted(ready.due, "training was", "trainings were"),
            words::counted(ready.deviations, "was", "were"),
        ),
        checkpoint: format!("{} facts, root {}", words::grouped(ready.checkpoint.0), ready.checkpoint.1),
        opens,
    }
}

/// "1.2 MB".
pub(super) fn size_in_words(bytes: u64) -> String {
    match bytes {
        0..1_000 => words::counted(bytes, "byte", "bytes"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => {
            let tenths = bytes.div_ceil(100_000);
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

fn ready(asked: &Asked) -> Result<(Query, Arc<Ready>), Trouble> {
    let order = found(asked)?;
    match order.progress {
        Progress::Ready(ready) => Ok((order.query, ready)),
        _ => Err(Trouble::NotFound),
    }
}

fn sent_as_file(ready: &Ready) -> Answered {
    let bytes = ready.bytes().map_err(|error| Trouble::Internal(format!("an evidence pack: {error}")))?;
    Ok(Answer::File { name: ready.handed.name.to_string(), kind: "application/zip", bytes })
}

/// The owner's pack as a file. Nothing is recorded yet: it is theirs to hand over.
pub(crate) fn file(asked: &Asked, _: &World) -> Answered {
    sent_as_file(&ready(asked)?.1)
}

/// Records that the owner's pack was handed to somebody.
pub(crate) fn hand_over(asked: &Asked, sent: &Fields) -> Answered {
    let (query, ready) = ready(asked)?;
    let room = match sent.text("room") {
        "" => None,
        _ => Some(sent.number::<u64>("room")?),
    };
    record(asked, &query, &ready, room, Role::Owner)?;
    Ok(Answer::Go("/programme/evidence?done=handed#handed".to_owned()))
}

/// A room's pack as a file. That it was fetched is recorded first, and whose names it opens.
pub(crate) fn fetch_in_room(asked: &Asked, _: &Fields) -> Answered {
    let (query, ready) = ready(asked)?;
    let room = {
        let world = asked.app.store.world()?;
        View::of(asked, &world)?.room.seq
    };
    record(asked, &query, &ready, Some(room), Role::Auditor)?;
    sent_as_file(&ready)
}

/// Records what was handed over, once, and each name that it opens.
fn record(asked: &Asked, query: &Query, ready: &Ready, room: Option<u64>, role: Role) -> Result<(), Trouble> {
    let (handed, sampled, query) = (ready.handed.clone(), ready.sampled.clone(), query.clone());
    let (today, zone) = (asked.today, clock::zone(&*asked.app.store.world()?));
    let by = {
        let world = asked.app.store.world()?;
        asked.author(&world)?
    };
    asked.commit(move |world| {
        if let Some(seq) = room {
            let open = world.rooms().get(seq).filter(|room| room.is_open(today) && room.control == query.control);
            open.ok_or_else(|| keepsharp_domain::Refusal::request("that room is closed"))?;
        }
        let mut same = world.hand_overs().handed().filter(|old| old.body.room == room);
        if same.any(|old| old.body.file.as_ref() == Some(&handed)) {
            return Ok((Vec::new(), ()));
        }
        let mut drafts = looks(world, &by, &sampled, role, (today, &zone));
        drafts.push(hand_over::pack(&query, handed, room, today));
        Ok((drafts, ()))
    })?;
    Ok(())
}

fn looks(world: &World, by: &str, people: &[PersonId], role: Role, now: (Day, &jiff::tz::TimeZone)) -> Vec<Draft> {
    let known = people.iter().filter_map(|id| world.people().by_id(*id));
    known.flat_map(|ix| look::open(world, by, ix, role, now)).collect()
}

/// The first and last day of the year that ended yesterday: what a form begins with.
pub(super) fn usual_period(today: Day) -> (Day, Day) {
    let to = calendar::subtract_days(today, 1);
    (to.saturating_sub(12.months()).saturating_add(1.day()), to)
}
