//! Somebody before a course: which version, which tracks, how far they are, and how what they do is kept.

use crate::course_shelf::Opened;
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble};
use crate::web::pages::my::own;
use keepsharp_course::learner::{Answer, Event, How, Learner};
use keepsharp_course::model::{Lesson, Need};
use keepsharp_course::{Item, grade};
use keepsharp_domain::completion::{self, Earned};
use keepsharp_domain::person::{PersonId, PersonIx, Strength};
use keepsharp_domain::rule::Subject;
use keepsharp_domain::track::track_of;
use keepsharp_domain::{Day, World};
use keepsharp_store::Learned;
use std::collections::BTreeSet;
use std::sync::{Arc, MutexGuard};

/// What is idle is not counted: between two answers at most so many seconds are.
const LONGEST_PAUSE: u32 = 180;

/// Somebody before a course.
pub(crate) struct Study {
    /// The course in the version they are in.
    pub(crate) opened: Arc<Opened>,
    /// The newest version.
    pub(crate) latest: String,
    /// How far they are.
    pub(crate) learner: Learner,
    /// Their tracks of the course.
    pub(crate) tracks: Vec<String>,
    /// Departments and labels that the roster gives them, in lower case.
    pub(crate) teams: BTreeSet<String>,
    /// Who they are.
    pub(crate) person: PersonId,
    /// The same, in the world.
    pub(crate) ix: PersonIx,
}

impl Study {
    /// Whoever asks before the course in the path, in the version that they began.
    pub(crate) fn of(asked: &Asked, world: &World) -> Result<Study, Trouble> {
        Study::open(asked, world, asked.param("course"), |learner, _| learner.version.clone())
    }

    /// The same in the newest version, for refreshers.
    pub(crate) fn newest(asked: &Asked, world: &World) -> Result<Study, Trouble> {
        Study::open(asked, world, asked.param("course"), |_, latest| Some(latest.to_owned()))
    }

    /// The same for a course of this id.
    pub(crate) fn open(
        asked: &Asked,
        world: &World,
        course: &str,
        version: impl Fn(&Learner, &str) -> Option<String>,
    ) -> Result<Study, Trouble> {
        let (ix, person) = own(asked, world)?;
        let published = world.published_courses();
        let latest =
            published.latest(course).filter(|latest| &*latest.body.course == course).ok_or(Trouble::NotFound)?;
        let learner = learner(asked, person.id, course)?;
        // Whoever writes a course sees what they saved last, wherever its made-up learner is.
        let previewed = asked.app.preview.as_ref().and_then(|preview| preview.version(course));
        let newest = previewed.clone().unwrap_or_else(|| latest.body.version.to_string());
        let wanted = previewed.or_else(|| version(&learner, &newest));
        let known = wanted.filter(|wanted| published.version(course, wanted).is_some());
        let version = known.unwrap_or_else(|| newest.clone());
        let opened = asked.app.shelf.open(&asked.app.store, &version).map_err(Trouble::Internal)?;
        let record = person.record(asked.today);
        let manager = record.and_then(|record| record.manager).and_then(|ix| world.people().get(ix));
        let manager = manager.map(|manager| manager.id);
        let profile = record.and_then(|record| world.profiles().get(record.profile));
        let track = profile.and_then(|profile| track_of(world.tracks(), Subject { profile, manager }));
        let programme: Vec<&str> = track.iter().map(|track| &*track.id).collect();
        let tracks = learner.tracks(&opened.course, &programme).into_iter().map(ToOwned::to_owned).collect();
        let named = profile.iter().flat_map(|profile| profile.departments.iter().chain(&profile.labels));
        let teams = named.map(|name| name.to_lowercase()).collect();
        Ok(Study { latest: newest, opened, learner, tracks, teams, person: person.id, ix })
    }

    /// Where the course's pages are.
    pub(crate) fn base(&self) -> String {
        format!("/learn/{}", self.opened.course.id)
    }

    /// Their tracks of the course.
    pub(crate) fn tracks(&self) -> Vec<&str> {
        self.tracks.iter().map(String::as_str).collect()
    }

    /// The lesson in the path.
    pub(crate) fn lesson(&self, asked: &Asked) -> Result<&Lesson, Trouble> {
        self.opened.course.lesson(asked.param("lesson")).ok_or(Trouble::NotFound)
    }

    /// A lesson in the language that they read in.
    pub(crate) fn worded<'a>(&'a self, lesson: &'a Lesson) -> &'a Lesson {
        self.learner.language.as_deref().map_or(lesson, |language| lesson.in_language(language))
    }

    /// Whether a lesson belongs to their tracks; where they have none, whether it does to any.
    pub(crate) fn is_required(&self, lesson: &Lesson) -> bool {
        if self.tracks.is_empty() { lesson.is_required() } else { lesson.need(self.tracks()) == Some(Need::Required) }
    }

