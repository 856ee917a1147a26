//! What people write in `programme.toml` and `campaign.toml`, and the facts that applying it gives.

use crate::calendar::{FiscalYearStart, quote, read_day};
use crate::control::{Cadence, Control};
use crate::fact::{
    Body, CampaignDefined, ControlDefined, Courses, OrganisationDefined, PersonNamed, Private, TrackDefined,
    TracksDefined,
};
use crate::organisation::SMALLEST_GROUP;
use crate::person::{PersonId, Strength};
use crate::rule::Rule;
use crate::rule_text::exchanged;
use crate::{Day, Draft, Problem, Refusal, World};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A programme or campaign file, read and found well-formed.
#[derive(Clone, Debug, Default)]
pub struct Programme {
    organisation: Option<OrganisationFile>,
    privacy: Option<PrivacyFile>,
    controls: Vec<ControlFile>,
    tracks: Vec<TrackFile>,
    campaigns: Vec<CampaignFile>,
    about: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
struct ProgrammeFile {
    organisation: Option<OrganisationFile>,
    privacy: Option<PrivacyFile>,
    #[serde(default)]
    controls: Vec<ControlFile>,
    #[serde(default)]
    tracks: Vec<TrackFile>,
    #[serde(default)]
    campaigns: Vec<CampaignFile>,
    #[serde(flatten)]
    about: BTreeMap<String, toml::Value>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OrganisationFile {
    name: String,
    #[serde(default = "january")]
    fiscal_year_starts: FiscalYearStart,
    #[serde(default = "utc")]
    time_zone: String,
}

fn january() -> FiscalYearStart {
    FiscalYearStart::JANUARY
}

fn utc() -> String {
    "UTC".to_owned()
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PrivacyFile {
    smallest_group: u32,
}

#[derive(Clone, Debug, Deserialize)]
struct ControlFile {
    id: String,
    #[serde(default)]
    title: String,
    from: Option<DayText>,
    cadence: CadenceFile,
    #[serde(default = "thirty")]
    new_hire_days: u32,
    #[serde(default = "thirty")]
    return_days: u32,
    #[serde(default = "acknowledged")]
    accepts: Strength,
    courses: Courses,
    scope: String,
    #[serde(flatten)]
    about: BTreeMap<String, toml::Value>,
}

fn thirty() -> u32 {
    30
}

fn acknowledged() -> Strength {
    Strength::Acknowledged
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CadenceFile {
    every_months: Option<u32>,
    fiscal_year: Option<bool>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TrackFile {
    id: String,
    #[serde(default)]
    title: String,
    rule: String,
}

#[derive(Clone, Debug, Deserialize)]
struct CampaignFile {
    id: String,
    #[serde(default)]
    title: String,
    control: String,
    opens: DayText,
    closes: DayText,
    counts_since: DayText,
    #[serde(default = "nine_tenths")]
    objective: f64,
    #[serde(flatten)]
    about: BTreeMap<String, toml::Value>,
}

fn nine_tenths() -> f64 {
    0.9
}

/// A date as text, or as TOML's own local date.
#[derive(Clone, Debug)]
struct DayText(Day);

impl<'de> Deserialize<'de> for DayText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => text,
            toml::Value::Datetime(datetime) => datetime.to_string(),
            other => return Err(serde::de::Error::custom(format!("{other} is no date; write it as \"YYYY-MM-DD\""))),
        };
        read_day(&text).map(DayText).map_err(serde::de::Error::custom)
    }
}

impl Programme {
    /// Reads a programme or campaign file.
    ///
    /// # Errors
    /// What is wrong with it, by line and column where that is known.
    pub fn read(bytes: &[u8]) -> Result<Programme, Refusal> {
        let refuse = |problem| Refusal::File(vec![problem]);
        let text = std::str::from_utf8(bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes))
            .map_err(|_| refuse(Problem::file("the file is not UTF-8; save it as UTF-8")))?;
        let file: ProgrammeFile = toml::from_str(text).map_err(|error| refuse(toml_problem(text, &error)))?;
        let read = Programme {
            organisation: file.organisation,
            privacy: file.privacy,
            controls: file.controls,
            tracks: file.tracks,
            campaigns: file.campaigns,
            about: file.about,
        };
        let problems = read.problems();
        Refusal::unless_clean(read, problems.into_iter().map(Problem::file).collect())
    }

