//! To whom a control applies, on which days, and since when.

use crate::control::Control;
use crate::person::{Person, PersonIx, Profile, ProfileIx, Record};
use crate::rule::{Rule, Subject, Verdict};
use crate::{Day, World};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// An unbroken run of in-scope days `[from, until)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// First day in scope.
    pub from: Day,
    /// First day no longer in scope, or none while it lasts.
    pub until: Option<Day>,
}

impl Run {
    /// Whether `day` lies in the run.
    #[must_use]
    pub fn contains(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

/// Judgements already made, by the version's fact, so that a question over everybody judges nobody twice.
/// Only an index of what [`Rule::judge`] says; leaving it out changes no answer.
#[derive(Clone, Debug, Default)]
pub struct Verdicts {
    /// By control and version: the verdict of each profile. Empty for rules that see the manager.
    by_profile: BTreeMap<(Box<str>, u64), Vec<Verdict>>,
    /// For rules that see the manager: by profile and manager.
    by_pair: BTreeMap<(Box<str>, u64), HashMap<Pair, Verdict>>,
}

/// What a rule that sees the manager judges.
type Pair = (ProfileIx, Option<PersonIx>);

impl Verdicts {
    /// Drops what depends on who is whose manager.
    pub(crate) fn forget_managers(&mut self) {
        self.by_pair.clear();
    }
}

/// Records fewer than this are judged on the spot: starting a thread costs more.
const WORTH_A_THREAD: usize = 2_000;

fn judge_all(rule: &Rule, profiles: &[&Profile]) -> Vec<Verdict> {
    let judge = |part: &[&Profile]| -> Vec<Verdict> {
        part.iter().map(|profile| rule.judge(Subject { profile, manager: None })).collect()
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(profiles.len() / WORTH_A_THREAD + 1);
    if threads < 2 {
        return judge(profiles);
    }
    let size = profiles.len().div_ceil(threads);
    std::thread::scope(|scope| {
        let parts: Vec<_> = profiles.chunks(size).map(|part| scope.spawn(move || judge(part))).collect();
        // A thread that died of a bug gives nothing; its profiles are then judged when they are asked for.
        parts.into_iter().map_while(|part| part.join().ok()).flatten().collect()
    })
}

impl World {
    /// Judges the records that came since the last time. Answers are the same without it, only slower.
    pub fn settle(&mut self) {
        let versions: Vec<(Box<str>, u64, Arc<Rule>)> = self
            .controls()
            .values()
            .flat_map(|control| {
                control.versions.iter().map(|version| (control.id.clone(), version.seq, Arc::clone(&version.rule)))
            })
            .collect();
        for (id, seq, rule) in versions {
            if rule.sees_manager() {
                let judged = self.judge_pairs(&id, seq, &rule);
                self.verdicts.by_pair.entry((id, seq)).or_default().extend(judged);
            } else {
                let known = self.verdicts.by_profile.get(&(id.clone(), seq)).map_or(0, Vec::len);
                let fresh: Vec<&Profile> = (known..self.profiles().len())
                    .filter_map(|place| self.profiles().get(ProfileIx(u32::try_from(place).ok()?)))
                    .collect();
                let judged = judge_all(&rule, &fresh);
                self.verdicts.by_profile.entry((id, seq)).or_default().extend(judged);
            }
        }
    }

    fn judge_pairs(&self, id: &str, seq: u64, rule: &Rule) -> Vec<(Pair, Verdict)> {
        let known = self.verdicts.by_pair.get(&(Box::from(id), seq));
        self.people()
            .all()
            .flat_map(|(_, person)| &person.records)
            .map(|record| ((record.profile, record.manager.map(|manager| self.people().resolve(manager))), record))
            .filter(|(pair, _)| known.is_none_or(|known| !known.contains_key(pair)))
            .map(|(pair, record)| (pair, self.judge_record(rule, record)))
            .collect()
    }

    pub(crate) fn judge_record(&self, rule: &Rule, record: &Record) -> Verdict {
        let manager = record.manager.and_then(|manager| self.people().get(manager)).map(|manager| manager.id);
        match self.profiles().get(record.profile) {
            Some(profile) => rule.judge(Subject { profile, manager }),
            None => Verdict::Failed,
        }
    }
}

/// Answers who is in scope of one control; holds its verdicts at hand for questions over everybody.
pub struct Scope<'w> {
    world: &'w World,
    /// The control.
    pub control: &'w Control,
    verdicts: Vec<Option<&'w [Verdict]>>,
}

impl<'w> Scope<'w> {
    /// The scope of a control.
    #[must_use]
    pub fn new(world: &'w World, control: &'w Control) -> Scope<'w> {
        let verdicts = control
            .versions
            .iter()
            .map(|version| world.verdicts.by_profile.get(&(control.id.clone(), version.seq)).map(Vec::as_slice))
            .collect();
        Scope { world, control, verdicts }
    }

    /// What the rule version in force on `day` says of the record in force on `day`; none where there is no record.
    #[must_use]
    pub fn verdict(&self, person: &Person, day: Day) -> Option<Verdict> {
        let record = person.record(day)?;
        let index = self.control.version_index(day);
        let version = self.control.versions.get(index)?;
        if let Some(verdicts) = self.verdicts.get(index).copied().flatten()
            && let Some(verdict) = verdicts.get(record.profile.0 as usize)
        {
            return Some(*verdict);
        }
        if version.rule.sees_manager() {
            let pair = (record.profile, record.manager.map(|manager| self.world.people().resolve(manager)));
            let known = self.world.verdicts.by_pair.get(&(self.control.id.clone(), version.seq));
            if let Some(verdict) = known.and_then(|known| known.get(&pair)) {
                return Some(*verdict);
            }
        }
        Some(self.world.judge_record(&version.rule, record))
    }

    /// Whether the control applies to the person on `day`.
    #[must_use]
    pub fn contains(&self, person: &Person, day: Day) -> bool {
        person.employed(day) && self.verdict(person, day) == Some(Verdict::In)
    }

    /// The unbroken runs of days on which the control applies to the person, in order.
    #[must_use]
    pub fn runs(&self, person: &Person) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for employed in employment(person) {
            let mut starts: Vec<Day> = vec![employed.from];
            let versions = self.control.versions.iter().filter_map(|version| version.from);
            starts.extend(
                person
                    .records
                    .iter()
                    .map(|record| record.from)
                    .chain(versions)
                    .filter(|from| *from > employed.from && employed.contains(*from)),
            );
            starts.sort_unstable();
            starts.dedup();
            for (index, from) in starts.iter().enumerate() {
                if self.verdict(person, *from) != Some(Verdict::In) {
                    continue;
                }
                let until = starts.get(index + 1).copied().or(employed.until);
                match runs.last_mut() {
                    Some(last) if last.until == Some(*from) => last.until = until,
                    _ => runs.push(Run { from: *from, until }),
                }
            }
        }
        runs
    }

