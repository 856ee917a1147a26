//! Running the installation: what is still to be set up, who holds which role, who is signed in, and the mail that waits.

use crate::settings::MailSettings;
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble, at};
use crate::web::frame::{Answer, Answered, Frame, page as written};
use crate::web::sign_in::Subject;
use crate::web::words;
use crate::work::MOST_ATTEMPTS;
use askama::Template;
use keepsharp_domain::access::{self, Role};
use keepsharp_domain::person::Person;
use keepsharp_domain::{PersonId, World};
use keepsharp_store::{Session, Waiting};

/// How many sessions the page lists.
const MOST_SESSIONS: usize = 100;
/// How many letters a look into the outbox gives at most.
const MOST_LETTERS: usize = 100;

#[derive(Template)]
#[template(path = "administration.html")]
struct AdministrationPage {
    frame: Frame,
    steps: Vec<Step>,
    left: usize,
    holders: Vec<Holder>,
    roles: Vec<(&'static str, &'static str, &'static str)>,
    sessions: Vec<SessionRow>,
    session_count: String,
    more_sessions: bool,
    mail: Mail,
}

/// Something to set up first.
struct Step {
    done: bool,
    title: &'static str,
    words: String,
    command: &'static str,
}

/// Somebody with a granted role.
struct Holder {
    id: String,
    role: &'static str,
    title: &'static str,
    name: String,
    employee_id: String,
    is_employed: bool,
}

/// Somebody who is signed in.
struct SessionRow {
    token_hash: String,
    who: String,
    since: String,
    seen: String,
    browser: String,
    is_current: bool,
}

/// The outbox.
struct Mail {
    server: String,
    waiting: String,
    troubled: Vec<LetterRow>,
}

/// A letter that could not be sent so far.
struct LetterRow {
    subject: String,
    since: String,
    attempts: String,
    problem: String,
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let steps = first_steps(asked, world);
    let sessions = asked.app.store.sessions(asked.now)?;
    let page = AdministrationPage {
        frame: Frame::of(asked, world, "Administration"),
        left: steps.iter().filter(|step| !step.done).count(),
        steps,
        holders: holders(asked, world),
        roles: Role::GRANTED.map(|role| (role.word(), role.title(), sees(role))).to_vec(),
        session_count: words::counted(sessions.len(), "session", "sessions"),
        more_sessions: sessions.len() > MOST_SESSIONS,
        sessions: sessions.iter().take(MOST_SESSIONS).map(|session| session_row(asked, world, session)).collect(),
        mail: mail(asked)?,
    };
    written(&page)
}

/// What a fresh installation needs, in order.
fn first_steps(asked: &Asked, world: &World) -> Vec<Step> {
    let controls = world.controls().len();
    let roster = world.latest_roster();
    let server = asked.app.settings.mail.as_ref().map(|mail| mail.server.clone());
    let told = |done: Option<String>, otherwise: &str| done.unwrap_or_else(|| otherwise.to_owned());
    vec![
        Step {
            done: controls > 0,
            title: "Write down the programme",
            words: told(
                (controls > 0).then(|| words::counted(controls, "control is defined.", "controls are defined.")),
                "Who is asked for what, and how often, in one file.",
            ),
            command: "keepsharp apply programme.toml",
        },
        Step {
            done: roster.is_some(),
            title: "Take in the roster",
            words: told(
                roster.map(|day| format!("The latest is of {}.", words::day(day))),
                "Everybody who is employed, as a CSV file from the personnel system; again whenever it changes.",
            ),
            command: "keepsharp people import roster.csv --on 2026-11-01",
        },
        Step {
            done: server.is_some(),
            title: "Set up mail",
            words: told(
                server.map(|server| format!("Letters go by {server}.")),
                "Sign-in links and notes go by mail: write a [mail] section into keepsharp.toml, then start the server anew. Until then a command makes sign-in links.",
            ),
            command: "keepsharp link E1042",
        },
        Step {
            done: world.grants().has_administrator(world, asked.today),
            title: "Grant somebody the role of administrator",
            words: "With an administrator, nobody needs the one-time link of the server any more.".to_owned(),
            command: "",
        },
    ]
}

/// What a role is for, in a sentence.
fn sees(role: Role) -> &'static str {
    match role {
        Role::Owner => {
            "defines the programme, decides on exceptions, opens rooms for auditors, and sees who stands where by name"
        }
        Role::Delivery => "takes in rosters and lists, records leaves, and sees who stands where by name",
        Role::Content => "sees how it goes in sums, never by person",
        Role::Management => "sees one page of figures, by groups too large to know anybody in",
        Role::Administrator => "grants roles and ends sessions, and sees nobody’s training",
        Role::Engineer | Role::Manager | Role::Auditor => "",
    }
}

