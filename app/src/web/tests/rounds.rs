//! Rounds on pages, and what the link of a message may do.

use super::{TestApp, told};
use crate::cli::sha256;
use axum::body::Body;
use axum::http::StatusCode;
use jiff::ToSpan;
use keepsharp_domain::campaign::{State, state};
use keepsharp_domain::due::{Standings, Status};
use keepsharp_store::{Decision, MessageLink};

const TOKEN: &str = "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";

fn round<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("form", "round"),
        ("id", "fy90-q2"),
        ("title", "Refresher"),
        ("control", "TRN"),
        ("opens", "FY90-Q2"),
        ("closes", "FY90-Q2"),
        ("counts_since", ""),
        ("objective", "92.5 %"),
        ("objective_by", ""),
        ("audience", ""),
        ("counted_by", "people"),
        ("issue", ""),
        ("text-opening", "Hello from us"),
    ];
    for (name, value) in changed {
        if let Some(field) = fields.iter_mut().find(|(other, _)| other == name) {
            field.1 = value;
        } else {
            fields.push((name, value));
        }
    }
    fields
}

#[test]
fn a_round_is_made_from_a_form_with_fiscal_quarters_and_changed_beside_what_was_before() {
    let test = TestApp::new();
    let made = test.post("delivery", "/programme/rounds", &round(&[]));
    assert_eq!(
        (made.status, made.header("location")),
        (StatusCode::SEE_OTHER, "/programme/rounds/fy90%2Dq2?done=round")
    );
    {
        let world = test.app.store.world().unwrap();
        let campaign = world.campaign("fy90-q2").unwrap();
        assert_eq!(
            (campaign.opens.to_string(), campaign.closes.to_string()),
            ("2090-04-01".into(), "2090-06-30".into())
        );
        assert_eq!((campaign.counts_since, campaign.objective), (campaign.opens, 9_250));
        assert_eq!(campaign.about["texts"]["opening"], "Hello from us");
    }
    let page = test.get("owner", made.header("location"));
    assert!(page.body.contains("The round is recorded.") && page.body.contains("It opens in"), "{}", page.body);
    let changed =
        test.post("owner", "/programme/rounds/fy90-q2", &round(&[("title", "New name"), ("text-opening", "")]));
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
    let same = test.post("owner", "/programme/rounds/fy90-q2", &round(&[("title", "New name"), ("text-opening", "")]));
    assert!(same.header("location").ends_with("done=nothing"));
    let world = test.app.store.world().unwrap();
    let campaign = world.campaign("fy90-q2").unwrap();
    assert!(&*campaign.title == "New name" && !campaign.about.contains_key("texts"));
}

#[test]
fn what_is_wrong_with_a_round_is_told_at_its_field_and_nothing_is_recorded() {
    let test = TestApp::new();
    let before = test.app.store.world().unwrap().size();
    let long = "x".repeat(601);
    for (field, value, told) in [
        ("objective", "ninety", "write a percentage"),
        ("objective", "101", "write a percentage"),
        ("opens", "FY90-Q5", "no fiscal quarter"),
        ("opens", "2090-02-30", "no date"),
        ("closes", "2090-01-01", "it closes on"),
        ("audience", "titel == \"x\"", "is not known"),
        ("issue", "the one", "number"),
        ("text-opening", &long, "more than 600 characters"),
        ("id", "round", "there is a round with this id"),
        ("control", "NONE", "there is no control"),
    ] {
        let reply = test.post("owner", "/programme/rounds", &round(&[(field, value)]));
        assert!(reply.body.contains(told), "{field}={value}: {}", reply.body);
        assert!(reply.body.contains("value=\"Refresher\""), "what was typed stays: {field}");
    }
    assert_eq!(test.app.store.world().unwrap().size(), before);
}

#[test]
fn a_round_rests_goes_on_and_ends_once_and_for_all() {
    let test = TestApp::new();
    let at = |path: &str| format!("/programme/rounds/round{path}");
    let now = || {
        let world = test.app.store.world().unwrap();
        let today = crate::clock::today(&world);
        state(&world, world.campaign("round").unwrap(), today)
    };
    test.post("delivery", &at("/pause"), &[("form", "pause")]);
    assert_eq!(now(), State::Paused);
    assert!(test.post("delivery", &at("/pause"), &[("form", "pause")]).body.contains("is paused today"));
    test.post("delivery", &at("/resume"), &[("form", "resume")]);
    assert_eq!(now(), State::Open);
    let unsure = test.post("owner", &at("/close"), &[("form", "close")]);
    assert!(unsure.body.contains("tick the box") && now() == State::Open);
    test.post("owner", &at("/close"), &[("form", "close"), ("sure", "1")]);
    assert_eq!(now(), State::Closed);
    let page = test.get("owner", &at(""));
    assert!(page.body.contains("Closed: 1 of 3 engineers") && !page.body.contains("/round/edit"), "{}", page.body);
    let changed = test.post("owner", &at(""), &round(&[("opens", "2020-01-01"), ("closes", "2100-12-31")]));
    assert!(changed.body.contains("its result stands"), "{}", changed.body);
    let count = test.post("manager", "/team/count", &[("campaign", "round"), ("count", "3"), ("seen", "")]);
    assert!(count.status != StatusCode::SEE_OTHER, "a count after the end would change nothing");
}

