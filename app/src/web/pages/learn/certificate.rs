//! The certificate for a completion of one's own: a page of PDF with a link that proves it from the ledger.

use crate::web::asked::Asked;
use crate::web::fields::Trouble;
use crate::web::frame::{Answer, Answered};
use crate::web::pages::certificate::{Certified, course_words, recorded, strength_words};
use crate::web::pages::my::own;
use crate::web::words;
use keepsharp_domain::person::{PersonId, Strength};
use keepsharp_domain::{Day, World};
use keepsharp_report::Certificate;
use keepsharp_store::fresh_code;

/// The file. Somebody else's completion is not found, and neither is one of another course.
pub(crate) fn file(asked: &Asked) -> Answered {
    let seq = asked.number("seq")?;
    let (certificate, at) = {
        let world = asked.app.store.world()?;
        let (_, person) = own(asked, &world)?;
        let is_own = person.completions.iter().any(|completion| u64::from(completion.seq) == seq);
        let certified = recorded(asked, seq)?.filter(|_| is_own).ok_or(Trouble::NotFound)?;
        let wanted = asked.param("course");
        let is_of_course = *certified.body.course == *wanted
            || world.published_courses().course_of(&certified.body.course) == Some(wanted);
        if !is_of_course {
            return Err(Trouble::NotFound);
        }
        let code = asked.app.store.certificate_code(person.id, seq, &fresh_code()?)?;
        let name = words::name(person);
        (certificate(asked, &world, &certified, (person.id, name, &code))?, certified.at)
    };
    // Typesetting takes a while, and nobody should wait for the world meanwhile.
    let bytes = certificate.pdf(at).map_err(Trouble::Internal)?;
    Ok(Answer::File { name: file_name(&certificate.course, certificate.on), kind: "application/pdf", bytes })
}

fn certificate(
    asked: &Asked,
    world: &World,
    certified: &Certified,
    (person, name, code): (PersonId, String, &str),
) -> Result<Certificate, Trouble> {
    let body = &certified.body;
    let (course, kind) = course_words(world, body);
    Ok(Certificate {
        name,
        verb: if body.strength >= Strength::Completed { "completed" } else { "took" }.to_owned(),
        course,
        kind: kind.to_owned(),
        strength: strength_words(body),
        on: body.on,
        version: body.version.as_deref().unwrap_or_default().to_owned(),
        source: body.source.as_deref().unwrap_or_default().to_owned(),
        covers: covers(asked, world, person, certified)?,
        organisation: world.organisation().map(|organisation| organisation.name.to_string()).unwrap_or_default(),
        ledger: world.origin().unwrap_or_default().to_owned(),
        fact: certified.seq,
        address: format!("{}/certificate/{code}", asked.app.address),
    })
}

/// The modules of that version in which they ever finished a lesson. What they answered may be forgotten by now; then nothing is claimed.
fn covers(asked: &Asked, world: &World, person: PersonId, certified: &Certified) -> Result<Vec<String>, Trouble> {
    let Some(version) = certified.body.version.as_deref() else { return Ok(Vec::new()) };
    let Some(course) = world.published_courses().course_of(&certified.body.course) else { return Ok(Vec::new()) };
    let Ok(opened) = asked.app.shelf.open(&asked.app.store, version) else { return Ok(Vec::new()) };
    let learner = super::study::learner(asked, person, course)?;
    let is_done =
        |module: &&keepsharp_course::Module| module.lessons.iter().any(|lesson| learner.known.contains_key(&lesson.id));
    Ok(opened.course.modules.iter().filter(is_done).map(|module| module.title.clone()).collect())
}

/// The file's name, in letters that every system takes.
fn file_name(course: &str, on: Day) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let course: String = course.chars().map(plain).take(60).collect();
    format!("certificate-{}-{on}.pdf", course.trim_matches('-'))
}
