//! Is what is wrong with an exercise told, whatever stands in its folder?

use super::*;

const SHEET: &str = r#"id = "ac.scope.lab"
title = "Load it through the project"
runner = "js"
minutes = 6
task = "A guest of one project reads another's issues. Mend `app.js`."
edit = ["app.js"]
hints = ["Who owns issue 77?", "Which object did the filter load?", "Load through `project`."]

[[wrong]]
dir = "wrong/late"
fails = ["exploit: a stranger learns that an issue exists"]
says = "It is still loaded."

[[wrong]]
dir = "wrong/never"
fails = ["use: a member reads"]
says = "Nobody reads."
"#;

/// What is done to a folder.
type Change<'a> = &'a dyn Fn(&mut BTreeMap<String, Vec<u8>>);

/// A folder in which nothing is wrong.
fn folder() -> BTreeMap<String, Vec<u8>> {
    let files = [
        ("exercise.toml", SHEET),
        ("starter/app.js", "weak"),
        ("starter/lib/db.js", "data"),
        ("tests/use.js", "test(\"a member reads\", () => {});\n// latest(\"no test\")\n"),
        ("exploit/attack.js", "exploit('a stranger learns that an issue exists', () => true);"),
        ("solution/app.js", "mended"),
        ("wrong/late/app.js", "late"),
        ("wrong/never/app.js", "never"),
    ];
    files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect()
}

