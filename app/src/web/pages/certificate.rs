//! The page to which the link on a certificate leads: what the ledger says of it, for everybody who has the link, and no name.

use super::proof;
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble};
use crate::web::frame::{Answer, Answered, Frame, page as written};
use crate::web::sign_in::{self, too_often};
use crate::web::words;
use askama::Template;
use jiff::{SignedDuration, Timestamp};
use keepsharp_domain::correction::Withdrawn;
use keepsharp_domain::fact::{Body, CompletionRecorded, Fact};
use keepsharp_domain::person::{Person, PersonId, PersonIx, Strength};
use keepsharp_domain::{Day, World, completion};
use keepsharp_ledger::tree::leaf_hash;
use sha2::{Digest, Sha256};

/// How often a name may be tried on one certificate, whoever tries, in the time in which attempts are counted.
const TRIES: u64 = 20;
/// The time in which they are counted.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);

#[derive(Template)]
#[template(path = "certificate.html")]
struct CertificatePage {
    frame: Frame,
    path: String,
    course: String,
    kind: &'static str,
    strength: String,
    on: String,
    recorded: String,
    version: String,
    source: String,
    ledger: String,
    fact: u64,
    leaf: String,
    key: String,
    /// When it was taken back; empty where it stands.
    withdrawn: String,
    is_withdrawn: bool,
    /// Whether a name is there to be compared with.
    has_name: bool,
    verdict: Option<bool>,
}

/// A completion as its fact records it, read again from the ledger.
pub(crate) struct Certified {
    /// The fact's number.
    pub(crate) seq: u64,
    /// When it entered the ledger.
    pub(crate) at: Timestamp,
    /// What it says.
    pub(crate) body: CompletionRecorded,
    /// The hash under which it stands in the tree, in base64.
    leaf: String,
}

/// The completion that a fact records; none where it records another thing.
pub(crate) fn recorded(asked: &Asked, seq: u64) -> Result<Option<Certified>, Trouble> {
    let Some(bytes) = asked.app.store.fact(seq)? else { return Ok(None) };
    let fact = Fact::read(&bytes, None).map_err(Trouble::Internal)?;
    let Body::CompletionRecorded(body) = fact.body else { return Ok(None) };
    Ok(Some(Certified { seq, at: fact.at, body, leaf: leaf_hash(&bytes).to_base64() }))
}

/// What the course of a completion is called, and which of its forms it is.
pub(crate) fn course_words(world: &World, body: &CompletionRecorded) -> (String, &'static str) {
    let published = world.published_courses();
    let version = body.version.as_deref().and_then(|version| published.version(&body.course, version));
    let version = version.or_else(|| published.latest(&body.course));
    if let Some(version) = version {
        let kind = if version.body.course == body.course { "The full course" } else { "The refresher" };
        return (version.body.title.to_string(), kind);
    }
    let of_control = world.controls().values().find_map(|control| {
        let courses = &control.version(body.on)?.courses;
        let is_full = *courses.full == *body.course;
        (is_full || courses.refresher.as_deref() == Some(&*body.course)).then_some(is_full)
    });
    let kind = match of_control {
        Some(true) => "The full course",
        Some(false) => "The refresher",
        None => "",
    };
    (body.course.to_string(), kind)
}

/// What was shown by a completion, in a sentence.
pub(crate) fn strength_words(body: &CompletionRecorded) -> String {
    let is_from_elsewhere = body.source.as_deref().is_some_and(|source| source != completion::OURS);
    let words = match (body.strength, is_from_elsewhere) {
        (Strength::Assessed, false) => "All of it was completed, and the final check was passed.",
        (Strength::Assessed, true) => {
            "All of it was completed and checked, as the record of the training’s provider says."
        }
        (Strength::Completed, false) => "All of it was completed.",
        (Strength::Completed, true) => "All of it was completed, as the record of the training’s provider says.",
        (Strength::Acknowledged, _) => "They said themselves that they have taken it.",
        (Strength::Attested, _) => "Their manager counted it.",
    };
    match body.shown.unwrap_or(0) {
        0 => words.to_owned(),
        1 => format!("{words} One lesson was shown to be known by a test instead of attended."),
        shown => format!("{words} {shown} lessons were shown to be known by a test instead of attended."),
    }
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    shown(asked, world, None)
}

