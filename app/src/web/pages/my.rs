//! An engineer's own page: what to do and by when, why, what is recorded, and who looked.

use super::{badge, elsewhere};
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble, at};
use crate::web::frame::{Answer, Answered, Frame, page as written, rendered};
use crate::web::words;
use askama::Template;
use keepsharp_domain::access::{Caller, Role, Who};
use keepsharp_domain::campaign::Campaign;
use keepsharp_domain::completion::{self, ByHand};
use keepsharp_domain::control::{Control, ControlVersion};
use keepsharp_domain::correction::{Correction, Withdrawn};
use keepsharp_domain::due::{CourseKind, Standing, Standings, Status};
use keepsharp_domain::explain::{Explanation, explain};
use keepsharp_domain::fact::{Asks, RequestMade};
use keepsharp_domain::person::{Person, PersonIx, Strength};
use keepsharp_domain::tally::{self, Member};
use keepsharp_domain::{Day, World, objection, request as asking};
use serde_json::Value;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "my.html")]
struct MyPage {
    frame: Frame,
    today: String,
    controls: Vec<ControlCard>,
    history: Vec<HistoryItem>,
    requests: Vec<RequestLine>,
    request_is_back: bool,
    /// Courses taken elsewhere, as they were asked to be recorded.
    elsewhere: Vec<RequestLine>,
    elsewhere_is_back: bool,
    /// What is offered as a course: its id, and what it is called.
    courses: Vec<(String, String)>,
    control_ids: Vec<String>,
}

/// What one control asks of somebody.
#[expect(clippy::struct_excessive_bools, reason = "each says whether a part of the card is shown")]
struct ControlCard {
    id: String,
    title: String,
    tone: &'static str,
    sentence: String,
    note: String,
    asks: bool,
    acknowledges: bool,
    form: String,
    course: String,
    course_words: &'static str,
    link: String,
    link_label: String,
    /// What there is to read beside: title and address.
    links: Vec<(String, String)>,
    /// Where to say what one thinks of the course; empty where that is nowhere.
    feedback_form: String,
    has_date: bool,
    why_title: String,
    explained: Arc<Explained>,
    objections: Vec<ObjectionLine>,
    objection_form: String,
    waits: bool,
}

/// Why a control applies to somebody or not.
#[derive(Default)]
struct Explained {
    why: String,
    rule: String,
    parts: Vec<PartLine>,
}

/// A part of a scope rule and what it gave.
pub(crate) struct PartLine {
    pub(crate) depth: usize,
    pub(crate) class: &'static str,
    pub(crate) gave: &'static str,
    /// A part that is not taken apart further.
    pub(crate) text: String,
    /// How the parts below it are joined.
    pub(crate) joined: &'static str,
    pub(crate) note: String,
}

/// An objection and its answer.
pub(crate) struct ObjectionLine {
    pub(crate) on: String,
    pub(crate) words: String,
    pub(crate) answer: String,
    pub(crate) by: String,
    pub(crate) answered_on: String,
}

/// Something that happened.
pub(crate) struct HistoryItem {
    pub(crate) day: Day,
    pub(crate) on: String,
    pub(crate) words: String,
    pub(crate) proof: String,
    /// Where the file is that was handed in to prove it; empty where there is none.
    pub(crate) file: String,
    /// Where the badge for it is; empty where it earned none.
    pub(crate) badge: String,
}

/// A request and how it stands.
struct RequestLine {
    tone: &'static str,
    words: String,
}

/// Whoever asks, as the roster has them.
pub(crate) fn own<'w>(asked: &Asked, world: &'w World) -> Result<(PersonIx, &'w Person), Trouble> {
    let ix = asked.caller()?.person_ix().ok_or(Trouble::NotFound)?;
    Ok((ix, world.people().get(ix).ok_or(Trouble::NotFound)?))
}

/// The page; whoever is not of the roster goes to where their work begins.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let caller = asked.caller()?;
    if asked.app.preview.is_some() {
        return Ok(Answer::Go("/learn".to_owned()));
    }
    if caller.person_ix().is_none() {
        return Ok(Answer::Go(first_page(caller).to_owned()));
    }
    // The page follows from the ledger, the day and the session alone, so that it is the same until one of them changes.
    let is_plain = asked.query.values.is_empty() && asked.returned.sent.values.is_empty();
    if !is_plain {
        return written(&my_page(asked, world)?);
    }
    let detail = format!("{} {}", asked.csrf, asked.today);
    let text = asked.app.own_pages.of("my page", world.size(), detail, || rendered(&my_page(asked, world)?));
    (*text).clone().map(Answer::Page)
}

