//! What goes wrong: bad files, hostile rules, full disks, killed processes. Each is told in words that say where and how
//! to mend it, and leaves the ledger as it was.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

mod common;

use common::{COMPLETIONS, Keepsharp, Output, PROGRAMME, ROSTER, company, developer};
use std::fmt::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const EXCEPTIONS: &str = "employee_id,control,from,to,reason,approved_by\n";
const LEAVES: &str = "employee_id,from,to\n";
const ATTESTATIONS: &str = "manager_id,campaign,count,on\n";
const NEXT: [&str; 5] = ["people", "import", "bad.csv", "--on", "2024-02-01"];

/// Each command must be refused with what is told, say that nothing was written, and write nothing.
fn refused_and_unchanged(keepsharp: &Keepsharp, args: &[&str], told: &str) -> Output {
    let before = keepsharp.checkpoint();
    let output = keepsharp.refused(args, told);
    assert_eq!(keepsharp.checkpoint(), before, "{args:?} wrote something");
    assert!(output.stderr.contains("nothing was written"), "{args:?} {told}: {}", output.stderr);
    output
}

/// As [`refused_and_unchanged`], for a file in place of `bad.csv`.
fn file_is_refused(keepsharp: &Keepsharp, args: &[&str], bytes: impl AsRef<[u8]>, told: &str) {
    keepsharp.write("bad.csv", bytes);
    let output = refused_and_unchanged(keepsharp, args, told);
    assert!(output.stderr.starts_with("keepsharp: bad.csv: "), "the file is not named: {}", output.stderr);
}

#[test]
fn a_bad_roster_is_refused_with_line_and_column_and_changes_nothing() {
    let keepsharp = Keepsharp::with_company();
    let with = |row: &str| format!("{}{row}\n", company());
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(company().bytes().flat_map(|byte| [byte, 0])).collect();
    let mut latin_1 = company().into_bytes();
    latin_1.extend(b"E12,Bj\xf6rn,,,Developer,,M1,\n");
    let cases: [(Vec<u8>, &str); 14] = [
        (
            with("E3,Another,,,Developer,,M1,").into(),
            "line 14, column 1 (employee_id): \"E3\" stands on line 5 already",
        ),
        (with(",Nobody,,,Developer,,M1,").into(), "line 14, column 1 (employee_id): employee_id is empty"),
        (with("E12,A,,,Developer,,M1,2024-02-30").into(), "line 14, column 8 (start_date): \"2024-02-30\" is no date"),
        (with("E12,A,,,Developer,,M1,01/02/2024").into(), "line 14, column 8 (start_date): \"01/02/2024\" is no date"),
        (latin_1, "line 14, column 7: this is not UTF-8"),
        (utf16, "UTF-16"),
        (with("E12,A,,,Devel").trim_end().into(), "line 14: this row has 5 fields where the head has 8"),
        (with("E12,\"A,,,Developer,,M1,").into(), "a quotation mark is opened and never closed"),
        (with(&format!("E12,{},,,Developer,,M1,", "x".repeat(10 << 20))).into(), "line 14: this line has 10485"),
        (with("E12,A\0,,,Developer,,M1,").into(), "line 14: there is a zero byte"),
        (ROSTER.replace(",title", "").into(), "line 1: there is no column title"),
        (ROSTER.replace(',', ";").into(), "separated by commas"),
        (ROSTER.into(), "the file names nobody"),
        (Vec::new(), "the file is empty"),
    ];
    for (bytes, told) in cases {
        file_is_refused(&keepsharp, &NEXT, bytes, told);
    }
}

#[test]
fn a_roster_of_the_future_of_an_earlier_day_or_of_few_is_refused_and_changes_nothing() {
    let keepsharp = Keepsharp::with_company();
    for (on, bytes, told) in [
        ("2199-01-01", company(), "2199-01-01 has not come yet"),
        ("2023-12-31", company(), "a roster of 2024-01-01 was imported already, so one of 2023-12-31 comes too late"),
        (
            "2024-02-01",
            format!("{ROSTER}{}", developer("E1", "M1")),
            "would end the employment of 11 of 12 people, more than a tenth",
        ),
    ] {
        file_is_refused(&keepsharp, &["people", "import", "bad.csv", "--on", on], bytes, told);
    }
}

