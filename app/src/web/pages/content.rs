//! What comes back from courses: how items hold up, what was taken, what learners say. In sum and by question, never by person.

pub(crate) mod counts;
pub(crate) mod course;
pub(crate) mod inbox;
pub(crate) mod issues;
pub(crate) mod item;
pub(crate) mod overview;
pub(crate) mod publish;

use crate::web::asked::Asked;
use crate::web::frame::Link;
use keepsharp_course::statistics::Flag;
use keepsharp_course::told::Range;
use keepsharp_domain::summary::Count;

/// The ways through these pages; `here` is where one is.
pub(crate) fn tabs(asked: &Asked, open: usize) -> Vec<Link> {
    let all = [("/content", "Courses", 0), ("/content/feedback", "Feedback", open)];
    let link = |(href, label, waiting): (&str, &'static str, usize)| Link {
        href: href.to_owned(),
        label,
        current: asked.path == href || href == "/content/feedback" && asked.path.starts_with(href),
        waiting,
    };
    all.into_iter().map(link).collect()
}

/// "41", or "fewer than 3".
pub(crate) fn people(count: Count) -> String {
    match count {
        Count::Exactly(many) => crate::web::words::grouped(many),
        Count::FewerThan(limit) => format!("fewer than {limit}"),
    }
}

/// "80–85 %": as near as may be told.
pub(crate) fn share(range: Range, people: u64) -> String {
    let people = people.max(1);
    let (least, most) = (range.least * 100 / people, (range.most * 100).div_ceil(people).min(100));
    match (least, most) {
        (0, 100) => "too few to say".to_owned(),
        _ if most - least <= 1 => format!("{least}\u{a0}%"),
        _ => format!("{least}–{most}\u{a0}%"),
    }
}

/// What is doubtful about an item, and what helps.
pub(crate) fn flag(flag: Flag) -> String {
    match flag {
        Flag::StrongMissIt => "those who know more miss it".to_owned(),
        Flag::Unchosen(place) => format!("hardly anybody takes choice {place}"),
        Flag::TooEasy => "nearly everybody is right at first".to_owned(),
        Flag::FewAnswers => "few answers yet".to_owned(),
    }
}

/// The first line of a text, cut where it is long.
pub(crate) fn beginning(text: &str) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    if line.chars().count() <= 90 { line.to_owned() } else { line.chars().take(88).chain(['…']).collect() }
}
