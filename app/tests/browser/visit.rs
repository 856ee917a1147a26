//! What a person at the browser does: press what has these words on it, fill in what has this label, and read.

use super::company::{COMPANY, browser};
use super::driver::{Browser, DESK, Element};
use super::wire::{Reply, send};
use serde_json::json;
use std::sync::MutexGuard;

/// Somebody at the browser.
pub struct Visit {
    pub browser: MutexGuard<'static, Browser>,
    /// `host:port` of the pages.
    address: String,
}

/// What can be pressed, by the words that it shows, or begins with.
const PRESSABLE: &str = "
const plain = (element) => element.innerText.replace(/\\s+/g, ' ').trim();
const beside = (element) => element.closest('section, tr, form')?.innerText.includes(arguments[2]);
const all = [...document.querySelectorAll(arguments[1])]
    .flatMap((place) => [...place.querySelectorAll('a, button, summary, label.check')])
    .filter((element) => element.checkVisibility() && (arguments[2] === '' || beside(element)));
return all.find((element) => plain(element) === arguments[0])
    ?? all.find((element) => plain(element).startsWith(arguments[0])) ?? null;";

/// The field that a label with these words belongs to.
const LABELLED: &str = "
const plain = (label) => label.innerText.replace(/\\s+/g, ' ').trim();
const beside = (label) => arguments[1] === '' || label.closest('section, tr, form')?.innerText.includes(arguments[1]);
const labels = [...document.querySelectorAll('label')].filter((label) => label.checkVisibility() && beside(label));
return labels.find((label) => plain(label) === arguments[0])?.control ?? null;";

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
        self.browser.click(&found.unwrap_or_else(|| panic!("the bar has no {persona}")));
    }

    pub fn go(&self, path: &str) {
        self.browser.go(&format!("http://{}{path}", self.address));
    }

    /// The page's path and query.
    pub fn path(&self) -> String {
        let address = self.browser.address();
        address.strip_prefix(&format!("http://{}", self.address)).unwrap_or(&address).to_owned()
    }

    /// Presses the link, button or summary with these words.
    pub fn press(&self, words: &str) {
        self.press_in("body", words);
    }

    /// The same below the elements that a selector finds.
    pub fn press_in(&self, place: &str, words: &str) {
        self.browser.click(&self.pressable(place, "", words));
    }

    /// The same in the section, row or form that says something besides.
    pub fn press_beside(&self, matter: &str, words: &str) {
        self.browser.click(&self.pressable("body", matter, words));
    }

    fn pressable(&self, place: &str, matter: &str, words: &str) -> Element {
        let found = self.browser.script(PRESSABLE, &[json!(words), json!(place), json!(matter)]);
        Element::of(&found).unwrap_or_else(|| panic!("{place} {matter:?} offers no {words:?}: {}", self.all()))
    }

    /// The field with this label, in the section, row or form that says something besides.
    pub fn field(&self, matter: &str, label: &str) -> Element {
        let found = Element::of(&self.browser.script(LABELLED, &[json!(label), json!(matter)]));
        found.unwrap_or_else(|| panic!("no field is labelled {label:?} {matter:?}: {}", self.all()))
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
        self.browser.keys(&field, text);
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

    /// All that a selector finds, as the texts that are shown.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])].map((found) => found.innerText.trim())";
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
