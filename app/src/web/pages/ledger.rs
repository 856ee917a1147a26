//! The ledger's signed head and key, for whoever wants to check.

use crate::web::asked::Asked;
use crate::web::frame::{Answer, Answered, Frame, page as written};
use askama::Template;
use keepsharp_domain::World;

#[derive(Template)]
#[template(path = "ledger.html")]
struct LedgerPage {
    frame: Frame,
    checkpoint: String,
    key: String,
}

/// What to keep, and how to check it.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let checkpoint = asked.app.store.checkpoint()?;
    let key = world.key().unwrap_or_default().to_owned();
    written(&LedgerPage { frame: Frame::of(asked, world, "The ledger"), checkpoint, key })
}

/// The signed head as a file.
pub(crate) fn checkpoint(asked: &Asked, world: &World) -> Answered {
    let bytes = asked.app.store.checkpoint()?.into_bytes();
    Ok(Answer::File { name: format!("checkpoint-{}", world.size()), kind: "text/plain; charset=utf-8", bytes })
}