#[test]
fn many_mistakes_are_told_at_once_and_the_rest_is_counted() {
    let keepsharp = Keepsharp::with_company();
    let rows: String = (0..30).map(|_| "E1,course,soon,completed\n").collect();
    keepsharp.write("bad.csv", format!("{COMPLETIONS}{rows}"));
    let output = refused_and_unchanged(&keepsharp, &["completions", "import", "bad.csv"], "and 10 more like these");
    assert_eq!(output.stderr.matches("\"soon\" is no date").count(), 20, "{}", output.stderr);
}

#[test]
fn a_bad_list_is_refused_with_line_and_column_and_changes_nothing() {
    let keepsharp = Keepsharp::with_company();
    for (list, head, row, told) in [
        (
            "completions",
            COMPLETIONS,
            "E1,course,2199-01-01,completed",
            "line 2, column 3 (completed_on): 2199-01-01 has not come yet",
        ),
        (
            "completions",
            COMPLETIONS,
            "E99,course,2024-01-02,completed",
            "line 2, column 1 (employee_id): no roster names \"E99\"",
        ),
        ("completions", COMPLETIONS, "E1,course,2024-01-02,seen", "line 2, column 4 (strength): "),
        ("completions", COMPLETIONS, "E1,,2024-01-02,completed", "line 2, column 2 (course): course is empty"),
        (
            "leaves",
            LEAVES,
            "E1,2024-03-02,2024-03-01",
            "line 2, column 3 (to): the day back, 2024-03-01, must come after",
        ),
        ("leaves", LEAVES, "E99,2024-03-01,", "line 2, column 1 (employee_id): no roster names \"E99\""),
        (
            "exceptions",
            EXCEPTIONS,
            "E1,TRN.9,2024-03-01,,away,M1",
            "line 2, column 2 (control): there is no control \"TRN.9\": there is TRN",
        ),
        ("exceptions", EXCEPTIONS, "E1,TRN,2024-03-02,2024-03-01,away,M1", "line 2, column 4 (to): the last day"),
        ("exceptions", EXCEPTIONS, "E1,TRN,2024-03-01,,,M1", "line 2, column 5 (reason): reason is empty"),
        (
            "attestations",
            ATTESTATIONS,
            "M1,round,many,2024-02-01",
            "line 2, column 3 (count): \"many\" is no count of people",
        ),
        (
            "attestations",
            ATTESTATIONS,
            "M1,round,-1,2024-02-01",
            "line 2, column 3 (count): \"-1\" is no count of people",
        ),
        (
            "attestations",
            ATTESTATIONS,
            "M1,other,1,2024-02-01",
            "line 2, column 2 (campaign): there is no campaign \"other\": there is round",
        ),
    ] {
        file_is_refused(&keepsharp, &[list, "import", "bad.csv"], format!("{head}{row}\n"), told);
        // One good row before it does not get in.
        let good = match list {
            "completions" => "E2,course,2024-01-02,completed",
            "leaves" => "E2,2024-03-01,",
            "exceptions" => "E2,TRN,2024-03-01,,away,M1",
            _ => "M1,round,1,2024-02-01",
        };
        let told = told.replace("line 2", "line 3");
        file_is_refused(&keepsharp, &[list, "import", "bad.csv"], format!("{head}{good}\n{row}\n"), &told);
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let keepsharp = Keepsharp::with_company();
    let before = keepsharp.checkpoint();
    for args in [&["completions", "import", "none.csv"][..], &["apply", "none.csv"], &["restore", "none.csv"]] {
        keepsharp.refused(args, "keepsharp: none.csv: No such file");
    }
    assert_eq!(keepsharp.checkpoint(), before);
}

#[test]
fn a_file_far_too_large_is_refused_soon_and_changes_nothing() {
    let keepsharp = Keepsharp::with_company();
    let before = keepsharp.checkpoint();
    std::fs::File::create(keepsharp.path("huge.csv")).unwrap().set_len(1 << 30).unwrap();
    let started = Instant::now();
    for args in [&["completions", "import", "huge.csv"][..], &["people", "import", "huge.csv", "--on", "2024-02-01"]] {
        keepsharp.refused(args, "keepsharp: huge.csv: the file is larger than 256 MB; split it");
    }
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    assert_eq!(keepsharp.checkpoint(), before);
}

fn programme_with_scope(scope: &str) -> String {
    PROGRAMME.replace("title.contains(\"Developer\")", scope)
}

/// Programmes that must be refused, and what is to be said of each.
fn bad_programmes() -> Vec<(String, &'static str)> {
    let deep = format!("{}true{}", "(true && ".repeat(400), ")".repeat(400));
    let deep_brackets = format!("{}true{}", "(".repeat(3_000), ")".repeat(3_000));
    let endless = "departments.all(a, departments.all(b, departments.all(c, departments.all(d, a == b || c == d))))";
    vec![
        (programme_with_scope("title ==="), "control \"TRN\""),
        (programme_with_scope("salary > 3"), "control \"TRN\""),
        (programme_with_scope("title"), "control \"TRN\""),
        (programme_with_scope(""), "the rule is empty"),
        (programme_with_scope(endless), "could take more than 100000 steps"),
        (programme_with_scope(&deep), "control \"TRN\""),
        (programme_with_scope(&deep_brackets), "control \"TRN\""),
        (programme_with_scope(&"x".repeat(20_000)), "the rule has 20000 bytes; 8000 are the most"),
        (PROGRAMME.replace("control = \"TRN\"", "control = \"TRN.9\""), "there is no control \"TRN.9\""),
        (PROGRAMME.replace("closes = \"2024-12-31\"", "closes = \"2023-12-31\""), "it closes on 2023-12-31, before"),
        (PROGRAMME.replace("every_months = 12", "every_months = 0"), "every_months = 1 to 120"),
        (PROGRAMME.replace("time_zone = \"UTC\"", "time_zone = \"Moon/Base\""), "\"Moon/Base\" is no time zone"),
        (PROGRAMME.replace("opens = \"2024-01-01\"", "opens = \"2024-13-01\""), "\"2024-13-01\" is no date"),
        (PROGRAMME.replace("objective = 0.9", "objective = 9"), "the objective 9 is no share"),
        ("[[controls]\n".to_owned(), "line 1"),
    ]
}

#[test]
fn a_bad_programme_or_a_hostile_rule_is_refused_soon_and_changes_nothing() {
    let keepsharp = Keepsharp::with_company();
    let before = keepsharp.checkpoint();
    for (programme, told) in bad_programmes() {
        keepsharp.write("bad.toml", programme);
        let started = Instant::now();
        keepsharp.refused(&["apply", "bad.toml"], told);
        assert!(started.elapsed() < Duration::from_secs(10), "{told}: {:?}", started.elapsed());
        assert_eq!(keepsharp.checkpoint(), before, "{told}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_refused_saying_that_nothing_was_written() {
    let keepsharp = Keepsharp::with_company();
    std::fs::File::create(keepsharp.path("huge.csv")).unwrap().set_len(1 << 30).unwrap();
    for args in [
        &["completions", "import", "huge.csv"][..],
        &["completions", "import", "none.csv"],
        &["people", "import", "none.csv", "--on", "2024-02-01"],
        &["apply", "none.csv"],
    ] {
        refused_and_unchanged(&keepsharp, args, args[if args[0] == "apply" { 1 } else { 2 }]);
    }
}

#[test]
fn a_refused_programme_names_its_file_and_says_that_nothing_was_written() {
    let keepsharp = Keepsharp::with_company();
    for (programme, told) in bad_programmes() {
        keepsharp.write("bad.toml", programme);
        let output = keepsharp.refused(&["apply", "bad.toml"], told).stderr;
        assert!(output.starts_with("keepsharp: bad.toml: "), "the file is not named: {output}");
        assert!(output.contains("nothing was written"), "{output}");
    }
}

#[test]
fn a_circle_of_managers_is_taken_in_and_listed_as_a_finding() {
    let keepsharp = Keepsharp::with_company();
    let circle = company()
        .replace(&(developer("E1", "M1") + &developer("E2", "M1")), &(developer("E1", "E2") + &developer("E2", "E1")));
    keepsharp.write("circle.csv", circle);
    let output = keepsharp.ok(&["people", "import", "circle.csv", "--on", "2024-02-01"]);
    assert!(output.stderr.contains("1 finding to mend"), "{}", output.stderr);
    let findings = keepsharp.ok(&["people", "findings", "--as-of", "2024-02-01"]);
    assert_eq!(
        findings.columns(["finding", "employee_id", "detail"]),
        [["manager_cycle", "E1", "manage one another in a circle: E1, E2"].map(str::to_owned)]
    );
}

#[test]
fn garbage_in_place_of_a_database_is_named_and_left_alone() {
    let keepsharp = Keepsharp::empty();
    std::fs::create_dir(keepsharp.data()).unwrap();
    let database = keepsharp.data().join("keepsharp.db");
    let garbage = "this is no database, ".repeat(1_000);
    std::fs::write(&database, &garbage).unwrap();
    keepsharp.write("programme.toml", PROGRAMME);
    for args in [&["status", "--control", "TRN"][..], &["apply", "programme.toml"], &["ledger", "verify"]] {
        keepsharp.refused(args, "the file is damaged or is no Keepsharp database");
    }
    assert_eq!(std::fs::read_to_string(&database).unwrap(), garbage);
}

#[test]
fn a_signing_key_of_another_ledger_or_none_at_all_is_refused() {
    let (keepsharp, other) = (Keepsharp::with_company(), Keepsharp::with_company());
    let key = keepsharp.data().join("signing-key");
    std::fs::copy(other.data().join("signing-key"), &key).unwrap();
    keepsharp.refused(&["status", "--control", "TRN"], "the signing key is not the one of this ledger");
    std::fs::write(&key, "PRIVATE+KEY+nonsense").unwrap();
    let output = keepsharp.refused(&["status", "--control", "TRN"], "signing-key is no signing key");
    assert!(!output.stderr.contains("nonsense"), "a key is no matter for a message: {}", output.stderr);
}

#[test]
fn settings_that_are_not_known_are_refused_with_their_place() {
    let keepsharp = Keepsharp::with_company();
    keepsharp.write("keepsharp.toml", "# ours\ndatabse = \"x\"\n");
    let output = keepsharp.refused(&["status", "--control", "TRN"], "keepsharp.toml: ");
    assert!(output.stderr.contains("line 2") && output.stderr.contains("databse"), "{}", output.stderr);
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout == b"0\n")
}

/// The command as somebody who may read everything here and write nothing.
fn as_a_reader(keepsharp: &Keepsharp, args: &[&str]) -> Output {
    let binary = keepsharp.path("keepsharp");
    if !binary.exists() {
        std::fs::copy(env!("CARGO_BIN_EXE_keepsharp"), &binary).unwrap();
    }
    let mut command = if is_root() {
        let mut command = common::command(Path::new("setpriv"));
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]).arg(&binary);
        command
    } else {
        common::command(&binary)
    };
    Output::of(&command.current_dir(keepsharp.folder.path()).args(args).output().unwrap())
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_folder_that_cannot_be_written_to_is_named_and_what_is_there_stays() {
    let keepsharp = Keepsharp::with_company();
    keepsharp.write("list.csv", format!("{COMPLETIONS}E1,course,2024-01-02,completed\n"));
    let before = keepsharp.checkpoint();
    for file in std::fs::read_dir(keepsharp.data()).unwrap() {
        set_mode(&file.unwrap().path(), 0o444);
    }
    std::fs::copy(env!("CARGO_BIN_EXE_keepsharp"), keepsharp.path("keepsharp")).unwrap();
    set_mode(&keepsharp.data(), 0o555);
    set_mode(keepsharp.folder.path(), 0o555);
    let written = as_a_reader(&keepsharp, &["completions", "import", "list.csv"]);
    let made = as_a_reader(&keepsharp, &["--data", "elsewhere", "apply", "programme.toml"]);
    let listed = as_a_reader(&keepsharp, &["--data", "elsewhere", "ledger", "key"]);
    set_mode(keepsharp.folder.path(), 0o755);
    set_mode(&keepsharp.data(), 0o755);
    for file in std::fs::read_dir(keepsharp.data()).unwrap() {
        set_mode(&file.unwrap().path(), 0o600);
    }
    assert_eq!(
        (written.code, listed.code, made.code),
        (Some(1), Some(1), Some(1)),
        "{written:#?} {listed:#?} {made:#?}"
    );
    assert!(written.stderr.contains("can't be written to"), "{}", written.stderr);
    assert!(made.stderr.contains("elsewhere") && made.stderr.contains("can't be written to"), "{}", made.stderr);
    assert!(listed.stderr.contains("elsewhere") && listed.stderr.contains("can't be written to"), "{}", listed.stderr);
    assert_eq!(keepsharp.checkpoint(), before);
    assert!(!keepsharp.path("elsewhere").exists());
}

/// A small disk, unmounted when it is dropped.
struct Disk(PathBuf);

impl Disk {
    fn mounted(at: PathBuf) -> Option<Disk> {
        std::fs::create_dir(&at).unwrap();
        let mounted = is_root()
            && Command::new("mount")
                .args(["-t", "tmpfs", "-o", "size=600k", "tmpfs"])
                .arg(&at)
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success());
        mounted.then_some(Disk(at))
    }

    fn grow(&self) {
        let grown = Command::new("mount").args(["-o", "remount,size=64m"]).arg(&self.0).status().unwrap();
        assert!(grown.success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "whoever runs the tests is to know what was left out")]
fn a_full_disk_is_named_nothing_is_written_by_half_and_with_room_it_goes_on() {
    let keepsharp = Keepsharp::empty();
    let Some(disk) = Disk::mounted(keepsharp.path("disk")) else {
        println!("skipped: no file system can be mounted here");
        return;
    };
    let on_disk = |args: &[&'static str]| [&["--data", "disk/data"], args].concat();
    keepsharp.write("programme.toml", PROGRAMME);
    keepsharp.write("roster.csv", company());
    keepsharp.write("list.csv", list_of(8_000));
    keepsharp.ok(&on_disk(&["apply", "programme.toml"]));
    keepsharp.ok(&on_disk(&["people", "import", "roster.csv", "--on", "2024-01-01"]));
    let before = keepsharp.ok(&on_disk(&["ledger", "checkpoint"])).stdout;
    let told = "there is no room left on the disk";
    let output = keepsharp.refused(&on_disk(&["completions", "import", "list.csv"]), told);
    assert!(output.stderr.contains("nothing was written"), "{}", output.stderr);
    disk.grow();
    assert_eq!(keepsharp.ok(&on_disk(&["ledger", "checkpoint"])).stdout, before);
    keepsharp.ok(&on_disk(&["ledger", "verify"]));
    keepsharp.ok(&on_disk(&["completions", "import", "list.csv"]));
    keepsharp.ok(&on_disk(&["ledger", "verify"]));
}

/// A list of so many completions of E1 to E10, on different days.
fn list_of(count: u32) -> String {
    let mut text = COMPLETIONS.to_owned();
    for number in 0..count {
        let (person, day) = (1 + number % 10, number / 10);
        let (year, month, day) = (2010 + day / 300, 1 + day % 300 / 25, 1 + day % 25);
        writeln!(text, "E{person},course,{year}-{month:02}-{day:02},completed").unwrap();
    }
    text
}

fn completions_recorded(keepsharp: &Keepsharp, export: &str) -> usize {
    keepsharp.facts(export).iter().filter(|fact| fact["type"] == "completion.recorded").count()
}

#[test]
fn imports_at_the_same_moment_are_all_taken_in() {
    let keepsharp = Keepsharp::with_company();
    let children: Vec<_> = (1..=8)
        .map(|number| {
            let name = format!("list-{number}.csv");
            let rows = format!("E{number},course,2024-01-02,completed\nE{number},course,2024-01-03,assessed\n");
            keepsharp.write(&name, format!("{COMPLETIONS}{rows}"));
            let mut command = keepsharp.command(&["completions", "import", &name]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for child in children {
        let output = Output::of(&child.wait_with_output().unwrap());
        assert_eq!(output.code, Some(0), "{output:#?}");
    }
    assert_eq!(completions_recorded(&keepsharp, "export"), 16);
    keepsharp.ok(&["ledger", "verify"]);
    let status = keepsharp.ok(&["status", "--control", "TRN", "--as-of", "2024-01-04", "--only", "current"]);
    assert_eq!(status.rows().len(), 8);
}

#[test]
fn first_commands_at_the_same_moment_make_one_ledger_with_one_key() {
    let keepsharp = Keepsharp::empty();
    keepsharp.write("programme.toml", PROGRAMME);
    let children: Vec<_> = (0..6)
        .map(|_| {
            let mut command = keepsharp.command(&["apply", "programme.toml"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for child in children {
        let output = Output::of(&child.wait_with_output().unwrap());
        assert_eq!(output.code, Some(0), "{output:#?}");
    }
    keepsharp.ok(&["ledger", "verify"]);
    let facts = keepsharp.facts("export");
    assert_eq!(facts.iter().filter(|fact| fact["type"] == "ledger.started").count(), 1);
    assert_eq!(facts.len(), 4, "the programme stands there more than once");
}

#[test]
#[expect(clippy::print_stdout, reason = "how often the kill came before the end is of interest")]
fn an_import_killed_at_any_moment_is_there_whole_or_not_at_all() {
    const KILLS: u32 = 60;
    let base = Keepsharp::with_company();
    let import = ["completions", "import", "list.csv"];
    let copy = || {
        let keepsharp = Keepsharp::empty();
        std::fs::create_dir(keepsharp.data()).unwrap();
        for file in std::fs::read_dir(base.data()).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), keepsharp.data().join(file.file_name())).unwrap();
        }
        keepsharp.write("list.csv", list_of(2_000));
        keepsharp
    };
    let started = Instant::now();
    copy().ok(&import);
    let whole = started.elapsed();
    let mut finished = 0;
    for kill in 1..=KILLS {
        let keepsharp = copy();
        let mut child = keepsharp.command(&import).stderr(Stdio::null()).spawn().unwrap();
        // From the first millisecond to a little after what an import takes undisturbed.
        std::thread::sleep(whole * kill / (KILLS - KILLS / 6));
        child.kill().unwrap();
        child.wait().unwrap();
        keepsharp.ok(&["ledger", "verify"]);
        let recorded = completions_recorded(&keepsharp, "export");
        assert!(recorded == 0 || recorded == 2_000, "{recorded} of 2000 are there after kill {kill}");
        finished += u32::from(recorded > 0);
        if kill % 10 == 0 {
            keepsharp.ok(&import);
            assert_eq!(completions_recorded(&keepsharp, "export-2"), 2_000, "after kill {kill} and another try");
        }
    }
    println!("{finished} of {KILLS} killed imports had been written");
}

#[test]
fn a_first_command_killed_at_any_moment_leaves_a_place_where_the_next_one_works() {
    const KILLS: u32 = 30;
    let apply = ["apply", "programme.toml"];
    let empty = || {
        let keepsharp = Keepsharp::empty();
        keepsharp.write("programme.toml", PROGRAMME);
        keepsharp
    };
    let started = Instant::now();
    empty().ok(&apply);
    let whole = started.elapsed();
    for kill in 1..=KILLS {
        let keepsharp = empty();
        let mut child = keepsharp.command(&apply).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(whole * kill / KILLS);
        child.kill().unwrap();
        child.wait().unwrap();
        keepsharp.ok(&apply);
        keepsharp.ok(&["ledger", "verify"]);
        assert_eq!(keepsharp.facts("export").len(), 4, "after kill {kill}");
    }
}
