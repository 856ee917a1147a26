//! Timed work as it runs: once, again after trouble, and nothing doubled by an answer that was lost on its way.

use super::{Workplace, do_due, outbox};
use crate::connect::tracker::{History, Issue, NewIssue, Note, Tracker, Trouble};
use crate::installation::Installation;
use crate::settings::{MailSecurity, MailSettings, OnboardingSettings, Settings};
use crate::web::App;
use jiff::Timestamp;
use keepsharp_domain::fact::TrackerKind;
use keepsharp_domain::programme::{self, Programme};
use keepsharp_domain::roster::{self, ImportOptions, Roster};
use keepsharp_domain::sheet::File;
use keepsharp_domain::{Day, Draft, Refusal, World, completion};
use keepsharp_store::{Decision, Letter, Store, Way, fresh_id};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

/// A Wednesday in the working hours of UTC.
const NOW: &str = "2024-03-06T12:00:00Z";

const PROGRAMME: &str = r#"
[organisation]
name = "At work"
[messages]
channels = ["issue", "mail"]
[[controls]]
id = "TRN"
title = "Training"
cadence = { every_months = 12 }
courses = { full = "full" }
minutes = { full = 90 }
scope = 'title.contains("Developer")'
[[campaigns]]
id = "K"
title = "The round"
control = "TRN"
opens = "2024-01-01"
closes = "2024-03-05"
counts_since = "2024-01-01"
issue = false
"#;

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn today() -> Day {
    "2024-03-06".parse().unwrap()
}

/// An installation with one engineer who was there, and one who came on 4 March.
struct Company {
    installation: Installation,
    store: Store,
    _folder: tempfile::TempDir,
}

impl Company {
    fn new() -> Company {
        let folder = tempfile::tempdir().unwrap();
        let installation = Installation::find(Some(folder.path().join("data")), None, Settings::default());
        // The round was defined while it ran: one of the past waits for somebody to end it.
        let early = || "2024-03-04T12:00:00Z".parse().unwrap();
        let store = installation.open_at(Box::new(early)).unwrap();
        let mut company = Company { installation, store, _folder: folder };
        company.tell(|world| {
            let read = Programme::read(PROGRAMME.as_bytes())?;
            Ok(programme::apply(world, &read, today(), &mut fresh_id)?.0)
        });
        let old = "E1,Ana,ana@x.example,ana,Developer,,,\n";
        company.roster("2024-01-01", old);
        company.roster("2024-03-04", &format!("{old}E2,New One,new@x.example,new,Developer,,,\n"));
        company.store = company.installation.open_at(Box::new(now)).unwrap();
        company
    }

    fn tell(&self, decide: impl FnOnce(&World) -> Result<Vec<Draft>, Refusal> + Send + 'static) {
        self.store.commit("operator:test", move |world| Ok((Decision::from(decide(world)?), ()))).unwrap();
    }

    fn roster(&self, on: &str, rows: &str) {
        let text = format!("employee_id,name,email,username,title,departments,manager_id,start_date\n{rows}");
        let on = on.parse().unwrap();
        self.tell(move |world| {
            let columns = BTreeMap::new();
            let file = File { bytes: text.as_bytes(), sha256: "", columns: &columns };
            let options = ImportOptions { on, today: today(), allow_mass_end: true };
            Ok(roster::import(world, &Roster::read(file)?, options, &mut fresh_id)?.0)
        });
    }

    fn took(&self, id: &'static str) {
        self.tell(move |world| {
            let list = format!("employee_id,course,completed_on,strength\n{id},full,2024-03-06,completed\n");
            let columns = BTreeMap::new();
            Ok(completion::import(world, File { bytes: list.as_bytes(), sha256: "", columns: &columns }, today())?.0)
        });
    }

    /// Does what is due, as the process called `holder`, and gives what went wrong.
    fn work(store: &Store, settings: &Settings, tracker: Option<&dyn Tracker>, holder: &str) -> Vec<String> {
        let place =
            Workplace { store, settings, address: "https://k.example", tracker, holder, now: now(), today: today() };
        let went = do_due(&place, true, |_| true).unwrap().unwrap_or_default();
        went.into_iter().filter_map(|went| went.result.err().map(|trouble| trouble.to_string())).collect()
    }

    fn count(&self, kind: &str) -> usize {
        let mut found = 0;
        self.store
            .export(|recorded| {
                found += usize::from(String::from_utf8_lossy(recorded.bytes).contains(&format!("\"type\":\"{kind}\"")));
                Ok(())
            })
            .unwrap();
        found
    }
}

