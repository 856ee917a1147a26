//! What a message that came by mail is to us: somebody's answer, a bounce, or nothing. What it says of itself is believed
//! by nobody here; `inbox.rs` does that.

use super::outbox::HOST;
use super::plain_text;
use mailparse::{MailHeader, MailHeaderMap, ParsedMail};

/// Most ids of messages that are looked at: a long conversation names all that went before.
const MOST_IDS: usize = 20;
/// Most recipients that a bounce speaks of; ours has one.
const MOST_RECIPIENTS: usize = 20;

/// What a message is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Incoming {
    /// Somebody answers.
    Answer(Answered),
    /// Something of ours could not be delivered, for good.
    Bounce(Bounce),
    /// Nothing for us, and why.
    Nothing(&'static str),
}

/// Somebody's answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answered {
    /// The one address that it says it is from.
    pub(crate) from: String,
    /// Which messages of ours it answers, by the hashes of their tokens, the nearest first.
    pub(crate) to: Vec<String>,
    /// What it says, as plain text.
    pub(crate) text: String,
}

/// A letter that came back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bounce {
    /// Which message of ours it was, by the hash of its token; others only where the report names none.
    pub(crate) of: Vec<String>,
    /// The addresses that were refused for good.
    pub(crate) addresses: Vec<String>,
    /// What the mail server said.
    pub(crate) why: String,
}

/// Reads a message; whatever it is, one of three things comes out.
pub(crate) fn read(bytes: &[u8]) -> Incoming {
    let Ok(mail) = mailparse::parse_mail(bytes) else { return Incoming::Nothing("it can't be read") };
    if mail.ctype.mimetype == "multipart/report" {
        return bounce(&mail).map_or(Incoming::Nothing("a report, but of no failure for good"), Incoming::Bounce);
    }
    // An out-of-office note answers the message too, and may say anything.
    if is_automatic(&mail.headers) {
        return Incoming::Nothing("written by a program");
    }
    let to = answered(&mail.headers);
    if to.is_empty() {
        return Incoming::Nothing("no answer to a message of ours");
    }
    match sender(&mail.headers) {
        Some(from) => Incoming::Answer(Answered { from, to, text: text(&mail) }),
        None => Incoming::Nothing("it does not say plainly whom it is from"),
    }
}

/// Whether a program wrote it: RFC 3834, and what was usual before. The marks of a mailing list are none of that: the mailbox
/// that answers go to may be a group.
fn is_automatic(headers: &[MailHeader]) -> bool {
    let said = |name: &str| -> Vec<String> {
        let values = headers.get_all_values(name).into_iter();
        values.map(|value| first_word(&value)).filter(|word| !word.is_empty()).collect()
    };
    let is_in_bulk = said("Precedence").iter().any(|word| ["bulk", "auto_reply", "junk"].contains(&&**word));
    let marks = ["Auto-Submitted", "X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"];
    let has_no_sender = headers.get_first_value("Return-Path").is_some_and(|path| path.trim() == "<>");
    is_in_bulk || has_no_sender || marks.iter().any(|mark| said(mark).iter().any(|word| word != "no" && word != "none"))
}

/// The first word in small letters, without what stands behind it as a comment or a parameter.
fn first_word(value: &str) -> String {
    let word = value.trim().split(|c: char| c.is_whitespace() || ";,(".contains(c)).next().unwrap_or_default();
    word.to_lowercase()
}

/// The messages of ours that are answered: first the one replied to, then those before it, the latest first.
fn answered(headers: &[MailHeader]) -> Vec<String> {
    let mut found = hashes(&headers.get_all_values("In-Reply-To").join(" "));
    let mut before = hashes(&headers.get_all_values("References").join(" "));
    before.reverse();
    found.extend(before);
    found.truncate(MOST_IDS);
    found
}

/// The hashes in ids of ours among message ids.
fn hashes(ids: &str) -> Vec<String> {
    let ours = |id: &str| {
        let (hash, host) = id.split_once('@')?;
        let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        (is_hash && host.eq_ignore_ascii_case(HOST)).then(|| hash.to_ascii_lowercase())
    };
    ids.split(|c: char| c.is_whitespace() || "<>,".contains(c)).filter_map(ours).collect()
}

/// The address of whoever it is from; none where there are several, or it can't be told plainly.
fn sender(headers: &[MailHeader]) -> Option<String> {
    let mut from = headers.iter().filter(|header| header.get_key_ref().eq_ignore_ascii_case("From"));
    let (header, None) = (from.next()?, from.next()) else { return None };
    // Words in another encoding are not decoded first: a name could hide an address in them.
    address(std::str::from_utf8(header.get_value_raw()).ok()?)
}

