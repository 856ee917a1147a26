//! Evidence packs that somebody asked for by a button: made one at a time, and kept until they were fetched or an hour has passed.

use crate::evidence;
use crate::web::App;
use jiff::{SignedDuration, Timestamp};
use keepsharp_domain::PersonId;
use keepsharp_domain::evidence::{Evidence, Opened, Query};
use keepsharp_domain::fact::HandedFile;
use keepsharp_domain::requirement::Outcome;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// How long a pack waits to be fetched.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);
/// How many are waited for or kept at once.
const MOST: usize = 8;

/// Who made and kept packs are known to.
#[derive(Default)]
pub(crate) struct PackDesk {
    orders: Mutex<BTreeMap<String, Order>>,
    came: Condvar,
}

/// A pack that somebody asked for.
#[derive(Clone)]
pub(crate) struct Order {
    /// Whose session asked; nobody else may fetch it.
    pub(crate) subject: String,
    pub(crate) query: Query,
    /// How many people a sample may open at most, where it is not for its asker to say.
    pub(crate) most_opened: Option<usize>,
    at: Timestamp,
    number: u64,
    pub(crate) progress: Progress,
}

/// What is asked for.
pub(crate) struct Wanted {
    /// Whose session asks.
    pub(crate) subject: String,
    pub(crate) query: Query,
    /// How many people a sample may open at most.
    pub(crate) most_opened: Option<usize>,
}

/// How far a pack is.
#[derive(Clone)]
pub(crate) enum Progress {
    Waiting,
    /// What is being done.
    Working(String),
    Ready(Arc<Ready>),
    Failed(String),
}

impl Progress {
    fn is_over(&self) -> bool {
        matches!(self, Progress::Ready(_) | Progress::Failed(_))
    }
}

/// A pack that was made.
pub(crate) struct Ready {
    file: File,
    pub(crate) handed: HandedFile,
    /// Whose names it opens, where it opens those of a sample.
    pub(crate) sampled: Vec<PersonId>,
    pub(crate) due: usize,
    pub(crate) deviations: usize,
    pub(crate) in_sample: usize,
    /// The state of the ledger: how many facts, and their root.
    pub(crate) checkpoint: (u64, String),
}

