//! How each tracker answers, as its published description says: paths, fields, pages, errors.

use super::stand_in::{Asked, Issue, ME, Model, Note, Reply, TOKEN};
use keepsharp_domain::fact::TrackerKind;
use serde_json::{Value, json};

/// Items on a page: few, so that a small test has several pages.
const PAGE: usize = 2;
const PROJECT: &str = "group/project";

pub(super) fn too_many(kind: TrackerKind) -> Reply {
    let (status, headers) = match kind {
        TrackerKind::Gitlab => (429, vec![("RateLimit-Reset", "1".to_owned()), ("Retry-After", "7".to_owned())]),
        TrackerKind::Github => {
            (403, vec![("x-ratelimit-remaining", "0".to_owned()), ("x-ratelimit-reset", "1".to_owned())])
        }
        TrackerKind::Forgejo => (429, Vec::new()),
    };
    Reply { status, headers, body: json!({ "message": "too many requests" }) }
}

fn done(status: u16, body: Value) -> Reply {
    Reply { status, headers: Vec::new(), body }
}

fn not_found() -> Reply {
    done(404, json!({ "message": "404 Not Found" }))
}

pub(super) fn answer(model: &mut Model, asked: &Asked) -> Reply {
    let (header, secret) = match model.kind {
        TrackerKind::Gitlab => ("private-token", TOKEN.to_owned()),
        TrackerKind::Github => ("authorization", format!("Bearer {TOKEN}")),
        TrackerKind::Forgejo => ("authorization", format!("token {TOKEN}")),
    };
    if asked.headers.get(header) != Some(&secret) || !asked.headers.contains_key("user-agent") {
        return done(401, json!({ "message": "401 Unauthorized" }));
    }
    if asked.verb != "GET" && asked.body.is_null() {
        return done(400, json!({ "message": "problems parsing JSON" }));
    }
    let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
    match model.kind {
        TrackerKind::Gitlab => match path.as_slice() {
            ["api", "v4", "user"] => done(200, json!({ "id": 1, "username": ME })),
            ["api", "v4", "users"] => {
                let username = asked.query.get("username").cloned().unwrap_or_default();
                let found = model.users.iter().position(|user| user.eq_ignore_ascii_case(&username));
                let found: Vec<Value> =
                    found.map(|at| json!({ "id": at + 10, "username": username })).into_iter().collect();
                done(200, json!(found))
            }
            ["api", "v4", "projects", PROJECT, rest @ ..] => of_project(model, asked, rest),
            _ => not_found(),
        },
        TrackerKind::Github => {
            if asked.headers.get("x-github-api-version").map(String::as_str) != Some("2022-11-28") {
                return done(400, json!({ "message": "no version" }));
            }
            match path.as_slice() {
                ["user"] => done(200, json!({ "id": 1, "login": ME })),
                ["graphql"] => graphql(model, &asked.body),
                ["repos", "group", "project", "assignees", user] => {
                    let is_there = model.users.iter().any(|known| known == user);
                    if is_there { done(204, json!("")) } else { not_found() }
                }
                ["repos", "group", "project", rest @ ..] => of_project(model, asked, rest),
                _ => not_found(),
            }
        }
        TrackerKind::Forgejo => match path.as_slice() {
            ["api", "v1", "user"] => done(200, json!({ "id": 1, "login": ME })),
            ["api", "v1", "users", user] => {
                if model.users.iter().any(|known| known == user) {
                    done(200, json!({ "login": user }))
                } else {
                    not_found()
                }
            }
            ["api", "v1", "repos", "group", "project", rest @ ..] => of_project(model, asked, rest),
            _ => not_found(),
        },
    }
}

