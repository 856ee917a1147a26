//! Which frameworks ask for such a control, what each asks in our words, and which part of the evidence answers it.

use crate::Day;
use crate::control::Control;

/// What a framework asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The framework.
    pub framework: &'static str,
    /// Its clause.
    pub clause: &'static str,
    /// What it asks, in our words.
    pub asks: &'static str,
    /// Which part of the evidence answers it.
    pub answered_by: &'static str,
}

/// The clauses that a control for training those who build the product answers. In our words: read the framework for its own.
pub const FRAMEWORKS: [Requirement; 10] = [
    Requirement {
        framework: "SOC 2",
        clause: "CC1.4",
        asks: "The organisation is committed to attracting, developing and keeping competent people: expectations for each role are set, people are trained to them, and shortfalls are acted on.",
        answered_by: "Scope and tracks say who is expected to know what; requirements.csv says for each whether they were trained in time over the whole period; the deviations say what followed.",
    },
    Requirement {
        framework: "SOC 2",
        clause: "CC2.2",
        asks: "What people need to know to carry out internal control, objectives and responsibilities among it, is communicated to them.",
        answered_by: "reminders.csv says who was told what and when; the courses in force say what was taught.",
    },
    Requirement {
        framework: "ISO/IEC 27001:2022",
        clause: "A.6.3",
        asks: "People receive security awareness, education and training that fits their work, and it is renewed regularly.",
        answered_by: "The control's cadence and tracks; population.csv for whom it concerned; completions.csv for what each took and when.",
    },
    Requirement {
        framework: "ISO/IEC 27001:2022",
        clause: "A.8.28",
        asks: "Secure coding principles are applied when software is written, which those who write it have to know.",
        answered_by: "The courses in force and who completed them; the track of each person in population.csv.",
    },
    Requirement {
        framework: "PCI DSS 4.0.1",
        clause: "6.2.2",
        asks: "Those who develop bespoke and custom software are trained at least once every twelve months in software security that fits their job and languages, secure design and coding techniques, and the use of security tools where they use them.",
        answered_by: "A cadence of twelve months or fewer; requirements.csv with one row for each time it was due; track and title of each person.",
    },
    Requirement {
        framework: "NIST SP 800-53 Rev. 5",
        clause: "AT-3",
        asks: "People with security roles are trained for them before they take them up and at a set frequency, and the content is kept current, lessons from incidents included.",
        answered_by: "The days that somebody new has; the cadence; the first requirement of each joiner and mover; the courses' versions.",
    },
    Requirement {
        framework: "NIST SP 800-53 Rev. 5",
        clause: "AT-4",
        asks: "Training is documented and monitored, and each person's records are kept for a set time.",
        answered_by: "The ledger itself, in facts.jsonl, with its checkpoint; completions.csv with the moment and the author of each record.",
    },
    Requirement {
        framework: "NIST SP 800-218 (SSDF)",
        clause: "PO.2.2",
        asks: "Everybody with a part in secure development is trained for their role, proficiency is reviewed from time to time, and the training is updated as needed.",
        answered_by: "Tracks by role; strength of each completion, where assessed means that a check was passed; the owner's reviews.",
    },
    Requirement {
        framework: "CIS Controls v8",
        clause: "16.9",
        asks: "Developers are trained in application security concepts and secure coding, at least once a year.",
        answered_by: "Scope, cadence and requirements.csv.",
    },
    Requirement {
        framework: "CIS Controls v8",
        clause: "14.9",
        asks: "Training specific to a role is given to those who hold it.",
        answered_by: "Tracks and the track of each person in population.csv.",
    },
];

/// A clause and whether the control claims to answer it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What is asked.
    pub requirement: Requirement,
    /// Whether the control's own mapping names the clause.
    pub is_claimed: bool,
}

/// What each framework asks, and whether the control's `frameworks` (or `mappings`) on that day name it.
#[must_use]
pub fn frameworks(control: &Control, day: Day) -> Vec<Answer> {
    let about = control.version(day).map(|version| &version.about);
    let texts: Vec<String> =
        ["frameworks", "mappings"].into_iter().filter_map(|key| about?.get(key)).map(ToString::to_string).collect();
    let is_claimed = |clause: &str| texts.iter().any(|text| text.contains(&format!("\"{clause}\"")));
    FRAMEWORKS.iter().map(|one| Answer { requirement: *one, is_claimed: is_claimed(one.clause) }).collect()
}
