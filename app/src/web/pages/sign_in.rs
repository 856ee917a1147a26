//! Signing in by a link, signing out, and becoming somebody of the made-up company.

use crate::cli::sha256;
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble};
use crate::web::frame::{Answer, Answered, Frame, page as written};
use crate::web::sign_in::{Subject, begin_session, send_link, too_often};
use crate::web::words;
use askama::Template;
use keepsharp_domain::World;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Frame,
    sends_mail: bool,
    next: String,
}

#[derive(Template)]
#[template(path = "sign_in_sent.html")]
struct SentPage {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "sign_in_confirm.html")]
struct ConfirmPage {
    frame: Frame,
    /// Whom the link signs in; none where it is used up or too old.
    name: Option<String>,
    path: String,
    next: String,
}

/// The form that asks for a link.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let next = next(&asked.query);
    let frame = Frame::of(asked, world, "Sign in");
    written(&SignInPage { frame, sends_mail: asked.app.settings.mail.is_some(), next })
}

/// Where to go once signed in: a page of ours, or nowhere in particular.
fn next(fields: &Fields) -> String {
    let wanted = fields.text("next");
    let is_ours = wanted.starts_with('/')
        && wanted.len() <= 200
        && !wanted.starts_with("//")
        && wanted.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_ours { wanted.to_owned() } else { String::new() }
}

/// Sends a link. The answer is the same for every address, and does not wait for the mail.
pub(crate) fn ask_link(asked: &Asked, sent: &Fields) -> Answered {
    let email = sent.text("email");
    if !email.contains('@') || email.len() > 254 {
        return Err(Trouble::at("email", "write your e-mail address at work, as name@company.example"));
    }
    if too_often(asked.app, &asked.sender, asked.now)? {
        return Err(Trouble::TooOften);
    }
    if let Err(error) = send_link(asked.app, email, &next(sent), asked.now) {
        crate::cli::log(&format!("a sign-in link: {error}"));
    }
    Ok(Answer::Go("/sign-in/sent".to_owned()))
}

/// "If we know the address, a link is on its way."
pub(crate) fn sent(asked: &Asked, world: &World) -> Answered {
    written(&SentPage { frame: Frame::of(asked, world, "Look into your mail") })
}

/// Asks for one press of a button: programs that look into mail open every link, and would use it up.
pub(crate) fn confirm(asked: &Asked, world: &World) -> Answered {
    let hash = sha256(asked.param("token").as_bytes());
    let subject = asked.app.store.link(&hash, asked.now)?.and_then(|text| text.parse::<Subject>().ok());
    let name = subject
        .filter(|subject| subject.caller(asked.app, world, asked.today).is_some())
        .map(|subject| name(world, subject));
    let title = if name.is_some() { "Welcome" } else { "This link does not work any more" };
    written(&ConfirmPage {
        frame: Frame::of(asked, world, title),
        name,
        path: asked.path.clone(),
        next: next(&asked.query),
    })
}

fn name(world: &World, subject: Subject) -> String {
    match subject {
        Subject::Person(id) => {
            world.people().by_id(id).and_then(|ix| world.people().get(ix)).map(words::name).unwrap_or_default()
        }
        Subject::Auditor(id) => world.rooms().of_auditor(id).map(|room| room.name().to_owned()).unwrap_or_default(),
        Subject::Operator => "whoever runs this installation".to_owned(),
    }
}

/// Uses a link up and begins a session.
pub(crate) fn use_link(asked: &Asked, sent: &Fields) -> Answered {
    if too_often(asked.app, &asked.sender, asked.now)? {
        return Err(Trouble::TooOften);
    }
    let hash = sha256(asked.param("token").as_bytes());
    let used = asked.app.store.use_link(&hash, asked.now)?.and_then(|text| text.parse::<Subject>().ok());
    let Some(subject) = used else {
        crate::cli::log("a sign-in link that is used up, too old or made up was tried");
        return Err(Trouble::refused("This link was used before, or is too old. Ask for another."));
    };
    crate::cli::log(&format!("{subject} signed in"));
    let next = next(sent);
    begin(asked, subject, if next.is_empty() { "/" } else { &next })
}

fn begin(asked: &Asked, subject: Subject, then: &str) -> Answered {
    if let Some(session) = &asked.session {
        asked.app.store.end_session(&session.token_hash)?;
    }
    let token = begin_session(asked.app, subject, &asked.browser, asked.now)?;
    Ok(Answer::SignedIn { token, then: then.to_owned() })
}

/// Ends the session, or all that the caller has anywhere.
pub(crate) fn sign_out(asked: &Asked, sent: &Fields) -> Answered {
    if let Some(session) = &asked.session {
        if sent.ticked("everywhere") {
            asked.app.store.end_sessions_of(&session.subject)?;
        }
        asked.app.store.end_session(&session.token_hash)?;
    }
    Ok(Answer::SignedOut { then: "/sign-in".to_owned() })
}

/// In the made-up company, anybody may be anybody.
pub(crate) fn become_persona(asked: &Asked, sent: &Fields) -> Answered {
    let persona = asked.app.personas.iter().find(|persona| persona.key == sent.text("as")).ok_or(Trouble::NotFound)?;
    begin(asked, persona.subject, persona.role.first_page())
}
