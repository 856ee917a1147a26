//! Which versions of which courses were published, and when.

use crate::calendar::quote;
use crate::fact::{Body, CoursePublished};
use crate::{Draft, Refusal, World};
use std::collections::BTreeMap;

/// Longest id of a course, a refresher or a track, in characters: completions and controls name courses in as many.
pub const LONGEST_ID: usize = 100;
/// Longest title, in characters.
const LONGEST_TITLE: usize = 200;
/// Most tracks of a course, and most of the programme's tracks that one of them is for.
const MOST_TRACKS: usize = 100;

/// A version of a course that was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedVersion {
    /// The fact's number.
    pub seq: u64,
    /// By whom, as the ledger writes it.
    pub by: Box<str>,
    /// What the fact says.
    pub body: CoursePublished,
}

/// All versions that were published.
#[derive(Clone, Debug, Default)]
pub struct PublishedCourses {
    /// By the ids under which they can be completed, the refresher's included; the newest last.
    by_id: BTreeMap<Box<str>, Vec<PublishedVersion>>,
}

impl PublishedCourses {
    /// The ids of all courses, refreshers left out, each with its versions, the newest last.
    pub fn all(&self) -> impl Iterator<Item = (&str, &[PublishedVersion])> {
        let is_full = |id: &str, versions: &[PublishedVersion]| versions.iter().any(|one| *one.body.course == *id);
        self.by_id
            .iter()
            .filter(move |(id, versions)| is_full(id, versions))
            .map(|(id, versions)| (&**id, versions.as_slice()))
    }

