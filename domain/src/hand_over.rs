//! What auditors ask for, and what they are handed: with days, so that it can be shown who had what when.

use crate::calendar::quote;
use crate::discretion::open_words;
use crate::evidence::Query;
use crate::fact::{Body, EvidenceHanded, EvidenceRequested, HandedFile};
use crate::{Day, Draft, Refusal, World};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Something that an auditor asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceRequest {
    /// Its number.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// By whom, as the ledger writes it.
    pub by: Box<str>,
    /// What the fact says.
    pub body: EvidenceRequested,
}

/// Something that was handed to an auditor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// The fact's number.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// By whom, as the ledger writes it.
    pub by: Box<str>,
    /// What the fact says.
    pub body: EvidenceHanded,
}

/// All requests and what was handed over.
#[derive(Clone, Debug, Default)]
pub struct HandOvers {
    requests: BTreeMap<u64, EvidenceRequest>,
    handed: Vec<HandOver>,
}

impl HandOvers {
    /// All requests, in order.
    pub fn requests(&self) -> impl DoubleEndedIterator<Item = &EvidenceRequest> {
        self.requests.values()
    }

    /// The request with this number.
    #[must_use]
    pub fn request(&self, seq: u64) -> Option<&EvidenceRequest> {
        self.requests.get(&seq)
    }

    /// Those not answered yet, in order.
    pub fn open(&self) -> impl Iterator<Item = &EvidenceRequest> {
        self.requests().filter(|request| self.answers(request.seq).next().is_none())
    }

    /// What was handed over, in order.
    pub fn handed(&self) -> impl DoubleEndedIterator<Item = &HandOver> {
        self.handed.iter()
    }

    /// What was handed over in answer to a request, in order.
    pub fn answers(&self, request: u64) -> impl Iterator<Item = &HandOver> {
        self.handed().filter(move |handed| handed.body.request == Some(request))
    }

    pub(crate) fn requested(&mut self, request: EvidenceRequest) {
        self.requests.insert(request.seq, request);
    }

    pub(crate) fn handed_over(&mut self, handed: HandOver) {
        self.handed.push(handed);
    }
}

/// Most requests of one room: more is a mistake, or somebody who fills the ledger.
const MOST_REQUESTS: usize = 200;

/// The fact that an auditor asks for something.
///
/// # Errors
/// Where nothing is said, somebody is named, the days make no sense, the control is unknown, or the same is asked already.
pub fn ask(world: &World, asked: EvidenceRequested) -> Result<Vec<Draft>, Refusal> {
    world.control(&asked.control).map_err(Refusal::request)?;
    if asked.to < asked.from {
        return Err(Refusal::request(format!(
            "the period's last day, {}, lies before its first, {}",
            asked.to, asked.from
        )));
    }
    if let Some(by) = asked.wanted_by.filter(|by| *by < asked.on) {
        return Err(Refusal::request(format!("{by} has passed; give a day to come, or none")));
    }
    let closed = |seq| world.rooms().get(seq).is_none_or(|room| !room.is_open(asked.on));
    if asked.room.is_some_and(closed) {
        return Err(Refusal::request("this room is closed"));
    }
    let words = open_words(world, &asked.words)?;
    if words.is_empty() {
        return Err(Refusal::request("say what you need"));
    }
    let same = |open: &EvidenceRequest| open.body.words == words && open.body.room == asked.room;
    if world.hand_overs().open().any(same) {
        return Err(Refusal::request("this is asked for already, and waits for its answer"));
    }
    let many = world.hand_overs().requests().filter(|one| one.body.room == asked.room).count();
    if asked.room.is_some() && many >= MOST_REQUESTS {
        return Err(Refusal::request(format!("a room holds {MOST_REQUESTS} requests; put several things into one")));
    }
    Ok(vec![Body::EvidenceRequested(EvidenceRequested { words, ..asked }).into()])
}

