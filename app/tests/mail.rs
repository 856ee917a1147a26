//! A sign-in link by mail, through a real SMTP server: asked for on the page, found in the mailbox, used once.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a failed test is what a panic is for")]

mod common;

use common::{Keepsharp, command};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

fn wait_until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{what} did not come");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// An SMTP server that puts every letter into a folder; none where Python has no `aiosmtpd`.
fn smtp_server(folder: &Path) -> Option<(Running, u16)> {
    let python = ["/usr/bin/python3", "python3"].into_iter().find(|python| {
        let looked = Command::new(python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
        looked.is_ok_and(|status| status.success())
    });
    let Some(python) = python else {
        assert!(std::env::var_os("REQUIRE_SMTP").is_none(), "aiosmtpd must be there (Debian: python3-aiosmtpd)");
        println!("skipped: no aiosmtpd");
        return None;
    };
    let port = free_port();
    let at = format!("127.0.0.1:{port}");
    let arguments = ["-m", "aiosmtpd", "-n", "-l", &at, "-c", "aiosmtpd.handlers.Mailbox"];
    let child = Command::new(python).args(arguments).arg(folder).spawn().unwrap();
    let running = Running(child);
    wait_until("the SMTP server", || TcpStream::connect(&at).ok());
    Some((running, port))
}

/// Sends one request and gives all of the reply.
fn ask(port: u16, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let length = body.len();
    write!(stream, "{head}\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{body}").unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply
}

fn letters(folder: &Path) -> Vec<PathBuf> {
    let new = std::fs::read_dir(folder.join("new"));
    new.map(|list| list.map(|entry| entry.unwrap().path()).collect()).unwrap_or_default()
}

/// The server, and the lines that it prints until it says where it is.
fn server(keepsharp: &Keepsharp, port: u16) -> (Running, String) {
    let mut serving = command(Path::new(env!("CARGO_BIN_EXE_keepsharp")));
    serving.current_dir(keepsharp.folder.path()).args(["serve", "--listen", &format!("127.0.0.1:{port}")]);
    let mut child = serving.stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let running = Running(child);
    let mut said = String::new();
    while !said.contains("Keepsharp is at ") {
        assert!(lines.read_line(&mut said).unwrap() > 0, "it ended: {said}");
    }
    // Whoever does not read what a process says makes it wait.
    std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
    (running, said)
}

#[test]
fn a_sign_in_link_comes_by_mail_and_signs_in_once() {
    let keepsharp = Keepsharp::empty();
    keepsharp.write("programme.toml", common::PROGRAMME);
    keepsharp.ok(&["apply", "programme.toml"]);
    keepsharp.write("roster.csv", format!("{}E1,Ána Ñandú,ana@example.com,ana,Developer,,,\n", common::ROSTER));
    keepsharp.ok(&["people", "import", "roster.csv", "--on", "2024-01-01"]);
    let mailbox = keepsharp.path("mailbox");
    let Some((_smtp, smtp)) = smtp_server(&mailbox) else { return };
    let mail = format!(
        "[mail]\nserver = \"127.0.0.1\"\nport = {smtp}\nsecurity = \"none\"\nfrom = \"Keepsharp <keepsharp@example.com>\"\n"
    );
    keepsharp.write("keepsharp.toml", mail);
    let port = free_port();
    let (_server, said) = server(&keepsharp, port);
    assert!(said.contains("Nobody is administrator yet"), "{said}");

    let form = "email=ANA%40example.com&form=sign-in";
    let known = ask(port, "POST /sign-in HTTP/1.1", form);
    let stranger = ask(port, "POST /sign-in HTTP/1.1", "email=stranger%40example.com&form=sign-in");
    assert!(known.starts_with("HTTP/1.1 303") && known.contains("location: /sign-in/sent"), "{known}");
    assert!(stranger.starts_with("HTTP/1.1 303") && stranger.contains("location: /sign-in/sent"), "{stranger}");

    let letter = wait_until("the letter", || letters(&mailbox).pop());
    let text = std::fs::read_to_string(letter).unwrap();
    // Long lines are broken in transport with a mark at their end.
    let text = text.replace("=\n", "").replace("=\r\n", "");
    assert!(text.contains("ana@example.com") && text.contains("From: Keepsharp <keepsharp@example.com>"), "{text}");
    let start = text.find("/sign-in/").unwrap();
    let path = text.get(start..start + "/sign-in/".len() + 64).unwrap();
    let page = ask(port, &format!("GET {path} HTTP/1.1"), "");
    assert!(page.contains("signed in as Ána Ñandú"), "{page}");
    let used = ask(port, &format!("POST {path} HTTP/1.1"), "");
    assert!(used.contains("set-cookie: keepsharp="), "{used}");
    assert!(!ask(port, &format!("POST {path} HTTP/1.1"), "").contains("set-cookie"));
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(letters(&mailbox).len(), 1, "the stranger gets nothing, and nobody gets a letter twice");
}