fn my_page(asked: &Asked, world: &World) -> Result<MyPage, Trouble> {
    let (ix, person) = own(asked, world)?;
    Ok(MyPage {
        frame: Frame::of(asked, world, "My page"),
        today: asked.today.to_string(),
        controls: world.controls().values().map(|control| card(asked, world, control, ix, person)).collect(),
        history: history(asked, world, ix, person),
        requests: requests(asked, world, ix, |asks| asks != Asks::Completion),
        elsewhere: requests(asked, world, ix, |asks| asks == Asks::Completion),
        elsewhere_is_back: asked.returned.sent.text("form") == "elsewhere",
        courses: elsewhere::courses(world),
        control_ids: world.controls().keys().map(ToString::to_string).collect(),
        request_is_back: asked.returned.sent.text("form") == "request",
    })
}

fn first_page(caller: &Caller) -> &'static str {
    match caller.who {
        Who::Operator => Role::Administrator.first_page(),
        Who::Auditor(_) => Role::Auditor.first_page(),
        Who::Person(_) => Role::Engineer.first_page(),
    }
}

fn card(asked: &Asked, world: &World, control: &Control, ix: PersonIx, person: &Person) -> ControlCard {
    let standing = Standings::new(world, control, asked.today).of(person);
    let version = control.version(asked.today);
    let kind = standing.course.unwrap_or(CourseKind::Full);
    let round = open_round(asked, world, control, ix);
    let is_near = standing.due.is_some_and(|due| words::days_between(asked.today, due) <= NEAR);
    let asks = match standing.status {
        Status::Due | Status::Overdue => true,
        Status::Current => is_near || round.is_some(),
        Status::OutOfScope | Status::Excepted | Status::OnLeave => false,
    };
    let (tone, sentence, note) = match (standing.status, asks) {
        (Status::Current, true) => told_early(asked, standing, kind, is_near, round),
        _ => told(asked, version, standing, kind),
    };
    let course = version.map(|version| course_name(version, kind)).unwrap_or_default();
    let about = |key| version.and_then(|version| version.about.get(key));
    let link = about("course_links").and_then(|links| links.get(kind.word()));
    let objections: Vec<ObjectionLine> = world
        .objections()
        .of(world, ix)
        .filter(|objection| objection.control == control.id)
        .map(|objection| objection_line(asked, world, objection))
        .collect();
    let explained = explained(asked, world, control, person);
    let is_in = standing.status != Status::OutOfScope;
    ControlCard {
        id: control.id.to_string(),
        title: version.map(|version| version.title.to_string()).unwrap_or_default(),
        tone,
        sentence,
        note,
        asks,
        acknowledges: asks && version.is_some_and(|version| version.accepts <= Strength::Acknowledged),
        form: format!("taken-{}", control.id),
        course_words: words::course(kind),
        link_label: format!("Open the {}", words::course(kind)),
        link: Some(web_address(link))
            .filter(|link| !link.is_empty())
            .unwrap_or_else(|| own_course(world, &course, kind)),
        course,
        links: about("links").map(links).unwrap_or_default(),
        feedback_form: web_address(about("feedback_form")),
        has_date: standing.due.is_some_and(|due| due >= asked.today),
        why_title: if is_in { "Why am I asked?" } else { "Why am I not asked?" }.to_owned(),
        explained,
        waits: objections.iter().any(|objection| objection.answer.is_empty()),
        objections,
        objection_form: format!("objection-{}", control.id),
    }
}

/// Where the course is taken here; empty where it is not published.
fn own_course(world: &World, course: &str, kind: CourseKind) -> String {
    let Some(id) = world.published_courses().course_of(course) else { return String::new() };
    match kind {
        CourseKind::Full => format!("/learn/{id}"),
        CourseKind::Refresher => format!("/learn/{id}/refresher"),
    }
}

/// From so many days before the date, somebody who is up to date is told of it.
const NEAR: i32 = 45;

/// The open round of a control that somebody has not taken part in yet.
fn open_round<'w>(asked: &Asked, world: &'w World, control: &Control, ix: PersonIx) -> Option<&'w Campaign> {
    let is_open = |campaign: &&Campaign| campaign.opens <= asked.today && asked.today <= campaign.closes;
    let of_control = world.campaigns().values().filter(|campaign| campaign.control == control.id).filter(is_open);
    let latest = of_control.max_by_key(|campaign| campaign.opens)?;
    let members = tally::members(world, latest, &[ix], asked.today).ok()?;
    members.contains(&(ix, Member::NotYet)).then_some(latest)
}

