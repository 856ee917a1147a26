//! Recomputing everything from the stored bytes: is the ledger whole, and is every private part the one that was sealed?

use crate::commit::Store;
use crate::{Error, fold, log};
use keepsharp_domain::Fact;
use keepsharp_domain::fact::Body;
use keepsharp_ledger::verify::{LogVerifier, Problem};
use keepsharp_ledger::{Checkpoint, Frontier, Hash, VerifierKey, note};

/// What a ledger was found to be.
#[derive(Clone, Debug)]
pub struct Verified {
    /// Facts.
    pub facts: u64,
    /// Root of their tree.
    pub root: Hash,
    /// Private parts that are there and open what was sealed.
    pub private_parts: u64,
    /// Sealed facts whose private part was erased.
    pub erased: u64,
    /// Signed heads that fit.
    pub checkpoints: u64,
}

impl Store {
    /// Recomputes the whole ledger from the stored bytes.
    ///
    /// # Errors
    /// Names the first fact that is not as it was recorded; or what else does not fit.
    pub fn verify(&self) -> Result<Verified, Error> {
        self.with_reader(|engine| {
            engine.begin_reading()?;
            let verified = verify(engine);
            engine.batch("COMMIT")?;
            verified
        })
    }
}

fn problem(seq: Option<u64>, message: impl Into<String>) -> Error {
    Error::Broken(Problem { seq, message: message.into() })
}

fn verify(engine: &mut crate::engine::Engine) -> Result<Verified, Error> {
    let head = log::head(engine, false)?;
    let checkpoints = log::checkpoints(engine)?;
    let mut check = Check {
        log: LogVerifier::new(),
        checkpoints: &checkpoints,
        fitting: 0,
        signed_size: 0,
        keys: Vec::new(),
        private_parts: 0,
        erased: 0,
    };
    log::facts(engine, 0, |recorded| check.fact(recorded))?;
    check.finish(&head.frontier)
}

struct Check<'c> {
    log: LogVerifier,
    /// Those not met yet, by size.
    checkpoints: &'c [(u64, String)],
    fitting: u64,
    /// Size of the latest checkpoint that fits.
    signed_size: u64,
    /// The keys that the facts announced so far.
    keys: Vec<VerifierKey>,
    private_parts: u64,
    erased: u64,
}

impl Check<'_> {
    fn fact(&mut self, recorded: log::Recorded) -> Result<(), Error> {
        let due = self.log.size();
        if recorded.seq != due {
            return Err(problem(Some(due), if recorded.seq > due { "it is missing" } else { "it stands there twice" }));
        }
        let hash = recorded.hash.ok_or_else(|| problem(Some(due), "its recorded hash can't be read"))?;
        let envelope = self.log.follow_recorded(recorded.bytes, &hash).map_err(Error::Broken)?;
        let fact = Fact::read(recorded.bytes, recorded.private).map_err(|message| problem(Some(due), message))?;
        match (&envelope.sealed, recorded.private) {
            (Some(sealed), Some(private)) if fold::opens(sealed, private) => self.private_parts += 1,
            (Some(_), Some(_)) => return Err(problem(Some(due), "its private part is not the one that was sealed")),
            (Some(_), None) => self.erased += 1,
            (None, Some(_)) => return Err(problem(Some(due), "it has a private part, and sealed none")),
            (None, None) => {}
        }
        self.learn_key(due, &fact.body)?;
        self.meet_checkpoint()
    }

    /// A new key counts from here on where the one before it has signed for it.
    fn learn_key(&mut self, seq: u64, body: &Body) -> Result<(), Error> {
        let key = match body {
            Body::LedgerStarted(body) if seq == 0 => &body.key,
            Body::KeyAnnounced(body) => {
                let signed = note::open_note(&body.note, &self.keys).map_err(|error| {
                    problem(Some(seq), format!("the old key does not speak for the new one: {error}"))
                })?;
                if signed.trim_end() != &*body.key {
                    return Err(problem(Some(seq), "the old key speaks for another key than the one announced"));
                }
                &body.key
            }
            Body::LedgerStarted(_) => return Err(problem(Some(seq), "a ledger starts with its first fact only")),
            _ => return Ok(()),
        };
        let key = key.parse().map_err(|error| problem(Some(seq), format!("its key can't be read: {error}")))?;
        // From here on the old key signs nothing more; the announcement itself is still under its signature.
        self.keys =
            if seq == 0 { vec![key] } else { self.keys.drain(..).next_back().into_iter().chain([key]).collect() };
        Ok(())
    }

    /// Compares the signed head of this size, if there is one.
    fn meet_checkpoint(&mut self) -> Result<(), Error> {
        let Some(((size, note), rest)) =
            self.checkpoints.split_first().filter(|((size, _), _)| *size <= self.log.size())
        else {
            return Ok(());
        };
        self.checkpoints = rest;
        let told = Checkpoint::read_unverified(note)
            .map_err(|error| problem(None, format!("the checkpoint of size {size} can't be read: {error}")))?;
        let signed = Checkpoint::open(note, &self.keys).is_ok();
        if signed && told.size == self.log.size() && told.root == self.log.root() {
            self.fitting += 1;
            self.signed_size = told.size;
            return Ok(());
        }
        Err(problem(
            Some(self.log.size() - 1),
            if signed {
                format!(
                    "the facts up to here do not give the root that was signed when the ledger had {size}: one of them, or one before since the last checkpoint that fits, was exchanged together with its hash"
                )
            } else {
                format!("the stored checkpoint of size {size} was changed; its signature does not fit")
            },
        ))
    }

    fn finish(self, frontier: &Frontier) -> Result<Verified, Error> {
        let size = self.log.size();
        if size < frontier.size() {
            return Err(problem(Some(size), format!("it is missing; the ledger had {} facts", frontier.size())));
        }
        if size > frontier.size() || self.log.root() != frontier.root() {
            return Err(problem(None, format!("the {size} facts do not give the stored head")));
        }
        if let Some((size, _)) = self.checkpoints.first() {
            return Err(problem(None, format!("a checkpoint was signed for {size} facts, and there are fewer")));
        }
        if self.signed_size != size {
            return Err(problem(
                None,
                format!(
                    "the last {} facts are under no signed checkpoint, and every append signs one",
                    size - self.signed_size
                ),
            ));
        }
        Ok(Verified {
            facts: size,
            root: self.log.root(),
            private_parts: self.private_parts,
            erased: self.erased,
            checkpoints: self.fitting,
        })
    }
}
