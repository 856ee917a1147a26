//! A server that runs while a test does, and a mail server beside it.

use super::{Keepsharp, command};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A process that ends with the test.
pub(crate) struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// Looks again and again, for as long as `patience`.
pub(crate) fn wait_for<T>(what: &str, patience: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < patience, "{what} did not come");
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub(crate) fn wait_until<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    wait_for(what, Duration::from_secs(30), look)
}

/// The Python that has `aiosmtpd`; none where there is none.
fn python() -> Option<&'static str> {
    let python = ["/usr/bin/python3", "python3"].into_iter().find(|python| {
        let looked = Command::new(python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
        looked.is_ok_and(|status| status.success())
    });
    if python.is_none() {
        assert!(std::env::var_os("REQUIRE_SMTP").is_none(), "aiosmtpd must be there (Debian: python3-aiosmtpd)");
        let _ = writeln!(std::io::stderr(), "skipped: no aiosmtpd");
    }
    python
}

/// Whether there is what an SMTP server needs.
pub(crate) fn has_smtp() -> bool {
    python().is_some()
}

/// Arguments: folder, port, the address that is refused.
const SMTP: &str = "
import sys, threading
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox

class Refusing(Mailbox):
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == sys.argv[3]:
            return '550 5.1.1 no such user here'
        envelope.rcpt_tos.append(address)
        return '250 OK'

Controller(Refusing(sys.argv[1]), hostname='127.0.0.1', port=int(sys.argv[2])).start()
threading.Event().wait()
";

/// An SMTP server at a port that puts every letter into a folder, but those to one address, which it refuses.
pub(crate) fn smtp_at(folder: &Path, port: u16, refused: &str) -> Running {
    let python = python().unwrap();
    let child = Command::new(python).args(["-c", SMTP]).arg(folder).args([&port.to_string(), refused]).spawn().unwrap();
    let running = Running(child);
    wait_until("the SMTP server", || TcpStream::connect(("127.0.0.1", port)).ok());
    running
}

/// An SMTP server that puts every letter into a folder; none where Python has no `aiosmtpd`.
pub(crate) fn smtp_server(folder: &Path) -> Option<(Running, u16)> {
    has_smtp().then(free_port).map(|port| (smtp_at(folder, port, ""), port))
}

/// The settings for such a server.
pub(crate) fn mail_settings(port: u16) -> String {
    format!(
        "[mail]\nserver = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\nfrom = \"Keepsharp <keepsharp@example.com>\"\n"
    )
}

/// The letters that came.
pub(crate) fn letters(folder: &Path) -> Vec<PathBuf> {
    let new = std::fs::read_dir(folder.join("new"));
    new.map(|list| list.map(|entry| entry.unwrap().path()).collect()).unwrap_or_default()
}

/// What a letter says. Long lines are broken in transport with a mark at their end.
pub(crate) fn letter(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap().replace("=\r\n", "").replace("=\n", "")
}

/// Sends one request and gives all of the reply.
pub(crate) fn ask(port: u16, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let length = body.len();
    write!(stream, "{head}\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{body}").unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply
}

/// The server, and the lines that it prints until it says where it is.
pub(crate) fn server(keepsharp: &Keepsharp, port: u16) -> (Running, String) {
    let mut serving = command(Path::new(env!("CARGO_BIN_EXE_keepsharp")));
    serving.current_dir(keepsharp.folder.path()).args(["serve", "--listen", &format!("127.0.0.1:{port}")]);
    running(serving, "Keepsharp is at ")
}

/// A command that runs on, and the lines that it prints until one of them has these words.
pub(crate) fn running(mut command: Command, until: &str) -> (Running, String) {
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let running = Running(child);
    let mut said = String::new();
    while !said.contains(until) {
        assert!(lines.read_line(&mut said).unwrap() > 0, "it ended: {said}");
    }
    // Whoever does not read what a process says makes it wait.
    std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
    (running, said)
}
