//! The settings of one installation: `keepsharp.toml`. They are not facts.

use keepsharp_ledger::WitnessKey;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// What `keepsharp.toml` may say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    /// Folder of the SQLite database and the signing key.
    pub(crate) data: Option<PathBuf>,
    /// URL of a PostgreSQL database, instead of SQLite in `data`.
    pub(crate) database: Option<String>,
    /// File with the signing key, instead of `signing-key` in `data`.
    pub(crate) signing_key_file: Option<PathBuf>,
    /// The address by which people reach this installation, as `https://keepsharp.example`; links in mails begin with it.
    pub(crate) public_url: Option<String>,
    /// Addresses of proxies on other machines that are believed when they say who sent a request.
    pub(crate) trusted_proxies: Vec<IpAddr>,
    /// How mail is sent; without it, none is.
    pub(crate) mail: Option<MailSettings>,
    /// The GitLab in which campaigns' tables stand.
    pub(crate) gitlab: Option<TrackerSettings>,
    /// Or the GitHub.
    pub(crate) github: Option<TrackerSettings>,
    /// Or the Forgejo.
    pub(crate) forgejo: Option<TrackerSettings>,
    /// The channel of Slack in which rounds are announced.
    pub(crate) slack: Option<WebhookSettings>,
    /// The channel of Teams in which rounds are announced.
    pub(crate) teams: Option<WebhookSettings>,
    /// Where new people find their task.
    pub(crate) onboarding: Option<OnboardingSettings>,
    /// Who outside is given the ledger's signed head.
    pub(crate) witness: Option<WitnessSettings>,
    /// Whether the badge with the share of those who are trained is shown to everybody, not only to whoever is signed in.
    pub(crate) public_badge: bool,
    /// Our column names to those of the company's own files.
    pub(crate) columns: BTreeMap<String, String>,
}

/// What `[gitlab]`, `[github]` or `[forgejo]` says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrackerSettings {
    /// Its address [default for GitHub: `https://api.github.com`].
    pub(crate) url: Option<String>,
    /// The project in which campaigns' issues stand, as `group/project`.
    pub(crate) project: String,
    /// File with the token; `KEEPSHARP_GITLAB_TOKEN`, `KEEPSHARP_GITHUB_TOKEN` or `KEEPSHARP_FORGEJO_TOKEN` goes before it.
    pub(crate) token_file: Option<PathBuf>,
}

/// What `[slack]` or `[teams]` says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookSettings {
    /// File with the address of the channel's incoming webhook, which whoever holds it can post to.
    pub(crate) webhook_file: PathBuf,
}

/// What `[onboarding]` says: the tracker is the one of the rounds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnboardingSettings {
    /// The project in which the issues stand.
    pub(crate) project: String,
    /// Title of the onboarding issue that each new person has there, with `{name}`, `{username}` or `{employee_id}` in it.
    /// Without it, or where none is found within a week, each gets an issue of their own.
    pub(crate) title: Option<String>,
    /// File with the text of an issue of one's own, with `{name}`, `{title}`, `{due}` and `{link}` in it.
    pub(crate) template_file: Option<PathBuf>,
}

/// What `[witness]` says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WitnessSettings {
    /// Hours from one checkpoint that a witness is given to the next, if the ledger grew.
    #[serde(default = "a_day")]
    pub(crate) every_hours: u16,
    /// A file to which each checkpoint is appended, out of our own reach.
    pub(crate) file: Option<PathBuf>,
    /// An address to which each checkpoint is sent.
    pub(crate) mail: Option<String>,
    /// The number of an issue in the tracker's project, in which each checkpoint is a comment.
    pub(crate) issue: Option<u64>,
    /// Witnesses that cosign.
    #[serde(default)]
    pub(crate) c2sp: Vec<CosignerSettings>,
    /// Address of an authority that gives time stamps (RFC 3161).
    pub(crate) timestamp_authority: Option<String>,
}

/// What `[[witness.c2sp]]` says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CosignerSettings {
    /// What its address begins with, before `/add-checkpoint`.
    pub(crate) url: String,
    /// Its key in C2SP verifier form, of kind 4.
    #[serde(deserialize_with = "witness_key")]
    pub(crate) key: WitnessKey,
}

fn a_day() -> u16 {
    24
}

fn witness_key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<WitnessKey, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

/// What `[mail]` says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailSettings {
    /// Name of the SMTP server.
    pub(crate) server: String,
    /// Its port [default: 587 for starttls, 465 for tls, 25 for none].
    pub(crate) port: Option<u16>,
    /// How the connection is protected.
    #[serde(default)]
    pub(crate) security: MailSecurity,
    /// Who signs in there.
    pub(crate) username: Option<String>,
    /// File with their password; `KEEPSHARP_MAIL_PASSWORD` goes before it.
    pub(crate) password_file: Option<PathBuf>,
    /// The sender, as `Keepsharp <keepsharp@example.com>`.
    pub(crate) from: String,
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MailSecurity {
    /// Begins in the clear and must turn to TLS.
    #[default]
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// Not at all; for a server on the same machine.
    None,
}

/// The file that is read where none is named.
const DEFAULT: &str = "keepsharp.toml";

impl Settings {
    /// Reads the named file, or `keepsharp.toml` in this folder where there is one.
    pub(crate) fn read(named: Option<&Path>) -> Result<Settings, String> {
        let path = named.unwrap_or(Path::new(DEFAULT));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Settings::default());
            }
            Err(error) => return Err(format!("{}: {error}", path.display())),
        };
        toml::from_str(&text).map_err(|error| format!("{}: {}", path.display(), error.to_string().trim_end()))
    }
}
