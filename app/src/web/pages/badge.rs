//! Badges: one's own, for a course that one completed, and the programme's, with the share of those who are trained.

use super::my::own;
use crate::credential::{Badge, file_name};
use crate::web::asked::Asked;
use crate::web::fields::Trouble;
use crate::web::frame::{Answer, Answered};
use crate::web::words;
use keepsharp_domain::badge::{Earned, earned};
use keepsharp_domain::due::{Status, Totals};
use keepsharp_domain::person::Person;
use keepsharp_domain::{World, organisation};
use keepsharp_ledger::VerifierKey;
use keepsharp_report::Award;

/// One's own badge as a file. Somebody else's is not found, and neither is one for what one only said oneself.
pub(crate) fn file(asked: &Asked, world: &World) -> Answered {
    let (earned, course, credential) = credential(asked, world)?;
    let name = format!("{}.json", file_name(course, earned.completion.on));
    Ok(Answer::File { name, kind: "application/json", bytes: credential.into_bytes() })
}

/// The same as a picture, with the credential inside.
pub(crate) fn picture(asked: &Asked, world: &World) -> Answered {
    let (earned, course, credential) = credential(asked, world)?;
    let award = Award {
        title: &earned.version.title,
        detail: &format!("{}, {}", words::course(earned.kind), words::day(earned.completion.on)),
        organisation: world.organisation().map_or("", |organisation| &organisation.name),
    };
    let name = format!("{}.svg", file_name(course, earned.completion.on));
    Ok(Answer::File { name, kind: "image/svg+xml", bytes: award.svg(&credential).into_bytes() })
}

/// Where the badge for a completion is; empty where there is none.
pub(crate) fn address(world: &World, person: &Person, seq: u32) -> String {
    let has_address = person.identity.as_ref().is_some_and(|identity| !identity.email.is_empty());
    let is_earned = has_address && earned(world, person, seq.into()).is_some();
    if is_earned { format!("/my/badge/{seq}") } else { String::new() }
}

fn credential<'w>(asked: &Asked, world: &'w World) -> Result<(Earned<'w>, &'w str, String), Trouble> {
    let (_, person) = own(asked, world)?;
    let earned = earned(world, person, asked.number("seq")?).ok_or(Trouble::NotFound)?;
    let email = person.identity.as_ref().map(|identity| &*identity.email).filter(|email| !email.is_empty());
    let email = email.ok_or_else(|| {
        Trouble::refused("the roster has no e-mail address of yours, and by its hash a badge says whose it is")
    })?;
    let course = world.course(earned.completion.course);
    let key = world.key().and_then(|key| key.parse::<VerifierKey>().ok());
    let badge = Badge {
        origin: world.origin().unwrap_or_default(),
        key: key.ok_or_else(|| Trouble::Internal("the ledger has no key".to_owned()))?.to_bytes(),
        organisation: world.organisation().map_or("", |organisation| &organisation.name),
        zone: &asked.zone,
        earned,
        course,
        email,
    };
    Ok((earned, course, badge.signed(&|hashes| asked.app.store.sign_credential(hashes))?))
}

/// The share of those who are trained for a control, for whoever is signed in; for everybody where the settings say so.
pub(crate) fn share(asked: &Asked, world: &World) -> Answered {
    let is_public = asked.app.settings.public_badge;
    if !is_public {
        asked.caller()?;
    }
    let control = world.controls().get(asked.param("control")).ok_or(Trouble::NotFound)?;
    let svg = asked.remembered("badge", world, format!("{} {}", control.id, asked.today), || {
        of_totals(world, &Totals::of(world, control, asked.today)).svg()
    });
    Ok(Answer::Picture { name: "badge.svg", svg: svg.to_string(), is_public })
}

/// The badge that these figures make.
pub(crate) fn of_totals(world: &World, totals: &Totals) -> keepsharp_report::Badge<'static> {
    let smallest =
        world.organisation().map_or(organisation::SMALLEST_GROUP, |organisation| organisation.smallest_group);
    keepsharp_report::Badge {
        label: "secure coding",
        trained: totals.count(Status::Current),
        population: totals.population(),
        smallest_group: smallest.into(),
    }
}
