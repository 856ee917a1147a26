//! What is not a page: style sheet, icon, and a word for whoever watches that the server is well.

use crate::web::asked::Asked;
use crate::web::assets;
use crate::web::frame::{Answer, Answered};
use keepsharp_domain::World;

pub(crate) fn style(_: &Asked, _: &World) -> Answered {
    Ok(Answer::Asset { kind: "text/css; charset=utf-8", text: assets::STYLE })
}

pub(crate) fn icon(_: &Asked, _: &World) -> Answered {
    Ok(Answer::Asset { kind: "image/svg+xml", text: assets::ICON })
}

pub(crate) fn robots(_: &Asked, _: &World) -> Answered {
    Ok(Answer::Asset { kind: "text/plain; charset=utf-8", text: "User-agent: *\nDisallow: /\n" })
}

/// The database was read to get here, so this much is well.
pub(crate) fn health(_: &Asked, _: &World) -> Answered {
    Ok(Answer::Text("ok\n".to_owned()))
}
