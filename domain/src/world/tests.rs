//! What a world makes of facts, and the small company that other tests begin with.

use super::*;
use crate::fact::PersonNamed;
use crate::programme::{self, Programme};
use crate::roster::{self, ImportOptions, Roster};
use crate::sheet::File;
use crate::{Draft, Refusal};

pub(crate) const TODAY: Day = jiff::civil::date(2026, 1, 1);

pub(crate) fn on(text: &str) -> Day {
    text.parse().unwrap()
}

pub(crate) fn file(text: &str) -> File<'_> {
    static NONE_RENAMED: BTreeMap<String, String> = BTreeMap::new();
    File { bytes: text.as_bytes(), sha256: "", columns: &NONE_RENAMED }
}

impl World {
    /// A world with one control over everybody with "Developer" in their title, and one campaign.
    pub(crate) fn sample() -> World {
        let mut world = World::default();
        world.is_told_programme(
            r#"
                [organisation]
                name = "Sample"
                [[controls]]
                id = "C"
                cadence = { every_months = 12 }
                courses = { full = "full", refresher = "refresher" }
                scope = 'title.contains("Developer")'
                [[campaigns]]
                id = "K"
                control = "C"
                opens = "2024-01-01"
                closes = "2024-12-31"
                counts_since = "2024-01-01"
                "#,
        );
        world
    }

    pub(crate) fn is_told(&mut self, drafts: Vec<Draft>) {
        for draft in drafts {
            let at = "2026-01-01T00:00:00Z".parse().unwrap();
            let fact = Fact { seq: self.size, at, by: "system".into(), body: draft.body, private: draft.private };
            self.apply(fact).unwrap();
        }
    }

    pub(crate) fn is_told_programme(&mut self, text: &str) {
        let mut mint = minting(self.size);
        let drafts = programme::apply(self, &Programme::read(text.as_bytes()).unwrap(), TODAY, &mut mint);
        self.is_told(drafts.unwrap().0);
    }

    /// Rows of `employee_id,name,email,title,manager_id,start_date,end_date`.
    pub(crate) fn is_told_roster(&mut self, day: &str, rows: &[&str]) {
        let drafts = self.try_roster(day, rows).unwrap();
        self.is_told(drafts);
    }

    pub(crate) fn try_roster(&self, day: &str, rows: &[&str]) -> Result<Vec<Draft>, Refusal> {
        let head = "employee_id,name,email,title,manager_id,start_date,end_date,username,departments";
        let text: String = std::iter::once(head.to_owned())
            .chain(rows.iter().map(|row| format!("{row},,")))
            .collect::<Vec<_>>()
            .join("\n");
        let options = ImportOptions { on: on(day), today: TODAY, allow_mass_end: true };
        let mut mint = minting(self.size);
        Ok(roster::import(self, &Roster::read(file(&text))?, options, &mut mint)?.0)
    }

    pub(crate) fn person(&self, id: &str) -> &Person {
        self.people.find(id).and_then(|ix| self.people.get(ix)).unwrap()
    }
}

fn minting(after: u64) -> impl FnMut() -> PersonId {
    let mut next = after << 16;
    move || {
        next += 1;
        let mut bytes = [1; 10];
        bytes[2..].copy_from_slice(&next.to_be_bytes());
        PersonId::from_random(bytes)
    }
}

#[test]
fn a_fact_out_of_its_place_is_not_taken_in() {
    let mut world = World::default();
    let body = Body::PersonIdentified(PersonNamed { person: PersonId::from_random([1; 10]) });
    let fact = Fact { seq: 1, at: Timestamp::UNIX_EPOCH, by: "system".into(), body, private: None };
    assert_eq!(world.apply(fact), Err("fact 1 came where fact 0 was due".to_owned()));
}

#[test]
fn a_new_start_before_the_first_day_moves_the_record_with_it() {
    let mut world = World::sample();
    world.is_told_roster("2024-01-01", &["E1,A,,Developer,,2024-06-01,"]);
    world.is_told_roster("2024-02-01", &["E1,A,,Developer,,2024-07-01,"]);
    let person = world.person("E1");
    assert!(!person.employed(on("2024-06-30")) && person.employed(on("2024-07-01")));
    assert_eq!(person.record(on("2024-06-30")), None);
}

#[test]
fn who_left_is_not_employed_on_that_day_and_who_is_back_has_a_new_spell() {
    let mut world = World::sample();
    world.is_told_roster("2024-01-01", &["E1,A,,Developer,,,", "E2,B,,Boss,,,"]);
    world.is_told_roster("2024-02-01", &["E2,B,,Boss,,,"]);
    world.is_told_roster("2024-03-01", &["E1,A,,Developer,,,", "E2,B,,Boss,,,"]);
    let person = world.person("E1");
    let employed = ["2024-01-31", "2024-02-01", "2024-02-29", "2024-03-01"].map(|day| person.employed(on(day)));
    assert_eq!(employed, [true, false, false, true]);
    assert_eq!(person.spells.iter().map(|spell| spell.before_tracking).collect::<Vec<_>>(), [true, false]);
}
