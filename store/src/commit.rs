//! Changing anything: catch up, decide, append, apply. Requests that come together are written together.

use crate::encode::encode;
use crate::engine::{Engine, Place};
use crate::learning::Lessons;
use crate::log;
use crate::outbox::{self, Letter, MessageLink};
use crate::session::Session;
use crate::{Error, erase, fold, schema};
use jiff::Timestamp;
use keepsharp_domain::fact::{Body, LedgerStarted};
use keepsharp_domain::{Draft, Fact, PersonId, Refusal, World};
use keepsharp_ledger::{Checkpoint, SigningKey};
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

/// What a decision writes.
#[derive(Debug, Default)]
pub struct Decision {
    /// The facts.
    pub drafts: Vec<Draft>,
    /// Whose private parts are erased with them.
    pub erase: Vec<PersonId>,
    /// Letters that are put into the outbox with them: recorded and posted, or neither.
    pub letters: Vec<Letter>,
    /// The links in those letters.
    pub links: Vec<MessageLink>,
}

impl From<Vec<Draft>> for Decision {
    fn from(drafts: Vec<Draft>) -> Decision {
        Decision { drafts, ..Decision::default() }
    }
}

/// What was done.
#[derive(Debug)]
pub struct Committed<T> {
    /// What the decision told.
    pub told: T,
    /// How many facts were written for it.
    pub facts: u64,
    /// The ledger's size afterwards.
    pub size: u64,
}

/// Where the time of a fact comes from.
pub type Clock = Box<dyn Fn() -> Timestamp + Send + Sync>;

type Decide = Box<dyn FnOnce(&World) -> Result<Decision, Refusal> + Send>;
type Answer = Arc<Mutex<Option<Result<(u64, u64), Error>>>>;

struct Request {
    by: String,
    decide: Decide,
    answer: Answer,
}

/// A ledger, where it is kept, and the world folded from it.
///
/// Any number of processes may hold the same place open. Each follows the ledger before it answers or decides.
pub struct Store {
    place: Place,
    pub(crate) key: Option<SigningKey>,
    clock: Clock,
    reader: Mutex<Engine>,
    /// For what is kept beside the ledger; made at first use, since most commands need none of it.
    side: Mutex<Option<Engine>>,
    writer: Mutex<Option<Engine>>,
    queue: Mutex<Queue>,
    /// Writes what learners do, many at a time.
    pub(crate) lessons: Lessons,
    /// What is known of the database as the reader last saw it.
    known: Mutex<Known>,
    /// Told to everybody who waits, after each group.
    written: Condvar,
    world: RwLock<World>,
}

/// What is known of one state of the database.
#[derive(Default)]
pub(crate) struct Known {
    version: Option<u64>,
    /// Sessions by the hash of their token, as long as nothing is written.
    pub(crate) sessions: HashMap<String, Session>,
}

/// The requests that wait for the next write.
#[derive(Default)]
struct Queue {
    waiting: Vec<Request>,
    /// Whether somebody is writing; whoever comes meanwhile waits to be written for.
    is_writing: bool,
    /// How many the last write was for.
    last_group: usize,
}