fn shown(asked: &Asked, world: &World, verdict: Option<bool>) -> Answered {
    let (certified, ix, person) = find(asked, world)?;
    let (course, kind) = course_words(world, &certified.body);
    let is_withdrawn = is_withdrawn(person, &certified);
    let withdrawn = withdrawn_on(world, ix, &certified).filter(|_| is_withdrawn);
    written(&CertificatePage {
        frame: Frame::of(asked, world, "A certificate").unlisted(),
        path: format!("/certificate/{}", words::in_query(asked.param("code"))),
        course,
        kind,
        strength: strength_words(&certified.body),
        on: words::day(certified.body.on),
        recorded: words::moment(certified.at, &asked.zone),
        version: certified.body.version.as_deref().unwrap_or_default().to_owned(),
        source: certified.body.source.as_deref().unwrap_or_default().to_owned(),
        ledger: world.origin().unwrap_or_default().to_owned(),
        fact: certified.seq,
        leaf: certified.leaf,
        key: world.key().unwrap_or_default().to_owned(),
        is_withdrawn,
        withdrawn: withdrawn.map(words::day).unwrap_or_default(),
        has_name: !person.erased && !person.name().is_empty(),
        verdict,
    })
}

/// The completion that the code stands for, and whose it is. Every code is looked up in the same way, whatever it looks like.
fn find<'w>(asked: &Asked, world: &'w World) -> Result<(Certified, PersonIx, &'w Person), Trouble> {
    let (id, seq) = asked.app.store.certified(asked.param("code"))?.ok_or(Trouble::NotFound)?;
    let id: PersonId = id.parse().map_err(Trouble::Internal)?;
    let ix = world.people().by_id(id).ok_or(Trouble::NotFound)?;
    let person = world.people().get(ix).ok_or(Trouble::NotFound)?;
    let certified = recorded(asked, seq)?.ok_or(Trouble::NotFound)?;
    Ok((certified, ix, person))
}

/// Whether it stands no more.
fn is_withdrawn(person: &Person, certified: &Certified) -> bool {
    !person.completions.iter().any(|completion| u64::from(completion.seq) == certified.seq)
}

/// The day on which it was taken back; none where nothing tells.
fn withdrawn_on(world: &World, ix: PersonIx, certified: &Certified) -> Option<Day> {
    let course = world.course_ix(&certified.body.course);
    let is_it = |what: &Withdrawn| match what {
        Withdrawn::Completion(found, on) => Some(*found) == course && *on == certified.body.on,
        Withdrawn::Leave(_) | Withdrawn::Exception(..) => false,
    };
    let found = world.corrections().of(world, ix).filter(|correction| is_it(&correction.withdrawn)).last();
    found.map(|correction| crate::clock::day_of(world, correction.at))
}

/// Says whether a name is the one that is recorded. The answer is all that is told.
pub(crate) fn compare(asked: &Asked, sent: &Fields) -> Answered {
    if too_often(asked.app, &asked.sender, asked.now)? {
        return Err(Trouble::TooOften);
    }
    let world = asked.app.store.world()?;
    let (certified, _, person) = find(asked, &world)?;
    let since = asked.now.saturating_sub(WINDOW).unwrap_or(asked.now);
    let key = crate::cli::sha256(format!("certificate {}", certified.seq).as_bytes());
    if !asked.app.store.attempt(&key, TRIES, asked.now, since)? {
        return Err(Trouble::TooOften);
    }
    let name = sent.text("name");
    if name.is_empty() {
        return Err(Trouble::at("name", "write the name as it stands on the certificate"));
    }
    let is_known = !person.erased && !person.name().is_empty();
    shown(asked, &world, is_known.then(|| is_same_name(name, person.name())))
}

/// Whether two names are the same but for blanks and capitals, in a time that does not depend on where they differ.
fn is_same_name(one: &str, other: &str) -> bool {
    let digest = |name: &str| {
        let plain: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
        Sha256::digest(plain.join(" ").as_bytes())
    };
    digest(one).iter().zip(digest(other)).fold(0, |difference, (one, other)| difference | (one ^ other)) == 0
}

/// The proof that the fact stands in the ledger, without what is private of it.
pub(crate) fn proof_file(asked: &Asked) -> Answered {
    if sign_in::too_often(asked.app, &asked.sender, asked.now)? {
        return Err(Trouble::TooOften);
    }
    let world = asked.app.store.world()?;
    let (certified, ..) = find(asked, &world)?;
    let (size, key) = (world.size(), world.key().map(str::to_owned));
    drop(world);
    let made = asked.app.proofs.of("certificate", size, certified.seq.to_string(), || {
        proof::bytes(asked, key.as_deref(), certified.seq, false).map_err(|trouble| format!("{trouble:?}"))
    });
    let bytes = (*made).clone().map_err(Trouble::Internal)?;
    Ok(Answer::File { name: format!("keepsharp-proof-{}.json", certified.seq), kind: "application/json", bytes })
}

#[cfg(test)]
mod tests {
    use super::is_same_name;

    #[test]
    fn names_are_compared_but_for_blanks_and_capitals() {
        for (one, other, is_same) in [
            ("Zoë  Ångström ", " zoë ångström", true),
            ("Ana One", "Ana\u{a0}One", true),
            ("Ana One", "AnaOne", false),
            ("Ana One", "Ana Two", false),
            ("", "Ana One", false),
        ] {
            assert_eq!(is_same_name(one, other), is_same, "{one:?} {other:?}");
        }
    }
}
