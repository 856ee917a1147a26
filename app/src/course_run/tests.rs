//! Are exercises run and judged as they should be, and does what runs reach nothing? In a Chromium where one is installed; with `REQUIRE_BROWSER=1` it has to be.

use super::*;
use keepsharp_course::finding::Weight;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The files of a sample, by their path from its folder.
fn sample_files(name: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exercises").join(name);
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.clone()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned();
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn read(files: &BTreeMap<String, Vec<u8>>) -> ExerciseFile {
    let files = files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()));
    ExerciseFile::read("labs/sample", files).unwrap()
}

fn sample(name: &str) -> ExerciseFile {
    read(&sample_files(name))
}

/// Chromium, where it is installed.
fn chromium() -> Option<PathBuf> {
    let found = find_chromium();
    assert!(found.is_ok() || std::env::var_os("REQUIRE_BROWSER").is_none(), "{found:?}");
    found.ok()
}

fn packs() -> PathBuf {
    // Packs weigh tens of megabytes and come from elsewhere; whoever has them names the folder.
    std::env::var_os("KEEPSHARP_TEST_PACKS").map_or_else(|| "nowhere".into(), PathBuf::from)
}

fn findings(exercises: &[ExerciseFile], examples: &[Example]) -> Option<Vec<String>> {
    let found = run(exercises, examples, &packs(), &chromium()?, &mut |_| {}).unwrap();
    Some(found.iter().map(ToString::to_string).collect())
}

#[test]
fn the_samples_of_every_language_that_comes_along_do_what_they_say() {
    let samples = ["js", "sql", "yaml", "dockerfile", "hcl"].map(sample);
    if let Some(found) = findings(&samples, &[]) {
        assert_eq!(found, Vec::<String>::new());
    }
}

#[test]
fn a_runtime_that_is_not_added_is_told_and_no_browser_is_needed() {
    let mut files = sample_files("js");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let sheet = text(&files["exercise.toml"]).replace("\"js\"", "\"ruby\"");
    files.insert("exercise.toml".into(), sheet.into_bytes());
    for (old, new) in [("tests/use.js", "tests/use.rb"), ("exploit/attack.js", "exploit/attack.rb")] {
        let bytes = files.remove(old).unwrap();
        files.insert(new.into(), bytes);
    }
    let found = run(&[read(&files)], &[], Path::new("nowhere"), Path::new("nowhere"), &mut |_| {}).unwrap();
    assert!(found[0].weight == Weight::Warning && found[0].message.contains("keepsharp runtime add ruby"), "{found:?}");
}