fn holders(asked: &Asked, world: &World) -> Vec<Holder> {
    let holder = |(id, role): (PersonId, Role)| {
        let person = world.people().by_id(id).and_then(|ix| world.people().get(ix));
        let employee_id = person.and_then(|person| person.identity.as_ref()).map(|one| one.employee_id.to_string());
        Holder {
            id: id.to_string(),
            role: role.word(),
            title: role.title(),
            name: person.map_or_else(|| id.to_string(), words::name),
            employee_id: employee_id.unwrap_or_else(|| "–".to_owned()),
            is_employed: person.is_some_and(|person: &Person| person.employed(asked.today)),
        }
    };
    let mut all: Vec<(Role, Holder)> = world.grants().all().map(|held| (held.1, holder(held))).collect();
    all.sort_by(|(a, first), (b, second)| (a, &first.name).cmp(&(b, &second.name)));
    all.into_iter().map(|(_, holder)| holder).collect()
}

fn session_row(asked: &Asked, world: &World, session: &Session) -> SessionRow {
    let moment = |at| words::moment(at, &asked.zone);
    SessionRow {
        token_hash: session.token_hash.clone(),
        who: match session.subject.parse() {
            Ok(Subject::Person(id) | Subject::Auditor(id)) => words::author(world, &format!("person:{id}")),
            Ok(Subject::Operator) => "Whoever runs this installation".to_owned(),
            Err(_) => session.subject.clone(),
        },
        since: moment(session.made_at),
        seen: moment(session.seen_at),
        browser: browser(&session.browser),
        is_current: asked.session.as_ref().is_some_and(|own| own.token_hash == session.token_hash),
    }
}

/// "Firefox on Linux": what a browser calls itself, as people call it.
fn browser(text: &str) -> String {
    // Browsers name those that they resemble too, so the rarer name decides.
    let known = [("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari")];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |list: &[(&str, &'static str)]| list.iter().find(|(part, _)| text.contains(part)).map(|(_, name)| *name);
    match (find(&known), find(&systems)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        _ if text.is_empty() => "–".to_owned(),
        _ => text.chars().take(40).collect(),
    }
}

/// What waits in the outbox. What letters say is not shown: it is between those who write and read them.
fn mail(asked: &Asked) -> Result<Mail, Trouble> {
    // Those that wait for their next attempt as well.
    let waiting = asked.app.store.letters()?;
    let row = |letter: &Waiting| LetterRow {
        subject: letter.letter.subject.clone(),
        since: words::moment(letter.made_at, &asked.zone),
        attempts: match letter.attempts {
            many if many >= MOST_ATTEMPTS => format!("{many}, given up"),
            many => many.to_string(),
        },
        problem: letter.problem.clone(),
    };
    let count = match waiting.len() {
        0 => "No letter waits".to_owned(),
        many if many < MOST_LETTERS => words::counted(many, "letter waits", "letters wait"),
        _ => format!("{MOST_LETTERS} letters or more wait"),
    };
    Ok(Mail {
        server: asked.app.settings.mail.as_ref().map(|mail: &MailSettings| mail.server.clone()).unwrap_or_default(),
        waiting: count,
        troubled: waiting.iter().filter(|letter| !letter.problem.is_empty()).take(10).map(row).collect(),
    })
}

/// Grants a role.
pub(crate) fn grant(asked: &Asked, sent: &Fields) -> Answered {
    let role = Role::read(sent.text("role")).ok_or_else(|| Trouble::at("role", "choose a role"))?;
    let (who, today) = (sent.text("who").to_owned(), asked.today);
    asked.commit(move |world| Ok((access::grant(world, &who, role, today)?, ()))).map_err(at("who"))?;
    Ok(Answer::Go("/admin?done=role".to_owned()))
}

/// Ends somebody's role. Who gives up being administrator can't come back to this page.
pub(crate) fn end(asked: &Asked, sent: &Fields) -> Answered {
    let role = Role::read(sent.text("role")).ok_or(Trouble::NotFound)?;
    let person: PersonId = sent.text("person").parse().map_err(|_| Trouble::NotFound)?;
    let today = asked.today;
    let own = asked.caller()?.person_ix();
    let decide = move |world: &World| {
        let is_own = own.is_some() && world.people().by_id(person) == own;
        Ok((access::end(world, person, role, today)?, is_own))
    };
    let is_own = asked.commit(decide)?;
    let then = if is_own && role == Role::Administrator { "/" } else { "/admin" };
    Ok(Answer::Go(format!("{then}?done=role-ended")))
}

/// Ends a session, whosever it is.
pub(crate) fn end_session(asked: &Asked, sent: &Fields) -> Answered {
    let token_hash = sent.text("session");
    if asked.session.as_ref().is_some_and(|own| own.token_hash == token_hash) {
        asked.app.store.end_session(token_hash)?;
        return Ok(Answer::SignedOut { then: "/sign-in".to_owned() });
    }
    asked.app.store.end_session(token_hash)?;
    Ok(Answer::Go("/admin?done=session-ended#sessions".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn a_browser_is_called_as_people_call_it() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0";
        let safari =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1";
        assert_eq!(
            [edge, safari, "curl/8.5", ""].map(browser),
            ["Edge on Windows", "Safari on iPhone", "curl/8.5", "–"]
        );
    }
}
