//! How is a Chromium found, started without a window and with nothing of its user's, and ended?

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// Names by which it is installed.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// The variable that names another.
const VARIABLE: &str = "KEEPSHARP_CHROMIUM";

/// Where Chromium is.
///
/// # Errors
/// Says how to get it where it is not installed.
pub fn find_chromium() -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
        let path = PathBuf::from(named);
        return if path.is_file() {
            Ok(path)
        } else {
            Err(format!("{VARIABLE} names {}, which is not there", path.display()))
        };
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = NAMES
        .iter()
        .find_map(|name| std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file()));
    found.ok_or_else(|| {
        format!(
            "exercises are run in Chromium, which is not found; install it (Debian: apt-get install chromium) or say where it is in {VARIABLE}"
        )
    })
}

/// A Chromium that is ended when this is dropped, its profile with it.
pub(super) struct Chromium {
    child: Child,
    _profile: TempDir,
}

impl Chromium {
    /// Starts it on a page.
    pub(super) fn open(program: &Path, address: &str, tell: &mut dyn FnMut(&str)) -> Result<Chromium, String> {
        let profile = tempfile::tempdir().map_err(|error| format!("no folder for Chromium's profile: {error}"))?;
        let mut command = Command::new(program);
        command.args([
            "--headless",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--no-default-browser-check",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-extensions",
            "--disable-dev-shm-usage",
            "--mute-audio",
        ]);
        command.arg(format!("--user-data-dir={}", profile.path().display()));
        if is_root() {
            tell(
                "Chromium runs without its own sandbox, since that does not work for root. Run this as another user where you don't trust the course.",
            );
            command.arg("--no-sandbox");
        }
        command.arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().map_err(|error| format!("{}: {error}", program.display()))?;
        Ok(Chromium { child, _profile: profile })
    }

    /// Whether it has ended by itself.
    pub(super) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}
