//! `keepsharp campaigns`: list, pause, resume, close, next, objective; and `remind` and `sync`, which do now what is due.

use super::output::{FormatArgs, counted, say, write};
use super::{AskArgs, Done, Failure, Session, parse_day};
use crate::clock;
use crate::connect;
use crate::work::{Workplace, do_due, ways};
use clap::{Args, Subcommand};
use keepsharp_domain::campaign::state;
use keepsharp_domain::fact::CampaignDefined;
use keepsharp_domain::objective::objective;
use keepsharp_domain::person::Person;
use keepsharp_domain::reminder::{self, Item, Ways};
use keepsharp_domain::tally::{self, Score};
use keepsharp_domain::{Day, Draft, Refusal, World, round};
use keepsharp_report::{Table, objective as paper};
use keepsharp_store::Decision;
use std::fmt::Write;

/// Commands about campaigns.
#[derive(Debug, Subcommand)]
pub(super) enum CampaignsCommand {
    /// All campaigns and how they stand
    ///
    /// Example: keepsharp campaigns list
    List(AskArgs),
    /// Write to nobody and open no issue until it is resumed; answers are still taken
    ///
    /// Example: keepsharp campaigns pause fy27-q2
    Pause(CampaignArgs),
    /// Go on after a pause
    ///
    /// Example: keepsharp campaigns resume fy27-q2
    Resume(CampaignArgs),
    /// End it now, with the result of today; it ends by itself after its last day
    ///
    /// Example: keepsharp campaigns close fy27-q2
    Close(CampaignArgs),
    /// Print next year's campaign.toml, made from this one
    ///
    /// Example: keepsharp campaigns next fy27-q2 > campaign.toml
    Next(CampaignArgs),
    /// Its objective as Markdown: score, what is likely, progress by week
    ///
    /// Example: keepsharp campaigns objective fy27-q2
    Objective(ObjectiveArgs),
}

/// Arguments of commands about one campaign.
#[derive(Args, Debug)]
pub(super) struct CampaignArgs {
    /// The campaign's id
    campaign: String,
}

/// Arguments of `campaigns objective`.
#[derive(Args, Debug)]
pub(super) struct ObjectiveArgs {
    /// The campaign's id
    campaign: String,
    /// The day that the answer holds for [default: today]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    as_of: Option<Day>,
}

/// Arguments of `remind`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: keepsharp remind --dry-run\n\nMessages go out by themselves while keepsharp serve runs. Who is on leave, outside their working hours, done,\nor has had enough of them this quarter is never written to, by this command neither."
)]
pub(super) struct RemindArgs {
    /// Show who would get what and who would not, and why; write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: FormatArgs,
}

pub(super) fn run(session: &Session, command: CampaignsCommand) -> Done {
    match command {
        CampaignsCommand::List(ask) => list(session, &ask),
        CampaignsCommand::Pause(args) => {
            change(session, &args, |world, id, today| round::pause(world, id, true, today))
        }
        CampaignsCommand::Resume(args) => {
            change(session, &args, |world, id, today| round::pause(world, id, false, today))
        }
        CampaignsCommand::Close(args) => change(session, &args, round::close),
        CampaignsCommand::Next(args) => next(session, &args),
        CampaignsCommand::Objective(args) => told_objective(session, &args),
    }
}

fn list(session: &Session, ask: &AskArgs) -> Done {
    let store = session.open()?;
    let world = ask.world(&store)?;
    let day = ask.day(&world);
    let columns = ["campaign", "control", "state", "opens", "closes", "taken", "engineers", "objective"];
    let mut table = Table::new(&columns);
    for campaign in world.campaigns().values() {
        let score = match world.rounds().result(&campaign.id).filter(|result| result.on <= day) {
            Some(result) => Score { engineers: result.engineers, taken: result.taken },
            None => Score::of(&tally::table(&world, campaign, day)?),
        };
        table.push(vec![
            (&*campaign.id).into(),
            (&*campaign.control).into(),
            state(&world, campaign, day).word().into(),
            campaign.opens.into(),
            campaign.closes.into(),
            score.taken.into(),
            score.engineers.into(),
            format!("{}.{:02} %", campaign.objective / 100, campaign.objective % 100).into(),
        ]);
    }
    ask.format.print(&table)
}

