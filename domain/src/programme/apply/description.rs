//! Which entries of a file only describe, and how a control's version is put into words.

use crate::calendar::quote;
use crate::control::Cadence;
use crate::fact::ControlDefined;

/// What describes a campaign without having a part in a figure.
pub(super) const CAMPAIGN_ABOUT: [&str; 4] = ["texts", "links", "feedback_form", "issue"];

/// What describes a control without having a part in a figure.
pub(super) const CONTROL_ABOUT: [&str; 16] = [
    "statement",
    "context",
    "guidance",
    "owner",
    "process_owners",
    "frameworks",
    "mappings",
    "links",
    "course_links",
    "minutes",
    "feedback_form",
    "nudges",
    "policy",
    "references",
    "review_every_months",
    "check_every_months",
];

pub(super) fn in_lines(body: &ControlDefined) -> [String; 7] {
    let cadence = match body.cadence {
        Cadence::EveryMonths(months) => format!("every {months} months"),
        Cadence::FiscalYear(_) => "once a fiscal year".to_owned(),
    };
    let refresher = body.courses.refresher.as_deref().unwrap_or("none");
    [
        format!("title {}", quote(&body.title)),
        cadence,
        format!("{} days for new hires", body.new_hire_days),
        format!("{} days after leave", body.return_days),
        format!("accepts {:?} or stronger", body.accepts).to_lowercase(),
        format!("full course {}, refresher {refresher}", body.courses.full),
        format!("scope {}", body.scope.split_whitespace().collect::<Vec<_>>().join(" ")),
    ]
}

pub(super) fn in_words(body: &ControlDefined) -> String {
    in_lines(body).join(", ")
}

/// The value as JSON; none where a number would not survive the canonical form.
pub(super) fn to_json(value: &toml::Value) -> Option<serde_json::Value> {
    const EXACT: u64 = 1 << 53;
    Some(match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) if number.unsigned_abs() < EXACT => (*number).into(),
        toml::Value::Boolean(flag) => (*flag).into(),
        toml::Value::Datetime(datetime) => datetime.to_string().into(),
        toml::Value::Array(items) => serde_json::Value::Array(items.iter().map(to_json).collect::<Option<_>>()?),
        toml::Value::Table(table) => {
            let entries = table.iter().map(|(key, value)| Some((key.clone(), to_json(value)?)));
            serde_json::Value::Object(entries.collect::<Option<_>>()?)
        }
        toml::Value::Integer(_) | toml::Value::Float(_) => return None,
    })
}
