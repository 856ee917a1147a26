//! A course that somebody took elsewhere: what they say of it, and the file that proves it.

use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble, at};
use crate::web::frame::{Answer, Answered};
use crate::web::words;
use keepsharp_domain::person::PersonIx;
use keepsharp_domain::proof_file::{self, ProofKind};
use keepsharp_domain::request::elsewhere::{self, Elsewhere};
use keepsharp_domain::{World, look};

/// What is offered as a course: its id, and what it is called.
pub(super) fn courses(world: &World) -> Vec<(String, String)> {
    let titled = |id: String| {
        let published = world.published_courses().latest(&id);
        let title = published.filter(|one| *one.body.course == *id).map(|one| format!("{} ({id})", one.body.title));
        (id.clone(), title.unwrap_or(id))
    };
    elsewhere::courses(world).into_iter().map(titled).collect()
}

/// "I took this elsewhere."
pub(crate) fn ask(asked: &Asked, sent: &Fields) -> Answered {
    let ix = asked.caller()?.person_ix().ok_or(Trouble::NotFound)?;
    let (on, today) = (sent.required_day("on")?, asked.today);
    if on > today {
        return Err(Trouble::at("on", format!("{} has not come yet", words::day(on))));
    }
    if sent.text("reference").chars().count() > elsewhere::LONGEST_REFERENCE {
        return Err(Trouble::at("reference", "write at most 1,000 characters"));
    }
    let file = sent.file.as_ref();
    if let Some(file) = file {
        proof_file::check(&file.bytes).map_err(|refusal| Trouble::at("file", refusal.to_string()))?;
    }
    let sha256 = file.map(|file| crate::cli::sha256(&file.bytes)).unwrap_or_default();
    let [course, source, reference] = ["course", "source", "reference"].map(|name| sent.text(name).to_owned());
    let decide = move |world: &World, sha256: &str| {
        let told = Elsewhere { course: &course, on, source: &source, reference: &reference, proof: sha256 };
        elsewhere::ask(world, ix, told, today)
    };
    // Kept before it is recorded, and only where it would be: a fact never names a file that is not there.
    if let Some(file) = file {
        decide(&*asked.app.store.world()?, &sha256).map_err(|refusal| Trouble::at("source", refusal.to_string()))?;
        asked.app.store.keep_document(&sha256, &file.bytes, asked.now)?;
    }
    asked.commit(move |world| Ok((decide(world, &sha256)?, ()))).map_err(at("source"))?;
    Ok(Answer::Go("/?done=asked#elsewhere".to_owned()))
}

/// Whose proof the address means, and its SHA-256.
fn named(asked: &Asked, world: &World) -> Result<(PersonIx, String), Trouble> {
    let (ix, sha256) = proof_file::of_fact(world, asked.number("seq")?).ok_or(Trouble::NotFound)?;
    Ok((ix, sha256.to_owned()))
}

/// One's own proof.
pub(crate) fn own(asked: &Asked, world: &World) -> Answered {
    let (ix, sha256) = named(asked, world)?;
    let own = asked.caller()?.person_ix().map(|own| world.people().resolve(own));
    if own != Some(world.people().resolve(ix)) {
        return Err(Trouble::NotFound);
    }
    file(asked, &sha256)
}

/// Somebody's proof, for whoever decides on it. That they looked is recorded first, and shown to its person.
pub(crate) fn one(asked: &Asked) -> Answered {
    let (ix, sha256, by, role) = {
        let world = asked.app.store.world()?;
        let (ix, sha256) = named(asked, &world)?;
        let role = asked.caller()?.looks_as(&world, ix, asked.today).ok_or(Trouble::Forbidden)?;
        (ix, sha256, asked.author(&world)?, role)
    };
    let (today, zone) = (asked.today, asked.zone.clone());
    asked.commit(move |world| Ok((look::open(world, &by, ix, role, (today, &zone)), ())))?;
    file(asked, &sha256)
}

/// The file as it was, to be kept: whatever it holds, no browser shows it under our name.
fn file(asked: &Asked, sha256: &str) -> Answered {
    let bytes = asked.app.store.document(sha256)?.ok_or(Trouble::NotFound)?;
    let (ending, kind) =
        ProofKind::of(&bytes).map_or(("bin", "application/octet-stream"), |kind| (kind.ending(), kind.media_type()));
    Ok(Answer::File { name: format!("proof-{}.{ending}", asked.param("seq")), kind, bytes })
}