fn change(
    session: &Session,
    args: &CampaignArgs,
    decide: fn(&World, &str, Day) -> Result<Vec<Draft>, Refusal>,
) -> Done {
    let store = session.open()?;
    let id = args.campaign.clone();
    store.commit(&session.by, move |world| Ok((Decision::from(decide(world, &id, clock::today(world))?), ())))?;
    let world = store.world()?;
    let campaign = world.campaign(&args.campaign)?;
    match world.rounds().result(&campaign.id) {
        Some(result) => say(&format!(
            "{} is closed: {}",
            campaign.title,
            super::status::score_in_words(
                &Score { engineers: result.engineers, taken: result.taken },
                result.objective
            )
        )),
        None => say(&format!("{} is {} now", campaign.title, state(&world, campaign, clock::today(&world)).word())),
    }
    Ok(())
}

fn next(session: &Session, args: &CampaignArgs) -> Done {
    let store = session.open()?;
    let world = store.world()?;
    let campaign = world.campaign(&args.campaign)?;
    let next = round::next(&world, campaign);
    let made = keepsharp_domain::campaign::Campaign::new(next.clone())?;
    let asked = round::asked(&world, &made, Some(campaign), clock::today(&world))?;
    say(&format!(
        "as of today it would ask {}: {} new, {} who did not take the last one; {} for the full course, {} for the refresher",
        counted(asked.all as usize, "person", "people"),
        asked.new,
        asked.missed,
        asked.full,
        asked.refresher
    ));
    write(as_file(&world, &next)?.as_bytes())
}

/// A campaign as the file that defines it.
///
/// # Errors
/// Where something in it can't be written as TOML.
pub(crate) fn as_file(world: &World, campaign: &CampaignDefined) -> Result<String, String> {
    let mut table = toml::Table::new();
    let mut put = |name: &str, value: toml::Value| table.insert(name.to_owned(), value);
    put("id", campaign.id.to_string().into());
    put("title", campaign.title.to_string().into());
    put("control", campaign.control.to_string().into());
    put("opens", campaign.opens.to_string().into());
    put("closes", campaign.closes.to_string().into());
    put("counts_since", campaign.counts_since.to_string().into());
    put("objective", (f64::from(campaign.objective) / 10_000.0).into());
    if let Some(by) = campaign.objective_by {
        put("objective_by", by.to_string().into());
    }
    if let Some(audience) = &campaign.audience {
        put("audience", keepsharp_domain::explain::shown(world, audience).into());
    }
    put("counted_by", campaign.counted_by.word().into());
    for (name, value) in &campaign.about {
        put(name, toml::Value::try_from(value).map_err(|error| format!("{name}: {error}"))?);
    }
    let mut file = toml::Table::new();
    file.insert("campaigns".to_owned(), toml::Value::Array(vec![toml::Value::Table(table)]));
    toml::to_string_pretty(&file).map_err(|error| error.to_string())
}

fn told_objective(session: &Session, args: &ObjectiveArgs) -> Done {
    let store = session.open()?;
    let world = store.world()?;
    let day = args.as_of.unwrap_or_else(|| clock::today(&world));
    let found = objective(&world, world.campaign(&args.campaign)?, day)?;
    write(paper::markdown(&found, &store.checkpoint()?).as_bytes())
}

