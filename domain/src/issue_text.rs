//! What a campaign's issue says: our region of its text, made, put in its place, and read back from what people made of it.
//!
//! The region stands between two hidden markers. Only what lies between them is ours; every other byte is people's. What was
//! last written stands hidden in the region itself, so that a changed cell is recognised from the text alone.

mod answer;
mod cells;
mod escape;
mod row_mark;

pub use answer::{Answer, read as read_answer};
pub use cells::{Cell, cells};
pub use escape::name as escaped;
pub use row_mark::{RowMark, RowMarks};

use crate::calendar::day_in_words;
use crate::campaign::{Campaign, State, state};
use crate::fact::CountedBy;
use crate::organisation::SMALLEST_GROUP;
use crate::person::PersonId;
use crate::tally::{self, RowOf, Score, percent};
use crate::{Day, World, round};
use jiff::Timestamp;
use std::fmt::Write;
use std::ops::Range;

/// Which ledger's campaign a marker speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark(String);

impl Mark {
    /// Of a campaign in the ledger with this origin. What could end an HTML comment early is written as `%XX`.
    #[must_use]
    pub fn new(origin: &str, campaign: &str) -> Mark {
        let mut mark = String::new();
        for byte in format!("{origin}/{campaign}").bytes() {
            let is_plain = byte.is_ascii_alphanumeric() || b"._/".contains(&byte);
            if is_plain || (byte == b'-' && !mark.ends_with('-')) {
                mark.push(char::from(byte));
            } else {
                // Writing to a String can't fail.
                let _ = write!(mark, "%{byte:02X}");
            }
        }
        Mark(mark)
    }

    /// As it stands in hidden comments.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn begin(&self) -> String {
        format!("<!-- keepsharp:campaign:{}:begin -->", self.0)
    }

    fn end(&self) -> String {
        format!("<!-- keepsharp:campaign:{}:end -->", self.0)
    }
}

/// What is wrong with the markers in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// One of the two is gone.
    OneMissing,
    /// One stands more than once.
    Twice,
    /// The end stands before the beginning.
    WrongOrder,
}

impl Broken {
    /// In words.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Broken::OneMissing => "one of the two hidden lines around the table is gone",
            Broken::Twice => "a hidden line around the table stands there twice",
            Broken::WrongOrder => "the hidden lines around the table have changed places",
        }
    }
}

/// Where our region lies in a text, markers included; none where there is none.
///
/// # Errors
/// What is wrong with the markers. Nothing is guessed then: what lies between may be somebody's words.
pub fn find(text: &str, mark: &Mark) -> Result<Option<Range<usize>>, Broken> {
    let (begin, end) = (mark.begin(), mark.end());
    let begins: Vec<usize> = text.match_indices(&begin).map(|(at, _)| at).collect();
    let ends: Vec<usize> = text.match_indices(&end).map(|(at, found)| at + found.len()).collect();
    match (begins.as_slice(), ends.as_slice()) {
        ([], []) => Ok(None),
        ([from], [to]) if from + begin.len() <= to - end.len() => Ok(Some(*from..*to)),
        ([_], [_]) => Err(Broken::WrongOrder),
        ([], _) | (_, []) => Err(Broken::OneMissing),
        _ => Err(Broken::Twice),
    }
}

/// The text with this region in the place of the old one, or after the rest where there was none. All else stays as it is.
///
/// # Errors
/// What is wrong with the markers.
pub fn place(text: &str, mark: &Mark, region: &str) -> Result<String, Broken> {
    let Some(found) = find(text, mark)? else {
        let gap = if text.is_empty() { "" } else { "\n\n" };
        return Ok(format!("{text}{gap}{region}"));
    };
    let (before, after) = (text.get(..found.start).unwrap_or_default(), text.get(found.end..).unwrap_or_default());
    Ok(format!("{before}{region}{after}"))
}

/// How many changes the issue's history had when the text was read that a region was written over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// The issue was made with the region in it.
    New,
    /// So many.
    Changes(usize),
    /// The tracker tells no history.
    Untold,
}

/// When a region was written, and over what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// When.
    pub at: Timestamp,
    /// Over what.
    pub before: Before,
}

