//! Whatever a rule says, it is refused or judged, and soon.
#![no_main]

use keepsharp_domain::person::Profile;
use keepsharp_domain::rule::{Rule, Subject};

libfuzzer_sys::fuzz_target!(|source: &str| {
    if let Ok(rule) = Rule::compile(source) {
        let _ = rule.judge(Subject { profile: &Profile::default(), manager: None });
    }
});
