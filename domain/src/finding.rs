//! What cannot be right in the roster, to be mended by somebody: it must not end up in a wrong number.

use crate::calendar::quote;
use crate::person::{Person, PersonIx, Spell};
use crate::rule::Verdict;
use crate::scope::Scope;
use crate::{Day, World};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// The manager's id stands in no roster.
    UnknownManager,
    /// The manager is not employed.
    ManagerLeft,
    /// Somebody in scope has no manager.
    NoManager,
    /// People manage one another in a circle.
    ManagerCycle,
    /// Somebody in scope can't be reached.
    NoEmail,
    /// The address can't be one.
    BadEmail,
    /// Mail to somebody's address comes back.
    MailComesBack,
    /// Somebody has no name.
    NoName,
    /// Somebody employed has no title to be judged by.
    NoTitle,
    /// A scope rule has no answer for a record.
    RuleFailed,
    /// Two ids look like one person.
    LikelyDuplicate,
    /// A spell begins before an earlier one ended.
    OverlappingSpells,
    /// An exception was approved by whom it releases.
    SelfApproved,
    /// A refresher counts for nothing without the full course.
    RefresherOnly,
}

impl FindingKind {
    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            FindingKind::UnknownManager => "unknown_manager",
            FindingKind::ManagerLeft => "manager_left",
            FindingKind::NoManager => "no_manager",
            FindingKind::ManagerCycle => "manager_cycle",
            FindingKind::NoEmail => "no_email",
            FindingKind::BadEmail => "bad_email",
            FindingKind::MailComesBack => "mail_comes_back",
            FindingKind::NoName => "no_name",
            FindingKind::NoTitle => "no_title",
            FindingKind::RuleFailed => "rule_failed",
            FindingKind::LikelyDuplicate => "likely_duplicate",
            FindingKind::OverlappingSpells => "overlapping_spells",
            FindingKind::SelfApproved => "self_approved",
            FindingKind::RefresherOnly => "refresher_only",
        }
    }
}

/// Something that needs somebody's eye.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What is wrong.
    pub kind: FindingKind,
    /// Whom it concerns, as lists print them.
    pub who: String,
    /// What exactly, and how to mend it.
    pub message: String,
    /// Who else, where two ids look like one person.
    pub other: Option<String>,
}

/// The findings on `day`, by kind and person. Each stands until the roster, or what else is wrong, is mended.
#[must_use]
pub fn findings(world: &World, day: Day) -> Vec<Finding> {
    let mut found = Vec::new();
    let scopes: Vec<Scope> = world.controls().values().map(|control| Scope::new(world, control)).collect();
    for (ix, person) in world.people().listed() {
        let mut note = |kind, message: String| {
            found.push(Finding { kind, who: person.label(), message, other: None });
        };
        if person.employed(day) {
            let in_scope = scopes.iter().any(|scope| scope.contains(person, day));
            about_manager(world, person, day, in_scope, &mut note);
            about_record(world, person, day, in_scope, &mut note);
            about_mail(world, ix, day, &mut note);
            about_rules(&scopes, person, day, &mut note);
        }
        about_history(world, person, &mut note);
    }
    about_cycles(world, day, &mut found);
    about_duplicates(world, day, &mut found);
    found.sort();
    found
}

fn about_manager(world: &World, person: &Person, day: Day, in_scope: bool, note: &mut impl FnMut(FindingKind, String)) {
    let manager = person.record(day).and_then(|record| record.manager).and_then(|ix| world.people().get(ix));
    match manager {
        None if in_scope => note(
            FindingKind::NoManager,
            "in scope, and no manager is given; counted in the row without a manager".to_owned(),
        ),
        Some(manager) if !manager.is_listed() && !manager.erased => {
            note(
                FindingKind::UnknownManager,
                format!("manager {} stands in no roster; mend manager_id", quote(&manager.label())),
            );
        }
        Some(manager) if !manager.employed(day) => {
            note(
                FindingKind::ManagerLeft,
                format!("manager {} is not employed on {day}; give the new manager", quote(&manager.label())),
            );
        }
        _ => {}
    }
}

