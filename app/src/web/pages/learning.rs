//! What is kept of whoever asks from courses: how much, all of it as a file, and how to have it forgotten.

use super::my::own;
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble};
use crate::web::frame::{Answer, Answered};
use crate::web::words;
use jiff::Timestamp;
use keepsharp_course::forgetting;
use keepsharp_domain::person::PersonIx;
use keepsharp_domain::{PersonId, World};
use keepsharp_store::LearnerRow;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What is kept from one course, in words.
pub(crate) struct CourseKept {
    pub(crate) title: String,
    pub(crate) answers: String,
    pub(crate) since: String,
}

/// What is kept from courses, in words.
pub(crate) struct Kept {
    pub(crate) courses: Vec<CourseKept>,
    /// "2 drafts of exercises and 1 remark"; empty where there are none.
    pub(crate) beside: String,
}

/// What is kept of somebody from courses.
pub(crate) fn kept(asked: &Asked, world: &World, ix: PersonIx) -> Result<Kept, Trouble> {
    let mut courses: BTreeMap<String, (u64, Option<Timestamp>)> = BTreeMap::new();
    let (mut drafts, mut remarks) = (0_u64, 0_u64);
    let mut take = |row: LearnerRow| {
        match row.table.as_str() {
            "learned" => {
                let (answers, since) = courses.entry(row.value("course").to_owned()).or_default();
                *answers += u64::from(!row.value("item").is_empty());
                *since = since.or_else(|| row.value("at").parse().ok());
            }
            "draft" => drafts += 1,
            "feedback" => remarks += 1,
            _ => {}
        }
        Ok(())
    };
    world.people().ids_of(ix).try_for_each(|person| asked.app.store.learner_rows(Some(person), &mut take))?;
    let told = |(course, (answers, since)): (String, (u64, Option<Timestamp>))| CourseKept {
        title: title(world, &course),
        answers: words::counted(answers, "answer", "answers"),
        since: since.map(|since| words::day(since.to_zoned(asked.zone.clone()).date())).unwrap_or_default(),
    };
    let part = |count: u64, one: &str, many: &str| (count > 0).then(|| words::counted(count, one, many));
    let beside = [part(drafts, "draft of an exercise", "drafts of exercises"), part(remarks, "remark", "remarks")];
    Ok(Kept {
        courses: courses.into_iter().map(told).collect(),
        beside: beside.into_iter().flatten().collect::<Vec<_>>().join(" and "),
    })
}

fn title(world: &World, course: &str) -> String {
    let latest = world.published_courses().latest(course);
    latest.map_or_else(|| course.to_owned(), |latest| latest.body.title.to_string())
}

/// The random ids under which something may be kept of whoever asks: their own, and those merged into it.
fn ids(asked: &Asked) -> Result<Vec<PersonId>, Trouble> {
    let world = asked.app.store.world()?;
    let (ix, _) = own(asked, &world)?;
    Ok(world.people().ids_of(ix).collect())
}

/// All of it, as a file.
pub(crate) fn file(asked: &Asked) -> Answered {
    let people = ids(asked)?;
    let mut tables: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for person in &people {
        asked.app.store.learner_rows(Some(*person), |row| {
            tables.entry(row.table.clone()).or_default().push(told(&row));
            Ok(())
        })?;
    }
    let mut of = |table: &str| tables.remove(table).unwrap_or_default();
    let file = json!({
        "what": "All that Keepsharp keeps of you from courses, beside the facts of the ledger. Only you are given this file.",
        "person": people.first().map(ToString::to_string),
        "as_of": asked.now.to_string(),
        "learned": of("learned"),
        "drafts": of("draft"),
        "feedback": of("feedback"),
        "certificates": of("certificate"),
    });
    let bytes = serde_json::to_vec_pretty(&file).map_err(|error| Trouble::Internal(error.to_string()))?;
    Ok(Answer::File { name: "keepsharp-learning.json".to_owned(), kind: "application/json", bytes })
}

/// A row as the file has it: what is JSON already is not wrapped into a text.
fn told(row: &LearnerRow) -> Value {
    let value = |(name, text): &(String, String)| {
        let is_json = name == "body" || name == "is_signed" || name == "seq";
        let value = is_json.then(|| serde_json::from_str(text).ok()).flatten();
        (name.clone(), value.unwrap_or_else(|| Value::from(text.as_str())))
    };
    Value::Object(row.values.iter().filter(|(name, _)| name != "person").map(value).collect::<Map<_, _>>())
}

/// Forgets what somebody answered, but for what a completion rests on.
pub(crate) fn forget(asked: &Asked, sent: &Fields) -> Answered {
    let people = ids(asked)?;
    if !sent.ticked("sure") {
        return Err(Trouble::at("sure", "tick that you are sure: nobody can bring your answers back"));
    }
    for person in people {
        asked.app.store.forget_learned(person, |events| {
            let events: Vec<_> = events.iter().map(|event| serde_json::from_str(event).ok()).collect();
            forgetting::stays(&events)
        })?;
    }
    Ok(Answer::Go("/my/record?done=forgotten#learning".to_owned()))
}