pub(super) fn remind(session: &Session, args: &RemindArgs) -> Done {
    let store = session.open()?;
    let tracker = connect::tracker(&session.installation.settings)?;
    let ways = ways(&session.installation.settings, tracker.is_some());
    if args.dry_run {
        return show(&*store.world()?, ways, &args.format);
    }
    if ways == Ways::default() {
        return Err(Failure::Told(
            "the settings have no [mail], no tracker and no channel, so nobody can be written to; docs/mail.md shows how"
                .to_owned(),
        ));
    }
    let went = work(session, &store, tracker.as_deref(), |title| title == "Messages that are due")?;
    say(if went == 0 { "nobody is due a message now" } else { "they go out while keepsharp serve runs" });
    Ok(())
}

/// Who would get what now, and who would not, and why. Without any way to send, as if there were mail.
fn show(world: &World, ways: Ways, format: &FormatArgs) -> Done {
    let has_none = ways == Ways::default();
    let ways = if has_none { Ways { mail: true, ..ways } } else { ways };
    let plan = reminder::plan(world, ways, clock::now(), clock::today(world))?;
    let columns = ["employee_id", "sent", "kind", "channel", "about", "occasion", "by", "why"];
    let mut table = Table::new(&columns);
    let label = |ix| world.people().get(ix).map(Person::label).unwrap_or_default();
    let mut row = |who: String, sent: &str, kind: &str, channel: &str, items: &[Item], why: &str| {
        for item in items {
            let about = item.about.campaign.as_deref().unwrap_or(&item.about.control);
            table.push(vec![
                who.as_str().into(),
                sent.into(),
                kind.into(),
                channel.into(),
                about.into(),
                item.about.occasion.word().into(),
                item.last.into(),
                why.into(),
            ]);
        }
    };
    for message in &plan.messages {
        let why = message.items.first().map_or("", |item| item.about.occasion.title());
        row(label(message.to), "yes", message.kind.word(), message.channel.word(), &message.items, why);
    }
    for held in &plan.held {
        row(label(held.person), "no", held.kind.word(), "", &held.items, &held.why.to_string());
    }
    format.print(&table)?;
    say(&format!(
        "{} and {} to channels would go out now; {} held back",
        counted(plan.messages.len(), "message", "messages"),
        counted(plan.posts.len(), "post", "posts"),
        counted(plan.held.len(), "is", "are")
    ));
    if has_none {
        say("note: the settings have no [mail], so nothing goes out; this shows what would");
    }
    Ok(())
}

pub(super) fn sync(session: &Session) -> Done {
    let store = session.open()?;
    let tracker = connect::tracker(&session.installation.settings)?;
    if work(session, &store, tracker.as_deref(), |_| true)? == 0 {
        say("nothing was to be done");
    }
    Ok(())
}

/// Does what is due now, and says how each piece went. Gives how many pieces did something.
fn work(
    session: &Session,
    store: &keepsharp_store::Store,
    tracker: Option<&dyn connect::tracker::Tracker>,
    wanted: fn(&str) -> bool,
) -> Result<usize, Failure> {
    let settings = &session.installation.settings;
    let address = settings.public_url.clone().ok_or(
        "the settings have no public_url, so the links in messages and issues would lead nowhere: set it to the address people use",
    )?;
    let now = clock::now();
    let today = clock::today(&*store.world()?);
    let (address, holder) = (address.trim_end_matches('/'), keepsharp_store::fresh_word()?);
    let place = Workplace { store, settings, address, tracker, holder: &holder, now, today };
    let (mut did, mut failed) = (0, String::new());
    let done = do_due(&place, true, wanted)?;
    for went in done.ok_or("the server is at this work just now; try again in a minute")? {
        match went.result {
            Ok(told) if told.is_empty() => {}
            Ok(told) => {
                did += 1;
                say(&format!("{}: {told}", went.title));
            }
            Err(trouble) => {
                let _ = write!(failed, "\n{}: {trouble}", went.title);
            }
        }
    }
    if failed.is_empty() { Ok(did) } else { Err(Failure::Told(format!("not everything could be done:{failed}"))) }
}