    /// The lessons that belong to their tracks, in order.
    pub(crate) fn required(&self) -> impl Iterator<Item = &Lesson> {
        self.opened.course.lessons().filter(|lesson| self.is_required(lesson))
    }

    /// Of the lessons that belong to their tracks, how many are done, and how many there are.
    pub(crate) fn progress(&self) -> (usize, usize) {
        let done = self.required().filter(|lesson| self.learner.done.contains_key(&lesson.id)).count();
        (done, self.required().count())
    }

    /// The first lesson of their tracks that is not done.
    pub(crate) fn next_lesson(&self) -> Option<&Lesson> {
        self.required().find(|lesson| !self.learner.done.contains_key(&lesson.id))
    }

    /// Keeps what they did; the first of it begins the course in this version.
    pub(crate) fn record(&mut self, asked: &Asked, events: Vec<Event>) -> Result<(), Trouble> {
        let mut all = Vec::with_capacity(events.len() + 1);
        if self.learner.version.is_none() {
            all.push(Event::Began { version: self.opened.course.version.to_string(), anew: false });
        }
        all.extend(events);
        let written = |event: &Event| {
            Ok(Learned {
                person: self.person,
                course: self.opened.course.id.clone(),
                at: asked.now,
                item: if let Event::Answered(answer) = event { answer.item.clone() } else { String::new() },
                body: serde_json::to_string(event).map_err(|error| Trouble::Internal(error.to_string()))?,
            })
        };
        asked.app.store.learn(all.iter().map(written).collect::<Result<_, Trouble>>()?)?;
        for event in all {
            self.learner.apply(event);
        }
        Ok(())
    }

    /// Where all of their lessons are done and nothing is recorded of it yet, records the completion.
    pub(crate) fn finish_where_done(&mut self, asked: &Asked) -> Result<bool, Trouble> {
        let (done, all) = self.progress();
        if self.learner.is_finished || all == 0 || done < all {
            return Ok(false);
        }
        let shown = self.required().filter(|lesson| self.learner.done.get(&lesson.id) == Some(&How::Shown)).count();
        let course = self.opened.course.id.clone();
        self.earn(asked, course, Strength::Completed, shown)?;
        let version = self.opened.course.version.to_string();
        self.record(asked, vec![Event::Finished { is_refresher: false, version }])?;
        Ok(true)
    }

    /// Records a completion of the course or its refresher, in this version, today.
    pub(crate) fn earn(&self, asked: &Asked, course: String, strength: Strength, shown: usize) -> Result<(), Trouble> {
        let (ix, on) = (self.ix, asked.today);
        let version = self.opened.course.version.to_string();
        let shown = u32::try_from(shown).unwrap_or(u32::MAX);
        asked.commit(move |world| {
            let earned = Earned { course: &course, version: &version, on, strength, shown };
            Ok((completion::earned(world, ix, earned)?, ()))
        })?;
        Ok(())
    }
}

/// Waits until nothing else of this person is being decided: what two tabs send at once is taken one after the other, so that
/// the second sees what the first did.
pub(crate) fn turn<'a>(asked: &'a Asked) -> Result<MutexGuard<'a, ()>, Trouble> {
    let ix = asked.caller()?.person_ix().ok_or(Trouble::NotFound)?;
    Ok(asked.app.turns.of(ix))
}

/// How far somebody is in a course.
pub(crate) fn learner(asked: &Asked, person: PersonId, course: &str) -> Result<Learner, Trouble> {
    let events = asked.app.store.learned(person, course)?;
    // What an older program can't read of a newer one's is left out rather than that nobody can learn.
    Ok(Learner::of(events.iter().filter_map(|event| serde_json::from_str(event).ok())))
}

/// An answer as a form sent it.
///
/// # Errors
/// Where nothing that answers the item was sent.
pub(crate) fn answer(
    sent: &Fields,
    item: &Item,
    lesson: &Lesson,
    (seconds, on): (u32, Day),
    in_sitting: bool,
) -> Result<Answer, Trouble> {
    let chosen = super::question::chosen(sent, item);
    let is_right = grade::is_right(item, &chosen).map_err(|message| Trouble::at("answer", message))?;
    Ok(Answer {
        item: item.id.clone(),
        objective: item.objective.clone(),
        lesson: lesson.id.clone(),
        fingerprint: item.fingerprint.clone(),
        chosen,
        is_right,
        is_sure: sent.text("sure") == "yes",
        seconds,
        on,
        in_sitting,
    })
}

/// How many seconds it took since the page was shown, without what was idle.
pub(crate) fn seconds_since(asked: &Asked, sent: &Fields, most: Option<u32>) -> u32 {
    let shown: i64 = sent.text("shown").parse().unwrap_or(0);
    let passed = asked.now.as_second().saturating_sub(shown).max(0);
    u32::try_from(passed).unwrap_or(u32::MAX).min(most.unwrap_or(LONGEST_PAUSE))
}
