//! Published courses: how a version gets onto the shelf, and is opened from it. A version never changes, so it is read once.

use crate::cli::sha256;
use include_dir::{Dir, include_dir};
use jiff::Timestamp;
use keepsharp_course::finding::{Finding, Weight};
use keepsharp_course::model::{Block, Code, Task};
use keepsharp_course::sitting::IssueShares;
use keepsharp_course::{Course, CourseFiles, check, files, issues, read, render, shares};
use keepsharp_domain::course_publishing;
use keepsharp_domain::fact::{CoursePublished, PublishedTrack};
use keepsharp_domain::person::PersonIx;
use keepsharp_domain::{Day, Refusal, World};
use keepsharp_store::{Decision, Store};
use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// The course that comes with the program.
static SHIPPED: Dir = include_dir!("$CARGO_MANIFEST_DIR/../courses/secure-coding");

/// The files of the course that comes with the program.
pub(crate) fn shipped() -> CourseFiles {
    let mut found = CourseFiles::default();
    add(&SHIPPED, &mut found);
    found
}

/// The course that comes with the program, with the company's own issues, where no published version has the same lessons: one that it
/// has published and then left behind is not offered again.
///
/// # Errors
/// Where what is kept can't be read.
pub(crate) fn offered(shelf: &CourseShelf, store: &Store, world: &World) -> Result<Option<Arc<Opened>>, String> {
    static TAUGHT: OnceLock<(Option<String>, String)> = OnceLock::new();
    let (id, list) = TAUGHT.get_or_init(|| {
        let files = shipped();
        (read::id(&files), without_issues(&files.list()))
    });
    let id = id.as_deref().unwrap_or_default();
    let published = world.published_courses();
    for version in published.all().filter(|(course, _)| *course == id).flat_map(|(_, versions)| versions) {
        let kept = store.document(&version.body.version).map_err(|error| error.to_string())?.unwrap_or_default();
        if without_issues(&String::from_utf8_lossy(&kept)) == *list {
            return Ok(None);
        }
    }
    shelf.opened(&with_own_issues(store, world, shipped(), OwnIssues::Kept)?).map(Some)
}

/// A version's list of files, but for the company's own issues.
fn without_issues(list: &str) -> String {
    let is_other = |line: &&str| line.split_once("  ").is_none_or(|(_, path)| path != issues::FILE);
    list.lines().filter(is_other).flat_map(|line| [line, "\n"]).collect()
}

/// Which past issues of the company a version of a course brings.
#[derive(Clone, Debug)]
pub(crate) enum OwnIssues {
    /// Those that lie among its files, or else those of the version before.
    Kept,
    /// These.
    These(Vec<u8>),
    /// None.
    None,
}

/// The files of a course with the company's own issues.
///
/// # Errors
/// Where what is kept of the version before can't be read, or the issues are too large.
pub(crate) fn with_own_issues(
    store: &Store,
    world: &World,
    mut files: CourseFiles,
    own: OwnIssues,
) -> Result<CourseFiles, String> {
    let bytes = match own {
        OwnIssues::These(bytes) => Some(bytes),
        OwnIssues::None => {
            files.remove(issues::FILE);
            None
        }
        OwnIssues::Kept if files.get(issues::FILE).is_some() => None,
        OwnIssues::Kept => {
            let id = read::id(&files).unwrap_or_default();
            let latest = world.published_courses().latest(&id).filter(|latest| *latest.body.course == *id);
            let before = latest.map(|latest| kept_file(store, &latest.body.version, issues::FILE)).transpose()?;
            before.flatten()
        }
    };
    if let Some(bytes) = bytes {
        files.add(issues::FILE, bytes).map_err(|finding| finding.to_string())?;
    }
    Ok(files)
}

/// A file of a published version; none where it has no such file.
fn kept_file(store: &Store, version: &str, path: &str) -> Result<Option<Vec<u8>>, String> {
    let told = |error: keepsharp_store::Error| error.to_string();
    let list = store.document(version).map_err(told)?.unwrap_or_default();
    let list = String::from_utf8_lossy(&list).into_owned();
    let entry = files::read_list(&list)?.into_iter().find(|(_, known)| *known == path);
    let Some((hash, _)) = entry else { return Ok(None) };
    store.document(hash).map_err(told)
}

fn add(folder: &Dir, found: &mut CourseFiles) {
    for file in folder.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        // What can't be taken in would be told by the check of what we ship, which a test runs.
        let _ = found.add(&path, file.contents().to_vec());
    }
    for below in folder.dirs() {
        add(below, found);
    }
}

/// A version of a course, ready to be taken.
pub(crate) struct Opened {
    /// The course.
    pub(crate) course: Course,
    /// How much each module matters to this company.
    pub(crate) shares: IssueShares,
    /// Markdown that was rendered before, by its text.
    rendered: Mutex<HashMap<String, Arc<str>>>,
}

