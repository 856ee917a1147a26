//! The pictures of the README, made again by `scripts/screenshots`.

use super::company::COMPANY;
use super::driver::{DESK, Look, PHONE};
use super::visit::Visit;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::path::Path;

/// Heaviest picture, in bytes: the repository keeps each of them for ever.
const HEAVIEST: usize = 150_000;

/// File, whose page, its path, and how it is looked at.
const PICTURES: [(&str, &str, &str, Look); 7] = [
    ("my-page", "engineer", "/", DESK),
    ("my-team", "manager", "/team", DESK),
    ("programme", "owner", "/programme", DESK),
    ("managers-table", "owner", "/programme/table", DESK),
    ("management", "management", "/management", DESK),
    ("my-page-phone", "engineer", "/", PHONE),
    ("programme-dark", "owner", "/programme", DESK.dark()),
];

#[test]
#[ignore = "scripts/screenshots runs it; it writes the folder that KEEPSHARP_PICTURES names"]
fn pictures_are_made() {
    let folder = std::env::var_os("KEEPSHARP_PICTURES").unwrap();
    let Some(visit) = Visit::begin(&COMPANY.address) else { return };
    for (file, persona, path, look) in PICTURES {
        visit.become_persona(persona);
        visit.browser.look(look);
        visit.go(path);
        let picture = STANDARD.decode(visit.browser.picture()).unwrap();
        assert!(picture.len() <= HEAVIEST, "{file} weighs {} bytes", picture.len());
        std::fs::write(Path::new(&folder).join(format!("{file}.png")), picture).unwrap();
        visit.browser.look(DESK);
    }
}
