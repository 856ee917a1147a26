//! What has bitten this company, inside of a lesson: its own issues counted, and some of them as cards.

use super::study::Study;
use crate::web::asked::Asked;
use crate::web::words;
use keepsharp_course::issues::{Asker, Card, ClassCount, Direction, Picture, cards};

/// How many cards are shown.
const CARDS: usize = 3;
/// How many classes and areas a page has; a file may name thousands.
const MOST_NAMES: usize = 100;

/// The company's own issues, as a learner sees them.
pub(crate) struct HistoryView {
    pub(crate) picture: PictureView,
    /// Where the areas are chosen, and which are there: name and whether it is the chosen one.
    pub(crate) address: String,
    pub(crate) areas: Vec<(String, bool)>,
    pub(crate) cards: Vec<CardView>,
    /// From where the cards come, in words.
    pub(crate) whose: String,
}

/// Issues counted.
pub(crate) struct PictureView {
    /// "From 15 October 2024 to 14 October 2026, 64 issues of our own were mended, 13 of them high or critical."
    pub(crate) lead: String,
    pub(crate) classes: Vec<ClassView>,
    /// "4,900 more classes"; empty where all are shown.
    pub(crate) more: String,
    /// "Access control in Public API: 4"
    pub(crate) places: Vec<String>,
}

/// A class in the table.
pub(crate) struct ClassView {
    pub(crate) class: String,
    pub(crate) count: u64,
    pub(crate) grave: u64,
    pub(crate) before: u64,
    pub(crate) last: u64,
    pub(crate) direction: &'static str,
}

/// An issue.
pub(crate) struct CardView {
    pub(crate) id: String,
    /// Where more is said of it; empty where nowhere.
    pub(crate) url: String,
    pub(crate) title: String,
    /// "Access control, Public API"
    pub(crate) what: String,
    pub(crate) severity: &'static str,
    pub(crate) fixed: String,
    pub(crate) believed: String,
    pub(crate) is_typical: bool,
    pub(crate) where_else: String,
    /// "it", or "its class".
    pub(crate) about: &'static str,
    /// Title and address of the lesson about that.
    pub(crate) lesson: Option<(String, String)>,
}

/// The issues for whoever asks; none where the company brought none.
pub(crate) fn view(asked: &Asked, study: &Study) -> Option<HistoryView> {
    let course = &study.opened.course;
    let history = course.issues.as_ref()?;
    let picture = history.picture()?;
    let area = asked.query.text("area");
    let area = picture.areas.iter().find(|known| *known == area).map_or("", String::as_str);
    let teams = study.teams.clone();
    let asker = Asker { tracks: study.tracks(), teams, area };
    let found = cards(course, history, &asker, CARDS);
    Some(HistoryView {
        address: asked.path.clone(),
        areas: picture.areas.iter().take(MOST_NAMES).map(|name| (name.clone(), name == area)).collect(),
        whose: whose(&found, &asker),
        cards: found.into_iter().map(|card| card_view(study, &card)).collect(),
        picture: picture_view(&picture),
    })
}

fn whose(found: &[Card], asker: &Asker) -> String {
    let is_theirs = |card: &Card| !card.issue.teams.is_disjoint(&asker.teams);
    match (asker.area, found.iter().any(is_theirs)) {
        ("", true) => "Cards from where you work".to_owned(),
        ("", false) => "Cards from all of us".to_owned(),
        (area, _) => format!("Cards from {area}"),
    }
}

/// Issues counted, in words.
pub(crate) fn picture_view(picture: &Picture) -> PictureView {
    let grave = match picture.grave {
        0 => String::new(),
        many => format!(", {} of them high or critical", words::grouped(many)),
    };
    let count = words::counted(picture.count, "issue of our own was", "issues of our own were");
    PictureView {
        lead: format!("From {} to {}, {count} mended{grave}.", words::day(picture.from), words::day(picture.until)),
        more: match picture.classes.len().saturating_sub(MOST_NAMES) {
            0 => String::new(),
            more => words::counted(more, "more class", "more classes"),
        },
        classes: picture.classes.iter().take(MOST_NAMES).map(class_view).collect(),
        places: picture
            .places
            .iter()
            .map(|place| format!("{} in {}: {}", place.class, place.area, place.count))
            .collect(),
    }
}

fn class_view(class: &ClassCount) -> ClassView {
    ClassView {
        class: class.class.clone(),
        count: class.count,
        grave: class.grave,
        before: class.before,
        last: class.last,
        direction: match class.direction() {
            Direction::More => "more",
            Direction::Fewer => "fewer",
            Direction::Same => "about the same",
        },
    }
}

fn card_view(study: &Study, card: &Card) -> CardView {
    let issue = card.issue;
    let versions = issue.fixed_in.split_whitespace().collect::<Vec<_>>().join(", ");
    let day = words::day(issue.on);
    let is_cve = issue.id.starts_with("CVE-") && issue.url.is_empty();
    let url = if is_cve { format!("https://nvd.nist.gov/vuln/detail/{}", issue.id) } else { issue.url.clone() };
    let parts = [issue.class.as_str(), issue.area.as_str()];
    CardView {
        id: issue.id.clone(),
        url: words::web_address(&url),
        title: issue.title.clone(),
        what: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
        severity: issue.severity.word(),
        fixed: if versions.is_empty() { day } else { format!("{day}, in {versions}") },
        believed: card.believed.to_owned(),
        is_typical: card.is_typical,
        about: if card.is_named { "it" } else { "its class" },
        where_else: issue.where_else.clone(),
        lesson: card
            .lesson
            .map(|lesson| (study.worded(lesson).title.clone(), format!("{}/{}", study.base(), lesson.id))),
    }
}