impl Opened {
    /// A version from its files.
    pub(crate) fn of(files: &CourseFiles) -> Result<Opened, Vec<Finding>> {
        let (course, findings) = read::course(files);
        let Some(course) = course else { return Err(findings) };
        let shares = shares::shares(&course);
        Ok(Opened { course, shares, rendered: Mutex::default() })
    }

    /// Markdown as HTML, made once for each text.
    pub(crate) fn markdown(&self, text: &str) -> Arc<str> {
        self.made("", text, |base| render::markdown(text, base))
    }

    /// Markdown of one paragraph as HTML without the paragraph, made once for each text.
    pub(crate) fn line(&self, text: &str) -> Arc<str> {
        self.made("line ", text, |base| render::line(text, base))
    }

    /// Code as HTML, made once.
    pub(crate) fn code(&self, code: &Code) -> Arc<str> {
        let key = format!("code {} {:?} ", code.language, code.marked);
        self.made(&key, &code.text, |_| render::code::html(&code.language, &code.text, &code.marked))
    }

    /// The lines of code as HTML, made once.
    pub(crate) fn code_lines(&self, code: &Code) -> Vec<String> {
        let key = format!("lines {} ", code.language);
        let joined = self.made(&key, &code.text, |_| render::code::lines(&code.language, &code.text).join("\n"));
        joined.split('\n').map(ToOwned::to_owned).collect()
    }

    /// Renders what its lessons and items say, so that nobody waits for it who opens them.
    pub(crate) fn warm_up(&self) {
        for lesson in self.course.lessons() {
            for block in &lesson.body {
                match block {
                    Block::Prose(_, text) | Block::Issues(_, text) => drop(self.markdown(text)),
                    Block::Pair(codes) => codes.iter().for_each(|code| drop(self.code(code))),
                    Block::Item(_) | Block::Exercise(..) => {}
                }
            }
            for item in &lesson.items {
                let _ = self.markdown(&item.stem);
                if let Task::Spot { code, .. } = &item.task {
                    let _ = self.code_lines(code);
                }
            }
        }
    }

    fn made(&self, how: &str, text: &str, make: impl FnOnce(render::Base) -> String) -> Arc<str> {
        let key = format!("{how}{text}");
        let locked = || self.rendered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(html) = locked().get(&key) {
            return Arc::clone(html);
        }
        let html: Arc<str> = make(render::Base(&format!("/learn/{}", self.course.id))).into();
        locked().insert(key, Arc::clone(&html));
        html
    }
}

/// Versions that were opened.
#[derive(Default)]
pub(crate) struct CourseShelf {
    opened: Mutex<HashMap<String, Arc<Opened>>>,
}

impl CourseShelf {
    /// A published version.
    ///
    /// # Errors
    /// Where its files are not kept, or are not what their hashes say.
    pub(crate) fn open(&self, store: &Store, version: &str) -> Result<Arc<Opened>, String> {
        let locked = || self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(opened) = locked().get(version) {
            return Ok(Arc::clone(opened));
        }
        self.opened(&kept(store, version)?)
    }

    /// The version that these files are, published or not.
    ///
    /// # Errors
    /// Where they can't be read as a course.
    pub(crate) fn opened(&self, files: &CourseFiles) -> Result<Arc<Opened>, String> {
        let locked = || self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let version = files.version();
        if let Some(opened) = locked().get(version.as_str()) {
            return Ok(Arc::clone(opened));
        }
        let opened = Opened::of(files).map_err(|findings| {
            findings.first().map_or_else(|| "the course can't be read".to_owned(), ToString::to_string)
        })?;
        let opened = Arc::new(opened);
        locked().insert(version.to_string(), Arc::clone(&opened));
        Ok(opened)
    }
}

/// Opens the newest version of each course and renders it, beside whatever else begins. What can't be opened is told to whoever asks for it.
pub(crate) fn warm_up(shelf: &CourseShelf, store: &Store) {
    let newest = |world: &World| -> Vec<String> {
        world
            .published_courses()
            .all()
            .filter_map(|(_, versions)| Some(versions.last()?.body.version.to_string()))
            .collect()
    };
    let versions = newest(&store.seen());
    for opened in versions.iter().filter_map(|version| shelf.open(store, version).ok()) {
        opened.warm_up();
    }
}

/// Turns that people take: what one person sends at once is taken one after the other.
pub(crate) struct Turns {
    places: Vec<Mutex<()>>,
}

impl Default for Turns {
    fn default() -> Turns {
        // Enough that two people seldom wait for one another.
        Turns { places: (0..1_024).map(|_| Mutex::default()).collect() }
    }
}

