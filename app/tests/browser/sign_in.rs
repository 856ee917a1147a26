//! A real installation, from the link that its first start prints to a roster that was taken in.

use super::kept::{Kept, keep};
use super::visit::Visit;
use crate::common::{Keepsharp, company, developer};

/// An installation of its own that is served.
struct Served {
    keepsharp: Keepsharp,
    _server: Kept,
    address: String,
    /// What its first start printed.
    link: String,
}

impl Served {
    fn begin() -> Served {
        let keepsharp = Keepsharp::with_company();
        let folder = tempfile::tempdir().unwrap().keep();
        let mut command = keepsharp.command(&["serve", "--listen", "127.0.0.1:0", "--data"]);
        command.arg(keepsharp.data());
        let (server, line) = keep(&command, &folder, "/sign-in/");
        let link = line.trim().to_owned();
        let address = link.split('/').nth(2).unwrap().to_owned();
        Served { keepsharp, _server: server, address, link }
    }

    /// Somebody's link by command, as where no mail is sent.
    fn link(&self, id: &str) -> String {
        let address = format!("http://{}", self.address);
        self.keepsharp.ok(&["link", id, "--address", &address]).stdout.trim().to_owned()
    }

    /// The installation itself, grants a role to M1.
    fn grants(&self, visit: &Visit, roles: &[&str]) {
        visit.browser.go(&self.link);
        visit.press("Sign in");
        for role in roles {
            visit.fill("Employee id or e-mail address", "M1");
            visit.choose("Role", role);
            visit.press("Grant it");
            visit.sees("The role is granted.");
        }
    }
}

#[test]
fn the_link_of_the_first_start_signs_in_once() {
    let served = Served::begin();
    let Some(visit) = Visit::begin(&served.address) else { return };
    visit.go("/");
    assert_eq!(visit.path(), "/sign-in");
    visit.is_for_everybody();
    visit.browser.go(&served.link);
    visit.sees("One press, and you are signed in");
    visit.is_for_everybody();
    visit.press("Sign in");
    visit.sees("Administration");
    visit.is_for_everybody();
    visit.press("Sign out");
    assert_eq!(visit.path(), "/sign-in");
    visit.browser.go(&served.link);
    assert_eq!(visit.text("h1"), "This link does not work any more");
    visit.is_for_everybody();
}

#[test]
fn whoever_takes_a_roster_in_sees_first_what_it_would_do() {
    let served = Served::begin();
    let Some(visit) = Visit::begin(&served.address) else { return };
    served.grants(&visit, &["Delivery"]);
    visit.browser.go(&served.link("M1"));
    visit.press("Sign in");
    visit.press_in("nav.main", "Programme");
    visit.press_in("nav.tabs", "Imports");
    let roster =
        company().replace("Person E1,", "Person One,") + &developer("E12", "M1").replace("Person E12", "Noor Haddad");
    served.keepsharp.write("new.csv", roster.replace("M1,Mira", "\"M1,Mira"));
    let file = served.keepsharp.path("new.csv").display().to_string();
    visit.fill("The file", &file);
    visit.press("Look at it");
    visit.sees("This was not done yet");
    visit.is_for_everybody();
    served.keepsharp.write("new.csv", roster);
    visit.fill("The file", &file);
    visit.press("Look at it");
    visit.sees("Noor Haddad");
    visit.is_for_everybody();
    let before = visit.text("footer");
    visit.press("Take it in");
    visit.sees("The file was taken in.");
    assert_ne!(visit.text("footer"), before);
    visit.press_in("nav.tabs", "People");
    visit.sees("Noor Haddad");
}
