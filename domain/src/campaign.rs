//! One round of asking: opens, closes, a target share, from when a completion counts, and whom it asks.

use crate::fact::{CampaignDefined, CountedBy};
use crate::person::Person;
use crate::rule::{Rule, Verdict};
use crate::{Day, World};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A campaign as last defined.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// Its id.
    pub id: Box<str>,
    /// Its title.
    pub title: Box<str>,
    /// The control it is about.
    pub control: Box<str>,
    /// First day.
    pub opens: Day,
    /// Last day.
    pub closes: Day,
    /// From when a completion counts.
    pub counts_since: Day,
    /// The target share, in ten-thousandths.
    pub objective: u32,
    /// The day by which it is to be reached, where that is not the last day.
    pub objective_by: Option<Day>,
    /// Whom of those in scope it asks; everybody where there is no rule.
    pub audience: Option<Arc<Rule>>,
    /// Whose word it asks for.
    pub counted_by: CountedBy,
    /// What describes it and has no part in a figure.
    pub about: BTreeMap<String, serde_json::Value>,
}

/// What a campaign does on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It has not opened yet.
    Planned,
    /// It asks.
    Open,
    /// It takes answers and writes to nobody.
    Paused,
    /// Its last day has passed; its result is not recorded yet.
    Over,
    /// Its result stands.
    Closed,
}

impl State {
    /// What people call it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            State::Planned => "planned",
            State::Open => "open",
            State::Paused => "paused",
            State::Over => "over",
            State::Closed => "closed",
        }
    }

    /// Whether a manager's count is taken.
    #[must_use]
    pub fn takes_answers(self) -> bool {
        matches!(self, State::Open | State::Paused)
    }
}

/// What a campaign does on `day`.
#[must_use]
pub fn state(world: &World, campaign: &Campaign, day: Day) -> State {
    if world.rounds().result(&campaign.id).is_some_and(|result| result.on <= day) {
        State::Closed
    } else if day < campaign.opens {
        State::Planned
    } else if day > campaign.closes {
        State::Over
    } else if world.rounds().is_paused(&campaign.id, day) {
        State::Paused
    } else {
        State::Open
    }
}

impl Campaign {
    /// A campaign as a fact defines it.
    ///
    /// # Errors
    /// Where its audience is no rule.
    pub fn new(body: CampaignDefined) -> Result<Campaign, String> {
        let audience = body.audience.as_deref().map(Rule::compile).transpose()?.map(Arc::new);
        Ok(Campaign {
            id: body.id,
            title: body.title,
            control: body.control,
            opens: body.opens,
            closes: body.closes,
            counts_since: body.counts_since,
            objective: body.objective,
            objective_by: body.objective_by,
            audience,
            counted_by: body.counted_by,
            about: body.about,
        })
    }

    /// The fact's body that defines it so.
    #[must_use]
    pub fn defined(&self) -> CampaignDefined {
        CampaignDefined {
            id: self.id.clone(),
            title: self.title.clone(),
            control: self.control.clone(),
            opens: self.opens,
            closes: self.closes,
            counts_since: self.counts_since,
            objective: self.objective,
            objective_by: self.objective_by,
            audience: self.audience.as_ref().map(|rule| rule.source().into()),
            counted_by: self.counted_by,
            about: self.about.clone(),
        }
    }

    /// The day by which the objective is to be reached.
    #[must_use]
    pub fn objective_day(&self) -> Day {
        self.objective_by.unwrap_or(self.closes)
    }

    /// Whether it asks a person who is in scope of its control on `day`.
    #[must_use]
    pub fn asks(&self, world: &World, person: &Person, day: Day) -> bool {
        let Some(rule) = &self.audience else { return true };
        person.record(day).is_some_and(|record| world.judge_record(rule, record) == Verdict::In)
    }
}
