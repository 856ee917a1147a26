//! Which courses and versions of them facts name, and which file proves a completion.

use super::World;
use crate::course_publishing::{PublishedCourses, PublishedVersion};
use crate::person::{CourseIx, VersionIx};

impl World {
    /// Name of a course.
    #[must_use]
    pub fn course(&self, ix: CourseIx) -> &str {
        self.courses.get(usize::from(ix.0)).map_or("", |name| name)
    }

    /// Place of a course's name, if any fact has named it.
    #[must_use]
    pub fn course_ix(&self, name: &str) -> Option<CourseIx> {
        let place = self.courses.iter().position(|course| &**course == name)?;
        u16::try_from(place).ok().map(CourseIx)
    }

    pub(super) fn intern_course(&mut self, name: &str) -> Result<CourseIx, String> {
        if let Some(ix) = self.course_ix(name) {
            return Ok(ix);
        }
        let ix =
            u16::try_from(self.courses.len()).map_err(|_| "there are more than 65,536 different courses".to_owned())?;
        self.courses.push(name.into());
        Ok(CourseIx(ix))
    }

    /// Name of a course's version.
    #[must_use]
    pub fn version(&self, ix: VersionIx) -> &str {
        self.versions.get(ix.place()).map_or("", |name| name)
    }

    pub(super) fn intern_version(&mut self, name: &str) -> Result<VersionIx, String> {
        // The newest is asked for most.
        let place = self.versions.iter().rposition(|version| &**version == name).unwrap_or(self.versions.len());
        let ix = VersionIx::of(place).ok_or_else(|| "there are more than 65,535 versions of courses".to_owned())?;
        if place == self.versions.len() {
            self.versions.push(name.into());
        }
        Ok(ix)
    }

    /// The versions of courses that were published.
    #[must_use]
    pub fn published_courses(&self) -> &PublishedCourses {
        &self.published
    }

    /// The versions that can be completed under this id, a course's or a refresher's; the newest last.
    #[must_use]
    pub fn course_versions(&self, id: &str) -> &[PublishedVersion] {
        self.published.versions(id)
    }

    /// The SHA-256 of the file that proves a completion, by the number of the fact that recorded it.
    #[must_use]
    pub fn proof(&self, completion: u32) -> Option<&str> {
        self.proofs.get(&completion).map(|sha256| &**sha256)
    }
}