fn about_record(world: &World, person: &Person, day: Day, in_scope: bool, note: &mut impl FnMut(FindingKind, String)) {
    if let Some(identity) = &person.identity {
        let email = &*identity.email;
        if email.is_empty() && in_scope {
            note(
                FindingKind::NoEmail,
                "in scope, and no e-mail address is given; no message can reach them".to_owned(),
            );
        } else if !email.is_empty() && !looks_like_an_address(email) {
            note(FindingKind::BadEmail, format!("{} is no e-mail address", quote(email)));
        }
        if identity.name.is_empty() {
            note(FindingKind::NoName, "no name is given".to_owned());
        }
    }
    let title =
        person.record(day).and_then(|record| world.profiles().get(record.profile)).map(|profile| &*profile.title);
    if title == Some("") {
        note(FindingKind::NoTitle, "no title is given, so a scope rule may pass them over".to_owned());
    }
}

/// Why a mail server does not take an address is private: it stands here, before whoever mends rosters, and nowhere else.
fn about_mail(world: &World, ix: PersonIx, day: Day, note: &mut impl FnMut(FindingKind, String)) {
    let Some((since, reason)) = world.messages().failing(world, ix, day).filter(|(since, _)| *since <= day) else {
        return;
    };
    let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    note(
        FindingKind::MailComesBack,
        format!("mail to their address came back on {since}{reason}; give the address that works in the roster"),
    );
}

fn looks_like_an_address(email: &str) -> bool {
    email.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.contains('@')
            && !email.contains(char::is_whitespace)
    })
}

fn about_rules(scopes: &[Scope], person: &Person, day: Day, note: &mut impl FnMut(FindingKind, String)) {
    for scope in scopes.iter().filter(|scope| scope.verdict(person, day) == Some(Verdict::Failed)) {
        note(
            FindingKind::RuleFailed,
            format!(
                "the scope rule of {} has no answer for this record, so it counts as out; scope explain says why",
                scope.control.id
            ),
        );
    }
}

fn about_history(world: &World, person: &Person, note: &mut impl FnMut(FindingKind, String)) {
    let mut until: Option<Spell> = None;
    for spell in person.spells.iter().filter(|spell| spell.end.is_none_or(|end| end > spell.start)) {
        if let Some(end) =
            until.filter(|earlier| earlier.end.is_none_or(|end| spell.start < end)).map(|earlier| earlier.end)
        {
            let end = end.map_or_else(|| "still lasts".to_owned(), |end| format!("ended on {end}"));
            note(
                FindingKind::OverlappingSpells,
                format!(
                    "employment from {} begins before an earlier one {end}; if they were hired again, mend start_date",
                    spell.start
                ),
            );
        }
        until = Some(*spell);
    }
    for exception in &person.exceptions {
        let approver = exception.approved_by.and_then(|ix| world.people().get(ix));
        if approver.is_some_and(|approver| approver.id == person.id) {
            note(
                FindingKind::SelfApproved,
                format!(
                    "the exception from {} that begins on {} was approved by whom it releases",
                    exception.control, exception.from
                ),
            );
        }
    }
    for control in world.controls().values() {
        let Some(version) = control.latest() else { continue };
        let took = |course| person.completions.iter().any(|completion| completion.course == course);
        if version.refresher.is_some_and(took) && !took(version.full) {
            note(
                FindingKind::RefresherOnly,
                format!(
                    "took {} but never {}, so it does not count for {}",
                    version.courses.refresher.as_deref().unwrap_or_default(),
                    version.courses.full,
                    control.id
                ),
            );
        }
    }
}

