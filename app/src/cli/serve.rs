//! `keepsharp serve` and `keepsharp link`: the pages, and a way into them.

use super::output::say;
use super::{Done, Failure, Session};
use crate::clock;
use crate::web::{App, Bound, Subject, fresh_link, serve};
use clap::Args;
use keepsharp_domain::World;
use std::net::SocketAddr;
use std::sync::Arc;

/// Where pages are served unless told otherwise: to this machine only.
pub(super) const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

/// Arguments of `serve`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: keepsharp serve\n\nFor others than this machine, put a proxy with TLS before it and set public_url in keepsharp.toml; docs/serving.md shows how."
)]
pub(super) struct ServeArgs {
    /// Address and port to listen on
    #[arg(long, value_name = "ADDRESS", default_value = DEFAULT_LISTEN)]
    listen: SocketAddr,
}

/// Arguments of `link`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: keepsharp link E1042\n\nWithout an id, the link signs in whoever runs this installation."
)]
pub(super) struct LinkArgs {
    /// Employee id, e-mail address or random id of whom the link signs in
    id: Option<String>,
    /// The address that the link begins with, where the settings have no public_url
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    address: String,
}

pub(super) fn serving(session: &Session, args: &ServeArgs) -> Done {
    // Listening first: who can't be reached should not be told to wait for the ledger.
    let bound = bound(args.listen)?;
    let store = session.installation.open()?;
    let address = format!("http://{}", bound.address);
    let app = App::new(store, session.installation.settings.clone(), Vec::new(), address);
    let app = Arc::new(app.with_data(&session.installation.data));
    let today = clock::today(&*app.store.world()?);
    let needs_administrator = {
        let world = app.store.world()?;
        !world.grants().has_administrator(&world, today)
    };
    if needs_administrator {
        let link = fresh_link(&app, Subject::Operator, clock::now())?;
        say(&format!("Nobody is administrator yet. This link signs you in, once, within a day:\n\n  {link}\n"));
    }
    warn_of_mail(&app);
    warn_of_the_open(&app, args.listen);
    say(&format!("Keepsharp is at {} (Ctrl-C ends it)", app.address));
    Ok(serve(app, bound)?)
}

fn warn_of_the_open(app: &App, listen: SocketAddr) {
    if !listen.ip().is_loopback() && !app.address.starts_with("https://") {
        say(
            "note: this address can be reached from other machines, and without TLS anybody on the way can read along. Put a proxy with TLS before it and set public_url; docs/serving.md shows how",
        );
    }
}

fn warn_of_mail(app: &App) {
    if app.settings.mail.is_none() {
        say("note: there is no [mail] in the settings, so nobody is sent a sign-in link; keepsharp link ID makes one");
    }
}

pub(super) fn bound(address: SocketAddr) -> Result<Bound, Failure> {
    Bound::to(address).map_err(|error| {
        Failure::Told(format!(
            "can't listen on {address}: {error}. Choose another address with --listen, for example 127.0.0.1:8081"
        ))
    })
}

pub(super) fn link(session: &Session, args: &LinkArgs) -> Done {
    let store = session.installation.open()?;
    let app = App::new(store, session.installation.settings.clone(), Vec::new(), args.address.clone());
    let subject = match &args.id {
        None => Subject::Operator,
        Some(id) => subject(&*app.store.world()?, id)?,
    };
    let able = {
        let world = app.store.world()?;
        subject.caller(&app, &world, clock::today(&world)).is_some()
    };
    if !able {
        return Err(Failure::Told(
            "they are not employed today, or their room is closed, so no link would let them in".to_owned(),
        ));
    }
    let link = fresh_link(&app, subject, clock::now())?;
    super::output::log(&format!("{} made a sign-in link for {subject}", session.by));
    super::output::write(format!("{link}\n").as_bytes())
}

fn subject(world: &World, id: &str) -> Result<Subject, Failure> {
    let people = world.people();
    let found = people.find(id).or_else(|| people.by_email(id)).and_then(|ix| people.get(ix));
    if let Some(person) = found {
        return Ok(Subject::Person(person.id));
    }
    let auditor = |room: &&keepsharp_domain::room::Room| room.email().eq_ignore_ascii_case(id);
    match world.rooms().all().find(auditor) {
        Some(room) => Ok(Subject::Auditor(room.auditor)),
        None => Err(Failure::Told(format!("nobody has the id or address {}", keepsharp_domain::calendar::quote(id)))),
    }
}
