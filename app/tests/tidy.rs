//! House rules that a program can check and no lint does: arrows between crates, where SQL stands, how a file opens,
//! and documents that name only what is there.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test is what a panic is for")]

mod common;

use common::{Keepsharp, commands_in};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const CRATES: [&str; 7] = ["domain", "ledger", "verifier", "course", "store", "report", "app"];

/// Longest file, in lines, with its tests.
const LONGEST: usize = 600;
/// Files that may be longer, how long, and why.
const LONGER: [(&str, usize, &str); 1] =
    [("domain/tests/laws.rs", 1_400, "one law after another over the same random companies")];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The files below a folder that end so, by their path from the root of the repository.
fn files_below(folder: &str, end: &str) -> Vec<String> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(root().join(folder)) else { return found };
    for entry in entries {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            found.extend(files_below(&path, end));
        } else if path.ends_with(end) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<String> {
    let sources: Vec<String> = CRATES.iter().flat_map(|name| files_below(&format!("{name}/src"), ".rs")).collect();
    assert!(sources.len() > 50, "{sources:?}");
    sources
}

fn documents() -> Vec<String> {
    let mut documents = files_below("docs", ".md");
    documents.extend(
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "DESIGN.md"]
            .into_iter()
            .filter(|name| root().join(name).exists())
            .map(str::to_owned),
    );
    assert!(documents.len() > 3, "{documents:?}");
    documents
}

#[test]
fn crates_depend_on_one_another_as_the_map_says_and_on_nothing_else_of_ours() {
    let arrows: [(&str, &[&str]); 7] = [
        ("domain", &[]),
        ("ledger", &[]),
        ("verifier", &["domain", "ledger"]),
        ("course", &["domain"]),
        ("store", &["domain", "ledger"]),
        ("report", &["domain"]),
        ("app", &["course", "domain", "ledger", "report", "store", "verifier"]),
    ];
    for (name, allowed) in arrows {
        let manifest: toml::Table = read(&format!("{name}/Cargo.toml")).parse().unwrap();
        let ours: Vec<&str> = ["dependencies", "build-dependencies"]
            .iter()
            .filter_map(|section| manifest.get(*section)?.as_table())
            .flat_map(|section| section.keys())
            .filter_map(|dependency| dependency.strip_prefix("keepsharp-"))
            .collect();
        assert_eq!(ours, allowed, "{name}/Cargo.toml");
    }
    let workspace: toml::Table = read("Cargo.toml").parse().unwrap();
    let members: Vec<&str> =
        workspace["workspace"]["members"].as_array().unwrap().iter().filter_map(|m| m.as_str()).collect();
    assert_eq!(BTreeSet::from_iter(members), BTreeSet::from(CRATES), "a crate that the map does not know");
}

#[test]
fn sql_stands_in_the_store_only() {
    for path in sources().iter().filter(|path| !path.starts_with("store/")) {
        for (number, line) in (1..).zip(read(path).lines()) {
            let sql = ["SELECT ", "INSERT INTO", "DELETE FROM", "CREATE TABLE", "rusqlite", "postgres::"]
                .into_iter()
                .find(|word| line.contains(word));
            assert_eq!(sql, None, "{path}:{number}: {line}");
        }
    }
}

#[test]
fn every_source_file_opens_with_what_it_answers() {
    for path in sources() {
        let text = read(&path);
        let opening: Vec<&str> = text.lines().take_while(|line| line.starts_with("//!")).collect();
        let sentence = opening.split(|line| *line == "//!").next().unwrap_or_default().join(" ");
        assert!(sentence.len() > 10, "{path} does not open with a //! sentence");
        assert!(sentence.ends_with(['.', '?']), "{path}: its opening is no whole sentence: {sentence}");
    }
}

#[test]
fn nothing_is_unsafe_and_nothing_is_left_to_do() {
    // Put together, so that this file does not find itself.
    let words =
        ["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern", "todo!(", "unimplemented!(", "dbg!(", "FIXME", "XXX"];
    for path in sources() {
        for (number, line) in (1..).zip(read(&path).lines()) {
            let found = words.into_iter().find(|word| line.contains(word));
            assert_eq!(found, None, "{path}:{number}: {line}");
        }
    }
}

#[test]
fn no_file_is_longer_than_one_can_hold_in_mind() {
    let tests = CRATES.iter().flat_map(|name| files_below(&format!("{name}/tests"), ".rs"));
    for path in sources().into_iter().chain(tests) {
        let lines = read(&path).lines().count();
        let most = LONGER.iter().find(|(longer, ..)| *longer == path).map_or(LONGEST, |(_, most, _)| *most);
        assert!(lines <= most, "{path} has {lines} lines; {most} are the most");
    }
    for (path, ..) in LONGER {
        assert!(read(path).lines().count() > LONGEST, "{path} needs its exception no longer");
    }
}

#[test]
fn every_known_limit_in_the_code_has_its_line_in_the_documents() {
    let limits = sources().iter().map(|path| read(path).matches("// LIMIT:").count()).sum::<usize>();
    let told = read("docs/limits.md").lines().filter(|line| line.starts_with("- ") || line.starts_with("| ")).count();
    assert!(limits <= told, "{limits} limits stand in the code, and {told} lines in docs/limits.md");
}

