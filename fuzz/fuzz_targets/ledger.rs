//! Whatever bytes stand in a ledger, reading them ends with a fact or a problem; and what is read is what was written.
#![no_main]

use keepsharp_domain::{Fact, World};
use keepsharp_ledger::{Entry, LogVerifier, seal};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = LogVerifier::new().push(bytes);
    let _ = seal::read(bytes);
    if let Ok(entry) = Entry::read(bytes) {
        assert_eq!(entry.to_bytes().as_deref(), Ok(bytes));
    }
    if let Ok(fact) = Fact::read(bytes, Some(bytes)) {
        let _ = World::default().apply(fact);
    }
});
