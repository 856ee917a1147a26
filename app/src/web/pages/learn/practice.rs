//! Exercises in a lesson: what the learner's browser is handed, and what is kept of what they wrote. The server runs none of it.

use super::study::{self, Study};
use crate::web::asked::Asked;
use crate::web::fields::{Fields, Trouble};
use crate::web::frame::{Answer, Answered, Part, rendered};
use crate::web::pages::exercise::ExercisePanel;
use keepsharp_course::exercise::ExerciseFile;
use keepsharp_course::learner::Event;
use keepsharp_domain::World;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// What a draft may weigh, in bytes.
const LARGEST_DRAFT: usize = 128 << 10;

/// An exercise's panel, and the addresses of the scripts that it needs.
pub(super) struct Panel {
    pub(super) html: String,
    pub(super) scripts: [String; 2],
}

/// An exercise's panel; none where the course has no such exercise.
pub(super) fn panel(asked: &Asked, study: &Study, id: &str) -> Option<Panel> {
    let exercise = study.opened.course.exercises.get(id)?;
    let task = study.opened.markdown(&exercise.task).to_string();
    let mut panel = ExercisePanel::of(exercise, task, &asked.app.runtimes);
    let address = format!("{}/exercise/{id}", study.base());
    panel.solution_address = format!("{address}/solution");
    panel.draft_address = format!("{address}/draft");
    panel.json_address = address;
    panel.csrf.clone_from(&asked.csrf);
    let html = rendered(&panel).ok()?;
    Some(Panel { html, scripts: [panel.runner_script, panel.player_script] })
}

fn find<'a>(asked: &Asked, study: &'a Study) -> Result<&'a ExerciseFile, Trouble> {
    study.opened.course.exercises.get(asked.param("id")).ok_or(Trouble::NotFound)
}

fn json(value: &Value) -> Answer {
    let bytes = Cow::Owned(value.to_string().into_bytes());
    Answer::Part(Part::Bytes { kind: "application/json", bytes, is_lasting: false })
}

/// What a learner's browser is handed, with the draft that was kept.
pub(crate) fn exercise(asked: &Asked, world: &World) -> Answered {
    let study = Study::of(asked, world)?;
    let exercise = find(asked, &study)?;
    let mut told = exercise.learner_json();
    let kept = asked.app.store.draft(study.person, &exercise.id)?;
    let draft = kept.and_then(|kept| serde_json::from_str::<Map<String, Value>>(&kept).ok());
    if let (Some(draft), Some(told)) = (draft, told.as_object_mut()) {
        told.insert("draft".to_owned(), Value::Object(draft));
    }
    Ok(json(&told))
}

/// The solution, which the page asks for after two honest tries.
pub(crate) fn solution(asked: &Asked, world: &World) -> Answered {
    let study = Study::of(asked, world)?;
    Ok(json(&find(asked, &study)?.solution_json()))
}

/// Keeps what somebody wrote, so that they find it again elsewhere; and that it holds, as practice.
pub(crate) fn keep(asked: &Asked, sent: &Fields) -> Answered {
    let _turn = study::turn(asked)?;
    let mut study = Study::of(asked, &*asked.app.store.world()?)?;
    let exercise = find(asked, &study)?;
    let (id, edit) = (exercise.id.clone(), exercise.edit.clone());
    let draft = sent.text("draft");
    let files: Map<String, Value> =
        serde_json::from_str(draft).map_err(|_| Trouble::refused("this is no draft of an exercise"))?;
    let fits = |(name, text): (&String, &Value)| edit.contains(name) && text.is_string();
    if draft.len() > LARGEST_DRAFT || !files.iter().all(fits) {
        return Err(Trouble::refused("a draft holds the files of its exercise that may be edited, at most 128 KiB"));
    }
    asked.app.store.keep_draft(study.person, &id, draft, asked.now)?;
    if sent.ticked("solved") && !study.learner.solved.contains(&id) {
        study.record(asked, vec![Event::Solved { exercise: id }])?;
    }
    Ok(json(&Value::Bool(true)))
}