/// What somebody is told who is up to date, but may do it now: the date comes near, or a round is open.
fn told_early(
    asked: &Asked,
    standing: Standing,
    kind: CourseKind,
    is_near: bool,
    round: Option<&Campaign>,
) -> (&'static str, String, String) {
    let course = words::course(kind);
    let due = words::day_or_dash(standing.due);
    let round_words = round
        .map(|round| format!("The round “{}” is open until {} and counts it.", round.title, words::day(round.closes)));
    if is_near {
        let distance = standing.due.map(|due| words::distance(asked.today, due)).unwrap_or_default();
        let sentence = format!("The {course} comes round on {due}, {distance}.");
        let note = format!("You are up to date until then, and may take it now. {}", round_words.unwrap_or_default());
        return ("soon", sentence, note.trim().to_owned());
    }
    let closes = round.map(|round| words::day(round.closes)).unwrap_or_default();
    let sentence = format!("You are up to date. If a quiet half hour comes before {closes}, take the {course}.");
    ("good", sentence, format!("{} Otherwise it comes round on {due}.", round_words.unwrap_or_default()))
}

/// Why the control applies. Judging each part of a rule takes a while, so it is remembered for as long as the record and
/// the rule stay the same.
fn explained(asked: &Asked, world: &World, control: &Control, person: &Person) -> Arc<Explained> {
    let record = person.record(asked.today).map(|record| record.seq);
    let version = control.version(asked.today);
    let seq = version.map(|version| version.seq);
    // A rule that names managers is told with their ids, which any fact may change.
    let size = if version.is_some_and(|version| version.rule.sees_manager()) { world.size() } else { 0 };
    let detail = format!("{} {record:?} {seq:?} {} {}", person.id, control.id, asked.today);
    asked.app.personal.of("explained", size, detail, || {
        let Some(found) = explain(world, control, person, asked.today) else { return Explained::default() };
        Explained {
            why: why(control, &found),
            rule: found.rule,
            parts: found.parts.into_iter().map(part_line).collect(),
        }
    })
}

/// The name of the course that a control asks for.
pub(crate) fn course_name(version: &ControlVersion, kind: CourseKind) -> String {
    match (kind, &version.courses.refresher) {
        (CourseKind::Refresher, Some(refresher)) => refresher.to_string(),
        _ => version.courses.full.to_string(),
    }
}

/// An address among what describes a control; empty where there is none.
fn web_address(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).map(|text| words::web_address(text.trim())).unwrap_or_default()
}

/// `links = [{ title = "…", url = "https://…" }]`, those that lead into the web.
fn links(value: &Value) -> Vec<(String, String)> {
    let link = |one: &Value| Some((one.get("title")?.as_str()?.to_owned(), web_address(one.get("url"))));
    let all = value.as_array().into_iter().flatten().filter_map(link);
    all.filter(|(title, url)| !title.is_empty() && !url.is_empty()).collect()
}

fn told(
    asked: &Asked,
    version: Option<&ControlVersion>,
    standing: Standing,
    kind: CourseKind,
) -> (&'static str, String, String) {
    let course = words::course(kind);
    let minutes = version.and_then(|version| words::minutes(version, kind));
    let takes = minutes.map(|minutes| format!(" It takes about {minutes} minutes.")).unwrap_or_default();
    let due = words::day_or_dash(standing.due);
    let distance = standing.due.map(|due| words::distance(asked.today, due)).unwrap_or_default();
    match (standing.status, standing.due) {
        (Status::OutOfScope, _) => (
            "quiet",
            "This does not apply to you, so nothing is asked of you.".to_owned(),
            "The courses are open to everybody all the same.".to_owned(),
        ),
        (Status::Excepted, _) => (
            "quiet",
            "You are released from this for now.".to_owned(),
            format!("Without the exception it would be due by {due}."),
        ),
        (Status::OnLeave, Some(_)) => (
            "quiet",
            "You are on leave. Nothing is asked of you until you are back.".to_owned(),
            format!("After that there is time until {due}."),
        ),
        (Status::OnLeave, None) => {
            ("quiet", "You are on leave. Nothing is asked of you until you are back.".to_owned(), String::new())
        }
        (Status::Current, _) => (
            "good",
            format!("You are up to date. Nothing to do until {due}."),
            format!("Then the {course} comes round, {distance}."),
        ),
        (Status::Due, Some(_)) => ("soon", format!("Take the {course} by {due}, {distance}."), takes.trim().to_owned()),
        (Status::Due, None) => {
            ("soon", format!("Take the {course} when you can; an open leave leaves no date."), takes.trim().to_owned())
        }
        (Status::Overdue, _) => (
            "late",
            format!("The {course} is waiting for you since {due}."),
            format!("Whenever it suits you this week is fine.{takes}"),
        ),
    }
}

