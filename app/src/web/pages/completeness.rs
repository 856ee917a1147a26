//! Is the roster whole? Other lists of people laid beside it: who stands in one of the two only, and why.

use crate::cli::sha256;
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble, at};
use crate::web::frame::{Answer, Answered, Frame, Link, page as written};
use crate::web::pages::people::href;
use crate::web::pages::programme;
use crate::web::pages::roster_import::problems;
use crate::web::paging::{Pager, ROWS, back};
use crate::web::words;
use askama::Template;
use keepsharp_domain::access::Act;
use keepsharp_domain::comparison::{self, Comparison, Difference, Explaining, List, Side, Wanted, differences};
use keepsharp_domain::control::Control;
use keepsharp_domain::fact::{Because, MatchedBy};
use keepsharp_domain::sheet::File;
use keepsharp_domain::{PersonId, Refusal, World};
use keepsharp_report::{Format, Table};
use keepsharp_store::{Error, fresh_id};
use std::sync::Arc;

/// Where the page is.
pub(crate) const HERE: &str = "/programme/completeness";

#[derive(Template)]
#[template(path = "completeness.html")]
struct CompletenessPage {
    frame: Frame,
    tabs: Vec<Link>,
    lead: String,
    lists: Vec<ListLine>,
    chosen: Option<Chosen>,
    /// Whether whoever looks may compare and explain.
    records: bool,
    reasons: [(&'static str, &'static str); 7],
    columns: [(&'static str, &'static str); 3],
    today: String,
}

/// The newest comparison of a list.
struct ListLine {
    name: String,
    href: String,
    on: String,
    rows: String,
    matched: String,
    open: String,
    chosen: bool,
}

/// The list that is looked at.
struct Chosen {
    name: String,
    told: String,
    figures: Vec<(&'static str, String)>,
    groups: Vec<Group>,
    pager: Pager,
    /// What is said of those whom no control concerns; empty where there is nobody.
    others: String,
    csv: String,
    explain: String,
    take_back: String,
}

/// Those of one side that stand on this page.
struct Group {
    label: &'static str,
    hint: &'static str,
    lines: Vec<Line>,
}

/// Somebody in whom the two differ.
struct Line {
    id: String,
    name: String,
    href: String,
    /// By what the list or the roster knows them.
    known_by: String,
    what: String,
    said: Option<Said>,
    form: String,
    is_back: bool,
    is_own: bool,
}

/// Why it is so.
struct Said {
    because: &'static str,
    reason: String,
    by: String,
}

/// The newest comparison of each list, with whom they differ in.
type Newest = Vec<(Comparison, Vec<Difference>)>;

fn newest(asked: &Asked, world: &World) -> Arc<Newest> {
    asked.remembered("completeness", world, "", || {
        let controls: Vec<&Control> = world.controls().values().collect();
        let newest = world.comparisons().newest().into_iter();
        newest.map(|one| (one.clone(), differences(world, one, &controls))).collect()
    })
}

fn count_open(found: &[Difference]) -> usize {
    found.iter().filter(|one| one.is_open()).count()
}

/// How many differences wait for an explanation.
pub(crate) fn waiting(asked: &Asked, world: &World) -> usize {
    newest(asked, world).iter().map(|(_, found)| count_open(found)).sum()
}

fn because(because: Because) -> &'static str {
    match because {
        Because::NotAPerson => "A bot or a shared account",
        Because::NotYetStarted => "They have not started yet",
        Because::Left => "They have left",
        Because::OtherCompany => "They work for another company",
        Because::NoAccount => "They need no account there",
        Because::MistakeInList => "The list is wrong",
        Because::Other => "Something else",
    }
}

/// The page.
pub(crate) fn page(asked: &Asked, world: &World) -> Answered {
    let all = newest(asked, world);
    let wanted = asked.query.text("list");
    let place = all.iter().position(|(one, _)| *one.body.list == *wanted);
    let chosen = match place {
        Some(place) => all.get(place),
        None if wanted.is_empty() => all.iter().max_by_key(|(one, _)| (one.body.on, one.seq)),
        None => return Err(Trouble::NotFound),
    };
    written(&CompletenessPage {
        frame: Frame::of(asked, world, "Completeness"),
        tabs: programme::tabs(asked, world, "findings"),
        lead: lead(&all),
        lists: all.iter().map(|one| list_line(asked, one, chosen)).collect(),
        chosen: chosen.map(|(one, found)| chosen_list(asked, world, one, found)),
        records: asked.may(Act::Records),
        reasons: Because::ALL.map(|one| (one.word(), because(one))),
        columns: MatchedBy::ALL.map(|by| (by.word(), column(by))),
        today: asked.today.to_string(),
    })
}