fn address(text: &str) -> Option<String> {
    let text = without_quoted(text);
    let found = match text.split_once('<') {
        None => text.trim(),
        Some((name, rest)) => {
            let (found, after) = rest.split_once('>')?;
            let is_plain = after.trim().is_empty() && (!name.contains('@') || name.trim() == found.trim());
            is_plain.then(|| found.trim())?
        }
    };
    let (name, host) = found.split_once('@')?;
    let is_one = !name.is_empty() && !host.is_empty() && !host.contains('@');
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>,;:\"()\\".contains(c);
    (is_one && !found.contains(odd)).then(|| found.to_owned())
}

/// The text without what stands in quotation marks or, as a comment, in brackets.
fn without_quoted(text: &str) -> String {
    let (mut plain, mut is_quoted, mut comments, mut is_escaped) = (String::new(), false, 0_u32, false);
    for character in text.chars() {
        let was_escaped = std::mem::take(&mut is_escaped);
        match character {
            '\\' if !was_escaped && (is_quoted || comments > 0) => is_escaped = true,
            '"' if !was_escaped && comments == 0 => is_quoted = !is_quoted,
            '(' if !was_escaped && !is_quoted => comments += 1,
            ')' if !was_escaped && !is_quoted && comments > 0 => comments -= 1,
            _ if is_quoted || comments > 0 => {}
            _ => plain.push(character),
        }
    }
    plain
}

/// The first text in a message, plain before HTML; empty where there is none.
fn text(mail: &ParsedMail) -> String {
    let plain = first_of(mail, "text/plain").unwrap_or_default();
    if plain.trim().is_empty() {
        return first_of(mail, "text/html").map(|html| plain_text::of_html(&html)).unwrap_or_default();
    }
    plain
}

/// How deep parts stand in one another is bounded where they are parsed.
fn first_of(mail: &ParsedMail, kind: &str) -> Option<String> {
    if !mail.subparts.is_empty() {
        return mail.subparts.iter().find_map(|part| first_of(part, kind));
    }
    let is_file = mail.get_content_disposition().disposition == mailparse::DispositionType::Attachment;
    (mail.ctype.mimetype == kind && !is_file).then(|| mail.get_body().ok()).flatten()
}

/// A report of a failure for good (RFC 3464).
fn bounce(mail: &ParsedMail) -> Option<Bounce> {
    let part = |kinds: &[&str]| mail.subparts.iter().find(|part| kinds.contains(&&*part.ctype.mimetype));
    let report = part(&["message/delivery-status", "message/global-delivery-status"])?.get_body_raw().ok()?;
    let original = part(&["message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"]);
    let original = original.and_then(|part| part.get_body_raw().ok()).unwrap_or_default();
    let mut of = match mailparse::parse_headers(&original) {
        Ok((headers, _)) => headers.get_first_value("Message-ID").map(|id| hashes(&id)).unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    if of.is_empty() {
        of = answered(&mail.headers);
    }
    let (mut addresses, mut why) = (Vec::new(), String::new());
    for fields in groups(&report).iter().filter(|fields| failed_for_good(fields)) {
        for name in ["Original-Recipient", "Final-Recipient"] {
            addresses.extend(fields.get_first_value(name).and_then(|value| recipient(&value)));
        }
        if why.is_empty() {
            let said = ["Diagnostic-Code", "Status"].into_iter().find_map(|name| fields.get_first_value(name));
            why = said.unwrap_or_default();
        }
    }
    addresses.truncate(MOST_RECIPIENTS);
    (!of.is_empty() && !addresses.is_empty()).then_some(Bounce { of, addresses, why })
}

/// The groups of fields in a report: one for the message, then one for each recipient.
fn groups(report: &[u8]) -> Vec<Vec<MailHeader<'_>>> {
    let (mut found, mut rest) = (Vec::new(), report);
    while let Ok((fields, read)) = mailparse::parse_headers(rest) {
        if !fields.is_empty() {
            found.push(fields);
        }
        let Some(after) = rest.get(read..).filter(|after| read > 0 && !after.is_empty()) else { break };
        if found.len() > MOST_RECIPIENTS {
            break;
        }
        rest = after;
    }
    found
}

/// Whether the mail server will never take this address. What it refuses for its content (5.6) or by a policy (5.7) may be
/// of our own making: that must not end all mail to somebody.
fn failed_for_good(fields: &[MailHeader]) -> bool {
    let word = |name: &str| fields.get_first_value(name).map(|value| first_word(&value)).unwrap_or_default();
    let status = word("Status");
    // What speaks of the recipient's address (RFC 3463), as the outbox has it. A mailbox that is full, or a sender that is not
    // allowed, silences nobody.
    word("Action") == "failed" && ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.0.0"].contains(&&*status)
}

/// The address in `rfc822; ana@example.com`.
fn recipient(value: &str) -> Option<String> {
    address(value.split_once(';').map_or(value, |(_, address)| address))
}

#[cfg(test)]
#[path = "incoming/tests.rs"]
mod tests;
