//! Forgejo and Gitea, by their REST interface, version 1.

use super::github::{author, issue};
use super::http::{Client, encoded, instant, text, whole};
use super::tracker::{History, Issue, NewIssue, Note, Tracker, Trouble};
use jiff::Timestamp;
use keepsharp_domain::fact::TrackerKind;
use serde_json::{Value, json};

/// A Forgejo and a token for it.
pub(super) struct Forgejo {
    client: Client,
}

impl Forgejo {
    pub(super) fn new(client: Client) -> Forgejo {
        Forgejo { client }
    }
}

fn issues(project: &str) -> String {
    format!("/api/v1/repos/{project}/issues")
}

fn at(project: &str, number: u64) -> String {
    format!("{}/{number}", issues(project))
}

impl Tracker for Forgejo {
    fn kind(&self) -> TrackerKind {
        TrackerKind::Forgejo
    }

    fn project(&self) -> &str {
        &self.client.project
    }

    fn me(&self) -> Result<String, Trouble> {
        self.client.me("/api/v1/user", "login")
    }

    fn issue(&self, project: &str, number: u64) -> Result<Issue, Trouble> {
        issue(&self.client.get(&at(project, number))?)
    }

    fn recent(&self, project: &str, since: Timestamp) -> Result<Vec<Issue>, Trouble> {
        let since = since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let query = format!("state=all&type=issues&limit=50&since={}", encoded(&since));
        self.client.list(&format!("{}?{query}", issues(project)))?.iter().map(issue).collect()
    }

    fn titled(&self, project: &str, title: &str) -> Result<Vec<Issue>, Trouble> {
        let query = format!("state=all&type=issues&limit=50&q={}", encoded(title));
        let found = self.client.list(&format!("{}?{query}", issues(project)))?;
        let found: Result<Vec<Issue>, Trouble> = found.iter().map(issue).collect();
        let mut found: Vec<Issue> = found?.into_iter().filter(|issue| issue.title == title).collect();
        found.sort_by_key(|issue| issue.number);
        Ok(found)
    }

    fn create(&self, project: &str, new: &NewIssue) -> Result<Issue, Trouble> {
        let mut body = json!({ "title": new.title, "body": new.text });
        if let (Some(username), Some(fields)) = (&new.assignee, body.as_object_mut())
            && self.client.is_there(&format!("/api/v1/users/{}", encoded(username)))?
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
        let notes: Result<Vec<Note>, Trouble> =
            self.client.list(&format!("{}/comments", at(project, number)))?.iter().map(note).collect();
        let mut notes = notes?;
        notes.sort_by_key(|note| note.id);
        Ok(notes)
    }

    fn comment(&self, project: &str, number: u64, text: &str) -> Result<(), Trouble> {
        self.client.send("POST", &format!("{}/comments", at(project, number)), &json!({ "body": text })).map(|_| ())
    }

    // LIMIT: Forgejo's interface tells no history of a text, so nobody can say who changed it, nor whether a change fell into
    // the moment between our reading and our writing.
    fn edits(&self, _project: &str, _number: u64) -> Result<History, Trouble> {
        Ok(History::Untold)
    }

    fn close(&self, project: &str, number: u64) -> Result<(), Trouble> {
        self.client.send("PATCH", &at(project, number), &json!({ "state": "closed" })).map(|_| ())
    }
}
