//! Posting a word into a channel of Slack or Teams, by an incoming webhook.

use crate::connect::http::agent;
use crate::settings::WebhookSettings;

/// Posts a text. Both services take the same body: Slack's `text`, and Teams' workflow webhook a message with one card.
///
/// # Errors
/// What went wrong, without the webhook's address, which is a secret.
pub(super) fn post(settings: &WebhookSettings, text: &str, is_teams: bool) -> Result<(), String> {
    let path = settings.webhook_file.display();
    let address = std::fs::read_to_string(&settings.webhook_file).map_err(|error| format!("{path}: {error}"))?;
    let address = address.trim();
    let host = address.split_once("://").map_or("", |(_, rest)| rest.split(['/', ':']).next().unwrap_or_default());
    let is_here = ["127.0.0.1", "localhost"].contains(&host);
    if !(address.starts_with("https://") || (address.starts_with("http://") && is_here)) {
        return Err(format!("{path}: a webhook begins with https://"));
    }
    let body = if is_teams { card(text) } else { serde_json::json!({ "text": escaped(text) }) };
    let answer = agent(is_here).post(address).content_type("application/json").send(body.to_string());
    // The error of the library names the address.
    let answer = answer.map_err(|_| "the channel's webhook can't be reached".to_owned())?;
    let status = answer.status();
    if status.is_success() { Ok(()) } else { Err(format!("the channel's webhook answered {}", status.as_u16())) }
}

/// What Slack would read as its own marks.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The message that Teams' workflow "when a webhook request is received" posts as a card.
fn card(text: &str) -> serde_json::Value {
    serde_json::json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "content": {
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": [{ "type": "TextBlock", "wrap": true, "text": text }]
            }
        }]
    })
}
