//! The control's file: what it asks and why, who owns it, which frameworks it answers, its reviews, and the checks with what followed.

use super::definition::{Described, about_of};
use super::programme::{chosen_control, days_query, tabs};
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble};
use crate::web::frame::{Answer, Answered, Frame, Link, page as written};
use crate::web::words;
use askama::Template;
use keepsharp_domain::access::Act;
use keepsharp_domain::assurance::{self, Check, Review};
use keepsharp_domain::control::Control;
use keepsharp_domain::evidence::{Answer as Mapped, frameworks};
use keepsharp_domain::fact::Verdict;
use keepsharp_domain::{Day, World, calendar};

#[derive(Template)]
#[template(path = "control_file.html")]
struct FilePage {
    frame: Frame,
    tabs: Vec<Link>,
    controls: Vec<(String, String, bool)>,
    file: Option<File>,
    may_sign: bool,
}

/// All that is told of a control.
struct File {
    id: String,
    title: String,
    about: Vec<Described>,
    in_force: String,
    definition: String,
    review: String,
    reviews: Vec<ReviewLine>,
    checks: Vec<CheckCard>,
    yesterday: String,
    frameworks: Vec<Clause>,
}

/// A review that was signed.
pub(crate) struct ReviewLine {
    pub(crate) on: String,
    pub(crate) verdict: &'static str,
    pub(crate) remark: String,
    pub(crate) by: String,
    pub(crate) fact: String,
}

/// A check, and what followed.
pub(crate) struct CheckCard {
    pub(crate) seq: u64,
    pub(crate) as_of: String,
    pub(crate) tag: &'static str,
    pub(crate) found: &'static str,
    pub(crate) told: String,
    pub(crate) by: String,
    pub(crate) followed: Vec<(String, String)>,
}

/// A clause of a framework.
pub(crate) struct Clause {
    pub(crate) name: String,
    pub(crate) asks: &'static str,
    pub(crate) answered_by: &'static str,
    pub(crate) is_claimed: bool,
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    // A form that comes back says of which control it is.
    let sent = world.controls().get(asked.returned.sent.text("control"));
    let control = if sent.is_some() { sent } else { chosen_control(asked, world)? };
    let chosen = |id: &str| control.is_some_and(|control| &*control.id == id);
    let title = |one: &Control| one.version(asked.today).map(|version| version.title.to_string()).unwrap_or_default();
    written(&FilePage {
        frame: Frame::of(asked, world, "The control’s file"),
        tabs: tabs(asked, world, "control"),
        controls: world.controls().values().map(|one| (one.id.to_string(), title(one), chosen(&one.id))).collect(),
        file: control.map(|control| file(asked, world, control)),
        may_sign: asked.may(Act::Definition),
    })
}

fn file(asked: &Asked, world: &World, control: &Control) -> File {
    let version = control.version(asked.today);
    let roles: Vec<_> = asked.caller.iter().flat_map(keepsharp_domain::access::Caller::roles).collect();
    let since = version.and_then(|version| version.from).map_or_else(
        || "It holds from the beginning".to_owned(),
        |from| format!("It holds since {}", words::day(from)),
    );
    File {
        id: control.id.to_string(),
        title: version.map(|version| format!("{}, {}", control.id, version.title)).unwrap_or_default(),
        about: version.map(|version| about_of(&version.about, &roles)).unwrap_or_default(),
        in_force: format!("{since}, {}", words::counted(control.versions().len(), "version", "versions in all")),
        definition: format!("/programme/definition{}", days_query(asked)),
        review: review_due(asked, world, control),
        reviews: reviews(world, &control.id, asked.today, words::author),
        checks: checks(asked, world, &control.id, asked.today, words::author),
        yesterday: calendar::subtract_days(asked.today, 1).to_string(),
        frameworks: clauses(&frameworks(control, asked.today)),
    }
}

fn review_due(asked: &Asked, world: &World, control: &Control) -> String {
    match assurance::review_due(world, control, asked.today) {
        None => "The programme asks for no reviews.".to_owned(),
        Some(due) if due < asked.today => {
            format!("A review has been waiting since {}.", words::day(due))
        }
        Some(due) => format!("The next review is due by {}, {}.", words::day(due), words::distance(asked.today, due)),
    }
}

