//! Which runtimes does a learner's browser get, and which files are they?
//!
//! Each is a folder below `assets/runtime`: to add a language is to add a folder and its line in [`FOLDERS`].

use crate::cli::sha256;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

pub(crate) mod pack;

/// A folder of `assets/runtime`, inside the program.
struct Folder {
    sheet: &'static str,
    files: &'static [(&'static str, &'static [u8])],
}

macro_rules! folder {
    ($name:literal: $($file:literal)*) => {
        Folder {
            sheet: include_str!(concat!("../assets/runtime/", $name, "/runtime.toml")),
            files: &[$(($file, include_bytes!(concat!("../assets/runtime/", $name, "/", $file)))),*],
        }
    };
}

/// All of them; what comes as a pack has only its adapter here.
const FOLDERS: [Folder; 8] = [
    folder!("quickjs": "quickjs.wasm" "engine.js" "prelude.js"),
    folder!("js":),
    folder!("sql": "sql-wasm.wasm" "sql-wasm.js" "host.js" "prelude.js"),
    folder!("yaml": "js-yaml.js" "prelude.js"),
    folder!("dockerfile": "prelude.js"),
    folder!("hcl": "prelude.js"),
    folder!("ruby": "adapter.js" "prelude.rb"),
    folder!("python": "adapter.js" "prelude.py"),
];

/// The harness, which comes last in each worker.
pub(crate) const WORKER: &str = include_str!("../assets/exercise/worker.js");

/// `runtime.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Runtime {
    /// As an exercise's `runner` names it.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) title: String,
    /// The runtime whose files come before its own.
    engine: Option<String>,
    /// How files of it end, which a course's examples name as their language.
    #[serde(default)]
    pub(crate) extensions: Vec<String>,
    /// How much memory it takes itself, beside the exercise's, in MB.
    #[serde(default)]
    memory_mb: u32,
    /// The npm package that it comes from.
    pub(crate) from: Option<Package>,
    /// Its files, in the order in which they are loaded.
    #[serde(default)]
    pub(crate) files: Vec<RuntimeFile>,
    /// What of them is inside the program.
    #[serde(skip)]
    bundled: &'static [(&'static str, &'static [u8])],
}

/// Where a runtime comes from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Package {
    /// Its name at npm.
    #[serde(rename = "package")]
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// Its licence, by its SPDX name, for whoever adds it.
    pub(crate) licence: String,
    /// The hash of its tarball, as npm writes it.
    pub(crate) integrity: String,
}

/// A file of a runtime.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuntimeFile {
    /// What it is called.
    pub(crate) name: String,
    /// What the frame does with it.
    role: Role,
    /// Where it stands in the package, if it comes with `keepsharp runtime add`.
    pub(crate) path: Option<String>,
    /// How many bytes it has, where it is not ours.
    pub(crate) size: Option<u64>,
    /// Their SHA-256, where it is not ours.
    pub(crate) sha256: Option<String>,
}

/// What the frame does with a file.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Role {
    /// Compiles it, with its memory bounded.
    Wasm,
    /// Puts it into the worker's script.
    Worker,
    /// The same with what was written as a module.
    Module,
    /// Has it run inside `QuickJS`.
    Inside,
    /// Hands its bytes to the worker.
    Data,
}

/// All runtimes.
pub(crate) fn runtimes() -> &'static [Runtime] {
    static ALL: LazyLock<Vec<Runtime>> = LazyLock::new(|| {
        // A sheet of ours that can't be read is left out here and found by the tests.
        let read =
            |folder: &Folder| toml::from_str(folder.sheet).map(|read| Runtime { bundled: folder.files, ..read }).ok();
        FOLDERS.iter().filter_map(read).collect()
    });
    &ALL
}

/// A runtime by its id.
pub(crate) fn runtime(id: &str) -> Option<&'static Runtime> {
    runtimes().iter().find(|runtime| runtime.id == id)
}

/// Where packs are kept in a data folder.
pub(crate) fn folder(data: &Path) -> PathBuf {
    data.join("runtimes")
}

/// What the page is told of a runtime.
#[derive(Serialize)]
struct Told {
    id: &'static str,
    title: &'static str,
    memory_mb: u32,
    files: Vec<ToldFile>,
}

#[derive(Serialize)]
struct ToldFile {
    name: &'static str,
    role: Role,
    address: String,
}

impl Runtime {
    /// Whether its files come with `keepsharp runtime add`.
    pub(crate) fn is_pack(&self) -> bool {
        self.files.iter().any(|file| file.path.is_some())
    }

