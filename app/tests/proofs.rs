//! Proofs beside a list of completions, as whoever types the command has them.

mod common;

use common::Keepsharp;

const IMPORT: [&str; 3] = ["completions", "import", "list.csv"];

fn list(proof: &str) -> String {
    format!("employee_id,course,completed_on,strength,proof\nE1,course,2024-01-10,completed,{proof}\n")
}

#[test]
fn a_file_beside_the_list_is_kept_and_its_hash_stands_in_the_fact_and_in_evidence() {
    let keepsharp = Keepsharp::with_company();
    keepsharp.write("a certificate.pdf", b"%PDF-1.7 of Person E1");
    keepsharp.write("list.csv", list("a certificate.pdf"));
    let before = keepsharp.checkpoint();
    keepsharp.ok(&[&IMPORT[..], &["--dry-run"]].concat());
    assert_eq!(keepsharp.checkpoint(), before);
    keepsharp.ok(&IMPORT);
    let again = keepsharp.ok(&IMPORT);
    assert!(again.stderr.contains("1 with a proof were recorded before"), "{}", again.stderr);
    let facts = keepsharp.facts("export");
    let proof = facts.last().unwrap()["body"]["proof"].as_str().unwrap().to_owned();
    assert_eq!(proof.len(), 64, "{facts:?}");
    // A backup has the bytes, so the file need not lie there any more.
    std::fs::remove_file(keepsharp.path("a certificate.pdf")).unwrap();
    keepsharp.ok(&["backup", "backup.zip"]);
    let mut backup = zip::ZipArchive::new(std::fs::File::open(keepsharp.path("backup.zip")).unwrap()).unwrap();
    let names: Vec<String> =
        (0..backup.len()).map(|place| backup.by_index(place).unwrap().name().unwrap().into_owned()).collect();
    assert!(names.iter().any(|name| name.contains(&proof)), "{proof}: {names:?}");
}

#[test]
fn what_is_no_plain_file_beside_the_list_is_refused_by_line_and_column() {
    let keepsharp = Keepsharp::with_company();
    std::fs::create_dir(keepsharp.path("folder")).unwrap();
    keepsharp.write("folder/a.pdf", b"%PDF-1.7");
    keepsharp.write("program.pdf", b"MZ\x90\x00");
    keepsharp.write("empty.pdf", b"");
    keepsharp.write("huge.txt", vec![b'a'; (10 << 20) + 1]);
    #[cfg(unix)]
    std::os::unix::fs::symlink(keepsharp.path("folder/a.pdf"), keepsharp.path("link.pdf")).unwrap();
    let before = keepsharp.checkpoint();
    for (proof, told) in [
        ("none.pdf", "there is no such file"),
        ("folder/a.pdf", "plain name of a file"),
        ("../../../etc/passwd", "plain name of a file"),
        ("folder", "it is no file"),
        #[cfg(unix)]
        ("link.pdf", "it is no file"),
        ("program.pdf", "no PDF, PNG, JPEG or plain text"),
        ("empty.pdf", "the file is empty"),
        ("huge.txt", "larger than 10 MB"),
    ] {
        keepsharp.write("list.csv", list(proof));
        let output = keepsharp.refused(&IMPORT, told);
        assert!(output.stderr.contains("line 2, column 5 (proof)"), "{}", output.stderr);
    }
    let output = keepsharp.fed(&["completions", "import", "-"], &list("program.pdf"));
    assert!(output.stderr.contains("standard input has no files beside it"), "{}", output.stderr);
    assert_eq!(keepsharp.checkpoint(), before);
}