impl Turns {
    /// Waits for somebody's turn.
    pub(crate) fn of(&self, ix: PersonIx) -> MutexGuard<'_, ()> {
        static NOBODY: Mutex<()> = Mutex::new(());
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(ix);
        let place = usize::try_from(hash % self.places.len().max(1) as u64).unwrap_or(0);
        self.places.get(place).unwrap_or(&NOBODY).lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The files of a published version, each checked against its hash.
pub(crate) fn kept(store: &Store, version: &str) -> Result<CourseFiles, String> {
    let told = |error: keepsharp_store::Error| error.to_string();
    let missing = || format!("the files of version {version} are not kept here; publish it again");
    let list = store.document(version).map_err(told)?.ok_or_else(missing)?;
    if sha256(&list) != version {
        return Err(format!("the list of files kept as version {version} is not that version's"));
    }
    let list = String::from_utf8_lossy(&list).into_owned();
    let entries = files::read_list(&list)?;
    let hashes: BTreeSet<&str> = entries.iter().map(|(hash, _)| *hash).collect();
    let found = store.documents_of(&hashes.into_iter().collect::<Vec<_>>()).map_err(told)?;
    let by_hash: HashMap<String, Vec<u8>> = found.into_iter().filter(|(hash, bytes)| sha256(bytes) == *hash).collect();
    let mut files = CourseFiles::default();
    for (hash, path) in entries {
        let bytes = by_hash.get(hash).ok_or_else(missing)?.clone();
        files.add(path, bytes).map_err(|finding| finding.to_string())?;
    }
    Ok(files)
}

/// What publishing a course did.
pub(crate) struct Published {
    /// The course's id.
    pub(crate) course: String,
    /// The version.
    pub(crate) version: String,
    /// Whether it was not published already.
    pub(crate) is_new: bool,
    /// How many lessons and items it has.
    pub(crate) size: (usize, usize),
}

/// Publishes a course: keeps its files by their hashes, and records the version.
///
/// # Errors
/// Where something in it must be mended first, or the ledger can't be written.
pub(crate) fn publish(
    store: &Store,
    files: &CourseFiles,
    by: &str,
    now: Timestamp,
    today: Day,
) -> Result<Published, keepsharp_store::Error> {
    let (course, mut findings) = read::course(files);
    findings.extend(course.iter().flat_map(|course| check::check(course, files, today)));
    let errors: Vec<String> =
        findings.iter().filter(|finding| finding.weight == Weight::Error).map(ToString::to_string).collect();
    let Some(course) = course.filter(|_| errors.is_empty()) else {
        let told = errors.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
        return Err(Refusal::request(format!(
            "the course has errors; `keepsharp course check` tells them all\n{told}"
        ))
        .into());
    };
    record(store, files, course, by, (now, today))
}

/// The same for a course that was read, whatever the check says of it: for previews of what is not finished.
///
/// # Errors
/// Where the ledger can't be written.
pub(crate) fn record(
    store: &Store,
    files: &CourseFiles,
    course: Course,
    by: &str,
    (now, today): (Timestamp, Day),
) -> Result<Published, keepsharp_store::Error> {
    let list = files.list();
    let mut documents = vec![(course.version.to_string(), list.into_bytes())];
    let taught = files.iter().filter(|(path, _)| files::is_taught(path));
    documents.extend(taught.map(|(_, bytes)| (sha256(bytes), bytes.to_vec())));
    store.keep_documents(&documents, now)?;
    let size = (course.lessons().count(), course.lessons().map(|lesson| lesson.items.len()).sum());
    let body = body(&course, size, today);
    let committed = store.commit(by, move |world: &World| {
        let drafts = course_publishing::publish(world, body)?;
        let is_new = !drafts.is_empty();
        Ok((Decision::from(drafts), is_new))
    })?;
    Ok(Published { version: course.version.to_string(), course: course.id, is_new: committed.told, size })
}

fn body(course: &Course, (lessons, items): (usize, usize), today: Day) -> CoursePublished {
    let track = |track: &keepsharp_course::model::Track| PublishedTrack {
        id: track.id.as_str().into(),
        programme: track.programme.iter().map(|id| id.as_str().into()).collect(),
    };
    CoursePublished {
        course: course.id.as_str().into(),
        refresher: course.refresher.as_ref().map(|refresher| refresher.id.as_str().into()),
        version: course.version.as_str().into(),
        on: today,
        title: course.title.as_str().into(),
        language: Some(course.language.as_str().into()),
        tracks: course.tracks.iter().map(track).collect(),
        lessons: u32::try_from(lessons).unwrap_or(u32::MAX),
        items: u32::try_from(items).unwrap_or(u32::MAX),
    }
}
