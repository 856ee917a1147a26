//! What somebody should learn, by role: the first track whose rule is true of their record.

use crate::rule::{Rule, Subject, Verdict};
use std::sync::Arc;

/// A track: frontend, backend, sre, security-pm.
#[derive(Clone, Debug)]
pub struct Track {
    /// Its id.
    pub id: Box<str>,
    /// Its title.
    pub title: Box<str>,
    /// Whom it is for.
    pub rule: Arc<Rule>,
}

/// The track of somebody with this record, or none.
#[must_use]
pub fn track_of<'a>(tracks: &'a [Track], subject: Subject) -> Option<&'a Track> {
    tracks.iter().find(|track| track.rule.judge(subject) == Verdict::In)
}
