//! Answers by mail as days go by: none counts twice, none counts for somebody else.

use super::*;
use crate::installation::Installation;
use crate::settings::{MailSecurity, MailSettings};
use keepsharp_domain::programme::{self, Programme};
use keepsharp_domain::roster::{self, ImportOptions, Roster};
use keepsharp_domain::sheet::File;
use keepsharp_store::fresh_id;
use std::collections::BTreeMap;

const PROGRAMME: &str = r#"
[organisation]
name = "By mail"
[[controls]]
id = "WORD"
cadence = { every_months = 12 }
courses = { full = "full", refresher = "refresher" }
scope = 'title.contains("Developer")'
[[controls]]
id = "TWIN"
cadence = { every_months = 12 }
courses = { full = "full", refresher = "refresher" }
scope = 'title.contains("Developer")'
[[controls]]
id = "PROOF"
accepts = "completed"
cadence = { every_months = 12 }
courses = { full = "exam" }
scope = 'title.contains("Developer")'
"#;
const HASH: &str = "hash";

struct Company {
    store: Store,
    settings: Settings,
    _folder: tempfile::TempDir,
}

fn at(day: &str) -> Timestamp {
    format!("{day}T10:00:00Z").parse().unwrap()
}

impl Company {
    /// Ana was sent a message about these controls on 10 January.
    fn written_to_about(controls: &str) -> Company {
        let folder = tempfile::tempdir().unwrap();
        let mail = MailSettings {
            server: "127.0.0.1".into(),
            port: None,
            security: MailSecurity::None,
            username: None,
            password_file: None,
            from: "k@x.example".into(),
        };
        let settings = Settings { mail: Some(mail), ..Settings::default() };
        let installation = Installation::find(Some(folder.path().join("data")), None, Settings::default());
        let store = installation.open_at(Box::new(|| at("2024-01-10"))).unwrap();
        let company = Company { store, settings, _folder: folder };
        company.tell(|world| {
            let read = Programme::read(PROGRAMME.as_bytes())?;
            Ok(programme::apply(world, &read, "2024-01-01".parse().unwrap(), &mut fresh_id)?.0)
        });
        company.roster("2024-01-01", "ana@x.example");
        let controls = controls.to_owned();
        let decide = move |world: &World| {
            let person = world.people().find("E1").and_then(|ix| world.people().get(ix)).unwrap().id.to_string();
            let ends_at = at("2024-01-10").saturating_add(LINK_LASTS).unwrap();
            let link = MessageLink { token_hash: HASH.into(), person, controls, ends_at };
            Ok((Decision { links: vec![link], ..Decision::default() }, ()))
        };
        company.store.commit("system", decide).unwrap();
        company
    }

    fn tell(&self, decide: impl FnOnce(&World) -> Result<Vec<Draft>, Refusal> + Send + 'static) {
        self.store.commit("operator:test", move |world| Ok((Decision::from(decide(world)?), ()))).unwrap();
    }

    fn roster(&self, on: &'static str, email: &str) {
        let text = format!(
            "employee_id,name,email,username,title,departments,manager_id,start_date\nE1,Ana,{email},ana,Developer,,,\n"
        );
        self.tell(move |world| {
            let columns = BTreeMap::new();
            let file = File { bytes: text.as_bytes(), sha256: "", columns: &columns };
            let on = on.parse().unwrap();
            let options = ImportOptions { on, today: on, allow_mass_end: true };
            Ok(roster::import(world, &Roster::read(file)?, options, &mut fresh_id)?.0)
        });
    }

    /// What is told of an answer on a day, and how many facts it gave.
    fn answers(&self, on: &str, from: &str, text: &str) -> (&'static str, u64) {
        let size = self.store.world().unwrap().size();
        let answered = Answered { from: from.into(), to: vec![HASH.into()], text: text.into() };
        let told = take(&self.store, &self.settings, ForUs(Incoming::Answer(answered)), at(on)).unwrap();
        (told, self.store.world().unwrap().size() - size)
    }
}

#[test]
fn one_answer_counts_for_the_course_of_several_controls_and_the_same_mail_days_later_for_nothing() {
    let company = Company::written_to_about("WORD\nTWIN\nPROOF");
    assert_eq!(company.answers("2024-01-12", "ana@x.example", "taken"), ("an answer was recorded", 1));
    for later in ["2024-01-12", "2024-01-15", "2024-03-01"] {
        assert_eq!(company.answers(later, "ana@x.example", "taken").1, 0, "{later}");
    }
    assert!(company.answers("2024-03-20", "ana@x.example", "taken").0.contains("too late"));
}

#[test]
fn an_answer_counts_from_the_address_of_today_only() {
    let company = Company::written_to_about("WORD");
    company.roster("2024-01-11", "ana@new.example");
    let (told, facts) = company.answers("2024-01-12", "ana@x.example", "taken");
    assert!(told.contains("not from the address") && facts == 0, "{told}");
    assert_eq!(company.answers("2024-01-12", "Ana@New.example", "taken").1, 1);
}

#[test]
fn where_a_word_is_not_enough_it_says_so_and_a_longer_quiet_stays() {
    let company = Company::written_to_about("PROOF");
    let (told, facts) = company.answers("2024-01-12", "ana@x.example", "taken");
    assert!(told.contains("told how") && facts == 0, "{told}");
    let letters = company.store.letters().unwrap();
    let letter = &letters.first().unwrap().letter;
    assert!(letter.words.contains("your word alone was not taken down"), "{}", letter.words);
    assert!(!letter.words.contains("- taken:") && letters.len() == 1, "{}", letter.words);
    company.answers("2024-01-12", "ana@x.example", "eh?");
    assert_eq!(company.store.letters().unwrap().len(), 1, "one a day");

    assert_eq!(company.answers("2024-01-12", "ana@x.example", "later").1, 1);
    assert_eq!(company.answers("2024-01-12", "ana@x.example", "later").1, 0);
    company.tell(|world| {
        let ix = world.people().find("E1").unwrap();
        keepsharp_domain::message::snooze(world, ix, "2024-03-01".parse().unwrap(), "2024-01-13".parse().unwrap())
    });
    assert_eq!(company.answers("2024-01-14", "ana@x.example", "later").1, 0);
}

#[test]
fn not_me_is_said_of_each_control_once_even_after_it_was_answered() {
    let company = Company::written_to_about("WORD\nPROOF");
    assert_eq!(company.answers("2024-01-12", "ana@x.example", "Not me").1, 2);
    company.tell(|world| {
        let open: Vec<u64> = world.objections().open().map(|objection| objection.seq).collect();
        open.into_iter().try_fold(Vec::new(), |mut drafts, seq| {
            drafts.extend(keepsharp_domain::objection::answer(world, seq, "It is for you")?);
            Ok(drafts)
        })
    });
    assert_eq!(company.answers("2024-01-14", "ana@x.example", "Not me").1, 0);
}