    /// One programme out of several files.
    ///
    /// # Errors
    /// Where two of them define the same thing.
    pub fn join(self, other: Programme) -> Result<Programme, Refusal> {
        if self.organisation.is_some() && other.organisation.is_some() {
            return Err(Refusal::request("two of the files define the organisation; keep one"));
        }
        let mut joined = self;
        joined.organisation = joined.organisation.or(other.organisation);
        joined.privacy = joined.privacy.or(other.privacy);
        joined.controls.extend(other.controls);
        joined.tracks.extend(other.tracks);
        joined.campaigns.extend(other.campaigns);
        joined.about.extend(other.about);
        let problems = joined.problems();
        Refusal::unless_clean(joined, problems.into_iter().map(Problem::file).collect())
    }

    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for (what, ids) in [
            ("control", self.controls.iter().map(|control| &control.id).collect::<Vec<_>>()),
            ("track", self.tracks.iter().map(|track| &track.id).collect()),
            ("campaign", self.campaigns.iter().map(|campaign| &campaign.id).collect()),
        ] {
            let mut seen = BTreeSet::new();
            for id in ids {
                if id.trim().is_empty() || id.trim() != id || id.chars().any(char::is_control) || id.len() > 100 {
                    problems.push(format!(
                        "{what} {} needs an id of at most 100 characters without blanks around it",
                        quote(id)
                    ));
                }
                if !seen.insert(id) {
                    problems.push(format!("{what} {} is defined twice", quote(id)));
                }
            }
        }
        let slip = |what: String, about: &BTreeMap<String, toml::Value>, known: &[&str], problems: &mut Vec<String>| {
            for key in about.keys() {
                if let Some(meant) = known.iter().find(|known| almost(key, known)) {
                    problems.push(format!("{what}: {} is not known; did you mean {meant}?", quote(key)));
                }
            }
        };
        slip(
            "the file".to_owned(),
            &self.about,
            &["organisation", "privacy", "controls", "tracks", "campaigns"],
            &mut problems,
        );
        for control in &self.controls {
            let known =
                ["id", "title", "from", "cadence", "new_hire_days", "return_days", "accepts", "courses", "scope"];
            slip(format!("control {}", quote(&control.id)), &control.about, &known, &mut problems);
        }
        for campaign in &self.campaigns {
            let known = ["id", "title", "control", "opens", "closes", "counts_since", "objective"];
            slip(format!("campaign {}", quote(&campaign.id)), &campaign.about, &known, &mut problems);
        }
        problems
    }
}

fn toml_problem(text: &str, error: &toml::de::Error) -> Problem {
    let Some(span) = error.span() else { return Problem::file(error.message()) };
    let before = text.get(..span.start).unwrap_or_default();
    let line = 1 + before.matches('\n').count() as u64;
    let column = 1 + before.chars().rev().take_while(|character| *character != '\n').count();
    Problem { line: Some(line), column: Some((column, String::new())), message: error.message().to_owned() }
}

/// Whether two words differ by a slip: one letter more, less, other, or two exchanged.
fn almost(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.to_lowercase().chars().collect(), b.chars().collect());
    let same_start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (rest_a, rest_b) = (a.get(same_start..).unwrap_or_default(), b.get(same_start..).unwrap_or_default());
    let same_end = rest_a.iter().rev().zip(rest_b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (left_a, left_b) = (rest_a.len() - same_end, rest_b.len() - same_end);
    b.len() > 3
        && (left_a <= 1 && left_b <= 1
            || left_a == 2 && left_b == 2 && rest_a.first() == rest_b.get(1) && rest_a.get(1) == rest_b.first())
}

/// What applying a file changes, in words, and what the user should know of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApplyPlan {
    /// One line a change.
    pub changes: Vec<String>,
    /// What the user should know of.
    pub notices: Vec<String>,
}

/// The facts that applying a programme gives in this world; none where nothing changes.
///
/// # Errors
/// All that is wrong with it.
pub fn apply(
    world: &World,
    programme: &Programme,
    today: Day,
    mint: &mut dyn FnMut() -> PersonId,
) -> Result<(Vec<Draft>, ApplyPlan), Refusal> {
    let mut apply = Apply {
        world,
        today,
        mint,
        minted: HashMap::new(),
        drafts: Vec::new(),
        plan: ApplyPlan::default(),
        problems: Vec::new(),
    };
    apply.organisation(programme);
    for control in &programme.controls {
        apply.control(control);
    }
    apply.tracks(&programme.tracks);
    for campaign in &programme.campaigns {
        let defined_here = programme.controls.iter().any(|control| control.id == campaign.control);
        apply.campaign(campaign, defined_here);
    }
    let problems = apply.problems.drain(..).map(Problem::file).collect();
    Refusal::unless_clean((apply.drafts, apply.plan), problems)
}

