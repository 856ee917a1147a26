//! Sending the letters that wait in the outbox, again and again until each is sent: by mail, as a comment, into a channel.

use super::{after, stored, webhook};
use crate::cli::sha256;
use crate::connect::tracker::{Tracker, Trouble};
use crate::settings::{MailSecurity, MailSettings, WebhookSettings};
use crate::web::App;
use jiff::SignedDuration;
use keepsharp_domain::{Day, World, message};
use keepsharp_store::{Decision, Waiting, Way};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Message, SmtpTransport, Transport};
use std::time::Duration;

/// How long a letter is in the hands of one process.
const IN_HAND: SignedDuration = SignedDuration::from_mins(2);
/// After so many attempts a letter is left lying for the administrator to see.
pub(crate) const MOST_ATTEMPTS: u64 = 12;

/// Why a letter was not sent.
enum Unsent {
    /// It may go later.
    NotYet(String),
    /// It never will: the mail server does not take it for this address.
    Never(String),
    /// It may have gone. Sending it once more would be worse than once too few.
    Unsure(String),
}

/// Sends what waits.
pub(super) fn send(app: &App, tracker: Option<&dyn Tracker>) {
    if let Err(message) = send_waiting(app, tracker) {
        crate::cli::log(&format!("the outbox: {message}"));
    }
}

