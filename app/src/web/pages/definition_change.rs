//! A change of the programme, looked at before it is recorded: what would differ, and whom it would concern by name.

use crate::web::asked::Asked;
use crate::web::fields::{Fields, Problem, Returned, Trouble};
use crate::web::frame::{Answer, Answered, Frame, Link, page as written};
use crate::web::pages::concerned::{Group, fingerprint, scope};
use crate::web::pages::{definition, programme as programme_page};
use crate::web::words;
use askama::Template;
use keepsharp_domain::fact::Body;
use keepsharp_domain::preview::{ScopeChange, scope_changes};
use keepsharp_domain::programme::{self, Programme};
use keepsharp_domain::{Day, Draft, Refusal, World};
use keepsharp_store::{Error, fresh_id};
use std::collections::BTreeMap;

/// What the text of a programme may weigh.
const LARGEST_TEXT: usize = 200 << 10;

#[derive(Template)]
#[template(path = "definition_preview.html")]
struct PreviewPage {
    frame: Frame,
    tabs: Vec<Link>,
    text: String,
    rows: usize,
    /// What is said where it would do something else now than when it was looked at.
    moved: &'static str,
    size: u64,
    preview: Preview,
}

/// What applying a text would do.
struct Preview {
    is_same: bool,
    /// Changes in a sentence each.
    plain: Vec<String>,
    /// Changes from one text to another: of what, before, after.
    pairs: Vec<(String, String, String)>,
    notices: Vec<String>,
    scope: Vec<String>,
    groups: Vec<Group>,
    nobody: &'static str,
    /// A mark of what would change.
    plan: String,
    /// A mark of that and of everybody concerned.
    seen: String,
}

/// Shows what a text would change.
pub(crate) fn look(asked: &Asked, sent: &Fields) -> Answered {
    show(asked, sent, &text_of(sent)?, "")
}

fn text_of(sent: &Fields) -> Result<String, Trouble> {
    let typed = sent.text("text");
    let text = match (&sent.file, typed.is_empty()) {
        (Some(_), false) => {
            return Err(Trouble::at("file", "there is a text above as well; send one of the two"));
        }
        (Some(file), true) => std::str::from_utf8(&file.bytes)
            .map_err(|_| Trouble::at("file", "the file is not UTF-8; save it as UTF-8"))?
            .trim_start_matches('\u{feff}'),
        (None, _) => typed,
    };
    if text.trim().is_empty() {
        return Err(Trouble::at("text", "write what is to change, or choose a file"));
    }
    if text.len() > LARGEST_TEXT {
        return Err(Trouble::at("text", "this is more than 200 kB; take it in by keepsharp apply"));
    }
    Ok(unix_lines(text))
}

/// A browser sends a text with line ends of its own, which would make another rule out of the same one.
fn unix_lines(text: &str) -> String {
    text.trim().replace("\r\n", "\n")
}

fn show(asked: &Asked, sent: &Fields, text: &str, moved: &'static str) -> Answered {
    let world = asked.app.store.world()?;
    let preview = Preview::of(&world, text, asked.today).map_err(|refusal| back(sent, text, &refusal))?;
    written(&PreviewPage {
        frame: Frame::of(asked, &world, "What this would change"),
        tabs: programme_page::tabs(asked, &world, "definition"),
        rows: text.lines().count().clamp(8, 30),
        text: text.to_owned(),
        moved,
        size: world.size(),
        preview,
    })
}

/// The definition's page again, with the text in the form and what is wrong with it.
fn back(sent: &Fields, text: &str, refusal: &Refusal) -> Trouble {
    let mut values: Vec<(String, String)> = sent.values.iter().filter(|(name, _)| name == "csrf").cloned().collect();
    values.push(("form".to_owned(), "definition".to_owned()));
    values.push(("text".to_owned(), text.to_owned()));
    let problem = Problem { field: "text", message: words::prose(&refusal.to_string()) };
    let returned = Returned { sent: Fields { values, file: None }, problem };
    Trouble::Returned(Box::new((definition::page, returned)))
}

