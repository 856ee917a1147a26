//! What the link of a message opens, without signing in: what it is about, "I have taken it", "later", "not for me".
//! Only looking changes nothing: programs that look into mail open every link.

use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble, at};
use crate::web::frame::{Answer, Answered, Frame, page as written};
use crate::web::words;
use crate::work::{Meant, act, link_found};
use askama::Template;
use jiff::ToSpan;
use keepsharp_domain::due::{Standings, Status};
use keepsharp_domain::message::LONGEST_SNOOZE;
use keepsharp_domain::person::{PersonIx, Strength};
use keepsharp_domain::{World, calendar};
use keepsharp_store::Decision;

#[derive(Template)]
#[template(path = "answer.html")]
struct AnswerPage {
    frame: Frame,
    /// None where the link leads nowhere.
    letter: Option<Letter>,
    path: String,
    today: String,
}

/// What the message was about, as it stands now.
struct Letter {
    name: String,
    things: Vec<Thing>,
    /// Until when they hear nothing, in words.
    quiet: String,
    later: Vec<(String, String)>,
}

/// One control that the message was about.
struct Thing {
    control: String,
    title: String,
    state: String,
    is_done: bool,
    takes_word: bool,
    waits: bool,
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let found = link_found(&asked.app.store, world, asked.param("token"), asked.now, asked.today)?;
    let letter = found.map(|(ix, controls)| letter(asked, world, ix, &controls));
    let title = if letter.is_some() { "Your secure coding training" } else { "This link does not work any more" };
    let page = AnswerPage {
        frame: Frame::of(asked, world, title),
        letter,
        path: format!("/m/{}", words::in_query(asked.param("token"))),
        today: asked.today.to_string(),
    };
    written(&page)
}

fn letter(asked: &Asked, world: &World, ix: PersonIx, controls: &[String]) -> Letter {
    let person = world.people().get(ix);
    let thing = |id: &String| thing(asked, world, ix, id);
    let quiet = world.messages().snoozed_until(world, ix).filter(|until| asked.today < *until);
    let later = [("In a week", 7), ("In two weeks", 14), ("In a month", 30)];
    Letter {
        name: person.map(words::name).unwrap_or_default(),
        things: controls.iter().filter_map(thing).collect(),
        quiet: quiet.map(words::day).unwrap_or_default(),
        later: later
            .map(|(label, days)| (calendar::add_days(asked.today, days).to_string(), label.to_owned()))
            .to_vec(),
    }
}

fn thing(asked: &Asked, world: &World, ix: PersonIx, id: &str) -> Option<Thing> {
    let control = world.controls().get(id)?;
    let version = control.version(asked.today)?;
    let standing = Standings::new(world, control, asked.today).of(world.people().get(ix)?);
    let course = standing.course.map(words::course).unwrap_or_default();
    let minutes = standing.course.and_then(|kind| words::minutes(version, kind));
    let takes = minutes.map(|minutes| format!(", about {minutes} minutes")).unwrap_or_default();
    let waits = world.objections().of(world, ix).any(|one| one.answered.is_none() && &*one.control == id);
    let due = words::day_or_dash(standing.due);
    let state = match standing.status {
        Status::OutOfScope => "This does not apply to you.".to_owned(),
        Status::Current => format!("The {course}{takes}, by {due}. Until then you are up to date."),
        Status::Excepted => "You are released from this for now.".to_owned(),
        _ => format!("The {course}{takes}, by {due}."),
    };
    // Somebody who is up to date may be asked by a round all the same, but has taken it if it was since it opened.
    let is_done = matches!(standing.status, Status::OutOfScope | Status::Excepted) || took_lately(asked, world, ix, id);
    Some(Thing {
        control: id.to_owned(),
        title: version.title.to_string(),
        state,
        is_done,
        takes_word: version.accepts <= Strength::Acknowledged && !is_done,
        waits,
    })
}

/// Whether a completion of the control's courses was recorded in the last month: what was asked for is done.
fn took_lately(asked: &Asked, world: &World, ix: PersonIx, id: &str) -> bool {
    let since = asked.today.saturating_sub(30.days());
    let Some(version) = world.controls().get(id).and_then(|control| control.version(asked.today)) else { return false };
    let is_ours =
        |course: &str| *version.courses.full == *course || version.courses.refresher.as_deref() == Some(course);
    let completions = world.people().get(ix).map(|person| person.completions.as_slice()).unwrap_or_default();
    completions.iter().any(|one| one.on >= since && one.on <= asked.today && is_ours(world.course(one.course)))
}

/// Records an answer in the name of whom the link is for.
fn record(asked: &Asked, field: &'static str, meant: Meant, done: &str) -> Answered {
    let token = asked.param("token").to_owned();
    let found = {
        let world = asked.app.store.world()?;
        let found = link_found(&asked.app.store, &world, &token, asked.now, asked.today)?;
        found.and_then(|(ix, controls)| Some((ix, world.people().get(ix)?.id, controls)))
    };
    let Some((ix, id, controls)) = found else {
        return Err(Trouble::refused("This link does not work any more. Sign in to see how you stand."));
    };
    // A link speaks for what its message was about, nothing else.
    let is_about = |control: &String| controls.contains(control);
    if let Meant::Taken(control, _) | Meant::NotMe(control, _) = &meant
        && !is_about(control)
    {
        return Err(Trouble::NotFound);
    }
    let today = asked.today;
    let decide = move |world: &World| Ok((Decision::from(act(world, ix, &meant, today)?), ()));
    asked.app.store.commit(&format!("person:{id}"), decide).map_err(at(field))?;
    Ok(Answer::Go(format!("/m/{}?done={done}", words::in_query(&token))))
}

/// "I have taken it."
pub(crate) fn taken(asked: &Asked, sent: &Fields) -> Answered {
    let on = sent.required_day("on")?;
    record(asked, "on", Meant::Taken(sent.text("control").to_owned(), on), "taken-by-link")
}

/// "Later."
pub(crate) fn later(asked: &Asked, sent: &Fields) -> Answered {
    let until = sent.required_day("until")?;
    record(asked, "until", Meant::Later(until), "quiet")
}

/// "Not for me."
pub(crate) fn not_me(asked: &Asked, sent: &Fields) -> Answered {
    let (control, why) = (sent.text("control").to_owned(), sent.text("words").to_owned());
    record(asked, "words", Meant::NotMe(control, why), "objected-by-link")
}

/// The one press that mail programs offer (RFC 8058): quiet for as long as may be asked for.
pub(crate) fn quiet(asked: &Asked, _: &Fields) -> Answered {
    let until = calendar::add_days(asked.today, LONGEST_SNOOZE);
    record(asked, "until", Meant::Later(until), "quiet")?;
    // A program pressed it: it follows no redirect and shows no page.
    Ok(Answer::Text(format!("You hear nothing before {until}.\n")))
}

/// The same on one's own page.
pub(crate) fn quiet_on_my_page(asked: &Asked, sent: &Fields) -> Answered {
    let ix = asked.caller()?.person_ix().ok_or(Trouble::NotFound)?;
    let until = sent.required_day("until")?;
    let today = asked.today;
    asked
        .commit(move |world| Ok((keepsharp_domain::message::snooze(world, ix, until, today)?, ())))
        .map_err(at("until"))?;
    Ok(Answer::Go("/my/record?done=quiet".to_owned()))
}
