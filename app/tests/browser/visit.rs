//! What a person at the browser does: press what has these words on it, fill in what has this label, and read.

use super::company::{COMPANY, browser};
use super::driver::{Browser, DESK, Element};
use super::wire::{Reply, send};
use serde_json::json;
use std::sync::MutexGuard;
use std::time::{Duration, Instant};

/// Somebody at the browser.
pub struct Visit {
    pub browser: MutexGuard<'static, Browser>,
    /// `host:port` of the pages.
    address: String,
}

/// What has these words, or begins with them, of some kind, below a selector, beside other words.
const WORDED: &str = "
const plain = (element) => element.textContent.replace(/\\s+/g, ' ').trim();
const beside = (element) => {
    for (let place = element.closest('section, tr, form'); place; place = place.parentElement.closest('section, tr, form')) {
        if (place.innerText.includes(arguments[2])) { return true; }
    }
    return false;
};
const all = [...document.querySelectorAll(arguments[1])]
    .flatMap((place) => [...place.querySelectorAll(arguments[3])])
    .filter((element) => element.checkVisibility() && (arguments[2] === '' || beside(element)));
return all.find((element) => plain(element) === arguments[0])
    ?? all.find((element) => plain(element).startsWith(arguments[0])) ?? null;";

/// How long a page may take to come.
const PATIENCE: Duration = Duration::from_secs(20);

impl Visit {
    /// A person of the made-up company's bar, on their first page; none where there is no browser.
    pub fn of(persona: &str) -> Option<Visit> {
        let visit = Visit::begin(&COMPANY.address)?;
        visit.become_persona(persona);
        Some(visit)
    }

    /// Somebody of the made-up company by employee id, signed in by a one-time link.
    pub fn by_link(id: &str) -> Option<Visit> {
        let visit = Visit::begin(&COMPANY.address)?;
        visit.browser.go(&COMPANY.link(id));
        visit.press("Sign in");
        Some(visit)
    }

    /// Somebody who is not signed in, before an empty window.
    pub fn begin(address: &str) -> Option<Visit> {
        let browser = browser()?;
        browser.look(DESK);
        browser.forget();
        Some(Visit { browser, address: address.to_owned() })
    }

    /// Presses the button of this persona in the bar.
    pub fn become_persona(&self, persona: &str) {
        if !self.browser.address().starts_with(&format!("http://{}/", self.address)) {
            self.go("/sign-in");
        }
        let button = format!("aside.personas button[value={persona}]");
        let script = "return document.querySelector(arguments[0])";
        let found = Element::of(&self.browser.script(script, &[json!(button)]));
        self.click(&found.unwrap_or_else(|| panic!("the bar has no {persona}")));
    }

    pub fn go(&self, path: &str) {
        self.browser.go(&format!("http://{}{path}", self.address));
    }

    /// The page's path and query.
    pub fn path(&self) -> String {
        let address = self.browser.address();
        address.strip_prefix(&format!("http://{}", self.address)).unwrap_or(&address).to_owned()
    }

    /// Presses the link, button or summary with these words, and waits for the page that it leads to.
    pub fn press(&self, words: &str) {
        self.press_in("body", words);
    }

    /// The same below the elements that a selector finds.
    pub fn press_in(&self, place: &str, words: &str) {
        self.click(&self.find("a, button, summary", place, "", words));
    }

    /// The same in the section, row or form that says something besides.
    pub fn press_beside(&self, matter: &str, words: &str) {
        self.click(&self.find("a, button, summary", "body", matter, words));
    }

    fn click(&self, element: &Element) {
        let script = "return arguments[0].matches('a:not([href^=\"#\"]), button')";
        if self.browser.script(script, &[element.value()]) == true {
            self.leave(|| self.browser.click(element));
        } else {
            self.browser.click(element);
        }
    }