/// Circles of managers among those employed, each told once, of whoever's id comes first.
fn about_cycles(world: &World, day: Day, found: &mut Vec<Finding>) {
    let manager = |ix: PersonIx| {
        let person = world.people().get(ix).filter(|person| person.employed(day))?;
        Some(world.people().resolve(person.record(day)?.manager?))
    };
    let mut seen: BTreeSet<PersonIx> = BTreeSet::new();
    for (start, _) in world.people().listed() {
        let mut path: Vec<PersonIx> = Vec::new();
        let mut at = Some(start);
        while let Some(ix) = at.filter(|ix| seen.insert(*ix)) {
            path.push(ix);
            at = manager(ix);
        }
        // The walk ended at somebody of its own path: from there on it is a circle.
        if let Some(place) = at.and_then(|ix| path.iter().position(|other| *other == ix)) {
            let mut circle: Vec<String> =
                path.iter().skip(place).filter_map(|ix| world.people().get(*ix)).map(Person::label).collect();
            circle.sort();
            let who = circle.first().cloned().unwrap_or_default();
            let message = if circle.len() == 1 {
                "is their own manager".to_owned()
            } else {
                format!("manage one another in a circle: {}", circle.join(", "))
            };
            found.push(Finding { kind: FindingKind::ManagerCycle, who, message, other: None });
        }
    }
}

fn about_duplicates(world: &World, day: Day, found: &mut Vec<Finding>) {
    let mut keys: Vec<(&str, Cow<str>, PersonIx)> = Vec::with_capacity(3 * world.people().len());
    for (ix, person) in world.people().listed() {
        let Some(identity) = &person.identity else { continue };
        for (what, value) in
            [("e-mail address", &identity.email), ("user name", &identity.username), ("name", &identity.name)]
        {
            if !value.is_empty() {
                keys.push((what, folded(value), ix));
            }
        }
    }
    keys.sort_unstable();
    let mut told: BTreeSet<(PersonIx, PersonIx)> = BTreeSet::new();
    for pair in keys.windows(2) {
        let [(what, value, a), (other_what, other_value, b)] = pair else { continue };
        if what != other_what || value != other_value {
            continue;
        }
        let (Some(first), Some(second)) = (world.people().get(*a), world.people().get(*b)) else { continue };
        if (*what != "name" || namesakes_look_like_one(world, first, second, day)) && told.insert((*a, *b)) {
            let message = format!(
                "has the same {what} as {}; if they are one person: people merge {} {}",
                second.label(),
                first.label(),
                second.label()
            );
            let other = Some(second.label());
            found.push(Finding { kind: FindingKind::LikelyDuplicate, who: first.label(), message, other });
        }
    }
}

/// The words in lower case with one blank between them, so that spellings of one name meet.
fn folded(value: &str) -> Cow<'_, str> {
    let plain = value.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase() && byte != b' ');
    if plain {
        Cow::Borrowed(value)
    } else {
        Cow::Owned(value.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase())
    }
}

