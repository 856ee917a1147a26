//! What each tracker can be asked, and what its refusals mean.

use super::stand_in::{Fault, ME, TOKEN};
use super::{KINDS, Scene};
use crate::connect::tracker::{History, NewIssue, Trouble};
use crate::settings::{Settings, TrackerSettings};
use keepsharp_domain::fact::TrackerKind;
use std::time::Duration;

const PROJECT: &str = "group/project";

#[test]
fn issues_and_comments_are_read_over_all_pages_and_pull_requests_are_none() {
    for kind in KINDS {
        let scene = Scene::new(kind);
        {
            let mut model = scene.server.model();
            for number in 1..=5 {
                model.create("mara", &format!("Task {}", number % 2), "x");
            }
            if kind != TrackerKind::Gitlab {
                model.issues.get_mut(&2).unwrap().is_pull = true;
            }
            for number in 0..5 {
                model.comment("mara", 1, &format!("comment {number}"));
            }
            model.edit("bo", 1, "x", "y");
            model.edit("mara", 1, "y", "z");
            model.edit(ME, 1, "z", "w");
        }
        let tracker = &scene.tracker;
        assert_eq!(tracker.me().unwrap(), ME);
        let before = scene.now().checked_sub(jiff::SignedDuration::from_hours(1)).unwrap();
        let numbers = |issues: Vec<crate::connect::tracker::Issue>| -> Vec<u64> {
            issues.iter().map(|issue| issue.number).collect()
        };
        let all = if kind == TrackerKind::Gitlab { vec![1, 2, 3, 4, 5] } else { vec![1, 3, 4, 5] };
        assert_eq!(numbers(tracker.recent(PROJECT, before).unwrap()), all, "{kind:?}");
        assert_eq!(numbers(tracker.titled(PROJECT, "Task 1").unwrap()), [1, 3, 5], "{kind:?}");
        let notes = tracker.notes(PROJECT, 1).unwrap();
        let texts: Vec<&str> = notes.iter().map(|note| note.text.as_str()).collect();
        assert_eq!(texts, ["comment 0", "comment 1", "comment 2", "comment 3", "comment 4"], "{kind:?}");
        let history = tracker.edits(PROJECT, 1).unwrap();
        let authors = match &history {
            History::Told(edits) => edits.iter().map(|edit| edit.author.as_str()).collect(),
            History::Untold => Vec::new(),
        };
        let expected = if kind == TrackerKind::Forgejo { vec![] } else { vec!["bo", "mara", ME] };
        assert_eq!(authors, expected, "{kind:?}");
    }
}

#[test]
fn an_issue_is_made_for_somebody_known_and_closed() {
    for kind in KINDS {
        let scene = Scene::new(kind);
        for (assignee, expected) in [("mara", Some("mara")), ("nobody-here", None)] {
            let new = NewIssue {
                title: "Take the training".to_owned(),
                text: "- [ ] done".to_owned(),
                assignee: Some(assignee.to_owned()),
                is_confidential: true,
            };
            let issue = scene.tracker.create(PROJECT, &new).unwrap();
            assert!(issue.is_open && issue.url.ends_with(&format!("/issues/{}", issue.number)), "{issue:?}");
            let made = scene.server.model().issues[&issue.number].clone();
            assert_eq!(made.assignee.as_deref(), expected, "{kind:?}");
            assert_eq!(made.is_confidential, kind == TrackerKind::Gitlab);
            scene.tracker.close(PROJECT, issue.number).unwrap();
            assert!(!scene.tracker.issue(PROJECT, issue.number).unwrap().is_open, "{kind:?}");
        }
    }
}