    /// Does something that leads to another page, and waits for that.
    pub fn leave(&self, does: impl FnOnce()) {
        self.browser.script("window.isLeft = true", &[]);
        does();
        let begun = Instant::now();
        let came = "return window.isLeft !== true && document.readyState === 'complete'";
        while self.browser.try_script(came, &[]) != Ok(json!(true)) {
            assert!(begun.elapsed() < PATIENCE, "no page came after {}", self.all());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn find(&self, kinds: &str, place: &str, matter: &str, words: &str) -> Element {
        let found = self.browser.script(WORDED, &[json!(words), json!(place), json!(matter), json!(kinds)]);
        Element::of(&found).unwrap_or_else(|| panic!("{place} {matter:?} has no {words:?}: {}", self.all()))
    }

    /// The field with this label, in the section, row or form that says something besides.
    pub fn field(&self, matter: &str, label: &str) -> Element {
        let label = self.find("label", "body", matter, label);
        Element::of(&self.browser.script("return arguments[0].control", &[label.value()])).unwrap()
    }

    /// Writes into the field with this label. Days are written as 2026-11-01 whatever the browser shows.
    pub fn fill(&self, label: &str, text: &str) {
        self.fill_beside("", label, text);
    }

    /// The same in the section, row or form that says something besides.
    pub fn fill_beside(&self, matter: &str, label: &str, text: &str) {
        let field = self.field(matter, label);
        let kind = self.browser.script("return arguments[0].type", &[field.value()]);
        if kind != "file" {
            self.browser.clear(&field);
        }
        match text.split('-').collect::<Vec<_>>()[..] {
            // As an American browser wants it, which this one is.
            [year, month, day] if kind == "date" => self.browser.keys(&field, &[month, day, year].concat()),
            _ => self.browser.keys(&field, text),
        }
        if kind != "file" {
            let value = self.browser.script("return arguments[0].value", &[field.value()]);
            assert_eq!(value, text, "the field {label:?}");
        }
    }

    /// What stands in the field with this label.
    pub fn value(&self, label: &str) -> String {
        let value = self.browser.script("return arguments[0].value", &[self.field("", label).value()]);
        value.as_str().unwrap().to_owned()
    }

    /// Chooses from the list with this label.
    pub fn choose(&self, label: &str, option: &str) {
        let script = "return [...arguments[0].options].find((one) => one.text.trim() === arguments[1]) ?? null";
        let found = self.browser.script(script, &[self.field("", label).value(), json!(option)]);
        self.browser.click(&Element::of(&found).unwrap_or_else(|| panic!("{label:?} does not offer {option:?}")));
    }

    /// All that a selector finds, as the texts that are shown, with plain spaces.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let script = "
            const plain = (found) => found.innerText.trim().replaceAll('\u{a0}', ' ');
            return [...document.querySelectorAll(arguments[0])].map(plain);";
        let found = self.browser.script(script, &[json!(selector)]);
        found.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    }

    /// The first text that a selector finds.
    pub fn text(&self, selector: &str) -> String {
        self.texts(selector).into_iter().next().unwrap_or_else(|| panic!("no {selector}: {}", self.all()))
    }

    /// What the page says, where it is and what stands in its main part.
    pub fn all(&self) -> String {
        format!("{}: {}", self.path(), self.texts("main").concat())
    }

    /// The page must say this.
    pub fn sees(&self, words: &str) {
        assert!(self.texts("main").concat().contains(words), "not said: {words:?} at {}", self.all());
    }

    /// The page must not say this.
    pub fn sees_not(&self, words: &str) {
        assert!(!self.texts("main").concat().contains(words), "said: {words:?} at {}", self.all());
    }

    /// Opens every `details` of the page.
    pub fn unfold(&self) {
        self.browser.script("document.querySelectorAll('details').forEach((one) => { one.open = true })", &[]);
    }

    /// What an address of ours answers this person, who is signed in.
    pub fn fetch(&self, path: &str) -> Reply {
        send(&self.address, "GET", path, &[("Cookie", &self.browser.cookies())], b"")
    }

    /// Where the first link that a selector finds leads, as an address of ours.
    pub fn target(&self, selector: &str) -> String {
        let script = "return document.querySelector(arguments[0])?.getAttribute('href') ?? ''";
        let path = self.browser.script(script, &[json!(selector)]);
        assert_ne!(path, "", "no {selector}: {}", self.all());
        path.as_str().unwrap().to_owned()
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the browser was at {}", self.browser.address());
        }
    }
}
