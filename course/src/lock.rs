//! `ids.lock`: which ids a course has and what they said, so that none vanishes or changes its key unseen.
//!
//! Answers that people gave refer to ids for years. A version hashes everything; this file, kept in the author's repository, remembers what the
//! last check saw of each id.

use crate::finding::{Finding, Place};
use crate::model::{Course, Item, Task};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The file.
pub const FILE: &str = "ids.lock";

const HEAD: &str = "# What each id said when `keepsharp course check --lock` last saw it. Commit this file; don't edit it.\n\
    # id, what it is, rev, hash of what it says, key\n";

/// What was seen of each id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    entries: BTreeMap<String, Entry>,
}

/// What was seen of an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `lesson`, `objective`, `item`, `exercise` or `retired`.
    pub what: String,
    /// Its revision.
    pub rev: u32,
    /// A hash of what it says: first sixteen hex digits.
    pub hash: String,
    /// Of an item: what is right, by hashes of the choices; `-` of all else.
    pub key: String,
}

impl Lock {
    /// What a course says now.
    pub fn of(course: &Course) -> Lock {
        let mut lock = Lock::default();
        let mut put = |id: &str, what: &str, rev: u32, said: &str, key: String| {
            let entry = Entry { what: what.to_owned(), rev, hash: hash(said, 8), key };
            lock.entries.insert(id.to_owned(), entry);
        };
        let nothing = || "-".to_owned();
        for id in &course.retired {
            put(id, "retired", 0, "", nothing());
        }
        for lesson in course.lessons() {
            put(&lesson.id, "lesson", lesson.rev, &lesson.title, nothing());
            for objective in &lesson.objectives {
                put(&objective.id, "objective", 1, &objective.says, nothing());
            }
            for (_, id) in lesson.exercises() {
                put(id, "exercise", 1, "", nothing());
            }
            for item in &lesson.items {
                put(&item.id, "item", item.rev, &said(item), key(item));
            }
        }
        lock
    }

    /// The lock in a file's text.
    ///
    /// # Errors
    /// Names the first line that can't be read.
    pub fn read(text: &str) -> Result<Lock, Finding> {
        let mut lock = Lock::default();
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let entry = read_line(line).filter(|(id, _)| !lock.entries.contains_key(id));
            let Some((id, entry)) = entry else {
                let message = "this line can't be read; take the file from the repository's history, it is made by `course check --lock`";
                return Err(Finding::error(&Place::file(FILE).at(number), message));
            };
            lock.entries.insert(id, entry);
        }
        Ok(lock)
    }

    /// The text of the file: one line each, ordered by id.
    pub fn write(&self) -> String {
        let mut text = HEAD.to_owned();
        for (id, Entry { what, rev, hash, key }) in &self.entries {
            let _ = writeln!(text, "{id} {what} {rev} {hash} {key}");
        }
        text
    }
}

fn read_line(line: &str) -> Option<(String, Entry)> {
    let mut words = line.split(' ');
    let mut word = || words.next().filter(|word| !word.is_empty()).map(str::to_owned);
    let (id, what, rev, hash, key) = (word()?, word()?, word()?.parse().ok()?, word()?, word()?);
    let is_known = ["lesson", "objective", "item", "exercise", "retired"].contains(&what.as_str());
    (is_known && word().is_none()).then_some((id, Entry { what, rev, hash, key }))
}

