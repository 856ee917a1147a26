//! Messages by mail, through a real SMTP server: sent once, answered by mail, and what comes back is found.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

mod common;

use common::Keepsharp;
use common::serving::{
    ask, free_port, has_smtp, letter, letters, mail_settings, server, smtp_at, smtp_server, wait_for, wait_until,
};
use std::path::Path;
use std::time::Duration;

const PROGRAMME: &str = r#"
[organisation]
name = "Example"
time_zone = "UTC"

[messages]
hours = ["00:00", "23:59"]
free_days = []

[[controls]]
id = "TRN"
title = "Training"
cadence = { every_months = 12 }
courses = { full = "course", refresher = "refresher" }
scope = 'title.contains("Developer")'
"#;

#[expect(clippy::disallowed_methods, reason = "the command reads the clock, so its test has to")]
fn today() -> String {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

/// A company in which Ana is new today, and mail goes to a port.
fn company(smtp: u16) -> Keepsharp {
    let (keepsharp, today) = (Keepsharp::empty(), today());
    keepsharp.write("programme.toml", PROGRAMME);
    keepsharp.ok(&["apply", "programme.toml"]);
    let rows = format!(
        "{}E1,Ana Reis,ana@example.com,ana,Developer,,M1,{today}\nM1,Mara Diaz,mara@example.com,mara,Boss,,,\n",
        common::ROSTER
    );
    keepsharp.write("roster.csv", rows);
    keepsharp.ok(&["people", "import", "roster.csv", "--on", &today]);
    keepsharp.write("keepsharp.toml", mail_settings(smtp));
    keepsharp
}

fn header<'l>(letter: &'l str, name: &str) -> &'l str {
    let start = letter.find(&format!("\n{name}: ")).unwrap() + name.len() + 3;
    letter.get(start..).unwrap().lines().next().unwrap()
}

/// Hands a message over, as a mail server does.
fn taken(keepsharp: &Keepsharp, message: &str, told: &str) {
    let output = keepsharp.fed(&["mail", "take"], message);
    assert_eq!((output.code, &*output.stdout), (Some(0), ""), "{output:?}");
    assert!(output.stderr.contains(told) && !output.stderr.contains('@'), "not {told:?}: {output:?}");
}

fn standing(keepsharp: &Keepsharp) -> String {
    let rows = keepsharp.ok(&["status", "--control", "TRN", "--format", "csv"]).rows();
    rows.iter().find(|row| row["employee_id"] == "E1").unwrap()["status"].clone()
}

fn wait_for_one(mailbox: &Path) -> String {
    let letter = letter(&wait_until("the message", || letters(mailbox).pop()));
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(letters(mailbox).len(), 1, "once");
    letter
}

fn reply(from: &str, headers: &str, id: &str, words: &str) -> String {
    format!(
        "From: {from}\r\nIn-Reply-To: {id}\r\n{headers}Subject: Re\r\n\r\n{words}\r\n\r\nOn 3 May Keepsharp wrote:\r\n> taken\r\n"
    )
}

