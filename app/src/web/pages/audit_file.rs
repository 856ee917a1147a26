//! The control's file as an auditor sees it, what they ask for in their room, and the button for a pack.

use super::audit::View;
use super::control_file::{CheckCard, Clause, ReviewLine, checks, clauses, reviews};
use super::definition::{Described, about_of};
use super::hand_over::{RequestCard, handed_file, request_card};
use crate::web::asked::Asked;
use crate::web::fields::{Fields, at};
use crate::web::frame::{Answer, Answered, Frame, page as written};
use askama::Template;
use keepsharp_domain::World;
use keepsharp_domain::access::Role;
use keepsharp_domain::evidence::{USUAL, frameworks};
use keepsharp_domain::fact::EvidenceRequested;
use keepsharp_domain::hand_over;

#[derive(Template)]
#[template(path = "audit_control.html")]
struct ControlPage {
    frame: Frame,
    period: String,
    title: String,
    about: Vec<Described>,
    reviews: Vec<ReviewLine>,
    checks: Vec<CheckCard>,
    frameworks: Vec<Clause>,
}

/// The control's file.
pub(crate) fn control(asked: &Asked, world: &World) -> Answered {
    let view = View::of(asked, world)?;
    let version = view.control.version(view.period.to);
    written(&ControlPage {
        frame: Frame::of(asked, world, "The control’s file"),
        period: view.period_in_words(),
        title: version.map(|version| format!("{}, {}", view.control.id, version.title)).unwrap_or_default(),
        about: version.map(|version| about_of(&version.about, &[Role::Auditor])).unwrap_or_default(),
        reviews: reviews(world, &view.control.id, view.room.to, by_id),
        checks: checks(asked, world, &view.control.id, view.room.to, by_id),
        frameworks: clauses(&frameworks(view.control, view.period.to)),
    })
}

/// Who did something, by the id that the ledger has: whose name the auditor did not open stays without one.
fn by_id(_: &World, by: &str) -> String {
    by.strip_prefix("person:").unwrap_or(by).to_owned()
}

#[derive(Template)]
#[template(path = "audit_requests.html")]
struct RequestsPage {
    frame: Frame,
    period: String,
    requests: Vec<RequestCard>,
}

/// What this auditor asked for, and what they were handed.
pub(crate) fn requests(asked: &Asked, world: &World) -> Answered {
    let view = View::of(asked, world)?;
    let own = world.hand_overs().requests().rev().filter(|one| one.body.room == Some(view.room.seq));
    written(&RequestsPage {
        frame: Frame::of(asked, world, "Requests"),
        period: view.period_in_words(),
        requests: own.map(|one| request_card(asked, world, one, "/audit/files")).collect(),
    })
}

/// Asks the control's owner for something.
pub(crate) fn ask(asked: &Asked, sent: &Fields) -> Answered {
    let wanted = {
        let world = asked.app.store.world()?;
        let room = View::of(asked, &world)?.room;
        EvidenceRequested {
            room: Some(room.seq),
            control: room.control.clone(),
            from: room.from,
            to: room.to,
            on: asked.today,
            wanted_by: sent.day("wanted_by")?,
            words: sent.text("words").into(),
        }
    };
    asked.commit(move |world| Ok((hand_over::ask(world, wanted)?, ()))).map_err(at("words"))?;
    Ok(Answer::Go("/audit/requests?done=requested".to_owned()))
}

/// A file that was handed to this auditor.
pub(crate) fn file(asked: &Asked, world: &World) -> Answered {
    let room = View::of(asked, world)?.room.seq;
    handed_file(asked, world, |handed| handed.body.room == Some(room))
}

#[derive(Template)]
#[template(path = "audit_pack.html")]
struct PackForm {
    frame: Frame,
    period: String,
    usual_sizes: &'static str,
}

/// The form that asks for a pack.
pub(crate) fn pack(asked: &Asked, world: &World) -> Answered {
    let view = View::of(asked, world)?;
    written(&PackForm {
        frame: Frame::of(asked, world, "Evidence pack"),
        period: view.period_in_words(),
        usual_sizes: USUAL,
    })
}
