//! What is done with mail that comes in: answers are recorded, bounces noted, and who can't be understood is told how to be.
//!
//! Whoever knows the id of a message of ours had it before them: it holds the hash of a secret that was sent to one address.
//! And an answer counts only from the address that the roster has for that person today.

// LIMIT: that a message really is from the address that it names is the mail server's to check (SPF, DKIM, DMARC).

use super::answer::{self, LATER, Meant, whose};
use super::incoming::{self, Answered, Bounce, Incoming};
use super::letters::LINK_LASTS;
use super::{after, outbox, plain_text};
use crate::cli::sha256;
use crate::clock::day_of;
use crate::settings::Settings;
use crate::web::words;
use jiff::{SignedDuration, Timestamp};
use keepsharp_domain::acknowledgement::Answer;
use keepsharp_domain::control::Control;
use keepsharp_domain::person::{PersonIx, Strength};
use keepsharp_domain::{Day, Draft, Refusal, World};
use keepsharp_store::{Decision, Error, Letter, MessageLink, Store, fresh_token, fresh_word};

/// One person gets one automatic reply in this time, whatever they write: two programs that answer each other are quiet then.
const REPLY_EVERY: SignedDuration = SignedDuration::from_hours(24);
/// A reply that could not be sent is not worth sending after this.
const REPLY_WORTH: SignedDuration = SignedDuration::from_hours(48);

/// A message that is for us.
pub(crate) struct ForUs(Incoming);

/// Reads a message; the error says why it is nothing for us.
///
/// # Errors
/// Where it is none for us.
pub(crate) fn read(bytes: &[u8]) -> Result<ForUs, &'static str> {
    match incoming::read(bytes) {
        Incoming::Nothing(why) => Err(why),
        incoming => Ok(ForUs(incoming)),
    }
}

/// Does what a message asks for, and says what that was, naming nobody. The same message once more changes nothing.
///
/// # Errors
/// Where the database can't be read or written; then nothing was.
pub(crate) fn take(store: &Store, settings: &Settings, incoming: ForUs, now: Timestamp) -> Result<&'static str, Error> {
    match incoming.0 {
        Incoming::Answer(answered) => take_answer(store, settings, answered, now),
        Incoming::Bounce(bounce) => take_bounce(store, bounce, now),
        Incoming::Nothing(why) => Ok(why),
    }
}

fn link_of(store: &Store, hashes: &[String], now: Timestamp) -> Result<Option<MessageLink>, Error> {
    for hash in hashes {
        if let Some(link) = store.message_link(hash, now)? {
            return Ok(Some(link));
        }
    }
    Ok(None)
}

/// What an answer comes to.
enum Outcome {
    /// These facts; none where they are known.
    Facts(Vec<Draft>),
    /// No plain answer.
    Unclear,
    /// They say they took it, where their word is not enough.
    NeedsProof,
}

/// Whom a message was for, where it is they who answer.
struct Answering {
    ix: PersonIx,
    controls: Vec<String>,
    /// When the message was written.
    sent: Timestamp,
}

fn answering(world: &World, link: &MessageLink, from: &str, today: Day) -> Option<Answering> {
    let (ix, controls) = whose(world, link, today)?;
    let identity = world.people().get(ix)?.identity.as_ref()?;
    let is_theirs = !identity.email.is_empty() && identity.email.to_lowercase() == from.to_lowercase();
    let sent = link.ends_at.saturating_sub(LINK_LASTS).unwrap_or(link.ends_at);
    is_theirs.then_some(Answering { ix, controls, sent })
}

