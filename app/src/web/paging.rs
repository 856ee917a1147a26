//! Long lists a page at a time, and the links from page to page and from one order to another.

use super::asked::Asked;
use super::frame::Answer;
use super::words;

/// Rows on a page.
pub(crate) const ROWS: usize = 50;

/// Where in a list a page is, and the way to its neighbours.
pub(crate) struct Pager {
    /// "51–100 of 1,338".
    pub(crate) words: String,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
    /// Rows before this page.
    pub(crate) skip: usize,
}

impl Pager {
    /// For a list of so many rows, at the page that was asked for.
    pub(crate) fn of(asked: &Asked, total: usize) -> Pager {
        Pager::at(asked, &asked.path, total)
    }

    /// The same for a list at this address, which comes back at another where one of its forms is refused.
    pub(crate) fn at(asked: &Asked, path: &str, total: usize) -> Pager {
        let last = total.div_ceil(ROWS).max(1);
        let page = asked.query.text("page").parse::<usize>().unwrap_or(1).clamp(1, last);
        let skip = (page - 1) * ROWS;
        let from = if total == 0 { 0 } else { skip + 1 };
        let to = (skip + ROWS).min(total);
        let count = |number: usize| words::grouped(number as u64);
        let link = |page: usize| query_at(asked, path, &[("page", &page.to_string())]);
        Pager {
            words: format!("{}–{} of {}", count(from), count(to), count(total)),
            previous: (page > 1).then(|| link(page - 1)),
            next: (page < last).then(|| link(page + 1)),
            skip,
        }
    }

    /// Whether there is another page than this.
    pub(crate) fn has_others(&self) -> bool {
        self.previous.is_some() || self.next.is_some()
    }

    /// What stands behind the address of a form, so that the list comes back where it was: "?page=2", or nothing.
    pub(crate) fn kept(&self) -> String {
        if self.skip == 0 { String::new() } else { format!("?page={}", self.skip / ROWS + 1) }
    }
}

/// Back to the page of a list from which a form was sent.
pub(crate) fn back(asked: &Asked, path: &str, done: &str) -> Answer {
    Answer::Go(query_at(asked, path, &[("done", done)]))
}

/// A column by which a list can be put in order.
pub(crate) struct Column {
    pub(crate) label: &'static str,
    /// none, ascending or descending.
    pub(crate) sorted: &'static str,
    pub(crate) href: String,
    pub(crate) is_number: bool,
}

/// The columns `(key, label, is a number)` of a list, of which one may be chosen by `?sort=key` or `?sort=-key`.
pub(crate) fn columns(asked: &Asked, all: &[(&'static str, &'static str, bool)], otherwise: &str) -> Vec<Column> {
    let (chosen, descending) = order(asked, otherwise);
    let column = |(key, label, is_number): &(&'static str, &'static str, bool)| {
        let is_chosen = *key == chosen;
        let next = if is_chosen && !descending { format!("-{key}") } else { (*key).to_owned() };
        Column {
            label,
            sorted: match (is_chosen, descending) {
                (false, _) => "none",
                (true, false) => "ascending",
                (true, true) => "descending",
            },
            href: with_query(asked, &[("sort", &next), ("page", "")]),
            is_number: *is_number,
        }
    };
    all.iter().map(column).collect()
}

/// By which column a list is put in order, and whether from the end.
pub(crate) fn order(asked: &Asked, otherwise: &str) -> (String, bool) {
    let wanted = asked.query.text("sort");
    let wanted = if wanted.is_empty() { otherwise } else { wanted };
    match wanted.strip_prefix('-') {
        Some(key) => (key.to_owned(), true),
        None => (wanted.to_owned(), false),
    }
}

/// This page's own address with some of its query's fields changed; an empty value takes a field out.
pub(crate) fn with_query(asked: &Asked, changed: &[(&str, &str)]) -> String {
    query_at(asked, &asked.path, changed)
}

/// The same for another address with this page's query.
fn query_at(asked: &Asked, path: &str, changed: &[(&str, &str)]) -> String {
    let kept =
        asked.query.values.iter().filter(|(name, _)| name != "done" && !changed.iter().any(|(other, _)| other == name));
    let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
    let all = kept.chain(changed.iter().copied()).filter(|(_, value)| !value.is_empty());
    let query: Vec<String> =
        all.map(|(name, value)| format!("{}={}", words::in_query(name), words::in_query(value))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}
