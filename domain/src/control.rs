//! What a control demands: cadence, grace, strength, courses and scope, in versions that hold from a day on.

use crate::Day;
use crate::calendar::{FiscalYearStart, add_months};
use crate::fact::Courses;
use crate::person::{CourseIx, Strength};
use crate::rule::Rule;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How often training comes round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cadence {
    /// The same day this many months later.
    EveryMonths(u32),
    /// Once in each fiscal year. Always `true`; the file's form is `{ fiscal_year = true }`.
    FiscalYear(bool),
}

impl Cadence {
    /// The day by which training is due again after `last` (docs/domain.md, `next(last)`).
    #[must_use]
    pub fn next(self, last: Day, years: FiscalYearStart) -> Day {
        match self {
            Cadence::EveryMonths(months) => add_months(last, months),
            Cadence::FiscalYear(_) => years.last_day_of_next(last),
        }
    }

    /// Whether somebody who trained on `last` is current on `day`.
    #[must_use]
    pub fn is_current(self, last: Day, day: Day, years: FiscalYearStart) -> bool {
        match self {
            Cadence::EveryMonths(_) => day < self.next(last, years),
            Cadence::FiscalYear(_) => years.first_day(day) <= last && last <= years.last_day(day),
        }
    }

    /// The first day on which somebody who trained on `last` is not current any more; none beyond the calendar's end.
    #[must_use]
    pub fn first_day_after(self, last: Day, years: FiscalYearStart) -> Option<Day> {
        match self {
            Cadence::EveryMonths(_) => Some(self.next(last, years)),
            Cadence::FiscalYear(_) => years.last_day(last).tomorrow().ok(),
        }
    }
}

/// One version of a control.
#[derive(Clone, Debug)]
pub struct ControlVersion {
    /// First day it holds; none for the first version, which holds from the beginning.
    pub from: Option<Day>,
    /// Its title.
    pub title: Box<str>,
    /// How often.
    pub cadence: Cadence,
    /// Days that somebody new in scope has.
    pub new_hire_days: u32,
    /// Days that somebody back from leave has.
    pub return_days: u32,
    /// The weakest strength it accepts.
    pub accepts: Strength,
    /// The courses that satisfy it.
    pub courses: Courses,
    /// The full course.
    pub full: CourseIx,
    /// The refresher, where there is one.
    pub refresher: Option<CourseIx>,
    /// The scope rule, compiled.
    pub rule: Arc<Rule>,
    /// What describes the control and has no part in a figure.
    pub about: BTreeMap<String, serde_json::Value>,
    /// The fact that defined it.
    pub seq: u64,
}

/// A written obligation, with all its versions.
#[derive(Clone, Debug)]
pub struct Control {
    /// Its id, for example TRN.2.01.
    pub id: Box<str>,
    /// In the order of their first day, then of their recording; never empty.
    pub(crate) versions: Vec<ControlVersion>,
}

impl Control {
    /// Its versions, in the order of their first day.
    #[must_use]
    pub fn versions(&self) -> &[ControlVersion] {
        &self.versions
    }

    /// Place of the version in force on `day`: the one with the latest first day by then, the first version before all.
    #[must_use]
    pub fn version_index(&self, day: Day) -> usize {
        self.versions.iter().rposition(|version| version.from.is_none_or(|from| from <= day)).unwrap_or(0)
    }

    /// The version in force on `day`.
    #[must_use]
    pub fn version(&self, day: Day) -> Option<&ControlVersion> {
        self.versions.get(self.version_index(day))
    }

    /// The version recorded last.
    #[must_use]
    pub fn latest(&self) -> Option<&ControlVersion> {
        self.versions.iter().max_by_key(|version| version.seq)
    }
}
