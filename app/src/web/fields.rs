//! What a form sent: its fields, its file, and what was wrong with them when it comes back.

use super::asked::Asked;
use super::frame::Answered;
use keepsharp_domain::{Day, Refusal, World, calendar};

/// The fields of a form or of a query, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    pub(crate) values: Vec<(String, String)>,
    pub(crate) file: Option<SentFile>,
}

/// A file that a form sent.
#[derive(Clone, Debug)]
pub(crate) struct SentFile {
    /// What the sender calls it.
    pub(crate) name: String,
    /// What is in it.
    pub(crate) bytes: Vec<u8>,
}

impl Fields {
    /// Reads `a=1&b=2`.
    pub(crate) fn read(text: &[u8]) -> Fields {
        let pairs = form_urlencoded::parse(text);
        Fields { values: pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect(), file: None }
    }

    /// A field's text, blanks around it taken off; empty where it was not sent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.values.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value.trim())
    }

    /// Whether a box was ticked.
    pub(crate) fn ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// A day, none where the field is empty.
    pub(crate) fn day(&self, name: &'static str) -> Result<Option<Day>, Trouble> {
        let text = self.text(name);
        if text.is_empty() {
            return Ok(None);
        }
        calendar::read_day(text).map(Some).map_err(|message| Trouble::at(name, message))
    }

    /// A day that has to be given.
    pub(crate) fn required_day(&self, name: &'static str) -> Result<Day, Trouble> {
        self.day(name)?.ok_or_else(|| Trouble::at(name, "give a day"))
    }

    /// A whole number that has to be given.
    pub(crate) fn number<T: std::str::FromStr>(&self, name: &'static str) -> Result<T, Trouble> {
        self.text(name).parse().map_err(|_| Trouble::at(name, "write a whole number, from 0"))
    }
}

/// What shows a page.
pub(crate) type Page = fn(&Asked, &World) -> Answered;

/// Why a request is not answered as asked.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    /// There is nothing at this address, or nothing that the caller may know of.
    NotFound,
    /// Not for them.
    Forbidden,
    /// Not signed in.
    SignIn,
    /// It was refused: why, and at which field. A form comes back filled in with it.
    Refused(Problem),
    /// It was refused, and the page with the form comes back filled in.
    Returned(Box<(Page, Returned)>),
    /// Too often.
    TooOften,
    /// Larger than may be sent.
    TooLarge,
    /// What was sent can't be read as a form of ours.
    Unreadable(&'static str),
    /// It went wrong here. The text is for the log, not for the page.
    Internal(String),
}

/// What is wrong with a form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Problem {
    /// At which field; empty where the form as a whole is meant.
    pub(crate) field: &'static str,
    /// Why, and how to mend it; one line for each problem.
    pub(crate) message: String,
}

impl Trouble {
    /// Refused, at a field.
    pub(crate) fn at(field: &'static str, message: impl Into<String>) -> Trouble {
        Trouble::Refused(Problem { field, message: message.into() })
    }

    /// Refused, the form as a whole.
    pub(crate) fn refused(message: impl Into<String>) -> Trouble {
        Trouble::at("", message)
    }
}

/// Tells a store's refusal at a field of the form.
pub(crate) fn at(field: &'static str) -> impl Fn(keepsharp_store::Error) -> Trouble {
    move |error| match error {
        keepsharp_store::Error::Refused(refusal) => Trouble::at(field, refusal.to_string()),
        other => other.into(),
    }
}

impl From<keepsharp_store::Error> for Trouble {
    fn from(error: keepsharp_store::Error) -> Trouble {
        match error {
            keepsharp_store::Error::Refused(refusal) => refusal.into(),
            other => Trouble::Internal(other.to_string()),
        }
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Trouble {
        Trouble::refused(refusal.to_string())
    }
}

/// A form that comes back: what was sent, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Returned {
    pub(crate) sent: Fields,
    pub(crate) problem: Problem,
}

impl Returned {
    /// What stood in a field of the form called `form`, or else what it starts with.
    pub(crate) fn value<'a>(&'a self, form: &str, name: &str, otherwise: &'a str) -> &'a str {
        if self.is(form) && self.sent.values.iter().any(|(other, _)| other == name) {
            self.sent.text(name)
        } else {
            otherwise
        }
    }

    /// What is wrong at a field of the form called `form`, or nothing.
    pub(crate) fn error(&self, form: &str, name: &str) -> &str {
        if self.is(form) && self.problem.field == name { &self.problem.message } else { "" }
    }

    /// Whether the form called `form` is what comes back. A page with several forms tells them apart by a field `form`.
    fn is(&self, form: &str) -> bool {
        self.sent.text("form") == form
    }
}
