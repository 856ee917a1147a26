//! What does a fact say of itself, its body apart?
//!
//! For whoever checks a whole log: the same bytes are taken and refused as by [`Entry::read`], and almost none of them are copied.

use std::borrow::Cow;

use crate::entry::{self, Entry, EntryError};
use crate::instant::is_instant;
use crate::plain::Scan;

/// A fact without its body, mostly borrowed from the fact's bytes. Members are as those of [`Entry`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Envelope<'a> {
    /// Its place in the log, from 0.
    pub seq: u64,
    /// When it was recorded.
    pub at: Cow<'a, str>,
    /// Who brought it about.
    pub by: Cow<'a, str>,
    /// What happened.
    pub kind: Cow<'a, str>,
    /// The version of that type, from 1.
    pub v: u32,
    /// The digest of the private part, if there is one.
    pub sealed: Option<Cow<'a, str>>,
}

impl Envelope<'_> {
    /// Reads the exact bytes of a fact: takes what [`Entry::read`] takes, and says the same of what it refuses.
    pub fn read(bytes: &[u8]) -> Result<Envelope<'_>, EntryError> {
        match str::from_utf8(bytes).ok().and_then(at_first_sight) {
            Some(envelope) => Ok(envelope),
            None => Entry::read(bytes).map(Envelope::from),
        }
    }
}

impl From<Entry> for Envelope<'_> {
    fn from(entry: Entry) -> Self {
        let Entry { seq, at, by, kind, v, body: _, sealed } = entry;
        Envelope { seq, at: at.into(), by: by.into(), kind: kind.into(), v, sealed: sealed.map(Cow::Owned) }
    }
}

/// The envelope of a fact whose text is plain, and escapes nothing outside the body. Members stand in their one order.
fn at_first_sight(text: &str) -> Option<Envelope<'_>> {
    let mut scan = Scan::new(text);
    scan.exactly("{\"at\":")?;
    let at = scan.words().filter(|at| is_instant(at))?;
    scan.exactly(",\"body\":")?;
    scan.value().filter(|body| body.starts_with('{'))?;
    scan.exactly(",\"by\":")?;
    let by = scan.words().filter(|by| entry::is_actor(by))?;
    let sealed = match scan.exactly(",\"sealed\":") {
        Some(()) => Some(scan.words().filter(|sealed| entry::is_digest(sealed))?),
        None => None,
    };
    scan.exactly(",\"seq\":")?;
    let seq = scan.count()?;
    scan.exactly(",\"type\":")?;
    let kind = scan.words().filter(|kind| entry::is_kind(kind))?;
    scan.exactly(",\"v\":")?;
    let v = scan.count().and_then(|v| u32::try_from(v).ok()).filter(|v| *v >= 1)?;
    scan.exactly("}")?;
    scan.is_at_end().then(|| Envelope {
        seq,
        at: at.into(),
        by: by.into(),
        kind: kind.into(),
        v,
        sealed: sealed.map(Cow::Borrowed),
    })
}