struct Apply<'a> {
    world: &'a World,
    today: Day,
    mint: &'a mut dyn FnMut() -> PersonId,
    minted: HashMap<String, PersonId>,
    drafts: Vec<Draft>,
    plan: ApplyPlan,
    problems: Vec<String>,
}

impl Apply<'_> {
    fn organisation(&mut self, programme: &Programme) {
        if programme.organisation.is_none() && programme.privacy.is_none() && programme.about.is_empty() {
            return;
        }
        let old = self.world.organisation();
        let mut new = old.cloned().unwrap_or_default();
        if let Some(file) = &programme.organisation {
            new.name = file.name.as_str().into();
            new.fiscal_year_starts = file.fiscal_year_starts;
            new.time_zone = file.time_zone.as_str().into();
            new.smallest_group = programme.privacy.as_ref().map_or(SMALLEST_GROUP, |privacy| privacy.smallest_group);
            if jiff::tz::TimeZone::get(&file.time_zone).is_err() {
                self.problems
                    .push(format!("{} is no time zone; write it as Europe/Lisbon or UTC", quote(&file.time_zone)));
            }
        } else if let Some(privacy) = &programme.privacy {
            new.smallest_group = privacy.smallest_group;
        }
        if new.smallest_group < 2 {
            self.problems.push("smallest_group must be at least 2: a group of one is a person".to_owned());
        }
        new.about = self.about("the file", &programme.about, &["nudges", "messages"]);
        if old == Some(&new) {
            return;
        }
        let before = old.cloned().unwrap_or_default();
        let told = |plan: &mut ApplyPlan, what: &str, old: &str, new: &str| {
            if old != new {
                plan.changes.push(format!("organisation: {what} {} -> {}", quote(old), quote(new)));
            }
        };
        told(&mut self.plan, "name", &before.name, &new.name);
        told(
            &mut self.plan,
            "fiscal_year_starts",
            &String::from(before.fiscal_year_starts),
            &String::from(new.fiscal_year_starts),
        );
        told(&mut self.plan, "time_zone", &before.time_zone, &new.time_zone);
        told(&mut self.plan, "smallest_group", &before.smallest_group.to_string(), &new.smallest_group.to_string());
        self.tell_about("organisation", &before.about, &new.about);
        let body = OrganisationDefined {
            name: new.name,
            fiscal_year_starts: new.fiscal_year_starts,
            time_zone: new.time_zone,
            smallest_group: new.smallest_group,
            about: new.about,
        };
        self.drafts.push(Body::OrganisationDefined(body).into());
    }

    fn control(&mut self, file: &ControlFile) {
        let what = format!("control {}", quote(&file.id));
        let cadence = match (file.cadence.every_months, file.cadence.fiscal_year) {
            (Some(months), None) if (1..=120).contains(&months) => Cadence::EveryMonths(months),
            (None, Some(true)) => Cadence::FiscalYear(true),
            _ => {
                return self
                    .problems
                    .push(format!("{what}: cadence is {{ every_months = 1 to 120 }} or {{ fiscal_year = true }}"));
            }
        };
        if file.accepts == Strength::Attested {
            self.problems.push(format!(
                "{what}: a control can't accept attested, which names nobody; write acknowledged, completed or assessed"
            ));
        }
        for (name, days) in [("new_hire_days", file.new_hire_days), ("return_days", file.return_days)] {
            if days > 3_660 {
                self.problems.push(format!("{what}: {name} is {days}; 3660 are the most"));
            }
        }
        if file.courses.full.is_empty() || file.courses.refresher.as_deref() == Some(&*file.courses.full) {
            self.problems.push(format!(
                "{what}: courses needs a full course and, where there is one, a refresher with another name"
            ));
        }
        let before =
            self.world.controls().get(&*file.id).and_then(Control::latest).map(|version| version.rule.source());
        let scope = self.rule(&what, &file.scope, before);
        let about = self.about(&what, &file.about, &CONTROL_ABOUT);
        let Some(scope) = scope else { return };
        let mut body = ControlDefined {
            id: file.id.as_str().into(),
            from: None,
            title: file.title.as_str().into(),
            cadence,
            new_hire_days: file.new_hire_days,
            return_days: file.return_days,
            accepts: file.accepts,
            courses: file.courses.clone(),
            scope: scope.into(),
            about,
        };
        let given = file.from.as_ref().map(|from| from.0);
        match self.world.controls().get(&*file.id) {
            None => {
                if given.is_some() {
                    self.plan
                        .notices
                        .push(format!("{what}: the first version holds from the beginning, so its from was ignored"));
                }
                self.plan.changes.push(format!("{what}: new, {}", in_words(&body)));
            }
            Some(control) => match self.new_version(control, &body, given) {
                Some(from) => body.from = Some(from),
                None => return,
            },
        }
        self.drafts.push(Body::ControlDefined(body).into());
    }

    /// The first day of the new version, or none where it is what was recorded last.
    fn new_version(&mut self, control: &Control, body: &ControlDefined, given: Option<Day>) -> Option<Day> {
        let latest = control.latest()?;
        let old = ControlDefined {
            id: control.id.clone(),
            from: None,
            title: latest.title.clone(),
            cadence: latest.cadence,
            new_hire_days: latest.new_hire_days,
            return_days: latest.return_days,
            accepts: latest.accepts,
            courses: latest.courses.clone(),
            scope: latest.rule.source().into(),
            about: latest.about.clone(),
        };
        let moved = given.filter(|given| latest.from.is_some_and(|from| from != *given));
        if old == *body && moved.is_none() {
            return None;
        }
        let from = given.unwrap_or(self.today);
        let what = format!("control {}", quote(&control.id));
        self.plan.changes.push(format!("{what}: a new version from {from}"));
        for (old, new) in in_lines(&old).into_iter().zip(in_lines(body)) {
            if old != new {
                self.plan.changes.push(format!("{what}: {old} -> {new}"));
            }
        }
        self.tell_about(&what, &old.about, &body.about);
        Some(from)
    }

    fn tracks(&mut self, files: &[TrackFile]) {
        if files.is_empty() {
            return;
        }
        let mut tracks = Vec::new();
        for file in files {
            let before = self.world.tracks().iter().find(|track| *track.id == file.id).map(|track| track.rule.source());
            let Some(rule) = self.rule(&format!("track {}", quote(&file.id)), &file.rule, before) else { continue };
            tracks.push(TrackDefined {
                id: file.id.as_str().into(),
                title: file.title.as_str().into(),
                rule: rule.into(),
            });
        }
        let same = |(track, defined): (&crate::track::Track, &TrackDefined)| {
            track.id == defined.id && track.title == defined.title && track.rule.source() == &*defined.rule
        };
        let old = self.world.tracks();
        if old.len() == tracks.len() && old.iter().zip(&tracks).all(same) {
            return;
        }
        let named: Vec<&str> = tracks.iter().map(|track| &*track.id).collect();
        self.plan.changes.push(format!("tracks: {}", named.join(", ")));
        self.drafts.push(Body::TracksDefined(TracksDefined { tracks }).into());
    }

    fn campaign(&mut self, file: &CampaignFile, control_defined_here: bool) {
        let what = format!("campaign {}", quote(&file.id));
        if !control_defined_here && let Err(message) = self.world.control(&file.control) {
            self.problems.push(format!("{what}: {message}"));
        }
        let (opens, closes, counts_since) = (file.opens.0, file.closes.0, file.counts_since.0);
        if closes < opens || closes < counts_since {
            self.problems.push(format!("{what}: it closes on {closes}, before it opens or anything counts"));
        }
        if !(0.0..=1.0).contains(&file.objective) {
            return self
                .problems
                .push(format!("{what}: the objective {} is no share; write 0.9 for 90 %", file.objective));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of 0 to 1, in ten-thousandths"
        )]
        let objective = (file.objective * 10_000.0).round() as u32;
        let body = CampaignDefined {
            id: file.id.as_str().into(),
            title: file.title.as_str().into(),
            control: file.control.as_str().into(),
            opens,
            closes,
            counts_since,
            objective,
            about: self.about(&what, &file.about, &["audience", "texts", "links", "feedback_form"]),
        };
        let old = self.world.campaigns().get(&*file.id).map(|campaign| CampaignDefined {
            id: campaign.id.clone(),
            title: campaign.title.clone(),
            control: campaign.control.clone(),
            opens: campaign.opens,
            closes: campaign.closes,
            counts_since: campaign.counts_since,
            objective: campaign.objective,
            about: campaign.about.clone(),
        });
        if old.as_ref() == Some(&body) {
            return;
        }
        let share = |objective: u32| format!("{}.{:02} %", objective / 100, objective % 100);
        let new = format!(
            "{} for {}, {opens} to {closes}, counts since {counts_since}, objective {}",
            quote(&body.title),
            body.control,
            share(objective)
        );
        self.plan.changes.push(if old.is_some() {
            format!("{what}: now {new}")
        } else {
            format!("{what}: new, {new}")
        });
        self.drafts.push(Body::CampaignDefined(body).into());
    }

    /// The rule as the ledger keeps it, or none and a problem where it can't work.
    fn rule(&mut self, what: &str, source: &str, before: Option<&str>) -> Option<String> {
        let mut named_before = erased_managers(self.world, before.unwrap_or_default()).into_iter();
        let (world, minted, mint, drafts) = (self.world, &mut self.minted, &mut *self.mint, &mut self.drafts);
        let kept = exchanged(source, |employee_id| {
            let known = world.people().find(employee_id).and_then(|ix| world.people().get(ix)).map(|person| person.id);
            let erased = named_before.next().flatten();
            let known = known.or(erased);
            let person = known.unwrap_or_else(|| {
                *minted.entry(employee_id.to_owned()).or_insert_with(|| {
                    let person = mint();
                    let private = Private { employee_id: Some(employee_id.into()), ..Private::default() };
                    drafts.push(Draft { body: Body::PersonIdentified(PersonNamed { person }), private: Some(private) });
                    person
                })
            });
            Some(person.to_string())
        });
        match Rule::compile(&kept) {
            Ok(_) => Some(kept),
            Err(problem) => {
                self.problems.push(format!("{what}: {problem}"));
                None
            }
        }
    }

    fn about(
        &mut self,
        what: &str,
        about: &BTreeMap<String, toml::Value>,
        known: &[&str],
    ) -> BTreeMap<String, serde_json::Value> {
        let mut kept = BTreeMap::new();
        for (key, value) in about {
            if !known.contains(&key.as_str()) {
                self.plan.notices.push(format!("{what}: {} is not known and was kept as a description", quote(key)));
            }
            match to_json(value) {
                Some(value) => drop(kept.insert(key.clone(), value)),
                None => self.problems.push(format!(
                    "{what}: {} holds a number that can't be kept exactly; write it as a text",
                    quote(key)
                )),
            }
        }
        kept
    }

    fn tell_about(
        &mut self,
        what: &str,
        old: &BTreeMap<String, serde_json::Value>,
        new: &BTreeMap<String, serde_json::Value>,
    ) {
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for key in keys {
            let shown = |value: Option<&serde_json::Value>| {
                value.map_or_else(|| "nothing".to_owned(), |value| quote(&value.to_string()))
            };
            if old.get(key) != new.get(key) {
                self.plan.changes.push(format!("{what}: {key} {} -> {}", shown(old.get(key)), shown(new.get(key))));
            }
        }
    }
}

