//! Whether an answer is right.

use crate::model::{Item, Task};
use std::collections::BTreeSet;

/// Whether what was chosen answers an item: places of choices or lines as the author wrote them, counted from 1.
///
/// # Errors
/// Where it is no answer to this item: nothing chosen, a choice that there is not, one step twice.
pub fn is_right(item: &Item, chosen: &[usize]) -> Result<bool, &'static str> {
    match &item.task {
        Task::Choose(choices) => match chosen {
            [one] => one
                .checked_sub(1)
                .and_then(|place| choices.get(place))
                .map(|choice| choice.is_right)
                .ok_or("choose one of the answers"),
            _ => Err("choose one of the answers"),
        },
        Task::Spot { code, answer, .. } => {
            let lines = code.text.lines().count();
            let marked: BTreeSet<usize> = chosen.iter().copied().collect();
            if marked.is_empty() || marked.iter().any(|line| !(1..=lines).contains(line)) {
                return Err("mark at least one line");
            }
            Ok(marked == *answer)
        }
        Task::Rank(steps) => {
            let all: BTreeSet<usize> = chosen.iter().copied().collect();
            let wanted: BTreeSet<usize> = (1..=steps.len()).collect();
            if all != wanted || chosen.len() != steps.len() {
                return Err("give each step a place of its own");
            }
            Ok(chosen.windows(2).all(|pair| matches!(pair, [a, b] if a < b)))
        }
    }
}