fn take_answer(store: &Store, settings: &Settings, answered: Answered, now: Timestamp) -> Result<&'static str, Error> {
    let Some(link) = link_of(store, &answered.to, now)? else {
        return Ok("an answer to no message of ours, or too late");
    };
    let said = Answer::read(&plain_text::without_introduction(&answered.text));
    let looked = {
        let world = store.world()?;
        let today = day_of(&world, now);
        let found = answering(&world, &link, &answered.from, today);
        found.map(|whose| (by(&world, whose.ix), outcome(&world, &whose, said, today)))
    };
    match looked {
        None => Ok("not from the address of whom the message was for"),
        Some((_, Outcome::Facts(drafts))) if drafts.is_empty() => Ok("an answer that was recorded before"),
        Some((by, Outcome::Facts(_))) => {
            // Decided anew: somebody else may have written meanwhile.
            let decide = move |world: &World| {
                let today = day_of(world, now);
                let found = answering(world, &link, &answered.from, today);
                let drafts = found.map(|whose| match outcome(world, &whose, said, today) {
                    Outcome::Facts(drafts) => drafts,
                    Outcome::Unclear | Outcome::NeedsProof => Vec::new(),
                });
                Ok((Decision::from(drafts.unwrap_or_default()), ()))
            };
            match store.commit(&by, decide) {
                Ok(_) => Ok("an answer was recorded"),
                Err(Error::Refused(_)) => Ok("an answer that the rules refuse"),
                Err(error) => Err(error),
            }
        }
        Some((by, outcome)) => reply(store, settings, &link, &by, matches!(outcome, Outcome::NeedsProof), now),
    }
}

/// The author of what somebody says of themselves.
fn by(world: &World, ix: PersonIx) -> String {
    world.people().get(ix).map(|person| format!("person:{}", person.id)).unwrap_or_default()
}

fn outcome(world: &World, whose: &Answering, said: Option<Answer>, today: Day) -> Outcome {
    let ix = whose.ix;
    let each = |meant: &dyn Fn(&String) -> Meant, controls: Vec<&String>| {
        let mut drafts: Vec<Draft> = Vec::new();
        for control in controls {
            // One control's refusal is no reason to lose what was said of another.
            for draft in answer::act(world, ix, &meant(control), today).unwrap_or_default() {
                if !drafts.contains(&draft) {
                    drafts.push(draft);
                }
            }
        }
        Outcome::Facts(drafts)
    };
    match said {
        None => Outcome::Unclear,
        Some(Answer::Taken) => {
            let takes: Vec<&String> =
                whose.controls.iter().filter(|control| takes_own_word(world, control, today)).collect();
            if takes.is_empty() {
                return Outcome::NeedsProof;
            }
            let since = day_of(world, whose.sent);
            let open = takes.into_iter().filter(|control| !took_since(world, ix, control, since)).collect();
            each(&|control| Meant::Taken(control.clone(), today), open)
        }
        Some(Answer::NotMe) => {
            let open = whose.controls.iter().filter(|control| !objected_since(world, whose, control)).collect();
            each(&|control| Meant::NotMe(control.clone(), String::new()), open)
        }
        Some(Answer::Later) => {
            let until = today.saturating_add(LATER);
            // A longer quiet that they asked for elsewhere stays.
            let is_quiet = world.messages().snoozed_until(world, ix).is_some_and(|asked| asked >= until);
            let drafts = if is_quiet { Ok(Vec::new()) } else { answer::act(world, ix, &Meant::Later(until), today) };
            Outcome::Facts(drafts.unwrap_or_default())
        }
    }
}

fn takes_own_word(world: &World, control: &str, today: Day) -> bool {
    let version = world.controls().get(control).and_then(|control| control.version(today));
    version.is_some_and(|version| version.accepts <= Strength::Acknowledged)
}

/// Whether they took a course of a control since the message was written. The same mail may come again days later, and must
/// not count as the next course taken.
fn took_since(world: &World, ix: PersonIx, control: &str, since: Day) -> bool {
    let versions = world.controls().get(control).map_or(&[][..], Control::versions);
    let Some(person) = world.people().get(ix) else { return true };
    let is_of_control =
        |course| versions.iter().any(|version| version.full == course || version.refresher == Some(course));
    person.completions.iter().any(|completion| completion.on >= since && is_of_control(completion.course))
}

/// Whether they objected since the message was written, be it answered or not.
fn objected_since(world: &World, whose: &Answering, control: &str) -> bool {
    let mut of = world.objections().of(world, whose.ix);
    of.any(|objection| &*objection.control == control && objection.at >= whose.sent)
}

