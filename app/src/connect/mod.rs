//! How are other systems reached? Trackers, in whose issues campaigns' tables stand.
//!
//! Each tracker speaks its own dialect behind one trait; what is done with it is decided in the ledger's world.

pub(crate) mod cosigner;
mod forgejo;
mod github;
mod gitlab;
pub(crate) mod http;
pub(crate) mod round_issue;
pub(crate) mod time_stamp;
pub(crate) mod tracker;

#[cfg(test)]
mod tests;

use crate::settings::{Settings, TrackerSettings};
use http::Client;
use tracker::Tracker;

/// The tracker that the settings name; none where they name none.
///
/// # Errors
/// What is wrong with the settings, for whoever wrote them.
pub(crate) fn tracker(settings: &Settings) -> Result<Option<Box<dyn Tracker>>, String> {
    let named = [("gitlab", &settings.gitlab), ("github", &settings.github), ("forgejo", &settings.forgejo)];
    let mut named = named.into_iter().filter_map(|(name, settings)| Some((name, settings.as_ref()?)));
    let Some((name, settings)) = named.next() else { return Ok(None) };
    if let Some((other, _)) = named.next() {
        return Err(format!("the settings name [{name}] and [{other}]; tables stand in one of them"));
    }
    let token = token(name, settings)?;
    let tracker: Box<dyn Tracker> = match name {
        "gitlab" => Box::new(gitlab::Gitlab::new(client(name, settings, "GitLab", "PRIVATE-TOKEN", token)?)),
        "github" => {
            Box::new(github::Github::new(client(name, settings, "GitHub", "Authorization", format!("Bearer {token}"))?))
        }
        _ => Box::new(forgejo::Forgejo::new(client(
            name,
            settings,
            "Forgejo",
            "Authorization",
            format!("token {token}"),
        )?)),
    };
    Ok(Some(tracker))
}

/// The token: from the environment, or from its file.
fn token(name: &str, settings: &TrackerSettings) -> Result<String, String> {
    let variable = format!("KEEPSHARP_{}_TOKEN", name.to_uppercase());
    if let Ok(token) = std::env::var(&variable) {
        return checked_token(&token, &variable);
    }
    let path = settings.token_file.as_ref();
    let path = path.ok_or_else(|| format!("[{name}] has no token_file, and {variable} is not set"))?;
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    checked_token(&text, &path.display().to_string())
}

fn checked_token(text: &str, from: &str) -> Result<String, String> {
    let token = text.trim();
    let is_one = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    if is_one { Ok(token.to_owned()) } else { Err(format!("{from} holds no token: it is to be one word")) }
}

fn client(
    name: &str,
    settings: &TrackerSettings,
    title: &'static str,
    header: &'static str,
    secret: String,
) -> Result<Client, String> {
    let default = (name == "github").then_some("https://api.github.com");
    let url = settings.url.as_deref().or(default).ok_or_else(|| format!("[{name}] has no url"))?;
    let project = settings.project.trim_matches('/');
    if project.is_empty() || (name != "gitlab" && project.split('/').count() != 2) {
        return Err(format!("[{name}] project is to be written as owner/name"));
    }
    Client::new(title, url, project, (header, secret)).map_err(|problem| format!("[{name}] {problem}"))
}
