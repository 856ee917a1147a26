//! A sign-in link by mail, through a real SMTP server: asked for on the page, found in the mailbox, used once.

mod common;

use common::Keepsharp;
use common::serving::{ask, free_port, letter, letters, mail_settings, server, smtp_server, wait_until};
use std::time::Duration;

#[test]
fn a_sign_in_link_comes_by_mail_and_signs_in_once() {
    let keepsharp = Keepsharp::empty();
    keepsharp.write("programme.toml", common::PROGRAMME);
    keepsharp.ok(&["apply", "programme.toml"]);
    keepsharp.write("roster.csv", format!("{}E1,Ána Ñandú,ana@example.com,ana,Developer,,,\n", common::ROSTER));
    keepsharp.ok(&["people", "import", "roster.csv", "--on", "2024-01-01"]);
    let mailbox = keepsharp.path("mailbox");
    let Some((_smtp, smtp)) = smtp_server(&mailbox) else { return };
    keepsharp.write("keepsharp.toml", mail_settings(smtp));
    let port = free_port();
    let (_server, said) = server(&keepsharp, port);
    assert!(said.contains("Nobody is administrator yet"), "{said}");

    let form = "email=ANA%40example.com&form=sign-in";
    let known = ask(port, "POST /sign-in HTTP/1.1", form);
    let stranger = ask(port, "POST /sign-in HTTP/1.1", "email=stranger%40example.com&form=sign-in");
    assert!(known.starts_with("HTTP/1.1 303") && known.contains("location: /sign-in/sent"), "{known}");
    assert!(stranger.starts_with("HTTP/1.1 303") && stranger.contains("location: /sign-in/sent"), "{stranger}");

    let text = letter(&wait_until("the letter", || letters(&mailbox).pop()));
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
