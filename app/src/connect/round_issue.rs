//! How do a campaign's issue and the ledger come to say the same?
//!
//! Everything is decided from what stands in the issue and in the ledger, so a sync that was cut short anywhere is simply done
//! again: what is there already is not made a second time. The caller sees to it that one process syncs at a time.

mod named;
mod said;
mod words;

use named::Named;

use super::tracker::{History, Issue, NewIssue, Note, Tracker, Trouble};
use crate::clock;
use jiff::{SignedDuration, Timestamp};
use keepsharp_domain::campaign::{Campaign, State, state};
use keepsharp_domain::fact::{Body, IssueLinked};
use keepsharp_domain::habit::Habits;
use keepsharp_domain::issue_text::{self, Before, Mark, Region, RowMarks, Shown, ShownRow, Written};
use keepsharp_domain::organisation::Organisation;
use keepsharp_domain::{Day, Refusal, World};
use keepsharp_store::{Decision, Store};
use sha2::{Digest, Sha256, Sha512};
use std::collections::BTreeSet;

/// How often one looks again while people are changing things.
const LOOKS: usize = 4;

/// What a sync did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Synced {
    /// Whether an issue was made, found or adopted.
    pub(crate) linked: bool,
    /// Whether the table was written.
    pub(crate) written: bool,
    /// How many counts were taken in.
    pub(crate) counts: u32,
    /// How many comments were made.
    pub(crate) comments: u32,
}

/// Most people mentioned in one comment: trackers tell no more of them.
const MENTIONS: usize = 50;

/// Brings a campaign's issue and the ledger together: takes in what people answered there, and writes what is known.
///
/// # Errors
/// Why it could not be done to its end. Doing it again later goes on where it ended.
pub(crate) fn sync(
    store: &Store,
    tracker: &dyn Tracker,
    public_url: &str,
    campaign: &str,
    now: Timestamp,
    today: Day,
) -> Result<Synced, Trouble> {
    let (mark, state) = {
        let world = store.world().map_err(|error| ledger(&error))?;
        let mark = Mark::new(world.origin().unwrap_or_default(), campaign);
        (mark, state(&world, world.campaign(campaign).map_err(Trouble::refused)?, today))
    };
    let mut round = Round {
        store,
        tracker,
        team_url: format!("{}/team", public_url.trim_end_matches('/')),
        campaign,
        mark,
        row_marks: RowMarks::new(&secret(store)?, campaign),
        state,
        now,
        today,
        me: String::new(),
        place: None,
        synced: Synced::default(),
    };
    round.run()?;
    Ok(round.synced)
}

fn ledger(error: &keepsharp_store::Error) -> Trouble {
    Trouble::later(format!("the ledger: {error}"))
}

/// By which managers' rows are marked: always the same, and known to nobody who has not the ledger's key. No credential hashes
/// to what is signed here.
pub(crate) fn secret(store: &Store) -> Result<[u8; 32], Trouble> {
    let hashes = Sha512::digest(b"keepsharp issue marks").into();
    let signature = store.sign_credential(&hashes).map_err(|error| Trouble::refused(error.to_string()))?;
    Ok(Sha256::digest(signature).into())
}

/// One sync under way.
struct Round<'a> {
    store: &'a Store,
    tracker: &'a dyn Tracker,
    team_url: String,
    campaign: &'a str,
    mark: Mark,
    row_marks: RowMarks,
    state: State,
    now: Timestamp,
    today: Day,
    me: String,
    /// Project and number of the issue.
    place: Option<(String, u64)>,
    synced: Synced,
}

/// The issue as it was read.
struct Seen {
    issue: Issue,
    notes: Vec<Note>,
    history: History,
    /// What comments of ours say already, by the hidden keys in them.
    said: BTreeSet<String>,
}

