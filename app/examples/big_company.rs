//! Writes a ledger of a company of any size with five years of history, to measure with:
//! `cargo run --release --example big_company -- FOLDER PEOPLE`.
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a tool of ours, not of the product")]

#[path = "../../domain/benches/company/mod.rs"]
mod company;

use keepsharp_ledger::SigningKey;
use keepsharp_store::{Decision, Place, Store};
use std::path::PathBuf;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().expect("the folder"));
    let people: u32 = arguments.next().and_then(|people| people.parse().ok()).expect("how many people");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let key = SigningKey::from_seed("keepsharp.example/ledger/measured", [1; 32]).expect("a key");
    std::fs::write(folder.join("signing-key"), key.to_text()).expect("the key can be written");
    let clock = Box::new(|| "2026-11-01T12:00:00Z".parse().expect("an instant"));
    let store = Store::open(Place::Sqlite(folder.join("keepsharp.db")), |_| Ok(Some(key)), clock).expect("a store");
    for month in company::history(people) {
        store.commit("system", move |_| Ok((Decision::from(month), ()))).expect("written");
    }
    println!("{} facts in {}", store.world().expect("a world").size(), folder.display());
}