fn hash(said: &str, bytes: usize) -> String {
    Sha256::digest(said).iter().take(bytes).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// All that an item asks with: reasons and hint may be mended at any time.
fn said(item: &Item) -> String {
    let mut said = format!("{}\n{}\n", item.kind.word(), item.stem);
    match &item.task {
        // Choices are shown in an order of their own for each learner, so their order says nothing.
        Task::Choose(choices) => {
            let texts: BTreeSet<&str> = choices.iter().map(|choice| choice.text.as_str()).collect();
            for text in texts {
                let _ = writeln!(said, "{text}");
            }
        }
        Task::Rank(steps) => {
            for step in steps {
                let _ = writeln!(said, "{}", step.text);
            }
        }
        Task::Spot { code, .. } => said.push_str(&code.text),
    }
    said
}

/// What is right: each choice's hash in order, the right one marked; the steps in order; the hashes of the right lines.
fn key(item: &Item) -> String {
    let hashes: Vec<String> = match &item.task {
        Task::Choose(choices) => choices
            .iter()
            .map(|choice| format!("{}{}", if choice.is_right { "*" } else { "" }, hash(&choice.text, 4)))
            .collect(),
        Task::Rank(steps) => steps.iter().map(|step| hash(&step.text, 4)).collect(),
        Task::Spot { code, answer, .. } => (1..)
            .zip(code.text.lines())
            .map(|(at, line)| format!("{}{}", if answer.contains(&at) { "*" } else { "" }, hash(line.trim(), 4)))
            .collect(),
    };
    format!("{}:{}", item.kind.word(), hashes.join(","))
}

/// What a course may not have done since its lock was written.
pub fn compare(lock: &Lock, course: &Course) -> Vec<Finding> {
    let now = Lock::of(course);
    let superseded: BTreeSet<&str> =
        course.lessons().flat_map(|lesson| &lesson.items).map(|item| item.supersedes.as_str()).collect();
    let mut findings = Vec::new();
    for (line, (id, before)) in lines(lock) {
        let vanished = Place::file(FILE).at(line);
        match now.entries.get(id) {
            None if before.what == "retired" => {
                findings
                    .push(Finding::error(&vanished, format!("{id} was retired; keep it in course.toml's `retired`")));
            }
            None if superseded.contains(id.as_str()) => {}
            None => {
                let message = format!(
                    "{} {id} is gone; bring it back, or write it into course.toml: retired = [\"{id}\"]",
                    before.what
                );
                findings.push(Finding::error(&vanished, message));
            }
            // What is retired now may have been anything.
            Some(after) if after.what == "retired" => {}
            Some(after) => findings.extend(difference(id, before, after, &place(course, id))),
        }
    }
    findings
}

/// Each entry with its line in the file that [`Lock::write`] gives.
fn lines(lock: &Lock) -> impl Iterator<Item = (usize, (&String, &Entry))> {
    (1 + HEAD.lines().count()..).zip(&lock.entries)
}

fn place(course: &Course, id: &str) -> Place {
    let item = course.item(id).map(|(_, item)| item.place.clone());
    let lesson = || {
        let belongs = |lesson: &&crate::Lesson| {
            lesson.id == id
                || lesson.objectives.iter().any(|objective| objective.id == id)
                || lesson.exercises().any(|(_, exercise)| exercise == id)
        };
        course.lessons().find(belongs).map(|lesson| lesson.place.clone())
    };
    item.or_else(lesson).unwrap_or_else(|| Place::file("course.toml"))
}

fn difference(id: &str, before: &Entry, after: &Entry, place: &Place) -> Option<Finding> {
    let error = |message: String| Some(Finding::error(place, message));
    if before.what == "retired" {
        return error(format!("{id} was retired and is used again; give this {} a new id", after.what));
    }
    if before.what != after.what {
        return error(format!("{id} was the id of another thing, {}; give this {} a new id", before.what, after.what));
    }
    if after.rev < before.rev {
        return error(format!("{id} was at rev {} and is at rev {}; rev only rises", before.rev, after.rev));
    }
    if after.what != "item" {
        return None;
    }
    if is_another_key(&before.key, &after.key) {
        return error(format!(
            "{id} has another right answer than before, and people have answered it; give it a new id, with supersedes=\"{id}\""
        ));
    }
    (before.hash != after.hash && before.rev == after.rev).then(|| {
        Finding::error(place, format!("{id} asks in other words than before; raise its rev to {}", before.rev + 1))
    })
}

/// Whether two keys of an item hold different things right. Reworded ones hold the same.
fn is_another_key(before: &str, after: &str) -> bool {
    let split = |key: &str| -> Option<(String, Vec<String>)> {
        let (kind, hashes) = key.split_once(':')?;
        Some((kind.to_owned(), hashes.split(',').map(str::to_owned).collect()))
    };
    let (Some((kind_before, before)), Some((kind, after))) = (split(before), split(after)) else { return true };
    if kind_before != kind {
        return true;
    }
    if kind == "rank" {
        return is_reordered(&before, &after);
    }
    let bare = |entry: &String| entry.trim_start_matches('*').to_owned();
    let is_right = |entry: &&String| entry.starts_with('*');
    let right = |key: &[String]| -> BTreeSet<String> { key.iter().filter(is_right).map(bare).collect() };
    let wrong =
        |key: &[String]| -> BTreeSet<String> { key.iter().filter(|entry| !is_right(entry)).map(bare).collect() };
    let (held, holds) = (right(&before), right(&after));
    if held == holds {
        return false;
    }
    // A line of code may stand several times, right in one place and not in another.
    let turned = |from: &BTreeSet<String>, to: &BTreeSet<String>, still: &BTreeSet<String>| {
        from.iter().any(|one| to.contains(one) && !still.contains(one))
    };
    let places =
        |key: &[String]| (0..).zip(key).filter(|(_, entry)| is_right(entry)).map(|(at, _)| at).collect::<Vec<usize>>();
    turned(&held, &wrong(&after), &holds) || turned(&holds, &wrong(&before), &held) || places(&before) != places(&after)
}

/// Whether steps that both have stand in another order.
fn is_reordered(before: &[String], after: &[String]) -> bool {
    let kept =
        |one: &[String], other: &[String]| one.iter().filter(|step| other.contains(step)).cloned().collect::<Vec<_>>();
    let (was, is) = (kept(before, after), kept(after, before));
    was != is || before.len() != after.len() || was.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CourseFiles, read, starter};

    const LESSON: &str = "modules/01-start/1.1-send-people-back/lesson.md";

    fn course(file: &str, changes: &[(&str, &str)]) -> Course {
        let mut files = CourseFiles::default();
        for (path, mut text) in starter::files("demo", "2026-11-22".parse().unwrap()) {
            if path == file {
                for (from, to) in changes {
                    assert!(text.contains(from), "{from}");
                    text = text.replacen(from, to, 1);
                }
            }
            files.add(path, text.into_bytes()).unwrap();
        }
        read::course(&files).0.unwrap()
    }

    fn found(changes: &[(&str, &str)]) -> Vec<String> {
        let lock = Lock::of(&course("", &[]));
        compare(&lock, &course(LESSON, changes)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_lock_is_read_as_it_was_written_and_its_lines_are_ordered() {
        let lock = Lock::of(&course("course.toml", &[("final_items", "retired = [\"old.one\"]\nfinal_items")]));
        let text = lock.write();
        assert_eq!(Lock::read(&text).unwrap(), lock);
        let ids: Vec<&str> = text.lines().skip(2).filter_map(|line| line.split(' ').next()).collect();
        assert!(ids.is_sorted() && ids.contains(&"old.one") && ids.len() == 9, "{ids:?}");
        let (line, (id, _)) = lines(&lock).last().unwrap();
        assert!(text.lines().nth(line - 1).unwrap().starts_with(id.as_str()));
    }

    #[test]
    fn a_lock_that_was_edited_is_told_by_its_line() {
        for (text, line) in [
            ("a", 1),
            ("# x\na item x b c", 2),
            ("a item 1 b c d", 1),
            ("a b 1 c d", 1),
            ("a item 1 b c\na item 1 b c", 2),
        ] {
            assert_eq!(Lock::read(text).unwrap_err().line, line, "{text}");
        }
    }

    #[test]
    fn what_stays_or_is_mended_without_a_change_of_meaning_is_not_told() {
        assert_eq!(found(&[]), [""; 0]);
        assert_eq!(found(&[("Two slashes begin an address", "Two slashes always begin an address")]), [""; 0]);
        let moved = "- [x] To the start page of `sale.example`.\n  > Two slashes begin an address of another host, with the scheme of the page. The first of them passes the check.\n";
        let after = "  > Only what does not begin with a slash is sent there. This address begins with two.\n";
        assert_eq!(found(&[(moved, ""), (after, &format!("{after}{moved}"))]), [""; 0]);
    }

    #[test]
    fn an_id_that_vanished_is_told_unless_retired_or_superseded() {
        let gone = found(&[("\"start.back.target.q1\"", "\"start.back.target.q9\"")]);
        assert!(
            gone.len() == 1 && gone[0].starts_with("ids.lock:") && gone[0].contains("start.back.target.q1 is gone"),
            "{gone:?}"
        );
        let named = ("\"start.back.target.q1\"", "\"start.back.target.q9\" supersedes=\"start.back.target.q1\"");
        assert_eq!(found(&[named]), [""; 0]);
        let lock = Lock::of(&course("", &[]));
        let mut retired = course(LESSON, &[("\"start.back.target.q1\"", "\"start.back.target.q9\"")]);
        retired.retired.insert("start.back.target.q1".to_owned());
        assert_eq!(compare(&lock, &retired), []);
        // Once retired, for ever.
        let locked = Lock::of(&retired);
        retired.retired.clear();
        assert_eq!(compare(&locked, &retired).len(), 1);
        let again = compare(&locked, &course("", &[]));
        assert!(again[0].message.contains("used again"), "{again:?}");
    }

    #[test]
    fn other_words_need_a_higher_rev_and_another_key_a_new_id() {
        let words = ("Where does the browser go?", "Whereto does the browser go?");
        assert!(found(&[words])[0].contains("raise its rev to 2"), "{:?}", found(&[words]));
        let raised = ("target.q1\" ", "target.q1\" rev=\"2\" ");
        assert_eq!(found(&[words, raised]), [""; 0]);
        assert_eq!(found(&[("To the start page of `sale.example`.", "To `sale.example`."), raised]), [""; 0]);
        let other = [
            ("- [x] To the start page of `sale", "- [ ] To the start page of `sale"),
            ("- [ ] To a page", "- [x] To a page"),
            raised,
        ];
        assert!(found(&other)[0].contains("another right answer"));
        assert!(found(&[("answer=\"7\"", "answer=\"5\"")])[0].contains("another right answer"));
        let order = [
            ("1. A fixed page for everybody", "1. A name that is looked up in a table"),
            ("2. A name that is looked up in a table", "2. A fixed page for everybody"),
            ("target.q5\" ", "target.q5\" rev=\"2\" "),
        ];
        assert_eq!(found(&order).len(), 1);
        assert!(found(&[("rev = 1", "rev = 0")])[0].contains("rev only rises"));
    }
}
