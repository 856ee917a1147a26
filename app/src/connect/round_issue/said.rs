//! What did people say in the issue, who said it, and what does it give?
//!
//! A statement is a comment that is an answer, or a cell that no longer holds what was written there. The later one holds, and
//! what was said on a page or in a file after it is not undone by it.

use super::{Round, Seen, ledger, words};
use crate::clock;
use crate::connect::tracker::{Edit, History, Note, Trouble};
use jiff::Timestamp;
use keepsharp_domain::access::Caller;
use keepsharp_domain::attestation::{NotCounted, Usernames, attest_from_issue, from_issue, may_speak_for};
use keepsharp_domain::campaign::Campaign;
use keepsharp_domain::fact::{CountSource, CountVia};
use keepsharp_domain::issue_text::{self, Answer, Before, Cell, Region, RowMark, Written};
use keepsharp_domain::person::{Attestation, Person, PersonIx};
use keepsharp_domain::tally::{self, RowOf};
use keepsharp_domain::team::Teams;
use keepsharp_domain::{Day, Draft, PersonId, World};
use keepsharp_store::Decision;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Something that somebody said of a team.
#[derive(Clone, Debug)]
struct Said {
    via: CountVia,
    /// Whose team; none where who said it answers for several.
    manager: Option<PersonId>,
    /// None where it can't be read.
    answer: Option<Answer>,
    /// When, by the tracker's clock.
    at: Timestamp,
    /// On which day that was, for the organisation.
    on: Day,
    /// What it was read from; ends with the instant.
    reference: String,
    /// The user names that it may come from; none where the tracker does not say.
    authors: Option<Vec<String>>,
    /// What a reply to it is known by.
    key: String,
}

/// What a statement gives.
enum Outcome {
    /// Nothing new.
    Known,
    /// These facts, entered by whom, and a word on it where there is something to be said.
    Counted { by: String, drafts: Vec<Draft>, reply: Option<String> },
    /// A reply.
    Reply(String),
}

