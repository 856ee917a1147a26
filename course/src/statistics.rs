//! How items hold up: what people answered first, in shares, and what is doubtful about an item. Nothing in it is about a person.

use crate::learner::Answer;
use crate::model::{Course, Item, Task};
use crate::told::{Range, told, told_together};
use keepsharp_domain::summary::Count;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// People across whom an item that nearly everybody gets right is too easy.
const MANY: u64 = 100;
/// People from whom on a choice that hardly anybody takes is told of.
const SOME: u64 = 50;
/// People under whom an item has few answers yet.
const FEW: u64 = 30;
/// People that each half of the learners must have for the halves to be compared, and other answers that tell in which half somebody is.
const HALF: u64 = 20;
const OTHERS: u64 = 3;

/// What is doubtful about an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    /// The right answer attracts fewer of those who get the other items right than of the others.
    StrongMissIt,
    /// Hardly anybody takes the choice at this place, counted from 1.
    Unchosen(usize),
    /// Nearly everybody gets it right at first.
    TooEasy,
    /// Too few people have answered it to say much.
    FewAnswers,
}

/// How an item holds up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemStatistics {
    /// How many people answered it.
    pub people: Count,
    /// Shares; none of fewer people than may be told of.
    pub figures: Option<Figures>,
    /// What is doubtful, the worst first.
    pub flags: Vec<Flag>,
}

/// Shares of the people who answered an item, each person's first answer counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// How many people.
    pub people: u64,
    /// How many were right.
    pub right: Range,
    /// How many were sure.
    pub sure: Range,
    /// How many were sure and wrong.
    pub sure_but_wrong: Range,
    /// For each choice how many took it; for each line how many marked it; for each step how many gave it its place.
    pub choices: Vec<Range>,
    /// The middle of the seconds that it took, to the next five.
    pub median_seconds: u32,
}

/// What somebody answered first to an item.
struct First {
    person: usize,
    fingerprint: String,
    chosen: Vec<usize>,
    is_right: bool,
    is_sure: bool,
    seconds: u32,
}

/// First answers, from which the statistics follow.
#[derive(Default)]
pub struct Answers {
    by_item: HashMap<String, Vec<First>>,
    met: HashMap<usize, BTreeSet<String>>,
    /// For each person how many items they answered, and how many of these right.
    shares: HashMap<usize, (u64, u64)>,
}

impl Answers {
    /// Takes an answer in; of somebody's answers to an item the first that comes counts. `person` is a number that stands for somebody in this count alone.
    pub fn add(&mut self, person: usize, answer: &Answer) {
        if !self.met.entry(person).or_default().insert(answer.item.clone()) {
            return;
        }
        let share = self.shares.entry(person).or_default();
        share.0 += 1;
        share.1 += u64::from(answer.is_right);
        self.by_item.entry(answer.item.clone()).or_default().push(First {
            person,
            fingerprint: answer.fingerprint.clone(),
            chosen: answer.chosen.clone(),
            is_right: answer.is_right,
            is_sure: answer.is_sure,
            seconds: answer.seconds,
        });
    }

    /// How the items of a course hold up, by id. Answers to an earlier wording are left out; those to a translation are not.
    pub fn statistics(&self, course: &Course, smallest: u32) -> BTreeMap<String, ItemStatistics> {
        let mut found = BTreeMap::new();
        for lesson in course.lessons() {
            for item in &lesson.items {
                let translated = lesson.translations.values().flat_map(|lesson| &lesson.items);
                let same = translated.filter(|other| other.id == item.id).map(|other| other.fingerprint.as_str());
                let wordings: BTreeSet<&str> = same.chain([item.fingerprint.as_str()]).collect();
                let all = self.by_item.get(&item.id).map(Vec::as_slice).unwrap_or_default();
                let firsts: Vec<&First> =
                    all.iter().filter(|first| wordings.contains(first.fingerprint.as_str())).collect();
                found.insert(item.id.clone(), self.item(item, &firsts, smallest));
            }
        }
        found
    }

    fn item(&self, item: &Item, firsts: &[&First], smallest: u32) -> ItemStatistics {
        let people = firsts.len() as u64;
        let is_told = people >= u64::from(smallest.max(2));
        ItemStatistics {
            people: Count::of(people, smallest),
            figures: is_told.then(|| figures(item, firsts, smallest)),
            flags: self.flags(item, firsts),
        }
    }

