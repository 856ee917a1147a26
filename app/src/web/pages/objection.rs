//! "This is not right": what people say against what is asked of them, and the owner's answers.

use super::my::{ObjectionLine, objection_line};
use super::people::href;
use super::programme::tabs;
use crate::web::asked::Asked;
use crate::web::fields::{Fields, at};
use crate::web::frame::{Answered, Frame, Link, page as written};
use crate::web::paging::{Pager, ROWS, back};
use crate::web::words;
use askama::Template;
use keepsharp_domain::access::Act;
use keepsharp_domain::{World, objection};

#[derive(Template)]
#[template(path = "objections.html")]
struct ObjectionsPage {
    frame: Frame,
    tabs: Vec<Link>,
    /// How many wait, those on other pages included.
    waiting: usize,
    open: Vec<Raised>,
    pager: Pager,
    answered: Vec<Raised>,
    answers: bool,
}

struct Raised {
    seq: u64,
    form: String,
    href: String,
    name: String,
    control: String,
    line: ObjectionLine,
}

const HERE: &str = "/programme/objections";

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let raised = |objection: &objection::Objection| {
        let person = world.people().by_id(objection.person).and_then(|ix| world.people().get(ix))?;
        Some(Raised {
            seq: objection.seq,
            form: format!("answer-{}", objection.seq),
            href: href(asked, person),
            name: words::name(person),
            control: objection.control.to_string(),
            line: objection_line(asked, world, objection),
        })
    };
    let answered = world.objections().all().rev().filter(|objection| objection.answered.is_some());
    let waiting = world.objections().open().count();
    let pager = Pager::at(asked, HERE, waiting);
    let page = ObjectionsPage {
        frame: Frame::of(asked, world, "Questions").with_days(asked).at(HERE),
        tabs: tabs(asked, world, "objections"),
        open: world.objections().open().skip(pager.skip).take(ROWS).filter_map(raised).collect(),
        waiting,
        pager,
        answered: answered.filter_map(raised).take(30).collect(),
        answers: asked.may(Act::Definition),
    };
    written(&page)
}

/// Answers one.
pub(crate) fn answer(asked: &Asked, sent: &Fields) -> Answered {
    let (seq, words) = (asked.number("seq")?, sent.text("words").to_owned());
    asked.commit(move |world| Ok((objection::answer(world, seq, &words)?, ()))).map_err(at("words"))?;
    Ok(back(asked, HERE, "answered"))
}