/// The managers that a rule names, in order, those given who have been erased: nobody else can say whom the file means.
fn erased_managers(world: &World, rule: &str) -> Vec<Option<PersonId>> {
    let mut found = Vec::new();
    let _ = exchanged(rule, |id| {
        let person = world.people().find(id).and_then(|ix| world.people().get(ix));
        found.push(person.filter(|person| person.erased).map(|person| person.id));
        None
    });
    found
}

/// What describes a control without having a part in a figure.
const CONTROL_ABOUT: [&str; 14] = [
    "statement",
    "context",
    "guidance",
    "owner",
    "process_owners",
    "frameworks",
    "mappings",
    "links",
    "course_links",
    "minutes",
    "feedback_form",
    "nudges",
    "policy",
    "references",
];

fn in_lines(body: &ControlDefined) -> [String; 7] {
    let cadence = match body.cadence {
        Cadence::EveryMonths(months) => format!("every {months} months"),
        Cadence::FiscalYear(_) => "once a fiscal year".to_owned(),
    };
    let refresher = body.courses.refresher.as_deref().unwrap_or("none");
    [
        format!("title {}", quote(&body.title)),
        cadence,
        format!("{} days for new hires", body.new_hire_days),
        format!("{} days after leave", body.return_days),
        format!("accepts {:?} or stronger", body.accepts).to_lowercase(),
        format!("full course {}, refresher {refresher}", body.courses.full),
        format!("scope {}", body.scope.split_whitespace().collect::<Vec<_>>().join(" ")),
    ]
}

