//! `keepsharp evidence build|verify`: one file that a stranger can check.

use super::output::{counted, progress, say, write};
use super::{Done, Failure, Session, parse_day, parse_instant};
use crate::clock;
use crate::evidence::{build, known_at};
use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use keepsharp_domain::Day;
use keepsharp_domain::evidence::{Evidence, Opened, Query, SampleQuery, Sizes};
use keepsharp_domain::requirement::Outcome;
use keepsharp_verifier::VerifierKey;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// Commands about evidence.
#[derive(Debug, Subcommand)]
pub(super) enum EvidenceCommand {
    /// Make an evidence pack for a control and a period
    Build(BuildArgs),
    /// Check a pack, with nothing but the pack and the key
    Verify(VerifyArgs),
}

/// Arguments of `evidence build`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: keepsharp evidence build --control TRN.2.01 --from 2025-01-01 --to 2025-12-31 --sample 4711 --names sample -o trn-2025.zip\n\nThe same ledger, key and arguments give the same bytes."
)]
pub(super) struct BuildArgs {
    /// The control's id
    #[arg(long, value_name = "ID")]
    control: String,
    /// First day of the period
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    from: Day,
    /// Last day of the period
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    to: Day,
    /// The day on which people's standing is told [default: the last day of the period, or today if that comes first]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    as_of: Option<Day>,
    /// Leave out what was recorded later [default: the moment of the ledger's last fact]
    #[arg(long, value_name = "INSTANT", value_parser = parse_instant)]
    known_at: Option<Timestamp>,
    /// Whose names are opened [default: sample with --sample, else nobody]
    #[arg(long, value_enum)]
    names: Option<Names>,
    /// Draw a sample by this seed, which the auditor types
    #[arg(long, value_name = "SEED")]
    sample: Option<String>,
    /// How large the sample of each stratum is, by how many requirements it holds [default: 5=all,50=5,250=10%,*=25]
    #[arg(long, value_name = "SIZES", requires = "sample", value_parser = parse_sizes)]
    sizes: Option<Sizes>,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Names {
    /// Random ids only
    Nobody,
    /// The sampled people
    Sample,
    /// Everybody of whom the ledger still holds a name
    Everybody,
}

/// Arguments of `evidence verify`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: keepsharp evidence verify trn-2025.zip --key 'keepsharp.example/ledger/5d1c…+1a2b3c4d+AQID…'\n\nWithout --key the pack is checked against the key that it brings, which is then to be compared with the one you were told."
)]
pub(super) struct VerifyArgs {
    /// The pack
    file: PathBuf,
    /// The ledger's key, as you were told it, or a file with it
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

fn parse_sizes(text: &str) -> Result<Sizes, String> {
    Sizes::try_from(text.to_owned())
}

pub(super) fn run(session: &Session, command: EvidenceCommand) -> Done {
    match command {
        EvidenceCommand::Build(args) => build_pack(session, &args),
        EvidenceCommand::Verify(args) => verify(&args),
    }
}

fn build_pack(session: &Session, args: &BuildArgs) -> Done {
    if args.names == Some(Names::Sample) && args.sample.is_none() {
        return Err(Failure::Told("--names sample needs --sample SEED: without a seed there is no sample".to_owned()));
    }
    let store = session.open()?;
    let query = {
        let world = store.world()?;
        world.control(&args.control)?;
        query(args, known_at(&world), clock::today(&world))
    };
    // Written beside and moved into its place when it is whole: a half-written pack would look like one.
    let folder = args.output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = tempfile::NamedTempFile::new_in(folder).map_err(|error| cannot(&args.output, &error))?;
    let built = {
        let bar = progress("making the pack");
        build(&store, &query, file.as_file(), |doing| bar.say(doing)).map_err(Failure::Told)?.0
    };
    file.as_file().sync_all().map_err(|error| cannot(&args.output, &error))?;
    file.persist(&args.output).map_err(|error| cannot(&args.output, &error.error))?;
    say(&told(&built.evidence));
    say(&format!(
        "{} written: {} facts, root {}",
        args.output.display(),
        super::output::grouped(built.checkpoint.size),
        built.checkpoint.root.to_base64()
    ));
    Ok(())
}

fn cannot(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Told(format!("{}: {error}", path.display()))
}

fn query(args: &BuildArgs, known_at: Timestamp, today: Day) -> Query {
    let names = args.names.unwrap_or(if args.sample.is_some() { Names::Sample } else { Names::Nobody });
    let sample = args
        .sample
        .as_ref()
        .map(|seed| SampleQuery { seed: seed.as_str().into(), sizes: args.sizes.clone().unwrap_or_default() });
    Query {
        control: args.control.as_str().into(),
        from: args.from,
        to: args.to,
        as_of: args.as_of.unwrap_or_else(|| args.to.min(today)),
        known_at: args.known_at.unwrap_or(known_at),
        opened: match names {
            Names::Nobody => Opened::Nobody,
            Names::Sample => Opened::Sample,
            Names::Everybody => Opened::Everybody,
        },
        sample,
    }
}

fn told(evidence: &Evidence) -> String {
    let count = |outcome| counted(evidence.count(outcome), "", "").trim().to_owned();
    format!(
        "{} to {}: {} due, {} on time, {} late, {} missed; {} sampled",
        evidence.query.from,
        evidence.query.to,
        counted(evidence.requirements.len(), "requirement", "requirements"),
        count(Outcome::OnTime),
        count(Outcome::Late),
        count(Outcome::Missed),
        evidence.sample.len()
    )
}

fn verify(args: &VerifyArgs) -> Done {
    let key = args.key.as_deref().map(read_key).transpose()?;
    let file = File::open(&args.file).map_err(|error| cannot(&args.file, &error))?;
    let verdict = {
        let _progress = progress("checking the pack");
        keepsharp_verifier::verify(BufReader::new(file), key.as_ref())
    };
    let is_sound = verdict.as_ref().is_ok_and(keepsharp_verifier::Verdict::is_sound);
    write(keepsharp_verifier::tell(&verdict).as_bytes())?;
    if is_sound { Ok(()) } else { Err(Failure::CheckFailed) }
}

/// A key as it was told, or a file with it.
fn read_key(text: &str) -> Result<VerifierKey, Failure> {
    let from_file = std::fs::read_to_string(text).ok();
    let key = from_file.as_deref().unwrap_or(text).trim();
    key.parse().map_err(|error| Failure::Told(format!("--key: {error}")))
}
