//! What cannot be right in the roster, kind by kind: whom it concerns and how to mend it.

use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble};
use crate::web::frame::{Answer, Answered, Frame, Link, page as written};
use crate::web::pages::completeness;
use crate::web::pages::people::href;
use crate::web::pages::programme;
use crate::web::words;
use askama::Template;
use keepsharp_domain::access::Act;
use keepsharp_domain::finding::{Finding, FindingKind, findings};
use keepsharp_domain::person::Person;
use keepsharp_domain::{World, merge as merging};
use keepsharp_report::{Format, Table};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many findings stand on one page.
const ON_A_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "findings.html")]
struct FindingsPage {
    frame: Frame,
    tabs: Vec<Link>,
    lead: String,
    /// Whether the roster is whole: the words, and the page that says more.
    completeness: (String, String),
    /// How many there are, whatever is searched for.
    all: usize,
    found: usize,
    kinds: Vec<KindChoice>,
    search: String,
    is_narrowed: bool,
    groups: Vec<Group>,
    pager: Pager,
    csv: String,
    clear: String,
    /// The query's fields that the form keeps.
    kept: Vec<(&'static str, String)>,
}

/// A kind in the form that narrows the list down.
struct KindChoice {
    word: &'static str,
    label: &'static str,
    count: usize,
    chosen: bool,
}

/// The findings of one kind that stand on this page.
struct Group {
    label: &'static str,
    mend: &'static str,
    /// "12", or "12 of 40" where some are on other pages.
    count: String,
    lines: Vec<Line>,
}

/// One finding.
struct Line {
    name: String,
    who: String,
    href: String,
    message: String,
    pair: Option<Pair>,
}

/// Two ids that look like one person, for the form that joins them.
struct Pair {
    form: String,
    action: String,
    one: String,
    other: String,
    other_name: String,
    is_back: bool,
}

/// Which part of the list a page shows.
struct Pager {
    words: String,
    previous: String,
    next: String,
}

/// A kind's heading, and how such a finding is mended.
fn told(kind: FindingKind) -> (&'static str, &'static str) {
    match kind {
        FindingKind::UnknownManager => (
            "A manager whom nobody knows",
            "The manager’s id stands in no roster. Mend it where the roster is made; the next import clears the finding.",
        ),
        FindingKind::ManagerLeft => (
            "A manager who has left",
            "Their manager is no longer employed. Give the new one in the next roster, so that somebody looks after them.",
        ),
        FindingKind::NoManager => (
            "No manager",
            "They are in scope, and nobody is named as their manager. They are counted in the row without a manager until a roster names one.",
        ),
        FindingKind::ManagerCycle => (
            "Managers in a circle",
            "These people manage themselves or one another, so no team can be made of them. Mend one of the manager ids in the roster.",
        ),
        FindingKind::NoEmail => {
            ("No e-mail address", "They are in scope, and no message can reach them. Add an address in the roster.")
        }
        FindingKind::BadEmail => {
            ("An address that can’t be one", "Messages to it would come back. Mend the address in the roster.")
        }
        FindingKind::MailComesBack => (
            "Mail comes back",
            "The mail server does not take this address, so they are not written to. Give the address that works in the next roster; that clears the finding.",
        ),
        FindingKind::NoName => ("No name", "Add a name in the roster, so that lists can be read."),
        FindingKind::NoTitle => (
            "No title",
            "Scope rules judge by the title; without one they may pass somebody over. Add it in the roster.",
        ),
        FindingKind::RuleFailed => (
            "A rule without an answer",
            "The scope rule can’t be worked out for this record, so it counts as out of scope. The person’s page shows which part has no answer; mend the record or the rule.",
        ),
        FindingKind::LikelyDuplicate => (
            "Perhaps one person twice",
            "Somebody hired again under a new number, or with a second account, has half a history under each. If they are one person, join the two; if not, leave them.",
        ),
        FindingKind::OverlappingSpells => (
            "Employed twice at once",
            "One employment begins before an earlier one has ended. If they were hired again, mend the start date in the roster.",
        ),
        FindingKind::SelfApproved => (
            "An exception approved by whom it releases",
            "An auditor will ask about it. Have somebody else approve it, and take the new approval in.",
        ),
        FindingKind::RefresherOnly => (
            "A refresher without the full course",
            "A refresher counts only after the full course. If they took the full course elsewhere, record it.",
        ),
    }
}

/// What is asked for: one kind, a name or a part of one.
struct Narrowed {
    kind: String,
    search: String,
}

impl Narrowed {
    fn of(asked: &Asked) -> Narrowed {
        Narrowed { kind: asked.query.text("kind").to_owned(), search: asked.query.text("q").to_owned() }
    }

