//! Timed work for whoever runs the installation: what is planned, what was done, what failed.

use crate::web::asked::Asked;
use crate::web::fields::Fields;
use crate::web::frame::{Answer, Answered, Frame, page as written};
use crate::web::pages::message::has_tracker;
use crate::web::words;
use crate::work::{Piece, pieces};
use askama::Template;
use keepsharp_domain::World;
use keepsharp_store::Worked;

#[derive(Template)]
#[template(path = "work.html")]
struct WorkPage {
    frame: Frame,
    lead: String,
    planned: Vec<PieceRow>,
    failing: Vec<PieceRow>,
    done: Vec<PieceRow>,
    is_demo: bool,
}

/// A piece of work.
struct PieceRow {
    title: String,
    last: String,
    next: String,
    told: String,
    problem: String,
    attempts: u64,
}

/// Pieces done that are listed.
const LISTED: usize = 50;

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let known = asked.app.store.works()?;
    let wanted = pieces(world, &asked.app.settings, has_tracker(asked), asked.today);
    let is_wanted = |worked: &&Worked| wanted.iter().any(|piece| piece.key() == worked.key);
    let row = |worked: &Worked| row(asked, Piece::title_of_key(world, &worked.key), Some(worked));
    let of = |piece: &Piece| known.iter().find(|worked| worked.key == piece.key());
    let planned = wanted.iter().map(|piece| self::row(asked, piece.title(world), of(piece)));
    let failing: Vec<PieceRow> =
        known.iter().filter(|worked| !worked.problem.is_empty()).filter(is_wanted).map(row).collect();
    let done = known.iter().filter(|worked| !worked.told.is_empty()).take(LISTED).map(row);
    let page = WorkPage {
        frame: Frame::of(asked, world, "Timed work"),
        lead: match failing.len() {
            0 if asked.app.is_demo() => "What a real company’s server would look after by itself.".to_owned(),
            0 => "Everything that was due is done.".to_owned(),
            1 => "One piece of work does not go through just now. It is tried again by itself.".to_owned(),
            many => format!("{many} pieces of work do not go through just now. They are tried again by themselves."),
        },
        planned: planned.collect(),
        failing,
        done: done.collect(),
        is_demo: asked.app.is_demo(),
    };
    written(&page)
}

fn row(asked: &Asked, title: String, worked: Option<&Worked>) -> PieceRow {
    let moment = |at| words::moment(at, &asked.zone);
    let next = match worked {
        Some(worked) if asked.now < worked.next_at => moment(worked.next_at),
        _ if asked.app.is_demo() => "never, here".to_owned(),
        _ => "within a minute".to_owned(),
    };
    PieceRow {
        title,
        last: worked.map_or_else(|| "–".to_owned(), |worked| moment(worked.at)),
        next,
        told: worked.map(|worked| worked.told.clone()).unwrap_or_default(),
        problem: worked.map(|worked| worked.problem.clone()).unwrap_or_default(),
        attempts: worked.map_or(0, |worked| worked.attempts),
    }
}

/// Lets everything that waits for its next time be done within half a minute.
pub(crate) fn at_once(asked: &Asked, _: &Fields) -> Answered {
    asked.app.store.work_at_once(asked.now)?;
    Ok(Answer::Go("/admin/work?done=at-once".to_owned()))
}
