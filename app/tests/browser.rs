//! The pages as people use them, in a Chromium that a WebDriver drives: what each of them came to do, and that everybody can
//! read it. Without Chromium, ChromeDriver or axe-core a test says so and passes; with `REQUIRE_BROWSER=1` it fails.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    unreachable_pub,
    reason = "a failed test is what a panic is for; nobody is outside a test"
)]

mod common;

/// In the folder of this name.
mod browser {
    mod accessible;
    mod administrator;
    mod auditor;
    mod company;
    mod driver;
    mod engineer;
    mod evidence;
    mod exercise;
    mod kept;
    mod keyboard;
    mod manager;
    mod owner;
    mod pictures;
    mod programme;
    mod rounds;
    mod sign_in;
    mod visit;
    mod wire;
}
