//! A manager's page: who of the team has taken it and who has not yet, the count, a friendly note, and a deputy.

use super::programme::chosen_campaign;
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble, at};
use crate::web::frame::{Answer, Answered, Frame, page as written};
use crate::web::words;
use askama::Template;
use keepsharp_domain::campaign::Campaign;
use keepsharp_domain::encouragement::QUIET_DAYS;
use keepsharp_domain::person::{Person, PersonIx};
use keepsharp_domain::reminder::{self, Why};
use keepsharp_domain::tally::{self, Member};
use keepsharp_domain::{PersonId, Refusal, World, attestation, calendar, deputy as deputies, encouragement};
use keepsharp_store::{Decision, Letter};

#[derive(Template)]
#[template(path = "team.html")]
struct TeamPage {
    frame: Frame,
    of: String,
    is_own: bool,
    manager: String,
    teams: Vec<(String, String, bool)>,
    lead: String,
    others: usize,
    taken: Vec<String>,
    not_yet: Vec<String>,
    away: Vec<String>,
    round: Option<RoundCard>,
    note: String,
    note_rest: String,
    sends_mail: bool,
    deputies: Vec<DeputyLine>,
    today: String,
}

/// The count for the round.
struct RoundCard {
    id: String,
    title: String,
    closes: String,
    is_open: bool,
    engineers: u32,
    recorded: u32,
    /// The count that stands, or nothing.
    attested: String,
    /// The count that is offered to be confirmed.
    offered: u32,
    is_settled: bool,
}

/// Somebody who acts for a manager, or will.
pub(crate) struct DeputyLine {
    id: String,
    from: String,
    pub(crate) name: String,
    /// From when to when.
    pub(crate) words: String,
    pub(crate) lasts: bool,
}

/// The manager whose team is asked for: by `?of=` or the form's field, else the caller or the first they act for.
fn manager(asked: &Asked, world: &World, named: &str) -> Result<PersonIx, Trouble> {
    let caller = asked.caller()?;
    let wanted = match named {
        "" => caller.teams.first().copied(),
        named => world.people().find(named),
    };
    wanted.filter(|ix| caller.sees_team_of(*ix)).ok_or(Trouble::NotFound)
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    // Whoever leads a team today sees it as it is today: the past of a team is the programme's matter.
    let named =
        if asked.returned.sent.text("of").is_empty() { asked.query.text("of") } else { asked.returned.sent.text("of") };
    let ix = manager(asked, world, named)?;
    let person = world.people().get(ix).ok_or(Trouble::NotFound)?;
    let teams = asked.teams(world, asked.today);
    let reports = teams.of(ix);
    let campaign = current(asked, world)?;
    let members = match campaign {
        Some(campaign) => tally::members(world, campaign, reports, asked.today).map_err(Trouble::Internal)?,
        None => Vec::new(),
    };
    let names = |wanted: Member| {
        let of = members.iter().filter(|(_, member)| *member == wanted);
        let mut names: Vec<String> = of.filter_map(|(ix, _)| world.people().get(*ix)).map(words::name).collect();
        names.sort_unstable();
        names
    };
    let (taken, not_yet) = (names(Member::Taken), names(Member::NotYet));
    let is_own = asked.caller()?.person_ix() == Some(ix);
    let round = campaign.map(|campaign| round(asked, campaign, person, taken.len(), not_yet.len()));
    let page = TeamPage {
        frame: Frame::of(asked, world, "My team"),
        of: person.id.to_string(),
        is_own,
        manager: words::name(person),
        teams: choice(asked, world, ix)?,
        lead: lead(round.as_ref(), &taken, &not_yet),
        others: reports.len() - members.len(),
        note: first_words(campaign),
        note_rest: rest_of_quiet(asked, world, ix, campaign),
        away: names(Member::Away),
        taken,
        not_yet,
        round,
        sends_mail: asked.app.settings.mail.is_some() || asked.app.is_demo(),
        deputies: deputy_lines(asked, world, ix),
        today: asked.today.to_string(),
    };
    written(&page)
}

/// The round that is open today, else the latest that began.
fn current<'w>(asked: &Asked, world: &'w World) -> Result<Option<&'w Campaign>, Trouble> {
    chosen_campaign(asked, world)
}

fn choice(asked: &Asked, world: &World, chosen: PersonIx) -> Result<Vec<(String, String, bool)>, Trouble> {
    let teams = asked.caller()?.teams.iter().filter_map(|ix| Some((*ix, world.people().get(*ix)?)));
    Ok(teams.map(|(ix, person)| (person.id.to_string(), words::name(person), ix == chosen)).collect())
}

