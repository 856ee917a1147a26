//! `keepsharp runtime`: what a browser needs to run exercises, and adding to it.

use super::output::say;
use super::{Done, Failure, Session};
use crate::runtime::pack::{self, REGISTRY};
use crate::runtime::{Runtime, folder, runtime, runtimes};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Commands about runtimes.
#[derive(Debug, Subcommand)]
pub(super) enum RuntimeCommand {
    /// Fetch what a browser needs to run Ruby or Python exercises, check it, and serve it from here
    ///
    /// Example: keepsharp runtime add ruby
    Add(AddArgs),
    /// What exercises can be run in, and what could be added
    ///
    /// Example: keepsharp runtime list
    List,
}

/// Arguments of `runtime add`.
#[derive(Args, Debug)]
pub(super) struct AddArgs {
    /// ruby or python
    name: String,
    /// The npm package as a file, where the registry can't be reached from here
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// The npm registry
    #[arg(long, value_name = "URL", default_value = REGISTRY, env = "KEEPSHARP_NPM_REGISTRY")]
    registry: String,
}

pub(super) fn run(session: &Session, command: RuntimeCommand) -> Done {
    match command {
        RuntimeCommand::Add(args) => add(session, &args),
        RuntimeCommand::List => list(session),
    }
}

fn add(session: &Session, args: &AddArgs) -> Done {
    let packs: Vec<&str> =
        runtimes().iter().filter(|runtime| runtime.is_pack()).map(|runtime| runtime.id.as_str()).collect();
    let runtime = runtime(&args.name).filter(|runtime| runtime.is_pack()).ok_or_else(|| {
        let comes = if runtime(&args.name).is_some() { "comes with Keepsharp" } else { "is no runtime" };
        Failure::Told(format!("{} {comes}; what can be added: {}", args.name, packs.join(", ")))
    })?;
    let package = if let Some(file) = &args.from {
        pack::read(file)?
    } else {
        let address = pack::address(runtime, &args.registry).unwrap_or_default();
        say(&format!("Fetching {address}"));
        pack::fetch(&address)?
    };
    session.installation.prepare()?;
    let folder = pack::install(runtime, &package, &folder(&session.installation.data))?;
    let licence = runtime.from.as_ref().map_or("", |from| from.licence.as_str());
    say(&format!("{} ({licence}) is in {}. Lessons run its exercises from now on.", titled(runtime), folder.display()));
    Ok(())
}

fn list(session: &Session) -> Done {
    let packs = folder(&session.installation.data);
    let line = |runtime: &Runtime| {
        let state = match (runtime.is_pack(), runtime.is_ready(&packs)) {
            (false, _) => "comes with Keepsharp".to_owned(),
            (true, true) => "added".to_owned(),
            (true, false) => format!("keepsharp runtime add {}", runtime.id),
        };
        format!("{:<12}{:<24}{state}\n", runtime.id, titled(runtime))
    };
    let shown = |runtime: &&Runtime| !runtime.extensions.is_empty();
    super::output::write(runtimes().iter().filter(shown).map(line).collect::<String>().as_bytes())
}

fn titled(runtime: &Runtime) -> String {
    match runtime.from.as_ref().filter(|_| runtime.is_pack()) {
        Some(from) => format!("{} ({})", runtime.title, from.version),
        None => runtime.title.clone(),
    }
}
