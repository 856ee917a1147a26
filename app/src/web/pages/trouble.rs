//! The page of a request that was not answered as asked: what happened, and where to go from here.

use crate::web::asked::Asked;
use crate::web::fields::Trouble;
use crate::web::frame::{Frame, rendered};
use askama::Template;
use axum::http::StatusCode;
use keepsharp_domain::World;

#[derive(Template)]
#[template(path = "trouble.html")]
struct TroublePage {
    frame: Frame,
    words: String,
}

/// The status that tells the trouble to programs.
pub(crate) fn status(trouble: &Trouble) -> StatusCode {
    match trouble {
        Trouble::NotFound => StatusCode::NOT_FOUND,
        Trouble::Forbidden => StatusCode::FORBIDDEN,
        Trouble::SignIn => StatusCode::UNAUTHORIZED,
        Trouble::Refused(_) | Trouble::Returned(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Trouble::TooOften => StatusCode::TOO_MANY_REQUESTS,
        Trouble::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Trouble::Unreadable(_) => StatusCode::BAD_REQUEST,
        Trouble::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World, trouble: &Trouble) -> Result<String, Trouble> {
    let (title, words) = match trouble {
        Trouble::NotFound => {
            ("There is no such page", "It may have moved, or the address has a slip in it.".to_owned())
        }
        Trouble::Forbidden => (
            "This page is not for you",
            "It belongs to another role in the programme. If you should have that role, an administrator can grant it."
                .to_owned(),
        ),
        Trouble::SignIn => ("Sign in first", String::new()),
        Trouble::Refused(problem) => ("That can't be shown", problem.message.clone()),
        Trouble::Returned(returned) => ("That was not done", returned.1.problem.message.clone()),
        Trouble::TooOften => {
            ("Too many attempts", "Wait a quarter of an hour, then try again. Nothing is lost.".to_owned())
        }
        Trouble::TooLarge => {
            ("That is too large", "A file may weigh 256 MB, a form 256 kB. Nothing was changed.".to_owned())
        }
        Trouble::Unreadable(words) => ("That was not done", (*words).to_owned()),
        Trouble::Internal(_) => (
            "Something went wrong here",
            "Nothing was half written. It is in the server's log; try again, or tell your administrator.".to_owned(),
        ),
    };
    rendered(&TroublePage { frame: Frame::of(asked, world, title), words })
}
