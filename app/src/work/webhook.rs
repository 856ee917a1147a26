//! Posting a word into a channel of Slack or Teams, by an incoming webhook.

use crate::connect::http::agent;
use crate::settings::WebhookSettings;

/// What the button of a post says.
const BUTTON: &str = "Take it, or say that you have";

/// Posts a text with a button that leads to an address.
///
/// # Errors
/// What went wrong, without the webhook's address, which is a secret, and whether nothing was posted for sure.
pub(super) fn post(settings: &WebhookSettings, text: &str, button: &str, is_teams: bool) -> Result<(), (String, bool)> {
    let path = settings.webhook_file.display();
    let address =
        std::fs::read_to_string(&settings.webhook_file).map_err(|error| (format!("{path}: {error}"), true))?;
    let address = address.trim();
    let host = address.split_once("://").map_or("", |(_, rest)| rest.split(['/', ':']).next().unwrap_or_default());
    let is_here = ["127.0.0.1", "localhost"].contains(&host);
    if !(address.starts_with("https://") || (address.starts_with("http://") && is_here)) {
        return Err((format!("{path}: a webhook begins with https://"), true));
    }
    let body = if is_teams { teams(text, button) } else { slack(text, button) };
    let answer = agent(is_here).post(address).content_type("application/json").send(body.to_string());
    // The error of the library names the address.
    let answer = answer.map_err(|error| {
        let never_got_there = matches!(error, ureq::Error::HostNotFound | ureq::Error::ConnectionFailed);
        let refused = matches!(&error, ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused);
        ("the channel's webhook can't be reached, or did not answer".to_owned(), never_got_there || refused)
    })?;
    let status = answer.status();
    // Whoever answers with an error of their own has not posted; a gateway in between can't know.
    let is_sure = ![502, 504].contains(&status.as_u16());
    if status.is_success() {
        Ok(())
    } else {
        Err((format!("the channel's webhook answered {}", status.as_u16()), is_sure))
    }
}

/// Slack's blocks; `text` stands in its place where blocks are not shown.
fn slack(text: &str, button: &str) -> serde_json::Value {
    // What Slack would read as its own marks.
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    serde_json::json!({
        "text": text,
        "blocks": [
            { "type": "section", "text": { "type": "mrkdwn", "text": text } },
            { "type": "actions", "elements": [
                { "type": "button", "text": { "type": "plain_text", "text": BUTTON }, "url": button }
            ] }
        ]
    })
}

/// The message that Teams' workflow "when a webhook request is received" posts as a card.
fn teams(text: &str, button: &str) -> serde_json::Value {
    serde_json::json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "content": {
                "type": "AdaptiveCard",
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "version": "1.4",
                "body": [{ "type": "TextBlock", "wrap": true, "text": text }],
                "actions": [{ "type": "Action.OpenUrl", "title": BUTTON, "url": button }]
            }
        }]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};

    /// A channel that answers with a status, and what it was posted.
    fn channel(status: &'static str) -> (String, std::thread::JoinHandle<String>) {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = format!("http://{}/services/secret", listener.local_addr().unwrap());
        let served = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut text = String::new();
            let mut buffer = [0; 4_096];
            let is_whole = |text: &str| {
                let (head, body) = text.split_once("\r\n\r\n")?;
                let length = head
                    .lines()
                    .find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
                length.filter(|length: &usize| body.len() >= *length)
            };
            while is_whole(&text).is_none() {
                let count = stream.read(&mut buffer).unwrap();
                text.push_str(&String::from_utf8_lossy(&buffer[..count]));
            }
            write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
            text
        });
        (address, served)
    }

    #[test]
    fn a_post_carries_its_words_and_a_button_and_a_refusal_tells_no_secret() {
        let folder = tempfile::tempdir().unwrap();
        let settings = WebhookSettings { webhook_file: folder.path().join("webhook") };
        let (address, served) = channel("200 OK");
        std::fs::write(&settings.webhook_file, format!("{address}\n")).unwrap();
        post(&settings, "Half-time: 3 of 9 <all>", "https://k.example/", false).unwrap();
        let sent = served.join().unwrap();
        assert!(sent.contains("3 of 9 &lt;all&gt;") && sent.contains("\"url\":\"https://k.example/\""), "{sent}");
        let (address, served) = channel("410 Gone");
        std::fs::write(&settings.webhook_file, &address).unwrap();
        let (problem, _) = post(&settings, "x", "https://k.example/", false).unwrap_err();
        assert!(problem.contains("410") && !problem.contains("secret"), "{problem}");
        served.join().unwrap();
        std::fs::write(&settings.webhook_file, "http://hooks.example/secret").unwrap();
        assert!(post(&settings, "x", "", true).unwrap_err().0.contains("begins with https://"));
    }
}