/// Tells somebody how their answer can be understood. Its own answer is known as that to the message before it.
fn reply(
    store: &Store,
    settings: &Settings,
    link: &MessageLink,
    by: &str,
    needs_proof: bool,
    now: Timestamp,
) -> Result<&'static str, Error> {
    if settings.mail.is_none() {
        return Ok("an answer that can't be understood, and no [mail] to say so");
    }
    let until = after(now, REPLY_EVERY);
    if !store.take_lease(&format!("mail-reply:{}", sha256(by.as_bytes())), &fresh_word()?, now, until)? {
        return Ok("an answer that can't be understood; they were told how within a day");
    }
    let token = fresh_token()?;
    let link = MessageLink { token_hash: sha256(token.as_bytes()), ..link.clone() };
    let address = settings.public_url.clone().unwrap_or_default().trim_end_matches('/').to_owned();
    let decide = move |world: &World| {
        let today = day_of(world, now);
        let Some((ix, controls)) = whose(world, &link, today) else {
            return Err(Refusal::request("nobody is to be written to"));
        };
        let takes_word = controls.iter().any(|control| takes_own_word(world, control, today));
        let mut letter = explained(world, ix, &address, takes_word, needs_proof);
        letter.token = token;
        letter.good_until = Some(after(now, REPLY_WORTH));
        Ok((Decision { letters: vec![letter], links: vec![link], ..Decision::default() }, ()))
    };
    match store.commit(by, decide) {
        Ok(_) => Ok("an answer that can't be understood; they are told how"),
        Err(Error::Refused(_)) => Ok("an answer that can't be understood"),
        Err(error) => Err(error),
    }
}

fn explained(world: &World, ix: PersonIx, address: &str, takes_word: bool, needs_proof: bool) -> Letter {
    let person = world.people().get(ix);
    let mut parts = vec![format!("Hello {},", person.map(words::name).unwrap_or_default())];
    parts.push(if needs_proof {
        "thank you for your answer. Here it is recorded when you finish the course, so your word alone was not taken down. \
         If you did finish it and it does not show, your page is the place to say so."
            .to_owned()
    } else {
        "thank you for your answer. No person read it: a program did, which understands only a few words, on the first \
         line. Nothing was recorded."
            .to_owned()
    });
    let taken = takes_word.then_some("taken: you have taken it");
    let known = taken.into_iter().chain(["later: two weeks of quiet", "not me: it is not for you"]);
    parts.push(format!("You can answer:\n{}", known.map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n")));
    let place = if address.is_empty() { String::new() } else { format!(":\n{address}/") };
    parts.push(format!(
        "For anything else, write on your page, under \"This is not right\"; there a person answers{place}"
    ));
    parts.push("-- \nYou get at most one such note a day.".to_owned());
    let identity = person.and_then(|person| person.identity.as_ref());
    Letter {
        recipient: identity.map(|identity| identity.email.to_string()).unwrap_or_default(),
        subject: "Your answer to Keepsharp".to_owned(),
        words: parts.join("\n\n") + "\n",
        person: person.map(|person| person.id.to_string()).unwrap_or_default(),
        ..Letter::default()
    }
}

fn take_bounce(store: &Store, bounce: Bounce, now: Timestamp) -> Result<&'static str, Error> {
    let Some(link) = link_of(store, &bounce.of, now)? else { return Ok("a bounce of no message of ours, or too late") };
    let drafts = move |world: &World| {
        let today = day_of(world, now);
        let each = |address: &String| outbox::came_back(world, &link.person, address, &bounce.why, today);
        bounce.addresses.iter().map(each).find(|drafts| !drafts.is_empty()).unwrap_or_default()
    };
    if drafts(&*store.world()?).is_empty() {
        return Ok("a bounce that is known, or not of their present address");
    }
    store.commit("system", move |world| Ok((Decision::from(drafts(world)), ())))?;
    Ok("a bounce; the finding is in the roster's list")
}

#[cfg(test)]
#[path = "inbox/tests.rs"]
mod tests;