fn in_words(body: &ControlDefined) -> String {
    in_lines(body).join(", ")
}

/// The value as JSON; none where a number would not survive the canonical form.
fn to_json(value: &toml::Value) -> Option<serde_json::Value> {
    const EXACT: u64 = 1 << 53;
    Some(match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) if number.unsigned_abs() < EXACT => (*number).into(),
        toml::Value::Boolean(flag) => (*flag).into(),
        toml::Value::Datetime(datetime) => datetime.to_string().into(),
        toml::Value::Array(items) => serde_json::Value::Array(items.iter().map(to_json).collect::<Option<_>>()?),
        toml::Value::Table(table) => {
            let entries = table.iter().map(|(key, value)| Some((key.clone(), to_json(value)?)));
            serde_json::Value::Object(entries.collect::<Option<_>>()?)
        }
        toml::Value::Integer(_) | toml::Value::Float(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::TODAY;

    const CONTROL: &str = "[[controls]]\nid = \"C\"\ncadence = { every_months = 12 }\ncourses = { full = \"full\" }\n";

    fn refusal(text: &str) -> String {
        let applied = Programme::read(text.as_bytes())
            .and_then(|programme| apply(&World::default(), &programme, TODAY, &mut || PersonId::from_random([1; 10])));
        applied.expect_err(text).to_string()
    }

    #[test]
    fn what_is_wrong_with_a_programme_is_told() {
        let control = |rest: &str| format!("{CONTROL}{rest}");
        for (text, told) in [
            (control("scope = 'titel == \"x\"'\n"), "control \"C\": \"titel\" is not known"),
            (control("scope = 'true'\naccepts = \"attested\"\n"), "can't accept attested"),
            (control("scope = 'true'\nnew_hire_days = 9999\n"), "3660 are the most"),
            (control("scope = 'true'\nacepts = \"completed\"\n"), "did you mean accepts?"),
            (control("scope = 'true'\nowner = 0.5\n"), "can't be kept exactly"),
            (control("scope = 'true'\nfrom = 2024-02-30\n"), "line 6, column 8"),
            (control(&format!("scope = 'true'\n{CONTROL}scope = 'true'\n")), "defined twice"),
            ("[[controls]]\nid = \"C\"\ncadence = { every_months = 0 }\ncourses = { full = \"f\" }\nscope = 'true'\n".into(), "1 to 120"),
            ("[organisation]\nname = \"x\"\ntime_zone = \"Lisboa\"\n".into(), "no time zone"),
            ("[privacy]\nsmallest_group = 1\n".into(), "a group of one is a person"),
            ("[[campaigns]]\nid = \"K\"\ncontrol = \"C\"\nopens = \"2024-01-01\"\ncloses = \"2024-02-01\"\ncounts_since = \"2024-01-01\"\n".into(), "there is no control"),
        ] {
            let refusal = refusal(&text);
            assert!(refusal.contains(told), "{refusal} does not say {told}");
        }
    }

    #[test]
    fn a_slip_is_one_letter_and_never_a_word_of_its_own() {
        for (word, meant) in
            [("campaign", "campaigns"), ("contrlos", "controls"), ("Title", "title"), ("scop", "scope")]
        {
            assert!(almost(word, meant), "{word}");
        }
        for (word, other) in [("owner", "scope"), ("statement", "title"), ("ib", "id"), ("context", "courses")] {
            assert!(!almost(word, other), "{word}");
        }
    }

    #[test]
    fn a_new_version_holds_from_today_where_no_day_is_given() {
        let mut world = World::default();
        world.is_told_programme(&format!("{CONTROL}from = \"2020-01-01\"\nscope = 'true'\n"));
        world.is_told_programme(&format!("{CONTROL}scope = 'false || true'\n"));
        let from: Vec<Option<Day>> = world.controls()["C"].versions().iter().map(|version| version.from).collect();
        assert_eq!(from, [None, Some(TODAY)], "the first version holds from the beginning");
    }

    #[test]
    fn a_manager_in_a_rule_is_kept_by_our_random_id() {
        let mut world = World::default();
        world.is_told_programme(&format!("{CONTROL}scope = 'manager in [\"E1\", \"E2\"]'\n"));
        let rule = world.controls()["C"].versions()[0].rule.source().to_owned();
        assert!(!rule.contains("E1") && !rule.contains("E2"), "{rule}");
        assert_eq!(crate::explain::shown(&world, &rule), "manager in [\"E1\", \"E2\"]");
    }
}