    fn flags(&self, item: &Item, firsts: &[&First]) -> Vec<Flag> {
        let people = firsts.len() as u64;
        let mut flags = Vec::new();
        if self.strong_miss_it(firsts) {
            flags.push(Flag::StrongMissIt);
        }
        if let (Task::Choose(choices), true) = (&item.task, people >= SOME) {
            let taken = taken(choices.len(), firsts);
            let is_unchosen = |(_, many): &(usize, &u64)| **many * 100 < people * 3;
            flags.extend((1..).zip(&taken).filter(is_unchosen).map(|(place, _)| Flag::Unchosen(place)));
        }
        let right = count(firsts, |first| first.is_right);
        if people >= MANY && right * 100 > people * 95 {
            flags.push(Flag::TooEasy);
        }
        if people < FEW {
            flags.push(Flag::FewAnswers);
        }
        flags
    }

    /// Whether fewer of the better half get it right, by the share right on the other items, and by more than chance often gives.
    fn strong_miss_it(&self, firsts: &[&First]) -> bool {
        let ranked = firsts.iter().filter_map(|first| Some((self.share_on_others(first)?, first.is_right)));
        let mut ranked: Vec<(u64, bool)> = ranked.collect();
        ranked.sort_unstable();
        let Some((middle, _)) = ranked.get(ranked.len() / 2).copied() else { return false };
        let half = |is_in: &dyn Fn(u64) -> bool| {
            let half = || ranked.iter().filter(|(share, _)| is_in(*share));
            (half().count() as u64, half().filter(|(_, is_right)| *is_right).count() as u64)
        };
        let (strong, weak) = (half(&|share| share > middle), half(&|share| share < middle));
        strong.0 >= HALF && weak.0 >= HALF && is_less(strong, weak)
    }

    /// In ten-thousandths; none where somebody answered too few others.
    fn share_on_others(&self, first: &First) -> Option<u64> {
        let (all, right) = self.shares.get(&first.person)?;
        let (all, right) = (all.checked_sub(1)?, right.checked_sub(u64::from(first.is_right))?);
        (all >= OTHERS).then(|| right * 10_000 / all)
    }
}

/// Whether a share `(of, right)` is less than another by more than chance gives in one of twenty cases (a test of two proportions, one-sided).
fn is_less((of_a, a): (u64, u64), (of_b, b): (u64, u64)) -> bool {
    let (above, below) = (u128::from(b) * u128::from(of_a), u128::from(a) * u128::from(of_b));
    let (people, right) = (u128::from(of_a) + u128::from(of_b), u128::from(a) + u128::from(b));
    let spread = u128::from(of_a) * u128::from(of_b) * right * people.saturating_sub(right);
    above.checked_sub(below).is_some_and(|more| more > 0 && 10 * more * more * people >= 27 * spread)
}

fn count(firsts: &[&First], is_one: impl Fn(&First) -> bool) -> u64 {
    firsts.iter().filter(|first| is_one(first)).count() as u64
}

/// How many took each choice.
fn taken(choices: usize, firsts: &[&First]) -> Vec<u64> {
    (1..=choices).map(|place| count(firsts, |first| first.chosen.first() == Some(&place))).collect()
}

fn figures(item: &Item, firsts: &[&First], smallest: u32) -> Figures {
    let people = firsts.len() as u64;
    let one = |many: u64| told(many, people, smallest);
    let mut right = one(count(firsts, |first| first.is_right));
    let choices = match &item.task {
        Task::Choose(choices) => {
            let mut ranges = told_together(&with_the_rest(taken(choices.len(), firsts), people), smallest);
            ranges.truncate(choices.len());
            // The two speak of the same people: told apart, one would narrow the other.
            let key = choices.iter().position(|choice| choice.is_right);
            right = key.and_then(|key| ranges.get(key)).copied().unwrap_or(right);
            ranges
        }
        Task::Spot { code, .. } => (1..=code.text.lines().count())
            .map(|line| one(count(firsts, |first| first.chosen.contains(&line))))
            .collect(),
        Task::Rank(steps) => {
            let in_place = |step: usize| count(firsts, |first| first.chosen.get(step - 1) == Some(&step));
            (1..=steps.len()).map(|step| one(in_place(step))).collect()
        }
    };
    let mut seconds: Vec<u32> = firsts.iter().map(|first| first.seconds).collect();
    seconds.sort_unstable();
    let median = seconds.get(seconds.len() / 2).copied().unwrap_or(0);
    Figures {
        people,
        right,
        sure: one(count(firsts, |first| first.is_sure)),
        sure_but_wrong: one(count(firsts, |first| first.is_sure && !first.is_right)),
        choices,
        median_seconds: median.saturating_add(4) / 5 * 5,
    }
}

/// The counts, and those who took none of the choices there are, so that everybody is in it once.
fn with_the_rest(mut counts: Vec<u64>, people: u64) -> Vec<u64> {
    let rest = people.saturating_sub(counts.iter().sum());
    if rest > 0 {
        counts.push(rest);
    }
    counts
}

#[cfg(test)]
mod tests;