    /// The versions that can be completed under this id, a course's or a refresher's; the newest last.
    #[must_use]
    pub fn versions(&self, id: &str) -> &[PublishedVersion] {
        self.by_id.get(id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The newest version under this id, a course's or a refresher's.
    #[must_use]
    pub fn latest(&self, id: &str) -> Option<&PublishedVersion> {
        self.versions(id).last()
    }

    /// The version of that name under this id, as it was published last.
    #[must_use]
    pub fn version(&self, id: &str, version: &str) -> Option<&PublishedVersion> {
        self.versions(id).iter().rev().find(|one| *one.body.version == *version)
    }

    /// The course to which an id belongs, as a course's or its refresher's.
    #[must_use]
    pub fn course_of(&self, id: &str) -> Option<&str> {
        self.latest(id).map(|one| &*one.body.course)
    }

    pub(crate) fn published(&mut self, version: PublishedVersion) {
        if let Some(refresher) = version.body.refresher.clone() {
            self.by_id.entry(refresher).or_default().push(version.clone());
        }
        self.by_id.entry(version.body.course.clone()).or_default().push(version);
    }
}

/// The fact that a version of a course is published; none where it is the newest already. An earlier one may be
/// published again: it is then the newest.
///
/// # Errors
/// Where an id, the version or the title is none, or an id belongs to another course.
pub fn publish(world: &World, course: CoursePublished) -> Result<Vec<Draft>, Refusal> {
    check_words(&course)?;
    check_ids(world, &course)?;
    let newest = world.published_courses().latest(&course.course);
    if newest.is_some_and(|newest| newest.body.version == course.version) {
        return Ok(Vec::new());
    }
    Ok(vec![Body::CoursePublished(course).into()])
}

/// Whether a text is a SHA-256 as facts write it: 64 digits of lower-case hex.
#[must_use]
pub fn is_content_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn check_words(course: &CoursePublished) -> Result<(), Refusal> {
    let tracks = course.tracks.iter().map(|track| &track.id);
    let programme = course.tracks.iter().flat_map(|track| &track.programme);
    let ids = std::iter::once(&course.course).chain(&course.refresher).chain(tracks).chain(programme);
    for id in ids.chain(&course.language) {
        check_id(id)?;
    }
    if !is_content_hash(&course.version) {
        return Err(Refusal::request(format!(
            "{} is no version: it is the SHA-256 of the course's list of files, 64 digits of lower-case hex",
            quote(&course.version)
        )));
    }
    let title = course.title.trim();
    if title.is_empty() || title.chars().count() > LONGEST_TITLE || title.chars().any(char::is_control) {
        return Err(Refusal::request(format!(
            "a course needs a title of one line, at most {LONGEST_TITLE} characters"
        )));
    }
    let is_much = course.tracks.len() > MOST_TRACKS;
    if is_much || course.tracks.iter().any(|track| track.programme.len() > MOST_TRACKS) {
        return Err(Refusal::request(format!("a course has at most {MOST_TRACKS} tracks")));
    }
    Ok(())
}

fn check_id(id: &str) -> Result<(), Refusal> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ');
    let is_long = id.chars().count() > LONGEST_ID;
    if is_long || id.trim() != id || !id.starts_with(char::is_alphanumeric) || !id.chars().all(is_word) {
        return Err(Refusal::request(format!(
            "{} is no id: it begins with a letter or digit, and has letters, digits, - _ . and blanks within, at most {LONGEST_ID}",
            quote(id)
        )));
    }
    Ok(())
}

/// An id stands for one course and one kind of completion, for good.
fn check_ids(world: &World, course: &CoursePublished) -> Result<(), Refusal> {
    let known = world.published_courses();
    let taken = |id: &str, by: &PublishedVersion| {
        let by = quote(&by.body.course);
        Refusal::request(format!("the id {} belongs to the course {by}; choose another", quote(id)))
    };
    if course.refresher.as_ref() == Some(&course.course) {
        return Err(Refusal::request("a refresher needs an id of its own, other than its course's"));
    }
    if let Some(by) = known.versions(&course.course).iter().find(|one| one.body.course != course.course) {
        return Err(taken(&course.course, by));
    }
    if let Some(refresher) = &course.refresher {
        let is_other = |one: &&PublishedVersion| one.body.course != course.course || one.body.course == *refresher;
        if let Some(by) = known.versions(refresher).iter().find(is_other) {
            return Err(taken(refresher, by));
        }
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::fact::PublishedTrack;
    use crate::world::tests::on;

    /// The version whose name is this digit, 64 times.
    pub(crate) fn version(digit: char) -> CoursePublished {
        CoursePublished {
            course: "full".into(),
            refresher: Some("refresher".into()),
            version: digit.to_string().repeat(64).into(),
            on: on("2025-03-01"),
            title: "Secure coding".into(),
            language: Some("en".into()),
            tracks: vec![PublishedTrack { id: "B".into(), programme: vec!["backend".into()] }],
            lessons: 5,
            items: 44,
        }
    }

    fn world_with(versions: &[char]) -> World {
        let mut world = World::sample();
        for digit in versions {
            let drafts = publish(&world, version(*digit)).unwrap();
            world.is_told(drafts);
        }
        world
    }

    #[test]
    fn versions_stand_in_their_order_under_the_course_and_its_refresher() {
        let world = world_with(&['a', 'b']);
        for id in ["full", "refresher"] {
            let names: Vec<&str> = world.course_versions(id).iter().map(|one| &one.body.version[..1]).collect();
            assert_eq!(names, ["a", "b"], "{id}");
            assert_eq!(world.published_courses().course_of(id), Some("full"));
        }
        assert_eq!(world.published_courses().latest("full").unwrap().seq, world.size() - 1);
        assert_eq!(world.published_courses().all().map(|(id, _)| id).collect::<Vec<_>>(), ["full"]);
        assert!(world.course_versions("other").is_empty());
    }

    #[test]
    fn the_newest_version_again_is_no_fact_and_an_earlier_one_again_is_the_newest() {
        let mut world = world_with(&['a', 'b']);
        assert_eq!(publish(&world, version('b')).unwrap(), []);
        let drafts = publish(&world, version('a')).unwrap();
        world.is_told(drafts);
        assert_eq!(world.published_courses().latest("full").unwrap().body, version('a'));
    }

    #[test]
    fn what_is_no_id_no_hash_or_no_title_is_refused() {
        let world = world_with(&[]);
        let wrong = |change: fn(&mut CoursePublished)| {
            let mut course = version('a');
            change(&mut course);
            publish(&world, course).unwrap_err().to_string()
        };
        assert!(wrong(|course| course.course = "".into()).contains("is no id"));
        assert!(wrong(|course| course.course = "a\u{0}b".into()).contains("is no id"));
        assert!(wrong(|course| course.course = "=cmd()".into()).contains("is no id"));
        assert!(wrong(|course| course.refresher = Some("x".repeat(101).into())).contains("is no id"));
        assert!(wrong(|course| course.tracks[0].programme = vec!["../x".into()]).contains("is no id"));
        assert!(wrong(|course| course.version = "A".repeat(64).into()).contains("is no version"));
        assert!(wrong(|course| course.version = "a".repeat(63).into()).contains("is no version"));
        assert!(wrong(|course| course.title = "two\nlines".into()).contains("title"));
        assert!(wrong(|course| course.refresher = Some("full".into())).contains("of its own"));
        assert!(wrong(|course| course.tracks = vec![course.tracks[0].clone(); 101]).contains("tracks"));
    }

    #[test]
    fn an_id_belongs_to_one_course_for_good() {
        let world = world_with(&['a']);
        let named = |course: &str, refresher: &str| {
            let refresher = Some(refresher.into());
            publish(&world, CoursePublished { course: course.into(), refresher, ..version('b') })
        };
        for (course, refresher) in [("other", "refresher"), ("refresher", "new"), ("other", "full")] {
            assert!(named(course, refresher).unwrap_err().to_string().contains("belongs to"), "{course} {refresher}");
        }
        assert_eq!(named("full", "new").unwrap().len(), 1);
    }
}
