//! Sending the letters that wait in the outbox, again and again until each is sent: by mail, as a comment, into a channel.

use super::{after, stored, webhook};
use crate::cli::sha256;
use crate::connect::tracker::{Tracker, Trouble};
use crate::settings::{MailSecurity, MailSettings, WebhookSettings};
use crate::web::App;
use jiff::{SignedDuration, Timestamp};
use keepsharp_domain::person::PersonIx;
use keepsharp_domain::reminder::{self, Why};
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
    /// It may go later; whether it is the server that does not answer.
    NotYet(String, bool),
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
    let told = |error: keepsharp_store::Error| error.to_string();
    let ways = [Way::Mail, Way::Issue, Way::Slack, Way::Teams];
    let ways: Vec<Way> = ways.into_iter().filter(|way| can_send(app, tracker, *way)).collect();
    if ways.is_empty() {
        return Ok(());
    }
    let waiting = app.store.outbox((app.clock)(), &ways, MOST_ATTEMPTS).map_err(told)?;
    // Made at the first letter that needs it, and kept: one connection carries them all.
    let mut mail = None;
    let mut silent = false;
    for letter in waiting {
        // The clock is read for each: sending a hundred may take longer than a letter stays in one hand.
        let now = (app.clock)();
        match fate(app, &letter, now).map_err(told)? {
            Fate::Goes => {}
            Fate::Waits => {
                app.store.put_off(&letter.id, after(now, PUT_OFF)).map_err(told)?;
                continue;
            }
            Fate::Dropped => {
                app.store.sent(&letter.id).map_err(told)?;
                continue;
            }
        }
        if silent && letter.letter.way == Way::Mail {
            continue;
        }
        if !app.store.take_letter(&letter, after(now, IN_HAND)).map_err(told)? {
            continue;
        }
        let done = match send_one(app, tracker, &mut mail, &letter) {
            Ok(()) => app.store.sent(&letter.id),
            Err(Unsent::Never(problem)) => {
                bounced(app, &letter, &problem);
                app.store.sent(&letter.id)
            }
            Err(Unsent::Unsure(problem)) => {
                crate::cli::log(&format!("a post may have been made, so it is not made again: {problem}"));
                app.store.sent(&letter.id)
            }
            Err(Unsent::NotYet(problem, is_server)) => {
                // Where the server does not answer, trying it for each letter would take hours.
                silent |= is_server && letter.letter.way == Way::Mail;
                let pause = SignedDuration::from_mins(1 << letter.attempts.min(8));
                app.store.not_sent(&letter.id, &problem, after(now, pause))
            }
        };
        done.map_err(told)?;
    }
    Ok(())
}

/// What becomes of a letter at the moment in which it could go.
enum Fate {
    Goes,
    Waits,
    Dropped,
}

/// How long a letter waits that must not go now.
const PUT_OFF: SignedDuration = SignedDuration::from_mins(15);

/// Between writing a message and sending it somebody may have taken the course, left, gone on leave or home. What they asked
/// for themselves, as a sign-in link, goes at once.
fn fate(app: &App, waiting: &Waiting, now: Timestamp) -> Result<Fate, keepsharp_store::Error> {
    let letter = &waiting.letter;
    if letter.person.is_empty() {
        return Ok(Fate::Goes);
    }
    let link =
        if letter.token.is_empty() { None } else { app.store.message_link(&sha256(letter.token.as_bytes()), now)? };
    let world = app.store.world()?;
    let today = crate::clock::day_of(&world, now);
    let Some(ix) = letter.person.parse().ok().and_then(|id| world.people().by_id(id)) else {
        return Ok(Fate::Dropped);
    };
    let is_done = link.is_some_and(|link| {
        let since = crate::clock::day_of(&world, waiting.made_at);
        !link.controls.is_empty() && link.controls.lines().all(|control| took_since(&world, ix, control, since))
    });
    if is_done {
        return Ok(Fate::Dropped);
    }
    let why = reminder::why_not_now(&world, ix, now, today).unwrap_or(None);
    Ok(match why {
        None => Fate::Goes,
        Some(Why::FreeTime) => Fate::Waits,
        Some(_) => Fate::Dropped,
    })
}

