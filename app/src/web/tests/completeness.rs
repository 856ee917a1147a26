//! Is the roster whole? The page on which another list is laid beside it.

use super::{Reply, TestApp, told};
use axum::http::StatusCode;
use jiff::ToSpan;
use keepsharp_domain::World;

const HERE: &str = "/programme/completeness";
const LIST: &str = "username,name,shoe\nANA,Ana One,42\nmara,Mara Lead,40\n<bot>,=cmd('x'),\ndan,Dan,\n";

fn upload(test: &TestApp, caller: &str, fields: &[(&str, &str)], csv: &str) -> Reply {
    let part = |name: &str, more: &str, value: &str| {
        format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n")
    };
    let mut body = vec![part("csrf", "", &test.csrf(caller)), part("form", "", "compare")];
    body.extend(fields.iter().map(|(name, value)| part(name, "", value)));
    body.extend([part("file", "; filename=\"a.csv\"", csv), "--b--\r\n".to_owned()]);
    let request = test.request(caller, "POST", HERE).header("content-type", "multipart/form-data; boundary=b");
    test.send(request.body(body.concat().into()).unwrap())
}

fn today(test: &TestApp) -> String {
    crate::clock::today(&test.app.store.world().unwrap()).to_string()
}

fn bot(world: &World) -> String {
    world.comparisons().find("<bot>").unwrap().to_string()
}

#[test]
fn a_list_is_compared_on_the_page_and_each_difference_explained_and_taken_back() {
    let test = TestApp::new();
    assert!(test.get("owner", HERE).body.contains("Lay another list beside it"));
    let fields = [("list", "code-host"), ("on", &*today(&test))];
    let reply = upload(&test, "delivery", &fields, LIST);
    assert_eq!(reply.header("location"), "/programme/completeness?list=code%2Dhost&done=compared", "{}", reply.body);
    let again = upload(&test, "delivery", &fields, LIST);
    assert_eq!(again.header("location"), "/programme/completeness?list=code%2Dhost&done=nothing");
    let page = test.get("owner", HERE).body;
    for seen in [
        "3 differences wait",
        "=cmd(&#39;x&#39;)",
        "&#60;bot&#62;",
        "Ben Two",
        "Cleo &#60;Three&#62;",
        "4 others stand",
    ] {
        assert!(page.contains(seen), "{seen}: {page}");
    }
    assert!(test.get("owner", "/programme").body.contains("3 differences from other lists to explain"));
    assert!(test.get("owner", "/programme/findings").body.contains("3 differences from other lists to explain"));
    let person = bot(&test.app.store.world().unwrap());
    let form = format!("explain-{person}");
    let say = |because: &str, reason: &str| {
        let fields = [("form", form.as_str()), ("person", person.as_str()), ("because", because), ("reason", reason)];
        test.post("owner", "/programme/completeness/explain?list=code-host", &fields)
    };
    for (because, id) in [("", "because"), ("nonsense", "because"), ("other", "reason")] {
        let refused = say(because, "");
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains(&format!("{form}-{id}-error")), "{because}: {}", refused.body);
    }
    assert_eq!(say("not_a_person", "tags <releases>").status, StatusCode::SEE_OTHER);
    let page = test.get("owner", HERE).body;
    assert!(page.contains("<b>A bot or a shared account.</b>") && page.contains("“tags &#60;releases&#62;”"), "{page}");
    let fields = [("form", form.as_str()), ("person", person.as_str())];
    let back = test.post("owner", "/programme/completeness/take-back?list=code-host", &fields);
    assert_eq!(back.header("location"), "/programme/completeness?list=code%2Dhost&done=withdrawn");
    assert!(!test.get("owner", HERE).body.contains("A bot or a shared account."));
    let csv = test.get("owner", "/programme/completeness.csv?list=code-host");
    assert!(csv.status == StatusCode::OK && csv.body.lines().count() == 8, "{}", csv.body);
    for path in ["/programme/completeness?list=other", "/programme/completeness.csv"] {
        assert_eq!(test.get("owner", path).status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn a_list_that_cannot_be_compared_says_at_which_field() {
    let test = TestApp::new();
    let today = today(&test);
    let before = test.app.store.world().unwrap().size();
    for (fields, csv, id) in [
        ([("list", "Pay Roll"), ("on", &*today), ("by", "")], LIST, "compare-list-error"),
        ([("list", "payroll"), ("on", "1999-01-01"), ("by", "")], LIST, "compare-on-error"),
        ([("list", "payroll"), ("on", "soon"), ("by", "")], LIST, "compare-on-error"),
        ([("list", "payroll"), ("on", &*today), ("by", "email")], LIST, "compare-file-error"),
        ([("list", "payroll"), ("on", &*today), ("by", "shoe")], LIST, "compare-by-error"),
        ([("list", "payroll"), ("on", &*today), ("by", "")], "username\nana\nANA\n", "compare-file-error"),
        ([("list", "payroll"), ("on", &*today), ("by", "")], "username\nnobody\n", "compare-file-error"),
    ] {
        let reply = upload(&test, "owner", &fields, csv);
        assert!(reply.status == StatusCode::UNPROCESSABLE_ENTITY && reply.body.contains(id), "{id}: {}", reply.body);
    }
    assert_eq!(test.app.store.world().unwrap().size(), before);
}

#[test]
fn nobody_explains_what_is_about_themselves() {
    let test = TestApp::new();
    // Whom it is about: Olga, who owns the control and writes code now.
    let csv = super::ROSTER.replace("olga,Compliance", "olga,Developer");
    super::taken_in(&test, csv);
    let fields = [("list", "code-host"), ("on", &*today(&test))];
    assert_eq!(upload(&test, "owner", &fields, LIST).status, StatusCode::SEE_OTHER);
    let person = test.id("O1").to_string();
    let fields = [("form", "x"), ("person", person.as_str()), ("because", "no_account")];
    let say = |caller| test.post(caller, "/programme/completeness/explain?list=code-host", &fields);
    assert_eq!(say("owner").status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(test.get("owner", HERE).body.contains("For somebody else to say"));
    assert_eq!(say("delivery").status, StatusCode::SEE_OTHER);
}

#[test]
fn a_long_list_of_differences_is_shown_fifty_at_a_time() {
    let test = TestApp::new();
    let today = crate::clock::today(&test.app.store.world().unwrap()).saturating_sub(0.days());
    told(&test.app.store, move |world| {
        let rows = (0..120).map(|number| format!("bot-{number}\n")).collect::<Vec<_>>().concat();
        let (text, columns) = (format!("username\nana\n{rows}"), std::collections::BTreeMap::new());
        let file = keepsharp_domain::sheet::File { bytes: text.as_bytes(), sha256: "", columns: &columns };
        let list = keepsharp_domain::comparison::List::read(file, None)?;
        let wanted = keepsharp_domain::comparison::Wanted { list: "code-host", on: today, today };
        let drafts = keepsharp_domain::comparison::compare(world, &list, wanted, &mut keepsharp_store::fresh_id)?.0;
        Ok((drafts, ()))
    });
    let first = test.get("owner", HERE).body;
    assert!(first.contains("1–50 of 122") && first.matches("Say why").count() == 50, "{first}");
    let last = test.get("owner", "/programme/completeness?page=3").body;
    assert_eq!(last.matches("Say why").count(), 22);
    assert!(last.contains("explain?list=code-host&#38;page=3"), "{last}");
}
