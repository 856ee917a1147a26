//! What can be asked of a tracker, whichever it is, and what can go wrong with it?

use jiff::Timestamp;
use keepsharp_domain::fact::TrackerKind;
use std::fmt;
use std::time::Duration;

/// A system that keeps issues. Each call blocks until it is answered, for half a minute at most.
pub(crate) trait Tracker: Send + Sync {
    /// Which it is.
    fn kind(&self) -> TrackerKind;

    /// The project in which campaigns' issues stand.
    fn project(&self) -> &str;

    /// The user name that the token belongs to.
    fn me(&self) -> Result<String, Trouble>;

    /// An issue as it is now.
    fn issue(&self, project: &str, number: u64) -> Result<Issue, Trouble>;

    /// The issues made or changed since an instant, open or closed.
    fn recent(&self, project: &str, since: Timestamp) -> Result<Vec<Issue>, Trouble>;

    /// The issues whose title is exactly this, open or closed.
    fn titled(&self, project: &str, title: &str) -> Result<Vec<Issue>, Trouble>;

    /// Makes an issue. An assignee whom the tracker does not know is left out.
    fn create(&self, project: &str, new: &NewIssue) -> Result<Issue, Trouble>;

    /// Writes an issue's whole text.
    fn write(&self, project: &str, number: u64, text: &str) -> Result<(), Trouble>;

    /// The comments of an issue, in the order in which they were made.
    fn notes(&self, project: &str, number: u64) -> Result<Vec<Note>, Trouble>;

    /// Adds a comment.
    fn comment(&self, project: &str, number: u64, text: &str) -> Result<(), Trouble>;

    /// Who changed an issue's text.
    fn edits(&self, project: &str, number: u64) -> Result<History, Trouble>;

    /// Closes an issue.
    fn close(&self, project: &str, number: u64) -> Result<(), Trouble>;
}

/// An issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Issue {
    /// Its number in its project.
    pub(crate) number: u64,
    /// Its address for people.
    pub(crate) url: String,
    /// Its title.
    pub(crate) title: String,
    /// Its text.
    pub(crate) text: String,
    /// User name of who made it.
    pub(crate) author: String,
    /// Whether it is open.
    pub(crate) is_open: bool,
}

/// An issue to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NewIssue {
    /// Its title.
    pub(crate) title: String,
    /// Its text.
    pub(crate) text: String,
    /// User name of who is to do it.
    pub(crate) assignee: Option<String>,
    /// Whether only some may see it, where the tracker knows that.
    pub(crate) is_confidential: bool,
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    /// Its id.
    pub(crate) id: u64,
    /// User name of who wrote it.
    pub(crate) author: String,
    /// Its text.
    pub(crate) text: String,
    /// When it was made or last changed.
    pub(crate) at: Timestamp,
}

/// One change of an issue's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// User name of who made it.
    pub(crate) author: String,
    /// When.
    pub(crate) at: Timestamp,
}

/// Who changed an issue's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum History {
    /// Every change since the issue was made, in order.
    Told(Vec<Edit>),
    /// The tracker does not say.
    Untold,
}

/// Why a tracker did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Not now: nothing was done, and later it may go.
    Later {
        /// Why.
        why: String,
        /// How long to wait at least, where the tracker says so.
        after: Option<Duration>,
    },
    /// The answer to a write did not come: it may have been done, or not.
    Unsure {
        /// Why.
        why: String,
    },
    /// Not at all, until somebody has mended something.
    Refused {
        /// What.
        why: String,
    },
}

impl Trouble {
    pub(crate) fn later(why: impl Into<String>) -> Trouble {
        Trouble::Later { why: why.into(), after: None }
    }

    pub(crate) fn refused(why: impl Into<String>) -> Trouble {
        Trouble::Refused { why: why.into() }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Later { why, after: Some(after) } => {
                write!(f, "{why}; to be tried again in {} s", after.as_secs())
            }
            Trouble::Later { why, after: None } => write!(f, "{why}; to be tried again"),
            Trouble::Unsure { why } => {
                write!(f, "{why}; it may have been done all the same, which the next look will tell")
            }
            Trouble::Refused { why } => f.write_str(why),
        }
    }
}
