//! How is a pack checked by hand? The text that lies in each.
//!
//! What stands between `~~~` is run as it stands by a test, so it is never out of date.

use std::fmt::Write;

use crate::checkpoint::Checkpoint;
use crate::key::VerifierKey;

/// What the README of one pack is to say. Every text here is shown as it is.
#[derive(Copy, Clone, Debug)]
pub struct Readme<'a> {
    /// What the evidence is about: names and values such as `control` and `SEC-01`, in order.
    pub subject: &'a [(&'a str, &'a str)],
    /// The head that the pack carries.
    pub checkpoint: &'a Checkpoint,
    /// The key it is signed with.
    pub key: &'a VerifierKey,
    /// The files beside those of every pack, and what each is, in a sentence.
    pub files: &'a [(&'a str, &'a str)],
    /// Whose private parts are shown, in a sentence.
    pub disclosed: &'a str,
    /// How the sample is drawn, so that somebody can draw it again.
    pub sample: &'a str,
}

impl Readme<'_> {
    /// The text of `README.txt`.
    #[must_use]
    pub fn text(&self) -> String {
        let mut subject = String::new();
        for (name, value) in self.subject {
            let _ = writeln!(subject, "  {name:<12} {value}");
        }
        let mut files = String::new();
        for (name, what) in self.files {
            let _ = writeln!(files, "  {name:<26} {what}");
        }
        let Checkpoint { origin, size, root } = self.checkpoint;
        TEXT.replace("{subject}", &subject)
            .replace("{origin}", origin)
            .replace("{size}", &size.to_string())
            .replace("{root}", &root.to_base64())
            .replace("{files}", &files)
            .replace("{key}", &self.key.to_string())
            .replace("{disclosed}", self.disclosed)
            .replace("{sample}", self.sample)
    }
}

const TEXT: &str = include_str!("readme.txt");
