//! Evidence for auditors: the button for a pack, what they asked for, what they were handed.

use super::pack::{size_in_words, usual_period};
use super::programme::tabs;
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble, at};
use crate::web::frame::{Answer, Answered, Frame, Link, page as written};
use crate::web::words;
use askama::Template;
use keepsharp_domain::access::Act;
use keepsharp_domain::evidence::{Opened, USUAL};
use keepsharp_domain::fact::{EvidenceRequested, HandedFile};
use keepsharp_domain::hand_over::{self, EvidenceRequest, HandOver};
use keepsharp_domain::{Day, World};

#[derive(Template)]
#[template(path = "evidence.html")]
struct EvidencePage {
    frame: Frame,
    tabs: Vec<Link>,
    controls: Vec<(String, String)>,
    from: String,
    to: String,
    usual_sizes: &'static str,
    requests: Vec<RequestCard>,
    handed: Vec<HandedLine>,
    rooms: String,
    may_hand_over: bool,
}

/// Something that an auditor asked for.
pub(super) struct RequestCard {
    pub(super) seq: u64,
    pub(super) words: String,
    pub(super) asked: String,
    pub(super) period: String,
    pub(super) wanted: String,
    pub(super) answers: Vec<HandedLine>,
}

/// Something that was handed over.
pub(super) struct HandedLine {
    pub(super) on: String,
    pub(super) what: String,
    pub(super) to: String,
    /// The address of the file, where its bytes are kept here.
    pub(super) href: String,
    pub(super) file: String,
    pub(super) sha256: String,
}

/// Most lines of what was handed over.
const MOST: usize = 100;

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let (from, to) = usual_period(asked.today);
    let title = |id: &str| {
        let version = world.controls().get(id).and_then(|control| control.version(asked.today));
        version.map(|version| format!("{id}, {}", version.title)).unwrap_or_default()
    };
    let open = world.rooms().all().filter(|room| room.is_open(asked.today)).count();
    // Those that wait come first, all of them, the one that waits longest at the top.
    let is_answered = |one: &&EvidenceRequest| world.hand_overs().answers(one.seq).next().is_some();
    let answered = world.hand_overs().requests().rev().filter(is_answered).take(MOST);
    let requests: Vec<&EvidenceRequest> = world.hand_overs().open().chain(answered).collect();
    written(&EvidencePage {
        frame: Frame::of(asked, world, "Evidence"),
        tabs: tabs(asked, world, "evidence"),
        controls: world.controls().keys().map(|id| (id.to_string(), title(id))).collect(),
        from: from.to_string(),
        to: to.to_string(),
        usual_sizes: USUAL,
        requests: requests
            .into_iter()
            .map(|one| request_card(asked, world, one, "/programme/evidence/files"))
            .collect(),
        handed: handed(world).map(|one| line(world, one, "/programme/evidence/files")).collect(),
        rooms: format!("{} now", words::counted(open, "room is open", "rooms are open")),
        may_hand_over: asked.may(Act::Definition),
    })
}

/// What was handed over without having been asked for here, the latest first.
fn handed(world: &World) -> impl Iterator<Item = &HandOver> {
    world.hand_overs().handed().rev().filter(|one| one.body.request.is_none()).take(MOST)
}

/// A request with its answers; `files` is where their files are.
pub(super) fn request_card(asked: &Asked, world: &World, request: &EvidenceRequest, files: &str) -> RequestCard {
    let body = &request.body;
    let by = match body.room.and_then(|seq| world.rooms().get(seq)) {
        Some(room) if room.guest.is_some() => room.name().to_owned(),
        Some(_) => "an auditor who was erased".to_owned(),
        None => format!("written down by {}", words::author(world, &request.by)),
    };
    RequestCard {
        seq: request.seq,
        words: body.words.to_string(),
        asked: format!("{}, {by}", words::day(body.on)),
        period: format!("{}, {} to {}", body.control, words::day(body.from), words::day(body.to)),
        wanted: body.wanted_by.map(|by| wanted(asked.today, by)).unwrap_or_default(),
        answers: world.hand_overs().answers(request.seq).map(|one| line(world, one, files)).collect(),
    }
}

fn wanted(today: Day, by: Day) -> String {
    format!("wanted by {}, {}", words::day(by), words::distance(today, by))
}