impl Round<'_> {
    /// Takes in what people said in the issue, each statement by itself.
    pub(super) fn take_in(&mut self, seen: &mut Seen) -> Result<(), Trouble> {
        let mut statements = self.world(|world, campaign| {
            let mut statements = self.comments(world, campaign, &seen.notes);
            if let Ok(Some(region)) = issue_text::read(&seen.issue.text, &self.mark) {
                statements.extend(self.changed_cells(world, campaign, &region, &seen.history));
            }
            statements
        })?;
        statements.sort_by_key(|said| said.at);
        for said in statements {
            // What was answered once is settled, even if it would be right by now.
            if seen.said.contains(&said.key) {
                continue;
            }
            let reply = match self.world(|world, campaign| self.decide(world, campaign, &said))? {
                Outcome::Known => None,
                Outcome::Reply(reply) => Some(reply),
                Outcome::Counted { by, .. } => self.commit(&by, &said)?,
            };
            if let Some(reply) = reply {
                self.say_once(seen, &said.key, &reply)?;
            }
        }
        Ok(())
    }

    /// Decides once more in the world that is held, and writes.
    fn commit(&mut self, by: &str, said: &Said) -> Result<Option<String>, Trouble> {
        let decider = Decider { campaign: self.campaign.into(), team_url: self.team_url.clone(), today: self.today };
        let (expected, said) = (by.to_owned(), said.clone());
        let decide = move |world: &World| {
            let campaign = world.campaign(&decider.campaign).map_err(keepsharp_domain::Refusal::request)?;
            Ok(match decider.decide(world, campaign, &said) {
                // Who may speak has changed in this moment; the next sync sees it as it is then.
                Outcome::Counted { by, .. } if by != expected => (Decision::default(), None),
                Outcome::Counted { drafts, reply, .. } => (Decision::from(drafts), reply),
                Outcome::Reply(reply) => (Decision::default(), Some(reply)),
                Outcome::Known => (Decision::default(), None),
            })
        };
        let done = self.store.commit(by, decide).map_err(|error| ledger(&error))?;
        self.synced.counts += u32::from(done.facts > 0);
        Ok(done.told)
    }

    fn decide(&self, world: &World, campaign: &Campaign, said: &Said) -> Outcome {
        let decider = Decider { campaign: self.campaign.into(), team_url: self.team_url.clone(), today: self.today };
        decider.decide(world, campaign, said)
    }

    /// The day of what was said at an instant; a tracker's clock may be a little ahead of ours.
    fn day_said(&self, world: &World, at: Timestamp) -> Day {
        clock::day_of(world, at).min(self.today)
    }

    /// The comments that answer, of people who lead a team or stand in for somebody who does.
    fn comments(&self, world: &World, campaign: &Campaign, notes: &[Note]) -> Vec<Said> {
        let day = asked_on(campaign, self.today);
        let (teams, usernames) = (Teams::on(world, day), Usernames::on(world, day));
        let rows = tally::table(world, campaign, day).unwrap_or_default();
        let has_row = |manager: &PersonIx| rows.iter().any(|row| row.of == RowOf::Manager(*manager));
        let mut statements = Vec::new();
        for note in notes.iter().filter(|note| !words::is_ours(&note.text)) {
            // An issue that was adopted may hold the answers of earlier rounds.
            let is_of_this_round = clock::day_of(world, note.at) >= campaign.opens;
            let answer = issue_text::read_answer(&note.text).filter(|_| is_of_this_round);
            let author = usernames.holder(&note.author).and_then(|ix| Some((ix, world.people().get(ix)?)));
            let (Some(answer), Some((ix, person))) = (answer, author) else { continue };
            let leads = Caller::person(world, &teams, person.id, day).map(|caller| caller.teams);
            let mut leads: Vec<PersonIx> = leads.unwrap_or_default().into_iter().filter(has_row).collect();
            leads.sort_unstable();
            leads.dedup();
            // Whoever leads a team speaks of it, also where they stand in for others.
            let manager = match leads.as_slice() {
                [] => continue,
                [one] => Some(*one),
                several => several.iter().copied().find(|manager| *manager == ix),
            };
            statements.push(Said {
                via: CountVia::Comment,
                manager: manager.and_then(|manager| world.people().get(manager)).map(|manager| manager.id),
                answer: Some(answer),
                at: note.at,
                on: self.day_said(world, note.at),
                reference: format!("comment {} of {}", note.id, note.at),
                authors: Some(vec![note.author.clone()]),
                key: format!("to-{}-{}", note.id, short_hash(&note.text)),
            });
        }
        statements
    }

    /// The cells that hold something else than was written there or taken in from there.
    fn changed_cells(&self, world: &World, campaign: &Campaign, region: &Region, history: &History) -> Vec<Said> {
        let Some(written) = region.written else { return Vec::new() };
        let known = |(mark, id): (RowMark, PersonId)| {
            let ix = world.people().by_id(id)?;
            Some((mark, (id, ix, world.people().get(ix)?)))
        };
        let managers = self.row_marks.whose(world, region.last.iter().map(|(mark, _)| *mark));
        let people: BTreeMap<RowMark, (PersonId, PersonIx, &Person)> = managers.into_iter().filter_map(known).collect();
        let username = |person: &Person| person.identity.as_ref().map(|identity| identity.username.to_string());
        let usernames: BTreeMap<RowMark, String> =
            people.iter().map(|(mark, (_, _, person))| (*mark, username(person).unwrap_or_default())).collect();
        let of_table = format!("table of {} ", written.at);
        let taken_in = |person: &Person| {
            let of_this =
                from_issue(person, &campaign.id).filter(|(_, source)| source.reference.starts_with(&of_table));
            of_this.last().map(|(given, source)| (given.count, source.reference.to_string()))
        };
        let seen = people
            .values()
            .filter_map(|(_, _, person)| taken_in(person))
            .filter_map(|(_, reference)| changes(&reference));
        let changed = Changed::since(history, written, seen.max().unwrap_or_default(), &self.me);
        let mut statements = Vec::new();
        for Cell { row, last, says, text } in issue_text::cells(region, &usernames) {
            let Some(&(manager, ix, person)) = people.get(&row) else { continue };
            let (before, hash) = (taken_in(person), short_hash(&text));
            let is_same = match says {
                Some(Answer::Count(count, _)) => count == before.map_or(last, |(count, _)| count),
                // "All" was counted when it was read, whoever came into the team since.
                Some(Answer::All) => before.is_some_and(|(_, reference)| reference.contains(&format!(" cell {hash} "))),
                None => false,
            };
            if is_same {
                continue;
            }
            let at = self.changed_at(world, campaign, &changed, ix);
            statements.push(Said {
                via: CountVia::Table,
                manager: Some(manager),
                answer: says,
                at,
                on: self.day_said(world, at),
                reference: format!("{of_table}after {} changes cell {hash} at {at}", changed.known),
                authors: changed.authors.clone(),
                key: format!("cell-{row}-{}-{hash}", written.at),
            });
        }
        statements
    }

    /// When a manager's cell was changed: with the last change of the text; where that came after the campaign's last day, with
    /// the last one by somebody who may speak for them, whoever else went on. Where that is not told, when we read it first.
    fn changed_at(&self, world: &World, campaign: &Campaign, changed: &Changed, manager: PersonIx) -> Timestamp {
        let Some(last) = changed.edits.last() else { return self.now };
        if clock::day_of(world, last.at) <= campaign.closes {
            return last.at;
        }
        let day = asked_on(campaign, self.today);
        let (teams, usernames) = (Teams::on(world, day), Usernames::on(world, day));
        let may_speak = |edit: &&Edit| {
            let speaker = usernames.holder(&edit.author);
            speaker.is_some_and(|speaker| may_speak_for(world, &teams, speaker, manager, day))
        };
        changed.edits.iter().rev().find(may_speak).unwrap_or(last).at
    }
}