#[test]
fn each_refusal_says_whether_it_was_done_and_what_to_mend_and_never_the_token() {
    for kind in KINDS {
        let scene = Scene::new(kind);
        scene.server.model().create("mara", "Task", "x");
        let tracker = &scene.tracker;
        scene.server.fails(0, Fault::TooMany);
        let trouble = tracker.issue(PROJECT, 1).unwrap_err();
        let expected = match kind {
            TrackerKind::Gitlab => Duration::from_secs(7),
            TrackerKind::Github => Duration::ZERO,
            TrackerKind::Forgejo => Duration::from_mins(1),
        };
        assert!(
            matches!(trouble, Trouble::Later { after: Some(after), .. } if after == expected),
            "{kind:?} {trouble:?}"
        );
        scene.server.fails(0, Fault::LostAnswer);
        assert!(matches!(tracker.issue(PROJECT, 1), Err(Trouble::Later { .. })), "{kind:?}");
        scene.server.fails(0, Fault::LostAnswer);
        assert!(matches!(tracker.comment(PROJECT, 1, "x"), Err(Trouble::Unsure { .. })), "{kind:?}");
        scene.server.fails(0, Fault::BadGatewayAfter);
        assert!(matches!(tracker.comment(PROJECT, 1, "x"), Err(Trouble::Unsure { .. })), "{kind:?}");
        let trouble = tracker.issue(PROJECT, 9).unwrap_err();
        assert!(matches!(&trouble, Trouble::Refused { why } if why.contains("no such project or issue")), "{trouble}");
        let trouble = tracker.comment(PROJECT, 1, "").unwrap_err().to_string();
        assert!(trouble.contains("422"), "{trouble}");
        assert!(!format!("{trouble:?}").contains(TOKEN));
    }
}

#[test]
fn a_token_that_is_not_accepted_and_a_server_that_is_not_there_are_told_apart() {
    for kind in KINDS {
        let scene = Scene::new(kind);
        let folder = tempfile::tempdir().unwrap();
        let token_file = folder.path().join("token");
        std::fs::write(&token_file, "wrong-token").unwrap();
        let with = |url: &str| {
            let (url, project) = (Some(url.to_owned()), PROJECT.to_owned());
            let named = Some(TrackerSettings { url, project, token_file: Some(token_file.clone()) });
            let mut settings = Settings::default();
            match kind {
                TrackerKind::Gitlab => settings.gitlab = named,
                TrackerKind::Github => settings.github = named,
                TrackerKind::Forgejo => settings.forgejo = named,
            }
            crate::connect::tracker(&settings)
        };
        let trouble = with(&scene.server.address).unwrap().unwrap().me().unwrap_err();
        assert!(matches!(&trouble, Trouble::Refused { why } if why.contains("token_file")), "{trouble}");
        assert!(!trouble.to_string().contains("wrong-token"));
        let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let gone = with(&format!("http://{address}")).unwrap().unwrap();
        assert!(matches!(gone.comment(PROJECT, 1, "x"), Err(Trouble::Later { .. })), "nobody was reached");
        let plain = with("http://gitlab.example").err().unwrap();
        assert!(plain.contains("https://"), "{plain}");
    }
}

#[test]
fn a_redirect_is_not_followed_and_takes_the_token_nowhere() {
    use std::io::{Read, Write};
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    other.set_nonblocking(true).unwrap();
    let elsewhere = other.local_addr().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        let head = "HTTP/1.1 302 Found\r\ncontent-length: 0\r\nconnection: close\r\nlocation: http://";
        stream.write_all(format!("{head}{elsewhere}/\r\n\r\n").as_bytes()).unwrap();
    });
    let secret = ("PRIVATE-TOKEN", TOKEN.to_owned());
    let client = crate::connect::http::Client::new("GitLab", &format!("http://{address}"), "a/b", secret).unwrap();
    let trouble = client.get("/api/v4/user").unwrap_err();
    assert!(matches!(&trouble, Trouble::Refused { why } if why.contains("mend url")), "{trouble}");
    server.join().unwrap();
    assert!(other.accept().is_err(), "nobody came there");
}

#[test]
fn settings_name_one_tracker_and_a_whole_project() {
    let named = |project: &str| TrackerSettings { url: None, project: project.to_owned(), token_file: None };
    let both = Settings { gitlab: Some(named("a/b")), github: Some(named("a/b")), ..Settings::default() };
    assert!(super::super::tracker(&both).err().unwrap().contains("[gitlab] and [github]"));
    let without = Settings { github: Some(named("a/b")), ..Settings::default() };
    assert!(super::super::tracker(&without).err().unwrap().contains("KEEPSHARP_GITHUB_TOKEN"));
    assert!(super::super::tracker(&Settings::default()).unwrap().is_none());
}