#[test]
fn a_message_comes_once_and_its_answer_is_recorded_once() {
    let folder = tempfile::tempdir().unwrap();
    let mailbox = folder.path().join("mailbox");
    let Some((_smtp, smtp)) = smtp_server(&mailbox) else { return };
    let keepsharp = company(smtp);
    assert_eq!(standing(&keepsharp), "due");
    let port = free_port();
    let _server = server(&keepsharp, port);

    let message = wait_for_one(&mailbox);
    assert_eq!(header(&message, "Auto-Submitted"), "auto-generated");
    assert_eq!(header(&message, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let link = format!("<http://127.0.0.1:{port}/m/");
    let quiet = header(&message, "List-Unsubscribe");
    assert!(quiet.starts_with(&link) && quiet.ends_with("/quiet>"), "{quiet}");
    assert!(header(&message, "Content-Type").starts_with("multipart/alternative"), "{message}");
    assert!(
        message.contains("\nContent-Type: text/plain") && message.contains("\nContent-Type: text/html"),
        "{message}"
    );
    assert!(message.contains("ana@example.com") && message.contains("Training"), "{message}");
    let id = header(&message, "Message-ID");
    assert!(id.len() == 64 + "<@keepsharp.invalid>".len() && id.ends_with("@keepsharp.invalid>"), "{id}");
    let secret = quiet.trim_start_matches(&link).trim_end_matches("/quiet>");
    assert!(secret.len() >= 32 && !id.contains(secret), "who sees an id can't use the link");

    let before = keepsharp.checkpoint();
    taken(&keepsharp, &reply("bo@example.com", "", id, "I took it"), "not from the address");
    taken(
        &keepsharp,
        &reply("ana@example.com", "Auto-Submitted: auto-replied\r\n", id, "taken"),
        "written by a program",
    );
    taken(
        &keepsharp,
        &reply("ana@example.com", "", "<x@keepsharp.invalid>", "taken"),
        "no answer to a message of ours",
    );
    taken(&keepsharp, "no message at all", "nothing to do");
    taken(&keepsharp, &"X: y\r\n".repeat(400_000), "larger than 2 MB");
    // Who can't be understood is told how to be, once a day.
    taken(&keepsharp, &reply("ana@example.com", "", id, "I have not taken it yet"), "told how");
    taken(&keepsharp, &reply("ana@example.com", "", id, "What is this?"), "told how within a day");
    let told = wait_until("the reply", || {
        letters(&mailbox).into_iter().map(|path| letter(&path)).find(|text| text.contains("Your answer to"))
    });
    assert!(told.contains("- taken: you have taken it") && told.contains("To: ana@example.com"), "{told}");
    assert_eq!(header(&told, "Auto-Submitted"), "auto-generated");
    assert_eq!((keepsharp.checkpoint(), standing(&keepsharp)), (before, "due".to_owned()), "nothing was recorded");

    let yes = reply("Ana Reis <ANA@example.com>", "", header(&told, "Message-ID"), "I took it");
    taken(&keepsharp, &yes, "an answer was recorded");
    assert_eq!(standing(&keepsharp), "current");
    let after = keepsharp.checkpoint();
    taken(&keepsharp, &yes, "recorded before");
    taken(&keepsharp, &reply("ana@example.com", "", id, "Done!"), "recorded before");
    assert_eq!(keepsharp.checkpoint(), after);
    let facts = keepsharp.facts("facts");
    let fact = facts.iter().find(|fact| fact["type"] == "completion.recorded").unwrap();
    assert!(fact["by"].as_str().unwrap().starts_with("person:") && !fact.to_string().contains('@'), "{fact}");
    assert_eq!(letters(&mailbox).len(), 2);
}

#[test]
fn what_is_not_for_somebody_or_later_is_heard_and_a_bounce_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let mailbox = folder.path().join("mailbox");
    let Some((_smtp, smtp)) = smtp_server(&mailbox) else { return };
    let keepsharp = company(smtp);
    let _server = server(&keepsharp, free_port());
    let message = wait_for_one(&mailbox);
    let id = header(&message, "Message-ID");
    for (words, kind) in [("Later, please", "message.snoozed"), ("Not me", "objection.raised")] {
        taken(&keepsharp, &reply("ana@example.com", "", id, words), "an answer was recorded");
        let after = keepsharp.checkpoint();
        taken(&keepsharp, &reply("ana@example.com", "", id, words), "recorded before");
        assert_eq!(keepsharp.checkpoint(), after);
        assert_eq!(keepsharp.facts(words).iter().filter(|fact| fact["type"] == kind).count(), 1, "{kind}");
    }
    let bounce = |id: &str, action: &str, status: &str| {
        format!(
            "From: MAILER-DAEMON@mx\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\
             Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; Ana@example.com\r\n\
             Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 unknown\r\n\r\n--b\r\n\
             Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {id}\r\n\r\n--b--\r\n"
        )
    };
    let before = keepsharp.checkpoint();
    let strangers = format!("<{}@keepsharp.invalid>", "0".repeat(64));
    taken(&keepsharp, &bounce(&strangers, "failed", "5.1.1"), "a bounce of no message of ours");
    taken(&keepsharp, &bounce(id, "delayed", "4.4.1"), "of no failure for good");
    assert_eq!(keepsharp.checkpoint(), before);
    taken(&keepsharp, &bounce(id, "failed", "5.1.1"), "a bounce; the finding");
    taken(&keepsharp, &bounce(id, "failed", "5.1.1"), "a bounce that is known");
    let found = keepsharp.ok(&["people", "findings", "--format", "csv"]);
    assert_eq!(found.columns(["finding", "employee_id"]), [["mail_comes_back", "E1"]]);
    assert!(found.stdout.contains("smtp; 550 unknown") && found.stdout.contains(&today()), "{}", found.stdout);
}

#[test]
fn an_address_that_the_mail_server_refuses_is_found() {
    if !has_smtp() {
        return;
    }
    let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
    let _smtp = smtp_at(&folder.path().join("mailbox"), port, "ana@example.com");
    let (keepsharp, pages) = (company(port), free_port());
    let (_server, said) = server(&keepsharp, pages);
    let found = wait_until("the finding", || {
        let found = keepsharp.ok(&["people", "findings", "--format", "csv"]);
        found.stdout.contains("mail_comes_back").then_some(found)
    });
    assert_eq!(found.columns(["finding", "employee_id"]), [["mail_comes_back", "E1"]]);
    assert!(found.stdout.contains("no such user here"), "{}", found.stdout);
    assert!(!format!("{:?}", keepsharp.facts("facts")).contains("no such user"), "the reason is private");

    let link = said.get(said.find("/sign-in/").unwrap()..).unwrap().lines().next().unwrap();
    let signed_in = ask(pages, &format!("POST {link} HTTP/1.1"), "");
    let cookie = header(&signed_in, "set-cookie").split(';').next().unwrap();
    let page = ask(pages, &format!("GET /programme/findings HTTP/1.1\r\ncookie: {cookie}"), "");
    assert!(page.contains("Mail comes back") && page.contains("no such user here"), "{page}");
}

#[test]
fn a_letter_waits_for_a_mail_server_that_is_down_and_comes_once() {
    if !has_smtp() {
        return;
    }
    let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
    let mailbox = folder.path().join("mailbox");
    let keepsharp = company(port);
    let _server = server(&keepsharp, free_port());
    wait_until("the message in the ledger", || {
        let _ = std::fs::remove_dir_all(keepsharp.path("facts"));
        let facts = keepsharp.facts("facts");
        facts.iter().any(|fact| fact["type"] == "message.sent").then_some(())
    });
    // Long enough for an attempt that fails; the next is a minute later.
    std::thread::sleep(Duration::from_secs(5));
    let _smtp = smtp_at(&mailbox, port, "");
    wait_for("the message", Duration::from_secs(100), || letters(&mailbox).pop());
    wait_for_one(&mailbox);
}

#[test]
fn where_nothing_can_be_written_the_mail_server_is_told_to_try_again() {
    let keepsharp = Keepsharp::empty();
    let id = format!("<{}@keepsharp.invalid>", "0".repeat(64));
    let answer = reply("ana@example.com", "", &id, "taken");
    let output = keepsharp.fed(&["mail", "take"], &answer);
    assert_eq!(output.code, Some(75), "{output:?}");
    assert!(!keepsharp.data().exists(), "no ledger is made by mail");
    keepsharp.write("keepsharp.toml", "nonsense");
    assert_eq!(keepsharp.fed(&["mail", "take"], &answer).code, Some(75));
    keepsharp.write("keepsharp.toml", "");
    std::fs::create_dir(keepsharp.data()).unwrap();
    std::fs::write(keepsharp.data().join("keepsharp.db"), "no database".repeat(1_000)).unwrap();
    assert_eq!(keepsharp.fed(&["mail", "take"], &answer).code, Some(75));
    // What is nothing for us needs no database.
    assert_eq!(keepsharp.fed(&["mail", "take"], "Subject: x\r\n\r\ny").code, Some(0));
}
