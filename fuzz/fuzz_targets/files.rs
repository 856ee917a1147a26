//! Whatever a file holds, reading it ends with rows or a refusal.
#![no_main]

use keepsharp_domain::programme::Programme;
use keepsharp_domain::roster::Roster;
use keepsharp_domain::sheet::File;
use keepsharp_domain::{World, attestation, completion, exception, leave};
use std::collections::BTreeMap;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let columns = BTreeMap::new();
    let file = File { bytes, sha256: "", columns: &columns };
    let (world, today) = (World::default(), jiff_date());
    let _ = Roster::read(file);
    let _ = completion::import(&world, file, today);
    let _ = leave::import(&world, file);
    let _ = exception::import(&world, file);
    let _ = attestation::import(&world, file, today);
    let _ = Programme::read(bytes);
});

fn jiff_date() -> keepsharp_domain::Day {
    keepsharp_domain::Day::constant(2026, 1, 1)
}