fn lead(all: &Newest) -> String {
    if all.is_empty() {
        return "Is everybody in the roster? Lay another list beside it and see.".to_owned();
    }
    let open: usize = all.iter().map(|(_, found)| count_open(found)).sum();
    let lists = words::counted(all.len(), "other list", "other lists");
    match open {
        0 => format!("The roster was laid beside {lists}, and every difference has its explanation."),
        _ => format!(
            "The roster was laid beside {lists}. {} for somebody’s eye.",
            words::counted(open, "difference waits", "differences wait")
        ),
    }
}

fn column(by: MatchedBy) -> &'static str {
    match by {
        MatchedBy::EmployeeId => "employee id",
        MatchedBy::Email => "e-mail address",
        MatchedBy::Username => "user name",
    }
}

fn list_line(
    asked: &Asked,
    (one, found): &(Comparison, Vec<Difference>),
    chosen: Option<&(Comparison, Vec<Difference>)>,
) -> ListLine {
    ListLine {
        name: one.body.list.to_string(),
        href: programme::with_days(asked, HERE, &[("list", &one.body.list)]),
        on: words::day(one.body.on),
        rows: words::grouped(one.body.rows),
        matched: words::grouped(one.body.matched),
        open: words::grouped(count_open(found) as u64),
        chosen: chosen.is_some_and(|(chosen, _)| chosen.seq == one.seq),
    }
}

fn chosen_list(asked: &Asked, world: &World, one: &Comparison, found: &[Difference]) -> Chosen {
    let body = &one.body;
    let concerns = |one: &&Difference| one.side == Side::List || !one.controls.is_empty();
    let shown: Vec<&Difference> = found.iter().filter(concerns).collect();
    let of = |side: Side| shown.iter().filter(|one| one.side == side).count() as u64;
    let others = found.len() - shown.len();
    let pager = Pager::at(asked, HERE, shown.len());
    let lines = |side: Side| -> Vec<Line> {
        let here = shown.iter().skip(pager.skip).take(ROWS).filter(|one| one.side == side);
        here.map(|one| line(asked, world, one)).collect()
    };
    let groups = vec![
        Group {
            label: "Only in the list",
            hint: "Whoever can change code and is in no roster would never be asked to train. Mend the roster, close the account, or say why it is so.",
            lines: lines(Side::List),
        },
        Group {
            label: "In scope, and not in the list",
            hint: "Perhaps they need no account there, or stand there under another address. Mend whichever of the two is wrong, or say why it is so.",
            lines: lines(Side::Roster),
        },
    ];
    let address = |path: &str| {
        let page = if pager.skip == 0 { String::new() } else { format!("&page={}", pager.skip / ROWS + 1) };
        format!("{HERE}{path}?list={}{page}", body.list)
    };
    Chosen {
        name: body.list.to_string(),
        told: format!(
            "Of {}, matched by {}; recorded on {} by {}. SHA-256 of the file begins with {}.",
            words::day(body.on),
            column(body.by),
            words::moment(one.at, &asked.zone),
            words::author(world, &one.by),
            body.sha256.chars().take(12).collect::<String>()
        ),
        figures: vec![
            ("Rows", words::grouped(body.rows)),
            ("Employed", words::grouped(body.matched)),
            ("Only in the list", words::grouped(of(Side::List))),
            ("Only in the roster, in scope", words::grouped(of(Side::Roster))),
        ],
        groups: groups.into_iter().filter(|group| !group.lines.is_empty()).collect(),
        others: match others {
            0 => String::new(),
            _ => format!(
                "{} in the roster and not in the list, and no control concerns them; the file has them all.",
                words::counted(others, "other stands", "others stand")
            ),
        },
        csv: format!("{HERE}.csv?list={}", body.list),
        explain: address("/explain"),
        take_back: address("/take-back"),
        pager,
    }
}

fn line(asked: &Asked, world: &World, one: &Difference) -> Line {
    let ix = world.people().by_id(one.person);
    let person = ix.and_then(|ix| world.people().get(ix)).filter(|person| person.is_listed());
    let identity = &one.identity;
    let texts = [&identity.name, &identity.employee_id, &identity.email, &identity.username];
    let mut texts = texts.into_iter().filter(|text| !text.is_empty());
    let id = one.person.to_string();
    let name = texts.next().map_or_else(|| id.clone(), ToString::to_string);
    let form = format!("explain-{id}");
    Line {
        name,
        href: person.map(|person| href(asked, person)).unwrap_or_default(),
        known_by: texts.map(|text| &**text).collect::<Vec<_>>().join(", "),
        what: words::sentence_case(&words::prose(&one.standing.words())),
        said: one.explanation.as_ref().map(|said| Said {
            because: because(said.because),
            reason: said.reason.as_deref().unwrap_or_default().to_owned(),
            by: format!("{}, {}", words::author(world, &said.by), words::moment(said.at, &asked.zone)),
        }),
        is_back: asked.returned.sent.text("form") == form,
        is_own: ix.is_some() && ix == asked.caller.as_ref().and_then(keepsharp_domain::access::Caller::person_ix),
        form,
        id,
    }
}