    /// The first day of the unbroken run of in-scope days that contains `day`; none where the person is not in scope then.
    #[must_use]
    pub fn entry(&self, person: &Person, day: Day) -> Option<Day> {
        if !self.contains(person, day) {
            return None;
        }
        self.runs(person).into_iter().find(|run| run.contains(day)).map(|run| run.from)
    }
}

/// The unbroken times of employment: spells joined where one begins before or on the day another ends.
fn employment(person: &Person) -> Vec<Run> {
    let mut times: Vec<Run> = Vec::new();
    for spell in &person.spells {
        if spell.end.is_some_and(|end| end <= spell.start) {
            continue;
        }
        match times.last_mut() {
            Some(last) if last.until.is_none_or(|until| spell.start <= until) => {
                last.until = match (last.until, spell.end) {
                    (Some(until), Some(end)) => Some(until.max(end)),
                    _ => None,
                };
            }
            _ => times.push(Run { from: spell.start, until: spell.end }),
        }
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::tests::on;

    fn runs(world: &World, id: &str) -> Vec<(String, Option<String>)> {
        let scope = Scope::new(world, world.control("C").unwrap());
        let shown = |run: Run| (run.from.to_string(), run.until.map(|until| until.to_string()));
        scope.runs(world.person(id)).into_iter().map(shown).collect()
    }

    fn from(day: &str, until: Option<&str>) -> (String, Option<String>) {
        (day.to_owned(), until.map(str::to_owned))
    }

    #[test]
    fn a_change_that_keeps_somebody_in_scope_breaks_no_run() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,A,,Developer,,2023-05-01,"]);
        world.is_told_roster("2024-02-01", &["E1,A,,Senior Developer,,2023-05-01,"]);
        world.is_told_roster("2024-03-01", &["E1,A,,Boss,,2023-05-01,"]);
        world.is_told_roster("2024-04-01", &["E1,A,,Developer,,2023-05-01,"]);
        assert_eq!(runs(&world, "E1"), [from("2023-05-01", Some("2024-03-01")), from("2024-04-01", None)]);
        let scope = Scope::new(&world, world.control("C").unwrap());
        let entry = |day| scope.entry(world.person("E1"), on(day));
        assert_eq!(entry("2024-02-29"), Some(on("2023-05-01")));
        assert_eq!(entry("2024-03-01"), None);
        assert_eq!(entry("2024-04-01"), Some(on("2024-04-01")));
    }

    #[test]
    fn employment_before_tracking_counts_from_the_first_import() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,A,,Developer,,,"]);
        assert_eq!(runs(&world, "E1"), [from("2024-01-01", None)]);
    }

    #[test]
    fn a_new_version_of_the_rule_holds_from_its_day() {
        let mut world = World::sample();
        world.is_told_roster("2024-01-01", &["E1,A,,Boss,,,", "E2,B,,Developer,,,"]);
        world.is_told_programme(
            r#"
            [[controls]]
            id = "C"
            from = "2024-06-01"
            cadence = { every_months = 12 }
            courses = { full = "full", refresher = "refresher" }
            scope = 'title == "Boss"'
            "#,
        );
        assert_eq!(runs(&world, "E1"), [from("2024-06-01", None)]);
        assert_eq!(runs(&world, "E2"), [from("2024-01-01", Some("2024-06-01"))]);
    }

    #[test]
    fn a_manager_is_judged_as_the_person_they_turned_out_to_be_before_and_after_settling() {
        let mut world = World::default();
        world.is_told_programme(
            r#"
            [[controls]]
            id = "C"
            cadence = { fiscal_year = true }
            courses = { full = "full" }
            scope = 'manager == "E1"'
            "#,
        );
        world.is_told_roster("2024-01-01", &["E1,A,,Boss,,,", "E2,B,,Developer,E3,,", "E3,A,,Boss,,,"]);
        world.settle();
        assert_eq!(runs(&world, "E2"), []);
        let drafts = crate::merge::merge(&world, "E3", "E1", "one person").unwrap();
        world.is_told(drafts);
        assert_eq!(runs(&world, "E2"), [from("2024-01-01", None)]);
        world.settle();
        assert_eq!(runs(&world, "E2"), [from("2024-01-01", None)]);
    }
}
