//! The settings of one installation: `keepsharp.toml`. They are not facts.

use serde::Deserialize;
use std::collections::BTreeMap;
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
    /// Our column names to those of the company's own files.
    pub(crate) columns: BTreeMap<String, String>,
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
