//! One installation: where its ledger and its signing key are, and opening them.

use crate::clock;
use crate::settings::Settings;
use keepsharp_ledger::SigningKey;
use keepsharp_store::{Clock, Error, Place, Store, fresh_seed, fresh_word};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Where things are.
#[derive(Clone, Debug)]
pub(crate) struct Installation {
    /// Folder of what is kept in files.
    pub(crate) data: PathBuf,
    /// Where the ledger is kept.
    pub(crate) place: Place,
    /// File with the signing key.
    pub(crate) key_file: PathBuf,
    /// Its settings.
    pub(crate) settings: Settings,
}

/// Folder used where none is named.
pub(crate) const DEFAULT_DATA: &str = "keepsharp-data";

impl Installation {
    /// By what the command line and the settings say, the command line first.
    pub(crate) fn find(data: Option<PathBuf>, database: Option<String>, settings: Settings) -> Installation {
        let data = data.or_else(|| settings.data.clone()).unwrap_or_else(|| DEFAULT_DATA.into());
        let place = match database.or_else(|| settings.database.clone()) {
            Some(url) => Place::Postgres(url),
            None => Place::Sqlite(data.join("keepsharp.db")),
        };
        let key_file = settings.signing_key_file.clone().unwrap_or_else(|| data.join("signing-key"));
        Installation { data, place, key_file, settings }
    }

    /// Opens the ledger, making folder, database and key at first use.
    pub(crate) fn open(&self) -> Result<Store, Error> {
        self.open_at(Box::new(clock::now))
    }

    /// As [`Installation::open`], with another clock.
    pub(crate) fn open_at(&self, clock: Clock) -> Result<Store, Error> {
        self.prepare()?;
        Store::open(self.place.clone(), |empty| self.key(empty), clock)
    }

    /// Makes the folder and the database's file, for their owner only, where there are none.
    pub(crate) fn prepare(&self) -> Result<(), Error> {
        make_private_folder(&self.data).map_err(|error| cannot(&self.data, &error))?;
        if let Place::Sqlite(path) = &self.place
            && !path.exists()
        {
            // Made before SQLite would make it readable for everybody; what it writes beside it takes after it.
            open_private(path).map_err(|error| cannot(path, &error))?;
        }
        Ok(())
    }

    /// Whether nothing was ever kept here, as far as files tell.
    pub(crate) fn is_untouched(&self) -> bool {
        matches!(&self.place, Place::Sqlite(path) if !path.exists())
    }

    /// The signing key; made where the ledger is still empty. A ledger that lost its key can still be read.
    fn key(&self, empty: bool) -> Result<Option<SigningKey>, Error> {
        match fs::read_to_string(&self.key_file) {
            Ok(text) => {
                let unreadable = |error| Error::Key(format!("{} is no signing key: {error}", self.key_file.display()));
                Ok(Some(SigningKey::from_text(&text).map_err(unreadable)?))
            }
            Err(error) if error.kind() == ErrorKind::NotFound && empty => self.make_key().map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(cannot(&self.key_file, &error)),
        }
    }

    fn make_key(&self) -> Result<SigningKey, Error> {
        let origin = format!("keepsharp.example/ledger/{}", fresh_word()?);
        let key = SigningKey::from_seed(&origin, fresh_seed()?).map_err(|error| Error::Key(error.to_string()))?;
        let fresh = self.key_file.with_extension(format!("new-{}", std::process::id()));
        write_private(&fresh, key.to_text().as_bytes()).map_err(|error| cannot(&fresh, &error))?;
        // A link is made whole or not at all, and never over a key that another process has just made.
        let linked = fs::hard_link(&fresh, &self.key_file);
        let _ = fs::remove_file(&fresh);
        match linked {
            Ok(()) => Ok(key),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let text = fs::read_to_string(&self.key_file).map_err(|error| cannot(&self.key_file, &error))?;
                SigningKey::from_text(&text).map_err(|error| Error::Key(error.to_string()))
            }
            Err(error) => Err(cannot(&self.key_file, &error)),
        }
    }
}

fn make_private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// Writes a file that only its owner may read, and has it on the disk before returning.
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = open_private(path)?;
    file.set_len(0)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Opens a file for writing, made for its owner only where there is none.
fn open_private(path: &Path) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

fn cannot(path: &Path, error: &std::io::Error) -> Error {
    match error.kind() {
        ErrorKind::StorageFull => Error::Full(format!("{}: {error}", path.display())),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            Error::ReadOnly(format!("{}: {error}", path.display()))
        }
        _ => Error::Engine(format!("{}: {error}", path.display())),
    }
}
