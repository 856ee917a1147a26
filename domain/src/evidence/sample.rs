//! A sample that anybody draws again: by stratum, its size by a table, its members by a hash of the auditor's seed.

use super::population::Stratum;
use super::training::RequirementRow;
use crate::Day;
use crate::calendar::quote;
use crate::person::PersonId;
use crate::requirement::Outcome;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// How a sample is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleQuery {
    /// What the auditor typed.
    pub seed: Box<str>,
    /// How large the sample of a stratum is, by how many requirements it holds.
    pub sizes: Sizes,
}

/// How large the sample of a stratum is: steps as `5=all,50=5,250=10%,*=25`. A stratum of up to 5 is looked at whole, of
/// up to 50 five are, of up to 250 a tenth (rounded up), of any other 25.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sizes {
    steps: Vec<(Option<u32>, Size)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Size {
    All,
    Count(u32),
    Percent(u32),
}

/// Sizes that audit firms publish for a control that runs all year.
pub const USUAL: &str = "5=all,50=5,250=10%,*=25";

impl Default for Sizes {
    fn default() -> Sizes {
        let steps = vec![
            (Some(5), Size::All),
            (Some(50), Size::Count(5)),
            (Some(250), Size::Percent(10)),
            (None, Size::Count(25)),
        ];
        Sizes { steps }
    }
}

impl Sizes {
    /// How many of a stratum that holds so many.
    #[must_use]
    pub fn of(&self, population: u32) -> u32 {
        let step = self.steps.iter().find(|(up_to, _)| up_to.is_none_or(|up_to| population <= up_to));
        match step.map(|(_, size)| *size) {
            Some(Size::Count(count)) => count.min(population),
            Some(Size::Percent(percent)) => (u64::from(population) * u64::from(percent))
                .div_ceil(100)
                .min(u64::from(population))
                .try_into()
                .unwrap_or(population),
            Some(Size::All) | None => population,
        }
    }
}

impl TryFrom<String> for Sizes {
    type Error = String;

    fn try_from(text: String) -> Result<Sizes, String> {
        let mend = |part: &str| format!("{} is no sample size; write them as {USUAL}", quote(part));
        let mut steps: Vec<(Option<u32>, Size)> = Vec::new();
        for part in text.split(',') {
            let (up_to, size) = part.split_once('=').ok_or_else(|| mend(part))?;
            let up_to = match up_to.trim() {
                "*" => None,
                number => Some(number.parse::<u32>().map_err(|_| mend(part))?),
            };
            let size = match size.trim() {
                "all" => Size::All,
                size => match size.strip_suffix('%') {
                    Some(percent) => {
                        let percent = percent.parse().ok().filter(|percent| (1..=100).contains(percent));
                        Size::Percent(percent.ok_or_else(|| mend(part))?)
                    }
                    None => Size::Count(size.parse().map_err(|_| mend(part))?),
                },
            };
            let grows = steps.last().is_none_or(|(last, _)| match (last, up_to) {
                (Some(last), Some(up_to)) => *last < up_to,
                (last, None) => last.is_some(),
                (None, Some(_)) => false,
            });
            if !grows {
                return Err(format!("sample sizes go from small to large and end with *: {}", quote(&text)));
            }
            steps.push((up_to, size));
        }
        if steps.last().is_none_or(|(last, _)| last.is_some()) {
            return Err(format!("sample sizes end with one for all others, as *=25: {}", quote(&text)));
        }
        Ok(Sizes { steps })
    }
}

impl From<Sizes> for String {
    fn from(sizes: Sizes) -> String {
        let mut text = String::new();
        for (up_to, size) in sizes.steps {
            let comma = if text.is_empty() { "" } else { "," };
            let up_to = up_to.map_or_else(|| "*".to_owned(), |up_to| up_to.to_string());
            let size = match size {
                Size::All => "all".to_owned(),
                Size::Count(count) => count.to_string(),
                Size::Percent(percent) => format!("{percent}%"),
            };
            let _ = write!(text, "{comma}{up_to}={size}");
        }
        text
    }
}

/// A sampled requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleRow {
    /// Its number in the sample, from 1.
    pub number: u32,
    /// From which stratum.
    pub stratum: Stratum,
    /// How many requirements the stratum holds.
    pub of: u32,
    /// Who.
    pub person: PersonId,
    /// Due when.
    pub due: Day,
    /// How it ended.
    pub outcome: Outcome,
    /// When it was completed.
    pub completed_on: Option<Day>,
    /// The hash by which it was drawn, lower-case hex.
    pub rank: String,
}

/// The hash by which a requirement is drawn: SHA-256 of the seed, stratum, random id and due date, a line feed between each.
#[must_use]
pub fn rank(seed: &str, stratum: Stratum, person: PersonId, due: Day) -> String {
    let hash = Sha256::digest(format!("{seed}\n{}\n{person}\n{due}", stratum.word()));
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Longest seed, in characters.
const LONGEST_SEED: usize = 200;

/// The sample: of each stratum the requirements with the smallest hashes, in that order.
pub(super) fn draw(asked: &SampleQuery, requirements: &[RequirementRow]) -> Result<Vec<SampleRow>, String> {
    let is_plain = !asked.seed.trim().is_empty() && !asked.seed.chars().any(char::is_control);
    if !is_plain || asked.seed.chars().count() > LONGEST_SEED {
        return Err(format!("a seed is a line of text of up to {LONGEST_SEED} characters, typed by the auditor"));
    }
    let mut drawn = Vec::new();
    for stratum in Stratum::ALL {
        let mut of: Vec<(String, &RequirementRow)> = requirements
            .iter()
            .filter(|row| row.stratum == stratum)
            .map(|row| (rank(&asked.seed, stratum, row.person, row.due), row))
            .collect();
        of.sort_by(|a, b| a.0.cmp(&b.0));
        let population = u32::try_from(of.len()).unwrap_or(u32::MAX);
        for (rank, row) in of.into_iter().take(asked.sizes.of(population) as usize) {
            let number = u32::try_from(drawn.len() + 1).unwrap_or(u32::MAX);
            drawn.push(SampleRow {
                number,
                stratum,
                of: population,
                person: row.person,
                due: row.due,
                outcome: row.outcome,
                completed_on: row.completed_on,
                rank,
            });
        }
    }
    Ok(drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_follow_their_table_and_read_back_as_they_were_written() {
        let sizes = Sizes::try_from(USUAL.to_owned()).unwrap();
        assert_eq!(sizes, Sizes::default());
        assert_eq!(String::from(sizes.clone()), USUAL);
        let expected = [(0, 0), (3, 3), (5, 5), (6, 5), (50, 5), (51, 6), (250, 25), (251, 25), (9_999, 25)];
        for (population, size) in expected {
            assert_eq!(sizes.of(population), size, "of {population}");
        }
        for wrong in ["", "5", "5=all", "*=25,5=all", "50=5,5=all,*=1", "5=0%,*=1", "5=101%,*=1", "x=1,*=1", "*=1,*=2"]
        {
            assert!(Sizes::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