/// The day whose teams are asked: today, or the campaign's last day where that has passed.
fn asked_on(campaign: &Campaign, today: Day) -> Day {
    today.min(campaign.closes)
}

/// The changes of the text since our last write that may have changed a cell.
struct Changed {
    /// By whom; none where the tracker does not say.
    authors: Option<Vec<String>>,
    /// Those by people, in order; none where the tracker does not say.
    edits: Vec<Edit>,
    /// How many changes the history has.
    known: usize,
}

impl Changed {
    /// `seen` is how many changes there were when a cell of this table was taken in last.
    fn since(history: &History, written: Written, seen: usize, me: &str) -> Changed {
        let History::Told(edits) = history else { return Changed { authors: None, edits: Vec::new(), known: 0 } };
        let is_ours = |edit: &Edit| edit.author.eq_ignore_ascii_case(me);
        let start = match written.before {
            Before::New => 0,
            Before::Changes(before) => {
                let later = edits.iter().skip(before).position(is_ours);
                later.map_or(before, |ours| before + ours + 1)
            }
            Before::Untold => edits.iter().position(|edit| edit.at > written.at).unwrap_or(edits.len()),
        };
        let people_of = |from: usize| -> Vec<&Edit> { edits.iter().skip(from).filter(|edit| !is_ours(edit)).collect() };
        let mut by_people = people_of(start.max(seen));
        // Where nobody changed it since, the hidden line was changed too, or the history lags: whoever ever changed the text.
        for earlier in [start, 0] {
            if by_people.is_empty() {
                by_people = people_of(earlier);
            }
        }
        let authors: BTreeSet<String> = by_people.iter().map(|edit| edit.author.to_lowercase()).collect();
        // A change that the history does not have is nobody's we know, and is not to be lost for that.
        let authors = (!authors.is_empty()).then(|| authors.into_iter().collect());
        Changed { authors, edits: by_people.into_iter().cloned().collect(), known: edits.len() }
    }
}

/// What is needed to decide on a statement, in whichever world.
struct Decider {
    campaign: Box<str>,
    team_url: String,
    today: Day,
}

