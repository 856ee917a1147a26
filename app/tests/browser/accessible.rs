//! Whether everybody can read each page: axe-core's rules, by day and in the dark, on a desk and on a phone; and how much it weighs.

use super::company::{COMPANY, is_required};
use super::driver::{DESK, Look, PHONE};
use super::visit::Visit;
use super::wire::Reply;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The axe-core whose text the environment names; `scripts/test` fetches it.
static AXE: LazyLock<Option<String>> = LazyLock::new(|| {
    let path = std::env::var_os("KEEPSHARP_AXE").filter(|path| !path.is_empty());
    let Some(path) = path else {
        assert!(!is_required(), "REQUIRE_BROWSER=1, but KEEPSHARP_AXE does not name an axe.min.js");
        eprintln!("not looked at: accessibility, because KEEPSHARP_AXE does not name an axe.min.js");
        return None;
    };
    Some(std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
});

/// WCAG 2.2 on level AA, and what is good practice besides; only what is broken, as rule, where, and why.
const EXAMINE: &str = "
// Colours that are still changing from one look to the next are nobody's.
document.getAnimations().forEach((one) => one.finish());
const only = arguments[0] === 'dark'
    ? { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }
    : { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
// What is not yet asked of everybody has to be asked for by name.
const rules = { 'target-size': { enabled: arguments[0] !== 'dark' } };
const found = await axe.run(document, { runOnly: only, rules, resultTypes: ['violations'] });
return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary.replace(/\\s+/g, ' ')}`));";

/// What stands out to the right: how far, and the first elements that do.
const WIDER: &str = "
const wide = document.documentElement.scrollWidth - innerWidth;
if (wide <= 0) { return null; }
const out = [...document.querySelectorAll('main *, header *, footer *, aside *')]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.parentElement.closest('.scroll, pre'));
return `${wide} px wider than the window: ${out.slice(0, 3).map((one) => one.outerHTML.slice(0, 120)).join(' | ')}`;";

/// The four ways in which each page is looked at. In the dark only colours differ, so that only their rules are asked.
const LOOKS: [Look; 4] = [DESK, DESK.dark(), PHONE, PHONE.dark()];

/// Heaviest page, and heaviest first page with its style sheet, in bytes.
const HEAVIEST: usize = 300_000;
const HEAVIEST_FIRST: usize = 50_000;
/// How many pages of each person are looked at, and how many of one kind, such as people's records.
const MOST_PAGES: usize = 32;
const MOST_OF_A_KIND: usize = 2;

impl Visit {
    /// The page where the browser is must be one that everybody can read.
    pub fn is_for_everybody(&self) {
        let faults = self.faults();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    /// What keeps somebody from reading the page, everything on it unfolded.
    fn faults(&self) -> Vec<String> {
        let Some(axe) = &*AXE else { return Vec::new() };
        self.unfold();
        self.browser.script(axe, &[]);
        let page = self.path();
        let mut faults = Vec::new();
        for look in LOOKS {
            self.browser.look(look);
            let found = self.browser.script(EXAMINE, &[json!(look.scheme)]);
            let wider = self.browser.script(WIDER, &[]);
            let all = found.as_array().unwrap().iter().chain([&wider]).filter_map(Value::as_str);
            faults.extend(all.map(|fault| format!("{page} at {} px, {}: {fault}", look.width, look.scheme)));
        }
        self.browser.look(DESK);
        faults
    }

    /// The pages that this person can go to by links, from the first one on, with their answers.
    fn pages(&self) -> BTreeMap<String, Reply> {
        let mut found = BTreeMap::new();
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        let mut next = std::collections::VecDeque::from([self.path()]);
        while let Some(path) = next.pop_front() {
            let many = kinds.get(&kind(&path)).copied().unwrap_or_default();
            if found.contains_key(&path) || many >= MOST_OF_A_KIND || found.len() == MOST_PAGES {
                continue;
            }
            let reply = self.fetch(&path);
            // The way to one's first page leads on to where that is.
            assert!(reply.status == 200 || path == "/" && reply.status == 303, "{path}: {}", reply.status);
            *kinds.entry(kind(&path)).or_default() += 1;
            if reply.header("content-type").starts_with("text/html") {
                next.extend(links(&reply.text()));
                found.insert(path, reply);
            }
        }
        found
    }
}

/// What a path is an example of: its numbers, ids and query left out.
fn kind(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    // Lessons are of one kind; their ids are words with a dot.
    let is_lesson = |part: &str| path.starts_with("/learn/") && part.contains('.');
    let word = |part: &str| {
        if is_lesson(part) || part.len() > 14 || part.contains(|c: char| c.is_ascii_digit()) {
            "*".to_owned()
        } else {
            part.to_owned()
        }
    };
    path.split('/').map(word).collect::<Vec<_>>().join("/")
}

/// Where a page's links lead on this site.
fn links(page: &str) -> Vec<String> {
    let plain = |text: &str| text.replace("&#38;", "&").replace("&amp;", "&");
    let addresses = page.split("<a ").skip(1).filter_map(|rest| rest.split("href=\"").nth(1)?.split('"').next());
    let ours = addresses.filter(|address| address.starts_with('/'));
    ours.map(|address| plain(address.split('#').next().unwrap_or_default())).collect()
}

/// Looks at every page of one person.
fn everybody_can_read_what_is_shown_to(persona: &str) {
    let Some(visit) = Visit::of(persona) else { return };
    let pages = visit.pages();
    assert!(pages.len() > 2, "only {:?}", pages.keys());
    let first = visit.fetch(&visit.path()).body.len() + visit.fetch(&visit.target("link[rel=stylesheet]")).body.len();
    let mut faults = Vec::new();
    if first > HEAVIEST_FIRST {
        faults.push(format!("the first page of {persona} and its style sheet weigh {first} bytes"));
    }
    for (path, reply) in &pages {
        if reply.body.len() > HEAVIEST {
            faults.push(format!("{path} weighs {} bytes", reply.body.len()));
        }
        visit.go(path);
        faults.extend(visit.faults());
    }
    eprintln!("{persona}: {} pages", pages.len());
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn everybody_can_read_what_is_shown_to_an_engineer() {
    everybody_can_read_what_is_shown_to("engineer");
}

#[test]
fn everybody_can_read_what_is_shown_to_a_manager() {
    everybody_can_read_what_is_shown_to("manager");
}

#[test]
fn everybody_can_read_what_is_shown_to_an_owner() {
    everybody_can_read_what_is_shown_to("owner");
}

#[test]
fn everybody_can_read_what_is_shown_to_delivery() {
    everybody_can_read_what_is_shown_to("delivery");
}

#[test]
fn everybody_can_read_what_is_shown_to_whoever_owns_the_content() {
    everybody_can_read_what_is_shown_to("content");
}

#[test]
fn everybody_can_read_what_is_shown_to_management() {
    everybody_can_read_what_is_shown_to("management");
}

#[test]
fn everybody_can_read_what_is_shown_to_an_auditor() {
    everybody_can_read_what_is_shown_to("auditor");
}

#[test]
fn everybody_can_read_what_is_shown_to_an_administrator() {
    everybody_can_read_what_is_shown_to("administrator");
}

#[test]
fn everybody_can_read_what_is_shown_to_whoever_is_not_signed_in() {
    let Some(visit) = Visit::begin(&COMPANY.address) else { return };
    for path in ["/sign-in", "/sign-in/sent", "/sign-in/a-link-that-is-none", "/no-such-page"] {
        visit.go(path);
        visit.is_for_everybody();
    }
}

/// That the examination sees what it should: a page that is broken in five ways.
#[test]
fn a_page_that_cannot_be_read_is_found() {
    let Some(visit) = Visit::begin(&COMPANY.address) else { return };
    if AXE.is_none() {
        return;
    }
    visit.go("/sign-in");
    let broken = "<img src='/favicon.svg'><input><p>pale</p><div>wide</div><button>a</button><button>b</button>";
    let script = "
        document.querySelector('main').innerHTML += arguments[0];
        document.querySelector('main p:last-of-type').style.color = '#999';
        document.querySelector('main div:last-of-type').style.width = '2000px';
        document.querySelectorAll('main > button').forEach((one) => { one.style.cssText = 'all: unset; display: block; width: 12px; height: 12px; font-size: 8px' });";
    visit.browser.script(script, &[json!(broken)]);
    let faults = visit.faults().join("\n");
    for rule in ["image-alt", "label", "color-contrast", "target-size", "px wider than the window"] {
        assert!(faults.contains(rule), "{rule} was not found: {faults}");
    }
}