    fn fits(&self, finding: &Finding, name: &str) -> bool {
        let sought = self.search.to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&sought);
        (self.kind.is_empty() || finding.kind.word() == self.kind)
            && (sought.is_empty() || has(&finding.who) || has(name) || has(&finding.message))
    }

    /// The query of a link that keeps what is asked for, and the day.
    fn query(&self, asked: &Asked, page: usize) -> String {
        let mut parts = Vec::new();
        for (name, value) in [("kind", &self.kind), ("q", &self.search)] {
            if !value.is_empty() {
                parts.push(format!("{name}={}", words::in_query(value)));
            }
        }
        if page > 1 {
            parts.push(format!("page={page}"));
        }
        let days = programme::days_query(asked);
        if parts.is_empty() {
            return days;
        }
        format!("{days}{}{}", if days.is_empty() { "?" } else { "&" }, parts.join("&"))
    }
}

fn all(asked: &Asked, world: &World) -> Arc<Vec<Finding>> {
    asked.remembered("findings", world, asked.as_of, || findings(world, asked.as_of))
}

fn person_of<'w>(world: &'w World, who: &str) -> Option<&'w Person> {
    world.people().find(who).and_then(|ix| world.people().get(ix))
}

fn name_of(world: &World, who: &str) -> String {
    person_of(world, who).map(|person| person.name().to_owned()).unwrap_or_default()
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let all = all(asked, world);
    let narrowed = Narrowed::of(asked);
    let found: Vec<(&Finding, String)> = all
        .iter()
        .map(|finding| (finding, name_of(world, &finding.who)))
        .filter(|(finding, name)| narrowed.fits(finding, name))
        .collect();
    let last = found.len().div_ceil(ON_A_PAGE).max(1);
    let page = asked.query.text("page").parse::<usize>().unwrap_or(1).clamp(1, last);
    let shown = found.iter().skip((page - 1) * ON_A_PAGE).take(ON_A_PAGE);
    written(&FindingsPage {
        frame: Frame::of(asked, world, "Findings").with_days(asked).at("/programme/findings"),
        tabs: programme::tabs(asked, world, "findings"),
        lead: lead(&all),
        completeness: completeness(asked, world),
        all: all.len(),
        found: found.len(),
        kinds: choices(&all, &narrowed.kind),
        is_narrowed: !narrowed.kind.is_empty() || !narrowed.search.is_empty(),
        groups: groups(asked, world, shown, &found, &narrowed.query(asked, page)),
        pager: pager(asked, &narrowed, page, found.len()),
        csv: format!("/programme/findings.csv{}", narrowed.query(asked, 1)),
        clear: format!("/programme/findings{}", programme::days_query(asked)),
        kept: kept(asked),
        search: narrowed.search,
    })
}

fn completeness(asked: &Asked, world: &World) -> (String, String) {
    let lists = world.comparisons().newest().len();
    let words = match completeness::waiting(asked, world) {
        _ if lists == 0 => "Is everybody in the roster? Compare it with another list".to_owned(),
        0 => format!("Compared with {}, and all is explained", words::counted(lists, "other list", "other lists")),
        open => format!(
            "{} to explain",
            words::counted(open, "difference from another list", "differences from other lists")
        ),
    };
    (words, format!("{}{}", completeness::HERE, programme::days_query(asked)))
}

fn kept(asked: &Asked) -> Vec<(&'static str, String)> {
    let days = ["as_of", "known_at"].map(|name| (name, asked.query.text(name).to_owned()));
    days.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn lead(all: &[Finding]) -> String {
    let mut people: Vec<&str> = all.iter().map(|finding| &*finding.who).collect();
    people.sort_unstable();
    people.dedup();
    if people.is_empty() {
        return "Nothing in the roster needs somebody’s eye.".to_owned();
    }
    let findings = words::counted(all.len(), "finding", "findings");
    let people = words::counted(people.len(), "person", "people");
    format!("{findings} about {people}. They stop nothing; each makes some figure surer once it is mended.")
}

fn choices(all: &[Finding], chosen: &str) -> Vec<KindChoice> {
    let mut counts: BTreeMap<FindingKind, usize> = BTreeMap::new();
    for finding in all {
        *counts.entry(finding.kind).or_default() += 1;
    }
    let choice = |(kind, count): (FindingKind, usize)| KindChoice {
        word: kind.word(),
        label: told(kind).0,
        count,
        chosen: kind.word() == chosen,
    };
    counts.into_iter().map(choice).collect()
}

fn groups<'f>(
    asked: &Asked,
    world: &World,
    shown: impl Iterator<Item = &'f (&'f Finding, String)>,
    found: &[(&Finding, String)],
    query: &str,
) -> Vec<Group> {
    let mut groups: BTreeMap<FindingKind, Vec<Line>> = BTreeMap::new();
    for (finding, name) in shown {
        groups.entry(finding.kind).or_default().push(line(asked, world, finding, name, query));
    }
    let group = |(kind, lines): (FindingKind, Vec<Line>)| {
        let (label, mend) = told(kind);
        let whole = found.iter().filter(|(finding, _)| finding.kind == kind).count();
        let count = if whole == lines.len() { whole.to_string() } else { format!("{} of {whole}", lines.len()) };
        Group { label, mend, count, lines }
    };
    groups.into_iter().map(group).collect()
}