fn onboarding(title: Option<&str>) -> Settings {
    let title = title.map(str::to_owned);
    let onboarding = OnboardingSettings { project: "people/welcome".to_owned(), title, template_file: None };
    Settings { onboarding: Some(onboarding), ..Settings::default() }
}

/// Issues in memory; the next calls may fail before or after they did something.
#[derive(Default)]
struct Board {
    issues: Mutex<Vec<(Issue, Vec<Note>)>>,
    /// What the next writes do: nothing and fail, or their work and fail all the same.
    faults: Mutex<Vec<Fault>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    Busy,
    AnswerLost,
}

impl Board {
    fn issues(&self) -> MutexGuard<'_, Vec<(Issue, Vec<Note>)>> {
        self.issues.lock().unwrap()
    }

    fn add(&self, title: &str, text: &str) {
        let number = self.issues().len() as u64 + 1;
        let (title, text, author) = (title.to_owned(), text.to_owned(), "people".to_owned());
        self.issues().push((Issue { number, url: String::new(), title, text, author, is_open: true }, Vec::new()));
    }

    fn write_with<T>(&self, work: impl FnOnce(&mut Vec<(Issue, Vec<Note>)>) -> T) -> Result<T, Trouble> {
        let fault = self.faults.lock().unwrap().pop();
        if fault == Some(Fault::Busy) {
            return Err(Trouble::Later { why: "busy".to_owned(), after: Some(Duration::from_hours(2)) });
        }
        let done = work(&mut self.issues());
        if fault == Some(Fault::AnswerLost) {
            return Err(Trouble::Unsure { why: "no answer".to_owned() });
        }
        Ok(done)
    }
}

impl Tracker for Board {
    fn kind(&self) -> TrackerKind {
        TrackerKind::Gitlab
    }

    #[expect(clippy::unnecessary_literal_bound, reason = "as the trait has it")]
    fn project(&self) -> &str {
        "security/rounds"
    }

    fn me(&self) -> Result<String, Trouble> {
        Ok("keepsharp".to_owned())
    }

    fn issue(&self, _: &str, number: u64) -> Result<Issue, Trouble> {
        let found = self.issues().iter().map(|(issue, _)| issue.clone()).find(|issue| issue.number == number);
        found.ok_or_else(|| Trouble::refused("no such issue"))
    }

    fn recent(&self, _: &str, _: Timestamp) -> Result<Vec<Issue>, Trouble> {
        Ok(self.issues().iter().map(|(issue, _)| issue.clone()).collect())
    }

    fn titled(&self, _: &str, title: &str) -> Result<Vec<Issue>, Trouble> {
        Ok(self.issues().iter().map(|(issue, _)| issue.clone()).filter(|issue| issue.title == title).collect())
    }

    fn create(&self, _: &str, new: &NewIssue) -> Result<Issue, Trouble> {
        self.write_with(|issues| {
            let number = issues.len() as u64 + 1;
            let (title, text, author) = (new.title.clone(), new.text.clone(), "keepsharp".to_owned());
            let issue = Issue { number, url: String::new(), title, text, author, is_open: true };
            issues.push((issue.clone(), Vec::new()));
            issue
        })
    }

    fn write(&self, _: &str, number: u64, text: &str) -> Result<(), Trouble> {
        self.write_with(|issues| {
            for (issue, _) in issues.iter_mut().filter(|(issue, _)| issue.number == number) {
                text.clone_into(&mut issue.text);
            }
        })
    }

    fn notes(&self, _: &str, number: u64) -> Result<Vec<Note>, Trouble> {
        Ok(self
            .issues()
            .iter()
            .filter(|(issue, _)| issue.number == number)
            .flat_map(|(_, notes)| notes.clone())
            .collect())
    }

    fn comment(&self, _: &str, number: u64, text: &str) -> Result<(), Trouble> {
        self.write_with(|issues| {
            for (_, notes) in issues.iter_mut().filter(|(issue, _)| issue.number == number) {
                notes.push(Note { id: 1, author: "keepsharp".to_owned(), text: text.to_owned(), at: now() });
            }
        })
    }

    fn edits(&self, _: &str, _: u64) -> Result<History, Trouble> {
        Ok(History::Untold)
    }

    fn close(&self, _: &str, number: u64) -> Result<(), Trouble> {
        self.write_with(|issues| {
            for (issue, _) in issues.iter_mut().filter(|(issue, _)| issue.number == number) {
                issue.is_open = false;
            }
        })
    }
}