fn lead(round: Option<&RoundCard>, taken: &[String], not_yet: &[String]) -> String {
    let all = taken.len() + not_yet.len();
    match (round, all) {
        (None, _) => "No round has begun yet.".to_owned(),
        (_, 0) => "Nobody of this team is in scope today.".to_owned(),
        (_, all) if not_yet.is_empty() => format!("Everybody has taken it: {all} of {all}."),
        (_, all) => format!(
            "{} of {all} have taken it. {} still to come.",
            taken.len(),
            words::counted(not_yet.len() as u64, "person is", "people are")
        ),
    }
}

fn round(asked: &Asked, campaign: &Campaign, manager: &Person, taken: usize, not_yet: usize) -> RoundCard {
    let given = manager.attestations.iter().rev();
    let attested = given.into_iter().find(|given| given.campaign == campaign.id).map(|given| given.count);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let (recorded, engineers) = (count(taken), count(taken + not_yet));
    RoundCard {
        id: campaign.id.to_string(),
        title: campaign.title.to_string(),
        closes: words::day(campaign.closes),
        is_open: campaign.opens <= asked.today && asked.today <= campaign.closes,
        engineers,
        recorded,
        attested: attested.map(|count| count.to_string()).unwrap_or_default(),
        offered: attested.unwrap_or(0).max(recorded).min(engineers),
        is_settled: attested.is_some_and(|attested| attested >= recorded),
    }
}

/// A note to begin with; whoever sends it puts it into their own words.
fn first_words(campaign: Option<&Campaign>) -> String {
    let closes = campaign.map(|campaign| words::day(campaign.closes)).unwrap_or_default();
    format!(
        "Hello,\n\nwhen you find a quiet half hour before {closes}, please take the secure coding course. I found it worth the time. If something stands in the way, tell me and we will make room for it.\n\nThank you!"
    )
}

/// Why no note can go out today, or nothing.
fn rest_of_quiet(asked: &Asked, world: &World, ix: PersonIx, campaign: Option<&Campaign>) -> String {
    let Some(campaign) = campaign else { return String::new() };
    let last = world.notes().of(world, ix).rev().find(|note| note.campaign == campaign.id).map(|note| note.on);
    let until = last.map(|last| calendar::add_days(last, QUIET_DAYS)).filter(|until| asked.today < *until);
    until.map_or_else(String::new, |until| {
        format!(
            "Your team was written to on {}. The next note can go out on {}.",
            last.map(words::day).unwrap_or_default(),
            words::day(until)
        )
    })
}

/// Who acts for a manager today or will.
pub(crate) fn deputy_lines(asked: &Asked, world: &World, ix: PersonIx) -> Vec<DeputyLine> {
    let recent = world.deputies().of(world, ix).filter(|named| named.to >= asked.today);
    recent
        .filter_map(|named| {
            let person = world.people().by_id(named.deputy).and_then(|ix| world.people().get(ix))?;
            Some(DeputyLine {
                id: named.deputy.to_string(),
                from: named.from.to_string(),
                name: words::name(person),
                words: format!("{} to {}", words::day(named.from), words::day(named.to)),
                lasts: named.from <= asked.today,
            })
        })
        .collect()
}

fn back(manager: PersonId, word: &str) -> Answer {
    Answer::Go(format!("/team?of={manager}&done={word}"))
}

/// Whose team a form is about, checked again: the form could name anybody.
fn of_form(asked: &Asked, sent: &Fields) -> Result<(PersonIx, PersonId), Trouble> {
    let world = asked.app.store.world()?;
    let ix = manager(asked, &world, sent.text("of"))?;
    Ok((ix, world.people().get(ix).ok_or(Trouble::NotFound)?.id))
}

/// Confirms or corrects the count.
pub(crate) fn count(asked: &Asked, sent: &Fields) -> Answered {
    let (ix, manager) = of_form(asked, sent)?;
    let count = sent.number::<u32>("count")?;
    let seen = sent.text("seen");
    let seen = if seen.is_empty() { None } else { Some(sent.number::<u32>("seen")?) };
    let (campaign, today) = (sent.text("campaign").to_owned(), asked.today);
    let decide = move |world: &World| Ok((attestation::attest(world, ix, &campaign, count, seen, today)?, ()));
    asked.commit(decide).map_err(at("count"))?;
    Ok(back(manager, "counted"))
}

