//! What of somebody's learning stays when they have their answers forgotten: what a completion rests on, and no answer.

use crate::learner::{Event, Outcome, SittingKind};

/// Which of somebody's events in one course stay, oldest first: up to their last completion, that they began, which lessons they finished, and
/// that they passed the final check. What they answered, wrote, read and chose goes, and so does all that came after.
pub fn stays(events: &[Option<Event>]) -> Vec<bool> {
    let mut stays = vec![false; events.len()];
    let mut final_check = None;
    for (at, event) in events.iter().enumerate() {
        match event {
            Some(Event::Began { .. } | Event::Done { .. } | Event::Finished { .. }) => keep(&mut stays, at),
            Some(Event::Sat { sitting, .. }) => final_check = (*sitting == SittingKind::Final).then_some(at),
            Some(Event::Rose { outcome }) => {
                let passed = final_check.take().filter(|_| *outcome == Outcome::Passed);
                if let Some(sat) = passed {
                    keep(&mut stays, sat);
                    keep(&mut stays, at);
                }
            }
            // What a newer program wrote may hold anything, and goes.
            _ => {}
        }
    }
    let is_completion = |event: &Option<Event>| matches!(event, Some(Event::Finished { .. } | Event::Rose { .. }));
    let last = events.iter().zip(&stays).rposition(|(event, stays)| *stays && is_completion(event));
    let rest = last.map_or(0, |last| last + 1);
    stays.iter_mut().skip(rest).for_each(|stays| *stays = false);
    stays
}

fn keep(stays: &mut [bool], at: usize) {
    if let Some(place) = stays.get_mut(at) {
        *place = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learner::{Answer, How, Learner};

    fn began() -> Event {
        Event::Began { version: "v".into(), anew: false }
    }

    fn done(lesson: &str) -> Event {
        Event::Done { lesson: lesson.into(), rev: 1, how: How::Attended }
    }

    fn answered(in_sitting: bool) -> Event {
        Event::Answered(Answer {
            item: "a.b.c.q1".into(),
            objective: "a.b.c".into(),
            lesson: "a.b".into(),
            fingerprint: String::new(),
            chosen: vec![1],
            is_right: true,
            is_sure: true,
            seconds: 10,
            on: "2026-11-20".parse().unwrap(),
            in_sitting,
        })
    }

    fn finished() -> Event {
        Event::Finished { is_refresher: false, version: "v".into() }
    }

    fn sat(sitting: SittingKind) -> Event {
        Event::Sat { sitting, items: vec!["a.b.c.q1".into()] }
    }

    fn left(events: Vec<Event>) -> Vec<Event> {
        let events: Vec<Option<Event>> = events.into_iter().map(Some).collect();
        let stays = stays(&events);
        events.into_iter().zip(stays).filter(|(_, stays)| *stays).filter_map(|(event, _)| event).collect()
    }

    #[test]
    fn of_a_course_that_nobody_finished_nothing_stays() {
        assert_eq!(left(vec![began(), answered(false), done("a.b"), Event::Solved { exercise: "x".into() }]), []);
    }

    #[test]
    fn what_a_completion_rests_on_stays_and_no_answer_does() {
        let test_out = SittingKind::TestOut { scope: "a.c".into() };
        let events = vec![
            began(),
            answered(false),
            done("a.b"),
            sat(test_out),
            answered(true),
            Event::Rose { outcome: Outcome::Passed },
            done("a.c"),
            finished(),
            sat(SittingKind::Final),
            answered(true),
            Event::Rose { outcome: Outcome::NotYet },
            sat(SittingKind::Final),
            answered(true),
            Event::Rose { outcome: Outcome::Passed },
            began(),
            answered(false),
            done("a.b"),
        ];
        let passed = Event::Rose { outcome: Outcome::Passed };
        let left = left(events);
        assert_eq!(left, [began(), done("a.b"), done("a.c"), finished(), sat(SittingKind::Final), passed]);
        let learner = Learner::of(left);
        assert!(learner.is_finished && learner.is_assessed && learner.answers.is_empty() && learner.done.len() == 2);
    }

    #[test]
    fn what_can_not_be_read_goes() {
        assert_eq!(stays(&[None, Some(finished()), None]), [false, true, false]);
    }
}