/// What a region shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// What the campaign did on that day.
    pub state: State,
    /// The day whose table it is.
    pub as_of: Day,
    /// The campaign's last day.
    pub closes: Day,
    /// The target share, in ten-thousandths, and the day by which it is to be reached.
    pub objective: (u32, Day),
    /// Whether managers are asked for a number.
    pub asks: bool,
    /// The published rows.
    pub rows: Vec<ShownRow>,
}

/// One row of what is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownRow {
    /// Whose it is, where it is a manager's.
    pub manager: Option<PersonId>,
    /// By which it is known again, where it is a manager's.
    pub mark: Option<RowMark>,
    /// What stands in its first cell: a name, made harmless.
    pub title: String,
    /// Their user name, or empty.
    pub username: String,
    /// As in the table.
    pub engineers: u32,
    /// As in the table.
    pub taken: u32,
}

/// What may be shown of a campaign on `day`: its table with small teams folded, or its result where it ended.
///
/// # Errors
/// Where the campaign's control is not defined.
pub fn shown(world: &World, campaign: &Campaign, marks: &RowMarks, day: Day) -> Result<Shown, String> {
    let state = state(world, campaign, day);
    let result = world.rounds().result(&campaign.id).filter(|_| state == State::Closed);
    let (as_of, objective, rows) = match result {
        Some(result) => (result.on, result.objective, round::rows(world, result)),
        None => (day, campaign.objective, tally::table(world, campaign, day)?),
    };
    let smallest = world.organisation().map_or(SMALLEST_GROUP, |organisation| organisation.smallest_group);
    let rows = tally::published(rows, smallest).iter().map(|row| shown_row(world, marks, row)).collect();
    let asks = state.takes_answers() && campaign.counted_by != CountedBy::People;
    let objective = (objective, campaign.objective_day());
    Ok(Shown { state, as_of, closes: campaign.closes, objective, asks, rows })
}

fn shown_row(world: &World, marks: &RowMarks, row: &tally::Row) -> ShownRow {
    let person = match row.of {
        RowOf::Manager(ix) => world.people().get(ix),
        RowOf::NoManager | RowOf::OtherTeams => None,
    };
    let identity = person.and_then(|person| person.identity.as_ref());
    let title = match (&row.of, identity) {
        (RowOf::NoManager, _) => "No manager known".to_owned(),
        (RowOf::OtherTeams, _) => tally::OTHER_TEAMS.to_owned(),
        (RowOf::Manager(_), Some(identity)) => escape::name(&identity.name),
        (RowOf::Manager(_), None) => "A manager whose name was erased".to_owned(),
    };
    ShownRow {
        manager: person.map(|person| person.id),
        mark: person.map(|person| marks.of(person.id)),
        title,
        username: identity.map_or_else(String::new, |identity| identity.username.to_string()),
        engineers: row.engineers,
        taken: row.taken,
    }
}

/// What a region says to people, apart from the day and the ledger's head: what is compared to know whether it says the same.
#[must_use]
pub fn body(shown: &Shown, team_url: &str) -> String {
    let mut body = String::new();
    let score = shown.rows.iter().fold(Score::default(), |score, row| Score {
        engineers: score.engineers + u64::from(row.engineers),
        taken: score.taken + u64::from(row.taken),
    });
    let (objective, by) = shown.objective;
    let goal = percent(u64::from(objective), 10_000).unwrap_or_default();
    if shown.rows.is_empty() {
        body.push_str("There are too few engineers in scope to show numbers.\n");
    } else {
        let share = percent(score.taken, score.engineers).unwrap_or_default();
        let lead = if shown.state == State::Closed { "Result: " } else { "" };
        let reached = match (shown.state, score.reaches(objective)) {
            (State::Closed, true) => format!("The goal of {goal} was reached."),
            (State::Closed, false) => format!("The goal was {goal}."),
            _ => format!("The goal is {goal} by {}.", day_in_words(by)),
        };
        let _ = writeln!(body, "**{lead}{} of {} ({share})** have taken it. {reached}\n", score.taken, score.engineers);
        body.push_str("| Manager | Engineers | Taken |\n|:--|--:|--:|\n");
        for row in &shown.rows {
            let hidden = row.mark.map(|mark| format!(" <!--{mark}-->")).unwrap_or_default();
            let username = match row.username.as_str() {
                "" => String::new(),
                username => format!(" ({})", escape::name(username)),
            };
            let _ = writeln!(body, "| {}{username}{hidden} | {} | {} |", row.title, row.engineers, row.taken);
        }
    }
    body.push('\n');
    body.push_str(&ask(shown, team_url));
    body
}

