//! GitHub, by its REST interface; who changed a text is told by its GraphQL interface only.

use super::http::{Client, encoded, instant, text, whole};
use super::tracker::{Edit, History, Issue, NewIssue, Note, Tracker, Trouble};
use jiff::Timestamp;
use keepsharp_domain::fact::TrackerKind;
use serde_json::{Value, json};

/// A GitHub and a token for it.
pub(super) struct Github {
    client: Client,
}

const EDITS: &str = "query($owner: String!, $name: String!, $number: Int!, $after: String) { \
    repository(owner: $owner, name: $name) { issue(number: $number) { includesCreatedEdit \
    userContentEdits(first: 100, after: $after) { nodes { editedAt editor { login } } \
    pageInfo { hasNextPage endCursor } } } } }";

/// Most pages of a history that are read.
const MOST_PAGES: u32 = 20;

impl Github {
    pub(super) fn new(client: Client) -> Github {
        let client = client.with_header("X-GitHub-Api-Version", "2022-11-28");
        Github { client }
    }

    /// A company's own GitHub has its GraphQL interface beside the REST one, not below it.
    fn graphql(&self) -> String {
        match self.client.url.strip_suffix("/v3") {
            Some(api) => format!("{api}/graphql"),
            None => format!("{}/graphql", self.client.url),
        }
    }

    /// The changes as GitHub lists them, newest first, the making of the issue as the oldest; none where it does not say.
    fn listed_edits(&self, project: &str, number: u64) -> Result<Option<Vec<Edit>>, Trouble> {
        let (owner, name) = project.split_once('/').unwrap_or_default();
        let (mut edits, mut after) = (Vec::new(), Value::Null);
        for _ in 0..MOST_PAGES {
            let variables = json!({ "owner": owner, "name": name, "number": number, "after": after });
            let asked = json!({ "query": EDITS, "variables": variables });
            let answer = match self.client.send_to("POST", &self.graphql(), &asked) {
                Ok(answer) => answer,
                Err(Trouble::Refused { .. }) => return Ok(None),
                // Nothing is written by this, so nothing can have been written.
                Err(Trouble::Unsure { why }) => return Err(Trouble::later(why)),
                Err(trouble) => return Err(trouble),
            };
            let Some(issue) = answer.pointer("/data/repository/issue").filter(|_| answer.get("errors").is_none())
            else {
                return Ok(None);
            };
            let has_making = issue.get("includesCreatedEdit").and_then(Value::as_bool).unwrap_or_default();
            for node in issue.pointer("/userContentEdits/nodes").and_then(Value::as_array).into_iter().flatten() {
                let author = node.get("editor").map(|editor| text(editor, "login")).unwrap_or_default();
                edits.push(Edit { author, at: instant(node, "editedAt")? });
            }
            let page = issue.pointer("/userContentEdits/pageInfo");
            let has_more = page.and_then(|page| page.get("hasNextPage")).and_then(Value::as_bool);
            if has_more != Some(true) {
                if has_making {
                    edits.pop();
                }
                return Ok(Some(edits));
            }
            after = page.and_then(|page| page.get("endCursor")).cloned().unwrap_or_default();
        }
        Ok(None)
    }
}

fn issues(project: &str) -> String {
    format!("/repos/{project}/issues")
}

fn at(project: &str, number: u64) -> String {
    format!("{}/{number}", issues(project))
}

/// User name of who made something; GitHub says nothing of an account that is gone.
pub(super) fn author(value: &Value) -> String {
    value.get("user").map(|user| text(user, "login")).unwrap_or_default()
}

/// An issue, in the shape that Forgejo took over.
pub(super) fn issue(value: &Value) -> Result<Issue, Trouble> {
    Ok(Issue {
        number: whole(value, "number")?,
        url: text(value, "html_url"),
        title: text(value, "title"),
        text: text(value, "body"),
        author: author(value),
        is_open: text(value, "state") == "open",
    })
}

/// Pull requests stand in lists of issues.
fn is_issue(value: &Value) -> bool {
    value.get("pull_request").is_none_or(Value::is_null)
}

impl Tracker for Github {
    fn kind(&self) -> TrackerKind {
        TrackerKind::Github
    }

    fn project(&self) -> &str {
        &self.client.project
    }

    fn me(&self) -> Result<String, Trouble> {
        self.client.me("/user", "login")
    }

    fn issue(&self, project: &str, number: u64) -> Result<Issue, Trouble> {
        issue(&self.client.get(&at(project, number))?)
    }

    fn recent(&self, project: &str, since: Timestamp) -> Result<Vec<Issue>, Trouble> {
        // GitHub reads whole seconds only.
        let since = since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let query = format!("state=all&sort=created&direction=asc&per_page=100&since={}", encoded(&since));
        self.client
            .list(&format!("{}?{query}", issues(project)))?
            .iter()
            .filter(|value| is_issue(value))
            .map(issue)
            .collect()
    }

    fn titled(&self, project: &str, title: &str) -> Result<Vec<Issue>, Trouble> {
        // LIMIT: GitHub's search lags behind, so the list itself is read, which ends at 10,000 issues.
        let query = "state=all&sort=created&direction=asc&per_page=100";
        let found = self.client.list(&format!("{}?{query}", issues(project)))?;
        let found: Result<Vec<Issue>, Trouble> = found.iter().filter(|value| is_issue(value)).map(issue).collect();
        Ok(found?.into_iter().filter(|issue| issue.title == title).collect())
    }

    fn create(&self, project: &str, new: &NewIssue) -> Result<Issue, Trouble> {
        let mut body = json!({ "title": new.title, "body": new.text });
        if let (Some(username), Some(fields)) = (&new.assignee, body.as_object_mut())
            && self.client.is_there(&format!("/repos/{project}/assignees/{}", encoded(username)))?
        {
            fields.insert("assignees".to_owned(), json!([username]));
        }
        issue(&self.client.send("POST", &issues(project), &body)?)
    }

    fn write(&self, project: &str, number: u64, text: &str) -> Result<(), Trouble> {
        self.client.send("PATCH", &at(project, number), &json!({ "body": text })).map(|_| ())
    }

    fn notes(&self, project: &str, number: u64) -> Result<Vec<Note>, Trouble> {
        let note = |note: &Value| {
            let (id, at) = (whole(note, "id")?, instant(note, "updated_at")?);
            Ok(Note { id, author: author(note), text: text(note, "body"), at })
        };
        self.client.list(&format!("{}/comments?per_page=100", at(project, number)))?.iter().map(note).collect()
    }

    fn comment(&self, project: &str, number: u64, text: &str) -> Result<(), Trouble> {
        self.client.send("POST", &format!("{}/comments", at(project, number)), &json!({ "body": text })).map(|_| ())
    }

    fn edits(&self, project: &str, number: u64) -> Result<History, Trouble> {
        let Some(mut edits) = self.listed_edits(project, number)? else { return Ok(History::Untold) };
        edits.reverse();
        edits.sort_by_key(|edit| edit.at);
        Ok(History::Told(edits))
    }

    fn close(&self, project: &str, number: u64) -> Result<(), Trouble> {
        self.client.send("PATCH", &at(project, number), &json!({ "state": "closed" })).map(|_| ())
    }
}
