//! The evidence of a control as OSCAL assessment results (NIST), for programs that read them.
//!
//! No person stands in it, only counts; what they were counted from stands in the pack's tables, named with their hashes.

mod datatype;
mod node;
mod observation;
#[cfg(test)]
mod tests;

use crate::workbook::words::{self, Ended};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use datatype::{first_moment, last_moment, line, markup, moment, sha256, token, uuid};
use keepsharp_domain::Day;
use keepsharp_domain::evidence::Evidence;
use node::Node;

/// The version that is written. Later 1.2 read it too; compliance-trestle takes no version before it.
const OSCAL_VERSION: &str = "1.2.0";
/// The namespace of our property names.
const NAMESPACE: &str = "urn:x-keepsharp:oscal";
/// Years that OSCAL's moments can hold.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2999;

/// What stands in the document beside the evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OscalParticulars<'a> {
    /// The version of the program.
    pub program_version: &'a str,
    /// The ledger's name, the first line of its checkpoints.
    pub ledger_origin: &'a str,
    /// The signed head that the evidence was made from.
    pub checkpoint: &'a str,
}

/// The evidence as JSON. The same evidence and particulars give the same bytes, and a subject keeps its UUID from pack to pack.
///
/// # Errors
/// Where a day lies in a year that OSCAL can't write.
pub fn assessment_results(evidence: &Evidence, particulars: &OscalParticulars) -> Result<String, String> {
    let query = &evidence.query;
    let days = [query.from, query.to, query.as_of];
    if let Some(day) = days.iter().find(|day| !YEARS.contains(&day.year())) {
        return Err(format!("OSCAL knows the years {} to {} only, not {day}", YEARS.start(), YEARS.end()));
    }
    let document = Node::from([("assessment-results", Document { evidence, particulars }.node())]);
    let mut text = serde_json::to_string_pretty(&document).map_err(|error| error.to_string())?;
    text.push('\n');
    Ok(text)
}

/// The document under way.
#[derive(Clone, Copy)]
struct Document<'a> {
    evidence: &'a Evidence,
    particulars: &'a OscalParticulars<'a>,
}

