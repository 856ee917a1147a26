//! The one place that makes randomness: ids, salts, keys and names.

use crate::Error;
use keepsharp_domain::PersonId;
use std::fmt::Write;

pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::Engine(format!("the system gives no randomness: {error}")))?;
    Ok(bytes)
}

/// A fresh person's id. A system without randomness ends the program: an id that repeats would join two people.
#[must_use]
pub fn fresh_id() -> PersonId {
    let mut bytes = [0; 10];
    if getrandom::fill(&mut bytes).is_err() {
        std::process::abort();
    }
    PersonId::from_random(bytes)
}

/// A fresh seed for a signing key.
///
/// # Errors
/// Where the system gives no randomness.
pub fn fresh_seed() -> Result<[u8; 32], Error> {
    bytes()
}

/// A fresh word of 16 hexadecimal digits.
///
/// # Errors
/// Where the system gives no randomness.
pub fn fresh_word() -> Result<String, Error> {
    let bytes: [u8; 8] = bytes()?;
    Ok(format!("{:016x}", u64::from_be_bytes(bytes)))
}

/// A fresh code of 128 bits, 32 hexadecimal digits: for a link that nobody should guess.
///
/// # Errors
/// Where the system gives no randomness.
pub fn fresh_code() -> Result<String, Error> {
    let bytes: [u8; 16] = bytes()?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// A fresh secret of 256 bits, 64 hexadecimal digits: for a session or a sign-in link.
///
/// # Errors
/// Where the system gives no randomness.
pub fn fresh_token() -> Result<String, Error> {
    let bytes: [u8; 32] = bytes()?;
    Ok(bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing into a text does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