fn line(asked: &Asked, world: &World, finding: &Finding, name: &str, query: &str) -> Line {
    let pair = finding.other.as_ref().filter(|_| asked.may(Act::Records)).map(|other| {
        let form = format!("merge-{}-{other}", finding.who);
        Pair {
            action: format!("/programme/findings/merge{query}"),
            one: finding.who.clone(),
            other: other.clone(),
            other_name: name_of(world, other),
            is_back: asked.returned.sent.text("form") == form,
            form,
        }
    });
    Line {
        name: if name.is_empty() { finding.who.clone() } else { name.to_owned() },
        who: finding.who.clone(),
        href: person_of(world, &finding.who).map(|person| href(asked, person)).unwrap_or_default(),
        message: message(finding),
        pair,
    }
}

/// What is wrong. How to mend it stands over the list, in words for a page instead of those for a terminal.
fn message(finding: &Finding) -> String {
    let has_advice = matches!(
        finding.kind,
        FindingKind::UnknownManager
            | FindingKind::ManagerLeft
            | FindingKind::NoManager
            | FindingKind::NoEmail
            | FindingKind::MailComesBack
            | FindingKind::RuleFailed
            | FindingKind::LikelyDuplicate
            | FindingKind::OverlappingSpells
    );
    let said = finding.message.rsplit_once("; ").filter(|_| has_advice).map_or(&*finding.message, |(said, _)| said);
    words::sentence_case(&words::prose(said))
}

fn pager(asked: &Asked, narrowed: &Narrowed, page: usize, found: usize) -> Pager {
    let (first, last) = ((page - 1) * ON_A_PAGE + 1, (page * ON_A_PAGE).min(found));
    let link = |page: usize| format!("/programme/findings{}", narrowed.query(asked, page));
    Pager {
        words: if found > ON_A_PAGE {
            format!("{first}–{last} of {}", words::grouped(found as u64))
        } else {
            String::new()
        },
        previous: if page > 1 { link(page - 1) } else { String::new() },
        next: if last < found { link(page + 1) } else { String::new() },
    }
}

/// The same as a file, narrowed down as the page is.
#[expect(clippy::unnecessary_wraps, reason = "what a route calls may refuse")]
pub(crate) fn csv(asked: &Asked, world: &World) -> Answered {
    let narrowed = Narrowed::of(asked);
    let mut table = Table::new(&["finding", "employee_id", "name", "detail"]);
    for finding in all(asked, world).iter() {
        let name = name_of(world, &finding.who);
        if narrowed.fits(finding, &name) {
            table.push(vec![
                finding.kind.word().into(),
                finding.who.as_str().into(),
                name.into(),
                finding.message.as_str().into(),
            ]);
        }
    }
    Ok(Answer::File {
        name: format!("findings-{}.csv", asked.as_of),
        kind: "text/csv; charset=utf-8",
        bytes: table.write(Format::Csv).into_bytes(),
    })
}

/// Joins two ids of one person. A form that offers both sends `one` and `other`, and in `new` the one that stays.
pub(crate) fn merge(asked: &Asked, sent: &Fields) -> Answered {
    let new = sent.text("new").to_owned();
    let pair = [sent.text("one"), sent.text("other")];
    let given = Some(sent.text("old")).filter(|old| !old.is_empty());
    let old = given.or_else(|| pair.into_iter().find(|id| **id != new)).unwrap_or_default().to_owned();
    if new.is_empty() || old.is_empty() {
        return Err(Trouble::at("new", "choose the id that stays"));
    }
    let reason = sent.text("reason").to_owned();
    if reason.is_empty() {
        return Err(Trouble::at("reason", "say why they are one person; an auditor will ask"));
    }
    asked.commit(move |world| Ok((merging::merge(world, &old, &new, &reason)?, ())))?;
    let query = Narrowed::of(asked).query(asked, 1);
    let joined = if query.is_empty() { "?" } else { "&" };
    Ok(Answer::Go(format!("/programme/findings{query}{joined}done=merged")))
}
