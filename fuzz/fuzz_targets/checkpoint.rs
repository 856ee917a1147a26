//! Whatever a paper says, it is a checkpoint or it is not.
#![no_main]

use keepsharp_ledger::{Checkpoint, SigningKey, VerifierKey, note};

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(checkpoint) = Checkpoint::read_unverified(text) {
        let _ = checkpoint.to_text();
    }
    let keys: Vec<VerifierKey> = text.parse().into_iter().collect();
    let _ = Checkpoint::open(text, &keys);
    let _ = note::note_signers(text);
    let _ = SigningKey::from_text(text);
});
