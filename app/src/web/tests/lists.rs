//! Long lists: found by any word, a page at a time, in any order, and as files.

use super::TestApp;
use axum::http::StatusCode;

fn names(body: &str) -> Vec<String> {
    let rows = body.split("<tbody>").nth(1).unwrap_or_default();
    let links = rows.split("<th scope=\"row\"><a href=\"").skip(1);
    links.filter_map(|rest| Some(rest.split('>').nth(1)?.split('<').next()?.to_owned())).collect()
}

#[test]
fn people_are_found_by_name_id_address_and_title_in_any_capitals() {
    let test = TestApp::new();
    for (text, expected) in [
        ("ANA O", vec!["Ana One"]),
        ("e2", vec!["Ben Two"]),
        ("cleo@SAMPLE", vec!["Cleo &#60;Three&#62;"]),
        ("lead", vec!["Mara Lead"]),
        ("developer", vec!["Ana One", "Ben Two", "Cleo &#60;Three&#62;"]),
        ("one%09e1", vec!["Ana One"]),
        ("nobody at all", vec![]),
        ("%0A", vec!["all"]),
    ] {
        let body = test.get("owner", &format!("/programme/people?part=everybody&q={}", text.replace(' ', "+"))).body;
        let found = names(&body);
        if expected == ["all"] {
            assert_eq!(found.len(), 9, "blanks find everybody");
        } else {
            assert_eq!(found, expected, "{text}");
        }
    }
}

#[test]
fn a_list_is_narrowed_put_in_order_and_taken_home() {
    let test = TestApp::new();
    let people = |query: &str| names(&test.get("owner", &format!("/programme/people?{query}")).body);
    assert_eq!(people(""), ["Ana One", "Ben Two", "Cleo &#60;Three&#62;"]);
    assert_eq!(people("sort=-name"), ["Cleo &#60;Three&#62;", "Ben Two", "Ana One"]);
    assert_eq!(people("part=current"), ["Ana One"]);
    assert_eq!(people("manager=M1&part=everybody"), ["Ana One", "Ben Two", "Cleo &#60;Three&#62;"]);
    assert_eq!(people("department=Security&part=everybody"), ["Cora Content", "Olga Owner"]);
    assert_eq!(people("page=99"), people(""));
    let csv = test.get("owner", "/programme/people.csv?part=current");
    assert!(csv.status == StatusCode::OK && csv.body.lines().count() == 2, "{}", csv.body);
    let table = test.get("owner", "/programme/table.csv").body;
    assert!(
        table.starts_with("as_of,manager_id,engineers,away,recorded,attested,taken") && table.contains(",M1,3,0,1,,1"),
        "{table}"
    );
}
