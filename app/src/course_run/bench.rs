//! Where exercises are tried out: a server on this machine alone, on a port and below a word that nobody can guess, with the very frame, worker and
//! player that learners get.

use crate::web::{Part, Reply, asset_reply, exercise_part, exercise_policy, guarded, panel_page, runtime_part};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, Response, StatusCode};
use keepsharp_course::exercise::ExerciseFile;
use keepsharp_store::fresh_word;
use serde_json::Value;
use std::borrow::Cow;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Largest message that a page sends back, in bytes: what it tells comes from learners' code at worst.
const LARGEST_MESSAGE: usize = 4 << 20;

const CHECK_SCRIPT: &str = include_str!("../../assets/exercise/check.js");

/// A server of exercises, until it is dropped.
pub struct Bench {
    /// The address of its pages, ending in a slash.
    pub address: String,
    messages: Receiver<Value>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What it serves.
struct Shared {
    word: String,
    jobs: String,
    exercises: Vec<ExerciseFile>,
    packs: PathBuf,
    messages: Sender<Value>,
}

impl Bench {
    /// Serves exercises to be tried by hand at `player/0`, `player/1` and so on, and `jobs` to the page that runs them by itself.
    ///
    /// # Errors
    /// Where the system gives no socket or no randomness.
    pub fn start(exercises: Vec<ExerciseFile>, jobs: &Value, packs: &Path) -> io::Result<Bench> {
        let word = fresh_word().map_err(|error| io::Error::other(error.to_string()))?;
        let listener = std::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        listener.set_nonblocking(true)?;
        let address = format!("http://{}/{word}/", listener.local_addr()?);
        let (messages, told) = channel();
        let shared = Shared { word, jobs: jobs.to_string(), exercises, packs: packs.to_owned(), messages };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            runtime.block_on(async move {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                let shared = Arc::new(shared);
                let router = Router::new().fallback(move |request: Request| answer(Arc::clone(&shared), request));
                tokio::select! {
                    _ = axum::serve(listener, router) => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Bench { address, messages: told, stop: Some(stop), thread: Some(thread) })
    }

    /// What a page tells next; none where it tells nothing for so long.
    pub fn next(&self, patience: Duration) -> Option<Value> {
        self.messages.recv_timeout(patience).ok()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn answer(shared: Arc<Shared>, request: Request) -> Reply {
    let method = request.method().clone();
    let path = request.uri().path().trim_start_matches('/').to_owned();
    let parts: Vec<&str> = path.split('/').collect();
    let own = parts.split_first().filter(|(word, _)| **word == shared.word).map(|(_, rest)| rest);
    let reply = match (own, method) {
        (Some(rest), Method::POST) => take(&shared, rest, request).await,
        (Some(rest), _) => own_page(&shared, rest),
        (None, _) => of_ours(&shared, &parts),
    };
    guarded(reply.unwrap_or_else(not_found), false)
}

/// What every installation serves too.
fn of_ours(shared: &Shared, parts: &[&str]) -> Option<Reply> {
    match parts {
        ["exercise", file] => exercise_part(file),
        ["runtime", id, file] => runtime_part(id, file, &shared.packs),
        ["assets", "style.css"] => return Some(asset_reply()),
        _ => None,
    }
    .map(crate::web::part_reply)
}

fn own_page(shared: &Shared, parts: &[&str]) -> Option<Reply> {
    let exercise = |number: &str| {
        let number: usize = number.trim_end_matches(".json").parse().ok()?;
        shared.exercises.get(number).map(|exercise| (number, exercise))
    };
    match parts {
        [""] => Some(exercise_policy(check_page())),
        ["check.js"] => Some(text("check.js", Cow::Borrowed(CHECK_SCRIPT.as_bytes()))),
        ["jobs.json"] => Some(text("jobs.json", Cow::Owned(shared.jobs.clone().into_bytes()))),
        ["player", number] => {
            let (number, exercise) = exercise(number)?;
            panel_page(exercise, &format!("/{}", shared.word), number, &shared.packs).map(exercise_policy)
        }
        ["exercise", number] => Some(json(&exercise(number)?.1.learner_json())),
        ["solution", number] => Some(json(&exercise(number)?.1.solution_json())),
        _ => None,
    }
}

/// What a page tells: results as JSON, drafts as a form.
async fn take(shared: &Shared, parts: &[&str], request: Request) -> Option<Reply> {
    let bytes = axum::body::to_bytes(request.into_body(), LARGEST_MESSAGE).await.ok()?;
    let message = match parts {
        ["results"] => serde_json::from_slice(&bytes).ok()?,
        ["draft", number] => serde_json::json!({ "draft": number, "form": String::from_utf8_lossy(&bytes) }),
        _ => return None,
    };
    shared.messages.send(message).ok()?;
    Some(Response::new(Body::from("taken\n")))
}

fn check_page() -> String {
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Exercises are checked</title><body>\
     <script src=\"/exercise/runner.js\"></script><script src=\"check.js\"></script></body></html>"
        .to_owned()
}

fn json(value: &Value) -> Reply {
    text("a.json", Cow::Owned(value.to_string().into_bytes()))
}

fn text(name: &str, bytes: Cow<'static, [u8]>) -> Reply {
    crate::web::part_reply(Part::Bytes { kind: crate::runtime::kind(name), bytes, is_lasting: false })
}

fn not_found() -> Reply {
    let mut reply = Response::new(Body::from("there is nothing here\n"));
    *reply.status_mut() = StatusCode::NOT_FOUND;
    reply
}
