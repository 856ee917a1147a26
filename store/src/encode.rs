//! From decided facts to their bytes: private parts salted and sealed, the rest in canonical form.

use crate::log::Encoded;
use crate::{Error, random};
use jiff::Timestamp;
use keepsharp_domain::{Draft, Fact};
use keepsharp_ledger::{Entry, seal};

/// Encodes drafts as the facts from `from` on, adding to `encoded`, and gives them as the world takes them in.
pub(crate) fn encode(
    from: u64,
    at: Timestamp,
    by: &str,
    drafts: Vec<Draft>,
    encoded: &mut Vec<Encoded>,
) -> Result<Vec<Fact>, Error> {
    let shown_at = format!("{at:.3}");
    let mut facts = Vec::with_capacity(drafts.len());
    encoded.reserve(drafts.len());
    let unwritable = |error: &dyn std::fmt::Display| Error::Engine(format!("a fact can't be written: {error}"));
    for (seq, draft) in (from..).zip(drafts) {
        let sealed = match &draft.private {
            Some(private) => {
                let value = serde_json::to_value(private).map_err(|error| unwritable(&error))?;
                Some(seal::seal(random::bytes()?, &value).map_err(|error| unwritable(&error))?)
            }
            None => None,
        };
        let (private, digest) = sealed.map_or((None, None), |sealed| (Some(sealed.bytes), Some(sealed.digest)));
        let entry = Entry {
            seq,
            at: shown_at.clone(),
            by: by.to_owned(),
            kind: draft.body.kind().to_owned(),
            v: 1,
            body: draft.body.to_value().map_err(|error| unwritable(&error))?,
            sealed: digest,
        };
        let bytes = entry.into_bytes().map_err(|error| unwritable(&error))?;
        encoded.push(Encoded { seq, bytes, private });
        facts.push(Fact { seq, at, by: by.into(), body: draft.body, private: draft.private });
    }
    Ok(facts)
}
