//! The player: courses, lessons, questions, sittings, and what stands at the end.

pub(crate) mod certificate;
pub(crate) mod changed;
pub(crate) mod contents;
pub(crate) mod feedback;
pub(crate) mod finished;
pub(crate) mod history;
pub(crate) mod lesson;
pub(crate) mod practice;
pub(crate) mod question;
pub(crate) mod shelf;
pub(crate) mod sitting;
pub(crate) mod study;
