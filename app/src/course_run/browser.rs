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

/// Without what only says that this machine is slow just now.
fn errors(found: &[String]) -> Vec<&str> {
    found.iter().map(String::as_str).filter(|line| line.contains(": error:")).collect()
}

#[test]
fn the_samples_of_every_language_that_comes_along_do_what_they_say() {
    let samples = ["js", "sql", "yaml", "dockerfile", "hcl"].map(sample);
    if let Some(found) = findings(&samples, &[]) {
        assert_eq!(errors(&found), Vec::<&str>::new());
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

/// A sample with some files changed, none of which reading alone finds wrong.
fn changed(name: &str, id: &str, changes: &[(&str, &str)]) -> ExerciseFile {
    let mut files = sample_files(name);
    for (path, text) in changes {
        files.insert((*path).to_owned(), text.as_bytes().to_vec());
    }
    let mut exercise = read(&files);
    id.clone_into(&mut exercise.folder);
    exercise
}

#[test]
fn an_exercise_that_does_not_do_what_it_says_is_told_with_what_and_where() {
    let held = "exports.show = ({ project, id }) => ({ status: id === 12 ? 200 : 404, text: \"A button is blue\" });\n";
    let exercises = [
        changed("js", "held", &[("starter/app.js", held)]),
        changed("js", "broken", &[("solution/app.js", "exports.show = () => ({ status: 500 });\n")]),
        changed("js", "syntax", &[("solution/app.js", "exports.show = (;\n")]),
        changed("js", "other", &[("wrong/hide-the-text/app.js", "exports.show = () => ({ status: 404 });\n\n")]),
        changed(
            "js",
            "slow",
            &[(
                "solution/app.js",
                "const db = require('./db.js'); const end = Date.now() + 300; while (Date.now() < end);\n\
            exports.show = ({ project, id }) => { const one = db.issueOf(project, id); return one ? { status: 200, text: one.text } : { status: 404 }; };",
            )],
        ),
    ];
    let Some(found) = findings(&exercises, &[]) else { return };
    let told = |start: &str, part: &str| found.iter().any(|line| line.starts_with(start) && line.contains(part));
    assert!(told("held/starter: error:", "does not get through with the starter"), "{found:#?}");
    assert!(
        told(
            "broken/solution: error:",
            "the solution fails \"use: a member reads an issue of the project\": expected 200, got 500"
        ),
        "{found:#?}"
    );
    assert!(
        told("syntax/solution: error:", "can't be run: SyntaxError")
            && told("syntax/solution: error:", "(app.js, line 1)"),
        "{found:#?}"
    );
    assert!(!found.iter().any(|line| line.starts_with("syntax/exercise.toml")), "{found:#?}");
    assert!(told("slow/solution: warning:", "more than a quarter of time_ms"), "{found:#?}");
    assert!(!told("other/", "wrong/compare-after-load"), "{found:#?}");
}

#[test]
fn what_never_ends_fills_memory_or_floods_is_stopped_and_the_next_runs() {
    let limited = |name: &str, id: &str, solution: (&str, &str)| {
        let mut exercise = changed(name, id, &[solution]);
        exercise.time_ms = 700;
        exercise.memory_mb = 32;
        exercise
    };
    let js = |id: &str, text: &str| limited("js", id, ("solution/app.js", text));
    let exercises = [
        js("loop", "exports.show = () => { for (;;); };"),
        js("swallow", "exports.show = () => { for (;;) { try { for (;;); } catch {} } };"),
        js("regex", "exports.show = () => /^(a+)+$/.test(\"a\".repeat(40) + \"!\");"),
        js("promise", "exports.show = async () => { for (;;) await 1; };"),
        js("hog", "exports.show = () => { const kept = []; for (;;) kept.push(new Array(1000).fill(1.5)); };"),
        js("text", "exports.show = () => { let text = \"x\"; for (;;) text += text; };"),
        js("flood", "exports.show = () => { for (;;) console.log(\"x\".repeat(9999)); };"),
        js("deep", "exports.show = function deeper() { return deeper() + 1; };"),
        limited(
            "sql",
            "endless",
            (
                "solution/find.sql",
                "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n\n",
            ),
        ),
        limited("sql", "large", ("solution/find.sql", "select hex(zeroblob(60000000)) as name from people\n")),
        sample("js"),
    ];
    let began = Instant::now();
    let Some(found) = findings(&exercises, &[]) else { return };
    let seconds = began.elapsed().as_secs();
    let told = |start: &str, part: &str| {
        found.iter().any(|line| line.starts_with(&format!("{start}/solution: ")) && line.contains(part))
    };
    for (folder, why) in [
        ("loop", "time was up"),
        ("swallow", "time was up"),
        ("regex", "time was up"),
        ("promise", "time was up"),
        ("hog", "memory was full"),
        ("text", "string too long"),
        ("flood", "64 KiB"),
        ("deep", "Maximum call stack size exceeded"),
        ("endless", "time was up"),
        ("large", "memory was full"),
    ] {
        assert!(told(folder, why), "{folder}: {found:#?}");
    }
    assert!(
        !errors(&found).iter().any(|line| line.starts_with("labs/sample")),
        "what came last runs as ever: {found:#?}"
    );
    assert!(seconds < 60, "{seconds} s");
}

#[test]
fn code_examples_that_do_not_parse_are_told_where_they_stand() {
    let example = |line, language: &str, text: &str| Example {
        place: Place::file("lesson.md").at(line),
        language: language.into(),
        text: text.into(),
    };
    let examples = [
        example(1, "js", "import x from \"y\";\nexport const z = await x();"),
        example(2, "javascript", "const = 1;"),
        example(3, "json", "{\"a\": [1, 2]}"),
        example(4, "json", "{'a': 1}"),
        example(5, "yaml", "a: [1\nb: 2"),
        example(6, "yaml", "a: !reference [b, c]\n---\nd: 1"),
        example(7, "dockerfile", "FORM debian"),
        example(8, "dockerfile", "FROM debian\nRUN <<EOF\necho\nEOF\n"),
        example(9, "terraform", "a {\n  b = \"c\n}"),
        example(10, "hcl", "a \"b\" { c = d.e ? 1 : 2 }"),
        example(11, "html", "<<<"),
        example(12, "sql", "selct"),
        example(13, "js", "while (true) {}"),
    ];
    let Some(found) = findings(&[], &examples) else { return };
    let lines: Vec<&str> = found.iter().filter_map(|line| line.split(':').nth(1)).collect();
    assert_eq!(lines, ["2", "4", "5", "7", "9"], "{found:#?}");
    assert!(found[4].contains("a text without its closing quote") && found[4].contains("fragment"), "{found:#?}");
}

#[test]
fn a_browser_that_is_none_is_refused_with_what_to_do() {
    let refused =
        run(&[sample("js")], &[], Path::new("nowhere"), Path::new("/nowhere/chromium"), &mut |_| {}).unwrap_err();
    assert!(refused.contains("/nowhere/chromium"), "{refused}");
    let ended = run(&[sample("js")], &[], Path::new("nowhere"), Path::new("/bin/true"), &mut |_| {}).unwrap_err();
    assert!(ended.contains("ended before the exercises did"), "{ended}");
}

#[test]
fn ruby_and_python_run_where_their_packs_are() {
    let ready = |name: &str| runtime(name).is_some_and(|runtime| runtime.is_ready(&packs()));
    let samples: Vec<ExerciseFile> = ["ruby", "python"].into_iter().filter(|name| ready(name)).map(sample).collect();
    if samples.is_empty() {
        eprintln!("no pack is in KEEPSHARP_TEST_PACKS, so neither is run");
        return;
    }
    if let Some(found) = findings(&samples, &[]) {
        assert_eq!(errors(&found), Vec::<&str>::new());
    }
}
