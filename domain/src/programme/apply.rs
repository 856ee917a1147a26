//! The facts that applying a programme gives, and what they change, in words.

mod description;

use self::description::{CAMPAIGN_ABOUT, CONTROL_ABOUT, in_lines, in_words, to_json};
use super::{CampaignFile, ControlFile, DayText, Programme, TrackFile};
use crate::assurance::wrong_rhythms;
use crate::calendar::{FiscalYearStart, quote};
use crate::campaign::Campaign;
use crate::control::{Cadence, Control};
use crate::fact::{
    Body, CampaignDefined, ControlDefined, CountedBy, OrganisationDefined, PersonNamed, Private, TrackDefined,
    TracksDefined,
};
use crate::habit::Habits;
use crate::occasion;
use crate::organisation::SMALLEST_GROUP;
use crate::person::{PersonId, Strength};
use crate::rule::Rule;
use crate::rule_text::exchanged;
use crate::{Day, Draft, Problem, Refusal, World};
use std::collections::{BTreeMap, BTreeSet, HashMap};

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
        years: world.fiscal_years(),
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

/// The days of a campaign, fiscal quarters turned into dates.
struct CampaignDays {
    opens: Day,
    closes: Day,
    counts_since: Day,
    objective_by: Option<Day>,
}

struct Apply<'a> {
    world: &'a World,
    today: Day,
    mint: &'a mut dyn FnMut() -> PersonId,
    minted: HashMap<String, PersonId>,
    /// The fiscal years that hold once the file is applied.
    years: FiscalYearStart,
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
            new.keep_years = programme.privacy.as_ref().and_then(|privacy| privacy.keep_years);
            if jiff::tz::TimeZone::get(&file.time_zone).is_err() {
                self.problems
                    .push(format!("{} is no time zone; write it as Europe/Lisbon or UTC", quote(&file.time_zone)));
            }
        } else if let Some(privacy) = &programme.privacy {
            new.smallest_group = privacy.smallest_group;
            new.keep_years = privacy.keep_years;
        }
        if new.smallest_group < 2 {
            self.problems.push("smallest_group must be at least 2: a group of one is a person".to_owned());
        }
        if let Some(years) = new.keep_years.filter(|years| !(1..=50).contains(years)) {
            self.problems.push(format!("keep_years is {years}; write how many years records are kept, 1 to 50"));
        }
        self.years = new.fiscal_year_starts;
        new.about = self.about("the file", &programme.about, &["nudges", "messages"]);
        if let Err(problem) = Habits::of(&new) {
            self.problems.push(problem);
        }
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
        let kept = |years: Option<u32>| years.map_or_else(|| "for good".to_owned(), |years| years.to_string());
        told(&mut self.plan, "keep_years", &kept(before.keep_years), &kept(new.keep_years));
        self.tell_about("organisation", &before.about, &new.about);
        let body = OrganisationDefined {
            name: new.name,
            fiscal_year_starts: new.fiscal_year_starts,
            time_zone: new.time_zone,
            smallest_group: new.smallest_group,
            keep_years: new.keep_years,
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
        self.problems.extend(wrong_rhythms(&about).into_iter().map(|problem| format!("{what}: {problem}")));
        if let Err(problem) = occasion::plan(&about) {
            self.problems.push(format!("{what}: {problem}"));
        }
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
        let given = file.from.map(|from| from.first(self.years));
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
        let Some(days) = self.days(&what, file) else { return };
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
        let old = self.world.campaigns().get(&*file.id).map(Campaign::defined);
        let before = old.as_ref().and_then(|old| old.audience.clone());
        let audience = match &file.audience {
            Some(rule) => match self.rule(&what, rule, before.as_deref()) {
                Some(rule) => Some(rule.into()),
                None => return,
            },
            None => None,
        };
        let body = CampaignDefined {
            id: file.id.as_str().into(),
            title: file.title.as_str().into(),
            control: file.control.as_str().into(),
            opens: days.opens,
            closes: days.closes,
            counts_since: days.counts_since,
            objective,
            objective_by: days.objective_by,
            audience,
            counted_by: file.counted_by,
            about: self.about(&what, &file.about, &CAMPAIGN_ABOUT),
        };
        if let Err(problem) = occasion::texts(&body.about) {
            self.problems.push(format!("{what}: {problem}"));
        }
        if old.as_ref() == Some(&body) {
            return;
        }
        if self.world.rounds().result(&file.id).is_some() {
            return self.problems.push(format!(
                "{what}: it is closed and its result stands; define the next round under an id of its own"
            ));
        }
        self.tell_campaign(&what, old.as_ref(), &body);
        self.drafts.push(Body::CampaignDefined(body).into());
    }

    /// The days of a campaign; none and a problem where they make no sense.
    fn days(&mut self, what: &str, file: &CampaignFile) -> Option<CampaignDays> {
        let quarter = file.quarter.map(DayText::Quarter);
        let (Some(opens), Some(closes)) = (file.opens.or(quarter), file.closes.or(quarter)) else {
            self.problems.push(format!("{what}: it needs opens and closes, or a quarter such as \"FY27-Q2\""));
            return None;
        };
        let (opens, closes) = (opens.first(self.years), closes.last(self.years));
        let counts_since = file.counts_since.map_or(opens, |since| since.first(self.years));
        let objective_by = file.objective_by.map(|by| by.last(self.years)).filter(|by| *by != closes);
        if closes < opens || closes < counts_since {
            self.problems.push(format!("{what}: it closes on {closes}, before it opens or anything counts"));
        }
        if let Some(by) = objective_by.filter(|by| *by < opens || *by > closes) {
            self.problems.push(format!("{what}: the objective is for {by}, when the campaign is not open"));
        }
        Some(CampaignDays { opens, closes, counts_since, objective_by })
    }

    fn tell_campaign(&mut self, what: &str, old: Option<&CampaignDefined>, new: &CampaignDefined) {
        let mut told = format!(
            "{} for {}, {} to {}, counts since {}, objective {}.{:02} %",
            quote(&new.title),
            new.control,
            new.opens,
            new.closes,
            new.counts_since,
            new.objective / 100,
            new.objective % 100
        );
        let by = new.objective_by.map(|by| format!(" by {by}"));
        let rule = new
            .audience
            .as_ref()
            .map(|rule| format!(", asks those for whom {}", rule.split_whitespace().collect::<Vec<_>>().join(" ")));
        let word = (new.counted_by != CountedBy::Both).then(|| format!(", counted by {}", new.counted_by.word()));
        told.extend([by, rule, word].into_iter().flatten());
        let is_new = if old.is_some() { "now" } else { "new," };
        self.plan.changes.push(format!("{what}: {is_new} {told}"));
        if let Some(old) = old {
            self.tell_about(what, &old.about, &new.about);
        }
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

#[cfg(test)]
mod tests;
