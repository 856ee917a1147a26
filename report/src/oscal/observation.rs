//! What was observed: the population, how its requirements ended, what followed where one was not met in time, the sample.

use super::datatype::{markup, moment};
use super::node::Node;
use super::{Document, property};
use crate::workbook::words::{self, Ended};
use keepsharp_domain::due::Status;
use keepsharp_domain::evidence::{RequirementRow, SampleQuery, Stratum};
use keepsharp_domain::requirement::Outcome;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// An observation before it has its UUID.
pub(super) struct Observed {
    title: String,
    description: String,
    props: Vec<Node>,
    files: &'static [&'static str],
}

/// How requirements ended, as a sentence.
pub(super) fn told(ended: Ended) -> String {
    match ended.all() {
        0 => "No requirement came due in the period.".to_owned(),
        all => format!(
            "Of {all} requirements of the period, {} were met in time, {} were met late and {} were missed.",
            ended.on_time, ended.late, ended.missed
        ),
    }
}

/// The same, as properties.
pub(super) fn counts(ended: Ended) -> Vec<Node> {
    let count = |name, number: usize| property(name, &number.to_string());
    vec![
        count("requirements", ended.all()),
        count("on-time", ended.on_time),
        count("late", ended.late),
        count("missed", ended.missed),
    ]
}

impl Document<'_> {
    pub(super) fn observations(self) -> Vec<Node> {
        let collected = moment(self.evidence.query.known_at);
        let evidence = |file: &&str| Node::from([("href", (*file).into()), ("description", words::table(file).into())]);
        let node = |(subject, observed): (String, Observed)| {
            Node::from([
                ("uuid", self.uuid(&subject)),
                ("title", observed.title.into()),
                ("description", observed.description.into()),
                ("props", observed.props.into()),
                ("methods", vec!["EXAMINE".into()].into()),
                ("types", vec!["control-objective".into()].into()),
                ("origins", self.origins()),
                ("relevant-evidence", observed.files.iter().map(evidence).collect::<Vec<_>>().into()),
                ("collected", collected.as_str().into()),
            ])
        };
        self.observed().into_iter().map(node).collect()
    }

    /// The observations, with what each is of.
    pub(super) fn observed(self) -> Vec<(String, Observed)> {
        let mut observed =
            vec![("population".to_owned(), self.population()), ("requirements".to_owned(), self.requirements())];
        for stratum in Stratum::ALL {
            observed.extend(self.deviations(stratum).map(|one| (format!("deviations {}", stratum.word()), one)));
        }
        if let Some(asked) = &self.evidence.query.sample {
            observed.push(("sample".to_owned(), self.sample(asked)));
        }
        observed
    }

    fn population(self) -> Observed {
        let of: BTreeMap<_, Stratum> = self.evidence.population.iter().map(|row| (row.person, row.stratum)).collect();
        let strata = Stratum::ALL.map(|stratum| (stratum, of.values().filter(|one| **one == stratum).count()));
        let parts: Vec<String> =
            strata.iter().map(|(one, number)| format!("{number} {}", words::stratum(*one))).collect();
        let mut props = vec![property("people", &of.len().to_string())];
        props.extend(
            strata.iter().map(|(one, number)| property(&format!("people-{}", one.word()), &number.to_string())),
        );
        Observed {
            title: "The population".to_owned(),
            description: format!("{} people were in scope on a day of the period: {}.", of.len(), parts.join(", ")),
            props,
            files: &["population.csv", "imports.csv", "versions.csv"],
        }
    }

    fn requirements(self) -> Observed {
        let ended = Ended::of(self.evidence);
        Observed {
            title: "How the requirements of the period ended".to_owned(),
            description: told(ended),
            props: counts(ended),
            files: &["requirements.csv", "completions.csv", "courses.csv", "exceptions.csv", "leaves.csv"],
        }
    }

    /// What was not met in time in a stratum, and what followed.
    fn deviations(self, stratum: Stratum) -> Option<Observed> {
        let ended = Ended::of_stratum(self.evidence, stratum);
        if ended.deviations() == 0 {
            return None;
        }
        let rows: Vec<&RequirementRow> = self.evidence.deviations().filter(|row| row.stratum == stratum).collect();
        let reminded = rows.iter().filter(|row| row.reminded > 0).count();
        let missed: Vec<Status> = rows.iter().filter(|row| row.outcome == Outcome::Missed).map(|row| row.now).collect();
        let mut description = format!(
            "Of {} requirements of {}, {} were met late and {} were missed. About {reminded} of these {} at least one message was sent.",
            ended.all(),
            words::stratum(stratum),
            ended.late,
            ended.missed,
            rows.len(),
        );
        if !missed.is_empty() {
            let standing = |status: Status| (missed.iter().filter(|one| **one == status).count(), status);
            let standings: Vec<String> = Status::ALL
                .into_iter()
                .map(standing)
                .filter(|(number, _)| *number > 0)
                .map(|(number, status)| format!("{number} {}", status.word().replace('_', " ")))
                .collect();
            let _ = write!(
                description,
                " Where the people of the missed ones stood on {}: {}.",
                self.evidence.query.as_of,
                standings.join(", ")
            );
        }
        let mut props = counts(ended);
        props.push(property("stratum", stratum.word()));
        props.push(property("reminded", &reminded.to_string()));
        Some(Observed {
            title: format!("Not met in time: {}", words::stratum(stratum)),
            description,
            props,
            files: &["requirements.csv", "reminders.csv"],
        })
    }

    fn sample(self, asked: &SampleQuery) -> Observed {
        let sample = &self.evidence.sample;
        let drawn = Stratum::ALL.iter().filter_map(|stratum| {
            let of_stratum: Vec<_> = sample.iter().filter(|row| row.stratum == *stratum).collect();
            let first = of_stratum.first()?;
            Some(format!("{} of {} of {}", of_stratum.len(), first.of, words::stratum(*stratum)))
        });
        let drawn: Vec<String> = drawn.collect();
        let people: BTreeSet<_> = sample.iter().map(|row| row.person).collect();
        let late = sample.iter().filter(|row| row.outcome != Outcome::OnTime).count();
        let sizes = String::from(asked.sizes.clone());
        let description = if drawn.is_empty() {
            "There was no requirement to draw from.".to_owned()
        } else {
            format!(
                "{} requirements of {} people were drawn: {}. Of them {late} were not met in time. Drawn by the seed \"{}\" and the sizes {}; anybody who holds the tables can draw it again.",
                sample.len(),
                people.len(),
                drawn.join(", "),
                markup(&asked.seed),
                markup(&sizes),
            )
        };
        Observed {
            title: "The sample".to_owned(),
            description,
            props: vec![
                property("sampled", &sample.len().to_string()),
                property("sampled-not-in-time", &late.to_string()),
                property("seed", &asked.seed),
                property("sizes", &sizes),
            ],
            files: &["sample.csv", "requirements.csv"],
        }
    }
}
