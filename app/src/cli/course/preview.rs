//! `keepsharp course preview`: a course as a learner would have it, while it is being written.

use crate::cli::output::{counted, say};
use crate::cli::serve::bound;
use crate::cli::{Done, Failure, Session};
use crate::clock;
use crate::course_preview::{self, Preview, Shown};
use crate::installation::Installation;
use crate::settings::Settings;
use crate::web::{App, Subject, begin_session, serve};
use clap::Args;
use keepsharp_course::Weight;
use keepsharp_domain::roster::{self, ImportOptions, Roster};
use keepsharp_domain::sheet::File;
use keepsharp_domain::{PersonId, World, calendar};
use keepsharp_store::{Decision, Store, fresh_id};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// Arguments of `course preview`.
#[derive(Args, Debug)]
pub(in crate::cli) struct PreviewArgs {
    /// The folder that course.toml lies in
    folder: PathBuf,
    /// Address and port to serve it on; this machine only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
}

pub(super) fn run(session: &Session, args: &PreviewArgs) -> Done {
    if !args.listen.ip().is_loopback() {
        return Err(Failure::Told(format!(
            "{} can be reached from other machines, and everybody who comes is signed in; name an address of this one, for example 127.0.0.1:8090",
            args.listen
        )));
    }
    if !args.folder.is_dir() {
        let folder = args.folder.display();
        return Err(Failure::Told(format!("{folder} is no folder; name the folder that course.toml lies in")));
    }
    let bound = bound(args.listen)?;
    // Away again once the preview ends: nothing in it is anybody's.
    let place = tempfile::tempdir()?;
    let store = Installation::find(Some(place.path().join("data")), None, Settings::default()).open()?;
    let learner = make_learner_up(&store)?;
    let address = format!("http://{}", bound.address);
    let mut app = App::new(store, Settings::default(), Vec::new(), address).with_data(&session.installation.data);
    let token = begin_session(&app, Subject::Person(learner), "preview", clock::now())?;
    app.preview = Some(Preview::of(args.folder.clone(), token, &app.store));
    let app = Arc::new(app);
    if let Some(preview) = &app.preview {
        tell(&preview.shown());
    }
    course_preview::watch(&app, tell);
    say(&format!(
        "{} is at {}/learn (Ctrl-C ends it); it is read again when you save",
        args.folder.display(),
        app.address
    ));
    Ok(serve(app, bound)?)
}

fn tell(shown: &Shown) {
    let (errors, warnings) = (shown.count(Weight::Error), shown.count(Weight::Warning));
    let behind = match (&shown.course, shown.is_behind) {
        (Some(_), true) => "; the last version that could be read stays to be seen",
        (None, _) => "; there is nothing to be seen yet",
        _ => "",
    };
    say(&format!("{}, {}{behind}", counted(errors, "error", "errors"), counted(warnings, "warning", "warnings")));
}

/// Somebody to learn, in no track but those that they choose on the course's page.
fn make_learner_up(store: &Store) -> Result<PersonId, Failure> {
    const ROSTER: &str =
        "employee_id,name,email,username,title,departments,manager_id,start_date\nL1,A Learner,,,Engineer,,,\n";
    let today = clock::today(&World::default());
    let on = calendar::subtract_days(today, 1);
    store.commit("operator:preview", move |world: &World| {
        let columns = BTreeMap::new();
        let file = File { bytes: ROSTER.as_bytes(), sha256: "", columns: &columns };
        let options = ImportOptions { on, today, allow_mass_end: false };
        let drafts = roster::import(world, &Roster::read(file)?, options, &mut fresh_id)?.0;
        Ok((Decision::from(drafts), ()))
    })?;
    let world = store.world()?;
    let learner = world.people().find("L1").and_then(|ix| world.people().get(ix)).map(|person| person.id);
    learner.ok_or_else(|| Failure::Told("the made-up learner was not recorded".to_owned()))
}
