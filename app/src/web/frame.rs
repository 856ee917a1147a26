//! What every page has around its matter: navigation, who is signed in, the day it is about, and what was just done.

use super::asked::Asked;
use super::fields::{Returned, Trouble};
use super::pages::preview::{self, PreviewBar};
use super::{assets, words};
use askama::Template;
use keepsharp_domain::World;
use keepsharp_domain::access::{Act, Role, Who};
use keepsharp_domain::person::PersonIx;
use std::borrow::Cow;

/// What a request is answered with.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A page.
    Page(String),
    /// Another address to go to.
    Go(String),
    /// Signed in: the browser gets the session's token.
    SignedIn { token: String, then: String },
    /// Signed out: the browser forgets it.
    SignedOut { then: String },
    /// A part of the program that never changes under its address.
    Asset { kind: &'static str, text: &'static str },
    /// What an exercise is made of.
    Part(Part),
    /// A page that holds an exercise: it may load scripts of ours, fetch from us, and hold our frame.
    Practice(String),
    /// A few words for a program.
    Text(String),
    /// A file to keep.
    File { name: String, kind: &'static str, bytes: Vec<u8> },
    /// A picture for other pages, which may be kept for a few minutes.
    Picture { name: &'static str, svg: String, is_public: bool },
    /// A page that somebody could only be shown because it is recorded that they looked.
    Looked { page: String, at: PersonIx, role: Role },
}

/// What an exercise is made of.
#[derive(Debug)]
pub(crate) enum Part {
    /// A script or a runtime's file. What never changes under its address is kept for good.
    Bytes { kind: &'static str, bytes: Cow<'static, [u8]>, is_lasting: bool },
    /// The document of the frame in which an exercise runs, with a policy of its own.
    Sandbox { text: &'static str, policy: &'static str },
}

pub(crate) type Answered = Result<Answer, Trouble>;

/// The frame of a page.
pub(crate) struct Frame {
    pub(crate) title: String,
    pub(crate) organisation: String,
    pub(crate) style: &'static str,
    pub(crate) nav: Vec<Link>,
    pub(crate) who: Option<(String, String)>,
    pub(crate) csrf: String,
    pub(crate) personas: Vec<PersonaButton>,
    pub(crate) day: Option<DayBar>,
    pub(crate) done: &'static str,
    pub(crate) returned: Returned,
    pub(crate) facts: String,
    /// What stands above the page of a course that is being written.
    pub(crate) preview: Option<PreviewBar>,
    /// Whether programs that list pages are asked to leave it out.
    pub(crate) is_unlisted: bool,
    /// After how many seconds the page looks again by itself; 0 for never.
    pub(crate) again: u8,
}

/// An entry of a navigation.
pub(crate) struct Link {
    pub(crate) href: String,
    pub(crate) label: &'static str,
    pub(crate) current: bool,
    /// How many things wait there; 0 is not shown.
    pub(crate) waiting: usize,
}

/// A button of the demo's bar.
pub(crate) struct PersonaButton {
    pub(crate) key: &'static str,
    pub(crate) role: &'static str,
    pub(crate) name: String,
    pub(crate) active: bool,
}

/// The bar that says of which day a page speaks.
pub(crate) struct DayBar {
    pub(crate) as_of: String,
    pub(crate) known_at: String,
    /// What is said when the page speaks of another day or knowledge than today's.
    pub(crate) past: String,
    /// The query's other fields, which stay as they are.
    pub(crate) kept: Vec<(String, String)>,
    pub(crate) path: String,
}

impl Frame {
    /// The frame of a page that is about today.
    pub(crate) fn of(asked: &Asked, world: &World, title: impl Into<String>) -> Frame {
        // In a preview nobody signs in or out.
        let who = asked.caller.as_ref().filter(|_| asked.app.preview.is_none()).map(|caller| {
            let name = match caller.who {
                Who::Person(ix) => world.people().get(ix).map(words::name).unwrap_or_default(),
                Who::Auditor(seq) => world.rooms().get(seq).map(|room| room.name().to_owned()).unwrap_or_default(),
                Who::Operator => "Installation".to_owned(),
            };
            let roles: Vec<&str> = caller.roles().map(keepsharp_domain::access::Role::title).collect();
            (name, roles.join(", "))
        });
        Frame {
            title: title.into(),
            organisation: world.organisation().map(|organisation| organisation.name.to_string()).unwrap_or_default(),
            style: assets::style_address(),
            nav: nav(asked, world),
            who,
            csrf: asked.csrf.clone(),
            personas: personas(asked),
            day: None,
            done: done(asked.query.text("done")),
            returned: asked.returned.clone(),
            facts: words::grouped(world.size()),
            preview: preview::bar(asked),
            is_unlisted: false,
            again: 0,
        }
    }

    /// The same with a bar to choose another day.
    pub(crate) fn with_days(mut self, asked: &Asked) -> Frame {
        let mut past = String::new();
        if asked.as_of != asked.today {
            past = format!("This page speaks of {}", words::day(asked.as_of));
        }
        if let Some(at) = asked.known_at {
            let begun = if past.is_empty() { "This page speaks of today".to_owned() } else { past };
            past = format!("{begun}, as it was known on {}", words::moment(at, &asked.zone));
        }
        let of_day = |name: &str| ["as_of", "known_at", "done", "page"].contains(&name);
        let known_at = asked.known_at.map(|at| at.to_zoned(asked.zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string());
        self.day = Some(DayBar {
            as_of: asked.as_of.to_string(),
            known_at: known_at.unwrap_or_default(),
            past,
            kept: asked.query.values.iter().filter(|(name, _)| !of_day(name)).cloned().collect(),
            path: asked.path.clone(),
        });
        self
    }

    /// The same for a page that no list of pages should name.
    pub(crate) fn unlisted(mut self) -> Frame {
        self.is_unlisted = true;
        self
    }

    /// The same for a page that looks again by itself, while something is being made.
    pub(crate) fn again_in(mut self, seconds: u8) -> Frame {
        self.again = seconds;
        self
    }

    /// The same for a page that comes back at another address where one of its forms is refused.
    pub(crate) fn at(mut self, path: &str) -> Frame {
        if let Some(day) = &mut self.day {
            path.clone_into(&mut day.path);
        }
        self
    }

    /// Whether a form comes back with a problem of the form as a whole.
    pub(crate) fn problem(&self) -> Vec<&str> {
        self.returned.problem.message.lines().collect()
    }

    /// What stands in a field.
    pub(crate) fn value<'a>(&'a self, form: &str, name: &str, otherwise: &'a str) -> &'a str {
        self.returned.value(form, name, otherwise)
    }

    /// What is wrong at a field.
    pub(crate) fn error(&self, form: &str, name: &str) -> &str {
        self.returned.error(form, name)
    }
}

/// Writes a page.
pub(crate) fn page(template: &impl Template) -> Answered {
    Ok(Answer::Page(rendered(template)?))
}

/// Writes a page that holds an exercise.
pub(crate) fn practice(template: &impl Template) -> Answered {
    Ok(Answer::Practice(rendered(template)?))
}

/// A template's text.
pub(crate) fn rendered(template: &impl Template) -> Result<String, Trouble> {
    // Most pages fit; growing on the way costs more than the room.
    let mut text = String::with_capacity(16 << 10);
    template.render_into(&mut text).map_err(|error| Trouble::Internal(error.to_string()))?;
    Ok(text)
}

fn nav(asked: &Asked, world: &World) -> Vec<Link> {
    let places: [(Act, &str, &str); 8] = [
        (Act::OwnRecord, "/", "My page"),
        (Act::OwnRecord, "/learn", "Courses"),
        (Act::Team, "/team", "My team"),
        (Act::Programme, "/programme", "Programme"),
        (Act::Content, "/content", "Content"),
        (Act::Summary, "/management", "Summary"),
        (Act::Audit, "/audit", "Audit"),
        (Act::Administration, "/admin", "Administration"),
    ];
    let here = |href: &str| {
        asked.path == href || href != "/" && asked.path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'))
    };
    let own = |href: &str| href == "/" && asked.path.starts_with("/my/");
    let _ = world;
    let is_shown = |href: &str| asked.app.preview.is_none() || href == "/learn";
    let link = |(_, href, label): (Act, &str, &'static str)| Link {
        href: href.to_owned(),
        label,
        current: here(href) || own(href),
        waiting: 0,
    };
    places.into_iter().filter(|(act, href, _)| asked.may(*act) && is_shown(href)).map(link).collect()
}

fn personas(asked: &Asked) -> Vec<PersonaButton> {
    let subject = asked.session.as_ref().map(|session| session.subject.clone());
    let button = |persona: &super::Persona| PersonaButton {
        key: persona.key,
        role: persona.role.title(),
        name: persona.name.clone(),
        active: subject.as_ref() == Some(&persona.subject.to_string()),
    };
    asked.app.personas.iter().map(button).collect()
}

/// What a page says of what was just done, by the word in its address: an address must not put words into our mouth.
fn done(word: &str) -> &'static str {
    match word {
        "taken" => "Thank you. It is recorded, and your next date is below.",
        "taken-by-link" => "Thank you. It is recorded.",
        "quiet" => "You hear nothing until then.",
        "objected-by-link" => "It has reached the control’s owner. You will see the answer on your page.",
        "round" => "The round is recorded.",
        "paused" => "It is paused: nobody is written to.",
        "resumed" => "It goes on.",
        "closed" => "It is closed, and its result stands.",
        "at-once" => "It is done within half a minute.",
        "asked" => "Your request is on its way; you will see the answer here.",
        "objected" => "It has reached the control's owner. You will see the answer here.",
        "counted" => "Your count is recorded.",
        "noted-demo" => "Recorded. A made-up company sends no mail; otherwise your note would be on its way.",
        "noted" => "Your note is on its way, to each person alone.",
        "deputy" => "Recorded: they see this team and may answer for it.",
        "deputy-ended" => "Recorded: this has ended.",
        "forgotten" => "Your answers are forgotten.",
        "imported" => "The file was taken in.",
        "nothing" => "Nothing changed: all of this was recorded before.",
        "compared" => "The list was compared; in whom it differs is below.",
        "explained" => "Recorded, with your name.",
        "applied" => "The programme is recorded.",
        "granted" => "Granted.",
        "declined" => "Declined; the reason is on their page.",
        "answered" => "Your answer is on their page.",
        "recorded" => "Recorded.",
        "withdrawn" => "Taken back. The mistake and the correction both stay in the ledger.",
        "merged" => "They are one person from now on, with the history of both.",
        "reviewed" => "Your review is signed and recorded.",
        "checked" => "How it stood is recorded.",
        "followed" => "What followed is recorded.",
        "handed" => "What was handed over is recorded.",
        "requested" => "Your request has reached the control’s owner.",
        "request-noted" => "The request is recorded.",
        "room" => "The room is open, and a sign-in link is on its way to the auditor.",
        "room-unsent" => "The room is open. Give the auditor the link that the command below makes.",
        "room-closed" => "The room is closed.",
        "useful" => "Thank you. It helps whoever keeps the course.",
        "told-content" => {
            "Thank you. It has reached whoever keeps the course; the answer will stand on the course’s page."
        }
        "replied" => "Your answer stands on their page of the course.",
        "published" => "The version is published. Whoever is in the middle of an earlier one finishes that.",
        "role" => "The role is granted.",
        "role-ended" => "The role has ended.",
        "session-ended" => "The session has ended.",
        _ => "",
    }
}
