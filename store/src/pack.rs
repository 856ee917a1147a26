//! Signing an evidence pack with the ledger's key, which never leaves the store.

use crate::{Error, Store};
use keepsharp_ledger::pack::PackWriter;
use serde_json::{Map, Value};
use std::io::{Seek, Write};

impl Store {
    /// Ends a pack: writes its manifest of these fields, signs it, and gives back where it was written.
    ///
    /// # Errors
    /// Where there is no signing key, or the pack can't be written.
    pub fn sign_pack<W: Write + Seek>(&self, writer: PackWriter<W>, fields: Map<String, Value>) -> Result<W, Error> {
        let key = self.key.as_ref().ok_or_else(|| {
            Error::Key(
                "there is no signing key, so no pack can be signed. Put the ledger's key back where it was".to_owned(),
            )
        })?;
        writer.finish(fields, key).map_err(|error| Error::Engine(format!("the pack can't be written: {error}")))
    }
}