    /// Whether all of it is here, `packs` being where packs are kept.
    pub(crate) fn is_ready(&self, packs: &Path) -> bool {
        let has = |file: &RuntimeFile| {
            let there = || std::fs::metadata(self.pack_folder(packs).join(&file.name)).ok();
            file.path.is_none() || there().is_some_and(|found| file.size.is_none_or(|size| found.len() == size))
        };
        self.files.iter().all(has)
    }

    /// The folder of this version's files.
    pub(crate) fn pack_folder(&self, packs: &Path) -> PathBuf {
        packs.join(format!("{}-{}", self.id, self.from.as_ref().map_or("0", |from| from.version.as_str())))
    }

    /// A file's bytes.
    pub(crate) fn bytes(&self, name: &str, packs: &Path) -> Option<Cow<'static, [u8]>> {
        let file = self.files.iter().find(|file| file.name == name)?;
        if file.path.is_some() {
            return std::fs::read(self.pack_folder(packs).join(&file.name)).ok().map(Cow::Owned);
        }
        let (_, bytes) = self.bundled.iter().find(|(bundled, _)| *bundled == name)?;
        Some(Cow::Borrowed(bytes))
    }

    /// What the page needs to load it: which files, where, in which order.
    pub(crate) fn told(&'static self) -> String {
        let engine = self.engine.as_deref().and_then(runtime);
        let mut files: Vec<ToldFile> = engine.into_iter().flat_map(Runtime::addresses).collect();
        files.extend(self.addresses());
        files.push(ToldFile {
            name: "worker.js",
            role: Role::Worker,
            address: address("/exercise/worker.js", WORKER.as_bytes()),
        });
        let told = Told { id: &self.id, title: &self.title, memory_mb: self.memory_mb, files };
        serde_json::to_string(&told).unwrap_or_default()
    }

    fn addresses(&'static self) -> impl Iterator<Item = ToldFile> {
        self.files.iter().map(|file| {
            let path = format!("/runtime/{}/{}", self.id, file.name);
            let bundled =
                || self.bundled.iter().find(|(name, _)| *name == file.name).map_or(&[][..], |(_, bytes)| bytes);
            let address = match &file.sha256 {
                Some(hash) => format!("{path}?{}", hash.get(..12).unwrap_or_default()),
                None => address(&path, bundled()),
            };
            ToldFile { name: &file.name, role: file.role, address }
        })
    }
}

/// An address that changes with what is there, so that browsers may keep it for good.
pub(crate) fn address(path: &str, bytes: &[u8]) -> String {
    format!("{path}?{}", sha256(bytes).get(..12).unwrap_or_default())
}

/// How a browser is told what a file is.
pub(crate) fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, end)| end) {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "wasm" => "application/wasm",
        "html" => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folder_is_read_and_its_files_are_what_their_sheet_says() {
        assert_eq!(runtimes().len(), FOLDERS.len());
        for runtime in runtimes() {
            assert!(runtime.engine.as_deref().is_none_or(|engine| super::runtime(engine).is_some()), "{}", runtime.id);
            for file in runtime.files.iter().filter(|file| file.path.is_none()) {
                let bytes = runtime.bytes(&file.name, Path::new("nowhere")).unwrap();
                assert!(file.size.is_none_or(|size| size == bytes.len() as u64), "{}/{}", runtime.id, file.name);
                assert!(
                    file.sha256.as_ref().is_none_or(|hash| *hash == sha256(&bytes)),
                    "{}/{}",
                    runtime.id,
                    file.name
                );
            }
            let is_foreign = |file: &RuntimeFile| file.sha256.is_some();
            assert_eq!(
                runtime.from.is_some(),
                runtime.files.iter().any(is_foreign),
                "{} says where it comes from",
                runtime.id
            );
        }
    }

    #[test]
    fn what_an_exercise_can_be_written_in_has_a_runtime() {
        for (runner, _) in keepsharp_course::exercise::RUNNERS {
            let runtime = runtime(runner).unwrap_or_else(|| unreachable!("{runner} has no folder"));
            assert_eq!(runtime.is_pack(), ["ruby", "python"].contains(&runner));
            assert!(runtime.told().contains("worker.js"));
            assert!(!runtime.is_pack() || !runtime.is_ready(Path::new("nowhere")));
        }
        assert!(runtime("../js").is_none() && runtime("").is_none());
    }
}