fn read(files: &BTreeMap<String, Vec<u8>>) -> Result<ExerciseFile, Vec<String>> {
    let read = ExerciseFile::read("m/labs/scope", files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    read.map_err(|findings| findings.iter().map(ToString::to_string).collect())
}

/// What is told once a piece of the sheet is another.
fn with(old: &str, new: &str) -> Vec<String> {
    assert!(SHEET.contains(old), "{old}");
    let mut files = folder();
    files.insert(SHEET_NAME.into(), SHEET.replacen(old, new, 1).into_bytes());
    read(&files).err().unwrap_or_default()
}

const SHEET_NAME: &str = "exercise.toml";

#[test]
fn an_exercise_is_read_with_what_its_sheet_leaves_out() {
    let exercise = read(&folder()).unwrap();
    assert_eq!((exercise.rev, exercise.time_ms, exercise.memory_mb), (1, 3_000, 64));
    assert_eq!(exercise.starter.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["app.js", "lib/db.js"]);
    let names = [
        (TestKind::Use, "a member reads".to_owned()),
        (TestKind::Exploit, "a stranger learns that an issue exists".to_owned()),
    ];
    assert_eq!(exercise.names(), names);
    assert_eq!(exercise.wrong.iter().map(|wrong| wrong.line).collect::<Vec<_>>(), [9, 14]);
    assert!(exercise.warnings.is_empty(), "{:?}", exercise.warnings);
}

#[test]
fn a_learner_is_handed_all_but_the_solution_and_the_wrong_mends() {
    let exercise = read(&folder()).unwrap();
    let told = exercise.learner_json().to_string();
    assert!(
        told.contains("weak") && told.contains("It is still loaded.") && told.contains("Who owns issue 77?"),
        "{told}"
    );
    assert!(!told.contains("mended") && !told.contains("never\"") && !told.contains("wrong/late"), "{told}");
    assert_eq!(exercise.solution_json().to_string(), r#"{"solution":[{"name":"app.js","text":"mended"}]}"#);
}

#[test]
fn each_slip_in_the_sheet_is_told_with_its_line() {
    for (old, new, told) in [
        ("id = \"ac.scope.lab\"", "id = \"../x\"", "exercise.toml:1: error: an id begins"),
        ("runner = \"js\"", "runner = \"bash\"", "exercise.toml:3: error: \"bash\" runs nothing; write one of js, sql"),
        ("minutes = 6", "minutes = 0", "exercise.toml:4: error: minutes is 0; it can be 1 to 60"),
        ("minutes = 6", "minutes = -1", "exercise.toml:4: error:"),
        ("minutes = 6", "minutes = 6\ntime_ms = 99", "exercise.toml:5: error: time_ms is 99; it can be 100 to 10000"),
        (
            "minutes = 6",
            "minutes = 6\nmemory_mb = 4096",
            "exercise.toml:5: error: memory_mb is 4096; it can be 16 to 256",
        ),
        ("minutes = 6", "minutes = 6\ntime_sm = 1", "exercise.toml:5: error: unknown field `time_sm`"),
        ("edit = [\"app.js\"]", "edit = []", "exercise.toml:6: error: edit names at least one file"),
        ("edit = [\"app.js\"]", "edit = [\"../app.js\"]", "exercise.toml:6: error: starter/../app.js is not there"),
        ("edit = [\"app.js\"]", "edit = [\"app.js\", \"app.js\"]", "exercise.toml:6: error: app.js stands here twice"),
        (
            "dir = \"wrong/late\"",
            "dir = \"wrong/../../late\"",
            "exercise.toml:9: error: \"wrong/../../late\" is no folder",
        ),
        ("dir = \"wrong/late\"", "dir = \"/etc\"", "exercise.toml:9: error: \"/etc\" is no folder"),
        ("dir = \"wrong/late\"", "dir = \"wrong/lost\"", "exercise.toml:9: error: wrong/lost/ has no file"),
        ("use: a member reads", "use: a memebr reads", "exercise.toml:14: error: \"use: a memebr reads\" is no test"),
        ("says = \"Nobody reads.\"", "says = \" \"", "exercise.toml:14: error: says tells why"),
        (
            "says = \"Nobody reads.\"",
            "says = \"x\"\nmatches = \"(\"",
            "exercise.toml:14: error: matches is no pattern: unclosed group",
        ),
        (
            "says = \"Nobody reads.\"",
            "says = \"x\"\nmatches = \"(?<n>a)\"",
            "exercise.toml:14: error: matches keeps to what every browser reads",
        ),
        (
            "says = \"Nobody reads.\"",
            "says = \"x\"\nmatches = 'ne\\ver'",
            "exercise.toml:14: error: matches is not found",
        ),
        (
            "says = \"Nobody reads.\"",
            "says = \"x\"\nmatches = '\\\"never'",
            "exercise.toml:14: error: browsers take no \\\" in a pattern; write \" alone",
        ),
        (
            "says = \"Nobody reads.\"",
            "says = \"x\"\nmatches = \"other\"",
            "exercise.toml:14: error: matches is not found in wrong/never",
        ),
        ("title = \"Load it through the project\"", "title = \"\"", "exercise.toml:2: error: a title has"),
        ("task = ", "tsk = ", "error: unknown field `tsk`"),
        ("id = \"ac.scope.lab\"", "id = ", "exercise.toml:1: error:"),
    ] {
        let found = with(old, new);
        assert!(found.iter().any(|line| line.starts_with("m/labs/scope/") && line.contains(told)), "{new}: {found:#?}");
    }
}

#[test]
fn wrong_mends_that_fail_the_same_are_told_apart_by_patterns_in_both() {
    let same = with("use: a member reads", "exploit: a stranger learns that an issue exists");
    assert!(
        same.iter().any(|line| line.contains(":9: error: wrong/late and wrong/never fail the same tests")),
        "{same:#?}"
    );
    let both = SHEET.replace("use: a member reads", "exploit: a stranger learns that an issue exists");
    let both = both.replace("says = \"It is still loaded.\"", "says = \"x\"\nmatches = \"^late$\"");
    let both = both.replace("says = \"Nobody reads.\"", "says = \"y\"\nmatches = \"nev[e]r\"");
    let mut files = folder();
    files.insert(SHEET_NAME.into(), both.into_bytes());
    assert!(read(&files).is_ok(), "{:?}", read(&files));
    let one =
        with("[[wrong]]\ndir = \"wrong/never\"\nfails = [\"use: a member reads\"]\nsays = \"Nobody reads.\"\n", "");
    assert!(one.iter().any(|line| line.contains("at least two [[wrong]]")), "{one:#?}");
}

#[test]
fn a_folder_that_lacks_something_or_has_too_much_is_told() {
    let changed = |change: Change| {
        let mut files = folder();
        change(&mut files);
        read(&files).err().unwrap_or_default()
    };
    let told =
        |found: &[String], part: &str| assert!(found.iter().any(|line| line.contains(part)), "{part}: {found:#?}");
    for missing in
        ["starter/app.js", "tests/use.js", "exploit/attack.js", "solution/app.js", "wrong/late/app.js", "exercise.toml"]
    {
        let found = changed(&|files| drop(files.remove(missing)));
        assert!(!found.is_empty(), "{missing} is missing, and nobody says so");
    }
    told(
        &changed(&|files| drop(files.insert("starer/x.js".into(), Vec::new()))),
        "starer/x.js: error: it is no part of an exercise",
    );
    told(
        &changed(&|files| drop(files.insert("wrong/lost/x.js".into(), Vec::new()))),
        "no [[wrong]] of exercise.toml names its folder",
    );
    told(
        &changed(&|files| drop(files.insert("starter/../x.js".into(), Vec::new()))),
        "starter/../x.js: error: a path has names",
    );
    told(&changed(&|files| drop(files.insert("starter/.x".into(), Vec::new()))), "none beginning with a dot");
    told(
        &changed(&|files| drop(files.insert("tests/use.rb".into(), Vec::new()))),
        "tests of js are files that end in .js",
    );
    told(
        &changed(&|files| drop(files.insert("starter/a.bin".into(), vec![0xff]))),
        "starter/a.bin: error: the file is not text",
    );
    told(
        &changed(&|files| drop(files.insert("starter/a.js".into(), vec![b'a'; LARGEST_FILE + 1]))),
        "starter/a.js: error: a file of an exercise has at most 64 KiB",
    );
    told(
        &changed(&|files| files.extend((0..MOST_FILES).map(|at| (format!("starter/{at}"), Vec::new())))),
        "at most 60 files",
    );
    told(
        &changed(&|files| drop(files.insert("solution/app.js".into(), b"weak".to_vec()))),
        "this is the starter's, unchanged",
    );
    told(
        &changed(&|files| drop(files.insert("solution/lib/db.js".into(), b"x".to_vec()))),
        "a learner can't change this file",
    );
    told(
        &changed(&|files| drop(files.insert("tests/use.js".into(), b"tst('x')".to_vec()))),
        "nothing in it begins with test(",
    );
    told(
        &changed(&|files| drop(files.insert("tests/two.js".into(), b"test('a member reads', () => 1)".to_vec()))),
        "two are called \"a member reads\"",
    );
}

#[test]
fn names_are_found_in_ruby_and_python_too() {
    let file = |text: &str| vec![TextFile { name: "a".into(), text: text.into() }];
    let tests = file("test(\"one \\\"quoted\\\"\") { }\n@test('two')\ndef x(): pass\ntest(`three`, 1)\ntest(name)\n");
    let found: Vec<String> = check::names(&tests, &[]).into_iter().map(|(_, name)| name).collect();
    assert_eq!(found, ["one \"quoted\"", "two", "three"]);
}

#[test]
fn whatever_bytes_a_sheet_has_it_is_read_or_refused() {
    let mut state = 7_u32;
    for _ in 0..2_000 {
        let mut bytes = SHEET.as_bytes().to_vec();
        for _ in 0..3 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = state as usize % bytes.len();
            bytes[at] = state.to_be_bytes()[1];
        }
        let mut files = folder();
        files.insert(SHEET_NAME.into(), bytes);
        let _ = read(&files);
    }
}
