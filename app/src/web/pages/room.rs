//! Auditors' rooms: one control and one period each, read only, for a few weeks.

use super::programme::tabs;
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Problem, Trouble};
use crate::web::frame::{Answer, Answered, Frame, Link, page as written};
use crate::web::sign_in::send_link;
use crate::web::words;
use askama::Template;
use jiff::ToSpan;
use keepsharp_domain::room::{self, LONGEST, Room, Wanted};
use keepsharp_domain::{Day, World, calendar};
use keepsharp_store::fresh_id;

/// For how long a room is open unless somebody says otherwise.
const USUAL: u32 = 30;

#[derive(Template)]
#[template(path = "room.html")]
struct RoomsPage {
    frame: Frame,
    tabs: Vec<Link>,
    open: Vec<RoomRow>,
    past: Vec<RoomRow>,
    controls: Vec<(String, String)>,
    sends_mail: bool,
    from: String,
    to: String,
    closes: String,
    /// What the field of the last day says besides.
    closes_field: String,
}

/// A room as a row of its table.
struct RoomRow {
    seq: u64,
    name: String,
    email: String,
    control: String,
    period: String,
    until: String,
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let (open, past): (Vec<&Room>, Vec<&Room>) = world.rooms().all().partition(|room| room.is_open(asked.today));
    let row = |room: &&Room| row(asked, room);
    let to = calendar::subtract_days(asked.today, 1);
    let from = to.saturating_sub(12.months()).saturating_add(1.day());
    let title = |id: &str| {
        let version = world.controls().get(id).and_then(|control| control.version(asked.today));
        version.map(|version| format!("{id}, {}", version.title)).unwrap_or_default()
    };
    let page = RoomsPage {
        frame: Frame::of(asked, world, "Auditors’ rooms"),
        tabs: tabs(asked, world, "evidence"),
        open: open.iter().map(row).collect(),
        past: past.iter().rev().map(row).collect(),
        controls: world.controls().keys().map(|id| (id.to_string(), title(id))).collect(),
        sends_mail: asked.app.settings.mail.is_some(),
        from: from.to_string(),
        to: to.to_string(),
        closes: calendar::add_days(asked.today, USUAL).to_string(),
        closes_field: format!(" required max=\"{}\"", calendar::add_days(asked.today, LONGEST.unsigned_abs())),
    };
    written(&page)
}

fn row(asked: &Asked, room: &Room) -> RoomRow {
    let closes = words::day(room.closes);
    let until = match (room.is_open(asked.today), room.closed, room.closes < asked.today) {
        (true, ..) => format!("{closes}, {}", words::distance(asked.today, room.closes)),
        (false, true, _) => format!("closed early; it would have been open until {closes}"),
        (false, false, true) => format!("closed after {closes}"),
        (false, false, false) => "closed, as the auditor was erased".to_owned(),
    };
    let is_known = room.guest.is_some();
    RoomRow {
        seq: room.seq,
        name: if is_known { room.name().to_owned() } else { "(erased)".to_owned() },
        email: room.email().to_owned(),
        control: room.control.to_string(),
        period: format!("{} to {}", words::day(room.from), words::day(room.to)),
        until,
    }
}

/// Opens a room, and sends the auditor the link that signs them in.
pub(crate) fn open(asked: &Asked, sent: &Fields) -> Answered {
    let period = (sent.required_day("from")?, sent.required_day("to")?);
    let closes = sent.required_day("closes")?;
    let form = sent.clone();
    let (today, auditor) = (asked.today, fresh_id());
    let decide = move |world: &World| {
        let (control, name, email) = (form.text("control"), form.text("name"), form.text("email"));
        Ok((room::open(world, &Wanted { control, period, closes, name, email }, today, auditor)?, ()))
    };
    asked.commit(decide).map_err(|error| at_its_field(error.into(), sent, period, closes, today))?;
    if asked.app.settings.mail.is_none() {
        return Ok(Answer::Go("/programme/rooms?done=room-unsent".to_owned()));
    }
    // The room is open whether or not the letter could be posted: the auditor can ask for another link.
    if let Err(error) = send_link(asked.app, sent.text("email"), "", asked.now) {
        crate::cli::log(&format!("a sign-in link: {error}"));
    }
    Ok(Answer::Go("/programme/rooms?done=room".to_owned()))
}

/// Tells the refusal at the field that it is about, as far as can be seen from what was sent.
fn at_its_field(trouble: Trouble, sent: &Fields, period: (Day, Day), closes: Day, today: Day) -> Trouble {
    let Trouble::Refused(Problem { message, .. }) = trouble else { return trouble };
    let field = if period.1 < period.0 {
        "to"
    } else if closes < today || words::days_between(today, closes) > LONGEST {
        "closes"
    } else if sent.text("name").is_empty() {
        "name"
    } else {
        "email"
    };
    Trouble::at(field, message)
}

/// Closes a room before its time.
pub(crate) fn close(asked: &Asked, _: &Fields) -> Answered {
    let (seq, today) = (asked.number("seq")?, asked.today);
    asked.commit(move |world| Ok((room::close(world, seq, today)?, ())))?;
    Ok(Answer::Go("/programme/rooms?done=room-closed".to_owned()))
}
