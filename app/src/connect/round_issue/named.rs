//! Which issue does a campaign's definition name?

use crate::connect::tracker::{Issue, Trouble};
use serde_json::Value;

/// What stands under `issue` in a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// An issue of the settings' project.
    Number(u64),
    /// An issue by its address, which ends with its number.
    Address(String, u64),
}

impl Named {
    /// Reads 12, "12", "#12", or an address that ends with /12.
    pub(super) fn read(value: &Value) -> Result<Named, Trouble> {
        let of_text = |text: &str| {
            let text = text.trim();
            if text.contains("://") {
                let number = bare(text).rsplit('/').next()?.parse().ok()?;
                return Some(Named::Address(text.to_owned(), number));
            }
            text.strip_prefix('#').unwrap_or(text).parse().ok().map(Named::Number)
        };
        let named = value.as_u64().map(Named::Number).or_else(|| value.as_str().and_then(of_text));
        let mend =
            "the campaign's issue is to be a number, or the whole address of an issue, from https:// to its number";
        named.ok_or_else(|| Trouble::refused(mend))
    }

    /// Its number.
    pub(super) fn number(&self) -> u64 {
        match self {
            Named::Number(number) | Named::Address(_, number) => *number,
        }
    }

    /// Refuses an issue that stands elsewhere than the address says: in another project the number is a stranger's.
    pub(super) fn check(&self, issue: &Issue) -> Result<(), Trouble> {
        match self {
            Named::Address(address, number) if plain(address) != plain(&issue.url) => Err(Trouble::refused(format!(
                "the campaign's issue is {address}, but number {number} of the project in the settings is {}. Name an issue of \
                 that project, or another project in the settings; nothing was written",
                issue.url
            ))),
            Named::Number(_) | Named::Address(..) => Ok(()),
        }
    }
}

/// An address without what stands behind its path.
fn bare(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/')
}

/// An address as it is compared: trackers' addresses mean the same in capitals, and GitLab's with and without "/-/" and by
/// either of its words for an issue.
fn plain(address: &str) -> String {
    bare(address.trim()).to_lowercase().replace("/-/", "/").replace("/work_items/", "/issues/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_issue_is_named_by_its_number_or_by_its_address() {
        for (value, number) in [(json!(12), 12), (json!("12"), 12), (json!(" #12 "), 12)] {
            assert_eq!(Named::read(&value), Ok(Named::Number(number)), "{value}");
        }
        let address = json!("https://gitlab.example/a/b/-/issues/12/?x=7#note_9");
        assert_eq!(Named::read(&address).unwrap().number(), 12);
        for value in
            [json!("a/b#12"), json!("gitlab.example/a/b/-/issues/12"), json!("https://x/"), json!(-1), json!("")]
        {
            assert!(Named::read(&value).is_err(), "{value}");
        }
    }

    #[test]
    fn an_issue_at_another_address_than_the_one_that_was_named_is_refused() {
        let at = |url: &str| Issue {
            number: 12,
            url: url.to_owned(),
            title: String::new(),
            text: String::new(),
            author: String::new(),
            is_open: true,
        };
        let issue = at("https://gitlab.example/people/Training/-/issues/12");
        for (named, is_right) in [
            (json!(12), true),
            (json!("https://gitlab.example/people/Training/-/issues/12"), true),
            (json!("https://GitLab.example/people/training/issues/12/?tab=1#note_3"), true),
            (json!("https://gitlab.example/people/Training/-/work_items/12"), true),
            (json!("https://gitlab.example/other/project/-/issues/12"), false),
            (json!("https://gitlab.example/people/Training/more/-/issues/12"), false),
            (json!("https://elsewhere.example/people/Training/-/issues/12"), false),
        ] {
            let checked = Named::read(&named).unwrap().check(&issue);
            assert_eq!(checked.is_ok(), is_right, "{named}: {checked:?}");
        }
    }
}
