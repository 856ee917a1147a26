//! What a company's issues say when they are counted: by class, by class and area, and the last year beside the one before.

use super::{IssueHistory, Severity, UNSTATED};
use jiff::ToSpan;
use keepsharp_domain::Day;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How many places are named.
const MOST_PLACES: usize = 5;
/// One issue makes no place to look at.
const FEWEST_OF_A_PLACE: u64 = 2;

/// The issues of the months that are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The first day that is counted.
    pub from: Day,
    /// The last day: that of the newest issue.
    pub until: Day,
    /// How many there are.
    pub count: u64,
    /// How many of them are critical or high.
    pub grave: u64,
    /// By class, the most first, those without a class last.
    pub classes: Vec<ClassCount>,
    /// Where a class and an area come together most often.
    pub places: Vec<Place>,
    /// All areas that are named, in the order of their names.
    pub areas: Vec<String>,
}

/// How many issues of a class there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassCount {
    /// The class, as the company groups them.
    pub class: String,
    /// How many there are.
    pub count: u64,
    /// How many of them are critical or high.
    pub grave: u64,
    /// In the first twelve months of those that are counted.
    pub before: u64,
    /// In the last twelve months.
    pub last: u64,
}

/// Whether a class became more or fewer from one year to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// More than chance explains.
    More,
    /// Fewer than chance explains.
    Fewer,
    /// Nothing that chance does not explain.
    Same,
}

/// A class in an area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The class.
    pub class: String,
    /// The part of the product.
    pub area: String,
    /// How many issues there are.
    pub count: u64,
}

impl ClassCount {
    /// Which way the class went. Counts of two equal spans whose sum is n differ by chance with a standard deviation of √n;
    /// what is within two of those says nothing.
    pub fn direction(&self) -> Direction {
        let difference = self.before.abs_diff(self.last);
        if difference.saturating_mul(difference) <= 4 * (self.before + self.last) {
            Direction::Same
        } else if self.last > self.before {
            Direction::More
        } else {
            Direction::Fewer
        }
    }
}

impl IssueHistory {
    /// The picture; none where there are no issues.
    pub fn picture(&self) -> Option<Picture> {
        let (from, until) = (self.from()?, self.until()?);
        let turn = until.saturating_sub((super::MONTHS / 2).months());
        let mut classes: BTreeMap<&str, ClassCount> = BTreeMap::new();
        let mut places: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        let (mut count, mut grave) = (0, 0);
        for issue in self.recent() {
            let is_grave = u64::from(issue.severity <= Severity::High);
            count += 1;
            grave += is_grave;
            let of_class = classes.entry(&issue.class).or_insert_with(|| ClassCount {
                class: issue.class.clone(),
                count: 0,
                grave: 0,
                before: 0,
                last: 0,
            });
            of_class.count += 1;
            of_class.grave += is_grave;
            *(if issue.on > turn { &mut of_class.last } else { &mut of_class.before }) += 1;
            if !issue.area.is_empty() {
                *places.entry((&issue.class, &issue.area)).or_default() += 1;
            }
        }
        let mut areas: Vec<String> = places.keys().map(|(_, area)| (*area).to_owned()).collect();
        areas.sort();
        areas.dedup();
        let mut classes: Vec<ClassCount> = classes.into_values().collect();
        classes.sort_by(|a, b| key(a).cmp(&key(b)));
        Some(Picture { from, until, count, grave, classes, places: most(places), areas })
    }
}

fn key(class: &ClassCount) -> (bool, Reverse<u64>, Reverse<u64>, &str) {
    (class.class == UNSTATED, Reverse(class.count), Reverse(class.grave), &class.class)
}

fn most(places: BTreeMap<(&str, &str), u64>) -> Vec<Place> {
    let named = places.into_iter().filter(|((class, _), count)| *class != UNSTATED && *count >= FEWEST_OF_A_PLACE);
    let mut places: Vec<Place> =
        named.map(|((class, area), count)| Place { class: class.to_owned(), area: area.to_owned(), count }).collect();
    places.sort_by(|a, b| (Reverse(a.count), &a.class, &a.area).cmp(&(Reverse(b.count), &b.class, &b.area)));
    places.truncate(MOST_PLACES);
    places
}