#[test]
fn next_years_round_is_prepared_with_whom_it_would_ask() {
    let test = TestApp::new();
    let page = test.get("delivery", "/programme/rounds/new?from=round").body;
    assert!(page.contains("value=\"round-next\"") && page.contains("it would ask 3 people"), "{page}");
    assert!(page.contains("2 did not take that one") || page.contains("and 2 did not take"), "{page}");
    let file = test.get("owner", "/programme/rounds/round/campaign.toml");
    assert!(file.body.contains("id = \"round\"") && file.body.contains("objective = 0.9"), "{}", file.body);
    let objective = test.get("owner", "/programme/rounds/round/objective.md").body;
    assert!(
        objective.contains("**1 of 3 (33.3 %)**") && objective.contains("keepsharp.example/ledger/"),
        "{objective}"
    );
}

/// Keeps a link to a message for somebody, as sending one does.
fn link(test: &TestApp, employee_id: &str) {
    let person = test.id(employee_id).to_string();
    let ends_at = (test.app.clock)().saturating_add(24.hours()).unwrap();
    let link = MessageLink { token_hash: sha256(TOKEN.as_bytes()), person, controls: "TRN".to_owned(), ends_at };
    let decide = move |_: &keepsharp_domain::World| Ok((Decision { links: vec![link], ..Decision::default() }, ()));
    test.app.store.commit("system", decide).unwrap();
}

#[test]
fn the_link_of_a_message_records_that_it_was_taken_without_signing_in() {
    let test = TestApp::new();
    link(&test, "E3");
    let at = format!("/m/{TOKEN}");
    let size = test.app.store.world().unwrap().size();
    let page = test.get("nobody", &at).body;
    assert!(page.contains("Cleo &#60;Three&#62;") && page.contains("Record it"), "{page}");
    assert_eq!(test.app.store.world().unwrap().size(), size, "looking changes nothing");
    let today = crate::clock::today(&test.app.store.world().unwrap());
    let taken = [("form", "taken"), ("control", "TRN"), ("on", &*today.to_string())];
    assert_eq!(
        test.post("nobody", &format!("{at}/taken"), &taken).header("location"),
        format!("{at}?done=taken-by-link")
    );
    {
        let world = test.app.store.world().unwrap();
        let standing = Standings::new(&world, world.control("TRN").unwrap(), today).of(world
            .people()
            .find("E3")
            .and_then(|ix| world.people().get(ix))
            .unwrap());
        assert_eq!(standing.status, Status::Current);
    }
    let page = test.get("nobody", &at).body;
    assert!(page.contains("nothing left for you to do") && !page.contains("Record it"), "{page}");
    let other = test.post("nobody", &format!("{at}/taken"), &[("control", "OTHER"), ("on", &today.to_string())]);
    assert_eq!(other.status, StatusCode::NOT_FOUND, "a link speaks for what its message was about");
}

#[test]
fn one_press_of_a_mail_program_brings_quiet_and_not_me_reaches_the_owner() {
    let test = TestApp::new();
    link(&test, "E3");
    let request = test.request("nobody", "POST", &format!("/m/{TOKEN}/quiet"));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let reply = test.send(request.body(Body::from("List-Unsubscribe=One-Click")).unwrap());
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    let request = test.request("nobody", "POST", &format!("/m/{TOKEN}/quiet"));
    let request = request.header("content-type", "multipart/form-data; boundary=x");
    let again = test.send(request.body(Body::from("--x--")).unwrap());
    assert_eq!(again.status, StatusCode::OK, "{}", again.body);
    {
        let world = test.app.store.world().unwrap();
        let ix = world.people().find("E3").unwrap();
        assert!(world.messages().snoozed_until(&world, ix).is_some());
    }
    test.post("nobody", &format!("/m/{TOKEN}/not-me"), &[("control", "TRN"), ("words", "I sell things")]);
    assert!(test.get("owner", "/programme/objections").body.contains("I sell things"));
    assert!(test.get("nobody", &format!("/m/{TOKEN}")).body.contains("It waits for an answer"));
}

#[test]
fn a_link_that_is_made_up_or_of_somebody_who_left_leads_nowhere() {
    let test = TestApp::new();
    link(&test, "E3");
    let other = TOKEN.replace('5', "6");
    assert!(test.get("nobody", &format!("/m/{other}")).body.contains("does not work any more"));
    let refused = test.post("nobody", &format!("/m/{other}/taken"), &[("control", "TRN"), ("on", "2026-01-01")]);
    assert!(
        refused.status == StatusCode::UNPROCESSABLE_ENTITY || refused.body.contains("does not work"),
        "{}",
        refused.body
    );
    let id = test.id("E3");
    told(&test.app.store, move |world| {
        let today = crate::clock::today(world);
        let left = keepsharp_domain::fact::PersonLeft { person: id, on: today };
        Ok((vec![keepsharp_domain::fact::Body::PersonLeft(left).into()], ()))
    });
    assert!(test.get("nobody", &format!("/m/{TOKEN}")).body.contains("does not work any more"));
}

#[test]
fn delivery_sees_who_hears_next_and_the_administrator_what_is_planned() {
    let test = TestApp::new();
    let page = test.get("delivery", "/programme/messages").body;
    assert!(page.contains("Cleo &#60;Three&#62;") && page.contains("has no mail, tracker or channel"), "{page}");
    let page = test.get("administrator", "/admin/work").body;
    assert!(page.contains("Messages that are due") && page.contains("within a minute"), "{page}");
    assert_eq!(test.post("administrator", "/admin/work", &[]).header("location"), "/admin/work?done=at-once");
    let quiet = test.post("engineer", "/my/quiet", &[("until", "2020-01-01")]);
    assert!(quiet.body.contains("choose a day after today"), "{}", quiet.body);
}
