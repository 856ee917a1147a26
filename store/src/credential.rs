//! How is a credential signed? With the ledger's key, which never leaves the store.

use crate::{Error, Store};

impl Store {
    /// Signs the hashes of a credential's proof options and of the credential, as W3C Data Integrity puts them together. The
    /// same hashes always have the same signature (RFC 8032).
    ///
    /// # Errors
    /// Where there is no signing key.
    pub fn sign_credential(&self, hash_data: &[u8; 64]) -> Result<[u8; 64], Error> {
        let key = self.key.as_ref().ok_or_else(|| {
            Error::Key("there is no signing key, so no badge can be signed. Put the ledger's key back".to_owned())
        })?;
        Ok(key.sign_hashes(hash_data))
    }
}