/// A lock is only poisoned by a panic, which ends the program in a release build; in tests the value is still whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    /// Opens a place, makes its tables where there are none, and folds its facts.
    /// `key` is told whether the ledger is still empty and gives the key that signs what is written; without one the ledger
    /// can only be read. A new ledger takes its name from the key.
    ///
    /// # Errors
    /// Where the place can't be reached, was made by a newer program, or its ledger does not fit together.
    pub fn open(
        place: Place,
        key: impl FnOnce(bool) -> Result<Option<SigningKey>, Error>,
        clock: Clock,
    ) -> Result<Store, Error> {
        let mut reader = Engine::open(&place)?;
        schema::migrate(&mut reader)?;
        let world = fold::everything(&mut reader)?;
        let key = key(world.size() == 0)?;
        let store = Store {
            place,
            key,
            clock,
            reader: Mutex::new(reader),
            side: Mutex::new(None),
            lessons: Lessons::default(),
            known: Mutex::default(),
            writer: Mutex::new(None),
            queue: Mutex::default(),
            written: Condvar::new(),
            world: RwLock::new(world),
        };
        store.check_key()?;
        if store.peek().size() == 0 && store.key.is_some() {
            store.begin_ledger()?;
        }
        Ok(store)
    }

    fn check_key(&self) -> Result<(), Error> {
        let world = self.peek();
        let (Some(key), Some(expected)) = (&self.key, world.key()) else { return Ok(()) };
        let found = key.verifier().to_string();
        if found == expected {
            return Ok(());
        }
        Err(Error::Key(format!(
            "the signing key is not the one of this ledger: it is {found}, the ledger is signed with {expected}. Put the right key back; it is kept apart from the database"
        )))
    }

    fn begin_ledger(&self) -> Result<(), Error> {
        let Some(key) = &self.key else { return Ok(()) };
        let body = LedgerStarted { origin: key.name().into(), key: key.verifier().to_string().into() };
        let started = move |world: &World| {
            // Another process may have begun it in between.
            let drafts = if world.size() == 0 { vec![Body::LedgerStarted(body).into()] } else { Vec::new() };
            Ok((Decision::from(drafts), ()))
        };
        self.commit("system", started)?;
        self.check_key()
    }

    /// The world as this process last saw it.
    fn peek(&self) -> RwLockReadGuard<'_, World> {
        self.world.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the ledger is in a file here, so that looking into it takes microseconds and no network.
    #[must_use]
    pub fn is_on_this_machine(&self) -> bool {
        matches!(self.place, Place::Sqlite(_))
    }

    /// The world as this process last saw it, for whoever followed the ledger a moment ago for the same request.
    pub fn seen(&self) -> RwLockReadGuard<'_, World> {
        self.peek()
    }

    /// The world with everything that any process has written by now.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn world(&self) -> Result<RwLockReadGuard<'_, World>, Error> {
        let mut reader = locked(&self.reader);
        if !self.has_changed(&mut reader)? {
            drop(reader);
            return Ok(self.peek());
        }
        let size = if let Ok(size) = log::size(&mut reader) {
            size
        } else {
            // A database that was restarted is asked once more over a fresh connection.
            *reader = Engine::open(&self.place)?;
            log::size(&mut reader)?
        };
        if size != self.peek().size() {
            let mut world = self.world.write().unwrap_or_else(PoisonError::into_inner);
            if world.size() < size {
                fold::follow(&mut reader, &mut world)?;
            }
        }
        drop(reader);
        Ok(self.peek())
    }

    /// Whether anything, here or in another process, has written since this was asked last. What is remembered of sessions
    /// is forgotten then.
    fn has_changed(&self, reader: &mut Engine) -> Result<bool, Error> {
        let version = reader.version()?;
        let mut known = locked(&self.known);
        if version.is_some() && version == known.version {
            return Ok(false);
        }
        *known = Known { version, sessions: HashMap::new() };
        Ok(true)
    }

    /// The world as it was known at an instant, folded from the facts recorded by then.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn world_known_at(&self, known_at: Timestamp) -> Result<World, Error> {
        // A connection of its own: folding all of a large ledger takes seconds, and others ask meanwhile.
        let reader = &mut Engine::open(&self.place)?;
        reader.begin_reading()?;
        let folded = log::head(reader, false).and_then(|head| fold::until(reader, &head, Some(known_at)));
        reader.batch("COMMIT")?;
        folded
    }

    /// Decides on a request in a world that nobody changes meanwhile, and writes what was decided. When this returns,
    /// it is on the disk.
    ///
    /// # Errors
    /// Where the decision refuses, or the database can't write it; the ledger is then as it was.
    pub fn commit<T, D>(&self, by: &str, decide: D) -> Result<Committed<T>, Error>
    where
        T: Send + 'static,
        D: FnOnce(&World) -> Result<(Decision, T), Refusal> + Send + 'static,
    {
        let told: Arc<Mutex<Option<T>>> = Arc::default();
        let answer: Answer = Arc::default();
        let tell = Arc::clone(&told);
        let decide: Decide = Box::new(move |world| {
            let (decision, value) = decide(world)?;
            *locked(&tell) = Some(value);
            Ok(decision)
        });
        self.have_written(Request { by: by.to_owned(), decide, answer: Arc::clone(&answer) });
        let (facts, size) = locked(&answer).take().unwrap_or_else(|| Err(no_answer()))?;
        let told = locked(&told).take().ok_or_else(no_answer)?;
        Ok(Committed { told, facts, size })
    }

    /// Returns when the request is answered. Whoever comes while nobody writes, writes for everybody who waits; who comes
    /// while somebody writes waits for the group after it.
    fn have_written(&self, request: Request) {
        let answer = Arc::clone(&request.answer);
        let mut queue = locked(&self.queue);
        queue.waiting.push(request);
        while locked(&answer).is_none() {
            if queue.is_writing {
                queue = self.written.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            queue.is_writing = true;
            if queue.last_group > 1 {
                // Those answered together come back together: a moment's patience saves each of them a write of its own.
                drop(queue);
                std::thread::yield_now();
                queue = locked(&self.queue);
            }
            let requests = std::mem::take(&mut queue.waiting);
            queue.last_group = requests.len();
            drop(queue);
            self.write(&mut locked(&self.writer), requests);
            queue = locked(&self.queue);
            queue.is_writing = false;
            self.written.notify_all();
        }
    }

    /// Writes a group of requests in one transaction and answers each.
    fn write(&self, writer: &mut Option<Engine>, requests: Vec<Request>) {
        let mut group = Group { answers: Vec::new(), applied_early: false };
        let written = self.write_group(writer, requests, &mut group);
        if let Err(error) = &written {
            if let Some(engine) = writer {
                // The connection may be what is broken; then there is nothing left to roll back.
                let _ = engine.batch("ROLLBACK");
            }
            if group.applied_early && self.fold_anew().is_err() {
                // A world that holds what was never written must not answer.
                std::process::abort();
            }
            if !matches!(error, Error::Refused(_)) {
                *writer = None;
            }
        }
        for (answer, done) in group.answers {
            let done = match (&written, done) {
                (_, Err(refusal)) => Err(Error::Refused(refusal)),
                (Ok(size), Ok(facts)) => Ok((facts, *size)),
                (Err(error), Ok(_)) => Err(again(error)),
            };
            *locked(&answer) = Some(done);
        }
    }

    fn write_group(
        &self,
        writer: &mut Option<Engine>,
        requests: Vec<Request>,
        group: &mut Group,
    ) -> Result<u64, Error> {
        let answers: Vec<Answer> = requests.iter().map(|request| Arc::clone(&request.answer)).collect();
        // Until a request is decided, whatever goes wrong concerns it too.
        group.answers = answers.into_iter().map(|answer| (answer, Ok(0))).collect();
        let engine = match writer {
            Some(engine) => engine,
            None => writer.insert(Engine::open(&self.place)?),
        };
        engine.begin()?;
        let mut head = log::head(engine, true)?;
        self.catch_up(engine, head.size)?;
        let last = requests.len().saturating_sub(1);
        let (mut encoded, mut facts, mut erased) = (Vec::new(), Vec::new(), Vec::new());
        let now = (self.clock)();
        for (index, request) in requests.into_iter().enumerate() {
            let decided = (request.decide)(&self.peek());
            let decision = match decided {
                Ok(decision) => decision,
                Err(refusal) => {
                    set(group, index, Err(refusal));
                    continue;
                }
            };
            set(group, index, Ok(decision.drafts.len() as u64));
            erased.extend(decision.erase);
            outbox::post_within(engine, &decision.letters, now)?;
            outbox::link_within(engine, &decision.links)?;
            let from = head.size + encoded.len() as u64;
            let at = self.instant(&facts);
            let new = encode(from, at, &request.by, decision.drafts, &mut encoded)?;
            if index < last && !new.is_empty() {
                // The next request is decided in a world that has this one's facts.
                group.applied_early = true;
                self.apply(new)?;
            } else {
                facts.extend(new);
            }
        }
        if !encoded.is_empty() {
            let key = self.key.as_ref().ok_or_else(no_key)?;
            log::append(engine, &mut head, &encoded)?;
            let checkpoint = Checkpoint { origin: key.name().to_owned(), size: head.size, root: head.frontier.root() };
            log::keep_checkpoint(engine, head.size, &checkpoint.sign(key))?;
        }
        erase::within(engine, &erased)?;
        engine.batch("COMMIT")?;
        if !erased.is_empty() {
            erase::afterwards(engine)?;
        }
        group.applied_early = true;
        self.apply(facts)?;
        Ok(head.size)
    }

    fn catch_up(&self, engine: &mut Engine, size: u64) -> Result<(), Error> {
        if self.peek().size() == size {
            return Ok(());
        }
        let mut world = self.world.write().unwrap_or_else(PoisonError::into_inner);
        if world.size() > size {
            return Err(Error::Engine(
                "the ledger is shorter than it was; the database was exchanged under a running process".to_owned(),
            ));
        }
        fold::follow(engine, &mut world)
    }

    fn apply(&self, facts: Vec<Fact>) -> Result<(), Error> {
        if facts.is_empty() {
            return Ok(());
        }
        let mut world = self.world.write().unwrap_or_else(PoisonError::into_inner);
        for fact in facts {
            let seq = fact.seq;
            world
                .apply(fact)
                .map_err(|message| Error::Engine(format!("fact {seq} was refused by the rules: {message}")))?;
        }
        world.settle();
        Ok(())
    }

    fn fold_anew(&self) -> Result<(), Error> {
        let fresh = fold::everything(&mut locked(&self.reader))?;
        *self.world.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// The instant of the next fact: now, to the millisecond, and never before the last one's.
    fn instant(&self, facts: &[Fact]) -> Timestamp {
        let now = (self.clock)();
        let now = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
        let last = facts.last().map(|fact| fact.at).or_else(|| self.peek().last_at());
        last.map_or(now, |last| last.max(now))
    }

    /// Gives the world up without taking it apart, for a process that ends: giving back the memory of a large company
    /// piece by piece would only take time.
    pub fn let_go(&self) {
        let world = std::mem::take(&mut *self.world.write().unwrap_or_else(PoisonError::into_inner));
        std::mem::forget(world);
    }

    /// The latest signed head.
    ///
    /// # Errors
    /// Where the database can't be read or nothing was written yet.
    pub fn checkpoint(&self) -> Result<String, Error> {
        // Not over the reader's connection: whoever asks may hold the world, and the reader may wait for the world.
        self.aside(log::latest_checkpoint)?
            .ok_or_else(|| Error::Key("the ledger is empty, so there is nothing to sign".to_owned()))
    }

    /// Hands over every stored fact in order, from one state of the ledger, and gives that state's latest checkpoint.
    ///
    /// # Errors
    /// Where the database can't be read, or `each` refuses.
    pub fn export(&self, mut each: impl FnMut(log::Recorded) -> Result<(), Error>) -> Result<Option<String>, Error> {
        // A connection of its own: handing over a large ledger takes seconds, and others ask meanwhile.
        let reader = &mut Engine::open(&self.place)?;
        reader.begin_reading()?;
        let exported =
            log::latest_checkpoint(reader).and_then(|checkpoint| log::facts(reader, 0, &mut each).map(|()| checkpoint));
        reader.batch("COMMIT")?;
        exported
    }

    /// What is known of the database as it was when [`Store::world`] was asked last.
    pub(crate) fn known(&self) -> MutexGuard<'_, Known> {
        locked(&self.known)
    }

    /// Whether what is known can be held against later changes by others.
    pub(crate) fn is_versioned(&self) -> bool {
        locked(&self.known).version.is_some()
    }

    /// Works on what is kept beside the ledger: sessions, links, attempts, mail. A connection that failed is made anew.
    pub(crate) fn aside<T>(&self, work: impl FnOnce(&mut Engine) -> Result<T, Error>) -> Result<T, Error> {
        let mut side = locked(&self.side);
        let engine = match side.as_mut() {
            Some(engine) => engine,
            None => side.insert(Engine::open(&self.place)?),
        };
        let done = work(engine);
        if done.is_err() {
            *side = None;
        }
        done
    }

    /// Where it is kept.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// Runs a check on the stored ledger itself, not on what this process remembers of it. A connection of its own: it may
    /// take seconds, and whoever asks may hold the world, for which the reader may wait.
    pub(crate) fn with_reader<T>(&self, look: impl FnOnce(&mut Engine) -> Result<T, Error>) -> Result<T, Error> {
        look(&mut Engine::open(&self.place)?)
    }
}

struct Group {
    answers: Vec<(Answer, Result<u64, Refusal>)>,
    /// Whether the world holds facts that are not written yet.
    applied_early: bool,
}

fn set(group: &mut Group, index: usize, done: Result<u64, Refusal>) {
    if let Some(slot) = group.answers.get_mut(index) {
        slot.1 = done;
    }
}

fn no_key() -> Error {
    Error::Key("there is no signing key, so nothing can be written. Put the ledger's key back where it was, or name it in the settings".to_owned())
}

fn no_answer() -> Error {
    Error::Engine("the request was not answered".to_owned())
}

/// The same trouble, told to the next of those who wait for one write.
fn again(error: &Error) -> Error {
    match error {
        Error::Full(what) => Error::Full(what.clone()),
        Error::ReadOnly(what) => Error::ReadOnly(what.clone()),
        Error::Broken(problem) => Error::Broken(problem.clone()),
        Error::Key(what) => Error::Key(what.clone()),
        Error::Engine(what) => Error::Engine(what.clone()),
        Error::Newer { found, known } => Error::Newer { found: *found, known: *known },
        Error::Refused(refusal) => Error::Refused(refusal.clone()),
    }
}
