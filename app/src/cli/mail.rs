//! `keepsharp mail take`: a mail server, or a program that fetches mail, hands over one message.

use super::output::log;
use super::{Done, Failure, Session};
use crate::clock;
use crate::work::inbox;
use clap::Subcommand;
use std::io::Read;

/// Commands about mail.
#[derive(Debug, Subcommand)]
pub(super) enum MailCommand {
    /// Take one message in from standard input, as a mail server's alias, fetchmail or procmail hands it over
    ///
    /// Example: keepsharp mail take < message.eml
    ///
    /// Exit status: 0 dealt with, or nothing for Keepsharp; 75 try again later. docs/mail.md shows how to set it up.
    Take,
}

/// Largest message that is read; an answer is a line.
const LARGEST: u64 = 2 << 20;

/// What a mail server takes as "not now, try again" (`EX_TEMPFAIL` of sysexits.h). On any other failure it would send the
/// message back to whoever wrote it.
pub(super) const TRY_AGAIN: u8 = 75;

pub(super) fn take(session: &Session) -> Done {
    let Some(bytes) = message()? else {
        log("mail: larger than 2 MB, so it was left");
        return Ok(());
    };
    let incoming = match inbox::read(&bytes) {
        Ok(incoming) => incoming,
        Err(why) => {
            log(&format!("mail: nothing to do: {why}"));
            return Ok(());
        }
    };
    // An empty ledger made by mistake, in a wrong folder, would swallow answers unseen.
    if session.installation.is_untouched() {
        return Err(Failure::Told(
            "there is no ledger here; name its folder with --data or its settings with --config".to_owned(),
        ));
    }
    let store = session.open()?;
    let settings = &session.installation.settings;
    let told = inbox::take(&store, settings, incoming, clock::now())?;
    log(&format!("mail: {told}"));
    Ok(())
}

/// The message on standard input; none where it is too large. It is read to its end all the same: whoever hands it over
/// would take an early end for a failure.
fn message() -> Result<Option<Vec<u8>>, Failure> {
    let cannot = |error: std::io::Error| Failure::Told(format!("the message can't be read: {error}"));
    let (mut input, mut bytes) = (std::io::stdin().lock(), Vec::new());
    input.by_ref().take(LARGEST + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 <= LARGEST {
        return Ok(Some(bytes));
    }
    std::io::copy(&mut input, &mut std::io::sink()).map_err(cannot)?;
    Ok(None)
}
