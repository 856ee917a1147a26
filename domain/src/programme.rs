//! What people write in `programme.toml` and `campaign.toml`, and the facts that applying it gives.

use crate::calendar::{FiscalYearStart, Quarter, quote, read_day};
use crate::fact::{CountedBy, Courses};
use crate::organisation::SMALLEST_GROUP;
use crate::person::Strength;
use crate::{Day, Problem, Refusal};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

mod apply;

pub use apply::{ApplyPlan, apply};

/// A programme or campaign file, read and found well-formed.
#[derive(Clone, Debug, Default)]
pub struct Programme {
    organisation: Option<OrganisationFile>,
    privacy: Option<PrivacyFile>,
    controls: Vec<ControlFile>,
    tracks: Vec<TrackFile>,
    campaigns: Vec<CampaignFile>,
    about: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
struct ProgrammeFile {
    organisation: Option<OrganisationFile>,
    privacy: Option<PrivacyFile>,
    #[serde(default)]
    controls: Vec<ControlFile>,
    #[serde(default)]
    tracks: Vec<TrackFile>,
    #[serde(default)]
    campaigns: Vec<CampaignFile>,
    #[serde(flatten)]
    about: BTreeMap<String, toml::Value>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OrganisationFile {
    name: String,
    #[serde(default = "january")]
    fiscal_year_starts: FiscalYearStart,
    #[serde(default = "utc")]
    time_zone: String,
}

fn january() -> FiscalYearStart {
    FiscalYearStart::JANUARY
}

fn utc() -> String {
    "UTC".to_owned()
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PrivacyFile {
    #[serde(default = "smallest_group")]
    smallest_group: u32,
    keep_years: Option<u32>,
}

fn smallest_group() -> u32 {
    SMALLEST_GROUP
}

#[derive(Clone, Debug, Deserialize)]
struct ControlFile {
    id: String,
    #[serde(default)]
    title: String,
    from: Option<DayText>,
    cadence: CadenceFile,
    #[serde(default = "thirty")]
    new_hire_days: u32,
    #[serde(default = "thirty")]
    return_days: u32,
    #[serde(default = "acknowledged")]
    accepts: Strength,
    courses: Courses,
    scope: String,
    #[serde(flatten)]
    about: BTreeMap<String, toml::Value>,
}

fn thirty() -> u32 {
    30
}

fn acknowledged() -> Strength {
    Strength::Acknowledged
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CadenceFile {
    every_months: Option<u32>,
    fiscal_year: Option<bool>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TrackFile {
    id: String,
    #[serde(default)]
    title: String,
    rule: String,
}

#[derive(Clone, Debug, Deserialize)]
struct CampaignFile {
    id: String,
    #[serde(default)]
    title: String,
    control: String,
    quarter: Option<Quarter>,
    opens: Option<DayText>,
    closes: Option<DayText>,
    counts_since: Option<DayText>,
    #[serde(default = "nine_tenths")]
    objective: f64,
    objective_by: Option<DayText>,
    audience: Option<String>,
    #[serde(default)]
    counted_by: CountedBy,
    #[serde(flatten)]
    about: BTreeMap<String, toml::Value>,
}

fn nine_tenths() -> f64 {
    0.9
}

/// A date as text, as TOML's own local date, or as a fiscal quarter that begins or ends on it.
#[derive(Clone, Copy, Debug)]
enum DayText {
    Day(Day),
    Quarter(Quarter),
}

impl DayText {
    fn first(self, years: FiscalYearStart) -> Day {
        match self {
            DayText::Day(day) => day,
            DayText::Quarter(quarter) => quarter.first_day(years),
        }
    }

    fn last(self, years: FiscalYearStart) -> Day {
        match self {
            DayText::Day(day) => day,
            DayText::Quarter(quarter) => quarter.last_day(years),
        }
    }
}

impl<'de> Deserialize<'de> for DayText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => text,
            toml::Value::Datetime(datetime) => datetime.to_string(),
            other => return Err(serde::de::Error::custom(format!("{other} is no date; write it as \"YYYY-MM-DD\""))),
        };
        let read = match text.parse() {
            Ok(quarter) if text.starts_with("FY") => Ok(DayText::Quarter(quarter)),
            Err(mend) if text.starts_with("FY") => Err(mend),
            _ => read_day(&text).map(DayText::Day),
        };
        read.map_err(serde::de::Error::custom)
    }
}

impl Programme {
    /// Reads a programme or campaign file.
    ///
    /// # Errors
    /// What is wrong with it, by line and column where that is known.
    pub fn read(bytes: &[u8]) -> Result<Programme, Refusal> {
        let refuse = |problem| Refusal::File(vec![problem]);
        let text = std::str::from_utf8(bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes))
            .map_err(|_| refuse(Problem::file("the file is not UTF-8; save it as UTF-8")))?;
        let file: ProgrammeFile = toml::from_str(text).map_err(|error| refuse(toml_problem(text, &error)))?;
        let read = Programme {
            organisation: file.organisation,
            privacy: file.privacy,
            controls: file.controls,
            tracks: file.tracks,
            campaigns: file.campaigns,
            about: file.about,
        };
        let problems = read.problems();
        Refusal::unless_clean(read, problems.into_iter().map(Problem::file).collect())
    }

