//! Figures remembered until the ledger grows: what takes long for a large company is computed once for each state.

use std::any::Any;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

type Value = Arc<OnceLock<Arc<dyn Any + Send + Sync>>>;

/// What was computed for states of the ledger. Of more than its capacity, the oldest are forgotten.
pub(crate) struct Memo {
    capacity: usize,
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    by_key: HashMap<Key, Value>,
    in_order: VecDeque<Key>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    what: &'static str,
    size: u64,
    detail: String,
}

impl Memo {
    pub(crate) fn with_capacity(capacity: usize) -> Memo {
        Memo { capacity, entries: Mutex::default() }
    }

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
        if let Some(value) = entries.by_key.get(&key) {
            return Arc::clone(value);
        }
        if entries.in_order.len() >= self.capacity
            && let Some(oldest) = entries.in_order.pop_front()
        {
            entries.by_key.remove(&oldest);
        }
        let value = Value::default();
        entries.in_order.push_back(key.clone());
        entries.by_key.insert(key, Arc::clone(&value));
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_computed_once_for_each_state_and_the_oldest_is_forgotten() {
        let memo = Memo::with_capacity(2);
        let mut computed = 0;
        let mut ask = |size| {
            *memo.of("figure", size, String::new(), || {
                computed += 1;
                size
            })
        };
        assert_eq!([ask(1), ask(1), ask(2), ask(1), ask(3), ask(1)], [1, 1, 2, 1, 3, 1]);
        assert_eq!(computed, 4, "the first was forgotten when the third came");
    }
}
