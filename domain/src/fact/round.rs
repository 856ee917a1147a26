//! Bodies of what a round does: it rests, ends, is shown in an issue, and writes to people.

use crate::Day;
use crate::person::PersonId;
use serde::{Deserialize, Serialize};

/// Body of `campaign.paused` and `campaign.resumed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignMoved {
    /// Which campaign.
    pub campaign: Box<str>,
    /// The day.
    pub on: Day,
}

/// Body of `campaign.closed`: the result as it stood, which nothing that comes later changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignClosed {
    /// Which campaign.
    pub campaign: Box<str>,
    /// The day whose table it is.
    pub on: Day,
    /// Sum of engineers.
    pub engineers: u64,
    /// Sum of those who took it.
    pub taken: u64,
    /// The target share at that time, in ten-thousandths.
    pub objective: u32,
    /// The table's rows.
    pub rows: Vec<ResultRow>,
}

/// One row of `campaign.closed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultRow {
    /// Whose direct reports; none for those whose manager is missing, unknown or no longer employed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<PersonId>,
    /// As in the table.
    pub engineers: u32,
    /// As in the table.
    pub away: u32,
    /// As in the table.
    pub recorded: u32,
    /// As in the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attested: Option<u32>,
    /// As in the table.
    pub taken: u32,
}

/// The systems in which an issue may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TrackerKind {
    /// GitLab.
    Gitlab,
    /// GitHub.
    Github,
    /// Forgejo or Gitea.
    Forgejo,
}

/// Body of `issue.linked`. A later one takes the place of the earlier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueLinked {
    /// Whose table it shows.
    pub campaign: Box<str>,
    /// In which system.
    pub tracker: TrackerKind,
    /// In which project there.
    pub project: Box<str>,
    /// Its number there.
    pub number: u64,
    /// Its address.
    pub url: Box<str>,
    /// Whether it was there before us.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub adopted: bool,
}

/// Body of `message.sent`: the same words to some people on a day, none of the words kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageSent {
    /// The day.
    pub on: Day,
    /// What it is.
    pub kind: MessageKind,
    /// By which way.
    pub channel: Channel,
    /// What it is about; several where messages were merged.
    pub about: Vec<MessageAbout>,
    /// To whom, to each alone; nobody in particular where it was posted in a channel.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<PersonId>,
}

/// Kinds of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageKind {
    /// To somebody who has something to take.
    Encouragement,
    /// To a manager: counts, and a note to send on.
    Digest,
    /// To a manager whose whole team has taken it.
    Celebration,
}

/// Ways by which messages go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// E-mail.
    Mail,
    /// A comment in somebody's own issue, which makes a to-do.
    Issue,
    /// A channel of Slack.
    Slack,
    /// A channel of Teams.
    Teams,
}

/// One thing that a message is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageAbout {
    /// Which control.
    pub control: Box<str>,
    /// Which campaign, where one asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<Box<str>>,
    /// On which occasion.
    pub occasion: Occasion,
}

/// The occasions on which somebody may be written to about one thing, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// It can be taken from now on.
    Opening,
    /// Half the time has gone.
    HalfTime,
    /// A week is left.
    WeekBefore,
    /// It is the last day.
    TheDay,
    /// It was to be taken a week ago.
    After,
}

/// Body of `message.snoozed`. A later one takes the place of the earlier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageSnoozed {
    /// Who.
    pub person: PersonId,
    /// First day on which they may be written to again.
    pub until: Day,
}

/// Body of `address.failed`: mail to somebody's address of that day came back. The address and why are private.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressFailed {
    /// Who.
    pub person: PersonId,
    /// The day.
    pub on: Day,
}

/// Body of `onboarding.given`: where the task stands is private.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnboardingGiven {
    /// Who.
    pub person: PersonId,
    /// Which control.
    pub control: Box<str>,
    /// The day.
    pub on: Day,
    /// Whether the issue is of our making, for this alone.
    pub own_issue: bool,
}

/// Body of `onboarding.done`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnboardingDone {
    /// Who.
    pub person: PersonId,
    /// Which control.
    pub control: Box<str>,
    /// The day.
    pub on: Day,
}
