//! `keepsharp course preview` as an author has it: a browser's requests, and files that change meanwhile.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test is what a panic is for")]

mod common;

use common::Keepsharp;
use common::serving::{Running, ask, free_port, wait_until};
use std::io::{Read, Write};
use std::net::TcpStream;

const LESSON: &str = "pay/modules/01-start/1.1-send-people-back/lesson.md";
const TITLE: &str = "Begin with this one";

/// A new course, previewed at a port.
fn previewed() -> (Keepsharp, Running, u16) {
    let keepsharp = Keepsharp::empty();
    keepsharp.ok(&["course", "new", "pay"]);
    let port = free_port();
    let running = common::serving::running(
        keepsharp.command(&["course", "preview", "pay", "--listen", &format!("127.0.0.1:{port}")]),
        "is at http://",
    );
    (keepsharp, running.0, port)
}

fn get(port: u16, path: &str) -> String {
    ask(port, &format!("GET {path} HTTP/1.1"), "")
}

fn mend(keepsharp: &Keepsharp, from: &str, to: &str) {
    let text = std::fs::read_to_string(keepsharp.path(LESSON)).unwrap();
    assert!(text.contains(from), "{from}: {text}");
    keepsharp.write(LESSON, text.replacen(from, to, 1));
}

/// The address of the course's only lesson.
fn lesson(port: u16) -> String {
    let page = get(port, "/learn/pay");
    let found = page.split("href=\"").filter_map(|rest| rest.split('"').next()).find(|link| {
        link.strip_prefix("/learn/pay/").is_some_and(|id| !["done", "changed", "refresher"].contains(&id))
    });
    found.unwrap_or_else(|| panic!("{page}")).to_owned()
}

fn number(port: u16) -> String {
    get(port, "/preview/number").lines().last().unwrap().to_owned()
}

/// Waits until the folder was read again.
fn read_again(port: u16, before: &str) -> String {
    wait_until("another number", || Some(number(port)).filter(|now| now != before))
}

#[test]
fn a_saved_file_is_what_is_shown_next_and_the_page_looks_for_it() {
    let (keepsharp, _running, port) = previewed();
    let all = get(port, "/learn");
    assert!(all.starts_with("HTTP/1.1 200") && all.contains("The check finds nothing"), "{all}");
    assert!(all.contains("script-src 'self'") && all.contains("connect-src 'self'"), "{all}");
    let (path, first) = (lesson(port), number(port));
    let page = get(port, &path);
    assert!(page.contains(&format!("data-number=\"{first}\"")) && page.contains("/preview/preview.js?"), "{page}");
    assert!(!page.contains(TITLE) && !page.contains("Sign out"), "{page}");
    let title = std::fs::read_to_string(keepsharp.path(LESSON)).unwrap();
    let title = title.lines().find(|line| line.starts_with("title = ")).unwrap().to_owned();
    mend(&keepsharp, &title, &format!("title = \"{TITLE}\""));
    read_again(port, &first);
    assert!(get(port, &path).contains(TITLE));
}

#[test]
fn an_answer_is_taken_and_can_be_forgotten_and_a_newer_version_is_shown_in_the_middle_of_it() {
    let (keepsharp, _running, port) = previewed();
    let path = lesson(port);
    let page = get(port, &path);
    let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let post = |path: &str, body: &str| ask(port, &format!("POST {path} HTTP/1.1"), &format!("csrf={csrf}&{body}"));
    let tracks = post("/learn/pay/tracks", "track=B");
    assert!(tracks.starts_with("HTTP/1.1 303"), "{tracks}");
    let first = number(port);
    mend(&keepsharp, "owner = \"appsec\"", "owner = \"somebody else\"");
    read_again(port, &first);
    assert!(get(port, &path).starts_with("HTTP/1.1 200"));
    assert!(get(port, "/learn/pay").contains("checked"), "the track stays chosen");
    assert!(post("/preview/anew", "").starts_with("HTTP/1.1 303"));
    assert!(!get(port, "/learn/pay").contains(" checked"));
    // Without the token of a page of ours nothing is done.
    assert!(ask(port, "POST /preview/anew HTTP/1.1", "csrf=x").starts_with("HTTP/1.1 400"));
}

#[test]
fn what_can_not_be_read_is_told_and_the_last_good_version_stays() {
    let (keepsharp, _running, port) = previewed();
    let (path, first) = (lesson(port), number(port));
    let whole = std::fs::read_to_string(keepsharp.path(LESSON)).unwrap();
    keepsharp.write(LESSON, "+++\nid = <script>alert(1)</script>\n");
    let second = read_again(port, &first);
    let page = get(port, &path);
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("the last version that could be read"), "{page}");
    assert!(page.contains("lesson.md") && !page.contains("<script>alert"), "{page}");
    let all = get(port, "/learn");
    assert!(all.contains("can’t be read as a course") && all.contains("<b>Error</b>"), "{all}");
    keepsharp.write(LESSON, whole);
    read_again(port, &second);
    assert!(get(port, "/learn").contains("The check finds nothing"));
}

#[test]
fn what_the_check_says_of_a_lesson_stands_on_its_page() {
    let (keepsharp, _running, port) = previewed();
    let (path, first) = (lesson(port), number(port));
    mend(&keepsharp, "Where does the browser go?", "Where does the browser NOT go?");
    read_again(port, &first);
    let page = get(port, &path);
    assert!(page.contains("1 error, 0 warnings") && page.contains("a question turned round"), "{page}");
    assert!(page.contains("NOT go"), "it is shown all the same: {page}");
    assert!(get(port, "/learn").contains("line 43"));
}

#[test]
fn a_preview_is_for_this_machine_only() {
    let (keepsharp, _running, port) = previewed();
    keepsharp.refused(&["course", "preview", "pay", "--listen", "0.0.0.0:0"], "other machines");
    keepsharp.refused(&["course", "preview", "nowhere"], "no folder");
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET /learn HTTP/1.1\r\nhost: evil.example:{port}\r\nconnection: close\r\n\r\n").unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.1 421") && !reply.contains("csrf"), "{reply}");
    assert!(!keepsharp.data().exists(), "no ledger is made where the author works");
}