/// What is handed over in answer to a request.
#[derive(Clone, Debug, Default)]
pub struct Answer<'a> {
    /// In words.
    pub words: &'a str,
    /// A file.
    pub file: Option<HandedFile>,
}

/// The fact that answers a request.
///
/// # Errors
/// Where there is no such request, nothing is handed over, or somebody is named.
pub fn answer(world: &World, request: u64, answer: &Answer, today: Day) -> Result<Vec<Draft>, Refusal> {
    let asked = world.hand_overs().request(request).ok_or_else(|| Refusal::request("there is no such request"))?;
    let words = open_words(world, answer.words)?;
    if words.is_empty() && answer.file.is_none() {
        return Err(Refusal::request("write an answer, or choose a file, or both"));
    }
    if let Some(file) = &answer.file {
        open_words(world, &file.name)?;
        if file.name.is_empty() || file.name.chars().count() > 200 {
            return Err(Refusal::request(format!("{} is no name for a file", quote(&file.name))));
        }
    }
    let body = EvidenceHanded {
        control: asked.body.control.clone(),
        on: today,
        request: Some(request),
        room: asked.body.room,
        file: answer.file.clone(),
        query: None,
        words,
    };
    let same = |old: &HandOver| EvidenceHanded { on: body.on, ..old.body.clone() } == body;
    if world.hand_overs().answers(request).any(same) {
        return Err(Refusal::request("this was handed over already"));
    }
    Ok(vec![Body::EvidenceHanded(body).into()])
}

/// The fact that an evidence pack was handed over.
#[must_use]
pub fn pack(query: &Query, file: HandedFile, room: Option<u64>, today: Day) -> Draft {
    let body = EvidenceHanded {
        control: query.control.clone(),
        on: today,
        request: None,
        room,
        file: Some(file),
        query: Some(query.clone()),
        words: "".into(),
    };
    Body::EvidenceHanded(body).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::{TODAY, on};

    fn asked(words: &str) -> EvidenceRequested {
        EvidenceRequested {
            room: None,
            control: "C".into(),
            from: on("2025-01-01"),
            to: on("2025-12-31"),
            on: TODAY,
            wanted_by: None,
            words: words.into(),
        }
    }

    #[test]
    fn a_request_is_open_until_something_is_handed_over() {
        let mut world = World::sample();
        let drafts = ask(&world, asked("How is the course reviewed?")).unwrap();
        world.is_told(drafts);
        assert!(ask(&world, asked("How is the course reviewed? ")).unwrap_err().to_string().contains("already"));
        let seq = world.hand_overs().open().next().unwrap().seq;
        assert!(
            answer(&world, seq, &Answer::default(), TODAY).is_err()
                && answer(&world, 0, &Answer::default(), TODAY).is_err()
        );
        let file = HandedFile { name: "review.pdf".into(), sha256: "00".into(), bytes: 1 };
        let drafts = answer(&world, seq, &Answer { words: "", file: Some(file.clone()) }, TODAY).unwrap();
        world.is_told(drafts);
        assert_eq!((world.hand_overs().open().count(), world.hand_overs().answers(seq).count()), (0, 1));
        let again = answer(&world, seq, &Answer { words: "", file: Some(file) }, TODAY);
        assert!(again.unwrap_err().to_string().contains("already"));
        assert!(ask(&world, asked("How is the course reviewed?")).is_ok(), "asked again once answered");
    }

    #[test]
    fn a_request_has_words_without_names_and_days_that_make_sense() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,Ana Lima,,Developer,,,"]);
        for wrong in [
            asked(" "),
            asked("Why was Ana Lima late?"),
            EvidenceRequested { control: "X".into(), ..asked("a") },
            EvidenceRequested { to: on("2024-12-31"), ..asked("a") },
            EvidenceRequested { wanted_by: Some(on("2025-12-31")), ..asked("a") },
        ] {
            assert!(ask(&world, wrong.clone()).is_err(), "{wrong:?}");
        }
    }
}