#[test]
fn a_result_is_recorded_once_however_many_processes_run() {
    let company = Company::new();
    let others: Vec<Store> = (0..4).map(|_| company.installation.open_at(Box::new(now)).unwrap()).collect();
    let settings = Settings::default();
    std::thread::scope(|scope| {
        for (number, store) in others.iter().enumerate() {
            let settings = &settings;
            scope.spawn(move || Company::work(store, settings, None, &format!("process {number}")));
        }
    });
    assert_eq!(company.count("campaign.closed"), 1);
    Company::work(&company.store, &settings, None, "later");
    assert_eq!(company.count("campaign.closed"), 1);
}

#[test]
fn while_one_process_works_another_does_not_and_a_dead_ones_turn_ends() {
    let company = Company::new();
    let later = |minutes: i64| now().saturating_add(jiff::SignedDuration::from_mins(minutes)).unwrap();
    assert!(company.store.take_lease("work", "first", now(), later(10)).unwrap());
    let settings = Settings::default();
    let at = |now| Workplace {
        store: &company.store,
        settings: &settings,
        address: "",
        tracker: None,
        holder: "second",
        now,
        today: today(),
    };
    assert!(do_due(&at(later(9)), true, |_| true).unwrap().is_none(), "the first is at work");
    assert!(do_due(&at(later(11)), true, |_| true).unwrap().is_some(), "the first is gone");
}

#[test]
fn a_newcomer_finds_a_line_in_their_onboarding_issue_and_only_that_is_ticked() {
    let company = Company::new();
    let board = Board::default();
    board.add("Onboarding of New One", "# Welcome\n- [ ] Laptop");
    board.add("Onboarding of Ana", "- [ ] Laptop");
    let settings = onboarding(Some("Onboarding of {name}"));
    // The write goes through and its answer is lost: the next look finds the line and adds none.
    board.faults.lock().unwrap().push(Fault::AnswerLost);
    assert_eq!(Company::work(&company.store, &settings, Some(&board), "a").len(), 1);
    assert_eq!(company.count("onboarding.given"), 0, "nobody knows yet");
    assert_eq!(Company::work(&company.store, &settings, Some(&board), "a"), Vec::<String>::new());
    let text = board.issues()[0].0.text.clone();
    assert_eq!(text.matches("- [ ] Training (full course, about 90 minutes), by 3 April 2024").count(), 1, "{text}");
    assert!(text.starts_with("# Welcome\n- [ ] Laptop\n- [ ] Training"), "{text}");
    assert_eq!(board.issues()[1].0.text, "- [ ] Laptop", "Ana was there before");
    assert_eq!((company.count("onboarding.given"), board.issues().len()), (1, 2));
    company.took("E2");
    assert_eq!(Company::work(&company.store, &settings, Some(&board), "a"), Vec::<String>::new());
    let text = board.issues()[0].0.text.clone();
    assert!(text.contains("- [ ] Laptop\n- [x] Training"), "{text}");
    assert!(board.issues()[0].0.is_open, "their onboarding goes on");
    assert_eq!(company.count("onboarding.done"), 1);
}

#[test]
fn without_an_onboarding_issue_a_newcomer_gets_one_of_their_own_which_is_closed_when_done() {
    let company = Company::new();
    let board = Board::default();
    board.faults.lock().unwrap().push(Fault::AnswerLost);
    assert_eq!(Company::work(&company.store, &onboarding(None), Some(&board), "a").len(), 1);
    assert_eq!(Company::work(&company.store, &onboarding(None), Some(&board), "a"), Vec::<String>::new());
    assert_eq!((board.issues().len(), company.count("onboarding.given")), (1, 1));
    assert!(board.issues()[0].0.title.contains("welcome, New One"), "{}", board.issues()[0].0.title);
    company.took("E2");
    Company::work(&company.store, &onboarding(None), Some(&board), "a");
    assert!(!board.issues()[0].0.is_open && board.issues()[0].0.text.contains("- [x]"));
    // Where the pattern finds nothing, a week is waited first: the onboarding issue may still come.
    let company = Company::new();
    assert_eq!(
        Company::work(&company.store, &onboarding(Some("Welcome {name}")), Some(&board), "a"),
        Vec::<String>::new()
    );
    assert_eq!((board.issues().len(), company.count("onboarding.given")), (1, 0));
}

#[test]
fn a_busy_tracker_is_left_alone_for_as_long_as_it_asks_and_the_administrator_can_see_why() {
    let company = Company::new();
    let board = Board::default();
    board.faults.lock().unwrap().push(Fault::Busy);
    let told = Company::work(&company.store, &onboarding(None), Some(&board), "a");
    assert_eq!(told, ["busy; to be tried again in 7200 s"]);
    let works = company.store.works().unwrap();
    let failed = works.iter().find(|worked| !worked.problem.is_empty()).unwrap();
    assert_eq!((failed.attempts, failed.next_at.to_string().as_str()), (1, "2024-03-06T14:00:00Z"));
    let key = failed.key.clone();
    assert!(key.starts_with("task p") && !key.contains("New"), "{key}");
}