/// Namesakes are common. They look like one person where one came after the other left, or both do the same work for the same manager.
fn namesakes_look_like_one(world: &World, first: &Person, second: &Person, day: Day) -> bool {
    let began = |person: &Person| person.spells.iter().map(|spell| spell.start).min();
    let ended = |person: &Person| {
        (!person.employed(day)).then(|| person.spells.iter().filter_map(|spell| spell.end).max()).flatten()
    };
    let follows = |a: &Person, b: &Person| matches!((ended(a), began(b)), (Some(end), Some(start)) if end <= start);
    let same_work = || {
        let work = |person: &Person| {
            let record = person.record(day)?;
            Some((world.profiles().get(record.profile)?.title.clone(), record.manager?))
        };
        work(first).is_some_and(|work_of_first| work(second) == Some(work_of_first))
    };
    follows(first, second) || follows(second, first) || same_work()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::{TODAY, file, on};
    use crate::{completion, exception};

    fn found(world: &World, day: &str) -> Vec<(&'static str, String)> {
        findings(world, on(day)).into_iter().map(|finding| (finding.kind.word(), finding.who)).collect()
    }

    fn check(rows: &[&str], expected: &[(&str, &str)]) {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", rows);
        let found = found(&world, "2024-01-01");
        let found: Vec<(&str, &str)> = found.iter().map(|(kind, who)| (*kind, who.as_str())).collect();
        assert_eq!(found, expected, "{rows:?}");
    }

    #[test]
    fn what_cannot_be_right_in_a_roster_is_found() {
        check(&["E1,A,a@example.com,Boss,,,"], &[]);
        check(&["E1,A,,Boss,,,"], &[]);
        check(&["E1,A,a@example.com,Developer,E9,,"], &[("unknown_manager", "E1")]);
        check(&["E1,A,,Developer,,,"], &[("no_manager", "E1"), ("no_email", "E1")]);
        check(&["E1,,a at example.com,,,,"], &[("bad_email", "E1"), ("no_name", "E1"), ("no_title", "E1")]);
        check(&["E1,A,,Boss,E1,,"], &[("manager_cycle", "E1")]);
        check(&["E1,A,,Boss,E2,,", "E2,B,,Boss,E3,,", "E3,C,,Boss,E2,,"], &[("manager_cycle", "E2")]);
        check(&["E1,A,x@example.com,Boss,,,", "E2,B,X@Example.com,Boss,,,"], &[("likely_duplicate", "E1")]);
        check(&["E1,A,,Boss,,,", "E2,A,,Clerk,,,"], &[]);
        check(&["E1,A,,Boss,E2,,", "E2,B,,Boss,,2024-02-01,"], &[("manager_left", "E1")]);
    }

    #[test]
    fn a_finding_stands_until_it_is_mended() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,A,a@example.com,Boss,E9,,"]);
        assert_eq!(found(&world, "2024-01-31"), [("unknown_manager", "E1".to_owned())]);
        world.is_told_roster("2024-02-01", &["E1,A,a@example.com,Boss,,,"]);
        assert_eq!(found(&world, "2024-02-01"), []);
    }

    #[test]
    fn mail_that_comes_back_is_found_until_the_roster_gives_another_address() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,A,a@example.com,Boss,,,", "E2,B,b@example.com,Boss,,,2024-01-20"]);
        for (id, address) in [("E1", "a@example.com"), ("E2", "b@example.com")] {
            let ix = world.people().find(id).unwrap();
            let drafts =
                crate::message::came_back(&world, ix, address, "550 5.1.1 no such user; bye", on("2024-01-10"));
            world.is_told(drafts);
        }
        assert_eq!(found(&world, "2024-01-09"), []);
        let told = findings(&world, on("2024-01-31"));
        let told: Vec<(&str, &str)> = told.iter().map(|finding| (finding.kind.word(), &*finding.message)).collect();
        let message = "mail to their address came back on 2024-01-10: 550 5.1.1 no such user; bye; give the address that works in the roster";
        assert_eq!(told, [("mail_comes_back", message)], "who has left needs no address");
        world.is_told_roster("2024-02-01", &["E1,A,a@new.example,Boss,,,"]);
        assert_eq!(found(&world, "2024-02-01"), []);
    }

    #[test]
    fn a_refresher_alone_and_an_exception_by_oneself_are_found() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,A,,Boss,,,"]);
        let list = "employee_id,course,completed_on,strength\nE1,refresher,2024-01-02,completed\n";
        let drafts = completion::import(&world, file(list), TODAY).unwrap().0;
        world.is_told(drafts);
        let list = "employee_id,control,from,to,reason,approved_by\nE1,C,2024-01-01,,tired,E1\n";
        let drafts = exception::import(&world, file(list)).unwrap().0;
        world.is_told(drafts);
        assert_eq!(
            found(&world, "2024-01-02"),
            [("self_approved", "E1".to_owned()), ("refresher_only", "E1".to_owned())]
        );
    }
}
