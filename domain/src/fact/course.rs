//! Bodies of what is taught: versions of courses, each known by what its files hold.

use crate::Day;
use serde::{Deserialize, Serialize};

/// Body of `course.published`. A version never changes: its name is the hash of the list of its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoursePublished {
    /// The course's id, as a control's `courses.full` names it.
    pub course: Box<str>,
    /// The id of its refresher, as a control's `courses.refresher` names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresher: Option<Box<str>>,
    /// SHA-256 of the list of its files, lower-case hex.
    pub version: Box<str>,
    /// The day it was published.
    pub on: Day,
    /// What it is called.
    pub title: Box<str>,
    /// The language it is written in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Box<str>>,
    /// Its tracks, and for whom each is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tracks: Vec<PublishedTrack>,
    /// How many lessons it has.
    pub lessons: u32,
    /// How many items it has.
    pub items: u32,
}

/// A track of a course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedTrack {
    /// As its lessons name it.
    pub id: Box<str>,
    /// The programme's tracks whose people it is for.
    pub programme: Vec<Box<str>>,
}