#[test]
fn what_was_sent_is_recorded_with_the_letters_and_a_second_look_sends_nothing() {
    let company = Company::new();
    let mail = MailSettings {
        server: "127.0.0.1".to_owned(),
        port: Some(9),
        security: MailSecurity::None,
        username: None,
        password_file: None,
        from: "k@k.example".to_owned(),
    };
    let settings = Settings { mail: Some(mail), ..Settings::default() };
    for _ in 0..3 {
        assert_eq!(Company::work(&company.store, &settings, None, "a"), Vec::<String>::new());
    }
    let letters = company.store.letters().unwrap();
    let to: Vec<&str> = letters.iter().map(|waiting| &*waiting.letter.recipient).collect();
    assert_eq!(to.len(), 2, "{to:?}");
    let world = company.store.world().unwrap();
    assert_eq!(world.messages().count(), 2);
    for waiting in &letters {
        let Letter { words, html, subject, .. } = &waiting.letter;
        assert!(words.contains("https://k.example/m/") && words.contains("about 90 minutes"), "{words}");
        assert!(html.contains("https://k.example/m/") && !subject.contains('\u{a0}'), "{subject} {html}");
        assert!(!words.contains("manager is told") && words.contains("Nobody is told whether you read it"), "{words}");
    }
}

#[test]
fn a_comment_in_somebodys_own_issue_is_made_once_though_its_answer_was_lost() {
    let company = Company::new();
    let board = Board::default();
    let settings = onboarding(None);
    Company::work(&company.store, &settings, Some(&board), "a");
    let letters = company.store.letters().unwrap();
    assert_eq!(letters.len(), 1, "only who has an issue is reached by one: {letters:?}");
    assert_eq!((letters[0].letter.way, &*letters[0].letter.recipient), (Way::Issue, "people/welcome#1"));
    let at = Company { store: company.installation.open_at(Box::new(now)).unwrap(), ..company };
    let mut app = App::new(at.store, settings, Vec::new(), "https://k.example".to_owned());
    app.clock = now;
    board.faults.lock().unwrap().push(Fault::AnswerLost);
    outbox::send(&app, Some(&board));
    app.clock = || "2024-03-06T13:00:00Z".parse().unwrap();
    outbox::send(&app, Some(&board));
    let notes = board.issues()[0].1.clone();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].text.starts_with("@new ") && !notes[0].text.contains("/m/"), "{notes:?}");
    assert!(app.store.letters().unwrap().is_empty());
}

/// The outbox of a company with mail set up, at an instant, and what is left in it after a look.
fn left_in_outbox(company: &Company, at: fn() -> Timestamp) -> usize {
    let store = company.installation.open_at(Box::new(now)).unwrap();
    let mut app = App::new(store, with_mail(), Vec::new(), "https://k.example".to_owned());
    app.clock = at;
    outbox::send(&app, None);
    app.store.letters().unwrap().len()
}

/// A server that refuses every connection: whatever goes out stays, whatever is dropped is gone.
fn with_mail() -> Settings {
    let mail = MailSettings {
        server: "127.0.0.1".to_owned(),
        port: Some(9),
        security: MailSecurity::None,
        username: None,
        password_file: None,
        from: "k@k.example".to_owned(),
    };
    Settings { mail: Some(mail), ..Settings::default() }
}

#[test]
fn what_was_planned_is_not_sent_to_who_has_done_it_meanwhile_nor_at_night() {
    let planned = || {
        let company = Company::new();
        assert_eq!(Company::work(&company.store, &with_mail(), None, "a"), Vec::<String>::new());
        assert_eq!(company.store.letters().unwrap().len(), 2);
        company
    };
    let company = planned();
    company.took("E2");
    assert_eq!(left_in_outbox(&company, now), 1, "who took it hears nothing more");
    let company = planned();
    let tries = |company: &Company| company.store.letters().unwrap().iter().map(|letter| letter.attempts).sum::<u64>();
    let store = company.installation.open_at(Box::new(now)).unwrap();
    let mut app = App::new(store, with_mail(), Vec::new(), String::new());
    app.clock = || "2024-03-06T21:00:00Z".parse().unwrap();
    outbox::send(&app, None);
    assert_eq!((app.store.letters().unwrap().len(), tries(&company)), (2, 0), "they wait for the morning");
    app.clock = || "2024-03-07T10:00:00Z".parse().unwrap();
    outbox::send(&app, None);
    assert_eq!(tries(&company), 1, "a server that does not answer is tried once a look");
}