fn of_project(model: &mut Model, asked: &Asked, rest: &[&str]) -> Reply {
    let kind = model.kind;
    let number = rest.get(1).and_then(|number| number.parse::<u64>().ok());
    if let Some(number) = number
        && !model.issues.contains_key(&number)
    {
        return not_found();
    }
    let comments = if kind == TrackerKind::Gitlab { "notes" } else { "comments" };
    let change = if kind == TrackerKind::Gitlab { "PUT" } else { "PATCH" };
    match (asked.verb.as_str(), rest, number) {
        ("GET", ["issues"], _) => list(model, asked),
        ("POST", ["issues"], _) => create(model, asked),
        ("GET", ["issues", _], Some(number)) => done(200, issue(model, &model.issues[&number])),
        (verb, ["issues", _], Some(number)) if verb == change => {
            let field = if kind == TrackerKind::Gitlab { "description" } else { "body" };
            if let Some(text) = asked.body.get(field).and_then(Value::as_str) {
                model.write(ME, number, text);
            }
            let closes = asked.body.get("state_event") == Some(&json!("close"))
                || asked.body.get("state") == Some(&json!("closed"));
            if closes && let Some(issue) = model.issues.get_mut(&number) {
                issue.is_open = false;
            }
            done(if kind == TrackerKind::Forgejo { 201 } else { 200 }, issue(model, &model.issues[&number]))
        }
        ("GET", ["issues", _, what], Some(number)) if *what == comments => {
            let notes: Vec<Value> = model.issues[&number].notes.iter().map(|it| note(kind, it)).collect();
            // Forgejo gives all comments at once.
            if kind == TrackerKind::Forgejo { done(200, json!(notes)) } else { paged(model, asked, &notes) }
        }
        ("POST", ["issues", _, what], Some(number)) if *what == comments => {
            let Some(text) = asked.body.get("body").and_then(Value::as_str).filter(|text| !text.is_empty()) else {
                return done(422, json!({ "message": "body is missing" }));
            };
            model.comment(ME, number, text);
            done(201, model.issues[&number].notes.last().map(|it| note(kind, it)).unwrap_or_default())
        }
        _ => not_found(),
    }
}

fn create(model: &mut Model, asked: &Asked) -> Reply {
    let text = |field: &str| asked.body.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let is_gitlab = model.kind == TrackerKind::Gitlab;
    let number = model.create(ME, &text("title"), &text(if is_gitlab { "description" } else { "body" }));
    let of_list = asked.body.pointer("/assignees/0").and_then(Value::as_str).map(str::to_owned);
    let by_id = asked.body.pointer("/assignee_ids/0").and_then(Value::as_u64);
    let by_id = by_id.and_then(|id| model.users.get(usize::try_from(id).ok()? - 10).cloned());
    let is_confidential = asked.body.get("confidential") == Some(&json!(true));
    if let Some(issue) = model.issues.get_mut(&number) {
        issue.assignee = of_list.or(by_id);
        issue.is_confidential = is_confidential;
    }
    done(201, issue(model, &model.issues[&number]))
}

fn list(model: &Model, asked: &Asked) -> Reply {
    let query = |name: &str| asked.query.get(name).map(String::as_str);
    assert_eq!(query("state"), Some("all"), "open issues only would hide a closed one");
    let (since, word) = match model.kind {
        TrackerKind::Gitlab => (query("updated_after"), query("search")),
        TrackerKind::Github => (query("since"), None),
        TrackerKind::Forgejo => (query("since"), query("q")),
    };
    let since: Option<jiff::Timestamp> = since.map(|since| since.parse().unwrap());
    let found = model
        .issues
        .values()
        .filter(|issue| since.is_none_or(|since| issue.updated.parse::<jiff::Timestamp>().unwrap() >= since));
    let found = found.filter(|issue| word.is_none_or(|word| issue.title.to_lowercase().contains(&word.to_lowercase())));
    let only_issues = query("type") == Some("issues");
    let found: Vec<Value> = found.filter(|it| !(only_issues && it.is_pull)).map(|it| issue(model, it)).collect();
    paged(model, asked, &found)
}

