//! A tracker to test against: issues, comments and users over real HTTP, in one of three dialects, with faults on request.

use super::dialects;
use keepsharp_domain::fact::TrackerKind;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

pub(super) const TOKEN: &str = "a-token-that-is-secret";
pub(super) const ME: &str = "Keepsharp-Bot";

/// What goes wrong with one request.
pub(super) enum Fault {
    /// Too much was asked; nothing is done.
    TooMany,
    /// A proxy answers 502; nothing is done.
    BadGateway,
    /// It is done, and a proxy answers 502.
    BadGatewayAfter,
    /// It is done, and no answer comes.
    LostAnswer,
    /// Somebody does something just before.
    Before(Box<dyn FnOnce(&mut Model) + Send>),
}

#[derive(Clone)]
pub(super) struct Note {
    pub(super) id: u64,
    pub(super) author: String,
    pub(super) text: String,
    pub(super) created: String,
    pub(super) updated: String,
    /// What the tracker itself tells, GitLab's way.
    pub(super) is_system: bool,
}

#[derive(Clone)]
pub(super) struct Issue {
    pub(super) number: u64,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) author: String,
    pub(super) is_open: bool,
    pub(super) is_pull: bool,
    pub(super) assignee: Option<String>,
    pub(super) is_confidential: bool,
    pub(super) created: String,
    pub(super) updated: String,
    pub(super) notes: Vec<Note>,
    /// Author and instant of each change of the text.
    pub(super) edits: Vec<(String, String)>,
}

pub(super) struct Model {
    pub(super) kind: TrackerKind,
    pub(super) address: String,
    pub(super) issues: BTreeMap<u64, Issue>,
    pub(super) users: Vec<String>,
    /// Requests so far, and what each asked.
    pub(super) asked: Vec<String>,
    faults: BTreeMap<usize, Fault>,
    last_id: u64,
    clock: Arc<AtomicI64>,
}

impl Model {
    /// The instant of the next thing that happens: each is a second later than the one before.
    fn tick(&self) -> String {
        let second = self.clock.fetch_add(1, Ordering::Relaxed) + 1;
        jiff::Timestamp::from_second(second).unwrap().to_string()
    }

    fn id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    pub(super) fn create(&mut self, author: &str, title: &str, text: &str) -> u64 {
        let (number, at) = (self.issues.len() as u64 + 1, self.tick());
        let issue = Issue {
            number,
            title: title.to_owned(),
            text: text.to_owned(),
            author: author.to_owned(),
            is_open: true,
            is_pull: false,
            assignee: None,
            is_confidential: false,
            created: at.clone(),
            updated: at,
            notes: Vec::new(),
            edits: Vec::new(),
        };
        self.issues.insert(number, issue);
        number
    }

    pub(super) fn write(&mut self, author: &str, number: u64, text: &str) {
        let (at, id) = (self.tick(), self.id());
        let issue = self.issues.get_mut(&number).unwrap();
        if issue.text == text {
            return;
        }
        issue.text = text.to_owned();
        issue.updated.clone_from(&at);
        issue.edits.push((author.to_owned(), at.clone()));
        if self.kind == TrackerKind::Gitlab {
            let (author, text) = (author.to_owned(), "changed the description".to_owned());
            issue.notes.push(Note { id, author, text, created: at.clone(), updated: at, is_system: true });
        }
    }

    pub(super) fn comment(&mut self, author: &str, number: u64, text: &str) -> u64 {
        let (at, id) = (self.tick(), self.id());
        let issue = self.issues.get_mut(&number).unwrap();
        issue.updated.clone_from(&at);
        let (author, text) = (author.to_owned(), text.to_owned());
        issue.notes.push(Note { id, author, text, created: at.clone(), updated: at, is_system: false });
        id
    }

    /// Changes a comment, as its author may.
    pub(super) fn change_comment(&mut self, id: u64, text: &str) {
        let at = self.tick();
        let note = self.issues.values_mut().flat_map(|issue| &mut issue.notes).find(|note| note.id == id).unwrap();
        note.text = text.to_owned();
        note.updated = at;
    }

