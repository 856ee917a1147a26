//! The rows as CSV: RFC 4180 with line feeds, the columns in a fixed order, so that the same rows give the same bytes.

use super::Evidence;
use crate::Day;
use crate::due::CourseKind;
use jiff::Timestamp;

/// A table under way.
struct Csv {
    writer: csv::Writer<Vec<u8>>,
}

impl Csv {
    fn new(columns: &[&str]) -> Csv {
        let mut builder = csv::WriterBuilder::new();
        builder.terminator(csv::Terminator::Any(b'\n'));
        let mut csv = Csv { writer: builder.from_writer(Vec::new()) };
        csv.push(columns);
        csv
    }

    fn push<T: AsRef<[u8]>>(&mut self, cells: impl IntoIterator<Item = T>) {
        // Writing into memory does not fail, and every row has as many cells as its table has columns.
        let _ = self.writer.write_record(cells);
    }

    fn text(self) -> String {
        String::from_utf8(self.writer.into_inner().unwrap_or_default()).unwrap_or_default()
    }
}

fn day(day: Option<Day>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn instant(at: Option<Timestamp>) -> String {
    at.map(|at| format!("{at:.3}")).unwrap_or_default()
}

fn course(course: Option<CourseKind>) -> String {
    course.map(CourseKind::word).unwrap_or_default().to_owned()
}

fn id(id: Option<crate::PersonId>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// All tables, by file name, in the order of a pack.
pub(super) fn tables(evidence: &Evidence) -> Vec<(&'static str, String)> {
    vec![
        ("population.csv", population(evidence)),
        ("requirements.csv", requirements(evidence)),
        ("completions.csv", completions(evidence)),
        ("exceptions.csv", exceptions(evidence)),
        ("leaves.csv", leaves(evidence)),
        ("reminders.csv", reminders(evidence)),
        ("sample.csv", sample(evidence)),
        ("imports.csv", imports(evidence)),
        ("versions.csv", versions(evidence)),
        ("roles.csv", roles(evidence)),
        ("reviews.csv", reviews(evidence)),
        ("requests.csv", requests(evidence)),
        ("frameworks.csv", frameworks(evidence)),
        ("comparisons.csv", comparisons(evidence)),
        ("differences.csv", differences(evidence)),
        ("courses.csv", courses(evidence)),
    ]
}

fn population(evidence: &Evidence) -> String {
    let mut csv = Csv::new(&[
        "person",
        "employee_id",
        "name",
        "email",
        "title",
        "departments",
        "manager",
        "employment",
        "location",
        "track",
        "in_scope_from",
        "in_scope_until",
        "stratum",
        "status",
        "due",
        "course",
    ]);
    for row in &evidence.population {
        csv.push([
            row.person.to_string(),
            row.text.employee_id.clone(),
            row.text.name.clone(),
            row.text.email.clone(),
            row.title.clone(),
            row.departments.clone(),
            id(row.manager),
            row.employment.clone(),
            row.location.clone(),
            row.track.clone(),
            row.from.to_string(),
            day(row.until),
            row.stratum.word().to_owned(),
            row.status.word().to_owned(),
            day(row.due),
            course(row.course),
        ]);
    }
    csv.text()
}

fn requirements(evidence: &Evidence) -> String {
    let mut csv = Csv::new(&[
        "person",
        "employee_id",
        "name",
        "stratum",
        "opened",
        "due",
        "outcome",
        "completed_on",
        "course",
        "reminded",
        "last_reminded",
        "status",
    ]);
    for row in &evidence.requirements {
        csv.push([
            row.person.to_string(),
            row.text.employee_id.clone(),
            row.text.name.clone(),
            row.stratum.word().to_owned(),
            row.opened.to_string(),
            row.due.to_string(),
            row.outcome.word().to_owned(),
            day(row.completed_on),
            row.course.word().to_owned(),
            row.reminded.to_string(),
            day(row.last_reminded),
            row.now.word().to_owned(),
        ]);
    }
    csv.text()
}

fn completions(evidence: &Evidence) -> String {
    let mut csv = Csv::new(&[
        "seq",
        "person",
        "employee_id",
        "name",
        "course",
        "completed_on",
        "strength",
        "accepted",
        "recorded_at",
        "recorded_by",
        "version",
        "proof",
    ]);
    for row in &evidence.completions {
        csv.push([
            row.seq.to_string(),
            row.person.to_string(),
            row.text.employee_id.clone(),
            row.text.name.clone(),
            row.course.clone(),
            row.on.to_string(),
            row.strength.word().to_owned(),
            if row.accepted { "yes" } else { "no" }.to_owned(),
            instant(row.recorded_at),
            row.recorded_by.clone(),
            row.version.clone(),
            row.proof.clone(),
        ]);
    }
    csv.text()
}

fn exceptions(evidence: &Evidence) -> String {
    let mut csv = Csv::new(&[
        "seq",
        "person",
        "employee_id",
        "name",
        "from",
        "to",
        "approved_by",
        "approver",
        "reason",
        "recorded_at",
        "recorded_by",
    ]);
    for row in &evidence.exceptions {
        csv.push([
            row.seq.to_string(),
            row.person.to_string(),
            row.text.employee_id.clone(),
            row.text.name.clone(),
            row.from.to_string(),
            day(row.to),
            id(row.approved_by),
            row.approver.clone(),
            row.reason.clone(),
            instant(row.recorded_at),
            row.recorded_by.clone(),
        ]);
    }
    csv.text()
}

fn leaves(evidence: &Evidence) -> String {
    let mut csv = Csv::new(&["person", "employee_id", "name", "from", "to"]);
    for row in &evidence.leaves {
        csv.push([
            row.person.to_string(),
            row.text.employee_id.clone(),
            row.text.name.clone(),
            row.from.to_string(),
            day(row.to),
        ]);
    }
    csv.text()
}

fn reminders(evidence: &Evidence) -> String {
    let mut csv = Csv::new(&["sent_on", "person", "kind", "channel", "campaign", "occasion"]);
    for row in &evidence.reminders {
        csv.push([
            row.on.to_string(),
            row.person.to_string(),
            row.kind.to_owned(),
            row.channel.to_owned(),
            row.campaign.clone(),
            row.occasion.to_owned(),
        ]);
    }
    csv.text()
}

fn sample(evidence: &Evidence) -> String {
    let mut csv = Csv::new(&["number", "stratum", "stratum_size", "person", "due", "outcome", "completed_on", "rank"]);
    for row in &evidence.sample {
        csv.push([
            row.number.to_string(),
            row.stratum.word().to_owned(),
            row.of.to_string(),
            row.person.to_string(),
            row.due.to_string(),
            row.outcome.word().to_owned(),
            day(row.completed_on),
            row.rank.clone(),
        ]);
    }
    csv.text()
}

fn imports(evidence: &Evidence) -> String {
    let mut csv = Csv::new(&["at", "by", "file", "holds_on", "sha256", "rows", "facts"]);
    for row in &evidence.imports {
        csv.push([
            instant(Some(row.at)),
            row.by.clone(),
            row.file.to_owned(),
            day(row.on),
            row.sha256.clone(),
            row.rows.to_string(),
            row.facts.to_string(),
        ]);
    }
    csv.text()
}

fn versions(evidence: &Evidence) -> String {
    let mut csv = Csv::new(&[
        "seq",
        "from",
        "title",
        "cadence",
        "new_hire_days",
        "return_days",
        "accepts",
        "full_course",
        "refresher",
        "scope",
        "recorded_at",
        "recorded_by",
    ]);
    for row in &evidence.versions {
        csv.push([
            row.seq.to_string(),
            day(row.from),
            row.title.clone(),
            row.cadence.clone(),
            row.new_hire_days.to_string(),
            row.return_days.to_string(),
            row.accepts.word().to_owned(),
            row.full.clone(),
            row.refresher.clone(),
            row.scope.clone(),
            instant(row.recorded_at),
            row.recorded_by.clone(),
        ]);
    }
    csv.text()
}

fn roles(evidence: &Evidence) -> String {
    let mut csv = Csv::new(&["role", "person", "granted_at", "granted_by", "ended_at", "ended_by"]);
    for row in &evidence.roles {
        csv.push([
            row.role.word().to_owned(),
            row.person.to_string(),
            instant(Some(row.granted_at)),
            row.granted_by.clone(),
            instant(row.ended_at),
            row.ended_by.clone(),
        ]);
    }
    csv.text()
}

fn reviews(evidence: &Evidence) -> String {
    let mut csv = Csv::new(&[
        "seq",
        "recorded_at",
        "recorded_by",
        "kind",
        "day",
        "result",
        "in_scope_count",
        "current",
        "due_count",
        "overdue",
        "on_leave",
        "excepted",
        "words",
    ]);
    for row in &evidence.assurance {
        let counts = row.counts.map(|counts| counts.map(|count| count.to_string())).unwrap_or_default();
        let [in_scope, current, due, overdue, on_leave, excepted] = counts;
        csv.push([
            row.seq.to_string(),
            instant(Some(row.at)),
            row.by.clone(),
            row.kind.to_owned(),
            day(row.day),
            row.result.to_owned(),
            in_scope,
            current,
            due,
            overdue,
            on_leave,
            excepted,
            row.words.clone(),
        ]);
    }
    csv.text()
}

fn requests(evidence: &Evidence) -> String {
    let mut csv = Csv::new(&[
        "seq",
        "recorded_at",
        "recorded_by",
        "kind",
        "request",
        "room",
        "wanted_by",
        "words",
        "file",
        "sha256",
    ]);
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    for row in &evidence.hand_overs {
        csv.push([
            row.seq.to_string(),
            instant(Some(row.at)),
            row.by.clone(),
            row.kind.to_owned(),
            number(row.request),
            number(row.room),
            day(row.wanted_by),
            row.words.clone(),
            row.file.clone(),
            row.sha256.clone(),
        ]);
    }
    csv.text()
}

fn frameworks(evidence: &Evidence) -> String {
    let mut csv = Csv::new(&["framework", "clause", "claimed", "asks", "answered_by"]);
    for row in &evidence.frameworks {
        csv.push([
            row.requirement.framework,
            row.requirement.clause,
            if row.is_claimed { "yes" } else { "no" },
            row.requirement.asks,
            row.requirement.answered_by,
        ]);
    }
    csv.text()
}

fn comparisons(evidence: &Evidence) -> String {
    let mut csv = Csv::new(&[
        "seq",
        "recorded_at",
        "recorded_by",
        "list",
        "holds_on",
        "matched_by",
        "sha256",
        "rows",
        "matched",
        "only_in_list",
        "only_in_roster",
        "only_in_roster_in_scope",
        "unexplained",
    ]);
    for row in &evidence.comparisons {
        csv.push([
            row.seq.to_string(),
            instant(row.recorded_at),
            row.recorded_by.clone(),
            row.list.clone(),
            row.on.to_string(),
            row.by.word().to_owned(),
            row.sha256.clone(),
            row.rows.to_string(),
            row.matched.to_string(),
            row.only_in_list.to_string(),
            row.only_in_roster.to_string(),
            row.concerned.to_string(),
            row.unexplained.to_string(),
        ]);
    }
    csv.text()
}

fn differences(evidence: &Evidence) -> String {
    let mut csv = Csv::new(&[
        "seq",
        "list",
        "side",
        "person",
        "employee_id",
        "name",
        "email",
        "username",
        "in_scope",
        "explained",
        "explained_at",
        "explained_by",
        "reason",
    ]);
    for row in &evidence.differences {
        csv.push([
            row.seq.to_string(),
            row.list.clone(),
            row.side.word().to_owned(),
            row.person.to_string(),
            row.text.employee_id.clone(),
            row.text.name.clone(),
            row.text.email.clone(),
            row.username.clone(),
            row.in_scope.map(|yes| if yes { "yes" } else { "no" }).unwrap_or_default().to_owned(),
            row.explained.map(crate::fact::Because::word).unwrap_or_default().to_owned(),
            instant(row.explained_at),
            row.explained_by.clone(),
            row.reason.clone(),
        ]);
    }
    csv.text()
}

fn courses(evidence: &Evidence) -> String {
    let mut csv = Csv::new(&["course", "refresher", "version", "published_on", "title", "lessons", "items", "seq"]);
    for row in &evidence.courses {
        csv.push([
            row.course.clone(),
            row.refresher.clone(),
            row.version.clone(),
            row.on.to_string(),
            row.title.clone(),
            row.lessons.to_string(),
            row.items.to_string(),
            row.seq.to_string(),
        ]);
    }
    csv.text()
}
