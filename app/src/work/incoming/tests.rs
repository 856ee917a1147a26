//! What comes out of messages as they are written, and that nothing comes out of what is none.

use super::*;

const HASH: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";

fn id() -> String {
    format!("<{HASH}@keepsharp.invalid>")
}

fn reply(headers: &str, body: &str) -> String {
    format!("From: Ana Reis <ana@example.com>\r\nIn-Reply-To: {}\r\n{headers}\r\n{body}", id())
}

fn report(action: &str, status: &str, original: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.example.com\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"B/1\"\r\n\r\nThis is a MIME message.\r\n\
         --B/1\r\nContent-Type: text/plain\r\n\r\nYour mail could not be delivered.\r\n\
         --B/1\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n\
         Final-Recipient: rfc822; ana@example.com\r\nOriginal-Recipient: rfc822;<Ana.Reis@example.com>\r\n\
         Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 5.1.1 no such\r\n user\r\n\r\n\
         --B/1\r\n{original}\r\n--B/1--\r\n"
    )
}

fn headers_of(id: &str) -> String {
    format!(
        "Content-Type: text/rfc822-headers\r\n\r\nFrom: keepsharp@example.com\r\nMessage-ID: {id}\r\nSubject: x\r\n"
    )
}

fn said(message: &str) -> Option<String> {
    match read(message.as_bytes()) {
        Incoming::Answer(answered) => {
            assert_eq!((&*answered.from, answered.to), ("ana@example.com", vec![HASH.to_owned()]));
            Some(answered.text.trim().to_owned())
        }
        _ => None,
    }
}

#[test]
fn answers_are_read_in_the_forms_that_mail_programs_give_them() {
    let base64 = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n";
    let quoted = "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n";
    let both = "Content-Type: multipart/alternative; boundary=b\r\n";
    let mixed = "Content-Type: multipart/mixed; boundary=a\r\n";
    for (headers, body, text) in [
        ("", "I took it\r\n", "I took it"),
        ("Auto-Submitted: no\r\nPrecedence: list\r\nList-Id: <keepsharp.example.com>\r\n", "taken", "taken"),
        (base64, "SSB0b29r\r\nIGl0", "I took it"),
        (quoted, "I=92ve t=\r\naken it", "I’ve taken it"),
        ("Content-Type: text/html\r\n", "<p>I took it</p>", "I took it"),
        (both, "--b\r\n\r\nlater\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n--b--\r\n", "later"),
        (both, "--b\r\n\r\n \r\n--b\r\nContent-Type: text/html\r\n\r\n<p>later</p>\r\n--b--\r\n", "later"),
        (
            mixed,
            "--a\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\ndone\r\n--b--\r\n\
             --a\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nfile\r\n--a--\r\n",
            "done",
        ),
        (mixed, "--a\r\nContent-Type: image/png\r\n\r\nx\r\n--a--\r\n", ""),
        ("Content-Type: text/plain; charset=no-such\r\n", "taken", "taken"),
        ("References: <x@y> <z@keepsharp.invalid>\r\n", "taken", "taken"),
    ] {
        assert_eq!(said(&reply(headers, body)).as_deref(), Some(text), "{headers}{body}");
    }
    let only_references = reply("", "x").replace("In-Reply-To", "References").replace(HASH, &HASH.to_uppercase());
    assert_eq!(said(&only_references).as_deref(), Some("x"));
    assert_eq!(said(&reply("", "x").replace("\r\n", "\n")).as_deref(), Some("x"));
}

#[test]
fn what_a_program_wrote_is_no_answer() {
    for header in [
        "Auto-Submitted: auto-replied",
        "auto-submitted: Auto-Generated; x=y",
        "Auto-Submitted: no\r\nAuto-Submitted: auto-replied",
        "Precedence: bulk",
        "Precedence: auto_reply",
        "Precedence: Junk",
        "X-Autoreply: yes",
        "X-Auto-Response-Suppress: All",
        "Return-Path: <>",
    ] {
        assert_eq!(said(&reply(&format!("{header}\r\n"), "taken")), None, "{header}");
    }
}

#[test]
fn it_is_from_one_plain_address_or_from_nobody() {
    for (from, found) in [
        ("ana@example.com", Some("ana@example.com")),
        ("<ana@example.com>", Some("ana@example.com")),
        ("\"Reis, Ana (she)\" <ana@example.com> (work)", Some("ana@example.com")),
        ("ana@example.com <ana@example.com>", Some("ana@example.com")),
        ("\"bo@example.com\" <ana@example.com>", Some("ana@example.com")),
        ("=?utf-8?q?=3Cbo=40example=2Ecom=3E?= <ana@example.com>", Some("ana@example.com")),
        ("bo@example.com <ana@example.com>", None),
        ("bo@example.com, ana@example.com", None),
        ("<bo@example.com> <ana@example.com>", None),
        ("ana@example.com@evil.example", None),
        ("\"ana\"@example.com", None),
        ("ana", None),
        ("\"unclosed <ana@example.com>", None),
        ("", None),
    ] {
        assert_eq!(address(from).as_deref(), found, "{from}");
    }
    let twice = format!("From: bo@example.com\r\n{}", reply("", "taken"));
    assert_eq!(said(&twice), None, "which of two it is from is anybody's guess");
}