fn why(control: &Control, explained: &Explanation) -> String {
    let title = explained.profile.map(|profile| profile.title.to_string()).unwrap_or_default();
    let from = explained.version.from;
    let version = from.map_or_else(|| "from the beginning".to_owned(), |from| format!("since {}", words::day(from)));
    let departments = explained.profile.map(|profile| profile.departments.join(", ")).unwrap_or_default();
    let record =
        if departments.is_empty() { format!("“{title}”") } else { format!("“{title}”, {departments}") };
    let asked = format!("The rule of {}, in force {version}, is asked of your roster record: {record}.", control.id);
    match explained.run {
        Some(run) => format!("{asked} You have been in scope since {}.", words::day(run.from)),
        None => format!("{asked} It does not apply."),
    }
}

/// A part as the page shows it.
pub(crate) fn part_line(part: keepsharp_domain::explain::Part) -> PartLine {
    let (class, gave, note) = match part.gave {
        Ok(true) => ("yes", "yes", String::new()),
        Ok(false) => ("no", "no", String::new()),
        Err(message) => ("no", "no answer", message),
    };
    let (text, joined) = match part.joined {
        Some(joined) => (String::new(), joined),
        None => (part.text, ""),
    };
    PartLine { depth: part.depth.min(4), class, gave, text, joined, note }
}

/// An objection as pages show it.
pub(crate) fn objection_line(asked: &Asked, world: &World, objection: &objection::Objection) -> ObjectionLine {
    let erased = || "(erased)".to_owned();
    let day = |at: jiff::Timestamp| words::day(at.to_zoned(asked.zone.clone()).date());
    let answered = objection.answered.as_ref();
    ObjectionLine {
        on: day(objection.at),
        words: objection.words.as_ref().map_or_else(erased, ToString::to_string),
        answer: answered
            .map(|answered| answered.words.as_ref().map_or_else(erased, ToString::to_string))
            .unwrap_or_default(),
        by: answered.map(|answered| words::author(world, &answered.by)).unwrap_or_default(),
        answered_on: answered.map(|answered| day(answered.at)).unwrap_or_default(),
    }
}

/// What happened to somebody, the latest first.
pub(crate) fn history(asked: &Asked, world: &World, ix: PersonIx, person: &Person) -> Vec<HistoryItem> {
    let item = |day: Day, text: String| HistoryItem {
        day,
        on: words::day(day),
        words: text,
        proof: String::new(),
        file: String::new(),
        badge: String::new(),
    };
    let mut items: Vec<HistoryItem> = Vec::new();
    for completion in person.completions.iter().filter(|completion| completion.on <= asked.as_of) {
        let course = world.course(completion.course);
        let mut found = item(completion.on, format!("Took “{course}” ({}).", words::strength(completion.strength)));
        found.proof = format!("/my/proof/{}", completion.seq);
        found.file = world.proof(completion.seq).map(|_| format!("/my/proofs/{}", completion.seq)).unwrap_or_default();
        found.badge = badge::address(world, person, completion.seq);
        items.push(found);
    }
    for leave in &person.leaves {
        let until = leave.to.map_or_else(|| "open".to_owned(), |to| format!("back on {}", words::day(to)));
        items.push(item(leave.from, format!("Leave, {until}.")));
    }
    for exception in &person.exceptions {
        let until = exception.to.map_or_else(|| "without an end".to_owned(), |to| format!("until {}", words::day(to)));
        items.push(item(exception.from, format!("Released from {} {until}.", exception.control)));
    }
    for correction in world.corrections().of(world, ix) {
        items.push(item(correction.at.to_zoned(asked.zone.clone()).date(), taken_back(world, correction)));
    }
    for note in world.notes().to(world, ix) {
        items.push(item(note.on, "Your manager wrote to you about it.".to_owned()));
    }
    for spell in &person.spells {
        let begun = if spell.before_tracking { "Employed before tracking began." } else { "Joined." };
        items.push(item(spell.start, begun.to_owned()));
        items.extend(spell.end.map(|end| item(end, "No longer employed from here on.".to_owned())));
    }
    items.sort_by_key(|item| std::cmp::Reverse(item.day));
    items
}

