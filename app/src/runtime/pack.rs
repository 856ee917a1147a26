//! How does a runtime pack get here? An npm package, from its registry or a file, checked against the hash in our source, unpacked into the data folder.

use super::{Runtime, RuntimeFile};
use crate::cli::sha256;
use crate::connect::http::agent;
use base64::Engine as _;
use flate2::read::GzDecoder;
use sha2::{Digest, Sha512};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where npm packages are, unless told otherwise.
pub(crate) const REGISTRY: &str = "https://registry.npmjs.org";
/// Largest package, in bytes.
const LARGEST_PACKAGE: u64 = 128 << 20;
/// What a package may unpack to, in bytes, before the rest of it is not looked at.
const LARGEST_UNPACKED: u64 = 512 << 20;
/// How long fetching may take.
const PATIENCE: Duration = Duration::from_mins(15);

/// The address of a runtime's package in a registry.
pub(crate) fn address(runtime: &Runtime, registry: &str) -> Option<String> {
    let from = runtime.from.as_ref()?;
    let plain = from.name.rsplit('/').next().unwrap_or_default();
    Some(format!("{}/{}/-/{plain}-{}.tgz", registry.trim_end_matches('/'), from.name, from.version))
}

/// Fetches a runtime's package.
///
/// # Errors
/// Where it can't be reached or is too large.
pub(crate) fn fetch(address: &str) -> Result<Vec<u8>, String> {
    let failed =
        |error: ureq::Error| format!("{address}: {error}; fetch the file elsewhere and hand it over with --from FILE");
    let is_here = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|here| address.starts_with(here));
    let request = agent(is_here).get(address).config().timeout_global(Some(PATIENCE)).max_redirects(3).build();
    let mut response = request.call().map_err(failed)?;
    if !response.status().is_success() {
        return Err(format!(
            "{address} answers {}; fetch the file elsewhere and hand it over with --from FILE",
            response.status()
        ));
    }
    response.body_mut().with_config().limit(LARGEST_PACKAGE).read_to_vec().map_err(failed)
}

/// Reads a package from a file.
///
/// # Errors
/// Where it can't be read or is too large.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", file.display());
    let mut bytes = Vec::new();
    fs::File::open(file).map_err(failed)?.take(LARGEST_PACKAGE + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LARGEST_PACKAGE {
        return Err(format!("{} is larger than any runtime", file.display()));
    }
    Ok(bytes)
}

/// Unpacks what a runtime needs of its package into `packs`: all of it, or nothing.
///
/// # Errors
/// Where the package is not the one whose hash stands in our source, or can't be written.
pub(crate) fn install(runtime: &Runtime, package: &[u8], packs: &Path) -> Result<PathBuf, String> {
    let from = runtime
        .from
        .as_ref()
        .ok_or_else(|| format!("{} comes with Keepsharp; nothing is to be added", runtime.title))?;
    let hash = format!("sha512-{}", base64::prelude::BASE64_STANDARD.encode(Sha512::digest(package)));
    if hash != from.integrity {
        return Err(format!(
            "this is not {} {}: its hash is {hash}, and {} is expected. Nothing was written; get it from {REGISTRY}",
            from.name, from.version, from.integrity
        ));
    }
    let files = unpacked(runtime, package)?;
    let folder = runtime.pack_folder(packs);
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(packs).map_err(failed)?;
    let fresh = tempfile::Builder::new().prefix(".new-").tempdir_in(packs).map_err(failed)?;
    for (name, bytes) in files {
        let path = fresh.path().join(name);
        fs::write(&path, bytes).and_then(|()| fs::File::open(&path)?.sync_all()).map_err(failed)?;
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(failed)?;
    }
    fs::rename(fresh.keep(), &folder).map_err(failed)?;
    Ok(folder)
}

/// The files that a runtime needs of its package, each checked.
fn unpacked<'r>(runtime: &'r Runtime, package: &[u8]) -> Result<Vec<(&'r str, Vec<u8>)>, String> {
    let broken = |error: std::io::Error| format!("the package can't be unpacked: {error}");
    let mut archive = tar::Archive::new(GzDecoder::new(package).take(LARGEST_UNPACKED));
    let mut found = Vec::new();
    for entry in archive.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        // A path is only ever compared; where a file goes, our own list says.
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let wanted = |file: &&RuntimeFile| file.path.as_deref() == Some(path.as_str());
        let Some(file) = runtime.files.iter().find(wanted) else { continue };
        let mut bytes = Vec::new();
        let most = file.size.unwrap_or(0);
        entry.by_ref().take(most + 1).read_to_end(&mut bytes).map_err(broken)?;
        if Some(sha256(&bytes)) != file.sha256 {
            return Err(format!("{path} in the package is not what is expected"));
        }
        found.push((file.name.as_str(), bytes));
    }
    match runtime.files.iter().find(|file| file.path.is_some() && !found.iter().any(|(name, _)| *name == file.name)) {
        Some(missing) => Err(format!("the package has no {}", missing.path.as_deref().unwrap_or_default())),
        None => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::runtime;

    #[test]
    fn a_package_that_is_another_is_refused_and_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let ruby = runtime("ruby").unwrap();
        for package in [&b""[..], b"no package", &[0x1f, 0x8b, 8, 0, 0]] {
            let refused = install(ruby, package, &folder.path().join("runtimes")).unwrap_err();
            assert!(refused.contains("is expected") && refused.contains("Nothing was written"), "{refused}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(install(runtime("js").unwrap(), b"", folder.path()).unwrap_err().contains("comes with Keepsharp"));
    }

    #[test]
    fn a_package_that_lacks_a_file_or_holds_another_is_refused() {
        let packed = |path: &str, bytes: &[u8]| {
            let mut builder = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_cksum();
            builder.append_data(&mut header, path, bytes).unwrap();
            builder.into_inner().unwrap().finish().unwrap()
        };
        let ruby = runtime("ruby").unwrap();
        let other = packed("package/dist/ruby+stdlib.wasm", b"other");
        assert!(unpacked(ruby, &other).unwrap_err().contains("not what is expected"));
        assert!(unpacked(ruby, &packed("package/a", b"x")).unwrap_err().contains("has no package/dist"));
        assert!(unpacked(ruby, b"\x1f\x8b").is_err());
    }

    #[test]
    fn a_packages_address_is_the_registrys() {
        assert_eq!(
            address(runtime("ruby").unwrap(), "https://npm.example/").unwrap(),
            "https://npm.example/@ruby/3.4-wasm-wasi/-/3.4-wasm-wasi-2.10.1.tgz"
        );
        assert!(address(runtime("js").unwrap(), REGISTRY).is_none());
    }
}
