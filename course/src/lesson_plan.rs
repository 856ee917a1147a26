//! What a lesson asks of somebody: of each objective one item; a wrong answer comes back before the end in another variant.

use crate::learner::{Answer, Learner};
use crate::model::{Item, Lesson, Objective};

/// After so many wrong answers to one objective the lesson lets go: the explanations were read, and a refresher comes back to it.
const PATIENCE: usize = 3;

/// A question of a lesson.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// What is asked.
    pub item: &'a Item,
    /// The answer, where it was given.
    pub answer: Option<&'a Answer>,
    /// Which try at this objective it is, counted from 0.
    pub round: usize,
}

/// The questions of a lesson for somebody, in the order of its objectives' first items; later rounds follow at the end.
#[derive(Clone, Debug, Default)]
pub struct LessonPlan<'a> {
    /// Asked in the text, one for each objective.
    pub first: Vec<Question<'a>>,
    /// Asked once more, after wrong answers.
    pub again: Vec<Question<'a>>,
}

impl LessonPlan<'_> {
    /// Whether all that is asked is answered.
    pub fn is_answered(&self) -> bool {
        self.first.iter().chain(&self.again).all(|question| question.answer.is_some())
    }
}

/// What a lesson asks of somebody in these tracks of the course.
pub fn lesson_plan<'a>(lesson: &'a Lesson, learner: &'a Learner, tracks: &[&str]) -> LessonPlan<'a> {
    let mut plan = LessonPlan::default();
    for objective in in_order(lesson) {
        let variants: Vec<&Item> =
            lesson.items_of(&objective.id).filter(|item| item.is_for(tracks.iter().copied())).collect();
        for (place, question) in rounds(&variants, learner, &objective.id).into_iter().enumerate() {
            if place == 0 { &mut plan.first } else { &mut plan.again }.push(question);
        }
    }
    plan
}

/// The objectives in the order of their first items in the text.
fn in_order(lesson: &Lesson) -> Vec<&Objective> {
    let mut objectives: Vec<&Objective> = lesson.objectives.iter().collect();
    objectives.sort_by_key(|objective| lesson.items.iter().position(|item| item.objective == objective.id));
    objectives
}

fn rounds<'a>(variants: &[&'a Item], learner: &'a Learner, objective: &str) -> Vec<Question<'a>> {
    let given = |answer: &&Answer| answer.objective == objective && !answer.in_sitting;
    let answers: Vec<&Answer> = learner.recent_answers().iter().filter(given).collect();
    let mut questions: Vec<Question> = Vec::new();
    for answer in &answers {
        // An item that this version does not have, or not for this track, was asked in another.
        let Some(item) = variants.iter().find(|item| item.id == answer.item) else { continue };
        questions.push(Question { item, answer: Some(answer), round: questions.len() });
        if answer.is_right {
            return questions;
        }
    }
    if questions.len() < PATIENCE
        && let Some(item) = learner.next_variant(variants, 0)
    {
        questions.push(Question { item, answer: None, round: questions.len() });
    }
    questions
}