/// Paths of another place than the repository: what a run makes, or a company has.
fn is_made_elsewhere(path: &str) -> bool {
    let made = ["keepsharp-data/", "target/", ".ci/", "./", "/", "~", "research/", "cases/", "courses/"];
    let course = ["starter/", "solution/", "tests/", "exploit/", "wrong/", "labs/", "modules/", "drafts/", "runtimes/"];
    let made = made.into_iter().chain(course).collect::<Vec<_>>();
    made.iter().any(|start| path.starts_with(start))
}

/// What stands between single backquotes in a line.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

fn looks_like_a_path_of_ours(text: &str) -> bool {
    let plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
    let kind = Path::new(text).extension().and_then(|kind| kind.to_str()).unwrap_or_default();
    let in_a_folder = text.contains('/') && (text.ends_with('/') || ["md", "toml", "py", "sql", "csv"].contains(&kind));
    plain && !is_made_elsewhere(text) && (in_a_folder || kind == "rs")
}

/// Whether the repository has it, said from its root or from the `src` of a crate.
fn is_there(path: &str) -> bool {
    let sources = CRATES.iter().map(|name| format!("{name}/src/{path}"));
    let beside = CRATES.iter().map(|name| format!("{name}/{path}"));
    std::iter::once(path.to_owned()).chain(sources).chain(beside).any(|path| root().join(path).exists())
}

#[test]
fn documents_name_only_files_that_are_there() {
    let mut named = 0;
    // DESIGN.md and SECURITY.md speak of what is yet to come and of what leaves the house.
    for document in documents().iter().filter(|document| !["DESIGN.md", "SECURITY.md"].contains(&document.as_str())) {
        for (number, line) in (1..).zip(read(document).lines()) {
            for path in quoted(line).filter(|text| looks_like_a_path_of_ours(text)) {
                assert!(is_there(path), "{document}:{number} names {path}, which is not there");
                named += 1;
            }
        }
    }
    assert!(named > 30, "only {named} paths were found in the documents");
}

#[test]
fn links_between_documents_lead_somewhere() {
    for document in documents() {
        let folder = Path::new(&document).parent().unwrap().to_owned();
        for (number, line) in (1..).zip(read(&document).lines()) {
            for target in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let (file, heading) = target.split_once('#').unwrap_or((target, ""));
                if target.contains("://") || target.starts_with("mailto:") {
                    continue;
                }
                let path = if file.is_empty() { PathBuf::from(&document) } else { folder.join(file) };
                assert!(root().join(&path).exists(), "{document}:{number} links to {target}, which is not there");
                let has_heading = || headings(&read(path.to_str().unwrap())).contains(heading);
                assert!(heading.is_empty() || has_heading(), "{document}:{number}: no {target}");
            }
        }
    }
}

/// The anchors of a Markdown text's headings, as GitLab and GitHub make them.
fn headings(text: &str) -> BTreeSet<String> {
    let anchor = |heading: &str| {
        let kept = heading.trim_start_matches('#').trim().to_lowercase();
        let plain: String = kept.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).collect();
        plain.replace(' ', "-")
    };
    text.lines().filter(|line| line.starts_with('#')).map(anchor).collect()
}

/// Whether `README.md` or a page of `docs` shows how the command is called.
fn is_told_of(command: &str) -> bool {
    let text: String = documents().iter().filter(|name| *name != "DESIGN.md").map(|name| read(name)).collect();
    text.lines()
        .filter(|line| line.contains("keepsharp ") || line.contains("cargo run "))
        .any(|line| line.split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| word == command))
}

#[test]
fn every_command_is_told_of_in_the_documents() {
    let commands = commands_in(&Keepsharp::empty().ok(&["--help"]).stdout);
    assert!(commands.len() > 10, "{commands:?}");
    // The command shell has a test of its own below.
    let untold: Vec<&String> = commands.iter().filter(|command| *command != "shell" && !is_told_of(command)).collect();
    assert!(untold.is_empty(), "neither README.md nor docs tell of {untold:?}");
}

#[test]
fn the_command_shell_is_told_of_in_the_documents() {
    assert!(is_told_of("shell"));
}

#[test]
fn every_option_in_the_documents_is_one_that_a_command_takes() {
    let keepsharp = Keepsharp::empty();
    let mut helps = keepsharp.ok(&["--help"]).stdout;
    for command in commands_in(&helps.clone()) {
        let help = keepsharp.ok(&[&command, "--help"]).stdout;
        for below in commands_in(&help) {
            helps.push_str(&keepsharp.ok(&[&command, &below, "--help"]).stdout);
        }
        helps.push_str(&help);
    }
    for document in documents().iter().filter(|name| *name != "DESIGN.md" && *name != "CONTRIBUTING.md") {
        for (number, line) in (1..).zip(read(document).lines()) {
            let commands = quoted(line).filter(|text| text.starts_with("keepsharp ") || text.starts_with("--"));
            for option in
                commands.flat_map(str::split_whitespace).filter(|word| word.starts_with("--") && word.len() > 2)
            {
                assert!(helps.contains(option), "{document}:{number} names {option}, which no command takes");
            }
        }
    }
}