/// Sends a note to each of the team who has not taken it yet.
pub(crate) fn note(asked: &Asked, sent: &Fields) -> Answered {
    let (ix, manager) = of_form(asked, sent)?;
    let text = sent.text("words").to_owned();
    if text.chars().count() < 20 || text.len() > 4_000 {
        return Err(Trouble::at("words", "write a few friendly sentences, at most a page"));
    }
    let (people, campaign, control) = {
        let world = asked.app.store.world()?;
        let campaign = chosen_campaign(asked, &world)?.ok_or_else(|| Trouble::refused("no round has begun yet"))?;
        let teams = asked.teams(&world, asked.today);
        let members = tally::members(&world, campaign, teams.of(ix), asked.today).map_err(Trouble::Internal)?;
        let people: Vec<PersonIx> =
            members.into_iter().filter(|(_, member)| *member == Member::NotYet).map(|(ix, _)| ix).collect();
        (people, campaign.id.to_string(), campaign.control.to_string())
    };
    let (today, now) = (asked.today, asked.now);
    let sender = asked.caller.as_ref().and_then(keepsharp_domain::access::Caller::person_ix);
    let (address, sends) = (asked.app.address.clone(), asked.app.settings.mail.is_some() && !asked.app.is_demo());
    let decide = move |world: &World| {
        // A note counts as any other message, and is held back as any other; in which hours it goes the outbox sees to.
        let mut fine = Vec::new();
        for person in &people {
            let why = reminder::why_no_note(world, *person, &control, now, today).map_err(Refusal::request)?;
            if matches!(why, None | Some(Why::FreeTime)) {
                fine.push(*person);
            }
        }
        if fine.is_empty() && !people.is_empty() {
            return Err(Refusal::request(
                "everybody who has not taken it yet heard of it lately, or asked for quiet; try again in some days",
            ));
        }
        let drafts = encouragement::send(world, ix, &campaign, &fine, today)?;
        let letters = if sends { letters(world, sender, &fine, &text, &address) } else { Vec::new() };
        Ok((Decision { drafts, letters, ..Decision::default() }, ()))
    };
    asked.decide(decide).map_err(at("words"))?;
    Ok(back(manager, if asked.app.is_demo() { "noted-demo" } else { "noted" }))
}

/// One letter to each, so that nobody sees who else is written to. Answers go to whoever wrote it.
fn letters(world: &World, sender: Option<PersonIx>, people: &[PersonIx], text: &str, address: &str) -> Vec<Letter> {
    let mail = |ix: PersonIx| {
        let identity = world.people().get(ix)?.identity.as_deref()?;
        (!identity.email.is_empty()).then(|| identity.email.to_string())
    };
    let reply_to = sender.and_then(mail).unwrap_or_default();
    let by = sender.and_then(|ix| world.people().get(ix)).map(words::name).unwrap_or_default();
    let words = format!("{text}\n\n-- \n{by}, by way of Keepsharp\nYour page: {address}/\n");
    let letter = |ix: &PersonIx| {
        Some(Letter {
            recipient: mail(*ix)?,
            reply_to: reply_to.clone(),
            subject: "Secure coding, when you find the time".to_owned(),
            words: words.clone(),
            person: world.people().get(*ix)?.id.to_string(),
            ..Letter::default()
        })
    };
    people.iter().filter_map(letter).collect()
}

/// Names somebody who acts for the manager.
pub(crate) fn deputy(asked: &Asked, sent: &Fields) -> Answered {
    let (ix, manager) = of_form(asked, sent)?;
    if asked.caller()?.person_ix() != Some(ix) {
        return Err(Trouble::at("who", "only the manager names a deputy; a deputy names no further one"));
    }
    let who = sent.text("who").to_owned();
    let (period, today) = ((sent.required_day("from")?, sent.required_day("to")?), asked.today);
    asked.commit(move |world| Ok((deputies::name(world, ix, &who, period, today)?, ()))).map_err(at("who"))?;
    Ok(back(manager, "deputy"))
}

/// Ends a deputy's time.
pub(crate) fn end_deputy(asked: &Asked, sent: &Fields) -> Answered {
    let (ix, manager) = of_form(asked, sent)?;
    if asked.caller()?.person_ix() != Some(ix) {
        return Err(Trouble::refused("only the manager ends a deputy's time"));
    }
    let (who, from, today) = (sent.text("deputy").to_owned(), sent.required_day("from")?, asked.today);
    let decide = move |world: &World| {
        let id = who.parse().map_err(|message: String| Refusal::request(message))?;
        Ok((deputies::end(world, ix, id, from, today)?, ()))
    };
    asked.commit(decide)?;
    Ok(back(manager, "deputy-ended"))
}
