//! A file that waits to be taken in: what it would do, to whom, by name.

use crate::web::asked::Asked;
use crate::web::fields::Trouble;
use crate::web::frame::{Answered, Frame, Link, page as written};
use crate::web::pages::concerned::{Concerned, Group, fingerprint, scope};
use crate::web::pages::programme;
use crate::web::pages::roster_import::{Plan, Wish, decide, mass_end, problems};
use crate::web::words;
use askama::Template;
use keepsharp_domain::fact::Body;
use keepsharp_domain::preview::scope_changes;
use keepsharp_domain::roster::{self, RosterPlan};
use keepsharp_domain::sheet::File;
use keepsharp_domain::{Day, Draft, PersonId, Refusal, World};

#[derive(Template)]
#[template(path = "import_preview.html")]
struct PreviewPage<'p> {
    frame: Frame,
    tabs: Vec<Link>,
    file: String,
    kind: &'static str,
    address: String,
    found: Result<&'p Preview, Vec<String>>,
    allows_mass_end: bool,
}

/// What taking a file in would do, short enough for a page.
struct Preview {
    lead: String,
    is_new: bool,
    figures: Vec<(&'static str, String)>,
    notices: Vec<String>,
    /// What is said where the file would end the employment of many.
    mass_end: Option<String>,
    groups: Vec<Group>,
    scope: Vec<String>,
    scope_groups: Vec<Group>,
    seen: String,
}

/// A file that is not kept any more.
pub(crate) fn gone() -> Trouble {
    Trouble::refused(
        "This file does not wait here any more: it was taken in, or a day has passed. Nothing is lost; choose it again under Programme, Imports.",
    )
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let wish = Wish::of_address(asked)?;
    let id = asked.param("id");
    let (name, bytes) = asked.app.store.upload(id, asked.now)?.ok_or_else(gone)?;
    let file = File { bytes: &bytes, sha256: id, columns: &asked.app.settings.columns };
    let detail = format!("{} {}", wish.address(id), wish.today);
    let found = asked.remembered("import", world, detail, || Preview::of(world, wish, file));
    // Where a form comes back, the frame says why already.
    let is_told = !asked.returned.problem.message.is_empty();
    let told = |text: &String| {
        if is_told { Vec::new() } else { text.lines().map(ToOwned::to_owned).collect() }
    };
    written(&PreviewPage {
        frame: Frame::of(asked, world, format!("Look at {name}")),
        tabs: programme::tabs(asked, world, "imports"),
        file: name,
        kind: wish.kind.label,
        address: wish.address(id),
        found: found.as_ref().as_ref().map_err(told),
        allows_mass_end: asked.returned.sent.ticked("allow_mass_end"),
    })
}

impl Preview {
    fn of(world: &World, wish: Wish, file: File) -> Result<Preview, String> {
        let told = |refusal: Refusal| problems(&refusal);
        let (drafts, plan) = decide(world, Wish { allow_mass_end: true, ..wish }, file).map_err(told)?;
        let groups = groups(world, &drafts, &plan);
        let seen = fingerprint(&groups, &[]);
        let (mut scope_words, mut scope_groups, mut ends_many) = (Vec::new(), Vec::new(), None);
        if let Plan::Roster(_) = plan {
            let changes = scope_changes(world, &drafts, wish.on)?;
            (scope_words, scope_groups) = scope(world, &changes, &words::day(wish.on));
            ends_many = decide(world, wish, file).err().and_then(|refusal| mass_end(&refusal));
        }
        let (notices, figures, lead) = match &plan {
            Plan::Roster(plan) => (&plan.notices, roster_figures(plan), roster_lead(plan, wish.on)),
            Plan::List(plan) => {
                let figures = [("Rows", plan.rows), ("New", plan.new), ("Recorded before", plan.known)];
                let figures = figures.map(|(what, count)| (what, words::grouped(count))).to_vec();
                (&plan.notices, figures, list_lead(plan.new, plan.rows))
            }
        };
        Ok(Preview {
            lead,
            is_new: !drafts.is_empty(),
            figures,
            notices: shortened(notices),
            mass_end: ends_many,
            groups: groups.into_iter().map(Group::shortened).collect(),
            scope: scope_words,
            scope_groups: scope_groups.into_iter().map(Group::shortened).collect(),
            seen,
        })
    }
}

/// A mark of all that a file would do to people.
pub(crate) fn seen(world: &World, drafts: &[Draft], plan: &Plan) -> String {
    fingerprint(&groups(world, drafts, plan), &[])
}

fn shortened(notices: &[String]) -> Vec<String> {
    const MOST: usize = 50;
    let mut shown: Vec<String> = notices.iter().take(MOST).map(|notice| words::prose(notice)).collect();
    if notices.len() > MOST {
        shown.push(format!("and {} more like these", words::grouped((notices.len() - MOST) as u64)));
    }
    shown
}

fn roster_figures(plan: &RosterPlan) -> Vec<(&'static str, String)> {
    let count = |list: &[roster::Concerned]| words::grouped(list.len() as u64);
    vec![
        ("Rows", words::grouped(plan.rows)),
        ("Join", count(&plan.joiners)),
        ("Leave", count(&plan.leavers)),
        ("Change", count(&plan.moves)),
        ("Renamed", count(&plan.renamed)),
    ]
}

fn roster_lead(plan: &RosterPlan, on: Day) -> String {
    let (joined, left) = (plan.joiners.len(), plan.leavers.len());
    let on = words::day(on);
    if joined + left + plan.moves.len() + plan.renamed.len() == 0 {
        return format!("The roster of {on} changes nothing about anybody.");
    }
    let joined = words::counted(joined, "person joins", "people join");
    let left = words::counted(left, "leaves", "leave");
    let changed = words::counted(plan.moves.len(), "record changes", "records change");
    format!("With the roster of {on}, {joined}, {left}, and {changed}.")
}

fn list_lead(new: u64, rows: u64) -> String {
    if new == 0 {
        return "All of this is recorded already; there is nothing to take in.".to_owned();
    }
    format!("{} of {} new.", words::grouped(new), words::counted(rows, "row is", "rows are"))
}

fn groups(world: &World, drafts: &[Draft], plan: &Plan) -> Vec<Group> {
    let list = match plan {
        Plan::Roster(plan) => {
            let line =
                |one: &roster::Concerned| Concerned::of(world, &one.employee_id, &one.name, words::prose(&one.what));
            vec![
                Group::new("Join", plan.joiners.iter().map(line).collect()),
                Group::new("Leave", plan.leavers.iter().map(line).collect()),
                Group::new("Change", plan.moves.iter().map(line).collect()),
                Group::new("Have another name or address", plan.renamed.iter().map(line).collect()),
            ]
        }
        Plan::List(_) => {
            let lines = drafts.iter().filter_map(|draft| listed(world, &draft.body)).collect();
            vec![Group::new("New", lines)]
        }
    };
    list.into_iter().filter(|group| group.count > 0).collect()
}

/// What a row of a list says, and of whom.
fn listed(world: &World, body: &Body) -> Option<Concerned> {
    let line = |id: PersonId, what: String| {
        let person = world.people().by_id(id).and_then(|ix| world.people().get(ix))?;
        Some(Concerned::of(world, &person.label(), person.name(), what))
    };
    match body {
        Body::CompletionRecorded(body) => {
            line(body.person, format!("{} on {}, {}", body.course, words::day(body.on), words::strength(body.strength)))
        }
        Body::LeaveRecorded(body) => {
            let back = body.to.map_or_else(|| "no day back yet".to_owned(), |to| format!("back on {}", words::day(to)));
            line(body.person, format!("away from {}, {back}", words::day(body.from)))
        }
        Body::ExceptionApproved(body) => {
            let to = body.to.map_or_else(|| "without an end".to_owned(), |to| format!("to {}", words::day(to)));
            line(body.person, format!("released from {} from {} {to}", body.control, words::day(body.from)))
        }
        Body::TallyAttested(body) => {
            line(body.manager, format!("{} in {}, on {}", body.count, body.campaign, words::day(body.on)))
        }
        _ => None,
    }
}