fn send_waiting(app: &App, tracker: Option<&dyn Tracker>) -> Result<(), String> {
    let now = (app.clock)();
    let waiting = app.store.outbox(now).map_err(|error| error.to_string())?;
    // Made at the first letter that needs it, and kept: one connection carries them all.
    let mut mail = None;
    for letter in waiting.iter().filter(|letter| letter.attempts < MOST_ATTEMPTS) {
        if !can_send(app, tracker, letter.letter.way) {
            continue;
        }
        if !app.store.take_letter(letter, after(now, IN_HAND)).map_err(|error| error.to_string())? {
            continue;
        }
        let done = match send_one(app, tracker, &mut mail, letter) {
            Ok(()) => app.store.sent(&letter.id),
            Err(Unsent::Never(problem)) => {
                bounced(app, letter, &problem);
                app.store.sent(&letter.id)
            }
            Err(Unsent::Unsure(problem)) => {
                crate::cli::log(&format!("a post may have been made, so it is not made again: {problem}"));
                app.store.sent(&letter.id)
            }
            Err(Unsent::NotYet(problem)) => {
                let pause = SignedDuration::from_mins(1 << letter.attempts.min(8));
                app.store.not_sent(&letter.id, &problem, after(now, pause))
            }
        };
        done.map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn can_send(app: &App, tracker: Option<&dyn Tracker>, way: Way) -> bool {
    match way {
        Way::Mail => app.settings.mail.is_some(),
        Way::Issue => tracker.is_some(),
        Way::Slack => app.settings.slack.is_some(),
        Way::Teams => app.settings.teams.is_some(),
    }
}

fn send_one(
    app: &App,
    tracker: Option<&dyn Tracker>,
    mail: &mut Option<SmtpTransport>,
    letter: &Waiting,
) -> Result<(), Unsent> {
    let channel = |settings: &Option<WebhookSettings>, is_teams| match settings {
        Some(settings) => webhook::post(settings, &letter.letter.words, &letter.letter.recipient, is_teams).map_err(Unsent::NotYet),
        None => Ok(()),
    };
    match (letter.letter.way, &app.settings.mail, tracker) {
        (Way::Mail, Some(settings), _) => {
            if mail.is_none() {
                *mail = Some(transport(settings).map_err(Unsent::NotYet)?);
            }
            let Some(transport) = mail else { return Ok(()) };
            let message = message(settings, &app.address, letter).map_err(Unsent::NotYet)?;
            transport.send(&message).map(|_| ()).map_err(|error| refused_for(&error))
        }
        (Way::Issue, _, Some(tracker)) => comment(tracker, letter),
        (Way::Slack, _, _) => channel(&app.settings.slack, false),
        (Way::Teams, _, _) => channel(&app.settings.teams, true),
        _ => Ok(()),
    }
}

/// Whether a mail server will never take a letter: it says so with a code that speaks of the address (RFC 5321, 550 to 553;
/// RFC 3463, x.1.x). Other refusals may be of our own making, and are tried again.
fn refused_for(error: &lettre::transport::smtp::Error) -> Unsent {
    let code = error.status().map(|code| code.to_string()).unwrap_or_default();
    let told = error.to_string();
    if error.is_permanent() && (["550", "551", "553"].contains(&code.as_str()) || told.contains("5.1.")) {
        Unsent::Never(told)
    } else {
        Unsent::NotYet(told)
    }
}

/// A comment that says the same is not made twice: its mark tells whether it stands there already.
fn comment(tracker: &dyn Tracker, letter: &Waiting) -> Result<(), Unsent> {
    let place = letter.letter.recipient.rsplit_once('#');
    let Some((project, number)) = place.and_then(|(project, number)| Some((project, number.parse().ok()?))) else {
        return Err(Unsent::Unsure(format!("{} is no issue", letter.letter.recipient)));
    };
    let mark = format!("<!-- keepsharp:message:{} -->", sha256(letter.letter.token.as_bytes()));
    let later = |trouble: Trouble| Unsent::NotYet(trouble.to_string());
    let me = tracker.me().map_err(later)?;
    let notes = tracker.notes(project, number).map_err(later)?;
    if notes.iter().any(|note| note.author.eq_ignore_ascii_case(&me) && note.text.contains(&mark)) {
        return Ok(());
    }
    tracker.comment(project, number, &format!("{}\n\n{mark}", letter.letter.words)).map_err(later)
}

/// A letter came back at once: recorded for whoever looks after the roster, unless it was no message to somebody.
fn bounced(app: &App, letter: &Waiting, problem: &str) {
    crate::cli::log("a letter was refused for its address; the finding is in the roster's list");
    let (address, problem, id) = (letter.letter.recipient.clone(), problem.to_owned(), letter.letter.person.clone());
    let now = (app.clock)();
    let committed = app.store.commit("system", move |world| {
        let today = crate::clock::day_of(world, now);
        Ok((Decision::from(came_back(world, &id, &address, &problem, today)), ()))
    });
    if let Err(error) = committed.map_err(stored) {
        crate::cli::log(&format!("a letter that came back: {error}"));
    }
}

/// The facts that mail to somebody came back.
pub(super) fn came_back(world: &World, id: &str, address: &str, why: &str, today: Day) -> Vec<keepsharp_domain::Draft> {
    let ix = id.parse().ok().and_then(|id| world.people().by_id(id)).or_else(|| world.people().by_email(address));
    ix.map(|ix| message::came_back(world, ix, address, why, today)).unwrap_or_default()
}

/// The way to the mail server.
///
/// # Errors
/// Where the settings can't be followed.
pub(crate) fn transport(settings: &MailSettings) -> Result<SmtpTransport, String> {
    let told = |error: lettre::transport::smtp::Error| format!("mail server {}: {error}", settings.server);
    let builder = match settings.security {
        MailSecurity::StartTls => SmtpTransport::starttls_relay(&settings.server).map_err(told)?,
        MailSecurity::Tls => SmtpTransport::relay(&settings.server).map_err(told)?,
        MailSecurity::None => SmtpTransport::builder_dangerous(&settings.server),
    };
    let builder = match settings.port {
        Some(port) => builder.port(port),
        None => builder,
    };
    let builder = match &settings.username {
        Some(username) => builder.credentials(Credentials::new(username.clone(), password(settings)?)),
        None => builder,
    };
    Ok(builder.timeout(Some(Duration::from_secs(20))).build())
}

fn password(settings: &MailSettings) -> Result<String, String> {
    if let Ok(password) = std::env::var("KEEPSHARP_MAIL_PASSWORD") {
        return Ok(password);
    }
    let path = settings.password_file.as_ref().ok_or("[mail] has a username, but no password_file")?;
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// Where answers are told apart: what stands in a letter's Message-ID, between `<` and `@`.
pub(super) const HOST: &str = "keepsharp.invalid";

fn message(settings: &MailSettings, address: &str, waiting: &Waiting) -> Result<Message, String> {
    let letter = &waiting.letter;
    let mailbox = |text: &str| text.parse::<Mailbox>().map_err(|error| format!("an address: {error}"));
    // An answer is known by the hash of its token: whoever sees it in a log can't use the link.
    let id = if letter.token.is_empty() { waiting.id.clone() } else { sha256(letter.token.as_bytes()) };
    let mut builder = Message::builder()
        .from(mailbox(&settings.from)?)
        .to(mailbox(&letter.recipient)?)
        .subject(letter.subject.clone())
        .message_id(Some(format!("<{id}@{HOST}>")));
    if !letter.reply_to.is_empty() {
        builder = builder.reply_to(mailbox(&letter.reply_to)?);
    }
    let message = if letter.html.is_empty() {
        builder.header(ContentType::TEXT_PLAIN).body(letter.words.clone())
    } else {
        let plain = SinglePart::plain(letter.words.clone());
        builder.multipart(MultiPart::alternative().singlepart(plain).singlepart(SinglePart::html(letter.html.clone())))
    };
    let mut message = message.map_err(|error| error.to_string())?;
    let mut add = |name: &'static str, value: String| {
        message.headers_mut().insert_raw(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
    };
    add("Auto-Submitted", "auto-generated".to_owned());
    // One press that a mail program offers (RFC 8058). Letters that somebody asked for have no list to leave.
    if letter.words.contains("/m/") && !letter.token.is_empty() {
        add("List-Unsubscribe", format!("<{address}/m/{}/quiet>", letter.token));
        add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned());
    }
    Ok(message)
}
