//! How long the figures take, over 2,000 and 100,000 people with five years of history.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark is a tool of ours")]

mod company;

use divan::Bencher;
use keepsharp_domain::curve::{score_by_day, totals_by_day};
use keepsharp_domain::due::Totals;
use keepsharp_domain::fact::Fact;
use keepsharp_domain::reminder::{self, Ways};
use keepsharp_domain::requirement::{Period, requirements};
use keepsharp_domain::rule::{Rule, Subject};
use keepsharp_domain::summary::Summary;
use keepsharp_domain::{World, tally};
use std::sync::OnceLock;

const SIZES: [u32; 2] = [2_000, 100_000];

fn main() {
    divan::main();
}

fn world(people: u32) -> &'static World {
    static SMALL: OnceLock<World> = OnceLock::new();
    static LARGE: OnceLock<World> = OnceLock::new();
    let cell = if people == SIZES[0] { &SMALL } else { &LARGE };
    cell.get_or_init(|| {
        let mut world = World::default();
        for draft in company::history(people).flatten() {
            let fact = Fact {
                seq: world.size(),
                at: jiff::Timestamp::UNIX_EPOCH,
                by: "system".into(),
                body: draft.body,
                private: draft.private,
            };
            world.apply(fact).unwrap();
        }
        world.settle();
        println!("{people} people: {} facts, {} profiles", world.size(), world.profiles().len());
        world
    })
}

#[divan::bench(args = SIZES)]
fn status_of_everybody(bencher: Bencher, people: u32) {
    let world = world(people);
    let control = world.control("TRN.2.01").unwrap();
    bencher.bench(|| Totals::of(world, control, company::LAST));
}

#[divan::bench(args = SIZES)]
fn campaign_table(bencher: Bencher, people: u32) {
    let world = world(people);
    let campaign = world.campaign("round").unwrap();
    bencher.bench(|| tally::table(world, campaign, company::LAST));
}

/// Who is written to on the first morning of a round: everybody it asks, all at once, the most there ever is.
#[divan::bench(args = SIZES)]
fn messages_due(bencher: Bencher, people: u32) {
    let world = world(people);
    let ways = Ways { mail: true, ..Ways::default() };
    let (now, today) = ("2026-11-02T12:00:00Z".parse().unwrap(), jiff::civil::date(2026, 11, 2));
    let plan = reminder::plan(world, ways, now, today).unwrap();
    println!("{people} people: {} messages due, {} held", plan.messages.len(), plan.held.len());
    bencher.bench(|| reminder::plan(world, ways, now, today));
}

/// A year and a day, as a page shows it.
fn year() -> (jiff::civil::Date, jiff::civil::Date) {
    (jiff::civil::date(2025, 11, 1), company::LAST)
}

#[divan::bench(name = "curve of a year", args = SIZES, sample_count = 10)]
fn curve_of_a_year(bencher: Bencher, people: u32) {
    let world = world(people);
    let control = world.control("TRN.2.01").unwrap();
    let (from, to) = year();
    bencher.bench(|| totals_by_day(world, control, from, to));
}

#[divan::bench(name = "scores of a year", args = SIZES, sample_count = 10)]
fn scores_of_a_year(bencher: Bencher, people: u32) {
    let world = world(people);
    let campaign = world.campaign("round").unwrap();
    let (from, to) = year();
    bencher.bench(|| score_by_day(world, campaign, from, to));
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn summary_for_management(bencher: Bencher, people: u32) {
    let world = world(people);
    let control = world.control("TRN.2.01").unwrap();
    bencher.bench(|| Summary::of(world, control, company::LAST, 0));
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn requirements_of_a_year(bencher: Bencher, people: u32) {
    let world = world(people);
    let control = world.control("TRN.2.01").unwrap();
    let period = Period { from: jiff::civil::date(2025, 11, 1), to: company::LAST };
    bencher.bench(|| requirements(world, control, period));
}

/// One thread: settling a world judges on every core.
#[divan::bench(args = SIZES, sample_count = 10)]
fn judging_different_records(bencher: Bencher, people: u32) {
    let rule = Rule::compile(company::RULE).unwrap();
    let profiles: Vec<_> = (0..people).map(|number| company::profile(number, 0)).collect();
    bencher.bench(|| {
        profiles
            .iter()
            .filter(|profile| rule.judge(Subject { profile, manager: None }) == keepsharp_domain::rule::Verdict::In)
            .count()
    });
}

#[divan::bench]
fn compiling_a_rule() -> bool {
    Rule::compile(company::RULE).is_ok()
}