fn took_since(world: &World, ix: PersonIx, control: &str, since: Day) -> bool {
    let Some(version) = world.controls().get(control).and_then(|control| control.latest()) else { return true };
    let is_ours =
        |course: &str| *version.courses.full == *course || version.courses.refresher.as_deref() == Some(course);
    let completions = world.people().get(ix).map(|person| person.completions.as_slice()).unwrap_or_default();
    completions.iter().any(|one| one.on >= since && is_ours(world.course(one.course)))
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
        Some(settings) => webhook::post(settings, &letter.letter.words, &letter.letter.recipient, is_teams).map_err(
            |(problem, is_sure)| if is_sure { Unsent::NotYet(problem, false) } else { Unsent::Unsure(problem) },
        ),
        None => Ok(()),
    };
    match (letter.letter.way, &app.settings.mail, tracker) {
        (Way::Mail, Some(settings), _) => {
            if mail.is_none() {
                *mail = Some(transport(settings).map_err(|problem| Unsent::NotYet(problem, true))?);
            }
            let Some(transport) = mail else { return Ok(()) };
            let message = message(settings, &app.address, letter).map_err(|problem| Unsent::NotYet(problem, false))?;
            transport.send(&message).map(|_| ()).map_err(|error| refused_for(&error))
        }
        (Way::Issue, _, Some(tracker)) => comment(tracker, letter),
        (Way::Slack, _, _) => channel(&app.settings.slack, false),
        (Way::Teams, _, _) => channel(&app.settings.teams, true),
        _ => Ok(()),
    }
}

/// Whether a mail server will never take a letter: it says so with a code that speaks of the recipient's address (RFC 3463,
/// 5.1.1 to 5.1.3, 5.1.6 and 5.1.10), or, where it gives no such code, with 550, 551 or 553 (RFC 5321). All other refusals
/// may be of our own making, such as a sender that is not allowed, and must silence nobody.
fn refused_for(error: &lettre::transport::smtp::Error) -> Unsent {
    let code = error.status().map(|code| code.to_string()).unwrap_or_default();
    let told = error.to_string();
    let enhanced = enhanced_code(&told);
    let speaks_of_the_address = match enhanced {
        Some(code) => ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"].contains(&code),
        None => ["550", "551", "553"].contains(&code.as_str()),
    };
    if error.is_permanent() && speaks_of_the_address {
        Unsent::Never(told)
    } else {
        Unsent::NotYet(told, !error.is_permanent())
    }
}

/// The enhanced status code in a server's answer, as 5.7.1.
fn enhanced_code(text: &str) -> Option<&str> {
    text.split(|c: char| c.is_whitespace() || "()<>[],;:".contains(c)).find(|word| {
        let mut parts = word.split('.');
        let class = parts.next().is_some_and(|class| ["2", "4", "5"].contains(&class));
        let is_number = |part: Option<&str>| {
            part.is_some_and(|part| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        class && is_number(parts.next()) && is_number(parts.next()) && parts.next().is_none()
    })
}

/// A comment that says the same is not made twice: its mark tells whether it stands there already.
fn comment(tracker: &dyn Tracker, letter: &Waiting) -> Result<(), Unsent> {
    let place = letter.letter.recipient.rsplit_once('#');
    let Some((project, number)) = place.and_then(|(project, number)| Some((project, number.parse().ok()?))) else {
        return Err(Unsent::Unsure(format!("{} is no issue", letter.letter.recipient)));
    };
    let mark = format!("<!-- keepsharp:message:{} -->", sha256(letter.letter.token.as_bytes()));
    let later = |trouble: Trouble| Unsent::NotYet(trouble.to_string(), false);
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

#[cfg(test)]
mod tests {
    use super::enhanced_code;

    #[test]
    fn the_code_that_says_what_is_wrong_is_found_in_an_answer() {
        for (text, code) in [
            ("permanent error (553): 5.7.1 Sender address rejected", Some("5.7.1")),
            ("permanent error (550): 5.1.1 <a@b.example>: unknown", Some("5.1.1")),
            ("permanent error (550): no such user at 10.1.2.3", None),
            ("", None),
        ] {
            assert_eq!(enhanced_code(text), code, "{text}");
        }
    }
}