fn line(world: &World, handed: &HandOver, files: &str) -> HandedLine {
    let body = &handed.body;
    let to = match body.room.and_then(|seq| world.rooms().get(seq)) {
        Some(room) if room.guest.is_some() => format!("to {}", room.name()),
        Some(_) => "to an auditor who was erased".to_owned(),
        None => "to somebody without a room here".to_owned(),
    };
    let pack = body.query.as_ref().map(|query| {
        let names = match query.opened {
            Opened::Nobody => "no names",
            Opened::Sample => "the sample’s names",
            Opened::Everybody => "everybody’s names",
        };
        format!("Evidence pack, {} to {}, {names}.", words::day(query.from), words::day(query.to))
    });
    let file = body.file.as_ref();
    HandedLine {
        on: words::day(body.on),
        what: pack.unwrap_or_else(|| body.words.to_string()),
        to,
        href: file.filter(|_| body.query.is_none()).map(|_| format!("{files}/{}", handed.seq)).unwrap_or_default(),
        file: file.map(|file| format!("{}, {}", file.name, size_in_words(file.bytes))).unwrap_or_default(),
        sha256: file.map(|file| file.sha256.to_string()).unwrap_or_default(),
    }
}

/// Writes down what an auditor without a room asked for.
pub(crate) fn note(asked: &Asked, sent: &Fields) -> Answered {
    let wanted = EvidenceRequested {
        room: None,
        control: sent.text("control").into(),
        from: sent.required_day("from")?,
        to: sent.required_day("to")?,
        on: asked.today,
        wanted_by: sent.day("wanted_by")?,
        words: sent.text("words").into(),
    };
    asked.commit(move |world| Ok((hand_over::ask(world, wanted)?, ()))).map_err(at("words"))?;
    Ok(Answer::Go("/programme/evidence?done=request-noted#requests".to_owned()))
}

/// Largest file that is handed over, in bytes.
const LARGEST: usize = 20 << 20;

/// Answers a request in words, with a file, or both.
pub(crate) fn answer(asked: &Asked, sent: &Fields) -> Answered {
    let (seq, today, now) = (asked.number("seq")?, asked.today, asked.now);
    let said = sent.text("words").to_owned();
    let file = match &sent.file {
        None => None,
        Some(file) if file.bytes.len() > LARGEST => {
            return Err(Trouble::at("file", "it is larger than 20 MB; hand it over another way, and say so here"));
        }
        Some(file) => {
            let sha256 = crate::cli::sha256(&file.bytes);
            Some((
                HandedFile {
                    name: plain_name(&file.name).into(),
                    sha256: sha256.into(),
                    bytes: file.bytes.len() as u64,
                },
                &file.bytes,
            ))
        }
    };
    // Kept before it is recorded: a fact never names a file that is not there.
    if let Some((handed, bytes)) = &file {
        let checked = {
            let world = asked.app.store.world()?;
            hand_over::answer(&world, seq, &hand_over::Answer { words: &said, file: Some(handed.clone()) }, today)
        };
        checked.map_err(|refusal| Trouble::at("words", refusal.to_string()))?;
        asked.app.store.keep_document(&handed.sha256, bytes, now)?;
    }
    let handed = file.map(|(handed, _)| handed);
    let decide = move |world: &World| {
        let answer = hand_over::Answer { words: &said, file: handed };
        Ok((hand_over::answer(world, seq, &answer, today)?, ()))
    };
    asked.commit(decide).map_err(at("words"))?;
    Ok(Answer::Go("/programme/evidence?done=handed#requests".to_owned()))
}

/// A file's name without a path, in characters that every system takes.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ') { c } else { '-' };
    let plain: String = last.chars().map(plain).take(120).collect();
    if plain.trim_matches(['.', ' ']).is_empty() { "file".to_owned() } else { plain }
}

/// A file that was handed over, as it was.
pub(super) fn handed_file(asked: &Asked, world: &World, may: impl Fn(&HandOver) -> bool) -> Answered {
    let seq = asked.number("seq")?;
    let handed = world.hand_overs().handed().find(|one| one.seq == seq && may(one)).ok_or(Trouble::NotFound)?;
    let file = handed.body.file.as_ref().ok_or(Trouble::NotFound)?;
    let bytes = asked.app.store.document(&file.sha256)?.ok_or(Trouble::NotFound)?;
    let ascii = |c: char| if c.is_ascii() { c } else { '_' };
    // Whatever it is, it is a file to keep and nothing that a browser would show under our name.
    Ok(Answer::File { name: file.name.chars().map(ascii).collect(), kind: "application/octet-stream", bytes })
}

/// The same for the programme's own people.
pub(crate) fn file(asked: &Asked, world: &World) -> Answered {
    handed_file(asked, world, |_| true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_file_keeps_nothing_that_means_something_to_a_system() {
        for (name, plain) in [
            ("review 2026.pdf", "review 2026.pdf"),
            ("C:\\\\Users\\\\x\\\\a.pdf", "a.pdf"),
            ("../../etc/passwd", "passwd"),
            ("a\"b;c\r\n.pdf", "a-b-c--.pdf"),
            ("..", "file"),
        ] {
            assert_eq!(plain_name(name), plain, "{name}");
        }
    }
}
