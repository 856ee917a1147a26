//! Writes the pack of a company of any size with five years of history, to measure with:
//! `cargo run --release -p keepsharp-verifier --example big_pack -- PACK.zip PEOPLE`.
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a tool of ours, not of the product")]

#[path = "../tests/made/mod.rs"]
mod made;

use std::fs::File;
use std::io::BufWriter;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("the pack");
    let people: u32 = arguments.next().and_then(|people| people.parse().ok()).expect("how many people");
    let made = made::Made::of(people);
    made.write(BufWriter::new(File::create(&path).expect("the pack can be made")));
    println!("{path}: {} bytes of facts; the key is {}", made.facts.len(), made::key().verifier());
}
