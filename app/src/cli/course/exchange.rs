//! `keepsharp course import` and `export`: items from other systems as drafts, and to them.

use super::super::output::{counted, say};
use super::super::{Done, Failure};
use crate::course_folder;
use clap::Args;
use keepsharp_course::exchange::{self, Format, Imported, LARGEST_IMPORT, Skipped};
use keepsharp_course::{Course, Weight, read};
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};

/// Entries that a package may have.
const MOST_ENTRIES: usize = 10_000;
/// What a package may hold altogether, in bytes.
const LARGEST_PACKAGE: usize = 64 << 20;

/// Arguments of `course import`.
#[derive(Args, Debug)]
pub(in super::super) struct ImportArgs {
    /// GIFT (.gift, .txt), mdBook-quiz (.toml), a QTI item (.xml) or package (.zip), or CSV (.csv)
    file: PathBuf,
    /// The folder that course.toml lies in
    folder: PathBuf,
}

/// Arguments of `course export`.
#[derive(Args, Debug)]
pub(in super::super) struct ExportArgs {
    /// The folder that course.toml lies in
    folder: PathBuf,
    /// The file to be made: GIFT (.gift), a QTI 3.0 package (.zip) or CSV (.csv)
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

pub(super) fn import(args: &ImportArgs) -> Done {
    let imported = read_items(&args.file)?;
    for Skipped { line, name, why } in &imported.skipped {
        let place = if *line > 0 { format!("{line}: ") } else { String::new() };
        let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
        say(&super::harmless(&format!("{}:{place}{name}left out, {why}", args.file.display())));
    }
    if !args.folder.join("course.toml").is_file() {
        return Err(Failure::Told(format!("there is no course.toml in {}", args.folder.display())));
    }
    let name = args.file.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let drafts = exchange::drafts(&name, &imported);
    let folder = args.folder.join("drafts");
    if std::fs::symlink_metadata(&folder).is_ok_and(|is| !is.is_dir()) {
        return Err(Failure::Told(format!("{} is no folder; take it away", folder.display())));
    }
    if let Some((taken, _)) = drafts.iter().find(|(path, _)| args.folder.join(path).exists()) {
        return Err(Failure::Told(format!("{taken} is there already; take it away, or give the file another name")));
    }
    for (path, text) in &drafts {
        let path = args.folder.join(path);
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let written = File::create_new(&path).and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|error| format!("{}: {error}", path.display()))?;
        say(&format!("{} written", path.display()));
    }
    say(&format!(
        "{} taken in as drafts, {} left out; write what is marked TODO, then move them into lessons",
        counted(imported.items.len(), "item", "items"),
        imported.skipped.len()
    ));
    Ok(())
}

fn read_items(path: &Path) -> Result<Imported, Failure> {
    let told = |error: String| Failure::Told(format!("{}: {error}", path.display()));
    let file = File::open(path).map_err(|error| told(error.to_string()))?;
    let format = match extension(path).as_str() {
        "gift" | "txt" => Format::Gift,
        "toml" => Format::MdbookQuiz,
        "xml" => Format::Qti,
        "csv" => Format::Csv,
        "zip" => return read_package(file).map_err(told),
        _ => return Err(told("name a file that ends in .gift, .txt, .toml, .xml, .zip or .csv".to_owned())),
    };
    let bytes = bounded(file).map_err(told)?;
    exchange::import(format, &bytes).map_err(told)
}

/// A file's bytes, one more than may be where there are too many, so that the import tells.
fn bounded(file: impl Read) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    file.take(LARGEST_IMPORT as u64 + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// The items of a QTI package: all of its XML but the manifest, in the order of their names.
fn read_package(file: File) -> Result<Imported, String> {
    let mut zip =
        zip::ZipArchive::new(BufReader::new(file)).map_err(|error| format!("this is no zip file: {error}"))?;
    if zip.len() > MOST_ENTRIES {
        return Err(format!("a package has at most {MOST_ENTRIES} files"));
    }
    let is_item = |name: &String| extension(Path::new(name)) == "xml" && !name.ends_with("imsmanifest.xml");
    let all_names = zip.file_names().filter_map(|name| Some(name.ok()?.into_owned()));
    let mut names: Vec<String> = all_names.filter(is_item).collect();
    names.sort();
    let (mut all, mut weight) = (Imported::default(), 0);
    for name in names {
        let bytes = bounded(zip.by_name(&name).map_err(|error| format!("{name}: {error}"))?)?;
        weight += bytes.len();
        if weight > LARGEST_PACKAGE {
            return Err(format!("the package holds more than {} MiB", LARGEST_PACKAGE >> 20));
        }
        match exchange::import(Format::Qti, &bytes) {
            Ok(imported) => {
                all.items.extend(imported.items);
                all.skipped.extend(imported.skipped.into_iter().map(|skipped| Skipped { line: 0, ..skipped }));
            }
            Err(why) => all.skipped.push(Skipped { line: 0, name, why }),
        }
    }
    Ok(all)
}

fn extension(path: &Path) -> String {
    path.extension().map(|end| end.to_string_lossy().to_lowercase()).unwrap_or_default()
}

pub(super) fn export(args: &ExportArgs) -> Done {
    let course = whole_course(&args.folder)?;
    let bytes = match extension(&args.output).as_str() {
        "gift" => exchange::gift::export(&course).into_bytes(),
        "csv" => exchange::csv::export(&course).into_bytes(),
        "zip" => package(&exchange::qti::export(&course))?,
        _ => return Err(Failure::Told("the file to be made ends in .gift, .zip (QTI 3.0) or .csv".to_owned())),
    };
    let written = File::create_new(&args.output).and_then(|mut file| file.write_all(&bytes));
    written.map_err(|error| format!("{}: {error}", args.output.display()))?;
    let items = course.lessons().map(|lesson| lesson.items.len()).sum();
    say(&format!("{} written to {}", counted(items, "item", "items"), args.output.display()));
    Ok(())
}

/// The course in a folder, where all of it can be read.
fn whole_course(folder: &Path) -> Result<Course, Failure> {
    let (files, mut findings) = course_folder::read(folder)?;
    let (course, told) = read::course(&files);
    findings.extend(told);
    let wrong = findings.iter().find(|finding| finding.weight == Weight::Error);
    match (course, wrong) {
        (Some(course), None) => Ok(course),
        (_, wrong) => {
            let first = wrong.map(|finding| super::harmless(&finding.to_string())).unwrap_or_default();
            Err(Failure::Told(format!(
                "the course can't be read as a whole; keepsharp course check tells all of it. {first}"
            )))
        }
    }
}

fn package(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, Failure> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, bytes) in files {
        zip.start_file(path, zip::write::SimpleFileOptions::default())?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}