#[test]
fn a_failure_for_good_of_a_message_of_ours_is_a_bounce_and_nothing_else_is() {
    let whole = format!("Content-Type: message/rfc822\r\n\r\nMessage-ID: {}\r\n\r\nHello", id());
    for original in [headers_of(&id()), whole] {
        let Incoming::Bounce(bounce) = read(report("failed", "5.1.1", &original).as_bytes()) else {
            panic!("no bounce: {original}")
        };
        assert_eq!(bounce.of, [HASH]);
        assert_eq!(bounce.addresses, ["Ana.Reis@example.com", "ana@example.com"]);
        assert_eq!(bounce.why, "smtp; 550 5.1.1 no such user");
    }
    let ours = headers_of(&id());
    for message in [
        report("delayed", "4.4.1", &ours),
        report("failed", "4.4.7", &ours),
        report("delivered", "2.0.0", &ours),
        report("failed", "5.7.1", &ours),
        report("failed", "5.1.1", &headers_of("<somebody@else.example>")),
        report("failed", "5.1.1", "Content-Type: text/plain\r\n\r\nno original"),
        report("failed", "5.1.1", &ours).replace("message/delivery-status", "message/disposition-notification"),
        format!("From: MAILER-DAEMON\r\nSubject: failure notice\r\n\r\n<ana@example.com>: user unknown\r\n{}", id()),
    ] {
        assert!(matches!(read(message.as_bytes()), Incoming::Nothing(_)), "{message}");
    }
}

/// The same numbers every time, so that what fails once fails again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most.max(1) as u64).unwrap()
    }
}

fn mutated(dice: &mut Dice, samples: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = samples[dice.below(samples.len())].clone();
    let pieces: [&[u8]; 12] = [
        b"\0",
        b"\r",
        b"\n",
        b"\r\n\r\n",
        b"--b",
        b"--b--",
        b"\xff\xfe",
        b"=?utf-8?q?=",
        b"(((\"",
        b"<",
        b"&#x;",
        b": ",
    ];
    for _ in 0..=dice.below(6) {
        let (from, to) = (dice.below(bytes.len() + 1), dice.below(bytes.len() + 1));
        let (from, to) = (from.min(to), from.max(to));
        match dice.below(5) {
            0 => bytes.truncate(to),
            1 => drop(bytes.drain(from..to)),
            2 => {
                let again = bytes[from..to].to_vec();
                drop(bytes.splice(from..from, again));
            }
            3 => drop(bytes.splice(from..from, pieces[dice.below(pieces.len())].iter().copied())),
            _ => {
                if let Some(byte) = bytes.get_mut(from) {
                    *byte = u8::try_from(dice.below(256)).unwrap();
                }
            }
        }
    }
    bytes
}

fn samples() -> Vec<Vec<u8>> {
    let both = "Content-Type: multipart/alternative; boundary=b\r\n";
    let html = "Content-Type: text/html; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n";
    let texts = [
        reply("References: <a@b> <c@d>\r\n", "I took it\r\n\r\nOn 3 May X wrote:\r\n> hello\r\n"),
        reply(both, "--b\r\n\r\nlater\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>x&amp;</p>\r\n--b--\r\n"),
        reply(html, "PABwAD4AdABhAGsAZQBuADwALwBwAD4A"),
        reply("Content-Transfer-Encoding: quoted-printable\r\n", "I=92ve t=\r\naken it =3D ="),
        report("failed", "5.1.1", &headers_of(&id())),
    ];
    texts.map(String::into_bytes).to_vec()
}

#[test]
fn a_damaged_message_never_panics() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let samples = samples();
    // For a longer look by hand.
    let rounds = std::env::var("KEEPSHARP_MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000);
    let mut read_as = [0_usize; 3];
    for _ in 0..rounds {
        let bytes = mutated(&mut dice, &samples);
        match read(&bytes) {
            Incoming::Answer(answered) => {
                read_as[0] += 1;
                let _ =
                    keepsharp_domain::acknowledgement::Answer::read(&plain_text::without_introduction(&answered.text));
            }
            Incoming::Bounce(_) => read_as[1] += 1,
            Incoming::Nothing(_) => read_as[2] += 1,
        }
    }
    assert!(read_as.iter().all(|count| *count > rounds / 100), "{read_as:?} of {rounds}");
}

#[test]
fn what_is_deep_or_endless_or_empty_is_nothing_and_quickly_so() {
    let level = |depth: u32| format!("Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\n");
    let deep = (0..5_000).map(level).collect::<Vec<_>>().concat();
    let same = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n".repeat(40_000);
    let messages = "Content-Type: message/rfc822\r\n\r\n".repeat(60_000);
    let began = std::time::Instant::now();
    for headers in [deep, same, messages, "X: y\r\n".repeat(300_000), "(".repeat(2_000_000)] {
        let _ = read(reply(&headers, "taken").as_bytes());
    }
    let tags = reply("Content-Type: text/html\r\n", &"<blockquote>&".repeat(150_000));
    assert_eq!(said(&tags).map(|text| text.contains("taken")), Some(false));
    for bytes in [
        &b""[..],
        b"\0\0\0",
        b"\n",
        b"\r",
        b" \n",
        &[0xFF; 1000],
        b"no headers at all",
        b"From: \xff\nIn-Reply-To: x\n\ny",
    ] {
        assert!(matches!(read(bytes), Incoming::Nothing(_)), "{bytes:?}");
    }
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}
