//! Taking files in: what was taken in so far, and the form by which a file is looked at before anything is written.

use crate::cli::{sha256, take_in as take_list_in};
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble};
use crate::web::frame::{Answer, Answered, Frame, Link, page as written};
use crate::web::pages::{import_preview, programme};
use crate::web::words;
use askama::Template;
use keepsharp_domain::access::Act;
use keepsharp_domain::completion::ListPlan;
use keepsharp_domain::fact::FileKind;
use keepsharp_domain::roster::{self, ImportOptions, Roster, RosterPlan};
use keepsharp_domain::sheet::File;
use keepsharp_domain::world::Import;
use keepsharp_domain::{Day, Draft, Refusal, World};
use keepsharp_store::{Error, fresh_id};

/// How many past imports are listed.
const MOST_IMPORTS: usize = 50;
/// How many problems of one file are told.
const MOST_PROBLEMS: usize = 50;

/// The kinds of file: what forms send, what people call one, and which columns it has.
const KINDS: [Kind; 5] = [
    Kind {
        file: FileKind::Roster,
        word: "roster",
        label: "The roster",
        hint: "The whole company as it is on one day. Whoever is not in it counts as having left.",
        columns: &["employee_id", "name", "email", "username", "title", "departments", "manager_id", "start_date"],
        optional: &["end_date", "employment", "location", "labels"],
    },
    Kind {
        file: FileKind::Completions,
        word: "completions",
        label: "Completions",
        hint: "Who took which course on which day.",
        columns: &["employee_id", "course", "completed_on", "strength"],
        optional: &["source", "reference"],
    },
    Kind {
        file: FileKind::Leaves,
        word: "leaves",
        label: "Leaves",
        hint: "Who is away from when, and back on which day. Leave “to” empty while nobody knows.",
        columns: &["employee_id", "from", "to"],
        optional: &[],
    },
    Kind {
        file: FileKind::Exceptions,
        word: "exceptions",
        label: "Exceptions",
        hint: "Who is released from which control, from the first to the last day, and who approved it.",
        columns: &["employee_id", "control", "from", "to", "reason", "approved_by"],
        optional: &[],
    },
    Kind {
        file: FileKind::Attestations,
        word: "attestations",
        label: "Managers’ counts",
        hint: "How many of a manager’s direct reports have taken it.",
        columns: &["manager_id", "campaign", "count", "on"],
        optional: &[],
    },
];

/// A kind of file, for the form.
pub(crate) struct Kind {
    pub(crate) file: FileKind,
    word: &'static str,
    pub(crate) label: &'static str,
    hint: &'static str,
    columns: &'static [&'static str],
    optional: &'static [&'static str],
}

#[derive(Template)]
#[template(path = "imports.html")]
struct ImportsPage {
    frame: Frame,
    tabs: Vec<Link>,
    today: String,
    latest: String,
    kinds: Vec<KindChoice>,
    imports: Vec<ImportLine>,
    /// What is said where not all are listed.
    listed: String,
}

/// A kind of file as the form offers it.
struct KindChoice {
    word: &'static str,
    label: &'static str,
    hint: &'static str,
    columns: Vec<Column>,
}

/// A column, by our name and by that of the company's files where it differs.
struct Column {
    name: &'static str,
    theirs: String,
    is_optional: bool,
}

/// A file that was taken in.
struct ImportLine {
    at: String,
    what: &'static str,
    on: String,
    rows: String,
    facts: String,
    by: String,
    sha256: String,
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let all = world.imports();
    let listed = if all.len() > MOST_IMPORTS {
        format!("The latest {MOST_IMPORTS} of {}; the ledger keeps them all.", words::grouped(all.len() as u64))
    } else {
        String::new()
    };
    written(&ImportsPage {
        frame: Frame::of(asked, world, "Imports"),
        tabs: programme::tabs(asked, world, "imports"),
        today: asked.today.to_string(),
        latest: world.latest_roster().map(words::day).unwrap_or_default(),
        kinds: KINDS
            .iter()
            .filter(|kind| kind.file != FileKind::Exceptions || asked.may(Act::Definition))
            .map(|kind| choice(asked, kind))
            .collect(),
        imports: all.iter().rev().take(MOST_IMPORTS).map(|import| line(asked, world, import)).collect(),
        listed,
    })
}

fn choice(asked: &Asked, kind: &Kind) -> KindChoice {
    let column = |name: &'static str, is_optional| Column {
        name,
        theirs: asked.app.settings.columns.get(name).cloned().unwrap_or_default(),
        is_optional,
    };
    let required = kind.columns.iter().map(|name| column(name, false));
    let columns = required.chain(kind.optional.iter().map(|name| column(name, true))).collect();
    KindChoice { word: kind.word, label: kind.label, hint: kind.hint, columns }
}

fn line(asked: &Asked, world: &World, import: &Import) -> ImportLine {
    ImportLine {
        at: words::moment(import.at, &asked.zone),
        what: KINDS.iter().find(|kind| kind.file == import.body.file).map_or("", |kind| kind.label),
        on: words::day_or_dash(import.body.on),
        rows: words::grouped(import.body.rows),
        facts: words::grouped(import.body.facts),
        by: words::author(world, &import.by),
        sha256: import.body.sha256.chars().take(12).collect(),
    }
}

/// How a file is to be taken in.
#[derive(Clone, Copy)]
pub(crate) struct Wish {
    pub(crate) kind: &'static Kind,
    /// The day that a roster holds on.
    pub(crate) on: Day,
    pub(crate) today: Day,
    pub(crate) allow_mass_end: bool,
}