    /// Somebody changes a part of the text.
    pub(super) fn edit(&mut self, author: &str, number: u64, from: &str, to: &str) {
        let old = self.issues[&number].text.clone();
        assert!(old.contains(from), "{from:?} is not in {old}");
        self.write(author, number, &old.replacen(from, to, 1));
    }

    /// Comments by us.
    pub(super) fn ours(&self, number: u64) -> Vec<String> {
        let notes = self.issues[&number].notes.iter();
        notes.filter(|note| note.author == ME && !note.is_system).map(|note| note.text.clone()).collect()
    }
}

/// A request as it came.
pub(super) struct Asked {
    pub(super) verb: String,
    /// Parts of the path, decoded.
    pub(super) path: Vec<String>,
    pub(super) query: BTreeMap<String, String>,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Value,
}

/// An answer to be sent.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Value,
}

/// The running server; it ends with the value.
pub(super) struct StandIn {
    pub(super) model: Arc<Mutex<Model>>,
    pub(super) address: String,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl StandIn {
    pub(super) fn start(kind: TrackerKind, clock: Arc<AtomicI64>, users: &[&str]) -> StandIn {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let model = Arc::new(Mutex::new(Model {
            kind,
            address: address.clone(),
            issues: BTreeMap::new(),
            users: users.iter().map(|user| (*user).to_owned()).collect(),
            asked: Vec::new(),
            faults: BTreeMap::new(),
            last_id: 100,
            clock,
        }));
        let ends = Arc::new(AtomicBool::new(false));
        let (held, ended) = (Arc::clone(&model), Arc::clone(&ends));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::Relaxed) {
                    return;
                }
                // A client that goes away in the middle is its own business.
                let _ = serve(&held, &stream.unwrap());
            }
        });
        StandIn { model, address, ends, thread: Some(thread) }
    }

    pub(super) fn model(&self) -> MutexGuard<'_, Model> {
        self.model.lock().unwrap()
    }

    /// Lets the request go wrong that comes after so many others.
    pub(super) fn fails(&self, after: usize, fault: Fault) {
        let mut model = self.model();
        let place = model.asked.len() + after;
        model.faults.insert(place, fault);
    }

    /// Whether all that was to go wrong did; what did not is taken back.
    pub(super) fn had_all_faults(&self) -> bool {
        let mut model = self.model();
        let had = model.faults.is_empty();
        model.faults.clear();
        had
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address.trim_start_matches("http://"));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

fn read(stream: &TcpStream) -> std::io::Result<(Asked, String)> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut headers) = (String::new(), BTreeMap::new());
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut words = first.split_whitespace();
    let (verb, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let asked = Asked {
        verb: verb.to_owned(),
        path: path.split('/').skip(1).map(decoded).collect(),
        query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        headers,
        body: serde_json::from_slice(&body).unwrap_or_default(),
    };
    Ok((asked, format!("{verb} {target}")))
}

fn serve(model: &Mutex<Model>, mut stream: &TcpStream) -> std::io::Result<()> {
    let (asked, line) = read(stream)?;
    let mut model = model.lock().unwrap();
    let place = model.asked.len();
    model.asked.push(line);
    let bare = |status| Reply { status, headers: Vec::new(), body: Value::Null };
    let reply = match model.faults.remove(&place) {
        Some(Fault::TooMany) => dialects::too_many(model.kind),
        Some(Fault::BadGateway) => bare(502),
        Some(Fault::BadGatewayAfter) => {
            dialects::answer(&mut model, &asked);
            bare(502)
        }
        Some(Fault::LostAnswer) => {
            dialects::answer(&mut model, &asked);
            return Ok(());
        }
        Some(Fault::Before(does)) => {
            does(&mut model);
            dialects::answer(&mut model, &asked)
        }
        None => dialects::answer(&mut model, &asked),
    };
    let body = if reply.body.is_null() { "<html>".to_owned() } else { reply.body.to_string() };
    let mut head = format!(
        "HTTP/1.1 {} X\r\ncontent-length: {}\r\ncontent-type: application/json\r\nconnection: close\r\n",
        reply.status,
        body.len()
    );
    for (name, value) in reply.headers {
        head += &[name, ": ", &value, "\r\n"].concat();
    }
    stream.write_all(format!("{head}\r\n{body}").as_bytes())
}
