//! How does a certificate look on paper? One page that says what the ledger says, and where to check it.

use crate::paper::block::clean;
use crate::paper::press::{Printed, Template, printed};
use crate::paper::words::instant_parts;
use jiff::Timestamp;
use keepsharp_domain::{Day, calendar};
use serde_json::{Value, json};

const TEMPLATE: Template = Template {
    name: "certificate.typ",
    text: include_str!("certificate/certificate.typ"),
    ident: "keepsharp certificate",
};

/// How many lines are printed of what it covers, and how many letters of what somebody wrote; tried until all stands on one page.
const FITS: [(usize, usize); 5] = [(12, 120), (6, 120), (3, 90), (0, 60), (0, 30)];

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Whose it is.
    pub name: String,
    /// What they did: "completed", or "took" where it is their own word.
    pub verb: String,
    /// The course's title.
    pub course: String,
    /// "The full course" or "The refresher"; empty where that is not known.
    pub kind: String,
    /// What was shown, in a sentence.
    pub strength: String,
    /// The day it was completed.
    pub on: Day,
    /// The version of the course; empty where that is not known.
    pub version: String,
    /// The system that it comes from; empty where it was taken here.
    pub source: String,
    /// What it covers, one line each.
    pub covers: Vec<String>,
    /// Who vouches for it; empty where the organisation has no name.
    pub organisation: String,
    /// The ledger's name.
    pub ledger: String,
    /// The fact's number.
    pub fact: u64,
    /// Where anybody can check it.
    pub address: String,
}

impl Certificate {
    /// As PDF, one page of A4, tagged for PDF/UA-1 and PDF/A-2a. `recorded_at` is when the fact entered the ledger; the same gives the same bytes.
    ///
    /// # Errors
    /// Where the typesetter does not know how to go on; that is a mistake of ours.
    pub fn pdf(&self, recorded_at: Timestamp) -> Result<Vec<u8>, String> {
        Ok(self.printed(recorded_at)?.pdf)
    }

    /// The page; what it covers is told shorter until all stands on one.
    fn printed(&self, recorded_at: Timestamp) -> Result<Printed, String> {
        let mut last = Err("nothing was printed".to_owned());
        for (lines, letters) in FITS {
            let page = printed(&TEMPLATE, &self.values(lines, letters, recorded_at), self.on, recorded_at)?;
            if page.pages <= 1 {
                return Ok(page);
            }
            last = Ok(page);
        }
        last
    }

    /// All that the template prints, as values.
    fn values(&self, lines: usize, letters: usize, recorded_at: Timestamp) -> Value {
        let written = |text: &str| clean(&cut(text, letters));
        let more = self.covers.len().saturating_sub(lines);
        json!({
            "title": clean(&format!("Certificate: {}", cut(&self.course, letters))),
            "name": written(&self.name),
            "verb": self.verb,
            "course": written(&self.course),
            "kind": written(&self.kind),
            "strength": written(&self.strength),
            "on": calendar::day_in_words(self.on),
            "version": self.version,
            "source": written(&self.source),
            "covers": self.covers.iter().take(lines).map(|line| written(line)).collect::<Vec<_>>(),
            "more": if more > 0 && lines > 0 { format!("and {more} more") } else { String::new() },
            "organisation": written(&self.organisation),
            "ledger": written(&self.ledger).replace('\u{200b}', ""),
            "fact": self.fact.to_string(),
            "address": self.address,
            "recorded_at": instant_parts(recorded_at),
        })
    }
}

/// So many letters of it that it fits.
fn cut(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    text.chars().take(letters - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate() -> Certificate {
        Certificate {
            name: "Zoë Ångström-Ölander".into(),
            verb: "completed".into(),
            course: "Secure coding".into(),
            kind: "The full course".into(),
            strength: "Every lesson that is asked for was finished, and the final check was passed.".into(),
            on: "2026-11-20".parse().unwrap(),
            version: "0123456789abcdef".repeat(4),
            source: String::new(),
            covers: ["Access control", "Injection", "Secrets"].map(str::to_owned).to_vec(),
            organisation: "Larkfield".into(),
            ledger: "larkfield.example/ledger/0f".into(),
            fact: 12_345,
            address: format!("https://keepsharp.example/certificate/{}", "0123456789abcdef".repeat(2)),
        }
    }

    fn at() -> Timestamp {
        "2026-11-20T14:03:00Z".parse().unwrap()
    }

    #[test]
    fn a_certificate_is_one_tagged_page_and_the_same_bytes_each_time() {
        let page = certificate().printed(at()).unwrap();
        assert_eq!(page.pages, 1);
        assert_eq!(page.pdf, certificate().pdf(at()).unwrap());
        let text = String::from_utf8_lossy(&page.pdf);
        for mark in ["/MarkInfo", "pdfuaid:part", "pdfaid:part", "/Lang"] {
            assert!(text.contains(mark), "{mark}");
        }
    }

    #[test]
    fn whatever_stands_in_it_stays_on_one_page_and_is_no_markup() {
        let hostile = "#set page() [x](https://evil.example) <script> \u{202e}\0 ".repeat(40);
        let long = "W".repeat(3_000);
        for text in [hostile, long, String::new(), "国 \u{1f600} مرحبا".repeat(30)] {
            let paper = Certificate {
                name: text.clone(),
                course: text.clone(),
                kind: text.clone(),
                source: text.clone(),
                covers: vec![text.clone(); 100],
                organisation: text.clone(),
                ledger: text.clone(),
                ..certificate()
            };
            assert_eq!(paper.printed(at()).unwrap().pages, 1, "{text:.30}");
        }
    }
}
