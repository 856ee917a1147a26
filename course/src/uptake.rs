//! How much of a course was taken, and for how long: in sum, never by person.

use crate::learner::Event;
use keepsharp_domain::Day;
use std::collections::{BTreeMap, BTreeSet};

/// Learning within some days, of everybody together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spent {
    /// First and last day.
    pub days: (Day, Day),
    /// Seconds of all of them.
    pub seconds: u64,
    people: BTreeSet<usize>,
}

/// What was taken.
#[derive(Clone, Debug, Default)]
pub struct Uptake {
    lessons: BTreeMap<String, BTreeSet<usize>>,
    /// For each of the spans asked for.
    pub spent: Vec<Spent>,
}

impl Spent {
    /// How many people it was.
    pub fn people(&self) -> u64 {
        self.people.len() as u64
    }

    /// Minutes of everybody together, to the next ten; none of fewer people than may be told of.
    pub fn minutes(&self, smallest: u32) -> Option<u64> {
        (self.people() >= u64::from(smallest.max(2))).then(|| self.seconds.div_ceil(600) * 10)
    }
}

impl Uptake {
    /// Nothing yet, to be told of these spans.
    pub fn of(spans: &[(Day, Day)]) -> Uptake {
        let spent = |days: &(Day, Day)| Spent { days: *days, seconds: 0, people: BTreeSet::new() };
        Uptake { lessons: BTreeMap::new(), spent: spans.iter().map(spent).collect() }
    }

    /// Takes in what somebody did on a day. `person` is a number that stands for somebody in this count alone.
    pub fn add(&mut self, person: usize, on: Day, event: &Event) {
        let seconds = match event {
            Event::Answered(answer) => answer.seconds,
            Event::Read { seconds } => *seconds,
            Event::Done { lesson, .. } => {
                self.lessons.entry(lesson.clone()).or_default().insert(person);
                return;
            }
            _ => return,
        };
        for spent in self.spent.iter_mut().filter(|spent| spent.days.0 <= on && on <= spent.days.1) {
            spent.seconds += u64::from(seconds);
            spent.people.insert(person);
        }
    }

    /// How many people are done with a lesson, attended or shown.
    pub fn took(&self, lesson: &str) -> u64 {
        self.lessons.get(lesson).map_or(0, |people| people.len() as u64)
    }

    /// How many people are done with at least one of these lessons.
    pub fn took_any<'a>(&self, lessons: impl Iterator<Item = &'a str>) -> u64 {
        let people: BTreeSet<usize> =
            lessons.filter_map(|lesson| self.lessons.get(lesson)).flatten().copied().collect();
        people.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learner::How;

    fn on(day: &str) -> Day {
        day.parse().unwrap()
    }

    #[test]
    fn lessons_count_people_and_minutes_count_seconds_of_their_days() {
        let mut uptake = Uptake::of(&[(on("2026-01-01"), on("2026-03-31")), (on("2026-04-01"), on("2026-06-30"))]);
        let done = |lesson: &str| Event::Done { lesson: lesson.into(), rev: 1, how: How::Shown };
        for person in 0..3 {
            uptake.add(person, on("2026-03-31"), &Event::Read { seconds: 300 });
            uptake.add(person, on("2026-03-31"), &done("a"));
            uptake.add(person, on("2026-05-01"), &done("a"));
        }
        uptake.add(7, on("2026-04-01"), &Event::Read { seconds: 61 });
        uptake.add(7, on("2026-04-01"), &done("b"));
        uptake.add(7, on("2026-07-01"), &Event::Read { seconds: 61 });
        assert_eq!((uptake.took("a"), uptake.took("b"), uptake.took("c")), (3, 1, 0));
        assert_eq!(uptake.took_any(["a", "b", "c"].into_iter()), 4);
        let [first, second] = &uptake.spent[..] else { panic!() };
        assert_eq!((first.people(), first.minutes(3)), (3, Some(20)), "900 seconds, to the next ten minutes");
        assert_eq!((second.people(), second.seconds, second.minutes(3)), (1, 61, None));
    }
}