impl Ready {
    /// The pack's bytes.
    ///
    /// # Errors
    /// Where the file can't be read any more.
    pub(crate) fn bytes(&self) -> std::io::Result<Vec<u8>> {
        // LIMIT: a pack is held in memory while it is sent: some 60 MB of 100,000 people.
        let (mut bytes, mut file) = (Vec::new(), self.file.try_clone()?);
        file.seek(SeekFrom::Start(0))?;
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl PackDesk {
    fn held(&self) -> MutexGuard<'_, BTreeMap<String, Order>> {
        // An order is replaced as a whole, so that one whose thread ended in between is still one.
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for a pack; `id` is its name from now on.
    ///
    /// # Errors
    /// Where too many are asked for already.
    pub(crate) fn ask(&self, id: String, wanted: Wanted, now: Timestamp) -> Result<(), String> {
        self.clear(now);
        let Wanted { subject, query, most_opened } = wanted;
        let mut orders = self.held();
        if orders.values().any(|order| order.subject == subject && !order.progress.is_over()) {
            return Err("Your last pack is still being made; wait for it, or load its page again.".to_owned());
        }
        // One for each: the next takes the place of their last.
        orders.retain(|_, order| order.subject != subject);
        if orders.len() >= MOST {
            return Err("Several packs are being made already; try again in a few minutes.".to_owned());
        }
        let number = orders.values().map(|order| order.number).max().unwrap_or(0) + 1;
        orders.insert(id, Order { subject, query, most_opened, at: now, number, progress: Progress::Waiting });
        self.came.notify_one();
        Ok(())
    }

    /// The pack of this name that this session asked for.
    pub(crate) fn find(&self, id: &str, subject: &str, now: Timestamp) -> Option<Order> {
        self.clear(now);
        self.held().get(id).filter(|order| order.subject == subject).cloned()
    }

    /// Lets go of what nobody fetched in time; its bytes go with it.
    pub(crate) fn clear(&self, now: Timestamp) {
        let is_kept = |order: &Order| order.at.saturating_add(PATIENCE).is_ok_and(|until| now < until);
        self.held().retain(|_, order| !order.progress.is_over() || is_kept(order));
    }

    fn tell(&self, id: &str, progress: Progress, now: Timestamp) {
        if let Some(order) = self.held().get_mut(id) {
            (order.progress, order.at) = (progress, now);
        }
    }

    /// The next that waits, once there is one.
    fn next(&self) -> (String, Query, Option<usize>) {
        let mut orders = self.held();
        loop {
            let waiting = orders.iter().filter(|(_, order)| matches!(order.progress, Progress::Waiting));
            if let Some((id, order)) = waiting.min_by_key(|(_, order)| order.number) {
                return (id.clone(), order.query.clone(), order.most_opened);
            }
            orders = self.came.wait(orders).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Makes packs for ever, one after the other.
pub(crate) fn keep_making(app: &App) {
    loop {
        make_next(app);
    }
}

/// Makes the next pack, waiting for one to be asked for.
pub(crate) fn make_next(app: &App) {
    let (id, query, most_opened) = app.packs.next();
    let tell = |progress| app.packs.tell(&id, progress, (app.clock)());
    tell(Progress::Working("beginning".to_owned()));
    let made = make(app, &query, most_opened, |doing| tell(Progress::Working(doing.to_owned())));
    let progress = match made {
        Ok(ready) => Progress::Ready(Arc::new(ready)),
        Err(problem) => {
            crate::cli::log(&format!("an evidence pack: {problem}"));
            Progress::Failed(problem)
        }
    };
    tell(progress);
}

fn make(app: &App, query: &Query, most: Option<usize>, told: impl FnMut(&str)) -> Result<Ready, String> {
    let cannot = |error: std::io::Error| format!("the pack can't be written: {error}");
    // Without a name: nothing of it is left behind, however this process ends.
    let mut file = tempfile::tempfile().map_err(cannot)?;
    let built = evidence::build(&app.store, query, &file, told)?.0;
    let (sha256, bytes) = hashed(&mut file).map_err(cannot)?;
    let evidence = &built.evidence;
    if let Some(most) = most.filter(|most| query.opened == Opened::Sample && evidence.sampled.len() > *most) {
        return Err(format!(
            "this sample would open the names of {} people, and a room opens {most} at most; draw a smaller one, or ask the owner",
            evidence.sampled.len()
        ));
    }
    Ok(Ready {
        handed: HandedFile { name: name(query).into(), sha256: sha256.into(), bytes },
        sampled: sampled(evidence),
        due: evidence.requirements.len(),
        deviations: evidence.count(Outcome::Late) + evidence.count(Outcome::Missed),
        in_sample: evidence.sample.len(),
        checkpoint: (built.checkpoint.size, built.checkpoint.root.to_base64()),
        file,
    })
}

/// What the file of a pack is called: letters, digits, full stops and hyphens only.
fn name(query: &Query) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c } else { '-' };
    let control: String = query.control.chars().map(plain).take(60).collect();
    format!("evidence-{control}-{}-{}.zip", query.from, query.to)
}

fn sampled(evidence: &Evidence) -> Vec<PersonId> {
    if evidence.query.opened != Opened::Sample {
        return Vec::new();
    }
    let mut people: Vec<PersonId> = evidence.sample.iter().map(|row| row.person).collect();
    people.sort_unstable();
    people.dedup();
    people
}

fn hashed(file: &mut File) -> std::io::Result<(String, u64)> {
    file.seek(SeekFrom::Start(0))?;
    let (mut hasher, mut buffer, mut total) = (Sha256::new(), vec![0; 1 << 16], 0_u64);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hasher.update(buffer.get(..read).unwrap_or_default());
        total += read as u64;
    }
    Ok((crate::cli::hex(&hasher.finalize()), total))
}