impl Wish {
    /// As the address of a file that is looked at says it.
    pub(crate) fn of_address(asked: &Asked) -> Result<Wish, Trouble> {
        Wish::of(asked, &asked.query)?.ok_or(Trouble::NotFound)
    }

    fn of(asked: &Asked, fields: &Fields) -> Result<Option<Wish>, Trouble> {
        let Some(kind) = KINDS.iter().find(|kind| kind.word == fields.text("kind")) else { return Ok(None) };
        let given = if kind.file == FileKind::Roster { fields.day("on")? } else { None };
        let on = given.unwrap_or(asked.today);
        Ok(Some(Wish { kind, on, today: asked.today, allow_mass_end: false }))
    }

    /// The address at which a file is looked at.
    pub(crate) fn address(&self, id: &str) -> String {
        let on = if self.kind.file == FileKind::Roster { format!("&on={}", self.on) } else { String::new() };
        format!("/programme/imports/{id}?kind={}{on}", self.kind.word)
    }
}

/// What taking a file in would do.
pub(crate) enum Plan {
    Roster(RosterPlan),
    List(ListPlan),
}

/// The facts that a file gives in this world.
pub(crate) fn decide(world: &World, wish: Wish, file: File) -> Result<(Vec<Draft>, Plan), Refusal> {
    if wish.kind.file != FileKind::Roster {
        let (drafts, plan) = take_list_in(world, wish.kind.file, file, wish.today)?;
        return Ok((drafts, Plan::List(plan)));
    }
    let roster = Roster::read(file)?;
    let options = ImportOptions { on: wish.on, today: wish.today, allow_mass_end: wish.allow_mass_end };
    let (drafts, plan) = roster::import(world, &roster, options, &mut fresh_id)?;
    Ok((drafts, Plan::Roster(plan)))
}

/// Reads a file; where it can be taken in, keeps it for a day and goes to where it is looked at.
pub(crate) fn look(asked: &Asked, sent: &Fields) -> Answered {
    let wish = Wish::of(asked, sent)?.ok_or_else(|| Trouble::at("kind", "say what the file holds"))?;
    check_kind(asked, &wish)?;
    let sent = sent.file.as_ref().ok_or_else(|| Trouble::at("file", "choose a CSV file with something in it"))?;
    let id = sha256(&sent.bytes);
    let file = File { bytes: &sent.bytes, sha256: &id, columns: &asked.app.settings.columns };
    let tried = decide(&*asked.app.store.world()?, Wish { allow_mass_end: true, ..wish }, file);
    tried.map_err(|refusal| match &refusal {
        Refusal::File(_) => Trouble::at("file", problems(&refusal)),
        Refusal::Request(_) => Trouble::at("on", problems(&refusal)),
    })?;
    asked.app.store.keep_upload(&id, &sent.name, &sent.bytes, asked.now)?;
    Ok(Answer::Go(wish.address(&id)))
}

/// Exceptions are the control's owner to grant, from a file as by hand.
pub(crate) fn check_kind(asked: &Asked, wish: &Wish) -> Result<(), Trouble> {
    if wish.kind.file == FileKind::Exceptions && !asked.may(Act::Definition) {
        return Err(Trouble::at("kind", "exceptions are for the control's owner to take in"));
    }
    Ok(())
}

/// What is wrong, one line a problem.
pub(crate) fn problems(refusal: &Refusal) -> String {
    let Refusal::File(list) = refusal else { return words::prose(&refusal.to_string()) };
    let mut lines: Vec<String> = list.iter().take(MOST_PROBLEMS).map(ToString::to_string).collect();
    if list.len() > MOST_PROBLEMS {
        lines.push(format!("and {} more", words::grouped((list.len() - MOST_PROBLEMS) as u64)));
    }
    lines.join("\n")
}

/// Takes a file in as it was looked at.
pub(crate) fn take_in(asked: &Asked, sent: &Fields) -> Answered {
    let wish = Wish { allow_mass_end: sent.ticked("allow_mass_end"), ..Wish::of_address(asked)? };
    check_kind(asked, &wish)?;
    let kept = asked.param("id").to_owned();
    let (_, bytes) = asked.app.store.upload(&kept, asked.now)?.ok_or_else(import_preview::gone)?;
    let (id, seen, columns) = (kept.clone(), sent.text("seen").to_owned(), asked.app.settings.columns.clone());
    let decide = move |world: &World| {
        let (drafts, plan) = decide(world, wish, File { bytes: &bytes, sha256: &id, columns: &columns })?;
        // Taken in by somebody else in the meantime: nothing is left to agree to.
        if !drafts.is_empty() && import_preview::seen(world, &drafts, &plan) != seen {
            return Err(Refusal::request(
                "something was recorded since you looked, and the file would do something else now; look at it again below",
            ));
        }
        let facts = drafts.len();
        Ok((drafts, facts))
    };
    let facts = asked.commit(decide).map_err(refused)?;
    asked.app.store.drop_upload(&kept)?;
    let done = if facts == 0 { "nothing" } else { "imported" };
    Ok(Answer::Go(format!("/programme/imports?done={done}")))
}

fn refused(error: Error) -> Trouble {
    let Error::Refused(refusal) = error else { return error.into() };
    match mass_end(&refusal) {
        Some(found) => {
            Trouble::at("allow_mass_end", format!("{found}. If so many really left, tick the box and take it in"))
        }
        None => Trouble::refused(problems(&refusal)),
    }
}

/// What a refusal says of a file that would end the employment of many; none where it is about something else.
pub(crate) fn mass_end(refusal: &Refusal) -> Option<String> {
    let text = refusal.to_string();
    let (found, _) = text.split_once(". If so many really left, say --allow-mass-end")?;
    Some(found.to_owned())
}