impl Round<'_> {
    fn run(&mut self) -> Result<(), Trouble> {
        let (linked, named) = self.world(|world, campaign| {
            let named = campaign.about.get("issue").map(Named::read).transpose();
            (world.rounds().issue(self.campaign).cloned(), named)
        })?;
        let named = named?;
        // A campaign that asks goes where its definition says, also from an issue that is gone.
        let is_other = |link: &IssueLinked| named.as_ref().is_some_and(|named| named.number() != link.number);
        let linked = linked.filter(|link| self.state != State::Open || !is_other(link));
        if linked.is_none() && self.state != State::Open {
            return Ok(());
        }
        self.me = self.tracker.me()?;
        self.place = Some(match linked {
            Some(link) if link.tracker == self.tracker.kind() => (link.project.into(), link.number),
            Some(link) => {
                let why = format!("the table stands in {}, which is another tracker than the settings name", link.url);
                return Err(Trouble::refused(why));
            }
            None => self.link(named.as_ref())?,
        });
        let mut seen = self.look()?;
        if let Some(named) = named.filter(|_| self.state == State::Open) {
            named.check(&seen.issue)?;
        }
        let region = issue_text::read(&seen.issue.text, &self.mark);
        if matches!(&region, Ok(Some(region)) if region.is_closed) {
            return self.tell_overwritten(&mut seen);
        }
        self.take_in(&mut seen)?;
        if let Err(broken) = region {
            self.say_once(&mut seen, &format!("broken-{broken:?}"), &words::broken(broken, &self.me))?;
            let why =
                format!("{}: {}; the table is not written until somebody mends it", seen.issue.url, broken.word());
            return Err(Trouble::refused(why));
        }
        self.tell_overwritten(&mut seen)?;
        let mut seen = self.write(seen)?;
        self.mention(&mut seen)
    }

    /// Asks the world as it is now. What is asked must not wait for the tracker: writers wait meanwhile.
    fn world<T>(&self, ask: impl FnOnce(&World, &Campaign) -> T) -> Result<T, Trouble> {
        let world = self.store.world().map_err(|error| ledger(&error))?;
        let campaign = world.campaign(self.campaign).map_err(Trouble::refused)?;
        Ok(ask(&world, campaign))
    }

    fn place(&self) -> Result<(&str, u64), Trouble> {
        let (project, number) = self.place.as_ref().ok_or_else(|| Trouble::refused("the campaign has no issue"))?;
        Ok((project, *number))
    }

    /// Reads comments, text and history, the latter two as they were at one moment: only so is it known over how many changes
    /// a text is written.
    fn look(&self) -> Result<Seen, Trouble> {
        let (project, number) = self.place()?;
        let notes = self.tracker.notes(project, number)?;
        let ours = notes.iter().filter(|note| note.author.eq_ignore_ascii_case(&self.me));
        let said = ours.flat_map(|note| words::keys(&note.text, &self.mark)).collect();
        let mut issue = self.tracker.issue(project, number)?;
        for _ in 0..LOOKS {
            let history = self.tracker.edits(project, number)?;
            if history == History::Untold {
                return Ok(Seen { issue, notes, history, said });
            }
            let again = self.tracker.issue(project, number)?;
            if again.text == issue.text {
                return Ok(Seen { issue, notes, history, said });
            }
            issue = again;
        }
        Err(Trouble::later(format!("{} is being changed at this moment", issue.url)))
    }

    /// Finds or makes the campaign's issue, and records where it is.
    fn link(&mut self, named: Option<&Named>) -> Result<(String, u64), Trouble> {
        let project = self.tracker.project().to_owned();
        let (issue, adopted) = match named {
            Some(named) => {
                let issue = self.tracker.issue(&project, named.number())?;
                named.check(&issue)?;
                (issue, true)
            }
            None => match self.made_before(&project)? {
                Some(issue) => (issue, false),
                None => (self.make(&project)?, false),
            },
        };
        let body = IssueLinked {
            campaign: self.campaign.into(),
            tracker: self.tracker.kind(),
            project: project.as_str().into(),
            number: issue.number,
            url: issue.url.as_str().into(),
            adopted,
        };
        let decide = move |world: &World| {
            let stands = |link: &IssueLinked| !adopted || link.number == body.number;
            let is_linked = world.rounds().issue(&body.campaign).is_some_and(stands);
            let drafts = if is_linked { Vec::new() } else { vec![Body::IssueLinked(body).into()] };
            Ok::<_, Refusal>((Decision::from(drafts), ()))
        };
        self.store.commit("system", decide).map_err(|error| ledger(&error))?;
        self.synced.linked = true;
        Ok((project, issue.number))
    }

    /// The issue that was made by an earlier sync which never heard of it.
    fn made_before(&self, project: &str) -> Result<Option<Issue>, Trouble> {
        let opened = self.world(|world, campaign| {
            let midnight = campaign.opens.to_zoned(clock::zone(world));
            midnight.map_or(Timestamp::UNIX_EPOCH, |midnight| midnight.timestamp())
        })?;
        let since = opened.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(opened);
        let found = self.tracker.recent(project, since)?.into_iter().filter(|issue| {
            let has_region = matches!(issue_text::find(&issue.text, &self.mark), Ok(Some(_)));
            // Somebody may have copied our text into an issue of their own.
            has_region && issue.author.eq_ignore_ascii_case(&self.me)
        });
        Ok(found.min_by_key(|issue| issue.number))
    }

    fn make(&mut self, project: &str) -> Result<Issue, Trouble> {
        let shown = self.shown()?;
        let region = self.region(&shown, Before::New)?;
        let title = self.world(|_, campaign| campaign.title.to_string())?;
        let title = if title.is_empty() { self.campaign.to_owned() } else { title };
        let new = NewIssue { text: words::new_issue(&region), title, ..NewIssue::default() };
        let issue = self.tracker.create(project, &new)?;
        self.synced.written = true;
        Ok(issue)
    }

    fn shown(&self) -> Result<Shown, Trouble> {
        let shown =
            |world: &World, campaign: &Campaign| issue_text::shown(world, campaign, &self.row_marks, self.today);
        self.world(shown)?.map_err(Trouble::refused)
    }

    fn region(&self, shown: &Shown, before: Before) -> Result<String, Trouble> {
        let checkpoint = self.store.checkpoint().map_err(|error| ledger(&error))?;
        let written = Written { at: self.now, before };
        Ok(issue_text::render(shown, &self.mark, written, &self.team_url, &checkpoint))
    }

    /// Whether the table is to be written: it says something else than is known and was not written today.
    fn is_due(&self, region: Option<&Region>, shown: &Shown) -> bool {
        let Some(region) = region else { return true };
        if shown.state == State::Closed {
            return !region.is_closed;
        }
        region.day.is_none_or(|day| day < self.today) && !region.says(&issue_text::body(shown, &self.team_url))
    }

    /// Writes the table where that is due, over the text as it is at that moment.
    fn write(&mut self, seen: Seen) -> Result<Seen, Trouble> {
        let region = issue_text::read(&seen.issue.text, &self.mark).map_err(|broken| self.is_broken(broken))?;
        if !self.is_due(region.as_ref(), &self.shown()?) {
            return Ok(seen);
        }
        let mut seen = self.look()?;
        // Taking something in takes time, in which people go on.
        for _ in 0..LOOKS {
            let before = (self.synced.counts, self.synced.comments);
            self.take_in(&mut seen)?;
            if before == (self.synced.counts, self.synced.comments) {
                break;
            }
            seen = self.look()?;
        }
        let before = match &seen.history {
            History::Told(edits) => Before::Changes(edits.len()),
            History::Untold => Before::Untold,
        };
        let region = self.region(&self.shown()?, before)?;
        let text = issue_text::place(&seen.issue.text, &self.mark, &region).map_err(|broken| self.is_broken(broken))?;
        let (project, number) = self.place()?;
        self.tracker.write(project, number, &text)?;
        self.synced.written = true;
        let mut seen = self.look()?;
        self.tell_overwritten(&mut seen)?;
        Ok(seen)
    }

    fn is_broken(&self, broken: issue_text::Broken) -> Trouble {
        Trouble::refused(format!("the issue of {}: {}", self.campaign, broken.word()))
    }

    /// Tells those whose change fell between our reading and our writing. The region says over how many changes it was
    /// written, so this is found whenever one looks, and not only right after.
    fn tell_overwritten(&mut self, seen: &mut Seen) -> Result<(), Trouble> {
        let Ok(Some(Region { written: Some(written), .. })) = issue_text::read(&seen.issue.text, &self.mark) else {
            return Ok(());
        };
        let (Before::Changes(known), History::Told(edits)) = (written.before, &seen.history) else { return Ok(()) };
        let since = edits.get(known..).unwrap_or_default();
        let Some(ours) = since.iter().position(|edit| edit.author.eq_ignore_ascii_case(&self.me)) else {
            return Ok(());
        };
        let lost: BTreeSet<String> = since.iter().take(ours).map(|edit| edit.author.clone()).collect();
        if lost.is_empty() {
            return Ok(());
        }
        let lost: Vec<String> = lost.into_iter().collect();
        self.say_once(seen, &format!("over-{}", written.at), &words::overwritten(&lost))
    }

    /// Mentions each manager of the table once, in working time, and whoever is on leave when they are back.
    fn mention(&mut self, seen: &mut Seen) -> Result<(), Trouble> {
        if self.state != State::Open || !self.is_working_time()? {
            return Ok(());
        }
        let shown = self.shown()?;
        if !shown.asks {
            return Ok(());
        }
        let closes = shown.closes;
        let new: Vec<(String, String)> = self.world(|world, _| {
            let is_away = |row: &ShownRow| {
                let manager = row.manager.and_then(|id| world.people().by_id(id)).and_then(|ix| world.people().get(ix));
                manager.is_some_and(|manager| manager.on_leave(self.today))
            };
            let rows = shown.rows.into_iter().filter(|row| words::can_be_mentioned(&row.username) && !is_away(row));
            let keyed = rows.filter_map(|row| Some((row.mark?.to_string(), row.username)));
            keyed.filter(|(key, _)| !seen.said.contains(key)).collect()
        })?;
        for some in new.chunks(MENTIONS) {
            let keys: Vec<String> = some.iter().map(|(key, _)| key.clone()).collect();
            let usernames: Vec<&str> = some.iter().map(|(_, username)| username.as_str()).collect();
            self.say(seen, &keys, &words::mention(&usernames, closes, &self.team_url))?;
        }
        Ok(())
    }

    /// Whether it is a time at which the organisation writes to people.
    fn is_working_time(&self) -> Result<bool, Trouble> {
        let is_working_time = |world: &World, _: &Campaign| {
            let none = Organisation::default();
            let habits = Habits::of(world.organisation().unwrap_or(&none))?;
            Ok(habits.is_working_time(&habits.zone(None), self.now))
        };
        self.world(is_working_time)?.map_err(|problem: String| Trouble::refused(problem))
    }

    /// Makes a comment unless one of ours has its key.
    fn say_once(&mut self, seen: &mut Seen, key: &str, text: &str) -> Result<(), Trouble> {
        if seen.said.contains(key) { Ok(()) } else { self.say(seen, &[key.to_owned()], text) }
    }

    fn say(&mut self, seen: &mut Seen, keys: &[String], text: &str) -> Result<(), Trouble> {
        let (project, number) = self.place()?;
        self.tracker.comment(project, number, &words::with_keys(text, &self.mark, keys))?;
        seen.said.extend(keys.iter().cloned());
        self.synced.comments += 1;
        Ok(())
    }
}