impl Preview {
    fn of(world: &World, text: &str, today: Day) -> Result<Preview, Refusal> {
        let programme = Programme::read(text.as_bytes())?;
        let (drafts, plan) = programme::apply(world, &programme, today, &mut fresh_id)?;
        let (mut sentences, mut groups) = (Vec::new(), Vec::new());
        for (day, changes) in scope_by_day(world, &drafts, today).map_err(Refusal::Request)? {
            let (told, concerned) = scope(world, &changes, &words::day(day));
            sentences.extend(told);
            groups.extend(concerned);
        }
        let defines_rule = drafts.iter().any(|draft| matches!(draft.body, Body::ControlDefined(_)));
        Ok(Preview {
            nobody: match (defines_rule && sentences.is_empty(), world.latest_roster()) {
                (true, None) => "No roster was taken in yet, so it can’t be said whom this concerns.",
                (true, Some(_)) => "Nobody comes into scope or drops out by it.",
                (false, _) => "",
            },
            seen: fingerprint(&groups, &plan.changes),
            plan: fingerprint(&[], &plan.changes),
            is_same: drafts.is_empty(),
            pairs: plan.changes.iter().filter_map(|change| pair(change)).collect(),
            plain: plan.changes.iter().filter(|change| pair(change).is_none()).map(|change| told(change)).collect(),
            notices: plan.notices.iter().map(|notice| told(notice)).collect(),
            scope: sentences,
            groups: groups.into_iter().map(Group::shortened).collect(),
        })
    }
}

fn told(message: &str) -> String {
    words::sentence_case(&words::prose(message))
}

/// A change of one text into another, taken apart.
fn pair(change: &str) -> Option<(String, String, String)> {
    let (what, rest) = change.split_once(": ")?;
    let (before, after) = rest.split_once(" -> ")?;
    Some((told(what), words::prose(before), words::prose(after)))
}

/// Who comes into scope or drops out on the first day of each new version, or today where that day is past.
fn scope_by_day(world: &World, drafts: &[Draft], today: Day) -> Result<BTreeMap<Day, Vec<ScopeChange>>, String> {
    let mut controls: BTreeMap<Day, Vec<&str>> = BTreeMap::new();
    for draft in drafts {
        if let Body::ControlDefined(body) = &draft.body {
            let day = body.from.map_or(today, |from| from.max(today));
            controls.entry(day).or_default().push(&body.id);
        }
    }
    let mut found = BTreeMap::new();
    for (day, ids) in controls {
        let mut changes = scope_changes(world, drafts, day)?;
        changes.retain(|change| ids.contains(&&*change.control));
        found.insert(day, changes);
    }
    Ok(found)
}

const MOVED: &str =
    "Something was recorded since you looked, and your text would do something else now. This is what it would do.";

/// Records a text as it was looked at.
pub(crate) fn apply(asked: &Asked, sent: &Fields) -> Answered {
    let text = unix_lines(sent.text("text"));
    if is_moved(asked, sent, &text)? {
        return show(asked, sent, &text, MOVED);
    }
    let (applied, today, agreed) = (text.clone(), asked.today, sent.text("plan").to_owned());
    let decide = move |world: &World| {
        let programme = Programme::read(applied.as_bytes())?;
        let (drafts, plan) = programme::apply(world, &programme, today, &mut fresh_id)?;
        if !drafts.is_empty() && fingerprint(&[], &plan.changes) != agreed {
            return Err(Refusal::request(MOVED));
        }
        let facts = drafts.len();
        Ok((drafts, facts))
    };
    match asked.commit(decide) {
        Ok(0) => Ok(Answer::Go("/programme/definition?done=nothing".to_owned())),
        Ok(_) => Ok(Answer::Go("/programme/definition?done=applied".to_owned())),
        Err(Error::Refused(_)) => show(asked, sent, &text, MOVED),
        Err(error) => Err(error.into()),
    }
}

/// Whether the text would do something else now than when it was looked at.
fn is_moved(asked: &Asked, sent: &Fields, text: &str) -> Result<bool, Trouble> {
    let world = asked.app.store.world()?;
    if world.size().to_string() == sent.text("size") {
        return Ok(false);
    }
    let now = Preview::of(&world, text, asked.today).map_err(|refusal| back(sent, text, &refusal))?;
    // Where somebody else recorded the same, nothing is left to agree to.
    Ok(!now.is_same && now.seen != sent.text("seen"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_of_browsers_are_those_of_files() {
        assert_eq!(unix_lines("a = \"\"\"\r\nb\r\n\"\"\"\r\n"), "a = \"\"\"\nb\n\"\"\"");
    }
}