fn ask(shown: &Shown, team_url: &str) -> String {
    let until = day_in_words(shown.closes);
    match shown.state {
        State::Closed => "This round is closed. Nothing here changes any more.\n".to_owned(),
        State::Over => format!("This round ended on {until}; the result follows.\n"),
        _ if shown.asks => format!(
            "**Managers:** until {until}, change your number under \"Taken\" by hand, answer in a comment (\"5 of 7\", \"all\", \
             \"none yet\"), or open [your page]({team_url}). Your deputy may do the same.\n"
        ),
        _ => "The numbers come from what people record themselves; nothing is to be counted here.\n".to_owned(),
    }
}

/// The whole region. `checkpoint` is the ledger's signed head.
#[must_use]
pub fn render(shown: &Shown, mark: &Mark, written: Written, team_url: &str, checkpoint: &str) -> String {
    let before = match written.before {
        Before::New => "new".to_owned(),
        Before::Changes(count) => count.to_string(),
        Before::Untold => "untold".to_owned(),
    };
    let mut hidden = format!("<!-- keepsharp:written {} over={before} day={}", written.at, shown.as_of);
    if shown.state == State::Closed {
        hidden.push_str(" closed");
    }
    for row in &shown.rows {
        if let Some(mark) = row.mark {
            let _ = write!(hidden, " {mark}={}", row.taken);
        }
    }
    format!(
        "{}\n{hidden} -->\n{}\n_As of {}. What stands in this part is written by Keepsharp, at most once a day; the rest of this \
         issue is yours._\n\nThe signed head of the ledger that says so:\n\n```\n{}\n```\n{}",
        mark.begin(),
        body(shown, team_url),
        day_in_words(shown.as_of),
        checkpoint.trim_end(),
        mark.end(),
    )
}

/// Our region as it stands in a text, whatever people made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// When it was written; none where the hidden line that says so is gone.
    pub written: Option<Written>,
    /// The day whose table it shows.
    pub day: Option<Day>,
    /// Whether it shows the result.
    pub is_closed: bool,
    /// What was last written in each manager's row.
    pub last: Vec<(RowMark, u32)>,
    /// Its text, line ends as we write them.
    pub text: String,
}

impl Region {
    /// Whether it says what we would write.
    #[must_use]
    pub fn says(&self, body: &str) -> bool {
        self.written.is_some() && self.text.contains(body)
    }
}

/// Reads our region; none where a text has none.
///
/// # Errors
/// What is wrong with the markers.
pub fn read(text: &str, mark: &Mark) -> Result<Option<Region>, Broken> {
    let Some(found) = find(text, mark)? else { return Ok(None) };
    // Trackers' pages send texts back with line ends of their own.
    let text = text.get(found).unwrap_or_default().replace("\r\n", "\n");
    let mut region = Region { written: None, day: None, is_closed: false, last: Vec::new(), text };
    let hidden = region.text.split_once("<!-- keepsharp:written ").and_then(|(_, rest)| rest.split_once("-->"));
    let Some((hidden, _)) = hidden else { return Ok(Some(region)) };
    let mut words = hidden.split_whitespace();
    let at = words.next().and_then(|word| word.parse().ok());
    let mut before = None;
    for word in words {
        match word.split_once('=') {
            None => region.is_closed |= word == "closed",
            Some(("over", "new")) => before = Some(Before::New),
            Some(("over", "untold")) => before = Some(Before::Untold),
            Some(("over", count)) => before = count.parse().ok().map(Before::Changes),
            Some(("day", day)) => region.day = day.parse().ok(),
            Some((mark, count)) => {
                if let (Ok(mark), Ok(count)) = (mark.parse(), count.parse()) {
                    region.last.push((mark, count));
                }
            }
        }
    }
    region.written = at.zip(before).map(|(at, before)| Written { at, before });
    Ok(Some(region))
}

#[cfg(test)]
mod tests;