/// All differences of the chosen list as a file, those too whom no control concerns.
pub(crate) fn csv(asked: &Asked, world: &World) -> Answered {
    let all = newest(asked, world);
    let found = all.iter().find(|(one, _)| *one.body.list == *asked.query.text("list"));
    let (one, found) = found.ok_or(Trouble::NotFound)?;
    let mut table =
        Table::new(&["only_in", "employee_id", "name", "email", "username", "controls", "explained", "detail"]);
    for difference in found {
        let identity = &difference.identity;
        table.push(vec![
            difference.side.word().into(),
            (&*identity.employee_id).into(),
            (&*identity.name).into(),
            (&*identity.email).into(),
            (&*identity.username).into(),
            difference.controls.join(" ").into(),
            difference.explanation.as_ref().map(|said| said.because.word().to_owned()).into(),
            difference.standing.words().into(),
        ]);
    }
    Ok(Answer::File {
        name: format!("{}-{}.csv", one.body.list, one.body.on),
        kind: "text/csv; charset=utf-8",
        bytes: table.write(Format::Csv).into_bytes(),
    })
}

/// Lays a list beside the roster, and records in whom they differ.
pub(crate) fn compare(asked: &Asked, sent: &Fields) -> Answered {
    let on = sent.required_day("on")?;
    let by = match sent.text("by") {
        "" => None,
        word => Some(MatchedBy::read(word).ok_or_else(|| Trouble::at("by", "choose one of the columns"))?),
    };
    let file = sent.file.as_ref().ok_or_else(|| Trouble::at("file", "choose a CSV file with something in it"))?;
    let id = sha256(&file.bytes);
    let read = File { bytes: &file.bytes, sha256: &id, columns: &asked.app.settings.columns };
    let list = List::read(read, by).map_err(|refusal| Trouble::at("file", problems(&refusal)))?;
    let (name, today) = (sent.text("list").to_owned(), asked.today);
    let named = name.clone();
    let done = asked.commit(move |world| {
        let wanted = Wanted { list: &named, on, today };
        let (drafts, _) = comparison::compare(world, &list, wanted, &mut fresh_id)?;
        let is_new = !drafts.is_empty();
        Ok((drafts, is_new))
    });
    let is_new = done.map_err(|error| match error {
        Error::Refused(refusal) => Trouble::at(field(&refusal), problems(&refusal)),
        other => other.into(),
    })?;
    let done = if is_new { "compared" } else { "nothing" };
    Ok(Answer::Go(format!("{HERE}?list={}&done={done}", words::in_query(&name))))
}

/// At which field of the form a refusal is told.
fn field(refusal: &Refusal) -> &'static str {
    let text = refusal.to_string();
    if text.contains("no name for a list") {
        "list"
    } else if text.contains("has not come yet") || text.contains("no roster holds") {
        "on"
    } else {
        "file"
    }
}

fn person(sent: &Fields) -> Result<PersonId, Trouble> {
    sent.text("person").parse().map_err(|_| Trouble::NotFound)
}

/// Records why somebody stands in one of the two only.
pub(crate) fn explain(asked: &Asked, sent: &Fields) -> Answered {
    let (list, person) = (asked.query.text("list").to_owned(), person(sent)?);
    let because = Because::read(sent.text("because")).ok_or_else(|| Trouble::at("because", "choose what it is"))?;
    let (reason, by) = (sent.text("reason").to_owned(), asked.caller()?.person_ix());
    let said = move |world: &World| {
        let said = Explaining { list: &list, person, because, reason: &reason };
        Ok((comparison::explain(world, said, by)?, ()))
    };
    asked.commit(said).map_err(at("reason"))?;
    Ok(back(asked, HERE, "explained"))
}

/// Takes that back.
pub(crate) fn take_back(asked: &Asked, sent: &Fields) -> Answered {
    let (list, person) = (asked.query.text("list").to_owned(), person(sent)?);
    asked.commit(move |world| Ok((comparison::withdraw(world, &list, person)?, ())))?;
    Ok(back(asked, HERE, "withdrawn"))
}