impl Document<'_> {
    fn node(self) -> Node {
        let query = serde_json::to_string(&self.evidence.query).unwrap_or_default();
        let OscalParticulars { program_version, checkpoint, .. } = self.particulars;
        Node::from([
            // Another document for whatever can make it say something else.
            ("uuid", self.lasting(&format!("document\n{query}\n{program_version}\n{checkpoint}"))),
            ("metadata", self.metadata()),
            ("import-ap", self.plan()),
            ("local-definitions", self.objective()),
            ("results", vec![self.result()].into()),
            ("back-matter", self.back_matter()),
        ])
    }

    /// The UUID of what is the same in all documents of a ledger.
    fn lasting(self, subject: &str) -> Node {
        uuid(self.particulars.ledger_origin, subject).into()
    }

    /// The UUID of what is the same in all documents of a control and period.
    fn uuid(self, subject: &str) -> Node {
        let query = &self.evidence.query;
        self.lasting(&format!("{subject}\n{}\n{}\n{}", query.from, query.to, query.control))
    }

    fn control_id(self) -> String {
        token(&self.evidence.query.control)
    }

    fn objective_id(self) -> String {
        format!("{}_obj", self.control_id())
    }

    fn method_id(self) -> String {
        format!("{}_asm-examine", self.control_id())
    }

    /// The control as a person names it, as Markdown.
    fn control(self) -> String {
        let (id, title) = (&*self.evidence.query.control, &*self.evidence.title);
        if title.is_empty() { markup(id) } else { format!("{} {}", markup(id), markup(title)) }
    }

    /// First to last day, in words.
    fn period(self) -> String {
        format!("{} to {}", self.evidence.query.from, self.evidence.query.to)
    }

    fn metadata(self) -> Node {
        let query = &self.evidence.query;
        let party = || self.lasting("organisation");
        Node::from([
            ("title", format!("Evidence for {}, {}", self.control(), self.period()).into()),
            ("last-modified", moment(query.known_at).into()),
            ("version", moment(query.known_at).into()),
            ("oscal-version", OSCAL_VERSION.into()),
            ("roles", vec![Node::from([("id", "prepared-by".into()), ("title", "Whose evidence it is".into())])].into()),
            (
                "parties",
                vec![Node::from([
                    ("uuid", party()),
                    ("type", "organization".into()),
                    ("name", line(&self.evidence.organisation).into()),
                ])]
                .into(),
            ),
            (
                "responsible-parties",
                vec![Node::from([("role-id", "prepared-by".into()), ("party-uuids", vec![party()].into())])].into(),
            ),
            (
                "remarks",
                "Made by a program from a ledger of facts that is appended to only. It counts; what the counts mean is for the auditor to judge. \
                 Days are those of the organisation's calendar, told as UTC."
                    .into(),
            ),
        ])
    }

    fn plan(self) -> Node {
        let Node::Text(resource) = self.uuid("plan") else { return Node::from("") };
        Node::from([
            ("href", format!("#{resource}").into()),
            (
                "remarks",
                "There is no assessment plan in OSCAL. What was planned are the versions of the control that were in force.".into(),
            ),
        ])
    }

    /// What the control is held to, and how that was looked at.
    fn objective(self) -> Node {
        let objective = Node::from([
            ("id", self.objective_id().into()),
            ("name", "assessment-objective".into()),
            ("props", vec![Node::from([("name", "method-id".into()), ("value", self.method_id().into())])].into()),
            ("prose", "Everybody whom the control concerns is trained by the day on which it is due.".into()),
        ]);
        let objects = Node::from([
            ("name", "assessment-objects".into()),
            (
                "prose",
                "The roster, the completions, leaves and exceptions that were recorded, and the control's versions."
                    .into(),
            ),
        ]);
        let method = Node::from([
            ("id", self.method_id().into()),
            ("name", "assessment-method".into()),
            ("props", vec![Node::from([("name", "method".into()), ("value", "EXAMINE".into())])].into()),
            ("parts", vec![objects].into()),
        ]);
        let ours = Node::from([
            ("control-id", self.control_id().into()),
            ("description", format!("What {} asks.", self.control()).into()),
            ("parts", vec![objective, method].into()),
        ]);
        Node::from([("objectives-and-methods", vec![ours].into())])
    }

    fn result(self) -> Node {
        let query = &self.evidence.query;
        let ended = Ended::of(self.evidence);
        Node::from([
            ("uuid", self.uuid("result")),
            ("title", format!("{}, {}", self.control(), self.period()).into()),
            (
                "description",
                format!(
                    "{} Known at {}; standing as of {}.",
                    observation::told(ended),
                    moment(query.known_at),
                    query.as_of
                )
                .into(),
            ),
            ("start", first_moment(query.from).into()),
            ("end", last_moment(query.to).into()),
            ("local-definitions", self.tool()),
            ("reviewed-controls", self.reviewed()),
            ("observations", self.observations().into()),
            ("findings", vec![self.finding(ended)].into()),
        ])
    }

    /// The program, as what the observations were made with.
    fn tool(self) -> Node {
        let version =
            Node::from([("name", "version".into()), ("value", line(self.particulars.program_version).into())]);
        let component = Node::from([
            ("uuid", self.lasting("program")),
            ("type", "software".into()),
            ("title", "Keepsharp".into()),
            ("description", "The program that keeps the ledger and counted this.".into()),
            ("props", vec![version].into()),
            ("status", Node::from([("state", "operational".into())])),
        ]);
        let platform = Node::from([
            ("uuid", self.lasting("platform")),
            ("title", "Keepsharp".into()),
            ("uses-components", vec![Node::from([("component-uuid", self.lasting("program"))])].into()),
        ]);
        let assets =
            Node::from([("components", vec![component].into()), ("assessment-platforms", vec![platform].into())]);
        Node::from([("assessment-assets", assets)])
    }

    fn reviewed(self) -> Node {
        let claimed = self.evidence.frameworks.iter().filter(|answer| answer.is_claimed).map(|answer| {
            let text = format!("{} {}", answer.requirement.framework, answer.requirement.clause);
            property("claimed-clause", &text)
        });
        let props = std::iter::once(property("control", &self.evidence.query.control)).chain(claimed);
        let control = Node::from([("control-id", self.control_id().into())]);
        let objective = Node::from([("objective-id", self.objective_id().into())]);
        Node::from([
            ("description", format!("{}.", self.control()).into()),
            ("props", props.collect::<Vec<_>>().into()),
            ("control-selections", vec![Node::from([("include-controls", vec![control].into())])].into()),
            ("control-objective-selections", vec![Node::from([("include-objectives", vec![objective].into())])].into()),
        ])
    }

    fn finding(self, ended: Ended) -> Node {
        let (state, reason, title) = match (ended.all(), ended.deviations()) {
            (0, _) => ("satisfied", "other", "Nothing was due in the period"),
            (_, 0) => ("satisfied", "pass", "Every requirement of the period was met in time"),
            (_, _) => ("not-satisfied", "fail", "Some requirements of the period were not met in time"),
        };
        let remarks =
            "\"satisfied\" stands here if no requirement of the period was met late or missed, and says nothing else.";
        let status = Node::from([("state", state.into()), ("reason", reason.into()), ("remarks", remarks.into())]);
        let target = Node::from([
            ("type", "objective-id".into()),
            ("target-id", self.objective_id().into()),
            ("status", status),
        ]);
        let related =
            self.observed().into_iter().map(|(subject, _)| Node::from([("observation-uuid", self.uuid(&subject))]));
        Node::from([
            ("uuid", self.uuid("finding")),
            ("title", title.into()),
            ("description", observation::told(ended).into()),
            ("props", observation::counts(ended).into()),
            ("origins", self.origins()),
            ("target", target),
            ("related-observations", related.collect::<Vec<_>>().into()),
        ])
    }

    fn origins(self) -> Node {
        let actor = Node::from([("type", "tool".into()), ("actor-uuid", self.lasting("program"))]);
        vec![Node::from([("actors", vec![actor].into())])].into()
    }

    fn back_matter(self) -> Node {
        let plan = Node::from([
            ("uuid", self.uuid("plan")),
            ("title", "The control as it was in force".into()),
            ("description", self.versions().into()),
            ("rlinks", vec![Node::from([("href", "versions.csv".into()), ("media-type", "text/csv".into())])].into()),
        ]);
        let file = Node::from([
            ("filename", "checkpoint.txt".into()),
            ("media-type", "text/plain".into()),
            ("value", STANDARD.encode(self.particulars.checkpoint).into()),
        ]);
        let checkpoint = Node::from([
            ("uuid", self.uuid("checkpoint")),
            ("title", "Checkpoint of the ledger".into()),
            (
                "description",
                format!("The signed head of the ledger {}.", markup(self.particulars.ledger_origin)).into(),
            ),
            ("base64", file),
        ]);
        // An empty checkpoint would be an empty value, which OSCAL does not allow.
        let checkpoint = Some(checkpoint).filter(|_| !self.particulars.checkpoint.is_empty());
        let tables = self.evidence.tables().into_iter().map(|(file, csv)| {
            let hash = Node::from([("algorithm", "SHA-256".into()), ("value", sha256(csv.as_bytes()).into())]);
            let link =
                Node::from([("href", file.into()), ("media-type", "text/csv".into()), ("hashes", vec![hash].into())]);
            Node::from([
                ("uuid", self.uuid(&format!("table {file}"))),
                ("title", file.into()),
                ("description", words::table(file).into()),
                ("rlinks", vec![link].into()),
            ])
        });
        let resources = std::iter::once(plan).chain(checkpoint).chain(tables);
        Node::from([("resources", resources.collect::<Vec<_>>().into())])
    }

    /// The versions in force, in words.
    fn versions(self) -> String {
        let since =
            |from: Option<Day>| from.map_or_else(|| "From the beginning".to_owned(), |from| format!("From {from}"));
        let version = |version: &keepsharp_domain::evidence::VersionRow| {
            let refresher = match &*version.refresher {
                "" => String::new(),
                course => format!(", later {}", markup(course)),
            };
            format!(
                "{}: {}, {} days for whoever is new, course {}{refresher}, for whom {}.",
                since(version.from),
                version.cadence,
                version.new_hire_days,
                markup(&version.full),
                markup(&version.scope)
            )
        };
        let versions: Vec<String> = self.evidence.versions.iter().map(version).collect();
        if versions.is_empty() { "No version was in force.".to_owned() } else { versions.join("\n\n") }
    }
}

/// A property of ours.
fn property(name: &str, value: &str) -> Node {
    Node::from([("name", name.into()), ("ns", NAMESPACE.into()), ("value", line(value).into())])
}
