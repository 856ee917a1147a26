//! `keepsharp ledger witnesses`: which checkpoints were given to whom outside, and what came back.

use super::ledger::{into_new_folder, key};
use super::output::{FormatArgs, counted, say};
use super::{Done, Failure, Session};
use crate::connect::time_stamp;
use crate::settings::WitnessSettings;
use crate::work::Witness;
use clap::Args;
use jiff::Timestamp;
use keepsharp_ledger::cosignature::cosignatures;
use keepsharp_report::{Format, Table};
use keepsharp_store::{Store, Witnessed};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Arguments of `ledger witnesses`.
#[derive(Args, Debug)]
pub(super) struct WitnessesArgs {
    /// Write the checkpoints, with all their signatures, and the time stamps into a new folder instead
    #[arg(long, value_name = "DIR")]
    export: Option<PathBuf>,
    #[command(flatten)]
    format: FormatArgs,
}

pub(super) fn run(session: &Session, store: &Store, args: &WitnessesArgs) -> Done {
    let given = store.all_witnessed()?;
    let settings = session.installation.settings.witness.as_ref();
    if let Some(folder) = &args.export {
        let files = into_new_folder(folder, |beside| export(store, &given, settings, beside))?;
        say(&format!("{} written to {}", counted(files, "file", "files"), folder.display()));
        return Ok(());
    }
    if given.is_empty() {
        say("nobody was given a checkpoint yet; [witness] in keepsharp.toml says who is, docs/witnesses.md how");
    }
    args.format.print(&table(&given, settings))
}

fn table(given: &[Witnessed], settings: Option<&WitnessSettings>) -> Table {
    let mut table = Table::new(&["size", "kind", "name", "given_at", "witnessed_at"]);
    for one in given {
        let at = witnessed_at(one, settings).map(|at| format!("{at:.0}")).unwrap_or_default();
        let given_at = format!("{:.0}", one.at);
        table.push(vec![one.size.into(), one.kind.clone().into(), one.name.clone().into(), given_at.into(), at.into()]);
    }
    table
}

/// When the witness itself says that it saw the checkpoint; none where it says nothing, or its key is not in the settings any more.
fn witnessed_at(one: &Witnessed, settings: Option<&WitnessSettings>) -> Option<Timestamp> {
    if one.kind == Witness::TimeStamp.kind() {
        return time_stamp::read(&one.answer).ok().map(|stamp| stamp.at);
    }
    let witness = settings?.c2sp.iter().find(|witness| witness.key.name() == one.name)?;
    let cosigned = cosignatures(&with_answer(one), &witness.key).ok()?;
    Timestamp::from_second(i64::try_from(cosigned.first()?.at).ok()?).ok()
}

fn with_answer(one: &Witnessed) -> String {
    format!("{}{}", one.checkpoint, String::from_utf8_lossy(&one.answer))
}

/// Writes the files, and says how many.
fn export(
    store: &Store,
    given: &[Witnessed],
    settings: Option<&WitnessSettings>,
    folder: &Path,
) -> Result<usize, Failure> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    files.insert("public-key".to_owned(), format!("{}\n", key(store)?).into_bytes());
    files.insert("witnesses.csv".to_owned(), table(given, settings).write(Format::Csv).into_bytes());
    for one in given {
        let stem = stem(&files, one);
        files.insert(format!("{stem}.checkpoint"), one.checkpoint.clone().into_bytes());
        if one.kind == Witness::Cosigner("".into()).kind() {
            let cosigned =
                files.entry(format!("{stem}.cosigned")).or_insert_with(|| one.checkpoint.clone().into_bytes());
            cosigned.extend_from_slice(&one.answer);
        } else if one.kind == Witness::TimeStamp.kind() {
            files.insert(format!("{stem}-{}.tsr", plain(&one.name)), one.answer.clone());
        }
    }
    for (name, bytes) in &files {
        let path = folder.join(name);
        std::fs::write(&path, bytes).map_err(|error| Failure::Told(format!("{}: {error}", path.display())))?;
    }
    Ok(files.len())
}

/// What the files of a checkpoint begin with. Two checkpoints of one size show two histories, so neither hides the other.
fn stem(files: &BTreeMap<String, Vec<u8>>, one: &Witnessed) -> String {
    let stem = format!("{:09}", one.size);
    let is_other = |stem: &str| {
        files.get(&format!("{stem}.checkpoint")).is_some_and(|bytes| bytes.as_slice() != one.checkpoint.as_bytes())
    };
    let mut stems =
        std::iter::once(stem.clone()).chain((2_u32..).map(|number| format!("{stem}-contradiction-{number}")));
    stems.find(|stem| !is_other(stem)).unwrap_or(stem)
}

/// An address as part of a file's name.
fn plain(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::installation::Installation;
    use crate::settings::Settings;

    fn given(kind: &str, name: &str, size: u64, checkpoint: &str, answer: &[u8]) -> Witnessed {
        let (kind, name, checkpoint) = (kind.to_owned(), name.to_owned(), checkpoint.to_owned());
        Witnessed { kind, name, size, at: Timestamp::UNIX_EPOCH, checkpoint, answer: answer.to_vec() }
    }

    #[test]
    fn an_export_holds_each_checkpoint_as_it_was_given_and_all_that_came_back() {
        let folder = tempfile::tempdir().unwrap();
        let installation = Installation::find(Some(folder.path().join("data")), None, Settings::default());
        let store = installation.open().unwrap();
        for one in [
            given("c2sp", "w1", 7, "note\n", b"one\n"),
            given("c2sp", "w2", 7, "note\n", b"two\n"),
            given("file", "/mnt/worm", 7, "other note\n", b""),
            given("timestamp", "https://tsa.example/a/tsr?x", 7, "note\n", b"\x30"),
            given("mail", "a@x.example", 12, "later\n", b""),
        ] {
            store.witnessed(&one, &[]).unwrap();
        }
        let out = folder.path().join("out");
        let all = store.all_witnessed().unwrap();
        assert!(matches!(into_new_folder(&out, |beside| export(&store, &all, None, beside)), Ok(7)));
        let read = |name: &str| std::fs::read(out.join(name)).unwrap();
        assert_eq!(read("000000007.checkpoint"), b"note\n");
        assert_eq!(read("000000007.cosigned"), b"note\none\ntwo\n");
        assert_eq!(read("000000007-tsa.example-a-tsr-x.tsr"), b"\x30");
        assert_eq!(read("000000007-contradiction-2.checkpoint"), b"other note\n");
        assert_eq!(read("000000012.checkpoint"), b"later\n");
        assert_eq!(String::from_utf8(read("witnesses.csv")).unwrap().lines().count(), 6);
        assert!(into_new_folder(&out, |_| Ok(())).is_err(), "nothing is mixed");
    }
}