/// The reviews of a control up to a day, the latest first; `by` says who signed.
pub(crate) fn reviews(world: &World, control: &str, until: Day, by: fn(&World, &str) -> String) -> Vec<ReviewLine> {
    let line = |review: &Review| ReviewLine {
        on: words::day(review.body.on),
        verdict: match review.body.verdict {
            Verdict::Stands => "It stands as it is",
            Verdict::ToBeChanged => "It is to be changed",
        },
        remark: review.body.remark.to_string(),
        by: by(world, &review.by),
        fact: words::grouped(review.seq),
    };
    world.assurance().reviews(control).rev().filter(|review| review.body.on <= until).take(MOST).map(line).collect()
}

/// Most reviews and checks on a page: years of them.
const MOST: usize = 40;

/// The checks of a control of days up to one, the latest first; `by` says who recorded them.
pub(crate) fn checks(
    asked: &Asked,
    world: &World,
    control: &str,
    until: Day,
    by: fn(&World, &str) -> String,
) -> Vec<CheckCard> {
    let card = |check: &Check| {
        let population = words::counted(check.population(), "person who was", "people who were");
        let told = format!(
            "{} of {population} there were trained, {} due, {} overdue; {} on leave and {} excepted besides.",
            words::grouped(check.body.current),
            words::grouped(check.body.due),
            words::grouped(check.body.overdue),
            words::grouped(check.body.on_leave),
            words::grouped(check.body.excepted),
        );
        let followed = check.followed.iter().map(|one| (words::moment(one.at, &asked.zone), one.remark.to_string()));
        CheckCard {
            seq: check.seq,
            as_of: words::day(check.body.as_of),
            tag: if check.holds() { "good" } else { "late" },
            found: if check.holds() { "It held" } else { "It did not hold" },
            told,
            by: by(world, &check.by),
            followed: followed.collect(),
        }
    };
    let mut found: Vec<&Check> = world.assurance().checks(control).filter(|check| check.body.as_of <= until).collect();
    found.sort_by_key(|check| std::cmp::Reverse((check.body.as_of, check.seq)));
    found.into_iter().take(MOST).map(card).collect()
}

/// The clauses of frameworks, those first that the control names.
pub(crate) fn clauses(mapped: &[Mapped]) -> Vec<Clause> {
    let mut found: Vec<&Mapped> = mapped.iter().collect();
    found.sort_by_key(|one| !one.is_claimed);
    let clause = |one: &Mapped| Clause {
        name: format!("{} {}", one.requirement.framework, one.requirement.clause),
        asks: one.requirement.asks,
        answered_by: one.requirement.answered_by,
        is_claimed: one.is_claimed,
    };
    found.into_iter().map(clause).collect()
}

fn control_of(sent: &Fields) -> String {
    sent.text("control").to_owned()
}

fn back(control: &str, done: &str) -> Answered {
    Ok(Answer::Go(format!("/programme/control?control={}&done={done}", words::in_query(control))))
}

/// Signs a review.
pub(crate) fn review(asked: &Asked, sent: &Fields) -> Answered {
    let (control, remark, today) = (control_of(sent), sent.text("remark").to_owned(), asked.today);
    let verdict = Verdict::read(sent.text("verdict")).ok_or_else(|| Trouble::at("verdict", "choose one"))?;
    let (id, words) = (control.clone(), remark);
    asked
        .commit(move |world| Ok((assurance::review(world, &id, verdict, &words, today)?, ())))
        .map_err(crate::web::fields::at("remark"))?;
    back(&control, "reviewed")
}

/// Records how the control stood on a day.
pub(crate) fn check(asked: &Asked, sent: &Fields) -> Answered {
    let (control, today) = (control_of(sent), asked.today);
    let as_of = sent.required_day("on")?;
    let id = control.clone();
    asked
        .commit(move |world| Ok((assurance::check(world, &id, as_of, today)?, ())))
        .map_err(crate::web::fields::at("on"))?;
    back(&control, "checked")
}

/// Records what followed from a check.
pub(crate) fn follow(asked: &Asked, sent: &Fields) -> Answered {
    let (seq, remark) = (asked.number("seq")?, sent.text("remark").to_owned());
    let decide = move |world: &World| {
        let control = world.assurance().check(seq).map(|check| check.body.control.clone()).unwrap_or_default();
        Ok((assurance::follow(world, seq, &remark)?, control))
    };
    let control = asked.commit(decide).map_err(crate::web::fields::at("remark"))?;
    back(&control, "followed")
}
