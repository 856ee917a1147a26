//! Figures remembered until the ledger grows: what takes long for a large company is computed once for each state.

use std::any::Any;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// How many figures are remembered.
const MOST: usize = 48;

type Value = Arc<OnceLock<Arc<dyn Any + Send + Sync>>>;

/// What was computed for states of the ledger.
#[derive(Default)]
pub(crate) struct Memo {
    entries: Mutex<Vec<(Key, Value)>>,
}

#[derive(Clone, PartialEq, Eq)]
struct Key {
    what: &'static str,
    size: u64,
    detail: String,
}

impl Memo {
    /// The figure `what` for the state of the ledger after `size` facts; `detail` tells apart what differs beside.
    /// Whoever asks for the same at once waits for the one who computes it.
    pub(crate) fn of<T: Send + Sync + 'static>(
        &self,
        what: &'static str,
        size: u64,
        detail: String,
        make: impl FnOnce() -> T,
    ) -> Arc<T> {
        let value = self.entry(Key { what, size, detail });
        let mut made = Some(make);
        let found = value.get_or_init(|| match made.take() {
            Some(make) => Arc::new(make()),
            None => Arc::new(()),
        });
        // One key always holds one type; were it not so, computing anew is the answer that is never wrong.
        match Arc::clone(found).downcast::<T>() {
            Ok(value) => value,
            Err(_) => match made.take() {
                Some(make) => Arc::new(make()),
                None => std::process::abort(),
            },
        }
    }

    fn entry(&self, key: Key) -> Value {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = entries.iter().position(|(other, _)| *other == key) {
            let entry = entries.remove(place);
            let value = Arc::clone(&entry.1);
            entries.push(entry);
            return value;
        }
        if entries.len() >= MOST {
            entries.remove(0);
        }
        let value = Value::default();
        entries.push((key, Arc::clone(&value)));
        value
    }
}