/// A page, and where the next is, in the tracker's way.
fn paged(model: &Model, asked: &Asked, items: &[Value]) -> Reply {
    let page: usize = asked.query.get("page").map_or(1, |page| page.parse().unwrap());
    let most = PAGE.min(
        asked.query.get("per_page").or_else(|| asked.query.get("limit")).map_or(PAGE, |most| most.parse().unwrap()),
    );
    let shown: Vec<&Value> = items.iter().skip((page - 1) * most).take(most).collect();
    let has_more = page * most < items.len();
    let mut headers = Vec::new();
    if has_more {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(asked.query.iter().filter(|(name, _)| *name != "page"));
        let path: Vec<String> = asked.path.iter().map(|part| crate::connect::http::encoded(part)).collect();
        let address = format!("{}/{}?{}&page={}", model.address, path.join("/"), query.finish(), page + 1);
        headers.push(("link", format!("<{address}>; rel=\"next\", <{address}>; rel=\"last\"")));
    }
    if model.kind == TrackerKind::Gitlab {
        headers.push(("x-next-page", if has_more { (page + 1).to_string() } else { String::new() }));
        headers.push(("x-page", page.to_string()));
        headers.push(("x-per-page", most.to_string()));
        headers.push(("x-total", items.len().to_string()));
    }
    Reply { status: 200, headers, body: json!(shown) }
}

fn issue(model: &Model, issue: &Issue) -> Value {
    let url = format!("{}/{PROJECT}/issues/{}", model.address, issue.number);
    if model.kind == TrackerKind::Gitlab {
        return json!({
            "id": issue.number + 1000, "iid": issue.number, "title": issue.title, "description": issue.text,
            "state": if issue.is_open { "opened" } else { "closed" }, "author": { "id": 5, "username": issue.author },
            "created_at": issue.created, "updated_at": issue.updated, "web_url": url,
            "confidential": issue.is_confidential, "assignees": [],
        });
    }
    let mut value = json!({
        "id": issue.number + 1000, "number": issue.number, "title": issue.title, "body": issue.text,
        "state": if issue.is_open { "open" } else { "closed" }, "user": { "id": 5, "login": issue.author },
        "created_at": issue.created, "updated_at": issue.updated, "html_url": url,
    });
    if issue.is_pull {
        value["pull_request"] = json!({ "url": "…" });
    } else if model.kind == TrackerKind::Forgejo {
        value["pull_request"] = Value::Null;
    }
    value
}

fn note(kind: TrackerKind, note: &Note) -> Value {
    let who = if kind == TrackerKind::Gitlab { ("author", "username") } else { ("user", "login") };
    let mut value = json!({ "id": note.id, "body": note.text, "created_at": note.created, "updated_at": note.updated });
    value[who.0] = json!({ "id": 5, (who.1): note.author });
    if kind == TrackerKind::Gitlab {
        value["system"] = json!(note.is_system);
        value["noteable_type"] = json!("Issue");
    }
    value
}

/// The one question that GitHub is asked so: who changed an issue's text? Newest first, its making as the oldest.
fn graphql(model: &Model, body: &Value) -> Reply {
    let variable = |name: &str| body.pointer(&format!("/variables/{name}")).cloned().unwrap_or_default();
    let query = body.get("query").and_then(Value::as_str).unwrap_or_default();
    assert!(query.contains("userContentEdits") && query.matches('{').count() == query.matches('}').count(), "{query}");
    assert_eq!((variable("owner"), variable("name")), (json!("group"), json!("project")));
    let Some(issue) = variable("number").as_u64().and_then(|number| model.issues.get(&number)) else {
        return done(200, json!({ "data": null, "errors": [{ "type": "NOT_FOUND" }] }));
    };
    let node = |(author, at): &(String, String)| json!({ "editedAt": at, "editor": { "login": author } });
    let mut nodes: Vec<Value> = issue.edits.iter().rev().map(node).collect();
    if !nodes.is_empty() {
        nodes.push(node(&(issue.author.clone(), issue.created.clone())));
    }
    let from: usize = variable("after").as_str().map_or(0, |after| after.parse().unwrap());
    let page: Vec<Value> = nodes.iter().skip(from).take(PAGE).cloned().collect();
    let end = from + page.len();
    let info = json!({ "hasNextPage": end < nodes.len(), "endCursor": end.to_string() });
    let edits = json!({ "nodes": page, "pageInfo": info });
    let issue = json!({ "includesCreatedEdit": !nodes.is_empty(), "userContentEdits": edits });
    done(200, json!({ "data": { "repository": { "issue": issue } } }))
}
