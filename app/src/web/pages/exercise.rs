//! What an exercise is made of: scripts of the page, the sandboxed frame and its policy, runtimes; and the panel that a lesson's page includes.

use crate::runtime::{self, WORKER, address};
use crate::web::asked::Asked;
use crate::web::fields::Trouble;
use crate::web::frame::{Answer, Answered, Part};
use askama::Template;
use base64::Engine as _;
use keepsharp_course::exercise::{ExerciseFile, TestKind};
use keepsharp_domain::World;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::path::Path;
use std::sync::LazyLock;

const FRAME: &str = include_str!("../../../assets/exercise/frame.html");
const FRAME_SCRIPT: &str = include_str!("../../../assets/exercise/frame.js");
const RUNNER: &str = include_str!("../../../assets/exercise/runner.js");
const PLAYER: &str = include_str!("../../../assets/exercise/player.js");

/// The frame's document: its script stands in it, so that the policy can name the one script by its hash.
static FRAME_PAGE: LazyLock<String> = LazyLock::new(|| FRAME.replace("FRAME", FRAME_SCRIPT));

/// The frame's policy: an opaque origin, one script, WebAssembly, workers made of what the page handed over; no network, no storage, no other page.
static FRAME_POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = base64::prelude::BASE64_STANDARD.encode(Sha256::digest(FRAME_SCRIPT.as_bytes()));
    format!(
        "sandbox allow-scripts; default-src 'none'; script-src 'sha256-{hash}' 'wasm-unsafe-eval'; worker-src blob:; \
         connect-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    )
});

/// A script of the page, or the frame.
pub(crate) fn file(asked: &Asked, _: &World) -> Answered {
    script_or_frame(asked.param("file")).map(Answer::Part).ok_or(Trouble::NotFound)
}

/// A file of a runtime, or what belongs to one.
pub(crate) fn runtime(asked: &Asked) -> Answered {
    of_runtime(asked.param("name"), asked.param("file"), &asked.app.runtimes).map(Answer::Part).ok_or(Trouble::NotFound)
}

/// A script of the page, or the frame, by the name in its address.
pub(crate) fn script_or_frame(name: &str) -> Option<Part> {
    let script = |text: &'static str| Part::Bytes {
        kind: runtime::kind("a.js"),
        bytes: Cow::Borrowed(text.as_bytes()),
        is_lasting: true,
    };
    Some(match name {
        "frame" => Part::Sandbox { text: &FRAME_PAGE, policy: &FRAME_POLICY },
        "runner.js" => script(RUNNER),
        "player.js" => script(PLAYER),
        "worker.js" => script(WORKER),
        _ => return None,
    })
}

/// A file of a runtime by the names in its address; `runtime.json` lists them.
pub(crate) fn of_runtime(id: &str, file: &str, packs: &Path) -> Option<Part> {
    let found = runtime::runtime(id)?;
    if file == "runtime.json" {
        let told = Cow::Owned(found.told().into_bytes());
        return Some(Part::Bytes { kind: runtime::kind(file), bytes: told, is_lasting: false });
    }
    Some(Part::Bytes { kind: runtime::kind(file), bytes: found.bytes(file, packs)?, is_lasting: true })
}

/// An exercise on a lesson's page: to be read as it stands, and done where scripts run.
#[derive(Template)]
#[template(path = "exercise.html")]
pub(crate) struct ExercisePanel {
    /// Unique on the page.
    pub(crate) id: String,
    pub(crate) title: String,
    /// The task, rendered and made safe.
    pub(crate) task_html: String,
    pub(crate) minutes: u32,
    /// What people call the runtime.
    pub(crate) runtime: &'static str,
    /// The command that adds the runtime; empty where it is here.
    pub(crate) missing: String,
    pub(crate) files: Vec<PanelFile>,
    pub(crate) uses: Vec<String>,
    pub(crate) attacks: Vec<String>,
    /// Where the player finds [`ExerciseFile::learner_json`], with `draft` in it where one was kept: file names to texts.
    pub(crate) json_address: String,
    /// Where the player finds [`ExerciseFile::solution_json`].
    pub(crate) solution_address: String,
    /// Where drafts are posted, as `csrf` and `draft`; empty to keep none.
    pub(crate) draft_address: String,
    pub(crate) csrf: String,
    pub(crate) runner_script: String,
    pub(crate) player_script: String,
}

/// A file that an exercise shows.
pub(crate) struct PanelFile {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) is_edited: bool,
}

impl ExercisePanel {
    /// The panel of an exercise; addresses and token are set by whoever shows it.
    pub(crate) fn of(exercise: &ExerciseFile, task_html: String, runtimes: &Path) -> ExercisePanel {
        let found = runtime::runtime(&exercise.runner);
        let missing =
            found.filter(|found| !found.is_ready(runtimes)).map(|found| format!("keepsharp runtime add {}", found.id));
        let file = |file: &keepsharp_course::exercise::TextFile| PanelFile {
            name: file.name.clone(),
            text: file.text.clone(),
            is_edited: exercise.edit.contains(&file.name),
        };
        let mut files: Vec<PanelFile> = exercise.starter.iter().map(file).collect();
        files.sort_by_key(|file| !file.is_edited);
        let names = exercise.names();
        let of = |kind| names.iter().filter(|(found, _)| *found == kind).map(|(_, name)| name.clone()).collect();
        ExercisePanel {
            id: exercise.id.replace('.', "-"),
            title: exercise.title.clone(),
            task_html,
            minutes: exercise.minutes,
            runtime: found.map_or("", |found| found.title.as_str()),
            missing: missing.unwrap_or_default(),
            files,
            uses: of(TestKind::Use),
            attacks: of(TestKind::Exploit),
            json_address: String::new(),
            solution_address: String::new(),
            draft_address: String::new(),
            csrf: String::new(),
            runner_script: address("/exercise/runner.js", RUNNER.as_bytes()),
            player_script: address("/exercise/player.js", PLAYER.as_bytes()),
        }
    }
}
