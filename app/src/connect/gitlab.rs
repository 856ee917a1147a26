//! GitLab, by its REST interface, version 4.

use super::http::{Client, encoded, instant, text, whole};
use super::tracker::{Edit, History, Issue, NewIssue, Note, Tracker, Trouble};
use jiff::Timestamp;
use keepsharp_domain::fact::TrackerKind;
use serde_json::{Value, json};

/// A GitLab and a token for it.
pub(super) struct Gitlab {
    client: Client,
}

impl Gitlab {
    pub(super) fn new(client: Client) -> Gitlab {
        Gitlab { client }
    }

    fn raw_notes(&self, project: &str, number: u64) -> Result<Vec<Value>, Trouble> {
        self.client.list(&format!("{}/notes?sort=asc&order_by=created_at&per_page=100", at(project, number)))
    }

    fn user(&self, username: &str) -> Result<Option<u64>, Trouble> {
        let found = self.client.list(&format!("/api/v4/users?username={}", encoded(username)))?;
        Ok(found.first().and_then(|user| user.get("id")).and_then(Value::as_u64))
    }
}

fn issues(project: &str) -> String {
    format!("/api/v4/projects/{}/issues", encoded(project))
}

fn at(project: &str, number: u64) -> String {
    format!("{}/{number}", issues(project))
}

fn author(value: &Value) -> String {
    value.get("author").map(|author| text(author, "username")).unwrap_or_default()
}

fn issue(value: &Value) -> Result<Issue, Trouble> {
    Ok(Issue {
        number: whole(value, "iid")?,
        url: text(value, "web_url"),
        title: text(value, "title"),
        text: text(value, "description"),
        author: author(value),
        is_open: text(value, "state") == "opened",
    })
}

fn is_by_system(note: &Value) -> bool {
    note.get("system").and_then(Value::as_bool).unwrap_or_default()
}

/// Whether a note of the system tells that the text was changed. A ticked box changes the text too, and has words of its own.
fn tells_change(note: &Value) -> bool {
    const CHANGES: [&str; 3] = ["changed the description", "marked the checklist item", "marked the task"];
    let body = text(note, "body");
    is_by_system(note) && CHANGES.iter().any(|start| body.starts_with(start))
}

impl Tracker for Gitlab {
    fn kind(&self) -> TrackerKind {
        TrackerKind::Gitlab
    }

    fn project(&self) -> &str {
        &self.client.project
    }

    fn me(&self) -> Result<String, Trouble> {
        self.client.me("/api/v4/user", "username")
    }

    fn issue(&self, project: &str, number: u64) -> Result<Issue, Trouble> {
        issue(&self.client.get(&at(project, number))?)
    }

    fn recent(&self, project: &str, since: Timestamp) -> Result<Vec<Issue>, Trouble> {
        let query = format!(
            "state=all&order_by=created_at&sort=asc&per_page=100&updated_after={}",
            encoded(&since.to_string())
        );
        self.client.list(&format!("{}?{query}", issues(project)))?.iter().map(issue).collect()
    }

    fn titled(&self, project: &str, title: &str) -> Result<Vec<Issue>, Trouble> {
        let query = format!("state=all&order_by=created_at&sort=asc&per_page=100&in=title&search={}", encoded(title));
        let found = self.client.list(&format!("{}?{query}", issues(project)))?;
        let found: Result<Vec<Issue>, Trouble> = found.iter().map(issue).collect();
        Ok(found?.into_iter().filter(|issue| issue.title == title).collect())
    }

    fn create(&self, project: &str, new: &NewIssue) -> Result<Issue, Trouble> {
        let mut body = json!({ "title": new.title, "description": new.text, "confidential": new.is_confidential });
        let assignee = new.assignee.as_ref().map(|username| self.user(username)).transpose()?.flatten();
        if let (Some(id), Some(fields)) = (assignee, body.as_object_mut()) {
            fields.insert("assignee_ids".to_owned(), json!([id]));
        }
        issue(&self.client.send("POST", &issues(project), &body)?)
    }

    fn write(&self, project: &str, number: u64, text: &str) -> Result<(), Trouble> {
        self.client.send("PUT", &at(project, number), &json!({ "description": text })).map(|_| ())
    }

    fn notes(&self, project: &str, number: u64) -> Result<Vec<Note>, Trouble> {
        let note = |note: &Value| {
            let (id, at) = (whole(note, "id")?, instant(note, "updated_at")?);
            Ok(Note { id, author: author(note), text: text(note, "body"), at })
        };
        self.raw_notes(project, number)?.iter().filter(|note| !is_by_system(note)).map(note).collect()
    }

    fn comment(&self, project: &str, number: u64, text: &str) -> Result<(), Trouble> {
        self.client.send("POST", &format!("{}/notes", at(project, number)), &json!({ "body": text })).map(|_| ())
    }

    fn edits(&self, project: &str, number: u64) -> Result<History, Trouble> {
        let notes = self.raw_notes(project, number)?;
        let edit = |note: &Value| Ok(Edit { author: author(note), at: instant(note, "created_at")? });
        let edits: Result<Vec<Edit>, Trouble> = notes.iter().filter(|note| tells_change(note)).map(edit).collect();
        edits.map(History::Told)
    }

    fn close(&self, project: &str, number: u64) -> Result<(), Trouble> {
        self.client.send("PUT", &at(project, number), &json!({ "state_event": "close" })).map(|_| ())
    }
}
