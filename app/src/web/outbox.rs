//! Sending the letters that wait in the outbox, again and again until each is sent.

use super::App;
use crate::settings::{MailSecurity, MailSettings};
use jiff::SignedDuration;
use keepsharp_store::Waiting;
use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Message, SmtpTransport, Transport};
use std::time::Duration;

/// How often the outbox is looked into.
const EVERY: Duration = Duration::from_secs(2);
/// Rounds after which files that nobody took in are cleared away: half an hour.
const CLEARED_EVERY: u64 = 900;
/// How long a letter is in the hands of one process.
const IN_HAND: SignedDuration = SignedDuration::from_mins(2);
/// After so many attempts a letter is left lying for the administrator to see.
pub(crate) const MOST_ATTEMPTS: u64 = 12;

/// Sends what waits, and clears away what nobody came back for, for ever.
pub(crate) fn keep_house(app: &App) {
    for round in 0_u64.. {
        if let Some(settings) = &app.settings.mail
            && let Err(message) = send_waiting(app, settings)
        {
            crate::cli::log(&format!("the outbox: {message}"));
        }
        if round.is_multiple_of(CLEARED_EVERY)
            && let Err(error) = app.store.clear_uploads((app.clock)())
        {
            crate::cli::log(&format!("files not taken in: {error}"));
        }
        std::thread::sleep(EVERY);
    }
}

fn send_waiting(app: &App, settings: &MailSettings) -> Result<(), String> {
    let now = (app.clock)();
    let waiting = app.store.outbox(now).map_err(|error| error.to_string())?;
    if waiting.is_empty() {
        return Ok(());
    }
    let transport = transport(settings)?;
    for letter in waiting.iter().filter(|letter| letter.attempts < MOST_ATTEMPTS) {
        let until = now.saturating_add(IN_HAND).unwrap_or(now);
        if !app.store.take_letter(letter, until).map_err(|error| error.to_string())? {
            continue;
        }
        let sent = message(settings, letter)
            .and_then(|message| transport.send(&message).map(|_| ()).map_err(|error| error.to_string()));
        let done = match sent {
            Ok(()) => app.store.sent(&letter.id),
            Err(problem) => {
                let pause = SignedDuration::from_mins(1 << letter.attempts.min(8));
                app.store.not_sent(&letter.id, &problem, now.saturating_add(pause).unwrap_or(now))
            }
        };
        done.map_err(|error| error.to_string())?;
    }
    Ok(())
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

fn message(settings: &MailSettings, waiting: &Waiting) -> Result<Message, String> {
    let letter = &waiting.letter;
    let mailbox = |text: &str| text.parse::<Mailbox>().map_err(|error| format!("an address: {error}"));
    let mut builder = Message::builder()
        .from(mailbox(&settings.from)?)
        .to(mailbox(&letter.recipient)?)
        .subject(letter.subject.clone())
        .header(ContentType::TEXT_PLAIN)
        .message_id(Some(format!("<{}@keepsharp.invalid>", waiting.id)));
    if !letter.reply_to.is_empty() {
        builder = builder.reply_to(mailbox(&letter.reply_to)?);
    }
    builder.body(letter.words.clone()).map_err(|error| error.to_string())
}