impl Decider {
    fn decide(&self, world: &World, campaign: &Campaign, said: &Said) -> Outcome {
        let author = match said.authors.as_deref() {
            Some([one]) => Some(one.as_str()),
            _ => None,
        };
        let url = &self.team_url;
        let Some(manager) = said.manager else { return Outcome::Reply(words::several_teams(author, url)) };
        let found = world.people().by_id(manager).and_then(|ix| Some((ix, world.people().get(ix)?)));
        let Some((ix, person)) = found else { return Outcome::Known };
        let mut given = person.attestations.iter().filter(|given| *given.campaign == *self.campaign);
        // First what needs no walk over the company: of many comments most were taken in long ago.
        let was_read = from_issue(person, &self.campaign).any(|(_, source)| *source.reference == *said.reference);
        if was_read || given.clone().any(|given| said_at(given) > said.at) {
            return Outcome::Known;
        }
        let Some(answer) = said.answer else { return Outcome::Reply(words::unclear(author, url)) };
        let Some((by, source)) = self.source(world, campaign, ix, said) else {
            return Outcome::Reply(words::not_theirs(author, url));
        };
        let size = tally::table(world, campaign, asked_on(campaign, self.today)).ok().and_then(|rows| {
            let row = rows.into_iter().find(|row| row.of == RowOf::Manager(ix))?;
            Some(row.engineers)
        });
        let (count, of) = match answer {
            Answer::Count(count, Some(of)) if count > of => return Outcome::Reply(words::impossible(author, url)),
            Answer::Count(count, of) => (count, of),
            Answer::All => (size.unwrap_or_default(), None),
        };
        if said.via == CountVia::Comment && says_same_again(person, &self.campaign, &said.reference, count) {
            return Outcome::Known;
        }
        match attest_from_issue(world, ix, campaign, count, source, said.on, self.today) {
            Ok(drafts) if drafts.is_empty() => Outcome::Known,
            Ok(drafts) => {
                let is_other = of.is_some() && of != size;
                Outcome::Counted { by, drafts, reply: is_other.then(|| words::other_size(author, url)) }
            }
            // An answer of before the result, that counted in its time, is no reason for a reply.
            Err(NotCounted::NotOpen) if given.next_back().is_some_and(|given| given.count == count) => Outcome::Known,
            Err(why) => Outcome::Reply(words::not_counted(author, why, url)),
        }
    }

    /// Who enters it and what it is read from; none where we know who said it and they may not.
    fn source(
        &self,
        world: &World,
        campaign: &Campaign,
        manager: PersonIx,
        said: &Said,
    ) -> Option<(String, CountSource)> {
        let source = |editors: Vec<PersonId>, untold: bool| CountSource {
            via: said.via,
            reference: said.reference.as_str().into(),
            editors,
            untold,
        };
        let Some(authors) = &said.authors else { return Some(("system".to_owned(), source(Vec::new(), true))) };
        let day = asked_on(campaign, self.today);
        let (teams, usernames) = (Teams::on(world, day), Usernames::on(world, day));
        let known: Vec<PersonIx> = authors.iter().filter_map(|author| usernames.holder(author)).collect();
        if !known.iter().any(|speaker| may_speak_for(world, &teams, *speaker, manager, day)) {
            return None;
        }
        let mut editors: Vec<PersonId> =
            known.iter().filter_map(|ix| world.people().get(*ix)).map(|person| person.id).collect();
        editors.sort_unstable();
        match editors.as_slice() {
            [one] if authors.len() == 1 => Some((format!("person:{one}"), source(editors, false))),
            _ => Some(("system".to_owned(), source(editors, true))),
        }
    }
}

/// Whether the same comment gave the same count last: it was changed in something else than its number.
fn says_same_again(manager: &Person, campaign: &str, reference: &str, count: u32) -> bool {
    let comment = reference.rsplit_once(" of ").map_or(reference, |(comment, _)| comment);
    let of_it = from_issue(manager, campaign)
        .filter(|(_, source)| source.reference.rsplit_once(" of ").is_some_and(|(other, _)| other == comment));
    of_it.last().is_some_and(|(given, _)| given.count == count)
}

/// When a count was said: what came from an issue names the instant, all else was recorded at once.
fn said_at(given: &Attestation) -> Timestamp {
    let told = given.source.as_ref().and_then(|source| source.reference.rsplit(' ').next()?.parse().ok());
    told.unwrap_or(given.at)
}

/// How many changes the history had when a cell was taken in.
fn changes(reference: &str) -> Option<usize> {
    reference.split_once(" after ")?.1.split_once(' ')?.0.parse().ok()
}

fn short_hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let short = digest.iter().take(6).fold(0_u64, |short, byte| (short << 8) | u64::from(*byte));
    format!("{short:012x}")
}