/// "Taken back: leave from 3 March 2026. Never went. By Olga Owner."
fn taken_back(world: &World, correction: &Correction) -> String {
    let what = match &correction.withdrawn {
        Withdrawn::Completion(course, on) => format!("“{}” of {}", world.course(*course), words::day(*on)),
        Withdrawn::Leave(from) => format!("leave from {}", words::day(*from)),
        Withdrawn::Exception(control, from) => format!("exception from {control}, {}", words::day(*from)),
    };
    let reason = correction.reason.as_deref().unwrap_or("(erased)");
    format!("Taken back by {}: {what}. Why: {reason}", words::author(world, &correction.by))
}

fn requests(asked: &Asked, world: &World, ix: PersonIx, wanted: fn(Asks) -> bool) -> Vec<RequestLine> {
    let of = world.requests().of(world, ix).filter(|request| wanted(request.asked.asks));
    let recent = of.filter(|request| {
        let settled = request.settled.as_ref().map(|settled| settled.at.to_zoned(asked.zone.clone()).date());
        settled.is_none_or(|on| words::days_between(on, asked.today) <= 60)
    });
    let line = |request: &asking::Request| {
        let on = words::day(request.asked.from);
        let what = match (request.asked.asks, &request.asked.completion) {
            (Asks::Leave, _) => format!("Your leave from {on}"),
            (Asks::Exception, _) => format!("Your exception from {on}"),
            (Asks::Completion, Some(taken)) => format!("“{}”, taken on {on}, {},", taken.course, taken.source),
            (Asks::Completion, None) => format!("Your course of {on}"),
        };
        match &request.settled {
            None => RequestLine { tone: "wait", words: format!("{what} waits to be decided.") },
            Some(settled) if settled.granted => {
                let how = if request.asked.asks == Asks::Completion { "is recorded" } else { "was granted" };
                RequestLine { tone: "good", words: format!("{what} {how}.") }
            }
            Some(settled) => RequestLine {
                tone: "wait",
                words: format!("{what} was declined: {}", settled.reason.as_deref().unwrap_or("(erased)")),
            },
        }
    };
    recent.map(line).collect()
}

/// The dates by which the caller is to train: control, title and day.
pub(crate) fn own_due_dates(asked: &Asked, world: &World) -> Result<Vec<(String, String, Day)>, Trouble> {
    let (_, person) = own(asked, world)?;
    let due = |control: &Control| {
        let standing = Standings::new(world, control, asked.today).of(person);
        let title = control.version(asked.today).map(|version| version.title.to_string()).unwrap_or_default();
        Some((control.id.to_string(), title, standing.due?))
    };
    Ok(world.controls().values().filter_map(due).collect())
}

/// "I have taken it."
pub(crate) fn taken(asked: &Asked, sent: &Fields) -> Answered {
    let ix = asked.caller()?.person_ix().ok_or(Trouble::NotFound)?;
    let on = sent.required_day("on")?;
    let (course, today) = (sent.text("course").to_owned(), asked.today);
    let decide = move |world: &World| {
        let told = ByHand { course: &course, on, strength: Strength::Acknowledged, source: "", reference: "" };
        Ok((completion::record(world, ix, told, today)?, ()))
    };
    asked.commit(decide).map_err(at("on"))?;
    Ok(Answer::Go("/?done=taken".to_owned()))
}

/// Asks for a leave or an exception.
pub(crate) fn request(asked: &Asked, sent: &Fields) -> Answered {
    let ix = asked.caller()?.person_ix().ok_or(Trouble::NotFound)?;
    let (from, to) = (sent.required_day("from")?, sent.day("to")?);
    let asks = if sent.text("asks") == "exception" { Asks::Exception } else { Asks::Leave };
    let (reason, control) = (sent.text("reason").to_owned(), sent.text("control").into());
    if asks == Asks::Exception && reason.is_empty() {
        return Err(Trouble::at("reason", "say why; the owner decides by it, and an auditor will read it"));
    }
    let decide = move |world: &World| {
        let person = world.people().get(ix).ok_or_else(|| keepsharp_domain::Refusal::request("nobody"))?.id;
        let control = (asks == Asks::Exception).then_some(control);
        Ok((asking::make(world, RequestMade { person, asks, control, from, to, completion: None }, &reason)?, ()))
    };
    asked.commit(decide).map_err(at("to"))?;
    Ok(Answer::Go("/?done=asked".to_owned()))
}

/// "This is not right."
pub(crate) fn object(asked: &Asked, sent: &Fields) -> Answered {
    let ix = asked.caller()?.person_ix().ok_or(Trouble::NotFound)?;
    let (control, text) = (sent.text("control").to_owned(), sent.text("words").to_owned());
    let decide = move |world: &World| Ok((objection::raise(world, ix, &control, &text)?, ()));
    asked.commit(decide).map_err(at("words"))?;
    Ok(Answer::Go("/?done=objected".to_owned()))
}