    /// One programme out of several files.
    ///
    /// # Errors
    /// Where two of them define the same thing.
    pub fn join(self, other: Programme) -> Result<Programme, Refusal> {
        if self.organisation.is_some() && other.organisation.is_some() {
            return Err(Refusal::request("two of the files define the organisation; keep one"));
        }
        let mut joined = self;
        joined.organisation = joined.organisation.or(other.organisation);
        joined.privacy = joined.privacy.or(other.privacy);
        joined.controls.extend(other.controls);
        joined.tracks.extend(other.tracks);
        joined.campaigns.extend(other.campaigns);
        joined.about.extend(other.about);
        let problems = joined.problems();
        Refusal::unless_clean(joined, problems.into_iter().map(Problem::file).collect())
    }

    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for (what, ids) in [
            ("control", self.controls.iter().map(|control| &control.id).collect::<Vec<_>>()),
            ("track", self.tracks.iter().map(|track| &track.id).collect()),
            ("campaign", self.campaigns.iter().map(|campaign| &campaign.id).collect()),
        ] {
            let mut seen = BTreeSet::new();
            for id in ids {
                if id.trim().is_empty() || id.trim() != id || id.chars().any(char::is_control) || id.len() > 100 {
                    problems.push(format!(
                        "{what} {} needs an id of at most 100 characters without blanks around it",
                        quote(id)
                    ));
                }
                if !seen.insert(id) {
                    problems.push(format!("{what} {} is defined twice", quote(id)));
                }
            }
        }
        let slip = |what: String, about: &BTreeMap<String, toml::Value>, known: &[&str], problems: &mut Vec<String>| {
            for key in about.keys() {
                if let Some(meant) = known.iter().find(|known| almost(key, known)) {
                    problems.push(format!("{what}: {} is not known; did you mean {meant}?", quote(key)));
                }
            }
        };
        slip(
            "the file".to_owned(),
            &self.about,
            &["organisation", "privacy", "controls", "tracks", "campaigns"],
            &mut problems,
        );
        for control in &self.controls {
            let known =
                ["id", "title", "from", "cadence", "new_hire_days", "return_days", "accepts", "courses", "scope"];
            slip(format!("control {}", quote(&control.id)), &control.about, &known, &mut problems);
        }
        for campaign in &self.campaigns {
            let known = [
                "id",
                "title",
                "control",
                "quarter",
                "opens",
                "closes",
                "counts_since",
                "objective",
                "objective_by",
                "audience",
                "counted_by",
            ];
            slip(format!("campaign {}", quote(&campaign.id)), &campaign.about, &known, &mut problems);
        }
        problems
    }
}

fn toml_problem(text: &str, error: &toml::de::Error) -> Problem {
    let Some(span) = error.span() else { return Problem::file(error.message()) };
    let before = text.get(..span.start).unwrap_or_default();
    let line = 1 + before.matches('\n').count() as u64;
    let column = 1 + before.chars().rev().take_while(|character| *character != '\n').count();
    Problem { line: Some(line), column: Some((column, String::new())), message: error.message().to_owned() }
}

/// Whether two words differ by a slip: one letter more, less, other, or two exchanged.
fn almost(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.to_lowercase().chars().collect(), b.chars().collect());
    let same_start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (rest_a, rest_b) = (a.get(same_start..).unwrap_or_default(), b.get(same_start..).unwrap_or_default());
    let same_end = rest_a.iter().rev().zip(rest_b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (left_a, left_b) = (rest_a.len() - same_end, rest_b.len() - same_end);
    b.len() > 3
        && (left_a <= 1 && left_b <= 1
            || left_a == 2 && left_b == 2 && rest_a.first() == rest_b.get(1) && rest_a.get(1) == rest_b.first())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_one_letter_and_never_a_word_of_its_own() {
        for (word, meant) in
            [("campaign", "campaigns"), ("contrlos", "controls"), ("Title", "title"), ("scop", "scope")]
        {
            assert!(almost(word, meant), "{word}");
        }
        for (word, other) in [("owner", "scope"), ("statement", "title"), ("ib", "id"), ("context", "courses")] {
            assert!(!almost(word, other), "{word}");
        }
    }
}
